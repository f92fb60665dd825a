"""Claims withdrawn at the request of their source: taken out of what comes, and no longer repeated in what went out.

An issued edition never changes, and whoever holds a copy can go on verifying it. What our own site shows of it can
change: a later edition names the withdrawn claims, and earlier ones are then shown without what these said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from tocsin.core.model.assessment import Finding
from tocsin.core.model.base import Id, Record, Sha256
from tocsin.core.model.case import Change
from tocsin.core.model.claims import Claim
from tocsin.core.model.edition import Content, Edition

FIELD: Final = "withdrawn"
"""The `field` of a change that says so; its targets are the claims."""

TOMBSTONE: Final = "Withdrawn at the request of the source; what it said is no longer repeated here."

R = TypeVar("R", bound=Record)


class Withheld(Record, frozen=True, kw_only=True):
    """What our site serves in place of an edition's bytes, once a claim in it was withdrawn at its source's request.

    The edition itself is not altered: its hash stands in the signed log, and whoever kept it can verify it.
    """

    schema: Literal["tocsin/withheld/1"] = "tocsin/withheld/1"
    warning: Id
    edition: int
    identifier: str
    edition_sha256: Annotated[Sha256, Meta(description="Of the bytes that are no longer served")]
    claims: Annotated[tuple[Id, ...], Meta(description="Claims that were withdrawn")]
    says: str = (
        "This edition is no longer served, because a claim in it was withdrawn at the request of its source. It was "
        "not altered: its SHA-256 stands in the signed log, and a copy that was kept can still be verified."
    )


def withheld(edition: Edition, edition_sha256: str, gone: frozenset[str]) -> Withheld | None:
    """What is served in place of an edition; None when it carries nothing that was withdrawn."""
    claims = tuple(claim.id for claim in edition.content.claims if claim.id in gone)
    if not claims:
        return None
    issue = edition.issue
    return Withheld(
        warning=issue.warning, edition=issue.edition, identifier=issue.identifier, edition_sha256=edition_sha256,
        claims=claims,
    )  # fmt: skip


CITING: Final = ("claims", "against")


def change(claim: str, since: int) -> Change:
    """The declared change that takes a claim out of edition `since`."""
    return Change(
        targets=(claim,), field=FIELD, before=f"stood before edition {since}", after="withdrawn",
        meaning=f"Claim {claim} is withdrawn and no longer counts for anything said here.",
        reason="withdrawn at the request of the source",
    )  # fmt: skip


def withdrawn_by(contents: Iterable[Content]) -> frozenset[str]:
    """The claims that some editions of a warning name as withdrawn."""
    return frozenset(
        target for content in contents for each in content.changes if each.field == FIELD for target in each.targets
    )


def uncited(record: R, gone: Collection[str]) -> R:
    """A record that no longer cites claims; the same one when it never did."""
    kept = {
        name: tuple(key for key in getattr(record, name) if key not in gone)
        for name in CITING
        if any(key in gone for key in getattr(record, name, ()))
    }
    return replace(record, **kept) if kept else record


def shown_without(edition: Edition, gone: frozenset[str]) -> Edition:
    """An edition as it may still be shown: withdrawn claims as tombstones, and nothing that was said of them alone.

    Free text that a person wrote over several claims (headline, bottom line, rationale) stays as it was issued.
    """
    content = edition.content
    gone = gone & {claim.id for claim in content.claims}
    if not gone:
        return edition
    claims = tuple(_tombstone(claim) if claim.id in gone else claim for claim in content.claims)
    said = replace(
        content,
        claims=claims,
        figures=tuple(figure for figure in content.figures if not gone & {*figure.claims}),
        flags=tuple(flag for flag in content.flags if not gone & {*flag.claims}),
        media=tuple(medium for medium in content.media if not gone & {*medium.claims}),
        changes=tuple(each for each in content.changes if each.field == FIELD or not gone & {*each.targets}),
        findings=tuple(_only_cited_by(finding, gone) for finding in content.findings),
    )
    notices = tuple(notice for notice in edition.notices if notice.about not in gone)
    return replace(edition, content=said, notices=notices)


def _only_cited_by(finding: Finding, gone: frozenset[str]) -> Finding:
    """A finding that rested on withdrawn claims alone no longer repeats why."""
    alone = bool(finding.claims) and gone >= {*finding.claims}
    return replace(finding, rationale=TOMBSTONE) if alone else finding


def _tombstone(claim: Claim) -> Claim:
    """A claim of which its id, its kind and its sources are left: references must still lead somewhere."""
    kept = {"id", "kind", "sources", "grade"}
    blank = {
        field.name: field.default
        for field in msgspec.structs.fields(Claim)
        if field.name not in kept and field.default is not msgspec.NODEFAULT
    }
    grade = replace(claim.grade, source="F", information="6", by="", date=None, reason="")
    return Claim(**{**blank, "id": claim.id, "kind": claim.kind, "sources": claim.sources, "grade": grade,
                    "text": TOMBSTONE, "asserted_by": "withdrawn"})  # fmt: skip
