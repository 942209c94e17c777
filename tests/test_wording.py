"""Sentences say what the findings say, and not a word more."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from larkfield import Company, finding, keep, lead_of, read
from told import index_of, telling

from analytics import playbook
from dashboard import wording, wording_introductions, wording_network, wording_surveys, wording_trends
from data.records import ROOT
from surveys.questionnaire import asked, builtin, choose, to_json


@pytest.fixture
def page(desk):
    keep(desk, Company())
    return read(desk)


def test_the_overview_counts_the_teams_in_which_something_fell(page):
    assert wording.overview(page, page.waves[-1], ROOT) == "Trust fell in 2 of 8 teams; the rest held steady."


def test_where_nothing_stands_out_the_overview_says_so_and_stops(page):
    assert wording.overview(page, page.waves[-2], ROOT) == "Nothing changed clearly: all eight teams held steady."


def test_one_team_is_named_with_what_fell_in_it(page):
    assert wording.team(page, page.waves[-1], "support") == "In Support, trust fell; the other three held steady."


def test_the_first_wave_says_levels_and_claims_no_change(page):
    said = wording.overview(page, page.waves[0], ROOT)
    assert said.startswith("The first figures are in: trust ")
    assert not any(word in said for word in ("fell", "rose", "steady"))


def test_only_probable_changes_only_probably_fell(page):
    wave = page.waves[-1]
    index = {
        key: finding(
            wave_id=key[0],
            team_id=key[1],
            kind="change",
            subject=key[3],
            value=-6.0,
            word="probably down",
            since=f.since,
        )
        if f.word == "clearly down"
        else f
        for key, f in index_of(page).items()
    }
    assert wording.overview(telling(page, index), wave, ROOT).startswith("Trust probably fell in 2 of 8 teams")


def test_a_lead_who_sees_part_of_the_teams_hears_nothing_counted_about_the_whole(desk):
    keep(desk, Company())
    theirs = read(desk, lead_of(desk, "m0600"))
    assert wording.overview(theirs, theirs.waves[-1], ROOT) == "Larkfield held steady in all four dimensions."


def test_a_hidden_team_is_explained_without_a_number(page):
    [said] = wording.hidden(page, page.waves[-1], ["finance", "support"])
    assert said == "Finance: too few people for figures of their own; they were asked as part of Larkfield."


def test_the_reasons_of_the_gate_are_all_put_into_words(page):
    from typing import get_args

    from analytics.disclosure import Reason

    for reason in get_args(Reason):
        withheld = finding(team_id="finance", kind="score", subject="trust", reason=reason, counted_in=ROOT)
        nowhere = finding(team_id="finance", kind="score", subject="trust", reason=reason)
        for said in (wording.why_not(withheld, page, 5), wording.why_not(nowhere, page, 5)):
            assert said != "not shown"
            assert not said.endswith((" ", " of", " in"))
            assert "  " not in said


def test_fewer_than_five_is_said_with_the_team_that_counts_them(page):
    withheld = finding(team_id="finance", kind="score", subject="trust", reason="fewer_than_k", counted_in=ROOT)
    assert wording.why_not(withheld, page, 5) == "fewer than five people answered; what they said counts in Larkfield"
    assert "four people" in wording.why_not(withheld, page, 4)


def test_answers_that_count_nowhere_are_said_to(page):
    withheld = finding(team_id=ROOT, kind="score", subject="trust", reason="fewer_than_k")
    assert wording.why_not(withheld, page, 5) == "fewer than five people answered; what they said is in no figure"


@pytest.mark.parametrize(
    ("respondents", "said"), [("5–9", "about 65"), ("14", "about 65"), ("20", "65"), ("120", "65")]
)
def test_scores_rounded_to_five_are_called_about(respondents, said):
    assert wording.score(finding(team_id="a", kind="score", value=65.0, respondents=respondents)) == said


def test_what_was_not_asked_differs_from_what_is_not_shown():
    assert wording.score(None) == "not asked"
    assert wording.score(finding(team_id="a", kind="score", reason="fewer_than_k")) == "not shown"


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.26, "1 in 4"),
        (0.33, "1 in 3"),
        (0.4, "4 in 10"),
        (0.02, "1 in 50"),
        (0.001, "fewer than 1 in 100"),
        (1, "nearly all"),
    ],
)
def test_chances_are_said_as_natural_frequencies(chance, said):
    assert wording.frequency(chance) == said


def test_people_with_few_ties_are_counted_in_bands_and_added_to_those_named(page):
    wave = page.waves[-1]
    assert wording_network.network(page, wave, ROOT, page.network(wave)) == (
        "Most people are well tied in; four or five have few ties recorded."
    )


def test_where_the_others_are_not_counted_the_sentence_speaks_of_those_named_only(page):
    wave = page.waves[-1]
    index = {key: found for key, found in index_of(page).items() if key[2] != "few_ties"}
    said = wording_network.network(telling(page, index), wave, "mobile", page.network(wave, ["mobile"]))
    assert said == "Most people are well tied in; one person who may be named has few ties recorded."
    said = wording_network.network(telling(page, index), wave, "sales", page.network(wave, ["sales"]))
    assert said == "Nobody who may be named has few ties recorded."


def test_two_teams_with_fewer_ties_than_chance_are_named_once(page):
    teams = [group.team_id for group in page.groups(page.waves[-1])]
    said = wording_network.between_teams(page, page.waves[-1], teams)
    assert said == "Data and Quality share fewer ties than their sizes would lead you to expect."


def test_a_course_is_left_out_where_only_the_direction_may_be_said(page):
    wave = page.waves[-1]
    key = (wave.wave_id, "support", "change", "trust")
    shown = index_of(page)[key]
    assert wording.course(page, shown) == "about 70 to about 60 since June"
    coarse = finding(
        wave_id=wave.wave_id, team_id="support", kind="change", subject="trust", word="clearly down", since=shown.since
    )
    assert wording.course(page, coarse) == ""


def test_flags_are_told_with_what_one_of_them_is_worth(page):
    assert wording.after_flags(page, page.waves[-1], ROOT) == (
        "We tested 36 changes. About 1 in 10 flags like these will be false."
    )


def test_fewer_than_three_introductions_are_not_shown():
    assert wording_introductions.introductions(2) == "No introductions to show this time."
    assert wording_introductions.introductions(4) == "Four introductions are worth making."
    assert wording_introductions.introductions(55, 6) == "55 introductions are worth making; start with these six."


def test_a_change_is_counted_since_a_month_and_with_its_year_after_a_year(page):
    first, last, before = page.waves[0], page.waves[-1], page.waves[-2]
    assert wording.since(before, last) == "June"
    assert wording.since(first, last) == "December 2024"


def test_sentences_for_people_have_no_exclamation_mark_and_no_dash_between_clauses(page):
    wave = page.waves[-1]
    said = [
        wording.overview(page, wave, ROOT),
        wording.standing_for(page, wave, "finance"),
        wording_surveys.NOTHING_TO_DO,
        wording_surveys.WITHOUT_FIGURES,
        wording_trends.waves_in_band(page, "support"),
        wording_introductions.about_introductions(4),
        *wording_trends.gaps(page, "finance"),
        *wording.hidden(page, wave, ["finance"]),
        wording_surveys.asking(page),
    ]
    assert not [sentence for sentence in said if "!" in sentence or "—" in sentence]


@pytest.mark.parametrize(
    ("beyond", "said"),
    [
        ("clearly down", ", more than elsewhere"),
        ("held steady", ", as elsewhere"),
        ("probably up", ", less than elsewhere"),
        (None, ""),
    ],
)
def test_a_fall_is_told_beside_what_happened_elsewhere(page, beyond, said):
    change = page.finding(page.waves[-1], "support", "change", "trust")
    told = index_of(page)
    if beyond:
        key = (change.wave_id, "support", "beyond", "trust")
        told[key] = finding(wave_id=change.wave_id, team_id="support", kind="beyond", subject="trust", word=beyond)
    assert wording.elsewhere(telling(page, told), change) == said


@pytest.mark.parametrize(
    ("why", "since", "said"),
    [
        ("clearly down", "2026-Q2", "Remote and online work is clearly down since 2026-Q2."),
        ("likely down", None, "Remote and online work is likely down over the last waves."),
        ("below", None, "Remote and online work lies below the organization's."),
    ],
)
def test_the_reason_for_a_play_calls_a_dimension_by_the_name_that_people_read(page, why, since, said):
    form = to_json(asked(choose(builtin("quarterly"), ["remote"]), 0))
    asking = replace(page, all_waves=tuple(replace(wave, questionnaire=form) for wave in page.all_waves))
    play = playbook.BY_ID["PT1"]
    suggestion = playbook.Suggestion(play, "support", "remote", why, since)
    assert wording_surveys.because(asking, asking.waves[-1], suggestion) == said


@pytest.mark.parametrize(
    ("closes", "zone", "last"),
    [
        (datetime(2026, 12, 12), "UTC", 11),
        (datetime(2026, 12, 11, 23), "Europe/Brussels", 11),
        (datetime(2026, 12, 12, 4, 59), "America/New_York", 11),
        (datetime(2026, 12, 11, 16), "UTC", 11),
    ],
)
def test_an_open_wave_names_the_day_that_its_forms_name(page, closes, zone, last):
    wave = replace(page.waves[-1], name="next", state="open", closes=closes)
    there = replace(page, timezone=zone, all_waves=(*page.all_waves, wave), on=date(2026, 12, last))

    assert wording_surveys.asking(there) == f"Wave next is open until {last} December."
    assert [when for _, _, when, _ in wording_surveys.steps(there, wave)][1:] == [
        "today",
        f"{last} December",
        f"{last} December",
    ]
    assert wording_surveys.steps(replace(there, on=date(2026, 12, last + 1)), wave)[1][2] == "over"
