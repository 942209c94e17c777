"""Whether introductions lead to ties: pairs that could be introduced, beside pairs that were held back by lot."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analytics.checks import require_columns
from analytics.policies import POLICIES
from analytics.scores import favourable

FEWEST = POLICIES["uplift"].minimum
"""Pairs with a known outcome on either side, below which nothing is said."""
GAIN = 0.15
"""The gain that enough pairs would show: what an introduction is taken to add where nothing is known of two people."""
POWER = 0.8

Word = Literal["more", "no clear difference", "fewer"]


@dataclass(frozen=True)
class Uplift:
    """How many more pairs have a tie where they could be introduced than where they were held back."""

    introduced: int
    """Pairs of the list with a known outcome, whether anybody asked them or not."""
    tied: int
    held_back: int
    """Pairs held back with a known outcome."""
    tied_anyway: int
    value: float | None = None
    """The difference of the two shares; None where there are too few pairs."""
    low: float | None = None
    high: float | None = None

    @property
    def word(self) -> Word | None:
        """What may be said: nothing clear unless the interval leaves zero out; None without an interval."""
        if self.low is None or self.high is None:
            return None
        return "more" if self.low > 0 else "fewer" if self.high < 0 else "no clear difference"

    @property
    def needed(self) -> int:
        """About how many held-back pairs would show a gain of GAIN, if as many tie by themselves as so far.

        So far means with ten pairs more of whom one ties, as usual at a distance of two: a few pairs without any tie do
        not make it easy.
        """
        share = (self.tied_anyway + 1) / (self.held_back + 10)
        return needed(min(share, 1 - GAIN), GAIN, max(self.introduced, 1) / max(self.held_back, 1))


def compare(pairs: pd.DataFrame) -> Uplift:
    """Did introductions help?

    Of the pairs on a list some are held back by lot and shown to nobody. In the next network wave the others are set
    beside them: how many more of them have a tie now? All pairs of the list count, also those whom no manager proposed,
    who said no or who never met. Whoever is willing to meet might have met anyway, so only this tells what the list
    itself brought; the price is that a list from which little was taken shows little.

    Pairs drawn by lot for the list are not counted: nobody held back one of those, so they have nobody to be set
    beside. A pair has a tie where either names the other, for work or for help; where neither answered, nothing is
    known, and the pair is left out on either side. So is, on either side, a pair of whom one has by now withdrawn from
    introductions or has erased themselves; not one of whom somebody came to wish not to be paired with the other.

    `pairs` has one row a pair: arm ('chosen', 'held_back' or another) and tied (missing: not known). The waves are
    taken together, because the same share is held back in each.

    Formula: d = p₁ − p₀ with the shares that have a tie; from d − √((p₁ − l₁)² + (u₀ − p₀)²) to
    d + √((u₁ − p₁)² + (p₀ − l₀)²), where l and u are the ends of Wilson's 95 % interval of each share.

    Undefined: with fewer than FEWEST pairs of known outcome on either side.

    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10; Fleiss, Levin & Paik 2003, Statistical Methods for
    Rates and Proportions, ch. 4 for how many pairs are needed.

    56 of 70 beside 48 of 80, Newcombe's example (a):

    >>> tied = [True] * 56 + [False] * 14 + [True] * 48 + [False] * 32
    >>> found = compare(pd.DataFrame({"arm": ["chosen"] * 70 + ["held_back"] * 80, "tied": tied}))
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    require_columns(pairs, "arm", "tied", what="pairs")
    known = pairs[pairs["tied"].notna()]
    (tied, introduced), (anyway, held_back) = (_count(known[known["arm"] == arm]) for arm in ("chosen", "held_back"))
    counted = {"introduced": introduced, "tied": tied, "held_back": held_back, "tied_anyway": anyway}
    if min(introduced, held_back) < FEWEST:
        return Uplift(**counted)
    one, zero = favourable(tied, introduced), favourable(anyway, held_back)
    p, q = tied / introduced, anyway / held_back
    below = math.hypot(p - float(one.low), float(zero.high) - q)
    above = math.hypot(float(one.high) - p, q - float(zero.low))
    return Uplift(**counted, value=p - q, low=p - q - below, high=p - q + above)


def needed(share: float, gain: float, ratio: float) -> int:
    """How many held-back pairs show a gain with 80 % power, at `ratio` introduced pairs for each of them.

    `share` is how many of those held back tie by themselves. The two-sided test of two shares at 5 %.

    One in ten by themselves, one in four if introduced, nine introduced for each held back:

    >>> needed(0.10, 0.15, 9)
    60
    """
    other = share + gain
    together = (share + ratio * other) / (1 + ratio)
    by_chance = special.ndtri(0.975) * math.sqrt((1 + 1 / ratio) * together * (1 - together))
    beyond = special.ndtri(POWER) * math.sqrt(share * (1 - share) + other * (1 - other) / ratio)
    return math.ceil(((by_chance + beyond) / gain) ** 2)


def _count(pairs: pd.DataFrame) -> tuple[int, int]:
    """How many have a tie, and of how many."""
    return int(np.count_nonzero(pairs["tied"].astype(bool))), len(pairs)
