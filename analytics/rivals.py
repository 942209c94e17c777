"""Other ways of ranking pairs by how likely they are to tie: what Rapport's own must stand beside."""

import numpy as np
from scipy import sparse

from analytics import likely
from analytics.adjacency import Floats
from analytics.likely import NAMES, Known
from analytics.pairs import Pairs

REFERENCE = "Adamic–Adar"
OURS = "Rapport"
STACKED = "stacked logistic"
FACTORS = 8
"""Hidden traits of a person in the two factorizations."""
FAR = 30
"""Steps of the long walks: after thirty, less than a hundredth of them is left."""
ROUNDS = 8
CONFIDENCE = 10.0
"""How much more an entry of 1 counts than one of 0 in `alternating`."""


def scores(known: Known, pairs: Pairs, *, seed: int) -> dict[str, Floats]:
    """Every ranking of some open pairs, by name: the higher, the likelier. `Rapport` is what the close of a wave uses.

    The pairs stand for all open ones; the random ranking and what learns by hiding ties depend on the seed.
    """
    found = dict(zip(NAMES, likely.features(known, pairs).T, strict=False))
    named = {name: found[name] for name in ("Jaccard", REFERENCE, "resource allocation")}
    everywhere = np.ones(len(pairs), dtype=bool)
    team = known.groups[0] if known.groups else None
    return {
        "random": np.random.default_rng([seed, 4]).random(len(pairs)),
        "preferential attachment": found["contacts, multiplied"],
        **named,
        "Katz": katz(known, pairs),
        "personalized PageRank": pagerank(known, pairs),
        "SVD": spectral(known, pairs),
        "ALS": alternating(known, pairs, seed=seed),
        "same team": np.zeros(len(pairs)) if team is None else (team[pairs.a] == team[pairs.b]).astype(np.float64),
        STACKED: likely.resemblance(known, pairs, everywhere, seed=seed),
        OURS: likely.score(known, pairs, everywhere, seed=seed),
    }


def katz(known: Known, pairs: Pairs) -> Floats:
    """All walks between two people, each step counting half of what would make the sum diverge (Katz 1953)."""
    if known.people < 2 or not known.tied.nnz:
        return np.zeros(len(pairs))
    largest = np.linalg.norm(known.tied @ _leading(known.tied))
    return np.asarray((0.5 / largest) ** np.arange(1, FAR + 1) @ likely.ways(pairs, [known.tied] * FAR))


def pagerank(known: Known, pairs: Pairs) -> Floats:
    """Personalized PageRank with its usual memory, .85, over ties alone (Page et al. 1999)."""
    return likely.within_reach(known.tied, pairs, carry=0.85, steps=FAR)


def spectral(known: Known, pairs: Pairs) -> Floats:
    """The ties as eight hidden traits would have them: a truncated singular value decomposition.

    It begins with chance, always the same. From ones it would end at once where everybody has as many ties, and begin
    anew with a chance that nobody fixed.
    """
    from scipy.sparse.linalg import svds  # noqa: PLC0415  a good part of a second to load, for one command

    traits = min(FACTORS, known.people - 2)
    if traits < 1 or not known.tied.nnz:
        return np.zeros(len(pairs))
    chance = np.random.default_rng(0)
    start = chance.random(known.people)
    left, size, right = svds(known.tied.astype(np.float64), k=traits, v0=start, rng=chance)
    return np.asarray(((left * size)[pairs.a] * right.T[pairs.b]).sum(axis=1))


def alternating(known: Known, pairs: Pairs, *, seed: int) -> Floats:
    """Implicit-feedback factorization by alternating least squares (Hu, Koren & Volinsky 2008, ICDM)."""
    drawn = np.random.default_rng([seed, 5]).normal(0, 0.1, (known.people, FACTORS))
    one, other = drawn, drawn.copy()
    for _ in range(ROUNDS):
        one = _solved(known.tied, other)
        other = _solved(known.tied, one)
    return np.asarray((one[pairs.a] * other[pairs.b] + other[pairs.a] * one[pairs.b]).sum(axis=1))


def _solved(tied: sparse.csr_array, other: Floats) -> Floats:
    """Each person's traits, given everybody's on the other side."""
    common = other.T @ other + np.eye(FACTORS)
    found = np.zeros_like(other)
    for person in np.flatnonzero(np.diff(tied.indptr)):
        theirs = other[tied.indices[tied.indptr[person] : tied.indptr[person + 1]]]
        found[person] = np.linalg.solve(common + CONFIDENCE * theirs.T @ theirs, (1 + CONFIDENCE) * theirs.sum(axis=0))
    return found


def _leading(tied: sparse.csr_array) -> Floats:
    """The eigenvector of the largest eigenvalue, by repeated multiplication."""
    vector = np.ones(tied.shape[0])
    for _ in range(200):  # a step of standing still keeps a network of two sides from swinging to and fro
        vector = tied @ vector + vector
        vector = vector / np.linalg.norm(vector)
    return np.asarray(vector)
