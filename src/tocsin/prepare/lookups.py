"""Small tables of our own that expressions join with, as the engine sees them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from tocsin.prepare.countries import FIRST_YEAR, LAST_YEAR, code_years
from tocsin.prepare.engine import Engine, lookup


class Lookups:
    """Written once for each run, in a folder that goes with it."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder
        self._made: dict[str, ir.Table] = {}

    def codes(self, *systems: str, as_read_by: str = "") -> ir.Table:
        """Codes of these systems by year; see `countries.code_years`."""
        return self._once(f"codes-{'-'.join(systems)}-{as_read_by}", lambda: code_years(systems, as_read_by=as_read_by))

    def calendar(self) -> ir.Table:
        """One row for each month, `calendar_month` its first day."""
        months = [datetime.date(y, m, 1) for y in range(FIRST_YEAR, LAST_YEAR + 1) for m in range(1, 13)]
        return self._once("calendar", lambda: pa.table({"calendar_month": months}))

    def _once(self, name: str, make: Callable[[], pa.Table]) -> ir.Table:
        if name not in self._made:
            self._made[name] = lookup(self._engine, make(), self._folder / f"{name}.parquet")
        return self._made[name]
