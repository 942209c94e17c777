"""Who may be introduced to whom, and everything about those pairs that the choice reads.

Eligible are people who agreed to be suggested. A pair of them may be introduced if they are not tied in either
direction, neither leads the other, neither asked to avoid the other, they were not introduced before, and at least one
of them answered (otherwise nobody was asked whether they already work together).
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.adjacency import Floats, Graph, Mask, Matrices, Numbers, matrices
from analytics.chance import between_teams
from analytics.checks import require_columns
from analytics.likely import by_introduction, natural
from analytics.pairs import CHUNK, Around, Pairs, around, key_of, likeness, made, possible

SETTLED = ("introduced", "never")
"""What became of an earlier introduction that is not to be made again."""
FACTS = ("name", "team", "role", "level", "location", "joined_on", "interests", "managers", "map", "introductions")
"""What is read of each person, beside their member_id."""


@dataclass(frozen=True, eq=False)
class Eligible:
    """Everybody, and every pair that may be introduced."""

    m: Matrices
    facts: pd.DataFrame
    """One row per person, in the order of the matrices."""
    agreed: Mask
    told: Mask
    """Of those, who agreed to be on the map as well: whoever is said to know somebody must have."""
    avoided: Numbers
    """Keys of the pairs of whom one does not want to be paired with the other."""
    gaps: pd.DataFrame
    """`between_teams`, with the numbers of the two teams as a and b."""
    pairs: Pairs
    drawn: Mask
    """Pairs the random arm may draw: each eligible pair had the same chance to be among them."""
    near: Around
    wished: Numbers
    """How many of the two asked to meet the other. Takes part in the choice and in no figure that is shown."""
    natural: tuple[Floats, Floats, Floats]
    """The chance that a pair ties by itself: low, middle, high."""
    alike: Floats
    """How much the work of the two overlaps, 0 to 1; NaN where nothing is known of it."""
    made: Floats
    """The chance that an introduction makes a tie which would not have come by itself, from work facts only."""


def gather(
    graph: Graph,
    people: pd.DataFrame,
    avoid: pd.DataFrame,
    answered: Collection[str],
    *,
    earlier: pd.DataFrame | None,
    seed: int,
) -> Eligible:
    """Read the frames as `introductions.choose` is given them, and work out every pair that may be introduced."""
    require_columns(people, "member_id", *FACTS, what="people")
    require_columns(avoid, "member_id", "other_id", what="avoid")
    m = matrices(graph)
    facts = _facts(m, people)
    agreed = facts["introductions"].to_numpy(dtype=bool)
    told = agreed & facts["map"].to_numpy(dtype=bool)
    avoided = _keys(m, avoid["member_id"], avoid["other_id"])
    wishes = pd.DataFrame(sorted(graph.graph.get("wishes", ())), columns=["source", "target"])
    wish_keys, wish_counts = np.unique(_keys(m, wishes["source"], wishes["target"]), return_counts=True)
    gaps = _gaps(m, graph, answered)
    distant = gaps.loc[gaps["word"] == "fewer", ["a", "b"]].to_numpy(dtype=np.int64)
    forbidden = np.concatenate([key_of(*m.pairs, len(m.people)), avoided, _led(m, facts), _settled(m, earlier)])

    pairs, drawn = possible(m, agreed, forbidden=forbidden, wishes=wish_keys, distant=distant, seed=seed)
    heard = m.mask(answered)
    asked = heard[pairs.a] | heard[pairs.b]
    pairs, drawn = pairs.only(asked), drawn[asked]
    near = around(m, pairs)
    wished = pd.Series(wish_counts, index=wish_keys).reindex(pairs.keys(len(m.people)), fill_value=0)
    alike = likeness(facts, pairs)
    hosted = _can_be_hosted(m, told, pairs, near)
    return Eligible(
        m=m,
        facts=facts,
        agreed=agreed,
        told=told,
        avoided=avoided,
        gaps=gaps,
        pairs=pairs,
        drawn=drawn,
        near=near,
        wished=wished.to_numpy(dtype=np.int64),
        natural=natural(m, facts, pairs, near, seed=seed),
        alike=alike,
        made=made(m, near, facts, pairs, base=by_introduction(_outcomes(earlier)), alike=alike, hosted=hosted),
    )


def _facts(m: Matrices, people: pd.DataFrame) -> pd.DataFrame:
    """What is known of each person of the network; empty texts are unknown, nobody without a row agreed."""
    known = people.drop_duplicates("member_id").set_index("member_id").reindex(m.people)
    facts = pd.DataFrame(index=range(len(m.people)))
    for column in ("name", "team", "role", "level", "location"):
        text = known[column].astype("str").reset_index(drop=True)
        facts[column] = text.mask(text == "")
    facts["joined_on"] = pd.to_datetime(known["joined_on"], errors="coerce").to_numpy()
    facts["interests"] = [_names(listed) for listed in known["interests"]]
    facts["managers"] = [_names(listed) for listed in known["managers"]]
    for choice in ("map", "introductions"):
        facts[choice] = (known[choice] == True).to_numpy(dtype=bool)  # noqa: E712  unknown is no consent
    return facts


def _names(listed: object) -> tuple[str, ...]:
    """Interests, or managers, as they come: a list, an array from the database, or nothing."""
    return tuple(str(name) for name in listed) if isinstance(listed, list | tuple | np.ndarray) else ()


def _keys(m: Matrices, one: pd.Series, other: pd.Series) -> Numbers:
    """The key of each pair of member_ids of whom both are in the network."""
    place = m.place
    both = [(place[a], place[b]) for a, b in zip(one, other, strict=True) if a in place and b in place]
    found = np.array(both, dtype=np.int64).reshape(-1, 2)
    return key_of(found[:, 0], found[:, 1], len(m.people))


def _led(m: Matrices, facts: pd.DataFrame) -> Numbers:
    """Pairs of a manager and somebody who reports to them."""
    led = facts["managers"].explode().dropna()
    return _keys(m, pd.Series(m.people, dtype="str")[led.index], led)


def _settled(m: Matrices, earlier: pd.DataFrame | None) -> Numbers:
    """Pairs that were introduced before, or said never."""
    if earlier is None or earlier.empty:
        return np.zeros(0, dtype=np.int64)
    require_columns(earlier, "member_a", "member_b", "answer", what="earlier introductions")
    settled = earlier[earlier["answer"].isin(SETTLED)]
    return _keys(m, settled["member_a"], settled["member_b"])


def _outcomes(earlier: pd.DataFrame | None) -> pd.DataFrame | None:
    """The introductions that were proposed, and of which it is known what came of them.

    'introduced' says that the two were asked, and not that both said yes or met: those who do are more alike than those
    who don't. All who were asked count, by intention, so that what is learnt is what proposing a pair brings.
    """
    if earlier is None or "tied" not in earlier:
        return None
    known = (earlier["answer"] == "introduced") & earlier["tied"].notna() & earlier["by_itself"].notna()
    return earlier[known].rename(columns={"by_itself": "natural"})


def _gaps(m: Matrices, graph: Graph, answered: Collection[str]) -> pd.DataFrame:
    gaps = between_teams(graph, answered=answered)
    place = {team: number for number, team in enumerate(m.teams)}
    return gaps.assign(a=gaps["team_a"].map(place).astype(np.int64), b=gaps["team_b"].map(place).astype(np.int64))


def _can_be_hosted(m: Matrices, told: Mask, pairs: Pairs, near: Around) -> Mask:
    """Whether a shared contact has a tie named from both ends with each of the two, and all three may be told of."""
    hosts = m.mutual[:, np.flatnonzero(told)]
    hosted = np.zeros(len(pairs), dtype=bool)
    shares = np.flatnonzero((near.shared > 0) & told[pairs.a] & told[pairs.b])
    for start in range(0, len(shares), CHUNK):
        at = shares[start : start + CHUNK]
        hosted[at] = hosts[pairs.a[at]].multiply(hosts[pairs.b[at]]).sum(axis=1) > 0
    return hosted
