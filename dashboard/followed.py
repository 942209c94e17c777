"""What became of an action: in which waves its team is looked at, what is said of it, and whether it is asked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analytics import playbook
from analytics.disclosure import Finding
from analytics.follow_up import FollowUp, Why
from analytics.playbook import Play
from dashboard.readable import Readable
from data.records import Action, Wave


@dataclass(frozen=True)
class Followed:
    """A promise, and what is known about it on the day of the page."""

    page: Readable
    action: Action

    @property
    def play(self) -> Play | None:
        """The play that was promised; None where the playbook no longer has it."""
        return playbook.BY_ID.get(self.action.play)

    @cached_property
    def planned(self) -> Wave | None:
        """The wave whose findings called for it."""
        return next((wave for wave in self.page.pulses if wave.wave_id == self.action.wave_id), None)

    @cached_property
    def since(self) -> tuple[Wave, ...]:
        """The pulse waves that have closed since, oldest first."""
        planned = self.planned
        return tuple(wave for wave in self.page.pulses if planned and wave.number > planned.number)

    @property
    def asked(self) -> bool:
        """Whether it is time to ask if this happened.

        Where nobody has said: from the day it was due, or the first close since. Where it was 'partly' or 'no': once
        more, after two waves.
        """
        action, again = self.action, self.since[playbook.RESTS - 1 : playbook.RESTS]
        if action.answered_on is None:
            return bool(self.since) or self.page.on >= action.due_on
        closed_on = again[0].closed_on if again else None
        return action.happened != "yes" and closed_on is not None and action.answered_on < closed_on

    @property
    def running(self) -> bool:
        """Whether it is planned and not yet due."""
        return self.action.happened is None and not self.asked

    @cached_property
    def until(self) -> Wave | None:
        """The second wave since, or the first, if its figure compares with that of the wave that called for it."""
        planned, soon = self.planned, self.since[: playbook.RESTS]
        return next((wave for wave in reversed(soon) if planned and self._compares(planned, wave)), None)

    @cached_property
    def before(self) -> Sequence[Wave]:
        """The wave that called for it and the one before that, where their figures compare: where the team stood."""
        planned = self.planned
        if planned is None:
            return ()
        earlier = self.page.before(planned)
        return (earlier, planned) if earlier and self._compares(earlier, planned) else (planned,)

    @cached_property
    def found(self) -> FollowUp:
        """How far the team moved, beside comparable teams."""
        if not self.since:
            return FollowUp(reason="no later wave")
        if self.until is None:
            return FollowUp(reason=self._why_not())
        return self.page.compared(self.action, self.before, self.until)

    def _why_not(self) -> Why:
        figures = (self._score(wave) for wave in (*self.before[-1:], *self.since[: playbook.RESTS][-1:]))
        return "not comparable" if all(figure and figure.shown for figure in figures) else "not shown"

    def _score(self, wave: Wave) -> Finding | None:
        return self.page.finding(wave, self.action.team_id, "score", self.action.dimension)

    def _compares(self, earlier: Wave, later: Wave) -> bool:
        return self.page.comparable((earlier, self._score(earlier)), (later, self._score(later)))


def everything(page: Readable) -> list[Followed]:
    """Every promise that this viewer may read, the newest first."""
    return [Followed(page, action) for action in page.actions]
