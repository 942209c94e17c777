"""How well a survey was answered: who answered without reading, and what the share that answered permits."""

from typing import Literal

LONG_ENOUGH = 6
"""Statements somebody must have answered before the same answer to all of them says anything."""

HIGH, FAIR = 80, 65
"""The percentages of those asked from which a response is high, and fair."""

Response = Literal["high", "fair", "low"]


def straight_lined(same: int, of: int) -> float:
    """How many gave the same answer to everything, though some statements say the opposite of others?

    Whoever strongly agrees that promises are kept and that promises are often broken has not read one of the two. The
    middle throughout contradicts nothing and is counted all the same: it says as little. Counted over a whole
    organization only: it is about how the survey was answered, and about nobody.

    Of the `of` people who answered LONG_ENOUGH statements, reverse-keyed ones among them, `same` chose one point of the
    scale throughout.

    Formula: 100 · (people who gave one answer throughout) / (people who answered at least LONG_ENOUGH statements,
    reverse-keyed ones and others among them).

    Undefined: where nobody answered so many, and where no reverse-keyed statement was asked.

    Source: Johnson 2005, Journal of Research in Personality 39:103 (runs of the same answer); the cut is our own.

    >>> straight_lined(12, 240)
    5.0
    """
    if of <= 0:
        raise ValueError("Nobody answered enough statements to have answered them all alike.")
    return 100 * same / of


def response(answered: int, invited: int) -> Response:
    """For whom do the figures speak?

    High: for those asked. Fair: for most of them; who was silent may have said something else. Low: for those who
    answered. Where unhappier people answer less, intervals of 95 % held the truth in 81 % of simulated teams with 80 %
    response, and in 60 % of larger ones with 70 %; so pages show what the silent could change.

    Formula: high from HIGH % of those asked, fair from FAIR %, low below.

    Undefined: where nobody was asked.

    Source: the bands are a convention of ours; in the simulation one standard deviation less content made answering .7
    less likely on the logit scale.

    >>> response(80, 100), response(79, 100), response(64, 100)
    ('high', 'fair', 'low')
    """
    if invited <= 0:
        raise ValueError("Nobody was asked, so there is no response rate.")
    share = 100 * answered / invited
    return "high" if share >= HIGH else "fair" if share >= FAIR else "low"
