"""What may be said of how well the questions worked, what goes with what, and what comments are about.

Almost all of it is about the organization as a whole, from a hundred people on: a correlation over a team would be the
doing of one or two. Only the word for agreement is about a group, from ten answers, as for a single statement.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isqrt

import numpy as np
import pandas as pd

from analytics import agreement, drivers, policies, precision, quality, reliability, scores, themes
from analytics.checks import require_columns
from analytics.disclosure.finding import GATE, Finding, records
from analytics.disclosure.gathered import Gathered, Release
from analytics.figures import COUNTS
from analytics.policies import Kind, Reason
from analytics.precision import Numbers

TEAMS = 10
"""Groups below which nothing is said about how far groups differ."""
ROOT = "organization"
_ANSWERED = ("answered", "pulse")


@dataclass(frozen=True, eq=False)
class Whole:
    """What the close counts over everybody in the organization's own figures (`on_top`), and throws away afterwards."""

    covariance: pd.DataFrame = field(repr=False)
    """dimension, item_a, item_b, covariance, n: how the items of a dimension go together."""
    outcomes: pd.DataFrame = field(repr=False)
    """dimension, item, outcome, correlation, n: how they go with what is counted by itself."""
    same: int
    """How many gave one answer to everything, of `of`."""
    of: int
    turned: bool
    """Whether both kinds of statement were asked, reverse-keyed and others: without, the same answer says nothing."""
    names: frozenset[str] = field(default=frozenset(), repr=False)
    """People's names, which no theme may hold."""


def on_top(responses: pd.DataFrame, findings: Iterable[Finding]) -> pd.DataFrame:
    """The answers that the organization's own figures count, statement by statement: no other may move a measure of it.

    `responses` has team_id and item, and so has the result.
    """
    require_columns(responses, "team_id", "item", what="responses")
    top = (each for each in findings if each.team_id == ROOT and each.kind == "item")
    covered = {each.subject: each.covers for each in top}
    own, teams = pd.factorize(responses["team_id"])
    said, items = pd.factorize(responses["item"])
    counted = np.array([[team in covered.get(item, ()) for item in items] for team in teams], dtype=bool)
    return responses[counted.reshape(len(teams), len(items))[own, said]]


def release_measures(gathered: Gathered, release: Release, whole: Whole) -> tuple[Finding, ...]:
    """What may be said of a wave's questions, beside what its groups said (`release`).

    Of the organization, each hidden where fewer than a hundred people stand behind it:

    - `alpha`, `omega` (dimension): value to .05, and of alpha low and high; word: 'good', 'fair', 'weak';
    - `icc1`, `icc2` (dimension): value, of ICC(2) low, high and word, how far teams may be told apart: 'hardly',
      'roughly', 'well'; from ten groups;
    - `straight` ('pulse'): value and word, the percentage who gave one answer to everything, to 5; no finding where no
      reverse-keyed statement was asked;
    - `drivers` (outcome): value, how many statements were held beside it; and for each that goes with it by more than
      `drivers.SMALLEST`, `driver` (statement and outcome): value, low, high, to .05. Only statements of dimensions are
      looked at whose alpha is `reliability.RELIABLE`;
    - `themes` (''): respondents, a band of how many comments were read; and for each, `theme` ('1', '2' …): word, its
      words, and respondents, a band of how many comments. From forty comments that were released; no finding without;
    - `response` ('pulse'): word, what the response rate permits: 'high', 'fair', 'low'; wherever its number is printed.

    Of groups, from ten answers, where their score is shown and nowhere else:

    - `agreement` (dimension): word, whether people see it alike: 'strong', 'mixed', 'split'.
    """
    about = _About(gathered.wave_id, _covers(release))
    scales = list(_scales(gathered, whole.covariance))
    alphas = [_alpha(about, scale) for scale in scales]
    return (
        *alphas,
        *(_omega(about, scale) for scale in scales if scale.items > 2),
        *_iccs(about, gathered),
        *_straight(about, whole),
        *_drivers(about, whole.outcomes, alphas),
        *_themes(about, release.comments, whole.names),
        *_response(about, gathered),
        *_agreement(gathered, release),
    )


@dataclass(frozen=True)
class _About:
    """The wave, and what the organization's figures of each subject cover."""

    wave_id: str
    covers: Mapping[tuple[str, str], frozenset[str]]
    """Kind and subject → the groups counted."""

    def says(self, kind: Kind, subject: str, counted: tuple[str, str], people: int, **said: object) -> Finding:
        """A finding about the organization, over whom the figure `counted` covers. What is None is undefined."""
        policy = policies.POLICIES[kind]
        if people < policy.minimum:
            return self.hides(kind, subject, policy.hidden)
        given = {"respondents": str(people), **said}
        if None in given.values():
            return self.hides(kind, subject, "not_defined")
        covers = self.covers.get(counted, frozenset())
        return Finding(
            wave_id=self.wave_id,
            team_id=ROOT,
            kind=kind,
            subject=subject,
            covers=covers,
            gate=GATE,
            **given,  # type: ignore[arg-type]  # each kind fills other fields
        )

    def hides(self, kind: Kind, subject: str, reason: Reason) -> Finding:
        """The reason why nothing is said."""
        return Finding(wave_id=self.wave_id, team_id=ROOT, kind=kind, subject=subject, reason=reason, gate=GATE)


def _covers(release: Release) -> dict[tuple[str, str], frozenset[str]]:
    return {
        (each.kind, each.subject): each.covers
        for each in release.findings
        if each.team_id == ROOT and each.kind in ("score", "item", "answered")
    }


@dataclass(frozen=True, eq=False)
class _Scale:
    """A dimension, and how its items go together."""

    dimension: str
    items: int
    covariance: Numbers
    people: int
    """Who answered every item; 0 where nothing was counted."""

    @property
    def counted(self) -> tuple[str, str]:
        """The figure that counts the same people."""
        return "score", self.dimension


def _scales(gathered: Gathered, covariance: pd.DataFrame) -> Iterator[_Scale]:
    covariance = covariance.sort_values(["dimension", "item_a", "item_b"])
    asked = gathered.scores.drop_duplicates("subject").sort_values("subject")
    for dimension, items in zip(asked["subject"], asked["items"], strict=True):
        rows = covariance[covariance["dimension"] == dimension]
        matrix = (
            rows["covariance"].to_numpy(dtype=float).reshape(isqrt(len(rows)), -1) if len(rows) else np.zeros((0, 0))
        )
        yield _Scale(str(dimension), len(items), matrix, int(rows["n"].max()) if len(rows) else 0)


def _alpha(about: _About, scale: _Scale) -> Finding:
    found = reliability.from_covariance(scale.covariance, scale.people)
    value = _rounded("alpha", found.alpha)
    low, high = _outward("alpha", found.low, found.high)
    word = reliability.word(value) if value is not None else None
    return about.says("alpha", scale.dimension, scale.counted, scale.people, value=value, low=low, high=high, word=word)


def _omega(about: _About, scale: _Scale) -> Finding:
    enough = scale.people >= policies.POLICIES["omega"].minimum  # without, nothing is said, and nothing need be fitted
    value = _rounded("omega", reliability.omega_of(scale.covariance, scale.people).omega) if enough else None
    word = reliability.word(value) if value is not None else None
    return about.says("omega", scale.dimension, scale.counted, scale.people, value=value, word=word)


def _iccs(about: _About, gathered: Gathered) -> Iterator[Finding]:
    """How far groups differ, from the sums of each group's own people; groups below k are left out."""
    for dimension, rows in gathered.scores.groupby("subject"):
        subject = str(dimension)
        there = rows["team_id"].isin(list(about.covers.get(("score", subject), ()))) & (rows["n"] >= gathered.k)
        sums = rows.loc[there, ["n", "total", "squares"]].to_numpy(dtype=float).T
        people, groups = int(sums[0].sum()), len(sums[0])
        if people < policies.POLICIES["icc2"].minimum or groups >= TEAMS:
            yield from _icc(about, subject, people, agreement.icc_of(*sums) if _differ(*sums) else None)
        else:
            yield about.hides("icc2", subject, "fewer_than_10_teams")


def _differ(n: Numbers, total: Numbers, squares: Numbers) -> bool:
    """Whether there is anything to compare: groups that somebody shares, and people who differ."""
    people = n.sum()
    return len(n) > 1 and people > len(n) and float(squares.sum()) - float(total.sum()) ** 2 / people > 1e-6


def _icc(about: _About, subject: str, people: int, found: agreement.Icc | None) -> Iterator[Finding]:
    value = _rounded("icc2", max(0.0, found.icc2) if found else None)
    low, high = _outward("icc2", *((max(0.0, found.low), max(0.0, found.high)) if found else (None, None)))
    word = agreement.permits(value) if value is not None else None
    own = _rounded("icc1", max(0.0, found.icc1) if found else None)
    counted = ("score", subject)
    yield about.says("icc2", subject, counted, people, value=value, low=low, high=high, word=word)
    yield about.says("icc1", subject, counted, people, value=own)


def _straight(about: _About, whole: Whole) -> Iterator[Finding]:
    if not whole.turned:
        return
    value = (
        min(95.0, max(5.0, _rounded("straight", quality.straight_lined(whole.same, whole.of)) or 0))
        if whole.of
        else 5.0
    )
    word = "≤5 %" if value == 5 else "≥95 %" if value == 95 else f"{value:.0f} %"
    yield about.says("straight", "pulse", _ANSWERED, whole.of, value=value, word=word)


def _response(about: _About, gathered: Gathered) -> Iterator[Finding]:
    covers = list(about.covers.get(_ANSWERED, ()))
    answered = int(gathered.answered.loc[gathered.answered["team_id"].isin(covers), "n"].sum())
    invited = int(gathered.groups.loc[gathered.groups["team_id"].isin(covers), "invited"].sum())
    if answered >= policies.POLICIES["response"].minimum:
        word = quality.response(answered, max(answered, invited))
        yield about.says("response", "pulse", _ANSWERED, answered, word=word)


def _drivers(about: _About, outcomes: pd.DataFrame, alphas: Iterable[Finding]) -> Iterator[Finding]:
    reliable = [each.subject for each in alphas if (each.value or 0) >= reliability.RELIABLE]
    enough = outcomes["n"] >= policies.POLICIES["driver"].minimum
    looked_at = outcomes[outcomes["dimension"].isin(reliable) & enough & outcomes["correlation"].notna()]
    for outcome, rows in outcomes.groupby("outcome"):
        beside = float((looked_at["outcome"] == outcome).sum())
        yield about.says("drivers", str(outcome), ("item", str(outcome)), int(rows["n"].max()), value=beside)
    for row in records(looked_at):
        found = drivers.goes_with(row["correlation"], row["n"], len(looked_at))
        if found.worth_telling:
            pair, value = f"{row['item']} {row['outcome']}", _rounded("driver", found.value)
            low, high = _outward("driver", found.low, found.high)
            yield about.says("driver", pair, ("item", row["outcome"]), row["n"], value=value, low=low, high=high)


def _themes(about: _About, comments: pd.DataFrame, names: frozenset[str]) -> Iterator[Finding]:
    read = len(comments)
    if not read:
        return
    yield about.says("themes", "", _ANSWERED, read, respondents=policies.band("themes", max(read, themes.ENOUGH)))
    for number, theme in enumerate(themes.themes(comments["text"], names), start=1):
        holds = policies.band("theme", theme.comments)
        yield about.says(
            "theme", str(number), _ANSWERED, theme.comments, word=", ".join(theme.words), respondents=holds
        )


def _agreement(gathered: Gathered, release: Release) -> Iterator[Finding]:
    """Whether people see a dimension alike, wherever its score is printed and ten people gave it."""
    row = {str(team): number for number, team in enumerate(gathered.groups["team_id"])}
    of_people, people = _own(gathered.scores, row, [name for name in COUNTS if name not in ("total", "squares")])
    of_item, sums = _own(gathered.items, row, ["n", "total", "squares"])
    asked = gathered.scores.drop_duplicates("subject")
    made_of = {
        subject: [of_item[item] for item in items if item in of_item]
        for subject, items in zip(asked["subject"], asked["items"], strict=True)
    }

    @cache
    def covered(covers: frozenset[str]) -> tuple[Numbers, Numbers]:
        rows = sorted(row[team] for team in covers)
        return people[rows].sum(axis=0), sums[rows].sum(axis=0)

    for score in release.findings:
        if score.kind != "score" or not score.shown:
            continue
        together, items = covered(score.covers)
        word = _seen_alike(together[of_people[score.subject]], items[made_of[score.subject]])
        if word is not None:
            yield Finding(
                wave_id=gathered.wave_id,
                team_id=score.team_id,
                kind="agreement",
                subject=score.subject,
                word=word,
                covers=score.covers,
                gate=GATE,
            )


def _own(counted: pd.DataFrame, row: Mapping[str, int], names: list[str]) -> tuple[dict[str, int], Numbers]:
    """Where each subject is, and its counts: group, subject, count. A group is counted in all those above it."""
    places, subjects = pd.factorize(counted["subject"])
    own = np.zeros((len(row), len(subjects), len(names)))
    own[counted["team_id"].map(row).to_numpy(dtype=int), places] = counted[names].to_numpy(dtype=float)
    return {str(subject): place for place, subject in enumerate(subjects)}, own


def _seen_alike(people: Numbers, items: Numbers) -> str | None:
    """The word for people (n, unfavourable, neutral, favourable) and each item's n, total and squares."""
    minimum = policies.POLICIES["agreement"].minimum
    if not items.size or min(people[0], items[:, 0].min()) < minimum:
        return None
    if precision.alike(*(np.array([int(count)]) for count in people))[0]:
        return "strong"
    return agreement.word(agreement.rwg_star(np.asarray(scores.variance(*items.T))))


def _rounded(kind: Kind, value: float | None) -> float | None:
    return None if value is None else policies.rounded(kind, value)


def _outward(kind: Kind, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """An interval widened to its policy's grid, within −1 to 1."""
    if low is None or high is None:
        return None, None
    grid = policies.grid(kind, np.array([1]), np.array([False]))
    ends = precision.outward(np.array([low]), np.array([high]), grid, within=(-1.0, 1.0))
    down, up = (round(float(end[0]), 6) for end in ends)
    return down, up
