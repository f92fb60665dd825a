"""What must hold for a geometry before it may stand on a map: where it lies, its axes, its validity, its
area.
"""

from __future__ import annotations

import functools
from typing import Any

import msgspec
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.geometry.antimeridian import cut_at_antimeridian

MAX_VERTICES = 5_000_000


class Feature(msgspec.Struct, frozen=True):
    """One feature of a layer; where: the file and the feature's place in it, for messages."""

    geometry: BaseGeometry
    properties: dict[str, Any]
    where: str


class Box(msgspec.Struct, frozen=True):
    """Where a layer is expected to lie, degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, bounds: tuple[float, float, float, float]) -> bool:
        """Whether bounds (min x, min y, max x, max y) lie inside."""
        west, south, east, north = bounds
        return self.west <= west and self.south <= south and east <= self.east and north <= self.north


WORLD = Box(-180.0, -90.0, 180.0, 90.0)


class Checked(msgspec.Struct, frozen=True):
    """A geometry that may be drawn. note: what was mended, in GEOS's words; empty where it was valid as
    given.
    """

    geometry: BaseGeometry
    wkb: bytes
    area_km2: float
    n_vertices: int
    note: str


def read_box(text: str) -> Box:
    """A box from "west,south,east,north". Raises InputError for anything else."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    box = Box(west, south, east, north)
    if not (WORLD.holds((west, south, east, north)) and west < east and south < north):
        raise InputError(
            f"{text!r} is no box of longitudes and latitudes",
            remedy="Write west,south,east,north in degrees, such as 22,44,41,53",
        )
    return box


def check_feature(feature: Feature, *, within: Box = WORLD) -> Checked:
    """The feature's geometry, checked and where needed mended; two-dimensional.

    Raises LayoutError for an empty geometry, coordinates that are no longitudes and latitudes, swapped axes,
    or a place outside `within`. An invalid polygon (a ring that crosses itself) is mended and one across 180°
    is cut there, and the note says so.
    """
    geometry = shapely.force_2d(feature.geometry)
    if geometry.is_empty:
        raise LayoutError("the geometry is empty", where=feature.where, remedy="Ask whoever drew it")
    n_vertices = int(shapely.get_num_coordinates(geometry))
    if n_vertices > MAX_VERTICES:
        raise InputError(
            f"the geometry has {n_vertices:,} vertices; the limit is {MAX_VERTICES:,}",
            where=feature.where,
            remedy="Simplify it",
        )
    _check_numbers(geometry, feature.where)
    geometry, note = cut_at_antimeridian(geometry, where=feature.where)
    _check_place(geometry, within, feature.where)
    if not geometry.is_valid:
        note = shapely.is_valid_reason(geometry)
        geometry = _mended(geometry)
        if geometry.is_empty:
            raise LayoutError(
                f"the geometry is not valid ({note}) and nothing of it is",
                where=feature.where,
                remedy="Ask whoever drew it",
            )
    return Checked(geometry, shapely.to_wkb(geometry, byte_order=1), area_km2(geometry), n_vertices, note)


def area_km2(geometry: BaseGeometry) -> float:
    """The area on the WGS 84 ellipsoid, square kilometres; 0 for points and lines. Rings may turn either
    way.
    """
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return 0.0
    total = 0.0
    for polygon in shapely.get_parts(geometry).tolist():
        outer, *holes = shapely.get_rings(polygon).tolist()
        total += _ring_m2(outer) - sum(map(_ring_m2, holes))
    return total / 1e6


def _ring_m2(ring: BaseGeometry) -> float:
    longitudes, latitudes = shapely.get_coordinates(ring).T
    return abs(_ellipsoid().polygon_area_perimeter(longitudes, latitudes)[0])


@functools.cache
def _ellipsoid() -> Geod:
    return Geod(ellps="WGS84")


def _mended(geometry: BaseGeometry) -> BaseGeometry:
    """A valid geometry of the same dimension: slivers that collapse to lines or points are dropped."""
    mended = shapely.make_valid(geometry)
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return mended
    parts = [part for part in shapely.get_parts(mended).tolist() if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _check_numbers(geometry: BaseGeometry, where: str) -> None:
    coordinates = shapely.get_coordinates(geometry)
    if not bool((abs(coordinates) < float("inf")).all()):
        raise LayoutError("a coordinate is not a number", where=where, remedy="Ask whoever drew it")


def _check_place(geometry: BaseGeometry, within: Box, where: str) -> None:
    west, south, east, north = bounds = geometry.bounds
    shown = f"{west:.3f} to {east:.3f} by {south:.3f} to {north:.3f}"
    if within.holds(bounds):
        return
    if within.holds((south, west, north, east)):
        raise LayoutError(
            f"latitude seems to stand before longitude ({shown})",
            where=where,
            remedy="Export the layer again with longitude first, as RFC 7946 asks",
        )
    if not WORLD.holds(bounds):
        raise LayoutError(
            f"these are no longitudes and latitudes ({shown}); the layer is probably in a projection",
            where=where,
            remedy="Export it again in WGS 84 (EPSG:4326)",
        )
    raise LayoutError(
        f"it lies outside the expected box ({shown})", where=where, remedy="Check the file, or mend the box"
    )
