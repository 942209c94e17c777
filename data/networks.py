"""Networks as other programs write them: lists of edges under many names, workbooks of nodes and edges, and Pajek.

What a file is is told from its content. What it was read as stands in a notice, unless it is our own `source,target`.

Viva Insights: TieOrigin_… and StrongTieScore in its older person-to-person queries, PrimaryCollaborator_… in newer ones
(https://microsoft.github.io/vivainsights/reference/network_p2p.html). Polinode: a sheet of nodes by their Name, and one
of edges by Source and Target (https://docs.polinode.com/guide/networks.html). Pajek: *Vertices, *Arcs and *Edges
(http://mrvar.fdv.uni-lj.si/pajek/).
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data.delimited import Row, Table, listed, plain, rows_of, short, table, text_of
from data.nearest import did_you_mean
from data.records import Problem
from data.workbook import is_workbook, sheets

ENDS = (
    ("source", "target"),
    ("from", "to"),
    ("tieorigin_personid", "tiedestination_personid"),
    ("primarycollaborator_personid", "secondarycollaborator_personid"),
    ("personid", "othercollaborator_personid"),
    ("person_id", "othercollaborator_person_id"),
    ("ego", "alter"),
    ("sender", "receiver"),
)
"""What the two columns of an edge are called, in plain spelling. The first pair is ours."""
STRENGTHS = ("strength", "weight", "strongtiescore", "strong_tie_score", "tie_strength", "tiestrength")
KINDS_OF_TIE = ("kind", "relation")
EDGES, NODES = ("edges", "links", "ties"), ("nodes", "people", "members")
"""What sheets are called."""


# ------------------------------------------------------------------------------------------------------- lists of edges


def edge_table(path: Path) -> tuple[Table, list[str]]:
    """The edges of a delimited file or a workbook, with the columns source, target, kind, relation, strength, weight.

    `Problem` where no two columns are known as the ends of a tie, or more than two are.
    """
    delimiter, rows, named = _edge_rows(path)
    heads = [head.strip() for head in next((cells for _, cells in rows if any(map(str.strip, cells))), [])]
    renamed, notices = _renamed(path, heads)
    known = (*ENDS[0], *KINDS_OF_TIE, "strength", "weight")
    found = table(path.name, rows, known, needed=ENDS[0], renamed=renamed, delimiter=delimiter)
    return (_by_member_id(path, found, named) if named else found), notices


def _edge_rows(path: Path) -> tuple[str, list[Row], Mapping[str, str]]:
    """Delimiter and rows of the edges; and of a workbook with nodes that have a member_id, that of each."""
    if not is_workbook(path):
        delimiter, rows = rows_of(path, {name for names in (*ENDS, STRENGTHS, KINDS_OF_TIE) for name in names})
        return delimiter, list(rows), {}
    found = {plain(name): rows for name, rows in sheets(path).items()}
    edges = [name for name in found if name in EDGES] or list(found)
    if len(edges) != 1:
        raise Problem(f"{path.name} has the sheets {listed(list(found))}; expected one that is called 'Edges'.")
    nodes = next((rows for name, rows in found.items() if name in NODES), None)
    return "", found[edges[0]], _member_ids(path, nodes) if nodes else {}


def _renamed(path: Path, heads: list[str]) -> tuple[dict[str, str], list[str]]:
    """The file's names of its columns → ours, and what it was read as."""
    by_plain = {plain(head): head for head in heads}
    pairs = [ends for ends in ENDS if set(ends) <= by_plain.keys()]
    if len(pairs) > 1 and pairs[0] != ENDS[0]:
        names = [f"{by_plain[a]} and {by_plain[b]}" for a, b in pairs]
        raise Problem(f"{path.name}: the ends of a tie could be {listed(names)}; expected 'source' and 'target'.")
    if not pairs or pairs[0] == ENDS[0]:
        return {}, []
    source, target = (by_plain[name] for name in pairs[0])
    strength = next((by_plain[name] for name in STRENGTHS if name in by_plain), None)
    renamed = {source: "source", target: "target", **({strength: "strength"} if strength else {})}
    told = f" with the strength '{strength}'" if strength else ""
    return renamed, [f"Each line was read as a tie from '{source}' to '{target}'{told}."]


def _member_ids(path: Path, nodes: list[Row]) -> dict[str, str]:
    """Name of a node → member_id, where the sheet says it; else every name → itself."""
    listed_nodes = table(path.name, nodes, ("name", "member_id"), needed=("name",))
    return {cells["name"]: cells.get("member_id") or cells["name"] for _, cells in listed_nodes.records()}


def _by_member_id(path: Path, edges: Table, named: Mapping[str, str]) -> Table:
    """The same edges between member_ids. `Problem` for an end that is no node."""
    places = [edges.columns.index(end) for end in ENDS[0]]
    for line, row in zip(edges.lines, edges.rows, strict=True):
        for place in places:
            if row[place] not in named:
                near = did_you_mean(row[place], named)
                raise Problem(f"{path.name}, line {line}: '{short(row[place])}' is not among the nodes.{near}")
            row[place] = named[row[place]]
    return edges


# ---------------------------------------------------------------------------------------------------------------- Pajek


@dataclass
class Pajek:
    """What a Pajek network holds."""

    edges: list[tuple[str, str, str, float]] = field(default_factory=list)
    """Source, target, relation and strength; an undirected one stands here once each way."""
    undirected: int = 0
    """How many of them had no direction."""


def read_pajek(path: Path) -> Pajek:
    """Read a Pajek network: vertices by their labels, arcs, and edges that go both ways.

    `Problem` with the line for everything else: lists and matrices, a vertex that there is not, a value that is no
    strength.
    """
    vertices: dict[int, str] = {}
    found, section, relation = Pajek(), "", ""
    for line, text in _lines(path):
        where = f"{path.name}, line {line}"
        if text.startswith("*"):
            section, relation = _section(where, text)
            if section == "vertices":
                vertices = _numbered(where, text)
        elif section == "vertices":
            _name_vertex(where, text, vertices)
        elif section in {"arcs", "edges"}:
            source, target, strength = _edge(where, text, vertices)
            found.edges.append((source, target, relation, strength))
            if section == "edges":
                found.edges.append((target, source, relation, strength))
                found.undirected += 1
    _require_different(path, vertices.values())
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that say something; one that begins with % is a comment."""
    for line, text in enumerate(text_of(path).splitlines(), start=1):
        if text.strip() and not text.lstrip().startswith("%"):
            yield line, text.strip()


def _section(where: str, text: str) -> tuple[str, str]:
    """The section that a line begins, and the relation that it names: '*Arcs :2 "advice"'."""
    name = text[1:].split(maxsplit=1)[0].split(":", maxsplit=1)[0].casefold() if text[1:].split() else ""
    known = ("network", "vertices", "arcs", "edges")
    if name not in known:
        near = did_you_mean(name, known)
        raise Problem(f"{where}: '{short(text)}' is not read; expected *Vertices, *Arcs or *Edges.{near}")
    relation = re.search(r'"([^"]*)"\s*$', text)
    return name, relation[1] if relation and name in {"arcs", "edges"} else ""


def _numbered(where: str, text: str) -> dict[int, str]:
    """As many vertices as the line says, each called by its number until a line names it."""
    said = re.fullmatch(r"\*\w+\s+([0-9]{1,6})(\s+[0-9]+)?", text)
    if not said:
        raise Problem(f"{where}: '{short(text)}'; expected the number of vertices, such as *Vertices 12.")
    return {number: str(number) for number in range(1, int(said[1]) + 1)}


def _name_vertex(where: str, text: str, vertices: dict[int, str]) -> None:
    said = re.match(r'([0-9]{1,7})(?:\s+(?:"([^"]*)"|([^"\s]+))|\s*$)', text)
    if not said or int(said[1]) not in vertices:
        raise Problem(
            f"{where}: '{short(text)}' is no vertex; expected a number from 1 to {len(vertices)} and a label."
        )
    vertices[int(said[1])] = (said[2] or said[3] or said[1]).strip()


def _edge(where: str, text: str, vertices: Mapping[int, str]) -> tuple[str, str, float]:
    cells = text.split()
    ends = [int(cell) for cell in cells[:2] if re.fullmatch(r"[0-9]{1,7}", cell)]
    if len(ends) != 2 or not set(ends) <= vertices.keys():
        raise Problem(f"{where}: '{short(text)}'; expected two numbers of vertices, from 1 to {len(vertices)}.")
    try:
        strength = float(cells[2]) if len(cells) > 2 else 1.0
    except ValueError:
        strength = math.nan
    if not 0 <= strength < math.inf:
        raise Problem(f"{where}: '{short(cells[2])}' is no strength; expected a number from 0.")
    return vertices[ends[0]], vertices[ends[1]], strength


def _require_different(path: Path, labels: Iterable[str]) -> None:
    seen: set[str] = set()
    for label in labels:
        if label in seen:
            raise Problem(f"{path.name}: two vertices are called '{short(label)}'; expected a member_id each.")
        seen.add(label)
