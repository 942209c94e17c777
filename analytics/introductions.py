"""Pairs worth introducing: would they talk if introduced, minus would they anyway, times what it would be worth.

`candidates` says how likely each eligible pair is to be talking next quarter; `choose` picks a set. Who may appear at
all is decided in `analytics.eligible`, how likely a tie is in `analytics.pairs`, what a set is worth in
`analytics.worth`, and what may be said about it in `analytics.reasons`.

The chances are prior rates and stated judgements until enough introductions have an outcome. A part of the slots is
drawn at random and a part of the chosen pairs is held back unseen, so that the next wave can tell whether introductions
work.
"""

from collections import Counter
from collections.abc import Collection

import numpy as np
import pandas as pd

from analytics.adjacency import Floats, Graph, Mask, Matrices, Numbers
from analytics.checks import require_columns
from analytics.eligible import Eligible, gather
from analytics.pairs import ANYWAY, ODDS_RANGE, WISH, times_odds
from analytics.reasons import Facts, gap_clause, host, why
from analytics.worth import Offers, Picked, Worth, greedy

PER_MEMBER = 2
PER_MOST_NAMED = 1
"""Introductions in a wave, for anyone and for the tenth of people named most."""
MOST_NAMED = 0.9
RANDOM_SHARE = 0.15
HELD_BACK_SHARE = 0.1
FEWEST = 3
"""Introductions shown together at least, or none: in a batch of one or two, silence would be an answer. Also how many
well-connected people must have agreed before every pair has one in it."""
COLUMNS = {
    "rank": "int64",
    "member_a": "str",
    "member_b": "str",
    "score": "float64",
    "feasibility": "float64",
    "low": "float64",
    "high": "float64",
    "value": "float64",
    "introducer": "str",
    "why": "str",
    "arm": "str",
    "by_itself": "float64",
    "distance": "int64",
}
"""Columns of the set and their types, also when it is empty."""


def candidates(
    graph: Graph,
    people: pd.DataFrame,
    avoid: pd.DataFrame,
    answered: Collection[str],
    *,
    earlier: pd.DataFrame | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """How likely each eligible pair is to be talking next quarter if introduced, and what the introduction adds.

    One row per pair, sorted: member_a, member_b, feasibility with low and high, natural (the chance without an
    introduction), uplift = feasibility − natural, distance (2, 3, or 4 for further). `people` has one row per member:
    member_id and `eligible.FACTS`; `avoid` has member_id and other_id; `earlier` has member_a, member_b and answer of
    the introductions made before. Among more than 600 people who agreed, only pairs with a reason, and some drawn at
    random, are listed.

    With p0 the natural chance and a the chance that the introduction makes the tie, feasibility is p0 + (1 − p0)·a. Two
    people about whom nothing is known, with two shared contacts of seven ties each and no host: the odds of .15 are
    multiplied by 1 + 2/log 7, which makes a .264, so .106 + .894 · .264 = .342.

    Wishes to meet take part in the choice and not in these figures: nobody who compares two pairs can work out who
    asked for whom.
    """
    field = gather(graph, people, avoid, answered, earlier=earlier, seed=seed)
    low, expected, high = _feasibility(field)
    return pd.DataFrame(
        {
            "member_a": _members(field.m, field.pairs.a),
            "member_b": _members(field.m, field.pairs.b),
            "feasibility": expected,
            "low": low,
            "high": high,
            "natural": field.natural[1],
            "uplift": expected - field.natural[1],
            "distance": field.near.distance,
        }
    )


def choose(
    graph: Graph,
    people: pd.DataFrame,
    avoid: pd.DataFrame,
    answered: Collection[str],
    *,
    standings: pd.DataFrame,
    seed: int,
    earlier: pd.DataFrame | None = None,
    most: int | None = None,
    by_lot: float = RANDOM_SHARE,
    held_back: float = HELD_BACK_SHARE,
) -> pd.DataFrame:
    """Who is worth introducing to whom?

    Only people who agreed are suggested. A pair is worth it where the two would talk if introduced and hardly would
    otherwise, and where that reaches somebody with few ties, bridges two teams, shortens a way or meets a wish of both.
    It is the whole list that counts, so that it does not help the same few again and again.

    Nobody is in more than two pairs, the tenth of people named most in one. Once three well-connected people agreed,
    every pair has one of them in it, so that being in the list says nothing about anybody. 15 % of the slots are drawn
    by lot, at drawn places of the list, and of every ten pairs chosen one is held back unseen: the next wave then tells
    whether introductions work.

    A set of at most half as many pairs as members, and at most `most`, best first, with `COLUMNS`; the arms are
    'chosen', 'random' and 'held_back', the last after all others and never to be shown.

    `standings` is `network.standings` of the same graph. `seed` makes the draws: the same seed gives the same set,
    whatever the order of rows. `score` is what the pair adds to the set (uplift × worth) and `value` its worth; both
    take in ties and wishes, so they are for the record and not for a manager's eyes. `introducer` is a shared contact,
    only if all three agreed, to be on the map too, and both ties were named from both ends. `why` is a sentence from
    work facts only.

    Chances that two take to each other rise with partly shared work and, where nothing is known of it, with shared
    contacts; they are small inside a small team, where everybody has met. That keeps an offline check honest both ways:
    the pairs tie by themselves at least 4.5 times as often as others (benchmarks/sets.py), and where the truth is
    known, introductions make more ties than random ones that would not have come anyway (benchmarks/worlds.py).

    `by_lot` and `held_back` are the shares of the two other arms.

    Formula: uplift u = chance of talking next quarter if introduced − chance without, of which only half is taken off
    where nothing is known of the work of the two; F = Σ need · [1 − Π(1 − .3 u/best)]
    over people, with need ∝ 1/(1 + ties)² and best a person's highest u; [1 − Π(1 − u)] over teams with fewer ties than
    usual and over ways that get shorter; 3 Σ u, and Σ u over wishes of both; the next pair is the one that adds most.

    Undefined: with fewer than three pairs to show there is no list at all.

    Source: Boudreau et al. 2017, REStat 99:565; Lane et al. 2021, SMJ 42:1215; Obstfeld 2005, ASQ 50:100; Nemhauser,
    Wolsey & Fisher 1978, Mathematical Programming 14:265 for choosing step by step.
    """
    require_columns(standings, "member_id", "standing", what="standings")
    field = gather(graph, people, avoid, answered, earlier=earlier, seed=seed)
    random = np.random.default_rng([seed, 2])
    offers, drawn = _offers(field, _well_connected(field, standings), random)
    worth = Worth(field.m, offers, _need(field.m, field.m.mask(answered)), _shortfalls(field.gaps))
    limits = np.where(field.agreed, _limits(field.m), 0)
    half = len(field.m.people) // 2
    slots = min(half, half if most is None else most, len(offers.pairs), int(limits[_touched(offers)].sum()) // 2)

    drawn_first = _by_lot(worth, drawn, limits, slots=round(by_lot * slots), random=random)
    chosen = greedy(worth, limits, slots - len(drawn_first), taken=[pick.position for pick in drawn_first])
    if len(drawn_first) + len(chosen) < FEWEST:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    unseen = min(int(held_back * len(chosen)), len(drawn_first) + len(chosen) - FEWEST)
    return _told(field, offers, _ranked(chosen, drawn_first, unseen, random))


def _feasibility(field: Eligible) -> tuple[Floats, Floats, Floats]:
    """Chance of talking next quarter if introduced: low, expected, high; without wishes, so that it may be shown."""
    doubt = (ODDS_RANGE[0], 1.0, ODDS_RANGE[1])
    low, expected, high = (
        by_itself + (1 - by_itself) * times_odds(field.made, factor)
        for by_itself, factor in zip(field.natural, doubt, strict=True)
    )
    return low, expected, high


def _well_connected(field: Eligible, standings: pd.DataFrame) -> Mask:
    """Who counts as well connected; everybody, where fewer than three of them agreed to be suggested."""
    connected = field.m.mask(standings.loc[standings["standing"] == "connected", "member_id"])
    enough = np.sum(connected & field.agreed) >= FEWEST
    return connected if enough else np.ones(len(connected), dtype=bool)


def _offers(field: Eligible, connected: Mask, random: np.random.Generator) -> tuple[Offers, Mask]:
    """The pairs the set is chosen from, and which of them the random arm may draw."""
    kept = np.flatnonzero(connected[field.pairs.a] | connected[field.pairs.b])
    wished = field.wished[kept]
    made = times_odds(field.made[kept], np.array(WISH)[wished])
    natural, taken_off = field.natural[1][kept], np.where(np.isnan(field.alike[kept]), ANYWAY, 1.0)
    offers = Offers(
        pairs=field.pairs.only(kept),
        among_eligible=kept,
        uplift=(1 - natural) * made + (1 - taken_off) * natural,
        new_reach=field.near.new_reach[kept],
        mutual_wish=(wished == 2).astype(np.float64),
        first=random.random(len(wished)),
    )
    return offers, field.drawn[kept]


def _need(m: Matrices, heard: Mask) -> Floats:
    """How much reaching a person counts: 1/(1 + ties)², 1 on average; nothing for those who did not answer."""
    need = np.where(heard, 1 / (1 + m.degrees) ** 2, 0.0)
    return np.asarray(need * len(need) / need.sum() if need.any() else need, dtype=np.float64)


def _shortfalls(gaps: pd.DataFrame) -> dict[tuple[int, int], float]:
    """How far each two teams fall short of their usual ties, 0 to 1, less where it may be chance (|z| below 2)."""
    short = gaps[gaps["z"] < 0]
    size = (1 - short["observed"] / short["expected"]) * np.minimum(-short["z"] / 2, 1)
    return dict(zip(zip(short["a"], short["b"], strict=True), size, strict=True))


def _limits(m: Matrices) -> Numbers:
    """In how many introductions each person may be."""
    in_ties = np.diff(m.named.tocsc().indptr)
    often = np.quantile(in_ties, MOST_NAMED) if len(in_ties) else 0
    return np.where(in_ties > often, PER_MOST_NAMED, PER_MEMBER).astype(np.int64)


def _touched(offers: Offers) -> Numbers:
    return np.unique(np.concatenate([offers.pairs.a, offers.pairs.b]))


def _by_lot(worth: Worth, drawn: Mask, limits: Numbers, *, slots: int, random: np.random.Generator) -> list[Picked]:
    """Introductions drawn from all eligible pairs, within the limits, and counted as chosen."""
    pairs, picked = worth.offers.pairs, list[Picked]()
    for at in random.permutation(np.flatnonzero(drawn)).tolist():
        if len(picked) == slots:
            break
        two = [pairs.a[at], pairs.b[at]]
        if limits[two].all():
            picked.append(Picked(at, worth.of(at)))
            limits[two] -= 1
            worth.choose(at)
    return picked


def _ranked(
    chosen: list[Picked], by_lot: list[Picked], held_back: int, random: np.random.Generator
) -> list[tuple[Picked, str]]:
    """The list with its arms: the chosen by what they add, the drawn anywhere among them, the held-back last."""
    unseen = set(random.choice(len(chosen), held_back, replace=False).tolist())
    shown = [(pick, "chosen") for number, pick in enumerate(chosen) if number not in unseen]
    for pick in by_lot:
        shown.insert(int(random.integers(len(shown) + 1)), (pick, "random"))
    return shown + [(chosen[number], "held_back") for number in sorted(unseen)]


def _told(field: Eligible, offers: Offers, ranked: list[tuple[Picked, str]]) -> pd.DataFrame:
    """The set as a frame, with its reasons and hosts."""
    low, expected, high = _feasibility(field)
    clauses = _gap_clauses(field.gaps)
    touched = np.unique([[offers.pairs.a[pick.position], offers.pairs.b[pick.position]] for pick, _ in ranked])
    facts = dict(zip(touched.tolist(), _work_facts(field.facts.iloc[touched]), strict=True))
    avoided, hosting = frozenset(field.avoided.tolist()), Counter[int]()
    rows = []
    for rank, (pick, arm) in enumerate(ranked, start=1):
        place = int(offers.among_eligible[pick.position])
        a, b = int(field.pairs.a[place]), int(field.pairs.b[place])
        one_team, other_team = sorted([int(field.m.team_of[a]), int(field.m.team_of[b])])
        introducer = host(field.m, (a, b), field.told, avoided, hosting)
        hosting[introducer] += arm != "held_back"
        rows.append(
            {
                "rank": rank,
                "member_a": field.m.people[a],
                "member_b": field.m.people[b],
                "score": pick.gain,
                "feasibility": expected[place],
                "low": low[place],
                "high": high[place],
                "value": pick.gain / offers.uplift[pick.position],
                "introducer": field.m.people[introducer] if introducer >= 0 else None,
                "why": why(facts[a], facts[b], clauses.get((one_team, other_team))),
                "arm": arm,
                "by_itself": field.natural[1][place],
                "distance": field.near.distance[place],
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _gap_clauses(gaps: pd.DataFrame) -> dict[tuple[int, int], str]:
    """What may be said of each two teams that share fewer ties than usual."""
    said = gaps.loc[gaps["word"] == "fewer", ["a", "b", "observed", "expected"]]
    return {(a, b): gap_clause(observed, usual) for a, b, observed, usual in said.itertuples(index=False)}


def _work_facts(people: pd.DataFrame) -> list[Facts]:
    """What may be said of each of some people."""
    texts = people[["team", "role", "location"]].fillna("")
    days = [None if pd.isna(day) else day.date() for day in people["joined_on"]]
    return [
        Facts(team, role, location, day, interests)
        for (team, role, location), day, interests in zip(
            texts.itertuples(index=False), days, people["interests"], strict=True
        )
    ]


def _members(m: Matrices, numbers: Numbers) -> pd.api.extensions.ExtensionArray:
    return pd.array(m.people, dtype="str").take(numbers)
