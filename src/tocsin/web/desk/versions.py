"""What each version of a record said: who changed what, when and why, from the first words on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tocsin.core.editions.diff import word_changes
from tocsin.records.models import Record, Step, Version
from tocsin.records.queries import history, said
from tocsin.web.desk.access import access, require

SHOWN: Final = frozenset({
    "situation", "actor", "group", "place", "source", "claim", "event", "figure", "recommendation", "map", "bulletin",
    "assessment", "finding", "draft", "expectation", "candidate", "watch", "task", "handling",
})  # fmt: skip
"""Kinds of record whose versions are shown: a list of what may be, so that what is sealed is never among them."""

MOST: Final = 50
"""Rows of a history that are shown, the newest."""

LONGEST: Final = 4_000
"""Characters of a value that are compared."""


APART: Final = {"claim": ("id", "grade")}
"""Fields that are not shown: an id never changes, and the grade of a claim is a record of its own."""


class Changed(msgspec.Struct, frozen=True):
    """What one field says that it did not say in the version before, word by word."""

    field: str
    parts: tuple[tuple[str, str], ...]


class Row(msgspec.Struct, frozen=True):
    """A version with what it changed, or a step."""

    row: Version | Step
    changed: tuple[Changed, ...]
    is_first: bool


def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version of a record, the newest first, with what differs from the one before."""
    record = Record.objects.select_related("situation", "parent").filter(pk=pk, kind__in=SHOWN).first()
    where = record and (record if record.kind == "situation" else record.situation)
    if record is None or where is None or not access(request).sees(where.pk):
        raise Http404
    if record.kind == "handling":
        require(request, "analyst", where)
    rows = list(_rows(history(record)))
    context = {"record": record, "situation": where, "rows": rows[-MOST:][::-1], "n_rows": len(rows)}
    return render(request, "desk/versions.html", context)


def _rows(found: list[Version | Step]) -> Iterator[Row]:
    before: dict[str, str] = {}
    for row in found:
        if isinstance(row, Step):
            yield Row(row, (), False)
            continue
        says = said(row)
        fields = (name for name in says.__struct_fields__ if name not in APART.get(row.record.kind, ("id",)))
        after = {name: told(getattr(says, name))[:LONGEST] for name in fields}
        names = [name for name in {**after, **before} if before.get(name, "") != after.get(name, "")]
        changed = (Changed(name, tuple(word_changes(before.get(name, ""), after.get(name, "")))) for name in names)
        yield Row(row, tuple(changed), row.number == 1)
        before = after


def told(value: Any) -> str:
    """A value of a record as text; nothing for what is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, map(told, value)))
    if isinstance(value, msgspec.Struct):
        value = {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, dict):
        parts = {str(name).replace("_", " "): told(each) for name, each in value.items()}
        return ", ".join(f"{name}: {text}" for name, text in parts.items() if text)
    return "" if value is None else str(value)
