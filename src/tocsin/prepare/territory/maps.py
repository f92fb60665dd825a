"""The maps of a series: one geometry for each day, from the rows of a collected table of areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.collect.geometry.checks import Feature, area_km2, check_feature
from tocsin.prepare.territory.errors import TerritoryError

Row = tuple[str, str, date, str, int, bytes, str | None]
_COLUMNS = "stated_by, holder, area_date, member, feature_number, geometry, geometry_note"


class Series(msgspec.Struct, frozen=True):
    """Whose maps they are, and who is said to hold the ground."""

    stated_by: str
    holder: str


class DayMap(msgspec.Struct, frozen=True):
    """What one map says that was held on one day; its area is geodesic, on WGS 84.

    notes: what was mended or passed over, one sentence each
    """

    day: date
    geometry: BaseGeometry
    area_km2: float
    n_vertices: int
    notes: tuple[str, ...] = ()


def read_series(files: Sequence[Path]) -> Iterator[tuple[Series, Iterator[DayMap]]]:
    """Every series in the Parquet files of a table `areas`, its maps by day; take one series before the next.

    Raises TerritoryError when the files are no such table, or hold no map.
    """
    if not files:
        raise TerritoryError(
            "there is no table of areas", remedy="Collect one first: `tocsin collect run control-areas`"
        )
    try:
        with duckdb.connect() as database:
            rows = database.read_parquet([str(file) for file in files]).select(_COLUMNS)
            rows = rows.order("stated_by, holder, area_date, member, feature_number")
            found = _fetched(rows)
            empty = True
            for (stated_by, holder), group in groupby(found, key=lambda row: (row[0], row[1])):
                empty = False
                yield Series(stated_by, holder), _days(group)
    except duckdb.Error as error:
        problem = f"this is no table of areas: {str(error).splitlines()[0]}"
        raise TerritoryError(problem, where=str(files[0]), remedy="Collect it again") from None
    if empty:
        raise TerritoryError("the table holds no map", where=str(files[0]), remedy="Collect maps first")


def day_map(day: date, geometries: Sequence[BaseGeometry], *, where: str, notes: tuple[str, ...] = ()) -> DayMap:
    """One day's map of its polygons, mended where needed; ground under two polygons counts once.

    Raises LayoutError, by name, for a geometry that cannot stand on a map.
    """
    checked = [check_feature(Feature(geometry, {}, where)) for geometry in geometries]
    found = notes + tuple(f"mended: {one.note}" for one in checked if one.note)
    n_vertices = sum(one.n_vertices for one in checked)
    if len(checked) == 1:
        return DayMap(day, checked[0].geometry, checked[0].area_km2, n_vertices, found)
    parts = [one.geometry for one in checked]
    united = shapely.union_all(parts)
    if sum(part.area for part in parts) > united.area * (1 + 1e-9):
        found += ("its polygons lie over one another; the ground counts once",)
    return DayMap(day, united, area_km2(united), n_vertices, found)


def _fetched(rows: duckdb.DuckDBPyRelation) -> Iterator[Row]:
    while batch := rows.fetchmany(64):
        yield from batch


def _days(rows: Iterator[Row]) -> Iterator[DayMap]:
    for day, group in groupby(rows, key=lambda row: row[2]):
        members = [(name, list(same)) for name, same in groupby(group, key=lambda row: row[3])]
        name, kept = members[-1]
        notes = tuple(f"mended when collected: {row[6]}" for row in kept if row[6])
        if len(members) > 1:
            passed = ", ".join(other for other, _ in members[:-1])
            notes += (f"{len(members)} maps speak of this day; {name} is taken, not {passed}",)
        yield day_map(day, [shapely.from_wkb(row[5]) for row in kept], where=f"{name}, {day}", notes=notes)
