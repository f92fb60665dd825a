"""`tocsin review import`: claims from a spreadsheet, looked over first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import ByOption, ReasonOption, SituationOption, get_person, open_records
from tocsin.core.errors import TocsinError
from tocsin.warn.files import write_once

if TYPE_CHECKING:
    from tocsin.review.spreadsheet.planning import Plan

SHOWN = 50
"""How many problems are printed; --json gives all of them."""


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A spreadsheet of claims, .xlsx or .csv.")],
    by: ByOption,
    situation: SituationOption,
    apply: Annotated[bool, typer.Option("--apply", help="Record the claims: all of them, or none.")] = False,
    sheet: Annotated[
        str, typer.Option(help="Which sheet.", show_default="the one called claims, or the only one")
    ] = "",
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Look over a spreadsheet of claims, naming each bad cell; with --apply, record all of them in one act.

    Nothing is recorded while a cell is wrong. The columns: docs/reference/claims-spreadsheet.md.

    Example: `tocsin review import claims.xlsx --situation armenia-azerbaijan --by ani`

    Exit codes: 0 all is well, or recorded; 1 not allowed, or no spreadsheet; 3 a cell must be mended.
    """
    open_records(desk)
    from tocsin.records.queries import get_situation
    from tocsin.review import actions, queries
    from tocsin.review.spreadsheet.planning import plan_claims
    from tocsin.review.spreadsheet.reading import read_spreadsheet

    who, when, where = get_person(by), parse_at(at), get_situation(situation)
    cells = read_spreadsheet(file, sheet=sheet)
    plan = plan_claims(cells, queries.known_to(where), graded_by=who.name, on=when.date())
    recorded = 0
    if apply and not plan.errors:
        why = reason or f"from the spreadsheet {file.name}"
        recorded = len(actions.record_claims(by=who, at=when, situation=where, claims=plan.claims, reason=why))
    if as_json:
        say_json(_document(plan, recorded))
    else:
        _say(plan, recorded)
    if plan.errors:
        raise typer.Exit(3)


def import_template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .xlsx to write; there must be none yet.")],
    as_json: AsJson = False,
) -> None:
    """Write an empty spreadsheet of claims, with its columns and codes explained on sheets of their own.

    Example: `tocsin review import-template claims.xlsx`

    Exit codes: 0 written; 1 there is such a file already.
    """
    from tocsin.review.spreadsheet.template import template

    try:
        write_once(file, template())
    except FileExistsError as error:
        raise TocsinError("there is such a file already", where=str(file), remedy="Give another name") from error
    if as_json:
        say_json({"file": str(file)})
    else:
        out.print(f"wrote {file}", markup=False)


def _document(plan: Plan, recorded: int) -> dict[str, Any]:
    return {
        "n_rows": plan.n_rows,
        "n_claims": len(plan.claims),
        "recorded": recorded,
        "problems": [
            {
                "sheet": each.sheet,
                "cell": each.cell,
                "column": each.column,
                "severity": each.severity,
                "text": each.text,
                "remedy": each.remedy,
            }
            for each in plan.problems
        ],
    }


def _say(plan: Plan, recorded: int) -> None:
    if plan.problems:
        table = Table(box=SIMPLE, show_edge=False)
        for column in ("cell", "column", "what is wrong", "what to do"):
            table.add_column(column)
        for each in plan.problems[:SHOWN]:
            note = "" if each.severity == "error" else "for notice: "
            table.add_row(*map(Text, (each.cell, each.column, note + each.text, each.remedy)))
        out.print(table)
        if len(plan.problems) > SHOWN:
            out.print(f"and {len(plan.problems) - SHOWN:,} more; --json gives all")
    if plan.errors:
        out.print(f"{len(plan.errors):,} cells to mend in {plan.n_rows:,} rows; nothing was recorded", style="bold red")
    elif recorded:
        out.print(f"{recorded:,} claims recorded, as proposed")
    else:
        out.print(f"{len(plan.claims):,} claims in {plan.n_rows:,} rows can be recorded: run it again with --apply")


COMMANDS = {"import": import_, "import-template": import_template}
