"""How another program writes the answers that it exports: a mapping file for each, in `mappings/`, and yours beside it.

A mapping file is TOML. Names of columns are compared without capitals, spaces and punctuation. Every key may be left
out, and those of `mappings/common.toml` hold for every program:

    title          what the program is called in sentences
    header         its header rows: { holds = "names" } or { holds = "nothing" }, and with begins = "…" what the first
                   cell of the row begins with ("" for an empty one); one row of names where nothing is said
    recognized_by  columns of which a file of this program has at least one
    people         columns that say who answered: they are dropped before anything else is read
    apart          columns about the answering, such as times: not read
    response       columns that tell one answer from another
    team           columns that may hold the team
    wrapped        regular expressions of names that hold more than the statement; each group is tried as one
    leave_out      rows that are no answers: { column = "Status", cells = ["Survey Test"], called = "tests" }
    no_answer      what means that somebody did not answer
    scales         lists of words, lowest first
    columns        a column and the item that it stands for, or "team", or "nothing": [columns] "Q7_2" = "T3"
    scale          lowest and highest number of the scale that was asked, where it is not the questionnaire's: [1, 7].
                   Its numbers are put on the questionnaire's in a straight line
    words          a word and its number on that scale, in place of every list: [words] "Often" = 4

A file of your own, given with --map, adds to what is there for its program: lists grow, everything else is replaced.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from data import exchange
from data.nearest import did_you_mean
from data.records import Problem
from surveys.place import Place, listed, read_toml, shortened

FOLDER = Path(__file__).with_name("mappings")
COMMON = FOLDER / "common.toml"
TEAM, NOTHING, COMMENT = "team", "nothing", "comment"
"""What a column may stand for beside an item."""


@dataclass(frozen=True)
class HeaderRow:
    """One row above the answers."""

    holds: Literal["names", "nothing"] = "names"
    begins: str | None = None
    """What its first cell begins with, '' for an empty one; None where nothing is known of it."""


@dataclass(frozen=True)
class LeaveOut:
    """Rows that are no answers: those with one of these cells in a column."""

    column: str
    cells: tuple[str, ...]
    called: str


@dataclass(frozen=True)
class ExportMapping:
    """How one program writes its answers; the fields are the keys of a mapping file."""

    title: str = "this program"
    header: tuple[HeaderRow, ...] = (HeaderRow(),)
    recognized_by: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    response: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    wrapped: tuple[re.Pattern[str], ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    no_answer: tuple[str, ...] = ()
    scales: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, str] | None = None
    scale: tuple[float, float] | None = None
    words: Mapping[str, float] | None = None


_LISTS = ("recognized_by", "people", "apart", "response", "team", "wrapped", "leave_out", "no_answer", "scales")


def programs() -> list[str]:
    """Name the programs whose answers can be read.

    >>> programs()
    ['google', 'limesurvey', 'microsoft', 'qualtrics', 'surveymonkey']
    """
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path != COMMON)


def mapping_of(program: str, own: Path | None = None) -> ExportMapping:
    """Read the mapping of a program, with what a file of somebody's own adds to it: TOML, or a CSV `column,item`."""
    if program not in programs():
        known = programs()
        raise Problem(f"There is no mapping '{program}'; known are {listed(known)}.{did_you_mean(program, known)}")
    files = [COMMON, FOLDER / f"{program}.toml", *([own] if own and own.suffix == ".toml" else [])]
    made = _merged([(Place(file.name), read_toml(file)) for file in files])
    return replace(made, columns=exchange.read_map(own)) if own and own.suffix != ".toml" else made


@lru_cache(maxsize=4096)  # the same few words stand in a file thousands of times
def compact(name: str) -> str:
    """A name without what programs vary: 'E-Mail' and 'email' are the same, and so are 'IPAddress' and 'IP Address'."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _merged(files: list[tuple[Place, Mapping[str, Any]]]) -> ExportMapping:
    known = [field.name for field in fields(ExportMapping)]
    said: dict[str, Any] = {}
    for place, raw in files:
        place.only(raw, known)
        for name in raw:
            value = _READ[name](place, raw, name)
            said[name] = (*said.get(name, ()), *value) if name in _LISTS else value
    return ExportMapping(**said)


# -------------------------------------------------------------------------------------------------- reading a key each


def _header(place: Place, raw: Mapping[str, Any], name: str) -> tuple[HeaderRow, ...]:
    rows = _tables(place, raw, name, ("holds", "begins"))
    for row in rows:
        if row.get("holds") not in {"names", "nothing"}:
            raise place.problem(f"header holds {shortened(row.get('holds'))}. Expected 'names' or 'nothing'.")
    if not any(row["holds"] == "names" for row in rows):
        raise place.problem("header has no row that holds names. Expected at least one.")
    return tuple(HeaderRow(row["holds"], row.get("begins")) for row in rows)


def _leave_out(place: Place, raw: Mapping[str, Any], name: str) -> tuple[LeaveOut, ...]:
    rows = _tables(place, raw, name, ("column", "cells", "called"))
    return tuple(
        LeaveOut(place.line(row, "column"), _texts(place, row, "cells"), place.line(row, "called")) for row in rows
    )


def _tables(place: Place, raw: Mapping[str, Any], name: str, known: Collection[str]) -> list[Mapping[str, Any]]:
    rows = raw[name]
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise place.problem(f"{name} = {shortened(rows)}. Expected a list of {{ {', '.join(known)} }}.")
    for row in rows:
        place.only(row, known)
    return rows


def _texts(place: Place, raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = raw.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise place.problem(f"{name} = {shortened(values)}. Expected a list of texts.")
    return tuple(values)


def _wrapped(place: Place, raw: Mapping[str, Any], name: str) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(each, re.DOTALL) for each in _texts(place, raw, name))
    except re.error as error:
        raise place.problem(f"{name} holds no regular expression: {error}.") from None


def _scales(place: Place, raw: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
    if not isinstance(raw[name], list):
        raise place.problem(f"{name} = {shortened(raw[name])}. Expected a list of lists of words, lowest first.")
    return tuple(_texts(place, {name: each}, name) for each in raw[name])


def _columns(place: Place, raw: Mapping[str, Any], name: str) -> Mapping[str, str]:
    table = raw[name]
    if not isinstance(table, Mapping) or not all(isinstance(item, str) for item in table.values()):
        raise place.problem(f'[{name}] = {shortened(table)}. Expected lines such as "Q7_2" = "T3".')
    return cast("Mapping[str, str]", table)


def _scale(place: Place, raw: Mapping[str, Any], name: str) -> tuple[float, float]:
    ends = raw[name]
    if not isinstance(ends, list) or len(ends) != 2 or not all(map(_number, ends)) or ends[0] >= ends[1]:
        raise place.problem(f"{name} = {shortened(ends)}. Expected the lowest and the highest number, such as [1, 7].")
    return float(ends[0]), float(ends[1])


def _words(place: Place, raw: Mapping[str, Any], name: str) -> Mapping[str, float]:
    table = raw[name]
    if not isinstance(table, Mapping) or not all(map(_number, table.values())):
        raise place.problem(f'[{name}] = {shortened(table)}. Expected lines such as "Often" = 4.')
    return {word: float(number) for word, number in table.items()}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_READ = {
    "title": Place.line, "header": _header, "recognized_by": _texts, "people": _texts, "apart": _texts,
    "response": _texts, "team": _texts, "wrapped": _wrapped, "leave_out": _leave_out, "no_answer": _texts,
    "scales": _scales, "columns": _columns, "scale": _scale, "words": _words,
}  # fmt: skip
