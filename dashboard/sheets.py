"""What stands on each sheet of the report: findings and sentences as plain data, which `report.typ` lays out.

Every sentence is one of `wording`, as on the screen; every number was rounded by the gate. Nothing here computes a
result, and nothing knows how a page looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analytics import playbook
from analytics.disclosure import Finding
from analytics.playbook import Suggestion
from dashboard import charts, promises, wording
from dashboard.charts import Level, Point
from dashboard.edition import Edition, audience, scope, standing_in
from dashboard.paper_map import people_map, teams_map
from dashboard.readable import Network, Pair, Readable
from dashboard.theme import LIGHT, mark
from data.records import ROOT, Wave

Sheet = dict[str, Any]
"""A part of the JSON that the template is given."""

WAVES = 12
"""Waves drawn in a trend: three years of quarters, and as many as stand apart on paper."""
SPREADS = 48
"""Teams with pages of their own in one report. It keeps the file below a megabyte; teams further down the chart have
reports of their own."""
ROOMY = 12
"""Up to so many teams each has a spread; above, a page."""
ROWS = 150
"""Teams in the table of teams."""
TIED = 24
"""Teams in the table of ties; of more, those that stand out."""
QUESTIONS = (
    "What went well between us in the last weeks, that we would like more of?",
    "When did one of us wait for something and not get it? What would have helped?",
    "What do we need from one another in the next two weeks?",
)
"""Something to talk about where there is no figure to look at."""


def contents(edition: Edition) -> Sheet:
    """Gather everything that stands in a report, in the order of its pages."""
    readable, wave = edition.readable, edition.pulse
    first = standing_in(readable, wave, edition.team_id) if wave else None
    teams = [first, *_teams_of_their_own(edition, wave, first)] if wave and first else []
    advice = {team: _advice(readable, wave, team) for team in teams} if wave else {}
    sources = _sources(advice.values())
    spreads = [_spread(edition, wave, team, advice[team], sources) for team in teams] if wave else []
    return {
        "lang": "en",
        "title": f"{readable.name(edition.team_id)}: working relationships, {edition.period}",
        "subject": readable.name(edition.team_id),
        "organization": readable.organization,
        "period": wording.capital(edition.period),
        "made_up": "Made-up company" if readable.made_up else None,
        "date": {"year": edition.closed_on.year, "month": edition.closed_on.month, "day": edition.closed_on.day},
        "footer": f"For {audience(edition)}, edition {edition.quarter}. Please do not forward.",
        "cover": _cover(edition, first),
        "spreads": [{**spread, "compact": len(teams) > ROOMY} for spread in spreads],
        "overview": _overview(edition, wave, first, teams) if wave and first else None,
        "network": _network(edition),
        "introductions": _introductions(edition),
        "hidden": _hidden(edition, first),
        "method": _method(readable, wave or edition.waves[-1], sources),
    }


# ------------------------------------------------------------------------------------------------------------- the cover


def _cover(edition: Edition, first: str | None) -> Sheet:
    readable, wave = edition.readable, edition.pulse
    return {
        "subtitle": f"Working relationships, {edition.period}",
        "sentence": _cover_sentence(edition, first),
        "second": " ".join([_who_answered(edition, first), _when(edition)]).strip(),
        "columns": [
            {
                "head": "Who this is for",
                "text": f"{wording.capital(audience(edition))}. {scope(edition)}",
            },
            {
                "head": "What may be read from it",
                "text": f"How a group of at least {wave.k} people sees its working life. Not what any one person said: "
                "the answers no longer exist."
                if wave
                else "Who works with whom, as people said by name. Only those are named who agreed to it.",
            },
        ],
    }


def _cover_sentence(edition: Edition, first: str | None) -> str:
    readable, wave = edition.readable, edition.pulse
    if wave and first:
        return wording.overview(readable, wave, first)
    if wave:
        return wording.team(readable, wave, edition.team_id)
    asked = edition.waves[-1]
    return wording.network(readable, asked, edition.team_id, readable.network(asked))


def _who_answered(edition: Edition, first: str | None) -> str:
    wave = edition.pulse
    if wave is None:
        return "This quarter asked for the network only."
    return wording.answered(edition.readable.finding(wave, first or edition.team_id, "answered", "pulse"))


def _when(edition: Edition) -> str:
    wave = edition.pulse or edition.waves[-1]
    asked = f"Asked from {wording.span(wave.opened_on, wave.closed_on or wave.opened_on)}."
    others = [other.name for other in edition.waves if other != wave]
    return f"{asked} Waves {wording.listing(others)} closed in this quarter too." if others else asked


# --------------------------------------------------------------------------------------------------------------- a team


def _teams_of_their_own(edition: Edition, wave: Wave, first: str) -> list[str]:
    """The teams under the first that have figures, as deep in the chart as there is room for."""
    readable = edition.readable
    shown = [
        group.team_id
        for group in readable.below(wave, first)
        if group.joins is None and any(score.shown for score in readable.findings(wave, group.team_id, "score"))
    ]
    return _as_deep_as_fits(readable, shown, SPREADS) if readable.in_full(first) else []


def _as_deep_as_fits(readable: Readable, teams: Sequence[str], room: int) -> list[str]:
    """All teams, or those down to the deepest level of the chart at which they fit."""
    kept = list(teams)
    while len(kept) > room:
        deepest = max(_depth(readable, team) for team in kept)
        shallower = [team for team in kept if _depth(readable, team) < deepest]
        kept = shallower or kept[:room]
    return kept


def _depth(readable: Readable, team_id: str) -> int:
    return readable.path(team_id).count(" / ")


def _spread(
    edition: Edition, wave: Wave, team_id: str, advice: Sequence[Suggestion], sources: Mapping[str, int]
) -> Sheet:
    """One team: where it stands, what to do, how it came there."""
    readable = edition.readable
    name = readable.name(team_id)
    rows = charts.levels_of(readable, wave, team_id)
    series = {row.dimension: charts.points_of(readable, team_id, row.dimension, wave)[-WAVES:] for row in rows}
    waves = max((len(points) for points in series.values()), default=0)
    return {
        "name": name,
        "label": f"team-{team_id}",
        "sentence": wording.team(readable, wave, team_id),
        "second": wording.standing_for(readable, wave, team_id),
        "instead": _instead(edition, wave, team_id),
        "levels_head": f"Where {name} stands",
        "levels": [_level(readable, wave, team_id, row) for row in rows],
        "since": wording.common_since(readable, wave, [team_id]) if wording.changes(readable, wave, [team_id]) else "",
        "levels_note": _how_to_read(readable, wave, team_id),
        "plays": [_play(suggestion, sources) for suggestion in advice],
        "nothing_to_do": wording.NOTHING_TO_DO,
        "statements": _statements(readable, wave, team_id),
        "trends_head": f"The last {wording.counted(waves, 'wave')}",
        "trends_note": wording.waves_in_band(readable, team_id, wave),
        "trends": [_trend(readable, wave, team_id, row, series[row.dimension]) for row in rows] if waves > 1 else [],
        "gaps_note": " ".join(wording.gaps(readable, team_id, wave)) or None,
        "table": _table(readable, wave, team_id, [row.dimension for row in rows]),
    }


def _instead(edition: Edition, wave: Wave, team_id: str) -> str | None:
    """Say why these are not the figures of the team that the report is for."""
    readable = edition.readable
    if edition.team_id == team_id or edition.pulse is None or standing_in(readable, wave, edition.team_id) != team_id:
        return None
    why = " ".join(wording.hidden(readable, wave, [edition.team_id])) or (
        f"{readable.name(edition.team_id)} was not yet a team when this wave opened."
    )
    return f"{why} So these pages show {readable.name(team_id)}, where those answers count."


def _level(readable: Readable, wave: Wave, team_id: str, row: Level) -> Sheet:
    now, before = row.now, row.before
    whole = readable.finding(wave, ROOT, "score", row.dimension) if team_id != ROOT else None
    shown = now is not None and now.value is not None
    return {
        **_look(row.dimension),
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
        "tone": _tone(row.change) if shown else "silent",
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
        parts.append(f"{row.change.word}, before {wording.score(row.before)}")
    if whole is not None and whole.value is not None:
        parts.append(f"{readable.organization} as a whole {wording.score(whole)}")
    return f"{'; '.join(parts)}."


def _how_to_read(readable: Readable, wave: Wave, team_id: str) -> str:
    whole = f" The upright line is {readable.organization} as a whole." if team_id != ROOT else ""
    return wording.how_to_read(readable, wave, team_id) + whole


def _look(dimension: str) -> Sheet:
    return {"colour": LIGHT.colour(dimension), "mark": mark(dimension).removesuffix("-up")}


def _tone(change: Finding | None) -> str:
    if change is None or not wording.moved(change):
        return "steady"
    return "down" if wording.fell(change) else "up"


def _statements(readable: Readable, wave: Wave, team_id: str) -> list[Sheet]:
    """The single statements that may be shown, in the order of the form."""
    asked = readable.asked(wave)
    found = {item.subject: item for item in readable.findings(wave, team_id, "item") if item.shown}
    return [
        {
            "text": f"{item.text} (turned round)" if item.reverse else item.text,
            "value": wording.score(found[item.id]),
            "favourable": wording.favourable(found[item.id]),
        }
        for item in (asked.items if asked else ())
        if item.id in found
    ]


# ---------------------------------------------------------------------------------------------------------- over waves


def _trend(readable: Readable, wave: Wave, team_id: str, row: Level, points: Sequence[Point]) -> Sheet:
    whole = charts.points_of(readable, ROOT, row.dimension, wave)[-WAVES:] if team_id != ROOT else []
    runs = list(_runs(points))
    last = points[-1].finding
    course = wording.course(readable, row.change) if row.change and wording.moved(row.change) else ""
    word = wording.change(row.change)
    return {
        **_look(row.dimension),
        "name": row.name,
        "word": f"{word}, {course}" if course else word,
        "tone": _tone(row.change),
        "count": len(points),
        "runs": [[_dot(at, points[at]) for at in run] for run in runs],
        "reference": [[_dot(at, whole[at]) for at in run] for run in _runs(whole)],
        "gaps": list(_gaps(points)),
        "last": {"wave": len(points) - 1, "text": wording.score(last).removeprefix("about ")}
        if _shown(points[-1])
        else None,
        "labels": [{"wave": at, "text": points[at].label} for at in _ticks(len(points))],
        "alt": _trend_in_words(row.name, points),
    }


def _dot(at: int, point: Point) -> Sheet:
    finding = point.finding
    if finding is None:
        raise ValueError(f"Wave {point.label} has no figure to draw.")
    return {"wave": at, "value": finding.value, "low": finding.low, "high": finding.high}


def _shown(point: Point) -> bool:
    return point.finding is not None and point.finding.value is not None


def _runs(points: Sequence[Point]) -> Iterable[list[int]]:
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


def _gaps(points: Sequence[Point]) -> Iterable[Sheet]:
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
    return f"{name}, wave by wave: {', '.join(f'{point.label} {wording.score(point.finding)}' for point in points)}."


def _table(readable: Readable, wave: Wave, team_id: str, dimensions: Sequence[str]) -> Sheet:
    """The trend pictures as numbers, latest first."""
    rows = []
    for one in reversed(wording.up_to(readable, wave)[-WAVES:]):
        scores = [readable.finding(one, team_id, "score", dimension) for dimension in dimensions]
        rows.append({"name": wording.short_wave(one.name), "cells": [_cell(score) for score in scores]})
    return {"head": ["Wave", *(readable.dimension_name(dimension) for dimension in dimensions)], "rows": rows}


def _cell(score: Finding | None) -> Sheet:
    return {"text": wording.score(score), "quiet": score is None or score.value is None or wording.few(score)}


# ------------------------------------------------------------------------------------------------------------ what to do


def _advice(readable: Readable, wave: Wave, team_id: str) -> list[Suggestion]:
    return list(playbook.suggest(readable.all_findings(), wave.wave_id, [team_id]))


def _sources(advice: Iterable[Sequence[Suggestion]]) -> dict[str, int]:
    """Number the sources of all suggestions in the order in which a reader meets them."""
    met = dict.fromkeys(suggestion.play.source for suggestions in advice for suggestion in suggestions)
    return {source: number for number, source in enumerate(met, start=1)}


def _play(suggestion: Suggestion, sources: Mapping[str, int]) -> Sheet:
    play = suggestion.play
    return {
        "title": play.title,
        "what": play.what,
        "because": suggestion.because,
        "evidence": f"{wording.evidence(play.evidence)} Source {sources[play.source]} on the method page.",
    }


# ------------------------------------------------------------------------------------------------------------ all teams


def _overview(edition: Edition, wave: Wave, first: str, spreads: Sequence[str]) -> Sheet | None:
    """The table of teams, in the order of the chart and never by score; None where there is only one team."""
    readable = edition.readable
    below = [group.team_id for group in readable.below(wave, first)] if readable.in_full(first) else []
    if not below:
        return None
    kept = set(_as_deep_as_fits(readable, below, ROWS))
    rows = [first, *(team for team in below if team in kept)]
    left_out = len(below) - len(kept)
    further = f"{wording.capital(wording.counted(left_out, 'team'))} further down the chart have reports of their own."
    return {
        "sentence": wording.overview(readable, wave, first),
        "second": "Teams stand in the order of the organization chart, never by score.",
        "head": [
            "Team",
            wording.common_since(readable, wave, rows),
            *(readable.dimension_name(dimension) for dimension in readable.dimensions(wave)),
            "Page",
        ],
        "rows": [_team_row(readable, wave, team, first, team in spreads) for team in rows],
        "notes": [wording.after_flags(readable, wave, first), *([further] if left_out else [])],
    }


def _team_row(readable: Readable, wave: Wave, team_id: str, first: str, page: bool) -> Sheet:
    return {
        "name": readable.name(team_id) if team_id == first else wording.under(readable, team_id, first),
        "label": f"team-{team_id}",
        "page": page,
        "changes": _changes_in_short(readable, wave, team_id),
        "cells": [_cell(readable.finding(wave, team_id, "score", one)) for one in readable.dimensions(wave)],
    }


def _changes_in_short(readable: Readable, wave: Wave, team_id: str) -> list[Sheet]:
    tests = wording.changes(readable, wave, [team_id])
    fired = [{"text": wording.flag(readable, test), "tone": _tone(test)} for test in tests if wording.moved(test)]
    quiet = "held steady" if tests else wording.why_no_test(readable, wave, team_id)
    return fired or [{"text": quiet, "tone": "steady"}]


# ---------------------------------------------------------------------------------------------------------- the network


def _network(edition: Edition) -> Sheet | None:
    """Who is tied in, as counts; names only of those who agreed. None in a quarter that did not ask."""
    readable, wave = edition.readable, edition.network
    if wave is None:
        return None
    seen = readable.network(wave)
    teams = _in_scope(edition, wave)
    if not (seen.people or seen.places):
        return None
    return {
        "sentence": wording.network(readable, wave, edition.team_id, seen),
        "second": wording.between_teams(readable, wave, teams),
        "map": _map(readable, wave, seen, teams),
        "few": _few(edition, wave, seen),
        "few_note": wording.about_names(seen),
        "ties": _ties(readable, wave, teams),
    }


def _in_scope(edition: Edition, wave: Wave) -> list[str]:
    """The teams that the report is for, of those in a wave: not the line above them."""
    return [group.team_id for group in edition.readable.groups(wave) if edition.readable.in_full(group.team_id)]


def _map(readable: Readable, wave: Wave, seen: Network, teams: Sequence[str]) -> Sheet | None:
    if len(seen.people) + len(seen.places) <= charts.PEOPLE_ON_A_MAP:
        return people_map(seen, readable.name)
    groups = [group for group in readable.groups(wave) if group.team_id in set(teams)]
    return teams_map(groups, wording.pairs(readable, wave, teams), readable.people, readable.name)


def _few(edition: Edition, wave: Wave, seen: Network) -> list[Sheet]:
    """The people with few ties who agreed to be named, and the rest in words."""
    readable = edition.readable
    named = [
        {
            "name": person.name,
            "team": readable.name(person.team_id),
            "text": "two waves in a row" if person.persistent else "this wave",
        }
        for person in wording.with_few_ties(seen)
    ]
    counted = readable.finding(wave, edition.team_id, "few_ties")
    others = wording.others_with_few_ties(counted.word if counted else None)
    return [*named, *([{"name": others, "team": None, "text": "chose not to be named here"}] if others else [])]


def _ties(readable: Readable, wave: Wave, teams: Sequence[str]) -> Sheet | None:
    """How each team is tied to the others: all of a few teams, of many those that stand out."""
    told = [wording.ties_of(readable, wave, team) for team in teams if readable.finding(wave, team, "silo")]
    if len(told) > TIED:
        told = [row for row in told if row["Ties to other teams"] != "about as usual"][:TIED]
    kept = [{name: text for name, text in row.items() if name != "Few ties, not named"} for row in told]
    return {"head": list(kept[0]), "rows": [list(row.values()) for row in kept]} if kept else None


def _introductions(edition: Edition) -> Sheet | None:
    readable, wave = edition.readable, edition.network
    pairs = readable.network(wave).pairs if wave else ()
    if len(pairs) < wording.BATCH:
        return None
    return {
        "sentence": wording.introductions(len(pairs)),
        "second": wording.about_introductions(len(pairs)),
        "rows": [_introduction(readable, pair) for pair in pairs],
    }


def _introduction(readable: Readable, pair: Pair) -> Sheet:
    teams = [readable.name(pair.team_a), readable.name(pair.team_b)]
    return {
        "names": f"{pair.name_a} and {pair.name_b}",
        "teams": wording.listing(dict.fromkeys(teams)),
        "why": pair.why,
        "host": wording.host(pair.host),
        "expect": wording.expect(pair.feasibility),
        "range": wording.likely(pair.low, pair.high),
    }


# ---------------------------------------------------------------------------------------------------- what is not shown


def _hidden(edition: Edition, first: str | None) -> Sheet | None:
    """Say what is left out, and why: also that nothing is, where nothing is."""
    readable, wave = edition.readable, edition.pulse
    if wave is None:
        return None
    ours = _in_scope(edition, wave) or [edition.team_id]
    lines = wording.hidden(readable, wave, ours)
    without = [team for team in ours if not any(found.shown for found in readable.findings(wave, team, "score"))]
    talk = [{"head": "To talk about instead", "lines": list(QUESTIONS)}] if first != edition.team_id else []
    return {
        "sentence": _how_many_hidden(len(without)),
        "second": "Where too few people answered, the figure is not printed. What they said counts in a larger group.",
        "groups": [
            *([{"head": "Figures of teams", "lines": lines}] if lines else []),
            {"head": "What people wrote", "lines": [COMMENTS]},
            *talk,
        ],
    }


def _how_many_hidden(count: int) -> str:
    if not count:
        return "Every team here has figures of its own."
    has = "team has no figures of its own" if count == 1 else "teams have no figures of their own"
    return f"{wording.capital(wording.number(count))} {has}."


COMMENTS = "Comments are never printed. A group in which at least ten people answered finds its own on the screen."


def _method(readable: Readable, wave: Wave, sources: Mapping[str, int]) -> Sheet:
    """The promise in the words of the privacy page, what every figure must stand for, and where the advice is from."""
    return {
        "promise": [promises.PROMISE_AFTER, *promises.PULSE_PROMISE],
        "network": list(promises.NETWORK_PROMISE),
        "thresholds": [{"what": what, "when": when} for what, when in promises.thresholds(readable)],
        "sources": [{"number": number, "text": source} for source, number in sources.items()],
    }
