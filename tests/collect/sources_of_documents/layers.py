"""Layers written for tests: shapefiles, archives, and squares to put in them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

import pyproj
import shapefile

SQUARE = [[36.0, 48.0], [36.5, 48.0], [36.5, 48.4], [36.0, 48.4], [36.0, 48.0]]
BOWTIE = [[36.0, 48.0], [36.5, 48.4], [36.5, 48.0], [36.0, 48.4], [36.0, 48.0]]


def geojson(ring: list[list[float]] = SQUARE, **changes: Any) -> bytes:
    """A FeatureCollection of one polygon."""
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]} | changes).encode()


def swapped(ring: list[list[float]] = SQUARE) -> list[list[float]]:
    """The ring with latitude first."""
    return [[y, x] for x, y in ring]


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP with these members, whatever their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def tarred(members: Mapping[str, bytes | str]) -> bytes:
    """A tar.xz; a member given as text is a symbolic link to it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as packed:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                packed.addfile(member)
            else:
                member.size = len(content)
                packed.addfile(member, io.BytesIO(content))
    return out.getvalue()


def shapefile_members(crs: str | None = "EPSG:4326", name: str = "invented é") -> dict[str, bytes]:
    """The files of a shapefile of one square with a date, in the coordinate reference system named."""
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, encoding="utf-8") as layer:
        layer.field("name", "C", 40)
        layer.field("on_day", "D")
        layer.poly([SQUARE[::-1]])  # clockwise, as the format asks of an outer ring
        layer.record(name, "20260105")
    members = {"layer.shp": shp.getvalue(), "layer.shx": shx.getvalue(), "layer.dbf": dbf.getvalue()}
    if crs:
        members["layer.prj"] = pyproj.CRS.from_string(crs).to_wkt("WKT1_ESRI").encode()
    return members
