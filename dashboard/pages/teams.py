"""Which teams stand apart, and which changed: a heat map that stays paper where chance could explain it."""

from functools import partial

import streamlit as st

from dashboard import glyphs, heat, parts, wording, wording_trends
from dashboard.heat import Told
from dashboard.readable import Readable
from data.records import Wave

TINTS: dict[str, Told] = {"How teams stand": "level", "What changed": "change"}
TRENDS, ONWARD = "pages/trends.py", ":material/arrow_forward:"
IN_SIGHT = 860
"""Pixels of the window in which more pictures than one are scrolled. The buttons in it let a keyboard scroll it too."""


def show(page: Readable, wave: Wave, team_id: str) -> None:
    """Draw the teams below one, what the tints mean, why some have no figure, and all of them as a table."""
    if chosen := st.session_state.pop("chosen cell", None):
        st.switch_page(TRENDS, query_params=chosen)
    teams = heat.teams_of(page, wave, team_id)
    opening = st.container()
    told = TINTS[st.radio("The tint tells", list(TINTS), key="tint", bind="query-params", horizontal=True)]
    answer = wording_trends.beside_each_other(page, wave, team_id, teams, told)
    with opening:
        parts.sentence(answer, wording_trends.tints(page, wave, teams, told))
        st.space("small")
    if not teams:
        return
    st.space("small")
    left, right = st.columns([7, 4], gap="xlarge")
    with left:
        pictures(page, wave, team_id, told, answer)
    with right:
        key(told)
        st.space("small")
        who(page, wave, teams, told)
    for why in wording.hidden(page, wave, teams):
        parts.note(why)
    st.space("small")
    parts.folded("The same as a table", "table", partial(parts.teams_as_rows, page, wave, team_id))


def pictures(page: Readable, wave: Wave, team_id: str, told: Told, answer: str) -> None:
    """Draw one picture, or one for each part of the organization, in a window of their own."""
    dimensions = [(each, page.dimension_name(each, wave.wave_id)) for each in page.dimensions(wave)]
    teams = heat.teams_of(page, wave, team_id)
    divided = heat.parts_of(page, wave, team_id, teams)
    with st.container(height=IN_SIGHT if len(divided) > 1 else "content", border=False, gap="medium"):
        for at, part in enumerate(divided):
            if len(divided) > 1 and page.below(wave, part[0]):
                label = f"Only {parts.plain(page.name(part[0]))}"
                st.button(label, key=f"only-{part[0]}", type="tertiary", on_click=open_part, args=(page, part[0]))
            figure = heat.picture(dimensions, heat.rows_of(page, wave, team_id, part, told), parts.look())
            alt, key = f"{answer} {wording_trends.drawn(page, part)}", f"heat-{at}"
            parts.chart(figure, alt, key, partial(parts.choose_cell, page, wave, part, key))
    parts.note(wording_trends.scrolled(teams) if len(divided) > 1 else "")
    parts.note(wording_trends.left_out(page, wave, team_id, teams))


def open_part(page: Readable, team_id: str) -> None:
    """Choose a part of the organization in the head, and so in the address."""
    st.session_state["team"] = page.path(team_id)


def who(page: Readable, wave: Wave, teams: list[str], told: Told) -> None:
    """Name the teams that are tinted, in the order of the chart, say in what, and lead on to their lines."""
    parts.section("Who stands apart" if told == "level" else "Who changed")
    named = wording_trends.tinted(page, wave, teams, told)
    for team_id, words, dimensions in named[: wording_trends.TEAMS_NAMED]:
        with st.container(gap=None):
            address = parts.on_trends(page, wave, team_id, dimensions)
            name = f"**{parts.plain(page.name(team_id))}**"
            st.page_link(TRENDS, label=name, icon=ONWARD, icon_position="right", query_params=address)
            st.markdown(parts.plain(words))
    parts.remark(wording_trends.and_others(len(named)))


def key(told: Told) -> None:
    """Say what each look of a cell means."""
    parts.section("How to read it")
    for drawing, words in glyphs.heat(parts.look(), wording_trends.CELLS[told]):
        parts.key_line(drawing, words, glyphs.HEAT_CELL)
    parts.note(wording_trends.WHERE_FROM)


page = parts.gather("teams")
with parts.column():
    wave, team_id = parts.head(page, page.pulses, teams=True)
    if wave is None:
        parts.nothing_yet(page)
    else:
        show(page, wave, team_id)
