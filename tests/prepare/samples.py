"""Small files in the publishers' formats, invented here: what a test gives to collect before it prepares."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

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


def views_files(folder: Path) -> list[Path]:
    """VIEWS' list, panel, outcomes and one benchmark: Armenia is 125; every other name is invented, with no deaths.

    The months are January 2000 (241) of the panel, January 2020 (481) of the rest.
    """
    numbers = [int(one) for one in header_of("views", "panel", "a column for each country, Parquet") if one.isdigit()]
    names = {125: "Armenia", 246: "South Sudan"}
    listed = [{"country_id": one, "id": one, "name": names.get(one, f"Nowhere {one}")} for one in numbers]
    list_ = write_csv(folder / "country_list.csv", header_of("views", "countries", "country list, CSV"), listed)
    deaths = {125: [3.0], 246: [5.0]}
    panel = pa.table({**{str(one): deaths.get(one, [0.0]) for one in numbers}, "month_id": [241]})
    actuals = pa.table({"outcome": [7], "month_id": [481], "country_id": [125]}, schema=_whole(3))
    draws = [0] * 12 + [1] * 4 + [30] * 3 + [900]
    drawn = pa.table(
        {"outcome": draws, "month_id": [481] * 20, "country_id": [125] * 20, "draw": range(20)}, schema=_whole(4)
    )
    files = {"panel_to_2000-01": panel, "cm_actuals_2020": actuals, "bm_cm_invented_2020": drawn}
    for name, table in files.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return [list_, *(folder / f"{name}.parquet" for name in files)]


def _whole(n: int) -> pa.Schema:
    return pa.schema([(name, pa.int32()) for name in ("outcome", "month_id", "country_id", "draw")[:n]])


def ewp_files(folder: Path) -> list[Path]:
    """Two years of the panel, an out-of-sample risk and a list, for Serbia (Yugoslavia until 2006) and Armenia."""
    zeros = dict.fromkeys(header_of("ewp", "panel", "replication 2025, 45 columns"), 0)
    panel = [
        zeros | {"ewp_name": "Serbia", "year": 1999, "ccode": 345, "mk_onset": 1, "mk_onset_1": "NA"},
        zeros | {"ewp_name": "Armenia", "year": 2019, "ccode": 371, "mk_onset_1": 1, "mk_onset_1or2": 1,
                 "gdppcgrowth": "NA"},
    ]  # fmt: skip
    risks = [
        {"year": 2000, "ewp_name": "Serbia", "ccode": 345, "mk_onset": 1, "prev_year": 1999, "two_years_prior": 1998,
         "risk_prev": 0.25, "rank_prev": 1, "risk_two_years_prior": 0.5, "rank_two_years_prior": 1, "maxrisk2": 0.5,
         "minrank2": 1},
        {"year": 2001, "ewp_name": "Serbia", "ccode": 345, "mk_onset": 0, "prev_year": 2000, "two_years_prior": 1999,
         "risk_prev": "NA", "rank_prev": "NA", "risk_two_years_prior": 0.25, "rank_two_years_prior": 1,
         "maxrisk2": "NA", "minrank2": "NA"},
    ]  # fmt: skip
    listed = [
        dict.fromkeys(header_of("ewp", "published", "assessment of 2023"), 0)
        | {"country": "Armenia", "SFTGcode": "ARM", "COW": 371, "risk_in_2022": 0.125, "risk_in_2022_23": 0.2,
           "riskrank": 3},
    ]  # fmt: skip
    return [
        write_csv(folder / f"{name}.csv", header_of("ewp", table, layout), rows)
        for name, table, layout, rows in (
            ("predictors", "panel", "replication 2025, 45 columns", panel),
            ("out_of_sample", "out_of_sample", "out of sample, 12 columns", risks),
            ("sra_2023", "published", "assessment of 2023", listed),
        )
    ]
