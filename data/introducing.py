"""What became of introductions: who was asked about whom, what each of the two said, and whether a tie came of it.

Each of a pair has a row of their own, and of the other's answer only one thing is ever read: whether both said yes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb
import pandas as pd

from data import bulk, ties
from data.records import Wave

Answer = Literal["yes", "no"]
Met = Literal["yes", "not_yet", "no"]

TIES = ("work", "help")
"""What counts as a tie that came of an introduction."""


@dataclass(frozen=True)
class Invitation:
    """One of the two, asked whether they would like to meet the other."""

    wave_id: str
    member_id: str
    other_id: str
    asked_on: date
    answer: Answer | None
    met: Met | None
    remind: bool
    """They asked to be reminded to stay in touch."""
    agreed: bool
    """Both said yes."""


_COLUMNS = """mine.wave_id, mine.member_id, mine.other_id, mine.asked_on, mine.answer, mine.met, mine.remind,
              coalesce(mine.answer = 'yes' AND theirs.answer = 'yes', FALSE)
              FROM invitation AS mine LEFT JOIN invitation AS theirs
              ON (theirs.wave_id, theirs.member_id, theirs.other_id) = (mine.wave_id, mine.other_id, mine.member_id)"""


def ask(db: duckdb.DuckDBPyConnection, wave_id: str, links: Mapping[tuple[str, str], bytes], on: date) -> None:
    """Asks members of a wave's pairs about one another: (member_id, other_id) → hash of the link, both ways a pair.

    The pairs count as introduced from now on and are not suggested again, whatever the two may say: otherwise being
    suggested again would tell who said no.
    """
    asked = sorted(links)
    members, others = [member for member, _ in asked], [other for _, other in asked]
    rows = {
        "wave_id": [wave_id] * len(asked),
        "member_id": members,
        "other_id": others,
        "link_hash": [links[each] for each in asked],
        "asked_on": [on] * len(asked),
        "remind": [False] * len(asked),
    }
    bulk.insert(db, "invitation", rows)
    db.execute(
        """UPDATE introduction SET answer = 'introduced' WHERE wave_id = $wave AND (member_a, member_b) IN
           (SELECT member_id, other_id FROM invitation WHERE wave_id = $wave)""",
        {"wave": wave_id},
    )


def by_link(db: duckdb.DuckDBPyConnection, link_hash: bytes) -> Invitation | None:
    """What a link asks, or None for one that is not known, or not any more."""
    row = db.execute(f"SELECT {_COLUMNS} WHERE mine.link_hash = ?", [link_hash]).fetchone()
    return Invitation(*row) if row else None


def of_member(db: duckdb.DuckDBPyConnection, member_id: str) -> list[Invitation]:
    """What a member is asked, and of the wave before only that they were."""
    query = f"SELECT {_COLUMNS} WHERE mine.member_id = ? ORDER BY ALL"
    return [Invitation(*row) for row in db.execute(query, [member_id]).fetchall()]


def of_wave(db: duckdb.DuckDBPyConnection, wave_id: str) -> list[tuple[str, str]]:
    """(member_id, other_id) of everybody asked in a wave, and nothing they said."""
    query = "SELECT member_id, other_id FROM invitation WHERE wave_id = ? ORDER BY ALL"
    return db.execute(query, [wave_id]).fetchall()


def answer(db: duckdb.DuckDBPyConnection, invitation: Invitation, said: Answer) -> None:
    """Keeps what a member says in place of what they said before. The caller looks that it is not too late."""
    _keep(db, invitation, "answer = $said", said=said)


def tell(db: duckdb.DuckDBPyConnection, invitation: Invitation, met: Met | None, *, remind: bool) -> None:
    """Keeps whether they met, as one of the two says it, and whether that one wants to be reminded."""
    _keep(db, invitation, "met = $met, remind = $remind", met=met, remind=remind)


def tied(pairs: pd.DataFrame, given: pd.DataFrame, answered: Collection[str]) -> "pd.Series[bool]":
    """Which pairs (member_a, member_b) have a tie among those `given` in the next network wave.

    A tie is one that either of the two named, of work or of help. Where neither answered it is not known: missing.

    >>> pairs = pd.DataFrame({"member_a": ["a", "a", "c"], "member_b": ["b", "c", "d"]})
    >>> given = pd.DataFrame({"source": ["b", "a"], "target": ["a", "c"], "kind": ["work", "meet"]})
    >>> tied(pairs, given, {"a", "b"}).to_list()
    [True, False, <NA>]
    """
    named = given[given["kind"].isin(TIES)]
    there = {frozenset(ends) for ends in zip(named["source"], named["target"], strict=True)}
    both = [frozenset(pair) for pair in zip(pairs["member_a"], pairs["member_b"], strict=True)]
    known = [pair in there if pair.intersection(answered) else None for pair in both]
    return pd.Series(known, index=pairs.index, dtype="boolean")


def settle(db: duckdb.DuckDBPyConnection, wave: Wave) -> str | None:
    """At the close of a network wave: notes which pairs of the one before are `tied` now.

    Returns the wave_id of the wave before, or None without one.
    """
    query = """
        SELECT wave_id FROM wave WHERE asks IN ('network', 'both') AND state = 'closed' AND number < ?
        ORDER BY number DESC LIMIT 1"""
    row = db.execute(query, [wave.number]).fetchone()
    if row is None:
        return None
    before = str(row[0])
    pairs = db.execute("SELECT member_a, member_b FROM introduction WHERE wave_id = ?", [before]).df()
    known = pairs.assign(tied=tied(pairs, ties.ties(db, wave.wave_id), ties.answered(db, wave.wave_id))).dropna()
    settled = """
        UPDATE introduction SET tied = found.tied
        FROM (SELECT unnest($a::VARCHAR[]) AS a, unnest($b::VARCHAR[]) AS b, unnest($tied::BOOLEAN[]) AS tied) AS found
        WHERE wave_id = $before AND (member_a, member_b) = (found.a, found.b)"""
    columns = {"a": list(known["member_a"]), "b": list(known["member_b"]), "tied": list(map(bool, known["tied"]))}
    db.execute(settled, {"before": before, **columns})
    return before


def erase_answers(db: duckdb.DuckDBPyConnection, before: str) -> None:
    """After what came of the wave `before` was counted: erases what anybody said in it, and all of the waves before.

    Nothing reads it any more; that a pair was introduced stands in `introduction`. The links of `before` are known for
    one network wave more, so that their page can say that they are over.
    """
    older = """
        DELETE FROM invitation WHERE wave_id IN (
            SELECT wave_id FROM wave WHERE number < (SELECT number FROM wave WHERE wave_id = ?))"""
    db.execute(older, [before])
    db.execute("UPDATE invitation SET answer = NULL, met = NULL, remind = FALSE WHERE wave_id = ?", [before])


def outcomes(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Every pair of every wave and what became of it, for the gate: wave_id, member_a, member_b, arm, asked, agreed …

    … met (one of the two says so) and tied (NULL: not known). Asked, agreed and met are told of the last list only.

    Pairs of whom one did not want to be paired with the other when the list was made are not on it. Who wishes it later
    stays counted: only pairs that could meet learn that they would rather not, and to leave those out of one arm would
    flatter it.
    """
    query = """
        SELECT pair.wave_id, member_a, member_b, arm, one.asked_on IS NOT NULL AS asked,
               coalesce(one.answer = 'yes' AND other.answer = 'yes', FALSE) AS agreed,
               coalesce(one.met = 'yes', FALSE) OR coalesce(other.met = 'yes', FALSE) AS met, tied
        FROM introduction AS pair
        LEFT JOIN invitation AS one
            ON (one.wave_id, one.member_id, one.other_id) = (pair.wave_id, member_a, member_b)
        LEFT JOIN invitation AS other
            ON (other.wave_id, other.member_id, other.other_id) = (pair.wave_id, member_b, member_a)
        ORDER BY ALL"""
    return db.execute(query).df()


def _keep(db: duckdb.DuckDBPyConnection, invitation: Invitation, what: str, **values: object) -> None:
    key = {"wave": invitation.wave_id, "member": invitation.member_id, "other": invitation.other_id}
    query = f"UPDATE invitation SET {what} WHERE wave_id = $wave AND member_id = $member AND other_id = $other"
    db.execute(query, {**key, **values})
