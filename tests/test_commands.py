"""What a people team types, what it prints, and how it fails: one sentence, exit status 2, nothing changed."""

import csv
import io
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import larkfield
import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import REPOSITORY

from dashboard import command, serving, settings, terminal
from dashboard.cli import rapport
from dashboard.command import now
from dashboard.commands.serving import banner
from data import audit, ballot_box, organization
from data.store import Store
from surveys import ballots, rehearsal
from surveys.desk import Desk

TEAMS = ["Care"] * 8 + ["Shop"] * 7 + ["Shop / Web"] * 3
ROSTER = "member_id,name,email,team,lead_of\n" + "".join(
    f"p{n:02},Person {n},p{n}@x.example,{team},{'Care' if n == 0 else ''}\n" for n, team in enumerate(TEAMS)
)
SCORES = "wave,team,dimension,score,low,high,favourable,respondents,change,shown,reason"


def run(*words, db=None, **more):
    return CliRunner().invoke(rapport, [*map(str, words), *(["--db", str(db)] if db else [])], **more)


def ok(*words, db=None) -> str:
    result = run(*words, db=db)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def table(*words, db) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(ok(*words, "--format", "csv", db=db)), keep_default_na=False)


def entries(db) -> pd.DataFrame:
    store = Store.open(db)
    try:
        with store.reading() as cursor:
            return audit.entries(cursor)
    finally:
        store.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Makes a database once and hands out its folder, for each test to copy."""
    made = {}

    def once(name, fill):
        if name not in made:
            made[name] = tmp_path_factory.mktemp(name)
            fill(made[name] / "r.duckdb")
        return made[name]

    return once


def copied(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tmp_path / "r.duckdb"


def eighteen_people(path):
    path.with_name("roster.csv").write_text(ROSTER)
    ok("people", "import", path.with_name("roster.csv"), db=path)


def open_for_a_century(path):
    eighteen_people(path)
    ok("wave", "open", "2026-Q4", "--closes", "2126-12-11", db=path)


def larkfields_company(path):
    desk = Desk.open(path, clock=now, url="http://127.0.0.1:8501")
    larkfield.keep(desk, larkfield.Company())
    desk.close()


@pytest.fixture
def db(made, tmp_path):
    """A database with eighteen people in three teams, and their roster.csv beside it."""
    return copied(made("people", eighteen_people), tmp_path)


@pytest.fixture
def opened(made, tmp_path):
    """The same, with a wave that is open for a century."""
    return copied(made("opened", open_for_a_century), tmp_path)


@pytest.fixture
def company(made, tmp_path):
    """A database with eight closed waves, written down by hand."""
    return copied(made("company", larkfields_company), tmp_path)


# ------------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["wav"], "No such command 'wav'"),
        (["wave", "opne", "x"], "Did you mean 'open'?"),
        (["scores", "--wav", "x"], "Did you mean '--wave'?"),
        (["scores", "--format", "xml"], "'xml' is not one of"),
        (["scores", "--wave", "2026-Q5"], "2026-Q5"),
        (["network"], "No network wave has closed"),
        (["introductions"], "No network wave has closed"),
        (["report", "--quarter", "2026-Q1"], "no wave closed in it"),
        (["report", "--quarter", "soon"], "soon"),
        (["report", "--quarter", "2026-Q1", "--team", "Care", "--all"], "either --team or --all"),
        (["people", "import", "nothing.csv"], "There is no file"),
        (["people", "sign-in", "p99"], "There is no member 'p99'"),
        (["people", "sign-in", "p01"], "leads no team"),
        (["people", "sign-in"], "--administrator"),
        (["people", "rename-team", "Cares", "Nursing"], "Did you mean 'Care'?"),
        (["wave", "open", "x", "--closes", "tomorrow"], "'tomorrow' is not a date"),
        (["wave", "open", "x", "--closes", "2020-01-01"], "expected a time after"),
        (["wave", "open", "x", "--closes", "2126-01-01", "--k", "3"], "at least 4"),
        (["wave", "open", "x", "--closes", "2126-01-01", "--questionnaire", "quaterly"], "quarterly"),
        (["wave", "open", "x", "--closes", "2126-01-01", "--names", "work,halp"], "Did you mean 'help'?"),
        (["wave", "open", "x", "--closes", "2126-01-01", "--asks", "pulse", "--names", "help"], "--asks both or"),
        (["wave", "close", "x"], "x"),
        (["wave", "links", "x"], "--out FILE"),
        (["wave", "status", "x"], "x"),
        (["serve", "--url", "rapport.example"], "expected an address"),
    ],
)
def test_a_mistake_is_one_sentence_on_standard_error_and_status_2(db, words, sentence):
    result = run(*words, db=db)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "content",
    [b"", b"member_id\n", b"\x89PNG\r\n\x1a\n" + bytes(10_000), "name,größe\n".encode("utf-16"), b"a,b\n" * 9],
)
def test_a_file_of_rubbish_is_refused_and_changes_nothing(db, tmp_path, content):
    (tmp_path / "rubbish.csv").write_bytes(content)
    before = ok("people", "import", tmp_path / "roster.csv", "--dry-run", db=db)

    for words in (["people", "import"], ["answers", "import"], ["ties", "import"]):
        wave = ["--wave", "x"] if words[0] != "people" else []
        result = run(*words, tmp_path / "rubbish.csv", *wave, db=db)
        assert result.exit_code == 2, words
        assert result.stderr.count("\n") == 1, result.stderr
    assert ok("people", "import", tmp_path / "roster.csv", "--dry-run", db=db) == before
    assert table("wave", "status", db=db).empty


def test_what_is_no_database_is_said_to_be_none(tmp_path):
    (tmp_path / "letter.duckdb").write_text("Dear Ana, " * 1000)

    result = run("scores", db=tmp_path / "letter.duckdb")

    assert result.exit_code == 2
    assert "not a database of Rapport" in result.stderr


def test_a_misspelt_database_is_not_made(tmp_path):
    assert run("scores", db=tmp_path / "typo.duckdb").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_first_import_that_fails_leaves_no_database(tmp_path):
    (tmp_path / "roster.csv").write_text("member_id,name\np1,Ana\n")

    assert run("people", "import", tmp_path / "roster.csv", db=tmp_path / "r.duckdb").exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["roster.csv"]


# ----------------------------------------------------------------------------------------------------------- the roster


def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path):
    (tmp_path / "roster.csv").write_text(ROSTER)

    first = ok("people", "import", tmp_path / "roster.csv", "--dry-run", db=tmp_path / "r.duckdb")
    second = ok("people", "import", tmp_path / "roster.csv", db=tmp_path / "r.duckdb")

    assert "Would be done: 18 members added" in first
    assert "Done: 18 members added" in second
    assert "Nothing to change" in ok("people", "import", tmp_path / "roster.csv", db=tmp_path / "r.duckdb")


def test_a_sign_in_link_is_the_only_line_of_its_result(db):
    result = run("people", "sign-in", "p00", db=db)

    assert re.fullmatch(r"http://127\.0\.0\.1:8501/signin#[0-9A-Z-]{31}\n", result.stdout)
    assert "Person 0" in result.stderr
    assert "only this machine" in result.stderr


def test_a_renamed_team_keeps_its_people(db):
    ok("people", "rename-team", "Care", "Nursing", db=db)

    assert "Nursing: 7 people" in ok("wave", "open", "w", "--closes", "2126-01-01", db=db)


# ------------------------------------------------------------------------------------------------------------- the wave


def test_opening_prints_the_groups_and_who_has_no_figure_of_their_own(db):
    printed = ok("wave", "open", "2026-Q4", "--closes", "2126-12-11", db=db)

    assert "  Care: 7 people" in printed
    assert "  Shop / Web: counted in Shop" in printed
    assert "Shop / Web" in printed.split("Its keys are in")[0].split("counted in Shop")[1]


def test_links_go_into_a_file_that_only_its_owner_can_read(opened, tmp_path):
    ok("wave", "links", "2026-Q4", "--out", tmp_path / "links.csv", "--url", "https://r.example", db=opened)

    rows = list(csv.DictReader((tmp_path / "links.csv").open(encoding="utf-8")))
    assert list(rows[0]) == ["member_id", "name", "email", "pulse_url", "network_url"]
    assert len({row["pulse_url"] for row in rows} | {row["network_url"] for row in rows}) == 36
    assert all(row["pulse_url"].startswith("https://r.example/p#") for row in rows)
    assert stat.S_IMODE((tmp_path / "links.csv").stat().st_mode) == 0o600


def test_slips_carry_every_code_once_and_no_name(opened, tmp_path):
    from pypdf import PdfReader

    ok("wave", "links", "2026-Q4", "--out", tmp_path / "links.csv", "--slips", tmp_path / "slips.pdf", db=opened)

    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "slips.pdf").pages)
    links = list(csv.DictReader((tmp_path / "links.csv").open(encoding="utf-8")))
    codes = [row["pulse_url"].partition("#")[2] for row in links]
    printed = re.sub(r"\s", "", text)
    assert all(printed.count(code) == 1 for code in codes)
    assert "Person" not in text
    assert [code for code in codes if code in printed] != sorted(codes, key=printed.index)


def test_an_open_wave_says_nothing_of_how_many_answered_until_k_have(opened):
    row = table("wave", "status", "2026-Q4", db=opened).iloc[0]

    assert (row.invited, row.pulse_answered, row.network_answered) == (18, "no count yet", "no count yet")


def test_a_closed_wave_has_scores_with_a_reason_where_there_is_none(opened):
    answer(opened, "2026-Q4", 8)
    ok("wave", "close", "2026-Q4", db=opened)

    printed = ok("scores", "--format", "csv", db=opened)
    scores = table("scores", db=opened)
    assert printed.splitlines()[0] == SCORES
    shown = scores[scores.shown.astype(str).str.lower() == "true"]
    hidden = scores[scores.shown.astype(str).str.lower() == "false"]
    assert len(set(shown.team)) == 1
    assert set(hidden.team) > {"Shop", "Shop / Web"}
    assert (hidden[["score", "low", "high", "favourable", "respondents"]] == "").all(axis=None)
    assert (hidden.reason != "").all()


def answer(path, name, people):
    """Cast the same answers with the first ballots of a wave."""
    from data import waves
    from surveys.submission import Submission

    desk = Desk.open(path, clock=now, url="http://127.0.0.1:8501")
    try:
        with desk.store.reading() as db:
            wave = waves.wave(db, name)
        key = desk.keys.read(wave.wave_id)["pulse"]
        said = Submission({"T1": 4, "T2": 4, "T3": 4, "C1": 3, "C2": 3, "C3": 3}, "")
        for n in range(people):
            secret = ballots.secret(key, f"p{n:02}")
            desk.intake.cast(ballots.nullifier(secret), ballots.seal(wave.box_key, said.to_bytes())).result(30)
        with desk.store.reading() as db:
            assert ballot_box.count(db, wave.wave_id) == people
    finally:
        desk.close()


def test_a_wave_with_a_trustee_is_closed_with_the_passphrase_and_not_without(db, tmp_path):
    (tmp_path / "words.txt").write_text("correct horse battery\n")
    (tmp_path / "other.txt").write_text("something else entirely\n")
    given = ["--passphrase-file", tmp_path / "words.txt"]
    ok("wave", "open", "w", "--closes", "2126-01-01", "--asks", "pulse", "--trustee", *given, db=db)

    assert "--passphrase-file" in run("wave", "close", "w", db=db).stderr
    assert run("wave", "close", "w", "--passphrase-file", tmp_path / "other.txt", db=db).exit_code == 2
    assert "is closed" in ok("wave", "close", "w", *given, db=db)


# ----------------------------------------------------------------------------------------------------------- the tables


def test_every_format_holds_the_same_rows(company):
    as_csv = table("scores", db=company)
    as_json = json.loads(ok("scores", "--format", "json", db=company))
    as_text = ok("scores", db=company).splitlines()

    assert len(as_csv) == len(as_json) == len(as_text) - 2
    assert list(as_json[0]) == SCORES.split(",")
    assert as_json[0]["shown"] in (True, False)


def test_one_wave_can_be_asked_for(company):
    assert set(table("scores", "--wave", "2026-Q2", db=company).wave) == {"2026-Q2"}
    assert len(set(table("scores", db=company).wave)) == 8


def test_the_network_is_printed_for_the_administrator_and_the_look_is_logged(company):
    standings = table("network", db=company)

    assert list(standings) == ["member_id", "team", "standing", "confidence", "consented"]
    assert set(standings.consented) == {True, False}
    assert list(entries(company).action) == ["network"]
    assert "beyond consent" in entries(company).detail[0]


def test_the_detail_behind_a_standing_is_logged_as_such(company):
    detailed = table("network", "--detail", db=company)

    assert list(detailed)[-4:] == ["in_ties", "out_ties", "betweenness", "constraint"]
    assert "in detail" in entries(company).detail[0]


def test_ties_between_teams_name_no_person_and_need_no_entry(company):
    teams = table("network", "--teams", db=company)

    assert "fewer" in set(teams.compared_with_chance)
    assert entries(company).empty


def test_fewer_introductions_are_the_beginning_of_more_and_held_back_pairs_are_in_neither(company):
    every, some = table("introductions", db=company), table("introductions", "--top", "3", db=company)

    assert list(every) == ["rank", "member_a", "member_b", "score", "feasibility", "value", "introducer", "why"]
    assert list(every["rank"]) == list(range(1, len(every) + 1))
    assert some.equals(every.head(3))
    assert len(every) == 5  # of six kept, the fifth is held back


def test_the_candidates_hold_the_introductions(company):
    candidates = table("introductions", "--candidates", db=company)

    assert candidates.feasibility.is_monotonic_decreasing
    assert candidates.feasibility.between(0, 1).all()


def test_an_export_holds_no_name_beyond_consent(company, tmp_path):
    ok("export", tmp_path / "out", db=company)

    names = {"findings", "standings", "introductions", "ties_between_teams"}
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        *(f"{n}.{end}" for n in names for end in ("csv", "parquet")), "rapport.xlsx", "network.graphml", "network.gexf",
    }  # fmt: skip
    standings = pd.read_csv(tmp_path / "out" / "standings.csv")
    assert len(standings) > 50
    assert not standings.member_id.str.endswith("03").any()  # Larkfield's people with 03 agreed to nothing
    for name in names:
        parquet = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        assert len(parquet) == len(pd.read_csv(tmp_path / "out" / f"{name}.csv"))


def test_a_report_is_named_after_its_quarter_and_team(company, tmp_path):
    ok("report", "--quarter", "2026-Q3", "--out", tmp_path, db=company)
    ok("report", "--quarter", "2026-Q3", "--team", "support", "--out", tmp_path, db=company)

    for name in ("2026-Q3-organization.pdf", "2026-Q3-support.pdf"):
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")


def test_every_team_has_a_report_and_a_kit_also_one_without_figures_of_its_own(company, tmp_path):
    reports = ok("report", "--quarter", "2026-Q3", "--all", "--out", tmp_path / "all", db=company).split()
    kits = ok("report", "--quarter", "2026-Q3", "--all", "--kit", "--out", tmp_path / "all", db=company).split()

    assert {file.name for file in (tmp_path / "all").iterdir()} == {Path(line).name for line in reports + kits}
    assert len(reports) == len(kits) == 10
    assert {"2026-Q3-finance.pdf", "2026-Q3-finance.kit.pdf"} <= {file.name for file in (tmp_path / "all").iterdir()}
    assert list(entries(company)["action"].value_counts()[["report", "meeting kit"]]) == [10, 10]


class Watched:
    """A terminal that somebody looks at, or not."""

    def __init__(self, *, interactive):
        self.interactive, self.folder, self.said = interactive, Path(), ""

    def err(self, text):
        self.said += text


def test_a_bar_names_what_is_in_hand_where_somebody_watches_and_is_silent_elsewhere():
    said = []
    for interactive in (True, False):
        screen = Watched(interactive=interactive)
        with terminal.use(screen), terminal.bar(["Care", "Shop"], str.upper) as teams:
            assert list(teams) == ["Care", "Shop"]
        said.append(screen.said)

    assert "CARE" in said[0]
    assert "2/2" in said[0]
    assert said[1] == ""


# ----------------------------------------------------------------------------------------------- surveys from elsewhere


def test_answers_from_elsewhere_become_a_closed_wave(db, tmp_path):
    lines = [f"{'Care' if n < 9 else 'Shop'},{3 + n % 3},{2 + n % 4},{4}" for n in range(18)]
    (tmp_path / "answers.csv").write_text("team,T1,T2,T3\n" + "\n".join(lines))

    printed = ok("answers", "import", tmp_path / "answers.csv", "--wave", "2025", "--closed", "2025-12-01", db=db)

    assert "18 people" in printed
    assert set(table("scores", db=db).query("shown").team) == {"organization", "Care", "Shop"}
    assert table("wave", "status", "2025", db=db).closes[0] == "2025-12-01"


def test_ties_from_elsewhere_give_standings_and_introductions_to_the_administrator(db, tmp_path):
    rows = [(f"p{a:02}", f"p{(a + step) % 17:02}") for a in range(17) for step in (1, 2, 5)]
    (tmp_path / "ties.csv").write_text("source,target\np01,p01\n" + "\n".join(f"{a},{b}" for a, b in rows))

    result = run("ties", "import", tmp_path / "ties.csv", "--wave", "net", "--closed", "2025-12-01", db=db)

    assert result.exit_code == 0, result.stderr
    assert "themselves dropped" in result.stderr
    standings = table("network", db=db).set_index("member_id")
    assert standings.standing["p01"] == "connected"
    assert not standings.consented.any()
    assert len(table("introductions", db=db)) > 0
    assert len(table("introductions", "--candidates", db=db)) > 0
    assert set(entries(db).action) >= {"ties import", "network", "introductions"}


def test_a_questionnaire_is_checked(tmp_path):
    good = (REPOSITORY / "surveys" / "questionnaires" / "quarterly.toml").read_text()
    (tmp_path / "good.toml").write_text(good)
    (tmp_path / "bad.toml").write_text(good.replace('"T1"', '"TT1"', 1))

    assert "No mistake found" in ok("questionnaire", "check", tmp_path / "good.toml")
    bad = run("questionnaire", "check", tmp_path / "bad.toml")
    assert bad.exit_code == 2
    assert "Did you mean 'T1'?" in bad.stderr


# -------------------------------------------------------------------------------------------------- the made-up company


def test_the_demo_never_touches_a_real_database(db):
    before = db.read_bytes()

    result = run("demo", "--no-serve", db=db)

    assert result.exit_code == 2
    assert "is not made up" in result.stderr
    assert db.read_bytes() == before


def test_the_same_made_up_company_is_not_made_twice(desk):
    with desk.store.writing() as cursor:
        organization.set_setting(cursor, "made_up", "yes")
        organization.set_setting(cursor, "rehearsal", rehearsal.made_of(60, 3, 5))
    desk.close()
    before = desk.store.path.stat().st_ino

    ok("demo", "--no-serve", "--people", "60", "--waves", "3", "--seed", "5", db=desk.store.path)

    assert desk.store.path.stat().st_ino == before


@pytest.mark.parametrize("made_by", ["", " program=0123456789abcdef"])
def test_a_made_up_company_of_another_version_is_made_anew_and_said_to_be(desk, made_by):
    with desk.store.writing() as cursor:
        organization.set_setting(cursor, "made_up", "yes")
        organization.set_setting(cursor, "rehearsal", f"people=40 waves=1 seed=7{made_by}")
    desk.close()
    words = ("demo", "--no-serve", "--people", "40", "--waves", "1")

    anew, again = run(*words, db=desk.store.path), run(*words, db=desk.store.path)

    assert anew.stderr.count("made by another version of Rapport: it is made anew.") == 1
    assert "another version" not in again.stderr
    assert len(table("wave", "status", db=desk.store.path)) == 1


def test_another_made_up_company_takes_the_place_of_the_old_one(desk):
    with desk.store.writing() as cursor:
        organization.set_setting(cursor, "made_up", "yes")
    desk.close()

    ok("demo", "--no-serve", "--people", "40", "--waves", "1", db=desk.store.path)

    assert len(table("wave", "status", db=desk.store.path)) == 1
    assert not list(desk.store.path.parent.glob("*.making"))


# ----------------------------------------------------------------------------------------------------- through a server


@contextmanager
def held_by_a_server(path):
    """This process holds the database as a server does, and takes commands on its socket."""
    with serving.holding(settings.read(database=path, environment={})) as desk:
        yield desk


def test_a_command_prints_the_same_with_and_without_a_server(company, tmp_path):
    commands = [["scores", "--format", "csv"], ["network", "--teams"], ["wave", "status"], ["introductions"]]
    alone = [ok(*words, db=company) for words in commands]

    with held_by_a_server(company):
        through = [ok(*words, db=company) for words in commands]
        ok("export", tmp_path / "out", db=company)

    assert through == alone
    assert (tmp_path / "out" / "findings.csv").exists()


def test_a_mistake_is_the_same_sentence_through_a_server(company):
    alone = run("scores", "--wave", "2026-Q9", db=company)

    with held_by_a_server(company):
        through = run("scores", "--wave", "2026-Q9", db=company)

    assert (through.exit_code, through.stderr, through.stdout) == (2, alone.stderr, "")


def test_a_relative_path_begins_where_the_person_stands(company, tmp_path, monkeypatch):
    with held_by_a_server(company):
        monkeypatch.chdir(tmp_path)
        ok("export", "here", db=company)

    assert (tmp_path / "here" / "findings.csv").exists()


def test_a_second_server_is_refused(company):
    with held_by_a_server(company):
        result = run("serve", "--port", "0", db=company)

    assert result.exit_code == 2
    assert "A server holds" in result.stderr


def test_a_database_held_by_something_else_is_said_with_its_process(company):
    hold = "import pathlib, sys; from data.store import Store; held = Store.open(pathlib.Path(sys.argv[1]))"
    code = f"{hold}; print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, company], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        result = run("scores", db=company)
        holder.communicate("\n")

    assert result.exit_code == 2
    assert str(holder.pid) in result.stderr


# ------------------------------------------------------------------------------------------------- a process of its own


@contextmanager
def server(db, *options):
    command = [sys.executable, "-m", "dashboard", "serve", "--port", "0", "--db", str(db), *options]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=db.parent, env=environment
    ) as process:
        try:
            yield process, list(iter(process.stdout.readline, "Stop with Ctrl+C.\n"))
        finally:
            process.kill()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_lets_go_of_everything(opened, told):
    with server(opened) as (process, printed):
        assert printed[0].startswith("Dashboard  http://127.0.0.1:")
        process.send_signal(told)
        rest = process.stdout.read()

        assert process.wait(60) == 0
    assert rest == ""
    assert not opened.with_name("r.duckdb.sock").exists()
    assert not opened.with_name("r.duckdb.wal").exists()
    assert run("wave", "status", db=opened).exit_code == 0


def test_a_server_writes_nothing_about_its_visitors(opened, tmp_path):
    import httpx2

    ok("wave", "links", "2026-Q4", "--out", tmp_path / "links.csv", db=opened)
    link = next(csv.DictReader((tmp_path / "links.csv").open(encoding="utf-8")))["pulse_url"]
    code = link.partition("#")[2]
    with server(opened) as (process, printed):
        address = printed[0].split()[-1]
        httpx2.get(f"{address}/p?{code}")
        httpx2.get(f"{address}/CANARY-{code}")
        assert httpx2.post(f"{address}/p", data={"code": code, "answers": "1", "T1": "4"}).status_code == 303
        httpx2.post(f"{address}/p", data={"code": code, "answers": "1", "T1": "CANARY"})
        process.terminate()
        written = "".join(printed) + process.stdout.read()

    assert code not in written
    assert "CANARY" not in written
    assert "/p?" not in written


def test_a_port_that_is_taken_is_said(opened):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--port", taken.getsockname()[1], db=opened)

    assert result.exit_code == 2
    assert "expected a free one" in result.stderr


def test_a_server_answers_for_its_own_database_whatever_its_environment_names(desk, monkeypatch, capsys):
    monkeypatch.setenv("RAPPORT_DB", "/nowhere/rapport.duckdb")
    with command.desk_in_hand(desk):
        status = rapport.run(["wave", "status"])

    assert (status, "There is no database" in capsys.readouterr().err) == (0, False)


def test_the_command_that_a_server_prints_works_as_it_stands(monkeypatch, tmp_path):
    monkeypatch.setenv("RAPPORT_DB", str(tmp_path / "own.duckdb"))
    own, other = (settings.read(database=tmp_path / name) for name in ("own.duckdb", "a demo.duckdb"))

    assert "later: rapport people sign-in --administrator)" in banner(own, "link")[2]
    assert f"--administrator --db '{other.database}')" in banner(other, "link")[2]
