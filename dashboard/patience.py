"""HTTP for clients that come to the point: a request that does not arrive in full is cut off.

uvicorn waits for ever for the rest of a request, so that a few hundred clients that send a byte now and then would take
every connection there is. How long the server itself takes, and how long a page stays open, is another matter: once a
request is there in full, nothing here counts.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0
"""Seconds from the first byte of a request to its last. The forms give up sooner, with a page that says so."""


class Patient(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with an end to waiting."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to count with the connection itself: one that says nothing takes as much room as any other."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Go on counting while anything of the request is missing."""
        super().data_received(data)
        if self.transport.get_protocol() is self and self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._begin()
        else:
            self._cease()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        self._cease()
        super().connection_lost(exc)

    def _begin(self) -> None:
        if self._end is None:
            self._end = self.loop.call_later(PATIENCE, self.transport.abort)

    def _cease(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
