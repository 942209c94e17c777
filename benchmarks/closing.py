# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""How long 100,000 sealed answers take from the end of their wave to findings, and how much memory.

    .venv/bin/python benchmarks/closing.py            100,000 people in 10,000 teams, all of whom answered
    .venv/bin/python benchmarks/closing.py --quick    2,000 people, to see that it runs

The wave is opened and closed by the product's own calls; only the boxes are put in many at once. Beside it, in the same
run, stands what a tool without any of this would do with the same answers: read them, as plain lines of JSON, into one
frame, and take the mean of each team and dimension. What lies between the two is the price of opening boxes, of the
gate, of ranges and changes, and of a new file.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(folder for folder in sys.path if folder != str(HERE))]  # `statistics` is a file here

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

import data  # noqa: F401  comes before DuckDB in every process: see data.memory
from benchmarks import large
from benchmarks.claims import Bound, claimed, table
from data import ballot_box, findings, organization, roster, waves
from data.records import ROOT
from data.roster import RosterChange
from surveys import ballots, closing, opening
from surveys.desk import Desk
from surveys.questionnaire import Questionnaire, asked, builtin
from surveys.submission import Submission

SMALL = (2, 10, 10)
"""Divisions, departments of each, and teams of ten of each of those."""
TOGETHER = 2_000
"""Boxes in one transaction, while the wave is being filled."""
NAME = "Closing"
ALONE = {"gather": "gathering", "reason": "opening boxes, counting, the gate"}
"""Steps of a close that are told by themselves."""
THE_REST = "a new file without the answers, keys destroyed"


@dataclass(frozen=True)
class Results:
    """What was measured."""

    people: int
    seconds: float
    """From the order to close until the keys are destroyed."""
    steps: Mapping[str, float]
    """Seconds of each part."""
    megabytes: float
    """The most that the server, or the process that opens the boxes, ever held."""
    plain: float
    """Seconds of the rival."""
    counted: int
    """Answers of the organization as a whole, as its finding says."""


def measure(shape: tuple[int, int, int] = large.REACHED, seed: int = 7) -> Results:
    """Make the organization, ask, answer, close."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(Path(folder) / "rapport.duckdb", clock=lambda: now, url="http://127.0.0.1")
        try:
            people = _people(desk, shape, seed)
            questionnaire = asked(builtin("quarterly"), 0)
            opening.open_wave(desk, NAME, asks="pulse", questionnaire=questionnaire, closes=now + timedelta(days=9))
            plain = _answer(desk, questionnaire, np.random.default_rng(seed))
            steps, seconds = _close(desk)
            return Results(people, seconds, steps, _most(), _plainly(plain), _counted(desk))
        finally:
            desk.close()


def _people(desk: Desk, shape: tuple[int, int, int], seed: int) -> int:
    teams, members, _ = large.people(shape, seed)
    with desk.store.writing() as db:
        organization.set_setting(db, "organization", large.NAME)
        roster.apply(db, RosterChange(tuple(teams[1:]), tuple(members), (), ()))
    return len(members)


def _answer(desk: Desk, questionnaire: Questionnaire, random: np.random.Generator) -> list[tuple[str, bytes]]:
    """Everybody answers every statement; gives the team of each, and what they sent."""
    with desk.store.reading() as db:
        wave = waves.wave(db, NAME)
        seats = waves.seats(db, wave.wave_id)
    key = desk.keys.read(wave.wave_id)["pulse"]
    items = [item.id for item in questionnaire.items]
    values = np.clip(np.rint(random.normal(3.6, 1.0, (len(seats), len(items)))), 1, 5).astype(int).tolist()
    sent = [Submission(dict(zip(items, row, strict=True))).to_bytes() for row in values]
    asked_of = list(seats)
    for start in range(0, len(sent), TOGETHER):
        some = range(start, min(start + TOGETHER, len(sent)))
        with desk.store.writing() as db:
            boxes = {
                ballots.nullifier(ballots.secret(key, asked_of[at])): ballots.seal(wave.box_key or b"", sent[at])
                for at in some
            }
            ballot_box.put(db, boxes)
    return list(zip(seats.values(), sent, strict=True))


def _close(desk: Desk) -> tuple[dict[str, float], float]:
    begun: list[tuple[str, float]] = []
    closing.close_wave(desk, NAME, step=lambda name: begun.append((name, time.monotonic())))
    begun.append(("", time.monotonic()))
    steps = dict.fromkeys((*ALONE.values(), THE_REST), 0.0)
    for (name, since), (_, until) in pairwise(begun):
        steps[ALONE.get(name, THE_REST)] += until - since
    return steps, begun[-1][1] - begun[0][1]


def _most() -> float:
    each = (resource.getrusage(which).ru_maxrss for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(each) / 1024


def _counted(desk: Desk) -> int:
    with desk.store.reading() as db:
        rows = findings.rows(db, wave_id=waves.wave(db, NAME).wave_id, team_id=ROOT)
    return int(rows.loc[rows["kind"] == "score", "respondents"].iloc[0])


def _plainly(sent: Sequence[tuple[str, bytes]]) -> float:
    """The rival: readable answers, one frame, the mean of each team and statement."""
    began = time.monotonic()
    answers = [(team, item, value) for team, line in sent for item, value in json.loads(line)["answers"].items()]
    pd.DataFrame(answers, columns=["team", "item", "value"]).groupby(["team", "item"])["value"].mean()
    return time.monotonic() - began


# --------------------------------------------------------------------------------------------------------------- tables


def bounds(found: Results) -> list[Bound]:
    """What Rapport claims of a close."""
    every = found.counted == found.people
    return [
        Bound(f"{found.people:,} boxes are closed within a minute", f"{found.seconds:.0f} s", found.seconds <= 60),
        Bound("No process holds more than 2 GB", f"{found.megabytes:,.0f} MB", found.megabytes <= 2000),
        Bound("Every answer is counted once", f"{found.counted:,} of {found.people:,}", every),
    ]


def report(found: Results) -> Iterable[str]:
    """Lay everything out as a plain table."""
    rows = {
        **found.steps,
        "the whole close": found.seconds,
        "rival: means of readable answers, in one frame": found.plain,
    }
    yield from table("CLOSE, in seconds", ["seconds"], {name: [f"{seconds:.1f}"] for name, seconds in rows.items()})
    yield from claimed(bounds(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when something that Rapport claims does not hold."""
    asked_for = argparse.ArgumentParser(description="Measure the close of a wave of 100,000 people.")
    asked_for.add_argument("--quick", action="store_true", help="2,000 people, to see that it runs")
    given = asked_for.parse_args(arguments)
    found = measure(SMALL) if given.quick else measure()
    print("\n".join(report(found)))
    return 0 if all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
