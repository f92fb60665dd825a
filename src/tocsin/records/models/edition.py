"""The index of issued editions. The files and their log are the truth; this row only finds them."""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """One issued edition: which sign-off it rests on, and where its bytes lie."""

    bulletin = models.ForeignKey("records.Record", models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    message_type = models.CharField(max_length=10)
    sign_off = models.ForeignKey("records.SignOff", models.PROTECT, related_name="editions")
    content_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the edition's canonical bytes")
    issued_at = models.DateTimeField()
    review_date = models.DateField(null=True)
    level = models.CharField(max_length=10)
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="editions")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bulletin", "number"), name="one_edition_of_each_number"),)
        ordering = ("bulletin", "number")

    def __str__(self) -> str:
        return f"edition {self.number} of {self.bulletin}"
