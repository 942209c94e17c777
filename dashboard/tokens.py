"""Tokens: what another program says to read what its holder's role may read, at this moment and no longer.

    rapport_<43 letters and digits> ──▶ its hash ──▶ (member, role) ──▶ access.viewer_for ──▶ what the pages would show

A token is shown once, when it is made. It opens no page, signs nobody in and does nothing; it reads the addresses of
`dashboard.addresses`. It ends on its day, when it is ended, when its holder is signed out or erased, and with the role.
"""

import hashlib
import secrets
from datetime import date

from dashboard import access
from dashboard.access import Role, Viewer
from data import audit
from data import tokens as kept
from data.records import Problem
from data.tokens import Token
from surveys.desk import Desk

PREFIX = "rapport_"
"""By which people, and programs that look for secrets in files, know a token of ours."""


def new(desk: Desk, name: str, *, role: Role, member_id: str | None, ends: date | None = None) -> tuple[str, Token]:
    """Make a token; the database keeps its hash. Without a day it ends in a year.

    `Problem` for a name in use, a name of nothing, a day that is over, and somebody who does not have the role.
    """
    today = desk.today()
    token = Token(name.strip(), member_id, role, today, ends or in_a_year(today))
    if not token.name:
        raise Problem("A token needs a name, to end it by; expected one such as 'intranet'.")
    if token.ends_on < today:
        raise Problem(f"Token '{name}' would have ended on {token.ends_on}; expected a day from {today} on.")
    said = PREFIX + secrets.token_urlsafe(32)
    with desk.store.writing() as db:
        access.viewer_for(db, member_id, role)
        kept.add(db, token_hash(said), token)
    return said, token


def in_a_year(day: date) -> date:
    """Give the same day a year on.

    >>> in_a_year(date(2026, 11, 23)), in_a_year(date(2028, 2, 29))
    (datetime.date(2027, 11, 23), datetime.date(2029, 2, 28))
    """
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def token_hash(said: str) -> bytes:
    """Hash a token, under a word of its own: no other link's hash can be taken for it."""
    return hashlib.sha256(b"token" + said.encode()).digest()


def reader(desk: Desk, said: str) -> tuple[Token, Viewer] | None:
    """Tell who reads with a token, as the roster stands now; None where it reads nothing, or nothing any more."""
    today = desk.today()
    with desk.store.reading() as db:
        token = kept.find(db, token_hash(said), today)
        if token is None:
            return None
        try:
            return token, access.viewer_for(db, token.member_id, token.role)
        except Problem:
            return None


def note_reading(desk: Desk, token: Token, viewer: Viewer) -> None:
    """Write down that a token read, once a day: in the list of tokens, and, if its role reads figures, in the log."""
    today = desk.today()
    if token.used_on == today:
        return
    with desk.store.writing() as db:
        first = kept.mark_used(db, token.name, today)
        if first and viewer.policy.figures != "none":
            subject = f"token '{token.name}'"  # its maker chose the name, which may be a member_id
            audit.note(db, happened=desk.clock(), who=viewer.who, action="read", subject=subject, detail=token.role)
