"""Who is tied in, who has few ties, and which teams work apart."""

from functools import partial

import streamlit as st

from analytics import plays, structure
from dashboard import charts, glyphs, looks, parts, wording
from dashboard.readable import SPOKE, Network, Readable
from data.records import Wave


def show(page: Readable, wave: Wave, team_id: str) -> None:
    """Draw the map with its key and its words, the people with few ties, what holds it together, and who does."""
    teams = [team_id, *(group.team_id for group in page.below(wave, team_id))]
    seen = page.network(wave).within(teams)
    answer = wording.network(page, wave, team_id, seen)
    parts.sentence(answer, wording.between_teams(page, wave, teams))
    st.space("small")
    if len(seen.people) + len(seen.places) <= charts.PEOPLE_ON_A_MAP:
        picture, words = st.columns([8, 4], gap="large")
        with picture:
            parts.chart(charts.people_map(seen, page.name, parts.look()), answer, "map")
        with words:
            people_key()
            few_ties(page, wave, team_id, seen)
        parts.looked_at(looks.on_the_map(seen), "the map", wave)
        parts.remark(wording.map_in_words(page, seen))
        as_a_table(page, seen)
    else:
        parts.chart(charts.large_map(page, wave, team_id, parts.look()), answer, "map", partial(open_team, page))
        left, right = st.columns([8, 4], gap="large")
        with left:
            teams_key()
        with right:
            few_ties(page, wave, team_id, seen)
        parts.looked_at(looks.with_few_ties(seen) | looks.holding(seen), "the lists beside the map", wave)
    st.space("small")
    parts.section("Ties between teams")
    parts.ties_between(page, wave, teams)
    together(page, wave, team_id, teams)
    holding(page, seen)
    way_between(page, wave, seen)


def people_key() -> None:
    """Say how to read a map of people."""
    look = parts.look()
    parts.section("How to read the map")
    parts.key_line(glyphs.few_ties(look), "few ties recorded, named with consent")
    parts.key_line(glyphs.connected(look), "connected")
    parts.key_line(glyphs.no_claim(look), "no claim: did not answer, or chose not to be on the map")
    parts.key_line(glyphs.tie(look), "a tie that both people named")
    st.space("small")


def teams_key() -> None:
    """Say how to read a map of teams."""
    look = parts.look()
    parts.section("How to read the map")
    parts.key_line(glyphs.connected(look), "a team, larger with more people")
    parts.key_line(glyphs.tie(look), "ties, thicker with more")
    parts.key_line(glyphs.gap(look), "fewer ties than chance would give")
    parts.note(f"Above {charts.PEOPLE_ON_A_MAP} people the map shows teams. Choose a team to see its people.")


def few_ties(page: Readable, wave: Wave, team_id: str, seen: Network) -> None:
    """Name the people with few ties who agreed to it, and count the rest in words."""
    parts.section("Few ties recorded")
    counted = page.finding(wave, team_id, "few_ties")
    named, others = wording.with_few_ties(seen), wording.others_with_few_ties(counted.word if counted else None)
    for person in named:
        again = "two waves in a row" if person.persistent else "this wave"
        st.markdown(f"**{parts.plain(person.name)}**, {parts.plain(page.name(person.team_id))}  \n{parts.quiet(again)}")
    if others:
        st.markdown(f"**{others}**  \n{parts.quiet('chose not to be named here')}")
    if counted is not None and not counted.shown and counted.counted_in:
        parts.remark(f"Others, if there are any, are counted in {page.name(counted.counted_in)}.")
    elif not named and not others:
        parts.remark("Nobody to name.")
    if named or others:
        st.page_link("pages/introductions.py", label="See introductions", icon=":material/arrow_forward:")
    parts.note(wording.about_names(seen))


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
            "On the map": wording.ON_THE_MAP.get(person.standing, "no claim"),
            "Ties that both named": wording.listing(sorted(tied[person.member_id])) if tied[person.member_id] else "–",
        }
        for person in sorted(seen.people, key=lambda person: person.name)
        if person.standing in SPOKE
    ]
    if rows:
        with st.expander("The map as a table"):
            said = "Everybody whom the map names, with the ties that it draws."
            st.dataframe(rows, hide_index=True, alt=said, key="people")


def open_team(page: Readable) -> None:
    """Open the team whose dot was chosen on the map of teams."""
    points = st.session_state["map"]["selection"]["points"]
    if points and points[0].get("customdata"):
        team_id = points[0]["customdata"]
        st.session_state["team"] = page.path(team_id if isinstance(team_id, str) else team_id[0])


def together(page: Readable, wave: Wave, team_id: str, teams: list[str]) -> None:
    """Say what many ties make together: a few sentences, a table, and the same for each team that has a figure."""
    said = wording.together(page, wave, team_id)
    if not said:
        return
    st.space("small")
    parts.section("What holds it together")
    parts.remark(wording.opening_together(page, wave, team_id))
    rows = [{"": f"**{parts.plain(name)}**", "In words": parts.plain(words)} for name, words in said.items()]
    parts.table(rows, alt="What many ties make together, in words.")
    below = wording.by_team_together(page, wave, [team for team in teams if team != team_id])
    if below:
        with st.expander("Team by team"):
            st.dataframe(below, hide_index=True, alt="What is returned and what is still there, by team.", key="kept")
    parts.note(wording.ABOUT_TOGETHER)


def holding(page: Readable, seen: Network) -> None:
    """Name the people who hold others together and agreed to be named, with what helps."""
    if not seen.holding:
        return
    st.space("small")
    parts.section("Much runs through")
    for person in seen.holding:
        where = parts.plain(page.name(person.team_id))
        held = parts.quiet(wording.holds(person))
        st.markdown(f"**{parts.plain(person.name)}**, {where}  \n{held}")
    play = plays.BY_ID["PL6"]
    st.markdown(f"**What helps: {parts.plain(play.title.lower())}.** {parts.plain(play.what)}")
    parts.note(wording.ABOUT_HOLDING)


def way_between(page: Readable, wave: Wave, seen: Network) -> None:
    """Show the way between two people, over ties that the map draws and nobody else."""
    spoke = [person for person in seen.people if person.standing in SPOKE]
    people = {person.member_id: person for person in sorted(spoke, key=lambda person: person.name)}
    if len(people) < 2:
        return
    st.space("small")
    parts.section("From one person to another")
    choices = st.columns(2)
    called = {each: f"{person.name}, {page.name(person.team_id)}" for each, person in people.items()}
    one, other = (
        column.selectbox(label, list(people), None, format_func=called.__getitem__, key=label)
        for column, label in zip(choices, ("From", "To"), strict=True)
    )
    if one is None or other is None or one == other:
        parts.note("Choose two people. The way goes over ties that both named, between people on the map.")
        return
    on_it = structure.way(zip(seen.ties["source"], seen.ties["target"], strict=True), one, other)
    st.markdown(f"**{parts.plain(wording.way([people[each].name for each in on_it]))}**")
    parts.looked_at(on_it or (one, other), "a way on the map", wave)


page = parts.gather("network")
with parts.column():
    wave, team_id = parts.head(page, [wave for wave in page.waves if wave.network], teams=True)
    if wave is None:
        parts.nothing_yet(page, "No network wave has closed yet.")
    else:
        show(page, wave, team_id)
