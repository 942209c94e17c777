"""`rapport wave bounces`: letters that came back to the sender."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.command import CallersPath, at_desk, note
from dashboard.terminal import notice, say

if TYPE_CHECKING:  # would load DuckDB
    from surveys.bounces import Tally
    from surveys.desk import Desk


@click.command()
@click.argument("name")
@click.argument("file", type=CallersPath())
@at_desk
def bounces(desk: "Desk", name: str, file: Path) -> None:
    """Read from FILE which letters of wave NAME came back to the sender, and say to which addresses and why.

    FILE is saved from the sender's mailbox: an mbox, one message (.eml), or a folder of such. Other mail in it is
    counted, and neither kept nor shown.
    """
    from data.mailboxes import messages
    from surveys.bounces import take_in

    tally = take_in(desk, name, messages(file))
    note(desk, "wave bounces", name, f"{tally.returned} came back, {tally.delayed} delayed")
    for line in lines(tally):
        say(line)
    for address, words in tally.failed.items():
        notice(f"{address}: {words}")


def lines(tally: "Tally") -> list[str]:
    """Say what came back, and what to do.

    >>> from surveys.bounces import Tally
    >>> lines(Tally("2026-Q4", returned=1, others=2))[0]
    'Wave 2026-Q4: 1 letter came back.'
    >>> lines(Tally("2026-Q4", others=2))
    ['Wave 2026-Q4: 0 letters came back.', 'About no letter of this wave: 2.']
    """
    from dashboard.postbox import ASKED_BY

    again = " or ".join(
        f"rapport wave {each} {tally.wave}" for each in sorted({ASKED_BY[kind] for kind in tally.kinds})
    )
    said = {
        f"Delayed on their way, and not marked: {tally.delayed}.": tally.delayed,
        f"About no letter of this wave: {tally.others}.": tally.others,
        f"Once their addresses are mended, {again} writes to them again.": tally.returned,
    }
    letters = f"{tally.returned} {'letter' if tally.returned == 1 else 'letters'}"
    return [f"Wave {tally.wave}: {letters} came back.", *(line for line, count in said.items() if count)]
