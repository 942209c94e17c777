"""`rapport people`: who works here, who leads, and how they sign in."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.command import CallersPath, at_any_desk, at_desk, note, url_option
from dashboard.terminal import notice, say
from data.records import Problem

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk


@click.group()
def people() -> None:
    """The roster, and sign-in links for those who lead."""


@people.command("import")
@click.argument("file", type=CallersPath(exists=True))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@at_any_desk
def take_roster(desk: "Desk", file: Path, dry_run: bool) -> None:
    """Add, change and deactivate members and teams, so that they are as in FILE.

    FILE has the columns member_id, name, email and team, and if you like lead_of, manager_id, role, level, location,
    joined_on, language, timezone and interests.
    """
    from data import exchange, roster

    rows, notices = exchange.read_roster(file)
    for sentence in notices:
        notice(sentence)
    with desk.store.reading() as db:
        change = roster.plan(roster.teams(db), roster.members(db, active_only=False), rows)
    if not dry_run:
        with desk.store.writing() as db:
            roster.apply(db, change)
        note(desk, "people import", file.name, change.sentence())
    say(f"{'Would be done' if dry_run else 'Done'}: {change.sentence()}")


@people.command("sign-in")
@click.argument("member_id", required=False)
@click.option("--administrator", is_flag=True, help="For whoever runs Rapport, instead of a lead.")
@url_option
@at_desk
def sign_in(desk: "Desk", member_id: str | None, administrator: bool, url: str | None) -> None:  # noqa: ARG001  read by at_desk
    """Print a link that signs a lead in, once."""
    from dashboard import access, signing_in
    from dashboard.command import notice_of_loopback

    if (member_id is None) == (not administrator):
        raise Problem("People sign-in: expected either the member_id of a lead or --administrator.")
    role: access.Role = "administrator" if administrator else "lead"
    with desk.store.reading() as db:
        viewer = access.viewer_for(db, member_id, role)
    link = signing_in.new_link(desk, role, member_id)
    note(desk, "people sign-in", member_id or "administrator", "a one-time link was made")
    say(link)
    notice(f"For {viewer.name}. It works once, until {signing_in.expiry(desk, role):%Y-%m-%d %H:%M} UTC.")
    notice_of_loopback(desk)


@people.command("rename-team")
@click.argument("old")
@click.argument("new")
@at_desk
def rename_team(desk: "Desk", old: str, new: str) -> None:
    """Give the team at path OLD the path NEW, with everything below it; its history stays with it."""
    from data import roster

    with desk.store.writing() as db:
        roster.rename_team(db, old, new)
    note(desk, "people rename-team", new, f"was {old}")
    say(f"'{old}' is now '{new}'.")
