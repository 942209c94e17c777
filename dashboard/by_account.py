"""Signing in with the account that people have at work, by their organization's OpenID provider.

    /signin/with ──▶ provider ──▶ /signin/back ──▶ one role: a session · several: a page to choose · none: a sentence

The account says who somebody is (`dashboard.openid`); what they may see, the roster says, as for a link. Who has more
than one role chooses one: the page holds a one-time code for each.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import anyio
import duckdb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import access, signing_in
from dashboard.access import Role
from dashboard.guard import SIGN_IN, Sessions
from dashboard.openid import NotSignedInError, Provider, Started, plain
from dashboard.settings import OpenId
from dashboard.signing_in import SignInPage
from data import audit, roster
from surveys.desk import Desk
from surveys.web import HEADERS

AWAY, BACK = f"{SIGN_IN}/with", f"{SIGN_IN}/back"
"""To the provider, and where it sends people back to."""
AT_PROVIDERS = timedelta(minutes=10)
"""How long somebody has at the provider's."""
AT_ONCE = 4
"""Visits to the provider that wait at a time: one that does not answer holds up no form."""


def routes(desk: Callable[[], Desk], sessions: Sessions, provider: Callable[[], Provider | None]) -> list[Route]:
    """List the open routes of signing in by an account; they lead to the sign-in page where no provider is set."""
    waiting = anyio.CapacityLimiter(AT_ONCE)

    async def away(_: Request) -> Response:
        known = provider()
        if known is None:
            return RedirectResponse(SIGN_IN, 303, headers=HEADERS)
        return await anyio.to_thread.run_sync(_send_to, desk(), known, limiter=waiting)

    async def back(request: Request) -> Response:
        known = provider()
        if known is None:
            return RedirectResponse(SIGN_IN, 303, headers=HEADERS)
        started = Started.read(request.cookies.get(_begun(desk()), ""))
        answer = dict(request.query_params)
        return await anyio.to_thread.run_sync(_welcome, desk(), sessions, known, started, answer, limiter=waiting)

    return [Route(AWAY, away, methods=["GET"]), Route(BACK, back, methods=["GET"])]


def _send_to(desk: Desk, provider: Provider) -> Response:
    """Send a browser to the provider, with what it has to bring back."""
    try:
        url, started = provider.start(desk.url + BACK)
    except NotSignedInError as why:
        return signing_in.page(desk, SignInPage(trouble=str(why)), 503)
    response = RedirectResponse(url, 303, headers=HEADERS)
    response.set_cookie(
        _begun(desk), str(started), max_age=int(AT_PROVIDERS.total_seconds()), **signing_in.cookie(desk)
    )
    return response


def _welcome(
    desk: Desk, sessions: Sessions, provider: Provider, started: Started | None, answer: Mapping[str, str]
) -> Response:
    """Let whoever comes back from the provider in, with the role they have or the one they choose."""
    try:
        claims = provider.finish(desk.url + BACK, started, answer)
    except NotSignedInError as why:
        response: Response = signing_in.page(desk, SignInPage(trouble=str(why), account=provider.name), 403)
    else:
        response = _let_in(desk, sessions, provider, claims)
    response.delete_cookie(_begun(desk), **signing_in.cookie(desk))
    return response


def _let_in(desk: Desk, sessions: Sessions, provider: Provider, claims: Mapping[str, Any]) -> Response:
    with desk.store.reading() as db:
        found = roles_by_account(db, provider.settings, claims)
    if not found:
        return signing_in.page(desk, SignInPage(trouble=NOBODY, account=provider.name), 403)
    who = found[-1][1] or "administrator"
    said = plain(str(claims.get(provider.settings.member, "")))
    with desk.store.writing() as db:
        audit.note(db, happened=desk.clock(), who=who, action="account", subject=said, detail=provider.name)
    return signing_in.let_in(desk, sessions, found)


def roles_by_account(
    db: duckdb.DuckDBPyConnection, settings: OpenId, claims: Mapping[str, Any]
) -> list[tuple[Role, str | None]]:
    """List the roles of whoever the claims speak of, each with its member_id; none for somebody unknown here.

    An address that the provider has not verified says nothing: whoever registers there could have made it up. Nor does
    one with signs that only become a colleague's letters when capitals are ignored, as the sign for kelvin becomes k.
    """
    said = claims.get(settings.member)
    found: list[tuple[Role, str | None]] = []
    if settings.administrators is not None:
        claim, value = settings.administrators
        has = claims.get(claim)
        found += [("administrator", None)] * (value in has if isinstance(has, list) else has == value)
    if not isinstance(said, str) or not said:
        return found
    if settings.member != "email":
        member = roster.member_or_none(db, said)
    else:
        verified = claims.get("email_verified", True) in (True, "true") and said.isascii()
        member = roster.by_address(db, said) if verified else None
    if member is not None:
        found += [(role, member.member_id) for role in access.roles_of(db, member.member_id)]
    return found


def _begun(desk: Desk) -> str:
    """Name the cookie that a browser brings back from the provider."""
    return "__Host-rapport-sign-in" if signing_in.secure(desk) else "rapport-sign-in"


NOBODY = (
    "Whoever you signed in as leads no team here, and watches over none. Nothing happened. Ask whoever runs Rapport: "
    "the roster says who leads, and by which address or id an account is known."
)
