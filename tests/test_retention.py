"""What is kept ends when it was promised to end, also in the bytes of the file."""

from datetime import date, datetime, timedelta

import larkfield
import pandas as pd
import pytest

from dashboard import doctor, serving
from data import organization, roster, ties, waves
from data.exchange import TiesFile
from surveys import closing, importing, links, opening, retention
from surveys.questionnaire import builtin

pytestmark = pytest.mark.usefixtures("counting_here")


def close_one(desk, clock, name, asks="pulse"):
    """Open a wave that nobody answers, and close it today."""
    asked = None if asks == "network" else builtin("pulse")
    opening.open_wave(desk, name, asks=asks, questionnaire=asked, closes=clock.now + timedelta(days=1))
    closing.close_wave(desk, name)


def kept(desk):
    with desk.store.reading() as db:
        return [wave.name for wave in waves.waves(db)]


def wave_id_of(desk, name):
    with desk.store.reading() as db:
        return waves.wave(db, name).wave_id


def ties_from_elsewhere(desk, name):
    with desk.store.reading() as db:
        first, second, *_ = (member.member_id for member in roster.members(db))
    frame = pd.DataFrame({"source": [first], "target": [second], "kind": ["work"], "strength": [1.0]})
    importing.ties(desk, TiesFile(frame, []), name)


def rows_about(desk, wave_id):
    """How many rows each table has of a wave."""
    with desk.store.reading() as db:
        tables = db.execute("SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = 'wave_id'").fetchall()
        counted = {
            table: db.execute(f"SELECT count(*) FROM {table} WHERE wave_id = ?", [wave_id]).fetchone()[0]
            for (table,) in tables
        }
    return {table: count for table, count in counted.items() if count}


def test_a_wave_is_kept_for_thirteen_quarters_and_then_nothing_of_it_is(desk, clock):
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:2], waves=16))
    assert {"wave", "seat", "reporting_group", "finding", "comment", "standing"} <= rows_about(desk, "w3").keys()
    clock.now = datetime(2026, 10, 1, 8)

    close_one(desk, clock, "2026-Q4")

    assert len(kept(desk)) == 13
    assert (kept(desk)[0], kept(desk)[-1]) == ("2023-Q4", "2026-Q4")
    assert rows_about(desk, "w3") == {}
    assert rows_about(desk, "w4") != {}


def test_for_how_long_is_a_setting(desk, clock):
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:2], waves=8))
    clock.now = datetime(2026, 10, 1, 8)
    with desk.store.writing() as db:
        organization.set_setting(db, "quarters_kept", "4")

    close_one(desk, clock, "2026-Q4")

    assert kept(desk) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


def test_the_last_network_wave_stays_while_its_links_open_a_page(desk, clock):
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:2], waves=1))
    clock.now = datetime(2030, 1, 7, 8)
    close_one(desk, clock, "pulse 1")
    assert kept(desk) == ["2026-Q3", "pulse 1"]

    close_one(desk, clock, "names", "network")
    close_one(desk, clock, "pulse 2")

    assert kept(desk) == ["pulse 1", "names", "pulse 2"]


def test_a_wave_stays_while_its_links_open_a_page_though_later_ties_came_from_elsewhere(desk, clock):
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:2], waves=0))
    close_one(desk, clock, "names", "network")
    clock.now += timedelta(days=1)
    ties_from_elsewhere(desk, "elsewhere")
    clock.now = datetime(2030, 1, 7, 8)

    close_one(desk, clock, "pulse")

    assert kept(desk) == ["names", "elsewhere", "pulse"]
    assert desk.keys.waves() == {wave_id_of(desk, "names"): {"network"}}
    assert links.links(desk, "names")["network_url"].all()


def test_no_key_outlives_a_wave_that_is_forgotten(desk, clock):
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:2], waves=0))

    def stop(at):
        if at == "destroy keys":
            raise ZeroDivisionError

    opening.open_wave(desk, "old", asks="pulse", questionnaire=builtin("pulse"), closes=clock.now + timedelta(days=1))
    with pytest.raises(ZeroDivisionError):
        closing.close_wave(desk, "old", step=stop)
    assert desk.keys.waves() == {wave_id_of(desk, "old"): {"pulse", "box"}}
    clock.now = datetime(2030, 1, 7, 8)

    close_one(desk, clock, "new")

    assert kept(desk) == ["new"]
    assert desk.keys.waves() == {}


def test_ties_that_are_forgotten_leave_no_bytes_behind(desk, clock):
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:2], waves=4))
    clock.now = datetime(2026, 10, 1, 8)
    canaries = pd.DataFrame({"source": [f"canary-of-a-source-{n}" for n in range(300)], "target": "canary-of-a-target"})
    with desk.store.writing() as db:
        ties.add_ties(db, "w1", canaries.assign(kind="work", strength=1.0))
    desk.store.backup(desk.store.path.with_name("before"))
    assert desk.store.path.with_name("before").read_bytes().count(b"canary-of") > 1

    close_one(desk, clock, "names", "network")

    with desk.store.reading() as db:
        assert ties.ties(db, "w1").empty
    desk.store.close()
    assert desk.store.path.read_bytes().count(b"canary-of") == 0


def larkfield_of_four(desk, clock, today):
    """Four waves, from 2025-Q4 on; each is kept for four quarters."""
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:2], waves=4))
    with desk.store.writing() as db:
        organization.set_setting(db, "quarters_kept", "4")
    clock.now = today


def test_a_server_ends_a_wave_in_its_quarter_though_nobody_opens_another(desk, clock):
    larkfield_of_four(desk, clock, datetime(2026, 11, 1, 8))
    assert kept(desk) == ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]

    said = serving.look_at_the_clock(desk)

    assert said == ["Wave 2025-Q4 was kept as long as it was promised; it is gone."]
    assert kept(desk) == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert serving.look_at_the_clock(desk) == []


def test_what_a_server_ends_by_itself_leaves_no_bytes_behind(desk, clock):
    larkfield_of_four(desk, clock, datetime(2026, 11, 1, 8))
    canaries = pd.DataFrame({"source": [f"canary-of-a-source-{n}" for n in range(300)], "target": "canary-of-a-target"})
    with desk.store.writing() as db:
        ties.add_ties(db, wave_id_of(desk, "2025-Q4"), canaries.assign(kind="work", strength=1.0))
    desk.store.backup(desk.store.path.with_name("before"))
    assert desk.store.path.with_name("before").read_bytes().count(b"canary-of") > 1

    serving.look_at_the_clock(desk)

    desk.store.close()
    assert desk.store.path.read_bytes().count(b"canary-of") == 0


def test_a_clock_that_runs_years_ahead_empties_no_database(desk, clock):
    larkfield_of_four(desk, clock, datetime(2036, 11, 1, 8))

    assert serving.look_at_the_clock(desk) == []
    assert len(kept(desk)) == 4


def test_the_doctor_finds_what_is_kept_too_long_and_ends_it_when_asked(desk, clock):
    larkfield_of_four(desk, clock, datetime(2027, 5, 1, 8))

    [found] = [check for check in doctor.look(desk) if check.what == "retention"]
    done = doctor.repair(desk)

    assert (found.result, found.says) == (
        "problem",
        "Kept longer than was promised: 2025-Q4, 2026-Q1, 2026-Q2. rapport doctor --repair ends it.",
    )
    assert done == [f"Wave {name} is gone: its time was over." for name in ("2025-Q4", "2026-Q1", "2026-Q2")]
    assert kept(desk) == ["2026-Q3"]
    assert [check.result for check in doctor.look(desk) if check.what == "retention"] == ["ok"]


def test_quarters_are_counted_by_the_calendar():
    assert retention._quarters(date(2023, 12, 31), date(2026, 10, 1)) == 12
    assert retention._quarters(date(2023, 9, 30), date(2026, 12, 31)) == 13
