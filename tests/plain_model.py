"""What must be so, in sets and dictionaries: Rapport as somebody would keep it who has only heard what it promises.

`test_state_machine.py` does everything twice, here and in the product, and compares. So nothing here knows of a
database, a file or a seal, nothing is imported from the product, and every rule is written as plainly as it can be.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime

K = 4
"""So many answers make a figure."""
COMMENTS = 10
"""So many answers let comments be kept."""
QUARTERS = 2
"""For so many quarters results are kept."""
NETWORKS = 2
"""Of so many network waves it is kept who said what."""

BEFORE_ANYTHING = ("mark",)
ONCE_MARKED = ("gather", "reason")
ONCE_THE_OLD_IS_GONE = (
    "lock", "schema", "copy", "change", "checkpoint", "detach", "wait", "close", "sync", "replace",
)  # fmt: skip
ONCE_CLOSED = ("unlink", "sync folder", "reopen", "destroy keys")
STEPS = (*BEFORE_ANYTHING, *ONCE_MARKED, *ONCE_THE_OLD_IS_GONE, *ONCE_CLOSED)
"""The steps of a close, by what has happened already when each is about to be taken."""

Named = frozenset[tuple[str, str]]
"""Whom somebody named, and for what: (other, kind)."""


@dataclass
class Wave:
    """One asking."""

    name: str
    number: int
    asks: str
    closes: datetime
    trustee: bool
    asked: frozenset[str]
    state: str = "open"
    closed_on: date | None = None
    said: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    """The last acknowledged answer of each member, and its comment, until the close."""
    counted: tuple[int, int] | None = None
    """How many answers were counted for the whole organization, and their sum."""
    comments: list[str] = field(default_factory=list)
    results: bool = False
    """Whether its pulse links open the results."""
    links: frozenset[str] = frozenset()
    """Whose network links work."""
    named: dict[str, Named] = field(default_factory=dict)
    """Who answered the questions about names, and what."""
    placed: set[str] = field(default_factory=set)
    """Of whom a standing may be kept."""
    introduced: set[str] = field(default_factory=set)
    """Who may stand in an introduction."""

    @property
    def pulse(self) -> bool:
        return self.asks in ("pulse", "both")

    @property
    def network(self) -> bool:
        return self.asks in ("network", "both")

    @property
    def mentioned(self) -> set[str]:
        return set(self.named) | {other for names in self.named.values() for other, _ in names}


@dataclass
class World:
    """What a database holds, and so what a backup of it holds: everything but the keys of waves."""

    teams: dict[str, str] = field(default_factory=dict)
    """Who works where, also of those who left."""
    here: set[str] = field(default_factory=set)
    waves: dict[str, Wave] = field(default_factory=dict)
    agreed: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    """May my name stand on the map; may I be introduced."""
    apart: dict[str, dict[str, bool]] = field(default_factory=dict)
    """With whom somebody does not want to be paired, and whether they took that back."""
    erasures: list[str] = field(default_factory=list)

    def in_order(self) -> list[Wave]:
        return sorted(self.waves.values(), key=lambda wave: (wave.number, wave.name))

    def unfinished(self, kind: str) -> list[Wave]:
        return [wave for wave in self.in_order() if wave.state != "closed" and getattr(wave, kind)]


class Model:
    """A world, the keys beside it, and what may be done."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.world = World()
        self.keys: dict[str, frozenset[str]] = {}
        """Of each wave, by the names of the keys."""

    # the roster

    def take_roster(self, teams: dict[str, str]) -> None:
        """It is the whole roster: whoever it leaves out has left."""
        self.world.teams |= teams
        self.world.here = set(teams)

    # opening

    def can_open(self, asks: str) -> bool:
        beside = [kind for kind in ("pulse", "network") if asks in (kind, "both") and self.world.unfinished(kind)]
        return not beside and len(self.world.here) >= (1 if asks == "network" else K)

    def open(self, name: str, asks: str, closes: datetime, *, trustee: bool) -> None:
        wave = Wave(name, self._next_number(), asks, closes, trustee, frozenset(self.world.here))
        self.world.waves[name] = wave
        self.keys[name] = frozenset(
            {*(("pulse", "box") if wave.pulse else ()), *(("network",) if wave.network else ())}
        )
        if wave.network:
            wave.links = wave.asked
            self._drop_taken_back()

    def take_ties(self, name: str, named: dict[str, Named]) -> None:
        """Ties from elsewhere are a closed wave, without links and keys. They end no earlier ones."""
        wave = Wave(name, self._next_number(), "network", self.now, trustee=False, asked=frozenset(self.world.here))
        wave.state, wave.closed_on, wave.named = "closed", self.now.date(), named
        wave.placed = set(wave.asked)
        wave.introduced = {member for member in wave.asked if self.world.agreed.get(member, (True, True))[1]}
        self.world.waves[name] = wave

    def _next_number(self) -> int:
        known = self.world.in_order()
        return known[-1].number + 1 if known else 0

    # links

    def pulse_link_opens(self, name: str, member: str) -> str:
        wave = self.world.waves.get(name)
        if wave is None or not wave.pulse or member not in wave.asked:
            return "nothing"
        if wave.state == "closed":
            return "results" if wave.results else "nothing"
        return "form" if self._takes_answers(wave) else "word"

    def network_link_opens(self, name: str, member: str) -> str:
        wave = self.world.waves.get(name)
        if wave is None or member not in wave.links:
            return "nothing"
        return "form" if self._takes_answers(wave) and member not in wave.named else "own page"

    def _takes_answers(self, wave: Wave) -> bool:
        return wave.state == "open" and self.now < wave.closes

    # answering

    def answer(self, name: str, member: str, value: int | None, comment: str) -> int:
        """The status that the form answers with; 303 acknowledges."""
        opens = self.pulse_link_opens(name, member)
        if opens == "form":
            self.world.waves[name].said[member] = (value, comment)
        return {"nothing": 404, "form": 303}.get(opens, 410)

    def name_people(
        self, name: str, member: str, named: Named, apart: set[str], agrees: tuple[bool, bool], *, skips: bool
    ) -> int:
        """The same. Who `skips` the question says nothing about ties, not even that there are none."""
        if self.network_link_opens(name, member) == "nothing":
            return 404
        wave, world = self.world.waves[name], self.world
        if not self._takes_answers(wave):
            return 410
        if not {other for other, _ in named} | apart <= world.here - {member}:
            return 422
        silent = skips and not named
        if silent and member in wave.named:
            return 422
        away = {other for other, back in world.apart.get(member, {}).items() if not back and other not in world.here}
        world.apart[member] = dict.fromkeys(apart | away, False)
        world.agreed[member] = agrees
        if not silent:
            wave.named[member] = named
        return 303

    def erase(self, name: str, member: str) -> bool:
        """Whether the link lets its member do so, after the close as before."""
        if self.network_link_opens(name, member) == "nothing":
            return False
        for wave in self.world.waves.values():
            wave.named.pop(member, None)
            wave.named = {who: self._without(names, member) for who, names in wave.named.items()}
            wave.placed.discard(member)
            wave.introduced.discard(member)
        self.world.agreed.pop(member, None)
        self.world.apart.pop(member, None)
        self.world.erasures.append(member)
        return True

    @staticmethod
    def _without(names: Named, member: str) -> Named:
        return frozenset(each for each in names if each[0] != member)

    def choose(self, name: str, member: str, agrees: tuple[bool, bool]) -> None:
        if self.network_link_opens(name, member) != "nothing":
            self.world.agreed[member] = agrees

    def take_back(self, name: str, member: str, other: str) -> None:
        """Such a wish counts until the next network wave opens; while one is unfinished, it is gone at once."""
        if self.network_link_opens(name, member) == "nothing":
            return
        wishes = self.world.apart.get(member, {})
        if other in wishes:
            wishes[other] = True
        if self.world.unfinished("network"):
            self._drop_taken_back()

    def _drop_taken_back(self) -> None:
        for member, wishes in self.world.apart.items():
            self.world.apart[member] = {other: back for other, back in wishes.items() if not back}

    # closing

    def can_close(self, name: str, *, passphrase: bool, without_answers: bool) -> bool:
        wave = self.world.waves.get(name)
        if wave is None:
            return False
        if wave.state == "closed" or without_answers or not wave.pulse:
            return True
        return "box" in self.keys.get(name, ()) and (passphrase or not wave.trustee)

    def close(self, name: str, *, without_answers: bool = False, erasing: str | None = None) -> None:
        """`erasing` says who erases themselves while the answers are being counted, by a link of this wave."""
        wave = self.world.waves[name]
        if wave.state != "closed":
            self._mark(wave)
            before = wave.mentioned
            placed, introduced = self._placed(wave), self._introduced(wave)
            if erasing is not None:
                self.erase(name, erasing)
            self._forget_the_old(wave)
            gone = before - wave.mentioned
            self._finish(wave, placed - gone, introduced - gone, without_answers=without_answers)
        self._end_keys()

    def interrupt(self, name: str, step: str) -> None:
        """A close that goes as far as this step and not on."""
        wave = self.world.waves[name]
        if wave.state == "closed" or step in BEFORE_ANYTHING:
            return
        self._mark(wave)
        if step not in ONCE_MARKED:
            self._forget_the_old(wave)
        if step in ONCE_CLOSED:
            self._finish(wave, self._placed(wave), self._introduced(wave), without_answers=False)

    def strike(self) -> None:
        """Whatever is past its time takes no more answers, and closes where nothing else is needed."""
        for wave in self.world.in_order():
            if wave.state == "open" and wave.closes <= self.now:
                self._mark(wave)
        for wave in self._closing():
            if not wave.trustee and self.can_close(wave.name, passphrase=False, without_answers=False):
                self.close(wave.name)

    def restart(self) -> set[str]:
        """What was interrupted is finished; returns the waves of which that cannot be."""
        waiting = set()
        for wave in self._closing():
            if not wave.trustee and self.can_close(wave.name, passphrase=False, without_answers=False):
                self.close(wave.name)
            else:
                waiting.add(wave.name)
        self._end_keys()
        return waiting

    def _closing(self) -> list[Wave]:
        return [wave for wave in self.world.in_order() if wave.state == "closing"]

    def _mark(self, wave: Wave) -> None:
        wave.state = "closing"

    def _placed(self, wave: Wave) -> set[str]:
        return set(wave.asked & self.world.here) if wave.network else set()

    def _introduced(self, wave: Wave) -> set[str]:
        return {member for member in self._placed(wave) if self.world.agreed.get(member, (False, False))[1]}

    def _forget_the_old(self, wave: Wave) -> None:
        """A wave whose links open somebody's own page stays, however old; so does the last network."""
        world, today = self.world, self.now.date()
        closed = [each for each in world.in_order() if each.closed_on]
        networks = [each for each in world.in_order() if each.network and each.number <= wave.number]
        last = [each for each in closed if each.network][-1:]
        for each in closed:
            if not each.links and each not in last and _quarters(each.closed_on, today) >= QUARTERS:
                del world.waves[each.name]
                self.keys.pop(each.name, None)
        if wave.network:
            for each in networks[:-NETWORKS]:
                each.named = {}

    def _finish(self, wave: Wave, placed: set[str], introduced: set[str], *, without_answers: bool) -> None:
        wave.state, wave.closed_on = "closed", self.now.date()
        wave.placed, wave.introduced = placed, introduced
        wave.results = wave.pulse and "pulse" in self.keys.get(wave.name, ())
        if wave.pulse and not without_answers:
            values = [value for value, _ in wave.said.values() if value is not None]
            wave.counted = (len(values), sum(values)) if len(values) >= K else None
            said = sorted(comment for _, comment in wave.said.values() if comment)
            wave.comments = said if len(values) >= COMMENTS else []
        wave.said = {}
        if wave.network:
            for other in self.world.waves.values():
                if other is not wave:
                    other.links = frozenset()

    def _end_keys(self) -> None:
        """A closed wave needs no key but that of links that still work. Of waves that it does not know it says nothing.

        Those may be the keys of a wave that opened after the copy was made that this world came from.
        """
        for wave in self.world.waves.values():
            if wave.state == "closed":
                needed = {"network"} if wave.links else set()
                self._keep(wave.name, self.keys.get(wave.name, frozenset()) & needed)

    def _keep(self, name: str, keys: frozenset[str]) -> None:
        self.keys.pop(name, None)
        if keys:
            self.keys[name] = keys

    # copies

    def backup(self) -> World:
        return deepcopy(self.world)

    def restore(self, copy: World, keys: dict[str, frozenset[str]]) -> set[str]:
        """A copy, with the keys that are put beside it. Returns the waves whose answers nobody can open."""
        self.world, self.keys = deepcopy(copy), dict(keys)
        self.restart()
        return self.unopenable()

    def unopenable(self) -> set[str]:
        return {wave.name for wave in self.world.unfinished("pulse") if "box" not in self.keys.get(wave.name, ())}


def _quarters(since: date | None, day: date) -> int:
    assert since is not None
    return (day.year - since.year) * 4 + (day.month - 1) // 3 - (since.month - 1) // 3
