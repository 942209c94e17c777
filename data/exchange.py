"""Files in and out: rosters, answers and ties from elsewhere; tables as text, CSV and Parquet.

Every file is read whole, checked whole, and refused with one sentence that names the line; nothing is guessed that a
person would want to know about, and what is left out is counted in a notice.
"""

import codecs
import csv
import io
import json
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pandas as pd

from data import networks, rosters
from data.delimited import Table, content_of, counted, listed, plain, read, short, spelled
from data.nearest import did_you_mean
from data.records import Problem
from data.roster import RosterRow, tidy

LONG_COLUMNS = ("response", "team", "item", "value")
KINDS = ("work", "help", "meet")

EMPTY = frozenset({"", "na", "n/a", "nan", "null"})
"""How programs write that there is no answer, in small letters."""


@dataclass(frozen=True)
class TiesFile:
    """The ties of a file: source, target, kind, strength, each pair and kind once; and what was left out."""

    frame: pd.DataFrame
    notices: list[str]


# -------------------------------------------------------------------------------------------------------------- rosters


def read_roster(path: Path, mapping: Mapping[str, str] | None = None) -> tuple[list[RosterRow], list[str]]:
    """The lines of a roster file, CSV or a workbook, and notices of columns that are not kept.

    Needed: member_id, name, email, team. Known: lead_of (teams, ';' between), manager_id, role, level, location,
    joined_on (2024-03-01), language, timezone, interests (';' between). What HR programs call them is known too
    (`data.rosters`); `mapping` says it of other columns. What the lines mean together is checked by `data.roster.plan`.
    """
    table, notices = rosters.read_table(path, mapping)
    return [_roster_row(table, line, cells) for line, cells in table.records()], notices


def _roster_row(table: Table, line: int, cells: Mapping[str, str]) -> RosterRow:
    said = {name: " ".join(cells.get(name, "").split()) or None for name in rosters.EXTRAS}
    joined = said["joined_on"]
    return RosterRow(
        line=line,
        member_id=cells["member_id"],
        name=" ".join(cells["name"].split()),
        email=cells["email"],
        team=_path(table, line, cells["team"]),
        lead_of=tuple(_path(table, line, each) for each in _several(said["lead_of"])),
        manager_id=said["manager_id"],
        role=said["role"],
        level=said["level"],
        location=said["location"],
        joined_on=_day(table, line, joined) if joined else None,
        language=said["language"],
        timezone=said["timezone"],
        interests=_several(said["interests"]),
    )


def _several(cell: str | None) -> tuple[str, ...]:
    """What stands between semicolons, each once."""
    parts = [part.strip() for part in (cell or "").split(";")]
    return tuple(dict.fromkeys(part for part in parts if part))


def _day(table: Table, line: int, cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise table.problem(line, f"joined_on '{short(cell)}' is no date; expected one such as 2024-03-01.") from None


def _path(table: Table, line: int, cell: str) -> str:
    """A team's path as it is kept; '' stays, for whoever can say whose it is."""
    try:
        return tidy(cell) if cell else ""
    except Problem as problem:
        raise table.problem(line, str(problem)) from None


# -------------------------------------------------------------------------------------------------------------- answers


def read_answers(
    path: Path, items: Collection[str], mapping: Mapping[str, str] | None, scale: tuple[float, float]
) -> pd.DataFrame:
    """The answers of an existing survey: respondent (0, 1, 2 …), team, item, value, line; one row for each answer.

    items    the ids of the questionnaire
    mapping  column (or, in a long file, value of `item`) → item; see `read_map`
    scale    lowest and highest possible value

    A wide file has a row for each person, `team,<item>…`; a long one a row for each answer,
    `response,team,item,value`. Empty cells are no answer. `frame.attrs["notices"]` lists the columns and items that
    were not used, any that names people among them, and what was left out.

    Raises Problem for a value that is no number or not on the scale, a row without a team, an answer given twice, a
    response in two teams, and a file in which no column is an item.
    """
    named = _check_map(path, mapping or {}, items)
    return answers_in(read(path, (*LONG_COLUMNS, *items), needed=("team",), renamed=named), items, named, scale)


def answers_in(
    table: Table, items: Collection[str], named: Mapping[str, str], scale: tuple[float, float]
) -> pd.DataFrame:
    """The answers in a table that is read already, wide or long; `read_answers` says what comes of it."""
    if {"response", "item", "value"} <= set(table.columns):
        frame, notices = _long(table, items, named)
    else:
        _require_mapped(table, named, ())
        frame, notices = _wide(table, items)
    frame = _on_scale(table, frame, scale)
    if frame.empty:
        raise Problem(f"{table.name} holds no answers; expected numbers from {scale[0]:g} to {scale[1]:g}.")
    frame.attrs["notices"] = notices
    return frame


def _wide(table: Table, items: Collection[str]) -> tuple[pd.DataFrame, list[str]]:
    asked = [name for name in table.columns if name in items]
    if not asked:
        raise _no_item(table, table.columns, items)
    cells = table.frame()
    _require_teams(table, cells)
    notices = [*table.strangers(known={"team", *asked}), *_silent(cells[asked])]
    cells = cells.assign(respondent=range(len(cells)), team=_paths(table, cells))
    frame = cells.melt(["respondent", "team", "line"], asked, "item", "value")
    return frame.sort_values(["respondent", "item"], kind="stable"), notices


def _long(table: Table, items: Collection[str], named: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    cells = table.frame()
    _require_teams(table, cells)
    _require_mapped(table, named, cells["item"].unique())
    cells = cells.assign(item=cells["item"].map({each: _item(each, items, named) for each in cells["item"].unique()}))
    known = cells["item"].isin(list(items))
    if not known.any():
        raise _no_item(table, cells["item"].unique(), items)
    notices = [*table.strangers(known=set(LONG_COLUMNS)), *_unknown_items(cells["item"][~known])]
    cells = cells[known]
    cells = cells.assign(respondent=pd.factorize(cells["response"])[0], team=_paths(table, cells))
    _require_consistent(table, cells)
    return cells[["respondent", "team", "line", "item", "value"]], notices


def _on_scale(table: Table, frame: pd.DataFrame, scale: tuple[float, float]) -> pd.DataFrame:
    """Numbers instead of text, and only where there is an answer."""
    given = frame[~frame["value"].str.casefold().isin(EMPTY)]
    text = given["value"].str.replace(",", ".") if table.delimiter != "," else given["value"]
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    wrong = given[~numbers.between(*scale)]
    if not wrong.empty:
        first = wrong.sort_values("line", kind="stable").iloc[0]
        raise table.problem(
            first["line"],
            f"item '{first['item']}' is '{short(first['value'])}'; expected a number from {scale[0]:g} to "
            f"{scale[1]:g}, or nothing.",
        )
    return given.assign(value=numbers)[["respondent", "team", "item", "value", "line"]].reset_index(drop=True)


def _require_teams(table: Table, cells: pd.DataFrame) -> None:
    without = cells[cells["team"] == ""]
    if not without.empty:
        raise table.problem(without["line"].iloc[0], "the team is empty; expected a path such as 'Sales / North'.")


def _paths(table: Table, cells: pd.DataFrame) -> "pd.Series[Any]":
    first = cells.drop_duplicates("team")
    kept = {team: _path(table, line, team) for team, line in zip(first["team"], first["line"], strict=True)}
    return cells["team"].map(kept)


def _require_consistent(table: Table, cells: pd.DataFrame) -> None:
    """One team for each response, one answer for each of its items."""
    twice = cells[cells.duplicated(["respondent", "item"])]
    if not twice.empty:
        row = twice.iloc[0]
        told = f"response '{short(row['response'])}' answers item '{row['item']}' a second time."
        raise table.problem(row["line"], told)
    moved = cells[cells["team"] != cells.groupby("respondent")["team"].transform("first")]
    if not moved.empty:
        row = moved.iloc[0]
        told = f"response '{short(row['response'])}' is in team '{row['team']}' and in another one above."
        raise table.problem(row["line"], told)


def _item(said: str, items: Collection[str], named: Mapping[str, str]) -> str:
    """The item that a long file means, or what it says."""
    return named.get(said) or (said if said in items else spelled(items).get(plain(said), said))


def _require_mapped(table: Table, named: Mapping[str, str], said: Collection[str]) -> None:
    """A name in the map that the file does not have is a slip of the pen, and an answer would go missing."""
    for name in named:
        if name not in table.heads and name not in said:
            raise Problem(
                f"{table.name} has no '{short(name)}', which the map names.{did_you_mean(name, [*table.heads, *said])}"
            )


def _silent(answers: pd.DataFrame) -> list[str]:
    empty = int(answers.apply(lambda column: column.str.casefold().isin(EMPTY)).all(axis=1).sum())
    return [f"{counted(empty, 'row')} without any answer left out."] if empty else []


def _unknown_items(strange: "pd.Series[Any]") -> list[str]:
    if strange.empty:
        return []
    names = listed(sorted(set(strange)))
    return [f"{counted(len(strange), 'row')} left out, of items not in the questionnaire: {names}."]


def _no_item(table: Table, found: Iterable[str], items: Collection[str]) -> Problem:
    return Problem(
        f"{table.name} has no item of the questionnaire. It has: {listed(list(found))}. The questionnaire has: "
        f"{listed(list(items))}. A file given with --map says which column is which item."
    )


# --------------------------------------------------------------------------------------------- small files beside them


def read_map(path: Path) -> dict[str, str]:
    """A file `column,item`: what a survey's own column is called here. `item` may also be 'team' or 'response'."""
    table = read(path, ("column", "item"), needed=("column", "item"))
    found: dict[str, str] = {}
    for line, cells in table.records():
        if not cells["column"] or not cells["item"]:
            raise table.problem(line, "column or item is empty; expected both.")
        if cells["column"] in found:
            raise table.problem(line, f"column '{short(cells['column'])}' is named a second time.")
        found[cells["column"]] = cells["item"]
    return found


def read_invited(path: Path) -> dict[str, int]:
    """A file `team,invited`: how many people of each team were asked."""
    table = read(path, ("team", "invited"), needed=("team", "invited"))
    found: dict[str, int] = {}
    for line, cells in table.records():
        team = _path(table, line, cells["team"])
        if not team or team in found:
            raise table.problem(line, f"team '{short(team)}' is named a second time." if team else "the team is empty.")
        if not re.fullmatch(r"[0-9]{1,7}", cells["invited"]):
            told = f"invited of team '{short(team)}' is '{short(cells['invited'])}'; expected a whole number."
            raise table.problem(line, told)
        found[team] = int(cells["invited"])
    return found


def _check_map(path: Path, mapping: Mapping[str, str], items: Collection[str]) -> dict[str, str]:
    targets = [*items, *LONG_COLUMNS]
    for column, item in mapping.items():
        if item not in targets:
            raise Problem(
                f"The map for {path.name} makes column '{short(column)}' the item '{short(item)}', which is not in "
                f"the questionnaire.{did_you_mean(item, targets)}"
            )
    return dict(mapping)


# ----------------------------------------------------------------------------------------------------------------- ties


def read_ties(path: Path, min_strength: float = 0.0) -> TiesFile:
    """The ties of a CSV (`source,target[,kind][,strength]`), GraphML, GEXF or Pajek file, or of a workbook.

    They are told apart by their beginning; other names of the two columns stand in `data.networks`. Also understood:
    `weight` for strength, and `relation` for kind, where every relation that is not work, help or meet
    is read as work. A tie of strength 0 is none; weaker ones than `min_strength` are left out. Self-ties are dropped;
    of several ties with the same source, target and kind the strongest is kept. An undirected graph means both
    directions; nodes are named by their attribute `member_id`, or else by their id. Whatever was dropped or merged is
    counted in a notice.
    """
    content = content_of(path)
    match content.removeprefix(codecs.BOM_UTF8).lstrip()[:1]:
        case b"<":
            raw, notices = _graph_ties(path, content)
        case b"*":
            raw, notices = _pajek_ties(path)
        case _:
            raw, notices = _listed_ties(path)
    found = _cleaned(raw, min_strength, notices)
    if found.frame.empty:
        raise Problem(" ".join([f"{path.name} holds no tie between two people.", *found.notices]))
    return found


def _listed_ties(path: Path) -> tuple[pd.DataFrame, list[str]]:
    table, read_as = networks.edge_table(path)
    cells = table.frame()
    for end in ("source", "target"):
        empty = cells[cells[end] == ""]
        if not empty.empty:
            raise table.problem(empty["line"].iloc[0], f"the {end} is empty; expected a member_id.")
    kind = _first_of(table, "kind", "relation")
    strength = _first_of(table, "strength", "weight")
    used = {"source", "target", kind, strength} - {None}
    kinds, notices = _kinds(table, cells, kind)
    ties = pd.DataFrame(
        {
            "source": cells["source"],
            "target": cells["target"],
            "kind": kinds,
            "strength": _strengths(table, cells, strength),
        }
    )
    return ties, [*read_as, *table.strangers(known={str(name) for name in used}), *notices]


def _kinds(table: Table, cells: pd.DataFrame, column: str | None) -> tuple[Any, list[str]]:
    if column is None:
        return "work", []
    kinds = cells[column].str.casefold()
    strange = (kinds != "") & ~kinds.isin(KINDS)
    if column == "kind" and strange.any():
        row = cells[strange].iloc[0]
        told = f"kind '{short(row['kind'])}' is unknown; expected work, help or meet."
        raise table.problem(row["line"], told + did_you_mean(row["kind"], KINDS))
    return kinds.where(kinds.isin(KINDS), "work"), _read_as_work(cells[column][strange])


def _read_as_work(relations: Iterable[str]) -> list[str]:
    names = sorted(set(relations))
    return [f"Read as ties of work: {listed(names)}."] if names else []


def _strengths(table: Table, cells: pd.DataFrame, column: str | None) -> Any:
    if column is None:
        return 1.0
    text = cells[column].str.replace(",", ".") if table.delimiter != "," else cells[column]
    numbers = pd.to_numeric(text.mask(text == "", "1"), errors="coerce").astype("float64")
    wrong = cells[~numbers.between(0, math.inf, inclusive="left")]
    if not wrong.empty:
        row = wrong.iloc[0]
        told = f"{column} '{short(row[column])}' is no strength; expected a number from 0."
        raise table.problem(row["line"], told)
    return numbers


def _graph_ties(path: Path, content: bytes) -> tuple[pd.DataFrame, list[str]]:
    """Ties of a GraphML or GEXF document."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Problem(f"{path.name} defines a document type of its own, which GraphML and GEXF do not need; remove it.")
    graph = _graph(path, content)
    ids = {node: str(said.get("member_id", node)) for node, said in graph.nodes(data=True)}
    edges = [(ids[source], ids[target], said) for source, target, said in graph.edges(data=True)]
    if not graph.is_directed():
        edges += [(target, source, said) for source, target, said in edges]
    both = [] if graph.is_directed() else ["The graph has no directions: each tie was read as both ways."]
    ties, notices = _related(
        (
            source,
            target,
            str(said.get("kind", said.get("relation", "work"))),
            _edge_strength(path, (source, target, said)),
        )
        for source, target, said in edges
    )
    return ties, both + notices


def _pajek_ties(path: Path) -> tuple[pd.DataFrame, list[str]]:
    found = networks.read_pajek(path)
    ties, notices = _related((*ends, relation or "work", strength) for *ends, relation, strength in found.edges)
    both = [f"{counted(found.undirected, 'edge')} without direction read as both ways."] if found.undirected else []
    return ties, ["Read as a Pajek network, its vertices by their labels.", *both, *notices]


def _related(edges: Iterable[Any]) -> tuple[pd.DataFrame, list[str]]:
    """Edges of source, target, relation and strength as ties; every other relation than ours is one of work."""
    ties = pd.DataFrame(list(edges), columns=["source", "target", "kind", "strength"])
    relations = ties["kind"].astype("str").str.casefold()
    known = relations.isin(KINDS)
    return ties.assign(kind=relations.where(known, "work")), _read_as_work(relations[~known])


def _graph(path: Path, content: bytes) -> Any:
    """The networkx graph in a document; GEXF says so in its root element."""
    form = "GEXF" if b"<gexf" in content[:2000] else "GraphML"
    read_graph = nx.read_gexf if form == "GEXF" else nx.read_graphml
    try:
        return read_graph(io.BytesIO(content))
    except ET.ParseError as error:
        raise Problem(f"{path.name}, line {error.position[0]}: this is no well-formed {form} document.") from None
    except Exception as error:
        # Whatever networkx comes across in a document that is well-formed and something else.
        raise Problem(f"{path.name} cannot be read as {form}: {short(str(error))}.") from error


def _edge_strength(path: Path, edge: tuple[str, str, Mapping[str, Any]]) -> float:
    source, target, said = edge
    value = said.get("strength", said.get("weight", 1.0))
    try:
        strength = float(value)
    except (TypeError, ValueError):
        strength = math.nan
    if not 0 <= strength < math.inf:
        told = f"{path.name}: the tie from '{source}' to '{target}' has the strength '{short(str(value))}'"
        raise Problem(f"{told}; expected a number from 0.")
    return strength


def _cleaned(ties: pd.DataFrame, min_strength: float, notices: list[str]) -> TiesFile:
    """Each pair and kind once, nobody tied to themselves, nothing too weak; and how many went."""
    own = ties["source"] == ties["target"]
    none = ~own & (ties["strength"] == 0)
    weak = ~own & ~none & (ties["strength"] < min_strength)
    kept = ties[~own & ~none & ~weak]
    merged = kept.groupby(["source", "target", "kind"])["strength"].max().reset_index()
    counts = [
        (int(own.sum()), "from somebody to themselves dropped"),
        (int(none.sum()), "of strength 0 dropped"),
        (int(weak.sum()), f"weaker than {min_strength:g} left out"),
        (len(kept) - len(merged), "named more than once merged; the strongest was kept"),
    ]
    told = [f"{counted(number, 'tie')} {what}." for number, what in counts if number]
    return TiesFile(merged[["source", "target", "kind", "strength"]], [*notices, *told])


def _first_of(table: Table, *names: str) -> str | None:
    return next((name for name in names if name in table.columns), None)


# ------------------------------------------------------------------------------------------------------ tables, written


def to_text(frame: pd.DataFrame, format: str) -> str:  # noqa: A002  the option's name
    """A table as people read it in a terminal, or as programs read it.

    table  aligned columns, numbers to the right with at most three decimals, nothing where nothing is known
    csv    a header and a line for each row; true and false in small letters; cells that a spreadsheet would take for a
           formula begin with an apostrophe
    json   a list of objects; null where nothing is known
    """
    if format == "json":
        return json.dumps(to_objects(frame), ensure_ascii=False, indent=1)
    names, rows = _cells(frame)
    if format == "csv":
        return _csv_text(names, rows)
    if format != "table":
        raise ValueError(f"format '{format}' is unknown; expected table, csv or json.")
    return _aligned(names, rows)


def to_objects(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as JSON knows it: an object for each row."""
    names, rows = _cells(frame)
    return [dict(zip(names, row, strict=True)) for row in rows]


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Writes a table as CSV in UTF-8; no cell can become a formula in a spreadsheet."""
    path.write_text(to_text(frame, "csv"), encoding="utf-8", newline="")


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Writes a table as Parquet, with its types."""
    frame.to_parquet(path, index=False)


def _cells(frame: pd.DataFrame) -> tuple[list[str], list[list[Any]]]:
    rows = [[as_json(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return [str(name) for name in frame.columns], rows


def as_json(cell: Any) -> Any:
    """A cell as JSON knows it: whole numbers whole, days and moments in ISO form, sets and arrays as lists."""
    if isinstance(cell, (list, tuple, set, frozenset, np.ndarray)):
        return [as_json(each) for each in (sorted(cell) if isinstance(cell, (set, frozenset)) else cell)]
    if cell is None or cell is pd.NaT or pd.isna(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    cell = cell.item() if hasattr(cell, "item") else cell
    if isinstance(cell, float):
        return (int(cell) if cell.is_integer() else cell) if math.isfinite(cell) else None
    return cell if isinstance(cell, (bool, int)) else str(cell)


def _csv_text(names: list[str], rows: list[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_harmless(name) for name in names)
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _csv_cell(cell: Any) -> Any:
    if isinstance(cell, list):
        return _harmless(";".join(str(_csv_cell(each)) for each in cell))
    if isinstance(cell, bool):
        return str(cell).lower()
    return _harmless(cell) if isinstance(cell, str) else cell


def _harmless(cell: str) -> str:
    """What begins like this is run as a formula when a spreadsheet opens the file (OWASP, CSV injection)."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _aligned(names: list[str], rows: list[list[Any]]) -> str:
    texts = [[_table_cell(cell) for cell in row] for row in rows]
    widths = [max(len(line[place]) for line in [names, *texts]) for place in range(len(names))]
    right = [_numeric([row[place] for row in rows]) for place in range(len(names))]
    return "".join(_line(line, widths, right) for line in [names, ["-" * width for width in widths], *texts])


def _numeric(cells: list[Any]) -> bool:
    known = [cell for cell in cells if cell is not None]
    return bool(known) and all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in known)


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    parts = [
        cell.rjust(width) if numeric else cell.ljust(width)
        for cell, width, numeric in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(parts).rstrip() + "\n"


def _table_cell(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        return "; ".join(_table_cell(each) for each in cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{round(cell, 3) + 0.0:.3f}".rstrip("0").rstrip(".")  # + 0.0: no minus before a zero
    # A name on the roster must not be able to move the cursor of whoever looks at it.
    return "".join(each if each.isprintable() else " " for each in str(cell))
