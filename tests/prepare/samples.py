"""Small files in the publishers' formats, invented here: what a test gives to collect before it prepares."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.collect.desks import SOURCES

Row = Mapping[str, Any]

GED_EVENT = {
    "year": 2020, "active_year": "True", "code_status": "Clear", "type_of_violence": 1, "conflict_new_id": 7,
    "conflict_name": "Invented: Government", "dyad_new_id": 71, "dyad_name": "Government - Front",
    "side_a_new_id": 3, "side_a": "Government of Invented", "side_b_new_id": 4, "side_b": "Front",
    "number_of_sources": 2, "source_article": "Invented Wire", "where_prec": 1, "where_coordinates": "Mill",
    "adm_1": "North", "latitude": 40.5, "longitude": 45.5, "priogrid_gid": 144761, "country": "Armenia",
    "country_id": 371, "region": "Europe", "event_clarity": 1, "date_prec": 1, "date_start": "2020-03-04",
    "date_end": "2020-03-04", "deaths_a": 0, "deaths_b": 0, "deaths_civilians": 0,
}  # fmt: skip


def a_ged_event(number: int, **said: Any) -> Row:
    """One event of GED; deaths that are not told by side are of a side unknown."""
    row = GED_EVENT | {"best": 4, "low": 2, "high": 6} | said
    sides = sum(int(row[name]) for name in ("deaths_a", "deaths_b", "deaths_civilians"))
    return {"id": number, "deaths_unknown": int(row["best"]) - sides} | row


def header_of(source: str, table: str, layout: str) -> tuple[str, ...]:
    """The publisher's columns, as source.toml declares them."""
    declared = tomllib.loads((SOURCES / source / "source.toml").read_text())
    tables = {one["name"]: one for one in declared["tables"]}
    return next(tuple(one["header"]) for one in tables[table]["layouts"] if one["name"] == layout)


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Row], *, delimiter: str = ",") -> Path:
    """Rows under a header; what a row does not say is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(header), restval="", extrasaction="ignore", delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def ged_file(path: Path, rows: Iterable[Row]) -> Path:
    """A release of GED in its 49 columns."""
    return write_csv(path, header_of("ucdp-ged", "events", "49 columns, CSV"), rows)


def candidate_file(path: Path, rows: Iterable[Row]) -> Path:
    """Candidate events in their 7 columns."""
    shaped = [{**row, "date": row["date_start"]} for row in rows]
    return write_csv(path, header_of("ucdp-ged", "events", "7 columns, CSV of candidate events"), shaped)


def acled_file(path: Path, rows: Iterable[Row]) -> Path:
    """An export of ACLED in its 31 columns."""
    return write_csv(path, header_of("acled", "events", "31 columns, CSV (data export tool)"), rows)


def an_acled_event(number: int, **said: Any) -> Row:
    """One event of ACLED."""
    return {
        "event_id_cnty": f"ARM{number}", "event_date": "2020-03-04", "year": 2020, "time_precision": 1,
        "disorder_type": "Political violence", "event_type": "Battles", "sub_event_type": "Armed clash",
        "actor1": "Northern forces", "actor2": "Southern group", "iso": 51, "region": "Caucasus and Central Asia",
        "country": "Armenia", "admin1": "North", "location": "Mill", "latitude": 40.5, "longitude": 45.5,
        "geo_precision": 1, "source": "Invented Gazette", "fatalities": 3, "timestamp": 1_600_000_000,
    } | said  # fmt: skip


def country_months_file(path: Path, rows: Iterable[Row]) -> Path:
    """Country-months derived from GED, in their 12 columns; 480 empty ones are added, as no file is smaller."""
    return write_csv(path, header_of("ucdp-country-months", "country_months", "12 columns, CSV"), rows)
