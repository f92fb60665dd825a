"""A draft put before a second person, word for word; and that person's sign-off."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """What a draft would have frozen at the moment when it was submitted."""

    draft = models.ForeignKey("records.Record", models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    content_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the canonical bytes of the whole content")
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="submissions")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("draft", "number"), name="one_submission_of_each_number"),)
        ordering = ("draft", "number")

    def __str__(self) -> str:
        return f"submission {self.number} of {self.draft}"


class SubmissionPart(models.Model):
    """A version that a submission carries."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="parts")
    version = models.ForeignKey("records.Version", models.PROTECT, related_name="+")
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("submission", "version"), name="a_part_once"),)

    def __str__(self) -> str:
        return f"{self.version_id} in {self.submission_id}"


class SignOff(models.Model):
    """A second person answers for a submission. Triggers refuse one by whoever had a hand in it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="sign_offs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_offs")
    content_sha256 = models.CharField(max_length=64)
    statement = models.TextField(blank=True, help_text="What the signer wants to be remembered")
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="sign_offs")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"sign-off of {self.submission} by {self.by}"
