"""What happened to a team between two waves: a mark on the axis of its lines, and words, for those who read it."""

from dataclasses import replace

import pytest
from larkfield import DIMENSIONS, Company, administrator_of, keep, lead_of, read
from test_actions import SALES, SUPPORT, promise
from test_pages import tables, visit, words  # noqa: F401  `visit` is the fixture that opens a page

from dashboard import charts, events
from dashboard.charts import Point
from dashboard.theme import DARK, LIGHT
from data import actions
from data.records import ROOT
from surveys.questionnaire import asked, builtin, to_json

TITLE = "Short one-to-ones about needs"


@pytest.fixture
def company(desk):
    keep(desk, Company(network=False))
    return desk


def of(page, path):
    return next(team.team_id for team in page.teams.values() if team.path == path)


def happened(page, path="Support", dimensions=DIMENSIONS, until=None):
    return events.events(page, until or page.pulses[-1], of(page, path), list(dimensions))


def said(page, path="Support", **more):
    return [one.words for one in happened(page, path, **more)]


# ------------------------------------------------------------------------------------------------------- what is told


@pytest.mark.parametrize(
    ("answer", "became"),
    [
        (None, ""),
        ("yes", ", and it happened"),
        ("partly", ", and it partly happened"),
        ("no", ", and it did not happen"),
    ],
)
def test_a_promise_stands_between_the_wave_that_called_for_it_and_the_next_with_what_was_said_of_it(
    company, answer, became
):
    made = promise(company)
    with company.store.writing() as db:
        actions.answer(db, made.action_id, answer, made.due_on)

    assert said(read(company)) == [f"Between Q1 26 and Q2 26: promised ‘{TITLE}’{became}."]


def test_a_promise_after_the_last_wave_is_said_since_it_and_one_of_a_later_wave_is_not_told_before(company):
    promise(company, wave="w7")
    page = read(company)

    assert said(page) == [f"Since Q3 26: promised ‘{TITLE}’."]
    assert said(page, until=page.pulses[-2]) == []


def test_a_promise_is_told_for_its_own_dimension_and_its_own_team(company):
    promise(company)
    page = read(company)

    assert said(page, dimensions=["trust"])
    assert not said(page, dimensions=["boundaries"])
    assert not said(page, "Sales")


def test_nobody_is_named_and_no_day_is_told(company):
    made = promise(company)
    [told] = said(read(company))

    assert made.owner not in told
    assert str(made.planned_on.day) not in told.replace("Q1 26", "").replace("Q2 26", "")
    assert "April" not in told


def test_who_reads_the_line_of_a_team_but_not_the_team_in_full_is_told_of_no_promise_there(company):
    promise(company, ROOT)
    promise(company, "Support")
    lead = read(company, lead_of(company, SALES))

    assert len(said(read(company), ROOT)) == len(said(read(company, lead_of(company, SUPPORT)))) == 1
    assert lead.finding(lead.pulses[-1], ROOT, "trend", "trust").shown
    assert (said(lead, ROOT), said(lead, "Support")) == ([], [])


def test_a_line_that_stops_says_whether_other_groups_were_counted_or_other_statements_asked(company):
    with company.store.writing() as db:
        db.execute("UPDATE finding SET covers = ['elsewhere'] WHERE wave_id = 'w5' AND team_id = 'support'")
        fewer = replace(builtin("quarterly"), items=builtin("quarterly").items[1:])
        db.execute("UPDATE wave SET questionnaire = ? WHERE wave_id IN ('w0', 'w1')", [to_json(asked(fewer, 0))])
    changed = builtin("quarterly").items[0].dimension

    assert said(read(company), dimensions=[changed]) == [
        "Between Q1 25 and Q2 25: other statements asked.",
        "Between Q4 25 and Q1 26: other groups counted.",
        "Between Q1 26 and Q2 26: other groups counted.",
    ]


def test_a_team_that_was_renamed_or_moved_tells_what_it_was_called(company):
    page = read(company)
    team, wave = of(page, "Support"), page.pulses[3].wave_id
    before = {
        wave.wave_id: tuple(
            replace(group, path="Care / Help") if group.team_id == team and wave.number <= 3 else group
            for group in page.grouped[wave.wave_id]
        )
        for wave in page.pulses
    }

    assert wave == "w3"
    assert said(replace(page, grouped=before)) == ["Between Q3 25 and Q4 25: the team was ‘Care / Help’ before."]


def test_what_lies_between_the_same_two_waves_makes_one_mark(company):
    promise(company)
    promise(company, play="PT2")
    [one] = happened(read(company))

    assert (one.at, len(one.what)) == (5, 2)
    assert events.numbered([one]) == [f"1 · {one.words}"]
    assert list(events.by_wave([one])) == ["w5"]


# -------------------------------------------------------------------------------------------------------- how it looks


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_a_mark_stands_in_the_middle_between_two_waves_and_just_behind_the_last(look):
    points = [Point(f"Q{at}", None, joined=False) for at in range(1, 5)]
    figure = charts.trend("trust", points, look, happened=[1, 3])
    ticks = [shape for shape in figure.layout.shapes if shape.type == "line"]
    numbers = [(each.x, each.text) for each in figure.layout.annotations if each.text in ("1", "2")]

    assert [tick.x0 for tick in ticks] == [1.5, 3 + charts.SINCE]
    assert numbers == [(1.5, "1"), (3 + charts.SINCE, "2")]
    assert max(tick.x0 for tick in ticks) < figure.layout.xaxis.range[1]
    assert {tick.line.color for tick in ticks} == {look.muted}


def test_the_page_says_in_words_what_its_marks_stand_for_and_so_does_its_table(company, visit):  # noqa: F811
    promise(company, "Support")
    app = visit("trends", team="Support")
    line = f"1 · Between Q1 26 and Q2 26: promised ‘{TITLE}’."

    assert line in words(app).replace("\\", "")
    assert [cell for cell in tables(app)[-1]["After it"] if TITLE in cell]
    assert "Ana Ruiz" not in words(app)


def test_a_team_without_any_has_no_mark_no_line_and_no_column(company, visit):  # noqa: F811
    page = read(company, administrator_of(company))
    app = visit("trends", team="Support")

    assert happened(page) == []
    assert "After it" not in tables(app)[-1]
    assert "1 · " not in words(app)
