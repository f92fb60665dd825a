"""The raw layer: which tables collect has made, of which release, known from when."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec

from tocsin.collect.records import TableOrigin
from tocsin.collect.store import Store


class RawTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table of one good run: what a source gave for one release. Newer releases come later in a list."""

    source: str
    table: str
    release: str
    key: str
    files: tuple[Path, ...]
    n_rows: int
    sidecar: TableOrigin

    @property
    def known_at(self) -> datetime:
        """From when its content counts as known."""
        return self.sidecar.origin.known_at


def find_raw(desk: Path, source: str, table: str) -> list[RawTable]:
    """Every release of a source's table that the desk holds, in the order in which they became known."""
    store = Store(desk / "tables" / "raw" / source)
    found = []
    for release, tables in store.current().versions.items():
        if place := tables.get(table):
            folder = store.folder / place.folder
            sidecar = msgspec.json.decode((folder / "origin.json").read_bytes(), type=TableOrigin)
            files = tuple(sorted((folder / table).glob("part-*.parquet")))
            found.append(
                RawTable(
                    source=source,
                    table=table,
                    release=release,
                    key=sidecar.key,
                    files=files,
                    n_rows=place.n_rows,
                    sidecar=sidecar,
                )
            )
    return sorted(found, key=lambda one: (one.known_at, one.release))


def final_year(release: str) -> int | None:
    """The last year that a yearly release of UCDP settles ("25.1" settles 2024); None for any other release.

    A second file of one release stands beside the first under a version of its own, as "25.1-0a1b2c".
    """
    found = re.fullmatch(r"(\d\d)\.1(-[0-9a-f]{6})?", release)
    return 2000 + int(found[1]) - 1 if found else None
