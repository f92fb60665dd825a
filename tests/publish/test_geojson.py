"""The map's shapes as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import shapely
from shapely.geometry import shape

from tests.publish.hostile import read
from tocsin.core.model.places import MapFeature, MapLayer
from tocsin.publish.geojson import map_geojson
from tocsin.publish.reading import Reading


def collection(reading: Reading) -> dict[str, Any]:
    data = map_geojson(reading)
    assert data is not None
    document: dict[str, Any] = json.loads(data)
    return document


def with_layer(reading: Reading, **changes: Any) -> Reading:
    """The edition with one more layer on its map."""
    drawn = reading.content.map
    assert drawn is not None
    layer = MapLayer(**{"id": "added", "role": "operator", "label": "Added", "source": "An operator", **changes})
    content = msgspec.structs.replace(
        reading.content, map=msgspec.structs.replace(drawn, layers=(*drawn.layers, layer))
    )
    return read(msgspec.structs.replace(reading.edition, content=content))


def rings(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    """The rings of each polygon."""
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
    return polygons.get(geometry["type"], [])


def follows_the_right_hand(feature: dict[str, Any]) -> bool:
    return all(
        shapely.LinearRing(ring).is_ccw == (number == 0)
        for polygon in rings(feature["geometry"])
        for number, ring in enumerate(polygon)
    )


def test_outer_rings_turn_against_the_clock(readings: tuple[Reading, Reading]) -> None:
    features = collection(readings[1])["features"]
    assert sum(bool(rings(feature["geometry"])) for feature in features) > 10
    assert all(follows_the_right_hand(feature) for feature in features)


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon"])
def test_a_ring_that_turns_the_wrong_way_is_turned_and_keeps_its_corners(
    kind: str, readings: tuple[Reading, Reading]
) -> None:
    outer = [[44.0, 39.0], [44.0, 40.0], [45.0, 40.0], [45.0, 39.0], [44.0, 39.0]]
    hole = [[44.2, 39.2], [44.4, 39.2], [44.4, 39.4], [44.2, 39.4], [44.2, 39.2]]
    wrong = [outer, hole]
    feature = MapFeature(geometry={"type": kind, "coordinates": wrong if kind == "Polygon" else [wrong]})
    added = collection(with_layer(readings[1], features=(feature,)))["features"][-1]
    assert not follows_the_right_hand({"geometry": feature.geometry}), "the input is wrong, or this shows nothing"
    assert follows_the_right_hand(added)
    assert rings(added["geometry"])[0] == [outer[::-1], hole[::-1]]


def test_boxes_hold_what_they_are_boxes_of(readings: tuple[Reading, Reading]) -> None:
    document = collection(readings[1])
    boxes = [feature["bbox"] for feature in document["features"]]
    for feature in document["features"]:
        assert feature["bbox"] == list(shape(feature["geometry"]).bounds)
    west, south, east, north = zip(*boxes, strict=True)
    assert document["bbox"] == [min(west), min(south), max(east), max(north)]
    assert 40 < document["bbox"][0] < document["bbox"][2] < 50, "longitude first"


def test_it_names_no_reference_system_other_than_wgs_84(readings: tuple[Reading, Reading]) -> None:
    assert "crs" not in collection(readings[1])


def test_every_feature_says_whose_it_is_and_a_disputed_one_who_disputes(readings: tuple[Reading, Reading]) -> None:
    features = [feature["properties"] for feature in collection(readings[1])["features"]]
    assert all(properties["source"] and properties["role"] for properties in features)
    contested = [properties for properties in features if properties["boundary_status"] == "contested"]
    assert contested
    assert any("called Artsakh by Armenians" in properties["claimant"] for properties in contested)
    syunik = next(properties for properties in features if properties["code"] == "AM-SU")
    assert {"text": "Zəngəzur", "lang": "az", "used_by": "Azerbaijan"} in syunik["names"]
    assert syunik["precision"] == "province"


@pytest.mark.parametrize(
    ("valid", "ends"),
    [
        ("", (None, None)),
        ("2020/..", ("2020", None)),
        ("../2023-09-20", (None, "2023-09-20")),
        ("2023-09", ("2023-09", "2023-09")),
        ("2020-11-10/2023-09-19", ("2020-11-10", "2023-09-19")),
    ],
)
def test_the_time_for_which_a_shape_holds_is_no_more_precise_than_it_was_given(
    valid: str, ends: tuple[str | None, str | None], readings: tuple[Reading, Reading]
) -> None:
    point = MapFeature(geometry={"type": "Point", "coordinates": [44.5, 40.2]})
    added = collection(with_layer(readings[1], valid=valid, features=(point,)))["features"][-1]["properties"]
    assert (added["valid_from"], added["valid_to"]) == ends


def test_an_edition_without_a_map_has_no_shapes(readings: tuple[Reading, Reading]) -> None:
    content = msgspec.structs.replace(readings[1].content, map=None)
    assert map_geojson(read(msgspec.structs.replace(readings[1].edition, content=content))) is None
