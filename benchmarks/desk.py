"""The desk under load: a full inbox, many claims and editions, twenty people clicking at once, on both databases.

python benchmarks/desk.py [--candidates 100000] [--claims 10000] [--editions 500] [--people 20] [--seconds 20]
                          [--workers 2] [--vendor sqlite] [--pages composer,board]

The records are made first: candidates as intake takes them in, claims as a spreadsheet brings them, editions frozen,
signed and logged as every edition is. Then `tocsin serve` runs, and clients in a process of their own ask it.

    alone    one person, one click after the other, page by page
    CPU      milliseconds of processor time that a click then takes of the server, and of the database if it is one of
             its own. The machine's other work does not change it
    at once  so many people, each clicking again as soon as the page is there, while somebody records a grade each
             second. The clients, the server and the database share the processors: on a machine of its own, the
             server would have all of them
    paused   the same, but each reads for one to three seconds between two clicks
    queries  of a page once its process is warm, session and roles included; the most of any address tried
    kB       all that a browser loads that was never here: page, styles, scripts, fonts, the preview within it

Aims, for inbox, claim, board, composer and ledger: at once p95 <= 150 ms, queries <= 12, first load <= 150 kB. What is
missed is judged by `at once`; `paused` stands beside it and takes nothing back.
"""

from __future__ import annotations

import argparse
import datetime
import os
import random
import sys
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.clients.crowd import Pages, crowd_apart
from benchmarks.clients.processors import Processors
from benchmarks.filling.desk import Filled, fill
from tests.databases import VENDORS, Desks, NoPostgresError  # the desks and databases that tests use
from tests.web.signed_in import serve
from tocsin.warn.desk import DeskFolder

P95_MS, QUERIES, KILOBYTES = 150, 12, 150
CHROMIUM = Path("/usr/bin/chromium")

PAUSE_S = (1.0, 3.0)
"""For how long a person reads before the next click, where they pause."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=100_000)
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--editions", type=int, default=500)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--vendor", choices=VENDORS)
    parser.add_argument("--pages", default="", help="only these, separated by commas")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as scratch:
        desks = Desks(Path(scratch))
        for vendor in (asked.vendor,) if asked.vendor else VENDORS:
            try:
                with desks.open(vendor, Path(scratch) / vendor) as desk:
                    measure(vendor, desk, asked, desks)
            except NoPostgresError as error:
                print(f"{vendor}: {error}")
        desks.close()


def measure(vendor: str, desk: DeskFolder, asked: argparse.Namespace, desks: Desks) -> None:
    """All measurements on one database."""
    started = time.perf_counter()
    filled = fill(desk, n_candidates=asked.candidates, n_claims=asked.claims, n_editions=asked.editions)
    cookies = [session_of(f"person{number}") for number in range(asked.people)]
    pages = pages_of(filled)
    if asked.pages:
        pages = {name: paths for name, paths in pages.items() if name in asked.pages.split(",")}
    print(
        f"\n{vendor}: {filled.n_candidates:,} candidates, {filled.n_claims:,} claims, {filled.n_editions:,} editions, "
        f"{len(filled.situations)} situations, made in {time.perf_counter() - started:.0f} s"
    )
    n_queries = {name: max(queries_of(path) for path in paths[:4]) for name, paths in pages.items()}
    cpus = Processors(server_of(desks) if vendor == "postgresql" else None)
    with serve(desk, workers=asked.workers) as running:
        cpus.server = running.pid
        port = int(running.url.rpartition(":")[2])
        crowd_apart(port, cookies[:4], pages, 5.0)  # until every process and thread is warm
        alone: dict[str, list[float]] = {}
        cpu: dict[str, tuple[float, float]] = {}
        for name, paths in pages.items():
            before = cpus.used()
            one = crowd_apart(port, cookies[:1], {name: paths}, asked.seconds / 10)
            alone[name] = one.took[name]
            spent = (after - then for after, then in zip(cpus.used(), before, strict=True))
            cpu[name] = tuple(1000 * each / len(one.took[name]) for each in spent)  # type: ignore[assignment]
        with somebody_grading(filled):
            crowd = crowd_apart(port, cookies, pages, asked.seconds)
            paused = crowd_apart(port, cookies, pages, asked.seconds, pause=PAUSE_S)
        sizes = first_loads(running.url, cookies[0], {name: paths[0] for name, paths in pages.items()})
    for said, ran in (("who never pause", crowd), (f"who pause for {PAUSE_S[0]:g} to {PAUSE_S[1]:g} s", paused)):
        n_clicks = sum(map(len, ran.took.values()))
        print(
            f"{asked.people} people {said}, {asked.workers} workers: {n_clicks:,} clicks, "
            f"{n_clicks / ran.seconds:.0f} a second, {ran.n_unanswered} left without an answer; "
            f"the clients took {ran.cpu_s / ran.seconds:.0%} of a processor"
        )
    print(f"{'':18} alone: p50  p95    CPU: web  db   at once: p50   p95   paused: p50   p95  queries     kB")
    for name in pages:
        own, all_at_once, calm = (pages_line(took[name]) for took in (alone, crowd.took, paused.took))
        size = f"{sizes[name]:6.0f}" if name in sizes else "     –"
        missed = "; ".join(misses(all_at_once[1], n_queries[name], sizes.get(name, 0)))
        print(
            f"{name:18} {own[0]:10.0f} {own[1]:4.0f} {cpu[name][0]:11.1f} {cpu[name][1]:4.1f} {all_at_once[0]:13.0f} "
            f"{all_at_once[1]:5.0f} {calm[0]:13.0f} {calm[1]:5.0f} {n_queries[name]:8} {size}   "
            f"{missed and f'MISSED: {missed}'}"
        )


def server_of(desks: Desks) -> int:
    """The process of PostgreSQL."""
    return int((desks.postgres().folder / "data" / "postmaster.pid").read_text().split()[0])


def pages_line(took: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    if len(took) < 2:
        return float("nan"), float("nan")
    cuts = quantiles(took, n=20, method="inclusive")
    return cuts[9] * 1000, cuts[18] * 1000


def misses(p95_ms: float, n_queries: int, kilobytes: float) -> list[str]:
    """The aims that a page misses."""
    found = [f"p95 {p95_ms:.0f} ms"] if p95_ms > P95_MS else []
    found += [f"{n_queries} queries"] if n_queries > QUERIES else []
    return [*found, f"{kilobytes:.0f} kB"] if kilobytes > KILOBYTES else found


def pages_of(filled: Filled) -> Pages:
    """The pages that are asked, each at many addresses."""
    chance = random.Random(5)
    claims = chance.sample(filled.claims, min(400, len(filled.claims)))
    candidates = chance.sample(filled.candidates, min(400, len(filled.candidates)))
    warnings = filled.warnings
    words = filled.words
    return {
        "inbox": ["/inbox/", *(f"/inbox/?situation={each}" for each in filled.situations)],
        "inbox, older": [f"/inbox/?state=found&before={pk}" for pk in filled.places_in_inbox],
        "inbox, searched": [f"/inbox/?q={a}+{b}" for a, b in pairwise(words)],
        "candidate": [f"/inbox/{situation}/{key}/" for situation, key in candidates],
        "claims": [f"/situations/{each}/claims/?page={page}" for each in filled.situations for page in (1, 2, 9)],
        "claims, searched": [
            f"/situations/{each}/claims/?q={word}" for each in filled.situations for word in words[:6]
        ],
        "claim": [f"/situations/{situation}/claims/{key}/" for situation, key in claims],
        "board": [f"/warnings/{each}/board/" for each in warnings]
        + [f"/warnings/{each}/board/?view=factors" for each in warnings[::3]],
        "composer": [f"/warnings/{each}/draft/" for each in warnings],
        "ledger": ["/ledger/", *(f"/ledger/?situation={each}" for each in filled.situations)],
        "today": ["/"],
        "warnings": ["/warnings/"],
    }


def session_of(username: str) -> str:
    """The cookie of somebody who is signed in."""
    from django.conf import settings
    from django.test import Client

    from tests.web.signed_in import person_at

    client = Client(SERVER_NAME="localhost")
    client.force_login(person_at(username, "reviewer"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def queries_of(path: str) -> int:
    """Queries of a page once its process is warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.web.signed_in import person_at

    client = Client(SERVER_NAME="localhost")
    client.force_login(person_at("person0"))
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return len(asked)


class somebody_grading:  # noqa: N801  # read as a clause
    """While it lasts, somebody records a grade each second, so that what is counted must be counted anew."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._grade)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _grade(self) -> None:
        from django.db import connections

        from tocsin.core.model.claims import Grade
        from tocsin.records.people.queries import get_person
        from tocsin.records.queries import find_record, get_record, get_situation
        from tocsin.review.actions import grade_claim

        chance = random.Random(7)
        while not self._over.wait(1.0):
            situation, key = chance.choice(self._filled.claims)
            claim = get_record("claim", key, situation=get_situation(situation))
            graded = find_record("grade", "admiralty", parent=claim)
            grade_claim(
                by=get_person("person1"), at=datetime.datetime.now(datetime.UTC).replace(microsecond=0), claim=claim,
                grade=Grade(source="B", information="3", reason=f"looked at again, {chance.random():.6f}"),
                seen=graded.head if graded else None,
            )  # fmt: skip
        connections.close_all()


def first_loads(url: str, cookie: str, paths: dict[str, str]) -> dict[str, float]:
    """Kilobytes of bodies that a new browser loads for each page; nothing without a browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    if not CHROMIUM.exists():
        return {}
    name, _, value = cookie.partition("=")
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for page_name, path in paths.items():
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": name, "value": value, "url": url}])
            page = context.new_page()
            answers: list[Any] = []
            page.on("response", lambda answer, answers=answers: answers.append(answer))
            page.goto(url + path, wait_until="networkidle")
            found[page_name] = sum(answer.request.sizes()["responseBodySize"] for answer in answers) / 1000
            context.close()
        browser.close()
    return found


if __name__ == "__main__":
    main()
