"""Turn checked content into an Edition: the terms that it uses are frozen with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tocsin.core.model.edition import Content, Edition, Issue, Notice, Term
from tocsin.core.rules.assessment import UN_FRAMEWORK
from tocsin.core.rules.rule import Problem
from tocsin.core.vocabulary.terms import Codebook


def freeze(content: Content, issue: Issue, codebook: Codebook, problems: Sequence[Problem]) -> Edition:
    """The Edition of some content. The caller has made sure that `problems` holds no error."""
    notices = tuple(
        Notice(rule=problem.rule, about=problem.about, text=problem.text)
        for problem in problems
        if problem.severity == "notice"
    )
    terms = tuple(sorted(set(_terms(content, codebook)), key=lambda term: (term.kind, term.number or 0, term.id)))
    return Edition(issue=issue, content=content, codebook=codebook.version, terms=terms, notices=notices)


def _terms(content: Content, codebook: Codebook) -> Iterator[Term]:
    yield from _stages_and_factors(content, codebook)
    used = {indicator for claim in content.claims for indicator in claim.indicators}
    used |= {event.indicator for event in content.events if event.indicator}
    factors: set[int] = set()
    for name in used:
        if indicator := codebook.find_indicator(name):
            factors |= set(indicator.un_factors) if indicator.direction == "aggravating" else set()
            yield Term(kind="indicator", id=indicator.id, label=indicator.label, definition=indicator.definition)
    for number in factors:
        if factor := codebook.find_factor(number):
            yield Term(kind="factor", id=factor.code, number=number, label=factor.label, definition=factor.gist)
    for name in {ask.instrument for ask in content.recommendations}:
        if instrument := codebook.find_instrument(name):
            yield Term(
                kind="instrument",
                id=instrument.id,
                label=instrument.label,
                definition=f"Counts as implemented: {instrument.evidence_implemented}. Not enough: "
                f"{instrument.not_enough}",
            )
    for status in codebook.response_statuses:
        yield Term(kind="response_status", id=status.id, label=status.id, definition=status.definition)
    for grade in codebook.source_grades:
        yield Term(kind="source_grade", id=grade.id, label=grade.label, definition=grade.definition)
    for grade in codebook.information_grades:
        yield Term(kind="information_grade", id=grade.id, label=grade.label, definition=grade.definition)
    for definition in codebook.level_definitions:
        if definition.version == content.level.definition and content.level.declared != "none":
            label = next(level.label for level in codebook.levels if level.id == content.level.declared)
            text: str = getattr(definition, content.level.declared)
            yield Term(kind="level", id=content.level.declared, label=label, definition=text)
    for row in codebook.probability_words:
        if content.confidence.likelihood in row.words:
            label = content.confidence.likelihood
            text = f"{row.p_low:.0%} to {row.p_high:.0%}"
            yield Term(kind="probability", id=row.id, label=label, definition=text)


def _stages_and_factors(content: Content, codebook: Codebook) -> Iterator[Term]:
    frameworks = {finding.framework for finding in content.findings} or {"ten-stages"}
    for model in codebook.stage_models:
        if model.id in frameworks:
            yield Term(kind="framework", id=model.id, label=model.label, definition=f"{model.author}, {model.in_use}")
            for number in range(1, len(model.stages) + 1):
                stage = codebook.find_stage(model.id, number)
                assert stage is not None  # noqa: S101  # the codebook was checked when it was loaded
                yield Term(kind="stage", id=stage.id, number=number, label=stage.label, definition=stage.definition)
    for finding in content.findings:
        if finding.framework == UN_FRAMEWORK and (factor := codebook.find_factor(finding.number)):
            yield Term(kind="factor", id=factor.code, number=factor.number, label=factor.label, definition=factor.gist)
