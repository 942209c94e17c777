"""Ballots and boxes of open waves: who may answer once, and what was answered, both unreadable here.

Nothing in this module knows a name. It never imports `data.roster`, and `data.roster` never imports it.
"""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from data import bulk
from data.records import Ballot

ROWS_A_STATEMENT = 64
"""Measured: more rows in one VALUES list gain nothing."""
BOXES_AT_ONCE = 500
"""Two megabytes of them."""


def add_ballots(db: duckdb.DuckDBPyConnection, wave_id: str, ballots: Sequence[Ballot]) -> None:
    """Adds the ballots of a wave in the order given. The caller has shuffled them: row order would link to people."""
    rows = {
        "nullifier": [ballot.nullifier for ballot in ballots],
        "wave_id": [wave_id] * len(ballots),
        "group_box": [ballot.group_box for ballot in ballots],
        "group_note": [ballot.group_note for ballot in ballots],
    }
    bulk.insert(db, "ballot", rows)


def ballots(db: duckdb.DuckDBPyConnection, nullifiers: Sequence[bytes]) -> dict[bytes, tuple[str, Ballot]]:
    """The wave_id and the ballot of each nullifier; without those that never were, or whose wave has closed."""
    query = f"SELECT wave_id, nullifier, group_box, group_note FROM ballot WHERE nullifier IN ({_marks(nullifiers)})"
    rows = db.execute(query, nullifiers).fetchall() if nullifiers else []
    return {row[1]: (row[0], Ballot(*row[1:])) for row in rows}


def put(
    db: duckdb.DuckDBPyConnection, boxes: Mapping[bytes, bytes], sealed_for: Mapping[bytes, str] | None = None
) -> set[bytes]:
    """Keeps each box (nullifier → sealed answers) in place of an earlier one, and says which were kept.

    Kept are those whose ballot belongs to a wave in state 'open', and to the one that `sealed_for` (nullifier →
    wave_id) says, where it says one: the key of another wave would not open it.
    """
    kept: set[bytes] = set()
    waiting = list(boxes)
    for start in range(0, len(waiting), ROWS_A_STATEMENT):
        found = _open(db, waiting[start : start + ROWS_A_STATEMENT])
        some = {each: again for each, (wave, again) in found.items() if (sealed_for or {}).get(each, wave) == wave}
        for statement, again in (("INSERT INTO", False), ("INSERT OR REPLACE INTO", True)):
            rows = [value for each in some if some[each] is again for value in (each, boxes[each])]
            if rows:
                db.execute(f"{statement} box VALUES {', '.join(['(?, ?)'] * (len(rows) // 2))}", rows)
        kept.update(some)
    return kept


def _open(db: duckdb.DuckDBPyConnection, nullifiers: Sequence[bytes]) -> dict[bytes, tuple[str, bool]]:
    """Those of ballots that a wave takes answers for: that wave, and whether each has a box already.

    They are told apart because OR REPLACE alone takes five times as long as all else in keeping a box.
    """
    query = f"""
        SELECT ballot.nullifier, wave_id, box.nullifier IS NOT NULL
        FROM ballot JOIN wave USING (wave_id) LEFT JOIN box ON box.nullifier = ballot.nullifier
        WHERE wave.state = 'open' AND ballot.nullifier IN ({_marks(nullifiers)})"""
    return {nullifier: (wave_id, again) for nullifier, wave_id, again in db.execute(query, nullifiers).fetchall()}


def _marks(values: Sequence[bytes]) -> str:
    return ", ".join("?" * len(values))


def sealed(db: duckdb.DuckDBPyConnection, wave_id: str) -> Iterator[list[tuple[bytes, bytes]]]:
    """(group_box, sealed) of every box of a wave, some at a time, by the sealed bytes, which is no order of arrival."""
    query = """
        SELECT ballot.group_box, box.sealed FROM box JOIN ballot USING (nullifier)
        WHERE ballot.wave_id = ? ORDER BY box.sealed, ballot.group_box"""
    found = db.execute(query, [wave_id])
    while some := found.fetchmany(BOXES_AT_ONCE):
        yield some


def count(db: duckdb.DuckDBPyConnection, wave_id: str) -> int:
    """How many ballots of a wave have a box."""
    query = "SELECT count(*) FROM box JOIN ballot USING (nullifier) WHERE ballot.wave_id = ?"
    row = db.execute(query, [wave_id]).fetchone()
    return int(row[0]) if row else 0


def add_readers(db: duckdb.DuckDBPyConnection, wave_id: str, readers: Sequence[bytes]) -> None:
    """Lets the pulse links of a closed wave open its results page: one hash for everybody asked, in shuffled order."""
    bulk.insert(db, "reader", {"reader": list(readers), "wave_id": [wave_id] * len(readers)})


def has_readers(db: duckdb.DuckDBPyConnection, wave_id: str) -> bool:
    """Whether any link opens the results page of a wave."""
    return db.execute("SELECT 1 FROM reader WHERE wave_id = ? LIMIT 1", [wave_id]).fetchone() is not None


def readers(db: duckdb.DuckDBPyConnection, hashes: Sequence[bytes]) -> dict[bytes, str]:
    """Hash → the wave_id whose results that link opens; without those that open none."""
    query = f"SELECT reader, wave_id FROM reader WHERE reader IN ({_marks(hashes)})"
    return dict(db.execute(query, hashes).fetchall()) if hashes else {}
