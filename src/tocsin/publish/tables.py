"""Claims and recommendations as tables: CSV (RFC 4180), UTF-8, an HXL tag row under the header.

A spreadsheet runs a cell that starts with =, +, -, @, a tab or a line end as a formula. Such a text, and any text
that starts with an apostrophe, gets one apostrophe in front; `text_of_cell` takes it off again, so that nothing is
lost. Only texts are touched: numbers stay numbers, and the header and tags are ours. Every text is quoted, also
against spreadsheets that split at semicolons. A byte order mark stands first, without which spreadsheets misread
every name that is not Latin; read with `utf-8-sig`.

Every row says which edition it is from, what kind of statement that is, and whether it is an exercise: rows are
copied away from their files.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.claims import Claim
from tocsin.core.model.incidents import Incidents
from tocsin.core.model.series import EventSeries
from tocsin.core.model.sources import Citation
from tocsin.publish.addresses import edition_url
from tocsin.publish.plain_text import visible
from tocsin.publish.reading import Reading
from tocsin.publish.series_chart import months

MEDIA_TYPE = "text/csv"
BETWEEN_CODES = "|"
"""Between codes, which never hold it. Between texts stands a line end: a cell then reads as a list."""

# Full-width signs too: some spreadsheets fold them. White space in front does not make it safe.
_RISKY = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n']")

Value = str | float | int | None


class Column(NamedTuple):
    """A column: its header and its HXL tag."""

    name: str
    tag: str


EDITION_COLUMNS = (
    Column("warning", "#meta+warning+id"),
    Column("edition", "#meta+edition+num"),
    Column("edition_url", "#meta+url"),
    Column("edition_sha256", "#meta+hash+sha256"),
    Column("cap_status", "#meta+status+cap"),
    Column("nature", "#meta+description"),
)

CLAIM_COLUMNS = (
    Column("claim_id", "#meta+id+claim"),
    Column("text", "#description+claim"),
    Column("kind", "#event+code+kind"),
    Column("asserted_by", "#org+name+source"),
    Column("speaker", "#contact+name+speaker"),
    Column("speaker_role", "#contact+role+speaker"),
    Column("named_source", "#meta+source+named"),
    Column("date", "#date+reported"),
    Column("date_note", "#date+reported+note"),
    Column("country_iso3", "#country+code+iso3"),
    Column("adm1_code", "#adm1+code"),
    Column("places", "#loc+name"),
    Column("quantity", "#value+text"),
    Column("quantity_low", "#value+num+min"),
    Column("quantity_best", "#value+num"),
    Column("quantity_high", "#value+num+max"),
    Column("quantity_unit", "#value+unit"),
    Column("indicators", "#indicator+code"),
    Column("stages", "#indicator+code+stage"),
    Column("source_grade", "#severity+code+source"),
    Column("information_grade", "#severity+code+information"),
    Column("contested", "#status+contested"),
    Column("positions", "#description+positions"),
    Column("context", "#description+context"),
    Column("check_next", "#description+next"),
    Column("wording", "#status+wording"),
    Column("sources", "#meta+source+id"),
    Column("source_urls", "#meta+source+url"),
    Column("corroborated_by", "#meta+source+id+corroborating"),
    Column("n_origins", "#meta+source+num+origins"),
)

RECOMMENDATION_COLUMNS = (
    Column("recommendation_id", "#meta+id+recommendation"),
    Column("order", "#meta+num+order"),
    Column("made_by", "#org+name+source"),
    Column("addressees", "#org+name+addressee"),
    Column("addressee_kinds", "#org+type+addressee"),
    Column("instrument", "#activity+code+instrument"),
    Column("action", "#activity+description"),
    Column("purpose", "#activity+description+purpose"),
    Column("target", "#org+name+target"),
    Column("claims", "#meta+id+claims"),
    Column("response_status", "#status+code+response"),
    Column("response_as_of", "#date+response"),
    Column("response_by", "#org+name+response"),
    Column("response_text", "#description+response"),
    Column("response_attribution", "#status+attribution"),
    Column("response_sources", "#meta+source+id"),
    Column("search_date", "#date+search"),
    Column("search_where", "#description+search+where"),
    Column("search_terms", "#description+search+terms"),
    Column("search_depth", "#description+search+depth"),
)


SERIES_COLUMNS = (
    Column("series_id", "#meta+id+series"),
    Column("label", "#description+series"),
    Column("country_iso3", "#country+code+iso3"),
    Column("month", "#date+month"),
    Column("low", "#affected+killed+min"),
    Column("best", "#affected+killed"),
    Column("high", "#affected+killed+max"),
    Column("civilians_best", "#affected+killed+civilians"),
    Column("unit", "#value+unit"),
    Column("producer", "#org+name+source"),
    Column("release", "#meta+version"),
    Column("licence", "#meta+license"),
    Column("retrieved", "#date+retrieved"),
    Column("cannot_tell", "#meta+caveats"),
)


INCIDENT_COLUMNS = (
    Column("incidents_id", "#meta+id+incidents"),
    Column("event_id", "#event+id"),
    Column("date", "#date+event"),
    Column("date_precision", "#date+event+precision"),
    Column("place", "#loc+name"),
    Column("adm1", "#adm1+name"),
    Column("country_iso3", "#country+code+iso3"),
    Column("longitude_deg", "#geo+lon"),
    Column("latitude_deg", "#geo+lat"),
    Column("place_precision", "#geo+precision"),
    Column("kind", "#event+type"),
    Column("side_a", "#actor+side_a"),
    Column("side_b", "#actor+side_b"),
    Column("low", "#affected+killed+min"),
    Column("best", "#affected+killed"),
    Column("high", "#affected+killed+max"),
    Column("producer", "#org+name+source"),
    Column("release", "#meta+version"),
    Column("licence", "#meta+license"),
    Column("retrieved", "#date+retrieved"),
    Column("cannot_tell", "#meta+caveats"),
)


def claims_csv(reading: Reading) -> bytes:
    """One row per claim."""
    return _table(reading, CLAIM_COLUMNS, (_claim_row(claim, reading) for claim in reading.content.claims))


def recommendations_csv(reading: Reading) -> bytes:
    """One row per dated response, oldest first; one row for a recommendation without any."""
    return _table(reading, RECOMMENDATION_COLUMNS, _ask_rows(reading.content.recommendations))


def series_csv(reading: Reading) -> bytes:
    """One row per month of each series, with its source: rows are copied away from their files."""
    return _table(reading, SERIES_COLUMNS, _series_rows(reading.content.series or ()))


def incidents_csv(reading: Reading) -> bytes:
    """One row for each incident, with its source and what such a table cannot tell."""
    return _table(reading, INCIDENT_COLUMNS, _incident_rows(reading.content.incidents or ()))


def cell(value: Value) -> Value:
    """A value as it may stand in a spreadsheet; an absent one is empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return int(value) if value == int(value) else value
    text = visible(value)
    return f"'{text}" if _RISKY.match(text) else text


def text_of_cell(cell: str) -> str:
    """The text that a cell stands for: without the apostrophe that `cell` may have put in front."""
    return cell.removeprefix("'")


def _table(reading: Reading, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    issue = reading.issue
    edition: tuple[Value, ...] = (
        issue.warning,
        issue.edition,
        edition_url(issue),
        reading.sha256,
        issue.status,
        reading.content.nature,
    )
    return csv_bytes((*columns, *EDITION_COLUMNS), ((*row, *edition) for row in rows))


def csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """A table: its headers, its HXL tags, its rows, each cell as it may stand in a spreadsheet."""
    out = io.StringIO(newline="")
    write = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    write.writerow([column.name for column in columns])
    write.writerow([column.tag for column in columns])
    for row in rows:
        write.writerow([cell(value) for value in row])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _claim_row(claim: Claim, reading: Reading) -> tuple[Value, ...]:
    places = [reading.places[id] for id in claim.places]
    quantity = claim.quantity
    return (
        claim.id,
        claim.text,
        claim.kind,
        claim.asserted_by,
        claim.speaker,
        claim.speaker_role,
        claim.named_source,
        claim.date,
        claim.date_note,
        _codes(place.country for place in places),
        _codes(place.code for place in places if place.kind == "province"),
        _lines("; ".join(name.text for name in place.names) for place in places),
        quantity.text if quantity else "",
        quantity.low if quantity else None,
        quantity.best if quantity else None,
        quantity.high if quantity else None,
        quantity.unit if quantity else "",
        _codes(claim.indicators),
        _codes(str(number) for number in claim.stages),
        claim.grade.source,
        claim.grade.information,
        "true" if claim.contested else "false",
        _lines(f"{position.by}: {position.text}" for position in claim.positions),
        claim.context,
        claim.check_next,
        claim.wording,
        _source_ids(claim.sources),
        _lines(link.url for cited in claim.sources for link in reading.sources[cited.source].links),
        _source_ids(claim.corroborated_by),
        len(reading.origins(claim)),
    )


def _ask_rows(asks: Iterable[Recommendation]) -> Iterator[tuple[Value, ...]]:
    for ask in sorted(asks, key=lambda ask: ask.order):
        asked: tuple[Value, ...] = (
            ask.id,
            ask.order,
            ask.made_by,
            _lines(one.name for one in ask.addressees),
            _codes(one.kind for one in ask.addressees),
            ask.instrument,
            ask.action,
            ask.purpose,
            ask.target,
            _codes(ask.claims),
        )
        for response in ask.responses or (None,):
            yield (*asked, *_response_cells(response))


def _response_cells(response: Response | None) -> tuple[Value, ...]:
    if response is None:
        return ("",) * 10
    search = response.search
    return (
        response.status,
        response.as_of,
        response.by,
        response.text,
        response.attribution,
        _source_ids(response.sources),
        search.date if search else "",
        search.where if search else "",
        search.terms if search else "",
        search.depth if search else "",
    )


def _series_rows(series: Iterable[EventSeries]) -> Iterator[tuple[Value, ...]]:
    for one in series:
        for place, month in enumerate(months(one)):
            counts = [values[place] if values else None for values in (one.low, one.best, one.high, one.civilians)]
            about = (one.unit, one.producer, one.release, one.licence, one.retrieved, one.cannot_tell)
            yield (one.id, one.label, _codes(one.countries), month, *counts, *about)


def _incident_rows(sets: Iterable[Incidents]) -> Iterator[tuple[Value, ...]]:
    for one in sets:
        about = (one.producer, one.release, one.licence, one.retrieved, one.cannot_tell)
        for each in one.incidents:
            where = (each.place, each.adm1, each.country, *(each.at or (None, None)), each.place_precision)
            sides = (each.kind, each.side_a, each.side_b)
            dated = (each.id, each.date, each.date_precision)
            yield (one.id, *dated, *where, *sides, each.low, each.best, each.high, *about)


def _codes(codes: Iterable[str]) -> str:
    return BETWEEN_CODES.join(dict.fromkeys(code for code in codes if code))


def _source_ids(citations: Iterable[Citation]) -> str:
    return _codes(cited.source for cited in citations)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
