"""Read what is protected: what is there, never what it says; who looked at it; what rules need to know of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from django.db.models import QuerySet

from tocsin.core.audit import read_body
from tocsin.core.model.base import LonLat
from tocsin.core.model.places import Place
from tocsin.core.model.protected import Consent, Contact, ExactPlace, Handling, Sealed, Witness
from tocsin.core.protection.known import Agreed, Embargo, ExactPoint, Known
from tocsin.core.protection.sealing import SealError
from tocsin.records.keyring import ErasedError, Keyring, KeyringError
from tocsin.records.models import AuditEntry, DataKey, Record, Version
from tocsin.records.nouns import NOUNS
from tocsin.records.queries import UnknownRecordError, get_by_path, versions_at

DESK_WIDE = ("document", "capture")

KM_UNSAID = 10.0
"""The grid that a protected position is kept to where no handling says otherwise, in kilometres."""

SEALED_KINDS = tuple(noun.name for noun in NOUNS.values() if noun.seals)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A confidential record as a list shows it: that it is there."""

    path: str
    kind: str
    key: str
    about: tuple[str, ...]
    version: int
    entered_by: str
    erased: bool


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody looked at something confidential, or was refused."""

    at: str
    by: str
    path: str
    version: int
    reason: str
    refused: bool = False


class RestingOn(msgspec.Struct, frozen=True, kw_only=True):
    """What a witness stands behind."""

    consents: tuple[Record, ...]
    claims: tuple[Record, ...]
    sealed: tuple[Record, ...]


def about_record(about: str, situation: Record) -> Record:
    """The record that `claim/C01` or `place/goris` means in a situation. Raises UnknownRecordError."""
    kind = about.partition("/")[0]
    if kind not in NOUNS or "/" not in about:
        raise UnknownRecordError(f"{about!r} names no record", remedy="Write kind/key, as claim/C01")
    return get_by_path(about if kind in DESK_WIDE else f"{situation.path}/{about}")


def listed(situation: Record) -> list[Kept]:
    """What confidential records a situation has, in the order of entry."""
    found = Record.objects.filter(situation=situation, kind__in=SEALED_KINDS)
    erased = set(DataKey.objects.filter(wrapped="").values_list("path", flat=True))
    return [
        Kept(
            path=version.record.path,
            kind=version.record.kind,
            key=version.record.key,
            about=version.read(Sealed).about,
            version=version.number,
            entered_by=version.act.by.username if version.act.by else "",
            erased=version.record.path in erased,
        )
        for version in versions_at(found).select_related("act__by").order_by("record_id")
    ]


def looks(path: str = "") -> Iterator[Look]:
    """Who looked at what is confidential, or was refused, oldest first; at one record only, if named."""
    for entry in AuditEntry.objects.filter(action__in=("review.reveal", "review.reveal_refused")).order_by("seq"):
        body = read_body(entry.body)
        if not path or body.detail["path"] == path:
            yield Look(
                at=body.at, by=body.by, path=body.detail["path"], version=body.detail["version"], reason=body.reason,
                refused=body.action == "review.reveal_refused",
            )  # fmt: skip


def resting_on(witness: Record) -> RestingOn:
    """The consents of a witness, the claims that rest on them, and what confidential is about them."""
    consents = tuple(witness.children.filter(kind="consent"))
    names = {claim for version in _newest(consents) for claim in version.read(Consent).claims}
    claims = Record.objects.filter(situation=witness.situation_id, kind="claim", key__in=names)
    own = f"witness/{witness.key}"
    sealed = Record.objects.filter(situation=witness.situation_id, kind__in=SEALED_KINDS).exclude(pk=witness.pk)
    return RestingOn(
        consents=consents,
        claims=tuple(claims),
        sealed=tuple(v.record for v in versions_at(sealed) if own in v.read(Sealed).about),
    )


def withdrawn_claims(situation: Record) -> set[str]:
    """Claims that rest on a consent that was withdrawn."""
    consents = Record.objects.filter(situation=situation, kind="consent", state="withdrawn")
    return {claim for version in versions_at(consents) for claim in version.read(Consent).claims}


def known(situation: Record, keys: Keyring | None) -> Known:
    """What rules are told, for one situation. Names are read by the machine, compared, and shown to nobody.

    keys: opens what is sealed; without it `unread` says that names were not compared
    """
    kinds = ("handling", "place", "witness", "contact", "exact-place", "consent")
    of: dict[str, list[Version]] = {kind: [] for kind in kinds}
    for version in versions_at(_of(situation, *kinds)).select_related("record__parent"):
        of[version.record.kind].append(version)
    handlings = [each.read(Handling) for each in of["handling"]]
    grids = {about: each.coarsen_km for each in handlings if each.coarsen_km for about in each.about}
    embargoes = tuple(
        Embargo(about=about, until=each.embargo_until, reason=each.embargo_reason)
        for each in handlings
        if each.embargo_until
        for about in each.about
    )
    places = {f"place/{each.record.key}": each.read(Place) for each in of["place"]}
    points = [
        ExactPoint(at=place.at, km=grids[about]) for about, place in places.items() if place.at and about in grids
    ]
    names: list[str] = []
    unread = ""
    sealed = [*of["witness"], *of["contact"], *of["exact-place"]]
    rows = keys.rows(sealed) if keys else {}
    for version in sealed:
        if keys is None:
            unread = "the key was not at hand"
            break
        try:
            said = keys.read(version, NOUNS[version.record.kind].seals or Sealed, rows)
        except ErasedError:
            continue
        except (KeyringError, SealError) as error:
            unread = error.problem
            break
        at: LonLat | None = None
        if isinstance(said, Witness | Contact):
            names += [said.name, *said.other_names]
        if isinstance(said, Witness | ExactPlace):
            at = said.at
        if at is not None:
            km = max((grids.get(about) or 0 for about in version.read(Sealed).about), default=0)
            points.append(ExactPoint(at=at, km=km or KM_UNSAID))
    return Known(
        names=tuple(names),
        points=tuple(points),
        agreed=tuple(map(_agreed, of["consent"])),
        embargoes=embargoes,
        unread=unread,
    )


def _agreed(consent: Version) -> Agreed:
    said = consent.read(Consent)
    return Agreed(
        witness=consent.record.parent.key,
        claims=said.claims,
        scope=said.scope,
        informed=said.informed,
        withdrawn=consent.record.state == "withdrawn",
    )


def _of(situation: Record, *kinds: str) -> QuerySet[Record]:
    return Record.objects.filter(situation=situation, kind__in=kinds)


def _newest(records: tuple[Record, ...]) -> list[Version]:
    return list(versions_at(Record.objects.filter(pk__in=[record.pk for record in records])))
