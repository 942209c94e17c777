"""The network as sparse matrices: the same graph that readers see in networkx, in the form that heavy steps need.

People are numbered by their sorted member_id and teams by their sorted team_id, so no result depends on the order in
which a file or a table happened to list them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse

if TYPE_CHECKING:
    import igraph

Graph: TypeAlias = "nx.DiGraph[str]"
"""As `network.graph` makes it: nodes with a `team`, arcs 'source named target'."""

Numbers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

KEPT = "rapport"
"""The name of a graph's matrices among what networkx keeps with it."""


@dataclass(frozen=True, eq=False)
class Matrices:
    """One network, ready for arithmetic. Row and column i stand for `people[i]`."""

    people: list[str]
    teams: list[str]
    team_of: Numbers
    """For each person the number of their team."""
    named: sparse.csr_array
    """1 where the row's person named the column's."""
    tied: sparse.csr_array
    """1 where at least one of the two named the other: symmetric, nothing on the diagonal."""

    @cached_property
    def place(self) -> dict[str, int]:
        """The number of each person."""
        return {person: number for number, person in enumerate(self.people)}

    @cached_property
    def sizes(self) -> Numbers:
        """People in each team."""
        return np.bincount(self.team_of, minlength=len(self.teams)).astype(np.int64)

    @cached_property
    def degrees(self) -> Numbers:
        """For each person, how many others they are tied with."""
        return np.diff(self.tied.indptr).astype(np.int64)

    @cached_property
    def mutual(self) -> sparse.csr_array:
        """1 where each of the two named the other."""
        return sparse.csr_array(self.named.multiply(self.named.T))

    @cached_property
    def membership(self) -> sparse.csr_array:
        """People by teams: 1 where the person works in the team."""
        everyone = np.arange(len(self.people))
        shape = (len(self.people), len(self.teams))
        return sparse.csr_array((np.ones(len(everyone)), (everyone, self.team_of)), shape=shape)

    @cached_property
    def pairs(self) -> tuple[Numbers, Numbers]:
        """Each tie once, as two arrays of people's numbers, the smaller first."""
        upper = sparse.coo_array(sparse.triu(self.tied, k=1))
        return upper.row.astype(np.int64), upper.col.astype(np.int64)

    @cached_property
    def undirected(self) -> "igraph.Graph":
        """The ties for igraph, which counts shortest paths hundreds of times faster."""
        import igraph  # noqa: PLC0415  it loads its drawing back ends, Plotly among them

        return igraph.Graph(n=len(self.people), edges=np.column_stack(self.pairs))

    def mask(self, members: Iterable[str]) -> Mask:
        """Which people are among some member_ids."""
        wanted = set(members)
        return np.array([person in wanted for person in self.people], dtype=bool)


def matrices(graph: Graph) -> Matrices:
    """Read a graph into matrices. Loops and weights are left aside: a tie is there or it is not.

    They are kept with the graph, where networkx forgets them as soon as a node or an arc is added or taken away.
    Whoever changes the `team` of a node makes a new graph.
    """
    if hasattr(graph, "_graph"):  # a view: it does not hear of changes in what it shows
        return _read(graph)
    kept: dict[str, Matrices] = graph.__networkx_cache__
    if KEPT not in kept:
        kept[KEPT] = _read(graph)
    return kept[KEPT]


def keep(graph: Graph, source: Numbers, target: Numbers) -> None:
    """Keeps the matrices with a graph just made, for whoever has its arcs as numbers already, loops left out.

    The numbers are those of the people in order. Reading half a million arcs one by one takes a second.
    """
    graph.__networkx_cache__[KEPT] = _made(graph, source, target)


def _read(graph: Graph) -> Matrices:
    place = {person: number for number, person in enumerate(sorted(graph))}
    arcs = np.array([(place[a], place[b]) for a, b in graph.edges if a != b], dtype=np.int64).reshape(-1, 2)
    return _made(graph, arcs[:, 0], arcs[:, 1])


def _made(graph: Graph, source: Numbers, target: Numbers) -> Matrices:
    people = sorted(graph)
    team_names = [str(graph.nodes[person].get("team", "")) for person in people]
    teams = sorted(set(team_names))
    team_place = {team: number for number, team in enumerate(teams)}
    named = sparse.csr_array((np.ones(len(source)), (source, target)), shape=(len(people), len(people)))
    return Matrices(
        people=people,
        teams=teams,
        team_of=np.array([team_place[team] for team in team_names], dtype=np.int64),
        named=named,
        tied=sparse.csr_array(named.maximum(named.T)),
    )
