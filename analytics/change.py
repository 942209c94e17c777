"""Has it really changed? Two waves of anonymous answers, without linking anybody.

The same people answer twice, mostly alike, so the textbook test for two samples is far too timid: it found nothing in
simulations where a fifth could have been found. And a team that answers completely is still not certain: answers
waver from day to day. So no finite population correction here; with it 43 % of quiet changes looked real.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analytics.checks import require_columns
from analytics.precision import Flags, Numbers
from analytics.scores import moderated
from analytics.trend import SAME_PERSON

ASSUMED = 80
"""The assumption about how alike the same people answer is worth so many degrees of freedom, beside what rows show."""
EFFICIENCY = 0.25
"""A median absolute deviation of m rows knows the noise as well as a variance of so many times m would: .37 if no row
had changed and none belonged together, less as some have and as the dimensions of a team do."""
CLEARLY, PROBABLY = 0.045, 0.09
"""The largest q called so. One change in twenty so called, and one in ten, may be a false alarm; where a whole wave is
quiet Benjamini and Hochberg's bound is met exactly, and the noise is itself an estimate: so a tenth is kept in hand."""
STEADY = "held steady"

PAIR = ("team_id", "subject", "n1", "mean1", "var1", "n2", "mean2", "var2")
ENOUGH_BESIDE = 5
"""With fewer groups the typical one is not known, and nothing is said to be beyond it."""


def between(pairs: pd.DataFrame, *, alike: float = SAME_PERSON) -> pd.DataFrame:
    """Has it really changed from one wave to the next, and beyond what changed everywhere?

    All changes of a wave are tested together, so that of those called clear at most one in twenty is a false alarm, and
    of those called probable one in ten. Two waves of one small team can only show large changes.

    `pairs` has a row for every group and dimension released in both waves: team_id, subject, and number of people, mean
    and variance between them before (n1, mean1, var1) and after (n2, mean2, var2). Optionally `link`, the variance of
    the step between the scales of the two waves where other statements were asked, and `innermost`, which rows hold no
    other: only from these is learned what noise and what everybody's change is, so that nobody counts there twice in a
    dimension. Returns it with

    - `difference`: mean2 − mean1, in the units of the means;
    - `z`: the difference in units of its noise, and `p`, two-sided;
    - `q`: the share of false alarms if everything at least this clear is called a change;
    - `word`: 'clearly down' (q up to .045), 'probably down' (up to .09), 'held steady', 'probably up' or 'clearly up';
    - `shift`: the median difference of the dimension's innermost groups, what changed everywhere; NaN below five;
    - `beyond`: the same words for the difference less the shift. 'held steady' of a group that changed says that it did
      so with the others: None where the shift, were it the group's own, would be no change that way, and where there is
      none.

    Formula: SE = σ·√((1 − alike)·s̃²·(1/n₁ + 1/n₂) + link) with s̃² the moderated variance between people of both waves
    (`analytics.scores`) and `alike` = .5, how alike the same people answer: an assumption, as answers are never linked.
    σ sets it right by what the rows themselves show: σ² is the mean of 1, worth ASSUMED degrees of freedom, and of the
    squared 1.4826 · median|z − median z|, worth EFFICIENCY of the innermost rows. z = difference / SE is judged by
    Student's distribution; q is Benjamini and Hochberg's, over all rows.

    Undefined: where nobody differs from anybody: nothing is called a change.

    Source: Efron 2004, JASA 99:96 for the empirical null; Benjamini & Hochberg 1995, JRSS B 57:289.

    >>> row = pd.DataFrame([["a", "trust", 8, 4.0, 0.5, 8, 2.5, 0.5]], columns=list(PAIR))
    >>> between(row)[["difference", "z", "word"]].round(3).to_dict("records")
    [{'difference': -1.5, 'z': -6.0, 'word': 'clearly down'}]
    """
    require_columns(pairs, *PAIR, what="pairs")
    difference = (pairs["mean2"] - pairs["mean1"]).to_numpy(dtype=float)
    noise = _noise(pairs, alike)
    z, p = noise.against(difference)
    q = false_discovery_rate(p)
    said = pairs.assign(difference=difference, z=z, p=p, q=q, word=_words(difference, q, pairs.index))
    return said.assign(**_beyond(said, noise))


def _beyond(said: pd.DataFrame, noise: "_Noise") -> dict[str, "pd.Series[Any]"]:
    """What changed everywhere in each dimension, and whether a group changed otherwise."""
    beside = said["difference"].where(_innermost(said)).groupby(said["subject"])
    shift = beside.transform("median").where(beside.transform("count") >= ENOUGH_BESIDE)
    known = shift.notna().to_numpy()
    typical = shift.fillna(0.0).to_numpy(dtype=float)
    rest = said["difference"].to_numpy(dtype=float) - typical
    q = np.ones(len(said))
    q[known] = false_discovery_rate(noise.against(rest)[1][known])
    beyond, everywhere = _words(rest, q, said.index), _words(typical, noise.against(typical)[1], said.index)
    alone = (said["word"] != STEADY) & (beyond == STEADY) & (everywhere.map(_way) != said["word"].map(_way))
    return {"shift": shift, "beyond": beyond.where(known & ~alone, None)}


def _innermost(pairs: pd.DataFrame) -> Flags:
    """The rows that hold no other: all of them where nobody says."""
    return pairs["innermost"].to_numpy(dtype=bool) if "innermost" in pairs else np.ones(len(pairs), dtype=bool)


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


@dataclass(frozen=True)
class _Noise:
    """What chance does to each difference: its standard error, and the degrees of freedom behind it."""

    error: Numbers
    freedom: Numbers

    def against(self, difference: Numbers) -> tuple[Numbers, Numbers]:
        """Each difference in units of its noise, and how often noise alone would be as large."""
        z = np.divide(difference, self.error, out=np.zeros(len(difference)), where=self.error > 0)
        return z, np.asarray(2 * special.stdtr(self.freedom, -np.abs(z)))


def _noise(pairs: pd.DataFrame, alike: float) -> _Noise:
    """Every row's own noise by the moderated variance of its people, and all of them scaled by what the rows show."""
    n1, n2, var1, var2 = (pairs[name].to_numpy(dtype=float) for name in ("n1", "n2", "var1", "var2"))
    if not ((var1 > 0) | (var2 > 0)).any():  # nobody differs from anybody anywhere: nothing to measure noise with
        return _Noise(np.zeros(len(pairs)), np.full(len(pairs), NORMAL))
    link = pairs["link"].to_numpy(dtype=float) if "link" in pairs else 0.0
    freedom = n1 + n2 - 2
    own = ((n1 - 1) * var1 + (n2 - 1) * var2) / freedom
    inner = _innermost(pairs)
    usual = moderated((freedom + 1).astype(np.int64), own, own <= 0, inner)
    error = np.sqrt((1 - alike) * usual.variance * (1 / n1 + 1 / n2) + link)
    z = (pairs["mean2"] - pairs["mean1"]).to_numpy(dtype=float) / error
    seen = 1.4826 * float(np.median(np.abs(z[inner] - np.median(z[inner])))) if inner.any() else 0.0
    worth = EFFICIENCY * np.count_nonzero(inner) if seen > 0 else 0.0
    scale = np.sqrt((ASSUMED + worth * seen**2) / (ASSUMED + worth))
    return _Noise(error * scale, np.asarray(1 / (1 / (ASSUMED + worth) + 1 / np.asarray(usual.freedom))))


NORMAL = 1e9
"""Degrees of freedom with which Student's distribution is the normal one."""


def _words(difference: Numbers, q: Numbers, index: "pd.Index[Any]") -> "pd.Series[Any]":
    words = [_word(d, share) for d, share in zip(difference, q, strict=True)]
    return pd.Series(words, index=index, dtype=object)


def _word(difference: float, share: float) -> str:
    """What may be said of a change, given the share of false alarms among changes as clear as this one."""
    if share > PROBABLY or difference == 0:
        return STEADY
    return f"{'clearly' if share <= CLEARLY else 'probably'} {'up' if difference > 0 else 'down'}"


def _way(word: str) -> str:
    """Which way a word says: 'up', 'down' or 'steady'."""
    return word.split()[1]
