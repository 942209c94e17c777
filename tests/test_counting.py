"""Counting: what leaves the answers are sums over groups, and they are the right ones."""

import numpy as np
import pandas as pd
import pytest

from data import counting

LEADERSHIP = ["AF06", "AF07", "AP12", "AP17", "AP33", "AP34", "AS14", "AS15", "AS16", "AS17", "AS28"]


def answers(*rows):
    return pd.DataFrame(rows, columns=["respondent", "team_id", "item", "value"])


def key(*rows):
    return pd.DataFrame(rows, columns=["item", "dimension", "reverse", "low", "high"])


TRUST = key(("listens", "trust", False, 1, 5), ("blames", "trust", True, 1, 5))


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


def test_scores_are_counted_and_summed_as_by_hand():
    # Ada 4 and 5 (from 1, turned), Bo 2 and nothing: scores 4.5 and 2.0; sum 6.5, squares 20.25 + 4.
    given = answers((0, "sales", "listens", 4), (0, "sales", "blames", 1), (1, "sales", "listens", 2))
    row = only(counting.count(given, TRUST).scores)
    assert (row["team_id"], row["subject"], row["n"]) == ("sales", "trust", 2)
    assert (row["total"], row["squares"]) == (6.5, 24.25)
    assert (row["unfavourable"], row["neutral"], row["favourable"]) == (1, 0, 1)
    assert row["items"] == ["blames", "listens"]


def test_items_are_counted_one_by_one_with_reversed_ones_turned():
    given = answers((0, "sales", "blames", 1), (1, "sales", "blames", 2), (2, "sales", "blames", 3))
    row = only(counting.count(given, TRUST).items)
    assert (row["subject"], row["n"], row["total"], row["squares"]) == ("blames", 3, 12.0, 50.0)
    assert (row["unfavourable"], row["neutral"], row["favourable"]) == (0, 1, 2)
    assert row["items"] == ["blames"]


def test_a_score_needs_half_of_the_items_asked():
    three = key(*((f"item {number}", "trust", False, 1, 5) for number in range(3)))
    given = answers((0, "sales", "item 0", 5), (1, "sales", "item 0", 1), (1, "sales", "item 1", 2))
    row = only(counting.count(given, three).scores)
    assert (row["n"], row["total"]) == (1, 1.5)


def test_a_missing_value_is_no_answer_and_somebody_without_any_did_not_answer():
    given = answers((0, "sales", "listens", 4), (0, "sales", "blames", None), (1, "sales", "listens", np.nan))
    counts = counting.count(given, TRUST)
    assert counts.answered.to_dict("records") == [{"team_id": "sales", "n": 1}]
    assert only(counts.items)["subject"] == "listens"


def test_other_scales_are_brought_to_one_to_five():
    seven = key(("a", "trust", False, 1, 7), ("b", "trust", True, 0, 10))
    given = answers((0, "sales", "a", 7), (0, "sales", "b", 10), (1, "sales", "a", 4), (1, "sales", "b", 5))
    row = only(counting.count(given, seven).scores)
    assert (row["n"], row["total"], row["squares"]) == (2, 6.0, 18.0)


def test_a_score_of_four_is_favourable_also_where_the_scale_has_no_exact_four():
    seven = key(*((each, "trust", False, 1, 7) for each in "abc"))
    given = answers(*((0, "sales", each, value) for each, value in zip("abc", (5, 5, 6.5), strict=True)))
    row = only(counting.count(given, seven).scores)
    assert (row["favourable"], row["neutral"]) == (1, 0)


def test_teams_are_counted_apart_and_items_outside_the_key_left_out():
    given = answers((0, "sales", "listens", 4), (1, "design", "listens", 2), (1, "design", "lunch", 5))
    counts = counting.count(given, TRUST)
    assert list(counts.scores["team_id"]) == ["design", "sales"]
    assert set(counts.items["subject"]) == {"listens"}


def test_an_item_without_a_dimension_is_counted_by_itself_only():
    alone = key(("mood", None, False, 1, 5))
    counts = counting.count(answers((0, "sales", "mood", 4)), alone)
    assert counts.scores.empty
    assert only(counts.items)["n"] == 1


def test_no_answers_give_no_rows_and_the_same_columns():
    none, some = counting.count(answers()[:0], TRUST), counting.count(answers((0, "sales", "listens", 4)), TRUST)
    assert none.scores.empty
    assert none.items.empty
    assert none.answered.empty
    assert list(none.scores) == list(some.scores)


def test_the_order_of_answers_leaves_no_trace():
    generator = np.random.default_rng(7)
    given = answers(*((n, f"t{n % 3}", item, v) for n in range(300) for item, v in
                      zip(["listens", "blames"], generator.uniform(1, 5, 2), strict=True)))  # fmt: skip
    first = counting.count(given, TRUST)
    second = counting.count(given.sample(frac=1, random_state=1), TRUST)
    pd.testing.assert_frame_equal(first.scores, second.scores)
    pd.testing.assert_frame_equal(first.items, second.items)


def test_the_callers_frames_are_untouched():
    given, asked = answers((0, "sales", "listens", 4)), TRUST.copy()
    before = given.copy()
    counting.count(given, asked)
    pd.testing.assert_frame_equal(given, before)
    pd.testing.assert_frame_equal(asked, TRUST)


def test_a_scale_without_width_is_refused():
    with pytest.raises(ValueError, match="Item 'mood' of the key"):
        counting.count(answers(), key(("mood", "trust", False, 5, 5)))


def test_nothing_is_written_while_counting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    counting.count(answers((0, "sales", "listens", 4)), TRUST)
    assert list(tmp_path.iterdir()) == []


def covariance(given, asked):
    return counting.together(given, asked, outcomes=[], at_least=1).covariance


def test_covariances_are_those_of_complete_answers_and_only_from_twenty():
    generator = np.random.default_rng(1)
    wide = pd.DataFrame(generator.integers(1, 6, (20, 2)), columns=["listens", "blames"]).astype(float)
    rows = [(n, "sales", item, wide.loc[n, item]) for n in wide.index for item in wide]
    incomplete = (99, "sales", "listens", 5.0)
    found = covariance(answers(*rows, incomplete), TRUST).set_index(["item_a", "item_b"])["covariance"]
    turned = wide.assign(blames=6 - wide["blames"]).cov()
    for a in wide:
        for b in wide:
            assert found[a, b] == pytest.approx(turned.loc[a, b])
    assert covariance(answers(*rows[2:], incomplete), TRUST).empty


@pytest.fixture
def army(real_data):
    """BHR2000 of the R package multilevel: 5,400 soldiers in 99 companies on eleven statements about their leaders."""
    wide = pd.read_csv(real_data / "army_bhr2000" / "responses.csv", dtype={"team_id": str})
    long = wide.melt(["respondent_id", "team_id"], LEADERSHIP, "item", "value")
    asked = key(*((item, "leadership", False, 1, 5) for item in LEADERSHIP))
    return wide, counting.count(long.rename(columns={"respondent_id": "respondent"}), asked), (long, asked)


def test_means_of_real_companies_are_those_of_pandas(army):
    wide, counts, _ = army
    scores = counts.scores.set_index("team_id")
    expected = wide.assign(score=wide[LEADERSHIP].mean(axis=1)).groupby("team_id")["score"].agg(["mean", "size", "var"])
    mean = scores["total"] / scores["n"]
    variance = (scores["squares"] - scores["n"] * mean**2) / (scores["n"] - 1)
    assert len(scores) == 99
    pd.testing.assert_series_equal(mean, expected["mean"], check_names=False, check_index_type=False, rtol=1e-9)
    pd.testing.assert_series_equal(variance, expected["var"], check_names=False, check_index_type=False, rtol=1e-6)
    assert (scores["n"] == expected["size"]).all()


def test_covariances_of_a_real_scale_give_the_alpha_that_r_gives(army):
    _, _, (long, asked) = army
    found = covariance(long.rename(columns={"respondent_id": "respondent"}), asked)
    own = found[found["item_a"] == found["item_b"]]["covariance"].sum()
    alpha = 11 / 10 * (1 - own / found["covariance"].sum())
    assert alpha == pytest.approx(0.89134326, abs=1e-8)  # multilevel::cronbach, reference_values.csv


FORM = key(("listens", "trust", False, 1, 5), ("blames", "trust", True, 1, 5), ("overall", None, False, 1, 5))


def test_outcomes_go_with_what_people_answered_beside_them_turned_where_it_is_turned():
    generator = np.random.default_rng(3)
    wide = pd.DataFrame(generator.integers(1, 6, (30, 3)), columns=["listens", "blames", "overall"]).astype(float)
    wide.loc[0, "overall"] = np.nan
    rows = [(n, "sales", item, wide.loc[n, item]) for n in wide.index for item in wide]
    found = counting.together(answers(*rows), FORM, outcomes=["overall"], at_least=3).outcomes.set_index("item")
    expected = wide.assign(blames=6 - wide["blames"]).corr()["overall"]
    assert found["n"].tolist() == [29, 29]
    assert found.loc["listens", "correlation"] == pytest.approx(expected["listens"])
    assert found.loc["blames", "correlation"] == pytest.approx(expected["blames"])


def test_what_does_not_vary_goes_with_nothing():
    rows = [(n, "sales", item, 4.0 if item == "overall" else n % 5 + 1) for n in range(30) for item in FORM["item"]]
    found = counting.together(answers(*rows), FORM, outcomes=["overall"], at_least=3).outcomes
    assert found["correlation"].isna().all()
    assert counting.together(answers(*rows), FORM, outcomes=[], at_least=3).outcomes.empty


def test_the_same_answer_throughout_is_counted_before_anything_is_turned():
    said = {0: (5, 5, 5), 1: (5, 1, 5), 2: (3, 3, 3), 3: (2, None, 2)}
    rows = [(n, "sales", item, v) for n, given in said.items() for item, v in zip(FORM["item"], given, strict=True)]
    found = counting.together(answers(*rows), FORM, outcomes=[], at_least=3)
    assert (found.same, found.of) == (2, 3)


def test_nobody_answers_throughout_where_nothing_is_turned():
    rows = [(0, "sales", item, 5) for item in ("listens", "overall")]
    found = counting.together(answers(*rows), FORM, outcomes=[], at_least=1)
    assert (found.same, found.of) == (0, 0)
