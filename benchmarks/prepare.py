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
  hold, and one row of time is compared with one row of time. Of GED it makes the same tables without what ours adds to
  every row: codes of the year, widened ranges kept beside the published ones, an order, and the checks.

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


def small_pandas(files: list[Path], into: Path) -> Any:
    """The same country-months, actor-months and years of GED, and its events, written as Parquet."""
    import pandas as pd

    raw = sorted(files[0].glob("tables/raw/ucdp-ged/*/*/events/part-*.parquet"))
    rows = pd.concat([pd.read_parquet(file) for file in raw], ignore_index=True).drop_duplicates("id", keep="last")
    rows["month"] = pd.to_datetime(rows.date_start).dt.to_period("M").dt.to_timestamp()
    rows["low"], rows["high"] = rows[["low", "best", "high"]].min(axis=1), rows[["low", "best", "high"]].max(axis=1)
    rows.to_parquet(into / "event.parquet", compression="zstd")
    sums = {"id": "count", "low": "sum", "best": "sum", "high": "sum", "deaths_civilians": "sum"}
    months = rows.groupby(["country", "month"]).agg(sums).reset_index()
    months.to_parquet(into / "country_month.parquet")
    months.assign(year=months.month.dt.year).groupby(["country", "year"])[["low", "best", "high"]].sum().to_parquet(
        into / "country_year.parquet"
    )
    sides = pd.concat([rows.assign(actor=rows[side]) for side in ("side_a_new_id", "side_b_new_id")])
    sides.groupby(["actor", "country", "month"]).agg(sums).to_parquet(into / "actor_month.parquet")
    panel = [*files[0].glob("tables/raw/ucdp-country-months/*/*/country_months/part-*.parquet")]
    pd.concat([pd.read_parquet(file) for file in panel]).to_parquet(into / "panel.parquet")
    return [len(rows)]


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
