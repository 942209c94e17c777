"""What comes to the gate of a wave's pulse, and what leaves it."""

from dataclasses import dataclass, field

import pandas as pd

from analytics.disclosure.finding import Finding

CONTRASTS = ("item", "n", "effect", "variance")


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
    """Released moments of earlier waves, as `Release.moments` with wave_id, name and number of their wave, and what was
    printed of them: value and respondents."""
    linked: bool = False
    """Other waves ask other statements, beside the same anchors: scores go on the scale of the anchors."""
    contrasts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CONTRASTS)))
    """item, n, effect, variance: every item beside its dimension's anchors (`analytics.linking`), in this wave."""
    earlier_contrasts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CONTRASTS)))
    """What was kept of them of earlier waves."""
    sensitive: frozenset[str] = frozenset()
    """Items that need ten answers."""


@dataclass(frozen=True, eq=False)
class Release:
    """What leaves the gate. Everything else about the answers ends with the process that counted them."""

    findings: tuple[Finding, ...]
    moments: pd.DataFrame
    """team_id, subject, n, total, squares, items, covers, linked: for comparing later waves, of shown dimension scores
    only."""
    comments: pd.DataFrame
    """team_id, text: shuffled."""
    contrasts: pd.DataFrame
    """item, n, effect, variance: of this wave, coarsely."""
