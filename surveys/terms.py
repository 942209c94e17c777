"""What is fixed when a wave opens, in a form that can be held against what was agreed on.

A works council agrees to questions and thresholds once. The fingerprint of the questions is printed when a wave opens,
on /privacy while it runs, and on the papers: the same fingerprint means that the same was asked, word for word.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

import duckdb

from analytics.policies import POLICIES
from data import organization
from data.records import Wave
from surveys.questionnaire import Questionnaire, asked, from_json, to_json, turns

KEPT_QUARTERS = 13
"""For how many quarters the results of a wave are kept, its own and the present one among them, unless the setting
`quarters_kept` says otherwise: enough to compare a quarter with the same one three years before."""
KEPT_NETWORKS = 2
"""Of how many network waves the ties are kept, unless the setting `network_waves_kept` says otherwise."""


@dataclass(frozen=True)
class Kept:
    """How long things are kept."""

    quarters: int = KEPT_QUARTERS
    networks: int = KEPT_NETWORKS

    @classmethod
    def read(cls, db: duckdb.DuckDBPyConnection) -> Self:
        """Read what holds here."""
        quarters, networks = (organization.setting(db, name) for name in ("quarters_kept", "network_waves_kept"))
        return cls(int(quarters or KEPT_QUARTERS), int(networks or KEPT_NETWORKS))

    @property
    def nth(self) -> str:
        """Say with the close of which network wave after their own ties go.

        >>> Kept().nth
        'second'
        """
        return ("first", "second", "third", "fourth")[self.networks - 1] if self.networks <= 4 else f"{self.networks}th"


@dataclass(frozen=True)
class Thresholds:
    """How many people each kind of figure must stand for. `k` and `group` are chosen when a wave opens."""

    k: int = 5
    group: int = 6
    item: int = POLICIES["item"].minimum
    comment: int = POLICIES["comment"].minimum
    network: int = POLICIES["between"].minimum
    sensitive: int = POLICIES["sensitive"].minimum

    @classmethod
    def of(cls, wave: Wave) -> Self:
        """Read those of a wave. Where its k is larger than another, k counts."""
        usual = cls()
        item, comment, sensitive = (max(wave.k, each) for each in (usual.item, usual.comment, usual.sensitive))
        return cls(wave.k, wave.smallest_group, item, comment, usual.network, sensitive)


@dataclass(frozen=True)
class Fingerprint:
    """The SHA-256 of the questions, to compare them by."""

    whole: str

    @classmethod
    def of(cls, frozen: str) -> Self:
        """Take it of the questions as a wave keeps them."""
        return cls(hashlib.sha256(frozen.encode()).hexdigest())

    @property
    def short(self) -> str:
        """Give the first 64 bits, to be read aloud.

        >>> Fingerprint.of("").short
        'e3b0 c442 98fc 1c14'
        """
        return " ".join(self.whole[start : start + 4] for start in range(0, 16, 4))


@dataclass(frozen=True)
class Terms:
    """What holds for one wave, from its opening on."""

    wave: Wave
    thresholds: Thresholds
    questionnaire: Questionnaire | None
    """None where no pulse is asked."""
    fingerprint: Fingerprint | None

    @classmethod
    def of(cls, wave: Wave) -> Self:
        """Read the terms of a wave."""
        frozen = wave.questionnaire if wave.pulse and wave.questionnaire else None
        return cls(
            wave,
            Thresholds.of(wave),
            from_json(frozen) if frozen else None,
            Fingerprint.of(frozen) if frozen else None,
        )


def fingerprints(questionnaire: Questionnaire) -> list[Fingerprint]:
    """Take the fingerprints of what the first wave asks, the second, and so on, until the questions come round again.

    >>> from surveys.questionnaire import builtin
    >>> [len(fingerprints(builtin(name))) for name in ("quarterly", "pulse")]
    [1, 3]
    """
    return [Fingerprint.of(to_json(asked(questionnaire, number))) for number in range(turns(questionnaire))]
