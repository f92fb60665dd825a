"""The statements of the queue. Each is atomic by itself, on SQLite and on PostgreSQL alike.

A job is due when its `due_at` has come: a ready one to be started, a running one because its lease ran out. So one
statement finds both, and nothing else has to look for workers that died. Only whoever holds the lease, known by the
worker's name and the number of the attempt, may finish a job; one that came back from the dead finds it taken.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction

from tocsin.core.errors import TocsinError
from tocsin.records.models import Job, Schedule

_COLUMNS = "id, name, arguments, attempts, errors"

_CLAIM = """
    UPDATE records_job
    SET state = 'running', worker = %s, attempts = attempts + 1, due_at = %s, started_at = COALESCE(started_at, %s)
    WHERE id IN (SELECT id FROM records_job WHERE due_at <= %s ORDER BY priority DESC, due_at, id LIMIT 1{lock})
    RETURNING {columns}
"""

_FINISH = """
    UPDATE records_job SET state = %s, due_at = %s, errors = %s, result = %s, finished_at = %s, worker = ''
    WHERE id = %s AND worker = %s AND attempts = %s AND state = 'running'
"""

_RENEW = "UPDATE records_job SET due_at = %s WHERE id = %s AND worker = %s AND attempts = %s AND state = 'running'"


class QueueError(TocsinError):
    """A job that is not there, or not where it would have to be."""


class Lease(msgspec.Struct, frozen=True):
    """A job that a worker holds for a while. `attempts` counts this one."""

    id: int
    name: str
    arguments: str
    attempts: int
    errors: str
    worker: str


class Ended(msgspec.Struct, frozen=True):
    """How an attempt ended: over (`done`, `failed`), or put off until `due_at` (`ready`)."""

    state: str
    at: datetime.datetime
    due_at: datetime.datetime | None = None
    error: dict[str, str] | None = None
    result: str = "null"


def enqueue(
    name: str,
    arguments: str,
    *,
    at: datetime.datetime,
    run_after: datetime.datetime | None = None,
    key: str | None = None,
    priority: int = 0,
) -> Job | None:
    """Put a job on the queue; None when an unfinished one with the same key is there already."""
    job = Job(
        name=name, arguments=arguments, key=key, priority=priority, due_at=run_after or at, enqueued_at=at
    )  # fmt: skip
    if key is None:
        job.save(force_insert=True)
        return job
    Job.objects.bulk_create([job], ignore_conflicts=True)  # which does not tell: so look
    return Job.objects.filter(key=key, due_at__isnull=False, enqueued_at=at, name=name).first()


def enqueue_many(jobs: Iterable[tuple[str, str, str | None]], *, at: datetime.datetime, priority: int = 0) -> None:
    """Put many jobs on the queue at once, as (name, arguments, key); those that wait there already stay as they are."""
    rows = [
        Job(name=name, arguments=arguments, key=key, priority=priority, due_at=at, enqueued_at=at)
        for name, arguments, key in jobs
    ]
    Job.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def claim(worker: str, *, at: datetime.datetime, lease_s: float) -> Lease | None:
    """Lease the next job that is due, or None. PostgreSQL passes over what another worker is just taking."""
    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    until = at + datetime.timedelta(seconds=lease_s)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(lock=lock, columns=_COLUMNS), [worker, _db(until), _db(at), _db(at)])
        row = cursor.fetchone()
    return Lease(*row, worker=worker) if row else None


def finish(lease: Lease, ended: Ended) -> bool:
    """Say how an attempt ended; False when the lease was lost meanwhile, and it is for another to say."""
    errors = lease.errors
    if ended.error is not None:
        errors = json.dumps([*json.loads(errors), ended.error], ensure_ascii=False)
    finished_at = None if ended.state == "ready" else _db(ended.at)
    with connection.cursor() as cursor:
        cursor.execute(
            _FINISH,
            [ended.state, ended.due_at and _db(ended.due_at), errors, ended.result, finished_at, lease.id, lease.worker,
             lease.attempts],
        )  # fmt: skip
        return cursor.rowcount == 1


def finish_and_claim(lease: Lease, ended: Ended, *, at: datetime.datetime, lease_s: float) -> tuple[bool, Lease | None]:
    """Hand one job in and take the next, at the price of one commit."""
    with transaction.atomic():
        return finish(lease, ended), claim(lease.worker, at=at, lease_s=lease_s)


def renew(lease: Lease, *, at: datetime.datetime, lease_s: float) -> bool:
    """Hold a lease for longer; False when it was lost."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [_db(at + datetime.timedelta(seconds=lease_s)), lease.id, lease.worker, lease.attempts])
        return cursor.rowcount == 1


def run_again(job_id: int, *, at: datetime.datetime) -> Job:
    """Put a job that failed back on the queue, with all its attempts before it. Raises QueueError."""
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job_id, state="failed").update(
                state="ready", due_at=at, finished_at=None, attempts=0
            )
    except IntegrityError as error:
        raise QueueError(
            f"what job {job_id} was to do waits on the queue already", remedy="See: tocsin work list"
        ) from error
    found = Job.objects.filter(pk=job_id).first()
    if found is None:
        raise QueueError(f"there is no job {job_id}", remedy="See: tocsin work list")
    if not changed:
        raise QueueError(f"job {job_id} is {found.state}, not failed", remedy="Only what failed is run again")
    return found


def forget_done(*, before: datetime.datetime) -> int:
    """Remove jobs that were done before an instant. What failed stays until somebody has looked."""
    removed, _ = Job.objects.filter(state="done", finished_at__lt=before).delete()
    return removed


def set_schedules(wanted: dict[str, tuple[str, str, int]], *, at: datetime.datetime) -> None:
    """Let exactly these jobs come round: name to (job, arguments, every so many seconds).

    A new one is due at once; one that stands keeps its next time, unless it comes round sooner now.
    """
    with transaction.atomic():
        Schedule.objects.exclude(name__in=wanted).delete()
        standing = {schedule.name: schedule for schedule in Schedule.objects.all()}
        for name, (job, arguments, every_s) in wanted.items():
            kept = standing.get(name)
            soon = at + datetime.timedelta(seconds=every_s)
            if kept is None:
                rows = [Schedule(name=name, job=job, arguments=arguments, every_s=every_s, next_at=at)]
                Schedule.objects.bulk_create(rows, ignore_conflicts=True)
            elif (kept.job, kept.arguments, kept.every_s) != (job, arguments, every_s):
                Schedule.objects.filter(pk=kept.pk).update(
                    job=job, arguments=arguments, every_s=every_s, next_at=min(kept.next_at, soon)
                )


def enqueue_scheduled(*, at: datetime.datetime) -> int:
    """Put on the queue what has come round; give how many. Of workers that look at once, one finds it.

    However long no worker ran, a job comes round once, not once for every time that was missed.
    """
    n = 0
    for schedule in Schedule.objects.filter(next_at__lte=at):
        with transaction.atomic():
            following = at + datetime.timedelta(seconds=schedule.every_s)
            mine = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at).update(next_at=following)
            if mine and enqueue(schedule.job, schedule.arguments, at=at, key=f"schedule:{schedule.name}"):
                n += 1
    return n


def _db(at: datetime.datetime) -> Any:
    """An instant as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)
