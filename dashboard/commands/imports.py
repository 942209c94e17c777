"""`rapport answers import` and `rapport ties import`: surveys and networks from elsewhere, as closed waves."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from dashboard import terminal
from dashboard.command import CallersPath, Day, at_any_desk, at_desk, note, questionnaire_file, questionnaire_of
from dashboard.terminal import notice, say

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk
    from surveys.exported import Export
    from surveys.questionnaire import Questionnaire

CLOSED = click.option("--closed", type=Day(), help="The day on which that survey ended. [default: today]")


@click.group()
def answers() -> None:
    """Answers of a survey that was held elsewhere."""


@answers.command("import")
@click.argument("file", type=CallersPath(exists=True))
@click.option("--wave", "name", required=True, help="What the new wave is called.")
@click.option("--questionnaire", "questions", default="quarterly", show_default=True, help="An id, or a file.")
@click.option("--from", "program", help="What exported FILE: limesurvey, google, microsoft, qualtrics or surveymonkey.")
@click.option(
    "--map",
    "mapping",
    type=CallersPath(exists=True),
    help="A CSV: column of FILE, item it stands for. With --from also a mapping file (TOML), see surveys/mapping.py.",
)
@click.option("--preview", is_flag=True, help="Say what would be read as what, and store nothing.")
@click.option("--invited", type=CallersPath(exists=True), help="A CSV: team, how many were asked.")
@click.option("--new-teams", is_flag=True, help="Make the teams that the roster does not have.")
@CLOSED
@at_any_desk
def import_answers(
    desk: "Desk",
    *,
    file: Path,
    name: str,
    questions: str,
    program: str | None,
    mapping: Path | None,
    preview: bool,
    invited: Path | None,
    new_teams: bool,
    closed: date | None,
) -> None:
    """Take the answers in FILE as a closed wave: counted in memory, released by the same gate, kept by nobody.

    FILE has one row a person (team, and a column for each item) or one row an answer (response, team, item, value).
    With --from it is what another program exported: who answered is dropped, words become numbers, and --preview shows
    first what is read as what.
    """
    from data import exchange
    from surveys import exported, importing

    questionnaire = questionnaire_of(questions)
    read = (
        _exported(file, program, mapping, questionnaire, questionnaire_file(questions))
        if program
        else exported.plainly(file, exchange.read_map(mapping) if mapping else None, questionnaire)
    )
    if preview:
        for line in exported.preview(read):
            say(line)
        return
    frame = read.frame
    for sentence in read.notices:
        notice(sentence)
    with terminal.progress() as progress:
        imported = importing.answers(
            desk,
            frame,
            name,
            questionnaire=questionnaire,
            closed_on=closed,
            invited=exchange.read_invited(invited) if invited else None,
            new_teams=new_teams,
            progress=progress,
        )
    for sentence in imported.notices:
        notice(sentence)
    people = frame["respondent"].nunique()
    note(desk, "answers import", name, file.name)
    say(f"Wave {name}: the answers of {people} people were counted and released. No row of them was kept.")


def _exported(
    file: Path, program: str, mapping: Path | None, questionnaire: "Questionnaire", own: Path | None
) -> "Export":
    """Read what another program exported, with the translations that lie beside a questionnaire's own file."""
    from surveys import exported, translation
    from surveys.mapping import mapping_of

    translations = translation.beside(own, questionnaire) if own else []
    wordings = exported.wordings_of(questionnaire, translations)
    return exported.read(file, mapping_of(program, mapping), questionnaire, wordings)


@click.group()
def ties() -> None:
    """Ties of a network that was observed elsewhere."""


@ties.command("import")
@click.argument("file", type=CallersPath(exists=True))
@click.option("--wave", "name", required=True, help="A wave that asks the network, or the name of a new one.")
@click.option("--min-strength", type=float, default=0.0, show_default=True, help="Leave weaker ties out.")
@click.option(
    "--consent",
    type=click.Choice(["asked", "none"]),
    default="none",
    show_default=True,
    help="'asked': everybody in FILE agreed to be named and introduced. It is written into the audit log.",
)
@CLOSED
@at_desk
def import_ties(
    desk: "Desk",
    *,
    file: Path,
    name: str,
    min_strength: float,
    consent: Literal["asked", "none"],
    closed: date | None,
) -> None:
    """Take the ties in FILE into wave NAME, and find standings and introductions.

    FILE is a CSV (source, target, and if you like kind and strength), GraphML, GEXF, Pajek, a workbook of nodes and
    edges as Polinode has it, or a person-to-person query of Viva Insights.
    """
    from data import exchange
    from surveys import importing

    read = exchange.read_ties(file, min_strength)
    for sentence in read.notices:
        notice(sentence)
    with terminal.progress() as progress:
        imported = importing.ties(desk, read, name, closed_on=closed, consent=consent, progress=progress)
    for sentence in imported.notices:
        notice(sentence)
    note(desk, "ties import", name, f"{file.name}, consent {consent}")
    say(f"Wave {name}: {len(read.frame)} ties.")
