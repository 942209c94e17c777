"""The structure of the network: what many ties make together, and who stands where others meet.

    one figure for everybody, and for teams     `returned`, `kept`
    one figure for everybody                    `carried`, `circles`, `core`, `mixing`
    one figure for each person                  `bridges`, `asked`, `brokerage`
    between two people                          `way`

Figures for everybody and for teams are frames with the same columns, COLUMNS, so that the gate treats them alike. Each
comes with the range in which it lies when a further tenth of the answers is left out (`analytics.stability`).
"""

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from analytics import chance
from analytics.adjacency import Floats, Graph, Mask, Matrices, Numbers, matrices
from analytics.stability import LARGE, TAIL, band, left_out, seeded, topmost

if TYPE_CHECKING:
    import igraph

EVERYBODY = ""
"""Stands in `team_id` for the whole organization."""
COLUMNS = ("team_id", "subject", "people", "answered", "ties", "value", "low", "high", "count", "word", "sure")
"""team_id or EVERYBODY; subject; people asked, and how many of them answered; ties or names that the figure rests on;
the figure, from where to where it ranges, a count of people where it speaks of some, and a word; from 0 to 1 how well
it describes this network, 1 where that is no question."""
TOP = 0.05
FEWEST_ON_TOP = 3
"""Those at the top are a twentieth of all people, and three at least: a figure about the top never means one."""
ENOUGH_NAMERS = 0.8
"""Share of a member's team, and of all, that must have answered before anything is said of that member's place."""
MOST_PEOPLE = 2_000
"""Above this, nothing is said of circles, of a core or of bridges: circles of a whole large network blur (Fortunato &
Barthélemy 2007), and a place among so many is nothing that anybody could act upon."""
SEEDS = 50
CORES = 50
"""Networks with a further tenth left out in which a core is sought again."""
PIVOTS = 250
"""In a network above LARGE people, shortest ways are counted from so many of them."""
SMALLEST_CIRCLE = 3
CIRCLES_APART = 2.0
"""Contacts, less those known to one another anyway, from which somebody can be a bridge at all."""
MUCH = 2.0
"""How many times the usual number of names make somebody asked by many."""
CORE_AT_LEAST = 0.5
FOLLOWS = ((0.8, "closely"), (0.5, "mostly"), (0.2, "partly"), (-math.inf, "hardly"))
"""How closely circles follow the teams: from this adjusted Rand index on, this word."""
ROLES = ("coordinator", "gatekeeper", "representative", "consultant", "liaison")

Relation = Literal["work", "help"]
RELATIONS: tuple[Relation, ...] = ("work", "help")


# --------------------------------------------------------------------------------- for everybody, and for each team


def returned(graph: Graph, answered: Collection[str], kind: Relation) -> pd.DataFrame:
    """How often do people name one another, where one of them names the other?

    Asking for help goes uphill more than down, so that half of it not being returned is normal; work is work for both.
    Only people who answered count, because nobody who is silent can return a name.

    One row for everybody and one per team, with the names that its people gave. `kind` is 'work' or 'help'.

    Formula: of the names given to people who answered, the share whose opposite was given too.

    Undefined: without such names.

    Source: Holland & Leinhardt 1970, American Journal of Sociology 76:492 for pairs that do and do not agree; band from
    leaving out a further tenth of the answers.

    Three names among three people, two of them returned.

    >>> ring = nx.DiGraph()
    >>> ring.add_edges_from([("a", "b"), ("b", "a"), ("a", "c")], kinds={"work"})
    >>> float(returned(ring, ["a", "b", "c"], "work").value[0])
    0.6666666666666666
    """
    m = matrices(graph)
    heard = m.mask(answered)
    a, b = _naming(graph, m, kind)
    pairs = set(zip(a.tolist(), b.tolist(), strict=True))
    back = np.array([(named, by) in pairs for by, named in zip(a.tolist(), b.tolist(), strict=True)], dtype=bool)

    def among(heard: Mask) -> tuple[Floats, Floats]:
        both = heard[a] & heard[b]
        return _by_team(m, both, a), _by_team(m, both & back, a)

    return _shares(m, heard, among, subject=kind)


def kept(
    before: Graph, now: Graph, answered: tuple[Collection[str], Collection[str]], full: Collection[str] = ()
) -> pd.DataFrame:
    """How many of the ties of the network wave before are still there?

    A tie is there if either of two people names the other, in work or for help. It is looked for only between people
    who answered both times: a silent person loses no tie. Even so a lost name is not a lost tie, for people forget, and
    the form holds only so many names; with somebody whose form was full a tie that is not named may still be there, and
    the upper end of the range counts it.

    One row for everybody and one per team, with the ties of its people, also those with others. Teams are those of
    `now`. `answered` holds who answered before and who answered now, `full` who named as many as the form takes.

    Formula: ties of both waves / ties of the wave before, between people who answered both.

    Undefined: where nobody who answered both times had a tie.

    Source: Burt 2000, Social Networks 22:1 on decay; Brewer 2000, Social Networks 22:29 on forgetting.

    >>> spring, autumn = nx.DiGraph([("a", "b"), ("b", "c")]), nx.DiGraph([("b", "a")])
    >>> autumn.add_node("c")
    >>> float(kept(spring, autumn, ("abc", "abc")).value[0])
    0.5
    """
    m = matrices(now)
    heard, capped = m.mask(set(answered[0]) & set(answered[1])), m.mask(full)
    once = {(min(pair), max(pair)) for pair in before.edges if pair[0] != pair[1]}
    a, b = _numbers(m, sorted(once))
    still = _there(m.tied, a, b)

    def among(heard: Mask) -> tuple[Floats, Floats]:
        both = heard[a] & heard[b]
        return _by_team(m, both, a, b), _by_team(m, both & still, a, b)

    both = heard[a] & heard[b]
    perhaps = _by_team(m, both & (still | capped[a] | capped[b]), a, b)
    found = _shares(m, heard, among)
    return found.assign(high=np.fmax(found["high"], _divided(perhaps, _by_team(m, both, a, b))))


def carried(graph: Graph, answered: Collection[str]) -> pd.DataFrame:
    """How much of all help is asked of the busiest twentieth?

    Where a few people carry much of it they are a bottleneck through no fault of theirs, and the first to be worn out.

    One row, for everybody; its `count` is the number of those people.

    Formula: names given for help to the 5 % (three people at least) who were named most / all names given for help.

    Undefined: where nobody named anybody for help.

    Source: Cross, Rebele & Grant 2016, Harvard Business Review 94(1):74: 20–35 % of collaboration that adds value comes
    from 3–5 % of people; band from leaving out a further tenth of the answers.

    >>> star = nx.DiGraph()
    >>> star.add_edges_from([(name, "hub") for name in "abcdef"], kinds={"help"})
    >>> star.add_edges_from([("hub", name) for name in "abcd"], kinds={"help"})
    >>> float(carried(star, [*"abcdef", "hub"]).value[0])
    0.8
    """
    m = matrices(graph)
    heard = m.mask(answered)
    a, b = _naming(graph, m, "help")
    top = _top(len(m.people))

    def share(heard: Mask) -> Floats:
        names = np.bincount(b[heard[a]], minlength=len(m.people))
        return _divided(np.array([float(np.sort(names)[::-1][:top].sum())]), np.array([float(names.sum())]))

    low, high = band(share, heard)
    return _one(m, heard, (share(heard)[0], low[0], high[0]), ties=int(heard[a].sum()), count=top)


@dataclass(frozen=True)
class Circles:
    """The circles of people who work together, and how sure they are."""

    of: Mapping[str, int]
    """member_id → number of their circle; people without a tie are in none."""
    modularity: float
    said: pd.DataFrame
    """One row for everybody: `value` the number of circles, from `low` to `high`; `word` how closely they follow the
    teams; `sure` how much they look like those found with a further tenth left out."""


def circles(graph: Graph, answered: Collection[str]) -> Circles:
    """How many circles of people work together, and do they follow the teams?

    A circle is a set of people with more ties among themselves than chance would give to people with as many ties. It
    is found from the ties alone, and only then laid beside the teams. Circles follow the teams closely from an adjusted
    Rand index of .8 on, mostly from .5, partly from .2, and hardly below that.

    They are sought SEEDS times, each time from another start, and those are taken that look most like all the others.
    Then they are sought with a further tenth of the answers left out, time and again: where those circles look too
    different (a mean adjusted Rand index below .6), nothing is said.

    Formula: the partition with the largest modularity that the Leiden method finds; of all that were found, the one
    with the largest mean adjusted Rand index with the others. Circles of SMALLEST_CIRCLE people or more are counted.

    Undefined: without ties, and above MOST_PEOPLE people; no word where there is one circle and one team.

    Source: Traag, Waltman & van Eck 2019, Scientific Reports 9:5233 for Leiden; Newman & Girvan 2004, Physical Review E
    69:026113 for modularity; Hubert & Arabie 1985, Journal of Classification 2:193 for the index; Fortunato &
    Barthélemy 2007, PNAS 104:36 for why not in large networks. The range is from leaving out a further tenth.

    Two triangles, joined by one tie.

    >>> two = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("c", "x"), ("x", "y"), ("y", "z"), ("z", "x")])
    >>> sorted(circles(two, list(two)).of.items())
    [('a', 0), ('b', 0), ('c', 0), ('x', 1), ('y', 1), ('z', 1)]
    """
    m = matrices(graph)
    heard, tied = m.mask(answered), m.degrees > 0
    if not tied.any() or len(m.people) > MOST_PEOPLE:
        return Circles({}, math.nan, _one(m, heard, (math.nan, math.nan, math.nan), ties=0))
    whole, names = m.undirected, _names_of(m.named)
    found = [_leiden(whole, seed) for seed in range(SEEDS)]
    taken = max(found, key=lambda each: sum(_rand(each, other) for other in found))
    again = [_leiden(names.known(mask), run) for run, mask in enumerate(left_out(heard))]
    count, follows = _circles_in(taken), _rand(taken[tied], m.team_of[tied])
    low, high = np.quantile([_circles_in(each) for each in again], [TAIL, 1 - TAIL], method="nearest")
    sure = float(np.mean([_rand(taken[tied], each[tied]) for each in again]))
    said = _one(m, heard, (count, min(low, count), max(high, count)), ties=m.tied.nnz // 2, sure=sure)
    return Circles(
        of=dict(zip(np.array(m.people)[tied].tolist(), taken[tied].tolist(), strict=True)),
        modularity=float(whole.modularity(taken.tolist())),
        said=said.assign(word=next((word for least, word in FOLLOWS if follows >= least), None)),
    )


def core(graph: Graph, answered: Collection[str]) -> pd.DataFrame:
    """Is there a core of people with whom everybody else is tied?

    In such a network nearly every tie has somebody of the core at one end. That is quick while these people are there,
    and stands still when they are not. Most organizations have no such core; then nothing is said.

    One row for everybody; `value` is how well a core explains the ties, and `count` how many people are in it.

    Formula: the correlation, over all pairs of people, of being tied with having somebody of the core among the two;
    the core is the set with the largest one, sought by adding whoever brings most ties, then by exchanges.

    Undefined: without ties, where everybody is tied with everybody, and above MOST_PEOPLE people; not said below
    CORE_AT_LEAST.

    Source: Borgatti & Everett 2000, Social Networks 21:375. The range is from leaving out a further tenth.

    A star is all core and rim.

    >>> star = nx.DiGraph([("hub", name) for name in "abcd"])
    >>> core(star, list(star))[["value", "count"]].to_numpy().tolist()
    [[1.0, 1.0]]
    """
    m = matrices(graph)
    heard, names = m.mask(answered), _names_of(m.named)
    if not m.tied.nnz or len(m.people) > MOST_PEOPLE:
        return _one(m, heard, (math.nan, math.nan, math.nan), ties=0)
    fits, members = _best_core(m.undirected)
    again = [_best_core(names.known(mask))[0] for mask in islice(left_out(heard), CORES)]
    low, high = np.quantile([fits, *again], [TAIL, 1 - TAIL])
    found = (fits, min(low, fits), max(high, fits))
    return _one(m, heard, found, ties=m.tied.nnz // 2, count=len(members), sure=fits)


def mixing(graph: Graph, answered: Collection[str]) -> pd.DataFrame:
    """Do ties stay inside teams more than chance would have it?

    The E-I index is 1 where every tie joins two teams and −1 where none does. What is usual depends on the teams:
    where there are many small ones, chance alone makes most ties external. So it is never shown without that.

    Two rows for everybody: `subject` 'observed' with the index and its range, and a word: 'inside' where it is clearly
    below what chance would give, 'across' where it is clearly above, else 'as chance'; `subject` 'chance' with what
    dealing out the teams' names anew would give on average, and from where to where it mostly lies.

    Formula: (ties between teams − ties within) / all ties; clearly is two standard deviations or more, over all ways to
    deal the teams' names to people anew.

    Undefined: without ties, or with one team.

    Source: Krackhardt & Stern 1988, Social Psychology Quarterly 51:123; Cliff & Ord 1973 for chance. The range is from
    leaving out a further tenth.
    """
    m = matrices(graph)
    heard, names = m.mask(answered), _names_of(m.named)
    apart = m.team_of[names.a] != m.team_of[names.b]

    def index(heard: Mask) -> Floats:
        known = names.tied(heard)
        outside = float(apart[known].sum())
        return _divided(np.array([2 * outside - known.sum()]), np.array([float(known.sum())]))

    ties = m.tied.nnz // 2
    value, (low, high) = index(heard), band(index, heard)
    usual = chance.inside_any(m.sizes, m)
    expected = _divided(ties - 2 * usual.mean, np.array([float(ties)]))
    spread = _divided(2 * usual.sd, np.array([float(ties)]))
    if len(m.teams) < 2:
        value = expected = low = high = spread = np.array([math.nan])
    z = float(_divided(value - expected, spread)[0])
    word = "inside" if z <= -chance.SURPRISING else "across" if z >= chance.SURPRISING else "as chance"
    observed = _one(m, heard, (value[0], low[0], high[0]), ties=ties)
    around = (expected[0], expected[0] - spread[0], expected[0] + spread[0])
    by_chance = _one(m, heard, around, ties=ties)
    both = [observed.assign(subject="observed", word=word), by_chance.assign(subject="chance")]
    return pd.concat(both, ignore_index=True)


# ------------------------------------------------------------------------------------------------- for each person


def bridges(graph: Graph, answered: Collection[str]) -> pd.DataFrame:
    """Through whom do others reach one another?

    A bridge is somebody through whom many of the shortest ways between others run, and who still is when a further
    tenth of the answers is left out: in at least eight of ten such networks among the twentieth of people (three at
    least) with most ways through them. Whose contacts nearly all know one another anyway is no bridge.

    Columns member_id, `bridge` (the share of those networks), `effective_size` and `role`, the one that they have most
    often (see `brokerage`); bridge and role are missing where nothing may be said.

    Formula: betweenness, the sum over pairs of others of the share of their shortest ways that run through the person,
    in each of RUNS networks; and an effective size of CIRCLES_APART or more, which is the number of contacts, less the
    mean number of ties that each of these has with the others.

    Undefined: for members who did not answer, where less than 80 % of their team or of everybody answered, and above
    MOST_PEOPLE people.

    Source: Freeman 1977, Sociometry 40:35 for betweenness; Burt 1992, Structural Holes, for effective size; Smith &
    Moody 2013, Social Networks 35:652 for what silence does to both.
    """
    m = matrices(graph)
    heard, names = m.mask(answered), _names_of(m.named)
    sayable = _heard_enough(m, heard) if len(m.people) <= MOST_PEOPLE else np.zeros(len(m.people), dtype=bool)
    apart = effective_size(m)
    share = np.zeros(len(m.people))
    if sayable.any():
        share = _share_on_top((_ways_through(names.known(mask), run) for run, mask in enumerate(left_out(heard))), m)
    share = np.where(apart >= CIRCLES_APART, share, 0.0)
    roles = brokerage(graph)[list(ROLES)].to_numpy() if sayable.any() else np.zeros((len(m.people), len(ROLES)))
    most = [ROLES[row.argmax()] if row.any() and may else None for row, may in zip(roles, sayable, strict=True)]
    return pd.DataFrame(
        {
            "member_id": pd.array(m.people, dtype="str"),
            "bridge": np.where(sayable, share, np.nan),
            "effective_size": apart,
            "role": pd.Series(most, dtype=object),
        }
    )


def asked(graph: Graph, answered: Collection[str]) -> pd.DataFrame:
    """To whom do many turn?

    That is about how much comes to somebody, and not about how good they are: it says where a second person to ask
    would help. Those are meant who are named at least MUCH times as often as people usually are, and who are among
    the twentieth of people (three at least) named most, also when a further tenth of the answers is left out: in at
    least eight of ten such networks.

    Columns member_id, `helped` (how many turn to them when stuck), `wanted` (to how many they are hard to reach),
    `energized` (how many they leave with more energy, which is theirs alone to read) and `asked`, the share of those
    networks.

    Formula: how many name the person, for help or as hard to reach.

    Undefined: for members who did not answer, and where less than 80 % of their team or of everybody answered.

    Source: Cross, Rebele & Grant 2016, Harvard Business Review 94(1):74.
    """
    m = matrices(graph)
    heard = m.mask(answered)
    helping, reaching, energized = _naming(graph, m, "help"), _said(graph, m, "reach"), _said(graph, m, "energy")
    (a, b), people = (np.concatenate(ends) for ends in zip(helping, reaching, strict=True)), len(m.people)

    def named(heard: Mask) -> Floats:
        count = np.bincount(b[heard[a]], minlength=people).astype(np.float64)
        return np.where(count >= MUCH * count.mean(), count, 0.0)

    sayable = _heard_enough(m, heard)
    share = _share_on_top((named(mask) for mask in left_out(heard)), m) if sayable.any() else np.zeros(people)
    return pd.DataFrame(
        {
            "member_id": pd.array(m.people, dtype="str"),
            "helped": np.bincount(helping[1], minlength=people),
            "wanted": np.bincount(reaching[1], minlength=people),
            "energized": np.bincount(energized[1], minlength=people),
            "asked": np.where(sayable, share, np.nan),
        }
    )


def brokerage(graph: Graph) -> pd.DataFrame:
    """Between whom does somebody stand: colleagues of one team, or people of several?

    Whenever a names b and b names c, but a does not name c, b stands between them, in one of five roles: coordinator
    where all three work in one team; gatekeeper where a comes from another team than the other two, and
    representative where c does; consultant where a and c share a team that is not b's; liaison where all three
    work in different ones.

    One row per member: member_id and how often they have each role.

    Formula: the number of pairs (a, c) for each role.

    Source: Gould & Fernandez 1989, Sociological Methodology 19:89.

    b stands between a, who works in the same team, and c, who does not.

    >>> three = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> nx.set_node_attributes(three, {"a": "x", "b": "x", "c": "y"}, "team")
    >>> brokerage(three).set_index("member_id").representative.to_dict()
    {'a': 0, 'b': 1, 'c': 0}
    """
    m = matrices(graph)
    to, came = m.named.tocsr(), m.named.tocsc()
    counts = np.zeros((len(m.people), len(ROLES)), dtype=np.int64)
    for b in range(len(m.people)):
        before, after = came.indices[came.indptr[b] : came.indptr[b + 1]], to.indices[to.indptr[b] : to.indptr[b + 1]]
        if not (len(before) and len(after)):
            continue
        open_ = (to[before][:, after].toarray() == 0) & (before[:, None] != after[None, :])
        team_a, team_c, own = m.team_of[before][:, None], m.team_of[after][None, :], m.team_of[b]
        roles = (
            (team_a == own) & (team_c == own),
            (team_a != own) & (team_c == own),
            (team_a == own) & (team_c != own),
            (team_a != own) & (team_a == team_c),
            (team_a != own) & (team_c != own) & (team_a != team_c),
        )
        counts[b] = [int((open_ & role).sum()) for role in roles]
    return pd.DataFrame(counts, columns=list(ROLES)).assign(member_id=pd.array(m.people, dtype="str"))


def effective_size(m: Matrices) -> Floats:
    """For each person, how many contacts they have that do not know one another through others of them: n − 2t/n.

    n is the number of contacts and t that of the ties among these (Borgatti 1997, Connections 20:35); 0 without any.
    """
    triangles = np.asarray((m.tied @ m.tied).multiply(m.tied).sum(axis=1)).ravel() / 2
    return np.asarray(m.degrees - 2 * _divided(triangles, m.degrees, nothing=0.0), dtype=np.float64)


def way(ties: Iterable[tuple[str, str]], one: str, other: str) -> tuple[str, ...]:
    """The shortest way from one person to another over ties that may be shown; empty where there is none.

    Of several equally short ones the first in the order of the alphabet, so that nobody's answer decides.

    >>> way([("ana", "kim"), ("kim", "ben")], "ana", "ben")
    ('ana', 'kim', 'ben')
    """
    graph: nx.Graph[str] = nx.Graph(sorted(ties))
    if one not in graph or other not in graph or not nx.has_path(graph, one, other):
        return ()
    return min(tuple(each) for each in nx.all_shortest_paths(graph, one, other))


# --------------------------------------------------------------------------------------------------------- the steps


class _Names(NamedTuple):
    """Every tie once, a < b, and which of the two named the other."""

    people: int
    a: Numbers
    b: Numbers
    a_named: Mask
    b_named: Mask

    def tied(self, heard: Mask) -> Mask:
        """Which ties are known from these people's answers."""
        return (self.a_named & heard[self.a]) | (self.b_named & heard[self.b])

    def known(self, heard: Mask) -> "igraph.Graph":
        """The network as these people's answers show it."""
        import igraph  # noqa: PLC0415  it loads its drawing back ends, Plotly among them

        there = self.tied(heard)
        return igraph.Graph(n=self.people, edges=np.column_stack([self.a[there], self.b[there]]))


def _names_of(named: sparse.csr_array) -> _Names:
    upper = sparse.coo_array(sparse.triu(named.maximum(named.T), k=1))
    a, b = upper.row.astype(np.int64), upper.col.astype(np.int64)
    return _Names(named.shape[0], a, b, _there(named, a, b), _there(named, b, a))


def _there(matrix: sparse.csr_array, rows: Numbers, columns: Numbers) -> Mask:
    """Which of these places of a matrix hold something."""
    return np.asarray(matrix[rows, columns]).ravel() > 0 if len(rows) else np.zeros(0, dtype=bool)


def _naming(graph: Graph, m: Matrices, kind: Relation) -> tuple[Numbers, Numbers]:
    """Who named whom in one question: the numbers of both."""
    return _numbers(m, (arc for arc in graph.edges if arc[0] != arc[1] and kind in graph.edges[arc].get("kinds", ())))


def _said(graph: Graph, m: Matrices, name: str) -> tuple[Numbers, Numbers]:
    """Who says of whom what makes no tie: 'reach', they are hard to reach; 'energy', they leave more of it."""
    return _numbers(m, sorted(graph.graph.get(name, ())))


def _numbers(m: Matrices, pairs: Iterable[tuple[str, str]]) -> tuple[Numbers, Numbers]:
    place = m.place
    found = np.array([(place[a], place[b]) for a, b in pairs if a in place and b in place], dtype=np.int64)
    a, b = found.reshape(-1, 2).T
    return a, b


def _heard_enough(m: Matrices, heard: Mask) -> Mask:
    """Members who answered, in teams of which enough did, in an organization of which enough did."""
    of_team = np.bincount(m.team_of[heard], minlength=len(m.teams)) >= ENOUGH_NAMERS * m.sizes
    return np.asarray(heard & of_team[m.team_of] & (heard.sum() >= ENOUGH_NAMERS * len(m.people)))


def _top(people: int) -> int:
    return max(FEWEST_ON_TOP, math.ceil(TOP * people))


def _share_on_top(runs: Iterable[Floats], m: Matrices) -> Floats:
    """How often each person is among those at the top."""
    times, on_top = 0, np.zeros(len(m.people))
    for values in runs:
        times += 1
        on_top[topmost(values, _top(len(m.people)))] += 1
    return on_top / max(times, 1)


def _ways_through(known: "igraph.Graph", run: int) -> Floats:
    """Shortest ways through each person; of a large network estimated from some of its people as starting points."""
    people = known.vcount()
    if people <= LARGE:
        return np.array(known.betweenness(), dtype=np.float64)
    pivots = np.random.default_rng(run).choice(people, PIVOTS, replace=False)
    return np.array(known.betweenness(sources=pivots.tolist()), dtype=np.float64)


def _leiden(known: "igraph.Graph", seed: int) -> Numbers:
    with seeded(seed):
        found = known.community_leiden(objective_function="modularity", n_iterations=-1)
    return np.array(found.membership, dtype=np.int64)


def _rand(one: Numbers, other: Numbers) -> float:
    """How alike two ways are to divide the same people: the adjusted Rand index, 1 for the same."""
    import igraph  # noqa: PLC0415  it loads its drawing back ends, Plotly among them

    if len(one) < 2:
        return 1.0
    return float(igraph.compare_communities(one.tolist(), other.tolist(), method="adjusted_rand"))


def _circles_in(membership: Numbers) -> int:
    return int((np.bincount(membership) >= SMALLEST_CIRCLE).sum())


def _best_core(known: "igraph.Graph") -> tuple[float, list[int]]:
    """How well the best core explains the ties, and who is in it."""
    people, ties = known.vcount(), known.ecount()
    neighbours = [set(each) for each in known.get_adjlist()]
    order = _most_ties_first(neighbours)
    core_of: set[int] = set()
    covered = 0
    best: tuple[float, int] = (math.nan, 0)
    for size, person in enumerate(order[: people // 2], start=1):
        covered += len(neighbours[person] - core_of)
        core_of.add(person)
        fits = _fit(people, ties, covered, size)
        if not math.isnan(fits) and not fits <= best[0]:
            best = (fits, size)
        if covered == ties:
            break
    if math.isnan(best[0]):
        return math.nan, []
    members, covered = _exchanged(set(order[: best[1]]), neighbours)
    return _fit(people, ties, covered, best[1]), sorted(members)


def _most_ties_first(neighbours: list[set[int]]) -> list[int]:
    """People in the order in which each brings most ties that those before did not have."""
    queue = [(-len(each), person) for person, each in enumerate(neighbours)]
    heapq.heapify(queue)
    taken: list[int] = []
    chosen: set[int] = set()
    while queue:
        known, person = heapq.heappop(queue)
        now = -len(neighbours[person] - chosen)
        if now > known:
            heapq.heappush(queue, (now, person))
            continue
        taken.append(person)
        chosen.add(person)
    return taken


def _exchanged(core_of: set[int], neighbours: list[set[int]]) -> tuple[set[int], int]:
    """The core after every exchange of one of its people for another that brings more ties; and the ties it has.

    An exchange brings the ties of the one who comes with people outside, and costs those of the one who goes; a tie
    between the two is kept. So the best one is among those who bring most and those who cost least.
    """
    while True:
        beyond = [len(each - core_of) for each in neighbours]
        least = min(beyond[each] for each in core_of)
        most = max(number for each, number in enumerate(beyond) if each not in core_of)
        old_ones = [each for each in sorted(core_of) if beyond[each] == least]
        new_ones = [each for each, number in enumerate(beyond) if number == most and each not in core_of]
        tied = ((old, new) for old in old_ones for new in new_ones if new in neighbours[old])
        old, new = next(tied, (old_ones[0], new_ones[0]))
        if most - least + (new in neighbours[old]) <= 0:
            inside = sum(len(neighbours[each] & core_of) for each in core_of) // 2
            return core_of, inside + sum(beyond[each] for each in core_of)
        core_of = core_of - {old} | {new}


def _fit(people: int, ties: int, covered: int, size: int) -> float:
    """The correlation of ties with the pattern of a core of this size that has so many of them."""
    pairs = people * (people - 1) / 2
    pattern = size * (people - 1) - size * (size - 1) / 2
    spread = ties * (pairs - ties) * pattern * (pairs - pattern)
    return (pairs * covered - ties * pattern) / math.sqrt(spread) if spread > 0 else math.nan


def _divided(part: Floats, whole: Floats | Numbers, nothing: float = math.nan) -> Floats:
    """One by the other; `nothing` where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(whole, nothing, dtype=np.float64), where=whole > 0)


def _one(
    m: Matrices,
    heard: Mask,
    found: tuple[float, float, float],
    *,
    ties: int,
    count: int | None = None,
    sure: float = 1.0,
) -> pd.DataFrame:
    """The row of a figure for everybody."""
    value, low, high = found
    row = (EVERYBODY, "", len(m.people), int(heard.sum()), ties, value, low, high, count, None, sure)
    return pd.DataFrame([row], columns=list(COLUMNS))


Shares = Callable[[Mask], tuple[Floats, Floats]]
"""From who is heard: how many ties there are and how many of them count, for everybody and then for each team."""


def _shares(m: Matrices, heard: Mask, among: Shares, subject: str = "") -> pd.DataFrame:
    """The rows of a share, for everybody and for each team."""

    def share(heard: Mask) -> Floats:
        ties, counting = among(heard)
        return _divided(counting, ties)

    low, high = band(share, heard)
    answering = np.bincount(m.team_of[heard], minlength=len(m.teams))
    return pd.DataFrame(
        {
            "team_id": [EVERYBODY, *m.teams],
            "subject": subject,
            "people": [len(m.people), *m.sizes.tolist()],
            "answered": [int(heard.sum()), *answering.tolist()],
            "ties": among(heard)[0].astype(np.int64),
            "value": share(heard),
            "low": low,
            "high": high,
            "count": None,
            "word": None,
            "sure": 1.0,
        },
        columns=list(COLUMNS),
    )


def _by_team(m: Matrices, which: Mask, *ends: Numbers) -> Floats:
    """How many ties count: for everybody, and for each team at one of their ends, once where both are in it."""
    first, *others = (m.team_of[end[which]] for end in ends)
    teams = np.bincount(first, minlength=len(m.teams))
    for other in others:
        teams = teams + np.bincount(other[other != first], minlength=len(m.teams))
    return np.concatenate([[which.sum()], teams]).astype(np.float64)
