"""Findings as sentences: the words of the pages and of the report, so that screen and paper say the same.

Plain text only; a page may tint it, the report may set it. What is not shown is said with its reason, what is uncertain
with its range, and "fell" or "rose" only where the test of change fired.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from analytics import precision
from analytics import scores as measured
from analytics.disclosure import Finding
from dashboard.readable import Readable
from data.records import ROOT, Wave
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
    "settings": "Settings",
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


ROUNDED = f"Under {precision.MANY} answers a score is rounded to 5."
FEWER_STILL = f"{ROUNDED} 'About' marks fewer than {precision.FEW} in this table."
"""Below tables on the screen, where a word in every other cell would be noise."""
CALLED_ABOUT = f"'About' marks fewer than {precision.MANY} answers: such a score is rounded to 5."
"""Wherever a score is written as in sentences, by `score`."""


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
    beyond = readable.released.get(change.wave_id, change.team_id, "beyond", change.subject)
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
    dimensions = readable.dimensions(wave)
    for team_id in team_ids:
        scores = [readable.finding(wave, team_id, "score", dimension) for dimension in dimensions]
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
    place = {dimension: at for at, dimension in enumerate(readable.dimensions(wave))}
    made = (readable.findings(wave, team_id, "change") for team_id in team_ids)
    asked = ([found for found in each if found.shown and found.subject in place] for each in made)
    return [found for each in asked for found in sorted(each, key=lambda found: place[found.subject])]


def flags(readable: Readable, wave: Wave, team_id: str) -> list[tuple[str, list[Finding]]]:
    """The changes that fired in a team and below it, by team: its name, and what changed there."""
    teams = [team_id, *(group.team_id for group in readable.below(wave, team_id))]
    fired: dict[str, list[Finding]] = {}
    for found in filter(moved, changes(readable, wave, teams)):
        fired.setdefault(found.team_id, []).append(found)
    return [(readable.name(team), found) for team, found in fired.items()]


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
        return in_how_many_teams(readable, below, flags)
    own = [found for found in changes(readable, wave, [team_id]) if moved(found)]
    if own:
        return f"{capital(_verbs(readable, own))} across {readable.name(team_id)}; no single team stands out."
    held = len({found.team_id for found in below})
    every = "both" if held == 2 else f"all {number(held)}"
    return f"Nothing changed clearly: {every} teams held steady." if held > 1 else "Nothing changed clearly."


def in_how_many_teams(readable: Readable, tests: Sequence[Finding], flags: Sequence[Finding]) -> str:
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
    size = [f"{teams:,} teams"] * (teams > 1)
    if readable.in_full(team_id) and invited:
        size.append("1 person" if invited == 1 else f"{invited:,} people")
    name = readable.organization if team_id == ROOT else f"{readable.organization} · {readable.path(team_id)}"
    return f"{name} · {', '.join(size)}" if size else name
