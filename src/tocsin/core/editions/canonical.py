"""The canonical form of a record (RFC 8785) and its SHA-256: what is hashed, signed and stored."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, TypeVar

import msgspec
import rfc8785

from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record
from tocsin.core.model.edition import Edition

MAX_BYTES = 16 * 1024 * 1024
"""No honest edition comes near this; a larger document is refused before it is parsed."""

R = TypeVar("R", bound=Record)


class EditionError(TocsinError):
    """Bytes that are not an edition, or not in the canonical form that was signed."""


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

_SEVERAL_WAYS = re.compile(rb"[\xee-\xf4]|[:,\[]-?(?:\d{16}|\d+[.eE])")
"""What encoders of JSON write differently: keys past U+E000 (sorted as UTF-16 by the RFC), large and broken numbers."""


def canonical_bytes(record: Record | dict[str, Any]) -> bytes:
    """RFC 8785 bytes of a record: sorted keys, no white space, one way to write each number. UTF-8.

    Almost every record holds nothing but texts and whole numbers, which Python's compiled encoder writes as the RFC
    asks, several times as fast; all others are written by the RFC's own.
    """
    plain = msgspec.to_builtins(record, str_keys=True)
    try:
        data = _ENCODER.encode(plain).encode()
    except ValueError:
        return rfc8785.dumps(plain)
    return rfc8785.dumps(plain) if _SEVERAL_WAYS.search(data) else data


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, kind: type[R], where: str) -> R:
    """Decode a record from JSON. Raises EditionError when it is too large, no JSON, or of another shape."""
    if len(data) > MAX_BYTES:
        raise EditionError(f"it is larger than {MAX_BYTES // 1024 // 1024} MiB", where=where)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EditionError(f"it is no {kind.__name__}: {error}", where=where) from error


def decode_edition(data: bytes, where: str = "edition") -> Edition:
    """Decode an edition of schema `tocsin/edition/1`. Raises EditionError."""
    return decode(data, Edition, where)
