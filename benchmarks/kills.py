# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""A server that is killed again and again while people answer: what they were told is kept is there, and counts once.

    .venv/bin/python benchmarks/kills.py              500 kills, half an hour; --kills says how many
    .venv/bin/python benchmarks/kills.py --quick      a few: that it runs

Server and clients share the machine. At a random moment the server gets SIGKILL while every client waits for an answer.
Its files are copied as they lie there, every box of the copy is opened, and the next server starts on the files
themselves. Kept for each person must be the last answer that was acknowledged, or the one that was on its way. In the
end whoever has not answered yet does, the wave is closed, and as many must be counted as were told.

The rival is the same server, except that it says an answer is kept before it is, and writes ten times a second as
others do who write later: the check must see what it loses.
A kill ends a process and not a machine: whether a disk keeps what it has synced is not asked here.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # here, `statistics` is a file

import argparse
import asyncio
import math
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

import httpx2

from benchmarks import answering
from benchmarks.answering import Told
from benchmarks.claims import Bound, claimed, table
from dashboard.command import now
from dashboard.probes import READY
from data import connecting, findings, records
from docs.pictures import running
from surveys import closing
from surveys.desk import Desk

PEOPLE, CLIENTS = 300, 16
MOMENT = 0.0, 0.5
"""Seconds after its first answer in which a server may be killed."""
OURS = "-m", "dashboard"
TOO_EARLY = """
import time
from concurrent.futures import Future

from dashboard.__main__ import main
from data.intake import Intake

durably, keep = Intake.cast, Intake._keep

def cast(self, *box):
    durably(self, *box)
    said = Future()
    said.set_result(True)
    return said

def together(self, boxes):
    time.sleep(0.1)
    return keep(self, boxes)

Intake.cast, Intake._keep = cast, together
main()
"""


@dataclass(frozen=True)
class Kill:
    """What one kill did."""

    acknowledged: int
    """Answers, since this server started."""
    on_their_way: int
    """People who had sent an answer and were told nothing yet."""
    lost: int
    """People whose kept answer is neither the last one acknowledged nor one on its way."""
    twice: int
    """Boxes beyond the first of a ballot."""


@dataclass(frozen=True)
class Restart:
    """What it took to start the next server, until it said that it was ready."""

    seconds: float
    processor: float
    """Seconds of a processor."""


@dataclass(frozen=True)
class Run:
    """One server, killed again and again."""

    kills: Sequence[Kill]
    restarts: Sequence[Restart]
    """One between two kills."""
    told: int
    """People who were told that an answer of theirs is kept."""
    counted: int
    """People whom the close counted."""

    def total(self, what: str) -> int:
        """The sum over all kills."""
        return sum(getattr(kill, what) for kill in self.kills)


@dataclass(frozen=True)
class Results:
    """Everything that was measured."""

    ours: Run
    rival: Run


def measure(*, kills: int = 500, rival: int = 20, people: int = PEOPLE) -> Results:
    """Kill ours and the rival's server, each with an organization of its own."""
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as other:
        return Results(run(Path(ours), OURS, kills, people), run(Path(other), ("-c", TOO_EARLY), rival, people))


def run(folder: Path, program: Sequence[str], kills: int, people: int) -> Run:
    """Make an organization, serve it, and kill the server so many times."""
    database = folder / "rapport.duckdb"
    told = answering.told(answering.open_wave(database, people))
    ever, killed, starts = set[bytes](), list[Kill](), list[Restart]()
    for _ in range(kills):
        before = told.acknowledged
        with _started(database, program, starts) as (server, address):
            asyncio.run(_answer_until_killed(server, address, told))
        found = answering.boxes(_copied(database), keys=database)
        killed.append(Kill(told.acknowledged - before, _on_their_way(told), *compared(told, found)))
        ever |= told.kept.keys()
        told.settle(dict(found))
    with _started(database, program, []) as (_, address):
        asyncio.run(_everybody_else_answers(address, told))
        ever |= told.kept.keys()
    return Run(killed, starts[1:], len(ever | told.kept.keys()), _counted(database))


@contextmanager
def _started(
    database: Path, program: Sequence[str], starts: list[Restart]
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server and note how long it took until it was ready."""
    began = time.monotonic()
    with running(database, program) as (server, address, _):
        httpx2.get(f"{address}{READY}", timeout=60).raise_for_status()
        starts.append(Restart(time.monotonic() - began, _processor_seconds(server.pid)))
        yield server, address


async def _answer_until_killed(server: subprocess.Popen[str], address: str, told: Told) -> None:
    before = told.acknowledged
    answers = asyncio.create_task(answering.answer(address, told, CLIENTS, lambda: False))
    while told.acknowledged == before and not answers.done():  # noqa: ASYNC110  clients count, and signal nothing
        await asyncio.sleep(0.001)
    await asyncio.sleep(random.uniform(*MOMENT))  # noqa: S311  nobody guesses it
    server.kill()
    await answers
    server.wait()


async def _everybody_else_answers(address: str, told: Told) -> None:
    """So that no group is too small to be counted."""
    host = urlsplit(address).netloc
    stream = await asyncio.open_connection(*host.split(":"))
    for who in told.codes.keys() - told.kept.keys():
        told.sent[who] = number = next(told.numbers)
        await answering.send(stream, answering.form(host, told.codes[who], answering.written(number)))
        told.kept[who] = number
    stream[1].close()


def _copied(database: Path) -> Path:
    """A copy of what a killed server left, log and all: opening the files themselves would do the next one's work."""
    copy = database.with_name("copy") / database.name
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir()
    for end in connecting.BESIDE:
        file = database.with_name(database.name + end)
        if file.exists():
            shutil.copyfile(file, copy.with_name(file.name))
    return copy


def compared(told: Told, found: Sequence[tuple[bytes, int]]) -> tuple[int, int]:
    """How many people's answers are lost, and how many boxes there are beyond one for each of them."""
    kept = dict(found)
    right = {who: {told.kept.get(who), told.sent.get(who)} for who in kept.keys() | told.kept.keys()}
    return sum(kept.get(who) not in each for who, each in right.items()), len(found) - len(kept)


def _on_their_way(told: Told) -> int:
    return sum(told.kept.get(who) != number for who, number in told.sent.items())


def _counted(database: Path) -> int:
    """Close the wave, and say of how many people the organization's figures are; 0 where too few for any are left."""
    desk = Desk.open(database, clock=now, url="http://127.0.0.1")
    try:
        wave = closing.close_wave(desk, answering.WAVE)
        with desk.store.reading() as db:
            scores = findings.rows(db, wave_id=wave.wave_id, team_id=records.ROOT, kind="score")
        return int(scores["respondents"].fillna(0).max())
    finally:
        desk.close()


def _processor_seconds(process: int) -> float:
    """What a process has used so far; a busy machine makes it wait longer, and this hardly."""
    used = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


# --------------------------------------------------------------------------------------------------------------- tables


def bounds(found: Results) -> list[Bound]:
    """What Rapport claims of a server that is killed, and that the check sees what another one loses."""
    ours, rival = found.ours, found.rival
    answers, lost, twice = (ours.total(what) for what in ("acknowledged", "lost", "twice"))
    longest = max(one.seconds for one in ours.restarts)
    times = f"{len(ours.kills)} kills under load"
    return [
        Bound(f"{times}: none of the answers that were acknowledged is lost", f"{lost} of {answers:,}", lost == 0),
        Bound(f"{times}: no ballot has two boxes", f"{twice}", twice == 0),
        Bound("The close counts everybody who was told, once", _of(ours.counted, ours.told), ours.counted == ours.told),
        Bound("Every restart takes less than 2 s", f"the longest {longest:.2f} s", longest < 2),
        Bound("The same check sees what the rival loses", f"{rival.total('lost'):,}", rival.total("lost") > 0),
    ]


def _of(counted: int, told: int) -> str:
    return f"{counted} of {told}"


def report(found: Results) -> Iterable[str]:
    """Lay everything out as plain tables."""
    runs: Mapping[str, Run] = {"Rapport": found.ours, "acknowledges first": found.rival}
    yield from table(
        f"KILLS while {CLIENTS} clients answer",
        ["kills", "acknowledged", "on their way", "lost", "twice", "counted in the end"],
        {
            name: [
                f"{len(one.kills)}",
                *(f"{one.total(what):,}" for what in ("acknowledged", "on_their_way", "lost", "twice")),
                _of(one.counted, one.told),
            ]
            for name, one in runs.items()
        },
    )
    yield from table(
        "RESTARTS, seconds until ready", ["half within", "99 of 100", "the longest"], dict(_restarts(found.ours))
    )
    yield from claimed(bounds(found))


def _restarts(ours: Run) -> Iterable[tuple[str, Sequence[str]]]:
    for name, what in (("by the clock", "seconds"), ("of a processor", "processor")):
        taken = sorted(getattr(one, what) for one in ours.restarts)
        yield name, [f"{each:.2f}" for each in (median(taken), taken[math.ceil(len(taken) * 0.99) - 1], taken[-1])]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold."""
    asked_for = argparse.ArgumentParser(description="Kill a server under load and look for what it had acknowledged.")
    asked_for.add_argument("--kills", type=int, default=500, help="of ours; the rival is killed at most 20 times")
    asked_for.add_argument("--quick", action="store_true", help="three kills, few people: that it runs")
    given = asked_for.parse_args(arguments)
    kills = max(2, given.kills)  # between two of them is a restart
    found = measure(kills=3, rival=1, people=100) if given.quick else measure(kills=kills, rival=min(kills, 20))
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
