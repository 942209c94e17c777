"""The letters of a wave: to whom one goes, under which Message-ID, and on which day the mail server took it.

Everybody asked gets the same letters, whether they answered or not, so no row here says anything about an answer.

    sent_on  refused
    -        -          waits
    day      -          the mail server took it
    -        words      the mail server did not take it
    day      words      the mail server took it, and it came back

A letter that came back reached nobody, so it counts for nobody. Where it is tried again it is another letter, under a
Message-ID of its own: what is still on its way back from the first cannot be taken for word of the second.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from data import bulk

Kind = Literal["invitation", "reminder", "last reminder", "results", "introduction", "report"]
Addressee = tuple[str, str]
"""The member_id of whoever gets a letter, and about whom it is: '' where it is about nobody."""

_WAITING = "sent_on IS NULL AND refused IS NULL"


@dataclass(frozen=True)
class Letter:
    """One letter that is still to be sent."""

    wave_id: str
    kind: Kind
    member_id: str
    about: str
    message_id: str
    """The same at every try: who gets it twice has a mail program that can tell."""


def lay_out(db: duckdb.DuckDBPyConnection, wave_id: str, kind: Kind, message_ids: Mapping[Addressee, str]) -> None:
    """Keeps that each of these (addressee → Message-ID) is to get such a letter."""
    count = len(message_ids)
    rows = {
        "wave_id": [wave_id] * count,
        "kind": [kind] * count,
        "member_id": [member_id for member_id, _ in message_ids],
        "about": [about for _, about in message_ids],
        "message_id": list(message_ids.values()),
        "sent_on": [None] * count,
        "refused": [None] * count,
    }
    bulk.insert(db, "letter", rows)


def addressed(db: duckdb.DuckDBPyConnection, wave_id: str, kind: Kind) -> set[Addressee]:
    """For whom there is such a letter, sent or not."""
    query = "SELECT member_id, about FROM letter WHERE wave_id = ? AND kind = ?"
    return {(row[0], row[1]) for row in db.execute(query, [wave_id, kind]).fetchall()}


def waiting(db: duckdb.DuckDBPyConnection) -> list[Letter]:
    """Every letter that is neither sent nor refused, by wave, kind and member."""
    query = f"SELECT wave_id, kind, member_id, about, message_id FROM letter WHERE {_WAITING} ORDER BY ALL"
    return [Letter(*row) for row in db.execute(query).fetchall()]


def last_sent(db: duckdb.DuckDBPyConnection, wave_id: str, kind: Kind) -> date | None:
    """The last day on which such a letter was sent; None where none was."""
    row = db.execute("SELECT max(sent_on) FROM letter WHERE wave_id = ? AND kind = ?", [wave_id, kind]).fetchone()
    return row[0] if row else None


def in_hand(db: duckdb.DuckDBPyConnection, since: date) -> dict[str, int]:
    """member_id → how many letters they were sent since a day, or are going to be; none that came back."""
    query = """
        SELECT member_id, count(*) FROM letter
        WHERE refused IS NULL AND (sent_on IS NULL OR sent_on >= ?) GROUP BY member_id"""
    return dict(db.execute(query, [since]).fetchall())


def mark_sent(db: duckdb.DuckDBPyConnection, message_ids: Collection[str], day: date) -> None:
    """Says of these letters that the mail server took them."""
    query = f"UPDATE letter SET sent_on = ? WHERE {_WAITING} AND message_id IN (SELECT unnest(?))"
    db.execute(query, [day, list(message_ids)])


def mark_refused(db: duckdb.DuckDBPyConnection, words: Mapping[str, str]) -> None:
    """Keeps what the mail server said to letters that it refused (Message-ID → words)."""
    for message_id, said in words.items():
        db.execute("UPDATE letter SET refused = ? WHERE message_id = ? AND sent_on IS NULL", [said, message_id])


def mark_returned(db: duckdb.DuckDBPyConnection, wave_id: str, words: Mapping[str, str]) -> set[Kind]:
    """Keeps why letters of a wave came back (Message-ID → words); gives of which kinds they are.

    Also of one that still waits: the connection may have been lost before the mail server could say that it took it.
    """
    query = "UPDATE letter SET refused = ? WHERE wave_id = ? AND message_id = ? RETURNING kind"
    found = (db.execute(query, [said, wave_id, message_id]).fetchone() for message_id, said in words.items())
    return {row[0] for row in found if row}


def message_ids(db: duckdb.DuckDBPyConnection, wave_id: str) -> set[str]:
    """The Message-IDs of a wave's letters."""
    return {row[0] for row in db.execute("SELECT message_id FROM letter WHERE wave_id = ?", [wave_id]).fetchall()}


def drop_refused(db: duckdb.DuckDBPyConnection, wave_id: str, kind: Kind) -> None:
    """Removes letters that were refused or came back, so that they are laid out anew: an address may be mended."""
    db.execute("DELETE FROM letter WHERE wave_id = ? AND kind = ? AND refused IS NOT NULL", [wave_id, kind])


def drop_late(db: duckdb.DuckDBPyConnection) -> None:
    """Removes what was never sent and asks for something that is over: answers to a wave, or about an introduction."""
    late = "SELECT wave_id FROM wave WHERE state <> 'open'"
    asking = "('invitation', 'reminder', 'last reminder')"
    last = "SELECT wave_id FROM wave WHERE asks IN ('network', 'both') ORDER BY number DESC LIMIT 1"
    db.execute(f"DELETE FROM letter WHERE {_WAITING} AND kind IN {asking} AND wave_id IN ({late})")
    db.execute(f"DELETE FROM letter WHERE {_WAITING} AND kind = 'introduction' AND wave_id NOT IN ({last})")


class Taken:
    """Which letters the mail server took while some are being sent: Message-IDs, a line each, in a file of their own.

    The table learns of them together, when the sending ends. If it learned of each at once, the database's log would
    hold that between the boxes, and so tell who had been written to by the time a box came.
    """

    def __init__(self, database: Path) -> None:
        """Beside the database; the file is there only while letters are being sent, or after a kill."""
        self._file = database.with_name(f"{database.name}.letters")

    def add(self, message_id: str) -> None:
        """On the disk when this returns."""
        new = not self._file.exists()
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, f"{message_id}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        if new:
            _sync_folder(self._file.parent)

    def read(self) -> list[str]:
        """What stands there; a line that a kill cut off names no letter."""
        return self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []

    def end(self) -> None:
        """Removes the file: the table knows."""
        self._file.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
