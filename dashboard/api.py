"""The addresses under /api/v1, for programs: who asks is told by a token, and every answer is JSON.

    Authorization: Bearer rapport_… ──▶ token ──▶ viewer ──▶ addresses.answer ──▶ 200, or one sentence (RFC 9457)

They only read, and what they read has passed the gate. A token stands in the header and nowhere else: an address is
kept by logs and histories. No other site's page may read them in a browser (no CORS). No line of a log says who asked.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard import addresses, described, tokens
from dashboard.access import Viewer
from dashboard.addresses import ADDRESSES, API, Address, Refused
from data.tokens import Token
from surveys.desk import Desk
from surveys.limits import Limits
from surveys.web import HEADERS

AT_ONCE = 2
"""Answers that are made at a time: however many programs ask, forms and pages go on."""
OURS = {**HEADERS, "Cache-Control": "no-store, private"}
OPENAPI = f"{API}/openapi.json"
REALM = 'Bearer realm="Rapport"'


def routes(desk: Callable[[], Desk]) -> list[Route]:
    """List the open routes of the API: each asks for its token itself. The desk is asked for at each request."""
    limits: dict[int, Limits] = {}
    waiting = anyio.CapacityLimiter(AT_ONCE)

    def answering(address: Address) -> Callable[[Request], Awaitable[Response]]:
        async def give(request: Request) -> Response:
            here = desk()
            patience = limits.setdefault(id(here), Limits(here.clock))
            return await anyio.to_thread.run_sync(_give, here, patience, address, request, limiter=waiting)

        return give

    async def openapi(_: Request) -> Response:
        return _json(described.openapi())

    async def about(_: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(described.page, desk()), headers=HEADERS)

    return [
        *(Route(address.path, answering(address), methods=["GET"]) for address in ADDRESSES),
        Route(OPENAPI, openapi, methods=["GET"]),
        Route(API, about, methods=["GET"]),
    ]


def _give(desk: Desk, limits: Limits, address: Address, request: Request) -> Response:
    """Answer one request, or say in one sentence why not."""
    try:
        token, viewer = _reader(desk, limits, request)
        asked = addresses.asked_for(address, request.query_params.multi_items())
        said = addresses.answer(desk, viewer, address, asked)
    except Refused as why:
        return _problem(why)
    tokens.note_reading(desk, token, viewer)
    return _unless_known(request, _json(said))


def _reader(desk: Desk, limits: Limits, request: Request) -> tuple[Token, Viewer]:
    """Tell who asks. `Refused` without a token, with one that reads nothing, and with too many of those."""
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not said.strip():
        raise Refused(401, "Expected a token in the header Authorization: Bearer rapport_….", WWW_Authenticate=REALM)
    found = tokens.reader(desk, said.strip())
    if found is not None:
        return found
    if limits.too_many_wrong_codes(request.client.host if request.client else ""):
        raise Refused(429, "Too many tokens that read nothing came from here; try again in a minute.", Retry_After="60")
    raise Refused(401, UNKNOWN, WWW_Authenticate=f'{REALM}, error="invalid_token"')


UNKNOWN = "This token reads nothing: it was never made, was ended, or its day or its holder's role is over."


def _json(said: Any, status: int = 200, media_type: str = "application/json", **headers: str) -> Response:
    body = json.dumps(said, ensure_ascii=False).encode()
    return Response(body, status, headers=OURS | headers, media_type=media_type)


def _problem(why: Refused) -> Response:
    """Write a problem document as RFC 9457 has it."""
    said = {"title": HTTPStatus(why.status).phrase, "status": why.status, "detail": str(why)}
    return _json(said, why.status, described.PROBLEM, **why.headers)


def _unless_known(request: Request, answer: Response) -> Response:
    """Spare a program what it has: 304 where it names this very answer, compressed or not."""
    tag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known:
        return Response(status_code=304, headers=OURS | {"ETag": tag})
    answer.headers["ETag"] = tag
    return answer
