"""The whole server in one screen: forms, sign-in, guard and dashboard, in one process with one database.

`app = st.App(...)` is a literal call because `streamlit run` finds it by reading this file. Importing it opens nothing.
"""

import streamlit as st
from starlette.middleware import Middleware

from dashboard import context, probes, serving, shell, showing, signing_in
from dashboard.guard import ADDRESSES, Guard
from surveys import web

serving.configure()  # before Streamlit's own routes read a setting

open_routes = [
    *web.routes(context.desk),
    *signing_in.routes(context.desk, context.sessions),
    *probes.routes(context.desk),
]

app = st.App(
    serving.MAIN,
    routes=[showing.route(context.desk), *shell.routes(sorted(ADDRESSES))],
    middleware=[
        Middleware(Guard, sessions=context.sessions, open_routes=open_routes, secure=context.secure),
    ],
    lifespan=serving.lifespan,
)
