"""The meeting kit: what to say when a team talks about its own figures, on one page, for the screen and for paper.

    Readable ──▶ edition (quarter, team) ──▶ talk track (plain data) ──▶ kit.html │ kit.typ │ the report's last word

It holds figures of one group and of nothing else: the team's own, or those of the group that counts its people. It
names nobody and quotes no comment, because it is read aloud and lies on a table.
"""

from collections.abc import Mapping, Sequence

from dashboard import charts, promises, wording, wording_surveys
from dashboard.edition import Edition, standing_in_words
from dashboard.followed import Followed
from dashboard.readable import Readable
from dashboard.spread import Sheet, advice, look, tone
from data.records import Action, Wave

WENT_WELL = "What went well between us in the last weeks, that we would like more of?"
WAITED = "When did one of us wait for something and not get it? What would have helped?"
NEED = "What do we need from one another in the next two weeks?"
QUESTIONS = (WENT_WELL, WAITED, NEED)
"""Something to talk about where there is no figure to look at."""
ABOUT: Mapping[str, str] = {
    "trust": "What makes it easy here to say that something went wrong, and what makes it hard?",
    "communication": "What did we learn too late in the last weeks, and how could we have heard it in time?",
    "collaboration": WAITED,
    "boundaries": "What reaches us at a time when it could wait, and what would we like to agree about that?",
}
"""What to ask about a dimension: how things are done here, never who said what."""
GROUND_RULES = "Nobody is asked what they answered, nobody guesses who said what, and nobody has to speak."
LAST_PROMISES = 2
"""Earlier promises that the conversation comes back to."""


def talk_track(made: Edition) -> Sheet:
    """Gather what is said in the conversation, in its order: promise, figures, questions, what to try, agreement."""
    readable, wave, first = made.readable, made.pulse, made.first
    team = readable.name(made.team_id)
    shown = wave is not None and first is not None
    plays = advice(readable, wave, [first], 2) if wave and first else []
    return {
        "title": f"Talking about it: {team}",
        "second": f"{wording.capital(made.period)}. Half an hour with everybody, to be told in your own words.",
        "promise": [promises.PROMISE, *_stands_for(wave if shown else None), GROUND_RULES],
        "instead": standing_in_words(made, "this page shows"),
        "sentence": wording.team(readable, wave, first) if wave and first else _without(made),
        "answered": wording.answered(readable.finding(wave, first, "answered", "pulse")) if wave and first else "",
        "levels": _levels(readable, wave, first) if wave and first else [],
        "note": _note(readable, wave, first) if wave and first else "",
        "questions": _questions(readable, wave, first, [play["dimension"] for play in plays]),
        "plays": plays,
        "nothing_to_do": wording_surveys.NOTHING_TO_DO if shown else wording_surveys.WITHOUT_FIGURES,
        "promised": [_promised(readable, action) for action in _earlier(made)],
    }


def _stands_for(wave: Wave | None) -> list[str]:
    return [f"Every figure stands for at least {wording.number(wave.k)} people."] if wave else []


def _without(made: Edition) -> str:
    if made.pulse is None:
        return "No statements were asked this quarter, so there is no figure to look at."
    return "No figure can be shown this time. There is enough to talk about without one."


def _levels(readable: Readable, wave: Wave, team_id: str) -> list[Sheet]:
    """Where each dimension stands, and what the test of change says where it was made."""
    said = []
    for row in charts.levels_of(readable, wave, team_id):
        tested = row.change if row.change is not None and row.change.shown else None
        course = wording.course(readable, tested) if tested is not None and wording.moved(tested) else ""
        word = wording.change(tested)
        said.append(
            {
                **look(row.dimension),
                "name": row.name,
                "text": wording.score(row.now),
                "word": f"{word}, {course}" if course else word,
                "tone": tone(tested),
            }
        )
    return said


def _note(readable: Readable, wave: Wave, team_id: str) -> str:
    scores = [found for found in readable.findings(wave, team_id, "score") if found.shown]
    tests = wording.changes(readable, wave, [team_id])
    earlier = "An arrow is a change that chance does not explain; ‘held steady’ is everything else." if tests else ""
    rounded = wording.CALLED_ABOUT if any(wording.few(found) for found in scores) else ""
    return " ".join(part for part in ("Scores go from 0 to 100.", earlier, rounded) if part)


def _questions(readable: Readable, wave: Wave | None, team_id: str | None, called_for: Sequence[str]) -> list[str]:
    """Two questions: what to keep, and what to mend. The second is about what fell, or else what calls for a play."""
    if wave is None or team_id is None:
        return [WENT_WELL, NEED]
    moved = [found for found in wording.changes(readable, wave, [team_id]) if wording.moved(found)]
    surest = sorted(moved, key=lambda found: not (found.word or "").startswith("clearly"))
    rose = next((found for found in surest if not wording.fell(found)), None)
    down = [found.subject for found in surest if wording.fell(found)]
    keep = WENT_WELL
    if rose is not None:
        keep = f"{readable.dimension_name(rose.subject, wave.wave_id)} rose. What helped, and what would keep it so?"
    mend = next((_about(readable, wave, dimension) for dimension in (*down, *called_for)), NEED)
    return [keep, mend]


def _about(readable: Readable, wave: Wave, dimension: str) -> str:
    name = readable.dimension_name(dimension, wave.wave_id)
    usual = f"{name}: what does it look like here on a good day, and what gets in the way?"
    return ABOUT.get(dimension, usual)


def _earlier(made: Edition) -> list[Action]:
    """What was promised for this very team before the wave that is talked about, the newest first."""
    now = made.pulse or made.waves[-1]
    numbers = {wave.wave_id: wave.number for wave in made.readable.waves}
    promised = (one for one in made.readable.actions if one.team_id == made.team_id)
    return [one for one in promised if numbers.get(one.wave_id, now.number) < now.number][:LAST_PROMISES]


def _promised(readable: Readable, action: Action) -> str:
    play = Followed(readable, action).play
    name = play.title if play else action.play
    return f"{name}, by {wording.day(action.due_on)}. {wording_surveys.happened(action, again=False)}"
