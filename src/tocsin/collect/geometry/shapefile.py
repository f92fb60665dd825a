"""Zipped shapefiles to features. A shapefile without its .prj could lie anywhere, so it is refused."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import shapefile
import shapely
from shapely.geometry import shape

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.geometry.checks import Feature

_SYSTEM = re.compile(r'(\w+)\["([^"]{1,100})"', re.IGNORECASE)
_DATUM = re.compile(r'\b(?:DATUM|ENSEMBLE)\["([^"]{1,100})"', re.IGNORECASE)
_DEGREES = re.compile(r'UNIT\["degree[^"]*",\s*0\.01745', re.IGNORECASE)
_GREENWICH = re.compile(r'PRIMEM\["Greenwich",\s*0(\.0*)?\s*[],]', re.IGNORECASE)
_WGS84 = {
    "d wgs 1984",
    "wgs 1984",
    "wgs 84",
    "world geodetic system 1984",
    "world geodetic system 1984 ensemble",
}
_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "65001": "utf-8", "iso-8859-1": "cp1252", "1252": "cp1252"}


def read_shapefile(members: Mapping[str, bytes], *, where: str) -> Iterator[Feature]:
    """The features of the one shapefile among the members of a ZIP (see `packed.read_members`).

    Raises LayoutError when .shp, .dbf or .prj is missing, when there are several shapefiles, or when the .prj
    is not WGS 84 in degrees (the system's name is said); InputError for a damaged one.
    """
    parts = _parts(members, where)
    _check_projection(parts[".prj"], where)
    encoding = parts.get(".cpg", b"utf-8").decode("ascii", "replace").strip().lower().removeprefix("windows-")
    try:
        # A header that does not fit its file is a warning to pyshp; here such a layer is damaged.
        with (
            warnings.catch_warnings(action="error"),
            shapefile.Reader(
                shp=io.BytesIO(parts[".shp"]),
                dbf=io.BytesIO(parts[".dbf"]),
                shx=io.BytesIO(parts[".shx"]) if ".shx" in parts else None,
                encoding=_ENCODINGS.get(encoding, "utf-8"),
            ) as layer,
        ):
            for number, record in enumerate(layer.iterShapeRecords(), start=1):
                at = f"{where}, record {number}"
                if record.shape.shapeType == shapefile.NULL:
                    raise LayoutError("it has no geometry", where=at, remedy="Ask whoever drew it, or take it out")
                properties = {name: _plain(value) for name, value in record.record.as_dict().items()}
                yield Feature(shape(record.shape.__geo_interface__), properties, at)
    except UnicodeDecodeError as error:
        problem = f"its table is not in the encoding it claims ({encoding}): {error.reason}"
        raise InputError(problem, where=where, remedy="Save it with a .cpg file that names its encoding") from None
    except (
        Warning, shapefile.ShapefileException, shapely.errors.ShapelyError, struct.error, ValueError,
        IndexError, KeyError, TypeError, EOFError, OverflowError, MemoryError, AttributeError,
    ) as error:  # fmt: skip
        problem = f"the shapefile cannot be read: {type(error).__name__}: {error}"
        raise InputError(problem, where=where, remedy="Fetch it again; it was cut short or is damaged") from None


def _parts(members: Mapping[str, bytes], where: str) -> dict[str, bytes]:
    layers = sorted(name for name in members if PurePosixPath(name).suffix.lower() == ".shp")
    if len(layers) != 1:
        found = ", ".join(layers) or "none"
        raise LayoutError(f"it holds not one shapefile but {found}", where=where, remedy="Zip each layer by itself")
    stem = str(PurePosixPath(layers[0]).with_suffix(""))
    parts = {
        PurePosixPath(name).suffix.lower(): content
        for name, content in members.items()
        if str(PurePosixPath(name).with_suffix("")) == stem
    }
    if missing := [suffix for suffix in (".shp", ".dbf", ".prj") if suffix not in parts]:
        raise LayoutError(
            f"its {' and '.join(missing)} is missing",
            where=where,
            remedy="Zip all its files; without the .prj nobody can tell where it lies",
        )
    return parts


def _check_projection(prj: bytes, where: str) -> None:
    """Read the few words of the well-known text that matter: a stranger's text is not handed to PROJ's parser,
    which also ended the process when called from the thread in which DuckDB takes the rows.
    """
    text = prj.decode("utf-8", "replace").strip()
    named = _SYSTEM.match(text)
    if not named:
        raise LayoutError(
            "its .prj names no coordinate reference system", where=where, remedy="Export it again in WGS 84"
        )
    kind, name = named.groups()
    datum = _DATUM.search(text)
    is_wgs84 = datum is not None and re.sub(r"[\W_]+", " ", datum[1]).strip().lower() in _WGS84
    in_degrees = bool(_DEGREES.search(text)) and bool(_GREENWICH.search(text))
    if not kind.upper().startswith("GEOG") or not is_wgs84 or not in_degrees:
        raise LayoutError(
            f"it is in {name!r}, not in longitude and latitude on WGS 84",
            where=where,
            remedy="Export it again in WGS 84 (EPSG:4326)",
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
