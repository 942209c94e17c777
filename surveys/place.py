"""Reading a file that somebody wrote: where we are in it, and one sentence for whatever is wrong there."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.nearest import did_you_mean
from data.records import Problem

LONGEST_LINE = 300
"""Characters."""
SHOWN = 80
"""Characters of a wrong value that a sentence about it repeats."""

ANY_CASE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
LOWER_CASE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_toml(path: Path, called: str = "questionnaire file") -> Mapping[str, Any]:
    """Read a TOML file as it is, or say in one sentence why it cannot be read. `called` is what the file is one of."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Problem(f"{path}: there is no such {called}.") from None
    except IsADirectoryError:
        raise Problem(f"{path}: this is a folder. Expected a text file in TOML.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path}: this is not a readable text file in UTF-8 ({error}).") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{path.name}: this is not valid TOML: {error}.") from None
    except RecursionError:
        raise Problem(f"{path.name}: this is not readable: it has lists within lists, too many to follow.") from None


def listed(names: Collection[str] | str) -> str:
    """Name one thing or several, each in quotation marks.

    >>> listed(["T1", "C1"])
    "'T1', 'C1'"
    """
    return f"'{names}'" if isinstance(names, str) else ", ".join(f"'{name}'" for name in names)


def shortened(value: object) -> str:
    """Write a value into a sentence, the beginning of it where it is long.

    >>> shortened("one"), shortened("a" * 100) == "'" + "a" * 79 + "…"
    ("'one'", True)
    """
    written = repr(value)
    return f"{written[:SHOWN]}…" if len(written) > SHOWN else written


@dataclass(frozen=True)
class Place:
    """Where in which file we are reading, so that every sentence can say so."""

    file: str
    item: str = ""

    def problem(self, sentence: str) -> Problem:
        """Make a problem of this place, to be raised."""
        return Problem(f"{self.file}, {self.item}: {sentence}" if self.item else f"{self.file}: {sentence}")

    def only(self, table: Mapping[str, Any], known: Collection[str]) -> None:
        """Refuse a key that is not known, and name the nearest that is."""
        for name in table:
            if name not in known:
                raise self.problem(
                    f"{shortened(name)} is not a known key; known are {listed(known)}.{did_you_mean(name, known)}"
                )

    def line(self, table: Mapping[str, Any], name: str) -> str:
        """Read one line of text that must be there."""
        value = table.get(name)
        if value is None:
            raise self.problem(f"{name} is missing. Expected one line of text.")
        if not isinstance(value, str) or not value.strip() or "\n" in value.strip() or len(value) > LONGEST_LINE:
            raise self.problem(
                f"{name} = {shortened(value)}. Expected one line of text, up to {LONGEST_LINE} characters."
            )
        return value.strip()

    def lines(self, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """Read a list of texts; none where it is not there."""
        values = table.get(name, ())
        if not isinstance(values, list | tuple) or not all(isinstance(value, str) and value for value in values):
            raise self.problem(f"{name} = {shortened(values)}. Expected a list of texts.")
        return tuple(values)

    def flag(self, table: Mapping[str, Any], name: str) -> bool:
        """Read true or false; false where it is not there."""
        value = table.get(name, False)
        if not isinstance(value, bool):
            raise self.problem(f"{name} = {shortened(value)}. Expected true or false.")
        return value

    def name(self, table: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
        """Read an id."""
        return self.matches(name, self.line(table, name), pattern)

    def matches(self, name: str, value: str, pattern: re.Pattern[str]) -> str:
        """Refuse what cannot be an id, of `ANY_CASE` or of `LOWER_CASE`."""
        if pattern.fullmatch(value):
            return value
        letters = "lower-case letters" if pattern is LOWER_CASE else "letters"
        raise self.problem(f"{name} {shortened(value)}. Expected {letters}, digits and _, a letter first, up to 32.")

    def language(self, value: object) -> str:
        """Refuse what cannot be the code of a language."""
        if isinstance(value, str) and _LANGUAGE.fullmatch(value):
            return value
        raise self.problem(f"language {shortened(value)}. Expected the code of a language, such as 'de' or 'pt-BR'.")
