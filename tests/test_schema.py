"""The schema: a document that says of each table what it promises, and checks that hold it to that."""

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data import actions, audit, connecting, findings, organization, signing_in
from data.records import Problem
from data.store import SCHEMA, Store

PEOPLE = {"team", "member", "lead", "seat", "letter"}
BALLOTS = {"ballot", "box", "reader"}
RESULTS = {"finding", "moment", "comment"}


@pytest.fixture
def db(tmp_path):
    store = Store.open(tmp_path / "rapport.duckdb")
    with store.writing() as cursor:
        yield cursor
    store.close()


def columns(db):
    """table → {column: type}."""
    found: dict[str, dict[str, str]] = {}
    query = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    for table, column, kind in db.execute(query).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def test_every_table_says_what_it_promises():
    text = SCHEMA.read_text()
    tables = re.findall(r"^(.*)\nCREATE TABLE (\w+)", text, re.MULTILINE)
    assert len(tables) == text.count("CREATE TABLE")
    assert [table for before, table in tables if not before.startswith("-- ")] == []


def test_no_table_of_ballots_or_results_names_a_member(db):
    named = {table for table, its in columns(db).items() if {"member_id", "name", "email"} & set(its)}
    assert not named & (BALLOTS | RESULTS)
    assert named > PEOPLE - {"team"}


def test_no_table_of_ballots_or_results_carries_a_time(db):
    for table in BALLOTS | RESULTS:
        assert not {"DATE", "TIMESTAMP", "TIME"} & set(columns(db)[table].values()), table


def test_people_and_ballots_share_no_column_but_the_wave(db):
    of = columns(db)
    people = {column for table in PEOPLE for column in of[table]}
    ballots = {column for table in BALLOTS for column in of[table]}
    assert people & ballots == {"wave_id"}


def test_nothing_counts_up_by_itself(db):
    assert db.execute("SELECT count(*) FROM duckdb_sequences()").fetchone() == (0,)
    assert "nextval" not in SCHEMA.read_text()


WAVE = (
    "'w', 'w', 0, {asks}, '', {state}, DATE '2026-09-01', TIMESTAMP '2026-09-08', NULL, {k}, {smallest}, false, "
    "NULL, NULL"
)
GOOD = {"asks": "'pulse'", "state": "'open'", "k": "5", "smallest": "6"}


@pytest.mark.parametrize("wrong", [{"asks": "'all'"}, {"state": "'draft'"}, {"k": "3"}, {"smallest": "4"}])
def test_a_wave_below_the_floor_or_in_an_unknown_state_cannot_be_kept(db, wrong):
    with pytest.raises(duckdb.ConstraintException):
        db.execute(f"INSERT INTO wave VALUES ({WAVE.format(**{**GOOD, **wrong})})")


def test_four_is_the_floor(db):
    db.execute(f"INSERT INTO wave VALUES ({WAVE.format(**{**GOOD, 'k': '4', 'smallest': '4'})})")


def finding(**said):
    row = {
        "team_id": "sales", "kind": "score", "subject": "trust", "value": 62.0, "low": 55.0, "high": 69.0,
        "respondents": "5–9", "favourable": "41–60", "word": None, "since": None, "covers": ["sales"], "reason": None,
        "counted_in": None,
    }  # fmt: skip
    return {**row, **said}


def hidden(**said):
    nothing = dict.fromkeys(("value", "low", "high", "respondents", "favourable", "word"))
    return finding(**{**nothing, "reason": "fewer_than_k", "counted_in": "organization", **said})


def moment(n=5):
    return {
        "team_id": "sales",
        "subject": "trust",
        "n": n,
        "total": 20.0,
        "squares": 85.0,
        "items": ["b", "a"],
        "covers": ["sales"],
        "linked": False,
    }


NO_COMMENTS = pd.DataFrame({"team_id": [], "text": []}, dtype="str")


def test_a_finding_that_is_withheld_holds_no_figure(db):
    for leak in ({"value": 62.0}, {"respondents": "5–9"}, {"word": "clearly up"}):
        with pytest.raises(duckdb.ConstraintException), connecting.cursor(db) as other:
            findings.keep(other, "w", pd.DataFrame([hidden(**leak)]), pd.DataFrame([moment()])[:0], NO_COMMENTS)


def test_sums_over_fewer_than_four_people_cannot_be_kept(db):
    with pytest.raises(duckdb.ConstraintException):
        findings.keep(db, "w", pd.DataFrame([finding()]), pd.DataFrame([moment(n=3)]), NO_COMMENTS)


def test_findings_come_back_as_they_were_kept(db):
    db.execute(f"INSERT INTO wave VALUES ({WAVE.format(**GOOD)})")
    kept = pd.DataFrame([finding(), hidden(team_id="design", covers=["design", "sales"])])
    comments = pd.DataFrame({"team_id": ["sales"] * 3, "text": ["Zebra", "=1+1", "Ärger"]})
    findings.keep(db, "w", kept, pd.DataFrame([moment()]), comments)
    rows = findings.rows(db).set_index("team_id")
    assert rows.loc["sales", ["value", "low", "high", "respondents"]].tolist() == [62.0, 55.0, 69.0, "5–9"]
    assert rows.loc["design", "covers"] == ["design", "sales"]
    assert rows.loc["design", "reason"] == "fewer_than_k"
    assert rows.loc["design", ["value", "respondents", "word"]].isna().all()
    moments = findings.moments(db)
    assert moments[["wave_id", "n", "total", "number"]].to_numpy().tolist() == [["w", 5, 20.0, 0]]
    assert moments["items"][0] == ["b", "a"]
    assert sorted(findings.comments(db, "w")["text"]) == ["=1+1", "Zebra", "Ärger"]


def test_a_wave_without_comments_and_moments_can_be_kept(db):
    findings.keep(db, "w", pd.DataFrame([hidden()]), pd.DataFrame([moment()])[:0], NO_COMMENTS)
    assert len(findings.rows(db)) == 1
    assert findings.moments(db).empty
    assert findings.comments(db, "w").empty


def test_a_tie_needs_two_people_and_a_known_kind(db):
    for row in ("'w', 'ada', 'ada', 'work', 1", "'w', 'ada', 'bo', 'love', 1"):
        with pytest.raises(duckdb.ConstraintException), connecting.cursor(db) as other:
            other.execute(f"INSERT INTO tie VALUES ({row})")


def test_settings_have_defaults_and_a_time_zone_must_exist(db):
    assert organization.setting(db, "organization") == "Your organization"
    assert organization.setting(db, "timezone") == "UTC"
    assert organization.setting(db, "network_waves_kept") == ""
    organization.set_setting(db, "timezone", "Europe/Berlin")
    with pytest.raises(Problem, match=r"'Europe/Berln' is no time zone.* Did you mean 'Europe/Berlin'\?"):
        organization.set_setting(db, "timezone", "Europe/Berln")
    assert organization.setting(db, "timezone") == "Europe/Berlin"


def test_a_sign_in_link_works_once_and_not_too_late(db):
    noon, one = pd.Timestamp(2026, 9, 1, 12).to_pydatetime(), pd.Timestamp(2026, 9, 1, 13).to_pydatetime()
    signing_in.add(db, b"admin", member_id=None, role="administrator", expires=one)
    signing_in.add(db, b"lead", member_id="ada", role="lead", expires=one)
    signing_in.add(db, b"late", member_id="bo", role="lead", expires=noon)
    assert signing_in.spend(db, b"admin", noon) == (None, "administrator")
    assert signing_in.spend(db, b"admin", noon) is None
    assert signing_in.spend(db, b"late", noon) is None
    assert signing_in.spend(db, b"lead", noon) == ("ada", "lead")


def test_the_audit_log_lists_the_newest_first(db):
    for hour in (8, 10, 9):
        audit.note(
            db, happened=pd.Timestamp(2026, 9, 1, hour).to_pydatetime(), who="ada", action="look", subject=str(hour)
        )
    assert audit.entries(db)["subject"].tolist() == ["10", "9", "8"]
    assert audit.entries(db)["detail"].tolist() == [""] * 3


def test_a_promise_is_kept_with_its_days(db):
    day = pd.Timestamp(2026, 9, 1).date()
    promise = {"wave_id": "w", "team_id": "sales", "play": "listen", "dimension": "trust", "planned_on": day}
    made = actions.plan(db, owner="Ada", **promise)
    assert (made.due_on - day).days == 28
    assert actions.actions(db) == [made]
    assert actions.plan(db, owner="Bo", **promise) == made
    kept = actions.answer(db, made.action_id, "partly", day)
    assert (kept.happened, kept.answered_on) == ("partly", day)
    assert actions.action(db, made.action_id) == kept
    assert actions.answer(db, made.action_id, None, day) == made


def test_an_answer_to_an_unknown_promise_or_an_unknown_answer_changes_nothing(db):
    day = pd.Timestamp(2026, 9, 1).date()
    made = actions.plan(db, wave_id="w", team_id="sales", play="listen", dimension="trust", owner="Ada", planned_on=day)
    for change in (lambda: actions.answer(db, "x", "yes", day), lambda: actions.action(db, "x")):
        with pytest.raises(Problem, match="no action 'x'"):
            change()
    with pytest.raises(Problem, match=r"'partli' is no answer .* yes, partly, no\. Did you mean 'partly'\?"):
        actions.answer(db, made.action_id, "partli", day)
    assert actions.actions(db) == [made]


def test_each_table_is_written_by_a_module_of_this_package_and_by_nobody_else(db):
    code = "\n".join(path.read_text() for path in Path(SCHEMA).parent.glob("*.py"))
    for table in columns(db):
        assert re.search(rf'\b(INTO|FROM|UPDATE|JOIN) "?{table}\b|"{table}"', code), table
