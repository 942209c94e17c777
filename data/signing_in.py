"""One-time sign-in links for the dashboard: only their hashes are kept, and each is spent when it is used."""

from datetime import datetime
from typing import Literal

import duckdb

Role = Literal["administrator", "lead", "steward", "auditor"]


def add(
    db: duckdb.DuckDBPyConnection, link_hash: bytes, *, member_id: str | None, role: Role, expires: datetime
) -> None:
    """Keeps the hash of a new link until it is used or expires (UTC); member_id is None for the administrator."""
    db.execute("INSERT INTO sign_in VALUES (?, ?, ?, ?)", [link_hash, member_id, role, expires])


def spend(db: duckdb.DuckDBPyConnection, link_hash: bytes, now: datetime) -> tuple[str | None, str] | None:
    """(member_id, role) of a link, which ends with this; None if it never was, was used, or expired.

    Expired links of others are cleared away at the same time.
    """
    query = "DELETE FROM sign_in WHERE link_hash = ? RETURNING member_id, role, expires"
    row = db.execute(query, [link_hash]).fetchone()
    db.execute("DELETE FROM sign_in WHERE expires <= ?", [now])
    return (row[0], row[1]) if row and row[2] > now else None


def withdraw(db: duckdb.DuckDBPyConnection, member_id: str | None) -> None:
    """Ends every link of a member that nobody has used; member_id is None for the administrator's."""
    db.execute("DELETE FROM sign_in WHERE member_id IS NOT DISTINCT FROM ?", [member_id])
