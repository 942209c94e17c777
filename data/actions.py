"""What managers promised to do about a finding, and whether it happened."""

import uuid
from datetime import date, timedelta
from typing import get_args

import duckdb

from data.nearest import did_you_mean
from data.records import Action, Happened, Problem

DUE = timedelta(weeks=4)
"""How long a promise has."""

_COLUMNS = "action_id, wave_id, team_id, play, dimension, owner, planned_on, due_on, happened, answered_on"


def plan(
    db: duckdb.DuckDBPyConnection,
    *,
    wave_id: str,
    team_id: str,
    play: str,
    dimension: str,
    owner: str,
    planned_on: date,
) -> Action:
    """Keeps a promise: a play of the playbook for a dimension of a team, by its owner, due in four weeks.

    Whoever promises the same again after the same wave finds it already made, and it stays as it was.
    """
    db.execute(
        f"INSERT INTO action ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING",
        [uuid.uuid4().hex, wave_id, team_id, play, dimension, owner, planned_on, planned_on + DUE],
    )
    query = f"SELECT {_COLUMNS} FROM action WHERE wave_id = ? AND team_id = ? AND play = ?"
    return _all(db, query, [wave_id, team_id, play])[0]


def answer(db: duckdb.DuckDBPyConnection, action_id: str, happened: Happened | None, on: date) -> Action:
    """Notes whether a promise was kept, and the day on which somebody said so; None takes the answer back.

    Raises Problem for an unknown promise or answer.
    """
    if happened is not None and happened not in get_args(Happened):
        expected = f"expected one of {', '.join(get_args(Happened))}.{did_you_mean(happened, get_args(Happened))}"
        raise Problem(f"'{happened}' is no answer to whether something happened; {expected}")
    query = f"UPDATE action SET happened = ?, answered_on = ? WHERE action_id = ? RETURNING {_COLUMNS}"
    changed = _all(db, query, [happened, on if happened else None, action_id])
    if not changed:
        raise Problem(f"There is no action '{action_id}'.")
    return changed[0]


def action(db: duckdb.DuckDBPyConnection, action_id: str) -> Action:
    """One promise. Raises Problem for an unknown one."""
    found = _all(db, f"SELECT {_COLUMNS} FROM action WHERE action_id = ?", [action_id])
    if not found:
        raise Problem(f"There is no action '{action_id}'.")
    return found[0]


def actions(db: duckdb.DuckDBPyConnection) -> list[Action]:
    """Every promise, the newest first."""
    return _all(db, f"SELECT {_COLUMNS} FROM action ORDER BY planned_on DESC, team_id, play")


def _all(db: duckdb.DuckDBPyConnection, query: str, values: list[object] | None = None) -> list[Action]:
    return [Action(*row) for row in db.execute(query, values).fetchall()]
