"""A team's spread in the report: where it stands, how it came there, and what to do, as plain data."""

from collections.abc import Iterable, Sequence
from typing import Any

from analytics import playbook
from analytics.disclosure import Finding
from analytics.playbook import Suggestion
from dashboard import charts, wording, wording_surveys, wording_trends
from dashboard.charts import Level, Point
from dashboard.readable import Readable
from dashboard.theme import LIGHT, mark
from data.records import ROOT, Wave

Sheet = dict[str, Any]
"""A part of the JSON that the template is given."""

WAVES = 12
"""Waves drawn in a trend: three years of quarters, and as many as stand apart on paper."""


def spread(readable: Readable, wave: Wave, team_id: str, *, below: Sequence[str] = (), compact: bool) -> Sheet:
    """Gather what stands on the pages of one team, or on its page where there are many.

    `below` are the teams whose suggestions stand here too, as they do on the screen.
    """
    name = readable.name(team_id)
    rows = charts.levels_of(readable, wave, team_id)
    series = {row.dimension: charts.points_of(readable, team_id, row.dimension, wave)[-WAVES:] for row in rows}
    waves = max((len(points) for points in series.values()), default=0)
    tested = wording.changes(readable, wave, [team_id])
    return {
        "name": name,
        "label": f"team-{team_id}",
        "sentence": wording.team(readable, wave, team_id),
        "second": wording.standing_for(readable, wave, team_id),
        "levels_head": f"Where {name} stands",
        "levels": [_level(readable, wave, team_id, row) for row in rows],
        "compact": compact,
        "since": wording.common_since(readable, wave, [team_id]) if tested else "",
        "levels_note": _how_to_read(readable, wave, team_id),
        "plays": advice(readable, wave, [team_id, *below], 1 if compact else 2),
        "trends_head": "Over the waves",
        "trends_note": wording_trends.waves_in_band(readable, team_id, wave),
        "trends": [_trend(readable, wave, team_id, row, series[row.dimension]) for row in rows] if waves > 1 else [],
        "gaps_note": " ".join(wording_trends.gaps(readable, team_id, wave)) or None,
        "table": _table(readable, wave, team_id, [row.dimension for row in rows]),
    }


def statements(readable: Readable, wave: Wave, team_id: str) -> Sheet | None:
    """The single statements that may be shown, in the order of the form; None where there is none."""
    asked = readable.asked(wave)
    found = {item.subject: item for item in readable.findings(wave, team_id, "item") if item.shown}
    rows = [
        {
            "text": f"{item.text} (turned round)" if item.reverse else item.text,
            "dimension": readable.dimension_name(item.dimension, wave.wave_id),
            "value": wording.score(found[item.id]),
            "favourable": wording.favourable(found[item.id]),
        }
        for item in (asked.items if asked else ())
        if item.id in found
    ]
    return (
        {
            "sentence": f"{readable.name(team_id)}, statement by statement.",
            "second": wording.about_statements(readable, wave),
            "rows": rows,
        }
        if rows
        else None
    )


# --------------------------------------------------------------------------------------------------------- what to do


def advice(readable: Readable, wave: Wave, team_ids: Sequence[str], limit: int) -> list[Sheet]:
    """At most so many plays; one for a team below carries that team's name."""
    known = readable.reasons(wave, team_ids)
    return [
        _play(readable, wave, one) | {"where": readable.name(one.team_id) if one.team_id != team_ids[0] else None}
        for one in playbook.suggest(known, wave.wave_id, team_ids, limit, resting=readable.resting(wave))
    ]


def _play(readable: Readable, wave: Wave, suggestion: Suggestion) -> Sheet:
    play = suggestion.play
    return {
        "title": play.title,
        "dimension": suggestion.dimension,
        "what": play.what,
        "because": wording_surveys.because(readable, wave, suggestion),
        "evidence": wording_surveys.evidence(play.evidence),
        "source": play.source,
    }


# ------------------------------------------------------------------------------------------------------------- levels


def _level(readable: Readable, wave: Wave, team_id: str, row: Level) -> Sheet:
    now, before = row.now, row.before
    whole = readable.finding(wave, ROOT, "score", row.dimension) if team_id != ROOT else None
    shown = now is not None and now.value is not None
    return {
        **look(row.dimension),
        "name": row.name,
        "state": "shown" if shown else "not_asked" if now is None else "not_shown",
        "value": now.value if now else None,
        "low": now.low if now else None,
        "high": now.high if now else None,
        "text": f"{now.value:.0f}" if now and now.value is not None else "",
        "about": bool(now and shown and wording.few(now)),
        "before": before.value if before and row.change and row.change.shown else None,
        "silent": [row.silent.low, row.silent.high] if row.silent and row.silent.low is not None else None,
        "reference": whole.value if whole else None,
        "word": wording.change(row.change) if shown else wording.score(now),
        "tone": tone(row.change) if shown else "silent",
        "alt": _level_in_words(readable, row, whole),
    }


def _level_in_words(readable: Readable, row: Level, whole: Finding | None) -> str:
    now = row.now
    if now is None or now.value is None:
        return f"{row.name}: {wording.score(now)}."
    parts = [f"{row.name}: {wording.score(now)}"]
    if now.low is not None and now.high is not None:
        parts.append(f"very likely between {now.low:.0f} and {now.high:.0f}")
    if row.change is not None and row.change.shown:
        before = f", before {wording.score(row.before)}" if row.before is not None else ""
        parts.append(f"{row.change.word}{before}")
    if whole is not None and whole.value is not None:
        parts.append(f"{readable.organization} as a whole {wording.score(whole)}")
    return f"{'; '.join(parts)}."


def _how_to_read(readable: Readable, wave: Wave, team_id: str) -> str:
    whole = f" The upright line is {readable.organization} as a whole." if team_id != ROOT else ""
    return wording.how_to_read(readable, wave, team_id) + whole


def look(dimension: str) -> Sheet:
    """Give the colour and the mark that a dimension has everywhere."""
    return {"colour": LIGHT.colour(dimension), "mark": mark(dimension).removesuffix("-up")}


def tone(change: Finding | None) -> str:
    """Say how a change is coloured: 'down', 'up' or 'steady'."""
    if change is None or not wording.moved(change):
        return "steady"
    return "down" if wording.fell(change) else "up"


# ---------------------------------------------------------------------------------------------------------- over waves


def _trend(readable: Readable, wave: Wave, team_id: str, row: Level, points: Sequence[Point]) -> Sheet:
    whole = charts.points_of(readable, ROOT, row.dimension, wave)[-WAVES:] if team_id != ROOT else []
    last = points[-1].finding
    course = wording.course(readable, row.change) if row.change and wording.moved(row.change) else ""
    word = wording.change(row.change)
    turned = wording.bent(last, row.change)
    word = f"{word}; {turned}" if turned else word
    return {
        **look(row.dimension),
        "name": row.name,
        "word": f"{word}, {course}" if course else word,
        "tone": tone(row.change),
        "count": len(points),
        "runs": [[_dot(at, points[at]) for at in run] for run in _runs(points)],
        "reference": [[_dot(at, whole[at]) for at in run] for run in _runs(whole)],
        "gaps": _gaps(points),
        "last": {**_dot(len(points) - 1, points[-1]), "text": wording.score(points[-1].said).removeprefix("about ")}
        if _shown(points[-1])
        else None,
        "labels": [{"wave": at, "text": points[at].label} for at in _ticks(len(points))],
        "alt": _trend_in_words(row.name, points),
    }


def _dot(at: int, point: Point) -> Sheet:
    finding = point.finding
    if finding is None:
        raise ValueError(f"Wave {point.label} has no figure to draw.")
    said = point.said or finding
    return {"wave": at, "value": said.value, "level": finding.value, "low": finding.low, "high": finding.high}


def _shown(point: Point) -> bool:
    return point.finding is not None and point.finding.value is not None


def _runs(points: Sequence[Point]) -> list[list[int]]:
    """The stretches that a line may join, as positions; never across a gap or between different people."""
    runs: list[list[int]] = []
    for at, point in enumerate(points):
        if not _shown(point):
            continue
        if runs and runs[-1][-1] == at - 1 and point.joined:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _gaps(points: Sequence[Point]) -> list[Sheet]:
    """The stretches without a figure, and what stands there."""
    gaps: list[Sheet] = []
    for at, point in enumerate(points):
        if _shown(point):
            continue
        kind = "not_asked" if point.finding is None else "not_shown"
        if gaps and gaps[-1]["kind"] == kind and gaps[-1]["to"] == at - 1:
            gaps[-1]["to"] = at
        else:
            gaps.append({"kind": kind, "from": at, "to": at, "words": kind.split("_")})
    return gaps


def _ticks(count: int) -> list[int]:
    """At most four waves with a label, always the last."""
    return list(range(count - 1, -1, -max(1, -(-count // 4))))


def _trend_in_words(name: str, points: Iterable[Point]) -> str:
    return f"{name}, wave by wave: {', '.join(f'{point.label} {wording.score(point.said)}' for point in points)}."


def _table(readable: Readable, wave: Wave, team_id: str, dimensions: Sequence[str]) -> Sheet:
    """The trend pictures as numbers, latest first."""
    rows = []
    for one in reversed(wording_trends.up_to(readable, wave)[-WAVES:]):
        scores = [readable.finding(one, team_id, "score", dimension) for dimension in dimensions]
        rows.append({"name": wording.short_wave(one.name), "cells": [cell(score) for score in scores]})
    names = (readable.dimension_name(dimension, wave.wave_id) for dimension in dimensions)
    return {"head": ["Wave", *names], "rows": rows}


def cell(score: Finding | None) -> Sheet:
    """Write a score into a table; quiet where it is no exact figure."""
    return {"text": wording.score(score), "quiet": score is None or score.value is None or wording.few(score)}
