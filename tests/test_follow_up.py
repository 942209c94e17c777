"""What became of a promise: a team's change beside teams that stood about as low, and nothing from regression alone."""

import os

import numpy as np
import pandas as pd
import pytest

from analytics import disclosure, follow_up
from analytics.follow_up import FollowUp

BLANK = dict.fromkeys(disclosure.COLUMNS) | {"wave_id": "w", "subject": "trust"}


def wave(scores, covers=None, half=4.0):
    """What a wave printed: team → score, with the 80 % band of its line."""
    rows = [
        BLANK | {"team_id": team, "kind": kind, "value": value, "low": value - half, "high": value + half}
        | {"covers": (covers or {}).get(team, [team])}
        for team, value in scores.items() for kind in ("score", "trend")
    ]  # fmt: skip
    found = disclosure.restore(pd.DataFrame(rows, columns=[*disclosure.COLUMNS]))
    return {(each.team_id, each.kind, each.subject): each for each in found}


def compared(before, after, others="bcdefgh"):
    return follow_up.compare("a", "trust", before, after, list(others))


LOW = {"a": 50.0, "b": 45.0, "c": 50.0, "d": 55.0, "e": 50.0, "f": 60.0}


def test_a_change_stands_beside_the_median_of_teams_that_stood_about_as_low():
    """By hand: b, c, d and e stood within 7.5 points; they changed by 0, 5, 5 and 10, with the median 5."""
    after = wave({"a": 60.0, "b": 45.0, "c": 55.0, "d": 60.0, "e": 60.0, "f": 90.0})
    found = compared([wave(LOW)], after)

    assert (found.change, found.usual, found.teams) == (10.0, 5.0, frozenset("bcde"))


def test_it_gained_more_only_where_chance_would_seldom_put_it():
    """By hand: s = stdev(0, 5, 5, 10) = 4.08, the team's own bands give hypot(4, 4) / 1.2816 = 4.41, which is more.

    t(0.9, 3) = 1.6377, so the reach is 1.6377 · 4.41 · sqrt(1 + π/8) = 8.53 points about the median 5.
    """
    others = {"b": 45.0, "c": 55.0, "d": 60.0, "e": 60.0}
    words = {change: compared([wave(LOW)], wave(others | {"a": 50.0 + change})).word for change in (-4, -3, 13, 14)}

    assert words == {-4: "less than", -3: "about as", 13: "about as", 14: "more than"}


def test_where_a_team_stood_is_the_mean_of_two_waves_where_there_are_two():
    """By hand: a stood at (70 + 50) / 2 = 60, as did b, c and d; e, which stood at 50 both times, did not."""
    first = wave({"a": 70.0, "b": 60.0, "c": 60.0, "d": 65.0, "e": 50.0})
    second = wave({"a": 50.0, "b": 60.0, "c": 60.0, "d": 60.0, "e": 50.0})
    found = compared([first, second], wave(dict.fromkeys("abcde", 65.0)))

    assert (found.change, found.usual, found.teams) == (5.0, 5.0, frozenset("bcd"))


def test_with_fewer_than_three_comparable_teams_there_is_a_change_and_no_comparison():
    after = wave(dict.fromkeys("abcdef", 60.0))

    assert compared([wave(LOW)], after, others="bcf") == FollowUp(change=10.0, reason="too few teams")
    assert compared([wave(LOW)], after, others="bcd").usual is not None


def test_a_team_with_a_play_of_its_own_is_no_comparison():
    after = wave(dict.fromkeys("abcdef", 60.0))

    assert compared([wave(LOW)], after, others="bcd").teams == frozenset("bcd")
    assert "e" in compared([wave(LOW)], after, others="bcde").teams


def test_nothing_is_said_where_a_figure_is_missing_or_counts_other_people():
    shown, gone = wave(LOW), wave(dict.fromkeys("bcde", 60.0))

    assert compared([shown], gone).reason == "not shown"
    assert compared([gone], shown).reason == "not shown"
    assert compared([shown], wave(LOW, {"a": ["a", "x"]})).reason == "not comparable"


def test_a_team_that_is_hidden_or_changed_its_people_is_no_comparison():
    after = wave({"a": 60.0, "b": 60.0, "c": 60.0, "d": 60.0}, {"d": ["d", "x"]})

    assert compared([wave(LOW)], after).reason == "too few teams"


def test_a_team_is_not_compared_with_one_that_holds_its_people_nor_with_the_same_people_twice():
    covers = {"b": ["a", "b"], "c": ["d", "c"], "f": ["f"]}
    stood = dict.fromkeys("abcdef", 50.0)
    found = compared([wave(stood, covers)], wave(dict.fromkeys("abcdef", 60.0), covers))

    assert found.teams == frozenset("def")


def test_where_all_others_moved_alike_rounding_alone_still_says_nothing():
    before, after = wave(dict.fromkeys("abcd", 50.0), half=0), dict.fromkeys("abcd", 50.0)

    assert compared([before], wave(after | {"a": 54.0}, half=0)).word == "about as"
    assert compared([before], wave(after | {"a": 60.0}, half=0)).word == "more than"


NOISE = 6.0
"""Points by which the answers of eight people waver from wave to wave, mostly the same people asked."""


def simulated(pick, seed, teams=30, effect=0.0):
    """The words that follow where answers waver and only `effect` is real; and in how many runs figures rose.

    In points of 100: teams differ by 8.75, each wave wavers by 6 and drifts by 1, and figures are printed to 5.
    """
    rng, rows, chosen, rose = np.random.default_rng(seed), [], [], []
    for run in range(RUNS):
        true = 70 + 8.75 * rng.standard_normal(teams) + np.cumsum(rng.standard_normal((3, teams)), axis=0)
        waves = true + NOISE * rng.standard_normal((3, teams))
        chosen.append(pick(waves))
        waves[2, chosen[-1]] += effect
        printed = np.clip(np.floor(waves / 5 + 0.5) * 5, 0, 100)
        rose.append(printed[2, chosen[-1]] > printed[1, chosen[-1]])
        rows += [(f"{run} {n}", str(team), value) for n in range(3) for team, value in enumerate(printed[n])]
    every = printed_waves(rows)
    others = [str(team) for team in range(teams)]
    found = [
        follow_up.compare(
            str(team), "trust", [every[f"{run} 0"], every[f"{run} 1"]], every[f"{run} 2"], {*others} - {str(team)}
        )
        for run, team in enumerate(chosen)
    ]
    return [each.word for each in found if each.word], rose


def printed_waves(rows):
    """wave → what it printed, all restored at once."""
    frame = pd.DataFrame(rows, columns=["wave_id", "team_id", "value"]).reindex(columns=[*disclosure.COLUMNS])
    frame = frame.astype(object).where(frame.notna(), None).assign(subject="trust", covers=[[row[1]] for row in rows])
    half = 1.2816 * NOISE
    bands = frame.assign(kind="trend", low=frame["value"] - half, high=frame["value"] + half)
    every = {}
    for each in disclosure.restore(pd.concat([frame.assign(kind="score"), bands])):
        every.setdefault(each.wave_id, {})[each.team_id, each.kind, each.subject] = each
    return every


def lowest(waves):
    return int(np.argsort(waves[1])[3])


def fell_most(waves):
    return int(np.argmin(waves[1] - waves[0]))


RUNS = 4000 if os.environ.get("RAPPORT_FULL") else 400


@pytest.mark.parametrize("pick", [lowest, fell_most])
def test_what_only_comes_back_by_itself_does_not_count_as_success(pick):
    """Chosen because they were low or fell, with no play at all: figures rise in most, and few 'gained more'.

    At most one in ten is promised; four standard errors are allowed on top. Counted from one wave and not from the
    mean of two, 20 % of the teams that fell would seem to have gained.
    """
    said, rose = simulated(pick, seed=5)
    allowed = 0.1 + 4 * (0.09 / len(said)) ** 0.5

    assert np.mean(rose) > 0.53
    assert len(said) > 0.5 * RUNS
    assert said.count("more than") / len(said) < allowed
    assert said.count("less than") / len(said) < allowed


def test_what_a_play_really_does_is_seen():
    said, _ = simulated(lowest, seed=6, effect=20.0)

    assert said.count("more than") / len(said) > 0.6
