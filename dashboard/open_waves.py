"""What may be said of a wave while it is open: how many answered, in the whole organization, once a day.

A count that moved while somebody watched would say who has just answered. So it is taken once a day, at six in the
organization's time zone, and only when at least k more have answered than were counted last; until k have, there is no
count. Nothing is said of a group, and nothing of how they answered.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from data import ballot_box, organization, ties, waves
from data.records import Wave
from surveys.desk import Desk

HOUR = 6
NO_COUNT = "no count yet"
COLUMNS = (
    "wave", "asks", "state", "opened_on", "closes", "invited", "pulse_answered", "network_answered", "counted_on",
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """What was counted last. `pulse` and `network` are 0 until k have answered."""

    checked: str = ""
    """The day of the last look, ISO."""
    counted_on: str = ""
    """The day on which a number last changed, ISO; '' while there is none."""
    pulse: int = 0
    network: int = 0


def count_today(desk: Desk) -> None:
    """Take the day's count of every open wave, if it is past six and has not been taken. The server calls this."""
    with desk.store.reading() as db:
        today = counting_day(desk.clock(), organization.setting(db, "timezone"))
        due = [
            (wave, _counted(read(db, wave), db, wave, today))
            for wave in waves.waves(db)
            if wave.state == "open" and wave.opened_on < today and read(db, wave).checked < today.isoformat()
        ]
    for wave, count in due:
        with desk.store.writing() as db:
            organization.set_setting(db, _name(wave), json.dumps(asdict(count)))


def counting_day(now: datetime, zone: str) -> date:
    """Tell to which day a count taken now belongs: until six, to yesterday.

    >>> counting_day(datetime(2026, 12, 3, 4, 30), "Europe/Brussels")
    datetime.date(2026, 12, 2)
    """
    local = now.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    return (local - timedelta(hours=HOUR)).date()


def read(db: duckdb.DuckDBPyConnection, wave: Wave) -> Count:
    """Read what was counted last."""
    kept = organization.setting(db, _name(wave))
    return Count(**json.loads(kept)) if kept else Count()


def table(desk: Desk, name: str | None) -> pd.DataFrame:
    """List the waves, or one, with what may be said of how many answered."""
    with desk.store.reading() as db:
        chosen = [waves.wave(db, name)] if name else waves.waves(db)
        rows = [_row(wave, len(waves.seats(db, wave.wave_id)), read(db, wave)) for wave in chosen]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _row(wave: Wave, invited: int, count: Count) -> tuple[object, ...]:
    is_open = wave.state == "open"
    closes = f"{wave.closes:%Y-%m-%d %H:%M} UTC" if wave.closed_on is None else wave.closed_on.isoformat()
    return (
        wave.name, wave.asks, wave.state, wave.opened_on.isoformat(), closes, invited,
        (count.pulse or NO_COUNT) if is_open and wave.pulse else "",
        (count.network or NO_COUNT) if is_open and wave.network else "",
        count.counted_on if is_open else "",
    )  # fmt: skip


def _counted(last: Count, db: duckdb.DuckDBPyConnection, wave: Wave, today: date) -> Count:
    pulse = _released(last.pulse, ballot_box.count(db, wave.wave_id), wave.k)
    network = _released(last.network, len(ties.answered(db, wave.wave_id)), wave.k)
    changed = (pulse, network) != (last.pulse, last.network)
    return Count(today.isoformat(), today.isoformat() if changed else last.counted_on, pulse, network)


def _released(last: int, now: int, k: int) -> int:
    return now if now - last >= k else last


def _name(wave: Wave) -> str:
    return f"counted {wave.wave_id}"
