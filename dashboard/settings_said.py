"""What was said of each setting, and where: in the environment, or else in a file, or else nowhere.

The file is the one that RAPPORT_CONFIG names, or else `rapport.toml` where the person stands, or else `rapport.toml` in
their data folder. One file counts, not two. It has a table for what stands before the dot of a setting's name:

    [serve]
    url = "https://rapport.example.org"

    [mail]
    server = "smtp://rapport@mail.example.org"
    password_file = "mail-password"     # beside this file

Nothing is read but this file, and the files of secrets that it names.
"""

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.settings_known import CONFIG, SECRETS, SETTINGS, Said, Secret
from data.nearest import did_you_mean
from data.records import Problem
from surveys.place import read_toml, shortened

FILE = "rapport.toml"
PREFIX = "RAPPORT_"


@dataclass(frozen=True)
class Told:
    """Everything that was said, each read once, and what was said wrongly."""

    file: Path | None
    said: Mapping[str, Said]
    """By the name of the setting. A default counts as said."""
    values: Mapping[str, Any]
    """What holds then."""
    wrong: Mapping[str, str]
    """Why what was said cannot be, a sentence each."""
    mistakes: Sequence[str]
    """Of the file as such: it cannot be read, it names no setting, it holds a secret."""

    def check_file(self) -> None:
        """Raise a `Problem` for the first mistake of the file as such."""
        for mistake in self.mistakes:
            raise Problem(mistake)

    def value(self, name: str) -> Any:
        """Give what holds; None where nothing was said. A `Problem` where that cannot be."""
        if name in self.wrong:
            raise Problem(self.wrong[name])
        return self.values.get(name)

    def secret(self, name: str) -> Secret | None:
        """Give a secret, or what is in the file that is named for it; a `Problem`, which never holds it, for both."""
        beside = f"{name}_file"
        if name in self.said and beside in self.said:
            raise Problem(f"{self.called(name)} and {self.called(beside)} are both set; expected one of them.")
        found: Secret | None = self.value(name) or self.value(beside)
        return found

    def called(self, name: str) -> str:
        """Call a setting what this person calls it, also where they have not said it."""
        if name in self.said:
            return self.said[name].at
        return f"{name} in {self.file.name}" if self.file and SETTINGS[name].in_file else SETTINGS[name].variable


def gather(environment: Mapping[str, str], file: Path | None = None) -> Told:
    """Gather what is said in the environment and in `file`, or in the file that is found; what is wrong stays beside.

    What the environment says counts before what the file says. An empty text says nothing, but where a secret should
    be: without that, a key that was lost on its way would make a database that anybody can read.
    """
    try:
        file = file or find(environment)
        written, mistakes = _written(read_toml(file, "settings file"), file) if file else ({}, [])
    except Problem as problem:
        written, mistakes = {}, [str(problem)]
    around = _around(environment)
    for name in SECRETS & around.keys():
        written.pop(f"{name}_file", None)
    said = _meant(_defaults(environment)) | _meant(written) | _meant(around)
    values, wrong = {}, {}
    for name in (name for name in SETTINGS if name in said):
        try:
            values[name] = SETTINGS[name].read(said[name])
        except Problem as problem:
            wrong[name] = str(problem)
    return Told(file, said, values, wrong, mistakes)


def find(environment: Mapping[str, str]) -> Path | None:
    """Find the file that counts; None where there is none.

    A `Problem` where the one in this folder could have been put there by somebody else: it may say to whom letters,
    links in them, and a password go.
    """
    named = environment.get(CONFIG.variable)
    if named is not None:
        return Path(named).expanduser().absolute() if named else None
    # `Path.is_file` fails in a folder that may not be looked into, where somebody who became another user often stands
    here, at_home = Path(FILE), data_folder(environment) / FILE
    if os.path.isfile(here):  # noqa: PTH113
        if not _is_ours(here):
            raise Problem(
                f"{here.absolute()} belongs to somebody else, or others can write it; expected one that is yours, or "
                f"its name in {CONFIG.variable}."
            )
        return here.absolute()
    return at_home if os.path.isfile(at_home) else None  # noqa: PTH113


def strangers(environment: Mapping[str, str]) -> list[str]:
    """Name, a sentence each, the variables that look like ours and are none.

    >>> strangers({"RAPPORT_SMPT": "smtp://mail.example.org", "HOME": "/home/ana"})
    ["RAPPORT_SMPT is no setting. Did you mean 'RAPPORT_SMTP'?"]
    """
    known = [CONFIG.variable, *(setting.variable for setting in SETTINGS.values())]
    unknown = [name for name in environment if name.startswith(PREFIX) and name not in known]
    return [f"{name} is no setting.{did_you_mean(name, known)}" for name in sorted(unknown)]


def data_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Tell the folder where this person's programs keep their data.

    >>> str(data_folder({"XDG_DATA_HOME": "/home/ana/data"}, "linux"))
    '/home/ana/data/rapport'
    """
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "rapport"
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "rapport"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "rapport"


def _is_ours(file: Path) -> bool:
    found = file.stat()
    return found.st_uid in (0, os.getuid()) and not found.st_mode & stat.S_IWOTH


def _written(content: Mapping[str, Any], file: Path) -> tuple[dict[str, Said], list[str]]:
    """Take what a file says of each setting, and say what it cannot say."""
    said, mistakes = {}, []
    for name, value in _entries(content):
        try:
            said[name] = Said(_text(name, value, file), f"{name} in {file.name}", "file", file.parent)
        except Problem as problem:
            mistakes.append(str(problem))
    return said, mistakes


def _entries(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """List what a file says by the whole name of each setting: table, dot, key."""
    tables = {name.partition(".")[0] for name in SETTINGS}
    for table, values in content.items():
        if isinstance(values, dict) and (values or table in tables):
            yield from ((f"{table}.{key}", value) for key, value in values.items())
        else:
            yield table, values


def _text(name: str, value: Any, file: Path) -> str:
    """Take what a file says of one setting as a text. What may be a secret is not repeated."""
    if name not in SETTINGS:
        near = did_you_mean(name, (known for known, setting in SETTINGS.items() if setting.in_file))
        raise Problem(f"{shortened(name)} in {file.name} is no setting.{near}")
    setting = SETTINGS[name]
    if setting.secret:
        raise Problem(
            f"{name} in {file.name} is a secret, which may not stand there; expected it in {setting.variable}, or "
            f"{name}_file with the name of a file (0600) that holds it."
        )
    number = setting.default.isdecimal()
    if not isinstance(value, str) and not (number and type(value) is int):
        shown = str(value).lower() if isinstance(value, int | float) else f"a {_kind(value)}"
        expected = "a number" if number else "a text in quotation marks"
        raise Problem(f"{name} in {file.name} is {shown}; expected {expected}.")
    return str(value)


def _kind(value: object) -> str:
    return "table" if isinstance(value, dict) else "list" if isinstance(value, list) else "date"


def _around(environment: Mapping[str, str]) -> dict[str, Said]:
    return {
        name: Said(environment[setting.variable], setting.variable, "environment")
        for name, setting in SETTINGS.items()
        if setting.variable in environment
    }


def _defaults(environment: Mapping[str, str]) -> dict[str, Said]:
    folder = data_folder(environment)
    return {
        name: Said(setting.default, setting.variable, "default", folder)
        for name, setting in SETTINGS.items()
        if setting.default
    }


def _meant(said: Mapping[str, Said]) -> dict[str, Said]:
    """Leave out what was left empty."""
    return {name: each for name, each in said.items() if each.text or SETTINGS[name].guards}
