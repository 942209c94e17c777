"""What people were promised, in the words of the page 'How answers are protected'."""

from collections.abc import Collection, Mapping

from dashboard import wording, wording_surveys
from dashboard.readable import Readable
from surveys.desk import Desk
from surveys.terms import Fingerprint, Kept, Thresholds

PROMISE = "Once a wave has closed, nobody can tell who said what."
PROMISE_AFTER = (
    "Not your manager, not the people team, not whoever runs this server. Answers are sealed until the close, counted "
    "once, and destroyed with the keys that opened them. What stays are figures about groups."
)
PULSE_PROMISE = (
    "Your name is not kept beside your answers, and no list says by name who has answered.",
    "No time of day, no address and no cookie is kept.",
    "Until the close, only someone who holds both this server and its key file could read them; after it, nobody can.",
    "A lead is never part of the figures of their own team: what they say counts one level up.",
    "Where too few people answered, their answers count in the team above and the page says so.",
)
NETWORK_PROMISE = (
    "Who works with whom is asked by name, with a link and a key of its own, and never meets the pulse.",
    "A manager sees the names of those who agreed to it, and only ties that both people named.",
    "Everybody sees their own place first, and can change, hide or erase it at any time.",
    "Survey answers play no part in introductions. Each look at names is written down.",
)


def thresholds(readable: Readable) -> list[tuple[str, str]]:
    """Say for every kind of figure how many people it must stand for."""
    least = Thresholds.of(readable.all_waves[-1]) if readable.all_waves else Thresholds()
    return [
        (
            "A score of a dimension",
            f"{least.k} people or more answered it; to 5 points below 20 answers, to 1 from there",
        ),
        ("A single statement", f"{least.item} people or more answered it; to 5 points below 100 answers"),
        ("A sensitive statement", f"{least.sensitive} people or more answered it; never as a score or a line"),
        ("A comment", f"{least.comment} people or more of the group answered; in no order, with nothing beside it"),
        ("Ties between two teams", f"{least.network} people or more on each side"),
        (
            "How many answered",
            "after the close, in tens of per cent; while a wave is open, for everybody together, once a day",
        ),
        ("A change", "the same groups and the same statements, and more than chance would do"),
        ("People with few ties", "by name only with consent; the others as 0, 1–2 or 3+"),
        ("An introduction", "both people agreed, and there are three or more to show"),
    ]


def stored(desk: Desk) -> list[tuple[str, str, str]]:
    """List the four kinds of data, what each holds, and until when."""
    with desk.store.reading() as db:
        kept = Kept.read(db)
    return [
        ("People", "the roster: who works where, who leads what", "Rapport is no longer used; whoever left is marked"),
        ("Ballots and boxes", "sealed answers without names, while a wave is open", "the wave closes"),
        (
            "Findings",
            "figures about groups, and the reason where there is none; comments of larger groups; who was asked",
            f"{kept.quarters} quarters have passed since the wave closed",
        ),
        (
            "The network",
            "ties by name, consents, places on the map",
            f"the {kept.nth} network wave after it closes; places {kept.quarters} quarters; or erased before",
        ),
    ]


def fingerprint(readable: Readable) -> str:
    """Say what the questions of the wave in hand can be compared by; '' where none asks any."""
    asked = next((wave for wave in reversed(readable.all_waves) if wave.pulse and wave.questionnaire), None)
    if asked is None:
        return ""
    taken = Fingerprint.of(asked.questionnaire)
    return f"The questions of wave {asked.name} have the fingerprint {taken.short}; /privacy gives it in full."


def keys(readable: Readable, kept: Mapping[str, Collection[str]]) -> str:
    """Say which keys exist now, and what they open."""
    wave = readable.open_wave
    if wave is None or not wave.pulse:
        return (
            "No wave takes answers, and there is no key left that could open any. Three keys are made when a wave "
            "opens: for the pulse links, for the network links, and for the sealed boxes."
        )
    if "box" not in kept.get(wave.wave_id, ()):
        return (
            f"The key of wave {wave.name} is missing. Without it, the answers of this wave cannot be opened: put its "
            "file back from a copy."
        )
    held = (
        "under the trustee's passphrase, which is kept nowhere"
        if wave.trustee
        else "in a folder apart from the database"
    )
    closes = wording.day(wording_surveys.last_day(readable, wave))
    return (
        f"Wave {wave.name} is open. The key to its boxes lies {held}, and is destroyed with the key of the pulse links "
        f"at the close, on {closes}. If it is lost before, the answers are lost with it."
    )
