"""Waves: what was asked when, and the groups and seats that were frozen when each opened."""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import pandas as pd

from data import bulk
from data.nearest import did_you_mean
from data.records import Asks, Group, Problem, State, Wave

_COLUMNS = """wave_id, name, number, asks, questionnaire, state, opened_on, closes, closed_on, k, smallest_group,
              trustee, box_key, code_salt"""


def waves(db: duckdb.DuckDBPyConnection) -> list[Wave]:
    """Every wave, in order of opening."""
    return [Wave(*row) for row in db.execute(f"SELECT {_COLUMNS} FROM wave ORDER BY number, name").fetchall()]


def wave(db: duckdb.DuckDBPyConnection, name: str) -> Wave:
    """The wave of that name. Raises Problem with the nearest name."""
    row = db.execute(f"SELECT {_COLUMNS} FROM wave WHERE name = ?", [name]).fetchone()
    if row is None:
        raise Problem(f"There is no wave '{name}'.{did_you_mean(name, [each.name for each in waves(db)])}")
    return Wave(*row)


def wave_by_id(db: duckdb.DuckDBPyConnection, wave_id: str) -> Wave:
    """The wave with that id. Raises Problem when there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM wave WHERE wave_id = ?", [wave_id]).fetchone()
    if row is None:
        raise Problem(f"There is no wave with the id '{wave_id}'.")
    return Wave(*row)


def last_network_wave(db: duckdb.DuckDBPyConnection) -> Wave | None:
    """The latest closed wave that asked who works with whom: the one whose standings and introductions hold."""
    closed = [each for each in waves(db) if each.network and each.state == "closed"]
    return closed[-1] if closed else None


def add(db: duckdb.DuckDBPyConnection, wave: Wave, groups: Sequence[Group], seats: Mapping[str, str]) -> None:
    """Keeps a wave as it opens, with its groups and with the group that counts each member's answers.

    Raises Problem when the name is taken.
    """
    if db.execute("SELECT 1 FROM wave WHERE name = ?", [wave.name]).fetchone():
        raise Problem(f"There is a wave '{wave.name}' already; choose another name.")
    db.execute(
        f"INSERT INTO wave ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [wave.wave_id, wave.name, wave.number, wave.asks, wave.questionnaire, wave.state, wave.opened_on, wave.closes,
         wave.closed_on, wave.k, wave.smallest_group, wave.trustee, wave.box_key, wave.code_salt],
    )  # fmt: skip
    _add_groups(db, wave.wave_id, groups)
    members = sorted(seats)
    rows = {
        "wave_id": [wave.wave_id] * len(members),
        "member_id": members,
        "team_id": [seats[each] for each in members],
    }
    bulk.insert(db, "seat", rows)


def groups(db: duckdb.DuckDBPyConnection, wave_id: str) -> list[Group]:
    """The teams of a wave as they were reported, by path."""
    query = "SELECT team_id, parent, path, invited, joins FROM reporting_group WHERE wave_id = ? ORDER BY path"
    return [Group(*row) for row in db.execute(query, [wave_id]).fetchall()]


def seats(db: duckdb.DuckDBPyConnection, wave_id: str) -> dict[str, str]:
    """member_id → team_id of the group that counts their answers, of everybody asked in a wave."""
    query = "SELECT member_id, team_id FROM seat WHERE wave_id = ? ORDER BY member_id"
    return dict(db.execute(query, [wave_id]).fetchall())


def seat_frame(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """wave_id, member_id, team_id of every wave: what decides whether two waves asked the same people."""
    return db.execute("SELECT wave_id, member_id, team_id FROM seat ORDER BY ALL").df()


def set_state(db: duckdb.DuckDBPyConnection, wave_id: str, state: State) -> None:
    """Moves a wave on: open → closing → closed."""
    db.execute("UPDATE wave SET state = ? WHERE wave_id = ?", [state, wave_id])


def set_asks(db: duckdb.DuckDBPyConnection, wave_id: str, asks: Asks) -> None:
    """Says that a wave asked for more than it did when it opened: a network may be imported into a pulse."""
    db.execute("UPDATE wave SET asks = ? WHERE wave_id = ?", [asks, wave_id])


def mark_closed(db: duckdb.DuckDBPyConnection, wave_id: str, closed_on: date) -> None:
    """Ends a wave on that day, in the organization's time zone."""
    db.execute("UPDATE wave SET state = 'closed', closed_on = ? WHERE wave_id = ?", [closed_on, wave_id])


def forget(db: duckdb.DuckDBPyConnection, wave_id: str) -> None:
    """Removes a wave with everything that was asked, found and said in it."""
    tables = db.execute("SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = 'wave_id'").fetchall()
    for (table,) in tables:
        db.execute(f"DELETE FROM {table} WHERE wave_id = ?", [wave_id])


def _add_groups(db: duckdb.DuckDBPyConnection, wave_id: str, groups: Sequence[Group]) -> None:
    rows = {
        "wave_id": [wave_id] * len(groups),
        "team_id": [each.team_id for each in groups],
        "parent": [each.parent for each in groups],
        "path": [each.path for each in groups],
        "joins": [each.joins for each in groups],
        "invited": [each.invited for each in groups],
    }
    bulk.insert(db, "reporting_group", rows)
