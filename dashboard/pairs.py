"""Every pair that could be introduced, for whoever runs Rapport and wants to see what the set was chosen from."""

import pandas as pd

from analytics import introductions, network
from data import ties, waves
from data.records import Wave
from surveys import gathering, reasoning
from surveys.desk import Desk


def eligible(desk: Desk, wave: Wave) -> tuple[pd.DataFrame, int]:
    """List every eligible pair of a closed network wave with its feasibility, and count those beyond consent.

    Computed anew from the wave's ties, from the same facts as at its close, the best first. The form asks everybody who
    answers for their consent; where somebody answered who never chose, the ties came from elsewhere, and all who were
    never asked are looked at.
    """
    with desk.store.reading() as db:
        consents, answered = ties.consents(db), ties.answered(db, wave.wave_id)
        gathered = gathering.gather_ties(
            db,
            wave,
            waves.groups(db, wave.wave_id),
            asked=waves.seats(db, wave.wave_id),
            given=ties.ties(db, wave.wave_id),
            answered=answered,
            questions=ties.asked(db, wave.wave_id),
            agreed=consents,
            unasked_agree=not answered <= set(consents["member_id"]),
        )
    members = gathered.people[["member_id"]].assign(team_id=gathered.people["member_id"].map(dict(gathered.groups_of)))
    pairs = introductions.candidates(
        network.graph(members, gathered.ties),
        gathered.people,
        gathered.avoid,
        gathered.answered,
        earlier=gathered.earlier_introductions,
        seed=reasoning.seed(wave),
    )
    agreed = list(consents.loc[consents["introductions"].astype(bool), "member_id"])
    beyond = ~(pairs["member_a"].isin(agreed) & pairs["member_b"].isin(agreed))
    best_first = pairs.sort_values("feasibility", ascending=False, kind="stable", ignore_index=True)
    return best_first.round(dict.fromkeys(best_first.select_dtypes("float"), 4)), int(beyond.sum())
