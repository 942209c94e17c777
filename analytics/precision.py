"""How exactly a figure may be said, by the number of people behind it (PRIVACY.md §1.3, rules A3, A4, A6).

| people    | value and interval | favourable                                                | respondents |
|-----------|--------------------|-----------------------------------------------------------|-------------|
| below 10  | to 5               | '0–40 %', '41–59 %' or '60–100 %'; nothing of four people | '5–9'       |
| 10 to 19  | to 5               | to 10, '≤20 %' and '≥80 %' at the ends                    | exact       |
| 20 to 39  | to 1               | to 1, '≤10 %' and '≥90 %' at the ends                     | exact       |
| from 40   | to 1               | to 1, '≤5 %' and '≥95 %' at the ends                      | exact       |

The value of a single statement is a whole number only from 100 people on (`item_step`).
Intervals are rounded outward, so that coarseness never makes a claim sharper than it is. Where people answered alike
(`alike`), the value stops at a `limit`: nobody who knows one answer, their own say, must become certain of another.
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
HUNDREDS = 100
"""From here, figures of single statements are whole numbers too."""
EXACT = 1e-9
"""A sum of thirds is a hair off: what is this near to a point of the grid lies on it."""
COARSE = 10.0
"""The step after a small change of people in a small group."""


def step(n: Counts, coarse: Flags) -> Numbers:
    """The grid, in points of 0 to 100, on which a value from `n` people is said."""
    return np.where(coarse, COARSE, np.where(n < MANY, 5.0, 1.0))


def item_step(n: Counts, coarse: Flags) -> Numbers:
    """The grid of a single statement's value: as `step`, but whole numbers only from HUNDREDS people on.

    A dimension is made of its statements. Were both exact, their difference would be about those who skipped one:
    among thirty, where one did, it told 56 % of the variance of what that one answered; on this grid, 13 %.
    """
    return np.maximum(step(n, coarse), np.where(n < HUNDREDS, 5.0, 1.0))


def nearest(value: Numbers, grid: Numbers) -> Numbers:
    """The nearest point of the grid; halves go up, so that a reader can check it by hand."""
    return np.asarray(np.floor(value / grid + 0.5 + EXACT) * grid)


def outward(
    low: Numbers, high: Numbers, grid: Numbers, within: tuple[float, float] = (0.0, 100.0)
) -> tuple[Numbers, Numbers]:
    """An interval widened to the grid, within these ends. A nought has no sign: it would be printed as '−0'."""
    down = np.floor(low / grid + EXACT) * grid
    up = np.ceil(high / grid - EXACT) * grid
    return np.clip(down, *within) + 0.0, np.clip(up, *within) + 0.0


def alike(n: Counts, unfavourable: Counts, neutral: Counts, favourable: Counts) -> Flags:
    """Whether all people gave the same kind of answer, but for two at most.

    Two, and not one: whoever answered otherwise knows that they did. Were it one, 'all but one agreed' would tell that
    one what everybody else answered.
    """
    largest = np.maximum(np.maximum(unfavourable, neutral), favourable)
    return np.asarray(largest >= n - 2)


def limit(n: Counts) -> Numbers:
    """The highest value, in points, that is said of people who answered alike; as far from 0 is the lowest.

    What n people reach of whom one answered 1 and another 3, and everybody else 5: 100 − 150/n, at most 90. So also
    the one who answered 1 cannot tell from the value whether anybody else was less than content.

    >>> limit(np.array([5, 8, 30])).tolist()
    [70.0, 81.25, 90.0]
    """
    return np.minimum(90.0, 100 - 150 / n)


def within_limits(value: Numbers, n: Counts, neutral: Counts, single: Flags) -> Numbers:
    """What is said instead of the mean of people who answered alike, so that no one answer beside it tells the others.

    Values beyond a limit become the limit. A `single` statement to which all but one were neutral is 50: a little more
    or less would be the one person's doing, and say that nobody else moved it. Where a score is made of several, people
    between the ends differ among themselves, and it says no such thing.
    """
    return np.where(single & (neutral >= n - 1), 50.0, np.clip(value, 100 - limit(n), limit(n)))


def opened(  # noqa: PLR0917  a value with its ends, and how it was said
    value: Numbers, low: Numbers, high: Numbers, n: Counts, grid: Numbers, shift: Numbers | float = 0.0
) -> tuple[Numbers, Numbers]:
    """Intervals, open to the end where the value has reached its limit: there the true one may lie beyond.

    `shift` was taken from the value, and so from its limits.
    """
    highest, lowest = nearest(limit(n) - shift, grid), nearest(100 - limit(n) - shift, grid)
    return np.where(value <= lowest, 0.0, low), np.where(value >= highest, 100.0, high)


def favourable_words(n: int, favourable: int) -> str | None:
    """The share that agreed, as exactly as the number of people allows; None for four.

    The words at either end hold 'all but two' also, so that one person's knowledge of themselves adds nothing to them.

    >>> favourable_words(7, 5), favourable_words(15, 10), favourable_words(40, 27)
    ('60–100 %', '70 %', '68 %')
    >>> favourable_words(7, 4), favourable_words(15, 15), favourable_words(30, 1), favourable_words(40, 0)
    ('41–59 %', '≥80 %', '≤10 %', '≤5 %')
    """
    share = 100 * favourable / n
    if n < FEW:
        return None if n < 5 else "0–40 %" if share <= 40 else "41–59 %" if share < 60 else "60–100 %"
    grid, edge = (10, 20) if n < MANY else (1, 10) if n < 2 * MANY else (1, 5)
    rounded = int(np.floor(share / grid + 0.5) * grid)
    return f"≤{edge} %" if rounded <= edge else f"≥{100 - edge} %" if rounded >= 100 - edge else f"{rounded} %"


def respondents_words(n: int, minimum: int) -> str:
    """How many answered: exact from ten, below that only that it was enough.

    >>> respondents_words(7, 5), respondents_words(14, 5)
    ('5–9', '14')
    """
    return str(n) if n >= FEW else f"{minimum}–{FEW - 1}" if minimum < FEW - 1 else str(FEW - 1)


def about(respondents: str, *, few_changed: bool = False) -> tuple[float, float]:
    """How many answered, as near as their band tells, and the grid on which a value of so many was said.

    >>> about("5–9"), about("14"), about("63")
    ((7.0, 5.0), (14.0, 5.0), (63.0, 1.0))
    >>> about("5–9", few_changed=True)
    (7.0, 10.0)
    """
    first, _, last = respondents.partition("–")
    people = (float(first) + float(last or first)) / 2
    return people, float(step(np.array(people), np.array(few_changed)))
