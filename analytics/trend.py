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
SURVEY_TRIPLES, DRIFT_TRIPLES = 10, 1000
"""So many times three waves are worth what is assumed of either noise before there are any. Drift is the small
difference of two large sums: 300 of them know it to within seven times its size."""
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

    What wavers with the day turns back in the next step, what drifts does not: so three waves in which a line is shown
    one after another tell the two apart. All lines count, because one has too few waves.

    `values` are points of 0 to 100, of (lines, waves), NaN where a wave has no figure; `people` and `rounding` (the
    grid on which a value was said) belong to them. Where a step is far outside the others its three waves are left out,
    since something happened there. What is assumed before there are enough is mixed in, as if it were so many of them.

    Formula: for steps d = y₂ − y₁ and e = y₃ − y₂, E[d·e] = −s/n₂ and E[d²] = q + s·(1/n₁ + 1/n₂), e² likewise; so
    s = −E[d·e] / E[1/n₂] and q = E[(d² + e²)/2] − s·E[(1/n₁ + 2/n₂ + 1/n₃)/2], s at least a tenth and q half of what is
    usual; the variance of rounding comes off first.

    Undefined: where no line is shown in three waves one after another; then what is usual stands in.

    Source: moments of the local level model, Durbin & Koopman 2012, Time Series Analysis by State Space Methods.
    """
    if values.shape[1] < 3:
        return USUAL
    waves = [np.s_[:, :-2], np.s_[:, 1:-1], np.s_[:, 2:]]
    shown = ~np.isnan(sum(values[at] for at in waves))
    y, per_person, grid = (np.array([of[at][shown] for at in waves]) for of in (values, 1 / people, rounding))
    if not y.size:
        return USUAL
    usual = _usual(y, per_person, grid)
    y, per_person, wavers = y[:, usual], per_person[:, usual], grid[:, usual] ** 2 / 12
    (d, e), ends = np.diff(y, axis=0), np.array([0.5, 1, 0.5])
    survey = -np.mean(d * e + wavers[1]) / np.mean(per_person[1])
    drift = np.mean((d**2 + e**2) / 2 - ends @ wavers) - survey * np.mean(ends @ per_person)
    triples = np.count_nonzero(usual)
    survey = (triples * survey + SURVEY_TRIPLES * USUAL.survey) / (triples + SURVEY_TRIPLES)
    drift = (triples * drift + DRIFT_TRIPLES * USUAL.drift) / (triples + DRIFT_TRIPLES)
    return Noise(max(float(survey), USUAL.survey / 10), max(float(drift), USUAL.drift / 2))


def _usual(y: Numbers, per_person: Numbers, grid: Numbers) -> Flags:
    """Which of three waves, as rows, have no step beyond four of the usual size, over one wave or over both.

    What rounding may add to a step comes off first: beside it the usual size of many a step would be nothing.
    """
    one, other = [0, 1, 0], [1, 2, 2]
    steps, error = np.abs(y[other] - y[one]), np.sqrt(per_person[one] + per_person[other])
    limit = 4 * 1.4826 * np.median(steps / error, axis=1, keepdims=True)
    return np.asarray((steps - (grid[one] + grid[other]) / 2 <= limit * error).all(axis=0))


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
