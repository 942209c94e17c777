"""Letters that go to some: to each of two who may be introduced, and to everybody who leads, with the report."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from asking import WAVE, client, introduced
from larkfield import NINE, Company, keep, lead_of, read
from mail_server import Mailbox
from test_introducing import next_wave, say
from test_mail import bodies, change, links_in, mail_to, reach, rows, typed

from dashboard import enclosing, report
from dashboard.postbox import Postbox, Postman
from data import audit, one_member
from data.records import Problem
from surveys import post

pytestmark = pytest.mark.usefixtures("counting_here")

PAIRS = (("m00", "m01"), ("m02", "m03"), ("m00", "m05"))
MONDAY_AFTER = datetime(2026, 10, 5, 10)


@pytest.fixture
def box():
    with Mailbox().open() as made:
        yield made


def write(desk, box, occasion, name=WAVE):
    with Postbox(mail_to(box)) as postbox:
        return post.write(
            desk, name, occasion, postbox, at_once=True, pause=[].append, enclose=partial(enclosing.reports, desk)
        )


# -------------------------------------------------------------------------------------------------------- introductions


def test_each_of_two_who_may_be_introduced_gets_a_letter_with_their_own_link_and_nobody_s_name(desk, box):
    codes = introduced(desk, *PAIRS)

    tally = write(desk, box, "introduce")

    assert tally.sent == 6
    sent = {(address, link) for address, found in box.letters().items() for each in found for link in links_in(each)}
    assert sent == {(f"m{int(me[1:])}@example.org", f"{desk.url}/i#{code}") for (me, _), code in codes.items()}
    letters = [text for found in box.letters().values() for each in found for text in bodies(each)]
    assert not [text for text in letters if "Ben" in text.replace("Hello Ben", "")]


def test_a_second_try_writes_to_nobody_twice_and_an_answer_changes_nothing(desk, box):
    codes = introduced(desk, *PAIRS)
    write(desk, box, "introduce")
    say(client(desk), codes["m00", "m01"], answer="no")

    assert write(desk, box, "introduce").sent == 0


def test_who_takes_back_their_agreement_or_leaves_is_not_written_to_nor_is_the_other(desk, box):
    introduced(desk, *PAIRS)
    change(desk, "UPDATE consent SET introductions = false WHERE member_id = 'm01'")
    change(desk, "UPDATE member SET active = false WHERE member_id = 'm03'")

    write(desk, box, "introduce")

    assert set(box.letters()) == {"m0@example.org", "m5@example.org"}
    assert len(box.letters()["m0@example.org"]) == 1


def test_several_letters_about_introductions_count_as_several_of_the_quarter(desk, box):
    introduced(desk, *PAIRS)
    change(desk, "INSERT INTO setting VALUES ('letters_a_quarter', '1')")

    tally = write(desk, box, "introduce")

    assert (tally.sent, tally.over) == (5, 1)


def test_who_erases_what_is_held_stands_in_no_letter_to_or_about_them(desk, box):
    introduced(desk, *PAIRS)
    write(desk, box, "introduce")

    with desk.store.writing() as db:
        one_member.erase(db, "m00")

    assert rows(desk, "SELECT member_id, about FROM letter ORDER BY ALL") == [("m02", "m03"), ("m03", "m02")]


def test_what_waits_when_the_next_network_wave_opens_is_never_sent(desk, box, clock):
    introduced(desk, *PAIRS)
    with Postbox(mail_to(box)) as postbox:
        clock.now = datetime(2026, 9, 12, 10)  # a Saturday
        assert post.write(desk, WAVE, "introduce", postbox, pause=[].append).waiting == 6
    next_wave(desk, clock, close=False)
    while clock.now.weekday() != 0:
        clock.now += timedelta(days=1)

    Postman(mail_to(box)).look(desk)

    assert box.taken == []
    with pytest.raises(Problem, match=f"Nobody can be asked about introductions of wave '{WAVE}'."):
        write(desk, box, "introduce")


def test_before_anybody_was_asked_there_is_nobody_to_write_to(desk, box):
    introduced(desk, *PAIRS)
    change(desk, "DELETE FROM invitation")

    assert write(desk, box, "introduce").sent == 0


# -------------------------------------------------------------------------------------------------------------- reports


@pytest.fixture
def quarter(desk, clock):
    """The Monday after a quarter in which a wave of three teams and a small one closed; gives the wave's name."""
    keep(desk, Company(teams=(*NINE[:3], "Finance"), waves=2, made_up=False))
    clock.now = MONDAY_AFTER
    with desk.store.reading() as db:
        return db.execute("SELECT name FROM wave ORDER BY number DESC LIMIT 1").fetchone()[0]


def enclosed(letter):
    return {each.get_filename(): each.get_content() for each in letter.iter_attachments()}


def test_everybody_who_leads_gets_the_report_that_they_could_make_themselves_and_nobody_else_gets_one(
    desk, quarter, box
):
    tally = write(desk, box, "report", quarter)

    assert tally.sent == 4
    for address, [letter] in box.letters().items():
        lead = lead_of(desk, address.partition("@")[0])
        [team] = lead.leads
        [(name, pdf)] = enclosed(letter).items()
        assert pdf == report.build(read(desk, lead), "2026-Q3", team)
        assert name.startswith("2026-Q3-")
        assert letter.get_body(("plain",)) is not None
        assert links_in(letter) == set()


def test_who_leads_two_teams_gets_both_reports_in_one_letter(desk, quarter, box):
    change(desk, "INSERT INTO lead SELECT 'm0000', team_id FROM team WHERE path = 'Finance'")

    write(desk, box, "report", quarter)

    [letter] = box.letters()["m0000@larkfield.example"]
    assert len(enclosed(letter)) == 2
    assert "2026-Q3-finance.pdf" in enclosed(letter)


def test_whose_report_was_made_and_whose_names_it_holds_stands_in_the_log(desk, quarter, box):
    write(desk, box, "report", quarter)

    with desk.store.reading() as db:
        log = audit.entries(db)
    assert set(log.loc[log["action"] == "report", "who"]) == {"m0000", "m0100", "m0200", "m0300"}
    looked = log[(log["action"] == audit.LOOK)]
    assert set(looked["who"]) <= {"m0000", "m0100", "m0200", "m0300"}
    assert len(looked) > 0


def test_who_leads_no_team_any_more_when_letters_leave_gets_none(desk, quarter, box, clock):
    clock.now = datetime(2026, 10, 3, 10)  # a Saturday
    with Postbox(mail_to(box)) as postbox:
        assert post.write(desk, quarter, "report", postbox, pause=[].append).waiting == 4
    change(desk, "DELETE FROM lead WHERE member_id = 'm0000'")
    clock.now = MONDAY_AFTER

    Postman(mail_to(box)).look(desk)

    assert set(box.letters()) == {"m0100@larkfield.example", "m0200@larkfield.example", "m0300@larkfield.example"}
    assert all(enclosed(letter) for [letter] in box.letters().values())


def test_reports_wait_until_names_may_be_shown(desk, quarter, box, capsys, monkeypatch):
    reach(monkeypatch, box)
    later = (MONDAY_AFTER + timedelta(days=3)).date()
    change(desk, "UPDATE standing SET visible_from = ?", later)

    status, printed = typed(desk, capsys, "wave", "report", quarter)

    assert (status, box.taken) == (2, [])
    assert printed.startswith(f"Wave '{quarter}': names appear on 2026-10-08, and until then everybody can look")


def test_a_command_sends_reports_and_says_how_many(desk, quarter, box, capsys, monkeypatch):
    reach(monkeypatch, box)

    status, printed = typed(desk, capsys, "wave", "report", quarter, "--now")

    assert (status, f"Wave {quarter}: 4 letters sent (report).\n" in printed) == (0, True)
    assert typed(desk, capsys, "wave", "introduce", quarter, "--now")[0] == 2
    assert len(box.taken) == 4


def test_a_preview_of_a_report_encloses_nothing(desk, quarter, capsys, tmp_path):
    status, _ = typed(desk, capsys, "wave", "report", quarter, "--preview", tmp_path / "out")

    [file] = (tmp_path / "out").iterdir()
    assert (status, file.name, "pdf" in file.read_text().lower()) == (0, "report.en.eml", False)
