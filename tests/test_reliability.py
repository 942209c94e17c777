"""Whether the statements of a dimension measure one thing, against R."""

import numpy as np
import pandas as pd
import pytest

from analytics import reliability


def summed(answers):
    """What is kept of answers: the items' covariances over the people who answered all of them, and how many did."""
    complete = answers.dropna()
    many = len(complete) > 1
    return complete.cov().to_numpy() if many else np.eye(complete.shape[1]), len(complete)


def alpha_of(answers):
    return reliability.from_covariance(*summed(answers))


def omega_of(answers):
    return reliability.omega_of(*summed(answers))


LEADERSHIP = "Cronbach alpha leadership (11)"


def study(folder):
    """Answers of a published study, and what R computes of them."""
    reference = pd.read_csv(folder / "reference_values.csv").set_index("quantity")["value"]
    return pd.read_csv(folder / "responses.csv"), reference


def test_alpha_of_the_leadership_items_is_what_r_computes(real_data):
    answers, reference = study(real_data / "army_bhr2000")
    found = alpha_of(answers.loc[:, "AF06":"AS28"])
    assert found.alpha == pytest.approx(reference[LEADERSHIP], abs=1e-4)
    assert reference[LEADERSHIP] == 0.89134326
    assert found.low < found.alpha < found.high


ITEMS = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 3]})
"""Variances 2.5 and 1.3, covariance 1.5: alpha is 2·(1 − 3.8/6.8) = .8824."""


def test_alpha_by_hand():
    assert alpha_of(ITEMS).alpha == pytest.approx(2 * (1 - 3.8 / 6.8))


def test_alpha_is_the_same_when_every_item_is_reversed():
    turned = alpha_of(6 - ITEMS)
    assert turned.alpha == pytest.approx(alpha_of(ITEMS).alpha)


def test_people_with_a_missing_answer_are_left_out():
    more = pd.concat([ITEMS, pd.DataFrame({"a": [5.0], "b": [np.nan]})])
    assert alpha_of(more) == alpha_of(ITEMS)


def test_the_covariances_alone_are_enough():
    found = reliability.from_covariance(np.array([[2.5, 1.5], [1.5, 1.3]]), 5)
    assert found == alpha_of(ITEMS)


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
    found = alpha_of(answers)
    assert (found.alpha, found.low, found.high) == (None, None, None)
    assert why in found.why


# --------------------------------------------------------------------------------- psychTools' bfi, against R's psych

TURNED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]
BFI = {
    "A": (0.7038, 0.7030, 0.7240),
    "C": (0.7293, 0.7267, 0.7337),
    "E": (0.7609, 0.7617, 0.7631),
    "N": (0.8133, 0.8140, 0.8150),
    "O": (0.6025, 0.6002, 0.6180),
}
"""psychTools' bfi, 2,800 people: alpha of complete answers, alpha of pairs, omega (SCIENCE.md §4.2)."""


@pytest.fixture
def bfi(real_data):
    answers = pd.read_csv(real_data / "bfi_items" / "responses.csv")
    return answers.assign(**{item: 7 - answers[item] for item in TURNED})


@pytest.mark.parametrize("scale", BFI)
def test_alpha_and_omega_of_five_personality_scales_are_what_r_computes(bfi, scale):
    answers = bfi[[f"{scale}{number}" for number in range(1, 6)]]
    complete, pairs, omega = BFI[scale]
    assert alpha_of(answers).alpha == pytest.approx(complete, abs=1e-4)
    assert reliability.from_covariance(answers.cov().to_numpy(), 2800).alpha == pytest.approx(pairs, abs=1e-4)
    assert omega_of(answers).omega == pytest.approx(omega, abs=2e-3)


def test_alpha_of_pairs_is_also_what_the_reference_file_says(real_data, bfi):
    reference = pd.read_csv(real_data / "bfi_items" / "reference_values.csv").set_index("quantity")["value"]
    pairs = bfi[["A1", "A2", "A3", "A4", "A5"]].cov().to_numpy()
    assert reliability.from_covariance(pairs, 2800).alpha == pytest.approx(reference["alpha raw A"], abs=1e-6)


def test_omega_is_that_of_somebody_elses_factor_analysis(bfi):
    from statsmodels.multivariate.factor import Factor

    complete = bfi[["N1", "N2", "N3", "N4", "N5"]].dropna()
    loadings = np.abs(Factor(complete.to_numpy(), n_factor=1, method="ml").fit().loadings[:, 0])
    common = loadings.sum() ** 2
    assert omega_of(complete).omega == pytest.approx(common / (common + (1 - loadings**2).sum()), abs=1e-3)


def test_answers_at_random_have_neither_alpha_nor_omega(real_data):
    answers = pd.read_csv(real_data / "NEGCONTROL_fevs_random" / "responses.csv")[["Q1", "Q2", "Q3", "Q4", "Q5"]]
    assert alpha_of(answers).alpha == pytest.approx(0, abs=0.05)
    assert omega_of(answers).omega == pytest.approx(0, abs=0.05)


def test_where_every_item_carries_as_much_omega_is_alpha():
    alike = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    alpha = reliability.from_covariance(alike, 500).alpha
    assert reliability.omega_of(alike, 500).omega == pytest.approx(alpha, abs=1e-4)


def test_omega_does_not_depend_on_the_units_of_an_item():
    matrix = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.3], [0.4, 0.3, 1.0]])
    units = np.diag([1.0, 10.0, 0.1])
    assert reliability.omega_of(units @ matrix @ units, 300).omega == pytest.approx(
        reliability.omega_of(matrix, 300).omega, abs=1e-6
    )


@pytest.mark.parametrize(
    ("covariance", "people", "why"),
    [
        (np.eye(2), 200, "three items"),
        (np.eye(3), 2, "three people"),
        (np.diag([1.0, 0.0, 1.0]), 200, "same answer"),
        (np.ones((3, 3)), 200, "one common factor"),
        (np.array([[1, 0.9, 0.9], [0.9, 1, 0.2], [0.9, 0.2, 1]]), 200, "one common factor"),
    ],
)
def test_where_omega_cannot_be_known_a_sentence_says_why(covariance, people, why):
    found = reliability.omega_of(covariance, people)
    assert found.omega is None
    assert why in found.why


def test_a_heywood_case_is_no_omega():
    """r12·r13/r23 = 1.225: the first item would have to share more than all of its variance."""
    heywood = np.array([[1, 0.7, 0.7], [0.7, 1, 0.4], [0.7, 0.4, 1]])
    assert np.linalg.eigvalsh(heywood)[0] > 0
    assert reliability.omega_of(heywood, 200).omega is None


def test_reliability_has_three_words():
    assert [reliability.word(each) for each in (0.8, 0.79, 0.7, 0.69)] == ["good", "fair", "fair", "weak"]
