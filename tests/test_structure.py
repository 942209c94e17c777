"""The structure of the network: what others have published, what was planted, and what silence forbids to say."""

import math
from itertools import pairwise

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from companies import all_pairs, both_ways, members, planted, ties

from analytics import network, stability, structure
from analytics.adjacency import matrices


def of(undirected, team=None):
    """Somebody else's network in our form: every tie named from one end."""
    names = {node: f"{node:02d}" for node in undirected}
    teams = {names[node]: undirected.nodes[node].get(team, "all") for node in undirected}
    return network.graph(members(teams), ties(*((names[a], names[b]) for a, b in undirected.edges)))


def real(folder, relation, group, kind="help"):
    """One relation of a published data set, its people grouped by one of their attributes."""
    arcs, nodes = (pd.read_csv(folder / f"{name}.csv", dtype=str) for name in ("edges", "nodes"))
    asked = arcs[arcs.relation == relation]
    named = ties(*zip(asked.source, asked.target, strict=True), kind=kind)
    return network.graph(members(dict(zip(nodes.id, nodes[group], strict=True))), named)


def everybody(measure, graph, *more):
    """The row for the whole organization, when everybody answered."""
    return measure(graph, list(graph), *more).iloc[0]


KARATE = of(nx.karate_club_graph(), team="club")
KITE = of(nx.krackhardt_kite_graph())


# ------------------------------------------------------------------------------- figures that others have published


def test_the_karate_club_has_its_four_circles_and_their_modularity():
    found = structure.circles(KARATE, list(KARATE))

    assert found.modularity == pytest.approx(0.41979, abs=5e-6)
    assert len(set(found.of.values())) == 4
    assert found.said.value[0] == 4
    assert {found.said.low[0], found.said.high[0]} <= {3, 4, 5}


def test_effective_size_has_its_published_values_and_those_of_networkx():
    for graph, node, published in ((KITE, "07", 2.3333), (KARATE, "00", 13.75)):
        size = dict(zip(sorted(graph), structure.effective_size(matrices(graph)), strict=True))
        undirected = nx.Graph(graph)

        assert size[node] == pytest.approx(published, abs=5e-5)
        assert size == pytest.approx(nx.effective_size(undirected))


def test_betweenness_and_constraint_agree_between_networkx_and_igraph():
    for graph in (KITE, KARATE):
        found = network.standings(graph, list(graph), {}).set_index("member_id")
        undirected = nx.Graph(graph)

        assert found.betweenness.to_dict() == pytest.approx(nx.betweenness_centrality(undirected, normalized=False))
        assert found.burt_constraint.to_dict() == pytest.approx(nx.constraint(undirected))


def test_the_karate_club_hangs_on_one_person_and_has_one_tie_that_nothing_replaces():
    undirected = nx.Graph(KARATE)
    known = matrices(KARATE).undirected

    assert list(nx.articulation_points(undirected)) == ["00"]
    assert [sorted(KARATE)[each] for each in known.articulation_points()] == ["00"]
    assert [tuple(sorted(each)) for each in nx.bridges(undirected)] == [("00", "11")]


def test_the_karate_clubs_two_sides_have_their_published_index():
    row = everybody(structure.mixing, KARATE)

    assert row.value == pytest.approx(-0.7179, abs=5e-5)  # E 11, I 67
    assert row.word == "inside"


@pytest.mark.parametrize(
    ("where", "index", "word"),
    [
        (("krackhardt_hightech", "advice", "dept"), 0.5172, "as chance"),
        (("krackhardt_hightech", "friendship", "dept"), 0.3165, "inside"),
        (("lazega_lawfirm", "cowork", "office"), -0.5069, "inside"),
        (("lazega_lawfirm", "cowork", "practice"), -0.4711, "inside"),
    ],
)
def test_the_index_of_ties_across_groups_is_the_one_measured_elsewhere(real_data, where, index, word):
    folder, relation, group = where
    row = everybody(structure.mixing, real(real_data / folder, relation, group))

    assert row.value == pytest.approx(index, abs=5e-5)  # SCIENCE.md §5.1
    assert row.word == word


@pytest.mark.parametrize(("relation", "z"), [("advice", -0.8), ("friendship", -3.1)])
def test_what_chance_would_give_is_what_many_dealt_out_labels_give(real_data, relation, z):
    observed, usual = structure.mixing(
        graph := real(real_data / "krackhardt_hightech", relation, "dept"), list(graph)
    ).itertuples()

    assert usual.value == pytest.approx(0.552, abs=5e-4)
    assert (observed.value - usual.value) / (usual.high - usual.value) == pytest.approx(z, abs=0.15)  # 200 permutations


@pytest.mark.parametrize(
    ("relation", "totals", "manager"),
    [("advice", [28, 62, 95, 69, 246], [0, 11, 4, 32, 74]), ("friendship", [26, 55, 80, 27, 68], None)],
)
def test_managers_stand_between_others_as_often_as_r_counts(real_data, relation, totals, manager):
    roles = structure.brokerage(real(real_data / "krackhardt_hightech", relation, "dept")).set_index("member_id")

    assert roles[list(structure.ROLES)].sum().to_list() == totals  # sna::brokerage; SCIENCE.md §5.1
    if manager:
        assert roles.loc["18", list(structure.ROLES)].to_list() == manager


def test_friendship_among_krackhardts_managers_has_its_core_of_two(real_data):
    row = everybody(structure.core, real(real_data / "krackhardt_hightech", "friendship", "dept"))

    assert (row.value, row["count"]) == (pytest.approx(0.4128, abs=5e-5), 2)


def test_the_core_is_the_best_of_all_that_there_are():
    random = nx.gnp_random_graph(9, 0.4, seed=3)
    graph = of(random)
    tied = nx.to_numpy_array(random)[~np.eye(9, dtype=bool)]
    best = -1.0
    for members_of_core in range(1, 2**9 - 1):
        inside = np.array([members_of_core >> each & 1 for each in range(9)])
        if inside.sum() <= 4:
            pattern = np.maximum(inside[:, None], inside[None, :])[~np.eye(9, dtype=bool)]
            best = max(best, np.corrcoef(tied, pattern)[0, 1])

    assert everybody(structure.core, graph).value == pytest.approx(best)


@pytest.mark.parametrize(("relation", "share"), [("advice", 0.4737), ("friendship", 0.4510)])
def test_help_is_returned_as_often_as_networkx_counts(real_data, relation, share):
    graph = real(real_data / "krackhardt_hightech", relation, "dept")

    assert everybody(structure.returned, graph, "help").value == pytest.approx(share, abs=5e-5)
    assert everybody(structure.returned, graph, "help").value == pytest.approx(nx.overall_reciprocity(graph))


def test_ties_in_a_changing_agency_are_kept_as_often_as_measured(real_data):
    arcs = pd.read_csv(real_data / "burkhardt_brass_agency" / "edges.csv", dtype=str)
    arcs = arcs[arcs.relation == "work_communication"]
    people = members(dict.fromkeys({*arcs.source, *arcs.target}, "agency"))
    waves = [
        network.graph(people, ties(*zip(each.source, each.target, strict=True)))
        for _, each in arcs.groupby("wave", sort=True)
    ]
    both = list(people.member_id), list(people.member_id)
    shares = [structure.kept(*pair, both).value[0] for pair in pairwise(waves)]

    assert len(shares) > 1
    assert all(0.4 < share < 0.8 for share in shares)  # 48–72 % of names; of ties, named by either, a little more


# --------------------------------------------------------------------------------------- what leaving answers out does


def test_the_range_holds_the_figure_and_narrows_as_more_people_answer():
    few, many = (of(nx.gnp_random_graph(people, 6 / people, seed=1)) for people in (20, 300))
    wide, narrow = (everybody(structure.returned, graph, "work") for graph in (few, many))
    for row in (wide, narrow):
        assert row.low <= row.value <= row.high
    mixed = [everybody(structure.mixing, of(nx.planted_partition_graph(4, size, 0.5, 0.1, seed=2), "block"))
             for size in (6, 60)]  # fmt: skip

    assert mixed[0].high - mixed[0].low > 2 * (mixed[1].high - mixed[1].low)


def test_the_same_network_gets_the_same_ranges():
    for measure in (structure.carried, structure.mixing, structure.core, structure.bridges, structure.asked):
        pd.testing.assert_frame_equal(measure(KARATE, list(KARATE)), measure(KARATE, list(KARATE)))
    assert structure.circles(KARATE, list(KARATE)).of == structure.circles(KARATE, list(KARATE)).of


def test_where_all_are_one_circle_and_one_team_nothing_is_said_of_how_they_follow():
    found = structure.circles(of(nx.complete_graph(8)), [f"{node:02d}" for node in range(8)]).said

    assert (found["value"].item(), found["word"].item()) == (1, None)


def test_drawing_circles_leaves_igraphs_chance_to_others():
    with stability.seeded(1):
        first = igraph.Graph.GRG(20, 0.3).get_edgelist()
    structure.circles(KARATE, list(KARATE))
    with stability.seeded(1):
        assert igraph.Graph.GRG(20, 0.3).get_edgelist() == first


# ------------------------------------------------------------------------------------------------ between two waves


def test_only_names_between_people_who_answered_can_be_returned():
    graph = network.graph(members(dict.fromkeys("abc", "x")), both_ways(("a", "b"), ("a", "c")))

    assert structure.returned(graph, ["a", "b", "c"], "work").ties[0] == 4
    assert structure.returned(graph, ["a", "b"], "work").ties[0] == 2
    assert math.isnan(structure.returned(graph, ["a", "b", "c"], "help").value[0])


def test_a_tie_is_lost_only_between_people_who_answered_twice():
    teams = members({"a": "x", "b": "x", "c": "y", "d": "y"})
    before, now = network.graph(teams, ties(("a", "b"), ("c", "d"), ("b", "c"))), network.graph(teams, ties(("b", "a")))

    heard = structure.kept(before, now, ("abcd", "abcd")).set_index("team_id")
    silent = structure.kept(before, now, ("abcd", "abc")).set_index("team_id")

    assert heard.ties.to_dict() == {"": 3, "x": 2, "y": 2}
    assert heard.value.to_dict() == pytest.approx({"": 1 / 3, "x": 1 / 2, "y": 0})
    assert silent.value.to_dict() == pytest.approx({"": 1 / 2, "x": 1 / 2, "y": 0})


def test_a_tie_with_somebody_whose_form_was_full_may_still_be_there():
    teams = members(dict.fromkeys("abcd", "x"))
    before, now = network.graph(teams, ties(("a", "b"), ("c", "d"))), network.graph(teams, ties())

    assert structure.kept(before, now, ("abcd", "abcd")).high[0] == 0
    assert structure.kept(before, now, ("abcd", "abcd"), ["a"]).high[0] == 0.5


# ------------------------------------------------------------------------------------------------------ each person


def two_cliques(apart=6):
    """Two teams in which everybody works with everybody, and one person between them."""
    left, right = ([f"{side}{number}" for number in range(apart)] for side in "lr")
    arcs = both_ways(*all_pairs(left), *all_pairs(right), ("l0", "hub"), ("l1", "hub"), ("r0", "hub"), ("r1", "hub"))
    return network.graph(members(dict.fromkeys(left, "left") | dict.fromkeys(right, "right") | {"hub": "left"}), arcs)


def bridge_share(graph, answered=None):
    found = structure.bridges(graph, list(graph) if answered is None else answered)
    return dict(zip(found.member_id, found.bridge, strict=True))


def test_whoever_stands_between_two_teams_is_a_bridge_and_those_inside_are_not():
    share = bridge_share(two_cliques())

    assert share["hub"] == 1.0
    assert max(share[each] for each in share if each not in ("hub", "l0", "l1", "r0", "r1")) == 0


def test_nobody_is_a_bridge_where_everybody_knows_everybody():
    almost = both_ways(*(pair for pair in all_pairs("abcdefgh") if pair != ("a", "b")))
    share = bridge_share(network.graph(members(dict.fromkeys("abcdefgh", "x")), almost))

    assert set(share.values()) == {0.0}


def test_nothing_is_said_of_a_persons_place_where_a_fifth_of_their_team_or_of_all_is_silent():
    graph = two_cliques()
    without = lambda *silent: [each for each in graph if each not in silent]  # noqa: E731

    assert not math.isnan(bridge_share(graph, without("r5"))["hub"])
    assert math.isnan(bridge_share(graph, without("r5"))["r5"])
    assert math.isnan(bridge_share(graph, without("r4", "r5"))["r0"])
    assert not math.isnan(bridge_share(graph, without("r4", "r5"))["hub"])
    assert math.isnan(bridge_share(graph, without("r3", "r4", "r5"))["hub"])
    assert structure.asked(graph, without("r3", "r4", "r5")).asked.isna().all()


def helped(*arcs, reach=(), people="abcdefghijklmnopqrst"):
    graph = network.graph(members(dict.fromkeys(people, "x")), ties(*arcs, kind="help"))
    graph.graph["reach"] = frozenset(reach)
    return structure.asked(graph, list(graph)).set_index("member_id")


def test_whoever_is_named_far_more_than_others_is_asked_by_many():
    found = helped(*((each, "a") for each in "bcdefghijk"), *((each, "b") for each in "cd"), ("a", "c"))

    assert found.helped[["a", "b", "c", "d"]].to_list() == [10, 2, 1, 0]
    assert found.asked["a"] == 1.0
    assert found.asked.drop("a").max() < 1.0


def test_nobody_is_asked_by_many_where_all_are_asked_alike():
    ring = "abcdefghijklmnopqrst"
    found = helped(*zip(ring, ring[1:] + ring[0], strict=True))

    assert set(found.asked) == {0.0}


def test_who_is_hard_to_reach_counts_among_those_asked():
    found = helped(("a", "b"), reach=[(each, "c") for each in "defghij"])

    assert (found.wanted["c"], found.helped["c"], found.asked["c"]) == (7, 0, 1.0)


def test_who_leaves_others_with_energy_is_counted_and_is_not_asked_by_many_for_it():
    teams = dict.fromkeys("abcdefghij", "x")
    said = ties(("a", "b"), *((each, "c") for each in "defghij"))
    said.loc[said["target"] == "c", "kind"] = "energy"
    found = structure.asked(network.graph(members(teams), said), list(teams)).set_index("member_id")

    assert (found.energized["c"], found.asked["c"]) == (7, 0.0)


def test_a_large_network_gets_nearly_the_same_bridges_from_a_sample(monkeypatch):
    graph = of(nx.barabasi_albert_graph(120, 2, seed=4))
    monkeypatch.setattr(stability, "RUNS", 40)
    exact = bridge_share(graph)
    monkeypatch.setattr(structure, "LARGE", 100)
    monkeypatch.setattr(structure, "PIVOTS", 80)
    sampled = bridge_share(graph)
    said = {each for each, share in exact.items() if share >= 0.8}

    assert said
    assert all(sampled[each] >= 0.6 for each in said)


def test_above_two_thousand_people_nothing_is_said_of_circles_a_core_or_bridges(monkeypatch):
    monkeypatch.setattr(structure, "MOST_PEOPLE", 33)

    assert math.isnan(structure.circles(KARATE, list(KARATE)).said.value[0])
    assert math.isnan(everybody(structure.core, KARATE).value)
    assert structure.bridges(KARATE, list(KARATE)).bridge.isna().all()


# ------------------------------------------------------------------------------------------------- a planted company


def test_the_circles_of_a_planted_company_are_its_teams():
    company = planted()
    found = structure.circles(company.graph, company.answered)

    assert found.said.word[0] in ("closely", "mostly")
    assert found.said.sure[0] > 0.8
    assert found.said.value[0] == pytest.approx(9, abs=2)
    assert company.isolated.isdisjoint(found.of)


def test_chance_makes_circles_that_follow_no_team():
    teams = {f"{number:02d}": "xyzw"[number % 4] for number in range(40)}
    random = nx.gnp_random_graph(40, 0.15, seed=5)
    graph = network.graph(members(teams), ties(*((f"{a:02d}", f"{b:02d}") for a, b in random.edges)))

    assert structure.circles(graph, list(graph)).said.word[0] == "hardly"
    assert everybody(structure.mixing, graph).word == "as chance"


# ------------------------------------------------------------------------------------------------------- the edges


@pytest.mark.parametrize("size", [0, 1, 2, 6])
def test_networks_without_ties_get_frames_of_the_usual_columns_and_no_figure(size):
    graph = network.graph(members({f"m{number}": "x" for number in range(size)}), ties())
    frames = [
        structure.returned(graph, list(graph), "work"), structure.kept(graph, graph, (list(graph), list(graph))),
        structure.carried(graph, list(graph)), structure.circles(graph, list(graph)).said,
        structure.core(graph, list(graph)), structure.mixing(graph, list(graph)),
    ]  # fmt: skip

    for frame in frames:
        assert tuple(frame.columns) == structure.COLUMNS
        assert frame.value.isna().all()
    assert len(structure.bridges(graph, list(graph))) == len(structure.asked(graph, list(graph))) == size


def test_a_way_goes_over_the_ties_given_and_over_nothing_else():
    ways = [("ana", "kim"), ("kim", "ben"), ("ana", "zoe"), ("zoe", "ben"), ("eve", "tom")]

    assert structure.way(ways, "ana", "ben") == ("ana", "kim", "ben")
    assert structure.way(ways[::-1], "ben", "ana") == ("ben", "kim", "ana")
    assert structure.way(ways, "ana", "eve") == ()
    assert structure.way(ways, "ana", "nobody") == ()
