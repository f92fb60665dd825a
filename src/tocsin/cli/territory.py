"""`tocsin prepare territory`: what changed hands between dated maps, and what was only redrawn."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table

from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, say_json

if TYPE_CHECKING:
    from tocsin.prepare.territory.comparing import Summary
    from tocsin.prepare.territory.run import Territory


def territory(
    series: Annotated[
        list[str] | None, typer.Argument(metavar="[SERIES]...", help="Sources of dated areas. [control-areas]")
    ] = None,
    units: Annotated[
        list[Path] | None,
        typer.Option(help="A GeoJSON layer of first-level units; repeatable. [those the package carries]"),
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw what was gained and lost into this SVG file.")] = None,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day that is drawn.")
    ] = None,
    to: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day that is drawn.")] = None,
    by: Annotated[str, typer.Option("--by", envvar="TOCSIN_BY", help="Who does this. [you]")] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Compare dated maps of control day by day: area held, gained and lost, gaps, jumps, and maps only redrawn.

    Example: `tocsin prepare territory control-areas`

    Areas are geodesic, in km². A map whose outline was drawn anew at once is flagged and its slivers are counted
    apart: a redrawn map is not an advance. The same maps again change nothing.

    Exit codes: 0 done or unchanged; 1 there are no such maps, or one cannot stand; 2 wrong options.
    """
    from tocsin.prepare.territory.drawing import draw_changes
    from tocsin.prepare.territory.run import run
    from tocsin.prepare.territory.units import carried_units, read_units

    home = find_desk(desk)
    layers = [unit for path in units for unit in read_units(path)] if units else carried_units()
    made = {
        name: run(
            home.folder / "tables", name, by=by or getpass.getuser(), clock=lambda: datetime.now(UTC), units=layers
        )
        for name in series or ["control-areas"]
    }
    drawn = None
    if svg:
        days = tuple(one.date() if one else None for one in (from_, to))
        drawn = draw_changes([one.folder for one in made.values()], svg, from_date=days[0], to_date=days[1])
    if as_json:
        say_json({name: _told(one) for name, one in made.items()})
        return
    for one in made.values():
        for summary in one.summaries:
            _show(summary)
        if not one.is_new:
            out.print("Nothing has changed since these maps were compared.")
        out.print(str(one.folder), markup=False)
    if drawn:
        out.print(str(drawn), markup=False)


def _told(one: Territory) -> object:
    return {"path": str(one.folder), "is_new": one.is_new, "series": [msgspec.to_builtins(s) for s in one.summaries]}


def _show(one: Summary) -> None:
    from tocsin.prepare.territory.judging import FLAGS_SAID

    out.print(f"{one.stated_by}: {one.holder}, {one.n_maps} maps, {one.from_date} to {one.to_date}", markup=False)
    table = Table("", "km²", box=None, header_style="bold")
    table.columns[1].justify = "right"
    for label, figure in (
        ("held on the first day", one.first_area_km2),
        ("held on the last day", one.last_area_km2),
        ("gained, step by step", one.gained_km2),
        ("lost, step by step", one.lost_km2),
        ("gained on redrawn maps", one.gained_on_redrawn_maps_km2),
        ("lost on redrawn maps", one.lost_on_redrawn_maps_km2),
    ):
        table.add_row(label, f"{figure:,.1f}")
    out.print(table)
    for flag, days in one.flagged.items():
        out.print(f"{flag} ({FLAGS_SAID[flag]}): {', '.join(map(str, days))}", markup=False)
