"""Series of counts in the PDF: a small chart of strokes for each, what it cannot tell, and whose it is.

The picture holds strokes only; every letter is set by typst, in the fonts that the file carries anyway. The figures
themselves are in the data file, which the list of files names.
"""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.core.model.series import EventSeries
from tocsin.publish.maps.paths import number
from tocsin.publish.pdf.wording import Piece, Wording
from tocsin.publish.series_chart import decades_of, described, months, share, strokes

WIDTH, HEIGHT = 240, 48
HIGH, BEST, RULE = "#c9b48a", "#333", "#bbb"


def series(say: Wording) -> Piece:
    """A section: each series drawn, with its own note, then each source once with what it asks to be said."""
    found = say.reading.content.series or ()
    decades = decades_of(found)
    lines: dict[str, Piece] = {}
    for one in found:
        source = say.words(
            "series-source", producer=one.producer, release=one.release, licence=one.licence,
            day=say.words.day(one.retrieved),
        )  # fmt: skip
        lines[source] = say.said(" ".join((source, *([one.derived] if one.derived else []), *one.warnings)))
    return {
        "kind": "series",
        "title": say.words("series-title"),
        "intro": say("series-intro"),
        "series": [_one(one, say, decades) for one in found],
        "lines": list(lines.values()),
    }


def _one(one: EventSeries, say: Wording, decades: int) -> Piece:
    labels = months(one)
    return {
        "label": say.said(one.label),
        "alt": described(one, say.words),
        "rules": [{"t": f"{10**power:,}", "at": 1 - share(10**power, decades)} for power in range(0, decades + 1, 2)],
        "years": [
            {"t": month[:4], "at": place / len(labels)} for place, month in enumerate(labels) if month.endswith("-01")
        ],
        "cannot": say.said(one.cannot_tell),
    }


def stroke_pictures(found: Sequence[EventSeries]) -> list[str]:
    """The SVG of each series in its order; no text of theirs, so that nothing in it is set by the rules of text."""
    return [_svg(one, decades_of(found)) for one in found]


def _svg(one: EventSeries, decades: int) -> str:
    high, best = strokes(one, decades=decades, width=WIDTH, height=HEIGHT)
    step = WIDTH / len(one.best)
    rules = "".join(f"M0 {number(HEIGHT * (1 - share(10**power, decades)))}H{WIDTH}" for power in range(decades + 1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none">'
        f'<path stroke="{RULE}" stroke-width=".4" d="{rules}M0 {HEIGHT}H{WIDTH}"/>'
        f'<path stroke="{HIGH}" stroke-width="{number(step * 0.9)}" d="{high}"/>'
        f'<path stroke="{BEST}" stroke-width="{number(step * 0.5)}" d="{best}"/></svg>'
    )


def series_lines(say: Wording) -> list[dict[str, Piece]]:
    """One line for each release that the series are taken from."""
    found = dict.fromkeys((one.release, one.producer) for one in say.reading.content.series or ())
    return [say.line("series", [say.said(producer), ", ", say.said(release)]) for release, producer in found]
