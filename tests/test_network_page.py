"""Under the map: what many ties make together, who holds others together, and the way from one person to another."""

import pytest
import streamlit as st
from larkfield import Company, administrator_of, comments, frame, keep, no_moments
from test_pages import tables, visit, words

from dashboard import readable, together, wording, wording_network
from data import audit, findings
from data.records import ROOT
from surveys import network_link
from surveys.pulse_link import house

__all__ = ["visit"]  # the fixture that opens a page

SAID = [
    {"kind": "circles", "value": 4.0, "low": 4.0, "high": 5.0, "word": "mostly"},
    {"kind": "kept", "value": 0.6, "low": 0.6, "high": 0.7, "since": "2026-Q1"},
    {"kind": "carried", "value": 0.2, "low": 0.2, "high": 0.25, "respondents": "6"},
    {"kind": "mixing", "subject": "observed", "value": -0.2, "low": -0.2, "high": -0.2, "word": "inside"},
    {"kind": "mixing", "subject": "chance", "value": 0.8, "low": 0.7, "high": 0.8},
    {"kind": "returned", "subject": "work", "value": 0.9, "low": 0.9, "high": 0.9},
    {"kind": "returned", "subject": "help", "reason": "too_few_ties"},
    {"kind": "core", "reason": "unclear"},
]


@pytest.fixture
def larkfield(desk):
    """Larkfield, with figures about its ties and three people through whom much runs: one did not agree to be named."""
    keep(desk, Company())
    with desk.store.writing() as db:
        rows = frame([{"team_id": ROOT} | row for row in SAID])
        findings.keep(db, "w7", rows, no_moments(), comments([], hidden=True))
        db.execute("UPDATE standing SET bridge = 1, broker = 'liaison' WHERE wave_id = 'w7' AND member_id = 'm0001'")
        db.execute("UPDATE standing SET asked = .8 WHERE wave_id = 'w7' AND member_id IN ('m0001', 'm0002')")
        db.execute("UPDATE standing SET bridge = 1 WHERE wave_id = 'w7' AND member_id = 'm0103'")
        db.execute("UPDATE standing SET bridge = .79 WHERE wave_id = 'w7' AND member_id = 'm0201'")
    return desk


@pytest.mark.usefixtures("larkfield")
def test_what_many_ties_make_together_is_said_in_sentences(visit):
    said = words(visit("network"))

    assert "Four circles of people work together, mostly as the teams do." in said
    assert "Six of ten ties of 2026-Q1 are still there." in said
    assert "A fifth of all help is asked of six people; asked evenly, it would be a twentieth." in said
    assert "About four of ten ties join two teams; if teams did not matter, about nine of ten would." in said
    assert "At least nine of ten names for work are returned." in said


@pytest.mark.usefixtures("larkfield")
def test_each_figure_stands_in_a_table_with_its_range_or_the_reason_why_not(visit):
    table = next(each for each in tables(visit("network")) if "Of all ties" in each.columns)
    rows = dict(zip(table["Of all ties"], zip(table["Now"], table["Had fewer answered"], strict=True), strict=True))

    assert rows["**Circles of people**"] == ("four, mostly as the teams", ":gray[four to five]")
    assert rows["**Ties still there**"] == ("six of ten", ":gray[six of ten to seven of ten]")
    few, fewer = "20 % is asked of six people", ":gray[20 % to 25 %]"
    assert rows["**Help from few**"] == (wording.unbroken(few), wording.unbroken(fewer))
    assert rows["**Help that goes both ways**"] == ("too few ties were named", "")
    assert rows["**A core**"] == ("nothing clear stands out", "")


@pytest.mark.usefixtures("larkfield")
def test_only_teams_tied_less_than_usual_have_a_row_of_their_own(visit):
    app = visit("network")
    apart = next(each for each in tables(app) if "Where fewer" in each.columns)
    every = next(each.value for each in app.dataframe if "Where fewer" in each.value.columns)

    assert list(apart["Team"]) == ["Data", "Quality"]
    assert len(every) == 8
    assert "The other six teams are tied about as usual." in words(app)


def test_nothing_is_said_of_many_ties_where_a_wave_has_no_such_figure(desk, visit):
    keep(desk, Company())

    assert "What holds it together" not in words(visit("network"))


def held(desk):
    """The names that the page lists under 'Much runs through'."""
    with desk.store.reading() as db:
        return dict(db.execute("SELECT member_id, name FROM member").fetchall())


def test_people_through_whom_much_runs_are_named_with_consent_and_in_the_order_of_names(larkfield, visit):
    said, names = words(visit("network")), held(larkfield)
    after = said[said.index("Much runs through") :]

    assert f"**{names['m0001']}**" in after
    assert f"**{names['m0002']}**" in after
    assert names["m0103"] not in after
    assert f"**{names['m0201']}**" not in after
    assert after.index(names["m0001"]) < after.index(names["m0002"])
    assert "others reach one another through them, mostly between other teams; many turn to them" in after
    assert "What helps: a second expert." in after


@pytest.mark.usefixtures("larkfield")
def test_nobody_sees_through_whom_much_runs_in_teams_they_do_not_lead(visit):
    assert "Much runs through" in words(visit("network", lead="m0000"))
    assert "Much runs through" not in words(visit("network", lead="m0400"))


def chosen(app, one, other):
    """Choose two people on the page."""
    start, end = app.selectbox(key="From"), app.selectbox(key="To")
    start.select(one)
    end.select(other)
    return app.run()


def test_the_way_between_two_people_goes_over_ties_on_the_map(larkfield, visit):
    app = chosen(visit("network"), "m0001", "m0007")
    names = held(larkfield)
    way = next(each.value for each in app.markdown if each.value.startswith(f"**{names['m0001']} – "))

    assert way.endswith(f" – {names['m0007']}**")
    assert not any(names[each] in way for each in names if each.endswith(("03", "04")))


@pytest.mark.usefixtures("larkfield")
def test_people_without_a_way_between_them_are_told_so(visit):
    assert "No way through people on the map." in words(chosen(visit("network"), "m0001", "m0005"))


def test_only_people_on_the_map_may_be_chosen_for_a_way(larkfield, visit):
    options = visit("network").selectbox(key="From").options

    assert options
    assert not any(
        name in option for option in options for name in (held(larkfield)["m0003"], held(larkfield)["m0004"])
    )


def test_asking_for_a_way_is_written_down_for_everybody_on_it(larkfield, visit):
    chosen(visit("network"), "m0001", "m0002")
    with larkfield.store.reading() as db:
        entries = audit.entries(db)
    way = entries[entries["detail"] == "a way on the map, wave 2026-Q3"]

    assert {"m0001", "m0002"} <= set(way["subject"])


def test_the_map_stands_in_words_and_as_a_table(larkfield, visit):
    app = visit("network")
    table = next(each.value for each in app.dataframe if "On the map" in each.value.columns)
    names = held(larkfield)

    assert "may be named, and" in words(app)
    assert names["m0001"] in set(table["Name"])
    assert names["m0003"] not in set(table["Name"])
    assert names["m0003"] not in " ".join(table["Ties that both named"])
    assert table["Name"].is_monotonic_increasing


def test_choosing_a_team_on_the_map_of_teams_opens_it(desk, monkeypatch):
    keep(desk, Company())
    page = readable.read(desk, administrator_of(desk), desk.today())
    state = {"map": {"selection": {"points": [{"customdata": page.groups(page.waves[-1])[1].team_id}]}}}
    monkeypatch.setattr(st, "session_state", state)
    together.open_team(page)

    assert state["team"] == page.groups(page.waves[-1])[1].path


def test_a_share_in_tenths_says_at_its_ends_that_it_may_be_more(larkfield):
    page = readable.read(larkfield, administrator_of(larkfield), larkfield.today())
    found = page.finding(page.waves[-1], ROOT, "returned", "work")

    assert wording_network.tenths(found) == "at least nine of ten"


def test_a_member_reads_on_their_own_page_what_runs_through_them(larkfield):
    with larkfield.store.reading() as db:
        places = {each: network_link._place(db, each) for each in ("m0001", "m0002", "m0201")}
        said = {each: network_link._counted(place, house(db, larkfield).language) for each, place in places.items()}

    through, turned_to = (
        "Colleagues reach one another through you, mostly between other teams.",
        "Many colleagues turn to you.",
    )
    assert said["m0001"][-2:] == [through, turned_to]
    assert through not in said["m0002"]
    assert turned_to in said["m0002"]
    assert {through, turned_to}.isdisjoint(said["m0201"])
