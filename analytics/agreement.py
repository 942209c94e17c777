"""Whether the people of a group see it alike, and whether groups differ from one another."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.checks import require_columns
from analytics.precision import Numbers

UNIFORM_5 = 2.0
"""The variance of answers on five steps if everybody answered by chance: (5² − 1)/12."""

Word = Literal["strong", "mixed", "split"]


@dataclass(frozen=True)
class Icc:
    """How much of the differences between people lies between their groups."""

    icc1: float
    """The share of the variance between groups: how alike two people of one group are."""
    icc2: float
    """How reliably the groups' means tell groups apart."""
    groups: int
    people: int


def rwg(variance: Numbers | float, *, chance: float = UNIFORM_5) -> Numbers:
    """Agreement on one item: 1 when all agree, 0 when answers vary as by chance or more (James, Demaree & Wolf 1984).

    r_wg = 1 − variance/chance, at least 0. `chance` is the variance of uniform answers, (A² − 1)/12 on A steps, which
    flatters: real answers lean upwards (1.34 for a slight skew on five steps). Undefined for a single person.

    >>> float(rwg(0.5))
    0.75
    """
    return np.maximum(0, 1 - np.asarray(variance, dtype=float) / chance)


def rwg_j(variances: Numbers, *, chance: float = UNIFORM_5) -> float:
    """Agreement on a scale of several items, from each item's variance within the group.

    With J items of mean variance m: J(1 − m/chance) / (J(1 − m/chance) + m/chance), and 0 when m is above chance. It
    grows with J alone, so a short scale cannot be compared with a long one; `rwg` of m is free of that (Lindell's r*).

    >>> round(rwg_j(np.array([0.5, 0.7, 0.6])), 4)
    0.875
    """
    share = float(np.mean(variances)) / chance
    if share > 1:
        return 0.0
    items = len(variances)
    return items * (1 - share) / (items * (1 - share) + share)


def word(agreement: float) -> Word:
    """Agreement for people: strong from .70, split below .30.

    >>> word(0.75), word(0.5), word(0.1)
    ('strong', 'mixed', 'split')
    """
    return "strong" if agreement >= 0.7 else "mixed" if agreement >= 0.3 else "split"


def icc(frame: pd.DataFrame) -> Icc:
    """How much people of one group resemble each other, from the analysis of variance. `frame`: group, value.

    ICC(1) = (MSB − MSW) / (MSB + (k − 1)·MSW), ICC(2) = (MSB − MSW) / MSB, with k the mean group size as in R's
    `multilevel`. Rows without a value are left out. ICC(2) tells how far differences *between* groups can be trusted:
    at ICC(1) = .11 it is .46 for groups of 7, which is why Rapport never ranks teams. ValueError with fewer than two
    groups, or when nobody shares a group.
    """
    require_columns(frame, "group", "value", what="ICC")
    known = frame.dropna(subset=["group", "value"])
    each = known.groupby("group")["value"].agg(["size", "mean"])
    people, groups = len(known), len(each)
    if groups < 2 or people <= groups:
        raise ValueError(f"ICC needs two groups and somebody sharing one; there are {groups} groups, {people} people.")
    between = float((each["size"] * (each["mean"] - known["value"].mean()) ** 2).sum()) / (groups - 1)
    within = float(((known["value"] - known.groupby("group")["value"].transform("mean")) ** 2).sum()) / (
        people - groups
    )
    size = people / groups
    return Icc((between - within) / (between + (size - 1) * within), (between - within) / between, groups, people)
