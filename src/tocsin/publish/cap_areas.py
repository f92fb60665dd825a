"""The areas of a CAP message: the places of the situation, with their codes and simplified outlines.

Only places where people are said to be at risk: what the desk has added to its map does not widen the alert.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import shapely
from shapely.geometry import shape

from tocsin.core.geography import find_country
from tocsin.core.model.places import MapFeature, Place
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

MAX_CORNERS = 60
"""An outline for a gateway that filters by place, not for a map."""
FIRST_TOLERANCE_DEGREES = 0.002

Corner = tuple[float, float]
"""Latitude, then longitude: CAP's order, the other way round than GeoJSON's."""


class Area(msgspec.Struct, frozen=True):
    """One area: its names, outlines (closed rings of latitude, longitude) and codes by scheme."""

    description: str
    polygons: tuple[tuple[Corner, ...], ...]
    geocodes: tuple[tuple[str, str], ...]


def areas_of(reading: Reading, words: Words) -> Iterator[Area]:
    """An area for each place of the situation; for its countries where it names no place."""
    situation = reading.content.situation
    shapes = {
        key: feature
        for layer in (reading.content.map.layers if reading.content.map else ())
        if layer.role == "concerned"
        for feature in layer.features
        for key in (feature.place, feature.code)
        if key
    }
    for id in situation.places:
        place = reading.places[id]
        feature = shapes.get(id) or (shapes.get(place.code) if place.code else None)
        yield Area(_described(place, words), _outlines(feature), _codes(place, reading))
    if not situation.places:
        for code in situation.countries:
            country = find_country(code)
            yield Area(country.label if country else code, (), _country_codes(code, reading))


def _described(place: Place, words: Words) -> str:
    """A place by its first name; a contested one by all its names, each with who uses it."""
    first, *others = place.names
    if not place.contested or not others:
        return first.text or place.id
    named = [
        words("cap-name-used-by", name=name.text, users=name.used_by) if name.used_by else name.text for name in others
    ]
    return words("cap-place-with-names", name=first.text or place.id, others=", ".join(named))


def _codes(place: Place, reading: Reading) -> tuple[tuple[str, str], ...]:
    own = (("ISO3166-2", place.code),) if place.code else ()
    return own + (_country_codes(place.country, reading) if place.country else ())


def _country_codes(alpha3: str, reading: Reading) -> tuple[tuple[str, str], ...]:
    country = find_country(alpha3)
    m49 = next((place.m49 for place in reading.content.places if place.country == alpha3 and place.m49), "")
    m49 = m49 or (country.m49 if country else "")
    return (("ISO3166-1-alpha3", alpha3), *((("M49", m49),) if m49 else ()))


def _outlines(feature: MapFeature | None) -> tuple[tuple[Corner, ...], ...]:
    """Outer rings of a shape, each of at most MAX_CORNERS corners. CAP has no holes: a lake inside is included."""
    if feature is None or feature.geometry["type"] not in ("Polygon", "MultiPolygon"):
        return ()
    return tuple(_outline(shapely.Polygon(part.exterior)) for part in shapely.get_parts(shape(feature.geometry)))


def _outline(polygon: shapely.Polygon) -> tuple[Corner, ...]:
    tolerance, simple = FIRST_TOLERANCE_DEGREES, polygon
    while len(simple.exterior.coords) > MAX_CORNERS:
        simple = shapely.simplify(polygon, tolerance, preserve_topology=True)
        tolerance *= 1.5
    return tuple((round(corner[1], 4), round(corner[0], 4)) for corner in simple.exterior.coords)
