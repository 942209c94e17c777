"""The network of who works with whom: one graph, and measures that take it and return frames.

What a reader meets first is `graph`. Everything else here answers one question each: where a member stands
(`standings`), how often naming is returned (`reciprocity`), how short the ways are (`efficiency`), which teams share
fewer ties than is usual (`between_teams`), which turn inward (`silos`), and where the map draws everyone (`layout`,
`outline`). A silent member whom nobody named gets no claim: silence is not isolation.
"""

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import networkx as nx
import numpy as np
import pandas as pd

from analytics.adjacency import Floats, Graph, Mask, Matrices, Numbers, keep, matrices
from analytics.chance import between_teams, silos
from analytics.checks import require_columns
from analytics.layout import layout, outline
from analytics.silence import unheard

__all__ = ["between_teams", "efficiency", "graph", "layout", "outline", "reciprocity", "silos", "standings"]

TIES = ("work", "help")
"""What makes a tie."""
BESIDE_TIES: Mapping[str, str] = {"wishes": "meet", "energy": "energy", "reach": "reach"}
"""What else is said of somebody: the name under which a graph holds it, and the kind."""
LITTLE = ("few_ties", "isolated")
"""The standings that describe a person with hardly any tie."""
MOST_UNHEARD = 0.2
"""Above this chance that a silent colleague would have named someone, nothing is claimed about their lack of ties."""
EXACT_UP_TO = 2_000
"""People up to which every shortest path is counted for betweenness; beyond it, those from `PIVOTS` of them."""
PIVOTS = 1_000
WALKED = 30_000_000
"""Ties that are walked along for it at most, so that the time stays the same: from `PIVOTS` people in a network of
30,000 ties, from 55 in one of 540,000, where the figures are rougher."""
CHUNK = 500
"""Rows or columns handled at a time, so that a large organization fits into memory."""


def graph(members: pd.DataFrame, ties: pd.DataFrame) -> Graph:
    """Who works with whom, as everything else here reads it.

    `members` has the columns member_id and team_id: all of them become nodes, also those nobody named. `ties` has
    source, target, kind and strength; 'work' and 'help' become arcs (one per direction, with their `kinds` and the
    largest `strength`). What else is said of somebody is no tie, and stands apart as pairs (source, target):
    `graph.graph["wishes"]` whom one would like to meet, `graph.graph["energy"]` who leaves one with more energy,
    `graph.graph["reach"]` whose input is hard to get. 'open', with whom one can talk, is for nobody and left out.
    A tie with somebody who is not among the members, or with oneself, is left out. The order of rows does not matter.

    >>> members = pd.DataFrame({"member_id": ["a", "b", "c"], "team_id": ["x", "x", "y"]})
    >>> ties = pd.DataFrame({"source": ["a", "c"], "target": ["b", "a"], "kind": ["work", "meet"], "strength": [1, 1]})
    >>> small = graph(members, ties)
    >>> list(small.edges), sorted(small.graph["wishes"])
    ([('a', 'b')], [('c', 'a')])
    """
    require_columns(members, "member_id", "team_id", what="members")
    require_columns(ties, "source", "target", "kind", "strength", what="ties")
    twice = members["member_id"][members["member_id"].duplicated()]
    if len(twice):
        raise ValueError(f"The members frame names {twice.iloc[0]!r} more than once; expected one row per member.")
    made: Graph = nx.DiGraph()
    people = sorted(zip(members["member_id"].astype("str"), members["team_id"].astype("str"), strict=True))
    made.add_nodes_from((member_id, {"team": team_id}) for member_id, team_id in people)
    names = list(made)
    source, target = (pd.Index(names, dtype="str").get_indexer(pd.Index(ties[end])) for end in ("source", "target"))
    known = (source >= 0) & (target >= 0) & (source != target)
    for name, kind in BESIDE_TIES.items():
        said = known & (ties["kind"] == kind).to_numpy(dtype=bool)
        made.graph[name] = frozenset(_named(names, source[said], target[said]))
    tied = known & ties["kind"].isin(TIES).to_numpy(dtype=bool)
    stated = ties[tied]
    arcs = _arcs(names, source[tied], target[tied], stated["kind"], stated["strength"])
    with _no_garbage():
        made.add_edges_from(arcs)
    keep(made, *np.divmod(np.unique(source[tied] * len(names) + target[tied]), max(len(names), 1)))
    return made


def standings(graph: Graph, answered: Collection[str], earlier: Mapping[str, str]) -> pd.DataFrame:
    """Where does each member stand, as far as silence allows to say?

    A tie is there if either of two people named the other. Few ties are one at most, or none to people who have two
    ties themselves. They are spoken of only where somebody answered, and where it is unlikely that a colleague who did
    not answer would have named them: silence is not isolation. A silent contact may have any number of ties.

    One row per member, sorted. `answered` are the members who answered, `earlier` their standings in the network wave
    before.

    - few or no ties, answered, `unheard` at most .2: `isolated` without any tie, else `few_ties` (one tie, or outside
      the 2-core, where everybody has two ties to others who have two, or who are silent);
    - few or no ties, answered, `unheard` above .2: `not_observed`, no claim: those who might name them are silent;
    - answered otherwise: `connected`;
    - silent but named: `seen_by_others`; silent and unnamed: `not_observed`, no claim.

    `persistent`: the same of few_ties or isolated as in the wave before. `betweenness` counts shortest paths that run
    through a member (Freeman 1977, undirected, not scaled); `burt_constraint` is high where someone's contacts all know
    one another (Burt 1992), NaN without any tie.

    Formula: the chance that a silent colleague would have named a member who did not name them is
    1 − ((1 + e) / (1 + e + s))^(1 + k), where k of those who answered did, and e of them, and s of the silent, would
    have done so at the rates at which people are named inside a team and between two; at most .2 for a claim. With a
    tenth silent 4 to 9 % of the claims are false on real networks, with three tenths 11 to 15 %
    (`benchmarks/silence.py`).

    Undefined: no claim about members who neither answered nor were named, nor above that chance.

    Source: Seidman 1983, Social Networks 5:269 for the 2-core; Kossinets 2006, Social Networks 28:247 and Smith & Moody
    2013, Social Networks 35:652 for what silence does to networks.

    Everybody in a ring of four answered; nobody has fewer than two ties.

    >>> ring = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")])
    >>> set(standings(ring, ["a", "b", "c", "d"], {}).standing)
    {'connected'}
    """
    m = matrices(graph)
    has_answered = m.mask(answered)
    chance = unheard(m, has_answered)
    words = _words(m, has_answered, chance)
    before = pd.Series(m.people, dtype="str").map(dict(earlier)).to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "member_id": pd.array(m.people, dtype="str"),
            "standing": pd.array(words, dtype="str"),
            "persistent": np.isin(words, LITTLE) & (words == before),
            "unheard": chance,
            "in_ties": np.diff(m.named.tocsc().indptr).astype(np.int64),
            "out_ties": np.diff(m.named.indptr).astype(np.int64),
            "betweenness": _betweenness(m),
            "burt_constraint": np.array(m.undirected.constraint(), dtype=np.float64),
        }
    )


def reciprocity(graph: Graph) -> float:
    """How often naming is returned: the share of arcs whose opposite is there too. NaN without arcs.

    Below 1 is normal where help is asked for: Krackhardt's managers return .4737 of their advice ties.

    >>> reciprocity(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))
    0.6666666666666666
    """
    m = matrices(graph)
    return float(m.mutual.sum() / m.named.sum()) if m.named.nnz else float("nan")


def efficiency(graph: Graph) -> float:
    """How short the ways are between any two members: the mean of 1/distance, 0 where there is no way.

    Defined for a network in pieces, unlike mean path length (Latora & Marchiori 2001). NaN with fewer than two members.
    Zachary's karate club: .49201.
    """
    m = matrices(graph)
    people = len(m.people)
    if people < 2:
        return float("nan")
    undirected = m.undirected
    total = 0.0
    for start in range(0, people, CHUNK):
        steps = np.array(undirected.distances(source=range(start, min(start + CHUNK, people))), dtype=np.float64)
        total += float(np.sum(1 / steps[steps > 0]))
    return total / (people * (people - 1))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Not to look for what can be thrown away: a million new objects that are all kept take half the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _named(names: list[str], source: Numbers, target: Numbers) -> Iterator[tuple[str, str]]:
    return ((names[one], names[other]) for one, other in zip(source.tolist(), target.tolist(), strict=True))


def _arcs(
    names: list[str], source: Numbers, target: Numbers, kind: pd.Series, strength: pd.Series
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Each two that a tie leads from and to, once and sorted, with all its kinds and the largest strength.

    The kinds are one bit each while arrays are handled, so that half a million ties take seconds.
    """
    if not len(source):
        return
    order = np.lexsort((target, source))
    source, target = source[order], target[order]
    first = np.flatnonzero(np.diff(source * len(names) + target, prepend=-1))
    numbers, kinds = pd.factorize(kind.to_numpy()[order], sort=True)
    of_arc = np.bitwise_or.reduceat(1 << numbers.astype(np.int64), first)
    strongest = np.maximum.reduceat(strength.to_numpy(dtype=np.float64)[order], first)
    sets = {
        bits: frozenset(one for number, one in enumerate(kinds) if bits >> number & 1)
        for bits in np.unique(of_arc).tolist()
    }
    arcs = _named(names, source[first], target[first])
    for (one, other), bits, most in zip(arcs, of_arc.tolist(), strongest.tolist(), strict=True):
        yield one, other, {"kinds": sets[bits], "strength": most}


def _words(m: Matrices, has_answered: Mask, chance: Floats) -> np.ndarray:
    """The standing of each person, the first that applies."""
    degrees = m.degrees
    few = (degrees <= 1) | ~_in_core(m, ~has_answered)
    sure = chance <= MOST_UNHEARD
    words = np.select(
        [
            ~has_answered & (degrees == 0),
            ~has_answered,
            ~few,
            ~sure,
            degrees == 0,
        ],
        ["not_observed", "seen_by_others", "connected", "not_observed", "isolated"],
        default="few_ties",
    )
    return words.astype(object)


def _in_core(m: Matrices, silent: Mask) -> Mask:
    """Who is in the 2-core when everybody silent is: two made-up people, tied to all of them, keep them there."""
    one, other = len(m.people), len(m.people) + 1
    held = [(place, made_up) for place in np.flatnonzero(silent) for made_up in (one, other)]
    together = m.undirected.copy()
    together.add_vertices(2)
    together.add_edges([(one, other), *held])
    return np.array(together.coreness()[:one], dtype=np.int64) >= 2


def _betweenness(m: Matrices) -> Floats:
    """Shortest paths through each person; estimated from `PIVOTS` starting points (Brandes & Pich 2007) when large."""
    people = len(m.people)
    if people <= EXACT_UP_TO:
        return np.array(m.undirected.betweenness(), dtype=np.float64)
    count = min(PIVOTS, max(WALKED // max(len(m.pairs[0]), 1), 10))
    pivots = np.random.default_rng(people).choice(people, count, replace=False)
    return np.array(m.undirected.betweenness(sources=pivots.tolist()), dtype=np.float64) * people / count
