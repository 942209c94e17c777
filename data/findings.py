"""What the gate released: plain rows, kept once at a wave's close and never computed again.

`analytics.disclosure` makes them and restores them; this module only keeps and hands back.
"""

import duckdb
import pandas as pd

from data import bulk


def keep(
    db: duckdb.DuckDBPyConnection,
    wave_id: str,
    findings: pd.DataFrame,
    moments: pd.DataFrame,
    comments: pd.DataFrame,
    *,
    contrasts: pd.DataFrame | None = None,
) -> None:
    """Keeps a wave's findings, moments, comments and contrasts (columns of their tables, without wave_id).

    Comments are kept in the order of their text, which says nothing about who wrote when.
    """
    add(db, wave_id, findings)
    bulk.insert(db, "moment", moments.assign(wave_id=wave_id))
    bulk.insert(db, "comment", comments.sort_values(["team_id", "text"]).assign(wave_id=wave_id))
    if contrasts is not None:
        bulk.insert(db, "contrast", contrasts.assign(wave_id=wave_id))


def add(db: duckdb.DuckDBPyConnection, wave_id: str, findings: pd.DataFrame) -> None:
    """Keeps further findings of a wave, as it closes; a team's beside each other, because pages ask by team."""
    bulk.insert(db, "finding", findings.assign(wave_id=wave_id).sort_values(["team_id", "kind", "subject"]))


def rows(
    db: duckdb.DuckDBPyConnection,
    *,
    wave_id: str | None = None,
    team_id: str | None = None,
    kind: str | None = None,
    word: str | None = None,
) -> pd.DataFrame:
    """Every finding, or those of one wave, one team, one kind and one word, with the columns of table `finding`.

    `covers` holds lists.
    """
    asked = {"wave_id": wave_id, "team_id": team_id, "kind": kind, "word": word}
    given = {name: value for name, value in asked.items() if value is not None}
    which = " AND ".join(["true", *(f"{name} = ${name}" for name in given)])
    query = f"SELECT * FROM finding WHERE {which} ORDER BY wave_id, team_id, kind, subject"
    return _with_lists(db.execute(query, given).df(), "covers")


def moments(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Every sum that a later wave may be compared with.

    With `number`, its wave's place in the order of waves, and what was printed of it: value and respondents.
    """
    query = """
        SELECT moment.*, wave.number, finding.value, finding.respondents
        FROM moment JOIN wave USING (wave_id)
        LEFT JOIN finding ON finding.kind = 'score' AND finding.wave_id = moment.wave_id
             AND finding.team_id = moment.team_id AND finding.subject = moment.subject
        ORDER BY wave.number, moment.wave_id, moment.team_id, moment.subject"""
    return _with_lists(db.execute(query).df(), "items", "covers")


def contrasts(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """wave_id, item, n, effect, variance, and `number`: every contrast of every wave."""
    query = "SELECT contrast.*, wave.number FROM contrast JOIN wave USING (wave_id) ORDER BY wave.number, item"
    return db.execute(query).df()


def comments(db: duckdb.DuckDBPyConnection, wave_id: str) -> pd.DataFrame:
    """team_id, text: what people wrote in a wave, where ten or more of their group answered."""
    query = "SELECT team_id, text FROM comment WHERE wave_id = ? ORDER BY team_id, text"
    return db.execute(query, [wave_id]).df()


def _with_lists(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Lists instead of the arrays that DuckDB hands out, so that two of them can be compared with ==."""
    return frame.assign(**{name: pd.Series([list(each) for each in frame[name]], dtype=object) for name in columns})
