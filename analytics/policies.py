"""What each kind of finding must satisfy, and how it may be said: one row a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics import precision, themes
from analytics.precision import Counts, Flags, Numbers

Kind = Literal[
    "score",
    "trend",
    "silent",
    "change",
    "beyond",
    "item",
    "answered",
    "few_ties",
    "between",
    "silo",
    "returned",
    "kept",
    "carried",
    "circles",
    "core",
    "mixing",
    "introduced",
    "uplift",
    "agreement",
    "alpha",
    "omega",
    "icc1",
    "icc2",
    "straight",
    "response",
    "drivers",
    "driver",
    "themes",
    "theme",
]
Reason = Literal[
    "fewer_than_k",
    "fewer_than_8",
    "fewer_than_10",
    "fewer_than_5_people",
    "fewer_than_5_pairs",
    "too_few_answered",
    "fewer_than_10_people",
    "fewer_than_20_people",
    "fewer_than_40_people",
    "too_few_ties",
    "unclear",
    "joined_at_open",
    "same_as",
    "yields",
    "not_comparable",
    "fewer_than_100",
    "fewer_than_10_teams",
    "fewer_than_40_comments",
    "not_defined",
]
Rounding = Callable[[Counts, Flags], Numbers]


class DisclosureError(Exception):
    """Something would have been said that must not be. Nothing was released."""


@dataclass(frozen=True)
class Policy:
    """What one kind of finding must satisfy, and how it may be said."""

    minimum: int
    """People behind each figure. A wave's own k counts where it is larger; 0 means that k alone."""
    hidden: Reason
    """What is said where there are fewer."""
    rounding: Rounding | None = None
    """The grid of its value, by number of people and whether few of them changed."""
    bands: tuple[tuple[int, str], ...] = ()
    """For counts of people or ties: from this many on, this word."""
    answered: float = 0.0
    """The share of those asked who must have answered."""
    ties: int = 0
    """Ties, or names, behind each figure."""
    ends: tuple[float, float] = (-np.inf, np.inf)
    """The value stops here: where all or none of the ties count, whoever gave one knows its opposite."""
    sure: float = 0.0
    """From 0 to 1: how well a figure must describe what it is about."""


def _to(grid: float) -> Rounding:
    return lambda n, _coarse: np.full(n.shape, grid)


STEADY = 0.8
"""Share of the networks with a further tenth left out in which a member's place must be the same to be spoken of."""
_HEARD = 0.65
_TENTHS = (0.1, 0.9)
_MANY = ((40, "40–99"), (100, "100–199"), (200, "200–499"), (500, "500+"))
_PAIRS = ((5, "5–9"), (10, "10–19"), (20, "20–39"), *_MANY)

Ruled = Kind | Literal["comment", "sensitive"]
"""Kinds of findings; comments; and items that could hurt who answered, or somebody they are about."""

POLICIES: Mapping[Ruled, Policy] = {
    "score": Policy(0, "fewer_than_k", precision.step),
    "trend": Policy(0, "fewer_than_k"),  # reckoned from values that are rounded already
    "silent": Policy(10, "fewer_than_k", precision.step),  # below ten its width would say how many were silent
    "change": Policy(0, "not_comparable"),  # the difference of two figures that are rounded already
    "beyond": Policy(0, "not_comparable"),  # a word
    "item": Policy(8, "fewer_than_8", precision.item_step),
    "sensitive": Policy(10, "fewer_than_10", precision.item_step),
    "answered": Policy(0, "fewer_than_k", _to(10)),
    "comment": Policy(10, "fewer_than_k"),
    "few_ties": Policy(5, "fewer_than_5_people", bands=((0, "0"), (1, "1–2"), (3, "3+"))),
    "between": Policy(5, "fewer_than_5_people", _to(1), ((0, "0–2"), (3, "3–5"), (6, "6–10"), (11, "11+"))),
    "silo": Policy(5, "fewer_than_5_people", _to(0.1)),
    "returned": Policy(10, "fewer_than_10_people", _to(0.1), answered=_HEARD, ties=20, ends=_TENTHS),
    "kept": Policy(10, "fewer_than_10_people", _to(0.1), answered=_HEARD, ties=20, ends=_TENTHS),
    "carried": Policy(40, "fewer_than_40_people", _to(0.05), answered=_HEARD, ties=40),
    "circles": Policy(20, "fewer_than_20_people", _to(1), answered=_HEARD, sure=0.6),
    "core": Policy(
        20,
        "fewer_than_20_people",
        _to(0.1),
        ((1, "fewer than 5"), (5, "5–9"), (10, "10–19"), (20, "20–39"), *_MANY),
        answered=_HEARD,
        sure=0.5,
    ),
    "mixing": Policy(20, "fewer_than_20_people", _to(0.1), answered=_HEARD, ties=40),
    "introduced": Policy(5, "fewer_than_5_pairs", bands=_PAIRS),  # of those, in bands of `disclosure.introduced`
    "uplift": Policy(5, "fewer_than_5_pairs", _to(1), _PAIRS),
    "agreement": Policy(10, "fewer_than_k"),
    "alpha": Policy(100, "fewer_than_100", _to(0.05)),
    "omega": Policy(100, "fewer_than_100", _to(0.05)),
    "icc1": Policy(100, "fewer_than_100", _to(0.01)),
    "icc2": Policy(100, "fewer_than_100", _to(0.05)),
    "straight": Policy(100, "fewer_than_100", _to(5)),
    "response": Policy(10, "fewer_than_k"),  # from ten, how many answered of how many is printed exactly
    "drivers": Policy(100, "fewer_than_100"),
    "driver": Policy(100, "fewer_than_100", _to(0.05)),
    "themes": Policy(themes.ENOUGH, "fewer_than_40_comments", bands=_MANY),
    "theme": Policy(themes.WORDS_IN, "fewer_than_k", bands=((5, "5–9"), (10, "10–19"), (20, "20–39"), *_MANY)),
}


def minimum(kind: Ruled, k: int) -> int:
    """The people that a figure of this kind needs, in a wave with this k."""
    return max(POLICIES[kind].minimum, k)


def grid(kind: Kind, n: Counts, coarse: Flags) -> Numbers:
    """The steps on which figures of this kind are said."""
    rounding = POLICIES[kind].rounding
    if rounding is None:
        raise DisclosureError(f"No policy says how exactly a finding of kind {kind!r} may be said.")
    return rounding(n, coarse)


def rounded(kind: Kind, value: float) -> float | None:
    """A number on its policy's grid; None where there is none, as the odds of a team without outside ties."""
    if not np.isfinite(value):
        return None
    one = grid(kind, np.array([1]), np.array([False]))
    return round(float(precision.nearest(np.array([value]), one)[0]), 6)


def band(kind: Kind, count: float) -> str:
    """The word for a count."""
    return next(word for start, word in reversed(POLICIES[kind].bands) if count >= start)
