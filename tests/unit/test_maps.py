"""Maps: frozen from a case's spec, drawn as SVG that says what it shows and what not."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
import typst
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from lxml import etree

import tocsin.publish
from tocsin.core import geography
from tocsin.core.model.map_spec import MapLayerSpec, MapSpec
from tocsin.core.model.places import MapFeature, MapLayer, Name, Place, SituationMap
from tocsin.publish.maps import MapError, WorldMark, area_km2, freeze_map, situation_svg, world_svg
from tocsin.publish.maps.projection import GEOD, situation_frame
from tocsin.publish.maps.words import Words
from tocsin.publish.maps.world import _prepared, prepare
from tocsin.publish.site import WORLD_WIDTHS

CASE = Path(__file__).parents[2] / "cases" / "armenia-2023" / "map.toml"
SPEC = msgspec.convert(tomllib.loads(CASE.read_text(encoding="utf-8")), MapSpec)
PLACES = msgspec.convert(
    tomllib.loads((CASE.parent / "case.toml").read_text(encoding="utf-8"))["places"], tuple[Place, ...]
)
FROZEN = freeze_map(SPEC, places=PLACES)
FONTS = Path(tocsin.publish.__file__).parent / "fonts"
WIDTHS = (720, 344)
SVG = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def text_of(svg: str) -> str:
    """All text as a reader sees it: elements joined by spaces, title, description and style left out."""
    texts = (" ".join("".join(one.itertext()).split()) for one in read(svg).iter(f"{SVG}text"))
    return " ".join(texts)


def points(svg: str) -> list[tuple[float, float]]:
    """Every point of every path, relative steps added up."""
    found = []
    for path in read(svg).iter(f"{SVG}path"):
        if path.getparent().tag in (f"{SVG}pattern", f"{SVG}g") and path.getparent().get("transform"):
            continue
        for part in re.findall(r"M[^M]*", path.get("d", "")):
            if re.search(r"[hv]", part):
                continue
            numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part)]
            x = y = 0.0
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + dx, y + dy
                found.append((x, y))
    return found


def box_of(svg: str) -> tuple[float, float]:
    _, _, width, height = map(float, read(svg).get("viewBox", "").split())
    return width, height


# ---------------------------------------------------------------- the map of the case


def test_the_frozen_shapes_of_the_case_stay_within_45_kilobytes() -> None:
    assert len(msgspec.json.encode(FROZEN)) <= 45_000


def test_a_frozen_map_survives_the_way_through_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(FROZEN), type=SituationMap) == FROZEN


def test_freezing_twice_gives_the_same_map() -> None:
    assert freeze_map(SPEC, places=PLACES) == FROZEN


def test_coordinates_are_frozen_to_four_decimals() -> None:
    said = msgspec.json.encode([layer.features for layer in FROZEN.layers]).decode()
    assert not re.search(r"\d\.\d{5,}", said)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_tells_what_it_is_to_who_does_not_see_it(width: int) -> None:
    root = read(situation_svg(FROZEN, width=width))
    assert root.get("role") == "img"
    said = {one.get("id"): one.text for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")}
    assert list(said) == root.get("aria-labelledby", "").split()
    title, description = said.values()
    assert title == SPEC.title
    for told in ("Syunik", "Khankendi / Stepanakert", "Artsakh", "215, about 200, 140 km²"):
        assert told in description


@pytest.mark.parametrize("width", WIDTHS)
def test_legend_scale_north_projection_date_credit_and_gaps_are_printed(width: int) -> None:
    said = text_of(situation_svg(FROZEN, width=width))
    for layer in SPEC.layers:
        assert layer.label in said
        for claimant in layer.claimants:
            assert claimant in said
    for sentence in SPEC.not_shown:
        assert sentence in said
    assert SPEC.credit in said
    assert re.search(r"\b(50|100) km\b", said)
    assert " N " in f" {said} "
    assert "Lambert azimuthal equal-area" in said
    assert "as of October 2023 to April 2024" in said


@pytest.mark.parametrize("width", WIDTHS)
def test_every_name_of_a_contested_place_is_on_the_map(width: int) -> None:
    said = text_of(situation_svg(FROZEN, width=width))
    contested = [place.names for place in SPEC.places if place.contested]
    contested += [layer.names for layer in SPEC.layers if layer.names]
    contested += [place.names for place in PLACES if place.id == "AM-SU"]
    assert len(contested) == 5
    for names in contested:
        for name in names:
            assert name.text in said


@pytest.mark.parametrize("width", WIDTHS)
def test_both_names_stand_at_a_contested_town_and_neighbours_are_named(width: int) -> None:
    root = read(situation_svg(FROZEN, width=width))
    labels = [
        " ".join(" ".join(one.itertext()).split())
        for group in root.iter(f"{SVG}g")
        if group.get("class") == "n"
        for one in group
    ]
    for label in ("Khankendi / Stepanakert", "Shusha / Shushi", "Lachin / Berdzor"):
        assert label in labels
    for label in ("Georgia", "Iran", "Türkiye", "Armenia", "Azerbaijan", "Syunik", "Gegharkunik"):
        assert any(one.startswith(label) for one in labels), label


def test_contested_areas_are_hatched_and_their_lines_dashed() -> None:
    svg = situation_svg(FROZEN)
    assert re.search(r"#map \.d\{[^}]*stroke-dasharray:\d", svg)
    root = read(svg)
    dashed = [one for one in root.iter(f"{SVG}path") if one.get("class") == "d"]
    assert len(dashed[0].get("d", "")) > 200
    hatched = [one for one in root.iter(f"{SVG}path") if one.get("fill", "").startswith("url(#map-h")]
    assert len(hatched) == 2


def test_a_province_is_tinted_and_never_a_pin() -> None:
    root = read(situation_svg(FROZEN))
    tinted = [one for one in root.iter(f"{SVG}path") if one.get("class", "").split()[:1] in (["t0"], ["t1"])]
    assert len(tinted) == 2
    dots = [one for one in root.iter(f"{SVG}circle") if one.get("class") == "p"]
    assert len(dots) <= len(SPEC.places) + 1


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_drawn_outside_the_sheet(width: int) -> None:
    svg = situation_svg(FROZEN, width=width)
    wide, high = box_of(svg)
    drawn = points(svg)
    assert len(drawn) > 1000
    assert all(-0.1 <= x <= wide + 0.1 and -0.1 <= y <= high + 0.1 for x, y in drawn)
    for one in read(svg).iter(f"{SVG}text"):
        assert 0 <= float(one.get("y", one.get("x"))) <= high


@pytest.mark.parametrize("width", WIDTHS)
def test_letters_are_never_smaller_than_eleven_pixels(width: int) -> None:
    root = read(situation_svg(FROZEN, width=width))
    sizes = [one.get("font-size") or one.getparent().get("font-size", 0) for one in root.iter(f"{SVG}text")]
    assert min(map(float, sizes)) >= 11


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_is_small_and_the_same_each_time(width: int) -> None:
    svg = situation_svg(FROZEN, width=width)
    assert len(svg.encode()) <= 35_000
    situation_svg.__globals__["_svg"].cache_clear()
    situation_svg.__globals__["_picture"].cache_clear()
    assert situation_svg(FROZEN, width=width) == svg


def test_two_maps_on_one_page_share_no_id() -> None:
    both = situation_svg(FROZEN, name="wide") + situation_svg(FROZEN, width=344, name="narrow")
    ids = re.findall(r' id="([^"]+)"', both)
    assert len(set(ids)) == len(ids)


def test_no_colour_stands_without_a_property_that_a_page_can_set() -> None:
    svg = situation_svg(FROZEN)
    style = read(svg).find(f"{SVG}style").text
    assert set(re.findall(r"var\(--map-([a-z0-9-]+)", style)) >= {"ink", "land", "water", "tint", "hatch"}
    rules = re.sub(r"--m-[a-z0-9-]+:#[0-9a-f]{6}", "", style)
    assert not re.search(r"(fill|stroke):#(?!map)", rules)
    assert "prefers-color-scheme:dark" in style


def test_the_plain_map_needs_no_custom_properties_and_keeps_every_letter_in_a_pdf(tmp_path: Path) -> None:
    svg = situation_svg(FROZEN, plain=True)
    assert not re.search(r"var\(|@media|\$", svg)
    (tmp_path / "map.svg").write_text(svg, encoding="utf-8")
    (tmp_path / "page.typ").write_text('#set page(height: auto)\n#image("map.svg", alt: "map")', encoding="utf-8")
    printed = typst.compile(str(tmp_path / "page.typ"), font_paths=[str(FONTS)], ignore_system_fonts=True)
    said = pypdfium2.PdfDocument(printed)[0].get_textpage().get_text_range()
    for name in ("Սյունիք", "Շուշի", "Ստեփանակերտ", "Բերձոր", "Xankəndi", "Laçın"):
        assert name in said


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("2023-10", "October 2023"),
        ("2023-09-20", "20 September 2023"),
        ("2023", "2023"),
        ("2023-10/2024-04", "October 2023 to April 2024"),
        ("2020/..", "2020/.."),
        ("2023-10~", "2023-10~"),
    ],
)
def test_a_date_is_said_with_its_precision(edtf: str, said: str) -> None:
    assert Words().date(edtf) == said


def test_the_scale_bar_is_as_long_as_the_ground_it_stands_for() -> None:
    frame = situation_frame(SPEC.bbox, 720.0)
    (x0, y0), (x1, y1) = frame.point(44.5152, 40.1872), frame.point(46.7519, 39.8153)
    drawn_km = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 * frame.km_per_unit()
    on_the_ground_km = GEOD.inv(44.5152, 40.1872, 46.7519, 39.8153)[2] / 1000
    assert drawn_km == pytest.approx(on_the_ground_km, rel=0.005)


# ---------------------------------------------------------------- what a person gets wrong


def spec(**changes: Any) -> MapSpec:
    layer = MapLayerSpec(id="named", role="concerned", label="Provinces named", units=("AM-SU",))
    return msgspec.structs.replace(MapSpec(title="T", countries=("ARM", "IRN"), layers=(layer,)), **changes)


def operator(**changes: Any) -> MapLayerSpec:
    given_fields = {"source": "Someone, 2024, CC BY 4.0", "valid": "2024-04", "boundary_status": "contested"}
    return MapLayerSpec(id="line", role="operator", label="Line", file="line.geojson", **{**given_fields, **changes})


def collection(geometry: Any) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": geometry}],
    }


LINE = {"type": "LineString", "coordinates": [[45.9, 39.2], [46.3, 39.5], [46.4, 39.3]]}


def test_a_map_without_a_box_is_drawn_around_its_layers() -> None:
    west, south, east, north = freeze_map(spec()).bbox
    assert west < 45.75 < 46.6 < east
    assert south < 38.85 < 39.9 < north


def test_a_map_far_from_the_detailed_regions_is_drawn_from_the_outlines_at_50_million() -> None:
    town = Place(id="el-fasher", kind="town", names=(Name(text="El Fasher"),), at=(25.35, 13.63))
    layer = MapLayerSpec(id="towns", role="town", label="Town", places=("el-fasher",))
    frozen = freeze_map(
        MapSpec(title="Darfur", bbox=(21.0, 9.5, 29.0, 20.0), countries=("SDN", "TCD"), layers=(layer,)), places=(town,)
    )
    svg = situation_svg(frozen, width=344)
    assert {feature.code for feature in frozen.layers[0].features} >= {"SDN", "TCD", "LBY", "CAF"}
    assert all(name in text_of(svg) for name in ("El Fasher", "Sudan", "Chad"))
    assert len(svg.encode()) <= 35_000


def test_an_operators_line_is_drawn_dashed_unless_it_is_agreed() -> None:
    for status, dashed in (("contested", True), ("undelimited", True), ("agreed", False)):
        layers = (*spec().layers, operator(boundary_status=status))
        frozen = freeze_map(spec(layers=layers), operator_files={"line.geojson": collection(LINE)})
        drawn = [one for one in read(situation_svg(frozen)).iter(f"{SVG}path") if one.get("class", "")[:1] == "o"]
        assert drawn
        assert all(("dd" in one.get("class")) is dashed for one in drawn)


@pytest.mark.parametrize("field", ["source", "valid", "boundary_status"])
def test_an_operators_layer_without_source_dates_or_status_is_refused(field: str) -> None:
    layers = (operator(**{field: ""}),)
    with pytest.raises(MapError, match=field):
        freeze_map(spec(layers=layers), operator_files={"line.geojson": collection(LINE)})


@pytest.mark.parametrize(
    ("geometry", "problem"),
    [
        (None, "no GeoJSON geometry"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "Nonsense", "coordinates": [1, 2]}, "no GeoJSON geometry"),
        ({"type": "Polygon", "coordinates": [[[45, 39]]]}, "no GeoJSON geometry"),
        ({"type": "Point", "coordinates": [4651.2, 39.5]}, "outside the world"),
        ({"type": "Point", "coordinates": [10, 50]}, "nothing of layer line lies inside"),
    ],
)
def test_an_odd_shape_is_refused_with_what_is_wrong(geometry: Any, problem: str) -> None:
    layers = (*spec().layers, operator())
    with pytest.raises(MapError, match=problem):
        freeze_map(
            spec(layers=layers, bbox=(45.5, 38.7, 46.8, 40.0)),
            operator_files={"line.geojson": collection(geometry)},
        )


def test_a_layer_that_shows_nothing_is_refused() -> None:
    with pytest.raises(MapError, match="shows nothing"):
        freeze_map(spec(layers=(MapLayerSpec(id="none", role="town", label="Towns"),)))


def test_a_town_without_a_position_is_refused() -> None:
    town = Place(id="goris", kind="town", names=(Name(text="Goris"),))
    layer = MapLayerSpec(id="towns", role="town", label="Towns", places=("goris",))
    with pytest.raises(MapError, match="no position"):
        freeze_map(spec(layers=(layer,)), places=(town,))
    with pytest.raises(MapError, match="neither the case nor the map"):
        freeze_map(spec(layers=(layer,)))


def test_a_unit_that_is_a_place_of_the_case_carries_its_id_and_names() -> None:
    syunik = Place(
        id="syunik",
        kind="province",
        code="AM-SU",
        names=(Name(text="Syunik"), Name(text="Zangezur", used_by="Azerbaijan")),
    )
    frozen = freeze_map(spec(), places=(syunik,))
    feature = next(layer for layer in frozen.layers if layer.id == "named").features[0]
    assert feature.place == "syunik"
    assert "Zangezur (Azerbaijan)" in text_of(situation_svg(frozen))


@pytest.mark.parametrize("bbox", [(170.0, -20.0, -170.0, -10.0), (10.0, 40.0, 10.0, 50.0), (0.0, 0.0, 400.0, 9.0)])
def test_a_box_across_the_180th_meridian_or_without_size_is_refused(bbox: Any) -> None:
    with pytest.raises(MapError, match=r"180th|not west, south"):
        freeze_map(spec(bbox=bbox))


def test_a_layer_on_both_sides_of_the_180th_meridian_asks_for_a_box() -> None:
    wide = {"type": "MultiPoint", "coordinates": [[179.5, -17.0], [-179.5, -17.5]]}
    with pytest.raises(MapError, match="180th meridian"):
        freeze_map(spec(layers=(operator(),)), operator_files={"line.geojson": collection(wide)})


def test_a_map_without_land_is_refused() -> None:
    with pytest.raises(MapError, match="no land"):
        situation_svg(SituationMap(title="Nothing", bbox=(44.0, 38.0, 47.0, 41.0)))


def test_a_name_that_would_leave_its_place_in_the_document_is_refused() -> None:
    with pytest.raises(MapError, match="cannot be named"):
        situation_svg(FROZEN, name='x"><script>')


def test_marks_of_the_language_are_escaped() -> None:
    frozen = msgspec.structs.replace(FROZEN, title="<b>&", not_shown=("</text><script>x</script>\x00",))
    svg = situation_svg(frozen)
    assert "<script" not in svg
    assert "</text><script>x</script>" in text_of(svg)


QUICK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
ANYWHERE = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
NEARBY = st.tuples(st.floats(43, 49), st.floats(38, 42))


@QUICK
@given(
    ring=st.lists(st.one_of(ANYWHERE, NEARBY), min_size=3, max_size=9),
    name=st.text(max_size=60),
    width=st.sampled_from([240, 344, 720]),
)
@example(ring=[(45.0, 40.0)] * 3, name="a point", width=344)
@example(ring=[(45.0, 40.0), (45.0, 40.0), (45.0, 41.0)], name="a line", width=344)
@example(ring=[(45.0, 40.0), (45.00001, 40.0), (45.0, 40.00001)], name="a metre", width=344)
@example(ring=[(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)], name="the world", width=344)
def test_any_ring_is_drawn_inside_the_sheet_or_refused_with_a_reason(
    ring: list[tuple[float, float]], name: str, width: int
) -> None:
    closed = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    layers = (*spec().layers, operator(names=(Name(text=name or "x"),)))
    try:
        frozen = freeze_map(spec(layers=layers, bbox=SPEC.bbox), operator_files={"line.geojson": collection(closed)})
    except MapError as refused:
        reason = refused.problem
        frozen = None
    if frozen is None:
        assert "nothing of layer line" in reason
        return
    svg = situation_svg(frozen, width=width)
    wide, high = box_of(svg)
    assert all(-0.2 <= x <= wide + 0.2 and -0.2 <= y <= high + 0.2 for x, y in points(svg))


@pytest.mark.parametrize(
    "ends", [((0.0, 0.0), (0.0, -80.0)), ((-170.0, 10.0), (5.0, 10.0)), ((30.0, 88.0), (31.0, 89.5))]
)
def test_a_thin_or_far_box_is_padded_or_refused(ends: Any) -> None:
    line = {"type": "LineString", "coordinates": list(ends)}
    layers = (operator(),)
    try:
        svg = situation_svg(
            freeze_map(spec(layers=layers), operator_files={"line.geojson": collection(line)}), width=344
        )
    except MapError as refused:
        said = str(refused)
    else:
        wide, high = box_of(svg)
        assert high < 6 * wide
        return
    assert re.search("too large|no land|four times", said)


@QUICK
@given(
    at=st.tuples(st.floats(44, 47.5), st.floats(38.8, 41.2)),
    names=st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=3),
    width=st.sampled_from([240, 344, 720]),
)
def test_any_name_makes_a_document_that_can_be_read(at: Any, names: list[str], width: int) -> None:
    towns = MapLayer(
        id="t",
        role="town",
        label="Towns",
        source="desk",
        features=(
            MapFeature(
                names=tuple(Name(text=name, used_by="someone") for name in names),
                geometry={"type": "Point", "coordinates": at},
            ),
        ),
    )
    frozen = msgspec.structs.replace(FROZEN, layers=(FROZEN.layers[0], towns))
    assert read(situation_svg(frozen, width=width)).tag == f"{SVG}svg"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": []},
        {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
    ],
)
def test_an_area_is_asked_only_of_areas(geometry: dict[str, Any]) -> None:
    with pytest.raises(MapError, match="area"):
        area_km2(geometry)


def test_a_geodesic_area_does_not_depend_on_the_direction_of_the_ring() -> None:
    ring = [[44.0, 39.0], [46.0, 39.0], [46.0, 40.0], [44.0, 40.0], [44.0, 39.0]]
    one = area_km2({"type": "Polygon", "coordinates": [ring]})
    assert one == pytest.approx(area_km2({"type": "Polygon", "coordinates": [ring[::-1]]}))
    assert one == pytest.approx(19_070, rel=0.01)  # 171.6 km by 111.1 km


# ---------------------------------------------------------------- the world

MARKS = (
    WorldMark(label="Armenia", level="warning", stale=True, countries=("ARM",)),
    WorldMark(label="Elsewhere", level="watch", countries=("SDN", "TCD")),
    WorldMark(label="A third", level="emergency", at=(96.0, 21.0)),
    WorldMark(label="A small State", level="watch", countries=("MLT",)),
)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_world_is_small_well_formed_and_the_same_each_time(width: int) -> None:
    svg = world_svg(MARKS, width=width)
    assert len(svg.encode()) <= 40_000
    wide, high = box_of(svg)
    assert all(-0.1 <= x <= wide + 0.1 and -0.1 <= y <= high + 0.1 for x, y in points(svg))
    world_svg.__globals__["_svg"].cache_clear()
    assert world_svg(MARKS, width=width) == svg


def test_a_level_is_shape_word_and_colour_and_staleness_is_hatched_and_said() -> None:
    svg = world_svg(MARKS)
    root = read(svg)
    marks = [one for one in root if "m " in one.get("class", "")]
    shapes = {(one.get("class").split()[1], one.tag.removeprefix(SVG)) for one in marks}
    assert shapes == {("watch", "circle"), ("warning", "path"), ("emergency", "path")}
    drawn = {one.get("class").split()[1]: len(re.findall(r"[lhv]", one.get("d", ""))) for one in marks}
    assert drawn["warning"] != drawn["emergency"]
    assert any(one.get("fill") == "url(#world-warning)" for one in marks)
    said = text_of(svg)
    assert "Armenia (stale)" in said
    assert all(word in said for word in ("Watch", "Warning", "Emergency", "past its review date"))
    description = root.find(f"{SVG}desc").text
    assert "Armenia, Warning, stale: past its review date" in description


def test_a_world_without_situations_says_so() -> None:
    assert "No situation is on record." in world_svg(())


def test_marks_in_one_place_stand_side_by_side() -> None:
    svg = world_svg([WorldMark(label=f"S{n}", level="watch", at=(45.0, 40.0)) for n in range(5)])
    places = {(one.get("cx"), one.get("cy")) for one in read(svg).iter(f"{SVG}circle") if "m " in one.get("class")}
    assert len(places) == 6  # and one in the legend


@pytest.mark.parametrize(
    "mark",
    [
        WorldMark(label="Nowhere", level="watch"),
        WorldMark(label="Too far", level="watch", at=(200.0, 10.0)),
        WorldMark(label="Ice", level="watch", countries=("ATA",)),
    ],
)
def test_a_mark_without_a_place_on_the_map_is_refused(mark: WorldMark) -> None:
    with pytest.raises(MapError, match=mark.label):
        world_svg([mark])


def test_an_unknown_country_is_refused_with_the_nearest() -> None:
    with pytest.raises(geography.UnknownCodeError, match="ARM"):
        world_svg([WorldMark(label="X", level="watch", countries=("AMR",))])


def test_what_is_carried_of_the_world_is_what_would_be_drawn() -> None:
    carried = _prepared()
    assert set(carried) == {str(width) for width in WORLD_WIDTHS}
    for width, prepared in carried.items():
        assert prepared == prepare(int(width)), "run: python scripts/world_map.py"
