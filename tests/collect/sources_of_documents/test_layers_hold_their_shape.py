"""What a layer holds comes out the same from every format; whatever is done to its bytes, nothing crashes."""

import io
import json

import shapefile
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box, mapping

from tests.collect.sources_of_documents.layers import geojson, shapefile_members, zipped
from tocsin.collect.geometry.checks import Feature, area_km2, check_feature
from tocsin.collect.geometry.geojson import read_geojson
from tocsin.collect.geometry.kml import read_kml
from tocsin.collect.geometry.packed import read_members
from tocsin.collect.geometry.shapefile import read_shapefile
from tocsin.core.errors import TocsinError


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """A box, turned either way, with or without a hole."""
    west, south = draw(st.floats(-170, 150)), draw(st.floats(-80, 70))
    width, height = draw(st.floats(0.1, 9)), draw(st.floats(0.1, 9))
    outer = box(round(west, 5), round(south, 5), round(west + width, 5), round(south + height, 5))
    shell = list(outer.exterior.coords)
    hole = outer.buffer(-min(width, height) / 4, join_style="mitre").exterior.coords
    holes = [[(round(x, 7), round(y, 7)) for x, y in hole]] if draw(st.booleans()) else []
    return Polygon(shell[::-1] if draw(st.booleans()) else shell, holes)


areas = st.one_of(polygons(), polygons().map(lambda one: MultiPolygon([one])))


@settings(deadline=None, max_examples=60)
@given(areas)
def test_geojson_gives_back_the_polygon(area: Polygon | MultiPolygon) -> None:
    feature = {"type": "Feature", "properties": {"name": "x"}, "geometry": mapping(area)}
    document = {"type": "FeatureCollection", "features": [feature, feature]}
    found = list(read_geojson(json.dumps(document).encode(), where="a"))
    assert [one.geometry for one in found] == [area, area]
    assert found[0].properties == {"name": "x"}


@settings(deadline=None, max_examples=60)
@given(polygons())
def test_kml_gives_back_the_polygon(area: Polygon) -> None:
    def ring(points: object) -> str:
        return " ".join(f"{x!r},{y!r},0" for x, y in points)  # type: ignore[attr-defined]

    inner = "".join(
        f"<innerBoundaryIs><LinearRing><coordinates>{ring(hole.coords)}</coordinates></LinearRing></innerBoundaryIs>"
        for hole in area.interiors
    )
    outer = f"<LinearRing><coordinates>{ring(area.exterior.coords)}</coordinates></LinearRing>"
    text = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>x</name><Polygon>'
        f"<outerBoundaryIs>{outer}</outerBoundaryIs>{inner}</Polygon></Placemark></kml>"
    )
    (found,) = read_kml(text.encode(), where="a")
    assert found.geometry == area


@settings(deadline=None, max_examples=40)
@given(polygons())
def test_a_shapefile_gives_back_the_polygon(area: Polygon) -> None:
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    outward = shapely.orient_polygons(area, exterior_cw=True)
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, encoding="utf-8") as layer:
        layer.field("name", "C", 10)
        layer.shape(mapping(outward))
        layer.record("x")
    parts = shapefile_members() | {
        "layer.shp": shp.getvalue(), "layer.shx": shx.getvalue(), "layer.dbf": dbf.getvalue(),
    }  # fmt: skip
    (found,) = read_shapefile(parts, where="a")
    assert found.geometry.equals(area)


@settings(deadline=None, max_examples=60)
@given(areas)
def test_an_area_is_positive_whichever_way_its_rings_turn_and_less_than_without_holes(
    area: Polygon | MultiPolygon,
) -> None:
    checked = check_feature(Feature(area, {}, "a"))
    assert checked.note == ""
    assert shapely.from_wkb(checked.wkb) == area
    assert checked.area_km2 > 0
    assert (
        area_km2(area.reverse()) == area_km2(shapely.normalize(area))
        or abs(area_km2(area.reverse()) / checked.area_km2 - 1) < 1e-9
    )
    filled = [Polygon(one.exterior) for one in shapely.get_parts(area).tolist()]
    assert sum(map(area_km2, filled)) >= checked.area_km2


WHOLE = {
    "geojson": geojson(),
    "kml": b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Point><coordinates>1,2</coordinates></Point>'
    b"</Placemark></kml>",
    "zip": zipped(shapefile_members()),
}


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), max_size=6),
    st.integers(0, 400),
)
def test_a_damaged_layer_is_read_or_refused(kind: str, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(WHOLE[kind])
    for at, byte in changes:
        data[at % len(data)] = byte
    damaged = bytes(data[: len(data) - cut % len(data)])
    try:
        if kind == "geojson":
            features = list(read_geojson(damaged, where="a"))
        elif kind == "kml":
            features = list(read_kml(damaged, where="a"))
        else:
            features = list(read_shapefile(dict(read_members(damaged, where="a")), where="a"))
        for feature in features:
            check_feature(feature)
    except TocsinError as refused:
        assert refused.remedy, refused  # noqa: PT017 - either outcome is right; a refusal must help


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_shapefile_whose_parts_are_damaged_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    parts = {name: bytearray(content) for name, content in shapefile_members().items()}
    names = sorted(parts)
    for at, byte in changes:
        content = parts[names[at % len(names)]]
        content[at % len(content)] = byte
    try:
        for feature in read_shapefile({name: bytes(content) for name, content in parts.items()}, where="a"):
            check_feature(feature)
    except TocsinError as refused:
        assert refused.remedy, refused  # noqa: PT017 - either outcome is right; a refusal must help
