"""What somebody sent, read: a form becomes a submission, or a sentence beside each field that cannot be right.

Pure. A field that is wrong is never dropped in silence and never guessed at; the page comes back with everything else
still filled in.
"""

import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from data.records import Tie
from surveys.language import Sentence
from surveys.questionnaire import Questionnaire

LONGEST_COMMENT = 500
"""Characters. Four bytes each at most, so that a comment fits its sealed box."""

Kind = Literal["work", "help", "energy", "meet", "reach"]

KINDS: tuple[Kind, ...] = get_args(Kind)
"""What can be asked about names, in the order of the form: work comes first, because the next two begin with it."""

USUAL_NAMES: tuple[Kind, ...] = ("work", "help", "meet")
"""What is asked unless somebody chooses. Whom one works with always is."""

CAPS: Mapping[str, int] = {"work": 15, "help": 10, "energy": 5, "meet": 5, "reach": 5, "avoid": 15}
"""How many names fit each question: below ten, too many people reach the end (SCIENCE.md §3.2)."""

MOST_MORE = 999
"""As many as somebody may say that they would name beyond those that fit."""

OFTEN: Mapping[str, float] = {"daily": 3.0, "weekly": 2.0, "monthly": 1.0}
"""Strength of a working tie by how often the two work together; 'weekly' where nothing was said."""

USUAL = "weekly"

UNDECIDED: Mapping[str, str] = {
    "map": "Your name on the map: please choose yes or no. Nothing is chosen for you.",
    "introductions": "Introductions: please choose yes or no. Nothing is chosen for you.",
}

OFTEN_FIELD = "often-"
"""Before a member's id: the field that says how often the two work together."""

MORE_FIELD = "more-"
"""Before a kind: the field that says about how many more than fit one would have named."""

_PULSE_FIELDS = frozenset({"code", "answers", "comment", "language", "translate"})


@dataclass(frozen=True)
class Trouble:
    """A field that cannot be right, and the sentence that stands beside it. An empty field means the whole form."""

    field: str
    sentence: str
    """In English; a `Sentence` where something is filled in. Who shows it says it in the language of the page."""


# ------------------------------------------------------------------------------------------------------- the pulse


@dataclass(frozen=True)
class Submission:
    """The answers of one ballot."""

    answers: Mapping[str, int]
    """Item id to value. Statements left out, or answered 'does not apply', are not there."""
    comment: str = ""

    def to_bytes(self) -> bytes:
        """Write what is sealed into a box: JSON, at most 3,950 bytes for any questionnaire that loads."""
        return json.dumps(
            {"answers": self.answers, "comment": self.comment}, ensure_ascii=False, sort_keys=True
        ).encode()

    @classmethod
    def from_bytes(cls, plain: bytes) -> "Submission":
        """Read back what `to_bytes` wrote."""
        held = json.loads(plain)
        return cls(answers=held["answers"], comment=held["comment"])


def read(form: Mapping[str, str], questionnaire: Questionnaire) -> Submission | list[Trouble]:
    """Read a pulse form: one field for each item, holding a value of the scale or nothing, and `comment`.

    A statement may be left out. A form on which nothing at all was chosen is not a submission, so that a machine that
    presses every button cannot replace what its owner said; choosing 'rather not say' throughout is one.

    >>> from surveys.questionnaire import builtin
    >>> read({"T1": "4", "C1": "", "comment": "Fine."}, builtin("quarterly"))
    Submission(answers={'T1': 4}, comment='Fine.')
    >>> read({"T1": "9"}, builtin("quarterly"))
    [Trouble(field='T1', sentence='Please choose one of the 5 answers, or leave this one out.')]
    """
    items = {item.id: item for item in questionnaire.items}
    comment = plain_text(form.get("comment", ""))
    troubles = [
        Trouble(name, "This statement is not asked this time.")
        for name in form
        if name not in items.keys() | _PULSE_FIELDS
    ]
    troubles += _rating_troubles(form, items, questionnaire)
    troubles += _comment_troubles(comment, questionnaire)
    if not troubles and not comment and not any(item in form for item in items):
        troubles = [Trouble("", "Nothing is chosen yet. Choose at least one answer; ‘rather not say’ is one.")]
    if troubles:
        return troubles
    answers = {item: int(form[item]) for item in items if form.get(item, "").strip()}
    return Submission(answers, comment)


def _rating_troubles(form: Mapping[str, str], items: Iterable[str], questionnaire: Questionnaire) -> list[Trouble]:
    choices = questionnaire.scale.choices()
    allowed = {"", *(str(value) for value, _ in choices)}
    sentence = Sentence("Please choose one of the {count} answers, or leave this one out.", count=len(choices))
    return [Trouble(item, sentence) for item in items if form.get(item, "").strip() not in allowed]


def _comment_troubles(comment: str, questionnaire: Questionnaire) -> list[Trouble]:
    if comment and questionnaire.comment is None:
        return [Trouble("comment", "No comment is asked for this time.")]
    if len(comment) > LONGEST_COMMENT:
        written = "The comment has {written} characters; {fit} fit. Please shorten it."
        return [Trouble("comment", Sentence(written, written=len(comment), fit=LONGEST_COMMENT))]
    return []


def plain_text(text: str) -> str:
    r"""Reduce what was typed to characters that can be printed and line ends: no control or half characters.

    >>> plain_text("  one\r\ntwo\x00 ")
    'one\ntwo'
    """
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    printed = (letter for letter in unix if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return "".join(printed).strip()


# ----------------------------------------------------------------------------------------------------- the network


@dataclass(frozen=True)
class NetworkSubmission:
    """What a member said about their ties and their name."""

    named: Mapping[Kind, Mapping[str, float]]
    """For each kind of tie whom they named, and how strong it is."""
    map: bool
    """May my manager see my name on the map."""
    introductions: bool
    """May I be suggested for introductions."""
    avoid: tuple[str, ...] = ()
    skipped: frozenset[Kind] = frozenset()
    """Questions they chose not to answer. 'Nobody fits' is an answer; silence is not."""
    more: Mapping[Kind, int] = field(default_factory=dict)
    """About how many more than fit they would have named, where they said so."""

    @property
    def silent(self) -> bool:
        """Whether nothing was said about ties, not even that nobody fits. Nothing may then be said about the member."""
        return "work" in self.skipped and not self.named.get("work") and not self.named.get("help")

    def ties(self, member_id: str) -> tuple[Tie, ...]:
        """Write the names as statements of this member."""
        return tuple(
            Tie(member_id, other, kind, strength)
            for kind in KINDS
            for other, strength in self.named.get(kind, {}).items()
        )


def read_network(
    form: Mapping[str, Sequence[str]], colleagues: Mapping[str, str], asked: Collection[str] = USUAL_NAMES
) -> NetworkSubmission | list[Trouble]:
    """Read a network form: each question that is `asked` and `avoid` hold member ids; `map`, `introductions` yes or no.

    `colleagues` are those who may be named, id to name; anybody else is refused. `work_nobody` and `work_skip` (and so
    for the others) say that a question was read and nobody fits, or that it stays unanswered. Whom one works with
    decides what may be said about a person, so that question needs names or one of the two; the others may stay empty.
    `more-work` (and so on) is about how many more there are, where as many are named as fit.

    >>> form = {"work": ["m2"], "often-m2": ["daily"], "map": ["yes"], "introductions": ["no"]}
    >>> read_network(form, {"m2": "Bo"}).named
    {'work': {'m2': 3.0}, 'help': {}, 'meet': {}}
    """
    kinds = [kind for kind in KINDS if kind in asked]
    troubles = [
        *_unasked(form, asked),
        *(trouble for question in (*kinds, "avoid") for trouble in _name_troubles(form, question, colleagues)),
        *(trouble for kind in kinds for trouble in _more_troubles(form, kind)),
        *_frequency_troubles(form, colleagues),
        *(Trouble(name, sentence) for name, sentence in UNDECIDED.items() if _one(form, name) not in ("yes", "no")),
    ]
    if troubles:
        return troubles
    said = NetworkSubmission(
        named={kind: {other: _strength(form, kind, other) for other in _names(form, kind)} for kind in kinds},
        map=_one(form, "map") == "yes",
        introductions=_one(form, "introductions") == "yes",
        avoid=tuple(_names(form, "avoid")),
        skipped=frozenset(kind for kind in kinds if not _names(form, kind) and not _one(form, f"{kind}_nobody")),
        more={kind: more for kind in kinds if (more := int(_one(form, MORE_FIELD + kind) or 0))},
    )
    if said.silent and any(said.named.values()):
        return [Trouble("work", "Other names are kept only with an answer here: names, or ‘Nobody fits’.")]
    return said


def _unasked(form: Mapping[str, Sequence[str]], asked: Collection[str]) -> list[Trouble]:
    if any(_names(form, kind) for kind in KINDS if kind not in asked):
        return [Trouble("work", "Names were sent for a question that is not asked this time. Please look once more.")]
    return []


def _name_troubles(form: Mapping[str, Sequence[str]], question: str, colleagues: Mapping[str, str]) -> list[Trouble]:
    names = _names(form, question)
    nobody, skip = (_one(form, f"{question}_{choice}") for choice in ("nobody", "skip"))
    if any(name not in colleagues for name in names):
        return [
            Trouble(question, "One of the names is not among your colleagues. Please look through the names again.")
        ]
    if len(names) > CAPS[question]:
        return [Trouble(question, _too_many(question, len(names)))]
    if names and nobody:
        return [Trouble(question, "You chose names and also ‘nobody fits’. Please keep one of the two.")]
    if names and skip:
        return [Trouble(question, "You chose names and also ‘skip this question’. Please keep one of the two.")]
    if question == "work" and not (names or nobody or skip):
        return [Trouble(question, "Please choose names, or ‘Nobody fits’, or ‘Skip this question’.")]
    return []


def _too_many(question: str, chosen: int) -> Sentence:
    fit = CAPS[question]
    if question == "avoid":
        return Sentence("You chose {chosen} names and up to {fit} fit. Please take some away.", chosen=chosen, fit=fit)
    keep = (
        "You chose {chosen} names and up to {fit} fit. They are all still here: please keep those who matter most, "
        "and say below about how many more there are."
    )
    return Sentence(keep, chosen=chosen, fit=fit)


def _more_troubles(form: Mapping[str, Sequence[str]], kind: Kind) -> list[Trouble]:
    typed = _one(form, MORE_FIELD + kind)
    fits = len(typed) <= len(str(MOST_MORE))  # before it is read: Python refuses to read a number of 5,000 digits
    if typed and not (fits and typed.isdecimal() and int(typed) <= MOST_MORE):
        many = "About how many more: please type a number up to {most}, or nothing."
        return [Trouble(kind, Sentence(many, most=MOST_MORE))]
    if int(typed or 0) and len(_names(form, kind)) < CAPS[kind]:
        return [Trouble(kind, "There is still room for names. Please choose them, or leave ‘how many more’ empty.")]
    return []


def _frequency_troubles(form: Mapping[str, Sequence[str]], colleagues: Mapping[str, str]) -> list[Trouble]:
    wrong = [name for name in _names(form, "work") if _one(form, OFTEN_FIELD + name) not in ("", *OFTEN)]
    sentence = "How often you work with {name}: please choose daily, weekly, monthly, or nothing."
    return [Trouble("work", Sentence(sentence, name=colleagues[name])) for name in wrong if name in colleagues]


def _strength(form: Mapping[str, Sequence[str]], kind: Kind, other: str) -> float:
    return OFTEN[_one(form, OFTEN_FIELD + other) or USUAL] if kind == "work" else 1.0


def _names(form: Mapping[str, Sequence[str]], question: str) -> list[str]:
    return list(dict.fromkeys(form.get(question, ())))


def _one(form: Mapping[str, Sequence[str]], name: str) -> str:
    values = form.get(name, ())
    return values[-1].strip() if values else ""
