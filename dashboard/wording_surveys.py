"""Surveys, promises and the playbook as sentences, and what only paper says."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from analytics.disclosure import Finding
from analytics.follow_up import FollowUp, Why
from analytics.playbook import Suggestion
from dashboard.readable import Readable
from dashboard.wording import PAGES, capital, counted, day, has_figures, listing, month
from data.records import ROOT, Action, Group, Happened, Wave

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
    return f"{_promised(readable, action)}. {action.owner}, by {day(action.due_on)}."


def promise_on_paper(readable: Readable, action: Action) -> str:
    """Say the same without who made it: nobody agreed to stand by name on a paper that is handed on."""
    return f"{_promised(readable, action)}, by {day(action.due_on)}."


def _promised(readable: Readable, action: Action) -> str:
    what = readable.dimension_name(action.dimension, action.wave_id).lower()
    return f"{readable.name(action.team_id)}, for {what}"


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


NO_NETWORK = "No network wave has closed yet."


def before_a_network(readable: Readable) -> str:
    """Say what the network comes of, where only pulses have closed."""
    wave = readable.open_wave
    if wave is not None and wave.network:
        return f"Wave {wave.name} asks who works with whom. The map and the introductions are made when it closes."
    return (
        "The waves so far asked for statements only. A wave that also asks who works with whom makes the map and the "
        "introductions: choose that when the next one opens."
    )


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
    "Before you send any, start the server with an address that others reach: RAPPORT_URL.",
)
ROSTER_COLUMNS = (
    "Needed: member_id, name, email, team (the path, such as Engineering / Platform). Possible: lead_of, manager_id, "
    "role, level, location, joined_on, language, timezone, interests. What BambooHR, Personio, Workday and "
    "SuccessFactors export is understood as it is. Whoever the file leaves out is deactivated."
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
