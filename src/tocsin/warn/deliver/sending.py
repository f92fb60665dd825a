"""Send one delivery over its channel."""

from __future__ import annotations

import datetime

from django.conf import settings

from tocsin.core.model.edition import Edition as FrozenEdition
from tocsin.core.model.judgement import Subscription
from tocsin.publish.mail import MailText, already_mail, confirmation_mail, warning_mail
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words, WordsError, words
from tocsin.records.addresses import find_address, find_secret
from tocsin.records.models import Delivery, Record
from tocsin.records.queries import find_record, read
from tocsin.warn.deliver import mail, webhook, websub
from tocsin.warn.deliver.links import confirm_url, manage_url, unsubscribe_url
from tocsin.warn.deliver.outcome import Outcome
from tocsin.warn.deliver.post import post
from tocsin.warn.deliver.settings import mail_password, mail_settings, webhook_settings
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore


def target_left(delivery: Delivery) -> bool:
    """Whether a delivery's subscriber is no longer to be told."""
    return delivery.subscriber is not None and delivery.subscriber.state != "confirmed"


def send(desk: DeskFolder, delivery: Delivery, *, at: datetime.datetime) -> Outcome:
    """Make one attempt. What is said never holds the address."""
    edition = EditionStore(desk.editions).read(delivery.edition.sha256)
    if delivery.channel == "websub":
        headers = {"Content-Type": websub.MEDIA_TYPE}
        return post(delivery.target, websub.body(edition), headers, settings=webhook_settings(desk), at=at)
    subscriber = delivery.subscriber
    address = find_address(subscriber) if subscriber else None
    if subscriber is None or address is None:
        return Outcome("refused", "there is no address")
    if delivery.channel == "webhook":
        data = webhook.body(edition, delivery.edition.sha256)
        id = f"{edition.issue.identifier}.{delivery.edition.sha256[:12]}.{subscriber.key}"
        headers = webhook.headers(find_secret(subscriber) or "", id, data, at)
        return post(address, data, headers, settings=webhook_settings(desk), at=at).without(address)
    return _mail(desk, delivery, edition, subscriber, address, at)


def send_confirmation(desk: DeskFolder, key: str, *, at: datetime.datetime) -> Outcome:
    """Ask somebody whether it was they who asked; who follows already is sent the link to what they chose."""
    subscriber = find_record("subscriber", key)
    address = find_address(subscriber) if subscriber else None
    if subscriber is None or address is None:
        return Outcome("sent", "the address is gone")
    catalogue = words(desk.settings.language)
    name = desk.settings.name
    if subscriber.state == "confirmed":
        text = already_mail(catalogue, desk=name, manage_url=manage_url(desk, key))
    else:
        topics = said_of(read(subscriber, Subscription), catalogue)
        text = confirmation_mail(catalogue, desk=name, confirm_url=confirm_url(desk, key, at=at), topics=topics)
    return _hand_over(desk, text, address, message_id=f"{key}.{int(at.timestamp())}", at=at)


def said_of(subscription: Subscription, catalogue: Words) -> tuple[str, ...]:
    """What somebody asked for, in a line or two."""
    situations = ", ".join(subscription.situations) or catalogue("mail-every-situation")
    lines = [catalogue("mail-about", situations=situations)]
    if subscription.level != "none":
        lines.append(catalogue("mail-from-level", level=catalogue(f"level-{subscription.level}")))
    if subscription.languages:
        lines.append(catalogue("mail-in-languages", languages=", ".join(subscription.languages)))
    return tuple(lines)


def _mail(
    desk: DeskFolder,
    delivery: Delivery,
    edition: FrozenEdition,
    subscriber: Record,
    address: str,
    at: datetime.datetime,
) -> Outcome:
    try:
        catalogue = words(edition.content.language)
    except WordsError:
        catalogue = words(desk.settings.language)
    leave = unsubscribe_url(desk, subscriber.key)
    text = warning_mail(
        Reading(edition, delivery.edition.sha256, at.date()), catalogue,
        manage_url=manage_url(desk, subscriber.key), unsubscribe_url=leave,
    )  # fmt: skip
    id = f"{delivery.edition.sha256[:24]}.{subscriber.key}"
    return _hand_over(desk, text, address, message_id=id, at=at, unsubscribe_url=leave)


def _hand_over(
    desk: DeskFolder, text: MailText, to: str, *, message_id: str, at: datetime.datetime, unsubscribe_url: str = ""
) -> Outcome:
    server = mail_settings(desk)
    if server is None:
        return Outcome("later", "the desk sends no e-mail: desk.toml has no [mail]")
    domain = server.sender.rpartition("@")[2]
    try:
        message = mail.compose(
            text, settings=server, from_name=desk.settings.name, to=to, message_id=f"<{message_id}@{domain}>", at=at,
            unsubscribe_url=unsubscribe_url,
        )  # fmt: skip
    except mail.MailError as error:
        return Outcome("refused", error.problem).without(to)
    password = mail_password(desk, settings.MAIL_PASSWORD)
    return mail.send(message, to, settings=server, password=password).without(to, password)
