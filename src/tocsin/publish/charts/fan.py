"""Deaths a month, counted and forecast: a line for what was, bands for what may come.

The scale is log(1 + deaths), so that ten and ten thousand are both seen and nought has a place. Bands differ in
lightness and are labelled at their end, so that they read in grey print.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from tocsin.publish.charts.words import ChartWords
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import check_name, escaped, text_width, wrapped

TICKS = (0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000)
RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink}"
    "@.g{stroke:$line;stroke-width:.5;stroke-opacity:.6}@.m{fill:$tint-2}@.h{fill:$tint}"
    "@.p{fill:none;stroke:$ink;stroke-width:1.6;stroke-linejoin:round}"
    "@.c{fill:none;stroke:$edge;stroke-width:2;stroke-dasharray:5 3}@.s{fill:$muted}@.o{fill:$ink}"
)


class PastMonth(msgspec.Struct, frozen=True):
    """One month that was: `month` as 2023-10, deaths counted."""

    month: str
    deaths: float


class FanMonth(msgspec.Struct, frozen=True, kw_only=True):
    """One month ahead: quantiles of the draws at 5, 25, 50, 75 and 95 %."""

    month: str
    low: float
    lower: float
    middle: float
    upper: float
    high: float


def fan_svg(
    place: str,
    past: Sequence[PastMonth],
    ahead: Sequence[FanMonth],
    *,
    came: Sequence[PastMonth] = (),
    warning: str = "",
    width: int = 720,
    name: str = "fan",
    words: ChartWords | None = None,
) -> str:
    """The chart for one width in CSS pixels (240 to 2000).

    came: what was counted since in the months ahead, drawn over the fan as dots on a line.
    warning: the source's usage warning, set under the chart. Months are in order, the first ahead after the last past;
    a gap between them stays empty. Raises MapError without months, or when quantiles fall or are negative.
    """
    said = words or ChartWords()
    check_name(name)
    _check(past, ahead, width)
    if came:
        _check(came, ahead, width)
    months = sorted({_ordinal(month) for month in [*(one.month for one in past), *(one.month for one in ahead)]})
    size = 12.5 if width >= 560 else 11.5
    labels = (said.fan_most, said.fan_half, said.fan_middle)
    right = width - 8 - (max(text_width(one, size) for one in labels) + 6 if width >= 560 else 0)
    top, bottom = 30.0, 30 + max(150.0, width * 0.32)
    highest = max([*(one.deaths for one in (*past, *came)), *(one.high for one in ahead), 9.0])
    left = 14 + text_width(f"{max(tick for tick in TICKS if tick <= max(highest, 10)):,}", size)

    def x(month: str) -> float:
        return left + (right - left) * (_ordinal(month) - months[0]) / max(1, months[-1] - months[0])

    def y(deaths: float) -> float:
        return bottom - (bottom - top) * math.log1p(deaths) / math.log1p(highest)

    def line(points: Sequence[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{number(a)} {number(b)}" for a, b in points)

    def band(low: Sequence[float], high: Sequence[float]) -> str:
        there = [(x(one.month), y(value)) for one, value in zip(ahead, high, strict=True)]
        back = [(x(one.month), y(value)) for one, value in zip(ahead, low, strict=True)]
        return line([*there, *reversed(back)]) + "z"

    parts = []
    for tick in TICKS:
        if tick <= highest:
            parts.append(f'<path class="g" d="M{number(left)} {number(y(tick))}H{number(right)}"/>')
            parts.append(_text(f"{tick:,}", left - 5, y(tick) + 4, size, "end"))
    for ordinal in months:
        if ordinal % 12 == 0 and _room(ordinal, months, right - left):
            at = x(f"{ordinal // 12:04}-01")
            parts.append(f'<path class="g" d="M{number(at)} {number(top)}V{number(bottom + 4)}"/>')
            parts.append(_text(str(ordinal // 12), at, bottom + 17, size, "middle"))
    parts.append(f'<path class="m" d="{band([one.low for one in ahead], [one.high for one in ahead])}"/>')
    parts.append(f'<path class="h" d="{band([one.lower for one in ahead], [one.upper for one in ahead])}"/>')
    parts.append(f'<path class="c" d="{line([(x(one.month), y(one.middle)) for one in ahead])}"/>')
    parts.append(f'<path class="p" d="{line([(x(one.month), y(one.deaths)) for one in past])}"/>')
    if came:
        points = [(x(one.month), y(one.deaths)) for one in came]
        parts.append(f'<path class="p" d="{line(points)}"/>')
        parts += [f'<circle class="o" cx="{number(a)}" cy="{number(b)}" r="2.6"/>' for a, b in points]
    parts.append(_text(said.fan_axis, 2, 14, size, "start", "s"))
    below = bottom + 24
    if width >= 560:
        heights = (y(ahead[-1].high), y(ahead[-1].upper), y(ahead[-1].middle))
        parts += _at_the_end(heights, labels, right + 5, size)
    key = said.fan_key.format(past=said.fan_past, middle=said.fan_middle, half=said.fan_half, most=said.fan_most)
    if came:
        key += said.fan_key_came.format(came=said.fan_came)
    for text in (key, warning):
        for one in wrapped(text, 11, width - 4):
            below += 14.5
            parts.append(_text(one, 1, below, 11, "start", "s"))
    first, end = ahead[0], ahead[-1]
    described = said.fan_described.format(
        place=place,
        last_month=said.dates.date(past[-1].month),
        last=f"{past[-1].deaths:,.0f}",
        first=said.dates.date(first.month),
        first_low=f"{first.low:,.0f}",
        first_high=f"{first.high:,.0f}",
        first_middle=f"{first.middle:,.0f}",
        end=said.dates.date(end.month),
        end_low=f"{end.low:,.0f}",
        end_high=f"{end.high:,.0f}",
        end_middle=f"{end.middle:,.0f}",
    )
    if came:
        counted = "; ".join(f"{said.dates.date(one.month)}: {one.deaths:,.0f}" for one in came)
        described += " " + said.fan_described_came.format(counted=counted)
    return framed(name, said.lang, width, below + 6, said.fan_title, described, css(name, RULES), "".join(parts))


def framed(name: str, lang: str, width: int, height: float, title: str, described: str, style: str, body: str) -> str:
    """The SVG element around a drawing, named and described."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{escaped(name)}" role="img" class="chart" '
        f'viewBox="0 0 {width} {number(height)}" width="{width}" height="{number(height)}" lang="{lang}" '
        f'aria-labelledby="{escaped(name)}-t {escaped(name)}-d">'
        f'<title id="{escaped(name)}-t">{escaped(title)}</title>'
        f'<desc id="{escaped(name)}-d">{escaped(described)}</desc><style>{style}</style>{body}</svg>'
    )


def _text(text: str, x: float, y: float, size: float, anchor: str, kind: str = "") -> str:
    about = f' text-anchor="{anchor}"' if anchor != "start" else ""
    about += f' class="{kind}"' if kind else ""
    return f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{about}>{escaped(text)}</text>'


def _at_the_end(heights: tuple[float, float, float], labels: tuple[str, str, str], x: float, size: float) -> list[str]:
    """Labels beside the ends of what they name, moved apart where they would lie on one another."""
    wanted = sorted(zip(heights, labels, strict=True), key=lambda one: one[0])
    found, lowest = [], -math.inf
    for at, label in wanted:
        lowest = max(at + 4, lowest + size + 2)
        found.append(_text(label, x, lowest, size, "start"))
    return found


def _ordinal(month: str) -> int:
    year, _, of_year = month.partition("-")
    return int(year) * 12 + int(of_year) - 1


def _room(ordinal: int, months: Sequence[int], wide: float) -> bool:
    """Whether a year may be written: every year, or every second or fifth where they would touch."""
    per_year = wide * 12 / max(1, months[-1] - months[0])
    every = next(step for step in (1, 2, 5, 10, 1000) if per_year * step >= 44)
    return (ordinal // 12) % every == 0


def _check(past: Sequence[PastMonth], ahead: Sequence[FanMonth], width: int) -> None:
    if not 240 <= width <= 2000:
        raise MapError(f"a chart {width} units wide cannot be read", remedy="Give 240 to 2000.")
    if not past or not ahead:
        raise MapError("a fan chart needs months that were and months ahead")
    for one in ahead:
        if not 0 <= one.low <= one.lower <= one.middle <= one.upper <= one.high < math.inf:
            raise MapError(
                f"the quantiles of {one.month} do not rise from 0", remedy="Give them at 5, 25, 50, 75, 95 %."
            )
    if not all(0 <= one.deaths < math.inf for one in past):
        raise MapError("a count of deaths is negative or missing")
