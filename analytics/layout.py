"""Where the map draws everyone: a place for each team, its members around it, and the outline of its region.

The unit is about the distance between neighbouring members. A team keeps its place from wave to wave, and a member
theirs as far as their ties allow, so that a reader finds people where they were.
"""

import random

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.spatial import KDTree

from analytics.adjacency import Floats, Graph, Matrices, Numbers, matrices
from analytics.checks import require_columns

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
SEAT = 0.6
"""The spiral's scale: places at SEAT · √(k + ½) are about one unit apart."""
ROOM = 0.8
"""Room between the outermost members and the edge of their region."""
GAP = 1.5
"""Room between two regions, where their names stand."""
PULL = 0.3
"""How strongly every team is drawn to the middle, against 1 for a usual tie; keeps teams without ties on the map."""
ROUNDS = 500
BAND = 60
"""Most members who may trade seats to stay where they were; a team has at least a middle and a rim."""
DIRECTIONS = 96
SOFTNESS = 0.35
"""Radians over which an outline's corners are rounded."""


def layout(graph: Graph, earlier: pd.DataFrame | None = None) -> pd.DataFrame:
    """A place for every member: columns member_id, x, y, sorted by member_id; the same for the same input.

    Teams that share many ties stand near one another (Fruchterman & Reingold 1991, on the teams); their regions never
    overlap. Inside a team members sit on a golden-angle spiral, the best connected in the middle, few ties at the rim.

    `earlier` is the layout of the wave before (member_id, x, y). Teams with members in it keep their place, new teams
    are put where their ties draw them, and only regions that would touch move aside.

    >>> import networkx as nx
    >>> layout(nx.DiGraph([("a", "b")])).columns.to_list()
    ['member_id', 'x', 'y']
    """
    m = matrices(graph)
    before = _earlier_places(m, earlier)
    anchors = _anchors(m, before)
    places = np.zeros((len(m.people), 2))
    by_team, starts = np.argsort(m.team_of, kind="stable"), np.cumsum([0, *m.sizes])
    for team in range(len(m.teams)):
        members = by_team[starts[team] : starts[team + 1]]
        places[members] = anchors[team] + _seated(m.degrees[members], before[members] - anchors[team])
    return pd.DataFrame({"member_id": pd.array(m.people, dtype="str"), "x": places[:, 0], "y": places[:, 1]})


def outline(points: pd.DataFrame) -> pd.DataFrame:
    """The edge of a team's region around its members' places: a closed, smooth, convex line (columns x, y).

    `points` has columns x and y. The line is drawn from the support function h(θ), the farthest that any member reaches
    in direction θ, averaged over neighbouring directions: an average of support functions is one again, so the line is
    convex for any points. It is then pushed out until all members are inside with `ROOM` to spare. Empty for no points.

    Around a single member it is a circle with radius `ROOM`.

    >>> edge = outline(pd.DataFrame({"x": [2.0], "y": [1.0]}))
    >>> bool(np.allclose(np.hypot(edge.x - 2, edge.y - 1), ROOM))
    True
    """
    require_columns(points, "x", "y", what="points")
    if points.empty:
        return pd.DataFrame({"x": np.zeros(0), "y": np.zeros(0)})
    edge = _edge(points[["x", "y"]].to_numpy(dtype=np.float64))
    return pd.DataFrame({"x": edge[:, 0], "y": edge[:, 1]})


def _edge(places: Floats) -> Floats:
    """The closed outline around some places, as rows of x and y."""
    angles = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
    outward = np.column_stack([np.cos(angles), np.sin(angles)])
    along = np.column_stack([-np.sin(angles), np.cos(angles)])
    middle = places.mean(axis=0)
    farthest = np.max((places - middle) @ outward.T, axis=0)
    frequency = np.fft.rfftfreq(DIRECTIONS, 1 / DIRECTIONS)
    spectrum = np.fft.rfft(farthest) * np.exp(-0.5 * (frequency * SOFTNESS) ** 2)
    support = np.fft.irfft(spectrum, DIRECTIONS)
    slope = np.fft.irfft(spectrum * 1j * frequency, DIRECTIONS)
    support = support + np.max(farthest - support) + ROOM
    edge = middle + support[:, None] * outward + slope[:, None] * along
    return np.vstack([edge, edge[:1]])


def _seats(people: int) -> Floats:
    """Places for a team's members around its anchor, from the middle outwards.

    The middle one of their x and of their y is 0, so that the anchor is found again from where the members sat.
    """
    number = np.arange(people)
    seats = _polar(SEAT * np.sqrt(number + 0.5), number * GOLDEN_ANGLE)
    return seats - np.median(seats, axis=0)


def _seated(degrees: Numbers, before: Floats) -> Floats:
    """A seat for each member of a team: the best connected inside, and there as near as can be to where they were."""
    people = len(degrees)
    seats = _seats(people)
    places = np.zeros((people, 2))
    best_first = np.argsort(-degrees, kind="stable")
    bands = np.array_split(np.arange(people), min(people, max(2, -(-people // BAND))))
    for band in bands:
        members = best_first[band]
        away = np.nan_to_num(((before[members][:, None, :] - seats[band][None, :, :]) ** 2).sum(axis=2))
        member, seat = linear_sum_assignment(away)
        places[members[member]] = seats[band[seat]]
    return places


def _earlier_places(m: Matrices, earlier: pd.DataFrame | None) -> Floats:
    """Where each person was drawn before; NaN for those who were not."""
    if earlier is None or earlier.empty:
        return np.full((len(m.people), 2), np.nan)
    require_columns(earlier, "member_id", "x", "y", what="earlier layout")
    known = earlier.drop_duplicates("member_id").set_index("member_id")[["x", "y"]]
    return known.reindex(m.people).to_numpy(dtype=np.float64)


def _anchors(m: Matrices, before: Floats) -> Floats:
    """The middle of each team's region."""
    sizes, where = np.unique(m.sizes, return_inverse=True)
    reach = np.array([np.hypot(*_edge(_seats(int(size))).T).max() for size in sizes])[where]
    ties = sparse.coo_array(sparse.triu(m.membership.T @ m.tied @ m.membership, k=1))
    seen = ~np.isnan(before[:, 0])
    weight = np.bincount(m.team_of[seen], minlength=len(m.teams)).astype(np.float64)
    anchors = _kept(m, before, ties, weight, reach) if weight.any() else _drawn_together(m.sizes, ties, reach)
    return _apart(anchors, reach, weight)


def _drawn_together(sizes: Numbers, ties: sparse.coo_array, reach: Floats) -> Floats:
    """Anchors for teams that have none: the more ties for their size, the nearer."""
    import igraph  # noqa: PLC0415  it loads its drawing back ends, Plotly among them

    teams = len(sizes)
    if teams < 2:
        return np.zeros((teams, 2))
    strength = ties.data / np.sqrt(sizes[ties.row] * sizes[ties.col])
    strength = strength / strength.mean() if len(strength) else strength
    to_middle = np.column_stack([np.arange(teams), np.full(teams, teams)])
    drawn = igraph.Graph(n=teams + 1, edges=np.vstack([np.column_stack([ties.row, ties.col]), to_middle]))
    start = np.vstack([_polar(np.sqrt(np.arange(teams) + 0.5), np.arange(teams) * GOLDEN_ANGLE), np.zeros((1, 2))])
    weights = [*strength.tolist(), *[PULL] * teams]
    igraph.set_random_number_generator(random.Random(0))  # noqa: S311  it breaks ties in a drawing; always the same
    try:
        found = np.array(drawn.layout_fruchterman_reingold(seed=start.tolist(), weights=weights).coords)[:-1]
    finally:
        igraph.set_random_number_generator(random)
    found = found - found.mean(axis=0)
    spread = np.sqrt((found**2).sum(axis=1).mean())
    return np.asarray(found * (np.sqrt(np.sum((reach + GAP / 2) ** 2) / 2) / max(spread, 1e-9)))


def _kept(m: Matrices, before: Floats, ties: sparse.coo_array, weight: Floats, reach: Floats) -> Floats:
    """Anchors where teams were; a new team among those it has ties with, or outside all of them if it has none."""
    places = pd.DataFrame(before).groupby(m.team_of).median().reindex(range(len(m.teams))).to_numpy()
    old = weight > 0
    both = (ties + ties.T).tocsr()
    pull = both @ np.where(old, 1.0, 0.0)
    drawn_to = both @ np.where(old[:, None], places, 0.0) / np.maximum(pull, 1)[:, None]
    middle = places[old].mean(axis=0)
    rim = np.hypot(*(places[old] - middle).T).max() + reach.max()
    outside = middle + _polar(rim + reach, np.arange(len(m.teams)) * GOLDEN_ANGLE)
    return np.where(old[:, None], places, np.where(pull[:, None] > 0, drawn_to, outside))


def _apart(anchors: Floats, reach: Floats, weight: Floats) -> Floats:
    """Move regions that touch away from each other; the one whose people were there before moves less."""
    anchors = anchors.copy()
    for _ in range(ROUNDS):
        a, b, away, lack = _touching(anchors, reach)
        if not len(a):
            return anchors
        share = np.where(weight[a] + weight[b] > 0, weight[b] / np.maximum(weight[a] + weight[b], 1), 0.5)
        step = away * (lack * 1.01)[:, None]
        np.add.at(anchors, a, -step * share[:, None])
        np.add.at(anchors, b, step * (1 - share)[:, None])
    a, b, _, lack = _touching(anchors, reach)
    apart = reach[a] + reach[b] + GAP - lack
    return anchors * np.max((apart + lack) / np.maximum(apart, 1e-3), initial=1.0)


def _touching(anchors: Floats, reach: Floats) -> tuple[Numbers, Numbers, Floats, Floats]:
    """Pairs of regions too near each other, the direction from one to the other, and how far they lack."""
    if len(anchors) < 2:
        nobody = np.zeros(0, dtype=np.int64)
        return nobody, nobody, np.zeros((0, 2)), np.zeros(0)
    near = KDTree(anchors).query_pairs(2 * reach.max() + GAP, output_type="ndarray").astype(np.int64)
    near = near[np.lexsort((near[:, 1], near[:, 0]))]
    a, b = near[:, 0], near[:, 1]
    difference = anchors[b] - anchors[a]
    distance = np.hypot(difference[:, 0], difference[:, 1])
    lack = reach[a] + reach[b] + GAP - distance
    touch = lack > 1e-9
    same_place = _polar(np.ones(len(b)), b * GOLDEN_ANGLE)
    direction = np.where(distance[:, None] > 1e-9, difference / np.maximum(distance, 1e-9)[:, None], same_place)
    return a[touch], b[touch], direction[touch], lack[touch]


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
