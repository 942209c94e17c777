"""What holds here: the name and the clock, who may sign in, what this run was told, what a wave begins with."""

from collections.abc import Iterable

import streamlit as st

from dashboard import asking, context, first, house, parts, settings
from dashboard.house import Entry, Holds

IN_SIGHT = 12
"""People who may sign in that are listed one below the other; more stand in a table that scrolls and sorts."""


def who(found: list[Entry]) -> None:
    """List who may sign in, and give the command that prints somebody's link."""
    parts.section("Who may sign in")
    rows = [{"Who": one.name, "As": one.role, "Opens": one.opens} for one in found]
    alt = "Everybody who may sign in, with their role and what it opens."
    if len(rows) <= IN_SIGHT:
        parts.table([{name: parts.plain(cell) for name, cell in row.items()} for row in rows], alt)
    else:
        st.dataframe(rows, hide_index=True, row_height=44, alt=alt, key="entries")
    one = st.selectbox("A sign-in link for", found, format_func=named, key="whose", width=480)
    st.code(one.command, language=None)
    parts.note(house.ONE_TIME)


def named(one: Entry) -> str:
    """Name somebody with the role that their link would open; the id tells namesakes apart."""
    return f"{one.name}, {one.role} ({one.member_id})"


def holds(title: str, found: Iterable[Holds]) -> None:
    """Show what holds now, and by which setting it is decided."""
    parts.section(title)
    rows = [{"What": f"**{one.what}**", "Now": parts.plain(one.now) + decided_by(one)} for one in found]
    parts.table(rows, alt=f"{title}.")


def decided_by(one: Holds) -> str:
    """Name the setting, small, behind what holds."""
    return f" :small[{parts.quiet(one.decided)}]" if one.decided else ""


page, desk = parts.gather("settings"), context.desk()
with parts.column():
    parts.head(page)
    found = house.entries(page, desk)
    parts.sentence(house.opening(page, found), house.SECOND)
    parts.just_said()
    st.space("small")
    parts.section("The organization")
    first.house(page)
    parts.note(house.BY_THIS_CLOCK)
    st.space("small")
    if found:
        who(found)
        st.space("small")
    holds("What this run was told", house.told(desk, reports=settings.in_force().reports is not None))
    st.space("small")
    holds("What the next wave begins with", house.next_wave(desk, asking.USUAL.days))
    parts.note(house.AT_THE_OPENING)
