"""Tokens with which other programs read what their holder may read: only their hashes are kept, and no time of day."""

from dataclasses import dataclass
from datetime import date

import duckdb

from data.nearest import did_you_mean
from data.records import Problem
from data.signing_in import Role

_COLUMNS = "name, member_id, role, made_on, ends_on, used_on"


@dataclass(frozen=True)
class Token:
    """What is kept of a token beside its hash."""

    name: str
    """What whoever made it calls it, to end it by; unique."""
    member_id: str | None
    """None for the administrator."""
    role: Role
    made_on: date
    ends_on: date
    """The last day on which it reads, in the organization's time zone."""
    used_on: date | None = None
    """The last day on which somebody came with it."""


def add(db: duckdb.DuckDBPyConnection, token_hash: bytes, token: Token) -> None:
    """Keeps the hash of a new token, and clears away those whose last day is over.

    Raises Problem for a name in use.
    """
    db.execute("DELETE FROM token WHERE ends_on < ?", [token.made_on])
    if token.name in {each.name for each in tokens(db)}:
        raise Problem(f"There is a token '{token.name}' already; choose another name, or end that one first.")
    db.execute(
        f"INSERT INTO token (token_hash, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [token_hash, token.name, token.member_id, token.role, token.made_on, token.ends_on, token.used_on],
    )


def tokens(db: duckdb.DuckDBPyConnection) -> list[Token]:
    """Every token, by name."""
    return [Token(*row) for row in db.execute(f"SELECT {_COLUMNS} FROM token ORDER BY name").fetchall()]


def find(db: duckdb.DuckDBPyConnection, token_hash: bytes, on: date) -> Token | None:
    """The token with that hash; None if it never was, was ended, or its last day is over."""
    query = f"SELECT {_COLUMNS} FROM token WHERE token_hash = ? AND ends_on >= ?"
    row = db.execute(query, [token_hash, on]).fetchone()
    return Token(*row) if row else None


def mark_used(db: duckdb.DuckDBPyConnection, name: str, on: date) -> bool:
    """Notes the day on which somebody came with a token; whether they are the first on it."""
    query = "UPDATE token SET used_on = ? WHERE name = ? AND used_on IS DISTINCT FROM ? RETURNING name"
    return db.execute(query, [on, name, on]).fetchone() is not None


def end(db: duckdb.DuckDBPyConnection, name: str) -> Token:
    """Ends a token. Raises Problem with the nearest name where there is none."""
    known = {each.name: each for each in tokens(db)}
    if name not in known:
        raise Problem(f"There is no token '{name}'.{did_you_mean(name, known)}")
    db.execute("DELETE FROM token WHERE name = ?", [name])
    return known[name]


def withdraw(db: duckdb.DuckDBPyConnection, member_id: str | None) -> int:
    """Ends every token of a member, and counts them; member_id is None for the administrator's."""
    query = "DELETE FROM token WHERE member_id IS NOT DISTINCT FROM ? RETURNING name"
    return len(db.execute(query, [member_id]).fetchall())


def end_without_role(db: duckdb.DuckDBPyConnection) -> None:
    """Ends every token whose holder no longer has its role: whoever gets the role back later makes a new one."""
    db.execute(
        """
        DELETE FROM token WHERE member_id IS NOT NULL AND (member_id, role) NOT IN (
            SELECT (member_id, 'lead') FROM lead
            UNION ALL SELECT (member_id, role) FROM appointment)"""
    )
