"""Real organizations through the commands: a consultancy's roster and ties, the answers of 99 army companies."""

import contextlib
import io
import re
import shutil
from datetime import datetime

import pandas as pd
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from dashboard import cli

ITEMS = ["AF06", "AF07", "AP12", "AP17", "AP33", "AP34", "AS14", "AS15", "AS16", "AS17", "AS28"]
QUESTIONNAIRE = 'id = "leadership"\ntitle = "Leadership"\n\n[dimensions]\nleadership = "Leadership"\n' + "".join(
    f'\n[[items]]\nid = "{item}"\ndimension = "leadership"\ntext = "Statement {item}"\n' for item in ITEMS
)


def rapport(*words, at) -> str:
    with contextlib.chdir(at):
        done = CliRunner().invoke(cli.rapport, [*words, "--db", "rapport.duckdb"])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def table(*words, at) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(rapport(*words, "--format", "csv", at=at)), keep_default_na=False)


@pytest.fixture(scope="module")
def consultancy(tmp_path_factory):
    """46 consultants of seven cities, and whom they turn to for advice at least now and then (4 or 5 of 5)."""
    source, folder = real("cross_parker_consulting"), tmp_path_factory.mktemp("consultancy")
    people = pd.read_csv(source / "nodes.csv")
    ties = pd.read_csv(source / "edges.csv").query("relation == 'advice_freq'")
    pd.DataFrame(
        {
            "member_id": "c" + people["id"].astype(str),
            "name": "Consultant " + people["id"].astype(str),
            "email": "",
            "team": people["region"].map({1: "Europe", 2: "USA"}) + " / City " + people["location"].astype(str),
            "level": people["orglevel"],
        }
    ).to_csv(folder / "roster.csv", index=False)
    named = {"source": "c" + ties["source"].astype(str), "target": "c" + ties["target"].astype(str)}
    pd.DataFrame({**named, "strength": ties["weight"]}).to_csv(folder / "ties.csv", index=False)
    rapport("people", "import", "roster.csv", at=folder)
    consent = ("--min-strength", "4", "--consent", "asked", "--closed", "2026-09-21")
    rapport("ties", "import", "ties.csv", "--wave", "2026-Q3", *consent, at=folder)
    return folder


@pytest.fixture(scope="module")
def army(tmp_path_factory):
    """5,400 soldiers of 99 companies, eleven statements on leadership, through their own questionnaire file."""
    folder = tmp_path_factory.mktemp("army")
    answers = army_answers()
    answers[["team", *ITEMS]].to_csv(folder / "answers.csv", index=False)
    (folder / "leadership.toml").write_text(QUESTIONNAIRE, encoding="utf-8")
    given = ("--questionnaire", "leadership.toml", "--new-teams", "--closed", "2026-09-21")
    rapport("answers", "import", "answers.csv", "--wave", "2026-Q3", *given, at=folder)
    return folder


def test_everybody_of_the_consultancy_has_a_standing_and_nobody_silent_is_isolated(consultancy):
    standings = table("network", at=consultancy)
    ties = pd.read_csv(consultancy / "ties.csv").query("strength >= 4")
    silent = set(standings["member_id"]) - set(ties["source"])

    assert len(standings) == 46
    assert not set(standings[standings["standing"] == "isolated"]["member_id"]) & silent


def test_the_two_continents_of_the_consultancy_share_fewer_ties_than_chance(consultancy):
    between = table("network", "--teams", at=consultancy)
    across = between[between["team_a"].str.startswith("USA") & between["team_b"].str.startswith("Europe")]

    assert not across.empty
    assert set(across["compared_with_chance"]) == {"fewer"}


def test_the_consultancys_introductions_are_new_pairs(consultancy):
    pairs = table("introductions", at=consultancy)
    ties = pd.read_csv(consultancy / "ties.csv").query("strength >= 4")
    tied = {frozenset(pair) for pair in zip(ties["source"], ties["target"], strict=True)}

    assert len(pairs) >= 3
    assert not {frozenset(pair) for pair in zip(pairs["member_a"], pairs["member_b"], strict=True)} & tied


def test_every_company_scores_what_pandas_makes_of_its_answers(army):
    """Whole numbers from 20 people, steps of 5 below: as the gate demands, and nothing else is different."""
    scores = table("scores", at=army).set_index("team").drop(index="organization")
    exact = (person_means(army_answers()).groupby("team").mean() - 1) * 25
    step = (army_answers().groupby("team").size()[scores.index] >= 20).map({True: 1, False: 5})
    rounded = (exact[scores.index] / step + 0.5 + 1e-9).astype(int) * step

    assert len(scores) == 99
    assert scores["shown"].all()
    assert (step == 1).sum() > 50
    assert scores["score"].astype(float).tolist() == rounded.tolist()


def test_the_whole_army_scores_its_mean(army):
    scores = table("scores", at=army).set_index("team")
    mean = (person_means(army_answers()).mean() - 1) * 25

    assert float(scores.loc["organization", "score"]) == round(mean)
    assert int(scores.loc["organization", "respondents"]) == 5400


def test_the_army_on_paper_is_the_army_of_the_command(army):
    scores = table("scores", at=army).set_index("team")["score"].astype(float)
    text = paper(army)

    said = {team: f"{team} first figures {score:.0f} " for team, score in scores.drop("organization").items()}
    assert not [
        team for team, row in said.items() if row not in text and row.replace("figures ", "figures about ") not in text
    ]


def test_the_consultancy_on_paper_names_pairs_of_the_command(consultancy):
    known = table("introductions", at=consultancy)
    text = paper(consultancy)
    printed = re.findall(r"Consultant (\d+) and Consultant (\d+) City", text)

    assert len(printed) >= 3
    assert {(f"c{a}", f"c{b}") for a, b in printed} <= set(zip(known["member_a"], known["member_b"], strict=True))


def test_without_consent_the_paper_names_nobody(consultancy, tmp_path):
    shutil.copy(consultancy / "roster.csv", tmp_path)
    shutil.copy(consultancy / "ties.csv", tmp_path)
    rapport("people", "import", "roster.csv", at=tmp_path)
    rapport(
        "ties", "import", "ties.csv", "--wave", "2026-Q3", "--min-strength", "4", "--closed", "2026-09-21", at=tmp_path
    )

    assert len(table("network", at=tmp_path)) == 46
    assert not re.search(r"Consultant \d", paper(tmp_path))


@pytest.mark.parametrize(
    "page", ["overview", "trends", "teams", "network", "introductions", "reports", "waves", "protection"]
)
@pytest.mark.parametrize("organization", ["army", "consultancy"])
def test_both_are_seen_on_every_page(organization, page, request, monkeypatch):
    from streamlit.testing.v1 import AppTest

    from dashboard import context
    from dashboard.access import Viewer
    from surveys.desk import Desk

    database = request.getfixturevalue(organization) / "rapport.duckdb"
    desk = Desk.open(database, clock=lambda: datetime(2026, 11, 22), url="http://127.0.0.1:8501")
    monkeypatch.setattr(context, "viewer", lambda: Viewer("administrator", None, "Administrator", frozenset()))
    context.use(desk)
    try:
        script = context.__file__.replace("context.py", "main.py")
        shown = AppTest.from_file(script, default_timeout=60).run().switch_page(f"pages/{page}.py").run()
        assert not shown.exception
        assert shown.title
    finally:
        context.leave()
        desk.close()


def paper(folder) -> str:
    """What the organization's report says, on one line."""
    rapport("report", "--quarter", "2026-Q3", "--out", ".", at=folder)
    pages = PdfReader(folder / "2026-Q3-organization.pdf").pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


# ------------------------------------------------------------------------------------------------------ the real files


def real(name):
    from conftest import REAL_DATA

    if not REAL_DATA.exists():
        pytest.skip(f"no real data at {REAL_DATA}")
    return REAL_DATA / name


def army_answers() -> pd.DataFrame:
    answers = pd.read_csv(real("army_bhr2000") / "responses.csv")
    return answers.assign(team="Company " + answers["team_id"].astype(str))


def person_means(answers: pd.DataFrame) -> pd.Series:
    """The mean of each person's answers where at least half of the eleven are there, by company."""
    enough = answers[ITEMS].notna().sum(axis=1) >= len(ITEMS) / 2
    return answers.set_index("team")[ITEMS].mean(axis=1)[enough.to_numpy()]
