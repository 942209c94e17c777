from datetime import date, timedelta

import pandas as pd
import pytest

from analytics import disclosure
from data import audit, exchange, findings, roster, ties, waves
from data.records import Member, Problem, Team
from data.roster import RosterChange
from surveys import closing, importing, opening
from surveys.questionnaire import Item, Questionnaire, from_json

pytestmark = pytest.mark.usefixtures("counting_here")

QUESTIONS = Questionnaire(
    "old",
    "Old survey",
    {"trust": "Trust", "boundaries": "Boundaries"},
    (Item("T1", "trust", "A"), Item("T2", "trust", "B"), Item("B1", "boundaries", "C", reverse=True)),
    rotates=True,
    comment="Anything?",
)
SALES, ENGINEERING = range(12), range(12, 24)


@pytest.fixture
def staffed(desk):
    """Twelve in Sales, twelve in Engineering, and m99 who has left."""
    teams = (Team("s", "Sales", "organization"), Team("e", "Engineering", "organization"))
    people = tuple(Member(f"m{i:02}", f"Name {i}", f"m{i}@example.org", "s" if i in SALES else "e") for i in range(24))
    gone = Member("m99", "Gone", "", "e", active=False)
    with desk.store.writing() as db:
        roster.apply(db, RosterChange(teams, (*people, gone), (), ()))
    return desk


def answers_of(**values):
    """Answers to T1 and T2 of so many people of each team: Sales=[4, 4, 5]; lines as in a wide file."""
    people = [(team, value) for team, given in values.items() for value in given]
    rows = [
        (number, team.replace("_", " / "), item, float(value), number + 2)
        for number, (team, value) in enumerate(people)
        for item in ("T1", "T2")
    ]
    return pd.DataFrame(rows, columns=["respondent", "team", "item", "value", "line"])


def ties_of(*pairs):
    return exchange.TiesFile(
        pd.DataFrame([(a, b, "work", 1.0) for a, b in pairs], columns=["source", "target", "kind", "strength"]), []
    )


def circles():
    """Everybody names the next in their team, and m11 nobody and nobody them."""
    rings = (range(11), ENGINEERING)
    return ties_of(
        *((f"m{a:02}", f"m{ring[(place + 1) % len(ring)]:02}") for ring in rings for place, a in enumerate(ring))
    )


def shown(desk, kind="score"):
    with desk.store.reading() as db:
        kept = [each for each in disclosure.restore(findings.rows(db)) if each.kind == kind and each.shown]
    return {(each.team_id, each.subject): each for each in kept}


def names(desk):
    with desk.store.reading() as db:
        return [wave.name for wave in waves.waves(db)]


# ------------------------------------------------------------------------------------------------------------- answers


@pytest.mark.usefixtures("another_process")
def test_answers_become_a_closed_wave_through_the_same_gate(staffed):
    frame = answers_of(Sales=[4] * 12, Engineering=[2])

    made = importing.answers(staffed, frame, "2025", questionnaire=QUESTIONS, closed_on=date(2025, 6, 30))

    assert (made.wave.state, made.wave.closed_on, made.wave.asks) == ("closed", date(2025, 6, 30), "pulse")
    scores = shown(staffed)
    assert scores["s", "trust"].value == 75
    assert ("e", "trust") not in scores
    assert made.notices[0] == "Engineering (1 person): their answers count in the whole organization."


def test_no_row_of_imported_answers_touches_the_disk(staffed):
    importing.answers(staffed, answers_of(Sales=[4] * 10), "2025", questionnaire=QUESTIONS)

    with staffed.store.reading() as db:
        assert [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("ballot", "box", "reader")] == [
            0, 0, 0,
        ]  # fmt: skip
        kept = findings.moments(db)
    assert list(kept["n"]) == [10]
    assert staffed.keys.waves() == {}


def test_only_what_the_file_answers_counts_as_asked(staffed):
    made = importing.answers(staffed, answers_of(Sales=[4] * 10), "2025", questionnaire=QUESTIONS)

    kept = from_json(made.wave.questionnaire)
    assert [item.id for item in kept.items] == ["T1", "T2"]
    assert (list(kept.dimensions), kept.rotates) == (["trust"], False)


def test_five_answers_make_a_group_and_nothing_is_said_of_how_many_answered(staffed):
    importing.answers(staffed, answers_of(Sales=[4] * 5, Engineering=[3] * 9), "2025", questionnaire=QUESTIONS)

    assert ("s", "trust") in shown(staffed)
    assert shown(staffed, "answered") == {}


def test_the_numbers_invited_decide_groups_and_how_sure_a_figure_is(staffed):
    frame = answers_of(Sales=[2, 3, 4, 4, 5] * 2, Engineering=[2, 3, 4, 4, 5])
    importing.answers(staffed, frame, "2025", questionnaire=QUESTIONS, invited={"Sales": 20, "engineering": 5})

    scores = shown(staffed)
    assert scores["s", "trust"].low < scores["s", "trust"].value < scores["s", "trust"].high
    assert shown(staffed, "answered")["s", "pulse"].value == 50
    assert ("e", "trust") not in scores


def test_fewer_invited_than_answered_is_refused(staffed):
    with pytest.raises(Problem, match="team 'Sales' has 9, and 10 people answered"):
        importing.answers(staffed, answers_of(Sales=[4] * 10), "2025", questionnaire=QUESTIONS, invited={"Sales": 9})
    assert names(staffed) == []


def test_an_unknown_team_is_named_with_its_line_and_the_nearest(staffed):
    frame = answers_of(Sales=[4] * 6, Enginering=[3] * 6)

    with pytest.raises(Problem, match=r"Line 8: there is no team 'Enginering'. Did you mean 'Engineering'"):
        importing.answers(staffed, frame, "2025", questionnaire=QUESTIONS)
    assert names(staffed) == []


def test_new_teams_are_made_when_asked_for(staffed):
    frame = answers_of(Sales=[4] * 6, Engineering_Labs=[3] * 6)

    invited = {"Sales": 9, "Engineering / Labs": 6, "Legal": 7}
    importing.answers(staffed, frame, "2025", questionnaire=QUESTIONS, new_teams=True, invited=invited)

    with staffed.store.reading() as db:
        made = roster.team(db, "Engineering / Labs")
        assert len(roster.members(db, active_only=False)) == 25
        assert roster.team(db, "Legal").parent == "organization"
    assert made.parent == "e"
    assert (made.team_id, "trust") in shown(staffed)


def test_imported_waves_are_compared_with_one_another(staffed):
    for name, value, year in (("2024", 4, 2024), ("2025", 2, 2025)):
        frame = answers_of(Sales=[value] * 12)
        importing.answers(staffed, frame, name, questionnaire=QUESTIONS, closed_on=date(year, 6, 30))

    change = shown(staffed, "change")["s", "trust"]
    assert (change.value, change.since) == (-50, "2024")


def test_a_wave_older_than_all_comes_before_them_and_none_comes_between(staffed):
    for year in (2024, 2022, 2025):
        frame = answers_of(Sales=[4] * 12)
        importing.answers(staffed, frame, str(year), questionnaire=QUESTIONS, closed_on=date(year, 6, 30))
    assert names(staffed) == ["2022", "2024", "2025"]

    with pytest.raises(Problem, match="ended on 2023-06-30, before '2024' and after others"):
        importing.answers(
            staffed, answers_of(Sales=[4] * 12), "2023", questionnaire=QUESTIONS, closed_on=date(2023, 6, 30)
        )


def test_what_cannot_be_imported_is_refused(staffed):
    frame = answers_of(Sales=[4] * 10)
    importing.answers(staffed, frame, "2025", questionnaire=QUESTIONS)

    with pytest.raises(Problem, match="Wave '2025' is already there"):
        importing.answers(staffed, frame, "2025", questionnaire=QUESTIONS)
    with pytest.raises(Problem, match="expected a day that is over, 2026-09-07 at the latest"):
        importing.answers(staffed, frame, "2026", questionnaire=QUESTIONS, closed_on=date(2026, 9, 8))
    with pytest.raises(Problem, match="the file holds no answers"):
        importing.answers(staffed, frame[:0], "2026", questionnaire=QUESTIONS)


def test_a_file_read_by_exchange_can_be_imported(staffed, tmp_path):
    file = tmp_path / "old.csv"
    file.write_text("team,T1,T2,B1\n" + "Sales,4,4,1\n" * 6 + "Engineering,2,,5\n" * 6)

    frame = exchange.read_answers(file, ["T1", "T2", "B1"], None, (1, 5))
    importing.answers(staffed, frame, "2025", questionnaire=QUESTIONS)

    assert shown(staffed)["s", "trust"].value == 75  # all agree: as far as six people's figure may go
    assert shown(staffed)["e", "trust"].value == 25
    assert ("s", "boundaries") not in shown(staffed)  # one statement is no dimension, and its figure needs eight


# ---------------------------------------------------------------------------------------------------------------- ties


@pytest.mark.usefixtures("another_process")
def test_ties_make_a_closed_network_wave(staffed):
    made = importing.ties(staffed, circles(), "Old ties", closed_on=date(2025, 6, 30))

    with staffed.store.reading() as db:
        wave = waves.last_network_wave(db)
        standing = ties.standings(db, wave.wave_id).set_index("member_id")["standing"]
        assert len(ties.ties(db, wave.wave_id)) == 23
        assert ties.answered(db, wave.wave_id) == set(standing.index) - {"m11"}
    assert (wave.name, wave.asks, wave.closed_on) == ("Old ties", "network", made.wave.closed_on)
    assert standing["m11"] == "not_observed"
    assert set(standing.drop("m11")) == {"connected"}


def test_imported_ties_carry_no_consent_and_still_serve_the_administrator(staffed):
    importing.ties(staffed, circles(), "Old ties")

    with staffed.store.reading() as db:
        pairs = ties.introductions(db, waves.last_network_wave(db).wave_id)
        assert ties.consents(db).empty
        assert audit.entries(db).empty
        assert disclosure.introductions(
            pairs, ties.consents(db), ties.standings(db, pairs["wave_id"][0]), date.max
        ).empty
    assert len(pairs) >= 3


def test_consent_that_was_asked_for_is_recorded_and_overrules_nobody(staffed):
    with staffed.store.writing() as db:
        ties.set_consent(db, "m00", map=False, introductions=False)

    importing.ties(staffed, circles(), "Old ties", consent="asked")

    with staffed.store.reading() as db:
        agreed = ties.consents(db).set_index("member_id")
        entry = audit.entries(db).iloc[0]
        pairs = ties.introductions(db, waves.last_network_wave(db).wave_id)
    assert list(agreed.index[~agreed["map"]]) == ["m00"]
    assert len(agreed) == 23
    assert (entry["action"], entry["subject"]) == ("record consent", "Old ties")
    assert entry["detail"].startswith("22 members agreed")
    assert not {"m00", "m11"} & {*pairs["member_a"], *pairs["member_b"]}


def test_an_unknown_member_is_named_with_the_nearest(staffed):
    with pytest.raises(
        Problem, match=r"The ties name 'm-01' as a target, who is not on the roster. Did you mean 'm01'"
    ):
        importing.ties(staffed, ties_of(("m00", "m-01")), "Old ties")
    assert names(staffed) == []


def test_ties_with_people_who_left_are_dropped_with_a_notice(staffed):
    made = importing.ties(staffed, ties_of(("m00", "m01"), ("m00", "m99"), ("m99", "m01")), "Old ties")

    assert made.notices == ["2 ties with people who have left were dropped."]


def test_a_closed_pulse_can_receive_its_ties_once(staffed):
    importing.answers(staffed, answers_of(Sales=[4] * 12, Engineering=[3] * 12), "2025", questionnaire=QUESTIONS)

    importing.ties(staffed, circles(), "2025")

    with staffed.store.reading() as db:
        assert waves.wave(db, "2025").asks == "both"
        kinds = set(findings.rows(db)["kind"])
        assert len(ties.standings(db, waves.wave(db, "2025").wave_id)) == 24
    assert {"score", "silo"} <= kinds
    with pytest.raises(Problem, match="has a network already"):
        importing.ties(staffed, circles(), "2025")


def test_an_open_wave_receives_no_ties(staffed, clock):
    opening.open_wave(staffed, "Open", asks="network", questionnaire=None, closes=clock.now + timedelta(days=1))

    with pytest.raises(Problem, match="Wave 'Open' is open"):
        importing.ties(staffed, circles(), "Open")


def test_an_import_ends_no_link_and_no_ties_of_other_waves(staffed, clock):
    asked = opening.open_wave(
        staffed, "Asked", asks="network", questionnaire=None, closes=clock.now + timedelta(days=1)
    )
    closing.close_wave(staffed, "Asked")
    for name in ("One", "Two", "Three"):
        importing.ties(staffed, circles(), name)

    assert staffed.keys.waves() == {asked.wave.wave_id: {"network"}}
    with staffed.store.reading() as db:
        assert [len(ties.ties(db, wave.wave_id)) for wave in waves.waves(db)] == [0, 23, 23, 23]
        assert db.execute("SELECT count(*) FROM network_link").fetchone() == (24,)


def test_imported_ties_are_where_the_next_wave_starts_from(staffed):
    quiet = [(a, b) for a, b in circles().frame[["source", "target"]].itertuples(index=False)]
    lonely = ties_of(*quiet, ("m11", "m00"))
    for name in ("One", "Two"):
        importing.ties(staffed, lonely, name)

    with staffed.store.reading() as db:
        standing = ties.standings(db, waves.last_network_wave(db).wave_id)
    assert list(standing.loc[standing["persistent"], "member_id"]) == ["m11"]
