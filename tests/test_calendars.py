"""Waves as a calendar file: read back by a library, in the organization's time, with nobody and no link in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from asking import ask
from icalendar import Calendar
from larkfield import Company, keep
from test_roles import rapport_says

from dashboard import asking, calendars, context, readable
from data import organization, roster
from data.records import Wave

BRUSSELS = ZoneInfo("Europe/Brussels")
WAVE = Wave(
    "w1", "2026-Q4", 0, "both", "", "open", date(2026, 11, 23), datetime(2026, 12, 11, 17), None, 5, 6, False, None
)
NOW = datetime(2026, 11, 23, 8, 0, 30)


def events(waves, zone=BRUSSELS):
    """title → event, as a calendar program reads them."""
    written = calendars.written("Larkfield", calendars.entries(waves, zone), NOW)
    found = Calendar.from_ical(written).walk("VEVENT")
    named = {str(event["summary"]): event for event in found}
    assert len(named) == len(found)
    return named


def days(waves, zone=BRUSSELS):
    return {title: event["dtstart"].dt for title, event in events(waves, zone).items()}


def test_a_wave_opens_closes_tells_and_ends_in_the_report_of_its_quarter():
    assert days([WAVE]) == {
        "Survey 2026-Q4 opens": date(2026, 11, 23),
        "Survey 2026-Q4: the last hour": datetime(2026, 12, 11, 17, tzinfo=BRUSSELS),
        "Survey 2026-Q4: results": date(2026, 12, 12),
        "Survey 2026-Q4: names on the map": date(2026, 12, 18),
        "Report of 2026-Q4": date(2027, 1, 1),
    }


def test_the_last_hour_is_in_the_organizations_time_also_for_a_program_that_knows_no_time_zones():
    event = events([WAVE])["Survey 2026-Q4: the last hour"]
    written = calendars.written("Larkfield", calendars.entries([WAVE], BRUSSELS), NOW).decode()

    assert event["dtend"].dt.astimezone(UTC).replace(tzinfo=None) == WAVE.closes
    assert "DTSTART;TZID=Europe/Brussels:20261211T170000" in written
    assert "BEGIN:VTIMEZONE" in written


def test_a_wave_that_closes_at_midnight_has_its_last_hour_on_its_last_day():
    wave = replace(WAVE, closes=datetime(2026, 12, 11, 23))

    assert days([wave])["Survey 2026-Q4: the last hour"].date() == date(2026, 12, 11)


def test_a_wave_that_was_closed_early_ended_on_that_day():
    found = days([replace(WAVE, state="closed", closed_on=date(2026, 12, 2))])

    assert found["Survey 2026-Q4: the last hour"].date() == date(2026, 12, 2)
    assert found["Survey 2026-Q4: results"] == date(2026, 12, 3)
    assert found["Survey 2026-Q4: names on the map"] == date(2026, 12, 9)


def test_a_report_waits_until_names_may_be_shown_and_a_pulse_shows_none():
    late = replace(WAVE, closes=datetime(2026, 12, 30, 17))

    assert days([late])["Report of 2026-Q4"] == date(2027, 1, 6)
    pulse = days([replace(late, asks="pulse")])
    assert pulse["Report of 2026-Q4"] == date(2027, 1, 1)
    assert "Survey 2026-Q4: names on the map" not in pulse


def test_two_waves_of_a_quarter_have_one_report():
    other = replace(WAVE, wave_id="w0", name="October", closes=datetime(2026, 10, 30, 17))

    assert len(events([other, WAVE])) == 9


def test_an_event_keeps_its_id_when_the_close_moves_and_two_events_share_none():
    before, after = events([WAVE]), events([replace(WAVE, closes=WAVE.closes + timedelta(days=7))])

    assert {title: event["uid"] for title, event in before.items()} == {
        title: event["uid"] for title, event in after.items()
    }
    assert len({event["uid"] for event in before.values()}) == len(before)
    assert not [event["uid"] for event in before.values() if WAVE.wave_id in event["uid"]]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/St_Johns"])
def test_every_time_zone_can_be_written(zone):
    event = events([WAVE], ZoneInfo(zone))["Survey 2026-Q4: the last hour"]

    assert event["dtend"].dt.astimezone(UTC).replace(tzinfo=None) == WAVE.closes


def test_the_command_writes_all_waves_or_one_for_its_owner_alone_and_names_nobody(desk, tmp_path, capsys):
    keep(desk, Company(teams=("Sales", "Support"), size=8, waves=3))
    with desk.store.writing() as db:
        organization.set_setting(db, "timezone", "Europe/Brussels")
        people = roster.members(db)
    every, one = tmp_path / "all.ics", tmp_path / "one.ics"

    assert "of 3 waves" in rapport_says(desk, capsys, "wave", "calendar", "--out", str(every))[1]
    assert "of 1 wave." in rapport_says(desk, capsys, "wave", "calendar", "2026-Q3", "--out", str(one))[1]
    status, said = rapport_says(desk, capsys, "wave", "calendar", "2026-Q9", "--out", str(tmp_path / "x.ics"))

    assert (status, said.count("\n")) == (2, 1)
    assert not (tmp_path / "x.ics").exists()
    assert every.stat().st_mode & 0o777 == 0o600
    text = every.read_text()
    assert not [word for person in people for word in (person.name, person.member_id, person.email) if word in text]
    assert "://" not in text
    assert len(Calendar.from_ical(one.read_bytes()).walk("VEVENT")) == 5


def test_the_page_gives_the_same_file_of_a_wave_that_is_open(desk, clock):
    from dashboard import access

    ask(desk)
    with desk.store.reading() as db:
        viewer = access.administrator(roster.teams(db))
    context.use(desk)
    try:
        page = readable.read(desk, viewer, desk.today())
        given = asking.calendar_file(page)
    finally:
        context.leave()

    assert given == calendars.written(page.organization, calendars.entries(page.all_waves, ZoneInfo("UTC")), clock())
    assert b"the last hour" in given
