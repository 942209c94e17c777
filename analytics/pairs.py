"""Which pairs could be introduced, how likely they are to talk next quarter, and what an introduction would add.

All of it is arithmetic on arrays of pairs: a pair is two numbers of people, the smaller first.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.adjacency import Floats, Mask, Matrices, Numbers

EVERY_PAIR_UP_TO = 600
"""Eligible people up to which every pair is looked at; beyond it, those that have a reason, and some at random."""
NEAREST = 40
"""In a large organization, the most pairs with shared contacts that are looked at for one person."""
NEAREST_IN_ALL = 1_000_000
"""The most such pairs that are looked at in all: from 25,000 people on there are fewer for each, down to `AT_RANDOM`,
so that an organization of 100,000 people takes half a minute. There the chosen pairs then talk with a chance of .400
on average, instead of .402 (`benchmarks/scale.py`'s organization)."""
AT_RANDOM = 10
"""In a large organization, pairs drawn at random for each person, and between two teams with few ties for each one."""
CHUNK = 4_000
"""People handled at a time."""
CORES = 2
"""Threads for what takes longest; NumPy and SciPy let go of the interpreter's lock while they count."""
TABLE = 2**24
"""Cells of the table in which circles are painted."""
TWO_STEPS, CONTACT = 1, 2

NATURAL = {2: (0.072, 0.106, 0.138), 3: (0.011, 0.015, 0.058), 4: (0.002, 0.022, 0.046)}
"""Chance that a pair at this distance ties by itself within a wave: lower quartile, middle, upper quartile of 22
transitions in real organizations (SCIENCE.md §6.2). 4 stands for further, or no way at all."""
BY_INTRODUCTION = {2: 0.15, 3: 0.12, 4: 0.10}
"""Chance that an introduction makes a tie that would not have come by itself, before anything is known about the pair.
A judgement, in line with the gains of random and chosen pairs in SCIENCE.md §6.6, until outcomes are counted."""
LIKENESS = ((0.0, 0.25, 0.6, 1.0), (1.0, 1.8, 2.6, 1.8))
"""How shared work multiplies those odds: partial overlap works best (Lane et al. 2021), none and all work less. Where
the work of the two is not known, common ground stands in for it: 1 + Adamic-Adar. People who share contacts mostly do
similar work; but beside what is known of their work, contacts mostly find those who would meet anyway
(benchmarks/worlds.py), and without either, hardly any pair gets on (benchmarks/sets.py)."""
ANYWAY = 0.5
"""How much of the chance to tie by themselves is taken off what an introduction of two adds whose work is not known;
all of it where it is. If nothing else says who takes to whom, then how people come together by themselves does, and a
pair that would never have met is not the best bet. Taking off all of it costs half the later ties of
benchmarks/sets.py; taking off half everywhere, the lead over random pairs in benchmarks/worlds.py."""
MET = ((5, 50), (0.1, 1.0))
"""How the size of a team multiplies them for two of its members: in a team of five everybody has met, and two who did
not name each other do not lack an introduction; in a team of fifty they may. In between along the log of its size."""
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
    ground: Floats
    """Shared contacts, each counted the less the more contacts it has: 1/log of their number (Adamic & Adar 2003)."""


def from_keys(keys: Numbers, people: int) -> Pairs:
    """Distinct pairs from their keys, sorted."""
    ordered = np.sort(keys)
    distinct = ordered[np.diff(ordered, prepend=-1) > 0]
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
    pairs = from_keys(keys, people)
    pairs = pairs.only(agreed[pairs.a] & agreed[pairs.b] & (pairs.a != pairs.b))
    pairs = pairs.only(~_among(pairs.keys(people), forbidden))
    return pairs, _among(pairs.keys(people), drawn)


def around(m: Matrices, pairs: Pairs) -> Around:
    """Shared contacts, distance, new reach and common ground of each pair."""
    closed = sparse.csr_array(m.tied + sparse.eye_array(len(m.people), format="csr"))
    turned = np.argsort(pairs.b, kind="stable")
    with ThreadPoolExecutor(CORES) as pool:
        from_b = pool.submit(_met, m, closed, pairs.b[turned], pairs.a[turned])
        shared, ground, seen_by_a = _met(m, closed, pairs.a, pairs.b)
    seen_by_b = np.zeros_like(seen_by_a)
    seen_by_b[turned] = from_b.result()[2]
    distance = np.where(shared > 0, 2, np.where(seen_by_a > 0, 3, 4))
    brought = m.degrees[pairs.b] + m.degrees[pairs.a] + 2 - seen_by_a - seen_by_b
    return Around(
        shared=shared,
        distance=distance,
        new_reach=brought - (distance > 2),  # the pair itself is counted from both sides
        ground=ground,
    )


def _met(m: Matrices, closed: sparse.csr_array, one: Numbers, other: Numbers) -> tuple[Numbers, Floats, Numbers]:
    """Of the circle of `other`, themselves included: contacts of `one`, their weight, and all within two steps.

    `one` is sorted. Its circles are painted into a table, a few people at a time, where those of `other` are looked up:
    that takes a step for each member of a circle, and no product of matrices for each pair.
    """
    people = len(m.people)
    weight = 1 / np.log(np.maximum(m.degrees, 2))
    shared, seen, ground = np.zeros(len(one), np.int64), np.zeros(len(one), np.int64), np.zeros(len(one))
    at_a_time = int(np.clip(TABLE // max(people, 1), 1, 200))
    table = np.zeros(at_a_time * people, dtype=np.int8)
    for first in range(0, people, at_a_time):
        here = slice(*np.searchsorted(one, [first, first + at_a_time]))
        if here.start == here.stop:
            continue
        contacts = m.tied[first : first + at_a_time]
        painted = [_cells(closed[first : first + at_a_time] @ closed), _cells(contacts)]
        for cells, steps in zip(painted, (TWO_STEPS, CONTACT), strict=True):
            table[cells] = steps
        sizes = m.degrees[other[here]] + 1
        starts = np.cumsum(sizes) - sizes
        members = closed.indices[np.repeat(closed.indptr[other[here]] - starts, sizes) + np.arange(sizes.sum())]
        found = table[np.repeat((one[here] - first) * people, sizes) + members]
        contact = found == CONTACT
        shared[here] = np.add.reduceat(contact, starts, dtype=np.int64)
        seen[here] = np.add.reduceat(found > 0, starts, dtype=np.int64)
        ground[here] = np.add.reduceat(np.where(contact, weight[members], 0.0), starts)
        for cells in painted:
            table[cells] = 0
    return shared, ground, seen


def _cells(rows: sparse.csr_array) -> Numbers:
    """Where the entries of some rows stand, counted along the rows."""
    starts = np.arange(rows.shape[0], dtype=np.int64) * rows.shape[1]
    return np.repeat(starts, np.diff(rows.indptr)) + rows.indices


def met(one: sparse.csr_array, other: sparse.csr_array, pairs: Pairs) -> Floats:
    """For each pair the row of its first in one matrix times the row of its second in another, added up.

    It is an entry of one · otherᵀ, and all that is worked out of that product.
    """
    found = np.zeros(len(pairs))
    for start in range(0, len(pairs), CHUNK):
        here = slice(start, start + CHUNK)
        found[here] = one[pairs.a[here]].multiply(other[pairs.b[here]]).sum(axis=1)
    return found


def natural(near: Around) -> tuple[Floats, Floats, Floats]:
    """The chance that each pair ties by itself: low, middle, high."""
    boost = np.where(near.distance == 2, np.interp(near.shared, *SHARED_CONTACTS), 1.0)
    rates = np.zeros((5, 3))
    for distance, of_distance in NATURAL.items():
        rates[distance] = of_distance
    low, middle, high = (rates[near.distance] * boost[:, None]).T
    return low, middle, high


def made(
    m: Matrices,
    near: Around,
    facts: pd.DataFrame,
    pairs: Pairs,
    *,
    base: Mapping[int, float] = BY_INTRODUCTION,
    alike: Floats,
    hosted: Mask,
) -> Floats:
    """The chance that an introduction makes a tie which would not have come by itself.

    From work facts only: `base` is the chance at each distance before anything is known of a pair, `alike` the
    `likeness` of each pair, NaN where nothing is known.
    """
    chances = np.zeros(5)
    for distance, chance in base.items():
        chances[distance] = chance
    odds = chances[near.distance] / (1 - chances[near.distance])
    odds = odds * np.where(np.isnan(alike), 1 + near.ground, np.interp(np.nan_to_num(alike), *LIKENESS))
    odds = odds * np.where(_same(facts["location"], pairs), SAME_LOCATION, 1.0) * np.where(hosted, HOST, 1.0)
    odds = odds * _strangers(m, pairs)
    return np.asarray(odds / (1 + odds), dtype=np.float64)


def _strangers(m: Matrices, pairs: Pairs) -> Floats:
    """What is left of the odds where two may have met in their team; 1 for two teams, or where nobody has one."""
    sizes, shares = MET
    of_size = np.interp(np.log(np.maximum(m.sizes, 1)), np.log(sizes), shares)
    together = (m.team_of[pairs.a] == m.team_of[pairs.b]) & (len(m.teams) > 1)
    return np.where(together, of_size[m.team_of[pairs.a]], 1.0)


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
    """Shared interests as a part of all of the two: one bit for each interest, so that a machine word holds 64."""
    place = {name: number for number, name in enumerate(sorted({name for own in interests for name in own}))}
    count = np.array([len(set(own)) for own in interests], dtype=np.int64)
    rows = np.repeat(np.arange(len(interests)), [len(own) for own in interests])
    bits = np.array([place[name] for own in interests for name in own], dtype=np.uint64)
    lists = np.zeros((len(interests), len(place) // 64 + 1), dtype=np.uint64)
    np.bitwise_or.at(lists, (rows, bits // 64), np.uint64(1) << bits % 64)
    both = np.zeros(len(pairs))
    for start in range(0, len(pairs), 10 * CHUNK):
        here = slice(start, start + 10 * CHUNK)
        both[here] = np.bitwise_count(lists[pairs.a[here]] & lists[pairs.b[here]]).sum(axis=1)
    either = count[pairs.a] + count[pairs.b] - both
    return np.where((count[pairs.a] > 0) & (count[pairs.b] > 0), both / np.maximum(either, 1), np.nan)


def _near(m: Matrices, who: Numbers) -> Numbers:
    """For each person who agreed, the pairs with most shared contacts for the size of the two circles.

    Person, strength and the other are packed into one number each, so that sorting numbers is all it takes.
    """
    people, found = len(m.people), [np.zeros(0, dtype=np.int64)]
    others = sparse.csr_array(m.tied[who].T)
    size = 1 / np.sqrt(np.maximum(m.degrees, 1))
    nearest = np.clip(NEAREST_IN_ALL // max(len(who), 1), AT_RANDOM, NEAREST)
    for start in range(0, len(who), CHUNK):
        mine = who[start : start + CHUNK]
        shared = sparse.coo_array(m.tied[mine] @ others)
        strength = shared.data * size[mine[shared.row]] * size[who[shared.col]]
        weakness = (1 - np.minimum(strength, 1)) * (2**27 - 1)
        packed = shared.row.astype(np.int64) << 51 | weakness.astype(np.int64) << 24 | shared.col
        packed = np.sort(packed[mine[shared.row] != who[shared.col]])
        row, column = packed >> 51, packed & (2**24 - 1)
        rank = np.arange(len(row)) - np.searchsorted(row, row)
        best = rank < nearest
        found.append(key_of(mine[row[best]], who[column[best]], people))
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


def _among(keys: Numbers, wanted: Numbers) -> Mask:
    """Which keys are among some others."""
    if not len(wanted):
        return np.zeros(len(keys), dtype=bool)
    ordered = np.sort(wanted)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys)
