"""The prepared layers on disk: tables that appear whole or not at all, and the pointer to the last good ones.

    tables/
        clean/<source>/<key>/part-0000.parquet, origin.json
        ready/<table>/<key>/part-0000.parquet, origin.json
        prepared.json        which folder is the last good one, for each table
        .preparing/          what a run has not finished; cleared by the next
        .prepare.lock        held while a run goes on

The key is a digest of the inputs' keys and of the text of our expressions: the same inputs come out under the same
name, and a table that is there is never written again. A folder appears by one rename, after its checks;
`prepared.json` is replaced last, once for the whole run.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.archive import Origin
from tocsin.collect.source import UsageWarning
from tocsin.collect.store import replace_file, saying_what_the_disk_said
from tocsin.prepare.engine import PART
from tocsin.prepare.errors import MissingError, PrepareError


class SourceOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """One release that went into a table: who, on which terms, and what a reader must be told with it.

    n_releases: more than one where this, the newest, stands for all
    """

    source: str
    release: str
    key: str
    origin: Origin
    warnings: tuple[UsageWarning, ...]
    n_releases: int = 1


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    """`origin.json` beside a prepared table.

    broken: rule -> how many rows break it, within the share that the rule allows
    """

    layer: str
    name: str
    about: str
    key: str
    made_at: datetime
    engine: str
    n_rows: int
    byte_size: int
    sha256: str
    columns: Mapping[str, Mapping[str, Any]]
    origins: tuple[SourceOrigin, ...]
    broken: Mapping[str, int] = {}


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """`prepared.json`: "ready/country_month" -> the key of its last good version."""

    tables: Mapping[str, str] = {}


class Prepared:
    """The prepared layers of a desk. Reading needs no lock, since files are replaced whole."""

    def __init__(self, desk: Path) -> None:
        self.folder = desk / "tables"
        self.work = self.folder / ".preparing"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the layers while a run goes on. Raises PrepareError when another process does; a kill lets go."""
        with saying_what_the_disk_said(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.folder / ".prepare.lock", os.O_RDWR | os.O_CREAT, 0o644)
            try:
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    remedy = "Wait until it ends, then run again"
                    raise PrepareError("another run is going on", where=str(self.folder), remedy=remedy) from None
                shutil.rmtree(self.work, ignore_errors=True)
                self.work.mkdir()
                yield
            finally:
                shutil.rmtree(self.work, ignore_errors=True)
                os.close(fd)

    def current(self) -> dict[str, str]:
        """Table -> key of the last good version."""
        try:
            return dict(msgspec.json.decode((self.folder / "prepared.json").read_bytes(), type=Pointer).tables)
        except FileNotFoundError:
            return {}

    def has(self, table: str, key: str) -> bool:
        """Whether that version is there."""
        return (self.folder / table / key / "origin.json").exists()

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table's last good version. Raises MissingError before the first."""
        return [self.folder_of(table) / PART]

    def folder_of(self, table: str) -> Path:
        """The folder of a table's last good version. Raises MissingError before the first."""
        key = self.current().get(table)
        if key is None:
            known = ", ".join(sorted(self.current())) or "none yet"
            remedy = f"`tocsin prepare run` makes them; there are {known}"
            raise MissingError(f"there is no table {table}", where=str(self.folder), remedy=remedy)
        return self.folder / table / key

    def sidecar(self, table: str) -> Sidecar:
        """What stands beside a table's last good version. Raises MissingError before the first."""
        return msgspec.json.decode((self.folder_of(table) / "origin.json").read_bytes(), type=Sidecar)

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a table's last good version, whole in memory: for the ready ones. Raises MissingError."""
        return pq.read_table(self.files(table), columns=list(columns) if columns else None)

    def publish(self, made: Path, table: str, sidecar: Sidecar) -> None:
        """Give a finished table its place, by one rename after everything in it has reached the disk."""
        replace_file(made / "origin.json", sidecar)
        _flush(made / PART)
        _flush(made)
        target = self.folder / table / sidecar.key
        target.parent.mkdir(parents=True, exist_ok=True)
        made.rename(target)
        _flush(target.parent)

    def point(self, tables: Mapping[str, str]) -> None:
        """Make these versions the last good ones."""
        replace_file(self.folder / "prepared.json", Pointer(tables=dict(sorted(tables.items()))))


def digest(*parts: str) -> str:
    """Twelve hex digits that stand for the parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def link_or_copy(file: Path, to: Path) -> None:
    """The same bytes under another name; on a file system that knows no links, a copy."""
    to.parent.mkdir(parents=True)
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def sha256_of(file: Path) -> str:
    """The hash of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _flush(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
