"""While a wave is open one number may be said: how many answered, in the whole organization, once a day, from k on."""

from datetime import datetime, timedelta

import pytest

from dashboard import open_waves
from data import roster, waves
from data.roster import RosterRow
from surveys import ballots, opening
from surveys.questionnaire import builtin

NO = open_waves.NO_COUNT


@pytest.fixture
def opened(desk, clock):
    """A wave among twelve people, opened on a Monday at eight."""
    rows = [RosterRow(n, f"p{n}", f"P {n}", f"p{n}@x.example", "Care") for n in range(12)]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
    closes = clock.now + timedelta(days=14)
    opening.open_wave(desk, "w", asks="pulse", questionnaire=builtin("pulse"), closes=closes)
    return desk


def cast(desk, *people):
    with desk.store.reading() as db:
        wave = waves.wave(db, "w")
    key = desk.keys.read(wave.wave_id)["pulse"]
    for n in people:
        sealed = ballots.seal(wave.box_key, b"said")
        assert desk.intake.cast(ballots.nullifier(ballots.secret(key, f"p{n}")), sealed).result(30)


def said(desk) -> tuple[object, str]:
    open_waves.count_today(desk)
    row = open_waves.table(desk, "w").iloc[0]
    return row.pulse_answered, row.counted_on


def next_morning(clock):
    clock.now = datetime.combine(clock.now.date() + timedelta(days=1), datetime.min.time()) + timedelta(hours=6)


def test_there_is_no_count_before_k_have_answered(opened, clock):
    cast(opened, 0, 1, 2, 3)
    next_morning(clock)

    assert said(opened) == (NO, "")


def test_the_count_is_taken_at_six_and_does_not_move_during_the_day(opened, clock):
    cast(opened, 0, 1, 2, 3, 4)
    assert said(opened) == (NO, "")
    next_morning(clock)
    assert said(opened) == (5, "2026-09-08")

    cast(opened, 5, 6, 7, 8, 9, 10)
    clock.now += timedelta(hours=23, minutes=59)

    assert said(opened) == (5, "2026-09-08")


def test_the_count_moves_only_when_k_more_have_answered(opened, clock):
    cast(opened, 0, 1, 2, 3, 4)
    next_morning(clock)
    said(opened)
    cast(opened, 5, 6, 7, 8)
    next_morning(clock)
    assert said(opened) == (5, "2026-09-08")

    cast(opened, 9)
    next_morning(clock)

    assert said(opened) == (10, "2026-09-10")


def test_answering_again_counts_once(opened, clock):
    cast(opened, 0, 1, 2, 3, 0, 1, 2, 3)
    next_morning(clock)

    assert said(opened) == (NO, "")


def test_six_o_clock_is_the_organizations():
    assert open_waves.counting_day(datetime(2026, 12, 3, 4, 59), "Europe/Brussels").day == 2
    assert open_waves.counting_day(datetime(2026, 12, 3, 5, 0), "Europe/Brussels").day == 3
    assert open_waves.counting_day(datetime(2026, 12, 3, 5, 0), "America/New_York").day == 2


def test_the_first_count_is_on_the_day_after_the_opening(opened, clock):
    cast(opened, *range(8))
    clock.now += timedelta(hours=12)

    assert said(opened) == (NO, "")


@pytest.mark.usefixtures("counting_here")
def test_a_closed_wave_has_no_running_count(opened, clock):
    from surveys import closing

    cast(opened, *range(8))
    next_morning(clock)
    said(opened)
    closing.close_wave(opened, "w")

    assert open_waves.table(opened, "w").iloc[0].pulse_answered == ""
