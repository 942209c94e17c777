"""Answers and ties that were collected elsewhere, as closed waves: the same counting, the same gate, from memory.

There are no ballots and no keys, and no answer touches the disk: answers are handed to the process that counts, and
what it returns is written in one transaction, all of it or nothing.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal

import duckdb
import pandas as pd

from data import audit, roster, waves
from data import ties as kept_ties
from data.exchange import TiesFile
from data.nearest import did_you_mean
from data.records import ROOT, Group, Member, Problem, Team, Wave
from data.roster import RosterChange, RosterRow
from surveys import apart, gathering, groups
from surveys.desk import Desk
from surveys.groups import Grouping
from surveys.job import COMMENT_COLUMNS, Answers, Progress, Result
from surveys.opening import check_name
from surveys.questionnaire import Questionnaire, alone_where_single, to_json

K = 5
SMALLEST_GROUP = 6
"""As when a wave opens without saying otherwise."""


_NO_CHANGE = RosterChange((), (), (), ())


@dataclass(frozen=True)
class Imported:
    """The closed wave, and what whoever imported it should know."""

    wave: Wave
    notices: list[str]


# ------------------------------------------------------------------------------------------------------------- answers


@dataclass(frozen=True)
class _Reading:
    """What a file of answers means for this organization, decided before anything is changed."""

    wave: Wave
    new_teams: RosterChange
    grouping: Grouping
    pulse: Answers


def answers(
    desk: Desk,
    frame: pd.DataFrame,
    wave_name: str,
    *,
    questionnaire: Questionnaire,
    closed_on: date | None = None,
    invited: Mapping[str, int] | None = None,
    new_teams: bool = False,
    progress: Progress = lambda _sentence, _share: None,
) -> Imported:
    """Makes a closed wave of answers (respondent, team, item, value, line, as `data.exchange.read_answers` gives them).

    Groups are formed from the teams named. `invited` says how many people each was asked (path to number). Without it
    only those who answered are known: k of them make a group, figures speak of them alone, and nothing is said about
    how many answered.

    `Problem`, with nothing changed, for a name in use, a team that the roster does not have (unless `new_teams`), fewer
    people invited than answered, and a date between waves that are there already.
    """
    with desk.turn:
        with desk.store.reading() as db:
            known, teams = waves.waves(db), roster.teams(db)
            earlier = waves.groups(db, known[-1].wave_id) if known else None
        wave = _wave(wave_name, "pulse", _day(closed_on, desk.today()), known)
        if frame.empty:
            raise Problem(f"Wave '{wave.name}': the file holds no answers.")
        change = _new_teams(teams, [*frame["team"].unique(), *(invited or ())]) if new_teams else _NO_CHANGE
        read = _read(frame, wave, questionnaire, invited=invited, known_teams=teams, change=change, earlier=earlier)
        with desk.store.reading() as db:
            job = gathering.gather(db, read.wave, read.grouping.groups, pulse=read.pulse, network=None)
        result = apart.in_a_process(job, progress)
        with desk.store.writing() as db:
            roster.apply(db, read.new_teams)
            waves.add(db, read.wave, read.grouping.groups, {})
            gathering.keep(db, read.wave, result if invited else _without_shares(result), wave.closes.date())
    return Imported(read.wave, read.grouping.alone)


def _read(
    frame: pd.DataFrame,
    wave: Wave,
    questionnaire: Questionnaire,
    *,
    invited: Mapping[str, int] | None,
    known_teams: Sequence[Team],
    change: RosterChange,
    earlier: Sequence[Group] | None,
) -> _Reading:
    teams = [*known_teams, *change.new_teams]
    team_of = _team_ids(teams, {path: f"Line {line}" for path, line in _first_lines(frame).items()})
    placed = frame.assign(team_id=frame["team"].map(team_of))
    smallest = SMALLEST_GROUP if invited else K
    people = {str(team): int(number) for team, number in placed.groupby("team_id")["respondent"].nunique().items()}
    formed = groups.grouped(
        teams, _asked(people, teams, invited) if invited else people, smallest=smallest, k=K, earlier=earlier
    )
    counted = placed.assign(team_id=placed["team_id"].map(formed.counted_in))
    return _Reading(
        replace(wave, questionnaire=to_json(_as_asked(questionnaire, set(frame["item"]))), smallest_group=smallest),
        change,
        formed,
        Answers(counted[["respondent", "team_id", "item", "value"]], pd.DataFrame(columns=COMMENT_COLUMNS)),
    )


def _new_teams(teams: Sequence[Team], paths: Sequence[str]) -> RosterChange:
    """The teams that the roster would make for people in these; the people are stand-ins and go no further."""
    people = [RosterRow(number, f"number {number}", "a stand-in", "", path) for number, path in enumerate(paths)]
    return RosterChange(roster.plan(teams, [], people).new_teams, (), (), ())


def _first_lines(frame: pd.DataFrame) -> dict[str, int]:
    return {str(path): int(line) for path, line in frame.groupby("team")["line"].min().items()}


def _team_ids(teams: Sequence[Team], named: Mapping[str, str]) -> dict[str, str]:
    """The team behind each path as somebody wrote it; `Problem` with where they did and the nearest path."""
    known = {team.path.casefold(): team.team_id for team in teams}
    found = {}
    for path, where in named.items():
        team_id = known.get(roster.tidy(path).casefold())
        if team_id is None:
            near = did_you_mean(path, [team.path for team in teams])
            raise Problem(f"{where}: there is no team '{path}'.{near} With --new-teams it is made.")
        found[path] = team_id
    return found


def _asked(answered: Mapping[str, int], teams: Sequence[Team], invited: Mapping[str, int]) -> dict[str, int]:
    """How many people each team was asked; nobody can have answered without being asked."""
    team_of = _team_ids(teams, dict.fromkeys(invited, "Numbers invited"))
    asked = {team_of[path]: number for path, number in invited.items()}
    paths = {team.team_id: team.path for team in teams}
    for team_id, number in answered.items():
        if asked.get(team_id, 0) < number:
            raise Problem(
                f"Numbers invited: team '{paths[team_id]}' has {asked.get(team_id, 0)}, and {number} people answered. "
                "Expected at least as many."
            )
    return asked


def _as_asked(questionnaire: Questionnaire, items: Collection[str]) -> Questionnaire:
    """The questionnaire as far as the file answers it: what was not asked there must not look like silence."""
    asked = tuple(alone_where_single([item for item in questionnaire.items if item.id in items]))
    dimensions = {item.dimension for item in asked}
    known = {**questionnaire.dimensions, **questionnaire.modules}
    named = {dimension: name for dimension, name in known.items() if dimension in dimensions}
    return replace(questionnaire, items=asked, dimensions=named, modules={}, rotates=False, comment=None)


def _without_shares(result: Result) -> Result:
    """Where only those who answered are known, 'all answered' would be an invention."""
    return replace(result, findings=result.findings[result.findings["kind"] != "answered"])


# ---------------------------------------------------------------------------------------------------------------- ties


@dataclass(frozen=True)
class _Place:
    """Where ties go: the wave as it will be, its groups, and who appears in it."""

    wave: Wave
    groups: Sequence[Group]
    seats: Mapping[str, str]
    new: bool


def ties(
    desk: Desk,
    file: TiesFile,
    wave_name: str,
    *,
    closed_on: date | None = None,
    consent: Literal["asked", "none"] = "none",
    progress: Progress = lambda _sentence, _share: None,
) -> Imported:
    """Takes ties (as `data.exchange.read_ties` gives them) into a closed wave, which is made if there is none.

    Whoever is the source of a tie counts as having answered. `consent` 'asked' says that everybody named agreed to be
    seen and introduced; that is recorded, except for people who chose for themselves already. With 'none' nobody is
    named but in the administrator's own commands.

    `Problem`, with nothing changed, for somebody whom the roster does not have, and for a wave that is not closed or
    has a network already. Ties of earlier waves stay: only a wave that asks for new ones ends them.
    """
    with desk.turn:
        day = _day(closed_on, desk.today())
        with desk.store.reading() as db:
            members = roster.members(db, active_only=False)
            place = _place(db, wave_name, day, [member for member in members if member.active])
            chosen = kept_ties.consents(db)
            given, notices = _among(file.frame, members)
            agreed = _with_consent(chosen, given) if consent == "asked" else chosen
            network = gathering.gather_ties(
                db,
                place.wave,
                place.groups,
                asked=place.seats,
                given=given,
                answered=set(given["source"]),
                questions=set(given["kind"]),
                agreed=agreed,
                unasked_agree=consent == "none",
            )
            job = gathering.gather(db, place.wave, place.groups, pulse=None, network=network)
        result = apart.in_a_process(job, progress)
        with desk.store.writing() as db:
            _keep_place(db, place)
            kept_ties.add_ties(db, place.wave.wave_id, given)
            kept_ties.mark_answered(db, place.wave.wave_id, set(given["source"]))
            gathering.keep(db, place.wave, result, day)
            if consent == "asked":
                _record_consent(db, agreed, place.wave, desk.clock())
    return Imported(place.wave, notices)


def _place(db: duckdb.DuckDBPyConnection, name: str, day: date, active: Sequence[Member]) -> _Place:
    known = waves.waves(db)
    there = next((wave for wave in known if wave.name == name), None)
    if there is None:
        earlier = waves.groups(db, known[-1].wave_id) if known else None
        formed = groups.form(roster.teams(db), active, smallest=SMALLEST_GROUP, k=K, earlier=earlier)
        return _Place(_wave(name, "network", day, known), formed.groups, formed.seats, new=True)
    if there.state != "closed":
        raise Problem(f"Wave '{name}' is {there.state}: ties can be imported into a closed wave, or a new one.")
    if there.network:
        raise Problem(f"Wave '{name}' has a network already. Expected another name for another network.")
    reported = waves.groups(db, there.wave_id)
    return _Place(
        replace(there, asks="both"), reported, waves.seats(db, there.wave_id) or _seats(active, reported), new=False
    )


def _seats(active: Sequence[Member], reported: Sequence[Group]) -> dict[str, str]:
    """Where the members appear in a wave of imported answers, which had teams and knew nobody."""
    group_of = {group.team_id: group.joins or group.team_id for group in reported}
    return {member.member_id: group_of.get(member.team_id, ROOT) for member in active}


def _among(frame: pd.DataFrame, members: Sequence[Member]) -> tuple[pd.DataFrame, list[str]]:
    """The ties between active members, and a notice of those with people who have left."""
    known = {member.member_id for member in members}
    for side in ("source", "target"):
        for name in frame[side]:
            if name not in known:
                raise Problem(
                    f"The ties name '{name}' as a {side}, who is not on the roster.{did_you_mean(name, known)}"
                )
    active = {member.member_id for member in members if member.active}
    between = frame[frame["source"].isin(active) & frame["target"].isin(active)]
    if between.empty:
        raise Problem("The file holds no tie between two people of the roster.")
    left = len(frame) - len(between)
    return between, [f"{left} ties with people who have left were dropped."] if left else []


def _with_consent(chosen: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """The consents after everybody named agreed, without overruling anybody who chose for themselves."""
    new = sorted({*given["source"], *given["target"]} - set(chosen["member_id"]))
    return pd.concat([chosen, pd.DataFrame({"member_id": new, "map": True, "introductions": True})], ignore_index=True)


def _keep_place(db: duckdb.DuckDBPyConnection, place: _Place) -> None:
    if place.new:
        waves.add(db, place.wave, place.groups, place.seats)
    else:
        waves.set_asks(db, place.wave.wave_id, place.wave.asks)


def _record_consent(db: duckdb.DuckDBPyConnection, agreed: pd.DataFrame, wave: Wave, now: datetime) -> None:
    new = sorted(set(agreed["member_id"]) - set(kept_ties.consents(db)["member_id"]))
    for member_id in new:
        kept_ties.set_consent(db, member_id, map=True, introductions=True)
    detail = f"{len(new)} members agreed to the map and to introductions, as stated with the ties"
    audit.note(db, happened=now, who="administrator", action="record consent", subject=wave.name, detail=detail)


# ------------------------------------------------------------------------------------------------------------ the wave


def _day(closed_on: date | None, today: date) -> date:
    if closed_on is not None and closed_on > today:
        raise Problem(f"Closed on {closed_on}: expected a day that is over, {today} at the latest.")
    return closed_on or today


def _wave(name: str, asks: Literal["pulse", "network"], day: date, known: Sequence[Wave]) -> Wave:
    check_name(name, known)
    return Wave(
        wave_id=secrets.token_hex(16),
        name=name,
        number=_number(name, asks, day, known),
        asks=asks,
        questionnaire="",
        state="closed",
        opened_on=day,
        closes=datetime.combine(day, time()),
        closed_on=day,
        k=K,
        smallest_group=SMALLEST_GROUP,
        trustee=False,
        box_key=None,
    )


def _number(name: str, asks: Literal["pulse", "network"], day: date, known: Sequence[Wave]) -> int:
    """After all waves, or before the first: waves are compared in order, and what was compared stays as it is."""
    alike = [wave for wave in known if wave.asks in (asks, "both")]
    later = [wave for wave in alike if wave.closed_on is None or wave.closed_on > day]
    if not later:
        return max((wave.number for wave in known), default=-1) + 1
    if len(later) == len(alike):
        return min(wave.number for wave in known) - 1
    raise Problem(
        f"Wave '{name}' ended on {day}, before '{later[0].name}' and after others. Waves are compared in order: "
        "expected a day after all of them, or before the first."
    )
