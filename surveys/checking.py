"""What is worth another look in the wording of a questionnaire, and why. None of it keeps a wave from asking it.

A statement that people must read twice, that asks two things, or that says what it wants to hear measures something
else than its words. In English the words are looked at, in other languages only their number.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from surveys.questionnaire import Item, Questionnaire, bank

LONGEST = 20
"""Words that a statement may have."""
HARDEST = 8
"""School years that a statement may need to be read at once. Our own bank needs about three on average."""
USUAL_CORRELATION = 0.5
"""Between two statements of one dimension, to say how reliable so many of them can be expected to be."""
RELIABLE_ITEMS = 3

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*", re.IGNORECASE)
_TWO = re.compile(r"\b(and|or|but)\b|\w(/)\w", re.IGNORECASE)
_NEGATED = re.compile(r"\b(not|never|cannot|neither|nor|nobody|no one|nothing|\w+n['’]t)\b", re.IGNORECASE)
_SILENT = r"(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouydt]ed$|(?:[^aeiouylscxzgh]|[aeiouy]l)es$|[^aeiouy]e(?:ful|ly)$"
_LOADED = re.compile(
    r"\b(obviously|clearly|of course|surely|certainly|naturally|should|must|always|completely|totally|absolutely|"
    r"perfectly|excellent|outstanding|terrible|awful|toxic|lazy|incompetent)\b",
    re.IGNORECASE,
)


def notices(questionnaire: Questionnaire) -> list[str]:
    """Say what is worth another look: statement by statement, then dimension by dimension.

    >>> from surveys.questionnaire import builtin
    >>> notices(builtin("quarterly"))
    []
    """
    of_items = wording({item.id: item.text for item in questionnaire.items}, questionnaire.language)
    names = {**questionnaire.dimensions, **questionnaire.modules}
    of_dimensions = (
        f"dimension '{dimension}': {sentence}"
        for dimension in names
        for sentence in _dimension([item for item in questionnaire.items if item.dimension == dimension])
    )
    return [*of_items, *of_dimensions, *renamed(questionnaire, {"the bank": bank()})]


def renamed(questionnaire: Questionnaire, others: Mapping[str, Questionnaire]) -> list[str]:
    """Say which dimensions the first of the others that has them calls by another name. One id is one line.

    One in another language has other names by itself, so nothing is said of it.
    """
    known: dict[str, tuple[str, str]] = {}
    for where, other in others.items():
        if other.language == questionnaire.language:
            known = {each: (name, where) for each, name in {**other.dimensions, **other.modules}.items()} | known
    names = {**questionnaire.dimensions, **questionnaire.modules}
    return [
        _another_name(each, name, *known[each])
        for each, name in names.items()
        if each in known and known[each][0] != name
    ]


def _another_name(dimension: str, name: str, other: str, where: str) -> str:
    return (
        f"dimension '{dimension}' is called '{name}' here and '{other}' in {where}. Figures of one id stand on one "
        "line over the waves, and advice goes by it. Expected another id, unless it is the same under a new name."
    )


def wording(texts: Mapping[str, str], language: str) -> list[str]:
    """Say what is worth another look in statements by their ids.

    >>> wording({"Q1": "My lead is fair and listens."}, "en")[0]
    "item 'Q1': 'and' may join two statements. Who agrees with one of them only cannot answer; ask each by itself."
    """
    looks = _ENGLISH if language.partition("-")[0] == "en" else (_length,)
    return [f"item '{each}': {sentence}" for each, text in texts.items() for look in looks for sentence in look(text)]


# ----------------------------------------------------------------------------------------------- how hard it is to read


def grade(text: str) -> float:
    """Flesch–Kincaid: the school years, in the United States, after which an English text is read with ease.

    0.39 words a sentence + 11.8 syllables a word − 15.59 (Kincaid et al. 1975). 0 for a text without a word. A rough
    measure of one sentence, where a syllable more or less is a year; below 0 it says no more than 'easy'.

    >>> round(grade("We all work toward the same goals."), 1)
    0.6
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?]+(?=\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Count the syllables of an English word: runs of vowels, less the silent endings, at least one.

    >>> [syllables(word) for word in ("people", "teammates", "interrupted", "going", "ideas")]
    [2, 2, 4, 2, 3]
    """
    spelled = re.sub(r"[^a-z]", "", word.lower())
    spelled = re.sub(r"^(some|there|where|time)(?=[a-z]{3})", lambda silent: silent[1][:-1], spelled)
    runs = len(re.findall(r"[aeiouy]+", spelled))
    runs += len(re.findall(r"[aeou]ing|(?<![tscgn])i[ao]|idea|crea(?![mks])|[^q]ual|iet|scie", spelled))
    runs -= len(re.findall(_SILENT, spelled))
    return max(1, runs)


# ------------------------------------------------------------------------------------------------------- one statement


def _two_things(text: str) -> Iterator[str]:
    if found := _TWO.search(text):
        joined = found[1] or found[2]
        yield f"'{joined}' may join two statements. Who agrees with one of them only cannot answer; ask each by itself."


def _negated(text: str) -> Iterator[str]:
    if found := _NEGATED.search(text):
        yield f"'{found[0]}' makes disagreeing a double negation, which many misread. Say what is there instead."


def _loaded(text: str) -> Iterator[str]:
    if found := _LOADED.search(text):
        yield f"'{found[0]}' says what is expected, or leaves no room. Say what can be seen, without a judgement."
    if text.rstrip().endswith("?"):
        yield "a question cannot be agreed with. Expected a statement."


def _length(text: str) -> Iterator[str]:
    words = len(text.split())
    if words > LONGEST:
        yield f"{words} words are long. Expected up to {LONGEST}, to be read once on a phone."


def _hard(text: str) -> Iterator[str]:
    if grade(text) > HARDEST:
        yield f"reading grade {grade(text):.0f} (Flesch–Kincaid). Expected up to {HARDEST}: shorter words or sentences."


_ENGLISH: tuple[Callable[[str], Iterator[str]], ...] = (_two_things, _negated, _loaded, _length, _hard)


# ------------------------------------------------------------------------------------------------------- one dimension


def expected_reliability(items: int) -> float:
    """Reliability of a mean of so many statements, from Spearman–Brown: k r / (1 + (k − 1) r), with r = 0.5.

    >>> [round(expected_reliability(items), 2) for items in (1, 2, 3, 4, 5)]
    [0.5, 0.67, 0.75, 0.8, 0.83]
    """
    return items * USUAL_CORRELATION / (1 + (items - 1) * USUAL_CORRELATION)


def _dimension(items: Sequence[Item]) -> Iterator[str]:
    """What is said of a dimension. Statements counted alone make no score, so nothing is said of them."""
    scored = [item for item in items if not item.alone]
    reverse = [item.id for item in scored if item.reverse]
    if 0 < len(scored) < RELIABLE_ITEMS:
        yield (
            f"{len(scored)} statement{'s' if len(scored) > 1 else ''} can be expected to reach a reliability of "
            f"{expected_reliability(len(scored)):.2f}, {RELIABLE_ITEMS} of {expected_reliability(RELIABLE_ITEMS):.2f} "
            "(Spearman–Brown, r = 0.5). Its score is a thermometer and no measurement."
        )
    if len(reverse) > 1:
        yield f"{', '.join(reverse)} are reverse-keyed. Expected one at most: about one in five people misread them."
