"""Letters to everybody asked: whom they reach, what stands in them, and that nobody gets one twice or misses one."""

import html
import os
import random
import re
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import get_args

import pytest
from asking import WAVE, ask, client
from conftest import full
from mail_server import Mailbox, certificate

from dashboard import command, serving, settings
from dashboard.cli import rapport
from dashboard.postbox import Postbox, Postman
from dashboard.settings import Mail
from data import audit, letters, one_member, waves
from data.letters import Kind
from data.records import Problem
from surveys import closing, mail, post
from surveys.language import languages
from surveys.links import links as links_of
from surveys.pages import House

pytestmark = pytest.mark.usefixtures("counting_here")

MONDAY = datetime(2026, 9, 7, 10)
SENDER = "People team <people@example.org>"
OPENED = ("https://r.example/p#A", "https://r.example/n#B", "https://r.example/i#C")


@pytest.fixture
def box():
    with Mailbox().open() as made:
        yield made


@pytest.fixture
def asked(desk, clock):
    """A desk whose wave is open, on a Monday at ten."""
    clock.now = MONDAY
    ask(desk)
    return desk


def mail_to(box, **more) -> Mail:
    return Mail("localhost", box.port, "none", "People team", "people@example.org", **more)


def write(desk, box, occasion="invite", *, pauses=None, **more):
    """Send letters as the command does, with pauses that nobody waits for."""
    with Postbox(mail_to(box)) as postbox:
        return post.write(desk, WAVE, occasion, postbox, pause=(pauses if pauses is not None else []).append, **more)


def typed(desk, capsys, *words):
    with command.desk_in_hand(desk):
        status = rapport.run([*map(str, words), "--db", str(desk.store.path)])
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def change(desk, sql, *values):
    with desk.store.writing() as db:
        db.execute(sql, list(values))


def rows(desk, query="SELECT member_id, kind, message_id, sent_on, refused FROM letter ORDER BY ALL"):
    with desk.store.reading() as db:
        return db.execute(query).fetchall()


def bodies(letter):
    """The plain text and the HTML of a letter."""
    return [letter.get_body((form,)).get_content().replace("\r\n", "\n") for form in ("plain", "html")]


def links_in(letter) -> set[str]:
    text, marked_up = bodies(letter)
    found = set(re.findall(r"https?://\S+", text))
    assert found == {html.unescape(each) for each in re.findall(r'(?:href|src)="([^"]*)"', marked_up)}
    return found


# --------------------------------------------------------------------------------------------------------- the settings


def said(**more):
    return {"HOME": "/home/ana", "RAPPORT_SMTP": "smtp://mail.example.org", "RAPPORT_MAIL_FROM": SENDER} | more


def test_a_mail_server_is_read_with_the_usual_port_and_encryption_unless_it_is_on_this_machine():
    def read(server):
        found = settings.read(environment=said(RAPPORT_SMTP=server)).mail
        return found.host, found.port, found.security

    assert read("smtp://mail.example.org") == ("mail.example.org", 587, "starttls")
    assert read("smtps://mail.example.org") == ("mail.example.org", 465, "tls")
    assert read("smtp://localhost:2525") == ("localhost", 2525, "none")
    assert read("smtp://[::1]") == ("::1", 587, "none")
    assert settings.read(environment={"HOME": "/home/ana"}).mail is None
    assert settings.read(environment=said()).mail.address == "people@example.org"


def test_a_user_may_be_an_address_and_the_password_stands_in_no_representation():
    chosen = said(RAPPORT_SMTP="smtp://ana%40x.example@m.example", RAPPORT_SMTP_PASSWORD="nightjar")  # noqa: S106  made up
    found = settings.read(environment=chosen).mail

    assert (found.user, found.password) == ("ana@x.example", "nightjar")
    assert "nightjar" not in repr(found)
    assert "nightjar" not in repr(settings.Settings("a", None, None, mail=found))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"RAPPORT_SMTP": "mail.example.org"}, "RAPPORT_SMTP is 'mail.example.org'; expected smtp://"),
        ({"RAPPORT_SMTP": "http://mail.example.org"}, "expected smtp://user@host:587"),
        ({"RAPPORT_SMTP": "smtp://mail.example.org:many"}, "'smtp://mail.example.org:many'; expected"),
        ({"RAPPORT_SMTP": "smtp://mail.example.org/inbox"}, "expected smtp://"),
        ({"RAPPORT_SMTP": "smtp://"}, "expected smtp://"),
        ({"RAPPORT_SMTP": "smtp://ana:nightjar@m.example"}, "expected the password in RAPPORT_SMTP_PASSWORD_FILE"),
        ({"RAPPORT_SMTP": "smtp://ana:night/jar@m.example"}, "RAPPORT_SMTP is '"),
        ({"RAPPORT_SMTP": "smtp://ana@m.example"}, "names the user 'ana'; expected a password in"),
        ({"RAPPORT_SMTP_PASSWORD": "nightjar"}, "names no user for the password in RAPPORT_SMTP_PASSWORD"),
        ({"RAPPORT_SMTP": "smtp://a@m.example", "RAPPORT_SMTP_PASSWORD": "night\njar"}, "expected one line"),
        ({"RAPPORT_SMTP": "smtp://a@m.example", "RAPPORT_SMTP_PASSWORD": ""}, "expected one line"),
        ({"RAPPORT_MAIL_FROM": ""}, "RAPPORT_MAIL_FROM is ''; expected a sender such as"),
        ({"RAPPORT_MAIL_FROM": "People team"}, "expected a sender such as"),
        ({"RAPPORT_MAIL_FROM": "a@x.example\nBcc: b@x.example"}, "expected a sender such as"),
    ],
)
def test_a_mistake_in_a_setting_is_one_sentence_without_the_password(more, sentence):
    with pytest.raises(Problem) as problem:
        settings.read(environment=said(**more))

    assert sentence in str(problem.value)
    assert "jar" not in str(problem.value)


def test_a_password_file_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "password"
    file.write_text("nightjar\n")
    chosen = said(RAPPORT_SMTP="smtp://ana@m.example", RAPPORT_SMTP_PASSWORD_FILE=str(file))

    file.chmod(0o644)
    with pytest.raises(Problem, match="which others can read; expected a file for its owner only"):
        settings.read(environment=chosen)
    file.chmod(0o600)
    assert settings.read(environment=chosen).mail.password == "nightjar"  # noqa: S105  made up


# ---------------------------------------------------------------------------------------------------------- the letters


def test_everybody_asked_gets_one_letter_with_their_own_two_links_and_no_other(asked, box):
    tally = write(asked, box)

    own = links_of(asked, WAVE).set_index("email")
    assert (tally.sent, tally.waiting, tally.left, tally.refused) == (14, 0, 0, {})
    assert box.connections == 1
    got = box.letters()
    assert got.keys() == set(own.index)
    for address, [letter] in got.items():
        assert links_in(letter) == {own.loc[address, "pulse_url"], own.loc[address, "network_url"]}
    assert {day for *_, day, _ in rows(asked)} == {MONDAY.date()}


def test_a_letter_has_a_plain_text_and_loads_nothing(asked, box):
    write(asked, box)

    [letter] = box.letters()["m0@example.org"]
    text, marked_up = bodies(letter)
    assert letter.get_content_type() == "multipart/alternative"
    assert text.startswith("Larkfield asks how working together is going\n\nHello Ana Ruiz,\n")
    assert "until 11 December, 18:00 UTC" in text
    assert "anonymous after it" in text
    assert "asked by name: that is its point" in text
    assert not re.search(r"<(img|script|link|iframe|form|input|style)|url\(|@import|\bon\w+=", marked_up)


def test_the_head_of_a_letter_says_from_whom_it_comes_and_how_to_get_no_more(asked, box):
    write(asked, box)

    [letter] = box.letters()["m0@example.org"]
    assert letter["From"] == SENDER
    assert letter["To"] == "Ana Ruiz <m0@example.org>"
    assert letter["Subject"] == "Larkfield asks how working together is going"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<mailto:people@example.org?subject=unsubscribe>"
    assert letter["Date"].datetime.replace(tzinfo=None) == MONDAY
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", letter["Message-ID"])


@pytest.mark.parametrize("language", languages().values(), ids=languages())
@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_letter_is_written_in_the_language_of_its_member(asked, language, kind):
    with asked.store.reading() as db:
        wave = waves.wave(db, WAVE)
    here = House("Larkfield", language=language)
    page = mail.page(kind, wave, here, "Ana", mail.Links(*OPENED))

    made = mail.message(page, here, mail.Sender("", "people@example.org"), "Ana", "a@x.example", "id@x", MONDAY)

    read = message_from_bytes(bytes(made), policy=default)
    text, marked_up = bodies(read)
    assert f'<html lang="{language.code}" dir="{language.direction}">' in marked_up
    assert language.say("Hello {name},", name="Ana") in text
    assert links_in(read) == {"results": set(), "report": set(), "introduction": {OPENED[2]}}.get(kind, {*OPENED[:2]})
    assert text.rstrip().endswith(language.unreviewed or "say so.")
    assert "{" not in text
    assert all(len(line) < 1000 for line in bytes(made).splitlines())


def test_a_member_without_a_language_of_ours_gets_english(asked, box):
    change(asked, "UPDATE member SET language = 'de-CH' WHERE member_id = 'm00'")
    change(asked, "UPDATE member SET language = 'Volapük' WHERE member_id = 'm01'")

    write(asked, box)

    greetings = {address: bodies(letter)[0].split("\n\n")[1][:9] for address, [letter] in box.letters().items()}
    assert greetings["m0@example.org"] == "Guten Tag"
    assert {greetings[f"m{n}@example.org"] for n in range(1, 14)} == {"Hello Ben", *(f"Hello {x}" for x in THIRD)}


THIRD = "Chi Dan Eli Fem Gra Han Ivo Joy Kim Len Mil Nil".split()


@pytest.mark.parametrize(
    "name",
    [
        "Ada\r\nBcc: all@x.example",
        "Ada\nX: y\n\n<script>alert(1)</script>",
        'O"Neil, Ada <evil@x.example>',
        "Ада Лавлейс" * 9,
        "Müller, Jürgen <evil@x.example> " * 5,
        "\u2028Ada\x00\x1b[2J",
        "=?utf-8?q?Ada=0D=0ABcc=3A_all=40x.example?=",
        "{name} {organization}",
    ],
)
def test_no_name_begins_another_header_or_recipient(asked, box, name):
    change(asked, "UPDATE member SET name = ? WHERE member_id = 'm00'", name)
    change(asked, "INSERT OR REPLACE INTO setting VALUES ('organization', ?)", name)

    assert write(asked, box).sent == 14

    [letter] = box.letters()["m0@example.org"]
    assert sorted(letter.keys()) == sorted(box.letters()["m1@example.org"][0].keys())
    assert [each.addr_spec for each in letter["To"].addresses] == ["m0@example.org"]
    assert "<script" not in bodies(letter)[1]
    assert {address for address, _ in box.taken} == {f"m{n}@example.org" for n in range(14)}


def test_a_wave_that_asks_one_thing_sends_one_link(desk, clock, box):
    clock.now = MONDAY
    ask(desk, asks="pulse")

    write(desk, box)

    [letter] = box.letters()["m0@example.org"]
    assert links_in(letter) == {links_of(desk, WAVE)["pulse_url"][0]}
    assert "With your name" not in bodies(letter)[0]


# ----------------------------------------------------------------------------------------------- reminders and results


def test_a_reminder_goes_to_those_too_who_answered_and_says_so(asked, clock, box):
    pulse, _ = ask_codes(asked)["m00"]
    write(asked, box)
    before = rows(asked)
    client(asked).post("/p", data={"code": pulse, "answers": "1", "T1": "4", "C1": "2"})
    assert rows(asked) == before
    box.taken.clear()

    clock.now += timedelta(days=3)
    tally = write(asked, box, "remind")

    assert (tally.kind, tally.sent) == ("reminder", 14)
    assert len(box.letters()) == 14
    text, _ = bodies(box.letters()["m0@example.org"][0])
    assert "everybody who was asked, whether they have answered or not. If you have, please ignore it." in text
    texts = {re.sub(r"http\S+|Hello .*", "", bodies(letter)[0]) for [letter] in box.letters().values()}
    assert len(texts) == 1


def ask_codes(desk):
    from asking import codes

    return codes(desk)


def test_there_are_two_reminders_on_two_days_and_never_a_third(asked, clock, box):
    assert write(asked, box, "remind").kind == "reminder"
    with pytest.raises(Problem, match="was reminded of today; expected the last reminder on another day"):
        write(asked, box, "remind")

    clock.now += timedelta(days=1)
    assert write(asked, box, "remind").kind == "last reminder"
    assert "It is the last one." in bodies(box.letters()["m0@example.org"][1])[0]

    clock.now += timedelta(days=1)
    with pytest.raises(Problem, match="has had two reminders; expected no third"):
        write(asked, box, "remind")
    assert len(box.taken) == 28


def test_results_are_told_to_everybody_asked_without_any_link(asked, box):
    with pytest.raises(Problem, match="is open and has no results yet; expected a closed wave"):
        write(asked, box, "tell")
    closing.close_wave(asked, WAVE)
    with pytest.raises(Problem, match="is closed and takes no more answers; expected an open wave"):
        write(asked, box)

    assert write(asked, box, "tell").sent == 14
    assert write(asked, box, "tell").sent == 0

    assert {frozenset(links_in(letter)) for [letter] in box.letters().values()} == {frozenset()}
    assert "it now shows the results" in bodies(box.letters()["m0@example.org"][0])[0]


def test_what_waits_when_a_wave_closes_is_never_sent(asked, clock, box):
    clock.now = datetime(2026, 9, 6, 10)
    assert write(asked, box).waiting == 14
    closing.close_wave(asked, WAVE)
    clock.now = MONDAY

    assert serving.look_at_the_clock(asked, postman=Postman(mail_to(box))) == []
    write(asked, box, "tell")

    assert {kind for _, kind, *_ in rows(asked)} == {"results"}


def test_an_invitation_again_reaches_those_only_who_have_none_yet(asked, box):
    change(asked, "UPDATE member SET email = '' WHERE member_id = 'm03'")
    assert (write(asked, box).sent, write(asked, box).sent) == (13, 0)

    change(asked, "UPDATE member SET email = 'new@example.org' WHERE member_id = 'm03'")
    assert write(asked, box).sent == 1
    assert len(box.letters()["new@example.org"]) == 1


def test_nobody_gets_more_letters_a_quarter_than_the_setting_says(asked, clock, box):
    change(asked, "INSERT INTO setting VALUES ('letters_a_quarter', '1')")
    write(asked, box)

    again = write(asked, box, "remind")
    assert (again.sent, again.over) == (0, 14)

    clock.now = datetime(2026, 10, 1, 10)
    assert write(asked, box, "remind").sent == 14


# ------------------------------------------------------------------------------------------------------- working hours


@pytest.mark.parametrize(
    ("now", "zone", "at_work"),
    [
        (datetime(2026, 9, 7, 8, 59), None, False),
        (datetime(2026, 9, 7, 9, 0), None, True),
        (datetime(2026, 9, 7, 16, 59), "", True),
        (datetime(2026, 9, 7, 17, 0), None, False),
        (datetime(2026, 9, 6, 22, 0), "Pacific/Auckland", True),
        (datetime(2026, 9, 5, 12, 0), None, False),
        (datetime(2026, 9, 7, 10, 0), "Moon/Tranquility", True),
        (datetime(2026, 9, 7, 10, 0), "../../etc/passwd", True),
        (datetime(2026, 9, 7, 10, 0), "America/New_York", False),
    ],
)
def test_letters_arrive_from_monday_to_friday_between_nine_and_five_where_one_lives(now, zone, at_work):
    assert mail.in_hours(now, zone, House().zone) is at_work


def test_who_is_not_at_work_gets_the_letter_from_the_server_when_they_are(asked, clock, box):
    change(asked, "UPDATE member SET timezone = 'America/New_York' WHERE member_id < 'm05'")
    postman = Postman(mail_to(box))

    tally = write(asked, box)
    assert (tally.sent, tally.waiting) == (9, 5)
    assert serving.look_at_the_clock(asked, postman=postman) == []
    assert len(box.taken) == 9

    clock.now = datetime(2026, 9, 7, 13, 0)
    assert serving.look_at_the_clock(asked, postman=postman) == []
    assert serving.look_at_the_clock(asked, postman=postman) == []

    assert len(box.letters()) == len(box.taken) == 14
    assert box.connections == 2
    with asked.store.reading() as db:
        assert ("rapport", "wave invite", "5 sent (invitation)") in set(
            audit.entries(db)[["who", "action", "detail"]].itertuples(index=False, name=None)
        )


def test_somebody_in_a_hurry_waits_for_nobody(asked, clock, box):
    clock.now = datetime(2026, 9, 6, 3)

    assert write(asked, box, at_once=True).sent == 14


# ------------------------------------------------------------------------------------------------ what mail servers do


def test_an_address_that_is_refused_is_named_and_the_others_get_their_letter(asked, box, capsys, monkeypatch):
    box.says["m3@example.org"] = ["550 5.1.1 no such\tuser"]
    reach(monkeypatch, box)

    status, printed = typed(asked, capsys, "wave", "invite", WAVE, "--now")

    assert status == 0
    assert "13 letters sent (invitation)" in printed
    assert printed.splitlines()[-1] == "m3@example.org: 550 5.1.1 no such user"
    assert {member: words for member, *_, words in rows(asked) if words} == {"m03": "550 5.1.1 no such user"}

    box.says.clear()
    assert write(asked, box).sent == 1


def test_who_is_put_off_is_tried_again_after_growing_pauses(asked, box):
    box.says = {"m3@example.org": ["451 later"], "m4@example.org": ["451 later"] * 3}
    pauses = []

    assert write(asked, box, pauses=pauses).sent == 14
    assert pauses == sorted(pauses) == list(post.PAUSES)
    assert len(box.taken) == 14


def test_who_is_put_off_for_long_waits_for_the_next_run(asked, box, clock):
    box.says = {"m3@example.org": ["451 later"] * 9}
    tally = write(asked, box)
    assert (tally.sent, tally.left) == (13, 1)

    postman = Postman(mail_to(box))
    serving.look_at_the_clock(asked, postman=postman)
    tried = len(box.tried)
    serving.look_at_the_clock(asked, postman=postman)
    assert len(box.tried) == tried
    box.says.clear()
    clock.now += timedelta(minutes=11)
    serving.look_at_the_clock(asked, postman=postman)
    assert len(box.letters()) == 14


@pytest.mark.parametrize("after", [1, 5])
def test_a_mail_server_that_hangs_up_after_some_letters_loses_none_and_gets_none_twice(asked, box, after):
    box.hangs_up_after = after

    assert write(asked, box).sent == 14
    assert len(box.letters()) == len(box.taken) == 14
    assert box.connections > 2


def test_a_letter_whose_fate_is_unknown_goes_again_under_the_same_message_id(asked, box):
    box.mute_after = 5

    assert write(asked, box).sent == 14
    [twice] = [got for got in box.letters().values() if len(got) > 1]
    assert len(box.taken) == 15
    assert twice[0]["Message-ID"] == twice[1]["Message-ID"]


def test_a_mail_server_that_goes_away_is_told_and_the_same_command_goes_on(asked):
    def away(count):
        if count == 6:
            raise ConnectionResetError

    first = Mailbox(when_taken=away, hangs_up_after=6)
    with first.open():
        first.says = {f"m{n}@example.org": ["421 closing down"] for n in range(14)}
        tally = write(asked, first, pauses=[])
    assert tally.sent + tally.left == 14

    with Mailbox(port=first.port).open() as second:
        assert write(asked, second).sent == tally.left
    assert {*first.letters(), *second.letters()} == {f"m{n}@example.org" for n in range(14)}


def test_no_mail_server_is_one_sentence_and_what_was_laid_out_waits(asked, capsys, monkeypatch):
    with Mailbox().open() as gone:
        pass
    reach(monkeypatch, gone)

    status, printed = typed(asked, capsys, "wave", "invite", WAVE)

    assert status == 2
    assert f"The mail server localhost:{gone.port} cannot be reached (connection refused); expected" in printed
    assert {day for *_, day, _ in rows(asked)} == {None}


def test_a_refused_sender_stops_at_once(asked, box):
    box.to_sender = "550 not from you"

    tally = write(asked, box)

    assert (tally.sent, tally.left, box.tried) == (0, 14, [])
    assert tally.stopped == (
        "The mail server localhost refuses the sender people@example.org (550 not from you); expected another "
        "RAPPORT_MAIL_FROM."
    )


def test_a_failed_login_stops_at_once_and_the_server_does_not_come_back_at_every_look(asked):
    with Mailbox(user="ana", password="right").open() as box:  # noqa: S106  made up
        wrong = mail_to(box, user="ana", password="nightjar")  # noqa: S106  made up
        with Postbox(wrong) as postbox:
            tally = post.write(asked, WAVE, "invite", postbox, pause=[].append)
        assert "refuses the login of 'ana' (535 5.7.8 wrong password); expected another user" in tally.stopped
        assert "jar" not in tally.stopped
        assert box.connections == 1

        postman = Postman(wrong)
        for _ in range(3):
            said = serving.look_at_the_clock(asked, postman=postman)
        assert (box.connections, said) == (2, [])

        with Postbox(mail_to(box, user="ana", password="right")) as postbox:  # noqa: S106  made up
            assert post.write(asked, WAVE, "invite", postbox, pause=[].append).sent == 14


@pytest.mark.parametrize(("security", "start"), [("starttls", "starttls"), ("tls", "start")])
def test_letters_go_encrypted_to_a_mail_server_that_proves_who_it_is(asked, tmp_path, monkeypatch, security, start):
    file = certificate(tmp_path)
    with Mailbox(certificate=file, encrypted_from=start, user="ana", password="nightjar").open() as box:  # noqa: S106  made up
        chosen = Mail("localhost", box.port, security, "", "p@x.example", user="ana", password="nightjar")  # noqa: S106  made up
        with Postbox(chosen) as postbox:
            tally = post.write(asked, WAVE, "invite", postbox, pause=[].append)
        assert "cannot prove who it is" in tally.stopped
        assert tally.sent == 0

        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        with Postbox(chosen) as postbox:
            assert post.write(asked, WAVE, "invite", postbox, pause=[].append).sent == 14


def test_a_mail_server_elsewhere_without_encryption_gets_nothing(asked, box):
    with Postbox(Mail("localhost", box.port, "starttls", "", "p@x.example")) as postbox:
        tally = post.write(asked, WAVE, "invite", postbox, pause=[].append)

    assert "offers no STARTTLS; expected one that does" in tally.stopped
    assert box.taken == []


@pytest.mark.parametrize(
    "address", ["märz@example.org", "ana@" + "x" * 70 + ".org", "a b@example.org", "=?q?a?=@x.example"]
)
def test_an_address_that_cannot_be_written_is_refused_alone(asked, box, address):
    change(asked, "UPDATE member SET email = ? WHERE member_id = 'm03'", address)

    tally = write(asked, box)

    assert tally.sent == 13
    assert "is no address for mail" in tally.refused[address]


def test_an_address_beyond_ascii_behind_the_at_is_written_as_mail_servers_know_it(asked, box):
    change(asked, "UPDATE member SET email = 'ana@bücher.example' WHERE member_id = 'm03'")

    assert write(asked, box).sent == 14
    assert "ana@xn--bcher-kva.example" in box.letters()


# --------------------------------------------------------------------------------------------------- the three commands


def reach(monkeypatch, box):
    monkeypatch.setenv("RAPPORT_SMTP", f"smtp://localhost:{box.port}")
    monkeypatch.setenv("RAPPORT_MAIL_FROM", SENDER)


@pytest.fixture
def reached(box, monkeypatch):
    """The mail server, as the commands find it."""
    reach(monkeypatch, box)
    return box


def test_a_command_says_how_many_went_and_the_log_keeps_numbers_only(asked, box, capsys, monkeypatch):
    reach(monkeypatch, box)
    change(asked, "UPDATE member SET timezone = 'Asia/Tokyo' WHERE member_id = 'm00'")
    change(asked, "UPDATE member SET email = '' WHERE member_id = 'm01'")

    status, printed = typed(asked, capsys, "wave", "invite", WAVE)

    assert (status, [line for line in printed.splitlines() if not line.startswith("Sending (")]) == (
        0,
        [
            f"Wave {WAVE}: 12 letters sent (invitation).",
            "For their working hours wait: 1; the running server sends them then, or the same command.",
            f"Without an address: 1. Slips: rapport wave links {WAVE} --slips FILE.",
        ],
    )
    with asked.store.reading() as db:
        newest = audit.entries(db).iloc[0]
    assert tuple(newest[["action", "subject", "detail"]]) == (
        "wave invite", WAVE, "12 sent (invitation), 1 wait for their hours",
    )  # fmt: skip


def test_a_preview_writes_one_letter_a_language_and_sends_and_keeps_nothing(asked, capsys, tmp_path):
    change(asked, "UPDATE member SET language = 'ar' WHERE member_id = 'm02'")

    status, _ = typed(asked, capsys, "wave", "invite", WAVE, "--preview", tmp_path / "out")
    typed(asked, capsys, "wave", "remind", WAVE, "--preview", tmp_path / "out")

    assert status == 0
    files = {file.name: file for file in (tmp_path / "out").iterdir()}
    assert set(files) == {"invitation.ar.eml", "invitation.en.eml", "reminder.ar.eml", "reminder.en.eml"}
    shown = message_from_bytes(files["invitation.ar.eml"].read_bytes(), policy=default)
    assert 'dir="rtl"' in bodies(shown)[1]
    assert shown["To"] == "Ada Example <ada@example.org>"
    assert links_in(shown) == {f"{asked.url}/p#example", f"{asked.url}/n#example"}
    assert rows(asked) == []


def test_a_test_goes_to_one_address_with_links_that_open_nothing_and_keeps_nothing(asked, box, capsys, monkeypatch):
    reach(monkeypatch, box)

    status, printed = typed(asked, capsys, "wave", "invite", WAVE, "--test-send", "me@example.org")

    assert (status, printed) == (
        0, "One letter went to me@example.org. Its links open nothing; nothing was kept.\n",
    )  # fmt: skip
    assert [address for address, _ in box.taken] == ["me@example.org"]
    assert not any(url.rpartition("#")[2] in box.taken[0][1].decode() for url in links_of(asked, WAVE)["pulse_url"])
    assert rows(asked) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["invite", "nowhere"], "nowhere"),
        (["tell", WAVE], "is open and has no results yet"),
        (["invite", WAVE, "--preview", "x", "--test-send", "me@x.example"], "either --preview or --test-send"),
        (["invite", WAVE, "--test-send", "nobody"], "'nobody' is no address for mail"),
    ],
)
def test_a_mistake_is_one_sentence_and_nobody_is_written_to(asked, reached, capsys, words, sentence):
    status, printed = typed(asked, capsys, "wave", *words)

    assert (status, printed.count("\n")) == (2, 1)
    assert sentence in printed
    assert reached.taken == rows(asked) == []


def test_without_a_mail_server_nothing_is_sent(asked, capsys):
    assert typed(asked, capsys, "wave", "invite", WAVE) == (
        2,
        "Wave invite: RAPPORT_SMTP is not set; expected a mail server, such as smtp://user@host:587.\n",
    )


def test_links_that_only_this_machine_can_reach_go_to_no_other(asked, capsys, monkeypatch):
    monkeypatch.setenv("RAPPORT_SMTP", "smtp://mail.example.org")
    monkeypatch.setenv("RAPPORT_MAIL_FROM", SENDER)

    status, printed = typed(asked, capsys, "wave", "invite", WAVE)

    assert status == 2
    assert printed == (
        "Links begin with http://127.0.0.1:8501, which only this machine can reach; expected RAPPORT_URL to be set.\n"
    )
    assert rows(asked) == []


def test_nobody_of_a_made_up_company_is_written_to_but_letters_can_be_looked_at(
    asked, box, capsys, monkeypatch, tmp_path
):
    reach(monkeypatch, box)
    change(asked, "INSERT OR REPLACE INTO setting VALUES ('made_up', 'yes')")

    status, printed = typed(asked, capsys, "wave", "invite", WAVE)
    assert (status, "This company is made up" in printed, box.taken, rows(asked)) == (2, True, [], [])

    assert typed(asked, capsys, "wave", "invite", WAVE, "--preview", tmp_path)[0] == 0
    assert "Made-up company" in (tmp_path / "invitation.en.eml").read_text()
    assert typed(asked, capsys, "wave", "invite", WAVE, "--test-send", "me@example.org")[0] == 0


def test_results_of_a_wave_from_elsewhere_are_told_to_nobody(asked, box):
    closing.close_wave(asked, WAVE)
    change(asked, "DELETE FROM reader")
    change(asked, "DELETE FROM network_link")

    with pytest.raises(Problem, match="has no links that open anything any more"):
        write(asked, box, "tell")


# ------------------------------------------------------------------------------------------------- what is written down


def test_two_who_send_at_once_send_nothing_twice(asked, box):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as threads:
        sent = [each.result().sent for each in [threads.submit(write, asked, box) for _ in range(3)]]

    assert sorted(sent) == [0, 0, 14]
    assert len(box.letters()) == len(box.taken) == 14


def test_letters_go_in_no_order_that_the_roster_has(asked, box):
    write(asked, box)

    order = [address for address, _ in box.taken]
    assert order != sorted(order, key=lambda address: int(address[1:].partition("@")[0]))


def test_no_box_in_the_log_of_the_database_tells_who_had_been_written_to_before_it_came(asked, box):
    seen = []
    box.when_taken = lambda _count: seen.append({day for *_, day, _ in rows(asked)})

    write(asked, box)

    assert seen == [{None}] * 14
    assert {day for *_, day, _ in rows(asked)} == {MONDAY.date()}
    assert not list(asked.store.path.parent.glob("*.letters"))


def test_neither_a_link_nor_the_password_stands_in_the_database_or_in_a_log(asked, caplog, capfd, monkeypatch):
    with Mailbox(user="ana", password="nightjar").open() as box:  # noqa: S106  made up
        monkeypatch.setenv("RAPPORT_SMTP", f"smtp://ana@localhost:{box.port}")
        monkeypatch.setenv("RAPPORT_MAIL_FROM", SENDER)
        monkeypatch.setenv("RAPPORT_SMTP_PASSWORD", "nightjar")
        with caplog.at_level("DEBUG"), command.desk_in_hand(asked):
            assert rapport.run(["wave", "invite", WAVE]) == 0
            rapport.run(["wave", "remind", WAVE])
    codes = {url.rpartition("#")[2] for column in ("pulse_url", "network_url") for url in links_of(asked, WAVE)[column]}
    asked.intake.close()
    asked.store.close()
    kept = b"".join(file.read_bytes() for file in asked.store.path.parent.rglob("*") if file.is_file())
    written = kept + "".join([*capfd.readouterr(), *(record.getMessage() for record in caplog.records)]).encode()

    assert b"m0@example.org" in written
    assert b"nightjar" not in written
    assert len(codes) == 28
    assert not [code for code in codes if code.encode() in written or code.replace("-", "").encode() in written]


def test_the_table_holds_a_day_and_no_time(asked):
    [(kind,)] = rows(
        asked, "SELECT data_type FROM duckdb_columns() WHERE table_name = 'letter' AND column_name = 'sent_on'"
    )

    assert kind == "DATE"
    assert not rows(asked, "SELECT 1 FROM duckdb_columns() WHERE table_name = 'letter' AND data_type LIKE 'TIME%'")


def test_the_letters_of_somebody_who_left_go_when_they_are_erased(asked, box):
    write(asked, box)
    change(asked, "UPDATE member SET active = false WHERE member_id = 'm00'")

    with asked.store.writing() as db:
        one_member.erase(db, "m00")
        one_member.erase(db, "m01")

    assert {member for member, *_ in rows(asked)} == {f"m{n:02}" for n in range(1, 14)}


def test_a_forgotten_wave_takes_its_letters_along(asked, box):
    write(asked, box)

    with asked.store.writing() as db:
        waves.forget(db, waves.wave(db, WAVE).wave_id)

    assert rows(asked) == []


def test_a_line_that_was_cut_off_names_no_letter(tmp_path):
    taken = letters.Taken(tmp_path / "r.duckdb")
    for name in ("one", "two"):
        taken.add(name)
    file = tmp_path / "r.duckdb.letters"
    file.write_bytes(file.read_bytes()[:-2])

    assert taken.read() == ["one", "tw"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_sender_that_is_killed_again_and_again_forgets_nobody_and_repeats_at_most_what_was_on_its_way(
    desk, clock, monkeypatch
):
    people, kills = (1_000, 5) if full else (60, 2)
    clock.now = datetime.now().replace(microsecond=0)  # noqa: DTZ005  the process that is killed has no other clock
    monkeypatch.setattr("asking.CLOSES", clock.now + timedelta(days=9))
    ask(desk, people=people)
    path = desk.store.path
    desk.close()
    draw = random.Random(7)  # noqa: S311  where it is killed is no secret
    sender: list[subprocess.Popen] = []
    after = sorted(draw.sample(range(2, people - 1), kills))

    def kill(count):
        if after and count == after[0]:
            after.pop(0)
            os.kill(sender[-1].pid, signal.SIGKILL)

    with Mailbox(when_taken=kill).open() as box:
        environment = os.environ | {"RAPPORT_SMTP": f"smtp://localhost:{box.port}", "RAPPORT_MAIL_FROM": SENDER}
        words = [sys.executable, "-m", "dashboard", "wave", "invite", WAVE, "--now", "--db", str(path)]
        ended = []
        for _ in range(kills + 1):
            sender.append(subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True))
            printed, _ = sender[-1].communicate()
            ended.append(sender[-1].returncode)

    got = box.letters()
    assert ended == [-signal.SIGKILL] * kills + [0]
    assert set(got) == {f"m{n}@example.org" for n in range(people)}
    twice = [each for each in got.values() if len(each) > 1]
    assert len(box.taken) == people + len(twice)
    assert len(twice) <= kills
    assert all(len({letter["Message-ID"] for letter in each}) == 1 for each in twice)
    assert "sent (invitation)" in printed
