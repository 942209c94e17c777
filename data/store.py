"""The one file that everything is kept in: opening it, the lock, transactions, and replacing it by a cleaner one.

`data.connecting` knows how a connection is made, encrypted or not; here only the key is kept and handed on.

DuckDB lets one process hold a database. Within that process any number of threads may read at once and one may write.

Two traps, for whoever adds to this module. The lock belongs to the process and not to the file handle: opening and
closing the database file by any other means (to copy it, say) silently gives the lock away. And DELETE leaves the
deleted bytes in the file, also after CHECKPOINT and VACUUM: only a new file is free of them, hence `Store.rewrite`.
"""

import gc
import os
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data import connecting, memory
from data.connecting import NAME
from data.organization import SCHEMA_VERSION, set_setting
from data.records import ROOT, Problem

SCHEMA = Path(__file__).with_name("schema.sql")
MIGRATIONS = Path(__file__).with_name("migrations")
"""What an older file lacks, one numbered step each. Forwards only."""

STEPS = (
    "lock", "schema", "copy", "change", "checkpoint", "detach", "wait", "close", "sync", "replace", "unlink",
    "sync folder", "reopen",
)  # fmt: skip
"""What `Store.rewrite` does, in order, by the names it tells its caller."""

PATIENCE = 50
"""Tenths of a second to wait for a process that opened the database while it was being swapped."""


class Store:
    """An open database. Make one with `Store.open`, hand out connections with `reading` and `writing`."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, key: str | None) -> None:
        self.path = path
        self._connection = connection
        self._key = key
        self._writer = threading.Lock()
        self._gate = threading.Condition()
        self._readers = 0
        self._replacing = False
        self._held = threading.local()
        self.lost = False
        """Whether DuckDB gave the database up, because the disk failed it: only another process can open it again."""

    @classmethod
    def open(cls, path: Path, *, key: str | None = None, encrypting: bool = False) -> "Store":
        """Opens the database, makes it if it is not there, and clears away what a killed rewrite left behind.

        With a `key` everything that is written is encrypted with it, also the log and every copy; a database that is
        not there is made so. `encrypting` makes a database without a key ready for `rekey`.

        The file is for its owner alone (0600), and so is everything this process writes from now on (umask 077, no
        core file): DuckDB makes its log whenever it pleases.

        Raises Problem when another process holds it (naming that process), when it is not a database of Rapport, and
        when the key is missing, another one, or one too many. Nothing has changed then.
        """
        os.umask(0o077)
        memory.leave_no_core()
        if memory.is_cleared() is False:
            warnings.warn("DuckDB was imported before `data`: memory it takes is not cleared.", stacklevel=2)
        path = path.expanduser().resolve()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"The folder {path.parent} for the database cannot be made: {error.strerror}."
            raise Problem(message) from error
        connection = _connect(path, key, encrypting=encrypting)
        try:
            _remove_fresh(path)
            _prepare(connection, path)
            path.chmod(0o600)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection, key)

    @property
    def encrypted(self) -> bool:
        """Whether the file is encrypted."""
        return self._key is not None

    def close(self) -> None:
        """Lets readers and the writer finish, then closes the database."""
        self._refuse_if_held("close()")
        with self._writer, self._without_readers():
            try:
                self._connection.close()
            except RuntimeError:
                if not self.lost:  # a lost database cannot be put in order; its log is
                    raise

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that sees one moment of the database throughout, refuses to write, and is closed afterwards.

        Hand out frames and records, never the connection or a relation made with it: a rewrite replaces the file that
        they belong to.
        """
        self._enter()
        try:
            with self._noticing_a_loss():
                cursor = connecting.cursor(self._connection)
                try:
                    cursor.execute("BEGIN TRANSACTION READ ONLY")
                    yield cursor
                finally:
                    cursor.close()
        finally:
            self._leave()

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with one transaction, kept when the block ends and undone when it raises. One at a time.

        Raises RuntimeError inside `reading` or `writing` of the same thread: either could wait for itself for ever.
        """
        self._refuse_if_held("writing()")
        with self._writer, self._noticing_a_loss():
            self._held.writing = True
            cursor = connecting.cursor(self._connection)
            try:
                cursor.begin()
                yield cursor
                cursor.commit()
            except BaseException:
                _roll_back(cursor)
                raise
            finally:
                cursor.close()
                self._held.writing = False

    def rewrite(
        self,
        wave_id: str,
        change: Callable[[duckdb.DuckDBPyConnection], None],
        step: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Replaces the file by a new one with everything but this wave's ballots and boxes, changed by `change`.

        Writers wait from the start; readers go on reading the old file and wait only while it is swapped. Whatever
        raises before the swap, also `change`, leaves the old file in use and nothing beside it. Killed at any moment,
        the next `open` finds either the old file whole or the new one whole: the old one is fully checkpointed before
        it is replaced, so that its log can never be played into the new one.

        `change` gets a connection to the new file, in a transaction. `step` is told each of STEPS before it is done.
        """
        self._replace(wave_id, self._key, change, step)

    def rekey(
        self,
        key: str | None,
        change: Callable[[duckdb.DuckDBPyConnection], None],
        step: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Replaces the file by a new one with everything, encrypted with another key; in the clear with None.

        Goes the way of `rewrite`: killed at any moment, the file opens whole with the old key or with the new one. For
        a file that is not encrypted yet, the store was opened with `encrypting`.
        """
        self._replace("", key, change, step)

    def backup(self, target: Path) -> None:
        """Writes a copy that opens elsewhere, as of one moment, while pages go on; forms wait.

        It is made beside the database, read back and compared with it, and then moved, so that `target` is a whole copy
        or not there at all. Raises Problem when it cannot be written or does not read back equal.
        """
        self._refuse_if_held("backup()")
        with self._writer:
            _remove_fresh(self.path)
            try:
                self._make_fresh("", self._key, lambda _: None, lambda _: None)
                self._require_equal()
                _move(_fresh(self.path), target)
            finally:
                _remove_fresh(self.path)

    @staticmethod
    def restore(copy: Path, path: Path, *, key: str | None = None) -> None:
        """Makes the database at `path`, where there is none, out of a copy that `backup` wrote.

        The copy stays as it is. Raises Problem as `open` does, and then there still is nothing at `path`.
        """
        os.umask(0o077)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial = _beside(path, ".restoring")
        try:
            _move(copy, trial)
            Store.open(trial, key=key).close()
            trial.replace(path)
            _sync(path.parent)
        except Problem as problem:
            raise Problem(str(problem).replace(str(trial), str(copy))) from problem
        finally:
            for end in connecting.BESIDE:
                _beside(trial, end).unlink(missing_ok=True)

    def _require_equal(self) -> None:
        """The new file holds, table by table, the rows of this one, as read back from it."""
        cursor = connecting.cursor(self._connection)
        try:
            connecting.attach(cursor, _fresh(self.path), "fresh", self._key)
            try:
                for table in _tables(cursor):
                    ours, theirs = (
                        cursor.execute(f'SELECT count(*), bit_xor(hash(one)) FROM {where}."{table}" AS one').fetchone()
                        for where in (NAME, "fresh")
                    )
                    if ours != theirs:
                        raise Problem(
                            f"The copy of {self.path} does not read back as it was written (table {table}); nothing "
                            "was kept. Check the disk."
                        )
            finally:
                cursor.execute("DETACH fresh")
        finally:
            cursor.close()

    def _replace(
        self,
        wave_id: str,
        key: str | None,
        change: Callable[[duckdb.DuckDBPyConnection], None],
        step: Callable[[str], None],
    ) -> None:
        """Puts a new file, without this wave's ballots and boxes and under this key, in place of the old one."""
        self._refuse_if_held("rewrite()")
        step("lock")
        with self._writer:
            self._held.writing = True
            try:
                _remove_fresh(self.path)
                self._make_fresh(wave_id, key, change, step)
                step("wait")
                with self._without_readers():
                    self._swap(key, step)
            finally:
                _remove_fresh(self.path)
                self._held.writing = False
            with self.reading() as db:
                _require_no_ballots(db, wave_id)

    def _make_fresh(
        self,
        wave_id: str,
        key: str | None,
        change: Callable[[duckdb.DuckDBPyConnection], None],
        step: Callable[[str], None],
    ) -> None:
        """A whole new database file beside the old one, complete without a log, and let go by DuckDB."""
        fresh = _fresh(self.path)
        cursor = connecting.cursor(self._connection)
        try:
            connecting.attach(cursor, fresh, "fresh", key)
            try:
                step("schema")
                cursor.execute(f"COPY FROM DATABASE {NAME} TO fresh (SCHEMA)")
                step("copy")
                _copy_rows(cursor, wave_id)
                step("change")
                _change(cursor, change)
                step("checkpoint")
                cursor.execute("CHECKPOINT fresh")
                step("detach")
            finally:
                cursor.execute("DETACH fresh")
        finally:
            cursor.close()
        fresh.chmod(0o600)
        _require_no_log(fresh)

    def _swap(self, key: str | None, step: Callable[[str], None]) -> None:
        """Puts the new file in place of the old one. Nobody is reading or writing."""
        step("close")
        self._connection.execute(f"FORCE CHECKPOINT {NAME}")
        self._connection.close()
        gc.collect()  # results that nobody holds any more would keep the old file open
        try:
            _require_no_log(self.path)
            step("sync")
            _sync(_fresh(self.path))
            step("replace")
            _fresh(self.path).replace(self.path)
            self._key = key
            step("unlink")
            _beside(self.path, ".wal").unlink(missing_ok=True)
            step("sync folder")
            _sync(self.path.parent)
            step("reopen")
        finally:
            self._connection = _reconnect(self.path, self._key)

    @contextmanager
    def _noticing_a_loss(self) -> Iterator[None]:
        try:
            yield
        except duckdb.FatalException:
            self.lost = True
            raise

    def _enter(self) -> None:
        depth = getattr(self._held, "reading", 0)
        with self._gate:
            # Somebody who is reading already must get through: the swap waits for them to finish.
            while self._replacing and not depth:
                self._gate.wait()
            self._readers += 1
        self._held.reading = depth + 1

    def _leave(self) -> None:
        self._held.reading -= 1
        with self._gate:
            self._readers -= 1
            self._gate.notify_all()

    @contextmanager
    def _without_readers(self) -> Iterator[None]:
        """Holds new readers back and waits for the others; the caller has the writer's lock."""
        with self._gate:
            self._replacing = True
            while self._readers:
                self._gate.wait()
        try:
            yield
        finally:
            with self._gate:
                self._replacing = False
                self._gate.notify_all()

    def _refuse_if_held(self, what: str) -> None:
        if getattr(self._held, "reading", 0) or getattr(self._held, "writing", False):
            raise RuntimeError(f"{what} inside reading() or writing() of the same thread would wait for itself.")


def _reconnect(path: Path, key: str | None) -> duckdb.DuckDBPyConnection:
    """Opens the file again after a swap, also when another process has slipped in and looks at it for a moment."""
    for _ in range(PATIENCE):
        try:
            return _connect(path, key)
        except Problem:
            time.sleep(0.1)
    return _connect(path, key)


def _connect(path: Path, key: str | None, *, encrypting: bool = False) -> duckdb.DuckDBPyConnection:
    return connecting.connect(path, key, encrypting=encrypting, beside=_fresh(path))


def _prepare(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Fills a new file with the schema, or checks that an old one is ours and of this version."""
    tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables:
        _create(connection)
        return
    if "setting" not in tables or "reporting_group" not in tables:
        raise connecting.not_ours(path)
    # Read to its end: a row left over would keep this read open for good, and DuckDB would never shorten its log.
    rows = connection.execute("SELECT value FROM setting WHERE name = 'schema_version'").fetchall()
    version = rows[0][0] if rows else "unknown"
    if not version.isdecimal() or int(version) > int(SCHEMA_VERSION):
        raise Problem(
            f"The database {path} has schema version {version}; this Rapport reads version {SCHEMA_VERSION}. "
            f"Open it with the Rapport that wrote it."
        )
    for number in range(int(version) + 1, int(SCHEMA_VERSION) + 1):
        _migrate(connection, number)


def _migrate(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """One step forward, together with the note that it was taken; a step that fails leaves nothing behind."""
    [step] = MIGRATIONS.glob(f"{number:04}_*.sql")
    connection.begin()
    try:
        connection.execute(step.read_text(encoding="utf-8"))
        set_setting(connection, "schema_version", str(number))
        connection.commit()
    except BaseException:
        _roll_back(connection)
        raise


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    """All tables, the root of the team tree and the version, or, if killed meanwhile, nothing at all."""
    connection.begin()
    try:
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO team VALUES (?, ?, NULL)", [ROOT, ROOT])
        set_setting(connection, "schema_version", SCHEMA_VERSION)
        connection.commit()
    except BaseException:
        _roll_back(connection)
        raise


def _copy_rows(cursor: duckdb.DuckDBPyConnection, wave_id: str) -> None:
    """Every row of every table, sorted by its own values, except the ballots and boxes of one wave.

    Sorting matters: rows copied as they stand would keep their order of arrival, which links people to answers.
    """
    kept = {
        "ballot": "WHERE wave_id <> $wave",
        "box": f"WHERE nullifier IN (SELECT nullifier FROM {NAME}.ballot WHERE wave_id <> $wave)",
    }
    for table in _tables(cursor):
        rows = f'SELECT * FROM {NAME}."{table}" {kept.get(table, "")} ORDER BY ALL'
        cursor.execute(f'INSERT INTO fresh."{table}" {rows}', {"wave": wave_id} if table in kept else {})


def _tables(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of all tables."""
    named = "SELECT table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY table_name"
    return [str(table) for (table,) in cursor.execute(named, [NAME]).fetchall()]


def _change(cursor: duckdb.DuckDBPyConnection, change: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
    """The caller's change to the new file, in one transaction."""
    cursor.execute("USE fresh")
    try:
        cursor.begin()
        change(cursor)
        cursor.commit()
    except BaseException:
        _roll_back(cursor)
        raise
    finally:
        cursor.execute(f"USE {NAME}")


def _require_no_log(path: Path) -> None:
    """A file that is swapped must be whole by itself: a log beside it would be lost, or played into the other one."""
    log = _beside(path, ".wal")
    if log.exists() and log.stat().st_size:
        raise RuntimeError(f"{log} still holds changes after a checkpoint; the database was not replaced.")


def _require_no_ballots(db: duckdb.DuckDBPyConnection, wave_id: str) -> None:
    """A relation kept past the swap keeps the old file open behind the new one's name; nobody may work on with that."""
    if db.execute("SELECT 1 FROM ballot WHERE wave_id = ? LIMIT 1", [wave_id]).fetchone():
        raise RuntimeError("The old database file is still open in this process; stop it and start again.")


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Undoes the transaction, where DuckDB has not done so itself."""
    try:
        connection.rollback()
    except duckdb.Error:
        # After a fatal error there is no transaction left; what is being raised tells more than this would.
        return


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _fresh(path: Path) -> Path:
    return _beside(path, ".new")


def _remove_fresh(path: Path) -> None:
    """What a killed rewrite left behind. The caller holds the lock."""
    for end in connecting.BESIDE:
        _beside(_fresh(path), end).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Not before the disk has it. For a folder: its list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _move(source: Path, target: Path) -> None:
    """Also onto another disk: a whole file under the name, or none."""
    staged = _beside(target, ".part")
    try:
        shutil.copyfile(source, staged)
        _sync(staged)
        staged.replace(target)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise Problem(f"The copy {target} cannot be written: {error.strerror}.") from error
