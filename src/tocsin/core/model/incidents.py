"""Incidents: single events as a publisher's table has them, each with how precisely its day and its place are known."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from tocsin.core.model.base import Day, Edtf, Id, LonLat, Record
from tocsin.core.model.sources import Citation

DatePrecision = Literal["", "day", "days", "week", "month", "longer"]
PlacePrecision = Literal["", "exact", "near", "district", "province", "area", "country", "water-or-air"]

Deaths = Annotated[int, Meta(ge=0)]


class Incident(Record, frozen=True, kw_only=True):
    """One event as its publisher counts it. Who killed whom is as the publisher codes it."""

    id: Annotated[str, Meta(min_length=1, description="The publisher's number of it")]
    date: Annotated[Edtf, Meta(description="The day, or the first and the last on which it may have happened")]
    date_precision: Annotated[DatePrecision, Meta(description="How sure the day is; empty where not given")] = ""
    place: Annotated[str, Meta(description="Where, as the publisher names it")] = ""
    adm1: Annotated[str, Meta(description="First-level division, as the publisher names it")] = ""
    country: Annotated[str, Meta(description="ISO 3166-1 alpha-3")] = ""
    at: Annotated[
        LonLat | None,
        Meta(description="Longitude, latitude, degrees WGS 84, two decimals; of a point that stands for the place"),
    ] = None
    place_precision: Annotated[PlacePrecision, Meta(description="How near the point is; empty where not given")] = ""
    kind: Annotated[str, Meta(description="The publisher's own type of event")] = ""
    side_a: Annotated[str, Meta(description="One side, as the publisher names it")] = ""
    side_b: Annotated[str, Meta(description="The other side, or civilians, as the publisher names it")] = ""
    best: Annotated[Deaths | None, Meta(description="Deaths, best estimate")] = None
    low: Annotated[Deaths | None, Meta(description="Deaths, low estimate; none where the publisher gives none")] = None
    high: Annotated[Deaths | None, Meta(description="Deaths, high estimate; none where the publisher gives none")] = (
        None
    )


class Incidents(Record, frozen=True, kw_only=True):
    """Incidents of one release. They show what a publisher counted and where, and are no finding."""

    id: Id
    label: Annotated[str, Meta(description="What is shown, where and when")]
    incidents: Annotated[tuple[Incident, ...], Meta(min_length=1, max_length=500)]
    selection: Annotated[str, Meta(min_length=1, description="Which events of the release were taken, and which not")]
    producer: Annotated[str, Meta(min_length=1, description="Who counted")]
    release: Annotated[str, Meta(min_length=1, description="Which release of theirs")]
    released: Annotated[Edtf, Meta(description="When it was published")] = ""
    retrieved: Annotated[Day, Meta(description="The day on which they were taken from it")]
    licence: Annotated[str, Meta(min_length=1)]
    citation: Annotated[str, Meta(description="As the producer asks to be cited")] = ""
    sources: tuple[Citation, ...] = ()
    warnings: Annotated[tuple[str, ...], Meta(description="The producer's and our warnings on use")] = ()
    cannot_tell: Annotated[str, Meta(min_length=1, description="What such a table does not see, here")]
