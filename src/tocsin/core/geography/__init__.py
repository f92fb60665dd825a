"""Outlines and codes of countries and of first-level units, carried with the package (see NOTICE beside this).

    countries-110m.json   the world for a small map                    TopoJSON, from Natural Earth 4.1.0
    countries-50m.json    the world for a map of one situation         TopoJSON, from Natural Earth 4.1.0
    countries.json        ISO 3166-1 codes, UN M49 numbers and names
    regions/<name>.geojson  units of some countries with their neighbours and lakes, one seamless coverage

`scripts/geography.py` makes all of it from packages pinned by hash. Everything is read when first asked for.
The outlines are those of the named sources; showing a line is no statement on its status.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.geography.topology import Shape, Topology, polygons
from tocsin.core.model.places import Name

Scale = Literal["110m", "50m"]
Geometry = dict[str, Any]
"""A GeoJSON geometry (RFC 7946), longitude and latitude in degrees WGS 84. Shared: do not change it."""

REGIONS = ("south-caucasus",)


class UnknownCodeError(TocsinError):
    """No country or unit has this code in the data that the package carries."""


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """A country or area with codes of ISO 3166-1; `m49` is the UN's number, the same three digits."""

    alpha3: str
    alpha2: str
    m49: str
    name: str
    """The short name in ISO 3166-1."""
    label: str
    """A name short enough for a map."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A first-level unit with its code of ISO 3166-2."""

    code: str
    country: str
    """ISO 3166-1 alpha-3."""
    names: tuple[Name, ...]
    part_of: str = ""
    """The unit that contains it, where ISO 3166-2 has two ranks (AZ-NX)."""


class RegionShape(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of a region: a unit, a neighbour without its units, or a lake."""

    kind: Literal["unit", "country", "lake"]
    code: str
    country: str
    names: tuple[Name, ...]
    part_of: str
    geometry: Geometry


def countries() -> tuple[Country, ...]:
    """All countries and areas of ISO 3166-1, by alpha-3 code."""
    return tuple(_countries().values())


def find_country(code: str) -> Country | None:
    """The country with this alpha-2, alpha-3 or M49 code; None when there is none."""
    return _country_by_any_code().get(code)


def get_country(code: str) -> Country:
    """The country with this alpha-2, alpha-3 or M49 code. Raises UnknownCodeError, naming the nearest code."""
    found = find_country(code)
    if found is None:
        raise _unknown(code, "country", list(_country_by_any_code()))
    return found


def country_geometry(alpha3: str, *, scale: Scale = "50m") -> Geometry:
    """The outline of a country at 1:50 or 1:110 million. Raises UnknownCodeError, naming the nearest code."""
    shapes = _shapes(scale)
    if alpha3 not in shapes:
        raise _unknown(alpha3, f"country outline at 1:{scale}", [code for code in shapes if code])
    return _country_geometry(alpha3, scale)


def world(scale: Scale = "110m") -> tuple[tuple[str, str, Geometry], ...]:
    """Every shape of the world: (alpha-3 or "" where ISO assigns none, label, geometry)."""
    return _world(scale)


def units_of(alpha3: str) -> tuple[Unit, ...]:
    """The first-level units of a country, which cover it without overlap. Raises UnknownCodeError."""
    found = tuple(unit for unit in _units().values() if unit.country == alpha3)
    if not found:
        carried = sorted({unit.country for unit in _units().values()})
        raise _unknown(alpha3, "country with units", carried)
    return found


def get_unit(code: str) -> Unit:
    """The unit with this ISO 3166-2 code. Raises UnknownCodeError, naming the nearest code."""
    if code not in _units():
        raise _unknown(code, "first-level unit", list(_units()))
    return _units()[code]


def unit_geometry(code: str) -> Geometry:
    """The outline of a first-level unit. Raises UnknownCodeError, naming the nearest code."""
    get_unit(code)
    return _unit_geometries()[code]


def find_region(alpha3: str) -> str | None:
    """The name of the region whose detailed shapes hold this country's units; None when there is none."""
    for region in REGIONS:
        if any(shape.kind == "unit" and shape.country == alpha3 for shape in region_shapes(region)):
            return region
    return None


def region_bbox(region: str) -> tuple[float, float, float, float]:
    """West, south, east, north of what a region's shapes cover, degrees."""
    return _region(region).bbox


@cache
def region_shapes(region: str) -> tuple[RegionShape, ...]:
    """Units, neighbours and lakes of a region; units and neighbours fit without gap or overlap."""
    return tuple(
        msgspec.convert({**feature.properties, "geometry": feature.geometry}, RegionShape)
        for feature in _region(region).features
    )


def _unknown(code: str, kind: str, known: list[str]) -> UnknownCodeError:
    near = _nearest(code.upper(), known)
    remedy = f"The nearest: {', '.join(near)}" if near else f"Known are {', '.join(sorted(known)[:12])}"
    return UnknownCodeError(f"no {kind} has the code {code!r}", remedy=f"{remedy}.")


def _nearest(code: str, known: list[str]) -> list[str]:
    """Three codes most like this one; of equals, those of its length and with its first letter come first."""

    def unlike(other: str) -> tuple[float, bool, bool, str]:
        ratio = difflib.SequenceMatcher(None, code, other).ratio()
        return -round(ratio, 2), len(other) != len(code), other[:1] != code[:1], other

    return [one for one in sorted(known, key=unlike)[:3] if unlike(one)[0] <= -0.5]


class _Feature(msgspec.Struct, frozen=True):
    properties: dict[str, Any]
    geometry: Geometry


class _Region(msgspec.Struct, frozen=True):
    bbox: tuple[float, float, float, float]
    features: list[_Feature]


@cache
def _region(region: str) -> _Region:
    return msgspec.json.decode(_data("regions", f"{region}.geojson"), type=_Region)


def _data(*parts: str) -> bytes:
    return files(__name__).joinpath(*parts).read_bytes()


@cache
def _countries() -> dict[str, Country]:
    return {one.alpha3: one for one in msgspec.json.decode(_data("countries.json"), type=tuple[Country, ...])}


@cache
def _country_by_any_code() -> dict[str, Country]:
    return {code: one for one in _countries().values() for code in (one.alpha3, one.alpha2, one.m49)}


@cache
def _topology(scale: Scale) -> Topology:
    return msgspec.json.decode(_data(f"countries-{scale}.json"), type=Topology)


@cache
def _shapes(scale: Scale) -> dict[str, Shape]:
    return {one.id: one for one in _topology(scale).objects["countries"].geometries if one.id}


@cache
def _country_geometry(alpha3: str, scale: Scale) -> Geometry:
    return polygons(_topology(scale), _shapes(scale)[alpha3])


@cache
def _world(scale: Scale) -> tuple[tuple[str, str, Geometry], ...]:
    topology = _topology(scale)
    return tuple(
        (one.id, str(one.properties["name"]), polygons(topology, one))
        for one in topology.objects["countries"].geometries
    )


@cache
def _units() -> dict[str, Unit]:
    return {
        shape.code: Unit(code=shape.code, country=shape.country, names=shape.names, part_of=shape.part_of)
        for region in REGIONS
        for shape in region_shapes(region)
        if shape.kind == "unit"
    }


@cache
def _unit_geometries() -> dict[str, Geometry]:
    return {shape.code: shape.geometry for region in REGIONS for shape in region_shapes(region) if shape.kind == "unit"}
