"""The meeting kit: one page to talk from, of one group, with nothing on it that was not released."""

import dataclasses
import hashlib
import io
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import httpx2
import pypdf
import pytest
import test_report as by_hand
from axe_playwright_python.sync_playwright import Axe
from larkfield import Company, finding, keep
from served import browser_cookies, served, signed_in
from told import index_of, telling

from analytics import playbook
from analytics.follow_up import FollowUp
from dashboard import promises, report, wording, wording_surveys
from dashboard.edition import edition
from dashboard.kit import ABOUT, NEED, WENT_WELL, talk_track
from data.records import ROOT, Action, Team


def track(readable, path=None):
    return talk_track(edition(readable, "2026-Q3", by_hand.team_id(readable, path) if path else ROOT))


def words(part) -> str:
    """Everything that a kit says, as one text."""
    if isinstance(part, dict):
        return " ".join(words(value) for name, value in part.items() if name not in {"colour", "mark", "source"})
    if isinstance(part, list | tuple):
        return " ".join(map(words, part))
    return str(part or "")


@pytest.fixture(scope="module")
def larkfield():
    return by_hand.company(hidden={"Finance": ROOT})


# ------------------------------------------------------------------------------------------------------- what it says


@pytest.mark.parametrize("path", [None, *by_hand.TEAMS])
def test_every_number_of_a_kit_is_a_finding_of_its_group_a_day_or_stands_in_a_play(larkfield, path):
    made = edition(larkfield, "2026-Q3", by_hand.team_id(larkfield, path) if path else ROOT)
    released = {
        int(found.value)
        for wave in made.readable.waves
        for kind in ("score", "answered")
        for found in made.readable.findings(wave, made.first, kind)
        if found.value is not None
    }
    names = by_hand.numbers(" ".join(wave.name for wave in made.readable.waves))
    plays = by_hand.numbers(" ".join(play.title + play.what for play in playbook.PLAYS))
    printed = by_hand.numbers(" ".join(by_hand.pages(report.build_kit(larkfield, "2026-Q3", made.team_id))))
    steps, scale = set(range(1, 6)), {0, 100}

    assert printed <= released | names | plays | steps | scale
    assert len(printed & released) >= 3


def test_a_kit_opens_with_the_promise_and_has_two_questions_and_at_most_two_plays(larkfield):
    for path in (None, *by_hand.TEAMS):
        kit = track(larkfield, path)
        assert kit["promise"][0] == promises.PROMISE
        assert "at least five people" in kit["promise"][1]
        assert len(kit["questions"]) == 2
        assert len(kit["plays"]) <= 2


def test_a_change_is_named_and_asked_about_only_where_the_test_fired(larkfield):
    support, mobile = track(larkfield, "Support"), track(larkfield, "Engineering / Mobile")

    assert re.fullmatch(r"↓ clearly down, \d+ to \d+ since June", support["levels"][0]["word"])
    assert support["questions"] == [WENT_WELL, ABOUT["trust"]]
    assert {level["word"] for level in mobile["levels"]} == {"held steady"}


def test_what_rose_is_asked_about_first_and_what_fell_after_it(larkfield):
    team = by_hand.team_id(larkfield, "Support")
    said = {"trust": (9.0, "clearly up"), "communication": (-4.0, "probably down")}
    about = {"wave_id": "w1", "team_id": team, "kind": "change", "since": "2026-Q2", "covers": [team]}
    changed = {
        ("w1", team, "change", name): finding(**about, subject=name, value=value, word=word)
        for name, (value, word) in said.items()
    }
    kit = track(telling(larkfield, {**index_of(larkfield), **changed}), "Support")

    assert kit["questions"] == ["Trust rose. What helped, and what would keep it so?", ABOUT["communication"]]


def test_a_first_wave_has_levels_and_no_word_about_change():
    kit = track(by_hand.company(1), "Support")

    assert [level["word"] for level in kit["levels"]] == ["", ""]
    assert "arrow" not in kit["note"]


def test_a_team_without_figures_talks_about_its_group_and_is_told_why(larkfield):
    kit = track(larkfield, "Finance")

    assert kit["instead"] == (
        "Finance: fewer than five people answered; what they said counts in Larkfield. "
        "So this page shows Larkfield, where those answers count."
    )
    assert kit["sentence"] == wording.team(larkfield, larkfield.waves[-1], ROOT)


@pytest.mark.parametrize("what", [{"hidden": dict.fromkeys([ROOT, *by_hand.TEAMS])}, {"asks": "network", "waves": 1}])
def test_without_any_figure_there_is_still_a_conversation_to_have(what):
    kit = track(by_hand.company(**what))

    assert kit["questions"] == [WENT_WELL, NEED]
    assert kit["nothing_to_do"] == wording_surveys.WITHOUT_FIGURES
    assert kit["levels"] == []
    assert kit["plays"] == []
    assert not by_hand.numbers(words(kit).replace("2026", ""))


def test_a_kit_says_nothing_about_neighbours_names_nobody_and_quotes_nobody(larkfield):
    spoken = dataclasses.replace(larkfield, spoken={"w1": {ROOT: ("Secret wish",) * 12}})
    said = words(track(spoken, "Engineering / Mobile"))

    assert not re.search(r"Support|Finance|Platform|Person|Ada|Bo |Host Hall|Secret", said)


def test_an_earlier_promise_for_the_team_is_come_back_to_and_no_other():
    readable = by_hand.company(3)
    support, mobile = (by_hand.team_id(readable, path) for path in ("Support", "Engineering / Mobile"))

    def promised(team, wave, play, **more):
        days = {"planned_on": date(2026, 6, 25), "due_on": date(2026, 7, 23)} | more
        return Action(f"{team} {play}", wave, team, play, "trust", "Ana Ruiz", **days)

    actions = (
        promised(support, "w2", "PT2", planned_on=date(2026, 9, 23)),
        promised(support, "w1", "PT1", happened="partly", answered_on=date(2026, 12, 1)),
        promised(mobile, "w1", "PT3"),
    )
    kit = track(dataclasses.replace(readable, actions=actions), "Support")

    assert kit["promised"] == ["Short one-to-ones about needs, by 23 July 2026. Did this happen?"]


# ------------------------------------------------------------------------------------------------------- a document


@pytest.mark.parametrize("count", [2, 4, 12])
def test_it_is_one_tagged_page_however_many_dimensions_are_asked(monkeypatch, count):
    names = {letter * 3: f"{letter}-dimension with a long name" for letter in "abcdefghijkl"[:count]}
    monkeypatch.setattr(by_hand, "DIMENSIONS", names)
    items = [{"id": one[0].upper(), "dimension": one, "text": f"A statement about {one}."} for one in names]
    asked = by_hand.json.loads(by_hand.QUESTIONS) | {"dimensions": names, "items": items}
    monkeypatch.setattr(by_hand, "QUESTIONS", by_hand.json.dumps(asked))

    pdf = report.build_kit(by_hand.company(3), "2026-Q3")
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]

    assert len(reader.pages) == 1
    assert "We look at it again on" in by_hand.flat(pdf)
    assert f"{'abcdefghijkl'[count - 1]}-dimension" in by_hand.flat(pdf)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert reader.metadata.title == "Talking about it: Larkfield"


BUILT_AGAIN = """
import hashlib, test_report as t
print(hashlib.sha256(t.report.build_kit(t.company(hidden={"Finance": t.ROOT}), "2026-Q3")).hexdigest())
"""


def test_the_same_findings_give_the_same_bytes_in_another_process(larkfield):
    here = Path(__file__).parent
    path = os.pathsep.join(map(str, (here, here.parent)))
    made = subprocess.run(
        [sys.executable, "-c", BUILT_AGAIN],
        env=os.environ | {"PYTHONHASHSEED": "5", "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert made == hashlib.sha256(report.build_kit(larkfield, "2026-Q3")).hexdigest()


def test_no_report_has_the_name_of_a_kit():
    teams = [Team("t", path, None) for path in ("Support", "Support kit", "Support.kit", "kit", ROOT)]
    kits, reports = ({named("2026-Q3", team) for team in teams} for named in (report.kit_name, report.file_name))

    assert "2026-Q3-support.kit.pdf" in kits
    assert not kits & reports


def test_the_report_of_a_team_ends_with_its_kit_and_its_promises(larkfield):
    team = by_hand.team_id(larkfield, "Finance")
    action = Action("a", "w0", team, "PT1", "trust", "Ana Ruiz", date(2026, 6, 25), date(2026, 7, 23))
    text = by_hand.flat(report.build(dataclasses.replace(larkfield, actions=(action,)), "2026-Q3", team))

    assert "Talking about it: Finance" in text
    assert "One promise so far." in text
    assert "Finance, for trust, by 23 July 2026." in text
    assert "Map of the teams" in " ".join(str(one.get("/Alt")) for one in by_hand.figures(
        report.build(larkfield, "2026-Q3", team)))  # fmt: skip


def test_the_report_of_a_team_tells_of_comparable_teams_only_what_its_lead_is_told():
    team = by_hand.team_id(readable := by_hand.company(3), "Support")
    action = Action("a", "w1", team, "PT1", "trust", "Ana Ruiz", date(2026, 6, 25), date(2026, 7, 23), "yes")
    found = FollowUp(change=5.0, usual=3.0, word="more than", teams=("t1", "t2", "t4"))
    known = dataclasses.replace(readable, actions=(action,), compared=lambda *_: found)
    own, whole = (by_hand.flat(report.build(known, "2026-Q3", whose)) for whose in (team, ROOT))

    assert "In the middle one of three comparable teams it rose by about three points." in whole
    assert "It gained more than comparable teams. Trust rose by about five points" in own
    assert "In the middle one" not in own


# ------------------------------------------------------------------------------------------------------- the page


def get(address, who, **asked):
    return httpx2.get(f"{address}/kit", params=asked, cookies=who)


def test_a_lead_sees_the_kit_of_their_own_team_and_of_nobody_elses(desk):
    keep(desk, Company())
    with served(desk) as address:
        lead = signed_in("lead", "m0700")
        own, other = (get(address, lead, quarter="2026-Q3", of=team).text for team in ("Sales", "Support"))
        everything = get(address, signed_in(), quarter="2026-Q3", of="Support").text

    assert "<h1>Talking about it: Sales</h1>" in own
    assert own.partition("<main>")[2] == other.partition("<main>")[2]
    assert "clearly down, " in everything


def test_the_kit_is_closed_to_those_who_read_no_figures_and_to_nobody_signed_in(desk):
    keep(desk, Company(waves=1))
    with desk.store.writing() as db:
        by_role = {"m0101": "steward", "m0102": "auditor"}
        for member, role in by_role.items():
            from data import roster

            roster.appoint(db, member, role)
    with served(desk) as address:
        met = [get(address, signed_in(role, member)).status_code for member, role in by_role.items()]
        assert [*met, get(address, {}).status_code] == [404, 404, 401]


def test_before_the_first_close_the_kit_says_so(desk):
    with served(desk) as address:
        assert "no wave has closed" in get(address, signed_in()).text


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_kit_fills_a_screen_of_any_width_in_large_letters_and_shuts_nobody_out(desk, browser, width, scheme):
    keep(desk, Company())
    with served(desk) as address:
        seen = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        seen.add_cookies(browser_cookies(address))
        page, trouble = seen.new_page(), []
        page.on("console", lambda said: trouble.append(said.text) if said.type in {"error", "warning"} else None)
        page.goto(f"{address}/reports?quarter=2026-Q3&of=Support")
        page.get_by_role("heading", level=1).wait_for()
        link = page.get_by_role("link", name="Show it full-screen").get_attribute("href")
        page.goto(f"{address}{link}")
        page.wait_for_load_state("networkidle")

        assert page.locator("h1").inner_text() == "Talking about it: Support"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.large')).fontSize)") >= 24
        page.get_by_role("button", name="Full screen").click()
        page.get_by_role("button", name="Leave full screen").wait_for()
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        assert len(pypdf.PdfReader(io.BytesIO(page.pdf())).pages) == 1
        assert trouble == []
        seen.close()
