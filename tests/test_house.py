"""The page Settings and `rapport organization`: what holds here, for the administrator, without a secret or a path."""

import re

import pytest
from click.testing import CliRunner
from conftest import REPOSITORY
from larkfield import Company, administrator_of, keep, read
from test_commands import held_by_a_server, ok, run
from test_pages import tables, title, visit, words  # noqa: F401  `visit` is the fixture that opens a page

from dashboard import access, command, context, house
from dashboard.cli import rapport
from data import audit, organization, roster, waves
from data.organization import setting
from data.records import Problem
from data.store import Store
from surveys.desk import Desk
from surveys.questionnaire import from_json

KEY = "this key must never stand on a page"


def said(app) -> str:
    """Everything that the page shows as text, in its tables and in its boxes too."""
    cells = [str(cell) for table in tables(app) for row in table.values.tolist() for cell in row]
    return "\n".join([words(app), *cells, *(each.value for each in app.code)]).replace("\\", "")


def both(desk) -> tuple[str, str]:
    with desk.store.reading() as db:
        return setting(db, "organization"), setting(db, "timezone")


# ----------------------------------------------------------------------------------------------------------- the page


def test_the_name_and_the_time_zone_are_changed_on_the_page_and_the_log_says_who_did_it(desk, visit):  # noqa: F811
    keep(desk, Company(waves=1))
    app = visit("settings")
    app.text_input(key="house").set_value("Riverside").run()
    app.selectbox(key="zone").set_value("Europe/Brussels").run()
    next(button for button in app.button if button.label.startswith("Keep")).click().run()

    assert both(desk) == ("Riverside", "Europe/Brussels")
    assert "Riverside, Europe/Brussels" in words(app)
    with desk.store.reading() as db:
        [line] = audit.entries(db).query("action == 'organization'").to_dict("records")
    assert (line["who"], line["subject"], line["detail"]) == ("administrator", "Riverside", "Europe/Brussels")


def test_everybody_who_may_sign_in_is_listed_with_what_each_of_their_roles_opens(desk, visit):  # noqa: F811
    keep(desk, Company(waves=0))
    page = read(desk)
    lead = next(one for one in house.entries(page, desk) if one.role == "lead")
    with desk.store.writing() as db:
        roster.appoint(db, lead.member_id, "steward")
        roster.appoint(db, "m0102", "auditor")
        expected = {
            (member.member_id, role) for member in roster.members(db) for role in access.roles_of(db, member.member_id)
        }

    found = house.entries(page, desk)

    assert {(one.member_id, one.role) for one in found} == expected
    assert {one.opens for one in found if one.member_id == lead.member_id} == {lead.opens, house.WATCHES["steward"]}
    assert lead.opens in {team.path for team in page.teams.values()}
    assert title(visit("settings")) == house.opening(page, found)
    assert "one steward" in house.opening(page, found)


def test_the_command_that_the_page_gives_prints_a_link_for_that_role(desk, visit):  # noqa: F811
    keep(desk, Company(waves=0))
    app = visit("settings")
    whose = app.selectbox(key="whose")
    whose.select_index(len(whose.options) - 1).run()
    shown = app.code[0].value
    with command.desk_in_hand(desk):
        made = CliRunner().invoke(rapport, shown.split()[1:])

    assert made.exit_code == 0
    assert made.stdout.startswith(f"{desk.url}/signin#")
    assert shown == house.entries(read(desk), desk)[-1].command


def test_no_key_and_no_path_of_the_machine_stands_on_the_page(tmp_path, clock, visit, monkeypatch):  # noqa: F811
    monkeypatch.setenv("RAPPORT_REPORTS", str(tmp_path / "reports"))
    encrypted = Desk.open(
        tmp_path / "secret.duckdb", clock=clock, url="https://r.example", keys=tmp_path / "apart", key=KEY
    )
    try:
        keep(encrypted, Company(waves=0))
        context.use(encrypted)
        monkeypatch.setattr("test_pages.administrator_of", lambda _: administrator_of(encrypted))
        shown = said(visit("settings"))
    finally:
        encrypted.close()

    assert "r.example" in shown
    assert "without its key nobody opens it" in shown
    assert "a folder of their own" in shown
    assert "written into a folder" in shown
    assert KEY not in shown
    assert str(tmp_path) not in shown


def test_every_setting_of_the_page_stands_in_the_readme(desk):
    named = re.findall(r"RAPPORT_\w+", " ".join(one.decided for one in house.told(desk, reports=False)))
    settings_of_readme = (REPOSITORY / "README.md").read_text().split("| setting |")[1]

    assert "RAPPORT_URL" in named
    assert [name for name in named if name not in settings_of_readme] == []


def test_a_wave_that_is_opened_with_nothing_chosen_is_as_the_page_says(desk):
    keep(desk, Company(waves=0))
    rows = {one.what: one.now for one in house.next_wave(desk, 14)}
    with command.desk_in_hand(desk):
        opened = CliRunner().invoke(rapport, ["wave", "open", "2026-Q4", "--closes", "2026-12-11"])
    with desk.store.reading() as db:
        wave = waves.wave(db, "2026-Q4")

    assert opened.exit_code == 0
    assert (wave.asks, f"{wave.k} answers" in rows["A figure stands for"]) == ("both", True)
    assert f"{wave.smallest_group} people" in rows["A team with figures of its own needs"]
    assert f"{len(from_json(wave.questionnaire).items)} statements" in rows["It asks"]


def test_before_an_organization_has_a_name_the_page_asks_for_it_and_then_who_may_sign_in(desk, visit):  # noqa: F811
    assert title(visit("settings")) == "Rapport does not know yet what your organization is called."
    with desk.store.writing() as db:
        organization.set_setting(db, "organization", "Larkfield")
    assert title(visit("settings")) == "Nobody may sign in beside you yet."


def test_a_lead_is_told_that_the_page_is_for_administrators_and_sees_nothing_of_it(desk, visit):  # noqa: F811
    keep(desk, Company(waves=1))
    lead = next(one for one in house.entries(read(desk), desk) if one.role == "lead")
    app = visit("settings", lead=lead.member_id)

    assert "for administrators only" in title(app)
    assert "RAPPORT" not in said(app)
    assert "house" not in {box.key for box in app.text_input}


# -------------------------------------------------------------------------------------------------------- the command


def test_the_command_sets_what_it_is_told_and_leaves_the_rest(tmp_path):
    db = tmp_path / "r.duckdb"
    ok("organization", "--name", " Riverside ", db=db)
    assert ok("organization", "--format", "csv", db=db) == "name,timezone\nRiverside,UTC\n"
    assert "Riverside, Europe/Brussels" in ok("organization", "--timezone", "Europe/Brussels", db=db)
    assert ok("organization", "--format", "csv", db=db) == "name,timezone\nRiverside,Europe/Brussels\n"

    store = Store.open(db)
    with store.reading() as cursor:
        assert list(audit.entries(cursor)["action"]) == ["organization"] * 2
    store.close()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--name", "Riverside", "--timezone", "Europe/Brusels"), "'Europe/Brusels' is no time zone.*Europe/Brussels"),
        (("--name", "  "), "organization '' is no name; expected one line of 1 to 80 characters"),
        (("--name", "x" * 81), "is no name; expected one line of 1 to 80 characters"),
        (("--name", "two\nlines"), "is no name; expected one line"),
        (("--timezone", ""), "timezone '' is no time zone"),
    ],
)
def test_what_is_no_name_or_no_time_zone_is_refused_in_one_sentence_and_changes_nothing(tmp_path, options, expected):
    db = tmp_path / "r.duckdb"
    ok("organization", "--name", "Larkfield", db=db)
    refused = run("organization", *options, db=db)

    assert refused.exit_code == 2
    assert re.search(expected, refused.stderr)
    assert ok("organization", "--format", "csv", db=db) == "name,timezone\nLarkfield,UTC\n"


def test_beside_a_server_the_server_carries_it_out(tmp_path):
    db = tmp_path / "r.duckdb"
    ok("organization", "--name", "Larkfield", db=db)
    with held_by_a_server(db) as desk:
        ok("organization", "--timezone", "Asia/Tokyo", db=db)
        assert both(desk) == ("Larkfield", "Asia/Tokyo")


def test_a_name_that_is_refused_leaves_the_time_zone_and_the_log_as_they_were(desk):
    with pytest.raises(Problem, match="is no name"):
        house.keep(desk, "", "Asia/Tokyo")

    assert both(desk) == ("Your organization", "UTC")
    with desk.store.reading() as db:
        assert len(audit.entries(db)) == 0
