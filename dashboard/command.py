"""The shape that all commands share: where they get the database, how they print, how they fail.

Loads neither Streamlit nor DuckDB: a command imports what it needs when it runs, because it may turn out that a server
carries it out.
"""

import functools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from dashboard import remote, settings, terminal
from data import memory
from data.records import Problem

if TYPE_CHECKING:  # at run time these would load DuckDB before it is known whether this process needs it
    import pandas as pd

    from surveys.desk import Desk
    from surveys.questionnaire import Questionnaire

FAILED = 2
INTERRUPTED = 130

_desk_in_hand: "ContextVar[Desk | None]" = ContextVar("desk", default=None)
_typed: ContextVar[list[str]] = ContextVar("typed")


class SentToServer(click.exceptions.Exit):
    """A server has carried the command out; nothing is left to do here but to end with its status."""


class Rapport(click.Group):
    """The whole command: one sentence for a mistake, and no traceback for anybody."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> Any:
        """Carry out what was typed and leave with its exit status."""
        sys.exit(self.run(list(sys.argv[1:] if args is None else args)))

    def run(self, typed: list[str]) -> int:
        """Carry out what was typed. Returns the exit status: 0, or 2 after one sentence on standard error."""
        memory.leave_no_core()  # keys and passphrases pass through every command
        token = _typed.set(typed)
        try:
            status = super().main(args=typed, prog_name="rapport", standalone_mode=False)
        except (KeyboardInterrupt, click.Abort):
            terminal.notice("Stopped.")
            return INTERRUPTED
        except Exception as failure:  # noqa: BLE001  whatever it was, the person gets a sentence and not a traceback
            terminal.notice(sentence(failure))
            return FAILED
        finally:
            _typed.reset(token)
        return status if isinstance(status, int) else 0  # click hands back the status of an `Exit`


def name_of(group: click.Command, typed: Sequence[str]) -> str:
    """Name the command that was typed, without what it was given: that may be a person."""
    names = []
    for word in typed:
        found = group.commands.get(word) if isinstance(group, click.Group) else None
        if found is None:
            break
        names.append(word)
        group = found
    return " ".join(names) or "(none)"


def sentence(failure: Exception) -> str:
    """Say what went wrong, for whoever gave the command."""
    if isinstance(failure, click.ClickException):
        return failure.format_message()
    if isinstance(failure, (Problem, ValueError)):
        return str(failure)
    if isinstance(failure, OSError) and failure.strerror:
        return f"{failure.filename or 'The system'}: {failure.strerror.lower()}."
    return f"Rapport did not foresee this ({type(failure).__name__}: {' '.join(str(failure).split())})."


class CallersPath(click.ParamType[Path]):
    """A path that begins where the person stands, also when a server elsewhere carries the command out."""

    name = "path"

    def __init__(self, *, exists: bool = False) -> None:
        """With `exists`, an absent file is named before anything else is done."""
        self._exists = exists

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Make the path absolute."""
        path = terminal.current().folder / Path(value).expanduser()
        if self._exists and not path.is_file():
            self.fail(f"There is no file '{path}'.", param, ctx)
        return path


class Day(click.ParamType[date]):
    """A date such as 2026-12-11."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a date; expected one such as 2026-12-11.", param, ctx)


class Moment(click.ParamType[datetime]):
    """A date, or a date with a time, in the organization's time zone. A date alone means the end of that day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a moment without its time zone, which only the database knows."""
        try:
            return value if isinstance(value, datetime) else moment(value)
        except ValueError:
            self.fail(f"'{value}' is not a date; expected one such as 2026-12-11 or 2026-12-11T18:00.", param, ctx)


def moment(text: str) -> datetime:
    """Read a date as the end of that day, and a date with a time as it stands.

    >>> moment("2026-12-11"), moment("2026-12-11T18:00")
    (datetime.datetime(2026, 12, 12, 0, 0), datetime.datetime(2026, 12, 11, 18, 0))
    """
    if len(text) <= len("2026-12-11"):
        return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time())
    return datetime.fromisoformat(text).replace(tzinfo=None)


def in_utc(local: datetime, zone: str) -> datetime:
    """Turn the organization's wall clock into UTC without a zone mark, as the database keeps it.

    >>> in_utc(datetime(2026, 12, 11, 18, 0), "Europe/Brussels")
    datetime.datetime(2026, 12, 11, 17, 0)
    """
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def now() -> datetime:
    """Tell the time as every desk outside of tests does: UTC, without a zone mark."""
    return datetime.now(UTC).replace(tzinfo=None)


database_option = click.option(
    "--db", "database", type=CallersPath(), help="The database file. [default: RAPPORT_DB, or one in your data folder]"
)
url_option = click.option(
    "--url", help="What links begin with. [default: RAPPORT_URL, or what `rapport serve` would print]"
)
format_option = click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", help="How to print the table."
)


def at_desk(command: Callable[..., None], *, making: bool = False) -> Callable[..., None]:
    """Give a command `--db`, and the open desk as its first argument.

    The desk is the server's own where a server holds the database, and otherwise opened for this command alone. A
    `Problem` where there is no database; `making` makes one instead.
    """

    @database_option
    @functools.wraps(command)
    def carried_out(*arguments: Any, database: Path | None, **options: Any) -> None:
        in_hand = _desk_in_hand.get()
        if in_hand is not None:  # a server carries the command out: it goes by its own settings, read at its start
            url = settings.address(options.get("url"))
            command(replace(in_hand, url=url) if url else in_hand, *arguments, **options)
            return
        chosen = settings.read(database=database, url=options.get("url"))
        new = not chosen.database.exists()
        if new and not making:
            raise Problem(f"There is no database {chosen.database}; rapport people import makes one, or see --db.")
        try:
            with desk_of(chosen) as desk:
                command(desk, *arguments, **options)
        except Exception:
            if new:
                chosen.database.unlink(missing_ok=True)  # a mistake leaves nothing behind
            raise

    return carried_out


at_any_desk = functools.partial(at_desk, making=True)
"""The same for a command that an organization may begin with."""


@contextmanager
def desk_of(chosen: settings.Settings) -> "Iterator[Desk]":
    """Open the desk that a command works at, or leave the command to the server that holds the database."""
    connection = remote.connect(chosen.socket)
    if connection is not None:
        raise SentToServer(remote.send(connection, _typed.get(), terminal.current()))
    desk = open_desk(chosen)
    try:
        yield desk
    finally:
        desk.close()


def open_desk(chosen: settings.Settings) -> "Desk":
    """Open the database for this process, and say what an earlier one left unfinished."""
    from surveys.desk import Desk  # noqa: PLC0415  loads DuckDB

    desk = Desk.open(chosen.database, clock=now, url=chosen.address, keys=chosen.keys, key=chosen.key)
    for left in desk.notices:
        terminal.notice(left)
    return desk


@contextmanager
def desk_in_hand(desk: "Desk") -> Iterator[None]:
    """Carry out what follows at a desk that is open already."""
    token = _desk_in_hand.set(desk)
    try:
        yield
    finally:
        _desk_in_hand.reset(token)


def print_table(frame: "pd.DataFrame", form: str) -> None:
    """Print a table as it was asked for."""
    from data import exchange  # noqa: PLC0415  loads pandas

    text = exchange.to_text(frame, form)
    terminal.current().out(text if text.endswith("\n") else text + "\n")


def note(desk: "Desk", action: str, subject: str, detail: str = "", *, who: str = "administrator") -> None:
    """Write into the audit log what a command did, or what somebody did on a page."""
    from data import audit  # noqa: PLC0415  loads DuckDB

    with desk.store.writing() as db:
        audit.note(db, happened=desk.clock(), who=who, action=action, subject=subject, detail=detail)


def notice_of_loopback(desk: "Desk") -> None:
    """Say so when links lead to this machine only."""
    if urlsplit(desk.url).hostname in settings.LOOPBACK:
        terminal.notice(f"Links begin with {desk.url}, which only this machine can reach: set RAPPORT_URL or --url.")


def questionnaire_of(named: str) -> "Questionnaire":
    """Find a questionnaire by its id, or read it from a file: whatever looks like a path is one."""
    from surveys import questionnaire  # noqa: PLC0415  loads pandas

    file = questionnaire_file(named)
    return questionnaire.load(file) if file else questionnaire.builtin(named)


def questionnaire_file(named: str) -> Path | None:
    """Find the file that was named; None where it is an id."""
    if not named.endswith(".toml") and "/" not in named:
        return None
    return terminal.current().folder / Path(named).expanduser()


def write_privately(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file that only its owner can read, whole or not at all: it is made beside `path` and then moved there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        part.chmod(0o600)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
