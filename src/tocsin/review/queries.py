"""Read claims as reviewers see them: what is claimed, its grade and who gave it, where it stands."""

from __future__ import annotations

import msgspec

from tocsin.core.model.claims import Claim, Grade
from tocsin.core.model.judgement import Watch
from tocsin.records.models import Record
from tocsin.records.queries import versions_at
from tocsin.review.spreadsheet.planning import Known, statement


class Reviewed(msgspec.Struct, frozen=True):
    """A claim with its grade, where it stands, and the versions that were read."""

    claim: Claim
    state: str
    version: int
    grade_version: int


def claims(situation: Record, state: str = "") -> list[Reviewed]:
    """The claims of a situation in the order of entry, each with its newest grade; only those in a state, if given."""
    found = Record.objects.filter(situation=situation, kind="claim")
    if state:
        found = found.filter(state=state)
    grades = {
        version.record.parent_id: version
        for version in versions_at(Record.objects.filter(kind="grade", parent__in=found))
    }
    reviewed = []
    for version in versions_at(found).order_by("record_id"):
        claim, grade = version.read(Claim), grades.get(version.record_id)
        if grade:
            claim = msgspec.structs.replace(claim, grade=grade.read(Grade))
        reviewed.append(Reviewed(claim, version.record.state, version.number, grade.number if grade else 0))
    return reviewed


def watches(situation: Record | None = None) -> list[tuple[Record, Watch]]:
    """Each situation that watches for documents, with what it watches for; one of them alone, if given."""
    found = Record.objects.filter(kind="watch")
    if situation is not None:
        found = found.filter(situation=situation)
    versions = versions_at(found).select_related("record__situation").order_by("record_id")
    return [(version.record.situation, version.read(Watch)) for version in versions]


def known_to(situation: Record) -> Known:
    """What is on record in a situation, as a plan of new claims must know it."""
    keys: dict[str, set[str]] = {"source": set(), "place": set(), "claim": set()}
    found = Record.objects.filter(situation=situation, kind__in=keys)
    for kind, key in found.values_list("kind", "key"):
        keys[kind].add(key)
    claims_there = versions_at(found.filter(kind="claim")).iterator(chunk_size=2000)
    statements = {statement(claim): claim.id for claim in (version.read(Claim) for version in claims_there)}
    return Known(sources=keys["source"], places=keys["place"], claims=keys["claim"], statements=statements)
