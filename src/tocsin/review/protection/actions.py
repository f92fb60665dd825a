"""The writes of source protection: seal, reveal, agree, withdraw, erase, change the key."""

from __future__ import annotations

import datetime
from typing import Any, Final

import msgspec
from django.db import connection

from tocsin.core.errors import TocsinError
from tocsin.core.model import base
from tocsin.core.model.protected import Consent, Handling
from tocsin.core.protection import sealing
from tocsin.core.rules.roles import NotAllowedError
from tocsin.records.acting import Act, acting, path_of
from tocsin.records.keyring import ErasedError, Keyring
from tocsin.records.models import DataKey, Erasure, Person, Record, Version
from tocsin.records.nouns import get_noun
from tocsin.records.queries import find_record
from tocsin.review.protection.queries import RestingOn, about_record, resting_on

AT_REQUEST: Final = "withdrawn at the request of the source"
"""The reason that is published. Who asked, and why, is nobody else's business."""


class ProtectionError(TocsinError):
    """Something confidential that cannot be recorded or shown as it was asked."""


def record_sealed(
    *,
    by: Person,
    at: datetime.datetime,
    keys: Keyring,
    situation: Record,
    kind: str,
    key: str,
    content: base.Record,
    about: tuple[str, ...] = (),
    seen: int | None = None,
    reason: str = "",
) -> Version:
    """Record a witness, a contact, an exact place or a confidential note, sealed; or a new version of one.

    about: records of the situation that it concerns, as `claim/C01`; these are kept in clear
    """
    noun = get_noun(kind)
    if noun.seals is None or not isinstance(content, noun.seals):
        raise ProtectionError(f"a {kind} is not recorded sealed from a {type(content).__name__}")
    with acting(
        "review.record_sealed", by=by, at=at, needs="analyst", situation=situation, about=f"{kind} {key}",
        reason=reason,
    ) as act:  # fmt: skip
        for each in about:
            about_record(each, situation)
        path = path_of(kind, key, situation=situation)
        row = DataKey.objects.filter(path=path).first()
        if row is None:
            row, data_key = keys.new_data_key(path)
            act.add(row)
        elif not row.wrapped:
            raise ErasedError(f"{kind} {key} was erased", where=path, remedy="Record it under a new key")
        else:
            data_key = keys.open(row)
        there = find_record(kind, key, situation=situation)
        number = there.head + 1 if there else 1
        sealed = sealing.seal(content, data_key=data_key, name=row.name, path=path, version=number, about=about)
        return act.keep(kind, key, sealed, situation=situation, seen=seen, reason=reason)


def reveal(*, by: Person, at: datetime.datetime, keys: Keyring, version: Version, reason: str) -> base.Record:
    """Show what a sealed version says, to a reviewer or to whoever entered it.

    That it was shown is on record first. That somebody without the role was refused is on record as well.
    """
    record = version.record
    if record.noun.seals is None:
        raise ProtectionError(f"{record} is not confidential", remedy="See: tocsin review show")
    if not reason.strip():
        raise ProtectionError("to read what is confidential needs a reason", where=str(record), remedy="Say why")
    looked: dict[str, Any] = {"path": record.path, "version": version.number}
    about: dict[str, Any] = {"by": by, "at": at, "situation": record.situation, "about": str(record), "reason": reason}
    try:
        with acting("review.reveal", **about) as act:
            if version.act.by_id != by.pk:
                act.check_role("reviewer")
            act.detail = looked
            return keys.read(version, record.noun.seals)  # the caller gets it once the act is on record for good
    except NotAllowedError:
        if by.is_active:  # whoever left the desk takes no act, not even a refused one
            with acting("review.reveal_refused", **about) as act:
                act.detail = looked
        raise


def record_consent(
    *,
    by: Person,
    at: datetime.datetime,
    witness: Record,
    consent: Consent,
    key: str = "1",
    seen: int | None = None,
    reason: str = "",
) -> Version:
    """Record what a witness agreed to, or what they agree to now."""
    with acting(
        "review.record_consent", by=by, at=at, needs="analyst", situation=witness.situation,
        about=f"consent {key} of {witness}", reason=reason,
    ) as act:  # fmt: skip
        there = find_record("consent", key, parent=witness)
        if there is not None and there.state != "given":
            raise ProtectionError(
                f"consent {key} of {witness} was withdrawn", remedy="Record a new one under a new key"
            )
        for claim in consent.claims:
            act.void(about_record(f"claim/{claim}", witness.situation))
        return act.keep("consent", key, consent, parent=witness, seen=seen, reason=reason)


def record_handling(
    *,
    by: Person,
    at: datetime.datetime,
    situation: Record,
    key: str,
    handling: Handling,
    seen: int | None = None,
    reason: str = "",
) -> Version:
    """Record how records are to be handled: caveat, embargo, coarsening. What was signed with them is void."""
    with acting(
        "review.record_handling", by=by, at=at, needs="analyst", situation=situation, about=f"handling {key}",
        reason=reason,
    ) as act:  # fmt: skip
        for each in handling.about:
            act.void(about_record(each, situation))
        return act.keep("handling", key, handling, situation=situation, seen=seen, reason=reason)


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """What a withdrawal did."""

    witness: str
    claims: tuple[str, ...]
    erased: tuple[str, ...]


def withdraw_consent(*, by: Person, at: datetime.datetime, witness: Record, reason: str = AT_REQUEST) -> Withdrawn:
    """Withdraw all that a witness agreed to, at their request; it cannot be undone.

    Their data key is destroyed, and that of whatever confidential is about them. Claims that rest on them are
    withdrawn, or rejected where nobody had accepted them; a sign-off of a draft that carries one is void.
    """
    with acting(
        "review.withdraw_consent", by=by, at=at, needs="reviewer", situation=witness.situation, about=str(witness),
        reason=reason,
    ) as act:  # fmt: skip
        if witness.kind != "witness":
            raise ProtectionError(f"{witness} is no witness")
        found: RestingOn = resting_on(witness)
        for consent in found.consents:
            if consent.state == "given":
                act.step(consent, "withdraw", reason=reason)
        for claim in found.claims:
            if claim.state in ("accepted", "proposed"):
                act.step(claim, "withdraw" if claim.state == "accepted" else "reject", reason=AT_REQUEST)
            act.void(claim)
        erased = [record for record in (witness, *found.sealed) if _erase(act, record, reason)]
        act.detail = {"claims": [claim.key for claim in found.claims], "erased": [record.path for record in erased]}
        return Withdrawn(
            witness=witness.key,
            claims=tuple(claim.key for claim in found.claims),
            erased=tuple(record.path for record in erased),
        )


def erase(*, by: Person, at: datetime.datetime, record: Record, reason: str) -> Record:
    """Make a confidential record unreadable for good. What stays is that it was there, and who erased it and why."""
    if not reason.strip():
        raise ProtectionError("to erase needs a reason", where=str(record), remedy="Say why; not what it said")
    with acting(
        "review.erase", by=by, at=at, needs="reviewer", situation=record.situation, about=str(record), reason=reason
    ) as act:
        if not _erase(act, record, reason):
            raise ErasedError(f"{record} is not confidential, or was erased before", where=record.path)
        return record


def rotate_key(*, by: Person, at: datetime.datetime, keys: Keyring, reason: str = "") -> int:
    """Change the master key: every data key is wrapped anew, and the old master key is destroyed; gives how many.

    The file holds both keys until the act is certain. Versions and the chain stay as they are. Copies of the database
    made before can be read with the old key only, which is gone unless somebody kept it.
    """
    with acting(
        "review.rotate_key", by=by, at=at, needs="administrator", about="the confidential key", reason=reason
    ) as act:
        keys.ready()
        old = keys.masters()
        new = sealing.make_key()
        keys.change(lambda there: [new, *there])
        rows = [row for row in DataKey.objects.all() if row.wrapped]
        for row in rows:
            wrapped = sealing.wrap(keys.open(row), master=new, name=row.name, path=row.path)
            act.point(row, wrapped=wrapped, master=sealing.key_mark(new))
        act.detail = {"master": sealing.key_mark(new), "data_keys": len(rows)}
        act.on_commit(lambda: keys.change(lambda there: [key for key in there if key not in old]))
        act.on_commit(_leave_no_trace)
        return len(rows)


def _erase(act: Act, record: Record, reason: str) -> bool:
    row = DataKey.objects.filter(path=record.path).first()
    if row is None or not row.wrapped:
        return False
    act.add(Erasure(data_key=row, reason=reason))
    act.point(row, wrapped="")
    act.on_commit(_leave_no_trace)
    return True


def _leave_no_trace() -> None:
    """Empty SQLite's write-ahead log, which holds pages as they were; its file overwrites what it frees."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
