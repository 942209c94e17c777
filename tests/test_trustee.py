"""With a trustee nobody can open early: the box key is on no disk in the clear, and the passphrase is nowhere."""

import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from conftest import REPOSITORY
from test_closing import CLOSES, EXPECTED, cast_all, moments, open_one, staff, wave_of
from test_pages import visit  # noqa: F401  a fixture

from data import audit
from data.records import Problem
from surveys import apart, ballots, closing, opening
from surveys.reasoning import reason

PASSPHRASE = "the works council keeps this"  # noqa: S105  invented

WATCHED = """
import os, sys
from datetime import datetime
from pathlib import Path

import data
from surveys import ballots, opening
from surveys.desk import Desk
from test_closing import CLOSES, QUESTIONS, open_one, staff

folder, passphrase = Path(sys.argv[1]), sys.argv[2] or None
seen, looking = set(), False


def look(event, _arguments):
    # Before any file is opened, renamed or removed: whatever was written until then is still there.
    global looking
    if looking or event not in ("open", "os.rename", "os.remove", "os.truncate"):
        return
    looking = True
    seen.update(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    looking = False


desk = Desk.open(folder / "rapport.duckdb", clock=lambda: datetime(2026, 9, 7, 8), url="http://x")
staff(desk)
sys.addaudithook(look)
wave = open_one(desk, passphrase=passphrase)
kept = desk.keys.read(wave.wave_id)["box"]
desk.close()
look("open", ())
private = ballots.unlock(kept, passphrase) if passphrase else kept
assert ballots.opens(private, wave.box_key)
pieces = [bytes(private), private.hex().encode()]
print(len(seen), any(piece in content for content in seen for piece in pieces))
"""


@pytest.fixture
def staffed(desk, monkeypatch):
    monkeypatch.setattr(apart, "in_a_process", reason)
    staff(desk)
    return desk


@pytest.mark.parametrize(("passphrase", "readable"), [(PASSPHRASE, False), ("", True)], ids=["trustee", "file"])
def test_no_file_ever_holds_the_box_key_in_the_clear_also_none_that_is_replaced(tmp_path, passphrase, readable):
    # Without a trustee the key lies in its file: that it is found there shows that the search finds it.
    run = subprocess.run(
        [sys.executable, "-c", WATCHED, tmp_path, passphrase],
        capture_output=True,
        text=True,
        cwd=REPOSITORY / "tests",
        env={"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    looks, found = run.stdout.split()
    assert int(looks) > 5
    assert found == str(readable)


def test_the_key_as_it_lies_on_the_disk_is_proved_before_the_wave_exists(staffed, monkeypatch):
    # A disk that gives back another key than was written.
    other = ballots.lock(ballots.new_box_key()[0], PASSPHRASE)
    kept = staffed.keys.read
    monkeypatch.setattr(staffed.keys, "read", lambda wave_id: {**kept(wave_id), "box": other})
    with pytest.raises(Problem, match=r"does not open a test box\. The wave was not opened"):
        open_one(staffed, passphrase=PASSPHRASE)
    monkeypatch.undo()
    assert staffed.keys.waves() == {}


def test_a_wrong_passphrase_is_a_sentence_and_changes_no_byte(staffed):
    wave = open_one(staffed, passphrase=PASSPHRASE)
    cast_all(staffed, wave)
    files = lambda: {file: file.read_bytes() for file in staffed.store.path.parent.rglob("*") if file.is_file()}  # noqa: E731
    before = files()
    for wrong in (None, "the works council keeps that", "", " "):
        with pytest.raises(Problem, match=r"trustee") as told:
            closing.close_wave(staffed, "One", passphrase=wrong)
        assert "\n" not in str(told.value)
    assert files() == before

    closing.close_wave(staffed, "One", passphrase=PASSPHRASE)
    assert moments(staffed) == EXPECTED


def test_a_close_by_time_waits_for_the_trustee_and_takes_no_more_answers(staffed, clock):
    from dashboard import serving

    open_one(staffed, passphrase=PASSPHRASE)
    clock.now = CLOSES + timedelta(days=1)
    assert serving.look_at_the_clock(staffed) == []
    assert wave_of(staffed).state == "closing"
    closing.close_wave(staffed, "One", passphrase=PASSPHRASE)
    assert wave_of(staffed).state == "closed"


def test_the_passphrase_is_in_no_file_no_log_and_no_line_that_is_printed(tmp_path, monkeypatch, capsys, caplog):
    from dashboard.cli import rapport
    from dashboard.command import now
    from surveys.desk import Desk

    caplog.set_level(0)
    monkeypatch.setattr(apart, "in_a_process", reason)
    (tmp_path / "kept").mkdir()
    path = tmp_path / "kept" / "rapport.duckdb"
    desk = Desk.open(path, clock=now, url="http://x")
    staff(desk)
    desk.close()
    for name, words in {"right": PASSPHRASE, "wrong": "the works council keeps that"}.items():
        (tmp_path / name).write_text(words + "\n")
    opened = ["wave", "open", "w", "--asks", "pulse", "--closes", "2126-01-01", "--trustee", "--db", str(path)]
    close = ["wave", "close", "w", "--db", str(path)]
    told = []

    assert rapport.run([*opened, "--passphrase-file", str(tmp_path / "right")]) == 0
    told += [file.read_bytes() for file in path.parent.rglob("*") if file.is_file()]
    assert rapport.run([*close, "--passphrase-file", str(tmp_path / "wrong")]) == 2
    assert rapport.run([*close, "--passphrase-file", str(tmp_path / "right")]) == 0
    told += [file.read_bytes() for file in path.parent.rglob("*") if file.is_file()]

    said = capsys.readouterr()
    assert "this is not the passphrase that its trustee chose" in said.err
    desk = Desk.open(path, clock=now, url="http://x")
    with desk.store.reading() as db:
        told.append(str(audit.entries(db).to_dict()).encode())
    desk.close()
    told += [text.encode() for text in (said.out, said.err, caplog.text)]
    assert [text for text in told if b"works council keeps" in text] == []


def test_what_may_show_itself_does_not_show_the_passphrase():
    terms = opening._Terms("One", "pulse", None, datetime(2026, 9, 21), 5, 6, PASSPHRASE)
    assert PASSPHRASE not in repr(terms)
    locked = ballots.lock(ballots.new_box_key()[0], PASSPHRASE)
    with pytest.raises(ValueError, match="does not open this key") as told:
        ballots.unlock(locked, "another one")
    assert "another one" not in repr(told.value)


def test_the_surveys_page_asks_for_the_passphrase_and_closes_with_nothing_else(staffed, visit):  # noqa: F811  pytest hands the fixture over by its name
    cast_all(staffed, open_one(staffed, passphrase=PASSPHRASE))
    app = press(visit("waves"), "Close the wave")
    [asked] = [each for each in app.text_input if each.label == "Trustee's passphrase"]
    assert asked.proto.type == asked.proto.PASSWORD

    # AppTest runs the whole page again where a browser runs the open dialog, so both buttons are pressed at once.
    asked.set_value("the works council keeps that")
    app = press(app, "Close the wave", "Close it now")
    assert "not the passphrase that its trustee chose" in app.error[0].value
    assert wave_of(staffed).state == "open"

    [asked] = [each for each in app.text_input if each.label == "Trustee's passphrase"]
    asked.set_value(PASSPHRASE)
    press(app, "Close the wave", "Close it now")
    assert wave_of(staffed).state == "closed"
    assert moments(staffed) == EXPECTED


def press(app, *labels):
    for button in app.button:
        if button.label in labels:
            button.click()
    return app.run()
