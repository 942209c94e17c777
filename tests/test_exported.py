"""Answers that other programs exported: each program's own structure, and what is said of a file that is spoilt.

The structures are those of the addresses in `surveys/mappings/`; people and answers are made up.
"""

import contextlib
import csv
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from dashboard import cli
from data.records import Problem
from data.store import Store
from surveys import exported, mapping
from surveys.questionnaire import builtin

pytestmark = pytest.mark.usefixtures("counting_here")

QUARTERLY = builtin("quarterly")
TEXT = {item.id: item.text for item in QUARTERLY.items}
ITEMS = ["T1", "T2", "T3"]
WORDS = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]
SOMEWHAT = ["Strongly disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree", "Strongly agree"]
GERMAN = ["Stimme gar nicht zu", "Stimme eher nicht zu", "Teils, teils", "Stimme eher zu", "Stimme voll zu"]
PEOPLE = [("Care" if n < 7 else "Shop", [1 + (n + k) % 5 for k in range(3)]) for n in range(14)]
"""Team, and what they say to ITEMS."""
SECRETS = ["zoe", "Ångström", "192.0.2.", "50.85", "R_secret", "gardening"]
"""What no preview may print: addresses, names, places, and what one person wrote."""


# --------------------------------------------------------------------------------------------- what each program writes


def limesurvey(words=WORDS):
    head = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "E-mail", "team. Department"]
    head += [f"{item}. {TEXT[item]}" for item in ITEMS] + ["why. Anything else?"]
    rows = [
        [str(n + 1), "2026-09-01 09:00:00", "3", "en", "1723", f"zoe{n}@example.org", team,
         *(words[a - 1] for a in said), "I like gardening"]
        for n, (team, said) in enumerate(PEOPLE)
    ]  # fmt: skip
    return [head, *rows, ["99", "", "1", "en", "4", "zoe99@example.org", "Care", words[0], "", "", ""]]


def google(words=WORDS):
    head = ["Timestamp", "Email Address", "Which team are you in?", *(TEXT[item] for item in ITEMS), "Anything else?"]
    return [head] + [
        [f"2026/09/01 9:{n:02}:00 AM GMT+2", f"zoe{n}@example.org", team, *(words[a - 1] for a in said), "gardening"]
        for n, (team, said) in enumerate(PEOPLE)
    ]


def microsoft(words=WORDS):
    head = ["ID", "Start time", "Completion time", "Email", "Name", "Department", *(TEXT[item] for item in ITEMS)]
    return [head] + [
        [str(n + 1), "2026-09-01 09:00:00", "2026-09-01 09:04:00", f"zoe{n}@example.org", f"Zoë Ångström {n}", team,
         *(words[a - 1] for a in said)]
        for n, (team, said) in enumerate(PEOPLE)
    ]  # fmt: skip


def qualtrics(words=SOMEWHAT):
    names = ["StartDate", "Status", "IPAddress", "Finished", "ResponseId", "RecipientLastName", "LocationLatitude",
             "Q1", "Q2_1", "Q2_2", "Q2_3", "Q3"]  # fmt: skip
    texts = ["Start Date", "Response Type", "IP Address", "Finished", "Response ID", "Recipient Last Name",
             "Location Latitude", "Your department",
             *(f"How much do you agree?\n\nPlease answer each. - {TEXT[item]}" for item in ITEMS),
             "Anything else?"]  # fmt: skip
    ids = [json.dumps({"ImportId": f"QID{n}"}) for n in range(len(names))]
    rows = [
        ["2026-09-01 09:00:00", "IP Address", f"192.0.2.{n}", "True", f"R_secret{n}", "Ångström", "50.85", team,
         *(words[a - 1] for a in said), "gardening"]
        for n, (team, said) in enumerate(PEOPLE)
    ]  # fmt: skip
    trial = ["2026-09-01 08:00:00", "Survey Preview", "192.0.2.99", "True", "R_secret99", "", "50.85", "Care",
             *(words[0] for _ in ITEMS), ""]  # fmt: skip
    return [names, texts, ids, trial, *rows]


def surveymonkey(words=WORDS):
    meta = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
            "Last Name", "Custom Data 1"]  # fmt: skip
    first = [*meta, "Which team are you in?", "How much do you agree?", "", "", "Anything else?"]
    second = [*[""] * len(meta), "Response", *(TEXT[item] for item in ITEMS), "Open-Ended Response"]
    rows = [
        [str(11_000_000_000 + n), "400", "09/01/2026 09:00:00 AM", "09/01/2026 09:05:00 AM", f"192.0.2.{n}",
         f"zoe{n}@example.org", "Zoë", "Ångström", "", team, *(words[a - 1] for a in said), "gardening"]
        for n, (team, said) in enumerate(PEOPLE)
    ]  # fmt: skip
    return [first, second, *rows]


SOURCES = {
    "limesurvey": limesurvey, "google": google, "microsoft": microsoft, "qualtrics": qualtrics,
    "surveymonkey": surveymonkey,
}  # fmt: skip


def as_csv(rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_workbook(rows, *more) -> bytes:
    book = openpyxl.Workbook()
    for number, each in enumerate((rows, *more)):
        sheet = book.active if number == 0 else book.create_sheet()
        for row in each:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(program, rows) -> bytes:
    return as_workbook(rows) if program == "microsoft" else as_csv(rows)


@pytest.fixture
def file(tmp_path):
    def write(content, name="export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read(path, program, own=None):
    return exported.read(path, mapping.mapping_of(program, own), QUARTERLY, exported.wordings_of(QUARTERLY))


def said_by_team(frame):
    """The answers of a team, whoever gave them."""
    return frame.groupby(["team", "item"])["value"].apply(sorted).to_dict()


EXPECTED = {
    (team, item): sorted(float(said[k]) for where, said in PEOPLE if where == team)
    for team in ("Care", "Shop")
    for k, item in enumerate(ITEMS)
}


# ------------------------------------------------------------------------------------------------------------ read well


@pytest.mark.parametrize("program", SOURCES)
def test_every_programs_export_holds_the_answers_that_were_given(program, file):
    export = read(file(written(program, SOURCES[program]())), program)

    assert said_by_team(export.frame) == EXPECTED
    assert list(export.frame.columns) == ["respondent", "team", "item", "value", "line"]
    assert set(export.read_as.values()) == {*ITEMS, "team"}
    assert [number for _, number in export.words] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("program", SOURCES)
def test_a_preview_says_what_becomes_of_every_column_and_nothing_of_anybody(program, file):
    export = read(file(written(program, SOURCES[program]())), program)
    text = "\n".join(exported.preview(export))

    assert "14 people answered." in text
    assert "  Care: 7" in text
    assert "'Strongly agree' is 5" in text
    assert "Dropped before anything else, because it says who answered: " in text
    assert "Nothing was stored." in text
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("program", SOURCES)
def test_a_workbook_says_the_same_as_delimited_text(program, file):
    rows = SOURCES[program]()
    for name, content in (("a.csv", as_csv(rows)), ("a.xlsx", as_workbook(rows))):
        assert said_by_team(read(file(content, name), program).frame) == EXPECTED


@pytest.mark.parametrize("program", SOURCES)
def test_numbers_of_the_scale_need_no_words(program, file):
    export = read(file(written(program, SOURCES[program](["1", "2", "3", "4", "5"]))), program)

    assert said_by_team(export.frame) == EXPECTED
    assert export.words == []


def test_rows_that_are_no_answers_are_left_out_and_counted(file):
    assert "1 row left out: previews and tests." in read(file(as_csv(qualtrics())), "qualtrics").notices
    assert "1 row left out: answers that were not submitted." in read(file(as_csv(limesurvey())), "limesurvey").notices


def test_statements_and_words_may_stand_in_any_of_our_languages(file):
    from surveys import translation

    german = translation.of_the_bank("de").items
    rows = google(GERMAN)
    rows[0] = ["Zeitstempel", "E-Mail-Adresse", "Abteilung", *(german[item] for item in ITEMS), "Sonst noch etwas?"]
    assert said_by_team(read(file(as_csv(rows)), "google").frame) == EXPECTED


@pytest.mark.parametrize("language", ["ar", "de", "es", "fr"])
def test_the_words_of_our_own_forms_are_understood_in_every_language(language, file):
    from surveys import translation

    rows = google(translation.of_the_bank(language).labels)
    assert said_by_team(read(file(as_csv(rows)), "google").frame) == EXPECTED


def test_a_column_of_a_grid_is_known_by_what_stands_in_brackets(file):
    rows = google()
    rows[0][3:6] = [f"How much do you agree? [{TEXT[item]}]" for item in ITEMS]
    assert said_by_team(read(file(as_csv(rows)), "google").frame) == EXPECTED


def test_codes_of_questions_are_enough(file):
    rows = limesurvey()
    rows[0] = ["id", "submitdate", "lastpage", "startlanguage", "seed", "email", "team", *ITEMS, "why"]
    assert said_by_team(read(file(as_csv(rows)), "limesurvey").frame) == EXPECTED


def test_a_code_of_ours_over_other_words_is_told(file):
    rows = limesurvey()
    rows[0][7] = "T1. How long have you been here?"
    told = read(file(as_csv(rows)), "limesurvey").notices
    assert "Read as T1 by its code, though its words are others: 'T1. How long have you been here?'." in told
    assert not [each for each in read(file(as_csv(limesurvey())), "limesurvey").notices if "by its code" in each]


def test_a_file_in_our_own_shape_has_a_preview_too(file, organization):
    rows = [["team", *ITEMS, "Name"], *([team, *said, "Ångström"] for team, said in PEOPLE)]
    shown = command("answers", "import", str(file(as_csv(rows))), "--wave", "a", "--preview", at=organization[0])
    assert shown.exit_code == 0, shown.stderr
    assert "14 people answered." in shown.stdout
    assert "Not read and not stored: 'Name'." in shown.stdout
    assert not [secret for secret in SECRETS if secret in shown.stdout + shown.stderr]
    assert everything(organization[0] / "r.duckdb") == organization[1]


def test_a_column_that_is_no_statement_is_named_with_the_nearest(file):
    rows = google()
    rows[0][5] = "People here are honest with one another"
    told = read(file(as_csv(rows)), "google").notices
    assert any(each.startswith(f"Not read and not stored: '{rows[0][5]}'. Did you mean 'T3: ") for each in told)


def test_a_map_says_which_column_is_which(file):
    rows = google()
    rows[0][2:6] = ["Where?", "a", "b", "c"]
    own = file("column,item\nWhere?,team\na,T1\nb,T2\nc,nothing\n", "map.csv")
    found = said_by_team(read(file(as_csv(rows)), "google", own).frame)
    assert found == {each: values for each, values in EXPECTED.items() if each[1] != "T3"}


def test_a_mapping_file_of_ones_own_puts_another_scale_on_ours(file):
    numbers = ["0", "2.5", "5", "7.5", "10"]
    own = file("scale = [0, 10]\n", "ours.toml")
    assert said_by_team(read(file(as_csv(google(numbers))), "google", own).frame) == EXPECTED

    seven = ["Strongly disagree", "Disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree",
             "Agree", "Strongly agree"]  # fmt: skip
    own = file("scale = [1, 7]\n", "ours.toml")
    found = read(file(as_csv(google(seven))), "google", own)
    assert dict(found.words)["Agree"] == pytest.approx(1 + 5 * 4 / 6)
    assert found.frame["value"].min() == 1


def test_words_of_ones_own_are_said_in_a_mapping_file(file):
    own = file('[words]\n"Nie" = 1\n"Selten" = 2\n"Manchmal" = 3\n"Oft" = 4\n"Immer" = 5\n', "ours.toml")
    rows = google(["Nie", "Selten", "Manchmal", "Oft", "Immer"])
    assert said_by_team(read(file(as_csv(rows)), "google", own).frame) == EXPECTED


def test_rather_not_say_is_no_answer(file):
    rows = google()
    rows[1][3] = "Prefer not to say"
    assert len(read(file(as_csv(rows)), "google").frame) == 14 * 3 - 1


def test_signs_that_mean_nothing_to_us_are_no_silence(file):
    rows = google()
    rows[1][3] = "🙂"
    with pytest.raises(Problem, match="item 'T1' is '🙂'; expected one of"):
        read(file(as_csv(rows)), "google")


def test_comments_are_left_out_even_where_a_map_names_them(file):
    own = file("column,item\nAnything else?,comment\n", "map.csv")
    told = read(file(as_csv(google())), "google", own).notices
    assert "Comments are not imported and were left out: 'Anything else?'." in told


def test_a_word_that_two_scales_count_differently_is_not_guessed(file):
    rare = '["Nie", "Selten", "Oft", "Meist", "Immer"], ["Nie", "Ab und zu", "Teils", "Oft", "Immer"]'
    own = file(f"scales = [{rare}]", "ours.toml")
    rows = [google()[0], *([*row[:3], "Nie", "Oft", "Immer", ""] for row in google()[1:3])]
    with pytest.raises(Problem, match=r"line 2: item 'T2' is 'Oft', which can mean 3 or 4"):
        read(file(as_csv(rows)), "google", own)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("tittle = 'x'\n", "'tittle' is not a known key.*Did you mean 'title'"),
        ("scale = [5, 1]\n", "Expected the lowest and the highest number"),
        ("header = [{ holds = 'nothing' }]\n", "no row that holds names"),
        ("header = [{ hold = 'names' }]\n", "'hold' is not a known key"),
        ("wrapped = ['(']\n", "no regular expression"),
        ("people = 'Name'\n", "Expected a list of texts"),
        ("leave_out = [{ column = 'a' }]\n", "cells = None"),
        ("[words]\nOften = 'four'\n", "Expected lines such as"),
        ("[columns]\nName = 'T1'\n", "says who answered"),
        ("[columns]\n'Where?' = 'team'\n", "no columns 'Where\\?'"),
        ("[columns]\n'Department' = 'T7'\n", "the item 'T7', which there is not"),
        ("title = [\n", "not valid TOML"),
    ],
)
def test_a_mistake_in_a_mapping_file_is_one_sentence(content, told, file):
    with pytest.raises(Problem, match=told):
        read(file(written("microsoft", microsoft())), "microsoft", file(content, "ours.toml"))


def test_an_unknown_program_is_named_with_the_nearest():
    with pytest.raises(Problem, match=r"known are 'google'.*Did you mean 'qualtrics'"):
        mapping.mapping_of("qualtrix")


def test_every_mapping_file_names_where_its_structure_is_described():
    for program in mapping.programs():
        text = (mapping.FOLDER / f"{program}.toml").read_text(encoding="utf-8")
        assert "\n# Structure: https://" in text


# -------------------------------------------------------------------------------------------------------------- spoilt


def changed(rows, program, what):
    """The same rows, with one thing done to them; `head` is the first row of names and `body` the answers."""
    rows = [list(row) for row in rows]
    height = {"qualtrics": 3, "surveymonkey": 2}.get(program, 1)
    team = next(n for n, cell in enumerate(rows[height + 1]) if cell in {"Care", "Shop"})
    what(rows[:height], rows[height:], team, rows)
    return rows


def rename_team(head, _body, team, _rows):
    for row in head:
        row[team] = "Favourite colour" if row[team] and not row[team].startswith("{") else row[team]


def empty_team(_head, body, team, _rows):
    body[2][team] = ""


def unknown_word(_head, body, team, _rows):
    body[3][team + 1] = "Strongly agreee"


def mixed(_head, body, team, _rows):
    body[4][team + 1] = "4"


def other_scale(_head, body, team, _rows):
    body[4][team + 1], body[5][team + 1] = "Disagree", "Somewhat disagree"


def longer_scale(_head, body, team, _rows):
    for number, row in enumerate(body):
        row[team + 1 : team + 4] = [str(1 + number % 7)] * 3


def two_teams(head, _body, _team, _rows):
    for row in head:
        row[-1] = "Abteilung" if not row[-1].startswith("{") else row[-1]


def twice_the_item(head, _body, team, _rows):
    for row in head:
        row[team + 2] = row[team + 1]


def merged_header(head, _body, team, _rows):
    for row in head:
        row[team + 1] = ""


def too_wide(_head, body, _team, _rows):
    body[5] += ["one", "more"]


def no_header(_head, _body, _team, rows):
    del rows[0]


def no_answers(head, _body, _team, rows):
    del rows[len(head) :]


def no_statement(head, _body, team, _rows):
    for row in head:
        row[team + 1 : team + 4] = ["Fruit", "Colour", "Animal"]


def the_same_again(_head, body, _team, rows):
    rows.append(list(body[6]))


SPOILT = {
    rename_team: r"has no column for the team; say which with --map",
    empty_team: r"line \d+: the team is empty",
    unknown_word: r"line \d+: item 'T1' is 'Strongly agreee'; expected one of.*Did you mean 'Strongly agree'",
    mixed: r"line \d+: item 'T1' is '4', but words stand above it",
    other_scale: r"holds words of a scale of 7|line \d+: item 'T1' is '(Somewhat d|D)isagree'; expected one of",
    longer_scale: r"line \d+: item 'T1' is '6'; expected a number from 1 to 5\. Another scale is read where",
    two_teams: r"columns .*could (each )?be",
    twice_the_item: r"columns .* could each be 'T1'|could be 'T1', 'T2'",
    merged_header: r"line \d+: there is something in column \d+, which has no name|could be",
    too_wide: r"line \d+: \d+ cells, but the header names \d+ columns|column \d+, which has no name",
    no_header: r"is no whole export of|this is not row|no column for the team",
    no_answers: r"has a header and nothing below it",
    no_statement: r"has no statement of the questionnaire",
    the_same_again: r"line \d+: the same response as on line \d+",
}


def everything(database):
    """Every row of every table, to see that nothing has changed."""
    store = Store.open(database)
    try:
        with store.reading() as db:
            tables = [name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            return {name: sorted(map(repr, db.execute(f'SELECT * FROM "{name}"').fetchall())) for name in tables}
    finally:
        store.close()


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    """Two teams in a database that no spoilt file may change, and what is in it."""
    folder = tmp_path_factory.mktemp("organization")
    people = "".join(f"m{n},Name {n},,{team}\n" for n, (team, _) in enumerate(PEOPLE))
    (folder / "roster.csv").write_text("member_id,name,email,team\n" + people)
    assert command("people", "import", "roster.csv", at=folder).exit_code == 0
    return folder, everything(folder / "r.duckdb")


def command(*words, at):
    with contextlib.chdir(at):
        return CliRunner().invoke(cli.rapport, [*words, "--db", "r.duckdb"])


def refused(organization, path, program):
    """What is said of a file, in one line, with nothing changed."""
    folder, before = organization
    done = command("answers", "import", str(path), "--wave", "2025", "--from", program, at=folder)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert everything(folder / "r.duckdb") == before
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not [secret for secret in SECRETS if secret in done.stderr]
    return done.stderr.strip()


def matches(told, pattern):
    assert re.search(pattern, told), told


@pytest.mark.parametrize("what", SPOILT, ids=lambda what: what.__name__)
@pytest.mark.parametrize("program", SOURCES)
def test_a_spoilt_export_is_one_sentence_and_changes_nothing(program, what, file, organization):
    if (program, what) in {("google", the_same_again), ("surveymonkey", merged_header)}:
        pytest.skip("Google numbers no answers; SurveyMonkey's first header row has empty cells by itself")
    rows = changed(SOURCES[program](), program, what)
    matches(refused(organization, file(written(program, rows)), program), SPOILT[what])


@pytest.mark.parametrize("program", SOURCES)
def test_a_file_that_cannot_be_read_at_all_is_one_sentence_and_changes_nothing(program, file, organization):
    text = as_csv(SOURCES[program]())
    for content, told in {
        b"": "is empty",
        b"\xff\xfe" + text.decode().encode("utf-16-le"): "encoded as UTF-16",
        text.replace(b"Care", b"C\xe9re"): r"line \d+: byte 0xE9 is not UTF-8",
        b"PK\x03\x04" + bytes(range(256)) * 4: "is a spreadsheet or an archive that is damaged",
        text + b'"never closed': "is no CSV",
    }.items():
        matches(refused(organization, file(content), program), told)


@pytest.mark.parametrize("rows", [1, 2])
def test_missing_header_rows_of_qualtrics_are_told(rows, file, organization):
    whole = qualtrics()
    told = refused(organization, file(as_csv([whole[0], *whole[1 + rows :]])), "qualtrics")
    matches(told, r"is not row 3 of the 3 that Qualtrics writes above the answers")


def test_a_missing_header_row_of_surveymonkey_is_told(file, organization):
    whole = surveymonkey()
    told = refused(organization, file(as_csv([whole[0], *whole[2:]])), "surveymonkey")
    matches(told, r"line 2: this is not row 2 of the 2 that SurveyMonkey writes")


def test_a_formula_in_a_workbook_is_refused(file, organization):
    rows = microsoft()
    rows[3][6] = "=1+1"
    matches(refused(organization, file(as_workbook(rows), "a.xlsx"), "microsoft"), r"line 4: column G holds a formula")


def test_a_workbook_of_two_sheets_is_not_guessed(file, organization):
    content = as_workbook(microsoft(), [["something"]])
    matches(refused(organization, file(content, "a.xlsx"), "microsoft"), r"has 2 sheets: 'Sheet', 'Sheet1'")


def test_a_workbook_that_unfolds_to_gigabytes_is_refused_before_it_does(file, organization):
    made = io.BytesIO(as_workbook(microsoft()))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/worksheets/sheet2.xml", "w") as part:
        for _ in range(70):
            part.write(b" " * 1024**2)
    assert len(made.getvalue()) < 200_000
    matches(refused(organization, file(made.getvalue(), "a.xlsx"), "microsoft"), r"unfolds to 70 MB")


def test_a_workbook_with_a_part_missing_is_one_sentence(file, organization):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("hello.txt", "no workbook")
    matches(refused(organization, file(out.getvalue(), "a.xlsx"), "microsoft"), "cannot be read as an Excel workbook")


# ---------------------------------------------------------------------------------------------------------- to the end


def scores(at):
    done = command("scores", "--format", "csv", at=at)
    return pd.read_csv(io.StringIO(done.stdout), keep_default_na=False)


def test_an_export_and_the_same_answers_by_hand_give_the_same_scores(organization, tmp_path, file):
    plain = pd.DataFrame([[team, *said] for team, said in PEOPLE], columns=["team", *ITEMS])
    plain.to_csv(tmp_path / "plain.csv", index=False)
    (tmp_path / "roster.csv").write_text((organization[0] / "roster.csv").read_text())
    assert command("people", "import", "roster.csv", at=tmp_path).exit_code == 0
    by_hand = command("answers", "import", "plain.csv", "--wave", "a", "--closed", "2026-01-01", at=tmp_path)
    assert by_hand.exit_code == 0, by_hand.stderr
    path = file(as_csv(qualtrics()), "q.csv")
    shown = command("answers", "import", str(path), "--wave", "b", "--from", "qualtrics", "--preview", at=tmp_path)
    assert "14 people answered." in shown.stdout
    assert set(scores(tmp_path)["wave"]) == {"a"}
    from_qualtrics = ("--from", "qualtrics", "--closed", "2026-02-01")
    done = command("answers", "import", str(path), "--wave", "b", *from_qualtrics, at=tmp_path)

    assert done.exit_code == 0, done.stderr
    assert "14 people" in done.stdout
    found = scores(tmp_path).query("dimension == 'trust'").set_index(["wave", "team"])
    columns = ["score", "low", "high", "shown"]
    assert found.loc["a", columns].equals(found.loc["b", columns])
    assert found.loc["b", "shown"].all()
    kept = str(everything(tmp_path / "r.duckdb"))
    assert not [secret for secret in SECRETS if secret in kept]
