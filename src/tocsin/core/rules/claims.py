"""Rules about claims: attributed, sourced, both sides, honestly graded."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core.independence import origins
from tocsin.core.rules.rule import Broken, Context, Rule, meant


def _without_source(context: Context) -> Iterator[Broken]:
    for claim in context.content.claims:
        if not claim.sources:
            yield Broken(
                "claims", claim.id, "sources", f"claim {claim.id} has no source",
                "Name where it was published: sources = [{ source = \"...\", passage = \"...\" }]",
            )  # fmt: skip


def _without_asserter(context: Context) -> Iterator[Broken]:
    for claim in context.content.claims:
        if not claim.asserted_by.strip():
            yield Broken(
                "claims", claim.id, "asserted_by", f"claim {claim.id} has no asserter",
                "Say who makes the claim: nothing is stated in the desk's own voice",
            )  # fmt: skip


def _without_other_side(context: Context) -> Iterator[Broken]:
    for claim in context.content.claims:
        if claim.contested and not any(position.text.strip() for position in claim.positions):
            yield Broken(
                "claims", claim.id, "contested", f"claim {claim.id} is contested and the other side is missing",
                "Add [[claims.positions]] with who holds it, what they say, and where",
            )  # fmt: skip


def _unknown_indicator(context: Context) -> Iterator[Broken]:
    known = [indicator.id for indicator in context.codebook.indicators]
    for claim in context.content.claims:
        for indicator in claim.indicators:
            if indicator not in known:
                text = f"claim {claim.id} names the indicator {indicator}, which does not exist"
                yield Broken("claims", claim.id, "indicators", text, meant(indicator, known))
    for event in context.content.events:
        if event.indicator and event.indicator not in known:
            text = f"event {event.id} names the indicator {event.indicator}, which does not exist"
            yield Broken("events", event.id, "indicator", text, meant(event.indicator, known))


def _unknown_stage_of_claim(context: Context) -> Iterator[Broken]:
    highest = max(len(model.stages) for model in context.codebook.stage_models)
    for claim in context.content.claims:
        for stage in claim.stages:
            if not 1 <= stage <= highest:
                yield Broken(
                    "claims", claim.id, "stages", f"claim {claim.id} names stage {stage}, which does not exist",
                    f"Stages run from 1 to {highest}",
                )  # fmt: skip


def _confirmed_alone(context: Context) -> Iterator[Broken]:
    sources = {source.id: source for source in context.content.sources}
    for claim in context.content.claims:
        if claim.grade.information == "1" and len(origins(claim, sources)) < 2:
            yield Broken(
                "claims", claim.id, "grade",
                f"claim {claim.id} is graded 1 (confirmed) on sources of a single origin",
                "Grade 1 needs a second origin: add it, or grade 2 and say why",
            )  # fmt: skip


def _general_knowledge(context: Context) -> Iterator[Broken]:
    for claim in context.content.claims:
        for position in claim.positions:
            if position.basis == "general":
                yield Broken(
                    "claims", claim.id, "positions",
                    f"the position of {position.by} on claim {claim.id} rests on general knowledge, not on a source",
                    "Find where it was said",
                )  # fmt: skip


RULES = (
    Rule("claim-without-source", "error", "A claim names where it was published", _without_source),
    Rule("claim-without-asserter", "error", "A claim names who makes it", _without_asserter),
    Rule(
        "other-side-missing",
        "error",
        "A contested claim carries the other side's position",
        _without_other_side,
    ),
    Rule("unknown-indicator", "error", "An indicator exists in the codebook", _unknown_indicator),
    Rule("unknown-stage-of-claim", "error", "A claim's stages exist", _unknown_stage_of_claim),
    Rule("confirmed-alone", "notice", "Grade 1 needs sources of different origin", _confirmed_alone),
    Rule("general-knowledge", "notice", "A position rests on a source", _general_knowledge),
)
