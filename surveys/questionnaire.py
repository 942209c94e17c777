"""What a wave asks: a file of dimensions and statements, checked once at the door.

A questionnaire is a TOML file that anybody can read and write; the two of ours are in `questionnaires/`. The same shape
serves other people's instruments, for answers that were collected elsewhere. Statements of ours stand once, in the
bank, which is a file of that shape too: a questionnaire names them by their ids, beside statements of its own.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from data.nearest import did_you_mean
from data.records import Problem
from surveys.place import ANY_CASE, LOWER_CASE, Place, listed, read_toml, shortened

FOLDER = Path(__file__).with_name("questionnaires")
BANK = FOLDER / "bank.toml"
"""Every statement of ours; a questionnaire names those that it asks."""

AGREEMENT = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
"""The labels of the five-point scale, which a file need not repeat."""

MOST_MODULES = 3
"""How many modules a wave may ask in full: with the twenty of the core and two outcomes about four minutes."""

ROOM = 1_900
"""Bytes that a sealed box of 4,096 has for ratings, beside a comment of 500 characters at four bytes each."""

_FIELDS_OF_THE_FORM = ("code", "answers", "comment", "language", "translate")


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
    """A dimension or a module."""
    text: str
    reverse: bool = False
    """Agreeing lowers the score: the value is turned before it is averaged."""
    anchor: bool = False
    """Asked in every wave, also where the others take turns."""
    alone: bool = False
    """Counted by itself, from eight answers, and in no score: an outcome, or the one statement of a module that a
    short form asks. A score of that one statement would be shown from k answers."""
    outcome: bool = False
    """Says how it is overall: counted by itself, and what goes with it is looked for among the other statements."""
    sensitive: bool = False
    """An answer could hurt the one who gave it, or somebody it is about: counted by itself, and from ten answers."""
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
    """A wave asks the anchors and one more statement of each dimension, in turn, instead of all. Statements that are
    counted alone, as sensitive ones are, share one turn: a wave asks one of them."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """Like dimensions; asked only by waves that choose them."""
    linked: bool = False
    """Other waves ask other statements beside the same anchors: scores go on the scale of the anchors. True of what a
    wave asks of a questionnaire that rotates."""
    language: str = "en"
    """What the statements are written in: 'de', 'pt-BR'."""

    def name_of(self, dimension: str) -> str:
        """Name a dimension or a module for people."""
        return self.dimensions.get(dimension) or self.modules[dimension]


# --------------------------------------------------------------------------------------------------------- reading it


def load(path: Path) -> Questionnaire:
    """Read a questionnaire from a TOML file, or say in one sentence what is wrong with it.

    A `Problem` names the file, the place in it, the value, what was expected and the nearest right thing:

    >>> load(Path("team.toml"))  # doctest: +SKIP
    Problem: team.toml, item 'T1': dimension 'thrust' is not defined. Did you mean 'trust'?
    """
    return _questionnaire(read_toml(path), path.name)


def builtin(questionnaire_id: str) -> Questionnaire:
    """Find one of the questionnaires that come with Rapport, by its id."""
    known = builtin_ids()
    if questionnaire_id not in known:
        raise Problem(
            f"There is no questionnaire '{questionnaire_id}'; known are {listed(known)}."
            f"{did_you_mean(questionnaire_id, known)}"
        )
    return load(FOLDER / f"{questionnaire_id}.toml")


def builtin_ids() -> list[str]:
    """Name the questionnaires that come with Rapport."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path != BANK and "." not in path.stem)


@cache
def bank() -> Questionnaire:
    """Read the bank: four dimensions, two outcomes and fourteen modules, 79 statements. Never asked as a whole.

    >>> len(bank().items), len(bank().modules)
    (79, 14)
    """
    return load(BANK)


@lru_cache(maxsize=16)
def from_json(text: str) -> Questionnaire:
    """Read back what `to_json` wrote; checked like a file. Every answer asks for that of its wave: kept once read."""
    return _questionnaire(json.loads(text), "the stored questionnaire")


def to_json(questionnaire: Questionnaire) -> str:
    """Write the questions as a wave keeps them, frozen at its opening. `from_json` reads them back."""
    known = {name: value for name, value in asdict(questionnaire).items() if value is not None}
    for name, usual in (
        ("modules", {}),
        ("linked", False),
        ("language", "en"),
    ):  # what is usual is left unsaid, as in every wave before it could be said
        if known[name] == usual:
            del known[name]
    for item in known["items"]:
        for name in ("alone", "outcome", "sensitive"):
            if not item[name]:
                del item[name]
    return json.dumps(known, ensure_ascii=False)


# ------------------------------------------------------------------------------------------------------- asking it


def choose(questionnaire: Questionnaire, modules: Sequence[str]) -> Questionnaire:
    """Add modules, of the questionnaire's own or of the bank, to what its waves ask.

    They become dimensions like the others, asked before the statements that are counted alone. A questionnaire that
    rotates asks one statement of one module in each wave instead, in turn; reverse-keyed ones are left out there, and
    none makes a score.

    >>> quarterly = choose(builtin("quarterly"), ["listening"])
    >>> [item.id for item in quarterly.items[-6:]]
    ['AL1', 'AL2', 'AL3', 'AL4', 'O1', 'O2']
    >>> choose(builtin("quarterly"), ["listning"])
    Traceback (most recent call last):
    data.records.Problem: There is no module 'listning'. Did you mean 'listening'?
    """
    names = list(dict.fromkeys(modules))
    known = {**bank().modules, **questionnaire.modules}
    for name in names:
        _check_module(questionnaire, name, known)
    if len(names) > MOST_MODULES and not questionnaire.rotates:
        raise Problem(f"Modules {listed(names)}: expected up to {MOST_MODULES} in a wave of '{questionnaire.id}'.")
    own = {name for name in names if name in questionnaire.modules}
    source = [*questionnaire.items, *(item for item in bank().items if item.dimension not in own)]
    added = [item for name in names for item in source if item.dimension == name]
    if questionnaire.rotates:
        added = [replace(item, alone=True, anchor=False) for item in added if not item.reverse]
    kept = [item for item in questionnaire.items if item.dimension not in own]
    made = replace(
        questionnaire,
        dimensions={**questionnaire.dimensions, **{name: known[name] for name in names}},
        modules={name: label for name, label in questionnaire.modules.items() if name not in own},
        items=(*(item for item in kept if not item.alone), *added, *(item for item in kept if item.alone)),
    )
    _check_ids(Place(f"questionnaire '{made.id}'"), made.items)
    _check_room(Place(f"questionnaire '{made.id}'"), made.items)
    return made


def asked(questionnaire: Questionnaire, number: int) -> Questionnaire:
    """Choose what wave `number` (0, 1, 2 …) asks.

    A questionnaire that does not rotate is asked as it is, without modules that were not chosen. One that does asks
    its anchors, and of the other statements of each dimension one, in turn: of three, wave w asks number w mod 3. So
    every statement comes back after as many waves as a dimension has statements in rotation. Chosen modules take
    turns: of two, wave w asks a statement of module w mod 2. What is chosen does not rotate any more.

    >>> [item.id for item in asked(builtin("pulse"), 4).items]
    ['T1', 'C1', 'L1', 'B1', 'T3', 'C3', 'L3', 'B3']
    >>> [asked(choose(builtin("pulse"), ["listening", "tone"]), wave).items[-1].id for wave in range(4)]
    ['AL1', 'P1', 'AL2', 'P2']
    """
    items = _open(questionnaire)
    if not items:
        raise Problem(f"Questionnaire '{questionnaire.id}': it has no statement that a wave may ask.")
    if questionnaire.rotates:
        turn = {others[number % len(others)] for others in _in_turn(items)}
        items = [item for item in items if item.anchor or item in turn]
    items = alone_where_single(items)
    dimensions = {item.dimension for item in items}
    named = {dimension: name for dimension, name in questionnaire.dimensions.items() if dimension in dimensions}
    linked = questionnaire.rotates or questionnaire.linked
    return replace(questionnaire, dimensions=named, items=tuple(items), rotates=False, modules={}, linked=linked)


def alone_where_single(items: Sequence[Item]) -> list[Item]:
    """Count by itself what is sensitive, and what would be the only statement of its dimension.

    A score is shown from k answers, the figure of a statement from eight and of a sensitive one from ten; the one must
    not go around the other.
    """
    scored = Counter(item.dimension for item in items if not (item.alone or item.sensitive))
    return [replace(item, alone=item.alone or item.sensitive or scored[item.dimension] == 1) for item in items]


def about_sensitive(questionnaire: Questionnaire) -> str:
    """Name the sensitive statements, and what that means, in a sentence; '' where there are none."""
    named = [each.id for each in _open(questionnaire) if each.sensitive]
    return f"Sensitive, so counted by themselves and shown from ten answers: {', '.join(named)}." if named else ""


def turns(questionnaire: Questionnaire) -> int:
    """Count the waves after which the same statements are asked again; 1 for a questionnaire that does not rotate."""
    if not questionnaire.rotates:
        return 1
    return math.lcm(*map(len, _in_turn(_open(questionnaire))))


def key(questionnaire: Questionnaire) -> pd.DataFrame:
    """Say how each item is scored: one row an item, columns item, dimension, reverse, low, high.

    An item that is counted alone has no dimension here, nor has a sensitive one.
    """
    scale = questionnaire.scale
    rows = [
        (item.id, None if item.alone or item.sensitive else item.dimension, item.reverse, scale.low, scale.high)
        for item in questionnaire.items
    ]
    return pd.DataFrame(rows, columns=["item", "dimension", "reverse", "low", "high"])


def outcomes(questionnaire: Questionnaire) -> list[str]:
    """Name the items that say how it is overall, as their file marks them, and are not sensitive.

    >>> outcomes(builtin("quarterly"))
    ['O1', 'O2']
    """
    return [item.id for item in questionnaire.items if item.outcome and not item.sensitive]


def _open(questionnaire: Questionnaire) -> list[Item]:
    """The items that a wave may ask at all."""
    return [item for item in questionnaire.items if item.dimension not in questionnaire.modules]


def _in_turn(items: Sequence[Item]) -> list[list[Item]]:
    """The lists of which a wave asks one item each: one a dimension, and one of all that are counted by themselves."""
    others = [item for item in items if not item.anchor]
    scored, alone = ([item for item in others if (item.alone or item.sensitive) is apart] for apart in (False, True))
    lists = [*_by_dimension(scored), _alternating(_by_dimension(alone))]
    return [each for each in lists if each]


def _by_dimension(items: Sequence[Item]) -> list[list[Item]]:
    return [[item for item in items if item.dimension == each] for each in dict.fromkeys(i.dimension for i in items)]


def _alternating(lists: Sequence[Sequence[Item]]) -> list[Item]:
    """One of the first list, one of the second, and so on, until every list has come round."""
    rounds = math.lcm(*map(len, lists)) if lists else 0
    return [each[number % len(each)] for number in range(rounds) for each in lists]


# ------------------------------------------------------------------------------------------------------ checking it


def _questionnaire(raw: Mapping[str, Any], file: str) -> Questionnaire:
    place = Place(file)
    place.only(raw, [each.name for each in fields(Questionnaire)])
    dimensions, modules = _dimensions(place, raw), _modules(place, raw)
    items = _items(place, raw, {**dimensions, **modules})
    made = Questionnaire(
        id=place.name(raw, "id", LOWER_CASE),
        title=place.line(raw, "title"),
        dimensions=dimensions,
        items=items,
        scale=_scale(file, raw.get("scale", {})),
        comment=place.line(raw, "comment") if "comment" in raw else None,
        rotates=place.flag(raw, "rotates"),
        modules=modules,
        linked=place.flag(raw, "linked"),
        language=place.language(raw.get("language", "en")),
    )
    _check_room(place, items)
    _check_turns(place, made)
    return made


def _dimensions(place: Place, raw: Mapping[str, Any]) -> dict[str, str]:
    """Those of the file, and those of the statements that it takes from the bank."""
    table = raw.get("dimensions", {})
    banked = _banked_dimensions(raw)
    if not isinstance(table, Mapping) or not (table or banked):
        raise place.problem('[dimensions] is missing. Expected one line for each: trust = "Trust".')
    own = _named(place, table, "dimension")
    return {**own, **{each: name for each, name in banked.items() if each not in (*own, *raw.get("modules", ()))}}


def _banked_dimensions(raw: Mapping[str, Any]) -> dict[str, str]:
    rows = raw.get("items")
    ids = {row for row in rows if isinstance(row, str)} if isinstance(rows, list) else set()
    return {item.dimension: bank().name_of(item.dimension) for item in bank().items if item.id in ids} if ids else {}


def _modules(place: Place, raw: Mapping[str, Any]) -> dict[str, str]:
    table = raw.get("modules", {})
    if not isinstance(table, Mapping):
        raise place.problem(
            f'modules = {shortened(table)}. Expected one line for each: listening = "Active listening".'
        )
    both = next((module for module in table if module in raw.get("dimensions", {})), None)
    if both is not None:
        raise place.problem(f"'{both}' is a dimension and a module. Expected one of the two.")
    return _named(place, table, "module")


def _named(place: Place, table: Mapping[str, Any], what: str) -> dict[str, str]:
    for each in table:
        place.matches(what, each, LOWER_CASE)
    return {each: place.line(table, each) for each in table}


def _items(place: Place, raw: Mapping[str, Any], dimensions: Mapping[str, str]) -> tuple[Item, ...]:
    rows = raw.get("items")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise place.problem("it has no items. Expected at least one [[items]] with id, dimension and text.")
    items = tuple(_item(place.file, number, row, dimensions) for number, row in enumerate(rows, start=1))
    _check_ids(place, items)
    for dimension in dimensions:
        if not any(item.dimension == dimension for item in items):
            raise place.problem(f"dimension '{dimension}' has no item. Expected at least one, or leave it out.")
    return items


def _item(file: str, number: int, row: Any, dimensions: Mapping[str, str]) -> Item:
    place = Place(file, f"item number {number}")
    if isinstance(row, str):
        return _banked(place, row)
    if not isinstance(row, Mapping):
        raise place.problem(f"{shortened(row)} is not an item. Expected [[items]] with id, dimension and text.")
    item_id = place.name(row, "id", ANY_CASE)
    place = Place(file, f"item '{item_id}'")
    if item_id in _FIELDS_OF_THE_FORM:
        raise place.problem(f"this id is a field of the form itself. Expected another than {listed(item_id)}.")
    place.only(row, [each.name for each in fields(Item)])
    dimension = place.line(row, "dimension")
    if dimension not in dimensions:
        raise place.problem(
            f"dimension {shortened(dimension)} is not defined; defined are {listed(dimensions)}."
            f"{did_you_mean(dimension, dimensions)}"
        )
    return Item(
        id=item_id,
        dimension=dimension,
        text=place.line(row, "text"),
        reverse=place.flag(row, "reverse"),
        anchor=place.flag(row, "anchor"),
        alone=place.flag(row, "alone") or place.flag(row, "outcome"),
        outcome=place.flag(row, "outcome"),
        sensitive=place.flag(row, "sensitive"),
        informed_by=place.line(row, "informed_by") if row.get("informed_by") else "",
        seeds=place.lines(row, "seeds"),
    )


def _banked(place: Place, item_id: str) -> Item:
    known = {item.id: item for item in bank().items}
    if item_id not in known:
        raise place.problem(f"the bank has no statement {shortened(item_id)}.{did_you_mean(item_id, known)}")
    return known[item_id]


def _scale(file: str, raw: Any) -> Scale:
    place = Place(file, "[scale]")
    if not isinstance(raw, Mapping):
        raise place.problem(f"{shortened(raw)} is not a scale. Expected low, high and labels.")
    place.only(raw, ("low", "high", "labels"))
    low, high = (_whole(place, name, raw.get(name, usual)) for name, usual in (("low", 1), ("high", 5)))
    if not (low < high <= low + 10):
        raise place.problem(f"it goes from {low} to {high}. Expected from two to eleven points, the lowest first.")
    usual = AGREEMENT if (low, high) == (1, 5) else tuple(str(value) for value in range(low, high + 1))
    labels = place.lines(raw, "labels") or usual
    if len(labels) != high - low + 1 or len(set(labels)) < len(labels):
        raise place.problem(
            f"labels = {shortened(list(labels))}. Expected {high - low + 1} different ones, for {low} to {high}."
        )
    return Scale(low, high, labels)


def _whole(place: Place, name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise place.problem(f"{name} = {shortened(value)}. Expected a whole number, 0 or more.")
    return value


def _check_ids(place: Place, items: Sequence[Item]) -> None:
    for item_id, count in Counter(item.id for item in items).items():
        if count > 1:
            raise place.problem(f"item '{item_id}' is there {count} times. Expected each id once.")


def _check_module(questionnaire: Questionnaire, name: str, known: Mapping[str, str]) -> None:
    if name in questionnaire.dimensions:
        raise Problem(f"Module '{name}': questionnaire '{questionnaire.id}' asks it already.")
    if name not in known:
        near = did_you_mean(name, known) or f" Known are {listed(known)}."
        raise Problem(f"There is no module '{name}'.{near}")


def _check_room(place: Place, items: Sequence[Item]) -> None:
    """Every set of answers must fit a sealed box, which has one size so that its size says nothing."""
    needed = sum(len(item.id) + len('"":"",') + 1 for item in items)
    if needed > ROOM:
        raise place.problem(f"its {len(items)} items are too many for one sealed box. Expected fewer, or shorter ids.")


def _check_turns(place: Place, made: Questionnaire) -> None:
    if made.rotates and not any(item.anchor for item in made.items):
        raise place.problem("it rotates and has no anchor. Expected anchor = true on at least one item.")
