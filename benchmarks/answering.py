"""An organization that is being asked, clients that answer over HTTP, and what each of them was told is kept.

Every answer that counts here is a number, written as a choice for each statement, so that a box says which of
somebody's answers it holds. Numbers only rise: the higher one is the later one.
"""

import asyncio
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from dashboard.command import now
from data import roster, waves
from data.keys import KeyFolder
from data.roster import RosterRow
from data.store import Store
from surveys import ballots, opening
from surveys.desk import Desk
from surveys.limits import POSTS
from surveys.questionnaire import asked, builtin
from surveys.submission import Submission

WAVE = "2026-Q4"
SILENT = 10
"""One person in so many never answers, so that a close has something to count wrongly."""
ITEMS = [item.id for item in asked(builtin("quarterly"), 0).items]
CHOICES = 5

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Told:
    """What people sent and what they were told, each named by the nullifier of their ballot."""

    codes: Mapping[bytes, str]
    """Of those who answer."""
    kept: dict[bytes, int] = field(default_factory=dict)
    """The last answer of each that was acknowledged."""
    sent: dict[bytes, int] = field(default_factory=dict)
    """The last one that was sent, which may be on its way."""
    acknowledged: int = 0
    """How many answers were, of everybody together."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def settle(self, found: Mapping[bytes, int]) -> None:
        """Take what was found as kept: an answer on its way has arrived or it has not, and what is lost counts once."""
        self.kept, self.sent = dict(found), dict(found)


def open_wave(database: Path, people: int) -> list[str]:
    """Make an organization of teams of ten and ask it; gives everybody's code, team by team."""
    names = (f"p{at:05d}" for at in range(people))
    rows = [RosterRow(at, name, name, f"{name}@example.org", f"Team {at // 10}") for at, name in enumerate(names)]
    desk = Desk.open(database, clock=now, url="http://127.0.0.1")
    try:
        with desk.store.writing() as db:
            roster.apply(db, roster.plan(roster.teams(db), [], rows))
        closes = now() + timedelta(days=19)
        opening.open_wave(desk, WAVE, asks="pulse", questionnaire=builtin("quarterly"), closes=closes)
        with desk.store.reading() as db:
            key = desk.keys.read(waves.wave(db, WAVE).wave_id)["pulse"]
        return [ballots.code(ballots.secret(key, row.member_id)) for row in rows]
    finally:
        desk.close()


def told(codes: Sequence[str]) -> Told:
    """Nine in ten of these people, who answer and have not begun."""
    secrets = {code: ballots.secret_from(code) or b"" for at, code in enumerate(codes) if at % SILENT}
    return Told({ballots.nullifier(secret): code for code, secret in secrets.items()})


# ----------------------------------------------------------------------------------------------------------- answering


async def answer(address: str, told: Told, clients: int, over: Callable[[], bool], *, for_long: bool = False) -> None:
    """Have clients answer for their share of the people, again and again, until it is over or the server is gone.

    `for_long`: they wait a little between two answers, so that no link ever sends more of them than it may.
    """
    host = urlsplit(address).netloc
    people = random.sample(list(told.codes), len(told.codes))

    async def client(mine: Sequence[bytes]) -> None:
        stream = await asyncio.open_connection(*host.split(":"))
        pause = 60 / POSTS / len(mine) if for_long else 0.0
        try:
            for who in cycle(mine):
                if over():
                    return
                told.sent[who] = number = next(told.numbers)
                await send(stream, form(host, told.codes[who], written(number)))
                told.kept[who] = number
                told.acknowledged += 1
                await asyncio.sleep(pause)
        finally:
            stream[1].close()

    ended = await asyncio.gather(*(client(people[at::clients]) for at in range(clients)), return_exceptions=True)
    for end in ended:
        if end is not None and not isinstance(end, ConnectionError):
            raise end


async def send(stream: Stream, posted: bytes) -> None:
    """Post a form and wait for all of what says that it is kept. ConnectionError where the server goes away first."""
    reader, writer = stream
    writer.write(posted)
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        raise ConnectionError("The server went away.") from None
    status = head.partition(b"\r\n")[0]
    if b" 303 " not in status:
        sys.exit(f"An answer was not taken: {status.decode()}")


def form(host: str, code: str, values: Mapping[str, int]) -> bytes:
    """A whole form as a browser posts it."""
    body = urlencode({"code": code, "answers": "1", **values}).encode()
    kind = "application/x-www-form-urlencoded"
    head = f"POST /p HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def written(number: int) -> dict[str, int]:
    """A number as a choice for each statement; there are more of them than anybody can send.

    >>> number(written(1234))
    1234
    """
    return {item: number // CHOICES**at % CHOICES + 1 for at, item in enumerate(ITEMS)}


def number(answers: Mapping[str, int]) -> int:
    """The number that was written as these choices."""
    return sum((answers[item] - 1) * CHOICES**at for at, item in enumerate(ITEMS))


# ------------------------------------------------------------------------------------------------------- what was kept


def boxes(database: Path, keys: Path) -> list[tuple[bytes, int]]:
    """Whose answer every box of a database holds, and which one; `keys` is the database whose keys open them."""
    store = Store.open(database)
    try:
        with store.reading() as db:
            wave_id = waves.wave(db, WAVE).wave_id
            sealed = db.execute("SELECT nullifier, sealed FROM box").fetchall()
    finally:
        store.close()
    unseal = ballots.opener(KeyFolder.beside(keys).read(wave_id)["box"])
    return [(bytes(who), number(Submission.from_bytes(unseal(box)).answers)) for who, box in sealed]
