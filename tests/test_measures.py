"""What the gate says of the questions themselves: from how many people, how roughly, and what it never finds."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from analytics import disclosure
from data.records import ROOT, Group, Wave
from surveys import questionnaire, reasoning
from surveys.job import COMMENT_COLUMNS, CONTRAST_COLUMNS, MOMENT_COLUMNS, Answers, Job
from surveys.questionnaire import Item, Questionnaire

QUARTERLY = questionnaire.asked(questionnaire.builtin("quarterly"), 0)
NOBODY = pd.DataFrame(columns=COMMENT_COLUMNS)


def close(asked, rows, comments=NOBODY, *, names=(), silent=0, k=5):
    """Close a wave over these answers (team_id, then a column an item), and give what the gate released."""
    sizes = rows.groupby("team_id").size()
    groups = [Group(team, None if team == ROOT else ROOT, team, int(n) + silent) for team, n in sizes.items()]
    if ROOT not in sizes:
        groups.append(Group(ROOT, None, ROOT, 0))
    wave = Wave(
        wave_id="w1",
        name="2026-09",
        number=0,
        asks="pulse",
        questionnaire=questionnaire.to_json(asked),
        state="closing",
        opened_on=date(2026, 9, 1),
        closes=datetime(2026, 9, 14),
        closed_on=None,
        k=k,
        smallest_group=6,
        trustee=False,
        box_key=None,
    )
    long = rows.assign(respondent=range(len(rows))).melt(["respondent", "team_id"], var_name="item")
    job = Job(
        wave,
        groups,
        Answers(long, comments),
        None,
        seats=pd.DataFrame(columns=["wave_id", "member_id", "team_id"]),
        earlier=pd.DataFrame(columns=["wave_id", "name", "number", "value", "respondents", *MOMENT_COLUMNS]),
        contrasts=pd.DataFrame(columns=[*CONTRAST_COLUMNS, "number"]),
        names=frozenset(names),
    )
    return {
        (f.team_id, f.kind, f.subject): f
        for f in disclosure.restore(reasoning.reason(job).findings.assign(wave_id="w1"))
    }


def people(many, *, teams=12, common=0.9, noise=0.7, apart=0.3, seed=1, asked=QUARTERLY):
    """Answers of people who see their own dimension alike from statement to statement, and their teams a little."""
    random = np.random.default_rng(seed)
    team = np.sort(np.arange(many) % teams)
    mood = random.normal(0, 0.5, many)
    level = random.normal(0, apart, teams)[team]
    outlook = {name: mood + level + random.normal(0, common, many) for name in asked.dimensions}
    columns = {}
    for item in asked.items:
        if item.alone:
            made = 3.6 + outlook["trust"] * 0.8 + random.normal(0, noise, many)
        else:
            made = 3.6 + outlook[item.dimension] + random.normal(0, noise, many)
        value = np.clip(np.round(made), 1, 5)
        columns[item.id] = 6 - value if item.reverse else value
    return pd.DataFrame({"team_id": [f"team {n:02d}" for n in team], **columns})


@pytest.fixture(scope="module")
def many():
    """600 people of twelve teams who answered the quarterly form."""
    return close(QUARTERLY, people(600))


@pytest.fixture(scope="module")
def few():
    """99 people: one too few for anything about the questions."""
    return close(QUARTERLY, people(99))


@pytest.fixture(scope="module")
def hundred():
    """100 people of ten teams: just enough."""
    return close(QUARTERLY, people(100, teams=10))


@pytest.fixture(scope="module")
def left_over():
    """The 600, and three who sit apart and answer 1 to everything: too few to count anywhere."""
    three = {"team_id": "left over", **{item.id: 1 for item in QUARTERLY.items}}
    return pd.concat([people(600), pd.DataFrame([three] * 3)], ignore_index=True)


@pytest.fixture(scope="module")
def with_three(left_over):
    """What is released of them, who also wrote the same comment 45 times."""
    return close(QUARTERLY, left_over, said(["Falcon launch again"] * 45, "left over"))


# -------------------------------------------------------------------------------------------------- how many, how rough


def test_from_a_hundred_people_the_reliability_of_a_dimension_is_said(hundred):
    found = hundred[ROOT, "alpha", "trust"]
    assert found.shown
    assert found.respondents == "100"


def test_below_a_hundred_people_nothing_is_said_of_the_questions(few):
    about = {key: f for key, f in few.items() if key[1] in ("alpha", "omega", "icc1", "icc2", "straight", "drivers")}
    assert len(about) == 4 * 4 + 1 + 2
    assert {(f.reason, f.value, f.low, f.word) for f in about.values()} == {("fewer_than_100", None, None, None)}
    assert not [key for key in few if key[1] == "driver"]


def test_it_is_complete_answers_that_count():
    rows = people(120)
    rows.loc[:20, "T2"] = np.nan
    found = close(QUARTERLY, rows)
    assert found[ROOT, "alpha", "trust"].reason == "fewer_than_100"
    assert found[ROOT, "alpha", "boundaries"].respondents == "120"


def test_everything_but_agreement_is_about_the_whole_organization(many):
    measures = {"alpha", "omega", "icc1", "icc2", "straight", "drivers", "driver", "response"}
    assert {key[0] for key in many if key[1] in measures} == {ROOT}
    assert {key[1] for key in many} >= measures
    assert {key[0] for key in many if key[1] == "agreement"} == {ROOT, *(f"team {n:02d}" for n in range(12))}


def test_figures_are_rounded_and_their_intervals_outward(many):
    alpha, driver = many[ROOT, "alpha", "trust"], many[ROOT, "driver", "T1 O1"]
    for found in (alpha, driver):
        assert [round(x * 20, 6) % 1 for x in (found.value, found.low, found.high)] == [0, 0, 0]
        assert found.low < found.value < found.high
    assert many[ROOT, "straight", "pulse"].value % 5 == 0


def test_an_answer_that_the_organizations_figure_leaves_out_moves_no_measure_of_it(many, with_three):
    measures = {"alpha", "omega", "icc1", "icc2", "straight", "drivers", "driver"}
    assert "left over" not in with_three[ROOT, "item", "T1"].covers
    assert {(key, f.value) for key, f in with_three.items() if key[1] in measures} == {
        (key, f.value) for key, f in many.items() if key[1] in measures
    }
    assert with_three[ROOT, "alpha", "trust"].respondents == "600"


def test_only_the_answers_that_the_organization_counts_are_handed_on(left_over, with_three):
    long = left_over.melt("team_id", var_name="item")
    assert set(disclosure.on_top(long, with_three.values())["team_id"]) == {f"team {n:02d}" for n in range(12)}
    assert disclosure.on_top(long, []).empty


# -------------------------------------------------------------------------------------------------------- what they say


def test_statements_that_measure_one_thing_are_called_good(many):
    assert many[ROOT, "alpha", "trust"].word == "good"
    assert many[ROOT, "omega", "trust"].word == "good"


def test_omega_says_nothing_of_two_statements():
    two = [item for item in QUARTERLY.items if item.id in ("T1", "T2", "C1", "C2", "C3")]
    asked = Questionnaire("two", "Two", {"trust": "Trust", "communication": "Communication"}, tuple(two))
    found = close(asked, people(200, asked=asked))
    assert found[ROOT, "alpha", "trust"].shown
    assert (ROOT, "omega", "trust") not in found
    assert found[ROOT, "omega", "communication"].shown


def test_nine_teams_are_too_few_to_say_how_far_teams_differ(hundred):
    assert close(QUARTERLY, people(200, teams=9))[ROOT, "icc2", "trust"].reason == "fewer_than_10_teams"
    assert hundred[ROOT, "icc2", "trust"].shown


def test_teams_that_do_not_differ_can_hardly_be_told_apart():
    found = close(QUARTERLY, people(600, apart=0))[ROOT, "icc2", "trust"]
    assert found.word == "hardly"
    assert found.low == 0


def test_teams_that_differ_much_can_be_told_apart():
    found = close(QUARTERLY, people(600, apart=1.2))
    assert found[ROOT, "icc2", "trust"].word == "well"
    assert found[ROOT, "icc1", "trust"].value > 0.3


def test_where_everybody_says_the_same_nothing_can_be_known_of_the_questions():
    rows = people(200)
    rows[[item.id for item in QUARTERLY.items]] = 4
    found = close(QUARTERLY, rows)
    assert {found[ROOT, kind, "trust"].reason for kind in ("alpha", "omega", "icc1", "icc2")} == {"not_defined"}
    assert not [key for key in found if key[1] == "driver"]


def test_those_who_agree_with_everything_are_counted_in_steps_of_five(many):
    rows = people(200)
    rows.loc[:39, [item.id for item in QUARTERLY.items]] = 5
    assert close(QUARTERLY, rows)[ROOT, "straight", "pulse"].word == "20 %"
    assert many[ROOT, "straight", "pulse"].word == "≤5 %"


def test_without_statements_turned_round_the_same_answer_says_nothing():
    asked = questionnaire.asked(questionnaire.builtin("pulse"), 0)
    assert (ROOT, "straight", "pulse") not in close(asked, people(200, asked=asked))


def test_the_share_that_answered_permits_more_or_less(many):
    assert many[ROOT, "response", "pulse"].word == "high"
    assert close(QUARTERLY, people(48, teams=3), silent=5)[ROOT, "response", "pulse"].word == "fair"


def test_agreement_has_a_word_from_ten_people_on():
    rows = people(60, teams=3, common=0.2, noise=0.3, apart=0)
    camps = rows["team_id"] == "team 01"
    for item in (each for each in QUARTERLY.items if each.dimension == "trust"):
        rows.loc[camps, item.id] = np.where((np.arange(camps.sum()) % 2 == 0) ^ item.reverse, 5, 1)
    rows.loc[rows["team_id"] == "team 02", "team_id"] = ["nine"] * 9 + ["ten"] * 11
    rows.loc[rows.index[-1], [item.id for item in QUARTERLY.items]] = np.nan
    found = close(QUARTERLY, rows)
    assert found["team 00", "agreement", "trust"].word == "strong"
    assert found["team 01", "agreement", "trust"].word == "split"
    assert (found["nine", "score", "trust"].shown, found["ten", "score", "trust"].respondents) == (True, "10")
    assert ("nine", "agreement", "trust") not in found
    assert found["ten", "agreement", "trust"].shown


# -------------------------------------------------------------------------------------------------- what goes with what


def test_what_goes_with_the_outcome_is_found(many):
    told = {key[2].split()[0] for key in many if key[1] == "driver" and key[2].endswith(" O1")}
    trust = {item.id for item in QUARTERLY.items if item.dimension == "trust"}
    assert trust <= told
    assert many[ROOT, "drivers", "O1"].value == 20
    assert all(f.low >= 0.2 for key, f in many.items() if key[1] == "driver")


def test_statements_of_a_dimension_that_measures_nothing_are_not_looked_at():
    rows = people(600)
    random = np.random.default_rng(5)
    for item in (each for each in QUARTERLY.items if each.dimension == "boundaries"):
        rows[item.id] = random.integers(1, 6, len(rows))
    rows["B1"] = rows["O1"]
    found = close(QUARTERLY, rows)
    assert found[ROOT, "alpha", "boundaries"].word == "weak"
    assert found[ROOT, "drivers", "O1"].value == 15
    assert (ROOT, "driver", "B1 O1") not in found


def random_answers(real_data, asked_of):
    """The made-up federal survey of 7,711 people in which every item was drawn by itself, cut into five-item scales."""
    answers = pd.read_csv(real_data / "NEGCONTROL_fevs_random" / "responses.csv")
    items = [name for name in answers if name.startswith("Q")]
    scales, outcomes = [items[at : at + 5] for at in range(0, 70, 5)], items[70:74]
    made = [Item(item, f"scale_{n}", item) for n, scale in enumerate(scales) for item in scale]
    made += [Item(item, "overall", item, alone=True, outcome=True) for item in outcomes]
    named = {f"scale_{n}": f"Scale {n}" for n in range(len(scales))} | {"overall": "Overall"}
    asked = Questionnaire("random", "Random", named, tuple(made))
    here = answers[answers["wave"] == asked_of]
    teams = [f"team {n % 20:02d}" for n in range(len(here))]
    return asked, here[[item.id for item in made]].assign(team_id=teams)


@pytest.mark.parametrize("year", [2023])
def test_in_answers_at_random_nothing_is_reliable_and_nothing_goes_with_anything(real_data, year):
    found = close(*random_answers(real_data, year))
    alphas = [f for key, f in found.items() if key[1] == "alpha"]
    assert len(alphas) == 14
    assert {f.word for f in alphas} == {"weak"}
    assert max(f.value for f in alphas) <= 0.15
    assert {f.value for key, f in found.items() if key[1] == "drivers"} == {0}
    assert not [key for key in found if key[1] == "driver"]
    assert {f.word for key, f in found.items() if key[1] == "icc2"} == {"hardly"}


# ------------------------------------------------------------------------------------------------------------- comments


def said(texts, team="team 00"):
    return pd.DataFrame({"team_id": team, "text": list(texts)})


MEETINGS = [f"{a} meetings {b} agenda {c}" for a in ("Our", "Long", "Weekly", "Monday") for b in ("without", "lacking")
            for c in ("again", "today", "always")]  # fmt: skip
SHIFTS = [f"{a} shift {b} handover {c}" for a in ("Night", "Late", "Early", "Second") for b in ("loses", "forgets")
          for c in ("tickets", "notes", "everything")]  # fmt: skip


LUNCHES = [f"{a} lunch {b} kitchen {c}" for a in ("Warm", "Cheap", "Better", "Shared") for b in ("inside", "near")
           for c in ("please", "soon", "daily")]  # fmt: skip


def test_forty_comments_are_read_for_what_they_are_about():
    found = close(QUARTERLY, people(60, teams=4), said([*MEETINGS, *SHIFTS, *LUNCHES][12:60]))
    assert found[ROOT, "themes", ""].respondents == "40–99"
    told = [set(found[ROOT, "theme", number].word.split(", ")) for number in ("1", "2")]
    assert {"meetings", "agenda"} in [each & {"meetings", "agenda", "shift", "handover"} for each in told]
    assert found[ROOT, "theme", "1"].respondents in ("10–19", "20–39")


def test_thirty_nine_comments_are_not():
    found = close(QUARTERLY, people(60, teams=4), said([*MEETINGS, *SHIFTS, *LUNCHES][12:51]))
    assert found[ROOT, "themes", ""].reason == "fewer_than_40_comments"
    assert not [key for key in found if key[1] == "theme"]


def test_comments_that_are_in_no_list_are_in_no_theme(with_three):
    assert "left over" not in with_three[ROOT, "answered", "pulse"].covers
    assert not [key for key in with_three if key[1] in ("theme", "themes")]


def test_nobodys_name_is_a_themes_word():
    texts = [text.replace("agenda", "Agenda Grace") for text in MEETINGS] + SHIFTS + LUNCHES
    found = close(QUARTERLY, people(60, teams=4), said(texts), names=["Grace Okafor"])
    words = " ".join(f.word for key, f in found.items() if key[1] == "theme")
    assert "meetings" in words
    assert "grace" not in words
