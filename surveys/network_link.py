"""What a network link opens: the questions about names, and the member's own page with everything held about them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from time import monotonic
from typing import Self

import duckdb
import pandas as pd

from data import audit, organization, roster, ties, waves
from data.records import ROOT, Tie, Wave
from data.ties import NetworkAnswer
from surveys import ballots, picker
from surveys.desk import Desk
from surveys.language import ENGLISH, Language, Sentence
from surveys.pages import ErasePage, HeldTie, House, Look, NameQuestion, NetworkPage, NoticePage, OwnPage
from surveys.picker import LONGEST_LIST, Colleague, Directory
from surveys.pulse_link import house
from surveys.submission import KINDS, OFTEN, OFTEN_FIELD, Kind, NetworkSubmission, Trouble, read_network

FEW_COLLEAGUES = 16
"""Up to here whom one turns to stands open beside whom one works with; above it, it is folded into a line."""

TEXTS: Mapping[str, tuple[str, str]] = {
    "work": ("In the last four weeks, who did you really work with?", "If you like, say how often."),
    "help": ("When you are stuck, who do you turn to?", ""),
    "meet": ("Who would you like to get to know, or work with more?", "Nobody is told that you asked."),
    "avoid": ("With whom should we not pair you?", "Only the matching reads this."),
}

SAID: Mapping[Kind, str] = {"work": "you work together", "help": "you turn to them", "meet": "you would like to meet"}

STANDINGS = {
    "connected": "you are well tied in: you name people, or people name you",
    "few_ties": "few ties were recorded for you",
    "isolated": "no ties were recorded for you",
    "seen_by_others": "colleagues named you; you did not answer, so nothing more is said",
    "not_observed": "nothing is said about you, because you did not answer and nobody named you",
}

CLAIMS = ("connected", "few_ties", "isolated")
"""Standings that say something about a member, and can be seen by name where they agree."""

LOOKS = ("network", "introductions", "export")
"""Commands that show everybody's names, consent or not; they note the wave that was looked at."""

Sent = Mapping[str, Sequence[str]]
"""A form as it arrived: every field with its values."""


class Directories:
    """The directory of an organization, read again when it is older than twenty times what reading it took.

    So a small organization always meets its roster as it is, and a large one does not read it at every keystroke.
    """

    def __init__(self) -> None:
        """Start without one."""
        self._lock = Lock()
        self._kept: Directory | None = None
        self._good_until = 0.0

    def read(self, desk: Desk) -> Directory:
        """Give the directory, at most a little old."""
        with self._lock:
            if self._kept is None or monotonic() >= self._good_until:
                began = monotonic()
                with desk.store.reading() as db:
                    self._kept = _directory(db)
                self._good_until = monotonic() + 20 * (monotonic() - began)
            return self._kept


@dataclass(frozen=True)
class NetworkLink:
    """A member, found by their link, with what they said."""

    house: House
    secret: bytes
    wave: Wave
    me: Colleague
    directory: Directory
    answer: NetworkAnswer | None

    @classmethod
    def find(cls, desk: Desk, directories: Directories, secret: bytes, *, language: Language = ENGLISH) -> Self | None:
        """Look a link up, to be shown in a language; None for one that we do not know, or know no more."""
        with desk.store.reading() as db:
            found = ties.member_of(db, ballots.link_hash(secret))
            if found is None:
                return None
            member_id, wave_id = found
            here = house(db, desk, language)
            wave, answer = waves.wave_by_id(db, wave_id), ties.answer(db, wave_id, member_id)
        directory = directories.read(desk)
        return cls(here, secret, wave, directory.everybody[member_id], directory, answer)

    def takes_answers(self, now: datetime) -> bool:
        """Whether names that arrive now are in time."""
        return self.wave.state == "open" and now < self.wave.closes

    # what is shown

    def form(
        self, sent: Sent | None = None, troubles: Mapping[str, str] | None = None, *, again: bool = False
    ) -> NetworkPage:
        """Show the questions: as they were sent, or else as they were answered before."""
        filled = sent if sent is not None else self._as_sent()
        return NetworkPage(
            code=ballots.code(self.secret),
            closes=self.wave.closes,
            questions=[self._question(kind, filled, (troubles or {}).get(kind, "")) for kind in TEXTS],
            searching=self._searching,
            often={
                name.removeprefix(OFTEN_FIELD): _one(filled, name) for name in filled if name.startswith(OFTEN_FIELD)
            },
            map=_one(filled, "map"),
            introductions=_one(filled, "introductions"),
            troubles=troubles or {},
            changes=self.answer is not None,
            again=again,
        )

    def own(self, desk: Desk, said: str = "") -> OwnPage:
        """Show the member what is held about them, and what they can do about it."""
        with desk.store.reading() as db:
            consent = _consent(ties.consents(db), self.me.member_id)
            standing = _standing(db, self.me.member_id, self.house)
            entries, network_waves = audit.entries(db), _network_waves(db)
        return OwnPage(
            code=ballots.code(self.secret),
            name=self.me.name,
            wave=self.wave.name,
            held=_held(self.answer.ties, self._name, self.house.language) if self.answer else [],
            avoid=[self._name(other) for other in self.answer.avoid] if self.answer else [],
            answered=self.answer is not None,
            **consent,
            standing=standing,
            looks=self._looks(entries, network_waves),
            open_until=self.wave.closes if self.takes_answers(desk.clock()) else None,
            said=said,
        )

    def erasing(self, now: datetime) -> ErasePage:
        """Ask whether everything should be erased."""
        return ErasePage(ballots.code(self.secret), self.me.name, open=self.takes_answers(now))

    def closed(self) -> NoticePage:
        """Say that it is too late to name people, and what can still be done."""
        return NoticePage(
            title="This wave has closed",
            happened=Sentence(
                "It took names until {moment}. What is sent now is not kept.",
                moment=self.house.moment(self.wave.closes),
            ),
            safe="What you sent before then is kept, under your name and for the uses that you chose.",
            todo="Open your link again to see what is held about you, and to change, hide or erase it.",
        )

    # what is done

    def read(self, sent: Sent) -> NetworkSubmission | list[Trouble]:
        """Read the form against the colleagues who may be named, and against what was said before."""
        people = self.directory.active.values()
        said = read_network(sent, {person.member_id: person.name for person in people if person != self.me})
        if isinstance(said, NetworkSubmission) and said.silent and self.answer is not None:
            sentence = "You answered this before. Keep names or ‘Nobody fits’, or erase everything on your own page."
            return [Trouble("work", sentence)]
        return said

    def keep(self, desk: Desk, said: NetworkSubmission) -> bool:
        """Keep what the member said in place of what they said before. False when the wave has just closed."""
        me = self.me.member_id
        with desk.store.writing() as db:
            if waves.wave_by_id(db, self.wave.wave_id).state != "open":
                return False
            if said.silent:
                ties.set_consent(db, me, map=said.map, introductions=said.introductions)
                return True
            answer = NetworkAnswer(me, said.ties(me), said.map, said.introductions, said.avoid)
            ties.keep_answer(db, self.wave.wave_id, answer)
            return True

    def choose(self, desk: Desk, *, map: bool, introductions: bool) -> None:  # noqa: A002  the question's own word
        """Keep what may be done with the member's name."""
        with desk.store.writing() as db:
            ties.set_consent(db, self.me.member_id, map=map, introductions=introductions)

    def erase(self, desk: Desk) -> None:
        """Erase everything named about the member, and note that they did."""
        me = self.me.member_id
        with desk.store.writing() as db:
            ties.erase(db, me)
            audit.note(db, happened=desk.clock(), who=me, action="erase", subject=me)

    # how a question looks

    @property
    def _how_many(self) -> int:
        return len(self.directory.active) - (self.me.member_id in self.directory.active)

    @property
    def _searching(self) -> bool:
        return self._how_many > LONGEST_LIST

    def _question(self, kind: str, filled: Sent, trouble: str) -> NameQuestion:
        text, note = TEXTS[kind]
        chosen = self._known(filled.get(kind, ()))
        typed = _one(filled, f"find-{kind}")[:60] if self._searching else ""
        matches = self.directory.search(typed, without=[self.me.member_id, *(person.member_id for person in chosen)])
        nobody, skip = (bool(_one(filled, f"{kind}_{choice}")) for choice in ("nobody", "skip"))
        return NameQuestion(
            kind=kind,
            text=text,
            note=note,
            colleagues=[] if self._searching else self._by_team(),
            chosen=chosen,
            nobody=nobody,
            skip=skip,
            typed=typed,
            found=matches.people,
            more=matches.more,
            trouble=trouble,
            folded=self._folds(kind) and not (chosen or nobody or skip or typed or trouble),
        )

    def _known(self, ids: Iterable[str]) -> list[Colleague]:
        found = (self.directory.active.get(member_id) for member_id in dict.fromkeys(ids))
        return [person for person in found if person and person != self.me]

    def _by_team(self) -> list[tuple[str, list[Colleague]]]:
        return picker.by_team(person for person in self.directory.active.values() if person != self.me)

    def _folds(self, kind: str) -> bool:
        if kind == "help":
            return FEW_COLLEAGUES < self._how_many <= LONGEST_LIST
        return kind in ("meet", "avoid")

    def _looks(self, entries: pd.DataFrame, network_waves: Collection[str]) -> list[Look]:
        mine = entries[about(entries, self.me.member_id, network_waves)]
        return [
            Look(self.house.time(row["happened"]), self._name(row["who"]), f"{row['action']} {row['detail']}".strip())
            for row in mine.to_dict("records")
        ]

    def _name(self, member_id: str) -> str:
        person = self.directory.everybody.get(member_id)
        return person.name if person else member_id

    def _as_sent(self) -> Sent:
        """Write an earlier answer the way its form would be sent."""
        if self.answer is None:
            return {}
        filled = {kind: [tie.target for tie in self.answer.ties if tie.kind == kind] for kind in KINDS}
        said = ((tie.target, _how_often(tie)) for tie in self.answer.ties)
        often = {OFTEN_FIELD + other: [word] for other, word in said if word}
        return {
            **filled,
            **often,
            "avoid": list(self.answer.avoid),
            "work_nobody": [] if filled["work"] or filled["help"] else ["1"],
            "map": ["yes" if self.answer.map else "no"],
            "introductions": ["yes" if self.answer.introductions else "no"],
        }


def _directory(db: duckdb.DuckDBPyConnection) -> Directory:
    members = roster.members(db, active_only=False)
    root = organization.setting(db, "organization")
    paths = {team.team_id: root if team.team_id == ROOT else team.path for team in roster.teams(db)}
    people = [Colleague(member.member_id, member.name, paths.get(member.team_id, "")) for member in members]
    return Directory(people, {member.member_id for member in members if member.active})


def _consent(consents: pd.DataFrame, member_id: str) -> dict[str, bool]:
    mine = consents[consents["member_id"] == member_id]
    return {choice: bool(mine[choice].any()) for choice in ("map", "introductions")}


def _standing(db: duckdb.DuckDBPyConnection, member_id: str, house: House) -> str:
    wave = waves.last_network_wave(db)
    if wave is None:
        return ""
    standings = ties.standings(db, wave.wave_id)
    mine = standings[standings["member_id"] == member_id]
    if mine.empty:
        return ""
    row = mine.iloc[0]
    say = house.language.say
    place = say("In wave {wave}, {standing}.", wave=wave.name, standing=say(STANDINGS[row["standing"]]))
    seen = _seen_from(pd.Timestamp(row["visible_from"]).date(), house) if row["standing"] in CLAIMS else ""
    return f"{place} {seen}".strip()


def _seen_from(visible: date, house: House) -> str:
    say = house.language.say
    if visible > house.today:
        from_then = "Your manager can see this by name from {day}, and only while you agree to it below."
        return say(from_then, day=house.date(visible))
    return say("Your manager can see this by name only while you agree to it below.")


def _network_waves(db: duckdb.DuckDBPyConnection) -> list[str]:
    return [wave.name for wave in waves.waves(db) if wave.network]


def about(entries: pd.DataFrame, member_id: str, network_waves: Collection[str]) -> "pd.Series[bool]":
    """Which entries of the log are about a member: those that name them, and looks at everybody in a network wave."""
    about_all = entries["subject"].isin(list(network_waves)) & entries["action"].isin(list(LOOKS))
    return (entries["subject"] == member_id) | about_all


def _held(given: Iterable[Tie], name: Callable[[str], str], language: Language) -> list[HeldTie]:
    said: dict[str, list[str]] = {}
    for tie in sorted(given, key=lambda tie: KINDS.index(tie.kind)):
        often, did = _how_often(tie), language.say(SAID[tie.kind])
        whole = language.say("{did}, {often}", did=did, often=language.say(often)) if often else did
        said.setdefault(tie.target, []).append(whole)
    rows = [HeldTie(name(other), "; ".join(parts)) for other, parts in said.items()]
    return sorted(rows, key=lambda row: picker.plain(row.name))


def _how_often(tie: Tie) -> str:
    words = {strength: word for word, strength in OFTEN.items()}
    return words.get(tie.strength, "") if tie.kind == "work" else ""


def _one(filled: Sent, name: str) -> str:
    values = filled.get(name, ())
    return values[-1].strip() if values else ""
