"""Looks at names: each is written down, and its subject reads it on their own page.

A look is a member's name beside their place in the network or beside an introduction, on a page, on paper or in a file.
One line says who looked, at whom, and where: the page or paper, and the wave. Opening the same page ten times in a day
makes one line, because a log in which everything stands ten times is not read.
"""

from collections.abc import Iterable
from datetime import timedelta

from dashboard import wording_network
from dashboard.readable import Network, Pair
from data import audit
from data.records import Wave
from surveys.desk import Desk

AGAIN = timedelta(hours=24)
"""Until a second look at the same name in the same place is written down as well."""


def note(desk: Desk, who: str, member_ids: Iterable[str], where: str, wave: Wave) -> None:
    """Write down whose names somebody is being shown."""
    now, place = desk.clock(), f"{where}, wave {wave.name}"
    with desk.store.reading() as db:
        before = audit.looked_at(db, who=who, where=place, since=now - AGAIN)
    new = set(member_ids) - before
    if new:
        with desk.store.writing() as db:
            audit.note_each(db, happened=now, who=who, action=audit.LOOK, members=new, detail=place)


def on_the_map(seen: Network) -> set[str]:
    """Tell whose names a map of people shows: those of whom it says something."""
    return {person.member_id for person in seen.people if person.standing in {*wording_network.FEW, "connected"}}


def with_few_ties(seen: Network) -> set[str]:
    """Tell whose names stand in the list of people with few ties, and on every map on paper."""
    return {person.member_id for person in wording_network.with_few_ties(seen)}


def listed(seen: Network, most: int) -> set[str]:
    """Tell whose names stand in the lists beside a map of teams: `most` of those with few ties, and of those holding.

    Holding is who holds others together.
    """
    few, holding = wording_network.with_few_ties(seen)[:most], seen.holding[:most]
    return {person.member_id for person in few} | {person.member_id for person in holding}


def introduced(pairs: Iterable[Pair]) -> set[str]:
    """Tell whose names stand in these introductions, hosts among them."""
    return {member_id for pair in pairs for member_id in pair.members}
