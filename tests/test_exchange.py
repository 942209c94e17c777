"""Files in and out: what is understood, what is left out and said, and one sentence for everything else."""

import json
import os
from datetime import date, datetime

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from data import exchange
from data.records import Problem
from data.roster import RosterRow

ITEMS = ["listens", "helps", "blames"]
SCALE = (1, 5)
ROSTER = "member_id,name,email,team\n"


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its path."""

    def write(content, name="some.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read_answers(path, mapping=None):
    return exchange.read_answers(path, ITEMS, mapping, SCALE)


def values(frame):
    return frame[["respondent", "team", "item", "value"]].to_numpy().tolist()


def tied(read):
    return read.frame.to_numpy().tolist()


# -------------------------------------------------------------------------------------------------------------- rosters


def test_a_roster_is_read_with_every_column_it_may_have(file):
    head = "member_id,name,email,team,lead_of,manager_id,role,level,location,joined_on,language,timezone,interests\n"
    line = (
        'm1,Ada  Love,ada@example.org,Sales/North,Sales; Design,m2,Lead,5,Kiel,2020-03-01,de,Europe/Berlin,"a; b;a"\n'
    )
    rows, notices = exchange.read_roster(file(head + line))
    assert rows == [
        RosterRow(2, "m1", "Ada Love", "ada@example.org", "Sales / North", ("Sales", "Design"), "m2", "Lead", "5",
                  "Kiel", date(2020, 3, 1), "de", "Europe/Berlin", ("a", "b"))
    ]  # fmt: skip
    assert notices == []


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_write_is_understood(file, mark, delimiter, end):
    lines = [
        delimiter.join(["member_id", "name", "email", "team"]),
        delimiter.join(["m1", "Zoë Ångström", "", "Sales"]),
    ]
    rows, _ = exchange.read_roster(file(mark + (end.join(lines) + end).encode()))
    assert rows == [RosterRow(2, "m1", "Zoë Ångström", "", "Sales")]


def test_a_header_may_be_written_as_people_write(file):
    rows, notices = exchange.read_roster(file("Member ID; Name;E-mail;EMAIL;Team\nm1;Ada;x;a@b.org;Sales\n"))
    assert rows == [RosterRow(2, "m1", "Ada", "a@b.org", "Sales")]
    assert notices == ["Not read and not stored: 'E-mail'."]


def test_empty_lines_and_empty_cells_at_the_end_are_passed_over(file):
    rows, _ = exchange.read_roster(file(ROSTER + "\nm1,Ada,,Sales,,\n,,,\nm2,Bo,,Sales\n"))
    assert [(row.line, row.member_id) for row in rows] == [(3, "m1"), (5, "m2")]


def test_lines_are_counted_as_an_editor_counts_them(file):
    rows, _ = exchange.read_roster(file(ROSTER + 'm1,"Ada\nLovelace",,Sales\nm2,Bo,,Sales\n'))
    assert [(row.line, row.name) for row in rows] == [(2, "Ada Lovelace"), (4, "Bo")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", r"some\.csv is empty\."),
        ("\ufeff \n\n", r"some\.csv is empty\."),
        (ROSTER, "has a header and nothing below it"),
        ("member_id,name,mail,team\nm1,Ada,,Sales\n", "no column 'email'.* Did you mean 'mail' for 'email'?"),
        ("a b c\nd\n", "no column 'member_id', 'name', 'email', 'team'. It has: 'a b c'"),
        (ROSTER + "m1,Ada,,Sales\nm2,Bo,Sales\n", "line 3: 3 cells, but the header names 4 columns"),
        (ROSTER + "m1,Ada,,Sales,more\n", "line 2: 5 cells"),
        ("member_id,name,email,team,team\nm1,Ada,,Sales,x\n", "has the column 'team' twice"),
        (ROSTER + 'm1,"Ada"x,,Sales\n', "line 2: this row is no CSV"),
        (ROSTER + 'm1,Ada,,Sales\nm2,"Bo,,Sales\n', "line 3: this row is no CSV"),
        (ROSTER + "m1,Ada,,Sales / / North\n", "line 2: Team 'Sales / / North' has an empty part"),
        (ROSTER.strip() + ",joined_on\nm1,Ada,,Sales,1.3.2020\n", "line 2: joined_on '1.3.2020' is no date"),
    ],
)
def test_a_roster_that_cannot_be_used_is_one_sentence_with_the_line(file, content, sentence):
    with pytest.raises(Problem, match=sentence):
        exchange.read_roster(file(content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ((ROSTER + "m1,Ada,,Sales\nm2,Zoë,,Sales\n").encode("latin-1"), "line 3: byte 0xEB is not UTF-8"),
        ((ROSTER + "m1,Ada,,Sales\n").encode("utf-16"), "encoded as UTF-16"),
        (ROSTER.encode() + b"m1,\0,,Sales\n", "line 2: this is not text"),
        (b"PK\x03\x04" + os.urandom(1000), "is a spreadsheet"),
        (os.urandom(10_000_000), "some.csv"),
        (b"x" * 10_000_000, "line 1: this row is no CSV"),
        (ROSTER.encode() + b"x" * 10_000_000, "line 2: this row is no CSV"),
        (b'"' * 9_999_999, "some.csv"),
        (b"1,2,3\n" * 1_700_000, "no column 'member_id'"),
    ],
    ids=["latin-1", "utf-16", "nul", "xlsx", "random", "one line", "one cell", "quotes", "numbers"],
)
def test_other_encodings_and_ten_megabytes_of_rubbish_are_one_short_sentence(file, content, sentence):
    with pytest.raises(Problem, match=sentence) as told:
        exchange.read_roster(file(content))
    assert len(str(told.value)) < 600
    assert str(told.value).isprintable()


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(Problem, match="cannot be read: No such file"):
        exchange.read_roster(tmp_path / "roster.csv")


# -------------------------------------------------------------------------------------------------------------- answers


def test_a_wide_file_has_a_row_for_each_person(file):
    frame = read_answers(file("team,listens,helps\nSales/North,4,5\nDesign,,2\n"))
    assert values(frame) == [
        [0, "Sales / North", "helps", 5.0],
        [0, "Sales / North", "listens", 4.0],
        [1, "Design", "helps", 2.0],
    ]
    assert list(frame["line"]) == [2, 2, 3]


def test_a_long_file_has_a_row_for_each_answer(file):
    frame = read_answers(file("response,team,item,value\nr7,Sales,listens,4\nr7,Sales,helps,5\nr2,Design,listens,NA\n"))
    assert values(frame) == [[0, "Sales", "listens", 4.0], [0, "Sales", "helps", 5.0]]


def test_whoever_answered_keeps_no_name(file):
    frame = read_answers(file("respondent_id,team,listens\nada@example.org,Sales,4\nbo@example.org,Sales,2\n"))
    assert "ada" not in frame.to_csv()
    assert frame.attrs["notices"] == ["Not read and not stored: 'respondent_id'."]
    long = read_answers(file("response,team,item,value\nada@example.org,Sales,listens,4\n"))
    assert "ada" not in long.to_csv()


def test_columns_that_are_no_items_are_named_in_a_notice(file):
    frame = read_answers(file("team,listens,lunch,wave\nSales,4,5,1\nSales,,1,1\n"))
    assert values(frame) == [[0, "Sales", "listens", 4.0]]
    assert frame.attrs["notices"] == [
        "Not read and not stored: 'lunch', 'wave'.",
        "1 row without any answer left out.",
    ]


def test_items_of_a_long_file_that_are_unknown_are_counted_in_a_notice(file):
    frame = read_answers(file("response,team,item,value\n1,Sales,Listens,4\n1,Sales,lunch,9\n2,Sales,lunch,9\n"))
    assert values(frame) == [[0, "Sales", "listens", 4.0]]
    assert frame.attrs["notices"] == ["2 rows left out, of items not in the questionnaire: 'lunch'."]


def test_decimal_commas_are_understood_where_they_separate_nothing(file):
    assert values(read_answers(file("team;listens\nSales;3,5\n"))) == [[0, "Sales", "listens", 3.5]]


def test_a_map_says_which_column_is_which_item(file):
    mapping = exchange.read_map(file("column,item\nQ1,listens\nDepartment,team\n", "map.csv"))
    assert values(read_answers(file("Department,Q1\nSales,4\n"), mapping)) == [[0, "Sales", "listens", 4.0]]


def test_a_map_works_for_the_items_of_a_long_file_too(file):
    frame = read_answers(file("response,team,item,value\n1,Sales,Q1,4\n"), {"Q1": "listens"})
    assert values(frame) == [[0, "Sales", "listens", 4.0]]


@pytest.mark.parametrize(
    ("content", "mapping", "sentence"),
    [
        ("team,listens\nSales,4\nSales,6\n", None, "line 3: item 'listens' is '6'; expected a number from 1 to 5"),
        ("team,listens,helps\nSales,4,x\nSales,0,1\n", None, "line 2: item 'helps' is 'x'"),
        ("team,listens\nSales,inf\n", None, "line 2: item 'listens' is 'inf'"),
        ("response,team,item,value\n1,S,listens,4\n2,S,listens,44\n", None, "line 3: item 'listens' is '44'"),
        ("team,listens\nSales,4\n,5\n", None, "line 3: the team is empty"),
        ("team_id,listens\nSales,4\n", None, "no column 'team'.* Did you mean 'team_id' for 'team'?"),
        ("team,lunch\nSales,4\n", None, "no item of the questionnaire. It has: 'team', 'lunch'"),
        ("response,team,item,value\n1,S,lunch,4\n", None, "no item of the questionnaire. It has: 'lunch'"),
        ("team,listens\nSales,\nSales,NA\n", None, "holds no answers"),
        ("team,Q1\nSales,4\n", {"Q1": "lissens"}, "'lissens', which is not in .* Did you mean 'listens'?"),
        ("team,Q1\nSales,4\n", {"Q1": "listens", "Q2": "helps"}, "no 'Q2', which the map names. Did you mean 'Q1'?"),
        ("team,listens,Q1\nSales,4,5\n", {"Q1": "listens"}, "has the column 'listens' twice"),
        (
            "response,team,item,value\n1,S,helps,4\n1,S,helps,4\n",
            None,
            "line 3: response '1' answers item 'helps' a sec",
        ),
        ("response,team,item,value\n1,S,helps,4\n1,T,blames,4\n", None, "line 3: response '1' is in team 'T'"),
    ],
)
def test_answers_that_cannot_be_used_are_one_sentence_with_the_line(file, content, mapping, sentence):
    with pytest.raises(Problem, match=sentence):
        read_answers(file(content), mapping)


def test_a_hundred_thousand_answers_are_read(file):
    rows = "".join(f"Team {number % 97},{number % 5 + 1},{number % 4 + 1},\n" for number in range(50_000))
    frame = read_answers(file("team,listens,helps,blames\n" + rows))
    assert len(frame) == 100_000
    assert frame["respondent"].nunique() == 50_000
    assert frame["value"].sum() == sum(number % 5 + 1 + number % 4 + 1 for number in range(50_000))


def test_how_many_were_asked_is_read_by_team(file):
    found = exchange.read_invited(file("team,invited\nSales/North,12\nDesign,0\n"))
    assert found == {"Sales / North": 12, "Design": 0}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("team,invited\nSales,twelve\n", "line 2: invited of team 'Sales' is 'twelve'"),
        ("team,invited\nSales,-1\n", "line 2: invited"),
        ("team,invited\nSales,1\nsales / ,1\n", "line 3: Team"),
        ("team,invited\nA/B,1\nA / B,1\n", "line 3: team 'A / B' is named a second time"),
        ("team,invited\n,1\n", "line 2: the team is empty"),
    ],
)
def test_a_file_of_invited_people_that_cannot_be_used_is_one_sentence(file, content, sentence):
    with pytest.raises(Problem, match=sentence):
        exchange.read_invited(file(content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("column,item\nQ1,\n", "line 2: column or item is empty"),
        ("column,item\nQ1,listens\nQ1,helps\n", "line 3: column 'Q1' is named a second time"),
    ],
)
def test_a_map_that_cannot_be_used_is_one_sentence(file, content, sentence):
    with pytest.raises(Problem, match=sentence):
        exchange.read_map(file(content))


# ----------------------------------------------------------------------------------------------------------------- ties


def test_two_columns_are_enough_for_ties(file):
    read = exchange.read_ties(file("source,target\nada,bo\nbo,ada\n"))
    assert tied(read) == [["ada", "bo", "work", 1.0], ["bo", "ada", "work", 1.0]]
    assert read.notices == []


def test_what_is_dropped_and_merged_is_counted(file):
    content = "source,target,kind,strength\na,b,work,1\na,b,work,3\na,b,help,2\na,a,work,5\nb,a,,0\nc,a,meet,0.5\n"
    read = exchange.read_ties(file(content), 1.0)
    assert tied(read) == [["a", "b", "help", 2.0], ["a", "b", "work", 3.0]]
    assert read.notices == [
        "1 tie from somebody to themselves dropped.",
        "1 tie of strength 0 dropped.",
        "1 tie weaker than 1 left out.",
        "1 tie named more than once merged; the strongest was kept.",
    ]


def test_weights_and_relations_of_other_programs_are_understood(file):
    read = exchange.read_ties(file("source,target,weight,relation,wave\na,b,4,advice,1\na,b,2,Help,1\nb,a,,meet,2\n"))
    assert tied(read) == [["a", "b", "help", 2.0], ["a", "b", "work", 4.0], ["b", "a", "meet", 1.0]]
    assert read.notices == ["Not read and not stored: 'wave'.", "Read as ties of work: 'advice'."]


@pytest.mark.parametrize(("write", "name"), [(nx.write_graphml, "a.graphml"), (nx.write_gexf, "a.gexf")])
def test_a_graph_of_another_program_is_understood(tmp_path, write, name):
    graph = nx.DiGraph([("ada", "bo", {"weight": 2.5, "kind": "help"}), ("bo", "cy", {}), ("cy", "cy", {})])
    write(graph, tmp_path / name)
    read = exchange.read_ties(tmp_path / name)
    assert tied(read) == [["ada", "bo", "help", 2.5], ["bo", "cy", "work", 1.0]]
    assert read.notices == ["1 tie from somebody to themselves dropped."]


@pytest.mark.parametrize(("write", "name"), [(nx.write_graphml, "a.graphml"), (nx.write_gexf, "a.gexf")])
def test_a_graph_without_directions_means_both(tmp_path, write, name):
    write(nx.Graph([("ada", "bo")]), tmp_path / name)
    read = exchange.read_ties(tmp_path / name)
    assert tied(read) == [["ada", "bo", "work", 1.0], ["bo", "ada", "work", 1.0]]
    assert read.notices == ["The graph has no directions: each tie was read as both ways."]


def test_nodes_may_say_which_member_they_are(tmp_path):
    graph = nx.DiGraph([("n0", "n1")])
    nx.set_node_attributes(graph, {"n0": "ada", "n1": "bo"}, "member_id")
    nx.write_graphml(graph, tmp_path / "a.graphml")
    assert tied(exchange.read_ties(tmp_path / "a.graphml")) == [["ada", "bo", "work", 1.0]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("from,target\na,b\n", "no column 'source'. It has: 'from', 'target'"),
        ("source,target\na,b\n,b\n", "line 3: the source is empty"),
        ("source,target,kind\na,b,hepl\n", "line 2: kind 'hepl' is unknown; .* Did you mean 'help'?"),
        ("source,target,strength\na,b,strong\n", "line 2: strength 'strong' is no strength"),
        ("source,target,weight\na,b,-1\n", "line 2: weight '-1' is no strength"),
        ("source,target,weight\na,b,inf\n", "line 2: weight 'inf'"),
        ("<graphml>\n<graph>\n</graphml>", "line 3: this is no well-formed GraphML"),
        ("<gexf><nonsense/></gexf>", "cannot be read as GEXF"),
        ("<html></html>", "holds no tie|cannot be read as GraphML"),
        ("<graphml><graph edgedefault='directed'><node id='a'/></graph></graphml>", "holds no tie|cannot be read"),
        ("source,target\na,a\n", "holds no tie between two people. 1 tie from somebody to themselves dropped."),
        ('<!DOCTYPE x [<!ENTITY a "b">]><graphml/>', "defines a document type"),
        ("<" + "x" * 10_000_000, "no well-formed"),
    ],
)
def test_ties_that_cannot_be_used_are_one_sentence(file, content, sentence):
    with pytest.raises(Problem, match=sentence):
        exchange.read_ties(file(content))


def test_a_real_network_is_read_whole(real_data):
    read = exchange.read_ties(real_data / "krackhardt_hightech" / "edges.csv")
    pairs = pd.read_csv(real_data / "krackhardt_hightech" / "edges.csv", dtype=str)
    assert len(read.frame) == len(pairs.drop_duplicates(["source", "target"]))


# ------------------------------------------------------------------------------------------------------ tables, written

TABLE = pd.DataFrame(
    {
        "team": ["Sales", "=Design"],
        "score": [62.0, np.nan],
        "value": [-0.0001, 12.34567],
        "shown": [True, False],
        "closed": [date(2026, 9, 1), None],
        "covers": [["a", "b"], []],
    }
)


def test_a_table_for_people_is_aligned_and_empty_where_nothing_is_known():
    assert exchange.to_text(TABLE, "table").splitlines() == [
        "team     score   value  shown  closed      covers",
        "-------  -----  ------  -----  ----------  ------",
        "Sales       62       0  true   2026-09-01  a; b",
        "=Design         12.346  false",
    ]


def test_a_table_as_csv_has_no_formula_and_whole_numbers_whole():
    assert exchange.to_text(TABLE, "csv") == (
        "team,score,value,shown,closed,covers\nSales,62,-0.0001,true,2026-09-01,a;b\n'=Design,,12.34567,false,,\n"
    )


def test_a_table_as_json_is_a_list_of_objects_with_null_for_nothing():
    assert json.loads(exchange.to_text(TABLE, "json")) == [
        {"team": "Sales", "score": 62, "value": -0.0001, "shown": True, "closed": "2026-09-01", "covers": ["a", "b"]},
        {"team": "=Design", "score": None, "value": 12.34567, "shown": False, "closed": None, "covers": []},
    ]


def test_a_table_without_rows_still_has_its_header():
    assert exchange.to_text(TABLE[:0], "csv") == "team,score,value,shown,closed,covers\n"
    assert exchange.to_text(TABLE[:0], "json") == "[]"
    assert exchange.to_text(TABLE[:0], "table").startswith("team  score")


def test_what_the_database_hands_out_can_be_printed():
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int32"), "at": [datetime(2026, 9, 1, 8), pd.NaT]})
    frame = frame.assign(covers=[np.array(["a"], dtype=object), frozenset({"c", "b"})])
    assert json.loads(exchange.to_text(frame, "json")) == [
        {"n": 1, "at": "2026-09-01 08:00:00", "covers": ["a"]},
        {"n": None, "at": None, "covers": ["b", "c"]},
    ]


def test_a_name_cannot_move_the_cursor_of_a_terminal():
    shown = exchange.to_text(pd.DataFrame({"name": ["Ada\x1b[2J\nBo"]}), "table")
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 3


def test_an_unknown_format_is_named():
    with pytest.raises(ValueError, match="format 'xml'"):
        exchange.to_text(TABLE, "xml")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_of_a_written_file_is_a_formula(tmp_path, cell):
    exchange.write_csv(tmp_path / "out.csv", pd.DataFrame({"name": [cell], "number": [-1]}))
    back = pd.read_csv(tmp_path / "out.csv", lineterminator="\n")
    assert back["name"][0] == "'" + cell
    assert back["number"][0] == -1


def test_a_written_parquet_file_keeps_its_types(tmp_path):
    exchange.write_parquet(tmp_path / "out.parquet", TABLE)
    back = pd.read_parquet(tmp_path / "out.parquet")
    assert back["shown"].tolist() == [True, False]
    assert list(back["covers"][0]) == ["a", "b"]
