"""A worker: leases a job, runs it, hands it in, takes the next; and renews its lease while it works."""

from __future__ import annotations

import datetime
import json
import random
import threading
import traceback
from collections.abc import Callable

import msgspec
from django.db import close_old_connections, connection
from django_tasks.utils import get_module_path, normalize_json

from tocsin.archive.fetch.retry import back_off_s
from tocsin.core.errors import TocsinError
from tocsin.records.queue import table
from tocsin.records.queue.backend import LeasedJob, TryAgain, get_job
from tocsin.records.queue.table import Ended, Lease

Clock = Callable[[], datetime.datetime]


class Worked(msgspec.Struct):
    """What a worker did. `lost` are jobs that took longer than their lease and that another took up."""

    done: int = 0
    put_off: int = 0
    failed: int = 0
    lost: int = 0


class Worker:
    """Runs jobs until it is told to stop. `clock` tells the instant; `fraction` a random number of 0..1.

    lease_s: how long a job is held before it counts as abandoned; renewed three times as often
    poll_s:  how often to look when nothing is due
    """

    def __init__(
        self,
        name: str,
        *,
        clock: Clock,
        lease_s: float = 60.0,
        poll_s: float = 0.5,
        fraction: Callable[[], float] = random.random,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.name = name
        self.clock = clock
        self.lease_s = lease_s
        self.poll_s = poll_s
        self.fraction = fraction
        self.say = say
        self.worked = Worked()
        self._stop = threading.Event()
        self._holds: Lease | None = None

    def stop(self) -> None:
        """Stop after the job at hand. May be called from a signal's handler, or from another thread."""
        self._stop.set()

    def run(self, *, once: bool = False) -> Worked:
        """Work until told to stop; with `once`, until nothing more is due."""
        over = threading.Event()
        pulse = threading.Thread(target=self._renew_until, args=(over,), name="leases", daemon=True)
        pulse.start()
        try:
            self._loop(once)
        finally:
            over.set()
            pulse.join()
        return self.worked

    def _loop(self, once: bool) -> None:
        lease: Lease | None = None
        while not self._stop.is_set():
            if lease is None:
                close_old_connections()
                table.enqueue_scheduled(at=self.clock())
                lease = table.claim(self.name, at=self.clock(), lease_s=self.lease_s)
            if lease is None:
                if once:
                    return
                self._stop.wait(self.poll_s)
                continue
            ended = self._attempt(lease)
            if self._stop.is_set():
                kept, lease = table.finish(lease, ended), None
            else:
                kept, lease = table.finish_and_claim(lease, ended, at=self.clock(), lease_s=self.lease_s)
            self._count(ended, kept)

    def _count(self, ended: Ended, kept: bool) -> None:
        if not kept:
            self.worked.lost += 1
        elif ended.state == "done":
            self.worked.done += 1
        elif ended.state == "failed":
            self.worked.failed += 1
        else:
            self.worked.put_off += 1

    def _attempt(self, lease: Lease) -> Ended:
        try:
            job = get_job(lease.name)
        except TocsinError as error:
            return Ended("failed", self.clock(), error=self._error(error, str(error)))
        if lease.attempts > job.max_attempts:
            text = f"{lease.attempts - 1} attempts were begun, and the last never came to an end: the worker died"
            return Ended("failed", self.clock(), error=self._error(WorkerDiedError(), text))
        self._holds = lease
        try:
            arguments = json.loads(lease.arguments)
            result = json.dumps(normalize_json(job.call(*arguments["args"], **arguments["kwargs"])))
        except Exception as error:
            # Whatever a job raises is its own failure, never the worker's: it is kept, said, and the next job runs.
            return self._failed(job, lease, error)
        finally:
            self._holds = None
        return Ended("done", self.clock(), result=result)

    def _failed(self, job: LeasedJob, lease: Lease, error: Exception) -> Ended:
        known = isinstance(error, TryAgain | TocsinError)
        text = str(error) if known else "".join(traceback.format_exception(error))
        self.say(f"{lease.name} ({lease.id}), attempt {lease.attempts}: {str(error) or type(error).__name__}")
        said = self._error(error, text)
        at = self.clock()
        if lease.attempts >= job.max_attempts:
            return Ended("failed", at, error=said)
        wait_s = error.after_s if isinstance(error, TryAgain) else None
        if wait_s is None:
            wait_s = back_off_s(min(lease.attempts, 30), job.first_wait_s, self.fraction())
        due_at = at + datetime.timedelta(seconds=min(wait_s, job.longest_wait_s))
        return Ended("ready", at, due_at=due_at, error=said)

    def _error(self, error: Exception, text: str) -> dict[str, str]:
        at = self.clock().isoformat(timespec="seconds")
        return {"at": at, "worker": self.name, "class": get_module_path(type(error)), "text": text}

    def _renew_until(self, over: threading.Event) -> None:
        """In a thread of its own, with a connection of its own: hold on to the job at hand."""
        try:
            while not over.wait(self.lease_s / 3):
                lease = self._holds
                if lease is not None:
                    table.renew(lease, at=self.clock(), lease_s=self.lease_s)
        finally:
            connection.close()


class WorkerDiedError(TocsinError):
    """A job in whose attempts the worker died each time."""

    def __init__(self) -> None:
        super().__init__("the worker died in every attempt")
