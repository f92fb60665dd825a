"""How long 769 daily maps of control take to compare, beside an overlay of the whole maps. `--share` takes a part.

Reads the real series beside the project; says so and ends where it is absent.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import re
import tarfile
import time
from datetime import date
from pathlib import Path

import shapely
from shapely.geometry import shape

from tocsin.prepare.territory.comparing import compare_series
from tocsin.prepare.territory.maps import Series, day_map

DATA = Path(os.environ.get("TOCSIN_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
SERIES = DATA / "geo" / "deepstate_daily_20240708_20260822.tar.xz"
GOAL_S = 10.0


def main() -> None:
    """Print seconds for reading and checking, comparing, and for the plain overlay that it replaces."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--share", type=float, default=1.0, help="part of the maps, from the first")
    share = options.parse_args().share
    if not SERIES.exists():
        print(f"territory: the series is not beside the project ({SERIES})")
        return
    drawn = {}
    with tarfile.open(fileobj=io.BytesIO(SERIES.read_bytes())) as packed:
        for member in packed:
            if found := re.search(r"_(\d{4})(\d\d)(\d\d)\.geojson", member.name):
                stream = packed.extractfile(member)
                assert stream is not None
                (feature,) = json.loads(stream.read())["features"]
                drawn[date(*map(int, found.groups()))] = shape(feature["geometry"])
    days = sorted(drawn)[: max(2, int(len(drawn) * share))]
    start = time.perf_counter()
    maps = [day_map(day, [drawn[day]], where=str(day)) for day in days]
    read = time.perf_counter()
    compared = compare_series(Series("DeepStateMap", "Russian forces"), maps)
    done = time.perf_counter()
    for before, after in itertools.pairwise(maps):
        shapely.difference(after.geometry, before.geometry)
        shapely.difference(before.geometry, after.geometry)
    plain = time.perf_counter()
    total = done - start
    print(f"territory: {len(days)} maps, {len(compared.changes):,} pieces")
    print(f"  check and measure {read - start:6.2f} s")
    print(f"  compare and judge {done - read:6.2f} s")
    print(f"  together          {total:6.2f} s; goal for 769 maps: {GOAL_S:g} s")
    print(f"  overlay of whole maps, geometry alone {plain - done:6.2f} s")


if __name__ == "__main__":
    main()
