"""Rules about findings, the level, the figures, the map and the review date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.core.dates import is_stale
from tocsin.core.independence import joint_origins
from tocsin.core.rules.rule import Broken, Context, Rule, meant

UN_FRAMEWORK = "un-framework"


def _present_without_claim(context: Context) -> Iterator[Broken]:
    for finding in context.content.findings:
        if finding.state in ("present", "suspected") and not finding.claims:
            yield Broken(
                "findings", str(finding.number), "claims",
                f"stage {finding.number} is said to be {finding.state} and no claim supports it",
                "Cite the claims, or say not_seen or unknown",
            )  # fmt: skip


def _unknown_stage(context: Context) -> Iterator[Broken]:
    frameworks = [model.id for model in context.codebook.stage_models] + [UN_FRAMEWORK]
    for finding in context.content.findings:
        about = str(finding.number)
        if finding.framework not in frameworks:
            text = f"the framework version {finding.framework!r} does not exist"
            yield Broken("findings", about, "framework", text, meant(finding.framework, frameworks))
        elif finding.framework == UN_FRAMEWORK:
            if context.codebook.find_factor(finding.number) is None:
                text = f"UN factor {finding.number} does not exist"
                yield Broken("findings", about, "number", text, "Factors run from 1 to 14")
        elif context.codebook.find_stage(finding.framework, finding.number) is None:
            text = f"{finding.framework} has no stage {finding.number}"
            yield Broken("findings", about, "number", text, "Look the number up in the framework's version")


def _mixed_models(context: Context) -> Iterator[Broken]:
    used = sorted({finding.framework for finding in context.content.findings} - {UN_FRAMEWORK})
    if len(used) > 1:
        yield Broken(
            "findings", "", "framework", f"findings mix {' and '.join(used)}, in which a number means different stages",
            "Use one version of the stage framework in a warning",
        )  # fmt: skip


def _level_does_not_fit(context: Context) -> Iterator[Broken]:
    declared = context.content.level.declared
    level = next(level for level in context.codebook.levels if level.id == declared)
    model = next((model for model in context.codebook.stage_models if model.id == "ten-stages"), None)
    present = {
        finding.number
        for finding in context.content.findings
        if finding.framework == (model.id if model else "") and finding.state == "present"
    }
    if not present:
        return
    usual = max(
        (other for other in context.codebook.levels if present & set(other.usual_stages)),
        key=lambda other: other.rank,
        default=level,
    )
    if usual.id != declared:
        yield Broken(
            "level", "", "declared",
            f"the level {level.label} does not usually go with stages {', '.join(map(str, sorted(present)))}, "
            f"which usually carry {usual.label}",
            "The issuer's level stands as declared; check that it was copied right",
        )  # fmt: skip


def _unknown_definition(context: Context) -> Iterator[Broken]:
    known = [definition.version for definition in context.codebook.level_definitions]
    version = context.content.level.definition
    if version not in known:
        yield Broken("level", "", "definition", f"no level definition {version!r} is known", meant(version, known))


def _unknown_likelihood(context: Context) -> Iterator[Broken]:
    known = [word for row in context.codebook.probability_words for word in row.words]
    word = context.content.confidence.likelihood
    if word and word not in known:
        yield Broken("confidence", "", "likelihood", f"{word!r} is no probability word", meant(word, known))
    if word and not context.content.confidence.window:
        yield Broken(
            "confidence",
            "",
            "window",
            "a likelihood without a time window cannot be scored",
            "Give the window (EDTF)",
        )


def _no_review_date(context: Context) -> Iterator[Broken]:
    if context.content.review_date is None and context.message_type != "Cancel":
        yield Broken(
            "", "", "review_date", "the warning has no review date",
            "Give the day after which it is stale: review_date = \"YYYY-MM-DD\"",
        )  # fmt: skip


def _already_stale(context: Context) -> Iterator[Broken]:
    if is_stale(context.content.review_date, context.on):
        yield Broken("", "", "review_date", f"the review date {context.content.review_date} has passed: it is stale")


def _map_without_credit(context: Context) -> Iterator[Broken]:
    shown = context.content.map
    if shown is not None and not shown.credit.strip():
        yield Broken("map", "", "credit", "the map has no credit", "Say who made the shapes, which version, licence")


def _figure_alone(context: Context) -> Iterator[Broken]:
    told = f"{context.content.headline} {context.content.bottom_line}"
    for figure in context.content.figures:
        if figure.contested and len(figure.estimates) < 2:
            yield Broken(
                "figures", figure.id, "estimates", f"figure {figure.id} is contested and shown alone",
                "Add what the others say, each with method, date and source",
            )  # fmt: skip
        shown = [
            estimate.quantity.best
            for estimate in figure.estimates
            if estimate.quantity.best is not None and _names_number(told, estimate.quantity.best)
        ]
        n_rivals = len({estimate.quantity.best for estimate in figure.estimates if estimate.quantity.best is not None})
        if figure.contested and shown and len(set(shown)) < n_rivals:
            yield Broken(
                "figures", figure.id, "estimates",
                f"the headline or bottom line gives {shown[0]:g} of figure {figure.id} without its rivals",
                "Name the rivals beside it, or leave the number to the figures",
            )  # fmt: skip


def _names_number(text: str, number: float) -> bool:
    written = {f"{number:g}", f"{number:,.0f}", f"{number:.0f}"}
    return any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", text) for form in written)


def _single_origin(context: Context) -> Iterator[Broken]:
    sources = {source.id: source for source in context.content.sources}
    claims = {claim.id: claim for claim in context.content.claims}
    for finding in context.content.findings:
        if finding.state not in ("present", "suspected"):
            continue
        behind = joint_origins((claims[cited] for cited in finding.claims if cited in claims), sources)
        if len(behind) == 1:
            yield Broken(
                "findings", str(finding.number), "claims",
                f"everything cited for stage {finding.number} comes from one origin ({next(iter(behind))})",
                "Look for a source of another origin",
            )  # fmt: skip


def _weak_support(context: Context) -> Iterator[Broken]:
    for finding in context.content.findings:
        if finding.state == "present" and finding.support in ("none", "weak"):
            yield Broken(
                "findings", str(finding.number), "support",
                f"stage {finding.number} is declared present on {finding.support} support in the text",
                "Strengthen it, or say suspected",
            )  # fmt: skip


RULES = (
    Rule("stage-without-claim", "error", "A present or suspected stage cites a claim", _present_without_claim),
    Rule("unknown-stage", "error", "A stage or factor exists in the named framework version", _unknown_stage),
    Rule("mixed-stage-models", "error", "One warning uses one version of the stages", _mixed_models),
    Rule("unknown-level-definition", "error", "A level names a known definition", _unknown_definition),
    Rule("likelihood", "error", "A likelihood is a word of the table, with a window", _unknown_likelihood),
    Rule("review-date", "error", "A warning has a review date", _no_review_date),
    Rule("map-without-credit", "error", "A map credits whoever made it", _map_without_credit),
    Rule("figure-shown-alone", "error", "A contested figure stands beside its rivals", _figure_alone),
    Rule("level-does-not-fit", "notice", "The declared level usually goes with the stages", _level_does_not_fit),
    Rule("stale", "notice", "A warning is issued before its review date", _already_stale),
    Rule("single-origin", "notice", "A stage rests on more than one origin", _single_origin),
    Rule("weak-support", "notice", "A present stage is supported by the text", _weak_support),
)
