"""`rapport introductions ask` and `links`: a batch of pairs is asked, each person alone."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.command import CallersPath, at_desk, note, notice_of_loopback, url_option, write_privately
from dashboard.commands.results import network_wave
from dashboard.terminal import say

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk

WAVE = click.option("--wave", "name", help="One network wave. [default: the last that closed]")


@click.command("ask")
@WAVE
@click.option("--top", type=click.IntRange(min=3), required=True, help="The first N of the set; a batch of 3 or more.")
@at_desk
def ask(desk: "Desk", name: str | None, top: int) -> None:
    """Ask the two of each of the first N pairs whether they would like to meet, each alone.

    Pairs that were proposed before, or set aside by a manager, are left out. What anybody answers is shown to nobody;
    what came of all of them is counted when the next network wave closes.
    """
    from surveys import introducing

    wave = network_wave(desk, name)
    asked = introducing.propose(desk, wave, introducing.first(desk, wave, top), who="administrator")
    note(desk, "introductions ask", wave.name, f"{asked} pairs")
    say(f"{asked} pairs of wave {wave.name} are being asked. Their links: rapport introductions links FILE.")


@click.command("links")
@click.argument("file", type=CallersPath())
@WAVE
@url_option
@at_desk
def links(desk: "Desk", file: Path, name: str | None, url: str | None) -> None:  # noqa: ARG001  read by at_desk
    """Write the links of everybody who was asked into FILE, a CSV that only you can read: one row an introduction.

    Whoever holds a link can answer with it, and reads there whether its owner answered, and whether both said yes: to
    each their own only, and never to a manager. The same introductions stand on each person's own page. All of them
    end when the next network wave opens.
    """
    from data import exchange
    from surveys import introducing

    wave = network_wave(desk, name)
    frame = introducing.links(desk, wave)
    write_privately(file, lambda path: exchange.write_csv(path, frame))
    say(f"{file}: {len(frame)} links. Whoever has a link can answer with it: to each their own only.")
    note(desk, "introductions links", wave.name, f"{len(frame)} links")
    notice_of_loopback(desk)
