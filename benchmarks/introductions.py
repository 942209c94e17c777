# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""How well Rapport foresees ties, beside its rivals, on real networks that were looked at twice: make introductions.

    .venv/bin/python benchmarks/introductions.py            five organizations, some minutes
    .venv/bin/python benchmarks/introductions.py --quick    three of them with few resamples, to see that it runs

All pairs without a tie are ranked, none is left out or drawn. Nothing of Rapport is rebuilt here: 'Rapport' in a table
is the function that the close of a wave calls, and the measures are those of `rapport introductions evaluate`.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # `statistics` here would be ours

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analytics import evaluation, likely, pairs, rivals
from analytics.adjacency import Floats
from benchmarks import later_ties
from benchmarks.claims import Bound, claimed, table
from benchmarks.later_ties import DATA, ORGANIZATIONS, Transition

ASKED = "Rapport, with what else was asked"
TIES = "Rapport, ties only"
TEAM = "same team"
FEWEST_NEW = 5
"""New ties below which a transition beside the five says nothing."""
AUC, R_PRECISION, HIT = ("auc", "r_precision", "hit_at_3")
WANTED = {AUC: 0.80, R_PRECISION: 0.24, HIT: 0.60}
SAID = {AUC: "AUC", R_PRECISION: "R-precision", HIT: "hit@3"}
PUBLISHED = {
    rivals.REFERENCE: dict(zip(ORGANIZATIONS, (0.797, 0.767, 0.765, 0.675, 0.632), strict=True)),
    rivals.STACKED: dict(zip(ORGANIZATIONS, (0.814, 0.841, 0.867, 0.690, 0.668), strict=True)),
}
"""AUC in SCIENCE.md §6.3: whether the data were read as they were there."""


@dataclass(frozen=True)
class Trials:
    """How much is done."""

    organizations: Sequence[str]
    resamples: int
    hidings: int
    """Times that ties are hidden in each network that was looked at once."""


FULL = Trials(ORGANIZATIONS, resamples=200, hidings=10)
QUICK = Trials(("Burkhardt-Brass", "EIES", "Kapferer"), resamples=10, hidings=1)


@dataclass(frozen=True)
class Results:
    """Everything that was measured, one row for each method in each transition."""

    five: pd.DataFrame
    others: pd.DataFrame
    hidden: pd.DataFrame
    slopes: Mapping[str, Mapping[str, float]]
    """For each organization, by how much the log-odds of a tie rise with Rapport's score within a distance."""


def measure(trials: Trials, seed: int, data: Path = DATA) -> Results:
    """Rank the open pairs of every transition by every method."""
    given = list(later_ties.five(data, trials.organizations))
    ranked = [(one, rank(one, seed)) for one in given]
    beside = [one for one in later_ties.others(data, large=trials is FULL) if one.ties_only.later.sum() >= FEWEST_NEW]
    others = [(one, rank(one, seed)) for one in beside]
    return Results(
        pd.concat([judged(one, scores, trials.resamples, seed) for one, scores in ranked], ignore_index=True),
        pd.concat([judged(one, scores, trials.resamples, seed) for one, scores in others], ignore_index=True),
        pd.concat(list(hidden(data, trials.hidings)), ignore_index=True),
        {name: slopes(ranked, name) for name in (TIES, ASKED)},
    )


def rank(one: Transition, seed: int) -> dict[str, Floats]:
    """Every method's ranking of a transition's open pairs."""
    found = rivals.scores(one.ties_only.known, one.ties_only.pairs, seed=seed)
    found[TIES] = found.pop(rivals.OURS)
    everywhere = np.ones(len(one.ties_only.pairs), dtype=bool)
    found[ASKED] = likely.score(one.asked, one.ties_only.pairs, everywhere, seed=seed)
    del found[TEAM]  # no team takes part in 'ties only', and most of these have none
    return found


def judged(one: Transition, scores: Mapping[str, Floats], resamples: int, seed: int) -> pd.DataFrame:
    trial = one.ties_only
    compared = evaluation.compare(trial, scores, seed=seed, resamples=resamples)
    return compared.assign(
        organization=one.organization,
        name=one.name,
        people=len(trial.heard),
        pairs=len(trial.pairs),
        new=int(trial.later.sum()),
    )


def hidden(data: Path, hidings: int) -> Iterator[pd.DataFrame]:
    for network, ties in later_ties.at_once(data):
        for seed in range(hidings):
            trial = later_ties.hide(ties, seed)
            scores = rivals.scores(trial.known, trial.pairs, seed=seed)
            found = {name: evaluation.auc(score, trial.later) for name, score in scores.items() if name != TEAM}
            yield pd.DataFrame({"network": network, "method": list(found), "auc": list(found.values())})


def slopes(ranked: Sequence[tuple[Transition, Mapping[str, Floats]]], method: str) -> dict[str, float]:
    """What `likely.SLOPE` would be by each organization: a logistic regression with a base for each distance."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    found: dict[str, list[float]] = {}
    for one, scores in ranked:
        away = likely.distances(one.ties_only.known, one.ties_only.pairs)
        bases = [(away == steps).astype(float) for steps in pairs.NATURAL if (away == steps).any()]
        fitted = LogisticRegression(C=1e4, fit_intercept=False, max_iter=1_000)
        fitted.fit(np.column_stack([scores[method], *bases]), one.ties_only.later)
        found.setdefault(one.organization, []).append(float(fitted.coef_[0][0]))
    return {organization: float(np.mean(each)) for organization, each in found.items()}


def means(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Methods by organizations: the mean over an organization's transitions, and last the mean over organizations."""
    by = frame.pivot_table(what, "method", "organization", aggfunc="mean", sort=False)
    return by.assign(mean=by.mean(axis=1))


def bounds(found: Results) -> list[Bound]:
    """What Rapport claims, and whether the data were read rightly."""
    claims = []
    for method, tolerance in ((rivals.REFERENCE, 0.001), (rivals.STACKED, 0.035)):
        ours = means(found.five, AUC).loc[method].drop("mean")
        off = (ours - pd.Series(PUBLISHED[method])).dropna().abs()
        said = f"{off.max():.3f} off at most, at {off.idxmax()}"
        claims.append(Bound(f"{method}: the AUC of SCIENCE.md §6.3 within {tolerance}", said, off.max() <= tolerance))
    for what, wanted in WANTED.items():
        reached = means(found.five, what).loc[ASKED, "mean"]
        claim = f"{ASKED}: mean {SAID[what]} of {wanted:.2f} or more"
        claims.append(Bound(claim, f"{reached:.3f}", reached >= wanted))
    for method in (TIES, ASKED):
        own = found.five[found.five["method"] == method]
        worse = own.loc[own["beyond_high"] < 0, "organization"] + " " + own.loc[own["beyond_high"] < 0, "name"]
        claim = f"{method}: nowhere below {rivals.REFERENCE} by more than people differ"
        claims.append(Bound(claim, ", ".join(worse) or f"in none of {len(own)} transitions", worse.empty))
    return claims


def report(found: Results) -> Iterable[str]:
    """Lay everything out as plain tables."""
    for what, said in SAID.items():
        by = means(found.five, what)
        yield from table(
            f"LATER TIES, {said}: mean over each organization's transitions, all open pairs ranked",
            list(by.columns),
            {str(method): [f"{value:.3f}" for value in row] for method, row in by.iterrows()},
        )
    yield from _each("EVERY TRANSITION, AUC with 95 % over people, and how far it is beyond Adamic–Adar's", found.five)
    yield from _mean_beyond(found.five)
    yield from _lists(found.five)
    yield from _each("BESIDE THEM: no organizations, too few people to judge by, or rosters fixed before", found.others)
    once = found.hidden.pivot_table("auc", "method", "network", sort=False)
    once = once.assign(mean=once.mean(axis=1))
    yield from table(
        "HIDDEN TIES, AUC: recovers unreported ties, not future ones",
        list(once.columns),
        {str(method): [f"{value:.3f}" for value in row] for method, row in once.iterrows()},
    )
    yield from table(
        f"SLOPE of a tie's log-odds in the score, within a distance; Rapport takes {likely.SLOPE}",
        [*next(iter(found.slopes.values())), "mean"],
        {
            method: [f"{value:.2f}" for value in (*by.values(), float(np.mean(list(by.values()))))]
            for method, by in found.slopes.items()
        },
    )
    yield from table(
        "THE GOALS",
        [f"{SAID[what]} ≥ {wanted:.2f}" for what, wanted in WANTED.items()],
        {
            method: [_met(means(found.five, what).loc[method, "mean"], wanted) for what, wanted in WANTED.items()]
            for method in (rivals.STACKED, TIES, ASKED)
        },
    )
    yield from claimed(bounds(found))


def _met(reached: float, wanted: float) -> str:
    return f"{reached:.3f} {'met' if reached >= wanted else 'NOT MET'}"


def _each(title: str, frame: pd.DataFrame) -> Iterable[str]:
    rows = {}
    for (organization, name), one in frame.groupby(["organization", "name"], sort=False):
        by = one.set_index("method")
        first = one.iloc[0]
        rows[f"{organization} {name}"] = [
            *(str(first[column]) for column in ("people", "pairs", "new")),
            f"{by.loc[rivals.REFERENCE, 'auc']:.3f}",
            *(
                "{auc:.3f} [{low:.2f}, {high:.2f}] {beyond:+.3f} [{beyond_low:+.2f}, {beyond_high:+.2f}]".format(
                    **by.loc[method]
                )
                for method in (TIES, ASKED)
            ),
        ]
    yield from table(title, ["people", "open pairs", "new ties", rivals.REFERENCE, TIES, ASKED], rows)


def _mean_beyond(frame: pd.DataFrame) -> Iterable[str]:
    """Every organization counts once, however often it was looked at."""
    by = means(frame, "beyond").drop(columns="mean")
    rows = {}
    for method, row in by.iterrows():
        low, high = stats.t.interval(0.95, len(row) - 1, row.mean(), stats.sem(row)) if row.any() else (0.0, 0.0)
        rows[str(method)] = [f"{row.mean():+.3f}", f"{low:+.3f} to {high:+.3f}"]
    yield from table(
        f"BEYOND {rivals.REFERENCE.upper()}: AUC, mean over organizations",
        ["mean", "95 %, t, over organizations"],
        rows,
    )


def _lists(frame: pd.DataFrame) -> Iterable[str]:
    shown = ("average_precision", "precision_at_k", "least_connected", "max_load", "gini", "efficiency")
    by = pd.DataFrame({column: means(frame, column)["mean"] for column in shown})
    yield from table(
        "THE FIRST K PAIRS of each ranking, K half as many as people; mean over organizations",
        [column.replace("_", " ") for column in shown],
        {str(method): [f"{value:.3f}" for value in row] for method, row in by.iterrows()},
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold, 2 without the data."""
    asked = argparse.ArgumentParser(description="Compare how Rapport foresees ties with others, on real networks.")
    asked.add_argument("--quick", action="store_true", help="three organizations: shows that it runs, and little else")
    asked.add_argument("--seed", type=int, default=7, help="of the random numbers (7)")
    given = asked.parse_args(arguments)
    if not DATA.exists():
        print(f"NO REAL DATA at {DATA}: there is nothing to measure.")
        return 0 if given.quick else 2
    found = measure(QUICK if given.quick else FULL, given.seed)
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
