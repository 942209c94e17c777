"""A finding, and who may make one: the modules of this package, and nobody else."""

from collections.abc import Iterable, Iterator
from dataclasses import InitVar, dataclass, fields
from typing import Any

import pandas as pd

from analytics.checks import require_columns
from analytics.policies import DisclosureError, Kind, Reason

GATE = object()
"""What a finding is made with. Whoever imports it is the gate; a test looks that nobody outside does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A result that passed the gate, or the reason why it may not be shown.

    Only this package makes them (`release`, `release_measures`, `release_network`, `restore`); anywhere else the
    constructor refuses.
    """

    wave_id: str
    team_id: str
    kind: Kind
    subject: str = ""
    """A dimension, an item, the other team, or an item and an outcome; '' where the kind says it all."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    respondents: str | None = None
    favourable: str | None = None
    word: str | None = None
    since: str | None = None
    """The name of the wave that a change is measured from, or cannot be compared with."""
    covers: frozenset[str] = frozenset()
    """The groups counted. A line joins two waves only where it is equal."""
    reason: Reason | None = None
    """None when shown."""
    counted_in: str | None = None
    """The team whose figure holds these answers, or is the same figure; None: they count in no figure."""
    gate: InitVar[object] = None

    def __post_init__(self, gate: object) -> None:
        """Refuse whoever is not the gate."""
        if gate is not GATE:
            raise DisclosureError("Only analytics.disclosure makes findings: use release, release_network or restore.")

    @property
    def shown(self) -> bool:
        """Whether there is anything to read."""
        return self.reason is None


COLUMNS = tuple(field.name for field in fields(Finding))
MEASURES = ("value", "low", "high")


def rows(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as rows of the table `finding`, without wave_id: what `data.findings.keep` takes."""
    listed = list(findings)
    columns = {name: [getattr(finding, name) for finding in listed] for name in COLUMNS if name != "wave_id"}
    columns["covers"] = [sorted(covers) for covers in columns["covers"]]
    frame = pd.DataFrame(columns, columns=list(columns), dtype=object)
    return frame.astype(dict.fromkeys(MEASURES, "float64"))


def restore(rows: pd.DataFrame) -> tuple[Finding, ...]:
    """Findings from the rows of the table `finding`: passed by the gate when they were made, and unchanged since."""
    require_columns(rows, *COLUMNS, what="findings")
    columns = {name: values(rows[name]) for name in COLUMNS if name != "covers"}
    known: dict[frozenset[str], frozenset[str]] = {}  # every figure of the organization counts the same ten thousand
    columns["covers"] = [known.setdefault(own, own) for own in (frozenset(map(str, each)) for each in rows["covers"])]
    return tuple(
        Finding(**dict(zip(columns, row, strict=True)), gate=GATE) for row in zip(*columns.values(), strict=True)
    )


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A frame's rows, as plain values by the names of its columns."""
    names = [str(name) for name in frame.columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True))


def values(column: "pd.Series[Any]") -> list[Any]:
    """A column as plain values, None for what is missing."""
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)]
