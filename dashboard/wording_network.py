"""The network as sentences: standings, maps, and what holds an organization together, for pages and paper."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.disclosure import Finding
from dashboard.readable import Holding, Network, Person, Readable
from dashboard.wording import capital, counted, day, number, why_not
from data.records import ROOT, Wave

# -------------------------------------------------------------------------------------------------------- the network


FEW = frozenset({"few_ties", "isolated"})
OTHERS: Mapping[str, tuple[int, int]] = {"0": (0, 0), "1–2": (1, 2)}
"""The bands in which people with few ties are counted who did not agree to be named; '3+' has no upper end."""


def network(readable: Readable, wave: Wave, team_id: str, seen: Network) -> str:
    """Say who is tied in: 'Most people are well tied in; three or four have few ties recorded'."""
    named = len(with_few_ties(seen))
    others = readable.finding(wave, team_id, "few_ties")
    band = others.word if others is not None else None
    if not named:
        silent = {
            None: "Nobody who may be named has few ties recorded.",
            "0": "Nobody who answered has few ties recorded.",
        }
        if band in silent:
            return silent[band]
    many = named >= seen.size / 2
    return f"{'Many' if many else 'Most'} people are {'loosely' if many else 'well'} tied in; {_how_many(named, band)}."


def _how_many(named: int, band: str | None) -> str:
    if band is None:
        return (
            f"{counted(named, 'person', 'people')} who may be named {'has' if named == 1 else 'have'} few ties recorded"
        )
    if band not in OTHERS:
        return f"at least {number(named + 3)} have few ties recorded"
    low, high = (named + count for count in OTHERS[band])
    if low == high:
        return f"{number(low)} {'has' if low == 1 else 'have'} few ties recorded"
    return f"{number(low)} or {number(high)} have few ties recorded"


def with_few_ties(seen: Network) -> list[Person]:
    """The people with few ties who may be named, by name."""
    return sorted((person for person in seen.people if person.standing in FEW), key=lambda person: person.name)


def and_more(count: int) -> str:
    """Say that a list has more names: 'And three more: choose a part of the organization to see them'."""
    return f"And {number(count)} more: choose a part of the organization to see them."


def others_with_few_ties(band: str | None) -> str:
    """Say how many people with few ties chose not to be named: never the exact number, '' for none."""
    return {"1–2": "1 to 2 others", "3+": "3 or more others"}.get(band or "", "")


def about_names(seen: Network) -> str:
    """Say when names appear, and that looking at them is written down."""
    first = (
        f"Names appear on {day(seen.names_from)}; until then everybody can look at their own place. "
        if seen.names_from
        else ""
    )
    return first + "Each look at names is written into a log that the works council can read."


def between_teams(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> str:
    """Say between which teams ties are fewer than chance alone would give, or that they are about as usual."""
    fewer = fewer_between(readable, wave, team_ids)
    if not fewer:
        return "Ties between teams are about as many as their sizes would lead you to expect."
    first = f"{readable.name(fewer[0].team_id)} and {readable.name(fewer[0].subject)}"
    others = len(fewer) - 1
    more = f"; so {'does' if others == 1 else 'do'} {counted(others, 'more pair')}" if others else ""
    return f"{first} share fewer ties than their sizes would lead you to expect{more}."


WORK_APART: Mapping[str, str] = {"inward": "mostly among themselves", "outward": "more than usual"}


AS_USUAL = "about as usual"


def tied_as_usual(as_usual: int, of: int) -> str:
    """Say how many teams need no row of their own: 'The other seven teams are tied about as usual.'."""
    if not as_usual:
        return ""
    if as_usual == of:
        who = f"All {counted(of, 'team')}" if of > 1 else "The team"
    else:
        who = f"The other {counted(as_usual, 'team')}" if as_usual > 1 else "The other team"
    return f"{who} {'is' if as_usual == 1 else 'are'} tied {AS_USUAL}."


def ties_of(readable: Readable, wave: Wave, team_id: str) -> dict[str, str]:
    """Say in words how one team is tied: the row of the table under the map."""
    few_here = readable.finding(wave, team_id, "few_ties")
    silo = readable.finding(wave, team_id, "silo")
    fewer = fewer_between(readable, wave, [team_id])
    tied = "fewer with some" if fewer else AS_USUAL
    if silo is not None and silo.reason == "too_few_answered":
        tied = "too few answered"
    return {
        "Team": readable.path(team_id),
        "People": str(readable.people.get(team_id, 0)),
        "Few ties": _few_ties(readable, few_here),
        "Ties to other teams": WORK_APART.get((silo.word if silo is not None else None) or "", tied),
        "Where fewer": "; ".join(_fewer(readable, found, team_id) for found in fewer) or "–",
    }


def _few_ties(readable: Readable, found: Finding | None) -> str:
    if found is None or not (found.word or found.counted_in):
        return "not shown"
    return found.word or f"counted in {readable.name(found.counted_in or '')}"


def _fewer(readable: Readable, found: Finding, team_id: str) -> str:
    other = found.subject if found.team_id == team_id else found.team_id
    usual = f", about {found.value:.0f} usual" if found.value is not None else ""
    return f"{readable.name(other)}: {found.respondents} ties{usual}"


def pairs(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> list[Finding]:
    """The findings between two teams, each pair once, where at least one is among `team_ids`."""
    return _once(found for team_id in team_ids for found in readable.about_ties(wave, team_id))


def fewer_between(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> list[Finding]:
    """The pairs of teams with fewer ties than chance would give, each once, of whom one is among `team_ids`."""
    near = set(team_ids)
    return _once(found for found in readable.fewer_ties(wave) if near & {found.team_id, found.subject})


def _once(findings: Iterable[Finding]) -> list[Finding]:
    seen: dict[frozenset[str], Finding] = {}
    for found in findings:
        if found.shown:
            seen.setdefault(frozenset((found.team_id, found.subject)), found)
    return list(seen.values())


def tied_apart(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> tuple[list[str], list[str]]:
    """List the teams that are tied less than usual to others, and all of which it is said how they are tied."""
    silos = [readable.finding(wave, team_id, "silo") for team_id in team_ids if team_id != ROOT]
    told = {silo.team_id: silo.word for silo in silos if silo is not None and silo.shown}
    ends = {end for found in readable.fewer_ties(wave) if found.shown for end in (found.team_id, found.subject)}
    return [team_id for team_id, word in told.items() if word in WORK_APART or team_id in ends], list(told)


# --------------------------------------------------------------------------------------------- what holds it together

STRUCTURE: Mapping[str, str] = {
    "circles": "Circles of people",
    "kept": "Ties still there",
    "mixing": "Ties across teams",
    "returned work": "Working together, named by both",
    "returned help": "Help that goes both ways",
    "carried": "Help from few",
    "core": "A core",
}
"""What is said of many ties together: the kind of finding, and its subject where there are two; its name in a table."""


@dataclass(frozen=True)
class Together:
    """One thing that many ties make together, as a row of a table."""

    what: str
    now: str
    """The figure, or why it is not said."""
    fewer: str
    """From where to where it ranges had a tenth fewer answered; '' where there is no figure."""
    sentence: str
    """The figure in a sentence; '' where there is none."""


def together(readable: Readable, wave: Wave, team_id: str) -> list[Together]:
    """Say what many ties make together; empty where nothing of it may be said of this team."""
    rows = []
    for name, what in STRUCTURE.items():
        found = _structure(readable, wave, team_id, name)
        if found is not None and found.shown:
            low, high = (_figure(found, end) for end in (found.low, found.high))
            fewer = "the same" if low == high else f"{low} to {high}"
            rows.append(Together(what, _now(readable, wave, found), fewer, _sentence(readable, wave, found)))
        elif found is not None:
            rows.append(Together(what, why_not(found, readable, wave.k), "", ""))
    return rows if any(row.sentence for row in rows) else []


def _structure(readable: Readable, wave: Wave, team_id: str, name: str) -> Finding | None:
    kind, _, subject = name.partition(" ")
    return readable.finding(wave, team_id, kind, "observed" if kind == "mixing" else subject)


def _figure(found: Finding, value: float | None) -> str:
    """One end of a figure's range, or the figure itself: 'four', 'six of ten', '15 %', 'a fit of 0.6'."""
    value = value or 0.0
    match found.kind:
        case "circles":
            return number(round(value))
        case "mixing":
            return f"{number(round(5 * (value + 1)))} of ten"  # the share across teams that an E-I index stands for
        case "carried":
            return f"{100 * value:.0f} %"
        case "core":
            return f"a fit of {value:.1f}"
        case _:
            return f"{number(round(10 * value))} of ten"


def _now(readable: Readable, wave: Wave, found: Finding) -> str:
    said = _figure(found, found.value)
    match found.kind:
        case "circles":
            return f"{said}, {found.word} as the teams" if found.word else said
        case "mixing":
            usual = readable.finding(wave, found.team_id, "mixing", "chance")
            return said if usual is None else f"{said}; by chance {_figure(usual, usual.value)}"
        case "carried":
            return f"{said} is asked of {counted(int(found.respondents or 0), 'person', 'people')}"
        case "core":
            return f"{found.respondents} people, {said}"
        case _:
            return tenths(found)


def _sentence(readable: Readable, wave: Wave, found: Finding) -> str:
    said = _figure(found, found.value)
    match found.kind:
        case "circles":
            what = "circle of people works" if said == "one" else "circles of people work"
            rest = f", {found.word} as the teams do" if found.word else ""
            return f"{capital(said)} {what} together{rest}."
        case "mixing":
            usual = readable.finding(wave, found.team_id, "mixing", "chance")
            rest = "" if usual is None else f"; if teams did not matter, about {_figure(usual, usual.value)} would"
            return f"About {said} ties join two teams{rest}."
        case "carried":
            few = counted(int(found.respondents or 0), "person", "people")
            return f"{_share(found.value or 0.0)} of all help is asked of {few}; asked evenly, it would be a twentieth."
        case "core":
            return f"A core of {found.respondents} people is at one end of most ties."
        case "kept":
            return f"{capital(tenths(found))} ties of {found.since} are still there."
        case _:
            return f"{capital(tenths(found))} names for {found.subject} are returned."


def tenths(found: Finding) -> str:
    """Write a share that is said in tenths: 'six of ten', and at its ends 'at least nine of ten'."""
    value = found.value or 0.0
    end = "at least " if value >= 0.9 else "at most " if value <= 0.1 else ""
    return f"{end}{_figure(found, value)}"


def _share(value: float) -> str:
    words = {0.05: "A twentieth", 0.1: "A tenth", 0.2: "A fifth", 0.25: "A quarter", 0.5: "Half"}
    return words.get(round(value, 2), f"About {100 * value:.0f} %")


def by_team_together(readable: Readable, wave: Wave, team_ids: Iterable[str]) -> list[dict[str, str]]:
    """Say of every team with a figure of its own how much is returned, and how much is still there."""
    kinds = [each for each in STRUCTURE if each.startswith(("kept", "returned"))]
    rows = []
    for team_id in team_ids:
        found = {STRUCTURE[kind]: _structure(readable, wave, team_id, kind) for kind in kinds}
        if any(each is not None and each.shown for each in found.values()):
            said = {
                name: tenths(each) if each is not None and each.shown else "not shown" for name, each in found.items()
            }
            rows.append({"Team": readable.path(team_id)} | said)
    return rows


ABOUT_TOGETHER = (
    "In tenths, and from ten people on, so that it tells little about any one name. A name that is missing is not yet "
    "a tie that ended: people forget, and the form holds only so many. Help is mostly asked uphill, so little of it is "
    "returned anywhere."
)
ON_THE_MAP: Mapping[str, str] = {
    "connected": "connected",
    "few_ties": "few ties recorded",
    "isolated": "few ties recorded",
}
"""What the map says of a standing, by the shape of a dot."""
BROKERS: Mapping[str, str] = {
    "coordinator": "mostly inside their own team",
    "gatekeeper": "mostly from other teams into their own",
    "representative": "mostly from their own team to others",
    "consultant": "mostly between people of another team",
    "liaison": "mostly between other teams",
}
"""Between whom somebody stands, in the words of a manager."""
ABOUT_HOLDING = (
    "This is about how much runs through somebody, not about how good their work is. Named only are people who agreed "
    "to it, and only where it would still be so had a tenth fewer answered; in the order of names."
)


def holds(person: Holding) -> str:
    """Say how somebody holds others together."""
    between = f", {BROKERS[person.role]}" if person.role else ""
    bridge = [f"others reach one another through them{between}"] * person.bridge
    return "; ".join([*bridge, *["many turn to them"] * person.asked])


def way(names: Sequence[str]) -> str:
    """Write the way from one person to another: 'Ana – Kim – Ben'."""
    return " – ".join(names) if names else "No way through people on the map."


def map_in_words(readable: Readable, seen: Network) -> str:
    """Say what the map of people shows, for whoever does not see it."""
    places = Counter([*(person.team_id for person in seen.people), *(team for team, _, _ in seen.places)])
    teams = Counter({team: people for team, people in places.items() if people > 1})
    team_of = {person.member_id: person.team_id for person in seen.people}
    ends = zip(seen.ties["source"], seen.ties["target"], strict=True)
    across = sum(team_of[a] != team_of[b] for a, b in ends)
    everybody = counted(len(seen.people) + len(seen.places), "person", "people")
    drawn = counted(len(seen.ties), "tie") if len(seen.ties) else "no tie"
    between = f", {number(across)} of them between teams" if across else ""
    largest = teams.most_common(1)
    beginning = f", the largest {readable.name(largest[0][0])} with {number(largest[0][1])}" if len(teams) > 1 else ""
    named = capital(counted(len(seen.people), "person", "people"))
    verb = "is" if len(seen.ties) == 1 else "are"
    who = f"{capital(everybody)} in {counted(len(teams), 'team')}{beginning}."
    return f"{who} {named} may be named, and {drawn} that both people named {verb} drawn{between}."
