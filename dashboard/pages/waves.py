"""Asking: the roster, the wave that is open, and those before. For administrators."""

import streamlit as st

from dashboard import asking, context, parts, wording
from data.records import ROOT

page, desk = parts.gather(), context.desk()
with parts.column():
    parts.head(page)
    if not page.viewer.administrator:
        parts.sentence("Surveys are run by an administrator.", "Ask whoever runs Rapport here.")
        st.stop()
    wave, people = page.open_wave, page.people.get(ROOT, 0)
    parts.sentence(wording.asking(page), wording.about_asking(page))
    parts.just_said()
    st.space("small")
    if wave is not None:
        asking.running(page, desk, wave)
    elif people:
        asking.open_a_wave(page, desk)
    else:
        asking.bring_in_people(desk)
    if page.all_waves:
        st.space("small")
        parts.section("Waves")
        asking.every_wave(page)
    if people:
        st.space("small")
        with st.expander("Change the roster"):
            asking.bring_in_people(desk)
