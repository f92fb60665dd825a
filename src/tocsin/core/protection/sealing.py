"""Confidential values encrypted, each bound to the record and the version that it stands in.

    master key    in a file beside the desk, never in the database; wraps data keys
    data key      one a record; wrapped in a row that may be wrapped again, or emptied for good
    sealed value  in a version that never changes; the audit chain vouches for the ciphertext

AES-256-GCM (NIST SP 800-38D) with 96-bit random nonces throughout. What binds a value to its place (path, version,
what it is about, name of the key) is authenticated with it: a ciphertext moved elsewhere does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record
from tocsin.core.model.protected import Sealed

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
PAD_TO: Final = 256
"""Plain texts are padded with spaces, which JSON ignores, to a multiple of this many bytes."""

R = TypeVar("R", bound=Record)


class SealError(TocsinError):
    """A confidential value that does not open: another key, moved, altered, or cut short."""


def make_key() -> bytes:
    """A new random key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def make_name() -> str:
    """A new name for a data key: 32 hexadecimal digits that say nothing."""
    return secrets.token_hex(16)


def key_mark(master: bytes) -> str:
    """A short name of a master key, which tells nothing of it."""
    return hashlib.sha256(b"tocsin confidential key\0" + master).hexdigest()[:16]


def seal(value: Record, *, data_key: bytes, name: str, path: str, version: int, about: tuple[str, ...] = ()) -> Sealed:
    """A value, readable with its data key only, as it stands in one version of one record."""
    plain = canonical_bytes(value)
    plain += b" " * (-len(plain) % PAD_TO)
    nonce = secrets.token_bytes(NONCE_BYTES)
    made = AESGCM(data_key).encrypt(nonce, plain, _bound(name, path, version, about))
    return Sealed(about=about, key=name, nonce=_text(nonce), ciphertext=_text(made))


def unseal(sealed: Sealed, kind: type[R], *, data_key: bytes, path: str, version: int) -> R:
    """The value that was sealed in this version of this record. Raises SealError."""
    bound = _bound(sealed.key, path, version, sealed.about)
    plain = _open(data_key, _bytes(sealed.nonce, path), _bytes(sealed.ciphertext, path), bound, path)
    try:
        return msgspec.json.decode(plain, type=kind)
    except msgspec.DecodeError:  # its text could repeat what is sealed
        raise SealError(f"what is sealed is no {kind.__name__}", where=path) from None


def wrap(data_key: bytes, *, master: bytes, name: str, path: str) -> str:
    """A data key, readable with the master key only: base64 of nonce and ciphertext."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _text(nonce + AESGCM(master).encrypt(nonce, data_key, _bound(name, path, 0, ())))


def unwrap(wrapped: str, *, master: bytes, name: str, path: str) -> bytes:
    """The data key of a record. Raises SealError."""
    data = _bytes(wrapped, path)
    return _open(master, data[:NONCE_BYTES], data[NONCE_BYTES:], _bound(name, path, 0, ()), path)


def _bound(name: str, path: str, version: int, about: tuple[str, ...]) -> bytes:
    return canonical_bytes({"key": name, "path": path, "version": version, "about": list(about)})


def _open(key: bytes, nonce: bytes, ciphertext: bytes, bound: bytes, path: str) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, bound)
    except (InvalidTag, ValueError):
        raise SealError(
            "a confidential value does not open: it was altered or moved, or belongs to another key",
            where=path,
            remedy="Restore it or the key from a backup; `tocsin doctor` names what was altered",
        ) from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SealError("a sealed value is no base64", where=where) from None
