"""What stands under the map: the map as a table, what many ties make together, through whom much runs, and ways."""

from functools import partial

import streamlit as st

from analytics import disclosure, plays, structure
from dashboard import heat, parts, wording, wording_network
from dashboard.readable import Network, Readable
from data.records import Wave


def as_a_table(page: Readable, seen: Network) -> None:
    """Show what the map shows as rows that can be read aloud: who may be named, where, and the ties that are drawn."""
    names = {person.member_id: person.name for person in seen.people}
    tied: dict[str, list[str]] = {member_id: [] for member_id in names}
    for one, other in zip(seen.ties["source"], seen.ties["target"], strict=True):
        tied[one].append(names[other])
        tied[other].append(names[one])
    rows = [
        {
            "Name": person.name,
            "Team": page.path(person.team_id),
            "On the map": wording_network.ON_THE_MAP.get(person.standing, "no claim"),
            "Ties that both named": wording.listing(sorted(tied[person.member_id])) if tied[person.member_id] else "–",
        }
        for person in sorted(seen.people, key=lambda person: person.name)
        if person.standing in disclosure.SPOKE
    ]
    if rows:
        said = "Everybody whom the map names, with the ties that it draws."
        parts.folded("The map as a table", "people", partial(st.dataframe, rows, hide_index=True, alt=said))


def open_team(page: Readable) -> None:
    """Open the team whose dot was chosen on the map of teams."""
    points = st.session_state["map"]["selection"]["points"]
    if points and points[0].get("customdata"):
        team_id = points[0]["customdata"]
        st.session_state["team"] = page.path(team_id if isinstance(team_id, str) else team_id[0])


def figures(page: Readable, wave: Wave, team_id: str, teams: list[str]) -> None:
    """Say what many ties make together: a few sentences, a table, and the same for each team that has a figure."""
    said = wording_network.together(page, wave, team_id)
    others = [team for team in teams if team != team_id]
    below = wording_network.by_team_together(page, wave, others if len(others) <= heat.TEAMS else ())
    if not (said or below):
        return
    st.space("small")
    parts.section("What holds it together")
    parts.remark(" ".join(row.sentence for row in said if row.sentence))
    rows = [
        {"Of all ties": f"**{row.what}**", "Now": parts.plain(row.now), "Had fewer answered": parts.quiet(row.fewer)}
        for row in said
    ]
    parts.table(rows, alt="What many ties make together, and from where to where it ranges had fewer answered.")
    if below:
        said_below = "What is returned and what is still there, by team."
        parts.folded("Team by team", "kept", partial(st.dataframe, below, hide_index=True, alt=said_below))
    parts.note(wording_network.ABOUT_TOGETHER)


def people(page: Readable, seen: Network) -> None:
    """Name the people who hold others together and agreed to be named, with what helps."""
    if not seen.holding:
        return
    st.space("small")
    parts.section("Much runs through")
    for person in seen.holding[: parts.NAMED]:
        where = parts.plain(page.name(person.team_id))
        held = parts.quiet(wording_network.holds(person))
        st.markdown(f"**{parts.plain(person.name)}**, {where}  \n{held}")
    if len(seen.holding) > parts.NAMED:
        parts.remark(wording_network.and_more(len(seen.holding) - parts.NAMED))
    play = plays.BY_ID["PL6"]
    st.markdown(f"**What helps: {parts.plain(play.title.lower())}.** {parts.plain(play.what)}")
    parts.note(wording_network.ABOUT_HOLDING)


def way(page: Readable, wave: Wave, seen: Network) -> None:
    """Show the way between two people, over ties that the map draws and nobody else."""
    spoke = [person for person in seen.people if person.standing in disclosure.SPOKE]
    named = {person.member_id: person for person in sorted(spoke, key=lambda person: person.name)}
    if len(named) < 2:
        return
    st.space("small")
    parts.section("From one person to another")
    choices = st.columns(2)
    called = {each: f"{person.name}, {page.name(person.team_id)}" for each, person in named.items()}
    one, other = (
        column.selectbox(label, list(named), None, format_func=called.__getitem__, key=label)
        for column, label in zip(choices, ("From", "To"), strict=True)
    )
    if one is None or other is None or one == other:
        parts.note("Choose two people. The way goes over ties that both named, between people on the map.")
        return
    on_it = structure.way(zip(seen.ties["source"], seen.ties["target"], strict=True), one, other)
    st.markdown(f"**{parts.plain(wording_network.way([named[each].name for each in on_it]))}**")
    parts.looked_at(on_it or (one, other), "a way on the map", wave)
