"""Findings as a test gives them to a page, where those of a database will not do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from analytics.disclosure import Finding

Key = tuple[str, str, str, str]
"""wave_id, team_id, kind, subject."""


@dataclass(frozen=True)
class Told:
    """What `dashboard.released.Reading` answers, from a mapping."""

    index: Mapping[Key, Finding]

    def get(self, *key: str) -> Finding | None:
        return self.index.get(key)

    def of(self, wave_id: str, team_id: str, kind: str) -> list[Finding]:
        return [found for key, found in self.index.items() if key[:3] == (wave_id, team_id, kind)]

    of_team = of

    def saying(self, wave_id: str, kind: str, word: str) -> list[Finding]:
        return [found for found in self.of_kind(wave_id, kind) if found.word == word]

    def of_kind(self, wave_id: str, kind: str) -> Iterator[Finding]:
        return (found for key, found in self.index.items() if (key[0], key[2]) == (wave_id, kind))

    def narrowed(self, may: Callable[[Finding], bool]) -> "Told":
        return Told({key: found for key, found in self.index.items() if may(found)})

    def everything(self) -> Iterator[Finding]:
        return iter(self.index.values())


def index_of(page) -> dict[Key, Finding]:
    """Everything that a page may say, by what names a finding."""
    return {(one.wave_id, one.team_id, one.kind, one.subject): one for one in page.all_findings()}


def telling(page, index: Mapping[Key, Finding]):
    """The same page with other findings."""
    return replace(page, released=Told(index))
