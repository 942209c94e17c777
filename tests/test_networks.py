"""Ties that other programs wrote: each one's own structure, and one sentence for a file that is spoilt."""

import io
import re
import zipfile

import networkx as nx
import pandas as pd
import pytest
from conftest import REAL_DATA
from test_exported import as_workbook, command, everything, file, organization  # noqa: F401  two are fixtures

from data import exchange

pytestmark = pytest.mark.usefixtures("counting_here")

PAIRS = [["m0", "m1", "work", 2.0], ["m1", "m2", "work", 1.0], ["m2", "m0", "work", 5.0]]
"""What every file below says."""

VIVA = "{a}_PersonId,{a}_Organization,{b}_PersonId,{b}_Organization,MetricDate,StrongTieScore,DiverseTieScore\n"
ROWS = [("m0", "m1", 2), ("m1", "m2", 1), ("m2", "m0", 5)]


def viva(first, second) -> str:
    rows = "".join(f"{a},Care,{b},Shop,2026-09-07,{score},0.5\n" for a, b, score in ROWS)
    return VIVA.format(a=first, b=second) + rows


def polinode(*, nodes=None, edges=None, titles=("Nodes", "Edges")) -> bytes:
    """A workbook as Polinode's template has it: nodes by name with attributes, and edges between names."""
    nodes = nodes or [["Name", "Department", "member_id"], ["Ada", "Care", "m0"], ["Bo", "Shop", "m1"],
                      ["Cy", "Shop", "m2"]]  # fmt: skip
    edges = edges or [["Source", "Target", "Weight"], ["Ada", "Bo", 2], ["Bo", "Cy", 1], ["Cy", "Ada", 5]]
    book = pd.ExcelWriter(out := io.BytesIO(), engine="openpyxl")
    with book:
        for title, rows in zip(titles, (nodes, edges), strict=True):
            pd.DataFrame(rows[1:], columns=rows[0]).to_excel(book, sheet_name=title, index=False)
    return out.getvalue()


PAJEK = """*Network colleagues
% as Pajek writes it
*Vertices 3
 1 "m0"                  0.1000    0.5000    0.5000 ic Red
 2 "m1"                  0.2000    0.5000    0.5000
 3 "m2"
*Arcs :1 "work"
 1 2 2
 2 3 1.0
 3 1 5
"""

FILES = {
    "viva": viva("TieOrigin", "TieDestination"),
    "viva, newer": viva("PrimaryCollaborator", "SecondaryCollaborator"),
    "viva, query": "PersonId,OtherCollaborator_PersonId,StrongTieScore\n"
    + "".join(f"{a},{b},{w}\n" for a, b, w in ROWS),
    "from and to": "From;To;Weight\n" + "".join(f"{a};{b};{w}\n" for a, b, w in ROWS),
    "gephi": "Source,Target,Type,Id,Label,Weight\n"
    + "".join(f"{a},{b},Directed,{n},,{w}\n" for n, (a, b, w) in enumerate(ROWS)),
    "polinode": polinode(),
    "one sheet": as_workbook([["source", "target", "strength"], *map(list, ROWS)]),
    "pajek": PAJEK,
}


def ties(path):
    return exchange.read_ties(path).frame.to_numpy().tolist()


@pytest.mark.parametrize("program", FILES)
def test_every_program_says_the_same_ties(program, file):  # noqa: F811
    assert ties(file(FILES[program])) == PAIRS


@pytest.mark.parametrize(
    ("program", "notice"),
    [
        (
            "viva",
            "Each line was read as a tie from 'TieOrigin_PersonId' to 'TieDestination_PersonId' with the strength",
        ),
        ("from and to", "Each line was read as a tie from 'From' to 'To' with the strength 'Weight'."),
        ("pajek", "Read as a Pajek network, its vertices by their labels."),
        ("gephi", "Not read and not stored: 'Type', 'Id', 'Label'."),
    ],
)
def test_what_a_file_was_read_as_stands_in_a_notice(program, notice, file):  # noqa: F811
    assert exchange.read_ties(file(FILES[program])).notices[0].startswith(notice)


def test_nodes_without_a_member_id_are_called_by_their_name(file):  # noqa: F811
    names = polinode(nodes=[["Name"], ["Ada"], ["Bo"], ["Cy"]])
    assert [row[:2] for row in ties(file(names))] == [["Ada", "Bo"], ["Bo", "Cy"], ["Cy", "Ada"]]


def test_edges_of_pajek_go_both_ways_and_relations_of_ours_stay(file):  # noqa: F811
    text = '*Vertices 3\n1 ada\n2 "Bo Lee"\n*Edges :1 "Help"\n1 2\n*Arcs :2 "lunch"\n2 3 4\n'
    read = exchange.read_ties(file(text))
    assert read.frame.to_numpy().tolist() == [
        ["Bo Lee", "3", "work", 4.0], ["Bo Lee", "ada", "help", 1.0], ["ada", "Bo Lee", "help", 1.0],
    ]  # fmt: skip
    assert "1 edge without direction read as both ways." in read.notices
    assert "Read as ties of work: 'lunch'." in read.notices


def test_a_real_network_is_the_same_through_pajek_and_through_a_workbook(tmp_path):
    if not REAL_DATA.exists():
        pytest.skip(f"no real data at {REAL_DATA}")
    edges = pd.read_csv(REAL_DATA / "krackhardt_hightech" / "edges.csv").query("relation == 'advice'")
    edges = edges[["source", "target"]].astype("str")
    (tmp_path / "edges.csv").write_text(edges.to_csv(index=False))
    nx.write_pajek(nx.from_pandas_edgelist(edges, create_using=nx.DiGraph), tmp_path / "a.net")
    edges.to_excel(tmp_path / "a.xlsx", index=False)

    expected = ties(tmp_path / "edges.csv")
    assert len(expected) > 150
    assert ties(tmp_path / "a.net") == expected
    assert ties(tmp_path / "a.xlsx") == expected


# -------------------------------------------------------------------------------------------------------------- spoilt


def bomb() -> bytes:
    made = io.BytesIO(polinode())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/big.xml", "w") as part:
        for _ in range(70):
            part.write(b" " * 1024**2)
    return made.getvalue()


SPOILT = [
    # Pajek
    ("*Vertices\n", "line 1: .* expected the number of vertices"),
    ("*Vertices 2\n1 a\n3 b\n", r"line 3: '3 b' is no vertex; expected a number from 1 to 2 and a label"),
    ("*Vertices 2\n*Arcs\n1 3\n", "line 3: '1 3'; expected two numbers of vertices, from 1 to 2"),
    ("*Vertices 2\n*Arcs\n1\n", "line 3: '1'; expected two numbers"),
    ("*Vertices 2\n*Arcs\na b\n", "line 3: 'a b'; expected two numbers"),
    ("*Vertices 2\n*Arcs\n1 2 -3\n", "line 3: '-3' is no strength"),
    ("*Vertices 2\n*Arcs\n1 2 nan\n", "line 3: 'nan' is no strength"),
    ("*Vertices 2\n*Arcslist\n1 2\n", r"line 2: '\*Arcslist' is not read; .*Did you mean 'arcs'"),
    ("*Vertices 2\n*Matrix\n0 1\n", r"line 2: '\*Matrix' is not read"),
    ("*Vertices 2\n1 a\n2 a\n*Arcs\n1 2\n", "two vertices are called 'a'"),
    ("*Vertices 2\n*Arcs\n", "holds no tie between two people"),
    (PAJEK.encode("utf-16"), "encoded as UTF-16"),
    (PAJEK.replace("m0", "Zoë").encode("latin-1"), "line 4: byte 0xEB is not UTF-8"),
    # workbooks
    (polinode(edges=[["Source", "Target"], ["Ada", "Boo"]]), "line 2: 'Boo' is not among the nodes. Did you mean 'Bo'"),
    (polinode(edges=[["Source", "Traget"], ["Ada", "Bo"]]), "no column 'target'.*Did you mean 'Traget' for 'target'"),
    (polinode(edges=[["Source", "Target", "Weight"], ["Ada", "Bo", "=1+1"]]), "holds a formula"),
    (polinode(edges=[["Source", "Target", "Weight"], ["Ada", "Bo", "much"]]), "line 2: weight 'much' is no strength"),
    (polinode(edges=[["Source", "Target"], ["Ada", ""]]), "line 2: '' is not among the nodes"),
    (polinode(nodes=[["Label"], ["Ada"]]), "no column 'name'"),
    (polinode(titles=("One", "Two")), "has the sheets 'one', 'two'; expected one that is called 'Edges'"),
    (b"PK\x03\x04 and no more", "is a spreadsheet or an archive that is damaged"),
    (bomb(), "unfolds to 70 MB"),
    (as_workbook([[]]), "is a workbook without any cell"),
    (as_workbook([["source", "target"]]), "has a header and nothing below it"),
    # Viva and lists of edges
    ("", "is empty"),
    (
        viva("TieOrigin", "TieDestination").replace("_PersonId,TieDestination", "_Id,TieDestination", 1),
        "expected|no column",
    ),
    (viva("TieOrigin", "Tie"), "no column 'source', 'target'"),
    ("From,To,ego,alter\nm0,m1,m0,m1\n", "ends of a tie could be 'From and To', 'ego and alter'"),
    ("from,to,to\nm0,m1,m2\n", "has the column 'target' twice|'to' twice"),
    ("from,to\nm0\n", "line 2: 1 cell, but the header names 2 columns"),
    ("from,to\nm0,\n", "line 2: the target is empty"),
    ("from,to,weight\nm0,m1,-1\n", "line 2: strength '-1' is no strength"),
    ("from,to,kind\nm0,m1,hlep\n", "kind 'hlep' is unknown.*Did you mean 'help'"),
    ("from,to\nm0,m0\n", "holds no tie between two people"),
    ("from,to\nm0,m77\n", "'m77' as a target, who is not on the roster"),
    (b"from,to\nm0,\xff\n", "line 2: byte 0xFF is not UTF-8"),
]


@pytest.mark.parametrize(("content", "told"), SPOILT)
def test_a_spoilt_network_is_one_sentence_and_changes_nothing(content, told, file, organization):  # noqa: F811
    folder, before = organization
    done = command("ties", "import", str(file(content)), "--wave", "net", at=folder)

    assert done.exit_code == 2
    assert re.search(told, done.stderr), done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2  # what a file was read as may stand above
    assert everything(folder / "r.duckdb") == before


@pytest.mark.parametrize("program", ["viva", "polinode", "pajek"])
def test_ties_of_other_programs_become_a_network(program, file, organization, tmp_path):  # noqa: F811
    (tmp_path / "r.duckdb").write_bytes((organization[0] / "r.duckdb").read_bytes())
    done = command("ties", "import", str(file(FILES[program], "given")), "--wave", "net", at=tmp_path)

    assert done.exit_code == 0, done.stderr
    assert "Wave net: 3 ties." in done.stdout
