"""The queue: each job runs, in its turn, and what fails is put off, then shown; on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from tests.cases import AT
from tocsin.warn.desk import DeskFolder


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime.datetime:
        return self.at

    def on(self, seconds: float) -> None:
        self.at += datetime.timedelta(seconds=seconds)


@pytest.fixture
def time(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> Time:
    from django_tasks import default_task_backend

    made = Time()
    monkeypatch.setitem(default_task_backend.options, "clock", made)
    return made


def worker(time: Time, name: str = "w1", **more):
    from tocsin.records.queue.worker import Worker

    return Worker(name, clock=time, fraction=lambda: 1.0, **more)


def stand(result) -> tuple[str, int]:
    from tocsin.records.models import Job

    row = Job.objects.get(pk=result.id)
    return row.state, row.attempts


def test_a_job_runs_and_its_result_is_kept(time: Time, tmp_path: Path) -> None:
    from tests.queue.jobs import note

    result = note.enqueue(str(tmp_path / "notes"), text="hello")
    worked = worker(time).run(once=True)
    assert (worked.done, worked.failed) == (1, 0)
    assert (tmp_path / "notes").read_text() == "hello\n"
    result.refresh()
    assert result.return_value == "HELLO"
    assert worker(time).run(once=True).done == 0


def test_what_is_put_on_the_queue_is_part_of_the_transaction(time: Time, tmp_path: Path) -> None:
    from django.db import transaction

    from tests.queue.jobs import note
    from tocsin.records.models import Job

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note.enqueue(str(tmp_path / "notes"), "never")
        raise ZeroDivisionError
    assert Job.objects.count() == 0


def test_the_more_urgent_goes_first_then_the_older(time: Time, tmp_path: Path) -> None:
    from tests.queue.jobs import note

    notes = str(tmp_path / "notes")
    for text, priority in (("b", 0), ("c", 0), ("a", 5), ("d", -5)):
        note.using(priority=priority).enqueue(notes, text)
        time.on(1)
    worker(time).run(once=True)
    assert Path(notes).read_text().split() == ["a", "b", "c", "d"]


def test_a_job_waits_for_its_time(time: Time, tmp_path: Path) -> None:
    from tests.queue.jobs import note

    note.using(run_after=AT + datetime.timedelta(minutes=5)).enqueue(str(tmp_path / "notes"), "x")
    assert worker(time).run(once=True).done == 0
    time.on(301)
    assert worker(time).run(once=True).done == 1


def test_what_fails_is_put_off_for_twice_as_long_each_time_and_then_shown(time: Time) -> None:
    from tests.queue.jobs import broken
    from tocsin.records.models import Job
    from tocsin.records.queue import table

    result = broken.enqueue("a bad day")
    waits = []
    for _ in range(2):
        assert worker(time).run(once=True).put_off == 1
        due_at = Job.objects.get(pk=result.id).due_at
        assert due_at is not None
        waits.append((due_at - time.at).total_seconds())
        assert worker(time).run(once=True).put_off == 0, "not before its time"
        time.on(waits[-1])
    assert waits == [10, 20]
    assert worker(time).run(once=True).failed == 1
    row = Job.objects.get(pk=result.id)
    assert (row.state, row.due_at) == ("failed", None)
    errors = json.loads(row.errors)
    assert len(errors) == 3
    assert all("a bad day" in each["text"] and each["worker"] == "w1" for each in errors)
    table.run_again(row.pk, at=time.at)
    assert stand(result) == ("ready", 0)
    with pytest.raises(table.QueueError, match="is ready, not failed"):
        table.run_again(row.pk, at=time.at)


def test_the_spread_of_back_off_keeps_between_half_and_the_whole(time: Time) -> None:
    from tests.queue.jobs import broken
    from tocsin.records.models import Job
    from tocsin.records.queue.worker import Worker

    for fraction, wait_s in ((0.0, 5), (1.0, 10)):
        result = broken.enqueue("x")
        Worker("w", clock=time, fraction=lambda fraction=fraction: fraction).run(once=True)
        due_at = Job.objects.get(pk=result.id).due_at
        assert due_at is not None
        assert (due_at - time.at).total_seconds() == wait_s


def test_a_job_may_say_when_to_try_again(time: Time) -> None:
    from tests.queue.jobs import later
    from tocsin.records.models import Job

    result = later.enqueue(77)
    worker(time).run(once=True)
    due_at = Job.objects.get(pk=result.id).due_at
    assert due_at is not None
    assert (due_at - time.at).total_seconds() == 77


def test_of_jobs_with_one_key_one_waits(time: Time) -> None:
    from tests.queue.jobs import alone
    from tocsin.records.models import Job

    first, second, other = alone.enqueue("a"), alone.enqueue("a"), alone.enqueue("b")
    assert first.id == second.id != other.id
    worker(time).run(once=True)
    assert alone.enqueue("a").id != first.id, "once it is done, the next may come"
    assert Job.objects.count() == 3


def test_an_abandoned_lease_is_taken_up_and_its_holder_comes_too_late(time: Time) -> None:
    from tests.queue.jobs import nothing
    from tocsin.records.queue import table
    from tocsin.records.queue.table import Ended

    result = nothing.enqueue(1)
    lost = table.claim("dead", at=time.at, lease_s=60)
    assert lost is not None
    assert table.claim("other", at=time.at, lease_s=60) is None
    time.on(59)
    assert table.renew(lost, at=time.at, lease_s=60)
    time.on(59)
    assert worker(time).run(once=True).done == 0, "it was renewed"
    time.on(2)
    assert worker(time).run(once=True).done == 1
    assert stand(result) == ("done", 2)
    assert not table.finish(lost, Ended("failed", time.at))
    assert not table.renew(lost, at=time.at, lease_s=60)
    assert stand(result) == ("done", 2)


def test_a_job_that_kills_its_workers_ends_as_failed(time: Time) -> None:
    from tests.queue.jobs import deadly
    from tocsin.records.models import Job
    from tocsin.records.queue import table

    result = deadly.enqueue()
    for _ in range(3):
        assert table.claim("dies", at=time.at, lease_s=60)
        time.on(61)
    assert worker(time).run(once=True).failed == 1
    assert "the worker died" in Job.objects.get(pk=result.id).errors


def test_a_job_of_no_name_we_know_fails_at_once(time: Time) -> None:
    from tocsin.records.queue import table

    for name in ("os.system", "tocsin.no.such", "nonsense"):
        table.enqueue(name, '{"args": ["true"], "kwargs": {}}', at=time.at)
    assert worker(time).run(once=True).failed == 3


def test_what_comes_round_comes_once_however_long_nobody_looked(time: Time, tmp_path: Path) -> None:
    from tests.queue.jobs import note
    from tocsin.records.models import Schedule
    from tocsin.records.queue import table

    notes = tmp_path / "notes"
    name, arguments, _ = note.call_for(str(notes), "tick")
    table.set_schedules({"tick": (name, arguments, 3600)}, at=time.at)
    worker(time).run(once=True)
    time.on(10 * 3600)
    worker(time).run(once=True)
    time.on(3599)
    worker(time).run(once=True)
    assert notes.read_text() == "tick\n" * 2
    table.set_schedules({"tick": (name, arguments, 60)}, at=time.at)
    time.on(60)
    worker(time).run(once=True)
    assert notes.read_text() == "tick\n" * 3
    table.set_schedules({}, at=time.at)
    assert Schedule.objects.count() == 0


def test_a_lease_is_renewed_while_a_job_is_under_way(desk: DeskFolder, tmp_path: Path) -> None:
    from tests.queue.jobs import slow
    from tocsin.records.queue.worker import Worker

    result = slow.enqueue(str(tmp_path / "notes"), "x", 1.2)
    worked = Worker("w", clock=_now, lease_s=0.6).run(once=True)
    assert (worked.done, worked.lost) == (1, 0)
    assert stand(result) == ("done", 1)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def test_done_jobs_are_forgotten_and_failed_ones_kept(time: Time) -> None:
    from tests.queue.jobs import nothing
    from tocsin.records.models import Job
    from tocsin.records.queue import table

    nothing.enqueue(1)
    table.enqueue("no.such", '{"args": [], "kwargs": {}}', at=time.at)
    worker(time).run(once=True)
    assert table.forget_done(before=time.at) == 0
    assert table.forget_done(before=time.at + datetime.timedelta(seconds=1)) == 1
    assert [job.state for job in Job.objects.all()] == ["failed"]
