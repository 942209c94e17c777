"""Many rows into a table at once: as one Arrow table, so that a hundred thousand rows take a fraction of a second."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

INCOMING = "incoming_rows"


def insert(db: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame | Mapping[str, Any]) -> None:
    """Adds rows (a frame, or a list of values for each column) to a table whose columns bear these names.

    Missing values (None, NaN, NaT) become NULL. A key that is there already, or a value that the schema forbids, raises
    DuckDB's error and the caller's transaction is rolled back.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame({name: _column(rows[name]) for name in rows})
    if frame.empty:
        return
    db.register(INCOMING, pa.Table.from_pandas(frame, preserve_index=False))
    try:
        names = ", ".join(f'"{name}"' for name in frame.columns)
        db.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {INCOMING}')
    finally:
        db.unregister(INCOMING)


def _column(values: Sequence[Any]) -> "pd.Series[Any]":
    """Objects as they are: pandas must not turn a column of numbers and gaps, or of lists, into something else."""
    return pd.Series(values, dtype=object)
