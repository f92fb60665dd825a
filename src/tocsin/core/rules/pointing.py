"""What coded claims point to, stage by stage and factor by factor: counted, never concluded.

It stands beside a finding and never in its place. Claims for and mitigating are counted apart and not subtracted; who
says the same twice counts once, by origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from tocsin.core.independence import joint_origins
from tocsin.core.model.base import Record
from tocsin.core.model.claims import Claim, Event
from tocsin.core.model.sources import Source
from tocsin.core.vocabulary.terms import Codebook

Framework = Literal["ten-stages", "un-framework"]

SEVERITIES: Final = ("low", "moderate", "high", "critical")


class Pointing(Record, frozen=True, kw_only=True):
    """What points to one stage or factor."""

    number: int
    claims: tuple[str, ...]
    mitigating: tuple[str, ...]
    n_origins: int
    severest: str
    """The severest indicator among them, by its label; empty when there is none."""
    severity: str


def pointing(
    framework: Framework,
    claims: Iterable[Claim],
    events: Iterable[Event],
    sources: Mapping[str, Source],
    codebook: Codebook,
) -> dict[int, Pointing]:
    """For each stage or factor of a framework: the claims and mitigating events that point to it."""
    given, happened = list(claims), list(events)
    return {
        number: _one(framework, number, given, happened, sources, codebook)
        for number in range(1, (10 if framework == "ten-stages" else 14) + 1)
    }


def _one(
    framework: Framework,
    number: int,
    claims: list[Claim],
    events: list[Event],
    sources: Mapping[str, Source],
    codebook: Codebook,
) -> Pointing:
    indicators = {
        each.id: each
        for each in codebook.indicators
        if number in (each.stages if framework == "ten-stages" else each.un_factors)
    }
    towards = {id for id, each in indicators.items() if each.direction == "aggravating"}
    stages = framework == "ten-stages"
    pointed = [claim for claim in claims if (stages and number in claim.stages) or towards & set(claim.indicators)]
    lessening = {id for id, each in indicators.items() if each.direction == "mitigating"}
    against = [claim.id for claim in claims if lessening & set(claim.indicators)]
    against += [
        event.id
        for event in events
        if event.direction == "mitigating" and (event.indicator in lessening or (stages and number in event.stages))
    ]
    coded = [indicators[id] for claim in pointed for id in claim.indicators if id in towards]
    worst = max(coded, key=lambda each: SEVERITIES.index(each.severity), default=None)
    return Pointing(
        number=number,
        claims=tuple(claim.id for claim in pointed),
        mitigating=tuple(dict.fromkeys(against)),
        n_origins=len(joint_origins(pointed, sources)),
        severest=worst.label if worst else "",
        severity=worst.severity if worst else "",
    )
