"""The first quarter of an hour: from an empty database to the first links, on the screen alone."""

import zoneinfo

import streamlit as st

from dashboard import context, parts, wording_surveys
from dashboard import house as named
from dashboard.readable import Readable
from data import organization

SAMPLE = parts.ASSETS / "sample-roster.csv"
"""A roster to fill in: every column that is known from day one, and people who are no one."""


def steps(page: Readable) -> None:
    """Draw the four steps to the first figures, with a word about the one in hand.

    Nothing once a wave has opened: from then on the page shows how that wave stands.
    """
    if page.all_waves:
        return
    at = wording_surveys.first_step(page)
    with st.container(border=True):
        places = st.columns(len(wording_surveys.FIRST_STEPS), gap="medium")
        for number, (place, (name, what)) in enumerate(zip(places, wording_surveys.FIRST_STEPS, strict=True)):
            icon = wording_surveys.STEP_ICONS[(number > at) - (number < at)]
            about = f"  \n{parts.quiet(what)}" if number == at else ""
            place.markdown(f":material/{icon}: **{number + 1}. {name}**{about}")


def look_round_first() -> None:
    """Say how to see the whole of it before anything real is in it, and offer a roster to fill in."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button("A sample to fill in", SAMPLE.read_bytes(), "roster.csv", "text/csv", on_click="ignore")
        with st.popover("Look round a made-up company first", type="tertiary"):
            st.markdown(wording_surveys.LOOK_ROUND)
            st.code("rapport demo --port 0", language=None)
            parts.note(wording_surveys.APART)


def house(page: Readable) -> None:
    """Ask what the organization is called and by which clock it lives: both stand on every form."""
    zones = sorted(zoneinfo.available_timezones())
    left, right = st.columns(2, gap="medium")
    unnamed = page.organization == organization.DEFAULTS["organization"]
    name = left.text_input(
        "Name of the organization",
        "" if unnamed else page.organization,
        max_chars=organization.LONGEST_NAME,
        key="house",
        placeholder="Larkfield",
    )
    zone = right.selectbox("Time zone", zones, zones.index(page.timezone), key="zone")
    if (name.strip() and name.strip() != page.organization) or zone != page.timezone:
        st.button("Keep the name and the time zone", on_click=keep, args=(name.strip() or page.organization, zone))


def keep(name: str, zone: str) -> None:
    """Keep what the organization is called and its time zone."""
    desk, viewer = context.desk(), context.acting("change the roster")
    named.keep(desk, name, zone, who=viewer.who)
    st.session_state["said"] = f"{name}, {zone}: this stands on the forms from now on."


def onward(page: Readable) -> None:
    """Lead on from a closed wave to what it said; not those who read no figures."""
    if page.open_wave is None and page.waves and page.viewer.policy.figures != "none":
        with st.container(horizontal=True):
            for label, where in (("See what was said", "overview"), ("Put it on paper", "reports")):
                if st.button(label, type="primary" if where == "overview" else "secondary"):
                    st.switch_page(f"pages/{where}.py")
