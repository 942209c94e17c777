"""Organizations live through six waves while people come, go, move and skip; nothing published sets a few apart.

What is published of different waves holds different answers, so that no sum or difference across waves is about fewer
people than one within a wave is; what two waves say together of somebody who came or went is in test_insider.py.
"""

import os
from collections import defaultdict

import numpy as np
import pytest
from organizations import DIMENSIONS, Organization
from test_disclosure import isolable

from analytics import carry_up, figures
from data.records import ROOT

FULL = os.environ.get("RAPPORT_FULL") == "1"
ORGANIZATIONS, BRUTE = (2000, 500) if FULL else (16, 16)
WAVES = 6
SLICES = 8
OF_ITEMS = 8
OF_COMMENTS = 10
DIMENSION_OF = {item: dimension for dimension, items in DIMENSIONS.items() for item in items}


def published(asked):
    """By subject, the groups counted in each figure that was printed of it; by dimension, those of its items too."""
    covers = defaultdict(set)
    for finding in asked.release.findings:
        if finding.shown:
            covers[finding.subject].add(finding.covers)
            if finding.kind == "item":
                covers[f"{DIMENSION_OF[finding.subject]} and its statements"].add(finding.covers)
            elif finding.kind != "answered":
                covers[f"{finding.subject} and its statements"].add(finding.covers)
    return covers


def families(asked):
    """Everything that may be added and subtracted: figures, how many people of each group they count, the fewest."""
    covers = published(asked)
    k = asked.gathered.k
    for subject in (*DIMENSIONS, *DIMENSION_OF, figures.ANSWERED):
        people = {group: len(who) for group, who in asked.people(subject).items()}
        yield subject, covers[subject], people, max(OF_ITEMS, k) if subject in DIMENSION_OF else k
        if subject in DIMENSIONS:
            yield subject, covers[f"{subject} and its statements"], people, k


def little_is_separable(asked, *, brute):
    """No sum or difference of what was printed is about fewer people than was promised."""
    for subject, figures_of, people, fewest in families(asked):
        separable = carry_up.smallest_separable(figures_of, people)
        assert separable is None or separable >= fewest, (subject, separable)
        if brute:
            assert isolable(figures_of, people, fewest) is None, subject


def each_is_said_as_its_people_allow(asked):
    """Few people: bands and a grid of 5; a few of them came or went: a grid of 10, and no figure for the change."""
    for finding in asked.release.findings:
        if finding.shown and finding.kind in ("score", "item"):
            n = sum(len(asked.people(finding.subject).get(group, ())) for group in finding.covers)
            grid = 5 if n < 20 or (finding.kind == "item" and n < 100) else 1
            assert finding.value % grid == 0
            assert n >= 10 or finding.respondents in (f"{asked.gathered.k}–9", "8–9")
        if finding.kind == "silent":
            assert sum(len(asked.people(finding.subject).get(group, ())) for group in finding.covers) >= 10


def after_a_small_change_less_is_said(asked, before):
    """Where one to four of a small group came or went since the wave before, its figure is coarser."""
    then = {(f.team_id, f.subject): f for f in before.release.findings if f.kind == "score" and f.shown}
    seen = 0
    for finding in asked.release.findings:
        earlier = then.get((finding.team_id, finding.subject))
        if not finding.shown or earlier is None or finding.kind not in ("score", "change"):
            continue
        now, once = (
            {who for who, group in one.seats.items() if group in f.covers}
            for one, f in ((asked, finding), (before, earlier))
        )
        n = sum(len(asked.people(finding.subject).get(group, ())) for group in finding.covers)
        if n < 10 and 0 < len(now ^ once) < asked.gathered.k:
            seen += 1
            assert finding.value is None if finding.kind == "change" else finding.value % 10 == 0
    return seen


def a_change_joins_the_same_groups_only(asked, history):
    """A change is told from a wave that counted the very same groups."""
    for finding in asked.release.findings:
        if finding.kind == "change" and finding.shown:
            (then,) = [w for w in history if w.gathered.name == finding.since]
            (score,) = [
                f
                for f in then.release.findings
                if (f.kind, f.team_id, f.subject) == ("score", finding.team_id, finding.subject)
            ]
            assert score.shown
            assert score.covers == finding.covers


def comments_stand_among_ten(asked):
    """A comment is shown where ten people answered, beneath a group that holds its writer's answers."""
    answered = asked.people(figures.ANSWERED)
    tree = carry_up.tree(asked.gathered.groups)
    shown = list(zip(asked.release.comments["team_id"], asked.release.comments["text"], strict=True))
    for group, text in shown:
        below = {one for one in tree.upward if group in line(one, tree)}
        assert asked.seats[asked.comments[text]] in below
        assert sum(len(answered.get(one, ())) for one in below) >= OF_COMMENTS
    assert list(asked.release.comments.columns) == ["team_id", "text"]


def line(group, tree):
    """A group and everything above it."""
    above = tree.above[group]
    return [group, *(line(above, tree) if above is not None else ())]


def no_lead_counts_where_they_lead(asked):
    """Whoever reads a team's figures is in none of them."""
    for who, led in asked.leads.items():
        assert asked.seats[who] not in led or asked.seats[who] == ROOT


def hold(asked, history, *, brute):
    """Everything that is promised of one wave, beside those before it. Returns how often C2 made something coarser."""
    little_is_separable(asked, brute=brute)
    comments_stand_among_ten(asked)
    no_lead_counts_where_they_lead(asked)
    a_change_joins_the_same_groups_only(asked, history)
    each_is_said_as_its_people_allow(asked)
    return after_a_small_change_less_is_said(asked, history[-2]) if len(history) > 1 else 0


@pytest.mark.parametrize("part", range(SLICES))
def test_through_six_waves_nothing_published_is_about_fewer_people_than_promised(part):
    coarser = 0
    for seed in range(part, ORGANIZATIONS, SLICES):
        organization = Organization(np.random.default_rng(seed), k=5 - seed // SLICES % 2)
        for asked in organization.live(WAVES):
            coarser += hold(asked, organization.waves, brute=seed < BRUTE)
    assert coarser > 0
