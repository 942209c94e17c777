"""What the reasoning about a wave needs, from the database, and what of its result goes back there.

`surveys.closing` says when; `surveys.reasoning` is what happens in between, in another process and without a database.
"""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pandas as pd

from data import ballot_box, findings, roster, ties, waves
from data import introducing as kept_introductions
from data.records import Group, Member, Team, Wave
from surveys import introducing
from surveys.desk import Desk
from surveys.job import (
    COMMENT_COLUMNS,
    RESPONSE_COLUMNS,
    Answers,
    Before,
    Box,
    Job,
    Result,
    Sealed,
    Ties,
)

LOOK_FIRST = timedelta(days=7)
"""How long a member alone can see their standing, and hide it, before a manager may."""

_OF_A_MEMBER = ("member_id", "name", "team_id", "role", "level", "location", "joined_on", "interests")


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


def whole(desk: Desk, wave: Wave, private: bytes | None) -> Job:
    """Everything that the reasoning about a wave needs; `private` opens its boxes."""
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


def keep(db: duckdb.DuckDBPyConnection, wave: Wave, result: Result, closed_on: date) -> None:
    """Keeps what may be kept of a wave, and from when a manager may see a standing."""
    findings.keep(db, wave.wave_id, result.findings, result.moments, result.comments, contrasts=result.contrasts)
    if wave.network:
        visible = result.standings.assign(visible_from=closed_on + LOOK_FIRST)
        ties.keep_network(db, wave.wave_id, visible, result.introductions)
        introducing.settle(db, wave)


def without_erased(db: duckdb.DuckDBPyConnection, job: Job, result: Result) -> Result:
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
