"""What the server writes for whoever runs it tells of the server, and of nobody."""

import json
import logging
import os
import signal
import subprocess
import sys

import httpx2
import pytest
from conftest import REPOSITORY

from benchmarks import answering
from dashboard import command, journal, settings
from dashboard.cli import rapport
from data.records import Problem
from docs.pictures import until_signed_in


def served(database, **said):
    """Answer, mistype a code, give two commands, and stop; gives the lines that the server wrote, and the code."""
    [code, *_] = answering.open_wave(database, 30)
    words = [sys.executable, "-m", "dashboard", "serve", "--port", "0", "--db", str(database)]
    server = subprocess.Popen(
        words, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | said
    )
    address = next(line.split()[1] for line in until_signed_in(server) if line.startswith("Dashboard"))
    httpx2.get(f"{address}/p?code={code}")
    httpx2.post(f"{address}/p", data={"code": code, "answers": "1", "T1": "4"})
    httpx2.post(f"{address}/p", data={"code": "mistyped"})
    for given in (["wave", "status"], ["people", "sign-out", "somebody-whom-nobody-knows"]):
        subprocess.run([*words[:3], *given, "--db", str(database)], cwd=REPOSITORY, capture_output=True, check=False)
    server.send_signal(signal.SIGTERM)
    _, wrote = server.communicate(timeout=60)
    return wrote.splitlines(), code


@pytest.mark.parametrize("level", ["info", "debug"])
def test_every_line_is_an_object_and_none_tells_of_anybody(tmp_path, level):
    lines, code = served(tmp_path / "a.duckdb", RAPPORT_LOG_LEVEL=level, RAPPORT_LOG_FORMAT="json")

    said = [json.loads(line) for line in lines]
    messages = [line["message"] for line in said]
    assert all(line.keys() >= {"time", "level", "logger", "message"} for line in said)
    assert (messages[0], messages[-1]) == ("The database is open.", "The database is closed.")
    assert [message.partition(" after ")[0] for message in messages if message.startswith("Command ")] == [
        "Command wave status: status 0",
        "Command people sign-out: status 2",
    ]
    for secret in (code, "mistyped", "somebody-whom", "127.0.0.1", "/p"):
        assert secret not in "\n".join(lines)


def test_unless_asked_a_server_writes_nothing_while_all_is_well(tmp_path):
    lines, _ = served(tmp_path / "a.duckdb")

    assert lines == []


def test_a_failure_is_told_by_its_kind(capsys):
    with journal.kept("warning", "text"):
        logging.getLogger("dashboard.x").warning("Two\nlines.")
        logging.getLogger("dashboard.x").info("Not asked for.")
        logging.getLogger("elsewhere").info("A library's chatter.")

    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(" warning Two lines.")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (["wave", "close", "2026-Q4"], "wave close"),
        (["people", "sign-out", "m7"], "people sign-out"),
        (["rubbish"], "(none)"),
    ],
)
def test_a_command_is_named_without_what_it_was_given(typed, name):
    assert command.name_of(rapport, typed) == name


def test_a_level_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(Problem, match=r"RAPPORT_LOG_LEVEL is 'warn'; expected one of .*\. Did you mean 'warning'\?"):
        settings.read(environment={"RAPPORT_LOG_LEVEL": "warn"})
    with pytest.raises(Problem, match="RAPPORT_LOG_FORMAT is 'xml'; expected one of text, json"):
        settings.read(environment={"RAPPORT_LOG_FORMAT": "xml"})
