"""What was promised, whether it happened, and what became of it."""

from collections.abc import Sequence
from typing import Literal, get_args

import streamlit as st

from dashboard import access, context, followed, monday, parts, wording, wording_surveys
from dashboard.followed import Followed
from dashboard.readable import Readable
from data import actions
from data.records import Action, Happened

Kind = Literal["primary", "secondary", "tertiary"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FIRST = 12
"""Cards of a section before somebody asks for more."""


def show(page: Readable) -> None:
    """Draw what waits for an answer, what is under way, and what became of the rest."""
    every = followed.everything(page)
    asked, running = [one for one in every if one.asked], [one for one in every if one.running]
    settled = [one for one in every if not one.asked and not one.running]
    parts.sentence(wording_surveys.promises(len(asked), len(running)), wording_surveys.WHERE_PROMISES_BEGIN)
    section("Did it happen?", asked)
    section("Under way", running)
    section("What became of it", settled)
    if any(one.found.word for one in every):
        parts.note(wording_surveys.WHY_COMPARE)


def section(title: str, found: Sequence[Followed]) -> None:
    """Draw one part of the page; nothing where there is nothing in it."""
    if not found:
        return
    st.space("small")
    parts.section(title)
    every = st.session_state.get(f"all {title}", False)
    for left, right in wording.by_two(found if every else found[:FIRST]):
        for place, one in zip(st.columns(2, gap="medium"), (left, right), strict=True):
            if one is not None:
                with place.container(border=True, height="stretch"):
                    card(one)
    if not every and len(found) > FIRST:
        st.button(f"Show all {len(found)}", on_click=st.session_state.update, args=({f"all {title}": True},))


def card(one: Followed) -> None:
    """Draw one promise: what, where, by whom and until when; what became of it; and the answer, one tap away."""
    action, name = one.action, one.play.title if one.play else one.action.play
    st.markdown(f"**{parts.plain(name)}**  \n{parts.quiet(wording_surveys.promise(one.page, action))}")
    if action.happened != "no":
        beside, became = (
            wording_surveys.beside(one.found),
            wording_surveys.became(one.page, action, one.found, one.until),
        )
        st.markdown((f"**{parts.plain(beside)}**  \n" if beside else "") + parts.plain(became))
    st.space("stretch")
    parts.note(wording_surveys.happened(action, again=one.asked))
    with st.container(horizontal=True, vertical_alignment="center"):
        if action.happened and not one.asked:
            with st.popover("Take it back", type="tertiary"):
                parts.note("The day on which it was said is forgotten with it.")
                button(action, None, "Forget the answer", "secondary")
        else:
            for (answer, label), kind in zip(wording_surveys.HAPPENED.items(), KINDS, strict=True):
                button(action, answer, label, kind)


def button(action: Action, answer: Happened | None, label: str, kind: Kind) -> None:
    """Draw one answer; None takes back what was said."""
    key = f"{answer} {action.action_id}"
    st.button(label, type=kind, key=key, on_click=answered, args=(action.action_id, answer))


def answered(action_id: str, happened: Happened | None) -> None:
    """Keep what somebody said about a promise."""
    desk, viewer = context.desk(), context.acting("plan")
    with desk.store.writing() as db:
        action = actions.action(db, action_id)
        if not access.may_name(viewer, action.team_id):
            return
        actions.answer(db, action_id, happened, desk.today())
        monday.note(db, desk, viewer, "answered" if happened else "took an answer back", action.team_id)


page = parts.gather("actions")
with parts.column():
    parts.head(page)
    if page.actions:
        show(page)
    elif page.pulses:
        parts.sentence(wording_surveys.NO_PROMISE, wording_surveys.WHERE_PROMISES_BEGIN)
    else:
        parts.nothing_yet(page, wording_surveys.nothing_yet(page, "Nothing to promise yet"))
