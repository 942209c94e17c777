"""How well the rankings of one network wave foresaw the ties of another: `rapport introductions evaluate`."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics import evaluation, network, rivals
from analytics.adjacency import Graph, Numbers
from analytics.evaluation import Trial
from data import roster, ties, waves
from data.records import Problem, Wave
from surveys.desk import Desk

SEED = 0
FACTS = ("member_id", "location", "role")


def evaluate(desk: Desk, before: Wave, after: Wave) -> tuple[pd.DataFrame, Trial]:
    """Compare every ranking of the pairs without a tie in `before` by the ties of `after`, and the list kept then.

    One row for each ranking, `method` and `evaluation.COLUMNS`, and the trial they were judged on. The last row is the
    introductions that were kept at the close of `before`, as far as both were heard in `after`: no ranking, so it has
    the figures of a list only. Pairs that were proposed in `before` are left out of both: their ties may have come of
    that.

    A `Problem` where the second wave is not later, or where who named whom is not kept any more.
    """
    if before.number >= after.number:
        raise Problem(f"Wave '{after.name}' is not later than '{before.name}'; expected --before and --after in order.")
    with desk.store.reading() as db:
        everybody, kept = roster.members(db, active_only=False), ties.listed(db, before.wave_id)
    facts = pd.DataFrame([(one.member_id, one.location, one.role) for one in everybody], columns=list(FACTS))
    (early, heard), (late, heard_after) = _network(desk, before), _network(desk, after)
    given = evaluation.trial(early, late, facts, heard, heard_after, seed=SEED)
    proposed = _places(given, early, kept[kept["answer"] == "introduced"])
    left = np.setdiff1d(np.arange(len(given.pairs)), proposed)
    given = replace(given, pairs=given.pairs.only(left), later=given.later[left])
    if not len(given.pairs):
        raise Problem(f"Waves '{before.name}' and '{after.name}' share no two people who answered both without a tie.")
    scores = rivals.scores(given.known, given.pairs, seed=SEED)
    compared = evaluation.compare(given, scores, seed=SEED)
    shown = evaluation.listed(given, _places(given, early, kept))
    listed = pd.DataFrame([{"method": f"introductions of {before.name}", **vars(shown)}])
    both = pd.concat([compared, listed], ignore_index=True)
    return both.round(dict.fromkeys(evaluation.COLUMNS, 4)), given


def _network(desk: Desk, wave: Wave) -> tuple[Graph, set[str]]:
    """The ties of a wave among everybody who was asked, also those who have left since; and who answered."""
    with desk.store.reading() as db:
        asked, given = waves.seats(db, wave.wave_id), ties.ties(db, wave.wave_id)
        answered = ties.answered(db, wave.wave_id)
    if given.empty:
        raise Problem(f"Wave '{wave.name}' keeps no ties: who named whom is only kept as long as it is compared.")
    members = pd.DataFrame({"member_id": list(asked), "team_id": list(asked.values())})
    return network.graph(members, given), answered


def _places(given: Trial, early: Graph, kept: pd.DataFrame) -> Numbers:
    """Where the introductions that were kept stand among the pairs of a trial."""
    people = given.known.people
    place = {member: number for number, member in enumerate(sorted(early))}
    ends = [
        sorted((place[a], place[b]))
        for a, b in zip(kept["member_a"], kept["member_b"], strict=True)
        if a in place and b in place
    ]
    return np.flatnonzero(np.isin(given.pairs.keys(people), [a * people + b for a, b in ends]))
