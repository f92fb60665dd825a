"""Track records for tests."""

from __future__ import annotations

import msgspec

from tocsin.core.model.edition import Desk
from tocsin.core.model.sources import Citation, Link, Source
from tocsin.publish.following.documents import PublishedExpectation, TrackRecord

DESK = Desk(name="Test desk", sender="desk.example.org", url="https://desk.example.org")


def expectation(id: str, p: float, outcome: str = "", **fields: object) -> PublishedExpectation:
    """An expectation; with an outcome it is confirmed, with its evidence."""
    own = PublishedExpectation(
        situation="armenia-azerbaijan", situation_title="Armenia: Syunik and Gegharkunik", id=id,
        statement=f"The parties sign, says {id}.", p=p, window_from="2026-01-01", window_to="2026-06-30",
        settled_by="A signed text, published by both.", made_by="Ani", made_date="2025-12-30",
        state="confirmed" if outcome else "open",
    )  # fmt: skip
    if outcome:
        own = msgspec.structs.replace(
            own, outcome=outcome, outcome_date="2026-07-01", outcome_text="Both governments report that they signed.",
            citations=(Citation(source="S01", passage="p. 2"),),
            sources=(Source(id="S01", publisher="A ministry", links=(Link(url="https://mfa.example/1"),)),),
        )  # fmt: skip
    return msgspec.structs.replace(own, **fields)


def record(*expectations: PublishedExpectation) -> TrackRecord:
    """A track record."""
    return TrackRecord(desk=DESK, status="Exercise", as_of="2026-11-23T12:00:00Z", expectations=expectations)


SMALL = record(
    expectation("X01", 0.8, "came_true"),
    expectation("X02", 0.7, "did_not"),
    expectation("X03", 0.2, "came_true"),
    expectation("X04", 0.1, "did_not"),
    expectation("X05", 0.6, "cannot_be_settled"),
    expectation("X06", 0.5, state="withdrawn", withdrawn_date="2026-03-01"),
    expectation("X07", 0.4),
    expectation("X08", 0.9, window_to="2027-06-30"),
    expectation("X09", 0.3, state="settled"),
)
"""One of every kind."""

LARGE = record(*(expectation(f"X{n:02}", (n % 10) / 10 + 0.05, "came_true" if n % 3 else "did_not") for n in range(40)))
"""Enough to draw a calibration from."""
