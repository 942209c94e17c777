"""The people team's work: bring in people, open a wave, hand out links, watch it, close it. For administrators.

Each step shows what it would do before it does it, through the same use cases as the commands.
"""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import access, charts, command, context, open_waves, parts, settings, slips, wording, wording_surveys
from dashboard.access import Viewer
from dashboard.charts import Step
from dashboard.commands.waves import piles_of
from dashboard.readable import Readable
from data import exchange, roster, waves
from data.records import ROOT, Asks, Member, Problem, Wave
from data.roster import RosterChange
from surveys import closing, groups, links, opening, questionnaire
from surveys.desk import Desk
from surveys.questionnaire import Questionnaire
from surveys.submission import USUAL_NAMES

USUAL = timedelta(days=14)
"""How long a wave is open if nobody says otherwise."""
ROWS_SHOWN = 8
ROSTERS = ["csv", "tsv", "txt", "xlsx"]
"""Kinds of file that a roster may come in."""

# ------------------------------------------------------------------------------------------------------------- people


def bring_in_people(desk: Desk) -> None:
    """Take a roster, show what it would change, and change it when told to."""
    file = st.file_uploader("A CSV or Excel file with one line per person", type=ROSTERS, key="roster", width=520)
    parts.note(wording_surveys.ROSTER_COLUMNS)
    if file is None:
        return
    try:
        change, notices = read_roster(desk, file.name, file.getvalue())
    except Problem as problem:
        parts.trouble(problem)
        return
    for notice in notices:
        parts.remark(notice)
    st.markdown(f"**{parts.plain(change.sentence())}**")
    for heading, people in (("New", change.added), ("Changed", change.changed), ("No longer here", change.deactivated)):
        preview(heading, people)
    st.button("Change the roster", type="primary", on_click=take, args=(change, file.name))


def read_roster(desk: Desk, name: str, content: bytes) -> tuple[RosterChange, list[str]]:
    """Read an uploaded file and say what it would change. `Problem` with the line where it is wrong."""
    with tempfile.TemporaryDirectory() as folder:  # readable by this process only; gone before the page is drawn
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        rows, notices = exchange.read_roster(path)
    with desk.store.reading() as db:
        return roster.plan(roster.teams(db), roster.members(db, active_only=False), rows), notices


def preview(heading: str, people: tuple[Member, ...]) -> None:
    """Show the first of the people that a roster would touch."""
    if people:
        shown = wording.listing(member.name for member in people[:ROWS_SHOWN])
        more = f" and {len(people) - ROWS_SHOWN} more" if len(people) > ROWS_SHOWN else ""
        st.markdown(f"**{heading}**  \n{parts.plain(shown + more)}")


def take(change: RosterChange, name: str) -> None:
    """Change the roster, and sign out whoever lost a role by it."""
    desk, viewer = context.desk(), context.acting("change the roster")
    with desk.store.writing() as db:
        roster.apply(db, change)
    command.note(desk, "people import", name, change.sentence(), who=viewer.who)
    context.end_lost_sessions()
    st.session_state["said"] = change.sentence()


# ------------------------------------------------------------------------------------------------------------- opening


@dataclass(frozen=True)
class Terms:
    """What whoever opens a wave decides on the page."""

    name: str
    asks: Asks
    questions: str
    modules: tuple[str, ...]
    names: tuple[str, ...]
    last_day: date
    k: int
    passphrase: str
    short_codes: bool

    @property
    def smallest_group(self) -> int:
        """How many people a group of its own needs."""
        return max(6, self.k)

    def questionnaire(self) -> Questionnaire | None:
        """Give what the pulse asks; None for a wave of names only."""
        if self.asks == "network":
            return None
        return questionnaire.choose(questionnaire.builtin(self.questions), self.modules)


def open_a_wave(page: Readable, desk: Desk) -> None:
    """Ask what the wave asks and until when, show the groups it would have, and open it."""
    left, right = st.columns([5, 7], gap="xlarge")
    with left:
        parts.section("Open a wave")
        terms = choose_terms(page, desk)
    with right:
        parts.section("The groups it would have")
        groups_first(page, desk, terms)
        if st.button("Open the wave", type="primary"):
            start(page, desk, terms)


def choose_terms(page: Readable, desk: Desk) -> Terms:
    """Draw the choices."""
    name = st.text_input("Name", wording_surveys.next_name(page), key="name")
    asks: Asks = st.radio(
        "It asks", ["both", "pulse", "network"], format_func=wording_surveys.ASKS.__getitem__, key="asks"
    )
    known = questionnaire.builtin_ids()[::-1]
    questions = st.selectbox("Questions", known, format_func=statements, disabled=asks == "network", key="questions")
    modules = st.multiselect(
        "Modules beside them, if you like",
        list(offered := questionnaire.bank().modules),
        format_func=offered.__getitem__,
        placeholder="None",
        disabled=asks == "network",
        key="modules",
    )
    names = st.multiselect(
        "Questions about names, beside whom one works with",
        list(offered_names := wording_surveys.NAMES),
        [kind for kind in offered_names if kind in USUAL_NAMES],
        format_func=offered_names.__getitem__,
        placeholder="None",
        disabled=asks == "pulse",
        key="names",
    )
    today = desk.today()
    last_day = st.date_input("Last day", today + USUAL, min_value=today, format="YYYY-MM-DD", key="closes")
    k = st.radio("A figure needs at least", [5, 4], format_func="{} answers".format, key="k", horizontal=True)
    short = st.checkbox("Short codes, to be typed on a shared device", disabled=asks == "network", key="short")
    passphrase = st.text_input("Trustee's passphrase, if there is one", type="password", key="passphrase")
    parts.note(wording_surveys.TRUSTEE)
    return Terms(
        name, asks, questions, tuple(modules), tuple(names), last_day, k, passphrase, short and asks != "network"
    )


def statements(questionnaire_id: str) -> str:
    """Name a questionnaire with its length."""
    asked = questionnaire.asked(questionnaire.builtin(questionnaire_id), 0)
    return f"{questionnaire_id}, {len(asked.items)} statements"


def groups_first(page: Readable, desk: Desk, terms: Terms) -> None:
    """Show which groups a wave would have today, before it opens, and who cannot appear in a figure of their own."""
    with desk.store.reading() as db:
        teams, members, known = roster.teams(db), roster.members(db), waves.waves(db)
        earlier = waves.groups(db, known[-1].wave_id) if known else None
    formed = groups.form(teams, members, smallest=terms.smallest_group, k=terms.k, earlier=earlier)
    parts.table(
        [
            {
                "Team": f"**{parts.plain(page.path(group.team_id))}**",
                "Figures": parts.quiet(wording_surveys.figures_of(page, group)),
                "People asked": str(group.invited or ""),
            }
            for group in formed.groups
        ],
        alt="The groups that a wave opened today would have.",
    )
    for sentence in formed.alone:
        parts.note(sentence)


def start(page: Readable, desk: Desk, terms: Terms) -> None:
    """Open the wave, and keep for the next page what whoever opened it should know."""
    viewer = context.acting("open a wave")
    try:
        with st.spinner("Making keys and ballots"):
            opened = opening.open_wave(
                desk,
                terms.name,
                asks=terms.asks,
                questionnaire=terms.questionnaire(),
                closes=command.in_utc(datetime.combine(terms.last_day, time(23, 59)), page.timezone),
                k=terms.k,
                smallest_group=terms.smallest_group,
                passphrase=terms.passphrase or None,
                names=terms.names,
                short_codes=terms.short_codes,
            )
    except Problem as problem:
        parts.trouble(problem)
        return
    command.note(desk, "wave open", opened.wave.name, f"asks {terms.asks}, k {terms.k}", who=viewer.who)
    st.session_state["said"] = " ".join([f"Wave {opened.wave.name} is open.", *opened.notices])
    st.rerun()


# ----------------------------------------------------------------------------------------------------- while it is open


def running(page: Readable, desk: Desk, wave: Wave) -> None:
    """Show how far an open wave is, what may be said of it, its links, and the way to close it."""
    steps(page, wave)
    st.space("small")
    left, right = st.columns([6, 5], gap="xlarge")
    with left:
        parts.section("From asked to answered")
        bars, said = counts(desk, wave)
        parts.chart(charts.funnel(bars, parts.look()), said, "funnel")
        parts.note("Counted once a day at 06:00, for everybody together, and only when enough have answered since.")
    with right:
        parts.section("Before you go on")
        for bold, quiet in before_you_go_on(page, desk, wave):
            st.markdown(f"**{parts.plain(bold)}**  \n{parts.quiet(quiet)}")
        with st.container(horizontal=True):
            if wave.state == "open" and access.may(page.viewer, "hand out links"):
                hand_out(desk, wave)
            if st.button("Close the wave", type="tertiary"):
                confirm_close(wave.name, trustee=wave.trustee)


def steps(page: Readable, wave: Wave) -> None:
    """Draw the five steps of a wave, and where it stands."""
    done, of = (page.on - wave.opened_on).days, max((wording_surveys.last_day(page, wave) - wave.opened_on).days, 1)
    with st.container(border=True):
        st.progress(min(max(done / of, 0.0), 1.0))
        places = st.columns(4, gap="medium")
        for place, (icon, name, when, what) in zip(places, wording_surveys.steps(page, wave), strict=True):
            place.markdown(f":material/{icon}: **{name}**  \n{when}  \n{parts.quiet(what)}")


def counts(desk: Desk, wave: Wave) -> tuple[list[Step], str]:
    """Look up how many were asked, can be written to, and have answered as of the last count."""
    with desk.store.reading() as db:
        seats, members, count = waves.seats(db, wave.wave_id), roster.members(db), open_waves.read(db, wave)
    mail = sum(member.member_id in seats and bool(member.email) for member in members)
    answered = count.pulse if wave.pulse else count.network
    as_of = (
        f"as of {wording.day(date.fromisoformat(count.counted_on), year=False)}" if count.counted_on else "no count yet"
    )
    bars = [
        Step("Asked", f"on the roster of {wording.day(wave.opened_on, year=False)}", len(seats)),
        Step("Have an address", "the others get a paper slip" if mail < len(seats) else "", mail),
        Step("Answered", as_of, answered or None, live=True),
    ]
    return bars, f"{len(seats)} people were asked; {answered or 'nobody counted yet'} answered, {as_of}."


def before_you_go_on(page: Readable, desk: Desk, wave: Wave) -> list[tuple[str, str]]:
    """Say what whoever runs the wave should know now: who has no figures of their own, and where the key is."""
    with desk.store.reading() as db:  # a steward, who reads no figure of any group, sees how they were formed
        joined = [page.path(group.team_id) for group in waves.groups(db, wave.wave_id) if group.joins]
    said = []
    if wave.state == "open" and access.may(page.viewer, "hand out links"):
        local = urlsplit(desk.url).hostname in settings.LOOPBACK
        said += [wording_surveys.HAND_OUT, *([wording_surveys.LOOPBACK] if local else [])]
    if joined:
        small = f"{wording.capital(wording.counted(len(joined), 'team'))} too small for figures of their own."
        said.append((small, f"{wording.listing(joined)}: the form tells its people where their answers count."))
    kept = desk.keys.waves().get(wave.wave_id, set())
    if wave.pulse and "box" in kept:
        said.append(
            ("The key of this wave is in place.", "If it is lost before the close, the answers are lost with it.")
        )
    elif wave.pulse:
        said.append(
            ("The key of this wave is missing.", f"Put it back into {desk.keys.path} from a copy before the close.")
        )
    return said


def hand_out(desk: Desk, wave: Wave) -> None:
    """Offer everybody's links as a file, and paper slips; both are made only when asked for."""
    viewer = context.acting("hand out links")
    file = f"{wave.name}-links.csv"
    st.download_button(
        "Links", lambda: links_file(desk, viewer, wave.name), file, "text/csv", type="primary", on_click="ignore"
    )
    if wave.pulse:
        pdf = f"{wave.name}-slips.pdf"
        st.download_button(
            "Paper slips", lambda: slips_file(desk, viewer, wave.name), pdf, "application/pdf", on_click="ignore"
        )


def links_file(desk: Desk, viewer: Viewer, name: str) -> bytes:
    """Write everybody's links as a CSV, and that it was done into the log."""
    text = exchange.to_text(links.links(desk, name), "csv")
    command.note(desk, "wave links", name, "links", who=viewer.who)
    return text.encode()


def slips_file(desk: Desk, viewer: Viewer, name: str) -> bytes:
    """Lay out the paper slips, and write that it was done into the log."""
    made = slips.slips(piles_of(desk, name, links.links(desk, name)))
    command.note(desk, "wave links", name, "slips", who=viewer.who)
    return made


@st.dialog("Close the wave?")
def confirm_close(name: str, *, trustee: bool) -> None:
    """Ask once more, and for the trustee's passphrase where there is one; then close."""
    st.markdown(wording_surveys.CLOSING)
    passphrase = st.text_input("Trustee's passphrase", type="password") if trustee else ""
    if not st.button("Close it now", type="primary"):
        return
    desk, viewer = context.desk(), context.acting("close a wave")
    bar = st.progress(0.0, "Gathering")

    def progress(said: str, share: float) -> None:
        bar.progress(share, said)

    try:
        closing.close_wave(desk, name, passphrase=passphrase or None, progress=progress)
    except Problem as problem:
        parts.trouble(problem)
        return
    command.note(desk, "wave close", name, who=viewer.who)
    st.session_state["said"] = (
        f"Wave {name} is closed. Its boxes and the keys to them are gone; its figures can be read."
    )
    st.rerun()


def every_wave(page: Readable) -> None:
    """List all waves, the newest first."""
    parts.table(
        [
            {
                "Wave": f"**{parts.plain(wave.name)}**",
                "Answered": _answered(page, wave),
                "Dates": wording.span(wave.opened_on, wave.closed_on or wording_surveys.last_day(page, wave)),
                "Asks": wording_surveys.asks(wave),
            }
            for wave in reversed(page.all_waves)
        ],
        alt="All waves, with how many answered and their dates.",
    )
    st.download_button("Calendar file", lambda: calendar_file(page), "surveys.ics", "text/calendar", on_click="ignore")


def calendar_file(page: Readable) -> bytes:
    """Write all waves as a calendar file, for those who lead: it names nobody and holds no link."""
    from dashboard import calendars  # noqa: PLC0415  loaded where somebody wants it

    listed = calendars.entries(page.all_waves, ZoneInfo(page.timezone))
    return calendars.written(page.organization, listed, context.desk().clock())


def _answered(page: Readable, wave: Wave) -> str:
    if wave.state != "closed":
        return parts.quiet(f"still {wave.state}")
    return wording_surveys.share(page.finding(wave, ROOT, "answered", "pulse"))
