"""What a benchmark claims, and how it lays out what it measured."""

import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

LIBRARIES = ("streamlit", "duckdb", "pandas", "numpy", "networkx", "igraph", "typst")
TITLE = "WHAT RAPPORT CLAIMS, on "
SAID = re.compile(r"^  (?P<word>holds|DOES NOT HOLD) +(?P<claim>.+): (?P<measured>.+?)$")


@dataclass(frozen=True)
class Bound:
    """Something that Rapport claims, and what was measured."""

    claim: str
    measured: str
    holds: bool


def claimed(bounds: Iterable[Bound]) -> Iterator[str]:
    """What is claimed, whether it holds, and on what machine."""
    yield f"\n{TITLE}{machine()}"
    for one in bounds:
        yield f"  {'holds' if one.holds else 'DOES NOT HOLD':<15}{one.claim}: {one.measured}"


def heard(lines: Iterable[str]) -> list[Bound]:
    """Of all that a benchmark printed, what `claimed` did."""
    found = (SAID.match(line) for line in lines)
    return [Bound(line["claim"], line["measured"], line["word"] == "holds") for line in found if line]


def machine() -> str:
    """Where this runs: kind and number of processors, and versions of what takes the time."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {libraries}"


def table(title: str, head: Sequence[str], rows: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Lay out one table: a title, and columns as wide as they need to be."""
    first = max(map(len, rows))
    widths = [max(map(len, column)) for column in zip(head, *rows.values(), strict=True)]
    yield f"\n{title}"
    for name, cells in {"": head, **rows}.items():
        laid = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        yield f"  {name:<{first}}   {'   '.join(laid)}".rstrip()
