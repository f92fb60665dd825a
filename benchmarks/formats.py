"""How long each exchange format takes and how large it is, for the second edition of the Armenia case.

Prints the median and the best of 200 runs, each with a fresh Reading, in one process on one thread. The aim is CAP,
feed entry and JSON-LD together in 5 ms. Then the feeds of a desk of 1,000 editions of one situation: all documents, and
those that one more edition makes necessary.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.cases import AT, issue_armenia
from tocsin.publish.cap import cap_alert, check_cap
from tocsin.publish.feed_entries import FeedEntry, feed_entry
from tocsin.publish.feeds import atom_feed, json_feed, pages
from tocsin.publish.geojson import map_geojson
from tocsin.publish.jsonld import report_file, report_script
from tocsin.publish.reading import Reading
from tocsin.publish.tables import claims_csv, recommendations_csv
from tocsin.publish.words import words
from tocsin.warn.edition_store import EditionStore

RUNS = 200
EDITIONS = 1000
ENGLISH = words("en")


def timed(make: Callable[[], object]) -> tuple[float, float, object]:
    """Median and best of RUNS in milliseconds, and what was made."""
    made = make()
    spent = []
    for _ in range(RUNS):
        start = time.perf_counter()
        made = make()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), min(spent), made


def print_feeds(entry: FeedEntry) -> None:
    """Time the feeds of many editions of one situation and level: the most that three feeds can hold."""
    entries = [
        msgspec.structs.replace(entry, id=f"{entry.id}-{n}", issued_at=f"{2000 + n}-01-01T00:00:00Z")
        for n in range(EDITIONS)
    ]
    for label, before in (("all documents", 0), ("one more edition", EDITIONS - 1)):
        start = time.perf_counter()
        documents = [
            render(key, page, entries[page.first : page.last], ENGLISH)
            for key in entry.feeds
            for page in pages(EDITIONS, before)
            for render in (atom_feed, json_feed)
        ]
        spent = time.perf_counter() - start
        size = sum(map(len, documents))
        print(f"feeds, {label:18} {len(documents):4} documents {size:10,} bytes {spent:8.3f} s")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = EditionStore(issue_armenia(Path(folder) / "desk").editions)
        digest = store.entries()[-1].entry.edition_sha256
        edition = store.read(digest)

    def reading() -> Reading:
        return Reading(edition, digest, AT.date())

    message = cap_alert(reading(), ENGLISH)
    formats: dict[str, Callable[[], object]] = {
        "CAP, checked": lambda: cap_alert(reading(), ENGLISH),
        "feed entry": lambda: feed_entry(reading(), ENGLISH),
        "JSON-LD file": lambda: report_file(reading(), ENGLISH),
        "JSON-LD script": lambda: report_script(reading(), ENGLISH),
        "claims.csv": lambda: claims_csv(reading()),
        "recommendations.csv": lambda: recommendations_csv(reading()),
        "map.geojson": lambda: map_geojson(reading()),
        "(check of CAP alone)": lambda: check_cap(message),
    }
    together = 0.0
    for name, make in formats.items():
        median, best, made = timed(make)
        size = f"{len(made):9,} bytes" if isinstance(made, str | bytes) else ""
        print(f"{name:22} median {median:6.2f} ms  best {best:6.2f} ms {size}")
        if name.startswith(("CAP", "feed", "JSON-LD")):
            together += median
    print(f"CAP + feed entry + JSON-LD (file and script): {together:.2f} ms; aim 5 ms")
    print_feeds(feed_entry(reading(), ENGLISH))


if __name__ == "__main__":
    main()
