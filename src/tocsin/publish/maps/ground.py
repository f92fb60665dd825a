"""The ground of a map: land, lakes, tinted provinces, hatched contested areas, and the lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tocsin.core import geography
from tocsin.core.model.places import MapFeature, MapLayer
from tocsin.publish.maps import legend
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.paths import area_path, clipped, line_path, number
from tocsin.publish.maps.projection import Frame

Drawn = tuple[MapLayer, list[BaseGeometry]]


def ground(both: Sequence[Drawn], frame: Frame, name: str) -> str:
    """The markup of all that lies under the names and marks. `name` begins its ids."""
    layers = [layer for layer, _ in both]
    ranks = legend.ranks(layers)
    near = _near(layers)
    land = [one for layer, kept in both if layer.role == "context" for one in kept if not one.is_empty]
    if not land:
        raise MapError("the map shows no land", remedy="Freeze it again, with the countries around it.")
    parts = [_defs(name), f'<rect class="w" width="{number(frame.width)}" height="{number(frame.height)}"/>']
    for kind, chosen in (("l", False), ("k", True)):
        quiet = [one for feature, one in pairs_of(both, "context") if (feature.code in near) is chosen]
        parts.append(f'<path class="{kind}" d="{area_path(shapely.union_all(quiet), decimals=fine(frame))}"/>')
    parts.append(f'<path class="b" d="{_edges(land, frame)}"/>')
    parts += [_tint(kept, frame, ranks[layer.id], name) for layer, kept in both if layer.role == "concerned"]
    for role, fill in (("water", 'class="w"'), ("contested", 'fill="url(#{}-h{})"')):
        parts += [
            f'<path {fill.format(name, ranks[layer.id])} d="{_areas(kept, frame)}"/>'
            for layer, kept in both
            if layer.role == role
        ]
    parts += [_operator(layer, kept, frame) for layer, kept in both if layer.role == "operator"]
    parts.append(_contested_edges(both, frame))
    return "".join(parts)


def fine(frame: Frame) -> int:
    """Decimals of the drawing: on a map for a phone whole units, which are less than the detail that it keeps."""
    return 1 if frame.width >= 560 else 0


def projected(frame: Frame, layer: MapLayer) -> list[BaseGeometry]:
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


def pairs(layer: MapLayer, kept: Sequence[BaseGeometry]) -> list[tuple[MapFeature, BaseGeometry]]:
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
    return line_path((line for line in lines if not line.is_empty), decimals=fine(frame))


def _areas(kept: Sequence[BaseGeometry], frame: Frame) -> str:
    return "".join(area_path(one, decimals=fine(frame)) for one in kept)


def _tint(kept: Sequence[BaseGeometry], frame: Frame, rank: int, name: str) -> str:
    """A tinted layer with its outline: one path for both, but where the frame cuts it, which is no border."""
    inner = shapely.buffer(frame.rectangle, -0.1, join_style="mitre")
    whole = all(shapely.contains(inner, one) for one in kept)
    fill = _areas(kept, frame)
    dots = f'<path fill="url(#{name}-p)" d="{fill}"/>' if rank else ""
    edges = "" if whole else f'<path class="e" d="{_edges(kept, frame)}"/>'
    return f'<path class="t{rank}{" ee" if whole else ""}" d="{fill}"/>{dots}{edges}'


def _operator(layer: MapLayer, kept: Sequence[BaseGeometry], frame: Frame) -> str:
    points = "".join(dot(one) for one in kept if shapely.get_dimensions(one) == 0)
    drawn = [one for one in kept if shapely.get_dimensions(one) > 0]
    kind = "o" if layer.boundary_status == "agreed" else "o dd"
    return f'<path class="{kind}" d="{_edges(drawn, frame)}"/>{points}'


def _contested_edges(both: Sequence[Drawn], frame: Frame) -> str:
    """Dashed around each contested layer as a whole; a line that two layers share is drawn once."""
    areas = [shapely.union_all(list(kept)) for layer, kept in both if layer.role == "contested"]
    return f'<path class="d" d="{_edges(areas, frame)}"/>' if areas else ""


def dot(geometry: BaseGeometry) -> str:
    return "".join(
        f'<circle class="p" cx="{number(x)}" cy="{number(y)}" r="2.6"/>'
        for x, y in shapely.get_coordinates(geometry).tolist()
    )


def pairs_of(both: Sequence[Drawn], role: str) -> list[tuple[MapFeature, BaseGeometry]]:
    """Features of all layers of a role, with what is drawn of them."""
    return [pair for layer, kept in both if layer.role == role for pair in pairs(layer, kept)]


def merged(both: Sequence[Drawn], role: str) -> BaseGeometry:
    return shapely.union_all([one for layer, kept in both if layer.role == role for one in kept])


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
