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
    """From answers, by way of each group's sums."""
    known = pd.DataFrame({"group": groups, "value": values}).dropna()
    each = (known["value"] - known["value"].mean()).groupby(known["group"])
    squares = each.agg(lambda values: (values**2).sum())
    return agreement.icc_of(*(column.to_numpy(dtype=float) for column in (each.size(), each.sum(), squares)))


def with_mean_size(found, people, groups):
    """ICC(1) as R's `multilevel` has it: k is the mean size of a group, and F = 1/(1 − ICC(2))."""
    ratio = 1 / (1 - found.icc2)
    return (ratio - 1) / (ratio - 1 + people / groups)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("leadership mean", (0.13569919, 0.89543999)), ("HRS", (0.17410081, 0.91998889))],
)
def test_resemblance_within_companies_is_what_r_computes(real_data, measure, expected):
    answers, reference = study(real_data / "army_bhr2000")
    values = answers["HRS"] if measure == "HRS" else answers.loc[:, "AF06":"AS28"].mean(axis=1)
    found = icc(answers["team_id"], values)
    icc1 = with_mean_size(found, values.notna().sum(), answers["team_id"].nunique())
    assert (icc1, found.icc2) == pytest.approx(expected, abs=1e-4)
    assert (reference[f"ICC1 {measure}"], reference[f"ICC2 {measure}"]) == expected


@pytest.mark.parametrize("measure", ["HRS", "COHES", "LEAD", "WBEING"])
def test_resemblance_in_the_other_army_study_is_what_r_computes(real_data, measure):
    answers, reference = study(real_data / "army_bh1996")
    found = icc(answers["team_id"], answers[measure])
    icc1 = with_mean_size(found, answers[measure].notna().sum(), answers["team_id"].nunique())
    assert icc1 == pytest.approx(reference[f"ICC1 {measure}"], abs=1e-4)
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


def test_people_without_a_value_are_left_out():
    assert icc(list("aabbb"), [1, 2, 4, 5, np.nan]) == icc(list("aabb"), [1, 2, 4, 5])


@pytest.mark.parametrize("groups", ["aaa", "abc"])
def test_without_two_groups_and_somebody_sharing_one_there_is_no_resemblance(groups):
    with pytest.raises(ValueError, match="two groups and somebody sharing one"):
        icc(list(groups), [1, 2, 3])


def test_agreement_runs_from_chance_to_all_alike():
    assert agreement.rwg(np.array([0.0, 2.0, 3.0])).tolist() == [1, 0, 0]


def test_more_spread_than_chance_is_no_agreement_also_for_a_scale():
    assert agreement.rwg_j(np.array([2.5, 1.9])) == 0
    assert agreement.rwg_j(np.array([0.0, 0.0])) == 1


def test_a_scale_of_one_item_agrees_as_the_item_does():
    assert agreement.rwg_j(np.array([0.8])) == pytest.approx(float(agreement.rwg(0.8)))


def test_agreement_has_three_words():
    assert [agreement.word(x) for x in (0.7, 0.69, 0.3, 0.29)] == ["strong", "mixed", "mixed", "split"]


def test_two_by_hand_make_the_same_from_their_sums_as_from_their_answers():
    """1, 2 and 4, 5, 6: means 1.5 and 5, mean squares 14.7 between and 0.8333 within; k̄ 2.5, k0 2.4."""
    found = icc(list("aabbb"), [1, 2, 4, 5, 6])
    between, within = 14.7, 2.5 / 3
    assert found.icc1 == pytest.approx((between - within) / (between + 1.4 * within))
    assert with_mean_size(found, 5, 2) == pytest.approx((between - within) / (between + 1.5 * within))
    assert found.icc2 == pytest.approx(1 - within / between)


def test_unequal_companies_count_as_smaller_than_their_mean_so_that_their_people_are_more_alike(real_data):
    answers, _ = study(real_data / "army_bh1996")
    found = icc(answers["team_id"], answers["HRS"])
    sizes = answers.groupby("team_id").size()
    k0 = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    ratio = 1 / (1 - found.icc2)
    assert k0 < sizes.mean()
    assert found.icc1 == pytest.approx((ratio - 1) / (ratio + k0 - 1))
    assert found.icc1 > with_mean_size(found, sizes.sum(), len(sizes))


def test_the_interval_of_groups_of_one_size_is_that_of_the_textbook():
    """McGraw & Wong 1996: ICC(k) from 1 − F.975/F to 1 − F.025/F; Shrout & Fleiss's table, F = 1.79 of 5 and 18."""
    from scipy import stats

    table = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    found = icc(np.repeat(range(6), 4), table.ravel())
    ratio = stats.f_oneway(*table).statistic
    assert ratio == pytest.approx(1.7947, abs=1e-4)
    assert found.low == pytest.approx(1 - stats.f.ppf(0.975, 5, 18) / ratio)
    assert found.high == pytest.approx(1 - stats.f.ppf(0.025, 5, 18) / ratio)
    assert found.low < found.icc2 < found.high


def test_groups_that_are_all_alike_can_not_be_told_apart():
    found = icc(list("aabb"), [1, 3, 1, 3])
    assert found.icc2 == -np.inf
    assert agreement.permits(found.icc2) == "hardly"


def test_nobody_resembles_anybody_where_all_say_the_same():
    with pytest.raises(ValueError, match="all 4 gave the same answer"):
        icc(list("aabb"), [4, 4, 4, 4])


def test_what_the_science_page_says_of_small_groups_follows_from_the_formula():
    """Spearman and Brown: at ICC(1) = .11, 7 people give .46, 20 give .71, 50 give .86; at .05, 7 give .27."""
    said = {(0.11, 7): 0.46, (0.11, 20): 0.71, (0.11, 50): 0.86, (0.05, 7): 0.27}
    for (icc1, size), icc2 in said.items():
        assert size * icc1 / (1 + (size - 1) * icc1) == pytest.approx(icc2, abs=0.005)
    assert agreement.permits(0.46) == "roughly"


def test_lindells_agreement_does_not_grow_with_the_number_of_items():
    one, ten = np.array([0.8]), np.full(10, 0.8)
    assert agreement.rwg_star(one) == agreement.rwg_star(ten) == pytest.approx(0.6)
    assert agreement.rwg_j(one) < agreement.rwg_j(ten)


def test_a_scale_of_one_item_agrees_by_lindell_as_the_item_does(real_data):
    answers, _ = study(real_data / "army_bhr2000")
    for variance in answers.groupby("team_id")["RELIG"].var():
        assert max(0.0, agreement.rwg_star(np.array([variance]))) == pytest.approx(float(agreement.rwg(variance)))


def test_lindell_and_james_can_be_turned_into_one_another_on_real_companies(real_data):
    """Lindell & Brandt 1997: r_wg(J) = J·r* / (J·r* + 1 − r*)."""
    answers, _ = study(real_data / "army_bhr2000")
    variances = answers.groupby("team_id")[list(answers.loc[:, "AF06":"AS28"])].var().to_numpy()
    star = np.array([agreement.rwg_star(each) for each in variances])
    expected = np.array([agreement.rwg_j(each) for each in variances])
    assert 11 * star / (11 * star + 1 - star) == pytest.approx(expected)


def test_more_spread_than_chance_is_less_than_no_agreement_for_lindell():
    assert agreement.rwg_star(np.array([2.5, 2.5])) == pytest.approx(-0.25)


def test_the_average_deviation_is_taken_item_by_item_and_leaves_missing_answers_out():
    answers = pd.DataFrame({"a": [4, 4, 5, 3], "b": [1, 5, np.nan, np.nan]})
    assert agreement.average_deviation(answers) == pytest.approx((0.5 + 2) / 2)
    assert np.isnan(agreement.average_deviation(answers[:0]))


def test_what_icc_permits_has_three_words():
    assert [agreement.permits(each) for each in (0.39, 0.4, 0.69, 0.7)] == ["hardly", "roughly", "roughly", "well"]
