"""What every page of this process shares: the desk, who is signed in, and who is looking."""

from typing import TYPE_CHECKING

import duckdb

from dashboard import access
from dashboard.access import Act, Viewer
from dashboard.guard import HEADER, SIGN_IN, Session, Sessions
from data.records import Problem
from surveys.desk import Desk

if TYPE_CHECKING:
    from dashboard.openid import Provider

sessions = Sessions()
"""Who is signed in to this process."""

_desks: list[Desk] = []
_providers: list["Provider"] = []


def use(desk: Desk, provider: "Provider | None" = None) -> None:
    """Make this the desk that pages and forms work at, and this whom people may sign in with.

    Whoever opened the desk closes it.
    """
    _desks[:] = [desk]
    _providers[:] = [provider] if provider else []


def leave() -> None:
    """Forget the desk, and whom people sign in with."""
    _desks.clear()
    _providers.clear()


def provider() -> "Provider | None":
    """Give the OpenID provider that people may sign in with; None where there is none."""
    return _providers[0] if _providers else None


def has_desk() -> bool:
    """Whether somebody has opened the database for this process."""
    return bool(_desks)


def desk() -> Desk:
    """Give the process's one desk."""
    if not _desks:
        raise RuntimeError("No database is open in this process: context.use(desk) comes first.")
    return _desks[0]


def secure() -> bool:
    """Whether people reach Rapport through TLS, as its address says."""
    return has_desk() and desk().url.startswith("https:")


def viewer() -> Viewer:
    """Tell who looks at this page, and what the roster lets them see at this moment.

    The one place where pages learn who somebody is; tests put another function here. Where the session has ended, or
    its holder has lost their role, the page stops and the browser is sent to the sign-in page.
    """
    import streamlit as st  # noqa: PLC0415  no form should wait for it when a server starts

    key = str(st.user.to_dict().get("session", ""))
    found = viewer_of(key)
    if found is None:
        sessions.end(key)
        st.markdown(f"You are signed out. [Sign in]({SIGN_IN})")
        st.stop()
    return found


def acting(act: Act) -> Viewer:
    """Tell who does something on a page; the page stops where their role does not let them."""
    import streamlit as st  # noqa: PLC0415  no form should wait for it when a server starts

    found = viewer()
    if not access.may(found, act):
        st.stop()
    return found


def viewer_of(key: str) -> Viewer | None:
    """Look up whom a session belongs to; None where it has ended, or its holder may see nothing any more."""
    session = sessions.find(key)
    if session is None:
        return None
    try:
        with desk().store.reading() as db:
            return access.viewer_for(db, session.member_id, session.role)
    except Problem:
        return None


def end_lost_sessions() -> int:
    """Sign out whoever may see less now than when they signed in, on every page they have open, and count them.

    Called after everything that may change who works here, who leads what, and who is appointed.
    """
    with desk().store.reading() as db:
        return sessions.end_where(lambda session: _has_lost(db, session))


def _has_lost(db: duckdb.DuckDBPyConnection, session: Session) -> bool:
    try:
        return not session.teams <= access.viewer_for(db, session.member_id, session.role).teams
    except Problem:
        return True


TRUSTED_HEADERS = {HEADER: "session"}
"""The header that the guard sets, and its name in `st.user`."""
