# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""Backups of a server while people answer: each is restored, and every answer acknowledged before it began is in it.

    .venv/bin/python benchmarks/backups.py              100 backups, a quarter of an hour; --backups says how many
    .venv/bin/python benchmarks/backups.py --quick      a few: that it runs

Clients post one answer after the other, and change them, from the first backup to the last. Each copy is restored into
an empty folder with `rapport restore`, and every box of it is opened with the keys of the live wave, which no backup
holds: of each person there must be the last answer acknowledged before the backup began, or a later one.

The rivals, in turns with ours, are what people do without a command: the database file copied with `cp` while it is
served, alone or with its log. Those copies are opened as they are.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # here, `statistics` is a file

import argparse
import asyncio
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks import answering
from benchmarks.answering import Told
from benchmarks.claims import Bound, claimed, table
from data.records import Problem
from docs.pictures import rapport, served

PEOPLE, CLIENTS = 3000, 16
"""So many people that clients need hardly wait before one of them may answer again."""


@dataclass(frozen=True)
class Copy:
    """One copy, made while people answered."""

    seconds: float
    """That making it took."""
    meanwhile: int
    """Answers that were acknowledged while it was made."""
    acknowledged: int
    """People with an answer acknowledged before it began."""
    missing: int | None
    """Those of them of whom the copy holds none, or an older one; None where it does not open."""


@dataclass(frozen=True)
class Results:
    """Everything that was measured."""

    backups: Sequence[Copy]
    with_log: Sequence[Copy]
    """Copied with `cp`, the file and its log."""
    alone: Sequence[Copy]
    """The file without its log."""


def measure(*, backups: int = 100, people: int = PEOPLE) -> Results:
    """Make an organization, answer, and copy it both ways in turns."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "rapport.duckdb"
        told = answering.told(answering.open_wave(database, people))
        ours, with_log, alone = [], [], []
        with served(database) as (address, _), _answered(address, told):
            for _ in range(backups):
                ours.append(_backed_up(database, told))
                with_log.append(_copied(database, told, ends=("", ".wal")))
                alone.append(_copied(database, told, ends=("",)))
        return Results(ours, with_log, alone)


@contextmanager
def _answered(address: str, told: Told) -> Iterator[None]:
    """Answer all the while, and begin with half of the people: copying what nobody writes would prove nothing."""
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(lambda: asyncio.run(answering.answer(address, told, CLIENTS, over.is_set, for_long=True)))
        try:
            while len(told.kept) < len(told.codes) / 2 and not load.done():
                time.sleep(0.01)
            yield
            if load.done():
                sys.exit("The server went away while it was answered.")
        finally:
            over.set()
        load.result()


def _backed_up(database: Path, told: Told) -> Copy:
    with tempfile.TemporaryDirectory(dir=database.parent) as folder:
        copy, new = Path(folder) / "copy.duckdb", Path(folder) / "new" / "rapport.duckdb"
        seconds, meanwhile, before = timed(told, lambda: rapport("backup", str(copy), database=database))
        try:
            rapport("restore", str(copy), database=new)
        except SystemExit as refused:
            print(refused)
            return Copy(seconds, meanwhile, len(before), None)
        return Copy(seconds, meanwhile, len(before), missing(before, answering.boxes(new, keys=database)))


def _copied(database: Path, told: Told, *, ends: Sequence[str]) -> Copy:
    import duckdb  # noqa: PLC0415  comes after `data` in every process: see data.memory

    with tempfile.TemporaryDirectory(dir=database.parent) as folder:
        files = [file for end in ends if (file := database.with_name(database.name + end)).exists()]
        seconds, meanwhile, before = timed(told, lambda: subprocess.run(["cp", *files, folder], check=False))
        try:
            found = answering.boxes(Path(folder) / database.name, keys=database)
        except (Problem, duckdb.Error):
            return Copy(seconds, meanwhile, len(before), None)
        return Copy(seconds, meanwhile, len(before), missing(before, found))


def timed(told: Told, copy: Callable[[], object]) -> tuple[float, int, dict[bytes, int]]:
    """Make a copy: how long it took, how many answers were acknowledged meanwhile, and what was before it began."""
    before, answers, began = dict(told.kept), told.acknowledged, time.monotonic()
    copy()
    return time.monotonic() - began, told.acknowledged - answers, before


def missing(before: Mapping[bytes, int], found: Sequence[tuple[bytes, int]]) -> int:
    """Of how many people a copy holds no answer, or an older one than was acknowledged before it began."""
    kept = dict(found)
    return sum(kept.get(who, 0) < number for who, number in before.items())


# --------------------------------------------------------------------------------------------------------------- tables


def bounds(found: Results) -> list[Bound]:
    """What Rapport claims of its backups."""
    restored = [copy for copy in found.backups if copy.missing is not None]
    times, answers = len(found.backups), sum(copy.acknowledged for copy in restored)
    lost = sum(copy.missing or 0 for copy in restored)
    claim = "Each holds every answer acknowledged before it began, or a later one of the same person"
    return [
        Bound(f"{times} backups under load: each is restored", f"{len(restored)}", len(restored) == times),
        Bound(claim, f"{lost} of {answers:,} missing", lost == 0 and bool(answers)),
        Bound("Answers are acknowledged while it is made", _half("meanwhile", found.backups), _went_on(found.backups)),
    ]


def _went_on(backups: Sequence[Copy]) -> bool:
    return all(copy.meanwhile for copy in backups)


def _half(what: str, copies: Sequence[Copy]) -> str:
    each = [getattr(copy, what) for copy in copies]
    return f"half of the time {median(each):.0f} or more, at least {min(each)}"


def report(found: Results) -> Iterable[str]:
    """Lay everything out as a plain table."""
    yield from table(
        f"COPIES while {CLIENTS} clients answer",
        ["copies", "open", "hold everything", "answers missing", "half within, s", "the longest", "answers meanwhile"],
        {
            "rapport backup": _row(found.backups),
            "cp, file and log": _row(found.with_log),
            "cp, file alone": _row(found.alone),
        },
    )
    yield from claimed(bounds(found))


def _row(copies: Sequence[Copy]) -> Sequence[str]:
    opened = [copy for copy in copies if copy.missing is not None]
    return [
        f"{len(copies)}",
        f"{len(opened)}",
        f"{sum(copy.missing == 0 for copy in opened)}",
        f"{sum(copy.missing or 0 for copy in opened):,} of {sum(copy.acknowledged for copy in opened):,}",
        f"{median(copy.seconds for copy in copies):.2f}",
        f"{max(copy.seconds for copy in copies):.2f}",
        f"{sum(copy.meanwhile for copy in copies):,}",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when something that Rapport claims does not hold."""
    asked_for = argparse.ArgumentParser(description="Back a server up under load, and look for what it acknowledged.")
    asked_for.add_argument("--backups", type=int, default=100)
    asked_for.add_argument("--quick", action="store_true", help="three backups, few people: that it runs")
    given = asked_for.parse_args(arguments)
    found = measure(backups=3, people=600) if given.quick else measure(backups=given.backups)
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
