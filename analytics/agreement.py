"""Whether the people of a group see it alike, and whether groups differ from one another.

What each permits: agreement (`word`) says whether a group's mean speaks for its people, or hides two camps. ICC(2)
(`permits`) says how far a difference *between* groups may be believed: in teams of eight never so far as a ranking.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analytics.precision import Numbers

UNIFORM_5 = 2.0
"""The variance of answers on five steps if everybody answered by chance: (5² − 1)/12."""

STRONG, SPLIT = 0.7, 0.3
"""From here on people see it alike; below this they are split."""

Word = Literal["strong", "mixed", "split"]
Permits = Literal["hardly", "roughly", "well"]


@dataclass(frozen=True)
class Icc:
    """How much of the differences between people lies between their groups."""

    icc1: float
    """The share of the variance between groups: how alike two people of one group are."""
    icc2: float
    """How reliably the groups' means tell groups apart."""
    low: float
    """The lower end of 95 % for ICC(2), from the F distribution; for groups of one size it is exact."""
    high: float


def rwg(variance: Numbers | float) -> Numbers:
    """Do people see a statement alike?

    1 when all agree, 0 when answers vary as by chance or more.

    Answers spread evenly are an easy measure: real ones lean upwards and would spread less by chance.

    Formula: r_wg = 1 − s²/σ², at least 0, with s² the variance between people and σ² = (A² − 1)/12 that of answers
    spread evenly over A steps.

    Undefined: for a single person.

    Source: James, Demaree & Wolf 1984, Journal of Applied Psychology 69:85.

    >>> float(rwg(0.5))
    0.75
    """
    return np.maximum(0, 1 - np.asarray(variance, dtype=float) / UNIFORM_5)


def rwg_j(variances: Numbers) -> float:
    """Do people see several statements alike, the more of them the surer?

    It grows with the number of statements alone, so a short scale cannot be compared with a long one.

    From each item's variance within the group; `rwg_star` is free of the scale's length.

    Formula: J(1 − m/σ²) / (J(1 − m/σ²) + m/σ²) for J statements whose variances have the mean m; 0 where m is above
    chance, σ².

    Undefined: for a single person.

    Source: James, Demaree & Wolf 1984, Journal of Applied Psychology 69:85.

    >>> round(rwg_j(np.array([0.5, 0.7, 0.6])), 4)
    0.875
    """
    share = float(np.mean(variances)) / UNIFORM_5
    if share > 1:
        return 0.0
    items = len(variances)
    return items * (1 - share) / (items * (1 - share) + share)


def rwg_star(variances: Numbers) -> float:
    """Do people see a dimension alike, however many statements it has?

    1 when all agree, 0 when answers vary as by chance, below 0 when they vary more. Strong from STRONG, split below
    SPLIT.

    Unlike `rwg_j` it does not grow with the number of items, so dimensions of two and of five statements can be held
    beside each other.

    Formula: r*_wg(J) = 1 − m/σ², with m the mean of the statements' variances between people and σ² as for one
    statement.

    Undefined: for a single person.

    Source: Lindell & Brandt 1997, Applied Psychological Measurement 21:271.

    The example of `rwg_j`, m = 0.6:

    >>> round(rwg_star(np.array([0.5, 0.7, 0.6])), 4)
    0.7
    """
    return 1 - float(np.mean(variances)) / UNIFORM_5


def average_deviation(answers: pd.DataFrame) -> float:
    """How far do people lie from their group's mean, in steps of the scale?

    It needs no answers by chance to compare with: up to a sixth of the steps is agreement in practice.

    `answers` has a row for each respondent and a column for each item; missing ones are left out of their item.
    NaN where it is undefined.

    Formula: for each statement the mean distance from its mean; of these the mean over the statements.

    Undefined: where nobody answered.

    Source: Burke, Finkelstein & Dusig 1999, Organizational Research Methods 2:49; Burke & Dunlap 2002, the same 5:159.

    Answers 4, 4, 5, 3 have the mean 4 and the distances 0, 0, 1, 1 (by hand):

    >>> average_deviation(pd.DataFrame({"a": [4, 4, 5, 3]}))
    0.5
    """
    return float((answers - answers.mean()).abs().mean().mean())


def word(agreement: float) -> Word:
    """Agreement for people: strong from STRONG, split below SPLIT.

    >>> word(0.75), word(0.5), word(0.1)
    ('strong', 'mixed', 'split')
    """
    return "strong" if agreement >= STRONG else "mixed" if agreement >= SPLIT else "split"


def permits(icc2: float) -> Permits:
    """How far groups may be told apart: hardly below .40, roughly below .70, well from there.

    'Well' means that the better and the worse half of the groups can be told apart. It is still no ranking: neighbours
    in it change places by chance. So Rapport has no league table whatever the word is.

    >>> permits(0.27), permits(0.46), permits(0.71)
    ('hardly', 'roughly', 'well')
    """
    return "hardly" if icc2 < 0.4 else "roughly" if icc2 < 0.7 else "well"


def icc_of(n: Numbers, total: Numbers, squares: Numbers) -> Icc:
    """Do groups differ from one another, and how far can that be trusted?

    ICC(1) is the share of all differences between people that lies between their groups. ICC(2) tells how far
    differences between groups can be trusted: at an ICC(1) of .11 it is .46 for groups of seven, which is why Rapport
    never ranks teams. Below 0 groups are more alike than by chance.

    From each group's number, sum and sum of squares; ValueError where it is undefined. Reference: bh1996 of R's
    `multilevel`, well-being, ICC(2) .77171, and ICC(1) .04337 where k is the mean size instead.

    Formula: ICC(1) = (MSB − MSW) / (MSB + (k₀ − 1)·MSW) and ICC(2) = (MSB − MSW) / MSB, with the mean squares between
    and within groups, and k₀ = (N − Σn²/N)/(G − 1), the size that G groups of N people count as; where sizes differ it
    is below their mean.

    Undefined: with fewer than two groups, when nobody shares a group, or when nobody differs from anybody.

    Source: Shrout & Fleiss 1979, Psychological Bulletin 86:420; Bliese 2000.

    Two groups, 1, 2 and 4, 5: means 1.5 and 4.5, MSB 9, MSW 0.5 (by hand).

    >>> found = icc_of(np.array([2.0, 2.0]), np.array([3.0, 9.0]), np.array([5.0, 41.0]))
    >>> round(found.icc1, 4), round(found.icc2, 4)
    (0.8947, 0.9444)
    """
    people, groups = float(np.sum(n)), len(n)
    if groups < 2 or people <= groups:
        raise ValueError(
            f"ICC needs two groups and somebody sharing one; there are {groups} groups, {people:.0f} people."
        )
    freedom = (groups - 1, people - groups)
    between = (float(np.sum(total**2 / n)) - float(np.sum(total)) ** 2 / people) / freedom[0]
    within = float(np.sum(squares - total**2 / n)) / freedom[1]
    if max(between, within) < 1e-12:
        raise ValueError(f"ICC needs people who differ; all {people:.0f} gave the same answer.")
    size = (people - float(np.sum(n**2)) / people) / freedom[0]
    icc1 = (between - within) / (between + (size - 1) * within)
    low, high = (_icc2(between, within, float(special.fdtri(*freedom, share))) for share in (0.975, 0.025))
    return Icc(icc1, _icc2(between, within), low, high)


def _icc2(between: float, within: float, stretched: float = 1.0) -> float:
    """ICC(2), 1 − 1/F, with F divided by a quantile of its distribution; without end where the groups are all alike."""
    return 1 - within * stretched / between if between > 0 else -np.inf
