"""Recommendations, responses and expectations by the API."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from msgspec import Meta

from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.base import Record as Struct
from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.follow import actions
from tocsin.records.queries import get_record
from tocsin.web.api.review import check_same_id
from tocsin.web.api.structs import Addition, Area, Change, Kept, Key, Stepped, Why, endpoint, kept, stepped
from tocsin.web.api.targets import record_of, situation_of
from tocsin.web.api.tokens import at_of, person_of

area = Area("follow")


class Correction(Struct, frozen=True, kw_only=True):
    """What a response should have said, and why; `seen` is the version that was read."""

    says: Response
    seen: Annotated[int, Meta(ge=1, le=2**31)]
    reason: Annotated[str, Meta(min_length=1)]


@endpoint(
    area, "PUT", "/situations/{situation}/recommendations/{key}", takes=Change[Recommendation], gives=Kept,
    scope="follow",
)  # fmt: skip
def put_recommendation(request: HttpRequest, situation: Key, key: Key, said: Change[Recommendation]) -> Any:
    """Record what is asked of whom, without its responses. Tracking it does not endorse it."""
    check_same_id(key, said.says)
    return kept(
        actions.record_recommendation(
            by=person_of(request), at=at_of(request), situation=situation_of(request, situation),
            recommendation=said.says, seen=said.seen, reason=said.reason,
        )
    )  # fmt: skip


@endpoint(
    area, "POST", "/situations/{situation}/recommendations/{key}/responses", takes=Addition[Response], gives=Kept,
    scope="follow",
)  # fmt: skip
def post_response(request: HttpRequest, situation: Key, key: Key, said: Addition[Response]) -> Any:
    """Add a dated observation of what an addressee did. `none` needs its search log."""
    recommendation = record_of(request, situation, "recommendation", key)
    return kept(
        actions.record_response(
            by=person_of(request), at=at_of(request), recommendation=recommendation, response=said.says,
            reason=said.reason,
        )
    )  # fmt: skip


@endpoint(
    area, "PUT", "/situations/{situation}/recommendations/{key}/responses/{number}", takes=Correction, gives=Kept,
    scope="follow",
)  # fmt: skip
def correct_response(request: HttpRequest, situation: Key, key: Key, number: Key, said: Correction) -> Any:
    """Correct what was recorded of a response, with the reason; what was said before stays in its history."""
    recommendation = record_of(request, situation, "recommendation", key)
    response = get_record("response", number, parent=recommendation)
    return kept(
        actions.correct_response(
            by=person_of(request), at=at_of(request), response=response, says=said.says, seen=said.seen,
            reason=said.reason,
        )
    )  # fmt: skip


@endpoint(
    area, "PUT", "/situations/{situation}/expectations/{key}", takes=Addition[Expectation], gives=Kept,
    scope="follow",
)  # fmt: skip
def put_expectation(request: HttpRequest, situation: Key, key: Key, said: Addition[Expectation]) -> Any:
    """Put a statement about the future on record: probability, window, how it will be settled. Never changed after."""
    check_same_id(key, said.says)
    return kept(
        actions.record_expectation(
            by=person_of(request), at=at_of(request), situation=situation_of(request, situation),
            expectation=said.says, reason=said.reason,
        )
    )  # fmt: skip


@endpoint(
    area, "POST", "/situations/{situation}/expectations/{key}/settle", takes=Addition[Settlement], gives=Kept,
    scope="follow",
)  # fmt: skip
def settle_expectation(request: HttpRequest, situation: Key, key: Key, said: Addition[Settlement]) -> Any:
    """Say how an expectation came out, with its evidence. Somebody else confirms it."""
    expectation = record_of(request, situation, "expectation", key)
    return kept(
        actions.settle_expectation(
            by=person_of(request), at=at_of(request), expectation=expectation, settlement=said.says,
            reason=said.reason,
        )
    )  # fmt: skip


def _step(verb: str, action: str, about: str) -> None:
    def post(request: HttpRequest, situation: Key, key: Key, said: Why) -> Any:
        expectation = record_of(request, situation, "expectation", key)
        take = getattr(actions, action)
        return stepped(take(by=person_of(request), at=at_of(request), expectation=expectation, reason=said.reason))

    post.__doc__ = about
    path = f"/situations/{{situation}}/expectations/{{key}}/{verb}"
    endpoint(area, "POST", path, takes=Why, gives=Stepped, scope="follow", name=action)(post)


_step(
    "confirm", "confirm_settlement", "Agree with how somebody else settled an expectation. It is scored from then on."
)
_step("contest", "contest_settlement", "Disagree with how an expectation was settled, and say why: it is open again.")
_step("withdraw", "withdraw_expectation", "Give an expectation up, and say why. It stays on record.")
