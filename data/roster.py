"""Who works where: members, teams, who leads what, and how a new roster changes them.

Teams form a tree; a path names one ('Engineering / Platform') and makes its parents. This module knows nothing of
ballots: it never imports `data.ballot_box`, and `data.ballot_box` never imports it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import duckdb
import pandas as pd

from data import bulk, tokens
from data.nearest import did_you_mean
from data.records import ROOT, Member, Problem, Team

SEPARATOR = " / "

_TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Signs that turn the direction of reading. One that is not ended turns round what stands after a name, on every page
and in every file; letters know their direction by themselves. Marks that turn nothing after themselves stay."""

_FIELDS = ("name", "email", "manager_id", "role", "level", "location", "joined_on", "language", "timezone", "interests")
"""What a row says about a member as it stands; team and leads are looked up."""


@dataclass(frozen=True)
class RosterRow:
    """One line of a roster file, read but not yet compared with anything."""

    line: int
    """Where it stands in the file, for error messages."""
    member_id: str
    name: str
    email: str
    """May be empty: somebody without an address gets a paper slip."""
    team: str
    """A path; 'organization' for somebody in no team."""
    lead_of: tuple[str, ...] = ()
    """Paths."""
    manager_id: str | None = None
    role: str | None = None
    level: str | None = None
    location: str | None = None
    joined_on: date | None = None
    language: str | None = None
    timezone: str | None = None
    interests: tuple[str, ...] = ()


@dataclass(frozen=True)
class RosterChange:
    """What a roster file would change, decided before anything is."""

    new_teams: tuple[Team, ...]
    added: tuple[Member, ...]
    changed: tuple[Member, ...]
    """As they will be."""
    deactivated: tuple[Member, ...]
    """Those that the file no longer names."""

    def sentence(self) -> str:
        """What it does, in words: '3 members added, 1 changed, 0 deactivated; 2 teams made'."""
        if not (self.new_teams or self.added or self.changed or self.deactivated):
            return "Nothing to change: every member and team is as the file says."
        return (
            f"{_counted(len(self.added), 'member')} added, {len(self.changed)} changed, "
            f"{len(self.deactivated)} deactivated; {_counted(len(self.new_teams), 'team')} made."
        )


def teams(db: duckdb.DuckDBPyConnection) -> list[Team]:
    """Every team by path, the root first."""
    query = "SELECT team_id, path, parent FROM team ORDER BY parent IS NOT NULL, path"
    return [Team(*row) for row in db.execute(query).fetchall()]


def team(db: duckdb.DuckDBPyConnection, path: str) -> Team:
    """The team at a path, capitals aside. Raises Problem with the nearest path."""
    known = {each.path.casefold(): each for each in teams(db)}
    found = known.get(tidy(path).casefold())
    if found is None:
        raise Problem(f"There is no team '{path}'.{did_you_mean(tidy(path), [each.path for each in known.values()])}")
    return found


def members(db: duckdb.DuckDBPyConnection, *, active_only: bool = True) -> list[Member]:
    """Everybody on the roster, by member_id; also those who left, when asked for."""
    return _read(db, "active OR NOT ?", active_only)


def names(db: duckdb.DuckDBPyConnection, members: Iterable[str] | None = None) -> pd.DataFrame:
    """member_id, name, team_id of everybody on the roster, or of some of them."""
    which, values = ("true", []) if members is None else ("member_id IN (SELECT unnest(?))", [list(members)])
    query = f"SELECT member_id, name, team_id FROM member WHERE active AND {which} ORDER BY member_id"
    return db.execute(query, values).df()


def headcount(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """team_id → how many people work in the team itself, not below it; teams where nobody does are missing."""
    return dict(db.execute("SELECT team_id, count(*) FROM member WHERE active GROUP BY team_id").fetchall())


def _read(db: duckdb.DuckDBPyConnection, which: str, value: object) -> list[Member]:
    query = f"""
        SELECT member.member_id, name, email, member.team_id, manager_id, role, level, location, joined_on, language,
               timezone, interests, coalesce(leads, []) AS leads, active
        FROM member
        LEFT JOIN (SELECT member_id, list(team_id ORDER BY team_id) AS leads FROM lead GROUP BY member_id)
            USING (member_id)
        WHERE {which}
        ORDER BY member_id"""
    found = db.execute(query, [value])
    names = [column[0] for column in found.description]
    return [_as_member(dict(zip(names, row, strict=True))) for row in found.fetchall()]


def member(db: duckdb.DuckDBPyConnection, member_id: str) -> Member:
    """One active member. Raises Problem with the nearest member_id."""
    found = member_or_none(db, member_id)
    if found is None:
        known = [each.member_id for each in members(db)]
        raise Problem(f"There is no member '{member_id}' on the roster.{did_you_mean(member_id, known)}")
    return found


def member_or_none(db: duckdb.DuckDBPyConnection, member_id: str) -> Member | None:
    """One active member; None where nobody has this member_id."""
    found = _read(db, "active AND member.member_id = ?", member_id)
    return found[0] if found else None


def by_address(db: duckdb.DuckDBPyConnection, email: str) -> Member | None:
    """The active member with this address, in capitals or not; None where nobody has it. No two members share one."""
    found = _read(db, "active AND email <> '' AND lower(email) = lower(?)", email)
    return found[0] if found else None


def plan(teams: Sequence[Team], members: Sequence[Member], rows: Sequence[RosterRow]) -> RosterChange:
    """What a roster file changes, compared with what is there.

    Signs that turn the direction of reading are left out of what it says: no name is shown by their help.

    teams    every team, the root among them
    members  everybody, also those who left: somebody named again comes back
    rows     the file; it is the whole roster, so whoever it leaves out is deactivated

    A team is made by naming it as somebody's team, with the teams above it. Nothing is changed here.

    Raises Problem, with line number and nearest match, for a member or address named twice, an unknown manager, a team
    to lead where nobody works, an empty name or team, and a file without members.
    """
    rows = [_unturned(row) for row in rows]
    _check(rows)
    tree = _grown(teams, [row.team for row in rows])
    wanted = {row.member_id: _member(row, tree) for row in rows}
    known = {each.member_id: each for each in members}
    old = {each.team_id for each in teams}
    return RosterChange(
        new_teams=tuple(each for each in tree.values() if each.team_id not in old),
        added=tuple(each for name, each in wanted.items() if name not in known),
        changed=tuple(each for name, each in wanted.items() if name in known and each != known[name]),
        deactivated=tuple(
            replace(each, leads=(), active=False) for name, each in known.items() if each.active and name not in wanted
        ),
    )


def apply(db: duckdb.DuckDBPyConnection, change: RosterChange) -> None:
    """Carries a change out, in the caller's transaction."""
    bulk.insert(
        db,
        "team",
        {
            "team_id": [each.team_id for each in change.new_teams],
            "path": [each.path for each in change.new_teams],
            "parent": [each.parent for each in change.new_teams],
        },
    )
    _forget(db, [each.member_id for each in (*change.changed, *change.deactivated)])
    for left in change.deactivated:
        db.execute("DELETE FROM appointment WHERE member_id = ?", [left.member_id])
    _keep(db, [*change.added, *change.changed, *change.deactivated])
    tokens.end_without_role(db)


def rename_team(db: duckdb.DuckDBPyConnection, old_path: str, new_path: str) -> None:
    """Gives a team another path; it keeps its id and so its history, and the teams below it follow.

    The new path may lie elsewhere in the tree, below a team that exists. Raises Problem for an unknown team, a path in
    use, a path below the team itself, and for the root, whose name is the setting `organization`.
    """
    moved, path = team(db, old_path), tidy(new_path)
    if moved.parent is None:
        raise Problem("The organization itself is not renamed as a team; change the setting 'organization'.")
    others = [each for each in teams(db) if not _within(each.path, moved.path)]
    if any(each.path.casefold() == path.casefold() for each in others):
        raise Problem(f"There is a team '{path}' already; choose another name for '{moved.path}'.")
    if path.casefold().startswith((moved.path + SEPARATOR).casefold()):
        raise Problem(f"Team '{moved.path}' cannot be moved below itself to '{path}'.")
    parent = team(db, path.rpartition(SEPARATOR)[0] or ROOT)
    for each in teams(db):
        if _within(each.path, moved.path):
            renamed = path + each.path[len(moved.path) :]
            db.execute("UPDATE team SET path = ? WHERE team_id = ?", [renamed, each.team_id])
    db.execute("UPDATE team SET parent = ? WHERE team_id = ?", [parent.team_id, moved.team_id])


def appointed(db: duckdb.DuckDBPyConnection, member_id: str) -> Literal["steward", "auditor"] | None:
    """As what a member was appointed, if at all."""
    row = db.execute("SELECT role FROM appointment WHERE member_id = ?", [member_id]).fetchone()
    return row[0] if row else None


def appoint(db: duckdb.DuckDBPyConnection, member_id: str, role: Literal["steward", "auditor"] | None) -> None:
    """Appoints a member, in place of what they were before; None ends it. Raises Problem for an unknown member."""
    if role is None:
        db.execute("DELETE FROM appointment WHERE member_id = ?", [member_id])
    else:
        db.execute("INSERT OR REPLACE INTO appointment VALUES (?, ?)", [member(db, member_id).member_id, role])
    tokens.end_without_role(db)


def appointments(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """member_id → 'steward' or 'auditor' of everybody appointed."""
    return dict(db.execute("SELECT member_id, role FROM appointment ORDER BY member_id").fetchall())


def tidy(path: str) -> str:
    """A path as it is kept: ' A/  B ' is 'A / B', and the organization at its head is left out.

    Raises Problem for a path with an empty part.
    """
    parts = [" ".join(part.split()) for part in path.translate(_TURNS).split("/")]
    if not all(parts):
        raise Problem(f"Team '{path}' has an empty part; expected names with '/' between, such as 'Sales / North'.")
    if len(parts) > 1 and parts[0].casefold() == ROOT:
        parts = parts[1:]
    return ROOT if parts[0].casefold() == ROOT and len(parts) == 1 else SEPARATOR.join(parts)


def _as_member(row: dict[str, Any]) -> Member:
    return Member(**{**row, "interests": tuple(row["interests"]), "leads": tuple(row["leads"])})


def _unturned(row: RosterRow) -> RosterRow:
    said = {field: getattr(row, field) for field in ("name", "team", "role", "level", "location")}
    kept = {field: value and value.translate(_TURNS) for field, value in said.items()}
    return replace(row, **kept, interests=tuple(each.translate(_TURNS) for each in row.interests))


def _check(rows: Sequence[RosterRow]) -> None:
    """Everything that can be wrong with a roster by itself."""
    if not rows:
        raise Problem("The roster names no members; expected at least one line below the header.")
    lines: dict[str, int] = {}
    addresses: dict[str, RosterRow] = {}
    for row in rows:
        _check_row(row)
        if row.member_id in lines:
            first = lines[row.member_id]
            raise Problem(f"Line {row.line}: member '{row.member_id}' is on line {first} already; one line a member.")
        lines[row.member_id] = row.line
        other = addresses.setdefault(row.email.casefold(), row) if row.email else row
        if other is not row:
            raise Problem(
                f"Line {row.line}: member '{row.member_id}' has the address '{row.email}' of member "
                f"'{other.member_id}' on line {other.line}; links are personal, so give each their own or none."
            )
    for row in rows:
        if row.manager_id is not None and row.manager_id not in lines:
            raise Problem(
                f"Line {row.line}: manager_id '{row.manager_id}' of member '{row.member_id}' is not a member of this "
                f"roster.{did_you_mean(row.manager_id, lines)}"
            )


def _check_row(row: RosterRow) -> None:
    for field, value in (("member_id", row.member_id), ("name", row.name), ("team", row.team)):
        if not value.strip():
            hint = f"; somebody in no team belongs to '{ROOT}'" if field == "team" else ""
            raise Problem(f"Line {row.line}: {field} of member '{row.member_id or row.name}' is empty{hint}.")
    if row.email and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", row.email):
        raise Problem(
            f"Line {row.line}: email '{row.email}' of member '{row.member_id}' is no address; expected one such as "
            f"'ada@example.org', or nothing."
        )
    if row.manager_id == row.member_id:
        raise Problem(f"Line {row.line}: member '{row.member_id}' is their own manager; leave manager_id empty.")


def _grown(teams: Sequence[Team], paths: Iterable[str]) -> dict[str, Team]:
    """path, in small letters → team: those that exist and those that the paths ask for, parents before children."""
    tree = {each.path.casefold(): each for each in teams}
    taken = {each.team_id for each in teams}
    for path in dict.fromkeys(map(tidy, paths)):
        above, parts = tree[ROOT], ([] if path == ROOT else path.split(SEPARATOR))
        for depth in range(1, len(parts) + 1):
            key = SEPARATOR.join(parts[:depth]).casefold()
            if key not in tree:
                name = parts[depth - 1] if above.parent is None else above.path + SEPARATOR + parts[depth - 1]
                tree[key] = Team(_new_id(name, taken), name, above.team_id)
                taken.add(tree[key].team_id)
            above = tree[key]
    return tree


def _new_id(path: str, taken: set[str]) -> str:
    """'Engineering / Platform' → 'engineering-platform'; with a number behind where that is taken."""
    plain = re.sub(r"\W+", "-", path.casefold()).strip("-_") or "team"
    number, found = 2, plain
    while found in taken:
        found, number = f"{plain}-{number}", number + 1
    return found


def _member(row: RosterRow, tree: Mapping[str, Team]) -> Member:
    leads = {_led(row, path, tree).team_id for path in row.lead_of}
    said = {field: getattr(row, field) for field in _FIELDS}
    return Member(row.member_id, team_id=tree[tidy(row.team).casefold()].team_id, leads=tuple(sorted(leads)), **said)


def _led(row: RosterRow, path: str, tree: Mapping[str, Team]) -> Team:
    found = tree.get(tidy(path).casefold())
    if found is None:
        raise Problem(
            f"Line {row.line}: lead_of '{path}' of member '{row.member_id}' is a team where nobody works."
            f"{did_you_mean(tidy(path), [each.path for each in tree.values()])}"
        )
    return found


def _forget(db: duckdb.DuckDBPyConnection, member_ids: list[str]) -> None:
    db.execute("DELETE FROM lead WHERE list_contains(?, member_id)", [member_ids])
    db.execute("DELETE FROM member WHERE list_contains(?, member_id)", [member_ids])


def _keep(db: duckdb.DuckDBPyConnection, people: Sequence[Member]) -> None:
    said = {field: [getattr(each, field) for each in people] for field in _FIELDS}
    rows = {
        "member_id": [each.member_id for each in people],
        "team_id": [each.team_id for each in people],
        "active": [each.active for each in people],
        **said,
    }
    bulk.insert(db, "member", {**rows, "interests": [list(each.interests) for each in people]})
    leads = [(each.member_id, team_id) for each in people for team_id in each.leads]
    bulk.insert(db, "lead", {"member_id": [pair[0] for pair in leads], "team_id": [pair[1] for pair in leads]})


def _within(path: str, above: str) -> bool:
    return path == above or path.startswith(above + SEPARATOR)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
