"""Several releases of one source into one table, without counting anything twice.

A row that two releases carry under one number is taken from the one that became known last. A candidate release of
UCDP is settled, country by country, by a yearly release: where the yearly one holds a country, its word stands for
every year up to the one it settles, and candidate events of those years are left out (their numbers may differ).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import ibis
import ibis.expr.types as ir

from tocsin.prepare.engine import Engine
from tocsin.prepare.raw import RawTable, final_year


def read_releases(engine: Engine, raw: Sequence[RawTable]) -> ir.Table:
    """All releases in one table, each row with its release, and when that became known."""
    return ibis.union(*(_read(engine, one, order) for order, one in enumerate(raw)))


def newest(rows: ir.Table, key: Sequence[str]) -> ir.Table:
    """One row for each key: the one of the release that became known last."""
    ranked = rows.mutate(rank=ibis.row_number().over(group_by=list(key), order_by=[ibis.desc(rows.release_order)]))
    return ranked.filter(ranked["rank"] == 0).drop("rank")


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
