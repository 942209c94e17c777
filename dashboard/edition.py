"""One edition of the report: which quarter, for which team, and no figure beyond those two.

An edition holds the findings of the waves that closed up to the end of its quarter, of its team, the teams below and
the line above it, and what was promised and answered by then. So an edition built again years later is the same.
"""

import calendar
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from analytics.disclosure import Finding
from dashboard import access, wording
from dashboard.access import Viewer
from dashboard.readable import Readable, as_told
from dashboard.released import OnDemand
from data.records import ROOT, Action, Group, Problem, Team, Wave

QUARTER = re.compile(r"(\d{4})-Q([1-4])")
ORDINALS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Edition:
    """What one report is made of."""

    readable: Readable
    """Holds only what this edition may say."""
    quarter: str
    team_id: str
    """Whom the report is for."""
    waves: tuple[Wave, ...]
    """The waves that closed in the quarter, oldest first; never empty."""

    @property
    def pulse(self) -> Wave | None:
        """The wave whose figures stand in the report: the last one of the quarter that asked the statements."""
        return next((wave for wave in reversed(self.waves) if wave.pulse), None)

    @property
    def first(self) -> str | None:
        """The team whose figures stand first: the one it is for, or the group that counts that team; None: nobody's."""
        return standing_in(self.readable, self.pulse, self.team_id) if self.pulse else None

    @property
    def network(self) -> Wave | None:
        """The last wave of the quarter that asked for the network."""
        return next((wave for wave in reversed(self.waves) if wave.network), None)

    @property
    def period(self) -> str:
        """The quarter in words: 'third quarter 2026'."""
        year, number = _parts(self.quarter)
        return f"{ORDINALS[number - 1]} quarter {year}"

    @property
    def closed_on(self) -> date:
        """The day on which the figures were made: the one date that the file itself carries."""
        return max(wave.closed_on or wave.opened_on for wave in self.waves)


def quarter_waves(waves: Iterable[Wave], quarter: str, timezone: str = "UTC") -> tuple[Wave, ...]:  # noqa: ARG001  a wave's closing day is kept in the organization's zone already
    """Find the waves that closed in a quarter such as '2026-Q3', oldest first.

    A wave's `closed_on` is the day in the organization's time zone, so that a wave which closes at 23:30 UTC on the
    last day of September belongs to the fourth quarter in Auckland. `Problem` for a quarter that is not written like
    that, and for one without waves; it names the quarters that have some.
    """
    _parts(quarter)
    closed = [(quarter_of(wave.closed_on), wave) for wave in waves if wave.state == "closed" and wave.closed_on]
    inside = tuple(wave for its, wave in closed if its == quarter)
    if inside:
        return inside
    known = sorted({its for its, _ in closed})
    there_are = f"Quarters with waves: {', '.join(known)}." if known else "No wave has closed yet."
    raise Problem(f"Quarter {quarter}: no wave closed in it. {there_are}")


def quarter_of(day: date) -> str:
    """Name the quarter of a day.

    >>> quarter_of(date(2026, 9, 30))
    '2026-Q3'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


def file_name(quarter: str, team: Team) -> str:
    """Name the file of an edition: '2026-Q3-engineering-platform.pdf', the organization's '2026-Q3-organization.pdf'.

    Letters and digits of every script stay. Where other signs had to go, a short mark of the path keeps apart what
    would otherwise share a name ('R&D' and 'R D').
    """
    words = "-".join(re.findall(r"[^\W_]+", team.path.casefold()))[:80]
    plain = re.fullmatch(r"(?:[^\W_]+(?: | / ))*[^\W_]+", team.path) and len(team.path) <= 80
    mark = "" if plain else "-" + hashlib.sha256(team.path.encode()).hexdigest()[:6]
    return f"{quarter}-{words}{mark}.pdf"


def kit_name(quarter: str, team: Team) -> str:
    """Name the file of a meeting kit: '2026-Q3-support.kit.pdf'. No report is called that: theirs hold one dot."""
    return file_name(quarter, team).removesuffix(".pdf") + ".kit.pdf"


def edition(readable: Readable, quarter: str, team_id: str) -> Edition:
    """Cut what a viewer may read down to one quarter and one team.

    `Problem` as in `quarter_waves`, and for an unknown team.
    """
    if team_id not in readable.teams:
        raise Problem(f"Team '{team_id}': there is no such team.")
    waves = quarter_waves(readable.waves, quarter, readable.timezone)
    year, number = _parts(quarter)
    last_day = date(year, 3 * number, calendar.monthrange(year, 3 * number)[1])
    until = tuple(wave for wave in readable.waves if wave.closed_on and wave.closed_on <= last_day)
    promised = tuple(_as_known(action, last_day) for action in readable.actions if action.planned_on <= last_day)
    known = _for_team(replace(readable, all_waves=until, actions=promised), team_id)
    # several pages of a report show the same people
    once = replace(known, of_network=cache(known.of_network), of_introductions=cache(known.of_introductions))
    return Edition(once, quarter, team_id, waves)


def standing_in(readable: Readable, wave: Wave, team_id: str) -> str | None:
    """Find the team whose figures hold what this team said: itself, or the group that counts it; None for nobody."""
    step: str | None = team_id
    passed: set[str] = set()
    while step is not None and step not in passed:
        passed.add(step)
        scores = readable.findings(wave, step, "score")
        if any(score.shown for score in scores):
            return step
        counted_in = next((score.counted_in for score in scores if score.counted_in), None)
        step = counted_in or _above(readable, wave, step)
    return None


def standing_in_words(edition: Edition, shows: str = "these pages show") -> str | None:
    """Say why the figures are not those of the team that it is for; None where they are, or there are none."""
    readable, wave, first, team_id = edition.readable, edition.pulse, edition.first, edition.team_id
    if first is None or wave is None or first == team_id:
        return None
    new = f"{readable.name(team_id)} was not yet a team when this wave opened."
    why = " ".join(wording.hidden(readable, wave, [team_id])) or new
    return f"{why} So {shows} {readable.name(first)}, where those answers count."


def audience(edition: Edition) -> str:
    """Say whom an edition is for: 'those who lead Support'."""
    name = edition.readable.name(edition.team_id)
    return f"the leadership of {name}" if edition.team_id == ROOT else f"those who lead {name}"


def scope(edition: Edition) -> str:
    """Say what an edition holds, and that it holds nothing else."""
    readable, team_id = edition.readable, edition.team_id
    if team_id == ROOT:
        return f"It holds figures for {readable.organization} and for its teams."
    below = [group for group in readable.below(edition.waves[-1], team_id) if group.joins is None]
    own = [readable.name(team_id), *(["the teams below it"] if below else []), f"{readable.organization} as a whole"]
    return f"It holds figures for {wording.listing(own)}, and for no other part."


def _for_team(readable: Readable, team_id: str) -> Readable:
    """Narrow to what whoever leads this team reads: the team, all below it, and the line above it."""
    if team_id == ROOT or not readable.in_full(team_id):
        return readable
    parents = {team.team_id: team.parent for team in readable.teams.values()}
    viewer = Viewer("lead", None, readable.name(team_id), access.subtree(parents, {team_id}), frozenset({team_id}))
    known, waves = readable.grouped, list(readable.grouped)
    theirs = OnDemand(waves, lambda wave_id: _readable_teams(viewer, known[wave_id], parents))

    def may(finding: Finding) -> bool:
        return access.may_read_finding(viewer, known[finding.wave_id], finding) or (
            finding.team_id in theirs[finding.wave_id] and finding.kind not in {*access.OWN_ONLY, "between"}
        )

    return replace(
        readable,
        viewer=viewer,
        grouped=OnDemand(
            waves, lambda wave_id: tuple(group for group in known[wave_id] if group.team_id in theirs[wave_id])
        ),
        released=readable.released.narrowed(may),
        actions=tuple(action for action in readable.actions if action.team_id in viewer.teams),
        compared=lambda action, before, until: as_told(viewer, readable.compared(action, before, until)),
        of_network=lambda wave_id, team_ids, everybody: readable.of_network(
            wave_id, viewer.teams if team_ids is None else viewer.teams & team_ids, everybody
        ),
        of_introductions=lambda wave_id, _team_ids, most: readable.of_introductions(wave_id, viewer.teams, most),
    )


def _as_known(action: Action, day: date) -> Action:
    """Forget what was said about a promise after a day: an edition built later must not know more."""
    said_later = action.answered_on is not None and action.answered_on > day
    return replace(action, happened=None, answered_on=None) if said_later else action


def _readable_teams(viewer: Viewer, groups: Sequence[Group], parents: dict[str, str | None]) -> frozenset[str]:
    """The teams of a wave in scope; for a team made after that wave, the line above it alone."""
    known = access.readable_teams(viewer, groups)
    line = (step for lead in viewer.leads for step in access.upwards(lead, parents))
    return known or frozenset(line) & {group.team_id for group in groups}


def _above(readable: Readable, wave: Wave, team_id: str) -> str | None:
    group = readable.group(wave, team_id)
    if group is not None:
        return group.parent
    return readable.teams[team_id].parent if team_id in readable.teams else None


def _parts(quarter: str) -> tuple[int, int]:
    written = QUARTER.fullmatch(quarter)
    if not written:
        raise Problem(f"Quarter '{quarter}': expected a year and a quarter, such as 2026-Q3.")
    return int(written[1]), int(written[2])
