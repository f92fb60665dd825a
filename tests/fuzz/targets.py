"""What is fuzzed: functions of bytes that may refuse with a TocsinError, and may do nothing else but end well.

Each target has seeds, so that the fuzzer starts from bytes that are read rather than from noise.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import msgspec

from tests.collect.desks import SOURCES
from tests.collect.sources_of_documents.layers import geojson, shapefile_members, tarred, zipped
from tests.fuzz.tables import SAMPLES, declaring, seed, table, unpacking
from tocsin.collect.documents.decoding import decode
from tocsin.collect.documents.document import read_document
from tocsin.collect.documents.feed import read_feed
from tocsin.collect.documents.limits import Limits
from tocsin.collect.documents.near_duplicates import group_near_duplicates
from tocsin.collect.documents.xml import parse_xml
from tocsin.collect.geometry.checks import check_feature
from tocsin.collect.geometry.geojson import read_geojson
from tocsin.collect.geometry.kml import read_kml
from tocsin.collect.geometry.packed import Bounds, read_members
from tocsin.collect.geometry.shapefile import read_shapefile
from tocsin.core.errors import TocsinError

SMALL = Limits(max_bytes=1_000_000, max_characters=100_000, max_pages=20)
BOUNDS = Bounds(max_member_bytes=1_000_000, max_bytes=5_000_000, max_members=50)


class Target(msgspec.Struct, frozen=True):
    """A function of bytes, and bytes to begin with."""

    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


def sample(source: str, name: str) -> bytes:
    """A file of a source's sample folder."""
    return (SOURCES / source / "sample" / name).read_bytes()


def _shapefile(data: bytes) -> None:
    for feature in read_shapefile(dict(read_members(data, where="a", bounds=BOUNDS)), where="a"):
        check_feature(feature)


def _origins(data: bytes) -> None:
    texts = data.decode("utf-8", "surrogateescape").split("\n")[:50]
    assert len(group_near_duplicates(texts)) == len(texts)


TARGETS = {
    "encodings": Target(
        lambda data: decode(
            data[1:], charset=("utf-8", "koi8-r", "utf-16", "gb18030", "x")[data[0] % 5] if data else ""
        ),
        (b"\x01text", "\x00é".encode()),
    ),
    "documents": Target(
        lambda data: read_document(data, limits=SMALL),
        (
            sample("pages", "road.html"),
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>",
        ),
    ),
    "feeds": Target(
        lambda data: read_feed(data, url="https://a.example/"),
        tuple(sample("feeds", name) for name in ("valley.atom", "valley.rss", "valley.json")),
    ),
    "xml": Target(lambda data: parse_xml(data, limits=SMALL), (sample("un-sanctions", "listings.xml"),)),
    "geojson": Target(
        lambda data: [check_feature(one) for one in read_geojson(data, where="a")],
        (geojson(), json.dumps({"type": "Point", "coordinates": [1, 2]}).encode()),
    ),
    "kml": Target(
        lambda data: [check_feature(one) for one in read_kml(data, where="a", limits=SMALL)],
        (sample("control-areas", "invented_2026-01-05.kml"),),
    ),
    "packed": Target(
        lambda data: list(read_members(data, where="a", bounds=BOUNDS)),
        (zipped({"a": b"b"}), tarred({"a": b"b"})),
    ),
    "shapefiles": Target(_shapefile, (zipped(shapefile_members()),)),
    "origins": Target(_origins, (b"one report\nanother report\none report",)),
    **{name: Target(table(*file), (sample(*file),)) for name, file in SAMPLES.items()},
    "unpacking": Target(unpacking, (sample("ucdp-ged", "GEDEvent_v31_0_3.xlsx"), zipped({"a": b"b"}))),
    "source-toml": Target(declaring, (seed("ucdp-onesided", "source.toml"),)),
}


def try_one(name: str, data: bytes) -> None:
    """Run a target on some bytes; a refusal is as good as an answer."""
    with suppress(TocsinError):
        TARGETS[name].run(data)
