"""An edition's map as GeoJSON (RFC 7946): longitude, latitude, WGS 84; outer rings counter-clockwise; no crs.

Each feature says whose shape it is, when it holds, how precise it is and, where the line is disputed, by whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec

from tocsin.core.model.places import MapFeature, MapLayer
from tocsin.publish.addresses import edition_url
from tocsin.publish.permanent_ids import edition_id
from tocsin.publish.reading import Reading

MEDIA_TYPE = "application/geo+json"


def map_geojson(reading: Reading) -> bytes | None:
    """The shapes of the map as one FeatureCollection (UTF-8); None where the edition has no map."""
    drawn = reading.content.map
    if drawn is None:
        return None
    features = [_feature(feature, layer) for layer in drawn.layers for feature in layer.features]
    points = [point for feature in features for point in _points(feature["geometry"]["coordinates"])]
    document = {
        "type": "FeatureCollection",
        **({"bbox": _bbox(points)} if points else {}),
        "features": features,
        # Foreign members (RFC 7946, 6.1): readers that do not know them pass them by.
        "title": drawn.title,
        "credit": drawn.credit,
        "as_of": drawn.as_of,
        "not_shown": drawn.not_shown,
        "nature": reading.content.nature,
        "cap_status": reading.issue.status,
        "edition": edition_id(reading.issue),
        "edition_sha256": reading.sha256,
        "url": edition_url(reading.issue),
    }
    return msgspec.json.encode(document) + b"\n"


def _feature(feature: MapFeature, layer: MapLayer) -> dict[str, Any]:
    valid_from, valid_to = _ends(layer.valid)
    names = feature.names or layer.names
    geometry = {**feature.geometry, "coordinates": _right_handed(feature.geometry)}
    return {
        "type": "Feature",
        "bbox": _bbox(list(_points(geometry["coordinates"]))),
        "geometry": geometry,
        "properties": {
            "name": names[0].text if names else None,
            "names": [{"text": name.text, "lang": name.lang, "used_by": name.used_by or None} for name in names],
            "place": feature.place or None,
            "code": feature.code or None,
            "layer": layer.id,
            "role": layer.role,
            "label": layer.label,
            "boundary_status": layer.boundary_status or None,
            "claimant": list(layer.claimants),
            "source": layer.source,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "precision": layer.precision or None,
        },
    }


def _ends(edtf: str) -> tuple[str | None, str | None]:
    """Start and end of an EDTF date, each as written; null where open or unknown. A single date is both."""
    start, interval, end = edtf.partition("/")
    ends = (start, end if interval else start)
    first, last = ((None if one in ("", "..") else one) for one in ends)
    return first, last


def _right_handed(geometry: dict[str, Any]) -> Any:
    """The coordinates with outer rings counter-clockwise and holes clockwise; not a digit is changed."""
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        return _turned(coordinates)
    if geometry["type"] == "MultiPolygon":
        return [_turned(polygon) for polygon in coordinates]
    return coordinates


def _turned(rings: Any) -> list[Any]:
    return [
        ring if (_signed_area(ring) > 0) == (number == 0) else list(reversed(ring)) for number, ring in enumerate(rings)
    ]


def _signed_area(ring: Any) -> float:
    """Twice the area in square degrees; positive when counter-clockwise."""
    return float(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)))


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from _points(part)


def _bbox(points: list[tuple[float, float]]) -> list[float]:
    """West, south, east, north."""
    longitudes, latitudes = zip(*points, strict=True)
    return [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
