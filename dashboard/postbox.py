"""Letters leave here: over one connection to the mail server, by the command that asks for it or by the server itself.

What the mail server says is passed on in one line. No password, no link and no address of a member stands in a log.
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from dashboard import command, enclosing, settings
from dashboard.settings import Mail
from data.records import Problem
from surveys import post
from surveys.desk import Desk
from surveys.mail import Sender

PATIENCE = 30.0
"""Seconds in which the mail server has to answer."""
AT_A_LOOK = 15.0
"""Seconds of sending between two looks at the clock: a wave whose time has come does not wait for more."""
AFTER_TROUBLE = timedelta(minutes=10)
"""Until the server tries again by itself: somebody who guesses passwords would come back at once."""
LONGEST_WORDS = 200
"""Characters of what the mail server says that are passed on."""
GOING = 421
"""What a mail server answers before it hangs up, as many do after some letters."""


class Postbox:
    """One connection to the mail server, made when the first letter comes and anew where it was lost."""

    def __init__(self, mail: Mail) -> None:
        """Connect to nothing yet."""
        self.mail = mail
        self.sender = Sender(mail.name, mail.address)
        self._connection: smtplib.SMTP | None = None
        self._reached = False

    def __enter__(self) -> Self:
        """Begin to take letters."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take leave of the mail server."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
        self._hang_up()

    def send(self, message: EmailMessage) -> None:
        """Hand one letter over; the mail server has taken it when this returns.

        `Lost` where the connection broke, `PutOff` and `Refused` as the mail server says of this letter, `Problem`
        where it would say the same of every other one.
        """
        if self._connection is not None:
            with suppress(post.Lost):  # many hang up after some letters: this one goes over a connection of its own
                self._hand_over(self._connection, message)
                return
        self._hand_over(self._connect(), message)

    def _hand_over(self, connection: smtplib.SMTP, message: EmailMessage) -> None:
        recipient = message["To"].addresses[0].addr_spec
        try:
            connection.send_message(message, self.mail.address, [recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            [(code, said)] = refused.recipients.values()
            raise self._about_letter(code, said) from None
        except smtplib.SMTPDataError as refused:
            raise self._about_letter(refused.smtp_code, refused.smtp_error) from None
        except smtplib.SMTPSenderRefused as refused:
            if refused.smtp_code < 500:
                raise self._about_letter(refused.smtp_code, refused.smtp_error) from None
            raise Problem(
                f"The mail server {self.mail.host} refuses the sender {self.mail.address} "
                f"({_words(refused.smtp_code, refused.smtp_error)}); expected another RAPPORT_MAIL_FROM."
            ) from None
        except (smtplib.SMTPException, OSError) as failure:
            self._hang_up()
            raise post.Lost(type(failure).__name__) from None

    def _about_letter(self, code: int, said: bytes | str) -> Exception:
        if code == GOING:
            self._hang_up()
            return post.Lost(_words(code, said))
        return post.PutOff(_words(code, said)) if code < 500 else post.Refused(_words(code, said))

    def _connect(self) -> smtplib.SMTP:
        """Connect and sign in. What does not work at first works for no letter; later it may be tried again."""
        where = f"The mail server {self.mail.host}:{self.mail.port}"
        try:
            connection = self._open()
        except ssl.SSLError as failure:
            raise Problem(
                f"{where} cannot prove who it is ({failure.reason}); expected a certificate of its own."
            ) from None
        except (smtplib.SMTPException, OSError) as failure:
            if self._reached:
                raise post.Lost(type(failure).__name__) from None
            why = failure.strerror if isinstance(failure, OSError) and failure.strerror else type(failure).__name__
            raise Problem(f"{where} cannot be reached ({why.lower()}); expected a mail server there.") from None
        self._connection, self._reached = connection, True
        return connection

    def _open(self) -> smtplib.SMTP:
        mail = self.mail
        trusted = ssl.create_default_context()
        if mail.security == "tls":
            made: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, mail.domain, timeout=PATIENCE, context=trusted)
        else:
            made = smtplib.SMTP(mail.host, mail.port, mail.domain, timeout=PATIENCE)
        try:
            if mail.security == "starttls":
                _encrypt(made, mail.host, trusted)
            if mail.user is not None and mail.password is not None:
                _sign_in(made, mail.host, mail.user, mail.password)
        except BaseException:
            made.close()
            raise
        return made

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def check_reach(desk: Desk, mail: Mail | None = None) -> None:
    """Raise a `Problem` where links would lead nowhere for those who get them."""
    if urlsplit(desk.url).hostname in settings.LOOPBACK and not (mail and mail.loopback):
        raise Problem(
            f"Links begin with {desk.url}, which only this machine can reach; expected RAPPORT_URL to be set."
        )


@dataclass
class Postman:
    """Sends what waits for working hours, at the server's looks at the clock."""

    mail: Mail
    not_before: datetime | None = None
    """When it is worth to try again after trouble."""

    def look(self, desk: Desk, over: Callable[[], bool] = lambda: False) -> list[str]:
        """Send for a while. Returns what whoever runs the server should know, with nobody's name in it."""
        if self.not_before is not None and desk.clock() < self.not_before:
            return []
        check_reach(desk, self.mail)
        end = monotonic() + AT_A_LOOK
        with Postbox(self.mail) as postbox:
            tallies = post.go_on(desk, postbox, lambda: over() or monotonic() > end, partial(enclosing.reports, desk))
        said: list[str] = []
        for tally in tallies:
            if tally.sent or tally.refused:
                command.note(desk, f"wave {ASKED_BY[tally.kind]}", tally.wave, numbers(tally), who="rapport")
            if tally.refused:
                said.append(
                    f"Wave {tally.wave}: the mail server refused letters; rapport wave {ASKED_BY[tally.kind]} "
                    f"{tally.wave} tries again and says which."
                )
            if tally.stopped:
                said.append(tally.stopped)
            if tally.stopped or (tally.left and monotonic() <= end):
                self.not_before = desk.clock() + AFTER_TROUBLE
        return said


ASKED_BY = {
    "invitation": "invite",
    "reminder": "remind",
    "last reminder": "remind",
    "results": "tell",
    "introduction": "introduce",
    "report": "report",
}
"""The command that sends each kind of letter."""


def numbers(tally: post.Tally) -> str:
    """Count for the log what became of the letters.

    >>> numbers(post.Tally("w", "reminder", sent=57, waiting=3, refused={"ana@x.example": "550 unknown"}))
    '57 sent (reminder), 3 wait for their hours, 1 refused'
    """
    counts = {
        f"sent ({tally.kind})": tally.sent,
        "wait for their hours": tally.waiting,
        "put off": tally.left,
        "refused": len(tally.refused),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count or what.startswith("sent"))


def _encrypt(connection: smtplib.SMTP, host: str, trusted: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    if not connection.has_extn("starttls"):
        raise Problem(
            f"The mail server {host} offers no STARTTLS; expected one that does, or smtps:// in RAPPORT_SMTP."
        )
    code, said = connection.starttls(context=trusted)
    if code != 220:
        raise Problem(f"The mail server {host} refuses STARTTLS ({_words(code, said)}); expected it to encrypt.")


def _sign_in(connection: smtplib.SMTP, host: str, user: str, password: str) -> None:
    try:
        connection.login(user, password)
    except smtplib.SMTPAuthenticationError as refused:
        raise Problem(
            f"The mail server {host} refuses the login of '{user}' ({_words(refused.smtp_code, refused.smtp_error)}); "
            f"expected another user in RAPPORT_SMTP, or another RAPPORT_SMTP_PASSWORD."
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise Problem(f"The mail server {host} takes no login; expected RAPPORT_SMTP without a user.") from None


def _words(code: int, said: bytes | str) -> str:
    r"""Pass on what a mail server said, on one line.

    >>> _words(550, b"5.1.1 No such\r\nuser")
    '550 5.1.1 No such user'
    """
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(f"{code} {plain}".split())[:LONGEST_WORDS]
