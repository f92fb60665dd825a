"""Read what is on record: records by path, what they said at any moment, their history, who had a hand in a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

import msgspec
from django.db.models import Count, F, Q, QuerySet

from tocsin.core.errors import TocsinError
from tocsin.core.model import base
from tocsin.core.rules.four_eyes import Contribution
from tocsin.records.acting import path_of
from tocsin.records.lists import newest_of_each
from tocsin.records.models import AuditEntry, Record, SignOff, Step, Submission, Version

R = TypeVar("R", bound=base.Record)

LAST = 2**63 - 1
"""No record has a higher number."""


class UnknownRecordError(TocsinError):
    """Nothing of that kind and key is on record."""


def find_record(kind: str, key: str, *, situation: Record | None = None, parent: Record | None = None) -> Record | None:
    """A record by its key within what it belongs to, or None."""
    return Record.objects.filter(path=path_of(kind, key, situation=situation, parent=parent)).first()


def get_record(kind: str, key: str, *, situation: Record | None = None, parent: Record | None = None) -> Record:
    """A record by its key within what it belongs to. Raises UnknownRecordError."""
    found = find_record(kind, key, situation=situation, parent=parent)
    if found is None:
        above = parent or situation
        where = f" in {above}" if above else ""
        raise UnknownRecordError(f"there is no {kind} {key}{where}")
    return found


def get_situation(key: str) -> Record:
    """A situation by its key. Raises UnknownRecordError."""
    return get_record("situation", key)


def get_bulletin(warning: str) -> Record:
    """The thread of a warning by its permanent id, which is unique at a desk. Raises UnknownRecordError."""
    found = Record.objects.select_related("situation").filter(kind="bulletin", key=warning).first()
    if found is None:
        raise UnknownRecordError(f"there is no warning {warning} at this desk", remedy="See: tocsin warn drafts")
    return found


def versions_at(records: QuerySet[Record], upto: int | None = None) -> QuerySet[Version]:
    """The version of each record that stood after an act; the newest when `upto` is None."""
    if upto is None:
        return Version.objects.filter(record__in=records, number=F("record__head")).select_related("record")
    latest = Version.objects.filter(record__in=records, act__lte=upto).order_by("record_id", "number")
    newest = {version["record_id"]: version["pk"] for version in latest.values("record_id", "pk")}
    return Version.objects.filter(pk__in=newest.values()).select_related("record")


def newest(record: Record) -> Version:
    """The newest version of a record."""
    return record.versions.select_related("act__by").get(number=record.head)


def read(record: Record, kind: type[R]) -> R:
    """What a record says now."""
    return newest(record).read(kind)


def said(version: Version) -> base.Record:
    """What a version says, as the struct of its noun."""
    return msgspec.json.decode(version.content, type=version.record.noun.struct)


def history(record: Record) -> list[Version | Step]:
    """All versions and steps of a record, in the order in which they were made."""
    return histories([record])[record.pk]


def histories(records: Collection[Record]) -> dict[int, list[Version | Step]]:
    """The histories of several records by their numbers, in two queries; of their acts not what these wrote."""
    numbers = [record.pk for record in records]
    found: dict[int, list[Version | Step]] = {number: [] for number in numbers}
    for version in Version.objects.filter(record__in=numbers).select_related("record", "act__by").defer("act__body"):
        found[version.record_id].append(version)
    for step in Step.objects.filter(record__in=numbers).select_related("record", "act__by").defer("act__body"):
        found[step.record_id].append(step)
    for rows in found.values():
        rows.sort(key=lambda row: (row.act_id, isinstance(row, Step), row.number))
    return found


def newest_in(rows: Iterable[Version | Step]) -> Version:
    """The newest version in a history."""
    return max((row for row in rows if isinstance(row, Version)), key=lambda version: version.number)


def carried_by(submission: Submission) -> QuerySet[Version]:
    """Every version of whatever a submission carries, and of whatever belongs to that."""
    records = submission.parts.values("version__record")
    return Version.objects.filter(Q(record__in=records) | Q(record__parent__in=records))


def contributions(submission: Submission, upto: int | None = None) -> list[Contribution]:
    """Who made which version of what a submission carries, and of its draft; before act `upto`, if given."""
    versions = carried_by(submission).select_related("record", "act__by")
    return [
        Contribution(
            person=version.act.by.username,
            about=str(version.record),
            drafted=version.record_id == submission.draft_id,
            act=version.act_id,
        )
        for version in versions
        if version.act.by and (upto is None or version.act_id < upto)
    ]


def last_sign_off(bulletin: Record, before: int | None = None) -> int:
    """Place in the audit chain of the last sign-off of a warning (before an act, if given); 0 when there is none."""
    found = SignOff.objects.filter(submission__draft__parent=bulletin)
    if before is not None:
        found = found.filter(act__lt=before)
    return found.order_by("-act").values_list("act", flat=True).first() or 0


def get_by_path(path: str) -> Record:
    """A record by its path. Raises UnknownRecordError."""
    found = Record.objects.select_related("situation", "parent").filter(path=path).first()
    if found is None:
        raise UnknownRecordError(f"there is no record {path}")
    return found


def counts(situations: Collection[int], kinds: Collection[str]) -> dict[tuple[int, str, str], int]:
    """How many records there are by situation, kind and state."""
    found = Record.objects.filter(situation__in=situations, kind__in=kinds).order_by()
    rows = found.values_list("situation", "kind", "state").annotate(n=Count("pk"))
    return {(where, kind, state): n for where, kind, state, n in rows}


def acts_since(seq: int, situations: Collection[int], limit: int) -> list[AuditEntry]:
    """What was done in situations after a place in the audit chain, the newest first."""
    one = "SELECT seq FROM records_auditentry WHERE situation_id = %s AND seq > %s ORDER BY seq DESC"
    newest = newest_of_each(situations, one, (seq,), limit)
    return list(AuditEntry.objects.filter(pk__in=newest).select_related("by", "situation").order_by("-seq"))


def newest_records(
    situations: Collection[int], kind: str, state: str, limit: int, *, before: int | None = None
) -> list[int]:
    """Numbers of the newest records of a kind in a state, the newest first; those before one, if given."""
    which = "situation_id = %s AND kind = %s AND state = %s AND id < %s"
    one = f"SELECT id FROM records_record WHERE {which} ORDER BY id DESC"  # noqa: S608  # nothing of it is given
    return newest_of_each(situations, one, (kind, state, LAST if before is None else before), limit)
