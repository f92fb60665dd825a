"""One act of one person, chained to the act before it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """What one act did. `body` is the truth; the columns beside it serve queries, and `doctor` compares them."""

    seq = models.BigIntegerField(primary_key=True)
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    body = models.TextField()
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="acts")
    action = models.CharField(max_length=80, db_index=True)
    situation = models.ForeignKey("records.Record", models.PROTECT, null=True, related_name="acts_on_it")

    class Meta:
        indexes = (models.Index(fields=("situation", "seq")),)
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
