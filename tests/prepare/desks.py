"""A desk to collect invented files in and to prepare them, and its tables as plain rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.collect.desks import ADesk
from tests.prepare import samples
from tocsin.prepare.engine import EngineSettings
from tocsin.prepare.errors import PrepareError
from tocsin.prepare.run import Outcome, run
from tocsin.prepare.store import Prepared

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass
class PreparedDesk:
    """Collects and prepares; `engine` is the setting of the desk."""

    collecting: ADesk
    files: Path
    engine: str = "duckdb"

    @property
    def folder(self) -> Path:
        return self.collecting.folder

    @property
    def store(self) -> Prepared:
        return Prepared(self.folder)

    def ged(self, *rows: samples.Row, version: str = "24.1", name: str = "ged.csv") -> None:
        self.files.mkdir(exist_ok=True)
        self.collecting.run("ucdp-ged", samples.ged_file(self.files / name, rows), version=version)

    def candidates(self, *rows: samples.Row, version: str = "25.0.3") -> None:
        self.files.mkdir(exist_ok=True)
        self.collecting.run("ucdp-ged", samples.candidate_file(self.files / "candidates.csv", rows), version=version)

    def acled(self, *rows: samples.Row) -> None:
        self.files.mkdir(exist_ok=True)
        file = samples.acled_file(self.files / "acled.csv", rows)
        self.collecting.run("acled", file, settings={"keep": "events"})

    def country_months(self, rows: Iterable[samples.Row]) -> None:
        self.files.mkdir(exist_ok=True)
        file = samples.country_months_file(self.files / "ged_24_1_country_month.csv", rows)
        self.collecting.run("ucdp-country-months", file)

    def prepare(self, *sources: str) -> dict[str, Outcome]:
        settings = EngineSettings(engine=self.engine, memory="1GB", threads=2)
        return {one.table: one for one in run(self.folder, at=AT, sources=sources, settings=settings)}

    def refuses(self, *sources: str) -> str:
        """Prepare what must be refused; what is said."""
        with pytest.raises(PrepareError) as caught:
            self.prepare(*sources)
        return str(caught.value)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.store.read(table).to_pylist()

    def month(self, iso3: str, month: str, *, source: str = "ucdp-ged") -> dict[str, Any]:
        """The one row of a country and month."""
        (found,) = (
            row
            for row in self.rows("ready/country_month")
            if (row["source"], row["country_iso3"], row["month"].isoformat()[:7]) == (source, iso3, month)
        )
        return found


def a_desk(place: Path) -> PreparedDesk:
    """An empty desk in a folder."""
    folder = place / "desk"
    folder.mkdir()
    (folder / "desk.toml").write_text(
        'name = "A desk"\nsender = "desk.example.org"\nurl = "https://desk.example.org"\n'
    )
    return PreparedDesk(ADesk(folder), place / "files")
