"""What a wave asks: a file of dimensions and statements, checked once at the door.

A questionnaire is a TOML file that anybody can read and write; the two of ours are in `questionnaires/`. The same shape
serves other people's instruments, for answers that were collected elsewhere.
"""

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from data.nearest import did_you_mean
from data.records import Problem

FOLDER = Path(__file__).with_name("questionnaires")

AGREEMENT = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
"""The labels of the five-point scale, which a file need not repeat."""

ROOM = 1_900
"""Bytes that a sealed box of 4,096 has for ratings, beside a comment of 500 characters at four bytes each."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_DIMENSION_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
_FIELDS_OF_THE_FORM = ("code", "answers", "comment")


@dataclass(frozen=True)
class Scale:
    """The choices under every statement; `labels` has one word for each value from `low` to `high`."""

    low: int = 1
    high: int = 5
    labels: tuple[str, ...] = AGREEMENT

    def choices(self) -> list[tuple[int, str]]:
        """List value and label, lowest first."""
        return list(zip(range(self.low, self.high + 1), self.labels, strict=True))


@dataclass(frozen=True)
class Item:
    """One statement."""

    id: str
    dimension: str
    text: str
    reverse: bool = False
    """Agreeing lowers the score: the value is turned before it is averaged."""
    anchor: bool = False
    """Asked in every wave, also where the others take turns."""
    informed_by: str = ""
    """The published construct that the idea comes from. The wording is our own."""
    seeds: tuple[str, ...] = ()
    """Numbers of the source articles that the idea comes from."""


@dataclass(frozen=True)
class Questionnaire:
    """What a wave asks, in the order of the form."""

    id: str
    title: str
    dimensions: Mapping[str, str]
    """Lower-case id to the name people read, in the order of every page."""
    items: tuple[Item, ...]
    scale: Scale = Scale()
    comment: str | None = None
    """The one open question; None asks none."""
    rotates: bool = False
    """A wave asks the anchors and one more statement of each dimension, in turn, instead of all."""


# --------------------------------------------------------------------------------------------------------- reading it


def load(path: Path) -> Questionnaire:
    """Read a questionnaire from a TOML file, or say in one sentence what is wrong with it.

    A `Problem` names the file, the place in it, the value, what was expected and the nearest right thing:

    >>> load(Path("team.toml"))  # doctest: +SKIP
    Problem: team.toml, item 'T1': dimension 'thrust' is not defined. Did you mean 'trust'?
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Problem(f"{path}: there is no such questionnaire file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path}: this is not a readable text file in UTF-8 ({error}).") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{path.name}: this is not valid TOML: {error}.") from None
    return _questionnaire(raw, path.name)


def builtin(questionnaire_id: str) -> Questionnaire:
    """Find one of the questionnaires that come with Rapport, by its id."""
    known = builtin_ids()
    if questionnaire_id not in known:
        raise Problem(
            f"There is no questionnaire '{questionnaire_id}'; known are {_listed(known)}."
            f"{did_you_mean(questionnaire_id, known)}"
        )
    return load(FOLDER / f"{questionnaire_id}.toml")


def builtin_ids() -> list[str]:
    """Name the questionnaires that come with Rapport."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def from_json(text: str) -> Questionnaire:
    """Read back what `to_json` wrote; checked like a file."""
    return _questionnaire(json.loads(text), "the stored questionnaire")


def to_json(questionnaire: Questionnaire) -> str:
    """Write the questions as a wave keeps them, frozen at its opening. `from_json` reads them back."""
    known = {name: value for name, value in asdict(questionnaire).items() if value is not None}
    return json.dumps(known, ensure_ascii=False)


# ------------------------------------------------------------------------------------------------------- asking it


def asked(questionnaire: Questionnaire, number: int) -> Questionnaire:
    """Choose what wave `number` (0, 1, 2 …) asks.

    A questionnaire that does not rotate is asked as it is. One that does asks its anchors, and of the other statements
    of each dimension one, in turn: of three, wave w asks number w mod 3. So every statement comes back after as many
    waves as a dimension has statements in rotation. What is chosen does not rotate any more.

    >>> [item.id for item in asked(builtin("pulse"), 4).items]
    ['T1', 'C1', 'L1', 'B1', 'T3', 'C3', 'L3', 'B3']
    """
    if not questionnaire.rotates:
        return questionnaire
    turn = {_in_turn(questionnaire, dimension, number) for dimension in questionnaire.dimensions}
    items = tuple(item for item in questionnaire.items if item.anchor or item in turn)
    return replace(questionnaire, items=items, rotates=False)


def turns(questionnaire: Questionnaire) -> int:
    """Count the waves after which the same statements are asked again; 1 for a questionnaire that does not rotate."""
    if not questionnaire.rotates:
        return 1
    others = Counter(item.dimension for item in questionnaire.items if not item.anchor)
    return math.lcm(*others.values())


def key(questionnaire: Questionnaire) -> pd.DataFrame:
    """Say how each item is scored: one row an item, columns item, dimension, reverse, low, high."""
    scale = questionnaire.scale
    rows = [(item.id, item.dimension, item.reverse, scale.low, scale.high) for item in questionnaire.items]
    return pd.DataFrame(rows, columns=["item", "dimension", "reverse", "low", "high"])


def _in_turn(questionnaire: Questionnaire, dimension: str, number: int) -> Item | None:
    others = [item for item in questionnaire.items if item.dimension == dimension and not item.anchor]
    return others[number % len(others)] if others else None


# ------------------------------------------------------------------------------------------------------ checking it


def _questionnaire(raw: Mapping[str, Any], file: str) -> Questionnaire:
    place = _Place(file)
    place.only(raw, ("id", "title", "dimensions", "items", "scale", "comment", "rotates"))
    dimensions = _dimensions(place, raw)
    items = _items(place, raw, dimensions)
    made = Questionnaire(
        id=place.name(raw, "id", _DIMENSION_ID),
        title=place.line(raw, "title"),
        dimensions=dimensions,
        items=items,
        scale=_scale(file, raw.get("scale", {})),
        comment=place.line(raw, "comment") if "comment" in raw else None,
        rotates=place.flag(raw, "rotates"),
    )
    _check_room(place, items)
    _check_turns(place, made)
    return made


def _dimensions(place: "_Place", raw: Mapping[str, Any]) -> dict[str, str]:
    table = raw.get("dimensions")
    if not isinstance(table, Mapping) or not table:
        raise place.problem('[dimensions] is missing. Expected one line for each: trust = "Trust".')
    for dimension in table:
        place.matches("dimension", dimension, _DIMENSION_ID)
    return {dimension: place.line(table, dimension) for dimension in table}


def _items(place: "_Place", raw: Mapping[str, Any], dimensions: Mapping[str, str]) -> tuple[Item, ...]:
    rows = raw.get("items")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise place.problem("it has no items. Expected at least one [[items]] with id, dimension and text.")
    items = tuple(_item(place.file, number, row, dimensions) for number, row in enumerate(rows, start=1))
    for item_id, count in Counter(item.id for item in items).items():
        if count > 1:
            raise place.problem(f"item '{item_id}' is there {count} times. Expected each id once.")
    for dimension in dimensions:
        if not any(item.dimension == dimension for item in items):
            raise place.problem(f"dimension '{dimension}' has no item. Expected at least one, or leave it out.")
    return items


def _item(file: str, number: int, row: Any, dimensions: Mapping[str, str]) -> Item:
    place = _Place(file, f"item number {number}")
    if not isinstance(row, Mapping):
        raise place.problem(f"{row!r} is not an item. Expected [[items]] with id, dimension and text.")
    item_id = place.name(row, "id", _ID)
    place = _Place(file, f"item '{item_id}'")
    if item_id in _FIELDS_OF_THE_FORM:
        raise place.problem(f"this id is a field of the form itself. Expected another than {_listed(item_id)}.")
    place.only(row, ("id", "dimension", "text", "reverse", "anchor", "informed_by", "seeds"))
    dimension = place.line(row, "dimension")
    if dimension not in dimensions:
        raise place.problem(
            f"dimension '{dimension}' is not defined; defined are {_listed(dimensions)}."
            f"{did_you_mean(dimension, dimensions)}"
        )
    return Item(
        id=item_id,
        dimension=dimension,
        text=place.line(row, "text"),
        reverse=place.flag(row, "reverse"),
        anchor=place.flag(row, "anchor"),
        informed_by=place.line(row, "informed_by") if row.get("informed_by") else "",
        seeds=place.lines(row, "seeds"),
    )


def _scale(file: str, raw: Any) -> Scale:
    place = _Place(file, "[scale]")
    if not isinstance(raw, Mapping):
        raise place.problem(f"{raw!r} is not a scale. Expected low, high and labels.")
    place.only(raw, ("low", "high", "labels"))
    low, high = (_whole(place, name, raw.get(name, usual)) for name, usual in (("low", 1), ("high", 5)))
    if not (low < high <= low + 10):
        raise place.problem(f"it goes from {low} to {high}. Expected from two to eleven points, the lowest first.")
    usual = AGREEMENT if (low, high) == (1, 5) else tuple(str(value) for value in range(low, high + 1))
    labels = place.lines(raw, "labels") or usual
    if len(labels) != high - low + 1 or len(set(labels)) < len(labels):
        raise place.problem(f"labels = {list(labels)}. Expected {high - low + 1} different ones, for {low} to {high}.")
    return Scale(low, high, labels)


def _whole(place: "_Place", name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise place.problem(f"{name} = {value!r}. Expected a whole number, 0 or more.")
    return value


def _check_room(place: "_Place", items: Sequence[Item]) -> None:
    """Every set of answers must fit a sealed box, which has one size so that its size says nothing."""
    needed = sum(len(item.id) + len('"":"",') + 1 for item in items)
    if needed > ROOM:
        raise place.problem(f"its {len(items)} items are too many for one sealed box. Expected fewer, or shorter ids.")


def _check_turns(place: "_Place", made: Questionnaire) -> None:
    if made.rotates and not any(item.anchor for item in made.items):
        raise place.problem("it rotates and has no anchor. Expected anchor = true on at least one item.")


@dataclass(frozen=True)
class _Place:
    """Where in which file we are reading, so that every sentence can say so."""

    file: str
    item: str = ""

    def problem(self, sentence: str) -> Problem:
        return Problem(f"{self.file}, {self.item}: {sentence}" if self.item else f"{self.file}: {sentence}")

    def only(self, table: Mapping[str, Any], known: Collection[str]) -> None:
        for name in table:
            if name not in known:
                raise self.problem(
                    f"'{name}' is not a known key; known are {_listed(known)}.{did_you_mean(name, known)}"
                )

    def line(self, table: Mapping[str, Any], name: str) -> str:
        value = table.get(name)
        if value is None:
            raise self.problem(f"{name} is missing. Expected one line of text.")
        if not isinstance(value, str) or not value.strip() or "\n" in value.strip() or len(value) > 300:
            raise self.problem(f"{name} = {value!r}. Expected one line of text, up to 300 characters.")
        return value.strip()

    def lines(self, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
        values = table.get(name, ())
        if not isinstance(values, list | tuple) or not all(isinstance(value, str) and value for value in values):
            raise self.problem(f"{name} = {values!r}. Expected a list of texts.")
        return tuple(values)

    def flag(self, table: Mapping[str, Any], name: str) -> bool:
        value = table.get(name, False)
        if not isinstance(value, bool):
            raise self.problem(f"{name} = {value!r}. Expected true or false.")
        return value

    def name(self, table: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
        return self.matches(name, self.line(table, name), pattern)

    def matches(self, name: str, value: str, pattern: re.Pattern[str]) -> str:
        if pattern.fullmatch(value):
            return value
        letters = "lower-case letters" if pattern is _DIMENSION_ID else "letters"
        raise self.problem(f"{name} '{value}'. Expected {letters}, digits and _, a letter first, up to 32.")


def _listed(names: Collection[str] | str) -> str:
    return f"'{names}'" if isinstance(names, str) else ", ".join(f"'{name}'" for name in names)
