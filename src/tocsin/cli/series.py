"""`tocsin prepare series`: events by month or week, for countries, their first-level units or the actors in them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, err, say_cells, say_json
from tocsin.collect.export import spreadsheet_safe

if TYPE_CHECKING:  # ibis and numpy take their time to import
    from tocsin.collect.records import TableOrigin
    from tocsin.prepare.signals.coverage import Coverage
    from tocsin.prepare.signals.events import By, Period, Step
    from tocsin.prepare.store import SourceOrigin


def series(
    country: Annotated[list[str], typer.Option("--country", help="ISO 3166-1 alpha-3; may be given again.")],
    step: Annotated[Literal["month", "week"], typer.Option(help="A week begins on Monday.")] = "month",
    by: Annotated[
        Literal["country", "unit", "actor"],
        typer.Option(help="One series for each country, unit of it, or actor in it."),
    ] = "country",
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on. [all]")] = None,
    source: Annotated[str, typer.Option(help="Whose events.")] = "ucdp-ged",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, safe to open in a spreadsheet.")] = False,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Count single events by month or week, with low, best and high; empty periods that the source covers are zeros.

    An event counts for the period in which it may have begun; `n_events_unsure` says how many may as well have
    happened in another. Units and actors are the publisher's, by the names that it uses. Where one event has no range,
    the period has none. Read the warnings that come with the source.

    With `--source gdelt` records of news are counted, with their mentions and tone: what was reported, never what
    happened.

    Example: `tocsin prepare series --country MMR --by unit --step week --since 2017-08-01`

    Exit codes: 0 counted; 1 no such events or country; 2 wrong options.
    """
    folder = find_desk(desk).folder
    start = since.date() if since else None
    found: Sequence[Coverage | Period]
    if source == "gdelt":
        if by != "country":
            raise typer.BadParameter("GDELT's records are counted by country only", param_hint="--by")
        found, origins = _coverage(folder, country, step, start)
    else:
        found, origins = _events(folder, country, step, by, source, start)
    warnings = dict.fromkeys(warning.says for one in origins for warning in one.warnings)
    said = dict.fromkeys(
        f"{one.origin.producer}, {one.origin.title} {one.origin.version}, {one.origin.licence}" for one in origins
    )
    if as_json:
        say_json(
            {"sources": list(said), "warnings": list(warnings), "rows": [msgspec.to_builtins(one) for one in found]}
        )
        return
    names = found[0].__struct_fields__ if found else ()
    rows = [[getattr(one, name) for name in names] for one in found]
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([spreadsheet_safe(cell) for cell in row] for row in rows)
    else:
        say_cells(names, rows)
    for text in (*said, *warnings):
        err.print(text, markup=False)


def _events(
    folder: Path, country: list[str], step: Step, by: By, source: str, since: date | None
) -> tuple[list[Period], Sequence[SourceOrigin | TableOrigin]]:
    from tocsin.prepare.signals.events import EVENTS, read_series
    from tocsin.prepare.store import Prepared

    found = read_series(folder, countries=country, step=step, by=by, source=source, since=since)
    return found, [one for one in Prepared(folder).sidecar(EVENTS).origins if one.source == source]


def _coverage(
    folder: Path, country: list[str], step: Step, since: date | None
) -> tuple[list[Coverage], Sequence[SourceOrigin | TableOrigin]]:
    from tocsin.prepare.raw import find_raw
    from tocsin.prepare.signals.coverage import read_coverage

    found = read_coverage(folder, countries=country, step=step, since=since)
    return found, [find_raw(folder, "gdelt", "events")[-1].sidecar]
