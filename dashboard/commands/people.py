"""`rapport people`: who works here, who leads, who watches, and how they sign in and are signed out."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from dashboard.command import CallersPath, at_any_desk, at_desk, note, url_option
from dashboard.terminal import notice, say
from data.nearest import did_you_mean
from data.records import Problem

if TYPE_CHECKING:  # would load DuckDB
    from duckdb import DuckDBPyConnection

    from dashboard.access import Role
    from surveys.desk import Desk


@click.group()
def people() -> None:
    """The roster, appointments, and sign-in links for those who lead or watch."""


@people.command("import")
@click.argument("file", type=CallersPath(exists=True))
@click.option(
    "--map", "mapping", type=CallersPath(exists=True), help="A CSV: column of FILE, item it stands for, or 'nothing'."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@at_any_desk
def take_roster(desk: "Desk", file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Add, change and deactivate members and teams, so that they are as in FILE.

    FILE has the columns member_id, name, email and team, and if you like lead_of, manager_id, role, level, location,
    joined_on, language, timezone and interests. What BambooHR, Personio, Workday and SuccessFactors call them is known
    as well, in CSV or Excel; everything else is not stored.
    """
    from data import exchange, roster

    rows, notices = exchange.read_roster(file, exchange.read_map(mapping) if mapping else None)
    for sentence in notices:
        notice(sentence)
    with desk.store.reading() as db:
        change = roster.plan(roster.teams(db), roster.members(db, active_only=False), rows)
    if not dry_run:
        with desk.store.writing() as db:
            roster.apply(db, change)
        note(desk, "people import", file.name, change.sentence())
    say(f"{'Would be done' if dry_run else 'Done'}: {change.sentence()}")


@people.command("appoint")
@click.argument("member_id")
@click.option("--steward", "role", flag_value="steward", help="Sees the terms of the waves, the promises and the log.")
@click.option("--auditor", "role", flag_value="auditor", help="Sees the promises and the log.")
@click.option("--none", "role", flag_value="none", help="Ends the appointment.")
@at_desk
def appoint(desk: "Desk", member_id: str, role: Literal["steward", "auditor", "none"] | None) -> None:
    """Make a member steward or auditor: somebody who watches over Rapport and reads no figure.

    Somebody of the works council, say, or a data protection officer. One appointment a member, in place of any earlier
    one. A lead may be appointed as well; each sign-in opens one role. It ends when a roster no longer names the member.
    """
    from data import roster

    if role is None:
        raise Problem("People appoint: expected one of --steward, --auditor or --none.")
    with desk.store.writing() as db:
        member = roster.member(db, member_id)
        roster.appoint(db, member_id, None if role == "none" else role)
    note(desk, "people appoint", member_id, role)
    say(f"{member.name} is {'neither steward nor auditor' if role == 'none' else role} now.")
    if role != "none":
        notice(f"Their sign-in link: rapport people sign-in {member_id} --as {role}")


@people.command("sign-in")
@click.argument("member_id", required=False)
@click.option("--as", "role", type=click.Choice(["lead", "steward", "auditor"]), help="[default: their only role]")
@click.option("--administrator", is_flag=True, help="For whoever runs Rapport, instead of a member.")
@url_option
@at_desk
def sign_in(
    desk: "Desk",
    member_id: str | None,
    role: "Role | None",
    administrator: bool,
    url: str | None,  # noqa: ARG001  read by at_desk
) -> None:
    """Print a link that signs a lead, steward or auditor in, once.

    A link opens one role: somebody who leads a team and is appointed as well says which with --as, and has a link for
    each. So nobody reads the log as a steward with the figures of a lead beside it without having chosen to.
    """
    from dashboard import access, signing_in
    from dashboard.command import notice_of_loopback

    if (member_id is None) == (not administrator):
        raise Problem("People sign-in: expected either a member_id or --administrator.")
    with desk.store.reading() as db:
        chosen: Role = "administrator" if member_id is None else role or only_role(db, member_id)
        viewer = access.viewer_for(db, member_id, chosen)
    link = signing_in.new_link(desk, chosen, member_id)
    note(desk, "people sign-in", viewer.who, f"a one-time link was made, {chosen}")
    say(link)
    notice(f"For {viewer.name}, {chosen}. It works once, until {signing_in.expiry(desk, chosen):%Y-%m-%d %H:%M} UTC.")
    notice_of_loopback(desk)


@people.command("sign-out")
@click.argument("member_id", required=False)
@click.option("--administrator", is_flag=True, help="Everybody who is signed in as administrator, instead of a member.")
@at_desk
def sign_out(desk: "Desk", member_id: str | None, administrator: bool) -> None:
    """End all sessions of a member on every device, their password, tokens and unused sign-in links."""
    from dashboard import context
    from data import passwords, roster, signing_in, tokens

    if (member_id is None) == (not administrator):
        raise Problem("People sign-out: expected either a member_id or --administrator.")
    with desk.store.writing() as db:
        if member_id is not None:
            roster.member(db, member_id)
        signing_in.withdraw(db, member_id)
        passwords.end(db, member_id)
        void = tokens.withdraw(db, member_id)
    ended = context.sessions.end_all_of(member_id)
    note(desk, "people sign-out", member_id or "administrator", f"{ended} sessions, {void} tokens")
    counts = f"{ended} {'session' if ended == 1 else 'sessions'} and {void} {'token' if void == 1 else 'tokens'}"
    say(f"{counts} ended; their password and unused links are void.")


@people.command("erase")
@click.argument("member_id")
@click.option("--yes", is_flag=True, help="It cannot be undone: say that it is meant.")
@at_desk
def erase(desk: "Desk", member_id: str, yes: bool) -> None:
    """Erase what a member said and is said of them by name, as they can themselves; nothing of it stays in the file.

    Of somebody who has left, name, address and all else on the roster too. Answers to statements stay: nobody can tell
    whose they are.
    """
    from data import one_member

    if not yes:
        raise Problem(f"Erasing what is held of '{member_id}' cannot be undone; expected --yes.")
    with desk.turn:
        with desk.store.writing() as db:
            here = _require_known(db, member_id)
            one_member.erase(db, member_id)
        desk.store.rewrite("", lambda _: None)
    note(desk, "people erase", member_id)
    row = "stays on the roster, which says who works here" if here else "is nameless on the roster"
    say(f"Everything named about '{member_id}' is erased; the member {row}.")


def _require_known(db: "DuckDBPyConnection", member_id: str) -> bool:
    """Whether a member works here now. A `Problem` for somebody whom no roster ever named."""
    from data import roster

    everybody = {member.member_id: member.active for member in roster.members(db, active_only=False)}
    if member_id not in everybody:
        raise Problem(f"There is no member '{member_id}'.{did_you_mean(member_id, everybody)}")
    return everybody[member_id]


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


def only_role(db: "DuckDBPyConnection", member_id: str) -> "Role":
    """Find the one role of a member. `Problem` for somebody with none, or with two to choose from."""
    from dashboard import access

    roles = access.roles_of(db, member_id)
    if len(roles) == 1:
        return roles[0]
    if roles:
        raise Problem(f"Member '{member_id}' is {' and '.join(roles)}; expected --as with one of them.")
    raise Problem(
        f"Member '{member_id}' leads no team and is not appointed; expected somebody named in the roster's column "
        f"lead_of, or rapport people appoint first."
    )
