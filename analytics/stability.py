"""Would a figure of the network stand if fewer had answered? Everything is reckoned again with answers left out.

Silence changes networks more than it changes averages: at 80 % response three in ten of the people with most ways
through them are other people than at full response (SCIENCE.md §5.3). What somebody named is left out with them, what
others named of them stays, as it is with people who really did not answer.
"""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from analytics.adjacency import Floats, Mask, Numbers

FURTHER = 0.1
"""Share of those who answered who are left out each time."""
RUNS = 200
RUNS_WHEN_LARGE = 50
LARGE = 500
"""People above which the network is reckoned again `RUNS_WHEN_LARGE` times instead of `RUNS` times."""
TAIL = 0.1
"""A band leaves out this share of the runs at either end: it reaches from 10 % to 90 %."""


def left_out(has_answered: Mask) -> Iterator[Mask]:
    """Who answered, with a further tenth of them left out: time and again, and always the same.

    >>> [int(mask.sum()) for mask in left_out(np.ones(20, dtype=bool))][:3]
    [18, 18, 18]
    """
    there = np.flatnonzero(has_answered)
    draw = np.random.default_rng(len(has_answered))
    for _ in range(RUNS if len(has_answered) <= LARGE else RUNS_WHEN_LARGE):
        heard = has_answered.copy()
        heard[draw.choice(there, math.ceil(FURTHER * len(there)), replace=False)] = False
        yield heard


def band(figure: Callable[[Mask], Floats], has_answered: Mask) -> tuple[Floats, Floats]:
    """From where to where figures range with a further tenth left out; widened to the figure itself."""
    runs = np.array([figure(has_answered), *map(figure, left_out(has_answered))])
    missing = np.isnan(runs).all(axis=0)
    low, high = np.nanquantile(np.where(missing, 0.0, runs), [TAIL, 1 - TAIL], axis=0)
    value = runs[0]
    return np.where(missing, np.nan, np.fmin(low, value)), np.where(missing, np.nan, np.fmax(high, value))


def topmost(values: Floats, count: int) -> Numbers:
    """The numbers of those clearly at the top: more than nothing, and more than whoever comes after the first `count`.

    >>> topmost(np.array([5.0, 9.0, 5.0, 0.0]), 2)
    array([1])
    """
    after = np.sort(values)[::-1][count] if count < len(values) else 0.0
    return np.flatnonzero(values > max(float(after), 0.0))


@contextmanager
def seeded(number: int) -> Iterator[None]:
    """What igraph draws at random is drawn from this seed, and from nothing of ours afterwards."""
    import igraph  # noqa: PLC0415  it loads its drawing back ends, Plotly among them

    igraph.set_random_number_generator(random.Random(number))  # noqa: S311  it breaks ties between equal partitions
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)
