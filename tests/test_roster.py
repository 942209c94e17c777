"""The roster: what a file changes is decided before anything is, and every mistake has its line."""

from datetime import date

import pytest

from data import roster
from data.records import ROOT, Member, Problem, Team
from data.roster import RosterChange, RosterRow
from data.store import Store

ORGANIZATION = Team(ROOT, ROOT, None)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "rapport.duckdb")
    yield opened
    opened.close()


def row(line, member_id, team="Sales", **said):
    return RosterRow(line, member_id, said.pop("name", member_id.title()), said.pop("email", ""), team, **said)


def planned(*rows, teams=(ORGANIZATION,), members=()):
    return roster.plan(teams, members, rows)


def take(store, *rows) -> RosterChange:
    """Plans and applies, as `rapport people import` does."""
    with store.reading() as db:
        change = roster.plan(roster.teams(db), roster.members(db, active_only=False), rows)
    with store.writing() as db:
        roster.apply(db, change)
    return change


def kept(store, what):
    with store.reading() as db:
        return what(db)


def test_a_new_database_has_the_organization_and_nobody(store):
    assert kept(store, roster.teams) == [ORGANIZATION]
    assert kept(store, roster.members) == []


def test_a_path_makes_its_team_and_the_teams_above_it():
    change = planned(row(2, "ada", "Engineering / Platform"))
    assert change.new_teams == (
        Team("engineering", "Engineering", ROOT),
        Team("engineering-platform", "Engineering / Platform", "engineering"),
    )
    assert change.added[0].team_id == "engineering-platform"


@pytest.mark.parametrize(
    "path", ["Engineering/Platform", " engineering /  platform ", "organization / Engineering / Platform"]
)
def test_spaces_capitals_and_the_organization_in_front_do_not_make_another_team(path):
    change = planned(row(2, "ada", "Engineering / Platform"), row(3, "bo", path))
    assert {each.team_id for each in change.added} == {"engineering-platform"}


def test_somebody_in_no_team_belongs_to_the_organization():
    change = planned(row(2, "ada", "organization"))
    assert change.added[0].team_id == ROOT
    assert change.new_teams == ()


def test_paths_that_read_alike_get_ids_of_their_own():
    change = planned(row(2, "ada", "R&D"), row(3, "bo", "R D"), row(4, "cy", "東京"))
    assert [each.team_id for each in change.new_teams] == ["r-d", "r-d-2", "東京"]


def test_what_was_imported_is_there_with_every_field(store):
    rows = [
        row(2, "ada", "Sales / North", name="Ada Lovelace", email="ada@example.org", lead_of=("Sales",), role="Lead",
            level="5", location="Kiel", joined_on=date(2020, 3, 1), language="de", timezone="Europe/Berlin",
            interests=("chess", "tea")),
        row(3, "bo", "Sales / North", manager_id="ada"),
    ]  # fmt: skip
    take(store, *rows)
    ada, bo = kept(store, roster.members)
    assert ada == Member(
        "ada", "Ada Lovelace", "ada@example.org", "sales-north", None, "Lead", "5", "Kiel", date(2020, 3, 1), "de",
        "Europe/Berlin", ("chess", "tea"), ("sales",), True,
    )  # fmt: skip
    assert (bo.manager_id, bo.leads, bo.interests) == ("ada", (), ())


def test_the_same_file_again_changes_nothing(store):
    rows = [row(2, "ada", lead_of=("Sales",), interests=("tea",)), row(3, "bo", "Sales / North")]
    take(store, *rows)
    change = take(store, *rows)
    assert change == RosterChange((), (), (), ())
    assert change.sentence() == "Nothing to change: every member and team is as the file says."


def test_who_is_left_out_is_deactivated_leads_nothing_and_can_come_back(store):
    take(store, row(2, "ada"), row(3, "bo", lead_of=("Sales",)))
    assert take(store, row(2, "ada")).sentence() == "0 members added, 0 changed, 1 deactivated; 0 teams made."
    assert [each.member_id for each in kept(store, roster.members)] == ["ada"]
    left = kept(store, lambda db: roster.members(db, active_only=False))[1]
    assert (left.active, left.leads) == (False, ())
    assert take(store, row(2, "ada"), row(3, "bo")).changed[0].active
    assert len(kept(store, roster.members)) == 2


def test_a_change_of_team_and_lead_takes_the_place_of_the_old(store):
    take(store, row(2, "ada", "Sales", lead_of=("Sales",)))
    take(store, row(2, "ada", "Design", lead_of=("Design",)), row(3, "bo", "Sales"))
    ada = kept(store, lambda db: roster.member(db, "ada"))
    assert (ada.team_id, ada.leads) == ("design", ("design",))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "names no members"),
        ([row(2, "ada"), row(7, "ada")], "Line 7: member 'ada' is on line 2 already"),
        ([row(2, "ada", manager_id="bob"), row(3, "bo")], "Line 2: manager_id 'bob' .* Did you mean 'bo'?"),
        ([row(2, "ada", manager_id="ada")], "Line 2: member 'ada' is their own manager"),
        ([row(2, "ada", lead_of=("Sale",))], "Line 2: lead_of 'Sale' .* nobody works. Did you mean 'Sales'?"),
        ([row(2, "ada", team="")], "Line 2: team of member 'ada' is empty; .* 'organization'"),
        ([row(2, "ada", name="  ")], "Line 2: name of member 'ada' is empty"),
        ([row(2, "", name="Ada")], "Line 2: member_id of member 'Ada' is empty"),
        ([row(2, "ada", email="ada at home")], "Line 2: email 'ada at home' of member 'ada' is no address"),
        ([row(2, "ada", email="a@b.org\nBcc: x@y.org")], "Line 2: email"),
        ([row(2, "ada", email="a@b.org"), row(3, "bo", email="A@b.org")], "Line 3: .* of member 'ada' on line 2"),
    ],
)
def test_every_mistake_is_named_with_its_line_and_the_nearest_right_thing(rows, sentence):
    with pytest.raises(Problem, match=sentence):
        planned(*rows)


def test_several_people_without_an_address_are_fine():
    assert len(planned(row(2, "ada"), row(3, "bo")).added) == 2


@pytest.mark.parametrize("path", ["Sales / / North", "/ Sales", "Sales /", " "])
def test_a_path_with_an_empty_part_is_refused(path):
    with pytest.raises(Problem, match="empty part"):
        roster.tidy(path)


def test_a_renamed_team_keeps_its_id_and_takes_the_teams_below_along(store):
    take(store, row(2, "ada", "Engineering / Platform"), row(3, "bo", "Engineering"), row(4, "cy", "Engineering Two"))
    with store.writing() as db:
        roster.rename_team(db, "engineering", "Making")
    assert {each.team_id: each.path for each in kept(store, roster.teams)} == {
        ROOT: ROOT,
        "engineering": "Making",
        "engineering-platform": "Making / Platform",
        "engineering-two": "Engineering Two",
    }


def test_a_renamed_team_can_move_to_another_parent(store):
    take(store, row(2, "ada", "Sales / North"), row(3, "bo", "Design"))
    with store.writing() as db:
        roster.rename_team(db, "Sales / North", "Design / North")
    moved = kept(store, lambda db: roster.team(db, "Design / North"))
    assert (moved.team_id, moved.parent) == ("sales-north", "design")


def test_the_old_name_makes_a_new_team_after_a_renaming(store):
    take(store, row(2, "ada", "Sales"))
    with store.writing() as db:
        roster.rename_team(db, "Sales", "Trade")
    assert take(store, row(2, "ada", "Sales")).new_teams == (Team("sales-2", "Sales", ROOT),)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Sals", "Trade", "no team 'Sals'. Did you mean 'Sales'?"),
        ("Sales", "Design", "There is a team 'Design' already"),
        ("Sales", "Sales / North", "below itself"),
        ("Sales", "Nowhere / Sales", "no team 'Nowhere'"),
        ("organization", "Larkfield", "setting 'organization'"),
    ],
)
def test_a_renaming_that_cannot_be_is_refused_with_nothing_changed(store, old, new, sentence):
    take(store, row(2, "ada", "Sales"), row(3, "bo", "Design"))
    before = kept(store, roster.teams)
    with pytest.raises(Problem, match=sentence), store.writing() as db:
        roster.rename_team(db, old, new)
    assert kept(store, roster.teams) == before


def test_a_team_can_change_the_capitals_of_its_own_name(store):
    take(store, row(2, "ada", "sales"))
    with store.writing() as db:
        roster.rename_team(db, "sales", "Sales")
    assert kept(store, lambda db: roster.team(db, "SALES")).path == "Sales"


def test_an_unknown_member_is_answered_with_the_nearest(store):
    take(store, row(2, "m-104"), row(3, "m-205"))
    with pytest.raises(Problem, match=r"no member 'm-14' on the roster. Did you mean 'm-104'\?"):
        kept(store, lambda db: roster.member(db, "m-14"))


def test_twenty_thousand_members_come_and_stay(store):
    rows = [row(number, f"m{number}", f"Unit {number % 500} / Team {number % 9}") for number in range(2, 20_002)]
    take(store, *rows)
    change = take(store, *rows[:-1])
    assert [each.member_id for each in change.deactivated] == ["m20001"]
    assert len(kept(store, roster.members)) == 19_999


def test_signs_that_turn_the_direction_of_reading_are_left_out_of_names_and_teams(store):
    turned = {
        "name": "\u202eadA Ruiz\u2066",
        "role": "\u202dLead",
        "location": "\u2069Ghent",
        "interests": ("\u202bchess",),
    }
    take(store, row(2, "ada", "Sales\u202e / North", lead_of=("\u2067Sales",), **turned))

    [ada] = kept(store, roster.members)
    assert (ada.name, ada.role, ada.location, ada.interests) == ("adA Ruiz", "Lead", "Ghent", ("chess",))
    assert [team.path for team in kept(store, roster.teams)][1:] == ["Sales", "Sales / North"]
    with pytest.raises(Problem, match="name of member 'bo' is empty"):
        planned(row(2, "bo", name="\u202e\u202c"))


def test_a_name_from_right_to_left_stays_with_the_marks_of_its_script():
    name = "\u05d3\u05e0\u05d4 \u200f(QA)\u200e"
    assert planned(row(2, "dana", name=name)).added[0].name == name
