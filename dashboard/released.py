"""What was released, read from the database when a page first asks for it, and kept until a wave opens or closes.

An organization of 10,000 teams has half a million findings a wave. A page looks at one team over all its waves, or at
one kind of finding over all teams of a wave; so those are what is read at once, and nothing else is.

    database ──▶ Released ──▶ Reading (what one viewer may read of it) ──▶ Readable
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeVar
from weakref import WeakKeyDictionary, WeakMethod

import duckdb
import pandas as pd

from analytics import disclosure
from analytics.disclosure import Finding
from dashboard import access
from dashboard.access import Viewer
from data import findings as kept_findings
from data import waves as kept_waves
from data.records import ROOT, Group, Wave
from data.store import Store
from surveys.picker import in_a_list

ONE_BY_ONE = 4
"""Teams that are read by themselves for one kind of finding in one wave; whoever asks for more goes through all."""
TEAMS_KEPT, KINDS_KEPT, FIGURES_KEPT, ROLES_KEPT = 512, 64, 16, 64
"""Of how many teams, kinds of finding in a wave, compared waves and viewers the last that were asked for are kept."""

K = TypeVar("K")
V = TypeVar("V")
State = tuple[tuple[str, str, str], ...]
Shelf = Mapping[tuple[str, str, str], Sequence[Finding]]
"""(wave_id, team_id, kind) → findings in the order of their subjects."""


class OnDemand(Mapping[K, V]):
    """A mapping whose keys are known and whose values are made when somebody first asks for one.

    >>> squares = OnDemand([1, 2], lambda number: number * number)
    >>> squares[2], list(squares)
    (4, [1, 2])
    """

    def __init__(self, keys: Sequence[K], make: Callable[[K], V]) -> None:
        self._keys, self._make = dict.fromkeys(keys), make
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        """Give the value of a key, made now or before."""
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __iter__(self) -> Iterator[K]:
        """Give the keys, in the order in which they came."""
        return iter(self._keys)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._keys)


@dataclass(frozen=True)
class Shown:
    """What one viewer may read of what was released: by their role and the teams they lead, and by nothing else."""

    findings: "Reading"
    grouped: Mapping[str, tuple[Group, ...]]
    """wave_id → groups, the organization first, then in the order of the chart."""
    spoken: Mapping[str, Mapping[str, tuple[str, ...]]]
    """wave_id → team_id → comments."""


class Released:
    """Everything that was released, for all viewers; what one of them may read of it is `shown`.

    A closed wave is never released again and the groups of an open one are frozen, so nothing here can go stale while
    `state` (wave_id, state and what was asked, of every wave) stays as it is.
    """

    def __init__(self, store: Store, state: State) -> None:
        self.state = state
        self._reading = WeakMethod(store.reading)  # what is kept for a store must not keep the store
        self.groups = OnDemand([wave_id for wave_id, _, _ in state], self._groups)
        self._team = lru_cache(TEAMS_KEPT)(self._read_team)
        self._kind = lru_cache(KINDS_KEPT)(self._read_kind)
        self._saying = lru_cache(KINDS_KEPT)(self._read_saying)
        self._figures = lru_cache(FIGURES_KEPT)(self._read_figures)
        self._asked: dict[tuple[str, str], set[str]] = {}
        self.shown = lru_cache(ROLES_KEPT)(self._shown)

    def of(self, wave_id: str, team_id: str, kind: str) -> Sequence[Finding]:
        """All findings of a kind for one team in one wave, in the order of their subjects."""
        asked = self._asked.setdefault((wave_id, kind), set())
        if len(asked) < ONE_BY_ONE:
            asked.add(team_id)
            return self._team(team_id).get((wave_id, team_id, kind), ())
        return self._kind(wave_id, kind).get((wave_id, team_id, kind), ())

    def of_team(self, wave_id: str, team_id: str, kind: str) -> Sequence[Finding]:
        """As `of`, of a kind of which there are too many to read those of all teams at once."""
        return self._team(team_id).get((wave_id, team_id, kind), ())

    def of_kind(self, wave_id: str, kind: str) -> Iterator[Finding]:
        """Every finding of a kind in one wave, team by team."""
        return (finding for each in self._kind(wave_id, kind).values() for finding in each)

    def saying(self, wave_id: str, kind: str, word: str) -> Sequence[Finding]:
        """The findings of a kind in one wave that say one word, team by team."""
        return self._saying(wave_id, kind, word)

    def figures(self, wave_id: str) -> Mapping[tuple[str, str, str], Finding]:
        """(team_id, kind, subject) → the scores and courses of a wave: for what is compared and not shown."""
        return self._figures(wave_id)

    def of_wave(self, wave_id: str) -> Iterator[Finding]:
        """Every finding of one wave; not kept, because no page shows that much."""
        return iter(self._read(wave_id=wave_id))

    def _read_team(self, team_id: str) -> Shelf:
        return _shelved(self._read(team_id=team_id))

    def _read_kind(self, wave_id: str, kind: str) -> Shelf:
        return _shelved(self._read(wave_id=wave_id, kind=kind))

    def _read_saying(self, wave_id: str, kind: str, word: str) -> Sequence[Finding]:
        return self._read(wave_id=wave_id, kind=kind, word=word)

    def _read_figures(self, wave_id: str) -> Mapping[tuple[str, str, str], Finding]:
        both = (*self.of_kind(wave_id, "score"), *self.of_kind(wave_id, "trend"))
        return {(found.team_id, found.kind, found.subject): found for found in both}

    def _read(self, **which: str) -> tuple[Finding, ...]:
        with self._database() as db:
            return disclosure.restore(kept_findings.rows(db, **which))

    def _groups(self, wave_id: str) -> list[Group]:
        with self._database() as db:
            return kept_waves.groups(db, wave_id)

    def _comments(self, wave_id: str) -> pd.DataFrame:
        with self._database() as db:
            return kept_findings.comments(db, wave_id)

    def _database(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        reading = self._reading()
        if reading is None:
            raise RuntimeError("The database that these findings are read from has been let go of.")
        return reading()

    def _shown(self, viewer: Viewer) -> Shown:
        waves = list(self.groups)
        return Shown(
            Reading(self, _anything if viewer.administrator else partial(_may, viewer, self.groups)),
            OnDemand(waves, partial(_readable_groups, viewer, self.groups)),
            OnDemand(waves, lambda wave_id: _comments(viewer, self.groups[wave_id], self._comments(wave_id))),
        )


@dataclass(frozen=True)
class Reading:
    """The findings that one viewer may read."""

    released: Released
    may: Callable[[Finding], bool]

    def get(self, wave_id: str, team_id: str, kind: str, subject: str) -> Finding | None:
        """Look up one finding; None where the wave holds none of that kind, or this viewer may not read it."""
        found = (each for each in self.released.of(wave_id, team_id, kind) if each.subject == subject)
        return next(filter(self.may, found), None)

    def of(self, wave_id: str, team_id: str, kind: str) -> list[Finding]:
        """All findings of a kind for one team in one wave, shown or not, in the order of their subjects."""
        return [*filter(self.may, self.released.of(wave_id, team_id, kind))]

    def of_team(self, wave_id: str, team_id: str, kind: str) -> list[Finding]:
        """As `of`, of a kind of which there are too many to read those of all teams at once."""
        return [*filter(self.may, self.released.of_team(wave_id, team_id, kind))]

    def of_kind(self, wave_id: str, kind: str) -> Iterator[Finding]:
        """Every finding of a kind in one wave, team by team."""
        return filter(self.may, self.released.of_kind(wave_id, kind))

    def saying(self, wave_id: str, kind: str, word: str) -> list[Finding]:
        """The findings of a kind in one wave that say one word, team by team."""
        return [*filter(self.may, self.released.saying(wave_id, kind, word))]

    def narrowed(self, may: Callable[[Finding], bool]) -> "Reading":
        """The same for somebody who may read less: of these findings, those that `may` lets through."""
        return Reading(self.released, lambda found: self.may(found) and may(found))

    def everything(self) -> Iterator[Finding]:
        """Everything, wave by wave: for files."""
        return (each for wave_id in self.released.groups for each in self.released.of_wave(wave_id) if self.may(each))


_kept: WeakKeyDictionary[Store, Released] = WeakKeyDictionary()


def released(store: Store, waves: Sequence[Wave]) -> Released:
    """What a store holds, begun anew only when a wave has opened or closed since, or was given a network."""
    state = tuple((wave.wave_id, wave.state, wave.asks) for wave in waves)
    kept = _kept.get(store)
    if kept is None or kept.state != state:
        kept = _kept[store] = Released(store, state)
    return kept


def _shelved(findings: Sequence[Finding]) -> Shelf:
    shelf: dict[tuple[str, str, str], list[Finding]] = {}
    for found in findings:
        shelf.setdefault((found.wave_id, found.team_id, found.kind), []).append(found)
    return shelf


def _anything(_found: Finding) -> bool:
    """What an administrator may read of what was released, asked half a million times for a large organization."""
    return True


def _may(viewer: Viewer, groups: Mapping[str, Sequence[Group]], found: Finding) -> bool:
    return access.may_read_finding(viewer, groups[found.wave_id], found)


def _readable_groups(viewer: Viewer, groups: Mapping[str, Sequence[Group]], wave_id: str) -> tuple[Group, ...]:
    """The groups that a viewer may read: the organization first, then in the order of the chart."""
    readable = [group for group in groups[wave_id] if access.may_read(viewer, groups[wave_id], group.team_id)]
    return tuple(sorted(readable, key=lambda group: (group.team_id != ROOT, in_a_list(group.path), group.path)))


def _comments(viewer: Viewer, groups: Sequence[Group], comments: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    by_team = comments.groupby("team_id")["text"]
    return {str(team): tuple(texts) for team, texts in by_team if access.may_read_comments(viewer, groups, str(team))}
