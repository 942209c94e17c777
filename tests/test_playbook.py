"""What is suggested after a wave: little, graded, for a reason, and never about a person."""

import re

import pandas as pd

from analytics import disclosure, playbook

COLUMNS = [*disclosure.COLUMNS]


def findings(*rows):
    """Findings as they come back from the database."""
    blank = dict.fromkeys(COLUMNS) | {"wave_id": "w1", "covers": [], "subject": "trust"}
    return disclosure.restore(pd.DataFrame([blank | row for row in rows], columns=COLUMNS))


def answered(team, share=80.0):
    return {"team_id": team, "kind": "answered", "subject": "pulse", "value": share}


def changed(team, word, subject="trust"):
    return {"team_id": team, "kind": "change", "subject": subject, "word": word, "since": "2026-04"}


def band(team, low, high, subject="trust"):
    return {"team_id": team, "kind": "trend", "subject": subject, "low": low, "high": high}


def ids(*rows, teams=("api",), **options):
    return [s.play.id for s in playbook.suggest(findings(*rows), "w1", teams, **options)]


def test_nothing_is_suggested_without_a_reason():
    assert ids(answered("api"), changed("api", "held steady"), changed("api", "clearly up", "boundaries")) == []


def test_a_fall_calls_for_its_dimensions_plays_the_best_evidence_first():
    assert ids(answered("api"), changed("api", "clearly down"))[0] == "PT1"
    assert ids(answered("api"), changed("api", "probably down", "boundaries")) == ["PB2", "PB1"]


def test_a_band_wholly_below_the_organizations_is_a_reason():
    below = [answered("api"), band("api", 40.0, 50.0), band("organization", 51.0, 60.0)]
    assert ids(*below)[0] == "PT1"
    touching = [answered("api"), band("api", 40.0, 51.0), band("organization", 51.0, 60.0)]
    assert ids(*touching) == []


def test_at_most_two_plays_and_none_twice():
    every = [
        changed(team, "clearly down", d) for team in ("api", "web") for d in ("trust", "collaboration", "boundaries")
    ]
    found = ids(answered("api"), answered("web"), *every, teams=("api", "web"))
    assert len(found) == len(set(found)) == 2
    assert ids(answered("api"), *every, limit=3) == ["PT1", "PL1", "PB2"]


def test_every_reason_gets_its_best_play_before_any_gets_a_second():
    rows = [
        answered("api"),
        changed("api", "clearly down", "collaboration"),
        changed("api", "clearly down", "communication"),
    ]
    assert ids(*rows) == ["PL1", "PC3"]


def test_a_clear_fall_goes_before_a_probable_one():
    rows = [answered("api"), changed("api", "probably down"), changed("api", "clearly down", "boundaries")]
    assert ids(*rows) == ["PB2", "PT1"]


def test_nothing_is_suggested_where_too_few_answered_or_that_is_not_known():
    assert ids(answered("api", 50.0), changed("api", "clearly down")) == []
    assert ids(changed("api", "clearly down")) == []


def test_other_waves_and_other_teams_give_no_reason():
    other_wave = changed("api", "clearly down") | {"wave_id": "w0"}
    assert ids(answered("api"), answered("web"), other_wave, changed("web", "clearly down")) == []


def test_what_is_hidden_gives_no_reason():
    hidden = changed("api", None) | {"reason": "not_comparable"}
    assert ids(answered("api"), hidden) == []


def test_a_suggestion_says_why_without_naming_anybody():
    below = [answered("api"), band("api", 40.0, 50.0), band("organization", 51.0, 60.0)]
    [first, *_] = playbook.suggest(findings(*below), "w1", ["api"])
    assert first.because == "Trust lies below the organization's."
    [first, *_] = playbook.suggest(findings(answered("api"), changed("api", "clearly down")), "w1", ["api"])
    assert (first.team_id, first.because) == ("api", "Trust is clearly down since 2026-04.")


def test_each_of_the_four_dimensions_has_plays_and_each_play_its_evidence_and_source():
    assert {play.dimension for play in playbook.PLAYS} == {"trust", "communication", "collaboration", "boundaries"}
    assert len({play.id for play in playbook.PLAYS}) == len(playbook.PLAYS) >= 16
    for play in playbook.PLAYS:
        assert re.fullmatch(r"P[TCLB]\d", play.id)
        assert play.evidence in "ABC"
        assert play.source


def test_a_play_that_rests_on_practice_alone_does_not_claim_a_study():
    for play in playbook.PLAYS:
        assert (play.evidence == "C") == play.source.startswith("Practice")
