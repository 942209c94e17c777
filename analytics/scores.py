"""What a group says: its mean, how sure that is, and how many agree.

A pulse is nearly a census: when seven of a team's eight have answered, only one answer is unknown. The intervals here
say how far the whole group's mean may lie from the one seen; they say nothing about change (see `analytics.change`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.checks import require_between

LOW, HIGH = 1.0, 5.0
"""The ends of the scale on which people's scores are kept."""

TYPICAL = 0.88**2
"""The variance between people of one group on the scale of 1 to 5: what three-item scores have (SCIENCE.md §4.6)."""

ENOUGH_GROUPS = 3
"""Fewer groups than these say nothing about what is usual."""

Numbers = npt.NDArray[np.float64]
Number = float | npt.NDArray[np.float64]
Whole = int | npt.NDArray[np.int64]
Flag = bool | npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Interval:
    """A lower and an upper end, in the units of the mean it belongs to."""

    low: Number
    high: Number


def points(score: Number) -> Number:
    """What does a score from 0 to 100 stand for?

    A person's score in a dimension is the mean of their answers to its statements, if they answered at least half of
    them. A group's score is the mean of its people's scores: 0 where everybody strongly disagrees, 100 where everybody
    strongly agrees.

    Formula: 100·(x − 1)/4 for a mean x on the scale of 1 to 5; an answer x to a statement that is worded the other way
    counts as 6 − x.

    Undefined: for somebody who answered fewer than half of the statements.

    Source: Likert 1932, Archives of Psychology 22:140; Cohen et al. 1999, Multivariate Behavioral Research 34:315.

    >>> points(3.0)
    50.0
    """
    return 100 * (score - LOW) / (HIGH - LOW)


def score(points: Number) -> Number:
    """Points of 0 to 100 as a score of 1 to 5: 50 is 3."""
    return LOW + (HIGH - LOW) * points / 100


def variance(n: Whole, total: Number, squares: Number) -> Number:
    """The variance between people, from their number, sum and sum of squares; 0 for a single person.

    Four scores 2, 4, 4, 6: sum 16, squares 72.

    >>> round(float(variance(4, 16.0, 72.0)), 4)
    2.6667
    """
    spread = np.maximum(np.asarray(squares - np.asarray(total) ** 2 / n), 0)
    return np.asarray(np.where(np.asarray(n) > 1, spread / np.maximum(np.asarray(n) - 1, 1), 0))


def lent(n: Whole, variance: Number, alike: Flag) -> Number:
    """The variances to reckon with: where a group's people answered alike, that of the other groups stands in.

    Seven equal answers do not prove that the eighth is the same; a variance of 0 would say so, and would tell who knows
    one answer all the others. `alike` marks these groups. Where no other group is left, TYPICAL stands in.

    >>> [round(float(each), 2) for each in lent(np.array([7, 7]), np.array([0.0, 1.0]), np.array([True, False]))]
    [1.0, 1.0]
    """
    weight = np.where(alike, 0.0, np.maximum(np.asarray(n, dtype=float) - 1, 0))
    known = float(np.sum(weight))
    common = float(np.sum(weight * variance)) / known if known else TYPICAL
    return np.asarray(np.where(alike, common, variance))


@dataclass(frozen=True)
class Spread:
    """The variances between people to reckon with, and how many degrees of freedom stand behind each."""

    variance: Number
    freedom: Number


def moderated(n: Whole, variance: Number, alike: Flag = False, among: Flag = True) -> Spread:
    """How different are the people of a group, judged beside the other groups?

    Seven people who agree by luck have a variance near 0, and an interval from it would be far too short. Each group's
    variance is drawn towards the one that groups usually have, the more the fewer its people are and the more alike
    groups are in this.

    `n` and `variance` have a place for each group. Where `alike` is true the variance is not used
    at all and the usual one stands in; `among` marks the groups from which the usual one is learned, so that no
    person is counted twice in a dimension. Gives each group's variance and its degrees of freedom.

    Formula: s̃² = (d₀s₀² + ds²) / (d₀ + d) with d = n − 1 and d₀ + d degrees of freedom; s₀² and d₀ are the moments of
    the groups' log variances.

    Undefined: with fewer than three groups to learn from nothing is known to be usual: variances stay as they are, and
    where people are alike the pooled variance of those groups stands in; TYPICAL only where there are none.

    Source: Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3(1):3 (limma's squeezeVar).

    Three groups that scatter no more than chance would have them, so that all share one variance:

    >>> spread = moderated(np.array([8, 8, 8]), np.array([0.5, 0.6, 0.7]))
    >>> [round(float(each), 3) for each in spread.variance]
    [0.6, 0.6, 0.6]
    """
    people, raw = np.asarray(n, dtype=float), np.asarray(variance, dtype=float)
    own = np.where(alike, 0.0, np.maximum(people - 1, 0))
    known = np.asarray(among) & (own > 0) & (raw > 0)
    if np.count_nonzero(known) < ENOUGH_GROUPS:
        usual = float(np.average(raw[known], weights=own[known])) if known.any() else TYPICAL
        return Spread(np.where(own > 0, raw, usual), np.maximum(people - 1, 1))
    usual, freedom = _usual(own[known], raw[known])
    if np.isinf(freedom):
        return Spread(np.full(raw.shape, usual), np.full(raw.shape, float(np.sum(own[known]))))
    return Spread((freedom * usual + own * raw) / (freedom + own), freedom + own)


def _usual(d: Numbers, variance: Numbers) -> tuple[float, float]:
    """The usual variance of groups and the degrees of freedom it is worth: limma's fitFDist."""
    logs = np.log(variance) - special.digamma(d / 2) + np.log(d / 2)
    scatter = float(np.var(logs, ddof=1) - np.mean(special.polygamma(1, d / 2)))
    if scatter <= 0:  # no more than chance: one variance for all
        return float(np.sum(d * variance) / np.sum(d)), np.inf
    half = _inverse_trigamma(scatter)
    return float(np.exp(np.mean(logs) + special.digamma(half) - np.log(half))), 2 * half


def _inverse_trigamma(value: float) -> float:
    """The x whose trigamma is `value`, by Newton's method on 1/trigamma, which is nearly straight."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(special.polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(special.polygamma(2, x))
        x += step
        if -step / x < 1e-10:
            break
    return x


@dataclass(frozen=True)
class Among:
    """Where groups usually lie: their middle, and the variance of their true means around it."""

    middle: Number
    between: Number
    """Infinite where too few groups are known: then nothing is drawn to the middle."""


def among(n: Whole, mean: Number, variance: Number) -> Among:
    """Where do the groups of an organization lie, and how far apart truly?

    Means of small groups lie further apart than the groups do, because chance drives them apart.

    Formula: the moments of the analysis of variance: τ² = (MSB − MSW) / k₀, at least 0.0001, with k₀ the size that
    unequal groups are worth; the middle is the mean of all people.

    Undefined: below three groups; the variance between them is infinite then.

    Source: Rao & Molina 2015, Small Area Estimation; Shrout & Fleiss 1979 for k₀.

    Means 3, 4 and 5 of ten people each, who differ by a variance of 1: MSB 10, MSW 1, τ² .9 (by hand).

    >>> among(np.array([10, 10, 10]), np.array([3.0, 4.0, 5.0]), np.array([1.0, 1.0, 1.0]))
    Among(middle=4.0, between=0.9)
    """
    people, means, within = (np.asarray(each, dtype=float) for each in (n, mean, variance))
    total, groups = float(np.sum(people)), len(people)
    middle = float(np.sum(people * means) / total) if total else (LOW + HIGH) / 2
    if groups < ENOUGH_GROUPS or total <= groups:
        return Among(middle, np.inf)
    across = float(np.sum(people * (means - middle) ** 2)) / (groups - 1)
    inside = float(np.sum((people - 1) * within)) / (total - groups)
    size = (total - float(np.sum(people**2)) / total) / (groups - 1)
    return Among(middle, max(round((across - inside) / size, 12), 1e-4))


@dataclass(frozen=True)
class Level:
    """What a group says: the mean of everybody asked, and how far it may be off."""

    mean: Number
    low: Number
    high: Number


def level(n: Whole, of: Whole, mean: Number, spread: Spread, around: Among, *, share: float = 0.95) -> Level:
    """What does the whole group say now, also those who did not answer?

    Only the silent are unknown: they are taken to be like their group, and their group to be a little like the others.
    Who answered stays as they answered, so that a group which answered in full is exactly its own mean. It supposes
    that silence does not depend on the answer: where unhappier people answer less, the truth is lower than this says.

    `n` of `of` people answered with this mean, on the scale of 1 to 5. All arguments may be arrays. `silent_bounds`
    says how low the truth could be.

    Formula: B = τ²/(τ² + s̃²/n), θ = μ + B(ȳ − μ); with k silent of N, mean = (nȳ + kθ)/N and variance (k/N)²·(Bs̃²/n +
    s̃²/k); an interval of Student's t with the degrees of freedom of s̃². With τ² infinite it is the t interval with
    the finite population correction (1 − n/N).

    Undefined: for fewer than two answers where somebody is silent: the whole scale then.

    Source: Ghosh & Meeden 1997, Bayesian Methods for Finite Population Sampling; Rao & Molina 2015.

    Eight asked, seven answer 4, 4, 5, 3, 4, 5, 2 and nothing is known of other groups: 3.8571 ± 0.3496 (0.9887 without
    the correction; by hand).

    >>> said = level(7, 8, 27 / 7, Spread(1.142857, 6), Among(3.5, np.inf))
    >>> round(float(said.mean), 4), round(float(said.high - said.mean), 4)
    (3.8571, 0.3496)
    """
    require_between(share, 0, 1, what="share")
    count, everybody = np.asarray(n, dtype=float), np.maximum(np.asarray(of, dtype=float), np.asarray(n, dtype=float))
    seen, within = np.asarray(mean, dtype=float), np.asarray(spread.variance, dtype=float)
    silent = everybody - count
    trusted = np.asarray(1 / (1 + within / count / around.between))
    estimate = (count * seen + silent * (around.middle + trusted * (seen - around.middle))) / everybody
    error = np.sqrt((silent / everybody) ** 2 * trusted * within / count + silent / everybody**2 * within)
    half = special.stdtrit(np.maximum(np.asarray(spread.freedom), 1), (1 + share) / 2) * error
    known = (count > 1) | (silent == 0)
    low, high = np.clip(estimate - half, LOW, HIGH), np.clip(estimate + half, LOW, HIGH)
    return Level(estimate, np.where(known, low, LOW), np.where(known, high, HIGH))


def silent_bounds(n: Whole, of: Whole, mean: Number) -> Interval:
    """What if everybody who was silent had answered 1, or 5?

    No interval protects against people who are silent because they are unhappy. These two ends do: the truth cannot lie
    outside them.

    Formula: (nȳ + 1·k)/N and (nȳ + 5·k)/N, with k silent of N.

    Source: Manski 1990, American Economic Review 80:319.

    The example of `level`: 3.50 to 4.00.

    >>> ends = silent_bounds(7, 8, 27 / 7)
    >>> round(float(ends.low), 2), round(float(ends.high), 2)
    (3.5, 4.0)
    """
    count, everybody = np.asarray(n, dtype=float), np.maximum(np.asarray(of, dtype=float), np.asarray(n, dtype=float))
    heard, silent = count * np.asarray(mean), everybody - count
    return Interval((heard + silent * LOW) / everybody, (heard + silent * HIGH) / everybody)


def favourable(count: int, n: int, level: float = 0.95) -> Interval:
    """How many agree, with 4 or 5 of 5?

    For comparing with other surveys. The mean is the better headline, above all in small teams: its noise is smaller.

    Formula: for a share p of n people, (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96.

    Undefined: for nobody.

    Source: Wilson 1927, JASA 22:209.

    Ten of fifteen:

    >>> ends = favourable(10, 15)
    >>> round(float(ends.low), 4), round(float(ends.high), 4)
    (0.4171, 0.8482)
    """
    # Not scipy.stats' own, which takes longer to load than a page may take; a test holds the two side by side.
    z, share = float(special.ndtri((1 + level) / 2)), count / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return Interval(float((middle - half) / (1 + z**2 / n)), float((middle + half) / (1 + z**2 / n)))
