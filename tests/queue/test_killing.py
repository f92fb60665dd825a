"""kill -9 at any moment: every job is done in the end, and none is done by two at once."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tocsin.warn.desk import DeskFolder

N_TASKS = 60
N_KILLS = 6


def start(desk: DeskFolder, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tocsin", "work", "--desk", str(desk.folder), "--lease", "1", *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_no_job_is_lost_when_workers_are_killed(desk: DeskFolder, tmp_path: Path) -> None:
    from tests.queue.jobs import slow
    from tocsin.records.models import Job

    notes = tmp_path / "notes"
    for number in range(N_TASKS):
        slow.enqueue(str(notes), str(number), 0.03)
    chance = random.Random(1)
    killed_at_work = 0
    for _ in range(N_KILLS):
        workers = [start(desk), start(desk)]
        before = _n_lines(notes)
        deadline = time.monotonic() + 20
        while _n_lines(notes) < before + 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(chance.random() * 0.1)
        for process in workers:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        names = [f"{socket.gethostname()}:{process.pid}" for process in workers]
        killed_at_work += Job.objects.filter(state="running", worker__in=names).count()
    assert killed_at_work, "no worker was killed at work: this shows nothing"
    time.sleep(1.1)  # until the last leases run out
    assert start(desk, "--once").wait() == 0
    done = Counter(notes.read_text().split())
    assert set(done) == {str(number) for number in range(N_TASKS)}
    assert Job.objects.exclude(state="done").count() == 0
    again = sum(done.values()) - N_TASKS
    assert again <= killed_at_work, "only what was under way when its worker died may run twice"


def _n_lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_worker_that_is_asked_to_stop_ends_the_job_at_hand(desk: DeskFolder, tmp_path: Path) -> None:
    from tests.queue.jobs import slow
    from tocsin.records.models import Job

    notes = tmp_path / "notes"
    for number in range(3):
        slow.enqueue(str(notes), str(number), 0.8)
    process = start(desk)
    deadline = time.monotonic() + 20
    ours = Job.objects.filter(name__endswith="slow")  # beside them stand those that come round again
    while not ours.filter(state="running").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.terminate()
    assert process.wait(timeout=10) == 0
    assert notes.read_text().split() == ["0"]
    assert sorted(ours.values_list("state", flat=True)) == ["done", "ready", "ready"]
