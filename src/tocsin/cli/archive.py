"""`tocsin archive`: keep evidence, look at it, check it, hand it over."""

from __future__ import annotations

import getpass
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tocsin.archive import Archive, Capture, Circumstances, CustodyEvent, Origin
from tocsin.archive.origin import is_same_source
from tocsin.archive.settings import ArchiveSettings, read_settings
from tocsin.cli.desk import DeskFolder, find_desk
from tocsin.cli.output import AsJson, err, out, say_json

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Keep evidence: bytes by their SHA-256, each with its origin and its chain of custody.",
)

By = Annotated[
    str,
    typer.Option("--by", envvar="TOCSIN_BY", help="Who does this; a pseudonym will do. [collector, or you]"),
]


@app.command()
def add(
    sources: Annotated[list[str], typer.Argument(metavar="URL|FILE...", help="What to keep.")],
    producer: Annotated[str, typer.Option(help="Who made it.")],
    licence: Annotated[str, typer.Option(help='The licence it is under, or "none stated".')],
    title: Annotated[str, typer.Option(help="What it is called. [the page's title, or the file's name]")] = "",
    citation: Annotated[str, typer.Option(help="How the producer asks to be cited.")] = "",
    licence_url: Annotated[str, typer.Option(help="Where the licence can be read.")] = "",
    term: Annotated[list[str] | None, typer.Option(help="A further condition of use; may be repeated.")] = None,
    version: Annotated[str, typer.Option(help="The producer's own version.")] = "",
    published: Annotated[str, typer.Option(help="The day it was published, as precisely as known.")] = "",
    source_url: Annotated[str, typer.Option(help="For a file: the address it came from.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is kept.")] = "collected",
    by: By = "",
    desk: DeskFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Keep a file, or what an address answers, as evidence.

    Example: `tocsin archive add statement.pdf --producer "Genocide Watch" --licence "none stated"`

    A web page is captured whole (WACZ) where Chromium is installed, else as its WARC exchange; any other
    address is kept as the file it answers. The same file with the same origin again changes nothing.

    Exit codes: 0 kept, 1 refused with the reason, 2 wrong options, 3 an altered copy of the same bytes is kept.
    """
    home = find_desk(desk)
    settings = read_settings(home.section("archive"), where=str(home.folder / "desk.toml"))
    archive = Archive(home.folder / "archive")
    at = datetime.now(UTC)
    kept = []
    for source in sources:
        file = Path(source)
        origin = Origin(
            producer=producer,
            title=title or file.name,
            licence=licence,
            citation=citation,
            licence_url=licence_url,
            terms=tuple(term or ()),
            version=version,
            published_date=published,
            source_url=source_url,
            retrieved_at=at,
            known_at=at,
        )
        how = _circumstances(settings)
        kept.append(_keep_file(archive, file, origin, at=at, by=_who(by, settings), reason=reason, how=how))
    if as_json:
        say_json([_capture_as_dict(capture) for capture in kept])
        return
    for capture in kept:
        out.print(f"kept {capture.byte_size:,} bytes, {capture.mime}, SHA-256 {capture.sha256}")
    for capture in kept:
        out.print(str(capture.path))


def _keep_file(
    archive: Archive, file: Path, origin: Origin, *, at: datetime, by: str, reason: str, how: Circumstances
) -> Capture:
    """Keep a file; what is kept already, from the same origin, stays as it is."""
    for known in archive.origins_of_file(file):
        if is_same_source(known, origin):
            origin = known
    return archive.add_file(file, origin=origin, at=at, by=by, reason=reason, how=how)


def _circumstances(settings: ArchiveSettings) -> Circumstances:
    return Circumstances(
        clock_source="system clock", environment=platform.platform(), network_exit=settings.network_exit
    )


def _who(by: str, settings: ArchiveSettings) -> str:
    return by or settings.collector or getpass.getuser()


@app.command()
def show(
    sha256: Annotated[str, typer.Argument(help="The capture's SHA-256, or enough of its beginning.")] = "",
    desk: DeskFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """List what is kept, or tell one capture's origins and chain of custody.

    Example: `tocsin archive show 73d6a45a`

    Exit codes: 0 shown, 1 nothing kept under that hash, 3 the origin has been altered.
    """
    archive = Archive(find_desk(desk).folder / "archive")
    if not sha256:
        _show_all(archive, as_json)
        return
    whole = archive.find(sha256)
    capture, origins, events = archive.capture(whole), archive.origins(whole), archive.custody(whole)
    if as_json:
        say_json(
            _capture_as_dict(capture)
            | {"origins": msgspec.to_builtins(origins), "custody": msgspec.to_builtins(events)}
        )
        return
    out.print(f"{capture.byte_size:,} bytes, {capture.mime}, SHA-256 {capture.sha256}", markup=False)
    for origin in origins:
        _show_origin(origin)
    _show_custody(events)
    out.print(str(capture.path), markup=False)


def _show_all(archive: Archive, as_json: bool) -> None:
    captures = list(archive.captures())
    if as_json:
        say_json([_capture_as_dict(capture) for capture in captures])
        return
    if not captures:
        out.print("Nothing is kept yet. `tocsin archive add FILE --producer … --licence …` keeps a first file.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("SHA-256", "bytes", "media type", "collected", "title"):
        table.add_column(name, justify="right" if name == "bytes" else "left")
    for capture in captures:
        first = archive.custody(capture.sha256)[0]
        title = archive.origin(first.origin_ref).title
        collected = f"{first.event_at:%Y-%m-%d %H:%M}"
        table.add_row(capture.sha256[:12], f"{capture.byte_size:,}", capture.mime, collected, title)
    out.print(table)


def _show_origin(origin: Origin) -> None:
    table = Table(box=None, show_header=False, title="Origin", title_justify="left", pad_edge=False)
    for name, value in msgspec.to_builtins(origin).items():
        if value:
            table.add_row(name.replace("_", " "), "; ".join(value) if isinstance(value, list) else str(value))
    out.print(table)


def _show_custody(events: list[CustodyEvent]) -> None:
    table = Table(box=None, title="Custody", title_justify="left", pad_edge=False)
    for name in ("at", "event", "by", "reason"):
        table.add_column(name)
    for event in events:
        table.add_row(f"{event.event_at:%Y-%m-%d %H:%M:%S}Z", event.event, event.event_by, event.event_reason)
    out.print(table)


@app.command()
def verify(desk: DeskFolder = Path(), as_json: AsJson = False) -> None:
    """Read every kept byte again and check it, its origin, its timestamps and the chain of custody.

    Example: `tocsin archive verify --desk my-desk`

    Exit codes: 0 everything holds, 1 no desk here, 3 something does not hold and is named.
    """
    archive = Archive(find_desk(desk).folder / "archive")
    with _progress() as bar:
        task = bar.add_task("verifying")
        findings = list(
            archive.verify(progress=lambda n_done, n_files: bar.update(task, completed=n_done, total=n_files))
        )
    faults = [finding for finding in findings if finding.is_fault]
    n_captures = sum(1 for _ in archive.captures())
    head = archive.log.head()
    if as_json:
        said = {"holds": not faults, "n_captures": n_captures, "log_head": head}
        say_json(said | {"findings": msgspec.to_builtins(findings)})
    else:
        for finding in findings:
            weight = "FAULT" if finding.is_fault else "note"
            out.print(f"{weight:5}  {finding.where}: {finding.problem}", markup=False)
        held = _count(n_captures, "capture")
        out.print(
            f"{_count(len(faults), 'fault')} in {held}" if faults else f"all holds: {held}, log head {head}"
        )
    if faults:
        raise typer.Exit(3)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _capture_as_dict(capture: Capture) -> dict[str, Any]:
    return msgspec.structs.asdict(capture) | {"path": str(capture.path)}
