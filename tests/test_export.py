"""What is exported for other programs: a workbook without formulas, and the network as others open it."""

import stat
import zipfile
from datetime import date, timedelta

import igraph
import networkx as nx
import openpyxl
import pandas as pd
import pytest
from larkfield import Company, administrator_of, keep
from test_commands import larkfields_company, ok  # a company with eight closed waves

from dashboard import readable, tables
from data import graphs, sheets

ON = date(2026, 11, 2)

TABLES = {
    "findings": pd.DataFrame(
        {"team": ["Sales / North", "=1+1", "+1", "-1", "@SUM(A1)"], "value": [1.5, None, -3, 0, 2.0],
         "shown": [True, False, True, True, True]}
    ),
    "empty": pd.DataFrame(columns=["wave", "member_id"]),
}  # fmt: skip
STANDINGS = pd.DataFrame(
    [("w", "m1", "Ada & <Bo>", "Sales / North", "connected", False), ("w", "m2", "زينة", "Care", "few_ties", True)],
    columns=["wave", "member_id", "name", "team", "standing", "persistent"],
)
TIES = pd.DataFrame(
    [
        ("w", "Care", "Sales / North", "1–4", 7.25, "fewer", True, ""),
        ("w", "Sales / North", "Care", "1–4", 7.25, "fewer", True, ""),
        ("w", "Care", "Legal", "", None, "", False, "too_few"),
    ],
    columns=["wave", "team_a", "team_b", "ties", "expected", "compared_with_chance", "shown", "reason"],
)


@pytest.fixture
def workbook(tmp_path):
    sheets.write_workbook(tmp_path / "t.xlsx", TABLES)
    return tmp_path / "t.xlsx"


def test_a_workbook_has_a_sheet_a_table_with_its_header_in_sight(workbook):
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["findings", "empty"]
    sheet = book["findings"]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == ["team", "value", "shown"]
    assert [cell.value for cell in book["empty"][1]] == ["wave", "member_id"]
    assert 10 < sheet.column_dimensions["A"].width < 60


def test_no_cell_of_a_workbook_is_a_formula(workbook):
    cells = [cell for row in openpyxl.load_workbook(workbook)["findings"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert [cell.value for cell in cells if cell.column == 1][1:] == list(TABLES["findings"]["team"])
    sheet = zipfile.ZipFile(workbook).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<f " not in sheet


def test_pandas_reads_a_workbook_as_it_was_written(workbook):
    read = pd.read_excel(workbook, sheet_name="findings")
    pd.testing.assert_frame_equal(read, TABLES["findings"], check_dtype=False)


def test_the_same_tables_make_the_same_bytes(workbook, tmp_path, monkeypatch):
    import time

    monkeypatch.setattr(time, "time", lambda: 4e9)
    sheets.write_workbook(tmp_path / "again.xlsx", TABLES)
    assert workbook.read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    for write in (graphs.write_graphml, graphs.write_gexf):
        made = []
        for name in ("a", "b"):
            write(tmp_path / name, graphs.network(STANDINGS, TIES))
            made.append((tmp_path / name).read_bytes())
        assert made[0] == made[1]
        assert b"lastmodified" not in made[0]


def test_the_network_holds_who_may_be_named_and_ties_that_may_be_shown():
    drawn = graphs.network(STANDINGS, TIES)
    assert dict(drawn.nodes(data="kind")) == {
        "team:Care": "team", "team:Legal": "team", "team:Sales / North": "team", "member:m1": "member",
        "member:m2": "member",
    }  # fmt: skip
    assert drawn.edges["team:Care", "team:Sales / North"] == {
        "kind": "ties", "ties": "1–4", "compared_with_chance": "fewer", "expected": 7.25,
    }  # fmt: skip
    assert not drawn.has_edge("team:Care", "team:Legal")
    assert drawn.nodes["member:m2"] == {"kind": "member", "label": "زينة", "standing": "few_ties", "persistent": True}


def of_igraph(path):
    """Nodes and edges as igraph reads them, without what it adds or cannot leave out."""
    read = igraph.Graph.Read_GraphML(str(path))
    nodes = {vertex["id"]: known(vertex.attributes(), "id") for vertex in read.vs}
    edges = {
        frozenset((read.vs[edge.source]["id"], read.vs[edge.target]["id"])): known(edge.attributes(), "id")
        for edge in read.es
    }
    return nodes, edges


def known(attributes, *added):
    return {
        name: value
        for name, value in attributes.items()
        if name not in added and value not in ("", None) and value == value  # noqa: PLR0124  NaN for none
    }


def of_networkx(drawn, *added):
    nodes = {node: known(said) for node, said in drawn.nodes(data=True)}
    return nodes, {frozenset((a, b)): known(said, *added) for a, b, said in drawn.edges(data=True)}


def same_everywhere(drawn, folder):
    """The graph of the files in a folder, opened by networkx and by igraph, is the one that was drawn."""
    nodes, edges = of_networkx(drawn)
    assert of_networkx(nx.read_graphml(folder / "network.graphml")) == (nodes, edges)
    assert of_networkx(nx.read_gexf(folder / "network.gexf"), "id") == (nodes, edges)
    read_nodes, read_edges = of_igraph(folder / "network.graphml")
    assert read_edges == edges
    people = {node: said for node, said in nodes.items() if said["kind"] == "member"}
    assert {node: read_nodes[node] for node in people} == people
    teams = nodes.keys() - people.keys()  # igraph gives every node every attribute: false where there is none
    assert {node: read_nodes[node]["label"] for node in teams} == {node: nodes[node]["label"] for node in teams}
    assert read_nodes.keys() == nodes.keys()


def test_graphml_and_gexf_opened_again_are_what_was_drawn(tmp_path):
    drawn = graphs.network(STANDINGS, TIES)
    graphs.write_graphml(tmp_path / "network.graphml", drawn)
    graphs.write_gexf(tmp_path / "network.gexf", drawn)
    same_everywhere(drawn, tmp_path)


def test_names_that_no_xml_may_hold_are_written_without_what_it_cannot_hold(tmp_path):
    drawn = graphs.network(STANDINGS.assign(name="A\x00da\x0b"), TIES)
    graphs.write_graphml(tmp_path / "network.graphml", drawn)
    assert nx.read_graphml(tmp_path / "network.graphml").nodes["member:m1"]["label"] == "A da "


# ------------------------------------------------------------------------------------------------------ rapport export


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    larkfields_company(folder / "r.duckdb")
    ok("export", folder / "out", db=folder / "r.duckdb")
    return folder / "out"


def test_the_network_of_an_export_holds_nothing_that_its_tables_do_not(exported):
    standings, ties = (pd.read_csv(exported / f"{name}.csv") for name in ("standings", "ties_between_teams"))
    last = standings[standings["wave"] == standings["wave"].iloc[-1]]
    shown = ties[(ties["wave"] == last["wave"].iloc[0]) & ties["shown"]]
    drawn = nx.read_graphml(exported / "network.graphml")

    members = {node.removeprefix("member:") for node, kind in drawn.nodes(data="kind") if kind == "member"}
    assert members == set(last["member_id"])
    assert not any(each.endswith("03") for each in members)  # Larkfield's people with 03 agreed to nothing
    between = {
        frozenset((a.removeprefix("team:"), b.removeprefix("team:")))
        for a, b, kind in drawn.edges(data="kind")
        if kind == "ties"
    }
    assert between == {frozenset(pair) for pair in zip(shown["team_a"], shown["team_b"], strict=True)}
    assert not [edge for edge in drawn.edges if all(end.startswith("member:") for end in edge)]
    same_everywhere(drawn, exported)


def test_a_workbook_holds_the_tables_of_the_export(exported):
    for name in ("findings", "standings", "introductions", "ties_between_teams"):
        sheet = pd.read_excel(exported / "rapport.xlsx", sheet_name=name, keep_default_na=False)
        table = pd.read_csv(exported / f"{name}.csv", keep_default_na=False)
        assert list(sheet.columns) == list(table.columns)
        assert len(sheet) == len(table)
    assert stat.S_IMODE((exported / "rapport.xlsx").stat().st_mode) == 0o600


def test_nobody_is_drawn_before_their_days_are_over(desk):
    keep(desk, Company(waves=1))
    with desk.store.writing() as db:
        db.execute("UPDATE standing SET visible_from = ?", [ON + timedelta(days=3)])
    early, late = (readable.read(desk, administrator_of(desk), day) for day in (ON, ON + timedelta(days=3)))
    named = [
        {kind for _, kind in tables.drawn(page, tables.exports(page)).nodes(data="kind")} for page in (early, late)
    ]
    assert named == [{"team"}, {"team", "member"}]
