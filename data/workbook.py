"""Excel workbooks that somebody hands in: the cells of a sheet as text, with their lines.

A file is read as it stands, within limits. A formula is refused and not worked out: its last value may be missing from
the file, and an empty cell would look like silence.
"""

import io
import zipfile
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from data.delimited import Row, content_of, counted, listed, rows_of, short
from data.records import Problem

LARGEST = 64 * 1024 * 1024
"""Bytes that a workbook may unfold to. A file of a few kilobytes can be made to unfold to gigabytes."""
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 200_000, 2_000, 32_767
"""Of a sheet. The longest cell is Excel's own limit."""

_ZIP = b"PK\x03\x04"


def is_workbook(path: Path) -> bool:
    """Whether a file begins as every .xlsx does, whatever it is called. `Problem` for one that has nothing in it."""
    return content_of(path).startswith(_ZIP)


def any_rows(path: Path, names: Collection[str] = ()) -> tuple[str, Iterator[Row]]:
    """The delimiter and the rows of a delimited file (see `rows_of`), or '' and those of the one sheet of a workbook.

    `Problem` for a workbook of several sheets: nobody can tell which was meant.
    """
    if not is_workbook(path):
        return rows_of(path, names)
    found = sheets(path)
    if len(found) != 1:
        raise Problem(
            f"{path.name} has {counted(len(found), 'sheet')}: {listed(list(found))}. Expected one with cells."
        )
    return "", iter(next(iter(found.values())))


def sheets(path: Path) -> dict[str, list[Row]]:
    """The sheets of a workbook that have any cell: their rows as text, with the line of each.

    `Problem` for a file that is no workbook, for one that unfolds to more than `LARGEST` bytes or has a sheet larger
    than any list of people, and for a formula.
    """
    import openpyxl  # noqa: PLC0415  takes half a second, and few files are workbooks

    content = content_of(path)
    _require_reasonable(path, content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        found = {sheet.title: _rows(path, sheet) for sheet in book.worksheets}
    except Problem:
        raise
    except Exception as error:
        # Whatever openpyxl comes across in an archive that is something else.
        raise Problem(f"{path.name} cannot be read as an Excel workbook: {short(str(error))}.") from error
    filled = {name: rows for name, rows in found.items() if rows}
    if not filled:
        raise Problem(f"{path.name} is a workbook without any cell.")
    return filled


def _require_reasonable(path: Path, content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise Problem(
            f"{path.name} is a spreadsheet or an archive that is damaged; save it again, or as CSV."
        ) from None
    size = sum(part.file_size for part in parts)  # no part can be read beyond the size that it declares
    if size > LARGEST:
        raise Problem(
            f"{path.name} unfolds to {size // 1024**2} MB; expected a workbook of up to {LARGEST // 1024**2} MB."
        )


def _rows(path: Path, sheet: Any) -> list[Row]:
    """The rows of a sheet up to its last filled one, without the empty columns that follow the last filled one."""
    sheet.reset_dimensions()  # what a sheet says of its size may be wrong
    found: list[Row] = []
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if line > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise Problem(
                f"{path.name}, sheet '{short(sheet.title)}' has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns; "
                "expected a list of people or answers."
            )
        found.append((line, [_text(path, sheet.title, line, cell) for cell in cells]))
    width = max((_width(cells) for _, cells in found), default=0)
    filled = max((place for place, (_, cells) in enumerate(found, start=1) if any(cells)), default=0)
    return [(line, [*cells, *[""] * width][:width]) for line, cells in found[:filled]]


def _width(cells: list[str]) -> int:
    return max((place + 1 for place, cell in enumerate(cells) if cell), default=0)


def _text(path: Path, sheet: str, line: int, cell: Any) -> str:
    where = f"{path.name}, sheet '{short(sheet)}', line {line}"
    if cell.data_type == "f":
        raise Problem(f"{where}: column {cell.column_letter} holds a formula; copy the sheet and paste its values.")
    text = _as_text(cell.value)
    if len(text) > LONGEST_CELL:
        raise Problem(f"{where}: a cell has {len(text)} characters; expected up to {LONGEST_CELL}.")
    return text


def _as_text(value: Any) -> str:
    """A cell as a CSV would hold it: days and moments in ISO form, whole numbers whole."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
