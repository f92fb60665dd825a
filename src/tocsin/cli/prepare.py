"""`tocsin prepare`: collected tables into checked ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, reporting, say_json
from tocsin.prepare.errors import EngineError
from tocsin.warn.desk import DeskFolder

if TYPE_CHECKING:  # ibis takes a second to import: only the commands that need it do
    from tocsin.prepare.engine import EngineSettings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Prepare what was collected: raw tables into clean and ready ones, checked, or nothing changes.",
)


@app.command("run")
def run_(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Take only these anew. [all that were collected]")
    ] = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Make the clean and ready tables of what was collected; each is checked first, and appears whole or not at all.

    Tables whose inputs have not changed are left as they are. A table that breaks what is expected of it is refused
    with its rows named, and its last good version stays; the others are made all the same. The engine is DuckDB, or
    what `[prepare] engine` in desk.toml names.

    Example: `tocsin prepare run ucdp-ged`

    Exit codes: 0 made or unchanged; 1 a table was refused, or there is nothing to prepare; 2 wrong options.
    """
    from tocsin.prepare.run import run

    home = find_desk(desk)
    with reporting() as report:
        made = run(home.folder, at=parse_at(at), sources=sources or (), settings=_settings(home), progress=report)
    if as_json:
        say_json([msgspec.to_builtins(one) for one in made])
        return
    for one in made:
        out.print(f"{one.table}: {one.status}, {one.n_rows:,} rows", markup=False)
        for rule, n_rows in one.broken.items():
            out.print(f"  {n_rows:,} rows break, within what is allowed: {rule}", markup=False)
    out.print(made[-1].folder, markup=False)


def _settings(desk: DeskFolder) -> EngineSettings:
    from tocsin.prepare.engine import EngineSettings

    try:
        return msgspec.convert(desk.section("prepare"), EngineSettings)
    except msgspec.ValidationError as error:
        where = f"{desk.folder / 'desk.toml'} [prepare]"
        raise EngineError(f"the settings cannot be used: {error}", where=where, remedy="Mend them") from None
