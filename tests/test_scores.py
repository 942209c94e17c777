"""What a group says: means on 0 to 100, and how sure they are."""

import numpy as np
import pytest
from scipy import stats

from analytics import checks, precision, scores

SEVEN = np.array([4.0, 4, 5, 3, 4, 5, 2])
"""Seven answers of a team of eight (SCIENCE.md §4.4)."""


def half(ends, mean):
    return float(ends.high) - mean


def says(n, of, mean, variance):
    """What a group says of which nothing else is known: no other group, no usual variance."""
    return scores.level(n, of, mean, scores.Spread(variance, n - 1), scores.Among(3.0, np.inf))


def test_the_ends_of_the_scale_are_nought_and_a_hundred():
    assert [scores.points(x) for x in (1, 3, 5)] == [0, 50, 100]


def test_the_variance_comes_from_number_sum_and_squares():
    found = scores.variance(7, SEVEN.sum(), (SEVEN**2).sum())
    assert float(found) == pytest.approx(SEVEN.var(ddof=1))
    assert float(scores.variance(1, 4.0, 16.0)) == 0


def test_only_the_missing_person_is_uncertain():
    ends = says(7, 8, SEVEN.mean(), SEVEN.var(ddof=1))
    assert half(ends, SEVEN.mean()) == pytest.approx(0.3496, abs=1e-4)


def test_without_knowing_who_was_asked_the_interval_is_the_textbook_one():
    ends = says(7, 10**9, SEVEN.mean(), SEVEN.var(ddof=1))
    assert half(ends, SEVEN.mean()) == pytest.approx(0.9887, abs=1e-4)
    low, high = stats.t.interval(0.95, 6, SEVEN.mean(), stats.sem(SEVEN))
    assert (float(ends.low), float(ends.high)) == pytest.approx((low, high))


def test_when_everybody_answered_nothing_is_uncertain():
    ends = says(7, 7, SEVEN.mean(), SEVEN.var(ddof=1))
    assert float(ends.low) == float(ends.high) == SEVEN.mean()


def test_more_answers_than_people_asked_count_as_everybody():
    assert half(says(7, 6, SEVEN.mean(), SEVEN.var(ddof=1)), SEVEN.mean()) == 0


def test_one_answer_of_several_says_nothing_about_the_others():
    ends = says(1, 6, 4.0, 0.0)
    assert (float(ends.low), float(ends.high)) == (1, 5)


def test_an_interval_stays_on_the_scale():
    ends = says(5, 50, 4.8, 1.0)
    assert float(ends.high) == 5


def test_the_worst_and_best_case_of_one_silent_person():
    ends = scores.silent_bounds(7, 8, SEVEN.mean())
    assert (float(ends.low), float(ends.high)) == pytest.approx((3.5, 4.0))


def test_the_interval_holds_its_promise_over_all_ways_to_miss_two_of_eight():
    team = np.array([4.0, 4, 5, 3, 4, 5, 2, 1])
    held = []
    for a in range(8):
        for b in range(a):
            seen = np.delete(team, [a, b])
            ends = says(6, 8, seen.mean(), seen.var(ddof=1))
            held.append(float(ends.low) <= team.mean() <= float(ends.high))
    assert np.mean(held) >= 0.95


def test_people_who_agree_by_luck_borrow_the_variance_of_the_others():
    lent = np.asarray(scores.lent(np.array([7, 7, 13]), np.array([0.0, 1.0, 0.5]), np.array([True, False, False])))
    assert lent == pytest.approx([(6 * 1.0 + 12 * 0.5) / 18, 1.0, 0.5])


def test_where_all_groups_agree_the_usual_variance_stands_in():
    assert scores.lent(np.array([7]), np.array([0.0]), np.array([True])) == pytest.approx([0.88**2])


def test_the_share_that_agrees_is_wilsons():
    ends = scores.favourable(10, 15)  # z² = 3.8415: centre (10 + 1.9207)/(15 + 3.8415) = .6327
    assert (float(ends.low) + float(ends.high)) / 2 == pytest.approx(0.6327, abs=1e-4)
    for count, n in ((0, 7), (10, 15), (40, 40), (333, 1000)):
        theirs = stats.binomtest(count, n).proportion_ci(method="wilson")
        ours = scores.favourable(count, n)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_who_answered_stays_and_only_the_silent_are_drawn_to_the_others():
    # B = .1/(.1 + .8/7) = .4667, θ = 3.5 + .4667·(27/7 − 3.5) = 3.6667; (7·27/7 + 1·3.6667)/8 = 3.8333, by hand.
    found = scores.level(7, 8, SEVEN.mean(), scores.Spread(0.8, 30), scores.Among(3.5, 0.1))
    assert float(found.mean) == pytest.approx(3.8333, abs=1e-4)
    assert half(found, float(found.mean)) == pytest.approx(
        stats.t.ppf(0.975, 30) / 8 * np.sqrt(0.466667 * 0.8 / 7 + 0.8), abs=1e-5
    )


def test_of_groups_that_answered_in_full_nothing_is_drawn_anywhere():
    found = scores.level(7, 7, SEVEN.mean(), scores.Spread(0.8, 30), scores.Among(3.5, 0.1))
    assert float(found.mean) == float(found.low) == float(found.high) == SEVEN.mean()


def test_the_usual_variance_and_its_weight_are_found_again():
    # Variances of 400 groups of 7, scattered as Smyth 2004 supposes: s0² = .7 worth 8 degrees of freedom.
    random = np.random.default_rng(4)
    true = 0.7 * 8 / random.chisquare(8, 400)
    seen = true * random.chisquare(6, 400) / 6
    found = scores.moderated(np.full(400, 7), seen)
    assert np.asarray(found.freedom)[0] == pytest.approx(14, abs=2)
    off, raw = np.log(found.variance / true), np.log(seen / true)
    assert np.var(off) < 0.5 * np.var(raw)


def test_a_group_whose_people_agree_by_luck_gets_the_usual_variance():
    found = scores.moderated(np.full(4, 7), np.array([0.0, 0.8, 0.7, 0.9]), np.array([True, False, False, False]))
    assert np.asarray(found.variance)[0] == pytest.approx(0.8)


def test_of_two_groups_one_whose_people_agree_borrows_from_the_other_and_not_from_the_group_above_them():
    n, variance = np.array([7, 8, 20]), np.array([0.3, 0.5, 1.9])
    alike, inner = np.array([True, False, False]), np.array([True, True, False])
    assert scores.moderated(n, variance, alike, inner).variance == pytest.approx([0.5, 0.5, 1.9])
    assert scores.moderated(n, variance, inner, inner).variance[0] == scores.TYPICAL


def test_a_lone_group_keeps_its_own_variance():
    found = scores.moderated(np.array([8]), np.array([0.4]))
    assert (float(found.variance[0]), float(found.freedom[0])) == (0.4, 7)


def test_halves_are_rounded_up_and_sums_of_thirds_count_as_exact():
    values = precision.nearest(np.array([62.5, 57.5, 0.5 - 1e-13]), np.array([5.0, 5.0, 1.0]))
    assert values.tolist() == [65, 60, 1]


def test_an_interval_on_the_grid_is_not_widened():
    low, high = precision.outward(np.array([60 - 1e-12]), np.array([100 * 0.7]), np.array([5.0]))
    assert (low[0], high[0]) == (60, 70)


def test_a_missing_column_is_named_with_those_there_are():
    import pandas as pd

    with pytest.raises(ValueError, match=r"The scores frame has no columns 'n', 'total'\. It has: team_id\."):
        checks.require_columns(pd.DataFrame({"team_id": []}), "team_id", "n", "total", what="scores")


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match="share is 95; expected 0 to 1"):
        scores.level(7, 8, 4.0, scores.Spread(1.0, 6), scores.Among(3.0, np.inf), share=95)


def test_unknown_names_are_listed_but_not_all_of_them():
    with pytest.raises(ValueError, match="Groups: 'a', 'b', 'c' and 1 more unknown among 1"):
        checks.require_known({"a", "b", "c", "d", "x"}, {"x"}, what="Groups")
