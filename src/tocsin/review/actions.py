"""The writes of review: evidence, its grades, the other side, and what a reviewer makes of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.model import base
from tocsin.core.model.claims import Claim, Grade, Position
from tocsin.core.model.judgement import Candidate, SituationScope, Task, Watch
from tocsin.core.model.sources import Source
from tocsin.core.rules.intake import problems_of
from tocsin.records.acting import CHUNK, Act, acting, batched, path_of
from tocsin.records.models import Person, Record, Step, Version
from tocsin.records.people.queries import get_person
from tocsin.records.queries import find_record, get_record, newest
from tocsin.review.intake import Shown

UNGRADED: Final = Grade(source="F", information="6")
"""Cannot be judged. A claim is recorded with this; its grades are records of their own, below it."""

EVIDENCE: Final = (
    "source",
    "place",
    "actor",
    "group",
    "event",
    "figure",
    "series",
    "incidents",
    "map",
    "geometry",
    "candidate",
)
"""Nouns that `record_evidence` takes; a claim has an action of its own."""

DESK_WIDE: Final = ("document", "capture")


class ReviewError(TocsinError):
    """Evidence that cannot be recorded as it was given."""


def open_situation(
    *, by: Person, at: datetime.datetime, key: str, scope: SituationScope, seen: int | None = None, reason: str = ""
) -> Version:
    """Open a situation, or change what it covers."""
    there = find_record("situation", key)
    with acting("review.open_situation", by=by, at=at, needs="reviewer", situation=there, reason=reason) as act:
        act.about = f"situation {key}"
        return act.keep("situation", key, scope, seen=seen, reason=reason)


def record_evidence(
    *,
    by: Person,
    at: datetime.datetime,
    situation: Record,
    kind: str,
    key: str,
    content: base.Record,
    seen: int | None = None,
    reason: str = "",
) -> Version:
    """Record a source, a place, an actor, a group, an event, a figure, a map, shapes, or a machine's candidate."""
    if kind not in EVIDENCE:
        raise ReviewError(f"{kind} is not recorded this way", remedy=f"This records {', '.join(EVIDENCE)}")
    _check_key(key, content)
    with acting(
        "review.record_evidence", by=by, at=at, needs="analyst", situation=situation, about=f"{kind} {key}",
        reason=reason,
    ) as act:  # fmt: skip
        return act.keep(kind, key, content, situation=situation, seen=seen, reason=reason)


def record_document(
    *, by: Person | None, at: datetime.datetime, kind: str, key: str, content: base.Record, seen: int | None = None
) -> Version:
    """Record a collected document, or the index row of a capture; by a person or by the desk's own run of a source."""
    if kind not in DESK_WIDE:
        raise ReviewError(f"{kind} is not recorded this way", remedy=f"This records {', '.join(DESK_WIDE)}")
    with acting("review.record_document", by=by, at=at, needs="analyst" if by else None, about=f"{kind} {key}") as act:
        return act.keep(kind, key, content, seen=seen)


def record_claim(
    *,
    by: Person,
    at: datetime.datetime,
    situation: Record,
    claim: Claim,
    seen: int | None = None,
    reason: str = "",
    candidate: str = "",
    source: Source | None = None,
) -> Version:
    """Record a claim, or a new version of it. Its grade is recorded by `grade_claim`; one that comes with it, too.

    candidate: key of the machine's candidate that it was made of; that candidate is then taken
    source:    where it was published, when that is not on record yet
    """
    with acting(
        "review.record_claim", by=by, at=at, needs="analyst", situation=situation, about=f"claim {claim.id}",
        reason=reason,
    ) as act:  # fmt: skip
        if source is not None:
            act.keep("source", source.id, source, situation=situation, reason=reason)
        version = keep_claim(act, situation, claim, seen=seen, reason=reason)
        if candidate:
            act.step(get_record("candidate", candidate, situation=situation), "take", reason=f"claim {claim.id}")
        return version


def record_claims(
    *, by: Person, at: datetime.datetime, situation: Record, claims: Sequence[Claim], reason: str = ""
) -> list[Version]:
    """Record many new claims in one act, all or none; grades that they come with are recorded below them."""
    with acting(
        "review.record_claims", by=by, at=at, needs="analyst", situation=situation, about=f"{len(claims)} claims",
        reason=reason,
    ) as act:  # fmt: skip
        bare = [(claim.id, msgspec.structs.replace(claim, grade=UNGRADED), None) for claim in claims]
        versions = act.keep_new("claim", bare, situation=situation, reason=reason)
        graded = [
            ("admiralty", claim.grade, version.record)
            for claim, version in zip(claims, versions, strict=True)
            if claim.grade != UNGRADED
        ]
        act.keep_new("grade", graded, reason=reason)
        return versions


def grade_claim(*, by: Person, at: datetime.datetime, claim: Record, grade: Grade, seen: int | None = None) -> Version:
    """Grade a claim (Admiralty): the letter judges the source, the digit this one report. `reason` says why.

    seen: number of the grade's version that was read; None says that the claim has no grade yet
    """
    if not grade.reason.strip():
        raise ReviewError("a grade says why", where=str(claim), remedy="Give the reason")
    with acting(
        "review.grade_claim", by=by, at=at, needs="analyst", situation=claim.situation, about=str(claim),
        reason=grade.reason,
    ) as act:  # fmt: skip
        return act.keep("grade", "admiralty", grade, parent=claim, seen=seen, reason=grade.reason)


def record_other_side(
    *, by: Person, at: datetime.datetime, claim: Record, position: Position, seen: int, reason: str = ""
) -> Version:
    """Record what another side says about a claim; the claim is contested from then on."""
    with acting(
        "review.record_other_side", by=by, at=at, needs="analyst", situation=claim.situation, about=str(claim),
        reason=reason,
    ) as act:  # fmt: skip
        said = newest(claim).read(Claim)
        said = msgspec.structs.replace(said, contested=True, positions=(*said.positions, position))
        why = reason or f"the position of {position.by}"
        return act.keep("claim", claim.key, said, situation=claim.situation, seen=seen, reason=why)


def accept_claim(*, by: Person, at: datetime.datetime, claim: Record, reason: str = "") -> Step:
    """Say that a claim may stand in a warning: attributed, sourced, graded. Not that it is true."""
    said = newest(claim).read(Claim)
    if not said.sources:
        raise ReviewError(f"{claim} names no source", remedy="Say where it was published")
    if find_record("grade", "admiralty", parent=claim) is None:
        raise ReviewError(f"{claim} is not graded", remedy="Grade it first")
    return _review("accept", by, at, claim, reason)


def reject_claim(*, by: Person, at: datetime.datetime, claim: Record, reason: str) -> Step:
    """Say that a claim may not stand in a warning, and why. It is kept."""
    return _review("reject", by, at, claim, _said(reason))


def withdraw_claim(*, by: Person, at: datetime.datetime, claim: Record, reason: str) -> Step:
    """Take back that a claim may stand. A draft that carries it cannot be submitted; one submitted is voided."""
    return _review("withdraw", by, at, claim, _said(reason))


def reopen_claim(*, by: Person, at: datetime.datetime, claim: Record, reason: str) -> Step:
    """Put a rejected or withdrawn claim up for review again."""
    return _review("reopen", by, at, claim, _said(reason))


def set_watch(
    *, by: Person, at: datetime.datetime, situation: Record, watch: Watch, seen: int | None = None, reason: str = ""
) -> Version:
    """Say which collected documents a situation's inbox is shown."""
    if wrong := list(problems_of(watch)):
        raise ReviewError(f"the watch cannot be used: {'; '.join(wrong)}", remedy="Name words of two letters or more")
    with acting(
        "review.set_watch", by=by, at=at, needs="analyst", situation=situation, about=f"watch of {situation.key}",
        reason=reason,
    ) as act:  # fmt: skip
        return act.keep("watch", "watch", watch, situation=situation, seen=seen, reason=reason)


class TakenIn(msgspec.Struct, frozen=True):
    """What came into an inbox: new candidates, and those that more documents now print."""

    n_new: int
    n_grown: int


def take_in(*, by: Person | None, at: datetime.datetime, situation: Record, shown: Sequence[Shown]) -> TakenIn:
    """Take collected documents into a situation's inbox; by a person, or by the desk's own run.

    What is there already is left as a person left it; a candidate whose text more documents print names them too.
    """
    with acting(
        "review.take_in", by=by, at=at, needs="analyst" if by else None, situation=situation,
        about=f"{len(shown)} candidates",
    ) as act:  # fmt: skip
        documents = {each.key: each.record for one in shown for each in one.documents}
        unknown = set(documents) - _there("document", documents, None)
        act.keep_new("document", [(key, record, None) for key, record in documents.items() if key in unknown])
        proposed = {one.candidate.id: one.candidate for one in shown}
        there = _there("candidate", proposed, situation)
        new = [(key, candidate, None) for key, candidate in proposed.items() if key not in there]
        act.keep_new("candidate", new, situation=situation)
        grown = sum(_grow(act, situation, proposed[key]) for key in sorted(there))
        return TakenIn(n_new=len(new), n_grown=grown)


def dismiss_candidates(
    *, by: Person, at: datetime.datetime, situation: Record, candidates: Sequence[Record], reason: str
) -> list[Step]:
    """Dismiss several candidates of a situation at once, all for one reason."""
    with acting(
        "review.dismiss_candidates", by=by, at=at, situation=situation, about=f"{len(candidates)} candidates",
        reason=reason,
    ) as act:  # fmt: skip
        return [act.step(each, "dismiss", reason=_said(reason)) for each in candidates if _in(situation, each)]


def reopen_candidate(*, by: Person, at: datetime.datetime, candidate: Record, reason: str = "") -> Step:
    """Put a dismissed candidate back into the inbox."""
    with acting(
        "review.reopen_candidate", by=by, at=at, situation=candidate.situation, about=str(candidate), reason=reason
    ) as act:
        return act.step(candidate, "reopen", reason=reason)


def reopen_candidates(
    *, by: Person, at: datetime.datetime, situation: Record, candidates: Sequence[Record], reason: str = ""
) -> list[Step]:
    """Put several dismissed candidates of a situation back into the inbox at once."""
    with acting(
        "review.reopen_candidates", by=by, at=at, situation=situation, about=f"{len(candidates)} candidates",
        reason=reason,
    ) as act:  # fmt: skip
        return [act.step(each, "reopen", reason=reason) for each in candidates if _in(situation, each)]


def give_task(*, by: Person, at: datetime.datetime, situation: Record, task: Task) -> Version:
    """Ask somebody at the desk to do something."""
    if not get_person(task.given_to).is_active:
        raise ReviewError(f"{task.given_to} is no longer at the desk", remedy="Ask somebody else")
    with acting("review.give_task", by=by, at=at, needs="analyst", situation=situation, about=f"task {task.id}") as act:
        return act.keep("task", task.id, task, situation=situation)


def finish_task(*, by: Person, at: datetime.datetime, task: Record, reason: str = "") -> Step:
    """Say that a task is done."""
    with acting("review.finish_task", by=by, at=at, situation=task.situation, about=str(task), reason=reason) as act:
        return act.step(task, "finish", reason=reason)


def drop_task(*, by: Person, at: datetime.datetime, task: Record, reason: str) -> Step:
    """Say that a task is no longer wanted, and why."""
    with acting("review.drop_task", by=by, at=at, situation=task.situation, about=str(task), reason=reason) as act:
        return act.step(task, "drop", reason=_said(reason))


def dismiss_candidate(*, by: Person, at: datetime.datetime, candidate: Record, reason: str) -> Step:
    """Say that nothing is to be made of a machine's candidate, and why."""
    if candidate.noun.struct is not Candidate:
        raise ReviewError(f"{candidate} is no candidate")
    with acting(
        "review.dismiss_candidate", by=by, at=at, situation=candidate.situation, about=str(candidate), reason=reason
    ) as act:
        return act.step(candidate, "dismiss", reason=_said(reason))


def keep_claim(
    act: Act, situation: Record, claim: Claim, *, seen: int | None, reason: str = "", then: str | None = None
) -> Version:
    """Keep a claim within an act, and its grade as a record of its own when it comes with one that says more."""
    bare = msgspec.structs.replace(claim, grade=UNGRADED)
    version = act.keep("claim", claim.id, bare, situation=situation, seen=seen, reason=reason, then=then)
    if claim.grade != UNGRADED:
        graded = find_record("grade", "admiralty", parent=version.record)
        act.keep(
            "grade", "admiralty", claim.grade, parent=version.record, seen=graded.head if graded else None,
            reason=claim.grade.reason or reason,
        )  # fmt: skip
    return version


def _review(verb: str, by: Person, at: datetime.datetime, claim: Record, reason: str) -> Step:
    with acting(
        f"review.{verb}_claim", by=by, at=at, situation=claim.situation, about=str(claim), reason=reason
    ) as act:
        step = act.step(claim, verb, reason=reason)
        if verb == "withdraw":
            act.void(claim)
        return step


def _there(kind: str, keys: Iterable[str], situation: Record | None) -> set[str]:
    """Which of these keys are on record."""
    paths = {path_of(kind, key, situation=situation): key for key in keys}
    found: set[str] = set()
    for chunk in batched(sorted(paths), CHUNK):
        found |= {paths[path] for path in Record.objects.filter(path__in=chunk).values_list("path", flat=True)}
    return found


def _grow(act: Act, situation: Record, proposed: Candidate) -> bool:
    """Let a candidate name the documents that print its text by now; whether there are more than before."""
    record = get_record("candidate", proposed.id, situation=situation)
    says = newest(record).read(Candidate)
    more = tuple(key for key in (proposed.document, *proposed.also) if key not in (says.document, *says.also))
    if not more:
        return False
    grown = msgspec.structs.replace(says, also=(*says.also, *more))
    act.keep("candidate", record.key, grown, situation=situation, seen=record.head, reason="printed again")
    return True


def _in(situation: Record, candidate: Record) -> bool:
    if candidate.situation_id != situation.pk:
        raise ReviewError(f"{candidate} belongs to another situation", remedy="Take those of one situation at once")
    return True


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReviewError("this needs a reason", remedy="Say why")
    return reason


def _check_key(key: str, content: base.Record) -> None:
    own = getattr(content, "id", key)
    if own != key:
        raise ReviewError(f"it is recorded as {key}, and says that it is {own}", remedy="Use one id")
