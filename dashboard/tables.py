"""The tables that commands print and exports hold: lookups in what a viewer may read, and nothing computed.

Teams stand by their path, and the organization as 'organization', in every table that a program may read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import networkx as nx
import pandas as pd

from analytics import disclosure
from analytics.disclosure import Finding
from dashboard import followed
from dashboard.followed import Followed
from dashboard.readable import Readable
from data import graphs, roster, ties
from data.records import ROOT, Group, Wave
from surveys.desk import Desk

SCORES = (
    "wave", "team", "dimension", "score", "low", "high", "favourable", "respondents", "change", "shown", "reason",
)  # fmt: skip
WAVES = ("wave", "asks", "state", "opened_on", "closes", "closed_on", "k")
TEAMS = ("wave", "team", "parent", "counted_in")
ANSWERED = ("wave", "team", "answered", "shown", "reason")
FEW_TIES = ("wave", "team", "not_named", "shown", "reason", "counted_in")
STANDINGS = ("member_id", "team", "standing", "confidence", "consented")
DETAIL = ("in_ties", "out_ties", "betweenness", "constraint")
BETWEEN = ("wave", "team_a", "team_b", "ties", "expected", "compared_with_chance", "shown", "reason")
CONSENTED = ("wave", "member_id", "name", "team", "standing", "persistent")
AGREED = ("wave", "rank", "member_a", "member_b", "name_a", "name_b", "why", "host", "feasibility", "low", "high")
ACTIONS = (
    "wave", "team", "dimension", "play", "title", "owner", "planned_on", "due_on", "happened", "answered_on", "until",
    "change", "comparable", "teams", "compared", "reason",
)  # fmt: skip
INTRODUCTIONS = ("rank", "member_a", "member_b", "score", "feasibility", "value", "introducer", "why")


def waves(readable: Readable) -> pd.DataFrame:
    """Every wave, oldest first; `closes` in UTC."""
    rows = [
        (one.name, one.asks, one.state, one.opened_on, f"{one.closes:%Y-%m-%dT%H:%M:%SZ}", one.closed_on, one.k)
        for one in readable.all_waves
    ]
    return pd.DataFrame(rows, columns=list(WAVES), dtype=object)


def teams(readable: Readable, waves: Sequence[Wave]) -> pd.DataFrame:
    """The teams of these waves: each with the one above it, and with the one that counts its people if it is small."""
    rows = []
    for wave in waves:
        paths = {group.team_id: group.path for group in readable.groups(wave)}
        rows += [
            (wave.name, group.path, paths.get(group.parent or "", ""), paths.get(group.joins or "", ""))
            for group in readable.groups(wave)
        ]
    return pd.DataFrame(rows, columns=list(TEAMS), dtype=object)


def scores(
    readable: Readable, waves: Sequence[Wave], *, team: str | None = None, dimension: str | None = None
) -> pd.DataFrame:
    """What each team said in each wave and dimension, 0 to 100: one row also for what is not shown, with its reason.

    Of all teams and dimensions, or of one team (team_id) or dimension.
    """
    rows = [
        _score(readable, wave, group.team_id, group.path, asked)
        for wave, group in _groups(readable, waves, team)
        for asked in readable.dimensions(wave)
        if dimension in {None, asked}
    ]
    return pd.DataFrame([row for row in rows if row], columns=list(SCORES), dtype=object)


def _score(readable: Readable, wave: Wave, team_id: str, path: str, dimension: str) -> tuple[object, ...] | None:
    score = readable.finding(wave, team_id, "score", dimension)
    if score is None:
        return None
    change = readable.finding(wave, team_id, "change", dimension)
    word = (change.word if change else None) or ""
    return (
        wave.name, path, dimension, score.value, score.low, score.high, score.favourable or "",
        score.respondents or "", word, score.shown, score.reason or "",
    )  # fmt: skip


def answered(readable: Readable, waves: Sequence[Wave], *, team: str | None = None) -> pd.DataFrame:
    """How many of the people asked answered the pulse, in tens of per cent."""
    found = [
        (wave, group, readable.finding(wave, group.team_id, "answered", "pulse"))
        for wave, group in _groups(readable, waves, team)
    ]
    rows = [(wave.name, group.path, one.value, one.shown, one.reason or "") for wave, group, one in found if one]
    return pd.DataFrame(rows, columns=list(ANSWERED), dtype=object)


def few_ties(readable: Readable, waves: Sequence[Wave], *, team: str | None = None) -> pd.DataFrame:
    """How many people with few ties did not agree to be named: 0, 1–2 or 3+."""
    found = [
        (wave, group, readable.finding(wave, group.team_id, "few_ties"))
        for wave, group in _groups(readable, waves, team)
    ]
    rows = [
        (
            wave.name, group.path, one.word or "", one.shown, one.reason or "",
            _path(readable, one.counted_in) if one.counted_in else "",
        )
        for wave, group, one in found if one
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FEW_TIES), dtype=object)


def _groups(readable: Readable, waves: Sequence[Wave], team: str | None) -> Iterator[tuple[Wave, Group]]:
    """Go through the teams of these waves that may be read, or through one of them."""
    return ((wave, group) for wave in waves for group in readable.groups(wave) if team in {None, group.team_id})


def actions(readable: Readable) -> pd.DataFrame:
    """What was promised, the newest first, and what became of it; of the comparable teams only how many they are."""
    rows = [_action(readable, one) for one in followed.everything(readable)]
    return pd.DataFrame(rows, columns=list(ACTIONS), dtype=object)


def _action(readable: Readable, one: Followed) -> tuple[object, ...]:
    action, found = one.action, one.found
    return (
        one.planned.name if one.planned else "", _path(readable, action.team_id), action.dimension, action.play,
        one.play.title if one.play else "", action.owner, action.planned_on, action.due_on, action.happened or "",
        action.answered_on, one.until.name if one.until else "", found.change, found.usual, len(found.teams) or None,
        found.word or "", found.reason or "",
    )  # fmt: skip


def between(readable: Readable, wave: Wave) -> pd.DataFrame:
    """Ties between two teams against chance: how many there are, as a band, and how many chance would have made."""
    return _ties(readable, [(wave, finding) for finding in readable.of_kind(wave, "between")])


def ties_between(readable: Readable, waves: Sequence[Wave], *, team: str | None = None) -> pd.DataFrame:
    """The same as pages show it: every pair of one team (team_id), or the pairs with fewer ties than chance would give.

    A thousand teams make half a million pairs; nobody is shown them all at once.
    """
    found = [
        (wave, finding)
        for wave in waves
        for finding in (readable.about_ties(wave, team) if team else readable.fewer_ties(wave))
    ]
    return _ties(readable, found)


def _ties(readable: Readable, found: Sequence[tuple[Wave, Finding]]) -> pd.DataFrame:
    rows = [_between(readable, wave, finding) for wave, finding in found]
    return pd.DataFrame(rows, columns=list(BETWEEN), dtype=object)


def _between(readable: Readable, wave: Wave, finding: Finding) -> tuple[object, ...]:
    return (
        wave.name, _path(readable, finding.team_id), _path(readable, finding.subject), finding.respondents or "",
        finding.value, finding.word or "", finding.shown, finding.reason or "",
    )  # fmt: skip


def findings(readable: Readable) -> pd.DataFrame:
    """Everything that was released, one row a finding, with team paths and wave names."""
    names = {wave.wave_id: wave.name for wave in readable.all_waves}
    rows = [
        (
            names.get(finding.wave_id, finding.wave_id), _path(readable, finding.team_id), finding.kind,
            _path(readable, finding.subject) if finding.kind == "between" else finding.subject,
            finding.value, finding.low, finding.high, finding.respondents, finding.favourable, finding.word,
            finding.since, finding.shown, finding.reason,
            _path(readable, finding.counted_in) if finding.counted_in else None,
        )
        for finding in readable.all_findings()
    ]  # fmt: skip
    columns = (
        "wave", "team", "kind", "subject", "value", "low", "high", "respondents", "favourable", "word", "since",
        "shown", "reason", "counted_in",
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    return frame.astype({"value": "float64", "low": "float64", "high": "float64", "shown": "bool"})


def standings(desk: Desk, wave: Wave, *, detail: bool) -> pd.DataFrame:
    """Everybody's place in the network of a wave, also of those who did not agree to be named: for the administrator.

    `confidence` is the chance that no silent colleague would have named them (1 − unheard), `consented` whether their
    manager may see their name. `detail` adds the counts and measures behind the standing.
    """
    with desk.store.reading() as db:
        frame = ties.standings(db, wave.wave_id)
        agreed = ties.consents(db)
        paths = {team.team_id: team.path for team in roster.teams(db)}
        teams = {member.member_id: paths[member.team_id] for member in roster.members(db, active_only=False)}
    shown = frame.assign(
        team=[teams.get(member_id, "") for member_id in frame["member_id"]],
        confidence=(1 - frame["unheard"]).round(2),
        consented=frame["member_id"].isin(agreed.loc[agreed["map"].astype(bool), "member_id"]),
        constraint=frame["burt_constraint"],
    )
    return shown[[*STANDINGS, *(DETAIL if detail else ())]]


def introductions(desk: Desk, wave: Wave) -> tuple[pd.DataFrame, int]:
    """The introductions of a wave for the administrator, and how many of them go beyond consent.

    Held-back pairs are in neither. Where both people agreed the pair has passed the gate; where they were not asked,
    as with ties from elsewhere, it is for whoever runs Rapport, and nobody is named as a host.
    """
    with desk.store.reading() as db:
        kept = ties.offered(db, wave.wave_id)
        consents, standings = ties.consents(db), ties.standings(db, wave.wave_id)
    agreed = disclosure.introductions(kept, consents, standings, desk.today())
    others = kept[(kept["arm"] != "held_back") & ~kept["rank"].isin(agreed["rank"])].assign(introducer=None)
    both = pd.concat([agreed, others]).sort_values("rank") if len(others) else agreed
    return both.assign(rank=range(1, len(both) + 1))[list(INTRODUCTIONS)], len(others)


def exports(readable: Readable) -> dict[str, pd.DataFrame]:
    """Gather what `rapport export` writes: file name → table. Names only of those who agreed and had their days."""
    networks = [wave for wave in readable.waves if wave.network]
    return {
        "findings": findings(readable),
        "standings": _of_all(networks, lambda wave: _consented(readable, wave), CONSENTED),
        "introductions": _of_all(networks, lambda wave: _agreed(readable, wave), AGREED),
        "ties_between_teams": _of_all(networks, lambda wave: between(readable, wave), BETWEEN),
    }


def drawn(readable: Readable, exported: Mapping[str, pd.DataFrame]) -> "nx.Graph[str] | None":
    """Draw the network of the last wave that asked for it, from the tables that are exported; None without one."""
    last = next((wave for wave in reversed(readable.waves) if wave.network), None)
    if last is None:
        return None
    people, between = exported["standings"], exported["ties_between_teams"]
    return graphs.network(people[people["wave"] == last.name], between[between["wave"] == last.name])


def every_team(readable: Readable, waves: Sequence[Wave]) -> list[str]:
    """List the teams of these waves, the organization first, also those whose figures stand with a larger group."""
    found = {team.team_id: None for wave in waves for team in readable.groups(wave) if team.team_id in readable.teams}
    return list(found) or [ROOT]


def _consented(readable: Readable, wave: Wave) -> pd.DataFrame:
    named = readable.network(wave).named
    return named.assign(wave=wave.name, team=[_path(readable, team_id) for team_id in named["team_id"]])


def _agreed(readable: Readable, wave: Wave) -> pd.DataFrame:
    return readable.introductions(wave).assign(wave=wave.name)


def _of_all(waves: Sequence[Wave], table: Callable[[Wave], pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """Put the tables of several waves under one another; the columns stand there also without any wave."""
    frames = [frame for frame in (table(wave)[list(columns)] for wave in waves) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(columns), dtype="str")


def _path(readable: Readable, team_id: str) -> str:
    """Name a team for programs: its path, and the organization always by the same word."""
    return readable.teams[team_id].path if team_id in readable.teams and team_id != ROOT else team_id
