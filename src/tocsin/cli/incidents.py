"""`tocsin prepare incidents`: single events of the ready table, for a case's or a draft's page."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, say_json

DAY = ["%Y-%m-%d"]


def incidents(
    country: Annotated[list[str], typer.Option("--country", help="ISO 3166-1 alpha-3; may be given again.")],
    since: Annotated[datetime, typer.Option(formats=DAY, help="The first day.")],
    until: Annotated[datetime, typer.Option(formats=DAY, help="The last day.")],
    cannot_tell: Annotated[
        str, typer.Option("--cannot-tell", help="What such a table does not see here: one sentence for the reader.")
    ],
    adm1: Annotated[
        list[str] | None,
        typer.Option("--adm1", help="Only this first-level division, as the publisher names it; may be given again."),
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this type, as one-sided; may be given again.")
    ] = None,
    source: Annotated[str, typer.Option(help="Whose events.")] = "ucdp-ged",
    into: Annotated[
        Path | None, typer.Option(help="Write them here, as a case's incidents.toml.", show_default="print")
    ] = None,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Take single events of a publisher for a warning's page: with precision, source, licence and warnings.

    All events of those places and days are taken, or none. Read them before you issue: they go out with the edition.

    Example: `tocsin prepare incidents --country MMR --adm1 "Rakhine state" --since 2017-08-25 --until 2017-09-30
    --cannot-tell "Deaths only: those who fled are in no count." --into cases/rakhine/incidents.toml`

    Exit codes: 0 taken; 1 no table, no such event, or more than 500; 2 wrong options.
    """
    from tocsin.prepare.incidents import find_incidents
    from tocsin.warn.files import write_whole
    from tocsin.warn.toml_writing import document, fields

    found = find_incidents(
        find_desk(desk).folder, countries=country, since=since.date(), until=until.date(), adm1=adm1 or (),
        kinds=kind or (), source=source, cannot_tell=cannot_tell,
    )  # fmt: skip
    if as_json:
        say_json(msgspec.to_builtins(found))
        return
    text = document({"incidents": [fields(one) for one in found]}, "Single events as their publisher counts them.")
    if into is None:
        sys.stdout.write(text)
        return
    write_whole(into, text.encode())
    for one in found:
        out.print(f"{one.id}: {len(one.incidents)} incidents. {one.selection}", markup=False)
    out.print(str(into), markup=False)
