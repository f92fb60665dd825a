"""Data keys of confidential records, and the record that one was destroyed."""

from __future__ import annotations

from django.db import models


class DataKey(models.Model):
    """The key of one confidential record, wrapped by the master key, which is in no database.

    Versions never change and never go; this row may be wrapped anew, or emptied. An empty one makes every version of
    its record unreadable for good, while the chain still vouches for each of them.
    """

    name = models.CharField(max_length=32, unique=True, help_text="Random; sealed versions name it")
    path = models.CharField(max_length=400, unique=True, help_text="Of the record that it belongs to")
    wrapped = models.TextField(blank=True, help_text="Base64; empty once destroyed")
    master = models.CharField(max_length=16, help_text="Mark of the master key that wraps it")
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    POINTERS = ("wrapped", "master")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"data key of {self.path}"


class Erasure(models.Model):
    """A tombstone: what was made unreadable, when, by whom and why; never what it said."""

    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="erasure")
    reason = models.TextField()
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="erasures")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"erasure of {self.data_key.path}"
