"""The quarterly PDF: what it may say, what it must not, and that it is a proper document."""

import dataclasses
import functools
import hashlib
import io
import itertools
import json
import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from told import Told, index_of, telling

from analytics import disclosure, playbook
from dashboard import access, promises, report, wording
from dashboard.readable import INTRODUCTION_COLUMNS, Network, Readable, no_network
from data.records import ROOT, Action, Group, Problem, Team, Wave

DIMENSIONS = {"trust": "Trust", "communication": "Communication"}
QUESTIONS = json.dumps(
    {
        "id": "short",
        "title": "Short",
        "dimensions": DIMENSIONS,
        "items": [{"id": one[0].upper(), "dimension": one, "text": f"A statement about {one}."} for one in DIMENSIONS],
    }
)
TEAMS = ("Engineering", "Engineering / Mobile", "Engineering / Platform", "Finance", "Support")
ODD = (31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89)
"""Scores: no sum, difference or mean of two neighbours is another of them by accident alone."""
PRINTED_BY_THE_TEMPLATE = {*range(30, 91, 10), 0, 100, 95, 80}


def closed_wave(number, *, asks="both", last=7) -> Wave:
    year, quarter = divmod(2026 * 4 + 2 - last + number, 4)
    day = date(year, quarter * 3 + 3, 22)
    return Wave(
        f"w{number}", f"{year}-Q{quarter + 1}", number, asks, QUESTIONS if asks != "network" else "", "closed",
        day - timedelta(days=14), datetime.combine(day, datetime.min.time()), day, 5, 6, False, None,
    )  # fmt: skip


def tree(paths) -> list[Team]:
    ids = {"": ROOT} | {path: f"t{number}" for number, path in enumerate(paths, start=1)}
    return [Team(ROOT, ROOT, None), *(Team(ids[path], path, ids[path.rpartition(" / ")[0]]) for path in paths)]


def said(wave, before, team, hidden, scores) -> list[dict]:
    rows = []
    for dimension in DIMENSIONS:
        about = {"wave_id": wave.wave_id, "team_id": team.team_id, "subject": dimension, "covers": [team.team_id]}
        if team.path in hidden:
            away = {"covers": [], "reason": "fewer_than_k", "counted_in": hidden[team.path]}
            rows += [about | away | {"kind": kind} for kind in ("score", "trend")]
            continue
        value = float(next(scores))
        shown = about | {"value": value, "respondents": "24"}
        rows.append(shown | {"kind": "score", "low": value - 3, "high": value + 2, "favourable": "60–100 %"})
        rows.append(shown | {"kind": "trend", "low": value - 6, "high": value + 5})
        rows.append(shown | {"kind": "item", "subject": dimension[0].upper(), "favourable": "64 %"})
        if before:
            down = team.path == "Support" and dimension == "trust"
            word = "clearly down" if down else "held steady"
            changed = {"value": -9.0 if down else 2.0, "word": word, "since": before.name}
            rows.append(about | changed | {"kind": "change"})
    share = {"subject": "pulse", "kind": "answered", "value": 80.0, "covers": [team.team_id]}
    return [*rows, {"wave_id": wave.wave_id, "team_id": team.team_id} | share]


def tied(leaves, team_ids=None) -> Network:
    """A network as it is read for some teams: nobody else is in it."""
    people = [
        (f"m{at}{one}", f"{team.team_id} Person {one}", team.team_id, "few_ties" if one == 3 else "connected", False,
         3.0 * at + one % 2, 2.0 * (at % 2) + one / 4)
        for at, team in enumerate(leaves) for one in range(4)
    ]  # fmt: skip
    here = [row for row in people if team_ids is None or row[2] in team_ids]
    places = [(team.team_id, 3.0 * at, 4.0) for at, team in enumerate(leaves)]
    ties = [("m00", "m01"), ("m00", "m10")]
    return dataclasses.replace(
        no_network(),
        named=pd.DataFrame(here, columns=["member_id", "name", "team_id", "standing", "persistent", "x", "y"]),
        unnamed=pd.DataFrame(
            [place for place in places if team_ids is None or place[0] in team_ids], columns=["team_id", "x", "y"]
        ),
        ties=pd.DataFrame(
            [tie for tie in ties if {*tie} <= {row[0] for row in here}], columns=["source", "target"], dtype=str
        ),
    )


def introduced(leaves, team_ids=None) -> pd.DataFrame:
    pairs = [
        (rank, f"m0{rank}", f"m1{rank}", f"Ada {rank}", f"Bo {rank}", leaves[0].team_id, leaves[1].team_id,
         "Both list pricing.", None, "Host Hall", 0.5, 0.26, 0.1, 0.4, 0.1, None)
        for rank in range(3)
    ]  # fmt: skip
    here = [pair for pair in pairs if team_ids is None or team_ids & {pair[5], pair[6]}]
    return pd.DataFrame(here, columns=list(INTRODUCTION_COLUMNS))


def company(waves=2, *, teams=TEAMS, hidden=None, asks="both", name="Larkfield") -> Readable:
    """A company written down by hand: `waves` quarters up to 2026-Q3, and what was released of each."""
    hidden = {} if hidden is None else hidden
    chart = tree(teams)
    leaves = [team for team in chart[1:] if team.team_id not in {other.parent for other in chart}]
    held = [closed_wave(number, asks=asks, last=waves - 1) for number in range(waves)]
    scores = itertools.cycle(ODD)
    rows = [
        row
        for before, wave in zip([None, *held], held, strict=False)
        if wave.pulse
        for team in chart
        for row in said(wave, before, team, hidden, scores)
    ]
    columns = list(disclosure.COLUMNS)
    found = disclosure.restore(pd.DataFrame([dict.fromkeys(columns) | row for row in rows], columns=columns))
    return Readable(
        organization=name,
        made_up=True,
        timezone="UTC",
        on=date(2026, 10, 10),
        viewer=access.administrator(chart),
        all_waves=tuple(held),
        teams={team.team_id: team for team in chart},
        grouped={wave.wave_id: tuple(Group(t.team_id, t.parent, t.path, 30) for t in chart) for wave in held},
        released=Told({(one.wave_id, one.team_id, one.kind, one.subject): one for one in found}),
        headcount={team.team_id: 30 for team in chart},
        of_network=lambda _wave_id, team_ids, _everybody: tied(leaves, team_ids),
        of_introductions=lambda _wave_id, team_ids, _most: introduced(leaves, team_ids),
    )


def team_id(readable, path) -> str:
    return next(team.team_id for team in readable.teams.values() if team.path == path)


@functools.lru_cache(maxsize=4)  # reading takes longer than printing, and many tests read the same paper
def pages(pdf) -> tuple[str, ...]:
    return tuple(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def flat(pdf) -> str:
    return re.sub(r"\s+", " ", " ".join(pages(pdf)))


def numbers(text) -> set[int]:
    return {int(digits) for digits in re.findall(r"\d+", text.replace(",", ""))}


def figures(pdf) -> list[dict]:
    """Every picture of the document's structure, with what it says to those who do not see it."""
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])
    return found


@pytest.fixture(scope="module")
def larkfield() -> Readable:
    return company(hidden={"Finance": ROOT})


@pytest.fixture(scope="module")
def paper(larkfield) -> bytes:
    return report.build(larkfield, "2026-Q3")


# ------------------------------------------------------------------------------------------------------- what it says


def test_every_number_on_paper_was_released_or_counts_pages_people_and_days(larkfield, paper):
    released = {
        int(value) for one in larkfield.all_findings() for value in (one.value, one.low, one.high) if value is not None
    }
    words = " ".join(f"{one.respondents} {one.favourable} {one.word}" for one in larkfield.all_findings())
    days = " ".join(f"{wave.closed_on} {wave.opened_on} {wave.name} {wave.name[2:4]}" for wave in larkfield.waves)
    chances = " ".join(wording.frequency(share) for share in (0.26, 0.1, 0.4))
    texts = " ".join([words, days, chances, *(play.what + play.source for play in playbook.PLAYS)])
    counts = {len(larkfield.teams), *range(len(pages(paper)) + 1), *numbers(wording.tested(10)), 30, 150}
    allowed = released | numbers(texts) | counts | PRINTED_BY_THE_TEMPLATE

    last = next(at for at, page in enumerate(pages(paper)) if "What was promised" in page[:200])  # then the method
    printed = set().union(*(numbers(page) for page in pages(paper)[:last]))

    assert printed <= allowed, printed - allowed
    assert {31, 37, 41} <= printed


def test_every_sentence_on_the_cover_is_the_one_on_the_screen(larkfield, paper):
    cover = re.sub(r"\s+", " ", pages(paper)[0])

    assert wording.overview(larkfield, larkfield.waves[-1], ROOT) in cover
    assert "Asked from 8 to 22 September 2026." in cover


def test_a_hidden_team_is_named_with_its_reason_and_without_a_figure(paper):
    assert "Finance: fewer than five people answered; what they said counts in Larkfield." in flat(paper)
    assert not any("Where Finance stands" in page for page in pages(paper))


def test_why_a_team_has_no_figures_stands_below_the_table_of_teams_and_not_on_an_empty_page():
    many = [f"Section {letter}" for letter in "ABCDEFGHIJKLM"]
    paper = report.build(company(teams=[*many, "Finance"], hidden={"Finance": ROOT}), "2026-Q3")

    [table] = [page for page in pages(paper) if "never by score" in page]
    assert "Finance: fewer than five people answered" in re.sub(r"\s+", " ", table)


def test_reasons_too_many_for_one_page_run_on_to_the_next():
    teams = [f"Section for particular matters {number}" for number in range(300)]
    text = flat(report.build(company(1, teams=[*TEAMS, *teams], hidden=dict.fromkeys(teams, ROOT)), "2026-Q3"))

    assert all(f"{team}," in text for team in teams[10:11] + teams[-9:-8])
    assert "Comments are never printed" in text


def test_a_team_without_figures_gets_those_of_its_group_and_is_told_why(larkfield):
    text = flat(report.build(larkfield, "2026-Q3", team_id(larkfield, "Finance")))

    assert "So these pages show Larkfield, where those answers count." in text
    assert "Where Larkfield stands" in text
    assert "To talk about instead" in text


def test_the_report_of_a_team_says_nothing_about_its_neighbours(larkfield):
    pdf = report.build(larkfield, "2026-Q3", team_id(larkfield, "Engineering"))
    text = flat(pdf) + " ".join(str(figure.get("/Alt")) for figure in figures(pdf))

    assert "Where Mobile stands" in text
    assert not re.search(r"Support|Finance", text)


def test_nobody_is_named_from_a_team_that_the_report_is_not_about(larkfield):
    mobile = team_id(larkfield, "Engineering / Mobile")
    pdf = report.build(larkfield, "2026-Q3", mobile)
    text = flat(pdf) + " ".join(str(figure.get("/Alt")) for figure in figures(pdf))

    assert f"{mobile} Person 3" in text
    assert not [name for name in larkfield.network(larkfield.waves[-1]).named["name"]
                if not name.startswith(mobile) and name in text]  # fmt: skip


def test_the_first_pages_say_what_to_do_in_the_teams_below_as_the_screen_does(larkfield, paper):
    teams = [team.team_id for team in larkfield.teams.values()]
    suggested = playbook.suggest(larkfield.all_findings(), "w1", teams)
    first = re.sub(r"\s+", " ", pages(paper)[1])

    assert [one.team_id for one in suggested]
    assert all(f"{one.play.title} {larkfield.name(one.team_id)}" in first for one in suggested if one.team_id != ROOT)


def test_a_gap_in_a_line_stays_a_gap():
    from dashboard.edition import edition
    from dashboard.sheets import contents

    whole = company(3)
    lost = next(key for key in index_of(whole) if key[:3] == ("w1", ROOT, "trend") and key[3] == "trust")
    gap = telling(whole, {key: one for key, one in index_of(whole).items() if key != lost})

    line = contents(edition(gap, "2026-Q3", ROOT))["spreads"][0]["trends"][0]

    assert [[dot["wave"] for dot in run] for run in line["runs"]] == [[0], [2]]
    assert line["gaps"] == [{"kind": "not_asked", "from": 1, "to": 1, "words": ["not", "asked"]}]


def test_an_edition_built_later_is_the_same_edition():
    two, three = company(2), company(3)
    later = dataclasses.replace(two, all_waves=(*two.waves, dataclasses.replace(three.waves[-1], wave_id="w9", number=9,
                                name="2026-Q4", closed_on=date(2026, 12, 22))))  # fmt: skip

    assert report.build(later, "2026-Q3") == report.build(two, "2026-Q3")


def test_comments_are_never_printed(larkfield):
    spoken = dataclasses.replace(larkfield, spoken={"w1": {ROOT: ("Secret wish",) * 12}})

    assert "Secret wish" not in flat(report.build(spoken, "2026-Q3"))


def test_every_page_of_a_made_up_company_says_so(larkfield, paper):
    real = report.build(dataclasses.replace(larkfield, made_up=False), "2026-Q3")

    assert all("Made-up company" in page for page in pages(paper))
    assert "Made-up company" not in flat(real)


# --------------------------------------------------------------------------------------------- all sizes and all gaps


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"hidden": dict.fromkeys([ROOT, *TEAMS])}, "No figure can be shown this time."),
        ({"asks": "pulse"}, "Where Larkfield stands"),
        ({"asks": "network", "waves": 1}, "This quarter asked for the network only."),
        ({"waves": 1}, "The first figures are in"),
        ({"teams": ("Studio", "Workshop")}, "Where Studio stands"),
    ],
)
def test_there_is_always_something_to_read(what, sentence):
    text = flat(report.build(company(**what), "2026-Q3"))

    assert sentence in text
    assert "What was promised" in text


@pytest.mark.parametrize("count", [4, 7, 12])
def test_no_page_is_blank_however_many_dimensions_are_asked(monkeypatch, count):
    monkeypatch.setattr(
        f"{__name__}.DIMENSIONS", {letter * 3: f"{letter}-dimension" for letter in "abcdefghijkl"[:count]}
    )
    items = [{"id": one[0].upper(), "dimension": one, "text": f"A statement about {one}."} for one in DIMENSIONS]
    asked = json.loads(QUESTIONS) | {"dimensions": DIMENSIONS, "items": items}
    monkeypatch.setattr(f"{__name__}.QUESTIONS", json.dumps(asked))

    drawn = pages(report.build(company(8), "2026-Q3"))

    assert f"{'abcdefghijkl'[count - 1]}-dimension" in " ".join(drawn)
    said = [re.sub(r"(?s)^.*?Made-up company|For the leadership.*$", "", page).strip() for page in drawn]
    assert [number for number, text in enumerate(said, start=1) if not text] == []


def test_the_map_and_the_ties_between_teams_stand_on_one_page():
    [network] = [page for page in pages(report.build(company(), "2026-Q3")) if "Few ties recorded" in page]
    assert "Ties between teams" in network


def test_forty_teams_over_twelve_waves_stay_below_a_megabyte():
    teams = [path for d in "ABCDE" for path in (f"Div {d}", *(f"Div {d} / Team {d}{n}" for n in range(1, 9)))]

    pdf = report.build(company(12, teams=teams, asks="pulse"), "2026-Q3")

    assert len(pdf) < 1_000_000
    assert all(any(f"Where Team {d}8 stands" in page for page in pages(pdf)) for d in "ABCDE")


def test_more_teams_than_fit_leave_the_deepest_to_reports_of_their_own():
    teams = [path for d in range(4) for path in (f"D{d}", *(f"D{d} / T{n}" for n in range(50)))]

    text = flat(report.build(company(1, teams=teams, asks="pulse"), "2026-Q3"))

    assert "A team without a page here has a report of its own." in text
    assert "Where T7 stands" not in text
    assert "Where D3 stands" in text


# ---------------------------------------------------------------------------------------------- names are only text


NASTY = ['#panic("x")', "$x$ @cite <b> *b*", "#set page(fill: red)", "\\ [x](y) // `raw`"]


@pytest.mark.parametrize("name", NASTY)
def test_a_name_that_looks_like_markup_is_printed_as_it_is(name):
    assert name in flat(report.build(company(1, teams=(name, "Other")), "2026-Q3"))


@pytest.mark.parametrize("name", ["Ελλάδα Иван Łódź", "bell \x07 sound", "smile \U0001f642", "private \ue000"])
def test_a_name_in_any_script_can_be_printed(name):
    text = flat(report.build(company(1, teams=(name, "Other")), "2026-Q3"))

    assert f"Where {name.split()[0]}" in text


# ------------------------------------------------------------------------------------------------------- a document


def test_it_claims_pdf_ua_has_a_title_a_language_and_the_closing_day(paper):
    reader = pypdf.PdfReader(io.BytesIO(paper))
    root = reader.trailer["/Root"]

    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Larkfield: working relationships, third quarter 2026"
    assert reader.metadata.creation_date.date() == date(2026, 9, 22)
    assert reader.metadata.author is None


def test_all_fonts_are_inside(paper):
    reader = pypdf.PdfReader(io.BytesIO(paper))
    fonts = {name: font.get_object() for page in reader.pages for name, font in page["/Resources"]["/Font"].items()}
    embedded = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts.values()]

    assert len(embedded) >= 2
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in embedded)


def test_every_picture_says_in_words_what_it_shows(paper):
    words = [str(figure.get("/Alt", "")) for figure in figures(paper)]

    assert all(words)
    assert any(re.match(r"Trust: \d+; very likely between \d+ and \d+; held steady, before \d+", one) for one in words)
    assert any(re.match(r"Trust, wave by wave: Q2 26 \d+, Q3 26 \d+\.", one) for one in words)
    assert any(one.startswith("Map of the teams and their people: ") for one in words)


def test_nothing_in_it_runs_or_reaches_out(paper):
    assert not re.search(rb"/(JavaScript|JS|Launch|URI|EmbeddedFiles|SubmitForm)\b", paper)


BUILT_AGAIN = """
import hashlib, test_report as t
print(hashlib.sha256(t.report.build(t.company(hidden={"Finance": t.ROOT}), "2026-Q3")).hexdigest())
"""


def test_the_same_findings_give_the_same_bytes_in_every_process(paper):
    here = Path(__file__).parent
    path = os.pathsep.join(map(str, (here, here.parent)))
    made = [
        subprocess.run(
            [sys.executable, "-c", BUILT_AGAIN],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]

    assert made == [hashlib.sha256(paper).hexdigest()] * 2


# ---------------------------------------------------------------------------------------------- quarters and file names


def test_a_quarter_holds_the_waves_that_closed_in_it():
    waves = company(4).waves

    assert report.quarter_waves(waves, "2026-Q1", "UTC") == (waves[1],)


def test_a_quarter_without_waves_names_those_that_have_some():
    with pytest.raises(Problem, match=r"Quarter 2026-Q4: no wave closed in it\. Quarters with waves: 2026-Q2, 2026-Q3"):
        report.build(company(2), "2026-Q4")


@pytest.mark.parametrize("quarter", ["2026Q3", "2026-Q5", "26-Q3", "", "2026-Q3 "])
def test_a_malformed_quarter_is_told_what_one_looks_like(quarter):
    with pytest.raises(Problem, match="expected a year and a quarter, such as 2026-Q3"):
        report.build(company(1), quarter)


def test_an_unknown_team_is_refused():
    with pytest.raises(Problem, match="there is no such team"):
        report.build(company(1), "2026-Q3", "nobody")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (ROOT, "2026-Q3-organization.pdf"),
        ("Engineering / Platform", "2026-Q3-engineering-platform.pdf"),
        ("Łódź Büro", "2026-Q3-łódź-büro.pdf"),
    ],
)
def test_a_file_is_named_after_quarter_and_team(path, name):
    assert report.file_name("2026-Q3", Team("t", path, None)) == name


def test_two_teams_never_share_a_file_and_none_leaves_the_folder():
    names = [report.file_name("2026-Q3", Team("t", path, None)) for path in ("R&D", "R D", "../../etc/x", "x" * 300)]

    assert len(set(names)) == 4
    assert all(re.fullmatch(r"2026-Q3-[\w-]{1,90}\.pdf", name) for name in names)


# -------------------------------------------------------------------------------------------------- the made-up company


def test_the_paper_of_the_made_up_company_names_only_people_who_agreed_and_needs_no_font_of_the_system(
    made_up, monkeypatch
):
    from dashboard import readable
    from data import roster
    from surveys.desk import Desk

    ours = report._fonts(system_fonts=False)
    monkeypatch.setattr(report, "_fonts", lambda *, system_fonts: {False: ours}[system_fonts])
    desk = Desk.open(made_up, clock=lambda: datetime(2026, 11, 2), url="http://127.0.0.1:8501")
    try:
        with desk.store.reading() as db:
            teams, members = roster.teams(db), roster.members(db)
        everything = readable.read(desk, access.administrator(teams), desk.today())
        pdf = report.build(everything, "2026-Q3")
        seen, pairs = everything.network(everything.waves[-1]), everything.pairs(everything.waves[-1])
    finally:
        desk.close()
    agreed = {person.name for person in seen.people}
    agreed |= {name for pair in pairs for name in (pair.name_a, pair.name_b, pair.host) if name}
    text = flat(pdf) + " ".join(str(figure.get("/Alt")) for figure in figures(pdf))

    assert len(pdf) < 1_000_000
    assert [member.name for member in members if member.name in text]
    assert not [member.name for member in members if member.name in text and member.name not in agreed]


def test_what_was_promised_stands_on_paper_without_who_promised_it():
    readable = company(waves=3)
    days = {"planned_on": date(2026, 6, 25), "due_on": date(2026, 7, 23)}
    action = Action("one", "w1", team_id(readable, "Support"), "PT2", "trust", "Zoe Owner", **days)
    text = flat(report.build(dataclasses.replace(readable, actions=(action,)), "2026-Q3"))

    assert "Support, for trust, by 23 July 2026" in text
    assert "Zoe" not in text


def test_the_promise_on_paper_is_the_one_of_the_privacy_page(paper):
    text = flat(paper)

    assert all(re.sub(r"\s+", " ", line) in text for line in (*promises.PULSE_PROMISE, *promises.NETWORK_PROMISE))
