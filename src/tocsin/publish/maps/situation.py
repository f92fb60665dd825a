"""The map of one situation as SVG: quiet land, tinted provinces, hatched contested areas, every name, a legend.

A reader who looks only at the map must learn from it what is shown, when, by whom, how large, and what is not shown.
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
from tocsin.publish.maps.text import escaped
from tocsin.publish.maps.words import Words

WIDE, NARROW = 720, 344
"""Widths in CSS pixels that the map is drawn for: a page's column, and a phone of 360 pixels with its margin."""


def situation_svg(
    situation: SituationMap, *, width: int = WIDE, name: str = "map", words: Words | None = None
) -> str:
    """Draw the map of one situation for one width in CSS pixels (120 to 2000).

    Names stand at 11 units or more, so show it no smaller than `width`. `name` is the id of the <svg> element and
    begins all ids inside: give two maps on one page two names. `words` are the map's own words in another language.
    Raises MapError when the map has no land, no layers or a broken shape.
    """
    if not 120 <= width <= 2000:
        raise MapError(f"a map {width} units wide cannot be read", remedy="Give a width from 120 to 2000.")
    return _svg(msgspec.json.encode(situation), width, name, words or Words())


@lru_cache(maxsize=256)
def _svg(frozen: bytes, width: int, name: str, words: Words) -> str:
    """The document. The key is the frozen map itself: what is drawn depends on nothing else."""
    situation = msgspec.json.decode(frozen, type=SituationMap)
    shapes = msgspec.json.encode([situation.bbox, situation.layers])
    height, drawn = _picture(shapes, width, name, words)
    below, total = legend.legend(situation, name=name, top=height, width=width, words=words)
    style = css(name, RULES)
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
    projected = [[_projected(frame, layer, feature) for feature in layer.features] for layer in layers]
    ranks = legend.ranks(layers)
    near = _near(layers)
    parts = [_defs(name), f'<rect class="w" width="{width}" height="{number(frame.height)}"/>']
    land: list[BaseGeometry] = []
    for layer, kept in zip(layers, projected, strict=True):
        if layer.role == "context":
            land += kept
            parts += [_area(one, "k" if f.code in near else "l") for f, one in _pairs(layer, kept)]
        elif layer.role != "town":
            parts.append(_layer(layer, kept, ranks[layer.id], name, frame))
            continue
        if layer.role == "context":
            parts.append(f'<path class="b" d="{_lines(kept, frame)}"/>')
    if not land:
        raise MapError("the map shows no land", remedy="Freeze it again, with the countries around it.")
    towns = [pair for layer, kept in zip(layers, projected, strict=True) for pair in _pairs(layer, kept)
             if layer.role == "town"]
    parts += [_dot(one) for _, one in towns]
    labels = _labels(layers, projected, frame)
    parts.append(f'<g class="n">{"".join(_text(label) for label in labels)}</g>')
    parts.append(legend.scale_and_north(frame, words))
    parts.append(f'<rect class="f" x=".5" y=".5" width="{width - 1}" height="{number(frame.height - 1)}"/>')
    return round(frame.height, 1), "".join(parts)


def _projected(frame: Frame, layer: MapLayer, feature: MapFeature) -> BaseGeometry:
    """A shape in units of the drawing, inside the frame, without detail finer than a third of a unit."""
    try:
        drawn = shape(feature.geometry)
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise MapError(f"layer {layer.id} holds a shape that is no GeoJSON geometry") from error
    if drawn.is_empty:
        raise MapError(f"layer {layer.id} holds an empty shape", remedy="Freeze the map again.")
    placed = frame.project(drawn)
    if not all(map(isfinite, placed.bounds)):
        raise MapError(f"layer {layer.id} holds a shape that the projection cannot place")
    return clipped(shapely.simplify(placed, 0.3), frame.rectangle)


def _pairs(layer: MapLayer, kept: Sequence[BaseGeometry]) -> list[tuple[MapFeature, BaseGeometry]]:
    """Features with their drawn shapes, without those that lie outside the frame."""
    return [(f, one) for f, one in zip(layer.features, kept, strict=True) if not one.is_empty]


def _near(layers: Sequence[MapLayer]) -> set[str]:
    """The countries whose units the map is about: their land is a little lighter."""
    codes = {f.code.split("-")[0] for layer in layers if layer.role != "context" for f in layer.features}
    found = (geography.find_country(code) for code in codes if code)
    return {country.alpha3 for country in found if country}


def _area(geometry: BaseGeometry, kind: str) -> str:
    return f'<path class="{kind}" d="{area_path(geometry)}"/>'


def _lines(shapes: Sequence[BaseGeometry], frame: Frame) -> str:
    """The outlines of all shapes, each line once, without the edge where the frame cuts them."""
    inner = shapely.buffer(frame.rectangle, -0.1, join_style="mitre")
    lines = [
        shapely.intersection(one.boundary if shapely.get_dimensions(one) == 2 else one, inner) for one in shapes
    ]
    return line_path(line for line in lines if not line.is_empty)


def _layer(layer: MapLayer, kept: Sequence[BaseGeometry], rank: int, name: str, frame: Frame) -> str:
    areas = [one for one in kept if shapely.get_dimensions(one) == 2]
    fill = "".join(area_path(one) for one in areas)
    edge = _lines(kept, frame)
    if layer.role == "water":
        return f'<path class="w" d="{fill}"/>'
    if layer.role == "concerned":
        dots = f'<path fill="url(#{name}-p)" d="{fill}"/>' if rank else ""
        return f'<path class="t{rank}" d="{fill}"/>{dots}<path class="e" d="{edge}"/>'
    if layer.role == "contested":
        return f'<path fill="url(#{name}-h{rank})" d="{fill}"/><path class="d" d="{edge}"/>'
    kind = "o" if layer.boundary_status == "agreed" else "o dd"
    points = "".join(_dot(one) for one in kept if shapely.get_dimensions(one) == 0)
    return f'<path class="{kind}" d="{edge}"/>{points}'


def _dot(geometry: BaseGeometry) -> str:
    return "".join(
        f'<circle class="p" cx="{number(x)}" cy="{number(y)}" r="2.6"/>'
        for x, y in shapely.get_coordinates(geometry).tolist()
    )


def _labels(
    layers: Sequence[MapLayer], projected: Sequence[Sequence[BaseGeometry]], frame: Frame
) -> list[Label]:
    """Names by weight: contested places, towns, provinces concerned, contested areas, countries, lakes."""
    wide = frame.width >= 560
    sheet = Placing(frame.width, frame.height)
    sheet.keep_free(*legend.scale_box(frame))
    both = list(zip(layers, projected, strict=True))
    towns = [pair for layer, kept in both if layer.role == "town" for pair in _pairs(layer, kept)]
    for _, one in towns:
        x, y = one.centroid.x, one.centroid.y
        sheet.keep_free(x - 3, y - 3, x + 3, y + 3)
    towns.sort(key=lambda pair: not _differs(pair[0].names))
    for feature, one in towns:
        differs = _differs(feature.names)
        text = " / ".join(spelled(feature.names))
        x, y, size = one.centroid.x, one.centroid.y, 12.5 if wide else 11
        sheet.near([text], x, y, size=size, style="", must=differs)
    for layer, kept in both:
        if layer.role == "concerned":
            for feature, one in _pairs(layer, kept):
                lines = _with_local(feature.names) if wide else spelled(feature.names)[:1]
                if lines:
                    sheet.inside(lines, one, size=14 if wide else 11.5, style="g", must=True, loose=True)
    for layer, kept in both:
        if layer.role == "contested" and layer.names:
            area = shapely.union_all(list(kept))
            sheet.inside(spelled(layer.names), area, size=12.5 if wide else 11, style="a", must=True, loose=True)
    for layer, kept in both:
        if layer.role in ("context", "water", "operator"):
            size = (15.0 if wide else 12) if layer.role == "context" else 11.5 if wide else 11
            for feature, one in _pairs(layer, kept):
                text = spelled(feature.names)[:1]
                if text:
                    style = {"context": "c", "water": "v", "operator": ""}[layer.role]
                    sheet.inside(text, one, size=size, style=style, must=False, loose=layer.role == "water")
    return sheet.labels


def _differs(names: Sequence[Name]) -> bool:
    return any(name.used_by for name in names)


def spelled(names: Sequence[Name], lang: str = "en") -> list[str]:
    """All names in one language, each once; the first name when there is none in it."""
    found = dict.fromkeys(name.text for name in names if name.lang == lang)
    return list(found) or [name.text for name in names[:1]]


def _with_local(names: Sequence[Name]) -> list[str]:
    local = [name.text for name in names if name.lang != "en" and not name.used_by][:1]
    return [*spelled(names)[:1], *local]


def _text(label: Label) -> str:
    kind = f' class="{label.style}"' if label.style else ""
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    start = f'<text{kind} x="{number(label.x)}" y="{number(label.y)}" font-size="{number(label.size)}"{anchor}>'
    if len(label.lines) == 1:
        return f"{start}{escaped(label.lines[0])}</text>"
    spans = "".join(
        f'<tspan x="{number(label.x)}" dy="{number(label.size * 1.16 if index else 0)}">{escaped(line)} </tspan>'
        for index, line in enumerate(label.lines)
    )
    return f"{start}{spans}</text>"


def _defs(name: str) -> str:
    """Hatches that stay apart in grey: close, wide, and dots."""
    lines = "".join(
        f'<pattern id="{name}-h{rank}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path class="z" d="M0 0v{step}"/></pattern>'
        for rank, step in enumerate((5, 11))
    )
    dots = (
        f'<pattern id="{name}-p" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<circle class="y" cx="1.5" cy="1.5" r=".8"/></pattern>'
    )
    return f"<defs>{lines}{dots}</defs>"


def _description(situation: SituationMap, words: Words) -> str:
    """What a reader who does not see the map should know: legend, towns, what is not shown."""
    said = " ".join(f"{layer.label}: {_listed(layer)}." for layer in situation.layers
                    if layer.role in ("concerned", "contested", "operator"))
    towns = "; ".join(_listed(layer) for layer in situation.layers if layer.role == "town")
    return words.described.format(legend=said, towns=towns, not_shown=" ".join(situation.not_shown))


def _listed(layer: MapLayer) -> str:
    return ", ".join(" / ".join(spelled(feature.names)) for feature in layer.features if feature.names)


RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink}"
    "@.w{fill:$water}@.l{fill:$land}@.k{fill:$near}"
    "@.b{fill:none;stroke:$line;stroke-width:1.1;stroke-linejoin:round}"
    "@.t0{fill:$tint}@.t1{fill:$tint-2}@.e{fill:none;stroke:$edge;stroke-width:1.2}@.y{fill:$edge}"
    "@.d{fill:none;stroke:$hatch;stroke-width:1.2;stroke-dasharray:5 3}@.z{stroke:$hatch;stroke-width:1;opacity:.75}"
    "@.o{fill:none;stroke:$ink;stroke-width:1.3}@.dd{stroke-dasharray:5 3}"
    "@.p{fill:$paper;stroke:$ink;stroke-width:1.3}"
    "@.n text{paint-order:stroke;stroke:$near;stroke-width:3;stroke-linejoin:round;stroke-opacity:.85}"
    "@.n .g{font-weight:700}@.n .c{fill:$muted;letter-spacing:.08em}@.n .a{font-style:italic}"
    "@.n .v{font-style:italic;fill:$muted}"
    "@.x{fill:$paper;opacity:.85}@.q{fill:$paper;stroke:$ink;stroke-width:.8}@.r{fill:$ink;stroke:$ink;stroke-width:.8}"
    "@.f{fill:none;stroke:$line}@.u{font-weight:700}@.s{fill:$muted}"
)
