"""Every rule of the gate is needed: whichever is taken away, a test notices.

A row names the rule (PRIVACY.md §1.3), how it is taken away, and the test or property that fails without it.
"""

import numpy as np
import pandas as pd
import pytest
import test_disclosure as told
import test_insider as insider
import test_structure as shape
from organizations import Organization
from test_differencing import hold

from analytics import carry_up, disclosure, earlier, figures, policies, precision, scores, structure
from analytics.disclosure import Policy, network, pulse
from surveys import groups


def six_waves():
    """Four organizations hold their promises through six waves."""
    for seed in range(4):
        organization = Organization(np.random.default_rng(seed))
        for asked in organization.live(6):
            hold(asked, organization.waves, brute=False)


def insiders():
    """Nobody who knows one of five, or of ten, answers is certain of another."""
    for n in (5, 10):
        assert insider.certain(insider.in_one_organization(n, 5, insider.STATEMENT)) == []


def placing_goes_wrong():
    """Nothing is released when the answers were placed wrongly."""
    with pytest.MonkeyPatch.context() as patch:
        told.test_nothing_is_released_when_placing_answers_goes_wrong(patch)


def policy(kind, **other):
    """The gate with another policy for one kind of finding."""

    def without(patch):
        row = policies.POLICIES[kind]
        changed = Policy(**{**vars(row), **other})
        patch.setattr(policies, "POLICIES", {**policies.POLICIES, kind: changed})

    return without


def instead(module, name, other):
    """A function, or a number, of the gate replaced by another."""
    return lambda patch: patch.setattr(module, name, other)


def hiding_only(tree, blocks, people, minimum):
    """A figure wherever there are enough people, and nothing carried up: what most tools do."""
    below = {g: frozenset(b for b in blocks if g in told.line(b, tree.above)) for g in tree.upward}
    enough = {g: inside for g, inside in below.items() if sum(people.get(b, 0) for b in inside) >= minimum}
    starts = {g: (g,) for g in enough}
    return carry_up.Placement(starts, dict.fromkeys(tree.upward), enough, {}, None)


def without_carry_up(patch):
    """Neither carried up nor audited."""
    patch.setattr(carry_up, "place", hiding_only)
    patch.setattr(pulse, "audit", lambda *_: None)


def items_by_themselves(patch):
    """Each statement placed without regard to its dimension, and not audited."""
    place = figures._place
    patch.setattr(figures, "_place", lambda tree, own, minimum, _within=None: place(tree, own, minimum))
    patch.setattr(pulse, "audit", lambda *_: None)


def exactly(n, favourable):
    """A share to one decimal."""
    return f"{100 * favourable / n:.1f} %"


def their_own_spread(patch):
    """Intervals from a group's own variance, also where its people agree."""
    patch.setattr(scores, "lent", lambda _n, variance, _alike: variance)
    patch.setattr(scores, "moderated", lambda n, variance, *_: scores.Spread(variance, np.maximum(n - 1, 1)))


def everybody(_consents, _what):
    """Nobody asked."""
    return {"a", "b", "c"}


def at_once(standings, consents, on):
    """A standing named on the day of the close."""
    return named(standings.assign(visible_from=pd.Timestamp("2000-01-01")), consents, on)


named = disclosure.named
RULES = {
    "A1 a figure needs k answers": (instead(policies, "minimum", lambda _kind, _k: 1), six_waves),
    "A1 a statement needs eight": (policy("item", minimum=0), six_waves),
    "A2 whoever leads a team counts above it": (instead(groups, "_place", lambda member, _: member.team_id), six_waves),
    "A3 few people, coarse figures": (instead(precision, "MANY", 1), six_waves),
    "A3 statements are coarser than dimensions": (policy("item", rounding=precision.step), six_waves),
    "A3 shares in bands": (
        instead(precision, "favourable_words", exactly),
        told.test_shares_at_the_ends_are_never_none_or_all,
    ),
    "A3 intervals widened to the grid": (
        instead(precision, "outward", lambda low, high, _grid: (low, high)),
        lambda: told.test_intervals_are_rounded_outward(3.0, 50),
    ),
    "A4 alike begins at all but two": (instead(precision, "alike", lambda n, *_: n < 0), insiders),
    "A4 alike is not all but one": (
        instead(precision, "alike", lambda n, *kinds: np.maximum.reduce(kinds) >= n - 1),
        insiders,
    ),
    "A4 the value stops at its limit": (instead(precision, "limit", lambda n: 100.0 + 0 * n), insiders),
    "A4 neutral but for one is neutral": (
        instead(precision, "within_limits", lambda value, n, *_: np.clip(value, *_ends(n))),
        lambda: insider.test_nobody_who_knows_one_answer_is_certain_of_another(6, 5),
    ),
    "A4 at its limit an interval is open": (
        instead(precision, "opened", lambda _value, low, high, *_: (low, high)),
        lambda: told.test_a_value_at_its_limit_is_open_to_the_end_behind_it([5.0] * 7, (75, 100)),
    ),
    "A4 the spread of people who agree is lent": (their_own_spread, insiders),
    "A4 the spread of people who agree is kept nowhere": (
        instead(scores, "lent", lambda _n, variance, _alike: variance),
        told.test_neither_an_exact_extreme_nor_a_spread_of_nothing_is_kept_for_later_waves,
    ),
    "A5 sensitive statements need ten": (
        policy("sensitive", minimum=8),
        told.test_a_sensitive_statement_needs_ten_answers_and_says_so,
    ),
    "A5 agreement from ten answers": (
        instead(precision, "FEW", 1),
        told.test_agreement_on_an_item_is_said_from_ten_answers,
    ),
    "A6 respondents in a band": (
        instead(precision, "respondents_words", lambda n, _minimum: str(n)),
        six_waves,
    ),
    "A6 the share that answered to ten": (
        policy("answered", rounding=policies._to(1)),
        told.test_the_share_that_answered_is_rounded_to_ten,
    ),
    "A6 what the silent could change, from ten": (policy("silent", minimum=0), six_waves),
    "B1 too few are carried up": (without_carry_up, six_waves),
    "B1 the organization stays whole": (
        instead(carry_up, "ORGANIZATION_MAY_MISS", 1.0),
        told.test_the_smallest_group_yields_when_more_than_a_tenth_would_count_nowhere,
    ),
    "B2 the audit stops the release": (
        instead(pulse, "audit", lambda *_: None),
        placing_goes_wrong,
    ),
    "B4 a statement rests on its dimension's blocks": (
        items_by_themselves,
        told.test_an_item_and_its_dimension_never_differ_by_fewer_than_k,
    ),
    "C2 coarser after a small change": (instead(earlier.Past, "few_changed", lambda *_: False), six_waves),
    "C2 a change joins the same groups": (
        instead(earlier.Past, "comparable", earlier.Past.latest),
        told.test_other_statements_or_other_groups_are_not_compared,
    ),
    "C2 only what was shown is kept": (
        instead(pulse, "_moments", lambda table: table.assign(items=[["t1"]] * len(table))),
        told.test_only_what_was_shown_is_kept_for_later_waves,
    ),
    "D1 comments among ten": (policy("comment", minimum=0), six_waves),
    "D1 comments in no order": (
        instead(pulse.random.SystemRandom, "shuffle", lambda *_: None),
        told.test_comments_come_in_no_order,
    ),
    "E1 few ties among five": (
        policy("few_ties", minimum=1),
        told.test_a_count_needs_five_people_who_are_not_named_anyway,
    ),
    "E1 ties between teams of five": (policy("between", minimum=1), told.test_ties_with_a_team_of_four_are_not_told),
    "E1 silos of five": (policy("silo", minimum=1), told.test_a_silo_is_said_of_five_people_or_more),
    "E1 shares of ties among ten": (
        policy("returned", minimum=1),
        told.test_a_share_of_ties_needs_ten_people_twenty_ties_and_two_thirds_who_answered,
    ),
    "E1 ties kept among ten": (
        policy("kept", minimum=1),
        told.test_a_share_of_ties_needs_ten_people_twenty_ties_and_two_thirds_who_answered,
    ),
    "E1 shares of twenty ties": (
        policy("returned", ties=0),
        told.test_a_share_of_ties_needs_ten_people_twenty_ties_and_two_thirds_who_answered,
    ),
    "E1 two thirds answered": (
        policy("kept", answered=0.0),
        told.test_a_share_of_ties_needs_ten_people_twenty_ties_and_two_thirds_who_answered,
    ),
    "E1 never all names returned": (
        policy("returned", ends=(-np.inf, np.inf)),
        told.test_a_share_of_ties_never_says_that_all_count_or_none,
    ),
    "E1 never all ties kept": (
        policy("kept", ends=(-np.inf, np.inf)),
        told.test_a_share_of_ties_never_says_that_all_count_or_none,
    ),
    "E1 shares of ties in tenths": (
        policy("returned", rounding=lambda n, _coarse: np.full(n.shape, 0.01)),
        told.test_a_share_of_ties_is_said_in_tenths_with_its_range,
    ),
    "E1 help from few among forty": (
        policy("carried", minimum=1),
        told.test_figures_of_everybody_need_twenty_or_forty_people,
    ),
    "E1 circles among twenty": (
        policy("circles", minimum=1),
        told.test_figures_of_everybody_need_twenty_or_forty_people,
    ),
    "E1 a core among twenty": (policy("core", minimum=1), told.test_figures_of_everybody_need_twenty_or_forty_people),
    "E1 ties across teams among twenty": (
        policy("mixing", minimum=1),
        told.test_figures_of_everybody_need_twenty_or_forty_people,
    ),
    "E1 help from forty names": (policy("carried", ties=0), told.test_help_and_ties_across_teams_need_forty_names),
    "E1 circles where they are clear": (
        policy("circles", sure=0.0),
        told.test_circles_and_a_core_are_said_only_where_they_are_clear,
    ),
    "E1 a core where it is clear": (
        policy("core", sure=0.0),
        told.test_circles_and_a_core_are_said_only_where_they_are_clear,
    ),
    "E2 a steady place": (
        instead(policies, "STEADY", 0.0),
        told.test_a_place_that_a_few_silent_people_would_change_is_not_named,
    ),
    "E2 who holds others together agreed": (
        instead(network, "agreed_to", everybody),
        told.test_nobody_is_named_as_holding_others_together_without_having_agreed,
    ),
    "E3 most of those who could name somebody answered": (
        instead(structure, "ENOUGH_NAMERS", 0.0),
        shape.test_nothing_is_said_of_a_persons_place_where_a_fifth_of_their_team_or_of_all_is_silent,
    ),
    "E4 who holds others together looks first": (
        instead(network, "named", at_once),
        told.test_whoever_holds_others_together_looks_first_too,
    ),
    "E2 nobody is named unasked": (
        instead(network, "agreed_to", everybody),
        told.test_nobody_is_named_without_having_agreed,
    ),
    "E2 a host agrees too": (
        instead(network, "agreed_to", everybody),
        told.test_a_host_is_named_only_if_they_agreed_too_and_all_three_may_be_seen_on_the_map,
    ),
    "E4 a host waits for all three": (
        instead(network, "named", at_once),
        told.test_a_host_is_named_only_once_all_three_had_their_days_to_look_first,
    ),
    "E4 the member looks first": (
        instead(disclosure, "named", at_once),
        told.test_nobody_is_named_before_they_could_look_first,
    ),
}


def _ends(n):
    return 100 - precision.limit(n), precision.limit(n)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_taken_away_is_missed(rule, monkeypatch):
    take_away, check = RULES[rule]
    take_away(monkeypatch)
    with pytest.raises((AssertionError, disclosure.DisclosureError, pytest.fail.Exception)):
        check()


@pytest.mark.parametrize("check", [six_waves, insiders])
def test_and_with_all_rules_nothing_is_missed(check):
    check()
