"""Closing a wave: gather, reason, apply. What was said becomes findings; ballots, boxes and keys end.

    mark ─▶ gather ─▶ reason (another process) ─▶ a new database file ─▶ the keys destroyed

The first step is durable and refuses every later answer; the new file takes the old one's place in one movement.
Killed anywhere, `recover` does the rest at the next start: before the new file is there nothing has changed but the
mark, and what was kept long enough is gone; the wave is counted again. Once it is there, only keys are left to destroy.
Every answer counts exactly once.
"""

import secrets
from collections.abc import Callable
from functools import partial

import duckdb

from data import audit, ballot_box, store, ties, waves
from data.records import Problem, Wave
from surveys import apart, ballots, gathering, opening, retention
from surveys.desk import Desk
from surveys.job import Job, Progress
from surveys.links import pulse_secrets

STEPS = ("mark", "gather", "reason", *store.STEPS, "destroy keys")
"""What closing a wave does, in order, by the names it tells its caller."""


def close_wave(
    desk: Desk,
    name: str,
    *,
    passphrase: str | None = None,
    without_answers: bool = False,
    progress: Progress = lambda _sentence, _share: None,
    step: Callable[[str], None] = lambda _name: None,
) -> Wave:
    """Closes a wave for good and returns it; one that is closed already is returned as it is.

    Takes seconds, during which the server goes on: answers cast meanwhile are refused, pages wait for the swap only.
    A wave with a trustee needs the `passphrase`. `without_answers` ends a wave whose key or passphrase is lost; what
    was answered in it stays unreadable for ever. `step` is told the name of each step before it is taken.

    `Problem`, with nothing changed, for an unknown wave, a missing key or a wrong passphrase. `Problem` also when
    counting fails: the answers are then still sealed, and closing can be tried again.
    """
    with desk.turn:
        with desk.store.reading() as db:
            wave = waves.wave(db, name)
        if wave.state != "closed":
            private = None if without_answers else _private_key(desk, wave, passphrase)
            _close(desk, wave, private, progress, step)
        step("destroy keys")
        _destroy_keys(desk)
        with desk.store.reading() as db:
            closed = waves.wave(db, name)
    progress("Wave closed", 1.0)
    return closed


def due(desk: Desk) -> list[str]:
    """The waves that can be closed now: their time has passed, or their close was interrupted.

    Every wave whose time has passed stops taking answers here, also one that then waits for its trustee.
    """
    with desk.store.reading() as db:
        known = waves.waves(db)
    for wave in known:
        if wave.state == "open" and wave.closes <= desk.clock():
            _mark(desk, wave)
    with desk.store.reading() as db:
        return [wave.name for wave in waves.waves(db) if wave.state == "closing" and not wave.trustee]


def recover(desk: Desk) -> tuple[str, ...]:
    """Finishes what an earlier process was killed in, and says in sentences what it could not finish."""
    with desk.store.reading() as db:
        interrupted = [wave for wave in waves.waves(db) if wave.state == "closing"]
    resumed = (partial(_resume, desk, wave) for wave in interrupted)
    unfinished = (partial(opening.settle, desk), *resumed, partial(_destroy_keys, desk))
    return tuple(filter(None, map(_what_stops, unfinished)))


def _resume(desk: Desk, wave: Wave) -> None:
    if wave.trustee:
        raise Problem(f"Wave '{wave.name}' takes no more answers and waits for its trustee's passphrase.")
    close_wave(desk, wave.name)


def _what_stops(finish: Callable[[], object]) -> str | None:
    """Why this cannot be finished, or None when it is: one thing must not keep the others waiting."""
    try:
        finish()
    except Problem as problem:
        return str(problem)
    return None


def _close(desk: Desk, wave: Wave, private: bytes | None, progress: Progress, step: Callable[[str], None]) -> None:
    step("mark")
    _mark(desk, wave)
    step("gather")
    progress("Gathering", 0.0)
    job = gathering.whole(desk, wave, private)
    step("reason")
    result = apart.in_a_process(job, progress)
    readers = _readers(desk, wave, job)
    now, today = desk.clock(), desk.today()

    def change(db: duckdb.DuckDBPyConnection) -> None:
        ballot_box.add_readers(db, wave.wave_id, readers)
        gathering.keep(db, wave, gathering.without_erased(db, job, result), today)
        if wave.network:
            ties.end_links(db, wave.wave_id)
        waves.mark_closed(db, wave.wave_id, today)
        if result.unreadable:
            detail = f"{result.unreadable} sealed answers could not be read and were left out"
            audit.note(db, happened=now, who="rapport", action="close wave", subject=wave.name, detail=detail)

    progress("Writing the results", 0.95)
    retention.at_close(desk, wave, today)
    desk.store.rewrite(wave.wave_id, change, step)


def _mark(desk: Desk, wave: Wave) -> None:
    """From here on no answer is taken: the writer of boxes sees this before any that it has not kept yet."""
    with desk.store.writing() as db:
        if waves.wave_by_id(db, wave.wave_id).state == "open":  # another thread may have closed it meanwhile
            waves.set_state(db, wave.wave_id, "closing")


def _private_key(desk: Desk, wave: Wave, passphrase: str | None) -> bytes | None:
    if not wave.pulse:
        return None
    kept = desk.keys.read(wave.wave_id).get("box")
    if kept is None:
        raise Problem(f"The key file of wave '{wave.name}' has no box key: its answers cannot be opened by anybody.")
    if not wave.trustee:
        return kept
    if passphrase is None:
        raise Problem(f"Wave '{wave.name}' is closed by its trustee: expected the passphrase chosen when it opened.")
    try:
        return ballots.unlock(kept, passphrase)
    except ValueError:
        raise Problem(f"Wave '{wave.name}': this is not the passphrase that its trustee chose.") from None


def _readers(desk: Desk, wave: Wave, job: Job) -> list[bytes]:
    """After the close a pulse link opens the results page: one hash for everybody asked, in random order."""
    keys = desk.keys.read(wave.wave_id) if wave.wave_id in desk.keys.waves() else {}
    asked = job.seats.loc[job.seats["wave_id"] == wave.wave_id, "member_id"]
    found = pulse_secrets(keys["pulse"], wave.code_salt, asked) if "pulse" in keys else []
    readers = [ballots.reader(secret) for secret in found]
    secrets.SystemRandom().shuffle(readers)
    return readers


def _destroy_keys(desk: Desk) -> None:
    """Ends the keys that no promise needs any more. May be repeated.

    Of a closed wave the pulse keys, and its network key once its links have ended.
    """
    left = desk.keys.waves()
    with desk.store.reading() as db:
        closed = [wave.wave_id for wave in waves.waves(db) if wave.state == "closed" and wave.wave_id in left]
        linked = ties.linked(db)
    for wave_id in closed:
        names = {"pulse", "box"} | ({"network"} if wave_id not in linked else set())
        if names & left[wave_id]:
            desk.keys.destroy(wave_id, names)
