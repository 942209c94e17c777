"""What changed, whether it is real, and what to do on Monday."""

import streamlit as st

from dashboard import charts, monday, overall, parts, quality, wording
from dashboard.readable import Readable
from data.records import ROOT, Wave


def show(page: Readable, wave: Wave, team_id: str) -> None:
    """Draw one wave of one team: the answer, where it stands, what changed, what to do, and the teams below."""
    answer = wording.overview(page, wave, team_id)
    parts.sentence(answer, wording.standing_for(page, wave, team_id))
    st.space("small")
    left, right = st.columns([7, 5], gap="xlarge")
    with left:
        parts.section("What people said, 0 to 100")
        parts.chart(charts.levels(charts.levels_of(page, wave, team_id), parts.look()), answer, "levels")
        parts.note(wording.how_to_read(page, wave, team_id))
        parts.note(quality.alike(page, wave, team_id))
    suggested = monday.suggested(page, wave, team_id)
    with right:
        changes(page, wave, team_id)
        if len(suggested) <= 1:
            st.space("small")
            monday.show(page, wave, team_id, suggested)
    st.space("small")
    if len(suggested) > 1:
        monday.show(page, wave, team_id, suggested)
        st.space("small")
    parts.by_team(page, wave, team_id)
    parts.statements(page, wave, team_id)
    if team_id == ROOT:
        overall.show(page, wave)
    parts.comments(page, wave, team_id)


def changes(page: Readable, wave: Wave, team_id: str) -> None:
    """List the changes that chance does not explain, and how many were looked for."""
    parts.section("What changed")
    for name, found in wording.flags(page, wave, team_id)[: wording.FLAGS_SHOWN]:
        st.markdown(f"**{parts.plain(name)}**  \n" + "  \n".join(parts.flag(page, change) for change in found))
    parts.remark(wording.after_flags(page, wave, team_id))


page = parts.gather("overview")
with parts.column():
    wave, team_id = parts.head(page, page.pulses, teams=True)
    if wave is None:
        parts.nothing_yet(page)
    else:
        show(page, wave, team_id)
