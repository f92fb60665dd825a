"""Django's task API over the queue."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from django_tasks import TaskResult, TaskResultStatus, default_task_backend
from django_tasks import task as django_task
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task as DjangoTask
from django_tasks.base import TaskError
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from tocsin.records.models import Job
from tocsin.records.queue import table
from tocsin.records.queue.table import QueueError

_STATUS = {
    "ready": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
    "failed": TaskResultStatus.FAILED,
}


class TryAgain(Exception):  # noqa: N818  # not an error: a job raises it to be put off
    """Run this job again after so many seconds; None for the usual back-off. It counts as an attempt."""

    def __init__(self, why: str, *, after_s: float | None = None) -> None:
        super().__init__(why)
        self.after_s = after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedJob(DjangoTask[Any, Any]):
    """A job, how often it is tried, and how long to wait before the second attempt (it doubles from there).

    key: of jobs with one key, filled in with the arguments, one waits or runs at a time
    """

    max_attempts: int = 5
    first_wait_s: float = 10.0
    longest_wait_s: float = 6 * 3600.0
    key: str | None = None

    def key_for(self, arguments: dict[str, Any]) -> str | None:
        """The key of a call."""
        return None if self.key is None else self.key.format(*arguments["args"], **arguments["kwargs"])

    def call_for(self, *args: Any, **kwargs: Any) -> tuple[str, str, str | None]:
        """A call as `table.enqueue_many` takes it: name, arguments, key."""
        arguments = {"args": normalize_json(list(args)), "kwargs": normalize_json(kwargs)}
        return self.module_path, json.dumps(arguments, ensure_ascii=False), self.key_for(arguments)


def job(
    *,
    max_attempts: int = 5,
    first_wait_s: float = 10.0,
    key: str | None = None,
    priority: int = 0,
) -> Callable[[Callable[..., Any]], LeasedJob]:
    """Let a function of a module be a job. It is called with what can be written as JSON."""
    return django_task(priority=priority, max_attempts=max_attempts, first_wait_s=first_wait_s, key=key)  # type: ignore[no-any-return, call-overload]


class LeaseBackend(BaseTaskBackend):
    """Keeps jobs in the desk's database. OPTIONS holds `clock`, which tells the instant, and `desk`, which names it."""

    task_class = LeasedJob
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> TaskResult[Any]:
        """Put a call on the queue, in the transaction that is open; a waiting one with its key stands for it."""
        self.validate_task(task)
        name, arguments, key = task.call_for(*args, **kwargs)
        row = table.enqueue(
            name, arguments, at=now(), run_after=task.run_after, key=key, priority=task.priority
        ) or Job.objects.filter(key=key, due_at__isnull=False).first()  # fmt: skip
        if row is None:  # the one that stood for it was finished between the two statements
            return self.enqueue(task, args, kwargs)
        return _result(row, task, self.alias)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """How a call stands. Raises TaskResultDoesNotExist."""
        row = Job.objects.filter(pk=int(result_id)).first() if result_id.isdigit() else None
        if row is None:
            raise TaskResultDoesNotExist(result_id)
        return _result(row, get_job(row.name), self.alias)


def now() -> datetime.datetime:
    """This instant, by the clock that the settings give the queue."""
    at: datetime.datetime = default_task_backend.options["clock"]()
    return at


def this_desk() -> Any:
    """The desk's folder that the settings give the queue, for a job to work at."""
    return default_task_backend.options["desk"]()


def get_job(name: str) -> LeasedJob:
    """The job of a path. Raises QueueError when there is none."""
    try:
        found = import_string(name)
    except ImportError:
        found = None
    if not isinstance(found, LeasedJob):
        raise QueueError(f"there is no job {name!r}", remedy="It may be of another version of Tocsin")
    return found


def _result(row: Job, job: LeasedJob, alias: str) -> TaskResult[Any]:
    arguments = json.loads(row.arguments)
    errors = json.loads(row.errors)
    result: TaskResult[Any] = TaskResult(
        task=job,
        id=str(row.pk),
        status=_STATUS[row.state],
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        last_attempted_at=row.started_at,
        finished_at=row.finished_at,
        args=arguments["args"],
        kwargs=arguments["kwargs"],
        backend=alias,
        errors=[TaskError(exception_class_path=each["class"], traceback=each["text"]) for each in errors],
        worker_ids=[each["worker"] for each in errors] + ([row.worker] if row.worker else []),
    )
    object.__setattr__(result, "_return_value", json.loads(row.result))
    return result
