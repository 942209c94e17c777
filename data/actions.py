"""What managers promised to do about a finding, and whether they did."""

import uuid
from datetime import date

import duckdb
import pandas as pd

from data.records import Problem


def plan(db: duckdb.DuckDBPyConnection, *, wave_id: str, team_id: str, play: str, owner: str, planned_on: date) -> str:
    """Keeps a promise (a play of the playbook, for a team, by its owner) and gives its id."""
    action_id = uuid.uuid4().hex
    query = "INSERT INTO action VALUES (?, ?, ?, ?, ?, ?, NULL)"
    db.execute(query, [action_id, wave_id, team_id, play, owner, planned_on])
    return action_id


def mark_done(db: duckdb.DuckDBPyConnection, action_id: str, done_on: date) -> None:
    """Notes the day a promise was kept. Raises Problem for an unknown one."""
    query = "UPDATE action SET done_on = ? WHERE action_id = ? RETURNING action_id"
    if db.execute(query, [done_on, action_id]).fetchone() is None:
        raise Problem(f"There is no action '{action_id}'.")


def actions(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """action_id, wave_id, team_id, play, owner, planned_on, done_on: the newest first."""
    return db.execute("SELECT * FROM action ORDER BY planned_on DESC, action_id").df()
