"""Where answers count when a group is too small for a figure of its own: carry-up, and the audit of what is printed.

Hiding every group below k is not enough: a department minus its shown teams is the hidden one. In 2,000 made-up
organizations the plain rule left fewer than k people isolable in 97.9 %, and a single person in 70 %; carry-up left
nobody and showed the same groups. The idea: a group that falls short hands its answers to the group above, which counts
them with its own; so every printed figure is a union of blocks, each of at least k people.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.checks import require_columns

ORGANIZATION_MAY_MISS = 0.1
"""The share of all answers that may be left out of the organization's figure before the smallest group yields."""


@dataclass(frozen=True)
class Tree:
    """The groups of a wave, from the leaves up, and the small teams that were joined to them when it opened."""

    above: Mapping[str, str | None]
    """Group → the group above it; None for the organization."""
    upward: tuple[str, ...]
    """Every group, each before the one above it."""
    joins: Mapping[str, str]
    """Joined team → the group that counts its people."""
    invited: Mapping[str, int]
    """Group → people whose answers go to the group itself."""

    @property
    def root(self) -> str:
        """The organization."""
        return self.upward[-1]


@dataclass(frozen=True)
class Placement:
    """Where the answers to one question count.

    Every key is a group. `blocks` are what the published figures are made of: no figure ever separates a block.
    """

    blocks: Mapping[str, tuple[str, ...]]
    """Group → the groups whose own answers come to rest in it, together at least the minimum."""
    rests: Mapping[str, str | None]
    """Group → where its own answers count first; None: in no figure."""
    covers: Mapping[str, frozenset[str]]
    """Group with a figure of its own → all groups counted in it."""
    same_as: Mapping[str, str]
    """Group whose figure would repeat another's → that other."""
    yielded: str | None
    """The group that gave up its figure so that the organization's is whole."""


def tree(groups: pd.DataFrame) -> Tree:
    """Order the groups of a wave from the leaves to the organization.

    `groups` has a row for every team: team_id, parent, invited, joins (null for a group). A group below a joined team
    counts as below the nearest group above that team. ValueError when there is not exactly one group on top, when a
    parent or a `joins` is unknown, or when either runs in a circle.
    """
    require_columns(groups, "team_id", "parent", "invited", "joins", what="groups")
    parent = {str(t): _text(p) for t, p in zip(groups["team_id"], groups["parent"], strict=True)}
    joins = {str(t): _text(j) for t, j in zip(groups["team_id"], groups["joins"], strict=True)}
    shown = {team for team, into in joins.items() if into is None}
    above = {team: _climb(team, parent, shown) for team in parent if team in shown}
    tops = sorted(team for team, up in above.items() if up is None)
    if len(tops) != 1:
        raise ValueError(f"The groups of a wave need one on top; found {len(tops)}: {', '.join(tops[:3])}.")
    depth = _depths(above)
    return Tree(
        above=above,
        upward=tuple(sorted(above, key=lambda team: (-depth[team], team))),
        joins={team: _into(team, joins) for team in joins if team not in shown},
        invited={str(t): int(n) for t, n in zip(groups["team_id"], groups["invited"], strict=True) if t in shown},
    )


def place(tree: Tree, blocks: Mapping[str, tuple[str, ...]], people: Mapping[str, int], minimum: int) -> Placement:
    """Decide bottom-up in which group's figure each answer counts (PRIVACY.md §1.3, rule B1).

    `blocks` says which groups' answers lie in a group to begin with: itself, or, for a single statement, the blocks of
    its dimension, so that no difference between the two separates fewer people than either. `people` counts them.
    A group with at least `minimum`, its own and what was handed up to it, keeps them. Fewer go on to the group above,
    and its own figure, if it has one, is the sum of those below. What is left below the minimum on top counts nowhere,
    unless that is more than a tenth of all: then the smallest group with a figure yields, and both count on top.
    """
    waiting: dict[str, list[str]] = defaultdict(list)
    rests: dict[str, str | None] = {}
    held: dict[str, list[str]] = {}
    for group in tree.upward:
        here = [*waiting.pop(group, ()), *([group] if group in blocks else ())]
        above = tree.above[group]
        if sum(people.get(one, 0) for one in here) >= minimum:
            held[group] = here
        elif above is not None:
            waiting[above].extend(here)
        else:
            waiting[group] = here
    left = waiting.pop(tree.root, [])
    yielded = _who_yields(tree, held, people, left)
    if yielded is not None:
        held[tree.root] = [*left, *held.pop(yielded)]
    for group in reversed(tree.upward):
        above = tree.root if group == yielded else tree.above[group]
        rests[group] = group if group in held else rests[above] if above is not None else None
    final = {group: tuple(one for start in starts for one in blocks[start]) for group, starts in held.items()}
    covers, same_as = _figures(tree, final)
    return Placement(final, rests, covers, same_as, yielded)


def smallest_separable(figures: Iterable[frozenset[str]], people: Mapping[str, int]) -> int | None:
    """The fewest people that sums and differences of figures could set apart; None when nothing is printed.

    Two groups that occur in exactly the same figures can never be told apart: any combination of the figures counts
    both the same. So the answer is the smallest such class that holds anybody. For figures that are nested or
    disjoint this is the smallest residual (a figure minus those inside it), and equal to what a rank test finds.
    `people` counts each group's own answers.

    Engineering (12) with one shown team of 8 leaves 4:

    >>> smallest_separable([frozenset({"lead", "api"}), frozenset({"api"})], {"lead": 4, "api": 8})
    4
    """
    within: dict[str, list[int]] = defaultdict(list)
    for number, covers in enumerate(set(figures)):
        for group in covers:
            within[group].append(number)
    together: dict[tuple[int, ...], int] = defaultdict(int)
    for group, numbers in within.items():
        together[tuple(numbers)] += people.get(group, 0)
    return min((count for count in together.values() if count), default=None)


def _who_yields(tree: Tree, held: Mapping[str, list[str]], people: Mapping[str, int], left: list[str]) -> str | None:
    """The group with the smallest figure, when what is left over on top is too much to leave out."""
    size = {group: sum(people.get(one, 0) for one in starts) for group, starts in held.items()}
    missing = sum(people.get(one, 0) for one in left)
    if not held or missing <= ORGANIZATION_MAY_MISS * (missing + sum(size.values())):
        return None
    total = dict.fromkeys(tree.upward, 0)
    for group in tree.upward:
        total[group] += size.get(group, 0)
        above = tree.above[group]
        if above is not None:
            total[above] += total[group]
    return min(held, key=lambda group: (total[group], group))


def _figures(tree: Tree, blocks: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """What each group's figure covers, and which figures would only repeat the one of a group below."""
    below: dict[str, list[str]] = defaultdict(list)
    covers: dict[str, frozenset[str]] = {}
    same_as: dict[str, str] = {}
    for group in tree.upward:
        inside = below[group]
        if group not in blocks and not inside:
            continue
        if group not in blocks and len(inside) == 1:
            figure = same_as[group] = inside[0]
        else:
            figure = group
            covers[group] = frozenset(blocks.get(group, ())).union(*(covers[one] for one in inside))
        above = tree.above[group]
        if above is not None:
            below[above].append(figure)
    return covers, same_as


def _climb(team: str, parent: Mapping[str, str | None], shown: set[str]) -> str | None:
    """The nearest group above a team."""
    up, steps = parent[team], 0
    while up is not None and up not in shown:
        if up not in parent:
            raise ValueError(f"Group {team!r} lies below {up!r}, which is not among the {len(parent)} groups.")
        up, steps = parent[up], steps + 1
        if steps > len(parent):
            raise ValueError(f"Group {team!r} lies below itself.")
    return up


def _into(team: str, joins: Mapping[str, str | None]) -> str:
    """The group that counts a joined team's people, followed through teams that are joined themselves."""
    seen = {team}
    into = joins[team]
    while into is not None:
        if into in seen or into not in joins:
            raise ValueError(f"Team {team!r} joins {into!r}, which is no group of this wave.")
        if joins[into] is None:
            return into
        seen.add(into)
        into = joins[into]
    raise ValueError(f"Team {team!r} is a group and joins none.")


def _depths(above: Mapping[str, str | None]) -> dict[str, int]:
    """Steps from each group to the top."""
    depth: dict[str, int] = {}
    for team in above:
        trail: list[str] = []
        up: str | None = team
        while up is not None and up not in depth:
            if up in trail:
                raise ValueError(f"Group {team!r} lies below itself.")
            trail.append(up)
            up = above[up]
        start = -1 if up is None else depth[up]
        depth.update({one: start + steps for steps, one in enumerate(reversed(trail), start=1)})
    return depth


def _text(value: object) -> str | None:
    """A name, or None for what a database calls NULL."""
    return None if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124  NaN alone differs from itself
