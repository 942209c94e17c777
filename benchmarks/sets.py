# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""Sets of introductions on real networks, beside what became of them: twelve transitions in five organizations.

    .venv/bin/python benchmarks/sets.py            about a minute
    .venv/bin/python benchmarks/sets.py --quick    three small transitions, to see that it runs

Every rule sees the ties of one wave and makes half as many introductions as there are people (SCIENCE.md §6.5). Then
two things are looked up: how many of the pairs are tied in the next wave, against as many pairs drawn blindly (lift),
and how many of the 15 % with the fewest ties are in a pair. The later ties came by themselves, nobody was introduced:
lift says how likely the pairs are to get on, and nothing about what an introduction would do. For that see worlds.py.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # here, `statistics` is another file

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics import introductions, network
from analytics.adjacency import Floats, Graph, Mask, Matrices, Numbers, matrices
from analytics.eligible import Eligible, gather
from benchmarks.claims import Bound, claimed, table

REAL = ROOT.parent / "shared" / "data"
LEAST_CONNECTED = 0.15
DRAWS = 3
"""How often a rule that draws, or breaks ties by lot, is repeated."""
WEEK = 7 * 86_400
TWO = ["source", "target"]
NOBODY_AVOIDED = pd.DataFrame({"member_id": [], "other_id": []}, dtype="str")


def working(teams: Mapping[str, str], pairs: Iterable[tuple[str, str]], *, both: bool = True) -> Graph:
    """The network that Rapport would see, had both of each pair named the other, or only the first the second."""
    arcs = sorted({arc for a, b in pairs for arc in ((a, b), (b, a))[: 1 + both]})
    return network.graph(
        pd.DataFrame({"member_id": list(teams), "team_id": list(teams.values())}, dtype="str"),
        pd.DataFrame(arcs, columns=["source", "target"], dtype="str").assign(kind="work", strength=1.0),
    )


def roster(teams: Mapping[str, str], **known: object) -> pd.DataFrame:
    """People as introductions read them: everybody agrees, and nothing is known beside the team but `known`."""
    everybody = pd.DataFrame({"member_id": list(teams), "team": list(teams.values())}, dtype="str").assign(
        name="", role=None, level=None, location=None, joined_on=None, map=True, introductions=True
    )
    return everybody.assign(**{"interests": [[] for _ in teams], "managers": [[] for _ in teams], **known})


@dataclass(frozen=True, eq=False)
class Case:
    """One network before anybody is introduced, and every pair that could be."""

    graph: Graph
    people: pd.DataFrame
    answered: Collection[str]
    introductions: int
    """How many a rule makes."""

    @cached_property
    def field(self) -> Eligible:
        return gather(self.graph, self.people, NOBODY_AVOIDED, self.answered, earlier=None, seed=0)

    @cached_property
    def standings(self) -> pd.DataFrame:
        return network.standings(self.graph, self.answered, {})

    @cached_property
    def open(self) -> tuple[Numbers, Numbers]:
        """Every pair without a tie."""
        a, b = np.triu_indices(len(self.field.m.people), k=1)
        free = self.field.m.tied.toarray()[a, b] == 0
        return a[free], b[free]

    @cached_property
    def adamic_adar(self) -> Floats:
        """Shared contacts, each counted 1/log of how many contacts it has, for every open pair."""
        m = self.field.m
        weight = np.where(m.degrees > 1, 1 / np.log(np.maximum(m.degrees, 2)), 0.0)
        return np.asarray((m.tied * weight @ m.tied).toarray()[self.open], dtype=np.float64)

    @cached_property
    def likely(self) -> Floats:
        """Rapport's chance that a pair ties by itself, for every open pair; 0 for those it may not suggest."""
        field, people = self.field, len(self.field.m.people)
        known = pd.Series(field.natural[1], index=field.pairs.keys(people))
        return known.reindex(self.open[0] * people + self.open[1], fill_value=0.0).to_numpy()

    @cached_property
    def efficiency(self) -> float:
        nobody = np.zeros(0, dtype=np.int64)
        return efficiency_with(self.field.m, nobody, nobody)

    @cached_property
    def steps(self) -> Floats:
        """How far the two of every open pair are from each other; infinite where there is no way."""
        return np.array(self.field.m.undirected.distances(), dtype=np.float64)[self.open]


Rule = Callable[[Case, np.random.Generator], tuple[Numbers, Numbers]]
"""What a rule makes of a case: the two of each introduction."""


def best(case: Case, score: Floats, random: np.random.Generator, *, cap: int = 2) -> tuple[Numbers, Numbers]:
    """The pairs with the highest score, equals by lot, nobody in more than `cap`."""
    a, b = case.open
    load = np.zeros(len(case.field.m.people), dtype=np.int64)
    taken: list[int] = []
    for at in np.lexsort((random.random(len(score)), -score)).tolist():
        if len(taken) == case.introductions:
            break
        if max(load[a[at]], load[b[at]]) < cap:
            load[[a[at], b[at]]] += 1
            taken.append(at)
    return a[taken], b[taken]


def chosen(case: Case, random: np.random.Generator, **how: float) -> tuple[Numbers, Numbers]:
    """What `introductions.choose` makes of it."""
    picked = introductions.choose(
        case.graph,
        case.people,
        NOBODY_AVOIDED,
        case.answered,
        standings=case.standings,
        seed=int(random.integers(2**31)),
        most=case.introductions,
        **how,
    )
    place = case.field.m.place
    a, b = (picked[one].map(place).to_numpy(dtype=np.int64) for one in ("member_a", "member_b"))
    return a, b


RULES: Mapping[str, Rule] = {
    "random, 2 each": lambda case, random: best(case, np.zeros(len(case.open[0])), random),
    "Adamic-Adar, no limit": lambda case, random: best(case, case.adamic_adar, random, cap=10**6),
    "Adamic-Adar, 2 each": lambda case, random: best(case, case.adamic_adar, random),
    "likeliest by themselves, 2 each": lambda case, random: best(case, case.likely, random),
    "furthest apart, 2 each": lambda case, random: best(case, case.steps, random),
    "Rapport, with 15 % by lot": lambda case, random: chosen(case, random, held_back=0.0),
    "Rapport": lambda case, random: chosen(case, random, by_lot=0.0, held_back=0.0),
}
"""'Rapport' is the choice alone: what it would be without the pairs drawn by lot, which every rule could draw."""


@dataclass(frozen=True, eq=False)
class Transition:
    """Who worked together in one wave, and who had begun to in the next."""

    name: str
    organization: str
    teams: Mapping[str, str]
    before: Collection[tuple[str, str]]
    later: Collection[tuple[str, str]]

    @cached_property
    def case(self) -> Case:
        graph = working(self.teams, self.before)
        return Case(graph, roster(self.teams), set(self.teams), len(self.teams) // 2)

    @cached_property
    def tied_later(self) -> Mask:
        """For every pair of people, whether they are tied in the next wave."""
        return np.asarray(matrices(working(self.teams, self.later)).tied.toarray() > 0)


def transitions(folder: Path = REAL) -> list[Transition]:
    """The twelve, with the ties of SCIENCE.md §8.

    Burkhardt and Brass's agency (weight from 3), Kapferer's tailor shop (both relations), Freeman's EIES ('friend' or
    more), InVS15 (two contacts of five minutes in a week), and e-mail in both directions, three messages or more, in
    halves and in quarters of 150 days. Nobody has a team but in InVS15.
    """
    agency, shop, eies, office, mail = (
        pd.read_csv(folder / name, dtype={"source": "str", "target": "str"})
        for name in (
            "burkhardt_brass_agency/edges.csv",
            "kapferer_tailorshop/edges.csv",
            "freeman_eies/edges.csv",
            "sociopatterns_invs15/edges.csv",
            "email_eu_temporal/directed_q1.csv",
        )
    )
    departments = pd.read_csv(folder / "sociopatterns_invs15" / "nodes.csv", dtype="str").set_index("id")["department"]
    asked = (
        pd.read_csv(folder / "freeman_eies" / "nodes.csv", dtype="str")["id"]
        .to_frame("source")
        .assign(target=lambda one: one["source"])
    )
    met = office.assign(wave=office["time"] // WEEK, five=office["time"] // 300)
    return [
        *_waves("agency", agency[agency["weight"] >= 3], agency),
        *(
            _waves("tailor shop", shop[shop["relation"] == one], shop, one)[0]
            for one in ("instrumental", "sociational")
        ),
        *_waves("EIES", eies[eies["weight"] >= 3], asked),
        *_waves("InVS15", _often(met.drop_duplicates([*TWO, "wave", "five"]), 2), met, teams=departments.to_dict()),
        *_mail(mail, 2, "halves"),
        *_mail(mail, 4, "quarters"),
    ]


def _mail(messages: pd.DataFrame, windows: int, name: str) -> list[Transition]:
    """E-mail in windows of equal length; the people of a transition are those with a tie in either window."""
    sent = messages[messages["source"] != messages["target"]]
    sent = _sorted(sent.assign(wave=sent["time"] * windows // (messages["time"].max() + 1), by=sent["source"]))
    both = sent.groupby([*TWO, "wave"])["by"].transform("nunique") == 2
    ties = _often(sent[both], 3)
    return [
        one
        for first in range(windows - 1)
        for part in [ties[ties["wave"].isin((first, first + 1))]]
        for one in _waves("e-mail", part, part, name)
    ]


def _often(contacts: pd.DataFrame, times: int) -> pd.DataFrame:
    """Pairs that had so many contacts in a wave, once each."""
    counts = _sorted(contacts).groupby([*TWO, "wave"]).size()
    return counts[counts >= times].reset_index()


def _sorted(contacts: pd.DataFrame) -> pd.DataFrame:
    """The two of each contact, whichever way round it was."""
    first, second = contacts["source"], contacts["target"]
    turned = first > second
    return contacts.assign(source=first.mask(turned, second), target=second.mask(turned, first))


def _waves(
    organization: str,
    ties: pd.DataFrame,
    everyone: pd.DataFrame,
    name: str = "",
    *,
    teams: Mapping[str, str] | None = None,
) -> list[Transition]:
    """From each wave to the next, among all who are ever named."""
    people = sorted({*everyone["source"], *everyone["target"]})
    of_wave = {wave: set(zip(part["source"], part["target"], strict=True)) for wave, part in ties.groupby("wave")}
    return [
        Transition(
            " ".join(filter(None, (organization, name, f"{first}-{second}"))),
            organization,
            {person: (teams or {}).get(person, "") for person in people},
            of_wave[first],
            of_wave[second],
        )
        for first, second in pairwise(sorted(of_wave))
    ]


@dataclass(frozen=True)
class Reached:
    """What became of the sets of one rule in one transition."""

    lift: float
    """Pairs that were tied later, as many times as among pairs drawn blindly."""
    least: float
    """Of the 15 % with the fewest ties, the share that is in a pair; equals at the edge count in part."""
    involved: float
    load: float
    """The most introductions of one person."""
    shared: float
    """Pairs with a shared contact."""
    gain: float
    """How much shorter the ways would be if all pairs became ties: the relative gain of mean 1/distance."""


def reached(one: Transition, rule: Rule, draws: int) -> Reached:
    """The mean over draws of what a rule makes of a transition."""
    random, case = np.random.default_rng(15), one.case
    return Reached(*np.mean([_reached(one, *rule(case, random)) for _ in range(draws)], axis=0).tolist())


def _reached(one: Transition, a: Numbers, b: Numbers) -> list[float]:
    m = one.case.field.m
    load = np.bincount(np.concatenate([a, b]), minlength=len(m.people))
    return [
        float(one.tied_later[a, b].mean() / one.tied_later[one.case.open].mean()),
        float(_least_connected(m) @ (load > 0)),
        float(np.mean(load > 0)),
        float(load.max()),
        float(np.mean((m.tied[a].multiply(m.tied[b])).sum(axis=1) > 0)),
        efficiency_with(m, a, b) / one.case.efficiency - 1,
    ]


def _least_connected(m: Matrices) -> Floats:
    """What each person counts among the 15 % with the fewest ties, 1 together."""
    degrees, counts = np.unique(m.degrees, return_counts=True)
    room = np.clip(LEAST_CONNECTED * len(m.people) - (np.cumsum(counts) - counts), 0, counts) / counts
    weights = room[np.searchsorted(degrees, m.degrees)]
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def efficiency_with(m: Matrices, a: Numbers, b: Numbers) -> float:
    """`network.efficiency` if some pairs were tied too."""
    more = m.undirected.copy()
    more.add_edges(np.column_stack([a, b]).tolist())
    steps = np.array(more.distances(), dtype=np.float64)
    return float(np.sum(1 / steps[steps > 0]) / (len(m.people) * (len(m.people) - 1)))


@dataclass(frozen=True)
class Results:
    """What every rule made of every transition."""

    found: Mapping[str, Mapping[str, Reached]]
    """By rule, then by transition."""
    organizations: Mapping[str, str]

    def mean(self, rule: str, what: str, *, mail: bool = True) -> float:
        """The mean over transitions, with e-mail or without: there one pair in 200 ties, and lifts are huge."""
        cells = self.found[rule]
        return float(
            np.mean([getattr(cells[name], what) for name in cells if mail or self.organizations[name] != "e-mail"])
        )


def measure(*, quick: bool = False) -> Results | None:
    """Put every rule before every transition; None where the data are not on this machine."""
    if not REAL.exists():
        return None
    asked = transitions()[3:6] if quick else transitions()
    draws = 2 if quick else DRAWS
    return Results(
        {name: {one.name: reached(one, rule, draws) for one in asked} for name, rule in RULES.items()},
        {one.name: one.organization for one in asked},
    )


def bounds(found: Results) -> list[Bound]:
    """What Rapport's sets must keep."""
    lifts = [found.mean("Rapport", "lift", mail=mail) for mail in (False, True)]
    least = [found.mean("Rapport", "least", mail=mail) for mail in (False, True)]
    load = max(one.load for one in found.found["Rapport"].values())
    return [
        Bound(
            "Later ties at least 4.5 times as often as by chance, without and with e-mail",
            " and ".join(f"{one:.2f}" for one in lifts),
            min(lifts) >= 4.5,
        ),
        Bound(
            "Nine in ten of the 15 % with the fewest ties are in a pair",
            " and ".join(f"{one:.0%}" for one in least),
            min(least) >= 0.9,
        ),
        Bound("Nobody is in more than two", f"{load:.0f}", load <= 2),
    ]


def report(found: Results) -> Iterable[str]:
    """Lay everything out as plain tables."""
    for title, mail in (("all transitions", True), ("without e-mail", False)):
        yield from table(
            f"SETS, {title}: mean of {sum(mail or one != 'e-mail' for one in found.organizations.values())}",
            ["lift", "least-connected 15 %", "people", "most each", "shared contact", "shorter ways"],
            {
                rule: [
                    f"{found.mean(rule, 'lift', mail=mail):.2f}x",
                    f"{found.mean(rule, 'least', mail=mail):.0%}",
                    f"{found.mean(rule, 'involved', mail=mail):.0%}",
                    f"{found.mean(rule, 'load', mail=mail):.1f}",
                    f"{found.mean(rule, 'shared', mail=mail):.0%}",
                    f"{found.mean(rule, 'gain', mail=mail):+.1%}",
                ]
                for rule in found.found
            },
        )
    yield from table(
        "SETS, each transition. Lift · least-connected 15 % in a pair",
        list(found.organizations),
        {rule: [f"{one.lift:.1f} {one.least:.0%}" for one in cells.values()] for rule, cells in found.found.items()},
    )
    yield from claimed(bounds(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold."""
    asked = argparse.ArgumentParser(description="Choose sets of introductions on real networks, and look a wave ahead.")
    asked.add_argument("--quick", action="store_true", help="three small transitions: shows that it runs")
    given = asked.parse_args(arguments)
    found = measure(quick=given.quick)
    if found is None:
        print(f"NO REAL DATA at {REAL}: nothing is measured.")
        return 0
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
