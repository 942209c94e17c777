"""The addresses that respondents meet. Each handler reads what was sent, asks what it means, and answers with a page.

    GET  /p /n /i                   the same bytes for everybody: a box for the code
    POST /p /n /i code=…            what the link opens
    POST /p /n   code=… answers=1   read → sealed or kept → 303; or 422 with everything still filled in
    POST /i      code=… answer=yes  would they like to meet; later met=… remind=1
    POST /p /n   … translate=de     the same page in another language, with everything still filled in
    GET  /privacy                   what is stored and who sees it
    POST /privacy … language=de     a page for everybody in another language: /privacy, /p/thanks, /n/thanks
    GET  /kiosk                     to /kiosk/p: the pulse and its pages once more, for a device that many use
    GET  /assets/…  /favicon.ico    our own files, and nothing else

No cookie is set and no session touched; nothing about a request is written down; nothing comes from elsewhere.
A page is in the language that the browser asks for. Who chooses another carries it along, in a field `language` of the
forms, and behind the # of an address, which a browser never sends: an access log beside an answer would tell the
language of whoever gave it. It is kept nowhere.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import parse_qs

import duckdb
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from data import waves
from data.records import Wave
from surveys import ballots, notices, stored, submission
from surveys.desk import Desk
from surveys.introduction_link import IntroductionLink
from surveys.language import Language, languages, understood
from surveys.limits import Limits
from surveys.network_link import Directories, NetworkLink
from surveys.pages import ASSETS, KIOSK, CodePage, Form, House, NoticePage, Page, PrivacyPage, ThanksPage, render
from surveys.pulse_link import PulseLink, house
from surveys.submission import UNDECIDED, NetworkSubmission, Submission, Trouble
from surveys.terms import Kept, Terms
from surveys.together import Together
from surveys.usual import Usual, cast

PULSE_LIMIT, NETWORK_LIMIT = 16 * 1024, 64 * 1024
"""Bytes of a form, many times what an honest one needs."""
MOST_FIELDS = 2000
FORM = "application/x-www-form-urlencoded"
"""How a browser sends a form without files, and so every one of ours."""
LONGEST_CODE = 60
"""Characters of a code that are given back, to be mended."""
PATIENCE = 20.0
"""Seconds that a form may take to arrive."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

ASSET_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}

Sent = Mapping[str, Sequence[str]]
"""A form as it arrived: every field with its values."""
Handler = Callable[[Request], Awaitable[Response]]

Link = TypeVar("Link", NetworkLink, IntroductionLink)
PulseLinks = Together[bytes, PulseLink | None]

_log = logging.getLogger(__name__)


def routes(desk: Callable[[], Desk]) -> list[Route]:
    """List the respondents' routes. The desk is asked for at each request, so that making the list opens nothing."""
    limits, usual = Limits(lambda: desk().clock()), Usual()
    links: PulseLinks = Together(lambda asked: PulseLink.find(desk(), asked))
    anywhere = [
        _calmly(f"{place}/{path}", method, desk, handler)
        for place in ("", KIOSK)
        for path, method, handler in (
            ("p", "GET", partial(_enter, desk, "p")),
            ("p", "POST", partial(_pulse, desk, limits, usual, links)),
            ("p/thanks", "GET", partial(_thanks, desk, "p")),
            ("p/thanks", "POST", partial(_thanks, desk, "p")),
            ("privacy", "GET", partial(_privacy, desk)),
            ("privacy", "POST", partial(_privacy, desk)),
        )
    ]
    return [
        *anywhere,
        Route(KIOSK, _kiosk, methods=["GET"]),
        _calmly("/n", "GET", desk, partial(_enter, desk, "n")),
        _calmly("/n", "POST", desk, partial(_network, desk, limits, Directories())),
        _calmly("/n/thanks", "GET", desk, partial(_thanks, desk, "n")),
        _calmly("/n/thanks", "POST", desk, partial(_thanks, desk, "n")),
        _calmly("/i", "GET", desk, partial(_enter, desk, "i")),
        _calmly("/i", "POST", desk, partial(_introduction, desk, limits)),
        Route("/assets/{path:path}", _asset, methods=["GET"]),
        Route("/favicon.ico", _favicon, methods=["GET"]),
    ]


# ------------------------------------------------------------------------------------------------- pages for everybody


async def _kiosk(_request: Request) -> Response:
    return RedirectResponse(House(kiosk=True).at("p"), HTTPStatus.SEE_OTHER, headers=HEADERS)


async def _enter(desk: Callable[[], Desk], form: Form, request: Request) -> Response:
    return _page(CodePage(form), await run_in_threadpool(_house, desk(), request))


async def _thanks(desk: Callable[[], Desk], form: Form, request: Request) -> Response:
    await _choice(request)
    here, known = await run_in_threadpool(_house_and_waves, desk(), request)
    asked = [wave for wave in known if wave.state == "open" and (wave.pulse if form == "p" else wave.network)]
    return _page(ThanksPage(form, asked[-1].closes, asked[-1].k) if asked else ThanksPage(form), here)


async def _privacy(desk: Callable[[], Desk], request: Request) -> Response:
    await _choice(request)
    return _page(*await run_in_threadpool(_in_hand, desk(), request))


async def _asset(request: Request) -> Response:
    file = _assets().get(request.path_params["path"])
    if file is None:
        return PlainTextResponse("Not found", HTTPStatus.NOT_FOUND, headers=HEADERS)
    content, media_type = file
    kept = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": media_type}
    return Response(content, headers={**HEADERS, **kept})


async def _favicon(_request: Request) -> Response:
    content, media_type = _assets()["favicon.png"]
    kept = {"Cache-Control": "public, max-age=86400", "Content-Type": media_type}
    return Response(content, headers={**HEADERS, **kept})


# ------------------------------------------------------------------------------------------------------ the pulse form


async def _pulse(
    desk: Callable[[], Desk], limits: Limits, usual: Usual, links: PulseLinks, request: Request
) -> Response:
    sent = await _sent(request, PULSE_LIMIT)
    secret, spoken = await _pulse_secret(desk(), limits, links, sent), _spoken(request)
    filled = {name: values[-1] for name, values in sent.items()}
    answered = "answers" in sent and "translate" not in sent
    often = answered and secret is not None and limits.too_many_posts(ballots.nullifier(secret))
    kept = await _kept(usual.takes(desk(), secret, filled)) if answered and secret and not often else False
    if kept:
        return _go("p/thanks", spoken)
    found = await links.find(secret) if secret else None
    if found is None:
        return await _unknown(desk(), limits, request, "p", sent)
    link = found.said_in(spoken.language, kiosk=spoken.kiosk)
    if not link.takes_answers(desk().clock()):
        if link.ballot is None and "answers" not in sent:
            return _page(link.results(), link.house)
        return _page(link.closed(), link.house, HTTPStatus.GONE)
    usual.wave = link.wave
    if not answered:
        return _page(link.form(filled if "translate" in sent else None), link.house)
    return await _answer_pulse(desk(), link, filled, often=often, failed=kept is None)


async def _answer_pulse(desk: Desk, link: PulseLink, sent: Mapping[str, str], *, often: bool, failed: bool) -> Response:
    if often:
        return _page(notices.TOO_MANY_POSTS, link.house, HTTPStatus.TOO_MANY_REQUESTS)
    read = submission.read(sent, link.questionnaire)
    if not isinstance(read, Submission):
        return _page(link.form(sent, _by_field(read)), link.house, HTTPStatus.UNPROCESSABLE_ENTITY)
    kept = None if failed else await _kept(cast(desk, link.wave, link.secret, read))
    if kept is None:
        return _page(link.form(sent, again=True), link.house, HTTPStatus.SERVICE_UNAVAILABLE)
    return _go("p/thanks", link.house) if kept else _page(link.closed(), link.house, HTTPStatus.GONE)


async def _kept(keeping: Awaitable[bool]) -> bool | None:
    """Whether answers were kept; None where something went wrong, and trying again is safe."""
    try:
        return await keeping
    except Exception as error:  # noqa: BLE001  whatever kept the box from the disk, its sender has to know and keep it
        _log.error("A box could not be kept (%s); its sender was asked to try again.", type(error).__name__)
        return None


# ---------------------------------------------------------------------------------------------------- the network form


async def _network(desk: Callable[[], Desk], limits: Limits, directories: Directories, request: Request) -> Response:
    sent = await _sent(request, NETWORK_LIMIT)
    find = partial(NetworkLink.find, desk(), directories, language=_language(request))
    link = await _find(find, sent)
    if link is None:
        return await _unknown(desk(), limits, request, "n", sent)
    if not _decides(sent):
        return await _look(desk(), link, sent)
    if limits.too_many_posts(ballots.link_hash(link.secret)):
        return _page(notices.TOO_MANY_POSTS, link.house, HTTPStatus.TOO_MANY_REQUESTS)
    if MANAGED & sent.keys():
        return await _manage(desk(), link, sent, find)
    if not link.takes_answers(desk().clock()):
        return _page(link.closed(), link.house, HTTPStatus.GONE)
    return await _answer_network(desk(), link, sent)


MANAGED = frozenset({"erase", "consent", "take_back"})
"""What a member decides on their own page."""


def _decides(sent: Sent) -> bool:
    """Whether this would write something; looking for a name, or choosing a language, would not."""
    return bool({*MANAGED, "answers"} & sent.keys()) and not {"find", "translate"} & sent.keys()


async def _look(desk: Desk, link: NetworkLink, sent: Sent) -> Response:
    """Show what was asked for: the form, as it was filled in, or the member's own page."""
    if "erase" in sent:
        return _page(link.erasing(desk.clock()), link.house)
    filled_in = "answers" in sent or "find" in sent
    if not (filled_in or "change" in sent) and (link.answer or not link.takes_answers(desk.clock())):
        return await _own(desk, link)
    if not link.takes_answers(desk.clock()):
        return _page(link.closed(), link.house, HTTPStatus.GONE)
    return _page(link.form(sent if filled_in else None), link.house)


async def _answer_network(desk: Desk, link: NetworkLink, sent: Sent) -> Response:
    read = link.read(sent)
    if not isinstance(read, NetworkSubmission):
        return _page(link.form(sent, _by_field(read)), link.house, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        in_time = await run_in_threadpool(link.keep, desk, read)
    except Exception as error:  # noqa: BLE001  as for the pulse: say it, and give everything back
        _log.error("A network answer could not be kept (%s); its sender was asked to try again.", type(error).__name__)
        return _page(link.form(sent, again=True), link.house, HTTPStatus.SERVICE_UNAVAILABLE)
    return _go("n/thanks", link.house) if in_time else _page(link.closed(), link.house, HTTPStatus.GONE)


async def _manage(desk: Desk, link: NetworkLink, sent: Sent, find: Callable[[bytes], NetworkLink | None]) -> Response:
    """Carry out what a member decides on their own page: hide, agree, take a wish back, erase."""
    if "erase" in sent and _one(sent, "erase") != "yes":
        return _page(link.erasing(desk.clock()), link.house)
    if "erase" in sent:
        await run_in_threadpool(link.erase, desk)
        said = "Everything named about you is erased."
    elif "take_back" in sent:
        await run_in_threadpool(link.take_back, desk, _one(sent, "take_back"))
        said = "That is taken back. From the next list of introductions on you can be paired again."
    elif {_one(sent, name) for name in UNDECIDED} <= {"yes", "no"}:
        choices = {name: _one(sent, name) == "yes" for name in UNDECIDED}
        await run_in_threadpool(partial(link.choose, desk, **choices))
        said = "Your choices are kept."
    else:
        said = "Please choose yes or no for both questions about your name. Nothing was changed."
        return await _own(desk, link, said, HTTPStatus.UNPROCESSABLE_ENTITY)
    fresh = await run_in_threadpool(find, link.secret)
    return await _own(desk, fresh or link, said)


async def _own(desk: Desk, link: NetworkLink, said: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    return _page(await run_in_threadpool(link.own, desk, said), link.house, status)


# --------------------------------------------------------------------------------------------------- an introduction


async def _introduction(desk: Callable[[], Desk], limits: Limits, request: Request) -> Response:
    sent = await _sent(request, PULSE_LIMIT)
    find = partial(IntroductionLink.find, desk(), language=_language(request))
    link = await _find(find, sent)
    if link is None:
        return await _unknown(desk(), limits, request, "i", sent)
    said = ""
    if link.decides(sent) and "translate" not in sent:
        if limits.too_many_posts(ballots.link_hash(link.secret)):
            return _page(notices.TOO_MANY_POSTS, link.house, HTTPStatus.TOO_MANY_REQUESTS)
        said = await run_in_threadpool(link.keep, desk(), sent)
        link = await run_in_threadpool(find, link.secret) or link
    return _page(link.page(said), link.house, HTTPStatus.OK if link.stands else HTTPStatus.GONE)


# ------------------------------------------------------------------------------------------------------ what they share


async def _sent(request: Request, limit: int) -> Sent:
    """Read a form of at most `limit` bytes. Where it is too long or too slow, the page that says so is raised.

    It stays with the request, so that whatever page answers it is in the language that was chosen.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                body += part
                if len(body) > limit:
                    raise _Stopped(notices.TOO_LONG, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        raise _Stopped(notices.TOO_SLOW, HTTPStatus.REQUEST_TIMEOUT) from None
    if not request.headers.get("content-type", FORM).startswith(FORM):
        raise _Stopped(notices.UNREADABLE, HTTPStatus.BAD_REQUEST)
    try:
        sent = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise _Stopped(notices.UNREADABLE, HTTPStatus.BAD_REQUEST) from None
    request.state.sent = sent
    return sent


async def _find(find: Callable[[bytes], Link | None], sent: Sent) -> Link | None:
    secret = _secret(sent)
    return await run_in_threadpool(find, secret) if secret else None


async def _pulse_secret(desk: Desk, limits: Limits, links: PulseLinks, sent: Sent) -> bytes | None:
    """Read the code of a pulse link. A short one takes a processor's time, and so is only worked on where it checks."""
    code = _one(sent, "code")
    if "box" in sent or not ballots.is_short(code):
        return _secret(sent)
    for salt in await run_in_threadpool(_salts, desk):
        if ballots.checks(code, salt):
            secret = await limits.one_at_a_time(partial(ballots.stretched, code, salt))
            if secret is None:
                raise _Stopped(notices.NOT_NOW, HTTPStatus.SERVICE_UNAVAILABLE)
            if await links.find(secret):
                return secret
    return None


def _secret(sent: Sent) -> bytes | None:
    """Read the code; none where only the language of its box was chosen, or where it cannot be one."""
    return ballots.secret_from(_one(sent, "code")) if "box" not in sent else None


async def _unknown(desk: Desk, limits: Limits, request: Request, form: Form, sent: Sent) -> Response:
    """Ask for the code again. Where only another language was chosen at its box, it was not even looked up."""
    here, typed = await run_in_threadpool(_house, desk, request), _one(sent, "code")[:LONGEST_CODE]
    if "box" in sent:
        return _page(CodePage(form, typed), here)
    if limits.too_many_wrong_codes(request.client.host if request.client else ""):
        return _page(notices.TOO_MANY_CODES, here, HTTPStatus.TOO_MANY_REQUESTS)
    return _page(replace(notices.UNKNOWN, form=form, typed=typed), here, HTTPStatus.NOT_FOUND)


def _calmly(path: str, method: str, desk: Callable[[], Desk], handler: Handler) -> Route:
    """Make a route that answers with a page also where something breaks; the log learns the kind of error only."""

    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request)
        except _Stopped as stopped:
            return _page(stopped.page, await run_in_threadpool(_house, desk(), request), stopped.status)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST, headers=HEADERS)
        except Exception as error:  # noqa: BLE001  a respondent is told what is safe, whatever broke
            _log.error("A form page could not be made (%s).", type(error).__name__)
            return _page(notices.NOT_NOW, _spoken(request), HTTPStatus.SERVICE_UNAVAILABLE)

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


class _Stopped(Exception):  # noqa: N818  a way out of a handler, not a failure
    def __init__(self, page: NoticePage, status: HTTPStatus) -> None:
        self.page = page
        self.status = status


def _page(page: Page, house: House, status: HTTPStatus = HTTPStatus.OK) -> Response:
    again = {"Retry-After": "10"} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return HTMLResponse(render(page, house), status, headers={**HEADERS, "Vary": "Accept-Language", **again})


def _go(page: str, here: House) -> Response:
    return RedirectResponse(here.at(page) + here.language.carried, HTTPStatus.SEE_OTHER, headers=HEADERS)


def _language(request: Request) -> Language:
    """Take the language that a reader chose, or else the one that their browser would like best."""
    sent: Sent = getattr(request.state, "sent", {})
    chosen = languages().get(_one(sent, "translate") or _one(sent, "language"))
    return replace(chosen, chosen=True) if chosen else understood(request.headers.get("accept-language", ""))


def _spoken(request: Request) -> House:
    """Say in which language to answer, and whether at a kiosk, where nobody looks anything up."""
    return House(language=_language(request), kiosk=request.url.path.startswith(KIOSK))


async def _choice(request: Request) -> None:
    """Read which language was chosen on a page for everybody."""
    if request.method == "POST":
        await _sent(request, PULSE_LIMIT)


def _house(desk: Desk, request: Request) -> House:
    with desk.store.reading() as db:
        return _at_home(db, desk, request)


def _house_and_waves(desk: Desk, request: Request) -> tuple[House, list[Wave]]:
    with desk.store.reading() as db:
        return _at_home(db, desk, request), waves.waves(db)


def _at_home(db: duckdb.DuckDBPyConnection, desk: Desk, request: Request) -> House:
    spoken = _spoken(request)
    return replace(house(db, desk, spoken.language), kiosk=spoken.kiosk)


def _salts(desk: Desk) -> list[bytes]:
    """What the short codes of each wave are stretched with, the latest first."""
    with desk.store.reading() as db:
        return [wave.code_salt for wave in reversed(waves.waves(db)) if wave.code_salt]


def _in_hand(desk: Desk, request: Request) -> tuple[PrivacyPage, House]:
    """Gather the terms of the open waves, or else of the last that closed."""
    with desk.store.reading() as db:
        known = waves.waves(db)
        in_hand = [wave for wave in known if wave.state != "closed"] or known[-1:]
        page = PrivacyPage([Terms.of(wave) for wave in in_hand], stored.tables(), Kept.read(db))
        return page, _at_home(db, desk, request)


def _by_field(troubles: Sequence[Trouble]) -> dict[str, str]:
    return {trouble.field: trouble.sentence for trouble in troubles}


def _one(sent: Sent, name: str) -> str:
    return sent[name][-1].strip() if sent.get(name) else ""


@cache
def _assets() -> Mapping[str, tuple[bytes, str]]:
    """Read every file that may be served, so that no path from outside ever reaches the file system."""
    files = (file for file in sorted(ASSETS.rglob("*")) if file.suffix in ASSET_TYPES)
    return {file.relative_to(ASSETS).as_posix(): (file.read_bytes(), ASSET_TYPES[file.suffix]) for file in files}
