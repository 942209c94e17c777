"""The quarterly report on paper: an edition of the findings, laid out by `report.typ`.

    Readable ──▶ edition (quarter, team) ──▶ sheets (plain data) ──▶ report.typ ──▶ PDF/UA-1

The template gets data as JSON and nothing else: it sees one folder, no database and no network, and text that people
typed is never read as markup.
"""

import json
import re
import unicodedata
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import typst

from dashboard import sheets
from dashboard.edition import Edition, edition, file_name, quarter_waves
from dashboard.readable import Readable
from dashboard.spread import Sheet
from data.records import ROOT

__all__ = ["build", "file_name", "quarter_waves"]

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = Path(__file__).with_name("assets") / "fonts"
UNPRINTABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
"""How Typst names a sign that no font has."""
BOX = "□"
"""Stands for such a sign."""


def build(readable: Readable, quarter: str, team_id: str = ROOT) -> bytes:
    """Make the report of a quarter for one team, or for the organization, as a tagged PDF (PDF/UA-1).

    Holds only what `readable` holds, of the waves that closed up to the end of that quarter. The same findings give the
    same bytes. `Problem` for a malformed quarter, one without waves, or an unknown team.
    """
    made = edition(readable, quarter, team_id)
    return pdf(sheets.contents(made), made)


def pdf(contents: Sheet, made: Edition) -> bytes:
    """Lay the sheets out. A sign that our font lacks is taken from the system's fonts, or becomes a box."""
    text = json.dumps(_printable(contents), ensure_ascii=False, allow_nan=False)
    made_at = datetime.combine(made.closed_on, time(), UTC)
    try:
        return _compile(text, made_at, system_fonts=False)
    except typst.TypstError as error:
        if not UNPRINTABLE.search(error.diagnostic):
            raise
    try:
        return _compile(text, made_at, system_fonts=True)
    except typst.TypstError as error:
        signs = {_sign(found) for found in UNPRINTABLE.findall(error.diagnostic)}
        if not signs:
            raise
        return _compile(text.translate(dict.fromkeys(map(ord, "".join(signs)), BOX)), made_at, system_fonts=True)


def _compile(text: str, made_at: datetime, *, system_fonts: bool) -> bytes:
    return bytes(
        typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=_fonts(system_fonts=system_fonts),
            sys_inputs={"report": text},
            pdf_standards=["ua-1"],
            timestamp=made_at,
        )
    )


@cache
def _fonts(*, system_fonts: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system_fonts, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _printable(part: Sheet) -> Sheet:
    """Take control signs out of all texts: no font has them, and PDF/UA allows no text without a glyph."""

    def cleaned(value: object) -> object:
        if isinstance(value, str):
            return "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Cn", "Co"} else sign for sign in value)
        if isinstance(value, list | tuple):
            return [cleaned(one) for one in value]
        if isinstance(value, dict):
            return {name: cleaned(one) for name, one in value.items()}
        return value

    return {name: cleaned(value) for name, value in part.items()}


def _sign(quoted: str) -> str:
    r"""Read a sign as Typst quotes it: as itself, or as '\u{1f642}'."""
    escaped = re.fullmatch(r"\\u\{([0-9a-f]+)\}", quoted)
    return chr(int(escaped[1], 16)) if escaped else quoted
