"""Read the assessment of a warning and its findings."""

from __future__ import annotations

from tocsin.core.model.assessment import Finding
from tocsin.core.model.judgement import Assessment
from tocsin.records.models import Record
from tocsin.records.queries import get_record, newest, versions_at


def assessment_of(bulletin: Record) -> tuple[Assessment, int]:
    """The assessment of a warning, and the version that it is at. Raises UnknownRecordError."""
    version = newest(get_record("assessment", "assessment", parent=bulletin))
    return version.read(Assessment), version.number


def findings_of(bulletin: Record) -> dict[str, tuple[Finding, int]]:
    """All findings of a warning by key, those that the assessment leaves out included, each with its version."""
    return assessed(bulletin)[1]


def assessed(bulletin: Record) -> tuple[Assessment | None, dict[str, tuple[Finding, int]]]:
    """The assessment of a warning, if there is one yet, and all its findings; in one query."""
    found = versions_at(bulletin.children.filter(kind__in=("assessment", "finding"))).order_by("record_id")
    assessment, findings = None, {}
    for version in found:
        if version.record.kind == "assessment":
            assessment = version.read(Assessment)
        else:
            findings[version.record.key] = (version.read(Finding), version.number)
    return assessment, findings
