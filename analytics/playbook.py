"""What a lead can do next: at most two plays a wave, none without a reason, each with how well it is known to work.

The plays themselves are `analytics.plays`; what became of those that somebody promised, `analytics.follow_up`.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from analytics.disclosure import Finding
from analytics.plays import BY_ID, PLAYS, Evidence, Play

__all__ = ["BY_ID", "PLAYS", "Evidence", "Play", "Suggestion", "Why", "suggest"]


Why = Literal["clearly down", "probably down", "likely down", "below"]
"""The reason for a play: how far it fell, or that it lies below the organization's. The first is the most urgent."""


@dataclass(frozen=True)
class Suggestion:
    """A play for a group, and the finding that calls for it. Never about a person."""

    play: Play
    team_id: str
    dimension: str
    """The dimension or module that calls for it."""
    why: Why
    since: str | None = None
    """The name of the wave that a fall is counted from; None for a course and for a level."""


ENOUGH_ANSWERED = 60
"""The percentage that must have answered before a play is suggested."""
RESTS = 2
"""So many waves a play that a team has planned is not suggested to it again: then it is asked whether it happened."""

Here = Mapping[tuple[str, str, str], Finding]
_URGENCY: Sequence[Why] = get_args(Why)
_SERVED = tuple(dict.fromkeys(dimension for play in PLAYS for dimension in play.serves))


READ = ("answered", "change", "trend")
"""The kinds of finding that a reason is found in."""


def suggest(
    findings: Iterable[Finding],
    wave_id: str,
    team_ids: Collection[str],
    limit: int = 2,
    *,
    resting: Collection[tuple[str, str]] = (),
    organization: str = "organization",
) -> list[Suggestion]:
    """What to try next?

    At most two plays a wave, and none without a reason. A figure that may not be shown is no reason, so nothing is
    suggested about fewer than five people. Better evidence goes first: trials, then field studies, then practice.

    Formula: a reason is a dimension or a module that went down (clearly or probably against the wave before, or likely
    in the course over the waves), or whose 80 % band lies wholly below the organization's, in a group of which
    ENOUGH_ANSWERED % answered.

    Undefined: without a reason nothing is suggested.

    Source: stands with each play.

    Every reason gets its best play before any gets a second; among these, better evidence first, then the clearer
    reason. Where several of `team_ids` need the same play, a draw that the wave alone decides gives it to one of them:
    no play is suggested twice here, and on its own page each group finds it. None is suggested to a group for which it
    is `resting`: pairs of group and play that were planned after one of the last RESTS waves.
    """
    here: Here = {(f.team_id, f.kind, f.subject): f for f in findings if f.wave_id == wave_id and f.shown}
    offers = [
        offer
        for team in team_ids
        for offer in _offers(here, wave_id, team, {play for group, play in resting if group == team}, organization)
    ]
    chosen: dict[str, _Offer] = {}
    for offer in sorted(offers, key=lambda offer: offer.place):
        chosen.setdefault(offer.play.id, offer)
    first = list(chosen.values())[:limit]
    return [Suggestion(one.play, one.team_id, one.dimension, one.why, _since(here, one)) for one in first]


@dataclass(frozen=True)
class _Offer:
    """A play that would fit, before it is known which fit best."""

    rank: int
    """0 for the best play for its reason."""
    play: Play
    why: Why
    lot: bytes
    """The group's for this play in this wave: the same on every page, another in the next wave."""
    team_id: str
    dimension: str

    @property
    def place(self) -> tuple[int, str, int, bytes]:
        """The first is offered first, in an order that no page changes: none offers a group more than its best two."""
        return self.rank, self.play.evidence, _URGENCY.index(self.why), self.lot


def _offers(here: Here, wave_id: str, team: str, rests: Collection[str], organization: str) -> Iterator[_Offer]:
    """Every play that would fit a group."""
    for dimension, why in _reasons(here, team, organization) if _heard(here, team) else ():
        for rank, play in enumerate(_best_first(dimension, rests)):
            lot = hashlib.sha256(f"{wave_id} {play.id} {team}".encode()).digest()
            yield _Offer(rank, play, why, lot, team, dimension)


def _heard(here: Here, team: str) -> bool:
    answered = here.get((team, "answered", "pulse"))
    return answered is not None and (answered.value or 0) >= ENOUGH_ANSWERED


def _reasons(here: Here, team: str, organization: str) -> Iterator[tuple[str, Why]]:
    """The dimensions and modules that call for something, and why."""
    for dimension in _SERVED:
        change, trend = here.get((team, "change", dimension)), here.get((team, "trend", dimension))
        words = [each.word for each in (change, trend) if each is not None]
        fell = next((why for word in words for why in _URGENCY if why == word), None)
        if fell is not None:
            yield dimension, fell
        elif _below(trend, here.get((organization, "trend", dimension))):
            yield dimension, "below"


def _below(mine: Finding | None, whole: Finding | None) -> bool:
    """Whether a band lies wholly below the organization's."""
    return bool(mine and whole and mine.high is not None and whole.low is not None and mine.high < whole.low)


def _best_first(dimension: str, resting: Collection[str]) -> list[Play]:
    known = (play for play in PLAYS if dimension in play.serves and play.id not in resting)
    return sorted(known, key=lambda play: play.evidence)


def _since(here: Here, offer: _Offer) -> str | None:
    change = here.get((offer.team_id, "change", offer.dimension))
    return change.since if change is not None and change.word == offer.why else None
