"""Cut the shapes of a TopoJSON document where they cross 180°.

world-atlas joins such shapes over the edge of the map, which suits a globe but not RFC 7946 nor a flat drawing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import shapely
from shapely.geometry import Polygon, box

from tocsin.core.geography.topology import Topology, polygons


def cut_at_antimeridian(atlas: dict[str, Any]) -> None:
    """Cut shapes that cross 180° in two, as RFC 7946 asks: else a drawing runs them across the whole map."""
    topology = msgspec.convert(atlas, Topology)
    scale, translate = atlas["transform"]["scale"], atlas["transform"]["translate"]
    for one, drawn in zip(
        atlas["objects"]["countries"]["geometries"], topology.objects["countries"].geometries, strict=True
    ):
        geometry = polygons(topology, drawn, decimals=9)
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        if not any(abs(b[0] - a[0]) > 180 for part in parts for a, b in pairwise(part[0])):
            continue
        halves = [half for part in parts for half in halved(part)]
        one["type"], one["arcs"] = "MultiPolygon", []
        for polygon in halves:
            indexes = []
            for ring in (polygon.exterior, *polygon.interiors):
                grid = [
                    (round((x - translate[0]) / scale[0]), round((y - translate[1]) / scale[1])) for x, y in ring.coords
                ]
                steps = [list(grid[0]), *([b[0] - a[0], b[1] - a[1]] for a, b in pairwise(grid) if a != b)]
                if len(steps) >= 4:
                    indexes.append([len(atlas["arcs"])])
                    atlas["arcs"].append(steps)
            if indexes:
                one["arcs"].append(indexes)


def halved(rings: list[list[tuple[float, float]]]) -> list[Polygon]:
    """One polygon, unrolled where it jumps over 180°, then cut there; a ring about a pole is closed there."""
    unrolled = []
    for ring in rings:
        points, turn = [ring[0]], 0.0
        for (x0, _), (x1, y1) in pairwise(ring):
            turn += -360.0 if x1 - x0 > 180 else 360.0 if x1 - x0 < -180 else 0.0
            points.append((x1 + turn, y1))
        if abs(points[-1][0] - points[0][0]) > 180:
            pole = -90.0 if points[0][1] < 0 else 90.0
            points += [(points[-1][0], pole), (points[0][0], pole)]
        unrolled.append(points)
    whole = shapely.make_valid(Polygon(unrolled[0], unrolled[1:]))
    found = []
    for shift in (-360, 0, 360):
        part = shapely.intersection(whole, box(-180 + shift, -90, 180 + shift, 90))
        moved = shapely.transform(part, lambda points, by=shift: points - (by, 0))
        found += [piece for piece in shapely.get_parts(moved) if isinstance(piece, Polygon) and piece.area > 0]
    return found
