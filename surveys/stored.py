"""What is stored, read out of `data/schema.sql` itself, so that the page that tells respondents cannot fall behind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from surveys.terms import Kept

_PART = re.compile(r"-{20,} (?P<part>\w[\w ]*)")
_TABLE = re.compile(r"CREATE TABLE (?P<name>\w+) \(")
_COLUMN = re.compile(r" {4}(?P<name>[a-z]\w*)\s+[A-Z]+\b[^-]*(?:--\s*(?P<note>.*))?$")


@dataclass(frozen=True)
class Table:
    """One table and what it promises."""

    name: str
    part: str
    """The kind of data it belongs to: people, ballots, results, the network, running it."""
    promise: str
    """The comment that stands above it in the schema."""
    columns: tuple[tuple[str, str], ...]
    """Every column with the note that stands beside it, which may be empty."""


@cache
def tables() -> tuple[Table, ...]:
    """Every table of the database, in the order of the schema."""
    return tuple(read((resources.files("data") / "schema.sql").read_text(encoding="utf-8")))


def read(schema: str) -> list[Table]:
    r"""Read the tables, their promises and columns out of a schema that is written like ours.

    >>> read("-- Names.\nCREATE TABLE pet (\n    name VARCHAR NOT NULL,  -- as called\n);")
    [Table(name='pet', part='', promise='Names.', columns=(('name', 'as called'),))]
    """
    found: list[Table] = []
    part, promise, open_table = "", "", False
    for line in schema.splitlines():
        if heading := _PART.match(line):
            part, promise = heading["part"], ""
        elif line.startswith("--"):
            promise = f"{promise} {line[2:].strip()}".strip()
        elif table := _TABLE.match(line):
            found.append(Table(table["name"], part, promise, ()))
            open_table = True
        elif open_table and (column := _COLUMN.match(line)):
            last = found[-1]
            row = (column["name"], column["note"] or "")
            found[-1] = Table(last.name, last.part, last.promise, (*last.columns, row))
        elif not line.strip() or line.startswith(")"):
            promise, open_table = "", False
    return found


@dataclass(frozen=True)
class Held:
    """To whom the pages and commands show what a table holds, and until when it is there."""

    shown_to: str
    until: str


QUARTERS = "{quarters} quarters have passed since the wave closed"
NETWORKS = "the {nth} network wave after it closes, or its member erases it"
ALWAYS = "Rapport is no longer used"
NOBODY = "nobody"

HELD: Mapping[str, Held] = {
    "setting": Held("whoever runs Rapport", ALWAYS),
    "team": Held("everybody asked, as far as it is their own; whoever signs in, for what they may read", ALWAYS),
    "member": Held("colleagues: name and team, to choose from; leads: names, where their owner agreed", ALWAYS),
    "lead": Held("whoever runs Rapport", "the roster says otherwise"),
    "wave": Held("everybody, on /privacy", QUARTERS),
    "reporting_group": Held("each person asked: their own; whoever signs in, for what they may read", QUARTERS),
    "seat": Held(NOBODY, QUARTERS),
    "letter": Held(
        "whoever runs Rapport: how many went, and which the mail server refused",
        f"{QUARTERS}; about an introduction, or one of the two erases it",
    ),
    "ballot": Held(NOBODY, "the close"),
    "box": Held(NOBODY, "the close"),
    "reader": Held(NOBODY, QUARTERS),
    "finding": Held("leads: what they lead and the line above it; everybody asked: the organization’s", QUARTERS),
    "moment": Held(NOBODY, QUARTERS),
    "contrast": Held(NOBODY, QUARTERS),
    "comment": Held("leads of that group; whoever runs Rapport", QUARTERS),
    "network_link": Held(NOBODY, "the next network wave closes"),
    "consent": Held("the member, who can change it at any time", "its member erases it"),
    "network_answer": Held("the member", NETWORKS),
    "tie": Held("the member who gave it; leads: where both named each other and both agreed", NETWORKS),
    "name_question": Held("everybody asked, on their form", QUARTERS),
    "name_more": Held("the member who said it", NETWORKS),
    "avoid": Held(
        "the member; only the matching reads it",
        "its member changes or erases it; taken back, it goes when the next network wave opens",
    ),
    "standing": Held(
        "the member first, for seven days; then leads, where they agreed", f"{QUARTERS}, or its member erases it"
    ),
    "introduction": Held("leads of either member, where both agreed", f"{QUARTERS}, or its member erases it"),
    "invitation": Held(
        "the member; of the other only whether both said yes, until the next network wave opens",
        "the next network wave closes (what they said) or the one after (that they were asked), or its member "
        "erases it",
    ),
    "appointment": Held("whoever runs Rapport", "the appointment ends"),
    "sign_in": Held(NOBODY, "it is used, or its time is over"),
    "password": Held(NOBODY, "its holder ends it, or is erased after they left"),
    "token": Held("whoever runs Rapport", "it is ended, its last day is over, or its holder loses the role"),
    "audit": Held("whoever runs Rapport, stewards, auditors; each member what is about them", ALWAYS),
    "action": Held("leads of that team; whoever runs Rapport", QUARTERS),
}
"""One line for every table. Whoever runs the server can open its database file and read what is not sealed."""


def held(table: str, kept: Kept) -> Held:
    """Say to whom a table is shown and until when, with the settings that hold here.

    >>> held("box", Kept())
    Held(shown_to='nobody', until='the close')
    """
    line = HELD[table]
    return Held(line.shown_to, line.until.format(quarters=kept.quarters, nth=kept.nth))
