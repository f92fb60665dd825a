"""`tocsin archive`: keep evidence, look at it, check it, hand it over."""

from __future__ import annotations

import getpass
import platform
import tempfile
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256 as hash_of
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import structs, to_builtins
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tocsin.archive import Archive, Capture, Circumstances, Origin
from tocsin.archive.bag import export_bag
from tocsin.archive.capture import Captured, capture_file, capture_page
from tocsin.archive.fetch import Fetcher
from tocsin.archive.origin import is_same_source
from tocsin.archive.sealing import seal
from tocsin.archive.settings import ArchiveSettings, file_policy, page_policy, read_roots, read_settings
from tocsin.cli.archive_tables import custody_table, list_table, origin_table
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, err, out, say_json
from tocsin.warn.desk import DeskFolder

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Keep evidence: bytes by their SHA-256, each with its origin and its chain of custody.",
)

By = Annotated[
    str,
    typer.Option(envvar="TOCSIN_BY", help="Who does this; a pseudonym will do. [collector in desk.toml]"),
]


class As(StrEnum):
    """How an address is captured."""

    auto = "auto"
    page = "page"
    file = "file"


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
    capture_as: Annotated[As, typer.Option("--as", help="What an address is: a page, or a file.")] = As.auto,
    reason: Annotated[str, typer.Option(help="Why it is kept.")] = "collected",
    by: By = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Keep a file, or what an address answers, as evidence.

    Example: `tocsin archive add statement.pdf --producer "Genocide Watch" --licence "none stated"`

    A web page is captured whole (WACZ) where Chromium is installed, else as its exchange (WARC); any other
    address is kept as the file it answers. The desk's timestamp authorities, if any are set, sign what is kept.
    The same file with the same origin again changes nothing.

    Exit codes: 0 kept; 1 refused with the reason; 2 wrong options; 3 an altered copy of the same bytes is kept.
    """
    keeping = _Keeping(find_desk(desk), by, reason)
    at = keeping.now()
    told = Origin(
        producer=producer,
        title=title,
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
    kept = []
    for source in sources:
        if source.startswith(("http://", "https://")):
            kept.append(keeping.keep_address(source, told, capture_as))
        else:
            kept.append(keeping.keep_file(Path(source), told))
        if not as_json:
            one = kept[-1]
            out.print(f"kept {one.byte_size:,} bytes, {one.mime}, SHA-256 {one.sha256}", markup=False)
    keeping.seal(kept)
    for notice in keeping.notices:
        err.print(f"note: {notice}", markup=False)
    if as_json:
        say_json([_as_dict(capture) for capture in kept])
        return
    for capture in kept:
        out.print(str(capture.path), markup=False)


class _Keeping:
    """What one run of `add` works with, and what it has to tell at its end."""

    def __init__(self, desk: DeskFolder, by: str, reason: str) -> None:
        self.desk = desk
        self.settings = _settings_of(desk)
        self.archive = Archive(desk.folder / "archive")
        self.by = _who(by, self.settings)
        self.reason = reason
        self.notices: list[str] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    def keep_file(self, file: Path, told: Origin) -> Capture:
        """Keep a file; what is kept already, from the same origin, stays as it is."""
        origin = structs.replace(told, title=told.title or file.name)
        for known in self.archive.origins_of_file(file):
            if is_same_source(known, origin):
                origin = known
        how = self._with_desk(Circumstances())
        return self.archive.add_file(file, origin=origin, at=self.now(), by=self.by, reason=self.reason, how=how)

    def keep_address(self, url: str, told: Origin, capture_as: As) -> Capture:
        """Capture what an address answers, and keep the capture."""
        downloads = self.archive.folder / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        is_file = capture_as is As.file
        policy = file_policy(self.settings) if is_file else page_policy(self.settings)
        with (
            err.status(f"capturing {url}"),
            Fetcher(policy, clock=self.now) as fetcher,
            tempfile.TemporaryDirectory(dir=downloads) as scratch,
        ):
            if is_file:
                to = downloads / hash_of(url.encode()).hexdigest()
                captured = capture_file(fetcher, url, to=to, clock=self.now)
            else:
                captured = capture_page(
                    fetcher, url, folder=Path(scratch), chromium=self.settings.chromium, clock=self.now
                )
            self.notices += captured.notices
            capture = self._keep_captured(captured, url, told)
            captured.path.unlink()
        return capture

    def _keep_captured(self, captured: Captured, url: str, told: Origin) -> Capture:
        at = captured.how.captured_at_utc or self.now()
        origin = structs.replace(told, title=told.title or captured.title, source_url=url, retrieved_at=at, known_at=at)
        return self.archive.add_file(
            captured.path,
            origin=origin,
            at=self.now(),
            by=self.by,
            mime=captured.mime,
            reason=self.reason,
            how=self._with_desk(captured.how),
        )

    def seal(self, kept: list[Capture]) -> None:
        """Have the desk's authorities sign what was kept; a failure is told, and the capture stays."""
        with Fetcher(page_policy(self.settings), clock=self.now) as fetcher:
            self.notices += seal(
                self.archive,
                fetcher,
                self.settings.timestamp_authorities,
                [capture.sha256 for capture in kept],
                desk=self.desk.folder,
                clock=self.now,
                by=self.by,
            )

    def _with_desk(self, how: Circumstances) -> Circumstances:
        return structs.replace(
            how,
            clock_source="system clock",
            environment=platform.platform(),
            network_exit=self.settings.network_exit if how.source_url else "",
        )


def _settings_of(desk: DeskFolder) -> ArchiveSettings:
    return read_settings(desk.section("archive"), where=str(desk.folder / "desk.toml"))


def _who(by: str, settings: ArchiveSettings) -> str:
    return by or settings.collector or getpass.getuser()


@app.command()
def show(
    sha256: Annotated[str, typer.Argument(help="The capture's SHA-256, or enough of its beginning.")] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """List what is kept, or tell one capture's origins and chain of custody.

    Example: `tocsin archive show 73d6a45a`

    Exit codes: 0 shown; 1 nothing kept under that hash; 3 the origin has been altered.
    """
    archive = Archive(find_desk(desk).folder / "archive")
    if not sha256:
        _show_all(archive, as_json)
        return
    whole = archive.find(sha256)
    capture, origins, events = archive.capture(whole), archive.origins(whole), archive.custody(whole)
    if as_json:
        say_json(_as_dict(capture) | {"origins": to_builtins(origins), "custody": to_builtins(events)})
        return
    out.print(f"{capture.byte_size:,} bytes, {capture.mime}, SHA-256 {capture.sha256}", markup=False)
    for origin in origins:
        out.print(origin_table(origin))
    out.print(custody_table(events))
    out.print(str(capture.path), markup=False)


def _show_all(archive: Archive, as_json: bool) -> None:
    captures = list(archive.captures())
    if as_json:
        say_json([_as_dict(capture) for capture in captures])
    elif not captures:
        out.print("Nothing is kept yet. `tocsin archive add FILE --producer … --licence …` keeps a first file.")
    else:
        out.print(list_table(archive, captures))


@app.command()
def verify(desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """Read every kept byte again and check it, its origin, its timestamps and the chain of custody.

    Example: `tocsin archive verify --desk my-desk`

    Exit codes: 0 everything holds; 1 no desk here; 3 something does not hold and is named.
    """
    home = find_desk(desk)
    archive = Archive(home.folder / "archive")
    roots = read_roots(_settings_of(home), home.folder)
    with _progress() as bar:
        task = bar.add_task("verifying")
        findings = list(
            archive.verify(
                roots_pem=roots,
                progress=lambda n_done, n_files: bar.update(task, completed=n_done, total=n_files),
            )
        )
    faults = [finding for finding in findings if finding.is_fault]
    n_captures = sum(1 for _ in archive.captures())
    head = "" if faults else archive.log.head()
    if as_json:
        said = {"holds": not faults, "n_captures": n_captures, "log_head": head}
        say_json(said | {"findings": to_builtins(findings)})
    else:
        for finding in findings:
            weight = "FAULT" if finding.is_fault else "note"
            out.print(f"{weight:5}  {finding.where}: {finding.problem}", markup=False)
        held = _count(n_captures, "capture")
        out.print(f"{_count(len(faults), 'fault')} in {held}" if faults else f"all holds: {held}")
        if not faults:
            out.print(f"log head {head}")
    if faults:
        raise typer.Exit(3)


@app.command()
def export(
    sha256s: Annotated[list[str], typer.Argument(metavar="SHA256...", help="What to hand over.")],
    to: Annotated[Path, typer.Option(help="The bag's folder, which must not exist yet.")],
    reason: Annotated[str, typer.Option(help="Why, and for whom; goes into the bag and the custody log.")],
    by: By = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Hand evidence over: a bag that an expert checks with sha256sum and openssl alone.

    Example: `tocsin archive export 73d6a45a --to bag --reason "asked for by the registry"`

    The bag's README.txt says how to check it. The custody log records the copy.

    Exit codes: 0 made; 1 refused with the reason; 3 something to hand over has been altered.
    """
    home = find_desk(desk)
    archive = Archive(home.folder / "archive")
    wanted = [archive.find(beginning) for beginning in sha256s]
    who = _who(by, _settings_of(home))
    with err.status("writing the bag"):
        bag = export_bag(archive, wanted, to, at=datetime.now(UTC), by=who, reason=reason)
    if as_json:
        say_json({"bag": str(bag), "sha256s": wanted})
        return
    out.print(f"{_count(len(wanted), 'item')} in the bag; its README.txt says how to check it")
    out.print(str(bag), markup=False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _as_dict(capture: Capture) -> dict[str, Any]:
    return structs.asdict(capture) | {"path": str(capture.path)}
