"""What a page of a large organization reads, lists, draws and lets one choose: never more than somebody can look at."""

import math
from itertools import combinations

import pytest
from larkfield import Company, keep, read
from test_pages import visit, words  # noqa: F401  a fixture

from dashboard import charts, parts, readable, wording_introductions, wording_trends
from dashboard.theme import LIGHT
from data.records import ROOT, Group

PARTS = tuple(f"{part} / {part} {name}" for part in ("Care", "Sales", "Build") for name in "ABCD")


@pytest.fixture
def company(desk):
    keep(desk, Company(teams=PARTS, size=6, waves=2))
    return desk


@pytest.fixture
def page(company):
    return read(company)


def test_the_network_of_some_teams_is_that_part_of_the_whole(page):
    wave, here = page.waves[-1], [page.groups(page.waves[-1])[at].team_id for at in (2, 3)]
    whole, some = page.network(wave), page.network(wave, here)
    assert set(some.named["member_id"]) == set(whole.named.query("team_id in @here")["member_id"])
    assert sorted(some.places) == sorted(place for place in whole.places if place[0] in here)
    inside = set(some.named["member_id"])
    drawn = {(a, b) for a, b in whole.ties.to_numpy() if {a, b} <= inside}
    assert {(a, b) for a, b in some.ties.to_numpy()} == drawn
    assert some.size == len(some.people) + len(some.places)


def test_a_list_reads_those_who_stand_in_it_and_counts_everybody(company, page):
    wave = page.waves[-1]
    with company.store.writing() as db:
        db.execute("UPDATE standing SET asked = .8 WHERE member_id IN ('m0001', 'm0002')")
    everybody, listed = page.network(wave), page.network(wave, everybody=False)
    few = {person.member_id for person in everybody.people if person.standing in {"few_ties", "isolated"}}
    assert few
    assert {person.member_id for person in listed.people} == few | {"m0001", "m0002"}
    assert listed.holding == everybody.holding
    assert listed.size == everybody.size > len(listed.people)


def test_the_first_introductions_are_the_first_of_all(page, monkeypatch):
    wave = page.waves[-1]
    every = page.pairs(wave)
    assert len(every) > 4
    monkeypatch.setattr(readable, "PAIRS", 4)
    monkeypatch.setattr(wording_introductions, "PAIRS", 4)
    assert {pair.rank for pair in page.pairs(wave)} == set(sorted(pair.rank for pair in every)[:4])
    assert wording_introductions.introductions(4, 2) == (
        "At least 4 introductions are worth making; start with these two."
    )
    assert len(page.introductions(wave)) == len(every)


def test_a_picture_has_room_for_the_highest_teams_and_leaves_the_lowest_out(page):
    wave = page.waves[-1]
    assert len(page.in_sight(wave, ROOT, 15)) == 15
    assert [group.path for group in page.in_sight(wave, ROOT, 14)] == ["Build", "Care", "Sales"]
    assert [group.path for group in page.in_sight(wave, ROOT, 2)] == ["Build", "Care"]


def test_a_map_of_too_many_teams_shows_their_parts_and_says_how_to_go_on(visit, page, monkeypatch):  # noqa: F811
    monkeypatch.setattr(charts, "PEOPLE_ON_A_MAP", 20)
    assert "There are too many teams for one map." not in words(visit("network"))
    monkeypatch.setattr(charts, "TEAMS_ON_A_MAP", 10)
    drawn = charts.large_map(page, page.waves[-1], ROOT, LIGHT)
    assert {each.text for each in drawn.layout.annotations} == {"Build", "Care", "Sales"}
    assert "There are too many teams for one map. Choose a part to see how its teams are tied." in words(
        visit("network")
    )


def test_many_teams_without_parts_have_room_for_their_names():
    places, _ = charts.plane([Group(f"t{at}", ROOT, f"Team {at}", 10) for at in range(50)])
    wide = max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    # 'Team 1.1.10' is 60 pixels wide on a map of 1,120
    assert min(math.dist(a, b) for a, b in combinations(places.values(), 2)) > 60 / 1120 * wide


@pytest.mark.usefixtures("company")
def test_of_very_many_teams_those_near_the_chosen_one_can_be_chosen(visit, monkeypatch):  # noqa: F811
    monkeypatch.setattr(parts, "ALL_TEAMS", 5)
    monkeypatch.setattr(parts, "FEW_TEAMS", 3)
    assert visit("overview").selectbox(key="team").options == ["Larkfield", "Build", "Care", "Sales"]
    chosen = visit("overview", team="Care / Care B")
    assert "Care / Care B" in words(chosen)
    assert chosen.selectbox(key="team").options == [
        "Larkfield", "Build", "Care", "Care / Care A", "Care / Care B", "Care / Care C", "Care / Care D",
        "Sales",
    ]  # fmt: skip


def test_a_table_of_too_many_teams_shows_their_parts_and_says_so(page, monkeypatch):
    wave = page.waves[-1]
    assert len(wording_trends.teams_as_rows(page, wave, ROOT)) == 15
    monkeypatch.setattr(wording_trends, "TEAMS_IN_A_TABLE", 10)
    assert [row["Team"] for row in wording_trends.teams_as_rows(page, wave, ROOT)] == ["Build", "Care", "Sales"]
    assert wording_trends.left_out(page, wave, ROOT, ["a", "b", "c"]) == (
        "Twelve more teams have no room here; choose a part to see its teams."
    )


def test_a_list_of_names_ends_and_only_names_in_it_are_looked_at(visit, company, monkeypatch):  # noqa: F811
    with company.store.writing() as db:
        db.execute("UPDATE standing SET standing = 'few_ties' WHERE standing = 'connected'")
        db.execute("DELETE FROM audit")
    monkeypatch.setattr(charts, "PEOPLE_ON_A_MAP", 20)
    monkeypatch.setattr(parts, "NAMED", 3)
    assert "more: choose a part of the organization to see them." in words(visit("network"))
    with company.store.reading() as db:
        looks = db.execute("SELECT count(*) FROM audit WHERE action = 'looked at'").fetchone()
    assert looks == (3,)
