"""Papers for whoever must agree before Rapport is used: a model works agreement and a data protection sheet.

Both are made from what is configured here and now: thresholds, questions and their fingerprint from the wave, roles
from the policy table, tables from the schema, keys and settings from the doctor. What the program does not know is a
line to fill in. They are models to work from, and not legal advice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from dashboard import access, doctor, report, wording
from dashboard.access import Policy
from dashboard.doctor import Check
from dashboard.spread import Sheet
from data import organization, roster, waves
from data.records import Wave
from surveys import stored
from surveys.desk import Desk
from surveys.questionnaire import Questionnaire
from surveys.terms import Fingerprint, Kept, Terms, Thresholds, fingerprints

TEMPLATE = Path(__file__).with_name("papers.typ")

NOT_ADVICE = (
    "A model made by Rapport from its present configuration. It is not legal advice: have it read by counsel, change "
    "what does not fit, and sign nothing that you have not compared with /privacy while a wave is open."
)


@dataclass(frozen=True)
class Facts:
    """What the papers are made from."""

    organization: str
    made_up: bool
    today: date
    url: str
    people: int
    thresholds: Thresholds
    questionnaire: Questionnaire | None
    fingerprints: Sequence[Fingerprint]
    wave: Wave | None
    """The wave whose terms these are; None: what is usual."""
    kept: Kept
    checks: Sequence[Check]


def gather(desk: Desk, wave: Wave | None, usual: Questionnaire) -> Facts:
    """Gather the facts of a wave; without one, those that `usual` and the usual thresholds would make."""
    terms = Terms.of(wave) if wave else None
    with desk.store.reading() as db:
        name, made_up = organization.setting(db, "organization"), organization.setting(db, "made_up") == "yes"
        people, kept = len(roster.members(db)), Kept.read(db)
    prints = [terms.fingerprint] if terms and terms.fingerprint else [] if terms else fingerprints(usual)
    return Facts(
        organization=name,
        made_up=made_up,
        today=desk.today(),
        url=desk.url,
        people=people,
        thresholds=terms.thresholds if terms else Thresholds(),
        questionnaire=terms.questionnaire if terms else usual,
        fingerprints=prints,
        wave=wave,
        kept=kept,
        checks=doctor.look(desk),
    )


def wave_in_hand(desk: Desk, name: str | None) -> Wave | None:
    """Find the wave asked for, or the last one that opened; None where there is none yet."""
    with desk.store.reading() as db:
        if name:
            return waves.wave(db, name)
        known = waves.waves(db)
    return known[-1] if known else None


def works_agreement(facts: Facts) -> bytes:
    """Make the model works agreement as a tagged PDF (PDF/UA-1)."""
    return _pdf(
        facts,
        "Model works agreement on surveys",
        "Between the employer and the works council.",
        [
            _section("What it is for", _points(PURPOSE)),
            _section("What is asked", *_asked(facts)),
            _section("From how many people on a figure is shown", _thresholds(facts)),
            _section("How answers are protected", _points(_protection(facts))),
            _section("The questions about names", _points(_names(facts))),
            _section("Who may do what", _text(ROLES_FIRST), _roles()),
            _section("How long things are kept", _kept(facts)),
            _section("What this does not prevent", _points(NOT_PREVENTED)),
            _section("Changes and control", _points(CONTROL)),
            _section("Where the rules come from", _points(SOURCES)),
            _section("Agreed", _blanks("In force from", "Runs until, notice", "Person of trust for questions"), SIGNED),
        ],
    )


def impact_assessment(facts: Facts) -> bytes:
    """Make the data protection impact assessment as a tagged PDF (PDF/UA-1)."""
    return _pdf(
        facts,
        "Data protection impact assessment",
        "Surveys on working together, and who works with whom, asked with Rapport.",
        [
            _section("What is done", _blanks(*TO_FILL_IN), _points(_processing(facts))),
            _section("What is stored, who is shown it, until when", _text(FILE_FIRST), _tables(facts)),
            _section("Why it is necessary, and no more than that", _points(PROPORTION)),
            _section("What could go wrong, and what stands against it", _risks()),
            _section("Rights of the people asked", _points(_rights(facts))),
            _section("How this installation is set up", _text(f"As found on {_day(facts.today)}."), _checks(facts)),
            _section("What remains", _points(NOT_PREVENTED)),
            _section("Where the rules come from", _points(SOURCES)),
            _section("Decision", _blanks("Residual risk accepted because", "To be looked at again on"), SIGNED_DPIA),
        ],
    )


def _pdf(facts: Facts, title: str, subtitle: str, sections: Sequence[Sheet]) -> bytes:
    basis = f"the terms of wave {facts.wave.name}" if facts.wave else "the usual terms, before the first wave"
    contents = {
        "title": title,
        "subtitle": f"{subtitle} {facts.organization}; made on {_day(facts.today)} from {basis}.",
        "organization": facts.organization,
        "made_up": "Made-up company" if facts.made_up else "",
        "date": {"year": facts.today.year, "month": facts.today.month, "day": facts.today.day},
        "notice": NOT_ADVICE,
        "footer": "A model, not legal advice. Made by Rapport from its configuration.",
        "sections": list(sections),
    }
    return report.lay_out(contents, datetime.combine(facts.today, time(), UTC), TEMPLATE)


# ------------------------------------------------------------------------------------------- what depends on the facts


def _asked(facts: Facts) -> list[Sheet]:
    if facts.questionnaire is None:
        return [_text("No statements: this wave asks who works with whom, by name.")]
    scale = " · ".join(facts.questionnaire.scale.labels)
    comment = f" One open question: ‘{facts.questionnaire.comment}’" if facts.questionnaire.comment else ""
    told = "Other words, or another order, would be another fingerprint, and need a new agreement."
    return [
        _text(f"The questionnaire ‘{facts.questionnaire.title}’, on the scale {scale}.{comment}"),
        {"kind": "numbered", "points": [item.text for item in facts.questionnaire.items]},
        _text(f"{'Each wave asks some of these in turn. ' if facts.questionnaire.rotates else ''}{told}"),
        *(_note(f"Fingerprint {each.short} (SHA-256 {each.whole})") for each in facts.fingerprints),
    ]


def _thresholds(facts: Facts) -> Sheet:
    least = facts.thresholds
    return _rows(
        ("Figure", "Shown from"),
        (2, 3),
        [
            ("A group of its own", f"{least.group} people asked; smaller teams are counted in the team above"),
            ("A score of a dimension", f"{least.k} answers"),
            ("A single statement", f"{least.item} answers"),
            ("A sensitive statement", f"{least.sensitive} answers"),
            ("Comments", f"{least.comment} answers of the group; shuffled, undated, with nothing beside them"),
            ("Ties between two teams", f"{least.network} people on each side"),
            ("People with few ties who did not agree to be named", "as 0, 1–2 or 3+"),
            ("How many answered", "after the close, in tens of per cent"),
        ],
    )


def _protection(facts: Facts) -> list[str]:
    trustee = bool(facts.wave and facts.wave.trustee)
    return [
        "Taking part is voluntary; each question can be left out. Nobody is told who took part, reminders go to all.",
        (
            "Answers are sealed before they are stored. When the wave closes they are counted once, in memory; "
            "boxes, ballots and the keys that open them are then destroyed, and a new database file is written "
            "without them."
        ),
        "Until the close, "
        + (
            "the key to the answers exists only under the passphrase of a trustee, named by the works council; "
            "without it nobody can open them, the employer included."
            if trustee
            else "whoever holds both the server and its key file could open the answers. With `rapport wave open "
            "--trustee` only a trustee, named by the works council, could: the parties may require this here."
        ),
        (
            "Figures are made once, when the wave closes, and never again: no interim results, no reopening, no "
            "other cut. No two figures can be subtracted to get at fewer people than the thresholds say."
        ),
        "A lead is counted one level up, and so is never part of the figure that they read about their own team.",
        (
            "Neither address nor time nor device of anybody who answers is stored or logged; the forms set no cookie "
            "and load nothing from elsewhere."
        ),
    ]


def _names(facts: Facts) -> list[str]:
    return [
        "They have a link, a key and a consent of their own, and never meet the statements.",
        (
            "Two choices, neither made beforehand: whether one’s name may stand on the lead’s map, and whether one "
            "may be suggested for introductions. Both can be changed at any time."
        ),
        (
            "They can also ask who leaves one with more energy, which is counted for that person alone, and whose "
            "input is hard to get, which that person reads too; nobody is told by whom they were named."
        ),
        (
            "Of those who agreed to the map a lead also reads who has few ties, through whom others reach one another "
            "and between which teams, and to whom many turn; the person reads the same first."
        ),
        (
            "Each of two people who are suggested to one another is asked alone. A no and no answer look alike to "
            "everybody, and of the other one learns only whether both said yes."
        ),
        (
            "A lead sees names of those who agreed only, and ties that both people named. Everybody sees their own "
            "place seven days before anybody else, and can hide or erase it."
        ),
        f"Who named whom is erased when the {facts.kept.nth} network wave after it closes.",
        (
            "Each look at a name is written down, and who was proposed for an introduction, never with whom; that "
            "person can read it. The log keeps it also when they erase the rest."
        ),
    ]


def _roles() -> Sheet:
    rows = [(wording.capital(wording.ROLES[role]), *_row(policy)) for role, policy in access.POLICIES.items()]
    return _rows(("Role", "Reads", "Opens", "May"), (3, 5, 5, 5), [ASKED, *rows])


def _row(policy: Policy) -> tuple[str, str, str]:
    reads = {
        "all": "every figure that the gate released, and names of those who agreed",
        "led": "figures of what they lead and of the line above it; names there, of those who agreed",
        "none": "no figure and no name",
    }
    return reads[policy.figures], _listed(wording.PAGES[page] for page in policy.pages), _listed(sorted(policy.acts))


def _kept(facts: Facts) -> Sheet:
    return _rows(
        ("What", "Until"),
        (3, 4),
        [
            ("Ballots, boxes, the keys to both", "the wave closes"),
            ("Figures, comments of larger groups, who was asked", f"{facts.kept.quarters} quarters after the wave"),
            ("Who named whom", f"the {facts.kept.nth} network wave after it closes, or it is erased before"),
            ("What the two of an introduction said", "the next network wave closes, or it is erased before"),
            ("The roster", "Rapport is no longer used; whoever left is marked so"),
            ("The log of what was done and looked at", "Rapport is no longer used"),
        ],
    )


def _processing(facts: Facts) -> list[str]:
    return [
        (
            f"{facts.people} people stand on the roster: names, addresses, teams and leads, and where they were given "
            "role, level, location, first day, language, time zone and interests."
        ),
        (
            "Statements about working together are answered without a name, and counted in groups of at least "
            f"{facts.thresholds.k} answers."
        ),
        "Who works with whom is asked by name, with consent, to show ties between teams and to suggest introductions.",
        "No decision is made by the program. It infers no emotion, rates nobody, and predicts nobody’s behaviour.",
        (
            f"The forms are reached at {facts.url}. Nothing is sent to anybody else; there is no processor beside "
            "whoever runs the server."
        ),
    ]


def _tables(facts: Facts) -> Sheet:
    rows = [(table.name, *_held(table.name, facts.kept)) for table in stored.tables()]
    return _rows(("Table", "Shown to", "Until"), (3, 7, 6), rows)


def _held(table: str, kept: Kept) -> tuple[str, str]:
    line = stored.held(table, kept)
    return line.shown_to, line.until


def _rights(facts: Facts) -> list[str]:
    return [
        (
            "Before answering: the form says what is stored, from how many people on figures are shown, and who "
            f"could read the answers until the close. {facts.url}/privacy says it table by table."
        ),
        "While a wave is open, whoever holds a link can replace what they said; the last answers count.",
        (
            "After the close there is nothing to find, correct or erase: what is kept cannot be traced to a person "
            "(Art. 11 GDPR). Tell this before answering."
        ),
        (
            "Of the questions about names, everybody can read, correct, hide and erase what is held, as one who "
            "named and as one who was named, with their own link."
        ),
    ]


def _checks(facts: Facts) -> Sheet:
    """List what the doctor found, without the closed waves of which nothing is left to say."""
    ours = f"wave {facts.wave.name}:" if facts.wave else "wave "
    told = [
        each
        for each in facts.checks
        if each.result != "ok" or each.what.startswith(ours) or not each.what.startswith("wave ")
    ]
    return _rows(("Checked", "", "Found"), (4, 1, 9), [(each.what, each.result, each.says) for each in told])


def _risks() -> Sheet:
    return _rows(("Risk", "Measure", "What remains"), (4, 6, 4), RISKS)


# --------------------------------------------------------------------------------------------------- what always holds

PURPOSE = (
    (
        "The parties want to learn how working together is going, so that teams can mend it themselves. That is the "
        "only purpose: results serve no appraisal, no pay, no transfer, no dismissal, and no comparison of leads."
    ),
    "Teams are not ranked. Figures of small groups are a reason to talk, never a reason to press its members.",
    "Answers are not joined with other data, and no program of the personnel department gets them.",
)
ASKED = (
    "Everybody asked",
    "figures of the whole organization; what is held by name about themselves",
    "The forms and their own page, by their own links",
    "Answer, change, hide, erase",
)
ROLES_FIRST = (
    "What the table does not name is open to nobody. Whoever can give commands on the server has the rights of an "
    "administrator, and each command that shows names is written down."
)
FILE_FIRST = (
    "‘Shown to’ is what pages and commands show. Whoever runs the server could also read the file itself, except "
    "what is sealed; the file is protected by its owner’s account, and by encryption where section 6 says so."
)
NOT_PREVENTED = (
    (
        "Somebody who runs the server and holds the key file of an open wave can read its answers, unless a trustee "
        "holds the passphrase."
    ),
    "A proxy that keeps an access log knows when each address visited the forms; that log is to be switched off.",
    "A changed program, or malware on the server or on the device of somebody who answers, sees what is typed.",
    "Somebody who reads another’s mail can use their link first, and somebody may look over a shoulder.",
    "A comment can give its writer away by its words, or by the language it is in. The form says so beside the field.",
    "A person whose colleagues all tell what they answered can be worked out by them from the figure of the group.",
)
CONTROL = (
    (
        "Other questions, lower thresholds, other roles or a longer time of keeping need the consent of both parties "
        "before the next wave opens. Terms never change within a wave."
    ),
    "The works council may name a steward or an auditor, who reads the log and no figure, and the trustee.",
    "While a wave is open, both parties can compare the fingerprint and the thresholds above with /privacy.",
    "A breach of this agreement makes the figures concerned unusable against anybody.",
)
PROPORTION = (
    (
        "Legal basis, to be chosen and reasoned: works agreement (Art. 88 GDPR) or legitimate interest (Art. "
        "6(1)(f)) for the statements; consent (Art. 6(1)(a)) for one’s name on the map and in introductions, which "
        "nobody has to give."
    ),
    (
        "Less would not do: a named survey would not be answered honestly, and one figure for everybody would not help "
        "the team that needs it. More is not taken: neither age nor sex is asked, and no figure is cut by location, "
        "level or length of service; where the roster holds these, they serve introductions only."
    ),
    "Names are needed for ties only, because an introduction is between two people; there is no other way to make one.",
)
RISKS = (
    (
        "Whoever steals the file, its log or a backup reads who said what",
        (
            "Sealed boxes of one size without time, name or order; no flag that a link was used; keys elsewhere and "
            "destroyed at the close; no row of answers outlives it"
        ),
        "Names, addresses and ties, unless file or disk is encrypted",
    ),
    (
        "Somebody works out a person from figures, by subtraction or over time",
        (
            "Thresholds, groups fixed at the opening, carrying up, an audit of all that is released together, "
            "rounding by size, nothing released twice"
        ),
        "What colleagues tell each other",
    ),
    (
        "A lead or administrator sees more than they should",
        "One policy table, closed by default; sessions that end at once; each look at names in a log",
        "Whoever runs the server",
    ),
    (
        "Somebody is pressed because of a figure or a place in the network",
        "Purpose bound above; no ranking; names by consent only, seen by their owner first; counts in bands",
        "Conduct, which only people can rule",
    ),
    (
        "Silence is read as isolation",
        "No claim about those who did not answer; none where one silent colleague could explain it",
        "Misreading",
    ),
    (
        "Answers are lost",
        "An answer is confirmed only once it is on the disk; key and test box are proved when a wave opens",
        "A lost key loses the open wave",
    ),
)
SOURCES = (
    "GDPR: Art. 5 (purpose, minimisation, storage), 6, 7, 11, 13, 15–17, 25, 32, 35, 88; Recital 26.",
    "Anonymity: Article 29 Working Party, Opinion 05/2014; Court of Justice, C-413/23 P (4 September 2025).",
    (
        "Germany: § 87(1) no. 6 and § 94 BetrVG; Federal Labour Court, 1\u00a0ABR\u00a013/17 (11 December 2018) and "
        "1\u00a0ABR\u00a06/94 (26 July 1994, figures about groups of five or six)."
    ),
    "AI Act: Art. 5(1)(f) (no inference of emotions at work), Annex III no. 4(b).",
)
TO_FILL_IN = (
    "Controller",
    "Data protection officer",
    "Who runs the server, and where",
    "Makes backups, and keeps them",
)


def _section(heading: str, *parts: Sheet) -> Sheet:
    return {"heading": heading, "parts": list(parts)}


def _text(text: str) -> Sheet:
    return {"kind": "text", "text": text}


def _note(text: str) -> Sheet:
    return {"kind": "note", "text": text}


def _points(points: Iterable[str]) -> Sheet:
    return {"kind": "points", "points": list(points)}


def _blanks(*points: str) -> Sheet:
    return {"kind": "blanks", "points": list(points)}


def _rows(head: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> Sheet:
    return {"kind": "rows", "head": list(head), "widths": list(widths), "rows": [list(row) for row in rows]}


def _listed(words: Iterable[str]) -> str:
    return wording.capital(", ".join(words)) or "–"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


SIGNED = {"kind": "signatures", "points": ["Place and date, for the employer", "Place and date, for the works council"]}
SIGNED_DPIA = {
    "kind": "signatures",
    "points": ["Place and date, for the controller", "Place and date, data protection officer"],
}

PAPERS: Mapping[str, Callable[[Facts], bytes]] = {
    "works-agreement": works_agreement,
    "impact-assessment": impact_assessment,
}
"""Each by the name of its file."""
