"""Places and the maps that show them. A contested place carries all its names, each with who uses it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from tocsin.core.model.base import Edtf, Id, Lang, LonLat, Record


class Name(Record, frozen=True, kw_only=True):
    """One name of a place, a group or a body, with its language and who uses it."""

    text: str
    lang: Lang = "en"
    used_by: Annotated[str, Meta(description="Who uses this name; empty when everybody does")] = ""


class Place(Record, frozen=True, kw_only=True):
    """Somewhere a claim is about."""

    id: Id
    kind: Literal["country", "province", "district", "town", "area"]
    names: Annotated[tuple[Name, ...], Meta(min_length=1, description="All its names; the first is shown first")]
    country: Annotated[str, Meta(description="ISO 3166-1 alpha-3 of the State it is regarded as part of")] = ""
    code: Annotated[str, Meta(description="ISO 3166-2 code, where there is one")] = ""
    m49: Annotated[str, Meta(description="UN M49 code, three digits, for a country")] = ""
    contested: Annotated[bool, Meta(description="Its name, status or line is in dispute")] = False
    status_note: Annotated[str, Meta(description="Whose it is regarded to be and who says otherwise")] = ""
    at: Annotated[LonLat | None, Meta(description="Longitude, latitude of a town's centre, degrees WGS 84")] = None


class MapFeature(Record, frozen=True, kw_only=True):
    """A shape on the map, frozen with the edition so that the map can be drawn again without us."""

    place: Annotated[str, Meta(description="Id of the place it shows; empty for context")] = ""
    names: tuple[Name, ...] = ()
    code: str = ""
    geometry: Annotated[
        dict[str, Any], Meta(description="GeoJSON geometry (RFC 7946): longitude, latitude, WGS 84, 4 decimals")
    ]


class MapLayer(Record, frozen=True, kw_only=True):
    """Shapes that are drawn and explained alike."""

    id: Id
    role: Annotated[
        Literal["context", "water", "concerned", "contested", "operator", "town"],
        Meta(description="context: quiet land; concerned: provinces the warning names; contested: dashed"),
    ]
    label: Annotated[str, Meta(description="What the legend says")]
    source: Annotated[str, Meta(description="Who made the shapes, which version, which licence")]
    boundary_status: Annotated[
        Literal["", "agreed", "contested", "undelimited"], Meta(description="Contested lines are dashed")
    ] = ""
    claimants: Annotated[tuple[str, ...], Meta(description="Who claims the area, for a contested layer")] = ()
    valid: Annotated[Edtf, Meta(description="When the shapes hold (EDTF)")] = ""
    precision: str = ""
    names: Annotated[tuple[Name, ...], Meta(description="All names of the area that the layer shows")] = ()
    features: tuple[MapFeature, ...] = ()


class SituationMap(Record, frozen=True, kw_only=True):
    """The map of one edition: what is drawn, who is to be credited, what is not shown."""

    title: str
    credit: Annotated[str, Meta(description="Who is to be credited; never empty in an issued edition")] = ""
    as_of: Edtf = ""
    bbox: Annotated[tuple[float, float, float, float], Meta(description="West, south, east, north in degrees WGS 84")]
    not_shown: Annotated[tuple[str, ...], Meta(description="What the map leaves out, in sentences")] = ()
    layers: tuple[MapLayer, ...] = ()
