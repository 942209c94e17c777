# ruff: noqa: E402  this folder leaves the path before anything is imported, as in `statistics.py`
"""Who has few ties, while some are silent? Three ways to say how likely a silent colleague would have named somebody.

    .venv/bin/python benchmarks/silence.py            on real networks, some two minutes
    .venv/bin/python benchmarks/silence.py --quick    the same with few draws, to see that it runs

Everybody in these networks answered. Some are made silent: the names they gave are taken away. Of whoever is then seen
with few ties or none it is said so where the chance is at most .20, and that is true where the same is said once the
silent are heard. In every other draw somebody who answers is made an isolate, as a newcomer may be.

At 10, 20 and 30 % silence, 40 draws of each network and of each kind, seed 7, on twelve networks and on nine others:

                            true claims             share false        of those of whom it is so
    rate between two teams  1,772 · 236 · 62        3 · 7 · 7 %        37 · 6 · 2 %
                            1,378 · 155 · 51        3 · 2 · 0 %        27 · 3 · 1 %
    leave one out           3,399 · 1,066 · 321     4 · 8 · 13 %       72 · 26 · 9 %
                            3,361 · 739 · 153       8 · 11 · 13 %      66 · 17 · 4 %
    Rapport                 4,669 · 3,567 · 2,239   4 · 7 · 11 %       99 · 88 · 63 %
                            4,967 · 3,578 · 2,135   9 · 14 · 15 %      98 · 80 · 56 %

The chance that Rapport prints beside a claim is on average 2 to 4 points above how often it was so on the twelve, and
within 2 points of it on the nine. The limit is .20 because at .25 a fifth of the claims on the nine were false.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse

from analytics import network
from analytics.adjacency import Floats, Mask, Matrices, matrices
from analytics.silence import unheard
from benchmarks.claims import Bound, claimed, table

REAL = ROOT.parent / "shared" / "data"
SILENT = (0.1, 0.2, 0.3)
FULL, QUICK = 40, 3
"""Draws of each network, at each share of the silent, with somebody isolated and without."""
EDGES = (0.0, 0.05, 0.15, 0.25, 0.5, 1.01)
"""Between which chances are gathered, to see how often what they foretell is so."""


@dataclass(frozen=True)
class Network:
    """Where a real network is, and what is a tie and a team in it."""

    folder: str
    relation: str | None
    team: str | None = None
    wave: int | None = None
    least: int = 0
    """The weight from which it is a tie."""

    def read(self) -> Matrices:
        """Read it. Of a network in which some did not answer, those who did."""
        edges, nodes = (pd.read_csv(REAL / self.folder / f"{name}.csv") for name in ("edges", "nodes"))
        for column, value in (("relation", self.relation), ("wave", self.wave)):
            if value is not None:
                edges = edges[edges[column] == value]
        if self.least:
            edges = edges[edges["weight"] >= self.least]
        if self.folder == "sociopatterns_highschool13":
            nodes = nodes[nodes["id"].isin(edges["source"])]
        teams = nodes[self.team].astype(str) if self.team else "all"
        members = pd.DataFrame({"member_id": nodes["id"].astype(str), "team_id": teams})
        ties = edges[["source", "target"]].astype(str).assign(kind="work", strength=1.0)
        return matrices(network.graph(members, ties))


NETWORKS: Mapping[str, Network] = {
    "Krackhardt, advice": Network("krackhardt_hightech", "advice", "dept"),
    "Krackhardt, friends": Network("krackhardt_hightech", "friendship", "dept"),
    "Lazega, advice": Network("lazega_lawfirm", "advice", "practice"),
    "Lazega, friends": Network("lazega_lawfirm", "friendship", "office"),
    "Lazega, cowork": Network("lazega_lawfirm", "cowork", "practice"),
    "Cross & Parker, often": Network("cross_parker_consulting", "advice_freq", "region", least=4),
    "Cross & Parker, valued": Network("cross_parker_consulting", "expertise_valued", "region", least=5),
    "UK faculty": Network("uk_faculty", None, "school"),
    "UK faculty, close": Network("uk_faculty", None, "school", least=5),
    "Pupils, by class": Network("sociopatterns_highschool13", "friendship", "class"),
    "Coleman, autumn": Network("coleman_highschool", None, wave=1),
    "Glasgow, third year": Network("glasgow_s50", None, wave=3),
}
"""The method was chosen on these."""
OTHERS: Mapping[str, Network] = {
    "E-mail": Network("email_eu_core", None, "department"),
    "Tailor shop, before": Network("kapferer_tailorshop", "instrumental", wave=1),
    "Tailor shop, after": Network("kapferer_tailorshop", "instrumental", wave=2),
    "Glasgow, first year": Network("glasgow_s50", None, wave=1),
    "Glasgow, second year": Network("glasgow_s50", None, wave=2),
    "Coleman, spring": Network("coleman_highschool", None, wave=2),
    "Monastery": Network("sampson_monastery", "like", wave=1),
    "Trust in a training": Network("pane_training_trust", None),
    "Pupils' diaries": Network("sociopatterns_highschool13", "diary", "class"),
}
"""These had no part in that; of them came the limit from which a claim is made."""
MANY = 200
"""People from which a network is drawn a fifth as often: it takes long, and should not outweigh the others."""

# ----------------------------------------------------------------------------------------------------------- the rivals


def between_teams(m: Matrices, has_answered: Mask) -> Floats:
    """The rate at which the silent one's team names the member's team (SCIENCE.md §3.2), each by itself."""
    team = m.membership.toarray()
    answering = team[has_answered].sum(axis=0)
    names = team[has_answered].T @ (m.named[has_answered] @ team)
    possible = np.outer(answering, m.sizes) - np.diag(answering)
    own = np.eye(len(m.teams), dtype=bool)
    usual = np.where(own, *((names[those].sum() + 0.5) / (possible[those].sum() + 1) for those in (own, ~own)))
    log = np.log1p(-(names + 0.5) / (possible + 0.5 / usual))
    silent = np.tile(m.sizes - answering, (len(m.people), 1))
    silent[np.arange(len(m.people)), m.team_of] -= ~has_answered
    return np.asarray(-np.expm1((silent * log[:, m.team_of].T).sum(axis=1)), dtype=np.float64)


def leave_one_out(m: Matrices, has_answered: Mask) -> Floats:
    """How often one of those who answered names somebody whom no other of them names."""
    by = np.asarray(m.named[has_answered].sum(axis=0))[has_answered]
    once, never = (by == 1).sum(), (by == 0).sum() * (has_answered.sum() - 1)
    return np.asarray(1 - (1 - (once + 0.5) / (once + never + 1)) ** (~has_answered).sum() * np.ones(len(m.people)))


Way = Callable[[Matrices, Mask], Floats]

WAYS: Mapping[str, Way] = {
    "rate between two teams": between_teams,
    "leave one out": leave_one_out,
    "Rapport": unheard,
}

# ------------------------------------------------------------------------------------------------------------ the draws


@dataclass(frozen=True)
class Seen:
    """Everybody who answered and was seen with few ties: a value for each, of all draws."""

    chance: Floats
    named: Mask
    """Somebody silent, whom they did not name, named them."""
    true: Mask
    """The same would be said of them if the silent were heard."""

    @property
    def claimed(self) -> Mask:
        """Of whom it is said."""
        return np.asarray(self.chance <= network.MOST_UNHEARD)

    @property
    def false(self) -> float:
        """Which share of what is said is not so."""
        return float(1 - self.true[self.claimed].mean()) if self.claimed.any() else 0.0

    @property
    def found(self) -> float:
        """Of how many it is said of whom it is so."""
        return float(self.claimed[self.true].mean())

    def foretold(self) -> Iterator[str]:
        """What chances foretell on average, how often it was so, and of how many."""
        for low, high in pairwise(EDGES):
            those = (self.chance >= low) & (self.chance < high)
            both = f"{self.chance[those].mean():.2f} {self.named[those].mean():.2f}" if those.any() else "–"
            yield f"{both} ({those.sum():,})"

    @property
    def off(self) -> float:
        """How far chances of a claim are from how often it was so, on average."""
        return abs(float(self.chance[self.claimed].mean() - self.named[self.claimed].mean()))


Found = Mapping[float, Mapping[str, Seen]]
"""For each share of the silent, what each way says."""


def measure(networks: Iterable[Network], draws: int, seed: int) -> Found:
    """Draw the silent of every network, and put the same draws before every way."""
    rng = np.random.default_rng(seed)
    whole_ones = [each.read() for each in networks]
    found = {}
    for share in SILENT:
        of_ways: dict[str, list[np.ndarray]] = {name: [] for name in WAYS}
        for whole in whole_ones:
            for draw in range(2 * (draws if len(whole.people) < MANY else max(draws // 5, 1))):
                for name, rows in _drawn(rng, whole, share, isolate=bool(draw % 2)):
                    of_ways[name].append(rows)
        found[share] = {
            name: Seen(rows[0], rows[1].astype(bool), rows[2].astype(bool))
            for name, rows in ((name, np.concatenate(parts, axis=1)) for name, parts in of_ways.items())
        }
    return found


def _drawn(
    rng: np.random.Generator, whole: Matrices, share: float, *, isolate: bool
) -> Iterator[tuple[str, np.ndarray]]:
    has_answered = rng.random(len(whole.people)) >= share
    if not has_answered.any():
        return
    kept = np.ones(len(whole.people))
    if isolate:
        kept[rng.choice(np.flatnonzero(has_answered))] = 0
    named = whole.named.multiply(np.outer(kept, kept)).tocsr()
    heard = sparse.csr_array(named.multiply(has_answered[:, None]))
    real, m = (_matrices(whole, sparse.csr_array(each)) for each in (named, heard))
    truth, sure = _said(real, np.ones_like(has_answered)), _said(m, has_answered)
    those = has_answered & np.isin(sure, network.LITTLE)
    unasked = np.asarray((named - heard - (named - heard).multiply(m.named.T)).sum(axis=0)) > 0
    for name, way in WAYS.items():
        yield name, np.array([way(m, has_answered)[those], unasked[those], (sure == truth)[those]])


def _matrices(like: Matrices, named: sparse.csr_array) -> Matrices:
    named.eliminate_zeros()
    return Matrices(like.people, like.teams, like.team_of, named, sparse.csr_array(named.maximum(named.T)))


def _said(m: Matrices, has_answered: Mask) -> np.ndarray:
    """The standings, as if no chance stood in their way."""
    return network._words(m, has_answered, np.zeros(len(m.people)))  # noqa: SLF001  what the close calls


# --------------------------------------------------------------------------------------------------------- what is said


def bounds(found: Found, others: Found) -> list[Bound]:
    """What must hold of Rapport's claims."""
    ours, elsewhere = ([ways["Rapport"] for ways in each.values()] for each in (found, others))
    theirs = [ways["rate between two teams"] for ways in found.values()]
    false, off = ([getattr(one, what) for one in ours + elsewhere] for what in ("false", "off"))
    more = [one.found / other.found for one, other in zip(ours, theirs, strict=True)]
    return [
        Bound(
            "At most 15 % of the claims are false, 17 % where the method was not chosen",
            _percents(false),
            max(false[: len(ours)]) <= 0.15 and max(false) <= 0.17,
        ),
        Bound("The chance beside a claim is right to 5 points on average", _percents(off), max(off) <= 0.05),
        Bound(
            "They can be made of half as many again as with the rate between two teams",
            " · ".join(f"{each:.1f} times" for each in more),
            min(more) >= 1.5,
        ),
    ]


def _percents(values: Sequence[float]) -> str:
    return " · ".join(f"{value:.1%}" for value in values)


def report(found: Found, others: Found) -> Iterator[str]:
    """Lay everything out as plain tables."""
    for where, each in (("", found), (", nine other networks", others)):
        yield from table(
            f"CLAIMS that somebody has few ties{where}. True · false · share false · of those of whom it is so",
            [f"{share:.0%} silent" for share in each],
            {name: [_claims(ways[name]) for ways in each.values()] for name in WAYS},
        )
        for share, ways in each.items():
            yield from table(
                f"CHANCES, {share:.0%} silent{where}. Foretold on average, and how often somebody silent did name them",
                ["below .05", "to .15", "to .25", "to .5", "above"],
                {name: list(ways[name].foretold()) for name in WAYS},
            )
    yield from claimed(bounds(found, others))


def _claims(one: Seen) -> str:
    true = int((one.claimed & one.true).sum())
    return f"{true:,} {int(one.claimed.sum()) - true:,} {one.false:.0%} {one.found:.0%}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold."""
    asked = argparse.ArgumentParser(description="Compare ways to say who has few ties while some are silent.")
    asked.add_argument("--quick", action="store_true", help="few draws: shows that it runs, and little else")
    asked.add_argument("--seed", type=int, default=7, help="of the random numbers (7)")
    given = asked.parse_args(arguments)
    if not REAL.exists():
        print(f"NO REAL NETWORKS at {REAL}: nothing can be compared.")
        return 0
    both = [measure(each.values(), QUICK if given.quick else FULL, given.seed) for each in (NETWORKS, OTHERS)]
    print("\n".join(report(*both)))
    return 0 if given.quick or all(one.holds for one in bounds(*both)) else 1


if __name__ == "__main__":
    sys.exit(main())
