"""The writes of warn: load a case, draft, submit, sign off, issue, update, cancel."""

from __future__ import annotations

import datetime

import msgspec

from tocsin.core.editions import withdrawn
from tocsin.core.model.judgement import Assessment, Bulletin, Comment, Draft
from tocsin.core.rules.four_eyes import check_second_person
from tocsin.core.rules.second_factor import NOT_ASKED, NotAsked, Proof, check_proof
from tocsin.records.acting import Act, acting
from tocsin.records.deliveries import queue_deliveries
from tocsin.records.models import Person, Record, SignOff, Step, Submission, SubmissionPart, Version
from tocsin.records.people.queries import has_second_factor
from tocsin.records.queries import contributions, find_record, get_record, last_sign_off, newest
from tocsin.records.queries import said as said_by
from tocsin.review.protection.actions import AT_REQUEST
from tocsin.review.protection.queries import withdrawn_claims
from tocsin.warn.assembly import assemble
from tocsin.warn.case_files import Located, Resolved
from tocsin.warn.deliver.jobs import announce
from tocsin.warn.deliver.targets import targets
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.freezing import already_logged, freeze_draft, index_row
from tocsin.warn.issue import CheckFailedError, Issued, check_turn
from tocsin.warn.loading import load_resolved
from tocsin.warn.queries import (
    DraftError,
    claims_in,
    comments_on,
    find_open_draft,
    last_submission,
    latest_edition,
    no_longer_accepted,
    problems,
    standing_no_longer,
    was_proven,
)

LISTS = ("claims", "events", "figures", "recommendations", "sources", "places", "series", "incidents")
"""The lists of a draft: what it carries, by key."""


def load_case(*, by: Person, at: datetime.datetime, resolved: Resolved, reason: str = "") -> Record:
    """Load one version of a case: its records, its assessment, and a draft of the edition; gives the draft.

    Claims come in as accepted, since a case is checked and graded before: so this needs a reviewer. What is on record
    already gets a new version where the case says something else. An open draft is abandoned: the case replaces it.

    Raises CheckFailedError when the case has errors of shape.
    """
    if resolved.content is None or resolved.header is None or resolved.version is None:
        raise CheckFailedError(resolved.problems)
    situation = find_record("situation", resolved.content.situation.id)
    with acting(
        "warn.load_case", by=by, at=at, needs="reviewer", situation=situation,
        about=f"bulletin {resolved.content.warning}", reason=reason,
    ) as act:  # fmt: skip
        return load_resolved(act, resolved, reason or f"version {resolved.number} of the case")


def open_warning(
    *,
    by: Person,
    at: datetime.datetime,
    situation: Record,
    warning: str,
    head: Bulletin,
    assessment: Assessment,
    text: Draft,
    reason: str = "",
) -> Record:
    """Open a warning that no case was loaded for: its thread, what is assessed so far, and a first draft; gives that.

    warning: its permanent id, which stands in addresses for good
    """
    if Record.objects.filter(kind="bulletin", key=warning).exists():
        raise DraftError(f"there is a warning {warning} at this desk", remedy="Choose another id")
    with acting(
        "warn.open_warning", by=by, at=at, needs="analyst", situation=situation, about=f"bulletin {warning}",
        reason=reason,
    ) as act:  # fmt: skip
        bulletin = act.keep("bulletin", warning, head, situation=situation, reason=reason).record
        act.keep("assessment", "assessment", assessment, parent=bulletin, reason=reason)
        return _open(act, bulletin, text, reason)


def open_draft(*, by: Person, at: datetime.datetime, bulletin: Record, text: Draft, reason: str = "") -> Record:
    """Open a draft of a warning. There is one at a time."""
    with acting(
        "warn.open_draft", by=by, at=at, needs="analyst", situation=bulletin.situation,
        about=f"bulletin {bulletin.key}", reason=reason,
    ) as act:  # fmt: skip
        return _open(act, bulletin, text, reason)


def update(
    *,
    by: Person,
    at: datetime.datetime,
    desk: DeskFolder,
    bulletin: Record,
    reason: str,
    review_date: str | None = None,
) -> Record:
    """Open the next edition of an issued warning in one act: all that it carried, with the reason for the update."""
    with acting(
        "warn.update", by=by, at=at, needs="analyst", situation=bulletin.situation, about=f"bulletin {bulletin.key}",
        reason=reason,
    ) as act:  # fmt: skip
        return _open(act, bulletin, _next_text(desk, bulletin, "Update", reason, review_date), reason)


def update_without_withdrawn(*, by: Person, at: datetime.datetime, desk: DeskFolder, bulletin: Record) -> Record:
    """Take every claim that stands no longer out of the open draft, or open an Update without them; gives the draft.

    Findings, figures and recommendations cite them no longer. What then rests on nothing, the rules name: a person
    decides what is still to be said.
    """
    with acting(
        "warn.update_without_withdrawn", by=by, at=at, needs="analyst", situation=bulletin.situation,
        about=f"bulletin {bulletin.key}",
    ) as act:  # fmt: skip
        draft = find_open_draft(bulletin)
        carried = claims_in(draft) if draft else ()
        gone = tuple(dict.fromkeys((*standing_no_longer(bulletin), *no_longer_accepted(bulletin.situation, carried))))
        if not gone:
            raise DraftError(f"{bulletin.key} carries no claim that was withdrawn")
        asked_for = withdrawn_claims(bulletin.situation)
        reason = AT_REQUEST if asked_for & {*gone} else "claims in it stand no longer"
        act.reason, act.detail = reason, {"claims": list(gone)}
        text = newest(draft).read(Draft) if draft else _next_text(desk, bulletin, "Update", reason, None)
        _cite_no_longer(act, bulletin, text, gone, reason)
        text = _left_out(text, gone, asked_for)
        if draft is None:
            return _open(act, bulletin, text, reason)
        return _edit(act, draft, text, draft.head, reason).record


def cancel(*, by: Person, at: datetime.datetime, desk: DeskFolder, bulletin: Record, reason: str) -> Record:
    """Draft and submit the cancellation of an issued warning in one act. A second person signs it off, as ever."""
    with acting(
        "warn.cancel", by=by, at=at, needs="analyst", situation=bulletin.situation, about=f"bulletin {bulletin.key}",
        reason=reason,
    ) as act:  # fmt: skip
        draft = _open(act, bulletin, _next_text(desk, bulletin, "Cancel", reason, None), reason)
        _submit(act, draft, desk, at.date(), reason)
        return draft


def edit_draft(
    *, by: Person, at: datetime.datetime, draft: Record, text: Draft, seen: int, reason: str = ""
) -> Version:
    """Change what a draft says of its own. Whatever was submitted or signed is voided."""
    with acting(
        "warn.edit_draft", by=by, at=at, needs="analyst", situation=draft.situation, about=str(draft), reason=reason
    ) as act:
        return _edit(act, draft, text, seen, reason)


def include(
    *, by: Person, at: datetime.datetime, draft: Record, name: str, keys: tuple[str, ...], seen: int, reason: str = ""
) -> Version:
    """Let a draft carry records: `name` is one of LISTS."""
    with acting(
        "warn.include", by=by, at=at, needs="analyst", situation=draft.situation, about=str(draft), reason=reason
    ) as act:
        text = newest(draft).read(Draft)
        carried = tuple(dict.fromkeys((*_list(text, name), *keys)))
        for key in keys:
            get_record(_noun(name), key, situation=draft.situation)
        why = reason or f"{name} {', '.join(keys)} taken in"
        return _edit(act, draft, msgspec.structs.replace(text, **{name: carried}), seen, why)


def exclude(
    *, by: Person, at: datetime.datetime, draft: Record, name: str, keys: tuple[str, ...], seen: int, reason: str
) -> Version:
    """Let a draft no longer carry records, and say why."""
    with acting(
        "warn.exclude", by=by, at=at, needs="analyst", situation=draft.situation, about=str(draft), reason=reason
    ) as act:
        text = newest(draft).read(Draft)
        carried = tuple(key for key in _list(text, name) if key not in keys)
        return _edit(act, draft, msgspec.structs.replace(text, **{name: carried}), seen, reason)


def submit(*, by: Person, at: datetime.datetime, desk: DeskFolder, draft: Record, reason: str = "") -> Submission:
    """Put a draft before a second person, word for word. Raises CheckFailedError when the rules find an error."""
    with acting("warn.submit", by=by, at=at, situation=draft.situation, about=str(draft), reason=reason) as act:
        return _submit(act, draft, desk, at.date(), reason)


def sign_off(
    *, by: Person, at: datetime.datetime, draft: Record, statement: str = "", proof: Proof | NotAsked | None = NOT_ASKED
) -> SignOff:
    """Answer for what was submitted. Nobody signs off what they drafted or changed since the last sign-off.

    proof: the second factor that was shown; None is refused. Where nobody was asked, who has one must show it all the
        same, and on an `Actual` desk a sign-off without one cannot be issued on.

    Raises FourEyesError, DraftError, SecondFactorError.
    """
    with acting("warn.sign_off", by=by, at=at, needs="reviewer", situation=draft.situation, about=str(draft)) as act:
        _prove(act, by, proof, demanded=False)
        act.step(draft, "sign_off", reason=statement)
        submission = last_submission(draft)
        assert submission is not None  # noqa: S101  # the life cycle leads to `submitted` by a submission only
        check_second_person(by.username, contributions(submission), last_sign_off=last_sign_off(draft.parent))
        if assemble(draft).sha256 != submission.content_sha256:
            raise DraftError(f"{draft} was changed since it was submitted", remedy="Submit it again")
        return act.add(
            SignOff(submission=submission, by=by, content_sha256=submission.content_sha256, statement=statement)
        )


def send_back(*, by: Person, at: datetime.datetime, draft: Record, reason: str) -> Step:
    """Give a submitted or signed draft back to be written, with the reason."""
    return _step("send_back", by, at, draft, reason)


def comment(*, by: Person, at: datetime.datetime, draft: Record, section: str, text: str) -> Version:
    """Pin a comment to a section of a draft. It changes nothing in the draft, and bars nobody from signing it off."""
    draft_no = f"{draft.parent.key}-{draft.key}"
    with acting("warn.comment", by=by, at=at, needs="observer", situation=draft.situation, about=str(draft)) as act:
        earlier = comments_on(draft)
        said = Comment(id=f"{draft_no}-{len(earlier) + 1}", draft=draft.path, section=section, text=text.strip())
        return act.keep("comment", said.id, said, situation=draft.situation)


def answer_comment(*, by: Person, at: datetime.datetime, comment: Record, reason: str) -> Step:
    """Say what was done about a comment, or why nothing was."""
    if not reason.strip():
        raise DraftError("an answer says something", remedy="Say what was changed, or why not")
    with acting(
        "warn.answer_comment", by=by, at=at, situation=comment.situation, about=str(comment), reason=reason
    ) as act:
        return act.step(comment, "answer", reason=reason)


def abandon_draft(*, by: Person, at: datetime.datetime, draft: Record, reason: str) -> Step:
    """Give a draft up. It is kept."""
    return _step("abandon", by, at, draft, reason)


def issue(
    *, by: Person, at: datetime.datetime, desk: DeskFolder, draft: Record, proof: Proof | NotAsked | None = NOT_ASKED
) -> Issued:
    """Issue a signed draft as an edition: as it was signed, for good.

    It is queued for all who are to be told in the same transaction; a worker publishes it, then delivers.

    The files and their log are the truth. The entry of the log is linked last, within the act: a crash before it
    leaves nothing, a crash after it leaves an edition without its row, which issuing again finds and indexes.

    proof: the second factor that was shown; None is refused. Where nobody was asked, who has one must show it all the
        same, and on an `Actual` desk whoever signed and whoever issues must have shown one.

    Raises DraftError when it is not signed or was changed, CheckFailedError, IssueError when it is not its turn,
    SecondFactorError.
    """
    with acting("warn.issue", by=by, at=at, needs="publisher", situation=draft.situation, about=str(draft)) as act:
        actual = desk.settings.status == "Actual"
        _prove(act, by, proof, demanded=actual)
        act.step(draft, "issue")
        assembled = assemble(draft)
        submission = last_submission(draft)
        signed = submission.sign_offs.last() if submission else None
        if signed is None or signed.content_sha256 != assembled.sha256:
            raise DraftError(f"{draft} was changed since it was signed off", remedy="Submit it again")
        if actual and not was_proven(signed):
            raise DraftError(
                f"{signed.by.username} signed {draft} off without a second factor",
                remedy="Send it back, submit it again, and have it signed off with one",
            )
        store = EditionStore(desk.editions)
        logged = already_logged(store, draft.parent.key, assembled)
        if logged is None:
            edition, digest = freeze_draft(desk, store, draft, assembled, by, at)
        else:
            edition, digest = logged.edition, logged.sha256
        act.detail |= {"edition": edition.issue.edition, "sha256": digest}
        row = act.add(index_row(draft.parent, signed, assembled, edition, digest))
        queue_deliveries(row, targets(desk, row, edition), at=at)
        announce.enqueue(row.pk)
        if logged is not None:
            return logged
        entry = store.issue(edition, desk.signing_key()).entry
        return Issued(edition, entry.edition_sha256, entry.seq)


def _prove(act: Act, by: Person, proof: Proof | NotAsked | None, *, demanded: bool) -> None:
    if proof != NOT_ASKED or demanded or has_second_factor(by):
        given = proof if isinstance(proof, Proof) else None
        shown = check_proof(given, person=by.username, act=act.name, at=act.at)
        act.detail["second_factor"] = shown.detail()


def _open(act: Act, bulletin: Record, text: Draft, reason: str) -> Record:
    there = find_open_draft(bulletin)
    if there is not None:
        raise DraftError(
            f"{bulletin.key} has an open draft, {there.key}, which is {there.state}",
            remedy="Go on with it, or abandon it first",
        )
    number = bulletin.children.filter(kind="draft").count() + 1
    return act.keep("draft", str(number), text, parent=bulletin, reason=reason).record


def _cite_no_longer(act: Act, bulletin: Record, text: Draft, gone: tuple[str, ...], reason: str) -> None:
    """New versions of whatever a draft carries that cites the claims."""
    situation = bulletin.situation
    assessment = newest(get_record("assessment", "assessment", parent=bulletin)).read(Assessment)
    citing = [get_record("finding", key, parent=bulletin) for key in assessment.findings]
    citing += [get_record("figure", key, situation=situation) for key in text.figures]
    citing += [get_record("recommendation", key, situation=situation) for key in text.recommendations]
    for record in citing:
        said = said_by(newest(record))
        left = withdrawn.uncited(said, gone)
        if left is not said:
            place = {"parent": bulletin} if record.parent_id else {"situation": situation}
            act.keep(record.kind, record.key, left, seen=record.head, reason=reason, **place)


def _left_out(text: Draft, gone: tuple[str, ...], asked_for: set[str]) -> Draft:
    """A draft that carries the claims no longer, and says so where a source asked for it."""
    changes = tuple(each for each in text.changes if not {*gone} & {*each.targets})
    if text.message_type != "Alert":
        changes += tuple(withdrawn.change(claim, text.edition) for claim in gone if claim in asked_for)
    return msgspec.structs.replace(
        text,
        claims=tuple(claim for claim in text.claims if claim not in gone),
        flags=tuple(withdrawn.uncited(flag, gone) for flag in text.flags),
        media=tuple(withdrawn.uncited(medium, gone) for medium in text.media),
        changes=changes,
    )


def _edit(act: Act, draft: Record, text: Draft, seen: int, reason: str) -> Version:
    if draft.state in ("issued", "abandoned"):
        raise DraftError(f"{draft} is {draft.state}: it can no longer be changed", remedy="Open another: warn update")
    return act.keep("draft", draft.key, text, parent=draft.parent, seen=seen, reason=reason)


def _next_text(desk: DeskFolder, bulletin: Record, message_type: str, reason: str, review_date: str | None) -> Draft:
    if not reason.strip():
        raise DraftError(f"an {message_type} says why", remedy="Give the reason")
    issued = bulletin.children.filter(kind="draft", state="issued").order_by("pk").last()
    latest = latest_edition(EditionStore(desk.editions), bulletin.key)
    if issued is None or latest is None:
        raise DraftError(f"{bulletin.key} was not issued yet: there is nothing to update or cancel")
    if latest.issue.message_type == "Cancel":
        raise DraftError(f"{bulletin.key} was cancelled", remedy="Open a new warning under a new id")
    text = newest(issued).read(Draft)
    return msgspec.structs.replace(
        text,
        edition=latest.issue.edition + 1,
        message_type=message_type,
        reason=reason,
        changes=(),
        review_date=review_date or text.review_date,
    )


def _submit(act: Act, draft: Record, desk: DeskFolder, on: datetime.date, reason: str) -> Submission:
    act.step(draft, "submit", reason=reason)
    assembled = assemble(draft)
    latest = latest_edition(EditionStore(desk.editions), draft.parent.key)
    found = problems(assembled, draft, on=on, previous=latest.content if latest else None, desk=desk)
    if any(problem.severity == "error" for problem in found):
        raise CheckFailedError([Located(problem, draft.path) for problem in found])
    check_turn(assembled.draft.message_type, assembled.draft.edition, latest, draft.parent.key)
    number = draft.submissions.count() + 1
    submission = act.add(Submission(draft=draft, number=number, content_sha256=assembled.sha256))
    act.add_all([SubmissionPart(submission=submission, version=version) for version in assembled.versions])
    return submission


def _step(verb: str, by: Person, at: datetime.datetime, draft: Record, reason: str) -> Step:
    if not reason.strip():
        raise DraftError(f"to {verb} a draft needs a reason", remedy="Say why")
    with acting(f"warn.{verb}", by=by, at=at, situation=draft.situation, about=str(draft), reason=reason) as act:
        return act.step(draft, verb, reason=reason)


def _noun(name: str) -> str:
    return name if name in ("series", "incidents") else name.removesuffix("s")


def _list(text: Draft, name: str) -> tuple[str, ...]:
    if name not in LISTS:
        raise DraftError(f"a draft has no list of {name}", remedy=f"Its lists are {', '.join(LISTS)}")
    carried: tuple[str, ...] = getattr(text, name) or ()  # a draft of before there were series has no list of them
    return carried
