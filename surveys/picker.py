"""Choosing colleagues by name: a list by team while it is short, a search where it is not. Pure."""

import heapq
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

LONGEST_LIST = 50
"""Colleagues shown as a plain list; above that people search (Network Canvas draws the line at the same length)."""
MOST_MATCHES = 20
LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be named."""

    member_id: str
    name: str
    team: str
    """The path of the team they work in."""


@dataclass(frozen=True)
class Matches:
    """Whom a search found."""

    people: tuple[Colleague, ...]
    """At most `MOST_MATCHES`, those whose names begin with what was typed first."""
    more: bool
    """There are others; another letter would help."""


class Directory:
    """Everybody by name. Made once, searched at every keystroke, also among a hundred thousand."""

    def __init__(self, people: Iterable[Colleague], active: Collection[str]) -> None:
        """Take everybody, and the ids of those who are here and may be named."""
        self.everybody: Mapping[str, Colleague] = {person.member_id: person for person in people}
        self.active: Mapping[str, Colleague] = {name: self.everybody[name] for name in active}
        self._words = sorted(
            (word, person.member_id) for person in self.active.values() for word in plain(person.name).split()
        )

    def search(self, typed: str, *, without: Collection[str] = ()) -> Matches:
        """Find the people of whose names each typed word begins a word; accents and case do not matter.

        `without` are ids that are left out. Nothing typed finds nobody.

        >>> people = [Colleague("m1", "Pavel Novák", "Data"), Colleague("m2", "Hana Sato", "Data")]
        >>> [person.name for person in Directory(people, {"m1", "m2"}).search("nov p").people]
        ['Pavel Novák']
        """
        words = plain(typed).split()
        if not words:
            return Matches((), more=False)
        found = set.intersection(*map(self._beginning, words)) - set(without)
        first = heapq.nsmallest(MOST_MATCHES, map(self.active.__getitem__, found), key=partial(_by_beginning, words[0]))
        return Matches(tuple(first), more=len(found) > MOST_MATCHES)

    def _beginning(self, start: str) -> set[str]:
        low = bisect_left(self._words, (start, ""))
        high = bisect_left(self._words, (start + LAST_LETTER, ""))
        return {member_id for _, member_id in self._words[low:high]}


def by_team(people: Iterable[Colleague]) -> list[tuple[str, list[Colleague]]]:
    """Group people by the path of their team, the teams in the order of a list that people read, the people by name."""
    teams: dict[str, list[Colleague]] = {}
    for person in sorted(people, key=lambda person: (in_a_list(person.team), plain(person.name), person.member_id)):
        teams.setdefault(person.team, []).append(person)
    return list(teams.items())


def plain(text: str) -> str:
    """Reduce to lower-case letters without accents, for comparing.

    >>> plain("NOVÁK")
    'novak'
    """
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def in_a_list(path: str) -> tuple[tuple[str | int, ...], ...]:
    """Give the key that sorts paths of teams as people would: 'Team 2' before 'Team 10', a team before those under it.

    >>> sorted(["Sales / Team 10", "Sales / Team 2", "Sales 2", "Sales"], key=in_a_list)
    ['Sales', 'Sales / Team 2', 'Sales / Team 10', 'Sales 2']
    """
    return tuple(
        tuple(int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", plain(name)))
        for name in path.split(" / ")
    )


def _by_beginning(start: str, person: Colleague) -> tuple[bool, str, str]:
    name = plain(person.name)
    return not name.startswith(start), name, person.member_id
