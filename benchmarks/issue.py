"""From a signed draft to queued deliveries, on SQLite and on PostgreSQL in one run.

python benchmarks/issue.py [--subscribers 1000] [--updates 3]

issue      the act: checked, frozen, signed, logged, and a delivery queued for each subscriber
publish    all formats of the edition (pages, PDF, CAP, feeds, linked data, tables, maps), shared pages, manifest
queue      a job for each delivery

The first edition finds an empty site, and code that was never run; updates find the site as it stands at a desk.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.cases import ARMENIA  # the case, desks and databases that tests use
from tests.databases import VENDORS, Desks, NoPostgresError
from tests.records.people import at, people
from tocsin.core.model.judgement import Subscription
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

AIM_S = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--updates", type=int, default=3)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as scratch:
        desks = Desks(Path(scratch))
        for vendor in VENDORS:
            try:
                with desks.open(vendor, Path(scratch) / vendor) as desk:
                    print(f"{vendor}, {asked.subscribers:,} subscribers")
                    measure(desk, asked.subscribers, asked.updates)
            except NoPostgresError as error:
                print(f"{vendor}: {error}")
        desks.close()


def measure(desk: DeskFolder, n_subscribers: int, n_updates: int) -> None:
    """The first edition, then updates of it."""
    from tocsin.warn import actions

    rita, sam, petra = people(("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))
    subscribe(n_subscribers, rita)
    draft = actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    bulletin = draft.parent
    for number in range(n_updates + 1):
        when = at(10 * (number + 1))
        if number:
            draft = actions.update(by=rita, at=when, desk=desk, bulletin=bulletin, reason=f"Update {number}.")
        actions.submit(by=rita, at=when, desk=desk, draft=draft)
        actions.sign_off(by=sam, at=when, draft=draft)
        name = f"update {number}" if number else "first edition"
        report(name, *issue(desk, draft, petra, when), aim=bool(number))


def subscribe(n: int, by: Any) -> None:
    """Subscribers who confirmed, in one act."""
    from tocsin.records.acting import acting
    from tocsin.records.addresses import keep_address

    with acting("bench.subscribe", by=by, at=at(0)) as act:
        for number in range(n):
            record = act.keep("subscriber", f"{number:016x}", Subscription(channel="mail"), then="confirm").record
            keep_address(record, "mail", f"a{number}@example.org")


def issue(desk: DeskFolder, draft: Any, by: Any, when: datetime.datetime) -> tuple[float, float, float, float, int]:
    """Seconds of each part, seconds of processor for all, and how many deliveries were queued."""
    from tocsin.records.models import Delivery, Edition, Job
    from tocsin.warn import actions
    from tocsin.warn.deliver.jobs import enqueue_deliveries
    from tocsin.warn.site_folder import publish_desk

    spent = time.process_time()
    started = time.perf_counter()
    actions.issue(by=by, at=when, desk=desk, draft=draft)
    issued = time.perf_counter()
    publish_desk(desk, on=when.date())
    published = time.perf_counter()
    enqueue_deliveries(Edition.objects.order_by("pk").last())  # type: ignore[arg-type]
    queued = time.perf_counter()
    waiting = Job.objects.filter(name__endswith=".deliver").count()
    assert waiting == Delivery.objects.count()
    return issued - started, published - issued, queued - published, time.process_time() - spent, waiting


def report(name: str, issued: float, published: float, queued: float, spent: float, n: int, *, aim: bool) -> None:
    """One line, with the aim."""
    total = issued + published + queued
    verdict = f" (aim {AIM_S:.0f} s: {'met' if total <= AIM_S else 'MISSED'})" if aim else ""
    parts = f"issue {issued:.2f}, publish {published:.2f}, queue {queued:.2f}; {spent:.2f} s of processor"
    print(f"  {name:<14} {total:.2f} s: {parts}; {n:,} deliveries wait{verdict}")


if __name__ == "__main__":
    main()
