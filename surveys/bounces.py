"""Letters that came back: what a report of a mail server says, and of which letter.

A report (RFC 3464) has a part with headers for each recipient, and after it the letter or its head. Only the Message-ID
says whether the letter is ours: it is random, and nobody but those who handled the letter knows it. Of any other mail
nothing is kept or shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from email.utils import parseaddr

from data import letters, waves
from data.letters import Kind
from surveys import post
from surveys.desk import Desk

LONGEST_WORDS = 200
"""Characters of what a mail server said that are kept."""
STATUS = ("message/delivery-status", "message/global-delivery-status")
RETURNED = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
"""The letter itself, or its head; the last two where an address is not of ASCII (RFC 6533)."""


@dataclass(frozen=True)
class Report:
    """What a mail server reports of one letter."""

    message_id: str
    """Of the letter, without its brackets."""
    address: str
    """To whom it went."""
    failed: bool
    """False where it was delayed, or delivered after all."""
    delayed: bool
    words: str


@dataclass
class Tally:
    """What the reports said of a wave's letters."""

    wave: str
    returned: int = 0
    """Letters that came back."""
    kinds: set[Kind] = field(default_factory=set)
    """Of which kinds they were."""
    failed: dict[str, str] = field(default_factory=dict)
    """Address to the mail server's words."""
    delayed: int = 0
    others: int = 0
    """Messages that are about no letter of this wave."""


def take_in(desk: Desk, name: str, messages: Iterable[bytes]) -> Tally:
    """Mark the letters of a wave that came back: whoever writes such letters again writes to those people again."""
    reports = [report(message) for message in messages]
    with desk.post:
        post.settle(desk)
        with desk.store.writing() as db:
            wave = waves.wave(db, name)
            own = letters.message_ids(db, wave.wave_id)
            ours = [each for each in reports if each and each.message_id in own]
            failed = {each.message_id: each for each in ours if each.failed}
            words = {message_id: each.words for message_id, each in failed.items()}
            kinds = letters.mark_returned(db, wave.wave_id, words)
    delayed = {each.message_id for each in ours if each.delayed} - failed.keys()
    said = {each.address: each.words for each in failed.values()}
    return Tally(name, len(failed), kinds, said, len(delayed), len(reports) - len(ours))


def report(message: bytes) -> Report | None:
    r"""Read what a message reports of a letter; None where it is no such report.

    >>> report(b"Subject: lunch?\n\nAt noon?") is None
    True
    """
    status, letter = _status_and_letter(message.decode("utf-8", "replace"))
    found = re.search(r"<([^<>\s]+)>", _header(letter, "Message-ID"))
    if not status or not found:
        return None
    failed = next((each for each in status if _action(each) == "failed"), None)
    return Report(
        message_id=found[1],
        address=parseaddr(_header(letter, "To"))[1],
        failed=failed is not None,
        delayed=any(_action(each) == "delayed" for each in status),
        words=_words(failed) if failed else "",
    )


def _status_and_letter(text: str) -> tuple[list[Message], Message]:
    """Find the groups of headers that say what became of it for whom, and the head of the letter; empty where none is.

    Only the parts of the report itself are looked at, and no part within a part: however mail is made, that is quick.
    """
    parts: dict[str, str] = {}
    head = HeaderParser().parsestr(text)
    boundary = head.get_boundary()
    if head.get_content_type() == "multipart/report" and boundary:
        line = rf"^--{re.escape(boundary)}(?:--)?[ \t]*(?:\r?\n|\Z)"
        for each in re.split(line, text, flags=re.MULTILINE)[1:]:
            part = HeaderParser().parsestr(each)
            parts.setdefault(part.get_content_type(), str(part.get_payload()))
    status = next((parts[each] for each in STATUS if each in parts), "")
    letter = next((parts[each] for each in RETURNED if each in parts), "")
    groups = re.split(r"\n[ \t\r]*\n", status)
    return [HeaderParser().parsestr(each.lstrip()) for each in groups if each.strip()], HeaderParser().parsestr(letter)


def _action(recipient: Message) -> str:
    return _header(recipient, "Action").partition(" ")[0].lower()


def _words(recipient: Message) -> str:
    """Say why: what the mail server said (behind its kind, 'smtp;'), or else the status alone."""
    said = re.sub(r"^[\w.-]+\s*;\s*", "", _header(recipient, "Diagnostic-Code"))
    return (said or _header(recipient, "Status") or "failed")[:LONGEST_WORDS]


def _header(message: Message, name: str) -> str:
    """Read a header on one line; '' where there is none."""
    text = str(message.get(name, ""))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
