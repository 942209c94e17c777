"""What a proxy or a supervisor asks a server: is it there, and could it keep an answer now?

Both are open, and neither names anything of the organization. Whoever gets no answer from `/health` starts the server
anew; while `/ready` answers with 503, answers sent to it would be asked to try again.
"""

import shutil
from collections.abc import Callable
from functools import partial

import duckdb
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from data import organization
from surveys.desk import Desk

HEALTH, READY = "/health", "/ready"
LEAST_FREE = 32_000_000
"""Bytes that must be free on the database's disk: a thousand boxes and their log need about three megabytes."""


def routes(desk: Callable[[], Desk]) -> list[Route]:
    """List both. The desk is asked for at each request, so that making the list opens nothing."""
    return [Route(HEALTH, _up, methods=["GET"]), Route(READY, partial(_ready, desk), methods=["GET"])]


async def _up(_request: Request) -> Response:
    return PlainTextResponse("up\n")


async def _ready(desk: Callable[[], Desk], _request: Request) -> Response:
    why = await run_in_threadpool(trouble, desk)
    return PlainTextResponse(f"{why or 'ready'}\n", 503 if why else 200)


def trouble(desk: Callable[[], Desk]) -> str | None:
    """Say why no answer could be kept now; None where it could."""
    try:
        here = desk()
        with here.store.reading() as db:
            organization.setting(db, "organization")
    except (RuntimeError, duckdb.Error):
        return "The database does not answer."
    if not here.intake.working:
        return "Nobody takes answers in."
    if shutil.disk_usage(here.store.path.parent).free < LEAST_FREE:
        return "The disk is full."
    return None
