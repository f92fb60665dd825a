"""What an edition dates: one entry for each dated claim, later event and response, with how precise its date is."""

from __future__ import annotations

import datetime
import re
from typing import Literal

import msgspec

from tocsin.core.dates import DateError, bounds
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

Lane = Literal["claims", "events", "responses"]
LANES: tuple[Lane, ...] = ("claims", "events", "responses")
Shape = Literal["day", "within", "span", "since", "until"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One dated record. first, last: the days between which it lies, None where that end is open.

    shape: day (one day), within (at some time in it), span (from one to the other), since, until
    """

    ref: str
    lane: Lane
    edtf: str
    shape: Shape
    is_unsure: bool
    first: datetime.date | None
    last: datetime.date | None
    places: tuple[str, ...] = ()
    nth: int = 0
    """Of a recommendation's responses, which."""

    @property
    def order(self) -> tuple[datetime.date, datetime.date, str, int]:
        """By the first day that is known, else by the last."""
        first = self.first or self.last or datetime.date.max
        return first, self.last or datetime.date.max, self.ref, self.nth


def entries(reading: Reading) -> list[Entry]:
    """All that is dated, by time. Who only says until when stands by that day."""
    content = reading.content
    found = [_entry(claim.id, "claims", claim.date, claim.places) for claim in content.claims]
    found += [_entry(event.id, "events", event.date) for event in content.events]
    for ask in content.recommendations:
        found += [
            _entry(ask.id, "responses", each.as_of, nth=nth)
            for nth, each in enumerate(ask.responses)
            if each.status != "none"
        ]
    return sorted((entry for entry in found if entry), key=lambda entry: entry.order)


def undated(reading: Reading) -> list[str]:
    """Claims and events that say no date that can be drawn."""
    dated = {entry.ref for entry in entries(reading)}
    content = reading.content
    ids = [*(claim.id for claim in content.claims), *(event.id for event in content.events)]
    return [id for id in ids if id not in dated]


def precision(entry: Entry, words: Words) -> str:
    """How precise its date is, in words: `to the month`."""
    said = words("timeline-" + _unit(entry))
    return words("timeline-unsure", said=said) if entry.is_unsure else said


def _unit(entry: Entry) -> str:
    if entry.shape != "within":
        return entry.shape
    return {7: "month", 4: "year"}.get(len(re.sub("[?~%]", "", entry.edtf)), "within")


def _entry(ref: str, lane: Lane, edtf: str, places: tuple[str, ...] = (), nth: int = 0) -> Entry | None:
    try:
        first, last = bounds(edtf)
    except DateError:  # refused before an edition is issued; one of another desk may hold it
        return None
    if first is None and last is None:
        return None
    return Entry(
        ref=ref,
        lane=lane,
        edtf=edtf,
        shape=_shape(edtf, first, last),
        is_unsure=bool(re.search("[?~%]", edtf)),
        first=first,
        last=last,
        places=places,
        nth=nth,
    )


def _shape(edtf: str, first: datetime.date | None, last: datetime.date | None) -> Shape:
    if first is None:
        return "until"
    if last is None:
        return "since"
    if first == last:
        return "day"
    return "span" if "/" in edtf else "within"
