"""Answers in, counts out: the one place that sees rows of answers, in memory only.

Nothing here is written anywhere. The database lives inside the process that calls (at a wave's close a child process,
which ends with it) and what leaves are counts, sums and sums of squares over teams: the database reduces, pandas
reasons.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

SMALLEST_COVARIANCE = 20
"""Complete answers below which nothing is said about how items go together (PRIVACY.md, decision 1)."""

_POINTS = """
    -- One row for each answer given: turned where the statement is, and on the scale from 1 to 5.
    CREATE TABLE point AS
    SELECT respondent, team_id, dimension, item,
           1 + 4 * (CASE WHEN reverse THEN high - value ELSE value - low END) / (high - low) AS point
    FROM response JOIN key USING (item)
    WHERE value IS NOT NULL"""

_SCORES = """
    -- One row for each person and dimension of which they answered at least half.
    CREATE TABLE score AS
    SELECT respondent, team_id, dimension, avg(point) AS point
    FROM point JOIN (SELECT dimension, count(*) AS asked FROM key GROUP BY dimension) USING (dimension)
    GROUP BY respondent, team_id, dimension, asked
    HAVING 2 * count(*) >= asked"""

_TALLY = """
    count(*)::INTEGER AS n,
    -- Rounded far below what matters, so that the order of rows leaves no trace in the last digits.
    round(sum(point), 9) AS total,
    round(sum(point * point), 9) AS squares,
    count(*) FILTER (round(point, 9) <= 2)::INTEGER AS unfavourable,
    count(*) FILTER (round(point, 9) > 2 AND round(point, 9) < 4)::INTEGER AS neutral,
    count(*) FILTER (round(point, 9) >= 4)::INTEGER AS favourable"""


@dataclass(frozen=True)
class Counts:
    """What a wave's answers come to, team by team; teams are the groups that people were told they count in."""

    scores: pd.DataFrame
    """team_id, subject (a dimension), n, total, squares, unfavourable, neutral, favourable, items (asked, sorted)."""
    items: pd.DataFrame
    """The same for each item; `items` holds that item alone."""
    answered: pd.DataFrame
    """team_id, n: people with at least one answer."""
    contrasts: pd.DataFrame
    """item, n, effect, variance: how much more readily people agree with each statement than with the anchors of its
    dimension. Of the people of the whole organization who answered an item and every anchor of its dimension: their
    number, and mean and variance of the difference between the item and the anchors' mean (points from 1 to 5). Items
    of fewer than 20 such people, or of a dimension without an anchor, have no row."""


def count(responses: pd.DataFrame, key: pd.DataFrame, anchors: Collection[str] = ()) -> Counts:
    """Counts, sums and sums of squares of the scores of each team's own people.

    responses  respondent (a number without meaning), team_id, item, value; a missing value is no answer
    key        item, dimension, reverse, low, high; items it does not name are left out, and an item without a
               dimension is counted by itself only
    anchors    items that are the same in every wave

    A person's score of a dimension is the mean of the items they answered, reversed ones turned first, on the scale
    from 1 to 5; it is undefined where they answered fewer than half of the items asked. Favourable is a score of 4 or
    more, unfavourable of 2 or less. Teams without a score of a dimension have no row.

    Raises ValueError where an item of the key has no width (`high` not above `low`).

    Example: Ada answers 4 and 5, Bo answers 2 and nothing. Scores 4.5 and 2.0: n 2, total 6.5, squares 24.25, one
    favourable, one unfavourable (by hand; tests/test_counting.py).
    """
    with _loaded(responses, key) as db:
        db.execute(_SCORES)
        asked = "SELECT dimension, list(item ORDER BY item) AS items FROM key GROUP BY dimension"
        scores = db.execute(f"""
            SELECT team_id, dimension AS subject, {_TALLY}, any_value(items) AS items
            FROM score JOIN ({asked}) USING (dimension)
            GROUP BY team_id, dimension ORDER BY team_id, dimension""").df()
        items = db.execute(f"""
            SELECT team_id, item AS subject, {_TALLY}, [item] AS items
            FROM point GROUP BY team_id, item ORDER BY team_id, item""").df()
        answered = db.execute("""
            SELECT team_id, count(DISTINCT respondent)::INTEGER AS n
            FROM point GROUP BY team_id ORDER BY team_id""").df()
        return Counts(_with_lists(scores), _with_lists(items), answered, _contrasts(db, anchors))


def _contrasts(db: duckdb.DuckDBPyConnection, anchors: Collection[str]) -> pd.DataFrame:
    return db.execute(
        """
        WITH needed AS (
            SELECT dimension, count(*) AS items FROM key WHERE list_contains($anchors, item) GROUP BY dimension),
        base AS (
            SELECT respondent, dimension, avg(point) AS base FROM point JOIN needed USING (dimension)
            WHERE list_contains($anchors, item) GROUP BY respondent, dimension, items HAVING count(*) = items)
        SELECT item, count(*)::INTEGER AS n, round(avg(point - base), 9) AS effect,
               round(var_samp(point - base), 9) AS variance
        FROM point JOIN base USING (respondent, dimension)
        GROUP BY item HAVING count(*) >= $fewest ORDER BY item""",
        {"anchors": sorted(anchors), "fewest": SMALLEST_COVARIANCE},
    ).df()


@dataclass(frozen=True)
class Together:
    """What goes with what over the whole organization, and how it was answered."""

    covariance: pd.DataFrame
    """dimension, item_a, item_b, covariance (of points from 1 to 5, n − 1 below the line; the variance where both are
    the same item) and n, the people who answered every item of the dimension: only they are counted."""
    outcomes: pd.DataFrame
    """dimension, item, outcome, correlation, n: how each item of a dimension goes with each outcome."""
    same: int
    """People who gave one and the same answer throughout, before any is turned, of `of`."""
    of: int
    """People who answered enough statements, reverse-keyed ones and others among them."""


def together(responses: pd.DataFrame, key: pd.DataFrame, *, outcomes: Collection[str], at_least: int) -> Together:
    """What goes with what: within the dimensions, with the `outcomes` (items counted alone), and with everything.

    A correlation is over the people who answered both; it is missing where either does not vary. What fewer than 20
    answered has no row. `at_least` is the number of statements of whoever counts in `of`.
    """
    with _loaded(responses, key) as db:
        same, of = db.execute(_STRAIGHT, [at_least]).fetchone() or (0, 0)
        return Together(_covariance(db), _outcomes(db, outcomes), same, of)


_STRAIGHT = """
    SELECT count(*) FILTER (same), count(*) FROM (
        SELECT min(value) = max(value) AS same FROM response JOIN key USING (item) WHERE value IS NOT NULL
        GROUP BY respondent HAVING count(*) >= ? AND bool_or(reverse) AND NOT bool_and(reverse))"""


def _covariance(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return db.execute(
        """
        WITH asked AS (SELECT dimension, count(*) AS items FROM key GROUP BY dimension),
        complete AS (
            SELECT respondent, dimension FROM point JOIN asked USING (dimension)
            GROUP BY respondent, dimension, items HAVING count(*) = items),
        kept AS (SELECT point.* FROM point SEMI JOIN complete USING (respondent, dimension))
        SELECT a.dimension, a.item AS item_a, b.item AS item_b,
               round(covar_samp(a.point, b.point), 9) AS covariance, count(*)::INTEGER AS n
        FROM kept a JOIN kept b ON a.respondent = b.respondent AND a.dimension = b.dimension
        GROUP BY a.dimension, a.item, b.item HAVING count(*) >= ?
        ORDER BY a.dimension, a.item, b.item""",
        [SMALLEST_COVARIANCE],
    ).df()


def _outcomes(db: duckdb.DuckDBPyConnection, outcomes: Collection[str]) -> pd.DataFrame:
    return db.execute(
        """
        SELECT a.dimension, a.item, b.item AS outcome,
               round(nullif(corr(a.point, b.point), 'nan'), 9) AS correlation, count(*)::INTEGER AS n
        FROM point a JOIN point b USING (respondent)
        WHERE a.dimension IS NOT NULL AND list_contains(?, b.item)
        GROUP BY a.dimension, a.item, b.item HAVING count(*) >= ?
        ORDER BY a.dimension, a.item, b.item""",
        [list(outcomes), SMALLEST_COVARIANCE],
    ).df()


@contextmanager
def _loaded(responses: pd.DataFrame, key: pd.DataFrame) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the answers as points; nothing of it can reach a disk or the network."""
    flat = key[key["high"] <= key["low"]]
    if not flat.empty:
        raise ValueError(f"Item '{flat['item'].iloc[0]}' of the key has a scale without width; expected low < high.")
    db = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    try:
        db.execute("SET temp_directory = ''")
        db.execute("SET enable_external_access = false")
        _load(db, "response", responses[["respondent", "team_id", "item", "value"]], _RESPONSE)
        _load(db, "key", key[["item", "dimension", "reverse", "low", "high"]], _KEY)
        db.execute(_POINTS)
        yield db
    finally:
        db.close()


_RESPONSE = pa.schema(
    [("respondent", pa.int64()), ("team_id", pa.string()), ("item", pa.string()), ("value", pa.float64())]
)
_KEY = pa.schema(
    [
        ("item", pa.string()),
        ("dimension", pa.string()),
        ("reverse", pa.bool_()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)


def _load(db: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame, columns: pa.Schema) -> None:
    # The types are said, because an empty frame does not know them.
    db.register("incoming_rows", pa.Table.from_pandas(frame, schema=columns, preserve_index=False))
    db.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming_rows")
    db.unregister("incoming_rows")


def _with_lists(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(items=pd.Series([list(each) for each in frame["items"]], dtype=object))
