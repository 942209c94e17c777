"""What the pages share: who is looking and what they chose, the head of a page, a sentence, a chart, a table.

Only native parts of Streamlit: no styles of our own, no HTML. Names that people typed go through `plain` before they
stand in Markdown, so that nobody's team name or comment becomes a picture, a link or a colour.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import plotly.graph_objects as go
import streamlit as st

import surveys
from analytics.disclosure import Finding
from dashboard import (
    access,
    charts,
    context,
    events,
    heat,
    looks,
    readable,
    theme,
    wording,
    wording_network,
    wording_surveys,
    wording_trends,
)
from dashboard.readable import Readable
from dashboard.theme import Palette
from data.records import ROOT, Group, Problem, Wave
from surveys.terms import Thresholds

NAMED = 12
"""Names in one list; where there are more, a part of the organization is chosen."""
ASSETS = Path(__file__).with_name("assets")
LOGOS = Path(surveys.__file__).with_name("assets")
COLUMN = 1120
"""Pixels of the content's column; below that it fills the screen."""
SENTENCE = 820
ABREAST = 4
"""Columns beside the first that a phone has room for."""
FEW_TEAMS, ALL_TEAMS = 12, 600
"""Up to the first the choice of a team is a list, up to the other a box to type into; above, one goes step by step."""
NEVER_MARKDOWN = re.compile(r"([\\`*_\[\]<>$~|#&])|:(?=\w)")
NEVER_A_LINK = re.compile(r"(?i)(?<=https:)(?=//)|(?<=http:)(?=//)|(?<=www)(?=\.)|(?<=@)|(?<=:)(?=[\w+/-]+:)")
"""Where a bare address, or the name of an icon or an emoji between colons, is cut: Streamlit makes its link or its
drawing after the backslashes are gone, so none of them would help."""
JOINER = "\N{WORD JOINER}"
"""Takes no room, and no line breaks at it."""


def look() -> Palette:
    """Give the palette that this reader's page stands in."""
    return theme.palette(st.context.theme.type)


def sheet() -> charts.Sheet:
    """Choose what a map is drawn on: upright where the browser says that it runs on a phone.

    A page does not learn how wide it is, and a map cannot wrap. What a browser says is looked at here and kept nowhere.
    """
    return charts.PHONE if "Mobi" in (st.context.headers.get("User-Agent") or "") else charts.DESK


def plain(text: str) -> str:
    r"""Give a text that Markdown shows as it is, whatever signs it contains.

    >>> plain("A*B [x](y)")
    'A\\*B \\[x\\](y)'
    >>> plain(":+1:") == f":{JOINER}+1:"
    True
    """
    return NEVER_MARKDOWN.sub(lambda sign: f"\\{sign.group()}", NEVER_A_LINK.sub(JOINER, text))


def quiet(text: str) -> str:
    """Say a text in the second voice; plain text in, Markdown out."""
    return f":gray[{plain(text)}]" if text else ""


def tinted(text: str, *, down: bool) -> str:
    """Say a change that fired in the colour of attention, or in ink where it went up."""
    return f":orange[{plain(text)}]" if down else plain(text)


# ------------------------------------------------------------------------------------------------------- who, and what


def gather(name: access.Page) -> Readable:
    """Read what whoever looks at this page may read, as it stands now.

    The one way to it, so that no page can forget to ask: where the page is not for them, it says so and stops.
    """
    desk, viewer = context.desk(), context.viewer()
    page = readable.read(desk, viewer, desk.today())
    if not access.may_open(viewer, name):
        with column():
            head(page)
            sentence(wording.not_for(name, access.whose(name)), f"You are signed in as {wording.ROLES[viewer.role]}.")
        st.stop()
    return page


def column() -> st.delta_generator.DeltaGenerator:
    """Open the column that a page stands in."""
    return st.container(horizontal_alignment="center").container(width=COLUMN)


def head(page: Readable, waves: Sequence[Wave] = (), *, teams: bool = False) -> tuple[Wave | None, str]:
    """Draw the head of a page and return what is chosen in it: the wave, and the team.

    The choices stand in the address, so that a page can be sent to a colleague, and only known ones are taken from it.
    """
    linked = take_from_link(page, waves)
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    line, choices = row.container(width="content"), row.container(horizontal=True, width="content", gap="small")
    asked = {name: linked.get(name) or asked_for(name) for name in ("wave", "team")}
    with choices.container(horizontal=True, width="content", vertical_alignment="center"):
        if page.made_up:
            st.badge("Made-up company", color="gray")
        wave = choose_wave(waves) if waves else None
        team_id = choose_team(page, wave) if wave is not None and teams else ROOT
        st.button("Sign out", type="tertiary", on_click=st.logout)
    about = wording.people(page, wave, team_id) if wave is not None else page.organization
    line.markdown(quiet(f"{about} · {wording_surveys.closed(wave)}" if wave is not None else about))
    st.space("small")
    if wave is not None:
        note(wording.not_here("wave", asked["wave"], wave.name))
        note(wording.not_here("team", asked["team"], page.path(team_id)) if teams else "")
    return wave, team_id


def asked_for(name: str) -> str | None:
    """Tell what was chosen before, or what the address asks for; to be read before the choice is drawn."""
    said = st.session_state.get(name, st.query_params.get(name))
    return None if said is None else str(said)


def choose_wave(waves: Sequence[Wave]) -> Wave:
    """Draw the choice of a wave, the newest unless the address names another."""
    names = {wave.name: wave for wave in reversed(waves)}
    with _choice("wave", "Wave {}", list(names), waves[-1].name):
        if _nothing_to_escape(names):
            return names[st.radio("Wave", list(names), key="wave", bind="query-params")]
        return names[st.selectbox("Wave", list(names), key="wave", bind="query-params")]


def choose_team(page: Readable, wave: Wave) -> str:
    """Draw the choice of a team, one's own unless the address names another."""
    teams = {page.path(group.team_id): group.team_id for group in reversed(to_choose(page, wave))}
    paths = list(reversed(teams))
    home = paths.index(page.path(page.home(wave)))
    with _choice("team", "{}", paths, paths[home], {paths[0]: f"All of {page.organization}"}):
        if len(paths) <= FEW_TEAMS and _nothing_to_escape(paths):
            return teams[st.radio("Team", paths, home, key="team", bind="query-params")]
        return teams[st.selectbox("Team", paths, home, key="team", bind="query-params")]


def to_choose(page: Readable, wave: Wave) -> Sequence[Group]:
    """List the teams that can be chosen: all, or where a browser would be sent too many, those near the one chosen."""
    groups = page.groups(wave)
    if len(groups) <= ALL_TEAMS:
        return groups
    asked = asked_for("team")
    home = page.home(wave)
    return page.around(wave, next((group.team_id for group in groups if page.path(group.team_id) == asked), home))


def pick(label: str, options: Sequence[str], key: str, *, nothing: str) -> str:
    """Draw a choice that may stay empty and stands in the address; '' where nothing is chosen."""
    asked = asked_for(key)
    with st.container(width=280):
        chosen = (
            st.selectbox(label, options, None, key=key, bind="query-params", placeholder=wording.capital(nothing)) or ""
        )
        note(wording.not_here(key if key != "with" else "team", asked or None, chosen or nothing))
    return chosen


LINKED: Mapping[str, str] = {"for": "team", "in": "wave"}
"""What a link to another page calls a choice that this page has as well: Streamlit takes the page's own from it."""


def on_trends(page: Readable, wave: Wave, team_id: str, dimensions: Sequence[str]) -> dict[str, str]:
    """Give the address of a team's lines on the page Trends: of one dimension, or of all where there are more."""
    whole = {"for": page.path(team_id), "in": wave.name}
    return whole | ({"dimension": page.dimension_name(dimensions[0], wave.wave_id)} if len(dimensions) == 1 else {})


def choose_cell(page: Readable, wave: Wave, part: Sequence[str], key: str) -> None:
    """Remember the cell that was chosen in a picture: the page goes on to its line when it runs again."""
    for point in st.session_state[key]["selection"]["points"][:1]:
        row, column = point["customdata"]
        st.session_state["chosen cell"] = on_trends(page, wave, part[row], [page.dimensions(wave)[column]])


def take_from_link(page: Readable, waves: Sequence[Wave]) -> dict[str, str]:
    """Choose what a link from another page asks for, where it is known here; returns what it asks for."""
    asked = {name: st.query_params.pop(linked) for linked, name in LINKED.items() if linked in st.query_params}
    wave = next((each for each in waves if each.name == asked.get("wave")), waves[-1] if waves else None)
    paths = [page.path(group.team_id) for group in page.groups(wave)] if wave else []
    known = {"wave": [each.name for each in waves], "team": paths}
    taken = {name: value for name, value in asked.items() if value in known[name]}
    st.session_state.update(taken)
    st.query_params.update(taken)
    return asked


def _nothing_to_escape(names: Iterable[str]) -> bool:
    """Whether a radio button, which reads Markdown, would show these names as they are. A box shows any."""
    return all(name == plain(name) for name in names)


def _choice(
    key: str, label: str, options: Sequence[str], usual: str, called: Mapping[str, str] = MappingProxyType({})
) -> st.delta_generator.DeltaGenerator:
    """Open a popover that carries the name of what is chosen in it; a new name makes a new one, which is closed."""
    said = asked_for(key)
    chosen = said if said is not None and said in options else usual
    return st.popover(label.format(plain(called.get(chosen, chosen))), type="tertiary", key=f"{key}: {chosen}")


# ---------------------------------------------------------------------------------------------- sentence, chart, table


def sentence(answer: str, second: str = "") -> None:
    """Open a page with the sentence that answers its question."""
    with st.container(width=SENTENCE, gap="xsmall"):
        st.title(plain(answer), anchor=False)
        if second:
            st.markdown(quiet(second))


def section(title: str) -> None:
    """Begin a part of a page."""
    st.header(plain(title), anchor=False)


def note(text: str) -> None:
    """Say something small beside a picture or a table."""
    if text:
        st.markdown(f":small[{quiet(text)}]")


def lines(texts: Sequence[str]) -> None:
    """Say small things below each other, with room after the last of them; nothing where there are none."""
    if texts:
        st.markdown("  \n".join(f":small[{quiet(text)}]" for text in texts))
        st.space("small")


def chart(figure: go.Figure, alt: str, key: str, chosen: Callable[[], None] | None = None) -> None:
    """Show a picture, with its sentence for those who do not see it; `chosen` is called when a point of it is."""
    on_select: Literal["ignore"] | Callable[[], None] = chosen or "ignore"
    config = dict(theme.CONFIG)
    st.plotly_chart(figure, theme=None, config=config, alt=alt, key=key, on_select=on_select, selection_mode="points")


def remark(text: str) -> None:
    """Say something in the second voice."""
    if text:
        st.markdown(quiet(text))


def flag(page: Readable, change: Finding) -> str:
    """Write a change that fired: '↓ Trust clearly down, 70 to 61 since June'."""
    course = wording.course(page, change)
    return tinted(wording.flag(page, change), down=wording.fell(change)) + (f", {course}." if course else ".")


def said(page: Readable, change: Finding | None) -> str:
    """Write what the test of one change says, beside the name of its dimension."""
    if change is None or not change.shown:
        return quiet("cannot be compared with an earlier wave" if change is not None else "")
    if not wording.moved(change):
        return quiet(wording.change(change))
    course = wording.course(page, change)
    return tinted(wording.change(change), down=wording.fell(change)) + (f", {course}" if course else "")


def just_said() -> None:
    """Show, once, what the last action did."""
    said = st.session_state.pop("said", "")
    if said:
        st.container(border=True).markdown(f":material/check: {plain(said)}")


def trouble(problem: Problem) -> None:
    """Say what cannot be done, and why, in the sentence that came with it."""
    st.error(plain(str(problem)), icon=":material/error:")


def key_line(drawing: str, words: str, width: int = 18) -> None:
    """Draw one line of a picture's key: a small drawing and what it means."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.image(drawing, width=width, alt="")
        st.markdown(plain(words))


FOLDS = ("table", "statements", "comments", "ties", "people", "kept")
"""What stands folded up on pages, by its key."""


def folded(label: str, key: str, draw: Callable[[], object]) -> None:
    """Show a part of a page that is drawn when a reader opens it: nobody waits for what they do not look at."""
    fold = st.expander(label, key=key, on_change="rerun")
    if fold.open:
        with fold:
            draw()


def table(rows: Sequence[Mapping[str, str]], alt: str) -> None:
    """Show rows of Markdown cells as a table; nothing where there are none.

    On a phone more than `ABREAST` columns become tables below each other, each with the first column, because a table
    that scrolls sideways hides the rest of itself.
    """
    first, *others = rows[0] if rows else ("",)
    most = ABREAST if sheet() is charts.PHONE else len(others)
    pieces = math.ceil(len(others) / most) if others else len(rows[:1])
    abreast = math.ceil(len(others) / max(pieces, 1))
    for piece in range(pieces):
        shown = [first, *others[piece * abreast : (piece + 1) * abreast]]
        columns = {name: [wording.unbroken(row.get(name, "")) for row in rows] for name in shown}
        st.table(columns, border="horizontal", hide_index=True, hide_header=False, alt=alt)


ICON = ASSETS / "icon.png"


def logo() -> Path:
    """Find the wordmark for this reader's palette."""
    return LOGOS / ("logo-dark.svg" if look() is theme.DARK else "logo-light.svg")


def by_team(page: Readable, wave: Wave, team_id: str) -> None:
    """Show the teams below as rows: what changed, where each stands, and for hidden ones why.

    As many as are drawn on the page of teams, which has a table of all of them.
    """
    if not page.below(wave, team_id):
        return
    below = heat.teams_of(page, wave, team_id)
    section("By team")
    table(
        [
            {"Team": f"**{plain(wording.under(page, team, team_id))}**"}
            | {heading(page, name, wave): moved_cell(page, wave, team, name) for name in page.dimensions(wave)}
            for team in below
        ],
        alt="What each team said and what changed, in the order of the organization chart.",
    )
    rounded = any(wording.few(score) for team in below for score in page.findings(wave, team, "score"))
    said = [wording.about_arrows(page, wave, below), *wording.hidden(page, wave, below), wording.FEWER_STILL * rounded]
    note(" ".join(filter(None, said)))
    note(wording_trends.left_out(page, wave, team_id, below, f"on the page ‘{wording.PAGES['teams']}’"))


def heading(page: Readable, dimension: str, wave: Wave) -> str:
    """Head a column with a dimension, so that it may break within a word where there is no room: on a phone."""
    return wording.breakable(page.dimension_name(dimension, wave.wave_id))


def moved_cell(page: Readable, wave: Wave, team_id: str, dimension: str) -> str:
    """Write a score into a table, with its change after it where the test of change fired."""
    score, change = page.finding(wave, team_id, "score", dimension), page.finding(wave, team_id, "change", dimension)
    if change is None or not wording.moved(change):
        return cell(score)
    return f"{cell(score)} {tinted(wording.change(change), down=wording.fell(change))}"


def cell(score: Finding | None) -> str:
    """Write a score into a table: what is not a figure, and the word 'about', in the second voice."""
    if score is None or score.value is None:
        return quiet(wording.score(score))
    return f":gray[about] {score.value:.0f}" if wording.very_few(score) else f"{score.value:.0f}"


def over_waves(page: Readable, until: Wave, team_id: str) -> None:
    """Show the scores of a team, a wave a row, the newest first, with what happened after it where something did.

    A phone has no room for those words; they stand below the pictures as well.
    """
    happened = events.by_wave(events.events(page, until, team_id, page.dimensions(until)))
    rows = [
        {"Wave": f"**{plain(wave.name)}**"}
        | {
            heading(page, name, until): cell(page.finding(wave, team_id, "score", name))
            for name in page.dimensions(until)
        }
        | ({"After it": quiet(happened.get(wave.wave_id, ""))} if happened and sheet() is charts.DESK else {})
        for wave in reversed(wording_trends.up_to(page, until))
    ]
    table(rows, alt=f"What {page.name(team_id)} said in each wave, 0 to 100.")
    scores = [score for wave in wording_trends.up_to(page, until) for score in page.findings(wave, team_id, "score")]
    note(wording.FEWER_STILL if any(wording.few(score) for score in scores) else "")


def of_teams_over_waves(page: Readable, until: Wave, team_ids: Sequence[str], dimension: str) -> None:
    """Show one dimension of several teams, a team a row and a wave a column, as rows that sort."""
    waves = wording_trends.up_to(page, until)
    rows = [
        {"Team": page.path(team)}
        | {wording.short_wave(wave.name): wording.score(page.finding(wave, team, "score", dimension)) for wave in waves}
        for team in team_ids
    ]
    said = f"{page.dimension_name(dimension, until.wave_id)} of each team in each wave, 0 to 100."
    st.dataframe(rows, hide_index=True, row_height=44, alt=said)
    note(wording.CALLED_ABOUT)


def teams_as_rows(page: Readable, wave: Wave, team_id: str) -> None:
    """Show every team below one, also those that no picture has room for, as rows that sort."""
    rows, widths = wording_trends.teams_as_rows(page, wave, team_id), wording_trends.WIDTHS
    number, text = st.column_config.NumberColumn(format="%d"), st.column_config.TextColumn
    st.dataframe(
        rows,
        hide_index=True,
        row_height=44,
        column_config={name: text(width=widths[name]) if name in widths else number for name in rows[0]},
        column_order=[name for name in rows[0] if name not in widths or any(row[name] for row in rows)],
        placeholder=wording_trends.NO_FIGURE,
        alt="What each team said, 0 to 100, in the order of the organization chart until it is sorted.",
    )
    gaps = any(None in row.values() for row in rows)
    note(f"{wording.ROUNDED} {wording_trends.ABOUT_GAPS * gaps}".strip())


def statements(page: Readable, wave: Wave, team_id: str) -> None:
    """Show every statement that enough people answered, in the order in which it was asked."""
    asked = page.asked(wave)
    found = {item.id: page.finding(wave, team_id, "item", item.id) for item in asked.items} if asked else {}
    if not any(one is not None and one.shown for one in found.values()) or asked is None:
        return
    rows = [
        {
            "Statement": plain(item.text) + (" :gray[(turned round)]" if item.reverse else ""),
            "Dimension": quiet(page.dimension_name(item.dimension, wave.wave_id)),
            "0 to 100": cell(found[item.id]),
            "Favourable": wording.favourable(found[item.id]),
        }
        for item in asked.items
    ]

    def draw() -> None:
        table(rows, alt="What was said to each statement, 0 to 100.")
        note(wording.about_statements(page, wave))

    folded("Statement by statement", "statements", draw)


def comments(page: Readable, wave: Wave, team_id: str) -> None:
    """Show what people wrote, where enough of them answered."""
    written = page.comments(wave, team_id)
    if not written:
        return

    def draw() -> None:
        for text in written:
            st.markdown(plain(text))
        least = Thresholds.of(wave).comment
        note(f"In no order and with nothing beside them. Shown only where {least} people or more answered.")

    folded(f"In their own words ({len(written)})", "comments", draw)


def nothing_yet(page: Readable, answer: str = "") -> None:
    """Say that no wave has closed, and what to do next; nothing is invented to fill the page."""
    network = next((wave for wave in reversed(page.waves) if wave.network), None)
    left, right = st.columns([7, 6], gap="xlarge")
    with left:
        st.space("medium")
        st.title(answer or wording_surveys.nothing_yet(page), anchor=False)
        if network is not None and not page.pulses:
            st.markdown(plain(wording_surveys.only_names(network)))
            st.page_link("pages/network.py", label="See the network", icon=":material/arrow_forward:")
        st.markdown(
            "Figures appear once, on the day a wave closes. Until then there is nothing here to watch, by design."
        )
        st.space("small")
        at = wording_surveys.first_step(page)
        for step, (name, what) in enumerate(wording_surveys.FIRST_STEPS, start=1):
            with st.container(horizontal=True, gap="medium", wrap=False):
                st.markdown(":material/check_circle:" if step <= at else f"**{step}**", width=24)
                st.markdown(f"**{name}**  \n{quiet(what)}")
        if access.may(page.viewer, "change the roster") and st.button(wording_surveys.next_step(page), type="primary"):
            st.switch_page("pages/waves.py")
    with right.container(border=True):
        remark("This is where the four dimensions will stand.")
        chart(charts.empty_levels(look()), "Four empty scales from 30 to 90: nothing to show yet.", "empty")


def no_network_yet(page: Readable) -> None:
    """Say that nobody has been asked for names so far; where nothing has been asked at all, what comes first."""
    if not page.pulses:
        nothing_yet(page, wording_surveys.NO_NETWORK)
        return
    sentence(wording_surveys.NO_NETWORK, wording_surveys.before_a_network(page))
    if access.may(page.viewer, "change the roster") and st.button(wording_surveys.next_step(page), type="primary"):
        st.switch_page("pages/waves.py")


def ties_between(page: Readable, wave: Wave, teams: Sequence[str]) -> None:
    """Show the teams that are tied less than usual to others; and how every team is tied, as a table that sorts."""
    apart, told = wording_network.tied_apart(page, wave, teams)
    if not told:
        remark("No team here has five people or more in the network, so nothing is said about ties between teams.")
        return
    few = [wording_network.ties_of(page, wave, team_id) for team_id in apart[: heat.TEAMS]]
    columns = ("Team", "Ties to other teams", "Where fewer")
    table([{name: plain(row[name]) for name in columns} for row in few], "The teams tied less than usual to others.")
    remark(wording_network.tied_as_usual(len(told) - len(apart), len(told)))
    if len(told) > heat.TEAMS:
        note("Choose a part of the organization to see how each of its teams is tied.")
        return
    rows = [wording_network.ties_of(page, wave, team_id) for team_id in told]
    widths = {"Team": 240, "People": 80, "Few ties": 200, "Ties to other teams": 200}
    shape = {name: st.column_config.TextColumn(width=widths.get(name)) for name in rows[0]}
    said = "How each team is tied to the others."
    drawn = partial(st.dataframe, rows, hide_index=True, row_height=44, column_config=shape, alt=said)
    folded("All teams as a table", "ties", drawn)


def looked_at(member_ids: Iterable[str], where: str, wave: Wave) -> None:
    """Write down whose names this viewer is being shown, and where: their own page says who looked."""
    looks.note(context.desk(), context.viewer().who, member_ids, where, wave)
