"""The writes of assess: findings, and the assessment that holds them together."""

from __future__ import annotations

import datetime

import msgspec

from tocsin.core.model.assessment import Finding
from tocsin.core.model.judgement import Assessment
from tocsin.records.acting import acting
from tocsin.records.models import Person, Record, Version
from tocsin.records.queries import find_record, newest


def finding_key(finding: Finding) -> str:
    """How a finding is known within its warning: ten-stages-4."""
    return f"{finding.framework}-{finding.number}"


def record_finding(
    *,
    by: Person,
    at: datetime.datetime,
    bulletin: Record,
    finding: Finding,
    seen: int | None = None,
    reason: str = "",
) -> Version:
    """Say of one stage or factor: present, suspected, not seen or unknown, with its claims for and against.

    A new finding takes its place at the end of the assessment, if there is one.
    """
    key = finding_key(finding)
    with acting(
        "assess.record_finding", by=by, at=at, needs="analyst", situation=bulletin.situation, about=f"finding {key}",
        reason=reason,
    ) as act:  # fmt: skip
        version = act.keep("finding", key, finding, parent=bulletin, seen=seen, reason=reason)
        assessment = find_record("assessment", "assessment", parent=bulletin)
        if assessment is not None:
            stands = newest(assessment).read(Assessment)
            if key not in stands.findings:
                stands = msgspec.structs.replace(stands, findings=(*stands.findings, key))
                act.keep(
                    "assessment", "assessment", stands, parent=bulletin, seen=assessment.head, reason=f"finding {key}"
                )
        return version


def record_assessment(
    *,
    by: Person,
    at: datetime.datetime,
    bulletin: Record,
    assessment: Assessment,
    seen: int | None = None,
    reason: str = "",
) -> Version:
    """Record the level as its issuer declares it, how sure, and which findings stand. Nothing is computed."""
    with acting(
        "assess.record_assessment", by=by, at=at, needs="analyst", situation=bulletin.situation,
        about=f"assessment of {bulletin.key}", reason=reason,
    ) as act:  # fmt: skip
        return act.keep("assessment", "assessment", assessment, parent=bulletin, seen=seen, reason=reason)
