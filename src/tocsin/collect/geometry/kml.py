"""KML 2.x placemarks to features. KML is always longitude, latitude[, altitude] on WGS 84.

Styles, camera positions and folders' switches say how to draw, not where; network links would reach out and are
refused. Every other element that could carry a place is read, or stops the reading by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely
from lxml import etree
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.geometry.base import BaseGeometry

from tocsin.collect.documents.limits import Limits
from tocsin.collect.documents.xml import parse_xml
from tocsin.collect.errors import LayoutError
from tocsin.collect.geometry.checks import Feature

_NAMESPACES = (
    "http://www.opengis.net/kml/2.2",
    "http://earth.google.com/kml/2.",
    "http://www.opengis.net/kml/2.3",
)
_SHAPES = ("Polygon", "LineString", "LinearRing", "Point", "MultiGeometry")
_TEXTS = ("name", "description", "address")
_REFUSED = ("NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Track", "MultiTrack", "Model")


def read_kml(data: bytes, *, where: str, limits: Limits | None = None) -> Iterator[Feature]:
    """Every placemark that has a geometry; its name, times and extended data are its properties.

    Raises UnreadableError for poisoned or broken XML, LayoutError for what is not KML or reaches outside the
    file.
    """
    root = parse_xml(data, limits=limits, where=where)
    if _local(root) != "kml" or not str(root.tag).startswith(tuple("{" + name for name in _NAMESPACES)):
        raise LayoutError(f"it is not KML but {root.tag}", where=where, remedy="Export the layer as KML 2.2")
    for element in root.iter(etree.Element):
        if _local(element) in _REFUSED:
            raise LayoutError(
                f"it holds a {_local(element)}, which is not a drawn place or lies outside the file",
                where=where,
                remedy="Save the placemarks themselves, not links or images of them",
            )
    for number, placemark in enumerate(root.iter("{*}Placemark"), start=1):
        yield from _placemark(placemark, f"{where}, placemark {number}")


def _placemark(placemark: etree._Element, where: str) -> Iterator[Feature]:
    properties: dict[str, Any] = {}
    shapes: list[BaseGeometry] = []
    for part in placemark:
        name = _local(part)
        if name in _SHAPES:
            shapes.append(_geometry(part, where))
        elif name in _TEXTS:
            properties[name] = (part.text or "").strip()
        elif name in ("TimeStamp", "TimeSpan"):
            properties |= {_local(time): (time.text or "").strip() for time in part}
        elif name == "ExtendedData":
            properties |= _extended(part)
    if len(shapes) > 1:
        raise LayoutError(
            "the placemark has more than one geometry", where=where, remedy="Put them into one MultiGeometry"
        )
    if shapes:
        yield Feature(shapes[0], properties, where)


def _extended(data: etree._Element) -> dict[str, str]:
    found = {}
    for one in data.iter("{*}Data", "{*}SimpleData"):
        value = one.findtext("{*}value") if _local(one) == "Data" else one.text
        found[one.get("name") or ""] = (value or "").strip()
    return found


def _geometry(element: etree._Element, where: str) -> BaseGeometry:
    kind = _local(element)
    try:
        if kind == "Point":
            return Point(_coordinates(element, where)[0])
        if kind in ("LineString", "LinearRing"):
            return LineString(_coordinates(element, where))
        if kind == "Polygon":
            return _polygon(element, where)
        parts = [_geometry(part, where) for part in element if _local(part) in _SHAPES]
    except (shapely.errors.ShapelyError, ValueError, IndexError) as error:
        raise LayoutError(f"a {kind} cannot be read: {error}", where=where, remedy="Ask whoever drew it") from None
    return _together(parts)


def _polygon(element: etree._Element, where: str) -> Polygon:
    outer = element.find("{*}outerBoundaryIs/{*}LinearRing")
    if outer is None:
        raise LayoutError("a polygon has no outer boundary", where=where, remedy="Ask whoever drew it")
    holes = [_coordinates(ring, where) for ring in element.iterfind("{*}innerBoundaryIs/{*}LinearRing")]
    return Polygon(_coordinates(outer, where), holes)


def _together(parts: list[BaseGeometry]) -> BaseGeometry:
    flat = [one for part in parts for one in (part.geoms if hasattr(part, "geoms") else (part,))]
    kinds = {part.geom_type for part in flat}
    if kinds == {"Polygon"}:
        return MultiPolygon(flat)
    if kinds == {"LineString"}:
        return MultiLineString(flat)
    return MultiPoint(flat) if kinds == {"Point"} else GeometryCollection(flat)


def _coordinates(element: etree._Element, where: str) -> list[tuple[float, float]]:
    text = element.findtext("{*}coordinates") or ""
    try:
        return [(float(lon), float(lat)) for lon, lat, *_ in (point.split(",") for point in text.split())]
    except ValueError:
        raise LayoutError("its coordinates are no numbers", where=where, remedy="Ask whoever drew it") from None


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
