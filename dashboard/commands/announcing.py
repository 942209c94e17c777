"""`rapport wave announce`: a word to the channels where many read along."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from dashboard import settings
from dashboard.command import at_desk, note
from dashboard.terminal import say
from data.records import Problem
from surveys.language import ENGLISH, languages

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk

ACTION = "wave announce"


@click.command()
@click.argument("name")
@click.option("--preview", is_flag=True, help="Print the message; post nothing.")
@click.option("--again", is_flag=True, help="Also to channels that have it.")
@click.option(
    "--language", "codes", multiple=True, type=click.Choice(sorted(languages())), default=[ENGLISH.code],
    show_default=True, help="In which language; twice or more for several, one below the other.",
)  # fmt: skip
@at_desk
def announce(desk: "Desk", name: str, preview: bool, again: bool, codes: Sequence[str]) -> None:
    """Tell the channels in RAPPORT_MESSAGES that wave NAME is open, or that its results are here.

    Each channel gets each of the two once. The message holds no link of anybody's, no figure and no name.
    """
    from surveys import announcing

    wave, title, text = announcing.announcement(desk, name, [languages()[code] for code in codes])
    if preview:
        say(f"{title}\n\n{text}")
        return
    announcing.check(desk, wave)
    with desk.post:
        _post(desk, wave.name, wave.state, title, text, again=again)


def _post(desk: "Desk", wave: str, state: str, title: str, text: str, *, again: bool) -> None:
    from dashboard.channels import channels
    from dashboard.postbox import check_reach
    from data import audit

    addresses = settings.in_force().channels
    if not addresses:
        raise Problem("Wave announce: RAPPORT_MESSAGES is not set; expected channels, such as slack://….")
    check_reach(desk)
    with desk.store.reading() as db:
        told = set() if again else audit.details(db, action=ACTION, subject=wave)
    left = [channel for channel in channels(addresses) if f"{state}: {channel.name}" not in told]
    if not left:
        say(f"Wave {wave}: every channel has this message; --again posts it once more.")
    missed = []
    for channel in left:
        if channel.post(title, text):
            note(desk, ACTION, wave, f"{state}: {channel.name}")
            say(f"{channel.name}: posted.")
        else:
            missed.append(channel.name)
    if missed:
        raise Problem(f"{', '.join(missed)}: not reached. The same command tries again.")
