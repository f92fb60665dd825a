"""What holds for every format, whatever it is."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lxml import etree

from tests.publish.hostile import AFTER, BEFORE, read
from tocsin.publish.addresses import edition_url
from tocsin.publish.cap import cap_alert
from tocsin.publish.feed_entries import FeedKey, feed_entry
from tocsin.publish.feeds import atom_feed, json_feed, pages
from tocsin.publish.geojson import map_geojson
from tocsin.publish.jsonld import report_file, report_script
from tocsin.publish.plain_text import visible
from tocsin.publish.reading import Reading
from tocsin.publish.tables import claims_csv, recommendations_csv, text_of_cell
from tocsin.publish.words import Words

Render = Callable[[Reading, Words], bytes]


def _geojson(reading: Reading, words: Words) -> bytes:
    shapes = map_geojson(reading)
    assert shapes is not None
    return shapes


XML: dict[str, Render] = {
    "CAP": cap_alert,
    "Atom": lambda reading, words: atom_feed(FeedKey("all"), pages(1)[0], [feed_entry(reading, words)], words),
}
JSON: dict[str, Render] = {
    "JSON Feed": lambda reading, words: json_feed(FeedKey("all"), pages(1)[0], [feed_entry(reading, words)], words),
    "JSON-LD file": report_file,
    "JSON-LD script": lambda reading, words: report_script(reading, words).encode(),
    "GeoJSON": _geojson,
}
CSV: dict[str, Render] = {
    "claims": lambda reading, words: claims_csv(reading),
    "recommendations": lambda reading, words: recommendations_csv(reading),
}
FORMATS = {**XML, **JSON, **CSV}


def texts(name: str, data: bytes) -> list[str]:
    """Every text in a document, as a reader of the format gets it."""
    if name in XML:
        root = etree.fromstring(data)
        attributes = (str(value) for element in root.iter() for value in element.attrib.values())
        return [*(element.text or "" for element in root.iter()), *attributes]
    if name in JSON:
        return list(_leaves(json.loads(data)))
    return [text_of_cell(value) for row in rows(data) for value in row]


def skeleton(name: str, data: bytes) -> Any:
    """A document without its texts."""
    if name in XML:
        return [element.tag for element in etree.fromstring(data).iter()]
    if name in JSON:
        return _bare(json.loads(data))
    return [len(row) for row in rows(data)]


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield str(value)


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    return [_bare(item) for item in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_edition_gives_the_same_bytes_on_any_day(
    name: str, readings: tuple[Reading, Reading], english: Words
) -> None:
    for reading in readings:
        later = read(reading.edition, on=datetime.date(2031, 1, 1))
        assert FORMATS[name](reading, english) == FORMATS[name](later, english)


@pytest.mark.parametrize("name", FORMATS)
def test_two_editions_give_different_bytes(name: str, readings: tuple[Reading, Reading], english: Words) -> None:
    first, second = (FORMATS[name](reading, english) for reading in readings)
    assert first != second


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", ["first", "second", "withdrawal"])
def test_each_says_which_edition_it_is_what_it_is_and_that_it_is_an_exercise(
    name: str, which: str, readings: tuple[Reading, Reading], withdrawal: Reading, english: Words
) -> None:
    reading = {"first": readings[0], "second": readings[1], "withdrawal": withdrawal}[which]
    said = texts(name, FORMATS[name](reading, english))
    assert reading.sha256 in said
    assert edition_url(reading.issue) in said
    assert any(reading.content.nature in text for text in said)
    assert "Exercise" in said


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_text_stays_a_text(
    name: str, readings: tuple[Reading, Reading], hostile_reading: Reading, english: Words
) -> None:
    benign = FORMATS[name](readings[1], english)
    data = FORMATS[name](hostile_reading, english)
    assert skeleton(name, data) == skeleton(name, benign)
    nature = hostile_reading.content.nature
    assert nature.startswith(BEFORE)
    assert nature.endswith(AFTER)
    said, after = texts(name, data), AFTER if name in JSON else visible(AFTER)
    assert any((nature if name in JSON else visible(nature)) in text for text in said)
    whole = sum(text.count(after) for text in said)
    assert whole == sum(text.count(BEFORE) for text in said), "none is cut short or spelt otherwise"
    assert whole > 4


@pytest.mark.parametrize("name", FORMATS)
def test_no_byte_of_a_document_is_a_control_character(name: str, hostile_reading: Reading, english: Words) -> None:
    data = FORMATS[name](hostile_reading, english)
    assert not set(data) & (set(range(32)) - set(b"\t\r\n"))
    assert b"\x7f" not in data or name in JSON
    data.decode("utf-8", errors="strict")


@pytest.mark.parametrize("name", CSV)
def test_no_cell_of_a_hostile_table_starts_a_formula(name: str, hostile_reading: Reading, english: Words) -> None:
    cells = [cell for row in rows(CSV[name](hostile_reading, english)) for cell in row]
    assert sum(cell.startswith("'=") for cell in cells) > 20
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@")]


def test_the_script_cannot_be_ended_by_what_it_says(hostile_reading: Reading, english: Words) -> None:
    script = report_script(hostile_reading, english)
    assert not set(script) & set("<>&\u2028\u2029")
