"""What is said of people by name, read once for the whole organization and handed out team by team.

For whoever goes through a thousand teams one after the other: each by itself would be read a thousand times.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import readable
from dashboard.readable import Network, Readable

Places = npt.NDArray[np.intp]
"""Where rows stand in a frame."""


def team_by_team(page: Readable) -> Readable:
    """Read the same at one moment for all teams; what any team is told stays what it was."""
    network = cache(lambda wave_id: _Network(page.of_network(wave_id, None, True), page.on))
    introductions = cache(lambda wave_id: _Introductions(page.of_introductions(wave_id, None, None)))

    def of_network(wave_id: str, team_ids: frozenset[str] | None, everybody: bool) -> Network:
        if team_ids is None or not everybody:
            return page.of_network(wave_id, team_ids, everybody)
        return network(wave_id).of(team_ids)

    def of_introductions(wave_id: str, team_ids: frozenset[str] | None, most: int | None) -> pd.DataFrame:
        return introductions(wave_id).of(page.viewer.teams if team_ids is None else team_ids, most)

    return replace(page, of_network=of_network, of_introductions=of_introductions)


class _Network:
    """The network of one wave, by team."""

    def __init__(self, whole: Network, on: date) -> None:
        self._whole, self._on = whole, on
        teams = whole.named.set_index("member_id")["team_id"]
        self._ties = whole.ties.assign(team_id=whole.ties["source"].map(teams))
        frames = {"named": whole.named, "unnamed": whole.unnamed, "noted": whole.noted, "seats": whole.seats}
        self._frames = frames | {"ties": self._ties}
        self._rows = {name: _by(frame, "team_id") for name, frame in self._frames.items()}

    def of(self, team_ids: Collection[str]) -> Network:
        """What stands in it of some teams."""
        part = {name: frame.iloc[_of(self._rows[name], team_ids)] for name, frame in self._frames.items()}
        part = {name: frame.reset_index(drop=True) for name, frame in part.items()}
        ties = part.pop("ties").drop(columns="team_id")
        inside = ties[ties["target"].isin(part["named"]["member_id"])].reset_index(drop=True)
        days = readable.names_from(part["seats"], self._on)
        return Network(**part, ties=inside, size=len(part["seats"]), names_from=days)


class _Introductions:
    """The introductions of one wave, by the teams of either member."""

    def __init__(self, whole: pd.DataFrame) -> None:
        self._whole = whole
        self._rows = [_by(whole, "team_a"), _by(whole, "team_b")]

    def of(self, team_ids: Collection[str], most: int | None) -> pd.DataFrame:
        """Those of which at least one member works in some teams, by rank; so many at most."""
        places = np.unique(np.concatenate([_of(rows, team_ids) for rows in self._rows]))
        return self._whole.iloc[places[:most]].reset_index(drop=True)


def _by(frame: pd.DataFrame, column: str) -> dict[str, Places]:
    return {str(team_id): np.asarray(rows) for team_id, rows in frame.groupby(column).indices.items()}


def _of(rows: Mapping[str, Places], team_ids: Collection[str]) -> Places:
    """The places of some teams' rows, in the order in which they stand."""
    found = [rows[team_id] for team_id in team_ids if team_id in rows]
    return np.sort(np.concatenate(found)) if found else np.empty(0, np.intp)
