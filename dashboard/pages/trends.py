"""Where a team comes from: each dimension over all waves in its band, beside another team, or one for every team."""

import streamlit as st

from dashboard import charts, events, parts, wording, wording_trends
from dashboard.readable import Readable
from data.records import ROOT, Wave

SMALL_MULTIPLES = 24
"""Teams drawn for one dimension; more are chosen by their part of the organization."""


def show(page: Readable, wave: Wave, team_id: str) -> None:
    """Draw the small pictures that were asked for, and the same as a table."""
    opening = st.container()
    with st.container(horizontal=True, gap="medium"):
        dimension, other = choose_dimension(page, wave), choose_other(page, wave, team_id)
    dimensions = [dimension] if dimension else page.dimensions(wave)
    alone = bool(dimension) and not other
    below = [group.team_id for group in page.in_sight(wave, team_id, wording_trends.TEAMS_IN_A_TABLE)] if alone else []
    with opening:
        answer = wording_trends.over_the_waves(page, wave, team_id, dimension, other)
        parts.sentence(answer, wording_trends.waves_drawn(page, wave, [team_id, *below][-1], other))
        st.space("small")
    st.space("small")
    drawn = [(team, each) for team in [team_id, *below[: SMALL_MULTIPLES - 1]] for each in dimensions]
    for pair in wording.by_two(drawn):
        for place, one in zip(st.columns(2, gap="large"), pair, strict=True):
            if one is not None:
                with place:
                    course(page, wave, *one, other, named=alone)
    parts.note(wording_trends.more_teams(len(below) + 1 - SMALL_MULTIPLES))
    for team in filter(None, (team_id, other)):
        for why in wording_trends.gaps(page, team, wave):
            parts.note(f"{page.name(team)}: {why[:1].lower()}{why[1:]}" if other else why)
    for why in wording.hidden(page, wave, below):
        parts.note(why)
    parts.note(wording_trends.false_alerts(page, wave))
    st.space("small")

    def rows() -> None:
        if alone:
            parts.of_teams_over_waves(page, wave, [team_id, *below], dimension or "")
            return
        for team in filter(None, (team_id, other)):
            parts.remark(page.name(team) if other else "")
            parts.over_waves(page, wave, team)

    parts.folded("The same as a table", "table", rows)


def choose_dimension(page: Readable, wave: Wave) -> str | None:
    """Draw the choice of one dimension, which is then drawn for every team; None for all of them."""
    names = {page.dimension_name(each, wave.wave_id): each for each in page.dimensions(wave)}
    return names.get(parts.pick("Dimension", list(names), "dimension", nothing="all dimensions"))


def choose_other(page: Readable, wave: Wave, team_id: str) -> str | None:
    """Draw the choice of a team to compare with; None for nobody."""
    teams = {
        page.path(group.team_id): group.team_id for group in parts.to_choose(page, wave) if group.team_id != team_id
    }
    return teams.get(parts.pick("Compare with", list(teams), "with", nothing="no other team")) if teams else None


def course(page: Readable, wave: Wave, team_id: str, dimension: str, other: str | None, *, named: bool) -> None:
    """Draw one line: what the test says, and where another team stands beside it."""
    change, name = page.finding(wave, team_id, "change", dimension), page.dimension_name(dimension, wave.wave_id)
    turned = wording.bent(page.finding(wave, team_id, "trend", dimension), change)
    head = f"**{parts.plain(page.name(team_id) if named else name)}** {parts.said(page, change)}"
    beside = wording_trends.of_two(page, wave, team_id, other, dimension) if other else ""
    st.markdown(head + (f"; {turned}" if turned else "") + (f"  \n{parts.quiet(beside)}" if beside else ""))
    whole = [] if team_id == ROOT or other else charts.points_of(page, ROOT, dimension, wave)
    points = charts.points_of(page, team_id, dimension, wave)
    second = charts.points_of(page, other, dimension, wave) if other else []
    moved = wording.change(change) or "nothing to compare with"
    happened = events.events(page, wave, team_id, [dimension])
    alt = [f"{name} of {page.name(team_id)} over the waves: {moved}.", beside, *(one.words for one in happened)]
    figure = charts.trend(dimension, points, parts.look(), whole, second, happened=[one.at for one in happened])
    parts.chart(figure, " ".join(filter(None, alt)), f"trend-{team_id}-{dimension}")
    parts.lines(events.numbered(happened))


page = parts.gather("trends")
with parts.column():
    wave, team_id = parts.head(page, page.pulses, teams=True)
    if wave is None:
        parts.nothing_yet(page)
    else:
        show(page, wave, team_id)
