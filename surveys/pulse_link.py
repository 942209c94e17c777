"""What a pulse link opens: the statements while its wave is open, a calm word between, the results after the close.

Nothing here knows who holds the link.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from data import ballot_box, findings, organization, waves
from data.records import ROOT, Ballot, Wave
from surveys import ballots, questionnaire, translation
from surveys.desk import Desk
from surveys.language import ENGLISH, Language, Sentence
from surveys.pages import House, Level, NoticePage, PulsePage, ResultsPage
from surveys.questionnaire import Questionnaire
from surveys.terms import Thresholds

if TYPE_CHECKING:  # loads scipy, for which no form should wait when a server starts
    from analytics.disclosure import Finding


@dataclass(frozen=True)
class PulseLink:
    """What the database knows of a link: a ballot while its wave is open, a reader after the close."""

    house: House
    secret: bytes
    wave: Wave
    ballot: Ballot | None
    """None after the close, when only the results are left to open."""
    rows: pd.DataFrame | None = None
    """The organization's findings of this wave, for a reader."""

    @classmethod
    def find(cls, desk: Desk, secrets: Sequence[bytes]) -> "list[PulseLink | None]":
        """Look links up; None for one that we do not know, or know no more.

        However many they are, they take the same few statements.
        """
        names = [(ballots.nullifier(secret), ballots.reader(secret)) for secret in secrets]
        with desk.store.reading() as db:
            asked = ballot_box.ballots(db, [nullifier for nullifier, _ in names])
            over = ballot_box.readers(db, [reader for nullifier, reader in names if nullifier not in asked])
            rows = {each: findings.rows(db, wave_id=each, team_id=ROOT) for each in set(over.values())}
            known = {each: waves.wave_by_id(db, each) for each in {*rows, *(wave_id for wave_id, _ in asked.values())}}
            here = house(db, desk)

        def link(secret: bytes, nullifier: bytes, reader: bytes) -> PulseLink | None:
            wave_id, ballot = asked.get(nullifier) or (over.get(reader), None)
            return cls(here, secret, known[wave_id], ballot, rows.get(wave_id)) if wave_id else None

        return [link(secret, *both) for secret, both in zip(secrets, names, strict=True)]

    def said_in(self, language: Language, *, kiosk: bool) -> Self:
        """Give the same link, its pages in another language, and as a device shows them that many use."""
        return replace(self, house=replace(self.house, language=language, kiosk=kiosk))

    @property
    def questionnaire(self) -> Questionnaire:
        """The statements, as they were frozen when the wave opened."""
        return questionnaire.from_json(self.wave.questionnaire)

    def takes_answers(self, now: datetime) -> bool:
        """Whether answers that arrive now are in time. A wave that has reached its end refuses them by itself."""
        return self.ballot is not None and self.wave.state == "open" and now < self.wave.closes

    def form(
        self,
        chosen: Mapping[str, str] | None = None,
        troubles: Mapping[str, str] | None = None,
        *,
        again: bool = False,
    ) -> PulsePage:
        """Show the statements, empty or as they were sent. What was sent earlier is sealed and never shown back."""
        written = self.questionnaire
        shown, words = translation.into(written, self.house.language.code)
        labels = translation.labels(shown, self.house.language.code)
        return PulsePage(
            code=ballots.code(self.secret),
            draft=hashlib.sha256(b"draft" + self.secret).hexdigest()[:16],
            group=self._group(),
            closes=self.wave.closes,
            k=self.wave.k,
            sensitive=Thresholds.of(self.wave).sensitive,
            trustee=self.wave.trustee,
            questionnaire=replace(shown, scale=replace(shown.scale, labels=labels)) if labels else shown,
            chosen=chosen or {},
            troubles=troubles or {},
            again=again,
            translation=words,
            labelled=bool(labels),
            written=written if words else None,
        )

    def closed(self) -> NoticePage:
        """Say that it is too late, and what became of earlier answers."""
        counted = self.wave.state == "closed"
        happened = "It took answers until {moment}. What is sent now is not counted."
        return NoticePage(
            title="This wave has closed",
            happened=Sentence(happened, moment=self.house.moment(self.wave.closes)),
            safe="What you sent before then is safe and counts; nobody, including us, can see which answers are yours.",
            todo="Open your link again to read the results."
            if counted
            else "Open your link again later: it will show the results.",
        )

    def results(self) -> ResultsPage:
        """Show the figures of the organization as a whole, as the gate released them."""
        from analytics import disclosure  # noqa: PLC0415  loads scipy, for which no form should wait when a server starts

        released = disclosure.restore(self.rows) if self.rows is not None else ()
        ours: dict[tuple[str, str], Finding] = {(finding.kind, finding.subject): finding for finding in released}
        language = self.house.language
        names = translation.into(self.questionnaire, language.code)[0].dimensions
        levels = [_level(ours, dimension, name) for dimension, name in names.items() if ("score", dimension) in ours]
        return ResultsPage(
            ballots.code(self.secret),
            self.wave.name,
            self.wave.closed_on,
            self.wave.k,
            _sentence(levels, language),
            levels,
        )

    def _group(self) -> str:
        path = ballots.read_note(self.secret, self.ballot.group_note) if self.ballot else ROOT
        return "" if path == ROOT else path


def house(db: duckdb.DuckDBPyConnection, desk: Desk, language: Language = ENGLISH) -> House:
    """Gather what every page says about the organization."""
    said = organization.settings(db)
    zone = ZoneInfo(said["timezone"])
    return House(
        organization=said["organization"],
        made_up=said["made_up"] == "yes",
        zone=zone,
        today=desk.clock().replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date(),
        language=language,
        address=desk.url,
    )


def _level(ours: "Mapping[tuple[str, str], Finding]", dimension: str, name: str) -> Level:
    score = ours["score", dimension]
    moved = ours.get(("change", dimension))
    if not score.shown:
        return Level(dimension, name, None)
    return Level(
        dimension,
        name,
        value=_whole(score.value),
        low=_whole(score.low),
        high=_whole(score.high),
        change=moved.word if moved and moved.shown and moved.word else "",
        since=moved.since or "" if moved else "",
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _sentence(levels: list[Level], language: Language) -> str:
    from analytics.change import STEADY  # noqa: PLC0415  loads scipy, for which no form should wait when a server starts

    if not any(level.value is not None for level in levels):
        return language.say("Too few people answered to make figures.")
    moved = [level for level in levels if level.change and level.change != STEADY]
    if moved:
        return "; ".join(_moved(level, language) for level in moved) + "."
    if any(level.change for level in levels):
        return language.say("Nothing has clearly changed since the wave before.")
    first, *others = (level for level in levels if level.value is not None)
    rest = "".join(
        language.say(", {name} at {value}", name=language.within(level.name), value=level.value) for level in others
    )
    return language.say("{name} stands at {value} of 100", name=first.name, value=first.value) + rest + "."


def _moved(level: Level, language: Language) -> str:
    return language.say("{name} is {change}", name=level.name, change=language.say(level.change))
