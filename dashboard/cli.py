"""The command `rapport`, put together. DESIGN.md §7 is its contract: other people's scripts call these."""

import click

from dashboard.command import Rapport
from dashboard.commands import (
    announcing,
    bouncing,
    care,
    configuration,
    copies,
    house,
    imports,
    introducing,
    mail,
    papers,
    people,
    results,
    serving,
    tokens,
    waves,
)


@click.group(cls=Rapport, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="rapport", message="%(prog)s %(version)s")
def rapport() -> None:
    """Helps a team see how its working relationships are doing, and mend them."""


for command in (
    serving.demo,
    serving.serve,
    people.people,
    tokens.token,
    house.organization,
    waves.wave,
    imports.answers,
    imports.ties,
    results.scores,
    results.network,
    results.introductions,
    results.actions,
    results.report,
    results.export,
    papers.papers,
    copies.backup,
    copies.restore,
    care.doctor,
    care.rekey,
    care.questionnaire,
    configuration.config,
):
    rapport.add_command(command)

for command in (introducing.ask, introducing.links):
    results.introductions.add_command(command)

for command in (
    mail.invite,
    mail.remind,
    mail.tell,
    mail.introduce,
    mail.send_reports,
    announcing.announce,
    bouncing.bounces,
):
    waves.wave.add_command(command)
