"""Letters that came back: read from what the sender saved, matched by Message-ID, and written again."""

import mailbox
import re

import pytest
import returned
from asking import WAVE
from test_mail import MONDAY, asked, box, change, rows, typed, write

from data import audit, letters, mailboxes
from surveys import bounces

__all__ = ["asked", "box"]  # the fixtures of letters

pytestmark = pytest.mark.usefixtures("counting_here")


@pytest.fixture
def sent(asked, box):
    """Everybody's letter, as the mail server took it, by address."""
    write(asked, box)
    return {address: got[0] for address, got in box.letters().items()}


def saved(folder, *messages):
    """A folder into which somebody saved messages."""
    folder.mkdir(exist_ok=True)
    for number, message in enumerate(messages):
        (folder / f"{number}.eml").write_bytes(message)
    return folder


def read(desk, capsys, path):
    return typed(desk, capsys, "wave", "bounces", WAVE, path)


def refused(desk):
    return {member: words for member, *_, words in rows(desk) if words}


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (returned.postfix, "550 5.1.1 no such user"),
        (returned.exim, "5.0.0"),
        (returned.exchange, "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
    ],
)
def test_a_report_names_the_address_and_why_and_the_letter_is_marked(asked, sent, capsys, program, words):
    file = asked.store.path.with_name("back.eml")
    file.write_bytes(program(sent["m3@example.org"]))

    assert read(asked, capsys, file) == (
        0,
        (
            f"Wave {WAVE}: 1 letter came back.\n"
            f"Once their addresses are mended, rapport wave invite {WAVE} writes to them again.\n"
            f"m3@example.org: {words}\n"
        ),
    )
    assert refused(asked) == {"m03": words}


def test_a_report_may_end_its_lines_as_windows_does(asked, sent, capsys, tmp_path):
    windows = returned.postfix(sent["m3@example.org"]).replace(b"\n", b"\r\n")

    assert "m3@example.org: 550 5.1.1 no such user" in read(asked, capsys, saved(tmp_path / "back", windows))[1]


def test_a_letter_that_came_back_goes_again_to_the_mended_address_as_another_letter(asked, sent, box, capsys, tmp_path):
    back = saved(tmp_path / "back", returned.postfix(sent["m3@example.org"]))
    read(asked, capsys, back)
    change(asked, "UPDATE member SET email = 'chi@example.org' WHERE member_id = 'm03'")

    assert write(asked, box).sent == 1

    [again] = box.letters()["chi@example.org"]
    assert again["Message-ID"] != sent["m3@example.org"]["Message-ID"]
    assert refused(asked) == {}
    assert read(asked, capsys, back)[1] == f"Wave {WAVE}: 0 letters came back.\nAbout no letter of this wave: 1.\n"
    assert refused(asked) == {}
    assert write(asked, box).sent == 0


def test_what_was_read_twice_is_marked_once_and_said_alike(asked, sent, capsys, tmp_path):
    back = saved(tmp_path / "back", *[returned.postfix(sent["m3@example.org"])] * 2)

    assert read(asked, capsys, back) == read(asked, capsys, back)
    assert len(refused(asked)) == 1


@pytest.mark.parametrize("action", ["delayed", "Delayed", "relayed", "delivered", "expanded"])
def test_a_letter_that_is_only_late_or_has_arrived_is_not_marked(asked, sent, capsys, tmp_path, action):
    report = returned.postfix(sent["m3@example.org"], action=action, status="4.4.1", said="451 4.4.1 not yet")

    status, printed = read(asked, capsys, saved(tmp_path / "back", report))

    assert status == 0
    assert ("Delayed on their way, and not marked: 1.\n" in printed) is (action.lower() == "delayed")
    assert "m3@" not in printed
    assert refused(asked) == {}


def test_a_letter_that_was_late_and_then_failed_has_failed(asked, sent, capsys, tmp_path):
    late = returned.postfix(sent["m3@example.org"], action="delayed", status="4.4.1", said="451 4.4.1 not yet")

    _, printed = read(asked, capsys, saved(tmp_path / "back", late, returned.postfix(sent["m3@example.org"]), late))

    assert "1 letter came back" in printed
    assert "Delayed" not in printed


def test_of_other_mail_nothing_is_kept_or_shown_but_how_much_there_was(asked, sent, capsys, tmp_path):
    box = mailbox.mbox(tmp_path / "Inbox")
    for message in [*returned.OTHERS, returned.exchange(sent["m3@example.org"]), *returned.OTHERS]:
        box.add(message)
    box.close()
    before = (tmp_path / "Inbox").read_bytes()

    status, printed = read(asked, capsys, tmp_path / "Inbox")

    assert (status, printed.splitlines()[:2]) == (
        0, [f"Wave {WAVE}: 1 letter came back.", "About no letter of this wave: 6."],
    )  # fmt: skip
    assert not re.search(r"4,711|Monday|m[0-2]@", printed)
    assert (tmp_path / "Inbox").read_bytes() == before
    with asked.store.reading() as db:
        newest = audit.entries(db).iloc[0]
    assert tuple(newest[["action", "subject", "detail"]]) == ("wave bounces", WAVE, "1 came back, 0 delayed")


def test_a_report_about_a_letter_of_somebody_else_marks_nothing(asked, sent, capsys, tmp_path):
    foreign = returned.postfix(sent["m3@example.org"])
    message_id = sent["m3@example.org"]["Message-ID"].strip("<>").encode()

    back = saved(tmp_path / "back", foreign.replace(message_id, b"somebody.elses@example.org"))

    assert read(asked, capsys, back)[1] == f"Wave {WAVE}: 0 letters came back.\nAbout no letter of this wave: 1.\n"
    assert refused(asked) == {}


def test_two_letters_to_one_address_that_came_back_are_two_and_the_address_is_said_once(asked, box, capsys, tmp_path):
    write(asked, box)
    write(asked, box, "remind")
    both = box.letters()["m3@example.org"]

    _, printed = read(asked, capsys, saved(tmp_path / "back", *map(returned.postfix, both)))

    assert printed.splitlines() == [
        f"Wave {WAVE}: 2 letters came back.",
        (
            f"Once their addresses are mended, rapport wave invite {WAVE} or rapport wave remind {WAVE} writes to them "
            "again."
        ),
        "m3@example.org: 550 5.1.1 no such user",
    ]


def test_a_letter_that_came_back_does_not_count_towards_the_letters_of_a_quarter(asked, sent, box, capsys, tmp_path):
    change(asked, "INSERT INTO setting VALUES ('letters_a_quarter', '1')")
    with asked.store.reading() as db:
        assert letters.in_hand(db, MONDAY.date())["m03"] == 1
    read(asked, capsys, saved(tmp_path / "back", returned.exim(sent["m3@example.org"])))

    with asked.store.reading() as db:
        assert "m03" not in letters.in_hand(db, MONDAY.date())
    again = write(asked, box)
    assert (again.sent, again.over) == (1, 0)


def test_a_letter_came_back_also_where_the_connection_was_lost_before_the_mail_server_took_it(
    asked, sent, capsys, tmp_path
):
    change(asked, "UPDATE letter SET sent_on = NULL WHERE member_id = 'm03'")

    read(asked, capsys, saved(tmp_path / "back", returned.exim(sent["m3@example.org"])))

    assert refused(asked) == {"m03": "5.0.0"}


def test_what_a_mail_server_says_is_one_line_that_moves_no_cursor_and_is_not_long(asked, sent, capsys, tmp_path):
    rude = returned.postfix(sent["m3@example.org"], said="550 5.1.1 \x1b[2Jgo\taway " + "x" * 999)

    _, printed = read(asked, capsys, saved(tmp_path / "back", rude))

    [words] = refused(asked).values()
    assert words.startswith("550 5.1.1 [2Jgo away xxx")
    assert len(words) == bounces.LONGEST_WORDS
    assert printed.splitlines()[-1] == f"m3@example.org: {words}"


@pytest.mark.parametrize("program", [returned.postfix, returned.exim, returned.exchange])
def test_a_report_that_was_cut_off_anywhere_is_read_as_far_as_it_goes_or_not_at_all(sent, program):
    whole = program(sent["m3@example.org"])
    message_id = sent["m3@example.org"]["Message-ID"].strip("<>")

    found = [bounces.report(whole[:length]) for length in range(0, len(whole), 7)]

    assert None in found
    assert {each.message_id for each in found if each} <= {message_id}
    assert bounces.report(whole).message_id == message_id


def test_parts_within_parts_without_end_are_no_report():
    deep = b"Content-Type: multipart/report; boundary=b\n\n" + b"".join(
        b"--%s\nContent-Type: multipart/mixed; boundary=%s\n\n" % (b"b" * n, b"b" * (n + 1)) for n in range(1, 2_000)
    )

    assert bounces.report(deep) is None


def test_what_was_said_is_read_too_where_a_program_leaves_its_kind_away(sent):
    report = returned.postfix(sent["m3@example.org"], said="the head is wrong; sorry")

    found = bounces.report(report.replace(b"Diagnostic-Code: smtp; ", b"Diagnostic-Code: "))

    assert found.words == "the head is wrong; sorry"


def test_a_report_about_an_address_beyond_ascii_is_read(sent):
    whole = returned.postfix(sent["m3@example.org"]).decode()
    whole = whole.replace("message/delivery-status", "message/global-delivery-status")
    whole = whole.replace("message/rfc822", "message/global").replace("no such user", "Benutzer unbekannt für märz")

    found = bounces.report(whole.encode())

    assert (found.failed, found.words) == (True, "550 5.1.1 Benutzer unbekannt für märz")


def test_a_line_that_only_begins_like_the_end_of_a_part_ends_none(sent):
    report = returned.exim(sent["m3@example.org"])
    told = b"--1788775202-eximdsn-1804289383x\nContent-type: message/delivery-status\n\nAction: delivered\n"

    assert bounces.report(report.replace(b"    Unrouteable address\n", told)).failed


def test_what_a_message_is_too_long_for_is_left_out_and_a_report_stands_before_it(
    asked, sent, capsys, tmp_path, monkeypatch
):
    report = returned.postfix(sent["m3@example.org"])
    monkeypatch.setattr(mailboxes, "LARGEST", len(report))
    box = mailbox.mbox(tmp_path / "Inbox")
    box.add(report + b"x" * 9_000)
    box.close()

    assert "1 letter came back" in read(asked, capsys, tmp_path / "Inbox")[1]
    assert max(map(len, mailboxes.messages(tmp_path / "Inbox"))) == len(report)


def test_more_messages_than_anybody_saves_in_a_week_are_one_sentence_and_mark_nothing(
    asked, sent, capsys, tmp_path, monkeypatch
):
    monkeypatch.setattr(mailboxes, "MOST", 3)
    back = saved(tmp_path / "back", *[returned.postfix(sent["m3@example.org"])] * 4)

    status, printed = read(asked, capsys, back)

    assert (status, printed) == (
        2, f"{back} holds more than 3 messages; expected fewer, such as those of a week.\n",
    )  # fmt: skip
    assert refused(asked) == {}


def test_a_file_that_is_no_mail_is_one_sentence_and_nothing_is_marked(asked, sent, capsys, tmp_path):
    good = returned.postfix(sent["m3@example.org"])
    outlook = saved(tmp_path / "back", good, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 as Outlook saves it")

    for path, sentence in (
        (
            outlook,
            f"{outlook / '1.eml'} is no message; expected an mbox, a message saved as .eml, or a folder of such.",
        ),
        (outlook / "1.eml", "is no message; expected an mbox"),
        (saved(tmp_path / "none"), "holds no message; expected messages saved as .eml."),
        (tmp_path / "nowhere.mbox", "nowhere.mbox cannot be read: No such file or directory."),
    ):
        status, printed = read(asked, capsys, path)
        assert (status, printed.count("\n")) == (2, 1)
        assert sentence in printed
    assert refused(asked) == {}


def test_a_wave_that_is_not_there_is_named(asked, capsys, tmp_path):
    status, printed = typed(asked, capsys, "wave", "bounces", "nowhere", saved(tmp_path / "back", returned.OTHERS[0]))

    assert (status, printed.count("\n")) == (2, 1)
    assert "nowhere" in printed


def test_ten_thousand_messages_are_read_one_by_one(tmp_path):
    other = b"From: a@x.example\n\n" + b"x" * 1_000
    (tmp_path / "Inbox").write_bytes(
        b"".join(b"From a Mon Sep  7 10:00:00 2026\n%s\n\n" % other for _ in range(10_000))
    )

    assert sum(bounces.report(each) is None for each in mailboxes.messages(tmp_path / "Inbox")) == 10_000
