"""How likely two people without a tie are to have one by the next wave, if nobody introduces them.

A small network says too little to learn from: there the prior rates by distance stand (`pairs.natural`). From 200 ties
on two readings of each pair are put together: how much it looks like the ties that are there (`resemblance`: ties are
hidden at random, and a logistic regression learns to find them from what is left), and how easily one person's contacts
lead to the other (`within_reach`, over everything that was said, also what is too weak to count as a tie).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy import sparse

from analytics import pairs as prior
from analytics.adjacency import Floats, Mask, Matrices, Numbers
from analytics.checks import require_columns
from analytics.pairs import BY_INTRODUCTION, CORES, NATURAL, Around, Pairs, met

LEARNS_FROM = 200
"""Ties from which on a network's own pattern is read."""
FOLDS = 5
"""Parts the ties are split into; each part is hidden once."""
HIDDEN = 4_000
OPEN = 20_000
"""Hidden ties, and open pairs beside them, that are looked at in each part."""
STARTS = 1_000
"""People from whom those open pairs are drawn, so that a large organization costs no more than one of this size."""
CARRY = 0.5
"""Chance that a walk goes on after each step. From .3 to .7 it makes no difference on the organizations of
SCIENCE.md §6.3: mean AUC .804 to .806."""
STEPS = 4
"""Steps after which a walk is cut off: with half of it going on each time, 3 % would be left."""
SLOPE = 0.4
"""By how much the log-odds of a tie rise with `score` within a distance: between .34, the mean of the organizations of
SCIENCE.md §6.3 by their ties alone, and .53 with what else was asked there (`benchmarks/introductions.py`)."""
ENOUGH_OUTCOMES = 50
"""Introductions with an outcome from which on they count, and how many of them the judgement of before weighs."""
LARGE = 2_000
"""People from which on walks end after `FEWER_STEPS`, and are put together from two halves."""
FEWER_STEPS = 3
CHUNK = 200
"""People whose walks are followed at a time in a smaller network."""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a network at one time. Row and column i stand for the same person throughout."""

    tied: sparse.csr_array
    """1 where two people are tied: symmetric, nothing on the diagonal."""
    contact: sparse.csr_array
    """How much two people have to do with each other, as far as anybody said: symmetric, 0 or more. Ties and what is
    too little for one: said by one of the two, less often, of another kind, in a wave before."""
    groups: tuple[Numbers, ...] = ()
    """For each thing that people have in common, team, location or role: the number of everybody's, −1 for unknown."""

    @property
    def people(self) -> int:
        """How many there are."""
        return int(self.tied.shape[0])


@dataclass(frozen=True, eq=False)
class _Lesson:
    """A part of the ties, those of it that are looked for, and pairs without a tie."""

    hidden: Pairs
    shown: Pairs
    still_open: Pairs


def natural(
    m: Matrices, facts: pd.DataFrame, pairs: Pairs, near: Around, *, seed: int
) -> tuple[Floats, Floats, Floats]:
    """The chance that each pair ties by itself by the next wave: low, middle, high.

    Below 200 ties the prior rates by distance (`pairs.natural`); from then on the same rates on average, spread over
    the pairs of a distance by what the network itself says about them (`score`). `facts` has team, location and role of
    everybody. A pair's figure does not depend on which other pairs are asked for.
    """
    if len(m.pairs[0]) < LEARNS_FROM:
        return prior.natural(near)
    groups = tuple(
        pd.factorize(facts[column], sort=True)[0].astype(np.int64) for column in ("team", "location", "role")
    )
    known = Known(m.tied, sparse.csr_array(m.named + m.named.T), groups)
    among = open_pairs(known, np.random.default_rng([seed, 9]))
    if not len(among):
        return prior.natural(near)
    both = _joined(pairs, among)
    found = score(known, both, np.arange(len(both)) >= len(pairs), seed=seed)
    return spread(near.distance, found[: len(pairs)], distances(known, among), found[len(pairs) :])


def score(known: Known, pairs: Pairs, among: Mask, *, seed: int) -> Floats:
    """Which pairs without a tie are most likely to have one later?

    The higher, the likelier. Two readings of each pair, `resemblance` and `within_reach`, are each turned into the
    share p of open pairs that stand at least as high, and the two shares are put together as Fisher does with two
    tests. A pair in the middle of both has about 1.4, one among the first hundredth in both about 9.

    `among` marks the pairs that stand for all open ones. The same seed gives the same figures.

    Formula: −ln p₁ − ln p₂.

    Undefined: without ties to learn from, resemblance says nothing and all pairs share its middle.

    Source: Fisher 1932, Statistical Methods for Research Workers, §21.1 for putting shares together; Ghasemian et al.
    2020, PNAS 117:23393 for stacking what is known of a pair.
    """
    with ThreadPoolExecutor(CORES) as pool:
        reach = pool.submit(within_reach, known.contact, pairs)
        readings = [resemblance(known, pairs, among, seed=seed), reach.result()]
    found = np.zeros(len(pairs))
    for reading in readings:
        found -= np.log1p(-_standing(reading, reading[among]))
    return found


def resemblance(known: Known, pairs: Pairs, among: Mask, *, seed: int) -> Floats:
    """How much a pair looks like those that are tied already: log-odds, for ranking only.

    Every fifth tie is hidden, and a logistic regression learns to tell hidden ties from open pairs by what the rest of
    the network says about both (`features`), each as its rank among the open pairs; five times, until each tie was
    hidden once. What is learned is then read off the network as it is. Nothing about a hidden tie takes part in its own
    features.

    Source: Liben-Nowell & Kleinberg 2007, JASIST 58:1019 for the features; Ghasemian et al. 2020, PNAS 117:23393.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  a second to load, for one close in many
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  a part of scikit-learn

    drawn = _lessons(known, np.random.default_rng([seed, 3]))
    if not drawn:
        return np.zeros(len(pairs))
    with ThreadPoolExecutor(CORES) as pool:
        read = pool.submit(features, known, pairs)
        lessons = list(pool.map(partial(_learned, known), drawn))
        found = read.result()
    seen = np.concatenate([ranked for ranked, _ in lessons])
    was_tied = np.concatenate([hidden for _, hidden in lessons])
    with threadpool_limits(1):  # the matrices are small: threads that wait for each other cost more than they bring
        model = LogisticRegression(C=0.1, solver="newton-cholesky").fit(seen, was_tied)
    return np.asarray(_ranked(found, found[among]) @ model.coef_[0] + model.intercept_[0], dtype=np.float64)


def within_reach(contact: sparse.csr_array, pairs: Pairs, *, carry: float = CARRY, steps: int | None = None) -> Floats:
    """How easily do one person's contacts lead to the other?

    A personalized PageRank of a short memory: a walk from one person goes on with a chance of .5 after each step, to a
    contact drawn by how much there is between the two. What counts is how often it comes by the other, summed over both
    directions. Among more than 2,000 people walks end a step earlier: that step costs more than all before, and brings
    the least.

    Formula: Σ_{k=1..4} .5^k (P^k_ab + P^k_ba), with P the rows of `contact` divided by their sums.

    Undefined: 0 for somebody without any contact.

    Source: Page et al. 1999; Jeh & Widom 2003, WWW '03, for starting at one person.
    """
    even, volume = _evened(contact)
    walks = ways(pairs, [even] * (steps or _steps(contact)))
    return _visits(walks, volume, pairs, carry)


NAMES = (
    "shared contacts",
    "Adamic–Adar",
    "resource allocation",
    "Jaccard",
    "local path",
    "Katz",
    "PageRank",
    "paths of three",
    "contacts, multiplied",
    "contacts of the one with fewer",
    "contacts of the one with more",
)
"""What `features` finds for each pair, before what the two have in common."""


def features(known: Known, pairs: Pairs) -> Floats:
    """What is known of each pair, one row each: `NAMES`, then for each of `groups` same or not and how usual ties are.

    Source: Adamic & Adar 2003, Social Networks 25:211; Zhou, Lü & Zhang 2009, Eur. Phys. J. B 71:623 for resource
    allocation and local paths; Katz 1953, Psychometrika 18:39; Kovács et al. 2019, Nature Communications 10:1240 for
    paths of three.
    """
    degree = np.diff(known.tied.indptr).astype(np.float64)
    a, b = degree[pairs.a], degree[pairs.b]
    even, volume = _evened(known.tied)
    steps = _steps(known.tied)
    quiet = sparse.csr_array(known.tied @ sparse.diags_array(1 / np.log(np.maximum(degree, 2))))
    each_way = [known.tied] * steps, [even] * steps, [quiet, known.tied]
    with ThreadPoolExecutor(CORES) as pool:
        (_, *paths), walks, (_, adamic_adar) = pool.map(partial(ways, pairs), each_way)
    two, three = paths[:2]
    usual = (degree**2).sum() / max(degree.sum(), 1)  # close to the largest eigenvalue, at which Katz would diverge
    columns = [
        two,
        adamic_adar,
        walks[1] * np.sqrt(a * b),
        two / np.maximum(a + b - two, 1),
        two + 0.02 * three,
        sum((part * (0.5 / max(usual, 1)) ** k for k, part in enumerate(paths, start=2)), np.zeros(len(pairs))),
        _visits(walks, volume, pairs, CARRY),
        walks[2] * np.sqrt(a * b),
        a * b,
        np.minimum(a, b),
        np.maximum(a, b),
    ]
    for group in known.groups:
        columns += [(group[pairs.a] == group[pairs.b]) & (group[pairs.a] >= 0), _usual_between(known, group, pairs)]
    return np.column_stack(columns).astype(np.float64)


def ways(pairs: Pairs, steps: Sequence[sparse.csr_array]) -> Floats:
    """How much each pair is connected by one step, by two, …: the entries of the products of some matrices.

    One row for each number of steps. Nothing is ever as large as all people by all people: rows of the products are
    worked out for `CHUNK` people at a time, and in a large network only the first two steps from one side and the
    others from the other side, which meet in the middle.
    """
    if steps[0].shape[0] > LARGE:
        return _halfway(pairs, steps)
    found = np.zeros((len(steps), len(pairs)))
    order = np.argsort(pairs.a, kind="stable")
    starts, first = np.unique(pairs.a[order], return_index=True)
    for at in range(0, len(starts), CHUNK):
        here = starts[at : at + CHUNK]
        those = order[first[at] : first[at + CHUNK] if at + CHUNK < len(first) else len(order)]
        row = np.searchsorted(here, pairs.a[those])
        rows = sparse.csr_array(steps[0][here])
        for number, step in enumerate(steps):
            rows = rows @ step if number else rows
            found[number, those] = rows.toarray()[row, pairs.b[those]]
    return found


def _halfway(pairs: Pairs, steps: Sequence[sparse.csr_array]) -> Floats:
    """The same as `ways` for a large network."""
    found = np.zeros((len(steps), len(pairs)))
    among = np.bincount(pairs.a, minlength=steps[0].shape[0]) > 0
    starts, row = np.flatnonzero(among), (np.cumsum(among) - 1)[pairs.a]
    front = sparse.csr_array(steps[0][starts])
    back: sparse.csr_array | None = None
    for number, step in enumerate(steps):
        if number < 2:
            front = front @ step if number else front
            front.sort_indices()
            found[number] = front[row, pairs.b]
        else:
            back = step if back is None else back @ step
            found[number] = met(front, sparse.csr_array(back.T), Pairs(row, pairs.b))
    return found


def distances(known: Known, pairs: Pairs) -> Numbers:
    """How many steps lie between the two of each open pair: 2 or 3; 4 for further or no way."""
    _, two, three = ways(pairs, [known.tied] * 3)
    return np.where(two > 0, 2, np.where(three > 0, 3, 4)).astype(np.int64)


def open_pairs(known: Known, random: np.random.Generator) -> Pairs:
    """Pairs without a tie: all of them, or `OPEN` drawn from those of `STARTS` people."""
    people = known.people
    starts = np.sort(random.permutation(people)[:STARTS])
    if len(starts) * people <= 4 * OPEN:
        one, other = (side.ravel() for side in np.meshgrid(starts, np.arange(people), indexing="ij"))
    else:
        one, other = random.choice(starts, 3 * OPEN), random.integers(people, size=3 * OPEN)
    pairs = prior.from_keys(prior.key_of(one, other, people), people)
    pairs = pairs.only(pairs.a != pairs.b)
    pairs = pairs.only(known.tied[pairs.a, pairs.b] == 0)
    return pairs.only(np.sort(random.permutation(len(pairs))[:OPEN]))


def spread(
    distance: Numbers, score: Floats, distance_among: Numbers, score_among: Floats
) -> tuple[Floats, Floats, Floats]:
    """How likely is a tie by the next wave?

    Low, middle and high: the prior rates on average, rising with the score within each distance.

    The mean over the open pairs of a distance (those `among` which all stand) is that distance's rate in
    `pairs.NATURAL`.

    Formula: 1 / (1 + exp(−(base + .4 · score))), with the base of each distance such that the mean is the rate.

    Source: rates of 22 transitions in real organizations, reckoned from data published between 1972 and 2018.

    >>> away, scores = np.array([2, 2]), np.array([1.0, 5.0])
    >>> low, middle, high = spread(away, scores, away, scores)
    >>> middle.round(3).tolist(), round(float(middle.mean()), 3)
    ([0.04, 0.172], 0.106)
    """
    chances = np.zeros((3, len(score)))
    for steps, rates in NATURAL.items():
        here = distance == steps
        of_all = score_among[distance_among == steps]
        for which, rate in enumerate(rates):
            base = _base(SLOPE * (of_all if len(of_all) else score[here]), rate)
            chances[which, here] = _logistic(base + SLOPE * score[here])
    low, middle, high = chances
    return low, middle, high


def by_introduction(outcomes: pd.DataFrame | None) -> dict[int, float]:
    """How often does an introduction make a tie that would not have come by itself?

    For each distance. `outcomes` has one row for each introduction that was made and whose two were heard in the next
    wave: distance, natural (the chance it had by itself) and tied. Below 50 of them the judgement in
    `pairs.BY_INTRODUCTION` stands; from then on it counts as much as 50 introductions of each distance.

    Formula: (50 · judgement + max(0, Σ tied − Σ natural)) / (50 + Σ (1 − natural)), the mean of a beta distribution.

    Source: Gelman et al. 2013, Bayesian Data Analysis, §2.4; the judgement is ours.

    Of 100 introductions at distance 2 that would have tied with a chance of .1 each, 40 tied: 30 more than by
    themselves, out of 90 that could. (50 · .15 + 30) / (50 + 90) = .268.

    >>> made = pd.DataFrame({"distance": [2] * 100, "natural": 0.1, "tied": [True] * 40 + [False] * 60})
    >>> {distance: round(chance, 3) for distance, chance in by_introduction(made).items()}
    {2: 0.268, 3: 0.12, 4: 0.1}
    """
    if outcomes is None or len(outcomes) < ENOUGH_OUTCOMES:
        return dict(BY_INTRODUCTION)
    require_columns(outcomes, "distance", "natural", "tied", what="outcomes of introductions")
    made = {}
    for distance, judgement in BY_INTRODUCTION.items():
        those = outcomes[outcomes["distance"] == distance]
        gained = max(0.0, float(those["tied"].sum() - those["natural"].sum()))
        made[distance] = (ENOUGH_OUTCOMES * judgement + gained) / (
            ENOUGH_OUTCOMES + float((1 - those["natural"]).sum())
        )
    return made


def _lessons(known: Known, random: np.random.Generator) -> list[_Lesson]:
    """For each part of the ties: what is hidden, which of it is looked for, and open pairs beside it."""
    upper = sparse.coo_array(sparse.triu(known.tied, k=1))
    ties = Pairs(upper.row.astype(np.int64), upper.col.astype(np.int64))
    part = random.permutation(len(ties)) % FOLDS
    drawn = []
    for number in range(FOLDS):
        hidden, still_open = ties.only(part == number), open_pairs(known, random)
        if len(hidden) and len(still_open):
            shown = hidden.only(np.sort(random.permutation(len(hidden))[:HIDDEN]))
            drawn.append(_Lesson(hidden, shown, still_open))
    return drawn


def _learned(known: Known, lesson: _Lesson) -> tuple[Floats, Mask]:
    """Ranked features of hidden ties and of open pairs, and which of them are hidden."""
    both = _joined(lesson.shown, lesson.still_open)
    was_tied = np.arange(len(both)) < len(lesson.shown)
    found = features(Known(_without(known, lesson.hidden), known.contact, known.groups), both)
    return _ranked(found, found[~was_tied]), was_tied


def _without(known: Known, hidden: Pairs) -> sparse.csr_array:
    """The ties without some of them."""
    one_way = sparse.csr_array((np.ones(len(hidden)), (hidden.a, hidden.b)), shape=known.tied.shape)
    left = sparse.csr_array(known.tied - one_way - one_way.T)
    left.eliminate_zeros()
    return left


def _joined(one: Pairs, other: Pairs) -> Pairs:
    return Pairs(np.concatenate([one.a, other.a]), np.concatenate([one.b, other.b]))


def _evened(matrix: sparse.csr_array) -> tuple[sparse.csr_array, Floats]:
    """A symmetric matrix divided by the roots of its rows' and columns' sums; and those sums."""
    volume = np.asarray(matrix.sum(axis=1), dtype=np.float64)
    root = sparse.diags_array(1 / np.sqrt(np.where(volume > 0, volume, 1.0)))
    return sparse.csr_array(root @ matrix @ root), volume


def _steps(matrix: sparse.csr_array) -> int:
    """After how many steps a walk is cut off."""
    return STEPS if matrix.shape[0] <= LARGE else FEWER_STEPS


def _visits(walks: Floats, volume: Floats, pairs: Pairs, carry: float) -> Floats:
    """How often walks of both directions come by the other, from the `ways` of the evened matrix."""
    a, b = (np.where(volume > 0, volume, 1.0)[side] for side in (pairs.a, pairs.b))
    both = np.sqrt(b / a) + np.sqrt(a / b)  # turns the symmetric walk into the chances of the two directions
    return np.asarray(both * (carry ** np.arange(1, len(walks) + 1) @ walks), dtype=np.float64)


def _usual_between(known: Known, group: Numbers, pairs: Pairs) -> Floats:
    """What part of the possible ties between the two's groups is there, drawn a little to the part everywhere."""
    number = group + 1  # 0 for unknown
    member = sparse.csr_array((np.ones(len(number)), (np.arange(len(number)), number)))
    ties = sparse.csr_array(member.T @ known.tied @ member)[number[pairs.a], number[pairs.b]]
    size = np.bincount(number).astype(np.float64)
    possible = size[number[pairs.a]] * (size[number[pairs.b]] - (number[pairs.a] == number[pairs.b]))
    everywhere = known.tied.sum() / max(known.people * (known.people - 1), 1)
    return np.asarray((ties + 5 * everywhere) / (possible + 5), dtype=np.float64)


def _ranked(found: Floats, among: Floats) -> Floats:
    """Each column as the share of `among` that stands lower."""
    with ThreadPoolExecutor(CORES) as pool:
        return np.column_stack(list(pool.map(_standing, found.T, among.T)))


def _standing(values: Floats, among: Floats) -> Floats:
    """The share of `among` below each value, those equal to it counted half; never quite 0 or 1."""
    ordered = np.sort(among)
    first, end = np.searchsorted(ordered, values), np.searchsorted(ordered, ordered, "right")
    at = np.minimum(first, len(ordered) - 1)
    below = (first + np.where(ordered[at] == values, end[at], first)) / 2  # the values are many, and the ordered few
    return np.asarray((below + 0.5) / (len(ordered) + 1), dtype=np.float64)


def _base(log_odds: Floats, rate: float) -> float:
    """What to add to log-odds so that the mean of their chances is `rate`."""
    base = 0.0
    if not len(log_odds):
        return base
    for _ in range(100):
        mean = float(_logistic(base + log_odds).mean())
        off = np.log(rate / (1 - rate)) - np.log(mean / (1 - mean))
        base += off
        if abs(off) < 1e-9:
            break
    return base


def _logistic(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)
