"""Pictures draw what the findings hold: bands, gaps, marks, and nothing for what is not shown."""

import json

import numpy as np
import pytest
from larkfield import Company, finding, keep, read
from told import index_of, telling

from dashboard import charts, heat, theme
from dashboard.charts import Level, Point, Step
from dashboard.sketch import Sketch
from dashboard.theme import DARK, LIGHT
from data.records import ROOT


@pytest.fixture
def page(desk):
    keep(desk, Company())
    return read(desk)


def words(figure):
    return " ".join(annotation.text for annotation in figure.layout.annotations)


def drawn(figure, **like):
    """The lines and marks of a figure with these properties."""
    scatter = [trace for trace in figure.data if trace.type == "scatter"]
    return [trace for trace in scatter if all(trace[name] == value for name, value in like.items())]


def shown(value, **more):
    return finding(team_id="a", kind="score", subject="trust", value=value, low=value - 4, high=value + 4, **more)


def hidden():
    return finding(team_id="a", kind="score", subject="trust", reason="fewer_than_k")


def test_a_level_is_a_mark_in_its_band():
    figure = charts.levels([Level("trust", "Trust", shown(66.0, respondents="40"))], LIGHT)
    [band] = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert (band.x0, band.x1) == (62.0, 70.0)
    assert figure.data[-1].x == (66.0,)
    assert figure.data[-1].marker.symbol == "circle"


def test_a_value_outside_the_window_stands_at_its_edge_with_its_number():
    figure = charts.levels([Level("trust", "Trust", shown(12.0, respondents="40"))], LIGHT)
    assert figure.data[-1].x == (30.0,)
    assert ">12<" in words(figure)


def test_few_answers_are_drawn_lighter_with_a_dotted_edge_and_called_about():
    figure = charts.levels([Level("trust", "Trust", shown(65.0, respondents="5–9"))], LIGHT)
    [band] = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert band.line.width == 1
    assert band.fillcolor == theme.faint(LIGHT.colour("trust"), LIGHT.band / 2)
    assert "about" in words(figure)


def test_what_is_not_shown_is_hatched_and_says_so():
    figure = charts.levels([Level("trust", "Trust", hidden())], LIGHT)
    assert [trace.type for trace in figure.data] == ["bar"]
    assert figure.data[0].marker.pattern.shape == "/"
    assert "not shown" in words(figure)


def test_before_the_first_close_there_are_four_empty_scales_and_no_figure():
    figure = charts.empty_levels(LIGHT)
    assert not figure.data
    assert words(figure).count("after the first close") == 4


def test_an_arrow_stands_only_where_the_test_of_change_fired():
    steady = finding(team_id="a", kind="change", subject="trust", value=-1.0, word="held steady", since="x")
    down = finding(team_id="a", kind="change", subject="trust", value=-9.0, word="clearly down", since="x")
    figures = [charts.levels([Level("trust", "Trust", shown(66.0), change)], LIGHT) for change in (steady, down)]
    assert ["↓" in words(figure) for figure in figures] == [False, True]


def test_names_are_drawn_as_text_and_never_read_as_markup():
    figure = charts.levels([Level("trust", "<a href='x'>Trust</a>", shown(66.0))], LIGHT)
    assert "<a" not in words(figure)
    assert "&lt;a" in words(figure)


def test_a_line_never_joins_across_a_gap():
    points = [
        Point("Q1", shown(60.0), joined=False),
        Point("Q2", shown(62.0), joined=True),
        Point("Q3", hidden(), joined=False),
        Point("Q4", shown(64.0), joined=False),
    ]
    lines = drawn(charts.trend("trust", points, LIGHT), mode="lines", fill=None)
    assert [tuple(line.x) for line in lines] == [(0, 1), (3,)]


def test_waves_that_asked_other_statements_are_not_joined():
    points = [Point("Q1", shown(60.0), joined=False), Point("Q2", shown(62.0), joined=False)]
    lines = drawn(charts.trend("trust", points, LIGHT), mode="lines", fill=None)
    assert [tuple(line.x) for line in lines] == [(0,), (1,)]


def test_a_gap_says_whether_it_was_asked():
    points = [
        Point("Q1", None, joined=False),
        Point("Q2", hidden(), joined=False),
        Point("Q3", shown(60.0), joined=False),
    ]
    figure = charts.trend("trust", points, LIGHT)
    assert "not asked" in words(figure)
    assert "not shown" in words(figure)
    assert len([trace for trace in figure.data if trace.type == "bar"]) == 1


def test_a_wave_that_stands_alone_still_has_its_band():
    figure = charts.trend("trust", [Point("Q1", shown(60.0), joined=False)], LIGHT)
    [band] = drawn(figure, fill="toself")
    assert (min(band.y), max(band.y)) == (56.0, 64.0)
    assert max(band.x) > min(band.x)


def test_one_wave_and_thirteen_waves_label_a_readable_number_of_them():
    for count in (1, 13):
        points = [Point(f"W{at}", shown(60.0), joined=at > 0) for at in range(count)]
        labels = charts.trend("trust", points, LIGHT).layout.xaxis.ticktext
        assert 1 <= len(labels) <= 5
        assert labels[0] == f"W{count - 1}"


def test_only_people_who_agreed_have_a_name_on_the_map(page, desk):
    seen = page.network(page.waves[-1])
    figure = charts.people_map(seen, page.name, LIGHT)
    named = {text for trace in figure.data if trace.text is not None for text in trace.text}
    refused = [m.name for m in everybody(desk) if m.member_id.endswith("03")]
    assert len(named) == len([p for p in seen.people if p.standing != "not_observed"])
    assert not named & set(refused)


def everybody(desk):
    from data import roster

    with desk.store.reading() as db:
        return roster.members(db)


def test_only_few_ties_with_consent_are_a_diamond(page):
    figure = charts.people_map(page.network(page.waves[-1]), page.name, LIGHT)
    [diamonds] = [trace for trace in figure.data if trace.marker.symbol == "diamond"]
    assert len(diamonds.x) == 3
    assert all(name in words(figure) for name in diamonds.text)


def test_the_map_is_drawn_in_svg(page):
    """WebGL draws nothing under our content policy, without an error."""
    wave = page.waves[-1]
    figures = [charts.people_map(page.network(wave), page.name, LIGHT), charts.large_map(page, wave, ROOT, LIGHT)]
    assert {trace.type for figure in figures for trace in figure.data} == {"scatter"}


def test_on_a_phone_a_map_stands_upright_its_circles_stay_round_and_its_names_stand_on_it(page):
    wave = page.waves[-1]
    people = charts.people_map(page.network(wave), page.name, LIGHT, charts.PHONE)
    teams = charts.large_map(page, wave, ROOT, LIGHT, charts.PHONE)

    for figure in (people, teams):
        (left, right), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
        assert charts.PHONE.width < figure.layout.height <= charts.PHONE.height
        round_enough = pytest.approx(figure.layout.height / (top - bottom), rel=0.05)
        assert charts.PHONE.width / (right - left) == round_enough
        assert all(left < each.x < right and bottom < each.y < top for each in figure.layout.annotations)


def test_the_names_of_a_crowded_map_cover_no_more_dots_than_they_must(page):
    """A name stands beside its diamond where there is room: no dot and no other name lies under it."""
    seen = page.network(page.waves[-1])
    for sheet in (charts.DESK, charts.PHONE):
        figure = charts.people_map(seen, page.name, LIGHT, sheet)
        named = [each for each in figure.layout.annotations if each.font.color == LIGHT.signal]
        (left, right), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
        a_pixel = (right - left) / sheet.width
        marks = [trace for trace in figure.data if trace.mode == "markers"]
        dots = [dot for trace in marks for dot in zip(trace.x, trace.y, strict=True)]
        assert len(named) == 3
        for each in named:
            half = 0.58 * sheet.text * len(each.text) / 2
            shift = (each.xshift or 0) + {"left": half, "right": -half}.get(each.xanchor, 0)
            x, y = each.x + shift * a_pixel, each.y + (each.yshift or 0) * a_pixel
            assert left < x - half * a_pixel
            assert x + half * a_pixel < right
            assert bottom < y < top
            under = [dot for dot in dots if abs(dot[0] - x) < half * a_pixel and abs(dot[1] - y) < 5 * a_pixel]
            assert len(under) <= 1, each.text


def test_every_team_of_a_large_map_has_its_name_on_a_plate_over_the_ties(desk):
    paths = tuple(f"{part} / {part} {name}" for part in ("Care", "Sales", "Build", "Run") for name in "ABCDEFGHIJ")
    keep(desk, Company(teams=paths, size=6, waves=2))
    page = read(desk)
    figure = charts.large_map(page, page.waves[-1], ROOT, LIGHT)

    names = [each for each in figure.layout.annotations if each.text[-1] in "ABCDEFGHIJ"]
    assert len(names) == 40
    assert {each.bgcolor for each in names} == {charts.faint(LIGHT.soft, 0.8)}


def test_circles_that_overlap_are_moved_apart_and_others_stay():
    middles, radii = np.array([[0.0, 0.0], [1.0, 0.0], [9.0, 9.0]]), np.array([1.0, 1.0, 1.0])
    placed = charts.apart(middles, radii)
    assert np.hypot(*(placed[0] - placed[1])) == pytest.approx(2, abs=0.01)
    assert tuple(placed[2]) == (9.0, 9.0)


def test_a_region_is_convex_and_holds_all_its_people():
    members = np.random.default_rng(3).normal(size=(14, 2))
    corners = charts.region(members, pad=0.3)[:-1]
    edges = np.roll(corners, -1, axis=0) - corners
    for place in (*members, *np.roll(corners, 1, axis=0)):
        offset = place - corners
        assert (edges[:, 0] * offset[:, 1] - edges[:, 1] * offset[:, 0]).min() > -1e-3


def test_teams_keep_their_place_whatever_was_answered(page):
    places = [charts.plane(page.below(wave, ROOT))[0] for wave in page.waves[-2:]]
    assert places[0].keys() == places[1].keys()
    assert all(tuple(places[0][team]) == tuple(places[1][team]) for team in places[0])


def test_both_looks_have_the_same_tokens_and_other_colours():
    assert LIGHT.dimensions.keys() == DARK.dimensions.keys()
    assert not set(LIGHT.dimensions.values()) & set(DARK.dimensions.values())
    assert theme.palette("dark") is DARK
    assert theme.palette(None) is LIGHT


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_everything_that_is_read_has_a_contrast_of_four_and_a_half(look):
    for colour in (look.ink, look.muted, look.accent, look.signal, *look.dimensions.values()):
        assert contrast(colour, look.paper) >= 4.5


def contrast(one, other):
    """WCAG 2.2, relative luminance of sRGB."""

    def luminance(colour):
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_charts_and_the_pages_wear_the_same_colours():
    import tomllib
    from pathlib import Path

    pages = tomllib.loads(Path("dashboard/.streamlit/config.toml").read_text())["theme"]
    for name, look in (("light", LIGHT), ("dark", DARK)):
        assert pages[name]["backgroundColor"] == look.paper
        assert pages[name]["textColor"] == look.ink
        assert pages[name]["orangeTextColor"] == look.signal
        assert pages[name]["blueColor"] == look.colour("trust")


def test_an_earlier_wave_that_cannot_be_compared_is_not_drawn(desk):
    keep(desk, Company(waves=2))
    page = read(desk)
    before, wave = page.waves
    compared = {(row.dimension, row.before is not None) for row in charts.levels_of(page, wave, ROOT)}
    same = {"wave_id": wave.wave_id, "team_id": ROOT, "kind": "change", "since": before.name}
    apart_from = {
        (wave.wave_id, ROOT, "change", dimension): finding(**same, subject=dimension, reason="not_comparable")
        for dimension in page.dimensions(wave)
    }

    apart = charts.levels_of(telling(page, {**index_of(page), **apart_from}), wave, ROOT)

    assert compared == {(dimension, True) for dimension in page.dimensions(wave)}
    assert {row.change.since for row in apart} == {before.name}
    assert [row.before for row in apart] == [None] * 4


def test_a_picture_is_the_same_whether_or_not_plotly_checks_it(page, monkeypatch):
    wave, happened = page.waves[-1], [1]

    def pictures():
        points = charts.points_of(page, ROOT, "trust")
        rows = heat.rows_of(page, wave, ROOT, heat.teams_of(page, wave, ROOT), "change")
        yield charts.levels(charts.levels_of(page, wave, ROOT), LIGHT)
        yield charts.trend("trust", points, DARK, points[:-1], points[1:], happened=happened)
        yield charts.people_map(page.network(wave), page.name, LIGHT)
        yield charts.large_map(page, wave, ROOT, LIGHT, charts.PHONE)
        yield charts.funnel([Step("Asked", "everybody", 12), Step("Answered", "so far", None)], LIGHT)
        yield heat.picture([(each, each) for each in page.dimensions(wave)], rows, LIGHT)

    checked = [json.loads(picture.to_json()) for picture in pictures()]
    monkeypatch.setattr(Sketch, "checked", False)

    assert [json.loads(picture.to_json()) for picture in pictures()] == checked


def test_a_mistake_in_a_picture_fails_every_test_that_draws_it():
    sketch = Sketch(LIGHT)
    sketch.add_marks(x=[1], y=[1], mood="markers")

    with pytest.raises(ValueError, match="mood"):
        sketch.done()
