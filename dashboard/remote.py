r"""One process holds the database, so a command given while a server does is carried out by that server.

Beside the database stands a Unix socket that only its owner can open. A client sends one line of JSON, what was typed
and where, and gets back lines to print, questions to answer, and at last an exit status:

    client  {"arguments": ["wave", "close", "2026-Q4"], "folder": "/home/ana", "interactive": true}
    server  {"err": "\rOpening the boxes …"}   {"ask": "Passphrase"}   {"out": "2026-Q4 is closed.\n"}   {"exit": 0}

The client loads neither Streamlit nor DuckDB. A command that was begun is finished even when its client goes away.
"""

import json
import logging
import os
import socket
import socketserver
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

from dashboard import terminal
from dashboard.terminal import Terminal
from data.records import Problem

_log = logging.getLogger(__name__)

LONGEST_PATH = 100
"""Bytes of a socket's path that every system takes."""
LONGEST_REQUEST = 1_000_000

Run = Callable[[list[str]], int]
"""Carries out what was typed and returns the exit status."""


def connect(path: Path) -> socket.socket | None:
    """Connect to the server that holds a database; None where none does, also where a killed one left its socket."""
    if not hasattr(socket, "AF_UNIX") or not path.exists():
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as short:
            connection.connect(short)
    except OSError:
        connection.close()
        return None
    return connection


def send(connection: socket.socket, arguments: Sequence[str], here: Terminal) -> int:
    """Have the server carry out a command for the person at this terminal. Returns its exit status."""
    request = {"arguments": list(arguments), "folder": str(here.folder), "interactive": here.interactive}
    with connection, connection.makefile("rw", encoding="utf-8") as line:
        _write(line, request)
        try:
            for answer in line:
                frame = json.loads(answer)
                if "exit" in frame:
                    return int(frame["exit"])
                _show(frame, here, line)
        except KeyboardInterrupt:
            here.err("The server finishes what it has begun.\n")
            raise
    here.err("The server ended before the command was finished.\n")
    return 2


def _show(frame: dict[str, Any], here: Terminal, line: IO[str]) -> None:
    if "out" in frame:
        here.out(frame["out"])
    elif "err" in frame:
        here.err(frame["err"])
    elif "ask" in frame:
        _write(line, _answer(frame["ask"], here))


def _answer(question: str, here: Terminal) -> dict[str, str]:
    try:
        return {"answer": here.ask(question)}
    except Problem as problem:
        return {"problem": str(problem)}


class Server:
    """Takes commands on a socket, each in a thread of its own, until it is closed."""

    def __init__(self, path: Path, run: Run) -> None:
        """Listen at `path`, readable and writable by its owner only; what a killed server left there is replaced."""
        path.unlink(missing_ok=True)
        self._path = path
        before = os.umask(0o177)
        try:
            with _short(path) as short:
                self._server = _Sockets(short, _handler(run))
        finally:
            os.umask(before)
        self._thread = Thread(target=self._server.serve_forever, name="commands", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more commands. Those that run are finished."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


class _Sockets(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  the signature is socketserver's
        """Say what went wrong without its values: they are somebody's."""
        kind = sys.exc_info()[0]
        _log.error("A command could not be answered (%s).", kind.__name__ if kind else "unknown")


def _handler(run: Run) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            request = json.loads(self.rfile.readline(LONGEST_REQUEST) or b"{}")
            if not isinstance(request.get("arguments"), list):
                return
            client = Client(self.connection, Path(request["folder"]), bool(request["interactive"]))
            with terminal.use(client):
                status = run([str(word) for word in request["arguments"]])
            client.exit(status)

    return Handler


class Client:
    """The terminal of somebody whose command this server carries out."""

    def __init__(self, connection: socket.socket, folder: Path, interactive: bool) -> None:
        """Speak to whoever sent the command."""
        self._folder = folder
        self._interactive = interactive
        self._line = connection.makefile("rw", encoding="utf-8")

    @property
    def folder(self) -> Path:
        """Where the client stands."""
        return self._folder

    @property
    def interactive(self) -> bool:
        """Whether somebody watches the client's standard error."""
        return self._interactive

    def out(self, text: str) -> None:
        """Write to the client's standard output."""
        self._send({"out": text})

    def err(self, text: str) -> None:
        """Write to the client's standard error."""
        self._send({"err": text})

    def ask(self, question: str) -> str:
        """Ask the client; a `Problem` where nobody answers."""
        self._send({"ask": question})
        answer = json.loads(self._line.readline() or "{}")
        if "answer" not in answer:
            raise Problem(answer.get("problem", f"{question} was not given."))
        return str(answer["answer"])

    def exit(self, status: int) -> None:
        """Tell the client how it ended."""
        self._send({"exit": status})
        with suppress(OSError):
            self._line.close()

    def _send(self, frame: dict[str, Any]) -> None:
        with suppress(OSError, ValueError):  # the client went away; what was begun is finished all the same
            _write(self._line, frame)


def _write(line: IO[str], frame: dict[str, Any]) -> None:
    line.write(json.dumps(frame) + "\n")
    line.flush()


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Name a socket by a path that is short enough: through its open folder, where the system allows that."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
