"""Issue a case's version as an Edition: check it, number it, freeze it, make it exist."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from tocsin.core.editions.freeze import freeze
from tocsin.core.model.case import MessageType
from tocsin.core.model.edition import Content, Edition, Issue, Superseded
from tocsin.core.rules.rule import Problem
from tocsin.core.vocabulary import load_codebook
from tocsin.warn.case_files import CaseFiles, Located
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore, IssueError


class CheckFailedError(IssueError):
    """A case with errors: it must not be issued."""

    def __init__(self, problems: list[Located]) -> None:
        errors = [located for located in problems if located.problem.severity == "error"]
        self.problems = problems
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(
            f"{first.problem.text}{more}", where=first.where, remedy="See them all with: tocsin warn check"
        )


class Issued(msgspec.Struct, frozen=True):
    """What issuing made."""

    edition: Edition
    sha256: str
    seq: int


def issue_case(desk: DeskFolder, case: CaseFiles, number: int, *, by: str, at: datetime.datetime) -> Issued:
    """Issue one version of a case from a desk. `at` is the instant of issue, in UTC.

    Raises CheckFailedError when the case has errors, IssueError when it is not this version's turn.
    """
    if desk.settings.status == "Actual":
        raise IssueError(
            "plain files carry no second person's sign-off, and an actual warning needs one",
            where=str(desk.folder / "desk.toml"),
            remedy="Load the case into the desk: tocsin warn load; then submit, sign-off, issue-draft",
        )
    store = EditionStore(desk.editions)
    resolved = case.resolve(number)
    warning = resolved.content.warning if resolved.content else ""
    entries = store.of_warning(warning)
    latest = store.read(entries[-1].entry.edition_sha256) if entries else None
    problems = resolved.check(at.date(), latest.content if latest else None)
    if any(located.problem.severity == "error" for located in problems):
        raise CheckFailedError(problems)
    assert resolved.content is not None  # noqa: S101  # content is missing only when there are errors
    assert resolved.version is not None  # noqa: S101
    check_turn(resolved.version.message_type, number, latest, warning)
    edition = frozen(
        desk, store, resolved.content, number=number, message_type=resolved.version.message_type,
        reason=resolved.version.reason, problems=[located.problem for located in problems], by=by, at=at,
    )  # fmt: skip
    signed = store.issue(edition, desk.signing_key())
    return Issued(edition, signed.entry.edition_sha256, signed.entry.seq)


def frozen(
    desk: DeskFolder,
    store: EditionStore,
    content: Content,
    *,
    number: int,
    message_type: MessageType,
    reason: str,
    problems: Sequence[Problem],
    by: str,
    at: datetime.datetime,
) -> Edition:
    """Checked content frozen as an edition of this desk, which names all those that it supersedes."""
    warning = content.warning
    issue = Issue(
        warning=warning,
        edition=number,
        identifier=f"{warning}.v{number}",
        message_type=message_type,
        status=desk.settings.status,
        issued_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        issued_by=by,
        reason=reason,
        supersedes=tuple(
            Superseded(
                edition=signed.entry.edition,
                identifier=f"{warning}.v{signed.entry.edition}",
                sha256=signed.entry.edition_sha256,
                issued_at=signed.entry.issued_at,
            )
            for signed in store.of_warning(warning)
        ),
        desk=desk.record,
    )
    return freeze(content, issue, load_codebook(), problems)


def check_turn(message_type: str, number: int, latest: Edition | None, warning: str) -> None:
    """Raise IssueError unless it is this edition's turn, and its message type fits."""
    done = latest.issue.edition if latest else 0
    if number <= done:
        raise IssueError(
            f"edition {number} of {warning} is issued already, and an issued edition never changes",
            remedy=f"Write a correction as editions/{done + 1}.toml, with a reason, and issue that",
        )
    if number != done + 1:
        raise IssueError(f"edition {done + 1} of {warning} comes before edition {number}", remedy="Issue it first")
    if latest and latest.issue.message_type == "Cancel":
        raise IssueError(f"{warning} was cancelled with edition {done}", remedy="Open a new warning under a new id")
    if (message_type == "Alert") != (latest is None):
        needed = "Alert" if latest is None else "Update or Cancel"
        raise IssueError(
            f"edition {number} of {warning} says {message_type}; it must be {needed}",
            remedy=f"Set message_type in editions/{number}.toml",
        )
