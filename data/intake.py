"""The one writer of boxes: answers that arrive together are made durable together.

A commit costs the same for one box as for sixty-four, so the thread takes whatever waits and commits it at once: 64 in
one statement are written some thirty times as fast as one by one.
"""

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future

from data import ballot_box
from data.store import Store

BATCH = 64

_Cast = tuple[bytes, bytes, str | None, "Future[bool]"]


class Intake:
    """Takes sealed boxes from any thread and says when each is on the disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[_Cast | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()

    def cast(self, nullifier: bytes, sealed: bytes, wave_id: str | None = None) -> "Future[bool]":
        """Keeps a box in place of any earlier one of its ballot; done only when it is durable.

        False: that ballot's wave takes no answers any more, it is not the one that the box was sealed for, where
        `wave_id` says so, or there is no such ballot. An exception: nothing was kept, and trying again is safe. With
        asyncio: `await asyncio.wrap_future(intake.cast(...))`.
        """
        future: Future[bool] = Future()
        with self._closing:
            if self._closed:
                future.set_exception(RuntimeError("The intake is closed; nothing was kept."))
            else:
                self._waiting.put((nullifier, sealed, wave_id, future))
        return future

    @property
    def working(self) -> bool:
        """Whether somebody is there to write what arrives."""
        return self._thread.is_alive() and not self._closed

    def close(self) -> None:
        """Refuses further boxes, makes durable what waits, and ends the thread."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        for batch in self._batches():
            # A browser that went away cancels its future; what its owner sent is kept all the same.
            heard = [(nullifier, future) for nullifier, *_, future in batch if future.set_running_or_notify_cancel()]
            try:
                kept = self._keep(batch)
            except Exception as error:  # noqa: BLE001  whoever waits is told; the writer must go on
                for _, future in heard:
                    future.set_exception(error)
            else:
                for nullifier, future in heard:
                    future.set_result(nullifier in kept)

    def _keep(self, batch: list[_Cast]) -> set[bytes]:
        boxes = {nullifier: sealed for nullifier, sealed, *_ in batch}
        sealed_for = {nullifier: wave_id for nullifier, _, wave_id, _ in batch if wave_id is not None}
        with self._store.writing() as db:
            return ballot_box.put(db, boxes, sealed_for)

    def _batches(self) -> Iterator[list[_Cast]]:
        """Whatever waits, up to BATCH at a time, until the closing mark."""
        while (first := self._waiting.get()) is not None:
            batch = [first]
            last = False
            while len(batch) < BATCH and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    last = True
                    break
                batch.append(following)
            yield batch
            if last:
                return
