"""What was done by whom, and every look at names beyond consent. Never anything about a pulse answer."""

from datetime import datetime

import duckdb
import pandas as pd


def note(
    db: duckdb.DuckDBPyConnection, *, happened: datetime, who: str, action: str, subject: str, detail: str = ""
) -> None:
    """Writes a line: when (UTC), who, did what, to what."""
    db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", [happened, who, action, subject, detail])


def entries(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """happened, who, action, subject, detail: the newest first."""
    query = """
        SELECT happened, who, action, subject, detail FROM audit
        ORDER BY happened DESC, who, action, subject, detail"""
    return db.execute(query).df()
