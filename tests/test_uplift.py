"""Whether introductions help: the difference of two shares as others reckon it, and how many pairs that takes."""

import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, power_proportions_2indep

from analytics import uplift


def pairs(tied, introduced, anyway, held_back, *, unknown=0, by_lot=0):
    """One row a pair: so many on the list with a tie, so many held back; some unknown, and some drawn for the list."""
    rows = [
        *[("chosen", n < tied) for n in range(introduced)],
        *[("held_back", n < anyway) for n in range(held_back)],
        *[("chosen", None), ("held_back", None)] * unknown,
        *[("random", True)] * by_lot,
    ]
    return pd.DataFrame(rows, columns=["arm", "tied"])


@pytest.mark.parametrize(
    "counts",
    [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (10, 10, 0, 10), (7, 45, 1, 5)],
)
def test_the_interval_is_newcombes_as_statsmodels_reckons_it(counts):
    found = uplift.compare(pairs(*counts))
    tied, introduced, anyway, held_back = counts
    assert found.value == pytest.approx(tied / introduced - anyway / held_back)
    assert (found.low, found.high) == pytest.approx(confint_proportions_2indep(*counts, method="newcomb"))


@pytest.mark.parametrize(("share", "gain", "ratio"), [(0.1, 0.15, 9), (0.3, 0.2, 1), (0.05, 0.1, 4), (0.0, 0.15, 9)])
def test_so_many_pairs_show_the_gain_four_times_in_five(share, gain, ratio):
    many = uplift.needed(share, gain, ratio)

    def power(held_back):
        introduced = held_back * ratio
        # statsmodels counts from the first group: the introduced, of whom there are `ratio` for each held back
        return power_proportions_2indep(gain, share, introduced, ratio=1 / ratio, return_results=False)

    assert power(many) == pytest.approx(0.8, abs=0.02)
    assert uplift.needed(share, 2 * gain, ratio) < many


def test_unknown_pairs_and_pairs_by_lot_count_on_neither_side():
    bare, more = uplift.compare(pairs(8, 10, 1, 6)), uplift.compare(pairs(8, 10, 1, 6, unknown=7, by_lot=9))
    assert bare == more
    assert (more.introduced, more.tied, more.held_back, more.tied_anyway) == (10, 8, 6, 1)


@pytest.mark.parametrize("counts", [(3, 4, 1, 6), (8, 10, 1, 4), (0, 0, 0, 0)])
def test_fewer_than_five_pairs_on_a_side_say_nothing(counts):
    found = uplift.compare(pairs(*counts))
    assert (found.value, found.low, found.high, found.word) == (None, None, None, None)


def test_all_pairs_of_the_list_count_whatever_became_of_them():
    """By intention to treat: a pair that nobody proposed, or that said no, is one that the list did not help."""
    frame = pairs(8, 10, 1, 6).assign(asked=[n < 3 for n in range(16)], agreed=False)
    assert uplift.compare(frame) == uplift.compare(frame.drop(columns=["asked", "agreed"]))


@pytest.mark.parametrize(
    ("counts", "word"),
    [((30, 40, 2, 20), "more"), ((2, 20, 30, 40), "fewer"), ((10, 40, 5, 20), "no clear difference")],
)
def test_a_difference_is_said_where_the_interval_leaves_zero_out(counts, word):
    assert uplift.compare(pairs(*counts)).word == word


def test_the_columns_that_are_missing_are_named():
    with pytest.raises(ValueError, match="tied"):
        uplift.compare(pd.DataFrame({"arm": []}))
