"""A case: one warning as coded in plain files, with what differs between its versions.

A case holds everything once. What differs from version to version is said in two ways: `editions` lists the
versions in which a record stands, and `[<record>.in_edition.<n>]` gives the fields that read differently in
version n. Resolved for one version, a case becomes a `Content`, which rules check and issuing freezes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from tocsin.core.model.assessment import Confidence, Finding, Level, Situation
from tocsin.core.model.base import Day, Edtf, Id, Lang, Record
from tocsin.core.model.forecasts import ForecastBlock
from tocsin.core.model.places import Place

MessageType = Literal["Alert", "Update", "Cancel"]


class Reading(Record, frozen=True, kw_only=True):
    """The published warning that an edition is a coded reading of."""

    publisher: str
    title: str
    author: str = ""
    issued: Edtf
    updated: Edtf = ""
    url: str = ""
    copy_note: Annotated[str, Meta(description="What the copy that was read lacks")] = ""


class Change(Record, frozen=True, kw_only=True):
    """A change from the version before, as a person reads it."""

    targets: Annotated[
        tuple[str, ...],
        Meta(description="What changed: claim ids, `headline`, `map`, `level`, `stage-7`, `REC-1` ..."),
    ]
    field: str
    before: str
    after: str
    meaning: Annotated[str, Meta(description="What the change means")]
    reason: Annotated[str, Meta(description="Why it was made, as far as is known")] = ""


class Flag(Record, frozen=True, kw_only=True):
    """Something in the text that a careful reader should know."""

    severity: Literal["low", "medium", "high"]
    text: str
    claims: tuple[Id, ...] = ()


class Medium(Record, frozen=True, kw_only=True):
    """A picture or file on the published page, described and not reproduced."""

    id: Id
    kind: Literal["map", "photograph", "document"]
    caption: str
    credit: Annotated[str, Meta(description="Credit as printed there; empty when left blank")] = ""
    note: str = ""
    claims: tuple[Id, ...] = ()


class Version(Record, frozen=True, kw_only=True):
    """What belongs to one version of the warning alone (`editions/<n>.toml`)."""

    number: Annotated[int, Meta(ge=1)]
    message_type: MessageType
    reason: Annotated[str, Meta(description="Why this version exists; for an Update or Cancel, never empty")] = ""
    reading_of: Reading
    headline: str
    bottom_line: Annotated[str, Meta(description="Two sentences: what may happen, to whom, where, how sure")]
    since: Annotated[Edtf, Meta(description="Since when the situation is described")] = ""
    level: Level
    confidence: Confidence
    review_date: Day | None = None
    review_note: str = ""
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] = ()
    flags: tuple[Flag, ...] = ()
    media: tuple[Medium, ...] = ()
    forecast_note: Annotated[str, Meta(description="Why no forecast stands here, or what to make of those that do")] = (
        ""
    )
    forecasts: Annotated[
        tuple[ForecastBlock, ...] | UnsetType,
        Meta(description="What models said of a country of the situation; left out where there is none"),
    ] = UNSET


class CaseHeader(Record, frozen=True, kw_only=True):
    """`case.toml`: what holds for every version."""

    warning: Annotated[Id, Meta(description="The warning's permanent id")]
    language: Lang
    coded_by: Annotated[str, Meta(description="Who coded the case, as it may be published")]
    coded_date: Day
    nature: Annotated[str, Meta(description="What this is, in one sentence that every page shows")]
    grading_note: str = ""
    place_note: str = ""
    legal_note: str = ""
    situation: Situation
    places: tuple[Place, ...]
