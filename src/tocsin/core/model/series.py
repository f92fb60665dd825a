"""A dated series of counts by month, as somebody published it: who, on which terms, what it cannot tell."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from tocsin.core.model.base import Day, Edtf, Id, Record
from tocsin.core.model.sources import Citation

Counts = tuple[Annotated[int, Meta(ge=0)], ...]
Month = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="A month, YYYY-MM")]


class EventSeries(Record, frozen=True, kw_only=True):
    """Counts for every month from the first on. It shows what a source counted, and is no finding."""

    id: Id
    label: Annotated[str, Meta(description="What is counted, where")]
    countries: Annotated[tuple[str, ...], Meta(description="ISO 3166-1 alpha-3")] = ()
    unit: Annotated[str, Meta(description="deaths, events, persons ...")]
    first: Annotated[Month, Meta(description="The month of the first count")]
    best: Annotated[Counts, Meta(min_length=1, description="One for each month; 0 is none counted, not none")]
    low: Annotated[Counts, Meta(description="As many as `best`, or none where the source gives no low estimate")] = ()
    high: Annotated[Counts, Meta(description="As many as `best`, or none where the source gives no high estimate")] = ()
    civilians: Annotated[Counts, Meta(description="Civilians among `best`; as many, or none where not given")] = ()
    producer: Annotated[str, Meta(min_length=1, description="Who counted")]
    release: Annotated[str, Meta(min_length=1, description="Which release of theirs")]
    released: Annotated[Edtf, Meta(description="When it was published")] = ""
    retrieved: Annotated[Day, Meta(description="The day on which the counts were taken from it")]
    licence: Annotated[str, Meta(min_length=1)]
    citation: Annotated[str, Meta(description="As the producer asks to be cited")] = ""
    sources: tuple[Citation, ...] = ()
    derived: Annotated[str, Meta(description="What was done to the release before these counts")] = ""
    warnings: Annotated[tuple[str, ...], Meta(description="The producer's and our warnings on use")] = ()
    cannot_tell: Annotated[str, Meta(min_length=1, description="What such a count does not see, here")]
