"""A backup is a whole copy that opens elsewhere, or none; restoring replaces nothing."""

import re
import shutil
import stat

import duckdb
import pytest
from test_commands import entries, held_by_a_server, ok, open_for_a_century, run
from test_store import KEY, add_wave

from data import ballot_box, waves
from data import store as storing
from data.organization import SCHEMA_VERSION
from data.records import Problem
from data.store import Store


@pytest.fixture(params=[None, KEY], ids=["plain", "encrypted"])
def key(request):
    return request.param


@pytest.fixture
def store(tmp_path, key):
    there = Store.open(tmp_path / "there" / "rapport.duckdb", key=key)
    yield there
    there.close()


@pytest.fixture
def opened(tmp_path):
    """A database with a wave that is open for a century."""
    (tmp_path / "there").mkdir()
    open_for_a_century(tmp_path / "there" / "r.duckdb")
    return tmp_path / "there" / "r.duckdb"


def test_what_a_backup_holds_comes_back_where_there_is_no_database(store, key, tmp_path):
    add_wave(store, "spring")
    store.backup(tmp_path / "copy.duckdb")
    add_wave(store, "autumn")

    Store.restore(tmp_path / "copy.duckdb", tmp_path / "new" / "rapport.duckdb", key=key)

    back = Store.open(tmp_path / "new" / "rapport.duckdb", key=key)
    with back.reading() as seen:
        assert [wave.wave_id for wave in waves.waves(seen)] == ["spring"]
        assert ballot_box.count(seen, "spring") == 2
    back.close()
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["rapport.duckdb"]
    assert stat.S_IMODE((tmp_path / "new" / "rapport.duckdb").stat().st_mode) == 0o600


def test_a_copy_that_lacks_a_row_or_has_another_value_is_not_kept(store, tmp_path, monkeypatch):
    add_wave(store, "spring")
    whole = storing._copy_rows
    for spoil in ("DELETE FROM fresh.box WHERE nullifier = (SELECT min(nullifier) FROM fresh.box)",
                  "UPDATE fresh.wave SET k = k + 1"):  # fmt: skip
        monkeypatch.setattr(
            storing, "_copy_rows", lambda cursor, wave, spoil=spoil: (whole(cursor, wave), cursor.execute(spoil))
        )
        with pytest.raises(Problem, match=r"does not read back as it was written \(table (box|wave)\)"):
            store.backup(tmp_path / "copy.duckdb")
        assert not (tmp_path / "copy.duckdb").exists()

    monkeypatch.setattr(storing, "_copy_rows", whole)
    store.backup(tmp_path / "copy.duckdb")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda file: file.write_bytes(b"member_id,name\n"), "is not a database of Rapport"),
        (lambda file: file.write_bytes(file.read_bytes()[:5000]), "is damaged|is not a database"),
        (lambda file: _of_version(file, int(SCHEMA_VERSION) + 1), "has schema version"),
    ],
    ids=["a table", "cut off", "of a later Rapport"],
)
@pytest.mark.parametrize("key", [None])
def test_what_is_no_backup_is_named_and_leaves_nothing(store, tmp_path, spoil, sentence):
    store.backup(tmp_path / "copy.duckdb")
    spoil(tmp_path / "copy.duckdb")

    with pytest.raises(Problem, match=sentence) as told:
        Store.restore(tmp_path / "copy.duckdb", tmp_path / "new" / "rapport.duckdb")

    assert "copy.duckdb" in str(told.value)
    assert not list((tmp_path / "new").iterdir())


@pytest.mark.parametrize("key", [KEY])
def test_an_encrypted_backup_needs_its_key(store, tmp_path):
    store.backup(tmp_path / "copy.duckdb")

    for other in (None, KEY[::-1]):
        with pytest.raises(Problem, match="key"):
            Store.restore(tmp_path / "copy.duckdb", tmp_path / "new" / "rapport.duckdb", key=other)
        assert not list((tmp_path / "new").iterdir())


# ------------------------------------------------------------------------------------------------------- the commands


def test_a_backup_is_made_alone_and_through_a_server_and_is_in_the_log(opened, tmp_path):
    assert "read back and equal" in ok("backup", tmp_path / "alone.duckdb", db=opened)
    with held_by_a_server(opened):
        ok("backup", tmp_path / "through.duckdb", db=opened)

    assert entries(opened)["action"].tolist().count("backup") == 2
    for name in ("alone", "through"):
        assert "2026-Q4" in ok("wave", "status", db=tmp_path / f"{name}.duckdb")


def test_a_backup_replaces_nothing(opened, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    result = run("backup", tmp_path / "notes.txt", db=opened)

    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search(r"There is a file .*notes\.txt already, and a backup replaces nothing", result.stderr)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert "backup" not in set(entries(opened)["action"])


def test_a_restored_database_says_which_key_it_lacks_and_works_with_it(opened, tmp_path):
    ok("backup", tmp_path / "copy.duckdb", db=opened)
    keys = opened.with_name("r.duckdb.keys")
    new = tmp_path / "elsewhere" / "r.duckdb"

    result = run("restore", tmp_path / "copy.duckdb", db=new)

    assert (result.exit_code, "restored from copy.duckdb" in result.stdout) == (0, True)
    assert "Wave 2026-Q4 is open in it, and because no backup holds a key and its box key is not in" in result.stderr
    assert "restore" in set(entries(new)["action"])
    shutil.copytree(keys, new.with_name("r.duckdb.keys"))
    links = [run("wave", "links", "2026-Q4", "--out", tmp_path / f"{at}.csv", db=at_db).exit_code
             for at, at_db in (("old", opened), ("new", new))]  # fmt: skip
    assert links == [0, 0]
    assert (tmp_path / "old.csv").read_text() == (tmp_path / "new.csv").read_text()


@pytest.mark.usefixtures("counting_here")
def test_restoring_names_every_wave_whose_answers_nobody_can_open_and_no_other(opened, tmp_path):
    ok("backup", tmp_path / "copy.duckdb", db=opened)
    ok("wave", "close", "2026-Q4", db=opened)
    ok("wave", "open", "names", "--asks", "network", "--closes", "2126-12-11", db=opened)
    ok("backup", tmp_path / "names.duckdb", db=opened)
    new = tmp_path / "elsewhere" / "r.duckdb"
    shutil.copytree(opened.with_name("r.duckdb.keys"), new.with_name("r.duckdb.keys"))

    first = run("restore", tmp_path / "copy.duckdb", db=new)
    second = run("restore", tmp_path / "names.duckdb", db=tmp_path / "without keys" / "r.duckdb")

    assert first.stderr.count("its answers cannot be opened") == 1  # of its keys that of the network links is left
    assert "Wave 2026-Q4 is open in it" in first.stderr
    assert "cannot be opened" not in second.stderr  # what was said by name is not sealed


def test_restoring_replaces_no_database(opened, tmp_path):
    ok("backup", tmp_path / "copy.duckdb", db=opened)
    before = opened.read_bytes()

    result = run("restore", tmp_path / "copy.duckdb", db=opened)

    assert (result.exit_code, "There is a database" in result.stderr) == (2, True)
    assert opened.read_bytes() == before


def _of_version(file, version):
    with duckdb.connect(str(file)) as own:
        own.execute("UPDATE setting SET value = ? WHERE name = 'schema_version'", [str(version)])
