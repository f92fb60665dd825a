"""Natural Earth's layers come out whole: counts, codes and areas as other readers find them."""

import json
from pathlib import Path

import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape

from tests.collect.desks import ADesk
from tests.data_beside import real

LAYERS = {
    "ne_110m_admin_0_countries.json": ("countries", 177),
    "ne_50m_admin_0_countries.json": ("countries", 241),
    "ne_10m_admin_0_disputed_areas.json": ("disputed_areas", 80),
    "ne_10m_admin_0_boundary_lines_disputed_areas.json": ("disputed_lines", 46),
}
CODE = {"countries": "ADM0_A3", "disputed_areas": "BRK_A3", "disputed_lines": "adm0_a3_l"}
COLUMN = {"countries": "admin_code", "disputed_areas": "disputed_code", "disputed_lines": "admin_left_code"}


@pytest.mark.data
@pytest.mark.parametrize("name", LAYERS)
def test_every_feature_of_a_layer_is_in_its_table(desk: ADesk, name: str) -> None:
    table, n_features = LAYERS[name]
    features = json.loads(real(f"geo/{name}").read_bytes())["features"]
    record = desk.run("natural-earth", real(f"geo/{name}"))
    assert [(made.name, made.n_rows) for made in record.tables] == [(table, n_features)]
    assert len(features) == n_features
    rows = desk.query(
        "natural-earth",
        table,
        f"SELECT {COLUMN[table]}, geometry, geometry_note FROM rows ORDER BY feature_number",
    )
    for (code, wkb, note), feature in zip(rows, features, strict=True):
        assert code == (
            None if feature["properties"][CODE[table]] in (None, "-99") else feature["properties"][CODE[table]]
        )
        given = shape(feature["geometry"])
        assert note or shapely.from_wkb(wkb).equals(given)
        assert given.is_valid == (note is None)


@pytest.mark.data
def test_areas_are_measured_on_the_ellipsoid(desk: ADesk) -> None:
    path = real("geo/ne_50m_admin_0_countries.json")
    desk.run("natural-earth", path)
    found = dict(desk.query("natural-earth", "countries", "SELECT admin_code, area_km2 FROM rows"))
    assert found["ARM"] == pytest.approx(29_600, rel=0.01)
    geod = Geod(ellps="WGS84")
    for feature in json.loads(path.read_bytes())["features"]:
        parts = shapely.get_parts(shape(feature["geometry"])).tolist()
        whole = sum(
            abs(geod.polygon_area_perimeter(*part.exterior.xy)[0])
            - sum(abs(geod.polygon_area_perimeter(*hole.xy)[0]) for hole in part.interiors)
            for part in parts
        )
        assert found[feature["properties"]["ADM0_A3"]] == pytest.approx(whole / 1e6, rel=1e-6, abs=0.01)


BREAKS = {
    "a new property": ({"properties": {"INVENTED": 1}}, "unknown fields: INVENTED"),
    "no geometry": ({"geometry": None}, "it has no geometry"),
    "a new member": ({"extra": 1}, "unknown members: extra"),
}


@pytest.mark.parametrize(("change", "said"), BREAKS.values(), ids=BREAKS.keys())
def test_a_layer_that_is_not_as_declared_stops_the_run(
    desk: ADesk, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    sample = Path(__file__).parents[3] / "sources" / "natural-earth" / "sample"
    layer = json.loads((sample / "ne_110m_admin_0_countries.geojson").read_bytes())
    feature = layer["features"][0]
    properties = {**feature["properties"], **change.pop("properties", {})} if "properties" in change else None
    feature |= change
    if properties:
        feature["properties"] = properties
    path = tmp_path / "ne_110m_admin_0_countries.geojson"
    path.write_text(json.dumps(layer))
    assert said in str(desk.fails("natural-earth", path))


def test_a_name_without_a_scale_is_refused(desk: ADesk, tmp_path: Path) -> None:
    path = tmp_path / "countries.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    desk.fails("natural-earth", path)
