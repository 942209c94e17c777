"""Which teams are reported together in a wave: decided once, when it opens, from the numbers invited. Pure.

A team with enough people besides its leads is a group; a smaller one joins the team above, and so on upwards. A team
above groups stays visible as their sum even when its own few people are counted further up. So everybody can be told
before they answer where their answers count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.records import ROOT, Group, Member, Team


@dataclass(frozen=True)
class Grouping:
    """How the teams of a tree are reported."""

    groups: list[Group]
    """Every team with people in it or below it, by path, the root first."""
    counted_in: dict[str, str]
    """For each of these teams the group that counts the people placed in it."""
    alone: list[str]
    """Who cannot appear in a figure of their own, and where their answers count instead."""


@dataclass(frozen=True)
class Formed:
    """The groups of a wave and everybody's place in them."""

    groups: list[Group]
    seats: dict[str, str]
    """member_id to the team_id of the group that counts their answers."""
    alone: list[str]
    """Who cannot appear in a figure of their own, and where their answers count instead."""


def form(
    teams: Sequence[Team],
    members: Sequence[Member],
    *,
    smallest: int,
    k: int = 5,
    earlier: Sequence[Group] | None = None,
) -> Formed:
    """The groups for these members, each of whom is counted in exactly one.

    A lead is counted above the teams they lead, so that nobody reads a figure of their own team that they are part of;
    a lead of the root stays there. Otherwise see `grouped`. `members` are those to invite.

    >>> teams = [Team(ROOT, ROOT, None), Team("s", "Sales", ROOT)]
    >>> people = [Member(f"m{i}", "", "", "s", leads=("s",) if i == 0 else ()) for i in range(7)]
    >>> formed = form(teams, people, smallest=6)
    >>> [(group.path, group.invited) for group in formed.groups], formed.seats["m0"]
    ([('organization', 1), ('Sales', 6)], 'organization')
    """
    parents = {team.team_id: team.parent for team in teams}
    places = {member.member_id: _place(member, parents) for member in members}
    people = Counter({member.team_id: 0 for member in members})  # a team of leads only is reported too: as joined
    people.update(places.values())
    made = grouped(teams, people, smallest=smallest, k=k, earlier=earlier)
    seats = {member_id: made.counted_in[place] for member_id, place in places.items()}
    return Formed(made.groups, seats, made.alone)


def grouped(
    teams: Sequence[Team],
    people: Mapping[str, int],
    *,
    smallest: int,
    k: int = 5,
    earlier: Sequence[Group] | None = None,
) -> Grouping:
    """The groups for this many people placed in each team (team_id to number).

    Bottom-up: a team whose own people, with those who joined from below, number at least `smallest` is a group.
    Otherwise they join the team above. A team above groups remains one, with nobody of its own: the sum of those below.
    The root counts whoever is left, however few.

    Groups of the `earlier` wave are kept where the roster allows it, because a trend needs the same groups on both
    sides: a team that was a group stays one while it still has `k` people. A team that joined another becomes a group
    of its own once it reaches `smallest`. A team that moved in the tree is looked at in its new place.
    """
    parents = {team.team_id: team.parent for team in teams}
    stayed = {group.team_id for group in earlier or () if group.joins is None and group.invited > 0}
    needed = {team: k if team in stayed else smallest for team in parents}
    own, moved_to = _joined(_deepest_first(parents), parents, people, needed)
    reported = _with_ancestors(people, parents)
    above = _with_ancestors((team for team, number in own.items() if number), parents)
    counted_in = {team: _end(team, moved_to) for team in reported}
    groups = [
        Group(team.team_id, team.parent, team.path, own.get(team.team_id, 0), None)
        if team.team_id in above
        else Group(team.team_id, team.parent, team.path, 0, counted_in[team.team_id])
        for team in sorted(teams, key=lambda team: (team.team_id != ROOT, team.path))
        if team.team_id in reported
    ]
    return Grouping(groups, counted_in, _alone(groups, counted_in, people, smallest))


def _place(member: Member, parents: Mapping[str, str | None]) -> str:
    """The team that counts this member: their own, or the one above the highest that they lead on the way up."""
    place = member.team_id
    for team in _upwards(member.team_id, parents):
        if team in member.leads:
            place = parents[team] or team
    return place


def _joined(
    order: Iterable[str], parents: Mapping[str, str | None], people: Mapping[str, int], needed: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, str]]:
    """People each group counts itself, and for every other team where its people moved."""
    gathered = Counter(people)
    own: dict[str, int] = {}
    moved_to: dict[str, str] = {}
    for team in order:
        above = parents[team]
        if above is None or gathered[team] >= needed[team]:
            own[team] = gathered[team]
        else:
            gathered[above] += gathered[team]
            moved_to[team] = above
    return own, moved_to


def _alone(
    groups: Sequence[Group], counted_in: Mapping[str, str], people: Mapping[str, int], smallest: int
) -> list[str]:
    paths = {group.team_id: group.path for group in groups}
    sentences = [
        f"{_team(group)} ({_people(people[group.team_id])}): their answers count in "
        f"{_name(counted_in[group.team_id], paths)}."
        for group in groups
        if people.get(group.team_id) and counted_in[group.team_id] != group.team_id
    ]
    left = groups[0].invited
    if 0 < left < smallest and any(group.invited for group in groups[1:]):
        sentences.append(
            f"{_people(left).capitalize()} outside every group: too few to be sure of a figure, so their answers may "
            "count in none. Placing them in a larger team changes that."
        )
    return sentences


def _team(group: Group) -> str:
    return group.path if group.joins else f"{group.path}, outside its teams"


def _name(team_id: str, paths: Mapping[str, str]) -> str:
    return "the whole organization" if team_id == ROOT else paths[team_id]


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _deepest_first(parents: Mapping[str, str | None]) -> list[str]:
    return sorted(parents, key=lambda team: -sum(1 for _ in _upwards(team, parents)))


def _with_ancestors(teams: Iterable[str], parents: Mapping[str, str | None]) -> set[str]:
    return {above for team in teams for above in _upwards(team, parents)} | {ROOT}


def _upwards(team: str | None, parents: Mapping[str, str | None]) -> Iterable[str]:
    while team is not None:
        yield team
        team = parents[team]


def _end(team: str, moved_to: Mapping[str, str]) -> str:
    while team in moved_to:
        team = moved_to[team]
    return team
