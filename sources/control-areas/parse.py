"""Dated polygons of who holds which ground: GeoJSON, KML or zipped shapefiles, alone or packed together.

A control map is a statement by whoever drew it, about one day. So every row says who states it, who is said
to hold the ground, and on which day; a map for which that cannot be told is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from tocsin.collect.errors import LayoutError, SourceError
from tocsin.collect.geometry.checks import WORLD, Feature, check_feature, read_box
from tocsin.collect.geometry.geojson import read_geojson
from tocsin.collect.geometry.kml import read_kml
from tocsin.collect.geometry.packed import is_packed, read_members
from tocsin.collect.geometry.shapefile import read_shapefile

# Publishers whose files say nothing but the day: who they are and what their polygons mean, by the file's name.
_DEEPSTATE = {"stated_by": "DeepStateMap", "holder": "Russian forces", "within": "22,44,41,53"}
_KNOWN = {"deepstatemap_data_": _DEEPSTATE}
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_NO_MAPS = ("license", "licence", "readme", "copying", "notice")
_AREAS = ("Polygon", "MultiPolygon")
_SHAPEFILE = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qmd"}

Row = dict[str, str | bytes | None]


def records(path: Path, layout: str, *, name: str, settings: Mapping[str, str]) -> Iterator[Row]:
    """Areas (layout "areas") or other features ("marks") of one file."""
    for member, features in _layers(path.read_bytes(), name, bool(settings.get("within"))):
        known = next((about for start, about in _KNOWN.items() if _stem(member).startswith(start)), {})
        about = {**known, **{key: value for key, value in settings.items() if value}}
        within = read_box(about["within"]) if "within" in about else WORLD
        for number, feature in enumerate(features, start=1):
            is_area = feature.geometry.geom_type in _AREAS
            if is_area != (layout == "areas"):
                continue
            checked = check_feature(feature, within=within)
            row: Row = {
                "stated_by": about.get("stated_by") or _missing("who drew the map", "stated_by", feature.where),
                "area_date": _day_of(feature, member, about),
                "member": member,
                "feature_number": str(number),
                "name": _text(feature.properties, "name", "Name", "NAME"),
                "properties": json.dumps(feature.properties, ensure_ascii=False, sort_keys=True),
                "n_vertices": str(checked.n_vertices),
                "geometry_note": checked.note or None,
                "geometry": checked.wkb,
            }
            if is_area:
                row["holder"] = about.get("holder") or _missing("who holds the areas", "holder", feature.where)
                row["area_km2"] = repr(round(checked.area_km2, 3))
            else:
                row["kind"] = checked.geometry.geom_type
            yield row


def _layers(data: bytes, name: str, box_given: bool) -> Iterator[tuple[str, Iterator[Feature]]]:
    """Every layer in the file, as (the name of the file it is, its features)."""
    if not is_packed(data):
        yield name, _read(data, name, name, box_given)
        return
    shapes: dict[str, bytes] = {}
    members: dict[str, bytes] = {}
    for member, content in read_members(data, where=name):
        lower = PurePosixPath(member.lower())
        if set(lower.suffixes) & _SHAPEFILE:
            shapes[member] = content
        elif lower.stem not in _NO_MAPS and not member.startswith("__MACOSX/"):
            members[member] = content
    if shapes:
        yield name, read_shapefile(shapes, where=name)
    for member in sorted(members):
        yield PurePosixPath(member).name, _read(members[member], member, f"{name}!{member}", box_given)


def _read(data: bytes, name: str, where: str, box_given: bool) -> Iterator[Feature]:
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        known = any(_stem(name).startswith(start) for start in _KNOWN)
        return read_geojson(data, where=where, box_given=box_given or known)
    if start.startswith(b"<"):
        return read_kml(data, where=where)
    problem = "it is neither GeoJSON, KML nor a zipped shapefile"
    raise LayoutError(problem, where=where, remedy="Export the layer as one of them")


def _day_of(feature: Feature, member: str, about: Mapping[str, str]) -> str:
    """The day the map speaks of: a property named in the settings, the file's name, or the setting
    `area_date`.
    """
    named = about.get("date_property")
    said = str(feature.properties.get(named) or "") if named else ""
    found = _DAY.search(said) or _DAY.search(_stem(member)) or _DAY.search(about.get("area_date", ""))
    if named and not _DAY.search(said):
        problem = f"its property {named!r} gives no day"
        raise LayoutError(problem, where=feature.where, remedy="Mend date_property")
    if not found:
        _missing("the day it speaks of", "area_date", feature.where)
    year, month, day = map(int, found.groups()) if found else (0, 0, 0)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise LayoutError(
            "the day in its name does not exist",
            where=feature.where,
            remedy="Check its name, or set date_property",
        ) from None


def _missing(what: str, setting: str, where: str) -> str:
    remedy = f"Set `{setting}` under [collect.control-areas] in desk.toml"
    raise SourceError(f"nothing tells {what}", where=where, remedy=remedy)


def _text(properties: Mapping[str, object], *names: str) -> str | None:
    return next((str(properties[name]) for name in names if properties.get(name)), None)


def _stem(member: str) -> str:
    return PurePosixPath(member).name
