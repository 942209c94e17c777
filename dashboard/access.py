"""Who may see what: one policy table for pages, figures, names and acts. What the table does not name is closed.

    role           reads                                     does
    administrator  every released figure, and the log        runs the roster and the waves
    lead           what they lead, and the line above it     plans, answers introductions, makes reports
    steward        terms, keys, promises and the log         opens and closes waves
    auditor        promises and the log                      nothing

Everything readable has passed the disclosure gate already; this module only narrows it by role. The audit of the gate
runs over the union of what a role can read, and an administrator reads every released figure, so no combination of
viewers reads more than was audited.

Whoever can give commands on the server is its administrator: the database and the socket are files that only its owner
opens. There is no command for another role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

import duckdb

from data import roster
from data.records import Group, Problem, Team

if TYPE_CHECKING:  # loads scipy, for which no form should wait when a server starts
    from analytics.disclosure import Finding

Role = Literal["administrator", "lead", "steward", "auditor"]
Page = Literal[
    "overview",
    "trends",
    "teams",
    "network",
    "introductions",
    "actions",
    "reports",
    "waves",
    "settings",
    "log",
    "method",
    "protection",
]
Act = Literal[
    "change the roster", "open a wave", "close a wave", "hand out links", "plan", "answer an introduction", "report"
]

PAGES: tuple[Page, ...] = get_args(Page)
"""Every page of the dashboard, in the order of its menu."""


@dataclass(frozen=True)
class Policy:
    """What one role opens; whatever it does not name stays closed."""

    figures: Literal["all", "led", "none"]
    """Of the figures that the gate released: all, those of what they lead and the line above it, or none. Names, where
    consent allows them, go the same way, without the line."""
    pages: tuple[Page, ...]
    """The first is where they arrive."""
    acts: frozenset[Act]
    """What they may do on those pages."""


FIGURES: tuple[Page, ...] = ("overview", "trends", "teams", "network", "introductions", "actions", "reports")
WATCHED: tuple[Page, ...] = ("log", "method", "protection")

POLICIES: Mapping[Role, Policy] = MappingProxyType(
    {
        "administrator": Policy("all", PAGES, frozenset(get_args(Act))),
        "lead": Policy(
            "led", (*FIGURES, "method", "protection"), frozenset({"plan", "answer an introduction", "report"})
        ),
        # a steward may hold the trustee's passphrase: they type it where a wave opens and where it closes
        "steward": Policy("none", ("waves", *WATCHED), frozenset({"open a wave", "close a wave"})),
        "auditor": Policy("none", WATCHED, frozenset()),
    }
)
"""The one table. A page or an act that stands in no row is open to nobody."""

CLOSED = Policy("none", (), frozenset())
"""What a role opens that stands in no row."""

OWN_ONLY = frozenset({"few_ties", "silo"})
"""Kinds of finding about a team's own network: for whoever leads it, and not for those who look up at it."""


@dataclass(frozen=True)
class Viewer:
    """Somebody who is signed in, and what their role opens."""

    role: Role
    member_id: str | None
    """None for the administrator, who need not work here."""
    name: str
    teams: frozenset[str]
    """team_ids they may read in full today: the subtrees they lead; every team for the administrator."""
    leads: frozenset[str] = frozenset()
    """team_ids at the top of those subtrees; none for the administrator."""

    @property
    def administrator(self) -> bool:
        """Whether they read every released figure."""
        return self.policy.figures == "all"

    @property
    def policy(self) -> Policy:
        """Their row of the table."""
        return POLICIES.get(self.role, CLOSED)

    @property
    def who(self) -> str:
        """How the log names them."""
        return self.member_id or self.role


def may_open(viewer: Viewer, page: str) -> bool:
    """Whether a page is for this viewer."""
    return page in viewer.policy.pages


def may(viewer: Viewer, act: Act) -> bool:
    """Whether this viewer may do something that changes what is kept, or hands something out."""
    return act in viewer.policy.acts


def whose(page: str) -> tuple[Role, ...]:
    """List the roles that a page is for."""
    return tuple(role for role, policy in POLICIES.items() if page in policy.pages)


def administrator(teams: Iterable[Team]) -> Viewer:
    """Give the viewer of the commands and of the administrator's own sign-in: every released figure."""
    return Viewer("administrator", None, "Administrator", frozenset(team.team_id for team in teams))


def roles_of(db: duckdb.DuckDBPyConnection, member_id: str) -> tuple[Role, ...]:
    """List the roles that a member has now: lead by the roster, steward or auditor by appointment.

    `Problem` for somebody who is not on the roster.
    """
    appointed = roster.appointed(db, member_id)
    leads: tuple[Role, ...] = ("lead",) if roster.member(db, member_id).leads else ()
    return (*leads, appointed) if appointed else leads


def viewer_for(db: duckdb.DuckDBPyConnection, member_id: str | None, role: Role) -> Viewer:
    """Tell what somebody may see as the roster and the appointments stand now.

    Asked at every page, so that a change takes effect at the next click. Somebody with two roles sees, in one sign-in,
    what one of them opens: the page that names a steward's doings must not widen what they read as a lead. A `Problem`
    for a member who is no longer there, or does not have the role.
    """
    if role not in POLICIES:
        raise Problem(f"There is no role '{role}'; expected one of {', '.join(POLICIES)}.")
    teams = roster.teams(db)
    if role == "administrator":
        return administrator(teams)
    member = roster.member(db, member_id or "")
    if role not in roles_of(db, member.member_id):
        raise Problem(f"Member '{member_id}' {HOW_TO_BE[role]}")
    leads = frozenset(member.leads) if POLICIES[role].figures == "led" else frozenset()
    return Viewer(role, member.member_id, member.name, subtree(_parents(teams), leads), leads)


HOW_TO_BE: Mapping[str, str] = {
    "lead": "leads no team; expected somebody named in the roster's column lead_of.",
    "steward": "is not appointed steward; expected rapport people appoint --steward first.",
    "auditor": "is not appointed auditor; expected rapport people appoint --auditor first.",
}


def readable_teams(viewer: Viewer, groups: Collection[Group]) -> frozenset[str]:
    """Tell whose figures this viewer may read in a wave: what they lead, all below it, and the line above it.

    By the tree as it stood when the wave opened (`groups`), because its figures were audited over that tree.
    """
    if viewer.administrator:
        return frozenset(group.team_id for group in groups)
    return _scope(viewer, _These(groups)).readable


def may_read(viewer: Viewer, groups: Collection[Group], team_id: str) -> bool:
    """Whether this viewer may read what a team said, and how it changed, in the wave of these groups."""
    return viewer.administrator or team_id in _scope(viewer, _These(groups)).readable


def may_read_finding(viewer: Viewer, groups: Collection[Group], finding: Finding) -> bool:
    """Whether one released figure is for this viewer's eyes.

    Figures about a team's own network are for those who read it in full; ties between two teams for whoever reads
    either in full; everything else goes by `may_read`.
    """
    if viewer.administrator:
        return True
    scope = _scope(viewer, _These(groups))
    if finding.kind == "between":
        return finding.team_id in scope.full or finding.subject in scope.full
    return finding.team_id in (scope.full if finding.kind in OWN_ONLY else scope.readable)


def may_read_comments(viewer: Viewer, groups: Collection[Group], team_id: str) -> bool:
    """Whether a group's comments are for this viewer: only in full, never from below."""
    return viewer.administrator or team_id in _scope(viewer, _These(groups)).full


@dataclass(frozen=True)
class _Scope:
    """What a lead may read of one wave."""

    full: frozenset[str]
    readable: frozenset[str]


@dataclass(frozen=True, eq=False)
class _These:
    """The groups of a wave, known by which object they are: comparing thousands of them would cost too much."""

    groups: Collection[Group]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and self.groups is other.groups

    def __hash__(self) -> int:
        return id(self.groups)


@lru_cache(maxsize=16)
def _scope(viewer: Viewer, these: _These) -> _Scope:
    """Work out a lead's scope once a wave, and not for each of its findings."""
    parents = _parents(these.groups)
    full = subtree(parents, viewer.leads)
    line = frozenset(step for lead in viewer.leads for step in upwards(lead, parents))
    return _Scope(full, (full | line) & frozenset(parents))


def may_name(viewer: Viewer, *team_ids: str) -> bool:
    """Whether this viewer may read names, where consent allows them, of people who work in a team now.

    With two teams, as for an introduction: whoever reads either in full.
    """
    return viewer.administrator or any(team_id in viewer.teams for team_id in team_ids)


def subtree(parents: Mapping[str, str | None], tops: Collection[str]) -> frozenset[str]:
    """Find the teams that are one of `tops` or stand below one, in a tree given as child → parent.

    >>> sorted(subtree({"all": None, "a": "all", "b": "all", "a1": "a"}, {"a"}))
    ['a', 'a1']
    """

    @cache
    def below(team_id: str | None) -> bool:
        return team_id in tops or (team_id is not None and below(parents.get(team_id)))

    return frozenset(filter(below, parents))


def upwards(team_id: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Walk from a team to the top of its tree, both included.

    >>> list(upwards("a1", {"all": None, "a": "all", "a1": "a"}))
    ['a1', 'a', 'all']
    """
    step: str | None = team_id
    while step is not None:
        yield step
        step = parents.get(step)


def _parents(nodes: Iterable[Team] | Iterable[Group]) -> dict[str, str | None]:
    return {node.team_id: node.parent for node in nodes}
