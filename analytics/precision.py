"""How exactly a figure may be said, by the number of people behind it (PRIVACY.md §1.3, rules A3, A4, A6).

| people    | value and interval | favourable                        | respondents   |
|-----------|--------------------|-----------------------------------|---------------|
| below 10  | to 5               | a fifth of the scale: '61–80 %'   | '5–9'         |
| 10 to 19  | to 5               | to 10, '≤10 %' and '≥90 %' at the ends | exact    |
| from 20   | to 1               | to 1, '≤5 %' and '≥95 %' at the ends | exact      |

Intervals are rounded outward, so that coarseness never makes a claim sharper than it is.
"""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FEW = 10
"""Below this, the exact number of people is not said."""
MANY = 20
"""From here, figures are whole numbers."""
EXACT = 1e-9
"""A sum of thirds is a hair off: what is this near to a point of the grid lies on it."""
COARSE = 10.0
"""The step after a small change of people in a small group."""


def step(n: Counts, coarse: Flags) -> Numbers:
    """The grid, in points of 0 to 100, on which a value from `n` people is said."""
    return np.where(coarse, COARSE, np.where(n < MANY, 5.0, 1.0))


def nearest(value: Numbers, grid: Numbers) -> Numbers:
    """The nearest point of the grid; halves go up, so that a reader can check it by hand."""
    return np.asarray(np.floor(value / grid + 0.5 + EXACT) * grid)


def outward(low: Numbers, high: Numbers, grid: Numbers) -> tuple[Numbers, Numbers]:
    """An interval widened to the grid, within 0 to 100."""
    down = np.floor(low / grid + EXACT) * grid
    up = np.ceil(high / grid - EXACT) * grid
    return np.clip(down, 0, 100), np.clip(up, 0, 100)


def alike(n: Counts, unfavourable: Counts, neutral: Counts, favourable: Counts) -> Flags:
    """Whether all people but one, or all, gave the same kind of answer.

    Then an exact figure says what each of them answered: 'nobody was favourable' names everybody.
    """
    largest = np.maximum(np.maximum(unfavourable, neutral), favourable)
    return np.asarray(largest >= n - 1)


def blur_extremes(value: Numbers, low: Numbers, high: Numbers, same: Flags) -> tuple[Numbers, Numbers, Numbers]:
    """Where all answered alike: the value within 10 to 90, and an interval open to the end it touches."""
    clipped = np.where(same, np.clip(value, 10, 90), value)
    opened_low = np.where(same, np.where(low < 10, 0, np.minimum(low, 90)), low)
    opened_high = np.where(same, np.where(high > 90, 100, np.maximum(high, 10)), high)
    return clipped, opened_low, opened_high


def favourable_words(n: int, favourable: int, *, same: bool) -> str:
    """The share that agreed, as exactly as the number of people allows.

    >>> favourable_words(7, 5, same=False), favourable_words(15, 10, same=False), favourable_words(40, 27, same=False)
    ('61–80 %', '70 %', '68 %')
    >>> favourable_words(7, 7, same=True), favourable_words(40, 0, same=False)
    ('81–100 %', '≤5 %')
    """
    share = 100 * favourable / n
    if same:
        return "81–100 %" if favourable >= n - 1 else "0–20 %"
    if n < FEW:
        fifth = max(0, -(-5 * favourable // n) - 1)
        return f"{20 * fifth + (fifth > 0)}–{20 * fifth + 20} %"
    grid, edge = (10, 10) if n < MANY else (1, 5)
    rounded = int(np.floor(share / grid + 0.5) * grid)
    return f"≤{edge} %" if rounded <= edge else f"≥{100 - edge} %" if rounded >= 100 - edge else f"{rounded} %"


def respondents_words(n: int, minimum: int) -> str:
    """How many answered: exact from ten, below that only that it was enough.

    >>> respondents_words(7, 5), respondents_words(14, 5)
    ('5–9', '14')
    """
    return str(n) if n >= FEW else f"{minimum}–{FEW - 1}" if minimum < FEW - 1 else str(FEW - 1)
