"""The door: forms are answered while the dashboard is still being loaded, and also when it cannot be."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

import httpx2
import pytest
import uvicorn
from served import signed_in
from starlette.responses import PlainTextResponse

from dashboard import context, door, serving
from dashboard.guard import Guard


class Dashboard:
    """What stands for Streamlit: it notes that it was begun and ended, and answers in between."""

    def __init__(self):
        self.alive = []

    def lifespan(self):
        @asynccontextmanager
        async def alive(_app):
            self.alive.append(threading.get_ident())
            yield
            self.alive.append(threading.get_ident())

        return alive

    async def __call__(self, scope, receive, send):
        await PlainTextResponse("a page")(scope, receive, send)


@contextmanager
def opened(desk, load):
    """The address of a server whose dashboard is what `load` gives."""
    guard = Guard(door.Meanwhile(load), sessions=context.sessions, open_routes=door.open_routes, secure=context.secure)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            started.set()

    context.use(desk)
    server = Server(serving.configuration(guard))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    running.start()
    try:
        assert started.wait(60)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join()
        context.leave()


def test_forms_are_answered_while_the_dashboard_is_loaded_and_who_asks_for_a_page_waits_for_it(desk):
    dashboard, may_load = Dashboard(), threading.Event()

    def load():
        may_load.wait(60)
        return dashboard

    with opened(desk, load) as address, ThreadPoolExecutor(1) as other:
        page = other.submit(httpx2.get, f"{address}/trends", cookies=signed_in(), timeout=60)
        assert httpx2.get(f"{address}/p").status_code == 200
        assert httpx2.get(f"{address}/ready").text == "ready\n"
        assert httpx2.get(f"{address}/trends").status_code == 401
        assert not page.done()

        may_load.set()
        assert page.result().text == "a page"
    begun, ended = dashboard.alive
    assert begun == ended


def test_forms_are_answered_also_when_the_dashboard_cannot_be_loaded(desk, caplog):
    def load():
        raise ImportError("a name that must not be logged")

    with opened(desk, load) as address:
        assert httpx2.get(f"{address}/trends", cookies=signed_in()).status_code == 500
        assert httpx2.get(f"{address}/p").status_code == 200

    [said] = [each.getMessage() for each in caplog.records if each.levelname == "CRITICAL"]
    assert said.startswith("The dashboard cannot be loaded (ImportError < test_door.py:")
    assert "must not be logged" not in caplog.text


def test_an_application_whose_server_never_began_says_so():
    import asyncio

    from conftest import in_a_thread

    asked = door.Meanwhile(Dashboard)({"type": "http"}, None, None)
    with pytest.raises(RuntimeError, match="before the server starts"):
        in_a_thread(asyncio.run, asked)
