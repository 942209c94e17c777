"""The made-up company through the real path: roster, links, forms, sealed boxes, closes; on a clock that is given.

What a reader sees in the demo was asked, cast, sealed, counted and released by the same code as a real wave. Only the
people and their answers are invented (`data.demo`), and the database says so.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb

from analytics import disclosure, playbook
from analytics.introductions import FEWEST
from data import actions, demo, findings, organization, roster, ties, waves
from data import introducing as kept
from data.demo import Company
from data.introducing import Invitation
from data.records import Tie
from data.ties import NetworkAnswer
from surveys import ballots, closing, introducing, opening, submission
from surveys.desk import Desk
from surveys.questionnaire import Questionnaire, asked, builtin
from surveys.submission import Submission

LAST_QUARTER = (2026, 3)
"""The quarter of the last wave. Fixed, so that the company is the same on every day."""
URL = "http://127.0.0.1:8501"
INTRODUCED = 20
"""Pairs that are proposed after each network wave but the last."""


@dataclass
class Clock:
    """The rehearsal's own time, moved on by hand; UTC."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the time, as the desk's clock."""
        return self.now


def play(
    path: Path,
    *,
    people: int = 120,
    waves: int = 8,
    seed: int = 7,
    progress: Callable[[str, float], None] = lambda _sentence, _share: None,
) -> None:
    """Make the made-up company's database at `path`: one wave a quarter, the network asked in every second.

    `progress` is told a sentence and the share done so far, from 0 to 1. The same arguments give the same findings.
    Takes about three seconds a wave, most of it starting the child process that opens the boxes.

    >>> play(Path("/tmp/larkfield.duckdb"), people=120, waves=8)  # doctest: +SKIP
    """
    company = demo.company(people, waves, seed)
    clock = Clock(datetime(2024, 1, 1))  # noqa: DTZ001  the desk's clock is UTC without a zone mark
    desk = Desk.open(path, clock=clock, url=URL)
    try:
        with desk.store.writing() as db:
            organization.set_setting(db, "organization", demo.NAME)
            organization.set_setting(db, "made_up", "yes")
            organization.set_setting(db, "rehearsal", made_of(people, waves, seed))
        for number, (name, opened, closes) in enumerate(quarters(waves)):
            progress(f"Wave {name}", number / waves)
            asks_network = (waves - 1 - number) % 2 == 0
            clock.now = opened
            _take_roster(desk, company, number)
            questionnaire = builtin("quarterly")
            opening.open_wave(
                desk,
                name,
                asks="both" if asks_network else "pulse",
                questionnaire=questionnaire,
                closes=closes,
            )
            clock.now = closes - timedelta(days=1)
            _answer_pulse(desk, company, number, name, asked(questionnaire, number))
            if asks_network:
                _answer_network(desk, company, number, name)
            clock.now = closes
            closing.close_wave(desk, name)
            if 1 < number < waves - 1:
                _promise(desk, name, answers=number < waves - 2)
            if asks_network and number < waves - 1:
                _introduce(desk, name)
        progress("Done", 1.0)
    finally:
        desk.close()


def made_of(people: int, waves: int, seed: int) -> str:
    """Say what a made-up company was made of: its arguments, and the program, since another makes another of them."""
    return f"people={people} waves={waves} seed={seed} program={_program()}"


@cache
def _program() -> str:
    """Sum up all that takes part in making it: what is invented, asked, counted and kept."""
    root, summed = Path(__file__).parent.parent, hashlib.sha256()
    for package in ("analytics", "data", "surveys"):
        for file in sorted((root / package).rglob("*")):
            if file.suffix in (".py", ".sql", ".toml"):
                summed.update(file.read_bytes())
    return summed.hexdigest()[:16]


def quarters(count: int) -> Iterator[tuple[str, datetime, datetime]]:
    """Name, opening and close of each wave: the last month of `count` quarters up to `LAST_QUARTER`.

    >>> [name for name, _, _ in quarters(2)]
    ['2026-Q2', '2026-Q3']
    """
    year, quarter = LAST_QUARTER
    last = year * 4 + quarter - 1
    for index in range(last - count + 1, last + 1):
        first_day = date(index // 4, index % 4 * 3 + 3, 1)
        opens = datetime.combine(first_day, datetime.min.time()) + timedelta(days=7, hours=8)
        yield f"{index // 4}-Q{index % 4 + 1}", opens, opens + timedelta(days=14)


def _take_roster(desk: Desk, company: Company, number: int) -> None:
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db, active_only=False), company.roster(number)))


def _answer_pulse(desk: Desk, company: Company, number: int, name: str, questionnaire: Questionnaire) -> None:
    with desk.store.reading() as db:
        wave = waves.wave(db, name)
    link_key = desk.keys.read(wave.wave_id)["pulse"]
    items = [(item.id, item.dimension, item.reverse) for item in questionnaire.items if not item.alone]
    cast: list[Future[bool]] = []
    for member_id, (answers, comment) in company.pulse(number, items).items():
        said = {**answers, **_overall(answers, questionnaire)}
        form = {**{item: str(value) for item, value in said.items()}, "comment": comment}
        read = submission.read(form, questionnaire)
        if not isinstance(read, Submission) or wave.box_key is None:
            raise RuntimeError(f"the invented answers of {member_id} do not fit the questionnaire {questionnaire.id}")
        secret = ballots.secret(link_key, member_id)
        sealed = ballots.seal(wave.box_key, read.to_bytes())
        cast.append(desk.intake.cast(ballots.nullifier(secret), sealed))
    if not all(box.result() for box in cast):
        raise RuntimeError(f"wave {name} refused an answer while it was open")


def _overall(answers: Mapping[str, int], questionnaire: Questionnaire) -> dict[str, int]:
    """Outcomes of somebody who says that all is as good as the rest of what they say is on average."""
    scale, reverse = questionnaire.scale, {item.id for item in questionnaire.items if item.reverse}
    turned = [scale.high + scale.low - value if item in reverse else value for item, value in answers.items()]
    overall = round(sum(turned) / len(turned)) if turned else 0
    return {item.id: overall for item in questionnaire.items if item.alone and turned}


def _promise(desk: Desk, name: str, *, answers: bool) -> None:
    """A lead takes up what is suggested for a team, and says a month later that it happened."""
    with desk.store.writing() as db:
        wave, found, earlier = waves.wave(db, name), findings.rows(db), actions.actions(db)
        leads = {team_id: member.name for member in roster.members(db) for team_id in member.leads}
        resting = {(action.team_id, action.play) for action in earlier[: playbook.RESTS]}
        for suggestion in playbook.suggest(disclosure.restore(found), wave.wave_id, leads, 1, resting=resting):
            action = actions.plan(
                db,
                wave_id=wave.wave_id,
                team_id=suggestion.team_id,
                play=suggestion.play.id,
                dimension=suggestion.dimension,
                owner=leads[suggestion.team_id],
                planned_on=desk.today(),
            )
            if answers:
                actions.answer(db, action.action_id, "yes", action.due_on)


def _introduce(desk: Desk, name: str) -> None:
    """The first pairs of a network wave are asked; seven people in ten say yes, and most pairs of whom both do meet."""
    with desk.store.reading() as db:
        wave = waves.wave(db, name)
    pairs = introducing.first(desk, wave, INTRODUCED)
    if len(pairs) < FEWEST:
        return
    introducing.propose(desk, wave, pairs, who="administrator")
    with desk.store.writing() as db:
        asked = [mine for member in {one for pair in pairs for one in pair} for mine in kept.of_member(db, member)]
        for mine in asked:
            kept.answer(db, mine, "yes" if _drawn(mine, "answer") < 0.7 else "no")
        for mine in (now for member in {each.member_id for each in asked} for now in kept.of_member(db, member)):
            if mine.agreed:
                kept.tell(db, mine, "yes" if _drawn(mine, "met") < 0.6 else "not_yet", remind=False)


def _drawn(mine: Invitation, what: str) -> float:
    """A number from 0 to 1, the same whenever the company is made with the same people."""
    drawn = hashlib.sha256(f"{what} {mine.member_id} {mine.other_id}".encode()).digest()
    return drawn[0] / 256


def _answer_network(desk: Desk, company: Company, number: int, name: str) -> None:
    with desk.store.writing() as db:
        wave = waves.wave(db, name)
        answers = company.network(number).values()
        ties.keep_answers(db, wave.wave_id, [_with_those_met(db, company, answer) for answer in answers])


def _with_those_met(db: duckdb.DuckDBPyConnection, company: Company, answer: NetworkAnswer) -> NetworkAnswer:
    """People name whom an introduction brought together; who is isolated stays so, for a reader to find."""
    me, known = answer.member_id, {tie.target for tie in answer.ties if tie.kind == "work"}
    met = [mine.other_id for mine in kept.of_member(db, me) if mine.agreed and mine.met == "yes"]
    apart = set(company.isolated)
    new = tuple(Tie(me, other) for other in met if other not in known and not {me, other} & apart)
    return replace(answer, ties=answer.ties + new)
