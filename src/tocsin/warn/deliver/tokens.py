"""Links that a message carries: who follows them shows that the message reached them. Signed, and for one purpose."""

from __future__ import annotations

import datetime
from typing import Literal

from django.core.signing import BadSignature, Signer

from tocsin.core.errors import TocsinError

Purpose = Literal["confirm", "manage"]

CONFIRM_WITHIN = datetime.timedelta(days=3)


class TokenError(TocsinError):
    """A link that was altered, is for something else, or is too old."""


def make_token(purpose: Purpose, subscriber: str, *, until: datetime.datetime | None = None) -> str:
    """A token for a subscriber, by key; good for ever when no end is given: one may leave at any time."""
    end = int(until.timestamp()) if until else 0
    return _signer(purpose).sign(f"{subscriber}.{end}")


def read_token(purpose: Purpose, token: str, *, at: datetime.datetime) -> str:
    """The key of the subscriber that a token is for. Raises TokenError."""
    try:
        subscriber, _, end = _signer(purpose).unsign(token).rpartition(".")
    except BadSignature as error:
        raise TokenError("this link is not whole", remedy="Copy all of it from the message") from error
    if int(end) and int(end) < at.timestamp():
        raise TokenError("this link has expired", remedy="Subscribe again: you get a new one")
    return subscriber


def _signer(purpose: Purpose) -> Signer:
    return Signer(salt=f"tocsin.follow.{purpose}", sep="~")
