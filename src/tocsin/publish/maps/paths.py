"""Shapes to the short form of SVG path data: relative steps in tenths of a unit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def clipped(geometry: BaseGeometry, rectangle: BaseGeometry) -> BaseGeometry:
    """The part of a shape inside the rectangle, same dimension only."""
    cut = shapely.intersection(shapely.make_valid(geometry), rectangle)
    whole = shapely.get_dimensions(geometry)
    parts = [part for part in shapely.get_parts(cut) if shapely.get_dimensions(part) == whole]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def area_path(geometry: BaseGeometry, *, decimals: int = 1) -> str:
    """Path data of polygons, with holes; use fill-rule evenodd. Empty text for an empty shape."""
    rings = [
        ring
        for polygon in shapely.get_parts(geometry)
        if shapely.get_type_id(polygon) == 3
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    return "".join(_steps(shapely.get_coordinates(ring)[:-1], decimals, closed=True) for ring in rings)


def line_path(lines: Iterable[BaseGeometry], *, decimals: int = 1) -> str:
    """Path data of lines, merged where their ends meet so that dashes run on."""
    merged = shapely.line_merge(shapely.union_all(list(lines)))
    return "".join(
        _steps(shapely.get_coordinates(line), decimals, closed=False)
        for line in shapely.get_parts(merged)
        if shapely.get_type_id(line) == 1
    )


def _steps(points: NDArray[np.float64], decimals: int, *, closed: bool) -> str:
    """Absolute start, then relative steps between rounded points, so that rounding does not add up."""
    if len(points) < 2:
        return ""
    factor = 10**decimals
    grid = np.rint(points * factor).astype(np.int64)
    moved = np.any(np.diff(grid, axis=0) != 0, axis=1)
    grid = grid[np.concatenate(([True], moved))]
    if len(grid) < (3 if closed else 2):
        return ""
    start = f"M{number(grid[0][0] / factor, decimals)} {number(grid[0][1] / factor, decimals)}"
    steps = "".join(
        _joined(number(dx / factor, decimals), number(dy / factor, decimals))
        for dx, dy in np.diff(grid, axis=0).tolist()
    )
    return f"{start}l{steps.lstrip()}{'z' if closed else ''}"


def _joined(x: str, y: str) -> str:
    return f"{x if x[0] == '-' else ' ' + x}{y if y[0] == '-' else ' ' + y}"


def number(value: float, decimals: int = 1) -> str:
    """A number as short as SVG allows: 0.5 -> .5, 3.0 -> 3, never -0."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
