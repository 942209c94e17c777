"""`rapport doctor` and `rapport questionnaire check`: whether everything is as it should be."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.command import CallersPath, at_desk, format_option, print_table
from dashboard.terminal import say

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk


@click.command()
@format_option
@at_desk
def doctor(desk: "Desk", form: str) -> None:
    """Check schema, keys, promises and settings. Exit status 1 when something needs mending."""
    from dashboard import doctor as checks

    found = checks.look(desk)
    print_table(checks.table(found), form)
    if any(check.result == "problem" for check in found):
        raise click.exceptions.Exit(1)


@click.group()
def questionnaire() -> None:
    """Questionnaires of your own."""


@questionnaire.command("check")
@click.argument("file", type=CallersPath(exists=True))
def check(file: Path) -> None:
    """Read the questionnaire in FILE, and name its mistake and the nearest right thing, if it has one."""
    from surveys.questionnaire import load

    read = load(file)
    say(f"{file.name}: '{read.title}', items {len(read.items)}, dimensions {len(read.dimensions)}. No mistake found.")
