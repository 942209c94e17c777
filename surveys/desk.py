"""What every use case works on: the database, the writer of boxes, the keys, the clock and the address of the forms."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from data import organization
from data.intake import Intake
from data.keys import KeyFolder
from data.store import Store


@dataclass(frozen=True)
class Desk:
    """The open organization. One process has one; whoever opens it closes it."""

    store: Store
    intake: Intake
    keys: KeyFolder
    clock: Callable[[], datetime]
    """The present in UTC, without a zone mark. Nothing in `surveys` asks any other clock."""
    url: str
    """Where respondents reach the forms: scheme and host, without a final slash."""
    notices: tuple[str, ...] = ()
    """What opening could not finish, as sentences for whoever runs it."""
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """Held while a wave opens, closes or is imported: the server's own close and a command's never run at once."""
    post: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """Held while letters are sent: two who send at once would send some twice."""

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Callable[[], datetime],
        url: str,
        keys: Path | None = None,
        key: str | None = None,
    ) -> Self:
        """The organization in this database, after finishing what an earlier process was killed in.

        `keys` is the folder of the waves' keys, by default '<database name>.keys' beside the database; `key` is what
        the database is encrypted with, None where it is not. `Problem` when another process holds the database, or
        `key` is not its key.
        """
        from surveys import closing  # noqa: PLC0415  recovery works on a desk, so it can only be fetched here

        store = Store.open(path, key=key)
        folder = KeyFolder(keys) if keys else KeyFolder.beside(store.path)
        desk = cls(store, Intake(store), folder, clock, url.rstrip("/"))
        try:
            return replace(desk, notices=closing.recover(desk))
        except BaseException:
            desk.close()
            raise

    def close(self) -> None:
        """Waits for boxes on their way, then lets go of the database."""
        self.intake.close()
        self.store.close()

    def today(self) -> date:
        """The date in the organization's time zone: quarters, visible-from dates and closes are counted by it."""
        with self.store.reading() as db:
            zone = ZoneInfo(organization.setting(db, "timezone"))
        return self.clock().replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
