"""Read drafts: what one would freeze, what the rules find in it, who may sign it, where it stands."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

import msgspec
from django.db.models import OuterRef, QuerySet, Subquery

from tocsin.core.audit import AuditBody
from tocsin.core.dates import is_stale
from tocsin.core.editions.diff import Difference, ExplainedChange, explain
from tocsin.core.errors import TocsinError
from tocsin.core.model.edition import Content
from tocsin.core.model.edition import Edition as FrozenEdition
from tocsin.core.model.judgement import Comment, Draft
from tocsin.core.rules import OF_CONTENT, Context, Problem, check, errors_first
from tocsin.core.rules.harm import OF_WHAT_IS_KNOWN
from tocsin.core.vocabulary import load_codebook
from tocsin.records.kept import Kept, last_act
from tocsin.records.keyring import Keyring
from tocsin.records.models import Edition, Record, SignOff, Step, Submission
from tocsin.records.queries import newest, versions_at
from tocsin.review.protection.queries import known as protected
from tocsin.warn.assembly import Assembled, assemble
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore

OPEN = ("writing", "submitted", "signed")

GONE = ("withdrawn", "rejected")
"""States of a claim that stood once, and stands no longer."""


class DraftError(TocsinError):
    """A draft that is not there, or not where it would have to be."""


def drafts(bulletin: Record) -> list[Record]:
    """All drafts of a warning, oldest first."""
    return list(bulletin.children.filter(kind="draft").order_by("pk"))


def find_open_draft(bulletin: Record) -> Record | None:
    """The draft that is being worked on, or None. There is never more than one."""
    found = bulletin.children.filter(kind="draft", state__in=OPEN).last()
    if found is not None:
        found.parent, found.situation = bulletin, bulletin.situation
    return found


def find_draft_of(warning: str) -> Record | None:
    """The open draft of a warning by its id, with its thread and its situation, in one query; or None."""
    found = Record.objects.filter(kind="draft", state__in=OPEN, parent__kind="bulletin", parent__key=warning)
    draft = found.select_related("parent__situation").last()
    if draft is not None and draft.parent is not None:
        draft.situation = draft.parent.situation
    return draft


def get_open_draft(bulletin: Record) -> Record:
    """The draft that is being worked on. Raises DraftError."""
    found = find_open_draft(bulletin)
    if found is None:
        raise DraftError(f"{bulletin.key} has no open draft", remedy="Open one: tocsin warn update, or warn load")
    return found


def check_not_on_record(case: CaseFiles, number: int) -> None:
    """Raise DraftError when a case's warning is on record here: then it is issued from there, with four eyes."""
    content = case.resolve(number).content
    if content is not None and Record.objects.filter(kind="bulletin", key=content.warning).exists():
        raise DraftError(
            f"{content.warning} is on record at this desk, and is issued from there",
            remedy=f"tocsin warn load CASE --edition {number}; then submit, sign-off, issue-draft",
        )


def latest_edition(store: EditionStore, warning: str) -> FrozenEdition | None:
    """The newest issued edition of a warning, from the files; None when there is none."""
    entries = store.of_warning(warning)
    return _frozen(store, entries[-1].entry.edition_sha256) if entries else None


@lru_cache(maxsize=32)
def _frozen(store: EditionStore, sha256: str) -> FrozenEdition:
    """An edition never changes: a store that read and checked one does not read it again at once."""
    return store.read(sha256)


def problems(
    assembled: Assembled, draft: Record, *, on: datetime.date, previous: Content | None, desk: DeskFolder | None = None
) -> list[Problem]:
    """All that the rules find in a draft, errors first; and each claim in it that no reviewer accepted.

    desk: where the key lies that protected names are read with; without it they are not compared, which is an error
    wherever there are any
    """
    context = _context(assembled, on, previous)
    found = [*check(context, OF_CONTENT), *_harm(context, assembled, draft, desk)]
    return [*_not_accepted(assembled), *errors_first(found)]


def _context(assembled: Assembled, on: datetime.date, previous: Content | None) -> Context:
    return Context(
        content=assembled.content, codebook=load_codebook(), on=on, message_type=assembled.draft.message_type,
        reason=assembled.draft.reason, previous=previous,
    )  # fmt: skip


def _harm(context: Context, assembled: Assembled, draft: Record, desk: DeskFolder | None) -> list[Problem]:
    """What the rules find that look at what is protected, which is read for it and kept nowhere."""
    keys = Keyring(desk.confidential_key_path) if desk else None
    known = msgspec.structs.replace(protected(draft.situation, keys), coarsened=assembled.coarsened)
    return check(msgspec.structs.replace(context, known=known), OF_WHAT_IS_KNOWN)


def _not_accepted(assembled: Assembled) -> Iterator[Problem]:
    claims = [version.record for version in assembled.versions if version.record.kind == "claim"]
    for claim in claims:
        if claim.state != "accepted":
            yield Problem(
                rule="claim-not-accepted", severity="error", list="claims", about=claim.key,
                text=f"claim {claim.key} is {claim.state}, not accepted",
                remedy="Have it accepted by a reviewer, or leave it out",
            )  # fmt: skip


def last_submission(draft: Record) -> Submission | None:
    """What was last submitted of a draft, or None."""
    return draft.submissions.order_by("-number").first()


def standing_sign_off(draft: Record) -> SignOff | None:
    """The sign-off that a draft may be issued on: the last one, as long as nothing in the draft has changed since."""
    submission = last_submission(draft)
    if draft.state != "signed" or submission is None:
        return None
    found = submission.sign_offs.select_related("by").last()
    return found if found and assemble(draft).sha256 == found.content_sha256 else None


def was_proven(sign_off: SignOff) -> bool:
    """Whether whoever signed showed a second factor."""
    body = msgspec.json.decode(sign_off.act.body, type=AuditBody)
    return "second_factor" in body.detail


def diff(draft: Record, store: EditionStore) -> tuple[list[ExplainedChange], list[Difference]]:
    """What a draft changes in the edition before: the changes that it explains, and the differences left over."""
    before = latest_edition(store, draft.parent.key)
    if before is None:
        raise DraftError(f"{draft.parent.key} has no edition yet: there is nothing to compare with")
    return explain(before.content, assemble(draft).content)


class LookedOver(msgspec.Struct, frozen=True):
    """An open draft put together once: what it would freeze, what the rules find, what it changes."""

    assembled: Assembled
    latest: FrozenEdition | None
    problems: list[Problem]
    explained: list[ExplainedChange]
    left: list[Difference]


def look_over(
    draft: Record, desk: DeskFolder, store: EditionStore, *, on: datetime.date, text: Draft | None = None
) -> LookedOver:
    """A draft as its writer and its signer read it. Raises UnknownRecordError or MapError when it cannot be made.

    text: what somebody is about to record as the draft's own; left out, what is on record
    """
    entries = store.of_warning(draft.parent.key)
    latest = entries[-1].entry.edition_sha256 if entries else ""
    act = last_act(draft.situation_id)
    over = (
        _put_together(draft, act, store, latest, on) if act and text is None else _look(draft, store, latest, on, text)
    )
    harm = _harm(_context(over.assembled, on, None), over.assembled, draft, desk)
    found = [*_not_accepted(over.assembled), *errors_first([*over.problems, *harm])]
    return msgspec.structs.replace(over, problems=found)


@lru_cache(maxsize=64)
def _put_together(draft: Record, act: str, store: EditionStore, latest: str, on: datetime.date) -> LookedOver:
    """The same draft says the same until the next act in its situation, which `act` is the hash of."""
    return _look(draft, store, latest, on, None)


def _look(draft: Record, store: EditionStore, latest: str, on: datetime.date, text: Draft | None) -> LookedOver:
    """A draft put together, with what those rules find that look at nothing confidential."""
    assembled = assemble(draft, text=text)
    edition = _frozen(store, latest) if latest else None
    before = edition.content if edition else None
    explained, left = explain(before, assembled.content) if before else ([], [])
    return LookedOver(assembled, edition, check(_context(assembled, on, before), OF_CONTENT), explained, left)


class Standing(msgspec.Struct, frozen=True):
    """Where a warning stands."""

    warning: str
    situation: str
    edition: int
    message_type: str
    level: str
    review_date: str | None
    stale: bool
    draft: str
    draft_state: str
    draft_head: int
    must_update: tuple[str, ...] = ()
    """Claims of the newest edition that stand no longer: it must be updated without them."""


def warnings(*, on: datetime.date, situation: Record | None = None) -> list[Standing]:
    """Where each warning of the desk, or of one situation, stands on a day; what is stale says so."""
    found = Record.objects.filter(kind="bulletin").select_related("situation").order_by("key")
    if situation is not None:
        found = found.filter(situation=situation)
    return standings(found, on=on)


def standings(bulletins: QuerySet[Record], *, on: datetime.date) -> list[Standing]:
    """Where warnings stand on a day, in the order in which they are given."""
    listed = list(bulletins.select_related("situation"))
    numbers = [bulletin.pk for bulletin in listed]
    last = Edition.objects.filter(bulletin=OuterRef("bulletin")).order_by("-number").values("pk")[:1]
    issued = Edition.objects.filter(bulletin__in=numbers, pk=Subquery(last))
    newest_edition = {row.bulletin_id: row for row in issued}
    open_drafts = Record.objects.filter(kind="draft", parent__in=numbers, state__in=OPEN)
    drafts_of = {draft.parent_id: draft for draft in open_drafts.order_by("pk")}
    live = [each for each in listed if (row := newest_edition.get(each.pk)) and row.message_type != "Cancel"]
    gone = _gone_from(live)
    return [
        _standing(each, newest_edition.get(each.pk), drafts_of.get(each.pk), on, gone.get(each.pk, ()))
        for each in listed
    ]


def standings_now(last_acts: Mapping[int, str], *, on: datetime.date) -> list[Standing]:
    """Where the warnings of situations stand on a day, by id; given with the last act in each, as `Kept` asks."""
    kept = [each for stands in _standings(last_acts).values() for each in stands]
    return [_on(each, on) for each in sorted(kept, key=lambda each: each.warning)]


def _read_standings(situations: Collection[int]) -> dict[int, list[Standing]]:
    keys = dict(Record.objects.filter(pk__in=situations).values_list("key", "pk"))
    found: dict[int, list[Standing]] = {number: [] for number in situations}
    for each in standings(Record.objects.filter(kind="bulletin", situation__in=situations), on=datetime.date.min):
        found[keys[each.situation]].append(each)
    return found


_standings = Kept(_read_standings)


def _on(stands: Standing, on: datetime.date) -> Standing:
    """The same on another day: what is overdue then is stale."""
    return msgspec.structs.replace(stands, stale=stands.message_type != "Cancel" and is_stale(stands.review_date, on))


def _gone_from(bulletins: list[Record]) -> dict[int, tuple[str, ...]]:
    """Claims that the newest editions of warnings carry and that stand no longer, by the number of the warning."""
    there = Record.objects.filter(situation__in={each.situation_id for each in bulletins}, kind="claim")
    gone: dict[int | None, set[str]] = {}
    for where, key in there.filter(state__in=GONE).values_list("situation_id", "key"):
        gone.setdefault(where, set()).add(key)
    concerned = {each.pk: gone[each.situation_id] for each in bulletins if each.situation_id in gone}
    issued = Record.objects.filter(kind="draft", parent__in=concerned, state="issued").order_by("pk")
    newest_of = dict(issued.values_list("parent_id", "pk"))
    carried = versions_at(Record.objects.filter(pk__in=newest_of.values())) if newest_of else ()
    return {
        parent: tuple(key for key in version.read(Draft).claims if key in concerned[parent])
        for version in carried
        if (parent := version.record.parent_id) is not None
    }


def _standing(
    bulletin: Record, edition: Edition | None, draft: Record | None, on: datetime.date, gone: tuple[str, ...]
) -> Standing:
    review_date = edition.review_date.isoformat() if edition and edition.review_date else None
    stands = Standing(
        warning=bulletin.key,
        situation=bulletin.situation.key,
        edition=edition.number if edition else 0,
        message_type=edition.message_type if edition else "",
        level=edition.level if edition else "",
        review_date=review_date,
        stale=False,
        draft=draft.key if draft else "",
        draft_state=draft.state if draft else "",
        draft_head=draft.head if draft else 0,
        must_update=gone,
    )
    return _on(stands, on)


def must_update(bulletin: Record) -> tuple[str, ...]:
    """Claims for which a warning must be updated; none when it was cancelled."""
    edition = bulletin.editions.order_by("number").last()
    return () if edition is None or edition.message_type == "Cancel" else standing_no_longer(bulletin)


def standing_no_longer(bulletin: Record) -> tuple[str, ...]:
    """Claims that the newest issued edition carries and that were withdrawn since, in the edition's order."""
    issued = bulletin.children.filter(kind="draft", state="issued").order_by("pk").last()
    if issued is None:
        return ()
    return no_longer_accepted(bulletin.situation, claims_in(issued))


def no_longer_accepted(situation: Record, claims: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some claims that were accepted once, and stand no longer; in their order."""
    gone = Record.objects.filter(situation=situation, kind="claim", key__in=claims, state__in=GONE)
    keys = set(gone.values_list("key", flat=True))
    return tuple(key for key in claims if key in keys)


def claims_in(draft: Record) -> tuple[str, ...]:
    """Keys of the claims that a draft carries."""
    return newest(draft).read(Draft).claims


def trend(store: EditionStore, bulletin: Record) -> list[tuple[int, dict[str, str]]]:
    """How each stage and factor stood in each edition: (edition, state by key as ten-stages-4), oldest first."""
    issued = bulletin.editions.order_by("number").values_list("number", "sha256")
    return [(number, _states_in(store, sha256)) for number, sha256 in issued]


@lru_cache(maxsize=1_024)
def _states_in(store: EditionStore, sha256: str) -> dict[str, str]:
    """An edition never changes: it is read once, and of it the findings alone."""
    found = msgspec.json.decode(store.read_bytes(sha256), type=_Edition).content.findings
    return {f"{each.framework}-{each.number}": each.state for each in found}


class _Finding(msgspec.Struct, frozen=True):
    framework: str
    number: int
    state: str


class _Content(msgspec.Struct, frozen=True):
    findings: tuple[_Finding, ...] = ()


class _Edition(msgspec.Struct, frozen=True):
    content: _Content


class Commented(msgspec.Struct, frozen=True):
    """A comment on a draft, who made it when, and what was answered."""

    record: Record
    says: Comment
    by: str
    at: datetime.datetime
    answer: str


def comments_on(draft: Record) -> list[Commented]:
    """The comments on a draft, oldest first."""
    prefix = f"{draft.parent.key}-{draft.key}-"
    found = Record.objects.filter(situation=draft.situation, kind="comment", key__startswith=prefix)
    versions = list(versions_at(found).select_related("act__by").order_by("record_id"))
    answered = Step.objects.filter(record__in=found, verb="answer").order_by("pk") if versions else ()
    answers = {step.record_id: step.reason for step in answered}
    return [
        Commented(
            record=version.record,
            says=version.read(Comment),
            by=version.act.by.username if version.act.by else "",
            at=version.act.at,
            answer=answers.get(version.record_id, ""),
        )
        for version in versions
    ]
