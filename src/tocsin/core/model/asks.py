"""Recommendations: what was asked of whom; responses: what they are seen to have done, as a dated series."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from tocsin.core.model.base import Edtf, Id, Record
from tocsin.core.model.sources import Citation


class Addressee(Record, frozen=True, kw_only=True):
    """Whom a recommendation asks."""

    name: str
    kind: Annotated[str, Meta(description="Actor type of the codebook")]


class SearchLog(Record, frozen=True, kw_only=True):
    """What was searched before saying that nothing was found."""

    date: Annotated[Edtf, Meta(description="When the search ended")]
    where: Annotated[str, Meta(description="Which sources were searched")]
    terms: Annotated[str, Meta(description="What was searched for")] = ""
    depth: Annotated[str, Meta(description="How far the search went, and what it left out")] = ""


class Response(Record, frozen=True, kw_only=True):
    """A dated observation of what an addressee did. `none` means none found, not that none exists."""

    status: Literal["none", "announced", "partial", "implemented", "reversed"]
    as_of: Edtf
    text: str
    by: Annotated[str, Meta(description="Addressee concerned, where there are several")] = ""
    sources: tuple[Citation, ...] = ()
    search: SearchLog | None = None
    attribution: Annotated[
        Literal["claimed", "unclaimed", "unknown"],
        Meta(description="Whether the addressee itself ties the act to the warning"),
    ] = "unknown"


class Recommendation(Record, frozen=True, kw_only=True):
    """An act asked of named addressees. Tracking it does not endorse it."""

    id: Id
    order: Annotated[int, Meta(ge=1, description="Place in the issuer's own list")]
    made_by: Annotated[str, Meta(description="Who recommends")]
    addressees: tuple[Addressee, ...]
    instrument: Annotated[str, Meta(description="Instrument of the codebook")]
    action: str
    purpose: Annotated[str, Meta(description="Only if stated")] = ""
    target: str = ""
    claims: Annotated[tuple[Id, ...], Meta(description="Claims it rests on")] = ()
    responses: Annotated[tuple[Response, ...], Meta(description="Oldest first")] = ()
