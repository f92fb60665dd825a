"""`map.toml`: what a case's map shows, by codes and ids. Freezing makes a `SituationMap` with shapes of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from tocsin.core.model.base import Edtf, Id, Record
from tocsin.core.model.places import Name, Place


class MapLayerSpec(Record, frozen=True, kw_only=True):
    """Shapes that are drawn and explained alike: units by code, places by id, or an operator's GeoJSON file."""

    id: Id
    role: Literal["concerned", "contested", "operator", "town"]
    label: Annotated[str, Meta(description="What the legend says, a sentence without a full stop")]
    source: Annotated[str, Meta(description="Who made the shapes; empty for shapes the package carries")] = ""
    units: Annotated[tuple[str, ...], Meta(description="ISO 3166-2 codes")] = ()
    places: Annotated[tuple[Id, ...], Meta(description="Places with a position, of the case or below")] = ()
    file: Annotated[str, Meta(description="GeoJSON in the case's geometry/ folder, WGS 84")] = ""
    names: Annotated[tuple[Name, ...], Meta(description="All names of the area that the layer shows")] = ()
    claimants: Annotated[tuple[str, ...], Meta(description="Who says what about whose it is")] = ()
    boundary_status: Literal["", "agreed", "contested", "undelimited"] = ""
    valid: Annotated[Edtf, Meta(description="When the shapes hold")] = ""
    precision: str = ""


class MapSpec(Record, frozen=True, kw_only=True):
    """The map of a case before its shapes are frozen."""

    title: str
    credit: Annotated[str, Meta(description="Who is to be credited; without it no edition is issued")] = ""
    as_of: Annotated[Edtf, Meta(description="The date that the shapes and names are meant for")] = ""
    bbox: Annotated[
        tuple[float, float, float, float] | None,
        Meta(description="West, south, east, north in degrees; left out: around all layers with a margin"),
    ] = None
    margin: Annotated[float, Meta(ge=0, le=1, description="Of the width and height around all layers")] = 0.12
    countries: Annotated[
        tuple[str, ...], Meta(description="Quiet land, named: alpha-3 codes of countries in and around")
    ] = ()
    lakes: bool = True
    not_shown: Annotated[tuple[str, ...], Meta(description="What the map leaves out, in sentences")] = ()
    layers: tuple[MapLayerSpec, ...] = ()
    places: Annotated[tuple[Place, ...], Meta(description="Towns that only the map needs")] = ()
