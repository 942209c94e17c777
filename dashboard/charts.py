"""Findings as pictures, for the screen: each function takes findings and gives a Plotly figure, and computes no result.

Uncertainty is drawn, not footnoted: a level is a dot in a band, a trend is a line in its band, what is not shown is
hatched and says so. Every figure works at 350 pixels as it does at 1100, because the server does not know the width:
words stand above what they name, never beside it. Names of teams and people go through `plain`, since Plotly reads a
small HTML in its texts.
"""

import html
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from analytics.disclosure import Finding
from dashboard import wording, wording_network
from dashboard.readable import Network, Person, Readable
from dashboard.sketch import Sketch, bare
from dashboard.theme import Palette, faint, mark
from data.records import ROOT, Group, Wave

Points = npt.NDArray[np.float64]
"""Places on the plane, one a row."""

LOW, HIGH = 30.0, 90.0
"""The window of a level, the same in every picture. A value outside it stands at the edge, with its number."""
ROW = 78
"""Pixels for one dimension."""
TREND_HEIGHT = 230
BOTTOM, TOP = 38.0, 90.0
"""The window of a trend."""


@dataclass(frozen=True)
class Level:
    """One dimension of one group: what it says now, whether that is a change, and where it stood before."""

    dimension: str
    name: str
    now: Finding | None
    change: Finding | None = None
    before: Finding | None = None
    silent: Finding | None = None
    """How far the value could move, had everybody who stayed silent answered at one end."""


@dataclass(frozen=True)
class Point:
    """One wave on a trend."""

    label: str
    finding: Finding | None
    """The line there, in its band. None: not asked."""
    joined: bool
    """Whether the line may run here from the wave before: the same people asked, on the same scale."""
    score: Finding | None = None
    """What was said in that wave by itself; the line runs through it."""

    @property
    def said(self) -> Finding | None:
        """What the wave's mark stands for."""
        return self.score if self.score is not None and self.score.shown else self.finding


def plain(text: str) -> str:
    """Give a text that Plotly shows as it is, whatever signs a name contains."""
    return html.escape(text, quote=False)


# ------------------------------------------------------------------------------------------------------------ levels


def levels_of(readable: Readable, wave: Wave, team_id: str) -> list[Level]:
    """Look up what `levels` draws for one group in one wave."""
    rows = []
    for dimension in readable.dimensions(wave):
        change = readable.finding(wave, team_id, "change", dimension)
        earlier = readable.wave(change.since) if change is not None and change.shown and change.since else None
        rows.append(
            Level(
                dimension,
                readable.dimension_name(dimension, wave.wave_id),
                readable.finding(wave, team_id, "score", dimension),
                change,
                readable.finding(earlier, team_id, "score", dimension) if earlier else None,
                readable.finding(wave, team_id, "silent", dimension),
            )
        )
    return rows


def empty_levels(look: Palette) -> go.Figure:
    """Draw the four dimensions before there is anything to show."""
    rows = [Level(dimension, dimension.capitalize(), None) for dimension in look.dimensions]
    return levels(rows, look, nothing="after the first close")


def levels(rows: Sequence[Level], look: Palette, *, nothing: str = "not shown") -> go.Figure:
    """Draw each dimension as a dot in the band of its interval, with the wave before as an open mark.

    `nothing` is what stands beside a dimension without a figure: 'not shown', 'after the first close'.
    """
    sketch = Sketch(look)
    for at, row in enumerate(rows):
        _track(sketch, at, look)
        _label(sketch, at, row, look, nothing)
        if row.now is not None and row.now.value is not None:
            _level(sketch, at, row, row.now, look)
        elif row.now is not None:
            _withheld(sketch, at, look)
    for tick, anchor in ((30, "left"), (50, "center"), (70, "center"), (90, "right")):
        at_foot = {"x": tick, "y": 0, "yref": "paper", "xanchor": anchor, "yanchor": "top"}
        sketch.add_annotation(text=str(tick), font={"size": 12, "color": look.muted}, borderpad=0, **at_foot)
    return sketch.done(
        height=levels_height(len(rows)),
        margin={"l": 0, "r": 0, "t": 0, "b": 22},
        xaxis=bare(LOW - 1, HIGH + 1),
        yaxis=bare(len(rows) - 0.6, -0.6),
    )


def levels_height(rows: int) -> int:
    """Give the height of `levels`, so that what stands in its place while it loads has the same size."""
    return ROW * rows + 22


def _track(sketch: Sketch, at: int, look: Palette) -> None:
    line = {"color": look.line, "width": 1}
    sketch.add_shape(type="line", x0=LOW, x1=HIGH, y0=at, y1=at, line=line, layer="below")
    for tick in (30, 50, 70, 90):
        sketch.add_shape(type="line", x0=tick, x1=tick, y0=at - 0.06, y1=at + 0.06, line=line, layer="below")


def _label(sketch: Sketch, at: int, row: Level, look: Palette, nothing: str) -> None:
    text = {"y": at - 0.26, "yanchor": "bottom", "xref": "paper"}
    sketch.add_annotation(
        text=f"<b>{plain(row.name)}</b>", x=0, xanchor="left", font={"size": 16, "color": look.ink}, **text
    )
    sketch.add_annotation(text=_reading(row, look, nothing), x=1, xanchor="right", align="right", **text)


def _reading(row: Level, look: Palette, nothing: str) -> str:
    """Word and number at the right: '↓ clearly down  66'."""
    muted = f"<span style='color:{look.muted};font-size:14px'>"
    if row.now is None or row.now.value is None:
        return f"{muted}{plain(nothing if row.now is None or row.now.shown else 'not shown')}</span>"
    word = wording.change(row.change)
    colour = tone(row.change, look)
    about = f"{muted}about </span>" if wording.few(row.now) else ""
    value = f"<b><span style='color:{look.ink};font-size:18px'>{row.now.value:.0f}</span></b>"
    return f"<span style='color:{colour};font-size:14px'>{plain(word)}</span>   {about}{value}"


def tone(change: Finding | None, look: Palette) -> str:
    """Give the colour of a change in words: attention for down, the accent for up, quiet for steady."""
    if change is None or not wording.moved(change):
        return look.muted
    return look.signal if wording.fell(change) else look.accent


def _level(sketch: Sketch, at: int, row: Level, now: Finding, look: Palette) -> None:
    colour = look.colour(row.dimension)
    few = wording.few(now)
    if now.low is not None and now.high is not None:
        sketch.add_shape(
            type="rect",
            x0=_inside(now.low),
            x1=_inside(now.high),
            y0=at - 0.15,
            y1=at + 0.15,
            fillcolor=faint(colour, look.band / (2 if few else 1)),
            line={"color": faint(colour, 0.7), "width": 1 if few else 0, "dash": "dot"},
            layer="below",
        )
    if row.silent is not None and row.silent.low is not None and row.silent.high is not None:
        reach = {"x0": _inside(row.silent.low), "x1": _inside(row.silent.high), "y0": at, "y1": at, "layer": "below"}
        sketch.add_shape(type="line", line={"color": faint(colour, 0.4), "width": 1.4}, **reach)
    said = f"{plain(row.name)}: {wording.score(now)}" + _range(now)
    if row.before is not None and row.before.value is not None:
        open_mark = {
            "symbol": f"{mark(row.dimension)}-open",
            "size": 8,
            "color": colour,
            "opacity": 1,
            "line": {"width": 1.5},
        }
        hover = f"the wave before: {wording.score(row.before)}"
        _dot(sketch, _inside(row.before.value), at, open_mark, hover)
    filled = {
        "symbol": mark(row.dimension),
        "size": 14,
        "color": colour,
        "opacity": 1,
        "line": {"color": look.paper, "width": 1.5},
    }
    _dot(sketch, _inside(now.value or 0), at, filled, said)


def _hatched(look: Palette) -> dict[str, object]:
    """The one look of what is not shown."""
    pattern = {"shape": "/", "size": 7, "solidity": 0.12, "fgcolor": look.hatch, "bgcolor": "rgba(0, 0, 0, 0)"}
    return {"color": "rgba(0, 0, 0, 0)", "pattern": pattern, "line": {"width": 0}}


def _withheld(sketch: Sketch, at: int, look: Palette) -> None:
    place = {"x": [HIGH - LOW], "y": [at], "base": LOW, "width": 0.3, "orientation": "h"}
    sketch.add_bars(marker=_hatched(look), hoverinfo="skip", **place)


def _range(finding: Finding) -> str:
    if finding.low is None or finding.high is None:
        return ""
    return f", very likely between {finding.low:.0f} and {finding.high:.0f}"


def _dot(sketch: Sketch, x: float, y: float, marker: Mapping[str, object], hover: str) -> None:
    sketch.add_marks(
        x=[x], y=[y], mode="markers", marker=marker, hovertemplate=f"{hover}<extra></extra>", cliponaxis=False
    )


def _inside(value: float) -> float:
    return min(max(value, LOW), HIGH)


# ------------------------------------------------------------------------------------------------------------ trends


def points_of(readable: Readable, team_id: str, dimension: str, until: Wave | None = None) -> list[Point]:
    """Look up what `trend` draws: one point for each wave up to one, joined where the two may be compared."""
    points: list[Point] = []
    before: tuple[Wave, Finding | None] | None = None
    for wave, finding in readable.series(team_id, dimension):
        if until is not None and wave.number > until.number:
            break
        joined = before is not None and readable.comparable(before, (wave, finding))
        score = readable.finding(wave, team_id, "score", dimension)
        points.append(Point(wording.short_wave(wave.name), finding, joined, score))
        before = (wave, finding)
    return points


def trend(
    dimension: str,
    points: Sequence[Point],
    look: Palette,
    whole: Sequence[Point] = (),
    other: Sequence[Point] = (),
    *,
    happened: Sequence[int] = (),
) -> go.Figure:
    """Draw one dimension over the waves: a line in its band, never joined across a gap.

    `whole` is the organization over the same waves, as a dotted line for comparison; `other` another team, as a dashed
    line in a band of its own. `happened` numbers on the axis what stands in words beside the picture, by the place of
    the wave after which it was.
    """
    sketch = Sketch(look)
    for first, last, words in _silences(points):
        _silence(sketch, first, last, words, look)
    for run in _runs(points):
        _band(sketch, run, points, look.colour(dimension), look)
    for run in _runs(whole):
        _dotted(sketch, run, whole, look)
    for run in _runs(other):
        _band(sketch, run, other, look.muted, look)
        _dashed(sketch, run, other, look)
    for run in _runs(points):
        _line(sketch, run, points, dimension, look)
    _last(sketch, points, dimension, look)
    _last_of_other(sketch, points, other, look)
    for number, at in enumerate(happened, start=1):
        _happened(sketch, number, at + (SINCE if at == len(points) - 1 else 0.5), look)
    ticks = list(range(len(points) - 1, -1, -max(1, math.ceil(len(points) / 4))))
    waves = {"tickvals": ticks, "ticktext": [plain(points[at].label) for at in ticks]}
    values = {"tickvals": [40, 60, 80], "showgrid": True, "gridcolor": look.hair, "layer": "below traces"}
    return sketch.done(
        height=TREND_HEIGHT,
        margin={"l": 30, "r": 76, "t": 8, "b": 28},
        xaxis={"range": [-0.6, len(points) - 0.4], **waves},
        yaxis={"range": [BOTTOM, TOP], **values},
    )


SINCE = 0.28
"""How far behind the last wave a mark stands: as long as there is no next one, there is no middle."""


def _happened(sketch: Sketch, number: int, x: float, look: Palette) -> None:
    """A thin tick on the axis between two waves, and its number."""
    line = {"color": look.muted, "width": 1}
    sketch.add_shape(type="line", x0=x, x1=x, yref="paper", y0=0, y1=0.06, line=line)
    font, plate = {"size": 12, "color": look.muted}, {"bgcolor": look.paper, "borderpad": 1}
    place = {"x": x, "y": 0.06, "yref": "paper", "yanchor": "bottom"}
    sketch.add_annotation(text=str(number), font=font, **plate, **place)


def _shown(point: Point) -> bool:
    return point.finding is not None and point.finding.value is not None


def _runs(points: Sequence[Point]) -> Iterator[list[int]]:
    """The stretches of waves that a line may join, as positions."""
    run: list[int] = []
    for at, point in enumerate(points):
        if run and not (_shown(point) and point.joined):
            yield run
            run = []
        if _shown(point):
            run.append(at)
    if run:
        yield run


def _silences(points: Sequence[Point]) -> Iterator[tuple[int, int, str]]:
    """The stretches without a figure: first and last position, and what to say there."""
    silent = [(at, "not asked" if p.finding is None else "not shown") for at, p in enumerate(points) if not _shown(p)]
    while silent:
        first, words = silent[0]
        last = first
        while (last + 1, words) in silent:
            last += 1
        yield first, last, words
        silent = silent[last - first + 1 :]


def _silence(sketch: Sketch, first: int, last: int, words: str, look: Palette) -> None:
    if words == "not shown":
        place = {"x": [(first + last) / 2], "y": [TOP - BOTTOM - 6], "base": BOTTOM + 3, "width": last - first + 0.84}
        sketch.add_bars(marker=_hatched(look), hoverinfo="skip", **place)
    sketch.add_annotation(
        x=(first + last) / 2,
        y=66 if words == "not shown" else 46,
        text=words,
        bgcolor=look.paper,
        borderpad=3,
        font={"size": 12, "color": look.muted},
    )


def _band(sketch: Sketch, run: Sequence[int], points: Sequence[Point], colour: str, look: Palette) -> None:
    """The band behind a stretch; a wave that stands alone gets a column of its own."""
    edges = [(at, points[at].finding) for at in run]
    known = [(at, f.low, f.high) for at, f in edges if f is not None and f.low is not None and f.high is not None]
    if len(known) == 1:
        at, low, high = known[0]
        known = [(at - 0.16, low, high), (at + 0.16, low, high)]  # type: ignore[list-item]  # a place between two waves
    sketch.add_marks(
        x=[at for at, _, _ in known] + [at for at, _, _ in reversed(known)],
        y=[low for _, low, _ in known] + [high for _, _, high in reversed(known)],
        fill="toself",
        fillcolor=faint(colour, look.trend_band),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def _line(sketch: Sketch, run: Sequence[int], points: Sequence[Point], dimension: str, look: Palette) -> None:
    """The line, and the marks of the waves that it runs through."""
    colour = look.colour(dimension)
    sketch.add_marks(
        x=list(run),
        y=[points[at].finding.value for at in run],  # type: ignore[union-attr]  # a run holds shown points only
        mode="lines",
        line={"color": colour, "width": 2.2},
        hoverinfo="skip",
    )
    sketch.add_marks(
        x=list(run),
        y=[points[at].said.value for at in run],  # type: ignore[union-attr]  # a run holds shown points only
        mode="markers",
        marker={"symbol": mark(dimension), "size": 6, "color": colour, "line": {"color": look.paper, "width": 1}},
        hovertext=[_said(points[at]) for at in run],
        hoverinfo="text",
    )


def _dotted(sketch: Sketch, run: Sequence[int], points: Sequence[Point], look: Palette) -> None:
    sketch.add_marks(
        x=list(run),
        y=[points[at].finding.value for at in run],  # type: ignore[union-attr]  # a run holds shown points only
        mode="lines" if len(run) > 1 else "markers",
        line={"color": look.muted, "width": 1.2, "dash": "dot"},
        marker={"symbol": "line-ew-open", "size": 8, "color": look.muted},
        hoverinfo="skip",
    )


def _dashed(sketch: Sketch, run: Sequence[int], points: Sequence[Point], look: Palette) -> None:
    """Another team's stretch: no colour, since colours are for dimensions."""
    sketch.add_marks(
        x=list(run),
        y=[points[at].finding.value for at in run],  # type: ignore[union-attr]  # a run holds shown points only
        mode="lines+markers",
        line={"color": look.muted, "width": 1.8, "dash": "dash"},
        marker={"symbol": "circle-open", "size": 6, "color": look.muted, "opacity": 1},
        hovertext=[_said(points[at]) for at in run],
        hoverinfo="text",
    )


NEAR = 7
"""Points of 0 to 100 by which two numbers at the end of their lines need to be apart, so as not to stand on another."""


def _last_of_other(sketch: Sketch, points: Sequence[Point], other: Sequence[Point], look: Palette) -> None:
    """The newest value of the other team, out of the way of the first one's."""
    if not other or not _shown(other[-1]) or other[-1].finding is None or other[-1].finding.value is None:
        return
    mine = points[-1].finding.value if points and points[-1].finding is not None else None
    value = other[-1].finding.value
    near = mine is not None and abs(value - mine) < NEAR
    away = (14 if mine is not None and value >= mine else -14) if near else 0
    font = {"size": 13, "color": look.muted}
    place = {"x": len(other) - 1, "y": value, "xshift": 12, "yshift": away, "xanchor": "left"}
    sketch.add_annotation(text=wording.score(other[-1].said), font=font, **place)


def _last(sketch: Sketch, points: Sequence[Point], dimension: str, look: Palette) -> None:
    """The newest value: a larger mark, with its number beside it."""
    if not points or not _shown(points[-1]) or points[-1].finding is None:
        return
    colour, finding, at = look.colour(dimension), points[-1].said or points[-1].finding, len(points) - 1
    ringed = {"symbol": mark(dimension), "size": 12, "color": colour, "line": {"color": look.paper, "width": 1.5}}
    _dot(sketch, at, finding.value or 0, {**ringed, "opacity": 1}, _said(points[-1]))
    sketch.add_annotation(
        x=at,
        y=finding.value,
        xshift=12,
        xanchor="left",
        text=f"<b>{wording.score(finding)}</b>",
        font={"size": 15, "color": colour},
    )


def _said(point: Point) -> str:
    if point.finding is None:
        return plain(point.label)
    low, high = point.finding.low, point.finding.high
    band = f", line likely between {low:.0f} and {high:.0f}" if low is not None and high is not None else ""
    return f"{plain(point.label)}: {wording.score(point.said)}{band}"


# ----------------------------------------------------------------------------------------------------------- network

MAP_WIDTH, MAP_HEIGHT = 720, 640
"""Pixels of the map of people beside its key; a flat one is less high."""
LARGE_MAP_HEIGHT = 760
PEOPLE_ON_A_MAP = 150
"""Up to here the map shows people; above it, teams and the ties between them."""
TEAMS_ON_A_MAP = 150
"""Where there are more, the map of teams shows the parts that they belong to."""
PHONE_WIDTH, PHONE_HEIGHT = 358, 620
"""Pixels of a map on a phone, which stands upright: at most so high."""


@dataclass(frozen=True)
class Sheet:
    """What a map is drawn on: as wide and as high as a desk's screen shows it, or a phone's."""

    width: int
    height: int
    stretch: tuple[float, float]
    """How far teams are drawn apart, across and up, before they are brought as near as their names let them be."""
    air: tuple[float, float]
    """Room at the sides, and above and below, in units of √people."""
    room: float
    """Room around a team for its name, where the people of a team of n fill a circle of radius √n."""
    tie: float
    """Opacity of a tie between teams."""
    dot: int
    """Pixels of somebody's dot; a diamond is half as large again."""
    text: int


PAD = 1.1
"""Between somebody's dot and the outline of their team, in units of √people."""
DESK = Sheet(MAP_WIDTH, MAP_HEIGHT, (1.0, 1.0), (4.8, 3.0), 2.3, 0.4, 9, 14)
PHONE = Sheet(PHONE_WIDTH, PHONE_HEIGHT, (0.55, 1.5), (3.6, 3.6), 2.6, 0.28, 6, 12)


def people_map(seen: Network, name: Callable[[str], str], look: Palette, sheet: Sheet = DESK) -> go.Figure:
    """Draw teams as soft regions, people as dots, ties that both named as lines; few ties as a named diamond.

    Everybody of whom nothing may be said is an open dot without ties, so that silence and refusal look the same.
    """
    sketch = Sketch(look)
    teams: dict[str, list[tuple[float, float]]] = {}
    for team, x, y in [*((person.team_id, person.x, person.y) for person in seen.people), *seen.places]:
        teams.setdefault(team, []).append((x, y))
    spread, places = spread_out(seen, {team: np.array(members) for team, members in teams.items()}, sheet)
    for team, members in places.items():
        alone = len(members) == 1  # somebody above the teams, mostly: a small word is enough
        label = plain(name(team)) if alone else f"<b>{plain(name(team))}</b>  {len(members)}"
        _region(sketch, members, PAD, label, look, quiet=alone, text=sheet.text)
    _ties(sketch, spread, {team: members.mean(axis=0) for team, members in places.items()}, look, sheet)
    everybody = np.concatenate([*places.values()] or [np.zeros((1, 2))])
    air = np.array(sheet.air)
    across, up = np.ptp(everybody, axis=0) + 2 * air
    wide = min(max(across / up, sheet.width / sheet.height), 2.2)
    _people(sketch, spread, look, sheet, pixels=sheet.width / max(across, up * wide))
    return sketch.done(height=round(sheet.width / wide), **_window(everybody, air, wide))


def spread_out(seen: Network, teams: Mapping[str, Points], sheet: Sheet) -> tuple[Network, dict[str, Points]]:
    """Draw every team as large as it has people, near where it was laid out, and none over another."""
    if not teams:
        return seen, {}
    middles = np.array([members.mean(axis=0) for members in teams.values()])
    sizes = np.array([math.sqrt(len(members)) for members in teams.values()])
    far = np.array([np.hypot(*(m - c).T).max() for m, c in zip(teams.values(), middles, strict=True)])
    grown = dict(zip(teams, sizes / np.where(far > 0, far, 1.0), strict=True))
    radii = sizes + sheet.room
    from_middle = (middles - middles.mean(axis=0)) * sheet.stretch
    near = 0.7 * math.sqrt((radii**2).sum()) / max(float(np.sqrt((from_middle**2).sum(axis=1).mean())), 1e-9)
    wide = np.array([0.75, 1.0])  # names are wider than high: more room beside each other than above
    stands = dict(zip(teams, apart(near * wide * from_middle, radii) / wide, strict=True))
    came_from = dict(zip(teams, middles, strict=True))

    def carried(frame: pd.DataFrame) -> pd.DataFrame:
        places = zip(frame["team_id"], frame[["x", "y"]].to_numpy(float), strict=True)
        moved = np.array([stands[t] + grown[t] * (place - came_from[t]) for t, place in places]).reshape(-1, 2)
        return frame.assign(x=moved[:, 0], y=moved[:, 1])

    places = {team: stands[team] + grown[team] * (members - came_from[team]) for team, members in teams.items()}
    return replace(seen, named=carried(seen.named), unnamed=carried(seen.unnamed)), places


def apart(middles: Points, radii: Points, rounds: int = 200) -> Points:
    """Push circles apart until none overlaps another, each pair by half of what is missing; where they touch they stay.

    The same circles always come to stand in the same places, near where they were.
    """
    places = middles.copy()
    near = radii[:, None] + radii[None, :]
    for _ in range(rounds):
        between = places[:, None, :] - places[None, :, :]
        distance = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(distance, np.inf)
        missing = np.clip(near - distance, 0, None)
        if missing.max(initial=0.0) < 1e-3 * radii.max(initial=1.0):
            break
        direction = between / np.maximum(distance, 1e-9)[..., None]
        places += (0.5 * missing[..., None] * direction).sum(axis=1)
    return places


def _ties(sketch: Sketch, seen: Network, middle: Mapping[str, Points], look: Palette, sheet: Sheet) -> None:
    """Ties within a team as thin straight lines, between teams as curves that run together."""
    places = {person.member_id: person for person in seen.people}
    inside, across = [], []
    for source, target in zip(seen.ties["source"], seen.ties["target"], strict=True):
        a, b = places[source], places[target]
        ends = np.array([(a.x, a.y), (b.x, b.y)])
        if a.team_id == b.team_id:
            inside.append(ends)
        else:
            across.append(_curve(ends[0], ends[1], (middle[a.team_id] + middle[b.team_id]) / 2))
    _strokes(sketch, inside, look.tie, 1)
    _strokes(sketch, across, faint(look.accent, sheet.tie), 1.2)


def _people(sketch: Sketch, seen: Network, look: Palette, sheet: Sheet, pixels: float) -> None:
    """Everybody's dot, and the names of those with few ties; `pixels` go to one unit of the map."""
    few = [person for person in seen.people if person.standing in wording_network.FEW]
    tied = [person for person in seen.people if person.standing == "connected"]
    quiet = [(person.x, person.y) for person in seen.people if person not in few and person not in tied]
    quiet += [(x, y) for _, x, y in seen.places]
    ring = {"symbol": "circle-open", "size": sheet.dot, "color": look.muted, "opacity": 1, "line": {"width": 1.3}}
    sketch.add_marks(
        x=[x for x, _ in quiet],
        y=[y for _, y in quiet],
        mode="markers",
        marker=ring,
        hovertemplate="no claim<extra></extra>",
    )
    rim = {"color": look.paper, "width": 1}
    _named(sketch, tied, {"size": sheet.dot, "color": look.ink, "opacity": 1, "line": rim})
    diamond = {"symbol": "diamond", "size": round(1.5 * sheet.dot), "color": look.signal, "opacity": 1, "line": rim}
    _named(sketch, few, diamond)
    dots = np.array([*((x, y) for x, y in quiet), *((person.x, person.y) for person in seen.people)]).reshape(-1, 2)
    frame = np.vstack([dots + sheet.air, dots - sheet.air]) if len(dots) else dots
    for person in few:
        place, dots = _beside(person, dots, frame, sheet.text, pixels)
        sketch.add_annotation(
            x=person.x,
            y=person.y,
            text=plain(person.name),
            **place,
            bgcolor=faint(look.soft, 0.75),
            borderpad=1,
            font={"size": sheet.text, "color": look.signal},
        )


SIDES = (
    {"xanchor": "left", "yanchor": "middle", "xshift": 10},
    {"xanchor": "right", "yanchor": "middle", "xshift": -10},
    {"xanchor": "center", "yanchor": "bottom", "yshift": 8},
    {"xanchor": "center", "yanchor": "top", "yshift": -8},
)
"""Where a name may stand by its diamond."""


def _beside(person: Person, dots: Points, frame: Points, text: int, pixels: float) -> tuple[dict[str, object], Points]:
    """Put a name on the side where it covers the fewest dots and other names; gives the dots with those under it too.

    A letter is taken for a bit more than half as wide as it is high.
    """
    wide, high = 0.58 * text * len(person.name), 1.5 * text
    here, ends = np.array([person.x, person.y]), np.array([[-wide / 2, 0.0], [wide / 2, 0.0]])
    away = (dots - here) * pixels

    def middle(side: Mapping[str, object]) -> Points:
        across = {"left": 10 + wide / 2, "right": -10 - wide / 2}.get(str(side["xanchor"]), 0.0)
        up = {"bottom": 8 + high / 2, "top": -8 - high / 2}.get(str(side["yanchor"]), 0.0)
        return np.array([across, up])

    def cost(side: Mapping[str, object]) -> tuple[bool, int]:
        at = middle(side)
        covered = (np.abs(away - at) < (wide / 2 + 4, high / 2 + 4)).all(axis=1).sum()
        reach = here + (at + ends) / pixels
        return bool((reach < frame.min(axis=0)).any() or (reach > frame.max(axis=0)).any()), int(covered)

    chosen = min(SIDES, key=cost)
    along = np.linspace(ends[0], ends[1], 8)
    return dict(chosen), np.vstack([dots, here + (middle(chosen) + along) / pixels])


def _named(sketch: Sketch, people: Sequence[Person], marker: Mapping[str, object]) -> None:
    sketch.add_marks(
        x=[person.x for person in people],
        y=[person.y for person in people],
        mode="markers",
        marker=marker,
        text=[plain(person.name) for person in people],
        hovertemplate="%{text}<extra></extra>",
    )


def _region(
    sketch: Sketch,
    members: Points,
    pad: float,
    label: str,
    look: Palette,
    *,
    quiet: bool = False,
    text: int = 14,
    side: Literal["left", "center", "right"] = "center",
) -> None:
    """A soft outline round the places of a team, with its name outside it, at its middle or flush with one side."""
    outline = region(members, pad)
    sketch.add_marks(
        x=outline[:, 0],
        y=outline[:, 1],
        fill="toself",
        fillcolor=look.soft,
        line={"color": look.soft_line, "width": 1},
        mode="lines",
        hoverinfo="skip",
    )
    above = members[:, 1].mean() >= 0
    sketch.add_annotation(
        x={"left": outline[:, 0].min(), "center": outline[:, 0].mean(), "right": outline[:, 0].max()}[side],
        xanchor=side,
        y=outline[:, 1].max() if above else outline[:, 1].min(),
        yanchor="bottom" if above else "top",
        text=label,
        bgcolor=faint(look.paper, 0.8),
        borderpad=2,
        font={"size": text - 2 if quiet else text, "color": look.muted if quiet else look.ink},
    )


def region(members: Points, pad: float, corners: int = 72) -> Points:
    """Outline a group of places by its smoothed support function: always convex, never a corner.

    The support function h(θ) is how far the places reach in the direction θ. Averaging it over neighbouring directions
    rounds the outline, and h·u + h'·u' is its boundary (Schneider, Convex Bodies, 2014, section 1.7).
    """
    middle = members.mean(axis=0)
    angle = np.arange(corners) * 2 * np.pi / corners
    out = np.column_stack([np.cos(angle), np.sin(angle)])
    along = np.column_stack([-np.sin(angle), np.cos(angle)])
    reach = ((members - middle) @ out.T).max(axis=0) + pad
    width = corners // 5
    smooth = np.convolve(np.concatenate([reach[-width:], reach, reach[:width]]), np.ones(2 * width + 1), "valid")
    rounded = smooth / (2 * width + 1)
    support = rounded + max(float((reach - 0.6 * pad - rounded).max()), 0.0)  # somebody far out is inside too
    slope = (np.roll(support, -1) - np.roll(support, 1)) / (4 * np.pi / corners)
    boundary: Points = middle + support[:, None] * out + slope[:, None] * along
    return np.vstack([boundary, boundary[:1]])


def _curve(a: Points, b: Points, between: Points, pull: float = 0.8, inwards: float = 0.72) -> Points:
    """A tie between teams, bent towards the middle of the map so that ties between the same two teams run together."""
    bend = (1 - pull) * (a + b) / 2 + pull * inwards * between
    t = np.linspace(0, 1, 14)[:, None]
    curve: Points = (1 - t) ** 2 * a + 2 * t * (1 - t) * bend + t**2 * b
    return curve


def _strokes(sketch: Sketch, lines: Iterable[Points], colour: str, width: float, dash: str = "solid") -> None:
    """Many lines as one trace, which a browser draws far faster than one trace each."""
    gap = np.full((1, 2), np.nan)
    joined = np.concatenate([piece for line in lines for piece in (line, gap)] or [gap])
    stroke = {"color": colour, "width": width, "dash": dash}
    sketch.add_marks(x=joined[:, 0], y=joined[:, 1], mode="lines", line=stroke, hoverinfo="skip")


def _reach(places: Points) -> float:
    return float(np.ptp(places, axis=0).max()) if len(places) > 1 else 1.0


def _window(places: Points, air: Points, wide: float) -> dict[str, object]:
    """All places with air around them, in a window `wide` times as wide as high, so that circles stay round."""
    low, high = places.min(axis=0) - air, places.max(axis=0) + air
    height = max(high[1] - low[1], (high[0] - low[0]) / wide)
    middle, half = (low + high) / 2, np.array([wide * height, height]) / 2
    (left, bottom), (right, top) = middle - half, middle + half
    return {"xaxis": bare(left, right), "yaxis": bare(bottom, top)}


# ------------------------------------------------------------------------------------------------------- teams as dots

WIDTHS: Mapping[str, tuple[float, float]] = {"3–5": (0.8, 0.24), "6–10": (1.8, 0.3), "11+": (3.2, 0.36)}
"""Band of ties → width and opacity of the line. Fewer than three ties are not drawn."""


def large_map(readable: Readable, wave: Wave, team_id: str, look: Palette, sheet: Sheet = DESK) -> go.Figure:
    """Look up what `teams_map` draws for the teams below one."""
    below = readable.in_sight(wave, team_id, TEAMS_ON_A_MAP)
    ties = wording_network.pairs(readable, wave, [group.team_id for group in below])
    above = {team: division for division, members in plane(below)[1].items() for team in members if team != division}

    def name(team: str) -> str:
        return wording.under(readable, team, above[team]) if team in above else readable.name(team)

    return teams_map(below, ties, readable.people, name, look, sheet=sheet)


def teams_map(
    teams: Sequence[Group],
    ties: Sequence[Finding],
    people: Mapping[str, int],
    name: Callable[[str], str],
    look: Palette,
    *,
    sheet: Sheet = DESK,
) -> go.Figure:
    """Draw teams as dots, larger with more people, their ties as lines, and fewer ties than chance as dotted ones.

    On a phone the map stands upright, and only teams that stand apart have their name on it.
    """
    upright = sheet is PHONE
    sketch = Sketch(look)
    at, divisions = plane(teams)
    if upright:
        at = {team: np.array([y, -x]) for team, (x, y) in at.items()}
    reach = _reach(np.array(list(at.values())))
    middle = {one: float(np.mean([at[team][0] for team in members])) for one, members in divisions.items()}
    for division, members in divisions.items():
        if len(members) > 1:
            label = f"<b>{plain(name(division))}</b>" + ("" if upright else f"  {len(members)} teams")
            off = middle[division] / reach if upright else 0.0
            side: Literal["left", "center", "right"] = "left" if off < -0.1 else "right" if off > 0.1 else "center"
            places = np.array([at[team] for team in members])
            _region(sketch, places, 0.05 * reach, label, look, text=sheet.text, side=side)
    drawn = [tie for tie in ties if tie.team_id in at and tie.subject in at]
    for band, (width, opacity) in WIDTHS.items():
        lines = [_curve(at[t.team_id], at[t.subject], (at[t.team_id] + at[t.subject]) / 2) for t in drawn
                 if t.respondents == band and t.word != "fewer"]  # fmt: skip
        _strokes(sketch, lines, faint(look.accent, opacity), width)
    fewer = [tie for tie in drawn if tie.word == "fewer"]
    _strokes(sketch, [np.array([at[t.team_id], at[t.subject]]) for t in fewer], look.signal, 2, "dot")
    apart = {team for tie in fewer for team in (tie.team_id, tie.subject)}
    alone = {members[0] for members in divisions.values() if len(members) == 1}
    named = apart | alone if upright else set(at)
    largest = max((people.get(team, 1) for team in at), default=1)
    sizes = {team: sheet.dot * (0.9 + 1.2 * math.sqrt(people.get(team, 1) / largest)) for team in at}
    for team in sorted(named):
        _team_name(sketch, at[team], sizes[team], name(team), look, apart=team in apart)
    told = {team: f"{plain(name(team))}: {people.get(team, 0)} people" for team in at}
    _team_dots(sketch, at, sizes, told, look, apart=apart)
    wide, air = (sheet.width / sheet.height, (0.1, 0.1)) if upright else (1.45, (0.08, 0.14))
    window = _window(np.array(list(at.values())), np.array(air) * reach, wide)
    return sketch.done(height=sheet.height if upright else LARGE_MAP_HEIGHT, **window)


def _team_dots(
    sketch: Sketch,
    at: Mapping[str, Points],
    sizes: Mapping[str, float],
    told: Mapping[str, str],
    look: Palette,
    *,
    apart: set[str],
) -> None:
    """Every team as a dot, a diamond where it stands apart; what is told of it when it is pointed at."""
    sketch.add_marks(
        x=[place[0] for place in at.values()],
        y=[place[1] for place in at.values()],
        mode="markers",
        marker={
            "symbol": ["diamond" if team in apart else "circle" for team in at],
            "size": [sizes[team] for team in at],
            "color": [look.signal if team in apart else look.ink for team in at],
            "opacity": 1,
            "line": {"color": look.paper, "width": 1.5},
        },
        customdata=list(at),
        hovertext=[told[team] for team in at],
        hoverinfo="text",
        cliponaxis=False,
    )


def _team_name(sketch: Sketch, at: Points, size: float, name: str, look: Palette, *, apart: bool) -> None:
    """The name of a team below its dot, on a plate: ties run under it and not through it."""
    sketch.add_annotation(
        x=at[0],
        y=at[1],
        text=f"<b>{plain(name)}</b>" if apart else plain(name),
        yanchor="top",
        yshift=-size / 2,
        bgcolor=faint(look.soft, 0.8),
        borderpad=0,
        font={"size": 12, "color": look.signal if apart else look.muted},
    )


WIDE = 1.7
"""How much wider than high the map of teams is: names need room beside each other."""


ON_A_CIRCLE = 14
"""Names that have room beside each other round the map."""


def plane(teams: Sequence[Group]) -> tuple[dict[str, Points], dict[str, list[str]]]:
    """Give every team a place that only the organization chart decides, so that it stays from wave to wave.

    Divisions (the teams under the organization) stand on a circle, their teams on a golden-angle spiral round them;
    many teams without divisions on one spiral. Gives the places and the teams of each division.
    """
    parents = {team.team_id: team.parent for team in teams}
    divisions: dict[str, list[str]] = {}
    for team in teams:
        if team.team_id not in parents.values():
            divisions.setdefault(_division(team.team_id, parents), []).append(team.team_id)
    crowd = max((len(members) for members in divisions.values()), default=1)
    ring = math.sqrt(crowd) / math.sin(math.pi / max(len(divisions), 2)) * 1.05 if len(divisions) > 1 else 0.0
    places: dict[str, Points] = {}
    flat = crowd == 1 and len(divisions) > ON_A_CIRCLE
    spirals = [[team for members in divisions.values() for team in members]] if flat else [*divisions.values()]
    ring = 0.0 if flat else ring
    for position, members in enumerate(spirals):
        turn = math.pi / 2 - 2 * math.pi * position / len(spirals)
        for slot, team_id in enumerate(members):
            far, angle = 0.78 * math.sqrt(slot + 0.15), slot * math.pi * (3 - math.sqrt(5))
            places[team_id] = np.array(
                [WIDE * (ring * math.cos(turn) + far * math.cos(angle)), ring * math.sin(turn) + far * math.sin(angle)]
            )
    return places, divisions


def _division(team_id: str, parents: Mapping[str, str | None]) -> str:
    parent = parents.get(team_id)
    return team_id if parent is None or parent == ROOT or parent not in parents else _division(parent, parents)


# ------------------------------------------------------------------------------------------------------- while asking


@dataclass(frozen=True)
class Step:
    """One bar of `funnel`."""

    name: str
    note: str
    count: int | None
    """None: not counted yet."""
    live: bool = False
    """The one bar that stands out."""
    said: str = ""
    """What stands for the count where it is said as a band; the bar shows the least that it can be."""


def funnel(steps: Sequence[Step], look: Palette) -> go.Figure:
    """Draw from how many asked to how many answered, each bar as a share of the first."""
    sketch = Sketch(look)
    whole = max((step.count or 0 for step in steps), default=1) or 1
    for at, step in enumerate(steps):
        filled = {"y0": at + 0.06, "y1": at + 0.28, "line": {"width": 0}, "type": "rect", "layer": "below"}
        sketch.add_shape(x0=0, x1=1, fillcolor=look.hair, **filled)
        sketch.add_shape(x0=0, x1=(step.count or 0) / whole, fillcolor=look.accent if step.live else look.tie, **filled)
        words = f"{plain(step.name)}  <span style='color:{look.muted}'>{plain(step.note)}</span>"
        text = {"y": at, "yanchor": "bottom"}
        sketch.add_annotation(text=words, x=0, xanchor="left", **text)
        sketch.add_annotation(
            text=f"<b>{step.said or ('–' if step.count is None else f'{step.count:,}')}</b>",
            x=1,
            xanchor="right",
            font={"size": 15},
            **text,
        )
    return sketch.done(height=56 * len(steps) + 8, xaxis=bare(0, 1), yaxis=bare(len(steps) - 0.5, -0.5))
