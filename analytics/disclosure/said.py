"""Every figure of a pulse that may be printed, said as exactly as its people allow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import agreement, change, policies, precision, scores, trend
from analytics.disclosure.finding import COLUMNS, GATE, Finding, records, values
from analytics.disclosure.gathered import Gathered
from analytics.earlier import Moment, Past
from analytics.policies import Kind
from analytics.precision import Counts, Flags, Numbers
from analytics.scores import Level

Words = npt.NDArray[np.object_]


def shown(gathered: Gathered, table: pd.DataFrame, before: Past) -> Iterator[Finding]:
    """Every figure that may be printed, said as exactly as its people allow."""
    moments = [_moment(gathered, figure) for figure in records(table)]
    coarse = np.array([before.few_changed(moment) for moment in moments], dtype=bool)
    scored, items, answered = ((table["kind"] == kind).to_numpy() for kind in ("score", "item", "answered"))
    said = _scores(table[scored], coarse[scored])
    now = [
        replace(moment, value=value, respondents=respondents)
        for moment, value, respondents in zip(
            compress(moments, scored), said["value"], said["respondents"], strict=True
        )
    ]
    yield from _findings(gathered, "score", said)
    yield from _findings(gathered, "trend", _lines(now, before))
    yield from _findings(gathered, "silent", _silent(table[scored], said["value"].to_numpy(), coarse[scored]))
    changed, beyond = _changes(now, coarse[scored], table["innermost"].to_numpy()[scored], before)
    yield from _findings(gathered, "change", changed)
    yield from _findings(gathered, "beyond", beyond)
    yield from _findings(gathered, "item", _items(table[items], coarse[items]))
    yield from _findings(gathered, "answered", _shares(table[answered]))


def _findings(gathered: Gathered, kind: Kind, said: pd.DataFrame) -> Iterator[Finding]:
    """One finding for each row; the columns are its fields."""
    names = [name for name in COLUMNS if name in said.columns]
    for row in zip(*(values(said[name]) for name in names), strict=True):
        yield Finding(wave_id=gathered.wave_id, kind=kind, **dict(zip(names, row, strict=True)), gate=GATE)


def _scores(table: pd.DataFrame, coarse: Flags) -> pd.DataFrame:
    """What each group says of each dimension, and how surely, at the precision its people allow."""
    n, shift = table["n"].to_numpy(), table["shift"].to_numpy()
    ends = _levels(table)
    grid = policies.grid("score", n, coarse)
    value = np.clip(precision.nearest(points(ends.mean), grid), 0, 100)
    low, high = precision.outward(points(ends.low), points(ends.high), grid)
    low, high = precision.opened(value, low, high, n, grid, 25 * shift)
    return table[_WHICH].assign(value=value, low=low, high=high, **_people(table))


def _levels(table: pd.DataFrame) -> Level:
    """The level of every group, judged beside the others of its dimension.

    Nothing is drawn to the middle where people answered alike: their mean stands at a limit, and must stay there.
    """
    n, alike, inner = (table[name].to_numpy() for name in ("n", "alike", "innermost"))
    mean = (table["total"] / table["n"] - table["shift"]).to_numpy()
    var = np.asarray(scores.variance(n, table["total"].to_numpy(), table["squares"].to_numpy()))
    middle, between = np.zeros(len(table)), np.full(len(table), np.inf)
    for dimension in set(table["subject"]):
        here = (table["subject"] == dimension).to_numpy()
        leaves = here & inner
        around = scores.among(n[leaves], mean[leaves], var[leaves])
        middle[here], between[here] = around.middle, around.between
    spread = scores.moderated(n, var, alike, inner)
    around = scores.Among(middle, np.where(alike, np.inf, between))
    return scores.level(n, table["invited"].to_numpy(), mean, spread, around)


def _items(table: pd.DataFrame, coarse: Flags) -> pd.DataFrame:
    """What each group says to each statement, and from ten answers whether its people see it alike."""
    n, total, squares = (table[name].to_numpy() for name in ("n", "total", "squares"))
    value = precision.nearest(points(total / n), policies.grid("item", n, coarse))
    word = _agreement(n, scores.variance(n, total, squares), table["alike"].to_numpy())
    return table[_WHICH].assign(value=value, word=word, **_people(table))


_WHICH = ["team_id", "subject", "covers"]


def _people(table: pd.DataFrame) -> dict[str, Words]:
    """How many answered, and how many favourably, as exactly as may be said."""
    counts = list(zip(table["n"].tolist(), table["favourable"].tolist(), table["minimum"].tolist(), strict=True))
    return {
        "respondents": _words([precision.respondents_words(n, minimum) for n, _, minimum in counts]),
        "favourable": _words([precision.favourable_words(n, agree) for n, agree, _ in counts]),
    }


def _lines(moments: Sequence[Moment], before: Past) -> pd.DataFrame:
    """The line through what was printed of each group's dimension, up to this wave, and whether it has bent."""
    known = [[*reversed(list(before.line(now))), now] for now in moments]
    waves = {number: at for at, number in enumerate(sorted({each.number for line in known for each in line}))}
    values = np.full((len(known), max(len(waves), 1)), np.nan)
    people, rounding = np.ones_like(values), np.ones_like(values)
    for row, line in enumerate(known):
        for each in line:
            at = row, waves[each.number]
            values[at] = np.nan if each.value is None else each.value
            people[at], rounding[at] = precision.about(each.respondents or "1", few_changed=before.few_changed(each))
    course = trend.follow(values, people, rounding, trend.noise(values, people, rounding))
    level, half = course.level[:, -1], NORMAL_80 * np.sqrt(course.variance[:, -1])
    words = [WORDS[int(sign)] if len(line) > 1 else None for line, sign in zip(known, course.alert[:, -1], strict=True)]
    wanted = ("team_id", "subject", "covers", "respondents")
    told = pd.DataFrame({name: [getattr(now, name) for now in moments] for name in wanted}, columns=list(wanted))
    return told.assign(
        value=level.round(1),
        low=np.clip(level - half, 0, 100).round(1),
        high=np.clip(level + half, 0, 100).round(1),
        word=_words(words),
    )


NORMAL_80 = 1.2816
"""So many standard deviations to either side hold 80 % of a normal distribution."""
WORDS: Mapping[int, str] = {-1: "likely down", 0: "steady", 1: "likely up"}


def _agreement(n: Counts, var: scores.Number, same: Flags) -> Words:
    """Whether people see a statement alike, from ten answers: the spread of fewer says too much."""
    measured = np.where(same, 1.0, agreement.rwg(np.asarray(var)))
    told = zip(n, measured, strict=True)
    return _words([agreement.word(alike) if people >= precision.FEW else None for people, alike in told])


def _words(words: list[str | None]) -> Words:
    """A column of words, with None where there is none."""
    return np.array([*words, None], dtype=object)[:-1]


def _silent(table: pd.DataFrame, value: Numbers, coarse: Flags) -> pd.DataFrame:
    """How low and how high a group could be, where enough answered and somebody was silent."""
    n, invited, total, shift = (table[name].to_numpy() for name in ("n", "invited", "total", "shift"))
    ends = scores.silent_bounds(n, invited, total / n)
    grid = policies.grid("silent", n, coarse)
    low, high = precision.outward(points(ends.low - shift), points(ends.high - shift), grid)
    low, high = precision.opened(value, low, high, n, grid, 25 * shift)
    told = (n >= policies.POLICIES["silent"].minimum) & (invited > n)
    return table[_WHICH].assign(low=low, high=high)[told]


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    """The percentage that answered."""
    n, invited = (table[name].to_numpy() for name in ("n", "invited"))
    share = 100 * n / np.maximum(invited, n)
    value = precision.nearest(share, policies.grid("answered", n, np.zeros(len(n), dtype=bool)))
    return table[_WHICH].assign(value=value, respondents=_people(table)["respondents"])


def _changes(moments: Sequence[Moment], coarse: Flags, inner: Flags, before: Past) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What became of each group's dimension since the latest wave that it can be compared with, and beyond the others.

    The figure is the difference of the two that were printed, so that it says no more than they did.
    """
    thens = [before.comparable(now) for now in moments]
    there = np.array([then is not None for then in thens], dtype=bool)
    compared = [(then, now) for then, now in zip(thens, moments, strict=True) if then]
    rows = pd.DataFrame([_pair(then, now, before) for then, now in compared], columns=[*change.PAIR, "link"])
    tested = change.between(rows.assign(innermost=inner[there]))
    points = [
        None if few or then.value is None else (now.value or 0) - then.value
        for (then, now), few in zip(compared, coarse[there], strict=True)
    ]
    told = tested[["team_id", "subject"]].assign(
        covers=pd.Series([now.covers for _, now in compared], dtype=object),
        since=[then.name for then, _ in compared],
        value=pd.Series(points, dtype=float),
        word=tested["word"],
    )
    alone = [(then, now) for now in compress(moments, ~there) if (then := before.latest(now))]
    untold = pd.DataFrame(
        [(now.team_id, now.subject, now.covers, then.name) for then, now in alone],
        columns=["team_id", "subject", "covers", "since"],
        dtype=object,
    ).assign(reason=policies.POLICIES["change"].hidden)
    beyond = told.assign(word=tested["beyond"]).drop(columns="value")
    return pd.concat([told, untold], ignore_index=True), beyond[beyond["word"].notna()]


def _pair(then: Moment, now: Moment, before: Past) -> tuple[Any, ...]:
    """A row for the test of change."""
    sums = (x for each in (then, now) for x in (each.n, before.mean(each), each.variance))
    return (now.team_id, now.subject, *sums, before.link(then, now))


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
        figure["linked"],
    )


def points(score: scores.Number) -> Numbers:
    """Scores as points of 0 to 100, as an array."""
    return np.asarray(scores.points(score))
