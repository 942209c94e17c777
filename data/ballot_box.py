"""Ballots and boxes of open waves: who may answer once, and what was answered, both unreadable here.

Nothing in this module knows a name. It never imports `data.roster`, and `data.roster` never imports it.
"""

from collections.abc import Mapping, Sequence

import duckdb

from data import bulk
from data.records import Ballot

ROWS_A_STATEMENT = 64
"""Measured: more rows in one VALUES list gain nothing."""


def add_ballots(db: duckdb.DuckDBPyConnection, wave_id: str, ballots: Sequence[Ballot]) -> None:
    """Adds the ballots of a wave in the order given. The caller has shuffled them: row order would link to people."""
    rows = {
        "nullifier": [ballot.nullifier for ballot in ballots],
        "wave_id": [wave_id] * len(ballots),
        "group_box": [ballot.group_box for ballot in ballots],
        "group_note": [ballot.group_note for ballot in ballots],
    }
    bulk.insert(db, "ballot", rows)


def ballot(db: duckdb.DuckDBPyConnection, nullifier: bytes) -> tuple[str, Ballot] | None:
    """The wave_id and the ballot of a nullifier; None for one that never was, or whose wave has closed."""
    query = "SELECT wave_id, nullifier, group_box, group_note FROM ballot WHERE nullifier = ?"
    row = db.execute(query, [nullifier]).fetchone()
    return (row[0], Ballot(*row[1:])) if row else None


def put(db: duckdb.DuckDBPyConnection, boxes: Mapping[bytes, bytes]) -> set[bytes]:
    """Keeps each box (nullifier → sealed answers) in place of an earlier one, and says which were kept.

    Kept are those whose ballot belongs to a wave in state 'open'.
    """
    kept: set[bytes] = set()
    waiting = list(boxes.items())
    for start in range(0, len(waiting), ROWS_A_STATEMENT):
        some = waiting[start : start + ROWS_A_STATEMENT]
        marks = ", ".join(["(?::BLOB, ?::BLOB)"] * len(some))
        query = f"""
            INSERT OR REPLACE INTO box
            SELECT cast_now.nullifier, cast_now.sealed
            FROM (VALUES {marks}) cast_now (nullifier, sealed)
            JOIN ballot USING (nullifier)
            JOIN wave USING (wave_id)
            WHERE wave.state = 'open'
            RETURNING nullifier"""
        rows = db.execute(query, [value for box in some for value in box]).fetchall()
        kept.update(row[0] for row in rows)
    return kept


def sealed(db: duckdb.DuckDBPyConnection, wave_id: str) -> list[tuple[bytes, bytes]]:
    """(group_box, sealed) of every box of a wave, ordered by the sealed bytes, which is no order of arrival."""
    query = """
        SELECT ballot.group_box, box.sealed FROM box JOIN ballot USING (nullifier)
        WHERE ballot.wave_id = ? ORDER BY box.sealed, ballot.group_box"""
    return [(group_box, box) for group_box, box in db.execute(query, [wave_id]).fetchall()]


def count(db: duckdb.DuckDBPyConnection, wave_id: str) -> int:
    """How many ballots of a wave have a box."""
    query = "SELECT count(*) FROM box JOIN ballot USING (nullifier) WHERE ballot.wave_id = ?"
    row = db.execute(query, [wave_id]).fetchone()
    return int(row[0]) if row else 0


def add_readers(db: duckdb.DuckDBPyConnection, wave_id: str, readers: Sequence[bytes]) -> None:
    """Lets the pulse links of a closed wave open its results page: one hash for everybody asked, in shuffled order."""
    bulk.insert(db, "reader", {"reader": list(readers), "wave_id": [wave_id] * len(readers)})


def reader(db: duckdb.DuckDBPyConnection, reader_hash: bytes) -> str | None:
    """The wave_id whose results this link opens, or None."""
    row = db.execute("SELECT wave_id FROM reader WHERE reader = ?", [reader_hash]).fetchone()
    return str(row[0]) if row else None
