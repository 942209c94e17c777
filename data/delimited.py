"""Delimited files as spreadsheets write them: UTF-8, a header, and rows of text cells whose lines are known.

Whatever is wrong with a file is one sentence with the line, found before anything is done with the rest of it. A sheet
of a workbook (`data.workbook`) becomes the same table.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.nearest import did_you_mean
from data.records import Problem

DELIMITERS = (",", ";", "\t")

Row = tuple[int, list[str]]
"""The line on which a row begins, and its cells."""

_SHOWN = 60
"""So much of a wrong value is repeated in a sentence."""


@dataclass(frozen=True)
class Table:
    """The rows below a header, each as wide as the header."""

    name: str
    """The file's, for sentences."""
    heads: list[str]
    """The columns as the file names them."""
    columns: list[str]
    """The same in our names, where they are ours."""
    known: frozenset[str]
    """Our names."""
    delimiter: str
    rows: list[list[str]]
    lines: list[int]
    """Where each row begins."""

    def problem(self, line: int, told: str) -> Problem:
        """A sentence about one line."""
        return Problem(f"{self.name}, line {line}: {told}")

    def strangers(self, known: Collection[str] | None = None) -> list[str]:
        """A notice of the columns that are not read, or none."""
        used = self.known if known is None else known
        names = [head for head, name in zip(self.heads, self.columns, strict=True) if name not in used and head]
        return [f"Not read and not stored: {listed(names)}."] if names else []

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells of each row."""
        for line, row in zip(self.lines, self.rows, strict=True):
            yield line, dict(zip(self.columns, row, strict=True))

    def frame(self) -> pd.DataFrame:
        """All cells as text, and the column `line`."""
        return pd.DataFrame(self.rows, columns=self.columns, dtype="str").assign(line=self.lines)


def read(
    path: Path, known: Collection[str], *, needed: Sequence[str] = (), renamed: Mapping[str, str] | None = None
) -> Table:
    """A delimited file with `,`, `;` or tab, whichever its header speaks for; UTF-8 with or without byte order mark.

    known    our names of columns; 'Member ID' in the file is member_id here
    needed   those of them that must be there
    renamed  the file's name of a column → ours

    Raises Problem for a file that is empty, not text or not UTF-8, a missing column (with the nearest one there), a
    column named twice, a row that is no CSV or not as wide as the header, and a header with nothing below it.
    """
    delimiter, rows = rows_of(path, {*known, *(renamed or {})})
    return table(path.name, rows, known, needed=needed, renamed=renamed, delimiter=delimiter)


def rows_of(path: Path, names: Collection[str] = ()) -> tuple[str, Iterator[Row]]:
    """The delimiter of a file, and its rows as they stand there, empty ones and headers too.

    The delimiter is whichever makes most of `names` in the first line, or else most cells.
    """
    text = text_of(path)
    delimiter = _delimiter(text, names)
    return delimiter, _records(path, text, delimiter)


def text_of(path: Path) -> str:
    """A file's text. Raises Problem for one that is empty, not text or not UTF-8."""
    return _decoded(path, content_of(path))


def table(
    name: str,
    rows: Iterable[Row],
    known: Collection[str],
    *,
    needed: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    delimiter: str = "",
) -> Table:
    """A header and what stands below it; `read` for rows from anywhere. Rows without any cell are left out.

    `name` is the file's, for sentences.
    """
    filled = ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))
    heads = [head.strip() for head in next(filled, (0, []))[1]]
    columns = _columns(name, heads, known, renamed or {})
    _require(name, heads, columns, needed, known)
    lines: list[int] = []
    kept: list[list[str]] = []
    for line, cells in filled:
        lines.append(line)
        kept.append(fitted(name, line, cells, len(columns)))
    if not kept:
        raise Problem(f"{name} has a header and nothing below it; expected at least one line.")
    return Table(name, heads, columns, frozenset(known), delimiter, kept, lines)


def fitted(name: str, line: int, cells: list[str], width: int) -> list[str]:
    """A row as wide as the header; spreadsheets end rows with empty cells."""
    row = [cell.strip() for cell in cells]
    if len(row) > width and not any(row[width:]):
        return row[:width]
    if len(row) != width:
        told = f"{counted(len(row), 'cell')}, but the header names {counted(width, 'column')}."
        raise Problem(f"{name}, line {line}: {told}")
    return row


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises Problem when it cannot be read or has nothing in it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problem(f"The file {path} cannot be read: {error.strerror}.") from error
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise Problem(f"{path.name} is empty.")
    return content


def plain(name: str) -> str:
    """A name without what people vary: 'Member ID' and 'member-id' are 'member_id'."""
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def spelled(names: Collection[str]) -> dict[str, str]:
    """Plain spelling → our name, where only one of our names is spelled so."""
    often = Counter(map(plain, names))
    return {plain(name): name for name in names if often[plain(name)] == 1}


def listed(names: Sequence[str]) -> str:
    """Names for a sentence, the first twelve of them."""
    shown = ", ".join(f"'{short(str(name))}'" for name in names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown


def short(value: str) -> str:
    """So much of a value as a sentence can bear, without control characters."""
    clean = "".join(each if each.isprintable() else " " for each in value[: _SHOWN + 1])
    return clean if len(value) <= _SHOWN else clean[:_SHOWN] + "…"


def counted(number: int, thing: str) -> str:
    """'1 row', '2 rows'."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _decoded(path: Path, content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Problem(f"{path.name} is encoded as UTF-16; save it as UTF-8 (in Excel: 'CSV UTF-8').")
    if content[:4] == b"PK\x03\x04":
        raise Problem(f"{path.name} is a spreadsheet or an archive; save it as CSV.")
    if b"\0" in content:
        raise Problem(f"{path.name}, line {_line(content, content.index(0))}: this is not text; expected UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = _line(content, error.start), content[error.start]
        raise Problem(
            f"{path.name}, line {line}: byte 0x{byte:02X} is not UTF-8, perhaps Latin-1 or Windows-1252; save the file "
            f"as UTF-8 (in Excel: 'CSV UTF-8')."
        ) from None


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _delimiter(text: str, names: Collection[str]) -> str:
    """Whichever makes most known names of the header, or else most cells."""
    head = next(line for line in io.StringIO(text) if line.strip())[:100_000]
    ours = {plain(name) for name in names}

    def worth(delimiter: str) -> tuple[int, int]:
        cells = [plain(cell.strip().strip('"')) for cell in head.split(delimiter)]
        return sum(cell in ours for cell in cells), len(cells)

    return max(DELIMITERS, key=worth)


def _records(path: Path, text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Problem(f"{path.name}, line {begins}: this row is no CSV ({error}).") from None


def _columns(name: str, heads: list[str], known: Collection[str], renamed: Mapping[str, str]) -> list[str]:
    ours = spelled(known)
    columns = [renamed.get(head) or (head if head in known else ours.get(plain(head), head)) for head in heads]
    twice = [column for column, number in Counter(columns).items() if column and number > 1]
    if twice:
        raise Problem(f"{name} has the column '{short(twice[0])}' twice; expected it once.")
    return columns


def _require(name: str, heads: list[str], columns: list[str], needed: Sequence[str], known: Collection[str]) -> None:
    missing = [column for column in needed if column not in columns]
    if missing:
        spare = [head for head, column in zip(heads, columns, strict=True) if column not in known]
        near = "".join(did_you_mean(column, spare).replace("?", f" for '{column}'?") for column in missing)
        raise Problem(f"{name} has no column {listed(missing)}. It has: {listed(heads)}.{near}")
