"""The map of one situation as SVG: quiet land, tinted provinces, hatched contested areas, every name, a legend.

A reader who looks only at the map must learn from it what is shown, when, by whom, how large, and what is not
shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite

import msgspec
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tocsin.core import geography
from tocsin.core.model.places import MapFeature, MapLayer, Name, SituationMap
from tocsin.publish.maps import legend
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.labels import Label, Placing
from tocsin.publish.maps.paths import area_path, clipped, line_path, number
from tocsin.publish.maps.projection import Box, Frame, situation_frame
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import check_name, escaped, with_fonts
from tocsin.publish.maps.words import Words

WIDE, NARROW = 720, 344
"""Widths in CSS pixels to draw for: a page's column, and a phone of 360 pixels with its margin."""


def situation_svg(
    situation: SituationMap, *, width: int = WIDE, name: str = "map", words: Words | None = None, plain: bool = False
) -> str:
    """Draw the map of one situation for one width in CSS pixels (240 to 2000).

    Names stand at 11 units or more, so show it no smaller than `width`. `name` is the id of the <svg> element
    and begins all ids inside: give two maps on one page two names. `words` are the map's own words in another
    language. `plain` gives fixed light colours, without custom properties and media queries, for the PDF.
    Raises MapError when the map has no land, no layers or a broken shape.
    """
    if not 240 <= width <= 2000:
        raise MapError(f"a map {width} units wide cannot be read", remedy="Give a width from 240 to 2000.")
    check_name(name)
    return _svg(msgspec.json.encode(situation), width, name, words or Words(), plain)


@lru_cache(maxsize=256)
def _svg(frozen: bytes, width: int, name: str, words: Words, plain: bool) -> str:
    """The document. The key is the frozen map itself: what is drawn depends on nothing else."""
    situation = msgspec.json.decode(frozen, type=SituationMap)
    shapes = msgspec.json.encode([situation.bbox, situation.layers])
    height, drawn = _picture(shapes, width, name, words)
    below, total = legend.legend(situation, name=name, top=height, width=width, words=words)
    if plain:
        drawn, below = with_fonts(drawn), with_fonts(below)
    style = css(name, RULES, plain=plain)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{escaped(name)}" role="img" class="map" '
        f'viewBox="0 0 {width} {number(total)}" width="{width}" height="{number(total)}" '
        f'lang="{words.lang}" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escaped(situation.title)}</title>'
        f'<desc id="{name}-d">{escaped(_description(situation, words))}</desc>'
        f"<style>{style}</style>{drawn}{below}</svg>"
    )


@lru_cache(maxsize=64)
def _picture(shapes: bytes, width: int, name: str, words: Words) -> tuple[float, str]:
    """(height, markup) of the picture; the same for all editions that show the same shapes."""
    bbox, layers = msgspec.json.decode(shapes, type=tuple[Box, tuple[MapLayer, ...]])
    frame = situation_frame(bbox, float(width))
    projected = [_projected(frame, layer) for layer in layers]
    ranks = legend.ranks(layers)
    near = _near(layers)
    both = list(zip(layers, projected, strict=True))
    land = [one for layer, kept in both if layer.role == "context" for one in kept if not one.is_empty]
    if not land:
        raise MapError("the map shows no land", remedy="Freeze it again, with the countries around it.")
    parts = [_defs(name), f'<rect class="w" width="{width}" height="{number(frame.height)}"/>']
    for kind, chosen in (("l", False), ("k", True)):
        quiet = [one for feature, one in _all(both, "context") if (feature.code in near) is chosen]
        parts.append(f'<path class="{kind}" d="{area_path(shapely.union_all(quiet))}"/>')
    for role in ("concerned", "water", "contested"):
        parts += [_fill(role, kept, ranks[layer.id], name) for layer, kept in both if layer.role == role]
    parts.append(f'<path class="b" d="{_edges(land, frame)}"/>')
    parts += [_outline(layer, kept, frame) for layer, kept in both]
    parts.append(_contested_edges(both, frame))
    shown, labels = _labels(both, frame, words.lang)
    parts += [_dot(one) for one in shown]
    parts.append(f'<g class="n">{"".join(_text(label) for label in labels)}</g>')
    parts.append(legend.scale_and_north(frame, words))
    parts.append(f'<rect class="f" x=".5" y=".5" width="{width - 1}" height="{number(frame.height - 1)}"/>')
    return round(frame.height, 1), "".join(parts)


Drawn = tuple[MapLayer, list[BaseGeometry]]


def _projected(frame: Frame, layer: MapLayer) -> list[BaseGeometry]:
    """A layer's shapes in units of the drawing, inside the frame, without detail finer than half a unit.

    Areas that share borders are simplified together, so that a border stays one line.
    """
    placed = []
    for feature in layer.features:
        try:
            drawn = shape(feature.geometry)
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
            raise MapError(f"layer {layer.id} holds a shape that is no GeoJSON geometry") from error
        if drawn.is_empty:
            raise MapError(f"layer {layer.id} holds an empty shape", remedy="Freeze the map again.")
        placed.append(frame.project(drawn))
        if not all(map(isfinite, placed[-1].bounds)):
            raise MapError(f"layer {layer.id} holds a shape that the projection cannot place")
    if layer.role in ("context", "concerned", "contested"):
        simple = list(shapely.coverage_simplify(placed, 0.6 if frame.width >= 560 else 1.4))
    else:
        simple = list(shapely.simplify(placed, 0.5))
    return [clipped(one, frame.rectangle) for one in simple]


def _pairs(layer: MapLayer, kept: Sequence[BaseGeometry]) -> list[tuple[MapFeature, BaseGeometry]]:
    """Features with their drawn shapes, without those that lie outside the frame."""
    return [(f, one) for f, one in zip(layer.features, kept, strict=True) if not one.is_empty]


def _near(layers: Sequence[MapLayer]) -> set[str]:
    """The countries whose units the map is about: their land is a little lighter."""
    codes = {f.code.split("-")[0] for layer in layers if layer.role != "context" for f in layer.features}
    found = (geography.find_country(code) for code in codes if code)
    return {country.alpha3 for country in found if country}


def _edges(shapes: Sequence[BaseGeometry], frame: Frame) -> str:
    """The outlines of all shapes, each line once, without the edge where the frame cuts them."""
    inner = shapely.buffer(frame.rectangle, -0.1, join_style="mitre")
    lines = [shapely.intersection(one.boundary if shapely.get_dimensions(one) == 2 else one, inner) for one in shapes]
    return line_path(line for line in lines if not line.is_empty)


def _fill(role: str, kept: Sequence[BaseGeometry], rank: int, name: str) -> str:
    fill = "".join(area_path(one) for one in kept)
    if role == "water":
        return f'<path class="w" d="{fill}"/>'
    if role == "concerned":
        dots = f'<path fill="url(#{name}-p)" d="{fill}"/>' if rank else ""
        return f'<path class="t{rank}" d="{fill}"/>{dots}'
    return f'<path fill="url(#{name}-h{rank})" d="{fill}"/>'


def _outline(layer: MapLayer, kept: Sequence[BaseGeometry], frame: Frame) -> str:
    if layer.role == "concerned":
        return f'<path class="e" d="{_edges(kept, frame)}"/>'
    if layer.role == "operator":
        points = "".join(_dot(one) for one in kept if shapely.get_dimensions(one) == 0)
        drawn = [one for one in kept if shapely.get_dimensions(one) > 0]
        kind = "o" if layer.boundary_status == "agreed" else "o dd"
        return f'<path class="{kind}" d="{_edges(drawn, frame)}"/>{points}'
    return ""


def _contested_edges(both: Sequence[Drawn], frame: Frame) -> str:
    """Dashed around each contested layer as a whole; a line that two layers share is drawn once."""
    areas = [shapely.union_all(list(kept)) for layer, kept in both if layer.role == "contested"]
    return f'<path class="d" d="{_edges(areas, frame)}"/>' if areas else ""


def _dot(geometry: BaseGeometry) -> str:
    return "".join(
        f'<circle class="p" cx="{number(x)}" cy="{number(y)}" r="2.6"/>'
        for x, y in shapely.get_coordinates(geometry).tolist()
    )


def _labels(both: Sequence[Drawn], frame: Frame, lang: str) -> tuple[list[BaseGeometry], list[Label]]:
    """(towns shown, labels): names by weight, until the sheet is full.

    Contested places and provinces concerned are always named; a town that finds no room is left out with its
    dot.
    """
    wide = frame.width >= 560
    sheet = Placing(frame.width, frame.height)
    sheet.keep_free(*legend.scale_box(frame))
    towns = [pair for layer, kept in both if layer.role == "town" for pair in _pairs(layer, kept)]
    differing = [pair for pair in towns if _differs(pair[0].names)]
    shown = [one for _, one in differing]
    for one in shown:
        sheet.keep_free(one.centroid.x - 3, one.centroid.y - 3, one.centroid.x + 3, one.centroid.y + 3)
    size = 12.5 if wide else 11.0
    for feature, one in differing:
        sheet.near(_joined(feature.names, lang, wide), one.centroid.x, one.centroid.y, size=size, style="", must=True)
    wet, tinted = _merged(both, "water"), _merged(both, "concerned")
    for feature, one in _all(both, "concerned"):
        lines = _with_local(feature.names, lang) if wide else spelled(feature.names, lang)[:1]
        room = shapely.difference(one, wet)
        sheet.inside(lines, room, size=14.0 if wide else 11.5, style="g", must=True, loose=True)
    for layer, kept in both:
        if layer.role == "contested" and layer.names:
            room = shapely.difference(shapely.buffer(shapely.union_all(kept), frame.width / 16), tinted)
            sheet.inside(_joined_area(layer.names, lang), room, size=size, style="a", must=True, loose=True)
    for feature, one in towns:
        if not _differs(feature.names):
            lines = spelled(feature.names, lang)[:1]
            if sheet.near(lines, one.centroid.x, one.centroid.y, size=size, style="", must=False):
                shown.append(one)
                sheet.keep_free(one.centroid.x - 3, one.centroid.y - 3, one.centroid.x + 3, one.centroid.y + 3)
    busy = shapely.union(tinted, _merged(both, "contested"))
    for feature, one in _all(both, "context"):
        quiet = shapely.difference(one, busy)
        for part in shapely.get_parts(quiet):
            sheet.inside(spelled(feature.names, lang)[:1], part, size=15.0 if wide else 12.0, style="c", must=False)
    for role, style in (("water", "v"), ("operator", "")):
        for feature, one in _all(both, role):
            sheet.inside(
                spelled(feature.names, lang)[:1],
                one,
                size=11.5 if wide else 11.0,
                style=style,
                must=False,
                loose=True,
            )
    return shown, sheet.labels


def _all(both: Sequence[Drawn], role: str) -> list[tuple[MapFeature, BaseGeometry]]:
    """Features of all layers of a role, with what is drawn of them."""
    return [pair for layer, kept in both if layer.role == role for pair in _pairs(layer, kept)]


def _merged(both: Sequence[Drawn], role: str) -> BaseGeometry:
    return shapely.union_all([one for layer, kept in both if layer.role == role for one in kept])


def _joined(names: Sequence[Name], lang: str, wide: bool) -> list[str]:
    """A contested town's names: on one line, or one below the other where room is short."""
    said = spelled(names, lang)
    return [" / ".join(said)] if wide else [f"{name} /" for name in said[:-1]] + said[-1:]


def _joined_area(names: Sequence[Name], lang: str) -> list[str]:
    first, *rest = spelled(names, lang)
    return [first, " / ".join(rest)] if rest else [first]


def _differs(names: Sequence[Name]) -> bool:
    return any(name.used_by for name in names)


def spelled(names: Sequence[Name], lang: str) -> list[str]:
    """All names in one language, each once; the first name when there is none in it."""
    found = dict.fromkeys(name.text for name in names if name.lang == lang)
    return list(found) or [name.text for name in names[:1]]


def _with_local(names: Sequence[Name], lang: str) -> list[str]:
    local = [name.text for name in names if name.lang != lang and not name.used_by][:1]
    return [*spelled(names, lang)[:1], *local]


def _text(label: Label) -> str:
    kind = f' class="{label.style}"' if label.style else ""
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    start = f'<text{kind} x="{number(label.x)}" y="{number(label.y)}" font-size="{number(label.size)}"{anchor}>'
    if len(label.lines) == 1:
        return f"{start}{escaped(label.lines[0])}</text>"
    step = label.size * 1.16
    spans = "".join(
        f'<tspan x="{number(label.x)}" dy="{number(step if index else 0)}">{escaped(line)} </tspan>'
        for index, line in enumerate(label.lines)
    )
    return f"{start}{spans}</text>"


def _defs(name: str) -> str:
    """Hatches that stay apart in grey: close, wide, and dots."""
    lines = "".join(
        f'<pattern id="{name}-h{rank}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path class="z" d="M{step / 2} 0v{step}"/></pattern>'
        for rank, step in enumerate((5, 11))
    )
    dots = (
        f'<pattern id="{name}-p" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<circle class="y" cx="1.5" cy="1.5" r=".8"/></pattern>'
    )
    return f"<defs>{lines}{dots}</defs>"


def _description(situation: SituationMap, words: Words) -> str:
    """What a reader who does not see the map should know: legend, towns, what is not shown."""
    areas = ("concerned", "contested", "operator")
    legend_said = [_told(layer, words.lang) for layer in situation.layers if layer.role in areas]
    towns = [_told(layer, words.lang) for layer in situation.layers if layer.role == "town"]
    told = words.described.format(
        legend=" ".join(legend_said), towns=" ".join(towns), not_shown=" ".join(situation.not_shown)
    )
    return " ".join(told.split())


def _told(layer: MapLayer, lang: str) -> str:
    """One layer in words. A contested area goes by all its names, not by those of one side's districts."""
    shown = [layer.names] if layer.role == "contested" else [feature.names for feature in layer.features]
    listed = ", ".join(" / ".join(spelled(names, lang)) for names in shown if names)
    return "; ".join([f"{layer.label}: {listed}" if listed else layer.label, *layer.claimants]) + "."


RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink}"
    "@.w{fill:$water}@.l{fill:$land}@.k{fill:$near}"
    "@.b{fill:none;stroke:$line;stroke-width:1.1;stroke-linejoin:round}"
    "@.t0{fill:$tint}@.t1{fill:$tint-2}@.e{fill:none;stroke:$edge;stroke-width:1.2}@.y{fill:$edge}"
    "@.d{fill:none;stroke:$hatch;stroke-width:1.2;stroke-dasharray:5 3}"
    "@.z{stroke:$hatch;stroke-width:.8;opacity:.8}"
    "@.o{fill:none;stroke:$ink;stroke-width:1.3}@.dd{stroke-dasharray:5 3}"
    "@.p{fill:$paper;stroke:$ink;stroke-width:1.3}"
    "@.n text{paint-order:stroke;stroke:$near;stroke-width:3;stroke-linejoin:round;stroke-opacity:.85}"
    "@.n .g{font-weight:700}@.n .c{fill:$muted;letter-spacing:.08em}@.n .a{font-style:italic}"
    "@.n .v{font-style:italic;fill:$muted}"
    "@.x{fill:$paper;opacity:.85}@.q{fill:$paper;stroke:$ink;stroke-width:.8}@.r{fill:$ink;stroke:$ink;stroke-width:.8}"
    "@.f{fill:none;stroke:$line}@.u{font-weight:700}@.s{fill:$muted}"
)
