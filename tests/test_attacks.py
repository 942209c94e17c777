"""What a thief makes of Rapport's files, and what a server leaves behind of those who answered.

`tests/attacks.py` holds the attacks and prints them as a table over many more waves: `make attack`.
"""

import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import attacks
import pytest
from conftest import REPOSITORY, full

from analytics.disclosure import pulse as pulse_gate
from data import ballot_box, bulk, findings, roster
from data.records import Member, Team
from data.roster import RosterChange
from surveys import ballots, opening
from surveys.desk import Desk
from surveys.questionnaire import builtin

WAVES = 20 if full else 2
"""Of each size, so few that only a strong leak is told from luck. `make attack` plays 200."""

by_name = pytest.mark.parametrize("attack", attacks.ATTACKS, ids=attacks.title)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """One wave of twenty people, closed as a server closes it: with a process of its own that opens the boxes."""
    return attacks.rapport_wave(tmp_path_factory.mktemp("wave"), 20, random.Random("one wave"))  # noqa: S311  repeatable


@pytest.fixture(scope="module")
def scores(trial):
    """Every attack on waves of Rapport: title → its scores, one for each number of people."""
    every = list(attacks.ATTACKS)
    real = [attacks.Score(attacks.title(attack), 20, 1, trial.hits(attack)) for attack in every]
    with attacks.counted_here():
        five, eight = (attacks.scores(attacks.rapport_wave, every, size, range(WAVES)) for size in (5, 8))
        others = attacks.scores(attacks.rapport_wave, every, 20, range(2, WAVES))
    twenty = [attacks.together(pair) for pair in zip(real, others, strict=True)]
    return {same[0].attack: same for same in zip(five, eight, twenty, strict=True)}


@pytest.fixture(scope="module")
def naive():
    """Every attack on the design that it is made against."""
    return attacks.naive_scores(20, 1)


# -------------------------------------------------------------------------------------------------- who wrote what


@by_name
def test_no_attack_on_the_files_finds_out_who_wrote_what(scores, attack):
    found = scores[attacks.title(attack)]

    assert [score.size for score in found] == [5, 8, 20]
    assert attacks.together(found).by_luck > attacks.FALSE_ALARM, found


@by_name
def test_every_attack_finds_everybody_in_a_naive_design(naive, attack):
    score = naive[attacks.title(attack)]

    assert (score.hits, score.trials * score.size) == (20, 20)


def test_twice_as_many_hits_as_luck_would_have_are_noticed_in_two_hundred_waves():
    assert attacks.Score("a leak", 20, 200, 243).z > attacks.NOTABLE
    assert attacks.Score("a leak", 20, 200, 400).by_luck < attacks.FALSE_ALARM
    assert attacks.Score("luck", 20, 200, 220).by_luck > 0.1


# ------------------------------------------------------------------------------------- what happens without protection


class InOrder:
    """Chance that leaves everything where it is."""

    def shuffle(self, _rows):
        pass


def no_padding(monkeypatch):
    monkeypatch.setattr(ballots, "_padded", lambda plain, _size: len(plain).to_bytes(2) + plain)


def no_seal(monkeypatch):
    monkeypatch.setattr(ballots, "seal", lambda _public, plain, size=ballots.ANSWERS_SIZE: ballots._padded(plain, size))
    monkeypatch.setattr(ballots, "opener", lambda _private: ballots._unpadded)


def ballots_laid_out_as_on_the_roster(monkeypatch):
    monkeypatch.setattr(opening.secrets, "SystemRandom", InOrder)


def comments_kept_as_the_close_reads_them(monkeypatch):
    def keep(db, wave_id, _findings, _moments, comments, **_other):
        bulk.insert(db, "comment", comments.assign(wave_id=wave_id))

    monkeypatch.setattr(pulse_gate.random, "SystemRandom", InOrder)
    monkeypatch.setattr(findings, "keep", keep)


def comments_kept_as_they_came(monkeypatch):
    def sealed(db, _wave_id):
        query = "SELECT group_box, sealed FROM box JOIN ballot USING (nullifier) ORDER BY box.rowid"
        yield db.execute(query).fetchall()

    comments_kept_as_the_close_reads_them(monkeypatch)
    monkeypatch.setattr(ballot_box, "sealed", sealed)


TAKEN_AWAY = [
    (no_padding, [attacks.box_size]),
    (no_seal, [attacks.log_prefix, attacks.copy_after_every_answer, attacks.row_order, attacks.byte_order]),
    (ballots_laid_out_as_on_the_roster, [attacks.mailing_list]),
    (comments_kept_as_the_close_reads_them, [attacks.mail_archive_in_the_order_of_the_close]),
    (comments_kept_as_they_came, [attacks.row_order_after_the_close, attacks.mail_archive]),
]
"""What is taken away from Rapport, and which attacks then find everybody."""


@pytest.mark.skipif(not full, reason="five more waves; RAPPORT_FULL=1 plays them")
@pytest.mark.parametrize(("take_away", "noticed"), TAKEN_AWAY, ids=lambda given: getattr(given, "__name__", ""))
def test_an_attack_finds_everybody_where_a_protection_is_taken_away(monkeypatch, take_away, noticed):
    take_away(monkeypatch)

    with attacks.counted_here():
        found = attacks.scores(attacks.rapport_wave, noticed, 20, range(1))

    assert {score.attack: score.hits for score in found} == {attacks.title(attack): 20 for attack in noticed}


# ------------------------------------------------------------------------------------------- that somebody answered


def test_with_everybodys_links_a_thief_sees_who_answered_until_the_close_and_not_after_it(trial):
    loot = trial.loot

    assert attacks.who_answered(loot) == set(loot.arrivals)
    assert attacks.who_answered_after_the_close(loot) == set(loot.roster) > set(loot.arrivals)


def test_names_sent_right_after_a_pulse_tell_whose_box_is_whose_and_not_what_is_in_it(trial):
    loot = trial.loot
    found = attacks.whose_box(loot)

    assert {person: loot.archive[nullifier] for person, nullifier in found.items()} == {each: each for each in found}
    assert loot.after("box", "nullifier") == loot.after("ballot", "nullifier") == []
    assert not any(text.encode() in box for box in loot.column("box", "sealed") for text in loot.released)


# ------------------------------------------------------------------------------------------ what a server leaves behind

LARGE, SMALL = (994, 6) if full else (54, 6)
"""How many are in a team whose comments are released, and in one of fewer than ten, where they are not."""

EVERYTHING_LOGGED = """
import logging, sys

logging.basicConfig(level=1, filename="everything.log")
logging.Logger.isEnabledFor = lambda *_: True  # whatever level a library chooses for itself afterwards
logging.Logger.getEffectiveLevel = lambda _: 1

from surveys import submission, web  # two places break for some, with all they know in the message of the error

def read(form, questionnaire, honest=submission.read):
    if "break the reading" in form.get("comment", ""):
        raise RuntimeError(f"cannot read {form}")
    return honest(form, questionnaire)

def render(page, house, honest=web.render, broken=[]):
    if broken or "break the page" in repr(page):
        raise RuntimeError(broken.pop() if broken else broken.append(f"cannot show {page}"))
    return honest(page, house)

submission.read, web.render = read, render

from dashboard.__main__ import main

main()
"""


Mark = tuple[str, bytes]
"""A kind of thing that must not be found, and one of it."""


class Marks:
    """What must not be found: texts and keys of at least sixteen bytes, each of some kind."""

    def __init__(self):
        self._windows: dict[bytes, Mark] = {}

    def add(self, kind: str, *marks: bytes) -> None:
        for mark in marks:
            self._windows |= {mark[start : start + 12]: (kind, mark) for start in range(len(mark) - 11)}

    def new(self, kind: str) -> str:
        """A text that nobody else would write."""
        text = os.urandom(12).hex()
        self.add(kind, text.encode())
        return text

    def within(self, file: bytes) -> set[Mark]:
        """Whatever stands in these bytes: every window of twelve bytes is known and every fifth place is looked at."""
        looked_at = (file[start : start + 12] for start in range(0, len(file), 5))
        return {self._windows[window] for window in looked_at if window in self._windows}

    def kinds(self, files: Mapping[str, bytes]) -> dict[str, set[str]]:
        """Name of a file → the kinds found in it."""
        found = {name: {kind for kind, _ in self.within(file)} for name, file in files.items()}
        return {name: kinds for name, kinds in found.items() if kinds}


@dataclass
class Pulse:
    """A pulse that everybody answered at a server that logs all it can, and some more happened at."""

    folder: Path
    marks: Marks = field(default_factory=Marks)
    pages: list[tuple[str, int, bytes]] = field(default_factory=list)
    """Of every request what its form held, and status, and headers and body of the response."""
    port: int = 0

    def files(self) -> dict[str, bytes]:
        """Everything that lies in the server's folders: database, log files, keys, home, temporary files, output."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}

    def send(self, method: str, path: str, form: Mapping[str, str] | bytes = b"", **headers: str) -> int:
        """One request as a talkative browser behind a proxy makes it; gives the status."""
        body = form if isinstance(form, bytes) else urllib.parse.urlencode(form).encode()
        usual = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": self.marks.new("user agent"),
            "Referer": f"https://mail.example/{self.marks.new('referer')}",
            "Cookie": f"seen={self.marks.new('cookie')}",
            "X-Forwarded-For": self.marks.new("forwarded for"),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, f"{path}?{self.marks.new('query')}", body, usual | headers)
        response = connection.getresponse()
        page = str(response.headers).encode() + response.read()
        connection.close()
        self.pages.append((urllib.parse.unquote_plus(body.decode(errors="replace")), response.status, page))
        return response.status

    def send_raw(self, request: bytes) -> None:
        """Bytes as they are, and the connection closed without waiting for an answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request)


@pytest.fixture(scope="module")
def pulse(tmp_path_factory):
    """The pulse, its files while it was open (`before`) and after its close and the server's end (`after`)."""
    asked = Pulse(tmp_path_factory.mktemp("served"))
    codes = ask(asked)
    with served(asked):
        answer(asked, codes)
        disturb(asked, codes)
        asked.before = asked.files()
        asked.closing = rapport(asked.folder, "wave", "close", "One")
    asked.after = asked.files()
    stolen = tmp_path_factory.mktemp("stolen")
    for name in DATABASE:
        (stolen / name).write_bytes(asked.before[name])
    asked.live = attacks.tables(stolen / "rapport.duckdb")
    return asked


def ask(asked):
    """Open a wave for two teams. Member id → the codes of their links."""
    desk = Desk.open(asked.folder / "rapport.duckdb", clock=lambda: datetime(2026, 9, 7, 8), url="http://127.0.0.1")
    people = tuple(
        Member(
            f"m{n:04}", asked.marks.new("name"), f"{asked.marks.new('address')}@example.org", "l" if n < LARGE else "s"
        )
        for n in range(LARGE + SMALL)
    )
    with desk.store.writing() as db:
        teams = (Team("l", "Large", "organization"), Team("s", "Small", "organization"))
        roster.apply(db, RosterChange(teams, people, (), ()))
    wave = opening.open_wave(desk, "One", asks="both", questionnaire=builtin("pulse"), closes=datetime(2126, 9, 7)).wave
    keys = desk.keys.read(wave.wave_id)
    desk.close()
    codes = {}
    for person in people:
        secrets = [ballots.secret(keys[form], person.member_id) for form in ("pulse", "network")]
        codes[person.member_id] = [ballots.code(secret) for secret in secrets]
        for secret, code in zip(secrets, codes[person.member_id], strict=True):
            asked.marks.add("link", bytes(secret), secret.hex().encode(), code.encode(), code.replace("-", "").encode())
        nullifier = ballots.nullifier(secrets[0])
        asked.marks.add("nullifier", nullifier, nullifier.hex().encode())
    return codes


@contextmanager
def served(asked):
    """The server in a process of its own, with every log at every level, and folders of its own for all it writes."""
    (asked.folder / "serve.py").write_text(EVERYTHING_LOGGED)
    for name in ("home", "tmp"):
        (asked.folder / name).mkdir()
    environment = {
        **os.environ,
        "HOME": str(asked.folder / "home"),
        "TMPDIR": str(asked.folder / "tmp"),
        "PYTHONASYNCIODEBUG": "1",
        "PYTHONPATH": str(REPOSITORY),
    }
    command = [sys.executable, "serve.py", "serve", "--port", "0", "--db", "rapport.duckdb"]
    with (
        (asked.folder / "errors").open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=asked.folder, env=environment) as server,
    ):
        try:
            printed = [next(line for line in server.stdout if line.startswith(b"Dashboard"))]
            asked.port = int(re.search(rb":(\d+)", printed[0])[1])
            yield
        finally:
            server.terminate()
            printed += server.stdout
            (asked.folder / "printed").write_bytes(b"".join(printed))


def rapport(folder, *words):
    """A command of the tool, and what it prints."""
    command = [sys.executable, "-m", "dashboard", *words, "--db", "rapport.duckdb"]
    run = subprocess.run(command, capture_output=True, cwd=folder, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


def answer(asked, codes):
    """Everybody opens their form and answers, a few twice; some name a colleague."""
    for number, (member_id, (code, network_code)) in enumerate(codes.items()):
        kind = "comment released" if number < LARGE else "comment withheld"
        form = {"code": code, "answers": "1", "T1": "4", "C1": "2"}
        if number % 20 == 0:
            assert asked.send("POST", "/p", {"code": code}) == 200
            assert asked.send("POST", "/p", form | {"comment": asked.marks.new("comment replaced")}) == 303
            named = {"code": network_code, "answers": "1", "work_nobody": "1", "map": "yes", "introductions": "no"}
            assert asked.send("POST", "/n", named) == 303
        assert asked.send("POST", "/p", form | {"comment": asked.marks.new(kind)}) == 303, member_id


def disturb(asked, codes):
    """What should not happen: answers that cannot be, errors within, wrong codes, too much, and no HTTP at all."""
    for code, network_code in list(codes.values())[:3]:
        form = {"code": code, "answers": "1", "T1": "9", "comment": asked.marks.new("comment refused")}
        assert asked.send("POST", "/p", form) == 422
        assert asked.send("POST", "/p", form | {"T1": "4", "comment": f"break the reading {form['comment']}"}) == 503
        assert asked.send("POST", "/p", form | {"comment": f"break the page {form['comment']}"}) == 500
        assert (
            asked.send("POST", "/n", {"code": network_code, "answers": "1", "work": asked.marks.new("no member")})
            == 422
        )
    for _ in range(65):  # more than two minutes take, in case one ends meanwhile
        asked.send("POST", "/p", {"code": asked.marks.new("wrong code")})
    assert asked.send("POST", "/p", {"code": asked.marks.new("too long") * 2_000}) == 413
    assert (
        asked.send("POST", "/p", asked.marks.new("no form").encode(), **{"Content-Type": "multipart/form-data"}) == 400
    )
    asked.send("POST", "/n", b"code=\xff\xfe" + asked.marks.new("no text").encode())
    asked.send("POST", "/p", asked.marks.new("no form").encode(), **{"Content-Type": "application/json"})
    for path in ("/", "/p", "/privacy", "/_stcore/health", "/_stcore/stream", f"/{asked.marks.new('path')}"):
        asked.send("GET", path)
    asked.send_raw(f"{asked.marks.new('no http')} /p HTTP/7.7\r\n\r\n".encode())
    asked.send_raw(
        f"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\ncode={asked.marks.new('cut off')}".encode()
    )


# What may be found, and where. Everything else may be nowhere.
DATABASE = ("rapport.duckdb", "rapport.duckdb.wal")
WHILE_OPEN = {"name", "address", "nullifier"}
"""In the database: the roster, and ballots by the hash of their links' secrets."""
AFTER_THE_CLOSE = {"name", "address", "comment released"}
"""In the database: the roster, and the comments of the team that is large enough."""


def test_while_a_wave_is_open_a_server_leaves_nothing_of_those_who_answer_anywhere(pulse):
    found = pulse.marks.kinds(pulse.before)

    assert set(found) <= set(DATABASE)
    assert set().union(*found.values()) == WHILE_OPEN


def test_after_the_close_only_the_roster_and_released_comments_are_left(pulse):
    found = pulse.marks.kinds(pulse.after)

    assert found == {"rapport.duckdb": AFTER_THE_CLOSE}
    released = {mark for kind, mark in pulse.marks.within(pulse.after["rapport.duckdb"]) if kind == "comment released"}
    assert len(released) == LARGE
    assert pulse.marks.kinds({"the command's output": pulse.closing}) == {}


def test_after_the_close_no_piece_of_a_box_a_ballot_or_a_key_is_left(pulse):
    marks = Marks()
    for table, columns in (("box", ["nullifier", "sealed"]), ("ballot", ["group_box", "group_note"])):
        for row in pulse.live[table][:100]:
            marks.add(table, *(row[column] for column in columns))
    (key_file,) = (file for name, file in pulse.before.items() if name.startswith("rapport.duckdb.keys/"))
    keys = json.loads(key_file)
    marks.add(
        "key",
        *(bytes.fromhex(keys[name]) for name in ("pulse", "box")),
        *(keys[name].encode() for name in ("pulse", "box")),
    )

    assert set(marks.kinds(pulse.before)) >= {"rapport.duckdb.wal"}
    assert marks.kinds(pulse.after) == {}


def test_a_page_shows_nobody_anything_but_what_they_sent_themselves(pulse):
    statuses = {status for _, status, _ in pulse.pages}
    shown = [(sent, {mark.decode() for _, mark in pulse.marks.within(page)}) for sent, _, page in pulse.pages]

    assert {200, 303, 400, 404, 413, 422, 429, 500, 503} <= statuses
    assert [marks for sent, marks in shown if not all(mark in sent for mark in marks)] == []


def test_errors_reach_the_logs_without_what_they_are_about(pulse):
    """So that the searches above have something to search: the logs hold errors, and the chatter of every library."""
    logs = pulse.after["everything.log"] + pulse.after["errors"]

    assert logs.count(b"RuntimeError") >= 6
    assert b"DEBUG:" in logs


def test_the_search_finds_what_is_there():
    marks = Marks()
    marks.add("key", bytes(range(32)))
    marks.add("text", b"a text of some length")

    found = marks.kinds({"one": b"x" * 3 + bytes(range(32)), "two": b"..a text of some len..", "three": b"a text of s"})

    assert found == {"one": {"key"}, "two": {"text"}}
