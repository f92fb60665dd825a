"""From a signed draft to the edition that it becomes; what issuing does between its checks and the log."""

from __future__ import annotations

import datetime

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model.edition import Edition as FrozenEdition
from tocsin.records.models import Edition, Person, Record, SignOff
from tocsin.warn.assembly import Assembled
from tocsin.warn.case_files import Located
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.issue import CheckFailedError, Issued, check_turn, frozen
from tocsin.warn.queries import latest_edition, problems


def freeze_draft(
    desk: DeskFolder, store: EditionStore, draft: Record, assembled: Assembled, by: Person, at: datetime.datetime
) -> tuple[FrozenEdition, str]:
    """The edition that a signed draft becomes, and its hash. Raises CheckFailedError; IssueError, out of turn."""
    latest = latest_edition(store, draft.parent.key)
    found = problems(assembled, draft, on=at.date(), previous=latest.content if latest else None, desk=desk)
    if any(problem.severity == "error" for problem in found):
        raise CheckFailedError([Located(problem, draft.path) for problem in found])
    check_turn(assembled.draft.message_type, assembled.draft.edition, latest, draft.parent.key)
    edition = frozen(
        desk, store, assembled.content, number=assembled.draft.edition, message_type=assembled.draft.message_type,
        reason=assembled.draft.reason, problems=found, by=by.name, at=at,
    )  # fmt: skip
    return edition, sha256(canonical_bytes(edition))


def already_logged(store: EditionStore, warning: str, assembled: Assembled) -> Issued | None:
    """The edition that an interrupted act had already issued of these very words, or None."""
    for signed in store.of_warning(warning):
        if signed.entry.edition == assembled.draft.edition:
            edition = store.read(signed.entry.edition_sha256)
            if sha256(canonical_bytes(edition.content)) == assembled.sha256:
                return Issued(edition, signed.entry.edition_sha256, signed.entry.seq)
    return None


def index_row(bulletin: Record, signed: SignOff, assembled: Assembled, edition: FrozenEdition, digest: str) -> Edition:
    """The row by which an edition is found among the records."""
    review_date = edition.content.review_date
    return Edition(
        bulletin=bulletin,
        number=edition.issue.edition,
        message_type=edition.issue.message_type,
        sign_off=signed,
        content_sha256=assembled.sha256,
        sha256=digest,
        issued_at=datetime.datetime.fromisoformat(edition.issue.issued_at),
        review_date=datetime.date.fromisoformat(review_date) if review_date else None,
        level=edition.content.level.declared,
    )
