"""Whom to introduce to whom, like advice from a thoughtful colleague; and whether it helped."""

from typing import Literal

import streamlit as st

from dashboard import access, charts, context, glyphs, looks, parts, wording
from dashboard.readable import Pair, Readable
from data import audit, ties
from data.records import ROOT, Problem, Wave
from surveys import introducing

KINDS: tuple[Literal["secondary", "tertiary"], ...] = ("secondary", "tertiary")
FIRST = 6
"""Cards on the page before somebody asks for more."""


def show(page: Readable, wave: Wave) -> None:
    """Draw the cards, two beside each other, from three on."""
    if over := wording.ended(page, wave):
        parts.sentence(over, wording.ABOUT_ENDED)
        return
    pairs = page.network(wave).pairs
    every = st.session_state.get("all introductions", False)
    parts.sentence(wording.introductions(len(pairs), 0 if every else FIRST), wording.about_introductions(len(pairs)))
    if len(pairs) < wording.BATCH:
        return
    parts.just_said()
    if trouble := st.session_state.pop("trouble", ""):
        parts.trouble(Problem(trouble))
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
    propose(wave, [pair for pair in shown if not pair.answer])


def card(page: Readable, wave: Wave, pair: Pair) -> None:
    """Draw one pair: who, why, who could host, what to expect, whether to propose it, and the other two answers."""
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
            return
        st.checkbox(f"Choose :gray[{parts.plain(pair.name_a)} and {parts.plain(pair.name_b)}]", key=_key(pair))
        for (answer, label), kind in zip(wording.ANSWERS, KINDS, strict=True):
            where = (wave, pair, answer)
            st.button(label, type=kind, key=f"{answer} {pair.member_a} {pair.member_b}", on_click=answered, args=where)


def propose(wave: Wave, open_pairs: list[Pair]) -> None:
    """Offer to introduce the chosen cards, three or more at once."""
    if len(open_pairs) < wording.BATCH:
        return
    chosen = [pair for pair in open_pairs if st.session_state.get(_key(pair))]
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        few = len(chosen) < wording.BATCH
        st.button(wording.batch(len(chosen)), type="primary", disabled=few, on_click=proposed, args=(wave, chosen))
        parts.remark(wording.about_batch(len(chosen)))


def helped(page: Readable, wave: Wave) -> None:
    """Show what became of the introductions before, and whether that is more than without them."""
    st.space("medium")
    parts.section("Did introductions help?")
    sentence = wording.helped(page, wave)
    if sentence:
        st.markdown(parts.plain(sentence))
    steps = [
        charts.Step(name, note, int(found.low), live=step == "tied", said=found.word or "")
        for step, (name, note) in wording.STEPS.items()
        if (found := page.finding(wave, ROOT, "introduced", step)) and found.low is not None
    ]
    if steps:
        said = "; ".join(f"{step.name}: {step.said}" for step in steps)
        parts.chart(charts.funnel(steps, parts.look()), f"From asked to tie. {said}.", "introduced")
    parts.note(wording.about_helped(page, wave))


def answered(wave: Wave, pair: Pair, answer: str) -> None:
    """Keep what the manager decided about a pair."""
    desk, viewer = context.desk(), context.acting("answer an introduction")
    if not access.may_name(viewer, pair.team_a, pair.team_b):
        return
    with desk.store.writing() as db:
        ties.answer_introduction(db, wave.wave_id, pair.member_a, pair.member_b, answer)
        about = f"{pair.member_a} and {pair.member_b}"
        audit.note(db, happened=desk.clock(), who=viewer.who, action="introduction", subject=about, detail=answer)


def proposed(wave: Wave, chosen: list[Pair]) -> None:
    """Have the two of each chosen pair asked."""
    desk, viewer = context.desk(), context.acting("answer an introduction")
    ours = [(p.member_a, p.member_b) for p in chosen if access.may_name(viewer, p.team_a, p.team_b)]
    try:
        pairs = introducing.propose(desk, wave, ours, who=viewer.who)
    except Problem as problem:
        st.session_state["trouble"] = str(problem)
        return
    st.session_state["said"] = wording.proposed(pairs)


def _key(pair: Pair) -> str:
    return f"choose {pair.member_a} {pair.member_b}"


page = parts.gather("introductions")
with parts.column():
    wave, _ = parts.head(page, [wave for wave in page.waves if wave.network])
    if wave is None:
        parts.nothing_yet(page, "No network wave has closed yet.")
    else:
        show(page, wave)
        helped(page, wave)
