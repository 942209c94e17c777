"""An organization of 100,000 people as its database would hold it after eight waves, made in minutes and invented.

Roster, groups, counts, network and findings come from the functions that a real wave calls: the first two waves and
one network go through the gate. The later pulses are the second again under other names, because pages are asked here
how long they take and not what they say.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks import scale
from data import organization, roster, ties, waves
from data.records import ROOT, Member, Team, Wave
from data.roster import RosterChange
from data.store import Store
from surveys import gathering, groups
from surveys.groups import Formed
from surveys.job import COMMENT_COLUMNS, Answers
from surveys.questionnaire import Questionnaire, asked, builtin, to_json
from surveys.reasoning import reason

FIRST_CLOSE, QUARTER = date(2024, 12, 20), timedelta(days=91)
NAME = "Hundred Thousand"
ANSWERED = 0.85
FIRST_LEAD = "m000000"
"""Somebody who leads one team of ten."""
REACHED = (10, 20, 50)
"""Divisions, departments of each, and teams of each of those."""


def make(path: Path, *, waves_kept: int = 8, shape: tuple[int, int, int] = REACHED, seed: int = 7) -> str:
    """Make the database at `path`; returns the member_id of FIRST_LEAD."""
    random = np.random.default_rng(seed)
    teams, members, drawn = people(shape, seed)
    formed = groups.form(teams, members, smallest=6)
    store = Store.open(path)
    try:
        with store.writing() as db:
            organization.set_setting(db, "organization", NAME)
            organization.set_setting(db, "made_up", "yes")
            roster.apply(db, RosterChange(tuple(teams[1:]), tuple(members), (), ()))
        questionnaire = asked(builtin("quarterly"), 0)
        made = [_wave(number, questionnaire, both=number == waves_kept - 1) for number in range(waves_kept)]
        for wave in made:
            with store.writing() as db:
                waves.add(db, wave, formed.groups, formed.seats)
                if wave.number < 2:
                    _pulse(db, wave, formed, questionnaire, random)
                else:
                    _again(db, made[1], made[wave.number - 1], wave)
                if wave.network:
                    _network(db, wave, formed, drawn)
    finally:
        store.close()
    return members[0].member_id


def people(shape: tuple[int, int, int], seed: int = 7) -> tuple[list[Team], list[Member], scale.Organization]:
    """Teams of ten in departments and divisions, who is in them, and what they would say of each other."""
    drawn = scale.organization(scale.TEAM * int(np.prod(shape)), seed)
    teams = list(_tree(shape))
    return teams, _members(drawn.people, [team.team_id for team in teams if team.path.count(" / ") == 2]), drawn


def _tree(shape: tuple[int, int, int]) -> Iterator[Team]:
    yield Team(ROOT, ROOT, None)
    divisions, departments, teams = shape
    for d in range(divisions):
        division = Team(f"d{d}", f"Division {d + 1}", ROOT)
        yield division
        for e in range(departments):
            department = Team(f"d{d}e{e}", f"{division.path} / Department {d + 1}.{e + 1}", division.team_id)
            yield department
            for t in range(teams):
                path = f"{department.path} / Team {d + 1}.{e + 1}.{t + 1}"
                yield Team(f"d{d}e{e}t{t}", path, department.team_id)


def _members(people: pd.DataFrame, teams: list[str]) -> list[Member]:
    """Ten people a team, in the order in which the ties were drawn; the first of each leads it."""
    return [
        Member(
            member_id=row.member_id,
            name=f"Person {number}",
            email=f"{row.member_id}@example.org",
            team_id=teams[number // scale.TEAM],
            role=row.role,
            level=row.level,
            location=row.location,
            interests=tuple(row.interests),
            leads=() if number % scale.TEAM else (teams[number // scale.TEAM],),
        )
        for number, row in enumerate(people.itertuples(index=False))
    ]


def _wave(number: int, questionnaire: Questionnaire, *, both: bool) -> Wave:
    closed = FIRST_CLOSE + number * QUARTER
    return Wave(
        wave_id=f"{number:032x}",
        name=f"Wave {number + 1}",
        number=number,
        asks="both" if both else "pulse",
        questionnaire=to_json(questionnaire),
        state="closed",
        opened_on=closed - timedelta(days=14),
        closes=datetime.combine(closed, datetime.min.time()),
        closed_on=closed,
        k=5,
        smallest_group=6,
        trustee=False,
        box_key=None,
    )


def _pulse(
    db: duckdb.DuckDBPyConnection, wave: Wave, formed: Formed, asked_for: Questionnaire, random: np.random.Generator
) -> None:
    """Answers of 85 in 100, in memory, through counting and gate."""
    seats = np.array(list(formed.seats.values()), dtype=object)
    there = np.flatnonzero(random.random(len(seats)) < ANSWERED)
    items = [item.id for item in asked_for.items]
    of_team = {team_id: random.normal(0, 0.5) for team_id in dict.fromkeys(seats)}
    middle = 3.6 + np.array([of_team[team_id] for team_id in seats[there]]) + random.normal(0, 0.5, len(there))
    values = np.clip(np.rint(middle[:, None] + random.normal(0, 0.8, (len(there), len(items)))), 1, 5).astype(int)
    responses = pd.DataFrame(
        {
            "respondent": np.repeat(np.arange(len(there)), len(items)),
            "team_id": np.repeat(seats[there], len(items)),
            "item": np.tile(np.array(items, dtype=object), len(there)),
            "value": values.ravel(),
        }
    )
    answers = Answers(responses, pd.DataFrame(columns=COMMENT_COLUMNS))
    job = gathering.gather(db, wave, formed.groups, pulse=answers, network=None)
    gathering.keep(db, replace(wave, asks="pulse"), reason(job), wave.closed_on or FIRST_CLOSE)


def _again(db: duckdb.DuckDBPyConnection, second: Wave, before: Wave, wave: Wave) -> None:
    """The findings of the second wave as those of a later one, measured from the wave before it."""
    query = """
        INSERT INTO finding BY NAME
        SELECT * REPLACE (? AS wave_id, CASE WHEN since IS NULL THEN NULL ELSE ? END AS since)
        FROM finding WHERE wave_id = ? ORDER BY team_id, kind, subject"""
    db.execute(query, [wave.wave_id, before.name, second.wave_id])


def _network(db: duckdb.DuckDBPyConnection, wave: Wave, formed: Formed, drawn: scale.Organization) -> None:
    """Who is tied to whom, where everybody stands, and whom to introduce."""
    agreed = drawn.people[["member_id", "map", "introductions"]]
    ties.set_consents(db, {row.member_id: (row.map, row.introductions) for row in agreed.itertuples(index=False)})
    given = drawn.ties[drawn.ties["source"].isin(drawn.answered)]
    ties.add_ties(db, wave.wave_id, given)
    ties.ask(db, wave.wave_id, {"work"})
    ties.mark_answered(db, wave.wave_id, drawn.answered)
    network = gathering.gather_ties(
        db,
        wave,
        formed.groups,
        asked=formed.seats,
        given=given,
        answered=drawn.answered,
        questions={"work"},
        agreed=agreed,
    )
    result = reason(gathering.gather(db, wave, formed.groups, pulse=None, network=network))
    gathering.keep(db, wave, result, wave.closed_on or FIRST_CLOSE)


def lengthen(company: Path, path: Path, waves_kept: int) -> None:
    """Copy a database to `path` and repeat its last wave but one before the last, until there are so many waves."""
    shutil.copyfile(company, path)
    store = Store.open(path)
    try:
        with store.writing() as db:
            known = waves.waves(db)
            model, last = known[-2:]
            db.execute("UPDATE wave SET number = ? WHERE wave_id = ?", [waves_kept - 1, last.wave_id])
            before = model
            for number in range(len(known) - 1, waves_kept - 1):
                wave = replace(model, wave_id=f"f{number:031x}", name=f"Further {number}", number=number)
                waves.add(db, wave, waves.groups(db, model.wave_id), waves.seats(db, model.wave_id))
                _again(db, model, before, wave)
                before = wave
    finally:
        store.close()
