"""Waves with other statements, on one scale: rotation must not look like a change."""

import numpy as np
import pandas as pd
import pytest
from test_disclosure import MOMENTS, kept_of

from analytics import disclosure, linking
from analytics.linking import Effect
from data import counting
from data.records import ROOT
from surveys import questionnaire
from surveys.questionnaire import asked, builtin

TEAMS = [f"t{number}" for number in range(12)]
EASE = {"1": 0.0, "2": -0.6, "3": 0.5, "4": 0.3}
"""How much more readily people agree with the second, third and fourth statement than with the anchor."""


def responses(items, random, mean=3.4, people=8):
    """Answers of twelve teams that never change: only the statements differ, and the day."""
    rows = []
    stable = np.random.default_rng(0).normal(0, 0.5, (len(TEAMS), people))
    for number, team in enumerate(TEAMS):
        for person in range(people):
            for item in items:
                level = mean + stable[number, person] + EASE[item[-1]] + random.normal(0, 0.5)
                rows.append((number * people + person, team, item, float(np.clip(round(level), 1, 5))))
    return pd.DataFrame(rows, columns=["respondent", "team_id", "item", "value"])


def rotated(waves, *, linked=True, seed=3, falls_at=99):
    """What is released of a pulse whose statements take turns; everybody is less content from one wave on."""
    random = np.random.default_rng(seed)
    earlier, contrasts, releases = [], [], []
    for number in range(waves):
        form = asked(builtin("pulse"), number)
        key, answers = (
            questionnaire.key(form),
            responses([item.id for item in form.items], random, 3.4 if number < falls_at else 2.6),
        )
        counts = counting.count(answers, key, [item.id for item in form.items if item.anchor])
        gathered = disclosure.Gathered(
            wave_id=f"w{number}",
            name=f"wave {number}",
            number=number,
            k=5,
            groups=pd.DataFrame(
                [(ROOT, None, ROOT, 0, None), *((team, ROOT, team, 8, None) for team in TEAMS)],
                columns=["team_id", "parent", "path", "invited", "joins"],
            ),
            scores=counts.scores,
            items=counts.items,
            answered=counts.answered,
            comments=pd.DataFrame(columns=["team_id", "text"]),
            seats=pd.DataFrame(columns=["wave_id", "member_id", "team_id"]),
            earlier=pd.concat(earlier, ignore_index=True) if earlier else pd.DataFrame(columns=MOMENTS),
            linked=linked,
            contrasts=counts.contrasts,
            earlier_contrasts=pd.concat(contrasts, ignore_index=True)
            if contrasts
            else pd.DataFrame(columns=list(disclosure.CONTRASTS)),
        )
        releases.append(disclosure.release(gathered))
        earlier.append(kept_of(releases[-1], gathered))
        contrasts.append(releases[-1].contrasts)
    return releases


def whole(release, kind):
    """The organization's figures of one kind, by dimension."""
    return {f.subject: f for f in release.findings if f.team_id == ROOT and f.kind == kind and f.shown}


def test_a_statement_that_is_easier_to_agree_with_does_not_look_like_a_rise():
    # Plain means would go 3.1, 3.65, 3.55, 3.1 …: up by 14 points and down again, in every team.
    releases = rotated(7)
    values = np.array([[f.value for f in whole(release, "score").values()] for release in releases])
    assert np.ptp(values, axis=0).max() <= 6
    changes = [f for release in releases for f in release.findings if f.kind == "change"]
    assert {f.reason for f in changes} == {None}
    assert np.mean([f.word != "held steady" for f in changes]) < 0.02
    alerts = [f.word for release in releases for f in release.findings if f.kind == "trend" and f.shown and f.word]
    assert np.mean([word != "steady" for word in alerts]) < 0.02


def test_without_the_anchors_only_every_third_wave_can_be_compared_and_the_mean_jumps():
    releases = rotated(4, linked=False)
    values = np.array([[f.value for f in whole(release, "score").values()] for release in releases])
    assert np.ptp(values, axis=0).min() >= 10
    reasons = [{f.reason for f in release.findings if f.kind == "change"} for release in releases]
    assert reasons == [set(), {"not_comparable"}, {"not_comparable"}, {None}]


def test_a_real_fall_is_seen_though_the_statements_changed():
    last = rotated(5, falls_at=4)[-1]
    changes = [f for f in last.findings if f.kind == "change"]
    assert np.mean([f.word.endswith("down") for f in changes]) > 0.9
    assert all(-28 <= f.value <= -12 for f in whole(last, "change").values())


def test_effects_of_several_waves_count_by_their_people():
    seen = pd.DataFrame({"item": ["T2", "T2", "T3"], "n": [100, 300, 50], "effect": [0.4, 0.2, -0.1], "variance": 1.0})
    assert linking.effects(seen) == {"T2": Effect(0.25, 0.0025), "T3": Effect(-0.1, 0.02)}


def test_a_statement_that_was_never_beside_an_anchor_has_no_scale():
    known = {"T1": Effect(0.0, 0.0), "T2": Effect(0.3, 0.01)}
    assert linking.shift(known, ["T1", "T2"]) == 0.15
    assert linking.shift(known, ["T1", "T3"]) is None
    assert linking.shift(known, []) is None


def test_the_step_between_two_scales_is_as_unsure_as_the_statements_that_differ():
    known = {"T1": Effect(0.0, 0.0), "T2": Effect(0.3, 0.01), "T3": Effect(-0.2, 0.03)}
    assert linking.variance(known, ["T1", "T2"], ["T1", "T3"]) == pytest.approx(0.25 * 0.01 + 0.25 * 0.03)
    assert linking.variance(known, ["T1", "T2"], ["T1", "T2"]) == 0


def test_contrasts_count_people_who_answered_the_anchor_too():
    rows = [(person, "a", item, value) for person in range(20) for item, value in (("T1", 3.0), ("T2", 4.0))]
    rows += [(99, "a", "T2", 1.0), (100, "a", "T1", 1.0)]
    key = pd.DataFrame(
        [("T1", "trust", False, 1, 5), ("T2", "trust", False, 1, 5)],
        columns=["item", "dimension", "reverse", "low", "high"],
    )
    frame = pd.DataFrame(rows, columns=["respondent", "team_id", "item", "value"])
    found = counting.count(frame, key, ["T1"]).contrasts.set_index("item")
    assert found.loc["T2"].tolist() == [20, 1.0, 0.0]
    fewer = counting.count(frame[frame["respondent"] > 0], key, ["T1"]).contrasts
    assert fewer["item"].tolist() == ["T1"]  # 19 people


def test_contrasts_are_kept_so_roughly_that_no_sum_can_be_taken_apart_with_them():
    kept = rotated(1)[0].contrasts
    assert set(kept["n"] % 10) == {0}
    assert (kept["effect"] / 0.05).to_numpy() == pytest.approx((kept["effect"] / 0.05).round().to_numpy())
    assert (kept["variance"] / 0.1).to_numpy() == pytest.approx((kept["variance"] / 0.1).round().to_numpy())


def test_a_wave_that_does_not_rotate_keeps_no_contrasts_and_its_score_is_the_mean_of_its_statements():
    release = rotated(1, linked=False)[0]
    assert release.contrasts.empty
    assert not release.moments["linked"].any()
