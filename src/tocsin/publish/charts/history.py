"""A probability over the years as it was forecast each time: a line, and a band for its range."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.publish.charts.fan import framed
from tocsin.publish.charts.words import ChartWords
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import check_name, escaped

ENDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink;font-size:12px}"
    "@.g{stroke:$line;stroke-width:.5;stroke-opacity:.6}@.m{fill:$tint-2}"
    "@.p{fill:none;stroke:$edge;stroke-width:2;stroke-linejoin:round}@.d{fill:$edge}@.s{fill:$muted}"
)


class HistoryPoint(msgspec.Struct, frozen=True, kw_only=True):
    """What was forecast from data to the end of a year: a chance and its range."""

    year: int
    p: float
    low: float
    high: float


def history_svg(
    place: str,
    points: Sequence[HistoryPoint],
    *,
    width: int = 720,
    name: str = "history",
    words: ChartWords | None = None,
) -> str:
    """The chart for one width in CSS pixels (240 to 2000); points in order of year.

    Raises MapError with fewer than two points, or when a range does not hold its chance.
    """
    said = words or ChartWords()
    check_name(name)
    if not 240 <= width <= 2000:
        raise MapError(f"a chart {width} units wide cannot be read", remedy="Give 240 to 2000.")
    if len(points) < 2 or any(not 0 <= one.low <= one.p <= one.high <= 1 for one in points):
        raise MapError("a history needs two forecasts, each with a chance within its range")
    end = next(one for one in ENDS if max(point.high for point in points) <= one)
    left, top, right = 46.0, 28.0, width - 16.0
    bottom = top + max(130.0, width * 0.24)
    first, last = points[0].year, points[-1].year

    def x(year: int) -> float:
        return left + 10 + (right - left - 20) * (year - first) / max(1, last - first)

    def y(p: float) -> float:
        return bottom - (bottom - top) * p / end

    parts = [f'<text class="s" x="2" y="14">{escaped(said.history_axis)}</text>']
    for step in range(6):
        tick = end * step / 5
        parts.append(f'<path class="g" d="M{number(left)} {number(y(tick))}H{number(right)}"/>')
        parts.append(f'<text x="{number(left - 5)}" y="{number(y(tick) + 4)}" text-anchor="end">{tick * 100:g}%</text>')
    room = max(1, -(-(last - first) * 44 // int(right - left)))
    for year in range(last, first - 1, -room):
        parts.append(f'<text x="{number(x(year))}" y="{number(bottom + 17)}" text-anchor="middle">{year}</text>')
    there = [f"{number(x(one.year))} {number(y(one.high))}" for one in points]
    back = [f"{number(x(one.year))} {number(y(one.low))}" for one in reversed(points)]
    parts.append(f'<path class="m" d="M{"L".join([*there, *back])}z"/>')
    line = "L".join(f"{number(x(one.year))} {number(y(one.p))}" for one in points)
    parts.append(f'<path class="p" d="M{line}"/>')
    parts += [f'<circle class="d" cx="{number(x(one.year))}" cy="{number(y(one.p))}" r="3"/>' for one in points]
    described = said.history_described.format(
        place=place,
        points="; ".join(f"{one.year}: {one.p:.1%} ({one.low:.1%} to {one.high:.1%})" for one in points),
    )
    style = css(name, RULES)
    return framed(name, said.lang, width, bottom + 26, said.history_title, described, style, "".join(parts))
