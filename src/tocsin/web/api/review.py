"""Evidence by the API: the actions of review."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from msgspec import Meta

from tocsin.core.model.base import Record as Struct
from tocsin.core.model.claims import Claim, Grade, Position
from tocsin.core.model.judgement import SituationScope, Task, Watch
from tocsin.core.rules.roles import check_role
from tocsin.records.nouns import NOUNS
from tocsin.records.people.queries import roles_of
from tocsin.records.queries import find_record
from tocsin.review import actions
from tocsin.review.actions import ReviewError
from tocsin.web.api.reading import SEGMENT
from tocsin.web.api.structs import Addition, Area, Change, Kept, Key, Stepped, Why, endpoint, kept, stepped
from tocsin.web.api.targets import can_read, record_of, situation_of
from tocsin.web.api.tokens import at_of, person_of

area = Area("review")

EVIDENCE = ("source", "place", "actor", "group", "event", "figure", "series", "map", "geometry")
"""Kinds that are recorded alike."""


class ManyClaims(Struct, frozen=True, kw_only=True):
    """New claims, all of which are recorded in one act, or none."""

    claims: Annotated[tuple[Claim, ...], Meta(min_length=1, max_length=10_000)]
    reason: str = ""


class Recorded(Struct, frozen=True, kw_only=True):
    """How many were recorded."""

    recorded: int


class OtherSide(Struct, frozen=True, kw_only=True):
    """What another side says about a claim, of which version `seen` was read."""

    says: Position
    seen: Annotated[int, Meta(ge=1, le=2**31)]
    reason: str = ""


def check_same_id(key: str, content: Any) -> None:
    """Raise ReviewError where an address names one record and the body another."""
    if content.id != key:
        raise ReviewError(f"the address names {key}, and the body {content.id}", where="says.id", remedy="Use one id")


@endpoint(area, "PUT", "/situations/{situation}", takes=Change[SituationScope], gives=Kept, scope="review")
def put_situation(request: HttpRequest, situation: Key, said: Change[SituationScope]) -> Any:
    """Open a situation, or change what it covers."""
    there, person = find_record("situation", situation), person_of(request)
    if there is None or not can_read(person, there):  # which of the two is told to nobody
        check_role(person.username, roles_of(person), "reviewer", "review.open_situation")
    return kept(
        actions.open_situation(
            by=person_of(request), at=at_of(request), key=situation, scope=said.says, seen=said.seen, reason=said.reason
        )
    )


@endpoint(
    area, "PUT", "/situations/{situation}/claims/{key}", takes=Change[Claim], gives=Kept, scope="review"
)  # fmt: skip
def put_claim(request: HttpRequest, situation: Key, key: Key, said: Change[Claim]) -> Any:
    """Record a claim, or a new version of one; a grade that it comes with is recorded below it."""
    check_same_id(key, said.says)
    return kept(
        actions.record_claim(
            by=person_of(request), at=at_of(request), situation=situation_of(request, situation), claim=said.says,
            seen=said.seen, reason=said.reason,
        )
    )  # fmt: skip


@endpoint(area, "POST", "/situations/{situation}/claims", takes=ManyClaims, gives=Recorded, scope="review")
def post_claims(request: HttpRequest, situation: Key, said: ManyClaims) -> Any:
    """Record many new claims in one act, all or none."""
    made = actions.record_claims(
        by=person_of(request), at=at_of(request), situation=situation_of(request, situation), claims=said.claims,
        reason=said.reason,
    )  # fmt: skip
    return Recorded(recorded=len(made))


@endpoint(
    area, "PUT", "/situations/{situation}/claims/{key}/grade", takes=Change[Grade], gives=Kept, scope="review"
)  # fmt: skip
def put_grade(request: HttpRequest, situation: Key, key: Key, said: Change[Grade]) -> Any:
    """Grade a claim; the grade itself says why."""
    claim = record_of(request, situation, "claim", key)
    return kept(
        actions.grade_claim(by=person_of(request), at=at_of(request), claim=claim, grade=said.says, seen=said.seen)
    )


@endpoint(
    area, "POST", "/situations/{situation}/claims/{key}/other-sides", takes=OtherSide, gives=Kept, scope="review"
)  # fmt: skip
def post_other_side(request: HttpRequest, situation: Key, key: Key, said: OtherSide) -> Any:
    """Record what another side says about a claim; it is contested from then on."""
    claim = record_of(request, situation, "claim", key)
    return kept(
        actions.record_other_side(
            by=person_of(request), at=at_of(request), claim=claim, position=said.says, seen=said.seen,
            reason=said.reason,
        )
    )  # fmt: skip


def _review(verb: str, about: str) -> None:
    def post(request: HttpRequest, situation: Key, key: Key, said: Why) -> Any:
        claim = record_of(request, situation, "claim", key)
        action = getattr(actions, f"{verb}_claim")
        return stepped(action(by=person_of(request), at=at_of(request), claim=claim, reason=said.reason))

    post.__doc__ = about
    path = f"/situations/{{situation}}/claims/{{key}}/{verb}"
    endpoint(area, "POST", path, takes=Why, gives=Stepped, scope="review", name=f"{verb}_claim")(post)


_review("accept", "Say that a claim may stand in a warning: attributed, sourced, graded. Not that it is true.")
_review("reject", "Say that a claim may not stand in a warning, and why. It is kept.")
_review("withdraw", "Take back that a claim may stand, and say why.")
_review("reopen", "Put a rejected or withdrawn claim up for review again, and say why.")


def _take(kind: str, verb: str, action: str, about: str) -> None:
    """Serve a step of a candidate or a task."""

    def post(request: HttpRequest, situation: Key, key: Key, said: Why) -> Any:
        record = {kind: record_of(request, situation, kind, key)}
        take = getattr(actions, action)
        return stepped(take(by=person_of(request), at=at_of(request), reason=said.reason, **record))

    post.__doc__ = about
    path = f"/situations/{{situation}}/{SEGMENT[kind]}/{{key}}/{verb}"
    endpoint(area, "POST", path, takes=Why, gives=Stepped, scope="review", name=action)(post)


_take("candidate", "dismiss", "dismiss_candidate", "Say that nothing is to be made of a machine's candidate, and why.")
_take("candidate", "reopen", "reopen_candidate", "Put a dismissed candidate back into the inbox.")
_take("task", "finish", "finish_task", "Say that a task is done.")
_take("task", "drop", "drop_task", "Say that a task is no longer wanted, and why.")


@endpoint(area, "PUT", "/situations/{situation}/tasks/{key}", takes=Addition[Task], gives=Kept, scope="review")
def put_task(request: HttpRequest, situation: Key, key: Key, said: Addition[Task]) -> Any:
    """Ask somebody at the desk to do something."""
    check_same_id(key, said.says)
    where = situation_of(request, situation)
    return kept(actions.give_task(by=person_of(request), at=at_of(request), situation=where, task=said.says))


@endpoint(area, "PUT", "/situations/{situation}/watch", takes=Change[Watch], gives=Kept, scope="review")
def put_watch(request: HttpRequest, situation: Key, said: Change[Watch]) -> Any:
    """Say which collected documents a situation's inbox is shown."""
    return kept(
        actions.set_watch(
            by=person_of(request), at=at_of(request), situation=situation_of(request, situation), watch=said.says,
            seen=said.seen, reason=said.reason,
        )
    )  # fmt: skip


def _record(kind: str) -> None:
    takes = Change[NOUNS[kind].struct]

    def put(request: HttpRequest, situation: Key, key: Key, said: Any) -> Any:
        return kept(
            actions.record_evidence(
                by=person_of(request), at=at_of(request), situation=situation_of(request, situation), kind=kind,
                key=key, content=said.says, seen=said.seen, reason=said.reason,
            )
        )  # fmt: skip

    put.__doc__ = f"Record {'an' if kind[0] in 'ae' else 'a'} {kind}, or a new version of one."
    path = f"/situations/{{situation}}/{SEGMENT[kind]}/{{key}}"
    endpoint(area, "PUT", path, takes=takes, gives=Kept, scope="review", name=f"put_{kind}")(put)


for _kind in EVIDENCE:
    _record(_kind)
