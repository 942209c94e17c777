"""The pages of the forms: for each template one dataclass, which holds everything that the template may show.

A page is a value: it is made from what was found, rendered, and sent. Templates escape whatever they are given.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup, escape

from surveys import stored
from surveys.language import ENGLISH, Language, Sentence, languages
from surveys.picker import Colleague
from surveys.questionnaire import Questionnaire
from surveys.stored import Held, Table
from surveys.submission import CAPS, LONGEST_COMMENT, MORE_FIELD, MOST_MORE, OFTEN, OFTEN_FIELD
from surveys.terms import Kept, Terms
from surveys.translation import Translation

ASSETS = Path(__file__).with_name("assets")
SECONDS_A_STATEMENT = 8
MINUTES = ("about one minute", "about two minutes", "about three minutes", "about four minutes", "about five minutes")

KIOSK = "/kiosk"
"""What the addresses begin with that are for a device that many use."""

Form = Literal["p", "n", "i"]
"""The address of the pulse form, of the network form, or of an introduction."""


@dataclass(frozen=True)
class House:
    """What every page knows of the organization, in which language it is written, and how it writes dates."""

    organization: str = "Your organization"
    made_up: bool = False
    """Says on every page that the company is invented."""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    today: date = date(2026, 1, 1)
    language: Language = ENGLISH
    kiosk: bool = False
    """On a device that many use: nothing is kept in its browser, and each page leads back to the box for a code."""
    address: str = ""
    """What links begin with, for the picture that stands beside a link where it is pasted; '' where nobody knows it."""

    def at(self, page: str) -> str:
        """Give the address of a page. What belongs to a kiosk has an address there, and so leads to nothing else.

        >>> House().at("p/thanks"), House(kiosk=True).at("p/thanks")
        ('/p/thanks', '/kiosk/p/thanks')
        """
        return f"{KIOSK if self.kiosk else ''}/{page}"

    def day(self, moment: datetime) -> str:
        """Name the last day before a moment in UTC: '11 December', with the year when it is another than this.

        >>> House(today=date(2026, 9, 7)).day(datetime(2026, 12, 12))
        '11 December'
        """
        return self.date(self._local(moment - timedelta(seconds=1)).date())

    def moment(self, moment: datetime) -> str:
        """Name a moment in UTC to the minute: '11 December, 18:00 UTC', or 'the end of 11 December'."""
        local = self._local(moment)
        if (local.hour, local.minute) == (0, 0):
            return self.language.say("the end of {day}", day=self.day(moment))
        place = self.zone.key.rpartition("/")[2].replace("_", " ")
        zone = "UTC" if self.zone.key == "UTC" else self.language.say("{place} time", place=place)
        return self.language.say("{day}, {time} {zone}", day=self.day(moment), time=f"{local:%H:%M}", zone=zone)

    def date(self, day: date) -> str:
        """Name a date."""
        return self.language.date(day, self.today.year)

    def time(self, moment: datetime) -> str:
        """Name when something happened, given in UTC."""
        local = self._local(moment)
        return self.language.say("{day}, {time}", day=self.date(local.date()), time=f"{local:%H:%M}")

    def say(self, sentence: str, **values: object) -> Markup:
        """Say a sentence of ours on a page, in its language. What is filled in is escaped, whoever wrote it."""
        pattern, filled = self.language.parts(sentence, values)
        return Markup(escape(pattern)).format(**filled)  # noqa: S704  the pattern is escaped first

    @property
    def languages(self) -> Sequence[Language]:
        """List what its reader can choose from."""
        return list(languages().values())

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.zone)


@dataclass(frozen=True)
class CodePage:
    """Asks for the code of a link. The same bytes for everybody who comes by a link."""

    template: ClassVar[str] = "code.html"
    form: Form
    typed: str = ""
    """What stood in the box when another language was chosen."""


@dataclass(frozen=True)
class NoticePage:
    """Something that a person did not expect: what happened, what is safe, what to do. Each a sentence of ours."""

    template: ClassVar[str] = "notice.html"
    title: str
    happened: str
    safe: str
    todo: str
    form: Form | None = None
    """Offers the box for a code."""
    typed: str = ""
    """The code as it was typed, to be mended."""


@dataclass(frozen=True)
class ThanksPage:
    """Says that the answers are safely kept. `closes` is None when no such wave is open any more."""

    template: ClassVar[str] = "thanks.html"
    form: Form
    closes: datetime | None = None
    k: int = 5


@dataclass(frozen=True)
class PulsePage:
    """The statements, as often as needed: empty, or filled in with a sentence beside what cannot be right."""

    template: ClassVar[str] = "pulse.html"
    longest_comment: ClassVar[int] = LONGEST_COMMENT
    code: str
    draft: str
    """Under which name the browser keeps a draft; says nothing about the code."""
    group: str
    """Where the answers count; '' for the organization as a whole."""
    closes: datetime
    k: int
    sensitive: int
    """From how many answers a sensitive statement is shown."""
    trustee: bool
    questionnaire: Questionnaire
    """In the language of the page, where there is a translation of it."""
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Field to value, as it was sent."""
    troubles: Mapping[str, str] = field(default_factory=dict)
    """Field to sentence; '' is the form as a whole."""
    again: bool = False
    """The answers could not be kept this time; sending again will do."""
    translation: Translation | None = None
    """Where the statements stand in another language than they were written in."""
    labelled: bool = False
    """The choices are in the language of the page, also where the statements are not."""
    written: Questionnaire | None = None
    """Those statements as they were written, and frozen when the wave opened."""

    @property
    def texts(self) -> dict[str, str]:
        """Find the statement of each item id."""
        return {item.id: item.text for item in self.questionnaire.items}

    @property
    def takes(self) -> str:
        """Estimate how long it takes: 'about two minutes'."""
        minutes = max(1, round(len(self.questionnaire.items) * SECONDS_A_STATEMENT / 60))
        return MINUTES[minutes - 1] if minutes <= len(MINUTES) else Sentence("about {count} minutes", count=minutes)


@dataclass(frozen=True)
class NameQuestion:
    """One question that is answered with names."""

    kind: str
    text: str
    note: str
    colleagues: Sequence[tuple[str, Sequence[Colleague]]]
    """By team, all that can be chosen; empty where people search."""
    chosen: Sequence[Colleague]
    nobody: bool = False
    skip: bool = False
    typed: str = ""
    found: Sequence[Colleague] = ()
    more: bool = False
    trouble: str = ""
    first: Sequence[Colleague] = ()
    """Offered before everybody else: with whom one works, where that is a help."""
    begins_with_work: bool = False
    """Those with whom one works are offered first, as far as they are known when the page is made."""
    beyond: str = ""
    """About how many more than fit, as it was sent."""
    within: bool = False
    """Stands within one line, which opens."""
    folded: bool = False
    """That line is shut at first."""

    @property
    def cap(self) -> int:
        """How many names fit."""
        return CAPS[self.kind]

    @property
    def chosen_ids(self) -> frozenset[str]:
        """Who is chosen, for ticking boxes."""
        return frozenset(person.member_id for person in self.chosen)


@dataclass(frozen=True)
class NetworkPage:
    """The questions about names."""

    template: ClassVar[str] = "network.html"
    often_choices: ClassVar[Sequence[str]] = tuple(OFTEN)
    often_field: ClassVar[str] = OFTEN_FIELD
    more_field: ClassVar[str] = MORE_FIELD
    most_more: ClassVar[int] = MOST_MORE
    code: str
    closes: datetime
    questions: Sequence[NameQuestion]
    searching: bool
    """There are too many colleagues for a list."""
    often: Mapping[str, str] = field(default_factory=dict)
    """Member id to how often one works with them, as it was sent."""
    map: str = ""
    """'yes', 'no', or '' while nothing is chosen."""
    introductions: str = ""
    troubles: Mapping[str, str] = field(default_factory=dict)
    changes: bool = False
    """The member answered before and changes what they said."""
    again: bool = False

    def trouble(self, name: str) -> str:
        """Give the sentence beside a field, or ''."""
        return self.troubles.get(name, "")


@dataclass(frozen=True)
class HeldTie:
    """A name that a member gave, in words."""

    name: str
    said: str


@dataclass(frozen=True)
class Wish:
    """Somebody with whom a member does not want to be paired."""

    member_id: str
    name: str


@dataclass(frozen=True)
class Look:
    """An entry of the audit log about a member."""

    when: str
    who: str
    did: str


@dataclass(frozen=True)
class Suggested:
    """An introduction on a member's own page: whom they would meet, and the code that opens it."""

    name: str
    code: str
    said: str
    """Where it stands for them, as a sentence of ours."""


@dataclass(frozen=True)
class OwnPage:
    """A member's own page: what is held about them, and what they can do about it."""

    template: ClassVar[str] = "own.html"
    code: str
    name: str
    wave: str
    held: list[HeldTie]
    avoid: Sequence[Wish]
    answered: bool
    map: bool
    introductions: bool
    more: list[HeldTie] = field(default_factory=list)
    """About how many more than fit they would have named, in place of a name."""
    taken_back: Sequence[str] = ()
    """The names in wishes that were taken back and still count."""
    standing: str = ""
    """A sentence on their place in the last network, '' when none was worked out."""
    counted: Sequence[str] = ()
    """What else was counted about them there, as sentences."""
    shown: Sequence[str] = ()
    """What those who lead them see of them now, as sentences."""
    suggested: Sequence[Suggested] = ()
    looks: Sequence[Look] = ()
    open_until: datetime | None = None
    """Until when they can change the names; None when the wave has closed."""
    said: str = ""
    """What was just done, as a sentence."""


@dataclass(frozen=True)
class Pairing:
    """Two people who are suggested to each other, as one of them reads it."""

    name: str
    other: str
    team: str
    """Of the other."""
    why: str
    """A sentence from work facts, in English as it was made at the close."""
    host: str | None
    """Who knows both and could introduce them, where all three agreed to be suggested and to be on the map."""


@dataclass(frozen=True)
class AskedPage:
    """Asks a member whether they would like to meet somebody. Nothing in it depends on what the other said."""

    template: ClassVar[str] = "asked.html"
    code: str
    pair: Pairing
    until: date
    answered: bool = False
    """They have answered. What they said is not shown: somebody else may hold their link."""


@dataclass(frozen=True)
class SheetPage:
    """Both said yes: how to go about it, a sheet for the conversation, and whether they met."""

    template: ClassVar[str] = "sheet.html"
    code: str
    pair: Pairing
    first: bool
    """They write first, and not the other."""
    met: str = ""
    """'yes', 'not_yet', 'no', or '' so far."""
    remind: bool = False
    said: str = ""
    """What was just done, as a sentence."""


@dataclass(frozen=True)
class ErasePage:
    """Asks whether everything named should be erased."""

    template: ClassVar[str] = "erase.html"
    code: str
    name: str
    open: bool
    """The wave still takes answers."""


@dataclass(frozen=True)
class Level:
    """One dimension of the organization in a closed wave."""

    dimension: str
    name: str
    value: int | None
    """0 to 100; None when it is not shown."""
    low: int | None = None
    high: int | None = None
    change: str = ""
    """In words; '' where nothing can be compared."""
    since: str = ""
    """The wave it is measured from."""


@dataclass(frozen=True)
class ResultsPage:
    """What a pulse link opens after the close: the figures of the whole organization."""

    template: ClassVar[str] = "results.html"
    code: str
    wave: str
    closed_on: date | None
    k: int
    sentence: str
    levels: Sequence[Level] = ()


@dataclass(frozen=True)
class PrivacyPage:
    """What is stored and who sees it, for the waves in hand."""

    template: ClassVar[str] = "privacy.html"
    terms: Sequence[Terms]
    """Of the open waves, or else of the last that closed."""
    tables: Sequence[Table]
    kept: Kept

    def held(self, table: Table) -> Held:
        """Say to whom a table is shown, and until when it is kept."""
        return stored.held(table.name, self.kept)

    @property
    def parts(self) -> list[tuple[str, list[Table]]]:
        """Group the tables by the kind of data they belong to, in the order of the schema."""
        parts: dict[str, list[Table]] = {}
        for table in self.tables:
            parts.setdefault(table.part, []).append(table)
        return list(parts.items())


@dataclass(frozen=True)
class LetterPart:
    """One of the things that a letter asks for, with the one link to it."""

    title: str
    what: str
    """Says what it is, and what is promised; '' in a reminder."""
    press: str
    """What stands on the link."""
    url: str

    def shorter(self) -> "LetterPart":
        """Leave out what the invitation has said."""
        return replace(self, what="")


@dataclass(frozen=True)
class LetterPage:
    """A letter, in the words of its language. It loads nothing, and has no link but its reader's own."""

    template: ClassVar[str] = "letter.html"
    title: str
    greeting: str
    opening: Sequence[str]
    parts: Sequence[LetterPart]
    closing: Sequence[str]


Page = (
    CodePage | NoticePage | ThanksPage | PulsePage | NetworkPage | OwnPage | ErasePage | ResultsPage | PrivacyPage
    | AskedPage | SheetPage | LetterPage
)  # fmt: skip


def render(page: Page, house: House) -> str:
    """Write a page as HTML."""
    return _templates().get_template(page.template).render(page=page, house=house, say=house.say)


@cache
def asset(path: str) -> str:
    """Give the address of one of our files, with a mark that changes with its content, so that it can be kept for long.

    >>> asset("form.css").startswith("/assets/form.css?")
    True
    """
    mark = hashlib.sha256((ASSETS / path).read_bytes()).hexdigest()[:8]
    return f"/assets/{path}?{mark}"


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": asset,
        "strong": Markup("<strong>{}</strong>").format,
        "code": Markup("<code>{}</code>").format,
        "spoken": Markup('<bdi lang="{}">{}</bdi>').format,
    }
    return environment
