"""The benchmark of pages: that its claims follow from what was measured. `make pages` runs it."""

import sys
from dataclasses import replace

import pytest
from conftest import REPOSITORY, full

sys.path.insert(0, str(REPOSITORY))

from benchmarks import large, pages
from data import findings, organization, waves
from data.records import ROOT
from data.store import Store

FAST = pages.Load(sentence=1.0, chart=2.0, kilobytes=30)
FORMS = {
    "pulse form": pages.Form(kilobytes=14, headers=3, seconds=3, without=3),
    "network form": pages.Form(kilobytes=14, headers=3, seconds=3, without=3),
    pages.RIVAL_FORM: pages.Form(kilobytes=2_700, headers=9, seconds=60, without=None),
}


def pair(times: float) -> pages.Pair:
    return pages.Pair(ours=replace(FAST, chart=2.0 * times), rival=FAST)


def found(times: float = 1.2, long: float = 1.2, **forms: pages.Form) -> pages.Results:
    companies = {"made-up company": times, "made-up company, 52 waves": long}
    return pages.Results(FORMS | forms, {whose: {"trends": [pair(each)] * 3} for whose, each in companies.items()})


def broken(results: pages.Results) -> list[str]:
    return [one.claim for one in pages.bounds(results) if not one.holds]


def test_every_claim_holds_of_quick_pages_and_light_forms():
    assert broken(found()) == []


@pytest.mark.parametrize(
    ("form", "claim"),
    [
        (pages.Form(kilobytes=15.1, headers=3, seconds=3, without=3), "weighs less"),
        (pages.Form(kilobytes=14, headers=3, seconds=7, without=3), "slow phone"),
        (pages.Form(kilobytes=14, headers=3, seconds=3, without=None), "without JavaScript"),
    ],
)
def test_a_heavy_slow_or_silent_form_breaks_its_claim(form, claim):
    [said] = broken(found(**{"pulse form": form}))

    assert claim in said


def test_a_slow_page_breaks_the_claim_of_its_company_and_many_waves_the_one_of_waves():
    assert broken(found(times=1.4, long=1.2)) == ["made-up company: charts at most 1.3 times as late as the rival's"]
    assert broken(found(times=1.0, long=1.25)) == ["52 waves cost a page at most 1.2 times eight"]


def test_one_slow_moment_of_a_machine_breaks_nothing():
    page = [pair(1.1), pair(9.0), pair(1.2)]

    assert pages.ratio(page) == pytest.approx(1.2)


def test_every_company_page_and_form_stands_in_the_tables():
    printed = "\n".join(pages.report(found()))

    for name in (*FORMS, "made-up company, 52 waves", "trends", "never", *(one.claim for one in pages.bounds(found()))):
        assert name in printed


@pytest.fixture(scope="module")
def small_copy(tmp_path_factory):
    """The large organization with fifty people, through the same steps."""
    path = tmp_path_factory.mktemp("large") / "large.duckdb"
    large.make(path, waves_kept=3, shape=(1, 1, 5))
    return path


def test_the_invented_organization_has_what_its_pages_show(small_copy):
    store = Store.open(small_copy)
    with store.reading() as db:
        made = waves.waves(db)
        rows = findings.rows(db)
        named = organization.setting(db, "made_up")
    store.close()

    assert [wave.asks for wave in made] == ["pulse", "pulse", "both"]
    assert {"score", "change", "trend"} <= set(rows.loc[(rows["wave_id"] == made[-1].wave_id), "kind"])
    assert set(rows.loc[(rows["wave_id"] == made[-1].wave_id) & rows["since"].notna(), "since"]) == {"Wave 2"}
    assert "few_ties" in set(rows.loc[rows["team_id"] == ROOT, "kind"])
    assert named == "yes"


def test_an_organization_goes_on_for_as_many_waves_as_asked(small_copy, tmp_path):
    large.lengthen(small_copy, tmp_path / "long.duckdb", 6)
    store = Store.open(tmp_path / "long.duckdb")
    with store.reading() as db:
        numbers = [wave.number for wave in waves.waves(db)]
        scores = findings.rows(db, team_id=ROOT, kind="score")
    store.close()

    assert numbers == [0, 1, 2, 3, 4, 5]
    assert scores["wave_id"].nunique() == 6


@pytest.mark.skipif(not full, reason="some minutes in a browser; RAPPORT_FULL=1 runs it")
def test_the_benchmark_runs(capsys):
    assert pages.main(["--quick"]) == 0
    assert "WHAT RAPPORT CLAIMS" in capsys.readouterr().out
