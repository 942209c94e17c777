"""What was planted in the made-up company is found by the commands, and nothing else is shouted about."""

import io
import subprocess
import sys

import pandas as pd
import pytest

from data import demo, organization
from data.store import Store


def rapport(*words, db) -> pd.DataFrame:
    run = subprocess.run(
        [sys.executable, "-m", "dashboard", *words, "--db", str(db), "--format", "csv"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return pd.read_csv(io.StringIO(run.stdout), keep_default_na=False)


@pytest.fixture
def scores(made_up):
    return rapport("scores", db=made_up)


def test_the_same_seed_invents_the_same_company():
    assert demo.company(60, 3, 5) == demo.company(60, 3, 5)
    assert demo.company(60, 3, 5) != demo.company(60, 3, 6)


def test_everyone_has_a_name_of_their_own():
    names = [person.name for person in demo.company(500, 2).people]

    assert len(set(names)) == 500


def test_the_database_says_that_it_is_made_up(made_up):
    store = Store.open(made_up)
    with store.reading() as db:
        assert organization.setting(db, "made_up") == "yes"
    store.close()


def test_the_falling_team_is_flagged_in_the_last_wave(scores):
    last = scores[(scores.wave == "2026-Q3") & (scores.team == demo.FALLING) & (scores.dimension == "trust")]

    assert last.change.item() in ("probably down", "clearly down")


def test_few_other_changes_are_flagged_in_the_last_wave(scores):
    last = scores[(scores.wave == "2026-Q3") & scores.change.str.contains("up|down")]
    elsewhere = last[~last.team.isin([demo.FALLING, "Operations", "organization"])]

    assert len(elsewhere) <= 2, elsewhere


def test_the_recovering_team_dips_and_comes_back(scores):
    series = scores[(scores.team == demo.RECOVERING) & (scores.dimension == "communication")].set_index("wave")
    level = pd.to_numeric(series.score)

    assert level["2025-Q2"] <= level["2024-Q4"] - 10
    assert level["2026-Q3"] >= level["2025-Q2"] + 10


def test_the_small_team_is_carried_up_and_says_so(scores):
    small = scores[scores.team == demo.SMALL]

    assert not small.empty
    assert set(small.shown) == {False} or set(small.shown) == {"false"}
    assert set(small.score) == {""}
    assert set(small.reason) == {"joined_at_open"}


def test_every_shown_figure_stands_for_five_people_or_more(scores):
    shown = scores[scores.score != ""]

    assert not shown.empty
    assert (shown.respondents.str.extract(r"(\d+)", expand=False).astype(int) >= 5).all()


def test_the_isolated_members_are_found_and_nobody_else(made_up):
    standings = rapport("network", db=made_up)
    isolated = set(standings[standings.standing == "isolated"].member_id)

    assert isolated == set(demo.company().isolated)


def test_the_silo_is_seen_against_chance(made_up):
    teams = rapport("network", "--teams", db=made_up)
    silo = teams[(teams == demo.SILO).any(axis=1)]

    assert (silo == "fewer").any(axis=None)


def test_introductions_keep_to_consent_and_to_two_a_member(made_up):
    pairs = rapport("introductions", db=made_up)
    company = demo.company()
    agreed = {person.member_id for person in company.people if person.introductions}
    people = pd.concat([pairs.member_a, pairs.member_b])

    assert len(pairs) >= 3
    assert set(people) <= agreed
    assert people.value_counts().max() <= 2


def test_fewer_introductions_are_the_beginning_of_more(made_up):
    assert rapport("introductions", "--top", "3", db=made_up).equals(rapport("introductions", db=made_up).head(3))
