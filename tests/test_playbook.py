"""What is suggested after a wave: little, graded, for a reason, and never about a person."""

import re

import pandas as pd

from analytics import disclosure, playbook
from surveys.questionnaire import bank

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
    assert set(ids(answered("api"), *every, limit=3)) == {"PT1", "PL1", "PB2"}


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
    hidden = changed("api", "clearly down") | {"reason": "not_comparable"}
    assert ids(answered("api"), hidden) == []


def test_a_suggestion_says_why_without_naming_anybody():
    below = [answered("api"), band("api", 40.0, 50.0), band("organization", 51.0, 60.0)]
    [first, *_] = playbook.suggest(findings(*below), "w1", ["api"])
    assert (first.why, first.since) == ("below", None)
    [first, *_] = playbook.suggest(findings(answered("api"), changed("api", "clearly down")), "w1", ["api"])
    assert (first.team_id, first.dimension, first.why, first.since) == ("api", "trust", "clearly down", "2026-04")


def test_a_course_that_is_likely_down_is_a_reason():
    course = band("api", 60.0, 70.0) | {"word": "likely down"}
    assert ids(answered("api"), course)[0] == "PT1"
    assert ids(answered("api"), course | {"word": "steady"}) == []
    [first, *_] = playbook.suggest(findings(answered("api"), course), "w1", ["api"])
    assert (first.why, first.since) == ("likely down", None)
    steady = changed("api", "held steady")
    [first, *_] = playbook.suggest(findings(answered("api"), steady, course), "w1", ["api"])
    assert (first.why, first.since) == ("likely down", None)


def test_a_clear_fall_speaks_before_the_course_of_the_line():
    rows = [answered("api"), changed("api", "clearly down"), band("api", 60.0, 70.0) | {"word": "likely down"}]
    [first, *_] = playbook.suggest(findings(*rows), "w1", ["api"])
    assert (first.why, first.since) == ("clearly down", "2026-04")


def test_a_module_is_served_by_its_own_plays():
    assert ids(answered("api"), changed("api", "clearly down", "recognition")) == ["PR1", "PR2"]
    assert ids(answered("api"), changed("api", "clearly down", "cultures")) == ["PX1"]


def test_a_dimension_that_the_playbook_does_not_know_calls_for_nothing():
    assert ids(answered("api"), changed("api", "clearly down", "our own dimension")) == []


def test_what_a_team_planned_lately_rests_and_the_next_best_is_offered():
    rows = [answered("api"), answered("web"), changed("api", "clearly down"), changed("web", "clearly down")]
    assert ids(*rows) == ["PT1", "PT2"]
    assert ids(*rows, resting={("api", "PT1")}) == ["PT2", "PT3"]
    assert ids(*rows, resting={("web", "PT1")}) == ["PT1", "PT2"]
    every = {("api", play.id) for play in playbook.PLAYS if "trust" in play.serves}
    assert ids(*rows, resting=every) == []


def test_where_several_teams_need_the_same_play_the_wave_draws_who_starts():
    teams = [f"team {n}" for n in range(8)]
    firsts = set()
    for wave in range(40):
        rows = [
            row | {"wave_id": f"w{wave}"} for team in teams for row in (answered(team), changed(team, "clearly down"))
        ]
        shuffled = [playbook.suggest(findings(*rows), f"w{wave}", order) for order in (teams, teams[::-1])]
        assert shuffled[0] == shuffled[1]
        assert [each.play.id for each in shuffled[0]] == ["PT1", "PT2"]
        firsts.add(shuffled[0][0].team_id)
    assert len(firsts) == len(teams)


def test_no_team_is_offered_more_than_two_plays_on_whichever_page_somebody_looks():
    teams, dimensions = ("api", "web", "ops"), ("trust", "collaboration", "boundaries", "communication")
    views = [["api"], ["api", "web"], ["web", "api", "ops"]]
    for wave in (f"w{n}" for n in range(20)):
        rows = [row | {"wave_id": wave} for team in teams
                for row in (answered(team), *(changed(team, "clearly down", d) for d in dimensions))]  # fmt: skip
        offered = {s.play.id for v in views for s in playbook.suggest(findings(*rows), wave, v) if s.team_id == "api"}

        assert len(offered) == 2, wave  # what is offered for a team elsewhere is what its own page offers


# ------------------------------------------------------------------------------------------------- the plays themselves


def test_the_playbook_has_every_action_of_the_list_once():
    ids = "PT1-4 PC1-5 PL1-6 PB1-5 PE1-2 PF1-1 PR1-3 PFB1-1 PM1-2 PS1-1 PBE1-2 PFT1-1 PV1-1 PX1-1 PK1-3 PN1-5 PSD1-1"
    spelled = [re.fullmatch(r"([A-Z]+)(\d)-(\d)", run).groups() for run in ids.split()]
    every = [f"{name}{n}" for name, first, last in spelled for n in range(int(first), int(last) + 1)]

    assert sorted(play.id for play in playbook.PLAYS) == sorted(every)
    assert len(every) == len(playbook.BY_ID) == 44


def test_every_dimension_and_every_module_of_the_bank_has_a_play_and_no_play_serves_anything_else():
    asked = (bank().dimensions.keys() | bank().modules.keys()) - {"overall"}
    served = {dimension for play in playbook.PLAYS for dimension in play.serves}

    assert served == asked


def test_a_play_is_small_enough_for_monday():
    for play in playbook.PLAYS:
        sentences = re.findall(r"[.?!](?:\s|$|')", play.what)
        assert 1 <= len(sentences) <= 4, play.id
        assert len(play.what.split()) <= 70, play.id
        assert len(play.title.split()) <= 8, play.id


def test_each_play_has_its_evidence_and_its_source_and_one_on_practice_alone_claims_no_study():
    for play in playbook.PLAYS:
        assert play.evidence in "ABC"
        assert play.source
        assert (play.evidence == "C") == play.source.startswith("Practice"), play.id


def test_where_two_grades_could_stand_the_lower_one_does():
    graded = {play.id: play.evidence for play in playbook.PLAYS}

    assert {one for one, grade in graded.items() if grade == "A"} == set("PT1 PL1 PL2 PB2 PR1 PR2 PM1".split())
    assert {one for one, grade in graded.items() if grade == "B"} == set("PC3 PL5 PL6 PB1 PFB1 PM2 PV1 PK2".split())


def test_no_play_hangs_on_who_is_isolated():
    for play in playbook.PLAYS:
        assert not re.search(r"isolat|few ties|lonely|whoever has no", play.what), play.id
    assert "ask each person the same" in playbook.BY_ID["PBE1"].what
