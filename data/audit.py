"""What was done by whom, and every look at names. Never anything about a pulse answer."""

from collections.abc import Collection
from datetime import datetime

import duckdb
import pandas as pd

from data import bulk

LOOK = "looked at"
"""The action of somebody who was shown a member's name with a standing or an introduction."""


def note(
    db: duckdb.DuckDBPyConnection, *, happened: datetime, who: str, action: str, subject: str, detail: str = ""
) -> None:
    """Writes a line: when (UTC), who, did what, to what."""
    db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", [happened, who, action, subject, detail])


def note_each(
    db: duckdb.DuckDBPyConnection, *, happened: datetime, who: str, action: str, members: Collection[str], detail: str
) -> None:
    """Writes a line for each member that something was done to: each reads their own, and no line names two.

    By member_id, so that the order of lines says nothing about who belongs to whom.
    """
    subjects = sorted(set(members))
    rows = {"happened": happened, "who": who, "action": action, "subject": subjects, "detail": detail}
    bulk.insert(db, "audit", {name: rows[name] if name == "subject" else [rows[name]] * len(subjects) for name in rows})


def looked_at(db: duckdb.DuckDBPyConnection, *, who: str, where: str, since: datetime) -> set[str]:
    """Whose names this viewer has been shown there since then."""
    query = "SELECT subject FROM audit WHERE action = ? AND who = ? AND detail = ? AND happened >= ?"
    return {row[0] for row in db.execute(query, [LOOK, who, where, since]).fetchall()}


def details(db: duckdb.DuckDBPyConnection, *, action: str, subject: str) -> set[str]:
    """What was noted beside this action, whenever it was done to this subject."""
    query = "SELECT detail FROM audit WHERE action = ? AND subject = ?"
    return {row[0] for row in db.execute(query, [action, subject]).fetchall()}


def entries(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """happened, who, action, subject, detail: the newest first."""
    query = """
        SELECT happened, who, action, subject, detail FROM audit
        ORDER BY happened DESC, who, action, subject, detail"""
    return db.execute(query).df()
