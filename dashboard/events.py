"""What happened to a team between two waves, as far as it is kept already: beside its lines, never as their cause.

A promise that was made, other statements, other groups counted, another name or place of the team. Nothing new is told:
promises are those this viewer reads in full, without who made them and without a day, and why a line stops is said
beneath it as well. What lies between the same two waves makes one mark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analytics import playbook
from dashboard.readable import Readable
from dashboard.wording import capital, short_wave
from dashboard.wording_trends import up_to
from data.records import ROOT, Action, Happened, Wave

BECAME: dict[Happened | None, str] = {
    "yes": ", and it happened",
    "partly": ", and it partly happened",
    "no": ", and it did not happen",
    None: "",
}
"""What was said about a promise when it was asked."""


@dataclass(frozen=True)
class Event:
    """What lies between a wave and the next: a mark on the axis, and its words beside the picture."""

    after: Wave
    at: int
    """The place of that wave on the axis, from 0."""
    before: Wave | None
    """None where no later wave is drawn."""
    what: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say when, and what: 'Between Q2 26 and Q3 26: promised ‘Name one decision’, and it happened.'"""
        then = short_wave(self.after.name)
        when = f"Between {then} and {short_wave(self.before.name)}" if self.before else f"Since {then}"
        return f"{when}: {'; '.join(self.what)}."


def events(readable: Readable, until: Wave, team_id: str, dimensions: Sequence[str]) -> list[Event]:
    """List what happened to a team that bears on some dimensions, up to a wave and since it; oldest first."""
    waves = up_to(readable, until)
    found = []
    for at, (wave, after) in enumerate(pairwise([*waves, None])):
        what = [*_promised(readable, wave, team_id, dimensions)] if wave else []
        what += _changed(readable, wave, after, team_id, dimensions) if wave and after else []
        if wave and what:
            found.append(Event(wave, at, after, tuple(dict.fromkeys(what))))
    return found


def _promised(readable: Readable, wave: Wave, team_id: str, dimensions: Sequence[str]) -> Iterator[str]:
    """Say what was promised after a wave, in the order in which it was planned."""
    for action in reversed(readable.actions):
        if (action.wave_id, action.team_id) == (wave.wave_id, team_id) and action.dimension in dimensions:
            yield f"promised ‘{_title(action)}’{BECAME[action.happened]}"


def _title(action: Action) -> str:
    play = playbook.BY_ID.get(action.play)
    return play.title if play else action.play


def _changed(readable: Readable, before: Wave, after: Wave, team_id: str, dimensions: Sequence[str]) -> Iterator[str]:
    """Say what else is no longer as it was: the team's name or place, and what keeps a line from running on."""
    was, now = readable.group(before, team_id), readable.group(after, team_id)
    if was and now and team_id != ROOT and was.path != now.path:
        yield f"the team was ‘{was.path}’ before"
    for dimension in dimensions:
        ends = [(wave, readable.finding(wave, team_id, "trend", dimension)) for wave in (before, after)]
        (_, one), (_, two) = ends
        if one and two and one.shown and two.shown and not readable.comparable(*ends):
            yield "other groups counted" if one.covers != two.covers else "other statements asked"


def numbered(found: Sequence[Event]) -> list[str]:
    """Write what happened as the lines beside a picture, by the numbers of their marks."""
    return [f"{number} · {one.words}" for number, one in enumerate(found, start=1)]


def by_wave(found: Sequence[Event]) -> dict[str, str]:
    """Give for each wave what happened after it, for a table of waves."""
    return {one.after.wave_id: f"{capital('; '.join(one.what))}." for one in found}
