"""The queue: jobs that workers lease, and those that come round again. No record: what is here may be forgotten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Job(models.Model):
    """One call to make. `due_at` says all: when to start it, when its lease runs out, or nothing once it is over."""

    STATES: ClassVar = ("ready", "running", "done", "failed")

    name = models.CharField(max_length=200, help_text="Path of the job, as tocsin.warn.deliver.jobs.announce")
    arguments = models.TextField(help_text='As {"args": [], "kwargs": {}}')
    key = models.CharField(max_length=200, null=True, help_text="Of the jobs with a key, one is unfinished at a time")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, default="ready")
    due_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, blank=True, help_text="Who has the lease")
    attempts = models.PositiveIntegerField(default=0)
    errors = models.TextField(default="[]", help_text="What went wrong, attempt by attempt")
    result = models.TextField(default="null")
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("key",),
                condition=Q(due_at__isnull=False, key__isnull=False),
                name="one_unfinished_job_of_a_key",
            ),
        )
        indexes = (
            models.Index(F("priority").desc(), "due_at", "id", condition=Q(due_at__isnull=False), name="jobs_in_turn"),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"job {self.pk} {self.name}"


class Schedule(models.Model):
    """A job that comes round again. Whichever worker sees first that it is due puts it on the queue."""

    name = models.CharField(max_length=100, unique=True)
    job = models.CharField(max_length=200)
    arguments = models.TextField(default='{"args": [], "kwargs": {}}')
    every_s = models.PositiveIntegerField()
    next_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} every {self.every_s} s"
