"""The meeting kit as a page of its own, in large type: /kit?quarter=2026-Q3&of=Support.

Not drawn by Streamlit, so that a room reads it from the back row and a printer puts it on paper. The guard lets those
through who make reports (`guard.KIT`); what stands on it is what their role reads, as on every other page.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import access, context, edition, readable, signing_in
from dashboard.guard import HEADER, KIT, SIGN_IN
from dashboard.kit import talk_track
from dashboard.readable import Readable
from surveys.desk import Desk
from surveys.web import HEADERS


def route(desk: Callable[[], Desk]) -> Route:
    """Give the one route, which needs a session."""

    async def show(request: Request) -> Response:
        key, asked = request.headers.get(HEADER, ""), request.query_params
        return await run_in_threadpool(_page, desk(), key, asked.get("quarter", ""), asked.get("of", ""))

    return Route(KIT, show, methods=["GET"])


def address(quarter: str, path: str) -> str:
    """Give the address of a kit.

    >>> address("2026-Q3", "Care / Ward")
    '/kit?quarter=2026-Q3&of=Care+%2F+Ward'
    """
    return f"{KIT}?{urlencode({'quarter': quarter, 'of': path})}"


def _page(desk: Desk, key: str, quarter: str, path: str) -> Response:
    viewer = context.viewer_of(key)
    if viewer is None:
        return RedirectResponse(SIGN_IN, 303, headers=HEADERS)
    if not access.may(viewer, "report"):
        return PlainTextResponse("Not found", 404, headers=HEADERS)
    page = readable.read(desk, viewer, desk.today())
    html = signing_in.templates.get_template("kit.html").render(
        kit=_kit(page, quarter, path),
        organization=page.organization,
        made_up=page.made_up,
        back=f"?{urlencode({'quarter': quarter, 'of': path})}" if quarter and path else "",
    )
    return HTMLResponse(html, headers=HEADERS)


def _kit(page: Readable, quarter: str, path: str) -> dict[str, object] | None:
    """Find what was asked for; an unknown quarter or team, or one of somebody else's, is taken for the usual one."""
    known = readable.quarters(page)
    if not known:
        return None
    chosen = quarter if quarter in known else known[0]
    wave = edition.quarter_waves(page.all_waves, chosen)[-1]
    teams = {page.path(group.team_id): group.team_id for group in page.groups(wave)}
    return talk_track(edition.edition(page, chosen, teams.get(path, page.home(wave))))
