"""Whether the statements of a dimension measure one thing, against R."""

import numpy as np
import pandas as pd
import pytest

from analytics import reliability

LEADERSHIP = "Cronbach alpha leadership (11)"


def study(folder):
    """Answers of a published study, and what R computes of them."""
    reference = pd.read_csv(folder / "reference_values.csv").set_index("quantity")["value"]
    return pd.read_csv(folder / "responses.csv"), reference


def test_alpha_of_the_leadership_items_is_what_r_computes(real_data):
    answers, reference = study(real_data / "army_bhr2000")
    found = reliability.cronbach_alpha(answers.loc[:, "AF06":"AS28"])
    assert found.alpha == pytest.approx(reference[LEADERSHIP], abs=1e-4)
    assert reference[LEADERSHIP] == 0.89134326
    assert (found.items, found.respondents) == (11, 5400)
    assert found.low < found.alpha < found.high


ITEMS = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 3]})
"""Variances 2.5 and 1.3, covariance 1.5: alpha is 2·(1 − 3.8/6.8) = .8824."""


def test_alpha_by_hand():
    assert reliability.cronbach_alpha(ITEMS).alpha == pytest.approx(2 * (1 - 3.8 / 6.8))


def test_alpha_is_the_same_when_every_item_is_reversed():
    turned = reliability.cronbach_alpha(6 - ITEMS)
    assert turned.alpha == pytest.approx(reliability.cronbach_alpha(ITEMS).alpha)


def test_people_with_a_missing_answer_are_left_out():
    more = pd.concat([ITEMS, pd.DataFrame({"a": [5.0], "b": [np.nan]})])
    assert reliability.cronbach_alpha(more) == reliability.cronbach_alpha(ITEMS)


def test_the_covariances_alone_are_enough():
    found = reliability.from_covariance(np.array([[2.5, 1.5], [1.5, 1.3]]), 5)
    assert found == reliability.cronbach_alpha(ITEMS)


def test_the_interval_narrows_with_the_number_of_people():
    matrix = np.array([[1.0, 0.5], [0.5, 1.0]])
    few, many = (reliability.from_covariance(matrix, n) for n in (20, 2000))
    assert few.low < many.low < many.alpha < many.high < few.high


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (ITEMS[["a"]], "two items"),
        (ITEMS[:2], "three people"),
        (ITEMS[:0], "three people"),
        (pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]}), "same total score"),
    ],
)
def test_where_alpha_cannot_be_known_a_sentence_says_why(answers, why):
    found = reliability.cronbach_alpha(answers)
    assert (found.alpha, found.low, found.high) == (None, None, None)
    assert why in found.why
