"""Signing in with a password and six digits, and the page on which somebody chooses them.

    a link ──▶ /password: a password, and a phone that knows the secret ──▶ from then on /signin: both, and no link

Whoever has signed in a quarter of an hour ago or less may choose a password; later, a screen left open must not be
enough to come back by. The same page signs its holder out on every device.
"""

from collections.abc import Callable
from dataclasses import dataclass

import anyio
import duckdb
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import access, context, passwords, signing_in
from dashboard.access import Role, Viewer
from dashboard.guard import HEADER, OWN, SIGN_IN, Session, Sessions
from dashboard.signing_in import SignInPage
from data import audit, organization, roster
from data import passwords as kept
from surveys import pages
from surveys.desk import Desk
from surveys.limits import Limits
from surveys.web import HEADERS

BY_PASSWORD = f"{SIGN_IN}/password"
RECENT = 15 * 60.0
"""Seconds after signing in for which a password may be chosen."""
ADMINISTRATOR = "administrator"
"""By which name whoever runs Rapport signs in."""
AT_ONCE = 2
"""Passwords that are tried at a time: each takes 64 megabytes for a moment."""


@dataclass(frozen=True)
class OwnPage:
    """What somebody's own page says."""

    name: str
    role: Role
    known_as: str
    """By which name they sign in with a password."""
    has: bool
    """Whether they have a password."""
    picture: str = ""
    """What a phone photographs, as SVG; '' where they signed in too long ago to choose a password."""
    typed: str = ""
    trouble: str = ""
    said: str = ""
    """What was just done."""


def open_routes(desk: Callable[[], Desk], sessions: Sessions) -> list[Route]:
    """List the one route that needs no session: signing in."""
    limits: dict[int, Limits] = {}
    waiting = anyio.CapacityLimiter(AT_ONCE)

    async def enter(request: Request) -> Response:
        if not signing_in.from_our_page(request):
            return PlainTextResponse("Sign in from the sign-in page.", 403)
        form = await signing_in.fields(request)
        if form is None:
            return PlainTextResponse("Too long.", 413)
        limit = limits.setdefault(id(desk()), Limits(desk().clock))
        address = request.client.host if request.client else ""
        if limit.too_many_passwords(form.get("name", "").strip()) or limit.had_too_many_wrong_codes(address):
            return await run_in_threadpool(signing_in.page, desk(), SignInPage(trouble=TOO_MANY), 429)
        return await anyio.to_thread.run_sync(_enter, desk(), sessions, limit, form, address, limiter=waiting)

    return [Route(BY_PASSWORD, enter, methods=["POST"])]


def routes(desk: Callable[[], Desk], sessions: Sessions) -> list[Route]:
    """List the routes of somebody's own page, which needs a session."""
    waiting = anyio.CapacityLimiter(AT_ONCE)

    async def show(request: Request) -> Response:
        return await run_in_threadpool(_show, desk(), sessions, request.headers.get(HEADER, ""))

    async def change(request: Request) -> Response:
        if not signing_in.from_our_page(request):
            return PlainTextResponse("Change this on your own page.", 403)
        form = await signing_in.fields(request)
        if form is None:
            return PlainTextResponse("Too long.", 413)
        key = request.headers.get(HEADER, "")
        return await anyio.to_thread.run_sync(_change, desk(), sessions, key, form, limiter=waiting)

    return [Route(OWN, show, methods=["GET"]), Route(OWN, change, methods=["POST"])]


# ----------------------------------------------------------------------------------------------------------- signing in


def _enter(desk: Desk, sessions: Sessions, limits: Limits, form: dict[str, str], address: str) -> Response:
    """Let somebody in whose password and digits are right; every mistake gets the same answer, after as long."""
    with desk.store.reading() as db:
        known, member_id = _named(db, form.get("name", "").strip())
        found = kept.find(db, member_id) if known else None
    secret = passwords.unlock(found, form.get("password", ""))
    spent = passwords.right(secret, form.get("digits", ""), desk.clock()) if secret else None
    with desk.store.writing() as db:
        entered = spent is not None and kept.use(db, member_id, spent)
        roles = _roles(db, member_id) if entered else []
    if not entered:
        limits.too_many_wrong_codes(address)
        return signing_in.page(desk, SignInPage(trouble=WRONG), 403)
    if not roles:
        return signing_in.page(desk, SignInPage(trouble=signing_in.NO_ROLE), 403)
    return signing_in.let_in(desk, sessions, roles)


def _named(db: duckdb.DuckDBPyConnection, name: str) -> tuple[bool, str | None]:
    """Tell whether anybody signs in by this name, and their member_id; None is the administrator's."""
    member = roster.by_address(db, name) or roster.member_or_none(db, name)
    if member is not None:
        return True, member.member_id
    return name.casefold() == ADMINISTRATOR, None


def _roles(db: duckdb.DuckDBPyConnection, member_id: str | None) -> list[tuple[Role, str | None]]:
    if member_id is None:
        return [("administrator", None)]
    return [(role, member_id) for role in access.roles_of(db, member_id)]


WRONG = (
    "Name, password and digits do not belong together, or these digits were used already. Nothing happened. Please "
    "wait for the next digits, or use a link."
)
TOO_MANY = "Too many passwords were tried. Please try again in a minute, or use a link."


# ----------------------------------------------------------------------------------------------------- one's own page


def _show(desk: Desk, sessions: Sessions, key: str, trouble: str = "", said: str = "") -> Response:
    session, viewer = sessions.find(key), context.viewer_of(key)
    if session is None or viewer is None:
        return RedirectResponse(SIGN_IN, 303, headers=HEADERS)
    with desk.store.reading() as db:
        known_as, has = _known_as(db, viewer), kept.find(db, viewer.member_id) is not None
        house = pages.House(
            organization=organization.setting(db, "organization"),
            made_up=organization.setting(db, "made_up") == "yes",
        )
    secret = _proposed(sessions, session)
    shown = OwnPage(
        viewer.name, viewer.role, known_as, has,
        picture=passwords.picture(secret, known_as) if secret else "",
        typed=passwords.typed(secret) if secret else "",
        trouble=trouble,
        said=said,
    )  # fmt: skip
    html = signing_in.templates.get_template("password.html").render(page=shown, house=house, say=house.say)
    return HTMLResponse(html, 422 if trouble else 200, headers=HEADERS)


def _change(desk: Desk, sessions: Sessions, key: str, form: dict[str, str]) -> Response:
    session, viewer = sessions.find(key), context.viewer_of(key)
    if session is None or viewer is None:
        return RedirectResponse(SIGN_IN, 303, headers=HEADERS)
    if "leave" in form:
        ended = sessions.end_all_of(viewer.member_id)
        _note(desk, viewer, "sign out everywhere", f"{ended} sessions")
        return RedirectResponse(SIGN_IN, 303, headers=HEADERS)
    if "end" in form:
        with desk.store.writing() as db:
            kept.end(db, viewer.member_id)
        _note(desk, viewer, "password ended")
        return _show(desk, sessions, key, said="Your password is gone. A link signs you in.")
    return _choose(desk, sessions, key, viewer, form)


def _choose(desk: Desk, sessions: Sessions, key: str, viewer: Viewer, form: dict[str, str]) -> Response:
    """Keep a password whose phone gives the right digits, or say what is wrong with it."""
    session = sessions.find(key)
    secret = _proposed(sessions, session) if session else b""
    if session is None or not secret:
        return _show(desk, sessions, key)
    with desk.store.reading() as db:
        about = {_known_as(db, viewer), viewer.name}
    wrong = passwords.trouble(form.get("password", ""), form.get("again", ""), about)
    used = passwords.right(secret, form.get("digits", ""), desk.clock())
    if wrong or used is None:
        return _show(desk, sessions, key, trouble=wrong or DIGITS_WRONG)
    locked = passwords.lock(secret, form["password"])
    with desk.store.writing() as db:
        kept.keep(db, viewer.member_id, locked, used)
    session.proposed = b""
    _note(desk, viewer, "password chosen")
    return _show(
        desk, sessions, key, said="Your password is set. Next time it signs you in, with the digits of your phone."
    )


def _proposed(sessions: Sessions, session: Session) -> bytes:
    """Give the secret that this session's page proposes; none where its holder signed in too long ago."""
    if sessions.age(session) > RECENT:
        return b""
    session.proposed = session.proposed or passwords.new_secret()
    return session.proposed


def _known_as(db: duckdb.DuckDBPyConnection, viewer: Viewer) -> str:
    if viewer.member_id is None:
        return ADMINISTRATOR
    return roster.member(db, viewer.member_id).email or viewer.member_id


def _note(desk: Desk, viewer: Viewer, action: str, detail: str = "") -> None:
    with desk.store.writing() as db:
        audit.note(db, happened=desk.clock(), who=viewer.who, action=action, subject=viewer.role, detail=detail)


CHOSEN = "Your password is set. Next time it signs you in, together with the digits of your phone."
DIGITS_WRONG = "These digits are not right. Please take the ones that your phone shows now."
