"""`rapport serve` and `rapport demo`: forms and dashboard from one process."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs; the others must load neither Streamlit nor DuckDB

import gc
import os
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from dashboard import remote, settings, settings_said, terminal
from dashboard.command import FAILED, database_option, url_option
from dashboard.settings import Settings
from dashboard.terminal import notice, say
from data.records import Problem

HOST = click.option("--host", help="The address to listen at. [default: RAPPORT_SERVE_HOST, or 127.0.0.1]")
PORT = click.option("--port", type=int, help="The port; 0 takes a free one. [default: RAPPORT_SERVE_PORT, or 8501]")
TURN = 0.001
"""Seconds after which a page that is being drawn lets an answer go on; Python's own five mount up with every page."""


@click.command()
@HOST
@PORT
@click.option("--no-link", is_flag=True, help="Print no sign-in link: for a service, whose words are kept in a log.")
@url_option
@database_option
def serve(*, host: str | None, port: int | None, no_link: bool, url: str | None, database: Path | None) -> None:
    """Serve the forms and the dashboard, and print a link that signs the administrator in, once."""
    run(settings.read(database=database, url=url, host=host, port=port), link=not no_link)


@click.command()
@click.option("--people", default=120, show_default=True, help="Members of the made-up company.")
@click.option("--waves", default=8, show_default=True, help="Quarters that it has asked.")
@click.option("--seed", default=7, show_default=True, help="The same seed invents the same company.")
@click.option("--no-serve", is_flag=True, help="Only make it.")
@HOST
@PORT
@url_option
@click.option("--db", "database", type=click.Path(path_type=Path), help="[default: demo.duckdb in your data folder]")
def demo(
    *,
    people: int,
    waves: int,
    seed: int,
    no_serve: bool,
    host: str | None,
    port: int | None,
    url: str | None,
    database: Path | None,
) -> None:
    """Make a made-up company, the same every time, and serve it. Never touches a real database."""
    chosen = settings.read(
        database=database or settings_said.data_folder() / "demo.duckdb", url=url, host=host, port=port
    )
    refuse_if_served(chosen)
    make(chosen.database, people=people, waves=waves, seed=seed)
    if no_serve:
        say(f"The made-up company is in {chosen.database}.")
    else:
        say("Everything here is made up.")
        run(replace(chosen, keys=None, key=None))


def make(path: Path, *, people: int, waves: int, seed: int) -> None:
    """Make the made-up company's database at `path`, unless this program has made the same there already.

    It is played into a folder beside it and moved when it is whole. A `Problem` where `path` holds something real.
    """
    from surveys import rehearsal

    asked, there = rehearsal.made_of(people, waves, seed), made_up(path) if path.exists() else ""
    if there == asked:
        return
    if there.partition(" program=")[0] == asked.partition(" program=")[0]:
        notice("The made-up company here was made by another version of Rapport: it is made anew.")
    making = path.with_name(f"{path.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    try:
        with terminal.progress() as progress:
            rehearsal.play(making / path.name, people=people, waves=waves, seed=seed, progress=progress)
        _replace(making, path)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def made_up(path: Path) -> str:
    """Read which made-up company a database holds. A `Problem` where it holds a real one, or is no database."""
    from data import organization
    from data.store import Store

    store = Store.open(path)
    try:
        with store.reading() as db:
            if organization.setting(db, "made_up") != "yes":
                raise Problem(f"The database {path} is not made up; expected another --db for the demo.")
            return organization.setting(db, "rehearsal")
    finally:
        store.close()


def _replace(making: Path, path: Path) -> None:
    for name in (f"{path.name}.wal", f"{path.name}.keys"):
        old = path.with_name(name)
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    for made in sorted(making.iterdir(), reverse=True):
        made.replace(path.with_name(made.name))


def run(chosen: Settings, *, link: bool = True) -> None:
    """Serve until told to stop. Says where, and how to sign in, as soon as the first page can be had."""
    gc.collect()  # what is garbage by now must not be among what `dashboard.door` keeps for good
    gc.disable()  # looking for garbage in what is being loaded takes a fifth of the time until the first form

    import uvicorn

    from dashboard import journal, serving, signing_in
    from dashboard.door import app

    sys.setswitchinterval(TURN)
    refuse_if_served(chosen)
    listener = listen(chosen)
    chosen = replace(chosen, port=listener.getsockname()[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    keeping = journal.kept(chosen.log_level, chosen.log_format)
    with keeping, serving.holding(chosen) as desk, suppress(KeyboardInterrupt):
        # uvicorn hands a signal on when it is done
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(FAILED if desk.store.lost else 0))

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    made = signing_in.new_link(desk, "administrator", None) if link else None
                    for line in banner(chosen, made):
                        say(line)

        Server(serving.configuration(app)).run(sockets=[listener])


def banner(chosen: Settings, link: str | None) -> Sequence[str]:
    """Say where everything is. A command that is named here can be given as it stands, also for a demo's database."""
    usual = settings_said.gather(os.environ).value("database.file")
    where = "" if chosen.database == usual else f" --db {shlex.quote(str(chosen.database))}"
    command = f"rapport people sign-in --administrator{where}"
    sign_in = [link, f"(once, within a day; later: {command})"] if link else [command]
    return [
        f"Dashboard  {chosen.address}",
        *(f"{label:<11}{words}" for label, words in zip(("Sign in", ""), sign_in, strict=False)),
        f"Forms      {chosen.address}/p and {chosen.address}/n, by personal link only (rapport wave links)",
        f"Database   {chosen.database}",
        *(["Links lead to this machine only; set RAPPORT_URL or --url for others."] if chosen.loopback else []),
        "Stop with Ctrl+C.",
    ]


def listen(chosen: Settings) -> socket.socket:
    """Take the address, or say in a `Problem` who has it."""
    try:
        family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Else the second half of every answer would wait until the client has confirmed the first: 40 milliseconds.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((chosen.host, chosen.port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Problem(
            f"Port {chosen.port} of {chosen.host} cannot be used ({reason.lower()}); "
            "expected a free one: --port 0 takes any."
        ) from error
    if chosen.host not in settings.LOOPBACK and not (chosen.url or "").startswith("https:"):
        notice("Rapport speaks plain HTTP: put a proxy with TLS before it and set RAPPORT_URL to its https address.")
    return listener


def refuse_if_served(chosen: Settings) -> None:
    """Raise a `Problem` where a server holds the database already."""
    connection = remote.connect(chosen.socket)
    if connection is not None:
        connection.close()
        raise Problem(f"A server holds {chosen.database} already; commands go to it by themselves, or stop it first.")
