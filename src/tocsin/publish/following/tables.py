"""The track record and the ledger as tables: CSV with a row of HXL tags, written as those of editions are."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core.editions.canonical import sha256
from tocsin.core.model.sources import Citation, Source
from tocsin.publish.following.documents import PublishedExpectation, TrackRecord, document_bytes
from tocsin.publish.following.record import brier_of
from tocsin.publish.tables import Column, Value, csv_bytes

DOCUMENT_COLUMNS = (
    Column("desk", "#org+name+desk"),
    Column("desk_url", "#meta+url+desk"),
    Column("document_sha256", "#meta+hash+sha256+document"),
    Column("as_of", "#date+published"),
    Column("cap_status", "#meta+status+cap"),
)

EXPECTATION_COLUMNS = (
    Column("expectation_id", "#meta+id+expectation"),
    Column("situation", "#meta+id+situation"),
    Column("situation_title", "#event+name"),
    Column("statement", "#description+expectation"),
    Column("p", "#indicator+num+probability"),
    Column("window_from", "#date+start"),
    Column("window_to", "#date+end"),
    Column("settled_by", "#description+method"),
    Column("made_by", "#org+name+source"),
    Column("made_date", "#date+recorded"),
    Column("state", "#status+code+expectation"),
    Column("withdrawn_date", "#date+withdrawn"),
    Column("outcome", "#status+code+outcome"),
    Column("outcome_date", "#date+outcome"),
    Column("outcome_text", "#description+outcome"),
    Column("brier", "#indicator+num+brier"),
    Column("source_publishers", "#meta+source+name"),
    Column("source_urls", "#meta+source+url"),
)


def track_record_csv(record: TrackRecord) -> bytes:
    """One row per expectation, in the order in which they were put on record."""
    document: tuple[Value, ...] = (
        record.desk.name,
        record.desk.url,
        sha256(document_bytes(record)),
        record.as_of,
        record.status,
    )
    rows = ((*_expectation_row(each), *document) for each in record.expectations)
    return csv_bytes((*EXPECTATION_COLUMNS, *DOCUMENT_COLUMNS), rows)


def _expectation_row(each: PublishedExpectation) -> tuple[Value, ...]:
    cited = list(cited_sources(each.citations, each.sources))
    return (
        each.id,
        each.situation,
        each.situation_title,
        each.statement,
        each.p,
        each.window_from,
        each.window_to,
        each.settled_by,
        each.made_by,
        each.made_date,
        each.state,
        each.withdrawn_date or "",
        each.outcome,
        each.outcome_date or "",
        each.outcome_text,
        brier_of(each),
        "\n".join(source.publisher for source in cited),
        "\n".join(link.url for source in cited for link in source.links),
    )


def cited_sources(citations: tuple[Citation, ...], sources: tuple[Source, ...]) -> Iterator[Source]:
    """The sources that are cited, once each, in the order of the citations."""
    known = {source.id: source for source in sources}
    for id in dict.fromkeys(citation.source for citation in citations):
        if id in known:
            yield known[id]
