"""Made-up organizations that live through several waves: people join, leave, move and skip questions; teams have leads.

`Organization` goes through the real opening of groups (`surveys.groups`) and the real gate (`analytics.disclosure`);
the counting between the two is done here once more, plainly, so that tests do not trust the code that they examine.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from test_disclosure import MOMENTS, kept_of

from analytics import disclosure, figures
from analytics.disclosure import Gathered, Release
from data.records import ROOT, Member, Team
from surveys import groups

DIMENSIONS = {"trust": ("t1", "t2"), "boundaries": ("b1",)}


@dataclass(frozen=True)
class Asked:
    """One wave: who was asked and answered what, and what was released of it."""

    gathered: Gathered
    release: Release
    seats: Mapping[str, str]
    """Member → the group that counts their answers."""
    answers: Mapping[str, Mapping[str, float]]
    """Member → item → answer; a member who was silent is missing, an item that was skipped too."""
    comments: Mapping[str, str]
    """Text → the member who wrote it."""
    leads: Mapping[str, tuple[str, ...]]
    """Member → teams they lead."""

    def people(self, subject: str) -> dict[str, set[str]]:
        """Group → its own people who count in a dimension (half of its items answered), an item, or the pulse."""
        found = defaultdict(set)
        for member, given in self.answers.items():
            if counts(given, subject):
                found[self.seats[member]].add(member)
        return dict(found)


def counts(given: Mapping[str, float], subject: str) -> bool:
    """Whether somebody's answers count in a dimension, an item or the pulse."""
    if subject in DIMENSIONS:
        items = DIMENSIONS[subject]
        return 2 * sum(item in given for item in items) >= len(items)
    return bool(given) if subject == figures.ANSWERED else subject in given


def score(given: Mapping[str, float], subject: str) -> float:
    """A person's score of a dimension or an item."""
    return float(np.mean([given[item] for item in DIMENSIONS.get(subject, (subject,)) if item in given]))


@dataclass
class Organization:
    """Departments of teams of 3 to 15, some with sub-teams, a few people in each department; somebody leads each."""

    random: np.random.Generator
    k: int = 5
    smallest: int = 6
    teams: dict[str, str | None] = field(default_factory=dict)
    """Team → the one above."""
    place: dict[str, str] = field(default_factory=dict)
    """Member → the team they work in."""
    born: int = 0
    waves: list[Asked] = field(default_factory=list)
    opened: list[list[groups.Group]] = field(default_factory=list)

    def __post_init__(self) -> None:
        draw = self.random.integers
        self.teams[ROOT] = None
        self._hire(ROOT, int(draw(0, 8)))
        for d in range(draw(2, 5)):
            self.teams[f"d{d}"] = ROOT
            self._hire(f"d{d}", int(draw(0, 4)))
            for t in range(draw(1, 4)):
                self.teams[f"d{d}t{t}"] = f"d{d}"
                self._hire(f"d{d}t{t}", int(draw(3, 16)))
                if self.random.random() < 0.2:
                    self.teams[f"d{d}t{t}s"] = f"d{d}t{t}"
                    self._hire(f"d{d}t{t}s", int(draw(3, 9)))

    def live(self, waves: int) -> Iterator[Asked]:
        """Ask so many waves, with a time between them in which people come and go."""
        for number in range(waves):
            yield self._ask(number)
            self._change()

    def _hire(self, team: str, people: int) -> None:
        for _ in range(people):
            self.place[f"p{self.born}"] = team
            self.born += 1

    def _change(self) -> None:
        """One in twenty leaves, one in fifty moves, and a third of the teams take somebody new."""
        for member in list(self.place):
            if self.random.random() < 0.05:
                del self.place[member]
            elif self.random.random() < 0.02:
                self.place[member] = str(self.random.choice(list(self.teams)))
        for team in self.teams:
            if self.random.random() < 0.35:
                self._hire(team, 1)

    def _leads(self) -> dict[str, tuple[str, ...]]:
        """The first person of each team leads it; whoever is the first in a department leads that."""
        first: dict[str, str] = {}
        for member, team in self.place.items():
            first.setdefault(team, member)
        return {member: (team,) for team, member in first.items() if team != ROOT}

    def _ask(self, number: int) -> Asked:
        leads = self._leads()
        teams = [Team(team, team, up) for team, up in self.teams.items()]
        members = [Member(who, who, "", team, leads=leads.get(who, ())) for who, team in self.place.items()]
        earlier = self.opened[-1] if self.opened else None
        formed = groups.form(teams, members, smallest=self.smallest, k=self.k, earlier=earlier)
        self.opened.append(formed.groups)
        answers = {who: given for who in self.place if (given := self._answer())}
        comments = {f"comment {number} {i}": who for i, who in enumerate(answers) if self.random.random() < 0.4}
        gathered = self._gathered(number, formed, answers, comments)
        asked = Asked(gathered, disclosure.release(gathered), formed.seats, answers, comments, leads)
        self.waves.append(asked)
        return asked

    def _answer(self) -> dict[str, float]:
        """Four of five answer; each statement is skipped by one in twelve."""
        if self.random.random() > 0.8:
            return {}
        asked = [item for items in DIMENSIONS.values() for item in items]
        return {item: float(self.random.integers(1, 6)) for item in asked if self.random.random() > 1 / 12}

    def _gathered(
        self,
        number: int,
        formed: groups.Formed,
        answers: Mapping[str, Mapping[str, float]],
        comments: Mapping[str, str],
    ) -> Gathered:
        seats = [(f"w{number}", who, group) for who, group in formed.seats.items()]
        before = self.waves[-1].gathered.seats.itertuples(index=False) if self.waves else ()
        moments = [kept_of(asked.release, asked.gathered) for asked in self.waves]
        answered = Counter(formed.seats[who] for who in answers)
        said = [(formed.seats[who], text) for text, who in comments.items()]
        return Gathered(
            wave_id=f"w{number}",
            name=f"wave {number}",
            number=number,
            k=self.k,
            groups=pd.DataFrame([vars(group) for group in formed.groups]),
            scores=counted(formed.seats, answers, list(DIMENSIONS)),
            items=counted(formed.seats, answers, [item for items in DIMENSIONS.values() for item in items]),
            answered=pd.DataFrame(list(answered.items()), columns=["team_id", "n"]),
            comments=pd.DataFrame(said, columns=["team_id", "text"]),
            seats=pd.DataFrame([*before, *seats], columns=["wave_id", "member_id", "team_id"]),
            earlier=pd.concat(moments, ignore_index=True) if moments else pd.DataFrame(columns=MOMENTS),
        )


def counted(seats: Mapping[str, str], answers: Mapping[str, Mapping[str, float]], subjects: list[str]) -> pd.DataFrame:
    """Each group's own counts of each subject."""
    rows = []
    for subject in subjects:
        by_group: dict[str, list[float]] = defaultdict(list)
        for who, given in answers.items():
            if counts(given, subject):
                by_group[seats[who]].append(score(given, subject))
        for group, each in by_group.items():
            kinds = (sum(v <= 2 for v in each), sum(2 < v < 4 for v in each), sum(v >= 4 for v in each))
            items = sorted(DIMENSIONS.get(subject, (subject,)))
            rows.append((group, subject, len(each), sum(each), sum(v * v for v in each), *kinds, items))
    return pd.DataFrame(rows, columns=["team_id", "subject", *figures.COUNTS, "items"])
