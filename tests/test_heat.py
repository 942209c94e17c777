"""Teams beside each other: a tint is beyond noise, paper is paper, and what is not shown says why."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from larkfield import NINE, ON, Company, administrator_of, finding, keep, lead_of
from served import browser_cookies, served
from test_pages import visit, words  # noqa: F401  `visit` is the fixture that opens a page
from told import index_of, telling

from analytics import precision, trend
from dashboard import heat, parts, readable, theme, wording_trends
from dashboard.heat import Cell, Row
from data.records import ROOT

FOUR = (("trust", "Trust"), ("communication", "Communication"), ("collaboration", "Collaboration"), ("x", "Energy"))


@pytest.fixture
def page(desk):
    keep(desk, Company())
    return readable.read(desk, administrator_of(desk), ON)


def with_bands(page, wave, team_id, now, line):
    """The same page, in which a team's trust lies in these two bands and the organization's in 66 to 68."""
    told = index_of(page)
    for team, kinds in ((team_id, (now, line)), (ROOT, ((66, 68), (66, 68)))):
        for kind, (low, high) in zip(("score", "trend"), kinds, strict=True):
            bands = {"value": (low + high) / 2, "low": low, "high": high, "respondents": "25"}
            key = {"wave_id": wave.wave_id, "team_id": team, "kind": kind, "subject": "trust"}
            told[wave.wave_id, team, kind, "trust"] = finding(**key, **bands)
    return telling(page, told)


def id_of(page, path):
    return next(team.team_id for team in page.teams.values() if team.path == path)


# ------------------------------------------------------------------------------------------------------ the noise floor


@pytest.mark.parametrize(
    ("now", "line", "word"),
    [
        ((50, 56), (52, 56), "clearly lower"),
        ((60, 65), (60, 65), "probably lower"),
        ((60, 66), (50, 60), ""),  # what they say now touches
        ((50, 56), (60, 66), ""),  # the line touches
        ((50, 56), (70, 75), ""),  # one below, one above
        ((69, 75), (69, 75), "probably higher"),
        ((75, 80), (74, 80), "clearly higher"),
    ],
)
def test_a_team_stands_apart_only_where_both_its_bands_lie_clear(page, now, line, word):
    wave, support = page.pulses[-1], id_of(page, "Support")

    assert wording_trends.stands(with_bands(page, wave, support, now, line), wave, support, "trust") == word


def test_nothing_is_said_of_a_team_beside_figures_that_are_not_shown(page):
    wave, finance, support = page.pulses[-1], id_of(page, "Finance"), id_of(page, "Support")

    assert wording_trends.stands(page, wave, finance, "trust") is None
    assert wording_trends.stands(page, wave, support, "trust", finance) is None
    assert "cannot be laid beside each other" in wording_trends.compared(page, wave, support, finance, ["trust"])


def test_of_two_teams_is_told_where_they_differ_and_that_the_rest_is_not_told(page):
    wave, support, mobile = page.pulses[-1], id_of(page, "Support"), id_of(page, "Mobile")
    apart = with_bands(page, wave, support, (40, 45), (40, 45))
    dimensions = page.dimensions(wave)

    told = "Support stands clearly lower on trust than Mobile; on the other three it is not told."
    assert wording_trends.compared(apart, wave, support, mobile, dimensions) == told
    assert (
        wording_trends.compared(apart, wave, mobile, support, ["trust"])
        == "Mobile stands clearly higher on trust than Support."
    )
    assert wording_trends.of_two(apart, wave, support, mobile, "trust").endswith("Support stands clearly lower.")


@pytest.mark.parametrize(("waves", "most"), [(1, 0.15), (2, 0.12), (8, 0.07)])
@pytest.mark.parametrize("people", [6, 12, 25])
def test_teams_that_do_not_differ_are_tinted_as_rarely_as_the_page_says(page, waves, most, people):
    """All teams share one level that drifts, everybody answers, and only the day makes a difference."""
    rng, wave, support = np.random.default_rng(7), page.pulses[-1], id_of(page, "Support")
    teams, tinted = 120, 0
    noise = trend.USUAL
    level = 65 + np.cumsum(np.sqrt(noise.drift) * rng.standard_normal(waves))
    bands = []
    for n, lines in ((people * 10, 1), (people, teams)):
        said = level + np.sqrt(noise.survey / n) * rng.standard_normal((lines, waves))
        many = np.full(said.shape, float(n))
        grid = precision.step(many.astype(int), np.zeros(said.shape, dtype=bool))
        course = trend.follow(precision.nearest(said, grid), many, grid, noise)
        half = 1.2816 * np.sqrt(course.variance[:, -1])
        now = np.column_stack(precision.outward(said[:, -1], said[:, -1], grid[:, -1]))
        bands.append((now, np.column_stack([course.level[:, -1] - half, course.level[:, -1] + half])))
    (whole_now, whole_line), (now, line) = bands
    for at in range(teams):
        told = {}
        for team, its in ((ROOT, (whole_now[0], whole_line[0])), (support, (now[at], line[at]))):
            for kind, (low, high) in zip(("score", "trend"), its, strict=True):
                key = {"wave_id": wave.wave_id, "team_id": team, "kind": kind, "subject": "trust"}
                told[wave.wave_id, team, kind, "trust"] = finding(**key, value=low, low=low, high=high)
        tinted += bool(wording_trends.stands(telling(page, told), wave, support, "trust"))

    assert tinted / teams <= most


def test_the_page_says_how_often_chance_tints_a_cell(page):
    assert "about one cell in twenty" in wording_trends.noise_floor(page, page.pulses[-1])
    assert "about one cell in eight" in wording_trends.noise_floor(page, page.pulses[0])


def test_what_changed_is_tinted_by_the_test_of_change_and_by_nothing_else(page):
    wave = page.pulses[-1]
    teams = heat.teams_of(page, wave, ROOT)
    tinted = {
        (row.name, cell.tone)
        for row in heat.rows_of(page, wave, ROOT, teams, "change")
        for cell in row.cells
        if cell.tone
    }

    assert tinted == {("Support", "clearly down"), ("Payments", "clearly down")}


# -------------------------------------------------------------------------------------------------------- the sentence


def test_the_sentence_names_who_stands_apart_and_that_most_do_not(page):
    wave, support = page.pulses[-1], id_of(page, "Support")
    quiet = with_bands(page, wave, support, (50, 56), (50, 56))
    told = {key: found for key, found in index_of(quiet).items() if key[3] == "trust" and key[1] in (ROOT, support)}
    rest = {
        key: finding(wave_id=key[0], team_id=key[1], kind=key[2], subject=key[3], value=67, low=60, high=75)
        for key in index_of(page)
        if key not in told and key[2] in ("score", "trend")
    }
    alone = telling(page, rest | told)
    teams = heat.teams_of(alone, wave, ROOT)

    assert (
        wording_trends.apart(alone, wave, teams)
        == "Support stands lower on trust; most cells show no clear difference."
    )
    assert (
        wording_trends.apart(telling(page, rest), wave, teams)
        == "No team stands clearly apart from Larkfield as a whole."
    )
    assert "too few figures" in wording_trends.apart(telling(page, {}), wave, teams)


# --------------------------------------------------------------------------------------------------------- the picture


def test_a_team_without_figures_is_one_hatched_row_with_its_reason(page):
    wave = page.pulses[-1]
    [row] = [row for row in heat.rows_of(page, wave, ROOT, heat.teams_of(page, wave, ROOT), "level") if row.why]
    drawn = heat.picture(FOUR, [row], theme.LIGHT)

    assert (row.name, row.why) == ("Finance", "asked as part of Larkfield")
    hatch, _ = drawn.data
    assert hatch.marker.pattern.shape == "/"
    assert "asked as part of Larkfield" in {note.text for note in drawn.layout.annotations}


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("word", "foot"), [("lower", True), ("down", True), ("higher", False), ("up", False)])
def test_a_tint_never_stands_alone_but_has_a_bar_at_its_foot_or_head(look, word, foot):
    fills = {}
    for sure in ("probably", "clearly"):
        drawn = heat.picture(FOUR[:1], [Row("A", (Cell("61", f"{sure} {word}"),))], look)
        _, cell, bar = drawn.layout.shapes
        assert (bar.y1 == cell.y1, bar.y0 == cell.y0) == (foot, not foot)
        fills[sure] = (cell.fillcolor, bar.y1 - bar.y0)

    assert fills["probably"][0] != fills["clearly"][0]
    assert fills["probably"][1] < fills["clearly"][1]


def test_paper_stays_paper_and_few_answers_have_a_dotted_edge():
    drawn = heat.picture(FOUR[:2], [Row("A", (Cell("61"), Cell("about 60", state="few")))], theme.LIGHT)
    _, _, plain, few = drawn.layout.shapes

    assert plain.fillcolor is None
    assert few.fillcolor is None
    assert (plain.line.dash, few.line.dash) == ("solid", "dot")


def test_teams_keep_the_order_of_the_chart_whatever_they_said(page):
    wave = page.pulses[-1]
    teams = heat.teams_of(page, wave, ROOT)

    assert teams == [group.team_id for group in page.below(wave, ROOT)]
    assert [row.name for row in heat.rows_of(page, wave, ROOT, teams, "level")] == sorted(page.path(t) for t in teams)


def test_a_name_cannot_bring_markup_into_the_picture():
    drawn = heat.picture(FOUR[:1], [Row("<b>A", (Cell("61", hover="<i>"),))], theme.LIGHT)

    assert "&lt;b&gt;A" in {note.text for note in drawn.layout.annotations}
    assert "&lt;i&gt;" in drawn.data[0].hovertext[0]


def parted(desk, each):
    """A page of three parts with so many teams each, and an office that is no part of any."""
    paths = [f"{part} / Team {number}" for part in ("Care", "Run", "Build") for number in range(1, each + 1)]
    keep(desk, Company(teams=("Care", "Run", "Build", "Office", *paths), size=1, waves=1, network=False))
    page = readable.read(desk, administrator_of(desk), ON)
    return page, page.pulses[-1]


def test_many_teams_are_one_picture_for_each_part_of_the_organization(desk):
    page, wave = parted(desk, 12)
    parts = heat.parts_of(page, wave, ROOT, heat.teams_of(page, wave, ROOT))
    care = heat.rows_of(page, wave, ROOT, parts[1], "level")

    assert [(page.path(part[0]), len(part)) for part in parts] == [
        ("Build", 13),
        ("Care", 13),
        ("Office", 1),
        ("Run", 13),
    ]
    assert [(row.name, row.above) for row in care[:2]] == [("Care", True), ("Team 1", False)]


def test_more_teams_than_a_picture_has_room_for_are_in_the_table_and_the_page_says_so(desk):
    page, wave = parted(desk, 20)
    drawn = heat.teams_of(page, wave, ROOT)

    assert [page.path(team) for team in drawn] == ["Build", "Care", "Office", "Run"]
    assert wording_trends.left_out(page, wave, ROOT, drawn).startswith("60 more teams stand in the table")
    assert len(wording_trends.teams_as_rows(page, wave, ROOT)) == 64
    assert len(heat.teams_of(page, wave, id_of(page, "Care"))) == 20


def test_a_lead_sees_their_own_teams_in_the_picture_and_no_other(desk):
    keep(desk, Company())
    page = readable.read(desk, lead_of(desk, "m0600"), ON)
    wave = page.pulses[-1]

    assert [page.path(team) for team in heat.teams_of(page, wave, ROOT)] == ["Support"]
    assert [row["Team"] for row in wording_trends.teams_as_rows(page, wave, ROOT)] == ["Support"]


# ---------------------------------------------------------------------------------------------- and where it comes from


def test_a_link_asks_for_one_dimension_only_where_one_is_meant(page):
    wave, support = page.pulses[-1], id_of(page, "Support")

    assert parts.on_trends(page, wave, support, ["trust"]) == {"for": "Support", "in": wave.name, "dimension": "Trust"}
    assert parts.on_trends(page, wave, support, ["trust", "boundaries"]) == {"for": "Support", "in": wave.name}


def test_a_name_by_keyboard_and_a_cell_lead_to_the_lines_of_that_team_which_can_be_sent_on(desk, browser):
    keep(desk, Company())
    with served(desk) as address:
        seen = browser.new_context(viewport={"width": 1440, "height": 900})
        seen.add_cookies(browser_cookies(address))
        screen = seen.new_page()
        screen.goto(f"{address}/teams?tint=What+changed")
        name = screen.get_by_role("link", name="Support")
        name.focus()
        screen.keyboard.press("Enter")
        screen.wait_for_url(re.compile(r"/trends\?.*team=Support"))
        by_name = parse_qs(urlsplit(screen.url).query)

        screen.goto(f"{address}/teams")
        chart = screen.locator("[data-testid=stPlotlyChart]").first
        chart.locator(".hoverlayer").wait_for(state="attached")
        row = sorted(NINE).index("Mobile")
        chart.click(position={"x": 40, "y": heat.HEAD + 12 + row * heat.ROW + heat.NAME + heat.CELL / 2})
        screen.wait_for_url(re.compile(r"/trends\?.*team=Mobile"))
        by_cell = parse_qs(urlsplit(screen.url).query)
        seen.close()

    assert (by_name["team"], by_name["dimension"]) == (["Support"], ["Trust"])
    assert (by_cell["team"], by_cell["dimension"]) == (["Mobile"], ["Trust"])


def test_the_keyboard_sees_where_it_is_and_stops_at_nothing_that_does_nothing(desk, browser):
    keep(desk, Company())
    at = """() => { const it = document.activeElement, seen = getComputedStyle(it);
        return [it.dataset.testid, it.getAttribute("aria-label"), seen.outlineStyle, seen.boxShadow] }"""
    with served(desk) as address:
        seen = browser.new_context(viewport={"width": 1440, "height": 900})
        seen.add_cookies(browser_cookies(address))
        screen = seen.new_page()
        screen.goto(f"{address}/teams?tint=What+changed")
        screen.get_by_role("link", name="Support").wait_for()
        stops = []
        while "stPageLink-NavLink" not in {stop[0] for stop in stops}:
            screen.keyboard.press("Tab")
            stops.append(screen.evaluate(at))
            assert len(stops) < 60
        seen.close()

    assert "Fullscreen" not in {stop[1] for stop in stops}
    links = [stop for stop in stops if stop[0] in {"stTopNavLink", "stPageLink-NavLink", "stLogoLink"}]
    assert len(links) > 10
    assert {stop[2] for stop in links} == {"solid"}


def test_a_link_to_a_team_that_is_unknown_or_not_for_its_reader_is_said_so_in_the_same_words(desk, visit):  # noqa: F811
    keep(desk, Company())
    unknown, foreign = (words(visit("trends", lead="m0600", **{"for": team})) for team in ("Nowhere", "Sales"))

    assert "The team asked for is not among those you may read here" in unknown
    assert unknown == foreign
