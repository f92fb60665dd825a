"""Ground that changed hands, told from lines that were only drawn anew; areas by a second way; broken maps by name."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from tests.collect.desks import ADesk
from tests.data_beside import real
from tocsin.collect.errors import LayoutError
from tocsin.collect.geometry.checks import area_km2
from tocsin.core import geography
from tocsin.prepare.territory.comparing import compare_series
from tocsin.prepare.territory.drawing import draw_changes
from tocsin.prepare.territory.errors import TerritoryError
from tocsin.prepare.territory.judging import Step, judge
from tocsin.prepare.territory.maps import DayMap, Series, day_map
from tocsin.prepare.territory.overlay import compare, outline
from tocsin.prepare.territory.rivals import side_by_side
from tocsin.prepare.territory.run import run
from tocsin.prepare.territory.units import Unit, Units, carried_units, read_units

OURS = Series("Invented Mapping Group", "Northern forces")
FIRST = date(2030, 1, 1)


def authalic_km2(geometry: BaseGeometry) -> float:
    """The area on WGS 84 by another route: the integral of q(latitude) over longitude along each densified edge."""
    a, f = 6378137.0, 1 / 298.257223563
    e2 = f * (2 - f)
    e = math.sqrt(e2)

    def q(latitudes: np.ndarray) -> np.ndarray:
        s = np.sin(latitudes)
        return (1 - e2) * (s / (1 - e2 * s * s) + np.arctanh(e * s) / e) * a * a / 2

    total = 0.0
    for part in shapely.get_parts(geometry).tolist():
        for number, ring in enumerate(shapely.get_rings(part).tolist()):
            x, y = np.radians(shapely.get_coordinates(shapely.segmentize(ring, 0.01))).T
            along = float(np.sum((q(y[:-1]) + q(y[1:])) / 2 * np.diff(x)))
            total += abs(along) * (1 if number == 0 else -1)
    return total / 1e6


def library_km2(geometry: BaseGeometry) -> float:
    """The geodesic area on WGS 84 by a library of its own, GeographicLib's in Python; ours asks PROJ."""
    total = 0.0
    for part in shapely.get_parts(geometry).tolist():
        for number, ring in enumerate(shapely.get_rings(part).tolist()):
            polygon = Geodesic.WGS84.Polygon()
            for longitude, latitude in shapely.get_coordinates(ring)[:-1].tolist():
                polygon.AddPoint(latitude, longitude)
            total += abs(polygon.Compute()[2]) * (1 if number == 0 else -1)
    return total / 1e6


def wavy(n: int = 400, *, shift: float = 0.0, bulge: float = 0.0) -> Polygon:
    """A region whose eastern line waves; `bulge` pushes one short stretch of it to the east."""
    y = np.linspace(40.0, 42.0, n)
    x = 31.0 + 0.05 * np.sin(y * 25)
    x[1:-1] += shift
    x[n // 2 : n // 2 + 6] += bulge
    return Polygon([(30.0, 40.0), *zip(x.tolist(), y.tolist(), strict=True), (30.0, 42.0)])


def series_of(*geometries: BaseGeometry, gap: int = 1) -> list[DayMap]:
    return [day_map(FIRST + timedelta(days=gap * n), [one], where="ours") for n, one in enumerate(geometries)]


def test_the_area_of_a_degree_square_is_that_of_a_second_computation() -> None:
    for south in (-80, -10, 0, 45, 70):
        square = shapely.segmentize(box(10, south, 11, south + 1), 0.02)
        assert area_km2(square) == pytest.approx(authalic_km2(square), rel=1e-6)


def test_armenia_has_its_area_and_swapped_axes_would_give_another() -> None:
    armenia = shape(geography.country_geometry("ARM"))
    assert area_km2(armenia) == pytest.approx(authalic_km2(armenia), rel=1e-4)
    assert area_km2(armenia) == pytest.approx(library_km2(armenia), rel=1e-6)
    assert area_km2(armenia) == pytest.approx(29_602, abs=1)
    swapped = shapely.transform(armenia, lambda points: points[:, ::-1])
    assert area_km2(swapped) == pytest.approx(27_503, abs=2)


@pytest.mark.data
@pytest.mark.parametrize("name", ["AM", "AZ"])
def test_the_provinces_of_a_country_have_the_areas_of_a_second_computation(name: str) -> None:
    for feature in json.loads(real(f"geo/{name}.geojson").read_bytes())["features"]:
        unit = shape(feature["geometry"])
        assert area_km2(unit) == pytest.approx(authalic_km2(unit), rel=1e-3)
        assert area_km2(unit) == pytest.approx(library_km2(unit), rel=1e-6)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4), min_size=1, max_size=6), st.data())
def test_pieces_are_those_of_an_overlay_of_the_whole_maps(squares: list[tuple[int, ...]], data: st.DataObject) -> None:
    def drawn(chosen: list[tuple[int, ...]]) -> BaseGeometry:
        boxes = [box(x / 10, y / 10, (x + w + 1) / 10, (y + h + 1) / 10) for x, y, w, h in chosen]
        return shapely.union_all(boxes)

    other = data.draw(st.lists(st.sampled_from(squares), min_size=1, max_size=6))
    other = other + data.draw(st.lists(st.tuples(*[st.integers(0, 12)] * 4), max_size=3))
    before, after = drawn(squares), drawn(other)
    found = compare(outline(before), outline(after))
    for pieces, expected in (
        (found.gained, shapely.difference(after, before)),
        (found.lost, shapely.difference(before, after)),
    ):
        united = shapely.union_all([one.geometry for one in pieces])
        assert shapely.symmetric_difference(united, expected).area < 1e-12
        assert sum(one.geometry.area for one in pieces) == pytest.approx(expected.area, abs=1e-9)


def test_an_edge_with_the_ground_now_on_its_other_side_is_not_the_same_edge() -> None:
    before, after = shapely.union(box(0, 0, 1, 1), box(8, 0, 9, 1)), box(0, 0, 8, 1)
    found = compare(outline(before), outline(after))
    assert [one.geometry.area for one in found.gained] == [7.0]
    assert [one.geometry.area for one in found.lost] == [1.0]


def test_gained_less_lost_is_the_change_in_area() -> None:
    found = compare_series(OURS, series_of(wavy(), wavy(bulge=0.05), wavy(bulge=-0.03)))
    for last, day in zip(found.days, found.days[1:], strict=False):
        assert day.gained_km2 is not None
        assert day.lost_km2 is not None
        assert day.area_km2 - last.area_km2 == pytest.approx(day.gained_km2 - day.lost_km2, abs=1e-6)
    assert found.days[1].flags == ()
    assert [one.change for one in found.changes] == ["gained", "lost"]


REDRAWINGS: dict[str, Callable[[], BaseGeometry]] = {
    "the whole line is moved by some metres": lambda: wavy(shift=0.0004),
    "more corners are drawn along the same line": lambda: wavy(900),
    "fewer corners are drawn along the same line": lambda: wavy(150),
    "coordinates are rounded": lambda: shapely.transform(wavy(), lambda points: points.round(3)),
}


@pytest.mark.parametrize("how", REDRAWINGS)
def test_a_redrawn_map_is_not_an_advance(how: str) -> None:
    found = compare_series(OURS, series_of(wavy(), wavy(), REDRAWINGS[how]()))
    day = found.days[-1]
    assert "redrawn" in day.flags
    assert "not an advance" in " ".join(day.why)
    assert day.redrawn_gained_km2 == pytest.approx(day.gained_km2)
    assert day.redrawn_lost_km2 == pytest.approx(day.lost_km2)


@pytest.mark.parametrize("bulge", [0.02, 0.1, 0.5])
def test_an_advance_is_not_taken_for_a_redrawn_map(bulge: float) -> None:
    day = compare_series(OURS, series_of(wavy(), wavy(), wavy(bulge=bulge))).days[-1]
    assert "redrawn" not in day.flags
    assert (day.gained_km2 or 0) > 1
    assert day.redrawn_gained_km2 == 0


def test_an_advance_along_the_whole_front_is_not_taken_for_a_redrawn_map() -> None:
    day = compare_series(OURS, series_of(wavy(), wavy(), wavy(shift=0.05))).days[-1]
    assert day.flags == ()
    assert (day.gained_km2 or 0) > 500


def test_an_advance_on_a_redrawn_map_is_kept_apart_from_its_slivers() -> None:
    day = compare_series(OURS, series_of(wavy(), wavy(), wavy(shift=0.0004, bulge=0.1))).days[-1]
    assert "redrawn" in day.flags
    wide = (day.gained_km2 or 0) - (day.redrawn_gained_km2 or 0)
    assert wide == pytest.approx(area_km2(shapely.difference(wavy(bulge=0.1), wavy())), rel=0.1)
    assert day.redrawn_gained_km2 == pytest.approx(area_km2(shapely.difference(wavy(shift=0.0004), wavy())), rel=0.1)


def test_a_line_that_comes_back_the_next_day_is_said_to() -> None:
    found = compare_series(OURS, series_of(wavy(), wavy(shift=0.0004), wavy()))
    assert [day.flags for day in found.days] == [(), ("redrawn", "reversed"), ("redrawn",)]


def test_a_series_that_is_drawn_anew_every_day_shows_nothing_by_that() -> None:
    maps = series_of(*(wavy(bulge=0.05, shift=number / 1e7) for number in range(15)))
    assert all("redrawn" not in day.flags for day in compare_series(OURS, maps).days[11:])


def test_a_gap_and_a_jump_are_flagged_and_ground_apart_from_the_rest() -> None:
    advances = [wavy(bulge=number / 100) for number in range(14)]
    maps = series_of(*advances, shapely.union(advances[-1], box(33, 40, 34, 41)))
    late = [later_by(one, 5) if number == 14 else one for number, one in enumerate(maps)]
    found = compare_series(OURS, late)
    assert set(found.days[-1].flags) == {"gap", "jump", "apart"}
    assert all(not day.flags for day in found.days[:-1])
    assert found.summary.flagged["jump"] == (late[-1].day,)


def later_by(one: DayMap, days: int) -> DayMap:
    return msgspec.structs.replace(one, day=one.day + timedelta(days=days))


def test_no_flag_but_a_return_of_the_line_depends_on_later_maps() -> None:
    def step(number: int, changed: float) -> Step:
        return Step(
            day=FIRST + timedelta(days=number), days_since=1, redrawn_share=0.01, spread=0.5, n_narrow=2,
            changed_km2=changed, came_back_share=0.0, apart_km2=0.0,
        )  # fmt: skip

    steps = [step(number, 5.0 + number % 3) for number in range(30)] + [step(30, 90.0)]
    later = [step(31, 500.0)] * 5
    assert judge(steps) == judge(steps + later)[: len(steps)]
    assert judge(steps)[-1].flags == ("jump",)


BROKEN = {
    "empty": (Polygon(), "empty"),
    "swapped axes in a projection": (box(500_000, 4_000_000, 510_000, 4_010_000), "projection"),
    "about a pole": (Polygon([(-170, 80), (-60, 80), (60, 80), (170, 80)]), "pole"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_map_that_cannot_stand_is_refused_by_name(name: str) -> None:
    geometry, said = BROKEN[name]
    with pytest.raises(LayoutError, match=said) as caught:
        day_map(FIRST, [geometry], where="broken.geojson")
    assert caught.value.where == "broken.geojson"


def test_a_self_crossing_map_is_mended_with_a_notice() -> None:
    bowtie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    one = day_map(FIRST, [bowtie], where="bowtie")
    assert one.geometry.is_valid
    assert "Self-intersection" in one.notes[0]
    assert area_km2(one.geometry) == pytest.approx(authalic_km2(one.geometry), rel=1e-3)


@pytest.mark.parametrize("ring", [
    [(179, 50), (-179, 50), (-179, 52), (179, 52)],
    [(179, 50), (181, 50), (181, 52), (179, 52)],
    [(-181, 50), (-179, 50), (-179, 52), (-181, 52)],
])  # fmt: skip
def test_a_map_across_180_degrees_is_cut_there_with_a_notice(ring: list[tuple[float, float]]) -> None:
    one = day_map(FIRST, [Polygon(ring)], where="strait")
    assert "180°" in one.notes[0]
    assert one.geometry.bounds[0] >= -180
    assert one.geometry.bounds[2] <= 180
    assert area_km2(one.geometry) == pytest.approx(area_km2(box(9, 50, 11, 52)), rel=1e-3)


def test_ground_under_two_polygons_counts_once_and_is_said_to() -> None:
    one = day_map(FIRST, [box(0, 0, 1, 1), box(0.5, 0, 1.5, 1)], where="two")
    assert area_km2(one.geometry) == pytest.approx(area_km2(box(0, 0, 1.5, 1)), rel=1e-4)
    assert "counts once" in one.notes[-1]


def test_units_touched_share_ground_not_only_a_border() -> None:
    units = Units(
        [Unit("XX-A", "A", box(0, 0, 1, 1)), Unit("XX-B", "B", box(1, 0, 2, 1)), Unit("XX-C", "C", box(5, 5, 6, 6))]
    )
    assert units.touched([box(0.5, 0.2, 1.0, 0.8)]) == ("XX-A",)
    assert units.touched([box(0.5, 0.2, 1.5, 0.8)]) == ("XX-A", "XX-B")
    assert units.touched([]) == ()


def test_the_units_that_the_package_carries_tell_syunik() -> None:
    goris = box(46.3, 39.5, 46.35, 39.55)
    assert Units(carried_units()).touched([goris]) == ("AM-SU",)


def test_a_layer_of_units_without_codes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "units.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(box(0, 0, 1, 1))}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(TerritoryError, match="neither code nor name"):
        read_units(path)


def test_rival_figures_stand_side_by_side_with_the_age_of_their_maps() -> None:
    ours = compare_series(OURS, series_of(box(0, 0, 1, 1), box(0, 0, 2, 1)))
    theirs = compare_series(Series("Another Group", "Northern forces"), series_of(box(0, 0, 1, 2)))
    found = side_by_side([ours, theirs])
    assert [(one.stated_by, one.area_date.day, one.days_old) for one in found] == [
        ("Invented Mapping Group", 1, 0), ("Another Group", 1, 0), ("Invented Mapping Group", 2, 0),
        ("Another Group", 2, 1),
    ]  # fmt: skip
    assert side_by_side([ours]) == []


SAID = {"stated_by": "Invented Mapping Group", "holder": "Northern forces"}


def layer_of(folder: Path, day: date, geometry: BaseGeometry) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"area_{day:%Y%m%d}.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(geometry)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


@pytest.fixture
def desk(tmp_path: Path) -> ADesk:
    (tmp_path / "desk").mkdir()
    return ADesk(tmp_path / "desk")


def clock() -> datetime:
    return datetime(2030, 2, 1, tzinfo=UTC)


def test_a_run_leaves_whole_tables_with_their_origin_and_the_same_maps_change_nothing(
    desk: ADesk, tmp_path: Path
) -> None:
    paths = [
        layer_of(tmp_path / "maps", FIRST + timedelta(days=n), one)
        for n, one in enumerate([wavy(), wavy(bulge=0.1), wavy(shift=0.0004, bulge=0.1)])
    ]
    desk.run("control-areas", *paths, settings=SAID)
    made = run(desk.folder / "tables", "control-areas", by="a test", clock=clock)
    (summary,) = made.summaries
    assert (summary.n_maps, list(summary.flagged)) == (3, ["redrawn"])
    days = duckdb.sql(f"SELECT area_date, flags FROM '{made.folder}/days/*.parquet' ORDER BY 1").fetchall()
    assert days[-1] == (FIRST + timedelta(days=2), ["redrawn"])
    origin = json.loads((made.folder / "origin.json").read_bytes())
    assert {one["code"] for one in origin["warnings"]} == {"stated-not-measured", "precision-unknown"}
    again = run(desk.folder / "tables", "control-areas", by="a test", clock=clock)
    assert (made.is_new, again.is_new, again.folder, again.summaries) == (True, False, made.folder, made.summaries)
    drawn = draw_changes([made.folder], tmp_path / "changes.svg").read_text()
    assert 'role="img"' in drawn
    assert "a redrawn map is not an advance" in drawn
    assert "<script" not in drawn


def test_without_maps_the_command_says_what_to_collect(desk: ADesk) -> None:
    with pytest.raises(TerritoryError, match="collect run control-areas"):
        run(desk.folder / "tables", "control-areas", by="a test", clock=clock)


@pytest.mark.data
def test_the_deepstate_series_shows_where_the_map_was_redrawn_rather_than_the_front_moved(desk: ADesk) -> None:
    desk.run("control-areas", real("geo/deepstate_daily_20240708_20260822.tar.xz"))
    made = run(desk.folder / "tables", "control-areas", by="a test", clock=clock)
    (summary,) = made.summaries
    assert summary.n_maps == 769
    assert summary.last_area_km2 - summary.first_area_km2 == pytest.approx(
        summary.gained_km2 - summary.lost_km2, abs=0.01
    )
    rows = duckdb.sql(
        f"SELECT area_date, geometry FROM '{desk.folder}/tables/raw/control-areas/*/*/areas/*.parquet'"
    ).fetchall()
    outlines = {day: shapely.from_wkb(wkb) for day, wkb in rows}
    assert summary.last_area_km2 == pytest.approx(authalic_km2(outlines[summary.to_date]), rel=1e-4)
    assert summary.last_area_km2 == pytest.approx(library_km2(outlines[summary.to_date]), rel=1e-6)
    assert summary.first_area_km2 == pytest.approx(library_km2(outlines[summary.from_date]), rel=1e-6)
    for day in summary.flagged["redrawn"]:
        before = set(map(tuple, shapely.get_coordinates(outlines[day - timedelta(days=1)]).tolist()))
        after = set(map(tuple, shapely.get_coordinates(outlines[day]).tolist()))
        assert len(after - before) > 0.04 * len(after)
    assert len(summary.flagged["redrawn"]) == 11
    assert date(2024, 9, 14) in summary.flagged["reversed"]
    assert date(2026, 8, 13) in summary.flagged["jump"]
