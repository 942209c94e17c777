"""What became of a dimension after somebody promised to do something about it, beside teams that stood about as low.

A team is chosen for a play because its figures are low or fell. What is low by chance comes back by itself the next
time, whatever anybody did: regression to the mean (Galton 1886; Barnett, van der Pols & Dobson 2005). A team's own
change therefore says nothing about a play. What says something is that change beside the changes of teams which stood
about as low and had no play for that dimension: chance brings them back just as far.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Literal

from scipy import special

from analytics.disclosure import Finding

CALIPER = 7.5
"""Points of 0 to 100 within which another team stood 'about as low'. In simulated companies of twelve teams the lowest
one found three such teams in 61 % of cases; within 5 points, in 45 %; false successes stayed below 8 % with either."""
ENOUGH_TEAMS = 3
"""Fewer comparable teams are not spoken of: their median would be about one of them."""
SURE = 0.90
"""One-sided: of teams for which nothing was done, at most one in ten is said to have changed more."""
ROUNDED = 5 / math.sqrt(6)
"""The standard deviation of a difference between two figures that were rounded to five."""
EIGHTY = float(special.ndtri(0.9))
"""Half the width of an 80 % band, in standard deviations."""

Word = Literal["more than", "about as", "less than"]
Why = Literal["no later wave", "not shown", "not comparable", "too few teams", "too few unread"]
Wave = Mapping[tuple[str, str, str], Finding]
"""(team_id, kind, subject) → the finding of one wave."""


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """A team's change in one dimension, and what comparable teams did meanwhile; or why that cannot be said."""

    change: float | None = None
    """In points, between printed figures."""
    usual: float | None = None
    """The median change of the comparable teams."""
    teams: frozenset[str] = frozenset()
    """Which they are. For counting, and never to be shown."""
    word: Word | None = None
    """How the team's change compares: 'about as' unless chance would seldom put it so far from the others."""
    reason: Why | None = None
    """None when there is a comparison. 'too few unread': who looks could work out one or two teams from it."""


def compare(team_id: str, dimension: str, before: Sequence[Wave], after: Wave, others: Collection[str]) -> FollowUp:
    """What became of it, beside teams that stood about as low and had planned nothing for it?

    What is low by chance comes back by itself the next time, whatever anybody did. So a team's own change says nothing;
    that change beside the changes of comparable teams does.

    `before` holds the wave after which the play was planned and, where its figures compare, the one before that; where
    a team stood is the mean of the two. With one wave alone, a team that is chosen because it fell would come back from
    its bad day beside others that had none: in simulations 20 % of such teams seemed to have gained without any play,
    and 7 % with two waves.

    Only printed figures go in: the result tells nothing that they do not. Comparable are the `others` (teams without a
    play for this dimension) that are shown over the same people (`covers`) in all these waves, hold none of this
    team's people, and stood within CALIPER points of it. Of a group and one that holds it, the smaller counts.

    Formula: 'more than' is said above median + t(SURE, m − 1) · s · √(1 + π/2m), below which one more comparable team
    would lie with a probability of SURE; 'less than' as far below the median. The m comparable teams stood within
    CALIPER points; s is the standard deviation of their changes, at least what the team's own answers waver, as the
    bands of its line say, and what rounding to steps of five does.

    Undefined: with the reason, where a figure is missing, where the people changed, and with fewer than ENOUGH_TEAMS
    comparable teams.

    Source: Barnett, van der Pols & Dobson 2005, International Journal of Epidemiology 34:215 on regression to the mean;
    the prediction interval of one new observation, about a median.
    """
    mine = _course(team_id, dimension, before, after)
    if not isinstance(mine, _Course):
        return FollowUp(reason=mine)
    near = [course for course in _courses(others, dimension, before, after) if _alike(course, mine)]
    changes = {each.team_id: each.change for each in near if not any(other.covers < each.covers for other in near)}
    if len(changes) < ENOUGH_TEAMS:
        return FollowUp(change=mine.change, reason="too few teams")
    usual = median(changes.values())
    spread = max(stdev(changes.values()), _wavers(team_id, dimension, before, after), ROUNDED)
    word = _word(mine.change - usual, spread, len(changes))
    return FollowUp(change=mine.change, usual=usual, teams=frozenset(changes), word=word)


@dataclass(frozen=True)
class _Course:
    """Where a team stood, and how far it moved."""

    team_id: str
    covers: frozenset[str]
    stood: float
    change: float


def _course(team_id: str, dimension: str, before: Sequence[Wave], after: Wave) -> _Course | Why:
    scores = [wave.get((team_id, "score", dimension)) for wave in (*before, after)]
    values = [score.value for score in scores if score is not None and score.value is not None]
    covers = {score.covers for score in scores if score is not None}
    if len(values) < len(scores):
        return "not shown"
    if len(covers) > 1:
        return "not comparable"
    *earlier, now = values
    stood = fmean(earlier)
    return _Course(team_id, covers.pop(), stood, now - stood)


def _courses(team_ids: Iterable[str], dimension: str, before: Sequence[Wave], after: Wave) -> list[_Course]:
    courses = (_course(team_id, dimension, before, after) for team_id in sorted(team_ids))
    return [course for course in courses if isinstance(course, _Course)]


def _alike(one: _Course, mine: _Course) -> bool:
    """Whether a team stood about as low as this one, and holds none of its people."""
    return abs(one.stood - mine.stood) <= CALIPER and not one.covers & mine.covers


def _wavers(team_id: str, dimension: str, before: Sequence[Wave], after: Wave) -> float:
    """The standard deviation that the team's own answers give its change, from the 80 % bands of its line."""
    shares = [*((wave, 1 / len(before)) for wave in before), (after, 1.0)]
    bands = [(wave.get((team_id, "trend", dimension)), share) for wave, share in shares]
    halves = [(b.high - b.low) / 2 * share for b, share in bands if b and b.high is not None and b.low is not None]
    return math.hypot(*halves) / EIGHTY


def _word(beyond: float, spread: float, teams: int) -> Word:
    reach = float(special.stdtrit(teams - 1, SURE)) * spread * math.sqrt(1 + math.pi / (2 * teams))
    return "about as" if abs(beyond) <= reach else "more than" if beyond > 0 else "less than"
