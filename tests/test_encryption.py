"""Encryption at rest: nothing readable on the disk, no plain file by accident, and the key nowhere but in memory."""

import io
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime

import duckdb
import pytest
from conftest import full
from test_closing import EXPECTED, cast_all, moments, open_one, staff, wave_of
from test_store import KEY, STEPS, add_wave, unchanged

from data import audit, connecting, waves
from data.organization import set_setting, setting
from data.records import Problem
from data.store import Store
from surveys import apart, closing
from surveys.desk import Desk

OTHER = "another line that nobody guesses"
CANARY = b"canary-of-larkfield"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "rapport.duckdb"


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["data", "surveys.reasoning", "test_encryption"])
    return context


def make(path, key):
    """A database with a canary in it, and a wave with ballots and boxes."""
    store = Store.open(path, key=key)
    with store.writing() as db:
        set_setting(db, "organization", CANARY.decode())
    add_wave(store, "spring")
    store.close()
    return path


def canary_in(store):
    with store.reading() as db:
        return setting(db, "organization").encode() == CANARY


def contents(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def readable(folder):
    """The files in which the canary, or a name of a table, can be read."""
    return [name for name, found in contents(folder).items() if CANARY in found or b"nullifier" in found]


@pytest.fixture
def rapport(monkeypatch, capsys):
    """Gives a command with these settings in its environment; what it ended with and said."""

    def run(*words, **given):
        from dashboard.cli import rapport as command

        with monkeypatch.context() as environment:
            for name, value in given.items():
                environment.setenv(name, str(value))
            environment.setattr(sys, "stdin", io.StringIO())
            status = command.run([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def roster(tmp_path):
    (tmp_path / "roster.csv").write_text("member_id,name,email,team\na,Ada,a@x.example,Care\n")
    return tmp_path / "roster.csv"


# -------------------------------------------------------------------------------------------------- what is on the disk


@pytest.mark.parametrize(("key", "expected"), [(None, True), (KEY, False)], ids=["plain", "encrypted"])
def test_an_encrypted_database_can_be_read_in_no_file_that_it_ever_writes(path, tmp_path, key, expected):
    # The plain database shows that the search finds what it looks for, at every one of these moments.
    seen = {}

    def look(step):
        seen[step] = bool(readable(path.parent))

    store = Store.open(make(path, key), key=key)
    add_wave(store, CANARY.decode())
    look("with a log")
    assert path.with_name(path.name + ".wal").stat().st_size
    store.rewrite("spring", lambda db: set_setting(db, "timezone", "UTC"), look)
    (tmp_path / "copy").mkdir()
    store.backup(tmp_path / "copy" / "rapport.duckdb")
    seen["backup"] = bool(readable(tmp_path / "copy"))
    store.close()
    look("closed")
    assert set(seen) == {"with a log", "backup", "closed", *STEPS}
    assert set(seen.values()) == {expected}


def test_the_copy_of_an_encrypted_database_opens_with_its_key_only(path, tmp_path):
    store = Store.open(make(path, KEY), key=KEY)
    store.backup(tmp_path / "copy.duckdb")
    store.close()
    for key, sentence in ((None, "is encrypted; expected its key"), (OTHER, "does not open the database")):
        with pytest.raises(Problem, match=sentence):
            Store.open(tmp_path / "copy.duckdb", key=key)
    copy = Store.open(tmp_path / "copy.duckdb", key=KEY)
    assert canary_in(copy)
    copy.close()


@pytest.mark.parametrize("key", ['it\'s "quoted" \\x41 \\\\ clé, 鍵', "'); DROP TABLE box; --", "k" * 5000])
def test_any_line_can_be_a_key(path, key):
    make(path, key)
    with pytest.raises(Problem, match="does not open the database"):
        Store.open(path, key=key + "x")
    store = Store.open(path, key=key)
    assert canary_in(store)
    store.close()


def test_a_changed_byte_is_noticed_and_not_read_over(path):
    make(path, KEY)
    whole = path.read_bytes()
    refused = 0
    for place in range(8192, len(whole) - 4096, (len(whole) - 12288) // 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            store = Store.open(path, key=KEY)
        except Problem:
            refused += 1
            continue
        try:
            with store.reading() as db:
                for table in ("setting", "wave", "ballot", "box", "team"):
                    db.execute(f"SELECT * FROM {table}").fetchall()
        except duckdb.Error:
            refused += 1
        finally:
            store.close()
    path.write_bytes(whole)
    store = Store.open(path, key=KEY)
    assert canary_in(store)
    store.close()
    assert refused


def test_the_command_line_of_duckdb_opens_it_with_the_same_key(path):
    # What is written is DuckDB's own format: nobody depends on Rapport to get at their data.
    make(path, KEY)
    with duckdb.connect() as db:
        db.execute(f"LOAD '{connecting.extension()}'")
        db.execute(f"ATTACH '{path}' AS mine (ENCRYPTION_KEY '{KEY}')")
        assert db.execute("SELECT value FROM mine.setting WHERE name = 'organization'").fetchone() == (CANARY.decode(),)


# ------------------------------------------------------------------------------------ what is refused, changing nothing


REFUSALS = {
    "no key": (KEY, {}, "The database {path} is encrypted; expected its key in RAPPORT_DB_KEY."),
    "another key": (
        KEY,
        {"RAPPORT_DB_KEY": OTHER},
        "The key in RAPPORT_DB_KEY does not open the database {path}; expected the one that it was encrypted with.",
    ),
    "a key too many": (
        None,
        {"RAPPORT_DB_KEY": KEY},
        "The database {path} is not encrypted, and RAPPORT_DB_KEY holds a key; "  # noqa: ISC004  one sentence
        "unset it, or encrypt the database with rapport rekey.",
    ),
}


@pytest.mark.parametrize("which", REFUSALS)
def test_a_wrong_key_is_one_sentence_with_status_2_and_nothing_is_changed(path, rapport, which):
    made_with, given, sentence = REFUSALS[which]
    make(path, made_with)
    before = contents(path.parent)
    assert rapport("wave", "status", "--db", path, **given) == (2, "", sentence.format(path=path) + "\n")
    assert contents(path.parent) == before
    again = Store.open(path, key=made_with)
    assert canary_in(again)
    again.close()


def test_a_failed_opening_leaves_no_way_to_a_plain_file(path):
    # DuckDB would make one at the next ATTACH of the same name without a key.
    path.parent.mkdir()
    path.write_bytes(b"not a database at all" * 999)
    with pytest.raises(Problem, match="not a database of Rapport"):
        Store.open(path, key=KEY)
    path.unlink()
    make(path, KEY)
    assert readable(path.parent) == []


def test_without_the_extra_nothing_is_opened_and_nothing_made(path, rapport, roster, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb_extension_httpfs", None)
    status, _, said = rapport("people", "import", roster, "--db", path, RAPPORT_DB_KEY=KEY)
    assert (status, len(said.splitlines())) == (2, 1)
    assert "needs the extra 'encryption', which is not installed" in said
    assert contents(path.parent) == {}


def test_an_extension_that_somebody_changed_is_not_loaded(path, tmp_path, monkeypatch):
    whole = connecting.extension()
    wheel = tmp_path / "changed" / "duckdb_extension_httpfs"
    shutil.copytree(whole.parents[2], wheel)
    content = bytearray(whole.read_bytes())
    content[5000] ^= 1
    (wheel / whole.relative_to(whole.parents[2])).write_bytes(content)
    monkeypatch.delitem(sys.modules, "duckdb_extension_httpfs", raising=False)
    monkeypatch.syspath_prepend(wheel.parent)
    with pytest.raises(Problem, match="signature is either missing or invalid"):
        Store.open(path, key=KEY)
    assert contents(path.parent) == {}


LOST = {
    "The key in RAPPORT_DB_KEY has 0 characters": {"RAPPORT_DB_KEY": ""},
    "RAPPORT_DB_KEY has 5 characters; expected one line of at least 20": {"RAPPORT_DB_KEY": "short"},
    "RAPPORT_DB_KEY_FILE names /nowhere, which cannot be read": {"RAPPORT_DB_KEY_FILE": "/nowhere"},
}


@pytest.mark.parametrize("sentence", LOST)
def test_a_key_that_was_lost_on_its_way_makes_no_plain_database(path, rapport, roster, sentence):
    status, _, said = rapport("people", "import", roster, "--db", path, **LOST[sentence])
    assert status == 2
    assert sentence in said
    assert not path.exists()


def test_the_first_import_makes_an_encrypted_database_where_there_is_a_key(path, rapport, roster):
    assert rapport("people", "import", roster, "--db", path, RAPPORT_DB_KEY=KEY)[0] == 0
    assert [name for name, found in contents(path.parent).items() if b"a@x.example" in found] == []


# --------------------------------------------------------------------------------------------------- a close, encrypted


@pytest.fixture
def encrypted(tmp_path, clock):
    """An encrypted desk with a pulse that twenty of twenty-four have answered."""
    made = Desk.open(tmp_path / "rapport.duckdb", clock=clock, url="http://x", key=KEY)
    staff(made)
    cast_all(made, open_one(made))
    yield made
    made.close()


def test_a_wave_closes_encrypted_and_the_counting_process_is_not_told_the_key(encrypted, monkeypatch):
    told = []
    started = subprocess.Popen

    class Watched(started):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            told.append((self.args, options["env"]))

    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setenv("RAPPORT_DB_KEY", KEY)
    monkeypatch.setenv("RAPPORT_DB_KEY_FILE", "/run/key")

    closing.close_wave(encrypted, "One")

    assert moments(encrypted) == EXPECTED
    [(command, environment)] = told
    assert not [name for name in environment if name.startswith("RAPPORT_")]
    assert KEY not in str(command) + str(environment)
    encrypted.close()
    assert [name for name, found in contents(encrypted.store.path.parent).items() if b"Sales" in found] == []


def close_until(path, now, at):
    """What a process does that is killed just before a step."""
    from surveys.reasoning import reason

    apart.in_a_process = reason
    desk = Desk.open(path, clock=lambda: now, url="http://x", key=KEY)
    closing.close_wave(desk, "One", step=lambda name: name == at and os.kill(os.getpid(), signal.SIGKILL))


@pytest.mark.parametrize("at", closing.STEPS if full else ("replace", "unlink"))
def test_an_encrypted_close_that_was_killed_is_finished_at_the_next_start(encrypted, clock, processes, at, monkeypatch):
    from surveys.reasoning import reason

    path = encrypted.store.path
    encrypted.close()
    killed = processes.Process(target=close_until, args=(path, clock.now, at))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert [name for name, found in contents(path.parent).items() if b"Sales" in found] == []

    monkeypatch.setattr(apart, "in_a_process", reason)
    again = Desk.open(path, clock=clock, url="http://x", key=KEY)
    if at == "mark":  # nothing had happened yet
        closing.close_wave(again, "One")
    assert wave_of(again).state == "closed"
    assert moments(again) == EXPECTED
    assert again.keys.waves() == {}
    again.close()


# ----------------------------------------------------------------------------------------------------- where the key is


def test_the_key_is_in_no_statement_no_setting_no_file_and_no_line_of_the_log(path, capfd, caplog):
    caplog.set_level(0)
    store = Store.open(make(path, KEY), key=KEY)
    tables = ("databases", "settings", "secrets", "logs", "variables", "prepared_statements")
    with store.reading() as db:
        told = [str(db.execute(f"SELECT * FROM duckdb_{table}()").fetchall()) for table in tables]
    store.rekey(OTHER, lambda db: audit.note(db, happened=datetime(2026, 9, 7), who="a", action="rekey", subject="d"))
    with store.reading() as db:
        told.append(str(audit.entries(db).to_dict()))
    for reached in (path, path.with_name("out-of-reach.duckdb")):
        with pytest.raises(duckdb.Error) as refused:
            connecting.attach(store._connection, reached, "again", KEY)
        told.append(repr(refused.value))
    store.close()
    with pytest.raises(Problem) as failure:
        Store.open(path, key=KEY)
    told += [str(failure.value), repr(failure.value.__cause__), caplog.text, *capfd.readouterr()]
    told += [found.decode("latin-1") for found in contents(path.parent).values()]
    for secret in (KEY, OTHER):
        spelled = connecting._spelled(secret)
        assert [text for text in told if secret in text or spelled in text] == []


# ---------------------------------------------------------------------------------------------------------------- rekey


def rekey_until(path, old, new, at):
    """What a process does that is killed just before a step."""
    store = Store.open(path, key=old, encrypting=True)

    def step(name):
        if name == at:
            os.kill(os.getpid(), signal.SIGKILL)

    store.rekey(new, unchanged, step)


SOME = ("copy", "close", "replace", "unlink")
WAYS = {"encrypt": (None, KEY), "another key": (KEY, OTHER), "to plain": (KEY, None)}


@pytest.mark.parametrize(
    ("way", "at"),
    [(way, at) for way in WAYS for at in STEPS if full or at in (SOME if way == "encrypt" else ("unlink",))],
)
def test_killed_at_any_step_of_a_rekey_the_database_opens_whole_with_one_of_the_keys(path, processes, way, at):
    old, new = WAYS[way]
    make(path, old)
    killed = processes.Process(target=rekey_until, args=(path, old, new, at))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    swapped = STEPS.index(at) > STEPS.index("replace")
    now, other = (new, old) if swapped else (old, new)
    with pytest.raises(Problem, match="RAPPORT_DB_KEY"):
        Store.open(path, key=other)
    store = Store.open(path, key=now)
    assert canary_in(store)
    with store.reading() as db:
        assert [wave.name for wave in waves.waves(db)] == ["spring"]
        assert db.execute("SELECT count(*) FROM box").fetchone() == (2,)
    store.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert bool(readable(path.parent)) == (now is None)


def test_a_rekey_to_and_fro_keeps_every_row_and_is_used_at_once(path):
    store = Store.open(make(path, None), encrypting=True)
    for key in (KEY, OTHER, None):
        store.rekey(key, lambda db: set_setting(db, "timezone", "Europe/Brussels"))
        assert store.encrypted == (key is not None)
        with store.reading() as db:
            assert connecting.is_encrypted(db) == store.encrypted
            assert connecting.loosened(db) == []
        store.rewrite("none", unchanged)
        assert bool(readable(path.parent)) == (key is None)
    with store.reading() as db:
        assert setting(db, "timezone") == "Europe/Brussels"
        assert db.execute("SELECT count(*) FROM ballot").fetchone() == (3,)
    store.close()


def test_a_change_that_raises_leaves_the_old_key_in_use(path):
    store = Store.open(make(path, KEY), key=KEY)
    with pytest.raises(ZeroDivisionError):
        store.rekey(None, lambda _: 1 // 0)
    assert readable(path.parent) == []
    assert canary_in(store)
    store.close()
    Store.open(path, key=KEY).close()


def test_the_command_encrypts_changes_the_key_and_decrypts_only_when_told(path, rapport):
    make(path, None)
    status, said, _ = rapport("rekey", "--db", path, RAPPORT_NEW_DB_KEY=KEY)
    assert (status, readable(path.parent)) == (0, [])
    assert "stay in the clear" in said
    status, said, _ = rapport("rekey", "--db", path, RAPPORT_DB_KEY=KEY, RAPPORT_NEW_DB_KEY=OTHER)
    assert "Backups made until now need the earlier key." in said
    asked = "The new key is needed, and there is nobody to ask: set RAPPORT_NEW_DB_KEY.\n"
    assert rapport("rekey", "--db", path, RAPPORT_DB_KEY=OTHER) == (2, "", asked)
    assert readable(path.parent) == []
    assert rapport("rekey", "--db", path, "--to-plain", RAPPORT_DB_KEY=OTHER)[0] == 0
    assert readable(path.parent) == [path.name]

    store = Store.open(path)
    with store.reading() as db:
        entries = audit.entries(db)
    store.close()
    assert sorted(entries.loc[entries["action"] == "rekey", "detail"]) == ["another key", "encrypted", "in the clear"]


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        ((), {"RAPPORT_DB_KEY": KEY, "RAPPORT_NEW_DB_KEY": KEY}, "is its present one; expected another"),
        ((), {"RAPPORT_DB_KEY": KEY, "RAPPORT_NEW_DB_KEY": "short"}, "RAPPORT_NEW_DB_KEY has 5 characters"),
        (
            ("--to-plain",),
            {"RAPPORT_DB_KEY": KEY, "RAPPORT_NEW_DB_KEY": OTHER},
            "RAPPORT_NEW_DB_KEY not to be set",
        ),
        (("--to-plain",), {}, "--to-plain takes a key away; expected the key"),
        ((), {"RAPPORT_DB_KEY": OTHER, "RAPPORT_NEW_DB_KEY": "k" * 20}, "does not open the database"),
        (("--db", "/nowhere.duckdb"), {"RAPPORT_NEW_DB_KEY": OTHER}, "There is no database"),
    ],
)
def test_a_rekey_that_cannot_be_meant_is_refused_and_nothing_is_changed(path, rapport, words, given, sentence):
    make(path, KEY)
    before = contents(path.parent)
    status, _, said = rapport("rekey", *words, RAPPORT_DB=path, **given)
    assert status == 2
    assert sentence in said
    assert contents(path.parent) == before


def test_a_new_key_is_typed_twice_and_shown_nowhere(path, capsys):
    from dashboard import terminal
    from dashboard.cli import rapport as command

    make(path, None)

    class Typing(terminal.Here):
        def __init__(self, *typed):
            self.typed = list(typed)

        def ask(self, _question):
            return self.typed.pop(0)

    with terminal.use(Typing(KEY, OTHER)):
        assert command.run(["rekey", "--db", str(path)]) == 2
    assert readable(path.parent) == [path.name]
    with terminal.use(Typing(KEY, KEY)):
        assert command.run(["rekey", "--db", str(path)]) == 0
    assert readable(path.parent) == []
    said = capsys.readouterr()
    assert KEY not in said.out + said.err
    assert "The two keys differ; nothing was changed." in said.err


def test_a_rekey_is_refused_while_a_server_holds_the_database(path, rapport):
    from dashboard import remote, settings

    make(path, KEY)
    server = remote.Server(settings.read(database=path).socket, lambda _: 0)
    try:
        status, _, said = rapport("rekey", "--db", path, RAPPORT_DB_KEY=KEY, RAPPORT_NEW_DB_KEY=OTHER)
    finally:
        server.close()
    assert status == 2
    assert "stop it, and start it with the new one" in said
    Store.open(path, key=KEY).close()
