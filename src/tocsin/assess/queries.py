"""Read the assessment of a warning and its findings."""

from __future__ import annotations

import datetime

from tocsin.core.model.assessment import Finding
from tocsin.core.model.claims import Claim
from tocsin.core.model.judgement import Assessment
from tocsin.core.model.sources import Source
from tocsin.core.vocabulary import load_codebook
from tocsin.forecast.alert.signs import Raised, coded_claims, weigh_signs
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


def signs_of(situation: Record, *, on: datetime.date, p_model: float | None = None) -> Raised:
    """Whether what the desk has coded and accepted raises a situation on a day, beside a model's chance."""
    claims = versions_at(Record.objects.filter(kind="claim", situation=situation, state="accepted"))
    sources = versions_at(Record.objects.filter(kind="source", situation=situation))
    told = coded_claims(
        (version.read(Claim) for version in claims),
        {version.record.key: version.read(Source) for version in sources},
        on=on,
    )
    critical = {one.id for one in load_codebook().indicators if one.severity == "critical"}
    return weigh_signs(told, on=on, p_model=p_model, critical=critical)
