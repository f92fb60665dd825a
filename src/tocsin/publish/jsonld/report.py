"""The report itself as linked data, with its provenance and its parts."""

from __future__ import annotations

from tocsin.core.model.claims import Event
from tocsin.publish.addresses import edition_path, edition_url, warning_url
from tocsin.publish.jsonld.asks import recommendation_node
from tocsin.publish.jsonld.claims import claim_node, figure_node
from tocsin.publish.jsonld.counts import incidents_node, series_node
from tocsin.publish.jsonld.nodes import Node, agent, anchors, cited, node
from tocsin.publish.jsonld.records import finding_node, place_node, source_node
from tocsin.publish.permanent_ids import edition_id, warning_id
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

FILES = (
    ("edition.json", "application/json"),
    ("report.jsonld", "application/ld+json"),
    ("claims.csv", "text/csv"),
    ("recommendations.csv", "text/csv"),
    ("map.geojson", "application/geo+json"),
    ("series.csv", "text/csv"),
    ("incidents.csv", "text/csv"),
)


def report_node(reading: Reading, words: Words) -> Node:
    """The report without its parts."""
    issue, content = reading.issue, reading.content
    desk = {"@id": f"{issue.desk.url}/"}
    cancelled = issue.message_type == "Cancel"
    revised = [] if cancelled else issue.supersedes[-1:]
    return {
        "@id": edition_url(issue),
        "@type": ["Report", "prov:Entity"],
        **node(
            name=content.headline,
            headline=content.headline,
            abstract=content.bottom_line,
            description=content.nature,
            identifier=edition_id(issue),
            reportNumber=issue.identifier,
            version=str(issue.edition),
            isPartOf=warning_url(reading.edition),
            url=edition_url(issue),
            inLanguage=content.language,
            datePublished=(issue.supersedes[0] if issue.supersedes else issue).issued_at,
            dateModified=issue.issued_at,
            expires=content.review_date,
            temporalCoverage=content.since,
            creativeWorkStatus="Withdrawn" if cancelled else issue.status,
            correction={"@type": "CorrectionComment", "text": issue.reason} if issue.reason else None,
            publisher={**desk, "@type": ["Organization", "prov:Agent"], "name": issue.desk.name, "url": desk["@id"]},
            author=agent(content.coded_by),
            isBasedOn=_warning_read(reading),
            about=_situation(reading),
            spatialCoverage=[place_node(reading.places[id]) for id in content.situation.places],
            encoding=[
                {"@type": "MediaObject", "contentUrl": edition_url(issue, file), "encodingFormat": media_type}
                for file, media_type in (
                    ("warning.pdf", "application/pdf"),
                    ("alert.cap.xml", "application/cap+xml"),
                    ("report.jsonld", "application/ld+json"),
                )
            ],
        ),
        **_provenance(reading, desk, [_earlier(reading, one.edition, one.sha256, one.issued_at) for one in revised]),
        **node(
            ewd_warning=warning_id(issue),
            ewd_editionSha256=reading.sha256,
            ewd_capStatus=issue.status,
            ewd_messageType=issue.message_type,
            ewd_alertLevel=_level(reading),
            ewd_finding=[finding_node(finding, reading) for finding in content.findings],
            ewd_evidence=content.confidence.evidence,
            ewd_agreement=content.confidence.agreement,
            ewd_confidence=content.confidence.statement,
            ewd_likelihood=content.confidence.likelihood,
            ewd_likelihoodWindow=content.confidence.window,
            ewd_dataset=_dataset(reading, words),
        ),
    }


def parts_of(reading: Reading) -> Node:
    """Its parts: claims, figures, recommendations, sources, places, later events, changes."""
    content = reading.content
    elsewhere = [place for place in content.places if place.id not in content.situation.places]
    return node(
        hasPart=[claim_node(claim, reading) for claim in content.claims],
        citation=[source_node(source) for source in content.sources],
        mentions=[place_node(place) for place in elsewhere],
        ewd_figure=[figure_node(figure) for figure in content.figures],
        ewd_recommendation=[recommendation_node(ask, reading) for ask in content.recommendations],
        ewd_laterEvent=[_later_event(event) for event in content.events],
        ewd_series=[series_node(one, reading) for one in content.series or ()],
        ewd_incidents=[incidents_node(one, reading) for one in content.incidents or ()],
        ewd_change=[
            node(ewd_field=c.field, ewd_before=c.before, ewd_after=c.after, ewd_meaning=c.meaning, ewd_reason=c.reason)
            for c in content.changes
        ],
        ewd_flag=[
            node(text=flag.text, ewd_severity=flag.severity, ewd_restsOn=anchors(flag.claims)) for flag in content.flags
        ],
        ewd_notice=[
            node(text=notice.text, ewd_rule=notice.rule, ewd_about=notice.about) for notice in reading.edition.notices
        ],
    )


def _later_event(event: Event) -> Node:
    return {
        "@id": f"edition:{event.id}",
        "@type": "ewd:LaterEvent",
        **node(
            text=event.text,
            ewd_date=event.date,
            ewd_direction=event.direction,
            ewd_indicator=event.indicator,
            ewd_note=event.note,
            citation=cited(event.sources),
        ),
    }


def _provenance(reading: Reading, desk: Node, revised: list[Node]) -> Node:
    """PROV-O: who issued when, what it revises; a Cancel also says what it invalidates."""
    issue = reading.issue
    invalidated = issue.supersedes if issue.message_type == "Cancel" else ()
    return node(
        prov_generatedAtTime=issue.issued_at,
        prov_wasAttributedTo={"@id": desk["@id"]},
        prov_wasGeneratedBy={
            "@type": "prov:Activity",
            "prov:endedAtTime": issue.issued_at,
            "prov:wasAssociatedWith": {**agent(issue.issued_by), "prov:actedOnBehalfOf": {"@id": desk["@id"]}},
        },
        prov_wasRevisionOf=revised,
        ewd_withdraws=[
            {
                **_earlier(reading, one.edition, one.sha256, one.issued_at),
                "prov:invalidatedAtTime": issue.issued_at,
            }
            for one in invalidated
        ],
    )


def _earlier(reading: Reading, edition: int, sha256: str, issued_at: str) -> Node:
    issue = reading.issue
    return {
        "@id": f"{issue.desk.url}/{edition_path(issue.warning, edition)}",
        "@type": "prov:Entity",
        "prov:generatedAtTime": issued_at,
        "ewd:editionSha256": sha256,
    }


def _warning_read(reading: Reading) -> Node:
    read = reading.content.reading_of
    return {
        "@type": ["Report", "prov:Entity"],
        **node(
            name=read.title,
            publisher=agent(read.publisher),
            author=agent(read.author),
            datePublished=read.issued,
            dateModified=read.updated,
            url=read.url,
            ewd_copyNote=read.copy_note,
        ),
    }


def _situation(reading: Reading) -> Node:
    situation = reading.content.situation
    return {
        "@id": f"edition:situation-{situation.id}",
        "@type": "ewd:Situation",
        **node(
            name=situation.title,
            identifier=situation.id,
            ewd_country=list(situation.countries),
            ewd_groupAtRisk=[
                {**agent(party.name), **node(ewd_saidBy=party.said_by)} for party in situation.groups_at_risk
            ],
            ewd_allegedPerpetrator=[
                {**agent(party.name), **node(ewd_saidBy=party.said_by)} for party in situation.alleged_perpetrators
            ],
        ),
    }


def _level(reading: Reading) -> Node:
    level = reading.content.level
    term = reading.term("level", level.declared)
    return {
        "@type": "DefinedTerm",
        "termCode": level.declared,
        **node(name=term.label, description=term.definition),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "name": level.scale, "version": level.definition},
        "ewd:declaredBy": level.declared_by,
    }


def _dataset(reading: Reading, words: Words) -> Node:
    issue, content = reading.issue, reading.content
    there = {"map.geojson": content.map, "series.csv": content.series, "incidents.csv": content.incidents}
    absent = {file for file, said in there.items() if not said}
    return {
        "@type": "Dataset",
        "@id": "edition:data",
        "name": words("linked-data-name", identifier=issue.identifier),
        "description": f"{words('linked-data-description')} {reading.content.nature}",
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file,
                "contentUrl": edition_url(issue, file),
                "encodingFormat": media_type,
                **({"sha256": reading.sha256} if file == "edition.json" else {}),
            }
            for file, media_type in FILES
            if file not in absent
        ],
    }
