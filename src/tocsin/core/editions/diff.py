"""What changed between two editions: field by field, and word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, Literal

from tocsin.core.model.base import Record
from tocsin.core.model.case import Change
from tocsin.core.model.edition import Content

LISTS = (
    "claims",
    "findings",
    "figures",
    "recommendations",
    "events",
    "media",
    "sources",
    "places",
    "series",
    "incidents",
)
WHOLE = (
    "headline",
    "bottom_line",
    "since",
    "level",
    "confidence",
    "review_date",
    "situation",
    "reading_of",
    "nature",
)

# What a reader must be told the meaning of. The rest is shown, and dated by itself: responses, events, notes.
MATERIAL = {
    "": {"headline", "bottom_line", "level", "situation"},
    "claims": {"", "text", "asserted_by", "contested", "indicators", "stages", "quantity"},
    "findings": {"", "state", "declared", "support", "claims"},
    "recommendations": {"", "addressees", "instrument", "action", "claims"},
    "figures": {"", "estimates"},
    "media": {"", "caption", "credit"},
}


# Where a wording was read is a note on our reading, not a change in what is said.
NOT_COMPARED = {"wording"}


class Difference(Record, frozen=True, kw_only=True):
    """One field that differs, or one record that was added or removed (then `field` is empty)."""

    list: str
    about: str
    field: str
    target: str  # how a declared change names it: C07, stage-7, headline
    kind: Literal["added", "removed", "changed"]
    before: Any = None
    after: Any = None


class ExplainedChange(Record, frozen=True, kw_only=True):
    """A change as a person explains it, with the differences that it accounts for."""

    change: Change
    differences: tuple[Difference, ...]


def differences(before: Content, after: Content) -> list[Difference]:
    """Every difference, in the order in which a page shows the records. Map shapes are not compared."""
    return [*_whole(before, after), *(found for name in LISTS for found in _in_list(name, before, after))]


def is_material(difference: Difference) -> bool:
    """Whether a reader must be told what the difference means."""
    return difference.field in MATERIAL.get(difference.list, set())


def explain(before: Content, after: Content) -> tuple[list[ExplainedChange], list[Difference]]:
    """The declared changes of the later edition with their differences, and the differences left over."""
    left = differences(before, after)
    explained = []
    for change in after.changes:
        own = tuple(found for found in left if found.target in change.targets)
        left = [found for found in left if found not in own]
        explained.append(ExplainedChange(change=change, differences=own))
    return explained, left


def word_changes(before: str, after: str) -> list[tuple[Literal["same", "removed", "added"], str]]:
    """A text's change word by word: joined in order, all but the added give `before`, all but the removed `after`."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    parts: list[tuple[Literal["same", "removed", "added"], str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            parts.append(("removed", "".join(old[i1:i2])))
        if j2 > j1:
            parts.append(("added", "".join(new[j1:j2])))
    return parts


def _whole(before: Content, after: Content) -> Iterator[Difference]:
    for field in WHOLE:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield Difference(list="", about="", field=field, target=field, kind="changed", before=old, after=new)


def _key(name: str, record: Any) -> str:
    if name != "findings":
        return str(record.id)
    return f"{'factor' if record.framework == 'un-framework' else 'stage'}-{record.number}"


def _in_list(name: str, before: Content, after: Content) -> Iterator[Difference]:
    old = {_key(name, record): record for record in getattr(before, name) or ()}
    new = {_key(name, record): record for record in getattr(after, name) or ()}
    for key in [*old, *(key for key in new if key not in old)]:
        about = key.rpartition("-")[2] if name == "findings" else key
        if key not in new:
            yield Difference(list=name, about=about, field="", target=key, kind="removed", before=old[key])
        elif key not in old:
            yield Difference(list=name, about=about, field="", target=key, kind="added", after=new[key])
        else:
            for field in old[key].__struct_fields__:
                a, b = getattr(old[key], field), getattr(new[key], field)
                if a != b and field not in NOT_COMPARED:
                    yield Difference(list=name, about=about, field=field, target=key, kind="changed", before=a, after=b)
