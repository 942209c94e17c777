"""Made-up people who answer a pulse over waves, and what their teams said: the truth about them is known.

Three statements on five steps, mean 3.74, standard deviation .88 within a team, ICC(1) .109, and a person's score in
one wave goes with theirs in the next at r = .55. Behind each answer is a normal number for team, person, day and
statement, rounded to a step; AT to STATEMENT were solved for these four figures, and `likeness` says how far it agrees.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import special

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

AT, TEAM, PERSON, DAY, STATEMENT = 3.8476, 0.3787, 0.7827, 0.5041, 0.75
"""The middle of the normal numbers behind the answers, and the standard deviations of what they are the sum of."""
STATEMENTS = 3
LOW, HIGH = 1, 5
TEAMS, DIMENSIONS = 20, 8
"""Of an organization; a test of change is a team in a dimension."""


def answers(rng: np.random.Generator, teams: int, waves: int, people: int, moved: Numbers | float = 0.0) -> Numbers:
    """Scores of people from 1 to 5: teams × waves × people. `moved` (teams × waves) is added before rounding."""
    team = TEAM * rng.standard_normal((teams, 1, 1, 1))
    person = PERSON * rng.standard_normal((teams, 1, people, 1))
    day = DAY * rng.standard_normal((teams, waves, people, 1))
    statement = STATEMENT * rng.standard_normal((teams, waves, people, STATEMENTS))
    shift = np.broadcast_to(moved, (teams, waves))[:, :, None, None]
    given = np.clip(np.rint(AT + shift + team + person + day + statement), LOW, HIGH)
    return np.asarray(given.mean(axis=-1))


def unrounded(move: Numbers | float) -> Numbers:
    """What must be added before rounding so that the mean of all answers moves by `move`."""
    shifts = np.linspace(-4, 4, 8_001)
    spread = math.hypot(TEAM, PERSON, DAY, STATEMENT)
    means = LOW + sum(special.ndtr((AT + shifts - (step + 0.5)) / spread) for step in range(LOW, HIGH))
    return np.asarray(np.interp(np.interp(0, shifts, means) + move, means, shifts))


def exactly(rng: np.random.Generator, shape: tuple[int, ...], n: int) -> Flags:
    """Who answers, where `n` of the last axis do, drawn anew for each row."""
    return np.asarray(np.argsort(np.argsort(rng.random(shape), axis=-1), axis=-1) < n)


def likeness(rng: np.random.Generator, teams: int) -> list[Mapping[str, str | float]]:
    """How the made-up people compare with the figures that they were made for."""
    of = 8
    given = answers(rng, teams, 2, of)
    within = given.var(axis=2, ddof=1).mean()
    apart = given - given.mean(axis=2, keepdims=True)
    across = (apart[:, 0] * apart[:, 1]).sum(axis=1).mean() / (of - 1)
    between = of * given.mean(axis=2).var(axis=0, ddof=1).mean()
    icc1 = (between - within) / (between + (of - 1) * within)
    found = {"mean": given.mean(), "sd within": math.sqrt(within), "ICC(1)": icc1, "r of waves": across / within}
    meant = {"mean": 3.74, "sd within": 0.88, "ICC(1)": 0.109, "r of waves": 0.55}
    return [{"of": "meant", **meant}, {"of": "drawn", **found}]


@dataclass(frozen=True)
class Asked:
    """The teams of one organization: a row a team, a column a person, and who of them answered."""

    given: Numbers
    answered: Flags

    @property
    def of(self) -> int:
        """How many were asked in each team."""
        return int(self.given.shape[1])

    @cached_property
    def n(self) -> Counts:
        """How many answered in each team."""
        return np.asarray(self.answered.sum(axis=1), dtype=np.int64)

    @cached_property
    def mean(self) -> Numbers:
        return np.asarray(np.where(self.answered, self.given, 0).sum(axis=1) / self.n)

    @cached_property
    def variance(self) -> Numbers:
        apart = np.where(self.answered, self.given - self.mean[:, None], 0)
        return np.asarray((apart**2).sum(axis=1) / (self.n - 1))

    @cached_property
    def middle(self) -> float:
        """The mean of all answers."""
        return float(np.average(self.mean, weights=self.n))

    @cached_property
    def between(self) -> float:
        """The variance between teams, by the moments of a one-way table."""
        teams, everybody = len(self.n), self.n.sum()
        usual = (everybody - (self.n**2).sum() / everybody) / (teams - 1)
        within = np.average(self.variance, weights=self.n - 1)
        apart = (self.n * (self.mean - self.middle) ** 2).sum() / (teams - 1)
        return max(float((apart - within) / usual), 1e-4)
