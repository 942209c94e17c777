"""Sets of introductions on real networks and in made-up worlds; `make introductions` prints the tables."""

import sys
from collections import Counter

import numpy as np
import pytest
from conftest import REAL_DATA, REPOSITORY, full

sys.path.insert(0, str(REPOSITORY))

from benchmarks import scale, sets, worlds

real = pytest.mark.skipif(not REAL_DATA.exists(), reason=f"no real data at {REAL_DATA}")


@pytest.fixture(scope="module")
def made():
    return worlds.world(3)


@pytest.fixture(scope="module")
def twelve():
    return {one.name: one for one in sets.transitions()}


@pytest.mark.skipif(not full, reason="some minutes; RAPPORT_FULL=1 runs it")
def test_everything_that_rapport_claims_of_its_sets_holds():
    found = [*worlds.bounds(worlds.measure())]
    on_real = sets.measure()
    found += sets.bounds(on_real) if on_real else []

    assert [one for one in found if not one.holds] == []


# -------------------------------------------------------------------------------------------------- real networks


@real
def test_the_transitions_are_those_of_the_published_table(twelve):
    assert len(twelve) == 12
    for name, people, open_pairs, new in (  # SCIENCE.md §6.3
        ("agency 2-3", 73, 2285, 86),
        ("tailor shop sociational 1-2", 39, 583, 120),
        ("EIES 1-2", 48, 1014, 45),
        ("InVS15 0-1", 217, 21754, 649),
        ("e-mail halves 0-1", 610, 183731, 1092),
    ):
        one = twelve[name]

        assert (len(one.teams), len(one.case.open[0])) == (people, open_pairs)
        assert one.tied_later[one.case.open].sum() == new


@real
@pytest.mark.parametrize("rule", sets.RULES)
def test_every_rule_keeps_to_open_pairs_and_its_limit(twelve, rule):
    case = twelve["tailor shop instrumental 1-2"].case
    a, b = sets.RULES[rule](case, np.random.default_rng(1))

    assert 0 < len(a) <= case.introductions
    assert len(set(zip(a.tolist(), b.tolist(), strict=True))) == len(a)
    assert not case.field.m.tied[a, b].any()
    if "no limit" not in rule:
        assert max(Counter([*a.tolist(), *b.tolist()]).values()) <= 2


@real
def test_a_pair_drawn_blindly_has_a_lift_of_one(twelve):
    one = twelve["agency 1-2"]
    everything = sets.reached(one, lambda case, _: case.open, draws=1)

    assert everything.lift == pytest.approx(1)
    assert everything.least == pytest.approx(1)
    assert everything.involved == 1


def test_people_with_equally_few_ties_count_in_part():
    names = [f"m{number}" for number in range(20)]
    ring = [(names[number], names[(number + 1) % 16]) for number in range(16)]
    m = sets.matrices(sets.working(dict.fromkeys(names, ""), ring))
    weights = sets._least_connected(m)

    assert weights.sum() == pytest.approx(1)
    assert sorted(weights)[-4:] == pytest.approx([0.25] * 4)  # four without a tie are more than 15 % of twenty


# --------------------------------------------------------------------------------------------------- made-up worlds


def test_a_world_is_as_large_as_silent_and_as_forgetful_as_it_says(made):
    named = made.named | made.named.T

    assert made.silent.sum() == 18
    assert not made.named[made.silent].any()
    assert made.named.sum(axis=1).max() <= 8
    assert not (named & ~made.tied).any()
    assert 0.6 < named.sum() / made.tied.sum() < 0.8


def test_a_tie_that_is_there_is_no_extra_tie(made):
    a, b = (side[:10] for side in np.nonzero(np.triu(made.tied)))
    became = worlds.became(made, np.ones_like(made.anyway), a, b, np.random.default_rng(1))

    assert (became.already, became.anyway, became.extra, became.low, became.gain) == pytest.approx((1, 0, 0, 0, 0))


def test_extra_ties_are_those_that_would_not_have_come_anyway(made):
    a, b = (side[:10] for side in np.nonzero(np.triu(~made.tied, k=1)))
    became = worlds.became(made, np.ones_like(made.anyway), a, b, np.random.default_rng(1))

    assert became.extra == pytest.approx(10 - became.anyway)
    assert became.gain > 0


def test_a_rule_sees_nothing_of_the_truth(made):
    hidden = made.tied & ~(made.named | made.named.T)
    other = worlds.World(made.team, made.interests, made.tied & ~hidden, made.named, made.silent)
    pairs = [sets.RULES["Rapport"](one.case, np.random.default_rng(1)) for one in (made, other)]

    assert hidden.any()
    assert np.array_equal(*pairs)


def test_every_rule_stands_in_the_tables():
    found = worlds.measure(quick=True)
    printed = "\n".join(worlds.report(found))

    for name in (*worlds.RULES, *worlds.YES, *(one.claim for one in worlds.bounds(found))):
        assert name in printed


# ---------------------------------------------------------------------------------------------------------- scale


def test_a_large_organization_goes_through_every_step():
    found = scale.measure(1_000)
    printed = "\n".join(scale.report(found))

    assert (found.people, found.ties) == (1_000, 5_400)
    assert 0 < found.chosen <= 500
    assert all(step in printed for step in (*found.steps, "together"))
