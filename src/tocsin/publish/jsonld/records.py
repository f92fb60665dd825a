"""Findings, sources and places as linked data."""

from __future__ import annotations

from tocsin.core.model.assessment import Finding
from tocsin.core.model.places import Place
from tocsin.core.model.sources import Source
from tocsin.core.rules.assessment import UN_FRAMEWORK
from tocsin.publish.jsonld.nodes import Node, agent, anchors, node
from tocsin.publish.reading import Reading


def finding_node(finding: Finding, reading: Reading) -> Node:
    """What is said of one stage or factor, as a term of the framework in use."""
    term = next(
        (
            term
            for term in reading.edition.terms
            if term.number == finding.number
            and term.kind == ("factor" if finding.framework == UN_FRAMEWORK else "stage")
        ),
        None,
    )
    model = reading.term("framework", finding.framework)
    stage = {
        "@id": f"ewd:{finding.framework}-{finding.number}",
        "@type": "DefinedTerm",
        "termCode": str(finding.number),
        **(node(name=term.label, description=term.definition, identifier=term.id) if term else {}),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": f"ewd:{model.id}", "name": model.label},
    }
    return {
        "@type": "ewd:Finding",
        "ewd:term": stage,
        "ewd:state": finding.state,
        "ewd:declaredByIssuer": finding.declared,
        "ewd:support": finding.support,
        **node(
            ewd_rationale=finding.rationale,
            ewd_supportedBy=anchors(finding.claims),
            ewd_opposedBy=anchors(finding.against),
            ewd_mitigatedBy=anchors(finding.mitigating),
        ),
    }


def source_node(source: Source) -> Node:
    """A publication."""
    return {
        "@id": f"edition:{source.id}",
        "@type": ["CreativeWork", "prov:Entity"],
        **node(
            name=source.title,
            publisher=agent(source.publisher),
            datePublished=source.date,
            inLanguage=source.lang,
            url=[link.url for link in source.links],
            ewd_sourceType=source.kind,
            ewd_perspective=source.perspective,
            ewd_origin=source.origin,
            ewd_captureSha256=source.capture_sha256,
            ewd_note=source.note,
        ),
    }


def place_node(place: Place) -> Node:
    """A place with all its names, each with its language and who uses it."""
    kinds = {"country": "Country", "town": "City"}
    return {
        "@id": f"edition:place-{place.id}",
        "@type": kinds.get(place.kind, "AdministrativeArea" if place.code else "Place"),
        **node(
            name=place.names[0].text,
            alternateName=[name.text for name in place.names[1:]],
            identifier=place.code or (place.country if place.kind == "country" else ""),
            description=place.status_note,
            latitude=place.at[1] if place.at else None,
            longitude=place.at[0] if place.at else None,
            ewd_country=place.country,
            ewd_contested=place.contested,
            ewd_name=[
                {"@value": name.text, "@language": name.lang}
                if not name.used_by
                else node(name={"@value": name.text, "@language": name.lang}, ewd_usedBy=name.used_by)
                for name in place.names
            ],
        ),
    }
