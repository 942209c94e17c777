"""A password with a second factor, beside links: what signs somebody in, what does not, and what is kept."""

import re
from datetime import datetime, timedelta

import httpx2
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from served import served, signed_in
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import command, context, passwords, signing_in, with_password
from dashboard.cli import rapport
from dashboard.guard import Sessions, key_of
from data import audit, one_member, roster
from data import passwords as kept
from data.roster import RosterRow
from surveys import limits

PASSWORD = "correct horse battery"  # noqa: S105  of nobody
SECRET = b"12345678901234567890"


def digits(secret, now, later=0):
    """What a phone shows."""
    return HOTP(secret, 6, SHA1()).generate(passwords.half_minute(now) + later).decode()  # noqa: S303  as RFC 6238


@pytest.fixture
def sessions():
    return Sessions()


@pytest.fixture
def client(desk, sessions):
    here = [*signing_in.routes(lambda: desk, sessions), *with_password.open_routes(lambda: desk, sessions)]
    return TestClient(Starlette(routes=here), follow_redirects=False)


@pytest.fixture(autouse=True)
def people(desk):
    rows = [
        RosterRow(2, "ana", "Ana Ruiz", "ana@x.example", "organization", ("Sales",)),
        RosterRow(3, "bo", "Bo", "bo@x.example", "Sales"),
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))


@pytest.fixture
def chosen(desk):
    """Ana has a password, and a phone that knows SECRET."""
    with desk.store.writing() as db:
        kept.keep(db, "ana", passwords.lock(SECRET, PASSWORD), 0)


def enter(client, clock, name="ana@x.example", password=PASSWORD, later=0, **headers):
    form = {"name": name, "password": password, "digits": digits(SECRET, clock.now, later)}
    return client.post("/signin/password", data=form, headers=headers)


def session_of(client, sessions):
    return sessions.find(key_of(client.cookies.get("rapport", "")))


# ----------------------------------------------------------------------------------------------------------- signing in


@pytest.mark.parametrize("counter", range(10))
def test_digits_are_those_of_rfc_4226_appendix_d(counter):
    expected = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split()

    moment = datetime(1970, 1, 1) + timedelta(seconds=30 * counter)
    assert passwords.right(SECRET, expected[counter], moment) == counter


@pytest.mark.parametrize("name", ["ana@x.example", "ANA@x.example", "ana", " ana "])
@pytest.mark.usefixtures("chosen")
def test_name_password_and_digits_sign_somebody_in(client, clock, sessions, name):
    answer = enter(client, clock, name)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (session_of(client, sessions).role, session_of(client, sessions).member_id) == ("lead", "ana")


@pytest.mark.parametrize("later", [-1, 1])
@pytest.mark.usefixtures("chosen")
def test_digits_of_the_half_minute_before_and_after_count_too(client, clock, later):
    assert enter(client, clock, later=later).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "bo"},
        {"name": "nobody"},
        {"name": ""},
        {"password": "correct horse batterz"},
        {"password": ""},
        {"later": -2},
        {"later": 2},
    ],
    ids=str,
)
@pytest.mark.usefixtures("chosen")
def test_everything_else_signs_nobody_in_and_gets_one_answer(client, clock, sessions, wrong):
    answer = enter(client, clock, **wrong)

    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert session_of(client, sessions) is None


@pytest.mark.usefixtures("chosen")
def test_digits_sign_in_once(client, clock):
    enter(client, clock)
    client.cookies.clear()

    assert enter(client, clock).status_code == 403
    assert enter(client, clock, later=-1).status_code == 403
    assert enter(client, clock, later=1).status_code == 303


@pytest.mark.usefixtures("chosen")
def test_whoever_guesses_waits_a_minute_and_a_link_goes_on_working(desk, client, clock):
    for _ in range(limits.WRONG_PASSWORDS):
        assert enter(client, clock, password="wrong password").status_code == 403  # noqa: S106  of nobody

    assert enter(client, clock).status_code == 429
    code = signing_in.new_link(desk, "lead", "ana").partition("#")[2]
    assert client.post("/signin", data={"code": code, "enter": "1"}).status_code == 303
    clock.now += timedelta(minutes=1)
    assert enter(client, clock).status_code == 303


@pytest.mark.usefixtures("chosen")
def test_whoever_tries_many_names_waits_too(client, clock, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_CODES", 3)
    answers = [enter(client, clock, f"nobody-{each}", "").status_code for each in range(4)]

    assert answers == [403, 403, 403, 429]


@pytest.mark.usefixtures("chosen")
def test_a_page_elsewhere_signs_nobody_in(client, clock):
    assert enter(client, clock, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert enter(client, clock).status_code == 303


@pytest.mark.usefixtures("chosen")
def test_who_leads_nothing_any_more_does_not_get_in(desk, client, clock, sessions):
    with desk.store.writing() as db:
        rows = [RosterRow(2, "ana", "Ana Ruiz", "ana@x.example", "Sales"), RosterRow(3, "bo", "Bo", "", "Sales")]
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db), rows))

    assert enter(client, clock).status_code == 403
    assert session_of(client, sessions) is None


@pytest.mark.usefixtures("chosen")
def test_who_has_two_roles_chooses_one(desk, client, clock, sessions):
    with desk.store.writing() as db:
        roster.appoint(db, "ana", "steward")
    page = enter(client, clock)

    assert session_of(client, sessions) is None
    assert "Sign in as steward" in page.text


def test_whoever_runs_rapport_may_have_a_password_too(desk, client, clock, sessions):
    with desk.store.writing() as db:
        kept.keep(db, None, passwords.lock(SECRET, PASSWORD), 0)
    enter(client, clock, "Administrator")

    assert session_of(client, sessions).role == "administrator"


def test_the_page_asks_for_a_password_only_once_somebody_has_one(desk, client):
    before = client.get("/signin").text
    with desk.store.writing() as db:
        kept.keep(db, "ana", b"", 0)

    assert "With a password" not in before
    assert "With a password" in client.get("/signin").text


# ------------------------------------------------------------------------------------------------------------- choosing


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("short", "short", "of 12 to 200 characters"),
        ("x" * 201, "x" * 201, "of 12 to 200 characters"),
        ("abababababab", "abababababab", "repeats few characters"),
        ("I am Ana Ruiz indeed", "I am Ana Ruiz indeed", "holds your name"),
        ("to ana@x.example", "to ana@x.example", "holds your name"),
        (PASSWORD, PASSWORD + "x", "The two passwords differ"),
    ],
)
def test_what_is_guessed_first_is_no_password(password, again, sentence):
    assert sentence in passwords.trouble(password, again, {"Ana Ruiz", "ana@x.example"})


@pytest.fixture
def own(desk):
    """Somebody's own page, in a browser in which Ana is signed in."""
    with served(desk) as address, httpx2.Client(base_url=address, cookies=signed_in("lead", "ana")) as http:
        yield http


def offered(page):
    """The secret that a page offers, as a phone takes it."""
    import base64

    return base64.b32decode(re.search(r"type ([A-Z2-7 ]{30,}) into", page.text)[1].replace(" ", ""))


def choose(own, clock, password=PASSWORD, **other):
    secret = offered(own.get("/password"))
    form = {"password": password, "again": password, "digits": digits(secret, clock.now), **other}
    return own.post("/password", data=form), secret


def test_a_password_is_chosen_with_a_phone_that_knows_the_secret_and_signs_in_next_time(desk, own, clock):
    answer, secret = choose(own, clock)

    assert answer.status_code == 200
    assert "Your password is set" in answer.text
    clock.now += timedelta(minutes=1)
    form = {"name": "ana", "password": PASSWORD, "digits": digits(secret, clock.now)}
    assert own.post("/signin/password", data=form).status_code == 303
    with desk.store.reading() as db:
        assert set(audit.entries(db)["action"]) == {"password chosen", "sign in"}


def test_the_digits_with_which_it_was_chosen_sign_nobody_in(own, clock):
    _, secret = choose(own, clock)
    form = {"name": "ana", "password": PASSWORD, "digits": digits(secret, clock.now)}

    assert own.post("/signin/password", data=form).status_code == 403


def test_without_a_phone_that_shows_the_right_digits_nothing_is_kept(desk, own, clock):
    answer, _ = choose(own, clock, digits="000000")

    assert answer.status_code == 422
    assert "These digits are not right" in answer.text
    with desk.store.reading() as db:
        assert kept.find(db, "ana") is None


def test_the_page_proposes_the_same_secret_until_it_is_kept(own, clock):
    first, second = offered(own.get("/password")), offered(own.get("/password"))
    choose(own, clock)

    assert first == second != offered(own.get("/password"))


def test_a_screen_left_open_is_not_enough_to_choose_a_password(desk, own, monkeypatch):
    monkeypatch.setattr(with_password, "RECENT", -1.0)
    page = own.get("/password")
    own.post("/password", data={"password": PASSWORD, "again": PASSWORD, "digits": "000000"})

    assert "more than a quarter of an hour ago" in page.text
    with desk.store.reading() as db:
        assert kept.find(db, "ana") is None


def test_a_password_can_be_ended_by_whoever_has_it(desk, own, clock):
    choose(own, clock)
    answer = own.post("/password", data={"end": "1"})

    assert "Your password is gone" in answer.text
    with desk.store.reading() as db:
        assert kept.find(db, "ana") is None


def test_somebody_signs_out_on_every_device_at_once(own):
    other = signed_in("lead", "ana")
    somebody_else = signed_in("administrator")
    answer = own.post("/password", data={"leave": "1"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    assert context.sessions.find(key_of(other["rapport"])) is None
    assert context.sessions.find(key_of(somebody_else["rapport"])) is not None


def test_another_page_changes_nothing(own):
    headers = {"sec-fetch-site": "cross-site"}

    assert own.post("/password", data={"leave": "1"}, headers=headers).status_code == 403
    assert own.get("/password").status_code == 200


def test_without_a_session_there_is_no_such_page(own):
    own.cookies.clear()

    assert own.get("/password", headers={"accept": "text/html"}).headers["location"] == "/signin"
    assert own.post("/password", data={"leave": "1"}).status_code == 401


def test_a_password_is_chosen_and_used_in_a_real_browser(desk, browser, clock):
    link = signing_in.new_link(desk, "lead", "ana")
    with served(desk) as address:
        page = browser.new_context().new_page()
        page.goto(f"{address}/signin#{link.partition('#')[2]}")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        page.goto(f"{address}/password")
        secret = offered(type("Page", (), {"text": page.content()}))
        for label, typed in (
            ("2. A password", PASSWORD),
            ("The same once more", PASSWORD),
            ("3. The six digits", digits(secret, clock.now)),
        ):
            page.get_by_label(label).fill(typed)
        page.get_by_role("button", name="Keep this password").click()
        page.get_by_text("Your password is set").wait_for()
        page.get_by_role("button", name="Sign out on every device").click()
        page.get_by_text("With a password").click()
        clock.now += timedelta(minutes=1)
        for label, typed in (
            ("Email or member id", "ana"),
            ("Password", PASSWORD),
            ("Six digits", digits(secret, clock.now)),
        ):
            page.get_by_label(label).fill(typed)
        page.locator("details").get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()


@pytest.mark.usefixtures("chosen")
def test_whoever_is_signed_out_by_the_administrator_has_no_password_any_more(desk, client, clock):
    with served(desk), command.desk_in_hand(desk):
        assert rapport.run(["people", "sign-out", "ana", "--db", str(desk.store.path)]) == 0

    assert enter(client, clock).status_code == 403


# --------------------------------------------------------------------------------------------------------- what is kept


def test_neither_the_password_nor_the_secret_stands_in_any_file(desk, own, clock):
    _, secret = choose(own, clock)
    content = b"".join(file.read_bytes() for file in desk.store.path.parent.rglob("*") if file.is_file())

    assert b"ana@x.example" in content
    assert PASSWORD.encode() not in content
    assert secret not in content


@pytest.mark.usefixtures("chosen")
def test_the_password_of_somebody_who_left_goes_when_they_are_erased(desk):
    with desk.store.writing() as db:
        one_member.erase(db, "ana")
        assert kept.find(db, "ana") is not None
        rows = [RosterRow(3, "bo", "Bo", "bo@x.example", "Sales")]
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db), rows))
        one_member.erase(db, "ana")
        assert kept.find(db, "ana") is None
