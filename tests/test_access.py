"""A lead reads what they lead and the line above it; nobody reads more by combining what they may read."""

import pandas as pd
import pytest

from analytics import disclosure
from dashboard import access
from dashboard.access import Viewer
from data import roster
from data.records import Group, Problem
from data.roster import RosterRow

TREE = {"organization": None, "e": "organization", "ep": "e", "ed": "e", "o": "organization", "os": "o"}
GROUPS = [Group(team_id, parent, team_id, 8) for team_id, parent in TREE.items()]
ANA = Viewer("lead", "ana", "Ana", frozenset({"e", "ep", "ed"}), frozenset({"e"}))
DEE = Viewer("lead", "dee", "Dee", frozenset({"ed"}), frozenset({"ed"}))
RUNS_IT = Viewer("administrator", None, "Administrator", frozenset(TREE))


def finding(team_id, kind="score", subject="trust"):
    row = dict.fromkeys(disclosure.COLUMNS)
    return disclosure.restore(
        pd.DataFrame([{**row, "wave_id": "w", "team_id": team_id, "kind": kind, "subject": subject, "covers": []}])
    )[0]


def readable(viewer, kind="score", subject="trust"):
    return {t for t in TREE if access.may_read_finding(viewer, GROUPS, finding(t, kind, subject))}


def test_a_lead_reads_the_subtree_they_lead_and_the_line_above_it():
    assert readable(ANA) == {"e", "ep", "ed", "organization"}
    assert readable(DEE) == {"ed", "e", "organization"}
    assert {t for t in TREE if access.may_read(DEE, GROUPS, t)} == readable(DEE)


def test_a_lead_reads_no_sibling_and_no_other_branch():
    assert not readable(DEE) & {"ep", "o", "os"}


def test_the_administrator_reads_everything_that_was_released():
    assert readable(RUNS_IT) == set(TREE)


@pytest.mark.parametrize("kind", ["few_ties", "silo"])
def test_a_teams_own_network_is_for_those_who_lead_it(kind):
    assert readable(DEE, kind, "") == {"ed"}


def test_ties_between_two_teams_are_for_whoever_leads_either():
    assert readable(DEE, "between", "ed") == set(TREE)
    assert readable(DEE, "between", "os") == {"ed"}


def test_comments_are_read_in_full_only():
    assert [t for t in TREE if access.may_read_comments(DEE, GROUPS, t)] == ["ed"]


def test_names_are_for_whoever_leads_one_of_the_teams():
    assert access.may_name(DEE, "ed")
    assert access.may_name(DEE, "os", "ed")
    assert not access.may_name(DEE, "ep", "os")


def test_two_leads_together_read_no_more_than_their_lines():
    assert readable(DEE) | readable(ANA) == {"e", "ep", "ed", "organization"}


@pytest.mark.parametrize("viewer", [ANA, DEE])
def test_nobody_reads_what_the_administrator_does_not(viewer):
    for kind in ("score", "trend", "change", "item", "answered", "few_ties", "between", "silo"):
        assert readable(viewer, kind, "ed") <= readable(RUNS_IT, kind, "ed")


def test_a_team_that_is_not_part_of_a_wave_opens_nothing_of_it():
    newcomer = Viewer("lead", "n", "N", frozenset({"new"}), frozenset({"new"}))

    assert readable(newcomer) == set()


@pytest.fixture
def people(desk):
    rows = [
        RosterRow(2, "ana", "Ana Ruiz", "ana@x.example", "organization", ("Engineering",)),
        RosterRow(3, "dee", "Dee Lam", "dee@x.example", "Engineering", ("Engineering / Data",)),
        RosterRow(4, "bo", "Bo Sato", "bo@x.example", "Engineering / Data"),
        RosterRow(5, "cy", "Cy Park", "cy@x.example", "Operations"),
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
    return desk


def viewer_for(desk, member_id, role="lead"):
    with desk.store.reading() as db:
        viewer = access.viewer_for(db, member_id, role)
        return viewer, {team.path for team in roster.teams(db) if team.team_id in viewer.teams}


def test_what_a_lead_may_read_follows_the_roster(people):
    assert viewer_for(people, "ana")[1] == {"Engineering", "Engineering / Data"}
    assert viewer_for(people, "dee")[1] == {"Engineering / Data"}


def test_the_administrator_needs_no_place_in_the_roster(people):
    viewer, paths = viewer_for(people, None, "administrator")

    assert viewer.administrator
    assert "Operations" in paths


@pytest.mark.parametrize(("member_id", "sentence"), [("bo", "leads no team"), ("anna", "Did you mean 'ana'")])
def test_somebody_who_leads_nothing_sees_nothing(people, member_id, sentence):
    with pytest.raises(Problem, match=sentence):
        viewer_for(people, member_id)
