"""What to do on Monday: at most two suggestions, each with its reason, its evidence and its source."""

from collections.abc import Sequence

import duckdb
import streamlit as st

from analytics import playbook
from analytics.playbook import Suggestion
from dashboard import access, context, parts, wording, wording_surveys
from dashboard.access import Viewer
from dashboard.readable import Readable
from data import actions, audit, roster
from data.records import Wave
from surveys.desk import Desk


def suggested(page: Readable, wave: Wave, team_id: str) -> list[Suggestion]:
    """Look up what the findings of a team and of those below it suggest: at most two."""
    teams = [team_id, *(group.team_id for group in page.below(wave, team_id))] if page.in_full(team_id) else []
    return playbook.suggest(page.reasons(wave, teams), wave.wave_id, teams, limit=2, resting=page.resting(wave))


def show(page: Readable, wave: Wave, team_id: str, found: Sequence[Suggestion]) -> None:
    """Draw the suggestions beside each other, or say that there is none."""
    parts.section("What to do on Monday")
    if not found:
        parts.remark(wording_surveys.nothing_to_do(page, wave, team_id))
        return
    for place, suggestion in zip(st.columns(len(found), gap="medium"), found, strict=True):
        with place.container(border=True, height="stretch"):
            card(page, wave, suggestion)


def card(page: Readable, wave: Wave, suggestion: Suggestion) -> None:
    """Draw one suggestion with the button that turns it into a promise."""
    play, where = suggestion.play, suggestion.team_id
    st.markdown(f"**{parts.plain(play.title)}**  \n{parts.quiet(page.name(where))}")
    st.markdown(parts.plain(play.what))
    st.markdown(parts.quiet(wording_surveys.evidence(play.evidence)))
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        planned = page.promised(wave, where, play.id)
        if planned:
            st.markdown(parts.quiet(f"Planned on {wording.day(planned.planned_on)}."))
        elif wave == page.pulses[-1]:  # a promise answers to what was said last
            key = f"plan {where} {play.id}"
            st.button("Plan it", type="primary", key=key, on_click=plan, args=(wave, suggestion))
        with st.popover("Why this?", type="tertiary"):
            st.markdown(parts.plain(wording_surveys.because(page, wave, suggestion)))
            parts.note(f"Source: {play.source}")


def plan(wave: Wave, suggestion: Suggestion) -> None:
    """Keep a promise to do something, under the name of whoever made it."""
    desk, viewer = context.desk(), context.acting("plan")
    team_id, play = suggestion.team_id, suggestion.play.id
    if not access.may_name(viewer, team_id):
        return
    with desk.store.writing() as db:
        actions.plan(
            db,
            wave_id=wave.wave_id,
            team_id=team_id,
            play=play,
            dimension=suggestion.dimension,
            owner=viewer.name,
            planned_on=desk.today(),
        )
        note(db, desk, viewer, "planned an action", team_id)


def note(db: duckdb.DuckDBPyConnection, desk: Desk, viewer: Viewer, did: str, team_id: str) -> None:
    """Write into the log that somebody promised or answered something, and for which team.

    Not what: a play says which dimension was low, and whoever reads the log need not be one who reads figures.
    """
    path = next((team.path for team in roster.teams(db) if team.team_id == team_id), team_id)
    audit.note(db, happened=desk.clock(), who=viewer.who, action=did, subject=path)
