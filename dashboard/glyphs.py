"""Small drawings beside words: the marks of the map's key, and the two people of an introduction. SVG as text."""

from dashboard.theme import Palette


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
