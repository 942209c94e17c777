import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from companies import all_pairs, both_ways, members, planted, ties

from analytics import chance, network


def pair(frame, one, other):
    return frame[(frame.team_a == one) & (frame.team_b == other)].iloc[0]


def two_teams(*pairs):
    """Twelve people in two teams of six."""
    teams = {f"a{number}": "a" for number in range(6)} | {f"b{number}": "b" for number in range(6)}
    return network.graph(members(teams), both_ways(*pairs))


A, B = [f"a{number}" for number in range(6)], [f"b{number}" for number in range(6)]


def test_the_expected_ties_and_their_spread_are_those_over_all_ways_to_deal_the_labels():
    labels = "aaabbc"
    arcs = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (0, 5)]
    dealt = [
        (sum({deal[i], deal[j]} == {"a", "b"} for i, j in arcs), sum(deal[i] == deal[j] == "a" for i, j in arcs))
        for deal in itertools.permutations(labels)
    ]
    across, inside = np.array(dealt).T
    degrees = [degree for _, degree in nx.Graph(arcs).degree]
    seen = chance._Ties(people=6, ties=6, neighbours=sum(d * (d - 1) for d in degrees))

    between = chance.between(np.array([3]), np.array([2]), seen)
    within = chance.inside(np.array([3]), seen)
    assert (between.mean[0], between.sd[0]) == pytest.approx((across.mean(), across.std()))
    assert (within.mean[0], within.sd[0]) == pytest.approx((inside.mean(), inside.std()))


def test_krackhardts_advice_is_no_silo_and_chance_gives_the_published_ei_index(real_data):
    arcs = pd.read_csv(real_data / "krackhardt_hightech" / "edges.csv", dtype=str)
    nodes = pd.read_csv(real_data / "krackhardt_hightech" / "nodes.csv", dtype=str)
    advice = arcs[arcs.relation == "advice"]
    graph = network.graph(
        members(dict(zip(nodes.id, nodes.dept, strict=True))), ties(*zip(advice.source, advice.target, strict=True))
    )
    frame = network.silos(graph)
    tied = nx.Graph(graph.edges).number_of_edges()

    assert 1 - 2 * frame.expected_inside.sum() / tied == pytest.approx(0.552, abs=0.002)  # SCIENCE.md §5.1
    assert set(frame.word.dropna()) == {"as usual"}


def test_two_teams_that_never_work_together_share_fewer_ties_than_chance():
    frame = network.between_teams(two_teams(*all_pairs(A), *all_pairs(B)))

    assert frame.observed.to_list() == [0]
    assert frame.expected.to_list() == pytest.approx([30 * 36 / 66])
    assert frame.word.to_list() == ["fewer"]


def test_each_tie_counts_once_whether_one_or_both_named_it():
    frame = network.between_teams(two_teams(("a0", "b0"), ("a1", "b1"), ("a2", "b2")))

    assert frame.observed.to_list() == [3]


def test_a_team_of_four_gets_no_word():
    teams = {f"a{number}": "a" for number in range(4)} | {f"b{number}": "b" for number in range(8)}
    graph = network.graph(members(teams), both_ways(*all_pairs([name for name in teams if name[0] == "b"])))

    assert network.between_teams(graph).word.isna().all()
    assert network.silos(graph).set_index("team_id").word.isna().to_dict() == {"a": True, "b": False}


def test_a_team_that_hardly_answered_gets_no_word():
    graph = two_teams(*all_pairs(A), *all_pairs(B))

    assert network.between_teams(graph, answered=[*A, "b0"]).word.isna().all()
    assert network.between_teams(graph, answered=[*A, *B[:4]]).word.to_list() == ["fewer"]


def test_working_with_ones_own_team_first_does_not_make_every_pair_of_teams_distant():
    company = planted()
    frame = network.between_teams(company.graph, answered=company.answered)
    distant = frame[frame.word == "fewer"]

    assert len(distant) >= 3
    assert ((distant.team_a == company.silo) | (distant.team_b == company.silo)).all()


def test_the_expected_ties_between_usual_teams_add_up_to_those_there_are():
    company = planted()
    frame = network.between_teams(company.graph)

    assert frame.expected.sum() == pytest.approx(frame.observed.sum())


def test_a_single_tie_where_hardly_any_is_expected_is_no_news():
    teams = {f"m{number:03d}": f"t{number // 5:02d}" for number in range(200)}
    names = list(teams)
    inside = [pair for start in range(0, 200, 5) for pair in all_pairs(names[start : start + 5])]
    across = [(names[start], names[start + 5]) for start in range(0, 195, 5)]
    frame = network.between_teams(network.graph(members(teams), both_ways(*inside, *across)))

    assert set(frame.word) == {"as usual"}


def test_only_the_planted_silo_is_called_inward():
    company = planted()
    frame = network.silos(company.graph, answered=company.answered)

    assert frame[frame.word == "inward"].team_id.to_list() == [company.silo]
    assert (frame.z > 2).all()  # every team works together more than chance would have it


def test_the_odds_say_how_many_times_likelier_a_tie_is_inside():
    frame = network.silos(two_teams(*all_pairs(A)[:5], ("a0", "b0"), ("a1", "b1"))).set_index("team_id")

    assert frame.inside["a"] == 5
    assert frame.outside["a"] == 2
    assert frame.odds_ratio["a"] == pytest.approx((5.5 * 34.5) / (10.5 * 2.5))


@pytest.mark.parametrize("size", [0, 1, 3])
def test_without_ties_there_is_nothing_between_teams(size):
    graph = network.graph(members({f"m{number}": f"t{number}" for number in range(size)}), ties())
    frame = network.between_teams(graph)

    assert frame.empty
    assert frame.observed.dtype == "int64"
    assert frame.word.dtype == "str"
    assert len(network.silos(graph)) == size
