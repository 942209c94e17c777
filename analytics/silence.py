"""What silence may hide: the chance that somebody who did not answer would have named a member."""

import numpy as np
from scipy import sparse

from analytics.adjacency import Floats, Mask, Matrices


def unheard(m: Matrices, has_answered: Mask) -> Floats:
    """How likely is it that a silent colleague would have named a member who did not name them?

    Whom few of those who answered have named, few will name: the chance is that of this member, not of an average one.
    Each has a propensity to be named, which multiplies the going rate, and what was heard about them tells how large
    it is. A colleague whom the member named is tied to them already, so only others count.

    P = 1 − ((1 + e) / (1 + e + s))^(1 + k), where k of those who answered named the member without being
    named by them, and e of those who answered, and s of the silent, would have done so at the going rates: −ln(1 − q)
    for each of them, with one q inside a team and one between teams, (named + ½) / (possible + 1) among people who
    both answered. Propensities are spread exponentially with mean 1. A member whom nobody named gets s / (1 + e + s).

    Undefined: nowhere; 0 where nobody is silent. Of a member who is silent it is not known whom they would have named.

    Source: Greenwood & Yule 1920, JRSS 83:255, for counts of people whose rates differ. On 21 real networks with a
    tenth silent it lets three times as much be said truly as the rate between two teams (`benchmarks/silence.py`).

    Two answered and named each other; a third is silent. Nobody else could have named them unasked, so q is ½:
    ln 2 / (1 + ln 2) = .41.

    >>> import networkx as nx
    >>> from analytics.adjacency import matrices
    >>> trio = nx.DiGraph([("a", "b"), ("b", "a")])
    >>> trio.add_node("c")
    >>> unheard(matrices(trio), np.array([True, True, False])).round(2).tolist()
    [0.41, 0.41, 0.0]
    """
    unasked = sparse.coo_array(m.named - m.mutual)
    count = np.zeros(len(m.people))
    expected, missing = count.copy(), count.copy()
    heard, silent = _unnamed(m, has_answered), _unnamed(m, ~has_answered)
    for inside, (those_heard, those_silent) in enumerate(zip(heard, silent, strict=True)):
        among = (m.team_of[unasked.row] == m.team_of[unasked.col]) == bool(inside)
        named = _per_person(m, unasked.col[among & has_answered[unasked.row]])
        hazard = _hazard(named[has_answered].sum(), those_heard[has_answered].sum())
        count += named
        expected += hazard * those_heard
        missing += hazard * those_silent
    return np.asarray(1 - ((1 + expected) / (1 + expected + missing)) ** (1 + count), dtype=np.float64)


def _unnamed(m: Matrices, those: Mask) -> tuple[Floats, Floats]:
    """For each person, how many of some people they did not name: in other teams, and in their own."""
    named = sparse.coo_array(m.named)
    counted = those[named.col]
    beside = m.team_of[named.row] == m.team_of[named.col]
    everyone = those.sum() - those - _per_person(m, named.row[counted])
    of_team = np.bincount(m.team_of[those], minlength=len(m.teams))[m.team_of]
    own = of_team - those - _per_person(m, named.row[counted & beside])
    return everyone - own, own


def _per_person(m: Matrices, places: np.ndarray) -> Floats:
    return np.bincount(places, minlength=len(m.people)).astype(np.float64)


def _hazard(named: float, possible: float) -> float:
    """The rate at which people are named, for counts: with many colleagues 1 − e^(−rate · colleagues) is the chance."""
    return float(-np.log1p(-(named + 0.5) / (possible + 1)))
