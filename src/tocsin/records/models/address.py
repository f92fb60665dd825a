"""Where a subscriber is reached. Personal data, kept apart from all that is chained, so that it can go."""

from __future__ import annotations

from django.db import models


class Address(models.Model):
    """Read and written by `records.addresses` alone. The row goes when the subscriber leaves."""

    record = models.OneToOneField("records.Record", models.PROTECT, primary_key=True, related_name="address")
    mark = models.CharField(max_length=64, unique=True, help_text="Keyed hash, to find it again without reading it")
    sealed = models.TextField()
    secret = models.TextField(blank=True, help_text="Sealed as well: what signs messages to a webhook")

    def __str__(self) -> str:
        return f"address of {self.record_id}"
