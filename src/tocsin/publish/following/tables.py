"""The track record and the ledger as tables: CSV with a row of HXL tags, written as those of editions are."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core.editions.canonical import sha256
from tocsin.core.model.sources import Citation, Source
from tocsin.publish.following.documents import PublishedExpectation, TrackRecord, document_bytes
from tocsin.publish.following.ledger import Ledger, LedgerRow, Seen, ledger_bytes
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


LEDGER_COLUMNS = (
    Column("recommendation_id", "#meta+id+recommendation"),
    Column("warning", "#meta+warning+id"),
    Column("edition", "#meta+edition+num"),
    Column("edition_sha256", "#meta+hash+sha256"),
    Column("made_by", "#org+name+source"),
    Column("addressees", "#org+name+addressee"),
    Column("instrument", "#activity+code+instrument"),
    Column("action", "#activity+description"),
    Column("status", "#status+code+standing"),
    Column("response_status", "#status+code+response"),
    Column("response_as_of", "#date+response"),
    Column("response_by", "#org+name+response"),
    Column("response_text", "#description+response"),
    Column("response_attribution", "#status+attribution"),
    Column("response_in_edition", "#status+edition"),
    Column("source_publishers", "#meta+source+name"),
    Column("source_urls", "#meta+source+url"),
    Column("search_date", "#date+search"),
    Column("search_where", "#description+search+where"),
    Column("search_terms", "#description+search+terms"),
    Column("search_depth", "#description+search+depth"),
)


def ledger_csv(ledger: Ledger) -> bytes:
    """One row per dated observation, oldest first; one row for a recommendation without any."""
    document: tuple[Value, ...] = (
        ledger.desk.name,
        ledger.desk.url,
        sha256(ledger_bytes(ledger)),
        ledger.responses_as_of or "",
        ledger.status,
    )
    rows = ((*_asked(row), *_seen(seen, row), *document) for row in ledger.rows for seen in row.series or (None,))
    return csv_bytes((*LEDGER_COLUMNS, *DOCUMENT_COLUMNS), rows)


def _asked(row: LedgerRow) -> tuple[Value, ...]:
    asked = row.recommendation
    return (
        asked.id,
        row.warning,
        row.edition,
        row.edition_sha256,
        asked.made_by,
        "\n".join(each.name for each in asked.addressees),
        asked.instrument,
        asked.action,
        row.status,
    )


def _seen(seen: Seen | None, row: LedgerRow) -> tuple[Value, ...]:
    if seen is None:
        return ("",) * 12
    says, search = seen.response, seen.response.search
    cited = list(cited_sources(says.sources, row.sources))
    return (
        says.status,
        says.as_of,
        says.by,
        says.text,
        says.attribution,
        "true" if seen.in_edition else "false",
        "\n".join(source.publisher for source in cited),
        "\n".join(link.url for source in cited for link in source.links),
        search.date if search else "",
        search.where if search else "",
        search.terms if search else "",
        search.depth if search else "",
    )


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
