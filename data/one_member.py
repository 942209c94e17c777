"""How what the database holds of one member by name ends when they ask for it.

Answers to statements are not among it: nobody can tell whose they are. What is held is shown on the member's own page
and nowhere else: whether somebody has rows here would tell whoever runs Rapport who took part, and who asked not to be
paired.
"""

import duckdb

from data import ties, tokens

NAMELESS = "Somebody who left"
"""Stands for the name of a former member whose row was emptied."""


def erase(db: duckdb.DuckDBPyConnection, member_id: str) -> None:
    """Removes a member from the network in every wave, as they can themselves; of a former one the roster's row too.

    Their tokens end with it. What is left of a former member is their member_id, by which waves know whether they asked
    the same people.
    """
    ties.erase(db, member_id)
    tokens.withdraw(db, member_id)
    gone = "(SELECT member_id FROM member WHERE NOT active)"
    db.execute(f"DELETE FROM letter WHERE member_id = ? AND member_id IN {gone}", [member_id])
    db.execute("DELETE FROM letter WHERE kind = 'introduction' AND $1 IN (member_id, about)", [member_id])
    db.execute(f"DELETE FROM password WHERE member_id = ? AND member_id IN {gone}", [member_id])
    former = "(SELECT name FROM member WHERE member_id = ? AND NOT active)"
    db.execute(f"UPDATE action SET owner = '{NAMELESS}' WHERE owner = {former}", [member_id])
    db.execute(
        f"""UPDATE member SET name = '{NAMELESS}', email = '', manager_id = NULL, role = NULL, level = NULL,
                location = NULL, joined_on = NULL, language = NULL, timezone = NULL, interests = []
            WHERE member_id = ? AND NOT active""",
        [member_id],
    )
