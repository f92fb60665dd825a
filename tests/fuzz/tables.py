"""Targets for tables: a file of a source, from its bytes to its checked Parquet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.collect.desks import SOURCES
from tocsin.collect.emitted import Input, silent
from tocsin.collect.parser import load_parser
from tocsin.collect.source import load_source
from tocsin.collect.tables import Engine, emit
from tocsin.collect.unpack import Caps, unpack

CAPS = Caps(max_bytes=32 << 20, free=1 << 20)

SAMPLES = {
    "ged-csv": ("ucdp-ged", "GEDEvent_v31_0_3.csv"),
    "ged-hxl": ("ucdp-ged", "hdx-with-tags.csv"),
    "ged-json": ("ucdp-ged", "ged-31.1-page-0.json"),
    "ged-geojson": ("ucdp-ged", "ged311_sample.geojson"),
    "ged-xlsx": ("ucdp-ged", "GEDEvent_v31_0_3.xlsx"),
    "gdelt-export": ("gdelt", "20300105141500.export.CSV"),
    "gdelt-mentions": ("gdelt", "20300105141500.mentions.CSV"),
    "views-parquet": ("views", "bm_cm_sample_2030.parquet"),
}


def table(source: str, name: str) -> Callable[[bytes], None]:
    """Reads bytes as the named file of a source, however few rows they hold."""
    source_toml, parser = load_source(SOURCES / source), load_parser(SOURCES / source)
    few = tuple(msgspec.structs.replace(one, rows=(0, one.rows[1])) for one in source_toml.tables)
    declared = msgspec.structs.replace(source_toml, tables=few)

    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "input"
            path.write_bytes(data)
            given = Input(path=path, sha256="", name=name, byte_size=len(data))
            into = Path(scratch) / "out"
            into.mkdir()
            engine = Engine("200MB", 1)
            emit(
                declared, [given], into, records=parser.records, last_good=lambda _: [], engine=engine,
                caps=CAPS, progress=silent,
            )  # fmt: skip

    return read


def unpacking(data: bytes) -> None:
    """Whatever a ZIP or a gzip says, nothing is written outside the folder it is unpacked to."""
    with tempfile.TemporaryDirectory() as scratch:
        path, inside = Path(scratch) / "input", Path(scratch) / "out"
        path.write_bytes(data)
        inside.mkdir()
        for _, found in unpack(path, "input", inside, caps=CAPS):
            assert found == path or found.resolve().is_relative_to(inside.resolve())


def declaring(data: bytes) -> None:
    """A source.toml is read or refused."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ucdp-onesided"
        folder.mkdir()
        (folder / "source.toml").write_bytes(data)
        load_source(folder)


def seed(source: str, name: str) -> bytes:
    """A whole file to begin with."""
    return (SOURCES / source / name).read_bytes()
