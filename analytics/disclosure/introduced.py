"""What may be said of introductions that were made: how many came how far, and what that was worth. Never of whom."""

import math
from collections.abc import Iterator
from functools import partial

import pandas as pd

from analytics import policies, uplift
from analytics.checks import require_columns
from analytics.disclosure.finding import GATE, Finding
from analytics.disclosure.network import agreed_to

STEPS = ("asked", "agreed", "met", "tied")
"""From a pair that was asked to one that has a tie in the next network wave; each is counted among the one before."""
WIDTHS = ((5, 3), (20, 5), (40, 10), (100, 20))
"""How wide the bands of a count are, by how many pairs were asked."""


def release_introductions(
    wave_id: str, team_id: str, before: str, pairs: pd.DataFrame, consents: pd.DataFrame
) -> tuple[Finding, ...]:
    """What became of the introductions after the network wave `before`, said once, when the next one closes.

    - `introduced` (asked, agreed, met, tied): word, a band, and low, where it begins. From five pairs asked on. Each
      band holds at least three counts, so that one pair more or less seldom shows; and nothing is counted while people
      answer, so that nobody can watch one answer arrive.
    - `uplift`: value, low and high in points, word; respondents, a band of how many pairs held back it rests on. Of all
      waves so far. Beside it `uplift` (needed): value, how many held-back pairs it would take, to the next ten.

    For the organization as a whole, the root `team_id`, whoever proposed the pairs: the figures of two leads could be
    subtracted from one another. `pairs` as `data.introducing.outcomes` gives them; only those of whom both agree today
    to be suggested count. A no is nowhere in it: who said no and who said nothing are the same.
    """
    require_columns(pairs, "wave_id", "member_a", "member_b", "arm", "agreed", "met", "tied", what="pairs")
    agreed = list(agreed_to(consents, "introductions"))
    counted = pairs[pairs["member_a"].isin(agreed) & pairs["member_b"].isin(agreed)]
    if counted.empty:
        return ()
    asked = counted[(counted["wave_id"] == before) & counted["asked"]]
    return (*_funnel(wave_id, team_id, asked), *_uplift(wave_id, team_id, counted))


def _funnel(wave_id: str, team_id: str, asked: pd.DataFrame) -> Iterator[Finding]:
    policy = policies.POLICIES["introduced"]
    finding = partial(Finding, wave_id=wave_id, team_id=team_id, kind="introduced", gate=GATE)
    if len(asked) < policy.minimum:
        yield finding(subject=STEPS[0], reason=policy.hidden)
        return
    met = asked["agreed"] & asked["met"]
    counts = (asked["agreed"].sum(), met.sum(), (met & (asked["tied"] == True)).sum())  # noqa: E712  missing is no tie
    bands = (_size(len(asked)), *(_band(int(count), len(asked)) for count in counts))
    for step, (low, word) in zip(STEPS, bands, strict=True):
        yield finding(subject=step, low=low, word=word, covers=frozenset([team_id]))


def _band(count: int, of: int) -> tuple[float, str]:
    """Where a count of `of` pairs lies: the band's beginning, and how it is said; the last band swallows what is left.

    >>> _band(6, 6), _band(2, 6), _band(4, 8)
    ((3.0, '3+'), (0.0, '0–2'), (3.0, '3–5'))
    """
    width = next(width for least, width in reversed(WIDTHS) if of >= least)
    last = (of + 1) // width - 1
    at = min(count // width, last)
    return float(at * width), f"{at * width}+" if at == last else f"{at * width}–{at * width + width - 1}"


def _size(of: int) -> tuple[float, str]:
    return next((float(start), word) for start, word in reversed(policies.POLICIES["introduced"].bands) if of >= start)


def _uplift(wave_id: str, team_id: str, pairs: pd.DataFrame) -> Iterator[Finding]:
    policy, found = policies.POLICIES["uplift"], uplift.compare(pairs)
    finding = partial(Finding, wave_id=wave_id, team_id=team_id, kind="uplift", gate=GATE)
    if found.value is None or found.low is None or found.high is None:
        yield finding(reason=policy.hidden)
        return
    value, low, high = (policies.rounded("uplift", 100 * each) for each in (found.value, found.low, found.high))
    held_back, covers = policies.band("uplift", found.held_back), frozenset([team_id])
    yield finding(value=value, low=low, high=high, word=found.word, respondents=held_back, covers=covers)
    yield finding(subject="needed", value=math.ceil(found.needed / 10) * 10.0, covers=covers)
