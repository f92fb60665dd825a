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
    found = versions_at(bulletin.children.filter(kind="finding")).order_by("record_id")
    return {version.record.key: (version.read(Finding), version.number) for version in found}
