"""Read who follows, and what became of each delivery."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet

from tocsin.core.errors import TocsinError
from tocsin.core.model.judgement import Subscription
from tocsin.records.addresses import find_address
from tocsin.records.models import Delivery, Job, Record
from tocsin.records.queries import get_record, versions_at

ASK_AGAIN_AFTER = datetime.timedelta(minutes=10)
"""Nobody is sent more than one message in so long because somebody types their address into a form."""


class UnknownDeliveryError(TocsinError):
    """No delivery of that number."""


def get_subscriber(key: str) -> Record:
    """A subscriber by key. Raises UnknownRecordError."""
    return get_record("subscriber", key)


def asked_lately(subscriber: Record | None, at: datetime.datetime) -> bool:
    """Whether somebody was sent a message only just now because their address was typed in."""
    if subscriber is None:
        return False
    return Job.objects.filter(key=f"confirm:{subscriber.key}", enqueued_at__gt=at - ASK_AGAIN_AFTER).exists()


def unconfirmed(asked_before: datetime.datetime) -> QuerySet[Record]:
    """Those who asked before an instant and never confirmed."""
    return Record.objects.filter(kind="subscriber", state="asked", act__at__lt=asked_before)


def subscribers(*, everybody: bool = False) -> Iterator[tuple[Record, Subscription, str]]:
    """Subscribers, what each chose, and a hint at where they are reached; those who left only when asked for."""
    found = Record.objects.filter(kind="subscriber").order_by("pk")
    if not everybody:
        found = found.exclude(state="left")
    for version in versions_at(found).order_by("record_id"):
        subscription = version.read(Subscription)
        yield version.record, subscription, hint(subscription.channel, find_address(version.record))


def hint(channel: str, address: str | None) -> str:
    """Enough of an address to tell one subscriber from another: the host, and the first letter of a name."""
    if address is None:
        return ""
    if channel == "webhook":
        return urlsplit(address).hostname or ""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def get_delivery(number: int) -> Delivery:
    """A delivery by number. Raises UnknownDeliveryError."""
    found = Delivery.objects.select_related("edition__bulletin__situation", "subscriber").filter(pk=number).first()
    if found is None:
        raise UnknownDeliveryError(f"there is no delivery {number}", remedy="See: tocsin warn deliveries")
    return found


def deliveries(warning: str = "") -> list[dict[str, Any]]:
    """Each delivery with its log, newest edition first; of one warning, or of all."""
    found = Delivery.objects.select_related("edition__bulletin").prefetch_related("steps").order_by("-edition", "pk")
    if warning:
        found = found.filter(edition__bulletin__key=warning)
    return [
        {
            "id": each.pk,
            "warning": each.edition.bulletin.key,
            "edition": each.edition.number,
            "message_type": each.message_type,
            "channel": each.channel,
            "target": each.target.removeprefix("subscriber/"),
            "state": each.state,
            "attempts": each.n_attempts,
            "changed_at": each.changed_at,
            "maybe_twice": sum(step.verb in ("lose", "deliver") for step in each.steps.all()) > 1,
            "log": [
                {"verb": step.verb, "state": step.after, "at": step.at, "said": step.said} for step in each.steps.all()
            ],
        }
        for each in found
    ]
