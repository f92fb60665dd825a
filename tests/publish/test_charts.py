"""Charts of forecasts: well-formed, told in words, refused when their numbers are none."""

from __future__ import annotations

import pytest
from lxml import etree

from tocsin.publish.charts import CalibrationGroup, FanMonth, PastMonth, calibration_svg, fan_svg
from tocsin.publish.maps import MapError

PAST = [PastMonth(f"{year}-{month:02}", 30.0 * (month % 3)) for year in (2021, 2022) for month in range(1, 13)]
AHEAD = [
    FanMonth(month=f"2023-{month:02}", low=0, lower=3, middle=20, upper=60 + month, high=1500) for month in range(3, 13)
]


def root(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


@pytest.mark.parametrize("width", [300, 720])
def test_a_fan_is_well_formed_and_keeps_within_its_width(width: int):
    found = root(fan_svg("Nigeria & <Niger>", PAST, AHEAD, warning="Counts are corrected for a year.", width=width))
    assert found.get("viewBox").startswith(f"0 0 {width} ")
    texts = found.findall("{*}text")
    assert all(0 <= float(one.get("x")) <= width for one in texts)
    assert any("corrected for a year" in (one.text or "") for one in texts)


def test_a_fan_says_what_it_shows():
    told = root(fan_svg("Nigeria", PAST, AHEAD)).find("{*}desc").text
    for part in ("Nigeria", "December 2022: 0", "March 2023", "between 0 and 1,500", "middle one 20"):
        assert part in told


def test_more_deaths_stand_higher_and_bands_hold_one_another():
    found = root(fan_svg("x", PAST, AHEAD))

    def heights(kind: str) -> list[float]:
        path = found.find(f"{{*}}path[@class='{kind}']").get("d").strip("Mz")
        return [float(point.split()[1]) for point in path.split("L")]

    assert min(heights("m")) < min(heights("h")) < min(heights("c"))
    assert max(heights("m")) > max(heights("h")) > max(heights("c"))


@pytest.mark.parametrize(
    "bad",
    [{"low": -1}, {"lower": 30}, {"high": 10}, {"high": float("inf")}, {"middle": float("nan")}],
)
def test_quantiles_that_do_not_rise_are_refused(bad):
    one = {field: getattr(AHEAD[0], field) for field in AHEAD[0].__struct_fields__} | bad
    with pytest.raises(MapError):
        fan_svg("x", PAST, [FanMonth(**one)])


def test_what_was_counted_since_is_drawn_over_the_fan_and_told():
    came = [PastMonth(AHEAD[0].month, 4000.0)]
    found = root(fan_svg("x", PAST, AHEAD, came=came))
    (dot,) = found.findall("{*}circle[@class='o']")
    first_x = float(found.find("{*}path[@class='c']").get("d").strip("M").split()[0])
    assert float(dot.get("cx")) == pytest.approx(first_x, abs=0.1)
    assert "4,000" in found.find("{*}desc").text
    assert "counted since" in " ".join(one.text or "" for one in found.findall("{*}text"))
    assert not root(fan_svg("x", PAST, AHEAD)).findall("{*}circle")


def test_a_fan_without_months_is_refused():
    for past, ahead in (([], AHEAD), (PAST, [])):
        with pytest.raises(MapError):
            fan_svg("x", past, ahead)


def test_calibration_shows_each_group_with_its_range_and_says_it():
    found = root(calibration_svg([CalibrationGroup(900, 0.01, 8), CalibrationGroup(40, 0.06, 4)]))
    assert len(found.findall("{*}circle")) == len(found.findall("{*}path[@class='r']")) == 2
    assert "of 40 forecasts of 6.0% on average, 4 came" in found.find("{*}desc").text
    few, many = (
        root(calibration_svg([CalibrationGroup(n, 0.1, n // 10)])).find("{*}path[@class='r']").get("d")
        for n in (20, 2000)
    )
    assert few != many


@pytest.mark.parametrize(
    "groups", [[], [CalibrationGroup(0, 0.1, 0)], [CalibrationGroup(3, 1.2, 1)], [CalibrationGroup(3, 0.2, 4)]]
)
def test_groups_that_are_none_are_refused(groups):
    with pytest.raises(MapError):
        calibration_svg(groups)
