"""The store: one holder, whole files only, and nothing left of what was left out."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from datetime import date, datetime
from pathlib import Path

import pytest
from conftest import full

from data import ballot_box, waves
from data.intake import Intake
from data.organization import SCHEMA_VERSION, set_setting, setting
from data.records import Ballot, Group, Problem, Wave
from data.store import STEPS, Store

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "kept" / "rapport.duckdb"


KEY = "one line that nobody guesses"

in_both_modes = pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
"""For what must hold of an encrypted database too; test_encryption.py has what holds of those only."""


@pytest.fixture
def key():
    """What the database is encrypted with, unless a test says otherwise."""


@pytest.fixture
def store(path, key):
    opened = Store.open(path, key=key)
    yield opened
    opened.close()


def add_wave(store, name, people=3):
    """A wave with a ballot for everybody, `<name>-0`, `<name>-1` …; all but the last are cast."""
    wave = Wave(
        name, name, 0, "pulse", "", "open", date(2026, 9, 1), datetime(2026, 9, 8), None, 5, 6, False, b"public"
    )
    nullifiers = [f"nullifier {name}-{number}".encode() for number in range(people)]
    ballots = [Ballot(each, f"group of {name}".encode(), b"note") for each in nullifiers]
    with store.writing() as db:
        waves.add(db, wave, [Group("organization", None, "organization", people)], {"ada": "organization"})
        ballot_box.add_ballots(db, name, ballots)
        ballot_box.put(db, {each: f"sealed {name}".encode() + os.urandom(4000) for each in nullifiers[:-1]})


def other_process(path, key, body):
    """Runs Python beside this one, with `store` open on the path."""
    script = (
        f"from pathlib import Path\nfrom data.records import Problem\n"
        f"from data.store import Store\npath, key = Path({str(path)!r}), {key!r}\n{body}"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY, check=False)


def unchanged(db):
    """A rewrite's change that changes nothing."""
    db.execute("SELECT 1")


def impossible(db):
    set_setting(db, "organization", "Larkfield")
    raise ZeroDivisionError


def constraints(store):
    query = """
        SELECT table_name, constraint_type, constraint_text FROM duckdb_constraints()
        WHERE database_name = current_database() ORDER BY ALL"""
    with store.reading() as db:
        return db.execute(query).fetchall()


@in_both_modes
@pytest.mark.usefixtures("store")
def test_a_new_database_and_its_folder_are_for_their_owner_alone(path):
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@in_both_modes
def test_files_that_duckdb_makes_later_are_for_their_owner_alone_under_any_umask(path, key):
    before = os.umask(0)
    try:
        store = Store.open(path, key=key)
        with store.writing() as db:
            set_setting(db, "organization", "Larkfield")
        found = {}

        def look(_step):
            found.update((file.name, file.stat().st_mode & 0o077) for file in path.parent.iterdir())

        store.rewrite("none", unchanged, look)
        store.backup(path.with_name("copy.duckdb"))
        look("after")
        store.close()
    finally:
        os.umask(before)
    assert set(found) >= {path.name, path.name + ".wal", path.name + ".new", "copy.duckdb"}
    assert set(found.values()) == {0}


def test_a_process_that_holds_the_database_leaves_no_core_and_cannot_be_traced(path):
    run = other_process(
        path,
        None,
        "import ctypes, resource\nbefore = ctypes.CDLL(None).prctl(3)\nStore.open(path).close()\n"
        "print(before, resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3))",
    )
    assert run.stdout.strip() == "1 (0, 0) 0"


ORPHAN = """
import os, signal, sys
from data import memory

if child := os.fork():
    os.write(1, f"{child}\\n".encode())
    sys.stdin.read()
    os.kill(os.getpid(), 9)
memory.end_with_parent()
os.write(1, b"ready\\n")
signal.pause()
"""


def test_a_process_that_opens_boxes_ends_with_the_one_that_started_it_however_that_ends():
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    ) as parent:
        said = {parent.stdout.readline().strip() for _ in range(2)}
        [child] = said - {"ready"}
        rest, _ = parent.communicate(timeout=60)  # the pipe ends when neither holds it any more
    assert (child.isdecimal(), rest) == (True, "")


@in_both_modes
def test_what_was_written_is_there_after_reopening(path, key):
    store = Store.open(path, key=key)
    with store.writing() as db:
        set_setting(db, "organization", "Larkfield")
    store.close()
    store = Store.open(path, key=key)
    with store.reading() as db:
        assert setting(db, "organization") == "Larkfield"
    store.close()


def test_an_exception_undoes_everything_written_with_it(store):
    with pytest.raises(ZeroDivisionError), store.writing() as db:
        impossible(db)
    with store.reading() as db:
        assert setting(db, "organization") == "Your organization"


@in_both_modes
@pytest.mark.usefixtures("store")
def test_another_process_is_told_who_holds_the_database(path, key):
    run = other_process(
        path, key, "try:\n    Store.open(path, key=key)\nexcept Problem as problem:\n    print(problem)"
    )
    assert f"in use by process {os.getpid()}" in run.stdout
    assert str(path) in run.stdout


@in_both_modes
@pytest.mark.usefixtures("store")
def test_opening_twice_in_one_process_is_refused(path, key):
    with pytest.raises(Problem, match="open in this process"):
        Store.open(path, key=key)


@pytest.mark.parametrize("content", [b"member_id,name\n", b"\0" * 20_000, b"PK\x03\x04" * 90_000])
@pytest.mark.parametrize("name", ["roster.csv", "roster.duckdb"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Problem, match=name):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path):
    import duckdb

    path = tmp_path / "sales.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute("CREATE TABLE sale (amount INTEGER)")
    with pytest.raises(Problem, match="not a database of Rapport"):
        Store.open(path)


def test_a_database_of_a_later_version_is_refused_with_both_versions(path):
    store = Store.open(path)
    with store.writing() as db:
        set_setting(db, "schema_version", "99")
    store.close()
    with pytest.raises(Problem, match=f"schema version 99; this Rapport reads version {SCHEMA_VERSION}"):
        Store.open(path)


def test_a_connection_for_reading_refuses_to_write(store):
    import duckdb

    with store.reading() as db, pytest.raises(duckdb.Error, match="read-only"):
        set_setting(db, "organization", "Larkfield")


OTHER_FILE = "/etc/passwd"
OUT_OF_REACH = f"""
SELECT * FROM read_csv('{OTHER_FILE}')
SELECT * FROM read_text('{OTHER_FILE}')
SELECT * FROM read_blob('{OTHER_FILE}')
SELECT * FROM sniff_csv('{OTHER_FILE}')
SELECT * FROM parquet_metadata('{OTHER_FILE}')
SELECT * FROM '{OTHER_FILE}.csv'
SELECT * FROM glob('/etc/*')
SELECT * FROM read_csv('https://127.0.0.1:1/x.csv')
COPY setting TO 'FOLDER/x.csv'
COPY setting FROM '{OTHER_FILE}'
EXPORT DATABASE 'FOLDER/export'
IMPORT DATABASE 'FOLDER'
ATTACH 'FOLDER/other.duckdb' AS other
INSTALL httpfs
FORCE INSTALL httpfs
UPDATE EXTENSIONS
LOAD 'FOLDER/other.duckdb_extension'
LOAD spatial
SET enable_external_access = true
RESET enable_external_access
SET allowed_paths = ['{OTHER_FILE}']
RESET allowed_paths
SET lock_configuration = false
SET autoload_known_extensions = true
SET allow_unsigned_extensions = true
SET temp_directory = '/tmp'
PRAGMA temp_directory = '/tmp'
SET log_query_path = 'FOLDER/queries.log'
PRAGMA log_query_path = 'FOLDER/queries.log'
SET profiling_output = 'FOLDER/profile.json'
PRAGMA profile_output = 'FOLDER/profile.json'
SET force_mbedtls_unsafe = true
SELECT getenv('HOME')
CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')
"""
"""What DuckDB does on a connection that nobody shut off, and some of what it does only from its shell."""


REFUSED = re.compile(
    r"disabled (by|through) configuration|configuration has been locked|does not exist|ersistent secrets are disabled"
)


@in_both_modes
def test_no_connection_reaches_other_files_or_changes_the_settings(store):
    import duckdb

    before = sorted(store.path.parent.iterdir())
    reached = []
    for statement in OUT_OF_REACH.strip().splitlines():
        try:
            with store.writing() as db:
                db.execute(statement.replace("FOLDER", str(store.path.parent)))
                db.fetchall()
            reached.append(statement)
        except duckdb.Error as error:
            if not REFUSED.search(str(error)):
                reached.append(f"{statement}: {error}")
    assert reached == []
    assert sorted(store.path.parent.iterdir()) == before


@in_both_modes
def test_every_setting_that_a_promise_rests_on_holds_on_every_connection(store):
    from data import connecting

    with store.reading() as db:
        assert connecting.loosened(db) == []
    store.rewrite("none", unchanged)
    with store.writing() as db:
        assert connecting.loosened(db) == []


def test_a_connection_that_nobody_shut_off_is_found_out():
    import duckdb

    from data import connecting

    with duckdb.connect() as db:
        assert {"enable_external_access", "lock_configuration", "temp_directory"} <= set(connecting.loosened(db))


def test_writing_inside_reading_is_refused_before_it_can_wait_for_itself(store):
    with store.reading(), pytest.raises(RuntimeError, match="wait for itself"), store.writing():
        pass


def test_reading_inside_reading_gets_through_while_a_rewrite_waits(store):
    waiting = threading.Event()
    rewriting = threading.Thread(
        target=store.rewrite, args=("none", unchanged, lambda name: name == "wait" and waiting.set())
    )
    with store.reading():
        rewriting.start()
        assert waiting.wait(60)
        with store.reading() as db:
            assert setting(db, "schema_version") == SCHEMA_VERSION
    rewriting.join(60)
    assert not rewriting.is_alive()


@in_both_modes
def test_a_rewrite_leaves_out_the_ballots_and_boxes_of_one_wave_and_nothing_else(store):
    add_wave(store, "spring")
    add_wave(store, "autumn")
    store.rewrite("spring", lambda db: waves.mark_closed(db, "spring", date(2026, 9, 9)))
    with store.reading() as db:
        assert [(each.name, each.state) for each in waves.waves(db)] == [("autumn", "open"), ("spring", "closed")]
        assert ballot_box.ballots(db, [b"nullifier spring-0"]) == {}
        assert ballot_box.count(db, "spring") == 0
        assert ballot_box.count(db, "autumn") == 2
        assert waves.seats(db, "spring") == {"ada": "organization"}


@in_both_modes
def test_a_rewrite_keeps_every_key_and_check_of_the_schema(store):
    before = constraints(store)
    store.rewrite("none", unchanged)
    assert {kind for _, kind, _ in before} == {"PRIMARY KEY", "UNIQUE", "CHECK", "NOT NULL"}
    assert constraints(store) == before


def test_after_a_rewrite_no_byte_of_the_wave_is_in_the_folder(store, path):
    add_wave(store, "spring")
    add_wave(store, "autumn")
    store.rewrite("spring", unchanged)
    store.close()
    found = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert list(found) == [path.name]
    assert b"autumn-1" in found[path.name]
    for piece in (b"nullifier spring", b"sealed spring", b"group of spring"):
        assert piece not in found[path.name]


def test_a_cursor_kept_past_a_rewrite_is_closed(store):
    import duckdb

    with store.reading() as db:
        kept = db
    store.rewrite("none", unchanged)
    with pytest.raises(duckdb.Error, match="closed"):
        kept.execute("SELECT 1")


def test_a_rewrite_tells_every_step_before_it_is_done(store):
    told = []
    store.rewrite("none", lambda _: told.append("changing"), told.append)
    assert told == [*STEPS[:4], "changing", *STEPS[4:]]


@in_both_modes
def test_a_change_that_raises_leaves_the_old_file_in_use(store, path):
    add_wave(store, "spring")
    with pytest.raises(ZeroDivisionError):
        store.rewrite("spring", impossible)
    assert not path.with_name(path.name + ".new").exists()
    with store.writing() as db:
        assert ballot_box.count(db, "spring") == 2
        set_setting(db, "organization", "Larkfield")


def rewrite_until(path, key, at):
    """What a process does that is killed just before a step."""
    store = Store.open(path, key=key)
    with store.writing() as db:
        waves.set_state(db, "spring", "closing")

    def step(name):
        if name == at:
            os.kill(os.getpid(), signal.SIGKILL)

    store.rewrite("spring", lambda db: waves.mark_closed(db, "spring", date(2026, 9, 9)), step)


@pytest.fixture(scope="module")
def processes():
    """Starts processes from one that has the imports done, which forks faster than an interpreter starts."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["data", "test_store"])
    return context


ENCRYPTED_STEPS = STEPS if full else ("copy", "replace", "unlink")


@pytest.mark.parametrize(("key", "at"), [*((None, at) for at in STEPS), *((KEY, at) for at in ENCRYPTED_STEPS)])
def test_killed_at_any_step_the_next_opening_finds_the_old_file_or_the_new_one_whole(path, key, processes, at):
    store = Store.open(path, key=key)
    add_wave(store, "spring")
    store.close()
    killed = processes.Process(target=rewrite_until, args=(path, key, at))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    store = Store.open(path, key=key)
    with store.reading() as db:
        found = (waves.wave(db, "spring").state, ballot_box.count(db, "spring"))
    store.close()
    swapped = STEPS.index(at) > STEPS.index("replace")
    assert found == (("closed", 0) if swapped else ("closing", 2))
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@in_both_modes
def test_writers_and_readers_go_on_while_files_are_swapped(store):
    add_wave(store, "autumn")
    intake = Intake(store)
    stop, seen, trouble = threading.Event(), [], []

    def read():
        while not stop.is_set():
            try:
                with store.reading() as db:
                    seen.append(ballot_box.count(db, "autumn"))
            except Exception as error:  # noqa: BLE001  whatever it is, the test must hear of it
                trouble.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for each in readers:
        each.start()
    kept = []
    for number in range(3):
        store.rewrite("none", unchanged)
        kept.append(intake.cast(b"nullifier autumn-2", b"sealed %d" % number))
    assert [each.result(60) for each in kept] == [True, True, True]
    stop.set()
    for each in readers:
        each.join(60)
    intake.close()
    assert trouble == []
    assert set(seen) <= {2, 3}


@in_both_modes
def test_a_backup_opens_elsewhere_with_everything(store, key, tmp_path):
    add_wave(store, "spring")
    store.backup(tmp_path / "elsewhere.duckdb")
    copy = Store.open(tmp_path / "elsewhere.duckdb", key=key)
    assert constraints(copy) == constraints(store)
    with copy.reading() as db:
        assert ballot_box.count(db, "spring") == 2
    copy.close()


def test_a_backup_that_cannot_be_written_leaves_nothing_and_the_store_goes_on(store, path, tmp_path):
    with pytest.raises(Problem, match="cannot be written"):
        store.backup(tmp_path / "no such folder" / "copy.duckdb")
    assert not path.with_name(path.name + ".new").exists()
    with store.writing() as db:
        set_setting(db, "organization", "Larkfield")


MEMORY = """
import re
{first}
import test_store as test
from data.store import Store
from pathlib import Path
store = Store.open(Path({path!r}))
test.add_wave(store, "spring", 300)
test.add_wave(store, "autumn", 300)
store.rewrite("spring", test.unchanged)
store.close()
print(len(re.findall(rb"(?:\\xa5|\\x5a){{24,}}", Path({path!r}).read_bytes())))
"""


@pytest.mark.parametrize(("first", "clean"), [("import data, duckdb", True), ("import duckdb, data", False)])
def test_no_forgotten_memory_reaches_the_file_where_data_is_imported_before_duckdb(tmp_path, first, clean):
    # The allocator is told to mark all memory that it hands out or takes back: any mark in the file was never written
    # by DuckDB. That the second order fails shows that the search finds what it looks for.
    script = MEMORY.format(first=first, path=str(tmp_path / "rapport.duckdb"))
    marked = {**os.environ, "DUCKDB_JE_MALLOC_CONF": "junk:true", "PYTHONPATH": str(REPOSITORY / "tests")}
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY, env=marked, check=False
    )
    assert run.returncode == 0, run.stderr
    assert (int(run.stdout) == 0) == clean


LONG_LOG = """
import os, sys
from pathlib import Path
from data.store import Store

path = Path(sys.argv[1])
Store.open(path).close()
store = Store.open(path)
sizes = []
for number in range(90):
    rows = [value for each in range(64) for value in (bytes([each]), os.urandom(4144))]
    with store.writing() as db:
        db.execute(f"INSERT OR REPLACE INTO box VALUES {', '.join(['(?, ?)'] * 64)}", rows)
    wal = path.with_name(path.name + ".wal")
    sizes.append(wal.stat().st_size if wal.exists() else 0)
print(max(sizes))
"""


def test_the_log_is_taken_into_the_file_as_it_grows_so_that_a_killed_server_opens_quickly(tmp_path):
    """In a process of its own, with as many threads as DuckDB takes there."""
    command = [sys.executable, "-c", LONG_LOG, tmp_path / "r.duckdb"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)

    assert int(done.stdout) < 20_000_000, done.stdout
