"""Ties between and inside teams, against what chance alone would give.

Chance means: the same ties, with people's team labels dealt out anew. How many ties then fall between two teams has a
mean and a variance that can be written down (the join counts of Cliff & Ord 1973), so nothing is drawn at random here:
the figures are those that ever more permutations would approach.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.adjacency import Floats, Graph, Mask, Matrices, Numbers, matrices

SMALLEST_TEAM = 5
"""People a team needs before a word is said about its ties."""
ENOUGH_TEAMS = 5
"""Teams of that size from which an organization shows what is usual for its teams; below, only chance can be asked."""
ENOUGH_ANSWERS = 0.65
"""Share of a team that must have answered before its ties are called few or many (SCIENCE.md §3.2)."""
SURPRISING = 2.0
"""Standard deviations from the expected number at which it is more than chance."""
NOTABLY_FEWER = 2 / 3
NOTABLY_MORE = 3
"""Ties from which more than expected is worth a word: where a tenth of a tie is expected, one is no news."""
NOTABLY_INWARD = 3.0
"""How many times the usual odds make a team a silo, beside being beyond chance."""


@dataclass(frozen=True)
class Dealt:
    """How many ties fall between (or inside) groups of people when labels are dealt out anew."""

    mean: Floats
    sd: Floats


@dataclass(frozen=True)
class _Ties:
    """What the number of ties between random groups depends on."""

    people: int
    ties: int
    neighbours: float
    """Ordered pairs of ties that share a person: the sum of d(d − 1) over all degrees d."""


def between(a: Numbers, b: Numbers, ties: _Ties) -> Dealt:
    """Mean and spread of the ties between a group of `a` people and another of `b`, over all ways to deal the labels.

    Two groups of two among four people, three ties in a path p-q-r-s: of the six ways to deal the labels two leave 3
    ties across, two leave 2 and two leave 1, so 2 on average.

    >>> between(np.array([2]), np.array([2]), _Ties(people=4, ties=3, neighbours=4)).mean
    array([2.])
    """
    single = 2 * a * b / _ways(ties.people, 2)
    sharing = a * b * (a + b - 2) / _ways(ties.people, 3)
    apart = 4 * a * (a - 1) * b * (b - 1) / _ways(ties.people, 4)
    return _dealt(single, sharing, apart, ties)


def inside(a: Numbers, ties: _Ties) -> Dealt:
    """Mean and spread of the ties inside a group of `a` people, over all ways to deal the labels."""
    single = _falling(a, 2) / _ways(ties.people, 2)
    sharing = _falling(a, 3) / _ways(ties.people, 3)
    apart = _falling(a, 4) / _ways(ties.people, 4)
    return _dealt(single, sharing, apart, ties)


def inside_any(sizes: Numbers, m: Matrices) -> Dealt:
    """Mean and spread of the ties that stay inside any of several teams, over all ways to deal the labels.

    Two teams of two, one tie: of the three others somebody may be tied with, one is in their own team.

    >>> import networkx as nx
    >>> four = nx.DiGraph([("a", "b")])
    >>> four.add_nodes_from("cd")
    >>> float(inside_any(np.array([2, 2]), matrices(four)).mean[0])
    0.3333333333333333
    """
    ties = _all_ties(m)
    pairs = _falling(sizes, 2)
    single = np.array([pairs.sum()]) / _ways(ties.people, 2)
    sharing = np.array([_falling(sizes, 3).sum()]) / _ways(ties.people, 3)
    apart = np.array([_falling(sizes, 4).sum() + pairs.sum() ** 2 - (pairs**2).sum()]) / _ways(ties.people, 4)
    return _dealt(single, sharing, apart, ties)


def between_teams(graph: Graph, *, answered: Collection[str] | None = None) -> pd.DataFrame:
    """Which teams share fewer ties, or more, than two teams of their size usually do?

    What chance would give is found by dealing out anew who is in which team, with the same ties. Ties within teams stay
    out of it, because people work with their own team first. A pair of teams is called distant, or close, only where
    that is clearly more than chance and large enough to matter.

    `answered` are the members who answered. Columns team_a, team_b (sorted), people_a, people_b, observed (ties in
    either direction, each counted once), expected, z, word. Pairs without a tie where less than one is expected are
    left out: nothing can be said about them.

    With five teams of five people or more, `expected` deals out anew the ties that cross teams: people work with their
    own team first, so ties counted as if teams did not exist would call nearly every pair of teams distant, and 'where
    about 6 would be usual' would be true of no pair. With fewer teams there is nothing usual to compare with, and all
    ties are dealt out.

    `word`, for two teams of at least five people of whom at least 65 % are among `answered` (everybody, if not given):
    'fewer' when z < −2 and at most two thirds of the expected, 'more' when z > 2 and at least three, else 'as usual';
    missing otherwise.

    Formula: z = (ties − expected) / standard deviation, both over all ways to deal the teams' names to people anew.
    'Fewer' is z < −2 and at most two thirds of the expected; 'more' is z > 2 and at least three ties.

    Undefined: no word for teams of fewer than five people, or where less than 65 % of a team answered.

    Source: join counts, Cliff & Ord 1973, Spatial Autocorrelation.
    """
    m = matrices(graph)
    membership = m.membership
    counts = (membership.T @ m.tied @ membership).tocsr()
    crossing = sparse.triu(counts, k=1).tocoo()
    usual = _comparable(m, None).sum() >= ENOUGH_TEAMS
    ties, share = _crossing_ties(m) if usual else (_all_ties(m), 1.0)

    a, b = _worth_listing(m.sizes, crossing, ties, share)
    observed = np.asarray(counts[a, b]).ravel() if len(a) else np.zeros(0)
    dealt = between(m.sizes[a], m.sizes[b], ties)
    expected = dealt.mean * share
    z = _z(observed, expected, dealt.sd * share)
    sayable = _comparable(m, answered)
    return pd.DataFrame(
        {
            "team_a": pd.array([m.teams[team] for team in a], dtype="str"),
            "team_b": pd.array([m.teams[team] for team in b], dtype="str"),
            "people_a": m.sizes[a],
            "people_b": m.sizes[b],
            "observed": observed.astype(np.int64),
            "expected": expected,
            "z": z,
            "word": _words(
                [
                    (z > SURPRISING) & (observed >= NOTABLY_MORE),
                    (z < -SURPRISING) & (observed <= NOTABLY_FEWER * expected),
                ],
                ["more", "fewer"],
                sayable[a] & sayable[b],
            ),
        }
    )


def silos(graph: Graph, *, answered: Collection[str] | None = None) -> pd.DataFrame:
    """Which teams keep to themselves more than other teams do?

    Every team that works together has more ties inside than chance would give. So a team is called inward only where it
    is so far more than the organization's other teams.

    One row per team: `team_id`, people, inside and outside (ties, each counted once), expected_inside and z against all
    ties dealt out anew, odds_ratio (how many times more likely a tie is inside than out, ½ added to every count; NaN
    for a team of one or of everyone), word.

    Every team that works together is beyond chance: in 42 departments of a research institute, with z near −90, each of
    them would be called a silo. So `word` is 'inward' when z > 2 and, with five comparable teams, the odds are also
    three times those of the middle team or more, by at least two standard errors; with fewer teams chance decides
    alone. 'outward' when z < −2; else 'as usual'. Missing for fewer than five people, or when less than 65 % of them
    are among `answered`.

    Formula: the odds of a tie inside, over the odds of a tie to others, ½ added to each count; 'inward' is three times
    those of the middle team or more, by two standard errors, with z > 2 against teams' names dealt out anew.

    Undefined: no word for teams of fewer than five people, or where less than 65 % of a team answered.

    Source: Krackhardt & Stern 1988, Social Psychology Quarterly 51:123 for ties inside against ties outside; Haldane
    1956, Annals of Human Genetics 20:309 for the odds; Cliff & Ord 1973 for chance.
    """
    m = matrices(graph)
    membership = m.membership
    counts = (membership.T @ m.tied @ membership).tocsr()
    within = counts.diagonal() / 2
    outside = np.asarray(counts.sum(axis=1)).ravel() - 2 * within
    dealt = inside(m.sizes, _all_ties(m))
    z = _z(within, dealt.mean, dealt.sd)
    log_odds, error = _log_odds(within, outside, m.sizes)
    sayable = _comparable(m, answered) & ~np.isnan(log_odds)
    usual = np.median(log_odds[sayable]) if sayable.sum() >= ENOUGH_TEAMS else -np.inf
    beyond = log_odds - usual >= np.maximum(np.log(NOTABLY_INWARD), SURPRISING * error)
    return pd.DataFrame(
        {
            "team_id": pd.array(m.teams, dtype="str"),
            "people": m.sizes,
            "inside": within.astype(np.int64),
            "outside": outside.astype(np.int64),
            "expected_inside": dealt.mean,
            "odds_ratio": np.exp(log_odds),
            "z": z,
            "word": _words([(z > SURPRISING) & beyond, z < -SURPRISING], ["inward", "outward"], sayable),
        }
    )


def _all_ties(m: Matrices) -> _Ties:
    degrees = m.degrees
    return _Ties(len(m.people), m.tied.nnz // 2, float(np.sum(degrees * (degrees - 1))))


def _crossing_ties(m: Matrices) -> tuple[_Ties, float]:
    """The ties that cross teams, and the factor that makes all of them cross again when dealt out anew."""
    a, b = m.pairs
    cross = m.team_of[a] != m.team_of[b]
    degrees = np.bincount(np.concatenate([a[cross], b[cross]]), minlength=len(m.people)).astype(np.int64)
    ties = _Ties(len(m.people), int(cross.sum()), float(np.sum(degrees * (degrees - 1))))
    inside_share = np.sum(_falling(m.sizes, 2)) / _ways(ties.people, 2)
    return ties, float(1 / (1 - inside_share)) if inside_share < 1 else 1.0


def _worth_listing(sizes: Numbers, crossing: sparse.coo_array, ties: _Ties, share: float) -> tuple[Numbers, Numbers]:
    """The pairs of teams with a tie, and those where at least one would be expected; each once, sorted."""
    seen = crossing.row.astype(np.int64) * len(sizes) + crossing.col
    one_tie = _ways(ties.people, 2) / (2 * ties.ties * share) if ties.ties else np.inf
    largest_first = np.argsort(-sizes, kind="stable")
    descending = sizes[largest_first]
    expected = [np.zeros(0, dtype=np.int64)]
    for rank, team in enumerate(largest_first):
        reach = int(np.searchsorted(-descending, -one_tie / max(descending[rank], 1), side="right"))
        if reach <= rank + 1:
            continue
        others = largest_first[rank + 1 : reach]
        expected.append(np.minimum(team, others) * len(sizes) + np.maximum(team, others))
    keys = np.unique(np.concatenate([seen, *expected]))
    return keys // max(len(sizes), 1), keys % max(len(sizes), 1)


def _comparable(m: Matrices, answered: Collection[str] | None) -> Mask:
    """Teams large enough, and heard enough, for a word."""
    heard = m.mask(answered) if answered is not None else np.ones(len(m.people), dtype=bool)
    answers = np.bincount(m.team_of[heard], minlength=len(m.teams))
    return np.asarray((m.sizes >= SMALLEST_TEAM) & (answers >= ENOUGH_ANSWERS * m.sizes))


def _log_odds(within: Floats, outside: Floats, sizes: Numbers) -> tuple[Floats, Floats]:
    """Log odds ratio of a tie inside a team against one to other teams, and its standard error (Haldane 1956)."""
    pairs_inside = _falling(sizes, 2) / 2
    pairs_outside = sizes * (sizes.sum() - sizes)
    cells = np.stack([within, pairs_outside - outside, pairs_inside - within, outside]) + 0.5
    log = np.log(cells[0] * cells[1] / (cells[2] * cells[3]))
    undefined = (pairs_inside == 0) | (pairs_outside == 0)
    return np.where(undefined, np.nan, log), np.sqrt((1 / cells).sum(axis=0))


def _words(conditions: list[Mask], words: list[str], sayable: Mask) -> pd.api.extensions.ExtensionArray:
    said = np.select(conditions, words, default="as usual").astype(object)
    said[~sayable] = None
    return pd.array(said, dtype="str")


def _dealt(single: Floats, sharing: Floats, apart: Floats, ties: _Ties) -> Dealt:
    """Mean and spread from the chances that one tie, two that share a person, and two that do not, all count."""
    mean = ties.ties * single
    pairs_apart = ties.ties * (ties.ties - 1) - ties.neighbours
    second = mean + ties.neighbours * sharing + pairs_apart * apart
    return Dealt(mean, np.sqrt(np.maximum(second - mean**2, 0.0)))


def _z(observed: Floats, expected: Floats, sd: Floats) -> Floats:
    """Standard deviations from the expected number; 0 where chance leaves no room to differ."""
    return np.divide(observed - expected, sd, out=np.zeros_like(sd), where=sd > 1e-9)


def _falling(number: Numbers, count: int) -> Floats:
    """In how many ways `count` of them can be put in order: number · (number − 1) · … and so on."""
    product = np.ones_like(number, dtype=np.float64)
    for step in range(count):
        product = product * (number - step)
    return product


def _ways(people: int, count: int) -> float:
    """The same for everyone in the network; 1 where nobody could be chosen and nothing is divided by it."""
    return max(float(_falling(np.array(people), count)), 1.0)
