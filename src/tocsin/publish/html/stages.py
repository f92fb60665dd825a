"""The strip of stages: what is said about each, why, and what stands for and against it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tocsin.core.model.assessment import Finding
from tocsin.core.model.claims import Claim, Event
from tocsin.publish.reading import Reading, StageReading


class StageView(msgspec.Struct, frozen=True, kw_only=True):
    """One stage: its shape in the strip, and what it opens to."""

    n: int
    label: str
    definition: str
    state: str
    shape: str
    finding: Finding | None
    claims: list[Claim]
    other: list[tuple[str, str]]
    """(claim id, who holds another position) for each of these claims that somebody contests."""
    against: list[Claim | Event]
    mitigating: list[Claim | Event]


def shape(stage: StageReading) -> str:
    """The shape under which a stage stands in the strip."""
    if stage.state == "present":
        return "half" if stage.weak else "full"
    return {"suspected": "dotted", "not_seen": "crossed", "unknown": "open"}.get(stage.state, "hollow")


def stages_view(reading: Reading) -> list[StageView]:
    """All stages in order. A claim's text stands in full; the other side's is one tap away, at the claim."""
    return [_stage(reading, stage) for stage in reading.stages]


def _stage(reading: Reading, stage: StageReading) -> StageView:
    finding = stage.finding
    claims = [reading.claims[id] for id in (finding.claims if finding else ()) if id in reading.claims]
    return StageView(
        n=stage.number,
        label=stage.term.label,
        definition=stage.term.definition,
        state=stage.state,
        shape=shape(stage),
        finding=finding,
        claims=claims,
        other=[(claim.id, "; ".join(each.by for each in claim.positions)) for claim in claims if claim.positions],
        against=_records(reading, finding.against if finding else ()),
        mitigating=_records(reading, finding.mitigating if finding else ()),
    )


def _records(reading: Reading, ids: Iterable[str]) -> list[Claim | Event]:
    """Claims or events by id."""
    found = (reading.events.get(id) or reading.claims.get(id) for id in ids)
    return [each for each in found if each]
