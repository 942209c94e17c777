"""The gate: what may be said about whom, decided once, when a wave closes. Nothing else makes findings.

    counts of a wave ──▶ release ──▶ Finding … ──▶ rows ──▶ kept ──▶ restore ──▶ pages, paper, exports

Four questions are asked of every figure, in this order:

1. *Whose answers does it count?* A group with too few hands them to the group above (`analytics.carry_up`).
2. *Could figures be subtracted from one another?* `audit` looks at everything printed together, and stops the release.
3. *How exactly may it be said?* By the number of people behind it (`analytics.precision`).
4. *What would it say beside an earlier wave?* After a small change of people in a small group, less.

POLICIES holds the numbers, one row for each kind of finding; PRIVACY.md gives the reasons for them.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, fields
from datetime import date
from itertools import compress
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import agreement, carry_up, change, figures, precision, scores, trend
from analytics.carry_up import Placement, Tree
from analytics.checks import require_columns
from analytics.earlier import Moment, Past, past, printed
from analytics.figures import COUNTS, Asked, Question
from analytics.precision import Counts, Flags, Numbers

Kind = Literal["score", "trend", "silent", "change", "item", "answered", "few_ties", "between", "silo"]
Reason = Literal[
    "fewer_than_k",
    "fewer_than_8",
    "fewer_than_5_people",
    "too_few_answered",
    "joined_at_open",
    "same_as",
    "yields",
    "not_comparable",
]
_GATE = object()


class DisclosureError(Exception):
    """Something would have been said that must not be. Nothing was released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A result that passed the gate, or the reason why it may not be shown.

    Only this module makes them (`release`, `release_network`, `restore`); anywhere else the constructor refuses.
    """

    wave_id: str
    team_id: str
    kind: Kind
    subject: str = ""
    """A dimension, an item, or the other team; '' where the kind says it all."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    respondents: str | None = None
    favourable: str | None = None
    word: str | None = None
    since: str | None = None
    """The name of the wave that a change is measured from, or cannot be compared with."""
    covers: frozenset[str] = frozenset()
    """The groups counted. A line joins two waves only where it is equal."""
    reason: Reason | None = None
    """None when shown."""
    counted_in: str | None = None
    """The team whose figure holds these answers, or is the same figure; None: they count in no figure."""
    gate: InitVar[object] = None

    def __post_init__(self, gate: object) -> None:
        """Refuse whoever is not the gate."""
        if gate is not _GATE:
            raise DisclosureError("Only analytics.disclosure makes findings: use release, release_network or restore.")

    @property
    def shown(self) -> bool:
        """Whether there is anything to read."""
        return self.reason is None


Rounding = Callable[[Counts, Flags], Numbers]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Policy:
    """What one kind of finding must satisfy, and how it may be said."""

    minimum: int
    """People behind each figure. A wave's own k counts where it is larger; 0 means that k alone."""
    hidden: Reason
    """What is said where there are fewer."""
    rounding: Rounding | None = None
    """The grid of its value, by number of people and whether few of them changed."""
    bands: tuple[tuple[int, str], ...] = ()
    """For counts of people or ties: from this many on, this word."""


def _to(grid: float) -> Rounding:
    return lambda n, _coarse: np.full(n.shape, grid)


POLICIES: Mapping[Kind | Literal["comment"], Policy] = {
    "score": Policy(0, "fewer_than_k", precision.step),
    "trend": Policy(0, "fewer_than_k", precision.step),
    "silent": Policy(10, "fewer_than_k", precision.step),  # below ten its width would say how many were silent
    "change": Policy(0, "not_comparable"),  # the difference of two figures that are rounded already
    "item": Policy(8, "fewer_than_8", precision.item_step),
    "answered": Policy(0, "fewer_than_k", _to(10)),
    "comment": Policy(10, "fewer_than_k"),
    "few_ties": Policy(5, "fewer_than_5_people", bands=((0, "0"), (1, "1–2"), (3, "3+"))),
    "between": Policy(5, "fewer_than_5_people", _to(1), ((0, "0–2"), (3, "3–5"), (6, "6–10"), (11, "11+"))),
    "silo": Policy(5, "fewer_than_5_people", _to(0.1)),
}

COLUMNS = tuple(field.name for field in fields(Finding))
MEASURES = ("value", "low", "high")


# --------------------------------------------------------------------------------------------------- kept and restored


def rows(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as rows of the table `finding`, without wave_id: what `data.findings.keep` takes."""
    listed = list(findings)
    columns = {name: [getattr(finding, name) for finding in listed] for name in COLUMNS if name != "wave_id"}
    columns["covers"] = [sorted(covers) for covers in columns["covers"]]
    frame = pd.DataFrame(columns, columns=list(columns), dtype=object)
    return frame.astype(dict.fromkeys(MEASURES, "float64"))


def restore(rows: pd.DataFrame) -> tuple[Finding, ...]:
    """Findings from the rows of the table `finding`: passed by the gate when they were made, and unchanged since."""
    require_columns(rows, *COLUMNS, what="findings")
    columns = {name: _values(rows[name]) for name in COLUMNS if name != "covers"}
    columns["covers"] = [frozenset(map(str, covers)) for covers in rows["covers"]]
    return tuple(
        Finding(**dict(zip(columns, values, strict=True)), gate=_GATE) for values in zip(*columns.values(), strict=True)
    )


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True))


def _values(column: "pd.Series[Any]") -> list[Any]:
    """A column as plain values, None for what is missing."""
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)]


# ---------------------------------------------------------------------------------------------------- named, by consent


def named(standings: pd.DataFrame, consents: pd.DataFrame, on: date) -> pd.DataFrame:
    """The members whose standing may be named on this day: member_id, standing, persistent, x, y.

    They agreed to be seen on the map, and their days to look first and to hide it are over. No row in `consents`
    counts as no. `standings` are the rows of the table `standing` of one wave.
    """
    require_columns(standings, "member_id", "standing", "persistent", "x", "y", "visible_from", what="standings")
    agreed = _agreed(consents, "map")
    visible = pd.to_datetime(standings["visible_from"]) <= pd.Timestamp(on)
    may = standings["member_id"].isin(list(agreed)) & visible
    return standings.loc[may, ["member_id", "standing", "persistent", "x", "y"]].reset_index(drop=True)


def introductions(frame: pd.DataFrame, consents: pd.DataFrame) -> pd.DataFrame:
    """The introductions that may be shown: both agreed today, none held back; a host is named only if they agreed too.

    `frame` holds the rows of the table `introduction` of one wave; so does the answer, by rank.
    """
    require_columns(frame, "rank", "member_a", "member_b", "introducer", "arm", what="introductions")
    agreed = list(_agreed(consents, "introductions"))
    both = frame["member_a"].isin(agreed) & frame["member_b"].isin(agreed)
    shown = frame[both & (frame["arm"] != "held_back")].sort_values("rank", ignore_index=True)
    hosts = shown["introducer"].astype(object)
    return shown.assign(introducer=hosts.where(hosts.isin(agreed), None))


def _agreed(consents: pd.DataFrame, what: str) -> set[str]:
    require_columns(consents, "member_id", what, what="consents")
    return {str(member) for member, yes in zip(consents["member_id"], consents[what], strict=True) if yes == 1}


# --------------------------------------------------------------------------------------------------------- the pulse


@dataclass(frozen=True, eq=False)
class Gathered:
    """What the close of a wave hands to the gate: counts over each group's own people, and what was released before."""

    wave_id: str
    name: str
    number: int
    k: int
    groups: pd.DataFrame
    """team_id, parent, path, invited, joins: every team of the wave, frozen at open."""
    scores: pd.DataFrame
    """team_id, subject, n, total, squares, unfavourable, neutral, favourable, items: by group and dimension."""
    items: pd.DataFrame
    """The same by group and item."""
    answered: pd.DataFrame
    """team_id, n: people who answered anything."""
    comments: pd.DataFrame
    """team_id, text."""
    seats: pd.DataFrame
    """wave_id, member_id, team_id of this and earlier waves: who was asked, and where their answers count."""
    earlier: pd.DataFrame
    """Released moments of earlier waves: wave_id, name, number, team_id, subject, n, total, squares, items, covers."""


@dataclass(frozen=True, eq=False)
class Release:
    """What leaves the gate. Everything else about the answers ends with the process that counted them."""

    findings: tuple[Finding, ...]
    moments: pd.DataFrame
    """team_id, subject, n, total, squares, items, covers: for comparing later waves, of shown dimension scores only."""
    comments: pd.DataFrame
    """team_id, text: shuffled."""


def release(gathered: Gathered) -> Release:
    """Everything that may be said of a wave's pulse, and the reasons for what may not. Made once, at the close.

    Kinds and subjects, one finding for each group and subject, shown or hidden:

    - `score` (dimension): value, low, high in 0 to 100, what the group says now: 95 %, of all invited in `covers`;
    - `trend` (dimension): the same value with the 80 % band of a line over waves (`analytics.trend`);
    - `item` (item): value, from eight answers; from ten, word, whether people see it alike: 'strong', 'mixed', 'split';
    - `answered` ('pulse'): value, the percentage that answered.

    and only where there is something to say:

    - `silent` (dimension): low and high, were all silent people at one end; from ten answers, where anybody is silent;
    - `change` (dimension): value in points and word since the latest earlier wave with equal covers and equal items.
      No finding where the group's dimension is shown for the first time. Hidden as 'not_comparable', with `since` the
      latest wave it was shown in and today's `covers`, where no such wave exists: if that wave's score has the same
      covers, other statements were asked; else the group changed. After a small change of people in a small group
      the word stands without a figure.

    Teams that joined another when the wave opened get a hidden `score`, `trend`, `item` and `answered` each, counted in
    the group whose figure holds their people. A hidden finding is the same whether nobody or k − 1 answered.

    DisclosureError if the figures together would separate fewer people than promised: a fault in this module, and then
    nothing is released. ValueError for frames that do not fit together.
    """
    groups = carry_up.tree(gathered.groups)
    minimum: dict[Asked, int] = {kind: _minimum(kind, gathered.k) for kind in ("score", "item", "answered")}
    questions = figures.questions(groups, gathered.scores, gathered.items, gathered.answered, minimum)
    table = _veiled(pd.concat([figures.figures(question, groups) for question in questions], ignore_index=True))
    shown = tuple(_shown(gathered, table, past(gathered.earlier, gathered.seats, gathered.k)))
    hidden = tuple(finding for question in questions for finding in _hidden(gathered, question, groups))
    audit(shown, questions, gathered.k)
    return Release(
        findings=(*shown, *hidden),
        moments=_moments(table),
        comments=_comments(gathered, groups),
    )


def audit(findings: Iterable[Finding], questions: Sequence[Question], k: int) -> None:
    """Look at everything that would be printed together, and stop the release if sums and differences say too much.

    A dimension's figures and those of its items are one family, because a dimension's score is the mean of its items:
    no combination of them may separate fewer than k people who answered the dimension, nor an item's own figures
    fewer than eight. Figures of different dimensions hold different answers; none can be subtracted from the other.
    """
    covers: dict[tuple[Kind, str], set[frozenset[str]]] = defaultdict(set)
    for finding in findings:
        asked: Kind = finding.kind if finding.kind in ("item", "answered") else "score"
        covers[asked, finding.subject].add(finding.covers)
    family: dict[str, set[frozenset[str]]] = defaultdict(set)
    for question in questions:
        own = covers[question.kind, question.subject]
        family[question.dimension] |= own
        _refuse_below(_minimum(question.kind, k), own, question)
    for question in questions:
        if question.kind == "score":
            _refuse_below(k, family[question.dimension], question)


def _refuse_below(minimum: int, family: set[frozenset[str]], question: Question) -> None:
    separable = carry_up.smallest_separable(family, question.people)
    if separable is not None and separable < minimum:
        raise DisclosureError(
            f"The figures for {question.subject!r} together would separate {separable} people; at least {minimum} are "
            "promised. Nothing was released."
        )


def _minimum(kind: Kind | Literal["comment"], k: int) -> int:
    return max(POLICIES[kind].minimum, k)


def _hidden(gathered: Gathered, question: Question, groups: Tree) -> Iterator[Finding]:
    kinds: tuple[Kind, ...] = ("score", "trend") if question.kind == "score" else (question.kind,)
    return _why_hidden(gathered.wave_id, kinds, question.subject, question.placed, groups)


def _why_hidden(
    wave_id: str, kinds: tuple[Kind, ...], subject: str, placed: Placement, groups: Tree
) -> Iterator[Finding]:
    """Why the other groups have no figure of their own, and whose figure holds their answers."""
    why: dict[str, tuple[Reason, str | None, frozenset[str]]] = {}
    for group in groups.upward:
        if group in placed.same_as:
            same = placed.same_as[group]
            why[group] = ("same_as", same, placed.covers[same])
        elif group not in placed.covers:
            short: Reason = "yields" if group == placed.yielded else POLICIES[kinds[0]].hidden
            why[group] = (short, placed.rests[group], frozenset())
    for team, into in groups.joins.items():
        why[team] = ("joined_at_open", placed.rests[into], frozenset())
    for team, (reason, counted_in, covers) in why.items():
        for kind in kinds:
            yield Finding(
                wave_id=wave_id,
                team_id=team,
                kind=kind,
                subject=subject,
                covers=covers,
                reason=reason,
                counted_in=counted_in,
                gate=_GATE,
            )


def _veiled(table: pd.DataFrame) -> pd.DataFrame:
    """Figures as they may be reckoned with: where people answered alike, their mean within limits, their spread lent.

    Everything said and kept comes from here. An exact mean, or a spread of nearly nothing, would tell each of them what
    the others answered. `alike` marks these figures.
    """
    n, total, squares, *answers = (table[name].to_numpy() for name in COUNTS)
    asked = (table["kind"] != "answered").to_numpy()
    same = asked & precision.alike(n, *answers)
    single = (table["items"].map(len) == 1).to_numpy()
    mean = scores.score(precision.within_limits(_points(total / n), n, table["neutral"].to_numpy(), single))
    var = np.asarray(scores.variance(n, total, squares))
    noise = np.zeros(len(table))
    for among in (table["kind"] == "score", table["kind"] == "item"):
        noise[among] = scores.lent(n[among], var[among], same[among])
    return table.assign(
        total=np.where(same, n * mean, total),
        squares=np.where(same, n * mean**2 + (n - 1) * noise, squares),
        alike=same,
    )


def _moments(table: pd.DataFrame) -> pd.DataFrame:
    kept = table.loc[table["kind"] == "score", ["team_id", "subject", "n", "total", "squares", "items", "covers"]]
    lists = {
        name: pd.Series([sorted(v) for v in kept[name]], index=kept.index, dtype=object) for name in ("items", "covers")
    }
    return kept.assign(**lists).reset_index(drop=True)


def _comments(gathered: Gathered, groups: Tree) -> pd.DataFrame:
    """Comments of groups with at least ten answers, those of smaller ones in the group above; in no order."""
    require_columns(gathered.comments, "team_id", "text", what="comments")
    placed = figures.whether_answered(groups, gathered.answered, _minimum("comment", gathered.k)).placed
    pairs = zip(gathered.comments["team_id"].tolist(), gathered.comments["text"].tolist(), strict=True)
    kept = [(placed.rests[team], text) for team, text in pairs if placed.rests[team] is not None]
    random.SystemRandom().shuffle(kept)
    return pd.DataFrame(kept, columns=["team_id", "text"], dtype=object)


# ------------------------------------------------------------------------------------------------- said of the pulse


def _shown(gathered: Gathered, table: pd.DataFrame, before: Past) -> Iterator[Finding]:
    """Every figure that may be printed, said as exactly as its people allow."""
    moments = [_moment(gathered, figure) for figure in _records(table)]
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
    for values in zip(*(_values(said[name]) for name in names), strict=True):
        yield Finding(wave_id=gathered.wave_id, kind=kind, **dict(zip(names, values, strict=True)), gate=_GATE)


def _said(kind: Kind, table: pd.DataFrame, coarse: Flags, k: int) -> pd.DataFrame:
    """Value, interval, respondents and favourable share of each figure, at the precision its people allow."""
    n, total, squares, favourable, invited = (
        table[name].to_numpy() for name in ("n", "total", "squares", "favourable", "invited")
    )
    mean, var = total / n, scores.variance(n, total, squares)
    ends = trend.band(n, mean, var) if kind == "trend" else scores.interval(n, invited, mean, var)
    grid = _grid(kind, n, coarse)
    value = precision.nearest(_points(mean), grid)
    low, high = precision.opened(value, *precision.outward(_points(ends.low), _points(ends.high), grid), n, grid)
    shares = [precision.favourable_words(int(of), int(agree)) for of, agree in zip(n, favourable, strict=True)]
    said = table[["team_id", "subject", "covers"]].assign(
        value=value, respondents=_respondents(n, _minimum(kind, k)), favourable=_words(shares)
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
    grid = _grid("silent", n, coarse)
    value = precision.nearest(_points(total / n), grid)
    low, high = precision.opened(value, *precision.outward(_points(ends.low), _points(ends.high), grid), n, grid)
    told = (n >= POLICIES["silent"].minimum) & (invited > n)
    return table[["team_id", "subject", "covers"]].assign(low=low, high=high)[told]


def _shares(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """The percentage that answered."""
    n, invited = (table[name].to_numpy() for name in ("n", "invited"))
    share = 100 * n / np.maximum(invited, n)
    value = precision.nearest(share, _grid("answered", n, np.zeros(len(n), dtype=bool)))
    shown = table[["team_id", "subject", "covers"]]
    return shown.assign(value=value, respondents=_respondents(n, _minimum("answered", k)))


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
        since=[then.name for then, _ in alone], reason=POLICIES["change"].hidden
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


def _grid(kind: Kind, n: Counts, coarse: Flags) -> Numbers:
    rounding = POLICIES[kind].rounding
    if rounding is None:
        raise DisclosureError(f"No policy says how exactly a finding of kind {kind!r} may be said.")
    return rounding(n, coarse)


def _points(score: scores.Number) -> Numbers:
    return np.asarray(scores.points(score))


def _respondents(n: Counts, minimum: int) -> list[str]:
    return [precision.respondents_words(int(people), minimum) for people in n]


# ------------------------------------------------------------------------------------------------------- the network


def release_network(  # noqa: PLR0917  each is another table of the same wave; the order is the contract's
    wave_id: str,
    groups: pd.DataFrame,
    standings: pd.DataFrame,
    consents: pd.DataFrame,
    between: pd.DataFrame,
    silos: pd.DataFrame,
    answered: Collection[str],
) -> tuple[Finding, ...]:
    """What may be said of a network wave without naming anybody.

    - `few_ties`: word '0', '1–2' or '3+': how many of those who answered and did not agree to be named have few ties or
      none. Carried up from fewer than five such people, as answers are: a manager knows who agreed, so a count over
      one remaining colleague would name them.
    - `between` (other team): value, the ties to expect by chance; respondents, a band of those there are; word. For
      both teams of every pair with five people on either side; nothing for other pairs.
    - `silo`: word and value, how many times likelier a tie stays inside; teams of five or more.

    `groups` as for `release`; `standings` of `analytics.network` with `team_id`, the team a member works in;
    `between` and `silos` as `analytics.network` makes them; `answered` the member_ids who answered.
    """
    tree = carry_up.tree(groups)
    return (
        *_few_ties(wave_id, tree, standings, consents, set(answered)),
        *(finding for pair in _records(between) for finding in _both_ways(wave_id, pair)),
        *(_silo(wave_id, team) for team in _records(silos)),
    )


def _few_ties(
    wave_id: str, groups: Tree, standings: pd.DataFrame, consents: pd.DataFrame, answered: set[str]
) -> Iterator[Finding]:
    require_columns(standings, "member_id", "team_id", "standing", what="standings")
    unnamed = answered - _agreed(consents, "map")
    people: dict[str, int] = defaultdict(int)
    few: dict[str, int] = defaultdict(int)
    for member, team, standing in zip(standings["member_id"], standings["team_id"], standings["standing"], strict=True):
        if member in unnamed:
            group = groups.joins.get(team, team if team in groups.above else groups.root)
            people[group] += 1
            few[group] += standing in ("few_ties", "isolated")
    placed = carry_up.place(groups, {group: (group,) for group in groups.upward}, people, POLICIES["few_ties"].minimum)
    separable = carry_up.smallest_separable(placed.covers.values(), people)
    if separable is not None and separable < POLICIES["few_ties"].minimum:
        raise DisclosureError(f"Counts of people with few ties would separate {separable}. Nothing was released.")
    for team, covers in placed.covers.items():
        word = _band("few_ties", sum(few[group] for group in covers))
        yield Finding(wave_id=wave_id, team_id=team, kind="few_ties", word=word, covers=covers, gate=_GATE)
    yield from _why_hidden(wave_id, ("few_ties",), "", placed, groups)


def _both_ways(wave_id: str, pair: Mapping[str, Any]) -> Iterator[Finding]:
    if min(pair["people_a"], pair["people_b"]) < POLICIES["between"].minimum or pd.isna(pair["word"]):
        return
    for team, other in ((pair["team_a"], pair["team_b"]), (pair["team_b"], pair["team_a"])):
        yield Finding(
            wave_id=wave_id,
            team_id=team,
            kind="between",
            subject=other,
            value=_rounded("between", pair["expected"]),
            respondents=_band("between", pair["observed"]),
            word=pair["word"],
            covers=frozenset((team, other)),
            gate=_GATE,
        )


def _silo(wave_id: str, team: Mapping[str, Any]) -> Finding:
    here = {"wave_id": wave_id, "team_id": team["team_id"], "kind": "silo"}
    if team["people"] < POLICIES["silo"].minimum:
        return Finding(**here, reason=POLICIES["silo"].hidden, gate=_GATE)
    if pd.isna(team["word"]):
        return Finding(**here, reason="too_few_answered", gate=_GATE)
    value = _rounded("silo", team["odds_ratio"])
    return Finding(**here, value=value, word=team["word"], covers=frozenset([team["team_id"]]), gate=_GATE)


def _rounded(kind: Kind, value: float) -> float | None:
    """A number on its policy's grid; None where there is none, as the odds of a team without outside ties."""
    if not np.isfinite(value):
        return None
    grid = _grid(kind, np.array([1]), np.array([False]))
    return round(float(precision.nearest(np.array([value]), grid)[0]), 6)


def _band(kind: Kind, count: float) -> str:
    return next(word for start, word in reversed(POLICIES[kind].bands) if count >= start)
