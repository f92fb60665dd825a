"""What differs between two maps, from the edges that only one of them has.

Two days' maps share nearly all of their outline. The edges that stand in one of them alone bound exactly the ground
that differs, so only those are noded and put together: the same pieces that an overlay of the whole maps gives, at a
small part of its cost.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from tocsin.collect.geometry.checks import area_km2

GEOD = Geod(ellps="WGS84")
Floats = NDArray[np.float64]
Edges = NDArray[Any]
"""One value for each edge: x0, y0, x1, y1, with the ground on its left; sorted.

An edge that two maps share with the ground on either side of it is not the same edge.
"""


class Outline(msgspec.Struct, frozen=True):
    """A map with its edges, made once and compared with the day before and the day after."""

    geometry: BaseGeometry
    edges: Edges
    length_km: float


class Piece(msgspec.Struct, frozen=True):
    """One polygon that only one of two maps holds. width_m: twice its area by its perimeter, a strip's width."""

    geometry: BaseGeometry
    area_km2: float
    perimeter_km: float

    @property
    def width_m(self) -> float:
        return 2000 * self.area_km2 / self.perimeter_km if self.perimeter_km else 0.0


class Difference(msgspec.Struct, frozen=True):
    """What the later map has that the earlier had not, and the other way round.

    new_km, outline_km: length of the edges that only one of the maps has, and of all edges, over both maps
    spread: how far apart the middle four fifths of those edges lie, as a part of the outline's own extent
    """

    gained: tuple[Piece, ...]
    lost: tuple[Piece, ...]
    new_km: float
    outline_km: float
    spread: float
    removed: Edges
    added: Edges


def outline(geometry: BaseGeometry) -> Outline:
    """A polygon or multipolygon, ready to be compared. It may be empty."""
    found = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(geometry))):
        points = shapely.get_coordinates(ring)
        found.append(np.hstack([points[:-1], points[1:]]))
    flat = np.vstack(found) if found else np.empty((0, 4))
    flat += 0.0  # a negative zero is another pattern of bits
    edges = np.unique(np.ascontiguousarray(flat).view(np.dtype((np.void, 32))).ravel())
    shapely.prepare(geometry)
    return Outline(geometry, edges, _length_km(edges))


def compare(before: Outline, after: Outline) -> Difference:
    """The pieces gained and lost between two maps, largest first."""
    removed = np.setdiff1d(before.edges, after.edges, assume_unique=True)
    added = np.setdiff1d(after.edges, before.edges, assume_unique=True)
    new = np.concatenate([removed, added])
    gained, lost = _pieces(before, after, new)
    new_km = _length_km(removed) + _length_km(added)
    outline_km = before.length_km + after.length_km
    return Difference(gained, lost, new_km, outline_km, _spread(new, before.edges), removed, added)


def split_narrow(piece: Piece, narrow_m: float) -> tuple[list[Piece], list[Piece]]:
    """(wide parts, narrow parts) of a piece: what is left of it after a strip of that width is worn off both sides."""
    latitude = float(shapely.get_y(piece.geometry.centroid))
    metres = np.array([111_320.0 * math.cos(math.radians(latitude)), 110_574.0])
    flat = shapely.transform(piece.geometry, lambda points: points * metres)
    core = shapely.buffer(shapely.buffer(flat, -narrow_m / 2, quad_segs=4), narrow_m / 2 * 1.05, quad_segs=4)
    wide = shapely.intersection(flat, core)
    parts = []
    for drawn in (wide, shapely.difference(flat, wide)):
        there = shapely.get_parts(shapely.transform(drawn, lambda points: points / metres)).tolist()
        parts.append([_piece(one) for one in there if one.geom_type == "Polygon" and not one.is_empty])
    return parts[0], parts[1]


def came_back(earlier: Difference, later: Difference) -> float:
    """Of the outline that the earlier comparison took away, the part by length that the later one brings back."""
    removed = _length_km(earlier.removed)
    return _length_km(np.intersect1d(earlier.removed, later.added, assume_unique=True)) / removed if removed else 0.0


def _pieces(before: Outline, after: Outline, edges: Edges) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if not len(edges):
        return (), ()
    noded = shapely.union_all(shapely.linestrings(_ends(edges).reshape(-1, 2, 2)))
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(noded))))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    had, has = (shapely.contains_xy(one.geometry, inside[:, 0], inside[:, 1]) for one in (before, after))
    return _largest_first(faces[has & ~had]), _largest_first(faces[had & ~has])


def _largest_first(faces: NDArray[Any]) -> tuple[Piece, ...]:
    return tuple(sorted(map(_piece, faces.tolist()), key=lambda one: -one.area_km2))


def _spread(edges: Edges, of: Edges) -> float:
    if not len(edges) or not len(of):
        return 0.0
    starts, whole = _ends(edges)[:, :2], _ends(of)[:, :2]
    low, high = np.quantile(starts, [0.1, 0.9], axis=0)
    extent = float(np.hypot(*np.ptp(whole, axis=0)))
    return float(np.hypot(*(high - low))) / extent if extent else 0.0


def _piece(face: BaseGeometry) -> Piece:
    area = area_km2(face)
    perimeter_km = sum(_length_km_of(shapely.get_coordinates(ring)) for ring in shapely.get_rings(face).tolist())
    return Piece(face, area, perimeter_km)


def _ends(edges: Edges) -> Floats:
    return np.ascontiguousarray(edges).view(np.float64).reshape(-1, 4)


def _length_km(edges: Edges) -> float:
    if not len(edges):
        return 0.0
    x0, y0, x1, y1 = _ends(edges).T
    return float(GEOD.inv(x0, y0, x1, y1)[2].sum()) / 1000


def _length_km_of(points: Floats) -> float:
    return float(GEOD.line_length(points[:, 0], points[:, 1])) / 1000
