"""Passwords, of which none is kept: only a secret that the right one unlocks, and when its digits were last used."""

from dataclasses import dataclass

import duckdb

ADMINISTRATOR = ""
"""Stands for whoever runs Rapport, who need not be a member."""


@dataclass(frozen=True)
class Lock:
    """What is kept of somebody's password."""

    locked: bytes
    """The secret of the second factor, locked under the password."""
    used: int
    """The half-minute, counted from 1970, whose digits signed in last."""


def find(db: duckdb.DuckDBPyConnection, member_id: str | None) -> Lock | None:
    """What is kept of this member's password, or with None of the administrator's; None where they have none."""
    query = "SELECT locked, used FROM password WHERE member_id = ?"
    row = db.execute(query, [member_id or ADMINISTRATOR]).fetchone()
    return Lock(*row) if row else None


def anybody(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether anybody has a password."""
    return db.execute("SELECT 1 FROM password LIMIT 1").fetchone() is not None


def keep(db: duckdb.DuckDBPyConnection, member_id: str | None, locked: bytes, used: int) -> None:
    """Keeps somebody's password, in place of any earlier one."""
    end(db, member_id)
    db.execute("INSERT INTO password VALUES (?, ?, ?)", [member_id or ADMINISTRATOR, locked, used])


def use(db: duckdb.DuckDBPyConnection, member_id: str | None, half_minute: int) -> bool:
    """Spends the digits of a half-minute; False where they, or later ones, were used already."""
    query = "UPDATE password SET used = ? WHERE member_id = ? AND used < ? RETURNING 1"
    return db.execute(query, [half_minute, member_id or ADMINISTRATOR, half_minute]).fetchone() is not None


def end(db: duckdb.DuckDBPyConnection, member_id: str | None) -> bool:
    """Ends somebody's password; False where they had none."""
    query = "DELETE FROM password WHERE member_id = ? RETURNING 1"
    return db.execute(query, [member_id or ADMINISTRATOR]).fetchone() is not None
