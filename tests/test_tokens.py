"""Other programs read with a token what its holder may read on the pages: no more, no longer, and no name."""

import json
from datetime import date, timedelta

import httpx2
import pytest
from larkfield import Company, keep
from served import served
from test_roles import ABOVE, AUDITOR, CORE, EVERYBODY, SALES, STEWARD, TREE, WEB, rapport_says, roster_without

from dashboard import access, readable, tables, tokens
from dashboard.addresses import ADDRESSES, API
from data import audit, exchange, roster
from data import tokens as kept
from surveys import limits

READING = [one for one in EVERYBODY if one[0] in ("administrator", "lead")]
WATCHING = [("steward", STEWARD), ("auditor", AUDITOR)]
FIGURES = ("teams", "findings", "response", "network")


@pytest.fixture
def company(desk):
    """Four teams, one inside another, and Finance, too small for figures; a steward and an auditor; two waves."""
    keep(desk, Company(teams=(*TREE, "Finance"), size=8, waves=3))
    with desk.store.writing() as db:
        roster.appoint(db, STEWARD, "steward")
        roster.appoint(db, AUDITOR, "auditor")
    return desk


def token_of(desk, role="administrator", member_id=None, **more) -> str:
    name = more.pop("name", f"{role} {member_id}")
    return tokens.new(desk, name, role=role, member_id=member_id, **more)[0]


def get(address, path, token=None, **more):
    headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    return httpx2.get(f"{address}{API}/{path}", headers=headers, **more)


def page_of(desk, role, member_id):
    with desk.store.reading() as db:
        viewer = access.viewer_for(db, member_id, role)
    return readable.read(desk, viewer, desk.today())


# ---------------------------------------------------------------------------------------------------- what a role reads


@pytest.mark.parametrize(("role", "member"), READING)
def test_a_token_reads_of_every_wave_and_team_what_the_pages_show_its_holder_and_nothing_else(company, role, member):
    page = page_of(company, role, member)
    token = token_of(company, role, member)
    with served(company) as address:
        for wave in page.pulses:
            told = get(address, "findings", token, params={"wave": wave.name}).json()["findings"]
            assert told == exchange.to_objects(tables.scores(page, [wave]))
            for path in (*TREE, "Finance", "organization"):
                one = get(address, "findings", token, params={"wave": wave.name, "team": path})
                mine = [row for row in told if row["team"] == path]
                assert one.status_code == (200 if mine else 404)
                assert one.status_code == 404 or one.json()["findings"] == mine

        assert {row["team"] for row in told} == {group.path for group in page.groups(page.pulses[-1])}


def test_each_lead_reads_what_they_lead_and_the_line_above_it(company):
    reads = {
        ABOVE: {"organization", "Build", "Build / Core", "Build / Web"},
        CORE: {"organization", "Build", "Build / Core"},
        WEB: {"organization", "Build", "Build / Web"},
        SALES: {"organization", "Sales"},
    }
    with served(company) as address:
        for member, paths in reads.items():
            token = token_of(company, "lead", member)
            for what in ("teams", "findings", "response"):
                rows = get(address, what, token).json()[what]
                assert {row["team"] for row in rows} == paths, (member, what)


@pytest.mark.parametrize(("role", "member"), READING)
def test_the_network_is_told_of_teams_as_on_the_page_and_of_few_ties_as_a_band(company, role, member):
    page = page_of(company, role, member)
    wave = next(wave for wave in reversed(page.waves) if wave.network)
    every = exchange.to_objects(tables.between(page, wave))
    token = token_of(company, role, member)
    with served(company) as address:
        told = get(address, "network", token).json()
        of_each = {
            path: get(address, "network", token, params={"team": path}).json().get("ties_between_teams", [])
            for path in TREE
        }

    assert told["ties_between_teams"] == [row for row in every if row["compared_with_chance"] == "fewer"]
    for path, rows in of_each.items():
        mine = path in {group.path for group in page.groups(wave)}
        assert rows == [row for row in every if row["team_a"] == path and mine]
    assert {row["not_named"] for row in told["few_ties"]} <= {"0", "1–2", "3+", ""}
    theirs = {group.path for group in page.groups(wave) if page.in_full(group.team_id)}
    assert {row["team"] for row in told["few_ties"]} <= theirs
    assert told["few_ties"]


@pytest.mark.parametrize(("role", "member"), WATCHING)
def test_whoever_watches_reads_no_figure_with_a_token_either(company, role, member):
    token = token_of(company, role, member)
    with served(company) as address:
        statuses = {address_.name: get(address, address_.name, token).status_code for address_ in ADDRESSES}

    assert {statuses[name] for name in FIGURES} == {403}
    assert statuses["waves"] == (200 if role == "steward" else 403)  # whose page Surveys lists them


def test_somebody_with_two_roles_reads_with_a_token_what_one_of_them_reads(company):
    with company.store.writing() as db:
        roster.appoint(db, CORE, "steward")
    leads, watches = token_of(company, "lead", CORE), token_of(company, "steward", CORE)
    with served(company) as address:
        assert {row["team"] for row in get(address, "teams", leads).json()["teams"]} == {
            "organization", "Build", "Build / Core",
        }  # fmt: skip
        assert get(address, "teams", watches).status_code == 403


def test_what_may_not_be_shown_has_a_reason_and_no_figure(company):
    with served(company) as address:
        rows = get(address, "findings", token_of(company)).json()["findings"]
    hidden = [row for row in rows if not row["shown"]]

    assert {row["team"] for row in hidden} == {"Finance"}
    assert {row["reason"] for row in hidden} == {"joined_at_open"}
    figures = ("score", "low", "high", "favourable", "respondents", "change")
    assert {row[figure] for row in hidden for figure in figures} == {None, ""}
    assert all(row["score"] is not None and not row["reason"] for row in rows if row["shown"])


@pytest.mark.parametrize(("role", "member"), EVERYBODY)
def test_no_answer_names_a_person(company, role, member):
    token = token_of(company, role, member)
    with company.store.reading() as db:
        people = roster.members(db)
    with served(company) as address:
        told = "".join(get(address, one.name, token).text for one in ADDRESSES)

    for person in people:
        for word in (person.name, person.member_id, person.email):
            assert word not in told


def test_every_answer_of_a_made_up_company_says_that_it_is_made_up(company):
    token = token_of(company)
    with served(company) as address:
        told = [get(address, one.name, token).json() for one in ADDRESSES]

    assert {(one["organization"], one["made_up"]) for one in told} == {("Larkfield", True)}


def test_a_wave_that_is_open_is_listed_and_has_no_figure_and_neither_has_an_organization_without_waves(desk):
    from asking import ask

    token = token_of(desk)
    with served(desk) as address:
        before = {one.name: get(address, one.name, token).json()[next(iter(one.tables))] for one in ADDRESSES}
        ask(desk)
        waves = get(address, "waves", token).json()["waves"]
        asked = get(address, "findings", token, params={"wave": waves[0]["wave"]})

    assert set(map(str, before.values())) == {"[]"}
    assert [(wave["state"], wave["closed_on"]) for wave in waves] == [("open", None)]
    assert asked.status_code == 404


# ------------------------------------------------------------------------------------------------------ how it is asked


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("findings?wave=2026-Q9", 404, "Did you mean '2026-Q"),
        ("findings?team=Sails", 404, "Did you mean 'Sales'?"),
        ("findings?dimension=trus", 404, "Did you mean 'trust'?"),
        ("findings?trust=1", 422, "expected wave or team or dimension"),
        ("waves?wave=2026-Q3", 422, "expected none"),
        ("findings?team=Sales&team=Build", 422, "expected one value"),
        ("findings?team=", 422, "expected one value"),
        (f"findings?team={'x' * 201}", 422, "expected one value"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(company, path, status, sentence):
    with served(company) as address:
        answer = get(address, path, token_of(company))
    told = answer.json()

    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, told["status"]) == (status, status)
    assert sentence in told["detail"]


def test_a_team_that_is_not_theirs_is_to_a_lead_as_one_that_is_not_there(company):
    token = token_of(company, "lead", CORE)
    with served(company) as address:
        sales, nowhere = (get(address, "findings", token, params={"team": team}) for team in ("Sales", "Marks"))

    assert sales.status_code == nowhere.status_code == 404
    assert sales.json()["detail"].replace("Sales", "Marks") == nowhere.json()["detail"]


def test_without_a_token_nothing_is_read_and_a_program_is_told_what_is_missing(company):
    token = token_of(company)
    with served(company) as address:
        refused = [
            get(address, "findings"),
            get(address, "findings", headers={"Authorization": "Basic eDp5"}),
            get(address, "findings", headers={"Authorization": "Bearer"}),
            get(address, "findings", params={"token": token}),
            get(address, "findings", params={"access_token": token}),
            httpx2.get(f"{address}{API}/findings", cookies={"rapport": token}),
        ]

    assert [answer.status_code for answer in refused] == [401] * len(refused)
    assert {answer.headers["www-authenticate"] for answer in refused} == {'Bearer realm="Rapport"'}
    assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}


def test_a_session_of_a_browser_reads_nothing_here(company):
    from served import signed_in

    with served(company) as address:
        assert httpx2.get(f"{address}{API}/findings", cookies=signed_in()).status_code == 401


def test_a_wrong_token_is_told_so_and_guessing_is_slowed_down_for_nobody_else(company):
    token = token_of(company)
    with served(company) as address:
        wrong = [get(address, "waves", token + "x") for _ in range(limits.WRONG_CODES + 1)]
        right = get(address, "waves", token)

    assert [answer.status_code for answer in wrong] == [401] * limits.WRONG_CODES + [429]
    assert 'error="invalid_token"' in wrong[0].headers["www-authenticate"]
    assert wrong[-1].headers["retry-after"] == "60"
    assert right.status_code == 200


def test_a_program_that_has_an_answer_is_told_that_nothing_changed(company):
    token = token_of(company)
    with served(company) as address:
        first = get(address, "findings", token)
        again = get(address, "findings", token, headers={"If-None-Match": first.headers["etag"]})
        other = get(address, "response", token, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


def test_nobody_else_keeps_an_answer_and_no_other_site_reads_one(company):
    token = token_of(company)
    elsewhere = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    with served(company) as address:
        answer = get(address, "findings", token, headers=elsewhere)
        asked = httpx2.options(f"{address}{API}/findings", headers=elsewhere)

    assert answer.headers["cache-control"] == "no-store, private"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert asked.status_code == 405
    assert not [name for reply in (answer, asked) for name in reply.headers if name.startswith("access-control")]


# ------------------------------------------------------------------------------------------------------- how it ends


def no_more_lead(desk):
    roster_without(desk, leads=[CORE])


def left(desk):
    roster_without(desk, members=[CORE])


def signed_out(desk):
    said(desk, "people", "sign-out", CORE)


def erased(desk):
    said(desk, "people", "erase", CORE, "--yes")


def ended(desk):
    said(desk, "token", "end", f"lead {CORE}")


def said(desk, *typed):
    from dashboard import command
    from dashboard.cli import rapport

    with command.desk_in_hand(desk):
        assert rapport.run([*typed, "--db", str(desk.store.path)]) == 0


@pytest.mark.parametrize("happens", [no_more_lead, left, signed_out, erased, ended])
def test_a_token_ends_at_once_with_its_holders_role_sign_out_or_erasure(company, happens):
    token, other = token_of(company, "lead", CORE), token_of(company, "lead", WEB)
    with served(company) as address:
        assert get(address, "findings", token).status_code == 200

        happens(company)

        assert get(address, "findings", token).status_code == 401
        assert get(address, "findings", other).status_code == 200
    with company.store.reading() as db:
        assert [each.member_id for each in kept.tokens(db)] == [WEB]


def test_whoever_gets_their_role_back_has_no_token_from_before(company):
    token = token_of(company, "steward", STEWARD)
    with company.store.writing() as db:
        roster.appoint(db, STEWARD, "auditor")
        roster.appoint(db, STEWARD, "steward")
    with served(company) as address:
        assert get(address, "waves", token).status_code == 401


def test_a_lead_who_leads_one_team_less_reads_less_at_once_with_the_same_token(company):
    token = token_of(company, "lead", ABOVE)
    with company.store.writing() as db:
        db.execute("UPDATE lead SET team_id = (SELECT team_id FROM team WHERE path = 'Build / Web') "
                   "WHERE member_id = ?", [ABOVE])  # fmt: skip
    with served(company) as address:
        rows = get(address, "teams", token).json()["teams"]

    assert {row["team"] for row in rows} == {"organization", "Build", "Build / Web"}


def test_a_token_reads_until_the_end_of_its_last_day(company, clock):
    token = token_of(company, ends=date(2026, 9, 8))
    with served(company) as address:
        clock.now += timedelta(days=1)
        assert get(address, "waves", token).status_code == 200
        clock.now += timedelta(days=1)
        assert get(address, "waves", token).status_code == 401
    token_of(company, name="next")
    with company.store.reading() as db:
        assert [each.name for each in kept.tokens(db)] == ["next"]


# --------------------------------------------------------------------------------------------------- what is kept of it


def test_no_file_holds_a_token_and_its_hash_is_no_other_links(company):
    from dashboard import signing_in

    token = token_of(company)
    with served(company) as address:
        assert get(address, "findings", token).status_code == 200
    with company.store.writing() as db:
        db.execute("CHECKPOINT")
    files = [file for file in company.store.path.parent.rglob("*") if file.is_file()]

    assert files
    for file in files:
        assert token.removeprefix(tokens.PREFIX).encode() not in file.read_bytes(), file
    assert tokens.token_hash(token) != signing_in.link_hash(token.encode())


def test_reading_is_in_the_log_once_a_day_and_a_token_and_not_a_request(company, clock):
    token, watches = token_of(company, "lead", CORE), token_of(company, "steward", STEWARD)
    with served(company) as address:
        for _ in range(2):
            for _ in range(3):
                assert get(address, "findings", token).status_code == 200
                assert get(address, "waves", watches).status_code == 200
            clock.now += timedelta(days=1)
    with company.store.reading() as db:
        entries = audit.entries(db)
        used = {each.role: each.used_on for each in kept.tokens(db)}

    read = entries[entries["action"] == "read"]
    line = (CORE, f"token 'lead {CORE}'", "lead")
    assert list(zip(read["who"], read["subject"], read["detail"], strict=True)) == [line] * 2
    assert used == {"lead": date(2026, 9, 8), "steward": date(2026, 9, 8)}


def test_who_made_and_ended_a_token_stands_in_the_log_without_the_token(company, capsys):
    status, printed = rapport_says(company, capsys, "token", "make", "intranet", "--of", CORE)
    token = next(word for word in printed.split() if word.startswith(tokens.PREFIX))
    assert status == 0
    assert "It is kept nowhere" in printed
    listed = json.loads(rapport_says(company, capsys, "token", "list", "--format", "json")[1])
    assert rapport_says(company, capsys, "token", "end", "intranet")[0] == 0
    with company.store.reading() as db:
        entries = audit.entries(db)

    assert listed == [
        {"name": "intranet", "role": "lead", "member_id": CORE, "made_on": "2026-09-07", "used_on": None,
         "ends_on": "2027-09-07"}
    ]  # fmt: skip
    mine = entries[entries["subject"] == CORE]
    assert set(mine["action"]) == {"token make", "token end"}
    assert token not in entries.to_csv()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["make", "x"], "expected either --of MEMBER_ID or --administrator"),
        (["make", "x", "--of", "m0304"], "leads no team and is not appointed"),
        (["make", "x", "--of", STEWARD, "--as", "lead"], "leads no team"),
        (["make", "x", "--administrator", "--ends", "2026-01-01"], "expected a day from 2026-09-07 on"),
        (["make", " ", "--administrator"], "A token needs a name"),
        (["make", "taken", "--administrator"], "There is a token 'taken' already"),
        (["end", "takn"], "Did you mean 'taken'?"),
    ],
)
def test_a_mistake_in_a_command_about_tokens_is_one_sentence(company, capsys, typed, sentence):
    token_of(company, name="taken")

    status, printed = rapport_says(company, capsys, "token", *typed)

    assert (status, printed.count("\n")) == (2, 1)
    assert sentence in printed


# ------------------------------------------------------------------------------------------------------- described


def test_the_page_for_people_and_the_description_for_programs_name_every_address_and_no_organization(company):
    with served(company) as address:
        page, described = httpx2.get(f"{address}{API}"), httpx2.get(f"{address}{API}/openapi.json")

    assert set(described.json()["paths"]) == {one.path for one in ADDRESSES}
    assert "Larkfield" not in described.text
    for one in ADDRESSES:
        assert f"<code>{one.path}</code>" in page.text
        for columns in one.tables.values():
            assert all(f"<code>{column.name}</code>" in page.text for column in columns)
    assert "<script>" not in page.text
