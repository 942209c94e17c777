"""What the link of an introduction opens: a question, then a sheet for the conversation, or that it did not come about.

What one of the two reads tells nothing of the other but that both said yes. Until then, and whatever the other said,
the page is the same; afterwards a no, silence, somebody who withdrew, somebody who is gone, and the next network wave
all lead to one page, the same for everybody. Nor does a page repeat what its reader said: others may hold the link.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import duckdb

from data import introducing as kept
from data import organization, roster, waves
from data.introducing import Invitation, Met
from data.records import ROOT
from surveys import ballots, introducing
from surveys.desk import Desk
from surveys.language import ENGLISH, Language, Sentence
from surveys.pages import AskedPage, House, NoticePage, Pairing, SheetPage, Suggested
from surveys.pulse_link import house

OPEN = timedelta(days=28)
"""How long the two can say yes or no, from the day on which they were asked; at most until a network wave opens."""

MET: Mapping[str, Met] = {"yes": "yes", "not_yet": "not_yet", "no": "no"}

SAID: Mapping[str, str] = {
    "": "You have not answered yet.",
    "answered": "You have answered.",
    "agreed": "You both said yes.",
}
"""What a member's own page says of an introduction."""

OVER = NoticePage(
    title="This introduction is over",
    happened="Every introduction ends, at the latest when the next questions about names open.",
    safe="Nobody is told what either of you said, and this page is the same whatever it was.",
    todo="There is nothing to do. You can close this page.",
)
"""The one page for a no, silence, a wish not to be paired, a withdrawal and an erasure on either side, and the end."""

Sent = Mapping[str, Sequence[str]]
"""A form as it arrived: every field with its values."""


@dataclass(frozen=True)
class IntroductionLink:
    """One of two who are suggested to each other, found by their link."""

    house: House
    secret: bytes
    invitation: Invitation
    pair: Pairing | None
    """What may be shown of the two today; None where one is gone, or does not want to be suggested any more."""

    @classmethod
    def find(cls, desk: Desk, secret: bytes, *, language: Language = ENGLISH) -> Self | None:
        """Look a link up, to be shown in a language; None for one that we do not know, or know no more."""
        with desk.store.reading() as db:
            invitation = kept.by_link(db, ballots.link_hash(secret))
            if invitation is None:
                return None
            return cls(house(db, desk, language), secret, invitation, pairing(db, invitation, desk.today()))

    @property
    def stands(self) -> bool:
        """Whether there is anything to answer or to read."""
        return self.pair is not None and (self.invitation.agreed or self.house.today <= last_day(self.invitation))

    def decides(self, sent: Sent) -> bool:
        """Whether this would write something."""
        return bool({"answer", "told"} & sent.keys())

    def page(self, said: str = "") -> AskedPage | SheetPage | NoticePage:
        """Show where the introduction stands for whoever holds the link."""
        if self.pair is None or not self.stands:
            return OVER
        code, mine = ballots.code(self.secret), self.invitation
        if not mine.agreed:
            return AskedPage(code, self.pair, last_day(mine), answered=mine.answer is not None)
        first = writes_first(mine) == mine.member_id
        return SheetPage(code, self.pair, first=first, met=mine.met or "", remind=mine.remind, said=said)

    def keep(self, desk: Desk, sent: Sent) -> str:
        """Keep what was said, if it is still in time, and say so in a sentence.

        Looked up again, because the other may have said yes a moment ago: then both are bound to it.
        """
        with desk.store.writing() as db:
            invitation = kept.by_link(db, ballots.link_hash(self.secret))
            if invitation is None or not self.stands:
                return ""
            answer = _one(sent, "answer")
            if invitation.agreed and "told" in sent:
                kept.tell(db, invitation, MET.get(_one(sent, "met")), remind=_one(sent, "remind") == "1")
                return Sentence("That is kept. You can change it here until the next questions about names open.")
            if not invitation.agreed and answer in ("yes", "no"):
                kept.answer(db, invitation, "yes" if answer == "yes" else "no")
            return ""


def pairing(db: duckdb.DuckDBPyConnection, invitation: Invitation, on: date) -> Pairing | None:
    """Look up what may be shown of the two on a day; None where their pair is not one of those that may be shown."""
    both = {invitation.member_id, invitation.other_id}
    offered = introducing.offered(db, waves.wave_by_id(db, invitation.wave_id), on)
    found = [row for row in offered.to_dict("records") if {row["member_a"], row["member_b"]} == both]
    if not found:
        return None
    people = {member.member_id: member for member in roster.members(db)}
    me, other, host = (people.get(each) for each in (invitation.member_id, invitation.other_id, found[0]["introducer"]))
    paths = {team.team_id: team.path for team in roster.teams(db)} | {ROOT: organization.setting(db, "organization")}
    if me is None or other is None:
        return None
    return Pairing(me.name, other.name, paths[other.team_id], found[0]["why"], host.name if host else None)


def suggested(desk: Desk, member_id: str, house: House) -> list[Suggested]:
    """List what a member is asked, for their own page: what is over stands nowhere, whatever the reason."""
    with desk.store.reading() as db:
        links = [
            (invitation, IntroductionLink(house, b"", invitation, pairing(db, invitation, desk.today())))
            for invitation in kept.of_member(db, member_id)
        ]
    keys = {wave_id: desk.keys.read(wave_id).get("network") for wave_id in desk.keys.waves()}
    return [
        Suggested(link.pair.other, introducing.code(key, mine.member_id, mine.other_id), SAID[_where(mine)])
        for mine, link in links
        if link.pair is not None and link.stands and (key := keys.get(mine.wave_id))
    ]


def last_day(invitation: Invitation) -> date:
    """The last day on which the two can say yes or no, if no network wave opens before."""
    return invitation.asked_on + OPEN


def writes_first(invitation: Invitation) -> str:
    """Which of the two takes the first step: drawn by lot for each pair, and the same whoever asks."""
    one, other = sorted([invitation.member_id, invitation.other_id])
    drawn = hashlib.sha256(f"{invitation.wave_id} {one} {other}".encode()).digest()[0]
    return (one, other)[drawn % 2]


def _where(invitation: Invitation) -> str:
    return "agreed" if invitation.agreed else "answered" if invitation.answer else ""


def _one(sent: Sent, name: str) -> str:
    values = sent.get(name, ())
    return values[-1].strip() if values else ""
