"""`rapport wave`: asking, from the opening to the close."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import click

from dashboard import terminal
from dashboard.command import (
    CallersPath,
    Moment,
    at_desk,
    format_option,
    in_utc,
    note,
    notice_of_loopback,
    print_table,
    questionnaire_file,
    questionnaire_of,
    url_option,
)
from dashboard.terminal import notice, say
from data.records import Group, Problem

if TYPE_CHECKING:  # would load DuckDB
    import pandas as pd

    from surveys.desk import Desk

PASSPHRASE = click.option(
    "--passphrase-file", type=CallersPath(exists=True), help="Holds the trustee's passphrase, instead of asking for it."
)


@click.group()
def wave() -> None:
    """Ask: open a wave, hand out its links, close it."""


@wave.command("open")
@click.argument("name")
@click.option("--asks", type=click.Choice(["pulse", "network", "both"]), default="both", show_default=True)
@click.option("--questionnaire", "questions", default="quarterly", show_default=True, help="An id, or a file.")
@click.option("--modules", default="", help="Asked beside the core, with a comma between: listening,recognition.")
@click.option("--names", help="Asked about names: work,help,meet unless you choose; also energy and reach.")
@click.option("--closes", type=Moment(), required=True, help="The last day, such as 2026-12-11; or with a time.")
@click.option("--k", default=5, show_default=True, help="Answers that a figure must stand for; at least 4.")
@click.option("--smallest-group", default=6, show_default=True, help="People that a group of its own needs.")
@click.option("--short-codes", is_flag=True, help="Pulse codes of 12 letters, to be typed on a shared device (/kiosk).")
@click.option("--trustee", is_flag=True, help="Nobody can open the answers without a passphrase, asked for now.")
@PASSPHRASE
@at_desk
def open_wave(
    desk: "Desk",
    *,
    name: str,
    asks: Literal["pulse", "network", "both"],
    questions: str,
    modules: str,
    names: str | None,
    closes: datetime,
    k: int,
    smallest_group: int,
    short_codes: bool,
    trustee: bool,
    passphrase_file: Path | None,
) -> None:
    """Open wave NAME for everybody in the roster; print its groups, and who cannot appear in a figure of their own."""
    from data import organization
    from surveys import opening, pages, translation
    from surveys.questionnaire import about_sensitive, choose
    from surveys.submission import USUAL_NAMES
    from surveys.terms import Fingerprint

    with desk.store.reading() as db:
        zone = organization.setting(db, "timezone")
    questionnaire = None if asks == "network" else choose(questionnaire_of(questions), names_in(modules))
    if modules and questionnaire is None:
        raise Problem(f"Wave '{name}' asks the network only; modules go with a pulse. Expected --asks both or pulse.")
    if names is not None and asks == "pulse":
        raise Problem(f"Wave '{name}' asks the pulse only; names go with the network. Expected --asks both or network.")
    passphrase = new_passphrase(passphrase_file) if trustee else None
    with terminal.progress() as progress:
        opened = opening.open_wave(
            desk,
            name,
            asks=asks,
            questionnaire=questionnaire,
            closes=in_utc(closes, zone),
            k=k,
            smallest_group=smallest_group,
            passphrase=passphrase,
            names=USUAL_NAMES if names is None else names_in(names),
            short_codes=short_codes,
            progress=progress,
        )
    note(desk, "wave open", opened.wave.name, f"asks {asks}, k {k}, smallest group {smallest_group}")
    house = pages.House(zone=ZoneInfo(zone), today=desk.today())
    say(f"Wave {opened.wave.name} is open until {house.moment(opened.wave.closes)}. Its groups:")
    for line in lines_of(opened.groups):
        say(line)
    for sentence in opened.notices:
        say(sentence)
    if opened.wave.pulse:
        asked = Fingerprint.of(opened.wave.questionnaire)
        say(f"The questions have the fingerprint {asked.short}, as on /privacy (SHA-256 {asked.whole}).")
        say(f"Its keys are in {desk.keys.path}. If they are lost before the close, so are its answers: keep a copy.")
    if questionnaire and (sensitive := about_sensitive(questionnaire)):
        notice(sensitive)
    if (file := questionnaire_file(questions)) and questionnaire and (beside := translation.left_out(file)):
        notice(beside)
    notice_of_loopback(desk)


def names_in(listed: str) -> list[str]:
    """Take apart names with a comma between.

    >>> names_in("listening, recognition,")
    ['listening', 'recognition']
    """
    return [name.strip() for name in listed.split(",") if name.strip()]


def lines_of(groups: Sequence[Group]) -> list[str]:
    """Write the groups of a wave, one a line, as they will be reported.

    >>> lines_of([Group("e", "organization", "Engineering", 9), Group("d", "e", "Engineering / Data", 0, joins="e")])
    ['  Engineering: 9 people', '  Engineering / Data: counted in Engineering']
    """
    paths = {group.team_id: group.path for group in groups}
    return [
        f"  {group.path}: " + (f"counted in {paths[group.joins]}" if group.joins else _size(group)) for group in groups
    ]


def _size(group: Group) -> str:
    if not group.invited:
        return "the groups below it together"
    return f"{group.invited} {'person' if group.invited == 1 else 'people'}"


@wave.command("links")
@click.argument("name")
@click.option("--out", type=CallersPath(), help="A CSV: member_id, name, email, pulse_url, network_url.")
@click.option("--slips", type=CallersPath(), help="A PDF of anonymous paper slips, one code each.")
@url_option
@at_desk
def links(desk: "Desk", name: str, out: Path | None, slips: Path | None, url: str | None) -> None:  # noqa: ARG001  read by at_desk
    """Write everybody's personal links of wave NAME into files that only you can read."""
    from dashboard import slips as paper
    from dashboard.command import write_privately
    from data import exchange
    from surveys.links import links as links_of

    if out is None and slips is None:
        raise Problem("Wave links: expected --out FILE for a CSV, or --slips FILE for paper slips.")
    frame = links_of(desk, name)
    if out is not None:
        write_privately(out, lambda path: exchange.write_csv(path, frame))
        say(f"{out}: links for {len(frame)} people. Whoever has a link can answer with it: to each their own only.")
    if slips is not None:
        write_privately(slips, lambda path: path.write_bytes(paper.slips(piles_of(desk, name, frame))))
        say(f"{slips}: {len(frame)} slips without names, a pile a group. People draw from the pile of their own group.")
    note(desk, "wave links", name, "slips" if out is None else "links")
    notice_of_loopback(desk)


def piles_of(desk: "Desk", name: str, links: "pd.DataFrame") -> dict[str, list[str]]:
    """Sort the pulse links of a wave by the group that counts them; the whole organization by its own name."""
    from data import organization, waves
    from data.records import ROOT

    with desk.store.reading() as db:
        wave = waves.wave(db, name)
        seats = waves.seats(db, wave.wave_id)
        paths = {group.team_id: group.path for group in waves.groups(db, wave.wave_id)}
        paths[ROOT] = organization.setting(db, "organization")
    piles: dict[str, list[str]] = {}
    for member_id, url in zip(links["member_id"], links["pulse_url"], strict=True):
        if url:
            piles.setdefault(paths[seats[member_id]], []).append(str(url))
    return piles


@wave.command("status")
@click.argument("name", required=False)
@format_option
@at_desk
def status(desk: "Desk", name: str | None, form: str) -> None:
    """Print the waves, and what may be said of an open one: how many answered, once a day, organization-wide."""
    from dashboard import open_waves

    print_table(open_waves.table(desk, name), form)


@wave.command("calendar")
@click.argument("name", required=False)
@click.option("--out", type=CallersPath(), required=True, help="The file, such as surveys.ics.")
@at_desk
def calendar(desk: "Desk", name: str | None, out: Path) -> None:
    """Write every wave, or wave NAME, as a calendar file: when it opens and closes, results, the quarter's report.

    It names nobody and holds no link, so it can be handed to everybody who leads.
    """
    from dashboard import calendars
    from dashboard.command import write_privately
    from data import organization, waves

    with desk.store.reading() as db:
        chosen = [waves.wave(db, name)] if name else waves.waves(db)
        said = organization.settings(db)
    listed = calendars.entries(chosen, ZoneInfo(said["timezone"]))
    text = calendars.written(said["organization"], listed, desk.clock())
    write_privately(out, lambda path: path.write_bytes(text))
    say(f"{out}: {len(listed)} events of {len(chosen)} {'wave' if len(chosen) == 1 else 'waves'}.")


@wave.command("close")
@click.argument("name")
@PASSPHRASE
@click.option("--without-answers", is_flag=True, help="The box key or its passphrase is lost: give the answers up.")
@at_desk
def close(desk: "Desk", name: str, passphrase_file: Path | None, without_answers: bool) -> None:
    """Close wave NAME: count its answers, destroy its boxes and keys, release what passes the gate."""
    from data import waves
    from surveys import closing

    with desk.store.reading() as db:
        open_now = waves.wave(db, name)
    passphrase = None
    if open_now.trustee and open_now.state != "closed" and not without_answers:
        passphrase = read_passphrase(passphrase_file) or terminal.current().ask("The trustee's passphrase")
    with terminal.progress() as progress:
        closed = closing.close_wave(
            desk, name, passphrase=passphrase, without_answers=without_answers, progress=progress
        )
    note(desk, "wave close", closed.name, "without answers" if without_answers else "")
    say(f"Wave {closed.name} is closed. Its boxes and the keys to them are gone; its findings can be read.")


def read_passphrase(file: Path | None) -> str | None:
    """Read a passphrase from its file; None without one."""
    try:
        return file.read_text(encoding="utf-8").strip() if file else None
    except UnicodeDecodeError:
        raise Problem(f"The passphrase file {file} is not text; expected a passphrase on one line.") from None


def new_passphrase(file: Path | None) -> str:
    """Get the passphrase of a new trustee, twice where it is typed."""
    from_file = read_passphrase(file)
    if from_file is not None:
        return from_file
    notice("The trustee types a passphrase. Without it nobody can open this wave's answers, and it is kept nowhere.")
    first = terminal.current().ask("The trustee's passphrase")
    if terminal.current().ask("The same passphrase again") != first:
        raise Problem("The two passphrases differ; the wave was not opened.")
    return first
