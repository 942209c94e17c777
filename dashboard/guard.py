"""Nothing but the forms and the sign-in page is reached without a session: pages, downloads, websocket.

    browser ──▶ Guard ──▶ open routes (forms, sign-in)              whoever asks, by the shortest way
                  │
                  └─ cookie ──▶ session ──▶ Streamlit               with our header, without the client's copies of it

A session lives in this process only, under the SHA-256 of the id in its cookie, so that neither a memory dump of the
table nor a log line can be used to sign in. Signing out, or losing a role, ends it everywhere at once: a page that is
open in another tab is sent to the sign-in page through its websocket.

Behind the sign-in, too, only what is named here is reached (`_reaches`): the pages and their scripts by everybody who
is signed in, what stands on a page by the policy of `dashboard.access`, a file only by the session that was offered it.
"""

import asyncio
import hashlib
import re
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import access, shell
from dashboard.access import Role

SIGN_IN = "/signin"
HEADER = "x-rapport-session"
"""Carries the key of the session to the pages. Set by the guard only; what a client sends under it is dropped."""
OURS = b"x-rapport-"

LONGEST = 8 * 3600.0
"""Seconds a session lasts at most."""
IDLE = 30 * 60.0
"""Seconds it lasts after the last page was closed. An open page counts as being there."""
REVOKED = 4401
"""The websocket's close code for a session that has ended, after HTTP's 401."""

HEALTH = "/_stcore/health"
"""Open to everybody: a proxy asks it whether the server is up, and it answers with two letters."""
PROBES = (HEALTH, "/_stcore/host-config")
"""What Streamlit's front end asks before it connects, under the page's own path first."""
STREAM = "/_stcore/stream"
"""The one websocket: what stands on a page comes through it."""
MEDIA = re.compile(rb"/media/([0-9a-f]{32})")
"""A file that a page offers, by the hash that Streamlit names it with."""
UPLOADS = "/_stcore/upload_file/"
ADDRESSES = frozenset({"/", *(f"/{page}" for page in access.PAGES)})
"""The pages: one shell for all of them, without a word of the organization."""
KIT = "/kit"
"""The meeting kit, a page of ours behind the sign-in."""
OWN = "/password"
"""Where everybody who is signed in looks after their own way in."""
ITS_OWN = ("/static/", "/favicon.png", "/manifest.json")
"""Streamlit's scripts, styles and fonts."""


@dataclass
class Session:
    """Somebody who is signed in, from the sign-in to the sign-out."""

    role: Role
    member_id: str | None
    began: float
    seen: float
    teams: frozenset[str] = frozenset()
    """What they could read in full when they signed in: who may read less afterwards is signed out."""
    offered: set[str] = field(default_factory=set)
    """The files that stood on a page of theirs."""
    proposed: bytes = b""
    """The secret of a second factor that stood on a page of theirs, until they keep it."""
    watchers: list[Callable[[], None]] = field(default_factory=list)
    """One for every open page: called when the session ends."""


class Sessions:
    """Who is signed in. Safe to use from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody signed in. `clock` counts seconds and never goes back."""
        self._clock = clock
        self._lock = Lock()
        self._sessions: dict[str, Session] = {}

    def begin(self, role: Role, member_id: str | None, teams: frozenset[str] = frozenset()) -> str:
        """Sign somebody in. Returns the id for their cookie, which is kept nowhere else."""
        session_id = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._sessions[key_of(session_id)] = Session(role, member_id, now, now, teams)
        return session_id

    def find(self, key: str) -> Session | None:
        """Look a session up by its key; None when it has ended or has lasted too long."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(key)
            if session is not None and session.watchers:
                session.seen = now
        if session is not None and (now - session.began > LONGEST or now - session.seen > IDLE):
            self.end(key)
            return None
        return session

    def age(self, session: Session) -> float:
        """Count the seconds since somebody signed in."""
        return self._clock() - session.began

    def touch(self, key: str) -> Session | None:
        """Look a session up and note that its holder is there."""
        session = self.find(key)
        if session is not None:
            session.seen = self._clock()
        return session

    def end(self, key: str) -> None:
        """Sign somebody out, on every page they have open."""
        with self._lock:
            session = self._sessions.pop(key, None)
        for tell in session.watchers if session else ():
            tell()

    def end_where(self, over: Callable[[Session], bool]) -> int:
        """Sign out every session of which this holds, and count them."""
        with self._lock:
            sessions = list(self._sessions.items())
        keys = [key for key, session in sessions if over(session)]
        for key in keys:
            self.end(key)
        return len(keys)

    def end_all_of(self, member_id: str | None) -> int:
        """Sign a member out wherever they are signed in, in whatever role; None for the administrators."""
        return self.end_where(lambda session: session.member_id == member_id)

    @contextmanager
    def watch(self, key: str, tell: Callable[[], None]) -> Iterator[None]:
        """Have `tell` called when this session ends, for as long as a page is open. At once if it has ended already."""
        with self._lock:
            session = self._sessions.get(key)
            if session is not None:
                session.watchers.append(tell)
        if session is None:
            tell()
        try:
            yield
        finally:
            if session is not None:
                session.seen = self._clock()
                with self._lock, suppress(ValueError):
                    session.watchers.remove(tell)


def key_of(session_id: str) -> str:
    """Give the key under which a session is kept.

    >>> key_of("abc")[:8]
    'ba7816bf'
    """
    return hashlib.sha256(session_id.encode()).hexdigest()


class Guard:
    """ASGI middleware around everything. `secure` tells whether people reach Rapport through TLS."""

    def __init__(
        self, app: ASGIApp, *, sessions: Sessions, open_routes: Sequence[BaseRoute], secure: Callable[[], bool]
    ) -> None:
        """Guard `app`; what `open_routes` match needs no session, and never gets as far as `app`."""
        self._app = app
        self._sessions = sessions
        self._open_routes = open_routes
        self._open = GZipMiddleware(ExceptionMiddleware(Router(open_routes)))
        self._secure = secure
        self._headers = {yes: _headers(secure=yes) for yes in (True, False)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, turn away, or send to the sign-in page."""
        if scope["type"] == "http":
            with suppress(ClientDisconnect):  # whoever went away gets no answer, and the log no line
                await self._http(_cleaned(scope), receive, self._with_headers(scope, send))
        elif scope["type"] == "websocket":
            await self._websocket(_cleaned(scope), receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _matches(self._open_routes, scope):
            await self._open(scope, receive, send)
            return
        key = self._key(scope)
        answer = self._turned_away(scope, self._sessions.touch(key))
        if answer is not None:
            await answer(scope, receive, send)
        else:
            await self._app(_identified(scope, key), receive, send)

    def _turned_away(self, scope: Scope, session: Session | None) -> Response | None:
        """Decide what stands in the way of a request; None lets it through."""
        path = scope["path"]
        if path == HEALTH:
            return None
        if session is None:
            if path in PROBES and self._cookie_name in HTTPConnection(scope).cookies:
                return None  # a page left open over the end of its session connects, and is sent to the sign-in page
            return _to_sign_in(scope)
        if path.endswith(PROBES) and path not in PROBES:
            return Response(status_code=300)  # "not here": any error status would stand in the browser's console
        if path[1:] in access.POLICIES[session.role].pages[:1]:
            return _to_first_page(scope)
        return None if _reaches(session, path) else PlainTextResponse("Not found", 404)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = self._key(scope)
        session = self._sessions.touch(key)
        if session is None or scope["path"] != STREAM:
            politely = session is None and self._cookie_name in HTTPConnection(scope).cookies
            await _refuse(receive, send, politely=politely)
            return
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()

        def end() -> None:
            loop.call_soon_threadsafe(ended.set)

        with self._sessions.watch(key, end):
            page = _Page(receive, send, ended, lambda: self._sessions.touch(key) is not None, session.offered)
            await self._app(_identified(scope, key), page.receive, page.send)

    @property
    def _cookie_name(self) -> str:
        return cookie_name(secure=self._secure())

    def _key(self, scope: Scope) -> str:
        return key_of(HTTPConnection(scope).cookies.get(self._cookie_name, ""))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        """Add what a browser is told with every answer; a route that says something stricter itself is left alone."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure = self._secure()
                if secure:
                    message["headers"] = [_over_tls_only(*header) for header in message["headers"]]
                if scope["path"].startswith("/media/"):
                    message["headers"] = [header for header in message["headers"] if header[0] != b"cache-control"]
                said = {name for name, _ in message["headers"]}
                missing = [header for header in self._headers[secure] if header[0] not in said]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        return sent


SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def _headers(*, secure: bool) -> list[tuple[bytes, bytes]]:
    """What a browser is told with every answer, spelled as it is sent."""
    transport = {"Strict-Transport-Security": "max-age=31536000"} if secure else {}
    told = {"Content-Security-Policy": content_security_policy(shell.shell()), **SAFE_HEADERS, **transport}
    return [(name.lower().encode(), value.encode()) for name, value in told.items()]


class _Page:
    """An open page's websocket that ends with its session."""

    def __init__(
        self, receive: Receive, send: Send, ended: asyncio.Event, valid: Callable[[], bool], offered: set[str]
    ) -> None:
        self._offered = offered
        self._receive = receive
        self._send = send
        self._ended = ended
        self._valid = valid
        self._accepted = False
        self._over = False

    async def receive(self) -> Message:
        """Hand on the next message, or end the page when its session has ended first."""
        message = await self._next()
        if message is not None and (message["type"] != "websocket.receive" or self._valid()):
            return message
        if not self._over:
            self._over = True
            await _send_away(self._send, accepted=self._accepted)
        return {"type": "websocket.disconnect", "code": REVOKED}

    async def send(self, message: Message) -> None:
        """Hand on what the page is sent, until it was sent away, and note which files it is offered."""
        if self._over:
            return
        self._offered.update(name.decode() for name in MEDIA.findall(message.get("bytes") or b""))
        self._accepted = self._accepted or message["type"] == "websocket.accept"
        await self._send(message)

    async def _next(self) -> Message | None:
        if self._over:
            return None
        received = asyncio.ensure_future(self._receive())
        revoked = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({received, revoked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            revoked.cancel()
            if not received.done():
                received.cancel()
        return None if self._ended.is_set() else received.result()


async def _refuse(receive: Receive, send: Send, *, politely: bool) -> None:
    """Turn a websocket away: with HTTP 403, or, where somebody was signed in, with a redirect to the sign-in page."""
    await receive()
    if politely:
        await send({"type": "websocket.accept", "subprotocol": "streamlit"})
    await _send_away(send, accepted=politely)


async def _send_away(send: Send, *, accepted: bool) -> None:
    if accepted:
        message = await run_in_threadpool(_elsewhere)
        with suppress(RuntimeError, OSError):  # the page may have gone by itself in the meantime
            await send({"type": "websocket.send", "bytes": message})
    with suppress(RuntimeError, OSError):
        await send({"type": "websocket.close", "code": REVOKED})


@cache
def _elsewhere() -> bytes:
    """Write what sends a page of Streamlit's to the sign-in page."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: PLC0415  no form should wait for it when a server starts

    message = ForwardMsg()
    message.auth_redirect.url = SIGN_IN
    return bytes(message.SerializeToString())


def _over_tls_only(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Mark a cookie that Streamlit sets; it does not know of the proxy that speaks TLS."""
    insecure = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if insecure else value


def _reaches(session: Session, path: str) -> bool:
    """Whether somebody who is signed in gets through to a path; what is not named here, nobody does."""
    if path in ADDRESSES or path in PROBES or path == OWN or path.startswith(ITS_OWN):
        return True
    if path == KIT:
        return "report" in access.POLICIES[session.role].acts
    if path.startswith(UPLOADS):
        return "change the roster" in access.POLICIES[session.role].acts
    offered = MEDIA.match(path.encode())
    return offered is not None and offered[1].decode() in session.offered


def _to_sign_in(scope: Scope) -> Response:
    """Send a person to the sign-in page; tell a program that it is not signed in."""
    headers = HTTPConnection(scope).headers
    if scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", ""):
        return RedirectResponse(SIGN_IN, 303, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("Not signed in", 401, headers={"Cache-Control": "no-store"})


def _to_first_page(scope: Scope) -> Response:
    """Send a role's first page, asked for by its name, to "/": Streamlit knows it by that address and by no other."""
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"/?{query}" if query else "/", 303, headers={"Cache-Control": "no-store"})


def _matches(routes: Collection[BaseRoute], scope: Scope) -> bool:
    return any(route.matches(scope)[0] is not Match.NONE for route in routes)


def _cleaned(scope: Scope) -> Scope:
    """Drop what only the guard may say, and a slash at the end of the path."""
    headers = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(OURS)]
    return {**scope, "headers": headers, "path": scope["path"].rstrip("/") or "/"}


def _identified(scope: Scope, key: str) -> Scope:
    return {**scope, "headers": [*scope["headers"], (HEADER.encode(), key.encode())]}


def cookie_name(*, secure: bool) -> str:
    """Name the session's cookie: over TLS with the prefix that binds it to this host, path and transport."""
    return "__Host-rapport" if secure else "rapport"


def set_cookie(response: Response, session_id: str, *, secure: bool) -> None:
    """Give a browser its session."""
    response.set_cookie(
        cookie_name(secure=secure),
        session_id,
        max_age=int(LONGEST),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def content_security_policy(page: str) -> str:
    """Make the policy of the dashboard's pages: everything from here, and of scripts in the page only its own, by hash.

    Computed from the page at every start, so that a new Streamlit does not end in a blank screen.
    """
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = " ".join(f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline)
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    )
