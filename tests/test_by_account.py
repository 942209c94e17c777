"""Signing in with the account people have: a real provider in a browser, and one that lies."""

import logging
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from openid_providers import CLIENT, PASSWORD, Account, Lying, real
from served import served
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import by_account, context, settings, signing_in
from dashboard.guard import Sessions, key_of
from dashboard.openid import Provider, Started
from data import audit, roster
from data import signing_in as kept
from data.records import Problem
from data.roster import RosterRow

LONG_AGO, LONG_AFTER = 1_000_000_000, 4_000_000_000


@pytest.fixture
def sessions():
    return Sessions()


@pytest.fixture(autouse=True)
def people(desk):
    rows = [
        RosterRow(2, "ana", "Ana Ruiz", "Ana@x.example", "organization", ("Sales",)),
        RosterRow(3, "bo", "Bo", "bo@x.example", "Sales"),
        RosterRow(4, "cy", "Cy", "cy@x.example", "Sales", ("Sales",)),
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
        roster.appoint(db, "cy", "steward")


class Visitor:
    """Somebody's browser, at a server of its own, with a provider of which a test says what it claims."""

    def __init__(self, desk, sessions, lying):
        self.desk, self.sessions, self.lying = desk, sessions, lying
        provider = Provider(lying.settings)
        here = [
            *signing_in.routes(lambda: desk, sessions, lambda: provider),
            *by_account.routes(lambda: desk, sessions, lambda: provider),
        ]
        self.client = TestClient(Starlette(routes=here), follow_redirects=False)

    def go(self):
        """To the provider's; the query that it is asked with."""
        answer = self.client.get("/signin/with")
        if answer.status_code != 303:
            return answer
        self.asked = {name: value[0] for name, value in parse_qs(urlsplit(answer.headers["location"]).query).items()}
        self.lying.nonce = self.lying.nonce or self.asked["nonce"]
        return answer

    def come_back(self, **other):
        answer = {"code": "a code", "state": self.asked["state"], **other}
        return self.client.get("/signin/back", params={name: value for name, value in answer.items() if value})

    def sign_in(self, **other):
        self.go()
        return self.come_back(**other)

    @property
    def session(self):
        return self.sessions.find(key_of(self.client.cookies.get("rapport", "")))


@pytest.fixture
def visit(desk, sessions):
    opened = []

    def visit(claims, **lies):
        lying = Lying(claims, **lies)
        lying.__enter__()
        opened.append(lying)
        return Visitor(desk, sessions, lying)

    yield visit
    for lying in opened:
        lying.__exit__()


# ----------------------------------------------------------------------------------------------------- a real provider


@pytest.mark.parametrize(("user", "role"), [("ana", "lead"), ("root", "administrator"), ("bo", None)])
def test_somebody_signs_in_with_a_password_that_rapport_never_sees(desk, browser, user, role):
    accounts = [
        Account("ana", "ana@x.example"),
        Account("bo", "bo@x.example"),
        Account("root", "root@elsewhere.example", ("rapport-admins",)),
    ]
    with served(desk) as address, real(accounts, f"{address}/signin/back") as settings_of:
        context.use(replace(desk, url=address), Provider(settings_of))
        page = browser.new_context().new_page()
        page.goto(f"{address}/signin")
        page.get_by_role("link", name="Sign in with localhost").click()
        page.locator("input[name=login]").fill(user)
        page.locator("form [type=submit]").first.click()
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form [type=submit]").first.click()
        if role:
            page.get_by_role("button", name="Sign out").wait_for()
        else:
            page.get_by_text("leads no team here").wait_for()
    with desk.store.reading() as db:
        lines = audit.entries(db)
    assert list(lines[lines["action"] == "sign in"]["subject"]) == [role] * bool(role)


# ------------------------------------------------------------------------------------------------------ who is let in


def test_the_page_offers_the_account_only_where_there_is_a_provider(desk, sessions, visit):
    without = TestClient(Starlette(routes=signing_in.routes(lambda: desk, sessions)))

    assert "/signin/with" not in without.get("/signin").text
    assert "Sign in with 127.0.0.1" in visit({}).client.get("/signin").text


@pytest.mark.parametrize("path", ["/signin/with", "/signin/back"])
def test_without_a_provider_its_addresses_lead_to_the_sign_in_page(desk, sessions, path):
    here = Starlette(routes=by_account.routes(lambda: desk, sessions, lambda: None))
    answer = TestClient(here, follow_redirects=False).get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


def test_the_provider_is_asked_for_who_it_is_with_a_challenge_and_no_secret(visit):
    visitor = visit({"email": "ana@x.example"})
    visitor.go()

    assert visitor.asked["response_type"] == "code"
    assert visitor.asked["client_id"] == CLIENT
    assert visitor.asked["scope"] == "openid email profile"
    assert visitor.asked["code_challenge_method"] == "S256"
    assert len(visitor.asked["code_challenge"]) == 43
    assert visitor.asked["redirect_uri"].endswith("/signin/back")


def test_a_lead_whose_address_the_provider_names_is_signed_in(desk, visit):
    visitor = visit({"email": "ANA@x.example"})
    answer = visitor.sign_in()

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (visitor.session.role, visitor.session.member_id) == ("lead", "ana")
    with desk.store.reading() as db:
        lines = audit.entries(db)[["who", "action", "subject", "detail"]].to_numpy().tolist()
    assert sorted(lines) == [["ana", "account", "ANA@x.example", "127.0.0.1"], ["ana", "sign in", "lead", ""]]


def test_a_statement_for_a_list_of_one_is_for_that_one(visit):
    visitor = visit({"email": "ana@x.example", "aud": [CLIENT]})

    assert visitor.sign_in().status_code == 303


def test_who_is_in_the_group_of_administrators_signs_in_as_one(visit):
    visitor = visit({"email": "root@elsewhere.example", "groups": ["staff", "rapport-admins"]})
    visitor.sign_in()

    assert (visitor.session.role, visitor.session.member_id) == ("administrator", None)


@pytest.mark.parametrize("groups", [["rapport-admins-of-another"], "x rapport-admins", [], None, {"rapport-admins": 1}])
def test_a_group_that_is_called_otherwise_makes_no_administrator(visit, groups):
    visitor = visit({"email": "root@elsewhere.example", "groups": groups})

    assert visitor.sign_in().status_code == 403
    assert visitor.session is None


@pytest.mark.parametrize("email", ["bo@x.example", "nobody@x.example", "", None, 7, ["ana@x.example"]])
def test_who_has_no_role_here_is_told_so_and_not_signed_in(visit, email):
    visitor = visit({"email": email})
    answer = visitor.sign_in()

    assert answer.status_code == 403
    assert "leads no team here" in answer.text
    assert visitor.session is None


def test_an_address_that_only_looks_like_a_colleagues_is_nobodys(desk, visit):
    with desk.store.writing() as db:
        rows = [RosterRow(2, "kay", "Kay", "kay@x.example", "organization", ("Sales",))]
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db), rows))

    assert visit({"email": "\N{KELVIN SIGN}ay@x.example"}).sign_in().status_code == 403
    assert visit({"email": "Kay@x.example", "email_verified": "true"}).sign_in().status_code == 303


def test_a_provider_that_sends_elsewhere_is_not_followed(visit):
    visitor = visit({"email": "ana@x.example"}, status=302)

    assert visitor.go().status_code == 503


@pytest.mark.parametrize("verified", [False, "false", 0, None])
def test_an_address_that_the_provider_did_not_verify_says_nothing(visit, verified):
    visitor = visit({"email": "ana@x.example", "email_verified": "no" if verified is None else verified})

    assert visitor.sign_in().status_code == 403


def test_who_has_two_roles_chooses_one_and_gets_no_other(visit):
    visitor = visit({"email": "cy@x.example"})
    page = visitor.sign_in()

    assert visitor.session is None
    assert [role in page.text for role in ("as lead", "as steward", "as administrator")] == [True, True, False]
    code = page.text.partition("as steward")[0].rpartition('name="code" value="')[2].partition('"')[0]
    visitor.client.post("/signin", data={"code": code, "enter": "1"})
    assert visitor.session.role == "steward"


def test_a_choice_that_nobody_made_ends_after_ten_minutes(desk, clock, visit):
    visitor = visit({"email": "cy@x.example"})
    page = visitor.sign_in()
    code = page.text.partition('name="code" value="')[2].partition('"')[0]
    clock.now += signing_in.TO_CHOOSE

    assert visitor.client.post("/signin", data={"code": code, "enter": "1"}).status_code == 403
    with desk.store.writing() as db:
        assert kept.spend(db, b"", clock.now) is None
        assert db.execute("SELECT count(*) FROM sign_in").fetchone() == (0,)


def test_a_claim_of_ones_own_may_say_who_somebody_is(desk):
    with desk.store.reading() as db:
        by_id = settings.OpenId("https://x.example", CLIENT, member="employee")

        assert by_account.roles_by_account(db, by_id, {"employee": "ana", "email": "bo@x.example"}) == [("lead", "ana")]
        assert by_account.roles_by_account(db, by_id, {"employee": "nobody", "email": "ana@x.example"}) == []


def test_what_the_signed_statement_leaves_out_is_asked_for(visit):
    visitor = visit({}, userinfo={"sub": "1", "email": "ana@x.example"})

    assert visitor.sign_in().status_code == 303
    assert visitor.session.member_id == "ana"


def test_what_is_signed_counts_more_than_what_is_not(visit):
    visitor = visit({"email": "bo@x.example"}, userinfo={"sub": "1", "email": "ana@x.example"})

    assert visitor.sign_in().status_code == 403


def test_who_leads_nothing_any_more_is_signed_out_as_with_a_link(desk, visit):
    visitor = visit({"email": "ana@x.example"})
    visitor.sign_in()
    with desk.store.writing() as db:
        rows = [RosterRow(3, "bo", "Bo", "bo@x.example", "Sales")]
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db, active_only=False), rows))

    assert visitor.sign_in().status_code == 403


# ---------------------------------------------------------------------------------------------- what is not believed


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "somebody else"},
        {"aud": [CLIENT, "somebody else"]},
        {"aud": [CLIENT, "somebody else"], "azp": "somebody else"},
        {"aud": None},
        {"exp": LONG_AGO},
        {"exp": None},
        {"iat": LONG_AFTER},
        {"nbf": LONG_AFTER},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
    ],
    ids=str,
)
def test_a_statement_for_somebody_else_or_another_time_signs_nobody_in(visit, lies):
    visitor = visit({"email": "ana@x.example", **lies})
    answer = visitor.sign_in()

    assert answer.status_code == 403
    assert "did not say who you are" in answer.text
    assert visitor.session is None


@pytest.mark.parametrize("key", ["another key", "our secret", "nothing"])
def test_a_statement_that_the_provider_did_not_sign_signs_nobody_in(visit, key):
    visitor = visit({"email": "ana@x.example"}, signed_with=key)

    assert visitor.sign_in().status_code == 403
    assert visitor.session is None


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": "http://elsewhere.example/keys"},
        {"jwks_uri": None},
        {"token_endpoint": 7},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_wrongly_is_not_gone_to(visit, described):
    answer = visit({}, described=described).go()

    assert answer.status_code == 503
    assert "set-cookie" not in answer.headers


def test_userinfo_of_somebody_else_signs_nobody_in(visit):
    visitor = visit({}, userinfo={"sub": "2", "email": "ana@x.example"})

    assert visitor.sign_in().status_code == 403


def test_who_brings_back_what_began_in_another_browser_is_not_signed_in(visit):
    victim, attacker = visit({"email": "ana@x.example"}), visit({"email": "cy@x.example"})
    attacker.go()
    victim.go()
    answer = victim.come_back(state=attacker.asked["state"])

    assert answer.status_code == 403
    assert "did not begin in this browser" in answer.text
    assert victim.lying.tokens_for == []


def test_an_answer_can_be_brought_back_once(visit):
    visitor = visit({"email": "ana@x.example"})
    visitor.sign_in()

    assert visitor.come_back().status_code == 403


def test_an_answer_of_another_issuer_is_not_taken_there(visit):
    visitor = visit({"email": "ana@x.example"})

    assert visitor.sign_in(iss="https://other.example").status_code == 403
    assert visitor.lying.tokens_for == []


def test_the_code_is_taken_to_the_provider_with_what_only_this_browser_has(visit):
    visitor = visit({"email": "ana@x.example"})
    visitor.go()
    started = Started.read(visitor.client.cookies["rapport-sign-in"])
    visitor.come_back()

    [posted] = visitor.lying.tokens_for
    assert posted["code_verifier"] == [started.verifier]
    assert posted["grant_type"] == ["authorization_code"]


def test_who_says_no_at_the_provider_may_try_again(visit):
    answer = visit({}).sign_in(code="", error="access_denied")

    assert answer.status_code == 403
    assert "/signin/with" in answer.text


# -------------------------------------------------------------------------------------------------- what may go wrong


def test_a_provider_that_is_not_there_is_one_sentence_and_links_go_on(desk, sessions):
    provider = Provider(settings.OpenId("http://127.0.0.1:9", CLIENT))
    here = [
        *signing_in.routes(lambda: desk, sessions, lambda: provider),
        *by_account.routes(lambda: desk, sessions, lambda: provider),
    ]
    client = TestClient(Starlette(routes=here), follow_redirects=False)
    answer = client.get("/signin/with")

    assert answer.status_code == 503
    assert "cannot be asked just now" in answer.text
    code = signing_in.new_link(desk, "administrator", None).partition("#")[2]
    assert client.post("/signin", data={"code": code, "enter": "1"}).status_code == 303


def test_a_provider_that_is_not_there_is_not_asked_again_at_once(visit):
    visitor = visit({}, status=500)
    for _ in range(3):
        assert visitor.go().status_code == 503

    assert visitor.lying.asked == ["/.well-known/openid-configuration"]


def test_the_log_names_the_provider_and_nobody_who_came(visit, caplog):
    caplog.set_level(logging.DEBUG)
    visitor = visit({"email": "ana@x.example", "nonce": "another"})
    visitor.sign_in(code="the-code-they-brought")

    assert "127.0.0.1 signs nobody in: InvalidClaimError nonce." in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("dashboard")]
    assert not [line for line in ours if "ana" in line or "the-code" in line or "secret" in line]


# ------------------------------------------------------------------------------------------------------------ settings


def of(**more):
    return settings.read(
        environment={
            "RAPPORT_CONFIG": "",
            "RAPPORT_OIDC": "https://login.example.org/",
            "RAPPORT_OIDC_CLIENT": "rapport",
            **more,
        }
    ).openid


def test_a_provider_is_read_with_its_client_and_the_secret_stands_in_no_representation():
    read = of(RAPPORT_OIDC_SECRET="s3cret-s3cret", RAPPORT_OIDC_ADMINISTRATORS="groups=rapport-admins")  # noqa: S106  of nobody

    assert (read.issuer, read.client, read.secret) == ("https://login.example.org", "rapport", "s3cret-s3cret")
    assert (read.member, read.administrators) == ("email", ("groups", "rapport-admins"))
    assert "s3cret" not in repr(read)
    assert of(RAPPORT_OIDC="") is None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"RAPPORT_OIDC": "http://login.example.org"}, "RAPPORT_OIDC is 'http://login.example.org'; expected"),
        ({"RAPPORT_OIDC": "login.example.org"}, "RAPPORT_OIDC is 'login.example.org'; expected"),
        ({"RAPPORT_OIDC": "https://[x"}, "RAPPORT_OIDC is 'https://[x'; expected"),
        ({"RAPPORT_OIDC_CLIENT": ""}, "RAPPORT_OIDC_CLIENT is not set; expected the client id that login.example.org"),
        ({"RAPPORT_OIDC_ADMINISTRATORS": "admins"}, "RAPPORT_OIDC_ADMINISTRATORS is 'admins'; expected a claim"),
        ({"RAPPORT_OIDC_ADMINISTRATORS": "groups="}, "RAPPORT_OIDC_ADMINISTRATORS is 'groups='; expected a claim"),
    ],
)
def test_a_mistake_in_a_setting_is_one_sentence(more, sentence):
    with pytest.raises(Problem) as said:
        of(**more)

    assert str(said.value).startswith(sentence)
