"""Read tokens of the API: whether one is good, and which there are."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from typing import Final

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.rules.token_scopes import SCOPES, Scope
from tocsin.records.models import ApiToken, Person

SHAPE: Final = re.compile(r"tocsin_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")
NOBODYS: Final = "0" * 64
"""What a token is compared with when nobody has one of its handle: the comparison then takes as long."""


class UnknownTokenError(TocsinError):
    """No token has that handle."""


class Found(msgspec.Struct, frozen=True):
    """A good token: whose it is, how far it reaches, until when."""

    token: ApiToken
    person: Person
    scopes: tuple[Scope, ...]
    expires_at: datetime.datetime


def sha256_of(text: str) -> str:
    """What is kept of a token. It holds 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(text.encode()).hexdigest()


def find_token(text: str, *, at: datetime.datetime) -> Found | None:
    """The token of that text, or None: no such token, revoked, expired, or its person has left the desk."""
    shape = SHAPE.fullmatch(text)
    row = None
    if shape:
        row = ApiToken.objects.select_related("person", "revocation").filter(handle=shape[1]).first()
    same = hmac.compare_digest(sha256_of(text), row.secret_sha256 if row else NOBODYS)
    if row is None or not same or is_ended(row, at):
        return None
    return Found(row, row.person, scopes_of(row), row.expires_at)


def is_ended(token: ApiToken, at: datetime.datetime) -> bool:
    """Whether a token lets nobody in any more."""
    return hasattr(token, "revocation") or token.expires_at <= at or not token.person.is_active


def scopes_of(token: ApiToken) -> tuple[Scope, ...]:
    """How far a token reaches."""
    kept = token.scopes.split()
    return tuple(scope for scope in SCOPES if scope in kept)


def get_token(handle: str) -> ApiToken:
    """A token by the part of it that is no secret. Raises UnknownTokenError."""
    found = ApiToken.objects.select_related("person", "revocation").filter(handle=handle).first()
    if found is None:
        raise UnknownTokenError(f"there is no token {handle!r}", remedy="See: tocsin people token list")
    return found


def tokens(person: Person | None = None) -> list[ApiToken]:
    """All tokens, or those of one person, oldest first; each with `revocation` and `use` where there are any."""
    found = ApiToken.objects.select_related("person", "revocation", "use").order_by("pk")
    return list(found.filter(person=person) if person else found)
