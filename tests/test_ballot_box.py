"""Ballots and boxes: a right to answer once, no name, no order of arrival."""

from datetime import date, datetime

import pytest

from data import ballot_box, waves
from data.records import Ballot, Group, Wave
from data.store import Store


def wave(name, number=0, state="open"):
    day = date(2026, 9, 1)
    return Wave(name, name, number, "pulse", "{}", state, day, datetime(2026, 9, 8, 12), None, 5, 6, False, b"public")


@pytest.fixture
def db(tmp_path):
    """A transaction on a database with two waves of five ballots."""
    store = Store.open(tmp_path / "rapport.duckdb")
    with store.writing() as cursor:
        for number, name in enumerate(("now", "next")):
            waves.add(cursor, wave(name, number), [Group("organization", None, "organization", 5)], {})
            ballots = [Ballot(f"{name} {each}".encode(), f"box {each}".encode(), b"note") for each in range(5)]
            ballot_box.add_ballots(cursor, name, ballots)
        yield cursor
    store.close()


def test_a_ballot_is_found_by_its_nullifier_and_only_by_that(db):
    assert ballot_box.ballots(db, [b"now 3", b"now"]) == {b"now 3": ("now", Ballot(b"now 3", b"box 3", b"note"))}
    assert ballot_box.ballots(db, []) == {}


def test_only_boxes_with_a_ballot_are_kept_and_the_caller_hears_which(db):
    assert ballot_box.put(db, {b"now 1": b"a", b"made up": b"b"}) == {b"now 1"}
    assert ballot_box.count(db, "now") == 1


def test_a_second_box_takes_the_place_of_the_first(db):
    ballot_box.put(db, {b"now 1": b"first"})
    ballot_box.put(db, {b"now 1": b"second"})
    assert list(ballot_box.sealed(db, "now")) == [[(b"box 1", b"second")]]


def test_a_box_that_was_sealed_for_another_wave_is_not_kept(db):
    boxes = {b"now 1": b"a", b"now 2": b"b", b"next 1": b"c"}
    assert ballot_box.put(db, boxes, {b"now 1": "now", b"next 1": "now"}) == {b"now 1", b"now 2"}
    assert (ballot_box.count(db, "now"), ballot_box.count(db, "next")) == (2, 0)


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_a_wave_that_is_no_longer_open_takes_no_boxes(db, state):
    waves.set_state(db, "now", state)
    assert ballot_box.put(db, {b"now 1": b"late", b"next 1": b"in time"}) == {b"next 1"}
    assert ballot_box.count(db, "now") == 0


def test_boxes_come_out_in_the_order_of_their_bytes_with_the_sealed_group(db):
    for nullifier, sealed in ((b"now 4", b"c"), (b"now 0", b"a"), (b"now 2", b"b"), (b"next 0", b"0")):
        ballot_box.put(db, {nullifier: sealed})
    assert list(ballot_box.sealed(db, "now")) == [[(b"box 0", b"a"), (b"box 2", b"b"), (b"box 4", b"c")]]


def test_more_boxes_than_one_statement_takes_are_all_kept(db):
    many = {f"many {number}".encode(): b"%d" % number for number in range(150)}
    ballot_box.add_ballots(db, "now", [Ballot(each, b"", b"") for each in many])
    assert ballot_box.put(db, many) == set(many)
    assert ballot_box.put(db, {}) == set()


def test_a_pulse_link_opens_the_results_of_its_wave_and_no_other(db):
    ballot_box.add_readers(db, "now", [b"hash of ada", b"hash of bo"])
    assert ballot_box.readers(db, [b"hash of bo", b"hash of cy"]) == {b"hash of bo": "now"}
    assert ballot_box.readers(db, []) == {}


def test_no_table_of_ballots_has_room_for_a_name_a_time_or_a_mark_that_it_was_used(db):
    query = """
        SELECT table_name, column_name, data_type FROM duckdb_columns()
        WHERE table_name IN ('ballot', 'box', 'reader')"""
    assert sorted(db.execute(query).fetchall()) == [
        ("ballot", "group_box", "BLOB"),
        ("ballot", "group_note", "BLOB"),
        ("ballot", "nullifier", "BLOB"),
        ("ballot", "wave_id", "VARCHAR"),
        ("box", "nullifier", "BLOB"),
        ("box", "sealed", "BLOB"),
        ("reader", "reader", "BLOB"),
        ("reader", "wave_id", "VARCHAR"),
    ]


def test_a_wave_comes_back_as_it_was_kept_with_groups_and_seats(db):
    autumn = Wave("id", "autumn", 2, "both", '{"a": 1}', "open", date(2026, 9, 1), datetime(2026, 9, 8, 12, 30), None,
                  4, 6, True, b"\0public\xff")  # fmt: skip
    groups = [Group("sales", "organization", "Sales", 7), Group("north", "sales", "Sales / North", 0, "sales")]
    waves.add(db, autumn, groups, {"bo": "sales", "ada": "sales"})
    assert waves.wave(db, "autumn") == waves.wave_by_id(db, "id") == autumn
    assert waves.groups(db, "id") == groups
    assert waves.seats(db, "id") == {"ada": "sales", "bo": "sales"}
    assert waves.seat_frame(db).to_dict("list")["member_id"] == ["ada", "bo"]


def test_waves_are_listed_in_order_of_opening_and_the_last_network_is_a_closed_one(db):
    waves.set_asks(db, "now", "network")
    assert [each.name for each in waves.waves(db)] == ["now", "next"]
    assert waves.last_network_wave(db) is None
    waves.mark_closed(db, "now", date(2026, 9, 9))
    last = waves.last_network_wave(db)
    assert (last.name, last.state, last.closed_on) == ("now", "closed", date(2026, 9, 9))


def test_an_unknown_wave_is_answered_with_the_nearest_and_a_name_is_given_once(db):
    from data.records import Problem

    with pytest.raises(Problem, match=r"no wave 'nwo'. Did you mean 'now'\?"):
        waves.wave(db, "nwo")
    with pytest.raises(Problem, match="a wave 'now' already"):
        waves.add(db, wave("now"), [], {})
