"""What a measure asks of the frame it is given, said as a sentence when it is not so."""

from collections.abc import Collection
from typing import Any

import pandas as pd


def require_columns(frame: pd.DataFrame, *names: str, what: str) -> None:
    """Whether a frame has the columns a measure reads.

    `what` is the frame's name for people: 'The scores frame has no column 'total'. It has: team_id, n.'

    >>> require_columns(pd.DataFrame({"team_id": []}), "team_id", "n", what="scores")
    Traceback (most recent call last):
        ...
    ValueError: The scores frame has no column 'n'. It has: team_id.
    """
    missing = [name for name in names if name not in frame.columns]
    if missing:
        columns = ", ".join(map(str, frame.columns)) or "no columns"
        word = "column" if len(missing) == 1 else "columns"
        names_missing = ", ".join(repr(name) for name in missing)
        raise ValueError(f"The {what} frame has no {word} {names_missing}. It has: {columns}.")


def require_between(value: float, low: float, high: float, *, what: str) -> None:
    """Whether a number lies where it must; if not: 'level is 95; expected 0 to 1'."""
    if not low <= value <= high:
        raise ValueError(f"{what} is {value:g}; expected {low:g} to {high:g}.")


def require_known(values: Collection[str], known: Collection[str], *, what: str) -> None:
    """Whether every name is among those that exist; names the first three that are not."""
    unknown = sorted(set(values) - set(known))
    if unknown:
        listed = ", ".join(repr(name) for name in unknown[:3])
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        raise ValueError(f"{what}: {listed}{more} unknown among {len(known)}.")


def is_among(column: "pd.Series[Any]", ids: Collection[str]) -> "pd.Series[bool]":
    """Which values of a column of ids are among these.

    They are looked up as Python's own texts: in Arrow's, a hundred thousand among as many take a second.

    >>> is_among(pd.Series(["ada", "bo"]), {"bo"}).tolist()
    [False, True]
    """
    return column.astype(object).isin(list(ids))
