"""Where the database, its keys and its addresses are: options first, then the environment, then what suits one machine.

Loads neither Streamlit nor DuckDB, because every command reads it before it knows who will carry the command out.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from data.records import Problem

HOST = "127.0.0.1"
"""Loopback, until somebody decides otherwise: Rapport speaks plain HTTP and leaves TLS to a proxy."""
PORT = 8501
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Settings:
    """What one run of Rapport was told."""

    database: Path
    keys: Path | None
    """The folder of the waves' keys; None: '<database name>.keys' beside the database."""
    url: str | None
    """What links begin with, without a slash at the end; None: what `rapport serve` prints."""
    host: str = HOST
    port: int = PORT

    @property
    def address(self) -> str:
        """What links begin with.

        >>> Settings(Path("a.duckdb"), None, None, port=9000).address
        'http://127.0.0.1:9000'
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether links lead to this machine only."""
        return urlsplit(self.address).hostname in LOOPBACK

    @property
    def socket(self) -> Path:
        """Where a server that holds this database takes commands."""
        return self.database.with_name(f"{self.database.name}.sock")


def read(
    *,
    database: Path | None = None,
    url: str | None = None,
    host: str = HOST,
    port: int = PORT,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings: what a command was given, then the environment. A `Problem` where an address is none."""
    named = database or Path(environment.get("RAPPORT_DB") or data_folder(environment) / "rapport.duckdb")
    keys = environment.get("RAPPORT_KEYS")
    return Settings(
        database=named.expanduser().resolve(),
        keys=Path(keys).expanduser().resolve() if keys else None,
        url=_address("--url", url) or _address("RAPPORT_URL", environment.get("RAPPORT_URL")),
        host=host,
        port=port,
    )


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


def _address(name: str, value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise Problem(f"{name} is '{value}'; expected an address without a path, such as https://rapport.example.org.")
    return f"{parts.scheme}://{parts.netloc}"
