"""The line of time as SVG: a dot for a day, an open bar for a month or a year, arrows for open ends.

The picture spans the time in which entries are dated to a year or better; what began before has an arrow at the edge.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from tocsin.core.model.incidents import Incidents
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import escaped, wrapped
from tocsin.publish.timeline.entries import LANES, Entry, Shape
from tocsin.publish.timeline.incidents import days_of, notes_of
from tocsin.publish.words import Words

WIDTH = 720
WIDTH_NARROW = 344
LEFT = 58
RIGHT = 16
ROW = 15
MOST_ROWS = 200
"""A picture of more rows is no picture: the list holds them all, and the picture says so."""
SPARE = 1.13
"""A picture that stands alone cannot bring the page's fonts: room for a reader's own, which may be wider."""

BOLD = 1.08
"""Bold letters are so much wider."""
BY_MONTH_DAYS = 400
"""A picture with incidents, which come close together, and of no more days, is marked by months."""


class _Axis:
    """Days to units across."""

    def __init__(self, first: datetime.date, last: datetime.date, width: int, *, may_be_short: bool) -> None:
        self.by_month = may_be_short and (last - first).days <= BY_MONTH_DAYS
        if self.by_month:
            self.first = first.replace(day=1)
            self.last = (last.replace(day=1) + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1)
        else:
            self.first, self.last = datetime.date(first.year, 1, 1), datetime.date(last.year, 12, 31)
        self.right = width - RIGHT
        self._scale = (self.right - LEFT) / ((self.last - self.first).days + 1)

    def at(self, day: datetime.date, *, end: bool = False) -> float:
        """Where a day begins, or ends; days outside stand at the edge."""
        kept = min(max(day, self.first), self.last)
        return LEFT + ((kept - self.first).days + end) * self._scale

    def marked(self) -> list[datetime.date]:
        """The first days of the years or months that have a label: all, or every fifth ... where there is no room."""
        if not self.by_month:
            return [datetime.date(year, 1, 1) for year in self._years()]
        nth = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        step = next(step for step in (1, 2, 3, 6, 12) if len(nth) / step * 92 <= self.right - LEFT or step == 12)
        return [datetime.date(month // 12, month % 12 + 1, 1) for month in nth[::step]]

    def _years(self) -> list[int]:
        many = self.last.year - self.first.year + 1
        room = (self.right - LEFT) / 38
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 500, 1000, 10_000) if many / step <= max(room, 1))
        return [year for year in range(self.first.year, self.last.year + 1) if (year - self.first.year) % step == 0]


def timeline_svg(entries: Sequence[Entry], incidents: Sequence[Incidents], words: Words, *, width: int = WIDTH) -> str:
    """All entries, and the days of incidents, for one width in CSS pixels (280 to 2000). Needs one of either."""
    shown = entries[:MOST_ROWS]
    axis = _axis(shown, incidents, width)
    parts: list[str] = []
    y = 4.0
    for lane in LANES:
        rows = [entry for entry in shown if entry.lane == lane]
        if rows:
            heading, y = _heading(words("timeline-lane-" + lane), y, width)
            parts.append(heading)
            for entry in rows:
                parts.append(f'<text class="s" x="{LEFT - 8}" y="{number(y + 4)}" font-size="11" text-anchor="end">')
                parts.append(f"{escaped(entry.ref)}</text>{_mark(entry, axis, y)}")
                y += ROW
            y += 4
    for one in incidents:
        heading, y = _heading(words("timeline-lane-incidents", label=one.label, producer=one.producer), y, width)
        parts.append(heading + _ticks(one, axis, y))
        y += ROW + 6
    years, y = _scale(axis, y, words)
    below, y = _legend(shown, len(entries), incidents, words, y, width)
    described = words(
        "timeline-described", n=len(entries), first=words.day(axis.first.isoformat()), last=axis.last.year
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="time" role="img" viewBox="0 0 {width} {number(y)}" '
        f'width="{width}" height="{number(y)}" lang="{words.lang}" aria-labelledby="time-t time-d">'
        f'<title id="time-t">{escaped(words("timeline-title"))}</title><desc id="time-d">{escaped(described)}</desc>'
        f"<style>{css('time', RULES)}</style>{years}{''.join(parts)}{below}</svg>"
    )


def _axis(entries: Sequence[Entry], incidents: Sequence[Incidents], width: int) -> _Axis:
    days = [
        day
        for entry in entries
        if entry.first and entry.last and (entry.last - entry.first).days <= 366
        for day in (entry.first, entry.last)
    ]
    days += [day for one in incidents for first, last in days_of(one) for day in (first, last)]
    days = days or [day for entry in entries for day in (entry.first, entry.last) if day]
    return _Axis(min(days), max(days), width, may_be_short=bool(incidents))


def _heading(text: str, y: float, width: int) -> tuple[str, float]:
    parts = []
    for line in wrapped(text, 12.5 * SPARE * BOLD, width - 8):
        y += 16
        parts.append(f'<text class="u" x="0" y="{number(y)}" font-size="12.5">{escaped(line)}</text>')
    return "".join(parts), y + 12


def _mark(entry: Entry, axis: _Axis, y: float) -> str:
    left = axis.at(entry.first) if entry.first else float(LEFT)
    right = axis.at(entry.last, end=True) if entry.last else float(axis.right)
    before = entry.first is None or entry.first < axis.first
    after = entry.last is None or entry.last > axis.last
    return _drawn(entry.shape, entry.is_unsure, left, right, y, before=before, after=after)


def _drawn(
    shape: Shape, unsure: bool, left: float, right: float, y: float, *, before: bool = False, after: bool = False
) -> str:
    """A dot, an open bar or a filled one about y; arrows where it goes on beyond the edge."""
    dash = " q" if unsure else ""
    if shape == "day" and not (before or after):
        kind = "o" if unsure else "p"
        return f'<circle class="{kind}{dash}" cx="{number((left + right) / 2)}" cy="{number(y)}" r="4"/>'
    if before or after:
        ends = left + 8 * before, max(right - 8 * after, left + 8 * before)
        drawn = f'<path class="l{dash}" d="M{number(ends[0])} {number(y)}H{number(ends[1])}"/>'
        drawn += f'<path class="a" d="M{number(left)} {number(y)}l9-5.5v11z"/>' if before else ""
        return drawn + (f'<path class="a" d="M{number(right)} {number(y)}l-9-5.5v11z"/>' if after else "")
    kind = "o" if shape == "within" else "h"
    long = number(max(right - left, 6.0))
    return f'<rect class="{kind}{dash}" x="{number(left)}" y="{number(y - 3.5)}" width="{long}" height="7"/>'


def _ticks(one: Incidents, axis: _Axis, y: float) -> str:
    """A stroke for each day of an incident; a pale bar for the days within which one may have happened."""
    found = dict.fromkeys(days_of(one))
    days = [axis.at(first) for first, last in found if first == last]
    spans = [(axis.at(first), axis.at(last, end=True)) for first, last in found if first != last]
    pale = "".join(_box(left, max(right - left, 1.5), y) for left, right in spans)
    dark = "".join(_box(left, 1.5, y) for left in days)
    return (f'<path class="iw" d="{pale}"/>' if pale else "") + (f'<path class="i" d="{dark}"/>' if dark else "")


def _box(left: float, long: float, y: float) -> str:
    return f"M{number(left)} {number(y - 6)}h{number(long)}v12h{number(-long)}z"


def _scale(axis: _Axis, y: float, words: Words) -> tuple[str, float]:
    parts = []
    for day in axis.marked():
        x = number(axis.at(day))
        label = escaped(words.date(f"{day:%Y-%m}")) if axis.by_month else str(day.year)
        parts.append(f'<path class="b" d="M{x} 4V{number(y)}"/>')
        parts.append(f'<text class="s" x="{x}" y="{number(y + 13)}" dx="2" font-size="11">{label}</text>')
    parts.append(f'<path class="b" d="M{number(axis.right)} 4V{number(y)}"/>')
    return "".join(parts), y + 24


def _legend(
    shown: Sequence[Entry], n: int, incidents: Sequence[Incidents], words: Words, y: float, width: int
) -> tuple[str, float]:
    """What each mark means, only of those that were drawn; then whose incidents they are, and what they cannot tell."""
    shapes: tuple[Shape, ...] = ("day", "within", "span", "since", "until")
    keys = [(shape, False, "timeline-key-" + shape) for shape in shapes if any(one.shape == shape for one in shown)]
    keys += [("within", True, "timeline-key-unsure")] if any(one.is_unsure for one in shown) else []
    parts = []
    for shape, unsure, key in keys:
        y += 18
        parts.append(_drawn(shape, unsure, 2, 22, y - 4, before=shape == "until", after=shape == "since"))
        lines = wrapped(words(key), 12 * SPARE, width - 36)
        parts.append(_lines(lines, 32, y, "s"))
        y += 16 * (len(lines) - 1)
    found = [days for one in incidents for days in days_of(one)]
    for kind, there in (("day", any(a == b for a, b in found)), ("within", any(a != b for a, b in found))):
        if there:
            y += 18
            left, long, style = (11.0, 1.5, "i") if kind == "day" else (2.0, 20.0, "iw")
            parts.append(f'<path class="{style}" d="{_box(left, long, y - 4)}"/>')
            lines = wrapped(words("timeline-key-incident-" + kind), 12 * SPARE, width - 36)
            parts.append(_lines(lines, 32, y, "s"))
            y += 16 * (len(lines) - 1)
    told = [words("timeline-more", n=MOST_ROWS, all=n)] if n > MOST_ROWS else []
    for note in [*told, *(note for one in incidents for note in notes_of(one, words))]:
        lines = wrapped(note, 12 * SPARE, width - 8)
        parts.append(_lines(lines, 0, y + 20, "s"))
        y += 16 * len(lines) + 3
    return "".join(parts), y + 14


def _lines(lines: Sequence[str], x: float, y: float, style: str) -> str:
    return "".join(
        f'<text class="{style}" x="{number(x)}" y="{number(y + 16 * place)}" font-size="12">{escaped(line)}</text>'
        for place, line in enumerate(lines)
    )


RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink}"
    "@.s{fill:$muted}@.u{font-weight:700}@.b{stroke:$line;stroke-width:.5;fill:none;opacity:.6}"
    "@.p{fill:$hatch}@.l{stroke:$hatch;stroke-width:2;fill:none}@.h{fill:$hatch}"
    "@.o{fill:$paper;stroke:$hatch;stroke-width:1.4}"
    "@.q{stroke-dasharray:2.5 2;stroke:$hatch;stroke-width:1.4;fill:$paper}@.a{fill:$hatch}@.i{fill:$edge}"
    "@.iw{fill:$edge;fill-opacity:.25;stroke:$edge;stroke-width:.6}"
)
