"""The calibration as a small drawing: what was said against what came, with the range that chance leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tocsin.publish.following.record import Bin
from tocsin.publish.words import Words

SIDE = 240
LEFT, TOP, RIGHT, BELOW = 52, 12, 16, 46
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def calibration_svg(bins: Sequence[Bin], words: Words) -> str:
    """An SVG in the colour of the text around it; empty without bins. A table beside it says the same."""
    if not bins:
        return ""
    wide, high = LEFT + SIDE + RIGHT, TOP + SIDE + BELOW
    name = escape(words("track-calibration-alt"))
    line = 'stroke="currentColor" stroke-opacity="0.5"'
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="calibration-title" font-size="12"',
        f' viewBox="0 0 {wide} {high}" fill="currentColor"><title id="calibration-title">{name}</title>',
        f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" {line}/>',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" {line} stroke-dasharray="4 4"/>',
    ]
    for tick in TICKS:
        label = escape(words("track-percent", n=round(tick * 100)))
        parts.append(f'<text x="{_x(tick)}" y="{TOP + SIDE + 17}" text-anchor="middle">{label}</text>')
        parts.append(f'<text x="{LEFT - 7}" y="{_y(tick) + 4}" text-anchor="end">{label}</text>')
    for each in bins:
        low, above = each.interval
        parts.append(f'<path d="M{_x(each.p_mean)} {_y(low)}V{_y(above)}" stroke="currentColor" stroke-width="2"/>')
        parts.append(f'<circle cx="{_x(each.p_mean)}" cy="{_y(each.rate)}" r="5"/>')
        at = "end" if each.p_mean > 0.85 else "start"  # so that it stays within the frame
        shift = -8 if at == "end" else 8
        parts.append(
            f'<text x="{_x(each.p_mean) + shift:g}" y="{_y(each.rate) - 7:g}" text-anchor="{at}">n={each.n}</text>'
        )
    parts.append(
        f'<text x="{LEFT + SIDE / 2:g}" y="{high - 8}" text-anchor="middle">{escape(words("track-axis-said"))}</text>'
    )
    middle = TOP + SIDE / 2
    parts.append(
        f'<text x="13" y="{middle:g}" text-anchor="middle" transform="rotate(-90 13 {middle:g})">'
        f"{escape(words('track-axis-came'))}</text></svg>"
    )
    return "".join(parts)


def _x(p: float) -> float:
    return round(LEFT + p * SIDE, 1)


def _y(p: float) -> float:
    return round(TOP + (1 - p) * SIDE, 1)
