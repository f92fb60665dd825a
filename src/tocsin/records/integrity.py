"""Look the records over: the audit chain, every hash, every history, orphans, sign-offs, and the triggers.

All of it is streamed in the order of the chain, so that a desk of a million entries needs no memory to speak of; what
is added while it runs is left for the next time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec
from django.db import connection, models

from tocsin.core import audit
from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.verification import Failure
from tocsin.core.model.protected import Sealed
from tocsin.core.rules.four_eyes import objections
from tocsin.records.acting import digest, instant
from tocsin.records.guards import missing
from tocsin.records.models import APPEND_ONLY, AuditEntry, DataKey, Record, SignOff, Version
from tocsin.records.nouns import NOUNS
from tocsin.records.queries import contributions, last_sign_off

HASHED: tuple[type[models.Model], ...] = (
    Record,
    DataKey,
    *(model for model in APPEND_ONLY if model is not AuditEntry),
)
"""Tables whose every row is vouched for by the entry of the act that added it."""

CHUNK = 2000

_ENTRIES = """
    SELECT e.seq, e.previous_sha256, e.sha256, e.body, e.at, e.action, p.username, r.key FROM records_auditentry e
    LEFT JOIN records_person p ON p.id = e.by_id LEFT JOIN records_record r ON r.id = e.situation_id
    WHERE e.seq <= %s ORDER BY e.seq
"""


def examine() -> Iterator[Failure]:
    """Everything about the records that does not hold."""
    for name in missing(connection):
        yield Failure(where=name, text="a trigger that forbids change is missing or was altered")
    top = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    yield from _orphans()
    yield from verify_entries(top)
    yield from _records(top)
    yield from _sign_offs()
    yield from _data_keys()


def verify_entries(top: int) -> Iterator[Failure]:
    """The chain up to an entry; that columns say what bodies say; that rows and entries vouch for one another."""
    columns: list[tuple[Any, ...]] = []
    rows = {model._meta.db_table: _Rows(model, top) for model in HASHED}
    for found in audit.verify_chain(_links(top, columns)):
        where = f"audit entry {found.seq}"
        if isinstance(found, audit.Broken):
            yield Failure(where=where, text=found.text)
            continue
        at, action, username, situation = columns[0]
        if (_instant(at), action, username or "", situation or "") != (
            found.at,
            found.action,
            found.by,
            found.situation,
        ):
            yield Failure(where=where, text="its columns do not say what its body says")
        vouched: dict[str, dict[int, str]] = {}
        for wrote in found.wrote:
            vouched.setdefault(wrote.table, {})[wrote.id] = wrote.sha256
        for table, there in rows.items():
            yield from there.compare(found.seq, vouched.pop(table, {}))
        for table in vouched:
            yield Failure(where=where, text=f"it vouches for rows of {table}, which is no table of records")
    for there in rows.values():
        yield from there.rest()


def _links(top: int, columns: list[tuple[Any, ...]]) -> Iterator[audit.Link]:
    """The stored chain; the columns beside the link that was given last stand in `columns`."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [top])
        while chunk := cursor.fetchmany(CHUNK):
            for seq, previous, own, body, *beside in chunk:
                columns[:] = [tuple(beside)]
                yield audit.Link(seq, previous, own, body)


def _instant(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return instant(value)
    return str(value)[:19].replace(" ", "T") + "Z"  # as SQLite keeps it


class _Rows:
    """The rows of one table in the order of the acts that added them, compared with what the entries vouch for."""

    def __init__(self, model: type[models.Model], top: int) -> None:
        self.table = model._meta.db_table
        self._rows = model._default_manager.filter(act__lte=top).order_by("act", "pk").iterator(chunk_size=CHUNK)
        self._next: Any = next(self._rows, None)

    def compare(self, seq: int, vouched: dict[int, str]) -> Iterator[Failure]:
        """What is wrong with the rows that act `seq` added, given the hash that its entry holds of each."""
        while self._next is not None and self._next.act_id <= seq:
            row = self._next
            expected = vouched.pop(row.pk, None) if row.act_id == seq else None
            if expected is None:
                yield self._failure(row, "no audit entry vouches for it: it was added by hand")
            elif expected != digest(row):
                yield self._failure(row, "it was changed by hand: it is not what its audit entry vouches for")
            self._next = next(self._rows, None)
        for pk in vouched:
            yield Failure(where=f"{self.table} {pk}", text=f"it is missing: audit entry {seq} vouches for it")

    def rest(self) -> Iterator[Failure]:
        """Rows of acts that no entry tells of."""
        while self._next is not None:
            yield self._failure(self._next, "no audit entry vouches for it: it was added by hand")
            self._next = next(self._rows, None)

    def _failure(self, row: models.Model, text: str) -> Failure:
        about = row.record if isinstance(row, Version) else row
        return Failure(where=f"{self.table} {row.pk} ({about})", text=text)


def _records(top: int) -> Iterator[Failure]:
    """That each record's versions and steps are whole, say what their hashes say, and lead to where it points."""
    records = Record.objects.filter(act__lte=top).prefetch_related("versions", "steps")
    for record in records.iterator(chunk_size=CHUNK // 10):
        where = record.path
        noun = NOUNS.get(record.kind)
        if noun is None:
            yield Failure(where=where, text=f"a desk keeps no {record.kind}")
            continue
        versions = sorted(record.versions.all(), key=lambda version: version.number)
        if [version.number for version in versions] != list(range(1, record.head + 1)) or not versions:
            yield Failure(where=where, text=f"its history is not whole: it points to version {record.head}")
        for version in versions:
            yield from _content(version, noun.struct, where)
        steps = sorted(record.steps.all(), key=lambda step: step.number)
        if noun.life_cycle:
            taken = [(step.verb, step.before, step.after) for step in steps]
            for wrong in noun.life_cycle.check_history(taken):
                yield Failure(where=where, text=wrong)
            stands = steps[-1].after if steps else noun.life_cycle.start
        else:
            stands = ""
        if record.state != stands:
            yield Failure(where=where, text=f"it is said to be {record.state!r}, and its steps lead to {stands!r}")


def _content(version: Version, kind: type, where: str) -> Iterator[Failure]:
    where = f"{where} version {version.number}"
    data = version.content.encode()
    if sha256(data) != version.sha256:
        yield Failure(where=where, text="it was altered: its SHA-256 differs")
        return
    try:
        if canonical_bytes(msgspec.json.decode(data, type=kind)) != data:
            yield Failure(where=where, text="it is not in canonical form")
    except msgspec.DecodeError as error:
        yield Failure(where=where, text=f"it is no {kind.__name__}: {error}")


def _orphans() -> Iterator[Failure]:
    """Rows that refer to what is not there. PostgreSQL does not let one be; SQLite does, when asked with care."""
    for model in (Record, DataKey, *APPEND_ONLY):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                there, beyond = model._meta, field.related_model._meta
                statement = (
                    f"SELECT a.{there.pk.column} FROM {there.db_table} a "
                    f"LEFT JOIN {beyond.db_table} b ON b.{beyond.pk.column} = a.{field.column} "
                    f"WHERE a.{field.column} IS NOT NULL AND b.{beyond.pk.column} IS NULL ORDER BY 1 LIMIT 20"
                )
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                    for (pk,) in cursor.fetchall():
                        yield Failure(where=f"{there.db_table} {pk}", text=f"an orphan: its {field.name} is not there")


def _data_keys() -> Iterator[Failure]:
    """That every sealed version has its record's key; that a key is empty if and only if its erasure is on record."""
    keys = {key.path: key for key in DataKey.objects.select_related("erasure")}
    for key in keys.values():
        erased = hasattr(key, "erasure")
        if erased and key.wrapped:
            yield Failure(where=key.path, text="it was erased, and its data key is there again")
        elif not erased and not key.wrapped:
            yield Failure(where=key.path, text="its data key was destroyed, and no act says so")
    sealed = [noun.name for noun in NOUNS.values() if noun.seals]
    for version in Version.objects.filter(record__kind__in=sealed).select_related("record").iterator(CHUNK):
        found = keys.get(version.record.path)
        if found is None or found.name != msgspec.json.decode(version.content, type=Sealed).key:
            yield Failure(
                where=f"{version.record.path} version {version.number}", text="the key that it names is not there"
            )


def _sign_offs() -> Iterator[Failure]:
    """That nobody signed off their own work: asked again of every sign-off, by the rule."""
    for sign_off in SignOff.objects.select_related("submission__draft__parent", "by"):
        submission = sign_off.submission
        own = objections(
            sign_off.by.username,
            contributions(submission, upto=sign_off.act_id),
            last_sign_off=last_sign_off(submission.draft.parent, before=sign_off.act_id),
        )
        if own:
            yield Failure(
                where=f"sign-off {sign_off.pk} of {submission.draft.path}",
                text=f"{sign_off.by.username} signed off their own work: {own[0].about}",
            )
        if sign_off.content_sha256 != submission.content_sha256:
            yield Failure(where=f"sign-off {sign_off.pk}", text="it signs other words than were submitted")
