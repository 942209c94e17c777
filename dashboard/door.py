"""The whole server in one screen: forms and sign-in at the door, the dashboard behind it; one process, one database.

    asked ──▶ Guard ──▶ forms, sign-in, probes           as soon as the database is open
                │
                └─────▶ Meanwhile ──▶ dashboard.app      loaded while the forms are answered already; whoever asks waits

Streamlit, scipy and Plotly take longer to load than all that a form needs, and nobody who answers should wait for them
when a server starts anew. Importing this opens nothing and loads none of the three.
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import api, by_account, context, probes, serving, signing_in, with_password
from dashboard.guard import Guard
from surveys import web

_log = logging.getLogger(__name__)


class Meanwhile:
    """An application that is loaded beside others at work. Who asks for it before it is there waits."""

    def __init__(self, load: Callable[[], Any]) -> None:
        """`load` gives a `streamlit.App`; it is called in a thread, once the server starts."""
        self._load = load
        self._router = Router(lifespan=self._alive)
        self._there: asyncio.Future[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what is asked; start and end with the server."""
        if scope["type"] == "lifespan":
            await self._router.lifespan(scope, receive, send)
        else:
            if self._there is None:
                raise RuntimeError("Nothing is loaded before the server starts; expected an ASGI lifespan first.")
            app = await asyncio.shield(self._there)
            await app(scope, receive, send)

    @asynccontextmanager
    async def _alive(self, _router: object) -> AsyncIterator[None]:
        self._there = asyncio.get_running_loop().create_future()
        over = asyncio.Event()
        with serving.at_work():
            living = asyncio.create_task(self._live(self._there, over))
            try:
                yield
            finally:
                over.set()
                await living

    async def _live(self, there: asyncio.Future[ASGIApp], over: asyncio.Event) -> None:
        """One task from beginning to end, because Streamlit wants to be ended where it was begun."""
        try:
            app = await asyncio.to_thread(self._load)
            async with app.lifespan()(app):
                there.set_result(app)
                await over.wait()
        except Exception as failure:  # noqa: BLE001  the forms need no dashboard
            _log.critical("The dashboard cannot be loaded (%s); forms are answered.", serving.where(failure))
            if not there.done():
                there.set_exception(failure)


def _dashboard() -> Any:
    try:
        from dashboard.app import app  # noqa: PLC0415  this is what takes long
    finally:
        gc.freeze()  # what is loaded stays, and need not be looked through again
        gc.enable()
    return app


open_routes = [
    *web.routes(context.desk),
    *signing_in.routes(context.desk, context.sessions, context.provider),
    *by_account.routes(context.desk, context.sessions, context.provider),
    *with_password.open_routes(context.desk, context.sessions),
    *probes.routes(context.desk),
    *api.routes(context.desk),
]

app = Guard(Meanwhile(_dashboard), sessions=context.sessions, open_routes=open_routes, secure=context.secure)
