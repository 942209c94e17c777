"""Whether people of a group see it alike, and whether groups differ, against R and textbooks."""

import numpy as np
import pandas as pd
import pytest

from analytics import agreement


def study(folder):
    """Answers of a published study, and what R computes of them."""
    reference = pd.read_csv(folder / "reference_values.csv").set_index("quantity")["value"]
    return pd.read_csv(folder / "responses.csv"), reference


def icc(groups, values):
    return agreement.icc(pd.DataFrame({"group": groups, "value": values}))


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("leadership mean", (0.13569919, 0.89543999)), ("HRS", (0.17410081, 0.91998889))],
)
def test_resemblance_within_companies_is_what_r_computes(real_data, measure, expected):
    answers, reference = study(real_data / "army_bhr2000")
    values = answers["HRS"] if measure == "HRS" else answers.loc[:, "AF06":"AS28"].mean(axis=1)
    found = icc(answers["team_id"], values)
    assert (found.icc1, found.icc2) == pytest.approx(expected, abs=1e-4)
    assert (reference[f"ICC1 {measure}"], reference[f"ICC2 {measure}"]) == expected


@pytest.mark.parametrize("measure", ["HRS", "COHES", "LEAD", "WBEING"])
def test_resemblance_in_the_other_army_study_is_what_r_computes(real_data, measure):
    answers, reference = study(real_data / "army_bh1996")
    found = icc(answers["team_id"], answers[measure])
    assert found.icc1 == pytest.approx(reference[f"ICC1 {measure}"], abs=1e-4)
    assert found.icc2 == pytest.approx(reference[f"ICC2 {measure}"], abs=1e-4)


def test_agreement_on_leadership_is_what_r_computes(real_data):
    answers, reference = study(real_data / "army_bhr2000")
    variances = answers.groupby("team_id")[list(answers.loc[:, "AF06":"AS28"])].var()
    found = np.mean([agreement.rwg_j(each) for each in variances.to_numpy()])
    assert found == pytest.approx(reference["mean rwg(j) leadership"], abs=1e-4) == 0.8876115


def test_agreement_on_a_single_item_is_what_r_computes(real_data):
    answers, reference = study(real_data / "army_bhr2000")
    found = agreement.rwg(answers.groupby("team_id")["RELIG"].var().to_numpy()).mean()
    assert found == pytest.approx(reference["mean rwg RELIG"], abs=1e-4) == 0.18642216


def test_shrout_and_fleiss_six_targets_by_four_judges():
    table = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    found = icc(np.repeat(range(6), 4), table.ravel())
    assert (found.icc1, found.icc2) == pytest.approx((0.1657, 0.4428), abs=1e-4)
    assert (found.groups, found.people) == (6, 24)


def test_people_without_a_value_are_left_out():
    assert icc(list("aabbb"), [1, 2, 4, 5, np.nan]) == icc(list("aabb"), [1, 2, 4, 5])


@pytest.mark.parametrize("groups", ["aaa", "abc"])
def test_without_two_groups_and_somebody_sharing_one_there_is_no_resemblance(groups):
    with pytest.raises(ValueError, match="two groups and somebody sharing one"):
        icc(list(groups), [1, 2, 3])


def test_agreement_runs_from_chance_to_all_alike():
    assert agreement.rwg(np.array([0.0, 2.0, 3.0])).tolist() == [1, 0, 0]


def test_against_answers_that_lean_upwards_the_same_spread_agrees_less():
    assert agreement.rwg(0.67, chance=1.34) < agreement.rwg(0.67)


def test_more_spread_than_chance_is_no_agreement_also_for_a_scale():
    assert agreement.rwg_j(np.array([2.5, 1.9])) == 0
    assert agreement.rwg_j(np.array([0.0, 0.0])) == 1


def test_a_scale_of_one_item_agrees_as_the_item_does():
    assert agreement.rwg_j(np.array([0.8])) == pytest.approx(float(agreement.rwg(0.8)))


def test_agreement_has_three_words():
    assert [agreement.word(x) for x in (0.7, 0.69, 0.3, 0.29)] == ["strong", "mixed", "mixed", "split"]
