"""What the server does by itself: it closes waves when their time comes, and keeps values out of its logs."""

import io
import logging
import threading
from datetime import timedelta

import pytest
from served import served

from dashboard import context, serving, terminal
from dashboard.evenly import Evenly
from dashboard.guard import key_of
from data import roster, waves
from data.roster import RosterRow
from surveys import opening
from surveys.questionnaire import builtin

ROWS = [RosterRow(n, f"p{n}", f"P {n}", f"p{n}@x.example", "Care", ("Care",) if n == 0 else ()) for n in range(8)]


@pytest.fixture
def opened(desk, clock):
    """A desk with a wave that is open for a week."""
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], ROWS))
    closes = clock.now + timedelta(days=7)
    opening.open_wave(desk, "w", asks="pulse", questionnaire=builtin("pulse"), closes=closes)
    return desk


def state(desk) -> str:
    with desk.store.reading() as db:
        return waves.wave(db, "w").state


def test_a_wave_is_left_open_before_its_time(opened):
    assert serving.look_at_the_clock(opened) == []
    assert state(opened) == "open"


def test_a_wave_is_closed_when_its_time_comes(opened, clock):
    clock.now += timedelta(days=7)

    assert serving.look_at_the_clock(opened) == ["Wave w is closed; its findings can be read."]
    assert state(opened) == "closed"
    assert serving.look_at_the_clock(opened) == []


def test_a_clock_that_jumps_closes_nothing_for_an_hour(clock):
    passed = [1000.0]
    time_goes = Evenly(clock, lambda: passed[0])

    def later(clock_by, really):
        clock.now += clock_by
        passed[0] += really.total_seconds()
        return time_goes.doubt()

    second, hour, day = timedelta(seconds=20), timedelta(hours=1), timedelta(days=1)
    assert later(second, second) is None
    assert later(day, day) is None  # asleep
    assert later(hour / 10, second) is None  # somebody set it right
    assert "24 hours forward" in later(day + second, second)
    assert "24 hours forward" in later(second, second)
    assert "24 hours back" in later(second - day, second)
    assert later(hour - 2 * second, hour - 2 * second) is not None
    assert later(2 * second, 2 * second) is None


def test_a_server_whose_clock_jumps_says_so_and_leaves_the_wave_open(opened, clock, caplog, monkeypatch):
    looks = iter([False, False, True])

    class Over(threading.Event):
        def wait(self, _timeout):
            clock.now += timedelta(days=8)
            return next(looks)

    monkeypatch.setattr(serving.open_waves, "count_today", lambda _desk: None)
    serving._watch(opened, Over(), None)

    assert state(opened) == "open"
    [line] = caplog.records
    assert "went 8 days forward at once" in line.message


def test_a_server_that_is_told_to_stop_begins_no_close(opened, clock):
    clock.now += timedelta(days=7)
    over = threading.Event()
    over.set()

    assert serving.look_at_the_clock(opened, over) == []
    assert state(opened) == "closing"


def test_a_close_that_fails_is_said_without_values_and_tried_again(opened, clock):
    clock.now += timedelta(days=7)
    with opened.store.reading() as db:
        wave_id = waves.wave(db, "w").wave_id
    box = opened.keys.read(wave_id)["box"]
    opened.keys.destroy(wave_id, ["box"])

    assert "no box key" in serving.look_at_the_clock(opened)[0]

    opened.keys.keep(wave_id, {"box": box})
    assert serving.look_at_the_clock(opened) == ["Wave w is closed; its findings can be read."]


def test_a_wave_that_cannot_be_closed_does_not_hold_up_another(opened, clock):
    opening.open_wave(opened, "names", asks="network", questionnaire=None, closes=clock.now + timedelta(days=7))
    clock.now += timedelta(days=7)
    with opened.store.reading() as db:
        opened.keys.destroy(waves.wave(db, "w").wave_id, ["box"])

    said = serving.look_at_the_clock(opened)
    assert "no box key" in said[0]
    assert said[1:] == ["Wave names is closed; its findings can be read."]


def break_with_a_value():
    raise ValueError("T1: 2, the weekly note helps")


def test_a_logged_failure_says_where_and_never_what():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    log = logging.getLogger("a library")
    log.addHandler(handler)
    with serving.without_values():
        try:
            break_with_a_value()
        except ValueError:
            log.exception("It broke.")
    log.removeHandler(handler)

    assert "ValueError < test_serving.py:" in written.getvalue()
    assert "weekly note" not in written.getvalue()


def test_a_lead_who_leads_nothing_any_more_sees_nothing_at_the_next_click(opened):
    with served(opened):
        key = key_of(context.sessions.begin("lead", "p0"))
        assert context.viewer_of(key).name == "P 0"

        with opened.store.writing() as db:
            rows = [*ROWS[1:], RosterRow(9, "p0", "P 0", "p0@x.example", "Care")]
            roster.apply(db, roster.plan(roster.teams(db), roster.members(db, active_only=False), rows))

        assert context.viewer_of(key) is None


class Screen:
    """A terminal that remembers what was written beside the result."""

    folder = None

    def __init__(self, *, interactive):
        self.interactive = interactive
        self.written = ""

    def err(self, text):
        self.written += text


@pytest.mark.parametrize("interactive", [True, False])
def test_short_work_says_nothing_of_its_progress(interactive):
    screen = Screen(interactive=interactive)
    with terminal.use(screen), terminal.progress() as progress:
        progress("Counting", 0.5)

    assert screen.written == ""


def test_long_work_shows_how_far_it_is(monkeypatch):
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    screen, shown = Screen(interactive=False), threading.Event()
    screen.err = lambda text: (setattr(screen, "written", screen.written + text), shown.set())
    with terminal.use(screen), terminal.progress() as progress:
        progress("Counting", 0.5)
        assert shown.wait(30)
        progress("Writing", 0.9)

    assert screen.written.endswith("Writing (90%) …\n")
