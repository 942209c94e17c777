"""The network on paper: the same places and outlines as on the screen, in millimetres from the upper left corner."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from analytics.disclosure import Finding
from dashboard import charts, wording, wording_network
from dashboard.charts import Points
from dashboard.readable import Network, Person
from data.records import Group

WIDTH, HEIGHT = 162.0, 106.0
"""Millimetres between the margins, and as many as leave room for a table below."""
AIR = 6.0
"""Room on each side, for names."""
TALL = 150.0
"""A map of many teams has a page of its own."""
ALONE, FOR_EACH = 60.0, 12.0
"""Millimetres that a map of one team may be high, and what each team adds."""
NAMED = 40
"""Up to so many teams each has its name on the map; of more, those that stand apart."""
PULL, INWARDS = 0.8, 0.72
"""How far a tie between two teams bends towards the middle of the map, as on the screen."""

PEOPLE_KEY = (
    "A region is a team, a dot a person, a line a tie that both people named; lines between teams are darker. An open "
    "dot makes no claim: that person did not answer, or chose not to be on the map."
)

Name = Callable[[str], str]


def people_map(seen: Network, name: Name) -> dict[str, Any]:
    """Place teams as soft regions, people as dots and ties that both named as lines, as `charts.people_map` does."""
    members: dict[str, list[tuple[float, float]]] = {}
    for team, x, y in [*((person.team_id, person.x, person.y) for person in seen.people), *seen.places]:
        members.setdefault(team, []).append((x, y))
    seen, places = charts.spread_out(seen, {team: np.array(each) for team, each in members.items()}, charts.DESK)
    outlines = {team: charts.region(each, charts.PAD) for team, each in places.items()}
    paper = _Paper(np.vstack(list(outlines.values())), min(HEIGHT, ALONE + FOR_EACH * len(members)))
    middle = {team: each.mean(axis=0) for team, each in places.items()}
    centre = float(np.vstack(list(places.values()))[:, 0].mean())
    at = {person.member_id: person for person in seen.people}
    ties = [(at[a], at[b]) for a, b in zip(seen.ties["source"], seen.ties["target"], strict=True)]
    few = [person for person in seen.people if person.standing in wording_network.FEW]
    return {
        "kind": "people",
        "width": WIDTH,
        "height": paper.height,
        "teams": _regions(paper, {team: (outlines[team], each) for team, each in places.items()}, name),
        "ties": [_tie(paper, a, b, (middle[a.team_id] + middle[b.team_id]) / 2) for a, b in ties],
        "people": [
            *({"kind": "open", "at": paper.place(x, y)} for _, x, y in seen.places),
            *(_person(paper, person, centre) for person in seen.people),
        ],
        "alt": _people_in_words(members, name, few),
        "key": PEOPLE_KEY + (" A diamond has few ties recorded." if few else ""),
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
    paper = _Paper(np.vstack([*outlines.values(), *(place[None] for place in at.values())]), TALL, stretch=True)
    drawn = [tie for tie in ties if tie.team_id in at and tie.subject in at]
    fewer = [tie for tie in drawn if tie.word == "fewer"]
    apart = {team for tie in fewer for team in (tie.team_id, tie.subject)}
    alone = {inside[0] for inside in divisions.values() if len(inside) == 1}
    largest = max((people.get(team, 1) for team in at), default=1)
    return {
        "kind": "teams",
        "width": WIDTH,
        "height": paper.height,
        "regions": _regions(
            paper, {one: (outline, [at[team] for team in divisions[one]]) for one, outline in outlines.items()}, name
        ),
        "teams": [
            {
                "name": name(team) if len(at) <= NAMED or team in apart | alone else "",
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

    def __init__(self, extent: Points, room: float = HEIGHT, *, stretch: bool = False) -> None:
        low, high = extent.min(axis=0), extent.max(axis=0)
        size = np.maximum(high - low, 1e-9)
        fit = np.array([WIDTH - 2 * AIR, room - 2 * AIR]) / size
        self.scale = fit if stretch else np.full(2, fit.min())
        self.height = round(float(size[1] * self.scale[1]) + 2 * AIR, 2)
        self.corner = np.array([low[0] - (WIDTH / self.scale[0] - size[0]) / 2, high[1] + AIR / self.scale[1]])

    def place(self, x: float, y: float) -> list[float]:
        across, down = (np.array([x, y]) - self.corner) * self.scale * (1, -1)
        return [round(float(across), 2), round(float(down), 2)]

    def line(self, points: Iterable[Points]) -> list[list[float]]:
        return [self.place(x, y) for x, y in points]


def _reach(places: Points) -> float:
    return float(np.ptp(places, axis=0).max()) or 1.0 if len(places) > 1 else 1.0


def _regions(
    paper: _Paper, areas: Mapping[str, tuple[Points, Points | Sequence[Any]]], name: Name
) -> list[dict[str, Any]]:
    """Outlines with their names: above in the upper half and below in the lower, unless another name stands there."""
    taken: list[tuple[float, float, float]] = []
    regions = []
    for team, (outline, places) in areas.items():
        drawn = paper.line(outline)
        middle = round(sum(x for x, _ in drawn) / len(drawn), 2)
        over, under = min(y for _, y in drawn) - 2.6, max(y for _, y in drawn) + 2.6
        upper = float(np.mean([place[1] for place in places])) >= 0
        free = [y for y in ((over, under) if upper else (under, over)) if _free(taken, middle, y, name(team))]
        y = round(free[0] if free else over if upper else under, 2)
        taken.append((middle, y, _half(name(team))))
        regions.append({"name": name(team), "count": len(places), "region": drawn, "label": [middle, y]})
    return regions


def _free(taken: Iterable[tuple[float, float, float]], x: float, y: float, name: str) -> bool:
    return all(abs(x - other) > _half(name) + half or abs(y - line) > LINE for other, line, half in taken)


def _half(name: str) -> float:
    """Half the width of a name on the map, about, in millimetres."""
    return 0.9 * len(name)


LINE = 3.6
"""Millimetres between two names, one below the other."""


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
    kind = "few" if person.standing in wording_network.FEW else "tied" if person.standing == "connected" else "open"
    named = {"name": person.name, "right": bool(person.x > centre)} if kind == "few" else {}
    return {"kind": kind, "at": paper.place(person.x, person.y), **named}


def _people_in_words(members: Mapping[str, Sequence[object]], name: Name, few: Sequence[Person]) -> str:
    teams = wording.listing(f"{name(team)} ({len(places)})" for team, places in members.items())
    named = f" Few ties recorded: {wording.listing(person.name for person in few)}." if few else ""
    return f"Map of the teams and their people: {teams}.{named}"


def _teams_in_words(teams: Mapping[str, Points], name: Name, fewer: Sequence[Finding]) -> str:
    apart = wording.listing(f"{name(tie.team_id)} with {name(tie.subject)}" for tie in fewer) if fewer else "no pair"
    many = wording.counted(len(teams), "team")
    return f"Map of {many} and the ties between them. Fewer than chance would give: {apart}."
