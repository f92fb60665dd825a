"""The record that an address names. What somebody may not read is, for them, not there."""

from __future__ import annotations

from django.http import HttpRequest

from tocsin.records.models import Person, Record
from tocsin.records.people.queries import may
from tocsin.records.queries import UnknownRecordError, find_record, get_record
from tocsin.warn.queries import find_open_draft
from tocsin.web.api.tokens import person_of


def can_read(person: Person, situation: Record) -> bool:
    """Whether somebody reads what the desk holds on a situation."""
    return may(person, "observer", situation)


def situation_of(request: HttpRequest, key: str) -> Record:
    """A situation that whoever asks may read. Raises UnknownRecordError, also where they may not."""
    found = find_record("situation", key)
    if found is None or not can_read(person_of(request), found):
        raise UnknownRecordError(f"there is no situation {key}")
    return found


def record_of(request: HttpRequest, situation: str, kind: str, key: str) -> Record:
    """A record of a situation that whoever asks may read. Raises UnknownRecordError."""
    return get_record(kind, key, situation=situation_of(request, situation))


def bulletin_of(request: HttpRequest, warning: str) -> Record:
    """The thread of a warning, where whoever asks may read its situation. Raises UnknownRecordError."""
    found = Record.objects.select_related("situation").filter(kind="bulletin", key=warning).first()
    if found is None or not can_read(person_of(request), found.situation):
        raise UnknownRecordError(f"there is no warning {warning} at this desk")
    return found


def draft_of(request: HttpRequest, warning: str) -> Record:
    """The open draft of a warning. Raises UnknownRecordError, also when none is open."""
    found = find_open_draft(bulletin_of(request, warning))
    if found is None:
        raise UnknownRecordError(f"{warning} has no open draft")
    return found
