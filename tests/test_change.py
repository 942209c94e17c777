"""Whether it has really changed, without linking anybody."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analytics import change

BENJAMINI_HOCHBERG_1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def pairs(differences, *, n=8, variance=0.8, start=3.5):
    """One row for each difference, all groups alike."""
    rows = [(f"t{i}", "trust", n, start, variance, n, start + d, variance) for i, d in enumerate(differences)]
    return pd.DataFrame(rows, columns=list(change.PAIR))


def quiet(count, *, spread=0.3, seed=1):
    """Differences of groups in which nothing changed."""
    return np.random.default_rng(seed).normal(0, spread, count)


def test_of_the_fifteen_p_values_of_1995_four_are_called_clear():
    q = change.false_discovery_rate(np.array(BENJAMINI_HOCHBERG_1995))
    assert (q <= 0.05).sum() == 4
    assert (q <= 0.10).sum() == 9
    assert q == pytest.approx(multipletests(BENJAMINI_HOCHBERG_1995, method="fdr_bh")[1])


def test_a_single_group_is_judged_by_what_the_same_people_have_in_common():
    found = change.between(pairs([0.5])).iloc[0]
    textbook = stats.ttest_ind_from_stats(4.0, np.sqrt(0.8), 8, 3.5, np.sqrt(0.8), 8)
    assert found["z"] == pytest.approx(textbook.statistic / np.sqrt(0.5))
    assert found["p"] == pytest.approx(2 * stats.t.sf(found["z"], 1 / (1 / 14 + 1 / change.ASSUMED)))


def test_the_more_groups_the_more_their_own_changes_say_what_is_noise():
    # People who answer more alike than assumed: the noise is half of what the assumption makes of it.
    assumed = np.sqrt(0.5 * 0.8 * 2 / 8)
    noise = [
        (0.5 / change.between(pairs([0.5, *quiet(count, spread=assumed / 2)]))["z"].iloc[0]) / assumed
        for count in (4, 60, 2000)
    ]
    assert noise == [pytest.approx(1, abs=0.05), pytest.approx(0.9, abs=0.05), pytest.approx(0.55, abs=0.05)]


def test_larger_groups_need_smaller_changes():
    table = pairs([0.4, 0.4, *quiet(60)])
    table.loc[0, ["n1", "n2"]] = 80
    found = change.between(table)
    assert found["z"].iloc[0] == pytest.approx(found["z"].iloc[1] * np.sqrt(10))
    assert (found["word"].iloc[0], found["word"].iloc[1]) == ("clearly up", "held steady")


def test_one_group_that_fell_is_told_from_sixty_that_held_steady():
    found = change.between(pairs([-1.6, *quiet(60, seed=2)]))
    assert found["word"].iloc[0] == "clearly down"
    assert set(found["word"].iloc[1:]) == {"held steady"}


def test_quiet_waves_stay_quiet():
    calls = [(change.between(pairs(quiet(80, seed=seed)))["word"] != "held steady").any() for seed in range(100)]
    assert np.mean(calls) < 0.2  # at most a tenth of the waves have any false call; 20 leaves room for chance


def test_a_fall_of_the_whole_organization_is_everybodys_change_and_told_apart():
    table = pairs(quiet(60) - 2.0)
    found = change.between(table)
    assert found["shift"].to_numpy() == pytest.approx(-2.0, abs=0.1)
    assert set(found["word"]) == {"clearly down"}
    assert (found["beyond"] == "held steady").mean() > 0.95


def test_a_team_that_stood_still_while_all_others_fell_changed_beyond_them_and_not_by_itself():
    found = change.between(pairs([0.0, *(quiet(60) - 1.6)])).iloc[0]
    assert (found["word"], found["beyond"]) == ("held steady", "clearly up")


def test_a_team_that_fell_less_than_all_the_others_did_not_fall_as_they_did():
    found = change.between(pairs([-1.2, *(quiet(60, spread=0.1) - 2.4)])).iloc[0]
    assert (found["word"], found["beyond"]) == ("clearly down", "clearly up")


def test_a_team_that_rose_where_nothing_else_did_is_not_said_to_have_risen_as_all_did():
    """.88 at a shift of .11: too near to the others to be beyond them, and they did not rise."""
    found = change.between(pairs([0.88, *np.linspace(0.01, 0.21, 12)])).iloc[0]
    assert (found["word"], found["shift"]) == ("probably up", pytest.approx(0.11, abs=0.01))
    assert found["beyond"] is None


def test_what_changed_everywhere_and_what_is_noise_is_learned_from_groups_that_hold_no_other():
    """Six areas repeat what their teams say: with them the middle would lie elsewhere, and noise seem surer."""
    teams = pairs([-1.0, -0.9, -0.2, 0.0, 0.1])
    areas = pairs([-1.5] * 6, n=40, variance=2.0).assign(team_id=[f"area {i}" for i in range(6)])
    both = pd.concat([teams, areas], ignore_index=True).assign(innermost=[True] * 5 + [False] * 6)
    alone, beside = change.between(teams), change.between(both)
    assert beside["shift"].tolist() == [pytest.approx(-0.2)] * 11
    assert beside["z"].iloc[:5].tolist() == pytest.approx(alone["z"].tolist())
    assert beside["p"].iloc[:5].tolist() == pytest.approx(alone["p"].tolist())
    assert change.between(both[1:])["beyond"].isna().all()


def test_of_four_groups_none_is_the_typical_one():
    found = change.between(pairs([-2.0, 0.0, 0.1, -0.1]))
    assert found["shift"].isna().all()
    assert found["beyond"].isna().all()


def test_an_unsure_link_between_two_scales_makes_a_change_less_sure():
    table = pairs([-1.6, *quiet(60, seed=2)])
    sure, unsure = change.between(table), change.between(table.assign(link=0.25))
    assert abs(unsure["z"].iloc[0]) < 0.7 * abs(sure["z"].iloc[0])


def test_turning_the_waves_round_turns_the_words_round():
    table = pairs([0.9, -1.4, *quiet(60)])
    back = table.rename(columns={f"{name}{a}": f"{name}{b}" for name in ("n", "mean", "var") for a, b in ("12", "21")})
    turned = {"up": "down", "down": "up"}
    words = [" ".join(turned.get(part, part) for part in word.split()) for word in change.between(back)["word"]]
    assert words == change.between(table)["word"].tolist()


def test_answers_without_any_spread_borrow_that_of_the_other_groups(monkeypatch):
    monkeypatch.setattr(change, "EFFICIENCY", 0.0)  # two rows say nothing about noise
    table = pairs([1.0, 0.0])
    table.loc[0, ["var1", "var2"]] = 0.0
    lent = table["var1"].iloc[1]
    assert change.between(table)["z"].iloc[0] == pytest.approx(1.0 / np.sqrt(0.5 * 2 * lent / table["n1"].iloc[0]))


def test_nothing_is_claimed_where_nobody_ever_differs():
    assert change.between(pairs([1.0, 0.0], variance=0.0))["word"].tolist() == ["held steady", "held steady"]


def test_changes_that_mostly_agree_exactly_fall_back_on_the_variances():
    found = change.between(pairs([*[0.0] * 50, 1.0]))
    assert found["z"].iloc[-1] == pytest.approx(1.0 / np.sqrt(0.5 * 0.2))


def test_no_pairs_make_no_claims():
    empty = pairs([])
    assert change.between(empty).empty
    assert change.between(empty.assign(link=[])).empty


def test_the_frame_that_was_handed_in_is_left_alone():
    table = pairs([0.1, 0.2])
    before = table.copy()
    change.between(table)
    pd.testing.assert_frame_equal(table, before)


def test_in_answers_made_up_at_random_no_team_stands_out(real_data):
    # Every statement drawn by itself, other people each year, teams dealt out by lot: the years alone may differ.
    answers = pd.read_csv(real_data / "NEGCONTROL_fevs_random" / "responses.csv")
    team = pd.Series(np.random.default_rng(0).integers(0, 60, len(answers)), name="team")
    items = [name for name in answers if name.startswith("Q")][:70]
    rows = []
    for start in range(0, 70, 5):
        score = answers[items[start : start + 5]].mean(axis=1)
        years = score.groupby([answers["wave"], team]).agg(["size", "mean", "var"])
        both = years.loc[2023].join(years.loc[2024], suffixes=("1", "2"))
        rows.append(both.reset_index().assign(subject=f"scale {start}"))
    named = {f"{long}{wave}": f"{short}{wave}" for long, short in (("size", "n"),) for wave in (1, 2)}
    table = pd.concat(rows, ignore_index=True).rename(columns={"team": "team_id", **named})
    found = change.between(table)
    assert len(found) == 14 * 60
    assert (found["word"] != "held steady").mean() < 0.02
    assert (found["beyond"] != "held steady").mean() < 0.005
