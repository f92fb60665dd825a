"""The audit chain: each entry's hash covers the hash of the one before, so that nothing in it can be changed unseen.

An entry's body is written once as canonical JSON and never again: its hash is taken over the bytes as they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.model.base import Instant, Record, Sha256

GENESIS: Final = "0" * 64
"""What the first entry names as the hash of the one before."""


class Wrote(Record, frozen=True, kw_only=True, array_like=True):
    """A row that an act added, and the hash of all that is in it."""

    table: str
    id: int
    sha256: Sha256


class AuditBody(Record, frozen=True, kw_only=True):
    """What one act did."""

    seq: Annotated[int, Meta(ge=1, description="1, 2, 3 ... without a gap")]
    at: Instant
    by: Annotated[str, Meta(description="The person's name at the desk; empty: the desk itself")]
    action: Annotated[str, Meta(description="As `review.grade_claim`")]
    situation: str = ""
    about: Annotated[str, Meta(description="As `claim C01`")] = ""
    reason: str = ""
    detail: dict[str, Any] = msgspec.field(default_factory=dict)
    wrote: tuple[Wrote, ...] = ()


class Link(msgspec.Struct, frozen=True):
    """An entry as it is stored."""

    seq: int
    previous_sha256: str
    sha256: str
    body: str


_BODY = msgspec.json.Decoder(AuditBody)


def link(body: AuditBody, previous_sha256: str) -> Link:
    """The stored form of an entry that follows one with the given hash."""
    text = canonical_bytes(body).decode()
    return Link(body.seq, previous_sha256, chained_sha256(previous_sha256, text), text)


def chained_sha256(previous_sha256: str, body: str) -> str:
    """SHA-256 over the hash of the entry before, a line feed, and the body in UTF-8."""
    return hashlib.sha256(f"{previous_sha256}\n{body}".encode()).hexdigest()


def row_sha256(columns: dict[str, Any]) -> str:
    """SHA-256 of a row's columns, in canonical JSON. Values are texts, whole numbers, truths or None."""
    return hashlib.sha256(canonical_bytes(columns)).hexdigest()


def read_body(text: str) -> AuditBody:
    """The body of a stored entry. Raises msgspec.DecodeError when it is none."""
    return _BODY.decode(text)


class Broken(Record, frozen=True, kw_only=True):
    """An entry that does not hold."""

    seq: int
    text: str


def verify_chain(links: Iterable[Link]) -> Iterator[Broken | AuditBody]:
    """Each entry's body in order, or what is wrong with the entry. Streams: a million entries need no memory.

    A failure is named once; the chain is then followed from what stands there, so that later failures are named too.
    """
    previous, expected = GENESIS, 1
    for each in links:
        if each.seq != expected:
            yield Broken(seq=each.seq, text=f"entry {each.seq} stands where entry {expected} belongs")
        if each.previous_sha256 != previous:
            yield Broken(seq=each.seq, text="it does not name the entry before it")
        if chained_sha256(each.previous_sha256, each.body) != each.sha256:
            yield Broken(seq=each.seq, text="it was altered: its hash is not that of what it says")
        else:
            try:
                body = read_body(each.body)
            except msgspec.DecodeError as error:
                yield Broken(seq=each.seq, text=f"it is no entry: {error}")
            else:
                if body.seq != each.seq:
                    yield Broken(seq=each.seq, text=f"it says that it is entry {body.seq}")
                yield body
        previous, expected = each.sha256, each.seq + 1
