"""What is held of one member is erased when they ask for it, and nobody learns anything by that."""

from datetime import date

import pytest
from larkfield import Company, keep

from dashboard import command
from dashboard.cli import rapport
from data import actions, ties

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


def naming(desk, member_id):
    """Every table that holds this member's id anywhere."""
    with desk.store.reading() as db:
        columns = db.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND NOT internal"
        ).fetchall()
        return {
            table
            for table, column in columns
            if db.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", [member_id]).fetchone()
        }


def left(desk, member_id):
    """Somebody is not on the roster any more."""
    with desk.store.writing() as db:
        db.execute("UPDATE member SET active = false WHERE member_id = ?", [member_id])


def test_who_is_erased_is_named_nowhere_but_on_the_roster(company, capsys):
    assert {"tie", "consent", "standing"} <= naming(company, "m0001")

    status, said = given(company, capsys, "erase", "m0001", "--yes")

    assert (status, said) == (
        0,
        "Everything named about 'm0001' is erased; the member stays on the roster, which says who works here.\n",
    )
    assert naming(company, "m0001") <= {"member", "lead", "seat", "audit", "network_link"}
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
    before = naming(company, "m0001")

    status, said = given(company, capsys, *typed)

    assert status == 2
    assert why in said
    assert naming(company, "m0001") == before


def test_what_is_printed_does_not_tell_who_took_part(company, capsys):
    with company.store.writing() as db:
        ties.erase(db, "m0002")

    told = [given(company, capsys, "erase", who, "--yes")[1] for who in ("m0001", "m0002")]

    assert told[0].replace("m0001", "m0002") == told[1]
