"""Has it really moved? Rapport's test of two waves beside others, and how far figures move when nothing does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd
from scipy import special, stats

from analytics import change
from benchmarks.people import DIMENSIONS, TEAMS, Asked, Flags, Numbers, answers, exactly, unrounded


@dataclass(frozen=True)
class Pair:
    """Two waves of the same people: tests × people, and who answered; a test is a team in a dimension."""

    before: Asked
    after: Asked

    @cached_property
    def difference(self) -> Numbers:
        return self.after.mean - self.before.mean

    @cached_property
    def moments(self) -> pd.DataFrame:
        """As the close of a wave hands it over: nobody's two answers are linked."""
        tests = np.arange(len(self.difference))
        which = pd.DataFrame({"team_id": tests // DIMENSIONS, "subject": tests % DIMENSIONS}, dtype="str")
        for number, wave in enumerate((self.before, self.after), start=1):
            which = which.assign(**{f"n{number}": wave.n, f"mean{number}": wave.mean, f"var{number}": wave.variance})
        return which


@dataclass(frozen=True)
class Verdict:
    """What a method says of each test."""

    alarm: Flags
    """Whether it calls this a change when each test is taken alone, at 5 %."""
    flagged: Flags
    """Whether it does when all tests are taken together, with at most a tenth false."""

    @classmethod
    def by(cls, p: Numbers) -> "Verdict":
        return cls(p <= 0.05, stats.false_discovery_control(p) <= 0.10)


def rapport_change(pair: Pair) -> Verdict:
    found = change.between(pair.moments)
    return Verdict(found["p"].to_numpy() <= 0.05, (found["word"] != change.STEADY).to_numpy())


def welch(pair: Pair, *, finite: bool = False) -> Verdict:
    parts, below = [], []
    for wave in (pair.before, pair.after):
        parts.append((1 - finite * wave.n / wave.of) * wave.variance / wave.n)
        below.append(parts[-1] ** 2 / (wave.n - 1))
    error, freedom = parts[0] + parts[1], (parts[0] + parts[1]) ** 2 / np.maximum(below[0] + below[1], 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):  # where nobody differs and nobody is silent
        z = np.where(pair.difference == 0, 0, np.abs(pair.difference) / np.sqrt(error))
    return Verdict.by(np.asarray(2 * special.stdtr(np.maximum(freedom, 1), -z)))


def mann_whitney(pair: Pair) -> Verdict:
    """With ties, by the normal approximation: the variance of a sum of ranks is that of the ranks themselves."""
    waves = (pair.before, pair.after)
    pool = np.concatenate([np.where(wave.answered, wave.given, np.inf) for wave in waves], axis=1)
    ranks = np.where(np.isfinite(pool), stats.rankdata(pool, axis=1), 0)  # the silent come last and disturb nobody
    n1, n2 = (wave.n for wave in waves)
    n, expected = n1 + n2, (n1 + n2 + 1) / 2
    spread = (ranks**2).sum(axis=1) - n * expected**2
    error = np.sqrt(np.maximum(n1 * n2 / (n * (n - 1)) * spread, 1e-12))
    apart = np.abs(ranks[:, pair.before.of :].sum(axis=1) - n2 * expected)
    return Verdict.by(np.minimum(2 * special.ndtr(-np.maximum(apart - 0.5, 0) / error), 1))


def linked(pair: Pair, *, pooled: bool = True) -> Verdict:
    """What could be said if everybody's two answers were linked, which Rapport promises not to do."""
    both = pair.before.answered & pair.after.answered
    moves = Asked(pair.after.given - pair.before.given, both)
    freedom, variance = moves.n - 1, moves.variance
    if pooled:
        freedom, variance = (
            np.full_like(freedom, freedom.sum()),
            np.full_like(variance, np.average(variance, weights=freedom)),
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(moves.mean == 0, 0, np.abs(moves.mean) / np.sqrt(variance / moves.n))
    return Verdict.by(np.asarray(2 * special.stdtr(freedom, -z)))


def quarter_point(pair: Pair) -> Verdict:
    arrow = np.abs(pair.difference) >= 0.25
    return Verdict(arrow, arrow)


CHANGES: Mapping[str, Callable[[Pair], Verdict]] = {
    "Rapport": rapport_change,
    "Welch": welch,
    "Mann-Whitney": mann_whitney,
    "Welch, finite population": partial(welch, finite=True),
    "moved by 0.25 or more": quarter_point,
    "linked persons: paired t": partial(linked, pooled=False),
    "linked persons: pooled variance": linked,
}


@dataclass(frozen=True)
class Power:
    """How a method did over many pairs of waves."""

    false_alarms: float
    """The share of quiet tests called a change at 5 %."""
    found: float
    """The share of true changes so called; NaN where nothing changes."""
    false_flags: float
    """The share of false ones among the flags of a wave, on average; none flagged counts as none false."""
    flagged: float
    """The share of true changes flagged."""


def changes(
    rng: np.random.Generator, of: int, moved: float, pairs: int, *, teams: int = TEAMS, share: float = 0.875
) -> dict[str, Power]:
    """Put every method before the same pairs of waves, in which a tenth of the tests moved, half up and half down.

    Everybody answers with a chance of `share`; where fewer than five did there is no figure, and nothing is tested.
    """
    tests = teams * DIMENSIONS
    chosen = np.arange(tests) < (tests // 10 if moved else 0)
    direction = np.where(chosen, np.where(np.arange(tests) % 2, 1, -1), 0)
    added = np.select([direction < 0, direction > 0], [unrounded(-moved), unrounded(moved)])
    tallies = {name: np.zeros((pairs, 4)) for name in CHANGES}
    for number in range(pairs):
        given = answers(rng, tests, 2, of, np.stack([np.zeros(tests), added], axis=1))
        answered = rng.random(given.shape) < share
        shown = (answered.sum(axis=2) >= 5).all(axis=1)
        pair = Pair(*(Asked(given[shown, wave], answered[shown, wave]) for wave in range(2)))
        true = direction[shown] != 0
        for name, method in CHANGES.items():
            said = method(pair)
            false = said.flagged[~true].sum() / max(said.flagged.sum(), 1)
            found = (said.alarm[true].mean(), said.flagged[true].mean()) if true.any() else (np.nan, np.nan)
            tallies[name][number] = [said.alarm[~true].mean(), found[0], false, found[1]]
    return {name: Power(*tally.mean(axis=0)) for name, tally in tallies.items()}


@dataclass(frozen=True)
class Quiet:
    """How far the figures of a team move from wave to wave while nothing changes."""

    sd: float
    quarter: float
    """The share of wave pairs in which the mean moves by 0.25 or more."""
    ten: float
    """The share in which the favourable share of people moves by 10 points or more."""


def quiet(rng: np.random.Generator, of: int, n: int, teams: int) -> Quiet:
    given = answers(rng, teams, 2, of)
    answered = exactly(rng, given.shape, n)
    before, after = (Asked(given[:, wave], answered[:, wave]) for wave in range(2))
    agree = [((wave.given >= 4) & wave.answered).sum(axis=1) / wave.n for wave in (before, after)]
    moved = np.abs(after.mean - before.mean)
    return Quiet(
        float((after.mean - before.mean).std()),
        float((moved >= 0.25 - 1e-9).mean()),
        float((np.abs(agree[1] - agree[0]) >= 0.1 - 1e-9).mean()),
    )
