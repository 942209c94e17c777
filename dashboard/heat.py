"""Teams by dimensions as a picture with a noise floor: paper stays paper wherever chance alone could explain it.

A cell is tinted only by a word that was found at the close or follows from bands that were: 'probably lower', 'clearly
up'. Colour never stands alone: what is lower has a bar at its foot, what is higher one at its head, thicker where it is
clear. What is not shown is hatched and says why; few answers have a dashed edge. Names stand above their cells, and not
beside them, so that one picture works at 350 pixels as it does at 700. Teams keep the order of the organization chart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from dashboard import access, wording, wording_trends
from dashboard.charts import plain
from dashboard.readable import Readable
from dashboard.sketch import Sketch, bare
from dashboard.theme import Palette
from data.records import ROOT, Wave

Told = Literal["level", "change"]
"""What the tints tell: how a team stands beside the organization, or what changed since the wave before."""
TEAMS = 60
"""So many rows are drawn at most: a picture of more is no picture, and the table has all of them."""
ONE_PICTURE = 16
"""Up to here all rows stand in one picture; above, each part of the organization has its own, with its own heads."""
WIDE = 5
"""From so many dimensions on a cell has no room for words."""
HEAD, ROW, NAME, CELL, GAP = 20, 66, 24, 34, 0.035
"""Pixels of one line of a head, of a row, of its name and of its cells; and the share of a cell between two."""
REACH = 80
"""Pixels from the middle of a cell at which it can still be pointed at and chosen: half of the widest."""


@dataclass(frozen=True)
class Cell:
    """One dimension of one team."""

    words: str
    """'65', 'about 65', '↓ 61', 'not shown', 'not asked'."""
    tone: str = ""
    """'clearly lower', 'probably up', …; '' for paper."""
    state: Literal["shown", "few", "withheld", "not asked"] = "shown"
    hover: str = ""


@dataclass(frozen=True)
class Row:
    """One team."""

    name: str
    cells: tuple[Cell, ...]
    above: bool = False
    """Whether the teams of the rows below belong to it."""
    why: str = ""
    """Why it has no figure at all, in a few words; '' where it has some."""


# ---------------------------------------------------------------------------------------------- which rows, which cells


def teams_of(readable: Readable, wave: Wave, team_id: str) -> list[str]:
    """List the teams to draw, in the chart's order: those below a team, or the team itself where there are none."""
    drawn = [group.team_id for group in readable.in_sight(wave, team_id, TEAMS)]
    return drawn or [team_id] * (team_id != ROOT)


def parts_of(readable: Readable, wave: Wave, team_id: str, team_ids: Sequence[str]) -> list[list[str]]:
    """Divide the teams to draw into pictures: a part of the organization each, and lone teams together."""
    if len(team_ids) <= ONE_PICTURE:
        return [list(team_ids)]
    parents = {group.team_id: group.parent for group in readable.groups(wave)}
    tops = [team for team in team_ids if parents.get(team) == team_id]
    families = [[team for team in team_ids if top in access.upwards(team, parents)] for top in tops]
    pictures: list[list[str]] = []
    for family, before in zip(families, [[], *families], strict=False):
        if pictures and len(family) == len(before) == 1:
            pictures[-1] += family
        else:
            pictures.append(family)
    return pictures


def rows_of(readable: Readable, wave: Wave, team_id: str, team_ids: Sequence[str], told: Told) -> list[Row]:
    """Look up what one picture draws."""
    parents = {group.team_id: group.parent for group in readable.groups(wave)}
    head = team_ids[0] if len(team_ids) > 1 and all(team_ids[0] in access.upwards(t, parents) for t in team_ids) else ""
    return [
        Row(
            name=wording.under(readable, team, team_id if team in (head, team_id) or not head else head),
            cells=tuple(cell(readable, wave, team, dimension, told) for dimension in readable.dimensions(wave)),
            above=team in {parents.get(each) for each in team_ids},
            why=_why(readable, wave, team),
        )
        for team in team_ids
    ]


def cell(readable: Readable, wave: Wave, team_id: str, dimension: str, told: Told) -> Cell:
    """Look up one dimension of one team."""
    score = readable.finding(wave, team_id, "score", dimension)
    if score is None:
        return Cell("not asked", state="not asked")
    if score.value is None:
        return Cell("not shown", state="withheld", hover=wording.why_not(score, readable, wave.k))
    about = "about " if wording.very_few(score) else ""
    tone, hover, arrow = wording_trends.stands(readable, wave, team_id, dimension) or "", "", ""
    if told == "change":
        change = readable.finding(wave, team_id, "change", dimension)
        tone = (change.word or "") if change is not None and wording.moved(change) else ""
        arrow = f"{wording.arrow(change)} " if change is not None and tone else ""
        hover = wording.course(readable, change) if change is not None and tone else ""
    name = readable.dimension_name(dimension, wave.wave_id)
    band = f"very likely between {score.low:.0f} and {score.high:.0f}" if score.low is not None else ""
    said = ", ".join(filter(None, [f"{name}: {wording.score(score)}", band, tone, hover]))
    return Cell(f"{arrow}{about}{score.value:.0f}", tone, "few" if about else "shown", said)


def _why(readable: Readable, wave: Wave, team_id: str) -> str:
    scores = readable.findings(wave, team_id, "score")
    return "" if not scores or any(one.shown for one in scores) else wording_trends.why_not_briefly(scores[0], readable)


# --------------------------------------------------------------------------------------------------------- the picture


def picture(dimensions: Iterable[tuple[str, str]], rows: Sequence[Row], look: Palette) -> go.Figure:
    """Draw teams by dimensions, given as (dimension, its name)."""
    columns = list(dimensions)
    heads = [_head(name, len(columns)) for _, name in columns]
    top = HEAD * max(head.count("<br>") + 1 for head in heads) + 12
    sketch = Sketch(look)
    for at, ((dimension, _), head) in enumerate(zip(columns, heads, strict=True)):
        middle = at + (1 - GAP) / 2
        _say(sketch, middle, top - 12, head, font={"size": 12, "color": look.ink}, yanchor="bottom")
        _fill(sketch, at, top - 8, top - 5, look.colour(dimension))
    for number, row in enumerate(rows):
        y = top + number * ROW + NAME
        name = f"<b>{plain(row.name)}</b>" if row.above else plain(row.name)
        _say(sketch, 0, y - 2, name, font={"size": 14, "color": look.ink}, xanchor="left", yanchor="bottom")
        if row.why:
            _withheld(sketch, (0, len(columns) - GAP), y, row.why, look)
            continue
        for at, each in enumerate(row.cells):
            _cell(sketch, at, y, each, look, narrow=len(columns) >= WIDE)
    _pointed_at(sketch, rows, top)
    around = {"l": 0, "r": 0, "t": 0, "b": 0}
    window = {"xaxis": bare(-0.004, len(columns) - GAP + 0.004), "yaxis": bare(height(len(rows), top), 0)}
    return sketch.done(height=height(len(rows), top), margin=around, bargap=0, hoverdistance=REACH, **window)


def height(rows: int, top: int) -> int:
    """Give the pixels of a picture."""
    return top + ROW * rows + 2


def _head(name: str, columns: int) -> str:
    """Break a long name within words where columns are narrow: on a phone five of them have 66 pixels each."""
    if columns < WIDE:
        return plain(name)
    lines = [""]
    for word in name.split():
        for at, syllable in enumerate(wording.breakable(word).split(wording.SOFT_HYPHEN)):
            joint = "" if at else " " * bool(lines[-1])
            if lines[-1] and len(lines[-1] + joint + syllable) > 42 // columns:
                lines[-1] += "-" if at else ""
                lines.append(syllable)
            else:
                lines[-1] += joint + syllable
    return "<br>".join(map(plain, lines))


def _tint(word: str, look: Palette) -> tuple[str, str, int, bool]:
    """Give fill, colour and pixels of the bar of 'probably lower', 'clearly up', …; and whether it is at the foot."""
    sure, way = word.split()
    clear, down = sure == "clearly", way in ("lower", "down")
    fill = (look.lower if down else look.higher)[clear]
    return fill, look.signal if down else look.accent, 4 if clear else 2, down


def _cell(sketch: Sketch, at: int, y: float, each: Cell, look: Palette, *, narrow: bool) -> None:
    if each.state == "withheld":
        _withheld(sketch, (at, at + 1 - GAP), y, "" if narrow else each.words, look)
        return
    if each.tone:
        fill, colour, thick, foot = _tint(each.tone, look)
        _fill(sketch, at, y, y + CELL, fill)
        _fill(sketch, at, *((y + CELL - thick, y + CELL) if foot else (y, y + thick)), colour)
    if not each.tone or each.state != "shown":
        line = {"color": look.line if each.state == "shown" else look.tie, "width": 1}
        edge = line | {"dash": "solid" if each.state == "shown" else "dot"}
        sketch.add_shape(type="rect", x0=at, x1=at + 1 - GAP, y0=y, y1=y + CELL, line=edge, layer="below")
    quiet = each.state != "shown" and not each.tone
    words = each.words.removeprefix("about ") if narrow else each.words
    words = "–" if narrow and each.state == "not asked" else words
    text = f"<b>{plain(words)}</b>" if each.tone else plain(words)
    font = {"size": 12 if each.state == "not asked" else 14, "color": look.muted if quiet else look.ink}
    _say(sketch, at + (1 - GAP) / 2, y + CELL / 2, text, font=font)


def _withheld(sketch: Sketch, across: tuple[float, float], y: float, why: str, look: Palette) -> None:
    """The one look of what is not shown, with its reason on a plate."""
    x0, x1 = across
    pattern = {"shape": "/", "size": 7, "solidity": 0.12, "fgcolor": look.hatch, "bgcolor": "rgba(0, 0, 0, 0)"}
    marker = {"color": "rgba(0, 0, 0, 0)", "pattern": pattern, "line": {"width": 1, "color": look.line}}
    place = {"base": x0, "x": [x1 - x0], "y": [y + CELL / 2], "width": CELL, "orientation": "h"}
    sketch.add_bars(marker=marker, hoverinfo="skip", **place)
    if why:
        plate = {"bgcolor": look.paper, "borderpad": 3, "font": {"size": 12, "color": look.muted}}
        _say(sketch, (x0 + x1) / 2, y + CELL / 2, plain(why), **plate)


def _fill(sketch: Sketch, at: int, y0: float, y1: float, colour: str) -> None:
    place = {"x0": at, "x1": at + 1 - GAP, "y0": y0, "y1": y1}
    sketch.add_shape(type="rect", fillcolor=colour, line={"width": 0}, layer="below", **place)


def _say(sketch: Sketch, x: float, y: float, text: str, **look: object) -> None:
    sketch.add_annotation(x=x, y=y, text=text, **look)


def _pointed_at(sketch: Sketch, rows: Sequence[Row], top: int) -> None:
    """What a cell says when it is pointed at, and which it is when it is chosen: one trace without marks for all."""
    told = [
        (
            at + (1 - GAP) / 2,
            top + number * ROW + NAME + CELL / 2,
            f"<b>{plain(row.name)}</b><br>{plain(each.hover)}",
            (number, at),
        )
        for number, row in enumerate(rows)
        for at, each in enumerate(row.cells)
        if each.hover
    ]
    if told:
        x, y, texts, which = zip(*told, strict=True)
        marker = {"size": CELL, "color": "rgba(0, 0, 0, 0)", "opacity": 1, "line": {"width": 0}}
        sketch.add_marks(x=x, y=y, hovertext=texts, customdata=which, mode="markers", marker=marker, hoverinfo="text")
