"""The maps' own words, to be given in another language; names and notes come with the map itself."""

from __future__ import annotations

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """English words; `{...}` is filled in."""

    lang: str = "en"
    described: str = "Map. {legend} Towns: {towns}. {not_shown}"
    names: str = "Names that differ"
    used_by: str = "{names} ({user})"
    north: str = "N"
    km: str = "{n} km"
    scale: str = "Scale bar: {n} kilometres"
    projection: str = "Lambert azimuthal equal-area projection about {lon}° E, {lat}° N: areas are true."
    as_of: str = "Names and selection as of {date}."
    credit: str = "Sources: {credit}."
    not_shown: str = "What this map does not show"
    world_title: str = "Situations and their alert levels"
    world_described: str = "World map. {marks}"
    world_projection: str = (
        "Equal Earth projection: areas are true. Outlines: Natural Earth, public domain (npm world-atlas "
        "2.0.2, ISC); showing a line is no statement on its status."
    )
    watch: str = "Watch"
    warning: str = "Warning"
    emergency: str = "Emergency"
    stale: str = "stale: past its review date"
    no_marks: str = "No situation is on record."
