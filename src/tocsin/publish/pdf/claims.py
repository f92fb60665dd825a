"""All claims: who states what, how it is graded, when and where, and what the other side says."""

from __future__ import annotations

from tocsin.core.model.claims import Claim, Position
from tocsin.publish.pdf.wording import Piece, Wording, joined

SHORT = 1500
"""Characters; a claim and the first answer to it, up to this length, are kept on one page."""


def claims(say: Wording) -> Piece:
    """The section of all claims, in the order of the edition."""
    return {
        "kind": "claims",
        "title": say("claims", n=len(say.reading.content.claims)),
        "intro": say("claims-intro"),
        "claims": [_claim(say, claim) for claim in say.reading.content.claims],
    }


def _claim(say: Wording, claim: Claim) -> Piece:
    length = len(claim.text) + sum(len(one.text) for one in claim.positions[:1])
    return {
        "id": claim.id,
        "anchor": say.anchor(claim.id),
        "grade": str(claim.grade),
        "contested": say("contested") if claim.contested else "",
        "short": length < SHORT,
        "lead": say("states", by=claim.asserted_by),
        "text": say.said(claim.text),
        "facts": _facts(say, claim),
        "sides": [_side(say, one) for one in claim.positions],
        "lines": _lines(say, claim),
    }


def _facts(say: Wording, claim: Claim) -> Piece:
    facts = [say.date(claim.date, claim.date_note)]
    if claim.places:
        facts.append(say.places(claim.places))
    if claim.quantity:
        facts.append([say("quantity"), " ", say.said(claim.quantity.text)])
    return joined(facts, " · ")


def _side(say: Wording, position: Position) -> Piece:
    cited = say.citations(position.sources)
    return {
        "label": say("other-side"),
        "by": say.said(position.by),
        "text": say.said(position.text),
        "cited": cited or say("no-source"),
        "basis": say("general-knowledge") if position.basis == "general" else "",
    }


def _lines(say: Wording, claim: Claim) -> list[Piece]:
    """What is known about the claim, as labelled pieces that run on: who spoke, where, coded as, what to check."""
    lines = []
    if claim.contested and not claim.positions:
        lines.append(say.line("other-side", say("none-on-record")))
    if claim.context:
        cited = [" [", say.citations(claim.context_sources), "]"] if claim.context_sources else []
        lines.append(say.line("context", [say.said(claim.context), *cited]))
    if claim.speaker:
        role = [", ", say.said(claim.speaker_role)] if claim.speaker_role else []
        lines.append(say.line("speaker", [say.said(claim.speaker), *role]))
    if claim.named_source:
        lines.append(say.line("named-source", say.said(claim.named_source)))
    lines.append(say.line("published-in", _published(say, claim)))
    coded: list[Piece] = [", ".join(claim.indicators)] if claim.indicators else []
    if claim.stages:
        coded.append(say("stages-coded", numbers=", ".join(str(n) for n in claim.stages)))
    if coded:
        lines.append(say.line("coded-as", joined(coded, "; ")))
    if claim.grade.reason:
        lines.append(say.line("grade-reason", say.said(claim.grade.reason)))
    if claim.check_next:
        lines.append(say.line("check-next", say.said(claim.check_next)))
    if claim.wording == "carried":
        lines.append(say.line("note", say("carried")))
    lines += [say.line("note", say.said(notice.text)) for notice in say.reading.notices_about(claim.id)]
    return lines


def _published(say: Wording, claim: Claim) -> Piece:
    pieces = [say.citations(claim.sources) or say("no-source")]
    if claim.corroborated_by:
        pieces.append([say("also-in"), " ", say.citations(claim.corroborated_by)])
    origins = say.reading.origins(claim)
    if len(origins) > 1 or claim.corroborated_by:
        pieces.append(say("origins", n=len(origins)))
    return joined(pieces, "; ")
