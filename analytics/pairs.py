"""Which pairs could be introduced, how likely they are to talk next quarter, and what an introduction would add.

All of it is arithmetic on arrays of pairs: a pair is two numbers of people, the smaller first.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.adjacency import Floats, Mask, Matrices, Numbers

EVERY_PAIR_UP_TO = 600
"""Eligible people up to which every pair is looked at; beyond it, those that have a reason, and some at random."""
NEAREST = 40
"""In a large organization, the most pairs with shared contacts that are looked at for one person."""
AT_RANDOM = 10
"""In a large organization, pairs drawn at random for each person, and between two teams with few ties for each one."""
CHUNK = 4_000
"""Pairs, or people, handled at a time."""

NATURAL = {2: (0.072, 0.106, 0.138), 3: (0.011, 0.015, 0.058), 4: (0.002, 0.022, 0.046)}
"""Chance that a pair at this distance ties by itself within a wave: lower quartile, middle, upper quartile of 22
transitions in real organizations (SCIENCE.md §6.2). 4 stands for further, or no way at all."""
BY_INTRODUCTION = {2: 0.15, 3: 0.12, 4: 0.10}
"""Chance that an introduction makes a tie that would not have come by itself, before anything is known about the pair.
A judgement, in line with the gains of random and chosen pairs in SCIENCE.md §6.6, until outcomes are counted."""
LIKENESS = ((0.0, 0.25, 0.6, 1.0), (1.0, 1.4, 1.4, 1.1))
"""How shared work multiplies those odds: partial overlap works best (Lane et al. 2021), none and all work less."""
SAME_LOCATION = 1.2
HOST = 1.3
WISH = (1.0, 1.5, 2.5)
"""How a wish to meet multiplies those odds: nobody's, one's, both's."""
ODDS_RANGE = (1 / 3, 2.0)
"""From a third to twice the odds: how wrong those judgements may be. 1 in 4 becomes 1 in 10 to 4 in 10."""
SHARED_CONTACTS = ((1, 2, 5), (0.8, 1.0, 1.6))
"""How the number of shared contacts multiplies the natural chance at distance 2."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Candidate pairs, one position in every array each."""

    a: Numbers
    b: Numbers

    def __len__(self) -> int:
        return len(self.a)

    def only(self, keep: Mask | Numbers) -> "Pairs":
        """Those at some positions, or for which a mask is true."""
        return Pairs(self.a[keep], self.b[keep])

    def keys(self, people: int) -> Numbers:
        """One number per pair, for looking it up in a set."""
        return self.a * people + self.b


@dataclass(frozen=True, eq=False)
class Around:
    """What lies between the two of each pair."""

    shared: Numbers
    """Contacts that both are tied with."""
    distance: Numbers
    """2 or 3 steps; 4 for further or no way."""
    new_reach: Numbers
    """Pairs of people that would come within two steps of each other by this tie."""


def from_keys(keys: Numbers, people: int) -> Pairs:
    """Distinct pairs from their keys, sorted."""
    distinct = np.unique(keys)
    return Pairs(distinct // max(people, 1), distinct % max(people, 1))


def key_of(one: Numbers, other: Numbers, people: int) -> Numbers:
    """The key of each pair, whichever way round its two are given."""
    return np.minimum(one, other) * people + np.maximum(one, other)


def possible(
    m: Matrices, agreed: Mask, *, forbidden: Numbers, wishes: Numbers, distant: Numbers, seed: int
) -> tuple[Pairs, Mask]:
    """The pairs to look at, and which of them stand for all eligible pairs (each had the same chance to be listed).

    Among up to 600 people who agreed, every pair. In a larger organization those with shared contacts, with a wish,
    between distant teams (rows of two team numbers), and some drawn at random. `forbidden` and `wishes` are keys.
    """
    people, who = len(m.people), np.flatnonzero(agreed)
    random = np.random.default_rng([seed, 1])
    if len(who) <= EVERY_PAIR_UP_TO:
        first, second = np.triu_indices(len(who), k=1)
        drawn = who[first] * people + who[second]
        keys = drawn
    else:
        drawn = _drawn(who, who, AT_RANDOM * len(who), people, random)
        keys = np.concatenate([_near(m, who), wishes, _across(m, agreed, distant, random), drawn])
    pairs = from_keys(keys[~np.isin(keys, forbidden)], people)
    pairs = pairs.only(agreed[pairs.a] & agreed[pairs.b] & (pairs.a != pairs.b))
    return pairs, np.isin(pairs.keys(people), drawn)


def around(m: Matrices, pairs: Pairs) -> Around:
    """Shared contacts, distance and new reach of each pair, from sparse rows, `CHUNK` pairs at a time."""
    closed = sparse.csr_array(m.tied + sparse.eye_array(len(m.people), format="csr"))
    shared, reached, seen_by_a, seen_by_b = (np.zeros(len(pairs)) for _ in range(4))
    for start in range(0, len(pairs), CHUNK):
        here = slice(start, start + CHUNK)
        a, b = pairs.a[here], pairs.b[here]
        near_a, near_b = closed[a], closed[b]
        two_a, two_b = _ones(near_a @ closed), _ones(near_b @ closed)
        shared[here] = m.tied[a].multiply(m.tied[b]).sum(axis=1)
        reached[here] = two_a.multiply(m.tied[b]).sum(axis=1)
        seen_by_a[here] = two_a.multiply(near_b).sum(axis=1)
        seen_by_b[here] = two_b.multiply(near_a).sum(axis=1)
    distance = np.where(shared > 0, 2, np.where(reached > 0, 3, 4))
    brought = m.degrees[pairs.b] + m.degrees[pairs.a] + 2 - seen_by_a - seen_by_b
    return Around(
        shared=shared.astype(np.int64),
        distance=distance,
        new_reach=(brought - (distance > 2)).astype(np.int64),  # the pair itself is counted from both sides
    )


def natural(near: Around) -> tuple[Floats, Floats, Floats]:
    """The chance that each pair ties by itself: low, middle, high."""
    boost = np.where(near.distance == 2, np.interp(near.shared, *SHARED_CONTACTS), 1.0)
    rates = np.zeros((5, 3))
    for distance, of_distance in NATURAL.items():
        rates[distance] = of_distance
    low, middle, high = (rates[near.distance] * boost[:, None]).T
    return low, middle, high


def by_introduction(near: Around, facts: pd.DataFrame, pairs: Pairs, hosted: Mask) -> Floats:
    """The chance that an introduction makes a tie which would not have come by itself, from work facts only."""
    base = np.zeros(5)
    for distance, chance in BY_INTRODUCTION.items():
        base[distance] = chance
    alike = likeness(facts, pairs)
    odds = base[near.distance] / (1 - base[near.distance])
    odds = odds * np.where(np.isnan(alike), 1.0, np.interp(np.nan_to_num(alike), *LIKENESS))
    odds = odds * np.where(_same(facts["location"], pairs), SAME_LOCATION, 1.0) * np.where(hosted, HOST, 1.0)
    return np.asarray(odds / (1 + odds), dtype=np.float64)


def times_odds(chance: Floats, factor: Floats | float) -> Floats:
    """A chance whose odds are multiplied: 1 in 4 with twice the odds is 2 in 5."""
    odds = chance / (1 - chance) * factor
    return np.asarray(odds / (1 + odds), dtype=np.float64)


def likeness(facts: pd.DataFrame, pairs: Pairs) -> Floats:
    """How much the work of two people overlaps, 0 to 1.

    The mean of same role, same level, and shared interests as a part of all interests of the two (Jaccard). What is
    unknown of either is left out; NaN if all is.
    """
    parts = [_agree(facts["role"], pairs), _agree(facts["level"], pairs), _jaccard(facts["interests"], pairs)]
    values = np.stack(parts)
    known = ~np.isnan(values)
    counted = known.sum(axis=0)
    return np.where(counted > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(counted, 1), np.nan)


def _agree(values: pd.Series, pairs: Pairs) -> Floats:
    codes = pd.factorize(values, sort=True)[0]
    known = (codes[pairs.a] >= 0) & (codes[pairs.b] >= 0)
    return np.where(known, (codes[pairs.a] == codes[pairs.b]).astype(np.float64), np.nan)


def _same(values: pd.Series, pairs: Pairs) -> Mask:
    return np.asarray(_agree(values, pairs) == 1.0)


def _jaccard(interests: pd.Series, pairs: Pairs) -> Floats:
    names = sorted({name for own in interests for name in own})
    place = {name: number for number, name in enumerate(names)}
    rows = np.repeat(np.arange(len(interests)), [len(own) for own in interests])
    columns = np.array([place[name] for own in interests for name in own], dtype=np.int64)
    lists = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(interests), max(len(names), 1)))
    count = np.diff(lists.indptr)
    both = np.zeros(len(pairs))
    for start in range(0, len(pairs), 10 * CHUNK):
        here = slice(start, start + 10 * CHUNK)
        both[here] = lists[pairs.a[here]].multiply(lists[pairs.b[here]]).sum(axis=1)
    either = count[pairs.a] + count[pairs.b] - both
    return np.where((count[pairs.a] > 0) & (count[pairs.b] > 0), both / np.maximum(either, 1), np.nan)


def _near(m: Matrices, who: Numbers) -> Numbers:
    """For each person who agreed, the pairs with most shared contacts for the size of the two circles."""
    people, found = len(m.people), [np.zeros(0, dtype=np.int64)]
    others = sparse.csr_array(m.tied[who].T)
    for start in range(0, len(who), CHUNK):
        mine = who[start : start + CHUNK]
        shared = sparse.coo_array(m.tied[mine] @ others)
        one, other = mine[shared.row], who[shared.col]
        strength = shared.data / np.sqrt(m.degrees[one] * m.degrees[other])
        strength = np.where(one == other, -1.0, strength)
        order = np.lexsort((other, -strength, one))
        _, first = np.unique(one[order], return_index=True)
        rank = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
        best = order[rank < NEAREST]
        found.append(key_of(one[best], other[best], people))
    return np.concatenate(found)


def _across(m: Matrices, agreed: Mask, distant: Numbers, random: np.random.Generator) -> Numbers:
    """Pairs drawn between each two teams that share fewer ties than usual."""
    found = [np.zeros(0, dtype=np.int64)]
    for team_a, team_b in distant:
        one, other = (np.flatnonzero(agreed & (m.team_of == team)) for team in (team_a, team_b))
        found.append(_drawn(one, other, AT_RANDOM * max(len(one), len(other)), len(m.people), random))
    return np.concatenate(found)


def _drawn(one: Numbers, other: Numbers, count: int, people: int, random: np.random.Generator) -> Numbers:
    if not len(one) or not len(other):
        return np.zeros(0, dtype=np.int64)
    first, second = random.choice(one, count), random.choice(other, count)
    return key_of(first, second, people)


def _ones(counts: sparse.csr_array) -> sparse.csr_array:
    """The same matrix with 1 wherever something was counted."""
    return sparse.csr_array((np.ones_like(counts.data), counts.indices, counts.indptr), shape=counts.shape)
