"""What a network link opens: the questions about names, and the member's own page with everything held about them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from time import monotonic
from typing import Self

import duckdb
import pandas as pd

from analytics import policies
from data import audit, organization, roster, ties, waves
from data.records import ROOT, Tie, Wave
from data.ties import NetworkAnswer
from surveys import ballots, introduction_link, picker
from surveys.desk import Desk
from surveys.language import ENGLISH, Language, Sentence
from surveys.pages import ErasePage, HeldTie, House, Look, NameQuestion, NetworkPage, NoticePage, OwnPage, Wish
from surveys.picker import LONGEST_LIST, Colleague, Directory
from surveys.pulse_link import house
from surveys.submission import (
    KINDS,
    MORE_FIELD,
    OFTEN,
    OFTEN_FIELD,
    Kind,
    NetworkSubmission,
    Trouble,
    read_network,
)

FEW_COLLEAGUES = 16
"""Up to here whom one turns to stands open beside whom one works with; above it, it is folded into a line."""

TEXTS: Mapping[str, tuple[str, str]] = {
    "work": ("In the last four weeks, who did you really work with?", "If you like, say how often."),
    "help": ("When you are stuck, who do you turn to?", ""),
    "energy": ("Who leaves you with more energy after you work together?", "It makes no tie on the map."),
    "meet": ("Who would you like to get to know, or work with more?", "Nobody is told that you asked."),
    "reach": (
        "Whose input would help you, but is hard to get?",
        "It speaks of load, not of fault. Nobody is told that you named them.",
    ),
    "avoid": ("With whom should we not pair you?", "Only the matching reads this."),
}
"""Each question with what stands below it, in the order of the form."""

BEGIN_WITH_WORK = ("help", "energy")
"""Questions that offer first with whom one works. Whom one would like to meet, or cannot reach, is often not there."""

OPEN_AT_FIRST = ("work", "help")
"""The others stand in a line each, so that the form looks as short as it can be."""

SAID: Mapping[Kind, str] = {
    "work": "you work together",
    "help": "you turn to them",
    "energy": "they leave you with more energy",
    "meet": "you would like to meet",
    "reach": "their input is hard to get",
}

STANDINGS = {
    "connected": "you are well tied in: you name people, or people name you",
    "few_ties": "few ties were recorded for you",
    "isolated": "no ties were recorded for you",
    "seen_by_others": "colleagues named you; you did not answer, so nothing more is said",
    "not_observed": "nothing is said about you, because you or those who might name you did not answer",
}

HOLDS: Mapping[str, str] = {
    "bridge": "Colleagues reach one another through you.",
    "asked": "Many colleagues turn to you.",
}
"""What is said of a member beside their standing, where it is steady: the column of `standing`, and the sentence."""

BETWEEN: Mapping[str, str] = {
    "coordinator": "Colleagues reach one another through you, mostly inside your own team.",
    "gatekeeper": "Colleagues reach one another through you, mostly from other teams into your own.",
    "representative": "Colleagues reach one another through you, mostly from your own team to others.",
    "consultant": "Colleagues reach one another through you, mostly between people of another team.",
    "liaison": "Colleagues reach one another through you, mostly between other teams.",
}
"""What is said of a bridge where it is known between whom they stand: those who lead read no more than this."""

CLAIMS = ("connected", "few_ties", "isolated")
"""Standings that say something about a member, and can be seen by name where they agree."""

COUNTED: Mapping[str, str] = {
    "in_ties": "How many named you as somebody they work with or turn to: {many}.",
    "helped": "How many turn to you when they are stuck: {many}.",
    "wanted": "How many find your input hard to get: {many}.",
    "energized": "How many say that you leave them with more energy: {many}. Only you can read this.",
}
"""What is counted about a member beside their standing: the column, and how they are told."""

HOW_MANY: Mapping[int, str] = {10: "ten or more", 5: "five or more", 0: "fewer than five"}
"""From so many on. Exact numbers would tell, in a small team, who did not name somebody."""

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
    asked: Collection[str]
    """Which questions about names the wave asks."""
    avoid: Collection[str]
    """With whom they do not want to be paired, also where they said so in an earlier wave."""

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
            asked, avoid = ties.asked(db, wave_id), ties.avoided(db, member_id)
        directory = directories.read(desk)
        return cls(here, secret, wave, directory.everybody[member_id], directory, answer, asked, avoid)

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
            questions=[
                self._question(kind, filled, (troubles or {}).get(kind, ""))
                for kind in TEXTS
                if kind in self.asked or kind == "avoid"
            ],
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
            place = _place(db, self.me.member_id)
            entries, network_waves = audit.entries(db), _network_waves(db)
            taken_back = ties.taken_back(db, self.me.member_id)
        return OwnPage(
            code=ballots.code(self.secret),
            name=self.me.name,
            wave=self.wave.name,
            held=_held(self.answer.ties, self._name, self.house.language) if self.answer else [],
            more=_more(self.answer.more, self.house.language) if self.answer else [],
            avoid=[Wish(other, self._name(other)) for other in self.avoid],
            taken_back=[self._name(other) for other in taken_back],
            answered=self.answer is not None,
            **consent,
            standing=_standing(place, self.house) if place else "",
            counted=_counted(place, self.house.language) if place else [],
            shown=_shown(place, self.house, **consent),
            suggested=introduction_link.suggested(desk, self.me.member_id, self.house),
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
        colleagues = {person.member_id: person.name for person in people if person != self.me}
        said = read_network(sent, colleagues, self.asked)
        if isinstance(said, NetworkSubmission) and said.silent and self.answer is not None:
            sentence = "You answered this before. Keep names or ‘Nobody fits’, or erase everything on your own page."
            return [Trouble("work", sentence)]
        return said

    def keep(self, desk: Desk, said: NetworkSubmission) -> bool:
        """Keep what the member said in place of what they said before. False when the wave has just closed.

        A wish about somebody who is away, whom the form does not offer, stays as it was.
        """
        me = self.me.member_id
        avoid = (*said.avoid, *(other for other in self.avoid if other not in self.directory.active))
        with desk.store.writing() as db:
            if waves.wave_by_id(db, self.wave.wave_id).state != "open":
                return False
            if said.silent:
                ties.set_consent(db, me, map=said.map, introductions=said.introductions)
                ties.set_avoided(db, {me: avoid})
                return True
            more = {str(kind): many for kind, many in said.more.items()}
            answer = NetworkAnswer(me, said.ties(me), said.map, said.introductions, avoid, more)
            ties.keep_answer(db, self.wave.wave_id, answer)
            return True

    def choose(self, desk: Desk, *, map: bool, introductions: bool) -> None:  # noqa: A002  the question's own word
        """Keep what may be done with the member's name."""
        with desk.store.writing() as db:
            ties.set_consent(db, self.me.member_id, map=map, introductions=introductions)

    def take_back(self, desk: Desk, other: str) -> None:
        """Take back the wish not to be paired with somebody; nothing where there is none."""
        with desk.store.writing() as db:
            ties.take_back(db, self.me.member_id, other)

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
        first = self._known(filled.get("work", ())) if kind in BEGIN_WITH_WORK else []
        if self._searching:
            first = [person for person in first if person not in chosen]
        typed = _one(filled, f"find-{kind}")[:60] if self._searching else ""
        listed = {self.me.member_id, *(person.member_id for person in (*chosen, *first))}
        matches = self.directory.search(typed, without=listed)
        nobody, skip = (bool(_one(filled, f"{kind}_{choice}")) for choice in ("nobody", "skip"))
        beyond = _one(filled, MORE_FIELD + kind)
        return NameQuestion(
            kind=kind,
            text=text,
            note=note,
            colleagues=[] if self._searching else self._by_team(first),
            chosen=chosen,
            nobody=nobody,
            skip=skip,
            typed=typed,
            found=matches.people,
            more=matches.more,
            trouble=trouble,
            first=first,
            begins_with_work=kind in BEGIN_WITH_WORK,
            beyond=beyond,
            within=self._within(kind),
            folded=self._within(kind) and not (chosen or nobody or skip or typed or trouble or beyond),
        )

    def _known(self, ids: Iterable[str]) -> list[Colleague]:
        found = (self.directory.active.get(member_id) for member_id in dict.fromkeys(ids))
        return [person for person in found if person and person != self.me]

    def _by_team(self, without: Collection[Colleague]) -> list[tuple[str, list[Colleague]]]:
        left_out = {self.me, *without}
        return picker.by_team(person for person in self.directory.active.values() if person not in left_out)

    def _within(self, kind: str) -> bool:
        return kind not in OPEN_AT_FIRST or (kind == "help" and FEW_COLLEAGUES < self._how_many <= LONGEST_LIST)

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
        """Write an earlier answer the way its form would be sent; before it, the wishes that hold for all waves."""
        if self.answer is None:
            return {"avoid": list(self.avoid)}
        filled = {kind: [tie.target for tie in self.answer.ties if tie.kind == kind] for kind in KINDS}
        said = ((tie.target, _how_often(tie)) for tie in self.answer.ties)
        often = {OFTEN_FIELD + other: [word] for other, word in said if word}
        return {
            **filled,
            **often,
            **{MORE_FIELD + kind: [str(more)] for kind, more in self.answer.more.items()},
            "avoid": list(self.avoid),
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


@dataclass(frozen=True)
class Place:
    """A member's row of the last network that was worked out."""

    wave: str
    standing: str
    persistent: bool
    visible: date
    """From when those who lead may see it."""
    counts: Mapping[str, int]
    """Those of `COUNTED` that are known."""
    holds: tuple[str, ...]
    """What is said of those of `HOLDS` that are steady."""


def _place(db: duckdb.DuckDBPyConnection, member_id: str) -> Place | None:
    wave = waves.last_network_wave(db)
    standings = ties.standings(db, wave.wave_id) if wave else pd.DataFrame(columns=["member_id"])
    mine = standings[standings["member_id"] == member_id].to_dict("records")
    if wave is None or not mine:
        return None
    (row,) = mine
    return Place(
        wave=wave.name,
        standing=row["standing"],
        persistent=bool(row["persistent"]),
        visible=pd.Timestamp(row["visible_from"]).date(),
        counts={column: int(row[column]) for column in COUNTED if pd.notna(row[column])},
        holds=tuple(
            BETWEEN.get(row["broker"], said) if each == "bridge" else said
            for each, said in HOLDS.items()
            if pd.notna(row[each]) and row[each] >= policies.STEADY
        ),
    )


def _standing(place: Place, house: House) -> str:
    say = house.language.say
    said = [say("In wave {wave}, {standing}.", wave=place.wave, standing=say(STANDINGS[place.standing]))]
    if place.persistent:
        said.append(say("It was the same in the network wave before."))
    if place.standing in CLAIMS:
        said.append(_seen_from(place.visible, house))
    return " ".join(said)


def _seen_from(visible: date, house: House) -> str:
    say = house.language.say
    if visible > house.today:
        from_then = "Your manager can see this by name from {day}, and only while you agree to it below."
        return say(from_then, day=house.date(visible))
    return say("Your manager can see this by name only while you agree to it below.")


def _counted(place: Place, language: Language) -> list[str]:
    counted = [
        language.say(COUNTED[column], many=language.say(next(words for least, words in HOW_MANY.items() if n >= least)))
        for column, n in place.counts.items()
    ]
    return [*counted, *(language.say(each) for each in place.holds)]


def _shown(place: Place | None, house: House, *, map: bool, introductions: bool) -> list[str]:  # noqa: A002  the question's own word
    """Say what those who lead a member see of them today."""
    say = house.language.say
    if place is None:
        return [say("Nothing. The map is made when a wave with questions about names closes.")]
    if not map or place.standing not in CLAIMS:
        said = [say("An unnamed dot in your team, without ties.")]
    elif place.visible > house.today:
        until = "An unnamed dot in your team, without ties; from {day} your name. Until then you can hide it."
        said = [say(until, day=house.date(place.visible))]
    else:
        said = [say("Your name on the map, the ties to people who named you as you named them, and what stands above.")]
    if introductions:
        said.append(say("Suggestions to introduce you to somebody who agreed to it too."))
    return said


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


def _more(more: Mapping[str, int], language: Language) -> list[HeldTie]:
    return [
        HeldTie(language.say("about {count} more", count=more[kind]), language.say(SAID[kind]))
        for kind in KINDS
        if kind in more
    ]


def _how_often(tie: Tie) -> str:
    words = {strength: word for word, strength in OFTEN.items()}
    return words.get(tie.strength, "") if tie.kind == "work" else ""


def _one(filled: Sent, name: str) -> str:
    values = filled.get(name, ())
    return values[-1].strip() if values else ""
