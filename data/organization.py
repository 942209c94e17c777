"""What is true of the organization as a whole: its name, its time zone, whether it is made up."""

import zoneinfo

import duckdb

from data.nearest import did_you_mean
from data.records import Problem

SCHEMA_VERSION = "10"
"""Raised with each step in `migrations/`."""

DEFAULTS = {"organization": "Your organization", "timezone": "UTC", "made_up": "no"}
"""What holds until somebody says otherwise."""
LONGEST_NAME = 80
"""Characters of the organization's name: it stands in one line on every form."""


def setting(db: duckdb.DuckDBPyConnection, name: str) -> str:
    """The value of a setting; its default, or '' for one that was never set and has none."""
    row = db.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
    return str(row[0]) if row else DEFAULTS.get(name, "")


def settings(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every setting by its name, with the defaults of those that nobody set."""
    return DEFAULTS | {
        str(name): str(value) for name, value in db.execute("SELECT name, value FROM setting").fetchall()
    }


def set_setting(db: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Keeps a setting. Raises Problem for a time zone that nobody knows, and for a name that is none or too long."""
    if name == "timezone":
        _require_timezone(value)
    elif name == "organization":
        _require_name(value)
    db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", [name, value])


def _require_timezone(value: str) -> None:
    known = zoneinfo.available_timezones()
    if value not in known:
        raise Problem(f"timezone '{value}' is no time zone, such as 'Europe/Berlin'.{did_you_mean(value, known)}")


def _require_name(value: str) -> None:
    if not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise Problem(f"organization '{value}' is no name; expected one line of 1 to {LONGEST_NAME} characters.")
