"""How likely a pair is to tie by itself: prior rates in a small network, its own pattern in a larger one."""

import companies
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analytics import likely, pairs
from analytics.adjacency import matrices
from analytics.likely import Known
from analytics.pairs import NATURAL, Pairs


def known(graph: nx.Graph, *groups) -> Known:
    tied = sparse.csr_array(nx.to_scipy_sparse_array(graph, weight=None, dtype=float, format="csr"))
    return Known(tied, tied, tuple(np.asarray(group) for group in groups))


def open_pairs(network: Known) -> Pairs:
    one, other = np.triu_indices(network.people, k=1)
    return Pairs(one, other).only(network.tied[one, other] == 0)


def everything(pairs_: Pairs):
    return np.ones(len(pairs_), dtype=bool)


@pytest.fixture
def karate():
    return nx.karate_club_graph()


@pytest.fixture
def company():
    """120 people with some 400 ties, every open pair of theirs, and what lies between the two."""
    m = matrices(companies.planted().graph)
    every = open_pairs(Known(m.tied, m.tied))
    facts = pd.DataFrame({"team": [m.teams[team] for team in m.team_of], "location": "Ghent", "role": None})
    return m, facts, every, pairs.around(m, every)


# ---------------------------------------------------------------------------------------------- what is known of a pair


def test_the_features_are_those_of_networkx(karate):
    network = known(karate)
    every = open_pairs(network)
    found = dict(zip(likely.NAMES, likely.features(network, every).T, strict=True))
    ends = list(zip(every.a.tolist(), every.b.tolist(), strict=True))

    for name, of_networkx in {
        "Adamic–Adar": nx.adamic_adar_index,
        "resource allocation": nx.resource_allocation_index,
        "Jaccard": nx.jaccard_coefficient,
        "contacts, multiplied": nx.preferential_attachment,
    }.items():
        assert found[name] == pytest.approx([value for *_, value in of_networkx(karate, ends)]), name
    assert found["shared contacts"].tolist() == [len(list(nx.common_neighbors(karate, *pair))) for pair in ends]


def test_ways_are_the_entries_of_powers_whatever_the_chunk(karate, monkeypatch):
    network, dense = known(karate), nx.to_numpy_array(karate, weight=None)
    every = open_pairs(network)
    mixed = every.only(np.random.default_rng(1).permutation(len(every)))
    monkeypatch.setattr(likely, "CHUNK", 5)

    found = likely.ways(mixed, [network.tied] * 4)

    for steps in range(1, 5):
        assert found[steps - 1].tolist() == np.linalg.matrix_power(dense, steps)[mixed.a, mixed.b].tolist()


def test_ways_in_a_large_network_meet_in_the_middle_at_the_same_figures(karate, monkeypatch):
    network = known(karate)
    every = open_pairs(network)
    mixed = every.only(np.random.default_rng(1).permutation(len(every))[:100])
    uneven = sparse.csr_array(network.tied @ sparse.diags_array(np.arange(1.0, network.people + 1)))
    steps = [network.tied, uneven, uneven, network.tied, uneven]
    in_a_small_one = likely.ways(mixed, steps)
    monkeypatch.setattr(likely, "LARGE", 33)

    assert likely.ways(mixed, steps) == pytest.approx(in_a_small_one)
    assert in_a_small_one[4].min() > 0


def test_in_a_large_network_walks_end_after_three_steps(karate, monkeypatch):
    network = known(karate)
    every = open_pairs(network)
    expected = likely.within_reach(network.tied, every, steps=3)
    monkeypatch.setattr(likely, "LARGE", 33)

    assert likely.within_reach(network.tied, every) == pytest.approx(expected)
    assert likely.features(network, every).shape[1] == len(likely.NAMES)


def test_within_reach_is_personalized_pagerank_cut_off_after_four_steps(karate):
    network, dense = known(karate), nx.to_numpy_array(karate, weight=None)
    every = open_pairs(network)
    walk = dense / dense.sum(axis=1, keepdims=True)
    visits = sum(0.5**k * np.linalg.matrix_power(walk, k) for k in range(1, 5))

    assert likely.within_reach(network.tied, every) == pytest.approx((visits + visits.T)[every.a, every.b])


def test_somebody_without_contacts_is_within_nobodys_reach():
    alone = nx.path_graph(3)
    alone.add_node(3)

    assert likely.within_reach(known(alone).tied, Pairs(np.array([0]), np.array([3]))).tolist() == [0]


def test_what_is_too_weak_for_a_tie_brings_two_people_within_reach():
    tied = known(nx.empty_graph(4)).tied
    contact = sparse.csr_array(np.array([[0, 0.2, 0, 0], [0.2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0.0]]))
    two = Pairs(np.array([0, 2]), np.array([1, 3]))

    near, far = likely.score(Known(tied, contact), two, everything(two), seed=0)

    assert near > far


# --------------------------------------------------------------------------------------------------- learning from ties


def test_a_hidden_tie_takes_no_part_in_its_own_features(karate, monkeypatch):
    looked_at = []
    features = likely.features

    def watched(network, which):
        looked_at.append((network, which))
        return features(network, which)

    monkeypatch.setattr(likely, "features", watched)
    drawn = likely._lessons(known(karate), np.random.default_rng(0))
    lessons = [likely._learned(known(karate), lesson) for lesson in drawn]

    hidden = set()
    for (network, which), (_, was_tied) in zip(looked_at, lessons, strict=True):
        assert network.tied[which.a, which.b].sum() == 0
        assert network.tied.sum() == 2 * (karate.number_of_edges() - was_tied.sum())
        hidden |= {tuple(sorted(pair)) for pair in zip(which.a[was_tied], which.b[was_tied], strict=True)}
    assert hidden == {tuple(sorted(edge)) for edge in karate.edges}  # each of them once


def test_pairs_inside_a_group_that_ties_within_itself_resemble_ties():
    block = np.repeat(np.arange(5), 20)
    drawn = nx.stochastic_block_model([20] * 5, np.where(np.eye(5), 0.3, 0.01).tolist(), seed=2)
    network = known(drawn, block)
    every = open_pairs(network)

    found = likely.resemblance(network, every, everything(every), seed=0)

    inside = block[every.a] == block[every.b]
    assert np.median(found[inside]) > np.quantile(found[~inside], 0.9)


def test_the_same_seed_gives_the_same_score_and_another_seed_nearly_the_same(karate):
    network = known(karate)
    every = open_pairs(network)
    first, again, other = (likely.score(network, every, everything(every), seed=seed) for seed in (1, 1, 2))

    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()
    assert np.corrcoef(first, other)[0, 1] > 0.95


def test_without_a_tie_all_pairs_stand_alike():
    network = known(nx.empty_graph(6))
    every = open_pairs(network)

    assert np.ptp(likely.score(network, every, everything(every), seed=0)) == 0


# ------------------------------------------------------------------------------------------------- from score to chance


def test_below_two_hundred_ties_the_prior_rates_stand(karate):
    m = matrices(nx.relabel_nodes(nx.DiGraph(karate), str))
    every = open_pairs(Known(m.tied, m.tied))
    near = pairs.around(m, every)
    facts = pd.DataFrame(dict.fromkeys(("team", "location", "role")), index=range(len(m.people)))

    assert len(m.pairs[0]) == 78
    for found, prior in zip(likely.natural(m, facts, every, near, seed=0), pairs.natural(near), strict=True):
        assert found.tolist() == prior.tolist()


def test_from_two_hundred_ties_on_the_mean_of_each_distance_is_its_prior_rate(company):
    m, facts, every, near = company
    found = likely.natural(m, facts, every, near, seed=0)

    assert len(m.pairs[0]) >= likely.LEARNS_FROM
    for distance, rates in NATURAL.items():
        here = near.distance == distance
        for chances, rate in zip(found, rates, strict=True):
            assert not here.any() or chances[here].mean() == pytest.approx(rate)
    assert np.std(found[1][near.distance == 2]) > 0.02
    assert (found[0] < found[1]).all()


def test_a_pairs_chance_does_not_depend_on_which_others_are_asked_for(company):
    m, facts, every, near = company
    some = np.flatnonzero(np.arange(len(every)) % 50 == 0)
    all_of_them = likely.natural(m, facts, every, near, seed=0)[1]
    few = likely.natural(m, facts, every.only(some), pairs.around(m, every.only(some)), seed=0)[1]

    assert few == pytest.approx(all_of_them[some])


def test_within_a_distance_a_higher_score_is_a_higher_chance():
    away, score = np.array([2, 2, 3, 3]), np.array([1.0, 4.0, 2.0, 9.0])
    low, middle, high = likely.spread(away, score, away, score)

    assert middle[0] < middle[1]
    assert middle[2] < middle[3]
    assert (low < middle).all()
    assert (middle < high).all()


def test_a_large_network_is_judged_by_open_pairs_of_some_people(monkeypatch):
    monkeypatch.setattr(likely, "OPEN", 500)
    monkeypatch.setattr(likely, "STARTS", 40)
    network = known(nx.random_regular_graph(6, 400, seed=1))

    drawn = likely.open_pairs(network, np.random.default_rng(0))

    assert len(drawn) == 500
    assert len(np.unique(drawn.keys(400))) == 500
    assert network.tied[drawn.a, drawn.b].sum() == 0
    assert (drawn.a < drawn.b).all()


# ----------------------------------------------------------------------------------------------- learning from outcomes


def outcomes(count, tied, natural=0.1, distance=2):
    return pd.DataFrame({"distance": distance, "natural": natural, "tied": [at < tied for at in range(count)]})


def test_outcomes_count_from_fifty_on_and_pull_the_judgement_towards_them():
    assert likely.by_introduction(None) == pairs.BY_INTRODUCTION
    assert likely.by_introduction(outcomes(49, 40)) == pairs.BY_INTRODUCTION
    many = likely.by_introduction(outcomes(10_000, 5_500))
    assert many[2] == pytest.approx(0.5, abs=0.005)  # (.55 − .1) / (1 − .1)
    assert (many[3], many[4]) == (pairs.BY_INTRODUCTION[3], pairs.BY_INTRODUCTION[4])


def test_introductions_that_bring_nothing_lower_the_judgement_but_never_below_zero():
    found = likely.by_introduction(outcomes(200, 5))[2]

    assert found == pytest.approx(50 * pairs.BY_INTRODUCTION[2] / (50 + 180))
