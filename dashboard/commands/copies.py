"""`rapport backup` and `rapport restore`: a copy of the database that opens elsewhere, and the way back from it."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard import settings, terminal
from dashboard.command import CallersPath, at_desk, database_option, note, open_desk
from dashboard.terminal import notice, say
from data.records import Problem, Wave

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk


@click.command()
@click.argument("file", type=CallersPath())
@at_desk
def backup(desk: "Desk", file: Path) -> None:
    """Write a copy of the database, as of one moment, to FILE, while a server goes on.

    The copy is read back and compared with the database, table by table, before it gets its name. It replaces nothing.
    No key is in it, neither a wave's nor the database's: keep those apart from it.
    """
    if file.exists():
        raise Problem(f"There is a file {file} already, and a backup replaces nothing; expected another name.")
    with terminal.progress() as progress:
        progress("Copying", 0.0)
        desk.store.backup(file)
    note(desk, "backup", file.name)
    say(f"{file}: {file.stat().st_size / 1e6:,.1f} MB, read back and equal to the database.")
    if any(desk.keys.waves()):
        notice(f"The keys of waves are not in it. Keep a copy of {desk.keys.path} elsewhere until they close.")


@click.command()
@click.argument("file", type=CallersPath(exists=True))
@database_option
def restore(file: Path, database: Path | None) -> None:
    """Make the database out of the copy in FILE, where there is none yet.

    The copy stays as it is. One that an earlier Rapport wrote is brought forward; an encrypted one needs its key in
    RAPPORT_DB_KEY.
    """
    from data.store import Store

    chosen = settings.read(database=database)
    if chosen.database.exists():
        raise Problem(f"There is a database {chosen.database} already, and restore replaces none; see --db.")
    Store.restore(file, chosen.database, key=chosen.key)
    desk = open_desk(chosen)
    try:
        note(desk, "restore", file.name)
        sealed = _sealed_for_good(desk)
    finally:
        desk.close()
    say(f"{chosen.database}: restored from {file.name}.")
    for wave in sealed:
        notice(
            f"Wave {wave.name} is {wave.state} in it, and because no backup holds a key and its box key is not in "
            f"{desk.keys.path}, its answers cannot be opened: put a copy of its key file there, if there is one."
        )


def _sealed_for_good(desk: "Desk") -> list[Wave]:
    """Find the waves that wait for a close without the key that opens their answers, whatever other keys they have."""
    from data import waves

    kept = desk.keys.waves()
    with desk.store.reading() as db:
        waiting = [wave for wave in waves.waves(db) if wave.pulse and wave.state != "closed"]
    return [wave for wave in waiting if "box" not in kept.get(wave.wave_id, ())]
