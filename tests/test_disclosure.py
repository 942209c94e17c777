"""The gate: whose answers a figure counts, what figures give away together, how exactly they are said."""

import os
import pickle
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from analytics import carry_up, disclosure, figures
from analytics.disclosure import DisclosureError, Finding, Gathered
from data import findings as kept

ROOT = "organization"
FULL = os.environ.get("RAPPORT_FULL") == "1"
MOMENTS = [
    "wave_id", "name", "number", "team_id", "subject", "n", "total", "squares", "items", "covers", "linked", "value",
    "respondents",
]  # fmt: skip


def groups(tree, invited, joins=None):
    """`tree` is child → parent; the organization stands above whoever has no parent in it."""
    rows = [
        (team, up, team, invited.get(team, 0), (joins or {}).get(team)) for team, up in {ROOT: None, **tree}.items()
    ]
    return pd.DataFrame(rows, columns=["team_id", "parent", "path", "invited", "joins"])


def counted(subject, answers, items):
    """Counts of a subject, from each group's person scores."""
    rows = [
        (
            team,
            subject,
            len(y),
            float(sum(y)),
            float(sum(v * v for v in y)),
            sum(v <= 2 for v in y),
            sum(2 < v < 4 for v in y),
            sum(v >= 4 for v in y),
            list(items),
        )
        for team, y in answers.items()
        if y
    ]
    return pd.DataFrame(rows, columns=["team_id", "subject", *figures.COUNTS, "items"])


def wave(tree, answers, *, number=1, k=5, invited=None, joins=None, items=("t1",), comments=(), seats=(), earlier=None):
    """A closed wave that asked trust; `answers` is group → person scores, which are also the answers to each item."""
    invited = {team: len(y) for team, y in answers.items()} | (invited or {})
    name = f"2026-0{number}"
    return Gathered(
        wave_id=f"w{number}",
        name=name,
        number=number,
        k=k,
        groups=groups(tree, invited, joins),
        scores=counted("trust", answers, items),
        items=pd.concat([counted(item, answers, [item]) for item in items]),
        answered=pd.DataFrame([(team, len(y)) for team, y in answers.items()], columns=["team_id", "n"]),
        comments=pd.DataFrame(list(comments), columns=["team_id", "text"]),
        seats=pd.DataFrame(list(seats), columns=["wave_id", "member_id", "team_id"]),
        earlier=pd.DataFrame(columns=MOMENTS) if earlier is None else earlier,
    )


def released(gathered):
    """What the wave released, by group, kind and subject."""
    return {(f.team_id, f.kind, f.subject): f for f in disclosure.release(gathered).findings}


def after(*waves):
    """The moments of earlier waves, as the database hands them out."""
    return pd.concat([kept_of(disclosure.release(w), w) for w in waves], ignore_index=True)


def kept_of(release, wave):
    """Its moments, with the wave and with what was printed of them."""
    scores = {(f.team_id, f.subject): f for f in release.findings if f.kind == "score" and f.shown}
    printed = [scores[which] for which in zip(release.moments["team_id"], release.moments["subject"], strict=True)]
    return release.moments.assign(
        wave_id=wave.wave_id,
        name=wave.name,
        number=wave.number,
        value=[each.value for each in printed],
        respondents=[each.respondents for each in printed],
    )


def mixed(n, start=0):
    """Answers of every kind, so that nobody's follows from the others'."""
    return [float((1, 3, 5, 2, 4)[(start + i) % 5]) for i in range(n)]


TEAMS = {"eng": ROOT, "api": "eng", "web": "eng"}


# ------------------------------------------------------------------------------------------------------- only the gate


def test_nobody_but_the_gate_can_make_a_finding():
    with pytest.raises(DisclosureError, match=r"Only analytics\.disclosure"):
        Finding(wave_id="w", team_id="a", kind="score", value=50.0)


def test_a_finding_cannot_be_changed_into_another():
    finding = released(wave(TEAMS, {"api": mixed(8)}))["api", "score", "trust"]
    with pytest.raises(DisclosureError):
        replace(finding, value=99.0)


def test_findings_come_back_from_the_database_as_they_were():
    first = wave(TEAMS, {ROOT: mixed(9), "api": mixed(7), "web": mixed(3)}, number=0)
    second = wave(TEAMS, {ROOT: mixed(9), "api": mixed(7, 2), "web": mixed(3)}, earlier=after(first))
    release = disclosure.release(second)
    with duckdb.connect() as db:
        db.execute(Path("data/schema.sql").read_text(encoding="utf-8"))
        kept.keep(db, "w1", disclosure.rows(release.findings), release.moments, release.comments)
        restored = disclosure.restore(kept.rows(db))
    assert set(restored) == set(release.findings)
    assert len(restored) == len(release.findings)


def test_findings_travel_between_processes():
    findings = disclosure.release(wave(TEAMS, {"api": mixed(8)})).findings
    assert pickle.loads(pickle.dumps(findings)) == findings  # noqa: S301  our own bytes: as the closing child sends them


def test_a_wave_without_findings_is_still_a_frame():
    frame = disclosure.rows([])
    assert disclosure.restore(frame.assign(wave_id="w")) == ()


# ------------------------------------------------------------------------------------------------------------ carry-up


def test_four_answers_are_counted_in_the_group_above():
    found = released(wave(TEAMS, {"eng": mixed(3), "api": mixed(4), "web": mixed(9)}))
    hidden, above = found["api", "score", "trust"], found["eng", "score", "trust"]
    assert (hidden.shown, hidden.reason, hidden.counted_in, hidden.value) == (False, "fewer_than_k", "eng", None)
    assert (above.covers, above.respondents) == ({"eng", "api", "web"}, "16")


def test_five_answers_are_a_figure():
    assert released(wave(TEAMS, {"api": mixed(5)}))["api", "score", "trust"].shown


def test_a_figure_without_enough_of_its_own_is_the_sum_of_those_below():
    found = released(wave(TEAMS, {ROOT: mixed(6), "eng": mixed(3), "api": mixed(8), "web": mixed(9)}))
    assert found["eng", "score", "trust"].covers == {"api", "web"}
    assert found[ROOT, "score", "trust"].covers == {ROOT, "eng", "api", "web"}


def test_a_hidden_group_reads_the_same_whether_nobody_or_four_answered():
    def about_api(answered):
        answers = {ROOT: mixed(20), "api": mixed(answered), "web": mixed(9)}
        return {key: f for key, f in released(wave(TEAMS, answers, invited={"api": 8})).items() if key[0] == "api"}

    assert about_api(0) == about_api(4)
    assert {f.reason for f in about_api(0).values()} == {"fewer_than_k", "fewer_than_8"}


def test_few_left_over_on_top_count_nowhere():
    found = released(wave({"api": ROOT, "web": ROOT}, {ROOT: mixed(3), "api": mixed(20), "web": mixed(20)}))
    assert found[ROOT, "score", "trust"].covers == {"api", "web"}


def test_whoever_counts_nowhere_is_told_so():
    found = released(
        wave({"api": ROOT, "web": ROOT, "ops": ROOT}, {"api": mixed(25), "web": mixed(20), "ops": mixed(4)})
    )
    assert found["ops", "score", "trust"].counted_in is None


def test_the_smallest_group_yields_when_more_than_a_tenth_would_count_nowhere():
    found = released(wave({"api": ROOT, "web": ROOT}, {ROOT: mixed(4), "api": mixed(9), "web": mixed(20)}))
    yielded = found["api", "score", "trust"]
    assert (yielded.reason, yielded.counted_in) == ("yields", ROOT)
    assert found[ROOT, "score", "trust"].covers == {ROOT, "api", "web"}
    assert found["web", "score", "trust"].shown


def test_a_wave_that_nobody_answered_has_reasons_and_no_figures():
    nobody = pd.DataFrame(
        [(ROOT, "trust", *[0] * len(figures.COUNTS), ["t1"])], columns=["team_id", "subject", *figures.COUNTS, "items"]
    )
    release = disclosure.release(
        replace(wave(TEAMS, {}, invited={"api": 9}), scores=nobody, items=nobody.assign(subject="t1"))
    )
    assert {f.reason for f in release.findings} == {"fewer_than_k", "fewer_than_8"}
    assert {f.counted_in for f in release.findings} == {None}
    assert release.moments.empty


def test_exactly_a_tenth_may_count_nowhere():
    found = released(wave({"api": ROOT, "web": ROOT}, {ROOT: mixed(4), "api": mixed(16), "web": mixed(20)}))
    assert found["api", "score", "trust"].shown
    assert found[ROOT, "score", "trust"].covers == {"api", "web"}


def test_a_group_that_yields_leaves_the_figures_between_it_and_the_organization():
    answers = {ROOT: mixed(4), "eng": mixed(6), "api": mixed(5), "web": mixed(7)}
    found = released(wave(TEAMS, answers))
    assert found["api", "score", "trust"].reason == "yields"
    assert found["eng", "score", "trust"].covers == {"eng", "web"}


def test_what_was_carried_into_a_group_that_yields_goes_with_it():
    tree = {"eng": ROOT, "web": "eng", "api": "eng", "auth": "api"}
    found = released(wave(tree, {ROOT: mixed(4), "eng": mixed(9), "web": mixed(9), "api": mixed(3), "auth": mixed(2)}))
    assert found["api", "score", "trust"].reason == "yields"
    assert found["auth", "score", "trust"].counted_in == ROOT


def test_a_figure_that_would_repeat_a_teams_is_not_printed_again():
    found = released(wave({"eng": ROOT, "api": "eng"}, {"api": mixed(40), "eng": mixed(2)}))
    assert [
        (found[team, "score", "trust"].reason, found[team, "score", "trust"].counted_in) for team in ("eng", ROOT)
    ] == [
        ("same_as", "api"),
        ("same_as", "api"),
    ]
    assert found["eng", "score", "trust"].covers == found["api", "score", "trust"].covers


def test_a_team_that_joined_at_open_points_to_the_figure_that_counts_it():
    answers = {ROOT: mixed(9), "eng": mixed(2), "web": mixed(9)}
    found = released(wave(TEAMS, answers, joins={"api": "eng"}))
    joined = found["api", "score", "trust"]
    assert (joined.reason, joined.counted_in) == ("joined_at_open", ROOT)
    assert {kind for team, kind, _ in found if team == "api"} == {"score", "trend", "item", "answered"}


def test_a_group_below_a_joined_team_counts_below_the_one_above():
    found = released(wave(TEAMS | {"auth": "api"}, {"eng": mixed(3), "auth": mixed(4)}, joins={"api": "eng"}))
    assert found["auth", "score", "trust"].counted_in == "eng"


def test_groups_that_do_not_fit_together_are_refused():
    for tree, joins in (({"a": "b"}, {}), ({"a": "b", "b": "a"}, {}), ({"a": ROOT}, {"a": "nobody"})):
        with pytest.raises(ValueError, match=r"group|below"):
            carry_up.tree(groups(tree, {}, joins))
    with pytest.raises(ValueError, match="'sales' unknown"):
        disclosure.release(wave({}, {"sales": mixed(5)}))


def test_each_dimension_is_carried_up_by_its_own_answers():
    asked = wave(TEAMS, {"eng": mixed(5), "api": mixed(8), "web": mixed(8)})
    skipped = counted("boundaries", {"eng": mixed(5), "api": mixed(4), "web": mixed(8)}, ["b1"])
    found = released(replace(asked, scores=pd.concat([asked.scores, skipped])))
    assert found["api", "score", "trust"].shown
    assert found["api", "score", "boundaries"].counted_in == "eng"


def test_an_item_needs_eight_answers():
    found = released(wave(TEAMS, {"eng": mixed(5), "api": mixed(7), "web": mixed(8)}))
    assert found["api", "score", "trust"].shown
    assert (found["api", "item", "t1"].reason, found["api", "item", "t1"].counted_in) == ("fewer_than_8", "eng")
    assert found["web", "item", "t1"].shown


def test_an_item_and_its_dimension_never_differ_by_fewer_than_k():
    # By itself, the item's figure of 'api' would hold auth's 6 and its own 3; minus auth's trust score that leaves 3.
    tree = {"eng": ROOT, "api": "eng", "auth": "api", "web": "eng"}
    found = released(wave(tree, {ROOT: mixed(9), "eng": mixed(4), "api": mixed(3), "auth": mixed(6), "web": mixed(9)}))
    assert found["api", "score", "trust"].reason == "same_as"
    assert found["api", "item", "t1"].reason == "fewer_than_8"


# --------------------------------------------------------------------------------------------------------------- audit


def made_up_organization(random):
    """Departments of teams of 3 to 15, some with sub-teams, a few people directly in each; four fifths answer."""
    tree, invited = {}, {ROOT: int(random.integers(0, 8))}
    for d in range(random.integers(2, 5)):
        tree[f"d{d}"], invited[f"d{d}"] = ROOT, int(random.integers(0, 4))
        for t in range(random.integers(1, 4)):
            team = f"d{d}t{t}"
            tree[team], invited[team] = f"d{d}", int(random.integers(3, 16))
            if random.random() < 0.2:
                tree[team + "s"], invited[team + "s"] = team, int(random.integers(3, 9))
    answers = {
        team: random.integers(1, 6, random.binomial(n, 0.8)).astype(float).tolist() for team, n in invited.items()
    }
    return tree, answers, invited


def isolable(covers, people, k):
    """The smallest group of fewer than k people that some combination of the figures is about; None when there is none.

    By brute force: is its indicator in the row space of the figures? People of one group occur in the same figures, so
    only whole groups can be set apart, and only sets of groups have to be tried.
    """
    atoms = sorted(team for team, n in people.items() if n)
    matrix = np.array([[team in figure for team in atoms] for figure in covers], dtype=float).reshape(-1, len(atoms))
    onto_row_space = np.linalg.pinv(matrix) @ matrix
    small = [team for team in atoms if people[team] < k]
    for size in range(1, k):
        for some in combinations(small, size):
            wanted = np.array([team in some for team in atoms], dtype=float)
            if sum(people[team] for team in some) < k and np.allclose(wanted @ onto_row_space, wanted, atol=1e-8):
                return some
    return None


def asked_of(organization):
    """Everything that was asked, with where it counts: what the gate prints, without saying it."""

    def minimum(kind, _subject):
        return 8 if kind == "item" else organization.k

    parts = (organization.scores, organization.items, organization.answered)
    return figures.questions(carry_up.tree(organization.groups), *parts, minimum)


@pytest.mark.parametrize("k", [4, 5])
def test_no_combination_of_all_figures_is_about_fewer_than_k_people(k):
    random = np.random.default_rng(k)
    for _ in range(1000 if FULL else 150):
        tree, answers, invited = made_up_organization(random)
        asked = asked_of(wave(tree, answers, k=k, invited=invited))
        printed = {
            covers for question in asked if question.subject != "pulse" for covers in question.placed.covers.values()
        }
        assert isolable(printed, {team: len(y) for team, y in answers.items()}, k) is None


def test_what_is_printed_is_what_was_placed():
    random = np.random.default_rng(3)
    for _ in range(10):
        tree, answers, invited = made_up_organization(random)
        organization = wave(tree, answers, invited=invited)
        found = disclosure.release(organization).findings
        for question in asked_of(organization):
            shown = {
                f.team_id: f.covers
                for f in found
                if (f.kind, f.subject) == (question.kind, question.subject) and f.shown
            }
            assert shown == question.placed.covers


@pytest.mark.parametrize("k", [4, 5])
def test_the_audit_agrees_with_the_rank_test_on_what_hiding_small_groups_gives_away(k):
    random = np.random.default_rng(k)
    found_something = 0
    for _ in range(1000 if FULL else 100):
        tree, answers, _ = made_up_organization(random)
        people = {team: len(y) for team, y in answers.items()}
        below = {team: {one for one in people if team in line(one, tree)} for team in people}
        plain = {frozenset(inside) for inside in below.values() if sum(people[one] for one in inside) >= k}
        smallest = carry_up.smallest_separable(plain, people)
        assert (isolable(plain, people, k) is None) == (smallest is None or smallest >= k)
        found_something += smallest is not None and smallest < k
    assert found_something > 50  # 97.9 % in the measurements behind the rule


def line(team, tree):
    """A team and everything above it."""
    return [team, *line(tree[team], tree)] if tree.get(team) else [team]


def printing(*figures_of):
    """Findings as they would be printed: team, kind, subject, covers."""
    blank = dict.fromkeys(disclosure.COLUMNS) | {"wave_id": "w1"}
    named = [dict(zip(("team_id", "kind", "subject", "covers"), one, strict=True)) for one in figures_of]
    return disclosure.restore(pd.DataFrame([blank | one for one in named]))


@pytest.mark.parametrize(("kind", "subject"), [("score", "trust"), ("item", "t1")])
def test_figures_that_differ_by_four_people_are_refused_also_an_items_and_its_dimensions(kind, subject):
    asked = asked_of(wave(TEAMS, {"eng": mixed(4), "api": mixed(8)}))
    leaky = printing(("api", "score", "trust", ["api"]), ("eng", kind, subject, ["eng", "api"]))
    with pytest.raises(DisclosureError, match="'trust' together would separate 4 people; at least 5"):
        disclosure.audit(leaky, asked, k=5)


def test_figures_of_an_item_that_differ_by_seven_people_are_refused():
    asked = asked_of(wave(TEAMS, {"eng": mixed(7), "api": mixed(8)}))
    leaky = printing(("api", "item", "t1", ["api"]), ("eng", "item", "t1", ["eng", "api"]))
    with pytest.raises(DisclosureError, match="'t1' together would separate 7 people; at least 8"):
        disclosure.audit(leaky, asked, k=5)


def test_nothing_is_released_when_placing_answers_goes_wrong(monkeypatch):
    def hiding_only(tree, blocks, people, minimum):
        """The rule that gives people away: a figure wherever there are enough, and nothing carried up."""
        below = {g: frozenset(one for one in blocks if g in line(one, tree.above)) for g in tree.upward}
        enough = {g: inside for g, inside in below.items() if sum(people.get(one, 0) for one in inside) >= minimum}
        return carry_up.Placement(blocks, dict.fromkeys(tree.upward), enough, {}, None)

    monkeypatch.setattr(carry_up, "place", hiding_only)
    with pytest.raises(DisclosureError, match="Nothing was released"):
        disclosure.release(wave(TEAMS, {"eng": mixed(3), "api": mixed(8)}))


# ----------------------------------------------------------------------------------------------------------- precision


@pytest.mark.parametrize(
    ("answers", "value", "favourable", "respondents"),
    [
        ([1, 3, 5, 2, 4, 4, 4], 55, "41–59 %", "5–9"),  # mean 57.1: to 5; four of seven
        ([1, 3, 5, 2, 4, 4, 4] * 2, 55, "60 %", "14"),  # 57.1 %: to 10
        ([1, 3, 5, 2, 4, 4, 4] * 3, 57, "57 %", "21"),
    ],
)
def test_the_number_of_people_decides_how_exactly_a_figure_is_said(answers, value, favourable, respondents):
    found = released(wave({}, {ROOT: [float(a) for a in answers]}))[ROOT, "score", "trust"]
    assert (found.value, found.favourable, found.respondents) == (value, favourable, respondents)


def test_with_a_k_of_four_the_smallest_band_begins_at_four():
    assert released(wave({}, {ROOT: mixed(4)}, k=4))[ROOT, "score", "trust"].respondents == "4–9"


@pytest.mark.parametrize("n", [5, 8, 13, 19, 20, 60])
def test_every_value_lies_within_its_interval_and_on_its_grid(n):
    found = released(wave({}, {ROOT: mixed(n, 1)}, invited={ROOT: n + n // 3}))
    score, line = found[ROOT, "score", "trust"], found[ROOT, "trend", "trust"]
    assert {figure % (5 if n < 20 else 1) for figure in (score.value, score.low, score.high)} == {0}
    for finding in (score, line):
        assert 0 <= finding.low <= finding.value <= finding.high <= 100


@pytest.mark.parametrize(("last", "value"), [(3.0, 50), (4.0, 55)])
def test_intervals_are_rounded_outward(last, value):
    # Twelve of twelve: the mean, 52.1 or 54.2, is certain, and said as a range on the grid of 5.
    found = released(wave({}, {ROOT: [1.0, 3, 5, 2, 4, 4, 3, 3, 3, 3, 3, last]}))[ROOT, "score", "trust"]
    assert (found.value, found.low, found.high) == (value, 50, 55)


def test_what_a_group_says_now_is_surer_than_whether_it_changed():
    found = released(wave({}, {ROOT: [3.0, 4, 4, 3, 5, 4] * 4}, invited={ROOT: 26}))
    now, trend = found[ROOT, "score", "trust"], found[ROOT, "trend", "trust"]
    assert now.high - now.low < trend.high - trend.low
    assert now.value == trend.value


@pytest.mark.parametrize(
    ("answers", "value", "favourable"),
    [
        ([5.0] * 7, 80, "60–100 %"),  # 100 − 150/7 = 78.6, to 5
        ([5.0] * 6 + [3.0], 80, "60–100 %"),
        ([5.0] * 6 + [1.0], 80, "60–100 %"),
        ([5.0] * 5 + [1.0] * 2, 70, "60–100 %"),  # the mean, 71.4, lies within
        ([1.0] * 25, 10, "≤10 %"),
        ([3.0] * 12, 50, "≤20 %"),
        ([3.0] * 11 + [5.0], 50, "≤20 %"),
    ],
)
def test_where_all_but_two_answer_alike_the_value_stops_at_its_limit(answers, value, favourable):
    found = released(wave({}, {ROOT: answers}))[ROOT, "score", "trust"]
    assert (found.value, found.favourable) == (value, favourable)
    assert found.low <= value <= found.high


@pytest.mark.parametrize(("answers", "ends"), [([5.0] * 7, (75, 100)), ([1.0] * 7, (0, 25))])
def test_a_value_at_its_limit_is_open_to_the_end_behind_it(answers, ends):
    found = released(wave({}, {ROOT: answers}))[ROOT, "score", "trust"]
    assert (found.low, found.high) == ends


def test_shares_at_the_ends_are_never_none_or_all():
    nobody = [1.0] * 12 + [3.0] * 12
    assert released(wave({}, {ROOT: nobody}))[ROOT, "score", "trust"].favourable == "≤10 %"
    assert released(wave({}, {ROOT: nobody[6:18]}))[ROOT, "score", "trust"].favourable == "≤20 %"
    nearly_all = [5.0] * 60 + [1.0, 3.0]
    assert released(wave({}, {ROOT: nearly_all}))[ROOT, "score", "trust"].favourable == "≥95 %"


def test_of_four_people_no_share_is_said():
    assert released(wave({}, {ROOT: mixed(4)}, k=4))[ROOT, "score", "trust"].favourable is None


def test_neither_an_exact_extreme_nor_a_spread_of_nothing_is_kept_for_later_waves():
    (kept,) = disclosure.release(wave({}, {ROOT: [5.0] * 7})).moments.to_dict("records")
    assert kept["total"] == pytest.approx(7 * (1 + 4 * (100 - 150 / 7) / 100))
    assert (kept["squares"] - kept["total"] ** 2 / 7) / 6 == pytest.approx(0.88**2)


def test_agreement_on_an_item_is_said_from_ten_answers():
    found = [released(wave({}, {ROOT: [1.0, 5.0] * (n // 2)}))[ROOT, "item", "t1"].word for n in (8, 10)]
    assert found == [None, "split"]


def test_a_sensitive_statement_needs_ten_answers_and_says_so():
    asked = replace(wave(TEAMS, {"eng": mixed(12), "api": mixed(9), "web": mixed(10)}), sensitive=frozenset(["t1"]))
    found = released(asked)
    assert (found["api", "item", "t1"].shown, found["api", "item", "t1"].reason) == (False, "fewer_than_10")
    assert found["web", "item", "t1"].respondents == "10"
    assert found["api", "score", "trust"].shown


def test_how_far_the_silent_could_move_a_figure_is_said_from_ten_answers():
    nine, ten, everybody = (
        released(wave({}, {ROOT: mixed(n)}, invited={ROOT: asked})) for n, asked in ((9, 12), (10, 12), (12, 12))
    )
    assert (ROOT, "silent", "trust") not in nine
    assert (ROOT, "silent", "trust") not in everybody
    told = ten[ROOT, "silent", "trust"]
    assert (told.low, told.high) == (40, 60)  # mean 3 of 5: (10·50 + 2·0)/12 = 41.7 to (10·50 + 2·100)/12 = 58.3


def test_the_share_that_answered_is_rounded_to_ten():
    found = released(wave({}, {ROOT: mixed(13)}, invited={ROOT: 20}))[ROOT, "answered", "pulse"]
    assert (found.value, found.respondents) == (70, "13")


# ------------------------------------------------------------------------------------------------------- earlier waves


def seats(wave_id, members):
    return [(wave_id, member, ROOT) for member in members]


SIX = [5.0, 2.0, 4.0, 1.0, 4.0, 5.0]
"""Mean 3.5, or 62.5 of 100: said as 65, or coarsely as 60."""


def two_waves(people, replaced):
    """Two waves of one group in which some people were replaced, and what the second released."""
    members = [f"m{i}" for i in range(40)]
    asked = seats("w0", members[:people]) + seats("w1", members[replaced : replaced + people])
    first = wave({}, {ROOT: mixed(people)}, number=0, seats=asked)
    return released(wave({}, {ROOT: SIX * (people // 6)}, seats=asked, earlier=after(first)))


def test_after_one_person_of_a_small_group_changed_its_figure_is_coarser_and_its_change_a_word():
    found = two_waves(6, 1)
    score, change = found[ROOT, "score", "trust"], found[ROOT, "change", "trust"]
    assert (score.value, score.value % 10, score.low % 10, score.high % 10) == (60, 0, 0, 0)
    assert (change.shown, change.value, change.word) == (True, None, "held steady")


def test_a_coarser_figure_moves_its_line_less_and_leaves_it_less_sure():
    fine, coarse = (two_waves(6, replaced)[ROOT, "trend", "trust"] for replaced in (3, 1))
    assert coarse.high - coarse.low > fine.high - fine.low


@pytest.mark.parametrize(("people", "replaced"), [(6, 0), (6, 3), (12, 1)])
def test_the_figure_stays_as_it_is_when_nobody_changed_or_many_did_or_the_group_is_larger(people, replaced):
    found = two_waves(people, replaced)
    assert found[ROOT, "score", "trust"].value == 65
    assert found[ROOT, "change", "trust"].value is not None


def test_a_small_change_counts_against_the_latest_wave_also_when_that_asked_other_things():
    asked = seats("w0", "abcdef") + seats("w1", "abcdef") + seats("w2", "abcdeg")
    first = wave({}, {ROOT: mixed(6)}, number=0, items=("t2",), seats=asked)
    found = released(wave({}, {ROOT: SIX}, number=2, seats=asked, earlier=after(first)))
    assert found[ROOT, "score", "trust"].value == 60


def test_a_change_is_the_difference_of_the_two_figures_as_printed():
    first = wave({}, {ROOT: mixed(25)}, number=0)
    second = wave({}, {ROOT: mixed(24, 2)}, earlier=after(first))
    found = released(second)
    change = found[ROOT, "change", "trust"]
    assert change.value == found[ROOT, "score", "trust"].value - released(first)[ROOT, "score", "trust"].value
    assert (change.since, change.covers) == ("2026-00", {ROOT})


def test_a_change_says_no_more_than_a_coarse_figure_did():
    # The second wave lost one of six, so it was said as 60 although it was 62.5; the third must not tell.
    asked = seats("w0", "abcdef") + seats("w1", "abcdeg") + seats("w2", "abcdeg")
    waves = [wave({}, {ROOT: mixed(6)}, number=0, seats=asked)]
    waves.append(wave({}, {ROOT: SIX}, number=1, seats=asked, earlier=after(*waves)))
    found = released(wave({}, {ROOT: SIX}, number=2, seats=asked, earlier=after(*waves)))
    assert found[ROOT, "score", "trust"].value == 65
    assert found[ROOT, "change", "trust"].value == 5


def test_the_first_time_a_group_is_asked_there_is_no_change():
    assert (ROOT, "change", "trust") not in released(wave({}, {ROOT: mixed(8)}))


def test_a_change_skips_waves_that_asked_other_statements():
    waves = [wave({}, {ROOT: mixed(8)}, number=0), wave({}, {ROOT: mixed(8)}, number=1, items=("t2",))]
    found = released(wave({}, {ROOT: mixed(8)}, number=2, earlier=after(*waves)))
    assert found[ROOT, "change", "trust"].since == "2026-00"


def test_other_statements_or_other_groups_are_not_compared():
    first = wave(TEAMS, {"eng": mixed(6), "api": mixed(8), "web": mixed(8)}, number=0)
    other_items = wave(TEAMS, {"eng": mixed(6), "api": mixed(8), "web": mixed(8)}, items=("t2",), earlier=after(first))
    other_group = wave(TEAMS, {"eng": mixed(6), "api": mixed(4), "web": mixed(8)}, earlier=after(first))
    moved = wave({"eng": ROOT, "api": "eng"}, {"eng": mixed(6), "api": mixed(8)}, earlier=after(first))
    told = [released(w)["eng", "change", "trust"] for w in (other_items, moved)]
    assert [(f.shown, f.reason, f.since, f.word) for f in told] == [(False, "not_comparable", "2026-00", None)] * 2
    assert released(other_group)["eng", "change", "trust"].shown  # 'api' counts in it, shown or not


def test_no_finite_population_correction_for_change():
    # Everybody of eight answered twice; the difference of half a point is not certain all the same.
    first = wave({}, {ROOT: [4, 4, 4, 4, 3, 5, 2, 3.0]}, number=0)
    found = released(wave({}, {ROOT: [4, 4, 3, 4, 3, 4, 2, 2.0]}, earlier=after(first)))
    assert found[ROOT, "change", "trust"].word == "held steady"


def test_only_what_was_shown_is_kept_for_later_waves():
    moments = disclosure.release(wave(TEAMS, {ROOT: mixed(9), "api": mixed(4), "web": mixed(9)})).moments
    assert sorted(zip(moments["team_id"], moments["n"], strict=True)) == [(ROOT, 22), ("web", 9)]
    assert set(moments["subject"]) == {"trust"}


# ------------------------------------------------------------------------------------------------------------ comments


def test_comments_are_shown_from_ten_answers_and_before_that_in_the_group_above():
    answers = {"eng": mixed(3), "api": mixed(9), "web": mixed(10)}
    said = [("api", "quiet"), ("web", "loud"), ("eng", "fair")]
    comments = disclosure.release(wave(TEAMS, answers, comments=said)).comments
    assert sorted(zip(comments["team_id"], comments["text"], strict=True)) == [
        ("eng", "fair"),
        ("eng", "quiet"),
        ("web", "loud"),
    ]


def test_comments_that_ten_people_do_not_cover_are_shown_nowhere():
    comments = disclosure.release(wave({}, {ROOT: mixed(9)}, comments=[(ROOT, "alone")])).comments
    assert comments.empty


def test_ten_answers_are_needed_and_not_ten_comments():
    many = [("api", f"again {i}") for i in range(12)]
    comments = disclosure.release(wave(TEAMS, {"api": mixed(9), "web": mixed(20)}, comments=many)).comments
    assert "api" not in set(comments["team_id"])


def test_comments_come_in_no_order():
    said = [(ROOT, f"{i:03}") for i in range(200)]
    one, two = (list(disclosure.release(wave({}, {ROOT: mixed(30)}, comments=said)).comments["text"]) for _ in range(2))
    assert one != two
    assert Counter(one) == Counter(two) == Counter(text for _, text in said)


# ------------------------------------------------------------------------------------------------------------- network


def members(team, n, standing="few_ties"):
    return [(f"{team}{i}", team, standing) for i in range(n)]


def few_ties(rows, agreed=(), answered=None, joins=None):
    standings = pd.DataFrame(rows, columns=["member_id", "team_id", "standing"])
    consents = pd.DataFrame([(m, True, False) for m in agreed], columns=["member_id", "map", "introductions"])
    who = set(standings["member_id"]) if answered is None else answered
    nothing = pd.DataFrame()
    teams = groups(TEAMS, {}, joins)
    found = disclosure.release_network("w1", teams, standings, consents, nothing, nothing, who)
    return {f.team_id: f for f in found}


def test_people_with_few_ties_are_counted_in_bands():
    rows = members("api", 2) + members("api2", 0) + members("web", 5) + members("eng", 6, "connected")
    rows += [(f"x{i}", "api", "connected") for i in range(4)]
    found = few_ties(rows)
    assert {team: f.word for team, f in found.items()} == {"api": "1–2", "web": "3+", "eng": "3+", ROOT: None}


def test_a_count_needs_five_people_who_are_not_named_anyway():
    rows = members("api", 8) + members("web", 9)
    found = few_ties(rows, agreed=[f"api{i}" for i in range(4)])
    assert (found["api"].reason, found["api"].word) == ("fewer_than_5_people", None)
    assert few_ties(rows, agreed=[f"api{i}" for i in range(3)])["api"].shown


def test_only_people_who_answered_are_counted():
    rows = members("api", 8) + members("web", 9)
    assert not few_ties(rows, answered={f"api{i}" for i in range(4)})["api"].shown


def test_people_of_a_joined_team_count_where_their_answers_do():
    found = few_ties(members("api", 5, "connected") + members("web", 9), joins={"api": "eng"})
    assert (found["api"].reason, found["api"].counted_in) == ("joined_at_open", "eng")


def network(between=(), silos=()):
    pairs = pd.DataFrame(between, columns=["team_a", "team_b", "people_a", "people_b", "observed", "expected", "word"])
    teams = pd.DataFrame(silos, columns=["team_id", "people", "odds_ratio", "word"])
    standings = pd.DataFrame(columns=["member_id", "team_id", "standing"])
    consents = pd.DataFrame(columns=["member_id", "map"])
    found = disclosure.release_network("w1", groups(TEAMS, {}), standings, consents, pairs, teams, [])
    return [f for f in found if f.kind != "few_ties"]


def test_ties_between_two_teams_are_told_to_both_in_bands():
    one, other = network(between=[("api", "web", 6, 5, 4, 7.4, "fewer")])
    assert (one.team_id, one.subject, other.team_id, other.subject) == ("api", "web", "web", "api")
    assert (one.value, one.respondents, one.word) == (7, "3–5", "fewer")


def test_ties_with_a_team_of_four_are_not_told():
    assert network(between=[("api", "web", 6, 4, 4, 7.4, "fewer")]) == []


def test_a_silo_is_said_of_five_people_or_more():
    five, four, alone = network(
        silos=[("api", 5, 3.14159, "inward"), ("web", 4, 3.0, "inward"), ("eng", 9, np.inf, "inward")]
    )
    assert (five.value, five.word) == (3.1, "inward")
    assert (four.shown, four.reason) == (False, "fewer_than_5_people")
    assert (alone.shown, alone.value) == (True, None)


def test_nothing_is_said_of_a_teams_ties_where_too_few_answered():
    assert network(between=[("api", "web", 6, 9, 4, 7.4, None)]) == []
    (found,) = network(silos=[("api", 9, 3.0, None)])
    assert (found.shown, found.reason, found.value) == (False, "too_few_answered", None)


SAID = {
    "team_id": "api", "subject": "", "people": 12, "answered": 12, "ties": 40, "value": 0.63, "low": 0.58, "high": 0.71,
    "count": None, "word": None, "sure": 1.0,
}  # fmt: skip


def made_together(kind="returned", **other):
    """What the gate makes of one figure about many ties."""
    frame = pd.DataFrame([SAID | other])
    (found,) = disclosure.release_structure("w1", groups(TEAMS, {}), {kind: frame}, "w0")
    return found


def test_a_share_of_ties_is_said_in_tenths_with_its_range():
    found = made_together()
    assert (found.value, found.low, found.high, found.since) == (0.6, 0.6, 0.7, None)
    assert made_together("kept").since == "w0"


def test_a_share_of_ties_needs_ten_people_twenty_ties_and_two_thirds_who_answered():
    for kind in ("returned", "kept"):
        assert made_together(kind, answered=10, ties=20, people=15).shown
        assert made_together(kind, answered=9).reason == "fewer_than_10_people"
        assert made_together(kind, answered=10, people=16).reason == "too_few_answered"
        assert made_together(kind, ties=19).reason == "too_few_ties"


def test_a_share_of_ties_never_says_that_all_count_or_none():
    # whoever named a colleague would know that these named them, or did not
    for kind in ("returned", "kept"):
        assert made_together(kind, value=1.0, low=0.98, high=1.0) == made_together(kind, value=0.9, low=0.9, high=0.9)
        assert made_together(kind, value=0.0, low=0.0, high=0.02) == made_together(kind, value=0.1, low=0.1, high=0.1)


def test_a_team_of_five_with_one_silent_member_gets_no_figure_about_its_ties():
    kinds = ("returned", "kept", "carried", "circles", "core", "mixing")
    assert not any(made_together(kind, people=5, answered=4, ties=12).shown for kind in kinds)


def test_figures_of_everybody_need_twenty_or_forty_people():
    for kind, fewest in (("circles", 20), ("core", 20), ("mixing", 20), ("carried", 40)):
        assert made_together(kind, team_id="", people=fewest, answered=fewest, count=6).team_id == ROOT
        assert made_together(kind, team_id="", people=fewest, answered=fewest, count=6).shown
        too_few = made_together(kind, team_id="", people=fewest, answered=fewest - 1)
        assert too_few.reason == f"fewer_than_{fewest}_people"
        assert made_together(kind, people=100, answered=64).reason == "too_few_answered"


def test_help_and_ties_across_teams_need_forty_names():
    for kind in ("carried", "mixing"):
        assert made_together(kind, people=60, answered=60, ties=39).reason == "too_few_ties"


def test_circles_and_a_core_are_said_only_where_they_are_clear():
    assert made_together("circles", people=60, answered=60, value=4.0, sure=0.59).reason == "unclear"
    assert made_together("circles", people=60, answered=60, value=4.0, sure=0.6).value == 4
    assert made_together("core", people=60, answered=60, value=0.49, sure=0.49, count=7).reason == "unclear"
    core = made_together("core", people=60, answered=60, value=0.5, sure=0.5, count=7)
    assert (core.value, core.respondents) == (0.5, "5–9")


def test_who_works_in_no_team_counts_in_the_figure_for_everybody_only():
    frame = pd.DataFrame([SAID | {"team_id": ""}, SAID | {"team_id": ROOT}])
    found = disclosure.release_structure("w1", groups(TEAMS, {}), {"returned": frame}, None)
    assert [each.team_id for each in found] == [ROOT]


def test_what_cannot_be_known_is_no_figure():
    assert made_together(value=np.nan, low=np.nan, high=np.nan).reason == "not_defined"


# --------------------------------------------------------------------------------------------------------------- names


STANDINGS = pd.DataFrame(
    [(m, "isolated", False, 0.0, 0.0, pd.Timestamp("2026-05-08")) for m in "abc"],
    columns=["member_id", "standing", "persistent", "x", "y", "visible_from"],
)


def consents(**agreed):
    """Name → whether they agreed to the map and to introductions."""
    return pd.DataFrame([(m, *yes) for m, yes in agreed.items()], columns=["member_id", "map", "introductions"])


def test_nobody_is_named_without_having_agreed():
    named = disclosure.named(STANDINGS, consents(a=(True, False), b=(False, True)), date(2026, 6, 1))
    assert list(named["member_id"]) == ["a"]
    assert list(named.columns) == ["member_id", "standing", "persistent", "x", "y"]


def test_nobody_is_named_before_they_could_look_first():
    agreed = consents(a=(True, True))
    assert disclosure.named(STANDINGS, agreed, date(2026, 5, 7)).empty
    assert len(disclosure.named(STANDINGS, agreed, date(2026, 5, 8))) == 1


def holding(agreed=("a", "b", "c"), on=date(2026, 6, 1), **shares):
    """Whom the gate names among a, b and c, of whom `shares` says how often they are a bridge."""
    rows = STANDINGS.assign(
        bridge=[shares.get(m, 0.0) for m in "abc"], asked=[np.nan, np.nan, 0.9], broker=["liaison", None, None]
    )
    found = disclosure.noted(rows, consents(**dict.fromkeys(agreed, (True, False))), on)
    return dict(zip(found["member_id"], found["bridge"], strict=True))


def test_nobody_is_named_as_holding_others_together_without_having_agreed():
    assert holding(a=1.0) == {"a": True, "c": False}
    assert holding(agreed="b", a=1.0) == {}


def test_whoever_holds_others_together_looks_first_too():
    assert holding(on=date(2026, 5, 7), a=1.0) == {}


def test_a_place_that_a_few_silent_people_would_change_is_not_named():
    assert holding(a=0.79, b=0.8) == {"b": True, "c": False}
    assert holding(a=np.nan) == {"c": False}


def offered(**changed):
    row = {"rank": 1, "member_a": "a", "member_b": "b", "introducer": "c", "arm": "chosen"} | changed
    return pd.DataFrame([row])


def introduced(frame, agreed, standings=STANDINGS, on=date(2026, 5, 8)):
    return disclosure.introductions(frame, agreed, standings, on)


def test_an_introduction_needs_the_agreement_of_both():
    assert len(introduced(offered(), consents(a=(False, True), b=(False, True)))) == 1
    assert introduced(offered(), consents(a=(False, True), b=(True, False))).empty


def test_a_pair_that_was_held_back_is_never_shown():
    both = consents(a=(True, True), b=(True, True))
    assert introduced(offered(arm="held_back"), both).empty


ALL_THREE = consents(a=(True, True), b=(True, True), c=(True, True))


def test_a_host_is_named_only_if_they_agreed_too_and_all_three_may_be_seen_on_the_map():
    both = consents(a=(True, True), b=(True, True))
    assert introduced(offered(), both)["introducer"].tolist() == [None]
    assert introduced(offered(), ALL_THREE)["introducer"].tolist() == ["c"]
    for hidden in "abc":  # 'knows both' is two ties, and of who is not on the map none is told
        chosen = dict.fromkeys("abc", (True, True)) | {hidden: (False, True)}
        assert introduced(offered(), consents(**chosen))["introducer"].tolist() == [None]


def test_a_host_is_named_only_once_all_three_had_their_days_to_look_first():
    assert introduced(offered(), ALL_THREE, on=date(2026, 5, 7))["introducer"].tolist() == [None]
    for later in "abc":
        days = STANDINGS["visible_from"].where(STANDINGS["member_id"] != later, pd.Timestamp("2026-05-20"))
        waits = STANDINGS.assign(visible_from=days)
        assert introduced(offered(), ALL_THREE, waits, date(2026, 5, 19))["introducer"].tolist() == [None]
        assert introduced(offered(), ALL_THREE, waits, date(2026, 5, 20))["introducer"].tolist() == ["c"]


def test_no_host_is_told_of_anybody_whom_the_map_does_not_name():
    for silent in "abc":
        said = STANDINGS["standing"].where(STANDINGS["member_id"] != silent, "seen_by_others")
        assert introduced(offered(), ALL_THREE, STANDINGS.assign(standing=said))["introducer"].tolist() == [None]
        gone = STANDINGS[STANDINGS["member_id"] != silent]
        assert introduced(offered(), ALL_THREE, gone)["introducer"].tolist() == [None]
