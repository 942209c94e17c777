"""The read model hands out what passed the gate, to whom it is for, and names only with consent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from larkfield import ON, Company, administrator_of, keep, lead_of, read

from dashboard import charts, readable, released, spread, tables, wording, wording_surveys
from data import actions, roster, ties, waves
from data import findings as kept_findings
from data.records import ROOT


@pytest.fixture
def company(desk):
    keep(desk, Company())
    return desk


@pytest.fixture
def page(company):
    return read(company)


def test_only_closed_waves_have_figures_and_all_are_known(page):
    assert [wave.name for wave in page.waves[-2:]] == ["2026-Q2", "2026-Q3"]
    assert page.open_wave is None
    assert page.wave("2026-Q3") is page.waves[-1]
    assert page.wave("2031-Q1") is None


def test_a_finding_is_looked_up_and_an_unknown_one_is_none(page):
    wave = page.waves[-1]
    assert page.finding(wave, "support", "change", "trust").word == "clearly down"
    assert page.finding(wave, "support", "change", "charm") is None
    assert page.finding(wave, "nowhere", "score", "trust") is None


def test_a_series_has_every_pulse_wave_once_and_in_order(page):
    series = page.series("support", "trust")
    assert [wave.number for wave, _ in series] == list(range(8))
    assert all(found.kind == "trend" for _, found in series)


def test_waves_compare_only_with_the_same_groups_and_the_same_statements(page):
    (first, a), (second, b) = page.series("support", "trust")[-2:]
    assert page.comparable((first, a), (second, b))
    assert not page.comparable((first, page.series("sales", "trust")[-2][1]), (second, b))
    shorter = replace(second, questionnaire=second.questionnaire.replace('"T2"', '"T9"'))
    assert not page.comparable((first, a), (shorter, b))
    assert not page.comparable((first, None), (second, b))


def test_dimensions_stand_in_the_order_of_their_questionnaire(page):
    assert page.dimensions(page.waves[-1]) == ["trust", "communication", "collaboration", "boundaries"]
    assert page.dimension_name("trust") == "Trust"


def test_a_team_is_called_by_its_own_name_unless_another_has_it_too(desk):
    keep(desk, Company(teams=("Sales / North", "Care / North", "Care / Desk"), waves=1))
    page = read(desk)
    names = {page.name(group.team_id) for group in page.groups(page.waves[0])}
    assert names == {"Larkfield", "Sales", "Care", "Sales / North", "Care / North", "Desk"}


def test_teams_that_a_sentence_counts_are_counted_once(desk):
    keep(desk, Company(teams=("Care / North", "Care / Desk", "Sales"), waves=1))
    page = read(desk)
    assert [group.path for group in page.leaves(page.waves[0], ROOT)] == ["Care / Desk", "Care / North", "Sales"]


def test_teams_stand_in_the_order_of_a_list_that_people_read(desk):
    keep(desk, Company(teams=("Care / Team 10", "Care / Team 2", "care-desk", "Finance and Legal"), waves=1))
    page = read(desk)
    assert [group.path for group in page.below(page.waves[0], ROOT)] == [
        "Care",
        "Care / Team 2",
        "Care / Team 10",
        "care-desk",
        "Finance and Legal",
    ]


def test_a_lead_reads_their_team_and_the_line_above_and_no_other(company):
    page = read(company, lead_of(company, "m0600"))
    wave = page.waves[-1]
    assert [group.path for group in page.groups(wave)] == [ROOT, "Support"]
    assert page.home(wave) == "support"
    assert {found.team_id for found in page.all_findings() if found.kind == "score"} == {ROOT, "support"}
    assert not page.in_full(ROOT)


def test_a_lead_does_not_read_about_the_network_of_the_whole(company):
    page = read(company, lead_of(company, "m0600"))
    wave = page.waves[-1]
    assert page.finding(wave, ROOT, "few_ties") is None
    assert page.finding(wave, "support", "few_ties").word == "0"


def test_a_lead_reads_comments_of_their_own_teams_only(company):
    wave = read(company).waves[-1]
    assert read(company).comments(wave, ROOT) == ("The weekly note helps. Please keep it.",)
    assert read(company, lead_of(company, "m0600")).comments(wave, ROOT) == ()


def test_a_lead_sees_their_own_people_on_the_map(company):
    page = read(company, lead_of(company, "m0600"))
    seen = page.network(page.waves[-1])
    assert {person.team_id for person in seen.people} == {"support"}
    assert {team for team, _, _ in seen.places} == {"support"}


def test_somebody_who_declined_has_a_place_and_no_name_and_no_ties(page):
    seen = page.network(page.waves[-1])
    declined = {"m0003", "m0103"}
    assert not declined & {person.member_id for person in seen.people}
    assert not declined & set(seen.ties["source"]) | declined & set(seen.ties["target"])
    assert len(seen.people) + len(seen.places) == 100


def test_a_changed_mind_is_heeded_at_once(company):
    with company.store.writing() as db:
        ties.set_consent(db, "m0000", map=False, introductions=False)
    page = read(company)
    assert "m0000" not in {person.member_id for person in page.network(page.waves[-1]).people}


def test_a_place_says_nothing_about_somebody_without_a_name(company):
    """Whoever is not named stands at the rim of their team, however well connected they are."""
    page = read(company)
    wave = page.waves[-1]
    before = page.network(wave).places
    with company.store.writing() as db:
        frame = ties.standings(db, wave.wave_id)
        swap = {"m0003": "m0007", "m0007": "m0003"}
        moved = frame.assign(member_id=[swap.get(m, m) for m in frame["member_id"]])
        ties.keep_network(
            db,
            wave.wave_id,
            moved.drop(columns="wave_id"),
            ties.introductions(db, wave.wave_id).drop(columns="wave_id"),
        )
    after = read(company).network(wave).places
    assert sorted(before) == sorted(after)


def test_a_tie_is_drawn_only_where_both_named_it(company):
    page = read(company)
    wave = page.waves[-1]
    pair = tuple(page.network(wave).ties.iloc[0])
    with company.store.writing() as db:
        db.execute("DELETE FROM tie WHERE wave_id = ? AND source = ? AND target = ?", [wave.wave_id, *pair])
    assert pair not in {tuple(row) for row in read(company).network(wave).ties.to_numpy()}


def test_names_wait_until_everybody_has_had_their_days(company):
    wave = read(company).waves[-1]
    with company.store.writing() as db:
        db.execute("UPDATE standing SET visible_from = ?", [ON + timedelta(days=3)])
    early, late = (readable.read(company, administrator_of(company), day) for day in (ON, ON + timedelta(days=3)))
    assert early.network(wave).people == ()
    assert early.network(wave).names_from == date(2026, 11, 5)
    assert len(late.network(wave).people) > 0
    assert late.network(wave).names_from is None


def test_no_card_or_export_names_a_host_before_the_map_names_people(company):
    wave = read(company).waves[-1]
    with company.store.writing() as db:
        db.execute("UPDATE standing SET visible_from = ?", [ON + timedelta(days=3)])
    early, late = (readable.read(company, administrator_of(company), day) for day in (ON, ON + timedelta(days=3)))
    assert [pair.host for pair in early.pairs(wave)] == [None] * len(late.pairs(wave))
    assert any(pair.host for pair in late.pairs(wave))
    assert tables.exports(early)["introductions"]["host"].isna().all()
    assert tables.exports(late)["introductions"]["host"].notna().any()


def test_held_back_pairs_and_pairs_without_consent_are_never_shown(company):
    page = read(company)
    wave = page.waves[-1]
    with company.store.reading() as db:
        kept = ties.introductions(db, wave.wave_id)
    assert "held_back" in set(kept["arm"])
    ranks = set(kept.loc[kept["arm"] == "held_back", "rank"])
    assert not ranks & {pair.rank for pair in page.pairs(wave)}
    first = page.pairs(wave)[0]
    with company.store.writing() as db:
        ties.set_consent(db, first.member_b, map=True, introductions=False)
    assert first.rank not in {pair.rank for pair in read(company).pairs(wave)}


def test_a_lead_sees_introductions_of_their_own_people(company):
    page = read(company, lead_of(company, "m0600"))
    pairs = page.pairs(page.waves[-1])
    assert all("support" in (pair.team_a, pair.team_b) for pair in pairs)


def test_findings_are_read_once_until_a_wave_opens_or_closes(company):
    first = read(company)
    assert read(company).released is first.released
    with company.store.writing() as db:
        waves.set_state(db, "w7", "closing")
    assert read(company).released is not first.released


def test_somebody_who_leaves_is_gone_from_the_map(company):
    page = read(company)
    with company.store.writing() as db:
        everybody = roster.members(db)
        gone = replace(everybody[0], active=False, leads=())
        roster.apply(db, roster.RosterChange((), (), (), (gone,)))
    after = read(company)
    assert gone.member_id not in {person.member_id for person in after.network(page.waves[-1]).people}
    assert after.people[ROOT] == page.people[ROOT] - 1


def test_an_empty_database_reads_as_nothing(desk):
    page = read(desk)
    assert page.waves == ()
    assert page.organization == "Your organization"
    assert readable.quarters(page) == []


def test_quarters_are_those_in_which_a_wave_closed(page):
    assert readable.quarters(page)[:2] == ["2026-Q3", "2026-Q2"]


def test_each_wave_keeps_its_own_name_for_a_dimension_on_screen_paper_and_in_promises(company):
    """A later questionnaire that asks something under an old id renames nothing that was asked before."""
    with company.store.writing() as db:
        actions.plan(
            db, wave_id="w6", team_id="support", play="PT1", dimension="trust", owner="Ana", planned_on=date(2026, 7, 1)
        )
        db.execute("""UPDATE wave SET questionnaire = replace(questionnaire, '"trust": "Trust"', '"trust": "Pay"')
                      WHERE wave_id = 'w7'""")
    page = read(company)
    *_, before, last = page.waves
    older, newer = (spread.spread(page, wave, "support", compact=False) for wave in (before, last))
    [action] = page.actions

    assert [page.dimension_name("trust", wave.wave_id) for wave in (before, last)] == ["Trust", "Pay"]
    assert [charts.levels_of(page, wave, ROOT)[0].name for wave in (before, last)] == ["Trust", "Pay"]
    assert [sheet["table"]["head"][1] for sheet in (older, newer)] == ["Trust", "Pay"]
    assert "Pay was asked as ‘Trust’ in" in newer["gaps_note"]
    assert "was asked as" not in (older["gaps_note"] or "")
    assert "Pay" not in str(older)
    assert wording_surveys.promise(page, action).startswith("Support, for trust.")
    assert wording.team(page, last, "support").startswith("In Support, pay fell")


def test_who_was_silent_is_drawn_and_counted_as_who_chose_not_to_be_on_the_map(desk):
    """Where everybody of a team agreed, the number of names would otherwise name the one without a claim."""
    keep(desk, Company())
    with desk.store.writing() as db:
        everybody = [member.member_id for member in roster.members(db)]
        ties.set_consents(db, dict.fromkeys(everybody, (True, True)))
    page = read(desk)
    seen = page.network(page.waves[-1])

    silent = {member_id for member_id in everybody if member_id.endswith("04")}
    assert silent
    assert set(everybody) - set(seen.named["member_id"]) == silent
    assert (len(seen.unnamed), len(page.network(page.waves[-1]).named)) == (len(silent), len(everybody) - len(silent))


def test_a_finding_read_with_its_team_is_the_one_read_with_all_of_its_kind(company, monkeypatch):
    page = read(company)
    keys = [(one.wave_id, one.team_id, one.kind, one.subject) for one in page.all_findings()]
    read_by = {}
    for at_most in (0, 1_000):
        monkeypatch.setattr(released, "ONE_BY_ONE", at_most)
        reading = released.Released(company.store, page.released.released.state).shown(page.viewer).findings
        read_by[at_most] = [reading.get(*key) for key in keys]

    assert None not in read_by[0]
    assert read_by[0] == read_by[1_000]


def test_a_page_of_one_team_reads_no_other_teams_findings(company, monkeypatch):
    asked, rows = [], kept_findings.rows
    monkeypatch.setattr(kept_findings, "rows", lambda db, **which: asked.append(which) or rows(db, **which))
    page = read(company, lead_of(company, "m0600"))
    wave = page.waves[-1]

    assert page.finding(wave, "support", "score", "trust").shown
    assert page.finding(wave, ROOT, "score", "trust").shown
    assert asked == [{"team_id": "support"}, {"team_id": ROOT}]


def test_what_a_lead_may_not_read_is_not_handed_out_however_it_is_read(company, monkeypatch):
    lead = lead_of(company, "m0600")
    for at_most in (0, 1_000):
        monkeypatch.setattr(released, "ONE_BY_ONE", at_most)
        page = read(company)
        fresh = released.Released(company.store, page.released.released.state).shown(lead).findings

        assert fresh.get(page.waves[-1].wave_id, "sales", "score", "trust") is None
        assert fresh.of(page.waves[-1].wave_id, "sales", "score") == []
        assert {one.team_id for one in fresh.of_kind(page.waves[-1].wave_id, "score")} == {"support", ROOT}


def test_ties_that_are_given_to_a_closed_wave_are_read_at_once(company):
    before = read(company)
    pulse_only = next(wave for wave in before.waves if not wave.network)
    with company.store.writing() as db:
        waves.set_asks(db, pulse_only.wave_id, "both")

    assert read(company).released is not before.released
