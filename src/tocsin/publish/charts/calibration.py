"""Did things come as often as was said? Groups of forecasts, the chance given against the share that came."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from tocsin.publish.charts.fan import framed
from tocsin.publish.charts.words import ChartWords
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import check_name, escaped

RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink;font-size:12px}"
    "@.g{stroke:$line;stroke-width:.5}@.e{stroke:$muted;stroke-dasharray:4 3}"
    "@.d{fill:$edge}@.r{stroke:$edge;stroke-width:1.4}@.s{fill:$muted}"
)


class CalibrationGroup(msgspec.Struct, frozen=True):
    """Forecasts of about one chance: how many, the mean chance given, how many came."""

    n: int
    said: float
    n_came: int


def calibration_svg(
    groups: Sequence[CalibrationGroup], *, width: int = 360, name: str = "calibration", words: ChartWords | None = None
) -> str:
    """The chart, square, for one width in CSS pixels (240 to 2000).

    A bar about each dot is the 95 % range of Wilson's for that many forecasts: a dot off the line whose bar crosses it
    proves nothing. Raises MapError without groups, or for what are no counts and chances.
    """
    said = words or ChartWords()
    check_name(name)
    if not 240 <= width <= 2000:
        raise MapError(f"a chart {width} units wide cannot be read", remedy="Give 240 to 2000.")
    if not groups or any(one.n < 1 or not 0 <= one.said <= 1 or not 0 <= one.n_came <= one.n for one in groups):
        raise MapError("calibration needs groups with counts and a chance between 0 and 1")
    most = max(*(one.said for one in groups), *(_wilson(one)[1] for one in groups))
    end = next(one for one in (0.05, 0.1, 0.2, 0.5, 1.0) if most <= one or one == 1.0)
    left, top, right, bottom = 46.0, 26.0, width - 20.0, width - 44.0

    def x(share: float) -> float:
        return left + (right - left) * share / end

    def y(share: float) -> float:
        return bottom - (bottom - top) * share / end

    parts = []
    for step in range(6):
        tick = end * step / 5
        parts.append(f'<path class="g" d="M{number(left)} {number(y(tick))}H{number(right)}"/>')
        parts.append(f'<text x="{number(left - 5)}" y="{number(y(tick) + 4)}" text-anchor="end">{tick * 100:g}%</text>')
        parts.append(
            f'<text x="{number(x(tick))}" y="{number(bottom + 16)}" text-anchor="middle">{tick * 100:g}%</text>'
        )
    parts.append(f'<path class="e" d="M{number(x(0))} {number(y(0))}L{number(x(end))} {number(y(end))}"/>')
    for one in groups:
        low, high = _wilson(one)
        parts.append(f'<path class="r" d="M{number(x(one.said))} {number(y(low))}V{number(y(high))}"/>')
        parts.append(f'<circle class="d" cx="{number(x(one.said))}" cy="{number(y(one.n_came / one.n))}" r="4"/>')
    parts.append(f'<text class="s" x="2" y="14">{escaped(said.calibration_came)}</text>')
    parts.append(
        f'<text class="s" x="{number(right)}" y="{number(bottom + 36)}" text-anchor="end">'
        f"{escaped(said.calibration_said)} (- - - {escaped(said.calibration_even)})</text>"
    )
    told = "; ".join(
        said.calibration_group.format(n=f"{one.n:,}", said=f"{one.said:.1%}", came=f"{one.n_came:,}") for one in groups
    )
    described = said.calibration_described.format(groups=told)
    style = css(name, RULES)
    return framed(name, said.lang, width, float(width), said.calibration_title, described, style, "".join(parts))


def _wilson(group: CalibrationGroup) -> tuple[float, float]:
    """The 95 % range of a share, by Wilson 1927."""
    z, n, share = 1.959964, group.n, group.n_came / group.n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
