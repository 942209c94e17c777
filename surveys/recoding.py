"""Answers in words, or on another scale, as numbers on the questionnaire's.

A file is read with the one scale that has all of its words. Nothing is guessed: words that no scale has together,
a word that two scales count differently, and numbers beyond the scale are refused with the line.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from data.delimited import listed, short
from data.nearest import did_you_mean
from data.records import Problem
from surveys.mapping import ExportMapping, compact
from surveys.questionnaire import Scale

_HELP = "a mapping file (--map)"


class Answer(NamedTuple):
    """What one person said to one item."""

    line: int
    item: str
    cell: str


@dataclass(frozen=True)
class Recoding:
    """How the answers of a file become numbers on the questionnaire's scale."""

    words: Mapping[str, float]
    """Word to number on the scale that was asked, lowest first; none where the answers are numbers."""
    asked: tuple[float, float]
    ends: tuple[float, float]
    """Lowest and highest number of the questionnaire's scale."""

    def shown(self) -> list[tuple[str, float]]:
        """Each word with what becomes of it, lowest first."""
        pairs = [(word, self.placed(number)) for word, number in self.words.items()]
        return sorted(pairs, key=lambda pair: pair[1])

    def values(self, file: str, answers: Sequence[Answer]) -> list[float]:
        """Each answer on the questionnaire's scale. `Problem` for a number beyond the one that was asked."""
        meant = {compact(word): number for word, number in self.words.items()}
        found = []
        for answer in answers:
            number = meant[compact(answer.cell)] if is_word(answer.cell) else number_of(answer.cell)
            if not self.asked[0] <= number <= self.asked[1]:
                raise Problem(
                    f"{_where(file, answer)}; expected a number from {self.asked[0]:g} to {self.asked[1]:g}. Another "
                    f"scale is read where {_HELP} says so: scale = [1, 7]."
                )
            found.append(self.placed(number))
        return found

    def placed(self, number: float) -> float:
        """A number of the scale that was asked, in a straight line on the questionnaire's.

        >>> Recoding({}, (0, 10), (1, 5)).placed(7)
        3.8
        """
        (low, high), (first, last) = self.asked, self.ends
        return first + (number - low) * (last - first) / (high - low)


def recoding_of(file: str, answers: Sequence[Answer], mapping: ExportMapping, scale: Scale) -> Recoding:
    """Find the scale on which a file answers, or say in a sentence why there is none.

    Without `scale` in the mapping it is the questionnaire's; without `words`, a list of words of that length.
    """
    _require_unmixed(file, answers)
    ends = (float(scale.low), float(scale.high))
    asked = mapping.scale or ends
    words = [answer for answer in answers if is_word(answer.cell)]
    return Recoding(_words(file, words, mapping, scale, asked) if words else {}, asked, ends)


def is_word(cell: str) -> bool:
    """Whether an answer is no number."""
    return math.isnan(number_of(cell))


@lru_cache(maxsize=4096)
def number_of(cell: str) -> float:
    """An answer as a number, with a point or a comma; not a number for a word."""
    try:
        number = float(cell.replace(",", "."))
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _words(
    file: str, answers: Sequence[Answer], mapping: ExportMapping, scale: Scale, asked: tuple[float, float]
) -> Mapping[str, float]:
    tables = _tables(mapping, scale, asked)
    used = {compact(answer.cell) for answer in answers}
    fitting = [table for table in tables if used <= _compacted(table).keys()]
    if not fitting:
        raise _no_scale(file, answers, tables, mapping)
    numbers = [_compacted(table) for table in fitting]
    meant = {word: sorted({each[word] for each in numbers}) for word in used}
    for answer in answers:
        if len(meant[compact(answer.cell)]) > 1:
            said = " or ".join(f"{number:g}" for number in meant[compact(answer.cell)])
            raise Problem(f"{_where(file, answer)}, which can mean {said}; expected [words] in {_HELP} that say it.")
    return fitting[0]


def _tables(mapping: ExportMapping, scale: Scale, asked: tuple[float, float]) -> list[Mapping[str, float]]:
    """The words that may be used, each with its number on the scale that was asked."""
    if mapping.words:
        return [mapping.words]
    known = [*([] if mapping.scale else [scale.labels]), *mapping.scales]
    length = asked[1] - asked[0] + 1
    return [{word: asked[0] + place for place, word in enumerate(each)} for each in known if len(each) == length]


def _compacted(table: Mapping[str, float]) -> dict[str, float]:
    return {compact(word): number for word, number in table.items()}


def _no_scale(
    file: str, answers: Sequence[Answer], tables: Sequence[Mapping[str, float]], mapping: ExportMapping
) -> Problem:
    """Of which longer scale the words are, or else which of them the nearest scale does not have."""
    used = {compact(answer.cell) for answer in answers}
    for each in [] if mapping.words else mapping.scales:
        if used <= {compact(word) for word in each}:
            return Problem(
                f"{file} holds words of a scale of {len(each)}, from '{each[0]}' to '{each[-1]}'; it is put on the "
                f"questionnaire's where {_HELP} says so: scale = [1, {len(each)}]."
            )
    best = max(tables, key=lambda table: len(used & _compacted(table).keys()), default={})
    known = _compacted(best)
    strange = next(answer for answer in answers if compact(answer.cell) not in known)
    expected = f"one of {listed(list(best))}" if best else "a number"
    near = did_you_mean(strange.cell, best)
    return Problem(f"{_where(file, strange)}; expected {expected}, or [words] in {_HELP} that say what it means.{near}")


def _require_unmixed(file: str, answers: Sequence[Answer]) -> None:
    """Words and numbers under one statement are answers on two scales."""
    first: dict[str, bool] = {}
    for answer in answers:
        if first.setdefault(answer.item, is_word(answer.cell)) != is_word(answer.cell):
            kind = "words" if first[answer.item] else "numbers"
            raise Problem(f"{_where(file, answer)}, but {kind} stand above it; expected either words or numbers.")


def _where(file: str, answer: Answer) -> str:
    return f"{file}, line {answer.line}: item '{answer.item}' is '{short(answer.cell)}'"
