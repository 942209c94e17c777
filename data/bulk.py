"""Many rows into a table at once: as one Arrow table, so that a hundred thousand rows take a fraction of a second.

A few rows go as bound values: building the Arrow table and telling DuckDB of it takes longer than inserting them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

INCOMING = "incoming_rows"

FEW = 100
"""Values up to which binding them one by one was seen to take about half as long as an Arrow table."""


def insert(db: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame | Mapping[str, Any]) -> None:
    """Adds rows (a frame, or a list of values for each column) to a table whose columns bear these names.

    Missing values (None, NaN, NaT) become NULL. A key that is there already, or a value that the schema forbids, raises
    DuckDB's error and the caller's transaction is rolled back.
    """
    if not isinstance(rows, pd.DataFrame) and sum(map(len, rows.values())) <= FEW:
        _insert_few(db, table, rows)
        return
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame({name: _column(rows[name]) for name in rows})
    if frame.empty:
        return
    db.register(INCOMING, pa.Table.from_pandas(frame, preserve_index=False))
    try:
        names = ", ".join(f'"{name}"' for name in frame.columns)
        db.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {INCOMING}')
    finally:
        db.unregister(INCOMING)


def _insert_few(db: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
    rows = list(zip(*columns.values(), strict=True))
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    row = f"({', '.join('?' * len(columns))})"
    values = [_or_null(value) for each in rows for value in each]
    db.execute(f'INSERT INTO "{table}" ({names}) VALUES {", ".join([row] * len(rows))}', values)


def _or_null(value: Any) -> Any:
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def _column(values: Sequence[Any]) -> "pd.Series[Any]":
    """Objects as they are: pandas must not turn a column of numbers and gaps, or of lists, into something else."""
    return pd.Series(values, dtype=object)
