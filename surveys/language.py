"""What the forms say, in every language that they speak: one file each in `languages/`.

A sentence of ours is written once, in English, where it is said; a file gives for each of them the same in its
language. What is in curly brackets is filled in. A sentence that a file lacks is said in English, and a test fails.

Statements are not here: they belong to a questionnaire, and so do their translations (`surveys.translation`).
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

FOLDER = Path(__file__).with_name("languages")

ISOLATE, END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
"""Around what is filled in where one reads from right to left: without them, '2026-Q4' would turn into 'Q4-2026'."""


class Sentence(str):
    """An English sentence that remembers what was filled in, so that it can be said in another language.

    >>> Sentence("{count} of {most}", count=3, most=5)
    '3 of 5'
    """

    __slots__ = ("pattern", "values")

    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, **values: object) -> Self:
        """Fill in the values."""
        sentence = super().__new__(cls, pattern.format(**values))
        sentence.pattern, sentence.values = pattern, values
        return sentence


@dataclass(frozen=True)
class Language:
    """One language, with all that the forms say in it."""

    code: str
    """For the `lang` of a page: 'de'."""
    name: str
    """What it calls itself: 'Deutsch'."""
    months: tuple[str, ...]
    day: str
    """How a day of this year is written: '{day}. {month}'."""
    day_and_year: str
    """The same for a day of another year."""
    first: str = "1"
    """How the first of a month is written: '1er'."""
    direction: Literal["ltr", "rtl"] = "ltr"
    capitals: bool = False
    """Names of things keep their capital letter within a sentence."""
    reviewed: bool = False
    """Somebody who grew up with the language has checked every line."""
    unreviewed: str = ""
    """Says in the language that nobody has; '' once somebody did."""
    sentences: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By the English sentence."""
    chosen: bool = False
    """The reader chose it, rather than their browser, so every form and link of the page carries it along."""

    def say(self, sentence: str, **values: object) -> str:
        """Say a sentence of ours in this language.

        >>> ENGLISH.say("{count} chosen.", count=2)
        '2 chosen.'
        """
        pattern, filled = self.parts(sentence, values)
        return pattern.format(**filled)

    def parts(self, sentence: str, values: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
        """Find how a sentence is said here, and what is filled in."""
        pattern = sentence.pattern if isinstance(sentence, Sentence) else str(sentence)
        filled = {**sentence.values, **values} if isinstance(sentence, Sentence) else values
        if self.direction == "rtl":
            filled = {name: _isolated(value) for name, value in filled.items()}
        return self.sentences.get(pattern, pattern), filled

    def date(self, day: date, this_year: int) -> str:
        """Name a day, with the year when it is another than this.

        >>> ENGLISH.date(date(2026, 12, 11), this_year=2026)
        '11 December'
        """
        pattern = self.day if day.year == this_year else self.day_and_year
        number = self.first if day.day == 1 else day.day
        return pattern.format(day=number, month=self.months[day.month - 1], year=day.year)

    def within(self, name: str) -> str:
        """Write the name of a dimension as it stands within a sentence.

        >>> ENGLISH.within("Trust")
        'trust'
        """
        return name if self.capitals else name.lower()

    @property
    def carried(self) -> str:
        """Give what is put behind an address so that a script opens it in the language that was chosen.

        No browser sends what stands behind the #, so it stands in no access log.
        """
        return f"#{self.code}" if self.chosen else ""


@cache
def languages() -> Mapping[str, Language]:
    """Read every language that the forms speak, by code, in the order of the choice.

    >>> [language.name for language in languages().values()]
    ['Deutsch', 'English', 'Español', 'Français', 'العربية']
    """
    known = sorted((read(file) for file in FOLDER.glob("*.toml")), key=lambda language: language.name)
    return {language.code: language for language in known}


def read(file: Path) -> Language:
    """Read the file of one language. Its tables are chapters: they help whoever translates, and mean nothing."""
    raw: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    chapters = [raw.pop(name) for name, value in list(raw.items()) if isinstance(value, dict)]
    sentences = {english: said for chapter in chapters for english, said in chapter.items()}
    return Language(**{**raw, "code": file.stem, "months": tuple(raw["months"]), "sentences": sentences})


ENGLISH = read(FOLDER / "en.toml")


def understood(accepted: str) -> Language:
    """Choose the language that a browser would like best ('de-CH, fr;q=0.8') among ours; else English.

    >>> understood("it, de-CH;q=0.7, fr;q=0.9").name
    'Français'
    """
    wishes = sorted(_wishes(accepted), key=lambda wish: -wish[0])
    return next((languages()[code] for liking, code in wishes if liking > 0 and code in languages()), ENGLISH)


def _isolated(value: object) -> str:
    return ISOLATE + (value if isinstance(value, str) else str(value)) + END


def _wishes(accepted: str) -> Iterator[tuple[float, str]]:
    for wish in accepted.split(","):
        code, _, liking = wish.partition(";")
        try:
            yield float(liking.strip().removeprefix("q=") or 1), code.strip().partition("-")[0].lower()
        except ValueError:  # not how a wish is written, so it is none
            continue
