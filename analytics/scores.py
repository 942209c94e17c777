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

Number = float | npt.NDArray[np.float64]
Whole = int | npt.NDArray[np.int64]
Flag = bool | npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Interval:
    """A lower and an upper end, in the units of the mean it belongs to."""

    low: Number
    high: Number


def points(score: Number) -> Number:
    """A score of 1 to 5 as points of 0 to 100: 3 is 50."""
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


def interval(n: Whole, of: Whole, mean: Number, variance: Number, level: float = 0.95) -> Interval:
    """How far the mean of everybody asked may lie from the mean of those who answered.

    `n` of `of` people answered; the finite population correction leaves the uncertainty of the others only:
    SE = sqrt((1 − n/of) · variance/n), times t with n − 1 degrees of freedom. When all answered it is ±0. Undefined for
    fewer than two answers: the whole scale then. Silence must not depend on the answer; where unhappier people answer
    less, the truth is lower than this says (`silent_bounds` shows how far it could be). All arguments may be arrays.

    Eight asked, seven answer 4, 4, 5, 3, 4, 5, 2: mean 3.8571, half-width 0.3496 (0.9887 without the correction).

    >>> ends = interval(7, 8, 27 / 7, 1.142857)
    >>> round(float(ends.high) - 27 / 7, 4)
    0.3496
    """
    require_between(level, 0, 1, what="level")
    count, everybody = np.asarray(n, dtype=float), np.maximum(np.asarray(of, dtype=float), np.asarray(n, dtype=float))
    error = np.sqrt((1 - count / everybody) * np.asarray(variance) / count)
    half = special.stdtrit(np.maximum(count - 1, 1), (1 + level) / 2) * error
    known = (count > 1) | (count == everybody)
    low, high = np.clip(np.asarray(mean) - half, LOW, HIGH), np.clip(np.asarray(mean) + half, LOW, HIGH)
    return Interval(np.where(known, low, LOW), np.where(known, high, HIGH))


def silent_bounds(n: Whole, of: Whole, mean: Number) -> Interval:
    """The lowest and highest mean of everybody asked, if all who were silent had answered 1, or 5.

    The example of `interval`: 3.50 to 4.00.

    >>> ends = silent_bounds(7, 8, 27 / 7)
    >>> round(float(ends.low), 2), round(float(ends.high), 2)
    (3.5, 4.0)
    """
    count, everybody = np.asarray(n, dtype=float), np.maximum(np.asarray(of, dtype=float), np.asarray(n, dtype=float))
    heard, silent = count * np.asarray(mean), everybody - count
    return Interval((heard + silent * LOW) / everybody, (heard + silent * HIGH) / everybody)


def favourable(count: int, n: int, level: float = 0.95) -> Interval:
    """The share of people who agree, as an interval by Wilson's method (1927).

    For comparing with other surveys; the mean is the better headline, above all in small teams (its noise is smaller).
    Ten of fifteen:

    >>> ends = favourable(10, 15)
    >>> round(float(ends.low), 4), round(float(ends.high), 4)
    (0.4171, 0.8482)
    """
    from scipy import stats  # noqa: PLC0415  seconds to load, and no page asks for this yet

    low, high = stats.binomtest(count, n).proportion_ci(confidence_level=level, method="wilson")
    return Interval(float(low), float(high))
