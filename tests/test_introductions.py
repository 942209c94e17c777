import dataclasses
import datetime as dt
import os
import re
from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from companies import NOBODY_AVOIDED, all_pairs, both_ways, members, people, planted, ties
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import eligible, introductions, network, pairs, reasons, worth
from analytics.adjacency import matrices
from dashboard.readable import SHUFFLED_TOGETHER

FULL = os.environ.get("RAPPORT_FULL") == "1"
TWELVE = {f"a{number}": "a" for number in range(6)} | {f"b{number}": "b" for number in range(6)}
PATH = list(pairwise(TWELVE))
TOPICS = ["pricing", "Python", "refunds", "workshops", "fraud checks"]


def avoiding(*pairs):
    return pd.DataFrame(pairs, columns=["member_id", "other_id"], dtype="str")


def of(frame):
    """The pairs of a frame, as sets of two."""
    return [frozenset(pair) for pair in zip(frame.member_a, frame.member_b, strict=True)]


def listed(graph, roster, *, avoid=NOBODY_AVOIDED, answered=None, earlier=None):
    heard = list(graph) if answered is None else answered
    return introductions.candidates(graph, roster, avoid, heard, earlier=earlier)


def chosen(graph, roster, *, avoid=NOBODY_AVOIDED, answered=None, seed=1, earlier=None):
    heard = list(graph) if answered is None else answered
    standings = network.standings(graph, heard, {})
    return introductions.choose(graph, roster, avoid, heard, standings=standings, seed=seed, earlier=earlier)


def only(frame, one, other):
    return frame[[pair == {one, other} for pair in of(frame)]].iloc[0]


@pytest.fixture(scope="module")
def company():
    return planted()


@pytest.fixture(scope="module")
def roster(company):
    random = np.random.default_rng(4)
    size = len(company.teams)
    return people(
        company.teams,
        role=random.choice(["analyst", "engineer", None], size),
        level=random.choice(["junior", "senior"], size),
        location=random.choice(["Ghent", "Porto"], size),
        joined_on=[dt.date(2016, 1, 15) + dt.timedelta(int(days)) for days in random.integers(0, 3500, size)],
        interests=[sorted(random.choice(TOPICS, 2, replace=False)) for _ in range(size)],
        introductions=random.random(size) < 0.8,
    )


@pytest.fixture(scope="module")
def wave(company, roster):
    return chosen(company.graph, roster, answered=company.answered)


# ----------------------------------------------------------------------------------------- who may be introduced


def test_people_who_are_tied_in_either_direction_are_not_introduced():
    found = of(listed(network.graph(members(TWELVE), ties(("a0", "a1"), ("b1", "b0"))), people(TWELVE)))

    assert len(found) == 66 - 2
    assert frozenset(("a0", "a1")) not in found
    assert frozenset(("b0", "b1")) not in found


def test_only_people_who_agreed_appear():
    agreed = [name not in ("a0", "b3") for name in TWELVE]
    found = listed(network.graph(members(TWELVE), ties()), people(TWELVE, introductions=agreed))

    assert len(found) == 45
    assert not {"a0", "b3"} & {*found.member_a, *found.member_b}


def test_somebody_the_roster_does_not_know_did_not_agree():
    found = listed(network.graph(members(TWELVE), ties()), people(TWELVE).iloc[1:])

    assert "a0" not in {*found.member_a, *found.member_b}


def test_a_manager_is_not_introduced_to_their_report():
    managed = people(TWELVE, managers=[["b0"], *[[]] * 11])

    assert frozenset(("a0", "b0")) not in of(listed(network.graph(members(TWELVE), ties()), managed))


def test_whoever_asked_to_avoid_somebody_is_not_paired_with_them_either_way_round():
    found = of(listed(network.graph(members(TWELVE), ties()), people(TWELVE), avoid=avoiding(("b0", "a0"))))

    assert frozenset(("a0", "b0")) not in found


def test_a_pair_of_whom_nobody_answered_is_left_out():
    found = of(listed(network.graph(members(TWELVE), ties()), people(TWELVE), answered=["a0"]))

    assert len(found) == 11
    assert all("a0" in pair for pair in found)


@pytest.mark.parametrize(
    ("answer", "again"), [("introduced", False), ("never", False), ("not_now", True), (None, True)]
)
def test_a_settled_introduction_is_not_made_again(answer, again):
    earlier = pd.DataFrame({"member_a": ["a0"], "member_b": ["b0"], "answer": pd.array([answer], dtype="str")})
    found = of(listed(network.graph(members(TWELVE), ties()), people(TWELVE), earlier=earlier))

    assert (frozenset(("a0", "b0")) in found) == again


def test_what_came_of_fifty_introductions_is_learnt_from_and_of_those_never_made_is_not():
    graph = network.graph(members(TWELVE), ties(*PATH))
    past = pd.DataFrame(
        {
            "member_a": [f"left {at}" for at in range(60)],
            "member_b": [f"gone {at}" for at in range(60)],
            "answer": "introduced",
            "by_itself": 0.1,
            "distance": 4,
            "tied": True,
        }
    )
    before = listed(graph, people(TWELVE))
    after = listed(graph, people(TWELVE), earlier=past)
    not_made = listed(graph, people(TWELVE), earlier=past.assign(answer="not_now"))

    far = before["distance"] == 4
    assert (after[far]["feasibility"] > before[far]["feasibility"]).all()
    assert after[~far]["feasibility"].equals(before[~far]["feasibility"])
    assert not_made.equals(before)


# ---------------------------------------------------------------------------------------------- how likely a tie is


def test_a_chance_is_the_prior_for_the_distance_and_what_an_introduction_adds():
    graph = network.graph(members(TWELVE), ties(*PATH))
    found = listed(graph, people(TWELVE, role=sorted(TWELVE)))
    found = found[found.member_a.str[0] != found.member_b.str[0]]  # two of one small team have met
    natural = {2: 0.106 * 0.8, 3: 0.015, 4: 0.022}  # SCIENCE.md §6.2; a single shared contact

    for distance, by_itself in natural.items():
        one = found[found.distance == distance].iloc[0]
        assert one.natural == pytest.approx(by_itself)
        assert one.feasibility == pytest.approx(by_itself + (1 - by_itself) * pairs.BY_INTRODUCTION[distance])
        assert one.uplift == pytest.approx(one.feasibility - one.natural)


def test_distances_are_those_of_the_network():
    graph = network.graph(members(TWELVE), ties(*PATH))
    steps = dict(nx.all_pairs_shortest_path_length(graph.to_undirected()))

    for row in listed(graph, people(TWELVE)).itertuples():
        assert row.distance == min(steps[row.member_a][row.member_b], 4)


def test_a_range_surrounds_every_chance(company, roster):
    found = listed(company.graph, roster, answered=company.answered)

    assert (found.low < found.feasibility).all()
    assert (found.feasibility < found.high).all()
    assert found.low.between(0, 1).all()
    assert found.high.between(0, 1).all()


def test_partial_overlap_of_work_raises_the_chance_more_than_none_or_all():
    likelihood = np.interp([0.0, 0.5, 1.0], *pairs.LIKENESS)

    assert likelihood[1] > likelihood[2] > likelihood[0]


def test_likeness_counts_what_is_known_of_both():
    facts = pd.DataFrame({"role": ["analyst", "analyst", None], "level": [None, "senior", "senior"]})
    facts["interests"] = [("pricing", "Python"), ("pricing",), ()]
    alike = pairs.likeness(facts, pairs.Pairs(np.array([0, 0, 1]), np.array([1, 2, 2])))

    assert alike[0] == pytest.approx((1 + 0.5) / 2)
    assert np.isnan(alike[1])
    assert alike[2] == 1.0


def test_wishes_cannot_be_read_from_any_chance(company, roster):
    names = list(company.teams)
    wished = network.graph(
        members(company.teams), pd.concat([company.ties, ties(*zip(names[::-1], names, strict=True), kind="meet")])
    )

    pd.testing.assert_frame_equal(
        listed(wished, roster, answered=company.answered), listed(company.graph, roster, answered=company.answered)
    )


def test_two_who_asked_for_each_other_are_among_the_chosen(company, roster):
    free = of(listed(company.graph, roster, answered=company.answered))
    wished = {frozenset(pair) for pair in free[::401]}
    arcs = ties(*(pair for a, b in map(sorted, wished) for pair in ((a, b), (b, a))), kind="meet")
    graph = network.graph(members(company.teams), pd.concat([company.ties, arcs]))
    without, with_wish = (
        len(wished & set(of(chosen(each, roster, answered=company.answered)))) for each in (company.graph, graph)
    )

    assert with_wish > without + len(wished) // 3


# ----------------------------------------------------------------------------------------------------------- the set


def test_the_scores_add_up_to_what_the_objective_says_of_the_set(company, roster, wave):
    m = matrices(company.graph)
    field = eligible.gather(company.graph, roster, NOBODY_AVOIDED, company.answered, earlier=None, seed=1)
    found = of(listed(company.graph, roster, answered=company.answered))
    uplift = dict(zip(found, (1 - field.natural[1]) * field.made, strict=True))
    connected = set(network.standings(company.graph, company.answered, {}).query("standing == 'connected'").member_id)
    best = {
        person: max(value for pair, value in uplift.items() if person in pair and pair & connected)
        for person in {person for pair in of(wave) for person in pair}
    }
    need = 1 / (1 + m.degrees) ** 2 * m.mask(company.answered)
    need = dict(zip(m.people, need * len(need) / need.sum(), strict=True))
    steps = dict(nx.all_pairs_shortest_path_length(company.graph.to_undirected(), cutoff=2))
    near = {person: set(steps[person]) for person in m.people}
    contacts = {person: {other for other in steps[person] if steps[person][other] <= 1} for person in m.people}

    missed = Counter()  # the log of the chance that none of the introductions serves a purpose
    for pair in of(wave):
        a, b = sorted(pair)
        served = {frozenset((company.teams[a], company.teams[b]))}
        served |= {("reach", frozenset((a, v))) for v in contacts[b] - near[a]}
        served |= {("reach", frozenset((b, v))) for v in contacts[a] - near[b]}
        for purpose in served:
            missed[purpose] += np.log(1 - uplift[pair])
        for person in pair:
            missed[person] += np.log(1 - 0.3 * uplift[pair] / best[person])
    gaps = {
        frozenset((row.team_a, row.team_b)): (1 - row.observed / row.expected) * min(-row.z / 2, 1)
        for row in network.between_teams(company.graph, answered=company.answered).itertuples()
        if row.z < 0
    }
    reach = dict.fromkeys((purpose for purpose in missed if isinstance(purpose, tuple)), 0.3 / np.sqrt(len(m.people)))
    value = sum((need | gaps | reach).get(purpose, 0) * (1 - np.exp(log)) for purpose, log in missed.items())

    assert wave.score.sum() == pytest.approx(value + 3 * sum(uplift[pair] for pair in of(wave)))


def every_pair(field):
    nothing = np.zeros(len(field.pairs))
    return worth.Offers(field.pairs, np.arange(len(nothing)), field.made, field.near.new_reach, nothing, nothing)


def test_worth_at_first_is_the_same_for_all_at_once_and_one_by_one(company, roster):
    field = eligible.gather(company.graph, roster, NOBODY_AVOIDED, company.answered, earlier=None, seed=1)
    left = worth.Worth(field.m, every_pair(field), np.ones(len(company.teams)), {(0, 1): 0.5})
    one_by_one = [left.of(at) for at in range(len(field.pairs))]

    assert left.at_first() == pytest.approx(np.array(one_by_one))


def test_a_pair_is_drawn_or_chosen_and_not_both():
    six = people(TWELVE, introductions=[name[0] == "a" for name in TWELVE])
    apart = avoiding(("a0", "a1"), ("a0", "a2"), ("a0", "a4"))  # a0 can meet a3 and a5 only: few other pairs are left
    graph, heard = network.graph(members(TWELVE), ties()), ["a0", "a1", "a2", "a3"]
    waves = [chosen(graph, six, avoid=apart, answered=heard, seed=seed) for seed in range(6)]

    assert all(len(set(of(wave))) == len(wave) for wave in waves)


def test_a_second_introduction_for_the_same_person_is_worth_less(company, roster):
    field = eligible.gather(company.graph, roster, NOBODY_AVOIDED, company.answered, earlier=None, seed=1)
    left = worth.Worth(field.m, every_pair(field), np.ones(len(company.teams)), {})
    person = field.pairs.a[0]
    one, other, *_ = np.flatnonzero(field.pairs.a == person)
    first = left.of(one)
    left.choose(other)

    assert left.of(one) < first


def test_somebody_whose_chances_are_all_small_counts_as_much_by_the_best_of_them(company, roster):
    field = eligible.gather(company.graph, roster, NOBODY_AVOIDED, company.answered, earlier=None, seed=1)
    offers = every_pair(field)
    person = offers.pairs.a[0]
    theirs = (offers.pairs.a == person) | (offers.pairs.b == person)
    needy = np.where(np.arange(len(company.teams)) == person, 5.0, 0.0)
    poor = dataclasses.replace(offers, uplift=np.where(theirs, offers.uplift / 10, offers.uplift))
    met = [
        worth.Worth(field.m, each, needy, {}).at_first() - worth.Worth(field.m, each, 0 * needy, {}).at_first()
        for each in (offers, poor)
    ]

    assert met[0].max() == pytest.approx(5 * worth.REACHED)
    assert met[0] == pytest.approx(met[1])


def test_where_nothing_is_known_of_two_peoples_work_shared_contacts_stand_in_for_it():
    graph = network.graph(members(TWELVE), ties(*PATH))
    unknown, known = (
        only(listed(graph, people(TWELVE, role=role)), "a5", "b1") for role in (None, ["analyst", "clerk", "cook"] * 4)
    )  # across two teams, one shared contact with two ties, no role in common
    chances = [float((one.feasibility - one.natural) / (1 - one.natural)) for one in (unknown, known)]

    assert chances == pytest.approx([float(pairs.times_odds(np.array(0.15), 1 + 1 / np.log(2))), 0.15])


def test_what_would_come_anyway_is_taken_off_whole_only_where_something_is_known_of_the_work_of_both():
    graph = network.graph(members(TWELVE), both_ways(*PATH))
    for roster, share in ((people(TWELVE), pairs.ANYWAY), (people(TWELVE, role=sorted(TWELVE)), 1.0)):
        field = eligible.gather(graph, roster, NOBODY_AVOIDED, list(TWELVE), earlier=None, seed=1)
        everybody = np.ones(len(TWELVE), dtype=bool)
        offers, _ = introductions._offers(field, everybody, np.random.default_rng(1))
        feasible = field.natural[1] + (1 - field.natural[1]) * field.made

        assert offers.uplift == pytest.approx(feasible - share * field.natural[1])


@pytest.mark.parametrize(("size", "left"), [(5, 0.1), (50, 1.0), (500, 1.0)])
def test_two_of_a_small_team_have_met_and_gain_little(size, left):
    teams = {f"m{number:03d}": "one" for number in range(size)} | {"x": "two"}
    m = matrices(network.graph(members(teams), ties()))

    assert pairs._strangers(m, pairs.Pairs(np.array([0, 0]), np.array([1, size]))).tolist() == pytest.approx([left, 1])


def test_at_most_as_many_pairs_as_wanted_and_no_other_arm_where_none_is_asked(company, roster):
    standings = network.standings(company.graph, company.answered, {})
    five = introductions.choose(
        company.graph, roster, NOBODY_AVOIDED, company.answered,
        standings=standings, seed=1, most=5, by_lot=0.0, held_back=0.0,
    )  # fmt: skip

    assert five["arm"].to_list() == ["chosen"] * 5
    assert five["score"].is_monotonic_decreasing


def test_the_set_is_limited_to_half_the_members_and_two_each(company, wave):
    load = Counter([*wave.member_a, *wave.member_b])

    assert len(wave) <= len(company.teams) // 2
    assert max(load.values()) <= 2


def test_the_tenth_of_people_named_most_are_in_one_introduction_at_most(company, wave):
    named = dict(company.graph.in_degree())
    often = np.quantile(list(named.values()), 0.9)
    load = Counter([*wave.member_a, *wave.member_b])

    assert all(load[member] <= 1 for member, times in named.items() if times > often)


def test_every_pair_has_a_well_connected_person_in_it(company, wave):
    standings = network.standings(company.graph, company.answered, {})
    connected = set(standings[standings.standing == "connected"].member_id)

    assert all(pair & connected for pair in of(wave))


def test_the_list_covers_enough_people_to_say_nothing_about_any(company, wave):
    assert len({*wave.member_a, *wave.member_b}) >= 0.3 * len(company.teams)


def test_being_in_the_list_says_little_about_whether_somebody_is_isolated():
    # What a reader sees of a person: in how many pairs they are, and whether in the first batch. Whichever it is, the
    # share of isolated people is at most ten points above that among all who agreed (PRIVACY.md §7, P9).
    seen = {}
    for seed in range(40 if FULL else 8):
        company = planted(seed)
        roster = people(company.teams, introductions=np.random.default_rng(seed).random(len(company.teams)) < 0.8)
        set_of = chosen(company.graph, roster, answered=company.answered, seed=seed)
        shown = set_of[set_of["arm"] != "held_back"]
        times = Counter([*shown["member_a"], *shown["member_b"]])
        first = {*shown["member_a"][:SHUFFLED_TOGETHER], *shown["member_b"][:SHUFFLED_TOGETHER]}
        for member in roster.loc[roster["introductions"], "member_id"]:
            for sign in ("anyone", times[member], "first" if member in first else "later"):
                seen.setdefault(sign, []).append(member in company.isolated)
    base = np.mean(seen.pop("anyone"))
    assert {sign: round(np.mean(found) - base, 2) for sign, found in seen.items() if np.mean(found) - base > 0.1} == {}


def test_isolated_people_who_agreed_are_reached(company, roster, wave):
    agreed = set(roster[roster.introductions].member_id)
    lonely = company.isolated & company.answered & agreed

    assert lonely
    assert lonely <= {*wave.member_a, *wave.member_b}


def test_some_slots_are_drawn_and_some_of_the_chosen_are_held_back_at_the_end(wave):
    arms = wave.arm.value_counts()

    assert arms["random"] == round(0.15 * len(wave))
    assert arms["held_back"] == (arms["chosen"] + arms["held_back"]) // 10
    assert set(wave.arm.tail(arms["held_back"])) == {"held_back"}
    assert wave["rank"].to_list() == list(range(1, len(wave) + 1))


def test_the_drawn_pairs_do_not_stand_together(wave):
    ranks = wave[wave.arm == "random"]["rank"]

    assert ranks.max() - ranks.min() > 2 * len(ranks)


def test_small_sets_hold_nobody_back():
    wave = chosen(network.graph(members(TWELVE), both_ways(*PATH)), people(TWELVE))

    assert len(wave) >= 3
    assert "held_back" not in set(wave.arm)


def test_fewer_than_three_pairs_are_no_list():
    agreed = [name in ("a0", "b0") for name in TWELVE]
    wave = chosen(network.graph(members(TWELVE), both_ways(*PATH)), people(TWELVE, introductions=agreed))

    assert wave.empty


def test_the_same_seed_chooses_the_same_set_in_any_order_of_rows(company, roster, wave):
    graph = network.graph(members(dict(reversed(company.teams.items()))), company.ties.iloc[::-1])
    again = chosen(graph, roster.iloc[::-1], answered=sorted(company.answered, reverse=True))

    pd.testing.assert_frame_equal(wave, again)


def test_another_seed_draws_other_pairs(company, roster, wave):
    other = chosen(company.graph, roster, answered=company.answered, seed=2)

    assert set(of(wave[wave.arm == "random"])) != set(of(other[other.arm == "random"]))


def test_no_name_is_preferred_where_pairs_are_worth_the_same():
    graph = network.graph(members(TWELVE), ties())
    first = {tuple(chosen(graph, people(TWELVE), seed=seed).iloc[0][["member_a", "member_b"]]) for seed in range(5)}

    assert len(first) > 1


def test_a_large_organization_looks_at_pairs_with_a_reason_only(company, roster, monkeypatch):
    everything = listed(company.graph, roster, answered=company.answered)
    monkeypatch.setattr(pairs, "EVERY_PAIR_UP_TO", 50)
    monkeypatch.setattr(pairs, "NEAREST", 5)
    monkeypatch.setattr(pairs, "AT_RANDOM", 2)
    monkeypatch.setattr(pairs, "CHUNK", 37)
    some = listed(company.graph, roster, answered=company.answered)
    wave = chosen(company.graph, roster, answered=company.answered)

    assert len(some) < 0.5 * len(everything)
    assert some.merge(everything).shape == some.shape  # the same figures, for fewer pairs
    assert set(of(wave)) <= set(of(everything))
    assert len(wave) > 30


def test_a_very_large_organization_looks_at_fewer_near_pairs_for_each_person(company, roster, monkeypatch):
    monkeypatch.setattr(pairs, "EVERY_PAIR_UP_TO", 50)
    monkeypatch.setattr(pairs, "AT_RANDOM", 2)
    large = listed(company.graph, roster, answered=company.answered)
    monkeypatch.setattr(pairs, "NEAREST_IN_ALL", 5 * int(roster.introductions.sum()))
    fewer = listed(company.graph, roster, answered=company.answered)
    monkeypatch.setattr(pairs, "NEAREST", 5)
    five = listed(company.graph, roster, answered=company.answered)

    assert len(fewer) < 0.8 * len(large)
    assert of(fewer) == of(five)


# --------------------------------------------------------------------------------------------------- what is said


HOSTED = {"a": "x", "b": "y", "host": "y", "c": "z", "d": "z", "e": "z"}


def test_a_shared_contact_is_named_as_host_when_all_agreed_and_both_named_each_other():
    m = matrices(network.graph(members(HOSTED), both_ways(("a", "host"), ("b", "host"))))
    everybody = np.ones(len(m.people), dtype=bool)

    assert m.people[reasons.host(m, (0, 1), everybody, frozenset(), {})] == "host"


@pytest.mark.parametrize("missing", [("a", "host"), ("host", "a"), ("b", "host"), ("host", "b")])
def test_a_contact_named_from_one_side_only_is_no_host(missing):
    four = [("a", "host"), ("host", "a"), ("b", "host"), ("host", "b")]
    m = matrices(network.graph(members(HOSTED), ties(*(arc for arc in four if arc != missing))))

    assert reasons.host(m, (0, 1), np.ones(len(m.people), dtype=bool), frozenset(), {}) == -1


def test_a_contact_who_did_not_agree_or_is_avoided_is_no_host():
    m = matrices(network.graph(members(HOSTED), both_ways(("a", "host"), ("b", "host"))))
    place = m.place["host"]
    everybody = np.ones(len(m.people), dtype=bool)

    assert reasons.host(m, (0, 1), everybody & (np.arange(len(m.people)) != place), frozenset(), {}) == -1
    assert reasons.host(m, (0, 1), everybody, frozenset([1 * len(m.people) + place]), {}) == -1
    assert reasons.host(m, (0, 1), everybody, frozenset(), {place: reasons.HOSTED_AT_MOST}) == -1


def test_every_host_agreed_and_is_tied_with_both_from_both_ends(company, roster, wave):
    hidden = set(wave.introducer.dropna().head(3))
    unseen = chosen(company.graph, roster.assign(map=~roster.member_id.isin(hidden)), answered=company.answered)
    agreed = set(roster[roster.introductions].member_id)
    hosted = wave[wave.introducer.notna()]

    told = unseen[unseen.introducer.notna()]
    assert len(told) > 3
    assert not hidden & {*told.introducer, *told.member_a, *told.member_b}

    assert len(hosted) > 5
    for row in hosted.itertuples():
        assert row.introducer in agreed
        for one in (row.member_a, row.member_b):
            assert company.graph.has_edge(one, row.introducer)
            assert company.graph.has_edge(row.introducer, one)


def test_no_reason_names_a_person_a_tie_of_a_person_or_a_standing(roster, wave):
    told = " ".join(wave.why)

    assert not [name for name in roster.name if name in told]
    assert not re.search(r"isolat|few ties|alone|wish|want|named|knows?\b|contact|connected|m\d{3}", told)


def test_reasons_are_the_same_whatever_people_wish(company, roster, wave):
    names = list(company.teams)
    wishes = ties(*zip(names, names[::-1], strict=True), kind="meet")
    graph = network.graph(members(company.teams), pd.concat([company.ties, wishes]))
    told = chosen(graph, roster, answered=company.answered)
    both = wave.merge(told, on=["member_a", "member_b"])

    assert len(both) > 5
    assert (both.why_x == both.why_y).all()


def test_a_reason_is_one_plain_sentence_of_two_facts_at_most(wave):
    for sentence in wave.why:
        assert re.fullmatch(r"[A-Z][^.!]*\.", sentence)
        assert sentence.count(", and ") <= 1


ANA = reasons.Facts("Engineering / Data", "analyst", "Ghent", dt.date(2017, 3, 9), ("Python", "pricing"))


@pytest.mark.parametrize(
    ("other", "gap", "sentence"),
    [
        (reasons.Facts("Sales", "", "", None, ("Python", "pricing")), None, "Both list Python and pricing."),
        (
            reasons.Facts("Sales", "analyst", "Ghent", None, ()),
            "their teams share 0–2 ties, where about 6 would be usual",
            "Their teams share 0–2 ties, where about 6 would be usual, and both have the role analyst.",
        ),
        (reasons.Facts("Sales", "", "", dt.date(2017, 3, 30), ()), None, "Both joined in March 2017."),
        (
            reasons.Facts("Sales", "", "", dt.date(2024, 1, 1), ()),
            None,
            "One joined in 2017 and the other in 2024.",
        ),
        (
            reasons.Facts("Sales", "", "", None, ()),
            None,
            "One works in Data and the other in Sales, and each could show the other how their team works.",
        ),
        (
            reasons.Facts("Operations / Data", "", "", None, ()),
            None,
            (
                "One works in Engineering / Data and the other in Operations / Data, and each could show the other how "
                "their team works."
            ),
        ),
        (reasons.Facts("Engineering / Data", "", "", None, ()), None, "Both work in Data."),
        (reasons.Facts("organization", "", "", None, ()), None, "They work in the same organization."),
    ],
)
def test_reasons_are_work_facts(other, gap, sentence):
    assert reasons.why(ANA, other, gap) == sentence


def test_a_gap_between_teams_is_said_in_bands_and_only_for_teams_of_five():
    apart = both_ways(*all_pairs(list(TWELVE)[:5]), *all_pairs(list(TWELVE)[6:11]))
    wave = chosen(network.graph(members(TWELVE), apart), people(TWELVE))
    across = wave[wave.member_a.str[0] != wave.member_b.str[0]]

    assert not across.empty
    assert set(across.why) == {"Their teams share 0–2 ties, where about 11 would be usual."}


# ------------------------------------------------------------------------------------------- edges and properties


@pytest.mark.parametrize("size", [0, 1, 2, 12])
@pytest.mark.parametrize("agree", [True, False])
def test_columns_and_their_types_are_always_the_same(size, agree):
    teams = dict(list(TWELVE.items())[:size])
    graph = network.graph(members(teams), ties())
    wave = chosen(graph, people(teams, introductions=agree))
    found = listed(graph, people(teams, introductions=agree))

    assert wave.dtypes.astype(str).to_dict() == introductions.COLUMNS
    assert found.dtypes.astype(str).to_dict() == {
        "member_a": "str", "member_b": "str", "feasibility": "float64", "low": "float64", "high": "float64",
        "natural": "float64", "uplift": "float64", "distance": "int64",
    }  # fmt: skip
    assert bool(len(wave)) == (size == 12 and agree)


def test_twelve_people_in_two_teams_get_sensible_introductions():
    graph = network.graph(members(TWELVE), both_ways(*PATH, ("a0", "a2"), ("b3", "b5")))
    wave = chosen(graph, people(TWELVE))

    assert 3 <= len(wave) <= 6
    assert max(Counter([*wave.member_a, *wave.member_b]).values()) <= 2


def test_interests_may_come_as_arrays_lists_or_nothing():
    interests = [np.array(["pricing"], dtype=object), ["pricing"], None, *[[] for _ in range(9)]]
    found = listed(network.graph(members(TWELVE), ties()), people(TWELVE, interests=interests))

    assert only(found, "a0", "a1").feasibility > only(found, "a0", "a2").feasibility


def test_a_missing_column_is_said_in_words():
    with pytest.raises(ValueError, match="people frame has no column 'introductions'"):
        listed(network.graph(members(TWELVE), ties()), people(TWELVE).drop(columns="introductions"))


NAMES = list(TWELVE)
TWO = st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True).map(tuple)


@given(
    arcs=st.sets(TWO, max_size=30),
    avoided=st.sets(TWO, max_size=12),
    agreed=st.sets(st.sampled_from(NAMES), min_size=6),
    answered=st.sets(st.sampled_from(NAMES), min_size=4),
    managers=st.lists(st.sampled_from([None, *NAMES]), min_size=12, max_size=12),
    seed=st.integers(0, 5),
)
@settings(max_examples=40)
def test_limits_consent_and_refusals_always_hold(*, arcs, avoided, agreed, answered, managers, seed):
    graph = network.graph(members(TWELVE), ties(*sorted(arcs)))
    roster = people(
        TWELVE, introductions=[name in agreed for name in NAMES], managers=[[each] if each else [] for each in managers]
    )
    wave = chosen(graph, roster, avoid=avoiding(*sorted(avoided)), answered=answered, seed=seed)
    load = Counter([*wave.member_a, *wave.member_b])
    reports = {frozenset(pair) for pair in zip(NAMES, managers, strict=True)}

    assert len(wave) == 0 or 3 <= len(wave) <= 6
    assert all(times <= 2 and member in agreed for member, times in load.items())
    assert not set(of(wave)) & ({frozenset(pair) for pair in avoided | arcs} | reports)
    assert all(pair & answered for pair in of(wave))
    assert len(set(of(wave))) == len(wave)
    assert set(wave.introducer.dropna()) <= agreed
