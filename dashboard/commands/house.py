"""`rapport organization`: what it is called, and by which clock it lives."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from typing import TYPE_CHECKING

import click

from dashboard.command import at_any_desk, format_option, print_table
from dashboard.terminal import say

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk


@click.command()
@click.option("--name", help="What it is called, on every form, page and report.")
@click.option("--timezone", "zone", help="Its time zone, such as Europe/Brussels: days and closes are counted by it.")
@format_option
@at_any_desk
def organization(desk: "Desk", name: str | None, zone: str | None, form: str) -> None:
    """Set what the organization is called and its time zone; without an option, print both.

    The page Settings does the same. A change is written into the log and stands on the forms at once.
    """
    import pandas as pd

    from data import organization as kept

    with desk.store.reading() as db:
        before, zone_before = kept.setting(db, "organization"), kept.setting(db, "timezone")
    if name is None and zone is None:
        print_table(pd.DataFrame([{"name": before, "timezone": zone_before}]), form)
        return
    from dashboard import house

    now = before if name is None else name.strip(), zone_before if zone is None else zone
    house.keep(desk, *now)
    say(f"{', '.join(now)}: this stands on the forms from now on.")
