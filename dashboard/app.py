"""The dashboard, as Streamlit serves it. It stands behind `dashboard.door`, which lets nobody in without a session.

Importing it opens nothing.
"""

import streamlit as st

from dashboard import context, shell, showing, streamlit_settings, with_password
from dashboard.guard import ADDRESSES

streamlit_settings.configure()  # before Streamlit's own routes read a setting

app = st.App(
    streamlit_settings.MAIN,
    routes=[
        showing.route(context.desk),
        *with_password.routes(context.desk, context.sessions),
        *shell.routes(sorted(ADDRESSES)),
    ],
)
