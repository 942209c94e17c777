"""Different statements in different waves, on one scale: rotation must not look like a change.

People agree more readily with some statements than with others. Where a wave asks other statements than the one before,
the plain mean of the answers jumps though nobody thinks otherwise. The anchors, which every wave asks, tell how much of
that is the statement's own doing; it is taken away, and scores stand on the scale of the anchors.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.checks import require_columns


@dataclass(frozen=True)
class Effect:
    """How much more readily people agree with a statement than with the anchors of its dimension."""

    effect: float
    """On the scale of 1 to 5; 0 for an anchor."""
    variance: float
    """Of the estimate."""


def effects(contrasts: pd.DataFrame) -> dict[str, Effect]:
    """How readily do people agree with each statement, beside the anchors of its dimension?

    Where a wave asks other statements than the one before, scores would jump though nobody thinks otherwise. What is
    the statement's own doing is taken away. All waves count together, by their people, so that it gets surer with every
    wave.

    `contrasts` has a row for each wave and item: item, n (people of the whole organization who answered it and an
    anchor), effect (the mean of the item minus their anchors, 1 to 5) and variance (between people, of that
    difference).

    Formula: effect = Σ n·effect / Σ n over the waves; its variance is Σ n·variance / (Σ n)².

    Undefined: an item that was never asked beside an anchor is missing from the answer.

    Source: anchor items, as in the mean linking of tests: Kolen & Brennan 2014, Test Equating, Scaling, and Linking.

    One statement in two waves of 100 and 300 people:

    >>> seen = pd.DataFrame({"item": ["T2", "T2"], "n": [100, 300], "effect": [0.4, 0.2], "variance": [1.0, 1.0]})
    >>> effects(seen)
    {'T2': Effect(effect=0.25, variance=0.0025)}
    """
    require_columns(contrasts, "item", "n", "effect", "variance", what="contrasts")
    found = {}
    for item, waves in contrasts.groupby("item"):
        people = float(waves["n"].sum())
        mean = float((waves["n"] * waves["effect"]).sum()) / people
        found[str(item)] = Effect(mean, float((waves["n"] * waves["variance"]).sum()) / people**2)
    return found


def shift(known: Mapping[str, Effect], items: Collection[str]) -> float | None:
    """How far the plain mean of these items lies above the anchors' scale; None where one of them is not linked.

    >>> shift({"T1": Effect(0, 0), "T2": Effect(0.3, 0.01)}, ["T1", "T2"])
    0.15
    """
    if not items or not set(items) <= known.keys():
        return None
    return sum(known[item].effect for item in items) / len(items)


def variance(known: Mapping[str, Effect], before: Collection[str], after: Collection[str]) -> float:
    """How unsure the step between the scales of two waves is: the variance of the difference of their shifts.

    Statements that both waves asked alike cancel:

    >>> variance({"T1": Effect(0, 0), "T2": Effect(0.3, 0.01)}, ["T1", "T2"], ["T1", "T2"])
    0.0
    """
    weights = {
        item: (item in after) / max(len(after), 1) - (item in before) / max(len(before), 1)
        for item in {*before, *after}
    }
    return sum(weight**2 * known[item].variance for item, weight in weights.items() if item in known)
