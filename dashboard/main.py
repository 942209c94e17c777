"""The dashboard's pages and their order, and nothing else."""

import streamlit as st

from dashboard import context, parts

pages = [
    st.Page("pages/overview.py", title="Overview", default=True),
    st.Page("pages/trends.py", title="Trends"),
    st.Page("pages/network.py", title="Network"),
    st.Page("pages/introductions.py", title="Introductions"),
    st.Page("pages/reports.py", title="Reports"),
    st.Page("pages/waves.py", title="Surveys", visibility="visible" if context.viewer().administrator else "hidden"),
    st.Page("pages/protection.py", title="How answers are protected"),
]
asked_for = st.navigation(pages, position="top")
st.set_page_config(page_title=f"{asked_for.title} · Rapport", page_icon=str(parts.ICON), layout="wide")
st.logo(str(parts.logo()), size="large")
asked_for.run()
