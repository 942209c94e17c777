"""The log in words: who did what, and who was shown whose name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard import wording
from data import audit, organization, roster, waves
from surveys import network_link
from surveys.desk import Desk

SHOWN = 200
"""Lines on the page. The file that can be downloaded has all of them."""
LATELY = timedelta(days=30)
EVERYBODY = "Everybody"
BY_ITSELF: Mapping[str, str] = {"administrator": "the administrator", "rapport": "Rapport, by itself"}
COLUMNS = {"happened": "When", "who": "Who", "action": "Did", "subject": "To", "detail": "More"}
ADDRESS = re.compile(r"^(?:[\\/~]|[A-Za-z]:).*[\\/]")
"""The folders of a path: whoever reads the log need not know how the server's disk is laid out."""


@dataclass(frozen=True)
class Log:
    """Everything that was written down, the newest first, with the names of those whom it names."""

    entries: pd.DataFrame
    """happened (UTC), who, action, subject, detail: as kept, members by their member_id."""
    names: Mapping[str, str]
    """member_id → name of everybody who is or was on the roster."""
    network_waves: frozenset[str]
    """Names of the waves in which a command that names everybody can look."""
    zone: ZoneInfo

    @classmethod
    def read(cls, desk: Desk) -> Self:
        """Read the log as it stands."""
        with desk.store.reading() as db:
            return cls(
                entries=audit.entries(db),
                names={member.member_id: member.name for member in roster.members(db, active_only=False)},
                network_waves=frozenset(wave.name for wave in waves.waves(db) if wave.network),
                zone=ZoneInfo(organization.setting(db, "timezone")),
            )

    def people(self) -> dict[str, str]:
        """Everybody in the log, by what the choice calls them: 'Ana Ruiz (m0700)' → member_id."""
        named = {one for column in ("who", "subject") for one in self.entries[column]}
        return {
            f"{self.names[one]} ({one})": one for one in sorted(named & set(self.names), key=self.names.__getitem__)
        }

    def of(self, member_id: str) -> "Log":
        """What somebody did, and who looked at them: what their own page shows, and their own doings."""
        about = network_link.about(self.entries, member_id, self.network_waves)
        by = self.entries["who"] == member_id
        return Log(self.entries[about | by], self.names, self.network_waves, self.zone)

    def table(self) -> pd.DataFrame:
        """When, Who, Did, To, More: in the organization's time, people by name."""
        local = [moment.replace(tzinfo=UTC).astimezone(self.zone) for moment in self.entries["happened"]]
        columns = {
            "When": [f"{moment:%Y-%m-%d %H:%M}" for moment in local],
            "Who": [self._named(who) for who in self.entries["who"]],
            "Did": list(self.entries["action"]),
            "To": [self._named(ADDRESS.sub("", subject)) for subject in self.entries["subject"]],
            "More": list(self.entries["detail"]),
        }
        return pd.DataFrame(columns, dtype="str")

    def sentence(self, desk: Desk) -> str:
        """Say who was shown names lately."""
        recent = self.entries[self.entries["happened"] >= desk.clock() - LATELY]
        looked = recent[recent["action"].isin([audit.LOOK, *network_link.LOOKS])]
        who = [self._named(one) for one in dict.fromkeys(sorted(looked["who"]))]
        if not who:
            return "Nobody looked at names in the last 30 days."
        by = wording.listing(who) if len(who) <= 3 else f"{wording.number(len(who))} people"
        return wording.capital(f"{by} looked at names in the last 30 days.")

    def _named(self, one: str) -> str:
        return BY_ITSELF.get(one, self.names.get(one, one))
