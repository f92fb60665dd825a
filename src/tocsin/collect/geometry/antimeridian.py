"""Polygons that cross 180°: cut there, as RFC 7946 asks. As they are, their inside is the rest of the world."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from tocsin.collect.errors import LayoutError

NOTE = "it crosses 180°, and was cut there"


def cut_at_antimeridian(geometry: BaseGeometry, *, where: str) -> tuple[BaseGeometry, str]:
    """(the geometry, NOTE or ""): polygons that jump or run over ±180° are unrolled and cut; all else is unchanged.

    An edge of more than half the globe is taken for the short way round. Raises LayoutError for a ring about a pole.
    """
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return geometry, ""
    west, south, east, north = geometry.bounds
    if not (-360 <= west <= east <= 360 and -90 <= south <= north <= 90):
        return geometry, ""
    outside = west < -180 or east > 180
    polygons = shapely.get_parts(geometry).tolist()
    if not outside and not any(_jumps(ring) for part in polygons for ring in shapely.get_rings(part).tolist()):
        return geometry, ""
    unrolled = [_unrolled(part, where) for part in polygons]
    found = []
    for whole in unrolled:
        mended = whole if whole.is_valid else shapely.make_valid(whole)
        for turn in (-360.0, 0.0, 360.0):
            part = shapely.intersection(mended, box(turn - 180, -90, turn + 180, 90))
            moved = shapely.transform(part, lambda points, by=turn: points - [by, 0.0])
            found += [one for one in shapely.get_parts(moved).tolist() if one.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(found), NOTE


def _jumps(ring: BaseGeometry) -> bool:
    steps = np.abs(np.diff(shapely.get_coordinates(ring)[:, 0]))
    return bool(((steps > 180) & (steps < 360)).any())


def _unrolled(polygon: BaseGeometry, where: str) -> Polygon:
    outer, *holes = (_unrolled_ring(shapely.get_coordinates(ring), where) for ring in shapely.get_rings(polygon))
    middle = outer[:, 0].mean()
    near = [hole - [360.0 * round((hole[:, 0].mean() - middle) / 360.0), 0.0] for hole in holes]
    return Polygon(outer, near)


def _unrolled_ring(points: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    steps = np.diff(points[:, 0])
    turns = np.where((steps > 180) & (steps < 360), -360.0, np.where((steps < -180) & (steps > -360), 360.0, 0.0))
    turned = np.concatenate([[0.0], np.cumsum(turns)])
    if turned[-1] != 0:
        raise LayoutError(
            "a ring runs about a pole", where=where, remedy="Export the layer cut at 180°, as RFC 7946 asks"
        )
    return np.column_stack([points[:, 0] + turned, points[:, 1]])
