"""Writing to everybody asked, to those who are introduced, and to leads, as `ROUNDS` has it.

    lay out ─▶ send, in random order ─▶ mark

Before the first letter leaves, everybody's is kept with its Message-ID; that the mail server took one is on the disk
before the next leaves. Killed anywhere, the next run sends what is left, so that at most the one on its way goes twice,
under the same Message-ID. The server goes on by itself with what waits for working hours.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from typing import Literal, Protocol

import duckdb

from data import ballot_box, letters, organization, roster, ties, waves
from data.letters import Addressee, Kind, Letter, Taken
from data.records import Member, Problem, Wave
from surveys import introducing, mail
from surveys.desk import Desk
from surveys.job import Progress
from surveys.language import ENGLISH, languages, understood
from surveys.links import links as links_of
from surveys.mail import Enclosure, Links, Sender
from surveys.pages import House
from surveys.pulse_link import house

Occasion = Literal["invite", "remind", "tell", "introduce", "report"]
Enclose = Callable[[Wave, Member], Sequence[Enclosure]]
"""Gives what lies in a letter that is not only read."""

MOST = 8
"""Letters that somebody gets in a quarter, of all waves, unless the setting `letters_a_quarter` says otherwise."""
PAUSES = (5.0, 20.0, 60.0)
"""Seconds before each further try with those whom the mail server put off."""
PATIENCE = 3
"""How many connections in a row may be lost before the mail server gets a pause."""


class PutOff(Exception):  # noqa: N818  not a failure: it goes with the next try
    """The mail server cannot take this letter now."""


class Lost(PutOff):
    """The connection was lost on the way; nobody knows whether the letter was taken."""


class Refused(Exception):  # noqa: N818  not a failure of the program: it is what the mail server says
    """The mail server will never take this letter; the message is what it said."""


class Postbox(Protocol):
    """Takes letters to the mail server, over one connection."""

    @property
    def sender(self) -> Sender:
        """From whom they come."""

    def send(self, message: EmailMessage) -> None:
        """Hand a letter over; it is taken when this returns. `PutOff`, `Lost`, `Refused`, or a `Problem` for all."""


@dataclass
class Tally:
    """What became of the letters."""

    wave: str
    kind: Kind
    sent: int = 0
    waiting: int = 0
    """For their working hours."""
    left: int = 0
    """Put off by the mail server until the next run, or not come to."""
    over: int = 0
    """Not written to, because they had as many letters this quarter as anybody gets."""
    without: int = 0
    """Not written to, because they have no address."""
    refused: dict[str, str] = field(default_factory=dict)
    """Address to the mail server's words."""
    stopped: str = ""
    """Why no more letters were tried; '' where all were."""


def kind_of(desk: Desk, name: str, occasion: Occasion) -> tuple[Wave, Kind]:
    """Which letter is next; of two reminders the second on another day, once everybody has the first.

    `Problem` for a wave that is not open, or where it has to be closed, and after two reminders.
    """
    with desk.store.reading() as db:
        wave = waves.wave(db, name)
        _check_state(wave, occasion)
        if occasion != "remind":
            return wave, KINDS[occasion]
        unsent = {letter.kind for letter in letters.waiting(db) if letter.wave_id == wave.wave_id}
        for kind in ("reminder", "last reminder"):
            if kind in unsent or not letters.addressed(db, wave.wave_id, kind):
                _check_day(desk, wave, letters.last_sent(db, wave.wave_id, "reminder"), kind)
                return wave, kind
    raise Problem(f"Wave '{name}' has had two reminders; expected no third.")


KINDS: Mapping[Occasion, Kind] = {
    "invite": "invitation",
    "tell": "results",
    "introduce": "introduction",
    "report": "report",
}
"""What is written where no day decides it."""


def write(
    desk: Desk,
    name: str,
    occasion: Occasion,
    postbox: Postbox,
    *,
    at_once: bool = False,
    pause: Callable[[float], None],
    progress: Progress = lambda _sentence, _share: None,
    enclose: Enclose = lambda _wave, _member: (),
) -> Tally:
    """Sends the next letter of this occasion to everybody whom it is for and who has not got it yet.

    `at_once` waits for nobody's working hours. `Problem`, with nothing kept, for a made-up company, and where this
    letter is not due.
    """
    with desk.post:
        settle(desk)
        wave, kind = kind_of(desk, name, occasion)
        tally = _lay_out(desk, wave, kind, postbox.sender)
        _send(
            desk, tally, wave, postbox,
            at_once=at_once, pauses=PAUSES, pause=pause, progress=progress, enclose=enclose,
        )  # fmt: skip
    return tally


def go_on(
    desk: Desk, postbox: Postbox, enough: Callable[[], bool], enclose: Enclose = lambda _wave, _member: ()
) -> list[Tally]:
    """Sends what waited for working hours, until it is `enough`; the server calls this. Nothing while others send."""
    if not desk.post.acquire(blocking=False):
        return []
    try:
        settle(desk)
        with desk.store.reading() as db:
            found = {(letter.wave_id, letter.kind) for letter in letters.waiting(db)}
            chosen = [(waves.wave_by_id(db, wave_id), kind) for wave_id, kind in sorted(found)]
        tallies = []
        for wave, kind in chosen:
            if not enough() and not ROUNDS[kind].over(desk, wave):
                tally = Tally(wave.name, kind)
                _send(desk, tally, wave, postbox, enough=enough, enclose=enclose)
                tallies.append(tally)
        return tallies
    finally:
        desk.post.release()


def settle(desk: Desk) -> None:
    """Marks what a killed process had sent. The caller holds `desk.post`, as nobody sends meanwhile."""
    taken = Taken(desk.store.path)
    sent = taken.read()
    if sent:
        today = desk.today()
        with desk.store.writing() as db:
            letters.mark_sent(db, sent, today)
    taken.end()


def samples(
    desk: Desk,
    name: str,
    occasion: Occasion,
    sender: Sender,
    address: str,
) -> dict[str, EmailMessage]:
    """The next letter as a made-up member would get it, by the code of each language used. Its links open nothing.

    Nothing lies in it: what lies in a report's letter is for its lead alone.
    """
    wave, kind = kind_of(desk, name, occasion)
    with desk.store.reading() as db:
        spoken = {understood(member.language or "").code for member, _ in ROUNDS[kind].due(db, wave, desk.today())}
        houses = {code: house(db, desk, understood(code)) for code in sorted(spoken or {"en"})}
    links = Links(
        f"{desk.url}/p#example" if wave.pulse else "",
        f"{desk.url}/n#example" if wave.network else "",
        f"{desk.url}/i#example",
    )
    return {
        code: mail.message(
            mail.page(kind, wave, here, "Ada Example", links),
            here, sender, "Ada Example", address, _message_id(sender), desk.clock(),
        )
        for code, here in houses.items()
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------ what is refused


def _check_state(wave: Wave, occasion: Occasion) -> None:
    asks = occasion in {"invite", "remind"}
    if not asks and wave.state != "closed":
        raise Problem(f"Wave '{wave.name}' is {wave.state} and has no results yet; expected a closed wave.")
    if asks and wave.state != "open":
        raise Problem(f"Wave '{wave.name}' is {wave.state} and takes no more answers; expected an open wave.")


def _check_day(desk: Desk, wave: Wave, reminded: date | None, kind: Kind) -> None:
    if kind == "last reminder" and reminded is not None and reminded >= desk.today():
        raise Problem(f"Wave '{wave.name}' was reminded of today; expected the last reminder on another day.")


def check_people(db: duckdb.DuckDBPyConnection, wave: Wave, kind: Kind) -> None:
    """Raise a `Problem` where there is nobody to tell: a made-up company, or results that no link opens."""
    if organization.setting(db, "made_up") == "yes":
        raise Problem("This company is made up, and nobody is written to; --preview shows what it would be.")
    opens = ballot_box.has_readers(db, wave.wave_id) or wave.wave_id in ties.linked(db)
    if kind == "results" and not opens:
        raise Problem(f"Wave '{wave.name}' has no links that open anything any more; expected a wave asked here.")


# ------------------------------------------------------------------------------------------------------ what is written


def _lay_out(desk: Desk, wave: Wave, kind: Kind, sender: Sender) -> Tally:
    """Keeps everybody's letter of this kind who has none, or whose letter was refused or came back."""
    over = ROUNDS[kind].over(desk, wave)
    if over:
        raise Problem(f"{over} Expected a wave of which letters can still be written.")
    with desk.store.writing() as db:
        check_people(db, wave, kind)
        letters.drop_late(db)
        letters.drop_refused(db, wave.wave_id, kind)
        due = {(member.member_id, about): member for member, about in ROUNDS[kind].due(db, wave, desk.today())}
        had = letters.in_hand(db, _quarter(desk.today()))
        most = int(organization.setting(db, "letters_a_quarter") or MOST)
        new = sorted(each for each in due.keys() - letters.addressed(db, wave.wave_id, kind) if due[each].email)
        chosen = []
        for each in new:
            if had.get(each[0], 0) < most:
                chosen.append(each)
                had[each[0]] = had.get(each[0], 0) + 1
        letters.lay_out(db, wave.wave_id, kind, {each: _message_id(sender) for each in chosen})
    without = {member.member_id for member in due.values() if not member.email}
    return Tally(wave.name, kind, over=len(new) - len(chosen), without=len(without))


def _quarter(day: date) -> date:
    """The first day of a quarter.

    >>> _quarter(date(2026, 11, 23))
    datetime.date(2026, 10, 1)
    """
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _message_id(sender: Sender) -> str:
    return f"{secrets.token_hex(16)}@{sender.address.rpartition('@')[2]}"


# --------------------------------------------------------------------------------------------------------- what is sent


def _send(
    desk: Desk,
    tally: Tally,
    wave: Wave,
    postbox: Postbox,
    *,
    at_once: bool = False,
    pauses: Sequence[float] = (),
    pause: Callable[[float], None] = lambda _seconds: None,
    progress: Progress = lambda _sentence, _share: None,
    enough: Callable[[], bool] = lambda: False,
    enclose: Enclose = lambda _wave, _member: (),
) -> None:
    """Sends what may go now, and marks it, also where something breaks off."""
    sending = _Sending(desk, wave, tally, postbox, at_once, progress, enough, enclose)
    queue = sending.ready()
    try:
        queue = sending.each(queue)
        for seconds in pauses:
            if queue and not tally.stopped:
                pause(seconds)
                queue = sending.each(queue)
        tally.left = len(queue)
    finally:
        with desk.store.writing() as db:
            letters.mark_refused(db, sending.refused)
        settle(desk)


class _Sending:
    """One run through the letters of one kind."""

    def __init__(  # noqa: PLR0917  it is what a run needs, handed on by `_send` alone
        self,
        desk: Desk,
        wave: Wave,
        tally: Tally,
        postbox: Postbox,
        at_once: bool,
        progress: Progress,
        enough: Callable[[], bool],
        enclose: Enclose,
    ) -> None:
        self._desk = desk
        self._wave = wave
        self._tally = tally
        self._postbox = postbox
        self._at_once = at_once
        self._progress = progress
        self._enough = enough
        self._enclose = enclose
        self._round = ROUNDS[tally.kind]
        self._taken = Taken(desk.store.path)
        self._people: Mapping[str, Member] = {}
        self._links: Mapping[Addressee, Links] = {}
        self._houses: dict[str, House] = {}
        self.refused: dict[str, str] = {}
        """Message-ID to the mail server's words."""

    def ready(self) -> list[Letter]:
        """Everybody's letter that may go now, in random order, with what is needed to write it."""
        with self._desk.store.reading() as db:
            due = {
                (who.member_id, about): who
                for who, about in self._round.due(db, self._wave, self._desk.today())
                if who.email
            }
            self._people = {who.member_id: who for who in due.values()}
            found = [
                letter
                for letter in letters.waiting(db)
                if (letter.wave_id, letter.kind) == (self._wave.wave_id, self._tally.kind)
                and (letter.member_id, letter.about) in due
            ]
            self._houses = {code: house(db, self._desk, language) for code, language in languages().items()}
        queue = [letter for letter in found if self._at_work(letter)]
        self._tally.waiting = len(found) - len(queue)
        if queue:
            self._links = self._round.links(self._desk, self._wave)
        secrets.SystemRandom().shuffle(queue)
        return queue

    def each(self, queue: Sequence[Letter]) -> list[Letter]:
        """Tries each letter once; gives those that are left."""
        left: list[Letter] = []
        lost = 0
        for at, letter in enumerate(queue):
            self._progress("Sending", at / len(queue))
            if self._breaks_off() or lost == PATIENCE:
                return [*left, *queue[at:]]
            if not self._at_work(letter):
                self._tally.waiting += 1
                continue
            try:
                self._hand_over(letter)
                lost = 0
            except PutOff as why:
                lost = lost + 1 if isinstance(why, Lost) else 0
                left.append(letter)
            except Problem as problem:
                self._tally.stopped = str(problem)
                return [*left, *queue[at:]]
        return left

    def _hand_over(self, letter: Letter) -> None:
        member = self._people[letter.member_id]
        try:
            self._postbox.send(self._written(letter, member))
        except Refused as said:
            self.refused[letter.message_id] = self._tally.refused[member.email] = str(said)
        else:
            self._taken.add(letter.message_id)
            self._tally.sent += 1

    def _written(self, letter: Letter, member: Member) -> EmailMessage:
        here = self._houses[understood(member.language or "").code]
        links = self._links.get((letter.member_id, letter.about), Links())
        page = mail.page(letter.kind, self._wave, here, member.name, links)
        sender, now = self._postbox.sender, self._desk.clock()
        try:
            enclosed = self._enclose(self._wave, member) if letter.kind == "report" else ()
            return mail.message(page, here, sender, member.name, member.email, letter.message_id, now, enclosed)
        except Problem as problem:
            raise Refused(str(problem)) from problem

    def _at_work(self, letter: Letter) -> bool:
        zone = self._people[letter.member_id].timezone
        return self._at_once or mail.in_hours(self._desk.clock(), zone, self._houses[ENGLISH.code].zone)

    def _breaks_off(self) -> bool:
        self._tally.stopped = self._tally.stopped or self._round.over(self._desk, self._wave)
        return bool(self._tally.stopped) or self._enough()


# ---------------------------------------------------------------------------------------------- for whom each letter is


@dataclass(frozen=True)
class _Round:
    """One kind of letter: for whom it is, with which links, and why it may not be sent any more."""

    due: Callable[[duckdb.DuckDBPyConnection, Wave, date], list[tuple[Member, str]]]
    """Everybody on the roster whom it is for on a day, with the member_id of whom it is about, or ''."""
    links: Callable[[Desk, Wave], Mapping[Addressee, Links]]
    over: Callable[[Desk, Wave], str]
    """A sentence; '' while it may be sent."""


def _asked(db: duckdb.DuckDBPyConnection, wave: Wave, _on: date) -> list[tuple[Member, str]]:
    seats = waves.seats(db, wave.wave_id)
    return [(member, "") for member in roster.members(db) if member.member_id in seats]


def _leads(db: duckdb.DuckDBPyConnection, _wave: Wave, _on: date) -> list[tuple[Member, str]]:
    return [(member, "") for member in roster.members(db) if member.leads]


def _introduced(db: duckdb.DuckDBPyConnection, wave: Wave, on: date) -> list[tuple[Member, str]]:
    people = {member.member_id: member for member in roster.members(db)}
    return [(people[member_id], other_id) for member_id, other_id in introducing.asked(db, wave, on)]


def _links(desk: Desk, wave: Wave) -> dict[Addressee, Links]:
    frame = links_of(desk, wave.name)
    rows = zip(frame["member_id"], frame["pulse_url"], frame["network_url"], strict=True)
    return {(member_id, ""): Links(pulse, network) for member_id, pulse, network in rows}


def _no_links(_desk: Desk, _wave: Wave) -> dict[Addressee, Links]:
    return {}


def _introduction_links(desk: Desk, wave: Wave) -> dict[Addressee, Links]:
    urls = introducing.urls(desk, wave)
    return {addressee: Links(introduction=url) for addressee, url in urls.items()}


def _closed_meanwhile(desk: Desk, wave: Wave) -> str:
    return "" if takes_answers(desk, wave) else f"Wave '{wave.name}' has closed meanwhile."


def _never(_desk: Desk, _wave: Wave) -> str:
    return ""


def _ended(desk: Desk, wave: Wave) -> str:
    return "" if introducing.can_ask(desk, wave) else f"Nobody can be asked about introductions of wave '{wave.name}'."


_ASKING = _Round(_asked, _links, _closed_meanwhile)
ROUNDS: Mapping[Kind, _Round] = {
    "invitation": _ASKING,
    "reminder": _ASKING,
    "last reminder": _ASKING,
    "results": _Round(_asked, _no_links, _never),
    "introduction": _Round(_introduced, _introduction_links, _ended),
    "report": _Round(_leads, _no_links, _never),
}


def takes_answers(desk: Desk, wave: Wave) -> bool:
    """Whether the wave is open still, and its time has not come."""
    with desk.store.reading() as db:
        return waves.wave_by_id(db, wave.wave_id).state == "open" and desk.clock() < wave.closes
