"""A questionnaire in other languages: one file each, of texts by the ids of the questionnaire.

A translation lies beside what it translates: `bank.de.toml` beside `bank.toml`, `team.fr.toml` beside a `team.toml` of
your own. A file is read whole or refused: every id has its text, and no other.

A wave keeps its questions as they were frozen, in the language they were written in. Whoever shows them in another
calls `translated` on what was frozen: a statement that was changed since, or is not of the bank, is never shown in
words that belong to another. The forms show the bank's translations, and every statement of your own as you wrote it,
over the bank's labels where the scale is the usual one: the files beside a questionnaire of yours are checked, but a
wave does not freeze them, and `check` and `wave open` say so. What a form itself says, and
which language it opens in, is in `surveys.language`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.nearest import did_you_mean
from data.records import Problem
from surveys.place import Place, read_toml, shortened
from surveys.questionnaire import BANK, Item, Questionnaire, bank

_PLACEHOLDER = re.compile(r"\{\w*\}")
_KEYS = ("title", "comment", "name", "direction", "reviewed", "unreviewed", "rather_not_say", "scale", "dimensions")


@dataclass(frozen=True)
class Translation:
    """The texts of one questionnaire in one language."""

    language: str
    """Its code, 'de' or 'pt-BR', for the `lang` of a page; the file is named after it."""
    name: str
    """What the language calls itself, for the choice: 'Deutsch'."""
    direction: Literal["ltr", "rtl"]
    """For the `dir` of a page."""
    reviewed: bool
    """Somebody who grew up with the language has checked every line."""
    unreviewed: str
    """Says in the language that nobody has checked it yet, for the form to show quietly; '' once it is reviewed."""
    title: str
    comment: str | None
    labels: tuple[str, ...]
    """Of the scale, lowest first."""
    rather_not_say: str
    """The choice apart from the scale: does not apply, or rather not say."""
    dimensions: Mapping[str, str]
    """By id, with the modules."""
    items: Mapping[str, str]
    """By id."""


def languages() -> list[str]:
    """Name the languages that the bank is translated into.

    >>> languages()
    ['ar', 'de', 'es', 'fr']
    """
    return sorted(_language(file) for file in _beside(BANK))


def of_the_bank(language: str) -> Translation:
    """Read the bank's translation into one of `languages`."""
    known = languages()
    if language not in known:
        near = did_you_mean(language, known) or f" There are {', '.join(known)}."
        raise Problem(f"The bank is not translated into '{language}'.{near}")
    return load(BANK.with_name(f"{BANK.stem}.{language}.toml"), bank())


def beside(path: Path, original: Questionnaire) -> list[Translation]:
    """Read all translations that lie beside a questionnaire's file; `Problem` with the first mistake in one of them."""
    return [load(file, original) for file in _beside(path) if "id" not in read_toml(file)]  # with one, it asks itself


def load(path: Path, original: Questionnaire) -> Translation:
    """Read the translation of a questionnaire, or say in one sentence what is wrong with it.

    It has a text for every item, dimension, module and label, each not empty and with the placeholders ({team}) of the
    original, and for nothing else.
    """
    raw, place = read_toml(path), Place(path.name)
    place.only(raw, [*_KEYS, "items"])
    scale, items = _table(place, raw, "scale"), {item.id: item.text for item in original.items}
    reviewed = place.flag(raw, "reviewed")
    place.only(scale, ["labels"])
    made = Translation(
        language=place.language(_language(path)),
        name=place.line(raw, "name"),
        direction=_direction(place, raw),
        reviewed=reviewed,
        unreviewed="" if reviewed else place.line(raw, "unreviewed"),
        title=_text(place, raw, "title", original.title),
        comment=_text(place, raw, "comment", original.comment) if original.comment else None,
        labels=place.lines(scale, "labels"),
        rather_not_say=place.line(raw, "rather_not_say"),
        dimensions=_texts(place, raw, "dimensions", {**original.dimensions, **original.modules}),
        items=_texts(place, raw, "items", items),
    )
    choices = len(original.scale.labels)
    if len(set(made.labels)) != choices or len(made.labels) != choices:
        raise place.problem(f"[scale] labels = {shortened(list(made.labels))}. Expected {choices} different ones.")
    return made


def translated(
    asked: Questionnaire, translation: Translation, original: Questionnaire | None = None
) -> Questionnaire | None:
    """Put what a wave asks into another language; None where one of its texts is not among those translated.

    `original` is what the translation was made of: the bank, unless it is said. A text is taken over where id and words
    are those of the original, so that a statement of somebody's own that happens to be called T1 keeps its words.
    """
    source = original or bank()
    texts = {item.id: item.text for item in source.items}
    names = {**source.dimensions, **source.modules}
    if (
        any(texts.get(item.id) != item.text for item in asked.items)
        or any(names.get(each) != name for each, name in asked.dimensions.items())
        or asked.scale != source.scale
        or (asked.title, asked.comment or source.comment) != (source.title, source.comment)
    ):
        return None
    return replace(
        asked,
        title=translation.title,
        comment=translation.comment if asked.comment else None,
        scale=replace(asked.scale, labels=translation.labels),
        dimensions={each: translation.dimensions[each] for each in asked.dimensions},
        items=tuple(_item(item, translation) for item in asked.items),
        language=translation.language,
    )


def into(frozen: Questionnaire, language: str) -> tuple[Questionnaire, Translation | None]:
    """Give what a wave asks in a language, with whose words these are; as it was frozen, and None, where nobody's are.

    >>> from surveys.questionnaire import asked, builtin
    >>> into(asked(builtin("pulse"), 0), "de")[0].items[0].text
    'Die Leute in diesem Team tun, was sie zusagen.'
    """
    if language == frozen.language or language not in languages():
        return frozen, None
    translation = _kept(language)
    shown = translated(frozen, translation)
    return (shown, translation) if shown else (frozen, None)


def labels(shown: Questionnaire, language: str) -> tuple[str, ...]:
    """Give the five usual choices in a language; none where a scale has others, or is translated already.

    >>> from surveys.questionnaire import builtin
    >>> labels(builtin("pulse"), "de")[0]
    'Stimme gar nicht zu'
    """
    if shown.scale != bank().scale:
        return ()
    if language == bank().language:
        return bank().scale.labels
    return _kept(language).labels if language in languages() else ()


def left_out(path: Path) -> str:
    """Say that a wave leaves the translations beside a questionnaire out, in a sentence; '' where there are none."""
    files = [file.name for file in _beside(path) if "id" not in read_toml(file)]
    if not files:
        return ""
    return (
        f"Forms show the statements as {path.name} has them, whatever language they open in: a wave does not freeze "
        f"{', '.join(files)}. For another language open a wave with a questionnaire in it."
    )


@cache
def _kept(language: str) -> Translation:
    """Read a file of ours once: they change with the program only."""
    return of_the_bank(language)


def _beside(path: Path) -> list[Path]:
    return [file for file in sorted(path.parent.glob("*.toml")) if file.stem.rpartition(".")[0] == path.stem]


def _language(file: Path) -> str:
    return file.stem.rpartition(".")[2]


def _item(item: Item, translation: Translation) -> Item:
    return replace(item, text=translation.items[item.id])


def _direction(place: Place, raw: Mapping[str, Any]) -> Literal["ltr", "rtl"]:
    match raw.get("direction", "ltr"):
        case "ltr":
            return "ltr"
        case "rtl":
            return "rtl"
        case other:
            raise place.problem(f"direction = {shortened(other)}. Expected 'ltr' or 'rtl'.")


def _table(place: Place, raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = raw.get(name)
    if not isinstance(table, Mapping):
        raise place.problem(f"[{name}] is missing. Expected the texts in this language, each after its id.")
    return table


def _texts(place: Place, raw: Mapping[str, Any], name: str, original: Mapping[str, str]) -> dict[str, str]:
    table, there = _table(place, raw, name), replace(place, item=f"[{name}]")
    there.only(table, original)
    return {each: _text(there, table, each, text) for each, text in original.items()}


def _text(place: Place, table: Mapping[str, Any], name: str, original: str) -> str:
    text = place.line(table, name)
    if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(original)):
        raise place.problem(f"{name} = {shortened(text)}. Expected the same {{…}} as in {original!r}.")
    return text
