"""The intake: nobody is told that answers are kept before they are, and nobody's are kept without being asked for."""

from concurrent.futures import wait
from datetime import date, datetime

import duckdb
import pytest

from data import ballot_box, waves
from data.intake import BATCH, Intake
from data.records import Ballot, Group, Wave
from data.store import Store

PEOPLE = 200


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "rapport.duckdb")
    for name, state in (("now", "open"), ("before", "closing")):
        wave = Wave(
            name, name, 0, "pulse", "", state, date(2026, 9, 1), datetime(2026, 9, 8), None, 5, 6, False, b"key"
        )
        ballots = [Ballot(f"{name} {number}".encode(), b"group", b"note") for number in range(PEOPLE)]
        with opened.writing() as db:
            waves.add(db, wave, [Group("organization", None, "organization", PEOPLE)], {})
            ballot_box.add_ballots(db, name, ballots)
    yield opened
    opened.close()


@pytest.fixture
def intake(store):
    made = Intake(store)
    yield made
    made.close()


def boxes(store):
    with store.reading() as db:
        return [box for some in ballot_box.sealed(db, "now") for _, box in some]


def test_a_box_is_on_the_disk_when_its_future_is_done(store, intake):
    assert intake.cast(b"now 1", b"answers").result(60) is True
    assert boxes(store) == [b"answers"]


def test_the_last_box_of_a_ballot_counts(store, intake):
    for answers in (b"first", b"second", b"third"):
        last = intake.cast(b"now 1", answers)
    assert last.result(60) is True
    assert boxes(store) == [b"third"]


def test_the_last_box_counts_within_one_commit_too(store, intake):
    with store.writing():  # the intake waits, so that all of these are committed together
        cast = [intake.cast(b"now 1", b"box %d" % number) for number in range(10)]
    assert all(each.result(60) for each in cast)
    assert boxes(store) == [b"box 9"]


def test_a_wave_that_is_closing_and_an_unknown_ballot_take_no_box(store, intake):
    assert intake.cast(b"before 1", b"too late").result(60) is False
    assert intake.cast(b"nobody", b"made up").result(60) is False
    assert boxes(store) == []


def test_more_boxes_than_fit_one_commit_are_all_kept(store, intake):
    with store.writing():
        cast = [intake.cast(f"now {number}".encode(), b"%d" % number) for number in range(PEOPLE)]
    assert PEOPLE > 2 * BATCH
    assert all(each.result(60) for each in cast)
    assert sorted(map(int, boxes(store))) == list(range(PEOPLE))


def test_closing_keeps_what_waits_and_refuses_what_follows(store):
    intake = Intake(store)
    with store.writing():
        cast = [intake.cast(f"now {number}".encode(), b"answers") for number in range(100)]
    intake.close()
    assert all(each.result(0) for each in cast)
    with pytest.raises(RuntimeError, match="closed"):
        intake.cast(b"now 1", b"late").result(0)
    intake.close()


def test_when_a_commit_fails_everybody_in_it_hears_so_and_the_next_goes_through(store, intake):
    with store.writing() as db:
        db.execute("ALTER TABLE box RENAME TO hidden")
    failed = [intake.cast(b"now 1", b"answers"), intake.cast(b"now 2", b"answers")]
    wait(failed, 60)
    assert all(isinstance(each.exception(), duckdb.Error) for each in failed)
    with store.writing() as db:
        db.execute("ALTER TABLE hidden RENAME TO box")
    assert intake.cast(b"now 3", b"answers").result(60) is True


def test_somebody_who_goes_away_stops_nobody_and_keeps_their_answers(store, intake):
    with store.writing():
        gone = [intake.cast(f"now {number}".encode(), b"gone") for number in range(5)]
        for each in gone:
            each.cancel()
        stayed = intake.cast(b"now 9", b"stayed")
    assert stayed.result(60) is True
    assert sorted(boxes(store)) == [b"gone"] * 5 + [b"stayed"]
