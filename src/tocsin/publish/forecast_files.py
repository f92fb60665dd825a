"""The public side of the register: pages, data files, and the register itself, as files of the site.

forecasts/index.html              the latest forecast, every country
forecasts/track-record.html       how the past ones came out: hits, misses and false alarms by name
forecasts/country/<code>.html     one country: history, range, what moves it, what the desk says
forecasts/latest.csv|json|parquet the latest forecast as data; the CSV has an HXL row
forecasts/register/               every filed document and the log, for `tocsin verify`
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.register_log import SignedRegisterEntry, register_entry_bytes
from tocsin.core.model.forecasts import FiledForecast, FiledScore
from tocsin.publish.html.forecast_pages import Analyst, country_page, track_record_page, world_page
from tocsin.publish.html.frame import Site
from tocsin.publish.tables import cell
from tocsin.publish.words import Words

COLUMNS = (
    ("ccode", "#country+code+cow"),
    ("country", "#country+name"),
    ("origin", "#date+year+origin"),
    ("p_1", "#indicator+probability+one_year"),
    ("p_1or2", "#indicator+probability+two_years"),
    ("p_low", "#indicator+probability+low"),
    ("p_high", "#indicator+probability+high"),
    ("rank", "#indicator+rank"),
    ("model", "#meta+model"),
    ("forecast_sha256", "#meta+sha256"),
)


class OnRecord(NamedTuple):
    """What a register holds, oldest first."""

    entries: Sequence[SignedRegisterEntry]
    forecasts: Sequence[FiledForecast]
    scores: Sequence[FiledScore]


def forecast_files(
    held: OnRecord, analysts: Mapping[str, Sequence[Analyst]], *, site: Site, words: Words
) -> Iterator[tuple[str, bytes]]:
    """Every file, by path from the site's root; `analysts` are the desk's warnings in force by country's name."""
    if not held.forecasts:
        return
    latest = max(held.forecasts, key=lambda each: (each.origin, each.filed_at))
    digest = sha256(canonical_bytes(latest))
    yield "forecasts/index.html", world_page(latest, digest, site=site, words=words).encode()
    yield "forecasts/track-record.html", track_record_page(held.forecasts, held.scores, site=site, words=words).encode()
    for risk in latest.risks:
        page = country_page(risk.ccode, held.forecasts, analysts.get(risk.name, ()), site=site, words=words)
        yield f"forecasts/country/{risk.ccode}.html", page.encode()
    rows = [
        (r.ccode, r.name, latest.origin, r.p_1, r.p_1or2, r.p_low, r.p_high, r.rank, latest.model, digest)
        for r in latest.risks
    ]
    yield "forecasts/latest.json", canonical_bytes(latest)
    yield "forecasts/latest.csv", _csv(rows)
    yield "forecasts/latest.parquet", _parquet(rows)
    for signed in held.entries:
        yield f"forecasts/register/log/{signed.entry.seq:06}.json", register_entry_bytes(signed)
    for document in (*held.forecasts, *held.scores):
        data = canonical_bytes(document)
        yield f"forecasts/register/{sha256(data)}.json", data


def _csv(rows: Sequence[tuple[object, ...]]) -> bytes:
    out = io.StringIO(newline="")
    write = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    write.writerow([name for name, _ in COLUMNS])
    write.writerow([tag for _, tag in COLUMNS])
    for row in rows:
        write.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8")


def _parquet(rows: Sequence[tuple[object, ...]]) -> bytes:
    out = io.BytesIO()
    columns = {name: pa.array([row[at] for row in rows]) for at, (name, _) in enumerate(COLUMNS)}
    pyarrow.parquet.write_table(pa.table(columns), out)
    return out.getvalue()
