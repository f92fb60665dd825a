"""What is on record in a situation, as far as a spreadsheet's claims refer to it or say it again."""

from __future__ import annotations

from collections.abc import Mapping, Set

import msgspec

from tocsin.core.model.claims import Claim

Statement = tuple[str, str, str]
"""What makes two claims the same: words, asserter and date, whatever the case and the spaces."""


class Known(msgspec.Struct, frozen=True):
    """What is on record in the situation: sources and places by id, claims by id and by what they say."""

    sources: Set[str] = frozenset()
    places: Set[str] = frozenset()
    claims: Set[str] = frozenset()
    statements: Mapping[Statement, str] = {}


def statement(claim: Claim) -> Statement:
    """What a claim says, for telling that another says the same."""
    return _folded(claim.text), _folded(claim.asserted_by), claim.date


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
