"""Small drawings beside words: the marks of the map's key, and the two people of an introduction. SVG as text."""

from collections.abc import Mapping

from dashboard.theme import Palette

HEAT_CELL = 30
"""Pixels across a cell of a heat map in its key: a dashed edge can be told from a whole one."""


def few_ties(look: Palette) -> str:
    """Draw the mark of somebody with few ties."""
    return _drawn(f'<path d="M9 1 17 9 9 17 1 9z" fill="{look.signal}"/>')


def connected(look: Palette) -> str:
    """Draw the mark of somebody who is connected, or of a team."""
    return _drawn(f'<circle cx="9" cy="9" r="5" fill="{look.ink}"/>')


def no_claim(look: Palette) -> str:
    """Draw the mark of somebody of whom nothing is said."""
    return _drawn(f'<circle cx="9" cy="9" r="5" fill="none" stroke="{look.muted}" stroke-width="1.6"/>')


def tie(look: Palette) -> str:
    """Draw a tie."""
    return _drawn(f'<path d="M0 9h18" stroke="{look.accent}" stroke-width="2"/>')


def gap(look: Palette) -> str:
    """Draw the line between two teams with fewer ties than chance would give."""
    return _drawn(f'<path d="M0 9h18" stroke="{look.signal}" stroke-width="2.4" stroke-dasharray="2.4 3"/>')


def heat(look: Palette, meanings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Draw each look of a cell of a heat map, as a small cell beside what it means."""
    return [(_heat_cell(look, word), meaning) for word, meaning in meanings.items()]


def _heat_cell(look: Palette, word: str) -> str:
    frame = 'x="0.5" y="1.5" width="29" height="15"'
    if word == "few":
        return _cell(f'<rect {frame} fill="none" stroke="{look.tie}" stroke-dasharray="3 3"/>')
    if word == "withheld":
        lines = f'<path d="M1 9 8 2M1 16 15 2M8 16 22 2M15 16 29 2M22 16 29 9" stroke="{look.hatch}"/>'
        return _cell(f'<rect {frame} fill="none" stroke="{look.line}"/>{lines}')
    if not word:
        return _cell(f'<rect {frame} fill="none" stroke="{look.line}"/>')
    below, clear = word.endswith(("lower", "down")), word.startswith("clearly")
    fill, bar, thick = (look.lower if below else look.higher)[clear], look.signal if below else look.accent, 2 + clear
    edge = f'<rect x="0" y="{17 - thick if below else 1}" width="{HEAT_CELL}" height="{thick}" fill="{bar}"/>'
    return _cell(f'<rect x="0" y="1" width="{HEAT_CELL}" height="16" fill="{fill}"/>{edge}')


def _cell(shapes: str) -> str:
    return _drawn(shapes, width=HEAT_CELL)


def introduction(look: Palette, *, hosted: bool) -> str:
    """Draw two people who might meet, and above them the host who knows both, if there is one."""
    pair = (
        f'<circle cx="11" cy="34" r="7" fill="{look.accent}"/><circle cx="49" cy="34" r="7" fill="{look.accent}"/>'
        f'<path d="M19 34h22" stroke="{look.accent}" stroke-width="2" stroke-dasharray="2 3"/>'
    )
    host = (
        f'<path d="M15 27 26 14M45 27 34 14" stroke="{look.muted}" stroke-width="1.4"/>'
        f'<circle cx="30" cy="9" r="5" fill="none" stroke="{look.muted}" stroke-width="1.6"/>'
    )
    return _drawn(pair + host * hosted, width=60, height=44)


def _drawn(shapes: str, width: int = 18, height: int = 18) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{shapes}</svg>'
