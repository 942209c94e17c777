"""Which figures a wave's answers make: for everything asked, the groups whose answers are added up together.

Counts are additive and are kept for each group's own people, so a figure is the sum over the groups that it covers.
Nothing here decides how it is said; `analytics.disclosure` does.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics import carry_up
from analytics.carry_up import Placement, Tree
from analytics.checks import require_columns, require_known
from analytics.precision import Numbers

Asked = Literal["score", "item", "answered"]
"""A dimension, one of its items, or whether somebody answered at all."""

COUNTS = ("n", "total", "squares", "unfavourable", "neutral", "favourable")
ANSWERED = "pulse"
"""The subject of the share that answered."""


@dataclass(frozen=True, eq=False)
class Question:
    """One thing that was asked, with each group's own counts and where they count."""

    kind: Asked
    subject: str
    dimension: str
    """The dimension itself, or the one that an item belongs to."""
    items: tuple[str, ...]
    """What it is made of."""
    own: Mapping[str, Numbers]
    """Group → its own people's counts, in the order of COUNTS."""
    placed: Placement
    minimum: int
    """People behind each of its figures."""

    @property
    def people(self) -> dict[str, int]:
        """Group → how many of its own people answered this."""
        return _people(self.own)


def questions(
    groups: Tree,
    scores: pd.DataFrame,
    items: pd.DataFrame,
    answered: pd.DataFrame,
    minimum: Callable[[Asked, str], int],
) -> list[Question]:
    """Everything that was asked, each with the groups in which its answers count.

    `scores` and `items` have team_id, subject, the COUNTS and items (a list); `answered` has team_id and n. `minimum`
    is the number of people behind each figure, by what was asked.

    An item starts from its dimension's blocks, not from the groups: were it placed by itself, a group's dimension score
    and an item's figure of the group above could differ by fewer people than either needs.
    """
    by_dimension, made_of = _by_subject(scores, groups, "scores")
    by_item, _ = _by_subject(items, groups, "items")
    dimension_of = {item: dimension for dimension, parts in made_of.items() for item in parts}
    placed = {each: _place(groups, own, minimum("score", each)) for each, own in by_dimension.items()}
    dimensions = [
        Question("score", each, each, made_of[each], own, placed[each], minimum("score", each))
        for each, own in by_dimension.items()
    ]
    single = []
    for item, own in by_item.items():
        dimension, enough = dimension_of.get(item, item), minimum("item", item)
        within = _place(groups, own, enough, placed.get(dimension))
        single.append(Question("item", item, dimension, (item,), own, within, enough))
    return [*dimensions, *single, whether_answered(groups, answered, minimum("answered", ANSWERED))]


def whether_answered(groups: Tree, answered: pd.DataFrame, minimum: int) -> Question:
    """How many answered anything, as a question of its own."""
    require_columns(answered, "team_id", "n", what="answered")
    require_known(set(answered["team_id"]), groups.above, what="Groups of the answered frame")
    rest = [0.0] * (len(COUNTS) - 1)
    people = zip(answered["team_id"].tolist(), answered["n"].tolist(), strict=True)
    own = {team: np.array([float(n), *rest]) for team, n in people}
    return Question("answered", ANSWERED, ANSWERED, (), own, _place(groups, own, minimum), minimum)


def figures(question: Question, groups: Tree) -> pd.DataFrame:
    """Every figure that may be printed of one question.

    kind, subject, dimension, team_id, covers, items, minimum, the COUNTS summed over `covers`, `invited` in them, and
    `innermost`: whether no other figure of this question is about a part of its people.
    """
    row = {group: number for number, group in enumerate(groups.upward)}
    none = np.zeros(len(COUNTS))
    table = np.array([[*question.own.get(group, none), groups.invited[group]] for group in groups.upward])
    covers = list(question.placed.covers.values())
    sums = [table[sorted(row[group] for group in covered)].sum(axis=0) for covered in covers]
    names = (*COUNTS, "invited")
    columns = dict(zip(names, np.array(sums).reshape(-1, len(names)).T, strict=True))
    whole = {name: columns[name].astype("int64") for name in names if name not in ("total", "squares")}
    return pd.DataFrame(
        {
            "kind": question.kind,
            "subject": question.subject,
            "dimension": question.dimension,
            "team_id": pd.Series(list(question.placed.covers), dtype=object),
            "covers": pd.Series(covers, dtype=object),
            "items": pd.Series([question.items] * len(covers), dtype=object),
            "minimum": question.minimum,
            "innermost": np.array(_innermost(question.placed, groups), dtype=bool),
            **columns,
            **whole,
        }
    )


def _innermost(placed: Placement, groups: Tree) -> list[bool]:
    """For each figure, whether none stands below it."""
    above: set[str] = set()
    for group in placed.covers:
        over = groups.above[group]
        while over is not None and over not in above:
            above.add(over)
            over = groups.above[over]
    return [group not in above for group in placed.covers]


def _by_subject(
    frame: pd.DataFrame, groups: Tree, what: str
) -> tuple[dict[str, dict[str, Numbers]], dict[str, tuple[str, ...]]]:
    """Counts by subject and group, and the items of each subject."""
    require_columns(frame, "team_id", "subject", *COUNTS, "items", what=what)
    require_known(set(frame["team_id"]), groups.above, what=f"Groups of the {what} frame")
    counts = frame[list(COUNTS)].to_numpy(dtype=float)
    own: dict[str, dict[str, Numbers]] = defaultdict(dict)
    items: dict[str, tuple[str, ...]] = {}
    names = (frame[name].tolist() for name in ("team_id", "subject", "items"))
    for team, subject, made_of, row in zip(*names, counts, strict=True):
        own[subject][team] = row
        items[subject] = tuple(sorted(made_of))
    return dict(sorted(own.items())), items


def _place(groups: Tree, own: Mapping[str, Numbers], minimum: int, within: Placement | None = None) -> Placement:
    """Where one question's answers count; `within` the blocks of another, where it has to respect them."""
    people = _people(own)
    if within is None:
        asked = {group: (group,) for group in groups.upward if groups.invited[group] or people.get(group)}
        return carry_up.place(groups, asked, people, minimum)
    together = {start: sum(people.get(group, 0) for group in block) for start, block in within.blocks.items()}
    return carry_up.place(groups, within.blocks, together, minimum)


def _people(own: Mapping[str, Numbers]) -> dict[str, int]:
    return {group: int(counts[0]) for group, counts in own.items()}
