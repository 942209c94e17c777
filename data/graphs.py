"""The network for other programs: what may be shown of it as GraphML and GEXF, which Gephi, igraph and networkx open.

It is drawn from the tables that `rapport export` writes and from nothing else, so no file holds more than they do. The
same tables make the same bytes.
"""

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

_DAY = re.compile(rb' lastmodifieddate="[^"]*"')
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def network(standings: pd.DataFrame, ties: pd.DataFrame) -> "nx.Graph[str]":
    """Draw the network of a wave from what may be shown of it, undirected.

    standings  wave, member_id, name, team, standing, persistent: who agreed to be named
    ties       wave, team_a, team_b, ties, expected, compared_with_chance, shown: those between teams

    A node is a team or a member; an edge holds a member and the team that they work in, or two teams with ties that
    may be shown. Every attribute is text, a number or true or false; what is not known is not there.
    """
    drawn: nx.Graph[str] = nx.Graph()
    paths = sorted({*standings["team"], *ties["team_a"], *ties["team_b"]})
    drawn.add_nodes_from((_team(path), {"kind": "team", "label": legible(path)}) for path in paths)
    for row in standings.to_dict("records"):
        member = f"member:{legible(row['member_id'])}"
        told = {"standing": row["standing"], "persistent": bool(row["persistent"])}
        drawn.add_node(member, kind="member", label=legible(row["name"]), **told)
        drawn.add_edge(member, _team(row["team"]), kind="works in")
    for row in ties[ties["shown"].astype(bool)].to_dict("records"):
        drawn.add_edge(_team(row["team_a"]), _team(row["team_b"]), **dict(_between(row)))
    return drawn


def _between(row: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    yield "kind", "ties"
    for name in ("ties", "compared_with_chance"):
        if row[name]:
            yield name, str(row[name])
    if not pd.isna(row["expected"]):
        yield "expected", float(row["expected"])


def write_graphml(path: Path, drawn: "nx.Graph[str]") -> None:
    """Writes a graph as GraphML, which Gephi, igraph and networkx open."""
    nx.write_graphml_xml(drawn, path)


def write_gexf(path: Path, drawn: "nx.Graph[str]") -> None:
    """Writes a graph as GEXF, Gephi's own format, without the day on which it was written."""
    made = io.BytesIO()
    nx.write_gexf(drawn, made)
    path.write_bytes(_DAY.sub(b"", made.getvalue()))


def _team(path: str) -> str:
    return f"team:{legible(path)}"


def legible(text: str) -> str:
    """Text without the characters that no XML may hold."""
    return _ILLEGAL.sub(" ", text)
