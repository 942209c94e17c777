"""Do the statements of a dimension measure one thing? For an organization as a whole; never for a single team."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analytics.checks import require_between
from analytics.precision import Numbers


@dataclass(frozen=True)
class Reliability:
    """How alike the items of a scale are answered."""

    alpha: float | None
    """None where it cannot be known; `why` says so."""
    low: float | None
    high: float | None
    items: int
    respondents: int
    why: str = ""


def cronbach_alpha(answers: pd.DataFrame, *, level: float = 0.95) -> Reliability:
    """Internal consistency of a scale (Cronbach 1951), with Feldt's interval.

    `answers` has a row for each respondent and a column for each item, reversed items turned already. Rows with a
    missing answer are left out. `from_covariance` says how it is computed and where it is undefined.

    Two items answered alike but for one person:

    >>> pairs = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 3]})
    >>> round(cronbach_alpha(pairs).alpha or 0, 4)
    0.8824
    """
    complete = answers.dropna()
    people, items = complete.shape
    matrix = np.atleast_2d(np.cov(complete.to_numpy(dtype=float), rowvar=False)) if people > 1 else np.eye(items)
    return from_covariance(matrix, people, level=level)


def from_covariance(covariance: Numbers, respondents: int, *, level: float = 0.95) -> Reliability:
    """Alpha from the items' covariance matrix, all that is kept of the answers of a large enough organization.

    With k items: alpha = k/(k − 1) · (1 − trace / sum of all entries). The interval is 1 − (1 − alpha)·F with n − 1 and
    (n − 1)(k − 1) degrees of freedom (Feldt 1965). Undefined for a single item, below three respondents, or when
    the total score does not vary. Reference: R's multilevel::cronbach; .8913 for the leadership items of army_bhr2000.
    """
    require_between(level, 0, 1, what="level")
    items, total = len(covariance), float(np.sum(covariance))
    if items < 2:
        return _unknown("A scale needs two items or more.", items, respondents)
    if respondents < 3:
        return _unknown("Fewer than three people answered every item.", items, respondents)
    if total <= 0:
        return _unknown("Everybody has the same total score.", items, respondents)
    alpha = items / (items - 1) * (1 - float(np.trace(covariance)) / total)
    freedom = (respondents - 1, (respondents - 1) * (items - 1))
    low, high = (
        1 - (1 - alpha) * float(special.fdtri(*freedom, share)) for share in ((1 + level) / 2, (1 - level) / 2)
    )
    return Reliability(alpha, low, high, items, respondents)


def _unknown(why: str, items: int, respondents: int) -> Reliability:
    return Reliability(None, None, None, items, respondents, why)
