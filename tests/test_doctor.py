"""The doctor finds what breaks a promise, and says what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard import doctor
from data import roster, waves
from data.roster import RosterRow
from surveys import closing, opening
from surveys.questionnaire import builtin


@pytest.fixture
def opened(desk, clock):
    """A desk with a wave that asks both, open for a week."""
    rows = [RosterRow(n, f"p{n}", f"P {n}", f"p{n}@x.example", "Care") for n in range(8)]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
    closes = clock.now + timedelta(days=7)
    opening.open_wave(desk, "w", asks="both", questionnaire=builtin("pulse"), closes=closes)
    return desk


def problems(desk) -> list[str]:
    return [check.what for check in doctor.look(desk) if check.result == "problem"]


def says(desk, what) -> list[str]:
    return [check.says for check in doctor.look(desk) if check.what == what]


def test_nothing_is_wrong_with_an_open_wave(opened):
    assert problems(opened) == []
    assert says(opened, "keys of wave w") == [f"In {opened.keys.path}."]


def test_nothing_is_wrong_with_a_closed_wave(opened):
    closing.close_wave(opened, "w")

    assert problems(opened) == []
    assert says(opened, "closed waves") == ["No ballot and no box outlived its wave."]


def test_a_lost_box_key_is_a_problem_before_the_close(opened):
    with opened.store.reading() as db:
        wave_id = waves.wave(db, "w").wave_id
    opened.keys.destroy(wave_id, ["box"])

    assert problems(opened) == ["keys of wave w"]
    assert "box missing" in says(opened, "keys of wave w")[0]


def test_a_key_that_outlived_its_wave_is_a_problem(opened):
    with opened.store.reading() as db:
        wave_id = waves.wave(db, "w").wave_id
    closing.close_wave(opened, "w")
    opened.keys.keep(wave_id, {"box": b"still here"})

    assert problems(opened) == ["keys of wave w"]


def test_a_database_that_others_can_read_is_a_problem(opened):
    opened.store.path.chmod(0o644)

    assert problems(opened) == ["database"]


def test_a_ballot_that_outlived_its_wave_is_a_problem(opened):
    with opened.store.writing() as db:
        waves.set_state(db, waves.wave(db, "w").wave_id, "closed")

    assert "closed waves" in problems(opened)


def test_a_table_that_is_not_as_the_schema_says_is_a_problem(opened):
    with opened.store.writing() as db:
        db.execute("ALTER TABLE comment ADD COLUMN author VARCHAR")

    assert problems(opened) == ["schema"]


def test_a_wave_past_its_time_is_noticed(opened, clock):
    clock.now += timedelta(days=8)

    assert says(opened, "wave w") == ["It is past its time: rapport wave close w."]


def test_duckdb_clears_the_memory_it_takes(opened):
    assert says(opened, "memory")[0].startswith("DuckDB clears what it takes")


@pytest.mark.parametrize(
    ("url", "result"),
    [("http://127.0.0.1:8501", "notice"), ("http://rapport.example", "problem"), ("https://rapport.example", "ok")],
)
def test_where_links_lead_is_looked_at(opened, url, result):
    found = [check.result for check in doctor.look(replace(opened, url=url)) if check.what == "address"]

    assert found == [result]


def test_the_servers_settings_are_as_they_must_be(opened):
    assert says(opened, "Streamlit's page") == ["One script of its own, allowed by its hash."]
    assert says(opened, "Streamlit's settings")[0].endswith("settings as they must be.")


def test_streamlit_reports_nothing_shows_no_traceback_and_offers_no_second_way_in():
    from streamlit import config

    from dashboard import serving

    serving.configure()

    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.enableAgentApi") is False
    assert config.get_option("server.enableStaticServing") is False
    assert config.get_option("server.enableXsrfProtection") is True
    assert config.get_option("theme.font") == "'Noto Sans', sans-serif"  # from the file beside the pages
