"""The chain of custody: what happened to each capture, when, by whom and why. Pure rules, no file.

One event is one line of JSON. Its `prev_event_hash` is the chain value of everything before it:

    digest(line)   = SHA-256 of the line's bytes, without the newline
    chain(0)       = 64 zeros
    chain(n)       = SHA-256 of "<chain(n-1)> <digest(line n)>", both in hexadecimal

A line therefore cannot be changed, removed from the middle or moved without the next one saying so. The step
through the digest is there so that the whole chain can be shown to an outsider while most lines stay private:
a list of digests is enough to recompute it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

GENESIS = "0" * 64

EventKind = Literal["collected", "copied", "moved", "viewed", "redacted", "transferred", "sealed", "deleted"]
AccessClass = Literal["public", "restricted", "confidential"]


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How and where bytes were obtained, as far as the collector can say; an absent field is one not known.

    Field names are those of the chain-of-custody list drawn from the Berkeley Protocol (HR/PUB/20/2).
    network_exit is the collector's outgoing network in words ("office line", "VPN, Frankfurt"), never measured.
    """

    source_url: str = ""
    canonical_url: str = ""
    captured_at_utc: datetime | None = None
    clock_source: str = ""
    collector_id: str = ""
    tool: str = ""
    tool_version: str = ""
    environment: str = ""
    network_exit: str = ""
    http_status: int | None = None
    headers_ref: str = ""
    warc_record_id: str = ""
    wacz_path: str = ""
    screenshot_ref: str = ""
    access_class: AccessClass | None = None
    storage_region: str = ""
    consent_ref: str = ""
    legal_basis: str = ""
    retention_until: str = ""


class CustodyEvent(Circumstances, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of the log: `event`, `event_at`, `event_by` and `event_reason` say what, when, who and why.

    item_id     names an item through all its events; random, so that a digest gives nothing away
    sha256      what the event is about: a capture's bytes, or the chain value that was sealed
    origin_ref  SHA-256 of the origin sidecar; timestamp_token_ref SHA-256 of the kept stamp
    storage_uri where the bytes lie, from the archive's folder; for `copied`, where a copy went
    """

    prev_event_hash: str
    event: EventKind
    event_at: datetime
    event_by: str
    event_reason: str
    item_id: str
    sha256: str
    byte_size: int | None = None
    mime: str = ""
    origin_ref: str = ""
    storage_uri: str = ""
    timestamp_token_ref: str = ""
    ots_ref: str = ""


def event_digest(line: bytes) -> str:
    """SHA-256 of one line, without its newline, in hexadecimal."""
    return hashlib.sha256(line).hexdigest()


def chain_after(prev_event_hash: str, digest: str) -> str:
    """The chain value once the event with that digest has been added."""
    return hashlib.sha256(f"{prev_event_hash} {digest}".encode("ascii")).hexdigest()


def encode_event(event: CustodyEvent) -> bytes:
    """The event as one line, without its newline."""
    return msgspec.json.encode(event)


def decode_event(line: bytes) -> CustodyEvent:
    """Read one line. Raises msgspec.ValidationError or DecodeError when it is not an event."""
    return msgspec.json.decode(line, type=CustodyEvent)
