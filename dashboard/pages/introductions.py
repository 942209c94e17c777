"""Whom to introduce to whom, like advice from a thoughtful colleague."""

from typing import Literal

import streamlit as st

from dashboard import access, context, glyphs, looks, parts, wording
from dashboard.readable import Pair, Readable
from data import audit, ties
from data.records import Wave

KINDS: tuple[Literal["primary", "secondary", "tertiary"], ...] = ("primary", "secondary", "tertiary")
FIRST = 6
"""Cards on the page before somebody asks for more."""


def show(page: Readable, wave: Wave) -> None:
    """Draw the cards, two beside each other, from three on."""
    pairs = page.network(wave).pairs
    every = st.session_state.get("all introductions", False)
    parts.sentence(wording.introductions(len(pairs), 0 if every else FIRST), wording.about_introductions(len(pairs)))
    if len(pairs) < wording.BATCH:
        return
    st.space("small")
    shown = pairs if every else pairs[:FIRST]
    parts.looked_at(looks.introduced(shown), "the introductions", wave)
    for left, right in wording.by_two(shown):
        for place, pair in zip(st.columns(2, gap="medium"), (left, right), strict=True):
            if pair is not None:
                with place.container(border=True, height="stretch"):
                    card(page, wave, pair)
    if not every and len(pairs) > FIRST:
        st.button(f"Show all {len(pairs)}", on_click=st.session_state.update, args=({"all introductions": True},))
    parts.note("Each person is asked first and can say no without giving a reason.")


def card(page: Readable, wave: Wave, pair: Pair) -> None:
    """Draw one pair: who, why, who could host, what to expect, and the three answers."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", wrap=False):
        st.image(glyphs.introduction(parts.look(), hosted=pair.host is not None), width=60, alt="")
        names = f"**{parts.plain(pair.name_a)} and {parts.plain(pair.name_b)}**"
        teams = wording.listing(dict.fromkeys([page.name(pair.team_a), page.name(pair.team_b)]))
        st.markdown(f"{names}  \n{parts.quiet(teams)}")
    st.markdown(parts.plain(pair.why))
    st.markdown(f"{parts.quiet('Host')}  \n{parts.plain(wording.host(pair.host))}")
    likely = wording.likely(pair.low, pair.high)
    st.markdown(
        f"{parts.quiet('What to expect')}  \n{wording.expect(pair.feasibility)}  \n:small[{parts.quiet(likely)}]"
    )
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        if pair.answer:
            st.markdown(parts.quiet(wording.ANSWERED[pair.answer]))
        for (answer, label), kind in zip(wording.ANSWERS, KINDS, strict=True) if not pair.answer else ():
            where = (wave, pair, answer)
            st.button(label, type=kind, key=f"{answer} {pair.member_a} {pair.member_b}", on_click=answered, args=where)


def answered(wave: Wave, pair: Pair, answer: str) -> None:
    """Keep what the manager decided about a pair."""
    desk, viewer = context.desk(), context.acting("answer an introduction")
    if not access.may_name(viewer, pair.team_a, pair.team_b):
        return
    with desk.store.writing() as db:
        ties.answer_introduction(db, wave.wave_id, pair.member_a, pair.member_b, answer)
        about = f"{pair.member_a} and {pair.member_b}"
        audit.note(db, happened=desk.clock(), who=viewer.who, action="introduction", subject=about, detail=answer)


page = parts.gather("introductions")
with parts.column():
    wave, _ = parts.head(page, [wave for wave in page.waves if wave.network])
    if wave is None:
        parts.nothing_yet(page, "No network wave has closed yet.")
    else:
        show(page, wave)
