"""Editions whose every free text tries to break out of the format that carries it."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model.edition import Edition
from tocsin.publish.reading import Reading

BEFORE = "=HYPERLINK(1)"
AFTER = (
    "<b a='\"'>&amp;&bogus; ]]> </script><!-- --> <![CDATA[ ?> \x00\x07\x1b\x7f\ufffe \u202edeppils\u202c \u2066x"
    ' \u2028 \\ %s {0} {nature} \r\n\t,;"|'
)
"""XML and HTML specials, control characters, direction overrides, line separators, template and CSV specials."""

# Free texts by field name; codes, ids, dates and addresses have patterns of their own.
_FREE = """
headline bottom_line nature coded_by text title by asserted_by speaker speaker_role named_source author
publisher action purpose target made_by reason statement likelihood_note rationale context check_next meaning
before after field note copy_note method label perspective origin where terms depth definition declared_by
said_by status_note used_by credit issued_by unit date_note not_shown claimants source_note
"""
FREE = frozenset(_FREE.split())
LISTS_OF_FREE = frozenset({"not_shown", "claimants"})


def hostile(text: str) -> str:
    """A text wrapped in what should not matter; an empty one stays empty, so that documents keep their shape."""
    return f"{BEFORE}{text}{AFTER}" if text else ""


def hostile_edition(edition: Edition) -> Edition:
    """The edition with every free text made hostile."""
    raw = msgspec.to_builtins(edition)
    desk = raw["issue"]["desk"]
    desk["name"] = hostile(desk["name"])
    changed: Edition = msgspec.convert(_walk(raw), Edition)
    return changed


def _walk(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        named = "kind" in value and "addressees" not in value  # a party, a body asked: its name is a text
        return {
            name: hostile(item) if name == "name" and named and isinstance(item, str) else _walk(item, name)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [hostile(item) if key in LISTS_OF_FREE else _walk(item, "") for item in value]
    return hostile(value) if key in FREE and isinstance(value, str) else value


def read(edition: Edition, on: datetime.date = datetime.date(2026, 11, 23)) -> Reading:
    """An edition as renderers read it."""
    return Reading(edition, sha256(canonical_bytes(edition)), on)
