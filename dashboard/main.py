"""The dashboard's pages and their order, and nothing else."""

import streamlit as st

from dashboard import access, context, parts, wording

viewer = context.viewer()
pages = [
    st.Page(
        f"pages/{name}.py",
        title=wording.PAGES[name],
        default=name == viewer.policy.pages[0],
        visibility="visible" if access.may_open(viewer, name) else "hidden",
    )
    for name in access.PAGES
]
asked_for = st.navigation(pages, position="top")
st.set_page_config(page_title=f"{asked_for.title} · Rapport", page_icon=str(parts.ICON), layout="wide")
st.logo(str(parts.logo()), size="large")
asked_for.run()
