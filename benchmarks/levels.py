"""What does the whole team say, the silent too? Rapport's level beside other intervals and estimates."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from analytics import scores
from benchmarks.people import HIGH, LOW, TEAMS, Asked, Counts, Numbers, answers, exactly


@dataclass(frozen=True)
class Claim:
    """What a method says of each team: an estimate, and an interval that should hold the truth in 95 of 100 cases."""

    estimate: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def about(cls, estimate: Numbers, half: Numbers) -> "Claim":
        """An estimate give or take `half`, cut off at the ends of the scale."""
        return cls(estimate, np.clip(estimate - half, LOW, HIGH), np.clip(estimate + half, LOW, HIGH))


def t_of(freedom: Numbers | Counts) -> Numbers:
    return np.asarray(special.stdtrit(freedom, 0.975))


def plain_t(asked: Asked, _rng: np.random.Generator) -> Claim:
    return Claim.about(asked.mean, t_of(asked.n - 1) * np.sqrt(asked.variance / asked.n))


def finite_t(asked: Asked, _rng: np.random.Generator) -> Claim:
    silent = 1 - asked.n / asked.of
    return Claim.about(asked.mean, t_of(asked.n - 1) * np.sqrt(silent * asked.variance / asked.n))


def bootstrap(asked: Asked, rng: np.random.Generator) -> Claim:
    """The percentiles of 500 resampled means."""
    first = np.argsort(~asked.answered, axis=1, kind="stable")
    said = np.take_along_axis(asked.given, first, axis=1)
    drawn = (rng.random((500, *said.shape)) * asked.n[:, None]).astype(np.int64)
    counts = np.arange(asked.of) < asked.n[:, None]
    again = np.where(counts, said[np.arange(len(said))[:, None], drawn], 0).sum(axis=2) / asked.n
    low, high = np.quantile(again, [0.025, 0.975], axis=0)
    return Claim(asked.mean, low, high)


def plain_shrinkage(asked: Asked, _rng: np.random.Generator) -> Claim:
    """Empirical Bayes as for a sample of many: the team's mean is drawn towards that of the organization."""
    noise = asked.variance / asked.n
    weight = asked.between / (asked.between + noise)
    estimate = asked.middle + weight * (asked.mean - asked.middle)
    return Claim.about(estimate, t_of(asked.n - 1) * np.sqrt(weight * noise))


def moderated_t(asked: Asked, _rng: np.random.Generator) -> Claim:
    spread = scores.moderated(asked.n, asked.variance)
    silent = 1 - asked.n / asked.of
    return Claim.about(asked.mean, t_of(np.asarray(spread.freedom)) * np.sqrt(silent * spread.variance / asked.n))


def rapport_level(asked: Asked, _rng: np.random.Generator) -> Claim:
    spread = scores.moderated(asked.n, asked.variance)
    around = scores.among(asked.n, asked.mean, asked.variance)
    said = scores.level(asked.n, np.full(len(asked.n), asked.of), asked.mean, spread, around)
    return Claim(*(np.asarray(each) for each in (said.mean, said.low, said.high)))


LEVELS: Mapping[str, Callable[[Asked, np.random.Generator], Claim]] = {
    "Rapport": rapport_level,
    "t, no correction": plain_t,
    "t, finite population": finite_t,
    "t, moderated, finite": moderated_t,
    "bootstrap, percentiles": bootstrap,
    "plain shrinkage": plain_shrinkage,
}


@dataclass(frozen=True)
class Level:
    """How a method did in one cell."""

    covered: float
    width: float
    error: float
    """Root of the mean squared error of the estimate."""


def levels(rng: np.random.Generator, of: int, n: int, organizations: int, *, by_chance: bool) -> dict[str, Level]:
    """Put every method before the same organizations; the truth is the mean of everybody asked, the silent too.

    `by_chance`: each person answers with a chance of n/of, so that in some teams everybody does and there is nothing to
    guess; else exactly n do.
    """
    tallies = {name: np.zeros(4) for name in LEVELS}
    for _ in range(organizations):
        given = answers(rng, TEAMS, 1, of)[:, 0]
        answered = rng.random(given.shape) < n / of if by_chance else exactly(rng, given.shape, n)
        said = answered.sum(axis=1) > 1  # of a single answer no method knows how far it wavers
        asked, truth = Asked(given[said], answered[said]), given[said].mean(axis=1)
        for name, method in LEVELS.items():
            claim = method(asked, rng)
            holds = (claim.low - 1e-9 <= truth) & (truth <= claim.high + 1e-9)
            wide, wrong = claim.high - claim.low, (claim.estimate - truth) ** 2
            tallies[name] += [holds.sum(), wide.sum(), wrong.sum(), len(truth)]
    return {
        name: Level(covered / count, width / count, math.sqrt(error / count))
        for name, (covered, width, error, count) in tallies.items()
    }


@dataclass(frozen=True)
class Beside:
    """The error of a method on real answers, and how much of it the raw mean lies above."""

    error: float
    below_raw: float
    low: float
    high: float


def real_teams(table: pd.DataFrame) -> list[Numbers]:
    """The scores of the people of every company: the mean of the eleven statements of each."""
    statements = [name for name in table.columns if name[:2] in {"AF", "AP", "AS"}]
    scored = table.assign(score=table[statements].mean(axis=1))
    return [rows.to_numpy() for _, rows in scored.groupby("team_id")["score"]]


def real(rng: np.random.Generator, companies: Sequence[Numbers], draws: int) -> dict[str, Beside]:
    """Draw eight people of each company, hear seven, and say how far each method is from the mean of the eight.

    The interval of the difference from the raw mean is taken over companies, however many draws there are: what counts
    is how sure it is that other companies would show the same.
    """
    squares = {name: np.zeros(len(companies)) for name in LEVELS if name != "bootstrap, percentiles"}  # its estimate
    for _ in range(draws):  # is the raw mean
        given = np.stack([rng.choice(people, 8, replace=False) for people in companies])
        asked, truth = Asked(given, exactly(rng, given.shape, 7)), given.mean(axis=1)
        for name in squares:
            squares[name] += (LEVELS[name](asked, rng).estimate - truth) ** 2 / draws
    raw = squares["t, no correction"]
    return {name: _beside(wrong, raw) for name, wrong in squares.items()}


def _beside(wrong: Numbers, raw: Numbers) -> Beside:
    """Two sums of squares by company, as RMSE: the difference with its interval over companies (delta method)."""
    error, of_raw = math.sqrt(wrong.mean()), math.sqrt(raw.mean())
    influence = raw / (2 * of_raw) - wrong / (2 * error)
    half = float(stats.t.isf(0.025, len(raw) - 1)) * influence.std(ddof=1) / math.sqrt(len(raw))
    return Beside(error, of_raw - error, of_raw - error - half, of_raw - error + half)
