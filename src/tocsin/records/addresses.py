"""The one place where a subscriber's address is read or written. Nothing else touches the table.

An address is sealed (AES-256-GCM) with a key that lies outside the database, and found again by a keyed hash. Neither
stands in a version, a step or an audit entry: the chain vouches for what a subscriber asked for, never for who they
are. So an address can go, and the chain still holds.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tocsin.core.errors import TocsinError
from tocsin.records.models import Address, Record

_NONCE_BYTES = 12


class AddressBookError(TocsinError):
    """An address that cannot be read."""


def keep_address(record: Record, channel: str, address: str, *, secret: str = "") -> None:
    """Keep where a subscriber is reached, as part of the act that is open."""
    Address(
        record=record,
        mark=_mark(channel, address),
        sealed=_seal(address, record.path),
        secret=_seal(secret, record.path) if secret else "",
    ).save(force_insert=True)


def find_subscriber(channel: str, address: str) -> Record | None:
    """Who is reached there, or None."""
    found = Address.objects.filter(mark=_mark(channel, address)).select_related("record").first()
    return found.record if found else None


def find_address(record: Record) -> str | None:
    """Where a subscriber is reached; None once they have left. Raises AddressBookError."""
    found = Address.objects.filter(record=record).first()
    return _open(found.sealed, record.path) if found else None


def find_secret(record: Record) -> str | None:
    """What signs messages to a webhook; None for others. Raises AddressBookError."""
    found = Address.objects.filter(record=record).first()
    return _open(found.secret, record.path) if found and found.secret else None


def forget_address(record: Record) -> None:
    """Remove an address for good, as part of the act that is open."""
    Address.objects.filter(record=record).delete()


def _keys() -> tuple[bytes, bytes]:
    """One key to seal with and one for the hash, both of the desk's one secret for addresses."""
    secret = settings.ADDRESS_SECRET().encode()
    return tuple(hmac.digest(secret, use, hashlib.sha256) for use in (b"seal", b"mark"))  # type: ignore[return-value]


def _mark(channel: str, address: str) -> str:
    return hmac.new(_keys()[1], f"{channel}\n{address.casefold()}".encode(), hashlib.sha256).hexdigest()


def _seal(text: str, path: str) -> str:
    """Sealed for one record: the text of another cannot be put in its place."""
    nonce = os.urandom(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_keys()[0]).encrypt(nonce, text.encode(), path.encode())).decode()


def _open(sealed: str, path: str) -> str:
    try:
        data = base64.b64decode(sealed)
        return AESGCM(_keys()[0]).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], path.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise AddressBookError(
            "an address cannot be opened: it was changed by hand, or private/address-secret is another desk's",
            where=path, remedy="Restore private/address-secret from where you keep it",
        ) from error  # fmt: skip
