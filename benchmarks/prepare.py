"""From collected Parquet to ready tables, side by side in one run: tocsin.prepare, plain pandas, the bare scan.

    python benchmarks/prepare.py                   GDELT 0.2, 2 and 20 M rows, GED slices, the country-month panel
    python benchmarks/prepare.py --quick           GDELT 20 k to 2 M rows, each contender once: two minutes
    python benchmarks/prepare.py --rows 100000000  up to 100 M rows; needs about 3 GB of disk
    python benchmarks/prepare.py --spark           the same expressions on Spark too, and whether the tables are equal;
                                                   needs the extra `spark` and Java
    python benchmarks/prepare.py --minutes 5       begin nothing after so many minutes; what was left out is named

Every contender runs in a process of its own and reports its wall time, after its imports, and its peak memory. Ours is
held to 2 GB as a whole: what DuckDB may hold is set well below. All read the Parquet that collect leaves, in two
threads, and the best of the timings counts; processor time stands beside it, since it suffers less from a busy machine.

- **scan** reads the same columns of the same files and takes the largest of each: no query can do without that.
- **pandas** is what a careful analyst would write: read the needed columns, group, count. It is given the rows it can
  hold, and one row of time is compared with one row of time. Of GED it makes the same tables: the same columns, codes
  of the year, widened ranges beside the published ones, filled months, order and checks; the numbers of rows must be
  equal.

GDELT's rows are those of the real export beside the project (see tests/data_beside.py), sampled under new numbers and
new days. The GED slices are also run with every event ten times, to tell the fixed cost of a run from that of a row.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.data_beside import data_folder  # noqa: E402 - the repository is no package that is installed

THREADS = 2
LIMIT_MB = 2_000
ROWS_PER_FILE = 5_000_000
AT = datetime(2026, 11, 25, tzinfo=UTC)
COLUMNS = (
    "event_date", "action_geo_country", "is_root_event", "quad_class", "event_root_code", "n_mentions", "n_articles",
    "avg_tone", "added_at",
)  # fmt: skip


TABLES: dict[str, str] = {}
"""What a contender made, as a digest of its rows whatever their order: to compare engines."""


def digest_of(rows: list[dict[str, Any]]) -> str:
    """The same for the same rows."""
    said = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


# --- the contenders; each is called in its own process with files and a folder to write to; gives a checksum


def ours(engine: str = "duckdb") -> Callable[[list[Path], Path], Any]:
    from tocsin.prepare import ready
    from tocsin.prepare.engine import PART, EngineSettings, connected
    from tocsin.prepare.lookups import Lookups

    def make(files: list[Path], into: Path) -> Any:
        import pyarrow.parquet as pq

        settings = EngineSettings(engine=engine, memory="1200MB", threads=THREADS)
        with connected(settings, into / "scratch") as running:
            codes = Lookups(running, into / "lookups").codes("fips")
            running.write(ready.coverage_months(running.read(files), codes), into / "coverage")
        made = pq.read_table(into / "coverage" / PART)
        TABLES["rows"] = digest_of(made.to_pylist())
        return [sum(made["n_records"].to_pylist()), sum(filter(None, made["n_mentions"].to_pylist()))]

    return make


def scan(files: list[Path], into: Path) -> Any:
    import duckdb

    names = ", ".join(f"'{file}'" for file in files)
    with duckdb.connect(config={"memory_limit": "1200MB", "threads": THREADS}) as database:
        each = ", ".join(f"max({name})" for name in COLUMNS)
        database.execute(f"SELECT {each} FROM read_parquet([{names}])").fetchall()
    return None


def pandas(files: list[Path], into: Path) -> Any:
    import pandas as pd

    from tocsin.prepare.countries import code_years

    rows = pd.concat([pd.read_parquet(file, columns=list(COLUMNS)) for file in files], ignore_index=True)
    rows["month"] = pd.to_datetime(rows.event_date).dt.to_period("M").dt.to_timestamp()
    for name, column, value in (
        ("n_records_root", "is_root_event", 1),
        ("n_records_verbal_conflict", "quad_class", 3),
        ("n_records_material_conflict", "quad_class", 4),
        ("n_records_assault", "event_root_code", "18"),
        ("n_records_fight", "event_root_code", "19"),
        ("n_records_mass_violence", "event_root_code", "20"),
    ):
        rows[name] = rows[column] == value
    rows["n_records"] = 1
    counted = {name: "sum" for name in rows.columns if name.startswith("n_")}
    grouped = rows.groupby(["action_geo_country", "month"], dropna=False)
    table = grouped.agg({**counted, "avg_tone": "mean", "added_at": "max"}).reset_index()
    codes = code_years(("fips",)).to_pandas()
    table["code"], table["code_year"] = "fips:" + table.action_geo_country, table.month.dt.year
    table = table.merge(codes, how="left", on=["code", "code_year"])
    table.to_parquet(into / "coverage.parquet", compression="zstd")
    return [int(table.n_records.sum()), int(table.n_mentions.sum())]


CONTENDERS: dict[str, Callable[[], Callable[[list[Path], Path], Any]]] = {
    "prepare": ours,
    "prepare on Spark": lambda: ours("spark"),
    "scan": lambda: scan,
    "pandas": lambda: pandas,
}


# --- the small tables: a whole run, from raw to every ready table


def small(engine: str = "duckdb") -> Callable[[list[Path], Path], Any]:
    from tocsin.prepare.engine import EngineSettings
    from tocsin.prepare.run import run

    def make(files: list[Path], into: Path) -> Any:
        for layer in ("clean", "ready"):
            shutil.rmtree(files[0] / "tables" / layer, ignore_errors=True)
        made = run(files[0], at=AT, settings=EngineSettings(engine=engine, memory="1200MB", threads=THREADS))
        return [one.n_rows for one in made]

    return make


EVENT_COLUMNS = {
    "id": "publisher_id", "release": "release", "date_start": "event_date", "date_end": "event_date_end",
    "month": "month", "date_precision": "date_precision", "date_prec": "publisher_date_precision",
    "kind": "type_of_violence", "type_of_violence": "publisher_type", "is_civilian": "is_civilian_targeted",
    "conflict_new_id": "conflict_id", "conflict_name": "conflict_name", "dyad_new_id": "dyad_id",
    "dyad_name": "dyad_name", "side_a_new_id": "side_a_id", "side_a": "side_a", "side_b_new_id": "side_b_id",
    "side_b": "side_b", "country_iso3": "country_iso3", "country_gw": "country_gw", "country_m49": "country_m49",
    "country_name": "country_name", "country": "publisher_country", "country_id": "publisher_country_code",
    "adm_1": "adm1", "adm_2": "adm2", "where_coordinates": "place", "latitude": "latitude_deg",
    "longitude": "longitude_deg", "place_precision": "place_precision", "where_prec": "publisher_place_precision",
    "fatalities_low": "fatalities_low", "best": "fatalities_best", "fatalities_high": "fatalities_high",
    "deaths_a": "fatalities_side_a_best", "deaths_b": "fatalities_side_b_best",
    "deaths_civilians": "fatalities_civilians_best", "deaths_unknown": "fatalities_unknown_best",
    "low": "publisher_fatalities_low", "high": "publisher_fatalities_high", "is_widened": "is_range_widened",
    "number_of_sources": "n_reports", "source_article": "reported_by", "where_description": "notes",
    "code_status": "publisher_status",
}  # fmt: skip
KINDS = {1: "state-based", 2: "non-state", 3: "one-sided"}
DATES = {1: "day", 2: "days", 3: "week", 4: "month", 5: "longer"}
PLACES = {1: "exact", 2: "near", 3: "district", 4: "province", 5: "area", 6: "country", 7: "water-or-air"}
CODES = ["country_iso3", "country_gw", "country_m49", "country_name"]


def small_pandas(files: list[Path], into: Path) -> Any:
    """The same tables with the same columns, codes of the year, widened ranges, filled months, order and checks."""
    import pandas as pd

    from tocsin.prepare.countries import code_years

    parts = []
    for file in sorted(files[0].glob("tables/raw/ucdp-ged/*/*/events/part-*.parquet")):
        parts.append(pd.read_parquet(file).assign(release=file.parts[-4]))
    rows = pd.concat(parts, ignore_index=True).drop_duplicates("id", keep="last")
    dates = pd.to_datetime(rows.date_start)
    rows["month"] = dates.dt.to_period("M").dt.to_timestamp()
    codes = code_years(("gw", "name"), as_read_by="ucdp").to_pandas()
    rows["code"] = ("gw:" + rows.country_id.astype("Int64").astype("string")).fillna("name:" + rows.country.str.lower())
    rows["code_year"] = dates.dt.year
    rows = rows.merge(codes, how="left", on=["code", "code_year"])
    rows["kind"], rows["is_civilian"] = rows.type_of_violence.map(KINDS), rows.type_of_violence == 3
    rows["date_precision"], rows["place_precision"] = rows.date_prec.map(DATES), rows.where_prec.map(PLACES)
    three = rows[["low", "best", "high"]]
    rows["fatalities_low"] = three.min(axis=1).where(rows.low.notna())
    rows["fatalities_high"] = three.max(axis=1).where(rows.high.notna())
    rows["is_widened"] = (rows.fatalities_low.ne(rows.low) & rows.low.notna()) | (
        rows.fatalities_high.ne(rows.high) & rows.high.notna()
    )
    event = rows[list(EVENT_COLUMNS)].rename(columns=EVENT_COLUMNS).sort_values(["event_date", "publisher_id"])
    check_pandas(event, ["publisher_id"])
    event.to_parquet(into / "event.parquet", compression="zstd", index=False)

    last = pd.to_datetime(event.event_date_end).dt.to_period("M").dt.to_timestamp()
    counted = event.assign(
        n_events=1,
        n_events_month_unsure=(last != event.month).astype(int),
        n_events_without_range=(event.fatalities_low.isna() | event.fatalities_high.isna()).astype(int),
        **{f"n_events_{kind}": (event.type_of_violence == kind).astype(int) for kind in KINDS.values()},
        **{f"deaths_{kind}": event.fatalities_best.where(event.type_of_violence == kind, 0) for kind in KINDS.values()},
    )
    sums = [name for name in counted if name.startswith(("n_events", "deaths_", "fatalities_")) and "side" not in name]
    months = counted.groupby([*CODES, "month"], dropna=False)[sums].sum().reset_index()
    months.loc[months.n_events_without_range > 0, ["fatalities_low", "fatalities_high"]] = None
    spans = counted.groupby(["release", *CODES], dropna=False).month.agg(["min", "max"]).reset_index()
    world = spans.groupby("release").release.transform("size") >= 20
    spans["min"] = spans["min"].where(~world, spans.groupby("release")["min"].transform("min"))
    spans["max"] = spans["max"].where(~world, spans.groupby("release")["max"].transform("max"))
    calendar = pd.DataFrame({"month": pd.date_range("1946-01-01", "2100-12-01", freq="MS")})
    covered = spans.merge(calendar, how="cross")
    covered = covered[(covered.month >= covered["min"]) & (covered.month <= covered["max"])]
    covered = covered[[*CODES, "month"]].drop_duplicates()
    filled = covered.merge(months, how="left", on=[*CODES, "month"], indicator=True)
    filled["is_filled"] = filled.pop("_merge") == "left_only"
    filled.loc[filled.is_filled, sums] = 0
    panel_files = files[0].glob("tables/raw/ucdp-country-months/*/*/country_months/part-*.parquet")
    panel = pd.concat([pd.read_parquet(file) for file in panel_files])
    panel["code"], panel["code_year"] = "iso3:" + panel.country_iso3, pd.to_datetime(panel.month).dt.year
    iso3 = code_years(("iso3",), as_read_by="ucdp").to_pandas().drop(columns="country_iso3")
    panel = panel.merge(iso3, how="left", on=["code", "code_year"])
    panel = panel[panel.country_name.notna() | (panel.n_events > 0) | (panel.n_deaths_best > 0)]
    panel = panel.rename(
        columns={
            "n_deaths_best": "fatalities_best", "n_deaths_high": "fatalities_high",
            "n_deaths_civilians": "fatalities_civilians_best", "n_events_state_based": "n_events_state-based",
            "n_events_non_state": "n_events_non-state", "n_events_one_sided": "n_events_one-sided",
        }
    )  # fmt: skip
    panel["fatalities_high"] = panel[["fatalities_best", "fatalities_high"]].max(axis=1)
    panel["month"] = pd.to_datetime(panel.month)
    both = pd.concat([filled.assign(source="ucdp-ged"), panel.assign(source="ucdp-country-months", is_filled=False)])
    both = both[["source", *CODES, "month", *sums, "is_filled"]].sort_values(["source", "country_iso3", "month"])
    check_pandas(both, ["source", "country_iso3", "month"])
    both.to_parquet(into / "country_month.parquet", compression="zstd", index=False)

    yearly = both.assign(year=both.month.dt.year, n_months_covered=1, n_months_with_events=both.n_events > 0)
    by = yearly.groupby(["source", *CODES, "year"], dropna=False)
    years = by[[*sums, "n_months_covered", "n_months_with_events"]].sum()
    for end in ("fatalities_low", "fatalities_high"):
        years[end] = years[end].where(by[end].count() == years.n_months_covered)
    years = years.reset_index().sort_values(["source", "country_iso3", "year"])
    check_pandas(years, ["source", "country_iso3", "year"])
    years.to_parquet(into / "country_year.parquet", compression="zstd", index=False)

    sides = []
    for side in ("side_a", "side_b"):
        one = counted.assign(actor_name=counted[side])
        one["actor_id"] = one[f"{side}_id"].astype("Int64").astype("string").fillna("name:" + one[side])
        if side == "side_b":
            first = counted.side_a_id.astype("Int64").astype("string").fillna("name:" + counted.side_a)
            one = one[(one.actor_id != first) & ~one.side_b.str.startswith("Civilians", na=False)]
        sides.append(one[one.actor_name.notna() & one.country_iso3.notna()])
    both_sides = pd.concat(sides).groupby(["actor_id", *CODES, "month"], dropna=False)
    actors = both_sides[sums].sum().join(both_sides.actor_name.max()).reset_index()
    actors.loc[actors.n_events_without_range > 0, ["fatalities_low", "fatalities_high"]] = None
    actors = actors.sort_values(["actor_id", "country_iso3", "month"])
    check_pandas(actors, ["actor_id", "country_iso3", "month"])
    actors.to_parquet(into / "actor_month.parquet", compression="zstd", index=False)
    return [len(event), len(event), len(both), len(years), len(actors)]


def check_pandas(table: Any, key: list[str]) -> None:
    """What the declarations of prepare ask: no row twice, counts within bounds, ranges in order, a known country."""
    problems = [f"{key} twice"] * bool(table.duplicated(key).any())
    for name in table.columns:
        if name.startswith(("n_events", "fatalities_", "deaths_")):
            problems += [name] * bool(((table[name] < 0) | (table[name] > 10_000_000)).any())
    if (table.fatalities_low > table.fatalities_best).any() or (table.fatalities_best > table.fatalities_high).any():
        problems.append("low, best and high")
    problems += ["no country"] * bool(table.country_name.isna().any())
    if problems:
        raise ValueError(f"the table cannot stand: {problems}")


def small_scan(files: list[Path], into: Path) -> Any:
    import duckdb

    with duckdb.connect(config={"threads": THREADS}) as database:
        for raw in ("ucdp-ged/*/*/events", "ucdp-country-months/*/*/country_months"):
            path = f"{files[0]}/tables/raw/{raw}/part-*.parquet"
            names = [row[0] for row in database.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
            database.execute(f"SELECT {', '.join(f'max({name})' for name in names)} FROM '{path}'").fetchall()
    return None


SMALL: dict[str, Callable[[], Callable[[list[Path], Path], Any]]] = {
    "prepare": small,
    "prepare on Spark": lambda: small("spark"),
    "scan": lambda: small_scan,
    "pandas": lambda: small_pandas,
}


# --- the inputs


def gdelt_parquet(folder: Path, n_rows: int, seed_desk: Path) -> list[Path]:
    """The real rows over and over, under new numbers, spread over a year, in the shape that collect leaves."""
    import duckdb

    (real,) = seed_desk.glob("tables/raw/gdelt/*/*/events/part-*.parquet")
    files = []
    with duckdb.connect(config={"threads": THREADS, "memory_limit": "2GB"}) as database:
        database.execute(f"CREATE TABLE seed AS SELECT *, row_number() OVER () - 1 AS nr FROM '{real}'")
        (n_seed,) = database.execute("SELECT count(*) FROM seed").fetchone() or (0,)
        for number, first in enumerate(range(0, n_rows, ROWS_PER_FILE)):
            file = folder / f"part-{number:04}.parquet"
            last = min(first + ROWS_PER_FILE, n_rows)
            if not file.exists():
                database.execute(
                    f"""COPY (SELECT seed.* EXCLUDE (nr) REPLACE (
                    400000000 + n.range AS event_id,
                    event_date + CAST(hash(n.range) % 365 AS INTEGER) AS event_date,
                    added_at + to_days(CAST(hash(n.range) % 365 AS INTEGER)) AS added_at)
                    FROM range({first}, {last}) n JOIN seed ON seed.nr = hash(n.range + 7) % {n_seed})
                    TO '{file}' (FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 10000)"""
                )
            files.append(file)
    return files


def ten_times(desk: Path, folder: Path) -> Path:
    """The same desk with each of GED's events ten times, under new numbers, in the files that collect left."""
    import duckdb

    shutil.copytree(desk, folder)
    shutil.rmtree(folder / "tables" / "raw" / "gdelt")
    with duckdb.connect(config={"threads": THREADS}) as database:
        for file in folder.glob("tables/raw/ucdp-ged/*/*/events/part-*.parquet"):
            rows = f"SELECT e.* REPLACE (e.id * 10 + n.range AS id) FROM '{file}' e, range(10) n"
            database.execute(f"COPY ({rows}) TO '{file}.new' (FORMAT parquet, COMPRESSION zstd)")
            Path(f"{file}.new").replace(file)
    return folder


def collected(folder: Path) -> Path:
    """A desk with the real files beside the project."""
    from tests.collect.desks import ADesk

    folder.mkdir()
    desk, real = ADesk(folder, for_samples=False), data_folder()
    for name in ("ged_mexico_1989_2023.csv", "ged_myanmar_1989_2023.csv", "ged_syria_2016_2019.csv", "ged_2025.csv"):
        desk.run("ucdp-ged", real / "ucdp" / name, version=name.removesuffix(".csv"))
    desk.run("ucdp-country-months", real / "ucdp" / "ged_25_1_country_month_to_2019.parquet")
    desk.run("gdelt", real / "gdelt" / "spark_events.csv")
    return folder


# --- the race


def alone(kind: str, contender: str, files: list[Path]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as into:
        words = [sys.executable, __file__, "--one", kind, contender, into, *map(str, files)]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode:
        return {"problem": ended.stderr.strip().splitlines()[-1][:100] if ended.stderr else f"{ended.returncode}"}
    return json.loads(ended.stdout.splitlines()[-1])


def one(kind: str, contender: str, into: Path, files: list[Path]) -> None:
    for library in ("pandas", "duckdb", "pyarrow.parquet", "ibis.backends.duckdb", "tocsin.prepare.run"):
        import_module(library)  # nobody is charged for imports, and pyarrow would import pandas on the way
    make = (CONTENDERS if kind == "gdelt" else SMALL)[contender]()
    began, worked = time.perf_counter(), time.process_time()
    said = make(files, into)
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - worked
    # VmHWM, for ru_maxrss is handed on from the process that started this one
    (peak,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    found = {"wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": int(peak.split()[1]) / 1024, "said": said}
    print(json.dumps({**found, "rows": TABLES.get("rows", "")}))


UNTIL = [float("inf")]


def race(kind: str, names: list[str], files: list[Path], n_rows: int, times: int) -> dict[str, dict[str, Any]]:
    found = {}
    for name in names:
        if time.monotonic() > UNTIL[0]:
            print(f"  {name:18} left out: the minutes are over")
            continue
        runs = [alone(kind, name, files) for nth in range(times) if nth == 0 or time.monotonic() < UNTIL[0]]
        good = [run for run in runs if "wall_s" in run]
        if not good:
            print(f"  {name:18} failed: {runs[0]['problem']}")
            continue
        best = found[name] = min(good, key=lambda run: run["wall_s"])
        per_row, cpu = best["wall_s"] / n_rows * 1e9, f"({best['cpu_s']:.2f} s of CPU)"
        print(f"  {name:18} {best['wall_s']:8.2f} s {cpu:20}{per_row:8.0f} ns a row   peak {best['peak_mb']:6.0f} MB")
    if {"prepare", "scan"} <= set(found):
        print(f"  prepare takes {found['prepare']['wall_s'] / found['scan']['wall_s']:.2f} times the scan", end="")
    if {"prepare", "pandas"} <= set(found):
        print(f"; pandas takes {found['pandas']['wall_s'] / found['prepare']['wall_s']:.1f} times prepare", end="")
    print()
    said = [one["said"] for one in found.values() if one["said"] is not None]
    if kind == "small":
        for one in (found.get("pandas"), found.get("prepare")):
            print(f"    rows of the tables: {one['said']}" if one else "")
    if kind == "gdelt" and any(other != said[0] for other in said):
        print(f"  THEY DO NOT AGREE: {said}")
    if kind == "gdelt" and {"prepare", "prepare on Spark"} <= set(found):
        same = found["prepare"]["rows"] == found["prepare on Spark"]["rows"]
        print(f"  the tables of DuckDB and Spark are {'equal, row by row' if same else 'NOT EQUAL'}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000_000, help="the largest GDELT")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="GDELT to 2 M rows, each contender once")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin nothing after so many")
    parser.add_argument("--pandas-rows", type=int, default=20_000_000, help="pandas is given no more than these")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--work", type=Path, help="keep the inputs here, to use them again")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        kind, contender, into, *files = given.one
        one(kind, contender, Path(into), [Path(file) for file in files])
        return
    if given.quick:
        given.rows, given.times = 2_000_000, 1
    UNTIL[0] = time.monotonic() + given.minutes * 60
    if not data_folder().exists():
        print("benchmarks/prepare.py: the real data is not beside the project; nothing to measure")
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        work = given.work or Path(folder)
        work.mkdir(exist_ok=True)
        desk = work / "desk" if (work / "desk").exists() else collected(work / "desk")
        sizes = sorted({max(1, given.rows // 100), given.rows // 10, given.rows})
        ran = {}
        for n_rows in sizes:
            place = work / f"gdelt-{n_rows}"
            place.mkdir(exist_ok=True)
            files = gdelt_parquet(place, n_rows, desk)
            print(f"GDELT, {n_rows:,} rows to ready/coverage_month")
            names = ["scan", "prepare"] + ["pandas"] * (n_rows <= given.pandas_rows)
            names += ["prepare on Spark"] * given.spark
            ran[n_rows] = race("gdelt", names, files, n_rows, given.times).get("prepare")
        print("Growth: time a row and peak memory of prepare")
        for n_rows, best in ran.items():
            if best:
                bound = "" if best["peak_mb"] <= LIMIT_MB else f"  MORE THAN {LIMIT_MB} MB"
                row_ns = best["wall_s"] / n_rows * 1e9
                print(f"  {n_rows:>12,} rows  {row_ns:6.0f} ns a row  {best['peak_mb']:6.0f} MB{bound}")
        names = ["scan", "pandas", "prepare"] + ["prepare on Spark"] * given.spark
        print("GED slices and the country-month panel, to every ready table, with all checks")
        race("small", names, [desk], 71_293, given.times)
        large = work / "desk-10" if (work / "desk-10").exists() else ten_times(desk, work / "desk-10")
        print("The same with every event ten times")
        race("small", ["scan", "pandas", "prepare"], [large], 712_930, given.times)


if __name__ == "__main__":
    main()
