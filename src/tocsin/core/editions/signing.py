"""Ed25519 signatures over a statement that says what is signed, so that one can never pass for another."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record, Sha256

Purpose = Literal["tocsin/edition/1", "tocsin/log-entry/1", "tocsin/manifest/1", "tocsin/forecast-entry/1"]


class SigningError(TocsinError):
    """A key that cannot be read, or a signature that does not hold."""


class Signature(Record, frozen=True, kw_only=True):
    """A detached signature: who signed which bytes for what purpose."""

    purpose: Purpose
    sha256: Annotated[Sha256, Meta(description="SHA-256 of the signed bytes")]
    key_id: Annotated[str, Meta(description="First 16 hexadecimal digits of the SHA-256 of the public key")]
    algorithm: Literal["Ed25519"] = "Ed25519"
    signature: Annotated[str, Meta(description="Base64 of 64 bytes, over `<purpose> <sha256>` in ASCII")]


def key_id(key: Ed25519PublicKey) -> str:
    """A short name of a public key; compare the whole fingerprint, not this, when you must be sure."""
    return fingerprint(key)[:16]


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the 32 raw bytes of a public key, hexadecimal."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def sign(key: Ed25519PrivateKey, purpose: Purpose, sha256: str) -> Signature:
    """Sign the statement that bytes with this hash serve this purpose."""
    made = key.sign(f"{purpose} {sha256}".encode("ascii"))
    return Signature(
        purpose=purpose, sha256=sha256, key_id=key_id(key.public_key()), signature=base64.b64encode(made).decode()
    )


def check_signature(key: Ed25519PublicKey, signature: Signature, purpose: Purpose, sha256: str, where: str) -> None:
    """Raise SigningError unless the signature is by this key, for this purpose, over these bytes."""
    if signature.purpose != purpose:
        raise SigningError(f"the signature is for {signature.purpose}, not for {purpose}", where=where)
    if signature.sha256 != sha256:
        raise SigningError("the signature is over other bytes: they were altered", where=where)
    if signature.key_id != key_id(key):
        raise SigningError(f"it was signed with key {signature.key_id}, not with {key_id(key)}", where=where)
    try:
        key.verify(base64.b64decode(signature.signature, validate=True), f"{purpose} {sha256}".encode("ascii"))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise SigningError("the signature does not hold", where=where) from error


def read_private_key(pem: bytes, where: str) -> Ed25519PrivateKey:
    """Read a PEM private key. Raises SigningError."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise SigningError("this is no private key in PEM form", where=where) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError("the key is not an Ed25519 key", where=where)
    return key


def read_public_key(pem: bytes, where: str) -> Ed25519PublicKey:
    """Read a PEM public key. Raises SigningError."""
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise SigningError("this is no public key in PEM form", where=where) from error
    if not isinstance(key, Ed25519PublicKey):
        raise SigningError("the key is not an Ed25519 key", where=where)
    return key


def make_key() -> tuple[bytes, bytes]:
    """A new key pair as PEM: (private, public)."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, public_pem(key.public_key())


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
