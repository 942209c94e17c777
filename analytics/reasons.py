"""What a manager can say aloud about a pair: a sentence from work facts, and who could host.

Only roles, interests, places, joining dates and the ties between whole teams are spoken of. Whom somebody named, whom
they would like to meet, and how many ties they have never are; and no name of a third person stands in the sentence,
so that it stays sayable when that person changes their mind.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.adjacency import Mask, Matrices

FACTS_IN_A_SENTENCE = 2
INTERESTS_NAMED = 2
HOSTED_AT_MOST = 3
"""Introductions one person is named as host for."""
NO_TEAM = "organization"
"""The path of those who work in no team below the organization itself."""
YEARS_APART = 3
"""Years between two joining dates from which the pair brings old and new knowledge together."""
BANDS = ((2, "0–2"), (5, "3–5"), (10, "6–10"))
"""How a number of ties between teams is spoken of; above the last, '11+'."""


@dataclass(frozen=True)
class Facts:
    """What the roster says about somebody's work, and nothing else."""

    team: str
    """A path: 'Engineering / Data'; '' when unknown, like role and location."""
    role: str
    location: str
    joined_on: date | None
    interests: tuple[str, ...]


def band(ties: int) -> str:
    """A number of ties as it may be said.

    >>> band(0), band(4), band(25)
    ('0–2', '3–5', '11+')
    """
    return next((words for most, words in BANDS if ties <= most), "11+")


def gap_clause(observed: int, expected: float) -> str:
    """What is said of two teams with fewer ties than usual.

    >>> gap_clause(1, 6.2)
    'their teams share 0–2 ties, where about 6 would be usual'
    """
    return f"their teams share {band(observed)} ties, where about {expected:.0f} would be usual"


def why(one: Facts, other: Facts, gap: str | None) -> str:
    """One plain sentence on why two people might talk: up to two work facts, the most telling first.

    `gap` is what may be said about the ties between their teams, if anything.

    >>> ana = Facts("Engineering / Data", "analyst", "Ghent", None, ("Python", "pricing"))
    >>> ben = Facts("Operations / Support", "analyst", "Porto", None, ("fraud checks", "pricing"))
    >>> why(ana, ben, None)
    'Both list pricing, and both have the role analyst.'
    """
    clauses = [
        _shared_interests(one, other),
        gap,
        f"both have the role {one.role}" if one.role and one.role == other.role else None,
        f"both work in {one.location}" if one.location and one.location == other.location else None,
        _joining(one, other),
    ]
    said = [clause for clause in clauses if clause][:FACTS_IN_A_SENTENCE] or [_teams(one, other)]
    sentence = ", and ".join(said)
    return sentence[0].upper() + sentence[1:] + "."


def host(m: Matrices, pair: tuple[int, int], told: Mask, avoided: frozenset[int], hosting: Mapping[int, int]) -> int:
    """Who could introduce the two: a contact whose tie with each of them both named, where all three may be `told` of.

    Among several, the one who hosts least so far, then the one with the fewest ties. −1 where there is none. `avoided`
    are keys (smaller · people + larger) of pairs that are not to be brought together.
    """
    if not told[list(pair)].all():
        return -1
    mutual = m.mutual
    a, b = (mutual.indices[mutual.indptr[person] : mutual.indptr[person + 1]] for person in pair)
    shared = [int(person) for person in np.intersect1d(a, b) if told[person]]
    free = [
        person
        for person in shared
        if hosting.get(person, 0) < HOSTED_AT_MOST
        and not any(min(person, one) * len(m.people) + max(person, one) in avoided for one in pair)
    ]
    return min(free, key=lambda person: (hosting.get(person, 0), m.degrees[person], person), default=-1)


def _shared_interests(one: Facts, other: Facts) -> str | None:
    shared = sorted(set(one.interests) & set(other.interests))[:INTERESTS_NAMED]
    return f"both list {' and '.join(shared)}" if shared else None


def _joining(one: Facts, other: Facts) -> str | None:
    if one.joined_on is None or other.joined_on is None:
        return None
    first, last = sorted([one.joined_on, other.joined_on])
    if (first.year, first.month) == (last.year, last.month):
        return f"both joined in {calendar.month_name[first.month]} {first.year}"
    if last.year - first.year >= YEARS_APART:
        return f"one joined in {first.year} and the other in {last.year}"
    return None


def _teams(one: Facts, other: Facts) -> str:
    """What is left to say when no other fact is shared."""
    if not {one.team, other.team}.isdisjoint({"", NO_TEAM}):
        return "they work in the same organization"
    here, there = _short(one.team, other.team), _short(other.team, one.team)
    if one.team == other.team:
        return f"both work in {here}"
    return f"one works in {here} and the other in {there}, and each could show the other how their team works"


def _short(path: str, beside: str) -> str:
    """The last part of a team's path, or all of it where that would not tell two teams apart."""
    last = path.rsplit(" / ", maxsplit=1)[-1]
    return path if path != beside and last == beside.rsplit(" / ", maxsplit=1)[-1] else last
