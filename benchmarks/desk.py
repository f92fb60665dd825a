"""The desk under load: a full inbox, many claims and editions, twenty people clicking at once, on both databases.

python benchmarks/desk.py [--candidates 100000] [--claims 10000] [--editions 500] [--people 20] [--seconds 20]
                          [--workers 2] [--vendor sqlite] [--pages composer,board]

The records are made first: candidates as intake takes them in, claims as a spreadsheet brings them, editions frozen,
signed and logged as every edition is. Then `tocsin serve` runs, and clients in a process of their own ask it.

    alone    one person, one click after the other
    at once  so many people, each clicking again as soon as the page is there, while somebody records a grade each
             second. The clients, the server and the database share the processors: on a machine of its own, the
             server would have all of them
    queries  of a page once its process is warm, session and roles included; the most of any address tried
    kB       all that a browser loads that was never here: page, styles, scripts, fonts, the preview within it

Aims, for inbox, claim, board, composer and ledger: at once p95 <= 150 ms, queries <= 12, first load <= 150 kB.
"""

from __future__ import annotations

import argparse
import datetime
import http.client
import multiprocessing
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

from benchmarks.filling.desk import Filled, fill
from tests.databases import VENDORS, Desks, NoPostgresError  # the desks and databases that tests use
from tests.web.signed_in import serve
from tocsin.warn.desk import DeskFolder

P95_MS, QUERIES, KILOBYTES = 150, 12, 150
CHROMIUM = Path("/usr/bin/chromium")

UNANSWERED = "left without an answer"

Pages = dict[str, list[str]]


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
                    measure(vendor, desk, asked)
            except NoPostgresError as error:
                print(f"{vendor}: {error}")
        desks.close()


def measure(vendor: str, desk: DeskFolder, asked: argparse.Namespace) -> None:
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
    with serve(desk, workers=asked.workers) as running:
        port = int(running.url.rpartition(":")[2])
        load_all(port, cookies[:4], pages, 3.0)  # until every process and thread is warm
        alone = load_all(port, cookies[:1], pages, asked.seconds / 2)
        with somebody_grading(filled):
            started = time.perf_counter()
            crowd = load_all(port, cookies, pages, asked.seconds)
            took = time.perf_counter() - started
        sizes = first_loads(running.url, cookies[0], {name: paths[0] for name, paths in pages.items()})
    n_unanswered = len(crowd.pop(UNANSWERED))
    n_clicks = sum(map(len, crowd.values()))
    print(f"{asked.people} people, {asked.workers} workers: {n_clicks:,} clicks, {n_clicks / took:.0f} a second, "
          f"{n_unanswered} left without an answer")  # fmt: skip
    print(f"{'':22}  alone: p50    p95   at once: p50    p95   queries      kB")
    for name in pages:
        own = pages_line(alone.get(name, [])), pages_line(crowd.get(name, []))
        size = f"{sizes[name]:7.0f}" if name in sizes else "      –"
        missed = "; ".join(misses(own[1][1], n_queries[name], sizes.get(name, 0)))
        print(
            f"{name:22} {own[0][0]:10.0f} {own[0][1]:6.0f} {own[1][0]:14.0f} {own[1][1]:6.0f} {n_queries[name]:9} "
            f"{size}   {missed and f'MISSED: {missed}'}"
        )


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


def load_all(port: int, cookies: list[str], pages: Pages, seconds: float) -> dict[str, list[float]]:
    """Seconds that each click took, by page, of people who click for so long."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(crowd_of, (port, cookies, pages, seconds))


def crowd_of(port: int, cookies: list[str], pages: Pages, seconds: float) -> dict[str, list[float]]:
    """The people, each a thread with a connection of its own; they begin at the same instant."""
    found: list[dict[str, list[float]]] = [{} for _ in cookies]
    failures: list[str] = []
    together = threading.Barrier(len(cookies))

    def person(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("localhost", port, timeout=60)
        together.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and not failures:
            name = chance.choice(list(pages))
            path = chance.choice(pages[name])
            started = time.perf_counter()
            try:
                connection.request("GET", path, headers={"Cookie": cookies[number], "Host": f"localhost:{port}"})
                answer = connection.getresponse()
                answer.read()
            except (http.client.HTTPException, OSError):
                found[number].setdefault(UNANSWERED, []).append(time.perf_counter() - started)
                connection.close()  # it is opened again with the next click
                continue
            if answer.status != 200:
                failures.append(f"{path}: {answer.status}")
            found[number].setdefault(name, []).append(time.perf_counter() - started)

    people = [threading.Thread(target=person, args=(number,)) for number in range(len(cookies))]
    for each in people:
        each.start()
    for each in people:
        each.join()
    if failures:
        raise RuntimeError(failures[0])
    return {name: [took for each in found for took in each.get(name, [])] for name in (*pages, UNANSWERED)}


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
