"""What other programs may read: the one table that makes the routes, their description and the page about them.

    ADDRESSES ──▶ dashboard.api        a route for each: who asks, what for, the answer
              └─▶ dashboard.described  OpenAPI, and a page for people

An address gives tables, the same as commands and pages show them, and looks everything up in what its reader may read
(`dashboard.readable`): nothing is computed, and no person is named. What a page does not open, no address does
(`Address.pages`): a role reads here what it reads there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dashboard import access
from dashboard.access import Page, Viewer
from data.nearest import did_you_mean
from data.records import Wave
from surveys.desk import Desk

if TYPE_CHECKING:  # loads pandas and scipy, for which no form should wait when a server starts
    import pandas as pd

    from dashboard.readable import Readable

API = "/api/v1"
LONGEST = 200
"""Characters of a value that is asked for; no wave and no team has a longer name that anybody could read."""


class Refused(Exception):  # noqa: N818  it is an answer, not a failure of the program
    """What was asked for is not given: an HTTP status, and one sentence that says why."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        """Say why; `headers` go along, with `_` for `-`."""
        super().__init__(sentence)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Kind:
    """What stands in a column: for people, and as JSON Schema says it."""

    called: str
    schema: Mapping[str, Any]


TEXT = Kind("text", {"type": "string"})
YES_OR_NO = Kind("true or false", {"type": "boolean"})
WHOLE = Kind("whole number", {"type": "integer"})
NUMBER = Kind("number, or null", {"type": ["number", "null"]})
DAY = Kind("date", {"type": "string", "format": "date"})
DAY_OR_NULL = Kind("date, or null", {"type": ["string", "null"], "format": "date"})
MOMENT = Kind("moment in UTC", {"type": "string", "format": "date-time"})


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    kind: Kind
    means: str


@dataclass(frozen=True)
class Asked:
    """What was asked for, as far as it was: the name of a wave, the path of a team, a dimension."""

    wave: str | None = None
    team: str | None = None
    dimension: str | None = None


PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "wave": "A closed wave, by its name. Without it, the last one.",
        "team": "A team, by its path in that wave, or 'organization'. Without it, every one that you may read.",
        "dimension": "A dimension, by its id, such as 'trust'. Without it, every one.",
    }
)
"""What can be asked for, under the names of `Asked`."""

Tables = Mapping[str, "pd.DataFrame"]


@dataclass(frozen=True)
class Address:
    """One address: what it gives, to whom, and how it is looked up."""

    name: str
    gives: str
    pages: tuple[Page, ...]
    """It opens to whoever may open one of these pages."""
    tables: Mapping[str, tuple[Column, ...]]
    read: Callable[["Readable", Asked], Tables] = field(repr=False)
    parameters: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it is."""
        return f"{API}/{self.name}"


def asked_for(address: Address, query: Iterable[tuple[str, str]]) -> Asked:
    """Read what stands behind the question mark. `Refused` for what this address does not know, and for a riddle.

    >>> asked_for(ADDRESSES[2], [("team", "Sales")])
    Asked(wave=None, team='Sales', dimension=None)
    """
    found: dict[str, str] = {}
    for name, value in query:
        if name not in address.parameters:
            known = f"expected {' or '.join(address.parameters)}" if address.parameters else "expected none"
            raise Refused(422, f"Parameter '{name[:LONGEST]}' is not known here; {known}.")
        if name in found or not 0 < len(value) <= LONGEST:
            raise Refused(422, f"Parameter '{name}': expected one value of 1 to {LONGEST} characters.")
        found[name] = value
    return Asked(**found)


def answer(desk: Desk, viewer: Viewer, address: Address, asked: Asked) -> dict[str, Any]:
    """Look up what an address gives to this viewer. `Refused` for a role it is not for, and for what is not there."""
    from dashboard import readable  # noqa: PLC0415  no form should wait for it when a server starts
    from data import exchange  # noqa: PLC0415

    if not any(access.may_open(viewer, page) for page in address.pages):
        raise Refused(403, f"{address.path} is not for the role of this token, {viewer.role}.")
    page = readable.read(desk, viewer, desk.today())
    tables = address.read(page, asked)
    said = {"organization": page.organization, "made_up": page.made_up}
    return said | {name: exchange.to_objects(tables[name]) for name in address.tables}


# ------------------------------------------------------------------------------------------------- how it is looked up


def _waves(readable: "Readable", _asked: Asked) -> Tables:
    from dashboard import tables  # noqa: PLC0415  as above

    return {"waves": tables.waves(readable)}


def _teams(readable: "Readable", asked: Asked) -> Tables:
    from dashboard import tables  # noqa: PLC0415

    return {"teams": tables.teams(readable, _chosen(readable.waves, asked))}


def _findings(readable: "Readable", asked: Asked) -> Tables:
    from dashboard import tables  # noqa: PLC0415

    waves = _chosen(readable.pulses, asked)
    known = {dimension for wave in waves for dimension in readable.dimensions(wave)}
    if asked.dimension is not None and asked.dimension not in known:
        raise Refused(404, f"There is no dimension '{asked.dimension}' here.{did_you_mean(asked.dimension, known)}")
    team = _team_id(readable, waves, asked)
    return {"findings": tables.scores(readable, waves, team=team, dimension=asked.dimension)}


def _response(readable: "Readable", asked: Asked) -> Tables:
    from dashboard import tables  # noqa: PLC0415

    waves = _chosen(readable.pulses, asked)
    team = _team_id(readable, waves, asked)
    return {"response": tables.answered(readable, waves, team=team)}


def _network(readable: "Readable", asked: Asked) -> Tables:
    from dashboard import tables  # noqa: PLC0415

    waves = _chosen([wave for wave in readable.waves if wave.network], asked)
    team = _team_id(readable, waves, asked)
    return {
        "ties_between_teams": tables.ties_between(readable, waves, team=team),
        "few_ties": tables.few_ties(readable, waves, team=team),
    }


def _chosen(closed: Sequence[Wave], asked: Asked) -> list[Wave]:
    """Give the one wave that was asked for, or the last; none where none has closed."""
    if asked.wave is None:
        return [*closed[-1:]]
    found = [wave for wave in closed if wave.name == asked.wave]
    if not found:
        near = did_you_mean(asked.wave, [wave.name for wave in closed])
        raise Refused(404, f"No wave '{asked.wave}' has closed that asked this.{near}")
    return found


def _team_id(readable: "Readable", waves: Sequence[Wave], asked: Asked) -> str | None:
    """Find the team that was asked for, among those that may be read: what others there are is told to nobody."""
    if asked.team is None:
        return None
    known = {group.path: group.team_id for wave in waves for group in readable.groups(wave)}
    if asked.team not in known:
        raise Refused(404, f"You read no team '{asked.team}' in this wave.{did_you_mean(asked.team, known)}")
    return known[asked.team]


# ------------------------------------------------------------------------------------------------------ the one table

WAVE = Column("wave", TEXT, "the name of the wave")
TEAM = Column("team", TEXT, "the path of the team, as it was in that wave")
SHOWN = Column("shown", YES_OR_NO, "false where the figure may not be shown: then there is none")
REASON = Column("reason", TEXT, "why it may not be shown; empty where it is")

ADDRESSES: tuple[Address, ...] = (
    Address(
        "waves",
        "Every wave: what it asks, and when it opened and closes.",
        ("overview", "waves"),
        {
            "waves": (
                WAVE,
                Column("asks", TEXT, "pulse, network or both"),
                Column("state", TEXT, "open, closing or closed"),
                Column("opened_on", DAY, "the day on which it opened"),
                Column("closes", MOMENT, "from when on no answers are taken"),
                Column("closed_on", DAY_OR_NULL, "the day on which its figures were made"),
                Column("k", WHOLE, "how many answers a figure stands for at least"),
            )
        },
        _waves,
    ),
    Address(
        "teams",
        "The teams of a wave that you may read, as they were when it opened.",
        ("teams",),
        {
            "teams": (
                WAVE,
                TEAM,
                Column("parent", TEXT, "the team above; empty for the organization"),
                Column("counted_in", TEXT, "the team that counts its people, where it is too small; else empty"),
            )
        },
        _teams,
        ("wave",),
    ),
    Address(
        "findings",
        "What each team said, 0 to 100, and whether it changed: the same rows as rapport scores.",
        ("teams",),
        {
            "findings": (
                WAVE,
                TEAM,
                Column("dimension", TEXT, "the id of the dimension"),
                Column("score", NUMBER, "0 to 100, rounded as the number of answers allows"),
                Column("low", NUMBER, "the lower end of what the group says now"),
                Column("high", NUMBER, "the upper end"),
                Column("favourable", TEXT, "the share that agrees, in bands where few answered"),
                Column("respondents", TEXT, "how many answered, in bands where they are few"),
                Column("change", TEXT, "what the test against the wave before found; empty where it found nothing"),
                SHOWN,
                REASON,
            )
        },
        _findings,
        ("wave", "team", "dimension"),
    ),
    Address(
        "response",
        "How many of the people asked answered the pulse.",
        ("overview",),
        {
            "response": (
                WAVE,
                TEAM,
                Column("answered", NUMBER, "per cent, in tens; 100 is nearly everybody"),
                SHOWN,
                REASON,
            )
        },
        _response,
        ("wave", "team"),
    ),
    Address(
        "network",
        "Ties between teams against chance: of one team every pair, else those with fewer. How many have few ties.",
        ("network",),
        {
            "ties_between_teams": (
                WAVE,
                Column("team_a", TEXT, "the path of a team"),
                Column("team_b", TEXT, "the path of another; each pair stands in both orders"),
                Column("ties", TEXT, "how many ties there are, in bands where they are few"),
                Column("expected", NUMBER, "how many chance would have made"),
                Column("compared_with_chance", TEXT, "fewer, more, or as usual"),
                SHOWN,
                REASON,
            ),
            "few_ties": (
                WAVE,
                TEAM,
                Column("not_named", TEXT, "people with few ties who did not agree to be named: 0, 1–2 or 3+"),
                SHOWN,
                REASON,
                Column("counted_in", TEXT, "the team whose count holds these people, where there is one"),
            ),
        },
        _network,
        ("wave", "team"),
    ),
)
"""Every address, with its columns in the order of the answer."""
