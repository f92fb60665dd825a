"""The append-only log of editions: each entry names the hash of the one before, and is signed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from tocsin.core.editions.canonical import EditionError, canonical_bytes, decode, sha256
from tocsin.core.editions.signing import Signature, check_signature, sign
from tocsin.core.model.base import Id, Instant, Record, Sha256
from tocsin.core.model.case import MessageType
from tocsin.core.model.edition import Edition

GENESIS = "0" * 64
"""What the first entry names as the hash of the one before."""


class Entry(Record, frozen=True, kw_only=True):
    """One issued edition in the log."""

    schema: Literal["tocsin/log-entry/1"] = "tocsin/log-entry/1"
    seq: Annotated[int, Meta(ge=1, description="1, 2, 3 ... without a gap")]
    previous_sha256: Annotated[Sha256, Meta(description="Hash of the entry before; zeros for the first")]
    warning: Id
    edition: int
    message_type: MessageType
    edition_sha256: Sha256
    issued_at: Instant


class SignedEntry(Record, frozen=True, kw_only=True):
    """An entry with its signature, as it stands in the log."""

    entry: Entry
    signature: Signature


def next_entry(key: Ed25519PrivateKey, edition: Edition, edition_sha256: str, last: SignedEntry | None) -> SignedEntry:
    """The entry that logs an edition after `last` (None for an empty log)."""
    entry = Entry(
        seq=last.entry.seq + 1 if last else 1,
        previous_sha256=entry_sha256(last.entry) if last else GENESIS,
        warning=edition.issue.warning,
        edition=edition.issue.edition,
        message_type=edition.issue.message_type,
        edition_sha256=edition_sha256,
        issued_at=edition.issue.issued_at,
    )
    return SignedEntry(entry=entry, signature=sign(key, entry.schema, entry_sha256(entry)))


def entry_sha256(entry: Entry) -> str:
    """Hash of an entry's canonical bytes; what the next entry names and what is signed."""
    return sha256(canonical_bytes(entry))


def entry_bytes(signed: SignedEntry) -> bytes:
    """An entry as it is stored: canonical JSON and a newline.

    An entry holds ASCII text and whole numbers only, for which sorted JSON *is* the canonical form; a test holds the
    two to one another. A log of a thousand entries is read each time a desk publishes.
    """
    return msgspec.json.encode(signed, order="sorted") + b"\n"


def read_entry(data: bytes, where: str) -> SignedEntry:
    """Read a stored entry. Raises EditionError when a byte of it is not as it was written."""
    signed = decode(data, SignedEntry, where)
    if entry_bytes(signed) != data:
        raise EditionError("it is not in the form in which it was written", where=where)
    return signed


def check_entry(key: Ed25519PublicKey, signed: SignedEntry, last: SignedEntry | None, where: str) -> None:
    """Raise unless an entry is signed and follows `last`. Raises EditionError or SigningError."""
    expected = last.entry.seq + 1 if last else 1
    if signed.entry.seq != expected:
        raise EditionError(f"entry {signed.entry.seq} stands where entry {expected} belongs", where=where)
    if signed.entry.previous_sha256 != (entry_sha256(last.entry) if last else GENESIS):
        raise EditionError("the chain is broken: it does not name the entry before it", where=where)
    check_signature(key, signed.signature, signed.entry.schema, entry_sha256(signed.entry), where)
