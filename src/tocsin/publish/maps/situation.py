"""The map of one situation as SVG: quiet land, tinted provinces, hatched contested areas, every name, a legend.

A reader who looks only at the map must learn from it what is shown, when, by whom, how large, and what is not
shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.core.model.places import MapLayer, Name, SituationMap
from tocsin.publish.maps import legend
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.ground import Drawn, dot, ground, merged, pairs, pairs_of, projected
from tocsin.publish.maps.labels import Label, Placing
from tocsin.publish.maps.paths import number
from tocsin.publish.maps.projection import Box, Frame, situation_frame
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import check_name, escaped, with_fonts
from tocsin.publish.maps.words import Words

WIDE, NARROW = 720, 344
"""Widths in CSS pixels to draw for: a page's column, and a phone of 360 pixels with its margin."""


def situation_svg(
    situation: SituationMap,
    *,
    width: int = WIDE,
    name: str = "map",
    words: Words | None = None,
    plain: bool = False,
    notes: bool = True,
) -> str:
    """Draw the map of one situation for one width in CSS pixels (240 to 2000).

    Names stand at 11 units or more, so show it no smaller than `width`. `name` is the id of the <svg> element
    and begins all ids inside: give two maps on one page two names. `words` are the map's own words in another
    language. `plain` gives fixed light colours, without custom properties and media queries, for the PDF.
    Without `notes` the names that differ, the gaps and the sources are left to the page around it, which must say them,
    and the page can set no colours.
    Raises MapError when the map has no land, no layers or a broken shape.
    """
    if not 240 <= width <= 2000:
        raise MapError(f"a map {width} units wide cannot be read", remedy="Give a width from 240 to 2000.")
    check_name(name)
    return _svg(msgspec.json.encode(situation), width, name, words or Words(), plain, notes)


@lru_cache(maxsize=256)
def _svg(frozen: bytes, width: int, name: str, words: Words, plain: bool, notes: bool) -> str:
    """The document. The key is the frozen map itself: what is drawn depends on nothing else."""
    situation = msgspec.json.decode(frozen, type=SituationMap)
    shapes = msgspec.json.encode([situation.bbox, situation.layers])
    height, drawn = _picture(shapes, width, name, words)
    below, total = legend.legend(situation, name=name, top=height, width=width, words=words, notes=notes)
    if plain:
        drawn, below = with_fonts(drawn), with_fonts(below)
    style = css(name, RULES, plain=plain, settable=notes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{escaped(name)}" role="img" class="map" '
        f'viewBox="0 0 {width} {number(total)}" width="{width}" height="{number(total)}" '
        f'lang="{words.lang}" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escaped(situation.title)}</title>'
        f'<desc id="{name}-d">{escaped(_description(situation, words, notes))}</desc>'
        f"<style>{style}</style>{drawn}{below}</svg>"
    )


@lru_cache(maxsize=64)
def _picture(shapes: bytes, width: int, name: str, words: Words) -> tuple[float, str]:
    """(height, markup) of the picture; the same for all editions that show the same shapes."""
    bbox, layers = msgspec.json.decode(shapes, type=tuple[Box, tuple[MapLayer, ...]])
    frame = situation_frame(bbox, float(width))
    both = [(layer, projected(frame, layer)) for layer in layers]
    parts = [ground(both, frame, name)]
    shown, labels = _labels(both, frame, words.lang)
    parts += [dot(one) for one in shown]
    usual = number(12.5 if frame.width >= 560 else 11.0)
    parts.append(f'<g class="n" font-size="{usual}">{"".join(_text(label, usual) for label in labels)}</g>')
    parts.append(legend.scale_and_north(frame, words))
    parts.append(f'<rect class="f" x=".5" y=".5" width="{width - 1}" height="{number(frame.height - 1)}"/>')
    return round(frame.height, 1), "".join(parts)


def _labels(both: Sequence[Drawn], frame: Frame, lang: str) -> tuple[list[BaseGeometry], list[Label]]:
    """(towns shown, labels): names by weight, until the sheet is full.

    Contested places and provinces concerned are always named; a town that finds no room is left out with its
    dot.
    """
    wide = frame.width >= 560
    sheet = Placing(frame.width, frame.height)
    sheet.keep_free(*legend.scale_box(frame))
    towns = [pair for layer, kept in both if layer.role == "town" for pair in pairs(layer, kept)]
    differing = [pair for pair in towns if _differs(pair[0].names)]
    shown = [one for _, one in differing]
    for one in shown:
        sheet.keep_free(one.centroid.x - 3, one.centroid.y - 3, one.centroid.x + 3, one.centroid.y + 3)
    size = 12.5 if wide else 11.0
    for feature, one in differing:
        sheet.near(_joined(feature.names, lang, wide), one.centroid.x, one.centroid.y, size=size, style="", must=True)
    wet, tinted = merged(both, "water"), merged(both, "concerned")
    for feature, one in pairs_of(both, "concerned"):
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
    busy = shapely.union(tinted, merged(both, "contested"))
    for feature, one in pairs_of(both, "context"):
        quiet = shapely.difference(one, busy)
        for part in shapely.get_parts(quiet):
            sheet.inside(spelled(feature.names, lang)[:1], part, size=15.0 if wide else 12.0, style="c", must=False)
    for role, style in (("water", "v"), ("operator", "")):
        for feature, one in pairs_of(both, role):
            sheet.inside(
                spelled(feature.names, lang)[:1],
                one,
                size=11.5 if wide else 11.0,
                style=style,
                must=False,
                loose=True,
            )
    return shown, sheet.labels


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


def _text(label: Label, usual: str) -> str:
    """A name; its size stands only where it is not the usual one of the group."""
    kind = f' class="{label.style}"' if label.style else ""
    plain = label.anchor == ("middle" if label.style else "start")
    anchor = "" if plain else f' text-anchor="{label.anchor}"'
    own = "" if number(label.size) == usual else f' font-size="{number(label.size)}"'
    start = f'<text{kind} x="{number(label.x)}" y="{number(label.y)}"{own}{anchor}>'
    if len(label.lines) == 1:
        return f"{start}{escaped(label.lines[0])}</text>"
    step = label.size * 1.16
    spans = "".join(
        f'<tspan x="{number(label.x)}" dy="{number(step if index else 0)}">{escaped(line)} </tspan>'
        for index, line in enumerate(label.lines)
    )
    return f"{start}{spans}</text>"


def _description(situation: SituationMap, words: Words, notes: bool) -> str:
    """What a reader who does not see the map should know: legend, towns, what is not shown."""
    areas = ("concerned", "contested", "operator")
    legend_said = [_told(layer, words.lang) for layer in situation.layers if layer.role in areas]
    towns = [_told(layer, words.lang) for layer in situation.layers if layer.role == "town"]
    told = words.described.format(
        legend=" ".join(legend_said), towns=" ".join(towns), not_shown=" ".join(situation.not_shown if notes else ())
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
    "@.t0{fill:$tint}@.t1{fill:$tint-2}@.e{fill:none}@.e,@.ee{stroke:$edge;stroke-width:1.2}@.y{fill:$edge}"
    "@.d{fill:none;stroke:$hatch;stroke-width:1.2;stroke-dasharray:5 3}"
    "@.z{stroke:$hatch;stroke-width:.8;opacity:.8}"
    "@.o{fill:none;stroke:$ink;stroke-width:1.3}@.dd{stroke-dasharray:5 3}"
    "@.p{fill:$paper;stroke:$ink;stroke-width:1.3}"
    "@.n text{paint-order:stroke;stroke:$near;stroke-width:3;stroke-linejoin:round;stroke-opacity:.85}"
    "@.n .g{font-weight:700}@.n .c{fill:$muted;letter-spacing:.08em}@.n .a{font-style:italic}"
    "@.n .v{font-style:italic;fill:$muted}@.n [class]{text-anchor:middle}"
    "@.x{fill:$paper;opacity:.85}@.q{fill:$paper;stroke:$ink;stroke-width:.8}@.r{fill:$ink;stroke:$ink;stroke-width:.8}"
    "@.f{fill:none;stroke:$line}@.u{font-weight:700}@.s{fill:$muted}"
)
