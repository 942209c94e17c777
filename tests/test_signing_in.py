"""A one-time link signs somebody in once, and only when a person presses the button."""

import re
from datetime import timedelta

import httpx2
import pytest
from served import served, signed_in
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import signing_in
from dashboard.guard import Sessions, key_of
from data import audit, roster
from data.roster import RosterRow


@pytest.fixture
def sessions():
    return Sessions()


@pytest.fixture
def client(desk, sessions):
    return TestClient(Starlette(routes=signing_in.routes(lambda: desk, sessions)), follow_redirects=False)


@pytest.fixture
def lead(desk):
    rows = [
        RosterRow(2, "ana", "Ana Ruiz", "ana@x.example", "organization", ("Sales",)),
        RosterRow(3, "bo", "Bo", "b@x.example", "Sales"),
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
    return "ana"


def code_of(link: str) -> str:
    return link.partition("#")[2]


def press(client, code, **headers):
    return client.post("/signin", data={"code": code, "enter": "1"}, headers=headers)


def test_a_link_leads_to_the_sign_in_page_with_its_secret_in_the_fragment(desk):
    link = signing_in.new_link(desk, "administrator", None)

    assert re.fullmatch(r"http://127\.0\.0\.1:8501/signin#([0-9A-Z]{5}-){5}[0-9A-Z]", link)


def test_opening_a_link_signs_nobody_in_and_spends_nothing(desk, client):
    code = code_of(signing_in.new_link(desk, "administrator", None))

    opened = client.post("/signin", data={"code": code})

    assert opened.status_code == 200
    assert "Your link signs you in once" in opened.text
    assert "set-cookie" not in opened.headers
    assert press(client, code).status_code == 303


def test_pressing_the_button_begins_a_session(desk, client, sessions):
    answer = press(client, code_of(signing_in.new_link(desk, "administrator", None)))

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.search(r"HttpOnly; .*Path=/; SameSite=lax", cookie, re.IGNORECASE)
    assert sessions.find(key_of(client.cookies["rapport"])).role == "administrator"


def test_a_link_is_used_once(desk, client):
    code = code_of(signing_in.new_link(desk, "administrator", None))
    press(client, code)

    again = press(client, code)

    assert again.status_code == 403
    assert "has been used already" in again.text


def test_a_link_ends_when_nobody_uses_it(desk, client, clock):
    code = code_of(signing_in.new_link(desk, "administrator", None))
    clock.now += timedelta(days=1, seconds=1)

    assert press(client, code).status_code == 403


@pytest.mark.parametrize("code", ["", "hello", "00000-00000-00000-00000-00000-0", "0" * 5000])
def test_a_code_that_never_was_signs_nobody_in(client, code):
    answer = press(client, code)

    assert answer.status_code in (403, 413)
    assert "set-cookie" not in answer.headers


def test_the_page_is_the_same_for_everybody_and_sets_no_cookie(client):
    first, second = client.get("/signin"), client.get("/signin")

    assert first.content == second.content
    assert "set-cookie" not in first.headers
    assert "unsafe" not in first.headers["content-security-policy"]


def test_a_lead_signs_in_under_their_own_name(desk, client, sessions, lead):
    press(client, code_of(signing_in.new_link(desk, "lead", lead)))

    session = sessions.find(key_of(client.cookies["rapport"]))
    assert (session.role, session.member_id) == ("lead", "ana")
    with desk.store.reading() as db:
        assert list(audit.entries(db)["action"]) == ["sign in"]


def test_somebody_who_leads_nothing_any_more_does_not_get_in(desk, client, lead):
    link = signing_in.new_link(desk, "lead", lead)
    with desk.store.writing() as db:
        rows = [RosterRow(3, "bo", "Bo", "b@x.example", "Sales")]
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db, active_only=False), rows))

    answer = press(client, code_of(link))

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_another_site_can_sign_nobody_in_or_out(desk, client, headers):
    code = code_of(signing_in.new_link(desk, "administrator", None))

    assert press(client, code, **headers).status_code == 403
    assert client.get("/auth/logout", headers=headers).status_code == 403
    assert press(client, code).status_code == 303


def test_signing_out_ends_the_session_and_takes_the_cookie_back(desk, client, sessions):
    press(client, code_of(signing_in.new_link(desk, "administrator", None)))
    key = key_of(client.cookies["rapport"])

    answer = client.get("/auth/logout")

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    assert sessions.find(key) is None
    assert "rapport" not in client.cookies


def test_guessing_is_slowed_down_and_a_real_link_still_works(desk, client):
    wrong = [press(client, "00000-00000-00000-00000-00000-0").status_code for _ in range(40)]

    assert wrong[0] == 403
    assert wrong[-1] == 429
    assert press(client, code_of(signing_in.new_link(desk, "administrator", None))).status_code == 303


def test_the_database_keeps_no_secret_of_a_link(desk):
    from surveys import ballots

    code = code_of(signing_in.new_link(desk, "administrator", None))
    with desk.store.reading() as db:
        kept = db.table("sign_in").fetchall()

    assert len(kept) == 1
    assert ballots.secret_from(code) not in kept[0][0]
    assert code not in str(kept)


# -------------------------------------------------------------------------------------------- the assembled application


def test_the_form_is_served_by_the_assembled_application(desk):
    with served(desk) as address:
        answer = httpx2.get(f"{address}/p")

    assert answer.status_code == 200
    assert "Code from your invitation" in answer.text
    assert "set-cookie" not in answer.headers


def test_the_dashboard_of_the_assembled_application_is_behind_the_sign_in(desk):
    page = {"accept": "text/html"}
    with served(desk) as address:
        stranger = httpx2.get(address, headers=page)
        known = httpx2.get(address, headers=page, cookies=signed_in())

    assert (stranger.status_code, stranger.headers["location"]) == (303, "/signin")
    assert known.status_code == 200
    assert '<div id="root">' in known.text


def test_no_answer_of_the_assembled_application_names_its_server(desk):
    with served(desk) as address:
        answers = [httpx2.get(f"{address}{path}") for path in ("/p", "/", "/signin", "/_stcore/metrics")]

    assert all("server" not in answer.headers for answer in answers)


def test_every_route_of_the_assembled_application_is_open_by_name_or_closed(desk):
    from dashboard.app import app
    from dashboard.door import open_routes

    opened = {route.path for route in open_routes}
    with served(desk) as address:
        paths = {route.path for route in app._starlette_app.routes if hasattr(route, "path")}
        closed = [re.sub(r"{[^}]*}", "x", path) or "/" for path in paths - opened if path != "/_stcore/health"]
        answers = {path: httpx2.get(f"{address}{path}").status_code for path in closed}

    assert len(answers) > 8
    assert set(answers.values()) <= {401, 404}
    forms = {"/p", "/p/thanks", "/n", "/n/thanks", "/i", "/privacy", "/assets/{path:path}", "/favicon.ico"}
    forms |= {"/kiosk", "/kiosk/p", "/kiosk/p/thanks", "/kiosk/privacy"}
    for_programs = {"/api/v1", "/api/v1/openapi.json", *(f"/api/v1/{each}" for each in API)}
    sign_in = {"/signin", "/signin/with", "/signin/back", "/signin/password", "/auth/logout"}
    assert opened == forms | sign_in | for_programs | {"/health", "/ready"}


API = ("waves", "teams", "findings", "response", "network")


def test_signing_in_and_out_in_a_real_browser(desk, browser):
    with served(desk) as address:
        context = browser.new_context()
        page, other = context.new_page(), context.new_page()
        code = code_of(signing_in.new_link(desk, "administrator", None))

        page.goto(f"{address}/signin")
        page.goto(f"{address}/signin#{code}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/")
        other.goto(address)
        other.wait_for_selector("[data-testid=stApp]")
        page.goto(f"{address}/auth/logout")

        assert code not in page.url
        other.wait_for_url(f"{address}/signin")
        context.close()
