"""The doctor finds what breaks a promise, and says what to do."""

import ctypes
import os
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard import doctor
from data import roster, waves
from data.roster import RosterRow
from surveys import ballots, closing, opening
from surveys.desk import Desk
from surveys.questionnaire import builtin

pytestmark = pytest.mark.usefixtures("counting_here")


@pytest.fixture
def staffed(desk):
    """A desk with a roster of eight."""
    rows = [RosterRow(n, f"p{n}", f"P {n}", f"p{n}@x.example", "Care") for n in range(8)]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
    return desk


def open_one(desk, clock, **terms):
    closes = clock.now + timedelta(days=7)
    opening.open_wave(desk, "w", asks="both", questionnaire=builtin("pulse"), closes=closes, **terms)


@pytest.fixture
def opened(staffed, clock):
    """A wave that asks both, open for a week."""
    open_one(staffed, clock)
    return staffed


def problems(desk) -> list[str]:
    return [check.what for check in doctor.look(desk) if check.result == "problem"]


def says(desk, what) -> list[str]:
    return [check.says for check in doctor.look(desk) if check.what == what]


def wave_id_of(desk) -> str:
    with desk.store.reading() as db:
        return waves.wave(db, "w").wave_id


def keys_of(desk) -> dict[str, str]:
    found = [check for check in doctor.look(desk) if check.what.startswith("wave w: ")]
    assert {check.result for check in found} == {"ok"}
    return {check.what.removeprefix("wave w: "): check.says for check in found}


def test_of_an_open_wave_it_is_said_where_every_key_is_and_what_losing_it_means(opened):
    assert problems(opened) == []
    kept = keys_of(opened)
    assert set(kept) == {"pulse link key", "box key", "network link key"}
    assert all(says.startswith(f"In {opened.keys.path}") for says in kept.values())
    assert "so are the answers" in kept["box key"]
    assert all("If it is lost" in says for says in kept.values())


def test_of_a_closed_wave_it_is_said_that_its_keys_are_gone_but_for_the_network_links(opened):
    closing.close_wave(opened, "w")

    assert problems(opened) == []
    assert says(opened, "closed waves") == ["No ballot and no box outlived its wave."]
    kept = keys_of(opened)
    assert kept["pulse link key, box key"].startswith("None: what was sealed to them opens for nobody")
    assert kept["network link key"].startswith(f"In {opened.keys.path}, until the next network wave closes.")


def test_of_a_trustees_wave_it_is_said_that_the_passphrase_is_needed(staffed, clock):
    open_one(staffed, clock, passphrase="works council")  # noqa: S106  invented

    assert "under the trustee's passphrase only" in keys_of(staffed)["box key"]


def test_a_trustees_box_key_in_the_clear_is_a_problem(staffed, clock):
    open_one(staffed, clock, passphrase="works council")  # noqa: S106  invented
    kept = staffed.keys.read(wave_id_of(staffed))
    staffed.keys.destroy(wave_id_of(staffed), ["box"])
    staffed.keys.keep(wave_id_of(staffed), {"box": bytes(ballots.unlock(kept["box"], "works council"))})

    assert problems(staffed) == ["wave w: box key"]
    assert "without the trustee's passphrase" in says(staffed, "wave w: box key")[0]


@pytest.mark.parametrize("lost", ["box", "pulse"])
def test_a_lost_key_is_a_problem_before_the_close(opened, lost):
    opened.keys.destroy(wave_id_of(opened), [lost])

    [what] = problems(opened)
    assert what == {"box": "wave w: box key", "pulse": "wave w: pulse link key"}[lost]
    assert says(opened, what)[0].startswith(f"Missing from {opened.keys.path}")


def test_a_box_key_that_opens_nothing_is_a_problem_before_the_close(opened):
    opened.keys.destroy(wave_id_of(opened), ["box"])
    opened.keys.keep(wave_id_of(opened), {"box": bytes(ballots.new_box_key()[0])})

    assert problems(opened) == ["wave w: box key"]
    assert "opens no test box" in says(opened, "wave w: box key")[0]


def test_a_key_that_outlived_its_wave_is_a_problem(opened):
    wave_id = wave_id_of(opened)
    closing.close_wave(opened, "w")
    opened.keys.keep(wave_id, {"box": b"still here"})

    assert problems(opened) == ["wave w: pulse link key, box key"]


def test_an_encrypted_database_says_where_its_key_is_and_never_what_it_is(tmp_path, clock, monkeypatch):
    key = "one line that nobody guesses"
    monkeypatch.setenv("RAPPORT_DB_KEY", key)
    desk = Desk.open(tmp_path / "rapport.duckdb", clock=clock, url="http://x", key=key)
    try:
        found = doctor.table(doctor.look(desk))
    finally:
        desk.close()
    said = found.set_index("check")
    assert said.loc["database key", "result"] == "ok"
    assert said.loc["database key", "says"].startswith("In the variable RAPPORT_DB_KEY. If it is lost, so are")
    assert key not in found.to_string()


def test_a_database_without_a_key_is_noticed(desk):
    assert says(desk, "database key")[0].startswith("None: whoever has the file can read names, addresses and ties.")
    assert "httpfs" in says(desk, "encryption extension")[0]


def test_the_extra_that_is_not_installed_is_noticed(desk, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb_extension_httpfs", None)

    assert "install the extra 'encryption', then" in says(desk, "database key")[0]
    assert says(desk, "encryption extension")[0].startswith("Not installed")


def test_a_process_that_could_leave_a_core_or_files_for_others_is_a_problem(desk):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_CORE)
    assert problems(desk) == []
    assert says(desk, "DuckDB's settings")[0].endswith("no temporary file.")
    before = os.umask(0o022)
    try:
        assert problems(desk) == ["umask"]
    finally:
        os.umask(before)
    set_dumpable(1)
    try:
        assert problems(desk) == ["core files"]
    finally:
        set_dumpable(0)
    assert limits == (0, 0)


def set_dumpable(value):
    ctypes.CDLL(None).prctl(4, value, 0, 0, 0)


def test_a_key_file_that_others_can_read_is_a_problem(opened):
    (opened.keys.path / f"{wave_id_of(opened)}.json").chmod(0o644)

    assert problems(opened) == ["key folder"]


def test_a_database_that_others_can_read_is_a_problem(opened):
    opened.store.path.chmod(0o644)

    assert problems(opened) == ["database"]


def test_a_ballot_that_outlived_its_wave_is_a_problem(opened):
    with opened.store.writing() as db:
        waves.set_state(db, waves.wave(db, "w").wave_id, "closed")

    assert "closed waves" in problems(opened)


def test_what_needs_nobodys_decision_is_repaired_and_said(opened):
    wave_id = wave_id_of(opened)
    (opened.keys.path / f"{wave_id}.json").chmod(0o644)
    opened.store.path.chmod(0o640)
    with opened.store.writing() as db:
        waves.set_state(db, wave_id, "closed")
    assert {*problems(opened)} > {"key folder", "database", "closed waves"}

    done = doctor.repair(opened)

    assert done == [
        f"{opened.store.path} is for its owner only.",
        f"{opened.keys.path / f'{wave_id}.json'} is for its owner only.",
        "Ballots and boxes of wave w are gone.",
    ]
    assert problems(opened) == []
    assert doctor.repair(opened) == []


def test_what_is_lost_stays_a_problem_after_a_repair(opened):
    (opened.keys.path / f"{wave_id_of(opened)}.json").unlink()
    before = problems(opened)

    assert doctor.repair(opened) == []
    assert problems(opened) == before != []


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

    from dashboard import streamlit_settings

    streamlit_settings.configure()

    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.enableAgentApi") is False
    assert config.get_option("server.enableStaticServing") is False
    assert config.get_option("server.enableXsrfProtection") is True
    assert config.get_option("theme.font") == "'Noto Sans', sans-serif"  # from the file beside the pages
