"""Rosters as HR programs export them, and one sentence for one that would have to be guessed."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from test_exported import as_workbook, command, everything, file, organization  # noqa: F401  two are fixtures

from data import exchange
from data.roster import RosterRow

BAMBOO = [
    ["Employee #", "First Name", "Last Name", "Work Email", "Division", "Department", "Job Title", "Location",
     "Supervisor EID", "Hire Date", "Gender", "Birth Date"],
    ["7", "Ada", "Love", "ada@example.org", "Product", "Engineering", "Lead", "Kiel", "", "2020-03-01", "F", "1980"],
    ["8", "Bo", "Lee", "bo@example.org", "Product", "Engineering", "Developer", "Kiel", "7", "2021-03-15", "M", ""],
]  # fmt: skip
PERSONIO = [
    ["Personalnummer", "Vorname", "Nachname", "E-Mail", "Abteilung", "Team", "Standort", "Position", "Vorgesetzter",
     "Eintrittsdatum", "Status"],
    ["7", "Ada", "Love", "ada@example.org", "Product", "Engineering", "Kiel", "Lead", "", "01.03.2020", "Aktiv"],
    ["8", "Bo", "Lee", "bo@example.org", "Product", "Engineering", "Kiel", "Developer", "ada@example.org", "15.03.2021",
     "Aktiv"],
    ["9", "Gone", "Away", "", "Product", "Engineering", "", "", "", "", "Ausgeschieden"],
]  # fmt: skip
WORKDAY = [
    ["Employee ID", "Worker", "Email - Work", "Business Unit", "Supervisory Organization", "Business Title", "Location",
     "Manager", "Hire Date", "Cost Center"],
    ["7", "Ada Love", "ada@example.org", "Product", "Engineering", "Lead", "Kiel", "", "03/01/2020", "C1"],
    ["8", "Bo Lee", "bo@example.org", "Product", "Engineering", "Developer", "Kiel", "Ada Love", "03/15/2021", "C1"],
]  # fmt: skip
SUCCESSFACTORS = [
    ["STATUS", "USERID", "USERNAME", "FIRSTNAME", "LASTNAME", "EMAIL", "MANAGER", "DIVISION", "DEPARTMENT", "LOCATION",
     "TITLE", "HIREDATE"],
    ["STATUS", "User ID", "Username", "First Name", "Last Name", "Email", "Manager", "Division", "Department",
     "Location", "Title", "Hire Date"],
    ["active", "7", "alove", "Ada", "Love", "ada@example.org", "NO_MANAGER", "Product", "Engineering", "Kiel", "Lead",
     "03/01/2020"],
    ["active", "8", "blee", "Bo", "Lee", "bo@example.org", "7", "Product", "Engineering", "Kiel", "Developer",
     "03/15/2021"],
    ["inactive", "9", "gone", "Gone", "Away", "", "7", "Product", "Engineering", "", "", ""],
]  # fmt: skip
EXPORTS = {"BambooHR": BAMBOO, "Personio": PERSONIO, "Workday": WORKDAY, "SuccessFactors": SUCCESSFACTORS}

ADA = {"name": "Ada Love", "email": "ada@example.org", "team": "Product / Engineering", "role": "Lead",
       "location": "Kiel", "joined_on": date(2020, 3, 1), "manager_id": None}  # fmt: skip
BO = {"name": "Bo Lee", "email": "bo@example.org", "team": "Product / Engineering", "role": "Developer",
      "location": "Kiel", "joined_on": date(2021, 3, 15), "manager_id": "7"}  # fmt: skip


def as_csv(rows) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue()


def kept(rows):
    """Everything but the lines."""
    return [{**vars(row), "line": 0} for row in rows]


@pytest.mark.parametrize("program", EXPORTS)
@pytest.mark.parametrize("form", [as_csv, as_workbook])
def test_every_programs_roster_names_the_same_people(program, form, file):  # noqa: F811
    rows, _ = exchange.read_roster(file(form(EXPORTS[program])))
    assert kept(rows) == kept([RosterRow(0, "7", **ADA), RosterRow(0, "8", **BO)])


@pytest.mark.parametrize("form", [as_csv, as_workbook])
def test_the_page_takes_what_an_hr_program_exports_as_it_is(desk, form):
    from dashboard import asking

    content = form(BAMBOO)
    name, held = ("people.csv", content.encode()) if isinstance(content, str) else ("people.xlsx", content)
    change, _ = asking.read_roster(desk, name, held)

    assert [member.name for member in change.added] == [ADA["name"], BO["name"]]


@pytest.mark.parametrize(
    ("program", "notice"),
    [
        ("BambooHR", "Not read and not stored: 'Gender', 'Birth Date'."),
        ("BambooHR", "The team was read from 'Division', 'Department', from above."),
        ("Personio", "1 row left out, of people who no longer work here."),
        ("Workday", "Not read and not stored: 'Cost Center'."),
        ("SuccessFactors", "Not read and not stored: 'USERNAME'."),
    ],
)
def test_notices_say_what_was_made_of_a_roster(program, notice, file):  # noqa: F811
    assert notice in exchange.read_roster(file(as_csv(EXPORTS[program])))[1]


def test_a_roster_in_our_own_names_stays_as_it_was(file):  # noqa: F811
    own = "member_id,name,email,team,Department,Manager\nm1,Ada,,Sales,Marketing,m9\n"
    rows, notices = exchange.read_roster(file(own))
    assert rows == [RosterRow(2, "m1", "Ada", "", "Sales")]
    assert notices == ["Not read and not stored: 'Department', 'Manager'."]


def test_a_map_says_which_column_is_which(file):  # noqa: F811
    rows = [["Nr", "Wer", "Post", "Email", "Wo"], ["1", "Ada", "ada@example.org", "home@example.org", "Sales"]]
    mapping = {"Nr": "member_id", "Wer": "name", "Post": "email", "Email": "nothing", "Wo": "team"}
    found, notices = exchange.read_roster(file(as_csv(rows)), mapping)
    assert found == [RosterRow(2, "1", "Ada", "ada@example.org", "Sales")]
    assert notices == ["Not read and not stored: 'Email'."]


def changed(rows, line, column, value):
    rows = [list(row) for row in rows]
    rows[line][rows[0].index(column)] = value
    return rows


def bomb() -> bytes:
    made = io.BytesIO(as_workbook(BAMBOO))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/big.xml", "w") as part:
        for _ in range(70):
            part.write(b" " * 1024**2)
    return made.getvalue()


SPOILT = [
    (changed(BAMBOO, 0, "Gender", "Employee ID"), "columns 'Employee #', 'Employee ID' could each be 'member_id'"),
    (changed(BAMBOO, 0, "Department", "Depratment")[:1], "nothing below it"),
    (changed(changed(BAMBOO, 0, "Department", "Depratment"), 0, "Division", "Devision"), "no column 'team'"),
    (changed(BAMBOO, 0, "Last Name", "Lsat Nmae"), "no column 'name'"),
    (changed(BAMBOO, 0, "Work Email", "Private Email"), "no column 'email'"),
    (changed(BAMBOO, 0, "Employee #", "Badge"), "no column 'member_id'"),
    (changed(BAMBOO, 2, "Supervisor EID", "77"), "line 3: manager '77' is nobody in this file"),
    (changed(WORKDAY, 2, "Manager", "Ada Lowe"), "manager 'Ada Lowe' is nobody in this file.*Did you mean 'ada love'"),
    ([*WORKDAY, ["9", "Ada Love", "", "", "Sales", "", "", "", "", ""]], "manager 'Ada Love' can be '7', '9'"),
    (changed(BAMBOO, 2, "Hire Date", "soon"), "line 3: joined_on 'soon' is no date; expected one such as 2024-03-01"),
    (changed(changed(WORKDAY, 1, "Hire Date", "03/01/2020"), 2, "Hire Date", "04/05/2021"),
     "line 2: joined_on '03/01/2020' can be two days"),
    (changed(BAMBOO, 1, "Department", "=1+1"), "line 2: column F holds a formula"),
    (changed(changed(BAMBOO, 1, "Department", ""), 1, "Division", ""), "Line 2: team of member '7' is empty"),
    (changed(BAMBOO, 2, "Employee #", "7"), "'7'"),
    (changed(BAMBOO, 2, "Employee #", ""), "Line 3: member_id of member 'Bo Lee' is empty"),
    (changed(BAMBOO, 0, "Gender", "Hire Date"), "'joined_on' twice|could each be 'joined_on'|twice"),
    ([*SUCCESSFACTORS[:2], SUCCESSFACTORS[4]], "names nobody who works here"),
    (b"", "is empty"),
    (b"PK\x03\x04 and no more", "is a spreadsheet or an archive that is damaged"),
    (bomb(), "unfolds to 70 MB"),
    (as_csv(BAMBOO).replace("Love", "Löwe").encode("latin-1"), "line 2: byte 0xF6 is not UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "told"), SPOILT)
def test_a_spoilt_roster_is_one_sentence_and_changes_nothing(content, told, file, organization):  # noqa: F811
    folder, before = organization
    path = file(as_workbook(content) if isinstance(content, list) else content)
    done = command("people", "import", str(path), at=folder)

    assert done.exit_code == 2
    assert re.search(told, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert everything(folder / "r.duckdb") == before


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("Nr,member_id\n", "has no column 'Nr', which the map names"),
        ("Gender,sex\n", "expected one of 'member_id'"),
    ],
)
def test_a_mistake_in_the_map_of_a_roster_is_one_sentence(lines, told, file, organization):  # noqa: F811
    folder, before = organization
    path, own = file(as_csv(BAMBOO)), file("column,item\n" + lines, "map.csv")
    done = command("people", "import", str(path), "--map", str(own), at=folder)
    assert done.exit_code == 2
    assert re.search(told, done.stderr), done.stderr
    assert everything(folder / "r.duckdb") == before


def test_the_roster_of_a_program_becomes_the_organization(file, tmp_path):  # noqa: F811
    done = command("people", "import", str(file(as_csv(PERSONIO))), at=tmp_path)
    assert done.exit_code == 0, done.stderr
    assert "2 members added, 0 changed, 0 deactivated; 2 teams made." in done.stdout
    again = command("people", "import", str(file(as_workbook(SUCCESSFACTORS))), at=tmp_path)
    assert "Nothing to change" in again.stdout
