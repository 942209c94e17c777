"""What one viewer may read: findings that passed the gate, names that were agreed to, and nothing else.

Built once for each page run, each report and each command that prints figures, so that screen, paper and exports
cannot disagree. It computes nothing: it looks up.

    desk ──▶ read(desk, viewer, on) ──▶ Readable ──▶ wording, charts, pages │ report │ exports
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from itertools import accumulate
from typing import TypeVar

import pandas as pd

from analytics import disclosure, follow_up, playbook
from analytics.checks import is_among
from analytics.disclosure import Finding
from analytics.follow_up import FollowUp
from dashboard import access, released
from dashboard.access import Viewer
from dashboard.released import Reading, Released
from data import actions, organization, roster, ties
from data import waves as kept_waves
from data.records import ROOT, Action, Group, Team, Wave
from surveys.desk import Desk
from surveys.questionnaire import Questionnaire, from_json

SHUFFLED_TOGETHER = 12
"""Pairs whose order on a page says nothing. The best-ranked ones often hold somebody with few ties: first place would
tell who."""


INTRODUCTION_COLUMNS = (
    "rank", "member_a", "member_b", "name_a", "name_b", "team_a", "team_b", "why", "introducer", "host", "score",
    "feasibility", "low", "high", "value", "answer",
)  # fmt: skip
PAIRS = 120
"""Introductions that a page or paper is given at most: nobody goes through more."""


@dataclass(frozen=True)
class Person:
    """Somebody who may be named on the map today."""

    member_id: str
    name: str
    team_id: str
    standing: str
    persistent: bool
    x: float
    y: float


@dataclass(frozen=True)
class Holding:
    """Somebody who may be named and holds others together."""

    member_id: str
    name: str
    team_id: str
    bridge: bool
    """Others reach one another through them."""
    asked: bool
    """Many turn to them."""
    role: str | None
    """Between whom they stand most often, one of `analytics.structure.ROLES`."""


@dataclass(frozen=True)
class Pair:
    """Two people worth introducing, who both agreed to be suggested."""

    rank: int
    member_a: str
    member_b: str
    name_a: str
    name_b: str
    team_a: str
    team_b: str
    why: str
    introducer: str | None
    host: str | None
    """The introducer's name."""
    feasibility: float
    low: float
    high: float
    answer: str | None

    @property
    def members(self) -> tuple[str, ...]:
        """The member_ids of everybody whose name stands in it."""
        return (self.member_a, self.member_b, *([self.introducer] if self.introducer else []))


Row = TypeVar("Row", Person, Holding, Pair)


@dataclass(frozen=True)
class Network:
    """What one viewer may see of a network wave: places for everybody in scope, names for those who agreed."""

    named: pd.DataFrame
    """member_id, name, team_id, standing, persistent, x, y: only people who answered, agreed to be named and had their
    days."""
    unnamed: pd.DataFrame
    """team_id, x, y: everybody else, whether they did not answer or chose not to be named. At the rim of their team."""
    ties: pd.DataFrame
    """source, target (member_ids, source < target): ties that both named, between people in `named`."""
    size: int
    """How many people it is about."""
    names_from: date | None
    """The day from which names are shown, while everybody sees their own place first; None once they are."""
    noted: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[each.name for each in fields(Holding)]))
    """member_id, name, team_id, bridge, asked, role: of the people in `named`, those who hold others together."""
    seats: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["team_id", "visible_from"]))
    """team_id, visible_from: a row for everybody who has a place, and the day from which others may see it."""

    @cached_property
    def holding(self) -> tuple[Holding, ...]:
        """The rows of `noted`, by name: their order says nothing."""
        return tuple(sorted(_rows(Holding, self.noted), key=lambda each: (each.name, each.member_id)))

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """The rows of `named`."""
        return _rows(Person, self.named)

    @cached_property
    def places(self) -> tuple[tuple[str, float, float], ...]:
        """The rows of `unnamed`: team_id, x, y."""
        return tuple(zip(self.unnamed["team_id"], self.unnamed["x"], self.unnamed["y"], strict=True))


OfNetwork = Callable[[str, frozenset[str] | None, bool], Network]
"""What may be seen of a network wave (wave_id): of some teams, or of everything in scope; and whether of everybody."""
OfIntroductions = Callable[[str, frozenset[str] | None, int | None], pd.DataFrame]
"""Which introductions of a network wave (wave_id) may be shown: of some teams, or of all in scope; and how many."""
Compared = Callable[[Action, Sequence[Wave], Wave], FollowUp]
"""What became of an action: where its team stood in the waves before, and in a later one, beside comparable teams."""


def nothing_compared(_action: Action, _before: Sequence[Wave], _until: Wave) -> FollowUp:
    """Compare with nobody, where no other team is known."""
    return FollowUp(reason="too few teams")


@dataclass(frozen=True)
class Readable:
    """The read model for one viewer on one day."""

    organization: str
    made_up: bool
    timezone: str
    on: date
    """Today, in the organization's time zone."""
    viewer: Viewer
    all_waves: tuple[Wave, ...]
    teams: Mapping[str, Team]
    grouped: Mapping[str, tuple[Group, ...]] = field(repr=False)
    """wave_id → the groups this viewer may read, the organization first, then in the order of the chart."""
    released: Reading = field(repr=False)
    """The findings that this viewer may read, looked up as somebody asks for them."""
    spoken: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False, default_factory=dict)
    """wave_id → team_id → comments, for groups large enough to have any."""
    headcount: Mapping[str, int] = field(repr=False, default_factory=dict)
    """team_id → how many work in the team itself."""
    actions: tuple[Action, ...] = field(repr=False, default=())
    """What was promised for the teams that this viewer reads in full, the newest first."""
    compared: Compared = field(repr=False, default=nothing_compared)
    """What became of an action between waves, beside teams that the viewer need not be able to read."""
    of_network: OfNetwork = field(repr=False, default=lambda _wave_id, _team_ids, _everybody: no_network())
    of_introductions: OfIntroductions = field(
        repr=False, default=lambda _wave_id, _team_ids, _most: pd.DataFrame(columns=list(INTRODUCTION_COLUMNS))
    )

    @property
    def waves(self) -> tuple[Wave, ...]:
        """The closed waves, oldest first: the only ones with figures."""
        return tuple(wave for wave in self.all_waves if wave.state == "closed")

    @property
    def pulses(self) -> tuple[Wave, ...]:
        """The closed waves that asked the anonymous statements, oldest first."""
        return tuple(wave for wave in self.waves if wave.pulse)

    @property
    def open_wave(self) -> Wave | None:
        """The wave that takes answers now, or is being closed."""
        return next((wave for wave in self.all_waves if wave.state != "closed"), None)

    def wave(self, name: str) -> Wave | None:
        """Find a closed wave by its name."""
        return next((wave for wave in self.waves if wave.name == name), None)

    def before(self, wave: Wave) -> Wave | None:
        """Find the closed pulse wave just before this one."""
        return next((other for other in reversed(self.pulses) if other.number < wave.number), None)

    def network_wave(self, wave: Wave) -> Wave | None:
        """Find the latest closed network wave up to this one."""
        return next((other for other in reversed(self.waves) if other.network and other.number <= wave.number), None)

    # ------------------------------------------------------------------------------------------------ findings

    def finding(self, wave: Wave, team_id: str, kind: str, subject: str = "") -> Finding | None:
        """Look up one finding; None where the wave holds none of that kind, or this viewer may not read it."""
        return self.released.get(wave.wave_id, team_id, kind, subject)

    def findings(self, wave: Wave, team_id: str, kind: str) -> list[Finding]:
        """All findings of a kind for one team in one wave, shown or not, in the order of their subjects."""
        return self.released.of(wave.wave_id, team_id, kind)

    def of_kind(self, wave: Wave, kind: str) -> Iterator[Finding]:
        """All findings of a kind in one wave that this viewer may read, team by team."""
        return self.released.of_kind(wave.wave_id, kind)

    def about_ties(self, wave: Wave, team_id: str) -> list[Finding]:
        """The findings about the ties between a team and each other one; each pair stands under both."""
        return self.released.of_team(wave.wave_id, team_id, "between")

    def fewer_ties(self, wave: Wave) -> list[Finding]:
        """The findings about two teams with fewer ties than chance would give; each pair stands under both."""
        return self.released.saying(wave.wave_id, "between", "fewer")

    def reasons(self, wave: Wave, team_ids: Iterable[str]) -> Iterator[Finding]:
        """What the playbook finds its reasons in: of these teams, and of the organization beside which they stand."""
        for team_id in dict.fromkeys((ROOT, *team_ids)):
            for kind in playbook.READ:
                yield from self.findings(wave, team_id, kind)

    def all_findings(self) -> tuple[Finding, ...]:
        """Everything this viewer may read, wave by wave: for files; a page asks for what it shows."""
        return tuple(self.released.everything())

    def series(self, team_id: str, dimension: str) -> list[tuple[Wave, Finding | None]]:
        """One dimension of one team over all pulse waves, oldest first; None where it was not asked."""
        return [(wave, self.finding(wave, team_id, "trend", dimension)) for wave in self.pulses]

    def dimensions(self, wave: Wave) -> list[str]:
        """The dimensions asked in a wave, in the order of its questionnaire; not those of statements counted alone."""
        questionnaire = self.asked(wave)
        if questionnaire is None:
            return []
        asked = {item.dimension for item in questionnaire.items if not item.alone}
        return [dimension for dimension in questionnaire.dimensions if dimension in asked]

    def dimension_name(self, dimension: str, wave_id: str | None = None) -> str:
        """Name a dimension for people as a wave does; else, as the latest questionnaire that has it does.

        Whoever asks under an old id with a new name does not rename what earlier waves asked.
        """
        for wave in sorted(self.pulses, key=lambda wave: (wave.wave_id != wave_id, -wave.number)):
            questionnaire = self.asked(wave)
            if questionnaire and dimension in questionnaire.dimensions:
                return questionnaire.dimensions[dimension]
        return dimension.capitalize()

    def asked(self, wave: Wave) -> Questionnaire | None:
        """The questions as they were asked; None for a wave that asked for the network only."""
        return _questions(wave.questionnaire) if wave.questionnaire else None

    def items(self, wave: Wave, dimension: str) -> frozenset[str]:
        """The statements that a dimension's score is made of; two scores compare only where these are equal."""
        questionnaire = self.asked(wave)
        items = questionnaire.items if questionnaire else ()
        return frozenset(item.id for item in items if item.dimension == dimension and not item.alone)

    def comparable(self, earlier: tuple[Wave, Finding | None], later: tuple[Wave, Finding | None]) -> bool:
        """Whether two waves compare in a dimension: both shown, the same groups counted, on the same scale.

        Waves that asked other statements are on the same scale where both were put on that of the anchors: then the
        gate joined the line of the later one to earlier waves, and said how it runs.
        """
        (wave_a, a), (wave_b, b) = earlier, later
        if a is None or b is None or not (a.shown and b.shown) or a.covers != b.covers:
            return False
        linked = all(asked is not None and asked.linked for asked in (self.asked(wave_a), self.asked(wave_b)))
        line = self.finding(wave_b, b.team_id, "trend", b.subject)
        joined = line is not None and line.word is not None
        return (linked and joined) or self.items(wave_a, a.subject) == self.items(wave_b, b.subject)

    def comments(self, wave: Wave, team_id: str) -> tuple[str, ...]:
        """What people wrote, in no order, for a group large enough to have its comments shown."""
        return self.spoken.get(wave.wave_id, {}).get(team_id, ())

    # --------------------------------------------------------------------------------------------------- actions

    def promised(self, wave: Wave, team_id: str, play: str) -> Action | None:
        """Find what was promised for a team after a wave."""
        known = (one for one in self.actions if (one.wave_id, one.team_id, one.play) == (wave.wave_id, team_id, play))
        return next(known, None)

    def resting(self, wave: Wave) -> set[tuple[str, str]]:
        """The teams and plays that were planned after one of the last waves before this: not suggested again yet."""
        earlier = [other.wave_id for other in self.pulses if other.number < wave.number][-playbook.RESTS :]
        return {(action.team_id, action.play) for action in self.actions if action.wave_id in earlier}

    # --------------------------------------------------------------------------------------------- groups, names

    def groups(self, wave: Wave) -> tuple[Group, ...]:
        """The teams of a wave that this viewer may read, also those joined to a larger one, in the chart's order."""
        return self.grouped.get(wave.wave_id, ())

    def group(self, wave: Wave, team_id: str) -> Group | None:
        """Find one team of a wave."""
        return next((group for group in self.groups(wave) if group.team_id == team_id), None)

    def below(self, wave: Wave, team_id: str) -> list[Group]:
        """The teams under a team in a wave, in the chart's order, also those joined to a larger one."""
        if team_id == ROOT:
            return [group for group in self.groups(wave) if group.team_id != ROOT]
        within = access.subtree({group.team_id: group.parent for group in self.groups(wave)}, {team_id})
        return [group for group in self.groups(wave) if group.team_id in within and group.team_id != team_id]

    def around(self, wave: Wave, team_id: str) -> list[Group]:
        """The teams near one: the line above it, those beside it and those right below it, in the chart's order."""
        parents = {group.team_id: group.parent for group in self.groups(wave)}
        line = {ROOT, *access.upwards(team_id, parents)}
        return [group for group in self.groups(wave) if group.team_id in line or group.parent in line]

    def in_sight(self, wave: Wave, team_id: str, most: int) -> list[Group]:
        """The teams below one that a picture has room for, in the chart's order.

        Where they are too many, the lowest are left out, and at last the last.
        """
        below = self.below(wave, team_id)
        parents = {group.team_id: group.parent for group in below}
        deep = {team: sum(step in parents for step in access.upwards(team, parents)) for team in parents}
        at_depth = accumulate(count for _, count in sorted(Counter(deep.values()).items()))
        depth = max((d for d, count in enumerate(at_depth, start=1) if count <= most), default=1)
        return [group for group in below if deep[group.team_id] <= depth][:most]

    def leaves(self, wave: Wave, team_id: str) -> list[Group]:
        """The groups under a team that have no group below them: the teams that a sentence counts, none twice."""
        below = [group for group in self.below(wave, team_id) if group.joins is None]
        parents = {group.parent for group in below}
        return [group for group in below if group.team_id not in parents]

    def in_full(self, team_id: str) -> bool:
        """Whether the viewer may read every team under this one, and not only its own figure."""
        return self.viewer.administrator or team_id in self.viewer.teams

    def home(self, wave: Wave) -> str:
        """The team a page opens with: the organization, or the highest team that a lead leads."""
        if self.viewer.administrator:
            return ROOT
        own = (group.team_id for group in self.groups(wave) if group.team_id in self.viewer.leads)
        return next(own, ROOT)

    def name(self, team_id: str) -> str:
        """Name a team for people: its own name where no other team has it, else its whole path."""
        if team_id == ROOT:
            return self.organization
        path = self.path(team_id)
        last = last_name(path)
        return last if self._times_named[last] <= 1 else path

    @cached_property
    def _times_named(self) -> Counter[str]:
        return Counter(last_name(team.path) for team in self.teams.values())

    @cached_property
    def people(self) -> Mapping[str, int]:
        """team_id → how many work in it or below it."""
        parents = {team.team_id: team.parent for team in self.teams.values()}
        people = dict.fromkeys(parents, 0)
        for team_id, here in self.headcount.items():
            for above in access.upwards(team_id, parents):
                people[above] += here
        return people

    def path(self, team_id: str) -> str:
        """Give a team's whole path; the organization's is its name."""
        if team_id == ROOT:
            return self.organization
        return self.teams[team_id].path if team_id in self.teams else team_id

    # ------------------------------------------------------------------------------------------------ the network

    def network(self, wave: Wave, team_ids: Collection[str] | None = None, *, everybody: bool = True) -> Network:
        """What may be seen by name of a network wave, today: of some teams, or of everything in scope.

        Of everybody, or only of those who stand in a list: with few ties, or holding others together.
        """
        return self.of_network(wave.wave_id, None if team_ids is None else frozenset(team_ids), everybody)

    def introductions(self, wave: Wave, most: int | None = None) -> pd.DataFrame:
        """INTRODUCTION_COLUMNS of the introductions that may be shown today, by rank; at most so many of them.

        Both agreed to be suggested, at least one works in the viewer's teams, and none is held back.
        """
        return self.of_introductions(wave.wave_id, None, most)

    def pairs(self, wave: Wave) -> tuple[Pair, ...]:
        """The first of `introductions` as pages and paper show them: the most worth making in the first batch."""
        return tuple(sorted(_rows(Pair, self.introductions(wave, PAIRS)), key=_says_nothing))


def read(desk: Desk, viewer: Viewer, on: date) -> Readable:
    """Gather what this viewer may read on this day."""
    with desk.store.reading() as db:
        teams = {team.team_id: team for team in roster.teams(db)}
        waves = tuple(kept_waves.waves(db))
        results, said = released.released(desk.store, waves), organization.settings(db)
        shown, planned = results.shown(viewer), actions.actions(db)
        return Readable(
            organization=said["organization"],
            made_up=said["made_up"] == "yes",
            timezone=said["timezone"],
            on=on,
            viewer=viewer,
            all_waves=waves,
            teams=teams,
            grouped=shown.grouped,
            released=shown.findings,
            spoken=shown.spoken,
            actions=tuple(action for action in planned if access.may_name(viewer, action.team_id)),
            compared=_comparing(results, planned, {wave.wave_id: wave.number for wave in waves}, viewer),
            headcount=roster.headcount(db),
            of_network=partial(read_network, desk, viewer, on),
            of_introductions=partial(read_introductions, desk, viewer, on),
        )


@lru_cache(maxsize=64)
def _questions(text: str) -> Questionnaire:
    return from_json(text)


def quarters(readable: Readable) -> list[str]:
    """The quarters in which a wave closed, latest first: '2026-Q3', '2026-Q2'."""
    closed = (wave.closed_on for wave in readable.waves if wave.closed_on)
    return sorted({f"{day.year}-Q{(day.month + 2) // 3}" for day in closed}, reverse=True)


def last_name(path: str) -> str:
    """Give the last part of a path: 'Engineering / Platform' is 'Platform'."""
    return path.rpartition(" / ")[2]


def read_network(  # noqa: PLR0917  the first three are bound once a page
    desk: Desk, viewer: Viewer, on: date, wave_id: str, team_ids: frozenset[str] | None, everybody: bool
) -> Network:
    """Gather the network of one wave as this viewer may see it on this day: `Readable.network`.

    Scope first, then consent: nobody else's rows are read.
    """
    inside = [team for team in (viewer.teams if team_ids is None else team_ids) if access.may_name(viewer, team)]
    with desk.store.reading() as db:
        size = ties.how_many(db, wave_id, inside)
        placed = ties.standings(db, wave_id, team_ids=inside, often=None if everybody else disclosure.STEADY)
        people = roster.names(db, placed["member_id"])
        consents = ties.consents(db, placed["member_id"])
        agreed = disclosure.named(placed, consents, on)
        may_be_named = agreed[agreed["standing"].isin(list(disclosure.SPOKE))]
        named_by_both = ties.named_by_both(db, wave_id, may_be_named["member_id"])
    named, unnamed = seats_on_the_map(may_be_named, placed.merge(people, on="member_id"))
    return Network(
        named=named.merge(people[["member_id", "name"]], on="member_id"),
        unnamed=unnamed,
        ties=named_by_both,
        size=size,
        names_from=names_from(placed, on),
        noted=disclosure.noted(placed, consents, on).merge(people, on="member_id"),
        seats=placed.merge(people, on="member_id")[["team_id", "visible_from"]],
    )


def read_introductions(  # noqa: PLR0917  the first three are bound once a page
    desk: Desk, viewer: Viewer, on: date, wave_id: str, team_ids: frozenset[str] | None, most: int | None
) -> pd.DataFrame:
    """Gather the introductions of one wave that this viewer may see on this day: `Readable.introductions`.

    Scope first, then consent: nobody else's rows are read.
    """
    inside = [team for team in (viewer.teams if team_ids is None else team_ids) if access.may_name(viewer, team)]
    with desk.store.reading() as db:
        ours = ties.offered(db, wave_id, inside, most)
        members = pd.concat([ours["member_a"], ours["member_b"], ours["introducer"].dropna()]).unique()
        people = roster.names(db, members).set_index("member_id")
        standings, consents = ties.standings(db, wave_id, members), ties.consents(db, members)
    here = ours[is_among(ours["member_a"], people.index) & is_among(ours["member_b"], people.index)]
    shown = disclosure.introductions(here, consents, standings, on)
    for side in ("a", "b"):
        each = people.loc[shown[f"member_{side}"]]
        shown = shown.assign(**{f"name_{side}": each["name"].tolist(), f"team_{side}": each["team_id"].tolist()})
    hosts = [people["name"].get(host) for host in shown["introducer"]]
    return shown.assign(host=pd.Series(hosts, shown.index, object))[list(INTRODUCTION_COLUMNS)]


def seats_on_the_map(named: pd.DataFrame, placed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the people who may be named inside their team, in their own order, and everybody else at its rim.

    The layout puts the best connected inside. A place would therefore say something about a person who chose not to be
    named, as soon as all others of the team have names. So the places of a team are dealt out again: those who may be
    named take the inner ones in the order of their own distances, and the rest stand outside whatever their ties are.
    `placed` has member_id, team_id, x, y of everybody; the result is `Network.named` without names, and
    `Network.unnamed`.
    """
    seats = placed[["member_id", "team_id", "x", "y"]]
    centre = seats.groupby("team_id")[["x", "y"]].transform("mean")
    far = ((seats[["x", "y"]] - centre) ** 2).sum(axis=1)
    seats = seats.assign(far=far, rim=~is_among(seats["member_id"], named["member_id"]))
    people = seats.sort_values(["team_id", "rim", "far", "member_id"], ignore_index=True)
    places = seats.sort_values(["team_id", "far", "x", "y"], ignore_index=True)[["x", "y"]]
    dealt = people[["member_id", "team_id", "rim"]].join(places)
    inner = dealt[~dealt["rim"]].merge(named[["member_id", "standing", "persistent"]], on="member_id")
    return inner.drop(columns="rim"), dealt.loc[dealt["rim"], ["team_id", "x", "y"]].reset_index(drop=True)


def no_network() -> Network:
    """A network in which nobody was asked anything."""
    empty = pd.DataFrame
    return Network(
        named=empty(columns=["member_id", "name", "team_id", "standing", "persistent", "x", "y"]),
        unnamed=empty(columns=["team_id", "x", "y"]),
        ties=empty(columns=["source", "target"]),
        size=0,
        names_from=None,
    )


def names_from(placed: pd.DataFrame, on: date) -> date | None:
    """The day from which all of these places may be seen with names; None where it has come. Needs visible_from."""
    days = pd.to_datetime(placed["visible_from"])
    return days.max().date() if len(days) and days.max().date() > on else None


def _rows(kind: type[Row], frame: pd.DataFrame) -> tuple[Row, ...]:
    """The rows of a frame, each as a value of its own; what is missing is None."""
    names = [field.name for field in fields(kind)]
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in names]
    return tuple(kind(*values) for values in zip(*columns, strict=True))


def _says_nothing(pair: Pair) -> tuple[int, bytes]:
    """Where a pair stands on a page: by batches of rank, and within one in an order that tells nothing."""
    return (pair.rank - 1) // SHUFFLED_TOGETHER, hashlib.sha256(f"{pair.member_a} {pair.member_b}".encode()).digest()


def _comparing(results: Released, planned: Sequence[Action], numbers: Mapping[str, int], viewer: Viewer) -> Compared:
    """Compare teams with others that the viewer may not be able to read: of those only a word and a number come out.

    The median of three teams is the change of one of them, so a lead is told it of teams they read, and of others only
    how their own compares. A lead who reads all comparable teams but one or two could work those out from the word.
    """

    def compare(action: Action, before: Sequence[Wave], until: Wave) -> FollowUp:
        earliest = before[-1].number - playbook.RESTS
        busy = {
            each.team_id
            for each in planned
            if each.dimension == action.dimension and earliest <= numbers.get(each.wave_id, -1) < until.number
        }
        others = {group.team_id for group in results.groups[before[-1].wave_id]} - busy
        *figures, later = (results.figures(wave.wave_id) for wave in (*before, until))
        found = follow_up.compare(action.team_id, action.dimension, figures, later, others - {action.team_id})
        return as_told(viewer, found)

    return compare


def as_told(viewer: Viewer, found: FollowUp) -> FollowUp:
    """Keep of a comparison what this viewer may be told of teams that they do not read."""
    unread = [team_id for team_id in found.teams if not access.may_name(viewer, team_id)]
    if 0 < len(unread) < follow_up.ENOUGH_TEAMS:
        return FollowUp(change=found.change, reason="too few unread")
    return replace(found, usual=None) if unread else found
