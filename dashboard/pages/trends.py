"""Where one team comes from: each dimension over all waves, in its band."""

import streamlit as st

from dashboard import charts, parts, wording
from dashboard.readable import Readable
from data.records import ROOT, Wave


def show(page: Readable, wave: Wave, team_id: str) -> None:
    """Draw the four small pictures, and the same as a table."""
    parts.sentence(wording.team(page, wave, team_id), wording.waves_in_band(page, team_id, wave))
    st.space("small")
    for pair in wording.by_two(page.dimensions(wave)):
        for place, dimension in zip(st.columns(2, gap="large"), pair, strict=True):
            if dimension is not None:
                with place:
                    course(page, wave, team_id, dimension)
    for why in [*wording.gaps(page, team_id, wave), wording.false_alerts(page, wave)]:
        parts.note(why)
    st.space("small")
    parts.section("The same as a table")
    parts.over_waves(page, wave, team_id)


def course(page: Readable, wave: Wave, team_id: str, dimension: str) -> None:
    """Draw one dimension: what the test says, and the line."""
    name, change = page.dimension_name(dimension, wave.wave_id), page.finding(wave, team_id, "change", dimension)
    turned = wording.bent(page.finding(wave, team_id, "trend", dimension), change)
    st.markdown(f"**{parts.plain(name)}** {parts.said(page, change)}" + (f"; {turned}" if turned else ""))
    whole = [] if team_id == ROOT else charts.points_of(page, ROOT, dimension, wave)
    points = charts.points_of(page, team_id, dimension, wave)
    alt = f"{name} of {page.name(team_id)} over the waves: {wording.change(change) or 'nothing to compare with'}."
    parts.chart(charts.trend(dimension, points, parts.look(), whole), alt, f"trend-{dimension}")


page = parts.gather("trends")
with parts.column():
    wave, team_id = parts.head(page, page.pulses, teams=True)
    if wave is None:
        parts.nothing_yet(page)
    else:
        show(page, wave, team_id)
