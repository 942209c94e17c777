"""A database of an earlier version opens, and is then like a new one."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from data import organization, roster, signing_in, store
from data.records import Problem
from data.store import Store

FIRST = Path(__file__).with_name("schema_1.sql")
"""The schema of version 1, as it was released."""


@pytest.fixture
def old(tmp_path) -> Path:
    """A database as the first Rapport left it, with a member and a link that nobody has used."""
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute(FIRST.read_text())
        db.execute("INSERT INTO team VALUES ('organization', 'organization', NULL)")
        db.execute("INSERT INTO setting VALUES ('schema_version', '1'), ('organization', 'Larkfield')")
        db.execute("INSERT INTO member (member_id, name, email, team_id, interests, active) "
                   "VALUES ('ana', 'Ana Ruiz', '', 'organization', [], true)")  # fmt: skip
        db.execute("INSERT INTO sign_in VALUES ('link', 'ana', 'lead', TIMESTAMP '2099-01-01')")
    return path


def shape(opened: Store) -> set[tuple]:
    """Every column and every rule."""
    with opened.reading() as db:
        columns = db.execute("SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()").fetchall()
        rules = db.execute("SELECT table_name, constraint_text FROM duckdb_constraints()").fetchall()
    return {*columns, *rules}


def test_an_old_database_opens_and_has_the_shape_of_a_new_one(old, tmp_path):
    migrated, new = Store.open(old), Store.open(tmp_path / "new.duckdb")

    assert shape(migrated) == shape(new)
    migrated.close()
    new.close()


def test_what_an_old_database_held_is_kept_and_it_takes_what_is_new(old):
    opened = Store.open(old)
    with opened.writing() as db:
        assert organization.setting(db, "organization") == "Larkfield"
        assert organization.setting(db, "schema_version") == organization.SCHEMA_VERSION
        assert [member.name for member in roster.members(db)] == ["Ana Ruiz"]
        roster.appoint(db, "ana", "steward")
        signing_in.add(db, b"new", member_id="ana", role="steward", expires=datetime(2099, 1, 1))
    opened.close()

    again = Store.open(old)
    with again.reading() as db:
        assert roster.appointments(db) == {"ana": "steward"}
    again.close()


def test_a_line_of_an_old_log_that_named_a_pair_names_nobody_any_more(old):
    with duckdb.connect(str(old)) as db:
        db.execute("INSERT INTO audit VALUES (TIMESTAMP '2026-01-01', 'bo', 'introduction', 'ana and ben', 'never'), "
                   "(TIMESTAMP '2026-01-01', 'bo', 'looked at', 'ana', 'the map')")  # fmt: skip

    opened = Store.open(old)
    with opened.reading() as db:
        assert set(db.execute("SELECT who, subject, detail FROM audit").fetchall()) == {
            ("bo", "a pair", "never"),
            ("bo", "ana", "the map"),
        }
    opened.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(old, tmp_path, monkeypatch):
    broken = tmp_path / "migrations"
    broken.mkdir()
    (broken / "0002_broken.sql").write_text("DROP TABLE sign_in; CREATE TABLE appointment (x INTEGER); SELECT nonsense")
    monkeypatch.setattr(store, "MIGRATIONS", broken)

    with pytest.raises(duckdb.Error):
        Store.open(old)

    with duckdb.connect(str(old)) as db:
        assert db.execute("SELECT role FROM sign_in").fetchall() == [("lead",)]
        assert db.execute("SELECT value FROM setting WHERE name = 'schema_version'").fetchone() == ("1",)


def test_a_version_that_is_no_number_is_refused(old):
    with duckdb.connect(str(old)) as db:
        db.execute("UPDATE setting SET value = 'next' WHERE name = 'schema_version'")

    with pytest.raises(Problem, match="schema version next"):
        Store.open(old)


def test_there_is_one_numbered_step_for_every_version_after_the_first():
    numbers = sorted(int(step.name[:4]) for step in store.MIGRATIONS.glob("*.sql"))

    assert numbers == list(range(2, int(organization.SCHEMA_VERSION) + 1))
