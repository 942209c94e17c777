"""How the figures are made: each measure's question, formula, limits and source, read off its own docstring.

A docstring of a measure begins with the question it answers. Paragraphs that begin with 'Formula:', 'Undefined:' or
'Source:' say just that. Of the others, those that name no argument (`n`) are for every reader; the rest, and the
examples, are for whoever reads the code. So page and report cannot say anything else than the code does.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics import (
    agreement,
    change,
    drivers,
    follow_up,
    introductions,
    likely,
    linking,
    network,
    playbook,
    quality,
    reliability,
    scores,
    structure,
    themes,
    trend,
    uplift,
)

MEASURES: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "What a group says": {
        "Score": scores.points,
        "Level": scores.level,
        "Usual spread": scores.moderated,
        "Where groups usually lie": scores.among,
        "Worst and best case": scores.silent_bounds,
        "Favourable": scores.favourable,
        "Agreement on a statement": agreement.rwg,
        "Agreement on a dimension": agreement.rwg_star,
    },
    "Over waves": {
        "Change": change.between,
        "Line and alerts": trend.follow,
        "Noise of lines": trend.noise,
        "One scale for changing statements": linking.effects,
    },
    "Of the questions themselves": {
        "Response": quality.response,
        "Same answer to everything": quality.straight_lined,
        "Alpha": reliability.from_covariance,
        "Omega": reliability.omega_of,
        "Differences between groups": agreement.icc_of,
        "What goes with the outcome": drivers.goes_with,
        "Themes of comments": themes.themes,
    },
    "Who works with whom": {
        "Standing": network.standings,
        "Ties between teams": network.between_teams,
        "Teams that turn inward": network.silos,
        "Names that are returned": structure.returned,
        "Ties still there": structure.kept,
        "Help from few": structure.carried,
        "Circles of people": structure.circles,
        "A core": structure.core,
        "Ties across teams": structure.mixing,
        "Bridges": structure.bridges,
        "Asked by many": structure.asked,
        "Between whom": structure.brokerage,
        "Who may tie next": likely.score,
        "Within reach": likely.within_reach,
        "Chance of a tie": likely.spread,
        "What an introduction adds": likely.by_introduction,
        "Introductions": introductions.choose,
        "What introductions brought": uplift.compare,
    },
    "What to do": {
        "Plays": playbook.suggest,
        "Follow-up": follow_up.compare,
    },
}
"""Every measure that may be met on a page or on paper, under the name it has there."""

ALWAYS = "Never: there is always an answer."
PARTS = ("Formula:", "Undefined:", "Source:")
CONSTANT = re.compile(r"\b[A-Z][A-Z_]{2,}\b")
"""How a name looks that may be a constant of the module."""
WORD = re.compile(r"[a-z]{2,}\b")
"""How a text begins that begins with a word, and not with a symbol whose small letter is meant."""


@dataclass(frozen=True)
class Measure:
    """What is said of a measure wherever the method is shown."""

    name: str
    question: str
    text: tuple[str, ...]
    """Paragraphs for every reader."""
    formula: str
    undefined: str
    source: str
    where: str
    """The function that carries it out."""


def measures() -> dict[str, list[Measure]]:
    """Read every measure off its docstring, under the heads of MEASURES."""
    return {head: [read(name, function) for name, function in named.items()] for head, named in MEASURES.items()}


def read(name: str, function: Callable[..., Any]) -> Measure:
    """Read one measure off its docstring, with the values of the constants that it names.

    ValueError where it lacks a question, a formula or a source.

    >>> def middle():
    ...     '''What lies in the middle?
    ...
    ...     Half of `values` lie below.
    ...
    ...     Formula: the value at rank (n + 1)/2.
    ...
    ...     Source: Galton 1881.
    ...     '''
    >>> read("Median", middle).undefined
    'Never: there is always an answer.'
    """
    docstring = CONSTANT.sub(lambda found: _value(function, found[0]), inspect.getdoc(function) or "")
    question, *paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n", docstring))
    where = f"{function.__module__}.{function.__qualname__}"
    formula, undefined, source = (_after(part, paragraphs) for part in PARTS)
    if not (question.endswith("?") and formula and source):
        raise ValueError(f"The docstring of {where} lacks one of: a question first, 'Formula:', 'Source:'.")
    return Measure(name, question, _for_readers(paragraphs), formula, undefined or ALWAYS, source, where)


def _for_readers(paragraphs: list[str]) -> tuple[str, ...]:
    """The paragraphs that name no argument, and neither are one of PARTS nor lead up to an example."""
    following = [*paragraphs[1:], ""]
    return tuple(
        each
        for each, after in zip(paragraphs, following, strict=True)
        if "`" not in each and not each.startswith((*PARTS, ">>>")) and not after.startswith(">>>")
    )


def _value(function: Callable[..., Any], name: str) -> str:
    """The value of a constant where the function stands; the name itself where it is none."""
    value = inspect.unwrap(function).__globals__.get(name)
    return f"{value:g}" if isinstance(value, int | float) else name


def _after(part: str, paragraphs: list[str]) -> str:
    """What is said after such a word; '' where it does not occur. Arguments in it read like other words."""
    text = " ".join(each.removeprefix(part).strip() for each in paragraphs if each.startswith(part)).replace("`", "")
    return text[:1].upper() + text[1:] if WORD.match(text) else text
