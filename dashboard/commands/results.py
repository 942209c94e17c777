"""What came out, as tables and on paper: `rapport scores`, `network`, `introductions`, `actions`, `report`, …"""
# ruff: noqa: PLC0415  a command imports what it needs when it runs, because a server may carry it out

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from dashboard import terminal
from dashboard.command import CallersPath, at_desk, format_option, note, print_table, write_privately
from dashboard.terminal import say
from data.records import ROOT, Problem, Wave

if TYPE_CHECKING:  # would load DuckDB
    from dashboard.readable import Readable
    from surveys.desk import Desk

WAVE = click.option("--wave", "name", help="One wave. [default: see above]")


@click.command()
@WAVE
@format_option
@at_desk
def scores(desk: "Desk", name: str | None, form: str) -> None:
    """Print what each team said, 0 to 100, in every closed wave unless --wave.

    A figure that may not be shown stands with an empty score and its reason. `low` and `high` say what the group says
    now; `change` what the test against the wave before found.
    """
    from dashboard import tables

    readable = everything(desk)
    waves = [closed_wave(desk, name)] if name else list(readable.pulses)
    print_table(tables.scores(readable, waves), form)


@click.command()
@WAVE
@click.option("--detail", is_flag=True, help="Add in_ties, out_ties, betweenness and constraint. Written into the log.")
@click.option("--teams", is_flag=True, help="Print ties between teams against chance instead.")
@format_option
@at_desk
def network(desk: "Desk", name: str | None, detail: bool, teams: bool, form: str) -> None:
    """Print everybody's standing in the last network wave, unless --wave.

    Also of people who did not agree to be named: for whoever runs Rapport only. Each look is written into the audit
    log. Managers see the names of those who agreed, and nobody else's.
    """
    from dashboard import tables

    wave = network_wave(desk, name)
    if teams:
        print_table(tables.between(everything(desk), wave), form)
        return
    frame = tables.standings(desk, wave, detail=detail)
    beyond = int((~frame["consented"]).sum())
    note(desk, "network", wave.name, f"standings{' in detail' if detail else ''}, {beyond} beyond consent")
    print_table(frame, form)


@click.command()
@WAVE
@click.option("--top", type=click.IntRange(min=1), help="The first N of the set.")
@click.option("--candidates", is_flag=True, help="Every eligible pair with its feasibility instead.")
@format_option
@at_desk
def _introductions(desk: "Desk", name: str | None, top: int | None, candidates: bool, form: str) -> None:
    from dashboard import pairs, tables
    from surveys import introducing

    wave = network_wave(desk, name)
    with desk.store.reading() as db:
        introducing.check_current(db, wave)
    frame, beyond = pairs.eligible(desk, wave) if candidates else tables.introductions(desk, wave)
    note(desk, "introductions", wave.name, f"{'candidates' if candidates else 'pairs'}, {beyond} beyond consent")
    print_table(frame.head(top) if top else frame, form)


@click.group(invoke_without_command=True, params=list(_introductions.params))
@click.pass_context
def introductions(context: click.Context, /, **options: object) -> None:
    """Print the pairs worth introducing, of the last network wave unless --wave.

    Pairs in which somebody did not agree to be suggested, as with ties from elsewhere, are for whoever runs Rapport
    only. Each look is written into the audit log.
    """
    if context.invoked_subcommand is None:
        context.invoke(_introductions, **options)
    elif any(context.get_parameter_source(option) is ParameterSource.COMMANDLINE for option in options):
        raise click.UsageError(
            f"Options stand behind the command: rapport introductions {context.invoked_subcommand} …"
        )


@introductions.command()
@click.option("--before", required=True, help="A closed network wave.")
@click.option("--after", required=True, help="A later one.")
@format_option
@at_desk
def evaluate(desk: "Desk", before: str, after: str, form: str) -> None:
    """Print how well the ties of one network wave foresaw those of a later one, beside other rankings.

    Every pair without a tie in --before takes part, if both answered in both waves. `beyond` is the AUC less that of
    Adamic–Adar, with 95 % over people; from `precision_at_k` on it is about the first K pairs, half as many as people.
    Ties that came by themselves: pairs that were proposed in --before are left out, and nothing here says what
    introductions bring. No person is named; each look is written
    into the audit log.
    """
    from dashboard import foresight

    first, second = network_wave(desk, before), network_wave(desk, after)
    frame, trial = foresight.evaluate(desk, first, second)
    note(desk, "introductions evaluate", second.name, f"foreseen from {first.name}")
    terminal.notice(
        f"{len(trial.heard)} people answered both; {len(trial.pairs)} pairs had no tie in {first.name}, and "
        f"{int(trial.later.sum())} of them have one in {second.name}."
    )
    print_table(frame, form)


@click.command()
@format_option
@at_desk
def actions(desk: "Desk", form: str) -> None:
    """Print what was promised, whether it happened, and what became of it beside comparable teams.

    `change` counts points since the wave that called for it, `comparable` is the median of teams that stood about as
    low and planned nothing for it; `compared` says how the two differ, or `reason` why that cannot be said.
    """
    from dashboard import tables

    print_table(tables.actions(everything(desk)), form)


@click.command()
@click.option("--quarter", required=True, help="Such as 2026-Q3: covers the waves that closed in it.")
@click.option("--team", help="The path of one team. [default: the organization]")
@click.option("--all", "every", is_flag=True, help="One for the organization and one for each team.")
@click.option("--kit", is_flag=True, help="Write the meeting kit instead: one page for talking about it with the team.")
@click.option("--out", type=CallersPath(), default=".", help="The folder for the PDFs. [default: here]")
@at_desk
def report(desk: "Desk", *, quarter: str, team: str | None, every: bool, kit: bool, out: Path) -> None:
    """Write the quarter on paper: <quarter>-<team>.pdf, from the same findings as the screen.

    A team whose own figures may not be shown gets those of the group that counts its people.
    """
    from dashboard import edition, tables
    from dashboard import report as paper
    from data import roster

    if team and every:
        raise Problem("Report: expected either --team or --all.")
    readable = everything(desk)
    waves = edition.quarter_waves(readable.all_waves, quarter, readable.timezone)
    with desk.store.reading() as db:
        one = roster.team(db, team).team_id if team else ROOT
    chosen = tables.every_team(readable, waves) if every else [one]
    written = paper.write_each(
        desk, readable, quarter, chosen, folder=out, kind=paper.MEETING_KIT if kit else paper.REPORT
    )
    with terminal.bar(chosen, readable.path) as teams:
        files = [next(written) for _ in teams]
    for file in files:
        say(str(file))


@click.command()
@click.argument("folder", metavar="DIR", type=CallersPath())
@at_desk
def export(desk: "Desk", folder: Path) -> None:
    """Write findings, standings and introductions with consent, and ties between teams into DIR, as CSV and Parquet.

    The same tables are the sheets of rapport.xlsx. The network of the last wave that asked for it, as far as these
    tables show it, is network.graphml and network.gexf.
    """
    from dashboard import tables
    from data import exchange, graphs, sheets

    folder.mkdir(parents=True, exist_ok=True)
    readable = everything(desk)
    exported = tables.exports(readable)
    for name, frame in exported.items():
        write_privately(folder / f"{name}.csv", partial(exchange.write_csv, frame=frame))
        write_privately(folder / f"{name}.parquet", partial(exchange.write_parquet, frame=frame))
        say(f"{name}: {len(frame)} rows")
    write_privately(folder / "rapport.xlsx", partial(sheets.write_workbook, tables=exported))
    say(f"rapport.xlsx: {len(exported)} sheets")
    drawn = tables.drawn(readable, exported)
    if drawn is not None:
        write_privately(folder / "network.graphml", partial(graphs.write_graphml, drawn=drawn))
        write_privately(folder / "network.gexf", partial(graphs.write_gexf, drawn=drawn))
        say(f"network.graphml, network.gexf: {len(drawn)} nodes, {drawn.number_of_edges()} edges")
    note(desk, "export", str(folder))
    for wave in (wave for wave in readable.waves if wave.network):
        note(desk, "export", wave.name, "standings and introductions with consent")


def everything(desk: "Desk") -> "Readable":
    """Gather what the administrator may read today: every finding that passed the gate."""
    from dashboard import access, readable
    from data import roster

    with desk.store.reading() as db:
        teams = roster.teams(db)
    return readable.read(desk, access.administrator(teams), desk.today())


def closed_wave(desk: "Desk", name: str) -> Wave:
    """Find a wave by name that has figures. A `Problem` for an unknown or an open one."""
    from data import waves

    with desk.store.reading() as db:
        wave = waves.wave(db, name)
    if wave.state != "closed":
        raise Problem(f"Wave '{name}' is {wave.state}; figures are made once, when it closes.")
    return wave


def network_wave(desk: "Desk", name: str | None) -> Wave:
    """Find the network wave asked for, or the last one that closed."""
    from data import waves

    if name:
        wave = closed_wave(desk, name)
        if not wave.network:
            raise Problem(f"Wave '{name}' asked the pulse only; expected one that asked the network.")
        return wave
    with desk.store.reading() as db:
        last = waves.last_network_wave(db)
    if last is None:
        raise Problem("No network wave has closed; expected one, or ties from elsewhere (rapport ties import).")
    return last
