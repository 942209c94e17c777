"""The words of a letter, and the letter as mail programs take it. Pure: nothing here sends, reads or keeps anything.

Everybody asked gets the same letters. A reminder says so: who has answered plays no part in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from data.letters import Kind
from data.records import Problem, Wave
from surveys import pages
from surveys.language import Language
from surveys.pages import House, LetterPage, LetterPart

FROM, TO = time(9), time(17)
"""Between which hours letters arrive, from Monday to Friday, where somebody lives."""

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What ends a line somewhere. In a header it could begin another one."""
_PART = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"
_PLAIN = re.compile(rf"{_PART}(\.{_PART})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""An address that is written as it stands: nothing in it is quoted, or read as something else."""


@dataclass(frozen=True)
class Sender:
    """From whom a letter comes, and to whom an answer goes."""

    name: str
    address: str


@dataclass(frozen=True)
class Links:
    """The links of one member; '' for what they are not asked."""

    pulse: str = ""
    network: str = ""
    introduction: str = ""


@dataclass(frozen=True)
class Enclosure:
    """A PDF that lies in a letter."""

    name: str
    content: bytes


def page(kind: Kind, wave: Wave, house: House, name: str, links: Links) -> LetterPage:
    """Choose the words of a letter, in the language of the house."""
    say = house.language.say
    return LetterPage(
        title=_title(kind, house),
        greeting=say("Hello {name},", name=_one_line(name)),
        opening=_opening(kind, wave, house),
        parts=_parts(kind, wave, house, links),
        closing=(*_closing(kind, wave, house), _unwanted(house)),
    )


def _title(kind: Kind, house: House) -> str:
    say, name = house.language.say, house.organization
    if kind == "results":
        return say("{organization}: the results are here", organization=name)
    if kind == "introduction":
        return say("{organization}: would you like to meet somebody?", organization=name)
    if kind == "report":
        return say("{organization}: the report of the quarter", organization=name)
    if kind == "reminder":
        return say("A reminder: {organization} asks how working together is going", organization=name)
    if kind == "last reminder":
        return say("The last reminder: {organization} asks how working together is going", organization=name)
    return say("{organization} asks how working together is going", organization=name)


def _opening(kind: Kind, wave: Wave, house: House) -> tuple[str, ...]:
    say = house.language.say
    if kind == "results":
        return results(wave, house.language)
    if kind == "introduction":
        return (
            say("You agreed to be suggested for introductions, and so did somebody else."),
            say("The link says who it is, and why you two. They learn what you said only if you both say yes."),
        )
    if kind == "report":
        return (
            say("Wave {wave} has closed, and the report is enclosed, for each team that you lead.", wave=wave.name),
            say("It holds what you may read on the dashboard. Please pass it on to nobody."),
        )
    until = say("Wave {wave} is open until {moment}.", wave=wave.name, moment=house.moment(wave.closes))
    if kind == "invitation":
        both = say("It has two parts, each with a link of its own; they are never brought together.")
        return (until, both) if wave.asks == "both" else (until,)
    everybody = say(
        "This goes to everybody who was asked, whether they have answered or not. If you have, please ignore it."
    )
    return (everybody, say("It is the last one."), until) if kind == "last reminder" else (everybody, until)


def _closing(kind: Kind, wave: Wave, house: House) -> tuple[str, ...]:
    say = house.language.say
    if kind in {"results", "report"}:
        return ()
    own = say("Whoever has a link can answer with it: please pass on none of yours.")
    if kind == "introduction":
        return (
            own,
            say("There is no need to answer: to everybody else, your managers among them, a no looks like no answer."),
        )
    return (
        own,
        say("Taking part is voluntary, and reminders go to everybody."),
        *[say("No list says who has answered without their name.")] * wave.pulse,
    )


def _parts(kind: Kind, wave: Wave, house: House, links: Links) -> tuple[LetterPart, ...]:
    say, until = house.language.say, house.day(wave.closes)
    if kind in {"results", "report"}:
        return ()
    if kind == "introduction":
        return (LetterPart(say("Would you like to meet somebody?"), "", say("See who it is"), links.introduction),)
    pulse = LetterPart(
        say("Without your name"),
        say(
            "Your answers are sealed until {day} and anonymous after it. Figures are made once, for groups of at least "
            "{k} people.",
            day=until,
            k=wave.k,
        ),
        say("Answer without your name"),
        links.pulse,
    )
    network = LetterPart(
        say("With your name"),
        say("With whom you work is asked by name: that is its point. You choose there who may see yours."),
        say("Answer with your name"),
        links.network,
    )
    asked = tuple(part for part in (pulse, network) if part.url)
    return asked if kind == "invitation" else tuple(part.shorter() for part in asked)


def results(wave: Wave, language: Language) -> tuple[str, ...]:
    """Say that a wave has closed, and what the links that people have open now."""
    closed = language.say("Wave {wave} has closed. Thank you to everybody who answered.", wave=wave.name)
    results = language.say(
        "Open the link without your name that you were sent: it now shows the results of the whole organization."
    )
    own = language.say("The link with your name shows what is held about you, and lets you change, hide or erase it.")
    lost = language.say("Nobody can make the link without your name again, not even whoever runs Rapport here.")
    return (closed, *[results, lost] * wave.pulse, *[own] * wave.network)


def _unwanted(house: House) -> str:
    return house.language.say("If you would rather not get such letters, answer this one and say so.")


def message(  # noqa: PLR0917  each is another line of the letter's head
    letter: LetterPage,
    house: House,
    sender: Sender,
    name: str,
    address: str,
    message_id: str,
    now: datetime,
    enclosed: Sequence[Enclosure] = (),
) -> EmailMessage:
    """Write a letter as plain text and as HTML.

    name, address  of whoever gets it; a name cannot begin another header, whatever stands in it
    message_id     without its brackets
    now            UTC, without a zone mark

    `Problem` for an address that no mail server takes.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(sender.name, sender.address)
    made["To"] = _address(name, address)
    made["Subject"] = _one_line(letter.title)
    made["Date"] = format_datetime(now.replace(tzinfo=UTC))
    made["Message-ID"] = f"<{message_id}>"
    made["List-Unsubscribe"] = f"<mailto:{sender.address}?subject=unsubscribe>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(_text(letter, house), cte="quoted-printable")
    made.add_alternative(pages.render(letter, house), subtype="html", cte="quoted-printable")
    for each in enclosed:
        made.add_attachment(each.content, maintype="application", subtype="pdf", filename=each.name)
    return made


def in_hours(now: datetime, zone: str | None, otherwise: ZoneInfo) -> bool:
    """Whether somebody in that time zone is likely to be at work; `otherwise` counts where they have none.

    >>> in_hours(datetime(2026, 9, 7, 8, 0), "Europe/Berlin", ZoneInfo("UTC"))
    True
    >>> in_hours(datetime(2026, 9, 7, 8, 0), None, ZoneInfo("UTC"))
    False
    """
    local = now.replace(tzinfo=UTC).astimezone(_zone(zone) or otherwise)
    return local.weekday() < 5 and FROM <= local.time() < TO


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # a roster may say anything: no such zone, no name of one, or a folder
        return None


def _address(name: str, address: str) -> Address:
    before, _, domain = address.rpartition("@")
    try:
        plain = f"{before}@{domain.encode('idna').decode()}"
    except UnicodeError:  # a part of the domain is empty or too long
        plain = ""
    if not _PLAIN.fullmatch(plain):
        raise Problem(f"'{_one_line(address)}' is no address for mail; expected one such as ada@example.org.")
    return Address(_one_line(name), addr_spec=plain)


def _one_line(text: str) -> str:
    r"""Write on one line, with nothing in it that a header takes for a word in code: that could hold a line's end.

    >>> _one_line("Ada\r\nBcc: all@example.org")
    'Ada Bcc: all@example.org'
    """
    return _BREAKS.sub(" ", text).strip().replace("=?", "= ?")


def _text(letter: LetterPage, house: House) -> str:
    above = [house.language.say("Made-up company")] if house.made_up else []
    parts = ["\n".join(filter(None, (part.title, part.what, part.url))) for part in letter.parts]
    below = [house.language.unreviewed] if house.language.unreviewed else []
    return "\n\n".join([*above, letter.title, letter.greeting, *letter.opening, *parts, *letter.closing, *below]) + "\n"
