"""What may be said of who works with whom: without names, and by name of those who agreed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics import carry_up, policies
from analytics.carry_up import Tree
from analytics.checks import is_among, require_columns
from analytics.disclosure.finding import GATE, Finding, records
from analytics.disclosure.pulse import why_hidden
from analytics.policies import DisclosureError, Kind, Policy, Reason

SPOKE = frozenset({"connected", "few_ties", "isolated"})
"""Standings of people who answered. Others are drawn and counted as those who chose not to be on the map: a name, a tie
or a number of names would tell silence from refusal."""


def named(standings: pd.DataFrame, consents: pd.DataFrame, on: date) -> pd.DataFrame:
    """The members whose standing may be named on this day: member_id, standing, persistent, x, y.

    They agreed to be seen on the map, and their days to look first and to hide it are over. No row in `consents`
    counts as no. `standings` are the rows of the table `standing` of one wave.
    """
    require_columns(standings, "member_id", "standing", "persistent", "x", "y", "visible_from", what="standings")
    agreed = agreed_to(consents, "map")
    visible = pd.to_datetime(standings["visible_from"]) <= pd.Timestamp(on)
    may = is_among(standings["member_id"], agreed) & visible
    return standings.loc[may, ["member_id", "standing", "persistent", "x", "y"]].reset_index(drop=True)


def noted(standings: pd.DataFrame, consents: pd.DataFrame, on: date) -> pd.DataFrame:
    """Of the members who may be named on this day, those who hold others together: member_id, bridge, asked, role.

    `bridge`: others reach one another through them; `asked`: many turn to them. Both only where that is steady, and
    who is neither is left out. `role` is between whom a bridge stands.
    """
    require_columns(standings, "member_id", "bridge", "asked", "broker", what="standings")
    may = is_among(standings["member_id"], named(standings, consents, on)["member_id"].tolist())
    steady = standings[["bridge", "asked"]].astype("float64") >= policies.STEADY
    here = standings.loc[may & steady.any(axis=1), ["member_id", "broker"]].rename(columns={"broker": "role"})
    return here.join(steady)[["member_id", "bridge", "asked", "role"]].reset_index(drop=True)


def introductions(frame: pd.DataFrame, consents: pd.DataFrame, standings: pd.DataFrame, on: date) -> pd.DataFrame:
    """The introductions that may be shown on this day: both agreed, and none is held back.

    A host is named only if all three agreed to that and the map names all three: 'knows both' tells of two ties, and
    the map tells of none before everybody at its ends had their days to look first. `frame` holds the rows of the table
    `introduction` of one wave, `standings` those of `standing`; the answer is rows of `frame`, by rank.
    """
    require_columns(frame, "rank", "member_a", "member_b", "introducer", "arm", what="introductions")
    agreed = agreed_to(consents, "introductions")
    both = is_among(frame["member_a"], agreed) & is_among(frame["member_b"], agreed)
    shown = frame[both & (frame["arm"] != "held_back")].sort_values("rank", ignore_index=True)
    mapped = named(standings, consents, on)
    told = agreed.intersection(mapped.loc[mapped["standing"].isin(list(SPOKE)), "member_id"])
    hosted = shown[["member_a", "member_b", "introducer"]].astype(object).isin(list(told)).all(axis=1)
    return shown.assign(introducer=shown["introducer"].astype(object).where(hosted, None))


def agreed_to(consents: pd.DataFrame, what: str) -> set[str]:
    """Who agreed to be seen on the map ('map'), or to be suggested ('introductions'). Whoever is missing did not."""
    require_columns(consents, "member_id", what, what="consents")
    return {str(member) for member, yes in zip(consents["member_id"], consents[what], strict=True) if yes == 1}


def release_network(  # noqa: PLR0917  each is another table of the same wave; the order is the contract's
    wave_id: str,
    groups: pd.DataFrame,
    standings: pd.DataFrame,
    consents: pd.DataFrame,
    between: pd.DataFrame,
    silos: pd.DataFrame,
    answered: Collection[str],
) -> tuple[Finding, ...]:
    """What may be said of a network wave without naming anybody.

    - `few_ties`: word '0', '1–2' or '3+': how many of those who answered and did not agree to be named have few ties or
      none. Carried up from fewer than five such people, as answers are: a manager knows who agreed, so a count over
      one remaining colleague would name them.
    - `between` (other team): value, the ties to expect by chance; respondents, a band of those there are; word. For
      both teams of every pair with five people on either side; nothing for other pairs.
    - `silo`: word and value, how many times likelier a tie stays inside; teams of five or more.

    `groups` as for `release`; `standings` of `analytics.network` with `team_id`, the team a member works in;
    `between` and `silos` as `analytics.network` makes them; `answered` the member_ids who answered.
    """
    tree = carry_up.tree(groups)
    return (
        *_few_ties(wave_id, tree, standings, consents, set(answered)),
        *(finding for pair in records(between) for finding in _both_ways(wave_id, pair)),
        *(_silo(wave_id, team) for team in records(silos)),
    )


def release_structure(
    wave_id: str, groups: pd.DataFrame, figures: Mapping[Kind, pd.DataFrame], since: str | None
) -> tuple[Finding, ...]:
    """What may be said of what many ties make together: of everybody, and of teams.

    `figures` holds the frames of `analytics.structure` by kind; `since` is the name of the network wave before, for
    what is `kept` of it. `respondents` says how many people a figure speaks of, where it does: the busiest of whom it
    says how much they are asked (`carried`), or the band of those in the `core`.
    """
    root = carry_up.tree(groups).root
    return tuple(
        _structure(wave_id, kind, {**row, "team_id": row["team_id"] or root}, since if kind == "kept" else None)
        for kind, frame in figures.items()
        for row in records(frame)
        if row["team_id"] != root  # who works in no team below counts in the figure for everybody
    )


def _structure(wave_id: str, kind: Kind, row: Mapping[str, Any], since: str | None) -> Finding:
    policy = policies.POLICIES[kind]
    here = {"wave_id": wave_id, "team_id": row["team_id"], "kind": kind, "subject": row["subject"], "since": since}
    reason = _why_unsaid(policy, row)
    if reason is not None:
        return Finding(**here, reason=reason, gate=GATE)
    value, low, high = (
        policies.rounded(kind, float(np.clip(row[end], *policy.ends))) for end in ("value", "low", "high")
    )
    people = None if pd.isna(row["count"]) else policies.band(kind, row["count"]) if policy.bands else str(row["count"])
    word = None if pd.isna(row["word"]) else row["word"]
    covers = frozenset([row["team_id"]])
    return Finding(**here, value=value, low=low, high=high, respondents=people, word=word, covers=covers, gate=GATE)


def _why_unsaid(policy: Policy, row: Mapping[str, Any]) -> Reason | None:
    if row["answered"] < policy.minimum:
        return policy.hidden
    if row["answered"] < policy.answered * row["people"]:
        return "too_few_answered"
    if np.isnan(row["value"]):
        return "not_defined"
    if row["ties"] < policy.ties:
        return "too_few_ties"
    return "unclear" if row["sure"] < policy.sure else None


def _few_ties(
    wave_id: str, groups: Tree, standings: pd.DataFrame, consents: pd.DataFrame, answered: set[str]
) -> Iterator[Finding]:
    require_columns(standings, "member_id", "team_id", "standing", what="standings")
    unnamed = answered - agreed_to(consents, "map")
    people: dict[str, int] = defaultdict(int)
    few: dict[str, int] = defaultdict(int)
    for member, team, standing in zip(standings["member_id"], standings["team_id"], standings["standing"], strict=True):
        if member in unnamed:
            group = groups.joins.get(team, team if team in groups.above else groups.root)
            people[group] += 1
            few[group] += standing in ("few_ties", "isolated")
    minimum = policies.POLICIES["few_ties"].minimum
    placed = carry_up.place(groups, {group: (group,) for group in groups.upward}, people, minimum)
    separable = carry_up.smallest_separable(placed.covers.values(), people)
    if separable is not None and separable < minimum:
        raise DisclosureError(f"Counts of people with few ties would separate {separable}. Nothing was released.")
    for team, covers in placed.covers.items():
        word = policies.band("few_ties", sum(few[group] for group in covers))
        yield Finding(wave_id=wave_id, team_id=team, kind="few_ties", word=word, covers=covers, gate=GATE)
    yield from why_hidden(wave_id, ("few_ties",), "", placed, groups, policies.POLICIES["few_ties"].hidden)


def _both_ways(wave_id: str, pair: Mapping[str, Any]) -> Iterator[Finding]:
    if min(pair["people_a"], pair["people_b"]) < policies.POLICIES["between"].minimum or pd.isna(pair["word"]):
        return
    for team, other in ((pair["team_a"], pair["team_b"]), (pair["team_b"], pair["team_a"])):
        yield Finding(
            wave_id=wave_id,
            team_id=team,
            kind="between",
            subject=other,
            value=policies.rounded("between", pair["expected"]),
            respondents=policies.band("between", pair["observed"]),
            word=pair["word"],
            covers=frozenset((team, other)),
            gate=GATE,
        )


def _silo(wave_id: str, team: Mapping[str, Any]) -> Finding:
    here = {"wave_id": wave_id, "team_id": team["team_id"], "kind": "silo"}
    if team["people"] < policies.POLICIES["silo"].minimum:
        return Finding(**here, reason=policies.POLICIES["silo"].hidden, gate=GATE)
    if pd.isna(team["word"]):
        return Finding(**here, reason="too_few_answered", gate=GATE)
    value = policies.rounded("silo", team["odds_ratio"])
    return Finding(**here, value=value, word=team["word"], covers=frozenset([team["team_id"]]), gate=GATE)
