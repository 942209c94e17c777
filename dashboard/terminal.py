"""What a command says and asks, wherever it runs: in this process, or in a server on behalf of a client.

A command writes to `current()`. In this process that is standard output and standard error; a server that carries out
a command for somebody sets a terminal that sends everything back to them (`dashboard.remote`).
"""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol, TextIO, TypeVar, cast

import click

from data.records import Problem

Thing = TypeVar("Thing")
Progress = Callable[[str, float], None]
"""Told a sentence, and the share done so far from 0 to 1."""

PATIENCE = 1.0
"""Seconds after which work is worth a word about how far it is."""


class Terminal(Protocol):
    """The person who gave the command."""

    @property
    def folder(self) -> Path:
        """Where they stand: relative paths begin here."""

    @property
    def interactive(self) -> bool:
        """Whether somebody watches standard error as it is written."""

    def out(self, text: str) -> None:
        """Write the result."""

    def err(self, text: str) -> None:
        """Write a notice or an error."""

    def ask(self, question: str) -> str:
        """Ask for something that is not shown while it is typed."""


class Here:
    """The terminal of this process."""

    @property
    def folder(self) -> Path:
        """The working folder."""
        return Path.cwd()

    @property
    def interactive(self) -> bool:
        """Whether standard error is a screen."""
        return sys.stderr.isatty()

    def out(self, text: str) -> None:
        """Write to standard output."""
        click.echo(text, nl=False)

    def err(self, text: str) -> None:
        """Write to standard error."""
        click.echo(text, nl=False, err=True)

    def ask(self, question: str) -> str:
        """Ask on the screen; a `Problem` where there is nobody to ask."""
        if not sys.stdin.isatty():
            raise Problem(f"{question} is needed, and there is nobody to ask: use --passphrase-file.")
        return str(click.prompt(question, hide_input=True, err=True))


_current: ContextVar[Terminal] = ContextVar("terminal")


def current() -> Terminal:
    """Give the terminal of the command that is being carried out."""
    return _current.get(Here())


@contextmanager
def use(terminal: Terminal) -> Iterator[None]:
    """Carry out what follows for the person at `terminal`."""
    token = _current.set(terminal)
    try:
        yield
    finally:
        _current.reset(token)


def say(text: str) -> None:
    """Write a line of the result."""
    current().out(text + "\n")


def notice(text: str) -> None:
    """Write a line beside the result, on standard error."""
    current().err(text + "\n")


@contextmanager
def progress() -> Iterator[Progress]:
    """Show how far long work is: nothing in the first second, then one line that is overwritten, or one line a step."""
    shown = _Shown(current())
    timer = threading.Timer(PATIENCE, shown.begin)
    timer.daemon = True
    timer.start()
    try:
        yield shown.step
    finally:
        timer.cancel()
        shown.end()


@contextmanager
def bar(things: Sequence[Thing], called: Callable[[Thing], str]) -> Iterator[Iterable[Thing]]:
    """Walk through things with a bar on standard error that names the one in hand; silent where nobody watches."""
    screen = current()

    def name(thing: Thing | None) -> str | None:
        return None if thing is None else called(thing)

    with click.progressbar(
        things, file=cast("TextIO", _Screen(screen)), hidden=not screen.interactive, show_pos=True, item_show_func=name
    ) as shown:
        yield shown


class _Screen:
    """Standard error of whoever gave the command, as a file: what a bar is drawn on."""

    def __init__(self, screen: Terminal) -> None:
        self._screen = screen

    def isatty(self) -> bool:
        return self._screen.interactive

    def write(self, text: str) -> int:
        self._screen.err(text)
        return len(text)

    def flush(self) -> None:
        """What is written is sent at once."""


class _Shown:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._lock = threading.Lock()
        self._patient = True
        self._last = ""
        self._written = ""

    def begin(self) -> None:
        with self._lock:
            self._patient = False
            self._write()

    def step(self, sentence: str, share: float = 0.0) -> None:
        with self._lock:
            self._last = f"{sentence} ({share:.0%})" if share else sentence
            if not self._patient:
                self._write()

    def end(self) -> None:
        with self._lock:
            self._patient = True
            if self._written and self._terminal.interactive:
                self._terminal.err("\r" + " " * len(self._written) + "\r")

    def _write(self) -> None:
        line = f"{self._last} …" if self._last else "Working …"
        if line == self._written:
            return
        self._terminal.err("\r" + line.ljust(len(self._written)) if self._terminal.interactive else line + "\n")
        self._written = line
