"""Whatever a format says has its line in docs/reference/formats.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tocsin.core.model.base import Record
from tocsin.publish.cap import NAMESPACE, cap_alert
from tocsin.publish.feed_entries import FeedKey, feed_entry
from tocsin.publish.feeds import json_feed, pages
from tocsin.publish.following.documents import PublishedExpectation, PublishedSeries, Responses, TrackRecord
from tocsin.publish.following.ledger import Ledger, LedgerRow, Seen
from tocsin.publish.following.tables import DOCUMENT_COLUMNS, EXPECTATION_COLUMNS, LEDGER_COLUMNS
from tocsin.publish.forecast_tables import ALERT, FATALITIES, ONSET, SCORES
from tocsin.publish.geojson import map_geojson
from tocsin.publish.jsonld import report_file
from tocsin.publish.reading import Reading
from tocsin.publish.tables import CLAIM_COLUMNS, EDITION_COLUMNS, RECOMMENDATION_COLUMNS
from tocsin.publish.words import Words

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "formats.md"


@pytest.fixture(scope="module")
def documented() -> set[str]:
    """Every name that the page sets in code."""
    return {word for code in re.findall(r"`([^`]+)`", PAGE.read_text("utf-8")) for word in (code, *code.split())}


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def test_every_element_and_parameter_of_cap(
    readings: tuple[Reading, Reading], withdrawal: Reading, english: Words, documented: set[str]
) -> None:
    grouping = {"alert", "info", "valueName", "value", "resourceDesc", "mimeType", "uri"}
    for reading in (*readings, withdrawal):
        message = etree.fromstring(cap_alert(reading, english))
        elements = {etree.QName(element).localname for element in message.iter()} - grouping
        assert elements <= documented
        assert {name.text for name in message.iter(f"{{{NAMESPACE}}}valueName")} <= documented


def test_every_column_and_tag_of_the_tables(documented: set[str]) -> None:
    following = (*EXPECTATION_COLUMNS, *LEDGER_COLUMNS, *DOCUMENT_COLUMNS)
    for column in (*CLAIM_COLUMNS, *RECOMMENDATION_COLUMNS, *EDITION_COLUMNS, *following):
        assert {column.name, column.tag} <= documented


def test_every_column_and_tag_of_the_forecasts(documented: set[str]) -> None:
    for name, tag in (*ONSET, *FATALITIES, *ALERT, *SCORES):
        assert {name, tag} <= documented


@pytest.mark.parametrize(
    "document", [TrackRecord, Responses, PublishedExpectation, PublishedSeries, Ledger, LedgerRow, Seen]
)
def test_every_field_of_what_is_frozen_besides_editions(document: type[Record], documented: set[str]) -> None:
    assert set(document.__struct_fields__) <= documented


def test_every_term_of_our_own_in_the_linked_data(
    readings: tuple[Reading, Reading], withdrawal: Reading, english: Words, documented: set[str]
) -> None:
    for reading in (*readings, withdrawal):
        document = json.loads(report_file(reading, english))
        del document["@context"]
        assert {key for key in keys(document) if ":" in key} <= documented


def test_every_property_of_a_shape(readings: tuple[Reading, Reading], documented: set[str]) -> None:
    document = json.loads(map_geojson(readings[1]) or b"")
    standard = {"type", "features", "geometry", "properties", "coordinates", "bbox"}
    assert set(keys(document)) - standard <= documented


def test_every_field_of_our_own_in_the_feeds(withdrawal: Reading, english: Words, documented: set[str]) -> None:
    (item,) = json.loads(json_feed(FeedKey("all"), pages(1)[0], [feed_entry(withdrawal, english)], english))["items"]
    for name in set(item["_ewd"]) - {"about"}:
        assert {name, f"_ewd.{name}", f"ewd:{name}"} & documented, name
