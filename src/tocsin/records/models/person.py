"""People of the desk, and the roles that they were given."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    """Somebody who acts at the desk. Never deleted: what they decided stays theirs. `is_active` ends their access."""

    first_name: Any = None
    last_name: Any = None
    name = models.CharField(max_length=200, help_text="As it may be published")

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.username


class RoleGrant(models.Model):
    """A role given or taken away. The latest row for a person, a situation and a role holds."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    situation = models.ForeignKey(
        "records.Record", models.PROTECT, null=True, related_name="grants", help_text="Empty: every situation"
    )
    role = models.CharField(max_length=20)
    given = models.BooleanField(help_text="False: taken away")
    reason = models.TextField(blank=True)
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}{'' if self.given else ' taken away'}"
