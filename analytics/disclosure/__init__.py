"""The gate: what may be said about whom, decided once, when a wave closes. Nothing else makes findings.

    counts of a wave ──▶ release ──▶ Finding … ──▶ rows ──▶ kept ──▶ restore ──▶ pages, paper, exports

Four questions are asked of every figure, in this order:

1. *Whose answers does it count?* A group with too few hands them to the group above (`analytics.carry_up`).
2. *Could figures be subtracted from one another?* `audit` looks at everything printed together, and stops the release.
3. *How exactly may it be said?* By the number of people behind it (`analytics.precision`).
4. *What would it say beside an earlier wave?* After a small change of people in a small group, less.

`analytics.policies` holds the numbers, one row for each kind of finding; PRIVACY.md gives the reasons for them.
"""

from analytics.disclosure.finding import COLUMNS, Finding, restore, rows
from analytics.disclosure.gathered import CONTRASTS, Gathered, Release
from analytics.disclosure.introduced import release_introductions
from analytics.disclosure.measures import Whole, on_top, release_measures
from analytics.disclosure.network import SPOKE, introductions, named, noted, release_network, release_structure
from analytics.disclosure.pulse import audit, release
from analytics.policies import POLICIES, STEADY, DisclosureError, Kind, Policy, Reason

__all__ = [
    "COLUMNS",
    "CONTRASTS",
    "POLICIES",
    "SPOKE",
    "STEADY",
    "DisclosureError",
    "Finding",
    "Gathered",
    "Kind",
    "Policy",
    "Reason",
    "Release",
    "Whole",
    "audit",
    "introductions",
    "named",
    "noted",
    "on_top",
    "release",
    "release_introductions",
    "release_measures",
    "release_network",
    "release_structure",
    "restore",
    "rows",
]
