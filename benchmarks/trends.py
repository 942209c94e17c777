"""Has the line really bent? Rapport's alerts beside others, on teams that are followed over waves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics import precision, scores, trend
from benchmarks.people import DIMENSIONS, TEAMS, Counts, Numbers, answers, exactly, unrounded

RUN_IN, WATCHED, SOON = 12, 36, 4
"""Waves before anything may happen, waves that are watched, and in how many of them a fall should be noticed."""
SLOW = 0.04
"""The standard deviation of a true level's step from wave to wave, on the scale of 1 to 5: no alert is meant for it."""
Alarms = Counts
"""Lines × waves: 1 where a method says that the line went up, −1 where down, 0 elsewhere."""


@dataclass(frozen=True)
class Lines:
    """Means of teams over waves, and how many answered: lines × waves."""

    mean: Numbers
    n: Numbers


def follow(seed: int, of: int, n: int, fall: float, lines: int = TEAMS * DIMENSIONS) -> Lines:
    """One organization over waves: levels that drift slowly, and fall by `fall` after the run-in.

    The same seed gives the same people, days and drift, whatever the fall.
    """
    rng = np.random.default_rng(seed)
    waves = RUN_IN + WATCHED
    moved = np.cumsum(SLOW * rng.standard_normal((lines, waves)), axis=1) - fall * (np.arange(waves) >= RUN_IN)
    given = answers(rng, lines, waves, of, unrounded(moved))
    answered = exactly(rng, given.shape, n)
    return Lines(np.asarray(np.where(answered, given, 0).sum(axis=2) / n), np.full((lines, waves), float(n)))


def rapport_trend(lines: Lines) -> Alarms:
    """From the figures as they are printed, with the noise of the run-in."""
    grid = precision.step(lines.n.astype(np.int64), np.zeros(lines.n.shape, dtype=bool))
    printed = precision.nearest(np.asarray(scores.points(lines.mean)), grid)
    noise = trend.noise(*(each[:, :RUN_IN] for each in (printed, lines.n, grid)))
    return trend.follow(printed, lines.n, grid, noise).alert


def since_last_wave(lines: Lines) -> Alarms:
    step = np.diff(lines.mean, axis=1, prepend=lines.mean[:, :1])
    return np.asarray(np.where(np.abs(step) >= 0.25 - 1e-9, np.sign(step), 0), dtype=np.int64)


def ewma(lines: Lines, limit: float) -> Alarms:
    """An exponentially weighted mean (.3) beside the first four waves; after an alarm it begins anew."""
    alarms = np.zeros(lines.mean.shape, dtype=np.int64)
    start = np.zeros(len(alarms), dtype=np.int64)
    base, smooth = np.zeros(len(alarms)), np.zeros(len(alarms))
    for wave, value in enumerate(lines.mean.T):
        age = wave - start
        learning = age < 4
        base = np.where(learning, (base * age + value) / (age + 1), base)
        smooth = np.where(learning, 0, 0.7 * smooth + 0.3 * (value - base))
        alarms[:, wave] = np.where(np.abs(smooth) > limit, np.sign(smooth), 0)
        start = np.where(alarms[:, wave] != 0, wave + 1, start)
        smooth = np.where(alarms[:, wave] != 0, 0, smooth)
    return alarms


def fair_limit(quiet_lines: Sequence[Lines]) -> float:
    """The limit at which `ewma` gives one false alarm in QUIET_WAVES waves: the best that it could be set to."""
    low, high = 0.0, 2.0
    for _ in range(12):
        limit = (low + high) / 2
        rate = np.mean([(ewma(lines, limit)[:, RUN_IN:] != 0).mean() for lines in quiet_lines])
        low, high = (limit, high) if rate > 1 / trend.QUIET_WAVES else (low, limit)
    return high


@dataclass(frozen=True)
class Watch:
    """How a method did on lines that were followed."""

    false: float
    """False alarms in QUIET_WAVES waves of a line in which nothing happens but its slow drift."""
    seen: Mapping[float, float]
    """For each fall, the share of lines of which it says that they went down, at most four waves after."""


FALLS = (0.44, 0.69, 1.0)


def watch(rng: np.random.Generator, of: int, n: int, organizations: int) -> dict[str, Watch]:
    """Put every method before the same lines."""
    seeds = [int(seed) for seed in rng.integers(2**32, size=organizations)]
    still = [follow(seed, of, n, 0) for seed in seeds]
    limit = fair_limit([follow(int(seed), of, n, 0) for seed in rng.integers(2**32, size=max(organizations // 4, 2))])
    methods: Mapping[str, Callable[[Lines], Alarms]] = {
        "Rapport": rapport_trend,
        "moved by 0.25 since last wave": since_last_wave,
        "EWMA .3 beside four waves, same false alarms": partial(ewma, limit=limit),
    }
    false = {
        name: trend.QUIET_WAVES * float(np.mean([(method(lines)[:, RUN_IN:] != 0).mean() for lines in still]))
        for name, method in methods.items()
    }
    seen: dict[str, dict[float, float]] = {name: {} for name in methods}
    for fall in FALLS:
        fallen = [follow(seed, of, n, fall) for seed in seeds]
        for name, method in methods.items():
            soon = [(method(lines)[:, RUN_IN : RUN_IN + SOON] == -1).any(axis=1).mean() for lines in fallen]
            seen[name][fall] = float(np.mean(soon))
    return {name: Watch(false[name], seen[name]) for name in methods}
