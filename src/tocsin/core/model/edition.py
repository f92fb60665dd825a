"""The Edition: everything that an issued warning says, frozen into one JSON document (`tocsin/edition/1`).

Page, PDF, CAP, feeds, linked data and tables are functions of it. It is stored under the SHA-256 of its
canonical bytes (RFC 8785) and never changes: an update or a correction is a new edition that names the ones
it supersedes.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, UnsetType

from tocsin.core.model.asks import Recommendation
from tocsin.core.model.assessment import Confidence, Figure, Finding, Level, Situation
from tocsin.core.model.base import Day, Edtf, Id, Instant, Lang, Record, Sha256
from tocsin.core.model.case import Change, Flag, Medium, MessageType, Reading
from tocsin.core.model.claims import Claim, Event
from tocsin.core.model.forecasts import ForecastBlock
from tocsin.core.model.incidents import Incidents
from tocsin.core.model.places import Place, SituationMap
from tocsin.core.model.series import EventSeries
from tocsin.core.model.sources import Source

SCHEMA: Final = "tocsin/edition/1"

CapStatus = Literal["Actual", "Exercise", "System", "Test", "Draft"]


class Desk(Record, frozen=True, kw_only=True):
    """The desk that issues."""

    name: str
    sender: Annotated[
        str,
        Meta(pattern=r"^[^\s,<&]+$", description="CAP sender: a domain-style name without space, comma, < or &"),
    ]
    url: Annotated[str, Meta(description="Where the desk publishes; permanent addresses start with it")]


class Superseded(Record, frozen=True, kw_only=True):
    """An earlier edition that this one replaces or withdraws."""

    edition: Annotated[int, Meta(ge=1)]
    identifier: str
    sha256: Sha256
    issued_at: Instant


class Issue(Record, frozen=True, kw_only=True):
    """Who froze the edition, when, and what it supersedes."""

    warning: Id
    edition: Annotated[int, Meta(ge=1, description="1 for the first; each update or cancellation adds one")]
    identifier: Annotated[str, Meta(pattern=r"^[^\s,<&]+$", description="CAP identifier, never used again")]
    message_type: MessageType
    status: Annotated[CapStatus, Meta(description="CAP status; a demonstration desk issues `Exercise` only")]
    issued_at: Annotated[Instant, Meta(description="When the desk froze it; the text's own dates are in `content`")]
    issued_by: Annotated[str, Meta(description="Who issued it, as it may be published")]
    reason: Annotated[str, Meta(description="Why; never empty for an Update or a Cancel")] = ""
    supersedes: Annotated[tuple[Superseded, ...], Meta(description="All earlier editions, oldest first")] = ()
    desk: Desk


class Content(Record, frozen=True, kw_only=True):
    """What one edition says. Made from a case's files or a desk's records; checked before it is frozen."""

    warning: Id
    language: Lang
    nature: Annotated[str, Meta(description="What this is, in one sentence that every page shows")]
    coded_by: str
    coded_date: Day
    grading_note: str = ""
    place_note: str = ""
    legal_note: str = ""
    reading_of: Reading
    situation: Situation
    headline: str
    bottom_line: Annotated[str, Meta(description="Two sentences: what may happen, to whom, where, how sure")]
    since: Annotated[Edtf, Meta(description="Since when the situation is described")] = ""
    level: Level
    confidence: Confidence
    review_date: Annotated[Day | None, Meta(description="After this day the warning is stale")] = None
    review_note: str = ""
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...] = ()
    claims: tuple[Claim, ...]
    events: tuple[Event, ...] = ()
    recommendations: tuple[Recommendation, ...]
    sources: tuple[Source, ...]
    places: tuple[Place, ...]
    map: SituationMap | None = None
    changes: Annotated[tuple[Change, ...], Meta(description="Changes from the edition before, with meaning")] = ()
    flags: tuple[Flag, ...] = ()
    media: Annotated[tuple[Medium, ...], Meta(description="Pictures of the page read; not reproduced")] = ()
    forecast_note: Annotated[str, Meta(description="Why no forecast stands here, or what to make of those that do")] = (
        ""
    )
    series: Annotated[
        tuple[EventSeries, ...] | UnsetType,
        Meta(description="Dated series of counts; left out where there is none, as in editions before there were any"),
    ] = UNSET
    incidents: Annotated[
        tuple[Incidents, ...] | UnsetType,
        Meta(description="Single events as publishers' tables have them; left out where there is none"),
    ] = UNSET
    forecasts: Annotated[
        tuple[ForecastBlock, ...] | UnsetType,
        Meta(description="What models said of a country of the situation; left out where there is none"),
    ] = UNSET


class Term(Record, frozen=True, kw_only=True):
    """A codebook term in use, frozen with the edition so that a later codebook cannot change its sense."""

    kind: Annotated[str, Meta(description="stage, factor, indicator, instrument, response_status, level, ...")]
    id: str
    number: int | None = None
    label: str
    definition: str = ""


class Notice(Record, frozen=True, kw_only=True):
    """What the rules found that a reader should know."""

    rule: str
    about: Annotated[str, Meta(description="Id of the record it concerns; empty for the whole")] = ""
    text: str


class Edition(Record, frozen=True, kw_only=True):
    """One frozen warning."""

    schema: Literal["tocsin/edition/1"] = "tocsin/edition/1"
    issue: Issue
    content: Content
    codebook: Annotated[str, Meta(description="Codebook version that the terms were taken from")]
    terms: tuple[Term, ...]
    notices: tuple[Notice, ...] = ()
