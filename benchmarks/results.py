# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""Every benchmark, one after the other, and what each claims as one table: RESULTS.md.

    .venv/bin/python benchmarks/results.py                 all of them; hours
    .venv/bin/python benchmarks/results.py close papers    those; what was written of the others stays

A benchmark that breaks off leaves what was written of it before, and is named.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # here, `statistics` is a file

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.claims import TITLE, Bound, heard

BENCHMARKS = {
    "statistics": "statistics.py",
    "silence": "silence.py",
    "introductions": "introductions.py",
    "sets": "sets.py",
    "worlds": "worlds.py",
    "scale": "scale.py",
    "intake": "intake.py",
    "kills": "kills.py",
    "backups": "backups.py",
    "close": "closing.py",
    "papers": "papers.py",
    "pages": "pages.py",
}
FILE = HERE / "RESULTS.md"
HEAD = """# What was measured

`make bench` writes this file: every claim of every script in this folder, as it printed it. The scripts say what they
do, print more than this, and measure a rival in the same run.

| | Rapport claims | measured | |
|---|---|---|---|
"""
ROW = re.compile(r"^\| (?P<name>\w+) \| (?P<claim>.+) \| (?P<measured>.+) \| (?P<word>holds|does not hold) \|$")
RUN = re.compile(r"^- (?P<name>\w+): (?P<where>.+)$")


@dataclass(frozen=True)
class Ran:
    """What came of one benchmark."""

    claims: Sequence[Bound]
    where: str
    """Machine, versions, and the day."""


def laid_out(found: Mapping[str, Ran]) -> str:
    """The file, in the order of BENCHMARKS."""
    known = [(name, found[name]) for name in BENCHMARKS if name in found]
    rows = [
        f"| {name} | {one.claim} | {one.measured} | {'holds' if one.holds else 'does not hold'} |"
        for name, ran in known
        for one in ran.claims
    ]
    return HEAD + "\n".join([*rows, "\n## On what", "", *(f"- {name}: {ran.where}" for name, ran in known), ""])


def read(text: str) -> dict[str, Ran]:
    """What a file of `laid_out` says."""
    lines = text.splitlines()
    claims: dict[str, list[Bound]] = {}
    for row in filter(None, map(ROW.match, lines)):
        claims.setdefault(row["name"], []).append(Bound(row["claim"], row["measured"], row["word"] == "holds"))
    return {run["name"]: Ran(claims.get(run["name"], []), run["where"]) for run in filter(None, map(RUN.match, lines))}


def run(script: str) -> Ran | None:
    """Run a benchmark and show what it prints; None when it broke off before it said what it claims."""
    command = [sys.executable, str(HERE / script)]
    printed = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        for line in running.stdout or ():
            sys.stdout.write(line)
            printed.append(line.rstrip())
    where = next((line.removeprefix(TITLE) for line in printed if line.startswith(TITLE)), None)
    return Ran(heard(printed), f"{where}; {datetime.now(UTC):%Y-%m-%d}") if where else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and write the table; 1 when a claim does not hold or a benchmark broke off."""
    names = sys.argv[1:] if arguments is None else arguments
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"Benchmark '{unknown[0]}': expected any of {', '.join(BENCHMARKS)}.")
    found = read(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    worse = False
    for name in names or BENCHMARKS:
        print(f"\n=== {name}", flush=True)
        ran = run(BENCHMARKS[name])
        if ran is None:
            print(f"{name} broke off.")
        else:
            found[name] = ran
            FILE.write_text(laid_out(found), encoding="utf-8")
        worse |= ran is None or not all(one.holds for one in ran.claims)
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
