"""What leaves the gate of a wave's pulse, and why the rest does not."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from analytics import carry_up, figures, linking, policies, precision, scores
from analytics.carry_up import Placement, Tree
from analytics.checks import require_columns
from analytics.disclosure.finding import GATE, Finding
from analytics.disclosure.gathered import Gathered, Release
from analytics.disclosure.said import points, shown
from analytics.earlier import past
from analytics.figures import COUNTS, Asked, Question
from analytics.linking import Effect
from analytics.policies import DisclosureError, Kind, Reason


def release(gathered: Gathered) -> Release:
    """Everything that may be said of a wave's pulse, and the reasons for what may not. Made once, at the close.

    Kinds and subjects, one finding for each group and subject, shown or hidden:

    - `score` (dimension): value, low, high in 0 to 100, what the group says now: 95 %, of all invited in `covers`;
    - `trend` (dimension): value, low, high, the line through this wave and those before it, in its 80 % band; word,
      from the second wave on: 'steady', 'likely up', 'likely down'. Reckoned from printed scores (`analytics.trend`);
    - `item` (item): value, from eight answers, of sensitive ones from ten; from ten, word, whether people see it alike:
      'strong', 'mixed', 'split';
    - `answered` ('pulse'): value, the percentage that answered.

    and only where there is something to say:

    - `silent` (dimension): low and high, were all silent people at one end; from ten answers, where anybody is silent;
    - `change` (dimension): value in points and word since the latest earlier wave with equal covers, on the same scale.
      No finding where the group's dimension is shown for the first time. Hidden as 'not_comparable', with `since` the
      latest wave it was shown in and today's `covers`, where no such wave exists: if that wave's score has the same
      covers, other statements were asked; else the group changed. After a small change of people in a small group
      the word stands without a figure;
    - `beyond` (dimension): word, of what a change has beyond the median change of the groups that hold no other, where
      five of these can be compared. No finding where a group changed and may or may not have done so with the others.

    Teams that joined another when the wave opened get a hidden `score`, `trend`, `item` and `answered` each, counted in
    the group whose figure holds their people. A hidden finding is the same whether nobody or k − 1 answered.

    DisclosureError if the figures together would separate fewer people than promised: a fault in this module, and then
    nothing is released. ValueError for frames that do not fit together.
    """
    groups = carry_up.tree(gathered.groups)
    questions = figures.questions(
        groups, gathered.scores, gathered.items, gathered.answered, partial(_enough, gathered)
    )
    table = _veiled(pd.concat([figures.figures(question, groups) for question in questions], ignore_index=True))
    kept = _coarsely(gathered.contrasts) if gathered.linked else gathered.contrasts[:0]
    effects = linking.effects(pd.concat([gathered.earlier_contrasts, kept], ignore_index=True))
    table = _linked(table, effects) if gathered.linked else table.assign(linked=False, shift=0.0)
    printed = tuple(shown(gathered, table, past(gathered.earlier, gathered.seats, gathered.k, effects)))
    hidden = tuple(finding for question in questions for finding in _hidden(gathered, question, groups))
    audit(printed, questions, gathered.k)
    return Release(
        findings=(*printed, *hidden),
        moments=_moments(table),
        comments=_comments(gathered, groups),
        contrasts=kept,
    )


def _enough(gathered: Gathered, kind: Asked, subject: str) -> int:
    """How many people each figure of a question must stand for."""
    return policies.minimum("sensitive" if subject in gathered.sensitive else kind, gathered.k)


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
        _refuse_below(question.minimum, own, question)
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


def _hidden(gathered: Gathered, question: Question, groups: Tree) -> Iterator[Finding]:
    kinds: tuple[Kind, ...] = ("score", "trend") if question.kind == "score" else (question.kind,)
    ruled = "sensitive" if question.subject in gathered.sensitive else question.kind
    short = policies.POLICIES[ruled].hidden
    return why_hidden(gathered.wave_id, kinds, question.subject, question.placed, groups, short)


def why_hidden(  # noqa: PLR0917  what is hidden, where, and the word for it
    wave_id: str, kinds: tuple[Kind, ...], subject: str, placed: Placement, groups: Tree, short: Reason
) -> Iterator[Finding]:
    """Why the other groups have no figure of their own, and whose figure holds their answers.

    `short` is said where too few answered.
    """
    why: dict[str, tuple[Reason, str | None, frozenset[str]]] = {}
    for group in groups.upward:
        if group in placed.same_as:
            same = placed.same_as[group]
            why[group] = ("same_as", same, placed.covers[same])
        elif group not in placed.covers:
            reason: Reason = "yields" if group == placed.yielded else short
            why[group] = (reason, placed.rests[group], frozenset())
    for team, into in groups.joins.items():
        why[team] = ("joined_at_open", placed.rests[into], frozenset())
    for team, (given, counted_in, covers) in why.items():
        for kind in kinds:
            yield Finding(
                wave_id=wave_id,
                team_id=team,
                kind=kind,
                subject=subject,
                covers=covers,
                reason=given,
                counted_in=counted_in,
                gate=GATE,
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
    mean = scores.score(precision.within_limits(points(total / n), n, table["neutral"].to_numpy(), single))
    var = np.asarray(scores.variance(n, total, squares))
    noise = np.zeros(len(table))
    for among in (table["kind"] == "score", table["kind"] == "item"):
        noise[among] = scores.lent(n[among], var[among], same[among])
    return table.assign(
        total=np.where(same, n * mean, total),
        squares=np.where(same, n * mean**2 + (n - 1) * noise, squares),
        alike=same,
    )


def _coarsely(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Contrasts as they may be kept: so roughly that no sum over the organization can be taken apart with them."""
    require_columns(contrasts, "item", "n", "effect", "variance", what="contrasts")
    return contrasts.assign(
        n=(contrasts["n"].astype(float) / 10).round() * 10,
        effect=(contrasts["effect"].astype(float) / 0.05).round() * 0.05,
        variance=(contrasts["variance"].astype(float) / 0.1).round() * 0.1,
    )


def _linked(table: pd.DataFrame, effects: Mapping[str, Effect]) -> pd.DataFrame:
    """Figures with `linked`, whether they go on the scale of their anchors, and `shift`, how far that lies below."""
    of = {
        (each, items): linking.shift(effects, items)
        for each, items in set(zip(table["kind"], table["items"], strict=True))
    }
    shifts = [
        of[kind, items] if kind == "score" else None for kind, items in zip(table["kind"], table["items"], strict=True)
    ]
    return table.assign(linked=[each is not None for each in shifts], shift=[each or 0.0 for each in shifts])


def _moments(table: pd.DataFrame) -> pd.DataFrame:
    wanted = ["team_id", "subject", "n", "total", "squares", "items", "covers", "linked"]
    kept = table.loc[table["kind"] == "score", wanted]
    lists = {
        name: pd.Series([sorted(v) for v in kept[name]], index=kept.index, dtype=object) for name in ("items", "covers")
    }
    return kept.assign(**lists).reset_index(drop=True)


def _comments(gathered: Gathered, groups: Tree) -> pd.DataFrame:
    """Comments of groups with at least ten answers, those of smaller ones in the group above; in no order."""
    require_columns(gathered.comments, "team_id", "text", what="comments")
    placed = figures.whether_answered(groups, gathered.answered, policies.minimum("comment", gathered.k)).placed
    pairs = zip(gathered.comments["team_id"].tolist(), gathered.comments["text"].tolist(), strict=True)
    kept = [(placed.rests[team], text) for team, text in pairs if placed.rests[team] is not None]
    random.SystemRandom().shuffle(kept)
    return pd.DataFrame(kept, columns=["team_id", "text"], dtype=object)
