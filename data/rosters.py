"""Rosters as HR programs export them, as the table that `rapport people import` reads anyway.

What their columns are called stands in `rosters.toml`. A file with columns of our own names keeps them. First and last
names are joined, division, department and team make a path, managers are found by id, address or name, and days of hire
are read in the one way in which all of them are days. What would have to be guessed is a sentence.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from data.delimited import Table, counted, listed, plain, short, table
from data.nearest import did_you_mean
from data.records import Problem
from data.workbook import any_rows

NEEDED = ("member_id", "name", "email", "team")
EXTRAS = ("lead_of", "manager_id", "role", "level", "location", "joined_on", "language", "timezone", "interests")
PARTS = ("division", "department", "team")
"""Of the path of a team, from above."""
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")
NOTHING = "nothing"
_EXPECTED = "expected one such as 2024-03-01."

_WORKING = ("first_name", "last_name", "division", "department", "manager", "status")
"""What makes up our columns, or says which rows there are, and is not kept itself."""


def read_table(path: Path, mapping: Mapping[str, str] | None = None) -> tuple[Table, list[str]]:
    """Read a roster into our own columns. `mapping` is the file's name of a column → ours, or 'nothing'.

    Notices say what the team was made of, who was left out, and which columns are not read.
    """
    delimiter, rows = any_rows(path, (*NEEDED, *EXTRAS))
    records = list(rows)
    heads = [head.strip() for head in next((cells for _, cells in records if any(map(str.strip, cells))), [])]
    renamed = _renamed(path, heads, mapping or {})
    read = table(path.name, records, (*NEEDED, *EXTRAS, *_WORKING), renamed=renamed, delimiter=delimiter)
    if set(NEEDED) <= set(read.columns) and not mapping and not renamed:
        return read, read.strangers((*NEEDED, *EXTRAS))
    return _ours(path, read)


def _renamed(path: Path, heads: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The file's names of columns → ours, where they are not ours already."""
    _check_map(path, heads, mapping)
    own = {plain(head) for head in heads} & {*NEEDED, *EXTRAS}
    if own >= set(NEEDED) and not mapping:
        return {}
    taken = {*own, *mapping.values()}
    meant = {
        head: _known_names().get(_compact(head)) for head in heads if plain(head) not in own and head not in mapping
    }
    found: dict[str, str] = {}
    for head, name in meant.items():
        if name is None or name in taken or (name == "manager" and "manager_id" in taken):
            continue
        if name in found.values():
            twin = next(each for each, other in found.items() if other == name)
            raise Problem(
                f"{path.name}: columns {listed([twin, head])} could each be '{name}'; say which with --map, a file of "
                "lines such as 'column,item'."
            )
        found[head] = name
    return {**found, **{head: f"({head})" if name == NOTHING else name for head, name in mapping.items()}}


def _check_map(path: Path, heads: Sequence[str], mapping: Mapping[str, str]) -> None:
    known = (*NEEDED, *EXTRAS, *_WORKING, NOTHING)
    for head, name in mapping.items():
        if head not in heads:
            raise Problem(f"{path.name} has no column '{short(head)}', which the map names.{did_you_mean(head, heads)}")
        if name not in known:
            near = did_you_mean(name, known)
            raise Problem(
                f"The map makes column '{short(head)}' '{short(name)}'; expected one of {listed(known)}.{near}"
            )


# ------------------------------------------------------------------------------------------------------ our own columns


def _ours(path: Path, read: Table) -> tuple[Table, list[str]]:
    _require_enough(path, read)
    people = [(line, cells) for line, cells in read.records() if _compact(cells["member_id"]) not in _heads_below()]
    here = [(line, cells) for line, cells in people if _compact(cells.get("status", "")) not in _cells("inactive")]
    parts = [part for part in PARTS if part in read.columns]
    days = _day_format(path, here)
    by_anything = _by_anything(here)
    made = []
    for line, cells in here:
        name = cells.get("name") or " ".join((cells.get("first_name", ""), cells.get("last_name", ""))).strip()
        row = {**cells, "name": name, "team": " / ".join(dict.fromkeys(cells[part] for part in parts if cells[part]))}
        if cells.get("manager"):
            row["manager_id"] = _manager(path, line, cells["manager"], by_anything)
        if cells.get("joined_on"):
            row["joined_on"] = datetime.strptime(cells["joined_on"], days).date().isoformat()  # noqa: DTZ007  a day
        made.append((line, row))
    if not made:
        raise Problem(f"{path.name} names nobody who works here.")
    columns = [*NEEDED, *EXTRAS]
    ours = replace(
        read,
        heads=columns,
        columns=columns,
        rows=[[row.get(column, "") for column in columns] for _, row in made],
        lines=[line for line, _ in made],
    )
    return ours, _told(read, parts, len(people) - len(here))


def _require_enough(path: Path, read: Table) -> None:
    there = set(read.columns)
    named = "name" in there or {"first_name", "last_name"} <= there
    missing = [
        name
        for name, found in zip(
            NEEDED, ("member_id" in there, named, "email" in there, bool(there & set(PARTS))), strict=True
        )
        if not found
    ]
    if missing:
        spare = [head for head, name in zip(read.heads, read.columns, strict=True) if name not in read.known]
        near = "".join(did_you_mean(name, spare).replace("?", f" for '{name}'?") for name in missing)
        raise Problem(f"{path.name} has no column {listed(missing)}. It has: {listed(read.heads)}.{near}")


def _told(read: Table, parts: list[str], left: int) -> list[str]:
    heads = dict(zip(read.columns, read.heads, strict=True))
    made = (
        [f"The team was read from {listed([heads[part] for part in parts])}, from above."] if parts != ["team"] else []
    )
    gone = [f"{counted(left, 'row')} left out, of people who no longer work here."] if left else []
    names = {"first_name", "last_name"} if "name" in read.columns else set()
    return [*made, *gone, *read.strangers(read.known - names)]


def _by_anything(people: Sequence[tuple[int, Mapping[str, str]]]) -> dict[str, dict[str, list[str]]]:
    """By what a manager may be given: id, address or name → member_ids."""
    found: dict[str, dict[str, list[str]]] = {"id": {}, "address": {}, "name": {}}
    for _, cells in people:
        first, last = cells.get("first_name", ""), cells.get("last_name", "")
        names = {cells.get("name", ""), f"{first} {last}".strip(), f"{last}, {first}".strip(" ,")}
        said = [("id", cells["member_id"]), ("address", cells["email"]), *(("name", name) for name in sorted(names))]
        for kind, text in said:
            if text:
                found[kind].setdefault(text.casefold(), []).append(cells["member_id"])
    return found


def _manager(path: Path, line: int, said: str, by_anything: Mapping[str, Mapping[str, list[str]]]) -> str:
    """The member_id of a manager; '' for nobody. `Problem` for somebody who is not there, or is there twice."""
    if said.casefold() in {each.casefold() for each in _words()["cells"]["nobody"]}:
        return ""
    meant = {member for known in by_anything.values() for member in known.get(said.casefold(), [])}
    if len(meant) == 1:
        return meant.pop()
    where = f"{path.name}, line {line}: manager '{short(said)}'"
    if meant:
        raise Problem(f"{where} can be {listed(sorted(meant))}; expected an id or an address.")
    near = did_you_mean(said, [each for known in by_anything.values() for each in known])
    raise Problem(f"{where} is nobody in this file; expected an id, an address or a name.{near}")


def _day_format(path: Path, people: Sequence[tuple[int, Mapping[str, str]]]) -> str:
    """The one way of writing in which all days of hire are days. Where there are two, they must be the same days."""
    days = [(line, cells["joined_on"]) for line, cells in people if cells.get("joined_on")]
    ways = [way for way in DAYS if all(_is_day(day, way) for _, day in days)]
    if not days:
        return DAYS[0]
    if not ways:
        line, day = next(((line, day) for line, day in days if not any(_is_day(day, way) for way in DAYS)), days[0])
        raise Problem(
            f"{path.name}, line {line}: joined_on '{short(day)}' is no date; expected one such as 2024-03-01."
        )
    for line, day in days:
        if len({datetime.strptime(day, way) for way in ways}) > 1:  # noqa: DTZ007  a day
            raise Problem(f"{path.name}, line {line}: joined_on '{short(day)}' can be two days; {_EXPECTED}")
    return ways[0]


def _is_day(text: str, way: str) -> bool:
    try:
        datetime.strptime(text, way)  # noqa: DTZ007  a day
    except ValueError:
        return False
    return True


# ------------------------------------------------------------------------------------------------------------ the words


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("rosters.toml").read_text(encoding="utf-8"))


@cache
def _known_names() -> Mapping[str, str]:
    """A name of an HR program, compacted → ours."""
    return {_compact(name): ours for ours, names in _words()["columns"].items() for name in (ours, *names)}


@cache
def _heads_below() -> frozenset[str]:
    """What stands in the column of ids where a second header row follows the first, as in SuccessFactors."""
    return frozenset(_compact(name) for name in _words()["columns"]["member_id"])


@cache
def _cells(kind: str) -> frozenset[str]:
    return frozenset(_compact(name) for name in _words()["cells"][kind])


def _compact(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum() or letter == "#")  # 'Employee #' is no name
