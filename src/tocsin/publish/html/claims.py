"""Claims as the page shows them: who states what, how it is graded, and what the other side says."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from tocsin.core.model.claims import Claim, Position
from tocsin.core.model.edition import Term
from tocsin.publish.html.citations import Citing, spelled
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words


class ClaimView(msgspec.Struct, frozen=True, kw_only=True):
    """A claim with everything looked up."""

    c: Claim
    states: str
    """`Genocide Watch states:`"""
    grade: str
    date: str
    kind: str
    more: str
    """What the coding is headed with."""
    speaker: str
    places: str
    cites: Markup
    corroborated: Markup
    context_cites: Markup
    positions: list[tuple[Position, Markup]]
    origins: list[str]


def claims_view(reading: Reading, citing: Citing, words: Words) -> list[ClaimView]:
    """All claims in the issuer's order."""
    lang = reading.content.language
    places = {place.id: spelled(place.names, lang) for place in reading.content.places}
    return [_claim(reading, claim, places, citing, words) for claim in reading.content.claims]


def grades_view(reading: Reading) -> list[Term]:
    """The grades that the claims bear, letters first: the key to `C3`."""
    used = {claim.grade.source for claim in reading.content.claims}
    used |= {claim.grade.information for claim in reading.content.claims}
    grades = (term for term in reading.edition.terms if term.kind in ("source_grade", "information_grade"))
    return sorted((term for term in grades if term.id in used), key=lambda term: (term.id.isdigit(), term.id))


def _claim(reading: Reading, claim: Claim, places: dict[str, str], citing: Citing, words: Words) -> ClaimView:
    return ClaimView(
        c=claim,
        states=words("site-states", who=claim.asserted_by),
        date=words.date(claim.date),
        kind=words("kind-" + claim.kind),
        more=words("site-claim-more", id=claim.id),
        grade=f"{claim.grade}",
        speaker=_speaker(claim, reading.content.reading_of.author),
        places=", ".join(places[id] for id in claim.places if id in places),
        cites=citing(claim.sources),
        corroborated=citing(claim.corroborated_by),
        context_cites=citing(claim.context_sources),
        positions=[(position, citing(position.sources)) for position in claim.positions],
        origins=_origins(reading, claim),
    )


def _speaker(claim: Claim, author: str) -> str:
    """Who spoke; empty where it is the text's own author, who is named at its head."""
    if author and claim.speaker.partition(" (")[0] == author and ";" not in claim.speaker:
        return ""
    return ", ".join(filter(None, (claim.speaker, claim.speaker_role)))


def _origins(reading: Reading, claim: Claim) -> list[str]:
    """Independent origins as their sources spell them; `Reading.origins` folds case to count them."""
    spelled_as: dict[str, str] = {}
    for citation in (*claim.sources, *claim.corroborated_by):
        source = reading.sources.get(citation.source)
        if source:
            said = (source.origin or source.publisher).strip()
            spelled_as.setdefault(said.casefold(), said)
    return [spelled_as.get(origin, origin) for origin in reading.origins(claim)]
