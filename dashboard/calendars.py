"""Waves as a calendar file (iCalendar, RFC 5545), for the calendars of those who lead.

    wave ──▶ opens · last hour · results · names · report of the quarter

It names nobody and holds no link. An event is known by an id made of its wave, so that a file which is imported again
changes events instead of doubling them: a calendar goes by `UID`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from data.records import Wave
from surveys.gathering import LOOK_FIRST

DAY = timedelta(days=1)
LAST_HOUR = timedelta(hours=1)
"""How long the event of a close is: it ends when the wave does, on the last day also where that is midnight."""


@dataclass(frozen=True)
class Entry:
    """One event, as a calendar shows it."""

    about: str
    """What it is known by: the same wave and moment give the same id in every file."""
    title: str
    starts: date | datetime
    """A date is the whole day; a moment has its time zone."""
    ends: date | datetime
    says: str = ""


def entries(waves: Iterable[Wave], zone: ZoneInfo) -> list[Entry]:
    """List the events of these waves, and a report for each quarter in which one closes, in the order of time.

    >>> from data.records import Wave
    >>> wave = Wave("w", "2026-Q4", 0, "both", "", "open", date(2026, 11, 23), datetime(2026, 12, 11, 23), None,
    ...             5, 6, False, None)
    >>> for entry in entries([wave], ZoneInfo("Europe/Brussels")):
    ...     print(f"{entry.starts:%d.%m. %H:%M} {entry.title}")
    23.11. 00:00 Survey 2026-Q4 opens
    11.12. 23:00 Survey 2026-Q4: the last hour
    13.12. 00:00 Survey 2026-Q4: results
    19.12. 00:00 Survey 2026-Q4: names on the map
    01.01. 00:00 Report of 2026-Q4
    """
    known = list(waves)
    found = [entry for wave in known for entry in _of_wave(wave, zone)]
    return sorted([*found, *_reports(known, zone)], key=lambda entry: (f"{entry.starts}", entry.title))


def written(organization: str, listed: Sequence[Entry], on: datetime) -> bytes:
    """Write a calendar file; `on` is the moment in UTC at which it is written."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rapport//rapport wave calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Surveys of {organization}")
    for entry in listed:
        calendar.add_component(_event(entry, on))
    years = [on.year, *(entry.starts.year for entry in listed)]
    calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(entry: Entry, on: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, entry.about)}@rapport")
    event.add("dtstamp", on.replace(tzinfo=UTC, microsecond=0))
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("transp", "TRANSPARENT")  # nobody is busy for it
    if entry.says:
        event.add("description", entry.says)
    return event


def _of_wave(wave: Wave, zone: ZoneInfo) -> Iterator[Entry]:
    closes, closed = _local(wave, zone), _closes_on(wave, zone)
    yield _whole_day(f"{wave.wave_id} opens", f"Survey {wave.name} opens", wave.opened_on)
    yield Entry(
        f"{wave.wave_id} closes",
        f"Survey {wave.name}: the last hour",
        closes - LAST_HOUR,
        closes,
        "Answers are taken until it ends. Please ask nobody whether they answered.",
    )
    yield _whole_day(f"{wave.wave_id} results", f"Survey {wave.name}: results", closed + DAY, "They can be read now.")
    if wave.network:
        says = (
            "Everybody could look at their own place first. Names are of those who agreed; each look is written down."
        )
        yield _whole_day(f"{wave.wave_id} names", f"Survey {wave.name}: names on the map", closed + LOOK_FIRST, says)


def _reports(waves: Iterable[Wave], zone: ZoneInfo) -> Iterator[Entry]:
    """The report of each quarter, once it has ended and whoever may be named in it has had their days."""
    due: dict[str, date] = {}
    for wave in waves:
        closed = _closes_on(wave, zone)
        quarter, names = quarter_of(closed), closed + LOOK_FIRST * wave.network
        due[quarter] = max(due.get(quarter, names), names, _next_quarter(closed))
    for quarter, day in due.items():
        yield _whole_day(f"report {quarter}", f"Report of {quarter}", day, "The quarter can be had on paper now.")


def _whole_day(about: str, title: str, day: date, says: str = "") -> Entry:
    return Entry(about, title, day, day + DAY, says)


def _local(wave: Wave, zone: ZoneInfo) -> datetime:
    """The moment from when on no answers are taken: as it was set, or the end of the day on which it closed before."""
    closes = wave.closes.replace(tzinfo=UTC).astimezone(zone)
    if wave.closed_on is None or wave.closed_on >= closes.date():
        return closes
    return datetime.combine(wave.closed_on + DAY, time(), zone)


def _closes_on(wave: Wave, zone: ZoneInfo) -> date:
    """The day of the close: as it was, or as it is to be."""
    return wave.closed_on or _local(wave, zone).date()


def quarter_of(day: date) -> str:
    """Name the quarter that a day lies in.

    >>> quarter_of(date(2026, 12, 31))
    '2026-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _next_quarter(day: date) -> date:
    """The first day of the quarter after the one that a day lies in."""
    quarter = day.year * 4 + (day.month - 1) // 3 + 1
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)
