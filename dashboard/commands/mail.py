"""`rapport wave invite`, `remind`, `tell`, `introduce` and `report`: letters about a wave."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard import settings, terminal
from dashboard.command import CallersPath, at_desk, note, write_privately
from dashboard.terminal import notice, say
from data.records import Problem

if TYPE_CHECKING:  # would load DuckDB
    from surveys.desk import Desk
    from surveys.post import Occasion, Tally

SHOWN_FROM = "Rapport", "rapport@example.org"
"""The sender in a preview, as long as nobody has named one."""


def _letter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every command that sends letters takes."""
    for option in (
        click.argument("name"),
        click.option(
            "--preview", type=CallersPath(), help="Write one letter a language into this folder; send nothing."
        ),
        click.option("--test-send", metavar="ADDRESS", help="Send one letter, with links that open nothing, to you."),
        click.option("--now", is_flag=True, help="Wait for nobody's working hours."),
    ):
        command = option(command)
    return at_desk(command)


@click.command()
@_letter_options
def invite(desk: "Desk", name: str, preview: Path | None, test_send: str | None, now: bool) -> None:
    """Write to everybody asked in wave NAME, each with their own links; again, to those who have no letter yet.

    Letters leave from Monday to Friday between 9:00 and 17:00 where each member lives; the running server sends those
    that wait.
    """
    _write(desk, name, "invite", preview, test_send, now=now)


@click.command()
@_letter_options
def remind(desk: "Desk", name: str, preview: Path | None, test_send: str | None, now: bool) -> None:
    """Remind everybody asked in wave NAME, whether they answered or not. At most twice, on two days."""
    _write(desk, name, "remind", preview, test_send, now=now)


@click.command()
@_letter_options
def tell(desk: "Desk", name: str, preview: Path | None, test_send: str | None, now: bool) -> None:
    """Tell everybody asked in wave NAME, which has closed, that the link they have opens the results."""
    _write(desk, name, "tell", preview, test_send, now=now)


@click.command()
@_letter_options
def introduce(desk: "Desk", name: str, preview: Path | None, test_send: str | None, now: bool) -> None:
    """Write to everybody who is asked about an introduction of wave NAME: a letter for each, with its link.

    After rapport introductions ask. Links end when the next network wave opens.
    """
    _write(desk, name, "introduce", preview, test_send, now=now)


@click.command("report")
@_letter_options
def send_reports(desk: "Desk", name: str, preview: Path | None, test_send: str | None, now: bool) -> None:
    """Send everybody who leads a team the report of the quarter in which wave NAME closed, as PDF.

    For each team that they lead, with what they may read on the dashboard and no more. A report leaves by mail as any
    letter does: whoever reads that mailbox reads it.
    """
    _write(desk, name, "report", preview, test_send, now=now)


def _write(
    desk: "Desk", name: str, occasion: "Occasion", folder: Path | None, tester: str | None, *, now: bool
) -> None:
    if folder is not None and tester is not None:
        raise Problem(f"Wave {occasion}: expected either --preview or --test-send.")
    mail = settings.in_force().mail
    if folder is not None:
        _preview(desk, name, occasion, mail, folder)
        return
    if mail is None:
        raise Problem(
            f"Wave {occasion}: RAPPORT_SMTP is not set; expected a mail server, such as smtp://user@host:587."
        )
    if tester is not None:
        _test(desk, name, occasion, mail, tester)
        return
    _send(desk, name, occasion, mail, now=now)


def _preview(desk: "Desk", name: str, occasion: "Occasion", mail: settings.Mail | None, folder: Path) -> None:
    from surveys import post
    from surveys.mail import Sender

    sender = Sender(mail.name, mail.address) if mail else Sender(*SHOWN_FROM)
    _, kind = post.kind_of(desk, name, occasion)
    folder.mkdir(parents=True, exist_ok=True)
    for code, message in post.samples(desk, name, occasion, sender, "ada@example.org").items():
        file = folder / f"{kind.replace(' ', '-')}.{code}.eml"
        write_privately(file, partial(Path.write_bytes, data=bytes(message)))
        say(f"{file}: for a made-up member; its links open nothing.")


def _test(desk: "Desk", name: str, occasion: "Occasion", mail: settings.Mail, address: str) -> None:
    from dashboard.postbox import Postbox
    from surveys import post

    with Postbox(mail) as postbox:
        letters = post.samples(desk, name, occasion, postbox.sender, address)
        try:
            postbox.send(letters.get("en") or next(iter(letters.values())))
        except (post.PutOff, post.Refused) as said:
            raise Problem(f"The mail server {mail.host} did not take the letter to {address}: {said}.") from said
    say(f"One letter went to {address}. Its links open nothing; nothing was kept.")


def _send(desk: "Desk", name: str, occasion: "Occasion", mail: settings.Mail, *, now: bool) -> None:
    from dashboard import enclosing
    from dashboard.postbox import Postbox, check_reach, numbers
    from surveys import post

    check_reach(desk, mail)
    if occasion == "report":
        wave, _ = post.kind_of(desk, name, occasion)
        enclosing.check_names(desk, wave)
    enclosed = partial(enclosing.reports, desk)
    with Postbox(mail) as postbox, terminal.progress() as progress:
        tally = post.write(
            desk, name, occasion, postbox, at_once=now, pause=time.sleep, progress=progress, enclose=enclosed
        )
    note(desk, f"wave {occasion}", name, numbers(tally))
    for line in lines(tally):
        say(line)
    for address, words in tally.refused.items():
        notice(f"{address}: {words}")
    if tally.stopped:
        raise Problem(f"{tally.stopped} The same command goes on where this one stopped.")


def lines(tally: "Tally") -> list[str]:
    """Say what became of the letters.

    >>> from surveys.post import Tally
    >>> lines(Tally("2026-Q4", "reminder", sent=1, refused={"ana@x.example": "550 unknown"}))
    ['Wave 2026-Q4: 1 letter sent (reminder).', 'Refused by the mail server: 1.']
    """
    later = "the running server sends them then, or the same command"
    said = {
        f"For their working hours wait: {tally.waiting}; {later}.": tally.waiting,
        f"Put off by the mail server: {tally.left}; {later.replace('then', 'soon')}.": tally.left,
        f"Refused by the mail server: {len(tally.refused)}.": len(tally.refused),
        f"Had as many letters this quarter as anybody gets, and are not written to: {tally.over}.": tally.over,
        f"Without an address: {tally.without}. Slips: rapport wave links {tally.wave} --slips FILE.": tally.without,
    }
    letters = f"{tally.sent} {'letter' if tally.sent == 1 else 'letters'}"
    return [f"Wave {tally.wave}: {letters} sent ({tally.kind}).", *(line for line, count in said.items() if count)]
