"""What a close makes of answers and ties: boxes are opened and counted, the gate decides what may be said. Pure.

A Job goes in, rows that may be kept come out. Answers exist between the two and nowhere else, which is why a close
reasons in a process of its own (`surveys.apart`).
"""

import hashlib
import os
import sys
from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from functools import partial
from itertools import chain
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics import disclosure, quality
from data import counting, memory
from data.records import ROOT, Group, Wave
from surveys import ballots, questionnaire
from surveys.job import (
    COMMENT_COLUMNS,
    CONTRAST_COLUMNS,
    MOMENT_COLUMNS,
    RESPONSE_COLUMNS,
    Answers,
    Box,
    Job,
    Progress,
    Result,
    Sealed,
    Ties,
)
from surveys.questionnaire import Questionnaire
from surveys.submission import CAPS, Submission

if TYPE_CHECKING:
    from analytics.adjacency import Graph

Read = tuple[str, Submission] | None

MANY = 2_000
"""Boxes from which on other processes help: below, it takes longer to start them than they save."""

COUNTED_OF = {"helped": "help", "wanted": "reach", "energized": "energy"}
"""What is counted about each member, and of which question's names."""


def reason(job: Job, progress: Progress = lambda _sentence, _share: None) -> Result:
    """What may be kept of a wave. The same job gives the same result, except for the order of comments."""
    findings: list[disclosure.Finding] = []
    moments, comments, contrasts = (
        pd.DataFrame(columns=names) for names in (MOMENT_COLUMNS, COMMENT_COLUMNS, CONTRAST_COLUMNS)
    )
    standings, introductions = pd.DataFrame(), pd.DataFrame()
    unreadable = 0
    groups = pd.DataFrame([vars(group) for group in job.groups])
    if job.pulse is not None:
        asked = questionnaire.from_json(job.wave.questionnaire)
        answers = _opened(job.pulse, job.groups, asked, progress) if isinstance(job.pulse, Sealed) else job.pulse
        progress("Counting answers", 0.6)
        gathered = _gathered(job, groups, answers, asked)
        released = disclosure.release(gathered)
        findings += released.findings
        findings += disclosure.release_measures(gathered, released, _whole(job, answers, asked, released))
        moments, comments, contrasts = released.moments, released.comments, released.contrasts
        unreadable = answers.unreadable
    if job.network is not None:
        progress("Looking at the network", 0.8)
        found, standings, introductions = _network(job.wave, groups, job.network)
        findings += found
    return Result(disclosure.rows(findings), moments, comments, contrasts, standings, introductions, unreadable)


def _opened(pulse: Sealed, groups: Sequence[Group], asked: Questionnaire, progress: Progress) -> Answers:
    """The answers in the boxes. A box that cannot be read is counted and left out; it may be an attack on the close."""
    teams = [group.team_id for group in groups if group.joins is None]
    read = partial(_read, ballots.opener(pulse.private), frozenset(teams), asked)
    rows = _Rows(teams, [item.id for item in asked.items])
    comments: list[tuple[str, str]] = []
    unreadable = 0
    for respondent, found in enumerate(_read_all(read, pulse)):
        if respondent % 500 == 0:
            progress("Opening boxes", 0.1 + 0.5 * respondent / pulse.of)
        if found is None:
            unreadable += 1
            continue
        team, said = found
        rows.add(respondent, team, said.answers)
        if said.comment:
            comments.append((team, said.comment))
    return Answers(rows.frame(), pd.DataFrame(comments, columns=COMMENT_COLUMNS), unreadable)


def _read_all(read: Callable[[Box], Read], pulse: Sealed) -> Iterator[Read]:
    """Read boxes in their order; many of them on all processors, where a process may be forked safely."""
    with closing(pulse.boxes()) as boxes:
        if pulse.of < MANY or sys.platform != "linux":
            yield from chain.from_iterable(map(partial(_read_each, read), boxes))
        else:
            yield from _side_by_side(read, boxes)


def _side_by_side(read: Callable[[Box], Read], boxes: Iterable[Sequence[Box]]) -> Iterator[Read]:
    """Read boxes in processes, for opening one lets no other thread run. No more are in hand than being read."""
    processes = os.cpu_count() or 1
    forked = get_context("fork")  # what reads, and its key, are inherited and pass through no pipe
    with ProcessPoolExecutor(processes, forked, initializer=_begin, initargs=(read,)) as pool:
        waiting: deque[Future[list[Read]]] = deque()
        for some in boxes:
            waiting.append(pool.submit(_read_here, some))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


_READS: list[Callable[[Box], Read]] = []
"""What reads boxes in this process, where it does nothing else."""


def _begin(read: Callable[[Box], Read]) -> None:
    memory.leave_no_core()
    memory.end_with_parent()
    _READS.append(read)


def _read_here(boxes: Sequence[Box]) -> list[Read]:
    return _read_each(_READS[0], boxes)


def _read_each(read: Callable[[Box], Read], boxes: Iterable[Box]) -> list[Read]:
    return [read(box) for box in boxes]


def _read(unseal: Callable[[bytes], bytes], teams: Collection[str], asked: Questionnaire, box: Box) -> Read:
    """Open a box; None where it cannot be read."""
    group_box, sealed = box
    try:
        team = unseal(group_box).decode()
        said = Submission.from_bytes(unseal(sealed))
        _require_answers(team, said, teams, asked)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return team, said


class _Rows:
    """Millions of answers, a few bytes each."""

    def __init__(self, teams: Sequence[str], items: Sequence[str]) -> None:
        self._names = [np.array(names, dtype=object) for names in (teams, items)]
        self._places = [{name: place for place, name in enumerate(names)} for names in (teams, items)]
        self._columns = [array("i") for _ in range(4)]

    def add(self, respondent: int, team: str, answers: Mapping[str, int]) -> None:
        of_team, of_item = self._places
        many = len(answers)
        for column, values in zip(
            self._columns,
            ([respondent] * many, [of_team[team]] * many, map(of_item.__getitem__, answers), answers.values()),
            strict=True,
        ):
            column.extend(values)

    def frame(self) -> pd.DataFrame:
        respondents, teams, items, values = (np.frombuffer(column, dtype=np.intc) for column in self._columns)
        of_team, of_item = self._names
        columns = (respondents, of_team[teams], of_item[items], values)
        return pd.DataFrame(dict(zip(RESPONSE_COLUMNS, columns, strict=True)))


def _require_answers(team: str, said: Submission, teams: Collection[str], asked: Questionnaire) -> None:
    """Whoever can write to the database can seal anything; only what the form could have sent is counted."""
    if team not in teams:
        raise ValueError("a group that this wave does not have")
    items = {item.id for item in asked.items}
    for item, value in said.answers.items():
        if item not in items or type(value) is not int or not asked.scale.low <= value <= asked.scale.high:
            raise ValueError("an answer that the form could not have sent")
    if not isinstance(said.comment, str):
        raise TypeError("a comment that is no text")


def _gathered(job: Job, groups: pd.DataFrame, answers: Answers, asked: Questionnaire) -> disclosure.Gathered:
    key = questionnaire.key(asked)
    anchors = {item.id for item in asked.items if item.anchor and not item.alone}
    counts = counting.count(answers.responses, key, anchors)
    of_dimension = key.groupby("dimension")["item"]
    return disclosure.Gathered(
        wave_id=job.wave.wave_id,
        name=job.wave.name,
        number=job.wave.number,
        k=job.wave.k,
        groups=groups,
        scores=_with_unanswered(counts.scores, {str(name): sorted(items) for name, items in of_dimension}),
        items=_with_unanswered(counts.items, {item: [item] for item in key["item"]}),
        answered=counts.answered,
        comments=answers.comments,
        seats=job.seats,
        earlier=job.earlier,
        linked=asked.linked,
        contrasts=counts.contrasts,
        earlier_contrasts=job.contrasts,
        sensitive=frozenset(item.id for item in asked.items if item.sensitive),
    )


def _whole(job: Job, answers: Answers, asked: Questionnaire, released: disclosure.Release) -> disclosure.Whole:
    """What is counted over everybody whom the organization's own figures count."""
    key = questionnaire.key(asked)
    there = disclosure.on_top(answers.responses, released.findings)
    found = counting.together(there, key, outcomes=questionnaire.outcomes(asked), at_least=quality.LONG_ENOUGH)
    return disclosure.Whole(
        covariance=found.covariance,
        outcomes=found.outcomes,
        same=found.same,
        of=found.of,
        turned=bool(key["reverse"].any() and not key["reverse"].all()),
        names=job.names,
    )


def _with_unanswered(counted: pd.DataFrame, asked: Mapping[str, list[str]]) -> pd.DataFrame:
    """What nobody answered was asked all the same, and gets its row of zeros: the gate says why there is no figure."""
    there = set(counted["subject"].unique())
    missing = [subject for subject in asked if subject not in there]
    if not missing:
        return counted
    zeros = pd.DataFrame(
        {
            **dict.fromkeys(counted.columns, 0),
            "team_id": ROOT,
            "subject": missing,
            "items": [asked[subject] for subject in missing],
        },
        columns=counted.columns,
    )
    return pd.concat([counted, zeros], ignore_index=True) if len(counted) else zeros


def _network(
    wave: Wave, groups: pd.DataFrame, ties: Ties
) -> tuple[Sequence[disclosure.Finding], pd.DataFrame, pd.DataFrame]:
    from analytics import introductions, network  # noqa: PLC0415  they bring a second of imports that few waves need

    members = ties.people[["member_id"]].assign(team_id=ties.people["member_id"].map(dict(ties.groups_of)))
    graph = network.graph(members, ties.ties)
    standings = network.standings(graph, ties.answered, ties.earlier_standings).merge(members, on="member_id")
    chosen = introductions.choose(
        graph,
        ties.people,
        ties.avoid,
        ties.answered,
        standings=standings,
        seed=seed(wave),
        earlier=ties.earlier_introductions,
    )
    findings = disclosure.release_network(
        wave.wave_id,
        groups,
        standings,
        ties.consents,
        network.between_teams(graph, answered=ties.answered),
        network.silos(graph, answered=ties.answered),
        ties.answered,
    )
    places = network.layout(graph, ties.earlier_places)
    placed = standings.drop(columns="team_id").merge(places, on="member_id", validate="one_to_one")
    figures, of_each = _structure(members, graph, ties)
    since = ties.before.name if ties.before is not None else None
    findings += disclosure.release_structure(wave.wave_id, groups, figures, since)
    return findings, placed.merge(of_each, on="member_id", validate="one_to_one"), chosen


def _structure(
    members: pd.DataFrame, graph: "Graph", ties: Ties
) -> tuple[Mapping[disclosure.Kind, pd.DataFrame], pd.DataFrame]:
    """What many ties make together, by kind; and for each member who stands where others meet."""
    from analytics import network, structure  # noqa: PLC0415  as above

    returned = [structure.returned(graph, ties.answered, kind) for kind in structure.RELATIONS]
    figures: dict[disclosure.Kind, pd.DataFrame] = {
        "returned": pd.concat(returned, ignore_index=True),
        "carried": structure.carried(graph, ties.answered),
        "circles": structure.circles(graph, ties.answered).said,
        "core": structure.core(graph, ties.answered),
        "mixing": structure.mixing(graph, ties.answered),
    }
    if ties.before is not None:
        earlier = network.graph(members, ties.before.ties)
        answered = ties.before.answered, ties.answered
        full = _with_full_forms(ties.ties, ties.more, structure.RELATIONS)
        figures["kept"] = structure.kept(earlier, graph, answered, full)
    bridges = structure.bridges(graph, ties.answered).rename(columns={"role": "broker"})
    named = structure.asked(graph, ties.answered)
    unasked = [column for column, kind in COUNTED_OF.items() if kind not in ties.questions]
    named = named.assign(**dict.fromkeys(unasked))  # that nobody was named would be an answer nobody was asked for
    return figures, bridges.drop(columns="effective_size").merge(named, on="member_id")


def _with_full_forms(given: pd.DataFrame, more: pd.DataFrame, kinds: Collection[str]) -> set[str]:
    """Who may have left somebody out: they named as many people as a question takes, or said that there are more.

    Both, because some of whom they named may have left or erased themselves since, and not everybody fills in how many
    more there are.
    """
    names = [given.loc[given["kind"] == kind, "source"].value_counts() for kind in kinds]
    full = {str(each) for kind, counts in zip(kinds, names, strict=True) for each in counts.index[counts >= CAPS[kind]]}
    return full | set(more.loc[more["kind"].isin(list(kinds)), "member_id"])


def seed(wave: Wave) -> int:
    """Where chance begins: the same for a wave of the same name, so that whoever checks introductions can repeat it."""
    return int.from_bytes(hashlib.sha256(wave.name.encode()).digest()[:4])
