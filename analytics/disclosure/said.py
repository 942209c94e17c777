"""Every figure of a pulse that may be printed, said as exactly as its people allow."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import agreement, change, precision, scores, trend
from analytics.disclosure import policies
from analytics.disclosure.finding import COLUMNS, GATE, Finding, Kind, records, values
from analytics.disclosure.gathered import Gathered
from analytics.earlier import Moment, Past, printed
from analytics.precision import Counts, Flags, Numbers

Words = npt.NDArray[np.object_]


def shown(gathered: Gathered, table: pd.DataFrame, before: Past) -> Iterator[Finding]:
    """Every figure that may be printed, said as exactly as its people allow."""
    moments = [_moment(gathered, figure) for figure in records(table)]
    coarse = np.array([before.few_changed(moment) for moment in moments], dtype=bool)
    scored, items, answered = ((table["kind"] == kind).to_numpy() for kind in ("score", "item", "answered"))
    yield from _findings(gathered, "score", _said("score", table[scored], coarse[scored], gathered.k))
    yield from _findings(gathered, "trend", _said("trend", table[scored], coarse[scored], gathered.k))
    yield from _findings(gathered, "silent", _silent(table[scored], coarse[scored]))
    yield from _findings(gathered, "change", _changes(list(compress(moments, scored)), coarse[scored], before))
    yield from _findings(gathered, "item", _said("item", table[items], coarse[items], gathered.k))
    yield from _findings(gathered, "answered", _shares(table[answered], gathered.k))


def _findings(gathered: Gathered, kind: Kind, said: pd.DataFrame) -> Iterator[Finding]:
    """One finding for each row; the columns are its fields."""
    names = [name for name in COLUMNS if name in said.columns]
    for row in zip(*(values(said[name]) for name in names), strict=True):
        yield Finding(wave_id=gathered.wave_id, kind=kind, **dict(zip(names, row, strict=True)), gate=GATE)


def _said(kind: Kind, table: pd.DataFrame, coarse: Flags, k: int) -> pd.DataFrame:
    """Value, interval, respondents and favourable share of each figure, at the precision its people allow."""
    n, total, squares, favourable, invited = (
        table[name].to_numpy() for name in ("n", "total", "squares", "favourable", "invited")
    )
    mean, var = total / n, scores.variance(n, total, squares)
    ends = trend.band(n, mean, var) if kind == "trend" else scores.interval(n, invited, mean, var)
    grid = policies.grid(kind, n, coarse)
    value = precision.nearest(points(mean), grid)
    low, high = precision.opened(value, *precision.outward(points(ends.low), points(ends.high), grid), n, grid)
    shares = [precision.favourable_words(int(of), int(agree)) for of, agree in zip(n, favourable, strict=True)]
    said = table[["team_id", "subject", "covers"]].assign(
        value=value, respondents=_respondents(n, policies.minimum(kind, k)), favourable=_words(shares)
    )
    if kind == "item":
        return said.assign(word=_agreement(n, var, table["alike"].to_numpy()))
    return said.assign(low=low, high=high)


def _agreement(n: Counts, var: scores.Number, same: Flags) -> Words:
    """Whether people see a statement alike, from ten answers: the spread of fewer says too much."""
    measured = np.where(same, 1.0, agreement.rwg(np.asarray(var)))
    told = zip(n, measured, strict=True)
    return _words([agreement.word(alike) if people >= precision.FEW else None for people, alike in told])


def _words(words: list[str | None]) -> Words:
    """A column of words, with None where there is none."""
    return np.array([*words, None], dtype=object)[:-1]


def _silent(table: pd.DataFrame, coarse: Flags) -> pd.DataFrame:
    """How low and how high a group could be, where enough answered and somebody was silent."""
    n, invited, total = (table[name].to_numpy() for name in ("n", "invited", "total"))
    ends = scores.silent_bounds(n, invited, total / n)
    grid = policies.grid("silent", n, coarse)
    value = precision.nearest(points(total / n), grid)
    low, high = precision.opened(value, *precision.outward(points(ends.low), points(ends.high), grid), n, grid)
    told = (n >= policies.POLICIES["silent"].minimum) & (invited > n)
    return table[["team_id", "subject", "covers"]].assign(low=low, high=high)[told]


def _shares(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """The percentage that answered."""
    n, invited = (table[name].to_numpy() for name in ("n", "invited"))
    share = 100 * n / np.maximum(invited, n)
    value = precision.nearest(share, policies.grid("answered", n, np.zeros(len(n), dtype=bool)))
    shown = table[["team_id", "subject", "covers"]]
    return shown.assign(value=value, respondents=_respondents(n, policies.minimum("answered", k)))


def _changes(moments: Sequence[Moment], coarse: Flags, before: Past) -> pd.DataFrame:
    """What became of each group's dimension since the latest wave that it can be compared with."""
    compared = [(then, now, few) for now, few in zip(moments, coarse, strict=True) if (then := before.comparable(now))]
    past, present = _sums([then for then, _, _ in compared]), _sums([now for _, now, _ in compared])
    few = np.array([few for _, _, few in compared], dtype=bool)
    few_then = np.array([before.few_changed(then) for then, _, _ in compared], dtype=bool)
    points = printed(present["n"].to_numpy(), present["mean"].to_numpy(), few) - printed(
        past["n"].to_numpy(), past["mean"].to_numpy(), few_then
    )
    words = change.between(
        present[["team_id", "subject"]].join(past[_SUMS].add_suffix("1")).join(present[_SUMS].add_suffix("2"))
    )
    told = present[["team_id", "subject", "covers"]].assign(
        value=np.where(few, np.nan, points), word=words["word"], since=[then.name for then, _, _ in compared]
    )
    alone = [(then, now) for now in moments if not before.comparable(now) and (then := before.latest(now))]
    untold = _sums([now for _, now in alone])[["team_id", "subject", "covers"]].assign(
        since=[then.name for then, _ in alone], reason=policies.POLICIES["change"].hidden
    )
    return pd.concat([told, untold], ignore_index=True)


_SUMS = ["n", "mean", "var"]


def _sums(moments: Sequence[Moment]) -> pd.DataFrame:
    """Moments as a frame, with mean and variance between people."""
    wanted = ("team_id", "subject", "n", "total", "squares", "covers")
    frame = pd.DataFrame({name: [getattr(moment, name) for moment in moments] for name in wanted}, columns=list(wanted))
    n, total, squares = (frame[name].to_numpy(dtype=float) for name in ("n", "total", "squares"))
    return frame.assign(n=n.astype(int), mean=total / np.maximum(n, 1), var=scores.variance(n, total, squares))


def _moment(gathered: Gathered, figure: Mapping[str, Any]) -> Moment:
    """A figure of this wave as later waves will know it; an item's, as part of its dimension."""
    return Moment(
        gathered.wave_id,
        gathered.name,
        gathered.number,
        figure["team_id"],
        figure["dimension"],
        figure["n"],
        figure["total"],
        figure["squares"],
        figure["items"],
        figure["covers"],
    )


def points(score: scores.Number) -> Numbers:
    """Scores as points of 0 to 100, as an array."""
    return np.asarray(scores.points(score))


def _respondents(n: Counts, minimum: int) -> list[str]:
    return [precision.respondents_words(int(people), minimum) for people in n]
