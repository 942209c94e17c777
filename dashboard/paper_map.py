"""The network on paper: the same places and outlines as on the screen, in millimetres from the upper left corner."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from analytics.disclosure import Finding
from dashboard import charts, wording
from dashboard.charts import Points
from dashboard.readable import Network, Person
from data.records import Group

WIDTH, HEIGHT = 162.0, 116.0
"""Millimetres between the margins, and as many as leave room for a table below."""
AIR = 6.0
"""Room on each side, for names."""
PULL, INWARDS = 0.8, 0.72
"""How far a tie between two teams bends towards the middle of the map, as on the screen."""

Name = Callable[[str], str]


def people_map(seen: Network, name: Name) -> dict[str, Any]:
    """Place teams as soft regions, people as dots and ties that both named as lines, as `charts.people_map` does."""
    members: dict[str, list[tuple[float, float]]] = {}
    for team, x, y in [*((person.team_id, person.x, person.y) for person in seen.people), *seen.places]:
        members.setdefault(team, []).append((x, y))
    everybody = np.array([place for team in members.values() for place in team])
    outlines = {team: charts.region(np.array(places), 0.045 * _reach(everybody)) for team, places in members.items()}
    paper = _Paper(np.vstack(list(outlines.values())))
    middle = {team: np.array(places).mean(axis=0) for team, places in members.items()}
    at = {person.member_id: person for person in seen.people}
    ties = [(at[a], at[b]) for a, b in zip(seen.ties["source"], seen.ties["target"], strict=True)]
    few = [person for person in seen.people if person.standing in wording.FEW]
    return {
        "kind": "people",
        "width": WIDTH,
        "height": HEIGHT,
        "teams": [_region(paper, outlines[team], name(team), places) for team, places in members.items()],
        "ties": [_tie(paper, a, b, (middle[a.team_id] + middle[b.team_id]) / 2) for a, b in ties],
        "people": [
            *({"kind": "open", "at": paper.place(x, y)} for _, x, y in seen.places),
            *(_person(paper, person, everybody[:, 0].mean()) for person in seen.people),
        ],
        "alt": _people_in_words(members, name, few),
        "key": "A region is a team, a dot is a person, a line a tie that both people named; lines between teams are darker. "
        "An open dot makes no claim: that person did not answer, or chose not to be on the map."
        + (" A diamond has few ties recorded." if few else ""),
    }


def teams_map(
    teams: Sequence[Group], ties: Sequence[Finding], people: Mapping[str, int], name: Name
) -> dict[str, Any] | None:
    """Place teams as dots, larger with more people, and the ties between them, as `charts.teams_map` does."""
    at, divisions = charts.plane(teams)
    if len(at) < 2:
        return None
    reach = _reach(np.array(list(at.values())))
    outlines = {
        division: charts.region(np.array([at[team] for team in inside]), 0.05 * reach)
        for division, inside in divisions.items()
        if len(inside) > 1
    }
    paper = _Paper(np.vstack([*outlines.values(), *(place[None] for place in at.values())]))
    drawn = [tie for tie in ties if tie.team_id in at and tie.subject in at]
    fewer = [tie for tie in drawn if tie.word == "fewer"]
    apart = {team for tie in fewer for team in (tie.team_id, tie.subject)}
    largest = max((people.get(team, 1) for team in at), default=1)
    return {
        "kind": "teams",
        "width": WIDTH,
        "height": HEIGHT,
        "regions": [
            _region(paper, outline, name(division), [at[team] for team in divisions[division]])
            for division, outline in outlines.items()
        ],
        "teams": [
            {
                "name": name(team),
                "at": paper.place(*place),
                "size": 4 + 6 * math.sqrt(people.get(team, 1) / largest),
                "apart": team in apart,
            }
            for team, place in at.items()
        ],
        "ties": [_tie_of_teams(paper, at[tie.team_id], at[tie.subject], tie) for tie in drawn if _is_drawn(tie)],
        "alt": _teams_in_words(at, name, fewer),
        "key": "A dot is a team, larger with more people; a line is the ties between two teams, thicker with more. "
        "A dotted line between diamonds: fewer ties than chance would give.",
    }


class _Paper:
    """Turns places on the map into millimetres on the page; down is positive."""

    def __init__(self, extent: Points) -> None:
        self.low, self.high = extent.min(axis=0), extent.max(axis=0)

    def place(self, x: float, y: float) -> list[float]:
        share = (np.array([x, y]) - self.low) / np.maximum(self.high - self.low, 1e-9)
        return [round(AIR + share[0] * (WIDTH - 2 * AIR), 2), round(AIR + (1 - share[1]) * (HEIGHT - 2 * AIR), 2)]

    def line(self, points: Iterable[Points]) -> list[list[float]]:
        return [self.place(float(x), float(y)) for x, y in points]


def _reach(places: Points) -> float:
    return float(np.ptp(places, axis=0).max()) or 1.0 if len(places) > 1 else 1.0


def _region(
    paper: _Paper, outline: Points, name: str, places: Sequence[tuple[float, float]] | Sequence[Points]
) -> dict[str, Any]:
    drawn = paper.line(outline)
    heights = [y for _, y in drawn]
    above = float(np.mean([place[1] for place in places])) >= 0
    middle = sum(x for x, _ in drawn) / len(drawn)
    return {
        "name": name,
        "count": len(places),
        "region": drawn,
        "label": [round(middle, 2), min(heights) - 2.6 if above else max(heights) + 2.6],
    }


def _tie(paper: _Paper, a: Person, b: Person, between: Points) -> dict[str, Any]:
    bend = (1 - PULL) * np.array([a.x + b.x, a.y + b.y]) / 2 + PULL * INWARDS * between
    return {
        "a": paper.place(a.x, a.y),
        "b": paper.place(b.x, b.y),
        "pull": paper.place(*bend),
        "across": a.team_id != b.team_id,
    }


def _tie_of_teams(paper: _Paper, a: Points, b: Points, tie: Finding) -> dict[str, Any]:
    bend = (1 - PULL) * (a + b) / 2 + PULL * INWARDS * (a + b) / 2
    width, opacity = charts.WIDTHS.get(tie.respondents or "", (0.0, 0.0))
    return {
        "a": paper.place(*a),
        "b": paper.place(*b),
        "pull": paper.place(*bend),
        "width": width,
        "fade": round(100 * (1 - opacity)),
        "fewer": tie.word == "fewer",
    }


def _is_drawn(tie: Finding) -> bool:
    return tie.word == "fewer" or tie.respondents in charts.WIDTHS


def _person(paper: _Paper, person: Person, centre: float) -> dict[str, Any]:
    kind = "few" if person.standing in wording.FEW else "tied" if person.standing == "connected" else "open"
    named = {"name": person.name, "right": bool(person.x > centre)} if kind == "few" else {}
    return {"kind": kind, "at": paper.place(person.x, person.y), **named}


def _people_in_words(members: Mapping[str, Sequence[object]], name: Name, few: Sequence[Person]) -> str:
    teams = wording.listing(f"{name(team)} ({len(places)})" for team, places in members.items())
    named = f" Few ties recorded: {wording.listing(person.name for person in few)}." if few else ""
    return f"Map of the teams and their people: {teams}.{named}"


def _teams_in_words(teams: Mapping[str, Points], name: Name, fewer: Sequence[Finding]) -> str:
    apart = wording.listing(f"{name(tie.team_id)} with {name(tie.subject)}" for tie in fewer) if fewer else "no pair"
    return f"Map of {wording.counted(len(teams), 'team')} and the ties between them. Fewer than chance would give: {apart}."
