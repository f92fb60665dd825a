"""Claims: statements attributed to whoever made them, graded, with the other side's position."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from tocsin.core.model.base import Day, Edtf, Id, Record
from tocsin.core.model.sources import Citation

ClaimKind = Literal[
    "assessment", "causal_inference", "event", "event_and_cause", "event_series", "fact", "forecast",
    "headline", "historical", "inference", "intent", "interpretation", "legal_characterisation",
    "legal_statement", "normative", "quantity", "quote", "reported_finding", "reported_position",
    "reported_speech",
]  # fmt: skip


class Quantity(Record, frozen=True, kw_only=True):
    """A number as it was said, and as it can be computed with."""

    text: Annotated[str, Meta(description="The quantity in words, with its unit")]
    low: float | None = None
    best: float | None = None
    high: float | None = None
    unit: Annotated[str, Meta(description="UCUM-like unit: km2, people, a")] = ""


class Grade(Record, frozen=True, kw_only=True):
    """Admiralty grade: the letter judges the source, the digit this one report, separately."""

    source: Annotated[str, Meta(pattern="^[A-F]$", description="A fully reliable ... E unreliable, F unknown")]
    information: Annotated[str, Meta(pattern="^[1-6]$", description="1 confirmed ... 5 improbable, 6 cannot be judged")]
    by: Annotated[str, Meta(description="Who graded")] = ""
    date: Annotated[Day | None, Meta(description="When it was graded")] = None
    reason: str = ""

    def __str__(self) -> str:
        return self.source + self.information


class Position(Record, frozen=True, kw_only=True):
    """What another side says about a contested claim."""

    by: Annotated[str, Meta(description="Who holds this position")]
    text: str
    sources: tuple[Citation, ...] = ()
    basis: Annotated[
        Literal["source", "general"],
        Meta(description="source: seen in the cited source; general: background knowledge, check before use"),
    ] = "source"


class Claim(Record, frozen=True, kw_only=True):
    """A statement by an asserter. A code on it means that it was claimed, never that it is established."""

    id: Id
    text: Annotated[str, Meta(description="The statement in our own words, without its asserter")]
    kind: ClaimKind
    asserted_by: Annotated[str, Meta(description="Body or person who makes the claim")]
    speaker: Annotated[str, Meta(description="Who spoke, where the asserter passes on another's words")] = ""
    speaker_role: str = ""
    named_source: Annotated[str, Meta(description="What the asserter gives as its source")] = ""
    sources: Annotated[tuple[Citation, ...], Meta(description="Where the claim was published")] = ()
    corroborated_by: Annotated[tuple[Citation, ...], Meta(description="Other sources that say the same")] = ()
    date: Edtf = ""
    date_note: str = ""
    places: tuple[Id, ...] = ()
    quantity: Quantity | None = None
    indicators: Annotated[tuple[str, ...], Meta(description="Codebook indicators it would point to")] = ()
    stages: Annotated[tuple[int, ...], Meta(description="Stages it would support, were it true")] = ()
    grade: Grade
    contested: Annotated[bool, Meta(description="Someone with knowledge disputes it")] = False
    positions: Annotated[tuple[Position, ...], Meta(description="The other sides")] = ()
    context: Annotated[str, Meta(description="What a reader should know, where nobody disputes the claim")] = ""
    context_sources: tuple[Citation, ...] = ()
    check_next: Annotated[str, Meta(description="What would settle or sharpen it")] = ""
    wording: Annotated[
        Literal["seen", "carried"],
        Meta(description="carried: taken from a later version because the copy of this one is cut short"),
    ] = "seen"


class Event(Record, frozen=True, kw_only=True):
    """Something that happened later and bears on the warning, for better or worse."""

    id: Id
    date: Edtf
    text: str
    indicator: str = ""
    stages: tuple[int, ...] = ()
    direction: Annotated[
        Literal["aggravating", "mitigating", "unclear"], Meta(description="Never netted against one another")
    ]
    note: str = ""
    sources: tuple[Citation, ...] = ()
