"""`rapport papers`: what a works council and a data protection officer are given before anything is asked."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.command import CallersPath, at_desk, note, questionnaire_of, write_privately
from dashboard.terminal import say

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk


@click.command()
@click.option("--out", type=CallersPath(), required=True, metavar="DIR", help="The folder to write them into.")
@click.option("--wave", help="With the terms of this wave. [default: the last one that opened]")
@click.option("--questionnaire", "questions", default="quarterly", show_default=True, help="Before the first wave.")
@at_desk
def papers(desk: "Desk", out: Path, wave: str | None, questions: str) -> None:
    """Write a model works agreement and a data protection impact assessment, from what is configured here."""
    from dashboard import papers as paper

    facts = paper.gather(desk, paper.wave_in_hand(desk, wave), questionnaire_of(questions))
    out.mkdir(parents=True, exist_ok=True)
    for name, made in paper.PAPERS.items():
        file = out / f"{name}.pdf"
        write_privately(file, partial(_write, made(facts)))
        say(str(file))
    note(desk, "papers", facts.wave.name if facts.wave else "before the first wave")


def _write(pdf: bytes, path: Path) -> None:
    path.write_bytes(pdf)
