"""From degrees on the ellipsoid to units of the drawing, and back to kilometres on the ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry import LineString, box, shape
from shapely.geometry.base import BaseGeometry

from tocsin.publish.maps.errors import MapError

GEOD = Geod(ellps="WGS84")
Box = tuple[float, float, float, float]


def area_km2(geometry: Mapping[str, Any]) -> float:
    """The geodesic area of a GeoJSON geometry on WGS 84, in km². Raises MapError when it has no area."""
    drawn = shape(geometry)
    if drawn.is_empty or shapely.get_dimensions(drawn) < 2:
        raise MapError("an area is asked of a geometry that has none", remedy="Give a Polygon or MultiPolygon.")
    return abs(float(GEOD.geometry_area_perimeter(shapely.orient_polygons(drawn))[0])) / 1e6


@dataclass(frozen=True)
class Frame:
    """A projection and the rectangle of it that is drawn, `width` units wide."""

    transformer: Transformer
    west: float
    north: float
    scale: float
    """Units of the drawing per metre of the projection."""
    width: float
    height: float

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Degrees to units of the drawing, y downward."""
        return shapely.transform(geometry, self._place)

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """One position, degrees to units of the drawing."""
        x, y = self.transformer.transform(longitude, latitude)
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    @property
    def rectangle(self) -> BaseGeometry:
        """What is drawn, as a shape."""
        return box(0, 0, self.width, self.height)

    def km_per_unit(self) -> float:
        """Kilometres on the ground for one unit, measured along the middle of the map by geodesic."""
        x0, x1, y = self.width * 0.25, self.width * 0.75, self.height / 2
        ends = [
            self.transformer.transform(x / self.scale + self.west, self.north - y / self.scale, direction="INVERSE")
            for x in (x0, x1)
        ]
        (lon0, lat0), (lon1, lat1) = ends
        return float(GEOD.inv(lon0, lat0, lon1, lat1)[2]) / 1000 / (x1 - x0)

    def _place(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = self.transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack(((x - self.west) * self.scale, (self.north - y) * self.scale))


@lru_cache(maxsize=64)
def situation_frame(bbox: Box, width: float) -> Frame:
    """Lambert's azimuthal equal-area projection about the middle of the box: areas are true, shapes nearly so.

    The frame is the largest upright rectangle inside the projected box, so that no corner stays undrawn.
    """
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise MapError(f"the box {list(bbox)} is not west, south, east, north in degrees")
    middle = (west + east) / 2, (south + north) / 2
    transformer = Transformer.from_crs(
        "EPSG:4326",
        f"+proj=laea +lon_0={middle[0]:.4f} +lat_0={middle[1]:.4f} +datum=WGS84 +units=m",
        always_xy=True,
    )

    def edge(x0: float, y0: float, x1: float, y1: float) -> NDArray[np.float64]:
        line = shapely.segmentize(LineString([(x0, y0), (x1, y1)]), max(abs(x1 - x0), abs(y1 - y0)) / 32)
        xy = shapely.get_coordinates(line)
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    left = edge(west, south, west, north)[:, 0].max()
    right = edge(east, south, east, north)[:, 0].min()
    bottom = edge(west, south, east, south)[:, 1].max()
    top = edge(west, north, east, north)[:, 1].min()
    if not (np.isfinite([left, right, bottom, top]).all() and left < right and bottom < top):
        raise MapError(f"the box {list(bbox)} is too large for a map of one situation")
    if not 0.25 < (top - bottom) / (right - left) < 4:
        raise MapError(
            f"the box {list(bbox)} is more than four times as long as wide",
            remedy="Give a `bbox` nearer a square.",
        )
    scale = width / (right - left)
    return Frame(transformer, float(left), float(top), float(scale), width, float((top - bottom) * scale))


@lru_cache(maxsize=8)
def world_frame(width: float, south: float = -57.0, north: float = 84.0) -> Frame:
    """The Equal Earth projection of the world without Antarctica: areas are true."""
    transformer = Transformer.from_crs("EPSG:4326", "+proj=eqearth +datum=WGS84 +units=m", always_xy=True)
    left, _ = transformer.transform(-180, 0)
    _, top = transformer.transform(0, north)
    _, bottom = transformer.transform(0, south)
    scale = width / (-2 * left)
    return Frame(transformer, float(left), float(top), float(scale), width, float((top - bottom) * scale))
