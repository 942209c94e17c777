"""What stands on each sheet of the report: findings and sentences as plain data, which `report.typ` lays out.

Every sentence is one of `wording`, as on the screen; every number was rounded by the gate. Nothing here computes a
result, and nothing knows how a page looks.
"""

import dataclasses
from collections.abc import Sequence

from dashboard import (
    charts,
    followed,
    kit,
    method,
    promises,
    wording,
    wording_introductions,
    wording_network,
    wording_surveys,
)
from dashboard.edition import Edition, audience, scope, standing_in_words
from dashboard.followed import Followed
from dashboard.paper_map import people_map, teams_map
from dashboard.readable import Network, Pair, Readable, last_name
from dashboard.spread import Sheet, cell, spread, statements, tone
from data.records import Wave

SPREADS = 48
"""Teams with pages of their own in one report. It keeps the file below a megabyte; teams further down the chart have
reports of their own."""
ROOMY = 12
"""Up to so many teams each has a spread; above, a page."""
ROWS = 150
"""Teams in the table of teams."""
TIED = 24
"""Teams in the table of ties, at most: those that stand out."""
ACTIONS = 10
"""Promises on paper, the newest of them: a page."""
INTRODUCTIONS = 7
"""Introductions on paper, a page of them, in the order of the screen."""


def contents(edition: Edition) -> Sheet:
    """Gather everything that stands in a report."""
    readable, wave, first = edition.readable, edition.pulse, edition.first
    teams = [first, *_teams_of_their_own(edition)] if first else []
    compact = len(teams) > ROOMY
    below = [group.team_id for group in readable.below(wave, first)] if wave and first and len(teams) > 1 else []
    spreads = [
        spread(readable, wave, team, below=below if team == first else (), compact=compact and team != first)
        for team in teams
        if wave
    ]
    return {
        "lang": "en",
        "title": f"{readable.name(edition.team_id)}: working relationships, {edition.period}",
        "subject": readable.name(edition.team_id),
        "organization": readable.organization,
        "period": wording.capital(edition.period),
        "made_up": "Made-up company" if readable.made_up else None,
        "date": {"year": edition.closed_on.year, "month": edition.closed_on.month, "day": edition.closed_on.day},
        "footer": f"For {audience(edition)}, edition {edition.quarter}. Please do not forward.",
        "cover": _cover(edition),
        "instead": standing_in_words(edition),
        "spreads": spreads,
        "nothing_to_do": wording_surveys.NOTHING_TO_DO,
        "overview": _overview(edition, teams),
        "hidden": _hidden(edition),
        "network": _network(edition),
        "introductions": _introductions(edition),
        "actions": _actions(edition),
        "statements": statements(readable, wave, first) if wave and first else None,
        "kit": kit.talk_track(edition),
        "promise": _promise(readable),
        "method": _method(),
        "sources": list(dict.fromkeys(play["source"] for team in spreads for play in team["plays"])),
    }


# ------------------------------------------------------------------------------------------------------------ the cover


def _cover(edition: Edition) -> Sheet:
    read = (
        f"How a group of at least {edition.pulse.k} people sees its working life. Not what any one person said: the "
        "answers no longer exist."
        if edition.pulse
        else "Who works with whom, as people said by name. Only those are named who agreed to it."
    )
    lines = [standing_in_words(edition), _who_answered(edition), _when(edition)]
    return {
        "subtitle": f"Working relationships, {edition.period}",
        "sentence": _cover_sentence(edition),
        "second": " ".join(line for line in lines if line),
        "columns": [
            {"head": "Who this is for", "text": f"{wording.capital(audience(edition))}. {scope(edition)}"},
            {"head": "What may be read from it", "text": read},
        ],
    }


def _cover_sentence(edition: Edition) -> str:
    readable, wave, team_id = edition.readable, edition.pulse, edition.team_id
    if wave is None:
        asked = edition.waves[-1]
        return wording_network.network(readable, asked, team_id, readable.network(asked))
    return (wording.overview if edition.first == team_id else wording.team)(readable, wave, team_id)


def _who_answered(edition: Edition) -> str:
    if edition.pulse is None:
        return "This quarter asked for the network only."
    whose = edition.first or edition.team_id
    return wording.answered(edition.readable.finding(edition.pulse, whose, "answered", "pulse"))


def _when(edition: Edition) -> str:
    wave = edition.pulse or edition.waves[-1]
    closed_on = wave.closed_on or wave.opened_on
    imported = wave.opened_on == closed_on
    asked = (
        f"Closed on {wording.day(closed_on)}." if imported else f"Asked from {wording.span(wave.opened_on, closed_on)}."
    )
    others = [other.name for other in edition.waves if other != wave]
    also = "wave" if len(others) == 1 else "waves"
    return f"{asked} In this quarter {also} {wording.listing(others)} closed too." if others else asked


# ------------------------------------------------------------------------------------------------------------ all teams


def _teams_of_their_own(edition: Edition) -> list[str]:
    """The teams under the first that have figures, as deep in the chart as there is room for."""
    readable, wave, first = edition.readable, edition.pulse, edition.first
    if wave is None or first is None or not readable.in_full(first):
        return []
    shown = [
        group.team_id
        for group in readable.below(wave, first)
        if group.joins is None and any(score.shown for score in readable.findings(wave, group.team_id, "score"))
    ]
    return _as_deep_as_fits(readable, shown, SPREADS)


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


def _overview(edition: Edition, spreads: Sequence[str]) -> Sheet | None:
    """The table of teams, in the order of the chart and never by score; None where there is only one team."""
    readable, wave, first = edition.readable, edition.pulse, edition.first
    if wave is None or first is None or not readable.in_full(first):
        return None
    below = [group.team_id for group in readable.below(wave, first)]
    if not below:
        return None
    kept = set(_as_deep_as_fits(readable, below, ROWS))
    top = min(_depth(readable, team) for team in below)
    rows = [(first, 0), *((team, 1 + _depth(readable, team) - top) for team in below if team in kept)]
    return {
        "sentence": wording.overview(readable, wave, first),
        "second": "Teams stand in the order of the organization chart, never by score.",
        "head": [
            "Team",
            wording.common_since(readable, wave, [team for team, _ in rows]),
            *(readable.dimension_name(dimension, wave.wave_id) for dimension in readable.dimensions(wave)),
            "Page",
        ],
        "rows": [{**_team_row(readable, wave, team), "page": team in spreads, "depth": depth} for team, depth in rows],
        "notes": [_what_flags_are_worth(readable, wave, first), *_no_room(len(below), spreads)],
    }


def _no_room(below: int, spreads: Sequence[str]) -> list[str]:
    """Say where the teams are that found no room here."""
    said = []
    if below > ROWS:
        said.append(f"Teams further down the chart are not in this table: it holds at most {ROWS}.")
    if below > SPREADS and len(spreads) > 1:
        said.append("A team without a page here has a report of its own.")
    return said


def _what_flags_are_worth(readable: Readable, wave: Wave, first: str) -> str:
    """What the screen says after its list of changes; here the list is the table itself."""
    tests = wording.changes(readable, wave, [first, *(group.team_id for group in readable.below(wave, first))])
    if any(wording.moved(test) for test in tests):
        return wording.tested(len(tests))
    return wording.after_flags(readable, wave, first)


def _team_row(readable: Readable, wave: Wave, team_id: str) -> Sheet:
    return {
        "name": last_name(readable.path(team_id)),
        "label": f"team-{team_id}",
        "changes": _changes_in_short(readable, wave, team_id),
        "cells": [cell(readable.finding(wave, team_id, "score", one)) for one in readable.dimensions(wave)],
    }


def _changes_in_short(readable: Readable, wave: Wave, team_id: str) -> list[Sheet]:
    tests = wording.changes(readable, wave, [team_id])
    fired = [{"text": wording.flag(readable, test), "tone": tone(test)} for test in tests if wording.moved(test)]
    quiet = "held steady" if tests else wording.why_no_test(readable, wave, team_id).removesuffix(", see below")
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
        "sentence": wording_network.network(readable, wave, edition.team_id, seen),
        "second": wording_network.between_teams(readable, wave, teams),
        "map": _map(edition, wave, seen),
        "few": _few(edition, wave, seen),
        "few_note": wording_network.about_names(seen),
        "ties": _ties(readable, wave, teams),
    }


def _in_scope(edition: Edition, wave: Wave) -> list[str]:
    """The teams that the report is for, of those in a wave: not the line above them."""
    return [group.team_id for group in edition.readable.groups(wave) if edition.readable.in_full(group.team_id)]


def _map(edition: Edition, wave: Wave, seen: Network) -> Sheet | None:
    readable = edition.readable
    if len(seen.people) + len(seen.places) <= charts.PEOPLE_ON_A_MAP:
        return people_map(seen, readable.name)
    groups = readable.in_sight(wave, edition.team_id, charts.TEAMS_ON_A_MAP)
    pairs = wording_network.pairs(readable, wave, [group.team_id for group in groups])
    return teams_map(groups, pairs, readable.people, lambda team: last_name(readable.path(team)))


def _few(edition: Edition, wave: Wave, seen: Network) -> list[Sheet]:
    """The people with few ties who agreed to be named, and the rest in words."""
    readable = edition.readable
    named = [
        {
            "name": person.name,
            "team": readable.name(person.team_id),
            "text": "two waves in a row" if person.persistent else "this wave",
        }
        for person in wording_network.with_few_ties(seen)
    ]
    counted = readable.finding(wave, edition.team_id, "few_ties")
    others = wording_network.others_with_few_ties(counted.word if counted else None)
    return [*named, *([{"name": others, "team": None, "text": "chose not to be named here"}] if others else [])]


def _ties(readable: Readable, wave: Wave, teams: Sequence[str]) -> Sheet | None:
    """The teams tied less than usual to others, and how many the rest are; None where there is no figure."""
    apart, told = wording_network.tied_apart(readable, wave, teams)
    rows = [wording_network.ties_of(readable, wave, team_id) for team_id in apart[:TIED]]
    note = wording_network.tied_as_usual(len(told) - len(apart), len(told))
    return {"head": list(TIES), "rows": [[row[name] for name in TIES] for row in rows], "note": note} if told else None


TIES = ("Team", "Ties to other teams", "Where fewer")
"""What of `wording_network.ties_of` stands on paper."""


def _introductions(edition: Edition) -> Sheet | None:
    readable, wave = edition.readable, edition.network
    if wave is None:
        return None
    pairs = readable.pairs(wave)
    shown = printed(pairs)
    if not shown:
        return None
    return {
        "sentence": wording_introductions.introductions(len(pairs)),
        "second": wording_introductions.about_introductions(len(pairs)),
        "rows": [_introduction(readable, pair) for pair in shown],
        "more": f"The first {wording.number(INTRODUCTIONS)} stand here; there are more on the screen."
        if len(pairs) > INTRODUCTIONS
        else None,
    }


def printed(pairs: Sequence[Pair]) -> Sequence[Pair]:
    """Choose the introductions that stand on paper: the first of them, and none where there are too few to show."""
    return pairs[:INTRODUCTIONS] if len(pairs) >= wording_introductions.BATCH else ()


def _introduction(readable: Readable, pair: Pair) -> Sheet:
    teams = [readable.name(pair.team_a), readable.name(pair.team_b)]
    return {
        "names": f"{pair.name_a} and {pair.name_b}",
        "teams": wording.listing(dict.fromkeys(teams)),
        "why": pair.why,
        "host": wording_introductions.host(pair.host),
        "expect": wording_introductions.expect(pair.feasibility),
        "range": wording_introductions.likely(pair.low, pair.high),
    }


# --------------------------------------------------------------------------------------------------- what was promised


def _actions(edition: Edition) -> Sheet | None:
    """What was promised up to the end of the quarter, and what became of it; None where nothing was."""
    every = followed.everything(edition.readable)
    if not every:
        return None
    return {
        "sentence": f"{wording.capital(wording.counted(len(every), 'promise'))} so far.",
        "second": "What was planned after a wave, whether it happened, and what became of it.",
        "rows": [_action(one) for one in every[:ACTIONS]],
        "notes": [
            *([f"The latest {ACTIONS} stand here; all of them are on the screen."] if len(every) > ACTIONS else []),
            *([wording_surveys.WHY_COMPARE] if any(one.found.word for one in every[:ACTIONS]) else []),
        ],
    }


def _action(one: Followed) -> Sheet:
    action, beside = one.action, wording_surveys.beside(one.found)
    became = "" if action.happened == "no" else wording_surveys.became(one.page, action, one.found, one.until)
    return {
        "title": one.play.title if one.play else action.play,
        "promise": wording_surveys.promise_on_paper(one.page, action),
        "happened": wording_surveys.HAPPENED[action.happened] if action.happened else "not said yet",
        "became": " ".join(part for part in (beside, became) if part),
    }


# ---------------------------------------------------------------------------------------------------- what is not shown


def _hidden(edition: Edition) -> Sheet | None:
    """Say what is left out, and why: also that nothing is, where there are several teams and nothing is."""
    readable, wave, first = edition.readable, edition.pulse, edition.first
    if wave is None:
        return None
    ours = _in_scope(edition, wave) or [edition.team_id]
    lines = wording.hidden(readable, wave, ours)
    if first == edition.team_id and len(ours) == 1 and not lines:
        return None
    without = [team for team in ours if not any(found.shown for found in readable.findings(wave, team, "score"))]
    figures = [{"head": "Figures of teams", "lines": lines}] if lines else []
    talk = [{"head": "To talk about instead", "lines": list(kit.QUESTIONS)}] if first != edition.team_id else []
    return {
        "sentence": _how_many_hidden(len(without)) if first else "No figure can be shown this time.",
        "second": COUNTED if first else "What people said was counted, and too few answered in every group.",
        "groups": [*figures, {"head": "What people wrote", "lines": [COMMENTS]}, *talk],
    }


def _how_many_hidden(count: int) -> str:
    if not count:
        return "Every team here has figures of its own."
    has = "team has no figures of its own" if count == 1 else "teams have no figures of their own"
    return f"{wording.capital(wording.number(count))} {has}."


COUNTED = "Where too few people answered, the figure is not printed. What they said counts in a larger group."
COMMENTS = "Comments are never printed. A group in which at least ten people answered finds its own on the screen."


def _promise(readable: Readable) -> Sheet:
    """The promise in the words of the privacy page, and what every figure must stand for."""
    return {
        "answers": [promises.PROMISE_AFTER, *promises.PULSE_PROMISE],
        "names": list(promises.NETWORK_PROMISE),
        "thresholds": [{"what": what, "when": when} for what, when in promises.thresholds(readable)],
    }


def _method() -> list[Sheet]:
    """The same rules as on the screen, each read off the code that carries it out."""
    return [
        {"head": head, "measures": [dataclasses.asdict(measure) for measure in measures]}
        for head, measures in method.measures().items()
    ]
