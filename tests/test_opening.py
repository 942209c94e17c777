import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from data import ballot_box, roster, ties, waves
from data.keys import KeyFolder
from data.records import Member, Problem, Team
from data.roster import RosterChange
from surveys import ballots, links, opening
from surveys.desk import Desk
from surveys.questionnaire import Item, Questionnaire, from_json

SMALL = Questionnaire(
    "small",
    "Small",
    {"trust": "Trust"},
    (Item("T1", "trust", "A", anchor=True), Item("T2", "trust", "B"), Item("T3", "trust", "C")),
    rotates=True,
)
CLOSES = datetime(2026, 9, 21, 8, 0)


@pytest.fixture
def staffed(desk):
    """Six in Sales, three in Finance below it, one who leads Sales."""
    teams = (Team("s", "Sales", "organization"), Team("f", "Sales / Finance", "s"))
    people = tuple(Member(f"m{i}", f"Name {i}", f"m{i}@example.org", "s" if i < 7 else "f") for i in range(10))
    people = (replace(people[0], leads=("s",)), *people[1:])
    with desk.store.writing() as db:
        roster.apply(db, RosterChange(teams, people, (), ()))
    return desk


def open_one(desk, name="One", **other):
    terms = {"asks": "both", "questionnaire": SMALL, "closes": CLOSES, **other}
    return opening.open_wave(desk, name, **terms)


def test_a_wave_opens_with_groups_seats_and_frozen_questions(staffed):
    opened = open_one(staffed)

    with staffed.store.reading() as db:
        wave = waves.wave(db, "One")
        assert waves.groups(db, wave.wave_id) == sorted(opened.groups, key=lambda group: group.path)
        assert waves.seats(db, wave.wave_id) == {"m0": "organization", **{f"m{i}": "s" for i in range(1, 10)}}
    assert wave == opened.wave
    assert (wave.state, wave.number, wave.opened_on.isoformat(), wave.closes) == ("open", 0, "2026-09-07", CLOSES)
    assert [item.id for item in from_json(wave.questionnaire).items] == ["T1", "T2"]
    assert "Sales / Finance (3 people): their answers count in Sales." in opened.notices


def test_every_link_opens_its_ballot_and_says_where_it_counts(staffed):
    opened = open_one(staffed)
    keys = staffed.keys.read(opened.wave.wave_id)

    with staffed.store.reading() as db:
        seats = waves.seats(db, opened.wave.wave_id)
        for url, member in zip(links.links(staffed, "One")["pulse_url"], sorted(seats), strict=True):
            secret = ballots.secret_from(url.removeprefix("http://127.0.0.1:8501/p#"))
            [(wave_id, ballot)] = ballot_box.ballots(db, [ballots.nullifier(secret)]).values()
            assert wave_id == opened.wave.wave_id
            assert ballots.unseal(keys["box"], ballot.group_box).decode() == seats[member]
            assert ballots.read_note(secret, ballot.group_note) == ("Sales" if seats[member] == "s" else "organization")


def test_every_network_link_finds_its_member(staffed):
    opened = open_one(staffed)
    listed = links.links(staffed, "One")

    with staffed.store.reading() as db:
        for member, url in zip(listed["member_id"], listed["network_url"], strict=True):
            secret = ballots.secret_from(url.partition("/n#")[2])
            assert ties.member_of(db, ballots.link_hash(secret)) == (member, opened.wave.wave_id)


def test_ballots_stand_in_another_order_than_the_roster(staffed):
    def order(name):
        opened = open_one(staffed, name, asks="pulse")
        key = staffed.keys.read(opened.wave.wave_id)["pulse"]
        with staffed.store.writing() as db:
            waves.set_state(db, opened.wave.wave_id, "closed")
            rows = db.execute("SELECT nullifier FROM ballot WHERE wave_id = ?", [opened.wave.wave_id]).fetchall()
        members = {ballots.nullifier(ballots.secret(key, f"m{i}")): i for i in range(10)}
        return [members[row[0]] for row in rows]

    orders = {tuple(order(f"Wave {number}")) for number in range(4)}
    assert len(orders) > 1  # by chance alike: 1 in 10!³
    assert tuple(range(10)) not in orders


def test_the_database_alone_gives_no_path_from_a_person_to_a_ballot(staffed):
    opened = open_one(staffed)
    staffed.store.close()
    file = staffed.store.path.read_bytes()
    keys = staffed.keys.read(opened.wave.wave_id)

    for name, key in keys.items():
        assert key not in file, name
        for i in range(10):
            secret = ballots.secret(key, f"m{i}")
            assert secret not in file
            assert ballots.code(secret).encode() not in file


def test_keys_are_for_their_owner_alone(staffed):
    opened = open_one(staffed)
    file = staffed.keys.path / f"{opened.wave.wave_id}.json"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(staffed.keys.path.stat().st_mode) == 0o700
    assert staffed.keys.waves() == {opened.wave.wave_id: {"pulse", "box", "network"}}


def test_a_trustees_key_is_on_disk_only_under_the_passphrase(staffed):
    opened = open_one(staffed, asks="pulse", passphrase="works council")  # noqa: S106  invented
    kept = staffed.keys.read(opened.wave.wave_id)["box"]

    assert opened.wave.trustee
    assert len(kept) > 32
    private = ballots.unlock(kept, "works council")
    assert ballots.unseal(private, ballots.seal(opened.wave.box_key, b"answers")) == b"answers"


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"name": " "}, "Wave name ''"),
        ({"name": "two\nlines"}, "one line of up to 60 characters"),
        ({"closes": datetime(2026, 9, 7, 8, 0)}, "expected a time after the present"),
        ({"k": 3}, "k = 3: expected at least 4"),
        ({"k": 8}, "Smallest group 6: expected at least k = 8"),
        ({"k": 11, "smallest_group": 12}, "10 active people: a pulse needs at least k = 11"),
        ({"asks": "everything"}, "expected 'pulse', 'network' or 'both'"),
        ({"asks": "network"}, "a questionnaire goes with a pulse"),
        ({"asks": "pulse", "questionnaire": None}, "a questionnaire goes with a pulse"),
        ({"passphrase": "short"}, "at least 8 characters"),
        ({"names": ["help", "reech"]}, "'reech': expected some of work, .* Did you mean 'reach'"),
        ({"names": ["open"]}, "Question about names 'open'"),
        ({"asks": "network", "questionnaire": None, "passphrase": "works council"}, "a network wave has none"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_nothing_is_changed(staffed, terms, sentence):
    with pytest.raises(Problem, match=sentence):
        open_one(staffed, **terms)

    with staffed.store.reading() as db:
        assert waves.waves(db) == []
    assert staffed.keys.waves() == {}


@pytest.mark.parametrize(
    ("terms", "asked"),
    [
        ({}, {"work", "help", "meet"}),
        ({"names": ["reach", "energy"]}, {"work", "energy", "reach"}),
        ({"names": []}, {"work"}),
        ({"asks": "pulse"}, set()),
    ],
)
def test_a_wave_asks_whom_one_works_with_and_the_questions_about_names_that_were_chosen(staffed, terms, asked):
    wave = open_one(staffed, **terms).wave

    with staffed.store.reading() as db:
        assert ties.asked(db, wave.wave_id) == asked


def test_an_empty_roster_is_refused(desk):
    with pytest.raises(Problem, match="The roster has nobody to invite"):
        open_one(desk)


def test_one_open_wave_of_each_kind(staffed):
    open_one(staffed, "Ties", asks="network", questionnaire=None)
    open_one(staffed, "Pulse", asks="pulse")

    for asks, questionnaire in (("pulse", SMALL), ("both", SMALL), ("network", None)):
        with pytest.raises(Problem, match=r"one at a time\. Close it first"):
            open_one(staffed, "Third", asks=asks, questionnaire=questionnaire)
    with pytest.raises(Problem, match="Wave 'Pulse' is already there"):
        open_one(staffed, "pulse")


def test_k_of_four_is_offered_where_few_are_invited(staffed):
    assert any("--k 4" in notice for notice in open_one(staffed, asks="pulse").notices)
    assert not any(
        "--k 4" in notice for notice in open_one(staffed, "Ties", asks="network", questionnaire=None).notices
    )


def test_groups_of_the_earlier_wave_are_kept(staffed):
    first = open_one(staffed, asks="network", questionnaire=None)
    with staffed.store.writing() as db:
        waves.set_state(db, first.wave.wave_id, "closed")
        leavers = [member for member in roster.members(db) if member.member_id in ("m1", "m7", "m8", "m9")]
        roster.apply(db, RosterChange((), (), (), tuple(replace(each, active=False) for each in leavers)))

    assert {group.team_id: group.joins for group in open_one(staffed, "Two").groups} == {
        "organization": None,
        "s": None,
    }


def test_a_network_wave_has_no_ballots_and_no_box_key(staffed):
    opened = open_one(staffed, asks="network", questionnaire=None)

    assert opened.wave.box_key is None
    assert staffed.keys.waves() == {opened.wave.wave_id: {"network"}}
    assert set(links.links(staffed, "One")["pulse_url"]) == {""}


def test_links_leave_out_who_has_left(staffed):
    open_one(staffed)
    with staffed.store.writing() as db:
        roster.apply(db, RosterChange((), (), (), (replace(roster.member(db, "m9"), active=False),)))

    assert list(links.links(staffed, "One")["member_id"]) == [f"m{i}" for i in range(9)]


def test_links_are_the_same_every_time_and_different_for_everybody(staffed):
    open_one(staffed)
    one, again = links.links(staffed, "One"), links.links(staffed, "One")

    assert one.equals(again)
    assert one["pulse_url"].nunique() == one["network_url"].nunique() == 10
    assert not set(one["pulse_url"].str[-31:]) & set(one["network_url"].str[-31:])


def test_a_lost_key_file_is_said_plainly(staffed):
    opened = open_one(staffed)
    staffed.keys.destroy(opened.wave.wave_id, ["pulse", "box", "network"])

    with pytest.raises(Problem, match="is missing"):
        links.links(staffed, "One")


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from surveys import opening
from surveys.desk import Desk
desk = Desk.open(Path(sys.argv[1]), clock=lambda: datetime(2026, 9, 7, 8, 0), url="http://x")
setattr(opening, sys.argv[2], lambda *_: os._exit(9))
opening.open_wave(desk, "One", asks="network", questionnaire=None, closes=datetime(2026, 9, 21, 8, 0))
"""


@pytest.mark.parametrize(("killed_at", "opened"), [("_prove", False), ("_write", False), ("settle", True)])
def test_a_killed_opening_leaves_a_whole_wave_or_nothing(staffed, clock, killed_at, opened):
    path = staffed.store.path
    staffed.close()
    assert subprocess.run([sys.executable, "-c", KILLED, str(path), killed_at], check=False).returncode == 9

    assert set.union(*KeyFolder.beside(path).waves().values()) == {"network", opening.OPENING}
    again = Desk.open(path, clock=clock, url="http://x")
    with again.store.reading() as db:
        assert [wave.name for wave in waves.waves(db)] == (["One"] if opened else [])
    assert list(again.keys.waves().values()) == ([{"network"}] if opened else [])
    again.close()


def test_keys_of_a_wave_this_database_does_not_know_are_left_alone(staffed, clock):
    staffed.keys.keep("abc", {"box": bytes(31) + b"1"})
    staffed.close()

    Desk.open(staffed.store.path, clock=clock, url="http://x").close()

    assert staffed.keys.waves() == {"abc": {"box"}}


def test_a_key_file_that_was_half_written_is_gone_at_the_next_start(staffed, clock):
    staffed.close()
    half = staffed.keys.path / "abc.json.new"
    half.parent.mkdir()
    half.write_text('{"box": "' + "01" * 32 + '"}')

    Desk.open(staffed.store.path, clock=clock, url="http://x").close()

    assert list(half.parent.iterdir()) == []


def test_the_umask_of_the_shell_does_not_matter(tmp_path, clock):
    os.umask(0)
    made = Desk.open(tmp_path / "new" / "rapport.duckdb", clock=clock, url="http://x/")

    assert stat.S_IMODE(made.store.path.stat().st_mode) == 0o600
    assert made.url == "http://x"
    made.close()


def test_today_is_the_date_where_the_organization_is(desk, clock):
    from data import organization

    clock.now = datetime(2026, 9, 7, 23, 30)
    with desk.store.writing() as db:
        organization.set_setting(db, "timezone", "Europe/Tallinn")

    assert desk.today() == datetime(2026, 9, 8).date()
    clock.now -= timedelta(hours=3)
    assert desk.today() == datetime(2026, 9, 7).date()


def test_an_id_that_an_earlier_wave_or_the_bank_calls_otherwise_is_told_at_the_opening(staffed):
    names = [replace(SMALL, dimensions={"trust": name}) for name in ("Trust", "Confidence", "Confidence")]
    told = []
    for number, questions in enumerate(names):
        opened = open_one(staffed, name=f"W{number}", asks="pulse", questionnaire=questions)
        told.append([notice for notice in opened.notices if "is called" in notice])
        with staffed.store.writing() as db:
            waves.set_state(db, opened.wave.wave_id, "closed")

    assert [len(each) for each in told] == [0, 1, 0]
    assert told[1][0].startswith("Dimension 'trust' is called 'Confidence' here and 'Trust' in wave W0.")
