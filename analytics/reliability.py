"""Do the statements of a dimension measure one thing? For an organization as a whole; never for a single team.

Two answers. Alpha supposes that every statement says equally much about the dimension; omega lets each say as much as
its answers show. Where the two differ, omega is the one to believe. Neither says *what* is measured.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from analytics.checks import require_between
from analytics.precision import Numbers

Word = Literal["good", "fair", "weak"]

GOOD = 0.8
"""From here on, scores may be told apart finely."""
RELIABLE = 0.7
"""From here on, what differs between people's scores is mostly the thing and not the wording (Nunnally 1978)."""
_LEAST_OWN = 0.005
"""No statement's own share of its variance is fitted below this. One that arrives here is a Heywood case."""


@dataclass(frozen=True)
class Reliability:
    """How alike the items of a scale are answered."""

    alpha: float | None
    """None where it cannot be known; `why` says so."""
    low: float | None
    high: float | None
    why: str = ""


def from_covariance(covariance: Numbers, respondents: int, *, level: float = 0.95) -> Reliability:
    """Do the statements of a dimension go together?

    Good from GOOD, fair from RELIABLE; below, a score is to be read statement by statement.

    From the covariance matrix of the items, reversed ones turned, over the people who answered all of them: all that is
    kept of the answers of a large enough organization. Reference: R's `multilevel::cronbach`; .8913 for the leadership
    items of army_bhr2000.

    Formula: α = k/(k − 1) · (1 − Σs²/s²_total) for k statements, with the variances of the statements and of their sum.
    The interval is 1 − (1 − α)·F with n − 1 and (n − 1)(k − 1) degrees of freedom.

    Undefined: for a single statement, below three people who answered all, or when the total score does not vary.

    Source: Cronbach 1951, Psychometrika 16:297; Feldt 1965, Psychometrika 30:357.

    Two items with the variances 2.5 and 1.3 that vary together by 1.5: 2·(1 − 3.8/6.8).

    >>> round(from_covariance(np.array([[2.5, 1.5], [1.5, 1.3]]), 5).alpha or 0, 4)
    0.8824
    """
    require_between(level, 0, 1, what="level")
    items, total = len(covariance), float(np.sum(covariance))
    if items < 2:
        return Reliability(None, None, None, "A scale needs two items or more.")
    if respondents < 3:
        return Reliability(None, None, None, "Fewer than three people answered every item.")
    if total <= 0:
        return Reliability(None, None, None, "Everybody has the same total score.")
    alpha = items / (items - 1) * (1 - float(np.trace(covariance)) / total)
    freedom = (respondents - 1, (respondents - 1) * (items - 1))
    low, high = (
        1 - (1 - alpha) * float(special.fdtri(*freedom, share)) for share in ((1 + level) / 2, (1 - level) / 2)
    )
    return Reliability(alpha, low, high)


@dataclass(frozen=True)
class Omega:
    """How much of a scale's total score is the one thing that its items share."""

    omega: float | None
    """None where it cannot be known; `why` says so."""
    why: str = ""


def omega_of(covariance: Numbers, respondents: int) -> Omega:
    """Do the statements of a dimension go together, some of them more closely than others?

    From the items' covariance matrix: one common factor, fitted to the correlations by maximum likelihood. Reference:
    `psych` in R on its bfi data, agreeableness .7240 and openness .6180, to .002.

    Formula: ω = (Σλ)² / ((Σλ)² + Σ(1 − λ²)), with the loadings λ of one common factor, by maximum likelihood.

    Undefined: with fewer than three statements (two fit any loadings), below three people, where a statement does not
    vary, where statements repeat one another exactly, and where the fit does not converge or leaves a statement no
    variance of its own (a Heywood case): then there is no one factor to speak of.

    Source: McDonald 1999, Test Theory: A Unified Treatment.

    Three items that correlate .49 each load .7: 4.41 / (4.41 + 1.53).

    >>> alike = np.full((3, 3), 0.49) + 0.51 * np.eye(3)
    >>> round(omega_of(alike, 200).omega or 0, 4)
    0.7424
    """
    spread = np.sqrt(np.diag(covariance))
    if len(covariance) < 3:
        return Omega(None, "Omega needs three items or more.")
    if respondents < 3:
        return Omega(None, "Fewer than three people answered every item.")
    if not (spread > 0).all():
        return Omega(None, "Everybody gave the same answer to an item.")
    loadings = _one_factor(covariance / np.outer(spread, spread))
    if loadings is None:
        return Omega(None, "The answers do not fit one common factor.")
    common = float(loadings.sum()) ** 2
    return Omega(common / (common + float((1 - loadings**2).sum())))


def word(reliability: float) -> Word:
    """A reliability for people: good from GOOD, fair from RELIABLE; below, to be read statement by statement.

    >>> word(0.85), word(0.7), word(0.69)
    ('good', 'fair', 'weak')
    """
    return "good" if reliability >= GOOD else "fair" if reliability >= RELIABLE else "weak"


def _one_factor(correlation: Numbers) -> Numbers | None:
    """Loadings of one factor by maximum likelihood (Jöreskog 1967, as R's factanal); None where it does not fit."""
    from scipy import optimize  # noqa: PLC0415  a good part of a second to load, for one close in many

    if np.linalg.eigvalsh(correlation)[0] < 1e-8:
        return None
    start = (1 - 0.5 / len(correlation)) / np.diag(np.linalg.inv(correlation))
    ends = [(_LEAST_OWN, 1.0)] * len(correlation)
    fitted = optimize.minimize(_misfit, start, args=(correlation,), jac=True, method="L-BFGS-B", bounds=ends)
    if not fitted.success or float(fitted.x.min()) <= _LEAST_OWN * 1.01:
        return None
    _, loadings = _factor(fitted.x, correlation)
    return loadings * (1 if loadings.sum() >= 0 else -1)


def _misfit(own: Numbers, correlation: Numbers) -> tuple[float, Numbers]:
    """How badly one factor fits when `own` is each item's own variance, and how that changes with each."""
    rest, loadings = _factor(own, correlation)
    gap = np.outer(loadings, loadings) + np.diag(own) - correlation
    return float(np.sum(rest - np.log(rest) - 1)), np.diag(gap) / own**2


def _factor(own: Numbers, correlation: Numbers) -> tuple[Numbers, Numbers]:
    """The roots that one factor leaves over, and its loadings."""
    roots, vectors = np.linalg.eigh(correlation / np.sqrt(np.outer(own, own)))
    return roots[:-1], np.sqrt(own * max(roots[-1] - 1, 0)) * vectors[:, -1]
