"""`tocsin assess`: what the claims say of stages and factors, the level as declared, how sure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.reading import FileArgument, read_struct
from tocsin.cli.records import ByOption, ReasonOption, SeenOption, get_person, open_records, say_version

app = typer.Typer(no_args_is_help=True, help="Findings on stages and factors, the level as declared, how sure.")

WarningArgument = Annotated[str, typer.Argument(metavar="WARNING", help="The warning's permanent id.")]


@app.command()
def finding(
    warning: WarningArgument,
    file: FileArgument,
    by: ByOption,
    seen: SeenOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Record what is said of one stage or factor, with the claims for and against.

    Example: `tocsin assess finding GW-2023-10-ARM-AZE stage-6.toml --by ani`

    Exit codes: 0 recorded; 1 not allowed, changed meanwhile, or the file says no finding.
    """
    open_records(desk)
    from tocsin.assess import actions
    from tocsin.core.model.assessment import Finding
    from tocsin.records.queries import get_bulletin

    version = actions.record_finding(
        by=get_person(by), at=parse_at(at), bulletin=get_bulletin(warning), finding=read_struct(file, Finding),
        seen=seen, reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


@app.command()
def level(
    warning: WarningArgument,
    file: FileArgument,
    by: ByOption,
    seen: SeenOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Record the assessment: the level as its issuer declares it, how sure, which findings stand. Nothing is computed.

    Example: `tocsin assess level GW-2023-10-ARM-AZE assessment.toml --seen 2 --by ani`

    Exit codes: 0 recorded; 1 not allowed, changed meanwhile, or the file says no assessment.
    """
    open_records(desk)
    from tocsin.assess import actions
    from tocsin.core.model.judgement import Assessment
    from tocsin.records.queries import get_bulletin

    version = actions.record_assessment(
        by=get_person(by), at=parse_at(at), bulletin=get_bulletin(warning), assessment=read_struct(file, Assessment),
        seen=seen, reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


@app.command()
def show(warning: WarningArgument, desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """Print the assessment of a warning with its findings, and the version that each is at.

    Example: `tocsin assess show GW-2023-10-ARM-AZE`

    Exit codes: 0 shown; 1 there is no such warning.
    """
    open_records(desk)
    from tocsin.assess.queries import assessment_of, findings_of
    from tocsin.records.queries import get_bulletin
    from tocsin.warn.toml_writing import document, fields

    bulletin = get_bulletin(warning)
    assessed, version = assessment_of(bulletin)
    found = findings_of(bulletin)
    if as_json:
        say_json(
            {
                "version": version,
                "assessment": msgspec.to_builtins(assessed),
                "findings": {key: {"version": n, **msgspec.to_builtins(each)} for key, (each, n) in found.items()},
            }
        )
        return
    typer.echo(document(fields(assessed), f"assessment of {warning}, version {version}"))
    for key, (each, number) in found.items():
        typer.echo(document(fields(each), f"{key}, version {number}"))
    out.print(f"{len(found)} findings")
