"""What was done, and who looked at names: for those who watch over it."""

import streamlit as st

from dashboard import context, parts
from dashboard.log import EVERYBODY, SHOWN, Log
from data import exchange


def show(log: Log) -> None:
    """Draw the choice of a person, the newest lines, and the way to all of them."""
    people = {EVERYBODY: None, **log.people()}
    chosen = people[st.selectbox("By or about", list(people), key="person", width=360)]
    table = (log.of(chosen) if chosen else log).table()
    said = "What was done and who looked at names, the newest first."
    st.dataframe(table.head(SHOWN), hide_index=True, alt=said, key="log")
    if len(table) > SHOWN:
        parts.note(f"The newest {SHOWN} of {len(table)} lines. The file has all of them.")
    csv = exchange.to_text(table, "csv").encode()
    st.download_button("Download as CSV", csv, "rapport-log.csv", "text/csv", on_click="ignore")


page, desk = parts.gather("log"), context.desk()
with parts.column():
    parts.head(page)
    log = Log.read(desk)
    parts.sentence(
        log.sentence(desk),
        "Each look at a name beside a place in the network or an introduction is written down, once a day for a page. "
        "Everybody finds those about themselves on their own page. Nothing here is about an answer to the pulse.",
    )
    st.space("small")
    if len(log.entries):
        show(log)
