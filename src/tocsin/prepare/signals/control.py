"""Ground gained by month and country, from compared maps of control: what the rule `control-gained` looks at.

Slivers of redrawn maps are left out, since no ground changed hands there. A piece belongs to the country in whose
outline at 1:50 million it lies. Months before the first whole one are unknown.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.parquet as pq
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tocsin.collect.records import TableOrigin
from tocsin.collect.store import Store
from tocsin.core import geography
from tocsin.prepare.signals.panel import Panel

NEAR_DEG = 0.5


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One author's series: gained_km2 of each country in which ground was gained. said_of: whose, in a sentence."""

    stated_by: str
    holder: str
    panel: Panel
    said_of: str


def read_control(desk: Path) -> list[Control]:
    """Every series of maps that `tocsin prepare territory` has compared, from its last good run."""
    place = desk / "tables" / "ready" / "territory"
    found: list[Control] = []
    for folder in sorted(place.iterdir()) if place.is_dir() else ():
        if (key := _newest(folder)) is not None:
            found += _read(key)
    return found


def _newest(folder: Path) -> Path | None:
    place = Store(folder).current().latest.get("days")
    return folder / place.folder if place and (folder / place.folder / "days").is_dir() else None


def _read(folder: Path) -> list[Control]:
    days = pq.read_table(folder / "days", columns=["stated_by", "holder", "area_date"]).to_pylist()
    gained = [
        row
        for row in pq.read_table(folder / "changes").to_pylist()
        if row["change"] == "gained" and not (row["is_sliver"] and row["on_redrawn_map"])
    ]
    origin = msgspec.json.decode((folder / "origin.json").read_bytes(), type=TableOrigin).origin
    who = sorted({(row["stated_by"], row["holder"]) for row in days})
    return [
        Control(
            stated_by=stated_by,
            holder=holder,
            panel=gained_by_month(
                [row["area_date"] for row in days if (row["stated_by"], row["holder"]) == (stated_by, holder)],
                [row for row in gained if (row["stated_by"], row["holder"]) == (stated_by, holder)],
            ),
            said_of=f"maps by {stated_by} of what it says {holder} hold, {origin.title} ({origin.licence})",
        )
        for stated_by, holder in who
    ]


def gained_by_month(days: list[date], gained: list[dict[str, Any]]) -> Panel:
    """A panel of countries with `gained_km2`. days: of every map; gained: pieces with area_date, area_km2, geometry.

    A month without a map is unknown, and so is the first one, unless its first map is of its first day.
    """
    first, last = min(days), max(days)
    start = first.replace(day=1)
    n_months = (last.year - start.year) * 12 + last.month - start.month + 1
    codes = _countries([row["geometry"] for row in gained])
    units = tuple(sorted(set(codes) - {""}))
    values = np.full((len(units), n_months), np.nan)

    def index(day: date) -> int:
        return (day.year - start.year) * 12 + day.month - start.month

    for month in {index(day) for day in days} - ({0} if first.day > 1 else set()):
        values[:, month] = 0.0
    for row, code in zip(gained, codes, strict=True):
        if code:
            values[units.index(code), index(row["area_date"])] += row["area_km2"]  # NaN stays NaN
    return Panel(units, start, {"gained_km2": values})


def _countries(pieces: list[bytes]) -> list[str]:
    """ISO 3166-1 alpha-3 of the country in which each piece lies, or lies nearest; empty where there is none near."""
    if not pieces:
        return []
    middles = shapely.point_on_surface(shapely.from_wkb(pieces))
    around = shapely.box(*shapely.total_bounds(middles)).buffer(NEAR_DEG)
    near = [
        (code, shapely.intersection(outline, around)) for code, outline in _outlines() if outline.intersects(around)
    ]
    codes, outlines = [code for code, _ in near], [outline for _, outline in near]
    found = [""] * len(pieces)
    tree = shapely.STRtree(outlines)
    for piece, outline in tree.query(middles, predicate="within").T.tolist():
        found[piece] = codes[outline]
    lone = [piece for piece, code in enumerate(found) if not code]  # off a coast that is drawn coarsely
    for nth, outline in tree.query_nearest(middles[lone], max_distance=NEAR_DEG, all_matches=False).T.tolist():
        found[lone[nth]] = codes[outline]
    return found


@cache
def _outlines() -> list[tuple[str, BaseGeometry]]:
    return [(code, shapely.make_valid(shape(drawn))) for code, _, drawn in geography.world("50m") if code]
