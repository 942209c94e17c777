"""Closing a wave: gather, reason, apply. What was said becomes findings; ballots, boxes and keys end.

    mark ─▶ gather ─▶ reason (another process) ─▶ a new database file ─▶ the keys destroyed

The first step is durable and refuses every later answer; the new file takes the old one's place in one movement.
Killed anywhere, `recover` does the rest at the next start: before the new file is there nothing has changed but the
mark, and what was kept long enough is gone; the wave is counted again. Once it is there, only keys are left to destroy.
Every answer counts exactly once.
"""

import secrets
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import duckdb
import pandas as pd

from data import audit, ballot_box, findings, roster, store, ties, waves
from data import introducing as kept_introductions
from data.records import Group, Member, Problem, Team, Wave
from surveys import apart, ballots, introducing, opening, retention
from surveys.desk import Desk
from surveys.job import (
    COMMENT_COLUMNS,
    RESPONSE_COLUMNS,
    Answers,
    Before,
    Box,
    Job,
    Progress,
    Result,
    Sealed,
    Ties,
)

LOOK_FIRST = timedelta(days=7)
"""How long a member alone can see their standing, and hide it, before a manager may."""

STEPS = ("mark", "gather", "reason", *store.STEPS, "destroy keys")
"""What closing a wave does, in order, by the names it tells its caller."""

_OF_A_MEMBER = ("member_id", "name", "team_id", "role", "level", "location", "joined_on", "interests")


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
    job = _gather(desk, wave, private)
    step("reason")
    result = apart.in_a_process(job, progress)
    readers = _readers(desk, wave, job)
    now, today = desk.clock(), desk.today()

    def change(db: duckdb.DuckDBPyConnection) -> None:
        ballot_box.add_readers(db, wave.wave_id, readers)
        keep(db, wave, _without_erased(db, job, result), today)
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


# -------------------------------------------------------------------------------------------------------------- gather


def gather(
    db: duckdb.DuckDBPyConnection,
    wave: Wave,
    groups: Sequence[Group],
    *,
    pulse: Sealed | Answers | None,
    network: Ties | None,
) -> Job:
    """What the reasoning about a wave needs besides its own answers: who was asked before, and what was released."""
    before = pd.DataFrame([(each.wave_id, each.name) for each in waves.waves(db)], columns=["wave_id", "name"])
    released = findings.moments(db).merge(before, on="wave_id")
    linked = findings.contrasts(db)
    return Job(
        wave,
        groups,
        pulse,
        network,
        waves.seat_frame(db),
        released[released["number"] < wave.number],
        linked[linked["number"] < wave.number],
        frozenset(member.name for member in roster.members(db, active_only=False)),
    )


def gather_ties(
    db: duckdb.DuckDBPyConnection,
    wave: Wave,
    groups: Sequence[Group],
    *,
    asked: Mapping[str, str],
    given: pd.DataFrame,
    answered: Collection[str],
    questions: Collection[str],
    agreed: pd.DataFrame,
    unasked_agree: bool = False,
) -> Ties:
    """The named part of a wave: who may appear in it, what they said, and the network wave before.

    `asked` are the seats of the wave, `given` its ties, `questions` the kinds of ties that it asked for, `agreed` the
    consents. Who never chose has refused, or,
    with `unasked_agree`, counts as having agreed: for ties from elsewhere, of which only the administrator sees names.
    """
    members = [member for member in roster.members(db) if member.member_id in asked]
    past = [each for each in waves.waves(db) if each.network and each.state == "closed" and each.number < wave.number]
    standings = ties.standings(db, past[-1].wave_id) if past else None
    return Ties(
        people=_people(members, roster.teams(db), agreed, unasked_agree=unasked_agree),
        groups_of=_groups_of(members, groups, asked),
        ties=given,
        avoid=ties.avoid(db),
        answered=frozenset(answered),
        questions=frozenset(questions),
        consents=agreed,
        earlier_standings={}
        if standings is None
        else dict(zip(standings["member_id"], standings["standing"], strict=True)),
        earlier_places=None if standings is None else standings[["member_id", "x", "y"]],
        earlier_introductions=_introductions(db, past, given, answered) if past else None,
        more=ties.more(db, wave.wave_id),
        before=_before(db, past[-1]) if past else None,
    )


def _gather(desk: Desk, wave: Wave, private: bytes | None) -> Job:
    with desk.store.reading() as db:
        groups = waves.groups(db, wave.wave_id)
        pulse = _sealed(desk, wave, private, ballot_box.count(db, wave.wave_id)) if wave.pulse else None
        network = _ties_of(db, wave, groups) if wave.network else None
        return gather(db, wave, groups, pulse=pulse, network=network)


def _sealed(desk: Desk, wave: Wave, private: bytes | None, cast: int) -> Sealed | Answers:
    """The boxes as they are kept, read when they are asked for; without the key, no answers."""
    if private is None:
        return Answers(pd.DataFrame(columns=RESPONSE_COLUMNS), pd.DataFrame(columns=COMMENT_COLUMNS))

    def boxes() -> Generator[Sequence[Box]]:
        with desk.store.reading() as db:
            yield from ballot_box.sealed(db, wave.wave_id)

    return Sealed(boxes, cast, private)


def _ties_of(db: duckdb.DuckDBPyConnection, wave: Wave, groups: Sequence[Group]) -> Ties:
    seats, given = waves.seats(db, wave.wave_id), ties.ties(db, wave.wave_id)
    return gather_ties(
        db,
        wave,
        groups,
        asked=seats,
        given=given,
        answered=ties.answered(db, wave.wave_id),
        questions=ties.asked(db, wave.wave_id),
        agreed=ties.consents(db),
    )


def _introductions(
    db: duckdb.DuckDBPyConnection, past: Sequence[Wave], given: pd.DataFrame, answered: Collection[str]
) -> pd.DataFrame:
    """The introductions of waves before, with what this one tells of the last: it is written down only at its close."""
    made = [ties.introductions(db, each.wave_id) for each in past]
    made[-1] = made[-1].assign(tied=kept_introductions.tied(made[-1], given, answered))
    return pd.concat(made)


def _before(db: duckdb.DuckDBPyConnection, wave: Wave) -> Before:
    return Before(wave.name, ties.ties(db, wave.wave_id), frozenset(ties.answered(db, wave.wave_id)))


def _people(
    members: Sequence[Member], teams: Sequence[Team], agreed: pd.DataFrame, *, unasked_agree: bool
) -> pd.DataFrame:
    paths = {team.team_id: team.path for team in teams}
    frame = pd.DataFrame(
        {
            **{name: [getattr(member, name) for member in members] for name in _OF_A_MEMBER},
            "team": [paths[member.team_id] for member in members],
            "managers": _managers(members, teams),
        }
    )
    choices = agreed.set_index("member_id")
    return frame.assign(
        **{
            choice: [bool(choices[choice].get(member, unasked_agree)) for member in frame["member_id"]]
            for choice in ("map", "introductions")
        }
    )


def _managers(members: Sequence[Member], teams: Sequence[Team]) -> list[list[str]]:
    """Who leads each member: as the roster names them, and whoever leads their team or else the next one above it.

    Not every roster names managers, and whoever leads a team reads the names of its people either way.
    """
    above = {team.team_id: team.parent for team in teams}
    leads: dict[str, set[str]] = {}
    for member in members:
        for team_id in member.leads:
            leads.setdefault(team_id, set()).add(member.member_id)

    def of(member: Member) -> set[str]:
        team_id: str | None = member.team_id
        while team_id is not None and member.member_id in leads.get(team_id, {member.member_id}):
            team_id = above[team_id]
        return leads.get(team_id or "", set())

    return [sorted(of(member) | ({member.manager_id} if member.manager_id else set())) for member in members]


def _groups_of(members: Sequence[Member], groups: Sequence[Group], asked: Mapping[str, str]) -> dict[str, str]:
    """Where each member appears in the network: with their own team, leads too, or with the group that it joined.

    Somebody whose team is not of this wave, because they moved since it opened, appears where they were asked.
    """
    group_of = {group.team_id: group.joins or group.team_id for group in groups}
    return {member.member_id: group_of.get(member.team_id, asked[member.member_id]) for member in members}


# --------------------------------------------------------------------------------------------------------------- apply


def keep(db: duckdb.DuckDBPyConnection, wave: Wave, result: Result, closed_on: date) -> None:
    """Keeps what may be kept of a wave, and from when a manager may see a standing."""
    findings.keep(db, wave.wave_id, result.findings, result.moments, result.comments, contrasts=result.contrasts)
    if wave.network:
        visible = result.standings.assign(visible_from=closed_on + LOOK_FIRST)
        ties.keep_network(db, wave.wave_id, visible, result.introductions)
        introducing.settle(db, wave)


def _readers(desk: Desk, wave: Wave, job: Job) -> list[bytes]:
    """After the close a pulse link opens the results page: one hash for everybody asked, in random order."""
    key = desk.keys.read(wave.wave_id).get("pulse") if wave.wave_id in desk.keys.waves() else None
    asked = job.seats.loc[job.seats["wave_id"] == wave.wave_id, "member_id"]
    readers = [ballots.reader(ballots.secret(key, member)) for member in asked] if key else []
    secrets.SystemRandom().shuffle(readers)
    return readers


def _without_erased(db: duckdb.DuckDBPyConnection, job: Job, result: Result) -> Result:
    """The result without members who erased themselves from the network while it was being reasoned about."""
    if job.network is None:
        return result
    now = ties.ties(db, job.wave.wave_id), ties.answered(db, job.wave.wave_id)
    gone = list(_mentioned(job.network.ties, job.network.answered) - _mentioned(*now))
    pairs = result.introductions[["member_a", "member_b", "introducer"]].isin(gone).any(axis=1)
    return replace(
        result,
        standings=result.standings[~result.standings["member_id"].isin(gone)],
        introductions=result.introductions[~pairs],
    )


def _mentioned(given: pd.DataFrame, answered: Collection[str]) -> set[str]:
    return {*given["source"], *given["target"], *answered}


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
