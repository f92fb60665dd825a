"""One edition to one target, and each step that it took."""

from __future__ import annotations

from django.db import models


class Delivery(models.Model):
    """A message that is sent once, or says that it may have been sent twice. Its target never names an address."""

    edition = models.ForeignKey("records.Edition", models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, help_text="mail, webhook or websub")
    target = models.CharField(max_length=400, help_text="Path of the subscriber's record; for websub the hub")
    subscriber = models.ForeignKey("records.Record", models.PROTECT, null=True, related_name="deliveries")
    message_type = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default="queued")
    n_attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("target", "edition"), name="an_edition_once_to_each_target"),)
        indexes = (models.Index(fields=("state",), name="deliveries_by_state"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class DeliveryStep(models.Model):
    """A step of a delivery: an attempt begun, and how it ended, in the target's own words. Never changed."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    said = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("delivery", "number"), name="one_delivery_step_of_a_number"),)
        ordering = ("delivery", "number")

    def __str__(self) -> str:
        return f"delivery {self.delivery_id}: {self.verb}, {self.before} to {self.after}"
