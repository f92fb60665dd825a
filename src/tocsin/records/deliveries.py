"""The writes to deliveries. A worker takes the steps, so they are no acts; each is one transaction and is never undone.

Two workers cannot take the same step: it is taken from the state that was read, or not at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from tocsin.core.life_cycles import DELIVERY, StepError
from tocsin.records.models import Delivery, DeliveryStep, Edition, Record


def queue_deliveries(
    edition: Edition, targets: Iterable[tuple[str, str, Record | None]], *, at: datetime.datetime
) -> None:
    """Queue an edition for targets, as (channel, target, subscriber). One that is there already is left as it is."""
    rows = [
        Delivery(
            edition=edition, channel=channel, target=target, subscriber=subscriber,
            message_type=edition.message_type, queued_at=at, changed_at=at,
        )
        for channel, target, subscriber in targets
    ]  # fmt: skip
    Delivery.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def take_step(delivery: Delivery, verb: str, *, at: datetime.datetime, said: str = "") -> None:
    """Take a step from where a delivery stands, and keep what was said. Raises StepError when it stands elsewhere."""
    step = DELIVERY.get_step(verb, delivery.state, f"delivery {delivery.pk}")
    with transaction.atomic():
        n_attempts = delivery.n_attempts + (verb == "lease")
        moved = Delivery.objects.filter(pk=delivery.pk, state=delivery.state).update(
            state=step.to, changed_at=at, n_attempts=n_attempts
        )
        if not moved:
            raise StepError(f"delivery {delivery.pk} is no longer {delivery.state}", remedy="Another worker has it")
        number = DeliveryStep.objects.filter(delivery=delivery).count() + 1
        DeliveryStep(
            delivery=delivery, number=number, verb=verb, before=delivery.state, after=step.to, said=said[:2000], at=at
        ).save(force_insert=True)
    delivery.state, delivery.n_attempts, delivery.changed_at = step.to, n_attempts, at
