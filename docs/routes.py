"""Walk every route of the real server as everybody who might try: `make routes`.

It makes a made-up company of forty, serves it on a free port of this machine, and asks for each route over HTTP and
WebSocket: without a session, as three leads, as a steward, an auditor and the administrator, and with a session that
was ended. It prints what answered, and ends with status 1 where something is open that should not be, or shut that
should not be.

The routes are those that the application itself lists: one that has no line in ROUTES is reported as well.
"""
# ruff: noqa: INP001  a script beside the documents, not part of a package

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import httpx2
from duckdb import DuckDBPyConnection
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard import addresses
from dashboard.access import PAGES, POLICIES, Page, Role
from dashboard.addresses import API
from dashboard.api import OPENAPI
from dashboard.guard import ADDRESSES, STREAM
from data import organization, roster, waves
from data.records import ROOT, Member, Team
from data.store import Store
from surveys import introducing
from surveys import pages as forms

REPOSITORY = Path(__file__).resolve().parent.parent

For = Literal["everybody", "who was signed in", "signed in", "reads figures", "has a token", "administrator", "nobody"]
Met = Literal["answers", "closed", "sign in"]

ROUTES: Mapping[str, For] = {
    "/p": "everybody",
    "/p/thanks": "everybody",
    "/kiosk": "everybody",
    "/kiosk/p": "everybody",
    "/kiosk/p/thanks": "everybody",
    "/kiosk/privacy": "everybody",
    "/n": "everybody",
    "/n/thanks": "everybody",
    "/i": "everybody",
    "/privacy": "everybody",
    "/assets/{path:path}": "everybody",
    "/favicon.ico": "everybody",
    "/health": "everybody",
    "/ready": "everybody",
    "/signin": "everybody",
    "/signin/with": "everybody",
    "/signin/back": "everybody",
    "/signin/password": "everybody",
    "/auth/logout": "everybody",
    API: "everybody",
    OPENAPI: "everybody",
    **dict.fromkeys((address.path for address in addresses.ADDRESSES), "has a token"),
    "/_stcore/health": "everybody",
    "/_stcore/host-config": "who was signed in",
    STREAM: "signed in",
    "": "signed in",
    **dict.fromkeys(sorted(ADDRESSES), "signed in"),
    "/kit": "reads figures",
    "/password": "signed in",
    "/_stcore/upload_file/{session_id}/{file_id}": "administrator",
    "/media/{file_id:path}": "nobody",
    "/_stcore/metrics": "nobody",
    "/_stcore/agent/interact": "nobody",
    "/_stcore/agent/openapi.json": "nobody",
    "/_stcore/agent/mcp": "nobody",
    "/_stcore/bidi-components/{path:path}": "nobody",
    "/component/{path:path}": "nobody",
    "/auth/login": "nobody",
    "/oauth2callback": "nobody",
}
"""For whom each route is. '' is Streamlit's own mount: its scripts. A file under /media is for the one session that was
offered it, and for nobody who asks for any other. The host-config says nothing of the organization: a page left open
over the end of its session asks for it, and is then sent to the sign-in page."""

EXAMPLES = {
    "/assets/{path:path}": "/assets/" + next(file.name for file in sorted(forms.ASSETS.iterdir()) if file.is_file()),
    "/media/{file_id:path}": "/media/" + "0" * 32,
}
NO_PAGE = "/a-page-that-is-not"
ELSEWHERE = {"sec-fetch-site": "cross-site"}
"""Sent with the request to sign out, so that the walk does not end its own sessions."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who tries every route."""

    name: str
    cookies: Mapping[str, str]
    role: Role | None = None
    """None: not signed in, or not any more."""
    words: frozenset[str] = frozenset()
    """Names of people that no page of theirs may hold."""
    teams: frozenset[str] = frozenset()
    """Paths of teams that neither overview, trends nor teams of theirs may hold."""

    @property
    def cookie(self) -> str:
        """What their browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@dataclass
class Walk:
    """What was met, as tables, and what should have been otherwise."""

    tell: Callable[[str], object]
    """Takes each line as it is found: a walk lasts a minute."""
    wrong: list[str] = field(default_factory=list)
    asked: int = 0

    def line(self, what: str, cells: Iterable[str]) -> None:
        """Write one line of a table."""
        self.tell(what.ljust(48) + "".join(cell.ljust(16) for cell in cells).rstrip() + "\n")

    def met(self, visitor: Visitor, what: str, met: str, expected: str) -> str:
        """Keep one answer, and give what stands in its cell."""
        self.asked += 1
        if met == expected:
            return met
        self.wrong.append(f"{what} as {visitor.name}: {met}; expected: {expected}")
        return f"{met} (!)"


# ------------------------------------------------------------------------------------------------------------- routes


def listed() -> dict[str, set[str]]:
    """Every route that the application lists, with its methods; a websocket has none."""
    from dashboard.app import app  # noqa: PLC0415  reads Streamlit's settings, which a test may not want at import
    from dashboard.door import open_routes  # noqa: PLC0415

    found: dict[str, set[str]] = {}
    for route in (*open_routes, *app._build_starlette_app().routes):  # noqa: SLF001  nothing public lists them
        found.setdefault(str(getattr(route, "path", "")), set()).update(getattr(route, "methods", None) or {"GET"})
    return found


def requests(routes: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str, str]]:
    """Every request to make: route, method, path. The mount is asked for what is no page."""
    for route, methods in routes.items():
        for method in sorted(set(methods) - {"HEAD"}):
            if route == "":
                yield route, method, NO_PAGE
            else:
                yield (
                    route,
                    method,
                    EXAMPLES.get(route) or "".join(part if "{" not in part else "/x" for part in _parts(route)),
                )


def _parts(route: str) -> list[str]:
    return ["/" + part for part in route.strip("/").split("/")]


def expected(audience: For, visitor: Visitor) -> Met:
    """Tell what somebody should meet at a route."""
    if audience == "everybody":
        return "answers"
    if audience == "who was signed in":
        return "answers" if visitor.cookies else "sign in"
    if visitor.role is None or audience == "has a token":  # a session opens none of these
        return "sign in"
    if audience == "reads figures":
        return "answers" if POLICIES[visitor.role].figures != "none" else "closed"
    return "answers" if audience in ("signed in", visitor.role) else "closed"


def ask(client: httpx2.Client, method: str, path: str, visitor: Visitor) -> Met:
    """Make one request, and tell what was met."""
    if path == STREAM:
        return knock(str(client.base_url).rstrip("/"), visitor)
    headers = {"Cookie": visitor.cookie, **(ELSEWHERE if path == "/auth/logout" else {})}
    answer = client.request(method, path, headers=headers)
    if answer.status_code == 401:
        return "sign in"
    return "closed" if answer.status_code == 404 and answer.content == b"Not found" else "answers"


def walk_routes(address: str, visitors: Sequence[Visitor], walk: Walk) -> None:
    """Ask for every route as everybody."""
    routes = listed()
    walk.wrong += [f"route {route} has no line in ROUTES" for route in routes if route not in ROUTES]
    walk.wrong += [f"ROUTES names {route}, which is no route" for route in ROUTES if route not in routes]
    walk.line("route", (visitor.name for visitor in visitors))
    with httpx2.Client(base_url=address) as client:
        for route, method, path in requests(routes):
            what = f"{method if path != STREAM else 'websocket'} {path}"
            audience = ROUTES.get(route, "nobody") if path != NO_PAGE else "nobody"
            met = ((visitor, ask(client, method, path, visitor)) for visitor in visitors)
            walk.line(what, [walk.met(visitor, what, one, expected(audience, visitor)) for visitor, one in met])


# -------------------------------------------------------------------------------------------------------------- pages


@dataclass(frozen=True)
class Drawn:
    """What came through the websocket for one page."""

    title: str
    teams: tuple[str, ...]
    """What the choice of a team offers."""
    sent: bytes


def knock(address: str, visitor: Visitor) -> Met:
    """Open the websocket, and tell whether it stays open."""
    try:
        with _stream(address, visitor) as stream:
            stream.send(_rerun("protection", {}))
            for message in _messages(stream):
                if message.HasField("auth_redirect"):
                    return "sign in"
                if message.HasField("new_session"):
                    return "answers"
    except (InvalidStatus, ConnectionClosed):
        pass
    return "sign in"


def draw(address: str, visitor: Visitor, page: Page, **query: str) -> Drawn | None:
    """Have a page drawn as a browser does; None where the server sends to the sign-in page."""
    title, teams, sent = "", (), b""
    try:
        with _stream(address, visitor) as stream:
            stream.send(_rerun("" if visitor.role and page == POLICIES[visitor.role].pages[0] else page, query))
            for message in _messages(stream):
                element = message.delta.new_element
                if element.heading.tag == "h1":
                    title = title or element.heading.body
                if element.radio.label == "Team" or element.selectbox.label == "Team":
                    teams = (*element.radio.options, *element.selectbox.options)
                if not message.HasField("page_info_changed"):  # holds the address as it was sent
                    sent += message.SerializeToString()
                if message.HasField("auth_redirect"):
                    return None
    except (InvalidStatus, ConnectionClosed):
        return None
    return Drawn(title, tuple(teams), sent)


@contextmanager
def _stream(address: str, visitor: Visitor) -> Iterator[ClientConnection]:
    uri = address.replace("http", "ws", 1) + STREAM
    with connect(
        uri, additional_headers={"Cookie": visitor.cookie}, subprotocols=[Subprotocol("streamlit")], max_size=None
    ) as stream:
        yield stream


def _rerun(page: str, query: Mapping[str, str]) -> bytes:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = urlencode(query)
    return bytes(message.SerializeToString())


def _messages(stream: ClientConnection) -> Iterator[ForwardMsg]:
    while True:
        message = ForwardMsg()
        message.ParseFromString(stream.recv(timeout=60))
        yield message
        if message.HasField("script_finished") or message.HasField("auth_redirect"):
            return


def walk_pages(address: str, visitors: Sequence[Visitor], walk: Walk) -> None:
    """Have every page drawn for everybody, and look for names in what was sent."""
    walk.tell("\n")
    walk.line("page", (visitor.name for visitor in visitors))
    for page in PAGES:
        walk.line(page, [_page(address, visitor, page, walk) for visitor in visitors])


def _page(address: str, visitor: Visitor, page: Page, walk: Walk) -> str:
    should = "sign in"
    if visitor.role is not None:
        should = "shows" if page in POLICIES[visitor.role].pages else "refuses"
    drawn = draw(address, visitor, page)
    if drawn is None:
        return walk.met(visitor, f"page {page}", "sign in", should)
    hidden = visitor.words if page != "log" else frozenset()  # it names who looked, and at whom
    found = held(drawn, hidden | (visitor.teams if page in ("overview", "trends", "teams", "actions") else frozenset()))
    met = "refuses" if drawn.title.endswith(" only.") else "shows"
    return walk.met(visitor, f"page {page}", f"{met} {', '.join(found)}".strip(), should)


def held(drawn: Drawn, words: Iterable[str]) -> list[str]:
    """Find which of these words were sent."""
    return sorted(word for word in words if word.encode() in drawn.sent)


def walk_teams(address: str, visitors: Sequence[Visitor], paths: Mapping[str, str], walk: Walk) -> None:
    """Ask for the overview of every team by its address, and see whose it is that comes."""
    leads = [visitor for visitor in visitors if visitor.role in ("lead", "administrator")]
    walk.tell("\n")
    walk.line("team on the overview", (visitor.name for visitor in leads))
    for path, called in paths.items():
        cells = []
        for visitor in leads:
            drawn = draw(address, visitor, "overview", team=called)
            offered = drawn is not None and called in drawn.teams
            leaked = drawn is not None and held(drawn, visitor.teams)
            met = "leaks" if leaked else "shows" if offered else "refuses"
            cells.append(walk.met(visitor, f"team {path}", met, "refuses" if path in visitor.teams else "shows"))
        walk.line(path, cells)


# ------------------------------------------------------------------------------------------------ the made-up company


@dataclass(frozen=True)
class Company:
    """Who is who in the made-up company."""

    name: str
    teams: list[Team]
    members: list[Member]
    pairs: list[tuple[str, str, str]]
    """member_a, member_b and the host of every introduction that may be shown: none that was held back."""

    @classmethod
    def read(cls, database: Path) -> "Company":
        """Read it before it is served: one process holds a database."""
        store = Store.open(database)
        with store.reading() as db:
            made = cls.of(db, datetime.now(UTC).date())
        store.close()
        return made

    @classmethod
    def of(cls, db: DuckDBPyConnection, on: date) -> "Company":
        """Read it from a database that is open, as it may be shown on a day."""
        wave = waves.last_network_wave(db)
        rows = introducing.offered(db, wave, on) if wave else None
        pairs = [] if rows is None else list(zip(rows["member_a"], rows["member_b"], rows["introducer"], strict=True))
        return cls(organization.setting(db, "organization"), roster.teams(db), roster.members(db), pairs)

    def below(self, paths: Iterable[str]) -> frozenset[str]:
        """The team_ids of teams at or below these paths."""
        return frozenset(t.team_id for t in self.teams for p in paths if t.path == p or t.path.startswith(f"{p} / "))

    def paths_of(self, member: Member) -> list[str]:
        """The paths of the teams that somebody leads."""
        return [team.path for team in self.teams if team.team_id in member.leads]

    def hidden_from(self, member: Member) -> tuple[frozenset[str], frozenset[str]]:
        """Names of people, and paths of teams, that a lead must not be sent. Worked out without `dashboard.access`."""
        paths = self.paths_of(member)
        inside = self.below(paths)
        people = {m.member_id: m for m in self.members}
        ours = {m.member_id for m in self.members if m.team_id in inside}
        introduced = {one for pair in self.pairs if ours & set(pair[:2]) for one in pair}
        names = {m.name for m in self.members if m.member_id not in ours | introduced} - {member.name}
        seen = {m.name for m in people.values() if m.member_id in ours | introduced}
        line = {path for p in paths for path in _upwards(p)}
        teams = {t.path for t in self.teams if t.team_id not in inside and t.path not in line and t.team_id != ROOT}
        return frozenset(names - seen), frozenset(teams)


def _upwards(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition(" / ")[0]


def main() -> None:
    """Make the company, serve it, walk, and say what was met."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "rapport.duckdb"
        rapport("demo", "--no-serve", "--people=40", "--waves=1", database=database)
        company = Company.read(database)
        with served(database) as address:
            walk, visitors = Walk(sys.stdout.write), everybody(address, database, company)
            walk_routes(address, visitors, walk)
            walk_pages(address, visitors, walk)
            called = {t.path: company.name if t.team_id == ROOT else t.path for t in company.teams}
            walk_teams(address, visitors, called, walk)
    sys.stdout.write(f"\n{walk.asked} asked, {len(walk.wrong)} otherwise than they should be.\n")
    sys.stdout.writelines(f"  {sentence}\n" for sentence in walk.wrong)
    sys.exit(bool(walk.wrong))


def everybody(address: str, database: Path, company: Company) -> list[Visitor]:
    """Sign everybody in by the links that the commands print."""
    leads = sorted(
        (m for m in company.members if m.leads), key=lambda m: (-len(company.below(company.paths_of(m))), m.name)
    )
    above = leads[0]
    under = next(m for m in leads if set(m.leads) < company.below(company.paths_of(above)) and m != above)
    other = next(m for m in leads if not company.below(company.paths_of(m)) & company.below(company.paths_of(above)))
    plain = [m for m in company.members if not m.leads]
    names = frozenset(m.name for m in company.members)
    rapport("people", "appoint", plain[0].member_id, "--steward", database=database)
    rapport("people", "appoint", plain[1].member_id, "--auditor", database=database)

    def signed_in(*words: str) -> dict[str, str]:
        link = rapport("people", "sign-in", *words, database=database).split()[0]
        with httpx2.Client(base_url=address) as client:
            client.post("/signin", data={"code": link.partition("#")[2], "enter": "1"})
            return dict(client.cookies)

    ended = signed_in(other.member_id)
    rapport("people", "sign-out", other.member_id, database=database)
    return [
        Visitor("nobody", {}),
        Visitor("ended session", ended),
        *(
            Visitor(name, signed_in(member.member_id), "lead", *company.hidden_from(member))
            for name, member in (("lead elsewhere", other), ("lead", under), ("lead above", above))
        ),
        Visitor("steward", signed_in(plain[0].member_id, "--as", "steward"), "steward", names),
        Visitor("auditor", signed_in(plain[1].member_id), "auditor", names),
        Visitor("administrator", signed_in("--administrator"), "administrator"),
    ]


def rapport(*words: str, database: Path) -> str:
    """Give a command to the made-up company and return what it prints."""
    command = [sys.executable, "-m", "dashboard", *words, "--db", str(database)]
    done = subprocess.run(command, cwd=REPOSITORY, text=True, capture_output=True, check=False)  # noqa: S603  our own command
    if done.returncode:
        sys.exit(f"rapport {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def served(database: Path) -> Iterator[str]:
    """Serve the company on a free port, and give the address."""
    command = [sys.executable, "-m", "dashboard", "serve", "--port", "0", "--db", str(database)]
    server = subprocess.Popen(command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE)  # noqa: S603  our own command
    try:
        first = next(iter(server.stdout or ()), "")
        if not first.startswith("Dashboard"):
            sys.exit("The server ended before it could be reached.")
        yield first.split()[1]
    finally:
        server.terminate()
        server.wait(timeout=30)


if __name__ == "__main__":
    main()
