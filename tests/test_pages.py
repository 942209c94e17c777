"""Every page in every state, drawn by Streamlit itself: it says what there is, and invents nothing."""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from larkfield import NINE, Company, administrator_of, keep, lead_of
from served import browser_cookies, served
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from dashboard import charts, context, parts, wording_introductions
from data import audit, ties, waves
from data.records import Problem
from surveys import ballots, links

MAIN = str(Path(__file__).resolve().parent.parent / "dashboard" / "main.py")
PAGES = (
    "overview", "trends", "teams", "network", "introductions", "actions", "reports", "waves", "settings", "log",
    "method", "protection",
)  # fmt: skip
FORTY = tuple(f"{part} / {part} {name}" for part in ("Care", "Sales", "Build", "Run") for name in "ABCDEFGHIJ")
STATES = {
    "nothing yet": None,
    "one wave": Company(waves=1),
    "eight waves": Company(),
    "everything suppressed": Company(hide=True),
    "one member": Company(teams=("Studio",), size=1, waves=1, hide=True),
    "forty teams": Company(teams=FORTY, size=6, waves=2),
    "twelve people": Company(teams=("Studio", "Office"), size=6, waves=1),
    "no network": Company(network=False),
}


@pytest.fixture
def visit(desk, monkeypatch):
    """Open a page as the administrator, or as somebody who leads."""

    def open_page(name="overview", *, lead=None, unfolded=parts.FOLDS, **address):
        viewer = lead_of(desk, lead) if lead else administrator_of(desk)
        monkeypatch.setattr(context, "viewer", lambda: viewer)
        app = AppTest.from_file(MAIN, default_timeout=60)
        for key in unfolded:
            app.session_state[key] = True
        for key, value in address.items():
            app.query_params[key] = value
        if name != "overview":
            app.switch_page(f"pages/{name}.py")
        return app.run()

    begin = PagesManager.__init__

    def with_navigation(*given, **more):  # AppTest forgets at every run that main.py draws the navigation itself
        begin(*given, **more)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", with_navigation)
    context.use(desk)
    yield open_page
    context.leave()


def title(app):
    assert not app.exception, app.exception[0].message
    [said] = app.title
    return said.value


def words(app):
    shown = [*app.title, *app.header, *app.markdown, *app.button]
    return "\n".join([*(str(getattr(each, "value", "")) for each in shown), *(each.label for each in app.button)])


def tables(app):
    return [table.value for table in app.table]


# ------------------------------------------------------------------------------------------------------- every state


@pytest.mark.parametrize("state", STATES)
def test_every_page_opens_with_a_sentence_in_every_state(desk, visit, state):
    if STATES[state]:
        keep(desk, STATES[state])
    assert not [page for page in PAGES if not title(visit(page)).endswith(".")]


def test_a_made_up_company_says_so_on_every_page(desk, visit):
    keep(desk, Company(waves=1))
    assert not [page for page in PAGES if "Made-up company" not in words(visit(page))]


def test_a_real_company_is_not_called_made_up(desk, visit):
    keep(desk, Company(waves=1, made_up=False))
    assert not [page for page in PAGES if "Made-up" in words(visit(page))]


# ---------------------------------------------------------------------------------------------------------- overview


def test_before_the_first_close_a_page_says_what_to_do_and_shows_no_figure(visit):
    app = visit()
    assert title(app) == "Nothing to show yet: no wave has closed."
    assert "Bring in the people" in words(app)
    assert not tables(app)


@pytest.mark.parametrize("name", ["overview", "trends", "actions"])
def test_with_network_waves_only_a_page_says_which_has_closed_and_where_to_look(desk, visit, name):
    keep(desk, Company(waves=1))
    with desk.store.writing() as db:
        db.execute("UPDATE wave SET asks = 'network', questionnaire = '', closed_on = DATE '2026-03-01'")
    app = visit(name)
    assert title(app) == f"Nothing to {'promise' if name == 'actions' else 'show'} yet: no pulse has closed."
    assert "closed 1 March 2026. What its ties show stands on the page Network." in words(app)
    assert [link.proto.page for link in app.get("page_link")] == ["network"]


@pytest.mark.parametrize("company", [None, Company(network=False)], ids=["no wave", "no network wave"])
def test_no_page_points_to_a_network_that_was_not_asked_for(desk, visit, company):
    if company:
        keep(desk, company)
    said = words(visit("network" if company else "overview"))
    assert "Network wave" not in said


def test_the_overview_opens_with_the_answer(desk, visit):
    keep(desk, Company())
    app = visit()
    assert title(app) == "Trust fell in 2 of 8 teams; the rest held steady."
    assert "We tested 36 changes. About 1 in 10 flags like these will be false." in words(app)


def test_a_hidden_team_stands_in_the_table_with_its_reason_below(desk, visit):
    keep(desk, Company())
    app = visit()
    [table] = tables(app)
    finance = table[table["Team"] == "**Finance**"].iloc[0]
    assert "not shown" in finance["Trust"]
    assert "Finance: too few people for figures of their own; they were asked as part of Larkfield" in words(app)


def test_the_wave_and_the_team_come_from_the_address(desk, visit):
    keep(desk, Company())
    assert title(visit(team="Support")) == "In Support, trust fell; the other three held steady."
    assert title(visit(wave="2026-Q2")) == "Nothing changed clearly: all eight teams held steady."


def test_an_unknown_wave_or_team_in_the_address_is_said_so_and_the_usual_is_shown(desk, visit):
    keep(desk, Company())
    app = visit(team="../../etc", wave="2099-Q9")
    assert title(app) == "Trust fell in 2 of 8 teams; the rest held steady."
    assert "The wave asked for is not among those you may read here; this shows 2026-Q3." in words(app)
    assert "The team asked for is not among those you may read here; this shows Larkfield." in words(app)
    assert "asked for" not in words(visit(team="Support", wave="2026-Q2"))


FIGURES = ("overview", "trends", "teams", "network")
"""The pages on which a team is chosen in the head."""


@pytest.mark.parametrize("name", FIGURES)
def test_a_lead_learns_from_an_address_nothing_about_a_team_that_is_not_theirs(desk, visit, name):
    keep(desk, Company())
    forbidden, unknown = (words(visit(name, lead="m0700", team=team)) for team in ("Support", "Nowhere"))
    assert "The team asked for is not among those you may read here; this shows Sales." in forbidden
    assert "Support" not in forbidden
    assert forbidden == unknown


def test_a_report_of_another_team_is_not_offered_by_its_address(desk, visit):
    keep(desk, Company())
    app = visit("reports", lead="m0700", of="Support", quarter="2020-Q1")
    assert words(app).count("asked for is not among those you may read here") == 2
    assert "Support" not in words(app)


# ------------------------------------------------------------------------------------------------- trends, and teams


def test_two_teams_are_laid_beside_each_other_and_what_chance_could_explain_is_not_told(desk, visit):
    keep(desk, Company())
    app = visit("trends", team="Support", **{"with": "Mobile"})
    assert title(app) == "Whether Support and Mobile differ is not told: chance could explain it."
    assert words(app).count("Whether they differ is not told: chance could explain it.") == 4
    assert "The dashed line is Mobile, in a band of its own." in words(app)
    assert len(tables(app)) == 2


def test_a_lead_cannot_lay_another_team_beside_theirs_by_its_address(desk, visit):
    keep(desk, Company())
    forbidden, unknown = (words(visit("trends", lead="m0700", **{"with": team})) for team in ("Support", "Nowhere"))
    assert "The team asked for is not among those you may read here; this shows no other team." in forbidden
    assert "Support" not in forbidden
    assert forbidden == unknown


def test_one_dimension_is_drawn_for_every_team(desk, visit):
    keep(desk, Company())
    app = visit("trends", dimension="Trust")
    assert title(app) == "Trust fell in 2 of 8 teams; the rest held steady."
    [table] = app.dataframe
    assert list(table.value["Team"]) == ["Larkfield", *sorted(NINE)]
    assert "Finance: too few people for figures of their own" in words(app)
    assert title(visit("trends", dimension="Communication")) == "Communication held steady in all eight teams."


def test_an_unknown_dimension_in_the_address_is_said_so_and_all_are_shown(desk, visit):
    keep(desk, Company())
    app = visit("trends", dimension="Love")
    assert title(app) == "Larkfield held steady in all four dimensions."
    assert "The dimension asked for is not among those you may read here; this shows all dimensions." in words(app)


def test_teams_are_shown_as_they_stand_or_as_they_changed_by_the_address(desk, visit):
    keep(desk, Company())
    standing, changed = visit("teams"), visit("teams", tint="What changed")
    assert title(standing) == "No team stands clearly apart from Larkfield as a whole."
    assert "chance alone still tints about one cell in twenty" in words(standing)
    assert title(changed) == "Trust fell in 2 of 8 teams; the rest held steady."
    assert "**Support**" in [link.proto.label for link in changed.get("page_link")]
    assert "↓ Trust clearly down" in words(changed)
    [table] = changed.dataframe
    finance = table.value[table.value["Team"] == "Finance"].iloc[0]
    assert finance["Not shown because"].startswith("too few people for figures of their own")
    assert finance[["Trust", "Boundaries"]].isna().all()


def test_a_suggestion_can_be_planned_and_says_when_it_was(desk, visit):
    keep(desk, Company())
    app = visit()
    button = next(each for each in app.button if each.label == "Plan it")
    app = button.click().run()
    assert "Planned on" in words(app)
    with desk.store.reading() as db:
        [entry] = audit.entries(db).to_dict("records")
    assert (entry["action"], entry["subject"], entry["detail"] or "") == ("planned an action", "Payments", "")


def test_when_everything_is_suppressed_nothing_is_suggested_from_figures(desk, visit):
    keep(desk, Company(hide=True))
    app = visit()
    assert title(app) == "Too few people answered to show any figure."
    assert "No figures, so no advice from figures" in words(app)


@pytest.mark.parametrize(
    "name", ["![x](http://evil.example/x.png)", "*Bold* [link](http://evil.example)", ":red[Team]", "$x$ <b>"]
)
def test_a_team_name_is_shown_as_it_was_typed(desk, visit, name):
    from dashboard.parts import plain

    keep(desk, Company(teams=(name.replace("/", "|"), "Office"), waves=1))
    said = words(visit())
    assert "](http" not in said.replace("\\](http", "")
    assert title(visit(team=name.replace("/", "|"))).startswith(plain(name.replace("/", "|")))


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example/login",
        "HTTPS://evil.example",
        "www.evil.example/login",
        "boss@evil.example",
        "x@http://e.io",
    ],
)
def test_an_address_that_somebody_wrote_is_no_link(address):
    from dashboard.parts import JOINER, plain

    assert address not in plain(f"See {address}.")
    assert plain(f"See {address}.").replace(JOINER, "") == f"See {address}."


@pytest.mark.parametrize("drawn", [":material/home:", ":thumbs_up:", ":+1:", ":streamlit:", ":a:b:", ":-1:"])
def test_no_name_between_colons_is_an_icon_or_an_emoji(drawn):
    from dashboard.parts import JOINER, plain

    assert re.search(r":[\w/+-]+:", plain(drawn).replace("\\", "")) is None
    assert plain(drawn).replace(JOINER, "").replace("\\", "") == drawn


def test_a_name_with_signs_of_markdown_is_drawn_as_it_was_typed_in_a_real_browser(desk, browser):
    typed = (":smile: :+1:", ":red[x] :blue-background[y] :streamlit:", "Tea :small[z] 10:30")
    keep(desk, Company(teams=typed, waves=1))
    with desk.store.writing() as db:
        db.execute("UPDATE comment SET text = ?", [":material/home: and :smile:"])
    with served(desk) as address:
        seen = browser.new_context()
        seen.add_cookies(browser_cookies(address))
        page = seen.new_page()
        page.goto(address)
        page.get_by_text("In their own words").click()
        page.locator("table").get_by_text("Tea :small").wait_for()
        page.get_by_text("In no order and with nothing beside them").wait_for()
        drawn = page.locator("[data-testid=stMain]").inner_text().replace("\N{WORD JOINER}", "")

    assert ":material/home: and :smile:" in drawn
    assert [name for name in typed if name not in drawn] == []


def test_no_comment_and_no_name_is_a_link_in_a_real_browser(desk, browser):
    wrote = "Sign in again at http://evil.example/login or www.evil.example, or ask boss@evil.example."
    keep(desk, Company(teams=("www.evil.example", "boss@evil.example", "[Sign in](http:|evil.example)"), waves=1))
    with desk.store.writing() as db:
        db.execute("UPDATE comment SET text = ?", [wrote])
    with served(desk) as address:
        seen = browser.new_context()
        seen.add_cookies(browser_cookies(address))
        page = seen.new_page()
        page.goto(address)
        page.get_by_text("In their own words").click()
        page.get_by_text("Sign in again at").wait_for()
        page.locator("table").get_by_text("boss@").wait_for()
        page.get_by_text("All of Larkfield").click()
        page.get_by_role("combobox", name="Team").wait_for()

        assert page.locator("a[href*=evil]").evaluate_all("all => all.map(each => each.href)") == []
        seen.close()


# ----------------------------------------------------------------------------------------------- network, introductions


def looks(desk):
    with desk.store.reading() as db:
        entries = audit.entries(db)
    return entries[entries["action"] == "looked at"]


def test_each_look_at_names_is_written_down_once_a_day(desk, visit, clock):
    keep(desk, Company())
    visit("network").run()
    visit("network")
    looked = looks(desk)
    assert set(looked["who"]) == {"administrator"}
    assert set(looked["detail"]) == {"the map, wave 2026-Q3"}
    assert looked["subject"].is_unique
    clock.now += timedelta(hours=25)
    visit("network")
    assert len(looks(desk)) == 2 * len(looked)


def test_a_look_is_written_down_for_those_who_are_named_and_for_nobody_else(desk, visit):
    keep(desk, Company())
    visit("network")
    looked = set(looks(desk)["subject"])
    assert "m0005" in looked  # few ties, and agreed
    assert "m0003" not in looked  # did not agree
    assert "m0004" not in looked  # agreed and was silent: an open dot, without a name
    assert looked == named_on_the_map(desk)


def named_on_the_map(desk):
    """Everybody who agreed to be named and answered: those whom the map names."""
    with desk.store.reading() as db:
        agreed, standings = ties.consents(db), ties.standings(db, "w7")
    spoke = set(standings.loc[standings["standing"].isin(["connected", "few_ties", "isolated"]), "member_id"])
    return spoke & set(agreed.loc[agreed["map"], "member_id"])


def test_only_the_introductions_on_the_page_are_noted_as_looked_at(desk, visit):
    keep(desk, Company())
    visit("introductions")
    with desk.store.reading() as db:
        pairs = ties.introductions(db, "w7")
    shown = pairs[pairs["arm"] != "held_back"]
    cards = shown[["member_a", "member_b", "introducer"]].to_numpy()
    on_the_map = named_on_the_map(desk)
    hosts = {host for a, b, host in cards if {a, b, host} <= on_the_map}
    assert hosts
    assert set(looks(desk)["subject"]) == {one for a, b, _ in cards for one in (a, b)} | hosts


def test_people_with_few_ties_are_named_with_consent_and_others_counted_in_bands(desk, visit):
    keep(desk, Company())
    said = words(visit("network"))
    assert "**Nils Holm**, Platform" in said
    assert "**1 to 2 others**" in said


@pytest.mark.parametrize("page", ["network", "introductions"])
def test_where_only_pulses_have_closed_the_page_says_what_the_network_comes_of_and_promises_no_dimensions(
    desk, visit, page
):
    keep(desk, Company(network=False))
    app = visit(page)

    assert title(app) == "No network wave has closed yet."
    assert "A wave that also asks who works with whom makes the map" in words(app)
    assert [button.label for button in app.button if button.label == "Open a wave"] == ["Open a wave"]
    assert "dimensions will stand" not in words(app)
    assert not app.get("plotly_chart")


def test_the_table_of_teams_has_a_dash_for_what_is_not_shown_says_why_and_leaves_out_columns_that_say_nothing(
    desk, visit
):
    keep(desk, Company())
    app = visit("teams")

    [table] = app.dataframe
    assert table.proto.placeholder == "–"
    assert table.proto.column_order == [
        "Team", "Trust", "Communication", "Collaboration", "Boundaries",
        "Since the wave before", "Answered", "Not shown because",
    ]  # fmt: skip
    assert "A dash is a figure that is not shown" in words(app)
    assert "'about'" not in words(app).lower()


def test_on_a_phone_a_table_with_many_columns_becomes_two_below_each_other(desk, visit, monkeypatch):
    keep(desk, Company())
    monkeypatch.setattr(parts, "ABREAST", 2)
    monkeypatch.setattr(parts, "sheet", lambda: charts.PHONE)
    first, second = [list(table.columns) for table in tables(visit()) if "Team" in table.columns]
    monkeypatch.setattr(parts, "sheet", lambda: charts.DESK)
    [whole] = [list(table.columns) for table in tables(visit()) if "Team" in table.columns]

    assert (len(first), len(second)) == (3, 3)
    assert [*first, *second[1:]] == whole


def test_every_table_says_from_how_many_answers_on_it_leaves_the_word_about_out(desk, visit):
    keep(desk, Company())

    assert "'About' marks fewer than 10 in this table." in words(visit("overview"))
    app = visit("trends")
    assert "'About' marks fewer than 10 in this table." not in words(app)  # all of Larkfield: many answered
    assert "'About' marks fewer than 10 in this table." in words(visit("trends", team="Support"))


def test_an_introduction_has_names_a_reason_a_host_and_a_chance(desk, visit):
    keep(desk, Company())
    said = words(visit("introductions"))
    assert "Both list pricing and Python." in said
    assert "knows both and could host." in said
    assert "About 1 in 4 such pairs" in said
    assert "Likely range 1 in 10 to 4 in 10." in said


def test_fewer_than_three_introductions_are_not_shown(desk, visit):
    keep(desk, Company())
    with desk.store.writing() as db:
        db.execute("DELETE FROM introduction WHERE rank > 2")
    app = visit("introductions")
    assert title(app) == "No introductions to show this time."
    assert not [button for button in app.button if button.label.startswith("Introduce")]


def test_three_cards_or_more_are_proposed_together(desk, visit):
    keep(desk, Company())
    desk.keys.keep("w7", {"network": bytes(range(32))})
    app = visit("introductions")
    for chosen in range(1, 4):
        assert next(button for button in app.button if button.label.startswith("Introduce these")).disabled
        app.checkbox[chosen - 1].check().run()
    next(button for button in app.button if button.label == "Introduce these three").click().run()

    assert "Three pairs are being asked, each person alone." in words(app)
    assert words(app).count("Proposed. Each of the two is asked alone") == 3
    with desk.store.reading() as db:
        asked = db.execute("SELECT member_id, other_id FROM invitation").fetchall()
        log = audit.entries(db)
    assert len(asked) == 6
    assert {(a, b) for b, a in asked} == set(asked)
    lines = log[log["action"] == "introduction"]
    assert set(lines["detail"]) == {"proposed"}
    assert sorted(lines["subject"]) == sorted({member for pair in asked for member in pair})


def test_where_nobody_can_be_asked_nothing_is_offered_to_be_proposed(desk, visit):
    keep(desk, Company())
    app = visit("introductions")
    assert wording_introductions.BY_YOURSELF in words(app).replace("\\", "")
    assert not app.checkbox
    assert {button.label for button in app.button if button.label.startswith("Introduce")} == set()
    assert {"Not now", "Never"} <= {button.label for button in app.button}

    desk.keys.keep("w7", {"network": bytes(range(32))})
    app = visit("introductions")
    assert wording_introductions.BY_YOURSELF not in words(app).replace("\\", "")
    assert app.checkbox


def test_until_the_next_network_wave_nothing_is_counted(desk, visit):
    keep(desk, Company())
    assert "counted once, when the next network wave closes" in words(visit("introductions"))


def test_whether_introductions_helped_is_said_as_it_was_released(desk, visit):
    keep(desk, Company())
    with desk.store.writing() as db:
        columns = "wave_id, team_id, kind, subject, value, low, high, respondents, word, covers"
        for row in (
            ("introduced", "asked", None, 10, None, None, "10–19"),
            ("introduced", "agreed", None, 6, None, None, "6–8"),
            ("introduced", "met", None, 3, None, None, "3–5"),
            ("introduced", "tied", None, 0, None, None, "0–2"),
            ("uplift", "", 18, 5, 29, "40–99", "more"),
        ):
            values = ["w7", "organization", *row, ["organization"]]
            db.execute(f"INSERT INTO finding ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    said = words(visit("introductions"))
    assert "have a tie 18 points more often than 40–99 pairs held back by lot (5 to 29 points, 95 % interval)." in said
    assert "A no and no answer are not told apart" in said


@pytest.mark.parametrize(
    ("low", "high", "held_back", "told"),
    [
        (-20, 31, "5–9", "−20 and +31 points. About 60 would be needed to see a gain of 15 points."),
        (-5, 4, "200–499", "−5 and +4 points. A gain of 15 points or more can be ruled out."),
        (-5, 15, "100–199", "−5 and +15 points."),
        (-5, 15, "500+", "−5 and +15 points."),
    ],
)
def test_more_pairs_are_called_for_only_while_there_are_fewer(low, high, held_back, told):
    known = {"value": 0.0, "low": low, "high": high, "respondents": held_back, "word": "no clear difference"}
    found = {"": SimpleNamespace(**known), "needed": SimpleNamespace(value=60.0)}
    page = SimpleNamespace(finding=lambda *asked: found["needed" if "needed" in asked else ""])

    assert wording_introductions.helped(page, None).endswith(told)


@pytest.mark.parametrize(("label", "answer"), [("Not now", "not_now"), ("Never", "never")])
def test_an_answer_to_an_introduction_is_kept(desk, visit, label, answer):
    keep(desk, Company())
    app = visit("introductions")
    next(button for button in app.button if button.label == label).click().run()
    with desk.store.reading() as db:
        kept, log = ties.introductions(db, "w7"), audit.entries(db)
    assert list(kept["answer"].dropna()) == [answer]
    [line] = log[log["action"] == "introduction"].to_dict("records")
    assert (line["subject"], line["detail"]) == ("2026-Q3", answer)  # about whom stands with the pair, and goes with it


# ----------------------------------------------------------------------------------------------------- surveys, reports

ROSTER = "member_id,name,email,team\n" + "\n".join(f"p{n},Person {n},p{n}@x.example,Studio" for n in range(8))


def test_a_roster_is_shown_before_it_is_taken(desk, visit):
    app = visit("waves")
    assert title(app) == "Bring in the people first."
    app.file_uploader[0].set_value(("roster.csv", ROSTER.encode(), "text/csv")).run()
    assert "8 members added" in words(app)
    with desk.store.reading() as db:
        assert waves.waves(db) == []
    next(button for button in app.button if button.label == "Change the roster").click().run()
    assert title(app) == "Eight people are on the roster; no wave has opened yet."


def test_a_wrong_roster_is_refused_with_its_line(visit):
    app = visit("waves")
    app.file_uploader[0].set_value(("roster.csv", (ROSTER + "\np0,Twice,,Studio").encode(), "text/csv")).run()
    [error] = app.error
    assert "line" in error.value.lower()
    assert "p0" in error.value


def test_the_groups_are_shown_before_a_wave_opens(desk, visit):
    keep(desk, Company(waves=0))
    app = visit("waves")
    groups = tables(app)[0]
    assert len(groups) == len(NINE) + 1
    assert ":gray[count in Larkfield]" in set(groups["Figures"])
    with desk.store.reading() as db:
        assert waves.waves(db) == []


def test_a_wave_opens_from_the_page_and_shows_how_it_stands(desk, visit):
    keep(desk, Company(waves=0))
    app = visit("waves")
    next(button for button in app.button if button.label == "Open the wave").click().run()
    assert title(app) == "Wave 2026-Q3 is open until 21 September."
    assert "The key of this wave is in place." in words(app)


def test_a_wave_opens_with_short_codes_where_that_was_chosen(desk, visit):
    keep(desk, Company(waves=0))
    app = visit("waves")
    app.checkbox(key="short").check().run()
    next(button for button in app.button if button.label == "Open the wave").click().run()
    assert all(ballots.is_short(url.partition("#")[2]) for url in links.links(desk, "2026-Q3")["pulse_url"])


def test_a_wave_opens_with_the_modules_that_were_chosen_and_three_at_most(desk, visit):
    keep(desk, Company(waves=0))
    app = visit("waves")
    app.multiselect(key="modules").set_value(["listening", "recognition", "tone", "support"]).run()
    next(button for button in app.button if button.label == "Open the wave").click().run()
    assert "expected up to 3" in app.error[0].value

    app.multiselect(key="modules").set_value(["listening"]).run()
    next(button for button in app.button if button.label == "Open the wave").click().run()
    with desk.store.reading() as db:
        [wave] = waves.waves(db)
    assert "AL1" in wave.questionnaire


def test_a_wave_opens_with_the_questions_about_names_that_were_chosen(desk, visit):
    keep(desk, Company(waves=0))
    app = visit("waves")
    assert app.multiselect(key="names").value == ["help", "meet"]
    app.multiselect(key="names").set_value(["help", "reach"]).run()
    next(button for button in app.button if button.label == "Open the wave").click().run()

    with desk.store.reading() as db:
        [wave] = waves.waves(db)
        assert ties.asked(db, wave.wave_id) == {"work", "help", "reach"}


def test_a_wave_that_cannot_open_says_why_and_nothing_changed(desk, visit):
    keep(desk, Company(waves=1))
    app = visit("waves")
    app.text_input(key="name").set_value("2026-Q3").run()
    next(button for button in app.button if button.label == "Open the wave").click().run()
    [error] = app.error
    assert "2026-Q3" in error.value
    with desk.store.reading() as db:
        assert len(waves.waves(db)) == 1


def test_a_lead_does_not_run_surveys(desk, visit):
    keep(desk, Company(waves=1))
    app = visit("waves", lead="m0600")
    assert title(app) == "‘Surveys’ is for administrators and stewards only."
    assert not app.file_uploader
    assert not [button for button in app.button if button.label != "Sign out"]


def test_a_report_is_built_and_offered(desk, visit):
    keep(desk, Company(waves=2))
    app = visit("reports")
    next(button for button in app.button if button.label == "Make the report").click().run()
    assert not app.exception
    with desk.store.reading() as db:
        assert list(audit.entries(db)["action"].drop_duplicates()) == ["looked at", "report"]


def test_the_log_says_who_looked_lately_and_can_be_narrowed_to_one_person(desk, visit):
    keep(desk, Company(waves=1))
    assert title(visit("log")) == "Nobody looked at names in the last 30 days."
    visit("network", lead="m0600")
    app = visit("log")
    assert title(app) == f"{lead_of(desk, 'm0600').name} looked at names in the last 30 days."
    [table] = app.dataframe
    everybody = len(table.value)
    person = next(option for option in app.selectbox[0].options if "(m0601)" in option)
    [table] = app.selectbox[0].select(person).run().dataframe
    assert 0 < len(table.value) < everybody
    assert set(table.value["To"]) == {person.removesuffix(" (m0601)")}


def test_pages_are_short_and_neither_compute_nor_ask_the_database():
    for page in Path(MAIN).with_name("pages").glob("[a-z]*.py"):
        text = page.read_text()
        assert len(text.splitlines()) <= 110, page.name
        assert not [
            word for word in ("import pandas", "execute(", "SELECT ", "unsafe_allow_html", "st.caption") if word in text
        ]


def test_no_page_brings_styles_or_markup_of_its_own():
    for part in Path(MAIN).parent.rglob("*.py"):
        assert "unsafe_allow_html=True" not in part.read_text(), part


def test_a_problem_is_a_sentence():
    assert str(Problem("One sentence.")) == "One sentence."


# ------------------------------------------------------------------------------------------------------------- a phone


@pytest.fixture
def phone(browser, desk):
    """Open a page as an administrator does on a phone, and wait until it is drawn."""
    seen = browser.new_context(viewport={"width": 390, "height": 844})
    with served(desk) as address:
        seen.add_cookies(browser_cookies(address))

        def visit(path):
            page = seen.new_page()
            page.goto(f"{address}/{path}")
            page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
            page.locator("h1").first.wait_for()
            return page

        yield visit
    seen.close()


@pytest.mark.parametrize("name", ["trends", "teams", "network"])
def test_what_stands_folded_up_is_drawn_only_for_whoever_opens_it(desk, visit, name):
    keep(desk, Company())

    folded, opened = visit(name, unfolded=()), visit(name)

    assert [fold.label for fold in folded.expander] == [fold.label for fold in opened.expander] != []
    assert not any(fold.children for fold in folded.expander)
    assert all(fold.children for fold in opened.expander)


def test_on_a_phone_no_page_and_no_table_is_wider_than_the_screen(desk, phone):
    keep(desk, Company())
    for path in ("", "trends", "network", "waves", "protection"):
        page = phone(path)
        if path == "trends":
            page.get_by_text("The same as a table").click()
        page.locator("table").first.wait_for()
        assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth") <= 390, path
        wide = "all => all.filter(t => t.scrollWidth > t.parentElement.clientWidth).map(t => t.ariaLabel)"
        assert page.locator("table").evaluate_all(wide) == [], path
        page.close()


def test_forty_teams_scroll_within_the_picture_also_by_keyboard_and_a_part_opens_alone(desk, phone):
    keep(desk, STATES["forty teams"])
    page = phone("teams")
    page.get_by_text("scroll within the picture").wait_for()
    page.locator("[data-testid=stPlotlyChart] svg").nth(3).wait_for()
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth") <= 390
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Only Care").press("Enter")
    page.get_by_text("Larkfield · Care").wait_for()
    assert page.url.endswith("/teams?team=Care")


def test_what_is_chosen_stands_in_the_address_and_the_address_opens_it_again(desk, phone):
    keep(desk, Company())
    page = phone("trends?team=Support")
    page.get_by_label("Compare with").click()
    page.get_by_role("option", name="Mobile").click()
    page.get_by_role("heading", name="Whether Support and Mobile differ").wait_for()
    assert page.url.endswith("/trends?team=Support&with=Mobile")
    again = phone(page.url.rpartition("/")[2])
    assert again.locator("h1").inner_text() == page.locator("h1").inner_text()
