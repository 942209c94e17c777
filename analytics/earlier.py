"""Earlier waves beside this one: what may be compared, and where a small change of people makes that too telling.

One colleague leaves a team of six: the two waves together say more about that colleague than either alone. Where only
a few of a small group changed, its figure is said more coarsely, which takes away half or more of what is gained.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

import pandas as pd

from analytics import linking, precision, scores
from analytics.checks import require_columns
from analytics.linking import Effect


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
    linked: bool = False
    """Its score stands on the scale of the anchors."""
    value: float | None = None
    """As it was printed."""
    respondents: str | None = None

    @property
    def variance(self) -> float:
        """The variance between people."""
        return float(scores.variance(self.n, self.total, self.squares))


@dataclass(frozen=True)
class Past:
    """Released moments and seats of a wave and those before it."""

    k: int
    released: Mapping[tuple[str, str], tuple[Moment, ...]]
    """Group and dimension → its moments, the latest first."""
    seats: Mapping[str, Mapping[str, frozenset[str]]]
    """Wave → group → who was asked there. Empty for imported waves."""
    effects: Mapping[str, Effect]
    """How readily people agree with each statement, where waves ask different ones."""

    def latest(self, now: Moment) -> Moment | None:
        """The latest earlier wave in which this group's dimension was shown."""
        return next(iter(self._before(now)), None)

    def comparable(self, now: Moment) -> Moment | None:
        """The latest earlier wave with the same groups counted, on the same scale."""
        return next(self.line(now), None)

    def line(self, now: Moment) -> Iterator[Moment]:
        """The earlier waves with the same groups counted, on the same scale, the latest first.

        On the same scale are two waves that asked the same statements, or of which both stand on that of the anchors.
        """
        return (
            then
            for then in self._before(now)
            if then.covers == now.covers and then.linked == now.linked and (now.linked or then.items == now.items)
        )

    def mean(self, of: Moment) -> float:
        """The mean of a moment, on the scale of the anchors where it is linked."""
        return of.total / of.n - (linking.shift(self.effects, of.items) or 0.0 if of.linked else 0.0)

    def link(self, then: Moment, now: Moment) -> float:
        """How unsure the step between the scales of two waves is, as a variance."""
        return linking.variance(self.effects, then.items, now.items) if now.linked else 0.0

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
        return frozenset().union(*(groups[group] for group in moment.covers if group in groups))


def past(moments: pd.DataFrame, seats: pd.DataFrame, k: int, effects: Mapping[str, Effect]) -> Past:
    """What earlier waves released, and who was asked in them.

    `moments` are rows of the table `moment` with `name` and `number` of their wave, and what was printed of them;
    `seats` has wave_id, member_id, and team_id, the group in which the member's answers count.
    """
    wanted = [field.name for field in fields(Moment)]
    require_columns(moments, *wanted, what="earlier moments")
    require_columns(seats, "wave_id", "member_id", "team_id", what="seats")
    released: dict[tuple[str, str], list[Moment]] = defaultdict(list)
    for row in zip(*(moments[column].tolist() for column in wanted), strict=True):
        given = dict(zip(wanted, row, strict=True))
        given |= {"items": tuple(sorted(given["items"])), "covers": frozenset(given["covers"])}
        moment = Moment(**given)
        released[moment.team_id, moment.subject].append(moment)
    newest_first = {key: tuple(sorted(each, key=lambda m: -m.number)) for key, each in released.items()}
    return Past(k, newest_first, _by_wave(seats), effects)


def _by_wave(seats: pd.DataFrame) -> dict[str, dict[str, frozenset[str]]]:
    people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for wave_id, member, team in zip(*(seats[c].tolist() for c in ("wave_id", "member_id", "team_id")), strict=True):
        people[wave_id][team].add(member)
    return {wave_id: {team: frozenset(who) for team, who in teams.items()} for wave_id, teams in people.items()}
