"""How answers are protected: the promise, the thresholds, the keys, and what is stored."""

import streamlit as st

from dashboard import context, guard, parts, promises
from dashboard.readable import Readable
from surveys.desk import Desk


def promise() -> None:
    """Say the two promises side by side."""
    pulse, network = st.columns(2, gap="xlarge")
    with pulse:
        parts.section("The pulse: anonymous")
        for line in promises.PULSE_PROMISE:
            st.markdown(parts.plain(line))
    with network:
        parts.section("The network: by name, and by consent")
        for line in promises.NETWORK_PROMISE:
            st.markdown(parts.plain(line))


def stored(page: Readable, desk: Desk) -> None:
    """List the thresholds, the keys that exist now, and the four kinds of data."""
    parts.section("When a figure is shown")
    parts.table(
        [{"What": f"**{what}**", "Shown when": rule} for what, rule in promises.thresholds(page)],
        alt="For every kind of figure, how many people it must stand for.",
    )
    parts.remark(promises.fingerprint(page))
    st.space("small")
    parts.section("The keys")
    parts.remark(promises.keys(page, desk.keys.waves()))
    st.space("small")
    parts.section("What is stored")
    parts.table(
        [{"What": f"**{what}**", "Holds": holds, "Until": until} for what, holds, until in promises.stored(desk)],
        alt="The four kinds of data that Rapport keeps, and how long.",
    )


page, desk = parts.gather("protection"), context.desk()
with parts.column():
    parts.head(page)
    parts.sentence(promises.PROMISE, promises.PROMISE_AFTER)
    st.space("small")
    promise()
    st.space("small")
    stored(page, desk)
    st.space("small")
    parts.section("Your way in")
    parts.note(f"[Choose a password, or sign out on every device]({guard.OWN}).")
