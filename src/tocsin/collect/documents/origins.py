"""Independence is counted, not repetition: reports that print one text have one origin.

Ten outlets that carry one wire are one origin. A report from the same host that appears twice is one as well.
What this cannot see (a paraphrase, a translation, two reporters who spoke to the same witness) counts as
independent, so every count here is an upper bound and is said to be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.collect.documents.near_duplicates import THRESHOLD, group_near_duplicates


class Report(msgspec.Struct, frozen=True):
    """One publication of a text. published_at: aware, UTC; None where its publisher gives no time."""

    report_id: str
    text: str
    published_at: datetime | None = None
    publisher: str | None = None


class OriginGroup(msgspec.Struct, frozen=True):
    """Reports that print one text; `first_id` is the earliest dated one, which need not be where it was
    written.
    """

    first_id: str
    report_ids: tuple[str, ...]
    publishers: tuple[str, ...]


def group_by_origin(reports: Sequence[Report], *, threshold: float = THRESHOLD) -> list[OriginGroup]:
    """The groups of reports that share an origin, in order of their first reports.

    Reordering the reports changes neither the groups nor which report is first: ties go by `report_id`.
    """
    ordered = sorted(reports, key=_by_time)
    members: dict[int, list[Report]] = {}
    for report, first in zip(
        ordered, group_near_duplicates([report.text for report in ordered], threshold=threshold), strict=True
    ):
        members.setdefault(first, []).append(report)
    return [
        OriginGroup(
            first_id=group[0].report_id,
            report_ids=tuple(report.report_id for report in group),
            publishers=tuple(dict.fromkeys(report.publisher for report in group if report.publisher)),
        )
        for group in members.values()
    ]


def count_origins(reports: Sequence[Report], *, threshold: float = THRESHOLD) -> int:
    """How many independent origins the reports have, at most."""
    return len(group_by_origin(reports, threshold=threshold))


def _by_time(report: Report) -> tuple[bool, str, str]:
    at = report.published_at
    return (at is None, at.isoformat() if at else "", report.report_id)
