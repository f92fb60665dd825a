"""Compare every series of a collected table of areas, and put the tables of it in the desk, whole or not at all.

tables/ready/territory/<source>/<key>/
  days/part-0000.parquet     one row for each map
  changes/part-0000.parquet  one row for each polygon gained or lost
  rivals/part-0000.parquet   figures side by side, where several authors drew maps
  summary.json               each series in figures, with the thresholds
  origin.json                whose maps, on which terms, with the source's usage warnings
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.collect.emitted import Made, Progress, silent
from tocsin.collect.records import RunRecord, TableOrigin
from tocsin.collect.store import Store, replace_file
from tocsin.prepare.territory.comparing import Change, Compared, Day, Summary, compare_series
from tocsin.prepare.territory.errors import TerritoryError
from tocsin.prepare.territory.judging import THRESHOLDS, Thresholds
from tocsin.prepare.territory.maps import read_series
from tocsin.prepare.territory.rivals import Rival, side_by_side
from tocsin.prepare.territory.units import Unit, Units

REVISION = 1
"""Raised whenever the same maps would give another table."""

_TEXTS = pa.list_(pa.string())
_WHO = [("stated_by", pa.string()), ("holder", pa.string())]
DAYS = pa.schema(
    [
        *_WHO, ("area_date", pa.date32()), ("area_km2", pa.float64()), ("n_parts", pa.int32()),
        ("n_vertices", pa.int32()), ("days_since", pa.int32()), ("gained_km2", pa.float64()),
        ("lost_km2", pa.float64()),
        ("redrawn_gained_km2", pa.float64()), ("redrawn_lost_km2", pa.float64()), ("n_gained", pa.int32()),
        ("n_lost", pa.int32()), ("redrawn_share", pa.float64()), ("n_slivers", pa.int32()), ("units", _TEXTS),
        ("flags", _TEXTS), ("why", _TEXTS), ("notes", _TEXTS),
    ]
)  # fmt: skip
CHANGES = pa.schema(
    [
        *_WHO, ("area_date", pa.date32()), ("change", pa.string()), ("area_km2", pa.float64()),
        ("width_m", pa.float64()), ("is_sliver", pa.bool_()), ("on_redrawn_map", pa.bool_()), ("units", _TEXTS),
        ("geometry", pa.binary()),
    ]
)  # fmt: skip
RIVALS = pa.schema(
    [
        ("area_date", pa.date32()), *_WHO, ("area_km2", pa.float64()), ("map_date", pa.date32()),
        ("days_old", pa.int32()),
    ]
)  # fmt: skip


class Territory(msgspec.Struct, frozen=True, kw_only=True):
    """What a run made. is_new: False when the same maps had been compared before."""

    folder: Path
    is_new: bool
    summaries: tuple[Summary, ...]


def run(
    tables: Path,
    source: str,
    *,
    by: str,
    clock: Callable[[], datetime],
    units: Sequence[Unit] = (),
    thresholds: Thresholds = THRESHOLDS,
    progress: Progress = silent,
) -> Territory:
    """Compare the maps of a source's last good table. tables: the desk's folder `tables`.

    Raises TerritoryError when the source has no table of areas; BusyError when another run of it is going on.
    """
    raw = Store(tables / "raw" / source)
    place = raw.current().latest.get("areas")
    files = raw.last_good("areas")
    if place is None or not files:
        raise TerritoryError(
            f"{source} has no table of areas in this desk",
            where=str(raw.folder),
            remedy=f"`tocsin collect run {source}`",
        )
    store = Store(tables / "ready" / "territory" / source)
    key = _key(place.folder, units, thresholds)
    with store.locked():
        target = store.folder / key
        if target.exists():
            return Territory(folder=target, is_new=False, summaries=read_summaries(target))
        at = clock()
        work = store.work(key)
        compared = []
        known = Units(units)
        for number, (series, maps) in enumerate(read_series(files), start=1):
            progress(f"{series.stated_by}: {series.holder}", number / (number + 1))
            compared.append(compare_series(series, maps, units=known, by=thresholds))
        made = _write(work, compared)
        origin = msgspec.json.decode((raw.folder / place.folder / "origin.json").read_bytes(), type=TableOrigin)
        notes = (f"compared day by day from {place.folder}, revision {REVISION}",)
        replace_file(work / "origin.json", msgspec.structs.replace(origin, notes=origin.notes + notes))
        replace_file(work / "summary.json", _Summaries(tuple(one.summary for one in compared)))
        store.publish(work, key)
        record = RunRecord(
            run_id=at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ"),
            source=source,
            revision=REVISION,
            status="done",
            started_at=at,
            finished_at=clock(),
            by=by,
            version=place.version,
            key=key,
            folder=key,
            inputs=origin.inputs,
            tables=made,
            changes=f"compared {sum(len(one.days) for one in compared)} maps",
        )
        store.write_run(record)
        store.point(record)
    return Territory(folder=target, is_new=True, summaries=tuple(one.summary for one in compared))


class _Summaries(msgspec.Struct, frozen=True):
    series: tuple[Summary, ...]


def read_summaries(folder: Path) -> tuple[Summary, ...]:
    """The summaries that a run wrote."""
    return msgspec.json.decode((folder / "summary.json").read_bytes(), type=_Summaries).series


def _write(work: Path, compared: Sequence[Compared]) -> tuple[Made, ...]:
    made = []
    days = [_row(one, day) for one in compared for day in one.days]
    changes = [_row(one, change) for one in compared for change in one.changes]
    rivals = [msgspec.structs.asdict(rival) for rival in side_by_side(compared)]
    for name, schema, rows in (("days", DAYS, days), ("changes", CHANGES, changes), ("rivals", RIVALS, rivals)):
        (work / name).mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema), work / name / "part-0000.parquet", compression="zstd")
        made.append(Made(name=name, n_rows=len(rows)))
    return tuple(made)


def _row(compared: Compared, one: Day | Change | Rival) -> dict[str, object]:
    series = compared.series
    return {"stated_by": series.stated_by, "holder": series.holder, **msgspec.structs.asdict(one)}


def _key(place: str, units: Sequence[Unit], thresholds: Thresholds) -> str:
    hasher = hashlib.sha256(f"{REVISION}\0{place}\0".encode())
    hasher.update(msgspec.json.encode(thresholds))
    for unit in units:
        hasher.update(unit.code.encode() + unit.geometry.wkb)
    return hasher.hexdigest()[:12]
