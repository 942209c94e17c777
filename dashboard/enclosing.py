"""What lies in the letter with the report: of each team that somebody leads, what they may read on the dashboard."""

from dashboard import access, readable, report
from dashboard.edition import quarter_of
from data import roster
from data.records import Member, Problem, Wave
from surveys.desk import Desk
from surveys.mail import Enclosure


def reports(desk: Desk, wave: Wave, lead: Member) -> list[Enclosure]:
    """Make the report of the quarter in which the wave closed, of each team that somebody leads.

    Each is noted in the log as theirs, as if they had made it on the dashboard. `Problem` for somebody who leads no
    team any more.
    """
    with desk.store.reading() as db:
        viewer = access.viewer_for(db, lead.member_id, "lead")
    page = readable.read(desk, viewer, desk.today())
    quarter = quarter_of(wave.closed_on or wave.opened_on)
    enclosed = []
    for team_id in sorted(viewer.leads):
        made = report.edition(page, quarter, team_id)
        enclosed.append(Enclosure(report.file_name(quarter, page.teams[team_id]), report.paper(made)))
        report.note(made, desk=desk, who=viewer.who)
    return enclosed


def check_names(desk: Desk, wave: Wave) -> None:
    """Raise a `Problem` where names may not be shown yet: a report sent before would leave them out for good."""
    if not wave.network:
        return
    with desk.store.reading() as db:
        viewer = access.administrator(roster.teams(db))
    day = readable.read(desk, viewer, desk.today()).network(wave).names_from
    if day is not None:
        raise Problem(
            f"Wave '{wave.name}': names appear on {day}, and until then everybody can look at their own place; "
            f"expected its reports to be sent from that day on."
        )
