"""A desk to run sources in, a clock that ticks, and the tables as plain Python rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.data_beside import ROOT
from tocsin.archive import Archive
from tocsin.archive.fetch import FetchError
from tocsin.archive.settings import ArchiveSettings
from tocsin.collect.asking import asking
from tocsin.collect.emitted import Progress, silent
from tocsin.collect.errors import CollectError
from tocsin.collect.records import RunRecord
from tocsin.collect.run import Order, run
from tocsin.collect.store import Store
from tocsin.core.errors import TocsinError

SOURCES = ROOT / "sources"


@dataclass
class ADesk:
    """A fresh desk; every run is a minute after the one before."""

    folder: Path
    at: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)
    sleeps_s: list[float] = field(default_factory=list)
    for_samples: bool = True

    def clock(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def run(
        self,
        source: str | Path,
        *from_: Path | str,
        version: str = "",
        settings: dict[str, str] | None = None,
        progress: Progress = silent,
        sources: Path = SOURCES,
    ) -> RunRecord:
        """Run a source of the project, or the one in a folder, from files or from what it asks for."""
        folder = source if isinstance(source, Path) else sources / source
        folder = self._for_samples(folder) if self.for_samples else folder
        order = Order(by="a test", from_=tuple(map(str, from_)), version=version, settings=settings or {})
        allowed = ArchiveSettings(contact="test@example.org", allow_hosts=("127.0.0.1", "localhost"))
        ask = asking(allowed, clock=self.clock, sleep=self.sleeps_s.append)
        return run(folder, order, desk=self.folder, ask=ask, clock=self.clock, progress=progress)

    def _for_samples(self, folder: Path) -> Path:
        """The same source for a file of a few rows: no row minimum above one."""
        declared = (folder / "source.toml").read_text()
        copy = self.folder / ".sources" / folder.name
        copy.mkdir(parents=True, exist_ok=True)
        (copy / "source.toml").write_text(re.sub(r"(?m)^rows = \[[1-9][\d_]*", "rows = [1", declared))
        if (folder / "parse.py").exists():
            (copy / "parse.py").write_bytes((folder / "parse.py").read_bytes())
        return copy

    def fails(self, source: str | Path, *from_: Path | str, **given: Any) -> TocsinError:
        """Run what must fail, and check what must hold whenever a run fails; give the error."""
        name = source.name if isinstance(source, Path) else source
        store = self.store(name)

        def held() -> tuple[object, ...]:
            return store.current(), self.archived(), sorted(store.folder.glob("[!.]*/*/*"))

        before = held()
        with pytest.raises(TocsinError) as caught:
            self.run(source, *from_, **given)
        error = caught.value
        last = store.runs()[-1]
        assert (last.status, last.problem, last.folder) == ("failed", error.problem, "")
        assert isinstance(error, CollectError) or error.where
        assert error.remedy or isinstance(error, FetchError)
        assert held() == before, "a failed run changed the last good table or the archive"
        return error

    def store(self, source: str) -> Store:
        return Store(self.folder / "tables" / "raw" / source)

    def archived(self) -> list[str]:
        archive = Archive(self.folder / "archive")
        return sorted(one.sha256 for one in archive.captures()) if archive.folder.exists() else []

    def query(self, source: str, table: str, sql: str) -> list[tuple[Any, ...]]:
        """SQL over the last good table, which it calls `rows`."""
        return query(self.store(source).last_good(table), sql)


def query(parts: Sequence[Path], sql: str) -> list[tuple[Any, ...]]:
    """SQL over Parquet parts, which it calls `rows`."""
    names = ", ".join(f"'{part}'" for part in parts)
    with duckdb.connect() as database:
        database.execute(f"CREATE VIEW rows AS SELECT * FROM read_parquet([{names}])")
        return database.execute(sql).fetchall()


Ticking = Callable[[], datetime]
