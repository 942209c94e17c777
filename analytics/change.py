"""Has it really changed? Two waves of anonymous answers, without linking anybody.

The same people answer twice, mostly alike, so the textbook test for two samples is far too timid: it found nothing in
simulations where a fifth could have been found. And a team that answers completely is still not certain: answers
waver from day to day. So no finite population correction here; with it 43 % of quiet changes looked real.
"""

import numpy as np
import pandas as pd
from scipy import special

from analytics.checks import require_columns
from analytics.precision import Numbers
from analytics.scores import lent
from analytics.trend import SAME_PERSON

ENOUGH_PAIRS = 40
"""From so many groups × dimensions on, the spread of their changes itself shows what is noise."""
CLEARLY, PROBABLY = 0.05, 0.10
"""The share of false alarms among all changes called so."""
STEADY = "held steady"

PAIR = ("team_id", "subject", "n1", "mean1", "var1", "n2", "mean2", "var2")


def between(pairs: pd.DataFrame, *, alike: float = SAME_PERSON) -> pd.DataFrame:
    """Which groups changed from one wave to the next, among all that could have.

    `pairs` has a row for every group and dimension released in both waves: team_id, subject, and number of people, mean
    and variance between them before (n1, mean1, var1) and after (n2, mean2, var2). Returns it with

    - `difference`: mean2 − mean1, in the units of the means;
    - `z`: the difference in units of its noise, and `p`, two-sided;
    - `q`: the share of false alarms if everything at least this clear is called a change (Benjamini-Hochberg 1995 over
      all rows; 'clearly' up to 5 %, 'probably' up to 10 %);
    - `word`: 'clearly down', 'probably down', 'held steady', 'probably up' or 'clearly up'.

    From 40 rows on, the noise is read off the rows themselves: u = difference / sqrt(1/n1 + 1/n2) has the standard
    deviation 1.4826 · median |u − median u| where most groups did not change (an empirical null, Efron 2004). This kept
    4.6 % false alarms at a nominal 5 % where the textbook test had 1 % and half its power. Below 40 rows, or where
    most rows agree exactly: SE = sqrt(1 − alike) · sqrt(var1/n1 + var2/n2) and Welch's degrees of freedom; `alike` = .5
    is how alike the same people answer (.48 to .60 in a panel), an assumption as answers are never linked.

    The shift of the whole organization is part of each group's change; `organization_shift` tells it apart.

    >>> row = pd.DataFrame([["a", "trust", 8, 4.0, 0.5, 8, 2.5, 0.5]], columns=list(PAIR))
    >>> between(row)[["difference", "z", "word"]].round(3).to_dict("records")
    [{'difference': -1.5, 'z': -6.0, 'word': 'clearly down'}]
    """
    require_columns(pairs, *PAIR, what="pairs")
    difference = (pairs["mean2"] - pairs["mean1"]).to_numpy(dtype=float)
    z, p = _against_noise(pairs, difference, alike)
    q = false_discovery_rate(p)
    words = [_word(d, share) for d, share in zip(difference, q, strict=True)]
    return pairs.assign(difference=difference, z=z, p=p, q=q, word=pd.Series(words, index=pairs.index, dtype=object))


def false_discovery_rate(p: Numbers) -> Numbers:
    """For each p-value the share of false flags among all that are at least as small (Benjamini and Hochberg 1995).

    q_i is the smallest p_j · m / rank_j over all j at or above i. Here and not from scipy.stats, which takes longer to
    load than a whole command may take.

    >>> false_discovery_rate(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    found = np.empty(len(p))
    found[order] = np.minimum.accumulate(p[order] * len(p) / ranks)
    return found


def organization_shift(pairs: pd.DataFrame) -> float | None:
    """How much the typical group changed, in the units of the means: the median difference; None without pairs.

    A group that fell by 0.3 where the typical group fell by 0.3 fell with the organization, not by itself.
    """
    require_columns(pairs, *PAIR, what="pairs")
    return float((pairs["mean2"] - pairs["mean1"]).median()) if len(pairs) else None


def _against_noise(pairs: pd.DataFrame, difference: Numbers, alike: float) -> tuple[Numbers, Numbers]:
    """Each difference in units of its noise, and how often noise alone would be as large."""
    n1, n2, var1, var2 = (pairs[name].to_numpy(dtype=float) for name in ("n1", "n2", "var1", "var2"))
    scaled = difference / np.sqrt(1 / n1 + 1 / n2)
    spread = 1.4826 * float(np.median(np.abs(scaled - np.median(scaled)))) if len(pairs) >= ENOUGH_PAIRS else 0.0
    if spread > 0:
        z = scaled / spread
        return z, np.asarray(2 * special.ndtr(-np.abs(z)))
    if not ((var1 > 0) | (var2 > 0)).any():  # nobody differs from anybody anywhere: nothing to measure noise with
        return np.zeros(len(pairs)), np.ones(len(pairs))
    before, after = ((n, np.asarray(lent(n, var, var <= 0))) for n, var in ((n1, var1), (n2, var2)))
    return _unpaired(difference, before, after, alike)


def _unpaired(
    difference: Numbers, before: tuple[Numbers, Numbers], after: tuple[Numbers, Numbers], alike: float
) -> tuple[Numbers, Numbers]:
    """Welch's test with the noise that is left when mostly the same people answer."""
    part1, part2 = before[1] / before[0], after[1] / after[0]
    error = np.sqrt((1 - alike) * (part1 + part2))
    freedom = (part1 + part2) ** 2 / np.maximum(
        part1**2 / np.maximum(before[0] - 1, 1) + part2**2 / np.maximum(after[0] - 1, 1), 1e-12
    )
    z = difference / error
    return z, np.asarray(2 * special.stdtr(np.maximum(freedom, 1), -np.abs(z)))


def _word(difference: float, share: float) -> str:
    """What may be said of a change, given the share of false alarms among changes as clear as this one."""
    if share > PROBABLY or difference == 0:
        return STEADY
    return f"{'clearly' if share <= CLEARLY else 'probably'} {'up' if difference > 0 else 'down'}"
