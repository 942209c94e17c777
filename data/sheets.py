"""Tables as a workbook for Excel, LibreOffice and pandas: a sheet each, text and numbers, and no formula.

The same tables make the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from data.exchange import as_json
from data.graphs import legible
from data.workbook import LONGEST_CELL

_NARROWEST, _WIDEST = 8, 60
"""Characters that a column is wide."""
_BOLD = Font(bold=True)
_MOMENT = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*(</dcterms)")


def write_workbook(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Writes tables as a workbook, a sheet each: the header stays in sight, and columns are as wide as their cells.

    Text is text, whatever it begins with: no cell is a formula.
    """
    book = openpyxl.Workbook(write_only=True)
    for name, frame in tables.items():
        rows = [[_cell(as_json(cell)) for cell in row] for row in frame.itertuples(index=False, name=None)]
        _write_sheet(book.create_sheet(name), [str(column) for column in frame.columns], rows)
    made = io.BytesIO()
    book.save(made)
    path.write_bytes(_without_moments(made.getvalue()))


def _write_sheet(sheet: Any, names: list[str], rows: list[list[Any]]) -> None:
    for place, cells in enumerate(zip(names, *rows, strict=True), start=1):
        widest = max(len(str(cell)) for cell in cells if cell is not None)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(widest + 2, _NARROWEST), _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.append([_styled(sheet, name, bold=True) for name in names])
    for row in rows:
        sheet.append([_styled(sheet, value, bold=False) for value in row])


def _cell(value: Any) -> Any:
    """A value as a sheet holds it: a list in one cell, and no character that a sheet cannot hold."""
    if isinstance(value, list):
        return _cell("; ".join(str(each) for each in value))
    return legible(value)[:LONGEST_CELL] if isinstance(value, str) else value


def _styled(sheet: Any, value: Any, *, bold: bool) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # also what begins with '='
        cell.quotePrefix = True  # and it stays text when somebody edits it
    if bold:
        cell.font = _BOLD
    return cell


def _without_moments(content: bytes) -> bytes:
    """The same archive without the moment at which it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            text = _MOMENT.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", old.read(part))
            new.writestr(zipfile.ZipInfo(part.filename), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()
