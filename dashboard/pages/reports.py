"""The quarter on paper, from the same findings as the screen; and what to say when a team talks about it."""

import streamlit as st

from dashboard import context, parts, report, showing, wording, wording_surveys
from dashboard.readable import Readable, quarters
from data.records import Problem


def show(page: Readable) -> None:
    """Draw the choice of a quarter and a team, what the paper will hold, and the meeting kit."""
    parts.sentence("The quarter on paper, for one team or for all.", wording_surveys.ON_PAPER)
    st.space("small")
    left, right = st.columns([6, 6], gap="xlarge")
    asked = {name: parts.asked_for(name) for name in ("quarter", "of")}
    with left:
        quarter = st.selectbox("Quarter", quarters(page), key="quarter", bind="query-params")
        held = report.quarter_waves(page.all_waves, quarter, page.timezone)
        teams = {page.path(group.team_id): group.team_id for group in page.groups(held[-1])}
        team_id = teams[st.selectbox("Team", list(teams), key="of", bind="query-params")]
        parts.note(wording.not_here("quarter", asked["quarter"], quarter))
        parts.note(wording.not_here("team", asked["of"], page.path(team_id)))
        if st.button("Make the report", type="primary"):
            make(page, quarter, team_id, report.REPORT)
    with right:
        parts.section("What it holds")
        for line in wording_surveys.paper(page, held, team_id):
            parts.remark(line)
    st.space("small")
    parts.section("To talk about it with the team")
    parts.remark(wording_surveys.KIT)
    with st.container(horizontal=True):
        st.link_button("Show it full-screen", showing.address(quarter, page.path(team_id)))
        talk = st.button("Make it a PDF")
    if talk:
        make(page, quarter, team_id, report.MEETING_KIT)


def make(page: Readable, quarter: str, team_id: str, kind: report.Kind) -> None:
    """Build a PDF, write into the log that it was made, and offer it."""
    try:
        with st.spinner("Setting the pages"):
            made = report.edition(page, quarter, team_id)
            pdf = kind.lay_out(made)
    except Problem as problem:
        parts.trouble(problem)
        return
    kind.note(made, desk=context.desk(), who=context.acting("report").who)
    name = kind.called(quarter, page.teams[team_id])
    st.download_button(f"Download {name}", pdf, name, "application/pdf", on_click="ignore")


page = parts.gather("reports")
with parts.column():
    parts.head(page)
    if quarters(page):
        show(page)
    else:
        parts.nothing_yet(page)
