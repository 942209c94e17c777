"""Twelve people, two teams of six, one member of each silent, two waves: what their manager sees is worth having."""

import shutil
from datetime import date, datetime, timedelta

import pytest
from asking import client, codes_of

from dashboard import access, readable, report, sheets, wording
from dashboard.edition import edition
from data import roster
from data.records import ROOT
from data.roster import RosterRow
from surveys import closing, opening
from surveys.desk import Desk
from surveys.questionnaire import builtin
from surveys.rehearsal import Clock

KITCHEN = ["Mira", "Ben", "Chidi", "Dana", "Elif", "Femi"]
GARDEN = ["Grace", "Hana", "Ivo", "Joy", "Kim", "Lena"]
SILENT = {"Femi", "Lena"}
DECLINES = {"Chidi"}
ITEMS = [item.id for item in builtin("quarterly").items]


@pytest.fixture(scope="module")
def twelve_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twelve")
    clock = Clock(datetime(2026, 5, 4, 8))
    desk = Desk.open(folder / "rapport.duckdb", clock=clock, url="http://127.0.0.1:8501")
    take_roster(desk)
    ask(desk, clock, "2026-Q2", level=4)
    clock.now = datetime(2026, 8, 3, 8)
    ask(desk, clock, "2026-Q3", level=2)
    desk.close()
    return folder


@pytest.fixture
def twelve(twelve_once, tmp_path):
    """A desk at the company's database, some weeks after its second wave."""
    shutil.copytree(twelve_once, tmp_path / "twelve")
    path = tmp_path / "twelve" / "rapport.duckdb"
    desk = Desk.open(path, clock=Clock(datetime(2026, 9, 21, 8)), url="http://127.0.0.1:8501")
    yield desk
    desk.close()


@pytest.fixture
def seen(twelve):
    """What the manager, who leads both teams and works in one, may read."""
    with twelve.store.reading() as db:
        viewer = access.viewer_for(db, "mira", "lead")
    return readable.read(twelve, viewer, date(2026, 9, 21))


def test_the_manager_sees_figures_of_the_whole_and_of_one_team(seen):
    wave = seen.waves[-1]

    assert seen.finding(wave, ROOT, "score", "trust").shown
    assert seen.finding(wave, team(seen, "Garden"), "score", "trust").shown


def test_the_other_team_is_told_apart_in_words_and_never_in_numbers(seen):
    wave, kitchen = seen.waves[-1], team(seen, "Kitchen")
    hidden = seen.finding(wave, kitchen, "score", "trust")

    assert (hidden.value, hidden.low, hidden.high, hidden.respondents) == (None, None, None, None)
    sentences = wording.hidden(seen, wave, [kitchen])
    assert any("Kitchen" in sentence and seen.organization in sentence for sentence in sentences)


def test_the_fall_is_seen_as_a_trend_and_as_a_flag(seen):
    change = seen.finding(seen.waves[-1], ROOT, "change", "trust")
    levels = [finding.value for _, finding in seen.series(ROOT, "trust") if finding and finding.shown]

    assert "down" in change.word
    assert len(levels) == 2
    assert levels[0] > levels[1]


def test_names_on_the_map_are_those_who_agreed_and_of_whom_something_can_be_said(seen):
    """Others who agreed are drawn as the silent are: Ben and Hana answered, and silence may have left them out."""
    named = set(seen.network(seen.waves[-1]).named["name"])

    assert named == {"Elif", "Grace", "Kim", "Mira"}
    assert not named & (SILENT | DECLINES)


def test_there_are_introductions_between_the_two_teams(seen):
    pairs = seen.introductions(seen.waves[-1])
    names = set(pairs["name_a"]) | set(pairs["name_b"])

    assert len(pairs) >= 3
    assert not names & (SILENT | DECLINES)


def test_the_paper_says_what_the_screen_says(seen):
    pdf = report.build(seen, "2026-Q3")
    sheet = sheets.contents(edition(seen, "2026-Q3", ROOT))

    assert pdf.startswith(b"%PDF")
    assert wording.overview(seen, seen.waves[-1], ROOT) in str(sheet)


# -------------------------------------------------------------------------------------------------------- the company


def team(seen, path):
    return next(one.team_id for one in seen.teams.values() if one.path == path)


def take_roster(desk):
    rows = [
        RosterRow(
            line=line,
            member_id=name.lower(),
            name=name,
            email=f"{name.lower()}@example.org",
            team="Kitchen" if name in KITCHEN else "Garden",
            lead_of=("Kitchen", "Garden") if name == "Mira" else (),
        )
        for line, name in enumerate(KITCHEN + GARDEN, start=2)
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db, active_only=False), rows))


def ask(desk, clock, name, *, level):
    """One wave in which everybody but the silent answers both forms, and trust stands at `level`."""
    closes = clock.now + timedelta(days=14)
    opening.open_wave(desk, name, asks="both", questionnaire=builtin("quarterly"), closes=closes)
    forms = client(desk)
    for place, (member_id, (pulse, network)) in enumerate(sorted(codes_of(desk, name).items())):
        if member_id.capitalize() in SILENT:
            continue
        values = {item: str(answer(item, level, place)) for item in ITEMS}
        assert forms.post("/p", data={"code": pulse, "answers": "1", **values}).status_code == 303
        team_of = KITCHEN if member_id.capitalize() in KITCHEN else GARDEN
        beside = team_of[(team_of.index(member_id.capitalize()) + 1) % 6].lower()
        yes = "no" if member_id.capitalize() in DECLINES else "yes"
        consent = {"map": yes, "introductions": yes}
        answered = forms.post("/n", data={"code": network, "answers": "1", "work": beside, **consent})
        assert answered.status_code == 303
    clock.now = closes
    closing.close_wave(desk, name)


def answer(item, level, place):
    """People differ by a point; the reversed statement is answered the other way round."""
    value = (level if item.startswith("T") else 4) + (place % 3 == 0) - (place % 4 == 0 and level > 2)
    return 6 - value if item == "T5" else max(1, min(5, value))
