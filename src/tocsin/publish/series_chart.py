"""Series of counts as SVG: a stroke for each month's best estimate, a lighter one up to the high, labels at the line.

The scale is logarithmic, since months of no deaths and of thousands stand side by side; its lines say so. A month of
which nothing was counted has no stroke. Source, licence and warnings stand under each chart, in the picture itself:
pictures are passed on without their page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tocsin.core.model.series import EventSeries
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import escaped, text_width, wrapped
from tocsin.publish.words import Words

WIDTH = 720
PLOT_HEIGHT = 150
LEFT = 52
WIDTH_NARROW = 344
N_LABELLED = 3
SPARE = 1.13
"""A picture that stands alone cannot bring the page's fonts: room for a reader's own, which may be wider."""


def series_svg(series: Sequence[EventSeries], words: Words, *, width: int = WIDTH, plain: bool = False) -> str:
    """All series, one below the other on one scale, for one width in CSS pixels (280 to 2000).

    plain: fixed light colours, for the PDF
    """
    decades = decades_of(series)
    parts, y = [], 0.0
    for one in series:
        drawn, y = _one(one, words, y, width, decades)
        parts.append(drawn)
    title = words("series-title")
    told = " ".join(described(one, words) for one in series)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="series" role="img" viewBox="0 0 {width} {number(y)}" '
        f'width="{width}" height="{number(y)}" lang="{words.lang}" aria-labelledby="series-t series-d">'
        f'<title id="series-t">{escaped(title)}</title><desc id="series-d">{escaped(told)}</desc>'
        f"<style>{css('series', RULES, plain=plain)}</style>{''.join(parts)}</svg>"
    )


def months(one: EventSeries) -> list[str]:
    """The months of a series, YYYY-MM."""
    year, month = map(int, one.first.split("-"))
    return [f"{year + (month - 1 + n) // 12}-{(month - 1 + n) % 12 + 1:02}" for n in range(len(one.best))]


def notes(one: EventSeries, words: Words) -> list[str]:
    """What stands under a series wherever it is shown: what it cannot tell first, then the source and its warnings."""
    source = words(
        "series-source", producer=one.producer, release=one.release, licence=one.licence, day=words.day(one.retrieved)
    )
    return [one.cannot_tell, source, *([one.derived] if one.derived else []), *one.warnings]


def _one(one: EventSeries, words: Words, top: float, width: int, decades: int) -> tuple[str, float]:
    labels = months(one)
    step = (width - LEFT - 8) / len(labels)
    top_lines = len(wrapped(one.label, 14 * SPARE, width - 8))
    base = top + 16 + 18 * top_lines + PLOT_HEIGHT

    def height(count: int) -> float:
        return PLOT_HEIGHT * share(count, decades)

    def across(place: int) -> float:
        return LEFT + step * (place + 0.5)

    parts = []
    for line in wrapped(one.label, 14 * SPARE, width - 8):
        parts.append(f'<text class="u" x="0" y="{number(top + 16)}" font-size="14">{escaped(line)}</text>')
        top += 18
    for power in range(decades + 1):
        rule = number(base - height(10**power))
        parts.append(f'<path class="b" d="M{LEFT} {rule}H{width - 8}"/>')
        parts.append(
            f'<text class="s" x="{LEFT - 6}" y="{rule}" dy="4" font-size="11" text-anchor="end">{10**power:,}</text>'
        )
    parts.append(f'<path class="a" d="M{LEFT} {number(base)}H{width - 8}"/>')
    wide = [
        f"M{number(across(place))} {number(base)}V{number(base - height(count))}"
        for place, count in enumerate(one.high or ())
        if count
    ]
    best = [
        f"M{number(across(place))} {number(base)}V{number(base - height(count))}"
        for place, count in enumerate(one.best)
        if count
    ]
    stroke = number(max(2.0, min(step * 0.5, 6.0)))
    parts.append(f'<path class="h" stroke-width="{number(max(4.0, min(step * 0.9, 11.0)))}" d="{"".join(wide)}"/>')
    parts.append(f'<path class="p" stroke-width="{stroke}" d="{"".join(best)}"/>')
    for place, label in enumerate(labels):
        if label.endswith("-01"):
            start = number(LEFT + step * place)
            parts.append(f'<path class="a" d="M{start} {number(base)}v5"/>')
            parts.append(
                f'<text class="s" x="{start}" y="{number(base + 16)}" dx="2" font-size="11">{label[:4]}</text>'
            )
    for place in _peaks(one, 0.13 if width >= 560 else 0.3):
        text = words("series-peak", n=f"{one.best[place]:,}", month=words.date(labels[place]))
        half = text_width(text, 11 * SPARE) / 2
        middle = min(max(across(place), LEFT + half), width - 8 - half)
        above = base - height(max(one.best[place], (one.high or one.best)[place])) - 5
        at = f'x="{number(middle)}" y="{number(above)}" font-size="11" text-anchor="middle"'
        parts.append(f'<text class="n" {at}>{escaped(text)}</text>')
    y: float = base + 36
    key = [("h", words("series-high"))] if one.high else []
    x = 0.0
    for style, text in [("p", words("series-best")), *key]:
        parts.append(f'<path class="{style}" stroke-width="8" d="M{number(x)} {number(y - 4)}h18"/>')
        parts.append(f'<text class="s" x="{number(x + 24)}" y="{number(y)}" font-size="11.5">{escaped(text)}</text>')
        x += 44 + text_width(text, 11.5)
    y += 20
    for index, note in enumerate(notes(one, words)):
        for line in wrapped(note, 12 * SPARE, width - 8):
            style = "n" if index == 0 else "s"
            parts.append(f'<text class="{style}" x="0" y="{number(y)}" font-size="12">{escaped(line)}</text>')
            y += 16
        y += 3
    return "".join(parts), y + 14


def _peaks(one: EventSeries, apart: float) -> list[int]:
    """Places of the months that are labelled: the highest of all within half a year, none too near another."""
    found: list[int] = []
    for place in sorted(range(len(one.best)), key=lambda place: -one.best[place]):
        if len(found) == N_LABELLED or not one.best[place]:
            break
        near = one.best[max(0, place - 6) : place + 7]
        if one.best[place] == max(near) and all(abs(place - other) > len(one.best) * apart for other in found):
            found.append(place)
    return found


def strokes(one: EventSeries, *, decades: int, width: float, height: float) -> tuple[str, str]:
    """Path data of the strokes up to the high and to the best estimate, in a box whose floor is at `height`."""
    step = width / len(one.best)

    def drawn(counts: Sequence[int]) -> str:
        return "".join(
            f"M{number(step * (place + 0.5))} {number(height)}V{number(height * (1 - share(count, decades)))}"
            for place, count in enumerate(counts)
            if count
        )

    return drawn(one.high), drawn(one.best)


def decades_of(series: Sequence[EventSeries]) -> int:
    """Powers of ten that the scale of these series spans."""
    top = max((max((*one.best, *one.high)) for one in series), default=1)
    return max(1, math.ceil(math.log10(max(top, 2))))


def share(count: int, decades: int) -> float:
    """How high a count stands on the scale, 0 to 1."""
    return min(math.log10(count + 1) / decades, 1.0)


def described(one: EventSeries, words: Words) -> str:
    """A series in a sentence, for whoever does not see it."""
    labels = months(one)
    highest = max(range(len(one.best)), key=one.best.__getitem__)
    return words(
        "series-described",
        label=one.label,
        first=words.date(labels[0]),
        last=words.date(labels[-1]),
        total=f"{sum(one.best):,}",
        unit=one.unit,
        n=f"{one.best[highest]:,}",
        month=words.date(labels[highest]),
        cannot=one.cannot_tell,
    )


RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink}@.s{fill:$muted}@.u{font-weight:700}"
    "@.b{stroke:$line;stroke-width:.5;opacity:.6}@.a{stroke:$ink;stroke-width:1;fill:none}"
    "@.h{stroke:$tint;fill:none}@.p{stroke:$hatch;fill:none}"
)
