"""GeoJSON (RFC 7946, and the 2008 form that still names its coordinate reference system) to features."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import shapely
from shapely.geometry import shape

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.geometry.checks import Feature

MAX_BYTES = 500_000_000
_LON_LAT = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", "CRS84"}
# By the letter of EPSG latitude stands first here, yet programs write longitude first: told by the box
# expected.
_EITHER = {"EPSG:4326", "urn:ogc:def:crs:EPSG::4326"}
_COLLECTION = {"type", "features", "name", "crs", "bbox"}
_FEATURE = {"type", "properties", "geometry", "id", "bbox"}


def read_geojson(data: bytes, *, where: str, box_given: bool = False) -> Iterator[Feature]:
    """The features of a FeatureCollection, a Feature or a bare geometry.

    box_given: the caller checks the place against a box, so that swapped axes would be seen
    Raises InputError for broken JSON, LayoutError for a shape that is not GeoJSON, members that it does not
    define, or a coordinate reference system other than WGS 84.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"it has {len(data):,} bytes; the limit is {MAX_BYTES:,}", where=where)
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"it is not valid JSON: {error}", where=where, remedy="Fetch it again") from None
    if not isinstance(document, dict):
        raise LayoutError("it is not GeoJSON", where=where)
    _check_crs(document.get("crs"), where, box_given)
    kind = document.get("type")
    if kind == "FeatureCollection":
        _check_members(document, _COLLECTION, where)
        features = document.get("features")
    else:
        features = (
            [document] if kind == "Feature" else [{"type": "Feature", "properties": {}, "geometry": document}]
        )
    if not isinstance(features, list):
        raise LayoutError("its features are no list", where=where)
    for number, feature in enumerate(features, start=1):
        yield _feature(feature, f"{where}, feature {number}")


def _feature(feature: Any, where: str) -> Feature:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise LayoutError("this is no GeoJSON feature", where=where)
    _check_members(feature, _FEATURE, where)
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise LayoutError("its properties are no object", where=where)
    if feature.get("geometry") is None:
        raise LayoutError("it has no geometry", where=where, remedy="Ask whoever drew it, or take it out")
    try:
        geometry = shape(feature["geometry"])
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        problem = f"its geometry cannot be read: {type(error).__name__}: {error}"
        raise LayoutError(problem, where=where, remedy="Ask whoever drew it") from None
    if "id" in feature:
        properties = {"id": feature["id"], **properties}
    return Feature(geometry, properties, where)


def _check_crs(crs: Any, where: str, box_given: bool) -> None:
    if crs is None:
        return
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if name in _LON_LAT or (name in _EITHER and box_given):
        return
    if name in _EITHER:
        raise LayoutError(
            f"it names {name}, which does not tell whether longitude or latitude stands first",
            where=where,
            remedy="Say which box the layer lies in (the setting `within`), so that it can be told",
        )
    raise LayoutError(
        f"it is in the coordinate reference system {name!r}, not in longitude and latitude on WGS 84",
        where=where,
        remedy="Export it again in WGS 84 (EPSG:4326)",
    )


def _check_members(found: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(found) - known):
        raise LayoutError(
            f"unknown members: {', '.join(unknown)}",
            where=where,
            remedy="Move them into the features' properties",
        )
