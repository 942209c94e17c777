"""What a lead can do next: plays for the four dimensions, each with how well it is known to work.

Evidence: A, randomised studies or a meta-analysis of interventions; B, a controlled field study or a large
observational one; C, good practice only. Nothing here says that a play will work in a given team; the next wave may.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from analytics.disclosure import Finding

Evidence = Literal["A", "B", "C"]


@dataclass(frozen=True)
class Play:
    """Something to try, small enough for Monday."""

    id: str
    dimension: str
    title: str
    what: str
    evidence: Evidence
    source: str


@dataclass(frozen=True)
class Suggestion:
    """A play for a group, and the finding that calls for it. Never about a person."""

    play: Play
    team_id: str
    because: str
    """A sentence: 'Trust is clearly down since 2026-05.'"""


PLAYS = (
    Play(
        "PT1",
        "trust",
        "Short one-to-ones about needs",
        "Fifteen minutes with each person every other week, with two questions: what do you need, and what is in "
        "your way? Leave the task list for another meeting, and do one thing about an answer before the next.",
        "A",
        "Castro, Englmaier & Guadalupe 2023: randomised, over 1,000 teams",
    ),
    Play(
        "PT2",
        "trust",
        "Start with your own slip",
        "Once a month, tell a mistake of your own and what you learned. Then look at one that happened in the "
        "team: what made it easy to make, and what would have caught it? Nobody is asked who.",
        "C",
        "Practice; Edmondson 1999 shows the link, not the effect",
    ),
    Play(
        "PT3",
        "trust",
        "A log of promises",
        "Write down who promised what by when, where all can read it. Go through it each week for five minutes: "
        "kept, moved with a reason, or dropped in the open.",
        "C",
        "Practice",
    ),
    Play(
        "PT4",
        "trust",
        "Bad news early",
        "Agree that a delay or a doubt is said on the day it is noticed. Thank whoever says it, before asking "
        "anything.",
        "C",
        "Practice",
    ),
    Play(
        "PC1",
        "communication",
        "Agree on channels",
        "In one hour, write a page together: what goes into which channel, how fast an answer is expected in "
        "each, and when it is quiet. Try it for a month, then change what did not hold.",
        "C",
        "Practice; Mathieu & Rapp 2009 on team charters",
    ),
    Play(
        "PC2",
        "communication",
        "Three-line messages",
        "Begin every request with three lines: what it is about, what you ask for, and by when. Details come below.",
        "C",
        "Practice",
    ),
    Play(
        "PC3",
        "communication",
        "A listening round",
        "Once a week, two minutes for each speaker, phones away. Whoever answers first says back what they heard,"
        " until the speaker agrees.",
        "B",
        "Kluger et al. 2024: 664 effects, listening and work outcomes r = .39, correlational",
    ),
    Play(
        "PC4",
        "communication",
        "What changed this week",
        "Fifteen minutes at a fixed time: what was decided, what moved, what is still open. A written note the "
        "same day for whoever was not there.",
        "C",
        "Practice",
    ),
    Play(
        "PL1",
        "collaboration",
        "Pairs with a worksheet",
        "For four weeks, pair people up, by lot or by Rapport's introductions. Each week they meet for half an "
        "hour and note one thing that went well, one they struggle with, and one tip for the other.",
        "A",
        "Sandvik et al. 2020: randomised, sales up by more than 15 %, lasting 20 weeks",
    ),
    Play(
        "PL2",
        "collaboration",
        "Look back together",
        "After each piece of work, half an hour and four questions: what did we intend, what happened, why, and "
        "what do we do next time? Write down one change and who starts it.",
        "A",
        "Keiser & Arthur 2021: 61 studies, d = .79; Tannenbaum & Cerasoli 2013",
    ),
    Play(
        "PL3",
        "collaboration",
        "One page of goals and roles",
        "Put on a single page what the team is for this quarter, who decides what, and who needs what from whom. "
        "Renew it each quarter.",
        "C",
        "Practice; Hoegl & Gemuenden 2001 on teamwork quality",
    ),
    Play(
        "PL4",
        "collaboration",
        "Offers and requests",
        "Keep a board where everybody posts one thing they can help with and one they could use help with. Start "
        "the weekly meeting by matching two.",
        "C",
        "Practice",
    ),
    Play(
        "PL5",
        "collaboration",
        "Make two introductions",
        "Take two or three of Rapport's introductions. Say why you thought of them, propose a topic, and leave "
        "them to it.",
        "B",
        "Boudreau et al. 2017: randomised, brief meetings led to 75 % more joint work; Obstfeld 2005",
    ),
    Play(
        "PL6",
        "collaboration",
        "A second expert",
        "Find the questions that always end with the same few people. Name a second place to ask for each, and "
        "fixed hours for the rest.",
        "B",
        "Cross, Rebele & Grant 2016: observed in more than 300 organizations",
    ),
    Play(
        "PB1",
        "boundaries",
        "Protected time off",
        "Choose one evening or half day a week in which nobody in the team works or answers. Check every week "
        "whether it held for all, and what got in the way.",
        "B",
        "Perlow & Porter 2009: field experiment with consulting teams",
    ),
    Play(
        "PB2",
        "boundaries",
        "No need to answer now",
        "Write into messages sent outside working hours when an answer is expected, or send them later. Start "
        "with your own.",
        "A",
        "Giurge & Bohns 2021: eight studies on the urgency that readers assume",
    ),
    Play(
        "PB3",
        "boundaries",
        "Ask before passing on",
        "Agree that what somebody tells about themselves stays where it was said, unless they say otherwise. Ask "
        "first, also when it is meant well.",
        "C",
        "Practice",
    ),
    Play(
        "PB4",
        "boundaries",
        "A sentence for being at the limit",
        "Agree on one sentence that says 'I am at my limit'. Whoever leads then decides the same day what can wait.",
        "C",
        "Practice",
    ),
    Play(
        "PB5",
        "boundaries",
        "How I like to work",
        "Each writes a card: hours, channel, tone, and what is private. Read them together, the lead first.",
        "C",
        "Practice",
    ),
)

ENOUGH_ANSWERED = 60
"""The percentage that must have answered before a play is suggested."""

Here = Mapping[tuple[str, str, str], Finding]
_URGENCY = ("clearly down", "probably down", "below")


def suggest(
    findings: Iterable[Finding],
    wave_id: str,
    team_ids: Collection[str],
    limit: int = 2,
    *,
    organization: str = "organization",
) -> list[Suggestion]:
    """What to try after a wave, for the groups given: at most two plays, and none without a reason.

    A reason is a dimension that went down (clearly or probably), or whose 80 % band lies wholly below the
    organization's, in a group of which 60 % answered. Every reason gets its best play before any gets a second;
    among these, better evidence first, then the clearer reason. No play is suggested twice.
    """
    here: Here = {(f.team_id, f.kind, f.subject): f for f in findings if f.wave_id == wave_id and f.shown}
    order = {play.id: number for number, play in enumerate(PLAYS)}
    offers = [
        (rank, play.evidence, _URGENCY.index(why), team, order[play.id], play, why)
        for team in sorted(team_ids)
        if _heard(here, team)
        for dimension, why in _reasons(here, team, organization)
        for rank, play in enumerate(_best_first(dimension))
    ]
    chosen: dict[str, Suggestion] = {}
    for *_, team, _, play, why in sorted(offers, key=lambda offer: offer[:5]):
        chosen.setdefault(play.id, Suggestion(play, team, _because(here, team, play.dimension, why)))
    return list(chosen.values())[:limit]


def _heard(here: Here, team: str) -> bool:
    answered = here.get((team, "answered", "pulse"))
    return answered is not None and (answered.value or 0) >= ENOUGH_ANSWERED


def _reasons(here: Here, team: str, organization: str) -> Iterator[tuple[str, str]]:
    """The dimensions that call for something, and why."""
    for dimension in dict.fromkeys(play.dimension for play in PLAYS):
        change = here.get((team, "change", dimension))
        mine, whole = here.get((team, "trend", dimension)), here.get((organization, "trend", dimension))
        if change is not None and change.word in _URGENCY:
            yield dimension, change.word
        elif mine and whole and mine.high is not None and whole.low is not None and mine.high < whole.low:
            yield dimension, "below"


def _best_first(dimension: str) -> list[Play]:
    return sorted((play for play in PLAYS if play.dimension == dimension), key=lambda play: play.evidence)


def _because(here: Here, team: str, dimension: str, why: str) -> str:
    name = dimension.capitalize()
    if why == "below":
        return f"{name} lies below the organization's."
    return f"{name} is {why} since {here[team, 'change', dimension].since}."
