"""Signing in with a one-time link, and signing out.

A link is /signin#<secret>. The secret stands in the fragment, which no browser sends; the page posts it. The first post
only asks "sign in?", the press of the button spends the link: whatever opens links to look at them (mail scanners do,
and some run scripts) signs nobody in and spends nothing.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import access, guard
from dashboard.access import Role
from dashboard.guard import SIGN_IN, Sessions
from dashboard.openid import Provider
from data import audit, organization
from data import signing_in as kept
from data.passwords import anybody
from data.records import Problem
from surveys import ballots, pages
from surveys.desk import Desk
from surveys.limits import Limits
from surveys.web import HEADERS

LASTS = {"administrator": timedelta(days=1)}
LASTS_ELSE = timedelta(days=7)
"""How long a link that nobody used can be used."""
TO_CHOOSE = timedelta(minutes=10)
"""How long somebody who has several roles has to choose one."""
LONGEST_POST = 4096
SIGN_OUT = "/auth/logout"
"""Where Streamlit's own `st.logout` leads."""
templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(
        [Path(__file__).with_name("templates"), Path(pages.__file__).with_name("templates")]
    ),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals["asset"] = pages.asset


@dataclass(frozen=True)
class SignInPage:
    """The one page of signing in: asks for a code, asks to go on, or says why that did not work."""

    code: str = ""
    """The code that came with the link; '' shows the box for typing one."""
    trouble: str = ""
    choices: Sequence[tuple[str, str]] = ()
    """(role, code) of each role that somebody may choose."""
    account: str = ""
    """Whose account may be used instead of a link; '' where nobody's."""


def new_link(desk: Desk, role: Role, member_id: str | None) -> str:
    """Make a link that signs somebody in once. The database keeps a hash of its secret."""
    secret = secrets.token_bytes(16)
    with desk.store.writing() as db:
        kept.add(db, link_hash(secret), member_id=member_id, role=role, expires=expiry(desk, role))
    return f"{desk.url}{SIGN_IN}#{ballots.code(secret)}"


def expiry(desk: Desk, role: Role) -> datetime:
    """Tell when a link made now ends unused."""
    return desk.clock() + LASTS.get(role, LASTS_ELSE)


def link_hash(secret: bytes) -> bytes:
    """Hash the secret of a sign-in link, under a word of its own: no other link's hash can be taken for it."""
    return hashlib.sha256(b"sign-in" + secret).digest()


def routes(
    desk: Callable[[], Desk], sessions: Sessions, provider: Callable[[], Provider | None] = lambda: None
) -> list[Route]:
    """List the open routes of signing in by a link, and of signing out."""
    limits: dict[int, Limits] = {}

    def limit() -> Limits:
        return limits.setdefault(id(desk()), Limits(desk().clock))

    async def show(_: Request) -> Response:
        known = provider()
        return await run_in_threadpool(page, desk(), SignInPage(account=known.name if known else ""))

    async def enter(request: Request) -> Response:
        if not from_our_page(request):
            return PlainTextResponse("Sign in from the sign-in page.", 403)
        form = await fields(request)
        if form is None:
            return PlainTextResponse("Too long.", 413)
        if "enter" not in form:
            return await run_in_threadpool(page, desk(), SignInPage(code=form.get("code", "")))
        address = request.client.host if request.client else ""
        return await run_in_threadpool(_enter, desk(), sessions, limit(), form.get("code", ""), address)

    async def leave(request: Request) -> Response:
        if not from_our_page(request):
            return PlainTextResponse("Sign out from a page of the dashboard.", 403)
        name = guard.cookie_name(secure=secure(desk()))
        sessions.end(guard.key_of(request.cookies.get(name, "")))
        response = RedirectResponse(SIGN_IN, 303, headers=HEADERS)
        response.delete_cookie(name, **cookie(desk()))
        return response

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, enter, methods=["POST"]),
        Route(SIGN_OUT, leave, methods=["GET", "POST"]),
    ]


def _enter(desk: Desk, sessions: Sessions, limits: Limits, code: str, address: str) -> Response:
    """Spend a link and begin a session, or say why not."""
    secret = ballots.secret_from(code)
    with desk.store.writing() as db:
        spent = kept.spend(db, link_hash(secret), desk.clock()) if secret else None
    if spent is None:
        patient = not limits.too_many_wrong_codes(address)
        return page(desk, SignInPage(trouble=UNKNOWN if patient else TOO_MANY), 403 if patient else 429)
    return begin(desk, sessions, cast("Role", spent[1]), spent[0])


def let_in(desk: Desk, sessions: Sessions, found: Sequence[tuple[Role, str | None]]) -> Response:
    """Begin a session in the one role that somebody has, or offer each of several, by a one-time code of its own."""
    if len(found) == 1:
        [(role, member_id)] = found
        return begin(desk, sessions, role, member_id)
    choices = []
    with desk.store.writing() as db:
        for role, member_id in found:
            secret = secrets.token_bytes(16)
            kept.add(db, link_hash(secret), member_id=member_id, role=role, expires=desk.clock() + TO_CHOOSE)
            choices.append((role, ballots.code(secret)))
    return page(desk, SignInPage(choices=choices))


def begin(desk: Desk, sessions: Sessions, role: Role, member_id: str | None) -> Response:
    """Begin a session, unless the role is not theirs any more."""
    try:
        with desk.store.reading() as db:
            viewer = access.viewer_for(db, member_id, role)
    except Problem:
        return page(desk, SignInPage(trouble=NO_ROLE), 403)
    with desk.store.writing() as db:
        audit.note(db, happened=desk.clock(), who=viewer.who, action="sign in", subject=role)
    response = RedirectResponse("/", 303, headers=HEADERS)
    guard.set_cookie(response, sessions.begin(role, member_id, viewer.teams), secure=secure(desk))
    return response


def cookie(desk: Desk) -> dict[str, Any]:
    """Give what every cookie of ours is set with, and taken back with."""
    return {"path": "/", "secure": secure(desk), "httponly": True, "samesite": "lax"}


def secure(desk: Desk) -> bool:
    """Whether people reach this desk through TLS."""
    return desk.url.startswith("https:")


UNKNOWN = (
    "This link has been used already, or has ended, or was not copied whole. Nothing happened. "
    "Ask whoever runs Rapport here for a new one: rapport people sign-in."
)
TOO_MANY = "Too many codes that do not exist came from here. Please try again in a minute."
NO_ROLE = "This link is for a role that you do not have any more. Nothing happened. Ask whoever runs Rapport."


def page(desk: Desk, shown: SignInPage, status: int = 200) -> Response:
    """Show the page of signing in, whoever asks."""
    with desk.store.reading() as db:
        house = pages.House(
            organization=organization.setting(db, "organization"),
            made_up=organization.setting(db, "made_up") == "yes",
            address=desk.url,
        )
        passwords = anybody(db)
    html = templates.get_template("signin.html").render(page=shown, house=house, say=house.say, passwords=passwords)
    return HTMLResponse(html, status, headers=HEADERS)


def from_our_page(request: Request) -> bool:
    """Whether a person asked for this on a page of ours: another site can neither sign anybody in nor out."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


async def fields(request: Request) -> dict[str, str] | None:
    """Read the posted fields; None when there are more than a sign-in needs."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_POST:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace")))
