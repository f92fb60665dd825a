"""Several releases of one source into one table, without counting anything twice.

A row that two releases carry under one number is taken from the one that became known last. A candidate release of
UCDP is settled, country by country, by a yearly release: where the yearly one holds a country, its word stands for
every year up to the one it settles, and candidate events of those years are left out (their numbers may differ).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from tocsin.prepare.engine import Engine
from tocsin.prepare.raw import RawTable, final_year


def read_releases(engine: Engine, raw: Sequence[RawTable]) -> ir.Table:
    """All releases in one table, each row with its release, and when that became known."""
    return ibis.union(*(_read(engine, one, order) for order, one in enumerate(raw)))


def read_slices(engine: Engine, raw: Sequence[RawTable], instant: str, key: Sequence[str]) -> ir.Table:
    """Releases that each hold a slice of time, read as one. Only slices that overlap are searched for the same key:
    what does not overlap cannot hold a row twice, and a hundred million rows need not be compared.

    instant: the column that tells the time of a slice; its bounds stand in the Parquet files
    """
    alone: list[RawTable] = []
    together: list[list[RawTable]] = []
    for group in _overlapping(raw, instant):
        if len(group) == 1:
            alone += group
        else:
            together.append(group)
    parts = [engine.read([file for one in alone for file in one.files])] if alone else []
    for group in together:
        rows = newest(read_releases(engine, group), key)
        parts.append(rows.drop("release", "release_order", "is_final", "final_year", "is_candidate", "raw_known_at"))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _overlapping(raw: Sequence[RawTable], instant: str) -> list[list[RawTable]]:
    """Releases in groups whose times overlap; in each group in the order in which they became known."""
    spans = sorted(((*_span(one, instant), order) for order, one in enumerate(raw)))
    groups: list[list[int]] = []
    until: Any = None
    for first, last, order in spans:
        if groups and first <= until:
            groups[-1].append(order)
            until = max(until, last)
        else:
            groups.append([order])
            until = last
    return [[raw[order] for order in sorted(group)] for group in groups]


def _span(one: RawTable, instant: str) -> tuple[Any, Any]:
    bounds = []
    for file in one.files:
        metadata = pq.read_metadata(file)
        column = metadata.schema.names.index(instant)
        groups = [metadata.row_group(n).column(column).statistics for n in range(metadata.num_row_groups)]
        bounds += [bound for found in groups for bound in (found.min, found.max)]
    return min(bounds), max(bounds)


def newest(rows: ir.Table, key: Sequence[str]) -> ir.Table:
    """One row for each key: the one of the release that became known last. Within a release keys stand once (collect
    sees to it).

    The newest release of each key is found over the keys alone, so that no row is held in memory with all its columns.
    """
    latest = rows.group_by(list(key)).aggregate(latest_order=rows.release_order.max())
    same = [rows[name].identical_to(latest[name]) for name in key]
    return rows.semi_join(latest, [*same, rows.release_order == latest.latest_order])


def without_settled(events: ir.Table) -> ir.Table:
    """UCDP events less the candidate ones of a country and year that a yearly release settles."""
    final = events.filter(events.is_final)
    settled = final.group_by(settled_country=final.country).aggregate(settled_through=final.final_year.max())
    joined = events.left_join(settled, events.country == settled.settled_country)
    year = joined.date_start.year()
    kept = joined.is_final | ~joined.is_candidate | joined.settled_through.isnull() | (year > joined.settled_through)
    return joined.filter(kept).drop("settled_country", "settled_through")


def _read(engine: Engine, one: RawTable, order: int) -> ir.Table:
    final = final_year(one.release)
    return engine.read(one.files).mutate(
        release=ibis.literal(one.release),
        release_order=ibis.literal(order, "int32"),
        is_final=ibis.literal(final is not None),
        final_year=ibis.literal(final, "int32"),
        is_candidate=ibis.literal(".0." in one.release or one.release.endswith(".0")),
        raw_known_at=ibis.literal(one.known_at.astimezone(UTC).replace(tzinfo=None), "timestamp"),
    )
