"""The writes of follow: recommendations, responses as a dated series, expectations and how they came out."""

from __future__ import annotations

import datetime

from tocsin.core.editions.canonical import sha256
from tocsin.core.errors import TocsinError
from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.core.rules.four_eyes import check_other_person
from tocsin.core.rules.ledger import check_response, standing
from tocsin.follow.published import documents
from tocsin.publish.following.documents import (
    RESPONSES,
    TRACK_RECORD,
    TrackRecord,
    check_nothing_vanished,
    document_bytes,
)
from tocsin.records.acting import acting
from tocsin.records.models import Person, Record, Step, Version
from tocsin.records.queries import newest
from tocsin.warn.desk import DeskFolder
from tocsin.warn.files import write_whole
from tocsin.warn.site_folder import read_published


class FollowError(TocsinError):
    """Something that cannot stand in the ledger."""


def record_recommendation(
    *,
    by: Person,
    at: datetime.datetime,
    situation: Record,
    recommendation: Recommendation,
    seen: int | None = None,
    reason: str = "",
) -> Version:
    """Record what is asked of whom, by which instrument. Tracking it does not endorse it."""
    if recommendation.responses:
        raise FollowError("a recommendation is recorded without its responses", remedy="Record each by itself")
    if not any(addressee.name.strip() for addressee in recommendation.addressees):
        raise FollowError(f"recommendation {recommendation.id} addresses nobody", remedy="Name who is asked")
    with acting(
        "follow.record_recommendation", by=by, at=at, needs="analyst", situation=situation,
        about=f"recommendation {recommendation.id}", reason=reason,
    ) as act:  # fmt: skip
        return act.keep(
            "recommendation", recommendation.id, recommendation, situation=situation, seen=seen, reason=reason
        )


def record_response(
    *, by: Person, at: datetime.datetime, recommendation: Record, response: Response, reason: str = ""
) -> Version:
    """Add a dated observation of what an addressee did. `none` needs its search log; anything else cites a source."""
    with acting(
        "follow.record_response", by=by, at=at, needs="analyst", situation=recommendation.situation,
        about=str(recommendation), reason=reason,
    ) as act:  # fmt: skip
        earlier = responses_of(recommendation)
        check_response(earlier, response)
        number = recommendation.children.filter(kind="response").count() + 1
        version = act.keep("response", str(number), response, parent=recommendation, reason=reason)
        stands = standing([*earlier, response])
        recommendation.refresh_from_db(fields=("state",))
        if recommendation.state != stands:
            act.step(recommendation, stands, reason=reason or response.text)
        return version


def correct_response(
    *, by: Person, at: datetime.datetime, response: Record, says: Response, seen: int, reason: str
) -> Version:
    """Correct what was recorded of a response, with the reason; what was said before stays in its history."""
    if not reason.strip():
        raise FollowError("a correction says why", remedy="Give the reason")
    recommendation = response.parent
    with acting(
        "follow.correct_response", by=by, at=at, needs="analyst", situation=response.situation, about=str(response),
        reason=reason,
    ) as act:  # fmt: skip
        others = recommendation.children.filter(kind="response").exclude(pk=response.pk).order_by("pk")
        earlier = [newest(other).read(Response) for other in others.filter(pk__lt=response.pk)]
        check_response(earlier, says)
        version = act.keep("response", response.key, says, parent=recommendation, seen=seen, reason=reason)
        stands = standing(
            [*earlier, says, *(newest(other).read(Response) for other in others.filter(pk__gt=response.pk))]
        )
        if recommendation.state != stands:
            act.step(recommendation, stands, reason=f"correction: {reason}")
        return version


def record_expectation(
    *, by: Person, at: datetime.datetime, situation: Record, expectation: Expectation, reason: str = ""
) -> Version:
    """Put a statement about the future on record: probability, window, how it will be settled. Never changed after.

    Its window must not have ended: what has happened cannot be expected.
    """
    if expectation.window_to < expectation.window_from:
        raise FollowError("the window ends before it begins", where=f"expectation {expectation.id}")
    if expectation.window_to < at.date().isoformat():
        raise FollowError(
            f"the window of expectation {expectation.id} has ended", remedy="An expectation stands before its outcome"
        )
    with acting(
        "follow.record_expectation", by=by, at=at, needs="analyst", situation=situation,
        about=f"expectation {expectation.id}", reason=reason,
    ) as act:  # fmt: skip
        return act.keep("expectation", expectation.id, expectation, situation=situation, reason=reason)


def settle_expectation(
    *, by: Person, at: datetime.datetime, expectation: Record, settlement: Settlement, reason: str = ""
) -> Version:
    """Say how an expectation came out. Somebody else confirms it.

    Before the window has ended, only `came_true` can be said.
    """
    said = newest(expectation).read(Expectation)
    if settlement.outcome == "did_not" and at.date().isoformat() <= said.window_to:
        raise FollowError(
            f"the window of {expectation} runs until {said.window_to}: it may still come true",
            remedy="Wait for its end",
        )
    if settlement.outcome != "cannot_be_settled" and not settlement.sources:
        raise FollowError("a settlement cites its evidence", remedy="Name the source that shows it")
    with acting(
        "follow.settle_expectation", by=by, at=at, needs="analyst", situation=expectation.situation,
        about=str(expectation), reason=reason,
    ) as act:  # fmt: skip
        number = expectation.children.filter(kind="settlement").count() + 1
        version = act.keep("settlement", str(number), settlement, parent=expectation, reason=reason)
        act.step(expectation, "settle", reason=settlement.outcome)
        return version


def confirm_settlement(*, by: Person, at: datetime.datetime, expectation: Record, reason: str = "") -> Step:
    """Agree with how somebody else settled an expectation. It is scored from then on."""
    with acting(
        "follow.confirm_settlement", by=by, at=at, needs="reviewer", situation=expectation.situation,
        about=str(expectation), reason=reason,
    ) as act:  # fmt: skip
        step = act.step(expectation, "confirm", reason=reason)
        settled = expectation.steps.select_related("act__by").filter(verb="settle").order_by("number").last()
        assert settled is not None  # noqa: S101  # the life cycle leads to `settled` by settling only
        assert settled.act.by is not None  # noqa: S101  # settling needs a role
        check_other_person(by.username, settled.act.by.username, f"settled {expectation}")
        return step


def contest_settlement(*, by: Person, at: datetime.datetime, expectation: Record, reason: str) -> Step:
    """Disagree with how an expectation was settled: it is open again."""
    return _step("contest", by, at, expectation, reason)


def withdraw_expectation(*, by: Person, at: datetime.datetime, expectation: Record, reason: str) -> Step:
    """Give an expectation up. It stays on record, and is shown as withdrawn."""
    return _step("withdraw", by, at, expectation, reason)


def _step(verb: str, by: Person, at: datetime.datetime, expectation: Record, reason: str) -> Step:
    if not reason.strip():
        raise FollowError(f"to {verb} needs a reason", remedy="Say why")
    with acting(
        f"follow.{verb}_expectation", by=by, at=at, situation=expectation.situation, about=str(expectation),
        reason=reason,
    ) as act:  # fmt: skip
        return act.step(expectation, verb, reason=reason)


def publish(*, by: Person, at: datetime.datetime, desk: DeskFolder, reason: str = "") -> TrackRecord:
    """Freeze for the site how expectations came out, and what was seen of recommendations that were issued.

    All of them: nobody chooses which. What was published stays. The act holds the hash of both documents; they are
    written once it is certain. Raises HarmError, FollowingError.
    """
    with acting(
        "follow.publish", by=by, at=at, needs="publisher", about="track record and ledger", reason=reason
    ) as act:
        record, responses = documents(desk, at=at)
        check_nothing_vanished(read_published(desk, TRACK_RECORD, TrackRecord), record)
        files = {TRACK_RECORD: document_bytes(record), RESPONSES: document_bytes(responses)}
        act.detail = {name: sha256(data) for name, data in files.items()}

        def write() -> None:
            for name, data in files.items():
                write_whole(desk.published / name, data)

        act.on_commit(write)
        return record


def responses_of(recommendation: Record) -> list[Response]:
    """What was recorded of a recommendation, in the order of entry."""
    found = recommendation.children.filter(kind="response").order_by("pk")
    return [newest(response).read(Response) for response in found]
