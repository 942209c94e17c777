"""Earlier waves beside this one: what may be compared, and where a small change of people makes that too telling.

One colleague leaves a team of six: the two waves together say more about that colleague than either alone. Where only
a few of a small group changed, its figure is said more coarsely, which takes away half or more of what is gained.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics import precision, scores
from analytics.checks import require_columns
from analytics.precision import Counts, Flags, Numbers


@dataclass(frozen=True)
class Moment:
    """What was released of one group's dimension in one wave: number of people, sum, sum of squares of their scores."""

    wave_id: str
    name: str
    number: int
    team_id: str
    subject: str
    n: int
    total: float
    squares: float
    items: tuple[str, ...]
    covers: frozenset[str]


@dataclass(frozen=True)
class Past:
    """Released moments and seats of a wave and those before it."""

    k: int
    released: Mapping[tuple[str, str], tuple[Moment, ...]]
    """Group and dimension → its moments, the latest first."""
    seats: Mapping[str, Mapping[str, frozenset[str]]]
    """Wave → group → who was asked there. Empty for imported waves."""

    def latest(self, now: Moment) -> Moment | None:
        """The latest earlier wave in which this group's dimension was shown."""
        return next(iter(self._before(now)), None)

    def comparable(self, now: Moment) -> Moment | None:
        """The latest earlier wave with the same groups counted and the same statements asked."""
        return next((then for then in self._before(now) if (then.covers, then.items) == (now.covers, now.items)), None)

    def few_changed(self, now: Moment) -> bool:
        """Whether so few joined or left a group of fewer than ten that both waves together tell of them (rule C2).

        Against the latest wave in which it was shown, and against the one it is compared with: between one and k − 1.
        """
        if now.n >= precision.FEW:
            return False
        return any(
            then and 0 < self._joined_or_left(then, now) < self.k for then in (self.latest(now), self.comparable(now))
        )

    def _before(self, now: Moment) -> Iterable[Moment]:
        return (then for then in self.released.get((now.team_id, now.subject), ()) if then.number < now.number)

    def _joined_or_left(self, then: Moment, now: Moment) -> int:
        return len(self._asked(then) ^ self._asked(now))

    def _asked(self, moment: Moment) -> frozenset[str]:
        groups = self.seats.get(moment.wave_id, {})
        asked = [groups[group] for group in moment.covers if group in groups]
        return asked[0] if len(asked) == 1 else frozenset().union(*asked)


def printed(n: Counts, mean: Numbers, coarse: Flags) -> Numbers:
    """Values as a reader sees them, 0 to 100: a change taken between these says no more than the two figures did."""
    return precision.nearest(np.asarray(scores.points(mean)), precision.step(n, coarse))


def past(moments: pd.DataFrame, seats: pd.DataFrame, k: int) -> Past:
    """What earlier waves released, and who was asked in them.

    `moments` are rows of the table `moment` with `name` and `number` of their wave; `seats` has wave_id, member_id, and
    team_id, the group in which the member's answers count.
    """
    wanted = ("wave_id", "name", "number", "team_id", "subject", "n", "total", "squares", "items", "covers")
    require_columns(moments, *wanted, what="earlier moments")
    require_columns(seats, "wave_id", "member_id", "team_id", what="seats")
    released: dict[tuple[str, str], list[Moment]] = defaultdict(list)
    for *which, items, covers in zip(*(moments[column].tolist() for column in wanted), strict=True):
        moment = Moment(*which, tuple(sorted(items)), frozenset(covers))  # type: ignore[call-arg]  # mypy counts the star as one
        released[moment.team_id, moment.subject].append(moment)
    newest_first = {key: tuple(sorted(each, key=lambda m: -m.number)) for key, each in released.items()}
    return Past(k, newest_first, _by_wave(seats))


def _by_wave(seats: pd.DataFrame) -> dict[str, dict[str, frozenset[str]]]:
    people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for wave_id, member, team in zip(*(seats[c].tolist() for c in ("wave_id", "member_id", "team_id")), strict=True):
        people[wave_id][team].add(member)
    return {wave_id: {team: frozenset(who) for team, who in teams.items()} for wave_id, teams in people.items()}
