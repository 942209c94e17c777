"""Whom to introduce to whom, like advice from a thoughtful colleague; and whether it helped."""

import streamlit as st

from dashboard import cards, charts, context, looks, parts, wording, wording_introductions
from dashboard.readable import PAIRS, Readable
from data.records import ROOT, Problem, Wave
from surveys import introducing

FIRST = 6
"""Cards on the page before somebody asks for more."""


def show(page: Readable, wave: Wave) -> None:
    """Draw the cards, two beside each other, from three on."""
    if over := wording_introductions.ended(page, wave):
        parts.sentence(over, wording_introductions.ABOUT_ENDED)
        return
    pairs = page.pairs(wave)
    every = st.session_state.get("all introductions", False)
    parts.sentence(
        wording_introductions.introductions(len(pairs), 0 if every else FIRST),
        wording_introductions.about_introductions(len(pairs)),
    )
    if len(pairs) < wording_introductions.BATCH:
        return
    parts.just_said()
    if trouble := st.session_state.pop("trouble", ""):
        parts.trouble(Problem(trouble))
    st.space("small")
    shown = pairs if every else pairs[:FIRST]
    asking = introducing.can_ask(context.desk(), wave)
    if not asking:
        parts.note(wording_introductions.BY_YOURSELF)
    parts.looked_at(looks.introduced(shown), "the introductions", wave)
    for left, right in wording.by_two(shown):
        for place, pair in zip(st.columns(2, gap="medium"), (left, right), strict=True):
            if pair is not None:
                with place.container(border=True, height="stretch"):
                    cards.card(page, wave, pair, asking=asking)
    if not every and len(pairs) > FIRST:
        st.button(
            f"Show {len(pairs)}" if len(pairs) >= PAIRS else f"Show all {len(pairs)}",
            on_click=st.session_state.update,
            args=({"all introductions": True},),
        )
    if asking:
        cards.propose(wave, [pair for pair in shown if not pair.answer])


def helped(page: Readable, wave: Wave) -> None:
    """Show what became of the introductions before, and whether that is more than without them."""
    st.space("medium")
    parts.section("Did introductions help?")
    sentence = wording_introductions.helped(page, wave)
    if sentence:
        st.markdown(parts.plain(sentence))
    steps = [
        charts.Step(name, note, int(found.low), live=step == "tied", said=found.word or "")
        for step, (name, note) in wording_introductions.STEPS.items()
        if (found := page.finding(wave, ROOT, "introduced", step)) and found.low is not None
    ]
    if steps:
        said = "; ".join(f"{step.name}: {step.said}" for step in steps)
        parts.chart(charts.funnel(steps, parts.look()), f"From asked to tie. {said}.", "introduced")
    parts.note(wording_introductions.about_helped(page, wave))


page = parts.gather("introductions")
with parts.column():
    wave, _ = parts.head(page, [wave for wave in page.waves if wave.network])
    if wave is None:
        parts.no_network_yet(page)
    else:
        show(page, wave)
        helped(page, wave)
