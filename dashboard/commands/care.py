"""`rapport doctor`, `rapport questionnaire check` and `rapport rekey`: whether everything is as it should be."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard import remote, settings, terminal
from dashboard.command import CallersPath, at_desk, database_option, format_option, now, print_table
from dashboard.terminal import notice, say
from data.records import Problem

if TYPE_CHECKING:  # would load DuckDB
    import duckdb

    from surveys.desk import Desk


@click.command()
@click.option("--repair", is_flag=True, help="First mend what needs nobody's decision, and say what was done.")
@format_option
@at_desk
def doctor(desk: "Desk", form: str, *, repair: bool) -> None:
    """Check schema, keys, promises and settings. Exit status 1 when something needs mending."""
    from dashboard import doctor as checks

    for done in checks.repair(desk) if repair else ():
        notice(done)
    found = checks.look(desk)
    print_table(checks.table(found), form)
    if any(check.result == "problem" for check in found):
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--to-plain", is_flag=True, help="Write the database in the clear, without a key.")
@database_option
def rekey(database: Path | None, *, to_plain: bool) -> None:
    """Encrypt the database, or give it another key: the one in RAPPORT_NEW_DB_KEY, or the one typed now.

    Everything is written anew and the old file replaced by it; stopped at any moment, the database is whole and opens
    with the old key or with the new one. Stop the server first: it was started with the old key.
    """
    from data import audit
    from data.store import Store

    chosen = settings.read(database=database)
    _refuse_without_database(chosen)
    if to_plain:
        _refuse_to_plain(chosen)
    new = None if to_plain else _new_key(chosen)
    done = "in the clear" if new is None else "another key" if chosen.key else "encrypted"

    def change(db: "duckdb.DuckDBPyConnection") -> None:
        audit.note(db, happened=now(), who="administrator", action="rekey", subject="database", detail=done)

    store = Store.open(chosen.database, key=chosen.key, encrypting=True)
    try:
        with terminal.progress() as progress:
            progress("Writing the database anew", 0.0)
            store.rekey(new, change)
    finally:
        store.close()
    say(f"{chosen.database}: {_WHAT_NOW[done]}")


_WHAT_NOW = {
    "encrypted": (
        f"encrypted. Put the key into {settings.KEY} before the next command, and keep a copy elsewhere: without it "
        "nobody can open the database. Backups made until now, and what the disk still holds of the old file, stay in "
        "the clear."
    ),
    "another key": (
        f"encrypted with the new key. Put it into {settings.KEY} before the next command, and keep a copy elsewhere: "
        "without it nobody can open the database. Backups made until now need the earlier key."
    ),
    "in the clear": (
        f"not encrypted any more. Unset {settings.KEY} before the next command. Backups made until now need the "
        "earlier key."
    ),
}
"""What is true after a rekey, and what it did not reach."""


def _refuse_without_database(chosen: settings.Settings) -> None:
    if not chosen.database.exists():
        raise Problem(f"There is no database {chosen.database} that could get another key; see --db.")
    server = remote.connect(chosen.socket)
    if server is not None:
        server.close()
        raise Problem(
            f"A server holds {chosen.database}, with its present key: stop it, and start it with the new one."
        )


def _refuse_to_plain(chosen: settings.Settings) -> None:
    if chosen.key is None:
        raise Problem(f"--to-plain takes a key away; expected the key of {chosen.database} in {settings.KEY}.")
    if chosen.new_key is not None:
        raise Problem(f"--to-plain goes without a new key; expected {settings.NEW_KEY} not to be set.")


def _new_key(chosen: settings.Settings) -> str:
    """The new key: from the environment, or typed twice."""
    new = chosen.new_key or _typed_key()
    if new == chosen.key:
        raise Problem(f"The new key of {chosen.database} is its present one; expected another.")
    return new


def _typed_key() -> str:
    here = terminal.current()
    try:
        first = here.ask("The new key of the database")
    except Problem:
        raise Problem(f"The new key is needed, and there is nobody to ask: set {settings.NEW_KEY}.") from None
    settings.check_key(first, "what was typed")
    if here.ask("The same key again") != first:
        raise Problem("The two keys differ; nothing was changed.")
    return first


@click.group()
def questionnaire() -> None:
    """Questionnaires of your own."""


@questionnaire.command("check")
@click.argument("file", type=CallersPath(exists=True))
def check(file: Path) -> None:
    """Read the questionnaire in FILE, and name its mistake and the nearest right thing, if it has one.

    Says which statements are worth another look, and why: two in one, negated, loaded, long or hard to read; in other
    languages than English only long ones. Translations beside the file, such as team.de.toml beside team.toml, are
    read too. Prints the fingerprint of the questions, to be compared with the one that a wave shows on /privacy.
    """
    from surveys import checking, translation
    from surveys.questionnaire import about_sensitive, load
    from surveys.terms import fingerprints

    read = load(file)
    translations = translation.beside(file, read)
    say(f"{file.name}: '{read.title}', items {len(read.items)}, dimensions {len(read.dimensions)}. No mistake found.")
    for each in translations:
        say(f"In {each.name}: items {len(each.items)}, {'reviewed' if each.reviewed else 'not reviewed yet'}.")
    if beside := translation.left_out(file):
        notice(beside)
    for sentence in checking.notices(read):
        notice(f"{file.name}, {sentence}")
    if sensitive := about_sensitive(read):
        notice(sensitive)
    for each in translations:
        for sentence in checking.wording(each.items, each.language):
            notice(f"In {each.name}, {sentence}")
    for turn, asked in enumerate(fingerprints(read), start=1):
        when = f" when it is its turn {turn} of {len(fingerprints(read))}" if read.rotates else ""
        say(f"Asked{when}, its fingerprint is {asked.short} (SHA-256 {asked.whole}).")
