"""What a colleague who tells their own answer makes of the others' answers: nothing certain about anybody.

Every way in which a small group can answer is tried. The attacker reads all that is printed of the group, knows one
answer, and is given more than they have: the exact number of answers, also where only a band is printed.
"""

import os
from collections import defaultdict
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from test_disclosure import MOMENTS, ROOT, counted, groups

from analytics import disclosure, precision
from analytics.disclosure import Gathered

FULL = os.environ.get("RAPPORT_FULL") == "1"
STATEMENT = (1.0, 2.0, 3.0, 4.0, 5.0)
TWO_STATEMENTS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
"""What a person's score may be where a dimension has two."""


def bucket(answer):
    """As the gate counts them."""
    return "unfavourable" if answer <= 2 else "favourable" if answer >= 4 else "neutral"


def printed(answers, k, *, silent=1, joined=0, items=("t1",), easier=None):
    """All that the gate says of each group of `answers`; `joined` of its people were not asked the wave before.

    Of a dimension with one statement both are said; of one with two, the dimension. With `easier` other waves ask other
    statements beside the anchor t1, and people agree with t2 by so much more readily.
    """
    teams = [team for team in answers if team != ROOT]
    asked = counted("trust", answers, items)
    n = {team: len(each) for team, each in answers.items()}
    before = [
        ("w0", "0", 0, team, "trust", n[team], 3.0 * n[team], 10.0 * n[team], list(items), [team], False, 50.0, "5–9")
        for team in answers
    ]
    seats = [
        (f"w{wave}", f"{team}-{person + wave * joined}", team)
        for wave in (0, 1)
        for team in answers
        for person in range(n[team] + silent)
    ]
    release = disclosure.release(
        Gathered(
            wave_id="w1",
            name="1",
            number=1,
            k=k,
            groups=groups(dict.fromkeys(teams, ROOT), {team: n[team] + silent for team in answers}),
            scores=asked,
            items=asked.assign(subject="t1").head(len(asked) if len(items) == 1 else 0),
            answered=pd.DataFrame(list(n.items()), columns=["team_id", "n"]),
            comments=pd.DataFrame(columns=["team_id", "text"]),
            seats=pd.DataFrame(seats, columns=["wave_id", "member_id", "team_id"]),
            earlier=pd.DataFrame(before if joined else [], columns=MOMENTS),
            linked=easier is not None,
            earlier_contrasts=pd.DataFrame(
                [("t1", 100, 0.0, 0.0), ("t2", 100, easier or 0.0, 1.0)], columns=list(disclosure.CONTRASTS)
            ),
        )
    )
    said = defaultdict(list)
    for f in release.findings:
        if f.shown and f.team_id in answers:
            said[f.team_id].append((f.kind, f.value, f.low, f.high, f.favourable, f.respondents, f.word))
    return {team: tuple(sorted(map(str, told))) for team, told in said.items() if team in answers}


def in_one_organization(n, k, scale, **given):
    """Every way in which n people can answer, each as a team of its own, and what is said of it."""
    answers = {f"g{i}": each for i, each in enumerate(combinations_with_replacement(scale, n))}
    said = printed(answers, k, **given)
    return [(said[team], each) for team, each in answers.items()]


def alone(n, k, scale, **given):
    """Every way in which n people can answer who are the whole organization, and what is said of it."""
    return [(printed({ROOT: each}, k, **given)[ROOT], each) for each in combinations_with_replacement(scale, n)]


def certain(ways):
    """What is said, and one answer beside it, from which follows in which bucket each of the other answers lies."""
    possible = defaultdict(set)
    for told, answers in ways:
        for known in set(answers):
            others = list(answers)
            others.remove(known)
            possible[told, known] |= {bucket(other) for other in others}
    return [where for where, buckets in possible.items() if len(buckets) == 1]


SIZES = [
    (4, 4),
    (5, 5),
    (6, 5),
    (7, 5),
    (8, 5),
    (9, 5),
    (10, 5),
    *([(12, 5), (15, 5), (20, 5), (21, 5)] if FULL else []),
]


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_nobody_who_knows_one_answer_is_certain_of_another(n, k):
    assert certain(in_one_organization(n, k, STATEMENT)) == []


@pytest.mark.parametrize("n", [5, 6, 7] if FULL else [5, 6])
def test_nor_where_a_score_is_made_of_two_statements(n):
    assert certain(in_one_organization(n, 5, TWO_STATEMENTS, items=("t1", "t2"))) == []


@pytest.mark.parametrize("easier", [-0.9, -0.35, 0.1, 0.5, 1.3] if FULL else [-0.35, 0.5])
def test_nor_where_a_score_is_moved_to_the_scale_of_its_anchor(easier):
    assert certain(in_one_organization(5, 5, TWO_STATEMENTS, items=("t1", "t2"), easier=easier)) == []


@pytest.mark.parametrize("n", [5, 7, 10])
def test_nor_where_everybody_answered_and_the_figure_leaves_nothing_open(n):
    assert certain(in_one_organization(n, 5, STATEMENT, silent=0)) == []


@pytest.mark.parametrize("n", [5, 7, 10])
def test_nor_where_somebody_joined_since_the_wave_before(n):
    assert certain(in_one_organization(n, 5, STATEMENT, joined=1)) == []


@pytest.mark.parametrize("n", [5, 6, 7, 10] if FULL else [5])
def test_nor_in_an_organization_that_is_one_small_group(n):
    assert certain(alone(n, 5, STATEMENT if FULL else (1.0, 3.0, 5.0))) == []


def test_the_search_finds_what_an_exact_figure_would_give_away(monkeypatch):
    # 'All but one' instead of 'all but two': whoever was the one knows everybody else's bucket.
    monkeypatch.setattr(precision, "limit", lambda n: 100.0 + 0 * n)
    assert len(certain(in_one_organization(5, 5, STATEMENT))) > 10


# ------------------------------------------------------------------------------------------------- what two figures say


def explained(wanted, *known):
    """The share of the variance of `wanted` that a straight line through `known` explains."""
    given = np.column_stack([np.ones(len(wanted)), *known])
    line, *_ = np.linalg.lstsq(given, wanted, rcond=None)
    return 1 - np.var(wanted - given @ line) / np.var(wanted)


def points(score):
    """Scores of three statements, from 0 to 100."""
    return 25 * (np.clip(np.round(3 * score) / 3, 1, 5) - 1)


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("n", [6, 7, 8, 9])
def test_a_second_wave_says_little_more_of_somebody_who_left_between_the_two(n, replaced):
    # Spread .88 within and .31 between teams; person stability .60, the most that a panel showed (SCIENCE §4.8).
    random = np.random.default_rng(n)
    trials, spread, stable = 40_000, 0.88, 0.6
    person = random.normal(3.74, 0.31, (trials, 1)) + random.normal(0, spread * np.sqrt(stable), (trials, n + 1))
    first, second = (points(person + random.normal(0, spread * np.sqrt(1 - stable), person.shape)) for _ in range(2))
    stayed = second[:, 1:] if replaced else second[:, 1:-1]
    then = precision.nearest(first[:, :-1].mean(axis=1), precision.step(np.array([n]), np.array([False])))
    now = precision.nearest(stayed.mean(axis=1), precision.step(np.array([stayed.shape[1]]), np.array([True])))
    gained = explained(first[:, 0], then, now) - explained(first[:, 0], then)
    assert gained <= 0.05


def of_the_one_who_skipped(n, grid):
    """What the figures of a dimension and its two statements say of the only one who skipped one of them."""
    random = np.random.default_rng(n)
    person = random.normal(3.74, 0.7, (20_000, n, 1))
    answers = 25 * (np.clip(np.round(person + random.normal(0, 0.7, (20_000, n, 2))), 1, 5) - 1)
    answers[:, 0, 1] = np.nan
    whole = precision.nearest(
        np.nanmean(answers, axis=2).mean(axis=1), precision.step(np.array([n]), np.array([False]))
    )
    single = [precision.nearest(np.nanmean(answers[:, :, item], axis=1), grid(n - item)) for item in (0, 1)]
    return explained(answers[:, 0, 0], 2 * n * whole - n * single[0] - (n - 1) * single[1])


@pytest.mark.parametrize(
    ("n", "at_most"), [(8, 0.45), (10, 0.4), (12, 0.3), (20, 0.3), (30, 0.2), (60, 0.1), (100, 0.1)]
)
def test_a_dimension_and_its_statements_say_little_of_the_one_who_skipped_one(n, at_most):
    told = of_the_one_who_skipped(n, lambda people: precision.item_step(np.array([people]), np.array([False])))
    assert told < at_most


def test_with_whole_numbers_they_would_say_most_of_it():
    assert of_the_one_who_skipped(30, lambda _: np.array([1.0])) > 0.5
