"""TopoJSON to GeoJSON: borders that two countries share are stored once, as quantised arcs.

Format: https://github.com/topojson/topojson-specification. A negative arc index means the arc ~i, reversed.
"""

from __future__ import annotations

from typing import Any

import msgspec

Position = tuple[float, float]
Ring = list[Position]


class Transform(msgspec.Struct, frozen=True):
    """From quantised integers to degrees: position * scale + translate."""

    scale: Position
    translate: Position


class Shape(msgspec.Struct, frozen=True):
    """One country of the topology: rings given as lists of arc indexes."""

    type: str
    arcs: list[Any] = []
    id: str = ""
    properties: dict[str, Any] = {}


class ShapeCollection(msgspec.Struct, frozen=True):
    """The countries of a topology."""

    geometries: list[Shape]


class Topology(msgspec.Struct, frozen=True):
    """A TopoJSON document as far as countries need it."""

    objects: dict[str, ShapeCollection]
    arcs: list[list[tuple[int, int]]]
    transform: Transform


def polygons(topology: Topology, shape: Shape, *, decimals: int = 4) -> dict[str, Any]:
    """Give one shape as a GeoJSON geometry (RFC 7946), degrees WGS 84; rings without area are left out."""
    parts = shape.arcs if shape.type == "MultiPolygon" else [shape.arcs]
    coordinates = []
    for part in parts:
        rings = [_ring(topology, indexes, decimals) for indexes in part]
        if rings and rings[0]:
            coordinates.append([ring for ring in rings if ring])
    if len(coordinates) == 1:
        return {"type": "Polygon", "coordinates": coordinates[0]}
    return {"type": "MultiPolygon", "coordinates": coordinates}


def _ring(topology: Topology, indexes: list[int], decimals: int) -> Ring:
    points: Ring = []
    for index in indexes:
        arc = _arc(topology, index, decimals)
        points.extend(arc if not points else arc[1:])
    return points if len(points) >= 4 else []


def _arc(topology: Topology, index: int, decimals: int) -> Ring:
    (kx, ky), (dx, dy) = topology.transform.scale, topology.transform.translate
    x = y = 0
    points: Ring = []
    for step_x, step_y in topology.arcs[index if index >= 0 else ~index]:
        x, y = x + step_x, y + step_y
        points.append((round(x * kx + dx, decimals), round(y * ky + dy, decimals)))
    return points if index >= 0 else points[::-1]
