"""The maps' own words, to be given in another language; names and notes come with the map itself."""

from __future__ import annotations

import re

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """English words; `{...}` is filled in."""

    lang: str = "en"
    described: str = "Map. {legend} {towns} {not_shown}"
    names: str = "Names that differ"
    used_by: str = "{names} ({user})"
    months: tuple[str, ...] = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    interval: str = "{first} to {last}"
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

    def date(self, edtf: str) -> str:
        """A plain day, month, year or interval of them in words; any other EDTF date as it is written."""
        first, slash, last = edtf.partition("/")
        if slash and re.match(r"\d{4}", first) and re.match(r"\d{4}", last):
            return self.interval.format(first=self.date(first), last=self.date(last))
        found = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", edtf)
        if not found or not 1 <= int(found[2]) <= 12:
            return edtf
        day = f"{int(found[3])} " if found[3] else ""
        return f"{day}{self.months[int(found[2]) - 1]} {found[1]}"
