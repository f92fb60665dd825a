"""The identity of a noun, what it said in each version, and the steps that it took."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from django.db import models

from tocsin.core.model import base
from tocsin.records.nouns import Noun, get_noun

R = TypeVar("R", bound=base.Record)


class Record(models.Model):
    """A claim, a finding, a draft: known for good by its path. `head` and `state` point to what was added last."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120, help_text="Its id within what it belongs to, as C01")
    path = models.CharField(max_length=400, unique=True, help_text="As situation/armenia-azerbaijan/claim/C01")
    situation = models.ForeignKey("self", models.PROTECT, null=True, related_name="records")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    head = models.PositiveIntegerField(default=0, help_text="Number of the newest version")
    state = models.CharField(max_length=20, blank=True, help_text="Where it stands in its life cycle")
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    POINTERS = ("head", "state")
    """All that may change in a row: both follow from versions and steps, and `doctor` makes sure that they do."""

    class Meta:
        indexes = (
            models.Index(fields=("situation", "kind", "state", "id")),
            models.Index(fields=("kind", "key")),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def noun(self) -> Noun:
        """What kind of thing it is."""
        return get_noun(self.kind)


class Version(models.Model):
    """What a record said, from this act until the next version. Never changed."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.TextField(help_text="Canonical JSON (RFC 8785) of the noun")
    sha256 = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="versions")

    HASHED_BY_ANOTHER_COLUMN = ("content",)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("record", "number"), name="one_version_of_each_number"),)
        ordering = ("record", "number")

    def __str__(self) -> str:
        return f"version {self.number} of {self.record}"

    def read(self, kind: type[R]) -> R:
        """What it says, as the noun. The caller names the noun that it expects."""
        return msgspec.json.decode(self.content, type=kind)


class Step(models.Model):
    """A step that a record took in its life cycle. Never changed."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="steps")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("record", "number"), name="one_step_of_each_number"),)
        ordering = ("record", "number")

    def __str__(self) -> str:
        return f"{self.record}: {self.verb}, {self.before} to {self.after}"
