"""What comes to the gate of a wave's pulse, and what leaves it."""

from dataclasses import dataclass

import pandas as pd

from analytics.disclosure.finding import Finding


@dataclass(frozen=True, eq=False)
class Gathered:
    """What the close of a wave hands to the gate: counts over each group's own people, and what was released before."""

    wave_id: str
    name: str
    number: int
    k: int
    groups: pd.DataFrame
    """team_id, parent, path, invited, joins: every team of the wave, frozen at open."""
    scores: pd.DataFrame
    """team_id, subject, n, total, squares, unfavourable, neutral, favourable, items: by group and dimension."""
    items: pd.DataFrame
    """The same by group and item."""
    answered: pd.DataFrame
    """team_id, n: people who answered anything."""
    comments: pd.DataFrame
    """team_id, text."""
    seats: pd.DataFrame
    """wave_id, member_id, team_id of this and earlier waves: who was asked, and where their answers count."""
    earlier: pd.DataFrame
    """Released moments of earlier waves: wave_id, name, number, team_id, subject, n, total, squares, items, covers."""


@dataclass(frozen=True, eq=False)
class Release:
    """What leaves the gate. Everything else about the answers ends with the process that counted them."""

    findings: tuple[Finding, ...]
    moments: pd.DataFrame
    """team_id, subject, n, total, squares, items, covers: for comparing later waves, of shown dimension scores only."""
    comments: pd.DataFrame
    """team_id, text: shuffled."""
