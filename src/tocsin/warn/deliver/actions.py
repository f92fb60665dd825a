"""The writes of delivering that somebody decides: follow, confirm, choose, leave; add a webhook; send again."""

from __future__ import annotations

import datetime
import secrets

from tocsin.core.errors import TocsinError
from tocsin.core.model.judgement import Subscription
from tocsin.records.acting import Act, acting
from tocsin.records.addresses import find_subscriber, forget_address, keep_address
from tocsin.records.deliveries import take_step
from tocsin.records.models import Delivery, Person, Record, Version
from tocsin.warn.deliver import webhook
from tocsin.warn.deliver.addressing import check_mail_address, check_web_address
from tocsin.warn.deliver.queries import asked_lately, unconfirmed


class FollowError(TocsinError):
    """Somebody who cannot be told, or is not there."""


def ask_to_follow(*, by: Person | None, at: datetime.datetime, address: str, wants: Subscription) -> Record | None:
    """Note that somebody wants to be told by e-mail, and ask them by e-mail whether it was they.

    by: whoever types it in for them at the desk; None is the public page. Nothing else is sent before they confirm,
    and what a subscriber chose is not changed. Gives None when they were sent a message only just now.
    """
    from tocsin.warn.deliver.jobs import ask_to_confirm

    checked = check_mail_address(address)
    if asked_lately(find_subscriber("mail", checked), at):
        return None
    with acting("follow.ask", by=by, at=at, needs="analyst" if by else None) as act:
        there = find_subscriber("mail", checked)
        if there is None:
            there = _new(act, "mail", checked, wants)
        elif there.state == "asked":
            act.keep("subscriber", there.key, wants, seen=there.head)
        act.about = str(there)
        ask_to_confirm.enqueue(there.key)
        return there


def confirm(*, by: Person | None, at: datetime.datetime, subscriber: Record) -> Record:
    """They say that it was they: from now on they are told. Raises StepError when they confirmed or left before."""
    with acting("follow.confirm", by=by, at=at, about=str(subscriber)) as act:
        act.step(subscriber, "confirm")
        return subscriber


def choose(*, by: Person | None, at: datetime.datetime, subscriber: Record, wants: Subscription, seen: int) -> Version:
    """Change what somebody is told. The channel stays."""
    with acting("follow.choose", by=by, at=at, needs="analyst" if by else None, about=str(subscriber)) as act:
        subscriber.refresh_from_db()
        if subscriber.state == "left":
            raise FollowError("this subscription was ended", remedy="Subscribe again")
        return act.keep("subscriber", subscriber.key, wants, seen=seen)


def leave(*, by: Person | None, at: datetime.datetime, subscriber: Record, reason: str = "") -> Record:
    """End a subscription and erase the address. What is queued is dropped; that somebody followed stays on record."""
    with acting(
        "follow.leave", by=by, at=at, needs="analyst" if by else None, about=str(subscriber), reason=reason
    ) as act:
        _erase(act, subscriber, reason, at)
        return subscriber


def remove_unconfirmed(*, by: Person | None, at: datetime.datetime, asked_before: datetime.datetime) -> int:
    """Erase the addresses of those who asked before an instant and never confirmed; give how many."""
    found = list(unconfirmed(asked_before))
    if found:
        with acting("follow.remove_unconfirmed", by=by, at=at) as act:
            for subscriber in found:
                _erase(act, subscriber, "never confirmed", at)
    return len(found)


def add_webhook(
    *, by: Person, at: datetime.datetime, url: str, wants: Subscription, allow_hosts: tuple[str, ...] = ()
) -> tuple[Record, str]:
    """Let an address be told, and give the secret that signs what it is sent. The secret is shown this once."""
    checked = check_web_address(url, allow_hosts)
    with acting("follow.add_webhook", by=by, at=at, needs="publisher") as act:
        if find_subscriber("webhook", checked) is not None:
            raise FollowError("this webhook is there already", remedy="See: tocsin follow subscribers")
        secret = webhook.make_secret()
        added = _new(act, "webhook", checked, wants, secret=secret)
        act.step(added, "confirm", reason="added at the desk")
        act.about = str(added)
        return added, secret


def send_again(*, by: Person, at: datetime.datetime, delivery: Delivery, reason: str = "") -> Delivery:
    """Queue a delivery that failed, or of which nobody knows whether it arrived, once more."""
    from tocsin.warn.deliver.jobs import deliver

    bulletin = delivery.edition.bulletin
    with acting(
        "warn.send_again", by=by, at=at, needs="publisher", situation=bulletin.situation,
        about=f"bulletin {bulletin.key}", reason=reason,
    ) as act:  # fmt: skip
        act.detail = {"delivery": delivery.pk, "edition": delivery.edition.number, "was": delivery.state}
        take_step(delivery, "send_again", at=at, said=f"by {by.username}")
        deliver.enqueue(delivery.pk)
        return delivery


def _new(act: Act, channel: str, address: str, wants: Subscription, *, secret: str = "") -> Record:
    record = act.keep("subscriber", secrets.token_hex(8), wants).record
    keep_address(record, channel, address, secret=secret)
    return record


def _erase(act: Act, subscriber: Record, reason: str, at: datetime.datetime) -> None:
    act.step(subscriber, "leave", reason=reason)
    forget_address(subscriber)
    for delivery in Delivery.objects.filter(subscriber=subscriber, state__in=("queued", "failed", "unsure")):
        take_step(delivery, "drop", at=at, said="the subscriber left")
