"""A made-up company, the same every time: people, answers and ties, invented from a seed.

Pure: nothing is stored here. `surveys.rehearsal` sends what this module invents through the real path, with links,
sealed boxes and closes, into a database that says on every page that it is made up.

Planted, so that a reader and a test know what there is to find:

- trust falls in `FALLING` in the last wave, by about a point on the five-point scale;
- communication in `RECOVERING` is low for the middle waves and comes back;
- `SILO` hardly works with anybody outside itself;
- three people, `Company.isolated`, answer and have no tie at all; everybody in their teams answers the network
  questions, so that silence cannot explain it;
- `SMALL` has four people, too few for figures of its own.

Everything else is honest noise: people differ, answer a little differently each time, some stay silent, and some
decline to be named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from data.records import ROOT, Tie
from data.roster import RosterRow
from data.ties import NetworkAnswer

NAME = "Larkfield"
FALLING = "Operations / Support"
RECOVERING = "Engineering / Data"
SILO = "Engineering / Quality"
SMALL = "Finance"

SHARES: Mapping[str, int] = {
    "Engineering / Platform": 14,
    "Engineering / Mobile": 13,
    "Engineering / Data": 12,
    "Engineering / Quality": 10,
    "Operations / Support": 16,
    "Operations / Payments": 12,
    "Commercial / Sales": 15,
    "Commercial / Marketing": 10,
    "Design": 10,
}
"""Members of each team in a company of 120; beside them four in Finance and four who lead the whole and its parts."""

SMALL_SIZE = 4
HEADS = ("Engineering", "Operations", "Commercial")
LARGEST_TEAM = 24
"""A team that would be larger is split into numbered crews of about a dozen."""

FIRST = (
    "Ana Ben Chidi Dana Elif Femi Grace Hana Ivo Joy Kim Lena Milo Nils Olga Pavel Quinn Remy Siv Tomas Ugo Vera "
    "Wanda Xenia Yusuf Zora Amir Bao Clara Diego Emma Farid Gita Hugo Ines Jonas Karin Luis Maya Noor Oskar Priya"
).split()
LAST = (
    "Ruiz Okafor Sato Lam Park Holm Blanc Ferri Bello Dahl Conti Novak Chen Weber Silva Haddad Lindqvist Moreau Rossi "
    "Kaya Nguyen Petrov Brandt Costa Eriksen Farkas Gupta Hansen Ito Jansen Keller Lopez Mbeki Nowak Oliveira Popescu"
).split()
TOPICS = (
    "pricing,Python,refunds,release planning,onboarding,accessibility,forecasting,incident reviews,customer calls,"
    "data quality,design systems,mentoring,documentation,fraud checks,mobile testing,workshops"
).split(",")
SITES = ("Ghent", "Porto", "Tampere")
COMMENTS = (
    "The weekly note helps. Please keep it.",
    "More time to plan before a launch would help all of us.",
    "I would like to hear earlier when priorities change.",
    "Help came quickly when I was stuck last month.",
    "Our meetings run over nearly every time.",
    "It is good that the quiet hours are respected now.",
    "Hand-overs between the two shifts still lose things.",
    "I learned a lot from working with the other team.",
)

DIMENSION_MEANS = {"trust": 3.85, "communication": 3.7, "collaboration": 3.9, "boundaries": 3.35}
BETWEEN_TEAMS = 0.16
BETWEEN_PEOPLE = 0.5
WITHIN_PERSON = 0.3
PER_ITEM = 0.55
FALL = 1.15
DIP = 0.9


@dataclass(frozen=True)
class Person:
    """One invented member, with what stays the same about them from wave to wave."""

    member_id: str
    name: str
    team: str
    role: str
    level: str
    location: str
    joined_on: date
    interests: tuple[str, ...]
    leads: tuple[str, ...]
    outlook: Mapping[str, float]
    """How far above or below their team they tend to answer, per dimension, in scale points."""
    answers_pulse: float
    answers_network: float
    map: bool
    introductions: bool
    first_wave: int = 0


@dataclass(frozen=True)
class Company:
    """The whole invented organization over all its waves."""

    people: tuple[Person, ...]
    isolated: frozenset[str]
    waves: int
    seed: int
    team_level: Mapping[tuple[str, str], float] = field(repr=False)

    def roster(self, wave: int) -> list[RosterRow]:
        """Who is there in a wave: those who joined by then."""
        return [
            RosterRow(
                line=line,
                member_id=person.member_id,
                name=person.name,
                email=f"{person.name.lower().replace(' ', '.')}@larkfield.example",
                team=person.team,
                lead_of=person.leads,
                manager_id=self._manager(person),
                role=person.role,
                level=person.level,
                location=person.location,
                joined_on=person.joined_on,
                language="en",
                timezone=None,
                interests=person.interests,
            )
            for line, person in enumerate(self._present(wave), start=2)
        ]

    def pulse(self, wave: int, items: Sequence[tuple[str, str, bool]]) -> dict[str, tuple[dict[str, int], str]]:
        """Answers and comment of everyone who answers the pulse, by member; `items` are (id, dimension, reverse)."""
        random = self._random(wave, 1)
        replies = {}
        for person in self._present(wave):
            here = random.random() < person.answers_pulse
            mood = {dimension: random.normal(0, WITHIN_PERSON) for dimension in DIMENSION_MEANS}
            noise = random.normal(0, PER_ITEM, len(items))
            left_out = random.random(len(items)) < 0.03  # one statement in thirty is skipped
            comment = str(random.choice(COMMENTS)) if random.random() < 0.15 else ""
            if not here:
                continue
            answers = {}
            for (item, dimension, reverse), jitter, skip in zip(items, noise, left_out, strict=True):
                level = self._level(person, dimension, wave) + mood.get(dimension, 0.0) + jitter
                value = int(np.clip(round(level), 1, 5))
                if not skip:
                    answers[item] = 6 - value if reverse else value
            replies[person.member_id] = (answers, comment)
        return replies

    def network(self, wave: int) -> dict[str, NetworkAnswer]:
        """Named ties and consent of everyone who answers the network questions, by member."""
        random = self._random(wave, 2)
        present = self._present(wave)
        lasting = self._ties(present)
        loud = {person.team for person in present if person.member_id in self.isolated}
        answers = {}
        for person in present:
            here = (random.random() < person.answers_network) or person.team in loud
            named = [other for other in lasting[person.member_id] if random.random() < 0.85]  # recall
            wishes = self._wishes(person, present, set(lasting[person.member_id]), random)
            if here:
                answers[person.member_id] = NetworkAnswer(
                    member_id=person.member_id,
                    ties=tuple(
                        [Tie(person.member_id, other, "work", 2.0) for other in named[:15]]
                        + [Tie(person.member_id, other, "help") for other in named[:3]]
                        + [Tie(person.member_id, other, "meet") for other in wishes]
                    ),
                    map=person.map,
                    introductions=person.introductions,
                    avoid=(),
                )
        return answers

    def _present(self, wave: int) -> list[Person]:
        return [person for person in self.people if person.first_wave <= wave]

    def _random(self, wave: int, purpose: int) -> Generator:
        return np.random.default_rng([self.seed, wave, purpose])

    def _manager(self, person: Person) -> str | None:
        above = [*_ancestors(person.team)] if not person.leads else [*_ancestors(person.leads[0])][1:]
        leads = {team: other.member_id for other in self.people for team in other.leads}
        return next((leads[team] for team in above if team in leads and leads[team] != person.member_id), None)

    def _level(self, person: Person, dimension: str, wave: int) -> float:
        level = DIMENSION_MEANS[dimension] + self.team_level[person.team, dimension] + person.outlook[dimension]
        if person.team.startswith(FALLING) and dimension == "trust" and wave == self.waves - 1:
            level -= FALL
        if person.team.startswith(RECOVERING) and dimension == "communication":
            level -= DIP * (self.waves // 4 <= wave < self.waves * 5 // 8)
        return level

    def _ties(self, present: Sequence[Person]) -> dict[str, list[str]]:
        """Who really works with whom: the same pairs in every wave, drawn from the seed and the two names."""
        ties: dict[str, list[str]] = {person.member_id: [] for person in present}
        draw = np.random.default_rng([self.seed, 3]).random((len(self.people), len(self.people)))
        place = {person.member_id: number for number, person in enumerate(self.people)}
        for number, one in enumerate(present):
            for other in present[number + 1 :]:
                if draw[place[one.member_id], place[other.member_id]] < self._closeness(one, other):
                    ties[one.member_id].append(other.member_id)
                    ties[other.member_id].append(one.member_id)
        return ties

    def _closeness(self, one: Person, other: Person) -> float:
        if {one.member_id, other.member_id} & self.isolated:
            return 0.0
        if one.team == other.team:
            return 0.45
        reach = 30.0 / len(self.people)  # so that people know about as many others in a company of any size
        if one.leads and other.leads:
            return min(0.45, 0.6 * reach)
        siloed = one.team.startswith(SILO) or other.team.startswith(SILO)
        same_part = _ancestors(one.team)[-2:] == _ancestors(other.team)[-2:]
        return reach * (0.3 if same_part else 0.13) * (0.08 if siloed else 1.0)

    def _wishes(self, person: Person, present: Sequence[Person], known: set[str], random: Generator) -> list[str]:
        strangers = [p.member_id for p in present if p.member_id not in known and p.member_id != person.member_id]
        count = int(random.integers(0, 3))
        return [str(choice) for choice in random.choice(strangers, size=min(count, len(strangers)), replace=False)]


def company(people: int = 120, waves: int = 8, seed: int = 7) -> Company:
    """Invent a company of `people` members over `waves` waves.

    The same arguments give the same company. Below about 40 people the teams are small and most figures stay
    hidden, as they would in real life.

    >>> made_up = company()
    >>> len(made_up.people), len(made_up.isolated), made_up.roster(7)[0].team
    (120, 3, 'organization')
    """
    random = np.random.default_rng([seed, 0])
    staff = _staff(people)
    drafts = [_person(number, team, leads, waves, random) for number, (team, leads) in enumerate(staff)]
    isolated = frozenset(_pick_isolated(drafts, random))
    settled = tuple(_settle(person, isolated) for person in drafts)
    teams = {person.team for person in settled}
    level = {(team, d): float(random.normal(0, BETWEEN_TEAMS)) for team in sorted(teams) for d in DIMENSION_MEANS}
    return Company(settled, isolated, waves, seed, level)


def _staff(people: int) -> list[tuple[str, tuple[str, ...]]]:
    """The seats to fill: (team, teams led). The first of every team leads it."""
    top = [(ROOT, (ROOT,))] + [(head, (head,)) for head in HEADS]
    left = max(0, people - len(top) - SMALL_SIZE)
    exact = {team: left * share / sum(SHARES.values()) for team, share in SHARES.items()}
    sizes = {team: int(size) for team, size in exact.items()}
    for team in sorted(exact, key=lambda team: sizes[team] - exact[team])[: left - sum(sizes.values())]:
        sizes[team] += 1
    seats: list[tuple[str, tuple[str, ...]]] = list(top)
    for team, size in [*sizes.items(), (SMALL, SMALL_SIZE)]:
        for crew, crew_size in _crews(team, size):
            seats += [(crew, (crew,) if seat == 0 else ()) for seat in range(crew_size)]
    return seats[:people]


def _crews(team: str, size: int) -> list[tuple[str, int]]:
    if size <= LARGEST_TEAM:
        return [(team, size)]
    count = round(size / 12)
    return [(f"{team} / Crew {number + 1}", size // count + (number < size % count)) for number in range(count)]


def _person(number: int, team: str, leads: tuple[str, ...], waves: int, random: Generator) -> Person:
    """One member; the drawn numbers are taken in a fixed order, so that a wave more changes nobody."""
    late = not leads and random.random() < 0.04  # a few join on the way
    subject = team.rsplit(" / ", maxsplit=1)[-1] if team != ROOT else NAME
    return Person(
        member_id=f"m{number + 1:04d}",
        name=_name(number),
        team=team,
        role=f"head of {subject}" if leads else f"{subject} {random.choice(['specialist', 'analyst', 'lead expert'])}",
        level="lead" if leads else str(random.choice(["junior", "regular", "senior"], p=[0.3, 0.45, 0.25])),
        location=SITES[int(random.integers(len(SITES)))],
        joined_on=date(2024, 6, 1) - timedelta(days=int(random.integers(30, 2500))),
        interests=tuple(sorted(str(topic) for topic in random.choice(TOPICS, size=3, replace=False))),
        leads=leads,
        outlook={dimension: float(random.normal(0, BETWEEN_PEOPLE)) for dimension in DIMENSION_MEANS},
        answers_pulse=float(random.beta(9, 1.6)),
        answers_network=float(random.beta(40, 1.2)),
        map=bool(random.random() < 0.78),
        introductions=bool(random.random() < 0.8),
        first_wave=int(random.integers(1, max(2, waves - 1))) if late else 0,
    )


def _name(number: int) -> str:
    """A name nobody else here has: the lists are walked with steps that share no factor with their lengths."""
    again = number // (len(FIRST) * len(LAST))
    name = f"{FIRST[number * 11 % len(FIRST)]} {LAST[(number * 7 + number // len(FIRST)) % len(LAST)]}"
    return name if again == 0 else f"{name} {'I' * (again + 1)}"


def _pick_isolated(people: Sequence[Person], random: Generator) -> list[str]:
    """Three people of three teams who have been there from the start and lead nobody."""
    chosen = []
    for team in ("Commercial / Sales", "Operations / Payments", "Engineering / Mobile"):
        there = [p.member_id for p in people if p.team.startswith(team) and not p.leads and p.first_wave == 0]
        if there:
            chosen.append(str(random.choice(there)))
    return chosen


def _settle(person: Person, isolated: frozenset[str]) -> Person:
    """Two of the isolated agree to be named and one declines, so that both cases can be seen."""
    if person.member_id not in isolated:
        return person
    agrees = person.member_id != max(isolated)
    return Person(**{**vars(person), "map": agrees, "introductions": True})


def _ancestors(path: str) -> list[str]:
    """The team itself, those above it, and the organization."""
    parts = path.split(" / ")
    return [" / ".join(parts[:depth]) for depth in range(len(parts), 0, -1)] + ([ROOT] if path != ROOT else [])
