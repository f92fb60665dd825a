"""The command line: one file per verb, each a single call into a room below.

Exit codes, the same for every command:
    0  done, and all is well
    1  a mistake that a person can mend; said in a sentence on standard error
    2  the command line itself was wrong
    3  the check ran and found that something does not hold (`verify`, `doctor`, `warn check`)
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tocsin import __version__
from tocsin.cli import (
    archive,
    assess,
    backup,
    collect,
    commenting,
    delivering,
    doctor,
    drafting,
    follow,
    following,
    forecast,
    forecast_measure,
    forecast_record,
    harm,
    importing,
    inbox,
    incidents,
    init,
    loading,
    matches,
    migrate,
    people,
    prepare,
    protect,
    publish,
    review,
    series,
    serve,
    signals,
    tasks,
    territory,
    verify,
    warn,
    work,
)
from tocsin.cli.output import fail
from tocsin.core.errors import TocsinError

app = typer.Typer(
    name="tocsin",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="An open desk: evidence into warnings of mass atrocity, and warnings into action on record.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


app.command()(init.init)
app.command()(publish.publish)
app.command()(serve.serve)
app.command()(doctor.doctor)
app.command()(verify.verify)
app.command()(migrate.migrate)
app.command()(backup.backup)
app.command()(backup.restore)
app.add_typer(warn.app, name="warn")
for name, command in loading.COMMANDS.items():
    warn.app.command(name)(command)
for command in (*drafting.COMMANDS, *commenting.COMMANDS, *harm.COMMANDS, *delivering.COMMANDS):
    warn.app.command()(command)
app.add_typer(review.app, name="review")
for command in (*inbox.COMMANDS, *tasks.COMMANDS):
    review.app.command()(command)
for name, command in importing.COMMANDS.items():
    review.app.command(name=name)(command)
app.add_typer(assess.app, name="assess")
app.add_typer(follow.app, name="follow")
for command in matches.COMMANDS:
    follow.app.command()(command)
for command in following.COMMANDS:
    follow.app.command()(command)
app.add_typer(work.app, name="work")
app.add_typer(people.app, name="people")
app.add_typer(protect.app, name="protect")
app.add_typer(archive.app, name="archive")
app.add_typer(collect.app, name="collect")
for name, command in forecast_record.COMMANDS.items():
    forecast.app.command(name)(command)
forecast.app.command()(forecast_measure.measure)
app.add_typer(forecast.app, name="forecast")
app.add_typer(prepare.app, name="prepare")
prepare.app.command()(territory.territory)
prepare.app.command()(incidents.incidents)
prepare.app.command()(series.series)
app.command()(signals.signals)


def main() -> None:
    """Run the command line; a mistake that a person can mend ends in a sentence, not a traceback."""
    try:
        app()
    except TocsinError as error:
        sys.exit(fail(error))
