"""What the database holds of one member by name, and how that ends when they ask for it.

Answers to statements are not among it: nobody can tell whose they are.
"""

from collections.abc import Mapping

import duckdb

from data import ties

THEIRS: Mapping[str, tuple[str, ...]] = {
    "member": ("member_id", "manager_id"),
    "lead": ("member_id",),
    "seat": ("member_id",),
    "network_link": ("member_id",),
    "consent": ("member_id",),
    "network_answer": ("member_id",),
    "tie": ("source", "target"),
    "name_more": ("member_id",),
    "avoid": ("member_id", "other_id"),
    "standing": ("member_id",),
    "introduction": ("member_a", "member_b", "introducer"),
    "invitation": ("member_id", "other_id"),
    "appointment": ("member_id",),
    "sign_in": ("member_id",),
    "audit": ("who", "subject"),
}
"""The columns of every table that name a member."""
NAMELESS = "Somebody who left"
"""Stands for the name of a former member whose row was emptied."""


def tables(db: duckdb.DuckDBPyConnection, member_id: str) -> list[str]:
    """The tables that hold something of this member, in the order of THEIRS.

    Only whether, and not how much: numbers of ties would tell whoever asks what only the member may see. Rows that
    somebody else wrote about them, such as a wish not to be paired, are not looked at.
    """
    return [
        table
        for table, (own, *_) in THEIRS.items()
        if db.execute(f"SELECT 1 FROM {table} WHERE {own} = ? LIMIT 1", [member_id]).fetchone()
    ]


def erase(db: duckdb.DuckDBPyConnection, member_id: str) -> None:
    """Removes a member from the network in every wave, as they can themselves; of a former one the roster's row too.

    What is left of a former member is their member_id, by which waves know whether they asked the same people.
    """
    ties.erase(db, member_id)
    former = "(SELECT name FROM member WHERE member_id = ? AND NOT active)"
    db.execute(f"UPDATE action SET owner = '{NAMELESS}' WHERE owner = {former}", [member_id])
    db.execute(
        f"""UPDATE member SET name = '{NAMELESS}', email = '', manager_id = NULL, role = NULL, level = NULL,
                location = NULL, joined_on = NULL, language = NULL, timezone = NULL, interests = []
            WHERE member_id = ? AND NOT active""",
        [member_id],
    )
