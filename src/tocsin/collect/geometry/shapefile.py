"""Zipped shapefiles to features. A shapefile without its .prj could lie anywhere, so it is refused."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pyproj
import shapefile
import shapely
from shapely.geometry import shape

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.geometry.checks import Feature

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
        with shapefile.Reader(
            shp=io.BytesIO(parts[".shp"]),
            dbf=io.BytesIO(parts[".dbf"]),
            shx=io.BytesIO(parts[".shx"]) if ".shx" in parts else None,
            encoding=_ENCODINGS.get(encoding, "utf-8"),
        ) as layer:
            for number, record in enumerate(layer.iterShapeRecords(), start=1):
                at = f"{where}, record {number}"
                if record.shape.shapeType == shapefile.NULL:
                    raise LayoutError(
                        "it has no geometry", where=at, remedy="Ask whoever drew it, or take it out"
                    )
                properties = {name: _plain(value) for name, value in record.record.as_dict().items()}
                yield Feature(shape(record.shape.__geo_interface__), properties, at)
    except UnicodeDecodeError as error:
        problem = f"its table is not in the encoding it claims ({encoding}): {error.reason}"
        raise InputError(
            problem, where=where, remedy="Save it with a .cpg file that names its encoding"
        ) from None
    except (
        shapefile.ShapefileException, shapely.errors.ShapelyError, struct.error, ValueError, IndexError,
        KeyError, TypeError, EOFError, OverflowError, MemoryError, AttributeError,
    ) as error:  # fmt: skip
        problem = f"the shapefile cannot be read: {type(error).__name__}: {error}"
        raise InputError(
            problem, where=where, remedy="Fetch it again; it was cut short or is damaged"
        ) from None


def _parts(members: Mapping[str, bytes], where: str) -> dict[str, bytes]:
    layers = sorted(name for name in members if PurePosixPath(name).suffix.lower() == ".shp")
    if len(layers) != 1:
        found = ", ".join(layers) or "none"
        raise LayoutError(
            f"it holds not one shapefile but {found}", where=where, remedy="Zip each layer by itself"
        )
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
    text = prj.decode("utf-8", "replace").strip()
    try:
        found = pyproj.CRS.from_wkt(text)
    except pyproj.exceptions.CRSError:
        raise LayoutError("its .prj cannot be read", where=where, remedy="Export it again in WGS 84") from None
    datum = (found.datum.name if found.datum else "").lower().replace("_", " ")
    if not found.is_geographic or ("world geodetic system 1984" not in datum and "wgs 1984" not in datum):
        raise LayoutError(
            f"it is in {found.name!r}, not in longitude and latitude on WGS 84",
            where=where,
            remedy="Export it again in WGS 84 (EPSG:4326)",
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
