"""All situations on a small map of the world: a mark for each, by shape, word and colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import msgspec
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tocsin.core import geography
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.labels import Placing
from tocsin.publish.maps.paths import area_path, clipped, line_path, number
from tocsin.publish.maps.projection import Frame, world_frame
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import check_name, escaped, text_width, wrapped
from tocsin.publish.maps.words import Words

Level = Literal["watch", "warning", "emergency"]
LEVELS: tuple[Level, ...] = ("watch", "warning", "emergency")


class WorldMark(msgspec.Struct, frozen=True, kw_only=True):
    """One situation on the map of the world."""

    label: str
    """What stands beside the mark: a country or a short name of the situation."""
    level: Level
    stale: bool = False
    """Past its review date: hatched, and said."""
    countries: tuple[str, ...] = ()
    """Alpha-3 codes; the mark stands in the first one, and all are tinted."""
    at: tuple[float, float] | None = None
    """Longitude and latitude in degrees; left out: the middle of the first country's largest part."""


def world_svg(marks: Sequence[WorldMark], *, width: int = 720, name: str = "world", words: Words | None = None) -> str:
    """Draw the situations on a map of the world, for one width in CSS pixels (240 to 2000).

    Every mark is drawn and told in the description; a label that finds no room is left to the list beside the
    map. Raises MapError for a mark without a place, geography.UnknownCodeError for a country that is not drawn.
    """
    if not 240 <= width <= 2000:
        raise MapError(f"a map of the world {width} units wide cannot be read", remedy="Give 240 to 2000.")
    check_name(name)
    return _svg(tuple(marks), width, name, words or Words())


@lru_cache(maxsize=64)
def _svg(marks: tuple[WorldMark, ...], width: int, name: str, words: Words) -> str:
    frame = world_frame(float(width))
    prepared = _prepared().get(str(width))
    land, borders, sphere = prepared.land if prepared else draw_land(width)
    tinted = sorted({code for mark in marks for code in mark.countries})
    tints = "".join((prepared and prepared.countries.get(code)) or draw_country(code, width) for code in tinted)
    sheet = Placing(frame.width, frame.height)
    placed = _spread([(mark, _position(mark, frame)) for mark in marks], frame.width - 8)
    for _, (x, y) in placed:
        sheet.keep_free(x - 7, y - 7, x + 7, y + 7)
    for mark, (x, y) in placed:
        said = f"{mark.label} ({words.stale.split(':')[0]})" if mark.stale else mark.label
        sheet.near([said], x, y, size=12.5 if width >= 560 else 11, style="", must=False, gap=9)
    shapes = "".join(_mark(mark.level, mark.stale, x, y, name) for mark, (x, y) in placed)
    names = "".join(
        f'<text x="{number(one.x)}" y="{number(one.y)}" font-size="{number(one.size)}"'
        f"{'' if one.anchor == 'start' else f' text-anchor={chr(34)}{one.anchor}{chr(34)}'}>"
        f"{escaped(one.lines[0])}</text>"
        for one in sheet.labels
    )
    below, total = _legend(frame, width, name, words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{escaped(name)}" role="img" class="map" '
        f'viewBox="0 0 {width} {number(total)}" width="{width}" height="{number(total)}" lang="{words.lang}" '
        f'aria-labelledby="{escaped(name)}-t {escaped(name)}-d">'
        f'<title id="{escaped(name)}-t">{escaped(words.world_title)}</title>'
        f'<desc id="{escaped(name)}-d">{escaped(_description(marks, words))}</desc>'
        f"<style>{css(name, RULES)}</style>{_defs(name)}"
        f'<path class="w" d="{sphere}"/><path class="l" d="{land}"/><path class="i" d="{tints}"/>'
        f'<path class="b" d="{borders}"/>{shapes}<g class="n">{names}</g>{below}</svg>'
    )


@lru_cache(maxsize=8)
def _coverage(width: int) -> tuple[tuple[str, BaseGeometry], ...]:
    """All countries in units of the drawing, simplified together so that shared borders stay shared."""
    frame = world_frame(float(width))
    drawn = [(code, frame.project(shape(geometry))) for code, _, geometry in geography.world("110m")]
    simple = shapely.coverage_simplify([one for _, one in drawn], 0.9)
    return tuple((code, clipped(one, frame.rectangle)) for (code, _), one in zip(drawn, simple, strict=True))


class Prepared(msgspec.Struct, frozen=True):
    """What never changes of the map at one width: path data, drawn once by `scripts/world_map.py`."""

    land: tuple[str, str, str]
    countries: dict[str, str]


@cache
def _prepared() -> dict[str, Prepared]:
    data = (files(__package__) / "world-paths.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Prepared])


def prepare(width: int) -> Prepared:
    """Draw what never changes of the map at a width, for the file that the package carries."""
    return Prepared(draw_land(width), {code: draw_country(code, width) for code, _ in _coverage(width)})


def draw_country(alpha3: str, width: int) -> str:
    """Path data of one country."""
    return area_path(_country(alpha3, width))


@lru_cache(maxsize=8)
def draw_land(width: int) -> tuple[str, str, str]:
    """Path data of all land, of the borders between countries, and of the edge of the globe."""
    pieces = [one for _, one in _coverage(width)]
    whole = shapely.union_all(pieces)
    large = [part for part in shapely.get_parts(whole) if part.area > 1.2]
    coast = shapely.buffer(whole.boundary, 0.2)
    borders = [shapely.difference(piece.boundary, coast) for piece in pieces]
    globe = shapely.segmentize(shapely.box(-180, -56.9, 180, 83.9), 4)
    edge = shapely.simplify(world_frame(float(width)).project(globe), 0.1)
    return area_path(shapely.MultiPolygon(large)), line_path(borders), area_path(edge)


@lru_cache(maxsize=512)
def _country(alpha3: str, width: int) -> BaseGeometry:
    """One country in units of the drawing; small States are only in the finer outlines."""
    for code, drawn in _coverage(width):
        if code == alpha3:
            return drawn
    frame = world_frame(float(width))
    fine = frame.project(shapely.make_valid(shape(geography.country_geometry(alpha3))))
    return clipped(shapely.simplify(fine, 0.35), frame.rectangle)


def _position(mark: WorldMark, frame: Frame) -> tuple[float, float]:
    if mark.at:
        if not (-180 <= mark.at[0] <= 180 and -90 <= mark.at[1] <= 90):
            raise MapError(f"the mark {mark.label!r} stands outside the world at {list(mark.at)}")
        return _inside(mark, frame, frame.point(*mark.at))
    if not mark.countries:
        raise MapError(f"the mark {mark.label!r} has no place", remedy="Give `countries` or `at`.")
    parts = shapely.get_parts(shape(geography.country_geometry(mark.countries[0])))
    largest = max(parts, key=lambda part: float(part.area))
    middle = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    return _inside(mark, frame, frame.point(middle.x, middle.y))


def _inside(mark: WorldMark, frame: Frame, point: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= point[1] <= frame.height:
        raise MapError(f"the mark {mark.label!r} stands where the map does not reach (57° S to 84° N)")
    return min(max(point[0], 8.0), frame.width - 8.0), min(max(point[1], 8.0), frame.height - 8.0)


def _spread(
    placed: list[tuple[WorldMark, tuple[float, float]]], edge: float
) -> list[tuple[WorldMark, tuple[float, float]]]:
    """Move marks that would hide one another aside: the later one to the right, at the edge below."""
    found: list[tuple[WorldMark, tuple[float, float]]] = []
    for mark, (first, y) in placed:
        x = first
        while any(abs(x - a) < 13 and abs(y - b) < 13 for _, (a, b) in found):
            x, y = (x + 13.5, y) if x + 13.5 <= edge else (first, y + 13.5)
        found.append((mark, (x, y)))
    return found


def _mark(level: Level, stale: bool, x: float, y: float, name: str) -> str:
    """Circle, triangle or square about (x, y); hatched when stale."""
    fill = f' fill="url(#{name}-{level})"' if stale else ' fill="currentColor"'
    kind = f'class="m {level}"'
    if level == "watch":
        return f'<circle {kind}{fill} cx="{number(x)}" cy="{number(y)}" r="5.5"/>'
    if level == "warning":
        return f'<path {kind}{fill} d="M{number(x)} {number(y - 6.5)}l6.8 12h-13.6z"/>'
    return f'<path {kind}{fill} d="M{number(x - 5.3)} {number(y - 5.3)}h10.6v10.6h-10.6z"/>'


def _legend(frame: Frame, width: int, name: str, words: Words) -> tuple[str, float]:
    size = 12.5 if width >= 560 else 12.0
    parts: list[str] = []
    x, y = 9.0, frame.height + 16
    said = {"watch": words.watch, "warning": words.warning, "emergency": words.emergency}
    entries = [(level, False, said[level]) for level in LEVELS] + [(LEVELS[1], True, words.stale)]
    for level, stale, text in entries:
        if x + 12 + text_width(text, size) > width and x > 9:
            x, y = 9.0, y + 19
        parts.append(_mark(level, stale, x, y, name))
        parts.append(f'<text x="{number(x + 12)}" y="{number(y + 4.5)}" font-size="{number(size)}">')
        parts.append(f"{escaped(text)}</text>")
        x += 12 + text_width(text, size) + 20
    y += 14
    for line in wrapped(words.world_projection, 11, width - 4):
        y += 14.5
        parts.append(f'<text class="s" x="1" y="{number(y)}" font-size="11">{escaped(line)}</text>')
    return "".join(parts), round(y + 6, 1)


def _description(marks: Sequence[WorldMark], words: Words) -> str:
    said = {"watch": words.watch, "warning": words.warning, "emergency": words.emergency}
    told = "; ".join(
        ", ".join([mark.label, said[mark.level], *([words.stale] if mark.stale else [])]) for mark in marks
    )
    return words.world_described.format(marks=f"{told}." if told else words.no_marks)


def _defs(name: str) -> str:
    hatches = "".join(
        f'<pattern id="{name}-{level}" class="{level}" width="3.4" height="3.4" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="g" d="M0 0h4v4h-4z"/><path class="z" d="M.8 0v4"/>'
        "</pattern>"
        for level in LEVELS
    )
    return f"<defs>{hatches}</defs>"


RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink}"
    "@.w{fill:$water}@.l{fill:$land}@.i{fill:$tint-2}@.b{fill:none;stroke:$line;stroke-width:.5}"
    "@.watch{color:$watch}@.warning{color:$warning}@.emergency{color:$emergency}"
    "@.m{stroke:currentColor;stroke-width:1.4;stroke-linejoin:round}@.g{fill:$paper}"
    "@.z{stroke:currentColor;stroke-width:1.5}"
    "@.n text{paint-order:stroke;stroke:$paper;stroke-width:3;stroke-opacity:.85;stroke-linejoin:round}"
    "@.s{fill:$muted}"
)
