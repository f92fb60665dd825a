"""What is coarsened stays near, says how near, and leads back to nobody."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.protection.coarsening import coarsen_date, coarsen_position, distance_km, grid_km

POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-89.9, 89.9))
GRIDS = st.floats(1, 500)


@given(POSITIONS, GRIDS)
def test_a_coarsened_position_lies_within_its_cell(at, km: float) -> None:
    shown = coarsen_position(at, km)
    assert distance_km(at, shown) <= 1.2 * km  # half a diagonal, and rows that widen towards the equator
    assert -180 <= shown[0] <= 180
    assert -90 <= shown[1] <= 90


@given(POSITIONS, GRIDS)
def test_it_depends_on_the_cell_alone_so_nothing_leads_back(at, km: float) -> None:
    shown = coarsen_position(at, km)
    assert coarsen_position(shown, km) == shown


@given(st.tuples(st.floats(40, 50), st.floats(35, 45)), st.sampled_from([5.0, 10.0, 25.0]))
def test_many_positions_share_one_that_is_shown(at, km: float) -> None:
    centre = coarsen_position(at, km)
    step = km / 111.195 / 5
    around = {
        coarsen_position((centre[0] + east * step, centre[1] + north * step), km)
        for east, north in itertools.product((-1, 0, 1), repeat=2)
    }
    assert around == {centre}


@pytest.mark.parametrize(
    ("asked", "population", "km"), [(10, None, 10), (10, 50_000, 10), (10, 300, 25), (50, 300, 50), (10, 0, 25)]
)
def test_where_few_live_the_grid_is_coarser(asked, population, km) -> None:
    assert grid_km(asked, population) == km


@pytest.mark.parametrize(
    ("text", "to", "shown"),
    [
        ("2023-09-20", "month", "2023-09"),
        ("2023-09-20", "year", "2023"),
        ("2023-09-19/2023-10-03", "month", "2023-09/2023-10"),
        ("2023-09", "year", "2023"),
        ("2023-09-20~", "month", "2023-09~"),
        ("2020/..", "month", "2020/.."),
        ("2023-09-20", "", "2023-09-20"),
        ("", "month", ""),
    ],
)
def test_dates_are_cut_to_what_was_asked(text: str, to, shown: str) -> None:
    assert coarsen_date(text, to) == shown


def test_distances_are_those_of_the_sphere() -> None:
    assert distance_km((0, 0), (0, 1)) == pytest.approx(111.195, abs=0.01)
    assert distance_km((44.51, 40.18), (46.34, 39.51)) == pytest.approx(172, abs=3)  # Yerevan to Goris
