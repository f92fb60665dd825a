"""Tokens of the API: who may use it as whom, how far, until when. The token itself is nowhere; its hash is."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """A token that a person made for a program of theirs. Never changed; a revocation ends it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100, help_text="What it is for")
    handle = models.CharField(max_length=16, unique=True, help_text="The part that is no secret")
    secret_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the whole token")
    scopes = models.CharField(max_length=200, help_text="Separated by spaces")
    expires_at = models.DateTimeField()
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"token {self.handle} of {self.person}"


class ApiTokenRevocation(models.Model):
    """The end of a token before its time."""

    token = models.OneToOneField(ApiToken, models.PROTECT, related_name="revocation")
    reason = models.TextField()
    act = models.ForeignKey("records.AuditEntry", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.token} revoked"


class ApiTokenUse(models.Model):
    """When a token was last used, to the minute. No decision of anybody, so no act."""

    token = models.OneToOneField(ApiToken, models.PROTECT, primary_key=True, related_name="use")
    last_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token} used {self.last_used_at}"
