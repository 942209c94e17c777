"""Answers that another program exported, as the table that `rapport answers import` reads anyway.

A file is read in one order, and nothing of it is stored on the way: columns that say who answered are dropped; rows
that are no answers are left out; every other column is an item, the team, or not read, and said to be; words become
numbers. What is uncertain is refused with a sentence and not guessed: two columns for one item, two for the team, words
of no one scale, numbers of a longer one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data import exchange
from data.delimited import Row, Table, counted, fitted, listed, short
from data.nearest import did_you_mean
from data.records import Problem
from data.workbook import any_rows
from surveys import translation
from surveys.mapping import COMMENT, NOTHING, TEAM, ExportMapping, compact
from surveys.questionnaire import Questionnaire, bank
from surveys.recoding import Answer, recoding_of

_PERSON, _APART, _RESPONSE = "(person)", "(apart)", "(response)"
_TOLD = 12
"""So many columns that were not read are told one by one."""


@dataclass(frozen=True)
class Column:
    """One column of an export."""

    place: int
    name: str
    """As its header says it, for sentences."""
    said: tuple[str, ...]
    """Everything that its header may mean, compacted."""


@dataclass(frozen=True)
class Export:
    """What an export says, before anything is counted."""

    frame: pd.DataFrame
    """respondent, team, item, value, line: what `surveys.importing.answers` takes."""
    read_as: Mapping[str, str]
    """Column to item, and the column of the team to 'team'."""
    words: Sequence[tuple[str, float]]
    """Word to number of the scale in which the answers are written; none where they are numbers."""
    notices: Sequence[str]


def read(path: Path, mapping: ExportMapping, questionnaire: Questionnaire, wordings: Mapping[str, str]) -> Export:
    """Read the answers in an export. `wordings` is what `wordings_of` the questionnaire gives.

    Raises Problem for a file that is not of this program or not whole, and for whatever would have to be guessed.
    """
    header, body = _parted(path, list(any_rows(path)[1]), mapping)
    columns = _columns(path, header, body, mapping)
    roles = _roles(path, columns, mapping, wordings)
    rows, left_out = _answers(path, body, columns, roles, mapping)
    read_as = {column: roles[column.name] for column in columns if roles.get(column.name) in {TEAM, *wordings.values()}}
    team = next(column.place for column, role in read_as.items() if role == TEAM)
    places = {column.place: role for column, role in read_as.items() if role != TEAM}
    nothing = set(map(compact, mapping.no_answer))
    answers = [
        Answer(line, item, cells[place])
        for line, cells in rows
        for place, item in places.items()
        if cells[place].casefold() not in exchange.EMPTY and compact(cells[place]) not in nothing
    ]
    recoding = recoding_of(path.name, answers, mapping, questionnaire.scale)
    said = {answer[:2]: repr(value) for answer, value in zip(answers, recoding.values(path.name, answers), strict=True)}
    names = [TEAM, *places.values()]
    table = Table(
        name=path.name,
        heads=names,
        columns=names,
        known=frozenset(names),
        delimiter=",",
        rows=[[cells[team], *(said.get((line, item), "") for item in places.values())] for line, cells in rows],
        lines=[line for line, _ in rows],
    )
    frame = exchange.answers_in(table, names[1:], {}, recoding.ends)
    notices = [*_told(columns, roles, wordings), *left_out, *frame.attrs["notices"]]
    return Export(frame, {column.name: role for column, role in read_as.items()}, recoding.shown(), notices)


def plainly(path: Path, mapping: Mapping[str, str] | None, questionnaire: Questionnaire) -> Export:
    """Read answers in the shape that Rapport itself names: `data.exchange.read_answers`."""
    items = [item.id for item in questionnaire.items]
    frame = exchange.read_answers(path, items, mapping, (questionnaire.scale.low, questionnaire.scale.high))
    return Export(frame, {item: item for item in frame["item"].unique()}, [], frame.attrs["notices"])


def wordings_of(questionnaire: Questionnaire, own: Iterable[translation.Translation] = ()) -> dict[str, str]:
    """What a column may be called to stand for an item: its id, and its words in every language that it has.

    `own` are translations beside the questionnaire's file. Words that two items share stand for neither.

    >>> from surveys.questionnaire import builtin
    >>> wordings_of(builtin("pulse"))["Die Leute in diesem Team tun, was sie zusagen."]
    'T1'
    """
    texts = {item.id: item.text for item in bank().items}
    banked = [item.id for item in questionnaire.items if texts.get(item.id) == item.text]
    said = [(text, item.id) for item in questionnaire.items for text in (item.id, item.text)]
    said += [(each.items[item.id], item.id) for each in own for item in questionnaire.items]
    for language in translation.languages():
        ours = translation.of_the_bank(language).items
        said += [(ours[item], item) for item in banked]
    meant: dict[str, set[str]] = {}
    for text, item in said:
        meant.setdefault(compact(text), set()).add(item)
    return {text: item for text, item in said if len(meant[compact(text)]) == 1}


def preview(export: Export) -> list[str]:
    """Say what an import would take, in lines: no name, no address, and no answer of anybody."""
    teams = export.frame.drop_duplicates("respondent").groupby("team").size()
    read_as = [f"  '{short(name)}' is {item}" for name, item in export.read_as.items()]
    words = [f"  '{word}' is {number:g}" for word, number in export.words]
    return [
        f"{counted(export.frame['respondent'].nunique(), 'person').replace('persons', 'people')} answered.",
        "Columns that are read:",
        *read_as,
        *(["Words that become numbers:", *words] if words else []),
        "Teams, and how many answered in each:",
        *(f"  {team}: {number}" for team, number in teams.items()),
        *export.notices,
        "Nothing was stored.",
    ]


# -------------------------------------------------------------------------------------------------- header and columns


def _parted(path: Path, rows: list[Row], mapping: ExportMapping) -> tuple[list[list[str]], list[Row]]:
    """The header rows that hold names, and the rows below them that have any cell."""
    height = len(mapping.header)
    if len(rows) < height:
        raise Problem(
            f"{path.name} has {counted(len(rows), 'row')}; {mapping.title} writes {height} above the answers."
        )
    for number, (line, cells) in enumerate(rows[:height]):
        begins = mapping.header[number].begins
        if not _begins(cells, begins):
            raise Problem(
                f"{path.name}, line {line}: this is not row {number + 1} of the {height} that {mapping.title} writes "
                f"above the answers, whose first cell {_beginning(begins)}. Export it again and leave it as it is."
            )
    names = [cells for (_, cells), row in zip(rows, mapping.header, strict=False) if row.holds == "names"]
    body = [(line, cells) for line, cells in rows[height:] if any(cell.strip() for cell in cells)]
    if not body:
        raise Problem(f"{path.name} has a header and nothing below it; expected at least one answer.")
    return names, body


def _begins(cells: list[str], expected: str | None) -> bool:
    first = cells[0].strip() if cells else ""
    return expected is None or (first.startswith(expected) if expected else not first)


def _beginning(expected: str | None) -> str:
    return f"begins with {expected}" if expected else "is empty"


def _columns(path: Path, header: list[list[str]], body: list[Row], mapping: ExportMapping) -> list[Column]:
    width = max(map(len, header))
    texts = [[cells[place].strip() if place < len(cells) else "" for cells in header] for place in range(width)]
    for place, said in enumerate(texts):
        if not any(said):
            _require_empty(path, place, body)
    columns = [Column(place, _name(said), _meanings(said, mapping)) for place, said in enumerate(texts) if any(said)]
    known = {compact(name) for name in mapping.recognized_by}
    if known and not any(known & set(column.said) for column in columns):
        raise Problem(
            f"{path.name} is no whole export of {mapping.title}: its first row has no column "
            f"{listed(mapping.recognized_by)}."
        )
    return columns


def _require_empty(path: Path, place: int, body: list[Row]) -> None:
    for line, cells in body:
        if place < len(cells) and cells[place].strip():
            raise Problem(
                f"{path.name}, line {line}: there is something in column {place + 1}, which has no name; expected a "
                "name above every column, in cells that are not merged."
            )


def _name(said: list[str]) -> str:
    """What a column is called in sentences: its header cells, of which one that repeats or says nothing is left out."""
    return " / ".join(reversed({compact(text): text for text in reversed(said) if text}.values()))


def _meanings(said: list[str], mapping: ExportMapping) -> tuple[str, ...]:
    inside = [
        group
        for text in said
        for pattern in mapping.wrapped
        if (found := pattern.fullmatch(text))
        for group in found.groups()
        if group
    ]
    return tuple(dict.fromkeys(compact(text) for text in (*said, *inside) if compact(text)))


def _roles(path: Path, columns: list[Column], mapping: ExportMapping, wordings: Mapping[str, str]) -> dict[str, str]:
    """What each column stands for, by its name; one that is missing here is not read."""
    said = _said_outright(path, columns, mapping, wordings)
    named = TEAM in said.values()
    kinds = {
        **{compact(name): TEAM for name in mapping.team if not named},
        **{compact(name): _APART for name in mapping.apart},
        **{compact(name): _RESPONSE for name in mapping.response},
    }
    items = {compact(text): item for text, item in wordings.items()}
    people = {compact(name) for name in mapping.people}
    roles: dict[str, str] = {}
    for column in columns:
        found = {kinds[each] for each in column.said if each in kinds}
        found |= {items[each] for each in column.said if each in items}
        if people & set(column.said):
            found = {_PERSON}
        elif column.name in said:
            found = {said[column.name]}
        if len(found) > 1:
            raise Problem(f"{path.name}: column '{short(column.name)}' could be {listed(sorted(found))}; {_SAY_WHICH}")
        if found:
            roles[column.name] = found.pop()
    _require_clear(path, columns, roles, wordings)
    return roles


_SAY_WHICH = "say which with --map, a file of lines such as 'column,item'."


def _said_outright(
    path: Path, columns: list[Column], mapping: ExportMapping, wordings: Mapping[str, str]
) -> dict[str, str]:
    """Column name to what the mapping's `columns` say of it."""
    known, items = {column.name: column for column in columns}, set(wordings.values())
    people = {compact(name) for name in mapping.people}
    found: dict[str, str] = {}
    for name, item in (mapping.columns or {}).items():
        meant = [known[name]] if name in known else [each for each in columns if compact(name) in each.said]
        if len(meant) != 1:
            raise Problem(
                f"{path.name} has {len(meant) or 'no'} columns '{short(name)}', which the map names; expected one."
                f"{did_you_mean(name, known)}"
            )
        column = meant[0]
        if item not in {*items, TEAM, NOTHING, COMMENT, _RESPONSE}:
            near = did_you_mean(item, [*items, TEAM, NOTHING])
            raise Problem(f"The map makes column '{short(name)}' the item '{short(item)}', which there is not.{near}")
        if people & set(column.said):
            raise Problem(f"The map makes column '{short(name)}' the item '{item}', but it says who answered.")
        found[column.name] = item
    return found


def _require_clear(path: Path, columns: list[Column], roles: Mapping[str, str], wordings: Mapping[str, str]) -> None:
    """One column for the team, one for each item, and at least one item."""
    items = set(wordings.values())
    holders: dict[str, list[str]] = {}
    for column in columns:
        holders.setdefault(roles.get(column.name, ""), []).append(column.name)
    for role, names in holders.items():
        if role in {*items, TEAM} and len(names) > 1:
            raise Problem(f"{path.name}: columns {listed(names)} could each be '{role}'; {_SAY_WHICH}")
    spare = holders.get("", [])
    if TEAM not in holders:
        near = did_you_mean("Team", spare) or did_you_mean("Department", spare)
        raise Problem(
            f"{path.name} has no column for the team; {_SAY_WHICH} It has: {listed(spare or list(roles))}.{near}"
        )
    if not items & set(holders):
        raise Problem(f"{path.name} has no statement of the questionnaire. It has: {listed(spare)}; {_SAY_WHICH}")


# -------------------------------------------------------------------------------------------------------------- answers


def _answers(
    path: Path, body: list[Row], columns: list[Column], roles: Mapping[str, str], mapping: ExportMapping
) -> tuple[list[Row], list[str]]:
    """The rows that are answers, without what says who gave them, and notices of those that are none."""
    named = {column.place for column in columns if roles.get(column.name) == _PERSON}
    width = columns[-1].place + 1
    rows = [
        (line, ["" if place in named else cell for place, cell in enumerate(fitted(path.name, line, cells, width))])
        for line, cells in body
    ]
    notices = []
    for rule in mapping.leave_out:
        place = next((column.place for column in columns if compact(rule.column) in column.said), None)
        if place is None:
            continue
        none = {cell.casefold() for cell in rule.cells}
        left = [row for row in rows if row[1][place].casefold() not in none]
        if len(left) < len(rows):
            notices.append(f"{counted(len(rows) - len(left), 'row')} left out: {rule.called}.")
        rows = left
    if not rows:
        raise Problem(" ".join([f"{path.name} holds no answers.", *notices]))
    _require_once(path, rows, [column.place for column in columns if roles.get(column.name) == _RESPONSE])
    return rows, notices


def _require_once(path: Path, rows: list[Row], places: Sequence[int]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in rows:
        response = tuple(cells[place] for place in places)
        if any(response) and seen.setdefault(response, line) != line:
            raise Problem(f"{path.name}, line {line}: the same response as on line {seen[response]}; expected it once.")


# -------------------------------------------------------------------------------------------------------- what was left


def _told(columns: list[Column], roles: Mapping[str, str], wordings: Mapping[str, str]) -> list[str]:
    """What of the file is not read, and why."""

    def names(*wanted: str) -> list[str]:
        return [column.name for column in columns if roles.get(column.name, "") in wanted]

    reasons = [
        (names(_PERSON), "Dropped before anything else, because it says who answered"),
        (names(_APART, _RESPONSE, NOTHING), "Not read, because it is about the answering"),
        (names(COMMENT), "Comments are not imported and were left out"),
    ]
    told = [f"{reason}: {listed(found)}." for found, reason in reasons if found]
    for item, name in _by_code(columns, roles, wordings):
        told.append(f"Read as {item} by its code, though its words are others: '{short(name)}'.")
    unread = names("")
    known = [f"{item}: {text}" for text, item in wordings.items()]
    near = [f"Not read and not stored: '{short(name)}'.{did_you_mean(name, known)}" for name in unread[:_TOLD]]
    more = [f"{len(unread) - _TOLD} more columns are not read and not stored."] if len(unread) > _TOLD else []
    return [*told, *near, *more]


def _by_code(columns: list[Column], roles: Mapping[str, str], wordings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Items of columns that have the item's id and other words than the item."""
    items = {compact(text): item for text, item in wordings.items()}
    for column in columns:
        item = roles.get(column.name, "")
        words = [each for each in column.said if each != compact(item)]
        if (
            item in items.values()
            and words
            and compact(item) in column.said
            and not any(items.get(each) == item for each in words)
        ):
            yield item, column.name
