"""Freeze a map: from codes and ids to the shapes that travel with an edition.

Shapes are cut to the map's box and rounded, nothing more: they come simplified from the package data, where
neighbours share every point of their border. An operator's GeoJSON is checked and cut the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians
from typing import Any

import shapely
from shapely.geometry import box, mapping, shape
from shapely.geometry.base import BaseGeometry

from tocsin.core import geography
from tocsin.core.model.map_spec import MapLayerSpec, MapSpec
from tocsin.core.model.places import MapFeature, MapLayer, Name, Place, SituationMap
from tocsin.publish.maps.errors import MapError

Box = tuple[float, float, float, float]
POSITIONS = "Positions of towns given by the desk"
NATURAL_EARTH = "Natural Earth, public domain, in packages named in the map's credit"


def freeze_map(
    spec: MapSpec,
    *,
    places: Sequence[Place] = (),
    operator_files: Mapping[str, Mapping[str, Any]] | None = None,
) -> SituationMap:
    """Turn a map's spec into a map with its own shapes.

    places:         the case's places; a unit or town that is one of them carries its id and names
    operator_files: parsed GeoJSON FeatureCollections by the name that `file` gives
    Raises MapError, or geography.UnknownCodeError for a code that the package does not carry.
    """
    known = {place.id: place for place in (*spec.places, *places)}  # where both have one, the case's stands
    files = operator_files or {}
    drawn = [(layer, _features(layer, known, files)) for layer in spec.layers]
    bbox = spec.bbox or _around([shape for _, features in drawn for _, shape in features], spec.margin)
    _check_box(bbox)
    layers = [_context(spec, bbox, known)]
    if spec.lakes:
        layers.append(_lakes(spec, bbox))
    layers += [_layer(layer, features, bbox) for layer, features in drawn]
    return SituationMap(
        title=spec.title,
        credit=spec.credit,
        as_of=spec.as_of,
        bbox=bbox,
        not_shown=spec.not_shown,
        layers=tuple(layer for layer in layers if layer.features),
    )


Drawn = list[tuple[MapFeature, BaseGeometry]]


def _features(layer: MapLayerSpec, known: Mapping[str, Place], files: Mapping[str, Mapping[str, Any]]) -> Drawn:
    by_code = {place.code: place for place in known.values() if place.kind in ("province", "district")}
    features: Drawn = []
    for code in layer.units:
        unit = geography.get_unit(code)
        place = by_code.get(code)
        names = place.names if place else unit.names
        features.append(_feature(geography.unit_geometry(code), place.id if place else "", names, code))
    for one in layer.places:
        features.append(_town(layer, one, known))
    if layer.file:
        features += _operator(layer, files)
    if not features:
        raise MapError(
            f"layer {layer.id} shows nothing", remedy="Give it units, places or a GeoJSON file, or delete it."
        )
    return features


def _feature(
    geometry: Mapping[str, Any], place: str = "", names: tuple[Name, ...] = (), code: str = ""
) -> tuple[MapFeature, BaseGeometry]:
    return MapFeature(place=place, names=names, code=code, geometry={}), shape(geometry)


def _town(layer: MapLayerSpec, one: str, known: Mapping[str, Place]) -> tuple[MapFeature, BaseGeometry]:
    place = known.get(one)
    if place is None:
        raise MapError(f"layer {layer.id} names the place {one!r}, which is in neither the case nor the map")
    if place.at is None:
        raise MapError(f"place {one} has no position", remedy="Give `at = [longitude, latitude]`.")
    return _feature({"type": "Point", "coordinates": place.at}, place.id, place.names, place.code)


def _operator(layer: MapLayerSpec, files: Mapping[str, Mapping[str, Any]]) -> Drawn:
    """Shapes of an operator's file: never without source, dates and the status of their lines."""
    for field in ("source", "valid", "boundary_status"):
        if not getattr(layer, field):
            raise MapError(
                f"layer {layer.id} is drawn from {layer.file} but has no {field}",
                remedy="Say who made the shapes, when they hold, and whether the lines are agreed.",
            )
    collection = files.get(layer.file)
    if collection is None or collection.get("type") != "FeatureCollection":
        raise MapError(f"layer {layer.id}: {layer.file} is not at hand as a GeoJSON FeatureCollection")
    features: Drawn = []
    for number, feature in enumerate(collection.get("features") or (), start=1):
        where = f"{layer.file}: feature {number}"
        try:
            drawn = shapely.make_valid(shape(feature["geometry"]))
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
            raise MapError("no GeoJSON geometry that can be read", where=where) from error
        if drawn.is_empty:
            raise MapError("the geometry is empty", where=where)
        west, south, east, north = drawn.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise MapError(
                "coordinates outside the world",
                where=where,
                remedy="Give longitude before latitude, in degrees WGS 84.",
            )
        said = (feature.get("properties") or {}).get("name")
        names = (Name(text=str(said)),) if said else ()
        features.append((MapFeature(names=names, geometry={}), drawn))
    return features


def _around(shapes: Sequence[BaseGeometry], margin: float) -> Box:
    if not shapes:
        raise MapError("the map has neither layers nor a box", remedy="Give `bbox` or at least one layer.")
    west, south, east, north = shapely.union_all([one.envelope for one in shapes]).bounds
    if east - west > 180:
        raise MapError(
            "the shapes lie on both sides of the 180th meridian, or span half the world",
            remedy="Give `bbox`, and draw one side of the meridian.",
        )
    dx, dy = max((east - west) * margin, 0.1), max((north - south) * margin, 0.1)
    shrunk = max(cos(radians((south + north) / 2)), 0.1)
    wide, high = (east - west + 2 * dx) * shrunk, north - south + 2 * dy
    dx += max(high / 2 - wide, 0) / 2 / shrunk  # at least half as wide as high, and half as high as wide
    dy += max(wide / 2 - high, 0) / 2
    return (
        round(max(west - dx, -180), 2),
        round(max(south - dy, -90), 2),
        round(min(east + dx, 180), 2),
        round(min(north + dy, 90), 2),
    )


def _check_box(bbox: Box) -> None:
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise MapError(
            f"the box {list(bbox)} is not west, south, east, north in degrees",
            remedy="A map across the 180th meridian cannot be drawn yet: draw one side.",
        )


def _context(spec: MapSpec, bbox: Box, known: Mapping[str, Place]) -> MapLayer:
    """All land in the box; only the spec's countries are named, so that the map stays quiet."""
    outlines = _outlines(spec, bbox)
    places = {place.code or place.id: place for place in known.values() if place.kind == "country"}
    features: Drawn = []
    for alpha3 in spec.countries:
        country = geography.get_country(alpha3)
        place = places.get(alpha3)
        names = place.names if place else (Name(text=country.label),)
        outline = outlines.pop(alpha3, None)
        if outline is None:
            outline = shapely.make_valid(shape(geography.country_geometry(alpha3)))
        said = MapFeature(place=place.id if place else "", names=names, code=alpha3, geometry={})
        features.append((said, outline))
    features += [(MapFeature(code=code, geometry={}), outline) for code, outline in sorted(outlines.items())]
    return MapLayer(
        id="countries",
        role="context",
        label="Countries",
        source=NATURAL_EARTH,
        features=_cut(features, bbox),
    )


def _outlines(spec: MapSpec, bbox: Box) -> dict[str, BaseGeometry]:
    """Land by country: from a region's seamless shapes where the box lies inside one, else at 1:50 million."""
    units = {code for layer in spec.layers for code in layer.units}
    frame = box(*bbox)
    pieces: dict[str, list[BaseGeometry]] = {}
    for region in geography.REGIONS:
        shapes = geography.region_shapes(region)
        inside = box(*geography.region_bbox(region)).contains(frame)
        if inside or units & {one.code for one in shapes}:
            for one in shapes:
                if one.kind == "unit" or (one.kind == "country" and inside):
                    pieces.setdefault(one.country, []).append(shape(one.geometry))
        if inside:
            return {code: shapely.coverage_union_all(parts) for code, parts in pieces.items()}
    detailed = {code: shapely.coverage_union_all(parts) for code, parts in pieces.items()}
    taken = shapely.union_all(list(detailed.values()))
    for code, label, geometry in geography.world("50m"):
        outline = shapely.make_valid(shape(geometry))
        if code not in detailed and outline.intersects(frame):
            detailed[code or label] = shapely.difference(outline, taken)
    return detailed


def _lakes(spec: MapSpec, bbox: Box) -> MapLayer:
    wanted = set(spec.countries) | {unit.split("-")[0] for layer in spec.layers for unit in layer.units}
    features = [
        _feature(piece.geometry, names=piece.names)
        for name in geography.REGIONS
        if wanted & {s.country for s in geography.region_shapes(name) if s.kind == "unit"}
        for piece in geography.region_shapes(name)
        if piece.kind == "lake"
    ]
    return MapLayer(id="lakes", role="water", label="Lakes", source=NATURAL_EARTH, features=_cut(features, bbox))


def _layer(spec: MapLayerSpec, features: Drawn, bbox: Box) -> MapLayer:
    kept = _cut(features, bbox)
    if not kept:
        raise MapError(
            f"nothing of layer {spec.id} lies inside the map's box {list(bbox)}",
            remedy="Widen `bbox`, leave it out, or delete the layer.",
        )
    return MapLayer(
        id=spec.id,
        role=spec.role,
        label=spec.label,
        source=spec.source or (POSITIONS if spec.role == "town" else NATURAL_EARTH),
        boundary_status=spec.boundary_status,
        claimants=spec.claimants,
        valid=spec.valid,
        precision=spec.precision,
        names=spec.names,
        features=kept,
    )


def _cut(features: Drawn, bbox: Box) -> tuple[MapFeature, ...]:
    """Cut to the box and round to four decimals; a piece of another dimension than its shape is a crumb."""
    frame = box(*bbox)
    kept = []
    for feature, geometry in features:
        cut = shapely.intersection(geometry, frame)
        whole = shapely.get_dimensions(geometry)
        parts = [part for part in shapely.get_parts(cut) if not part.is_empty and shapely.get_dimensions(part) == whole]
        if not parts:
            continue
        joined = parts[0] if len(parts) == 1 else shapely.union_all(parts)
        kept.append(_with_geometry(feature, _geojson(joined)))
    return tuple(kept)


def _with_geometry(feature: MapFeature, geometry: dict[str, Any]) -> MapFeature:
    return MapFeature(place=feature.place, names=feature.names, code=feature.code, geometry=geometry)


def _geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """RFC 7946: outer rings counter-clockwise; four decimals, about ten metres."""

    def rounded(part: Any) -> Any:
        if isinstance(part[0], (int, float)):
            return [round(float(part[0]), 4), round(float(part[1]), 4)]
        return [rounded(one) for one in part]

    said = mapping(shapely.orient_polygons(geometry))
    if said["type"] == "GeometryCollection":
        raise MapError("a shape mixes points, lines and areas", remedy="Put them into separate features.")
    return {"type": said["type"], "coordinates": rounded(said["coordinates"])}
