"""A command given while a server holds the database is carried out there, with the same output and exit status."""

import stat
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard import remote, terminal
from data.records import Problem


class Person:
    """Somebody at a terminal, who answers what is asked in turn."""

    def __init__(self, folder, answers=()):
        self.folder = folder
        self.interactive = False
        self.answers = list(answers)
        self.seen = []

    def out(self, text):
        self.seen.append(("out", text))

    def err(self, text):
        self.seen.append(("err", text))

    def ask(self, question):
        self.seen.append(("ask", question))
        if not self.answers:
            raise Problem("There is nobody to ask.")
        return self.answers.pop(0)


@contextmanager
def server(path, run):
    made = remote.Server(path, run)
    try:
        yield made
    finally:
        made.close()


def send(path, person, *arguments):
    connection = remote.connect(path)
    assert connection is not None
    return remote.send(connection, arguments, person)


@pytest.fixture
def socket_path(tmp_path):
    return tmp_path / "rapport.duckdb.sock"


def test_output_errors_and_exit_status_come_back_in_order(socket_path, tmp_path):
    def run(arguments):
        terminal.say(f"got {arguments}")
        terminal.notice("a notice")
        terminal.say("more")
        return 3

    person = Person(tmp_path)
    with server(socket_path, run):
        assert send(socket_path, person, "wave", "status") == 3
    assert person.seen == [("out", "got ['wave', 'status']\n"), ("err", "a notice\n"), ("out", "more\n")]


def test_questions_are_answered_where_the_person_is(socket_path, tmp_path):
    person = Person(tmp_path, ["correct horse"])
    heard = []
    with server(socket_path, lambda _: heard.append(terminal.current().ask("Passphrase")) or 0):
        assert send(socket_path, person) == 0
    assert heard == ["correct horse"]


def test_a_question_that_nobody_answers_is_a_problem_for_the_command(socket_path, tmp_path):
    said = []

    def run(_):
        try:
            terminal.current().ask("Passphrase")
        except Problem as problem:
            said.append(str(problem))
        return 2

    with server(socket_path, run):
        assert send(socket_path, Person(tmp_path)) == 2
    assert said == ["There is nobody to ask."]


def test_relative_paths_begin_where_the_person_stands(socket_path):
    folders = []
    with server(socket_path, lambda _: folders.append(terminal.current().folder) or 0):
        send(socket_path, Person(Path("/home/ana")))
    assert folders == [Path("/home/ana")]


def test_two_commands_at_once_do_not_hear_each_other(socket_path):
    both = threading.Barrier(2, timeout=30)

    def run(arguments):
        both.wait()
        terminal.say(arguments[0])
        both.wait()
        terminal.say(arguments[0])
        return 0

    people = {name: Person(Path("/")) for name in ("ana", "ben")}
    with server(socket_path, run):
        threads = [threading.Thread(target=send, args=(socket_path, people[name], name)) for name in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for name, person in people.items():
        assert person.seen == [("out", f"{name}\n")] * 2


def test_a_command_is_finished_also_when_its_client_has_gone(socket_path):
    gone, finished = threading.Event(), threading.Event()

    def run(_):
        assert gone.wait(30)
        for _ in range(100):
            terminal.say("x" * 10_000)
        finished.set()
        return 0

    with server(socket_path, run):
        connection = remote.connect(socket_path)
        with connection, connection.makefile("w") as line:
            line.write('{"arguments": [], "folder": "/", "interactive": false}\n')
        gone.set()
        assert finished.wait(30)


def test_the_socket_is_for_its_owner_only_and_goes_with_the_server(socket_path):
    with server(socket_path, lambda _: 0):
        assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600
    assert not socket_path.exists()


def test_a_socket_that_a_killed_server_left_is_no_server(socket_path):
    import socket

    left = socket.socket(socket.AF_UNIX)
    left.bind(str(socket_path))
    left.close()

    assert remote.connect(socket_path) is None
    with server(socket_path, lambda _: 0):
        assert send(socket_path, Person(Path("/"))) == 0


def test_a_long_folder_name_is_no_obstacle(tmp_path):
    folder = tmp_path / ("a" * 120)
    folder.mkdir()
    path = folder / "rapport.duckdb.sock"

    with server(path, lambda _: 7):
        assert send(path, Person(Path("/"))) == 7


@pytest.mark.parametrize("rubbish", [b"\n", b"[]\n", b"{}\n", b"no json\n", b'{"arguments": "x"}\n', b"\xff\n"])
def test_rubbish_on_the_socket_harms_nobody(socket_path, rubbish):
    with server(socket_path, lambda _: 0):
        connection = remote.connect(socket_path)
        with connection:
            connection.sendall(rubbish)
            assert connection.recv(1) == b""
        assert send(socket_path, Person(Path("/"))) == 0


def test_a_server_that_ends_in_the_middle_is_said(tmp_path):
    import socket

    ours, theirs = socket.socketpair()
    person = Person(tmp_path)
    threading.Thread(target=lambda: (theirs.recv(10_000), theirs.close())).start()

    assert remote.send(ours, ["scores"], person) == 2
    assert person.seen == [("err", "The server ended before the command was finished.\n")]
