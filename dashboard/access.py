"""Who may see what: one small policy for pages, reports and downloads.

Everything readable has passed the disclosure gate already; this module only narrows it by role. The audit of the gate
runs over the union of what a role can read, and an administrator reads every released figure, so no combination of
viewers reads more than was audited.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import duckdb

from analytics.disclosure import Finding
from data import roster
from data.records import Group, Problem, Team

Role = Literal["administrator", "lead"]

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
        """Whether they run Rapport for the organization."""
        return self.role == "administrator"


def administrator(teams: Iterable[Team]) -> Viewer:
    """Give the viewer of the commands and of the administrator's own sign-in: every released figure."""
    return Viewer("administrator", None, "Administrator", frozenset(team.team_id for team in teams))


def viewer_for(db: duckdb.DuckDBPyConnection, member_id: str | None, role: Role) -> Viewer:
    """Tell what somebody may see as the roster stands now.

    Asked at every page, so that a change of the roster takes effect at the next click. A `Problem` for a member who is
    no longer there, or who leads no team.
    """
    teams = roster.teams(db)
    if role == "administrator":
        return administrator(teams)
    member = roster.member(db, member_id or "")
    if not member.active or not member.leads:
        raise Problem(f"Member '{member_id}' leads no team; expected somebody named in the roster's column lead_of.")
    leads = frozenset(member.leads)
    return Viewer("lead", member.member_id, member.name, subtree(_parents(teams), leads), leads)


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
    return frozenset(team_id for team_id in parents if any(step in tops for step in upwards(team_id, parents)))


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
