import random
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing as closing_of
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from conftest import REPOSITORY

from data import audit, ballot_box, findings, roster, ties, waves
from data.records import Member, Problem, Team, Tie
from data.roster import RosterChange, RosterRow
from data.ties import NetworkAnswer
from surveys import apart, ballots, closing, gathering, links, opening, reasoning
from surveys.desk import Desk
from surveys.questionnaire import Item, Questionnaire
from surveys.submission import Submission

pytestmark = pytest.mark.usefixtures("counting_here")

QUESTIONS = Questionnaire(
    "small",
    "Small",
    {"trust": "Trust", "boundaries": "Boundaries"},
    (
        Item("T1", "trust", "A"),
        Item("T2", "trust", "B"),
        Item("B1", "boundaries", "C", reverse=True),
        Item("B2", "boundaries", "D"),
    ),
    comment="Anything else?",
)
CLOSES = datetime(2026, 9, 21, 8, 0)
SALES, ENGINEERING = range(12), range(12, 24)


def staff(desk):
    """Twelve in Sales, twelve in Engineering."""
    teams = (Team("s", "Sales", "organization"), Team("e", "Engineering", "organization"))
    people = tuple(Member(f"m{i:02}", f"Name {i}", f"m{i}@example.org", "s" if i in SALES else "e") for i in range(24))
    with desk.store.writing() as db:
        roster.apply(db, RosterChange(teams, people, (), ()))


def open_one(desk, name="One", **other):
    terms = {"asks": "pulse", "questionnaire": QUESTIONS, "closes": CLOSES, **other}
    return opening.open_wave(desk, name, **terms).wave


def secret_of(desk, wave, number):
    return ballots.secret(desk.keys.read(wave.wave_id)["pulse"], f"m{number:02}")


def nullifiers_of(desk, wave):
    return [ballots.nullifier(secret_of(desk, wave, number)) for number in range(24)]


def put(desk, wave, nullifier, answers, comment=""):
    """Answers through the seal and the intake; whether they were kept."""
    sealed = ballots.seal(wave.box_key, Submission(answers, comment).to_bytes())
    return desk.intake.cast(nullifier, sealed).result(timeout=60)


def cast(desk, wave, number, answers, comment=""):
    return put(desk, wave, ballots.nullifier(secret_of(desk, wave, number)), answers, comment)


def usual(number):
    """Sales answers 4 and 5, Engineering 2 and 3."""
    low = 4 if number in SALES else 2
    return {"T1": low, "T2": low + number % 2, "B1": 2, "B2": 4}


def cast_all(desk, wave):
    """Two stay silent in each team."""
    for number in (*SALES[:10], *ENGINEERING[:10]):
        assert cast(desk, wave, number, usual(number), f"comment-of-member-{number:02}")


EXPECTED = {  # person means: Sales 4 or 4.5, Engineering 2 or 2.5, half each; B1 turned: 4, as B2
    ("s", "trust"): (10, 42.5),
    ("e", "trust"): (10, 22.5),
    ("organization", "trust"): (20, 65.0),
    ("s", "boundaries"): (10, 40.0),
    ("e", "boundaries"): (10, 40.0),
    ("organization", "boundaries"): (20, 80.0),
}


def moments(desk):
    with desk.store.reading() as db:
        kept = findings.moments(db)
    rows = kept[["team_id", "subject", "n", "total"]].itertuples(index=False)
    return {(team, subject): (n, round(total, 6)) for team, subject, n, total in rows}


@pytest.fixture
def staffed(desk):
    staff(desk)
    return desk


@pytest.fixture
def answered(staffed):
    """An open pulse that twenty of twenty-four have answered."""
    cast_all(staffed, open_one(staffed))
    return staffed


def wave_of(desk, name="One"):
    with desk.store.reading() as db:
        return waves.wave(db, name)


# ------------------------------------------------------------------------------------------------------------- counted


@pytest.mark.usefixtures("another_process")
def test_every_answer_is_counted_once_and_the_last_one_of_a_ballot_counts(staffed):
    wave = open_one(staffed)
    cast(staffed, wave, 0, {"T1": 1, "T2": 1, "B1": 5})
    cast_all(staffed, wave)

    closed = closing.close_wave(staffed, "One")

    assert (closed.state, closed.closed_on) == ("closed", date(2026, 9, 7))
    assert moments(staffed) == EXPECTED


def test_after_the_close_nothing_of_the_ballots_is_left(answered):
    wave = wave_of(answered)
    nullifiers = nullifiers_of(answered, wave)
    with answered.store.reading() as db:
        sealed = [box for some in ballot_box.sealed(db, wave.wave_id) for pair in some for box in pair]

    closing.close_wave(answered, "One")
    answered.close()

    left = b"".join(file.read_bytes() for file in answered.store.path.parent.glob("rapport.duckdb*") if file.is_file())
    assert answered.keys.waves() == {}
    assert not [each for each in nullifiers if each in left]
    assert not [box for box in sealed if box[40:72] in left]


def test_every_link_opens_the_results_page_whether_it_was_used_or_not(answered):
    wave = wave_of(answered)
    readers = [ballots.reader(secret_of(answered, wave, number)) for number in range(24)]

    closing.close_wave(answered, "One")

    with answered.store.reading() as db:
        assert ballot_box.readers(db, readers) == dict.fromkeys(readers, wave.wave_id)
        assert db.execute("SELECT count(*) FROM reader").fetchone() == (24,)


def test_comments_of_fewer_than_ten_are_kept_nowhere(staffed):
    wave = open_one(staffed)
    for number in SALES[:9]:
        cast(staffed, wave, number, {"T1": 4}, "xylophone-comment-of-sales")

    closing.close_wave(staffed, "One")
    with staffed.store.reading() as db:
        assert findings.comments(db, wave.wave_id).empty
    staffed.close()

    assert b"xylophone-comment" not in staffed.store.path.read_bytes()


def test_comments_of_ten_are_kept_with_nothing_beside_them(answered):
    closing.close_wave(answered, "One")

    with answered.store.reading() as db:
        kept = findings.comments(db, wave_of(answered).wave_id)
    assert list(kept.columns) == ["team_id", "text"]
    assert set(kept.loc[kept["team_id"] == "s", "text"]) == {f"comment-of-member-{number:02}" for number in SALES[:10]}


def test_a_wave_nobody_answered_closes_and_says_why_there_is_no_figure(staffed):
    open_one(staffed)

    assert closing.close_wave(staffed, "One").state == "closed"

    with staffed.store.reading() as db:
        rows = findings.rows(db)
    scores = rows[rows["kind"] == "score"]
    assert set(scores["subject"]) == {"trust", "boundaries"}
    assert set(scores["reason"]) == {"fewer_than_k"}
    assert moments(staffed) == {}


def test_a_second_wave_is_compared_with_the_first(answered, clock):
    closing.close_wave(answered, "One")
    clock.now += timedelta(days=90)
    wave = open_one(answered, "Two", closes=CLOSES + timedelta(days=90))
    for number in range(24):
        cast(answered, wave, number, {"T1": 3, "T2": 3, "B1": 2})
    closing.close_wave(answered, "Two")

    with answered.store.reading() as db:
        rows = findings.rows(db)
    change = rows[(rows["wave_id"] == wave.wave_id) & (rows["kind"] == "change") & (rows["subject"] == "trust")]
    assert set(change["since"]) == {"One"}
    assert change.set_index("team_id")["value"].loc["s"] < -20


def test_boxes_that_cannot_be_read_are_left_out_and_counted(answered):
    wave = wave_of(answered)
    stranger, _ = ballots.new_box_key()[::-1]
    forged = [
        b"rubbish",
        ballots.seal(stranger, Submission({"T1": 5}).to_bytes()),
        ballots.seal(wave.box_key, b"[1, 2]"),
        ballots.seal(wave.box_key, b'{"answers": {"T1": 500}, "comment": ""}'),
    ]
    for number, sealed in zip((10, 11, 22, 23), forged, strict=True):
        assert answered.intake.cast(ballots.nullifier(secret_of(answered, wave, number)), sealed).result(timeout=30)

    closing.close_wave(answered, "One")

    assert moments(answered) == EXPECTED
    with answered.store.reading() as db:
        assert audit.entries(db)["detail"].tolist() == ["4 sealed answers could not be read and were left out"]


# ------------------------------------------------------------------------------------------------------------- refused


def test_answers_are_refused_from_the_moment_a_close_begins(answered):
    wave = wave_of(answered)
    late = []

    def step(name):
        if name == "gather":
            late.append(cast(answered, wave, 10, {"T1": 1, "T2": 1, "B1": 1}))

    closing.close_wave(answered, "One", step=step)

    assert late == [False]
    assert moments(answered) == EXPECTED


def test_closing_a_closed_wave_changes_nothing(answered):
    closed = closing.close_wave(answered, "One")

    assert closing.close_wave(answered, "One") == closed
    assert moments(answered) == EXPECTED


def test_an_unknown_wave_is_refused_with_the_nearest(answered):
    with pytest.raises(Problem, match="Did you mean 'One'"):
        closing.close_wave(answered, "Onne")


def test_a_trustees_wave_closes_with_the_passphrase_only(staffed):
    cast_all(staffed, open_one(staffed, passphrase="works council"))  # noqa: S106  invented

    for wrong, sentence in ((None, "closed by its trustee"), ("works counsel", "not the passphrase")):
        with pytest.raises(Problem, match=sentence):
            closing.close_wave(staffed, "One", passphrase=wrong)
        assert wave_of(staffed).state == "open"

    closing.close_wave(staffed, "One", passphrase="works council\n")  # noqa: S106  invented
    assert moments(staffed) == EXPECTED
    assert staffed.keys.waves() == {}


def test_a_wave_whose_key_is_lost_can_only_be_ended_without_its_answers(answered):
    answered.keys.destroy(wave_of(answered).wave_id, ["box", "pulse"])

    with pytest.raises(Problem, match=r"key file .* is missing"):
        closing.close_wave(answered, "One")
    assert wave_of(answered).state == "open"

    assert closing.close_wave(answered, "One", without_answers=True).state == "closed"
    assert moments(answered) == {}


# ------------------------------------------------------------------------------------------------------ when it is time


def test_a_wave_whose_time_has_passed_takes_no_more_answers_and_is_due(answered, clock):
    wave = wave_of(answered)
    assert closing.due(answered) == []

    clock.now = CLOSES
    assert closing.due(answered) == ["One"]
    assert not cast(answered, wave, 10, {"T1": 1})


def test_a_wave_that_closed_meanwhile_is_not_opened_to_a_second_close(answered, clock):
    wave = wave_of(answered)
    clock.now = CLOSES
    closing.close_wave(answered, "One")

    closing._mark(answered, wave)  # as a clock that read the wave before it closed would

    assert closing.due(answered) == []
    assert wave_of(answered).state == "closed"


def test_a_trustees_wave_waits_for_its_trustee_also_after_a_restart(staffed, clock):
    wave = open_one(staffed, passphrase="works council")  # noqa: S106  invented
    cast_all(staffed, wave)
    clock.now = CLOSES

    assert closing.due(staffed) == []
    assert not cast(staffed, wave, 10, {"T1": 1})
    staffed.close()

    again = Desk.open(staffed.store.path, clock=clock, url="http://x")
    assert again.notices == ("Wave 'One' takes no more answers and waits for its trustee's passphrase.",)
    closing.close_wave(again, "One", passphrase="works council")  # noqa: S106  invented
    assert moments(again) == EXPECTED
    again.close()


# ---------------------------------------------------------------------------------------------------- the other process


@pytest.mark.usefixtures("another_process")
def test_a_counting_process_that_dies_leaves_everything_sealed(answered, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Problem, match=r"ended \(status 1\) before it was done"):
        closing.close_wave(answered, "One")
    assert wave_of(answered).state == "closing"
    monkeypatch.undo()

    closing.close_wave(answered, "One")
    assert moments(answered) == EXPECTED


@pytest.mark.usefixtures("another_process")
def test_a_failure_while_counting_is_told_without_any_value(answered):
    wave = wave_of(answered)
    job = gathering.whole(answered, replace(wave, questionnaire='{"secret-value": 1}'), b"x" * 32)

    with pytest.raises(Problem, match=r"could not be counted: Problem in place.py, line \d+\.") as told:
        apart.in_a_process(job)
    assert "secret-value" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.usefixtures("another_process")
def test_boxes_that_break_off_on_their_way_are_never_counted_as_if_they_were_all(answered):
    job = gathering.whole(answered, wave_of(answered), answered.keys.read(wave_of(answered).wave_id)["box"])

    def broken():
        with closing_of(job.pulse.boxes()) as boxes:
            yield next(boxes)
        raise OSError("the disk")

    with pytest.raises(Problem, match=r"could not be counted: EOFError in apart.py, line \d+\."):
        apart.in_a_process(replace(job, pulse=replace(job.pulse, boxes=broken)))


BESIDE = """
import sys

sys.path.insert(0, "..")
import data
from surveys import ballots, reasoning
from surveys.job import Sealed
from surveys.submission import Submission
from test_closing import QUESTIONS

private, public = ballots.new_box_key()
team = ballots.seal(public, b"s")
said = [Submission({"T1": 1 + at % 5, "B1": 1 + at % 3}, "word" * (at % 2)).to_bytes() for at in range(90)]
boxes = [(team, ballots.seal(public, each)) for each in said]
boxes[7], boxes[60] = (b"no group", boxes[7][1]), (team, b"no box")
read = reasoning.partial(reasoning._read, ballots.opener(bytes(private)), {"s"}, QUESTIONS)

def some():
    yield from (boxes[start : start + 20] for start in range(0, 90, 20))

alone = list(reasoning._read_all(read, Sealed(some, 90, bytes(private))))
reasoning.MANY = 1
beside = list(reasoning._read_all(read, Sealed(some, 90, bytes(private))))
assert beside == alone
assert [at for at, one in enumerate(beside) if one is None] == [7, 60]
assert beside[8] == ("s", Submission({"T1": 4, "B1": 3}, ""))
"""


def test_boxes_opened_by_many_processes_hold_what_they_hold_opened_one_by_one():
    """In a process of its own, because this one has threads, and what has threads is not forked."""
    told = subprocess.run(
        [sys.executable, "-c", BESIDE], capture_output=True, text=True, cwd=REPOSITORY / "tests", check=False
    )
    assert told.returncode == 0, told.stderr


# -------------------------------------------------------------------------------------------------------------- killed

KILLER = """
import os, sys
from pathlib import Path
from datetime import datetime
from surveys import apart, closing
from surveys.desk import Desk
from surveys.reasoning import reason

apart.in_a_process = reason
for name in closing.STEPS:
    if os.fork() == 0:  # before any database is open, so there is nothing to share
        desk = Desk.open(Path(sys.argv[1]) / name / "rapport.duckdb", clock=lambda: datetime(2026, 9, 7, 8), url="http://x")
        closing.close_wave(desk, "One", step=lambda at: at == name and os._exit(9))
        os._exit(0)
    print(name, os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A folder for each step of a close, with the database of a process that was killed just before that step."""
    folder = tmp_path_factory.mktemp("killed")
    desk = Desk.open(folder / "made" / "rapport.duckdb", clock=lambda: datetime(2026, 9, 7, 8), url="http://x")
    staff(desk)
    wave = open_one(desk)
    cast_all(desk, wave)
    nullifiers = nullifiers_of(desk, wave)
    desk.close()
    for name in closing.STEPS:
        shutil.copytree(folder / "made", folder / name)
    run = subprocess.run([sys.executable, "-c", KILLER, str(folder)], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == [f"{name} 9" for name in closing.STEPS], run.stderr
    return folder, nullifiers


@pytest.mark.parametrize("at", closing.STEPS)
def test_a_close_that_was_killed_is_finished_at_the_next_start(killed, at, clock):
    folder, nullifiers = killed
    path = folder / at / "rapport.duckdb"

    desk = Desk.open(path, clock=clock, url="http://x")
    if at == "mark":  # nothing had happened yet
        assert wave_of(desk).state == "open"
        closing.close_wave(desk, "One")
    assert wave_of(desk).state == "closed"
    assert moments(desk) == EXPECTED
    assert desk.notices == ()
    assert desk.keys.waves() == {}
    desk.close()

    assert sorted(file.name for file in path.parent.iterdir()) == ["rapport.duckdb", "rapport.duckdb.keys"]
    assert not [each for each in nullifiers if each in path.read_bytes()]


# ------------------------------------------------------------------------------------------------------- while serving


@pytest.mark.usefixtures("another_process")
def test_pages_and_forms_go_on_while_a_wave_closes(answered):
    wave = wave_of(answered)
    nullifiers = nullifiers_of(answered, wave)
    over = threading.Event()
    read, kept = [], [[], [], []]

    def read_on():
        while not over.wait(0.005):
            with answered.store.reading() as db:
                read.append(len(findings.rows(db)) + len(roster.members(db)))

    def cast_on(mine):
        chosen = random.Random(str(mine))  # noqa: S311  only who answers once more
        while not over.wait(0.005):
            number = chosen.choice([*SALES[:10], *ENGINEERING[:10]])
            mine.append(put(answered, wave, nullifiers[number], usual(number)))

    with ThreadPoolExecutor(5) as pool:
        others = [pool.submit(read_on), pool.submit(read_on), *(pool.submit(cast_on, mine) for mine in kept)]
        try:
            closing.close_wave(answered, "One")
        finally:
            over.set()
        for each in others:
            each.result()

    assert moments(answered) == EXPECTED
    assert len(read) > 2
    for mine in kept:
        assert mine == sorted(mine, reverse=True)  # once refused, refused for ever
        assert not mine[-1]


# ---------------------------------------------------------------------------------------------------------- the network


def say(desk, wave, source, targets, *, agrees=True):
    given = tuple(Tie(f"m{source:02}", f"m{target:02}") for target in targets)
    with desk.store.writing() as db:
        ties.keep_answer(db, wave.wave_id, NetworkAnswer(f"m{source:02}", given, agrees, agrees, ()))


def say_all(desk, wave, *, alone=(11,)):
    """Everybody works with the two beside them in their team; some with nobody."""
    for team in (SALES, ENGINEERING):
        circle = [number for number in team if number not in alone]
        for place, number in enumerate(circle):
            say(desk, wave, number, {circle[place - 1], circle[(place + 1) % len(circle)]} - {number})
    for number in alone:
        say(desk, wave, number, ())


def test_a_network_wave_closes_with_standings_and_introductions(staffed):
    wave = open_one(staffed, asks="network", questionnaire=None)
    say_all(staffed, wave)

    closing.close_wave(staffed, "One")

    with staffed.store.reading() as db:
        standing = ties.standings(db, wave.wave_id).set_index("member_id")
        pairs = ties.introductions(db, wave.wave_id)
        kinds = set(findings.rows(db)["kind"])
    assert standing.loc["m11", "standing"] == "isolated"
    assert set(standing["standing"].drop("m11")) == {"connected"}
    assert {str(day)[:10] for day in standing["visible_from"]} == {"2026-09-14"}
    assert "m11" in {*pairs["member_a"], *pairs["member_b"]}
    assert kinds == {"few_ties", "between", "silo", "returned", "carried", "circles", "core", "mixing"}


@pytest.mark.parametrize("names", [("help", "meet"), ("help", "reach"), ("energy",)])
def test_only_names_that_were_asked_for_are_counted(staffed, names):
    wave = open_one(staffed, asks="network", questionnaire=None, names=names)
    say_all(staffed, wave)

    closing.close_wave(staffed, "One")

    with staffed.store.reading() as db:
        standing = ties.standings(db, wave.wave_id)
    counted = {"helped": "help", "wanted": "reach", "energized": "energy"}
    assert {column: set(standing[column].dropna()) for column in counted} == {
        column: {0} if kind in names else set() for column, kind in counted.items()
    }


def test_whoever_filled_a_question_or_said_there_are_more_may_have_left_somebody_out(staffed):
    wave = open_one(staffed, asks="network", questionnaire=None)
    say(staffed, wave, 0, range(1, 16))
    say(staffed, wave, 1, range(2, 16))
    with staffed.store.writing() as db:
        for member, kind in (("m02", "work"), ("m03", "meet")):
            given = (Tie(member, "m04"),)
            ties.keep_answer(db, wave.wave_id, NetworkAnswer(member, given, True, True, (), {kind: 3}))
        given, more = ties.ties(db, wave.wave_id), ties.more(db, wave.wave_id)

    assert reasoning._with_full_forms(given, more, ("work", "help")) == {"m00", "m02"}


def test_a_network_wave_nobody_answered_closes_and_claims_nothing(staffed):
    wave = open_one(staffed, asks="network", questionnaire=None)

    closing.close_wave(staffed, "One")

    with staffed.store.reading() as db:
        assert set(ties.standings(db, wave.wave_id)["standing"]) == {"not_observed"}
        assert ties.introductions(db, wave.wave_id).empty


def test_whoever_is_isolated_twice_is_persistently_so(staffed, clock):
    for name in ("One", "Two"):
        wave = open_one(staffed, name, asks="network", questionnaire=None, closes=clock.now + timedelta(days=7))
        say_all(staffed, wave)
        closing.close_wave(staffed, name)
        clock.now += timedelta(days=90)

    with staffed.store.reading() as db:
        standing = ties.standings(db, wave.wave_id)
    assert list(standing.loc[standing["persistent"], "member_id"]) == ["m11"]


def test_the_same_ties_give_the_same_introductions(tmp_path, clock):
    def pairs(folder):
        desk = Desk.open(tmp_path / folder / "rapport.duckdb", clock=clock, url="http://x")
        staff(desk)
        wave = open_one(desk, asks="network", questionnaire=None)
        say_all(desk, wave)
        closing.close_wave(desk, "One")
        with desk.store.reading() as db:
            made = ties.introductions(db, wave.wave_id).drop(columns="wave_id")
        desk.close()
        return made

    assert pairs("one").equals(pairs("other"))


def test_who_did_not_agree_is_not_introduced(staffed):
    wave = open_one(staffed, asks="network", questionnaire=None)
    say_all(staffed, wave)
    say(staffed, wave, 11, (), agrees=False)

    closing.close_wave(staffed, "One")

    with staffed.store.reading() as db:
        pairs = ties.introductions(db, wave.wave_id)
    assert len(pairs) > 0
    assert "m11" not in {*pairs["member_a"], *pairs["member_b"]}


def test_who_erases_themselves_while_the_close_counts_stays_erased(staffed):
    wave = open_one(staffed, asks="network", questionnaire=None)
    say_all(staffed, wave)

    def erase(name):
        if name == "lock":
            with staffed.store.writing() as db:
                ties.erase(db, "m11")

    closing.close_wave(staffed, "One", step=erase)

    with staffed.store.reading() as db:
        pairs = ties.introductions(db, wave.wave_id)
        assert "m11" not in set(ties.standings(db, wave.wave_id)["member_id"])
    assert "m11" not in {*pairs["member_a"], *pairs["member_b"]}


def test_a_network_link_lives_until_the_next_network_wave_closes(staffed, clock):
    wave = open_one(staffed, asks="network", questionnaire=None)
    say_all(staffed, wave)
    closing.close_wave(staffed, "One")
    assert staffed.keys.waves() == {wave.wave_id: {"network"}}
    urls = links.links(staffed, "One")["network_url"]

    clock.now += timedelta(days=90)
    following = open_one(staffed, "Two", asks="both", closes=clock.now + timedelta(days=7))
    say_all(staffed, following)
    assert staffed.keys.waves()[wave.wave_id] == {"network"}
    hashes = [ballots.link_hash(ballots.secret_from(url.partition("#")[2])) for url in urls]
    with staffed.store.reading() as db:
        assert {ties.member_of(db, each)[1] for each in hashes} == {wave.wave_id}
    closing.close_wave(staffed, "Two")

    assert staffed.keys.waves() == {following.wave_id: {"network"}}
    with staffed.store.reading() as db:
        assert {ties.member_of(db, each) for each in hashes} == {None}


def test_a_network_key_ends_with_its_links_also_where_the_next_wave_has_lost_its_own(staffed, clock):
    open_one(staffed, asks="network", questionnaire=None)
    closing.close_wave(staffed, "One")
    clock.now += timedelta(days=90)
    following = open_one(staffed, "Two", asks="network", questionnaire=None, closes=clock.now + timedelta(days=7))
    staffed.keys.destroy(following.wave_id, ["network"])

    closing.close_wave(staffed, "Two")

    assert staffed.keys.waves() == {}


def test_ties_are_kept_until_the_second_following_network_wave_has_closed(staffed, clock):
    made = []
    for name in ("One", "Two", "Three"):
        made.append(open_one(staffed, name, asks="network", questionnaire=None, closes=clock.now + timedelta(days=7)))
        say_all(staffed, made[-1])
        closing.close_wave(staffed, name)
        clock.now += timedelta(days=90)

    with staffed.store.reading() as db:
        assert [len(ties.ties(db, wave.wave_id)) > 0 for wave in made] == [False, True, True]


@pytest.mark.usefixtures("another_process")
def test_one_close_serves_pulse_and_network(staffed):
    wave = open_one(staffed, asks="both")
    cast_all(staffed, wave)
    say_all(staffed, wave)

    closing.close_wave(staffed, "One")

    assert moments(staffed) == EXPECTED
    with staffed.store.reading() as db:
        assert len(ties.standings(db, wave.wave_id)) == 24
        assert {"score", "few_ties"} <= set(findings.rows(db)["kind"])


@pytest.mark.usefixtures("another_process")
def test_progress_goes_forward_to_its_end(answered):
    told = []
    closing.close_wave(answered, "One", progress=lambda sentence, share: told.append((share, sentence)))

    assert told == sorted(told, key=lambda each: each[0])
    assert told[-1] == (1.0, "Wave closed")
    assert "Opening boxes" in {sentence for _, sentence in told}


def test_whoever_leads_a_team_is_not_introduced_to_its_people_where_the_roster_names_no_managers(desk):
    rows = [
        RosterRow(2, "boss", "Bo", "", "organization", lead_of=("Sales",)),
        RosterRow(3, "one", "One", "", "Sales", lead_of=("Sales / North",)),
        RosterRow(4, "two", "Two", "", "Sales / North"),
        RosterRow(5, "three", "Three", "", "Sales / South", manager_id="two"),
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
    wave = open_one(desk, asks="network", questionnaire=None)
    with desk.store.reading() as db:
        groups, seats, nothing = waves.groups(db, wave.wave_id), waves.seats(db, wave.wave_id), ties.ties(db, "none")
        people = gathering.gather_ties(
            db, wave, groups, asked=seats, given=nothing, answered=(), questions=(), agreed=ties.consents(db)
        ).people

    assert dict(zip(people["member_id"], people["managers"], strict=True)) == {
        "boss": [],
        "one": ["boss"],
        "two": ["one"],
        "three": ["boss", "two"],
    }
