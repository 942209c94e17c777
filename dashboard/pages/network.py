"""Who is tied in, who has few ties, and which teams work apart."""

from functools import partial

import streamlit as st

from dashboard import charts, glyphs, looks, parts, together, wording_network
from dashboard.readable import Network, Readable
from data.records import Wave


def show(page: Readable, wave: Wave, team_id: str) -> None:
    """Draw the map with its key and its words, the people with few ties, what holds it together, and who does."""
    teams = [team_id, *(group.team_id for group in page.below(wave, team_id))]
    everybody = sum(page.headcount.get(team, 0) for team in teams) <= charts.PEOPLE_ON_A_MAP
    seen = page.network(wave, teams, everybody=everybody)
    answer = wording_network.network(page, wave, team_id, seen)
    parts.sentence(answer, wording_network.between_teams(page, wave, teams))
    st.space("small")
    if everybody:
        picture, words = st.columns([8, 4], gap="large")
        with picture:
            parts.chart(charts.people_map(seen, page.name, parts.look(), parts.sheet()), answer, "map")
        with words:
            people_key()
            few_ties(page, wave, team_id, seen)
        parts.looked_at(looks.on_the_map(seen), "the map", wave)
        parts.remark(wording_network.map_in_words(page, seen))
        together.as_a_table(page, seen)
    else:
        drawn = charts.large_map(page, wave, team_id, parts.look(), parts.sheet())
        parts.chart(drawn, answer, "map", partial(together.open_team, page))
        left, right = st.columns([8, 4], gap="large")
        with left:
            teams_key(parts_only=len(teams) > charts.TEAMS_ON_A_MAP)
        with right:
            few_ties(page, wave, team_id, seen)
        parts.looked_at(looks.listed(seen, parts.NAMED), "the lists beside the map", wave)
    st.space("small")
    parts.section("Ties between teams")
    parts.ties_between(page, wave, teams)
    together.figures(page, wave, team_id, teams)
    together.people(page, seen)
    if everybody:
        together.way(page, wave, seen)


def people_key() -> None:
    """Say how to read a map of people."""
    look = parts.look()
    parts.section("How to read the map")
    parts.key_line(glyphs.few_ties(look), "few ties recorded, named with consent")
    parts.key_line(glyphs.connected(look), "connected")
    parts.key_line(glyphs.no_claim(look), "no claim: did not answer, or chose not to be on the map")
    parts.key_line(glyphs.tie(look), "a tie that both people named")
    st.space("small")


def teams_key(*, parts_only: bool) -> None:
    """Say how to read a map of teams, or of the parts that they belong to where they are too many."""
    look = parts.look()
    parts.section("How to read the map")
    if parts_only:
        parts.key_line(glyphs.connected(look), "a part of the organization, larger with more people")
        parts.note("There are too many teams for one map. Choose a part to see how its teams are tied.")
        return
    parts.key_line(glyphs.connected(look), "a team, larger with more people")
    parts.key_line(glyphs.tie(look), "ties, thicker with more")
    parts.key_line(glyphs.gap(look), "fewer ties than chance would give")
    parts.note(f"Above {charts.PEOPLE_ON_A_MAP} people the map shows teams. Choose a team to see its people.")


def few_ties(page: Readable, wave: Wave, team_id: str, seen: Network) -> None:
    """Name the people with few ties who agreed to it, and count the rest in words."""
    parts.section("Few ties recorded")
    counted = page.finding(wave, team_id, "few_ties")
    named, others = (
        wording_network.with_few_ties(seen),
        wording_network.others_with_few_ties(counted.word if counted else None),
    )
    for person in named[: parts.NAMED]:
        again = "two waves in a row" if person.persistent else "this wave"
        st.markdown(f"**{parts.plain(person.name)}**, {parts.plain(page.name(person.team_id))}  \n{parts.quiet(again)}")
    if len(named) > parts.NAMED:
        parts.remark(wording_network.and_more(len(named) - parts.NAMED))
    if others:
        st.markdown(f"**{others}**  \n{parts.quiet('chose not to be named here')}")
    if counted is not None and not counted.shown and counted.counted_in:
        parts.remark(f"Others, if there are any, are counted in {page.name(counted.counted_in)}.")
    elif not named and not others:
        parts.remark("Nobody to name.")
    if named or others:
        st.page_link("pages/introductions.py", label="See introductions", icon=":material/arrow_forward:")
    parts.note(wording_network.about_names(seen))


page = parts.gather("network")
with parts.column():
    wave, team_id = parts.head(page, [wave for wave in page.waves if wave.network], teams=True)
    if wave is None:
        parts.no_network_yet(page)
    else:
        show(page, wave, team_id)
