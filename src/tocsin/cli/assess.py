"""`tocsin assess`: what the claims say of stages and factors, the level as declared, how sure."""

from __future__ import annotations

import datetime
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


@app.command()
def signs(
    situation: Annotated[str, typer.Argument(metavar="SITUATION", help="The situation's key.")],
    on: Annotated[
        datetime.datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="As of this day.", show_default="today"),
    ] = None,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Whether claims coded as blockade, build-up, expulsion or incitement raise a situation, beside the model's chance.

    Raised, by a rule that stands in models/alert.toml: within 183 days two of the four signs, from two independent
    origins, or one that the codebook calls critical, from two. It is a statement with its reasons and no probability;
    the chance beside it is the newest that was filed of the situation's countries by that day, never changed by it.

    Example: `tocsin assess signs armenia-azerbaijan --on 2023-09-01`

    Exit codes: 0 asked, raised or not; 1 there is no such situation.
    """
    folder = open_records(desk)
    from tocsin.assess.queries import signs_of
    from tocsin.core.model.judgement import SituationScope
    from tocsin.forecast.register.chances import find_chance
    from tocsin.forecast.register.store import Register
    from tocsin.records.queries import get_situation, newest

    day = on.date() if on else parse_at(None).date()
    record = get_situation(situation)
    chance = find_chance(Register(folder.forecasts), newest(record).read(SituationScope).countries, on=day)
    raised = signs_of(record, on=day, p_model=chance.p if chance else None)
    if as_json:
        say_json(
            {
                "situation": situation,
                **msgspec.to_builtins(raised),
                "chance": msgspec.to_builtins(chance) if chance else None,
            }
        )
        return
    out.print(f"{situation}, {day}: {'raised' if raised.raised else 'not raised'}")
    out.print(f"  {raised.why}")
    out.print(f"  claims: {', '.join(raised.claims) or 'none'}", markup=False)
    if chance:
        out.print(
            f"  model {chance.model}, data to {chance.as_of}: {chance.p:.1%} in {chance.iso3} for 250 killed or more"
        )
    else:
        out.print("  no model's chance on record by that day")
