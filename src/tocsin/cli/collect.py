"""`tocsin collect`: run sources, see what came, hand a table on."""

from __future__ import annotations

import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.table import Table

import tocsin
from tocsin.archive.settings import read_settings
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, reporting, say_json
from tocsin.collect.errors import SourceError
from tocsin.collect.records import RunRecord
from tocsin.collect.source import Source, list_sources
from tocsin.collect.store import Store
from tocsin.warn.desk import DeskFolder

if TYPE_CHECKING:
    from tocsin.collect.tables import Engine

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Run sources: what a publisher gives becomes a dated, checked table, or nothing changes.",
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The source; `tocsin collect list` names them.")]


@app.command("list")
def list_(desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """List the sources: the project's own, and those in the desk's `sources` folder.

    Example: `tocsin collect list`

    Exit codes: 0 listed; 1 a source's declaration is wrong; 2 wrong options.
    """
    sources = {source.name: source for folder in _folders(_desk_or_none(desk)) for source in list_sources(folder)}
    if as_json:
        say_json([_about(source) for source in sources.values()])
        return
    table = Table("source", "what", "licence", "tables", box=None, header_style="bold")
    for source in sources.values():
        names = ", ".join(one.name for one in source.tables) or source.kind
        table.add_row(source.name, source.title, source.origin.licence, names)
    out.print(table)


@app.command("run")
def run_(
    name: Name,
    from_: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="FILE|URL", help="Read this instead of the publisher's own; repeatable."),
    ] = None,
    version: Annotated[str, typer.Option(help="The publisher's version. [found in the file's name]")] = "",
    known_at: Annotated[
        str, typer.Option(help="The day from which the content counts as known. [today]", metavar="YYYY-MM-DD")
    ] = "",
    by: Annotated[str, typer.Option("--by", envvar="TOCSIN_BY", help="Who does this. [collector, or you]")] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Run a source: fetch, account for every field, check, and only then make it the last good table.

    Example: `tocsin collect run ucdp-ged --from GEDEvent_v26_0_2.xlsx`

    The same bytes again change nothing and say so. A run that fails is on record too, and leaves the last good
    table and the archive as they were.

    Exit codes: 0 done or unchanged; 1 the run failed with the reason; 2 wrong options.
    """
    from tocsin.collect.asking import asking
    from tocsin.collect.run import Order, run

    home = find_desk(desk)
    folder = _find_source(name, home)
    settings = read_settings(home.section("archive"), where=str(home.folder / "desk.toml"))
    order = Order(
        by=by or settings.collector or getpass.getuser(),
        from_=tuple(from_ or ()),
        version=version,
        known_at=_day(known_at),
        settings=_settings(home, name),
        engine=_engine(home),
    )

    def clock() -> datetime:
        return datetime.now(UTC)

    with reporting() as report:
        record = run(
            folder,
            order,
            desk=home.folder,
            ask=asking(settings, clock=clock),
            clock=clock,
            progress=report,
        )
    path = home.folder / "tables" / "raw" / name / record.folder
    if as_json:
        say_json({**msgspec.to_builtins(record), "path": str(path)})
        return
    out.print(f"{name} {record.version}: {record.changes}", markup=False)
    for note in record.notes:
        out.print(note, markup=False)
    out.print(str(path), markup=False)


@app.command()
def status(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One source. [all that ever ran]")] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Show how each source's last run ended, and which table is the last good one.

    Example: `tocsin collect status ucdp-ged`

    Exit codes: 0 every last run ended well; 2 wrong options; 3 a source's last run failed.
    """
    home = find_desk(desk)
    raw = home.folder / "tables" / "raw"
    names = [name] if name else sorted(path.name for path in raw.glob("*") if path.is_dir())
    stores = {one: Store(raw / one) for one in names}
    last = {one: runs[-1] for one, store in stores.items() if (runs := store.runs())}
    if name and not last:
        raise SourceError(f"{name} has not run in this desk", where=str(raw), remedy=f"`tocsin collect run {name}`")
    if as_json:
        say_json([msgspec.to_builtins({"last_run": r, "current": stores[n].current()}) for n, r in last.items()])
    elif not last:
        out.print("Nothing has run in this desk yet; `tocsin collect list` names the sources.")
    else:
        _show(last, stores)
    if any(record.status == "failed" for record in last.values()):
        raise typer.Exit(3)


@app.command()
def export(
    name: Name,
    table: Annotated[str, typer.Argument(help="One of the source's tables.")],
    to: Annotated[Path, typer.Option(help="The CSV file to write.")],
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Write a source's last good table as CSV, safe to open in a spreadsheet: no cell is taken for a formula.

    Example: `tocsin collect export ucdp-ged events --to events.csv`

    Exit codes: 0 written; 1 there is no such table; 2 wrong options.
    """
    from tocsin.collect.export import export_csv

    home = find_desk(desk)
    export_csv(Store(home.folder / "tables" / "raw" / name), table, to)
    if as_json:
        say_json({"source": name, "table": table, "path": str(to)})
    else:
        out.print(str(to), markup=False)


def _show(last: dict[str, RunRecord], stores: dict[str, Store]) -> None:
    table = Table("source", "last run", "ended", "last good", box=None, header_style="bold")
    for name, record in last.items():
        good = [f"{n} {p.version} ({p.n_rows:,} rows)" for n, p in stores[name].current().latest.items()]
        ended = f"{record.status}: {record.problem:.90}" if record.status == "failed" else record.status
        table.add_row(name, f"{record.started_at:%Y-%m-%d %H:%M}", ended, ", ".join(good) or "none")
    out.print(table)


def _about(source: Source) -> dict[str, Any]:
    tables = {table.name: list(table.columns) for table in source.tables}
    warnings = [warning.says for warning in source.warnings]
    return {
        "name": source.name,
        "title": source.title,
        "kind": source.kind,
        "licence": source.origin.licence,
        "tables": tables,
        "warnings": warnings,
    }


def _desk_or_none(folder: Path) -> DeskFolder | None:
    return find_desk(folder) if (folder / "desk.toml").exists() else None


def _folders(desk: DeskFolder | None) -> list[Path]:
    """Where sources are looked for: the desk's own folder first, then the project's."""
    checkout = Path(tocsin.__file__).parents[2] / "sources"
    ours = checkout if checkout.is_dir() else Path(sys.prefix) / "share" / "tocsin" / "sources"
    named = desk.folder / str(desk.section("collect").get("sources", "sources")) if desk else ours
    return [folder for folder in dict.fromkeys((ours, named)) if folder.is_dir()]


def _find_source(name: str, desk: DeskFolder) -> Path:
    for folder in reversed(_folders(desk)):
        if (folder / name / "source.toml").exists():
            return folder / name
    known = ", ".join(source.name for folder in _folders(desk) for source in list_sources(folder))
    raise SourceError(f"there is no source {name!r}", remedy=f"There are {known}")


def _settings(desk: DeskFolder, name: str) -> dict[str, str]:
    """[collect.<name>] of desk.toml; a value "env:NAME" is read from the environment, so no secret need stand
    there.
    """
    given = desk.section("collect").get(name, {})
    found = {}
    for key, value in given.items():
        if isinstance(value, str) and value.startswith("env:"):
            variable = value.removeprefix("env:")
            if variable not in os.environ:
                where = f"{desk.folder / 'desk.toml'} [collect.{name}]"
                raise SourceError(f"{key}: there is no environment variable {variable}", where=where, remedy="Set it")
            value = os.environ[variable]
        found[key] = str(value)
    return found


def _engine(desk: DeskFolder) -> Engine:
    from tocsin.collect.tables import Engine

    section = desk.section("collect")
    return Engine(memory=str(section.get("memory", "1GB")), threads=int(section.get("threads", 0)))


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2026-03-01", param_hint="--known-at") from None
