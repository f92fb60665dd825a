"""Addresses of the pages where people confirm, choose and leave. They are the desk's own, not the published site's."""

from __future__ import annotations

import datetime

from tocsin.warn.deliver.settings import subscribe_url
from tocsin.warn.deliver.tokens import CONFIRM_WITHIN, make_token
from tocsin.warn.desk import DeskFolder


def confirm_url(desk: DeskFolder, subscriber: str, *, at: datetime.datetime) -> str:
    """Where somebody says that it was they who asked."""
    return f"{subscribe_url(desk)}confirm/{make_token('confirm', subscriber, until=at + CONFIRM_WITHIN)}/"


def manage_url(desk: DeskFolder, subscriber: str) -> str:
    """Where somebody chooses what they are told."""
    return f"{subscribe_url(desk)}choose/{make_token('manage', subscriber)}/"


def unsubscribe_url(desk: DeskFolder, subscriber: str) -> str:
    """Where somebody leaves: by one click of their mail program (POST), or after a question (GET)."""
    return f"{subscribe_url(desk)}leave/{make_token('manage', subscriber)}/"
