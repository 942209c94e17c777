"""A few rows and many rows take different ways into a table, and arrive alike."""

from datetime import date, datetime

import duckdb
import pandas as pd
import pytest

from data import bulk

ROWS = {
    "id": [1, 2, 3],
    "text": ["Ä 'quoted' ?", "", None],
    "share": [0.1, float("nan"), None],
    "blob": [b"\x00\xff", b"", None],
    "day": [date(2026, 9, 7), None, pd.NaT],
    "moment": [datetime(2026, 9, 7, 8), pd.Timestamp("2026-09-07 08:00:01"), None],
    "yes": [True, False, None],
    "several": [["b", "a"], [], None],
}


@pytest.fixture(params=[0, 1000], ids=["as an Arrow table", "as bound values"])
def db(request, monkeypatch):
    monkeypatch.setattr(bulk, "FEW", request.param)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE kept (id INTEGER PRIMARY KEY, text VARCHAR, share DOUBLE, blob BLOB, day DATE, "
            "moment TIMESTAMP, yes BOOLEAN, several VARCHAR[])"
        )
        yield connection


def test_every_kind_of_value_and_its_absence_arrives(db):
    bulk.insert(db, "kept", ROWS)
    assert db.execute("FROM kept ORDER BY id").fetchall() == [
        (1, "Ä 'quoted' ?", 0.1, b"\x00\xff", date(2026, 9, 7), datetime(2026, 9, 7, 8), True, ["b", "a"]),
        (2, "", None, b"", None, datetime(2026, 9, 7, 8, 0, 1), False, []),
        (3, None, None, None, None, None, None, None),
    ]


def test_a_key_that_is_there_already_keeps_out_all_rows(db):
    bulk.insert(db, "kept", {"id": [2]})
    with pytest.raises(duckdb.ConstraintException):
        bulk.insert(db, "kept", ROWS)
    assert db.execute("SELECT id FROM kept").fetchall() == [(2,)]


def test_no_rows_are_no_rows(db):
    bulk.insert(db, "kept", {name: [] for name in ROWS})
    assert db.execute("FROM kept").fetchall() == []
