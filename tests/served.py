"""The assembled application over real HTTP, in this process: Streamlit allows one server a process, so tests share it.

with served(desk) as address:                 # forms, sign-in, guard and dashboard work at this desk
    requests.get(f"{address}/p")
    signed_in("administrator")                 # {"rapport": "…"}, a cookie of a session in this process
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import uvicorn

from dashboard import context, guard, serving


@contextmanager
def served(desk) -> Iterator[str]:
    """The address at which this desk is served. Whoever opened the desk closes it."""
    context.use(desk)
    try:
        yield _address()
    finally:
        context.leave()


def signed_in(role: str = "administrator", member_id: str | None = None) -> dict[str, str]:
    """The cookie of somebody who has just signed in."""
    return {guard.cookie_name(secure=False): context.sessions.begin(role, member_id)}


def browser_cookies(address: str, role: str = "administrator", member_id: str | None = None) -> list[dict[str, str]]:
    """The same for Playwright: `browser.new_context().add_cookies(browser_cookies(address))`."""
    return [{"name": name, "value": value, "url": address} for name, value in signed_in(role, member_id).items()]


@cache
def _address() -> str:
    """Start the server of this process, once, on a free port; it ends with the process."""
    from dashboard.door import app

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            started.set()

    server = Server(serving.configuration(app))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    assert started.wait(60)
    return f"http://127.0.0.1:{listener.getsockname()[1]}"
