"""The card of a pair worth introducing, and what a manager does with it: choose it for a batch, not now, never."""

from typing import Literal

import streamlit as st

from dashboard import access, context, glyphs, parts, wording, wording_introductions
from dashboard.readable import Pair, Readable
from data import audit, ties
from data.records import Problem, Wave
from surveys import introducing

KINDS: tuple[Literal["secondary", "tertiary"], ...] = ("secondary", "tertiary")


def card(page: Readable, wave: Wave, pair: Pair, *, asking: bool) -> None:
    """Draw one pair: who, why, who could host, what to expect, and the two other answers.

    `asking` is whether the two can be asked: then the card can be chosen for a batch.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", wrap=False):
        st.image(glyphs.introduction(parts.look(), hosted=pair.host is not None), width=60, alt="")
        names = f"**{parts.plain(pair.name_a)} and {parts.plain(pair.name_b)}**"
        teams = wording.listing(dict.fromkeys([page.name(pair.team_a), page.name(pair.team_b)]))
        st.markdown(f"{names}  \n{parts.quiet(teams)}")
    st.markdown(parts.plain(pair.why))
    st.markdown(f"{parts.quiet('Host')}  \n{parts.plain(wording_introductions.host(pair.host))}")
    expected = wording_introductions.expect(pair.feasibility)
    likely = wording_introductions.likely(pair.low, pair.high)
    st.markdown(f"{parts.quiet('What to expect')}  \n{expected}  \n:small[{parts.quiet(likely)}]")
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        if pair.answer:
            st.markdown(parts.quiet(wording_introductions.ANSWERED[pair.answer]))
            return
        if asking:
            st.checkbox(f"Choose :gray[{parts.plain(pair.name_a)} and {parts.plain(pair.name_b)}]", key=_key(pair))
        for (answer, label), kind in zip(wording_introductions.ANSWERS, KINDS, strict=True):
            where = (wave, pair, answer)
            st.button(label, type=kind, key=f"{answer} {pair.member_a} {pair.member_b}", on_click=answered, args=where)


def propose(wave: Wave, open_pairs: list[Pair]) -> None:
    """Offer to introduce the chosen cards, three or more at once."""
    if len(open_pairs) < wording_introductions.BATCH:
        return
    chosen = [pair for pair in open_pairs if st.session_state.get(_key(pair))]
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        few = len(chosen) < wording_introductions.BATCH
        st.button(
            wording_introductions.batch(len(chosen)),
            type="primary",
            disabled=few,
            on_click=proposed,
            args=(wave, chosen),
        )
        parts.remark(wording_introductions.about_batch(len(chosen)))


def answered(wave: Wave, pair: Pair, answer: str) -> None:
    """Keep what the manager decided about a pair; the log names neither, as both would stay there after an erasure."""
    desk, viewer = context.desk(), context.acting("answer an introduction")
    if not access.may_name(viewer, pair.team_a, pair.team_b):
        return
    try:
        with desk.store.writing() as db:
            ties.answer_introduction(db, wave.wave_id, pair.member_a, pair.member_b, answer)
            audit.note(
                db, happened=desk.clock(), who=viewer.who, action="introduction", subject=wave.name, detail=answer
            )
    except Problem as problem:
        st.session_state["trouble"] = str(problem)


def proposed(wave: Wave, chosen: list[Pair]) -> None:
    """Have the two of each chosen pair asked."""
    desk, viewer = context.desk(), context.acting("answer an introduction")
    ours = [(p.member_a, p.member_b) for p in chosen if access.may_name(viewer, p.team_a, p.team_b)]
    try:
        pairs = introducing.propose(desk, wave, ours, who=viewer.who)
    except Problem as problem:
        st.session_state["trouble"] = str(problem)
        return
    st.session_state["said"] = wording_introductions.proposed(pairs)


def _key(pair: Pair) -> str:
    return f"choose {pair.member_a} {pair.member_b}"
