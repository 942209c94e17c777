"""A quarter's reports, written by the server once it has ended."""

from datetime import date, datetime

import pytest
from larkfield import NINE, Company, keep

from dashboard import quarterly, serving, settings
from dashboard.quarterly import Quarterly
from data import audit

TEAMS = (*NINE[:3], "Finance")


@pytest.fixture
def after(desk, clock):
    """The day after a quarter in which a wave closed."""
    keep(desk, Company(teams=TEAMS, waves=2))
    clock.now = datetime(2026, 10, 1, 8)
    return desk


def files(folder):
    return sorted(file.name for file in folder.glob("*"))


def test_every_team_has_its_report_when_the_quarter_has_ended_and_none_twice(after, tmp_path, monkeypatch):
    monkeypatch.setattr(quarterly, "AT_ONCE", 2)
    folder, writer = tmp_path / "reports", Quarterly(tmp_path / "reports")

    written = [len(writer.look(after)) for _ in range(4)]
    first = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}

    assert written == [2, 2, 1, 0]
    assert len(files(folder)) == len(TEAMS) + 1
    assert "2026-Q3-finance.pdf" in first
    assert Quarterly(folder).look(after) == []
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == first
    with after.store.reading() as db:
        assert (audit.entries(db)["action"] == "report").sum() == len(first)


def test_while_the_quarter_runs_or_nothing_closed_in_it_nothing_is_written(after, clock, tmp_path):
    for day in (datetime(2026, 9, 30, 8), datetime(2027, 1, 2, 8)):
        clock.now = day
        assert not [file for file in Quarterly(tmp_path / "r").look(after) if "2026-Q3" in file.name]


def test_reports_wait_until_names_may_be_shown(after, clock, tmp_path):
    with after.store.writing() as db:
        db.execute("UPDATE standing SET visible_from = DATE '2026-10-05'")
    writer = Quarterly(tmp_path / "r")

    assert writer.look(after) == []
    clock.now = datetime(2026, 10, 5, 8)
    assert len(writer.look(after)) == len(TEAMS) + 1


def test_the_server_writes_them_beside_what_else_the_time_asks_for(after, tmp_path):
    assert serving.look_at_the_clock(after, quarterly=Quarterly(tmp_path / "r")) == []
    assert len(files(tmp_path / "r")) == len(TEAMS) + 1


def test_a_folder_that_cannot_be_written_is_said_and_the_server_goes_on(after, tmp_path):
    (tmp_path / "r").write_text("a file")

    [said] = serving.look_at_the_clock(after, quarterly=Quarterly(tmp_path / "r"))
    assert "will be tried again" in said


def test_the_folder_is_a_setting(tmp_path):
    assert settings.read(environment={"HOME": "/home/ana"}).reports is None
    assert settings.read(environment={"RAPPORT_REPORTS": str(tmp_path)}).reports == tmp_path


@pytest.mark.parametrize(("today", "quarter"), [(date(2026, 9, 30), "2026-Q2"), (date(2026, 10, 1), "2026-Q3")])
def test_a_quarter_has_ended_on_the_first_day_of_the_next(today, quarter):
    assert quarterly.ended(today) == quarter
