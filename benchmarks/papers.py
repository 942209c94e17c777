# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""How long the quarter on paper takes for 1,000 teams, beside printing each team's page from a browser.

    .venv/bin/python benchmarks/papers.py            10,000 people in 1,000 teams, eight waves and a network
    .venv/bin/python benchmarks/papers.py --quick    200 people, to see that it runs

`rapport report --all` is timed as it is typed, with its start. One report is timed in a process that goes on, as the
dashboard's is. The rival is Chromium, already started and signed in, which opens the page of one team after the other
and prints it; that gives paper too, though without tags, in the size of a screen, and one team's trend only.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(folder for folder in sys.path if folder != str(HERE))]  # `statistics` is a file here

import argparse
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

import data  # noqa: F401  comes before DuckDB in every process: see data.memory
from benchmarks import large
from benchmarks.claims import Bound, claimed, table
from dashboard import report as paper
from dashboard.commands.results import everything
from data.roster import teams
from docs.pictures import CHROMIUM, FLAGS, rapport, served, signed_in
from surveys.desk import Desk

SHAPE, SMALL = (2, 10, 50), (1, 2, 10)
"""Divisions, departments of each, and teams of ten of each of those."""
QUARTER = "2026-Q3"
"""In which the last of eight waves closed."""
DRAWN = "[data-testid=stPlotlyChart] .main-svg .trace"
ONE_BY_ONE = 10
"""How many are made, and printed, one by one."""


@dataclass(frozen=True)
class Results:
    """What was measured."""

    teams: int
    """How many reports there are, the organization's and those of divisions and departments among them."""
    every: float
    """Seconds of the command that writes them all."""
    one: Sequence[float]
    """Seconds of one after the other, of teams of ten."""
    printed: Sequence[float]
    """Seconds of the rival's, of the same teams."""


def measure(shape: tuple[int, int, int] = SHAPE) -> Results:
    """Make the organization, write every report, make some by themselves, and print their pages."""
    with tempfile.TemporaryDirectory() as folder:
        database, papers = Path(folder) / "rapport.duckdb", Path(folder) / "papers"
        large.make(database, shape=shape)
        began = time.monotonic()
        rapport("report", f"--quarter={QUARTER}", "--all", f"--out={papers}", database=database)
        every = time.monotonic() - began
        paths, one = _one_by_one(database)
        return Results(len(list(papers.glob("*.pdf"))), every, one, _printed(database, paths))


def _one_by_one(database: Path) -> tuple[list[str], list[float]]:
    """The paths of some teams, and the seconds that each one's report takes."""
    desk = Desk.open(database, clock=lambda: datetime.now(UTC).replace(tzinfo=None), url="http://127.0.0.1")
    try:
        readable = everything(desk)
        with desk.store.reading() as db:
            leaves = [team for team in teams(db) if team.path.count(" / ") == 2][: ONE_BY_ONE + 1]
        times = []
        for team in leaves:
            began = time.monotonic()
            paper.build(readable, QUARTER, team.team_id)
            times.append(time.monotonic() - began)
        return [team.path for team in leaves[1:]], times[1:]  # the first loads the letters
    finally:
        desk.close()


def _printed(database: Path, paths: Sequence[str]) -> list[float]:
    with served(database) as (address, link), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies(signed_in(browser, link))
        page = context.new_page()
        _print(page, f"{address}/trends?team={quote(paths[0])}")  # the first loads what all pages share
        times = [_print(page, f"{address}/trends?team={quote(path)}") for path in paths]
        browser.close()
        return times


def _print(page: Page, address: str) -> float:
    began = time.monotonic()
    page.goto(address)
    page.locator(DRAWN).first.wait_for()
    page.pdf()
    return time.monotonic() - began


# --------------------------------------------------------------------------------------------------------------- tables


def bounds(found: Results) -> list[Bound]:
    """What Rapport claims of its reports."""
    thousand, one, printed = found.every / found.teams * 1000, median(found.one), median(found.printed)
    times = printed / (found.every / found.teams)
    return [
        Bound("1,000 reports are written within 300 s", f"{thousand:.0f} s", thousand <= 300),
        Bound("One report is made within a second", f"{one:.2f} s", one <= 1),
        Bound("A browser takes longer to print a page", f"{times:.1f} times as long", times > 1),
    ]


def report(found: Results) -> Iterable[str]:
    """Lay everything out as a plain table."""
    rows = {
        f"all {found.teams:,}, by one command": [f"{found.every:.1f}", f"{found.every / found.teams:.2f}"],
        "one by one": ["", f"{median(found.one):.2f}"],
        "rival: Chromium prints the page of a team": ["", f"{median(found.printed):.2f}"],
    }
    yield from table("REPORTS, in seconds", ["all", "each"], rows)
    yield from claimed(bounds(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when something that Rapport claims does not hold."""
    asked_for = argparse.ArgumentParser(description="Measure how long the quarter on paper takes for 1,000 teams.")
    asked_for.add_argument("--quick", action="store_true", help="200 people, to see that it runs")
    given = asked_for.parse_args(arguments)
    found = measure(SMALL) if given.quick else measure()
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
