"""Stages and factors, the map, and figures with their rivals."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core.model.assessment import Finding
from tocsin.core.model.edition import Term
from tocsin.core.rules.assessment import UN_FRAMEWORK
from tocsin.publish.addresses import edition_url
from tocsin.publish.pdf.wording import Piece, Wording, joined
from tocsin.publish.reading import StageReading


def stages(say: Wording) -> Piece:
    """The strip of all stages, then each finding with what carries it."""
    strip = [
        {"n": stage.number, "label": say.said(stage.term.label), "mark": mark(stage), "word": _word(say, stage)}
        for stage in say.reading.stages
    ]
    frameworks = [term for term in say.reading.edition.terms if term.kind == "framework"]
    authors = [term.definition.rpartition(", ")[0] for term in frameworks]
    return {
        "kind": "stages",
        "title": say("stages"),
        "intro": say("stages-intro", by=say.reading.content.level.declared_by),
        "framework": joined(
            [[say.said(term.label), " – ", by] for term, by in zip(frameworks, authors, strict=True)], "; "
        ),
        "strip": strip,
        "findings": list(_findings(say)),
    }


def mark(stage: StageReading) -> str:
    """The shape of a stage: full, half (weakly supported), ring (suspected), open."""
    if stage.state == "present":
        return "half" if stage.weak else "full"
    return "ring" if stage.state == "suspected" else "open"


def _word(say: Wording, stage: StageReading) -> str:
    state = say.words(f"state-{stage.state}")
    weak = stage.state in ("present", "suspected") and stage.finding is not None and stage.weak
    return say("weakly", state=state) if weak else state


def _findings(say: Wording) -> Iterator[Piece]:
    for stage in say.reading.stages:
        if stage.finding:
            yield _finding(say, stage.finding, stage.term, mark(stage))
    factors = {term.number: term for term in say.reading.factors}
    for finding in say.reading.content.findings:
        if finding.framework == UN_FRAMEWORK:
            term = factors.get(finding.number) or Term(kind="factor", id=str(finding.number), label=str(finding.number))
            yield _finding(say, finding, term, mark(StageReading(finding.number, term, finding)))


def _finding(say: Wording, finding: Finding, term: Term, shape: str) -> Piece:
    lines = [
        say.line(key, say.references(ids))
        for key, ids in (
            ("claims-for", finding.claims),
            ("claims-against", finding.against),
            ("claims-mitigating", finding.mitigating),
        )
        if ids
    ]
    if not finding.claims:
        lines.append(say.line("claims-for", say("no-claims")))
    return {
        "n": finding.number,
        "label": say.said(term.label),
        "mark": shape,
        "state": say(
            "declared" if finding.declared else "not-declared",
            by=say.reading.content.level.declared_by,
            state=say.words(f"state-{finding.state}"),
            support=say.words(f"support-{finding.support}"),
        ),
        "definition": say.said(term.definition),
        "rationale": say.line("rationale", say.said(finding.rationale)) if finding.rationale else None,
        "lines": lines,
    }


def situation_map(say: Wording, *, drawn: bool) -> Piece:
    """The map with its credit and what it does not show; the same in words for who cannot see it."""
    content = say.reading.content
    section = {"kind": "map", "title": say("map"), "drawn": False}
    if content.map is None:
        return {**section, "absent": say("no-map")}
    shown = content.map
    layers = [
        say("map-layer", label=layer.label, names=", ".join(f.names[0].text for f in layer.features if f.names))
        for layer in shown.layers
        if layer.role not in ("context", "water") and any(f.names for f in layer.features)
    ]
    as_of = say("map-as-of", date=say.words.date(shown.as_of)) if shown.as_of else ""
    lines = [say.line("map-credit", say.said(shown.credit))] if shown.credit else []
    if shown.not_shown:
        lines.append(say.line("map-not-shown", joined([say.said(one) for one in shown.not_shown], " ")))
    return {
        **section,
        "drawn": drawn,
        "absent": "" if drawn else say("map-elsewhere", url=edition_url(say.reading.issue, "map.svg")),
        "alt": say("map-alt", title=shown.title, layers=" ".join(layers)),
        "caption": [say.said(shown.title), ". ", as_of],
        "lines": lines,
    }


def figures(say: Wording) -> Piece:
    """Each figure with all its rivals side by side."""
    tables = []
    for figure in say.reading.content.figures:
        rows = []
        for one in figure.estimates:
            general = [" ", say("general-knowledge")] if one.basis == "general" else []
            method = joined([say.said(text) for text in (one.method, one.note) if text], ". ")
            rows.append(
                [
                    {"strong": say.said(one.quantity.text)},
                    say.said(one.by),
                    say.words.date(one.as_of),
                    [method, *general],
                    say.citations(one.sources) or say("no-source"),
                ]
            )
        tables.append(
            {
                "title": say.said(figure.label),
                "note": say("figure-contested") if figure.contested else "",
                "claims": say.line("figure-claims", say.references(figure.claims)) if figure.claims else None,
                "head": [say(f"figure-{each}") for each in ("value", "by", "as-of", "method", "sources")],
                "rows": rows,
            }
        )
    return {"kind": "figures", "title": say("figures"), "intro": say("figures-intro"), "tables": tables}
