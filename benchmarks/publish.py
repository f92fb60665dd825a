#!/usr/bin/env python
"""Publishing, side by side in one run: per edition and format time and bytes; one new edition among many; memory.

The editions are the real Armenia case multiplied, with varied texts, two editions a warning. PDFs by WeasyPrint and by
headless Chromium are made from the same page where they are installed.

    python benchmarks/publish.py [--editions 1000] [--json]
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.cases import ARMENIA, AT, make_test_desk  # noqa: E402
from tocsin.core.editions.canonical import canonical_bytes, sha256  # noqa: E402
from tocsin.core.editions.freeze import freeze  # noqa: E402
from tocsin.core.model.edition import Content, Edition, Issue, Superseded  # noqa: E402
from tocsin.core.vocabulary import load_codebook  # noqa: E402
from tocsin.publish.cap import cap_alert  # noqa: E402
from tocsin.publish.feed_entries import feed_entry  # noqa: E402
from tocsin.publish.feeds import atom_feed, json_feed, pages  # noqa: E402
from tocsin.publish.geojson import map_geojson  # noqa: E402
from tocsin.publish.html import edition_page  # noqa: E402
from tocsin.publish.html.frame import Proof, Site  # noqa: E402
from tocsin.publish.jsonld import report_file, report_script  # noqa: E402
from tocsin.publish.pdf.warning import warning_pdf  # noqa: E402
from tocsin.publish.reading import Reading  # noqa: E402
from tocsin.publish.site import map_for_page, map_for_paper  # noqa: E402
from tocsin.publish.summary import summary  # noqa: E402
from tocsin.publish.tables import claims_csv, recommendations_csv  # noqa: E402
from tocsin.publish.words import words  # noqa: E402
from tocsin.warn.case_files import CaseFiles  # noqa: E402
from tocsin.warn.desk import DeskFolder  # noqa: E402
from tocsin.warn.edition_store import EditionStore  # noqa: E402
from tocsin.warn.site_folder import publish_desk  # noqa: E402

WORDS = ("border", "road", "village", "minister", "statement", "report", "column", "river", "market", "school")


def varied(content: Content, number: int) -> Content:
    """The case under another name, every claim's text its own."""
    claims = tuple(
        replace(claim, text=f"{claim.text} ({WORDS[(number + at) % len(WORDS)]} {number * 41 + at})")
        for at, claim in enumerate(content.claims)
    )
    return replace(content, warning=f"BENCH-{number:05}", headline=f"{content.headline} ({number})", claims=claims)


def edition_of(content: Content, number: int, before: list[Superseded], desk: DeskFolder) -> Edition:
    """An edition of some content, without the check that it passed already."""
    issue = Issue(
        warning=content.warning,
        edition=number,
        identifier=f"{content.warning}.v{number}",
        message_type="Update" if before else "Alert",
        status="Exercise",
        issued_at=(AT + datetime.timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        issued_by="Benchmark",
        reason="Benchmark" if before else "",
        supersedes=tuple(before),
        desk=desk.record,
    )
    return freeze(content, issue, load_codebook(), [])


def make_desk_of(folder: Path, n_editions: int) -> DeskFolder:
    """A desk with so many issued editions, two a warning."""
    desk = make_test_desk(folder)
    store, key = EditionStore(desk.editions), desk.signing_key()
    case = CaseFiles(ARMENIA)
    contents = [case.resolve(number).content for number in (1, 2)]
    for number in range((n_editions + 1) // 2):
        before: list[Superseded] = []
        for version, content in enumerate(contents, start=1):
            if number * 2 + version > n_editions:
                break
            assert content is not None
            edition = edition_of(varied(content, number), version, before, desk)
            store.issue(edition, key)
            before.append(
                Superseded(
                    edition=version,
                    identifier=edition.issue.identifier,
                    sha256=sha256(canonical_bytes(edition)),
                    issued_at=edition.issue.issued_at,
                )
            )
    return desk


def timed(function: Callable[[], Any], times: int) -> tuple[float, float, Any]:
    """First and median time of a call in milliseconds, and what it gave."""
    taken, result = [], None
    for _ in range(times):
        start = time.perf_counter()
        result = function()
        taken.append((time.perf_counter() - start) * 1000)
    return taken[0], statistics.median(taken[1:] or taken), result


def formats(desk: DeskFolder, n_sampled: int) -> list[dict[str, Any]]:
    """Time and bytes of each format over the first editions of a desk, each of other text."""
    store, say = EditionStore(desk.editions), words("en")
    readings = [
        Reading(store.read(signed.entry.edition_sha256), signed.entry.edition_sha256, AT.date())
        for signed in store.entries()[:n_sampled]
    ]
    site = Site(desk=desk.record, status="Exercise", key_id="0" * 16, key_fingerprint="0" * 64)
    proof = Proof(seq=1, entry_sha256="0" * 64)
    entries = {reading.sha256: feed_entry(reading, say) for reading in readings}

    def page(reading: Reading) -> bytes:
        history = [summary(reading)]
        return edition_page(
            reading, site=site, words=say, proof=proof, history=history, map_svg=map_for_page(reading),
            jsonld=report_script(reading, say, claims=False),
        ).encode()  # fmt: skip

    def feed(reading: Reading) -> bytes:
        entry = entries[reading.sha256]
        key, only = entry.feeds[0], pages(1)[0]
        return atom_feed(key, only, [entry], say) + json_feed(key, only, [entry], say)

    made: dict[str, Callable[[Reading], bytes | None]] = {
        "page": page,
        "CAP": lambda reading: cap_alert(reading, say),
        "feeds": feed,
        "JSON-LD": lambda reading: report_file(reading, say),
        "CSV": lambda reading: claims_csv(reading) + recommendations_csv(reading),
        "GeoJSON": map_geojson,
        "PDF": lambda reading: warning_pdf(reading, say, map_svg=map_for_paper(reading)),
    }
    rows = []
    for name, make in made.items():
        some = readings if name != "PDF" else readings[:40]
        taken, sizes = [], []
        for reading in some:
            start = time.perf_counter()
            data = make(reading)
            taken.append((time.perf_counter() - start) * 1000)
            sizes.append(len(data or b""))
        rows.append(
            {"format": name, "first_ms": taken[0], "median_ms": statistics.median(taken[1:]),
             "p95_ms": sorted(taken[1:])[int(len(taken) * 0.95) - 1], "bytes": int(statistics.mean(sizes)),
             "n": len(some)}
        )  # fmt: skip
    return rows


def other_pdfs(page: Path, work: Path) -> list[dict[str, Any]]:
    """The same page as a PDF by WeasyPrint and by headless Chromium, where they are installed."""
    rows = []
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        rows.append({"format": "PDF by WeasyPrint", "skipped": f"not installed ({type(error).__name__})"})
    else:
        first, median, data = timed(lambda: weasyprint.HTML(filename=str(page)).write_pdf(), 4)
        rows.append({"format": "PDF by WeasyPrint", "first_ms": first, "median_ms": median, "bytes": len(data), "n": 4})
    chromium = shutil.which("chromium")
    if not chromium:
        rows.append({"format": "PDF by Chromium", "skipped": "not installed"})
    else:
        out = work / "chromium.pdf"
        call = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            f"--print-to-pdf={out}", f"file://{page}",
        ]  # fmt: skip
        first, median, _ = timed(lambda: subprocess.run(call, capture_output=True, check=True), 3)
        rows.append(
            {"format": "PDF by Chromium", "first_ms": first, "median_ms": median, "bytes": out.stat().st_size, "n": 3}
        )
    return rows


def peak_of_publishing(folder: str, everything: bool, told: Any) -> None:
    """Publish in a process of its own; tell seconds and peak memory in MB."""
    start = time.perf_counter()
    publish_desk(DeskFolder(Path(folder)), on=AT.date(), everything=everything)
    seconds = time.perf_counter() - start
    told.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def publish_apart(desk: DeskFolder, *, everything: bool) -> tuple[float, float]:
    """Seconds and peak memory of publishing a desk, in a fresh process."""
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    child = context.Process(target=peak_of_publishing, args=(str(desk.folder), everything, told))
    child.start()
    answer: tuple[float, float] = told.get()
    child.join()
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report: dict[str, Any] = {"editions": options.editions}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        growth = []
        for n_editions in sorted({10, 100, options.editions}):
            desk = make_desk_of(work / f"desk-{n_editions}", n_editions)
            seconds, peak = publish_apart(desk, everything=True)
            growth.append({"editions": n_editions, "publish_all_s": seconds, "peak_MB": peak})
        report["growth"] = growth
        again, _ = publish_apart(desk, everything=False)
        store = EditionStore(desk.editions)
        last = store.read(store.entries()[-1].entry.edition_sha256)
        store.issue(edition_of(replace(last.content, warning="BENCH-NEW"), 1, [], desk), desk.signing_key())
        one_new, peak = publish_apart(desk, everything=False)
        report |= {"publish_nothing_new_s": again, "publish_one_new_s": one_new, "publish_one_new_peak_MB": peak}
        report["formats"] = formats(desk, min(200, options.editions))
        report["formats"] += other_pdfs(desk.site / "warnings" / "bench-00000" / "1" / "index.html", work)
    print(json.dumps(report, indent=1) if options.json else told_in_words(report))


def told_in_words(report: dict[str, Any]) -> str:
    """The report as a table for a terminal."""
    lines = [f"{'format':20}{'first ms':>10}{'median ms':>11}{'p95 ms':>9}{'bytes':>10}{'n':>6}"]
    for row in report["formats"]:
        if "skipped" in row:
            lines.append(f"{row['format']:20}{row['skipped']:>20}")
            continue
        p95 = f"{row['p95_ms']:.1f}" if "p95_ms" in row else ""
        lines.append(
            f"{row['format']:20}{row['first_ms']:>10.1f}{row['median_ms']:>11.2f}{p95:>9}{row['bytes']:>10,}{row['n']:>6}"
        )
    own = next(row for row in report["formats"] if row["format"] == "PDF")["median_ms"]
    for row in report["formats"]:
        if row["format"].startswith("PDF by") and "median_ms" in row:
            lines.append(f"{row['format']} takes {row['median_ms'] / own:.0f} times as long as ours")
    lines.append("")
    for row in report["growth"]:
        lines.append(
            f"publish all of {row['editions']:>5} editions: {row['publish_all_s']:.1f} s, peak {row['peak_MB']:.0f} MB"
        )
    lines.append(f"publish with nothing new among {report['editions']}: {report['publish_nothing_new_s']:.2f} s")
    lines.append(
        f"publish one new among {report['editions']}: {report['publish_one_new_s']:.2f} s, "
        f"peak {report['publish_one_new_peak_MB']:.0f} MB"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
