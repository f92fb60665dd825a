"""What a desk freezes of following, to be published: each document whole, canonical, listed in the signed manifest.

Flat and of their own on purpose: a field is published because it stands here. Who settled an expectation, why somebody
withdrew it, and which claims were in mind stay at the desk.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.errors import TocsinError
from tocsin.core.model.asks import Response
from tocsin.core.model.base import Day, Id, Instant, Record
from tocsin.core.model.edition import CapStatus, Desk
from tocsin.core.model.sources import Citation, Source

TRACK_RECORD = "track-record.json"
RESPONSES = "responses.json"
TRACK_RECORD_SCHEMA: Final = "tocsin/track-record/1"
RESPONSES_SCHEMA: Final = "tocsin/responses/1"

State = Literal["open", "settled", "confirmed", "withdrawn"]
Outcome = Literal["", "came_true", "did_not", "cannot_be_settled"]


class FollowingError(TocsinError):
    """A published record that would lose or change what it said before."""


class PublishedExpectation(Record, frozen=True, kw_only=True):
    """A statement about the future as it is published. How it came out is said once a second person confirmed it."""

    situation: Id
    situation_title: str
    id: Id
    statement: str
    p: Annotated[float, Meta(ge=0, le=1)]
    window_from: Day
    window_to: Day
    settled_by: Annotated[str, Meta(description="What will be looked at, and what counts as true")]
    made_by: str = ""
    made_date: Annotated[Day, Meta(description="The day on which it was put on record")]
    state: State
    withdrawn_date: Annotated[Day | None, Meta(description="So that one given up late can be told")] = None
    outcome: Outcome = ""
    outcome_date: Day | None = None
    outcome_text: Annotated[str, Meta(description="What was found, with its attribution")] = ""
    citations: tuple[Citation, ...] = ()
    sources: tuple[Source, ...] = ()


class TrackRecord(Record, frozen=True, kw_only=True):
    """Every expectation of every situation that a warning was issued about."""

    schema: Literal["tocsin/track-record/1"] = TRACK_RECORD_SCHEMA
    desk: Desk
    status: CapStatus
    as_of: Instant
    expectations: tuple[PublishedExpectation, ...]


class PublishedSeries(Record, frozen=True, kw_only=True):
    """What was seen of one recommendation, in the order in which it was entered."""

    situation: Id
    recommendation: Id
    responses: tuple[Response, ...]
    sources: tuple[Source, ...] = ()


class Responses(Record, frozen=True, kw_only=True):
    """What was seen, since the last edition too, of recommendations that an issued edition carries."""

    schema: Literal["tocsin/responses/1"] = RESPONSES_SCHEMA
    desk: Desk
    status: CapStatus
    as_of: Instant
    series: tuple[PublishedSeries, ...]


def document_bytes(document: TrackRecord | Responses) -> bytes:
    """A document as it is stored, hashed and published."""
    return canonical_bytes(document) + b"\n"


def check_nothing_vanished(before: TrackRecord | None, after: TrackRecord) -> None:
    """Raise FollowingError when an expectation that was published is gone or says something else.

    A record that can lose its failures is none.
    """
    now = {(each.situation, each.id): each for each in after.expectations}
    for was in before.expectations if before else ():
        name = f"expectation {was.id} of {was.situation}"
        found = now.get((was.situation, was.id))
        if found is None:
            raise FollowingError(
                f"{name} was published and is no longer on record", remedy="Restore the desk's records from a backup"
            )
        for field in ("statement", "p", "window_from", "window_to", "settled_by"):
            if getattr(was, field) != getattr(found, field):
                raise FollowingError(f"{name} was published with another {field}", remedy="Withdraw it; make a new one")
