"""The organization as a whole: what it is called, who may sign in, what this run was told, what a wave begins with.

The rows of the page Settings, and the one way to change what can be changed there. Nothing secret stands in a row, and
no path of the machine: whoever signs in from elsewhere need not know where its files are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard import settings, wording, wording_surveys
from dashboard.access import Role
from dashboard.readable import Readable
from data import audit, connecting, organization, roster
from data.keys import KeyFolder
from surveys.desk import Desk
from surveys.questionnaire import asked, builtin
from surveys.submission import USUAL_NAMES
from surveys.terms import Kept, Thresholds

SECOND = "What cannot be changed here was decided when Rapport was started. Nothing secret stands on this page."
BY_THIS_CLOCK = "The name stands on every form. Days, quarters and the end of a wave are counted by this clock."
ONE_TIME = (
    "A link signs one person in once, on one device, and opens one role. This command prints it, on the machine that "
    "runs Rapport; whoever is given it needs no password."
)
AT_THE_OPENING = (
    "Whoever opens a wave may choose otherwise, on the page Surveys or with the options of rapport wave open. It is "
    "frozen then, and stands on the forms and on /privacy."
)
QUESTIONS = "quarterly"
"""What a wave asks unless somebody chooses."""
WATCHES: Mapping[Role, str] = {
    "steward": "the terms of the waves, the promises and the log",
    "auditor": "the promises and the log",
}
"""What a role opens that reads no figure."""


def keep(desk: Desk, name: str, zone: str, *, who: str = "administrator") -> None:
    """Keep what the organization is called and by which clock it lives, and write it into the log; both or neither."""
    with desk.store.writing() as db:
        organization.set_setting(db, "organization", name)
        organization.set_setting(db, "timezone", zone)
        audit.note(db, happened=desk.clock(), who=who, action="organization", subject=name, detail=zone)


# ----------------------------------------------------------------------------------------------------- who may sign in


@dataclass(frozen=True)
class Entry:
    """Somebody who may sign in, and what one of their roles opens. Two roles make two entries, as they make two links.

    >>> Entry("m7", "Ana", "steward", "the log").command
    'rapport people sign-in m7 --as steward'
    """

    member_id: str
    name: str
    role: Role
    opens: str

    @property
    def command(self) -> str:
        """What prints a one-time link for it."""
        return f"rapport people sign-in {self.member_id} --as {self.role}"


def entries(page: Readable, desk: Desk) -> list[Entry]:
    """List everybody but the administrator: leads by the roster, stewards and auditors by appointment; by name."""
    with desk.store.reading() as db:
        members, appointed = roster.members(db), roster.appointments(db)
    led = {one.member_id: wording.listing(sorted(map(page.path, one.leads))) for one in members if one.leads}
    opens: dict[Role, Mapping[str, str]] = {"lead": led}
    for role, what in WATCHES.items():
        opens[role] = {member_id: what for member_id, given in appointed.items() if given == role}
    return [
        Entry(member.member_id, member.name, role, teams[member.member_id])
        for member in sorted(members, key=lambda one: (one.name, one.member_id))
        for role, teams in opens.items()
        if member.member_id in teams
    ]


def opening(page: Readable, found: Sequence[Entry]) -> str:
    """Open the page: what is still to be said, or how many may sign in.

    'Four leads and one auditor may sign in beside you.'
    """
    if page.organization == organization.DEFAULTS["organization"]:
        return "Rapport does not know yet what your organization is called."
    if not found:
        return "Nobody may sign in beside you yet."
    counts = {role: sum(one.role == role for one in found) for role in ("lead", *WATCHES)}
    roles = wording.listing(wording.counted(count, role) for role, count in counts.items() if count)
    people = len({one.member_id for one in found})
    if people == len(found):
        return f"{wording.capital(roles)} may sign in beside you."
    return f"{wording.capital(wording.counted(people, 'person', 'people'))} may sign in beside you: {roles}."


# ------------------------------------------------------------------------------------------- what holds, row by row


@dataclass(frozen=True)
class Holds:
    """One thing that holds now."""

    what: str
    now: str
    decided: str = ""
    """The settings by which it is decided; '' where it is by none."""


def told(desk: Desk, *, reports: bool) -> list[Holds]:
    """List what this run was told; `reports` is whether the server writes those of a quarter into a folder."""
    with desk.store.reading() as db:
        encrypted = connecting.is_encrypted(db)
    here_only = urlsplit(desk.url).hostname in settings.LOOPBACK
    beside = desk.keys.path == KeyFolder.beside(desk.store.path).path
    return [
        Holds("Links begin with", desk.url + ", which only this machine can reach" * here_only, "RAPPORT_URL"),
        Holds("The database", f"the file {desk.store.path.name}", "RAPPORT_DB"),
        Holds(
            "It is encrypted",
            "yes; without its key nobody opens it" if encrypted else "no; whoever has the file can read it",
            "RAPPORT_DB_KEY, RAPPORT_DB_KEY_FILE",
        ),
        Holds(
            "The keys of open waves",
            "a folder beside the database; keep it out of its backups" if beside else "a folder of their own",
            "RAPPORT_KEYS",
        ),
        Holds(
            "Reports of a quarter",
            "written into a folder once it has ended" if reports else "made when somebody asks for one",
            "RAPPORT_REPORTS",
        ),
    ]


def next_wave(desk: Desk, days: int) -> Iterator[Holds]:
    """List what a wave begins with unless whoever opens it decides otherwise; `days` is how long it takes answers."""
    usual, statements = Thresholds(), len(asked(builtin(QUESTIONS), 0).items)
    names = wording.listing(said for kind, said in wording_surveys.NAMES.items() if kind in USUAL_NAMES)
    with desk.store.reading() as db:
        kept = Kept.read(db)
    both = f"{wording_surveys.ASKS['both']}, with the {statements} statements of ‘{QUESTIONS}’"
    yield Holds("It asks", both)
    yield Holds("Beside whom one works with", names)
    yield Holds("It takes answers for", f"{days} days")
    yield Holds("A figure stands for", f"{usual.k} answers or more; no wave goes below 4")
    yield Holds("A team with figures of its own needs", f"{usual.group} people beside its lead")
    yield Holds("Its results are kept for", f"{kept.quarters} quarters")
