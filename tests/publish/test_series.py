"""Series of counts: every figure of the edition on the page and in the file, never without what it cannot tell."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest
from lxml import etree
from msgspec.structs import replace

from tests.publish.html_checks import tree
from tests.publish.pages import make_pages, read
from tocsin.core.editions.canonical import canonical_bytes, decode
from tocsin.core.model.edition import Content, Edition
from tocsin.core.model.series import EventSeries
from tocsin.publish.series_chart import WIDTH_NARROW, months, series_svg
from tocsin.publish.tables import series_csv
from tocsin.publish.words import words

SVG = "{http://www.w3.org/2000/svg}"


def carried(edition: Edition) -> tuple[EventSeries, ...]:
    assert edition.content.series
    return edition.content.series


def test_content_without_series_has_the_bytes_that_it_had_before_there_were_any(
    armenia: tuple[Edition, Edition],
) -> None:
    bare = replace(armenia[1].content, series=msgspec.UNSET)
    assert b'"series"' not in canonical_bytes(bare)
    assert canonical_bytes(decode(canonical_bytes(bare), Content, "bare")) == canonical_bytes(bare)


def test_a_series_is_part_of_what_is_signed(armenia: tuple[Edition, Edition]) -> None:
    first = carried(armenia[1])[0]
    changed = replace(armenia[1].content, series=(replace(first, best=(*first.best[:-1], 99)),))
    assert canonical_bytes(changed) != canonical_bytes(replace(changed, series=(first,)))


def test_the_armenia_case_carries_september_2023_with_what_its_count_does_not_see(
    armenia: tuple[Edition, Edition],
) -> None:
    one = next(each for each in carried(armenia[1]) if each.id == "deaths-AZE")
    assert one.best[months(one).index("2023-09")] == 430
    assert "100,000 people are reported to have left" in one.cannot_tell
    assert (one.licence, one.retrieved) == ("CC BY 4.0", "2026-11-25")


def test_the_chart_says_its_source_and_warnings_and_has_a_stroke_for_each_month_with_deaths(
    armenia: tuple[Edition, Edition],
) -> None:
    series = carried(armenia[1])
    for width in (720, WIDTH_NARROW):
        root = etree.fromstring(series_svg(series, words("en"), width=width).encode())
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text
        said = " ".join(" ".join(root.itertext()).split())
        for one in series:
            assert one.cannot_tell in said
            assert one.producer in said
            assert all(warning in said for warning in one.warnings)
        drawn = [path.get("d").count("M") for path in root.iter(f"{SVG}path") if path.get("class") == "p"]
        counted = [sum(count > 0 for count in one.best) for one in series]
        assert [count for count in drawn if count != 1] == counted
        assert not list(root.iter(f"{SVG}script"))


def test_the_table_and_the_file_hold_every_figure(armenia: tuple[Edition, Edition]) -> None:
    reading = read(armenia[1])
    pages = make_pages([read(armenia[0]), reading])
    page = tree(pages["warnings/gw-2023-10-arm-aze/2/series.html"])
    rows = list(csv.reader(io.StringIO(series_csv(reading).decode("utf-8-sig"))))[2:]
    assert len(rows) == sum(len(one.best) for one in carried(armenia[1]))
    for one in carried(armenia[1]):
        cells = page.xpath(f"//section[@id='{one.id}']//tbody/tr/td[1]/text()")
        assert [int(cell.replace(",", "")) for cell in cells] == list(one.best)
        assert [int(row[5]) for row in rows if row[0] == one.id] == list(one.best)
        assert {row[13] for row in rows if row[0] == one.id} == {one.cannot_tell}


def test_a_page_without_series_has_no_section_of_them(armenia: tuple[Edition, Edition]) -> None:
    bare = replace(armenia[0], content=replace(armenia[0].content, series=msgspec.UNSET))
    pages = make_pages([read(bare)])
    assert "series" not in pages["warnings/gw-2023-10-arm-aze/index.html"]


@pytest.mark.data
def test_the_figures_are_those_of_the_release(armenia: tuple[Edition, Edition]) -> None:
    from tests.data_beside import real

    text = real("ucdp/ged_25_1_armenia_azerbaijan_country_month.csv").read_text()
    published = {(row["country_iso3"], row["year_month"]): row for row in csv.DictReader(io.StringIO(text))}
    for one in carried(armenia[1]):
        for place, month in enumerate(months(one)):
            row = published[one.countries[0], month]
            best, high, civilians = (
                int(float(row[name]))
                for name in ("ucdp_fatalities_best", "ucdp_fatalities_high", "ucdp_civilian_deaths")
            )
            assert one.best[place] == best
            assert one.high[place] == max(best, high)
            assert one.civilians[place] == civilians
