"""What comes round by itself: publishing, the sweep, and the sources that `[work.collect]` of desk.toml names."""

from __future__ import annotations

import datetime
import subprocess
import sys

from tocsin.core.errors import TocsinError
from tocsin.records.queue import LeasedJob, job, table, this_desk
from tocsin.warn.deliver.jobs import publish, sweep
from tocsin.warn.deliver.settings import work_settings
from tocsin.warn.desk import DeskFolder

HOUR_S = 3600


class ScheduledRunError(TocsinError):
    """A source that ran by itself, and failed."""


@job(key="collect:{}", max_attempts=3, first_wait_s=600.0)
def collect(source: str) -> str:
    """Run a source, as a person would: in a process of its own, which gives its memory back."""
    command = [sys.executable, "-m", "tocsin", "collect", "run", source, "--desk", str(this_desk().folder)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ScheduledRunError(said[-1] if said else f"it ended with {done.returncode}", where=source)
    return done.stdout.strip()


def set_schedules(desk: DeskFolder, *, at: datetime.datetime) -> None:
    """Let come round what desk.toml says."""
    asked = work_settings(desk)
    wanted: list[tuple[str, LeasedJob, tuple[str, ...], float]] = [
        ("publish", publish, (), asked.publish_every_h),
        ("sweep", sweep, (), 1.0),
        *((f"collect {name}", collect, (name,), every_h) for name, every_h in asked.collect.items()),
    ]
    table.set_schedules(
        {name: (*called.call_for(*words)[:2], round(every_h * HOUR_S)) for name, called, words, every_h in wanted},
        at=at,
    )
