"""Counts that somebody published, as linked data: a Dataset of theirs, on their terms, with what it cannot tell.

The counts themselves stand in the CSV that the node names: a statement for each month would say no more.
"""

from __future__ import annotations

from tocsin.core.model.incidents import Incidents
from tocsin.core.model.series import EventSeries
from tocsin.publish.addresses import edition_url
from tocsin.publish.jsonld.nodes import Node, agent, cited, node
from tocsin.publish.reading import Reading
from tocsin.publish.series_chart import months


def series_node(one: EventSeries, reading: Reading) -> Node:
    """A series of counts by month."""
    covered = months(one)
    return {
        **_dataset(one, reading, "ewd:Series", "series.csv"),
        **node(
            temporalCoverage=f"{covered[0]}/{covered[-1]}",
            variableMeasured=one.unit,
            ewd_country=list(one.countries),
            ewd_derived=one.derived,
        ),
    }


def incidents_node(one: Incidents, reading: Reading) -> Node:
    """Single events."""
    return {
        **_dataset(one, reading, "ewd:Incidents", "incidents.csv"),
        **node(
            ewd_country=sorted({each.country for each in one.incidents if each.country}), ewd_selection=one.selection
        ),
    }


def _dataset(one: EventSeries | Incidents, reading: Reading, kind: str, file: str) -> Node:
    return {
        "@id": f"edition:{one.id}",
        "@type": ["Dataset", kind],
        **node(
            name=one.label,
            creator=agent(one.producer),
            version=one.release,
            license=one.licence,
            ewd_released=one.released,
            ewd_retrieved=one.retrieved,
            ewd_cite=one.citation,
            citation=cited(one.sources),
            ewd_usageWarning=list(one.warnings),
            ewd_cannotTell=one.cannot_tell,
            distribution={
                "@type": "DataDownload",
                "contentUrl": edition_url(reading.issue, file),
                "encodingFormat": "text/csv",
            },
        ),
    }
