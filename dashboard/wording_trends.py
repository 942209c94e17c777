"""Findings beside each other and over waves as sentences: the heat map, two teams, lines and their bends."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from analytics.disclosure import Finding
from analytics.trend import QUIET_WAVES
from dashboard.readable import Readable
from dashboard.wording import (
    capital,
    changes,
    counted,
    flag,
    in_how_many_teams,
    listing,
    month,
    moved,
    number,
    overview,
    score,
    short_wave,
    team,
    tested,
    under,
    why_not,
)
from data.records import ROOT, Wave

# ----------------------------------------------------------------------------------------------- one beside another


def stands(readable: Readable, wave: Wave, team_id: str, dimension: str, other: str = ROOT) -> str | None:
    """Say whether a team stands beyond noise below or above another: 'clearly lower', 'probably higher', or ''.

    None where one of the two is not shown, so that nothing can be told.
    """
    teams = (team_id, other)
    now, other_now = (readable.finding(wave, team, "score", dimension) for team in teams)
    line, other_line = (readable.finding(wave, team, "trend", dimension) for team in teams)
    gaps = [_gap(now, other_now), _gap(line, other_line)]
    if gaps[0] is None or gaps[1] is None or line is None or line.high is None or line.low is None:
        return None
    if gaps[0] * gaps[1] <= 0:
        return ""
    clear = abs(gaps[1]) >= (line.high - line.low) / 2
    return f"{'clearly' if clear else 'probably'} {'lower' if gaps[1] < 0 else 'higher'}"


def _gap(one: Finding | None, other: Finding | None) -> float | None:
    """How far one band lies above another, or below it where negative; 0 where they touch. None without two bands."""
    ends = [found and (found.low, found.high) for found in (one, other)]
    if not all(end and None not in end for end in ends):
        return None
    (low, high), (other_low, other_high) = ends  # type: ignore[misc]  # all four are numbers
    return max(0.0, low - other_high) or min(0.0, high - other_low)  # type: ignore[operator]


FIRST_WAVES = 4
"""Until there are so many waves a line lies in a band that knows little of it."""


def noise_floor(readable: Readable, wave: Wave) -> str:
    """Say when a team is said to stand apart, and how often chance alone would say so (tests/test_heat.py)."""
    often = "eight" if len(up_to(readable, wave)) < FIRST_WAVES else "twenty"
    return (
        f"A cell is tinted only where two bands lie clear of those of {readable.organization} as a whole: "
        "what the team says now, and its line over the waves. "
        f"Where nothing differs, chance alone still tints about one cell in {often}."
    )


def stand_apart(readable: Readable, wave: Wave, team_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """List for each team the dimensions in which it stands apart from the organization: (word, dimension)."""
    found = {
        team: [
            (word, dimension)
            for dimension in readable.dimensions(wave)
            if team != ROOT and (word := stands(readable, wave, team, dimension))
        ]
        for team in team_ids
    }
    return {team: words for team, words in found.items() if words}


def apart(readable: Readable, wave: Wave, team_ids: Sequence[str]) -> str:
    """Say in one sentence who stands apart: 'Support stands lower on trust; most cells show no clear difference'."""
    told = [stands(readable, wave, team, dimension) for team in team_ids for dimension in readable.dimensions(wave)]
    cells = sum(word is not None for word in told)
    groups: dict[tuple[bool, str], list[tuple[str, str]]] = {}
    for whose, words in stand_apart(readable, wave, team_ids).items():
        for word, dimension in words:
            groups.setdefault(("higher" in word, dimension), []).append((whose, word))
    if not cells:
        return "No team here can be laid beside the organization this time: too few figures are shown."
    if not groups:
        return f"No team stands clearly apart from {readable.organization} as a whole."
    ranked = sorted(groups.items(), key=lambda group: (group[0][0], -_furthest(readable, wave, *group)))
    clauses = [_stands(readable, wave, key[0], key[1], teams) for key, teams in ranked[:2]]
    tinted = sum(map(len, groups.values()))
    more = tinted - sum(len(teams) for _, teams in ranked[:2])
    steady = "most cells show no clear difference" if 2 * tinted <= cells else f"{counted(more, 'more cell')} tinted"
    return f"{capital(listing(clauses))}{f'; {steady}' if 2 * tinted <= cells or more else ''}."


def _furthest(readable: Readable, wave: Wave, key: tuple[bool, str], teams: Sequence[tuple[str, str]]) -> float:
    """How far the furthest of these teams lies from the organization: what a sentence says first."""
    scores = [readable.finding(wave, team, "score", key[1]) for team in (ROOT, *(team for team, _ in teams))]
    whole, *others = [found.value or 0.0 for found in scores if found is not None]
    return max(abs(value - whole) for value in others)


SHORT = 30
"""Letters of names that a heading has room for; beyond them teams are counted."""


def _stands(readable: Readable, wave: Wave, higher: bool, dimension: str, teams: Sequence[tuple[str, str]]) -> str:
    names = listing(readable.name(team) for team, _ in teams)
    who = names if len(names) <= SHORT else counted(len(teams), "team")
    perhaps = "" if any(word.startswith("clearly") for _, word in teams) else "probably "
    verb = "stands" if len(teams) == 1 else "stand"
    name = readable.dimension_name(dimension, wave.wave_id).lower()
    return f"{who} {perhaps}{verb} {'higher' if higher else 'lower'} on {name}"


def beside_each_other(readable: Readable, wave: Wave, team_id: str, team_ids: Sequence[str], told: str) -> str:
    """Say in one sentence what the teams below one show beside each other: how they stand, or what changed."""
    if not team_ids:
        return f"{readable.name(team_id)} has no teams to lay beside each other."
    if told == "change":
        return overview(readable, wave, team_id)
    leaves = [group.team_id for group in readable.leaves(wave, team_id) if group.team_id in team_ids]
    return apart(readable, wave, leaves if stand_apart(readable, wave, leaves) else team_ids)


def tints(readable: Readable, wave: Wave, team_ids: Sequence[str], told: str) -> str:
    """Say what a tint stands for, and what plain paper does."""
    if not team_ids:
        return ""
    if told == "level":
        return noise_floor(readable, wave)
    tests = changes(readable, wave, team_ids)
    if not tests:
        return "No cell is tinted: there is nothing to compare these teams with."
    return f"A cell is tinted only where the test of change fired; plain paper held steady. {tested(len(tests))}"


WHERE_FROM = "Choose a cell, or a team’s name, to see where it comes from."
TEAMS_NAMED = 8
"""So many teams are named beside the picture; it shows all of them."""


class Tinted(NamedTuple):
    """A team with a tint: what the tints tell, and of which dimensions."""

    team_id: str
    words: str
    dimensions: tuple[str, ...]


def tinted(readable: Readable, wave: Wave, team_ids: Sequence[str], told: str) -> list[Tinted]:
    """List the teams with a tint, in the order of the chart, each with what it tells."""
    if told == "level":
        return [
            Tinted(team, capital(_on(readable, wave, words)), tuple(dimension for _, dimension in words))
            for team, words in stand_apart(readable, wave, team_ids).items()
        ]
    fired = {team: [found for found in changes(readable, wave, [team]) if moved(found)] for team in team_ids}
    return [
        Tinted(team, capital(listing(flag(readable, each) for each in found)), tuple(each.subject for each in found))
        for team, found in fired.items()
        if found
    ]


def _on(readable: Readable, wave: Wave, words: Iterable[tuple[str, str]]) -> str:
    """Say in which dimensions a team stands apart: 'clearly lower on trust and boundaries'."""
    grouped: dict[str, list[str]] = {}
    for word, dimension in words:
        grouped.setdefault(word, []).append(readable.dimension_name(dimension, wave.wave_id).lower())
    return "; ".join(f"{word} on {listing(names)}" for word, names in grouped.items())


def and_others(named: int) -> str:
    """Say that nobody is named, or how many more there are than are named."""
    if not named:
        return "Nobody beyond what chance could explain."
    more = max(named - TEAMS_NAMED, 0)
    return f"{capital(counted(more, 'more team'))}, as the picture shows." if more else ""


def drawn(readable: Readable, team_ids: Sequence[str]) -> str:
    """Name what one of several pictures holds, for those who do not see it."""
    if len(team_ids) == 1:
        return f"Here: {readable.path(team_ids[0])}."
    return (
        f"Here: {counted(len(team_ids), 'team')}, from {readable.path(team_ids[0])} to {readable.path(team_ids[-1])}."
    )


def scrolled(team_ids: Sequence[str]) -> str:
    """Say that there is more in a window than it shows."""
    return (
        f"{capital(counted(len(team_ids), 'team'))} in the order of the organization chart: scroll within the picture."
    )


TEAMS_IN_A_TABLE = 600
"""Where there are more, a table shows the parts that they belong to."""


def left_out(readable: Readable, wave: Wave, team_id: str, team_ids: Sequence[str], where: str = "in the table") -> str:
    """Say how many teams a picture, or a table that is read from top to bottom, has no room for."""
    below = len(readable.below(wave, team_id))
    more = below - len(team_ids)
    if more <= 0:
        return ""
    stand = f"stand {where}" if below <= TEAMS_IN_A_TABLE else "have no room here"
    return f"{capital(counted(more, 'more team'))} {stand}; choose a part to see its teams."


CELLS: Mapping[str, Mapping[str, str]] = {
    "level": {
        "clearly lower": "clearly lower than the organization",
        "probably lower": "probably lower",
        "": "no clear difference",
        "probably higher": "probably higher",
        "clearly higher": "clearly higher",
        "few": "few answered: a wide band",
        "withheld": "not shown, and why",
    },
    "change": {
        "clearly down": "clearly down",
        "probably down": "probably down",
        "": "held steady, or nothing to compare with",
        "probably up": "probably up",
        "clearly up": "clearly up",
        "few": "few answered: a wide band",
        "withheld": "not shown, and why",
    },
}
"""What each look of a cell means."""

WIDTHS: Mapping[str, int | None] = {
    "Team": 220,
    "Beside the organization": 330,
    "Since the wave before": 250,
    "Answered": 90,
    "Not shown because": None,
}
"""The columns of the table of teams that hold words, with their pixels: None for as many as the words need."""
NO_FIGURE = "–"
ABOUT_GAPS = "A dash is a figure that is not shown, and why stands in its row, or that was not asked."


def teams_as_rows(readable: Readable, wave: Wave, team_id: str) -> list[dict[str, str | float | None]]:
    """Write the teams below one as rows, as many as a table can hold: figures, words, and why there are none."""
    below = [group.team_id for group in readable.in_sight(wave, team_id, TEAMS_IN_A_TABLE)] or [team_id]
    return [
        {"Team": under(readable, team, team_id)}
        | {
            readable.dimension_name(dimension, wave.wave_id): found.value if found is not None else None
            for dimension in readable.dimensions(wave)
            for found in [readable.finding(wave, team, "score", dimension)]
        }
        | {
            "Beside the organization": next((one.words for one in tinted(readable, wave, [team], "level")), ""),
            "Since the wave before": next((one.words for one in tinted(readable, wave, [team], "change")), ""),
            "Answered": next((f.respondents or "" for f in readable.findings(wave, team, "score")), ""),
            "Not shown because": "; ".join(hidden_because(readable, wave, team)),
        }
        for team in below
    ]


def hidden_because(readable: Readable, wave: Wave, team_id: str) -> list[str]:
    """Say why figures of one team are not shown, each reason once."""
    withheld = (found for found in readable.findings(wave, team_id, "score") if not found.shown)
    return list(dict.fromkeys(why_not(found, readable, wave.k) for found in withheld))


def why_not_briefly(finding: Finding, readable: Readable) -> str:
    """Say in a few words why a team has no figures; `why_not` says the rest."""
    where = readable.name(finding.counted_in) if finding.counted_in else ""
    return {
        "fewer_than_k": "too few answered",
        "joined_at_open": f"asked as part of {where}" if where else "too few people",
        "same_as": f"the same people as {where}" if where else "the same people as elsewhere",
        "yields": "left out this time",
    }.get(finding.reason or "", "not shown")


# --------------------------------------------------------------------------------------------------------- over waves


def up_to(readable: Readable, until: Wave | None) -> list[Wave]:
    """The pulse waves up to one of them, oldest first; all of them without one."""
    return [wave for wave in readable.pulses if until is None or wave.number <= until.number]


def waves_in_band(readable: Readable, team_id: str, until: Wave | None = None) -> str:
    """Say what the trend pictures show."""
    waves = up_to(readable, until)
    first, last = (month(wave.closed_on or wave.opened_on) for wave in (waves[0], waves[-1]))
    spanned = (
        f"{capital(counted(len(waves), 'wave'))}, {first} to {last}. " if len(waves) > 1 else f"One wave, {last}. "
    )
    dotted = "" if team_id == ROOT else f" The dotted line is {readable.organization} as a whole."
    return f"{spanned}The line runs through the waves, and lies in the band in 8 of 10 cases.{dotted}"


def waves_drawn(readable: Readable, wave: Wave, team_id: str, other: str | None) -> str:
    """Say what the trend pictures show: of a team beside the organization, or beside another team."""
    if other is None:
        return waves_in_band(readable, team_id, wave)
    return f"{waves_in_band(readable, ROOT, wave)} The dashed line is {readable.name(other)}, in a band of its own."


def more_teams(count: int) -> str:
    """Say that there are more teams than pictures."""
    return f"{capital(counted(count, 'more team'))} stand in the table." if count > 0 else ""


def over_the_waves(readable: Readable, wave: Wave, team_id: str, dimension: str | None, other: str | None) -> str:
    """Open the page of trends: what changed in a team, or in one dimension of its teams, or who of two differs."""
    if other:
        return compared(readable, wave, team_id, other, [dimension] if dimension else readable.dimensions(wave))
    teams = [group.team_id for group in readable.leaves(wave, team_id)]
    if dimension is None or not teams:
        return team(readable, wave, team_id)
    tests = [found for found in changes(readable, wave, teams) if found.subject == dimension]
    fired = [found for found in tests if moved(found)]
    name = readable.dimension_name(dimension, wave.wave_id)
    if fired:
        return in_how_many_teams(readable, tests, fired)
    held = f"{name} held steady in all {counted(len(tests), 'team')}."
    return held if tests else f"{name} cannot be compared with an earlier wave in any team."


def compared(readable: Readable, wave: Wave, team_id: str, other: str, dimensions: Sequence[str]) -> str:
    """Say in one sentence whether two teams differ, as far as their bands tell: nothing else is compared."""
    words = {dimension: stands(readable, wave, team_id, dimension, other) for dimension in dimensions}
    one, two = readable.name(team_id), readable.name(other)
    if all(word is None for word in words.values()):
        return f"{one} and {two} cannot be laid beside each other: one of them has no figures."
    told: dict[str, list[str]] = {}
    for dimension, word in words.items():
        if word:
            told.setdefault(word, []).append(readable.dimension_name(dimension, wave.wave_id).lower())
    if not told:
        return f"Whether {one} and {two} differ is not told: chance could explain it."
    clauses = [f"{word} on {listing(names)}" for word, names in told.items()]
    rest = len(words) - sum(map(len, told.values()))
    untold = f"; on the other {number(rest) + ' ' if rest > 1 else ''}it is not told" if rest else ""
    return f"{one} stands {listing(clauses)} than {two}{untold}."


def of_two(readable: Readable, wave: Wave, team_id: str, other: str, dimension: str) -> str:
    """Say beside one picture whether the two teams in it differ."""
    word, score_there = (
        stands(readable, wave, team_id, dimension, other),
        readable.finding(wave, other, "score", dimension),
    )
    there = f"{readable.name(other)}: {score(score_there)}."
    if word is None:
        return f"{there} Nothing to lay beside each other."
    untold = "Whether they differ is not told: chance could explain it."
    return f"{there} {readable.name(team_id)} stands {word}." if word else f"{there} {untold}"


def false_alerts(readable: Readable, wave: Wave) -> str:
    """Say how many alerts of lines are to be expected though nothing happened; '' while there is no line yet."""
    lines = sum(found.word is not None for found in readable.of_kind(wave, "trend"))
    if not lines:
        return ""
    closed = [one.closed_on or one.opened_on for one in up_to(readable, wave)]
    years = max((closed[-1] - closed[0]).days / 365.25, 0.25)
    a_year = lines * (len(closed) - 1) / years / QUIET_WAVES
    often = (
        f"about {counted(round(a_year), 'false alert')} a year"
        if a_year >= 1
        else (f"a false alert about once in {counted(round(1 / a_year), 'year')}")
    )
    return f"A line that has bent is said so beside it. Where nothing happens, {counted(lines, 'line')} make {often}."


def gaps(readable: Readable, team_id: str, until: Wave | None = None) -> list[str]:
    """Say for every gap in the lines of a team why it is there."""
    withheld: dict[str, list[str]] = {}
    waves = up_to(readable, until)
    for each in waves:
        trends = readable.findings(each, team_id, "trend")
        for why in dict.fromkeys(why_not(found, readable, each.k) for found in trends if not found.shown):
            withheld.setdefault(why, []).append(short_wave(each.name))
    sentences = [
        f"Not shown in any wave: {why}." if len(names) == len(waves) else f"Not shown in {listing(names)}: {why}."
        for why, names in withheld.items()
    ]
    return sentences + _breaks(readable, waves, team_id) + _renamed(readable, waves)


def _breaks(readable: Readable, waves: Sequence[Wave], team_id: str) -> list[str]:
    """Say where lines stop although both waves are shown."""
    broken: dict[str, list[str]] = {}
    for before, after in pairwise(waves):
        for dimension in readable.dimensions(after):
            ends = [(wave, readable.finding(wave, team_id, "trend", dimension)) for wave in (before, after)]
            if all(found is not None and found.shown for _, found in ends) and not readable.comparable(*ends):
                broken.setdefault(readable.dimension_name(dimension), []).append(short_wave(after.name))
    names = sorted(
        {name for places in broken.values() for name in places}, key=[short_wave(w.name) for w in waves].index
    )
    why = "the people or the statements were not the same as in the wave before"
    return [f"Lines are not joined to {listing(names)}: {why}."] if names else []


def _renamed(readable: Readable, waves: Sequence[Wave]) -> list[str]:
    """Say which dimensions earlier waves asked under another name than the last."""
    called: dict[tuple[str, str], list[str]] = {}
    for each in waves[:-1]:
        for dimension in readable.dimensions(waves[-1]):
            name, was = (readable.dimension_name(dimension, wave.wave_id) for wave in (waves[-1], each))
            if name != was and dimension in readable.dimensions(each):
                called.setdefault((name, was), []).append(short_wave(each.name))
    return [f"{name} was asked as ‘{was}’ in {listing(names)}." for (name, was), names in called.items()]
