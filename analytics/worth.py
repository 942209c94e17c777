"""What a set of introductions is worth together, and a greedy choice under everybody's limits.

F(S) = Σ_i need_i · [1 − Π(1 − .3 · u/best_i)]  somebody with few ties is reached
     + Σ_{teams a<b} gap_ab · [1 − Π(1 − u)]     two teams with fewer ties than usual are bridged
     + .3/√n Σ_{pairs not within two steps} [1 − Π(1 − u)]   a way gets shorter
     + Σ u · (3 + mutual wish)                   people meet, and two who asked for each other all the more

Each product runs over the introductions in S that touch the person, the two teams, or the two people (SCIENCE.md §6.2);
u is an introduction's uplift, and best_i the highest that any introduction of that person has. So people with few ties
count by what can be done for them, and are reached through the pair that is most likely to get on: had they to compete
by u alone, they would get pairs that lead nowhere, or none. Every term counts the same thing once, however often it is
hit, so a second introduction for the same person is worth less than the first: F is monotone and submodular, and the
greedy set is at least a third of the best one under such limits (98.8–99.6 % of it where that was computed).
"""

import heapq
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pandas as pd

from analytics.adjacency import Floats, Matrices, Numbers
from analytics.pairs import Pairs, key_of

REACHED = 0.3
"""What a person's best possible introduction does for their need: so much of it, and a second one of the rest."""
TIE = 3.0
"""What any tie counts that comes of an introduction, where the mean need is 1. Less, and people with few ties get all
introductions; more, and a tenth of them gets none (benchmarks/sets.py)."""
SHORTER = 0.3
"""What the new reach of a tie counts: in 100 people .03 for each pair that comes within two steps."""


@dataclass(frozen=True, eq=False)
class Offers:
    """Pairs to choose from, with what the objective needs of each."""

    pairs: Pairs
    among_eligible: Numbers
    """Where each stands among all eligible pairs."""
    uplift: Floats
    new_reach: Numbers
    mutual_wish: Floats
    first: Floats
    """Who goes first where two are worth the same; drawn, so that no name has an advantage."""

    def best(self, people: int) -> Floats:
        """For each person the highest uplift of all their offers."""
        most = np.zeros(people)
        np.maximum.at(most, self.pairs.a, self.uplift)
        np.maximum.at(most, self.pairs.b, self.uplift)
        return most


@dataclass(frozen=True)
class Picked:
    """One introduction of the set."""

    position: int
    """Its place among the offers."""
    gain: float
    """What it is expected to add to the set."""


@dataclass(eq=False)
class Worth:
    """The objective, with what is left to gain after the introductions chosen so far."""

    m: Matrices
    offers: Offers
    need: Floats
    gaps: dict[tuple[int, int], float]
    """How far two teams (numbers, the smaller first) fall short of their usual ties, 0 to 1."""
    unmet: Floats = field(init=False)
    reaching: Floats = field(init=False)
    """For each person what one unit of uplift does for their need."""
    unbridged: dict[tuple[int, int], float] = field(default_factory=dict)
    unreached: dict[int, float] = field(default_factory=dict)
    _within_two: dict[int, frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is chosen yet: everything is left to gain."""
        self.unmet = np.ones(len(self.m.people))
        best = self.offers.best(len(self.m.people))
        self.reaching = np.divide(REACHED, best, out=np.zeros_like(best), where=best > 0)

    @property
    def reach_weight(self) -> float:
        """What one pair brought within two steps counts."""
        return float(SHORTER / np.sqrt(max(len(self.m.people), 1)))

    def at_first(self) -> Floats:
        """What each offer adds while nothing is chosen."""
        a, b, uplift = self.offers.pairs.a, self.offers.pairs.b, self.offers.uplift
        gap = self._gaps_at_first()
        met = self.need[a] * self.reaching[a] + self.need[b] * self.reaching[b]
        others = TIE + gap + self.reach_weight * self.offers.new_reach + self.offers.mutual_wish
        return np.asarray(uplift * (met + others), dtype=np.float64)

    def of(self, at: int) -> float:
        """What an offer adds, given those chosen."""
        a, b = self._two(at)
        teams = self._teams(a, b)
        met = sum(float(self.need[one] * self.unmet[one] * self.reaching[one]) for one in (a, b))
        bridged = self.gaps.get(teams, 0.0) * self.unbridged.get(teams, 1.0)
        reached = sum(self.unreached.get(key, 1.0) for key in self._brought_near(a, b))
        worth = met + TIE + bridged + self.reach_weight * reached + self.offers.mutual_wish[at]
        return float(self.offers.uplift[at] * worth)

    def choose(self, at: int) -> None:
        """Count an offer as chosen: what it touches has less left to gain."""
        a, b = self._two(at)
        uplift = float(self.offers.uplift[at])
        teams = self._teams(a, b)
        self.unmet[[a, b]] *= 1 - uplift * self.reaching[[a, b]]
        self.unbridged[teams] = self.unbridged.get(teams, 1.0) * (1 - uplift)
        for key in self._brought_near(a, b):
            self.unreached[key] = self.unreached.get(key, 1.0) * (1 - uplift)

    def _two(self, at: int) -> tuple[int, int]:
        return int(self.offers.pairs.a[at]), int(self.offers.pairs.b[at])

    def _gaps_at_first(self) -> Floats:
        """How far the two teams of each offer fall short."""
        teams, team_of, pairs = len(self.m.teams), self.m.team_of, self.offers.pairs
        short = pd.Series({one * teams + other: gap for (one, other), gap in self.gaps.items()}, dtype="float64")
        wanted = key_of(team_of[pairs.a], team_of[pairs.b], teams)
        return np.asarray(short.reindex(wanted, fill_value=0.0), dtype=np.float64)

    def _teams(self, a: int, b: int) -> tuple[int, int]:
        one, other = int(self.m.team_of[a]), int(self.m.team_of[b])
        return (one, other) if one < other else (other, one)

    def _brought_near(self, a: int, b: int) -> set[int]:
        """Pairs that come within two steps by the tie a–b: one of the two, with a contact of the other."""
        people = len(self.m.people)
        from_a = {(a, other) for other in (*self._contacts(b), b) if other not in self._two_steps(a)}
        from_b = {(b, other) for other in (*self._contacts(a), a) if other not in self._two_steps(b)}
        return {min(pair) * people + max(pair) for pair in from_a | from_b}

    def _contacts(self, person: int) -> list[int]:
        tied = self.m.tied
        contacts: list[int] = tied.indices[tied.indptr[person] : tied.indptr[person + 1]].tolist()
        return contacts

    def _two_steps(self, person: int) -> frozenset[int]:
        if person not in self._within_two:
            contacts = self._contacts(person)
            further = (other for contact in contacts for other in self._contacts(contact))
            self._within_two[person] = frozenset((person, *contacts, *further))
        return self._within_two[person]


def greedy(worth: Worth, limits: Numbers, slots: int, taken: Collection[int] = ()) -> list[Picked]:
    """Up to `slots` offers, always the one that adds most next, nobody in more than `limits` allows.

    Lazy (Minoux 1978): what an offer adds can only shrink, so an offer is worked out again only when it comes to the
    top. `limits` counts down and `worth` remembers, so that what was `taken` before (at random) is counted in.
    """
    offers, gains = worth.offers, worth.at_first()
    order = np.lexsort((offers.first, -gains))
    free = order[~np.isin(order, np.array(list(taken), dtype=np.int64))].tolist()
    waiting = ((-float(gains[at]), float(offers.first[at]), at, True) for at in free)
    top = list(islice(waiting, 1))  # the next that waits, and those worked out again: no more than that can be best
    picked: list[Picked] = []
    while top and len(picked) < slots:
        _, first, at, waited = heapq.heappop(top)
        for following in islice(waiting, int(waited)):
            heapq.heappush(top, following)
        two = [offers.pairs.a[at], offers.pairs.b[at]]
        if not limits[two].all():
            continue
        gain = worth.of(at)
        now = (-gain, first, at, False)
        if top and now > top[0]:
            heapq.heappush(top, now)
        elif gain > 0:
            picked.append(Picked(at, gain))
            limits[two] -= 1
            worth.choose(at)
    return picked
