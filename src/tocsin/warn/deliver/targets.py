"""Who gets an edition."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core.model.edition import Edition as FrozenEdition
from tocsin.core.model.judgement import Subscription
from tocsin.core.rules.following import is_sent, wants
from tocsin.records.models import Delivery, Edition, Record
from tocsin.records.queries import versions_at
from tocsin.warn.deliver.settings import websub_settings
from tocsin.warn.desk import DeskFolder


def targets(desk: DeskFolder, row: Edition, edition: FrozenEdition) -> Iterator[tuple[str, str, Record | None]]:
    """The targets of an edition, as (channel, target, subscriber): confirmed subscribers, and the hub."""
    had_one = set(
        Delivery.objects.filter(edition__bulletin=row.bulletin, subscriber__isnull=False)
        .exclude(edition=row)
        .values_list("subscriber", flat=True)
    )
    confirmed = Record.objects.filter(kind="subscriber", state="confirmed").order_by("pk")
    for version in versions_at(confirmed).order_by("record_id"):
        subscription = version.read(Subscription)
        if wants(subscription, edition, had_an_earlier_one=version.record_id in had_one):
            yield subscription.channel, version.record.path, version.record
    hub = websub_settings(desk)
    if hub is not None and is_sent(edition.issue.status, tests=True):
        yield "websub", hub.hub, None
