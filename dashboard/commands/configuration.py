"""`rapport config check`: what the settings say, and whether it can be so."""
# ruff: noqa: PLC0415  a command imports what it needs when it runs

import os
from pathlib import Path

import click

from dashboard import settings, settings_said
from dashboard.command import FAILED, CallersPath, format_option, print_table
from dashboard.terminal import notice


@click.group()
def config() -> None:
    """The settings: rapport.toml and the environment."""


@config.command("check")
@click.argument("file", required=False, type=CallersPath(exists=True))
@format_option
def check(file: Path | None, form: str) -> None:
    """Read the settings in FILE, or in the file that counts here, and in the environment; name every mistake.

    Where there is none, print what holds and where it comes from: environment, file or default. No secret is printed.
    Needs no database, and neither changes nor starts anything.
    """
    told = settings_said.gather(os.environ, file)
    found = settings.mistakes(told)
    for sentence in found:
        notice(sentence)
    if found:
        raise click.exceptions.Exit(FAILED)
    import pandas as pd

    print_table(pd.DataFrame(settings.rows(told)), form)
    notice(f"Read {told.file} and the environment." if told.file else "Read the environment, and no file.")
