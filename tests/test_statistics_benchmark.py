"""Rapport's statistics beside their rivals on the same draws; `make statistics` prints the tables, of many more."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import REAL_DATA, REPOSITORY, full
from scipy import stats

sys.path.insert(0, str(REPOSITORY))

from analytics import trend
from benchmarks import changes, people, statistics, trends
from benchmarks.people import Asked

LINKED = "linked persons: pooled variance"
"""What no method that keeps answers apart can reach."""


@pytest.fixture(scope="module")
def found():
    """Few trials, so that only what is far apart is told apart."""
    return statistics.measure(statistics.QUICK, 7)


@pytest.mark.skipif(not full, reason="some minutes; RAPPORT_FULL=1 runs it")
def test_everything_that_rapport_claims_holds_with_many_trials():
    found = statistics.measure(statistics.FULL, 7)

    assert [one for one in statistics.bounds(found) if not one.holds] == []


# ---------------------------------------------------------------------------------------------- the tables themselves


def test_every_method_stands_in_the_tables(found):
    printed = "\n".join(statistics.report(found))

    for name in (*statistics.LEVELS, *statistics.CHANGES, *found.watch[8, 7]):
        assert name in printed
    assert printed.count("\n  Rapport ") == 6 if REAL_DATA.exists() else 5
    assert all(one.claim in printed for one in statistics.bounds(found))


def test_the_tables_say_loudly_that_real_answers_are_missing(found):
    without = statistics.Results(**{**vars(found), "real": None})

    assert "NO REAL DATA" in "\n".join(statistics.report(without))
    assert len(statistics.bounds(without)) == len(statistics.bounds(found)) - REAL_DATA.exists()


def test_the_command_starts_from_its_own_folder_although_it_is_called_as_the_standard_library():
    command = [sys.executable, "statistics.py", "--help"]
    run = subprocess.run(command, cwd=REPOSITORY / "benchmarks", capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert "--quick" in run.stdout


# --------------------------------------------------------------------------------------------------- the made-up people


def test_the_made_up_people_are_as_alike_as_they_are_meant_to_be():
    meant, drawn = people.likeness(np.random.default_rng(1), 4_000)

    assert drawn["mean"] == pytest.approx(meant["mean"], abs=0.02)
    assert drawn["sd within"] == pytest.approx(meant["sd within"], abs=0.01)
    assert drawn["ICC(1)"] == pytest.approx(meant["ICC(1)"], abs=0.01)
    assert drawn["r of waves"] == pytest.approx(meant["r of waves"], abs=0.02)


@pytest.mark.parametrize("move", [-1.0, -0.47, 0.0, 0.8])
def test_a_true_change_moves_the_mean_by_just_that_much(move):
    given = people.answers(np.random.default_rng(1), 6_000, 2, 8, np.array([0.0, people.unrounded(move)]))

    assert given[:, 1].mean() - given[:, 0].mean() == pytest.approx(move, abs=0.015)


# ---------------------------------------------------------------------------------------------------- Rapport's rivals


@pytest.fixture(scope="module")
def pair():
    rng = np.random.default_rng(3)
    given = people.answers(rng, 160, 2, 8)
    answered = people.exactly(rng, given.shape, 7)
    return changes.Pair(*(Asked(given[:, wave], answered[:, wave]) for wave in range(2)))


def said(asked):
    """What those said who answered: a row a team."""
    return asked.given[asked.answered].reshape(len(asked.given), -1)


def test_the_textbook_tests_are_those_of_scipy(pair):
    before, after = said(pair.before), said(pair.after)
    welch = stats.ttest_ind(after, before, axis=1, equal_var=False).pvalue
    ranks = stats.mannwhitneyu(after, before, axis=1, method="asymptotic").pvalue

    assert changes.welch(pair).alarm.tolist() == (welch <= 0.05).tolist()
    assert changes.welch(pair).flagged.tolist() == (stats.false_discovery_control(welch) <= 0.1).tolist()
    assert changes.mann_whitney(pair).alarm.tolist() == (ranks <= 0.05).tolist()


def test_the_test_of_linked_persons_is_that_of_scipy(pair):
    both = pair.before.answered & pair.after.answered
    moves = [
        (after - before)[those] for after, before, those in zip(pair.after.given, pair.before.given, both, strict=True)
    ]
    p = np.array([stats.ttest_1samp(each, 0).pvalue for each in moves])

    assert changes.linked(pair, pooled=False).alarm.tolist() == (p <= 0.05).tolist()


# --------------------------------------------------------------------------------------------------------------- level


def test_the_interval_holds_the_truth_as_often_as_it_says(found):
    for cell in found.exact.values():
        assert 0.92 <= cell["Rapport"].covered <= 0.98


def test_the_interval_is_narrower_than_every_other_that_is_as_honest(found):
    for cell in (*found.exact.values(), *found.by_chance.values()):
        ours = cell["Rapport"]
        assert all(ours.width < other.width for name, other in cell.items() if name != "Rapport")
        assert all(ours.error <= other.error for other in cell.values())
    assert found.exact[8, 7]["t, no correction"].width > 3 * found.exact[8, 7]["Rapport"].width


def test_drawing_a_whole_team_to_the_organization_doubles_the_error_in_a_team_of_eight(found):
    cell = found.exact[8, 7]

    assert cell["plain shrinkage"].error > 1.7 * cell["Rapport"].error
    assert cell["plain shrinkage"].covered < 0.93


@pytest.mark.skipif(not REAL_DATA.exists(), reason="needs the real data")
def test_on_real_answers_the_level_is_nearer_the_truth_than_the_raw_mean(found):
    ours, raw = found.real["Rapport"], found.real["t, no correction"]

    assert ours.error < raw.error
    assert ours.low > 0
    assert ours.error <= 0.097  # .095 with many draws
    assert found.real["plain shrinkage"].error > 1.5 * raw.error


# -------------------------------------------------------------------------------------------------------------- change


def test_false_alarms_are_near_the_stated_share_where_rivals_have_a_fifth_of_it_or_eight_times_it(found):
    for cell in found.changes.values():
        assert 0.02 < cell["Rapport"].false_alarms < 0.09
        assert cell["Welch"].false_alarms < 0.025
        assert cell["Mann-Whitney"].false_alarms < 0.025
        assert cell["Welch, finite population"].false_alarms > 0.25
        assert cell["moved by 0.25 or more"].false_alarms > 0.2


def test_it_finds_more_than_the_textbook_and_nearly_as_much_as_if_answers_were_linked(found):
    for name in ("8 asked, 0.47", "8 asked, 0.80", "20 asked, 0.47"):
        cell = found.changes[name]
        assert cell["Rapport"].found > 1.3 * cell["Welch"].found
        assert cell["Rapport"].found > 0.7 * cell[LINKED].found


def test_few_flags_are_false_where_an_arrow_at_a_quarter_point_is_wrong_four_times_in_five(found):
    for name in ("8 asked, 0.47", "8 asked, 0.80", "20 asked, 0.47"):
        assert found.changes[name]["Rapport"].false_flags < 0.25
        assert found.changes[name]["moved by 0.25 or more"].false_flags > 0.6


def test_a_team_of_eight_moves_a_quarter_point_in_two_of_five_quiet_waves(found):
    noise = found.quiet[8, 7]

    assert noise.sd == pytest.approx(0.34, abs=0.02)
    assert 0.4 < noise.quarter < 0.5
    assert noise.ten > 0.6


# --------------------------------------------------------------------------------------------------------------- trend


def test_lines_alert_rarely_by_mistake_and_often_when_they_should(found):
    for cell in found.watch.values():
        ours = cell["Rapport"]
        assert ours.false < 4
        assert cell["moved by 0.25 since last wave"].false > 25
        assert ours.seen[0.44] < ours.seen[0.69] < ours.seen[1.0]
        assert ours.seen[1.0] > 0.9


@pytest.mark.parametrize(("limit", "shift", "waves"), [(4, 0, 168), (5, 0, 465), (4, 1, 8.38), (5, 1, 10.4)])
def test_a_cumulative_sum_runs_as_long_as_the_textbook_says_before_it_alerts(limit, shift, waves):
    """Both sides, slack .5: Montgomery, Introduction to Statistical Quality Control, on the tabular CUSUM."""
    rng, lines = np.random.default_rng(5), 6_000
    up, down, length = np.zeros(lines), np.zeros(lines), np.zeros(lines)
    running = np.ones(lines, dtype=bool)
    while running.mean() > 0.001:
        z = rng.standard_normal(lines) + shift
        up, down = trend._summed(up, z, running), trend._summed(down, -z, running)
        length += running
        running &= np.maximum(up, down) <= limit

    assert length.mean() == pytest.approx(waves, rel=0.05)


def test_a_rival_is_set_to_one_false_alarm_in_120_waves():
    still = [trends.follow(seed, 8, 7, 0) for seed in range(4)]
    limit = trends.fair_limit(still)
    rate = np.mean([(trends.ewma(lines, limit)[:, trends.RUN_IN :] != 0).mean() for lines in still])

    assert 0.5 / 120 < rate <= 1.02 / 120
