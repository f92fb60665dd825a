"""Differences between two editions as a page shows them."""

from __future__ import annotations

from typing import Any

from tocsin.core.editions.diff import Difference, word_changes
from tocsin.publish.html.said import said as in_words
from tocsin.publish.words import words


def shown(difference: Difference) -> dict[str, Any]:
    """A difference in words: what was taken out and what was put in, word by word."""
    say = words("en")
    before = in_words(difference.field, difference.before, say)
    after = in_words(difference.field, difference.after, say)
    changed = word_changes(before, after) if difference.kind == "changed" else []
    return {"difference": difference, "words": changed, "before": before, "after": after}


def first_unexplained(left: list[Difference]) -> dict[str, Any]:
    """What the form for a change starts with: the first difference that nobody has explained."""
    if not left:
        return {}
    first = shown(left[0])
    names = {"targets": left[0].target, "field": left[0].field or left[0].kind}
    return names | {"before": first["before"], "after": first["after"]}
