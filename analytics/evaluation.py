"""How well do rankings of pairs foresee ties? The protocol that every claim about introductions has to pass.

A trial is a network at one time and, for every pair that had no tie then, whether it has one a wave later. Only pairs
of people who were heard both times take part: a silent person's missing name is no sign that a tie did not come. Who
takes part is fixed before, so nobody is in or out because of what came later (SCIENCE.md §6.7).

That a tie came by itself says nothing about introductions that were made. The list figures (how many of the
least-connected people it reaches, how often it names the same few) say what acting on a ranking would do.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.adjacency import Floats, Graph, Mask, Numbers, matrices
from analytics.checks import require_columns
from analytics.likely import Known
from analytics.pairs import Pairs
from analytics.rivals import REFERENCE

MOST_PEOPLE = 1_000
"""People up to which every pair is looked at; of a larger organization, pairs among so many drawn at random."""
LEAST_CONNECTED = 0.15
FIRST = 3
"""How far down their own list a person is expected to look."""
RESAMPLES = 200
NAN = float("nan")


@dataclass(frozen=True, eq=False)
class Trial:
    """A network, its open pairs, and which of them were tied later."""

    known: Known
    teams: Numbers
    """The team of everybody, or one number for all where teams are not known."""
    heard: Numbers
    """Those whose pairs are looked at."""
    pairs: Pairs
    later: Mask


@dataclass(frozen=True)
class Measures:
    """How well one ranking, or one list, did."""

    auc: float = NAN
    """Chance that a pair with a new tie stands above a pair without."""
    low: float = NAN
    high: float = NAN
    beyond: float = NAN
    """`auc` less that of Adamic–Adar, on the same pairs."""
    beyond_low: float = NAN
    beyond_high: float = NAN
    average_precision: float = NAN
    r_precision: float = NAN
    """Share of new ties among as many first pairs as there are new ties."""
    hit_at_3: float = NAN
    """Share of people with a new tie who find one among the first three of their own pairs."""
    precision_at_k: float = NAN
    """Share of new ties in the list: the first K pairs, K being half as many as people."""
    least_connected: float = NAN
    """Share of the 15 % with fewest ties who are in the list."""
    cross_team: float = NAN
    max_load: float = NAN
    """How often the list names the person it names most."""
    gini: float = NAN
    """How unevenly the list names people: 0 all alike, near 1 always the same."""
    efficiency: float = NAN
    """By what part ways would get shorter if the whole list came true: 0.03 is three in a hundred."""


COLUMNS = tuple(field.name for field in fields(Measures))


def trial(
    before: Graph,
    after: Graph,
    facts: pd.DataFrame,
    heard: Collection[str],
    heard_after: Collection[str],
    *,
    seed: int,
) -> Trial:
    """Two network waves as a trial: open pairs of the people heard in both, and which are tied in the second.

    `facts` has member_id, location and role of everybody, as far as known; teams are those of the first wave. Of more
    than 1,000 people heard in both, so many are drawn; what is known of them is read off the whole network even so.
    """
    require_columns(facts, "member_id", "location", "role", what="facts")
    m, later = matrices(before), matrices(after)
    both = np.flatnonzero(m.mask(heard) & m.mask(heard_after) & m.mask(later.people))
    if len(both) > MOST_PEOPLE:
        both = np.sort(np.random.default_rng([seed, 6]).choice(both, MOST_PEOPLE, replace=False))
    of_each = facts.drop_duplicates("member_id").set_index("member_id").reindex(m.people)
    numbers = (
        pd.factorize(of_each[column].replace("", None), sort=True)[0].astype(np.int64)
        for column in ("location", "role")
    )
    known = Known(m.tied, sparse.csr_array(m.named + m.named.T), (m.team_of, *numbers))
    place = np.array([later.place.get(person, -1) for person in m.people], dtype=np.int64)
    made = open_trial(known, m.team_of, both, np.zeros((0, 2), dtype=np.int64))
    return replace(made, later=later.tied[place[made.pairs.a], place[made.pairs.b]] > 0)


def open_trial(known: Known, teams: Numbers, heard: Numbers, new: Numbers) -> Trial:
    """A trial over every open pair of `heard`; `new` are the pairs of people's numbers that were tied later."""
    first, second = np.triu_indices(len(heard), k=1)
    one, other = heard[first], heard[second]
    pairs = Pairs(np.minimum(one, other), np.maximum(one, other))
    pairs = pairs.only(known.tied[pairs.a, pairs.b] == 0)
    keys = np.minimum(new[:, 0], new[:, 1]) * known.people + np.maximum(new[:, 0], new[:, 1])
    return Trial(known, teams, heard, pairs, np.isin(pairs.keys(known.people), keys))


def compare(given: Trial, scores: Mapping[str, Floats], *, seed: int, resamples: int = RESAMPLES) -> pd.DataFrame:
    """How do rankings of the same pairs compare? One row for each, with `COLUMNS`.

    Intervals hold 95 % over resamples of people: a person drawn twice counts twice in all of their pairs, and a pair by
    the product of its two. All rankings are judged on the same draws, so that the difference to Adamic–Adar is a paired
    one.

    Undefined: without a new tie, or without a pair that stayed open, there is nothing to foresee; only what a list
    would do is said then.

    Source: Snijders & Borgatti 1999, Connections 22:61 for the bootstrap over people.
    """
    order = np.random.default_rng([seed, 7]).permutation(len(given.pairs))  # who goes first where two stand alike
    measured = {name: ranking(given, score, order) for name, score in scores.items()}
    if given.later.any() and not given.later.all():
        drawn = resampled(given, scores, seed=seed, resamples=resamples)
        measured = {name: _with_intervals(one, measured, drawn, name) for name, one in measured.items()}
    frame = pd.DataFrame([asdict(one) for one in measured.values()], index=pd.Index(measured, name="method"))
    return frame.astype("float64").reset_index()


def ranking(given: Trial, score: Floats, order: Numbers) -> Measures:
    """How well one ranking did, without intervals. `order` says which of two pairs that stand alike goes first."""
    best = order[np.argsort(-score[order], kind="stable")]
    one = listed(given, best[: len(given.heard) // 2])
    new = int(given.later.sum())
    if not new or new == len(given.later):
        return one
    return replace(
        one,
        auc=auc(score, given.later),
        average_precision=average_precision(score, given.later),
        r_precision=float(given.later[best[:new]].mean()),
        hit_at_3=_hit(given, best),
    )


def listed(given: Trial, chosen: Numbers) -> Measures:
    """What a list of pairs, by their places in the trial, would do and how much of it came true by itself."""
    if not len(chosen):
        return Measures()
    a, b = given.pairs.a[chosen], given.pairs.b[chosen]
    load = np.bincount(np.concatenate([a, b]), minlength=given.known.people)[given.heard]
    degree = np.diff(given.known.tied.indptr)[given.heard]
    least = degree <= np.quantile(degree, LEAST_CONNECTED, method="inverted_cdf")
    return Measures(
        precision_at_k=float(given.later[chosen].mean()),
        least_connected=float((load[least] > 0).mean()),
        cross_team=float((given.teams[a] != given.teams[b]).mean()),
        max_load=float(load.max()),
        gini=gini(load),
        efficiency=_shorter(given, a, b),
    )


def auc(score: Floats, later: Mask, weight: Floats | None = None) -> float:
    """Chance that a pair with a new tie stands above one without; half where the two stand alike.

    >>> auc(np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False]))
    0.875
    """
    _, place = np.unique(score, return_inverse=True)
    return _auc(place, later, np.ones(len(score)) if weight is None else weight)


def average_precision(score: Floats, later: Mask) -> float:
    """The share of new ties among all pairs that stand at least as high, on average over the new ties.

    >>> average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True]))
    0.8333333333333333
    """
    _, place = np.unique(-score, return_inverse=True)
    new, all_pairs = np.bincount(place, weights=later), np.bincount(place)
    return float((new * np.cumsum(new) / np.cumsum(all_pairs)).sum() / new.sum())


def gini(load: Numbers) -> float:
    """How unevenly something is spread: 0 all alike, near 1 where one has it all. NaN where nobody has any.

    >>> gini(np.array([0, 0, 0, 4]))
    0.75
    """
    ordered = np.sort(load).astype(np.float64)
    if not ordered.sum():
        return NAN
    rank = np.arange(1, len(ordered) + 1)
    return float(2 * (rank * ordered).sum() / (len(ordered) * ordered.sum()) - (len(ordered) + 1) / len(ordered))


def resampled(given: Trial, scores: Mapping[str, Floats], *, seed: int, resamples: int) -> dict[str, Floats]:
    """The AUC of each ranking in each resample of people, the same resamples for all."""
    random = np.random.default_rng([seed, 8])
    places = {name: np.unique(score, return_inverse=True)[1] for name, score in scores.items()}
    found: dict[str, list[float]] = {name: [] for name in scores}
    for _ in range(resamples):
        counts = np.bincount(random.choice(given.heard, len(given.heard)), minlength=given.known.people)
        weight = (counts[given.pairs.a] * counts[given.pairs.b]).astype(np.float64)
        if (weight * given.later).any() and (weight * ~given.later).any():
            for name, place in places.items():
                found[name].append(_auc(place, given.later, weight))
    return {name: np.array(values) if values else np.array([NAN]) for name, values in found.items()}


def _with_intervals(
    one: Measures, measured: Mapping[str, Measures], drawn: Mapping[str, Floats], name: str
) -> Measures:
    low, high = np.quantile(drawn[name], (0.025, 0.975))
    if REFERENCE not in drawn:
        return replace(one, low=low, high=high)
    beyond_low, beyond_high = np.quantile(drawn[name] - drawn[REFERENCE], (0.025, 0.975))
    beyond = one.auc - measured[REFERENCE].auc
    return replace(one, low=low, high=high, beyond=beyond, beyond_low=beyond_low, beyond_high=beyond_high)


def _auc(place: Numbers, later: Mask, weight: Floats) -> float:
    new = np.bincount(place, weights=weight * later)
    still_open = np.bincount(place, weights=weight * ~later)
    return float((new * (np.cumsum(still_open) - still_open / 2)).sum() / (new.sum() * still_open.sum()))


def _hit(given: Trial, best: Numbers) -> float:
    """Share of people with a new tie who find one among the first three of their own pairs."""
    person = np.concatenate([given.pairs.a[best], given.pairs.b[best]])
    turn = np.concatenate([np.arange(len(best)), np.arange(len(best))])
    new = np.concatenate([given.later[best], given.later[best]])
    order = np.lexsort((turn, person))
    person, new = person[order], new[order]
    people, start, own = np.unique(person, return_index=True, return_inverse=True)
    early = np.arange(len(person)) - start[own] < FIRST
    with_one = np.bincount(own, weights=new, minlength=len(people)) > 0
    found = np.bincount(own, weights=new & early, minlength=len(people)) > 0
    return float(found[with_one].mean())


def _shorter(given: Trial, a: Numbers, b: Numbers) -> float:
    """By what part the efficiency of the network grows when some pairs are tied."""
    extra = sparse.csr_array((np.ones(len(a)), (a, b)), shape=given.known.tied.shape)
    before, after = (_efficiency(tied, given.heard) for tied in (given.known.tied, given.known.tied + extra + extra.T))
    return after / before - 1 if before else NAN


def _efficiency(tied: sparse.csr_array, sources: Numbers) -> float:
    """The mean of 1/distance from some people to everybody, 0 where there is no way."""
    import igraph  # noqa: PLC0415  it loads its drawing back ends, Plotly among them

    upper = sparse.coo_array(sparse.triu(tied, k=1))
    graph = igraph.Graph(n=tied.shape[0], edges=np.column_stack([upper.row, upper.col]))
    steps = np.array(graph.distances(source=sources.tolist()), dtype=np.float64)
    return float((1 / steps[steps > 0]).sum()) / (len(sources) * (tied.shape[0] - 1))
