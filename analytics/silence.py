"""What silence may hide: the chance that somebody who did not answer would have named a member."""

import numpy as np

from analytics.adjacency import Floats, Mask, Matrices, Numbers

CHUNK = 500
"""Teams handled at a time, so that ten thousand teams fit into memory."""


def unheard(m: Matrices, has_answered: Mask) -> Floats:
    """For each person, the chance that at least one silent colleague would have named them.

    1 − Π(1 − q) over the silent, where q is how often people of the silent one's team who did answer name people of
    this person's team (SCIENCE.md §3.2): (named + ½) / (could have been named + ½/r). r is the rate over all pairs of
    this kind, inside a team or between two, itself smoothed by (named + ½) / (possible + 1). Half a name is thus added
    at the going rate. In a small organization that is nearly (named + ½) / (possible + 1); but where possible is 0, as
    for a silent head who is alone in a department, that would be ½ towards everyone, and where there are hundreds of
    teams, hundreds of halves would outweigh what people said.
    """
    answering = np.bincount(m.team_of[has_answered], minlength=len(m.teams)).astype(np.int64)
    silent = m.sizes - answering
    membership = m.membership
    named = (membership[has_answered].T @ m.named[has_answered] @ membership).tocsc()
    inside = named.diagonal()
    possible_inside = answering * (m.sizes - 1)
    possible_outside = float(np.sum(answering * (len(m.people) - m.sizes)))
    rate_inside = (inside.sum() + 0.5) / (possible_inside.sum() + 1)
    rate_outside = (named.sum() - inside.sum() + 0.5) / (possible_outside + 1)

    own_team = np.log1p(-(inside + 0.5) / (possible_inside + 0.5 / rate_inside))
    other_teams = np.zeros(len(m.teams))
    for start in range(0, len(m.teams), CHUNK):
        columns = np.arange(start, min(start + CHUNK, len(m.teams)))
        counts = named[:, columns].toarray()
        other_teams[columns] = _log_unnamed(
            counts, columns, answering=answering, silent=silent, sizes=m.sizes, added=0.5 / rate_outside
        )
    silent_beside = silent[m.team_of] - ~has_answered
    return np.asarray(-np.expm1(other_teams[m.team_of] + own_team[m.team_of] * silent_beside), dtype=np.float64)


def _log_unnamed(
    named: Floats, columns: Numbers, *, answering: Numbers, silent: Numbers, sizes: Numbers, added: float
) -> Floats:
    """The log of the chance that none of the silent of other teams would name a member of each of these teams."""
    log = np.log1p(-(named + 0.5) / (np.outer(answering, sizes[columns]) + added))
    log[columns, np.arange(len(columns))] = 0.0
    return np.asarray(silent @ log, dtype=np.float64)
