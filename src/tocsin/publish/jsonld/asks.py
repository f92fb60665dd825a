"""Recommendations and the responses found, as linked data. schema.org has no words for these: the desk's own."""

from __future__ import annotations

from tocsin.core.model.asks import Recommendation, Response
from tocsin.publish.jsonld.nodes import Node, agent, anchors, cited, node
from tocsin.publish.reading import Reading


def recommendation_node(ask: Recommendation, reading: Reading) -> Node:
    """A recommendation by whoever makes it, with its dated responses, oldest first."""
    instrument = reading.term("instrument", ask.instrument)
    return {
        "@id": f"edition:{ask.id}",
        "@type": "ewd:Recommendation",
        "text": ask.action,
        "author": agent(ask.made_by),
        "position": ask.order,
        "ewd:addressee": [{**agent(one.name), "ewd:actorType": one.kind} for one in ask.addressees],
        "ewd:instrument": {"@type": "DefinedTerm", "termCode": instrument.id, "name": instrument.label},
        **node(
            ewd_purpose=ask.purpose,
            ewd_target=ask.target,
            ewd_restsOn=anchors(ask.claims),
            ewd_response=[_response(response) for response in ask.responses],
        ),
    }


def _response(response: Response) -> Node:
    search = response.search
    return {
        "@type": "ewd:Response",
        "ewd:status": response.status,
        **node(
            text=response.text,
            ewd_asOf=response.as_of,
            ewd_by=response.by,
            ewd_attribution=response.attribution,
            citation=cited(response.sources),
            ewd_search=node(
                ewd_date=search.date, ewd_where=search.where, ewd_terms=search.terms, ewd_depth=search.depth
            )
            if search
            else None,
        ),
    }
