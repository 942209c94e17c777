"""What is stored, read out of `data/schema.sql` itself, so that the page that tells respondents cannot fall behind."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_PART = re.compile(r"-{20,} (?P<part>\w[\w ]*)")
_TABLE = re.compile(r"CREATE TABLE (?P<name>\w+) \(")
_COLUMN = re.compile(r" {4}(?P<name>[a-z]\w*)\s+[A-Z]+\b[^-]*(?:--\s*(?P<note>.*))?$")


@dataclass(frozen=True)
class Table:
    """One table and what it promises."""

    name: str
    part: str
    """The kind of data it belongs to: people, ballots, results, the network, running it."""
    promise: str
    """The comment that stands above it in the schema."""
    columns: tuple[tuple[str, str], ...]
    """Every column with the note that stands beside it, which may be empty."""


@cache
def tables() -> tuple[Table, ...]:
    """Every table of the database, in the order of the schema."""
    return tuple(read((resources.files("data") / "schema.sql").read_text(encoding="utf-8")))


def read(schema: str) -> list[Table]:
    r"""Read the tables, their promises and columns out of a schema that is written like ours.

    >>> read("-- Names.\nCREATE TABLE pet (\n    name VARCHAR NOT NULL,  -- as called\n);")
    [Table(name='pet', part='', promise='Names.', columns=(('name', 'as called'),))]
    """
    found: list[Table] = []
    part, promise, open_table = "", "", False
    for line in schema.splitlines():
        if heading := _PART.match(line):
            part, promise = heading["part"], ""
        elif line.startswith("--"):
            promise = f"{promise} {line[2:].strip()}".strip()
        elif table := _TABLE.match(line):
            found.append(Table(table["name"], part, promise, ()))
            open_table = True
        elif open_table and (column := _COLUMN.match(line)):
            last = found[-1]
            row = (column["name"], column["note"] or "")
            found[-1] = Table(last.name, last.part, last.promise, (*last.columns, row))
        elif not line.strip() or line.startswith(")"):
            promise, open_table = "", False
    return found
