"""The queue, on SQLite and on PostgreSQL in one run.

python benchmarks/work_queue.py [--jobs 2000] [--kills 50] [--workers 2]

jobs/s   jobs that do nothing, one worker in a process of its own, each handed in before the next is taken
kills     workers are killed with SIGKILL at random moments while they work. Lost: a job that did not run in the end.
          Twice: one whose worker died after it had run and before it could say so
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.databases import VENDORS, Desks, NoPostgresError  # the desks and databases that tests use
from tocsin.warn.desk import DeskFolder

AIM_PER_S = 200
ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as scratch:
        desks = Desks(Path(scratch))
        for vendor in VENDORS:
            try:
                with desks.open(vendor, Path(scratch) / vendor) as desk:
                    print(vendor)
                    throughput(desk, asked.jobs)
                    kills(desk, Path(scratch) / f"{vendor}.notes", asked.kills, asked.workers)
            except NoPostgresError as error:
                print(f"{vendor}: {error}")
        desks.close()


def start(desk: DeskFolder, *words: str) -> subprocess.Popen[bytes]:
    """A worker in a process of its own."""
    command = [sys.executable, "-m", "tocsin", "work", "--desk", str(desk.folder), "--lease", "1", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def throughput(desk: DeskFolder, n: int) -> None:
    """Jobs that do nothing, from the first that a worker takes to the last that it hands in."""
    from django.db.models import Max, Min

    from tests.queue.jobs import nothing
    from tocsin.records.models import Job
    from tocsin.records.queue import table
    from tocsin.web.settings import TASKS

    clock = TASKS["default"]["OPTIONS"]["clock"]
    started = time.perf_counter()
    table.enqueue_many((nothing.call_for(number) for number in range(n)), at=clock())
    put = time.perf_counter() - started
    start(desk, "--once").wait()
    span = Job.objects.aggregate(Min("started_at"), Max("finished_at"))
    took = (span["finished_at__max"] - span["started_at__min"]).total_seconds()
    # What comes round, as a schedule, is done besides and not counted.
    n_done = Job.objects.filter(state="done", name__endswith=".nothing").count()
    rate = n_done / took
    verdict = "met" if rate >= AIM_PER_S and n_done == n else "MISSED"
    print(f"  jobs/s        {rate:.0f} ({n_done:,} of {n:,} done; queued in {put:.2f} s; aim {AIM_PER_S}: {verdict})")
    Job.objects.all().delete()


def kills(desk: DeskFolder, notes: Path, n_kills: int, n_workers: int) -> None:
    """Kill workers at random moments, until so many died at work; then let one drain what is left."""
    from tests.queue.jobs import slow
    from tocsin.records.models import Job

    n_jobs = n_kills * 12
    for number in range(n_jobs):
        slow.enqueue(str(notes), str(number), 0.02)
    chance = random.Random(7)
    n_killed = at_work = 0
    started = time.perf_counter()
    while n_killed < n_kills:
        processes = [start(desk) for _ in range(n_workers)]
        before = n_lines(notes)
        while n_lines(notes) == before and Job.objects.exclude(state="done").exists():
            time.sleep(0.01)
        time.sleep(chance.random() * 0.15)
        for process in processes:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        n_killed += len(processes)
        names = [f"{socket.gethostname()}:{process.pid}" for process in processes]
        at_work += Job.objects.filter(state="running", worker__in=names).count()
    time.sleep(1.1)
    start(desk, "--once").wait()
    done = Counter(notes.read_text().split())
    lost = n_jobs - len(done)
    twice = sum(count - 1 for count in done.values())
    failed = Job.objects.filter(state="failed").count()
    verdict = "met" if not lost and not failed and at_work else "MISSED"
    took = time.perf_counter() - started
    print(
        f"  kills          {n_killed} workers killed, {at_work} leases abandoned, {n_jobs} jobs in "
        f"{took:.0f} s: lost {lost}, failed {failed}, run twice {twice} (aim: none lost: {verdict})"
    )


def n_lines(path: Path) -> int:
    """Lines of a file that may not be there yet."""
    return len(path.read_text().splitlines()) if path.exists() else 0


if __name__ == "__main__":
    main()
