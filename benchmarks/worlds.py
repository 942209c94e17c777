# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""Introductions in made-up organizations whose truth is known: who would say yes, and who would have met anyway.

    .venv/bin/python benchmarks/worlds.py            30 worlds, and 15 for each other model of who says yes
    .venv/bin/python benchmarks/worlds.py --quick    two worlds each, to see that it runs

A world is 120 people in 12 teams on 3 sites (SCIENCE.md §6.6). 15 % do not answer, a fifth of the ties is forgotten by
both, and nobody names more than eight. A rule sees what was answered and the roster, and makes 40 introductions, at
most two for anyone; `TRUTH` then says how many ties come of it that would not have come by themselves.

Where §6.6 is silent: two people of usual sociability who share no interest are tied with a chance of 50 % in a team,
4.5 % on a site and 1.4 % beyond it, and 1.6 times that for each interest they share; sociability is log-normal (sd
0.4), and one in eight has a fourteenth of it. Everybody lists three of fifteen interests, one of them among the three
of their team. To have few ties is to have two at most. These figures, and those of the ways people say yes, were set so
that the rivals come near the table of §6.6, before Rapport's choice was looked at.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(folder for folder in sys.path if folder != str(HERE))]  # `statistics` is a file here

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from analytics.adjacency import Floats, Mask, Numbers
from benchmarks import sets
from benchmarks.claims import Bound, claimed, table
from benchmarks.sets import Case, Rule, best, efficiency_with, roster, working

PEOPLE, TEAMS, SITES, TOPICS = 120, 12, 3, 15
INTERESTS = 3
SILENT, FORGOTTEN, NAMED_AT_MOST = 0.15, 0.2, 8
INTRODUCTIONS = 40
INSIDE, ON_SITE, BEYOND, PER_INTEREST = 0.5, 0.045, 0.014, 1.6
SOCIABILITY, WITHDRAWN, WITHDRAWN_BY = 0.4, 0.13, 0.07
FEW_TIES = 2
DRAWS = 3
"""How often what becomes of a set is drawn, for the ways that get shorter."""


@dataclass(frozen=True, eq=False)
class World:
    """An organization, and the truth about every two of its people, as square tables."""

    team: Numbers
    interests: Numbers
    """People by topics: 1 where somebody lists it."""
    tied: Mask
    named: Mask
    silent: Mask

    @cached_property
    def same_site(self) -> Mask:
        site = self.team % SITES
        return np.asarray(site[:, None] == site)

    @cached_property
    def common(self) -> Numbers:
        """Interests that both list."""
        return np.asarray(self.interests @ self.interests.T)

    @cached_property
    def contacts(self) -> Numbers:
        """Others whom both work with, whoever named them."""
        return np.asarray(self.tied.astype(np.int64) @ self.tied)

    @cached_property
    def anyway(self) -> Floats:
        """The chance to be tied by the next wave without an introduction."""
        three_steps = (self.contacts @ self.tied) > 0
        near = 0.04 * np.minimum(self.contacts, 6) ** 0.7
        chance = np.where(self.contacts > 0, near, np.where(three_steps, 0.006, 0.003))
        chance = chance * 1.3**self.common * np.where(self.same_site, 1.2, 0.8)
        return np.where(self.tied, 1.0, np.minimum(chance, 0.6))

    @cached_property
    def case(self) -> Case:
        """What a rule sees."""
        names = [f"m{number:03d}" for number in range(PEOPLE)]
        teams = {name: f"t{team:02d}" for name, team in zip(names, self.team.tolist(), strict=True)}
        people = roster(
            teams,
            location=[f"site {team % SITES}" for team in self.team],
            interests=[[f"topic {topic}" for topic in np.flatnonzero(own)] for own in self.interests],
        )
        answered = {name for name, silent in zip(names, self.silent, strict=True) if not silent}
        arcs = [(names[a], names[b]) for a, b in np.argwhere(self.named)]
        return Case(working(teams, arcs, both=False), people, answered, INTRODUCTIONS)

    @cached_property
    def truth(self) -> Case:
        """The same people with the ties that there are."""
        names = self.case.field.m.people
        ties = [(names[a], names[b]) for a, b in np.argwhere(self.tied)]
        return Case(working(dict.fromkeys(names, ""), ties), self.case.people, names, INTRODUCTIONS)


def world(seed: int) -> World:
    """Draw one."""
    random = np.random.default_rng([seed, 66])
    team = np.arange(PEOPLE) // (PEOPLE // TEAMS)
    usual = [random.choice(TOPICS, INTERESTS, replace=False) for _ in range(TEAMS)]
    interests = np.zeros((PEOPLE, TOPICS), dtype=np.int64)
    for person in range(PEOPLE):
        one = random.choice(usual[team[person]])
        others = random.choice(np.setdiff1d(np.arange(TOPICS), [one]), INTERESTS - 1, replace=False)
        interests[person, [one, *others]] = 1
    sociable = np.exp(random.normal(0, SOCIABILITY, PEOPLE) - SOCIABILITY**2 / 2)
    sociable[random.random(PEOPLE) < WITHDRAWN] *= WITHDRAWN_BY
    site = team % SITES
    chance = np.where(team[:, None] == team, INSIDE, np.where(site[:, None] == site, ON_SITE, BEYOND))
    chance = chance * np.sqrt(np.outer(sociable, sociable)) * PER_INTEREST ** (interests @ interests.T)
    tied = _either(random.random(chance.shape) < np.minimum(chance, 0.95))
    remembered = tied & _either(random.random(chance.shape) >= FORGOTTEN)
    silent = np.zeros(PEOPLE, dtype=bool)
    silent[random.choice(PEOPLE, round(SILENT * PEOPLE), replace=False)] = True
    named = np.zeros_like(tied)
    for person in np.flatnonzero(~silent):
        named[person, random.permutation(np.flatnonzero(remembered[person]))[:NAMED_AT_MOST]] = True
    return World(team, interests, tied, named, silent)


def _either(drawn: Mask) -> Mask:
    """One draw for each two people."""
    upper = np.triu(drawn, k=1)
    return upper | upper.T


Yes = Callable[[World], Floats]
"""For every two people, the chance that an introduction makes the tie that would not have come by itself."""

YES: Mapping[str, Yes] = {
    "shared interests": lambda one: special.expit(
        -1.25 + 0.37 * np.minimum(one.common, 2) + 0.05 * np.minimum(one.contacts, 4) + 0.2 * one.same_site
    ),
    "mostly shared contacts": lambda one: special.expit(
        -1.95 + 0.2 * np.minimum(one.common, 2) + 0.42 * np.minimum(one.contacts, 4)
    ),
    "nearly flat": lambda one: special.expit(-1.27 + 0.04 * one.common),
}
"""What an introduction's success hangs on: the first is §6.6's own, the others are its sensitivity."""
WORLDS = {"shared interests": 30, "mostly shared contacts": 15, "nearly flat": 15}


def by_interests(case: Case, random: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Whoever shares most interests."""
    lists = [set(own) for own in case.people["interests"]]
    return best(case, np.array([len(lists[a] & lists[b]) for a, b in zip(*case.open, strict=True)], float), random)


RULES: Mapping[str, Rule] = {**sets.RULES, "most shared interests, 2 each": by_interests}


@dataclass(frozen=True)
class Became:
    """What became of a set, as it may be expected to."""

    already: float
    """Share of its pairs who work together, which nobody named."""
    anyway: float
    """Ties that would have come by themselves."""
    extra: float
    """Ties that would not."""
    low: float
    """People with few ties who get a tie that they would not have got."""
    gain: float
    """How much shorter all ways become by the extra ties: the relative gain of mean 1/distance."""


def became(one: World, yes: Floats, a: Numbers, b: Numbers, random: np.random.Generator) -> Became:
    """What may be expected of a set; the ways are drawn."""
    tied = one.tied[a, b]
    extra = (1 - one.anyway[a, b]) * yes[a, b]
    alone = np.ones(PEOPLE)
    for two in (a, b):
        np.multiply.at(alone, two, 1 - extra)
    few = one.tied.sum(axis=1) <= FEW_TIES
    truth = one.truth
    after = [efficiency_with(truth.field.m, a[made], b[made]) for made in random.random((DRAWS, len(a))) < extra]
    return Became(
        float(tied.mean()),
        float(one.anyway[a, b][~tied].sum()),
        float(extra.sum()),
        float(np.sum(1 - alone[few])),
        float(np.mean(after) / truth.efficiency - 1),
    )


Results = Mapping[str, Mapping[str, Became]]
"""By what success hangs on, then by rule: the mean over worlds."""


def measure(*, quick: bool = False) -> Results:
    """Put every rule before the same worlds; a rule cannot see what success hangs on, and makes one set of each."""
    found: dict[str, list[Mapping[str, Became]]] = {yes: [] for yes in YES}
    for seed in range(2 if quick else max(WORLDS.values())):
        one, random = world(seed), np.random.default_rng([seed, 1])
        made = {name: rule(one.case, random) for name, rule in RULES.items()}
        for yes, worlds in WORLDS.items():
            if seed < worlds:
                chance = YES[yes](one)
                found[yes].append({name: became(one, chance, *pair, random) for name, pair in made.items()})
    return {yes: _mean(worlds) for yes, worlds in found.items()}


def _mean(worlds: Sequence[Mapping[str, Became]]) -> Mapping[str, Became]:
    return {name: Became(*np.mean([list(vars(of[name]).values()) for of in worlds], axis=0).tolist()) for name in RULES}


def bounds(found: Results) -> list[Bound]:
    """What Rapport's sets must keep."""
    usual = found["shared interests"]["Rapport"]
    beside = {yes: (rules["Rapport"].extra, rules["random, 2 each"].extra) for yes, rules in found.items()}
    return [
        Bound("At least 13.3 extra ties of 40 introductions", f"{usual.extra:.1f}", usual.extra >= 13.3),
        Bound("At least four people with few ties are reached", f"{usual.low:.1f}", usual.low >= 4),
        Bound(
            "No worse than by lot, whatever an introduction's success hangs on",
            ", ".join(f"{ours:.1f} for {lot:.1f}" for ours, lot in beside.values()),
            all(ours >= lot for ours, lot in beside.values()),
        ),
    ]


def report(found: Results) -> Iterable[str]:
    """Lay everything out as plain tables."""
    for yes, rules in found.items():
        yield from table(
            f"WORLDS, success hangs on: {yes}. Of {INTRODUCTIONS} introductions",
            [
                "work together already",
                "would form anyway",
                "extra ties",
                "people with few ties reached",
                "shorter ways",
            ],
            {
                rule: [
                    f"{one.already:.0%}",
                    f"{one.anyway:.1f}",
                    f"{one.extra:.1f}",
                    f"{one.low:.1f}",
                    f"{one.gain:+.2%}",
                ]
                for rule, one in rules.items()
            },
        )
    yield from claimed(bounds(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold."""
    asked = argparse.ArgumentParser(description="Choose introductions in made-up organizations whose truth is known.")
    asked.add_argument("--quick", action="store_true", help="two worlds each: shows that it runs, and little else")
    given = asked.parse_args(arguments)
    found = measure(quick=given.quick)
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
