"""The attacks: what a thief makes of the files of a wave. Each is a function that says who, they think, wrote what.

    .venv/bin/python tests/attacks.py --trials 200     attack, people, trials, success, chance, z, naive design

A trial is a real wave: opened, answered through the seal and the intake, named on the network form right after each
pulse, copied by the thief after every single submission, and closed. Before the close nobody can read a box, and a test
in which nothing can be read would show nothing; so every thief is handed more than they could have: the order in which
people answered, and, on top of the files of the open wave, the file after the close with the comments it released.
Comments are the answers to be linked: texts that occur once, released where ten answered. Where fewer than ten people
are to be found out, the others of the ten are accomplices, who told the thief what they wrote.

A guess gives each person one answer and each answer to one person. If it rests on nothing, it is right once a trial
on average, with variance one, however many people there are: z = (hits - trials) / √trials.

The same functions go through the files of designs that somebody in a hurry would build, with the same names of tables.
There they must find everybody; an attack that fails there shows nothing here.
"""
# ruff: noqa: T201  printing a table is what the command is for

import argparse
import math
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property, lru_cache
from itertools import pairwise, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import data  # noqa: F401  comes before DuckDB in every process: see data.memory

# isort: split
import duckdb

from data import roster, ties
from data.records import ROOT, Member, Team, Tie, Wave
from data.roster import RosterChange
from data.ties import NetworkAnswer
from surveys import apart, ballots, closing, opening, reasoning
from surveys.desk import Desk
from surveys.questionnaire import builtin
from surveys.submission import Submission

SIZES = (5, 8, 20)
"""How many people are to be found out in a trial."""
RELEASED = 10
"""From how many answers a group's comments are released; accomplices make up for what is missing."""
SILENT = 2
"""How many were asked and did not answer."""
FALSE_ALARM = 1e-8
"""How often a short run may say that it found something where there is nothing, per attack and size."""
NOTABLE = 3.0
"""The z from which a long run is repeated, and a leak if the repetition says so too."""

NOW, CLOSES = datetime(2026, 9, 7, 8), datetime(2026, 9, 21, 8)  # UTC without a zone mark, as in the database
WAVE, PULSE = "2026-Q3", builtin("pulse")
SCRATCH = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108  our folders in it have random names
"""Where waves are played: in memory, where there is such a place, for what is measured is not the disk."""

Tables = dict[str, list[dict[str, Any]]]
"""Every table with its rows."""
Guess = dict[str, str]
"""Who, a thief thinks, wrote what: member id to answer."""
_first, _second = itemgetter(0), itemgetter(1)


@dataclass(frozen=True)
class Loot:
    """What a thief holds of one wave, and what they are told besides."""

    copies: Sequence[Path]
    """The database, its log beside it, before the first answer to be found out and after each of them."""
    closed: Path
    """The database after the close."""
    roster: Sequence[str]
    """Everybody asked, as the mailing list has them. Member ids."""
    arrivals: Sequence[str]
    """Handed over: everybody who answered, in that order, as somebody saw who stood beside them."""
    accomplices: Mapping[str, str]
    """Handed over: what some of them wrote; they answered first."""
    archive: Mapping[bytes, str]
    """The mail archive with all links: nullifier or reader, which anyone can compute from a link, to its person."""
    opened: Mapping[bytes, str]
    """What the box key would show: nullifier to answer. Only for the thief who is said to have that key."""

    @property
    def live(self) -> Path:
        """The database of the open wave, its log beside it."""
        return self.copies[-1]

    def column(self, table: str, name: str) -> list[Any]:
        """A column of the live database in the order in which rows lie; empty where there is no such table."""
        return [row[name] for row in self._live_tables.get(table, [])]

    def after(self, table: str, name: str) -> list[Any]:
        """The same after the close."""
        return [row[name] for row in self._closed_tables.get(table, [])]

    @cached_property
    def _live_tables(self) -> Tables:
        return tables(self.live)

    @cached_property
    def _closed_tables(self) -> Tables:
        return tables(self.closed)

    @cached_property
    def released(self) -> list[str]:
        """Handed over: every answer, as the closed file has them, row after row."""
        return self.after("comment", "text")

    @cached_property
    def suspects(self) -> list[str]:
        """Who is to be found out, in the order in which they answered."""
        return [person for person in self.arrivals if person not in self.accomplices]

    @cached_property
    def open_answers(self) -> list[str]:
        """What they wrote, in the order of the closed file."""
        told = set(self.accomplices.values())
        return [answer for answer in self.released if answer not in told]


Attack = Callable[[Loot], Guess]


@dataclass(frozen=True)
class Trial:
    """A wave for the thief, and who wrote what in it."""

    loot: Loot
    truth: Mapping[str, str]

    def hits(self, attack: Attack) -> int:
        """How many people the attack finds out, not counting accomplices."""
        guess = attack(self.loot)
        if guess.keys() != set(self.loot.suspects) or len(set(guess.values())) < len(guess):
            raise ValueError(f"{attack.__name__}: expected one answer for each person and one person for each answer.")
        return sum(guess[person] == self.truth[person] for person in guess)


# --------------------------------------------------------------------------------------------------------- the attacks


def log_prefix(loot: Loot) -> Guess:
    """A thief of the live database and its log opens it with ever longer beginnings of the log.

    Each beginning is the database one transaction later: what changed together belongs together. Whom a change does not
    name is whoever answered at that place; what it does not show is taken from the released answers in their order.
    """
    return _changed_together(loot, _states_of_the_log(loot.copies[0], loot.live))


def copy_after_every_answer(loot: Loot) -> Guess:
    """Whoever runs the backups copies the database after every answer and compares each copy with the one before."""
    return _changed_together(loot, map(_state, loot.copies))


def row_order(loot: Loot) -> Guess:
    """A thief of the live database reads rows in the order in which they lie, which is the order of arrival.

    Both are read that way: who answered, where a table says so, and what.
    """
    people = loot.column("spent", "member_id") or loot.arrivals
    return _completed(loot, zip(people, _legible(loot), strict=True))


def row_order_after_the_close(loot: Loot) -> Guess:
    """A thief of the closed database reads the released comments row after row."""
    people = loot.after("spent", "member_id") or loot.arrivals
    return _in_order(loot, people, loot.released)


def byte_order(loot: Loot) -> Guess:
    """A thief of the live files looks for the answers without DuckDB, byte after byte, in database and log.

    What is not there is looked for in the closed file.
    """
    files = loot.live.read_bytes() + _log(loot.live) + loot.closed.read_bytes()
    return _in_order(loot, loot.arrivals, _by_place(loot.released, files))


def byte_order_after_the_close(loot: Loot) -> Guess:
    """The same with the closed file alone, from its end: DuckDB fills a block with texts from behind."""
    return _in_order(loot, loot.arrivals, _by_place(loot.released, loot.closed.read_bytes())[::-1])


def box_size(loot: Loot) -> Guess:
    """A thief of the live database puts the longest answer into the longest box."""
    sizes = [len(box) for box in loot.column("box", "sealed")]
    longest_first = [person for _, person in sorted(zip(sizes, loot.arrivals, strict=True), key=_first, reverse=True)]
    return _in_order(loot, longest_first, sorted(loot.released, key=len, reverse=True))


def mailing_list(loot: Loot) -> Guess:
    """A thief of database, mailing list and box key, without the key of the links, reads ballots in the list's order.

    The box key opens every answer; what is missing is which ballot is whose.
    """
    said = map(loot.opened.get, loot.column("ballot", "nullifier"))
    return _completed(loot, zip(loot.roster, said, strict=True))


def mail_archive(loot: Loot) -> Guess:
    """A thief of the live database and of everybody's link knows whose each box is, and can read none.

    The released answers may stand in the order in which the boxes lie.
    """
    return _in_order(loot, [person for person, _ in _named_boxes(loot)], loot.released)


def mail_archive_in_the_order_of_the_close(loot: Loot) -> Guess:
    """The same thief knows that a close takes boxes in the order of their bytes, and tries the answers that way."""
    return _in_order(loot, [person for person, _ in sorted(_named_boxes(loot), key=_second)], loot.released)


def mail_archive_after_the_close(loot: Loot) -> Guess:
    """A thief of the closed database and of everybody's link lays the order of readers beside that of comments."""
    return _in_order(loot, [loot.archive[reader] for reader in loot.after("reader", "reader")], loot.released)


def ties_in_the_same_order(loot: Loot) -> Guess:
    """Everybody sends names right after their pulse; a thief of the live database alone lays the two orders together.

    Nobody has to watch the door here: the network answers name who came when.
    """
    return _completed(loot, zip(loot.column("network_answer", "member_id"), _legible(loot), strict=True))


def ties_after_the_close(loot: Loot) -> Guess:
    """The same with the closed database: network answers and comments, row beside row."""
    return _in_order(loot, loot.after("network_answer", "member_id"), loot.released)


# -------------------------------------------------------------------------------------------------- what is not hidden
#
# That somebody answered can be found out before the close, and SECURITY.md says so. What they answered cannot.


def who_answered(loot: Loot) -> set[str]:
    """A thief of the live database and of everybody's link sees for whose link there is a box."""
    return {loot.archive[nullifier] for nullifier in loot.column("box", "nullifier")}


def who_answered_after_the_close(loot: Loot) -> set[str]:
    """The same with the closed database: for whose link there is anything at all."""
    return {loot.archive[reader] for reader in loot.after("reader", "reader")}


def whose_box(loot: Loot) -> dict[str, bytes]:
    """A thief of the live database alone, where everybody sends names right after their pulse: person to nullifier."""
    return dict(zip(loot.column("network_answer", "member_id"), loot.column("box", "nullifier"), strict=True))


# ------------------------------------------------------------------------------------------------------ a thief's tools


def tables(database: Path) -> Tables:
    """Every row of every table, in the order in which rows lie."""
    db = _thief()
    db.execute(f"ATTACH '{database}' AS stolen (READ_ONLY)")
    try:
        filled = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'stolen' AND estimated_size > 0"
        names = [name for (name,) in db.execute(filled).fetchall()]
        return {name: _rows(db.execute(f'SELECT * FROM stolen."{name}" ORDER BY rowid')) for name in names}
    finally:
        db.execute("DETACH stolen")


@cache
def _thief() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def _rows(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    columns = [column for column, *_ in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _state(database: Path) -> frozenset[str]:
    """Every row as text, the name of its table first, so that two states of a database can be compared."""
    return _state_of(database.read_bytes(), _log(database))


@lru_cache(maxsize=64)
def _state_of(database: bytes, log: bytes) -> frozenset[str]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        copy = Path(folder, "stolen.duckdb")
        copy.write_bytes(database)
        _beside(copy).write_bytes(log)
        return frozenset(f"{name} {row}" for name, rows in tables(copy).items() for row in rows)


def _beside(database: Path) -> Path:
    return database.with_name(database.name + ".wal")


def _log(database: Path) -> bytes:
    """The log of a database; nothing where it has none."""
    return _beside(database).read_bytes() if _beside(database).exists() else b""


def _states_of_the_log(before: Path, database: Path) -> Iterator[frozenset[str]]:
    """The database as it was before, and after each transaction that its log has since then."""
    log = _log(database)
    yield _state(before)
    for end in _ends_of_transactions(log):
        if end > len(_log(before)):
            yield _state_of(database.read_bytes(), log[:end])


def _ends_of_transactions(log: bytes) -> Iterator[int]:
    """Where a log can be cut. Who does not know how it is built cuts it at every byte and finds the same states.

    It is a list of entries: length, checksum, content. One whose content is its kind alone ends a transaction.
    """
    place = log.index(b"\xff\xff") + 2  # the first entry is the version, whose length counts from behind it
    while place < len(log):
        length = int.from_bytes(log[place : place + 8], "little")
        place += 16 + length
        if log[place - length : place] == b"\x64\x00\x64\xff\xff":
            yield place


def _changed_together(loot: Loot, states: Iterable[frozenset[str]]) -> Guess:
    said: dict[str, str | None] = {}
    for before, after in pairwise(states):
        new = after - before
        if any(row.startswith("box ") for row in new):
            text = "\n".join(new)
            said[_named_in(text, loot.roster) or loot.suspects[len(said)]] = _found(loot.released, text)
    return _completed(loot, said.items())


def _named_in(text: str, people: Iterable[str]) -> str | None:
    """Who is named most often: whoever names a colleague is named as often, and oneself once more."""
    mentions = {person: text.count(person) for person in people}
    return max(mentions, key=mentions.__getitem__) if any(mentions.values()) else None


def _named_boxes(loot: Loot) -> list[tuple[str, bytes]]:
    """(person, box) as the boxes lie."""
    nullifiers, boxes = loot.column("box", "nullifier"), loot.column("box", "sealed")
    return [(loot.archive[nullifier], box) for nullifier, box in zip(nullifiers, boxes, strict=True)]


def _legible(loot: Loot) -> list[str | None]:
    """What can be read in each box, as they lie."""
    return [_found(loot.released, box.decode(errors="replace")) for box in loot.column("box", "sealed")]


def _found(texts: Iterable[str], where: str) -> str | None:
    return next((text for text in texts if text in where), None)


def _by_place(answers: Iterable[str], files: bytes) -> list[str]:
    """The answers in the order in which the bytes of files have them."""
    places = {answer: files.find(answer.encode()) for answer in answers}
    return [answer for answer, place in sorted(places.items(), key=_second) if place >= 0]


def _in_order(loot: Loot, people: Iterable[str], answers: Iterable[str]) -> Guess:
    """The first person said the first answer, and so on. Accomplices are known and step aside, and so do the silent."""
    suspects = [person for person in people if person in loot.suspects]
    return _completed(loot, zip(suspects, (answer for answer in answers if answer in loot.open_answers), strict=False))


def _completed(loot: Loot, said: Iterable[tuple[str, str | None]]) -> Guess:
    """Each suspect with what they are thought to have said; the others with the answers left over, in their order."""
    guess = {person: answer for person, answer in said if person in loot.suspects and answer in loot.open_answers}
    left = (answer for answer in loot.open_answers if answer not in guess.values())
    return guess | dict(zip((person for person in loot.suspects if person not in guess), left, strict=True))


# ----------------------------------------------------------------------------------------------------------- the waves


@dataclass(frozen=True)
class Cast:
    """The people of a wave, made up: in the order of the mailing list, and in the order in which they answer."""

    roster: Sequence[str]
    said: Mapping[str, str]
    accomplices: Mapping[str, str]

    @classmethod
    def of(cls, size: int, luck: random.Random) -> "Cast":
        """`size` suspects, accomplices up to ten, a few who stay silent; texts that differ in length and occur once."""
        answering = max(size, RELEASED)
        roster = sorted(f"person-{luck.randbytes(6).hex()}" for _ in range(answering + SILENT))
        lengths = luck.sample(range(20, 480), answering)
        people = luck.sample(roster, answering)  # in the order in which they answer
        said = {person: luck.randbytes(250).hex()[:length] for person, length in zip(people, lengths, strict=True)}
        return cls(roster, said, {person: said[person] for person in people[: answering - size]})

    def trial(
        self, copies: Sequence[Path], closed: Path, archive: Mapping[bytes, str], opened: Mapping[bytes, str]
    ) -> Trial:
        """The wave as it lies in the files, for the thief."""
        return Trial(Loot(copies, closed, self.roster, list(self.said), self.accomplices, archive, opened), self.said)


def rapport_wave(folder: Path, size: int, luck: random.Random) -> Trial:
    """A wave of Rapport on its real path: roster, opening, seal, intake, network answers, close."""
    cast, path, copies = Cast.of(size, luck), folder / "wave.duckdb", list[Path]()
    with _desk(path) as desk:
        _take(desk, cast.roster)
        wave = opening.open_wave(desk, WAVE, asks="both", questionnaire=PULSE, closes=CLOSES, smallest_group=5).wave
        key = desk.keys.read(wave.wave_id)["pulse"]
        secrets = {person: ballots.secret(key, person) for person in cast.roster}
        for person, text in cast.said.items():
            if person not in cast.accomplices:
                copies.append(_copied(path, folder / f"copy-{len(copies)}"))
            sealed = ballots.seal(wave.box_key or b"", Submission({"T1": luck.randint(1, 5)}, text).to_bytes())
            kept = desk.intake.cast(ballots.nullifier(secrets[person]), sealed).result()
            if not kept:
                raise RuntimeError(f"the wave refused the answer of {person}")
            _name_a_colleague(desk, wave, person, luck.choice(sorted({*cast.roster} - {person})))
        copies.append(_copied(path, folder / "live"))
        closing.close_wave(desk, WAVE)
    links = {
        hashed(secret): person for person, secret in secrets.items() for hashed in (ballots.nullifier, ballots.reader)
    }
    return cast.trial(copies, path, links, {ballots.nullifier(secrets[each]): text for each, text in cast.said.items()})


@contextmanager
def _desk(path: Path) -> Iterator[Desk]:
    desk = Desk.open(path, clock=lambda: NOW, url="http://127.0.0.1:8501")
    try:
        yield desk
    finally:
        desk.close()


def _take(desk: Desk, people: Sequence[str]) -> None:
    members = tuple(Member(person, f"Name of {person}", f"{person}@example.org", "t") for person in people)
    with desk.store.writing() as db:
        roster.apply(db, RosterChange((Team("t", "Team", ROOT),), members, (), ()))


def _name_a_colleague(desk: Desk, wave: Wave, person: str, colleague: str) -> None:
    answer = NetworkAnswer(person, (Tie(person, colleague),), map=True, introductions=True, avoid=())
    with desk.store.writing() as db:
        ties.keep_answer(db, wave.wave_id, answer)


def _copied(database: Path, folder: Path) -> Path:
    """The database and its log as they lie at this moment."""
    folder.mkdir()
    copy = Path(shutil.copy(database, folder))
    _beside(copy).write_bytes(_log(database))
    return copy


@dataclass(frozen=True)
class Naive:
    """A design that somebody in a hurry would build: random keys, no times, no sequence, and links all the same."""

    name: str
    flag: bool = False
    """A used flag on the ballot, set in the transaction that keeps the answer; otherwise a table of spent ballots."""
    sealed: bool = False
    """Answers are sealed, to the size that they have, under their ballot's name; otherwise anyone can read them."""
    sorted: bool = False
    """The close keeps answers in the order of their bytes; otherwise as they came."""

    def wave(self, folder: Path, size: int, luck: random.Random) -> Trial:
        """A wave of this design, with the names of tables that Rapport has."""
        cast, path = Cast.of(size, luck), folder / "naive.duckdb"
        tokens = {person: luck.randbytes(32) for person in cast.roster}
        private, public = ballots.new_box_key()
        copies = list[Path]()
        self._open(path, tokens)
        with duckdb.connect(str(path)) as db:
            for person, text in cast.said.items():
                if person not in cast.accomplices:
                    copies.append(_copied(path, folder / f"copy-{len(copies)}"))
                box = ballots.seal(public, text.encode(), len(text) + 2) if self.sealed else text.encode()
                self._submit(db, person, tokens[person], box)
            copies.append(_copied(path, folder / "live"))
        closed = self._close(path, private)
        links = {token: person for person, token in tokens.items()}
        return cast.trial(copies, closed, links, {tokens[person]: text for person, text in cast.said.items()})

    def _open(self, path: Path, tokens: Mapping[str, bytes]) -> None:
        with duckdb.connect(str(path)) as db:
            db.execute("""
                CREATE TABLE ballot (nullifier BLOB, member_id VARCHAR, used BOOLEAN);
                CREATE TABLE box (id UUID PRIMARY KEY, nullifier BLOB, sealed BLOB);
                CREATE TABLE spent (member_id VARCHAR);
                CREATE TABLE reader (reader BLOB);
                CREATE TABLE network_answer (member_id VARCHAR)""")
            db.executemany("INSERT INTO ballot VALUES (?, ?, false)", [[token, each] for each, token in tokens.items()])

    def _submit(self, db: duckdb.DuckDBPyConnection, person: str, token: bytes, box: bytes) -> None:
        db.begin()
        if self.flag:
            db.execute("UPDATE ballot SET used = true WHERE nullifier = ?", [token])
        elif not self.sealed:
            db.execute("INSERT INTO spent VALUES (?)", [person])
        db.execute("INSERT INTO box VALUES (uuid(), ?, ?)", [token if self.sealed else None, box])
        db.execute("INSERT INTO reader VALUES (?)", [token])
        db.commit()
        db.execute("INSERT INTO network_answer VALUES (?)", [person])

    def _close(self, path: Path, private: bytes) -> Path:
        closed = path.with_name("closed.duckdb")
        with duckdb.connect(str(closed)) as db:
            db.execute(f"ATTACH '{path}' AS live (READ_ONLY)")
            order = "sealed" if self.sorted else "rowid"
            boxes = [box for (box,) in db.execute(f"SELECT sealed FROM live.box ORDER BY {order}").fetchall()]
            answers = [ballots.unseal(private, box) if self.sealed else box for box in boxes]
            db.execute("CREATE TABLE comment (text VARCHAR)")
            db.executemany("INSERT INTO comment VALUES (?)", [[answer.decode()] for answer in answers])
            for table in ("spent", "reader", "network_answer"):
                db.execute(f"CREATE TABLE {table} AS SELECT * FROM live.{table}")
        return closed


FLAG = Naive("used flag", flag=True)
TWO_TABLES = Naive("two tables")
UNPADDED = Naive("sealed only", sealed=True)
SORTED = Naive("sealed, sorted", sealed=True, sorted=True)

ATTACKS: Mapping[Attack, Naive] = {
    log_prefix: FLAG,
    copy_after_every_answer: FLAG,
    row_order: TWO_TABLES,
    row_order_after_the_close: TWO_TABLES,
    byte_order: FLAG,
    byte_order_after_the_close: TWO_TABLES,
    box_size: UNPADDED,
    mailing_list: FLAG,
    mail_archive: UNPADDED,
    mail_archive_in_the_order_of_the_close: SORTED,
    mail_archive_after_the_close: UNPADDED,
    ties_in_the_same_order: TWO_TABLES,
    ties_after_the_close: FLAG,
}
"""Every attack, and the naive design that it must break."""


# -------------------------------------------------------------------------------------------------------- many of them

Make = Callable[[Path, int, random.Random], Trial]


@dataclass(frozen=True)
class Score:
    """How often an attack was right, over trials with `size` people each."""

    attack: str
    size: int
    trials: int
    hits: int

    @property
    def success(self) -> float:
        """Share of people found out."""
        return self.hits / (self.trials * self.size)

    @property
    def z(self) -> float:
        """How far from blind guessing, in standard deviations of blind guessing."""
        return (self.hits - self.trials) / math.sqrt(self.trials)

    @property
    def by_luck(self) -> float:
        """An upper bound of the chance that blind guessing is right so often or more often.

        Chernoff's: the number of right guesses is no more spread out than a Poisson number with mean `trials`.
        """
        if self.hits <= self.trials:
            return 1.0
        return math.exp(self.hits - self.trials - self.hits * math.log(self.hits / self.trials))


def scores(make: Make, attacks: Iterable[Attack], size: int, seeds: Iterable[int]) -> list[Score]:
    """What each of these attacks finds in waves of one design, one wave for each seed."""
    hits, trials = Counter[str](), 0
    for seed in seeds:
        trials += 1
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            trial = make(Path(folder), size, random.Random(f"{size} {seed}"))  # noqa: S311  whoever doubts can repeat it
            hits.update({title(attack): trial.hits(attack) for attack in attacks})
    return [Score(title(attack), size, trials, hits[title(attack)]) for attack in attacks]


def together(scores: Sequence[Score]) -> Score:
    """The same attack on waves of several sizes as one: a trial has one hit by luck, however many people there are."""
    trials = sum(score.trials for score in scores)
    people = sum(score.trials * score.size for score in scores)
    return Score(scores[0].attack, people // trials, trials, sum(score.hits for score in scores))


def title(attack: Attack) -> str:
    """The name of an attack for people."""
    return attack.__name__.replace("_", " ")


@contextmanager
def counted_here() -> Iterator[None]:
    """Closes count in this process, which is the same counting, and spares seconds of starting another one."""
    elsewhere = apart.in_a_process
    apart.in_a_process = reasoning.reason
    try:
        yield
    finally:
        apart.in_a_process = elsewhere


def naive_scores(size: int, trials: int) -> dict[str, Score]:
    """What each attack finds in the naive design that it must break."""
    found: dict[str, Score] = {}
    for design in dict.fromkeys(ATTACKS.values()):
        attacks = [attack for attack, against in ATTACKS.items() if against is design]
        found |= {score.attack: score for score in scores(design.wave, attacks, size, range(trials))}
    return found


def _some(size: int, seeds: Sequence[int], real: bool) -> list[Score]:
    with nullcontext() if real else counted_here():
        return scores(rapport_wave, list(ATTACKS), size, seeds)


def _many(size: int, seeds: Sequence[int], closes: int, pool: Executor) -> dict[str, Score]:
    """The scores over all seeds, a few at a time; the first `closes` waves are closed in a process of their own."""
    parts = [(seeds[:closes], True), *((seeds[start : start + 10], False) for start in range(closes, len(seeds), 10))]
    sums: dict[str, Score] = {}
    for found in pool.map(_some, repeat(size), *zip(*parts, strict=True)):
        for score in found:
            sofar = sums.get(score.attack, replace(score, trials=0, hits=0))
            sums[score.attack] = replace(sofar, trials=sofar.trials + score.trials, hits=sofar.hits + score.hits)
    return sums


def main() -> int:
    """Print the table; 1 when an attack finds somebody out, or one of the naive designs is not broken."""
    asked = argparse.ArgumentParser(description="Attack the files of made-up waves, and print what it gave.")
    asked.add_argument("--trials", type=int, default=200, help="waves for each number of people (200)")
    asked.add_argument("--closes", type=int, default=3, help="of these, closed in a process of their own (3)")
    asked.add_argument("--naive", type=int, default=3, help="waves of each naive design (3)")
    given = asked.parse_args()
    sound = True
    print(f"{'attack':<40}{'people':>7}{'trials':>8}{'success':>9}{'chance':>8}{'z':>6}  naive design")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for size in SIZES:
            ours = _many(size, range(given.trials), given.closes, pool)
            if any(abs(score.z) >= NOTABLE for score in ours.values()):
                again = _many(size, range(given.trials, 2 * given.trials), 0, pool)
                ours |= {name: again[name] for name, score in ours.items() if abs(score.z) >= NOTABLE}
            naive = naive_scores(size, given.naive)
            for attack, design in ATTACKS.items():
                score, control = ours[title(attack)], naive[title(attack)]
                sound = sound and abs(score.z) < NOTABLE and control.success == 1
                print(_line(score, design, control), flush=True)
    print(EXPLAINED)
    return 0 if sound else 1


def _line(score: Score, design: Naive, control: Score) -> str:
    found = f"{score.success:>9.1%}{1 / score.size:>8.1%}{score.z:>6.1f}"
    return f"{score.attack:<40}{score.size:>7}{score.trials:>8}{found}  {design.name}: {control.success:.0%}"


EXPLAINED = """
Success: people whose answer was named rightly. z: how far that is from blind guessing, in standard deviations; where it
reaches 3 either way, the attack is made on as many other waves, and what is shown and counts is what came of it there.
Attacks that can read nothing end in the same guess, the order of arrival beside that of release, and show the same."""

if __name__ == "__main__":
    sys.exit(main())
