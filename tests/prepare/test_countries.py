"""The table of countries: consistent in itself, and with the lists of those who code by it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import lzma
from collections import defaultdict

import pytest

from tests.data_beside import real
from tocsin.prepare.countries import FIRST_YEAR, LAST_YEAR, SYSTEMS, code_years, countries, find_country


def test_a_code_stands_for_one_country_in_any_year() -> None:
    found: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for row in code_years(SYSTEMS).to_pylist():
        found[row["code"], row["code_year"]].add(row["country_name"])
    assert {key: names for key, names in found.items() if len(names) > 1} == {}


def test_codes_have_the_shape_of_their_system() -> None:
    for one in countries():
        assert not one.iso3 or (len(one.iso3) == 3 and one.iso3.isupper()), one.name
        assert not one.m49 or (len(one.m49) == 3 and one.m49.isdigit()), one.name
        assert all(len(code) == 2 and code.isupper() for code in one.fips), one.name
        assert one.gw is None or 2 <= one.gw <= 999, one.name
        assert one.first_year <= one.last_year, one.name
        for day in filter(None, (one.valid_from, one.valid_to)):
            dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("system", "code", "year", "name"),
    [
        ("iso3", "ARM", 1990, None),
        ("iso3", "ARM", 1991, "Armenia"),
        ("gw", "373", 2023, "Azerbaijan"),
        ("iso3", "YUG", 1999, "Yugoslavia"),
        ("iso3", "YUG", 2010, None),
        ("iso3", "SUN", 1990, "Russia"),
        ("iso3", "SUN", 1993, None),
        ("iso3", "SSD", 2010, None),
        ("iso3", "SSD", 2011, "South Sudan"),
        ("iso3", "ZAR", 1990, "Democratic Republic of the Congo"),
        ("iso3", "COD", 1990, "Democratic Republic of the Congo"),
        ("iso3", "CSK", 1993, None),
        ("iso3", "CZE", 1993, "Czechia"),
        ("m49", "736", 2005, "Sudan"),
        ("m49", "729", 2015, "Sudan"),
        ("fips", "AJ", 2015, "Azerbaijan"),
        ("name", "DR Congo (Zaire)", 2015, "Democratic Republic of the Congo"),
        ("gw", "265", 1991, None),
    ],
)
def test_a_code_is_valid_in_its_years_alone(system: str, code: str, year: int, name: str | None) -> None:
    found = find_country(system, code, year)
    assert (found.name if found else None) == name


@pytest.mark.data
def test_states_of_cshapes_are_in_the_table_with_their_dates() -> None:
    """CShapes 2.0 draws the states of Gleditsch and Ward, without the smallest, to 2019."""
    packed = lzma.decompress(real("geo/cshapes_2_gw.topojson.xz").read_bytes())
    (drawn,) = json.loads(packed)["objects"].values()
    spans: dict[int, list[str]] = {}
    for one in (shape["properties"] for shape in drawn["geometries"]):
        if one["status"] == "independent" and one["end"] >= "1946-01-01":
            first, last = spans.get(int(one["gwcode"]), (one["start"], one["end"]))
            spans[int(one["gwcode"])] = [min(first, one["start"]), max(last, one["end"])]
    ours = {one.gw: one for one in countries() if one.gw is not None}
    assert set(spans) - set(ours) == set(), "states that the table lacks"
    apart = {}
    for gw, (first, last) in spans.items():
        one = ours[gw]
        told = max(FIRST_YEAR, int(first[:4])), LAST_YEAR if last >= "2019-12-31" else int(last[:4])
        if abs(told[0] - one.first_year) > 1 or abs(told[1] - one.last_year) > 1:
            apart[one.name] = (first, last, one.valid_from, one.valid_to)
    assert apart == {}


@pytest.mark.data
def test_countries_of_views_and_of_the_early_warning_project_are_found_by_name() -> None:
    with real("views/country_list.csv").open() as file:
        views = [row["name"] for row in csv.DictReader(file)]
    assert [name for name in views if not find_country("name", name, 2018)] == []
    last: dict[str, int] = {}
    with real("ewp/predictors_1960_2019.csv").open() as file:
        for row in csv.DictReader(file):
            last[row["ewp_name"]] = max(last.get(row["ewp_name"], 0), int(row["year"]))
    assert [name for name, year in last.items() if not find_country("name", name, year)] == []


@pytest.mark.data
def test_numbers_and_names_of_ucdp_agree() -> None:
    import openpyxl

    book = openpyxl.load_workbook(real("ucdp/GEDevent_v26_0_2.xlsx"), read_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = next(rows)
    pairs = {(str(row[header.index("country_id")]), str(row[header.index("country")])) for row in rows}
    book.close()
    assert [pair for pair in pairs if find_country("gw", pair[0], 2026) != find_country("name", pair[1], 2026)] == []
