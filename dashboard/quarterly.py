"""The reports of a quarter, written by the server once it has ended: the setting RAPPORT_REPORTS names the folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from dashboard import access, readable, report, tables
from data import roster
from surveys.desk import Desk

AT_ONCE = 10
"""Reports that are written before the clock is looked at again: a wave whose time has come does not wait for more."""


@dataclass
class Quarterly:
    """Writes what is not yet there: the reports of the quarter that ended last, for every team."""

    folder: Path
    looked: date | None = None
    """The day on which nothing was left to write, so that the roster is not read again and again."""

    def look(self, desk: Desk) -> list[Path]:
        """Write the next of the reports that are due. Returns what was written.

        Those of a quarter in which names were asked wait until names may be shown: everybody sees their own place
        first, and a report written before would leave the introduced and the loosely tied out.
        """
        if self.looked == desk.today():
            return []
        written = list(islice(self._missing(desk), AT_ONCE))
        if len(written) < AT_ONCE:
            self.looked = desk.today()
        return written

    def _missing(self, desk: Desk) -> Iterator[Path]:
        with desk.store.reading() as db:
            teams = roster.teams(db)
        page = readable.read(desk, access.administrator(teams), desk.today())
        quarter = ended(desk.today())
        if quarter not in readable.quarters(page):
            return
        held = report.quarter_waves(page.all_waves, quarter)
        if any(page.network(wave).names_from for wave in held if wave.network):
            return
        for team_id in tables.every_team(page, held):
            if not (self.folder / report.file_name(quarter, page.teams[team_id])).exists():
                yield report.write(desk, page, quarter, team_id, folder=self.folder)


def ended(today: date) -> str:
    """Name the quarter that ended last.

    >>> ended(date(2026, 10, 1)), ended(date(2026, 2, 28))
    ('2026-Q3', '2025-Q4')
    """
    year, number = divmod(today.year * 4 + (today.month - 1) // 3 - 1, 4)
    return f"{year}-Q{number + 1}"
