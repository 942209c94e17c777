"""Who may see what, role by role: every route, every page, every team, every command; and what losing a role does.

The walk over HTTP and WebSocket is the one that `make routes` prints (docs/routes.py), here in this process.
"""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from larkfield import Company, keep
from served import served, signed_in

from analytics.disclosure import Finding
from dashboard import access, context, guard, readable, streamlit_settings
from dashboard.access import POLICIES, Policy
from data import audit, roster
from data.records import ROOT, Problem

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs"))
import routes

TREE = ("Build", "Build / Core", "Build / Web", "Sales")
ABOVE, CORE, WEB, SALES = "m0000", "m0100", "m0200", "m0300"
"""Who leads Build, Core, Web and Sales."""
STEWARD, AUDITOR = "m0301", "m0302"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A desk with four teams, one inside another, a steward and an auditor; for tests that change nothing."""
    from datetime import datetime

    from surveys.desk import Desk
    from surveys.rehearsal import Clock

    path = tmp_path_factory.mktemp("roles") / "rapport.duckdb"
    made = Desk.open(path, clock=Clock(datetime(2026, 9, 7, 8, 0)), url="http://127.0.0.1:8501")
    furnish(made)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _nobody_signed_in():
    """Every test begins and ends with nobody signed in."""
    yield
    context.sessions.end_where(lambda _: True)


def furnish(desk) -> None:
    keep(desk, Company(teams=TREE, size=8, waves=1))
    with desk.store.writing() as db:
        roster.appoint(db, STEWARD, "steward")
        roster.appoint(db, AUDITOR, "auditor")


@pytest.fixture
def own(desk):
    """The same, for a test that changes it."""
    furnish(desk)
    return desk


def viewer(desk, role, member_id=None):
    with desk.store.reading() as db:
        return access.viewer_for(db, member_id, role)


EVERYBODY = (
    ("administrator", None), ("lead", ABOVE), ("lead", CORE), ("lead", WEB), ("lead", SALES),
    ("steward", STEWARD), ("auditor", AUDITOR),
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------- the table


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (
            "administrator",
            "overview trends teams network introductions actions reports waves settings log method protection",
        ),
        ("lead", "overview trends teams network introductions actions reports method protection"),
        ("steward", "waves log method protection"),
        ("auditor", "log method protection"),
    ],
)
def test_each_role_opens_its_pages_and_no_other(company, role, pages):
    someone = viewer(company, role, {"lead": CORE, "steward": STEWARD, "auditor": AUDITOR}.get(role))

    assert [page for page in access.PAGES if access.may_open(someone, page)] == pages.split()


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        ("change the roster", {"administrator"}),
        ("hand out links", {"administrator"}),
        ("open a wave", {"administrator", "steward"}),
        ("close a wave", {"administrator", "steward"}),
        ("plan", {"administrator", "lead"}),
        ("answer an introduction", {"administrator", "lead"}),
        ("report", {"administrator", "lead"}),
    ],
)
def test_each_act_is_for_its_roles_and_no_other(company, act, roles):
    assert {role for role, member in EVERYBODY if access.may(viewer(company, role, member), act)} == roles


def test_every_page_and_every_act_stands_in_the_table_of_this_test():
    files = {file.stem for file in (routes.REPOSITORY / "dashboard" / "pages").glob("[a-z]*.py")}

    assert files == set(access.PAGES)
    assert set(access.POLICIES) == {"administrator", "lead", "steward", "auditor"}
    assert len(POLICIES["administrator"].acts) == 7


def test_a_page_or_a_role_that_stands_nowhere_is_closed(company):
    someone = replace(viewer(company, "administrator"), role="owner")

    assert not access.may_open(viewer(company, "administrator"), "a new page")
    assert not [page for page in access.PAGES if access.may_open(someone, page)]
    assert not access.may(someone, "change the roster")
    with pytest.raises(Problem, match="no role 'owner'"):
        viewer(company, "owner", CORE)


# ------------------------------------------------------------------------------------------------- figures and names


def reads(desk, role, member) -> set[tuple[str, str]]:
    """(kind, team path) of every finding that somebody's pages can look up."""
    page = readable.read(desk, viewer(desk, role, member), desk.today())
    return {(finding.kind, page.teams[finding.team_id].path) for finding in page.all_findings() if whole(finding)}


def whole(finding: Finding) -> bool:
    return finding.kind != "between"  # about two teams: tests/test_access.py


@pytest.mark.parametrize(
    ("member", "full", "line"),
    [
        (ABOVE, {"Build", "Build / Core", "Build / Web"}, {ROOT}),
        (CORE, {"Build / Core"}, {"Build", ROOT}),
        (WEB, {"Build / Web"}, {"Build", ROOT}),
        (SALES, {"Sales"}, {ROOT}),
    ],
)
def test_a_lead_reads_own_and_below_in_full_the_line_above_in_figures_and_no_sibling(company, member, full, line):
    read = reads(company, "lead", member)

    assert {team for kind, team in read if kind in access.OWN_ONLY} == full
    assert {team for kind, team in read if kind == "score"} == full | line


@pytest.mark.parametrize(("role", "member"), [("steward", STEWARD), ("auditor", AUDITOR)])
def test_a_steward_and_an_auditor_read_no_figure_no_comment_no_name_and_no_introduction(company, role, member):
    page = readable.read(company, viewer(company, role, member), company.today())

    assert page.all_findings() == ()
    assert not any(page.comments(wave, team) for wave in page.waves for team in page.teams)
    network, pairs = page.network(page.waves[-1]), page.pairs(page.waves[-1])
    assert (network.people, network.places, pairs, len(network.ties)) == ((), (), (), 0)


def test_the_administrator_reads_every_figure_and_nobody_reads_one_more(company):
    everything = reads(company, "administrator", None)

    assert {team for _, team in everything} == {ROOT, *TREE}
    for role, member in EVERYBODY:
        assert reads(company, role, member) <= everything


def test_names_are_read_by_whoever_leads_the_team_and_by_the_administrator(company):
    teams = {team.path: team.team_id for team in company_teams(company)}
    named = {
        (role, member): {path for path in TREE if access.may_name(viewer(company, role, member), teams[path])}
        for role, member in EVERYBODY
    }

    assert named["lead", ABOVE] == {"Build", "Build / Core", "Build / Web"}
    assert named["lead", CORE] == {"Build / Core"}
    assert named["steward", STEWARD] == named["auditor", AUDITOR] == set()
    assert named["administrator", None] == set(TREE)


def company_teams(desk):
    with desk.store.reading() as db:
        return roster.teams(db)


def test_a_lead_who_is_steward_too_has_one_role_in_each_sign_in(own):
    with own.store.writing() as db:
        roster.appoint(db, CORE, "steward")

    assert not access.may_open(viewer(own, "lead", CORE), "log")
    assert viewer(own, "steward", CORE).teams == frozenset()
    assert reads(own, "steward", CORE) == set()


# ---------------------------------------------------------------------------- every route, over HTTP and WebSocket


def people_of(desk) -> routes.Company:
    with desk.store.reading() as db:
        return routes.Company.of(db, desk.today())


def visitors(desk) -> list[routes.Visitor]:
    made = people_of(desk)
    members = {member.member_id: member for member in made.members}
    names = frozenset(member.name for member in made.members)
    ended = signed_in("lead", CORE)
    context.sessions.end_all_of(CORE)
    return [
        routes.Visitor("nobody", {}),
        routes.Visitor("ended session", ended),
        *(
            routes.Visitor(name, signed_in("lead", one), "lead", *made.hidden_from(members[one]))
            for name, one in (("lead elsewhere", SALES), ("lead", CORE), ("lead above", ABOVE))
        ),
        routes.Visitor("steward", signed_in("steward", STEWARD), "steward", names),
        routes.Visitor("auditor", signed_in("auditor", AUDITOR), "auditor", names),
        routes.Visitor("administrator", signed_in(), "administrator"),
    ]


def test_a_pair_that_is_held_back_lets_no_lead_be_sent_a_name(own):
    made = people_of(own)
    leads = [member for member in made.members if member.leads]
    with own.store.writing() as db:
        db.execute("UPDATE introduction SET arm = 'held_back'")
    without = people_of(own)
    assert without.pairs == []
    hidden = [(made.hidden_from(lead)[0], without.hidden_from(lead)[0]) for lead in leads]
    assert all(before <= after for before, after in hidden)
    assert any(before < after for before, after in hidden)


def ignored(_line: str) -> None:
    """Nobody reads the table here."""


def test_every_route_answers_those_whom_it_is_for_and_nobody_else(company):
    walk = routes.Walk(ignored)
    with served(company) as address:
        each_role = [one for one in visitors(company) if one.name not in ("lead elsewhere", "lead above")]
        routes.walk_routes(address, each_role, walk)  # which team somebody leads shows on pages, not in routes

    assert walk.wrong == []
    assert walk.asked > 250


def test_every_page_shows_itself_to_its_roles_and_holds_no_name_for_others(company):
    walk = routes.Walk(ignored)
    with served(company) as address:
        routes.walk_pages(address, [one for one in visitors(company) if one.name in TRYING], walk)

    assert walk.wrong == []
    assert walk.asked == len(access.PAGES) * len(TRYING)


TRYING = ("nobody", "ended session", "lead elsewhere", "steward", "auditor")


def test_the_names_that_a_lead_must_not_be_sent_are_found_where_they_are_sent(company):
    elsewhere = next(one for one in visitors(company) if one.name == "lead elsewhere")
    with served(company) as address:
        drawn = routes.draw(address, routes.Visitor("administrator", signed_in(), "administrator"), "network")

    assert len(routes.held(drawn, elsewhere.words)) > 5


def test_no_lead_gets_another_team_by_writing_it_into_the_address(company):
    walk, paths = routes.Walk(ignored), {path: path for path in TREE}
    with served(company) as address:
        routes.walk_teams(address, [one for one in visitors(company) if one.name == "lead"], paths, walk)

    assert walk.wrong == []


def test_the_walk_notices_what_is_open_to_the_wrong_people(company, monkeypatch):
    open_log = Policy("none", ("log", "protection", "waves"), frozenset({"change the roster"}))
    monkeypatch.setattr(access, "POLICIES", {**POLICIES, "auditor": open_log})
    monkeypatch.setattr(guard, "ADDRESSES", guard.ADDRESSES | {"/_stcore/metrics"})
    uploads = "/_stcore/upload_file/{session_id}/{file_id}"
    monkeypatch.setattr(routes, "listed", lambda: {"/_stcore/metrics": {"GET"}, uploads: {"PUT"}})
    auditor = next(one for one in visitors(company) if one.role == "auditor")
    walk = routes.Walk(ignored)
    with served(company) as address:
        routes.walk_routes(address, [auditor], walk)
        drawn = routes.draw(address, auditor, "waves")

    assert any("/_stcore/metrics as auditor: answers; expected: closed" in sentence for sentence in walk.wrong)
    assert any("upload_file" in sentence for sentence in walk.wrong)
    assert not drawn.title.endswith(" only.")  # what `walk_pages` compares with the table


def test_a_page_is_drawn_with_its_menu_even_when_it_is_the_first_that_anybody_opens(company, monkeypatch):
    from streamlit.runtime.pages_manager import PagesManager

    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)  # as in a process in which nothing has run
    streamlit_settings.configure()
    with served(company) as address:
        drawn = routes.draw(address, routes.Visitor("auditor", signed_in("auditor", AUDITOR), "auditor"), "protection")

    assert b"How answers are protected" in drawn.sent  # what main.py calls the page, and the page itself does not


def test_a_route_without_a_line_is_reported(company, monkeypatch):
    monkeypatch.setattr(routes, "listed", lambda: {"/new": {"GET"}})
    walk = routes.Walk(ignored)
    with served(company) as address:
        routes.walk_routes(address, [], walk)

    assert "route /new has no line in ROUTES" in walk.wrong


def test_a_file_from_a_page_is_had_by_whoever_was_offered_it_and_by_nobody_else(own):
    with own.store.writing() as db:
        audit.note(db, happened=own.clock(), who=CORE, action="looked at", subject=WEB, detail="the map, wave w")
    with served(own) as address:
        offered = routes.Visitor("auditor", signed_in("auditor", AUDITOR), "auditor")
        drawn = routes.draw(address, offered, "log")
        file = next(name for name in guard.MEDIA.findall(drawn.sent) if own_csv(address, name, offered)).decode()
        others = {
            role: httpx2.get(f"{address}/media/{file}.csv", cookies=signed_in(role, member)).status_code
            for role, member in (("administrator", None), ("lead", CORE), ("steward", STEWARD), ("auditor", AUDITOR))
        }
        nobody = httpx2.get(f"{address}/media/{file}.csv").status_code

    assert set(others.values()) == {404}
    assert nobody == 401


def own_csv(address, name, visitor) -> bool:
    answer = httpx2.get(f"{address}/media/{name.decode()}.csv", cookies=visitor.cookies)
    return answer.status_code == 200 and answer.text.startswith("When,Who,Did,To,More")


def test_a_steward_sees_an_open_wave_and_may_close_it_but_touches_neither_links_nor_roster(own, clock):
    from surveys import opening
    from surveys.questionnaire import builtin

    opening.open_wave(own, "w", asks="both", questionnaire=builtin("pulse"), closes=clock.now + timedelta(days=7))
    with served(own) as address:
        steward = routes.draw(address, routes.Visitor("steward", signed_in("steward", STEWARD), "steward"), "waves")
        runs_it = routes.draw(address, routes.Visitor("administrator", signed_in(), "administrator"), "waves")

    assert {word for word in ON_SURVEYS if word in runs_it.sent} == set(ON_SURVEYS)
    assert {word for word in ON_SURVEYS if word in steward.sent} == {b"Close the wave"}


ON_SURVEYS = (b"Close the wave", b"Paper slips", b"Links", b"Change the roster")


# --------------------------------------------------------------------------------------------------- losing a role


def roster_without(desk, *, leads=(), members=()):
    """The roster as it is, but for some who lead no more and some who have left."""
    with desk.store.reading() as db:
        teams, people = roster.teams(db), roster.members(db, active_only=False)
    paths = {team.team_id: team.path for team in teams}
    rows = [
        roster.RosterRow(
            line,
            one.member_id,
            one.name,
            one.email,
            paths[one.team_id],
            () if one.member_id in leads else tuple(paths[team] for team in one.leads),
        )
        for line, one in enumerate(people, 2)
        if one.member_id not in members
    ]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(teams, people, rows))


def no_more_lead(desk):
    roster_without(desk, leads=[CORE])


def left(desk):
    roster_without(desk, members=[CORE, STEWARD])


def withdrawn(desk):
    with desk.store.writing() as db:
        roster.appoint(db, STEWARD, None)


def another_appointment(desk):
    with desk.store.writing() as db:
        roster.appoint(db, STEWARD, "auditor")


@pytest.mark.parametrize(
    ("role", "member", "happens"),
    [
        ("lead", CORE, no_more_lead),
        ("lead", CORE, left),
        ("steward", STEWARD, left),
        ("steward", STEWARD, withdrawn),
        ("steward", STEWARD, another_appointment),
    ],
)
def test_whoever_loses_a_role_is_sent_away_from_the_page_they_have_open(own, role, member, happens):
    with served(own) as address:
        gone = routes.Visitor("gone", signed_in(role, member), role)
        stays = signed_in("lead", WEB)
        with routes._stream(address, gone) as stream:
            stream.send(routes._rerun("protection", {}))
            assert [m for m in routes._messages(stream) if m.HasField("new_session")]

            happens(own)
            assert context.end_lost_sessions() == 1

            assert [m for m in routes._messages(stream) if m.HasField("auth_redirect")]
        assert httpx2.get(address, cookies=gone.cookies).status_code == 401
        assert httpx2.get(address, cookies=stays).status_code == 200


def test_a_lead_who_loses_one_of_two_teams_signs_in_again(own):
    with served(own):
        before = viewer(own, "lead", ABOVE).teams
        session = context.sessions.begin("lead", ABOVE, before | {"a-team-of-before"})
        other = context.sessions.begin("lead", SALES, viewer(own, "lead", SALES).teams)

        assert context.end_lost_sessions() == 1

        assert context.sessions.find(guard.key_of(session)) is None
        assert context.sessions.find(guard.key_of(other)) is not None


def test_a_command_that_a_server_carries_out_signs_out_whoever_lost_a_role_by_it(own):
    from dashboard import remote, serving, terminal

    socket = own.store.path.with_suffix(".sock")
    with served(own), serving.taking_commands(own, socket):
        session = context.sessions.begin("steward", STEWARD)
        typed = ["people", "appoint", STEWARD, "--none", "--db", str(own.store.path)]
        status = remote.send(remote.connect(socket), typed, terminal.current())

        assert status == 0
        assert context.sessions.find(guard.key_of(session)) is None


def test_signing_a_member_out_ends_all_their_sessions_and_voids_their_links(own):
    from dashboard import remote, serving, signing_in, terminal
    from data import signing_in as kept
    from surveys import ballots

    link = signing_in.new_link(own, "lead", CORE)
    socket = own.store.path.with_suffix(".sock")
    with served(own), serving.taking_commands(own, socket):
        mine = [context.sessions.begin("lead", CORE) for _ in range(3)]
        theirs = context.sessions.begin("lead", WEB)
        typed = ["people", "sign-out", CORE, "--db", str(own.store.path)]
        status = remote.send(remote.connect(socket), typed, terminal.current())

        assert status == 0
        assert not any(context.sessions.find(guard.key_of(each)) for each in mine)
        assert context.sessions.find(guard.key_of(theirs)) is not None
    with own.store.writing() as db:
        secret = ballots.secret_from(link.partition("#")[2])
        assert kept.spend(db, signing_in.link_hash(secret), own.clock()) is None


def test_an_appointment_ends_when_the_member_leaves_and_does_not_come_back_with_them(own):
    roster_without(own, members=[STEWARD])
    with own.store.reading() as db:
        everybody = roster.members(db, active_only=False)
    assert STEWARD in {member.member_id for member in everybody}

    roster_without(own)  # as a file that names them again

    with pytest.raises(Problem, match="not appointed steward"):
        viewer(own, "steward", STEWARD)


# -------------------------------------------------------------------------------------------------------- commands

COMMANDS = {
    "demo": "", "serve": "", "scores": "", "backup": "", "restore": "", "doctor": "", "rekey": "", "papers": "",
    "people import": "", "people appoint": "", "people sign-in": "", "people sign-out": "", "people rename-team": "",
    "people erase": "",
    "wave open": "", "wave links": "", "wave invite": "", "wave remind": "", "wave tell": "",
    "wave introduce": "", "wave report": "", "wave announce": "", "wave bounces": "",
    "wave status": "", "wave close": "",
    "answers import": "", "ties import": "", "actions": "", "questionnaire check": "", "config check": "",
    "organization": "", "introductions ask": "", "introductions links": "", "introductions evaluate": "",
    "token make": "", "token list": "", "token end": "", "wave calendar": "",
    "network": "network", "introductions": "introductions", "report": "looked at", "export": "export",
}  # fmt: skip
"""Every command, all of them for whoever holds the server's account; and as what the log keeps a look at names."""


def commands(group=None, before=()) -> set[str]:
    import click

    from dashboard.cli import rapport

    found = set()
    for name, command in (group or rapport).commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, (*before, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            found.add(" ".join((*before, name)))
    return found


def test_every_command_has_its_line():
    assert commands() <= set(COMMANDS)


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        (["network"], "network"),
        (["network", "--detail"], "network"),
        (["introductions"], "introductions"),
        (["introductions", "--candidates"], "introductions"),
        (["export", "{out}"], "export"),
        (["report", "--quarter", "2026-Q3", "--out", "{out}"], "looked at"),
    ],
)
def test_a_command_that_names_people_is_in_the_log_and_on_the_page_of_those_it_names(own, tmp_path, typed, action):
    from dashboard import command
    from dashboard.cli import rapport
    from surveys import network_link

    with command.desk_in_hand(own):
        words = [word.format(out=tmp_path / "out") for word in typed]
        assert rapport.run([*words, "--db", str(own.store.path)]) == 0
    with own.store.reading() as db:
        entries = audit.entries(db)
    mine = entries[network_link.about(entries, "m0005", {"2026-Q3"})]

    assert list(mine["who"]) == ["administrator"]
    assert list(mine["action"]) == [action]


# ----------------------------------------------------------------------------------------------- appointing, signing in


def rapport_says(desk, capsys, *typed) -> tuple[int, str]:
    """Carry a command out at this desk: its status, and what it printed."""
    from dashboard import command
    from dashboard.cli import rapport

    with command.desk_in_hand(desk):
        status = rapport.run([*typed, "--db", str(desk.store.path)])
    said = capsys.readouterr()
    return status, said.out + said.err


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["appoint", WEB], "expected one of --steward, --auditor or --none"),
        (["appoint", "m020", "--steward"], "Did you mean 'm020"),
        (["sign-in", STEWARD, "--as", "auditor"], "is not appointed auditor"),
        (["sign-in", "m0304"], "leads no team and is not appointed"),
        (["sign-in"], "expected either a member_id or --administrator"),
        (["sign-out", "nobody"], "There is no member 'nobody'"),
    ],
)
def test_a_mistake_in_a_command_about_roles_is_one_sentence(own, capsys, typed, sentence):
    status, said = rapport_says(own, capsys, "people", *typed)

    assert (status, said.count("\n")) == (2, 1)
    assert sentence in said


def test_somebody_with_two_roles_says_which_one_a_link_opens(own, capsys):
    assert rapport_says(own, capsys, "people", "appoint", CORE, "--steward")[0] == 0

    status, said = rapport_says(own, capsys, "people", "sign-in", CORE)
    assert status == 2
    assert "is lead and steward; expected --as with one of them" in said

    for role in ("lead", "steward"):
        assert f", {role}. It works once" in rapport_says(own, capsys, "people", "sign-in", CORE, "--as", role)[1]


def test_who_was_appointed_signed_in_and_signed_out_stands_in_the_log(own, capsys):
    for typed in (["appoint", WEB, "--auditor"], ["sign-in", WEB, "--as", "auditor"], ["sign-out", WEB]):
        assert rapport_says(own, capsys, "people", *typed)[0] == 0
    with own.store.reading() as db:
        entries = audit.entries(db)

    assert set(entries.loc[entries["subject"] == WEB, "action"]) == {
        "people appoint",
        "people sign-in",
        "people sign-out",
    }


def test_the_log_shows_names_for_people_and_no_folder_of_the_server(own):
    from dashboard.log import Log

    with own.store.writing() as db:
        audit.note(db, happened=own.clock(), who=CORE, action="introduction", subject=WEB, detail="proposed")
        audit.note(db, happened=own.clock(), who="administrator", action="export", subject="/srv/private/out")
    table = Log.read(own).table()
    names = {member.member_id: member.name for member in people_of(own).members}

    assert names[WEB] in set(table["To"])
    assert set(table["Who"]) == {names[CORE], "the administrator"}
    assert "out" in set(table["To"])
    assert "/srv" not in table.to_csv()


def test_the_log_of_one_person_is_what_their_own_page_shows_and_what_they_did(own):
    from dashboard.log import Log

    def write(who, action, subject):
        with own.store.writing() as db:
            audit.note(db, happened=own.clock(), who=who, action=action, subject=subject)

    write(CORE, "looked at", WEB)
    write(CORE, "looked at", SALES)
    write("administrator", "network", "2026-Q3")
    write(WEB, "plan", "Build")
    write("administrator", "wave open", "2026-Q3")

    mine = Log.read(own).of(WEB).entries
    assert sorted(zip(mine["who"], mine["action"], strict=True)) == [
        ("administrator", "network"), (CORE, "looked at"), (WEB, "plan"),
    ]  # fmt: skip
