"""Where names go: in order of weight, each at the best free place, and left out before it covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tocsin.publish.maps.text import text_width, wrapped

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """Lines of text set at (x, y), the baseline of the first line."""

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str
    size: float
    style: str
    langs: tuple[str, ...] = ()


@dataclass
class Placing:
    """A sheet of paper: what has been set on it, and what must stay free."""

    width: float
    height: float
    taken: list[Rectangle] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def keep_free(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Nothing may be set here: a dot, the scale bar."""
        self.taken.append((x0, y0, x1, y1))

    def near(
        self, lines: Sequence[str], x: float, y: float, *, size: float, style: str, must: bool, gap: float = 5
    ) -> bool:
        """Set a name beside a point; with `must`, even where it overlaps least."""
        lines = self._folded(lines, size)
        if not lines:
            return False
        width, height = _extent(lines, size)
        middle = y - height / 2
        spots = [
            (x + gap, middle, "start"),
            (x - gap - width, middle, "end"),
            (x + gap, y - height - 1, "start"),
            (x + gap, y + 1, "start"),
            (x - gap - width, y - height - 1, "end"),
            (x - gap - width, y + 1, "end"),
            (x - width / 2, y - gap - height, "middle"),
            (x - width / 2, y + gap, "middle"),
        ]
        if must:
            spots += [(left, top + step, anchor) for step in (10, -10, 18, -18) for left, top, anchor in spots[:2]]
        rated = [(self._cost((left, top, left + width, top + height)), left, top, a) for left, top, a in spots]
        best = min(rated, key=lambda one: one[0])
        if best[0] > 0 and not must:
            return False
        self._set(lines, best[1], best[2], best[3], size=size, style=style)
        return True

    def inside(
        self,
        lines: Sequence[str],
        area: BaseGeometry,
        *,
        size: float,
        style: str,
        must: bool,
        loose: bool = False,
    ) -> bool:
        """Set a name across an area, as near its middle as is free; `loose` lets it reach over the edge."""
        lines = self._folded(lines, size)
        if area.is_empty or not lines:
            return False
        width, height = _extent(lines, size)
        x0, y0, x1, y1 = area.bounds
        middle = shapely.centroid(area)
        xs, ys = (each.ravel() for each in np.meshgrid(np.linspace(x0, x1, 25), np.linspace(y0, y1, 25)))
        spots = shapely.box(xs - width / 2, ys - height / 2, xs + width / 2, ys + height / 2)
        shapely.prepare(area)
        fitting = shapely.contains_xy(area, xs, ys) if loose else shapely.contains(area, spots)
        if must and not fitting.any():
            fitting = shapely.contains_xy(area, xs, ys)
        if not fitting.any():
            return False
        xs, ys, spots = xs[fitting], ys[fitting], spots[fitting]
        over = np.zeros(len(spots))
        reaching = ~shapely.contains(area, spots)
        over[reaching] = shapely.area(spots[reaching]) - shapely.area(shapely.intersection(spots[reaching], area))
        away = np.abs(xs - middle.x) + 1.6 * np.abs(ys - middle.y)
        bounds = shapely.bounds(spots)
        shared = self._costs(bounds)
        rated = np.round(shared * 50 + over * 0.4 + away, 3)
        if not must:
            rated = np.where(shared > 0, np.inf, rated)
        best = int(np.argmin(rated))
        if not np.isfinite(rated[best]):
            return False
        self._set(lines, float(bounds[best][0]), float(bounds[best][1]), "middle", size=size, style=style)
        return True

    def _folded(self, lines: Sequence[str], size: float) -> list[str]:
        return [part for line in lines for part in wrapped(line, size, self.width * 0.6)]

    def _set(self, lines: Sequence[str], left: float, top: float, anchor: str, *, size: float, style: str) -> None:
        width, height = _extent(lines, size)
        left = min(max(left, 2), self.width - width - 2)
        top = min(max(top, 2), self.height - height - 2)
        self.taken.append((left, top, left + width, top + height))
        x = {"start": left, "middle": left + width / 2, "end": left + width}[anchor]
        self.labels.append(Label(tuple(lines), x, top + size * 0.86, anchor, size, style))

    def _cost(self, spot: Rectangle) -> float:
        """Area in units² that the spot shares with what is set, or that lies outside the sheet."""
        return float(self._costs(np.array([spot]))[0])

    def _costs(self, spots: NDArray[np.float64]) -> NDArray[np.float64]:
        """The cost of many spots at once: rows of x0, y0, x1, y1."""
        x0, y0, x1, y1 = (spots[:, [column]] for column in range(4))
        inside_x = np.minimum(x1, self.width - 2) - np.maximum(x0, 2)
        inside_y = np.minimum(y1, self.height - 2) - np.maximum(y0, 2)
        outside = (x1 - x0) * (y1 - y0) - np.maximum(inside_x, 0) * np.maximum(inside_y, 0)
        taken = np.array(self.taken, dtype=np.float64).reshape(-1, 4).T
        shared_x = np.maximum(np.minimum(x1, taken[2]) - np.maximum(x0, taken[0]), 0)
        shared_y = np.maximum(np.minimum(y1, taken[3]) - np.maximum(y0, taken[1]), 0)
        costs: NDArray[np.float64] = (shared_x * shared_y).sum(axis=1) + 3 * np.maximum(outside[:, 0], 0)
        return np.round(costs, 3)


def _extent(lines: Sequence[str], size: float) -> tuple[float, float]:
    return max(text_width(line, size) for line in lines), size * 1.16 * len(lines)
