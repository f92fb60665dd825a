"""Claims and figures as linked data. A contested claim never stands without the positions against it."""

from __future__ import annotations

from tocsin.core.model.assessment import Estimate, Figure
from tocsin.core.model.claims import Claim, Position
from tocsin.publish.jsonld.nodes import Node, agent, anchors, cited, node, quantity_node
from tocsin.publish.reading import Reading


def claim_node(claim: Claim, reading: Reading) -> Node:
    """A claim with all that is coded about it: `claimInterpreter` put it into words, `author` asserts it."""
    framework = next((term.id for term in reading.edition.terms if term.kind == "framework"), "")
    return {
        "@id": f"edition:{claim.id}",
        "@type": ["Claim", "prov:Entity"],
        **node(
            text=claim.text,
            author=agent(claim.asserted_by),
            claimInterpreter=agent(reading.content.coded_by),
            appearance=[{"@id": f"edition:{citation.source}"} for citation in claim.sources],
            citation=cited(claim.corroborated_by),
            ewd_kind=claim.kind,
            ewd_speaker=claim.speaker,
            ewd_speakerRole=claim.speaker_role,
            ewd_namedSource=claim.named_source,
            ewd_date=claim.date,
            ewd_dateNote=claim.date_note,
            ewd_place=[f"edition:place-{id}" for id in claim.places],
            ewd_quantity=quantity_node(claim.quantity),
            ewd_indicator=list(claim.indicators),
            ewd_stage=[f"ewd:{framework}-{number}" for number in claim.stages],
            ewd_grade=str(claim.grade),
            ewd_wording=claim.wording,
            ewd_context=claim.context,
            ewd_checkNext=claim.check_next,
            prov_wasDerivedFrom=cited(claim.sources),
        ),
        "ewd:contested": claim.contested,
        **_contested_by(claim, sources=True),
    }


def brief_claim_node(claim: Claim) -> Node:
    """A claim with who asserts it and who says otherwise, for a page that holds the rest anyway."""
    return {
        "@id": f"edition:{claim.id}",
        "@type": "Claim",
        "text": claim.text,
        "author": agent(claim.asserted_by),
        **_contested_by(claim, sources=False),
    }


def _contested_by(claim: Claim, *, sources: bool) -> Node:
    """The other sides' positions, each a Claim by whoever holds it."""
    return node(
        ewd_contestedBy=[
            {
                "@id": f"edition:{claim.id}-position-{number}",
                "@type": "Claim",
                "text": position.text,
                "author": agent(position.by),
                **(_behind(position) if sources else {}),
            }
            for number, position in enumerate(claim.positions, 1)
        ]
    )


def _behind(position: Position) -> Node:
    return node(ewd_basis=position.basis, citation=cited(position.sources))


def figure_node(figure: Figure) -> Node:
    """A figure with all its rivals."""
    return {
        "@id": f"edition:{figure.id}",
        "@type": "ewd:Figure",
        "name": figure.label,
        "ewd:contested": figure.contested,
        **node(ewd_restsOn=anchors(figure.claims), ewd_estimate=[_estimate(one) for one in figure.estimates]),
    }


def _estimate(estimate: Estimate) -> Node:
    return node(
        author=agent(estimate.by),
        ewd_quantity=quantity_node(estimate.quantity),
        ewd_method=estimate.method,
        ewd_asOf=estimate.as_of,
        ewd_basis=estimate.basis,
        ewd_note=estimate.note,
        citation=cited(estimate.sources),
    )
