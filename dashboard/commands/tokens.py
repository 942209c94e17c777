"""`rapport token`: what other programs read with, and how that ends."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from datetime import date
from typing import TYPE_CHECKING

import click

from dashboard.command import Day, at_desk, format_option, note, print_table
from dashboard.commands.people import only_role
from dashboard.terminal import notice, say
from data.records import Problem

if TYPE_CHECKING:  # would load DuckDB
    from dashboard.access import Role
    from surveys.desk import Desk

COLUMNS = ("name", "role", "member_id", "made_on", "used_on", "ends_on")


@click.group()
def token() -> None:
    """Tokens with which other programs read findings under /api/v1."""


@token.command("make")
@click.argument("name")
@click.option("--of", "member_id", metavar="MEMBER_ID", help="Who reads with it: what they may read on the pages.")
@click.option("--as", "role", type=click.Choice(["lead", "steward", "auditor"]), help="[default: their only role]")
@click.option("--administrator", is_flag=True, help="For whoever runs Rapport, instead of a member.")
@click.option("--ends", type=Day(), help="The last day on which it reads, such as 2026-12-31. [default: in a year]")
@at_desk
def make(
    desk: "Desk", name: str, *, member_id: str | None, role: "Role | None", administrator: bool, ends: date | None
) -> None:
    """Print a new token called NAME. It is shown this once.

    It reads what its holder's role reads at that moment, and ends with the role. A program says it in the header
    Authorization: Bearer …, and never in an address.
    """
    from dashboard import tokens

    if (member_id is None) == (not administrator):
        raise Problem("Token make: expected either --of MEMBER_ID or --administrator.")
    with desk.store.reading() as db:
        chosen: Role = "administrator" if member_id is None else role or only_role(db, member_id)
    said, made = tokens.new(desk, name, role=chosen, member_id=member_id, ends=ends)
    note(desk, "token make", member_id or chosen, f"'{made.name}', {chosen}, until {made.ends_on}")
    say(said)
    notice(f"Reads as {chosen} until {made.ends_on}, under {desk.url}/api/v1. It is kept nowhere: copy it now.")


@token.command("list")
@format_option
@at_desk
def list_tokens(desk: "Desk", form: str) -> None:
    """Print the tokens that read, and when somebody last came with each."""
    import pandas as pd

    from data import tokens

    today = desk.today()
    with desk.store.reading() as db:
        rows = [[getattr(each, column) for column in COLUMNS] for each in tokens.tokens(db) if each.ends_on >= today]
    print_table(pd.DataFrame(rows, columns=list(COLUMNS), dtype=object), form)


@token.command("end")
@click.argument("name")
@at_desk
def end(desk: "Desk", name: str) -> None:
    """End the token NAME: whoever has it reads nothing from now on."""
    from data import tokens

    with desk.store.writing() as db:
        ended = tokens.end(db, name)
    note(desk, "token end", ended.member_id or ended.role, f"'{name}', {ended.role}")
    say(f"Token '{name}' is ended.")
