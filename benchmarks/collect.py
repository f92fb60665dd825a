"""From file to checked table, side by side in one run: tocsin.collect, plain pandas, and DuckDB's bare CSV
scan.

    python benchmarks/collect.py                      GED slices, GED x 9, GDELT 20 M rows, memory at 1x, 10x,
    100x
    python benchmarks/collect.py --rows 1000000 --scales 1,4

Every contender runs in a process of its own, after its imports, and reports its wall time, processor time and
peak memory. GED: three timings, the best counts. GDELT: one timing each, on the same file. Inputs are the real
files beside the project (see tests/data_beside.py); the large ones are made by sampling their rows under new
numbers.

What pandas does is what a careful analyst would write in ten lines: read the same columns, give them the same
types, check the same things, write Parquet. On GDELT it reads in chunks, since it cannot hold 20 M rows.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.data_beside import data_folder  # noqa: E402 - the repository is no package that is installed

GED_FILES = (
    "ged_mexico_1989_2023.csv",
    "ged_myanmar_1989_2023.csv",
    "ged_syria_2016_2019.csv",
    "ged_ukraine_hdx.csv",
    "ged231_CAR.geojson",
)
THREADS = 2


# --- the contenders; each is called in its own process with files and a folder to write to


def ours(source: str) -> Callable[[list[Path], Path], int]:
    from tocsin.collect.emitted import Input, silent
    from tocsin.collect.source import load_source
    from tocsin.collect.tables import Engine, emit

    declared = load_source(ROOT / "sources" / source)

    def read(files: list[Path], into: Path) -> int:
        inputs = (Input(path=f, sha256="", name=f.name, byte_size=f.stat().st_size) for f in files)
        emitted = emit(
            declared,
            inputs,
            into,
            records=None,
            last_good=lambda _: [],
            engine=Engine("1GB", THREADS),
            progress=silent,
        )
        return sum(made.n_rows for made in emitted.tables)

    return read


def pandas_ged(files: list[Path], into: Path) -> int:
    import pandas as pd

    # fmt: off
    whole = [
        "id", "year", "type_of_violence", "conflict_new_id", "dyad_new_id", "side_a_new_id",
        "side_b_new_id", "number_of_sources", "where_prec", "priogrid_gid", "country_id", "event_clarity",
        "date_prec", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low",
        "gwnoa", "gwnob",
    ]
    # fmt: on
    frames = []
    for file in files:
        if file.suffix == ".geojson":
            features = json.loads(file.read_text())["features"]
            frame = pd.DataFrame([f["properties"] for f in features])
            frame["longitude"] = [f["geometry"]["coordinates"][0] for f in features]
            frame["latitude"] = [f["geometry"]["coordinates"][1] for f in features]
        else:
            frame = pd.read_csv(file, skiprows=[1] if "hdx" in file.name else None, low_memory=False)
        frames.append(frame.drop(columns=["geom_wkt", "start_year", "end_year", "iso3"], errors="ignore"))
    table = pd.concat(frames, ignore_index=True)
    for name in whole:
        table[name] = pd.to_numeric(table[name], errors="raise").astype("Int64")
    for name in ("latitude", "longitude"):
        table[name] = pd.to_numeric(table[name], errors="raise")
    for name in ("date_start", "date_end"):
        table[name] = pd.to_datetime(table[name], format="ISO8601")
    said = table["active_year"].astype(str).str.lower()
    table["active_year"] = said.map({"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False})
    for name in table.columns.difference([*whole, "latitude", "longitude", "date_start", "date_end", "active_year"]):
        table[name] = table[name].astype("string")
    broken = ~((table.low <= table.best) & (table.best <= table.high))
    sides = table.deaths_a + table.deaths_b + table.deaths_civilians + table.deaths_unknown
    assert broken.mean() < 0.02
    assert (sides == table.best).mean() > 0.999
    assert table.type_of_violence.isin([1, 2, 3]).all()
    assert table.date_prec.between(1, 5).all()
    assert table.latitude.between(-90, 90).all()
    assert table.longitude.between(-180, 180).all()
    assert (table.date_start <= table.date_end).mean() > 0.999
    assert table.active_year.notna().all()
    assert not table.id.duplicated().any()
    table.to_parquet(into / "events.parquet", compression="zstd")
    return len(table)


def _gdelt_columns() -> tuple[list[str], dict[str, Any], Any]:
    from tocsin.collect.source import load_source

    table = load_source(ROOT / "sources" / "gdelt").table("events")
    (layout,) = table.layouts
    names = [layout.names.get(name, name) for name in layout.header]
    kinds = {"BIGINT": "Int64", "INTEGER": "Int64", "SMALLINT": "Int64", "DOUBLE": "float64"}
    types = {name: kinds.get(column.type, "string") for name, column in table.columns.items()}
    return names, types, table


def pandas_gdelt(files: list[Path], into: Path) -> int:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    names, types, _ = _gdelt_columns()
    seen, n_rows, writer = [], 0, None
    chunks = pd.read_csv(
        files[0],
        sep="\t",
        names=names,
        usecols=list(types),
        dtype=types,
        quoting=csv.QUOTE_NONE,
        chunksize=500_000,
    )
    for table in chunks:
        table["event_date"] = pd.to_datetime(table["event_date"], format="%Y%m%d")
        table["added_at"] = pd.to_datetime(table["added_at"], format="%Y%m%d%H%M%S")
        assert table.quad_class.between(1, 4).all()
        assert table.goldstein.dropna().between(-10, 10).all()
        assert table.action_latitude.dropna().between(-90, 90).all()
        assert table.event_root_code.str.fullmatch(r"\d\d").all()
        table = table.drop_duplicates("event_id")
        seen.append(table.event_id.to_numpy(dtype="int64"))
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        writer = writer or pq.ParquetWriter(into / "events.parquet", arrow.schema, compression="zstd")
        writer.write_table(arrow)
        n_rows += len(table)
    if writer:
        writer.close()
    assert len(np.unique(np.concatenate(seen))) == n_rows
    return n_rows


def bare_scan(files: list[Path], into: Path) -> int:
    """Every field of every row as text, counted: nothing is checked, cast or written. The limit."""
    import duckdb

    names = [f"c{number}" for number in range(61)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    with duckdb.connect(config={"threads": THREADS, "memory_limit": "1GB", "preserve_insertion_order": False}) as db:
        counts = ", ".join(f"count({name})" for name in names)
        row = db.execute(
            f"SELECT count(*), {counts} FROM read_csv('{files[0]}', delim='\t', header=false, quote='', "
            f"escape='', auto_detect=false, strict_mode=true, nullstr='', columns={{{columns}}})"
        ).fetchone()
    return int(row[0]) if row else 0


def scaled(n_files: int, rows_each: int, into: Path) -> tuple[int, float]:
    """Our reader on files that are made when it asks for them and are gone when it asks for the next."""
    from tocsin.collect.emitted import Input

    spent_making_s = 0.0

    def files() -> Iterator[Input]:
        nonlocal spent_making_s
        for number in range(n_files):
            started_s = time.perf_counter()
            path = into / "slice.tsv"
            make_gdelt(path, rows_each, first_id=1 + number * rows_each)
            spent_making_s += time.perf_counter() - started_s
            yield Input(path=path, sha256="", name=path.name, byte_size=path.stat().st_size)

    from tocsin.collect import tables
    from tocsin.collect.emitted import silent
    from tocsin.collect.source import load_source

    tables.GROUP_BYTES = 1  # every file is a group of its own, read before the next one is made
    emitted = tables.emit(
        load_source(ROOT / "sources" / "gdelt"), files(), into / "out", records=None, last_good=lambda _: [],
        engine=tables.Engine("1GB", THREADS), progress=silent,
    )  # fmt: skip
    return emitted.tables[0].n_rows, spent_making_s


CONTENDERS: dict[str, Callable[[], Callable[[list[Path], Path], int]]] = {
    "tocsin ged": lambda: ours("ucdp-ged"),
    "tocsin gdelt": lambda: ours("gdelt"),
    "pandas ged": lambda: pandas_ged,
    "pandas gdelt": lambda: pandas_gdelt,
    "bare scan": lambda: bare_scan,
}


# --- making the inputs


def make_gdelt(path: Path, n_rows: int, *, first_id: int, seed: int = 1) -> None:
    """Rows sampled from the real export and the translated one, each under a number of its own."""
    folder = data_folder() / "gdelt"
    tails = [
        line.split("\t", 1)[1]
        for name in ("spark_events.csv", "spark_eventsT.csv")
        for line in (folder / name).read_text("utf-8").splitlines(keepends=True)
    ]
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as out:
        for start in range(first_id, first_id + n_rows, 50_000):
            n = min(50_000, first_id + n_rows - start)
            chosen = draw.choices(tails, k=n)
            out.write("".join([f"{number}\t{tail}" for number, tail in enumerate(chosen, start)]))


def make_ged(folder: Path, times: int) -> list[Path]:
    """Each CSV slice `times` over, with new event numbers."""
    made = []
    for name in GED_FILES[:3]:
        with (data_folder() / "ucdp" / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(header)
            for number in range(times):
                writer.writerows([str(int(float(row[0])) + number * 10_000_000), *row[1:]] for row in rows)
        made.append(path)
    return made


# --- measuring


def measured(contender: str, files: list[Path], repeats: int = 1) -> dict[str, float]:
    """Run a contender in its own process."""
    command = [sys.executable, __file__, "--contender", contender, "--repeats", str(repeats), *map(str, files)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_contender(contender: str, files: list[Path], repeats: int) -> None:
    read = CONTENDERS[contender]()
    times_s, n_rows = [], 0
    for _ in range(repeats):
        with tempfile.TemporaryDirectory(dir=files[0].parent if contender.endswith("gdelt") else None) as into:
            started_s = time.perf_counter()
            n_rows = read(files, Path(into))
            times_s.append(time.perf_counter() - started_s)
    print(json.dumps({"seconds": min(times_s), "rows": n_rows, **used(repeats)}))


def run_scaled(n_files: int, rows_each: int, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as into:
        (Path(into) / "out").mkdir()
        started_s = time.perf_counter()
        n_rows, making_s = scaled(n_files, rows_each, Path(into))
        seconds = time.perf_counter() - started_s - making_s
    print(json.dumps({"seconds": seconds, "rows": n_rows, **used(1)}))


def used(repeats: int) -> dict[str, float]:
    """This process: peak memory, and processor time for one repeat, its imports included."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"peak_mb": usage.ru_maxrss / 1024, "cpu_s": (usage.ru_utime + usage.ru_stime) / repeats}


def say(name: str, result: dict[str, float], against: dict[str, float] | None = None, what: str = "") -> None:
    ratio = f"   {against['seconds'] / result['seconds']:6.1f} x {what}" if against else ""
    rate = result["rows"] / result["seconds"]
    print(
        f"  {name:<20}{result['seconds']:9.2f} s {result['cpu_s']:9.2f} s of processors {rate:12,.0f} rows/s "
        f"{result['peak_mb']:7,.0f} MB peak{ratio}",
        flush=True,
    )


def compare_ged(title: str, files: list[Path], repeats: int) -> None:
    size = sum(file.stat().st_size for file in files) / 1e6
    theirs = measured("pandas ged", files, repeats)
    own = measured("tocsin ged", files, repeats)
    assert theirs["rows"] == own["rows"]
    print(f"\n{title}: {own['rows']:,.0f} rows, {size:,.0f} MB, best of {repeats}")
    say("pandas", theirs)
    say("tocsin collect", own, theirs, "pandas (aim: at least 10)")


def compare_gdelt(n_rows: int, folder: Path) -> None:
    file = folder / "20150218230000.export.CSV"
    make_gdelt(file, n_rows, first_id=1)
    print(f"\nGDELT 2.0 export: {n_rows:,} rows, {file.stat().st_size / 1e9:,.1f} GB")
    limit = measured("bare scan", [file])
    say("DuckDB bare scan", limit)
    own = measured("tocsin gdelt", [file])
    assert own["rows"] == limit["rows"] == n_rows
    say("tocsin collect", own)
    by_cpu = own["cpu_s"] / limit["cpu_s"]
    print(f"    {own['seconds'] / limit['seconds']:.2f} x the bare scan's time, {by_cpu:.2f} x its processor time")
    print("    (aim: at most 2.5)", flush=True)
    theirs = measured("pandas gdelt", [file])
    say("pandas, in chunks", theirs)
    print(f"    tocsin is {theirs['seconds'] / own['seconds']:.1f} x pandas", flush=True)
    file.unlink()


def compare_memory(scales: list[int], rows_each: int, folder: Path) -> None:
    print(f"\nMemory, GDELT in files of {rows_each:,} rows, one after the other (aim: flat, within 2,048 MB)")
    for scale in scales:
        command = [sys.executable, __file__, "--scaled", str(scale), "--rows-each", str(rows_each), str(folder)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        assert result["rows"] == scale * rows_each
        say(f"{scale}x", result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000, help="rows of GDELT in one file")
    parser.add_argument("--scales", default="1,10,100", help="how many files of --rows-each")
    parser.add_argument("--rows-each", type=int, default=1_000_000)
    parser.add_argument("--temp", type=Path, help="where the large files go; needs about 600 bytes a row")
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    parser.add_argument("--scaled", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("files", type=Path, nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender:
        run_contender(given.contender, given.files, given.repeats)
        return
    if given.scaled:
        run_scaled(given.scaled, given.rows_each, given.files[0])
        return
    if not data_folder().exists():
        print("benchmarks/collect.py: skipped, the real data is not beside the project (set TOCSIN_SHARED_DATA)")
        return
    folder = Path(tempfile.mkdtemp(dir=given.temp, prefix="tocsin-bench-"))
    try:
        print(f"collect, {THREADS} threads, 1 GB for DuckDB")
        compare_ged("UCDP GED slices", [data_folder() / "ucdp" / name for name in GED_FILES], given.repeats)
        (folder / "ged").mkdir()
        compare_ged("UCDP GED, slices ninefold", make_ged(folder / "ged", 9), given.repeats)
        if given.rows:
            compare_gdelt(given.rows, folder)
        compare_memory([int(one) for one in given.scales.split(",") if one], given.rows_each, folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
