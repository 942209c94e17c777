"""Which statements go with how it is overall. 'Goes with', never 'drives': one survey cannot tell what moves what.

People who are content agree with everything a little more (one mood, one form, one moment), so in any survey everything
goes with everything. That is why a small correlation is not shown, however certain it is.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.checks import require_between

SMALLEST = 0.2
"""The weakest correlation worth telling: a judgement of ours, above what one mood makes of any two answers on one form
(Podsakoff et al. 2003 review how much that is)."""


@dataclass(frozen=True)
class Correlation:
    """How closely two answers go together, and how surely that is known."""

    value: float
    low: float
    high: float

    @property
    def worth_telling(self) -> bool:
        """Whether the whole interval lies above what mood alone would make."""
        return self.low > SMALLEST


def goes_with(correlation: float, people: int, looked_at: int, *, level: float = 0.95) -> Correlation:
    """Which statements go with how it is overall?

    It is not the part that a statement contributes by itself: statements overlap, and people who agree with one agree
    with the next. The interval allows for how many statements were looked at, so that one survey in twenty claims
    anything that is not there. What one mood makes of any two answers on one form is not told.

    `ValueError` below four people, and for a correlation beyond ±1.

    Formula: the correlation r of two answers of the same people; its interval is tanh(atanh(r) ± z/√(n − 3)) at the
    level 1 − .05/m for m correlations looked at. Told where all of it lies above SMALLEST.

    Undefined: below four people.

    Source: Fisher 1921, Metron 1:3; Bonferroni's inequality; Podsakoff et al. 2003, Journal of Applied Psychology
    88:879 on what one form makes of two answers.

    For r = .5 of 103 people, looked at alone: the tanh of .5493 ± 1.96/10 (by hand).

    >>> found = goes_with(0.5, 103, 1)
    >>> round(found.low, 4), round(found.high, 4)
    (0.3393, 0.6323)
    """
    require_between(correlation, -1, 1, what="correlation")
    if people < 4 or looked_at < 1:
        raise ValueError(f"A correlation needs four people and one look; there are {people} and {looked_at}.")
    half = float(special.ndtri(1 - (1 - level) / looked_at / 2)) / np.sqrt(people - 3)
    centre = np.arctanh(np.clip(correlation, -0.999999, 0.999999))
    return Correlation(correlation, float(np.tanh(centre - half)), float(np.tanh(centre + half)))
