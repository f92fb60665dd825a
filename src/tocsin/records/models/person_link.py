"""Links that let a person set a password once: their first, or a new one."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class PersonLink(models.Model):
    """A link that was made for somebody. What was handed out is not kept, only its hash. The last one made holds."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=20, help_text="invitation or password")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.purpose} of {self.person_id}"


class PersonLinkUse(models.Model):
    """That a link was used. A second row for the same link is refused, so that a link works once."""

    link = models.OneToOneField(PersonLink, models.PROTECT, related_name="use")
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"use of {self.link_id}"
