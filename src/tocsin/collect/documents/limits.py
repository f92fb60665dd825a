"""How much of a document is read, and what is said when a document asks for more."""

from __future__ import annotations

import msgspec

from tocsin.collect.errors import InputError


class Limits(msgspec.Struct, frozen=True):
    """Bounds on one document. The defaults take a thousand-page report and refuse a bomb.

    max_bytes:      size of the captured bytes
    max_characters: length of the text taken out; what is beyond it is left and counted
    max_pages:      pages of a PDF read; what is beyond them is left and counted
    max_depth:      nesting of elements in a page
    max_elements:   elements in a page
    max_seconds:    wall time for one document (kept by `reader.DocumentReader`, which can stop a stuck parser)
    max_memory:     bytes of address space of the reading process (likewise)
    """

    max_bytes: int = 50_000_000
    max_characters: int = 5_000_000
    max_pages: int = 2_000
    max_depth: int = 1_000
    max_elements: int = 500_000
    max_seconds: float = 30.0
    max_memory: int = 2_000_000_000


class UnreadableError(InputError):
    """A document that cannot be read, or would cost more than its limits: its bytes stay archived, unread."""


def check_size(data: bytes, limits: Limits) -> None:
    """Raise UnreadableError for a document larger than its limit."""
    if len(data) > limits.max_bytes:
        raise UnreadableError(
            f"The document has {len(data):,} bytes; the limit is {limits.max_bytes:,}",
            remedy="Raise max_bytes if the document is worth it",
        )
