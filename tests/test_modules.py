"""Waves that ask modules, from the forms to the figures: what becomes a score, what stands alone, what is not asked."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from asking import client, codes_of
from click.testing import CliRunner
from larkfield import read

from dashboard import charts, report, spread, tables, wording
from dashboard.cli import rapport
from data import roster, waves
from data.records import ROOT
from data.roster import RosterRow
from surveys import closing, opening
from surveys.desk import Desk
from surveys.questionnaire import builtin, choose, from_json
from surveys.rehearsal import Clock

NAMES = "Ana Ben Chidi Dana Elif Femi Grace Hana Ivo Joy Kim Lena".split()
CORE = ["trust", "communication", "collaboration", "boundaries"]


@pytest.fixture(scope="module")
def asked_twice(tmp_path_factory):
    """A pulse with two modules, then the long form with three."""
    folder = tmp_path_factory.mktemp("modules")
    clock = Clock(datetime(2026, 5, 4, 8))
    desk = Desk.open(folder / "rapport.duckdb", clock=clock, url="http://127.0.0.1:8501")
    take_roster(desk)
    ask(desk, clock, "2026-Q2", choose(builtin("pulse"), ["tone", "listening"]))
    clock.now = datetime(2026, 8, 3, 8)
    ask(desk, clock, "2026-Q3", choose(builtin("quarterly"), ["listening", "recognition", "cultures"]))
    desk.close()
    return folder


@pytest.fixture
def desk(asked_twice, tmp_path):
    """A desk at their database, some weeks after the second."""
    shutil.copytree(asked_twice, tmp_path / "modules")
    clock = Clock(datetime(2026, 9, 21, 8))
    desk = Desk.open(tmp_path / "modules" / "rapport.duckdb", clock=clock, url="http://127.0.0.1:8501")
    yield desk
    desk.close()


@pytest.fixture
def seen(desk):
    """What the administrator may read."""
    return read(desk)


def take_roster(desk):
    rows = [
        RosterRow(line, name.lower(), name, f"{name}@example.org", "Garden" if line % 2 else "Kitchen")
        for line, name in enumerate(NAMES, start=2)
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db), rows))


def ask(desk, clock, name, questionnaire):
    """One wave in which all twelve answer everything that the form asks."""
    closes = clock.now + timedelta(days=14)
    wave = opening.open_wave(desk, name, asks="pulse", questionnaire=questionnaire, closes=closes).wave
    forms = client(desk)
    for place, (pulse, _) in enumerate(codes_of(desk, name).values()):
        values = {item.id: str(3 + place % 3) for item in from_json(wave.questionnaire).items}
        assert forms.post("/p", data={"code": pulse, "answers": "1", **values}).status_code == 303
    clock.now = closes
    closing.close_wave(desk, name)


def test_a_module_of_the_long_form_is_a_dimension_of_the_figures_and_has_its_name(seen):
    wave = seen.waves[-1]

    assert seen.dimensions(wave) == [*CORE, "listening", "recognition", "cultures"]
    assert all(seen.finding(wave, ROOT, "score", module).shown for module in seen.dimensions(wave))
    assert seen.dimension_name("listening") == "Active listening"


def test_outcomes_have_a_figure_of_their_own_and_are_in_no_score(seen):
    wave = seen.waves[-1]

    assert all(seen.finding(wave, ROOT, "item", outcome).shown for outcome in ("O1", "O2"))
    assert seen.finding(wave, ROOT, "score", "overall") is None
    assert not seen.items(wave, "overall")


def test_the_one_statement_of_a_module_in_a_pulse_has_a_figure_from_eight_answers_and_no_score(seen):
    pulse = seen.waves[0]
    (garden,) = [team.team_id for team in seen.groups(pulse) if team.path == "Garden"]

    assert seen.dimensions(pulse) == CORE
    assert seen.finding(pulse, ROOT, "item", "P1").shown
    assert seen.finding(pulse, garden, "score", "trust").shown
    assert not seen.finding(pulse, garden, "item", "P1").shown
    assert not [found for found in seen.all_findings() if found.wave_id == pulse.wave_id and found.subject == "tone"]


def test_sensitive_statements_are_counted_by_themselves_and_from_ten_answers(seen):
    wave = seen.waves[-1]
    (garden,) = [team.team_id for team in seen.groups(wave) if team.path == "Garden"]

    assert {item.id for item in seen.asked(wave).items if item.dimension == "cultures"} == {"X1", "X2", "X3", "X4"}
    assert seen.finding(wave, ROOT, "item", "X2").shown
    assert seen.finding(wave, garden, "item", "X2").reason == "fewer_than_10"
    assert seen.finding(wave, ROOT, "score", "cultures").shown


def test_screen_and_paper_say_from_how_many_answers_this_wave_shows_a_statement(seen):
    pulse, wave = seen.waves[0], seen.waves[-1]
    large = replace(wave, wave_id="large", k=12)
    large_seen = replace(seen, all_waves=(*seen.all_waves, large))

    assert wording.about_statements(seen, pulse).endswith("Shown from 8 answers on.")
    assert wording.about_statements(seen, wave).endswith("Shown from 8 answers on; sensitive ones from 10.")
    assert wording.about_statements(large_seen, large).endswith("Shown from 12 answers on.")
    assert spread.statements(seen, wave, ROOT)["second"] == wording.about_statements(seen, wave)


def test_tables_screen_and_paper_stand_with_modules_on_them(seen):
    wave = seen.waves[-1]

    assert set(tables.scores(seen, [wave])["dimension"]) == {*CORE, "listening", "recognition", "cultures"}
    assert [row.dimension for row in charts.levels_of(seen, wave, ROOT)] == seen.dimensions(wave)
    told = str(spread.statements(seen, wave, ROOT))
    assert "Overall, my working ties here are good." in told
    assert report.build(seen, "2026-Q3").startswith(b"%PDF")


def test_a_wave_is_opened_with_modules_by_the_command(desk):
    desk.close()
    words = ["wave", "open", "next", "--asks", "pulse", "--closes", "2126-12-11", "--db", str(desk.store.path)]

    wrong = CliRunner().invoke(rapport, [*words, "--modules", "listning"])
    network = CliRunner().invoke(rapport, [*words, "--asks", "network", "--modules", "listening"])
    right = CliRunner().invoke(rapport, [*words, "--modules", "listening, cultures"])

    assert (wrong.exit_code, network.exit_code, right.exit_code) == (2, 2, 0)
    assert wrong.stderr == "There is no module 'listning'. Did you mean 'listening'?\n"
    assert (
        network.stderr == "Wave 'next' asks the network only; modules go with a pulse. Expected --asks both or pulse.\n"
    )
    assert "Sensitive, so counted by themselves and shown from ten answers: X2, X4." in right.stderr
    again = Desk.open(desk.store.path, clock=desk.clock, url=desk.url)
    with again.store.reading() as db:
        asked = from_json(waves.wave(db, "next").questionnaire)
    again.close()
    assert [item.id for item in asked.items][20:] == ["AL1", "AL2", "AL3", "AL4", "X1", "X2", "X3", "X4", "O1", "O2"]
