"""Whether everything is as it should be: the schema, the keys, what was promised, how the server would start.

Each check answers one question and says what to do. A `problem` breaks a promise or loses something; a `notice` is
worth knowing.
"""

import shutil
import stat
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import duckdb
import pandas as pd
from streamlit import config

from dashboard import guard, serving, settings
from data import ballot_box, memory, waves
from data.records import Wave
from surveys import stored
from surveys.desk import Desk

COLUMNS = ("check", "result", "says")


@dataclass(frozen=True)
class Check:
    """One question and its answer."""

    what: str
    result: Literal["ok", "notice", "problem"]
    says: str


def look(desk: Desk) -> list[Check]:
    """Check everything; changes nothing."""
    with desk.store.reading() as db:
        known = waves.waves(db)
        in_the_file = [*_schema(db), *_promises(db, known)]
    return [
        *_files(desk),
        *in_the_file,
        *(check for wave in known for check in _keys(desk, wave, _last_network(known))),
        *_time(desk, known),
        *_address(desk),
        *_memory(),
        *_server(),
    ]


def table(found: list[Check]) -> pd.DataFrame:
    """List the checks."""
    return pd.DataFrame([astuple(check) for check in found], columns=list(COLUMNS), dtype=object)


def _files(desk: Desk) -> Iterator[Check]:
    yield _only_mine("database", desk.store.path)
    if desk.keys.path.exists():
        yield _only_mine("key folder", desk.keys.path)
    same_disk = desk.keys.path.exists() and desk.keys.path.stat().st_dev == desk.store.path.stat().st_dev
    if same_disk:
        yield Check(
            "key folder", "notice",
            f"{desk.keys.path} lies on the database's disk: leave it out of the database's backups, "
            "or set RAPPORT_KEYS to a folder elsewhere.",
        )  # fmt: skip
    size, free = desk.store.path.stat().st_size, shutil.disk_usage(desk.store.path.parent).free
    yield (
        Check("disk space", "ok", f"{free // 1_000_000:,} MB free.")
        if free > 2 * size
        else Check("disk space", "problem", f"{free // 1_000_000:,} MB free; a close writes the database anew.")
    )


def _only_mine(what: str, path: Path) -> Check:
    open_to_others = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if open_to_others:
        return Check(what, "problem", f"Others can read {path}: chmod go= '{path}'.")
    return Check(what, "ok", f"{path}, for its owner only.")


def _schema(db: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    wrong = [
        expected.name
        for expected in stored.tables()
        if list(db.table(expected.name).columns) != [name for name, _ in expected.columns]
    ]
    if wrong:
        yield Check("schema", "problem", f"Tables that are not as data/schema.sql says: {', '.join(wrong)}.")
    else:
        yield Check("schema", "ok", f"{len(stored.tables())} tables, as data/schema.sql says.")


def _promises(db: duckdb.DuckDBPyConnection, known: list[Wave]) -> Iterator[Check]:
    alive = {wave.wave_id for wave in known if wave.state != "closed"}
    left = {str(row[0]) for row in db.table("ballot").project("wave_id").distinct().fetchall()} - alive
    boxes = sum(ballot_box.count(db, wave.wave_id) for wave in known if wave.state == "closed")
    if left or boxes:
        yield Check("closed waves", "problem", "The database still holds ballots or boxes of a closed wave.")
    else:
        yield Check("closed waves", "ok", "No ballot and no box outlived its wave.")


def _last_network(known: list[Wave]) -> str | None:
    return next((wave.wave_id for wave in reversed(known) if wave.network), None)


def _keys(desk: Desk, wave: Wave, last_network: str | None) -> Iterator[Check]:
    kept = desk.keys.waves().get(wave.wave_id, set())
    pulse = {"pulse", "box"} if wave.pulse and wave.state != "closed" else set()
    network = {"network"} if wave.network and (wave.state != "closed" or wave.wave_id == last_network) else set()
    what = f"keys of wave {wave.name}"
    if pulse - kept:
        yield Check(
            what, "problem",
            f"{', '.join(sorted(pulse - kept))} missing from {desk.keys.path}: without the box key nobody can open its "
            "answers. Put the key file back from its copy.",
        )  # fmt: skip
    if wave.state == "closed" and kept & {"pulse", "box"}:
        yield Check(what, "problem", "Pulse or box key outlived the close: any command but this one destroys it.")
    if pulse and not pulse - kept:
        yield Check(
            what, "ok", "The trustee's passphrase opens the box key." if wave.trustee else f"In {desk.keys.path}."
        )
    if network - kept and wave.state != "closed":
        yield Check(what, "notice", "The key of the network links is missing: they work, but cannot be made again.")


def _time(desk: Desk, known: list[Wave]) -> Iterator[Check]:
    for wave in known:
        if wave.state != "closed" and wave.closes <= desk.clock():
            what = "waits for its trustee" if wave.trustee else "is past its time"
            yield Check(f"wave {wave.name}", "notice", f"It {what}: rapport wave close {wave.name}.")


def _address(desk: Desk) -> Iterator[Check]:
    parts = urlsplit(desk.url)
    if parts.hostname in settings.LOOPBACK:
        yield Check("address", "notice", f"Links begin with {desk.url}, for this machine only: set RAPPORT_URL.")
    elif parts.scheme != "https":
        yield Check("address", "problem", f"{desk.url} is not encrypted on its way: use a proxy with TLS, and https.")
    else:
        yield Check("address", "ok", f"Links begin with {desk.url}.")


def _memory() -> Iterator[Check]:
    yield {
        True: Check("memory", "ok", "DuckDB clears what it takes, so nothing forgotten comes back to the disk."),
        False: Check("memory", "problem", "DuckDB was loaded before Rapport: forgotten answers may come back to disk."),
        None: Check("memory", "notice", "This build of DuckDB cannot be told to clear memory: encrypt the disk."),
    }[memory.is_cleared()]


def _server() -> Iterator[Check]:
    serving.configure()
    loose = [name for name, value in serving.PROTECTING.items() if config.get_option(name) != value]
    if loose:
        yield Check("Streamlit's settings", "problem", f"Not as they must be: {', '.join(loose)}.")
    else:
        yield Check("Streamlit's settings", "ok", f"{len(serving.PROTECTING)} settings as they must be.")
    policy = guard.content_security_policy(guard.index_page())
    known = policy.count("'sha256-") == 1
    yield (
        Check("Streamlit's page", "ok", "One script of its own, allowed by its hash.")
        if known
        else Check("Streamlit's page", "problem", "Its scripts are not as expected; the dashboard may stay blank.")
    )
