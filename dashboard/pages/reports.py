"""The quarter on paper, from the same findings as the screen."""

import streamlit as st

from dashboard import context, parts, report, wording
from dashboard.readable import Readable, quarters
from data.records import Problem


def show(page: Readable) -> None:
    """Draw the choice of a quarter and a team, and what the paper will hold."""
    parts.sentence("The quarter on paper, for one team or for all.", wording.ON_PAPER)
    st.space("small")
    left, right = st.columns([6, 6], gap="xlarge")
    with left:
        quarter = st.selectbox("Quarter", quarters(page), key="quarter", bind="query-params")
        held = report.quarter_waves(page.all_waves, quarter, page.timezone)
        teams = {page.path(group.team_id): group.team_id for group in page.groups(held[-1])}
        team_id = teams[st.selectbox("Team", list(teams), key="of", bind="query-params")]
        if st.button("Make the report", type="primary"):
            make(page, quarter, team_id)
    with right:
        parts.section("What it holds")
        for line in wording.paper(page, held, team_id):
            parts.remark(line)


def make(page: Readable, quarter: str, team_id: str) -> None:
    """Build the PDF and offer it."""
    try:
        with st.spinner("Setting the pages"):
            pdf = report.build(page, quarter, team_id)
    except Problem as problem:
        parts.trouble(problem)
        return
    desk, viewer = context.desk(), context.acting("report")
    report.note(desk, viewer.who, page, quarter, team_id)
    name = report.file_name(quarter, page.teams[team_id])
    st.download_button(f"Download {name}", pdf, name, "application/pdf", on_click="ignore")


page = parts.gather("reports")
with parts.column():
    parts.head(page)
    if quarters(page):
        show(page)
    else:
        parts.nothing_yet(page)
