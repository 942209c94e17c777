"""Where a group comes from: the line through its waves, and when that line has really bent.

Everything here is reckoned from values that were printed already. So a line, its band and its alerts can tell nobody
more than the figures they are drawn through.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.precision import Flags, Numbers
from analytics.scores import TYPICAL

SAME_PERSON = 0.5
"""How alike one person's answers are from wave to wave: measured .48 to .60 in a panel of 30 small units."""
USUAL_DRIFT = 1.0
"""The variance, in points² of 0 to 100, of a true level's step from wave to wave: .04 on the scale of 1 to 5."""
SURVEY_PAIRS, DRIFT_PAIRS = 10, 1000
"""So many pairs of waves are worth what is assumed of either noise before there are any. Drift is the small difference
of two large sums: 300 pairs know it to within seven times its size."""
SLACK, ENOUGH = 0.5, 4.1
"""Surprises, in their standard deviations and each less the slack, add up; from so much on that is an alert."""
QUIET_WAVES = 120
"""Waves of one line in which nothing happens between two false alerts, at the least: benchmarks/statistics.py."""

Signs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Noise:
    """How much lines move though nothing happened, in points² of 0 to 100."""

    survey: float
    """The variance of a wave's mean, times the people who answered: the day's doing, gone the next wave."""
    drift: float
    """The variance of a true level's step from one wave to the next."""


USUAL = Noise((1 - SAME_PERSON) * TYPICAL * 25**2, USUAL_DRIFT)
"""What is assumed of an organization without a past."""


@dataclass(frozen=True)
class Course:
    """The lines of groups over waves: arrays of (lines, waves)."""

    level: Numbers
    variance: Numbers
    """Of the level. Both are NaN before a line begins."""
    alert: Signs
    """1 where the line has gone up, −1 where it has gone down, 0 elsewhere."""


def noise(values: Numbers, people: Numbers, rounding: Numbers) -> Noise:
    """How much do the lines of this organization move though nothing happens?

    What wavers with the day is in every step between two waves, what drifts is twice in a step over two: the two
    together tell them apart. All lines count, because one has too few waves.

    `values` are points of 0 to 100, of (lines, waves), NaN where a wave has no figure; `people` and `rounding` (the
    grid on which a value was said) belong to them. Steps far outside the others are left out, since something happened
    there. What is assumed before there are enough is mixed in, as if it were so many pairs.

    Formula: a = E[(y₂ − y₁)²] = q + s·h₁ and b = E[(y₃ − y₁)²] = 2q + s·h₂ with h = E[1/n + 1/n′]; s = (2a − b) /
    (2h₁ − h₂), q = a − s·h₁, s at least a tenth and q half of what is usual; the variance of rounding comes off first.

    Undefined: without two waves; then what is usual stands in.

    Source: moments of the local level model, Durbin & Koopman 2012, Time Series Analysis by State Space Methods.
    """
    steps = [_steps(values, people, rounding, lag) for lag in (1, 2)]
    pairs = min(len(steps[0][0]), len(steps[1][0]))
    if not pairs:
        return USUAL
    (a, h1), (b, h2) = ((_middle_square(*step), float(np.mean(step[1]))) for step in steps)
    survey = (2 * a - b) / (2 * h1 - h2)
    drift = a - survey * h1
    survey = (pairs * survey + SURVEY_PAIRS * USUAL.survey) / (pairs + SURVEY_PAIRS)
    drift = (pairs * drift + DRIFT_PAIRS * USUAL.drift) / (pairs + DRIFT_PAIRS)
    return Noise(max(survey, USUAL.survey / 10), max(drift, USUAL.drift / 2))


def _steps(values: Numbers, people: Numbers, rounding: Numbers, lag: int) -> tuple[Numbers, Numbers, Numbers]:
    """Differences over `lag` waves, what 1/n comes to in each, and the variance that rounding adds."""
    if values.shape[1] <= lag:
        return np.empty(0), np.empty(0), np.empty(0)
    step = values[:, lag:] - values[:, :-lag]
    per_person = 1 / people[:, lag:] + 1 / people[:, :-lag]
    grid = (rounding[:, lag:] ** 2 + rounding[:, :-lag] ** 2) / 12
    known = ~np.isnan(step)
    return step[known], per_person[known], grid[known]


def _middle_square(step: Numbers, per_person: Numbers, grid: Numbers) -> float:
    """The mean square of steps without the grid's part, those beyond four of their usual size left out."""
    size = np.abs(step) / np.sqrt(per_person)
    usual = size <= max(4 * 1.4826 * float(np.median(size)), 1e-9)
    return max(float(np.mean(step[usual] ** 2 - grid[usual])), 0.0)


def follow(values: Numbers, people: Numbers, rounding: Numbers, of: Noise) -> Course:
    """Where is each line now, how surely, and has it bent?

    Each wave says what is new in it beside what was expected: the level moves towards it, the more the surer the wave
    is. A wave without a figure only makes the level less sure. A line alerts when surprises to one side add up, one
    large one or several small ones, and begins anew at that wave. In a line where nothing happens that is so once in
    QUIET_WAVES waves or less often.

    `values`, `people` and `rounding` are those of `noise`.

    Formula: yₜ = mₜ + ε with variance s/n + grid²/12, mₜ₊₁ = mₜ + η with variance q, by the Kalman filter; z is the
    innovation over its standard deviation; alert when a cumulative sum C± = max(0, C± ± z − SLACK) > ENOUGH.

    Undefined: before a line's first figure.

    Source: Durbin & Koopman 2012; Page 1954, Biometrika 41:100 for the cumulative sum.

    A line at 60 that falls to 20, eight people each:

    >>> line, eight, grid = np.array([[60.0, 60, 60, 20]]), np.full((1, 4), 8.0), np.ones((1, 4))
    >>> course = follow(line, eight, grid, USUAL)
    >>> course.alert.tolist(), course.level.round(1).tolist()
    ([[0, 0, 0, -1]], [[60.0, 60.0, 60.0, 20.0]])
    """
    lines, waves = values.shape
    level, variance = np.full((lines, waves), np.nan), np.full((lines, waves), np.nan)
    alert = np.zeros((lines, waves), dtype=np.int64)
    m, p, up, down = np.full(lines, np.nan), np.full(lines, np.nan), np.zeros(lines), np.zeros(lines)
    for wave in range(waves):
        y, noise_here = values[:, wave], of.survey / people[:, wave] + rounding[:, wave] ** 2 / 12
        p += of.drift
        seen, first = ~np.isnan(y), np.isnan(m)
        z = np.where(seen & ~first, (y - m) / np.sqrt(p + noise_here), 0.0)
        up, down = _summed(up, z, seen), _summed(down, -z, seen)
        high, low = up > ENOUGH, down > ENOUGH
        anew = seen & (first | high | low)
        gain = np.where(seen, p / (p + noise_here), 0.0)
        m = np.where(anew, y, np.where(seen, m + gain * (y - m), m))
        p = np.where(anew, noise_here, np.where(seen, (1 - gain) * p, p))
        up, down = np.where(anew, 0.0, up), np.where(anew, 0.0, down)
        level[:, wave], variance[:, wave] = m, p
        alert[:, wave] = high.astype(np.int64) - low.astype(np.int64)
    return Course(level, variance, alert)


def _summed(so_far: Numbers, z: Numbers, seen: Flags) -> Numbers:
    return np.where(seen, np.maximum(0.0, so_far + z - SLACK), so_far)
