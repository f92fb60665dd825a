"""What a desk keeps besides what it publishes: the parts that a warning is assembled from, and what follows it.

A desk's records hold exactly these nouns and those of the rest of `core.model`, so that what is assembled from
records and what is read from a case's files are the same `Content`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from tocsin.core.model.assessment import Confidence, Level
from tocsin.core.model.base import Day, Edtf, Id, Instant, Lang, Record, Sha256
from tocsin.core.model.case import Change, Flag, Medium, MessageType, Reading
from tocsin.core.model.claims import ClaimKind
from tocsin.core.model.forecasts import ForecastBlock
from tocsin.core.model.sources import Citation


class SituationScope(Record, frozen=True, kw_only=True):
    """A situation whose actors, groups and places are records of their own."""

    title: str
    countries: Annotated[tuple[str, ...], Meta(description="ISO 3166-1 alpha-3")]
    places: Annotated[tuple[Id, ...], Meta(description="Where people are said to be at risk")] = ()
    alleged_perpetrators: Annotated[tuple[str, ...], Meta(description="Keys of actors")] = ()
    groups_at_risk: Annotated[tuple[str, ...], Meta(description="Keys of groups")] = ()


class Bulletin(Record, frozen=True, kw_only=True):
    """The thread of a warning: what holds for all its editions."""

    language: Lang
    nature: Annotated[str, Meta(description="What this is, in one sentence that every page shows")]
    coded_by: str
    coded_date: Day
    grading_note: str = ""
    place_note: str = ""
    legal_note: str = ""


class Assessment(Record, frozen=True, kw_only=True):
    """The level and how sure; which findings stand, in the order in which they are shown."""

    level: Level
    confidence: Confidence
    findings: Annotated[tuple[str, ...], Meta(description="Keys of findings, as ten-stages-4")] = ()


class Draft(Record, frozen=True, kw_only=True):
    """What one edition is to say of its own, and which records it is to carry: nothing goes out that is not named."""

    edition: Annotated[int, Meta(ge=1, description="Which edition of the warning it is to become")]
    message_type: MessageType
    reason: Annotated[str, Meta(description="Why this edition exists; for an Update or Cancel, never empty")] = ""
    reading_of: Reading
    headline: str
    bottom_line: Annotated[str, Meta(description="Two sentences: what may happen, to whom, where, how sure")]
    since: Edtf = ""
    review_date: Day | None = None
    review_note: str = ""
    forecast_note: str = ""
    forecasts: tuple[ForecastBlock, ...] | UnsetType = UNSET
    changes: tuple[Change, ...] = ()
    flags: tuple[Flag, ...] = ()
    media: tuple[Medium, ...] = ()
    claims: tuple[Id, ...] = ()
    events: tuple[Id, ...] = ()
    figures: tuple[Id, ...] = ()
    recommendations: tuple[Id, ...] = ()
    sources: Annotated[tuple[Id, ...], Meta(description="Order of the sources; only cited ones are shown")] = ()
    places: Annotated[tuple[Id, ...], Meta(description="Order of the places")] = ()
    map: Annotated[bool, Meta(description="Whether the situation's map is shown")] = False
    series: tuple[Id, ...] | UnsetType = UNSET
    incidents: tuple[Id, ...] | UnsetType = UNSET


class Opening(Record, frozen=True, kw_only=True):
    """All that opens a warning which no case is loaded for."""

    warning: Annotated[Id, Meta(description="Its permanent id, which stands in addresses for good")]
    head: Bulletin
    assessment: Assessment
    draft: Draft


class Geometry(Record, frozen=True, kw_only=True):
    """An operator's own shapes, as the map names them."""

    file: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]+\.geojson$", description="File name in geometry/")]
    geojson: Annotated[dict[str, Any], Meta(description="GeoJSON (RFC 7946), WGS 84")]


class Expectation(Record, frozen=True, kw_only=True):
    """A statement about the future that can be scored. Without a window it would be an opinion."""

    id: Id
    statement: Annotated[str, Meta(min_length=1)]
    p: Annotated[float, Meta(ge=0, le=1, description="Probability that it comes true within the window")]
    window_from: Annotated[Day, Meta(description="First day of the window")]
    window_to: Annotated[Day, Meta(description="Last day of the window")]
    settled_by: Annotated[str, Meta(min_length=1, description="What will be looked at, and what counts as true")]
    claims: tuple[Id, ...] = ()
    made_by: Annotated[str, Meta(description="Whose expectation it is, as it may be published")] = ""


class Settlement(Record, frozen=True, kw_only=True):
    """How an expectation came out."""

    outcome: Literal["came_true", "did_not", "cannot_be_settled"]
    as_of: Day
    text: Annotated[str, Meta(min_length=1, description="What was found, with its attribution")]
    sources: tuple[Citation, ...] = ()


class Capture(Record, frozen=True, kw_only=True):
    """A capture in the desk's archive, indexed. The archive's own custody log stays the truth."""

    sha256: Sha256
    byte_size: Annotated[int, Meta(ge=0)]
    mime: str = ""
    url: str = ""
    captured_at: Instant


class Document(Record, frozen=True, kw_only=True):
    """A document that was collected and taken into an inbox, as its reader was shown it."""

    id: Id
    title: str = ""
    url: str = ""
    publisher: str = ""
    lang: Lang = "en"
    published: Edtf = ""
    capture_sha256: Sha256 | None = None
    run: Annotated[str, Meta(description="The run of a source that found it")] = ""
    text: Annotated[str, Meta(description="What was read in its capture, in paragraphs")] = ""


class Watch(Record, frozen=True, kw_only=True):
    """What a situation's inbox is to be shown of what sources collect: where to look, and for which words."""

    words: Annotated[
        tuple[str, ...], Meta(description="Any of them; a star at the end stands for any ending, as Syuni*")
    ]
    without: Annotated[tuple[str, ...], Meta(description="None of them may stand in the text")] = ()
    sources: Annotated[tuple[str, ...], Meta(description="Names of sources; empty for all that give documents")] = ()


class Task(Record, frozen=True, kw_only=True):
    """Something that one person asks of another at the desk."""

    id: Id
    text: Annotated[str, Meta(min_length=1, description="What is to be done")]
    given_to: Annotated[str, Meta(min_length=1, description="Who is to do it, by their name at the desk")]
    about: Annotated[str, Meta(description="Path of the record that it concerns")] = ""
    due: Annotated[Day | None, Meta(description="The day until which it is wanted")] = None


class Comment(Record, frozen=True, kw_only=True):
    """What a reader of a draft wants changed or answered, pinned to the section that it is about."""

    id: Id
    draft: Annotated[str, Meta(description="Path of the draft")]
    section: Annotated[str, Meta(description="As bottom-line, claims, C07, stage-7; empty for the whole")] = ""
    text: Annotated[str, Meta(min_length=1)]


class Signal(Record, frozen=True, kw_only=True):
    """A declared rule that fired on a series: a reason to look, never evidence."""

    rule: Annotated[str, Meta(description="Name of the rule")]
    sentence: Annotated[str, Meta(description="What the rule says, with its numbers")]
    of: Annotated[str, Meta(description="Whose series it is: countries, by ISO 3166-1 alpha-3")]
    month: Annotated[Edtf, Meta(description="The month in which it fired; of a rule of weeks, the week's Monday")]
    series: Annotated[str, Meta(description="What is counted")]
    window_from: Annotated[Edtf, Meta(description="The first month, or Monday, that the rule looked at")]
    values: Annotated[
        tuple[float | None, ...], Meta(description="One for each month or week of the window; none is unknown")
    ]
    warnings: tuple[str, ...]
    source: Annotated[str, Meta(description="Whose counts, which release, on which terms")]


class Candidate(Record, frozen=True, kw_only=True):
    """A passage that a machine proposes to make a claim of. Reports that print one text are one candidate."""

    id: Id
    document: Annotated[str, Meta(description="Key of the document; of several that print one text, the first")]
    also: Annotated[tuple[str, ...], Meta(description="Keys of the other documents that print the same text")] = ()
    words: Annotated[tuple[str, ...], Meta(description="Which of the watched words stand in the document")] = ()
    title: Annotated[str, Meta(description="Of the first document, as a list shows it")] = ""
    publisher: str = ""
    published: Edtf = ""
    lang: Lang = "en"
    passage: Annotated[str, Meta(description="The words as they stand there")]
    text: Annotated[str, Meta(description="The statement proposed, without its asserter")] = ""
    kind: ClaimKind = "fact"
    asserted_by: str = ""
    indicators: tuple[str, ...] = ()
    proposed_by: Annotated[str, Meta(description="What proposed it, with its version")] = ""
    p: Annotated[float, Meta(ge=0, le=1, description="How sure the proposer is")] | None = None
    signal: Annotated[Signal | UnsetType, Meta(description="The signal that it came from, if no document")] = UNSET


class Subscription(Record, frozen=True, kw_only=True):
    """What a subscriber wants to be told. Never who they are: their address lies apart, where it can be erased."""

    channel: Literal["mail", "webhook"]
    situations: Annotated[tuple[Id, ...], Meta(description="Only these; none named: every situation")] = ()
    level: Annotated[Literal["none", "watch", "warning", "emergency"], Meta(description="The least declared level")] = (
        "none"
    )
    languages: Annotated[tuple[Lang, ...], Meta(description="Only these; none named: any")] = ()
    tests: Annotated[bool, Meta(description="Also what is issued as a test")] = False
