"""The connection that the database is reached by: encrypted where there is a key, and shut off from everything else.

The file is attached to a database in memory, because that is where DuckDB takes a key. The key is a bound value and so
never part of a statement; it is handed over in a spelling that DuckDB has nothing to complain about, because its
complaints quote what they are about.

Three traps, for whoever adds to this module. After a failed ATTACH with a key, the next one without a key makes a file
that anybody can read: hence one ATTACH a connection, and a look at what came of it. Encrypted files need DuckDB's
extension `httpfs`, which is loaded from its wheel (never from the network; DuckDB checks its signature) and before the
configuration is locked, because nothing can be loaded after that. And whatever is encrypted in the file would lie open
in a temporary folder: hence there is none.
"""

import importlib.util
import os
import re
from pathlib import Path

import duckdb

from data.records import Problem

NAME = "rapport"
"""What DuckDB calls the open file in SQL."""

BESIDE = ("", ".wal", ".wal.checkpoint", ".wal.recovery")
"""DuckDB may write these beside a database file; nothing else is open to it."""

LOCKED: dict[str, object] = {
    "allow_persistent_secrets": False,
    "allow_unsigned_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
    "lock_configuration": True,
    "temp_directory": "",
}
"""DuckDB's settings that a promise rests on. `rapport doctor` compares them with what holds."""

_WHEEL = "duckdb_extension_httpfs"


def connect(path: Path, key: str | None, *, encrypting: bool = False, beside: Path) -> duckdb.DuckDBPyConnection:
    """The database at `path` under the name NAME, made if it is not there; nothing but it and `beside` is in reach.

    With a `key` the file is encrypted, or becomes so when it is made; without one it is not. `encrypting` makes ready
    for attaching `beside` with a key although this file has none. Problem when the key is another one, is missing or is
    one too many, when the file is held by another process, and when it is no database. Nothing has changed then.
    """
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    try:
        if key is not None or encrypting:
            _load_encryption(connection)
        connection.execute("SET temp_directory = ''")
        connection.execute("SET allow_persistent_secrets = false")
        _attach_first(connection, path, key)
        allowed = ", ".join(f"'{_quoted(base)}{end}'" for base in (path, beside) for end in BESIDE)
        connection.execute(f"SET allowed_paths = [{allowed}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        connection.execute(f"USE {NAME}")
    except BaseException:
        connection.close()
        raise
    return connection


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, key: str | None) -> None:
    """Opens a second file beside the first one, or makes it. RuntimeError unless it is encrypted as the key says."""
    if key is None:
        connection.execute(f"ATTACH '{_quoted(path)}' AS {name}")
    else:
        connection.execute(f"ATTACH '{_quoted(path)}' AS {name} (ENCRYPTION_KEY ?)", [_spelled(key)])
    if is_encrypted(connection, name) != (key is not None):
        raise RuntimeError(f"DuckDB opened {path} with another encryption than it was told.")


def cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A connection of its own to the same file; a bare one would begin at the empty database in memory."""
    made = connection.cursor()
    made.execute(f"USE {NAME}")
    return made


def is_encrypted(connection: duckdb.DuckDBPyConnection, name: str = NAME) -> bool:
    """Whether what is written to this database is encrypted."""
    query = "SELECT encrypted FROM duckdb_databases() WHERE database_name = ?"
    return connection.execute(query, [name]).fetchone() == (True,)


def loosened(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The settings that are not as LOCKED says; none, on every connection that comes from here."""
    rows = connection.execute("SELECT name, value FROM duckdb_settings()").fetchall()
    held = {str(name): str(value) for name, value in rows}
    return [name for name, value in LOCKED.items() if held.get(name) != _as_duckdb_says(value)]


def extension() -> Path | None:
    """Where the extension that encrypts is installed; None where it is not."""
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel is None or wheel.origin is None:
        return None
    file = Path(wheel.origin).parent / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    return file if file.exists() else None


def _load_encryption(connection: duckdb.DuckDBPyConnection) -> None:
    file = extension()
    if file is None:
        raise Problem(
            f"An encrypted database needs the extra 'encryption', which is not installed: expected "
            f"duckdb-extension-httpfs {duckdb.__version__} (pip install 'rapport[encryption]')."
        )
    try:
        connection.execute(f"LOAD '{_quoted(file)}'")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise Problem(f"The extension that encrypts, {file}, cannot be loaded; install it anew: {reason}") from error


def _attach_first(connection: duckdb.DuckDBPyConnection, path: Path, key: str | None) -> None:
    try:
        attach(connection, path, NAME, key)
    except duckdb.Error as error:
        raise _cannot_open(path, error) from error
    if connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = ?", [NAME]).fetchone() != (
        str(path),
    ):
        # For some files, such as CSV, DuckDB offers a view of the file and forgets the rest.
        raise not_ours(path)


def _cannot_open(path: Path, error: duckdb.Error) -> Problem:
    """What to tell somebody whose database does not open. DuckDB names the process that holds the lock."""
    message = str(error)
    holder = re.search(r"Conflicting lock is held in (.*?)\s*\(PID (\d+)\)", message)
    if holder:
        program, process = Path(holder[1]).name, holder[2]
        return Problem(
            f"The database {path} is in use by process {process} ({program}). One process holds it at a time: wait "
            f"until that one is done, or stop it, or choose another database with --db."
        )
    for part, sentence in _REASONS.items():
        if part in message:
            return Problem(sentence.format(path=path, process=os.getpid()))
    return Problem(f"The database {path} cannot be opened: {message.splitlines()[0]}")


_NOT_OURS = "The file {path} is not a database of Rapport; choose another one with --db."

_DAMAGED = (
    "The database {path} is damaged, so it was not opened, and nothing was changed. Keep a copy of it, look after the "
    "disk, and restore the last backup with rapport restore."
)

_REASONS = {
    "Unique file handle conflict": (
        "The database {path} is open in this process ({process}) already; close that one first."
    ),
    "Wrong encryption key": (
        "The key in RAPPORT_DB_KEY does not open the database {path}; expected the one that it was encrypted with."
    ),
    "without a key": "The database {path} is encrypted; expected its key in RAPPORT_DB_KEY.",
    "is not encrypted": (
        "The database {path} is not encrypted, and RAPPORT_DB_KEY holds a key; unset it, or encrypt the database with "
        "rapport rekey."
    ),
    "not a valid DuckDB database": _NOT_OURS,
    "replaying WAL": (
        "The log beside the database {path} is damaged, so it was not opened, and nothing was changed. Keep a copy of "
        "both files, look after the disk, and restore the last backup with rapport restore."
    ),
    "Corrupt database file": _DAMAGED,
    "Could not read enough bytes": _DAMAGED,
}
"""What DuckDB says → what Rapport says."""


def not_ours(path: Path) -> Problem:
    """For a file that DuckDB can read and Rapport has not made."""
    return Problem(_NOT_OURS.format(path=path))


def _spelled(key: str) -> str:
    r"""A key as DuckDB takes any: it reads one as BLOB, in which only letters of ASCII may stand for themselves.

    >>> _spelled("aé")
    '\\x61\\xC3\\xA9'
    """
    return "".join(f"\\x{byte:02X}" for byte in key.encode())


def _quoted(path: Path) -> str:
    """A path between single quotes in SQL, where DuckDB takes no bound value."""
    return str(path).replace("'", "''")


def _as_duckdb_says(value: object) -> str:
    return str(value).lower()
