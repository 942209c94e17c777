# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""The network of 100,000 people on one machine: how long it takes, and how much memory.

    .venv/bin/python benchmarks/scale.py            100,000 people and 540,000 ties
    .venv/bin/python benchmarks/scale.py --quick    4,000 people, to see that it runs

Nearly all ties are inside teams of ten or near them. Beside it, in the same run, the Adamic-Adar index of 2,000 people
of the same kind: by networkx, which is asked pair by pair, and by the sparse product from which Rapport reads it. That
compares one score with the same score; everything that Rapport works out about a candidate, learning included, takes
longer than this one score does, and stands in a row of its own. Both clocks are shown: on a busy machine the wall's
says little about the work.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(folder for folder in sys.path if folder != str(HERE))]  # `statistics` is a file here

import argparse
import resource
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import networkx as nx
import numpy as np
import pandas as pd

from analytics import introductions, network
from analytics.adjacency import matrices
from analytics.eligible import gather
from benchmarks.claims import Bound, claimed, table
from benchmarks.sets import NOBODY_AVOIDED

PEOPLE, TIES_EACH = 100_000, 5.4
TEAM, AROUND = 10, 100
"""People of a team, and of a team and those near it."""
INSIDE, NEAR = 0.55, 0.33
MUTUAL, ANSWERED, AGREED = 0.5, 0.85, 0.8
BESIDE = 2_000
"""People of the network that networkx gets, with 20,000 of its open pairs."""
WANTED = 1_000
REPEATED = 50
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Organization:
    """What the store would hand over."""

    members: pd.DataFrame
    ties: pd.DataFrame
    people: pd.DataFrame
    answered: frozenset[str]


def organization(people: int, seed: int = 7) -> Organization:
    """Draw one: ties inside a team, near it, and anywhere."""
    random = np.random.default_rng(seed)
    drawn = round(1.4 * TIES_EACH * people)
    one, where = random.integers(0, people, drawn), random.random(drawn)
    inside, near = (one // size * size + random.integers(0, size, drawn) for size in (TEAM, AROUND))
    other = np.where(where < INSIDE, inside, np.where(where < INSIDE + NEAR, near, random.integers(0, people, drawn)))
    keys = np.unique((np.minimum(one, other) * people + np.maximum(one, other))[(one != other) & (other < people)])
    keys = random.permutation(keys)[: round(TIES_EACH * people)]
    a, b = keys // people, keys % people
    mutual = random.random(len(a)) < MUTUAL
    names = np.array([f"m{number:06d}" for number in range(people)], dtype=object)
    topics = np.array([f"topic {number}" for number in range(40)], dtype=object)
    member_id = pd.array(names, dtype="str")
    return Organization(
        pd.DataFrame({"member_id": member_id, "team_id": [f"t{number // TEAM:05d}" for number in range(people)]}),
        pd.DataFrame(
            {"source": names[np.concatenate([a, b[mutual]])], "target": names[np.concatenate([b, a[mutual]])]},
            dtype="str",
        ).assign(kind="work", strength=1.0),
        pd.DataFrame({"member_id": member_id}).assign(
            name="",
            team="",
            role=random.choice(["analyst", "engineer", "clerk"], people),
            level=random.choice(["junior", "senior"], people),
            location=random.choice([f"site {number}" for number in range(20)], people),
            joined_on=None,
            interests=[topics[own].tolist() for own in random.integers(0, len(topics), (people, 3))],
            managers=[[] for _ in range(people)],
            map=True,
            introductions=random.random(people) < AGREED,
        ),
        frozenset(names[random.random(people) < ANSWERED]),
    )


@dataclass(frozen=True)
class Took:
    """Seconds of the wall's clock and of all processors, and the most memory so far."""

    wall: float
    work: float
    gigabytes: float


@dataclass(frozen=True)
class Results:
    people: int
    ties: int
    pairs: int
    """Candidate pairs."""
    chosen: int
    steps: Mapping[str, Took]
    candidate: float
    """Microseconds of work for one candidate pair, with everything that is worked out about it."""
    networkx: float
    """Microseconds for the Adamic-Adar index of one open pair of 2,000 people."""
    product: float
    """The same where all of them are read from one sparse product."""

    @property
    def whole(self) -> Took:
        """All steps of the organization together."""
        all_steps = list(self.steps.values())
        return Took(
            sum(one.wall for one in all_steps),
            sum(one.work for one in all_steps),
            max(one.gigabytes for one in all_steps),
        )


def measure(people: int = PEOPLE) -> Results:
    """Everything that a close works out about the network, and networkx beside it."""
    given = organization(people)
    steps: dict[str, Took] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        wall, processors = time.perf_counter(), time.process_time()
        done = work()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        steps[name] = Took(time.perf_counter() - wall, time.process_time() - processors, memory)
        return done

    graph = timed("the graph", lambda: network.graph(given.members, given.ties))
    timed("communities (Leiden)", lambda: matrices(graph).undirected.community_leiden("modularity"))
    standings = timed("standings", lambda: network.standings(graph, given.answered, {}))
    chosen = timed(
        "candidates, and a set of them",
        lambda: introductions.choose(
            graph, given.people, NOBODY_AVOIDED, given.answered, standings=standings, seed=1, most=WANTED
        ),
    )
    work = time.process_time()
    pairs = gather(graph, given.people, NOBODY_AVOIDED, given.answered, earlier=None, seed=1).pairs
    each = (time.process_time() - work) / len(pairs)
    return Results(people, matrices(graph).tied.nnz // 2, len(pairs), len(chosen), steps, 1e6 * each, *_beside())


def _beside() -> tuple[float, float]:
    """Microseconds for each open pair, by networkx and by a sparse product."""
    small = organization(BESIDE)
    named = network.graph(small.members, small.ties)
    graph, m = nx.Graph(named), matrices(named)
    a, b = (np.random.default_rng(side).choice(list(graph), 20_000) for side in (1, 2))
    pairs = [(one, other) for one, other in zip(a.tolist(), b.tolist(), strict=True) if one != other]
    work = time.process_time()
    for _ in nx.adamic_adar_index(graph, pairs):
        pass
    asked = (time.process_time() - work) / len(pairs)
    weight = 1 / np.log(np.maximum(m.degrees, 2))
    work = time.process_time()
    for _ in range(REPEATED):
        (m.tied * weight) @ m.tied
    product = (time.process_time() - work) / REPEATED / (BESIDE * (BESIDE - 1) // 2 - len(m.pairs[0]))
    return 1e6 * asked, 1e6 * product


def bounds(found: Results) -> list[Bound]:
    """What it may take."""
    whole = found.whole
    return [
        Bound("At most 30 seconds of two cores", f"{whole.wall:.0f} s, {whole.work:.0f} s of work", whole.wall <= 30),
        Bound("At most 4 GB", f"{whole.gigabytes:.1f} GB", whole.gigabytes <= 4),
        Bound(
            "Adamic-Adar itself, of all open pairs, 500 times as fast as by networkx",
            f"{found.networkx / found.product:,.0f} times",
            found.networkx / found.product >= 500,
        ),
    ]


def report(found: Results) -> Iterable[str]:
    """Lay everything out as plain tables."""
    yield from table(
        f"SCALE, {found.people:,} people, {found.ties:,} ties, {found.pairs:,} candidates, {found.chosen:,} chosen",
        ["seconds", "of work", "GB at most"],
        {
            name: [f"{one.wall:.1f}", f"{one.work:.1f}", f"{one.gigabytes:.2f}"]
            for name, one in {**found.steps, "together": found.whole}.items()
        },
    )
    yield from table(
        "MICROSECONDS OF WORK FOR ONE PAIR",
        ["µs"],
        {
            f"Adamic-Adar of {BESIDE:,} people, by networkx": [f"{found.networkx:.2f}"],
            "the same by one sparse product for all": [f"{found.product:.4f}"],
            f"everything about a candidate of {found.people:,} people": [f"{found.candidate:.2f}"],
        },
    )
    yield from claimed(bounds(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold."""
    asked = argparse.ArgumentParser(description="Measure the network of a large organization.")
    asked.add_argument("--quick", action="store_true", help="4,000 people: shows that it runs")
    given = asked.parse_args(arguments)
    found = measure(4_000) if given.quick else measure()
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
