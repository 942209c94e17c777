"""An organization written down by hand: what its pages, charts and sentences are tested with, without any asking.

The figures are invented here and kept through the same functions as real ones, so a page cannot tell the difference.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
import pyarrow as pa

from analytics import disclosure
from dashboard import readable
from dashboard.access import Viewer, administrator, viewer_for
from data import findings, organization, roster, ties, waves
from data.records import ROOT, Group, Member, Team, Wave
from surveys.questionnaire import asked, builtin, to_json

DIMENSIONS = ("trust", "communication", "collaboration", "boundaries")
LEVELS = {"trust": 70, "communication": 71, "collaboration": 74, "boundaries": 58}
NINE = ("Platform", "Payments", "Mobile", "Data", "Quality", "Design", "Support", "Sales", "Finance")
ON = date(2026, 11, 2)


@dataclass
class Company:
    """What to make. Finance is always too small for figures; `hide` withholds every figure."""

    teams: tuple[str, ...] = NINE
    waves: int = 8
    hide: bool = False
    size: int = 12
    made_up: bool = True
    network: bool = True


KEPT: dict[str, dict[str, pa.Table]] = {}
"""Every organization that this process has written once, table by table: writing it again is quick."""


STARTED = ("team", "setting")
"""An empty database has its root team and its version already."""


def keep(desk, company: Company) -> None:
    """Write the organization into an empty database."""
    if repr(company) not in KEPT:
        _write(desk, company)
        with desk.store.reading() as db:
            tables = [name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            KEPT[repr(company)] = {name: db.execute(f"SELECT * FROM {name}").to_arrow_table() for name in tables}
        return
    with desk.store.writing() as db:
        for name, rows in KEPT[repr(company)].items():
            if rows.num_rows:
                db.register("kept_rows", rows)
                there = "ON CONFLICT DO NOTHING" if name in STARTED else ""
                db.execute(f"INSERT INTO {name} SELECT * FROM kept_rows {there}")
                db.unregister("kept_rows")


def _write(desk, company: Company) -> None:
    with desk.store.writing() as db:
        organization.set_setting(db, "organization", "Larkfield")
        organization.set_setting(db, "made_up", "yes" if company.made_up else "no")
        roster.apply(db, roster.plan(roster.teams(db), [], rows_of(company)))
        teams = {team.path: team for team in roster.teams(db)}
        members = roster.members(db)
        if company.network and company.waves:
            agreed = {member.member_id: not member.member_id.endswith("03") for member in members}
            ties.set_consents(db, {member_id: (yes, yes) for member_id, yes in agreed.items()})
        kept = []
        for number in range(company.waves):
            wave = wave_of(company, number)
            groups = groups_of(teams, members)
            waves.add(db, wave, groups, {member.member_id: member.team_id for member in members})
            kept.append(wave)
            rows = [row for group in groups for row in findings_of(company, kept, group)]
            rows += network_findings(groups) if wave.network else []
            findings.keep(db, wave.wave_id, frame(rows), no_moments(), comments(groups, hidden=company.hide))
            if wave.network:
                keep_network(db, wave, members)


def rows_of(company: Company) -> list[roster.RosterRow]:
    rows = []
    for place, path in enumerate(company.teams):
        for seat in range(4 if path == "Finance" else company.size):
            member_id = f"m{place:02}{seat:02}"
            first, last = FIRST[(seat * 7 + place) % len(FIRST)], LAST[(place * 5 + seat) % len(LAST)]
            lead_of = (path,) if seat == 0 else ()
            rows.append(
                roster.RosterRow(
                    len(rows) + 2, member_id, f"{first} {last}", f"{member_id}@larkfield.example", path, lead_of
                )
            )
    return rows


FIRST = (
    "Ana Ben Chidi Dana Elif Femi Grace Hana Ivo Joy Kim Lena Milo Nils Olga Pavel Quinn Remy Siv Tomas Ugo Vera"
).split()
LAST = (
    "Ruiz Okafor Sato Lam Park Holm Blanc Ferri Bello Dahl Conti Novák Chen Weber Silva Haddad Moreau Rossi Kaya"
).split()


def wave_of(company: Company, number: int) -> Wave:
    quarter = 2026 * 4 + 2 - (company.waves - 1 - number)
    opened = date(quarter // 4, quarter % 4 * 3 + 3, 14)
    closed = opened + timedelta(days=14)
    network = company.network and (company.waves - 1 - number) % 2 == 0
    return Wave(
        wave_id=f"w{number}",
        name=f"{quarter // 4}-Q{quarter % 4 + 1}",
        number=number,
        asks="both" if network else "pulse",
        questionnaire=to_json(asked(builtin("quarterly"), number)),
        state="closed",
        opened_on=opened,
        closes=datetime(closed.year, closed.month, closed.day, 16),
        closed_on=closed,
        k=5,
        smallest_group=6,
        trustee=False,
        box_key=None,
    )


def groups_of(teams: dict[str, Team], members: list[Member]) -> list[Group]:
    people = {team.team_id: sum(member.team_id == team.team_id for member in members) for team in teams.values()}
    return [
        Group(
            team.team_id,
            team.parent,
            team.path,
            4 if team.team_id == ROOT and "Finance" in teams else people[team.team_id] * (team.path != "Finance"),
            ROOT if team.path == "Finance" else None,
        )
        for team in teams.values()
    ]


def findings_of(company: Company, kept: list[Wave], group: Group) -> list[dict]:
    hidden = company.hide or group.joins is not None
    shared = {"team_id": group.team_id, "covers": [group.team_id]}
    if hidden:
        reason = {"reason": "joined_at_open" if group.joins else "fewer_than_k", "counted_in": ROOT}
        if group.team_id == ROOT:
            reason["counted_in"] = None
        return [shared | reason | {"kind": kind, "subject": d} for kind in ("score", "trend") for d in DIMENSIONS]
    rows = [shared | {"kind": "answered", "subject": "pulse", "value": 80.0}]
    for dimension in DIMENSIONS:
        rows += _dimension(kept, group, dimension, shared | {"subject": dimension})
    return rows


def _dimension(kept: list[Wave], group: Group, dimension: str, shared: dict) -> list[dict]:
    number = len(kept) - 1
    level = level_of(group, dimension, number, last=number >= 1 and number == 7)
    half = 3 if group.team_id == ROOT else 7
    people = {"respondents": "110" if group.team_id == ROOT else "11", "favourable": "60 %"}
    rows = [
        shared | people | {"kind": "score", "value": level, "low": level - half, "high": level + half},
        shared | people | {"kind": "trend", "value": level, "low": level - half - 1, "high": level + half + 1},
        shared | {"kind": "silent", "low": level - 11, "high": level + 9},
    ]
    if number:
        word = "clearly down" if falls(group, dimension, number) else "held steady"
        difference = level - level_of(group, dimension, number - 1, last=False)
        rows.append(shared | {"kind": "change", "value": difference, "word": word, "since": kept[-2].name})
    return rows


def falls(group: Group, dimension: str, number: int) -> bool:
    return number == 7 and dimension == "trust" and group.path in ("Support", "Payments")


def level_of(group: Group, dimension: str, number: int, *, last: bool) -> float:
    wobble = (len(group.path) * 5 + number * 3 + len(dimension)) % 4 - 1
    step = 1 if group.team_id == ROOT else 5
    level = LEVELS[dimension] + wobble * (1 if step == 1 else 2)
    if last and falls(group, dimension, number):
        level -= 10
    return float(round(level / step) * step)


def network_findings(groups: list[Group]) -> list[dict]:
    named = [group for group in groups if group.team_id != ROOT and group.joins is None]
    rows = [
        {"team_id": g.team_id, "kind": "few_ties", "word": "1–2" if g.path in ("Quality", "Data") else "0"}
        for g in named
    ]
    rows.append({"team_id": ROOT, "kind": "few_ties", "word": "1–2"})
    rows += [
        {"team_id": g.team_id, "kind": "silo", "value": 4.1, "word": "inward" if g.path == "Quality" else "as usual"}
        for g in named
    ]
    for i, a in enumerate(named if len(named) < 20 else named[::3]):
        for b in named[i + 1 :]:
            fewer = {a.path, b.path} == {"Data", "Quality"}
            rows.append(
                {
                    "team_id": a.team_id,
                    "kind": "between",
                    "subject": b.team_id,
                    "value": 5.0,
                    "word": "fewer" if fewer else "as usual",
                    "respondents": "0–2" if fewer else ("3–5", "6–10", "0–2")[(i + len(b.path)) % 3],
                }
            )
    return rows


def frame(rows: list[dict]) -> pd.DataFrame:
    """Rows of the table `finding`, without wave_id."""
    empty = dict.fromkeys(("value", "low", "high"), None)
    full = [{"subject": "", "covers": [], **empty} | row for row in rows]
    columns = [name for name in disclosure.COLUMNS if name != "wave_id"]
    made = pd.DataFrame(full, columns=columns, dtype=object)
    return made.where(made.notna(), None).astype(dict.fromkeys(("value", "low", "high"), "float64"))


def finding(**fields) -> disclosure.Finding:
    """One finding, restored as the gate keeps it."""
    return disclosure.restore(frame([fields]).assign(wave_id=fields.get("wave_id", "w0")))[0]


def no_moments() -> pd.DataFrame:
    return pd.DataFrame(columns=["team_id", "subject", "n", "total", "squares", "items", "covers"])


def comments(groups: list[Group], *, hidden: bool) -> pd.DataFrame:
    texts = [] if hidden else [(groups[0].team_id, "The weekly note helps. Please keep it.")]
    return pd.DataFrame(texts, columns=["team_id", "text"])


def keep_network(db, wave: Wave, members: list[Member]) -> None:
    golden = 2.399963
    paths = sorted({member.team_id for member in members})
    places = {}
    for at, team_id in enumerate(paths):
        turn = 2 * math.pi * at / len(paths)
        for slot, member in enumerate(m for m in members if m.team_id == team_id):
            far = 0.05 * math.sqrt(slot + 0.5)
            places[member.member_id] = (
                0.42 * math.cos(turn) + far * math.cos(slot * golden),
                0.42 * math.sin(turn) + far * math.sin(slot * golden),
            )
    standing = {m.member_id: "connected" for m in members}
    few = [m.member_id for m in members if m.member_id.endswith("05")][:3]
    silent = [m.member_id for m in members if m.member_id.endswith("04")]
    standing |= dict.fromkeys(few, "few_ties") | dict.fromkeys(silent, "not_observed")
    rows = [
        (
            m.member_id,
            standing[m.member_id],
            m.member_id == few[0] if few else False,
            None,
            3,
            3,
            None,
            None,
            *places[m.member_id],
            date(2024, 1, 1),
        )
        for m in members
    ]
    columns = [
        "member_id",
        "standing",
        "persistent",
        "unheard",
        "in_ties",
        "out_ties",
        "betweenness",
        "burt_constraint",
        "x",
        "y",
        "visible_from",
    ]
    ties.keep_network(db, wave.wave_id, pd.DataFrame(rows, columns=columns), introductions(members))
    ties.add_ties(db, wave.wave_id, stated(members, few))


def stated(members: list[Member], few: list[str]) -> pd.DataFrame:
    pairs = []
    for at, a in enumerate(members):
        for step in (1, 2, 4, 17, 29):
            b = members[(at + step) % len(members)]
            if a.member_id not in few and b.member_id not in few and a != b:
                pairs += [(a.member_id, b.member_id), (b.member_id, a.member_id)]
    made = pd.DataFrame(sorted(set(pairs)), columns=["source", "target"])
    return made.assign(kind="work", strength=1.0)


def introductions(members: list[Member]) -> pd.DataFrame:
    columns = [
        "rank",
        "member_a",
        "member_b",
        "score",
        "feasibility",
        "low",
        "high",
        "value",
        "introducer",
        "why",
        "arm",
        "answer",
    ]
    open_to = [m for m in members if not m.member_id.endswith("03")]
    rows = []
    for rank in range(1, min(6, len(open_to) // 3) + 1):
        a, b, host = open_to[rank], open_to[-rank * 3], open_to[rank + 9] if len(open_to) > 20 else None
        why = "Both list pricing and Python. Their teams have 0–2 ties where 6 would be usual."
        arm = ("chosen", "random", "held_back")[rank % 3 if rank > 3 else 0]
        rows.append(
            (rank, a.member_id, b.member_id, 0.4, 0.26, 0.1, 0.4, 1.0, host.member_id if host else None, why, arm, None)
        )
    return pd.DataFrame(rows, columns=columns)


def administrator_of(desk) -> Viewer:
    with desk.store.reading() as db:
        return administrator(roster.teams(db))


def lead_of(desk, member_id: str) -> Viewer:
    with desk.store.reading() as db:
        return viewer_for(db, member_id, "lead")


def read(desk, viewer: Viewer | None = None) -> readable.Readable:
    """Build the read model as a page does."""
    return readable.read(desk, viewer or administrator_of(desk), ON)
