"""Maps of control: every day's polygon is there with who states it; a map that may lie elsewhere is refused."""

import io
import json
import tarfile
from datetime import date
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapely
from shapely.geometry import shape

from tests.collect.desks import SOURCES, ADesk
from tests.collect.sources_of_documents.layers import (
    BOWTIE,
    geojson,
    shapefile_members,
    swapped,
    tarred,
    zipped,
)
from tests.data_beside import real

SAMPLE = SOURCES / "control-areas" / "sample"
SAID = {"stated_by": "Invented Mapping Group", "holder": "Northern forces"}


@pytest.mark.data
def test_every_daily_map_is_there_once_with_its_day_and_outline(desk: ADesk) -> None:
    path = real("geo/deepstate_daily_20240708_20260822.tar.xz")
    record = desk.run("control-areas", path)
    assert {made.name: made.n_rows for made in record.tables} == {"areas": 769, "marks": 0}
    outlines = {}
    with tarfile.open(path) as packed:
        for member in packed:
            if member.name.endswith(".geojson"):
                stream = packed.extractfile(member)
                assert stream is not None
                day = date.fromisoformat(member.name[-16:-8])
                (feature,) = json.loads(stream.read())["features"]
                outlines[day] = shapely.to_wkb(shape(feature["geometry"]), byte_order=1)
    rows = desk.query("control-areas", "areas", "SELECT area_date, geometry FROM rows")
    assert dict(rows) == outlines
    assert len(outlines) == 769
    summary = "SELECT stated_by, holder, geometry_note, min(area_date), max(area_date) FROM rows GROUP BY ALL"
    assert desk.query("control-areas", "areas", summary) == [
        ("DeepStateMap", "Russian forces", None, date(2024, 7, 8), date(2026, 8, 22))
    ]


@pytest.mark.data
@pytest.mark.parametrize("day", [date(2024, 7, 8), date(2026, 8, 22)])
def test_a_single_daily_map_has_the_area_that_an_equal_area_projection_gives(desk: ADesk, day: date) -> None:
    path = real(f"geo/deepstatemap_data_{day:%Y%m%d}.geojson")
    desk.run("control-areas", path)
    ((found_day, area_km2),) = desk.query("control-areas", "areas", "SELECT area_date, area_km2 FROM rows")
    project = pyproj.Transformer.from_crs("OGC:CRS84", "ESRI:54034", always_xy=True).transform
    (feature,) = json.loads(path.read_bytes())["features"]
    flat = shapely.transform(shape(feature["geometry"]), project, interleaved=False)
    assert (found_day, area_km2) == (day, pytest.approx(flat.area / 1e6, rel=1e-4))


def test_a_kml_gives_areas_with_their_holes_and_keeps_marks_apart(desk: ADesk) -> None:
    desk.run("control-areas", SAMPLE / "invented_2026-01-05.kml", settings=SAID)
    ((day, name, properties, wkb),) = desk.query(
        "control-areas", "areas", "SELECT area_date, name, properties, geometry FROM rows"
    )
    assert (day, name) == (date(2026, 1, 5), "Northern area")
    assert json.loads(properties)["certainty"] == "reported"
    assert len(shapely.from_wkb(wkb).interiors) == 1
    assert desk.query("control-areas", "marks", "SELECT kind, name FROM rows") == [("Point", "Checkpoint")]


def test_a_zipped_shapefile_is_read_with_the_day_of_each_feature(desk: ADesk, tmp_path: Path) -> None:
    path = tmp_path / "areas.zip"
    path.write_bytes(zipped(shapefile_members()))
    desk.run("control-areas", path, settings=SAID | {"date_property": "on_day"})
    found = desk.query("control-areas", "areas", "SELECT area_date, name, holder, stated_by FROM rows")
    assert found == [(date(2026, 1, 5), "invented é", "Northern forces", "Invented Mapping Group")]


def test_a_ring_that_crosses_itself_is_mended_and_said(desk: ADesk, tmp_path: Path) -> None:
    path = tmp_path / "map_2026-01-05.geojson"
    path.write_bytes(geojson(BOWTIE))
    desk.run("control-areas", path, settings=SAID)
    ((note, wkb),) = desk.query("control-areas", "areas", "SELECT geometry_note, geometry FROM rows")
    assert "Self-intersection" in note
    assert shapely.from_wkb(wkb).is_valid


def test_the_same_layer_stated_otherwise_is_another_table(desk: ADesk) -> None:
    path = SAMPLE / "deepstatemap_data_20260105.geojson"
    first = desk.run("control-areas", path)
    assert desk.run("control-areas", path).status == "unchanged"
    assert desk.run("control-areas", path, settings={"holder": "occupying forces"}).key != first.key


CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
EITHER = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
METRES = [[4_000_000.0, 6_000_000.0], [4_100_000.0, 6_000_000.0], [4_100_000.0, 6_100_000.0], [4e6, 6e6]]
BOX = {"within": "22,44,41,53"}
DAY = {"area_date": "2026-01-05"}
PLAIN = geojson()
ON_DAY = SAID | DAY
SHAPES = shapefile_members()
ENTITIES = b'<!DOCTYPE k [<!ENTITY a "b">]><kml xmlns="http://www.opengis.net/kml/2.2">&a;</kml>'
LINK = b'<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink/></kml>'
SWAPPED = geojson(swapped())
AWAY = geojson([[x + 9, y] for x, y in swapped()])
REFUSED: dict[str, tuple[str, bytes, dict[str, str], str]] = {
    "swapped axes": ("m.geojson", SWAPPED, ON_DAY | BOX, "latitude seems to stand before longitude"),
    "metres": ("m.geojson", geojson(METRES), ON_DAY, "these are no longitudes and latitudes"),
    "elsewhere": ("m.geojson", AWAY, ON_DAY | BOX, "outside the expected"),
    "a projection named": ("m.geojson", geojson(crs=CRS), ON_DAY, "urn:ogc:def:crs:EPSG::3857"),
    "an order unsaid": ("m.geojson", geojson(crs=EITHER), ON_DAY, "does not tell whether longitude"),
    "no author": ("m.geojson", PLAIN, {"holder": "x"} | DAY, "nothing tells who drew the map"),
    "no holder": ("m.geojson", PLAIN, {"stated_by": "x"} | DAY, "nothing tells who holds the areas"),
    "no day": ("m.geojson", PLAIN, SAID, "nothing tells the day it speaks of"),
    "no such day": ("m_20260231.geojson", PLAIN, SAID, "does not exist"),
    "a property without a day": ("m_20260105.geojson", PLAIN, SAID | {"date_property": "d"}, "gives no day"),
    "not a number": ("m.geojson", PLAIN.replace(b"36.5", b"null"), ON_DAY, "cannot be read"),
    "no list of features": ("m.geojson", geojson(features=1), ON_DAY, "no list of objects"),
    "cut short": ("m.geojson", PLAIN[:-30], ON_DAY, "not valid JSON"),
    "nested without end": ("m.geojson", b'{"a":' * 100_000, ON_DAY, "not valid JSON"),
    "a page": ("m.geojson", b"<html><body>502</body></html>", ON_DAY, "it is not KML"),
    "rubbish": ("m.bin", b"\x00\x01\x02", ON_DAY, "neither GeoJSON, KML nor"),
    "a box that is none": ("m.geojson", PLAIN, ON_DAY | {"within": "1,2,3"}, "is no box"),
    "no .prj": ("s.zip", zipped(shapefile_members(None)), ON_DAY, ".prj is missing"),
    "a projection": ("s.zip", zipped(shapefile_members("EPSG:28403")), ON_DAY, "Pulkovo"),
    "another datum": ("s.zip", zipped(shapefile_members("EPSG:4284")), ON_DAY, "it is in 'GCS_Pulkovo_1942'"),
    "a damaged .shp": (
        "s.zip",
        zipped(SHAPES | {"layer.shp": b"\0" * 120}),
        ON_DAY,
        "shapefile cannot be read",
    ),
    "two layers": ("s.zip", zipped(SHAPES | {"other.shp": b""}), ON_DAY, "not one shapefile but"),
    "a ZIP leading out": ("s.zip", zipped({"../../evil.geojson": PLAIN}), ON_DAY, "written elsewhere"),
    "an absolute name": ("s.tar.xz", tarred({"/etc/evil.geojson": PLAIN}), ON_DAY, "written elsewhere"),
    "a link": ("s.tar.xz", tarred({"a.geojson": "/etc/passwd"}), ON_DAY, "a link or device"),
    "a tar cut short": ("s.tar.xz", tarred({"a.geojson": PLAIN})[:-40], ON_DAY, "cannot be unpacked"),
    "entities": ("m.kml", ENTITIES, ON_DAY, "declares a document type"),
    "a network link": ("m.kml", LINK, ON_DAY, "NetworkLink"),
}


@pytest.mark.parametrize(("name", "data", "settings", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_layer_that_cannot_be_placed_or_trusted_is_refused(
    desk: ADesk, tmp_path: Path, name: str, data: bytes, settings: dict[str, str], said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert said in str(desk.fails("control-areas", path, settings=settings))


def test_a_failed_map_leaves_the_last_good_one(desk: ADesk, tmp_path: Path) -> None:
    desk.run("control-areas", SAMPLE / "deepstatemap_data_20260105.geojson")
    broken = tmp_path / "deepstatemap_data_20260106.geojson"
    broken.write_bytes(geojson(swapped()))
    desk.fails("control-areas", broken)
    assert desk.query("control-areas", "areas", "SELECT area_date FROM rows") == [(date(2026, 1, 5),)]


def test_a_bomb_is_counted_as_it_comes_out_and_not_as_it_says() -> None:
    from tocsin.collect.errors import InputError
    from tocsin.collect.geometry.packed import Bounds, read_members

    few = Bounds(max_member_bytes=1_000_000, max_bytes=2_500_000, max_members=5)
    bombs: list[Any] = [
        zipped({"a": b"\0" * 5_000_000}),
        zipped({str(n): b"\0" * 900_000 for n in range(4)}),
        zipped({str(n): b"" for n in range(9)}),
        tarred({"a": b"\0" * 5_000_000}),
        tarred({str(n): b"\0" * 900_000 for n in range(4)}),
    ]
    for bomb in bombs:
        assert len(bomb) < 20_000
        with pytest.raises(InputError):
            list(read_members(bomb, where="bomb", bounds=few))
    lying = bytearray(zipped({"a": b"\0" * 5_000_000}))
    at = lying.rindex(b"PK\x01\x02") + 24
    lying[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(InputError):
        list(read_members(bytes(lying), where="bomb", bounds=few))
    assert io.BytesIO(bytes(lying)).getvalue()[:2] == b"PK"


def test_a_zip_whose_directory_points_before_its_beginning_is_damaged() -> None:
    from tocsin.collect.errors import InputError
    from tocsin.collect.geometry.packed import read_members

    data = bytearray(zipped({"a.geojson": PLAIN}))
    at = data.rindex(b"PK\x05\x06") + 16  # where the directory is said to begin
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") + 300).to_bytes(4, "little")
    with pytest.raises(InputError, match="cannot be unpacked"):
        list(read_members(bytes(data), where="a.zip"))


def test_a_layer_that_is_not_utf_8_is_refused(desk: ADesk, tmp_path: Path) -> None:
    path = tmp_path / "m.geojson"
    path.write_bytes(PLAIN.replace(b'"Polygon"', b'"Poly\xadgon"'))
    assert "not UTF-8" in str(desk.fails("control-areas", path, settings=ON_DAY))
