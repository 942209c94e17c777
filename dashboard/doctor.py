"""Whether everything is as it should be: the schema, the keys, what was promised, how this process is shut off.

Each check answers one question and says what to do. A `problem` breaks a promise or loses something; a `notice` is
worth knowing.
"""

import os
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import duckdb
import pandas as pd
from streamlit import config

from dashboard import guard, settings, shell, streamlit_settings
from data import connecting, memory, ties, waves
from data.records import Wave
from surveys import ballots, closing, retention, stored
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
        linked = ties.linked(db)
        in_the_file = [*_encryption(db), *_duckdb(db), *_schema(db), *_promises(db, known)]
        in_the_file += [*_retention(retention.ended(db, desk.today()))]
    return [
        *_files(desk),
        *in_the_file,
        *(check for wave in known for check in _keys(desk, wave, linked)),
        *_time(desk, known),
        *_address(desk),
        *_memory(),
        *_process(),
        *_server(),
    ]


def repair(desk: Desk) -> list[str]:
    """Mend what can be mended without anybody's decision, and say in sentences what was done.

    What needs a decision, or something that is lost, stays a problem: `look` says what to do about it.
    """
    shut = [path for path in _ours(desk) if path.stat().st_mode & OTHERS]
    for path in shut:
        path.chmod(path.stat().st_mode & ~OTHERS)
    with desk.store.reading() as db:
        known = waves.waves(db)
        outlived = _outlived(db, known)
    for wave_id in outlived:
        desk.store.rewrite(wave_id, lambda _: None)
    closing.recover(desk)
    return [
        *(f"{path} is for its owner only." for path in shut),
        *(f"Ballots and boxes of wave {wave.name} are gone." for wave in known if wave.wave_id in outlived),
        *(f"Wave {name} is gone: its time was over." for name in retention.end(desk, desk.today())),
    ]


def table(found: list[Check]) -> pd.DataFrame:
    """List the checks."""
    return pd.DataFrame([astuple(check) for check in found], columns=list(COLUMNS), dtype=object)


OTHERS = stat.S_IRWXG | stat.S_IRWXO


def _ours(desk: Desk) -> list[Path]:
    """The database and its key files."""
    keys = desk.keys.path
    return [desk.store.path, *([keys, *keys.iterdir()] if keys.exists() else [])]


def _files(desk: Desk) -> Iterator[Check]:
    yield _only_mine("database", desk.store.path)
    if desk.keys.path.exists():
        yield _only_mine("key folder", desk.keys.path, *desk.keys.path.iterdir())
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


def _encryption(db: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    """Whether the file is encrypted, where its key is, and what losing that means."""
    extension = connecting.extension()
    if connecting.is_encrypted(db):
        yield Check(
            "database key", "ok",
            f"In {settings.in_force().key_source}. If it is lost, so are the database and every backup made with it: "
            "keep a copy apart from both.",
        )  # fmt: skip
    else:
        first = "" if extension else "install the extra 'encryption', then "
        yield Check(
            "database key", "notice",
            f"None: whoever has the file can read names, addresses and ties. Encrypt the disk, or {first}give it a key "
            "with rapport rekey.",
        )  # fmt: skip
    yield (
        Check("encryption extension", "ok", f"{extension.name} for DuckDB {duckdb.__version__}, loaded offline.")
        if extension
        else Check("encryption extension", "notice", "Not installed: an encrypted database cannot be opened here.")
    )


def _duckdb(db: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    loose = connecting.loosened(db)
    if loose:
        yield Check("DuckDB's settings", "problem", f"Not as they must be: {', '.join(loose)}.")
    else:
        yield Check(
            "DuckDB's settings", "ok",
            f"{len(connecting.LOCKED)} settings as they must be, and locked: no other file, no network, no extension, "
            "no temporary file.",
        )  # fmt: skip


def _only_mine(what: str, path: Path, *within: Path) -> Check:
    for each in (path, *within):
        if each.stat().st_mode & OTHERS:
            return Check(what, "problem", f"Others can read {each}: rapport doctor --repair.")
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
    if _outlived(db, known):
        said = "The database still holds ballots or boxes of a closed wave: rapport doctor --repair."
        yield Check("closed waves", "problem", said)
    else:
        yield Check("closed waves", "ok", "No ballot and no box outlived its wave.")


def _outlived(db: duckdb.DuckDBPyConnection, known: list[Wave]) -> set[str]:
    """The waves that are over, or not known at all, and still have ballots."""
    alive = {wave.wave_id for wave in known if wave.state != "closed"}
    return {str(row[0]) for row in db.table("ballot").project("wave_id").distinct().fetchall()} - alive


def _retention(over: list[Wave]) -> Iterator[Check]:
    if over:
        names = ", ".join(wave.name for wave in over)
        yield Check("retention", "problem", f"Kept longer than was promised: {names}. rapport doctor --repair ends it.")
    else:
        yield Check("retention", "ok", "No wave is kept longer than was promised.")


def _keys(desk: Desk, wave: Wave, linked: Collection[str]) -> Iterator[Check]:
    """Each key of a wave that there must be: where it is, and what losing it means."""
    kept = desk.keys.read(wave.wave_id) if wave.wave_id in desk.keys.waves() else {}
    if wave.pulse and wave.state == "closed":
        yield _destroyed_keys(desk, wave, kept)
    elif wave.pulse:
        yield _pulse_link_key(desk, wave, kept)
        yield _box_key(desk, wave, kept)
    if wave.wave_id in linked:
        yield _network_link_key(desk, wave, kept)


def _destroyed_keys(desk: Desk, wave: Wave, kept: Mapping[str, bytes]) -> Check:
    what = f"wave {wave.name}: pulse link key, box key"
    if kept.keys() & {"pulse", "box"}:
        return Check(
            what, "problem", f"In {desk.keys.path}, though the wave is closed: any command but this one destroys them."
        )
    return Check(what, "ok", "None: what was sealed to them opens for nobody, nor does it in a backup.")


def _pulse_link_key(desk: Desk, wave: Wave, kept: Mapping[str, bytes]) -> Check:
    what = f"wave {wave.name}: pulse link key"
    if "pulse" not in kept:
        return Check(
            what, "problem",
            f"Missing from {desk.keys.path}. Links that are out still work, but none can be made again, and they will "
            "not open the results page. Put the key file back from its copy.",
        )  # fmt: skip
    return Check(
        what, "ok",
        f"In {desk.keys.path}, until the close. If it is lost, no link can be made again: no reminders, no slips.",
    )  # fmt: skip


def _box_key(desk: Desk, wave: Wave, kept: Mapping[str, bytes]) -> Check:
    what = f"wave {wave.name}: box key"
    if "box" not in kept:
        return Check(
            what, "problem",
            f"Missing from {desk.keys.path}. Without it nobody can open the answers of this wave: put the key file "
            "back from its copy.",
        )  # fmt: skip
    in_the_clear = ballots.opens(kept["box"], wave.box_key or b"")
    if in_the_clear and wave.trustee:
        return Check(what, "problem", f"In {desk.keys.path} without the trustee's passphrase: it opens a test box.")
    if not in_the_clear and not wave.trustee:
        return Check(what, "problem", f"What is in {desk.keys.path} opens no test box: put its copy back.")
    if wave.trustee:
        return Check(
            what, "ok",
            f"In {desk.keys.path}, under the trustee's passphrase only, which is kept nowhere. If file or passphrase "
            "is lost before the close, so are the answers of this wave.",
        )  # fmt: skip
    return Check(
        what, "ok",
        f"In {desk.keys.path}; it opens a test box. If it is lost before the close, so are the answers of this wave. "
        "Until then whoever has it and the database can read them.",
    )  # fmt: skip


def _network_link_key(desk: Desk, wave: Wave, kept: Mapping[str, bytes]) -> Check:
    what = f"wave {wave.name}: network link key"
    if "network" not in kept:
        return Check(what, "notice", "Missing: the links that are out work, but cannot be made again.")
    return Check(
        what, "ok",
        f"In {desk.keys.path}, until the next network wave closes. If it is lost, no link can be made again.",
    )  # fmt: skip


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
        yield Check("address", "ok", f"Links begin with {desk.url}. See that the proxy there keeps no access log.")


def _memory() -> Iterator[Check]:
    yield {
        True: Check("memory", "ok", "DuckDB clears what it takes, so nothing forgotten comes back to the disk."),
        False: Check("memory", "problem", "DuckDB was loaded before Rapport: forgotten answers may come back to disk."),
        None: Check("memory", "notice", "This build of DuckDB cannot be told to clear memory: encrypt the disk."),
    }[memory.is_cleared()]


def _process() -> Iterator[Check]:
    """What this process, the server's where one runs, could leave behind."""
    if memory.leaves_no_core():
        yield Check("core files", "ok", "This process leaves none, and no other one may read its memory.")
    else:
        yield Check("core files", "problem", "A crash could write keys and answers to the disk: ulimit -c 0.")
    before = os.umask(0o077)
    os.umask(before)
    if before & 0o077 == 0o077:
        yield Check("umask", "ok", "Whatever this process writes is for its owner only.")
    else:
        yield Check("umask", "problem", f"It is {before:03o}; files of this process may be read by others.")


def _server() -> Iterator[Check]:
    streamlit_settings.configure()
    loose = [name for name, value in streamlit_settings.PROTECTING.items() if config.get_option(name) != value]
    if loose:
        yield Check("Streamlit's settings", "problem", f"Not as they must be: {', '.join(loose)}.")
    else:
        yield Check("Streamlit's settings", "ok", f"{len(streamlit_settings.PROTECTING)} settings as they must be.")
    policy = guard.content_security_policy(shell.shell())
    known = policy.count("'sha256-") == 1
    yield (
        Check("Streamlit's page", "ok", "One script of its own, allowed by its hash.")
        if known
        else Check("Streamlit's page", "problem", "Its scripts are not as expected; the dashboard may stay blank.")
    )
