"""What ends by itself: waves whose quarters have passed, with all their results, and ties that no comparison needs.

A close asks for it, and the server asks at every look at the clock, so that a promise ends also where nobody opens a
wave any more. A clock that runs ahead must not empty a database: the server ends only what came to its end within the
last quarter, as it does where time goes evenly. What is older waits for a close, or for `rapport doctor --repair`.
"""

from collections.abc import Collection, Sequence
from datetime import date

import duckdb

from data import ties, waves
from data.records import Wave
from surveys.desk import Desk
from surveys.terms import Kept


def ended(db: duckdb.DuckDBPyConnection, today: date) -> list[Wave]:
    """The closed waves whose time is over today, by number."""
    return _ended(waves.waves(db), today, Kept.read(db).quarters, ties.linked(db))


def end(desk: Desk, today: date, *, by_itself: bool = False) -> list[str]:
    """Removes the waves whose time is over, with their bytes, and gives their names.

    `by_itself`, as the server asks: only those whose time ended within the last quarter.
    """
    with desk.turn:
        with desk.store.reading() as db:
            kept, over = Kept.read(db).quarters, ended(db, today)
        chosen = [wave for wave in over if not by_itself or _quarters(wave.closed_on or today, today) == kept]
        if chosen:
            remove(desk, chosen)
            desk.store.rewrite("", lambda _: None)
        return [wave.name for wave in chosen]


def at_close(desk: Desk, wave: Wave, today: date) -> None:
    """Removes what has been kept long enough when `wave` closes: old waves with all their results, and old ties.

    Done in the file that is about to be replaced, because only what is not copied is gone: rows that are deleted in
    the new file would leave their bytes in it.
    """
    with desk.store.reading() as db:
        over = ended(db, today)
    remove(desk, over)
    if wave.network:  # ties serve the wave they were given in and comparisons with the next
        with desk.store.writing() as db:
            known = [each.wave_id for each in waves.waves(db) if each.network and each.number <= wave.number]
            for wave_id in known[: -Kept.read(db).networks]:
                ties.forget(db, wave_id)


def remove(desk: Desk, over: Sequence[Wave]) -> None:
    """Removes waves. Keys go before their wave: nobody looks for those of a wave that is not known any more."""
    with desk.store.writing() as db:
        for wave in over:
            desk.keys.destroy(wave.wave_id, desk.keys.waves().get(wave.wave_id, ()))
            waves.forget(db, wave.wave_id)


def _ended(known: Sequence[Wave], today: date, kept: int, linked: Collection[str]) -> list[Wave]:
    """The waves that closed too long ago.

    The last network wave stays, because members' own pages tell of it, and so does the one whose links open these
    pages: another one where the last came from elsewhere.
    """
    closed = [each for each in known if each.closed_on]
    last = [each.wave_id for each in closed if each.network][-1:]
    return [
        each
        for each in closed
        if each.wave_id not in {*last, *linked} and _quarters(each.closed_on or today, today) >= kept
    ]


def _quarters(since: date, day: date) -> int:
    """How many quarters ago a day was.

    >>> _quarters(date(2026, 9, 30), date(2026, 10, 1))
    1
    """
    return (day.year - since.year) * 4 + (day.month - 1) // 3 - (since.month - 1) // 3
