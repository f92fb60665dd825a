"""What a worker does with an issued edition: publish the site, then tell each target. And what comes round again."""

from __future__ import annotations

import datetime
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q

from tocsin.core.errors import TocsinError
from tocsin.records.deliveries import take_step
from tocsin.records.models import Delivery, Edition, Job
from tocsin.records.queue import TryAgain, job, now, table, this_desk
from tocsin.warn.deliver import actions
from tocsin.warn.deliver.outcome import Outcome
from tocsin.warn.deliver.sending import send, send_confirmation, target_left
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.publishing import score_and_publish

MAX_ATTEMPTS = 8
"""Attempts at one delivery: with a first wait of half a minute, the last comes about an hour after the first."""

UNCONFIRMED_FOR = datetime.timedelta(days=4)
"""After so long, an address that was never confirmed is removed. The link in the message is good for three days."""

_GOES_ON = Q(state__in=("queued", "sending")) | (Q(state="unsure") & ~Q(channel="mail"))
"""Deliveries that a worker goes on with by itself."""


@job(key="announce:{}", first_wait_s=20.0, max_attempts=10, priority=20)
def announce(edition_id: int) -> None:
    """Publish the site, so that the links in messages lead somewhere; then let each delivery be made."""
    _publish()
    enqueue_deliveries(Edition.objects.get(pk=edition_id))


@job(key="publish", first_wait_s=60.0, priority=10)
def publish() -> str:
    """Bring the site up to date, so that a warning past its review date says so, and forecasts are scored.

    Gives what was scored, or why nothing could be.
    """
    return _publish() if EditionStore(this_desk().editions).entry_paths() else ""


@job(key="deliver:{}", first_wait_s=30.0, max_attempts=20)
def deliver(delivery_id: int) -> str:
    """Make one attempt at a delivery."""
    delivery = Delivery.objects.select_related("edition__bulletin", "subscriber").get(pk=delivery_id)
    if delivery.state == "sending":
        # The lease of this job ran out, so whoever was sending died; or still sends, and will find itself too late.
        take_step(delivery, "lose", at=now(), said="the worker died while it was sending")
    if delivery.state == "unsure" and delivery.channel == "mail":
        return delivery.state  # a webhook and a hub tell one message from two; a reader does not: so people decide
    if delivery.state not in ("queued", "unsure"):
        return delivery.state
    if target_left(delivery):
        take_step(delivery, "drop", at=now(), said="the subscriber left")
        return delivery.state
    take_step(delivery, "lease", at=now())
    try:
        outcome = send(this_desk(), delivery, at=now())
    except TocsinError as error:  # an altered edition, an address that cannot be opened: nothing was sent
        outcome = Outcome("later", str(error))
    _take(delivery, outcome)
    return delivery.state


def _take(delivery: Delivery, outcome: Outcome) -> None:
    """Take the step that an outcome leads to. Raises TryAgain when there is to be another attempt."""
    if outcome.kind == "sent":
        take_step(delivery, "deliver", at=now(), said=outcome.said)
        return
    if outcome.kind == "unsure":
        take_step(delivery, "lose", at=now(), said=outcome.said)
        if delivery.channel == "mail":
            return
    if outcome.kind == "refused" or delivery.n_attempts >= MAX_ATTEMPTS:
        take_step(delivery, "give_up", at=now(), said=outcome.said)
        return
    if outcome.kind == "later":
        take_step(delivery, "put_off", at=now(), said=outcome.said)
    raise TryAgain(outcome.said, after_s=outcome.after_s)


@job(key="confirm:{}", first_wait_s=30.0)
def ask_to_confirm(subscriber: str) -> None:
    """Send somebody who asked to be told the message that asks whether it was they."""
    outcome = send_confirmation(this_desk(), subscriber, at=now())
    if outcome.kind == "later":
        raise TryAgain(outcome.said)


@job(key="sweep")
def sweep() -> None:
    """Put deliveries whose job was lost back on the queue, and remove addresses that were never confirmed."""
    for edition in Edition.objects.filter(pk__in=Delivery.objects.filter(_GOES_ON).values("edition")):
        if not Job.objects.filter(key=f"announce:{edition.pk}", due_at__isnull=False).exists():  # else not published
            enqueue_deliveries(edition)
    actions.remove_unconfirmed(by=None, at=now(), asked_before=now() - UNCONFIRMED_FOR)


def enqueue_deliveries(edition: Edition) -> None:
    """Put a job on the queue for each delivery of an edition that waits; one that is there already stands for it."""
    waiting = edition.deliveries.filter(_GOES_ON).values_list("pk", flat=True)
    table.enqueue_many((deliver.call_for(pk) for pk in waiting), at=now())


def _publish() -> str:
    desk = this_desk()
    with _alone(desk):
        done = score_and_publish(desk, at=now())
    return f"no forecast was scored: {done.not_scored}" if done.not_scored else f"{done.scores_filed} scores filed"


@contextmanager
def _alone(desk: DeskFolder) -> Iterator[None]:
    """One worker publishes at a time: two would remove one another's files."""
    folder = desk.folder / "cache"
    folder.mkdir(exist_ok=True)
    with (folder / "publishing.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
