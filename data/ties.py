"""The network: who says they work with whom, what each member agreed to, and what was made of it at the close.

Everything here is named and confidential. A member's own rows are theirs to read, change and erase.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from data import bulk
from data.records import Problem, Tie

APART = """apart AS (
            SELECT member_id, other_id FROM avoid UNION SELECT other_id, member_id FROM avoid)"""
"""Pairs of whom one does not want to be paired with the other, in both orders: begins a query with WITH."""


@dataclass(frozen=True)
class NetworkAnswer:
    """What one member said in one network wave."""

    member_id: str
    ties: tuple[Tie, ...]
    map: bool
    """May my manager see my name on the map."""
    introductions: bool
    """May I be suggested for introductions."""
    avoid: tuple[str, ...]
    """Members with whom I do not want to be paired."""
    more: Mapping[str, int] = field(default_factory=dict)
    """For a kind of tie, about how many more than its question has room for I would have named."""


def add_links(db: duckdb.DuckDBPyConnection, wave_id: str, links: Mapping[str, bytes]) -> None:
    """Gives members (member_id → hash of their link) the network link of a wave, beside the one they may still have."""
    members = sorted(links)
    rows = {
        "member_id": members,
        "wave_id": [wave_id] * len(members),
        "link_hash": [links[each] for each in members],
    }
    bulk.insert(db, "network_link", rows)


def end_links(db: duckdb.DuckDBPyConnection, wave_id: str) -> None:
    """When a network wave closes: ends the links of every other wave."""
    db.execute("DELETE FROM network_link WHERE wave_id <> ?", [wave_id])


def linked(db: duckdb.DuckDBPyConnection) -> set[str]:
    """The waves whose network links work."""
    return {str(wave_id) for (wave_id,) in db.execute("SELECT DISTINCT wave_id FROM network_link").fetchall()}


def member_of(db: duckdb.DuckDBPyConnection, link_hash: bytes) -> tuple[str, str] | None:
    """(member_id, wave_id) of a network link, or None."""
    row = db.execute("SELECT member_id, wave_id FROM network_link WHERE link_hash = ?", [link_hash]).fetchone()
    return (row[0], row[1]) if row else None


def ask(db: duckdb.DuckDBPyConnection, wave_id: str, kinds: Iterable[str]) -> None:
    """Notes which questions about names a wave asks, as it opens."""
    asked = sorted(set(kinds))
    bulk.insert(db, "name_question", {"wave_id": [wave_id] * len(asked), "kind": asked})


def asked(db: duckdb.DuckDBPyConnection, wave_id: str) -> set[str]:
    """Which questions about names a wave asks."""
    return {row[0] for row in db.execute("SELECT kind FROM name_question WHERE wave_id = ?", [wave_id]).fetchall()}


def keep_answer(db: duckdb.DuckDBPyConnection, wave_id: str, answer: NetworkAnswer) -> None:
    """Keeps what a member says in place of what they said before in that wave; consent and avoid hold for all waves."""
    keep_answers(db, wave_id, [answer])


def keep_answers(db: duckdb.DuckDBPyConnection, wave_id: str, answers: Iterable[NetworkAnswer]) -> None:
    """Keeps what each of many members says, as `keep_answer`; of somebody who is there twice, the last."""
    said = {answer.member_id: answer for answer in answers}
    given = [(member, tie) for member, answer in said.items() for tie in answer.ties]
    for member, tie in given:
        if tie.source != member:
            raise ValueError(f"Member '{member}' can only speak of their own ties.")
    members = sorted(said)
    db.execute("DELETE FROM tie WHERE wave_id = ? AND list_contains(?, source)", [wave_id, members])
    _add_tie_rows(db, wave_id, [tie for _, tie in given])
    _keep_more(db, wave_id, {who: said[who].more for who in members})
    set_avoided(db, {who: said[who].avoid for who in members})
    mark_answered(db, wave_id, members)
    set_consents(db, {who: (said[who].map, said[who].introductions) for who in members})


def answer(db: duckdb.DuckDBPyConnection, wave_id: str, member_id: str) -> NetworkAnswer | None:
    """What a member said in a wave, for their own page; None if they have not answered."""
    query = "SELECT 1 FROM network_answer WHERE wave_id = ? AND member_id = ?"
    if db.execute(query, [wave_id, member_id]).fetchone() is None:
        return None
    query = "SELECT source, target, kind, strength FROM tie WHERE wave_id = ? AND source = ? ORDER BY kind, target"
    given = tuple(Tie(*row) for row in db.execute(query, [wave_id, member_id]).fetchall())
    agreed = db.execute("SELECT map, introductions FROM consent WHERE member_id = ?", [member_id]).fetchone()
    on_map, introduced = agreed or (False, False)
    query = "SELECT kind, more FROM name_more WHERE wave_id = ? AND member_id = ? ORDER BY kind"
    more = dict(db.execute(query, [wave_id, member_id]).fetchall())
    return NetworkAnswer(member_id, given, on_map, introduced, avoided(db, member_id), more)


def more(db: duckdb.DuckDBPyConnection, wave_id: str) -> pd.DataFrame:
    """member_id, kind: who said in a wave that they would have named more people than its form takes."""
    query = "SELECT member_id, kind FROM name_more WHERE wave_id = ? ORDER BY ALL"
    return db.execute(query, [wave_id]).df()


def erase(db: duckdb.DuckDBPyConnection, member_id: str) -> None:
    """Removes a member from the network in every wave: ties given and received, answers, consent, standing, pairs.

    What others asked for stays: somebody who does not want to be paired with this member keeps that wish. Somebody who
    was asked about this member keeps a link, which says that it did not come about and leads to nobody.
    """
    member = {"member": member_id}
    db.execute("DELETE FROM tie WHERE source = $member OR target = $member", member)
    db.execute("DELETE FROM introduction WHERE member_a = $member OR member_b = $member", member)
    db.execute("DELETE FROM invitation WHERE member_id = $member", member)
    db.execute("UPDATE invitation SET other_id = 'erased ' || hex(link_hash) WHERE other_id = $member", member)
    db.execute("UPDATE introduction SET introducer = NULL WHERE introducer = $member", member)
    for table in ("network_answer", "name_more", "consent", "avoid", "standing"):
        db.execute(f"DELETE FROM {table} WHERE member_id = $member", member)


def forget(db: duckdb.DuckDBPyConnection, wave_id: str) -> None:
    """Removes who said what in a wave that is too old to be compared with; standings and introductions stay."""
    db.execute("DELETE FROM tie WHERE wave_id = ?", [wave_id])
    db.execute("DELETE FROM network_answer WHERE wave_id = ?", [wave_id])
    db.execute("DELETE FROM name_more WHERE wave_id = ?", [wave_id])


def set_consent(db: duckdb.DuckDBPyConnection, member_id: str, *, map: bool, introductions: bool) -> None:  # noqa: A002  the question's own word
    """Keeps a member's two choices; the latest holds."""
    set_consents(db, {member_id: (map, introductions)})


def set_consents(db: duckdb.DuckDBPyConnection, chosen: Mapping[str, tuple[bool, bool]]) -> None:
    """Keeps the two choices (map, introductions) of many members; the latest holds."""
    columns = [list(chosen), [on_map for on_map, _ in chosen.values()], [meets for _, meets in chosen.values()]]
    db.execute("INSERT OR REPLACE INTO consent SELECT unnest(?), unnest(?), unnest(?)", columns)


def consents(db: duckdb.DuckDBPyConnection, members: Iterable[str] | None = None) -> pd.DataFrame:
    """member_id, map, introductions of everybody who ever chose, or of some. Whoever is missing agreed to nothing."""
    whose, values = _of(members)
    return db.execute(f"SELECT member_id, map, introductions FROM consent WHERE {whose} ORDER BY ALL", values).df()


def add_ties(db: duckdb.DuckDBPyConnection, wave_id: str, ties: pd.DataFrame) -> None:
    """Adds ties (source, target, kind, strength) of other origin than the form to a wave."""
    bulk.insert(db, "tie", ties[["source", "target", "kind", "strength"]].assign(wave_id=wave_id))


def ties(db: duckdb.DuckDBPyConnection, wave_id: str) -> pd.DataFrame:
    """source, target, kind, strength of every tie of a wave."""
    query = "SELECT source, target, kind, strength FROM tie WHERE wave_id = ? ORDER BY ALL"
    return db.execute(query, [wave_id]).df()


def named_by_both(db: duckdb.DuckDBPyConnection, wave_id: str, members: Iterable[str]) -> pd.DataFrame:
    """source, target (source < target): the ties of work and help between these members that both named, once each.

    A tie that only one side named is a statement about somebody else; it is not drawn.
    """
    query = """
        WITH here AS (SELECT unnest(?) AS member_id),
        named AS (
            SELECT DISTINCT source, target FROM tie
            WHERE wave_id = ? AND kind IN ('work', 'help') AND source IN (FROM here) AND target IN (FROM here))
        SELECT source, target FROM named WHERE source < target AND (target, source) IN (FROM named) ORDER BY ALL"""
    return db.execute(query, [list(members), wave_id]).df()


def answered(db: duckdb.DuckDBPyConnection, wave_id: str) -> set[str]:
    """Who answered the network questions of a wave, also when their answer was that nobody fits."""
    query = "SELECT member_id FROM network_answer WHERE wave_id = ?"
    return {row[0] for row in db.execute(query, [wave_id]).fetchall()}


def mark_answered(db: duckdb.DuckDBPyConnection, wave_id: str, member_ids: Iterable[str]) -> None:
    """Notes that these members answered the network questions of a wave."""
    new = sorted(set(member_ids) - answered(db, wave_id))
    bulk.insert(db, "network_answer", {"wave_id": [wave_id] * len(new), "member_id": new})


def avoid(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """member_id, other_id: who does not want to be paired with whom. For the matching and for nobody else.

    With wishes that were taken back and still count: see `take_back`.
    """
    return db.execute("SELECT member_id, other_id FROM avoid ORDER BY ALL").df()


def avoided(db: duckdb.DuckDBPyConnection, member_id: str) -> tuple[str, ...]:
    """With whom a member does not want to be paired, in whichever wave they said so."""
    return _wishes(db, member_id, taken_back=False)


def taken_back(db: duckdb.DuckDBPyConnection, member_id: str) -> tuple[str, ...]:
    """With whom a member wants to be paired again, as soon as that can be: see `take_back`."""
    return _wishes(db, member_id, taken_back=True)


def _wishes(db: duckdb.DuckDBPyConnection, member_id: str, *, taken_back: bool) -> tuple[str, ...]:
    query = "SELECT other_id FROM avoid WHERE member_id = ? AND taken_back = ? ORDER BY other_id"
    return tuple(row[0] for row in db.execute(query, [member_id, taken_back]).fetchall())


def take_back(db: duckdb.DuckDBPyConnection, member_id: str, other_id: str) -> None:
    """Takes back a member's wish not to be paired with another; nothing where there is none.

    While a list is shown the wish still counts, and is gone when the next network wave opens: a pair that could
    suddenly be a candidate would tell that one of the two had not wanted the other. Nothing is shown while that wave is
    open.
    """
    wish = {"member": member_id, "other": other_id}
    db.execute("UPDATE avoid SET taken_back = true WHERE (member_id, other_id) = ($member, $other)", wish)
    query = "SELECT 1 FROM wave WHERE asks IN ('network', 'both') AND state <> 'closed'"
    if db.execute(query).fetchone() is not None:
        drop_taken_back(db)


def drop_taken_back(db: duckdb.DuckDBPyConnection) -> None:
    """As a network wave opens: forgets the wishes that were taken back."""
    db.execute("DELETE FROM avoid WHERE taken_back")


def set_avoided(db: duckdb.DuckDBPyConnection, wishes: Mapping[str, Iterable[str]]) -> None:
    """Keeps with whom members (member_id → others) do not want to be paired; the latest holds, in all waves."""
    db.execute("DELETE FROM avoid WHERE list_contains(?, member_id)", [sorted(wishes)])
    others = [(member, other) for member in sorted(wishes) for other in sorted(set(wishes[member]))]
    bulk.insert(db, "avoid", {"member_id": [who for who, _ in others], "other_id": [other for _, other in others]})


def keep_network(
    db: duckdb.DuckDBPyConnection, wave_id: str, standings: pd.DataFrame, introductions: pd.DataFrame
) -> None:
    """Keeps what was made of a wave's ties at its close, in place of anything kept for it before.

    Both frames have the columns of their tables, without wave_id.
    """
    for table, frame in (("standing", standings), ("introduction", introductions)):
        db.execute(f"DELETE FROM {table} WHERE wave_id = ?", [wave_id])
        bulk.insert(db, table, frame.assign(wave_id=wave_id))


def standings(
    db: duckdb.DuckDBPyConnection,
    wave_id: str,
    members: Iterable[str] | None = None,
    *,
    team_ids: Iterable[str] | None = None,
    often: float | None = None,
) -> pd.DataFrame:
    """Everybody's place in the network of a wave: the columns of table `standing`, by member_id.

    members   of these alone
    team_ids  of those who work in these teams now
    often     of those with few ties, and of those who hold others together at least that often (0 to 1)
    """
    whose, values = _of(members)
    here, in_teams = _working_in(team_ids)
    apart = "true" if often is None else "(standing IN ('few_ties', 'isolated') OR bridge >= $often OR asked >= $often)"
    query = f"SELECT * FROM standing WHERE wave_id = $wave AND {whose} AND {here} AND {apart} ORDER BY member_id"
    given = {"wave": wave_id, **values, **in_teams, **({} if often is None else {"often": often})}
    return db.execute(query, given).df()


def how_many(db: duckdb.DuckDBPyConnection, wave_id: str, team_ids: Iterable[str]) -> int:
    """How many of those who work in some teams now have a place in the network of a wave."""
    here, values = _working_in(team_ids)
    query = f"SELECT count(*) FROM standing WHERE wave_id = $wave AND {here}"
    (counted,) = db.execute(query, {"wave": wave_id, **values}).fetchone() or (0,)
    return int(counted)


def introductions(
    db: duckdb.DuckDBPyConnection, wave_id: str, team_ids: Iterable[str] | None = None, most: int | None = None
) -> pd.DataFrame:
    """The pairs of a wave, held-back ones among them: the columns of table `introduction`, by rank.

    team_ids  only those of whom at least one works in these teams now
    most      so many at most of those that may be shown: both are here and agreed to it, and they are not held back

    Without pairs of whom one does not want to be paired with the other by now, and without hosts of whom that holds:
    whatever chooses introductions reads them here, whatever shows, exports or asks reads `offered`, and whatever
    evaluates them `listed`.
    """
    here, values = _working_in(team_ids)
    query = f"""
        WITH {APART},
        agreed AS (SELECT member_id FROM consent JOIN member USING (member_id) WHERE introductions AND active),
        here AS (SELECT member_id FROM member WHERE {here})
        SELECT * REPLACE (
            CASE WHEN (introducer, member_a) IN (FROM apart) OR (introducer, member_b) IN (FROM apart) THEN NULL
                 ELSE introducer END AS introducer)
        FROM introduction WHERE wave_id = $wave AND (member_a, member_b) NOT IN (FROM apart)
            AND ($everywhere OR member_a IN (FROM here) OR member_b IN (FROM here))
            AND ($all OR (arm <> 'held_back' AND member_a IN (FROM agreed) AND member_b IN (FROM agreed)))
        ORDER BY rank, member_a, member_b LIMIT $most"""
    given = {"wave": wave_id, "everywhere": team_ids is None, "all": most is None, "most": most, **values}
    return db.execute(query, given).df()


def listed(db: duckdb.DuckDBPyConnection, wave_id: str) -> pd.DataFrame:
    """The pairs of a wave as its close listed them, for evaluation: member_a, member_b and answer, by rank.

    Whoever says later that they do not want to be paired changes nothing here. Evaluation names nobody, but its figures
    can be had twice: a pair that was left out of the second would tell of the wish.
    """
    query = "SELECT member_a, member_b, answer FROM introduction WHERE wave_id = ? ORDER BY rank, member_a, member_b"
    return db.execute(query, [wave_id]).df()


def is_current(db: duckdb.DuckDBPyConnection, wave_id: str) -> bool:
    """Whether no later network wave has opened: its introductions may be shown, exported and asked until then.

    Who does not want to be paired with whom can only be said while a network wave is open. A list that was still shown
    then, or ever after, would lose the one pair and tell of the wish.
    """
    query = """
        SELECT 1 FROM wave WHERE asks IN ('network', 'both')
        AND number > (SELECT number FROM wave WHERE wave_id = ?)"""
    return db.execute(query, [wave_id]).fetchone() is None


def offered(
    db: duckdb.DuckDBPyConnection, wave_id: str, team_ids: Iterable[str] | None = None, most: int | None = None
) -> pd.DataFrame:
    """The `introductions` of a wave as long as it `is_current`; none after that, all of them at once."""
    found = introductions(db, wave_id, team_ids, most)
    return found if is_current(db, wave_id) else found.head(0)


def answer_introduction(db: duckdb.DuckDBPyConnection, wave_id: str, a: str, b: str, answer: str) -> None:
    """Notes what became of a pair (in either order): 'introduced', 'not_now' or 'never'.

    Raises Problem for a pair that this wave does not have, and for one that was introduced: were it suggested again,
    that would tell that somebody said no.
    """
    query = """
        UPDATE introduction SET answer = $answer
        WHERE wave_id = $wave AND ((member_a = $a AND member_b = $b) OR (member_a = $b AND member_b = $a))
          AND answer IS DISTINCT FROM 'introduced'
        RETURNING rank"""
    if db.execute(query, {"answer": answer, "wave": wave_id, "a": a, "b": b}).fetchone() is None:
        raise Problem(f"Members '{a}' and '{b}' are no introduction of this wave that could still be answered.")


def _of(members: Iterable[str] | None) -> tuple[str, dict[str, list[str]]]:
    """A condition and its values: rows of these members, or of everybody."""
    if members is None:
        return "true", {}
    return "member_id IN (SELECT unnest($members))", {"members": list(members)}


def _working_in(team_ids: Iterable[str] | None) -> tuple[str, dict[str, list[str]]]:
    """A condition and its values: rows of members who work in these teams now, or of everybody who ever did."""
    if team_ids is None:
        return "true", {}
    here = "SELECT member_id FROM member WHERE active AND team_id IN (SELECT unnest($teams))"
    return f"member_id IN ({here})", {"teams": list(team_ids)}


def _add_tie_rows(db: duckdb.DuckDBPyConnection, wave_id: str, given: Iterable[Tie]) -> None:
    rows = list(given)
    columns = {
        "wave_id": [wave_id] * len(rows),
        "source": [tie.source for tie in rows],
        "target": [tie.target for tie in rows],
        "kind": [tie.kind for tie in rows],
        "strength": [tie.strength for tie in rows],
    }
    bulk.insert(db, "tie", columns)


def _keep_more(db: duckdb.DuckDBPyConnection, wave_id: str, said: Mapping[str, Mapping[str, int]]) -> None:
    db.execute("DELETE FROM name_more WHERE wave_id = ? AND list_contains(?, member_id)", [wave_id, list(said)])
    rows = [(member_id, kind, more) for member_id, of_kind in said.items() for kind, more in of_kind.items()]
    columns = {
        "wave_id": [wave_id] * len(rows),
        "member_id": [member_id for member_id, _, _ in rows],
        "kind": [kind for _, kind, _ in rows],
        "more": [more for _, _, more in rows],
    }
    bulk.insert(db, "name_more", columns)
