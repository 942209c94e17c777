"""Promises: who may make and answer them, when they are asked about, and what is said of what became of them."""

import io
import json
import re
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import larkfield
import pandas as pd
import pytest
from larkfield import Company, administrator_of, keep, lead_of
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest
from test_migrations import FIRST

from dashboard import access, command, context, followed, readable, wording_surveys
from dashboard.cli import rapport
from data import actions, audit, roster
from data.records import ROOT
from data.store import Store
from surveys.desk import Desk
from surveys.questionnaire import asked, builtin, to_json
from surveys.rehearsal import Clock

MAIN = str(Path(__file__).resolve().parent.parent / "dashboard" / "main.py")
EIGHT = larkfield.NINE[:8]
SUPPORT, SALES = "m0600", "m0700"
"""Who leads these teams."""


def promise(desk, team="Support", *, wave="w5", play="PT1", dimension="trust", on=date(2026, 4, 1)):
    """Keep one, as the overview's button does."""
    with desk.store.writing() as db:
        teams = {each.path: each.team_id for each in roster.teams(db)}
        return actions.plan(
            db, wave_id=wave, team_id=teams[team], play=play, dimension=dimension, owner="Ana Ruiz", planned_on=on
        )


def print_scores(desk, wave, levels, dimension="trust"):
    """Print other scores than Larkfield's own: path → score."""
    with desk.store.writing() as db:
        for team in roster.teams(db):
            if team.path in levels:
                value = levels[team.path]
                db.execute(
                    "UPDATE finding SET value = ?, low = ?, high = ? WHERE wave_id = ? AND team_id = ? AND subject = ? "
                    "AND kind IN ('score', 'trend')",
                    [value, value - 4, value + 4, wave, team.team_id, dimension],
                )


def same_statements(desk):
    """Have every wave ask what the last one asked, so that all of them can be compared."""
    with desk.store.writing() as db:
        db.execute("UPDATE wave SET questionnaire = (SELECT questionnaire FROM wave WHERE wave_id = 'w7')")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """Larkfield with eight teams and eight waves; in trust all stood at 50 in w4 and w5, and at 60 in w7."""
    path = tmp_path_factory.mktemp("company") / "rapport.duckdb"
    made = Desk.open(path, clock=Clock(datetime(2026, 11, 2, 8)), url="http://127.0.0.1:8501")
    keep(made, Company(teams=EIGHT, size=6, network=False))
    same_statements(made)
    for wave, level in {"w4": 50.0, "w5": 50.0, "w7": 60.0}.items():
        print_scores(made, wave, dict.fromkeys(EIGHT, level))
    print_scores(made, "w6", {"Support": 20.0})
    made.close()
    return path


@pytest.fixture
def company(made_once, tmp_path):
    """A copy of it, for one test."""
    path = tmp_path / "rapport.duckdb"
    shutil.copy(made_once, path)
    made = Desk.open(path, clock=Clock(datetime(2026, 11, 2, 8)), url="http://127.0.0.1:8501")
    yield made
    made.close()


def page_of(desk, lead=None, on=larkfield.ON):
    return readable.read(desk, lead_of(desk, lead) if lead else administrator_of(desk), on)


def one(desk, lead=None, **more):
    [found] = followed.everything(page_of(desk, lead, **more))
    return found


# --------------------------------------------------------------------------------------------------- what became of it


def test_a_promise_is_followed_from_the_two_waves_before_it_to_the_latest_since(company):
    promise(company)
    found = one(company)

    assert [wave.name for wave in (*found.before, found.until)] == ["2025-Q4", "2026-Q1", "2026-Q3"]
    assert (found.found.change, found.found.usual, len(found.found.teams)) == (10.0, 10.0, 7)
    assert found.found.word == "about as"


def test_teams_that_planned_something_for_the_same_dimension_lately_are_no_comparison(company):
    promise(company)
    promise(company, team="Sales", wave="w6", on=date(2026, 7, 1))
    promise(company, team="Data", wave="w3", on=date(2025, 10, 1))
    promise(company, team="Mobile", wave="w2", on=date(2025, 7, 1))
    promise(company, team="Design", play="PB2", dimension="boundaries")
    ids = {team.path: team.team_id for team in page_of(company).teams.values()}
    [mine] = [each for each in followed.everything(page_of(company)) if each.action.team_id == ids["Support"]]

    assert ids["Sales"] not in mine.found.teams
    assert ids["Data"] not in mine.found.teams
    assert {ids["Mobile"], ids["Design"]} <= mine.found.teams


def test_a_lead_reads_how_they_compare_with_teams_that_they_cannot_read_and_no_figure_of_those(company, visit):
    """Of three teams the median is the printed change of one of them."""
    promise(company)
    promise(company, team="Sales", play="PT2")
    print_scores(company, "w7", {"Platform": 63.0, "Payments": 66.0, "Mobile": 69.0})
    print_scores(company, "w5", dict.fromkeys(("Data", "Quality", "Design"), 90.0))
    page = page_of(company, SUPPORT)
    mine, everybodys = one(company, SUPPORT).found, followed.everything(page_of(company))

    assert {f.team_id for f in page.all_findings()} == {ROOT, "support"}
    assert {each.found.usual for each in everybodys} == {16.0}
    assert (mine.change, mine.usual, len(mine.teams), mine.word) == (10.0, None, 3, everybodys[0].found.word)
    said = words(visit(lead=SUPPORT))
    assert "comparable teams." in said
    assert "Trust rose by about ten points up to September 2026." in said
    assert "16" not in said
    assert "sixteen" not in said
    assert "Fewer than three" not in said


def test_a_lead_who_reads_all_but_one_or_two_of_the_others_is_told_no_median(company):
    promise(company)
    teams = {team.path: team.team_id for team in page_of(company).teams.values()}
    viewer = lead_of(company, SUPPORT)
    words, reasons, sentences = {}, {}, set()
    for read in (0, 4, 5, 6, 7):
        others = [teams[path] for path in EIGHT if path != "Support"][:read]
        leads = frozenset({teams["Support"], *others})
        page = readable.read(company, replace(viewer, teams=leads, leads=leads), larkfield.ON)
        [found] = followed.everything(page)
        words[read], reasons[read] = found.found.word, found.found.reason
        if found.found.reason:
            sentences.add(wording_surveys.became(page, found.action, found.found, found.until))

    assert words == {0: "about as", 4: "about as", 5: None, 6: None, 7: "about as"}
    assert reasons == {0: None, 4: None, 5: "too few unread", 6: "too few unread", 7: None}
    [said] = sentences
    assert said.endswith("a comparison would tell of the others.")


def test_before_the_next_wave_nothing_is_said(company):
    promise(company, wave="w7")

    assert one(company).found.reason == "no later wave"


def test_where_other_statements_were_asked_or_other_people_counted_nothing_is_compared(company):
    promise(company)
    with company.store.writing() as db:
        db.execute("UPDATE finding SET covers = ['elsewhere'] WHERE wave_id IN ('w6', 'w7') AND team_id = 'support'")
    assert one(company).action.team_id == "support"
    assert one(company).found.reason == "not comparable"


def rotating(desk, *, line):
    """Have the waves ask what those of the rotating pulse ask, and the gate say this of every line through them."""
    with desk.store.writing() as db:
        for number in range(8):
            form = to_json(asked(builtin("pulse"), number))
            db.execute("UPDATE wave SET questionnaire = ? WHERE number = ?", [form, number])
        db.execute("UPDATE finding SET word = ? WHERE kind = 'trend'", [line])


def test_waves_that_ask_other_statements_beside_the_same_anchors_are_followed(company):
    promise(company)
    rotating(company, line="steady")
    found = one(company)

    assert [wave.name for wave in (*found.before, found.until)] == ["2025-Q4", "2026-Q1", "2026-Q3"]
    assert (found.found.change, found.found.word) == (10.0, "about as")


def test_where_the_gate_could_not_join_the_waves_of_a_rotating_form_nothing_is_compared(company):
    promise(company)
    rotating(company, line=None)

    assert one(company).found.reason == "not comparable"


def test_a_figure_that_is_hidden_now_is_not_followed(company):
    promise(company)
    with company.store.writing() as db:
        db.execute("UPDATE finding SET reason = 'fewer_than_k', value = NULL, low = NULL, high = NULL, "
                   "respondents = NULL, favourable = NULL, word = NULL "
                   "WHERE wave_id IN ('w6', 'w7') AND team_id = 'support'")  # fmt: skip
    assert one(company).found.reason == "not shown"


def test_the_organizations_own_promise_has_nobody_to_stand_beside(company):
    promise(company, team=ROOT)
    print_scores(company, "w5", {ROOT: 50.0})

    assert one(company).found.reason == "too few teams"
    assert one(company).found.change is not None


# ---------------------------------------------------------------------------------------------------- when it is asked


def test_a_promise_is_asked_about_when_it_is_due_or_a_wave_has_closed_since(company):
    promise(company, wave="w7", on=date(2026, 11, 2))

    assert one(company, on=date(2026, 11, 29)).running
    assert one(company, on=date(2026, 11, 30)).asked

    promise(company, wave="w6", play="PT2", on=date(2026, 11, 2))
    assert [each.asked for each in followed.everything(page_of(company))] == [False, True]


@pytest.mark.parametrize(("happened", "again"), [("yes", False), ("partly", True), ("no", True)])
def test_two_waves_later_it_is_asked_again_unless_it_happened(company, happened, again):
    made = promise(company, wave="w5")
    with company.store.writing() as db:
        actions.answer(db, made.action_id, happened, date(2026, 5, 1))
    assert one(company).asked == again

    with company.store.writing() as db:
        actions.answer(db, made.action_id, happened, date(2026, 10, 1))
    assert not one(company).asked


def test_one_wave_later_an_answer_still_stands(company):
    made = promise(company, wave="w6")
    with company.store.writing() as db:
        actions.answer(db, made.action_id, "no", date(2026, 7, 1))

    assert not one(company).asked


def test_what_a_team_planned_is_not_suggested_to_it_in_the_two_waves_after(company):
    promise(company, wave="w5")
    promise(company, wave="w4", play="PT2")
    page = page_of(company)
    resting = {wave.name: page.resting(wave) for wave in page.pulses[-4:]}

    assert resting == {
        "2025-Q4": set(),
        "2026-Q1": {("support", "PT2")},
        "2026-Q2": {("support", "PT1"), ("support", "PT2")},
        "2026-Q3": {("support", "PT1")},
    }


# ------------------------------------------------------------------------------------------------------------ the page


@pytest.fixture
def visit(company, monkeypatch):
    """Open the page of promises as the administrator, or as somebody who leads."""
    begin = PagesManager.__init__

    def with_navigation(*given, **more):  # AppTest forgets at every run that main.py draws the navigation itself
        begin(*given, **more)
        PagesManager.uses_pages_directory = False

    def open_page(lead=None):
        viewer = lead_of(company, lead) if lead else administrator_of(company)
        monkeypatch.setattr(context, "viewer", lambda: viewer)
        app = AppTest.from_file(MAIN, default_timeout=60).switch_page("pages/actions.py").run()
        assert not app.exception, app.exception[0].message
        return app

    monkeypatch.setattr(PagesManager, "__init__", with_navigation)
    context.use(company)
    yield open_page
    context.leave()


def words(app):
    return "\n".join(str(each.value) for each in (*app.title, *app.header, *app.markdown))


def test_with_no_promise_the_page_says_so_and_where_they_begin(visit):
    app = visit()

    assert app.title[0].value == "Nothing has been promised yet."
    assert "What you plan on the overview stands here" in words(app)
    assert not [each for each in app.button if each.label == "It happened"]


def test_the_page_says_what_was_promised_by_whom_for_which_team_until_when_and_what_became_of_it(company, visit):
    promise(company)
    said = words(visit())

    assert "One promise waits for a word: did it happen?" in said
    assert "**Short one-to-ones about needs**" in said
    assert "Support, for trust. Ana Ruiz, by 29 April 2026." in said
    assert "It did about as well as comparable teams." in said
    assert "Trust rose by about ten points up to September 2026." in said
    assert "In the middle one of seven comparable teams it rose by about ten points." in said
    assert "Low figures often come back by themselves" in said


def test_one_tap_answers_a_second_word_takes_it_back_and_both_stand_in_the_log(company, visit):
    made = promise(company)
    app = visit()
    app = tap(app, "Partly")
    assert kept(company, made).happened == "partly"
    assert kept(company, made).answered_on == date(2026, 11, 2)
    assert app.title[0].value == "Every promise has its answer."

    assert "Partly, as was said on 2 November 2026." in words(app)

    assert not [each for each in app.button if each.label == "Take it back"]
    assert "The day on which it was said is forgotten with it." in words(app)
    tap(app, "Forget the answer")
    assert kept(company, made) == made
    with company.store.reading() as db:
        log = audit.entries(db)
    assert sorted(log["action"]) == ["answered", "took an answer back"]
    assert set(log["subject"]) == {"Support"}
    assert not set(log["detail"]) - {"", None}


def tap(app, label):
    return next(each for each in app.button if each.label == label).click().run()


def kept(desk, made):
    with desk.store.reading() as db:
        return actions.action(db, made.action_id)


def test_what_happened_in_part_is_asked_again_with_what_was_said(company, visit):
    made = promise(company)
    with company.store.writing() as db:
        actions.answer(db, made.action_id, "partly", date(2026, 5, 1))
    app = visit()

    assert "Partly, as was said on 1 May 2026. And now?" in words(app)
    assert "Every promise has its answer." in words(tap(app, "It happened"))


def test_what_did_not_happen_is_not_said_to_have_worked(company, visit):
    made = promise(company)
    with company.store.writing() as db:
        actions.answer(db, made.action_id, "no", date(2026, 10, 1))
    said = words(visit())

    assert "Short one-to-ones" in said
    assert "rose by" not in said


def test_a_lead_sees_the_promises_of_their_own_teams_and_no_others(company, visit):
    promise(company)
    promise(company, team="Sales", play="PT2")

    assert "Short one-to-ones" in words(visit(lead=SUPPORT))
    assert "Start with your own slip" not in words(visit(lead=SUPPORT))
    assert "Start with your own slip" in words(visit(lead=SALES))


def test_a_lead_cannot_answer_for_another_team(company, visit):
    made = promise(company)
    app = visit()
    context.viewer = lambda: lead_of(company, SALES)  # who looks has changed since the page was drawn
    tap(app, "It happened")

    assert kept(company, made) == made


def test_a_play_that_the_playbook_no_longer_has_still_stands_on_the_page(company, visit):
    promise(company, play="PX9")

    assert "**PX9**" in words(visit())


def test_a_promise_is_made_once_and_only_for_the_latest_wave(company, visit):
    visit()
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    button = next(each for each in app.button if each.label == "Plan it")
    app = button.click().run()
    assert "Planned on 2 November 2026." in words(app)
    [made] = page_of(company).actions
    assert (made.wave_id, made.due_on - made.planned_on, made.owner) == ("w7", timedelta(weeks=4), "Administrator")

    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params["wave"] = "2026-Q2"
    app = app.run()
    assert "Short one-to-ones" in words(app)
    assert not [each for each in app.button if each.label == "Plan it"]


# --------------------------------------------------------------------------------------------------------- who may


def test_who_reads_and_answers_which_promises(desk):
    everybody = {
        ("administrator", None): {"Build", "Build / Core", "Sales"},
        ("lead", "m0000"): {"Build", "Build / Core"},
        ("lead", "m0100"): {"Build / Core"},
        ("lead", "m0200"): {"Sales"},
        ("steward", "m0003"): set(),
        ("auditor", "m0004"): set(),
    }
    keep(desk, Company(teams=("Build", "Build / Core", "Sales"), size=6, waves=1, network=False))
    with desk.store.writing() as db:
        roster.appoint(db, "m0003", "steward")
        roster.appoint(db, "m0004", "auditor")
    for team in ("Build", "Build / Core", "Sales"):
        promise(desk, team, wave="w0")
    for (role, member), reads in everybody.items():
        with desk.store.reading() as db:
            viewer = access.viewer_for(db, member, role)
        page = readable.read(desk, viewer, larkfield.ON)

        assert {page.path(action.team_id) for action in page.actions} == reads
        assert access.may(viewer, "plan") == access.may_open(viewer, "actions") == bool(reads)


# ----------------------------------------------------------------------------------------------- the command, the file


def printed(desk, capsys, form):
    with command.desk_in_hand(desk):
        assert rapport.run(["actions", "--format", form, "--db", str(desk.store.path)]) == 0
    return capsys.readouterr().out


def test_the_command_prints_every_promise_and_of_comparable_teams_only_how_many(company, capsys):
    promise(company)
    promise(company, team="Sales", wave="w7", play="PB2", dimension="boundaries", on=date(2026, 11, 1))
    table = pd.read_csv(io.StringIO(printed(company, capsys, "csv")), keep_default_na=False)

    assert list(table["play"]) == ["PB2", "PT1"]
    last = table.iloc[1]
    assert (last["wave"], last["team"], last["dimension"], last["due_on"]) == (
        "2026-Q1", "Support", "trust", "2026-04-29",
    )  # fmt: skip
    assert (float(last["change"]), float(last["comparable"]), last["compared"]) == (10, 10, "about as")
    assert float(last["teams"]) == 7
    assert table.iloc[0]["reason"] == "no later wave"
    assert not re.search(r"Platform|Payments|Mobile", table.to_csv())
    assert len(json.loads(printed(company, capsys, "json"))) == 2


def test_a_promise_goes_with_its_wave(company):
    from data import waves

    promise(company, wave="w5")
    promise(company, wave="w6")
    with company.store.writing() as db:
        waves.forget(db, "w5")

    assert [action.wave_id for action in page_of(company).actions] == ["w6"]


def test_a_promise_of_an_earlier_version_is_kept_with_its_dimension_and_its_answer(tmp_path):
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute(FIRST.read_text())
        db.execute("INSERT INTO setting VALUES ('schema_version', '1')")
        db.execute("""INSERT INTO action VALUES
            ('one', 'w', 'sales', 'PL2', 'Ana', DATE '2026-01-01', DATE '2026-01-20'),
            ('two', 'w', 'sales', 'PB1', 'Ana', DATE '2026-01-02', NULL),
            ('two again', 'w', 'sales', 'PB1', 'Bo', DATE '2026-01-03', NULL)""")
    store = Store.open(path)
    with store.reading() as db:
        found = {each.play: each for each in actions.actions(db)}
    store.close()

    assert {play: each.dimension for play, each in found.items()} == {"PL2": "collaboration", "PB1": "boundaries"}
    assert (found["PL2"].happened, found["PL2"].answered_on) == ("yes", date(2026, 1, 20))
    assert (found["PB1"].owner, found["PB1"].happened, found["PB1"].due_on) == ("Ana", None, date(2026, 1, 30))
