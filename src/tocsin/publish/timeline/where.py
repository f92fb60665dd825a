"""The map of where, as SVG: the edition's own map as ground, a mark for each place, as exact as the place is known.

A town is a dot. What is known to a province or a district only is an open ring with its number, in the middle of the
area that it may lie anywhere in; it is never a dot. What is known to a country only is told below the map.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.core.model.places import Place, SituationMap
from tocsin.publish.maps import legend
from tocsin.publish.maps.ground import Drawn, ground, pairs_of, projected
from tocsin.publish.maps.labels import Label, Placing
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.projection import Frame, situation_frame
from tocsin.publish.maps.situation import RULES as GROUND
from tocsin.publish.maps.situation import spelled
from tocsin.publish.maps.style import css
from tocsin.publish.maps.text import escaped, wrapped
from tocsin.publish.maps.words import Words as MapWords
from tocsin.publish.reading import Reading
from tocsin.publish.timeline.incidents import notes_of
from tocsin.publish.timeline.placed import IncidentMark, Placed, PlaceMark, placed
from tocsin.publish.words import Words

WIDTH = 720
WIDTH_NARROW = 344
SPARE = 1.13
CLEAR = 15
"""Units between the middle of a ring and a dot, so that the ring's number can be read."""


def where_svg(reading: Reading, words: Words, *, width: int = WIDTH) -> str:
    """The map for one width in CSS pixels (280 to 2000). The edition must have a map."""
    drawn_map = reading.content.map
    assert drawn_map is not None  # noqa: S101  # the caller asks `has_where`
    frame = situation_frame(drawn_map.bbox, float(width))
    both = [(layer, projected(frame, layer)) for layer in drawn_map.layers if layer.role != "town"]
    found = placed(reading)
    marks, labels = _marked(found, both, frame, words.lang)
    own = MapWords()
    below, total = _below(reading, found, words, own, frame.height, width)
    names = "".join(_text(label) for label in labels)
    described = " ".join(_told(found, words))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="where" role="img" viewBox="0 0 {width} {number(total)}" '
        f'width="{width}" height="{number(total)}" lang="{words.lang}" aria-labelledby="where-t where-d">'
        f'<title id="where-t">{escaped(words("where-title"))}</title><desc id="where-d">{escaped(described)}</desc>'
        f"<style>{css('where', GROUND + RULES)}</style>{ground(both, frame, 'where')}{marks}"
        f'<g class="n">{names}</g>{legend.scale_and_north(frame, own)}'
        f'<rect class="f" x=".5" y=".5" width="{width - 1}" height="{number(frame.height - 1)}"/>{below}</svg>'
    )


def has_where(reading: Reading) -> bool:
    """Whether there is a map to mark, and something to mark on it."""
    if reading.content.map is None:
        return False
    found = placed(reading)
    return bool(found.places or found.incidents)


def _marked(found: Placed, both: Sequence[Drawn], frame: Frame, lang: str) -> tuple[str, list[Label]]:
    sheet = Placing(frame.width, frame.height)
    sheet.keep_free(*legend.scale_box(frame))
    size = 12.0 if frame.width >= 560 else 11.0
    parts: list[str] = []
    placed_at = [(mark, frame.point(*mark.at)) for mark in found.places]
    rings = [at for mark, at in placed_at if mark.shown == "area"]
    dots = [at for mark, at in placed_at if mark.shown == "point"]
    for at, n in ((frame.point(*one.at), one.n) for one in found.incidents if one.shown == "point"):
        dots += [at, (at[0], at[1] - 10)] if n > 1 else [at]  # the number stands above
    for one in found.incidents:
        x, y = frame.point(*one.at)
        if one.shown == "area":  # a ring stands for all of an area: beside another mark it says the same
            near = [at for at in _beside(x, y, frame) if not any(_hides(at, ring) for ring in rings)]
            clear = (at for at in near if not any(math.dist(at, dot) < CLEAR for dot in dots))
            x, y = next(clear, near[0] if near else (x, y))
            rings.append((x, y))
        sheet.keep_free(x - 5, y - 5, x + 5, y + 5)
        parts.append(_incident(one, x, y))
    for mark, (x, y) in placed_at:
        radius = _radius(mark)
        sheet.keep_free(x - radius, y - radius, x + radius, y + radius)
        parts.append(_place(mark, x, y))
    wide = max(frame.width * 0.22, 108)
    named = [(mark, wrapped(_label(mark, lang), size, wide), x, y) for mark, (x, y) in placed_at]
    for mark, lines, x, y in sorted(named, key=lambda one: -len(one[1])):  # the largest name has the fewest places
        sheet.near(lines, x, y, size=size, style="", must=True, gap=_radius(mark) + 2)
    for feature, one in pairs_of(both, "context"):
        if feature.names:
            for part in shapely.get_parts(_quiet(one, both)):
                sheet.inside([feature.names[0].text], part, size=size + 1, style="c", must=False)
    return "".join(parts), sheet.labels


def _beside(x: float, y: float, frame: Frame) -> Iterator[tuple[float, float]]:
    """Where a ring may stand: at its point, else near it, and never over the edge."""
    steps = itertools.product((0, 22, -22, 44, -44), repeat=2)
    for dx, dy in sorted(steps, key=lambda step: math.hypot(*step)):
        if 10 <= x + dx <= frame.width - 10 and 10 <= y + dy <= frame.height - 10:
            yield x + dx, y + dy


def _hides(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return math.dist(one, other) < 20


def _label(mark: PlaceMark, lang: str) -> str:
    return _names(mark.place, lang) + (f": {mark.n}" if mark.shown == "point" else "")


def _quiet(land: BaseGeometry, both: Sequence[Drawn]) -> BaseGeometry:
    busy = [one for role in ("concerned", "contested") for _, one in pairs_of(both, role)]
    return shapely.difference(land, shapely.union_all(busy)) if busy else land


def _radius(mark: PlaceMark) -> float:
    return 4.0 if mark.shown == "point" else 10.0


def _place(mark: PlaceMark, x: float, y: float) -> str:
    if mark.shown == "point":
        return f'<circle class="m" cx="{number(x)}" cy="{number(y)}" r="4"/>'
    return _ring("mr", mark.n, x, y)


def _incident(one: IncidentMark, x: float, y: float) -> str:
    if one.shown == "area":
        return _ring("ir", one.n, x, y)
    dot = f'<circle class="i" cx="{number(x)}" cy="{number(y)}" r="{3.2 if one.n == 1 else 4.5}"/>'
    return dot if one.n == 1 else dot + _count(one.n, x, y - 6)


def _ring(kind: str, n: int, x: float, y: float) -> str:
    return f'<circle class="{kind}" cx="{number(x)}" cy="{number(y)}" r="10"/>{_count(n, x, y + 4)}'


def _count(n: int, x: float, y: float) -> str:
    return f'<text x="{number(x)}" y="{number(y)}" font-size="11" text-anchor="middle">{n}</text>'


def _text(label: Label) -> str:
    kind = f' class="{label.style}"' if label.style else ""
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    step = label.size * 1.16
    return "".join(
        f'<text{kind} x="{number(label.x)}" y="{number(label.y + step * place)}" '
        f'font-size="{number(label.size)}"{anchor}>{escaped(line)}</text>'
        for place, line in enumerate(label.lines)
    )


def _below(reading: Reading, found: Placed, words: Words, own: MapWords, top: float, width: int) -> tuple[str, float]:
    """What the marks mean, what is not on the map, all names that differ, whose map and whose incidents."""
    drawn_map = reading.content.map
    assert drawn_map is not None  # noqa: S101
    y, parts = top + 8, []
    for sample, text in _keys(found, words):
        y += 20
        parts.append(f'<g transform="translate(14 {number(y - 4)})">{sample}</g>')
        lines = wrapped(text, 12 * SPARE, width - 40)
        parts.append(_lines(lines, 32, y))
        y += 16 * (len(lines) - 1)
    notes = [*_left_out(found, words), *_naming(drawn_map, own)]
    notes += [note for one in reading.content.incidents or () for note in notes_of(one, words)]
    for note in [*notes, *legend.notes_of(drawn_map, own)]:
        lines = wrapped(note, 12 * SPARE, width - 8)
        parts.append(_lines(lines, 1, y + 22))
        y += 16 * len(lines) + 3
    return "".join(parts), round(y + 14, 1)


def _naming(drawn_map: SituationMap, own: MapWords) -> list[str]:
    said = legend.naming_of(drawn_map, own)
    return [f"{own.names}: {'. '.join(said)}."] if said else []


def _keys(found: Placed, words: Words) -> list[tuple[str, str]]:
    keys = []
    if any(mark.shown == "point" for mark in found.places):
        keys.append(('<circle class="m" r="4"/>', words("where-key-point")))
    if any(mark.shown == "area" for mark in found.places):
        keys.append(('<circle class="mr" r="9"/>', words("where-key-area")))
    if found.n_near:
        keys.append(('<circle class="i" r="3.2"/>', words("where-key-near", n=found.n_near)))
    if found.n_areas:
        keys.append(('<circle class="ir" r="9"/>', words("where-key-division", n=found.n_areas)))
    return keys


def _left_out(found: Placed, words: Words) -> list[str]:
    """What the map cannot show, in words."""
    said = []
    if found.elsewhere:
        listed = "; ".join(
            words("where-elsewhere-one", place=_names(place, words.lang), n=n, kind=words("where-kind-" + place.kind))
            for place, n in found.elsewhere
        )
        said.append(words("where-elsewhere", places=listed))
    if found.n_without:
        said.append(words("where-without", n=found.n_without))
    if found.n_coarse:
        said.append(words("where-coarse", n=found.n_coarse))
    if found.n_outside:
        said.append(words("where-outside", n=found.n_outside))
    return said


def _names(place: Place, lang: str) -> str:
    return " / ".join(spelled(place.names, lang))


def _told(found: Placed, words: Words) -> list[str]:
    """The same for who does not see it."""
    listed = "; ".join(
        words(
            "where-elsewhere-one",
            place=_names(mark.place, words.lang),
            n=mark.n,
            kind=words("where-kind-" + mark.place.kind),
        )
        for mark in found.places
    )
    said = [words("where-described", places=listed)] if listed else []
    said += [text for _, text in _keys(found, words)] if found.incidents else []
    return [*said, *_left_out(found, words)]


def _lines(lines: Sequence[str], x: float, y: float) -> str:
    return "".join(
        f'<text class="s" x="{number(x)}" y="{number(y + 16 * place)}" font-size="12">{escaped(line)}</text>'
        for place, line in enumerate(lines)
    )


RULES = (
    "@.m{fill:$hatch;stroke:$paper;stroke-width:1}@.mr{fill:$paper;fill-opacity:.85;stroke:$hatch;stroke-width:1.5;"
    "stroke-dasharray:3 2.5}@.i{fill:$edge;stroke:$paper;stroke-width:.8}"
    "@.ir{fill:$paper;fill-opacity:.7;stroke:$edge;stroke-width:1.5;stroke-dasharray:3 2.5}"
)
