"""The only code that writes records. An act is one atomic step by one person, with one entry in the audit chain.

    with acting("review.accept_claim", by=person, at=now, needs="reviewer", situation=situation) as act:
        act.keep(...)   a new version, or the first        act.step(...)   a step in a life cycle
        act.add(...)    a row of an append-only table       act.on_commit(...)   afterwards, once it is certain

Acts follow one another: SQLite's immediate transactions and an advisory lock in PostgreSQL let one write at a time.
What an act reads is therefore still so when it commits, and the chain has no gaps. A desk takes a few hundred acts a
second that way, and its people decide a few in a minute.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models, transaction

from tocsin.core import audit
from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.errors import TocsinError
from tocsin.core.life_cycles import DRAFT
from tocsin.core.model import base
from tocsin.core.rules.roles import NotAllowedError, Role, check_role
from tocsin.records.models import AuditEntry, Person, Record, Step, SubmissionPart, Version
from tocsin.records.nouns import get_noun
from tocsin.records.people.queries import may, roles_of

LOCK = 0x70C51
"""Number of the advisory lock in PostgreSQL that lets one act write at a time."""

CHUNK = 500
"""Rows that go to the database in one statement."""

Row = TypeVar("Row", bound=models.Model)
T = TypeVar("T")


class ActError(TocsinError):
    """Something that cannot be recorded."""


class ChangedMeanwhileError(ActError):
    """Somebody else made a new version since this one was read. Nothing was overwritten, nothing was lost."""


class Act:
    """An act under way. Made by `acting`."""

    def __init__(
        self, name: str, *, by: Person | None, at: datetime.datetime, situation: Record | None, last: AuditEntry | None
    ) -> None:
        self.name = name
        self.by = by
        self.at = at
        self.situation = situation
        self.seq = last.seq + 1 if last else 1
        self.about = ""
        self.reason = ""
        self.detail: dict[str, Any] = {}
        self._previous_sha256 = last.sha256 if last else audit.GENESIS
        self._wrote: list[audit.Wrote] = []

    def check_role(self, needs: Role, situation: Record | None = None) -> None:
        """Raise NotAllowedError unless whoever acts holds the role in the situation (or in every one)."""
        check_role_of(self.by, needs, self.name, situation or self.situation)

    def keep(
        self,
        kind: str,
        key: str,
        content: base.Record,
        *,
        situation: Record | None = None,
        parent: Record | None = None,
        reason: str = "",
        seen: int | None = None,
        then: str | None = None,
    ) -> Version:
        """Record what a noun says now: a new record, or a new version of one; the same words make no new version.

        seen:  number of the version that was read before it was changed; None says that there is none yet
        then: a step that a new record takes at once (a claim that was reviewed elsewhere: accept)

        Raises ChangedMeanwhileError when `seen` is not the newest version.
        """
        noun = get_noun(kind)
        if not isinstance(content, noun.struct):
            raise ActError(f"a {kind} says a {noun.struct.__name__}, not a {type(content).__name__}")
        data = canonical_bytes(content)
        path = path_of(kind, key, situation=situation, parent=parent)
        if parent is not None:
            situation = parent.situation if parent.situation_id else parent
        record = Record.objects.filter(path=path).first()
        if record is None:
            if seen:
                raise ChangedMeanwhileError(f"there is no {kind} {key}", remedy="Enter it as a new one")
            start = noun.life_cycle.start if noun.life_cycle else ""
            record = self.add(Record(kind=kind, key=key, path=path, situation=situation, parent=parent, state=start))
            if then is not None:
                self.step(record, then, reason=reason)
        elif record.head != (seen or 0):
            latest = self._newest(record)
            its_act = AuditEntry.objects.select_related("by").filter(pk=latest.act_id).first()
            who = its_act.by.username if its_act and its_act.by else "this act"
            why = latest.reason or (its_act.action if its_act else self.name)
            took = f"read version {seen}" if seen else "took it to be new"
            raise ChangedMeanwhileError(
                f"{kind} {key} is at version {record.head} by {who} ({why}), and you {took}",
                where=path,
                remedy="Read it again, and make your change to what stands now",
            )
        elif record.head and self._newest(record).sha256 == sha256(data):
            return self._newest(record)
        version = self.add(
            Version(record=record, number=record.head + 1, content=data.decode(), sha256=sha256(data), reason=reason)
        )
        moved = Record.objects.filter(pk=record.pk, head=record.head).update(head=version.number)
        if not moved:
            raise ChangedMeanwhileError(f"{kind} {key} was changed at the same instant", where=path)
        record.head = version.number
        self.void(record)
        return version

    def keep_new(
        self,
        kind: str,
        contents: Sequence[tuple[str, base.Record, Record | None]],
        *,
        situation: Record | None = None,
        reason: str = "",
    ) -> list[Version]:
        """Record many new nouns at once, as (key, what it says, parent): a spreadsheet of ten thousand claims.

        Raises ChangedMeanwhileError when one of them is on record already; then none is recorded.
        """
        noun = get_noun(kind)
        start = noun.life_cycle.start if noun.life_cycle else ""
        records = []
        for key, content, parent in contents:
            if not isinstance(content, noun.struct):
                raise ActError(f"a {kind} says a {noun.struct.__name__}, not a {type(content).__name__}")
            path = path_of(kind, key, situation=situation, parent=parent)
            within = situation if parent is None else (parent.situation if parent.situation_id else parent)
            records.append(Record(kind=kind, key=key, path=path, situation=within, parent=parent, state=start, head=1))
        there = {record.path for record in records}
        if len(there) < len(records):
            raise ActError(f"a {kind} stands twice among those to be recorded", remedy="Give each its own id")
        for chunk in batched(sorted(there), CHUNK):
            if known := Record.objects.filter(path__in=chunk).values_list("path", flat=True).first():
                raise ChangedMeanwhileError(f"{known} is on record already", remedy="Change it by itself")
        self.add_all(records)
        versions = []
        for record, (_, content, _) in zip(records, contents, strict=True):
            data = canonical_bytes(content)
            versions.append(Version(record=record, number=1, content=data.decode(), sha256=sha256(data), reason=reason))
        self.add_all(versions)
        for parent in {record.parent_id: record.parent for record in records if record.parent_id}.values():
            if parent.act_id != self.seq:  # what this very act made was never submitted
                self.void(parent)
        return versions

    def step(self, record: Record, verb: str, *, reason: str = "") -> Step:
        """Take a step in a record's life cycle. Raises StepError, or NotAllowedError without the role for it."""
        life_cycle = record.noun.life_cycle
        if life_cycle is None:
            raise ActError(f"a {record.kind} has no life cycle")
        record.refresh_from_db(fields=("state",))
        taken = life_cycle.get_step(verb, record.state, str(record))
        if taken.needs is not None:
            self.check_role(taken.needs, record.situation)
        return self._add_step(record, verb, record.state, taken.to, reason)

    def add(self, row: Row) -> Row:
        """Add a row of an append-only table; the audit entry holds the hash of it."""
        self._check_place(row)
        row.act_id = self.seq  # type: ignore[attr-defined]
        row.save(force_insert=True)
        if isinstance(row, Record) and row.kind == "situation" and self.situation is None:
            self.situation = row  # to open a situation is an act in it
        self._wrote.append(audit.Wrote(table=row._meta.db_table, id=row.pk, sha256=digest(row)))
        return row

    def add_all(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Add many rows of one table at once."""
        for row in rows:
            self._check_place(row)
            row.act_id = self.seq  # type: ignore[attr-defined]
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=CHUNK)
            self._wrote += [audit.Wrote(table=row._meta.db_table, id=row.pk, sha256=digest(row)) for row in rows]
        return rows

    def point(self, row: models.Model, **values: Any) -> None:
        """Move pointers of a row, as a wrapped key: the only columns that may change."""
        allowed = getattr(row, "POINTERS", ())
        if not set(values) <= set(allowed):
            raise ActError(f"of {row} only {', '.join(allowed) or 'nothing'} may change")
        type(row)._default_manager.filter(pk=row.pk).update(**values)
        for name, value in values.items():
            setattr(row, name, value)

    def on_commit(self, afterwards: Callable[[], object]) -> None:
        """Call something once the act is certain; a failure there does not undo it."""
        transaction.on_commit(afterwards)

    def _add_step(self, record: Record, verb: str, before: str, after: str, reason: str) -> Step:
        number = record.steps.count() + 1
        step = self.add(Step(record=record, number=number, verb=verb, before=before, after=after, reason=reason))
        Record.objects.filter(pk=record.pk).update(state=after)
        record.state = after
        return step

    def _check_place(self, row: models.Model) -> None:
        """An act writes to its own situation: what was worked out from the others' records need not be made anew."""
        record = row if isinstance(row, Record) else getattr(row, "record", None)
        here = self.situation.pk if self.situation else None
        if isinstance(record, Record) and record.situation_id not in (None, here):
            raise ActError(f"{record} is of another situation than the act {self.name}")

    def _newest(self, record: Record) -> Version:
        return record.versions.get(number=record.head)

    def void(self, changed: Record) -> None:
        """Take back the sign-off of every draft that carries what was changed, or what that belongs to."""
        carried = models.Q(version__record=changed)
        if changed.parent_id:
            carried |= models.Q(version__record_id=changed.parent_id)
        drafts = SubmissionPart.objects.filter(carried, submission__draft__state__in=("submitted", "signed"))
        for draft in Record.objects.filter(pk__in=drafts.values("submission__draft")):
            step = DRAFT.get_step("void", draft.state)
            self._add_step(draft, "void", draft.state, step.to, f"{changed} was changed")

    def close(self) -> AuditEntry:
        """Write the entry. Called once, by `acting`, before the transaction commits."""
        body = audit.AuditBody(
            seq=self.seq,
            at=instant(self.at),
            by=self.by.username if self.by else "",
            action=self.name,
            situation=self.situation.key if self.situation else "",
            about=self.about,
            reason=self.reason,
            detail=self.detail,
            wrote=tuple(self._wrote),
        )
        made = audit.link(body, self._previous_sha256)
        entry = AuditEntry(
            seq=made.seq,
            previous_sha256=made.previous_sha256,
            sha256=made.sha256,
            body=made.body,
            at=self.at,
            by=self.by,
            action=self.name,
            situation=self.situation,
        )
        entry.save(force_insert=True)
        return entry


@contextmanager
def acting(
    name: str,
    *,
    by: Person | None,
    at: datetime.datetime,
    needs: Role | None = None,
    situation: Record | None = None,
    about: str = "",
    reason: str = "",
) -> Iterator[Act]:
    """One act: checked, atomic, audited. An exception undoes all of it and leaves no entry.

    by:    who acts; None is the desk itself, which only an act without `needs` may be
    needs: the least role, in `situation` or in every situation
    """
    if at.tzinfo is None:
        raise ActError("an act has an instant with a time zone")
    with transaction.atomic():
        _take_turns()
        if needs is not None:
            check_role_of(by, needs, name, situation)
        elif by is not None and not by.is_active:
            raise NotAllowedError(f"{by.username} is no longer at the desk")
        act = Act(name, by=by, at=at, situation=situation, last=AuditEntry.objects.order_by("seq").last())
        act.about, act.reason = about, reason
        yield act
        act.close()


def check_role_of(by: Person | None, needs: Role, act: str, situation: Record | None) -> None:
    """Raise NotAllowedError unless a person is active and holds a role in a situation."""
    if by is None:
        raise NotAllowedError(f"{act} needs a person", remedy="Say who acts")
    if not by.is_active:
        raise NotAllowedError(f"{by.username} is no longer at the desk")
    if not may(by, needs, situation):
        check_role(by.username, roles_of(by, situation), needs, act, situation.key if situation else "")


def path_of(kind: str, key: str, *, situation: Record | None = None, parent: Record | None = None) -> str:
    """The path that a record is known by. Raises ActError when it belongs elsewhere."""
    noun = get_noun(kind)
    above = None if noun.under == "desk" else parent or situation
    belongs = noun.under == "desk" if above is None else noun.under == above.kind
    if not belongs:
        raise ActError(f"a {kind} belongs to a {noun.under}, not to {f'a {above.kind}' if above else 'the desk'}")
    if not key or "/" in key or len(key) > Record._meta.get_field("key").max_length:
        raise ActError(f"{key!r} cannot be the key of a {kind}", remedy="Use letters, digits, points and dashes")
    return f"{above.path}/{kind}/{key}" if above else f"{kind}/{key}"


def instant(at: datetime.datetime) -> str:
    """An instant as records write it: UTC, to the second."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(row: models.Model) -> str:
    """The hash of all that a row says, but its own number, pointers, and what another column is the hash of."""
    pointers = (*getattr(row, "POINTERS", ()), *getattr(row, "HASHED_BY_ANOTHER_COLUMN", ()))
    columns = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or field.name in pointers:
            continue
        value = getattr(row, field.attname)
        if isinstance(value, datetime.datetime):
            value = instant(value)
        elif isinstance(value, datetime.date):
            value = value.isoformat()
        columns[field.attname] = value
    return audit.row_sha256(columns)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` items."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


@contextmanager
def holding_still() -> Iterator[None]:
    """Let no act run meanwhile: for reading what belongs to one instant in several places."""
    with transaction.atomic():
        _take_turns()
        yield


def _take_turns() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
