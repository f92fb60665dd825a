"""Where kept bytes come from: the sidecar without which nothing enters the archive."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from tocsin.archive.errors import OriginError


class Origin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who published something, under which terms, and when it came to us.

    producer:       who made it ("Uppsala Conflict Data Program")
    title:          what it is called
    citation:       how the producer asks to be cited; empty when it does not ask
    licence:        an SPDX name or the producer's words; "none stated" is an answer, an empty string is not
    licence_url:    where the licence can be read
    terms:          further conditions of use, one sentence each
    version:        the producer's own version, empty when there is none
    published_date: the day it was published, ISO 8601 or EDTF, as precisely as it is known; empty when unknown
    retrieved_at:   the instant the bytes came to us, UTC
    known_at:       the instant from which the content may count as known (what an honest forecast may use), UTC
    source_url:     the address they came from; empty for a file handed over by hand
    """

    producer: str
    title: str
    licence: str
    retrieved_at: datetime
    known_at: datetime
    citation: str = ""
    licence_url: str = ""
    terms: tuple[str, ...] = ()
    version: str = ""
    published_date: str = ""
    source_url: str = ""


def check_origin(origin: Origin) -> None:
    """Raise OriginError unless the origin says who, what, under which licence, and when in UTC."""
    missing = [name for name in ("producer", "title", "licence") if not getattr(origin, name).strip()]
    if missing:
        raise OriginError(
            f"the origin does not say its {', '.join(missing)}",
            where=origin.title or origin.source_url,
            remedy='Say it; where the producer states no licence, write "none stated".',
        )
    for name in ("retrieved_at", "known_at"):
        if getattr(origin, name).utcoffset() != timedelta(0):
            raise OriginError(f"{name} is not an instant in UTC", where=origin.title)


def encode_origin(origin: Origin) -> bytes:
    """The sidecar's bytes: indented JSON, fields in the order above, so that a person can read the file."""
    return msgspec.json.format(msgspec.json.encode(origin), indent=2) + b"\n"


def decode_origin(raw: bytes, *, where: str = "") -> Origin:
    """Read a sidecar. Raises OriginError when it is not one."""
    try:
        return msgspec.json.decode(raw, type=Origin)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise OriginError(f"this is not an origin: {error}", where=where) from None


def is_same_source(one: Origin, other: Origin) -> bool:
    """Whether two origins differ only in when the bytes came to us."""
    return msgspec.structs.replace(one, retrieved_at=other.retrieved_at, known_at=other.known_at) == other
