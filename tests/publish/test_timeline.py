"""When and where: no date and no place is shown more precisely than it is known, and what that is stands in words."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re

import msgspec
import pytest
from lxml import etree
from msgspec.structs import replace

from tests.publish.html_checks import tree, visible_text
from tests.publish.incidents import INCIDENTS
from tests.publish.pages import make_pages, make_site, read, with_content
from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.model.claims import Claim
from tocsin.core.model.edition import Edition
from tocsin.core.model.incidents import Incident
from tocsin.publish import html
from tocsin.publish.reading import Reading
from tocsin.publish.tables import incidents_csv
from tocsin.publish.timeline.chart import WIDTH, WIDTH_NARROW, timeline_svg
from tocsin.publish.timeline.entries import entries, precision, undated
from tocsin.publish.timeline.placed import placed
from tocsin.publish.timeline.where import where_svg
from tocsin.publish.words import words

SVG = "{http://www.w3.org/2000/svg}"
ENGLISH = words("en")


@pytest.fixture(scope="module")
def reading(armenia: tuple[Edition, Edition]) -> Reading:
    return read(with_content(armenia[1], incidents=(INCIDENTS,)))


def page_of(reading: Reading) -> str:
    return html.timeline_page(reading, site=make_site(reading.edition), words=ENGLISH)


def dated(armenia: tuple[Edition, Edition], edtf: str) -> Reading:
    """The second edition with one claim alone, of this date."""
    claim = replace(armenia[1].content.claims[0], date=edtf)
    return read(with_content(armenia[1], claims=(claim,), events=(), recommendations=(), findings=()))


DATES = (
    ("2023-09-20", "day", "to the day"),
    ("2023-09", "within", "to the month"),
    ("2023", "within", "to the year"),
    ("2023?", "within", "to the year, uncertain"),
    ("2023-09-19/2023-10-01", "span", "from first to last"),
    ("2020/..", "since", "no end stated"),
    ("../2023-10", "until", "no beginning stated"),
)


@pytest.mark.parametrize(("edtf", "shape", "said"), DATES)
def test_a_date_is_drawn_and_said_as_precisely_as_it_is_written(
    armenia: tuple[Edition, Edition], edtf: str, shape: str, said: str
) -> None:
    (entry,) = entries(dated(armenia, edtf))
    assert entry.is_unsure == bool(re.search("[?~]", edtf))
    assert entry.shape == shape
    assert precision(entry, ENGLISH) == said


def test_only_a_day_is_a_dot(armenia: tuple[Edition, Edition]) -> None:
    for edtf, shape, _ in DATES:
        root = etree.fromstring(timeline_svg(entries(dated(armenia, edtf)), (), ENGLISH).encode())
        dots = list(root.iter(f"{SVG}circle"))
        assert bool(dots) == (shape == "day"), edtf


def test_a_bar_is_as_wide_as_the_month_that_is_known(armenia: tuple[Edition, Edition]) -> None:
    def width(edtf: str) -> float:
        root = etree.fromstring(timeline_svg(entries(dated(armenia, edtf)), (), ENGLISH).encode())
        return max(float(one.get("width")) for one in root.iter(f"{SVG}rect"))

    assert width("2023") == pytest.approx(WIDTH - 58 - 16, abs=0.2)
    assert width("2023-09") == pytest.approx((WIDTH - 58 - 16) * 30 / 365, abs=0.2)


def test_every_dated_claim_event_and_response_stands_in_the_list_and_in_the_picture(reading: Reading) -> None:
    found = entries(reading)
    content = reading.content
    told = [claim.id for claim in content.claims if claim.date] + [event.id for event in content.events]
    told += [ask.id for ask in content.recommendations for each in ask.responses if each.status != "none"]
    assert sorted(entry.ref for entry in found) == sorted(told)
    assert len(told) > 40
    rows = tree(page_of(reading)).xpath("//section[@id='dated']//dl/div")
    assert [row.xpath("dd/a[1]")[0].text for row in rows] == [entry.ref for entry in found]
    root = etree.fromstring(timeline_svg(found, (), ENGLISH).encode())
    labels = [one.text for one in root.iter(f"{SVG}text") if one.get("text-anchor") == "end"]
    assert sorted(labels) == sorted(told)


def test_a_claim_stands_with_who_states_it_and_who_disputes_it(reading: Reading) -> None:
    said = {
        row.xpath("dd/a[1]")[0].text: " ".join(row.text_content().split())
        for row in tree(page_of(reading)).xpath("//section[@id='dated']//dl/div")
    }
    for claim in reading.content.claims:
        if claim.date:
            assert f"{claim.asserted_by} states: {claim.text}" in said[claim.id]
            for position in claim.positions:
                assert position.by in said[claim.id]


def test_what_has_no_date_is_named_below_the_list(armenia: tuple[Edition, Edition]) -> None:
    bare = dated(armenia, "")
    assert undated(bare) == ["C01"]
    assert entries(bare) == []
    assert "Without a date that can be drawn: C01." in visible_text(page_of(bare))


def test_a_province_is_a_ring_and_never_a_dot_and_a_country_is_told_below(reading: Reading) -> None:
    found = placed(read(with_content(reading.edition, incidents=msgspec.UNSET)))
    assert {(mark.place.id, mark.shown) for mark in found.places} >= {("AM-SU", "area"), ("AM-GR", "area")}
    assert "ARM" in {place.id for place, _ in found.elsewhere}
    marked = sum(mark.n for mark in found.places) + sum(n for _, n in found.elsewhere)
    assert marked == sum(len(set(claim.places)) for claim in reading.content.claims)
    svg = where_svg(read(with_content(reading.edition, incidents=msgspec.UNSET)), ENGLISH)
    root = etree.fromstring(svg.encode())
    assert not [one for one in root.iter(f"{SVG}circle") if one.get("class") in ("m", "i")]
    said = " ".join(" ".join(root.itertext()).split())
    assert "Armenia (a whole country, claims: 11)" in said


@pytest.mark.parametrize("width", [WIDTH, WIDTH_NARROW])
def test_incidents_are_dots_only_where_their_place_is_known(reading: Reading, width: int) -> None:
    found = placed(reading)
    assert (found.n_near, found.n_areas, found.n_coarse, found.n_outside) == (2, 1, 1, 1)
    root = etree.fromstring(where_svg(reading, ENGLISH, width=width).encode())
    drawn = [one.get("class") for one in root.iter(f"{SVG}circle")]
    assert (drawn.count("i"), drawn.count("ir")) == (3, 2)  # one of each stands in the key
    said = " ".join(" ".join(root.itertext()).split())
    for told in (
        "2 incidents whose place is known to the town or nearer", "1 incidents known to the district or province only",
        "known to the country only, or without a point: 1", "beyond the edge of this map: 1",
        "Nobody, Invented, version 1. CC0-1.0", "They are invented.", "Nothing of them happened.",
    ):  # fmt: skip
        assert told in said, told


def test_no_ring_hides_another(reading: Reading) -> None:
    for width in (WIDTH, WIDTH_NARROW):
        root = etree.fromstring(where_svg(reading, ENGLISH, width=width).encode())
        rings = [
            (float(one.get("cx")), float(one.get("cy")))
            for one in root.iter(f"{SVG}circle")
            if one.get("class") in ("mr", "ir") and one.get("cx")
        ]
        assert len(rings) == 5
        assert all(math.dist(one, other) >= 14 for one, other in itertools.combinations(rings, 2))


@pytest.mark.parametrize("width", [WIDTH, WIDTH_NARROW])
def test_all_names_of_a_contested_place_stand_at_its_mark_or_below_the_map(reading: Reading, width: int) -> None:
    said = " ".join(" ".join(etree.fromstring(where_svg(reading, ENGLISH, width=width).encode()).itertext()).split())
    contested = [place for place in reading.content.places if place.contested and place.names[0].text in said]
    assert {"AM-SU", "nagorno-karabakh", "AZ-LAC"} <= {place.id for place in contested}
    for place in contested:
        for name in place.names:
            if name.lang == "en":
                assert name.text in said, name


def test_letters_are_never_smaller_than_eleven_pixels_and_nothing_runs_over_the_edge(reading: Reading) -> None:
    for width in (WIDTH, WIDTH_NARROW):
        for svg in (
            where_svg(reading, ENGLISH, width=width),
            timeline_svg(entries(reading), (INCIDENTS,), ENGLISH, width=width),
        ):
            root = etree.fromstring(svg.encode())
            _, _, wide, high = map(float, root.get("viewBox").split())
            for one in root.iter(f"{SVG}text"):
                assert float(one.get("font-size")) >= 11
                assert 0 <= float(one.get("x")) <= wide
                assert 0 <= float(one.get("y")) <= high
            assert not list(root.iter(f"{SVG}script"))


def test_an_incident_stands_with_its_range_its_precision_and_every_name_of_its_place(reading: Reading) -> None:
    rows = [
        " ".join(row.text_content().split())
        for row in tree(page_of(reading)).xpath("//section[@id='invented-1']//dl/div")
    ]
    told = (
        ("1 September 2023 day known", "Invented village, Syunik province (Zangezur (Western Zangezur)) near the"),
        ("19 September 2023 to 20 September 2023 within some days", "Shusha town (Shushi) place known. one-sided."),
        ("1 September 2023 to 30 September 2023 month known", "Gegharkunik province only."),
        ("2 September 2023 day known", "country only."),
        ("3 September 2023", "place known."),
    )
    for row, (when, where) in zip(rows, told, strict=True):
        assert row.startswith(when)
        assert where in row
    assert "Side A – Side B. Deaths (low to high): 3 (1 to 5) Number 11" in rows[0]
    assert "Side B – Civilians. Deaths (low to high): 2 (no range given) Number 12" in rows[1]
    said = visible_text(page_of(reading))
    for note in (INCIDENTS.cannot_tell, INCIDENTS.selection, *INCIDENTS.warnings, "Taken on 25 November 2026"):
        assert note in said


def test_the_file_of_incidents_holds_every_one_with_its_source(reading: Reading) -> None:
    rows = list(csv.DictReader(io.StringIO(incidents_csv(reading).decode("utf-8-sig"))))[1:]
    assert [row["event_id"] for row in rows] == ["11", "12", "13", "14", "15"]
    assert {(row["licence"], row["cannot_tell"]) for row in rows} == {("CC0-1.0", "Nothing of them happened.")}
    assert (rows[0]["longitude_deg"], rows[0]["best"], rows[3]["longitude_deg"]) == ("46.34", "3", "")


def test_content_without_incidents_has_the_bytes_that_it_had_before_there_were_any(
    armenia: tuple[Edition, Edition],
) -> None:
    assert b'"incidents"' not in canonical_bytes(armenia[1])


def test_the_warning_page_shows_both_pictures_and_leads_to_the_list(reading: Reading) -> None:
    page = tree(make_pages([reading])["warnings/gw-2023-10-arm-aze/index.html"])
    shown = page.xpath("//section[@id='timeline']//img/@src")
    assert shown == ["2/timeline-narrow.svg", "2/where-narrow.svg"]
    assert "2/incidents.csv" in page.xpath("//section[@id='check']//a/@href")


def test_many_entries_are_cut_in_the_picture_which_says_so(armenia: tuple[Edition, Edition]) -> None:
    one: Claim = armenia[1].content.claims[1]
    many = tuple(replace(one, id=f"C{n}") for n in range(300))
    found = entries(read(with_content(armenia[1], claims=many, events=(), recommendations=())))
    svg = timeline_svg(found, (), ENGLISH)
    assert "The picture shows the first 200 of 300 entries; the list holds them all." in svg


def only_incidents(*dates: str) -> str:
    found = tuple(
        Incident(id=f"{n}", date=day, country="MMR", place_precision="country") for n, day in enumerate(dates)
    )
    return timeline_svg([], [msgspec.structs.replace(INCIDENTS, incidents=found)], ENGLISH)


def test_days_of_incidents_are_strokes_and_unsure_ones_pale_so_that_many_do_not_look_like_one() -> None:
    both = only_incidents("2017-08-25", "2017-08-25/2017-08-31", "2017-11-02")
    assert both.count('class="i"') == 2, "the strokes, and their key"
    assert both.count('class="iw"') == 2
    assert "the days within which an incident may have happened" in both
    sure = only_incidents("2017-08-25", "2017-11-02")
    assert 'class="iw"' not in sure
    assert "may have happened" not in sure.partition("Nothing of them happened")[0]


def test_a_few_months_of_incidents_are_marked_by_months_and_more_by_years() -> None:
    short = only_incidents("2017-08-25", "2017-11-02")
    for month in ("August 2017", "September 2017", "October 2017", "November 2017"):
        assert month in short
    assert "August 2017" not in only_incidents("2017-08-25", "2018-11-02")


def test_the_number_of_a_ring_is_not_covered_by_dots(reading: Reading) -> None:
    dot = Incident(id="1", date="2023-09-01", country="ARM", at=(46.0, 39.8), place_precision="exact")
    ring = Incident(id="2", date="2023-09-01", country="ARM", at=(46.0, 39.8), place_precision="district")
    one = msgspec.structs.replace(INCIDENTS, incidents=(dot, ring))
    content = msgspec.structs.replace(reading.content, incidents=(one,), claims=())
    svg = where_svg(read(msgspec.structs.replace(reading.edition, content=content)), ENGLISH)
    drawn = svg.partition("</svg>")[0].partition('<g class="n">')[0]
    (at_dot,), (at_ring,) = (
        [tuple(map(float, found)) for found in re.findall(rf'class="{kind}" cx="([\d.]+)" cy="([\d.]+)"', drawn)]
        for kind in ("i", "ir")
    )
    assert 15 <= math.dist(at_dot, at_ring) <= 32
