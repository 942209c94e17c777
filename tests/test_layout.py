import numpy as np
import pandas as pd
import pytest
from companies import both_ways, members, planted, ties
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import network


def points(frame):
    return frame[["x", "y"]].to_numpy()


def regions(frame, teams):
    """The outline of each team's region."""
    of = frame.member_id.map(teams)
    return {team: points(network.outline(part)) for team, part in frame.groupby(of)}


def inside(edge, place):
    """Whether a place lies within a closed convex line that runs anticlockwise."""
    step, towards = np.diff(edge, axis=0), place - edge[:-1]
    return bool(np.all(step[:, 0] * towards[:, 1] - step[:, 1] * towards[:, 0] >= -1e-9))


def test_the_same_network_is_drawn_the_same_way():
    pd.testing.assert_frame_equal(network.layout(planted().graph), network.layout(planted().graph))


def test_everybody_has_a_place_of_their_own():
    places = points(network.layout(planted().graph))
    distance = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + np.eye(len(places)) * 9

    assert np.isfinite(places).all()
    assert distance.min() > 0.7


def test_regions_of_teams_do_not_overlap():
    company = planted()
    edges = regions(network.layout(company.graph), company.teams)

    for team, edge in edges.items():
        for other, beside in edges.items():
            assert team == other or not any(inside(edge, place) for place in beside)


def test_the_best_connected_sit_inside_and_few_ties_at_the_rim():
    teams = {f"m{number:02d}": "x" for number in range(20)}
    graph = network.graph(members(teams), both_ways(*(("m00", f"m{number:02d}") for number in range(1, 15))))
    frame = network.layout(graph).set_index("member_id")
    away = np.hypot(frame.x - frame.x.median(), frame.y - frame.y.median())

    assert away["m00"] < away[[f"m{number}" for number in range(15, 20)]].min()


def test_teams_with_many_ties_stand_nearer():
    teams = {f"{team}{number}": team for team in "abcdef" for number in range(6)}
    close = [(f"a{i}", f"b{i}") for i in range(6)] + [(f"d{i}", f"e{i}") for i in range(6)]
    frame = network.layout(network.graph(members(teams), both_ways(*close, ("a0", "d0"), ("b0", "c0"), ("e0", "f0"))))
    middle = frame.groupby(frame.member_id.str[0])[["x", "y"]].mean()

    assert np.hypot(*(middle.loc["a"] - middle.loc["b"])) < np.hypot(*(middle.loc["a"] - middle.loc["e"]))


def test_nothing_moves_when_nothing_changed():
    company = planted()
    first = network.layout(company.graph)

    assert points(network.layout(company.graph, first)) == pytest.approx(points(first))


def test_teams_keep_their_place_when_ties_change_and_a_team_is_new():
    company = planted()
    before = network.layout(company.graph)
    teams = company.teams | {f"new{number}": "new" for number in range(6)}
    after = network.layout(network.graph(members(teams), planted(seed=5).ties), before)
    stayed = after[after.member_id.isin(company.teams)]
    moved = np.hypot(*(points(stayed) - points(before)).T)

    width = np.ptp(points(before), axis=0).max()
    assert np.median(moved) < 0.1 * width
    assert after.member_id.str.startswith("new").sum() == 6
    edges = regions(after, teams)
    assert not any(inside(edges["new"], place) for team, edge in edges.items() if team != "new" for place in edge)


def test_a_new_team_goes_where_its_ties_are():
    teams = {f"{team}{number}": team for team in "abcd" for number in range(6)}
    before = network.layout(network.graph(members(teams), both_ways(("a0", "b0"), ("b0", "c0"), ("c0", "d0"))))
    grown = network.graph(members(teams | {"n0": "n", "n1": "n"}), both_ways(("n0", "d0"), ("n1", "d1")))
    after = network.layout(grown, before)
    middle = after.groupby(after.member_id.str[0])[["x", "y"]].mean()
    away = np.hypot(middle.x - middle.x["n"], middle.y - middle.y["n"]).drop("n")

    assert away.idxmin() == "d"


@pytest.mark.parametrize("size", [0, 1, 2])
def test_tiny_networks_are_drawn_too(size):
    frame = network.layout(network.graph(members({f"m{number}": "x" for number in range(size)}), ties()))

    assert list(frame.columns) == ["member_id", "x", "y"]
    assert len(frame) == size


coordinates = st.floats(-50, 50, allow_nan=False)


@given(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=30))
@settings(max_examples=40)
def test_an_outline_is_closed_convex_and_holds_everybody(places):
    edge = points(network.outline(pd.DataFrame(places, columns=["x", "y"])))
    step = np.diff(edge, axis=0)
    turn = step[:, 0] * np.roll(step[:, 1], -1) - step[:, 1] * np.roll(step[:, 0], -1)

    assert edge[0] == pytest.approx(edge[-1])
    assert (turn >= -1e-6).all()
    assert all(inside(edge, np.array(place)) for place in places)


def test_nobody_has_no_outline():
    assert network.outline(pd.DataFrame({"x": [], "y": []})).empty
