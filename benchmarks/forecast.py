"""Every figure that forecasts are measured by, in one table and one run.

    python benchmarks/forecast.py                       all of it, about four minutes on one thread
    python benchmarks/forecast.py --quick               to see that it runs: small parts, development windows only
    python benchmarks/forecast.py --only onset draws    some parts: onset, fatalities, alert, draws
    python benchmarks/forecast.py --write               and put the scores into models/*.toml
    python benchmarks/forecast.py --only fatalities --windows 2006:2017      other windows, development ones here
    python benchmarks/forecast.py --only alert --months 2000-01:2008-12      other origins, development ones here

It reads ../shared/data, or what TOCSIN_SHARED_DATA names; parts whose data are absent are skipped with a sentence.
Times are CPU seconds of one thread, compiling left out. Intervals are 95 %, of a paired bootstrap that draws whole
countries. On test origins nothing is chosen: each card counts how often they were looked at.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.forecasts import alert, draws, fatalities, onset
from benchmarks.forecasts.table import Row, print_table
from tests.data_beside import data_folder
from tocsin.forecast.threads import one_thread

PARTS = ("onset", "fatalities", "alert", "draws")


def main() -> None:
    """Run the parts asked for and print their rows as one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--windows", metavar="A:B", help="windows of fatalities")
    parser.add_argument("--months", metavar="A:B", help="origins of alerts")
    asked = parser.parse_args()
    windows = None
    if asked.windows:
        first, last = (int(year) for year in asked.windows.split(":"))
        windows = range(first, last + 1)
    rows: list[Row] = []
    started = time.process_time()
    with one_thread():
        for part, folder in zip(PARTS, ("ewp", "views", "ucdp", "."), strict=True):
            if part not in asked.only:
                continue
            if not (data_folder() / folder).exists() and part != "draws":
                print(f"{part}: skipped, the real data is not beside the project ({data_folder() / folder})")
            elif part == "onset":
                rows += onset.measure(data_folder(), quick=asked.quick, write=asked.write)
            elif part == "fatalities":
                rows += fatalities.measure(data_folder(), quick=asked.quick, write=asked.write, windows=windows)
            elif part == "alert":
                rows += alert.measure(data_folder(), quick=asked.quick, write=asked.write, origins=asked.months)
            else:
                rows += draws.measure(quick=asked.quick)
    print()
    print_table(rows)
    if asked.quick or asked.windows or asked.months:
        print("some of these are other periods than those that the aims are set for: they say nothing of the aims")
    print(f"\n{time.process_time() - started:.0f} CPU s in this process")


if __name__ == "__main__":
    main()
