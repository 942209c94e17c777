"""The rows that travel between the parts, each frozen: what is read, checked or handed on, and never changed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Asks = Literal["pulse", "network", "both"]
State = Literal["open", "closing", "closed"]
Happened = Literal["yes", "partly", "no"]

ROOT = "organization"
"""The id and the path of the root of every team tree. Its name for people is the setting `organization`."""


class Problem(Exception):  # noqa: N818  it is what a person is told, not a failure of the program
    """Something a person handed in that cannot be used: one sentence with thing, name, value, expected, nearest match.

    Commands print it and exit with status 2; pages show it. Whoever raises it has changed nothing.
    """


@dataclass(frozen=True)
class Team:
    """A node of the organization's tree."""

    team_id: str
    path: str
    """What people read: 'Engineering / Platform'. Unique; may change."""
    parent: str | None
    """The team_id above; None for the root only."""


@dataclass(frozen=True)
class Member:
    """One person of the roster."""

    member_id: str
    name: str
    email: str
    team_id: str
    """The team they work in; what they lead is in `leads`."""
    manager_id: str | None = None
    role: str | None = None
    level: str | None = None
    location: str | None = None
    joined_on: date | None = None
    language: str | None = None
    timezone: str | None = None
    interests: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    """team_ids."""
    active: bool = True


@dataclass(frozen=True)
class Wave:
    """One asking, with everything that was promised when it opened."""

    wave_id: str
    name: str
    number: int
    """0, 1, 2 … in order of opening."""
    asks: Asks
    questionnaire: str
    """The questions as asked, as JSON (`surveys.questionnaire.from_json`); '' without a pulse."""
    state: State
    opened_on: date
    closes: datetime
    """UTC, without a zone mark. Ballots are refused from then on."""
    closed_on: date | None
    k: int
    smallest_group: int
    trustee: bool
    box_key: bytes | None
    """The public half of the box key; None without a pulse."""
    code_salt: bytes | None = None
    """What short codes are made and stretched with; None where codes are long."""

    @property
    def pulse(self) -> bool:
        """Whether the wave asks the anonymous statements."""
        return self.asks in ("pulse", "both")

    @property
    def network(self) -> bool:
        """Whether the wave asks who works with whom."""
        return self.asks in ("network", "both")


@dataclass(frozen=True)
class Group:
    """A team of a wave as it is reported, frozen at open: a group of its own, or joined to one above."""

    team_id: str
    parent: str | None
    path: str
    invited: int
    """People whose answers go to this group itself. 0: the group is the sum of those below it."""
    joins: str | None = None
    """None for a group; a team too small to be one names the group that counts its people."""


@dataclass(frozen=True)
class Ballot:
    """The right to answer one pulse once. Carries no name."""

    nullifier: bytes
    group_box: bytes
    """The group's team_id, sealed to the wave's box key."""
    group_note: bytes
    """The group's path, which only the holder of the link can read."""


@dataclass(frozen=True)
class Tie:
    """A named statement: 'I work with …'."""

    source: str
    target: str
    kind: Literal["work", "help", "energy", "meet", "reach"] = "work"
    strength: float = 1.0


@dataclass(frozen=True)
class Action:
    """Something that somebody who leads promised to do about a dimension of a team."""

    action_id: str
    wave_id: str
    """The wave whose findings called for it."""
    team_id: str
    play: str
    """The id of a play of the playbook."""
    dimension: str
    owner: str
    """Who promised it, by name."""
    planned_on: date
    due_on: date
    happened: Happened | None = None
    """What was said when it was asked whether this happened; None until then."""
    answered_on: date | None = None
