"""Single events of a publisher, taken from the ready table for a warning: as they are, with their terms and warnings.

A person says where and when; every event there is taken, or none. Points are rounded to two decimals of a degree, about
a kilometre, and an event that is known to a country only has none: its point would stand for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tocsin.core import geography
from tocsin.core.model.incidents import Incident, Incidents
from tocsin.prepare.errors import MissingError
from tocsin.prepare.store import Prepared, SourceOrigin

TABLE = "ready/event"
MOST = 500
DECIMALS = 2
COLUMNS = (
    "source", "publisher_id", "release", "event_date", "event_date_end", "date_precision", "type_of_violence",
    "publisher_type", "publisher_subtype", "side_a", "side_b", "country_iso3", "adm1", "place", "latitude_deg",
    "longitude_deg", "place_precision", "fatalities_low", "fatalities_best", "fatalities_high",
)  # fmt: skip


def find_incidents(
    desk: Path,
    *,
    countries: Sequence[str],
    since: date,
    until: date,
    cannot_tell: str,
    adm1: Sequence[str] = (),
    kinds: Sequence[str] = (),
    source: str = "ucdp-ged",
) -> list[Incidents]:
    """The events of a source that may have begun from `since` to `until` (both included), one list for each release.

    adm1: first-level divisions as the publisher names them; kinds: UCDP's types of violence or the publisher's own
    Raises MissingError when there is no table, no such event or division, or more than MOST;
    geography.UnknownCodeError for a country that does not exist.
    """
    for code in countries:
        geography.get_country(code)
    prepared = Prepared(desk)
    wanted: list[tuple[str, str, Any]] = [
        ("source", "=", source), ("country_iso3", "in", list(countries)),
        ("event_date", ">=", since), ("event_date", "<=", until),
    ]  # fmt: skip
    rows = pq.read_table(prepared.files(TABLE), columns=list(COLUMNS), filters=wanted).to_pylist()
    known = sorted({row["adm1"] for row in rows if row["adm1"]})
    rows = [row for row in rows if not adm1 or row["adm1"] in adm1]
    rows = [row for row in rows if not kinds or {row["type_of_violence"], row["publisher_type"]} & set(kinds)]
    where = f"{TABLE}, {source}, {', '.join(countries)}, {since} to {until}"
    if not rows:
        divisions = f"; divisions there: {', '.join(known[:30])}" if adm1 and known else ""
        raise MissingError("no event is in it", where=where, remedy=f"Ask for other days or places{divisions}")
    if len(rows) > MOST:
        problem = f"{len(rows):,} events are more than a page bears ({MOST})"
        raise MissingError(problem, where=where, remedy="Ask for fewer days, divisions (--adm1) or kinds (--kind)")
    origins = {(one.source, one.release): one for one in prepared.sidecar(TABLE).origins}
    asked = _asked(countries, adm1, kinds, since, until)
    return [
        _of_release(release, [row for row in rows if row["release"] == release], origins, source, asked, cannot_tell)
        for release in sorted({row["release"] for row in rows})
    ]


def _of_release(
    release: str,
    rows: list[dict[str, Any]],
    origins: dict[tuple[str, str], SourceOrigin],
    source: str,
    asked: tuple[str, str],
    cannot_tell: str,
) -> Incidents:
    said = origins[source, release]
    label, selection = asked
    ordered = sorted(rows, key=lambda row: (row["event_date"], row["publisher_id"]))
    return Incidents(
        id="".join(letter if letter.isalnum() else "-" for letter in f"{source}-{release}"),
        label=label,
        incidents=tuple(_incident(row) for row in ordered),
        selection=f"{selection}: {len(rows)} of this release.",
        producer=said.origin.producer,
        release=f"{said.origin.title}, {release}",
        released=said.origin.published_date,
        retrieved=f"{said.origin.retrieved_at:%Y-%m-%d}",
        licence=said.origin.licence,
        citation=said.origin.citation,
        warnings=(*said.origin.terms, *(warning.says for warning in said.warnings)),
        cannot_tell=cannot_tell,
    )


def _incident(row: dict[str, Any]) -> Incident:
    first, last = row["event_date"], row["event_date_end"] or row["event_date"]
    to_the_day = first == last and row["date_precision"] in (None, "day")
    point = row["longitude_deg"], row["latitude_deg"]
    has_point = None not in point and row["place_precision"] != "country"
    kinds = (row["type_of_violence"] or row["publisher_type"], row["publisher_subtype"])
    return Incident(
        id=row["publisher_id"],
        date=f"{first}" if to_the_day or first == last else f"{first}/{last}",
        date_precision=row["date_precision"] or "",
        place=row["place"] or "",
        adm1=row["adm1"] or "",
        country=row["country_iso3"] or "",
        at=(round(point[0], DECIMALS), round(point[1], DECIMALS)) if has_point else None,
        place_precision=row["place_precision"] or "",
        kind=", ".join(kind for kind in kinds if kind),
        side_a=row["side_a"] or "",
        side_b=row["side_b"] or "",
        best=row["fatalities_best"],
        low=row["fatalities_low"],
        high=row["fatalities_high"],
    )


def _asked(
    countries: Sequence[str], adm1: Sequence[str], kinds: Sequence[str], since: date, until: date
) -> tuple[str, str]:
    """(label, selection) in words."""
    named = ", ".join(geography.get_country(code).label for code in countries)
    place = f"{', '.join(adm1)} ({named})" if adm1 else named
    what = f"{', '.join(kinds)} events" if kinds else "events"
    span = f"{since} to {until}"
    return f"{what[:1].upper()}{what[1:]}, {place}, {span}", f"All {what} in {place} that may have begun from {span}"
