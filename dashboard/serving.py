"""What runs while the server does: the database, the commands of others, the waves whose time has come."""

import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.types import ASGIApp

from dashboard import command, context, open_waves, patience, remote, settings
from dashboard.evenly import Evenly
from dashboard.openid import Provider
from data.records import Problem
from surveys import closing, retention
from surveys.desk import Desk

if TYPE_CHECKING:
    from dashboard.postbox import Postman
    from dashboard.quarterly import Quarterly

_log = logging.getLogger(__name__)

SHUTDOWN = 5
"""Seconds that answers on their way get when the server is told to stop."""
LOST = (
    "The disk did not write what it was told to, so the database is used no longer. Nothing that was acknowledged is "
    "lost. The server ends with status 2, to be started anew; look after the disk."
)
EVERY = 20.0
"""Seconds between two looks at the clock. A ballot after the time is refused at once; the close may take a moment."""


def configuration(app: ASGIApp) -> uvicorn.Config:
    """Have uvicorn serve without a line for any visit: it would name a link's holder and the second they answered."""
    return uvicorn.Config(
        app,
        access_log=False,
        http=patience.Patient,
        lifespan="on",
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN,
        ws="websockets-sansio",
    )


@contextmanager
def at_work() -> Iterator[None]:
    """Hold the database while the server runs, unless somebody in this process holds it already."""
    with ExitStack() as held:
        held.enter_context(without_values())
        if not context.has_desk():
            held.enter_context(holding(settings.read()))
        yield


@contextmanager
def holding(chosen: settings.Settings) -> Iterator[Desk]:
    """Open the database for pages, forms and other people's commands, watch the clock, and let go of it in the end."""
    desk = command.open_desk(chosen)
    try:
        context.use(desk, Provider(chosen.openid) if chosen.openid else None)
        _log.info("The database is open.")
        with settings.held(chosen), taking_commands(desk, chosen.socket), watching(desk, chosen.reports, chosen.mail):
            yield desk
    finally:
        context.leave()
        desk.close()
        _log.info("The database is closed.")


@contextmanager
def taking_commands(desk: Desk, path: Path) -> Iterator[None]:
    """Carry out commands that are given while this process holds the database."""
    from dashboard.cli import rapport  # noqa: PLC0415  the commands import this module

    def run(typed: list[str]) -> int:
        began = time.monotonic()
        with command.desk_in_hand(desk):
            status = rapport.run(typed)
        context.end_lost_sessions()
        took = time.monotonic() - began
        _log.info("Command %s: status %d after %.1f s.", command.name_of(rapport, typed), status, took)
        return status

    server = remote.Server(path, run)
    try:
        yield
    finally:
        server.close()


@contextmanager
def watching(desk: Desk, reports: Path | None = None, mail: settings.Mail | None = None) -> Iterator[None]:
    """Close waves when their time comes, take the day's count of open ones, write a quarter's reports, send letters."""
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(desk, over, reports, mail), name="closing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(desk: Desk, over: threading.Event, reports: Path | None, mail: settings.Mail | None = None) -> None:
    said: set[str] = set()
    quarterly = _quarterly(reports) if reports else None
    postman = _postman(mail) if mail else None
    time_goes = Evenly(desk.clock)
    while True:
        if desk.store.lost:
            _log.critical(LOST)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        doubt = time_goes.doubt()
        for sentence in [doubt] if doubt else look_at_the_clock(desk, over, quarterly, postman):
            if sentence not in said:
                _log.warning(sentence)
            said.add(sentence)
        if over.wait(EVERY):
            return


def _quarterly(reports: Path) -> "Quarterly":
    from dashboard.quarterly import Quarterly  # noqa: PLC0415  half a second to load, which no restart should wait for

    return Quarterly(reports)


def _postman(mail: settings.Mail) -> "Postman":
    from dashboard.postbox import Postman  # noqa: PLC0415  loads pandas, for which no form should wait

    return Postman(mail)


def look_at_the_clock(
    desk: Desk,
    over: threading.Event | None = None,
    quarterly: "Quarterly | None" = None,
    postman: "Postman | None" = None,
) -> list[str]:
    """Do what the time asks for, once. Returns what whoever runs the server should know.

    A failure is said and tried again at the next look: a close that did not happen loses no answer.
    """
    said = _trying(lambda: open_waves.count_today(desk))
    due: list[str] = []
    said += _trying(lambda: due.extend(closing.due(desk)))
    for name in due:
        if over is None or not over.is_set():
            said += _trying(partial(closing.close_wave, desk, name)) or [
                f"Wave {name} is closed; its findings can be read."
            ]
    gone: list[str] = []
    said += _trying(lambda: gone.extend(retention.end(desk, desk.today(), by_itself=True)))
    said += [f"Wave {name} was kept as long as it was promised; it is gone." for name in gone]
    if quarterly is not None and not (over and over.is_set()):
        said += _trying(partial(quarterly.look, desk))
    if postman is not None and not (over and over.is_set()):
        told: list[str] = []
        said += _trying(lambda: told.extend(postman.look(desk, over.is_set if over else lambda: False)))
        said += told
    return said


def _trying(act: Callable[[], object]) -> list[str]:
    """Why this could not be done; nothing when it was. One wave that does not close must not hold up the others."""
    try:
        act()
    except Problem as problem:
        return [str(problem)]
    except Exception as failure:  # noqa: BLE001  the server must outlive a close that fails, and try again
        return [f"What the time asked for failed and will be tried again ({where(failure)})."]
    return []


@contextmanager
def without_values() -> Iterator[None]:
    """Keep access lines out of every log, and values out of every logged exception: they may be somebody's answer.

    The reader of forms is silenced too: of a form that it cannot read it would log a character and its place.
    """
    silent = [logging.getLogger(name) for name in ("uvicorn.access", "uvicorn.asgi", "python_multipart.multipart")]
    before = logging.getLogRecordFactory()

    def record(*given: Any, **more: Any) -> logging.LogRecord:
        made = before(*given, **more)
        failure = made.exc_info[1] if made.exc_info else None
        if failure is not None:
            made.exc_info, made.exc_text = None, where(failure)
        return made

    for log in silent:
        log.disabled = True
    logging.setLogRecordFactory(record)
    try:
        yield
    finally:
        logging.setLogRecordFactory(before)


def where(failure: BaseException) -> str:
    """Say what kind of failure it was and in which lines, without its message.

    >>> where(ValueError("trust: 2"))
    'ValueError'
    """
    steps = traceback.extract_tb(failure.__traceback__)
    return " < ".join([type(failure).__name__, *(f"{Path(s.filename).name}:{s.lineno}" for s in reversed(steps))])
