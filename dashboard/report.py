"""The quarterly report on paper: an edition of the findings, laid out by `report.typ`.

    Readable ──▶ edition (quarter, team) ──▶ sheets (plain data) ──▶ report.typ ──▶ PDF/UA-1

The template gets data as JSON and nothing else: it sees one folder, no database and no network, and text that people
typed is never read as markup.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache, partial
from pathlib import Path

import typst

from dashboard import looks, sheets
from dashboard.command import write_privately
from dashboard.edition import Edition, edition, file_name, kit_name, quarter_waves
from dashboard.kit import talk_track
from dashboard.readable import Readable
from dashboard.spread import Sheet
from dashboard.team_by_team import team_by_team
from data import audit
from data.records import ROOT, Team
from surveys.desk import Desk

__all__ = ["build", "build_kit", "edition", "file_name", "kit_name", "quarter_waves"]

TEMPLATE = Path(__file__).with_name("report.typ")
KIT = Path(__file__).with_name("kit.typ")
FONTS = Path(__file__).with_name("assets") / "fonts"
UNPRINTABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
"""How Typst names a sign that no font has."""
AT_ONCE = 2
"""Reports in hand. Laying out leaves Python free to gather the next; gathering two at once gains nothing."""
BOX = "□"
"""Stands for such a sign."""


def build(readable: Readable, quarter: str, team_id: str = ROOT) -> bytes:
    """Make the report of a quarter for one team, or for the organization, as a tagged PDF (PDF/UA-1).

    Holds only what `readable` holds, of the waves that closed up to the end of that quarter. The same findings give the
    same bytes. `Problem` for a malformed quarter, one without waves, or an unknown team.
    """
    return paper(edition(readable, quarter, team_id))


def build_kit(readable: Readable, quarter: str, team_id: str = ROOT) -> bytes:
    """Make the meeting kit of one team, or of the organization, as a tagged PDF of one page (PDF/UA-1).

    The same findings give the same bytes. `Problem` as for the report.
    """
    return kit(edition(readable, quarter, team_id))


def paper(made: Edition) -> bytes:
    """Lay an edition out."""
    return pdf(sheets.contents(made), made)


def kit(made: Edition) -> bytes:
    """Lay out what to say when a team talks about an edition."""
    readable = made.readable
    contents = {
        "kit": talk_track(made),
        "organization": readable.organization,
        "made_up": "Made-up company" if readable.made_up else None,
        "date": {"year": made.closed_on.year, "month": made.closed_on.month, "day": made.closed_on.day},
        "footer": f"For a conversation in {readable.name(made.team_id)}, edition {made.quarter}.",
    }
    return lay_out(contents, datetime.combine(made.closed_on, time(), UTC), KIT)


def note_kit(made: Edition, *, desk: Desk, who: str) -> None:
    """Write into the log that somebody made a kit on paper. It names nobody, so no look at a name is noted."""
    _note(made, "meeting kit", desk, who)


def note(made: Edition, *, desk: Desk, who: str) -> None:
    """Write into the log that somebody made a report, and whose names it holds."""
    _note(made, "report", desk, who)
    if made.network is not None:
        seen = made.readable.network(made.network)
        named = looks.with_few_ties(seen) | looks.introduced(sheets.printed(made.readable.pairs(made.network)))
        looks.note(desk, who, named, "a report", made.network)


def _note(made: Edition, what: str, desk: Desk, who: str) -> None:
    path = made.readable.teams[made.team_id].path
    with desk.store.writing() as db:
        audit.note(db, happened=desk.clock(), who=who, action=what, subject=path, detail=made.quarter)


@dataclass(frozen=True)
class Kind:
    """What an edition can be printed as."""

    called: Callable[[str, Team], str]
    """The name of the file, of a quarter and a team."""
    lay_out: Callable[[Edition], bytes]
    note: Callable[..., None]
    """Writes into the log that somebody made it."""


REPORT = Kind(file_name, paper, note)
MEETING_KIT = Kind(kit_name, kit, note_kit)


def write(desk: Desk, readable: Readable, quarter: str, team_id: str, *, folder: Path, kind: Kind = REPORT) -> Path:
    """Write the report of a team, or its kit, into a folder as the administrator's, and note it in the log."""
    made = edition(readable, quarter, team_id)
    laid_out = kind.lay_out(made)
    file = folder / kind.called(quarter, readable.teams[team_id])
    folder.mkdir(parents=True, exist_ok=True)
    write_privately(file, lambda path: path.write_bytes(laid_out))
    kind.note(made, desk=desk, who="administrator")
    return file


def write_each(
    desk: Desk, readable: Readable, quarter: str, teams: Sequence[str], *, folder: Path, kind: Kind = REPORT
) -> Iterator[Path]:
    """Write those of many teams, in their order: while one is laid out, the next is gathered."""
    known = team_by_team(readable) if len(teams) > 1 else readable
    one = partial(write, desk, known, quarter, folder=folder, kind=kind)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            yield from pool.map(one, teams)
        finally:
            pool.shutdown(cancel_futures=True)


def pdf(contents: Sheet, made: Edition) -> bytes:
    """Lay the sheets of an edition out."""
    return lay_out(contents, datetime.combine(made.closed_on, time(), UTC))


def lay_out(contents: Sheet, made_at: datetime, template: Path = TEMPLATE) -> bytes:
    """Hand contents to a template. A sign that our font lacks is taken from the system's fonts, or becomes a box."""
    text = json.dumps(_printable(contents), ensure_ascii=False, allow_nan=False)
    compiled = partial(_compile, template, made_at)
    try:
        return compiled(text, system_fonts=False)
    except typst.TypstError as error:
        if not UNPRINTABLE.search(error.diagnostic):
            raise
    try:
        return compiled(text, system_fonts=True)
    except typst.TypstError as error:
        signs = {_sign(found) for found in UNPRINTABLE.findall(error.diagnostic)}
        if not signs:
            raise
        return compiled(text.translate(dict.fromkeys(map(ord, "".join(signs)), BOX)), system_fonts=True)


def _compile(template: Path, made_at: datetime, text: str, *, system_fonts: bool) -> bytes:
    return bytes(
        typst.compile(
            template,
            root=template.parent,
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
            return (
                value
                if value.isprintable()
                else "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Cn", "Co"} else sign for sign in value)
            )
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
