"""Findings as sentences: the words of the pages and of the report, so that screen and paper say the same.

Plain text only; a page may tint it, the report may set it. What is not shown is said with its reason, what is uncertain
with its range, and "fell" or "rose" only where the test of change fired.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from analytics import precision
from analytics import scores as measured
from analytics.disclosure import Finding
from analytics.follow_up import FollowUp, Why
from analytics.playbook import Suggestion
from analytics.trend import QUIET_WAVES
from analytics.uplift import GAIN
from dashboard.readable import Holding, Network, Person, Readable
from data.records import ROOT, Action, Group, Happened, Wave
from surveys.terms import Thresholds

Thing = TypeVar("Thing")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = (
    "January February March April May June July August September October November December"
).split()  # fmt: skip
ARROWS: Mapping[str, str] = {"clearly down": "↓", "probably down": "↓", "probably up": "↑", "clearly up": "↑"}
NATURAL = tuple((1, n) for n in (2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100)) + tuple((n, 10) for n in (4, 6, 7, 8, 9))
"""The frequencies that people picture easily: 1 in 4, 6 in 10."""

PAGES: Mapping[str, str] = {
    "overview": "Overview",
    "trends": "Trends",
    "teams": "Teams",
    "network": "Network",
    "introductions": "Introductions",
    "actions": "Actions",
    "reports": "Reports",
    "waves": "Surveys",
    "log": "Log",
    "method": "How figures are made",
    "protection": "How answers are protected",
}
"""What the menu calls each page."""
ROLES: Mapping[str, str] = {
    "administrator": "an administrator",
    "lead": "a lead",
    "steward": "a steward",
    "auditor": "an auditor",
}

# ------------------------------------------------------------------------------------------------ numbers, days, lists


def number(count: int) -> str:
    """Write a count as a word up to twelve: 'two', '13'."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun: 'one team', '14 teams'."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def listing(words: Iterable[str]) -> str:
    """Join words as people do: 'a, b and c'."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def not_for(page: str, roles: Iterable[str]) -> str:
    """Say for whom a page is, to somebody else."""
    return f"‘{PAGES[page]}’ is for {listing(f'{role}s' for role in roles)} only."


def not_here(what: str, asked: str | None, shown: str) -> str:
    """Say that what the address asks for is not what is shown; the same words whether it is unknown or not for them.

    What was asked for is not repeated: a page that names it would seem to know it.
    """
    return (
        f"The {what} asked for is not among those you may read here; this shows {shown}."
        if asked not in (None, shown)
        else ""
    )


def by_two(things: Sequence[Thing]) -> list[tuple[Thing, Thing | None]]:
    """Lay things out two beside each other, in reading order on a wide page and on a phone."""
    return [(things[at], things[at + 1] if at + 1 < len(things) else None) for at in range(0, len(things), 2)]


def capital(sentence: str) -> str:
    """Begin a sentence with a capital and leave the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def day(when: date, *, year: bool = True) -> str:
    """Write a date: '28 September 2026'."""
    return f"{when.day} {MONTHS[when.month - 1]}" + (f" {when.year}" if year else "")


def month(when: date) -> str:
    """Write a month: 'September 2026'."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def span(first: date, last: date) -> str:
    """Write from when to when: '14 to 28 September 2026'."""
    if first == last:
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    return f"{day(first, year=first.year != last.year)} to {day(last)}"


def since(earlier: Wave, now: Wave) -> str:
    """Say since when a change is counted: 'June', or 'June 2025' once a year has passed."""
    then, today = earlier.closed_on or earlier.opened_on, now.closed_on or now.opened_on
    recent = (today.year - then.year) * 12 + today.month - then.month < len(MONTHS)
    return MONTHS[then.month - 1] if recent else month(then)


def short_wave(name: str) -> str:
    """Shorten a wave's name for an axis: '2026-Q3' is 'Q3 26', others stay as they are."""
    year, _, quarter = name.partition("-")
    return f"{quarter} {year[2:]}" if year.isdigit() and len(year) == 4 and quarter[:1] == "Q" else name


def frequency(chance: float) -> str:
    """Say a chance as a natural frequency, the nearest that is easy to picture: 0.26 is '1 in 4'.

    People judge '1 in 4' better than '26 %' (Gigerenzer and Hoffrage 1995, Psychological Review 102:684).
    """
    if chance < 0.0075:
        return "fewer than 1 in 100"
    if chance > 0.95:
        return "nearly all"
    some, of = min(NATURAL, key=lambda pair: abs(pair[0] / pair[1] - chance))
    return f"{some} in {of}"


# ------------------------------------------------------------------------------------------------------- one finding


def few(finding: Finding) -> bool:
    """Whether so few answered that the score is rounded to 5 and called 'about'."""
    digits = "".join(c if c.isdigit() else " " for c in finding.respondents or "").split()
    return bool(digits) and int(digits[0]) < precision.MANY


def very_few(finding: Finding) -> bool:
    """Whether so few answered that not even their number is said."""
    return "–" in (finding.respondents or "")


ROUNDED = f"Under {precision.MANY} answers a score is rounded to 5; in tables 'about' marks fewer than {precision.FEW}."


def score(finding: Finding | None) -> str:
    """Write a score: '66', 'about 65', 'not shown', 'not asked'."""
    if finding is None:
        return "not asked"
    if finding.value is None:
        return "not shown"
    return f"about {finding.value:.0f}" if few(finding) else f"{finding.value:.0f}"


def change(finding: Finding | None) -> str:
    """Write what the test of change says: '↓ clearly down', 'held steady', or '' where nothing can be compared."""
    return f"{arrow(finding)} {finding.word or ''}".strip() if finding is not None else ""


def arrow(finding: Finding) -> str:
    """Give the arrow of a change that fired; '' for any other."""
    return ARROWS.get(finding.word or "", "")


def flag(readable: Readable, finding: Finding) -> str:
    """Name a change that fired: '↓ Trust clearly down'."""
    return f"{arrow(finding)} {readable.dimension_name(finding.subject, finding.wave_id)} {finding.word}"


def moved(finding: Finding | None) -> bool:
    """Whether the test of change fired."""
    return finding is not None and finding.word in ARROWS


def fell(finding: Finding) -> bool:
    """Whether a change that fired went down."""
    return ARROWS.get(finding.word or "") == "↓"


def course(readable: Readable, finding: Finding) -> str:
    """Say from where to where a score went: '70 to 61 since June'."""
    now = next(wave for wave in readable.waves if wave.wave_id == finding.wave_id)
    then = readable.wave(finding.since or "")
    if then is None or finding.value is None:
        return ""
    scores = (readable.finding(wave, finding.team_id, "score", finding.subject) for wave in (then, now))
    first, last = (score(found) for found in scores)
    return f"{first} to {last} since {since(then, now)}{elsewhere(readable, finding)}"


def elsewhere(readable: Readable, change: Finding) -> str:
    """Tell a team's own change from what changed everywhere: ', as elsewhere', ', more than' or ', less than' there."""
    beyond = readable.index.get((change.wave_id, change.team_id, "beyond", change.subject))
    if beyond is None or change.team_id == ROOT:
        return ""
    if not moved(beyond):
        return ", as elsewhere"
    return ", more than elsewhere" if arrow(beyond) == arrow(change) else ", less than elsewhere"


def bent(line: Finding | None, change: Finding | None) -> str:
    """Say that a line has bent, where the test of the last change does not say so anyway."""
    return "" if line is None or moved(change) else BENT.get(line.word or "", "")


BENT: Mapping[str, str] = {
    "likely down": "over several waves likely down",
    "likely up": "over several waves likely up",
}
"""What is said of a line whose cumulative sum has left its limits."""


def answered(finding: Finding | None) -> str:
    """Say how many answered, in tens of per cent."""
    if finding is None or finding.value is None:
        return ""
    if finding.value >= 95:
        return "Nearly everybody who was asked answered."
    return f"About {finding.value:.0f} % of the people asked answered."


def favourable(finding: Finding | None) -> str:
    """Say how many answered favourably, as exactly as the gate allows, and from twenty answers how surely.

    '68 %, 53 to 80' is Wilson's interval of what is printed: the share and the number of people.
    """
    said = (finding.favourable if finding is not None else None) or ""
    if finding is None or few(finding) or not said[:1].isdigit():
        return said
    people = int(finding.respondents or 0)
    ends = measured.favourable(round(int(said.split()[0]) / 100 * people), people)
    return f"{said}, {100 * float(ends.low):.0f} to {100 * float(ends.high):.0f}"


def about_statements(readable: Readable, wave: Wave) -> str:
    """Say how single statements are to be read, and from how many answers this wave shows them."""
    least, questionnaire = Thresholds.of(wave), readable.asked(wave)
    sensitive = any(item.sensitive for item in questionnaire.items) if questionnaire else False
    more = f"; sensitive ones from {least.sensitive}" if sensitive and least.sensitive > least.item else ""
    turned = "A statement turned round counts the other way: agreeing with it lowers its score."
    return f"{turned} Shown from {least.item} answers on{more}."


def why_not(finding: Finding, readable: Readable, k: int) -> str:
    """Say why a figure is not shown, without the team's name: 'fewer than five people answered; …'."""
    where = readable.name(finding.counted_in) if finding.counted_in else ""
    sentences = {
        "fewer_than_k": f"fewer than {number(k)} people answered; "
        + (f"what they said counts in {where}" if where else "what they said is in no figure"),
        "joined_at_open": "too few people for figures of their own; "
        + (f"they were asked as part of {where}" if where else "and too few answered above them"),
        "same_as": f"the same people as {where or 'another team'}, so the figures stand there",
        "yields": f"left out this time, so that {where or readable.organization} can count nearly everybody",
        "fewer_than_8": "fewer than eight people answered this statement",
        "fewer_than_10": "fewer than ten people answered this statement, which is sensitive",
        "not_comparable": "the people or the statements were not the same as before",
        "fewer_than_5_people": "fewer than five people, so nothing is said about their ties",
        "fewer_than_5_pairs": "fewer than five pairs, so nothing is said about them",
        "fewer_than_100": "fewer than a hundred people answered",
        "fewer_than_10_teams": "fewer than ten teams have figures",
        "fewer_than_40_comments": "fewer than forty comments",
        "not_defined": "it cannot be known from these answers",
        "too_few_answered": "too few answered about their ties to say anything",
        "fewer_than_10_people": "fewer than ten people answered about their ties",
        "fewer_than_20_people": "fewer than twenty people answered about their ties",
        "fewer_than_40_people": "fewer than forty people answered about their ties",
        "too_few_ties": "too few ties were named",
        "unclear": "nothing clear stands out",
    }
    return sentences.get(finding.reason or "", "not shown")


# -------------------------------------------------------------------------------------------------------- many findings


def hidden(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> list[str]:
    """Say for every team without figures why, teams with the same reason in one sentence.

    'Finance: fewer than five people answered; what they said counts in Larkfield.'
    """
    reasons: dict[str, list[str]] = {}
    for team_id in team_ids:
        scores = [readable.finding(wave, team_id, "score", dimension) for dimension in readable.dimensions(wave)]
        withheld = [found for found in scores if found is not None and not found.shown]
        for why in dict.fromkeys(why_not(found, readable, wave.k) for found in withheld):
            reasons.setdefault(why, []).append(_which(readable, team_id, scores, why, wave.k))
    return [f"{capital(listing(teams))}: {why}." for why, teams in reasons.items()]


def _which(readable: Readable, team_id: str, scores: Sequence[Finding | None], why: str, k: int) -> str:
    """Name a team, and the dimensions too where only some are withheld."""
    asked = [found for found in scores if found is not None]
    mine = [found for found in asked if not found.shown and why_not(found, readable, k) == why]
    if len(mine) == len(asked):
        return readable.name(team_id)
    return f"{listing(_about(readable, found) for found in mine)} in {readable.name(team_id)}"


def changes(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> list[Finding]:
    """The tests of change that were made and may be shown, team by team."""
    return [
        found
        for team_id in team_ids
        for dimension in readable.dimensions(wave)
        if (found := readable.finding(wave, team_id, "change", dimension)) is not None and found.shown
    ]


def flags(readable: Readable, wave: Wave, team_id: str) -> list[tuple[str, list[Finding]]]:
    """The changes that fired in a team and below it, by team: its name, and what changed there."""
    teams = [team_id, *(group.team_id for group in readable.below(wave, team_id))]
    fired = {team: [found for found in changes(readable, wave, [team]) if moved(found)] for team in teams}
    return [(readable.name(team), found) for team, found in fired.items() if found]


def has_figures(readable: Readable, wave: Wave, team_id: str) -> bool:
    """Whether anything a team said is shown."""
    return any(found.shown for found in readable.findings(wave, team_id, "score"))


FLAGS_SHOWN = 5
"""So many teams are listed beside the picture; the table below has all of them."""


def after_flags(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say what stands behind the list of changes: how many were looked for, and what one of them is worth."""
    teams = [team_id, *(group.team_id for group in readable.below(wave, team_id))]
    tests, found = changes(readable, wave, teams), flags(readable, wave, team_id)
    if not any(has_figures(readable, wave, team) for team in teams):
        return "Without figures there is nothing to compare."
    if not tests and readable.before(wave) is None:
        return "This is the first wave. From the next one on, this is where changes stand."
    if not tests:
        return "Nothing here can be compared with an earlier wave: the people or the statements were not the same."
    if not found:
        return f"We tested {counted(len(tests), 'change')}; none stands out from chance."
    more = max(len(found) - FLAGS_SHOWN, 0)
    others = f"{capital(counted(more, 'more team'))} changed; see the table. " if more else ""
    return others + tested(len(tests))


def common_since(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> str:
    """Head the column of changes: 'Since June' where all are counted from one wave, else 'Change'."""
    names = {found.since for found in changes(readable, wave, team_ids)}
    then = readable.wave(names.pop() or "") if len(names) == 1 else None
    return f"Since {since(then, wave)}" if then else "Change"


def why_no_test(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say in the table why a team has no test of change."""
    if not has_figures(readable, wave, team_id):
        return "not shown, see below"
    return "first figures" if readable.before(wave) is None else "not comparable"


def about_arrows(readable: Readable, wave: Wave, team_ids: Sequence[str]) -> str:
    """Say below a table of teams since when an arrow counts, and who has nothing to count from."""
    tests = changes(readable, wave, team_ids)
    then = common_since(readable, wave, team_ids)
    since_then = f" {then[0].lower()}{then[1:]}" if then != "Change" else ""
    arrows = f"An arrow is a change{since_then} that chance does not explain." if any(map(moved, tests)) else ""
    untested = [team for team in team_ids if has_figures(readable, wave, team) and not changes(readable, wave, [team])]
    new = (
        f"{capital(listing(map(readable.name, untested)))}: nothing to compare with yet." if tests and untested else ""
    )
    return f"{arrows} {new}".strip()


SYLLABLES = ("Com-mu-ni-ca-tion", "Col-lab-o-ra-tion", "Bound-aries", "Rec-og-ni-tion", "Flex-i-bil-ity", "Men-tor-ing")
"""Long words that head a column."""
SOFT_HYPHEN = "\N{SOFT HYPHEN}"
SOFT_HYPHENS = {word.replace("-", ""): word.replace("-", SOFT_HYPHEN) for word in SYLLABLES}


def breakable(heading: str) -> str:
    r"""Let the long words of a heading break where a column is narrow; nothing of it shows where there is room.

    >>> breakable("Boundaries").encode("ascii", "namereplace")
    b'Bound\\N{SOFT HYPHEN}aries'
    """
    return " ".join(SOFT_HYPHENS.get(word, word) for word in heading.split(" "))


def unbroken(cell: str) -> str:
    """Keep a wave's name and a share on one line, however narrow their column: '2026-Q3', '80 %'."""
    return BROKEN.sub(lambda found: UNBROKEN[found[0]], cell)


UNBROKEN = {"-": "\N{NON-BREAKING HYPHEN}", " ": "\N{NO-BREAK SPACE}"}
BROKEN = re.compile(r"(?<=\b\d{4})-(?=Q\d)|(?<=\d) (?=%)")


def under(readable: Readable, team_id: str, above: str) -> str:
    """Give the path of a team below another: 'Platform' under Engineering, 'Engineering / Platform' under the whole."""
    path, head = readable.path(team_id), readable.path(above) + " / "
    return path.removeprefix(head)


def how_to_read(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say how to read the levels: the marks, the bands, and what else may be there."""
    scores = [found for found in readable.findings(wave, team_id, "score") if found.shown]
    if not scores:
        return ""
    said = ["The filled mark is this wave, and the band is where the true value very likely lies."]
    if changes(readable, wave, [team_id]):
        said.append("The open mark is the wave before.")
    if readable.findings(wave, team_id, "silent"):
        said.append("The thin line is how far it could move, had everybody silent answered at one end.")
    if any(few(found) for found in scores):
        said.append("A dotted edge means few answers.")
    said.append(lower_if_silent(readable.finding(wave, team_id, "answered", "pulse")))
    return " ".join(said).strip()


HALF_A_STEP = 12.5
"""Half a step of the five that people choose from, in points."""


def lower_if_silent(answered: Finding | None) -> str:
    """Say what would be if the silent were less content than those who answered; '' where hardly anybody was silent.

    Nobody knows what they would have said; where unhappier people answer less, intervals are off by about this much.
    """
    lower = HALF_A_STEP * (100 - answered.value) / 100 if answered is not None and answered.value is not None else 0
    if round(lower) < 1:
        return ""
    return f"Were the silent half a step less content, each would be {counted(round(lower), 'point')} lower."


def tested(count: int) -> str:
    """Say how many changes were tested, and what a flag is worth."""
    many = "change" if count == 1 else "changes"
    return f"We tested {number(count)} {many}. About 1 in 10 flags like these will be false."


def overview(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say in one sentence what changed: 'Trust fell in 2 of 9 teams; the rest held steady'."""
    teams = [group.team_id for group in readable.leaves(wave, team_id)] if readable.in_full(team_id) else []
    below = changes(readable, wave, teams)
    if not below:
        return team(readable, wave, team_id)
    flags = [found for found in below if moved(found)]
    if flags:
        return _counts(readable, below, flags)
    own = [found for found in changes(readable, wave, [team_id]) if moved(found)]
    if own:
        return f"{capital(_verbs(readable, own))} across {readable.name(team_id)}; no single team stands out."
    held = len({found.team_id for found in below})
    every = "both" if held == 2 else f"all {number(held)}"
    return f"Nothing changed clearly: {every} teams held steady." if held > 1 else "Nothing changed clearly."


def _counts(readable: Readable, tests: Sequence[Finding], flags: Sequence[Finding]) -> str:
    """Count the teams of each flag: '2 of 9 teams', falls first, at most two flags in the sentence."""
    of = Counter(found.subject for found in tests)
    groups: dict[tuple[bool, str], list[Finding]] = {}
    for found in flags:
        groups.setdefault((not fell(found), found.subject), []).append(found)
    ranked = sorted(groups.items(), key=lambda group: (group[0][0], -len(group[1])))
    clauses = [
        f"{_about(readable, found[0])} {_verb(found)} in {len(found)} of {of[subject]} teams"
        for (_, subject), found in ranked[:2]
    ]
    if len(clauses) == 2 and len({of[subject] for (_, subject), _ in ranked[:2]}) == 1:
        clauses[1] = clauses[1].rpartition(" of ")[0]
    more = sum(len(found) for _, found in ranked[2:])
    steady = len({found.team_id for found in tests}) - len({found.team_id for found in flags})
    if more:
        return f"{capital(listing(clauses))}; {counted(more, 'more change')} below."
    rest = f"; the {'other' if steady == 1 else 'rest'} held steady" if steady else ""
    return f"{capital(listing(clauses))}{rest}."


def _verb(found: Sequence[Finding]) -> str:
    """Say 'fell' where at least one test is clear, 'probably fell' where none is."""
    sure = any((one.word or "").startswith("clearly") for one in found)
    return ("" if sure else "probably ") + ("fell" if fell(found[0]) else "rose")


def _verbs(readable: Readable, found: Sequence[Finding]) -> str:
    return listing(f"{_about(readable, one)} {_verb([one])}" for one in found)


def _about(readable: Readable, found: Finding) -> str:
    """Name the dimension of a finding within a sentence, as its wave named it."""
    return readable.dimension_name(found.subject, found.wave_id).lower()


def team(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say in one sentence what changed in one team: 'In Support, trust fell; the other three held steady'."""
    shown = [
        found
        for dimension in readable.dimensions(wave)
        if (found := readable.finding(wave, team_id, "score", dimension)) is not None and found.shown
    ]
    name = readable.name(team_id)
    if not shown and team_id == ROOT:
        return "Too few people answered to show any figure."
    if not shown:
        return f"{name} has no figures of its own this time."
    tests = changes(readable, wave, [team_id])
    if not tests:
        return _levels(readable, wave, team_id, shown)
    flags = sorted((found for found in tests if moved(found)), key=lambda found: not fell(found))
    place = "" if team_id == ROOT else f"in {name}, "
    if not flags:
        every = len(tests) > 1 and len(tests) == len(shown)
        return f"{name} held steady" + (f" in all {number(len(tests))} dimensions." if every else ".")
    rest = len(tests) - len(flags)
    steady = f"; the other {number(rest) + ' ' if rest > 1 else ''}held steady" if rest else ""
    return capital(f"{place}{_verbs(readable, flags)}{steady}.")


def _levels(readable: Readable, wave: Wave, team_id: str, shown: Sequence[Finding]) -> str:
    """Say where things stand where there is nothing to compare with."""
    stand = listing(f"{_about(readable, found)} {score(found)}" for found in shown)
    first = readable.before(wave) is None
    lead = "The first figures are in" if first else "These figures cannot be compared with earlier ones"
    return f"{lead}: {stand}." if team_id == ROOT else f"{readable.name(team_id)}: {stand}."


def standing_for(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say what the figures stand for: who answered, and for how many people at least each figure stands."""
    share = answered(readable.finding(wave, team_id, "answered", "pulse"))
    reasons = hidden(readable, wave, [team_id])
    stands = f"Every figure stands for at least {wave.k} people."
    return " ".join([share, stands, *reasons] if has_figures(readable, wave, team_id) else [*reasons, share]).strip()


def people(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say whom a page is about: 'Larkfield · 9 teams, 260 people'."""
    asked = readable.group(wave, team_id)
    below = readable.below(wave, team_id) if readable.in_full(team_id) else []
    teams = len({group.team_id for group in below} - {group.parent for group in below})
    invited = sum(group.invited for group in [*below, *([asked] if asked else [])])
    size = [f"{teams} teams"] * (teams > 1)
    if readable.in_full(team_id) and invited:
        size.append("1 person" if invited == 1 else f"{invited} people")
    name = readable.organization if team_id == ROOT else f"{readable.organization} · {readable.path(team_id)}"
    return f"{name} · {', '.join(size)}" if size else name


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
    for team, words in stand_apart(readable, wave, team_ids).items():
        for word, dimension in words:
            groups.setdefault(("higher" in word, dimension), []).append((team, word))
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


TEAMS_NAMED = 8
"""So many teams are named beside the picture; it shows all of them."""


def tinted(readable: Readable, wave: Wave, team_ids: Sequence[str], told: str) -> list[tuple[str, str]]:
    """Name the teams with a tint, in the order of the chart, each with what it tells."""
    if told == "change":
        fired = {team: [found for found in changes(readable, wave, [team]) if moved(found)] for team in team_ids}
        said = {team: [flag(readable, found) for found in found_here] for team, found_here in fired.items()}
    else:
        apart_here = stand_apart(readable, wave, team_ids).items()
        said = {team: [_on(readable, wave, words)] for team, words in apart_here}
    return [(readable.name(team), capital(listing(words))) for team, words in said.items() if words]


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


def left_out(readable: Readable, wave: Wave, team_id: str, team_ids: Sequence[str]) -> str:
    """Say how many teams a picture has no room for."""
    more = len(readable.below(wave, team_id)) - len(team_ids)
    if more <= 0:
        return ""
    return f"{capital(counted(more, 'more team'))} stand in the table; choose a part to see its teams."


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

WORDS_OF_A_TEAM = ("Team", "Beside the organization", "Since the wave before", "Answered", "Not shown because")
"""The columns of the table of teams that hold words."""


def teams_as_rows(readable: Readable, wave: Wave, team_id: str) -> list[dict[str, str | float | None]]:
    """Write every team below one as a row: its figures, its words, and why it has none."""
    below = [group.team_id for group in readable.below(wave, team_id)] or [team_id]
    return [
        {"Team": under(readable, team, team_id)}
        | {
            readable.dimension_name(dimension, wave.wave_id): found.value if found is not None else None
            for dimension in readable.dimensions(wave)
            for found in [readable.finding(wave, team, "score", dimension)]
        }
        | {
            WORDS_OF_A_TEAM[1]: next((words for _, words in tinted(readable, wave, [team], "level")), ""),
            WORDS_OF_A_TEAM[2]: next((words for _, words in tinted(readable, wave, [team], "change")), ""),
            WORDS_OF_A_TEAM[3]: next((f.respondents or "" for f in readable.findings(wave, team, "score")), ""),
            WORDS_OF_A_TEAM[4]: "; ".join(hidden_because(readable, wave, team)),
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
        return _counts(readable, tests, fired)
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
    lines = sum(
        1
        for found in readable.all_findings()
        if (found.wave_id, found.kind) == (wave.wave_id, "trend") and found.word is not None
    )
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


# -------------------------------------------------------------------------------------------------------- the network


FEW = frozenset({"few_ties", "isolated"})
OTHERS: Mapping[str, tuple[int, int]] = {"0": (0, 0), "1–2": (1, 2)}
"""The bands in which people with few ties are counted who did not agree to be named; '3+' has no upper end."""


def network(readable: Readable, wave: Wave, team_id: str, seen: Network) -> str:
    """Say who is tied in: 'Most people are well tied in; three or four have few ties recorded'."""
    named = sum(person.standing in FEW for person in seen.people)
    others = readable.finding(wave, team_id, "few_ties")
    band = others.word if others is not None else None
    if not named:
        silent = {
            None: "Nobody who may be named has few ties recorded.",
            "0": "Nobody who answered has few ties recorded.",
        }
        if band in silent:
            return silent[band]
    many = named >= (len(seen.people) + len(seen.places)) / 2
    return f"{'Many' if many else 'Most'} people are {'loosely' if many else 'well'} tied in; {_how_many(named, band)}."


def _how_many(named: int, band: str | None) -> str:
    if band is None:
        return (
            f"{counted(named, 'person', 'people')} who may be named {'has' if named == 1 else 'have'} few ties recorded"
        )
    if band not in OTHERS:
        return f"at least {number(named + 3)} have few ties recorded"
    low, high = (named + count for count in OTHERS[band])
    if low == high:
        return f"{number(low)} {'has' if low == 1 else 'have'} few ties recorded"
    return f"{number(low)} or {number(high)} have few ties recorded"


def with_few_ties(seen: Network) -> list[Person]:
    """The people with few ties who may be named, by name."""
    return sorted((person for person in seen.people if person.standing in FEW), key=lambda person: person.name)


def others_with_few_ties(band: str | None) -> str:
    """Say how many people with few ties chose not to be named: never the exact number, '' for none."""
    return {"1–2": "1 to 2 others", "3+": "3 or more others"}.get(band or "", "")


def about_names(seen: Network) -> str:
    """Say when names appear, and that looking at them is written down."""
    first = (
        f"Names appear on {day(seen.names_from)}; until then everybody can look at their own place. "
        if seen.names_from
        else ""
    )
    return first + "Each look at names is written into a log that the works council can read."


def between_teams(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> str:
    """Say between which teams ties are fewer than chance alone would give, or that they are about as usual."""
    fewer = pairs(readable, wave, team_ids, "fewer")
    if not fewer:
        return "Ties between teams are about as many as their sizes would lead you to expect."
    first = f"{readable.name(fewer[0].team_id)} and {readable.name(fewer[0].subject)}"
    others = len(fewer) - 1
    more = f"; so {'does' if others == 1 else 'do'} {counted(others, 'more pair')}" if others else ""
    return f"{first} share fewer ties than their sizes would lead you to expect{more}."


WORK_APART: Mapping[str, str] = {"inward": "mostly among themselves", "outward": "more than usual"}


AS_USUAL = "about as usual"


def tied_as_usual(as_usual: int, of: int) -> str:
    """Say how many teams need no row of their own: 'The other seven teams are tied about as usual.'."""
    if not as_usual:
        return ""
    if as_usual == of:
        who = f"All {counted(of, 'team')}" if of > 1 else "The team"
    else:
        who = f"The other {counted(as_usual, 'team')}" if as_usual > 1 else "The other team"
    return f"{who} {'is' if as_usual == 1 else 'are'} tied {AS_USUAL}."


def ties_of(readable: Readable, wave: Wave, team_id: str) -> dict[str, str]:
    """Say in words how one team is tied: the row of the table under the map."""
    few_here = readable.finding(wave, team_id, "few_ties")
    silo = readable.finding(wave, team_id, "silo")
    fewer = [found for found in pairs(readable, wave, [team_id], "fewer") if team_id in (found.team_id, found.subject)]
    tied = "fewer with some" if fewer else AS_USUAL
    if silo is not None and silo.reason == "too_few_answered":
        tied = "too few answered"
    return {
        "Team": readable.path(team_id),
        "People": str(readable.people.get(team_id, 0)),
        "Few ties": _few_ties(readable, few_here),
        "Ties to other teams": WORK_APART.get((silo.word if silo is not None else None) or "", tied),
        "Where fewer": "; ".join(_fewer(readable, found, team_id) for found in fewer) or "–",
    }


def _few_ties(readable: Readable, found: Finding | None) -> str:
    if found is None or not (found.word or found.counted_in):
        return "not shown"
    return found.word or f"counted in {readable.name(found.counted_in or '')}"


def _fewer(readable: Readable, found: Finding, team_id: str) -> str:
    other = found.subject if found.team_id == team_id else found.team_id
    usual = f", about {found.value:.0f} usual" if found.value is not None else ""
    return f"{readable.name(other)}: {found.respondents} ties{usual}"


def pairs(readable: Readable, wave: Wave, team_ids: Iterable[str], word: str = "") -> list[Finding]:
    """The findings between two teams, each pair once, where at least one is among `team_ids`."""
    seen: dict[frozenset[str], Finding] = {}
    for team_id in team_ids:
        for found in readable.about_ties(wave, team_id):
            if found.shown and (not word or found.word == word):
                seen.setdefault(frozenset((found.team_id, found.subject)), found)
    return list(seen.values())


# --------------------------------------------------------------------------------------------- what holds it together

STRUCTURE: Mapping[str, str] = {
    "circles": "Circles of people",
    "kept": "Ties still there",
    "mixing": "Ties across teams",
    "returned work": "Working together, named by both",
    "returned help": "Help that goes both ways",
    "carried": "Help from few",
    "core": "A core",
}
"""What is said of many ties together: the kind of finding, and its subject where there are two; its name in a table."""


@dataclass(frozen=True)
class Together:
    """One thing that many ties make together, as a row of a table."""

    what: str
    now: str
    """The figure, or why it is not said."""
    fewer: str
    """From where to where it ranges had a tenth fewer answered; '' where there is no figure."""
    sentence: str
    """The figure in a sentence; '' where there is none."""


def together(readable: Readable, wave: Wave, team_id: str) -> list[Together]:
    """Say what many ties make together; empty where nothing of it may be said of this team."""
    rows = []
    for name, what in STRUCTURE.items():
        found = _structure(readable, wave, team_id, name)
        if found is not None and found.shown:
            low, high = (_figure(found, end) for end in (found.low, found.high))
            fewer = "the same" if low == high else f"{low} to {high}"
            rows.append(Together(what, _now(readable, wave, found), fewer, _sentence(readable, wave, found)))
        elif found is not None:
            rows.append(Together(what, why_not(found, readable, wave.k), "", ""))
    return rows if any(row.sentence for row in rows) else []


def _structure(readable: Readable, wave: Wave, team_id: str, name: str) -> Finding | None:
    kind, _, subject = name.partition(" ")
    return readable.finding(wave, team_id, kind, "observed" if kind == "mixing" else subject)


def _figure(found: Finding, value: float | None) -> str:
    """One end of a figure's range, or the figure itself: 'four', 'six of ten', '15 %', 'a fit of 0.6'."""
    value = value or 0.0
    match found.kind:
        case "circles":
            return number(round(value))
        case "mixing":
            return f"{number(round(5 * (value + 1)))} of ten"  # the share across teams that an E-I index stands for
        case "carried":
            return f"{100 * value:.0f} %"
        case "core":
            return f"a fit of {value:.1f}"
        case _:
            return f"{number(round(10 * value))} of ten"


def _now(readable: Readable, wave: Wave, found: Finding) -> str:
    said = _figure(found, found.value)
    match found.kind:
        case "circles":
            return f"{said}, {found.word} as the teams" if found.word else said
        case "mixing":
            usual = readable.finding(wave, found.team_id, "mixing", "chance")
            return said if usual is None else f"{said}; by chance {_figure(usual, usual.value)}"
        case "carried":
            return f"{said} is asked of {counted(int(found.respondents or 0), 'person', 'people')}"
        case "core":
            return f"{found.respondents} people, {said}"
        case _:
            return tenths(found)


def _sentence(readable: Readable, wave: Wave, found: Finding) -> str:
    said = _figure(found, found.value)
    match found.kind:
        case "circles":
            what = "circle of people works" if said == "one" else "circles of people work"
            rest = f", {found.word} as the teams do" if found.word else ""
            return f"{capital(said)} {what} together{rest}."
        case "mixing":
            usual = readable.finding(wave, found.team_id, "mixing", "chance")
            rest = "" if usual is None else f"; if teams did not matter, about {_figure(usual, usual.value)} would"
            return f"About {said} ties join two teams{rest}."
        case "carried":
            few = counted(int(found.respondents or 0), "person", "people")
            return f"{_share(found.value or 0.0)} of all help is asked of {few}; asked evenly, it would be a twentieth."
        case "core":
            return f"A core of {found.respondents} people is at one end of most ties."
        case "kept":
            return f"{capital(tenths(found))} ties of {found.since} are still there."
        case _:
            return f"{capital(tenths(found))} names for {found.subject} are returned."


def tenths(found: Finding) -> str:
    """Write a share that is said in tenths: 'six of ten', and at its ends 'at least nine of ten'."""
    value = found.value or 0.0
    end = "at least " if value >= 0.9 else "at most " if value <= 0.1 else ""
    return f"{end}{_figure(found, value)}"


def _share(value: float) -> str:
    words = {0.05: "A twentieth", 0.1: "A tenth", 0.2: "A fifth", 0.25: "A quarter", 0.5: "Half"}
    return words.get(round(value, 2), f"About {100 * value:.0f} %")


def by_team_together(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> list[dict[str, str]]:
    """Say of every team with a figure of its own how much is returned, and how much is still there."""
    kinds = [each for each in STRUCTURE if each.startswith(("kept", "returned"))]
    rows = []
    for team_id in team_ids:
        found = {STRUCTURE[kind]: _structure(readable, wave, team_id, kind) for kind in kinds}
        if any(each is not None and each.shown for each in found.values()):
            said = {
                name: tenths(each) if each is not None and each.shown else "not shown" for name, each in found.items()
            }
            rows.append({"Team": readable.path(team_id)} | said)
    return rows


ABOUT_TOGETHER = (
    "In tenths, and from ten people on, so that it tells little about any one name. A name that is missing is not yet "
    "a tie that ended: people forget, and the form holds only so many. Help is mostly asked uphill, so little of it is "
    "returned anywhere."
)
ON_THE_MAP: Mapping[str, str] = {
    "connected": "connected",
    "few_ties": "few ties recorded",
    "isolated": "few ties recorded",
}
"""What the map says of a standing, by the shape of a dot."""
BROKERS: Mapping[str, str] = {
    "coordinator": "mostly inside their own team",
    "gatekeeper": "mostly from other teams into their own",
    "representative": "mostly from their own team to others",
    "consultant": "mostly between people of another team",
    "liaison": "mostly between other teams",
}
"""Between whom somebody stands, in the words of a manager."""
ABOUT_HOLDING = (
    "This is about how much runs through somebody, not about how good their work is. Named only are people who agreed "
    "to it, and only where it would still be so had a tenth fewer answered; in the order of names."
)


def holds(person: Holding) -> str:
    """Say how somebody holds others together."""
    between = f", {BROKERS[person.role]}" if person.role else ""
    bridge = [f"others reach one another through them{between}"] * person.bridge
    return "; ".join([*bridge, *["many turn to them"] * person.asked])


def way(names: Sequence[str]) -> str:
    """Write the way from one person to another: 'Ana – Kim – Ben'."""
    return " – ".join(names) if names else "No way through people on the map."


def map_in_words(readable: Readable, seen: Network) -> str:
    """Say what the map of people shows, for whoever does not see it."""
    places = Counter([*(person.team_id for person in seen.people), *(team for team, _, _ in seen.places)])
    teams = Counter({team: people for team, people in places.items() if people > 1})
    team_of = {person.member_id: person.team_id for person in seen.people}
    ends = zip(seen.ties["source"], seen.ties["target"], strict=True)
    across = sum(team_of[a] != team_of[b] for a, b in ends)
    everybody = counted(len(seen.people) + len(seen.places), "person", "people")
    drawn = counted(len(seen.ties), "tie") if len(seen.ties) else "no tie"
    between = f", {number(across)} of them between teams" if across else ""
    largest = teams.most_common(1)
    beginning = f", the largest {readable.name(largest[0][0])} with {number(largest[0][1])}" if len(teams) > 1 else ""
    named = capital(counted(len(seen.people), "person", "people"))
    verb = "is" if len(seen.ties) == 1 else "are"
    who = f"{capital(everybody)} in {counted(len(teams), 'team')}{beginning}."
    return f"{who} {named} may be named, and {drawn} that both people named {verb} drawn{between}."


# ------------------------------------------------------------------------------------------------------ introductions

BATCH = 3
"""Introductions are shown from this many on, so that a card never points at one person."""


def introductions(count: int, first: int = 0) -> str:
    """Say how many introductions there are to make, and how many of them a page begins with."""
    if count < BATCH:
        return "No introductions to show this time."
    start = f"; start with these {number(first)}" if 0 < first < count else ""
    return f"{capital(number(count))} introductions are worth making{start}."


def ended(readable: Readable, wave: Wave) -> str:
    """Say that the introductions of a wave are shown no more, because a later network wave has opened; or ''."""
    later = [each for each in readable.all_waves if each.network and each.number > wave.number]
    if not later:
        return ""
    if later[0].state != "closed":
        return "A network wave is open; what comes of the last list is counted when it closes."
    return "These introductions ended when the next network wave opened."


ABOUT_ENDED = (
    "While it is open people may say with whom they do not want to be paired. So that nobody learns of it, the whole "
    "list goes at once, and all links of its introductions with it."
)


ANSWERS = (("not_now", "Not now"), ("never", "Never"))
"""What a manager may say to one introduction: the word that is kept, and the button's label. To propose some, they
choose a batch."""
ANSWERED: Mapping[str, str] = {
    "introduced": "Proposed. Each of the two is asked alone; what they say stays with them.",
    "not_now": "Not now. It may come back another time.",
    "never": "Never. These two will not be suggested again.",
}


def about_introductions(count: int) -> str:
    """Say where introductions come from, or why none is shown."""
    if count < BATCH:
        return (
            "They are shown from three on, so that a card never points at one person. Both people must have agreed to "
            "be suggested, and there must be a network wave to choose from."
        )
    return (
        "Chosen from shared work and gaps between teams. Survey answers play no part. Some slots are random, so being "
        "here says nothing about a person."
    )


def batch(chosen: int) -> str:
    """Say on the button how many are proposed."""
    return "Introduce these" if chosen < BATCH else f"Introduce these {number(chosen)}"


def about_batch(chosen: int) -> str:
    """Say what proposing does, or how many are missing."""
    if chosen < BATCH:
        return f"Choose {number(BATCH)} or more. A single card would point at two people; several do not."
    return "Each person is asked alone, and can say no without a reason and without anybody being told."


BY_YOURSELF = (
    "Nobody can be asked from here: this wave has no personal links, as with ties from elsewhere. Introduce people "
    "yourself, and let each of them say no."
)


def proposed(pairs: int) -> str:
    """Say what has just been done."""
    return (
        f"{capital(number(pairs))} pairs are being asked, each person alone. Whoever runs Rapport hands out the links; "
        "they also stand on each person's own page."
    )


STEPS: Mapping[str, tuple[str, str]] = {
    "asked": ("Pairs asked", "each person alone"),
    "agreed": ("Both said yes", "within four weeks"),
    "met": ("Met", "as at least one of the two says"),
    "tied": ("A tie in the next wave", "for work or help"),
}
"""What each step of an introduction is called, and how it is known."""


def helped(readable: Readable, wave: Wave) -> str:
    """Say whether introductions helped, with the interval, or what is missing to tell.

    'Pairs on the list have a tie 18 points more often than 40–99 pairs held back by lot (5 to 29 points, …).'
    """
    found = readable.finding(wave, ROOT, "uplift")
    if found is None:
        return ""
    if found.value is None or found.low is None or found.high is None:
        return (
            "Too early to say whether introductions help: that takes five pairs that were introduced and five that "
            "were held back by lot, with an outcome known for both."
        )
    held_back = f"{found.respondents} pairs held back by lot"
    if found.word == "no clear difference":
        gain, most = 100 * GAIN, (found.respondents or "").partition("–")[2]
        needed = readable.finding(wave, ROOT, "uplift", "needed")
        if found.high < gain:
            enough = f" A gain of {gain:.0f} points or more can be ruled out."
        elif needed and needed.value and most and int(most) < needed.value:
            enough = f" About {needed.value:.0f} would be needed to see a gain of {gain:.0f} points."
        else:
            enough = ""
        return (
            f"Whether introductions help cannot be told yet: the difference from {held_back} lies between "
            f"{signed(found.low)} and {signed(found.high)} points.{enough}"
        )
    more = "more" if found.word == "more" else "less"
    ends = sorted((abs(found.low), abs(found.high)))
    return (
        f"Pairs on the list have a tie {abs(found.value):.0f} points {more} often than {held_back} "
        f"({ends[0]:.0f} to {ends[1]:.0f} points, 95 % interval)."
    )


def signed(points: float) -> str:
    """Write a number of points with its sign.

    >>> signed(-7.0), signed(22.0)
    ('−7', '+22')
    """
    return f"{points:+.0f}".replace("-", "−")


def about_helped(readable: Readable, wave: Wave) -> str:
    """Say when it is counted what became of introductions, or why it is not shown."""
    asked = readable.finding(wave, ROOT, "introduced", "asked")
    if asked is None:
        return (
            "What becomes of introductions is counted once, when the next network wave closes, for the whole "
            "organization. Until then nothing is counted here, so that nobody can watch an answer arrive."
        )
    if not asked.shown:
        return f"From asked to tie: {why_not(asked, readable, wave.k)}."
    return (
        "Of the pairs proposed after the network wave before, in the whole organization. Counted once, when wave "
        f"{wave.name} closed, and in bands. A no and no answer are not told apart, here or anywhere."
    )


def expect(feasibility: float) -> str:
    """Say what an introduction is likely to lead to."""
    return f"About {frequency(feasibility)} such pairs talk in the months after."


def likely(low: float, high: float) -> str:
    """Say how sure that is."""
    first, last = frequency(low), frequency(high)
    return f"Likely range {first} to {last}." if first != last else ""


def host(name: str | None) -> str:
    """Say who could bring two people together."""
    return (
        f"{name} knows both and could host." if name else "Nobody is named to host. A short written hello works well."
    )


# ------------------------------------------------------------------------------------------------------------- playbook

NOTHING_TO_DO = "Nothing here calls for a new habit. Keep what works, and say thank you for the answers."
WITHOUT_FIGURES = (
    "No figures, so no advice from figures. What always helps: ask in person, one to one, two questions. What do you "
    "need? What is in your way?"
)
EVIDENCE: Mapping[str, str] = {
    "A": "Tested in randomised studies.",
    "B": "Seen in the field, or across many studies.",
    "C": "Good practice; we know of no study that tested it.",
}


def nothing_to_do(readable: Readable, wave: Wave, team_id: str) -> str:
    """Say why there is no suggestion: nothing stands out, or there is nothing to stand on."""
    teams = [team_id, *(group.team_id for group in readable.below(wave, team_id))]
    return NOTHING_TO_DO if any(has_figures(readable, wave, team) for team in teams) else WITHOUT_FIGURES


def evidence(grade: str) -> str:
    """Say how well an action is supported: A, B or C in words."""
    return EVIDENCE.get(grade[:1], EVIDENCE["C"])


def because(readable: Readable, wave: Wave, suggestion: Suggestion) -> str:
    """Say what calls for a play: 'Trust is clearly down since 2026-Q2.'"""
    name = readable.dimension_name(suggestion.dimension, wave.wave_id)
    if suggestion.why == "below":
        return f"{name} lies below the organization's."
    since = f"since {suggestion.since}" if suggestion.since else "over the last waves"
    return f"{name} is {suggestion.why} {since}."


# ------------------------------------------------------------------------------------------------- what was promised

HAPPENED: Mapping[Happened, str] = {"yes": "It happened", "partly": "Partly", "no": "It did not"}
"""The answers to 'did this happen?': the word that is kept, and what a button says."""
NO_PROMISE = "Nothing has been promised yet."
WHERE_PROMISES_BEGIN = "What you plan on the overview stands here, and is asked about when its time has come."
WHY_COMPARE = (
    "Low figures often come back by themselves, whatever anybody does. So a team stands beside others that were about "
    "as low and planned nothing for it, counted from the mean of the wave that called for it and the one before. Even "
    "so, a difference is a hint and no proof."
)
BESIDE: Mapping[str, str] = {
    "more than": "It gained more than comparable teams.",
    "about as": "It did about as well as comparable teams.",
    "less than": "It gained less than comparable teams.",
}
"""How a team's change compares with that of others."""


def promises(asked: int, running: int) -> str:
    """Open the page of promises with its answer."""
    if asked:
        return f"{capital(counted(asked, 'promise'))} {'waits' if asked == 1 else 'wait'} for a word: did it happen?"
    if running:
        return f"{capital(counted(running, 'promise'))} {'is' if running == 1 else 'are'} under way."
    return "Every promise has its answer."


def promise(readable: Readable, action: Action) -> str:
    """Say for which team a promise is, who made it and until when."""
    where = readable.name(action.team_id)
    what = readable.dimension_name(action.dimension, action.wave_id).lower()
    return f"{where}, for {what}. {action.owner}, by {day(action.due_on)}."


def happened(action: Action, *, again: bool) -> str:
    """Ask whether something happened, or repeat what was said when it was asked, and ask again where it is time."""
    if action.happened is None or action.answered_on is None:
        return "Did this happen?"
    return f"{HAPPENED[action.happened]}, as was said on {day(action.answered_on)}." + " And now?" * again


def beside(found: FollowUp) -> str:
    """Say in a few words how a change compares with that of other teams; '' where that cannot be said."""
    return BESIDE.get(found.word or "", "")


def became(readable: Readable, action: Action, found: FollowUp, until: Wave | None) -> str:
    """Say how far a dimension moved since somebody promised to do something, and how far in comparable teams.

    'Trust rose by about eight points up to September 2026. In the middle one of six comparable teams it rose by about
    three points.' The second sentence where the viewer reads all of those teams. Or why nobody can say.
    """
    name = readable.dimension_name(action.dimension, action.wave_id)
    if found.change is None or until is None:
        return {
            "no later wave": f"What became of {name.lower()} can be seen after the next wave.",
            "not shown": f"{name} is not shown in both waves, so nothing can be compared.",
            "not comparable": f"{name} cannot be compared: the people or the statements were not the same.",
        }.get(found.reason or "", "")
    own = f"{name} {_moved_by(found.change)} up to {month(until.closed_on or until.opened_on)}."
    if found.usual is None and found.word:
        return own
    if found.usual is None:
        return f"{own} {ALONE[found.reason or 'too few teams']}"
    teams = counted(len(found.teams), "comparable team")
    return f"{own} In the middle one of {teams} it {_moved_by(found.usual)}."


ALONE: Mapping[Why, str] = {
    "too few teams": "Fewer than three other teams were about as low, so there is no comparison.",
    "too few unread": "You may read most of the teams that were about as low; a comparison would tell of the others.",
}
"""Why a change stands without the teams that were about as low."""


def _moved_by(points: float) -> str:
    whole = math.floor(abs(points) + 0.5)
    if not whole:
        return "stayed where it was"
    return f"{'rose' if points > 0 else 'fell'} by about {counted(whole, 'point')}"


# ------------------------------------------------------------------------------------------------------------ surveys

FIRST_STEPS = (
    ("Bring in the people", "A file with one line per person: name, e-mail, team."),
    ("Open a wave", "Choose the questions and the closing date. Two weeks is usual."),
    ("Hand out the links", "A file with everybody's links for your own mail, or paper slips."),
    ("Close it", "The answers become figures, then the answers and the keys are destroyed."),
)


STEP_ICONS = ("radio_button_checked", "radio_button_unchecked", "check_circle")
"""Of the step in hand, of those after it, and, last, of those before it."""
LOOK_ROUND = (
    "On the machine that runs Rapport, this makes a company of 120 people with eight waves, and prints where to see it:"
)
APART = "It has a database of its own and runs beside this one; nothing made up ever stands here."


def nothing_yet(readable: Readable, what: str = "Nothing to show yet") -> str:
    """Say that no wave has closed, or that only waves have that asked for names and not for answers."""
    return f"{what}: no {'pulse' if readable.waves else 'wave'} has closed."


def only_names(wave: Wave) -> str:
    """Say what a network wave shows where no pulse has closed: 'Network wave Spring closed 1 March 2026. …'."""
    return f"Network wave {wave.name} {closed(wave)}. What its ties show stands on the page {PAGES['network']}."


def first_step(readable: Readable) -> int:
    """Tell at which of the first steps an organization stands: the people, a wave, its links, its close."""
    wave = readable.open_wave
    if wave is None:
        return 1 if readable.people.get(ROOT) else 0
    return 3 if wave.state == "closing" or readable.on > wave.closes.date() else 2


def next_step(readable: Readable) -> str:
    """Name the next of the first steps."""
    if readable.open_wave is not None:
        return f"See how wave {readable.open_wave.name} stands"
    return FIRST_STEPS[first_step(readable)][0]


def asking(readable: Readable) -> str:
    """Say where the asking stands: 'Wave 2026-Q4 is open until 11 December'."""
    wave = readable.open_wave
    if wave is not None and wave.state == "closing":
        return f"Wave {wave.name} is closing: figures are being made."
    if wave is not None:
        return f"Wave {wave.name} is open until {day(last_day(readable, wave), year=False)}."
    if not readable.people.get(ROOT):
        return "Bring in the people first."
    if not readable.waves:
        return (
            f"{capital(counted(readable.people[ROOT], 'person', 'people'))} are on the roster; no wave has opened yet."
        )
    last = readable.waves[-1]
    return f"No wave is open. The last one, {last.name}, closed on {day(last.closed_on or last.opened_on, year=False)}."


def last_day(readable: Readable, wave: Wave) -> date:
    """Tell the last day on which a wave takes answers, where the organization is; the forms say the same."""
    return (wave.closes - timedelta(seconds=1)).replace(tzinfo=UTC).astimezone(ZoneInfo(readable.timezone)).date()


def about_asking(readable: Readable) -> str:
    """Say what matters now beside the state of the asking."""
    if readable.open_wave is not None:
        return (
            "Figures for teams exist after the close, not before. A reminder goes to everybody, not to those missing."
        )
    if not readable.people.get(ROOT):
        return "One line per person: who they are and where they work. Nothing changes before you have seen it."
    return "Before a wave opens, you see which teams get figures of their own and where everybody else's answers count."


def asks(wave: Wave) -> str:
    """Say what a wave asks."""
    return ASKS[wave.asks]


def next_name(readable: Readable) -> str:
    """Propose a name for the next wave: its quarter, unless that is taken."""
    quarter = f"{readable.on.year}-Q{(readable.on.month + 2) // 3}"
    taken = {wave.name for wave in readable.all_waves}
    return quarter if quarter not in taken else ""


def steps(readable: Readable, wave: Wave) -> list[tuple[str, str, str, str]]:
    """Say what a wave goes through: icon, name, when, what happens then."""
    last = last_day(readable, wave)
    over, closes = wave.state == "closing" or readable.on > last, day(last, year=False)
    done, now, later = "check_circle", "radio_button_checked", "radio_button_unchecked"
    return [
        (done, "Open", day(wave.opened_on, year=False), "everybody has a link; the roster is frozen"),
        (done if over else now, "Answer", "over" if over else "today", "sealed boxes; the last answer counts"),
        (now if over else later, "Close", closes, "boxes opened, figures made once"),
        (later, "Forget", closes, "answers and keys destroyed"),
    ]


def share(finding: Finding | None) -> str:
    """Write the share that answered into a table."""
    return f"about {finding.value:.0f} %" if finding is not None and finding.value is not None else "–"


def figures_of(readable: Readable, group: Group) -> str:
    """Say what figures a team of a wave gets."""
    if group.joins:
        return f"count in {readable.name(group.joins)}"
    return "everybody together" if group.team_id == ROOT else "its own" if group.invited else "the teams below together"


NAMES: Mapping[str, str] = {
    "help": "who to turn to",
    "meet": "whom to get to know",
    "energy": "who leaves one with energy",
    "reach": "whose input is hard to get",
}
"""What can be asked about names beside whom one works with, which always is."""
ASKS: Mapping[str, str] = {"both": "pulse and network", "pulse": "pulse", "network": "network"}
HAND_OUT = (
    "Everybody needs their links.",
    (
        "‘Links’ is a file with one pulse link and one network link a person, for a mail merge of your own. A link "
        "is as good as its person's voice: keep the file to yourself, and delete it when it is sent."
    ),
)
LOOPBACK = (
    "These links lead to this machine only.",
    "Before you send any, start the server with an address that others reach: RAPPORT_URL, or --url.",
)
ROSTER_COLUMNS = (
    "Needed: member_id, name, email, team (the path, such as Engineering / Platform). Possible: lead_of, manager_id, "
    "role, level, location, joined_on, language, timezone, interests. Whoever the file leaves out is deactivated."
)
TRUSTEE = (
    "With a passphrase, held by a works council for instance, nobody can open the answers early. Whoever holds it "
    "types it again at the close; it is kept nowhere."
)
CLOSING = (
    "Links stop taking answers at once. The sealed boxes are opened, counted, and destroyed with their keys; figures "
    "are made once. A closed wave cannot be opened again."
)


# ------------------------------------------------------------------------------------------------------------- on paper

ON_PAPER = (
    "The same sentences, bands and reasons as on the screen. Nothing in it was said that the screen does not say."
)

KIT = (
    "One page for half an hour together: the promise, what was said, two questions, what could be tried, and how to "
    "close. It names nobody and holds figures of one group only."
)


def paper(readable: Readable, held: Sequence[Wave], team_id: str) -> list[str]:
    """Say what a report covers and whom it may be shown to."""
    names = listing(f"{wave.name}, {closed(wave)}" for wave in held)
    return [
        f"{'Waves' if len(held) > 1 else 'Wave'} {names}.",
        f"The figures of {readable.name(team_id)}, of the teams below it, and of {readable.organization} as a whole."
        if team_id != ROOT
        else f"The figures of {readable.organization} and of its teams.",
        "A page on how it was counted, with sources. No comments, and no names that were not agreed to.",
        "A4, tagged for screen readers. Making it is written into the log.",
    ]


def closed(wave: Wave) -> str:
    """Say when a wave closed."""
    return f"closed {day(wave.closed_on or wave.opened_on)}"
