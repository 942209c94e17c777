"""Made-up companies, one a seed: what was planted is found within a few waves, and little else is shouted about."""

import os

import numpy as np
import pandas as pd
import pytest
from test_disclosure import MOMENTS, kept_of

from analytics import disclosure
from data import counting, demo
from data.records import ROOT, Member, Team
from surveys import groups, questionnaire
from surveys.questionnaire import asked, builtin

SEEDS = 50 if os.environ.get("RAPPORT_FULL") == "1" else 2
WAVES = 8
ABOVE = {"trust": (demo.FALLING, "Operations", ROOT), "communication": (demo.RECOVERING, "Engineering", ROOT)}
"""Where something was planted: a team, and what counts its people too."""


def formed_of(company, number, before):
    """The groups of a wave, through the real opening."""
    roster = company.roster(number)
    paths = {ROOT}
    for row in roster:
        parts = row.team.split(" / ")
        paths |= {" / ".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    up = {path: None if path == ROOT else path.rpartition(" / ")[0] or ROOT for path in sorted(paths)}
    members = [Member(row.member_id, row.name, "", row.team, leads=tuple(row.lead_of)) for row in roster]
    return groups.form(
        [Team(path, path, above) for path, above in up.items()], members, smallest=6, k=5, earlier=before
    )


def live(seed):
    """What the real gate releases of one company, wave by wave."""
    company, form = demo.company(120, WAVES, seed), asked(builtin("quarterly"), 0)
    items = [(item.id, item.dimension, item.reverse) for item in form.items if not item.alone]
    key = questionnaire.key(form).dropna(subset="dimension")
    before, seats, earlier = None, [], []
    for number in range(WAVES):
        formed = formed_of(company, number, before)
        before = formed.groups
        replies = company.pulse(number, items)
        rows = [
            (person, formed.seats[member], item, value)
            for person, (member, (given, _)) in enumerate(replies.items())
            for item, value in given.items()
        ]
        counts = counting.count(pd.DataFrame(rows, columns=["respondent", "team_id", "item", "value"]), key)
        seats += [(f"w{number}", member, group) for member, group in formed.seats.items()]
        gathered = disclosure.Gathered(
            wave_id=f"w{number}",
            name=str(number),
            number=number,
            k=5,
            groups=pd.DataFrame([vars(group) for group in formed.groups]),
            scores=counts.scores,
            items=counts.items,
            answered=counts.answered,
            comments=pd.DataFrame(columns=["team_id", "text"]),
            seats=pd.DataFrame(seats, columns=["wave_id", "member_id", "team_id"]),
            earlier=pd.concat(earlier, ignore_index=True) if earlier else pd.DataFrame(columns=MOMENTS),
        )
        release = disclosure.release(gathered)
        earlier.append(kept_of(release, gathered))
        yield number, [f for f in release.findings if f.shown and f.kind in ("change", "trend")]


@pytest.fixture(scope="module")
def told():
    """Every change and every line of every company: seed, wave, kind, team, dimension, word, and whether planted."""
    rows = [
        (seed, wave, f.kind, f.team_id, f.subject, f.word, f.team_id in ABOVE.get(f.subject, ()))
        for seed in range(SEEDS)
        for wave, findings in live(seed)
        for f in findings
        if f.word
    ]
    return pd.DataFrame(rows, columns=["seed", "wave", "kind", "team", "subject", "word", "planted"])


def found(told, team, subject, waves, way):
    """The share of companies in which a planted move was told of in one of these waves."""
    here = told[(told["team"] == team) & (told["subject"] == subject) & told["wave"].isin(waves)]
    return here[here["word"].str.endswith(way)]["seed"].nunique() / SEEDS


def test_the_fall_of_the_last_wave_is_found_at_once(told):
    assert found(told, demo.FALLING, "trust", [WAVES - 1], "down") >= 0.95


def test_the_dip_and_the_recovery_are_found_within_three_waves(told):
    assert found(told, demo.RECOVERING, "communication", [2, 3, 4], "down") >= 0.85
    assert found(told, demo.RECOVERING, "communication", [5, 6, 7], "up") >= 0.85


def test_of_the_flags_of_a_wave_one_in_ten_is_false_at_most(told):
    changes = told[told["kind"] == "change"]
    fired = changes[changes["word"] != "held steady"]
    waves = fired.groupby(["seed", "wave"])["planted"].agg(false=lambda planted: np.mean(~planted))
    assert waves["false"].sum() / (SEEDS * (WAVES - 1)) <= 0.1


def test_quiet_lines_bend_no_more_often_than_is_said(told):
    lines = told[(told["kind"] == "trend") & ~told["planted"]]
    assert (lines["word"] != "steady").mean() <= 1 / 120
