"""Where an edition's claims and a publisher's incidents lie: one mark for each place, as exact as it is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec
import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from tocsin.core.model.incidents import Incidents
from tocsin.core.model.places import Name, Place, SituationMap
from tocsin.publish.reading import Reading

NEAR = ("exact", "near")
"""How a publisher's place is known where its point stands for a town or less."""

Shown = Literal["point", "area"]


class PlaceMark(msgspec.Struct, frozen=True, kw_only=True):
    """A place that claims speak of. shown: a town as a point, all else as an area, `at` its middle (degrees)."""

    place: Place
    n: int
    shown: Shown
    at: tuple[float, float]


class IncidentMark(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents that a publisher has put at one point. shown: area where the point stands for a whole division."""

    at: tuple[float, float]
    shown: Shown
    n: int


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """What can be marked on the edition's map, and what cannot, with the number of claims or incidents of each.

    n_coarse: incidents known to the country only, or without a point; n_outside: with a point beyond the map's edge
    """

    places: tuple[PlaceMark, ...]
    elsewhere: tuple[tuple[Place, int], ...]
    n_without: int
    incidents: tuple[IncidentMark, ...]
    n_near: int = 0
    n_areas: int = 0
    n_coarse: int = 0
    n_outside: int = 0


def placed(reading: Reading) -> Placed:
    """Claims by place, and incidents by point, for an edition that has a map."""
    content = reading.content
    counted = Counter(place for claim in content.claims for place in dict.fromkeys(claim.places))
    marks: list[PlaceMark] = []
    elsewhere: list[tuple[Place, int]] = []
    for place in content.places:
        if not (n := counted[place.id]):
            continue
        found = _shape_of(place, content.map) if content.map else None
        if found is None:
            elsewhere.append((place, n))
        else:
            middle = found if found.geom_type == "Point" else found.representative_point()
            shown: Shown = "point" if found.geom_type == "Point" and place.kind == "town" else "area"
            marks.append(PlaceMark(place=place, n=n, shown=shown, at=(middle.x, middle.y)))
    without = sum(not claim.places for claim in content.claims)
    return _with_incidents(
        Placed(places=tuple(marks), elsewhere=tuple(elsewhere), n_without=without, incidents=()),
        content.incidents or (),
        content.map,
    )


def _with_incidents(before: Placed, sets: Sequence[Incidents], drawn: SituationMap | None) -> Placed:
    points: Counter[tuple[tuple[float, float], Shown]] = Counter()
    coarse = outside = 0
    for incident in (incident for one in sets for incident in one.incidents):
        if incident.at is None or incident.place_precision == "country":
            coarse += 1
        elif drawn is None or not shapely.box(*drawn.bbox).contains(Point(incident.at)):
            outside += 1
        else:
            points[incident.at, "point" if incident.place_precision in NEAR else "area"] += 1
    return msgspec.structs.replace(
        before,
        incidents=tuple(IncidentMark(at=at, shown=shown, n=n) for (at, shown), n in sorted(points.items())),
        n_near=sum(n for (_, shown), n in points.items() if shown == "point"),
        n_areas=sum(n for (_, shown), n in points.items() if shown == "area"),
        n_coarse=coarse,
        n_outside=outside,
    )


def _shape_of(place: Place, drawn: SituationMap) -> BaseGeometry | None:
    """Its shape on the map, or its own position; None for a country, and for what the map does not hold."""
    if place.kind == "country":
        return None
    shapes = [
        shape(feature.geometry)
        for layer in drawn.layers
        if layer.role not in ("context", "water")
        for feature in layer.features
        if feature.place == place.id or (place.code and feature.code == place.code) or _same(layer.names, place)
    ]
    inside = shapely.box(*drawn.bbox)
    if not shapes and place.at is not None and inside.contains(Point(place.at)):
        return Point(place.at)
    return shapely.union_all(shapes) if shapes else None


def _same(names: Sequence[Name], place: Place) -> bool:
    """Whether a layer as a whole is drawn for the place: they go by the same first name."""
    return bool(names) and names[0].text == place.names[0].text
