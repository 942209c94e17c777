import gc

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from companies import all_pairs, both_ways, members, planted, ties
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import network
from analytics.adjacency import matrices

FIVE = {"a": "x", "b": "x", "c": "x", "d": "x", "e": "x"}


def standing(frame):
    return dict(zip(frame.member_id, frame.standing, strict=True))


def of(undirected):
    """Somebody else's network in our form: everybody in one team, every tie named from one end."""
    names = {node: f"{node:02d}" for node in undirected}
    return network.graph(
        members(dict.fromkeys(names.values(), "all")), ties(*((names[a], names[b]) for a, b in undirected.edges))
    )


def everybody(graph):
    return network.standings(graph, list(graph), {})


# ------------------------------------------------------------------------------------------------------ the graph


def test_a_graph_is_made_with_the_matrices_that_its_arcs_are_read_as():
    work = ties(("a", "b"), ("b", "a"), ("d", "d"), ("e", "a"), ("a", "nobody"))
    said = pd.concat([work, ties(("a", "b"), kind="help"), ties(("a", "c"), kind="meet")])
    graph = network.graph(members(FIVE), said)
    kept = matrices(graph)
    graph.add_node("f", team="x")  # it forgets what it was made with
    graph.remove_node("f")

    assert matrices(graph) is not kept
    for one, other in ((kept.named, matrices(graph).named), (kept.tied, matrices(graph).tied)):
        assert np.array_equal(one.toarray(), other.toarray())


def test_matrices_are_kept_with_a_graph_until_it_changes():
    graph = network.graph(members(FIVE), ties(("a", "b")))
    kept = matrices(graph)

    assert matrices(graph) is kept
    graph.add_edge("b", "c")
    assert matrices(graph).named.nnz == 2


def test_the_matrices_of_a_part_of_a_graph_follow_the_graph():
    graph = network.graph(members(FIVE), ties(("a", "b")))
    part = graph.subgraph(["a", "b", "c"])

    assert (matrices(part).named.nnz, matrices(part).people) == (1, ["a", "b", "c"])
    graph.add_edge("b", "c")
    assert matrices(part).named.nnz == 2


def test_making_a_graph_leaves_the_garbage_collector_as_it_was():
    network.graph(members(FIVE), ties(("a", "b")))

    assert gc.isenabled()


def test_everybody_is_in_the_graph_and_only_work_and_help_are_ties():
    beside = [ties(("c", "d"), kind=kind) for kind in ("meet", "energy", "reach", "open")]
    graph = network.graph(members(FIVE), pd.concat([ties(("a", "b")), ties(("a", "b"), kind="help"), *beside]))

    assert sorted(graph) == list("abcde")
    assert list(graph.edges) == [("a", "b")]
    assert graph.edges["a", "b"]["kinds"] == {"work", "help"}
    assert graph.graph == dict.fromkeys(("wishes", "energy", "reach"), frozenset({("c", "d")}))


def test_ties_with_strangers_and_with_oneself_are_left_out():
    assert not network.graph(members(FIVE), ties(("a", "a"), ("a", "stranger"), ("stranger", "a"))).edges


def test_a_missing_column_and_a_member_named_twice_are_said_in_words():
    with pytest.raises(ValueError, match="ties frame has no column 'strength'"):
        network.graph(members(FIVE), ties(("a", "b")).drop(columns="strength"))
    with pytest.raises(ValueError, match="names 'a' more than once"):
        network.graph(pd.concat([members(FIVE), members({"a": "y"})]), ties())


# ------------------------------------------------------------------------------- figures that others have published


def test_krackhardts_kite_has_its_published_betweenness_and_constraint():
    kite = everybody(of(nx.krackhardt_kite_graph()))  # Krackhardt 1990; SCIENCE.md §5.1

    assert kite.betweenness[7] == pytest.approx(14.0)
    assert kite.betweenness[[5, 6]].to_list() == pytest.approx([8.3333, 8.3333], abs=1e-4)
    assert kite.burt_constraint.round(4).to_list() == [
        0.5412, 0.5412, 0.6641, 0.4702, 0.6641, 0.4451, 0.4451, 0.4311, 0.5, 1.0,
    ]  # fmt: skip


def test_zacharys_karate_club_has_its_published_figures():
    club = of(nx.karate_club_graph())
    figures = everybody(club)

    assert figures.burt_constraint[[0, 33]].to_list() == pytest.approx([0.1554, 0.1564], abs=5e-5)
    assert figures.betweenness[0] == pytest.approx(231.0714, abs=1e-4)
    assert network.efficiency(club) == pytest.approx(0.49201, abs=1e-5)


@pytest.mark.parametrize(("relation", "reciprocity"), [("advice", 0.4737), ("friendship", 0.4510)])
def test_krackhardts_managers_return_as_many_names_as_published(real_data, relation, reciprocity):
    arcs = pd.read_csv(real_data / "krackhardt_hightech" / "edges.csv", dtype=str)
    nodes = pd.read_csv(real_data / "krackhardt_hightech" / "nodes.csv", dtype=str)
    asked = arcs[arcs.relation == relation]
    graph = network.graph(
        members(dict(zip(nodes.id, nodes.dept, strict=True))), ties(*zip(asked.source, asked.target, strict=True))
    )

    assert network.reciprocity(graph) == pytest.approx(reciprocity, abs=5e-5)


def test_what_cannot_be_computed_is_not_a_number():
    alone = network.graph(members({"a": "x"}), ties())

    assert np.isnan(network.reciprocity(alone))
    assert np.isnan(network.efficiency(alone))
    assert np.isnan(everybody(alone).burt_constraint[0])


def test_a_large_network_gets_nearly_the_same_betweenness_from_a_sample(monkeypatch):
    club = of(nx.barabasi_albert_graph(300, 3, seed=1))
    exact = everybody(club).betweenness
    monkeypatch.setattr(network, "EXACT_UP_TO", 100)
    monkeypatch.setattr(network, "PIVOTS", 150)
    sampled = everybody(club).betweenness

    assert exact.corr(sampled, method="spearman") > 0.95
    assert sampled.sum() == pytest.approx(exact.sum(), rel=0.1)


# ------------------------------------------------------------------------------------------------------- standings


def test_who_answered_and_has_no_tie_is_isolated_when_everybody_answered():
    graph = network.graph(members(FIVE), both_ways(*all_pairs("abcd")))

    assert standing(everybody(graph)) == dict.fromkeys("abcd", "connected") | {"e": "isolated"}


def test_one_tie_or_a_place_outside_the_core_is_few_ties():
    graph = network.graph(members(FIVE), both_ways(("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("d", "e")))

    assert standing(everybody(graph)) == {
        "a": "connected", "b": "connected", "c": "connected", "d": "few_ties", "e": "few_ties",
    }  # fmt: skip


def test_being_named_is_enough_to_be_tied():
    graph = network.graph(members(FIVE), ties(*((source, "e") for source in "abc"), *all_pairs("abc")))

    assert standing(everybody(graph))["e"] == "connected"


def test_silence_is_never_isolation():
    graph = network.graph(members(FIVE), ties(("a", "b"), ("b", "c"), ("c", "a"), ("a", "d")))
    found = standing(network.standings(graph, ["a", "b", "c"], {}))

    assert found["d"] == "seen_by_others"
    assert found["e"] == "not_observed"


def test_nothing_is_claimed_while_close_colleagues_are_silent():
    close = dict.fromkeys("abcdefgh", "x") | dict.fromkeys("uvwy", "z")
    graph = network.graph(members(close), ties(*all_pairs("abc"), *all_pairs("uvwy")))
    heard = network.standings(graph, list("abcghuvwy"), {}).set_index("member_id")

    assert heard.unheard["g"] > network.MOST_UNHEARD
    assert heard.standing["g"] == "not_observed"
    assert standing(everybody(graph))["g"] == "isolated"


def test_the_chance_of_being_named_by_the_silent_is_the_one_in_the_formula():
    # In x a, b and d answered, and a named b: one name out of five, for b towards a would have been no tie more. In y
    # only f answered: no name out of six between the teams. Of c and e, the silent, one is in each.
    graph = network.graph(members(dict.fromkeys("abcd", "x") | {"e": "y", "f": "y"}), ties(("a", "b")))
    unheard = network.standings(graph, ["a", "b", "d", "f"], {}).set_index("member_id").unheard
    inside, between = -np.log(1 - (1 + 0.5) / (5 + 1)), -np.log(1 - 0.5 / (6 + 1))

    silent = inside + between
    assert unheard["d"] == pytest.approx(silent / (1 + 2 * inside + between + silent))
    assert unheard["b"] == pytest.approx(1 - (1 - silent / (1 + 2 * inside + between + silent)) ** 2)
    assert unheard["a"] == pytest.approx(silent / (1 + inside + between + silent))  # b, named by a, is tied already


def test_a_contact_who_is_silent_may_have_other_ties_and_makes_nobody_seem_alone():
    graph = network.graph(members(FIVE), ties(("a", "b"), ("a", "c"), ("d", "e")))

    assert standing(everybody(graph))["a"] == "few_ties"
    assert standing(network.standings(graph, list("ade"), {}))["a"] == "connected"


def test_a_silent_head_alone_in_a_department_does_not_silence_the_whole_organization():
    company = planted()
    teams = company.teams | {"head": "head office"}
    graph = network.graph(members(teams), company.ties)
    unheard = network.standings(graph, company.answered, {}).set_index("member_id").unheard

    assert unheard["m000"] < network.MOST_UNHEARD


def test_only_the_same_lack_of_ties_twice_in_a_row_is_persistent():
    graph = network.graph(members(FIVE | {"f": "x"}), both_ways(*all_pairs("abc")))
    earlier = {"a": "connected", "d": "isolated", "e": "few_ties"}
    found = network.standings(graph, list("abcdef"), earlier).set_index("member_id")

    assert found.persistent.to_dict() == dict.fromkeys("abcef", False) | {"d": True}


def test_the_planted_isolated_who_answered_are_found_and_nobody_else():
    company = planted()
    found = standing(network.standings(company.graph, company.answered, {}))

    assert {member for member, word in found.items() if word == "isolated"} == company.isolated & company.answered
    assert found[company.silent_isolated] == "not_observed"


@pytest.mark.parametrize("size", [0, 1, 2])
def test_tiny_networks_get_frames_of_the_usual_columns(size):
    graph = network.graph(members({f"m{number}": "x" for number in range(size)}), ties())
    frame = everybody(graph)

    assert list(frame.columns) == [
        "member_id", "standing", "persistent", "unheard", "in_ties", "out_ties", "betweenness", "burt_constraint",
    ]  # fmt: skip
    assert len(frame) == size
    assert frame.standing.dtype == "str"
    assert frame.in_ties.dtype == "int64"


# ------------------------------------------------------------------------------------------------------ properties

NAMES = [f"p{number}" for number in range(10)]


@st.composite
def organizations(draw):
    """Up to ten people in up to three teams, any ties among them, anybody silent (and then naming nobody)."""
    names = NAMES[: draw(st.integers(1, 10))]
    teams = {name: draw(st.sampled_from("xyz")) for name in names}
    answered = draw(st.sets(st.sampled_from(names)))
    arcs = draw(st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=40))
    return teams, answered, sorted((a, b) for a, b in arcs if a in answered and a != b)


@given(organizations())
@settings(max_examples=40)
def test_a_silent_unnamed_member_is_never_called_isolated(organization):
    teams, answered, arcs = organization
    found = network.standings(network.graph(members(teams), ties(*arcs)), answered, {}).set_index("member_id")
    named = {target for _, target in arcs}

    for member in set(teams) - answered:
        assert found.standing[member] == ("seen_by_others" if member in named else "not_observed")


@given(organizations(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_rows_changes_nothing(organization, shuffle):
    teams, answered, arcs = organization
    first = network.standings(network.graph(members(teams), ties(*arcs)), answered, {})
    mixed_teams, mixed_arcs = list(teams.items()), list(arcs)
    shuffle.shuffle(mixed_teams)
    shuffle.shuffle(mixed_arcs)
    again = network.standings(network.graph(members(dict(mixed_teams)), ties(*mixed_arcs)), answered, {})

    pd.testing.assert_frame_equal(first, again)


@given(organizations(), st.permutations(NAMES))
@settings(max_examples=40)
def test_other_names_for_the_same_people_change_nothing(organization, other_names):
    teams, answered, arcs = organization
    new = dict(zip(NAMES, other_names, strict=True))
    first = network.standings(network.graph(members(teams), ties(*arcs)), answered, {})
    renamed = network.graph(
        members({new[name]: team for name, team in teams.items()}), ties(*((new[a], new[b]) for a, b in arcs))
    )
    again = network.standings(renamed, {new[name] for name in answered}, {})
    again["member_id"] = again["member_id"].map({name: old for old, name in new.items()}).astype("str")

    pd.testing.assert_frame_equal(first, again.sort_values("member_id", ignore_index=True))
