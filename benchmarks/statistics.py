# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""The statistics beside their rivals, on made-up teams whose truth is known and on real answers: make statistics.

    .venv/bin/python benchmarks/statistics.py            level, change and trend, some minutes
    .venv/bin/python benchmarks/statistics.py --quick    the same with few trials, to see that it runs

Every method of a table gets the same draws. Nothing of Rapport is rebuilt here: 'Rapport' in a table is the function
that the close of a wave calls.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # here, `statistics` is this file

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics import trend
from benchmarks.changes import CHANGES, Power, Quiet, changes, quiet
from benchmarks.claims import Bound, claimed, table
from benchmarks.levels import LEVELS, Beside, Level, levels, real, real_teams
from benchmarks.people import TEAMS, likeness
from benchmarks.trends import FALLS, Watch, watch

REAL = ROOT.parent / "shared" / "data" / "army_bhr2000" / "responses.csv"
"""Eleven statements on leadership in 99 army companies (Bliese, Halverson & Rothberg 2000)."""


@dataclass(frozen=True)
class Trials:
    """How much is drawn."""

    organizations: int
    """For each cell of the level table."""
    resamples: int
    """Of the bootstrap, and of the real answers."""
    pairs: int
    """Of waves, for each cell of the change table; as many more where an organization has fewer teams."""
    series: int
    """Organizations that are followed over waves."""


FULL = Trials(organizations=2_000, resamples=2_000, pairs=1_000, series=40)
QUICK = Trials(organizations=30, resamples=80, pairs=20, series=2)


CELLS = ((5, 4), (8, 7), (8, 5), (12, 9), (20, 16))
"""How many are asked, and how many of them answer."""
CHANGE_CELLS: Mapping[str, tuple[int, float, int]] = {
    "8 asked, 0.47": (8, 0.47, TEAMS),
    "8 asked, 0.80": (8, 0.80, TEAMS),
    "20 asked, 0.47": (20, 0.47, TEAMS),
    "8 asked, quiet": (8, 0.0, TEAMS),
    "few teams, 0.47": (8, 0.47, 4),
    "few teams, quiet": (8, 0.0, 4),
}
"""How many are asked in each team, by how much a tenth of the tests moved, and how many teams there are."""
QUIET_CELLS = ((5, 4), (8, 7), (12, 9), (20, 16), (50, 40))
TREND_CELLS = ((8, 7), (20, 17))


@dataclass(frozen=True)
class Results:
    """Everything that was measured."""

    likeness: Sequence[Mapping[str, str | float]]
    exact: Mapping[tuple[int, int], Mapping[str, Level]]
    by_chance: Mapping[tuple[int, int], Mapping[str, Level]]
    real: Mapping[str, Beside] | None
    """None where the real answers are not on this machine."""
    changes: Mapping[str, Mapping[str, Power]]
    quiet: Mapping[tuple[int, int], Quiet]
    watch: Mapping[tuple[int, int], Mapping[str, Watch]]


def measure(trials: Trials, seed: int) -> Results:
    """Draw everything and put every method before it."""
    rng = np.random.default_rng(seed)
    return Results(
        likeness(rng, 50 * trials.pairs),
        {cell: levels(rng, *cell, trials.organizations, by_chance=False) for cell in CELLS},
        {cell: levels(rng, *cell, trials.organizations, by_chance=True) for cell in CELLS},
        real(rng, real_teams(pd.read_csv(REAL)), trials.resamples) if REAL.exists() else None,
        {
            name: changes(rng, of, moved, trials.pairs * TEAMS // teams, teams=teams)
            for name, (of, moved, teams) in CHANGE_CELLS.items()
        },
        {cell: quiet(rng, *cell, 100 * trials.pairs) for cell in QUIET_CELLS},
        {cell: watch(rng, *cell, trials.series) for cell in TREND_CELLS},
    )


def bounds(found: Results) -> list[Bound]:
    """What Rapport's figures must keep, whatever its rivals do."""
    covered = [cell["Rapport"].covered for cell in found.exact.values()]
    tested = {name: cell["Rapport"] for name, cell in found.changes.items()}
    alarms, flags = ([getattr(one, what) for one in tested.values()] for what in ("false_alarms", "false_flags"))
    ideal = {name: cell["linked persons: pooled variance"].found for name, cell in found.changes.items()}
    reached = [one.found / ideal[name] for name, one in tested.items() if not np.isnan(one.found)]
    waves = [cell["Rapport"].false for cell in found.watch.values()]
    claims = [
        Bound("Level: an interval of 95 % holds the truth in 93 to 97 %", _span(covered), _within(covered, 0.93, 0.97)),
        Bound("Change: 4 to 6 % false alarms at 5 %", _span(alarms), _within(alarms, 0.04, 0.06)),
        Bound("Change: at most a tenth of a wave's flags is false", _span(flags), max(flags) <= 0.10),
        Bound("Change: finds five of six that linked persons would show", _span(reached), min(reached) >= 5 / 6),
        Bound(
            f"Trend: at most one false alarm in {trend.QUIET_WAVES} waves of a line",
            " to ".join(f"{end:.2f}" for end in (min(waves), max(waves))),
            max(waves) <= 1,
        ),
    ]
    if found.real is not None:
        ours = found.real["Rapport"]
        measured = f"{ours.error:.4f}, less by {ours.below_raw:.4f} ({ours.low:.4f} to {ours.high:.4f})"
        claims.append(
            Bound("Level on real answers: RMSE up to .0950, and below the raw mean's", measured, _better(ours))
        )
    return claims


def _better(one: Beside) -> bool:
    return one.error <= 0.095 and one.low > 0


def _within(values: Sequence[float], low: float, high: float) -> bool:
    return low <= min(values) and max(values) <= high


def _span(values: Sequence[float]) -> str:
    return f"{min(values):.1%} to {max(values):.1%}"


def report(found: Results) -> Iterable[str]:
    """Lay everything out as plain tables."""
    yield from table(
        "The made-up people",
        ["mean", "sd within", "ICC(1)", "r of waves"],
        {str(row["of"]): [f"{row[name]:.3f}" for name in list(row)[1:]] for row in found.likeness},
    )
    for who, cells in (
        ("so many of so many answer", found.exact),
        ("each answers with that chance; where all do, nothing is left to guess", found.by_chance),
    ):
        yield from table(
            f"LEVEL, {who}. Truth covered · width · RMSE",
            [f"{n} of {of}" for of, n in cells],
            {name: [_level(cell[name]) for cell in cells.values()] for name in LEVELS},
        )
    yield from _real(found.real)
    for what, shown in (
        ("each test alone, at 5 %. False alarms · true changes found", _alone),
        ("all tests of a wave together, at 10 %. False flags among all · true changes flagged", _together),
    ):
        yield from table(
            f"CHANGE, {what}",
            list(found.changes),
            {name: [shown(cell[name]) for cell in found.changes.values()] for name in CHANGES},
        )
    yield from table(
        "CHANGE, where there is none. SD of the mean's · moved by 0.25 or more · favourable moved by 10 points or more",
        [f"{n} of {of}" for of, n in found.quiet],
        {"from wave to wave": [f"{one.sd:.2f} {one.quarter:.0%} {one.ten:.0%}" for one in found.quiet.values()]},
    )
    yield from table(
        f"TREND. False alarms in {trend.QUIET_WAVES} waves · found within four waves: a fall of "
        f"{', '.join(map(str, FALLS))}",
        [f"{n} of {of}" for of, n in found.watch],
        {name: [_watch(cell[name]) for cell in found.watch.values()] for name in found.watch[TREND_CELLS[0]]},
    )
    yield from claimed(bounds(found))


def _level(one: Level) -> str:
    return f"{one.covered:.1%} {one.width:.2f} {one.error:.3f}"


def _alone(one: Power) -> str:
    return f"{one.false_alarms:.1%} {_share(one.found)}"


def _together(one: Power) -> str:
    return f"{one.false_flags:.0%} {_share(one.flagged)}"


def _share(value: float) -> str:
    return "   –" if np.isnan(value) else f"{value:4.0%}"


def _watch(one: Watch) -> str:
    return f"{one.false:4.1f}  " + " ".join(f"{share:4.0%}" for share in one.seen.values())


def _real(found: Mapping[str, Beside] | None) -> Iterable[str]:
    if found is None:
        yield f"\nNO REAL DATA at {REAL}: the comparison on real answers is left out."
        return
    yield from table(
        "LEVEL, real answers: eight drawn from each of 99 companies, seven of them heard",
        ["RMSE", "less than the raw mean's by", "95 %, over companies"],
        {
            name: [f"{one.error:.4f}", f"{one.below_raw:+.4f}", f"{one.low:+.4f} to {one.high:+.4f}"]
            for name, one in found.items()
            if name not in {"t, finite population", "t, moderated, finite"}  # the raw mean again
        },
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold."""
    asked = argparse.ArgumentParser(description="Compare Rapport's statistics with others on the same draws.")
    asked.add_argument("--quick", action="store_true", help="few trials: shows that it runs, and little else")
    asked.add_argument("--seed", type=int, default=7, help="of the random numbers (7)")
    given = asked.parse_args(arguments)
    found = measure(QUICK if given.quick else FULL, given.seed)
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
