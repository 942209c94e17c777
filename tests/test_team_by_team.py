"""Whoever goes through many teams is told of each what they would be told of it alone."""

from dataclasses import fields

import pandas as pd
import pytest
from larkfield import Company, keep, read

from dashboard import report
from dashboard.readable import quarters
from dashboard.team_by_team import team_by_team
from data.records import ROOT


@pytest.fixture
def page(desk):
    keep(desk, Company(waves=2))
    return read(desk)


def parts(page):
    """Each team, each division with its teams, and everybody."""
    [wave, *_] = (wave for wave in reversed(page.waves) if wave.network)
    teams = page.viewer.teams
    below = {team: frozenset({team, *(group.team_id for group in page.below(wave, team))}) for team in teams}
    return wave, {*below.values(), teams}


def told(network):
    """What a network says, but for names that stand for nothing."""
    values = {each.name: getattr(network, each.name) for each in fields(network)}
    return {
        name: value.reset_index(drop=True).astype(object).to_dict("list") if isinstance(value, pd.DataFrame) else value
        for name, value in values.items()
    }


def test_the_network_of_every_part_is_the_same(page):
    once, (wave, chosen) = team_by_team(page), parts(page)

    assert sum(len(page.network(wave, teams).people) for teams in chosen) > 50
    for teams in chosen:
        ours, alone = (each.network(wave, teams) for each in (once, page))
        assert told(ours) == told(alone), teams
    listed, alone = (each.network(wave, everybody=False) for each in (once, page))
    assert told(listed) == told(alone)


def test_the_introductions_of_every_part_are_the_same(page):
    once, (wave, chosen) = team_by_team(page), parts(page)

    assert len(page.introductions(wave)) == 5
    for teams in chosen:
        for most in (None, 2):
            ours, alone = (each.of_introductions(wave.wave_id, teams, most) for each in (once, page))
            pd.testing.assert_frame_equal(ours, alone.reset_index(drop=True), check_dtype=False)


def test_papers_of_many_teams_are_byte_by_byte_those_of_each_alone(desk, page, tmp_path):
    quarter = quarters(page)[0]
    teams = [*sorted(page.viewer.teams)[:2], ROOT]

    written = [*report.write_each(desk, page, quarter, teams, folder=tmp_path)]

    for team_id, file in zip(teams, written, strict=True):
        assert file.read_bytes() == report.build(page, quarter, team_id)
