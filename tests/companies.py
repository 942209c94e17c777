"""Networks for tests of the network: small ones written by hand, and one with planted truth."""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analytics import network

NOBODY_AVOIDED = pd.DataFrame({"member_id": [], "other_id": []}, dtype="str")


def members(teams):
    """A roster from {member_id: team_id}."""
    return pd.DataFrame({"member_id": list(teams), "team_id": list(teams.values())}, dtype="str")


def ties(*pairs, kind="work"):
    """Arcs from (source, target) pairs."""
    rows = [(source, target, kind, 1.0) for source, target in pairs]
    return pd.DataFrame(rows, columns=["source", "target", "kind", "strength"])


def both_ways(*pairs):
    return ties(*pairs, *((b, a) for a, b in pairs))


def all_pairs(names):
    return list(itertools.combinations(names, 2))


def people(teams, **columns):
    """The roster as the introductions read it: everybody agrees and nothing else is known, unless `columns` says so."""
    known = members(teams).assign(
        name=[f"Name of {member}" for member in teams],
        team=[f"Division / {team}" for team in teams.values()],
        role=None,
        level=None,
        location=None,
        joined_on=None,
        interests=[[] for _ in teams],
        managers=[[] for _ in teams],
        introductions=True,
        map=True,
    )
    return known.assign(**columns)


@dataclass(frozen=True)
class Planted:
    """A company of 120 in nine teams: one a silo, three people without any tie, one of whom is silent."""

    teams: dict
    ties: pd.DataFrame
    answered: set
    isolated: set
    silent_isolated: str
    silo: str

    @cached_property
    def graph(self):
        return network.graph(members(self.teams), self.ties)


def planted(seed=0):
    sizes = {
        "alpha": 14,
        "beta": 13,
        "gamma": 12,
        "silo": 12,
        "delta": 16,
        "epsilon": 13,
        "eta": 15,
        "iota": 12,
        "mu": 13,
    }
    names = [f"m{number:03d}" for number in range(sum(sizes.values()))]
    team = np.repeat(list(sizes), list(sizes.values()))
    random = np.random.default_rng(seed)
    closeness = np.where(team[:, None] == team, 0.45, 0.05)
    apart = (team == "silo")[:, None] != (team == "silo")
    closeness[apart] = 0.004
    alone = [3, 20, 60]
    closeness[alone, :] = closeness[:, alone] = 0.0
    works = np.triu(random.random(closeness.shape) < closeness, k=1)
    named = (works | works.T) & (random.random(closeness.shape) < 0.85)
    silent = [alone[-1], 44, 95, 110]
    named[silent] = False
    sources, targets = np.nonzero(named)
    return Planted(
        teams=dict(zip(names, team.tolist(), strict=True)),
        ties=ties(*((names[a], names[b]) for a, b in zip(sources, targets, strict=True))),
        answered={name for number, name in enumerate(names) if number not in silent},
        isolated={names[number] for number in alone},
        silent_isolated=names[alone[-1]],
        silo="silo",
    )
