"""What is held of one member is told and erased when they ask for it, and nobody learns more by that."""

from datetime import date

import pytest
from larkfield import Company, keep

from dashboard import command
from dashboard.cli import rapport
from data import actions, one_member, roster, ties
from data.records import Problem

pytestmark = pytest.mark.usefixtures("counting_here")


@pytest.fixture
def company(desk):
    keep(desk, Company(waves=2))
    return desk


def given(desk, capsys, *typed):
    """The exit status of a command, and what it printed."""
    with command.desk_in_hand(desk):
        status = rapport.run(["people", *typed])
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def holds(desk, member_id):
    with desk.store.reading() as db:
        return one_member.tables(db, member_id)


def left(desk, member_id):
    """Somebody is not on the roster any more."""
    with desk.store.writing() as db:
        db.execute("UPDATE member SET active = false WHERE member_id = ?", [member_id])


def test_every_column_that_names_a_member_is_known(company):
    with company.store.reading() as db:
        members = {member.member_id for member in roster.members(db)}
        columns = db.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND NOT internal"
        ).fetchall()
        naming = {
            (table, column)
            for table, column in columns
            if members & {row[0] for row in db.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()}
        }

    assert len(naming) > 8
    assert naming <= {(table, column) for table, known in one_member.THEIRS.items() for column in known}


def test_what_is_held_is_told_with_who_sees_it_and_until_when_and_without_what_it_says(company, capsys):
    status, said = given(company, capsys, "show", "m0001", "--format", "csv")

    assert status == 0
    assert [line.partition(",")[0] for line in said.splitlines()] == ["table", *holds(company, "m0001")]
    assert "leads: names, where their owner agreed" in said
    assert "m0002" not in said


def test_what_others_asked_for_about_somebody_is_not_told(company):
    with company.store.writing() as db:
        db.execute("DELETE FROM avoid")
        db.execute("INSERT INTO avoid VALUES (?, ?, true)", ["m0002", "m0001"])

    assert "avoid" not in holds(company, "m0001")
    assert "avoid" in holds(company, "m0002")


def test_who_is_erased_is_named_nowhere_but_on_the_roster(company, capsys):
    assert {"tie", "consent", "standing"} <= {*holds(company, "m0001")}

    status, said = given(company, capsys, "erase", "m0001", "--yes")

    assert (status, said) == (
        0,
        "Everything named about 'm0001' is erased; the member stays on the roster, which says who works here.\n",
    )
    assert {*holds(company, "m0001")} <= {"member", "lead", "seat", "audit", "network_link"}
    with company.store.reading() as db:
        assert "m0001" not in {*ties.ties(db, "w1")["source"], *ties.ties(db, "w1")["target"]}


def test_of_somebody_who_left_no_byte_of_their_name_and_address_stays(company, capsys):
    with company.store.writing() as db:
        db.execute("UPDATE member SET name = 'Canary Nightjar', email = 'nightjar@x.example' WHERE member_id = 'm0001'")
        promise = {"wave_id": "w1", "team_id": "support", "play": "PL6", "dimension": "trust"}
        actions.plan(db, **promise, owner="Canary Nightjar", planned_on=date(2026, 10, 1))
    left(company, "m0001")

    status, said = given(company, capsys, "erase", "m0001", "--yes")

    assert (status, said) == (0, "Everything named about 'm0001' is erased; the member is nameless on the roster.\n")
    company.store.close()
    written = b"".join(file.read_bytes() for file in company.store.path.parent.iterdir() if file.is_file())
    assert b"ightjar" not in written


@pytest.mark.parametrize(
    ("typed", "why"),
    [(["erase", "m0001"], "cannot be undone; expected --yes"), (["erase", "m00001", "--yes"], "Did you mean 'm0001'?")],
)
def test_a_mistake_erases_nothing(company, capsys, typed, why):
    before = holds(company, "m0001")

    status, said = given(company, capsys, *typed)

    assert status == 2
    assert why in said
    assert holds(company, "m0001") == before


def test_somebody_whom_no_roster_named_is_unknown(company):
    with pytest.raises(Problem), company.store.reading() as db:
        roster.member(db, "nobody")
