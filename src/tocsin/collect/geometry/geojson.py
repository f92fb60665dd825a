"""GeoJSON (RFC 7946, and the 2008 form that still names its coordinate reference system) to features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import shapely

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.geometry.checks import Feature

MAX_BYTES = 500_000_000
_LON_LAT = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", "CRS84"}
# By the letter of EPSG latitude stands first here, yet programs write longitude first: told by the box
# expected.
_EITHER = {"EPSG:4326", "urn:ogc:def:crs:EPSG::4326"}
_EXPORT = "Export the layer as a FeatureCollection"
_COLLECTION = {"type", "features", "name", "crs", "bbox"}
_FEATURE = {"type", "properties", "geometry", "id", "bbox"}


def read_geojson(data: bytes, *, where: str, box_given: bool = False) -> Iterator[Feature]:
    """The features of a FeatureCollection, a Feature or a bare geometry.

    box_given: the caller checks the place against a box, so that swapped axes would be seen
    Raises InputError for broken JSON, LayoutError for a shape that is not GeoJSON, members that it does not
    define, or a coordinate reference system other than WGS 84.
    """
    if len(data) > MAX_BYTES:
        raise InputError(
            f"it has {len(data):,} bytes; the limit is {MAX_BYTES:,}",
            where=where,
            remedy="Simplify the layer, or split it",
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"the text is not UTF-8 (byte {error.start:,})"
        raise InputError(problem, where=where, remedy="Export the layer again as UTF-8") from None
    document = _object(data.removeprefix(b"\xef\xbb\xbf"), where)
    _check_crs(_value(document.get("crs")), where, box_given)
    kind = _value(document.get("type"))
    if kind == "FeatureCollection":
        _check_members(document, _COLLECTION, where)
        features = _objects(document.get("features"), where)
    elif kind == "Feature":
        features = [document]
    else:
        features = [{"type": msgspec.Raw(b'"Feature"'), "geometry": msgspec.Raw(data)}]
    for number, feature in enumerate(features, start=1):
        yield _feature(feature, f"{where}, feature {number}")


def _feature(feature: Mapping[str, msgspec.Raw], where: str) -> Feature:
    if _value(feature.get("type")) != "Feature":
        raise LayoutError("this is no GeoJSON feature", where=where, remedy=_EXPORT)
    _check_members(feature, _FEATURE, where)
    properties = _value(feature.get("properties")) or {}
    if not isinstance(properties, dict):
        raise LayoutError("its properties are no object", where=where, remedy=_EXPORT)
    raw = bytes(feature.get("geometry") or b"null")
    if raw.strip() == b"null":
        raise LayoutError("it has no geometry", where=where, remedy="Ask whoever drew it, or take it out of the layer")
    try:
        geometry = shapely.from_geojson(raw)
    except (shapely.errors.ShapelyError, ValueError) as error:
        problem = f"its geometry cannot be read: {str(error).splitlines()[0]}"
        raise LayoutError(problem, where=where, remedy="Ask whoever drew it") from None
    if "id" in feature:
        properties = {"id": _value(feature["id"]), **properties}
    return Feature(geometry, properties, where)


def _object(data: bytes, where: str) -> dict[str, msgspec.Raw]:
    """The members of a JSON object, undecoded: GEOS reads coordinates much faster than Python builds lists."""
    try:
        return msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        raise LayoutError("it is not GeoJSON", where=where, remedy=_EXPORT) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"it is not valid JSON: {error}", where=where, remedy="Fetch it again") from None


def _objects(raw: msgspec.Raw | None, where: str) -> list[dict[str, msgspec.Raw]]:
    try:
        return msgspec.json.decode(raw or b"null", type=list[dict[str, msgspec.Raw]])
    except (msgspec.DecodeError, RecursionError):
        raise LayoutError("its features are no list of objects", where=where, remedy=_EXPORT) from None


def _value(raw: msgspec.Raw | None) -> Any:
    try:
        return msgspec.json.decode(raw) if raw is not None else None
    except (msgspec.DecodeError, RecursionError):
        return None


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


def _check_members(found: Mapping[str, msgspec.Raw], known: set[str], where: str) -> None:
    if unknown := sorted(set(found) - known):
        raise LayoutError(
            f"unknown members: {', '.join(unknown)}",
            where=where,
            remedy="Move them into the features' properties",
        )
