"""A source's folder in the desk: one run at a time, every run on record, tables that appear whole or not at
all.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from tocsin.collect.errors import BusyError, StoreError
from tocsin.collect.records import Current, FetchedRecord, Place, RunRecord

_KILLED = "the run was killed, or its machine went down, before it ended"


class Store:
    """`tables/raw/<source>/`; see the layout in `tocsin.collect`. Reading needs no lock, since files are
    replaced.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / ".incoming"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the source while a run goes on. Raises BusyError when another process does; a kill lets go."""
        with saying_what_the_disk_said(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                holder = os.pread(fd, 20, 0).decode(errors="replace").strip()
                raise BusyError(
                    f"another run of {self.folder.name} is going on (process {holder or 'unknown'})",
                    where=str(self.folder),
                    remedy="Wait until it ends, then run again",
                ) from None
            os.ftruncate(fd, 0)
            os.pwrite(fd, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(fd)

    def runs(self) -> list[RunRecord]:
        """Every run on record, oldest first."""
        files = sorted((self.folder / "runs").glob("*.json"))
        return [msgspec.json.decode(file.read_bytes(), type=RunRecord) for file in files]

    def write_run(self, record: RunRecord) -> Path:
        """Put a run on record; the same run again replaces what was said of it."""
        path = self.folder / "runs" / f"{record.run_id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, record)
        return path

    def close_killed_runs(self, *, at: datetime) -> None:
        """Mark as failed what still says that it is running. Only for the holder of the lock."""
        for record in self.runs():
            if record.status == "running":
                failed = msgspec.structs.replace(
                    record,
                    status="failed",
                    finished_at=at,
                    problem=_KILLED,
                    remedy="Run it again; it goes on from there",
                )
                self.write_run(failed)

    def current(self) -> Current:
        """The last good tables; an empty pointer before the first good run."""
        try:
            return msgspec.json.decode((self.folder / "current.json").read_bytes(), type=Current)
        except FileNotFoundError:
            return Current()

    def last_good(self, table: str) -> list[Path]:
        """The Parquet files of a table's last good run; none before the first."""
        place = self.current().latest.get(table)
        return sorted((self.folder / place.folder / table).glob("part-*.parquet")) if place else []

    def work(self, key: str) -> Path:
        """The folder in which a run with that key is made; other leftovers are cleared away."""
        work = self.folder / f".work-{key}"
        for left in self.folder.glob(".work-*"):
            if left != work:
                shutil.rmtree(left)
        work.mkdir(parents=True, exist_ok=True)
        return work

    def publish(self, work: Path, folder: str) -> None:
        """Give the finished work its place, by one rename after everything in it has reached the disk."""
        target = self.folder / folder
        target.parent.mkdir(parents=True, exist_ok=True)
        for path in sorted(work.rglob("*")):
            _flush(path)
        _flush(work)
        work.rename(target)
        _flush(target.parent)

    def point(self, record: RunRecord) -> None:
        """Make a run's tables the last good ones, overall and for their version."""
        now = self.current()
        places = {
            made.name: Place(folder=record.folder, n_rows=made.n_rows, run_id=record.run_id, version=record.version)
            for made in record.tables
        }
        versions = now.versions | {record.version: now.versions.get(record.version, {}) | places}
        cursor = record.cursor or now.cursor
        pointer = Current(latest=now.latest | places, versions=versions, cursor=cursor)
        replace_file(self.folder / "current.json", pointer)

    def fetched(self) -> dict[str, FetchedRecord]:
        """What each address gave last; a line that a kill cut short is passed over."""
        found = {}
        with contextlib.suppress(FileNotFoundError):
            for line in (self.folder / "fetched.jsonl").read_bytes().splitlines():
                with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError):
                    record = msgspec.json.decode(line, type=FetchedRecord)
                    found[record.url] = record
        return found

    def note_fetched(self, record: FetchedRecord) -> None:
        """Add a line to fetched.jsonl."""
        with (self.folder / "fetched.jsonl").open("ab") as file:
            file.write(b"\n" * (file.tell() > 0 and not _ends_line(file.name)) + msgspec.json.encode(record) + b"\n")


@contextlib.contextmanager
def saying_what_the_disk_said(where: Path) -> Iterator[None]:
    """Turn the file system's refusal into a sentence."""
    try:
        yield
    except OSError as error:
        problem = f"the disk refused: {error.strerror or error}"
        remedy = "Make room or give permission, then run again; nothing was half written"
        raise StoreError(problem, where=str(error.filename or where), remedy=remedy) from error


def replace_file(path: Path, document: msgspec.Struct) -> None:
    """Write indented JSON so that a reader sees the old file or the new one, never a part."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _flush(path.parent)


def _ends_line(name: str) -> bool:
    return Path(name).read_bytes()[-1:] == b"\n"


def _flush(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
