"""Asking: the roster, the wave that is open, and those before. A steward sees all of it but the people."""

import streamlit as st

from dashboard import access, asking, context, first, parts, wording_surveys
from data.records import ROOT

page, desk = parts.gather("waves"), context.desk()
with parts.column():
    parts.head(page)
    wave, people = page.open_wave, page.people.get(ROOT, 0)
    parts.sentence(wording_surveys.asking(page), wording_surveys.about_asking(page))
    parts.just_said()
    first.steps(page)
    first.onward(page)
    st.space("small")
    if wave is not None:
        asking.running(page, desk, wave)
    elif people:
        asking.open_a_wave(page, desk)
    elif access.may(page.viewer, "change the roster"):
        first.house(page)
        first.look_round_first()
        asking.bring_in_people(desk)
    if page.all_waves:
        st.space("small")
        parts.section("Waves")
        asking.every_wave(page)
    if people and access.may(page.viewer, "change the roster"):
        st.space("small")
        with st.expander("Change the roster"):
            asking.bring_in_people(desk)
        with st.expander("Name and time zone"):
            first.house(page)
