"""The line through a group's waves: where it is, how surely, and when it has really bent."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from organizations import Organization

from analytics import precision, trend
from analytics.trend import Noise, follow, noise

NILE = sm.datasets.nile.load_pandas().data["volume"].to_numpy()
"""Yearly flow of the Nile 1871 to 1970, which fell in 1898: the example of Durbin & Koopman 2012."""
NILE_NOISE = Noise(survey=15_099.0, drift=1_469.1)
"""Their maximum likelihood estimates."""


def one(values, people=8.0, grid=1.0):
    """A single line, with as many people and the same grid in every wave."""
    line = np.asarray(values, dtype=float)[None, :]
    return line, np.full(line.shape, float(people)), np.full(line.shape, float(grid))


def simulated(lines, waves, people, *, seed, survey=242.0, drift=1.0, fall=0.0, at=10**9, grid=5.0):
    """Lines as they would be printed: the true level drifts a little, and falls in all of them at one wave."""
    random = np.random.default_rng(seed)
    true = 65 + np.cumsum(random.normal(0, np.sqrt(drift), (lines, waves)), axis=1)
    true -= fall * (np.arange(waves) >= at)
    seen = true + random.normal(0, np.sqrt(survey / people), true.shape)
    full = np.full(true.shape, float(people))
    return precision.nearest(seen, np.full(true.shape, grid)), full, np.full(true.shape, grid)


def test_the_level_of_the_nile_ends_where_the_literature_has_it(monkeypatch):
    # Filtered level of 1970: 798.4 (Durbin & Koopman 2012, also statsmodels' UnobservedComponents, 798.1).
    monkeypatch.setattr(trend, "ENOUGH", np.inf)
    course = follow(*one(NILE, people=1, grid=0), NILE_NOISE)
    model = sm.tsa.UnobservedComponents(NILE, "llevel", use_exact_diffuse=True)
    theirs = model.filter([NILE_NOISE.survey, NILE_NOISE.drift])
    assert course.level[0, -1] == pytest.approx(798.4, rel=0.001)
    assert course.level[0] == pytest.approx(theirs.filtered_state[0], rel=1e-6)
    assert course.variance[0] == pytest.approx(theirs.filtered_state_cov[0, 0], rel=1e-6)


def test_the_fall_of_the_nile_is_found_within_four_years():
    course = follow(*one(NILE, people=1, grid=0), NILE_NOISE)
    years = 1871 + np.flatnonzero(course.alert[0])
    assert -1 in course.alert[0, 1899 - 1871 : 1903 - 1871]
    assert len(years) <= 3


def test_the_noise_of_many_lines_is_found_again():
    found = noise(*simulated(6000, 12, 8, seed=1, survey=300.0, drift=9.0))
    assert found.survey == pytest.approx(300, rel=0.03)
    assert found.drift == pytest.approx(9, abs=2)


def test_without_a_past_the_usual_noise_stands_in_and_with_little_it_counts_too():
    assert noise(*one([60.0])) == trend.USUAL
    wild = noise(*one([20.0, 80, 20, 80]))
    assert trend.USUAL.survey < wild.survey < 100 * trend.USUAL.survey


@pytest.mark.parametrize(
    ("lines", "later", "people", "last"),
    [(3, 55.0, 14, 55.0), (20, 62.0, 40, 90.0)],
)
def test_without_three_waves_of_one_line_in_a_row_the_usual_noise_stands_in(lines, later, people, last):
    """The steps over one wave and those over two are of other lines here: beside each other they say nothing."""
    values = np.repeat([[later - 5, later, np.nan], [last - 5, np.nan, last]], lines, axis=0)
    many = np.repeat([[people] * 3, [7.0] * 3], lines, axis=0)
    assert noise(values, many, np.full(values.shape, 5.0)) == trend.USUAL


def test_the_noise_of_lines_with_gaps_and_groups_of_all_sizes_is_found_again():
    sizes = [simulated(2000, 12, people, seed=people, survey=300.0, drift=9.0, grid=1.0) for people in (6, 15, 60)]
    values, people, grid = (np.concatenate(each) for each in zip(*sizes, strict=True))
    values[np.random.default_rng(8).random(values.shape) < 0.25] = np.nan
    found = noise(values, people, grid)
    assert found.survey == pytest.approx(300, rel=0.05)
    assert found.drift == pytest.approx(9, abs=2)


def test_lines_that_hardly_ever_leave_their_printed_value_do_waver():
    """More than half of their steps are none at all, and a step of one point is no exception to that."""
    found = noise(*simulated(3000, 12, 2000, seed=9, survey=242.0, drift=0.1, grid=1.0))
    assert found.survey == pytest.approx(242, rel=0.25)


def test_one_jump_among_many_quiet_lines_does_not_pass_for_noise():
    quiet = simulated(60, 8, 8, seed=2)
    fell = quiet[0].copy()
    fell[0, 5:] -= 40
    assert noise(fell, *quiet[1:]).drift == pytest.approx(noise(*quiet).drift, abs=1.5)


def test_a_wave_without_a_figure_only_makes_the_level_less_sure():
    nothing = np.nan
    line, people, grid = one([60.0, 62, nothing, nothing, 61])
    course = follow(line, people, grid, trend.USUAL)
    assert course.level[0, 2] == course.level[0, 3] == course.level[0, 1]
    assert course.variance[0, 1] < course.variance[0, 2] < course.variance[0, 3]
    assert course.variance[0, 4] < course.variance[0, 3]


def test_the_band_of_eighty_percent_holds_the_true_level_in_eighty_percent():
    random = np.random.default_rng(3)
    true = 60 + np.cumsum(random.normal(0, 1, (4000, 9)), axis=1)
    seen = true + random.normal(0, np.sqrt(242 / 8), true.shape)
    course = follow(seen, np.full(true.shape, 8.0), np.zeros(true.shape), Noise(242, 1))
    inside = np.abs(course.level - true)[:, -1] <= 1.2816 * np.sqrt(course.variance[:, -1])
    assert inside.mean() == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(("people", "grid"), [(8, 5.0), (30, 1.0)])
def test_quiet_lines_alert_no_more_often_than_is_said(people, grid):
    lines = simulated(1500, 40, people, seed=5, grid=grid)
    alerts = follow(*lines, noise(*lines)).alert[:, 1:]
    assert np.mean(alerts != 0) <= 1 / trend.QUIET_WAVES


@pytest.mark.parametrize(("fall", "at_least"), [(11, 0.45), (17, 0.8), (25, 0.95)])
def test_a_fall_is_seen_within_four_waves(fall, at_least):
    # The table of SCIENCE §4.10: .51, .90 and 1.00 for drops of .44, .69 and 1.0 of five, with unrounded values.
    lines = simulated(1500, 16, 8, seed=6, fall=fall, at=10)
    seen = (follow(*lines, noise(*simulated(1500, 10, 8, seed=7))).alert[:, 10:14] == -1).any(axis=1)
    assert seen.mean() >= at_least


def test_after_an_alert_the_line_begins_anew():
    course = follow(*one([70.0, 70, 70, 40, 40, 40]), trend.USUAL)
    assert course.alert[0].tolist() == [0, 0, 0, -1, 0, 0]
    assert course.level[0, 3] == 40


def test_lines_of_the_british_civil_service_say_how_surely_they_know_the_next_year(real_data):
    # Six themes of 79 organizations, 2009 to 2024. How many answered is not in the data; 100 stands for all of them.
    answers = pd.read_csv(real_data / "uk_civil_service_trend" / "responses.csv")
    themes = ["engagement_index", "inclusion_fairness", "leadership_change", "my_manager", "my_team", "my_work"]
    long = answers.melt(["team_id", "wave"], themes).dropna()
    table = long.pivot_table(index=["team_id", "variable"], columns="wave", values="value")
    table = table[table.notna().sum(axis=1) >= 8]
    values = table.to_numpy(dtype=float)
    people, grid = np.full(values.shape, 100.0), np.ones(values.shape)
    found = noise(values, people, grid)
    course = follow(values, people, grid, found)
    expected = np.sqrt(course.variance[:, :-1] + found.drift + found.survey / 100 + 1 / 12)
    surprise = (values[:, 1:] - course.level[:, :-1]) / expected
    known = ~np.isnan(surprise)
    assert np.mean(np.abs(surprise[known]) < 1.2816) == pytest.approx(0.8, abs=0.03)
    # 2020, when engagement rose by four points in the middle organization, is when most lines bend, and upwards.
    bent = pd.DataFrame(course.alert, columns=table.columns)
    assert bent.ne(0).sum().idxmax() == 2020
    assert (bent[2020] == 1).sum() > 0.8 * (bent[2020] != 0).sum()
    assert np.mean(course.alert[:, 1:][known] != 0) < 0.03
    assert np.nanmean(np.where(known, np.abs(np.diff(values)) >= 2, np.nan)) > 0.5  # what 'up by two' would shout


def after_a_small_change(past, score, people, k):
    """Whether so few of a small group came or went since the latest wave, or since the latest with the same groups."""
    latest = past[-1:]
    same = [each for each in past if each[1].covers == score.covers][-1:]
    few = int(score.respondents.partition("–")[0]) < 10
    return few and any(0 < len(people ^ then) < k for _, _, _, then in (*latest, *same))


def test_the_line_is_reckoned_from_what_was_printed_and_from_nothing_else():
    # So a line, its band and its alerts give away nothing that the scores did not.
    organization = Organization(np.random.default_rng(12))
    printed, coarse = defaultdict(list), 0
    for number, asked in enumerate(organization.live(5)):
        shown = [f for f in asked.release.findings if f.shown]
        scores = {(f.team_id, f.subject): f for f in shown if f.kind == "score"}
        for which, score in scores.items():
            people = {who for who, group in asked.seats.items() if group in score.covers}
            coarser = after_a_small_change(printed[which], score, people, asked.gathered.k)
            printed[which].append((number, score, coarser, people))
            coarse += coarser
        lines = {
            which: [each for each in past if each[1].covers == scores[which].covers]
            for which, past in printed.items()
            if which in scores
        }
        waves = sorted({n for line in lines.values() for n, *_ in line})
        values = np.full((len(lines), len(waves)), np.nan)
        people, grid = np.ones_like(values), np.ones_like(values)
        for row, line in enumerate(lines.values()):
            for n, score, coarser, _ in line:
                at = row, waves.index(n)
                values[at] = score.value
                people[at], grid[at] = precision.about(score.respondents, few_changed=coarser)
        course = follow(values, people, grid, noise(values, people, grid))
        told = {(f.team_id, f.subject): f.value for f in shown if f.kind == "trend"}
        assert told == {
            which: pytest.approx(level, abs=0.05) for which, level in zip(lines, course.level[:, -1], strict=True)
        }
        assert len(told) > 5
    assert coarse > 3
