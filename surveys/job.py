"""What a close reasons about and what comes of it: the two messages between the server and the process that counts."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from data.records import Group, Wave

Progress = Callable[[str, float], None]
"""Told a sentence and the share done so far, from 0 to 1."""

Box = tuple[bytes, bytes]
"""A sealed group and sealed answers."""

Boxes = Callable[[], Generator[Sequence[Box]]]

MOMENT_COLUMNS = ["team_id", "subject", "n", "total", "squares", "items", "covers", "linked"]
RESPONSE_COLUMNS = ["respondent", "team_id", "item", "value"]
COMMENT_COLUMNS = ["team_id", "text"]
CONTRAST_COLUMNS = ["item", "n", "effect", "variance"]


@dataclass(frozen=True, eq=False)
class Sealed:
    """A pulse as its boxes hold it."""

    boxes: Boxes = field(repr=False)
    """Gives those of every ballot that was cast, some hundred at a time: more than fit into memory at once. Whoever
    asks for them closes what they get, at the end or before: until then the database is being read."""
    of: int
    """How many there are."""
    private: bytes = field(repr=False)


@dataclass(frozen=True, eq=False)
class Answers:
    """A pulse as answers that can be read: from open boxes, or from a file collected elsewhere."""

    responses: pd.DataFrame = field(repr=False)
    """respondent, team_id (a group), item, value."""
    comments: pd.DataFrame = field(repr=False)
    """team_id, text."""
    unreadable: int = 0
    """Boxes that did not open, or held something else than answers to this questionnaire."""


@dataclass(frozen=True, eq=False)
class Before:
    """What people said in the network wave before, as far as it is still held."""

    name: str
    ties: pd.DataFrame = field(repr=False)
    answered: frozenset[str] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Ties:
    """The named part of a wave, and of the ones before it what is needed to compare."""

    people: pd.DataFrame = field(repr=False)
    """member_id, name, team_id, team (path), role, level, location, joined_on, interests, managers, map,
    introductions: everybody asked who is still there."""
    groups_of: Mapping[str, str] = field(repr=False)
    """member_id to the group they appear in: their own team, or the one that it joined."""
    ties: pd.DataFrame = field(repr=False)
    avoid: pd.DataFrame = field(repr=False)
    answered: frozenset[str] = field(repr=False)
    questions: frozenset[str]
    """Which questions about names were asked, by the kind of their ties."""
    consents: pd.DataFrame = field(repr=False)
    earlier_standings: Mapping[str, str] = field(repr=False)
    """member_id to standing in the network wave before."""
    earlier_places: pd.DataFrame | None = field(repr=False)
    """member_id, x, y of the network wave before."""
    earlier_introductions: pd.DataFrame | None = field(repr=False)
    more: pd.DataFrame = field(repr=False)
    """member_id, kind: who would have named more people than the form takes."""
    before: Before | None = field(repr=False, default=None)


@dataclass(frozen=True, eq=False)
class Job:
    """Everything the close of one wave reasons about."""

    wave: Wave
    groups: Sequence[Group]
    pulse: Sealed | Answers | None
    network: Ties | None
    seats: pd.DataFrame = field(repr=False)
    """wave_id, member_id, team_id of all waves."""
    earlier: pd.DataFrame = field(repr=False)
    """Released moments of earlier waves, with the `name` and `number` of their wave, and what was printed of them."""
    contrasts: pd.DataFrame = field(repr=False)
    """What was kept of earlier waves about how readily people agree with each statement."""
    names: frozenset[str] = field(default=frozenset(), repr=False)
    """What people here are called: no theme of the comments may name one. Nobody's name stands beside an answer."""


@dataclass(frozen=True, eq=False)
class Result:
    """What may be kept: rows of the tables finding, moment, comment, contrast, standing and introduction."""

    findings: pd.DataFrame
    moments: pd.DataFrame
    comments: pd.DataFrame
    contrasts: pd.DataFrame
    standings: pd.DataFrame
    introductions: pd.DataFrame
    unreadable: int
